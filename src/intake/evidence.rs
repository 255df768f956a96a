//! What speaks for a mail from a staff member's address, gathered before deciding, outside its transaction.

use std::sync::Arc;

use super::Intake;
use super::dkim;
use super::proof::{Origin, Rules};
use crate::config::{self, Config};
use crate::desk::people::{domain, fold_address};
use crate::mail::proof::Receiver;
use crate::reader::Reading;
use crate::store::inbox::LedgerRow;
use crate::store::people;
use crate::time::Timestamp;

/// The rules that a configuration makes.
pub(super) fn rules(config: &Config) -> Rules {
    let trust = &config.trust;
    Rules { profile: trust.profile, server: trust.receiver.is_some(), signature: trust.dkim }
}

/// The server whose word is believed.
pub(super) fn receiver(receiver: &config::Receiver) -> Receiver {
    Receiver { authserv_id: receiver.authserv_id.clone(), own_hops: receiver.own_hops }
}

/// When a mail arrived.
pub(super) fn arrived(row: &LedgerRow) -> Timestamp {
    row.server_at.unwrap_or(row.received_at)
}

/// Gathers it. Nothing for anybody but active staff: for a stranger's domain nobody asks DNS (law 5).
///
/// # Errors
/// The database's, and [`reader::Fault`](crate::reader::Fault).
pub(super) async fn gather(intake: &Intake, row: &LedgerRow, raw: &Arc<Vec<u8>>, reading: &Reading) -> anyhow::Result<Origin> {
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
