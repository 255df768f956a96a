//! The fields of a standard delivery report (RFC 3464, section 2), also where they are not quite standard.

use super::status;
use crate::decode::mime::{Field, split_head};
use crate::decode::{address, encoded_word, parameters};
use crate::letter::Action;

/// One recipient's block of a report (RFC 3464, section 2.3).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) recipient: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) status: Option<String>,
    /// What the remote server said, without the type in front.
    pub(super) diagnostic: Option<String>,
}

/// The recipients' blocks of a report's text; blocks without a recipient and an action are left out.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    for paragraph in joined(paragraphs(text)) {
        let (fields, _) = split_head(paragraph.as_bytes());
        // Some gateways put all recipients into one paragraph: every Final-Recipient starts a new one.
        let mut group: Vec<Field<'_>> = Vec::new();
        let mut found = 0_usize;
        for field in fields {
            if field.name.eq_ignore_ascii_case(b"final-recipient") {
                found += 1;
                if found > 1 {
                    all.extend(block(&group));
                    group.clear();
                }
            }
            group.push(field);
        }
        all.extend(block(&group));
        if all.len() > 1_000 {
            break;
        }
    }
    all
}

fn block(fields: &[Field<'_>]) -> Option<Block> {
    let get = |name: &str| {
        let mut same = fields.iter().filter(|field| field.name.eq_ignore_ascii_case(name.as_bytes()));
        same.next().map(|field| encoded_word::text(field.value))
    };
    let read = |name: &str| get(name).as_deref().and_then(recipient);
    let named = [read("final-recipient"), read("original-recipient"), read("x-actual-recipient"), read("x-original-recipient")];
    // Some servers name the mailbox by the program that keeps it (`ann@ims-ms-daemon`).
    let known = || named.iter().flatten();
    let routed = |name: &&String| name.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    let recipient = known().find(routed).or_else(|| known().find(|name| name.contains('@'))).or_else(|| known().next()).cloned();
    let action = get("action").as_deref().and_then(action);
    let written = get("status").as_deref().and_then(|value| {
        value.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| status::as_code(word.trim_matches('.')))
    });
    if recipient.is_none() && action.is_none() {
        return None;
    }
    // Who failed and who says so may be two servers; the second one's content says nothing of the failure.
    let bad = action.is_some_and(Action::is_trouble);
    let written = written.filter(|status| !(bad && status.starts_with('2')));
    let said = get("diagnostic-code").or_else(|| get("x-diagnostic-code")).or_else(|| get("x-supplementary-info"));
    let said = said.filter(|said| !(bad && without_type(said).starts_with("250")));
    let status = refine(written, said.as_deref(), action);
    Some(Block { recipient, action, status, diagnostic: said.as_deref().map(without_type).filter(|text| !text.is_empty()) })
}

/// `5.0.0` says nothing; the remote server's own words often do. The class stays what the report says. A detail of zero
/// (RFC 3463: other or undefined) gives way to a code with a detail only.
fn refine(written: Option<String>, said: Option<&str>, action: Option<Action>) -> Option<String> {
    let undefined = written.as_deref().is_some_and(|status| status.ends_with(".0") && !status.starts_with('2'));
    if let Some(code) = said.filter(|_| undefined).and_then(status::enhanced_code)
        && !code.ends_with(".0")
        && code.get(..1) == written.as_deref().and_then(|status| status.get(..1))
    {
        return Some(code);
    }
    let vague = written.as_deref().is_none_or(|status| status.ends_with(".0.0"));
    let Some(said) = said.filter(|_| vague && action.is_none_or(Action::is_trouble)) else {
        return written;
    };
    if let Some(code) = status::enhanced_code(said).filter(|code| !code.ends_with(".0.0")) {
        let class = written.as_deref().or(Some(&code)).and_then(|status| status.get(..1)).unwrap_or("5");
        return Some(format!("{class}{}", code.get(1..).unwrap_or_default()));
    }
    let reply = status::smtp_code(said);
    let class = written.as_deref().or(reply.as_deref()).and_then(|code| code.chars().next());
    let class = class.unwrap_or(if action == Some(Action::Delayed) { '4' } else { '5' });
    match status::meant(said) {
        Some(detail) if class != '2' => Some(format!("{class}.{detail}")),
        _ => written.or_else(|| reply.map(|_| format!("{class}.0.0"))),
    }
}

/// The Action field, also in words that are not quite the standard's.
fn action(value: &str) -> Option<Action> {
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty())?.to_ascii_lowercase();
    match word.as_str() {
        "failed" | "failure" | "fail" | "expired" | "error" | "bounced" | "undeliverable" | "rejected" => Some(Action::Failed),
        "delayed" | "delay" | "deferred" | "retrying" | "temporary" => Some(Action::Delayed),
        "delivered" | "deliverable" | "success" | "deliver" => Some(Action::Delivered),
        "relayed" | "relay" => Some(Action::Relayed),
        "expanded" => Some(Action::Expanded),
        _ => None,
    }
}

/// The action that a status code alone means.
pub(super) fn action_of(status: &str) -> Action {
    match status.chars().next() {
        Some('2') => Action::Delivered,
        Some('4') => Action::Delayed,
        _ => Action::Failed,
    }
}

/// `smtp; 550 5.1.1 ...` without the type.
fn without_type(value: &str) -> String {
    let text = match value.split_once(';') {
        Some((kind, rest)) if kind.trim().len() <= 20 && kind.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            rest
        }
        _ => value,
    };
    encoded_word::one_line(text).chars().take(500).collect()
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in text.lines().take(20_000) {
        if line.trim().is_empty() {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            // A report inside a text is indented; a field starts with its name.
            let bare = line.trim_start();
            let is_field = bare.split_once(':').is_some_and(|(name, _)| {
                let name = name.to_ascii_lowercase();
                matches!(
                    name.as_str(),
                    "final-recipient"
                        | "original-recipient"
                        | "action"
                        | "status"
                        | "diagnostic-code"
                        | "remote-mta"
                        | "reporting-mta"
                )
            });
            last.push_str(if is_field { bare } else { line });
            last.push('\n');
        }
    }
    all.retain(|paragraph| !paragraph.is_empty());
    all
}

/// Some servers put a blank line between all fields: what says of no recipient belongs to the one above that lacks it.
fn joined(paragraphs: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(paragraphs.len());
    // Which fields the last paragraph lacks: none without a recipient.
    let mut lacks: Vec<&str> = Vec::new();
    for paragraph in paragraphs {
        let has = |name: &str| paragraph.lines().any(|line| line.get(..name.len()).is_some_and(|s| s.eq_ignore_ascii_case(name)));
        if has("final-recipient:") || has("original-recipient:") {
            lacks = ["action:", "status:", "diagnostic-code:"].into_iter().filter(|name| !has(name)).collect();
        } else if lacks.iter().any(|name| has(name)) {
            lacks.retain(|name| !has(name));
            if let Some(last) = all.last_mut() {
                last.push_str(&paragraph);
                continue;
            }
        }
        all.push(paragraph);
    }
    all
}

/// `\x{FC}` as the character (RFC 6533, section 3), in addresses that an ASCII report names.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let coded = after.get(..after.floor_char_boundary(8)).and_then(|near| near.split_once('}'));
        let found = coded.and_then(|(digits, _)| Some((digits, char::from_u32(u32::from_str_radix(digits, 16).ok()?)?)));
        match found {
            Some((digits, character)) => {
                out.push(character);
                rest = after.get(digits.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out + rest
}

/// `rfc822; a@b` as an address; a name without a domain stays as it is.
pub(super) fn recipient(value: &str) -> Option<String> {
    let value = value.split_once(';').map_or(value, |(_, rest)| rest);
    let value = parameters::strip_comments(&unescape(value));
    // A quoted local part keeps its marks.
    if let Some(quoted) = Some(value.trim()).filter(|value| value.contains("\"@")).and_then(address::spec) {
        return Some(quoted);
    }
    let value = value.trim().trim_matches(|c| c == '<' || c == '>' || c == '"' || c == '\'').trim();
    let value = match value.split_once(':') {
        Some((scheme, rest)) if ["smtp", "rfc822", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            rest.trim()
        }
        _ => value,
    };
    if value.starts_with('@') {
        return None;
    }
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !encoded_word::is_trick(c) && !"<>()\"';,".contains(c);
    address::spec(value)
        .or_else(|| value.rsplit_once('<').and_then(|(_, inner)| address::spec(inner)))
        .or_else(|| (!value.is_empty() && value.len() <= 254 && value.chars().all(clean)).then(|| value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_a_report() {
        let report = "Reporting-MTA: dns; mx.x.example\n\nFinal-Recipient: rfc822; Ann@X.example\nAction: failed (bad)\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 no\n\nFinal-Recipient: rfc822; b@x.example\nAction: delivered\nStatus: 2.0.0\n";
        let found = blocks(report);
        let shown: Vec<_> = found.iter().map(|b| (b.recipient.as_deref(), b.action, b.status.as_deref())).collect();
        assert_eq!(
            shown,
            [
                (Some("Ann@x.example"), Some(Action::Failed), Some("5.1.1")),
                (Some("b@x.example"), Some(Action::Delivered), Some("2.0.0"))
            ]
        );
    }

    #[test]
    fn fields_of_the_wild() {
        let table: &[(&str, (&str, Action, &str))] = &[
            ("Final-Recipient: a@x.example\nAction: Failure\nStatus: 5.1.1 (bad)", ("a@x.example", Action::Failed, "5.1.1")),
            ("Final-Recipient: RFC822;<a@x.example>\nAction: expired\nStatus: 4.4.7", ("a@x.example", Action::Failed, "4.4.7")),
            (
                "Original-Recipient: rfc822;a@x.example\nFinal-Recipient: x-local; /dev/null\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Unix; 67 User unknown",
                ("a@x.example", Action::Failed, "5.1.1"),
            ),
            (
                "Final-Recipient: utf-8; jürgen@x.example\nAction: delayed\nDiagnostic-Code: smtp; 452 mailbox full",
                ("jürgen@x.example", Action::Delayed, "4.2.2"),
            ),
            (
                "X-Actual-Recipient: rfc822; a@x.example\nAction: relayed\nStatus: 2.0.0",
                ("a@x.example", Action::Relayed, "2.0.0"),
            ),
            (
                "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 4.2.2 full",
                ("a@x.example", Action::Failed, "5.2.2"),
            ),
            (
                "Original-Recipient: utf-8; \\x{FC}nal@x.example\nAction: failed\nStatus: 5.1.1",
                ("ünal@x.example", Action::Failed, "5.1.1"),
            ),
            (
                "Original-Recipient: rfc822;a@x.example\nFinal-Recipient: rfc822;a@daemon\nAction: failed\nStatus: 5.1.1",
                ("a@x.example", Action::Failed, "5.1.1"),
            ),
            (
                "Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 OK",
                ("a@x.example", Action::Failed, ""),
            ),
            (
                "  Final-Recipient: rfc822;a@x.example\n  Action: failed\n  Status: 5.2.1",
                ("a@x.example", Action::Failed, "5.2.1"),
            ),
        ];
        for (text, want) in table {
            let found = blocks(text);
            let block = found.first().unwrap();
            let shown = (
                block.recipient.as_deref().unwrap_or_default(),
                block.action.unwrap(),
                block.status.as_deref().unwrap_or_default(),
            );
            assert_eq!(shown, *want, "{text}");
        }
        let two =
            blocks("Final-Recipient: rfc822;a@x.example\nAction: failed\nFinal-Recipient: rfc822;b@x.example\nAction: failed\n");
        assert_eq!(two.len(), 2);
        let apart = blocks("Final-Recipient: rfc822;a@x.example\n\nAction: failed\n\nStatus: 5.1.1\n\nReporting-MTA: dns; x\n");
        let want = Block {
            recipient: Some("a@x.example".into()),
            action: Some(Action::Failed),
            status: Some("5.1.1".into()),
            ..Block::default()
        };
        assert_eq!(apart, [want]);
    }
}
