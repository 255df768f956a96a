//! Delivery reports: the standard form (RFC 3464) and the texts that mail servers write without it.
//!
//! A standard report is believed as it stands. A text alone is a report only if the sender or the envelope says so too:
//! people quote such texts when they ask for help.

use super::bounce_words::{DAEMONS, DELAYED, SENTENCES, SUBJECTS};
use super::mime::{Field, Part, split_head};
use super::{Address, Bounce, address, thread, words};

/// What a mail says that may be a report.
#[derive(Debug)]
pub(super) struct Facts<'a, 'b> {
    pub(super) root: &'b Part<'a>,
    pub(super) from: Option<&'b Address>,
    pub(super) to: &'b [Address],
    pub(super) subject: &'b str,
    /// The text that people read.
    pub(super) text: &'b str,
    /// Decoded delivery-status parts.
    pub(super) statuses: &'b [String],
    /// Returned mails or their headers, decoded.
    pub(super) returned: &'b [Vec<u8>],
}

/// Reads a delivery report; `None` where the mail is none.
pub(super) fn read(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let mut found = standard(facts).or_else(|| from_text(facts))?;
    if found.original_message_id.is_none() {
        found.original_message_id = original_id(facts);
    }
    Some(found)
}

/// One recipient's block of a message/delivery-status part (RFC 3464, section 2.3).
#[derive(Debug, Default)]
struct Block {
    recipient: Option<String>,
    action: Option<String>,
    status: Option<String>,
}

fn standard(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let mut blocks: Vec<Block> = Vec::new();
    // A person who attaches a report to ask about it writes no report.
    if facts.root.content.value == "multipart/report" || is_daemon(facts.from) || has_null_path(facts.root) {
        for status in facts.statuses {
            blocks.extend(status_blocks(status));
        }
    }
    // Some servers and gateways write the report's fields into the text.
    if blocks.is_empty() && facts.text.contains("Final-Recipient:") && (is_daemon(facts.from) || has_null_path(facts.root)) {
        blocks = status_blocks(facts.text);
        blocks.retain(|block| block.recipient.is_some());
    }
    if blocks.is_empty() {
        return None;
    }
    // What failed is what people have to know; a report may mix failed and delivered recipients.
    let worst = blocks.iter().find(|block| block.action.as_deref() == Some("failed")).or_else(|| blocks.first())?;
    let (action, status) = (worst.action.clone(), worst.status.clone());
    let same: Vec<&Block> = blocks.iter().filter(|block| block.action == action).collect();
    let mut recipients: Vec<String> = Vec::new();
    for recipient in same.iter().filter_map(|block| block.recipient.clone()) {
        if !recipients.contains(&recipient) && recipients.len() < 200 {
            recipients.push(recipient);
        }
    }
    let action =
        action.or_else(|| status.as_deref().map(|status| action_of(status).to_owned())).or_else(|| Some("failed".to_owned()));
    Some(Bounce { recipients, status, action, original_message_id: None })
}

fn action_of(status: &str) -> &'static str {
    match status.chars().next() {
        Some('2') => "delivered",
        Some('4') => "delayed",
        _ => "failed",
    }
}

fn status_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for paragraph in paragraphs(text) {
        let (fields, _) = split_head(paragraph.as_bytes());
        let get = |name: &str| {
            fields
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))
                .map(|field: &Field<'_>| words::text(field.value))
        };
        let recipient = get("final-recipient")
            .as_deref()
            .and_then(recipient)
            .or_else(|| get("original-recipient").as_deref().and_then(recipient))
            .or_else(|| get("x-actual-recipient").as_deref().and_then(recipient));
        let action = get("action")
            .map(|value| value.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase());
        let action = action.map(|word| if word == "failure" || word == "fail" { "failed".to_owned() } else { word });
        let action = action.filter(|word| ["failed", "delayed", "delivered", "relayed", "expanded"].contains(&word.as_str()));
        let status = get("status").as_deref().and_then(enhanced_code);
        let diagnostic = get("diagnostic-code").as_deref().and_then(enhanced_code);
        if recipient.is_none() && action.is_none() {
            continue;
        }
        // `5.0.0` says nothing; the remote server's own words often do.
        let vague = status.as_deref().is_none_or(|status| status.ends_with(".0.0"));
        let agrees = |code: &String| status.as_deref().is_none_or(|status| status.get(..1) == code.get(..1));
        let status = if vague { diagnostic.filter(agrees).or(status) } else { status };
        blocks.push(Block { recipient, action, status });
    }
    blocks
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in text.lines().take(20_000) {
        if line.trim().is_empty() {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    all.retain(|paragraph| !paragraph.is_empty());
    all
}

/// `rfc822; a@b` as an address; a name without a domain stays as it is.
fn recipient(value: &str) -> Option<String> {
    let value = value.split_once(';').map_or(value, |(_, rest)| rest);
    let value = words::strip_comments(value);
    let value = value.trim().trim_matches(|c| c == '<' || c == '>' || c == '"' || c == '\'').trim();
    address::spec(value)
        .or_else(|| (!value.is_empty() && value.len() <= 254 && !value.contains(char::is_whitespace)).then(|| value.to_owned()))
}

/// The first enhanced status code (RFC 3463) in a text: `5.1.1`, `#5.1.1`, `5.1.1 ...`.
pub(super) fn enhanced_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|word| word.trim_matches('.')).find_map(|word| {
        let pieces: Vec<&str> = word.split('.').collect();
        match pieces.as_slice() {
            [class @ ("2" | "4" | "5"), subject, detail]
                if (1..=3).contains(&subject.len()) && (1..=3).contains(&detail.len()) =>
            {
                Some(format!("{class}.{subject}.{detail}"))
            }
            _ => None,
        }
    })
}

/// Whether the address belongs to a mail system rather than to a person.
pub(super) fn is_daemon(from: Option<&Address>) -> bool {
    from.is_some_and(|from| {
        let local = from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let name = from.name.as_deref().unwrap_or_default().to_lowercase();
        DAEMONS.contains(&local.as_str())
            || local.starts_with("microsoftexchange")
            || local.starts_with("mailer-daemon")
            || [
                "mail delivery",
                "mail system",
                "system administrator",
                "mail administrator",
                "mailsystem",
                "postmaster",
                "mail daemon",
                "delivery subsystem",
            ]
            .iter()
            .any(|word| name.contains(word))
            || name.contains("mail deliver system")
            || name.contains("mailer-daemon")
    })
}

/// Whether the envelope sender was empty, as reports require (RFC 5321, section 4.5.5).
pub(super) fn has_null_path(root: &Part<'_>) -> bool {
    root.first("return-path").is_some_and(|value| {
        let path = words::text(value).replace(' ', "").to_ascii_lowercase();
        path == "<>" || path.trim_start_matches('<').starts_with("mailer-daemon")
    })
}

fn from_text(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let subject = facts.subject.to_lowercase();
    let head: String = facts.text.chars().take(8_000).collect();
    let text = head.to_lowercase();
    let failed_header = facts.root.text("x-failed-recipients");
    let said = SENTENCES.iter().any(|sentence| text.contains(sentence));
    let named = SUBJECTS.iter().any(|word| subject.contains(word));
    let machine = is_daemon(facts.from) || has_null_path(facts.root);
    let report = facts.root.content.value == "multipart/report"
        && facts.root.content.param("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    let answers = facts.root.first("in-reply-to").is_some();
    let believed =
        !failed_header.is_empty() || report || (machine && (named || said)) || (named && !answers && says_at_once(&text));
    if !believed || is_vacation(&subject) || is_challenge(&text) {
        return None;
    }
    let own = own_addresses(facts);
    let mut recipients: Vec<String> = failed_header.split(',').filter_map(recipient).collect();
    if recipients.is_empty() {
        recipients = text_recipients(&head, &own);
    }
    let delayed =
        DELAYED.iter().any(|words| text.contains(words)) || subject.starts_with("warning: ") || subject.contains("delay");
    let note = before_original(&head);
    let status = enhanced_code(&note).or_else(|| smtp_code(&note));
    let hard = status.as_deref().is_some_and(|status| status.starts_with('5'));
    let action = if delayed && !hard { "delayed" } else { "failed" };
    if !machine && recipients.is_empty() && !report {
        return None;
    }
    Some(Bounce { recipients, status, action: Some(action.to_owned()), original_message_id: None })
}

/// Whether a report's sentence stands at the very start; a person says something else first.
fn says_at_once(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect();
    SENTENCES.iter().take(STRONG_SENTENCES).any(|sentence| start.contains(sentence))
}

/// So many of [`SENTENCES`] are whole sentences that only programs write.
const STRONG_SENTENCES: usize = 14;

/// Absence notes come from null paths too.
fn is_vacation(subject: &str) -> bool {
    super::kind::is_absence_subject(subject)
}

/// Challenge-response systems ask the writer to confirm; the mail is not refused.
fn is_challenge(text: &str) -> bool {
    [
        "confirm that you are",
        "to confirm your message",
        "please confirm your email",
        "verify that you sent",
        "click the link below to deliver",
        "challenge",
    ]
    .iter()
    .any(|words| text.contains(words))
        && !text.contains("qmail-send")
}

/// Addresses that stand in a report but are not what it is about: who reports and who gets the report.
fn own_addresses(facts: &Facts<'_, '_>) -> Vec<String> {
    facts.from.iter().copied().chain(facts.to).map(|address| address.address.to_lowercase()).collect()
}

/// The report's own words, above the returned mail.
fn before_original(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let lower = line.trim().to_lowercase();
        let copy = lower.starts_with("--- below this line")
            || lower.starts_with("------ this is a copy")
            || lower.contains("original message headers")
            || lower.contains("original message follows")
            || lower.starts_with("received:")
            || lower.starts_with("return-path:")
            || lower.starts_with("--- original message")
            || lower.starts_with("----- original message")
            || lower.starts_with("----- message header follows")
            || lower.contains("message headers follow")
            || lower.starts_with("-----original message");
        if copy {
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn text_recipients(text: &str, own: &[String]) -> Vec<String> {
    let note = before_original(text);
    let mut first: Vec<String> = Vec::new();
    let mut other: Vec<String> = Vec::new();
    for line in note.lines().take(400) {
        let trimmed = line.trim();
        let lower = trimmed.to_lowercase();
        let labelled = [
            "to:",
            "recipient:",
            "final-recipient:",
            "original-recipient:",
            "rcpt to:",
            "failed recipient:",
            "an:",
            "empfänger:",
            "recipients:",
        ]
        .iter()
        .any(|label| lower.starts_with(label))
            || lower.contains("rcpt to:");
        for (index, word) in
            trimmed.split(|c: char| c.is_whitespace() || "<>()[]\"',;".contains(c)).filter(|word| word.contains('@')).enumerate()
        {
            let word = word
                .trim_end_matches(['.', ':', '!', '?'])
                .trim_start_matches("mailto:")
                .trim_start_matches("to:")
                .trim_start_matches("TO:")
                .trim_start_matches("rfc822;");
            let Some(found) =
                address::spec(word).filter(|found| found.split('@').next_back().is_some_and(|domain| domain.contains('.')))
            else {
                continue;
            };
            let lead = index == 0 && (trimmed.starts_with(['<', '(', '"', '*', '-']) || trimmed.starts_with(word) || labelled);
            let list = if lead || labelled { &mut first } else { &mut other };
            if !own.contains(&found.to_lowercase())
                && !list.contains(&found)
                && list.len() < 50
                && !DAEMONS.contains(&found.split('@').next().unwrap_or_default())
            {
                list.push(found);
            }
        }
    }
    if first.is_empty() {
        other.truncate(1);
        return other;
    }
    first
}

/// An enhanced code made of a plain SMTP reply code (RFC 3463 classes): `550` is `5.0.0`.
fn smtp_code(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).take(4_000).collect();
    let code = words.iter().find(|word| {
        word.len() == 3
            && (word.starts_with('5') || word.starts_with('4'))
            && matches!(word.get(1..2), Some("0" | "2" | "5" | "7"))
            && word.bytes().all(|b| b.is_ascii_digit())
    })?;
    Some(format!("{}.0.0", code.get(..1)?))
}

/// The Message-ID of the mail that the report is about: from the returned mail, its headers in the text, or the report's
/// own In-Reply-To.
fn original_id(facts: &Facts<'_, '_>) -> Option<String> {
    for returned in facts.returned {
        let (fields, _) = split_head(returned);
        let id = fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(b"message-id"))
            .and_then(|field| thread::message_id(&words::text(field.value)));
        if id.is_some() {
            return id;
        }
    }
    let own = thread::message_id(&facts.root.text("message-id"));
    let mut lines = facts.text.lines();
    while let Some(line) = lines.next() {
        let lower = line.trim_start_matches(['>', ' ', '\t', '|']).to_ascii_lowercase();
        if lower.starts_with("message-id:") || lower.starts_with("message-id is:") || lower.starts_with("original message id") {
            let (_, value) = line.split_once(':')?;
            let value = if value.trim().is_empty() { lines.next().unwrap_or_default() } else { value };
            let id = thread::message_ids(value).into_iter().next();
            if id.is_some() && id != own {
                return id;
            }
        }
    }
    thread::references(&facts.root.text("references"), &facts.root.text("in-reply-to")).pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes() {
        let table = [
            ("550 5.1.1 User", Some("5.1.1")),
            ("#5.1.10#", Some("5.1.10")),
            ("host 192.5.1.1 said", None),
            ("4.4.7 (x)", Some("4.4.7")),
            ("version 5.1", None),
            ("550-5.7.26 x", Some("5.7.26")),
        ];
        for (text, want) in table {
            assert_eq!(enhanced_code(text).as_deref(), want, "{text}");
        }
        assert_eq!(smtp_code("said: 550 no such user").as_deref(), Some("5.0.0"));
    }

    #[test]
    fn blocks_of_a_report() {
        let status = "Reporting-MTA: dns; mx.x.example\n\nFinal-Recipient: rfc822; Ann@X.example\nAction: failed (bad)\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 no\n\nFinal-Recipient: rfc822; b@x.example\nAction: delivered\nStatus: 2.0.0\n";
        let blocks = status_blocks(status);
        let shown: Vec<_> = blocks.iter().map(|b| (b.recipient.as_deref(), b.action.as_deref(), b.status.as_deref())).collect();
        assert_eq!(
            shown,
            [(Some("Ann@x.example"), Some("failed"), Some("5.1.1")), (Some("b@x.example"), Some("delivered"), Some("2.0.0"))]
        );
    }
}
