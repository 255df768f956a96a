//! Delivery reports with fields: the standard form (RFC 3464), and two others that name what became of a mail.

use super::report::{self, Block};
use super::signs::{Facts, asks, ends_in_person, is_machine, is_named, is_report, own_addresses};
use super::{status, text};
use crate::decode::encoded_word;
use crate::decode::mime::split_head;
use crate::letter::{Action, Bounce, Reported};
use crate::phrases::BOUNCE_REFUSED;

/// The fields of a report (RFC 3464), also in the text or inside another mail: nearly every mail server of today.
pub(super) fn standard(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let mut blocks: Vec<Block> = Vec::new();
    // A person who attaches a report to ask about it writes no report.
    let believed = is_report(facts.root) || is_machine(facts) || (is_named(facts) && !asks(facts.text) && !ends_in_person(facts));
    if believed {
        for status in facts.statuses {
            blocks.extend(report::blocks(status));
        }
    }
    // Some servers and gateways write the report's fields into the text.
    let in_text = |text: &str| text.to_ascii_lowercase().contains("final-recipient:");
    if blocks.is_empty() && in_text(facts.text) && believed {
        blocks = report::blocks(facts.text);
        blocks.retain(|block| block.recipient.is_some());
    }
    // A gateway may wrap the whole report into another mail.
    if blocks.is_empty() && (is_machine(facts) || is_report(facts.root)) {
        for returned in facts.returned {
            let text = String::from_utf8_lossy(returned.get(..returned.len().min(64 << 10)).unwrap_or_default());
            if in_text(&text) {
                blocks.extend(report::blocks(&text).into_iter().filter(|block| block.recipient.is_some()));
            }
        }
    }
    if blocks.is_empty() {
        return None;
    }
    // What failed is what people have to know; a report may mix failed and delivered recipients.
    let done = |block: &Block| block.action.or_else(|| block.status.as_deref().map(report::action_of));
    let has = |wanted| blocks.iter().find(|block| done(block) == Some(wanted));
    let worst = has(Action::Failed).or_else(|| has(Action::Delayed)).or_else(|| blocks.first())?;
    let action = done(worst).unwrap_or(Action::Failed);
    let same: Vec<&Block> = blocks.iter().filter(|block| done(block).is_none_or(|other| other == action)).collect();
    let mut recipients: Vec<String> = Vec::new();
    for recipient in same.iter().filter_map(|block| block.recipient.clone()) {
        if !recipients.iter().any(|known| known.eq_ignore_ascii_case(&recipient)) && recipients.len() < 200 {
            recipients.push(recipient);
        }
    }
    let note = text::note(facts.text.get(..facts.text.floor_char_boundary(40_000)).unwrap_or(facts.text));
    if recipients.is_empty() {
        recipients = text::recipients(note, &own_addresses(facts));
    }
    let mut status = worst.status.clone();
    let bad = action.is_trouble();
    if bad && status.as_deref().is_none_or(|status| status.ends_with(".0.0")) && worst.diagnostic.is_none() {
        // The people's part often says more than the machine's.
        let said = status::of_note(note, action == Action::Delayed);
        let class =
            status.as_deref().and_then(|status| status.get(..1)).unwrap_or(if action == Action::Delayed { "4" } else { "5" });
        status = Some(format!("{class}{}", said.get(1..).unwrap_or(".0.0")));
    }
    let diagnostic = worst.diagnostic.clone().or_else(|| bad.then(|| text::diagnostic(note)).flatten());
    let each = blocks.iter().filter_map(|block| {
        let recipient = block.recipient.clone()?;
        Some(Reported { recipient, status: block.status.clone().or_else(|| status.clone()), action: done(block) })
    });
    let by_recipient = differing(each.collect());
    Some(Bounce { recipients, status, action: Some(action), original_message_id: None, diagnostic, by_recipient, rule: None })
}

/// A mail filter's refusal that comes as a receipt (RFC 5429, section 2.2): deleted without anybody's hand, and the text
/// says refused.
pub(super) fn refusal(facts: &Facts<'_, '_>) -> Option<Bounce> {
    if !is_report(facts.root) {
        return None;
    }
    let leaves = facts.root.leaves();
    let (fields, _) = split_head(leaves.iter().find(|leaf| leaf.content.value == "message/disposition-notification")?.body);
    let get = |name: &[u8]| {
        fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| encoded_word::text(field.value))
    };
    let disposition = get(b"disposition")?.to_ascii_lowercase();
    let note = text::note(facts.text);
    let lower = note.to_lowercase();
    let says = |word: &str| lower.contains(word) || facts.root.text("auto-submitted").to_ascii_lowercase().contains(word);
    if !(disposition.starts_with("automatic-action") && disposition.contains("deleted") && BOUNCE_REFUSED.any(says)) {
        return None;
    }
    let recipient = get(b"final-recipient").or_else(|| get(b"original-recipient"));
    let status = status::of_note(note, false);
    Some(Bounce {
        recipients: recipient.as_deref().and_then(report::recipient).into_iter().collect(),
        status: Some(if status.ends_with(".0.0") { "5.7.1".to_owned() } else { status }),
        action: Some(Action::Failed),
        original_message_id: get(b"original-message-id"),
        diagnostic: text::diagnostic(note),
        by_recipient: Vec::new(),
        rule: None,
    })
}

/// The notices of Italian certified mail (RFC 6109) that say whether a mail arrived.
pub(super) fn certified(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let action = match facts.root.text("x-ricevuta").trim().to_ascii_lowercase().as_str() {
        "errore-consegna" | "non-accettazione" => Action::Failed,
        "preavviso-errore-consegna" => Action::Delayed,
        "avvenuta-consegna" => Action::Delivered,
        _ => return None,
    };
    let note = text::note(facts.text);
    let bad = action.is_trouble();
    Some(Bounce {
        recipients: text::recipients(note, &own_addresses(facts)),
        status: Some(if bad { status::of_note(note, action == Action::Delayed) } else { "2.0.0".to_owned() }),
        action: Some(action),
        original_message_id: None,
        diagnostic: bad.then(|| text::diagnostic(note)).flatten(),
        by_recipient: Vec::new(),
        rule: None,
    })
}

/// One line for each recipient, if they do not all say the same.
pub(super) fn differing(all: Vec<Reported>) -> Vec<Reported> {
    let mut each: Vec<Reported> = Vec::new();
    for one in all {
        if each.len() < 200 && !each.iter().any(|known| known.recipient.eq_ignore_ascii_case(&one.recipient)) {
            each.push(one);
        }
    }
    let same = |one: &Reported| each.first().is_some_and(|first| first.status == one.status && first.action == one.action);
    if each.iter().all(same) { Vec::new() } else { each }
}
