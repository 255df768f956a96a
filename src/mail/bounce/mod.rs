//! Delivery reports: the standard form (RFC 3464, `standard`, `report`) and the notes that mail servers write without it
//! (`text`).
//!
//! `rules` holds the ordered tables that say what a report is, `signs` what they ask. A standard report is believed as it
//! stands. A text alone is a report only if the sender or the envelope says so too: people quote such texts when they ask
//! for help.

mod original;
mod report;
pub(super) mod rule;
mod rules;
pub(super) mod signs;
mod standard;
mod status;
mod text;

use self::original::{original_id, original_recipient};
use self::signs::own_addresses;
use super::letter::Bounce;
use super::thread;

pub(super) use self::signs::Facts;

/// Reads a delivery report; `None` where the mail is none.
pub(super) fn read(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let mut found = rules::find(facts)?;
    if found.recipients.is_empty() {
        found.recipients = original_recipient(facts).into_iter().collect();
    }
    if found.recipients.is_empty() {
        found.recipients = text::recipients(facts.subject, &own_addresses(facts));
    }
    // Old programs name local users without their domain, others hide them; the returned mail has the address.
    let hidden = found.recipients.len() == 1;
    for bare in found.recipients.iter_mut().filter(|recipient| !recipient.contains('@')) {
        let is_it = |whole: &String| whole.split_once('@').is_some_and(|(local, _)| local.eq_ignore_ascii_case(bare));
        let whole = original_recipient(facts).filter(|whole| hidden || is_it(whole));
        *bare = whole.unwrap_or_else(|| std::mem::take(bare));
    }
    let named = found.original_message_id.as_deref().and_then(thread::message_id);
    found.original_message_id = named.or_else(|| original_id(facts));
    Some(found)
}
