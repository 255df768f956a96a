//! Delivery reports: the standard form (RFC 3464, `report`) and the notes that mail servers write without it (`text`).
//!
//! A standard report is believed as it stands. A text alone is a report only if the sender or the envelope says so too:
//! people quote such texts when they ask for help.

mod report;
mod status;
mod text;

use self::report::Block;
use super::decode::mime::{ENVELOPE, Part, split_head};
use super::decode::{address, words};
use super::letter::{Address, Bounce, Reported};
use super::{kind, thread};
use crate::phrases::{
    BOUNCE_BLOCKED, BOUNCE_CHALLENGE, BOUNCE_DELAYED, BOUNCE_DELIVERED, BOUNCE_FINAL, BOUNCE_OWNER, BOUNCE_REFUSED,
    BOUNCE_RELAYED, BOUNCE_SENTENCE, BOUNCE_SUBJECT, BOUNCE_SURE, DAEMON_ADDRESS, DAEMON_NAME, DAEMON_SHARED,
};

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
    let mut found = standard(facts).or_else(|| refusal(facts)).or_else(|| certified(facts)).or_else(|| from_text(facts))?;
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

fn is_report(root: &Part<'_>) -> bool {
    root.content.value == "multipart/report"
}

/// Whether the sender or the envelope says that a program wrote this.
fn is_machine(facts: &Facts<'_, '_>) -> bool {
    is_daemon(facts.from) || from_names_daemon(facts) || has_null_path(facts.root) || kind::says_automatic(facts.root)
}

/// Whether the program behind a mailing list wrote this itself: Mailman says so, fml numbers what people write.
fn is_list_robot(root: &Part<'_>) -> bool {
    let has = |name: &str| root.first(name).is_some();
    has("x-list-administrivia") || (has("x-mlserver") && !has("x-mail-count") && !has("x-ml-count"))
}

fn standard(facts: &Facts<'_, '_>) -> Option<Bounce> {
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
    let done = |block: &Block| {
        block.action.clone().or_else(|| block.status.as_deref().map(|status| report::action_of(status).to_owned()))
    };
    let has = |wanted: &str| blocks.iter().find(|block| done(block).as_deref() == Some(wanted));
    let worst = has("failed").or_else(|| has("delayed")).or_else(|| blocks.first())?;
    let action = done(worst).unwrap_or_else(|| "failed".to_owned());
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
    let bad = matches!(action.as_str(), "failed" | "delayed");
    if bad && status.as_deref().is_none_or(|status| status.ends_with(".0.0")) && worst.diagnostic.is_none() {
        // The people's part often says more than the machine's.
        let said = status::of_note(note, action == "delayed");
        let class = status.as_deref().and_then(|status| status.get(..1)).unwrap_or(if action == "delayed" { "4" } else { "5" });
        status = Some(format!("{class}{}", said.get(1..).unwrap_or(".0.0")));
    }
    let diagnostic = worst.diagnostic.clone().or_else(|| bad.then(|| text::diagnostic(note)).flatten());
    let each = blocks.iter().filter_map(|block| {
        let recipient = block.recipient.clone()?;
        Some(Reported { recipient, status: block.status.clone().or_else(|| status.clone()), action: done(block) })
    });
    let by_recipient = differing(each.collect());
    Some(Bounce { recipients, status, action: Some(action), original_message_id: None, diagnostic, by_recipient })
}

/// A mail filter's refusal that comes as a receipt (RFC 5429, section 2.2): deleted without anybody's hand, and the text
/// says refused.
fn refusal(facts: &Facts<'_, '_>) -> Option<Bounce> {
    if !is_report(facts.root) {
        return None;
    }
    let leaves = facts.root.leaves();
    let (fields, _) = split_head(leaves.iter().find(|leaf| leaf.content.value == "message/disposition-notification")?.body);
    let get =
        |name: &[u8]| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| words::text(field.value));
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
        action: Some("failed".to_owned()),
        original_message_id: get(b"original-message-id"),
        diagnostic: text::diagnostic(note),
        by_recipient: Vec::new(),
    })
}

/// The Message-ID that a notice of Italian certified mail is about (RFC 6109).
const CERTIFIED_ID: &str = "x-riferimento-message-id";

/// The notices of Italian certified mail (RFC 6109) that say whether a mail arrived.
fn certified(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let action = match facts.root.text("x-ricevuta").trim().to_ascii_lowercase().as_str() {
        "errore-consegna" | "non-accettazione" => "failed",
        "preavviso-errore-consegna" => "delayed",
        "avvenuta-consegna" => "delivered",
        _ => return None,
    };
    let note = text::note(facts.text);
    let bad = action != "delivered";
    Some(Bounce {
        recipients: text::recipients(note, &own_addresses(facts)),
        status: Some(if bad { status::of_note(note, action == "delayed") } else { "2.0.0".to_owned() }),
        action: Some(action.to_owned()),
        original_message_id: None,
        diagnostic: bad.then(|| text::diagnostic(note)).flatten(),
        by_recipient: Vec::new(),
    })
}

/// One line for each recipient, if they do not all say the same.
fn differing(all: Vec<Reported>) -> Vec<Reported> {
    let mut each: Vec<Reported> = Vec::new();
    for one in all {
        if each.len() < 200 && !each.iter().any(|known| known.recipient.eq_ignore_ascii_case(&one.recipient)) {
            each.push(one);
        }
    }
    let same = |one: &Reported| each.first().is_some_and(|first| first.status == one.status && first.action == one.action);
    if each.iter().all(same) { Vec::new() } else { each }
}

/// Whether the subject is a report's and no answer's.
fn is_named(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    let subject = subject.trim_start_matches(['[', '*', '(', '<', '"', '!', ' ']);
    let answer =
        ["re:", "aw:", "fwd:", "fw:", "wg:", "tr:", "sv:", "antw:", "rv:"].iter().any(|start| subject.starts_with(start));
    !answer && BOUNCE_SUBJECT.stand_in(subject)
}

/// Whether a text asks its reader to prove that they wrote a mail.
pub(super) fn challenges(text: &str) -> bool {
    let lower = text.get(..text.floor_char_boundary(12_000)).unwrap_or(text).to_lowercase();
    BOUNCE_CHALLENGE.stand_in(&lower)
}

/// Whether a text asks something; links with a question mark do not.
pub(super) fn asks(text: &str) -> bool {
    text.split_whitespace().any(|word| word.trim_end_matches([')', '"', '\'', '!', '>', '*']).ends_with(['?', '？', '؟']))
}

/// Whether the sender is a mail system rather than a person, by the address or the name.
fn is_daemon(from: Option<&Address>) -> bool {
    let named = |from: &Address| {
        let name = from.name.as_deref().unwrap_or_default().to_lowercase();
        DAEMON_NAME.stand_in(&name)
    };
    is_daemon_address(from) || from.is_some_and(named)
}

/// Whether the address belongs to a mail system. A name alone is a weak sign: people who run mail servers have it, too.
pub(super) fn is_daemon_address(from: Option<&Address>) -> bool {
    from.is_some_and(|from| {
        let local = from.address.split('@').next().unwrap_or_default().to_lowercase();
        let starts = ["microsoftexchange", "mailer-daemon", "mailerdaemon", "postmaster", "post_master", "symantec_antivirus"];
        DAEMON_ADDRESS.have(&local) || starts.iter().any(|start| local.starts_with(start))
    })
}

/// Whether the address alone says so: nobody but a mail system has it.
pub(super) fn is_surely_daemon(from: Option<&Address>) -> bool {
    let shared = |from: &Address| {
        DAEMON_SHARED.any(|name| from.address.split('@').next().is_some_and(|local| local.eq_ignore_ascii_case(name)))
    };
    is_daemon_address(from) && !from.is_some_and(shared)
}

/// From headers of mail systems are often no addresses: `MAILER-DAEMON`, `"Courier mail server" <@>`.
fn from_names_daemon(facts: &Facts<'_, '_>) -> bool {
    facts.from.is_none()
        && facts.root.first("from").is_some_and(|raw| {
            let from = words::text(raw).to_lowercase();
            from.trim().is_empty() || from == "<>" || DAEMON_NAME.stand_in(&from)
        })
}

/// Whether the envelope sender was empty, as reports require (RFC 5321, section 4.5.5).
pub(super) fn has_null_path(root: &Part<'_>) -> bool {
    let null = |path: &str| {
        let path = path.trim_start_matches('<');
        path == ">" || path.is_empty() || path.starts_with("mailer-daemon") || path.starts_with("mailer_daemon")
    };
    let paths = root.first("return-path").or_else(|| root.first("x-envelope-from")).or_else(|| root.first("envelope-from"));
    let of_header = paths.is_some_and(|value| {
        let path = words::text(value).replace([' ', '"'], "").to_ascii_lowercase();
        path.starts_with('<') && null(&path) || path.starts_with("mailer-daemon")
    });
    let of_mbox = root.first(ENVELOPE).is_some_and(|line| {
        let line = words::text(line).to_ascii_lowercase();
        let path = line.split(' ').next().unwrap_or_default();
        path == "<>" || path.starts_with("mailer-daemon") || path == "postmaster"
    });
    of_header || of_mbox
}

fn from_text(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let head: String = facts.text.chars().take(12_000).collect();
    let note = text::note(&head);
    let lower = note.to_lowercase();
    let subject = facts.subject.to_lowercase();
    let failed_headers = facts.root.all("x-failed-recipients").map(words::text).collect::<Vec<_>>().join(",");
    // Hundreds of sentences: looked for only where a machine may have written.
    let said = || [&BOUNCE_SENTENCE, &BOUNCE_SURE, &BOUNCE_DELAYED].iter().any(|words| words.stand_in(&lower));
    let named = is_named(facts);
    let marked = kind::says_automatic(facts.root) || is_list_robot(facts.root);
    let machine = marked || is_machine(facts);
    let report = is_report(facts.root)
        && facts.root.content.param("report-type").is_none_or(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    let answers = facts.root.first("in-reply-to").is_some();
    let daemon = is_daemon_address(facts.from) || from_names_daemon(facts) || has_null_path(facts.root);
    // Ticket systems mark what they write, too, and show what people complain about.
    let sure = daemon || is_daemon(facts.from);
    let returns = !facts.returned.is_empty() || note.len() < head.len();
    let believed = !failed_headers.is_empty()
        || report
        || (daemon && (named || ((said() || BOUNCE_SUBJECT.stand_in(&lower)) && (!answers || returns))))
        || (machine && named && (returns || (said() && (sure || !(answers || kind::acknowledges(&lower))))))
        || (marked && returns && !answers && said())
        || (named && (!answers || returns) && says_at_once(&lower) && !ends_in_person(facts))
        || (is_daemon_address(facts.from) && has_null_path(facts.root) && says_at_once(&lower))
        || (machine && !answers && text::refuses_mail_of(note, facts.to) && BOUNCE_BLOCKED.stand_in(&lower))
        || (!answers && !facts.returned.is_empty() && says_at_once(&lower) && !ends_in_person(facts));
    // Postfix tells its keeper of every session that went wrong.
    let session = subject.contains("smtp server: errors from");
    if !believed || session || kind::is_absence_subject(&subject) || challenges(&lower) {
        return None;
    }
    let own = own_addresses(facts);
    let mut recipients: Vec<String> = Vec::new();
    for found in failed_headers.split([',', ' ']).filter(|word| !word.is_empty()).filter_map(report::recipient) {
        if !recipients.contains(&found) && recipients.len() < 200 {
            recipients.push(found);
        }
    }
    if recipients.is_empty() {
        recipients = text::recipients(note, &own);
    }
    if recipients.is_empty() && daemon {
        recipients = text::bare_names(note);
    }
    // About nobody, returning nothing: a quarantine's digest and a parcel service use the same words.
    // So does a warning to the owner of a mailbox that fills.
    let warns = BOUNCE_OWNER.stand_in(&lower) || BOUNCE_OWNER.stand_in(&subject);
    let tells = !recipients.is_empty() || report || returns || (daemon && named && !warns);
    if !tells {
        return None;
    }
    let action = action(&lower, &subject);
    let bad = matches!(action, "failed" | "delayed");
    let status = if bad { status::of_note(note, action == "delayed") } else { "2.0.0".to_owned() };
    let action = if action == "delayed" && status.starts_with('5') { "failed" } else { action };
    let diagnostic = bad.then(|| text::diagnostic(note)).flatten();
    let each = if bad && recipients.len() > 1 { text::each(note, &recipients, &status, action) } else { Vec::new() };
    let status = each.first().and_then(|first| first.status.clone()).unwrap_or(status);
    let by_recipient = differing(each);
    let action = Some(action.to_owned());
    Some(Bounce { recipients, status: Some(status), action, original_message_id: None, diagnostic, by_recipient })
}

/// What became of the mail, as a note in prose (lower case) says it.
fn action(note: &str, subject: &str) -> &'static str {
    let is_final = BOUNCE_FINAL.stand_in(note);
    let warned = subject.starts_with("warning:") || subject.contains("delay") || subject.contains("verzögert");
    if !is_final && (warned || BOUNCE_DELAYED.stand_in(note)) {
        return "delayed";
    }
    let relayed = BOUNCE_RELAYED.stand_in(note);
    let failed = note.contains("fail") || note.contains("undeliver") || note.contains("not deliver") || note.contains("unknown");
    match (failed || is_final, relayed || BOUNCE_DELIVERED.stand_in(note), relayed) {
        (false, true, true) => "relayed",
        (false, true, false) => "delivered",
        _ => "failed",
    }
}

/// Whether a report's sentence stands in the first paragraph, and no question before any of them; a person greets or says
/// something else first.
fn says_at_once(note: &str) -> bool {
    let start: String = note.trim_start().chars().take(300).collect();
    let mut lines = start.lines().map(str::trim).skip_while(|line| !line.chars().any(char::is_alphabetic));
    let paragraph = lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let asked = |sentence: &str| paragraph.split_once(sentence).is_some_and(|(before, _)| asks(before));
    BOUNCE_SURE.stand_in(&paragraph) && !BOUNCE_SURE.any(asked)
}

/// Whether the last lines ask something or are signed by the sender, who is no machine: a person put a report above.
fn ends_in_person(facts: &Facts<'_, '_>) -> bool {
    if is_machine(facts) {
        return false;
    }
    let name = facts.from.and_then(|from| from.name.as_deref()).unwrap_or_default().to_lowercase();
    let mut last = facts.text.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(3);
    last.any(|line| {
        let line = line.get(..line.floor_char_boundary(1_000)).unwrap_or(line).to_lowercase();
        let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        asks(&line) || (line.len() < 60 && words.any(|word| name.split_whitespace().any(|known| known == word)))
    })
}

/// Addresses that stand in a report but are not what it is about: who reports and who gets the report.
fn own_addresses(facts: &Facts<'_, '_>) -> Vec<String> {
    facts.from.iter().copied().chain(facts.to).map(|address| address.address.to_lowercase()).collect()
}

/// The only recipient of the returned mail, where the report names none.
fn original_recipient(facts: &Facts<'_, '_>) -> Option<String> {
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
fn original_id(facts: &Facts<'_, '_>) -> Option<String> {
    let own = thread::message_id(&facts.root.text("message-id"));
    let of_head = |returned: &Vec<u8>| {
        let (fields, _) = split_head(returned);
        let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"message-id"))?;
        thread::message_id(&words::text(field.value))
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
