//! Complaints and receipts that do not keep to their standard forms.

use super::signs::Facts;
use crate::bounce::signs as reports;
use crate::phrases::{RECEIPT_DONE, RECEIPT_SUBJECT, RECEIPT_TEXT};

/// The machine's part of a receipt (RFC 8098, and RFC 6533 for addresses beyond ASCII).
pub(super) fn is_notification(value: &str) -> bool {
    matches!(value, "message/disposition-notification" | "message/global-disposition-notification")
}

/// Complaints of large providers that are no feedback reports: a fixed sender or subject and the mail complained about.
pub(super) fn is_provider_complaint(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    let from = facts.from.map(|from| from.address.to_lowercase()).unwrap_or_default();
    let encloses = facts.root.leaves().iter().any(|leaf| leaf.content.value == "message/rfc822");
    let hotmail = from.starts_with("staff@hotmail.") && subject.starts_with("complaint about message");
    if subject.starts_with("[spamcop (") && facts.whole.trim_start().starts_with("[ SpamCop") {
        return true;
    }
    encloses && (hotmail || subject.starts_with("email feedback report") || from.starts_with("feedbackloop@"))
}

/// Feedback reports outside their standard frame: the part or its fields, and the mail complained about or the sentence
/// with which such reports start. Who answers or asks is a person.
pub(super) fn is_complaint_in_words(facts: &Facts<'_, '_>) -> bool {
    if facts.root.first("in-reply-to").is_some() || facts.text.contains('?') {
        return false;
    }
    let leaves = facts.root.leaves();
    let has = |wanted: &[&str]| leaves.iter().any(|leaf| wanted.contains(&leaf.content.value.as_str()));
    if has(&["message/feedback-report"]) {
        return has(&["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"]);
    }
    let head: String = facts.text.trim_start().chars().take(4_000).collect::<String>().to_lowercase();
    head.starts_with("this is an email abuse report") && head.lines().any(|line| line.trim_start().starts_with("feedback-type:"))
}

/// Receipts without the standard form (Notes, old Exchange and others): a subject and a sentence that programs write.
pub(super) fn is_receipt_in_words(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    // The description of the mail that was read looks like a quoted one's header.
    let head: String = facts.whole.trim_start().chars().take(600).collect::<String>().to_lowercase();
    let short = facts.whole.chars().take(1_500).count() < 1_500;
    let leaves = facts.root.leaves();
    let part = leaves.iter().any(|leaf| is_notification(&leaf.content.value));
    // A program says when and no more: `was read on Tuesday`; people go on.
    let says = |words: &str| {
        head.split_once(words).is_some_and(|(_, behind)| {
            let more = behind.lines().next().unwrap_or_default();
            let done = || RECEIPT_DONE.stand_in(behind);
            let short = more.split_whitespace().count() <= 10;
            (!words.ends_with(" on") || short) && (!words.ends_with(" am") || done())
        })
    };
    let said = || RECEIPT_TEXT.any(says) && !reports::asks(&head);
    // A receipt that is nothing but the machine's part.
    (part && leaves.len() == 1) || (short && (part || RECEIPT_SUBJECT.begin(&subject)) && said())
}
