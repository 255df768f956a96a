//! What speaks for a mail from a staff member's address and what the receiving server says of any mail, gathered before
//! deciding, outside its transaction.

use std::sync::Arc;

use super::dkim;
use crate::config::{self, Config};
use crate::desk::people::{domain, fold_address};
use crate::intake::case::{Origin, Rules};
use crate::intake::context::Intake;
use crate::mail::proof::{Alignment, Receiver};
use crate::reader::Reading;
use crate::store::inbox::LedgerRow;
use crate::store::people;
use crate::time::Timestamp;

/// The rules that a configuration makes.
pub(in crate::intake) fn rules(config: &Config) -> Rules {
    let trust = &config.trust;
    Rules { profile: trust.profile, server: trust.receiver.is_some(), signature: trust.dkim }
}

/// The server whose word is believed.
pub(in crate::intake) fn receiver(receiver: &config::Receiver) -> Receiver {
    Receiver { authserv_id: receiver.authserv_id.clone(), own_hops: receiver.own_hops }
}

/// What the receiving server says of the From domain, where it is believed.
pub(in crate::intake) fn believed(config: &Config, reading: &Reading) -> Option<Alignment> {
    config.trust.receiver.as_ref().map(|_| reading.server)
}

/// The server's word as the ledger keeps it.
pub(in crate::intake) fn word(said: Alignment) -> &'static str {
    match said {
        Alignment::Pass => "pass",
        Alignment::Fail => "fail",
        Alignment::None => "none",
    }
}

/// When a mail arrived.
pub(in crate::intake) fn arrived(row: &LedgerRow) -> Timestamp {
    row.server_at.unwrap_or(row.received_at)
}

/// What was gathered.
pub(in crate::intake) struct Gathered {
    /// What speaks for a member of staff.
    pub(in crate::intake) origin: Origin,
    /// What the receiving server says of the From domain of anybody's mail; `None` where none is believed.
    pub(in crate::intake) server: Option<Alignment>,
    /// Whether the mail is taken for junk: by its fields, by its folder, or by somebody who marked it.
    pub(in crate::intake) junk: bool,
}

/// Gathers it.
///
/// # Errors
/// The database's, and [`reader::Fault`](crate::reader::Fault).
pub(in crate::intake) async fn all(
    intake: &Intake,
    row: &LedgerRow,
    raw: &Arc<Vec<u8>>,
    reading: &Reading,
) -> anyhow::Result<Gathered> {
    let server = believed(&intake.config, reading);
    Ok(Gathered { origin: gather(intake, row, raw, reading).await?, server, junk: row.junk || reading.junk })
}

/// What speaks for a member of staff. Nothing for anybody but active staff: for a stranger's domain nobody asks DNS (law 5).
pub(in crate::intake) async fn gather(
    intake: &Intake,
    row: &LedgerRow,
    raw: &Arc<Vec<u8>>,
    reading: &Reading,
) -> anyhow::Result<Origin> {
    let Some(from) = &reading.letter.from else { return Ok(Origin::default()) };
    let person = people::by_address(&mut intake.store.read().await?, &fold_address(&from.address)).await?;
    if !person.is_some_and(|person| person.is_staff() && person.active) {
        return Ok(Origin::default());
    }
    let mut signature = false;
    if intake.config.trust.dkim && !reading.keys.is_empty() {
        let records = dkim::ask(&reading.keys, &intake.records).await;
        if !records.is_empty() {
            signature = intake.readers.verify(Arc::clone(raw), domain(&from.address), arrived(row), records).await?;
        }
    }
    let staff_mailbox = intake.config.mailbox(&row.origin.mailbox).is_some_and(|mailbox| mailbox.staff_only);
    Ok(Origin { server: reading.server, signature, staff_mailbox })
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
