//! Reading ahead: the next mails are read at the same time, in readers, while they are decided one after the other in the
//! order in which they came.
//!
//! A mail whose reader did not survive it has an attempt counted against it and lets the others pass from then on; after
//! three it is held. So the worst mail costs the others the patience for one reading, once.

use crate::mail::{self, Unreadable};
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::context::Intake;
use super::facts::evidence::{self, Gathered};
use crate::desk::ids::InboxId;
use crate::desk::inbox::{Absent, Held};
use crate::mail::proof::Alignment;
use crate::reader::{Fault, Reading};
use crate::store::inbox::LedgerRow;
use crate::store::{self, blobs, inbox};

/// After so many attempts that did not end, a mail is held.
const ATTEMPTS: i64 = 3;

/// Bytes of raw mails that are read at once, unless one alone is larger: each may take several times its size.
const BYTES: i64 = 32 << 20;

/// Bytes at the beginning of a mail in which its header is looked for.
const HEAD: usize = 64 << 10;

/// What receiving servers write into a header where the domain's owner says that it did not send the mail (RFC 8601).
const REFUSED: &[u8] = b"dmarc=fail";

/// What reading a mail came to.
pub(super) enum Read {
    Letter(Box<Reading>, Gathered),
    /// There is no reading it, for this reason; with what its header says, as far as there is one.
    Not(Held, Option<Box<Reading>>),
    /// Its reader died.
    Died(String),
}

/// The readings that are under way or done and not yet taken.
#[derive(Default)]
pub(super) struct Ahead(BTreeMap<InboxId, (i64, JoinHandle<anyhow::Result<Read>>)>);

impl Ahead {
    /// How many mails are looked at in advance.
    pub(super) fn reach(intake: &Intake) -> i64 {
        i64::try_from(intake.readers.abreast()).unwrap_or(1).saturating_mul(2)
    }

    /// Begins to read what of `waiting` is not being read yet, and forgets what has left it.
    pub(super) fn begin(&mut self, intake: &Intake, waiting: &[LedgerRow]) {
        self.0.retain(|id, (_, task)| {
            let waits = waiting.iter().any(|row| row.id == *id);
            if !waits {
                task.abort();
            }
            waits
        });
        let mut bytes: i64 = self.0.values().map(|(size, _)| size).sum();
        for row in waiting {
            if self.0.contains_key(&row.id) {
                continue;
            }
            if !self.0.is_empty() && bytes.saturating_add(row.size) > BYTES {
                break;
            }
            bytes = bytes.saturating_add(row.size);
            let task = tokio::spawn(read(intake.clone(), row.clone()));
            self.0.insert(row.id, (row.size, task));
        }
    }

    /// Which of `waiting` is next: the first, unless one that is under suspicion has been read.
    pub(super) fn next<'a>(&self, waiting: &'a [LedgerRow]) -> Option<&'a LedgerRow> {
        let done = |row: &&LedgerRow| row.attempts > 0 && self.0.get(&row.id).is_some_and(|(_, task)| task.is_finished());
        waiting.iter().find(done).or(waiting.first())
    }

    /// What reading this mail came to; waits for it.
    ///
    /// # Errors
    /// What has nothing to do with the mail: the database, or that there are no readers.
    pub(super) async fn take(&mut self, intake: &Intake, row: &LedgerRow) -> anyhow::Result<Read> {
        match self.0.get_mut(&row.id) {
            Some((_, task)) => {
                let done = task.await;
                self.0.remove(&row.id);
                done.unwrap_or_else(|_| Ok(Read::Died("panicked".to_owned())))
            }
            // There was no room for it in advance.
            None => read(intake.clone(), row.clone()).await,
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.values().for_each(|(_, task)| task.abort());
    }
}

/// Has one mail read, and gathers what speaks for it.
async fn read(intake: Intake, row: LedgerRow) -> anyhow::Result<Read> {
    let Some(blob) = &row.blob else {
        let reason = if row.absent == Some(Absent::NotFetched) { Held::NotFetched } else { Held::TooLarge };
        let head = inbox::head(&mut intake.store.read().await?, row.id).await?;
        return Ok(Read::Not(reason, beginning(&intake, head.unwrap_or_default()).await?));
    };
    let raw = match blobs::get(&mut intake.store.read().await?, blob).await {
        Ok(raw) => Arc::new(raw),
        // One mail whose bytes are no longer whole must not keep the others waiting.
        Err(store::Error::Value { .. }) => {
            let some = blobs::beginning(&mut intake.store.read().await?, blob, HEAD).await?;
            return Ok(Read::Not(Held::Damaged, beginning(&intake, some).await?));
        }
        Err(error) => return Err(error.into()),
    };
    // Its readers have died of it often enough; its header may be harmless.
    if row.attempts >= ATTEMPTS {
        return Ok(Read::Not(Held::Crashes, beginning(&intake, raw.to_vec()).await?));
    }
    let trust = &intake.config.trust;
    let receiver = trust.receiver.as_ref().map(evidence::receiver);
    let signed_by = trust.dkim.then(|| evidence::arrived(&row));
    let done = match intake.readers.read(Arc::clone(&raw), intake.config.limits, receiver, signed_by).await {
        Ok(Ok(reading)) => evidence::all(&intake, &row, &raw, &reading).await.map(|gathered| Read::Letter(reading, gathered)),
        Ok(Err(Unreadable::Blank | Unreadable::NotMail)) => Ok(Read::Not(Held::Unreadable, None)),
        Err(fault) => Err(fault.into()),
    };
    match done {
        Err(error) => match error.downcast::<Fault>() {
            Ok(Fault::Died(how)) => Ok(Read::Died(how)),
            Ok(fault) => Err(fault.into()),
            Err(error) => Err(error),
        },
        done => done,
    }
}

/// What the header at the beginning of a mail says, read like a mail without a text; `None` where there is none, or reading it
/// is too much as well.
async fn beginning(intake: &Intake, mut raw: Vec<u8>) -> anyhow::Result<Option<Box<Reading>>> {
    raw.truncate(HEAD);
    let Some(head) = mail::head(&raw) else { return Ok(None) };
    let receiver = intake.config.trust.receiver.as_ref().map(evidence::receiver);
    match intake.readers.read(Arc::new(head.to_vec()), intake.config.limits, receiver, None).await {
        Ok(Ok(mut reading)) => {
            // A refusal counts wherever it stands: whoever forges one harms only their own mail.
            let refused = head.to_ascii_lowercase().windows(REFUSED.len()).any(|some| some == REFUSED);
            if refused && reading.server == Alignment::None {
                reading.server = Alignment::Fail;
            }
            Ok(Some(reading))
        }
        Ok(Err(_)) => Ok(None),
        Err(Fault::Died(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}
