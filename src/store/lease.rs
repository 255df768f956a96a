//! Leases: what only one may do at a time, however many nodes there are.
//!
//! A lease is *taken* until a time, *renewed* by a [`Heartbeat`] where its holder may work for longer, and *ended* when the
//! work is done; a process that is alone *frees* what the one before it left behind. There are two kinds: the named ones of
//! this file, and that of each outgoing mail ([`super::outbox`]), where a try is counted as it is taken.
//!
//! They are measured on the database's clock, which all nodes share; no node's own clock says anything about them. They
//! are short: a node that died is missed for seconds. Time alone makes nothing safe: who works in the name of a lease ends
//! it in the transaction that does the work, and undoes that when the lease was lost.

use std::time::Duration;

use sqlx::Row;
use tokio::task::JoinHandle;

use super::{Dialect, Error, Result, Tx};
use crate::time::{Clock, Timestamp};

/// How long a lease lasts without a sign of life.
pub const LENGTH: Duration = Duration::from_secs(5);

/// No lease that others wait for is longer. One that ends later than that was taken before the clock was set back, and
/// is free: it would be waited for as long as the clock was wrong.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// Whether nobody has the lease that is good until `$until`, for whom it is `$now`; `$longest` is [`LONGEST`] after that.
macro_rules! is_free {
    ($until:literal, $now:literal, $longest:literal) => {
        concat!("(", $until, " <= ", $now, " OR ", $until, " > ", $longest, ")")
    };
}
pub(super) use is_free;

/// The time by the database's clock.
pub async fn database_now(tx: &mut Tx) -> Result<Timestamp> {
    let sql = match tx.dialect {
        Dialect::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS BIGINT)",
        // `now()` would be when the transaction began.
        Dialect::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
    };
    Ok(Timestamp::from_micros(sqlx::query(sql).fetch_one(&mut *tx.inner).await?.try_get(0)?))
}

/// The time that all nodes share, for what waits until then: the database's. A clock that a test moves by hand is the
/// time itself.
pub async fn shared_now(tx: &mut Tx, clock: &Clock) -> Result<Timestamp> {
    Ok(both(tx, clock).await?.0)
}

/// The time that all nodes share, and the one that leases are measured by.
pub(super) async fn both(tx: &mut Tx, clock: &Clock) -> Result<(Timestamp, Timestamp)> {
    let now = database_now(tx).await?;
    Ok((if let Clock::Fixed(_) = clock { clock.now() } else { now }, now))
}

/// Takes or renews the lease `name` for `holder`. `None` while another holds it; else its epoch.
pub async fn take(tx: &mut Tx, name: &str, holder: &str, length: Duration) -> Result<Option<i64>> {
    let now = database_now(tx).await?;
    let sql = concat!(
        "INSERT INTO lease (name, holder, until, epoch) VALUES ($1, $2, $3, 1) ON CONFLICT (name) DO UPDATE SET \
         holder = excluded.holder, until = excluded.until, \
         epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END \
         WHERE lease.holder = excluded.holder OR ",
        is_free!("lease.until", "$4", "$5"),
        " RETURNING epoch"
    );
    let row = sqlx::query(sql)
        .bind(name.to_owned())
        .bind(holder.to_owned())
        .bind(now.plus(length).as_micros())
        .bind(now.as_micros())
        .bind(now.plus(LONGEST).as_micros())
        .fetch_optional(&mut *tx.inner)
        .await?;
    row.map(|row| row.try_get(0)).transpose().map_err(Error::from)
}

/// Who holds the lease `name` or held it last without ending it; nobody else takes it until this transaction ends.
pub async fn unended(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    // Locks the row on PostgreSQL: it is the newest that is read.
    sqlx::query("UPDATE lease SET until = until WHERE name = $1").bind(name.to_owned()).execute(&mut *tx.inner).await?;
    let sql = "SELECT holder FROM lease WHERE name = $1 AND until > 0";
    let row = sqlx::query(sql).bind(name.to_owned()).fetch_optional(&mut *tx.inner).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// A sign of life of `holder`. `false` when it does not have the lease `name` any more, or has ended it.
pub async fn renew(tx: &mut Tx, name: &str, holder: &str, length: Duration) -> Result<bool> {
    let until = database_now(tx).await?.plus(length);
    let sql = "UPDATE lease SET until = $1 WHERE name = $2 AND holder = $3 AND until > 0";
    let renewed = sqlx::query(sql).bind(until.as_micros()).bind(name.to_owned()).bind(holder.to_owned());
    Ok(renewed.execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// Whether `holder` has the lease `name` now.
pub async fn is_held(tx: &mut Tx, name: &str, holder: &str) -> Result<bool> {
    let now = database_now(tx).await?;
    let sql = "SELECT COUNT(*) FROM lease WHERE name = $1 AND holder = $2 AND until > $3";
    let row =
        sqlx::query(sql).bind(name.to_owned()).bind(holder.to_owned()).bind(now.as_micros()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get::<i64, _>(0)? == 1)
}

/// Ends the lease `name`, and keeps others from taking it until this transaction ends. `false` when `holder` does
/// not have it any more: then nothing may be done in its name.
pub async fn end(tx: &mut Tx, name: &str, holder: &str) -> Result<bool> {
    let sql = "UPDATE lease SET until = 0 WHERE name = $1 AND holder = $2";
    Ok(sqlx::query(sql).bind(name.to_owned()).bind(holder.to_owned()).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// Frees all leases of processes that serve the desk, where no other can be at work; that of a `check --trust` which is
/// waiting for its probe stays.
pub async fn free_all(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE lease SET until = 0 WHERE until > 0 AND name NOT LIKE 'postroom-trust-check-%'")
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Renews what was taken, again and again for as long as this lives.
///
/// A beat that fails loses nothing: the next one may come in time, and if not, the holder learns at the end that the lease is
/// another's.
#[derive(Debug)]
pub struct Heartbeat(JoinHandle<()>);

impl Heartbeat {
    /// Beats so often that several beats may fail before leases of this `length` are over.
    #[must_use]
    pub fn start<F>(length: Duration, mut beat: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(length / 5).await;
                beat().await;
            }
        }))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}
