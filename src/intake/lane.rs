//! The lane in which mails are decided, one after the other, however many nodes there are.

use super::{ATTEMPTS, Intake};
use crate::desk::ids::InboxId;
use crate::store::inbox::LedgerRow;
use crate::store::{self, Store, Tx, blobs, inbox, lease};
use crate::time::Chance;

/// One stay in the lane.
#[derive(Clone)]
pub(super) struct Turn {
    holder: String,
}

impl Turn {
    const NAME: &str = "deciding";

    pub(super) fn new(chance: &Chance) -> Self {
        Self { holder: chance.secret() }
    }

    async fn begin(&self, tx: &mut Tx) -> store::Result<bool> {
        Ok(lease::take(tx, Self::NAME, &self.holder, lease::LENGTH).await?.is_some())
    }

    /// Keeps the lane, however long reading takes.
    pub(super) fn keep(&self, store: &Store) -> lease::Kept {
        lease::Kept::keep(store, Self::NAME, &self.holder, lease::LENGTH)
    }

    /// Gives the lane up with the end of the transaction, and locks it until then. `false` when it was lost before.
    pub(super) async fn end(&self, tx: &mut Tx) -> store::Result<bool> {
        lease::end(tx, Self::NAME, &self.holder).await
    }

    /// Gives the lane up in the middle of a mail, whose attempt stays counted.
    pub(super) async fn leave(self, store: &Store) {
        if let Err(error) = store.write(move |tx| Box::pin(async move { Ok(self.end(tx).await?) })).await {
            tracing::debug!("the turn could not be given back, it ends by itself: {error:#}");
        }
    }
}

/// Takes the first undecided mail and counts the attempt. The row is as it was before.
pub(super) async fn begin(tx: &mut Tx, turn: &Turn) -> anyhow::Result<Option<(LedgerRow, Raw)>> {
    if inbox::next_undecided(tx).await?.is_none() || !turn.begin(tx).await? {
        return Ok(None);
    }
    // Read again: only now does nobody else decide.
    let Some(row) = inbox::next_undecided(tx).await? else {
        turn.end(tx).await?;
        return Ok(None);
    };
    inbox::count_attempt(tx, row.id).await?;
    let raw = match &row.blob {
        Some(blob) if row.attempts < ATTEMPTS => match blobs::get(tx, blob).await {
            Ok(raw) => Raw::Bytes(raw),
            // One mail whose bytes are no longer whole must not keep the others waiting.
            Err(store::Error::Value { .. }) => Raw::Damaged,
            Err(error) => return Err(error.into()),
        },
        _ => Raw::None,
    };
    Ok(Some((row, raw)))
}

/// Lets the next turn come at once after an error; a mail that was not to blame for it keeps its attempts.
pub(super) async fn give_back(intake: &Intake, turn: Turn, id: InboxId, error: &store::Error) {
    let innocent = error.is_passing();
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            if turn.end(tx).await? && innocent {
                inbox::uncount_attempt(tx, id).await?;
            }
            Ok(())
        })
    });
    if let Err(error) = work.await {
        tracing::debug!("the turn could not be given back, it ends by itself: {error:#}");
    }
}

/// The bytes of a mail as far as there are any.
pub(super) enum Raw {
    Bytes(Vec<u8>),
    Damaged,
    None,
}
