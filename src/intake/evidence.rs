//! What speaks for a mail from a staff member's address and what the receiving server says of any mail, gathered before
//! deciding, outside its transaction.

use super::Intake;
use super::dkim;
use super::proof::{Origin, Rules};
use crate::config::Config;
use crate::desk::people::{domain, fold_address};
use crate::mail::proof::{Receiver, alignment};
use crate::mail::{Letter, junk};
use crate::store::inbox::LedgerRow;
use crate::store::{self, people};

/// The rules that a configuration makes.
pub(super) fn rules(config: &Config) -> Rules {
    let trust = &config.trust;
    Rules { profile: trust.profile, server: trust.receiver.is_some(), signature: trust.dkim }
}

/// What was gathered.
pub(super) struct Gathered {
    /// What speaks for a member of staff.
    pub(super) origin: Origin,
    /// Whether the mail is taken for junk: by its fields, by its folder, or by somebody who marked it.
    pub(super) junk: bool,
}

/// Gathers it.
pub(super) async fn all(intake: &Intake, row: &LedgerRow, raw: &[u8], letter: &Letter) -> store::Result<Gathered> {
    let own_hops = intake.config.trust.receiver.as_ref().map(|receiver| receiver.own_hops);
    let junk = row.junk || junk::is_junk(raw, own_hops);
    Ok(Gathered { origin: gather(intake, row, raw, letter).await?, junk })
}

/// What speaks for a member of staff. Nothing for anybody but active staff: for a stranger's domain nobody asks DNS (law 5).
pub(super) async fn gather(intake: &Intake, row: &LedgerRow, raw: &[u8], letter: &Letter) -> store::Result<Origin> {
    let Some(from) = &letter.from else { return Ok(Origin::default()) };
    let person = people::by_address(&mut intake.store.read().await?, &fold_address(&from.address)).await?;
    if !person.is_some_and(|person| person.is_staff() && person.active) {
        return Ok(Origin::default());
    }
    let trust = &intake.config.trust;
    let domain = domain(&from.address);
    let server = trust.receiver.as_ref().map(|receiver| {
        let receiver = Receiver { authserv_id: receiver.authserv_id.clone(), own_hops: receiver.own_hops };
        alignment(raw, &domain, &receiver)
    });
    let arrived = row.server_at.unwrap_or(row.received_at);
    let signature = trust.dkim && dkim::is_signed(raw, &domain, arrived, &intake.records).await;
    let staff_mailbox = intake.config.mailbox(&row.origin.mailbox).is_some_and(|mailbox| mailbox.staff_only);
    Ok(Origin { server: server.unwrap_or_default(), signature, staff_mailbox })
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
