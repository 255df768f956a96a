//! The lane in which mails are decided, one after the other, however many nodes there are.

use std::time::Duration;

use super::{ATTEMPTS, Intake};
use crate::desk::ids::InboxId;
use crate::store::inbox::LedgerRow;
use crate::store::{self, Tx, blobs, inbox};
use crate::time::Timestamp;

/// How long the lane is left to a node that does not come back from reading a mail.
const LANE: Duration = Duration::from_secs(30);

/// One stay in the lane.
#[derive(Clone)]
pub(super) struct Turn {
    pub(super) holder: String,
    pub(super) now: Timestamp,
}

impl Turn {
    const NAME: &str = "deciding";

    async fn begin(&self, tx: &mut Tx) -> store::Result<bool> {
        Ok(store::lease(tx, Self::NAME, &self.holder, self.now, self.now.plus(LANE)).await?.is_some())
    }

    /// Gives the lane up with the end of the transaction, and locks it until then. `false` when it was lost before.
    pub(super) async fn end(&self, tx: &mut Tx) -> store::Result<bool> {
        store::end_lease(tx, Self::NAME, &self.holder).await
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
    let give = async |turn: Turn| {
        let work = intake.store.write(move |tx| {
            Box::pin(async move {
                if turn.end(tx).await? && innocent {
                    inbox::uncount_attempt(tx, id).await?;
                }
                Ok(())
            })
        });
        work.await
    };
    let mut given = give(turn.clone()).await;
    if given.as_ref().is_err_and(store::Error::is_passing) {
        // The same trouble: what cannot be written now is written when it is over, or the mail is blamed for it.
        intake.store.well().await;
        given = give(turn).await;
    }
    if let Err(error) = given {
        tracing::debug!("the turn could not be given back, it ends by itself: {error:#}");
    }
}

/// The bytes of a mail as far as there are any.
pub(super) enum Raw {
    Bytes(Vec<u8>),
    Damaged,
    None,
}
