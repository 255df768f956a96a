//! Whether the database can be written: what every failed transaction says about it, and how it gets well again.
//!
//! A full disk or a server that is gone is said once, and then nobody goes on as if it were not so: mailboxes are not
//! fetched ([`Store::well`]), pages say so ([`Store::illness`]). A probe writes a little every two seconds until it succeeds.
//! Other processes try for themselves.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::health::Illness;
use super::place::Place;
use super::trouble::Trouble;
use super::{Dialect, Error, Result, Store, Tx};

/// How long until the next probe.
const PAUSE: Duration = Duration::from_secs(2);

/// How long a probe of a server may take: one that does not answer at all is asked anew.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one of a file may take: a slow disk is no trouble.
const PATIENCE_FILE: Duration = Duration::from_secs(30);

/// Bytes that a probe writes at least: more than the log of an SQLite database may still have room for by chance.
const LEAST: usize = 256 << 10;

/// Bytes in one row of a probe, and in all of it: the largest mail that is fetched by default.
const CHUNK: usize = 1 << 20;
const MOST: usize = 40 << 20;

impl Store {
    /// Where the database is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.health.place
    }

    /// What keeps it from being written at present, as far as anybody has noticed.
    #[must_use]
    pub fn illness(&self) -> Option<Illness> {
        self.health.ill.borrow().clone()
    }

    /// Returns when the database can be written; at once where nothing is known to be wrong.
    pub async fn well(&self) {
        // The sender is ours: it cannot be gone.
        let _ = self.health.ill.subscribe().wait_for(Option::is_none).await;
    }

    /// Something of so many bytes found no room: it is not tried again before there is.
    pub fn wants(&self, bytes: usize) {
        if self.illness().is_some_and(|illness| illness.trouble == Trouble::Full) {
            self.health.wanted.fetch_max(bytes, Ordering::Relaxed);
        }
    }

    /// Fails at once where a server is known to be away, so that nobody waits for it in a queue.
    pub(super) fn is_there(&self) -> Result<()> {
        match &*self.health.ill.borrow() {
            Some(illness) if illness.trouble == Trouble::Away => Err(Error::Unwell(illness.trouble, illness.words.clone())),
            _ => Ok(()),
        }
    }

    /// Learns from an error. The first sign of lasting trouble starts the probes.
    pub(super) fn learn(&self, error: &Error) {
        if let Some(trouble) = Trouble::of(error).filter(|trouble| trouble.lasts())
            && self.health.fall_ill(trouble)
        {
            let store = self.clone();
            tokio::spawn(async move {
                while !store.writers.is_closed() {
                    tokio::time::sleep(PAUSE).await;
                    if store.probe().await.is_ok() {
                        break;
                    }
                }
            });
        }
    }

    /// Writes and removes as much as last found no room. When that works, the database is well.
    ///
    /// # Errors
    /// What still stands in the way.
    pub async fn probe(&self) -> Result<()> {
        let bytes = self.health.wanted.load(Ordering::Relaxed).clamp(LEAST, MOST);
        let patience = if self.dialect == Dialect::Sqlite { PATIENCE_FILE } else { PATIENCE };
        let tried = tokio::time::timeout(patience, self.try_to_write(bytes)).await;
        let tried = tried.unwrap_or(Err(Error::Sql(sqlx::Error::PoolTimedOut)));
        match &tried {
            Ok(()) => self.health.get_well(),
            Err(error) => {
                if let Some(trouble) = Trouble::of(error).filter(|trouble| trouble.lasts()) {
                    self.health.fall_ill(trouble);
                }
            }
        }
        tried
    }

    /// Writes `bytes` bytes durably and takes them out again; the file that has grown by them keeps the room.
    async fn try_to_write(&self, bytes: usize) -> Result<()> {
        let place = self.place();
        if place.free().is_some_and(|free| free < u64::try_from(bytes).unwrap_or(u64::MAX)) {
            return Err(Error::Unwell(Trouble::Full, Trouble::Full.words(place)));
        }
        self.transact(move |tx| Box::pin(async move { Ok(fill(tx, bytes).await?) })).await?;
        self.transact(move |tx| Box::pin(async move { Ok(empty(tx).await?) })).await
    }
}

async fn fill(tx: &mut Tx, bytes: usize) -> Result<()> {
    empty(tx).await?;
    let mut left = bytes;
    // Bytes that do not shrink when they are packed.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()
    })
    .take(CHUNK / 8)
    .flatten()
    .collect();
    let mut position = 0_i64;
    while left > 0 {
        let chunk: Vec<u8> = noise.iter().copied().take(left).collect();
        left -= chunk.len();
        let sql = "INSERT INTO probe (id, data) VALUES ($1, $2)";
        sqlx::query(sql).bind(position).bind(chunk).execute(&mut *tx.inner).await?;
        position += 1;
    }
    Ok(())
}

async fn empty(tx: &mut Tx) -> Result<()> {
    sqlx::query("DELETE FROM probe").execute(&mut *tx.inner).await?;
    Ok(())
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
