//! The mail that came back: whom it was for and which it was.

use super::signs::{Facts, own_addresses};
use crate::decode::mime::split_head;
use crate::decode::{address, encoded_word};
use crate::thread;

/// The Message-ID that a notice of Italian certified mail is about (RFC 6109).
const CERTIFIED_ID: &str = "x-riferimento-message-id";

/// The only recipient of the returned mail, where the report names none.
pub(super) fn original_recipient(facts: &Facts<'_, '_>) -> Option<String> {
    let one = |raw: &[u8]| {
        let mut found = address::list(raw, 3).addresses;
        (found.len() == 1).then(|| found.pop()).flatten().map(|address| address.address)
    };
    for returned in facts.returned {
        let (fields, _) = split_head(returned);
        for name in ["x-original-to", "delivered-to", "to"] {
            let found =
                fields.iter().find(|field| field.name.eq_ignore_ascii_case(name.as_bytes())).and_then(|field| one(field.value));
            if found.is_some() {
                return found;
            }
        }
    }
    let own = own_addresses(facts);
    let lines = facts.text.lines().take(2_000).map(|line| line.trim_start_matches(['>', ' ', '\t', '|']));
    lines
        .filter(|line| line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("to:")))
        .find_map(|line| one(line.get(3..).unwrap_or_default().as_bytes()))
        .filter(|found| !own.contains(&found.to_lowercase()))
}

/// The Message-ID of the mail that the report is about: from the returned mail, its headers in the text, or the report's
/// own In-Reply-To.
pub(super) fn original_id(facts: &Facts<'_, '_>) -> Option<String> {
    let own = thread::message_id(&facts.root.text("message-id"));
    let of_head = |returned: &Vec<u8>| {
        let (fields, _) = split_head(returned);
        let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"message-id"))?;
        thread::message_id(&encoded_word::text(field.value))
    };
    // A wrapped report holds the returned mail's header somewhere below what it says.
    let wrapped = |returned: &Vec<u8>| {
        let text = String::from_utf8_lossy(returned.get(..returned.len().min(64 << 10)).unwrap_or_default());
        let at = text.to_ascii_lowercase().find("final-recipient:").filter(|_| facts.statuses.is_empty())?;
        text.get(at..).map(str::to_owned)
    };
    if let Some(id) = facts.returned.iter().filter(|returned| wrapped(returned).is_none()).find_map(of_head) {
        return Some(id);
    }
    let wrapped: Vec<String> = facts.returned.iter().filter_map(wrapped).collect();
    let texts = facts.statuses.iter().chain(&wrapped).map(String::as_str).chain([facts.text]);
    let labels =
        ["message-id:", "message-id is:", "message id:", "original message id", "x-original-message-id:", "original-message-id:"];
    for text in texts {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let lower = line.trim_start_matches(['>', ' ', '\t', '|', '*']).to_ascii_lowercase();
            if !labels.iter().any(|label| lower.starts_with(label)) {
                continue;
            }
            let value = line.split_once(':').map_or(line, |(_, value)| value);
            let value = if value.trim().is_empty() { lines.next().unwrap_or_default() } else { value };
            let id = thread::message_ids(value).into_iter().next();
            if id.is_some() && id != own {
                return id;
            }
        }
    }
    let named = ["original-message-id", "x-original-message-id", CERTIFIED_ID].iter();
    if let Some(id) = named.filter_map(|name| thread::message_id(&facts.root.text(name))).find(|id| Some(id) != own.as_ref()) {
        return Some(id);
    }
    // A multipart that nobody could split still shows the mail that it returns.
    thread::references(&facts.root.text("references"), &facts.root.text("in-reply-to")).pop()
}
