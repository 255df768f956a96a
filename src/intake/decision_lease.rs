//! The lease by which mails are decided one after the other, however many nodes there are.
//!
//! It says which mail is being decided. Whoever finds one that its holder neither ended nor could renew knows which mail the
//! holder died over, and counts an attempt against that one; a process that dies over anything else does not have it, or has
//! had it for moments.

use super::context::Intake;
use crate::desk::ids::InboxId;
use crate::store::blobs::BlobHash;
use crate::store::inbox::LedgerRow;
use crate::store::{self, Tx, inbox, lease};
use crate::time::Rng;

const NAME: &str = "deciding";

/// The lease of one holder, for one mail.
#[derive(Clone)]
pub(super) struct DecisionLease {
    holder: String,
    mail: InboxId,
    /// What of it was read.
    blob: Option<BlobHash>,
}

impl DecisionLease {
    pub(super) fn new(rng: &Rng, read: &LedgerRow) -> Self {
        Self { holder: format!("{} {}", rng.fresh_name(), read.id.0), mail: read.id, blob: read.blob.clone() }
    }

    /// Ends it with the transaction, and keeps others from it until then. `false` when it was lost before.
    pub(super) async fn end(&self, tx: &mut Tx) -> store::Result<bool> {
        lease::end(tx, NAME, &self.holder).await
    }
}

/// Whether the mail can be decided.
pub(super) enum Begun {
    /// With this row.
    Yes(Box<LedgerRow>),
    /// Another mail is next, or the bytes of this one have come meanwhile.
    Stale,
    /// Another node has the lease.
    Taken,
}

/// Takes it for a mail that still is next.
pub(super) async fn begin(tx: &mut Tx, own: &DecisionLease) -> anyhow::Result<Begun> {
    let before = lease::unended(tx, NAME).await?;
    if lease::take(tx, NAME, &own.holder, lease::LENGTH).await?.is_none() {
        return Ok(Begun::Taken);
    }
    blame(tx, before).await?;
    // Only now does nobody else decide.
    let next = inbox::undecided(tx, 1).await?.into_iter().next().map(|row| row.id);
    match inbox::get(tx, own.mail).await?.filter(|row| row.disposition.is_none() && row.blob == own.blob) {
        Some(row) if row.attempts > 0 || next == Some(row.id) => Ok(Begun::Yes(Box::new(row))),
        _ => {
            own.end(tx).await?;
            Ok(Begun::Stale)
        }
    }
}

/// Finds out at the start of the only process of a desk which mail the one before it died over.
pub async fn after_a_crash(tx: &mut Tx) -> anyhow::Result<()> {
    let before = lease::unended(tx, NAME).await?;
    blame(tx, before).await
}

async fn blame(tx: &mut Tx, holder: Option<String>) -> anyhow::Result<()> {
    let Some(holder) = holder else { return Ok(()) };
    if let Some(mail) = holder.rsplit_once(' ').and_then(|(_, id)| id.parse().ok()) {
        inbox::count_attempt(tx, InboxId(mail)).await?;
    }
    Ok(())
}

/// Ends it after an error, which counts against the mail unless it says nothing about it: the next may take it at once.
pub(super) async fn end_after(error: &store::Error, intake: &Intake, own: DecisionLease) {
    let innocent = error.is_passing();
    let end = async |own: DecisionLease| {
        let work = intake.store.write(move |tx| {
            Box::pin(async move {
                if own.end(tx).await? && !innocent {
                    inbox::count_attempt(tx, own.mail).await?;
                }
                Ok(())
            })
        });
        work.await
    };
    let mut ended = end(own.clone()).await;
    if ended.as_ref().is_err_and(store::Error::is_passing) {
        // The same trouble: what cannot be written now is written when it is over, or the mail is blamed for it.
        intake.store.well().await;
        ended = end(own).await;
    }
    if let Err(error) = ended {
        tracing::debug!("the lease for deciding could not be ended, it ends by itself: {error:#}");
    }
}
