//! What the header and the words of a mail say about whether a mail server wrote it: single signs, of which `rules` and
//! [`kind`](crate::kind) judge.

use crate::decode::encoded_word;
use crate::decode::mime::{ENVELOPE, Part};
use crate::kind::signs as kind;
use crate::letter::Address;
use crate::phrases::{BOUNCE_CHALLENGE, BOUNCE_SUBJECT, BOUNCE_SURE, DAEMON_ADDRESS, DAEMON_NAME, DAEMON_SHARED};

/// What a mail says that may be a report.
#[derive(Debug)]
pub(crate) struct Facts<'a, 'b> {
    pub(crate) root: &'b Part<'a>,
    pub(crate) from: Option<&'b Address>,
    pub(crate) to: &'b [Address],
    pub(crate) subject: &'b str,
    /// The text that people read.
    pub(crate) text: &'b str,
    /// Decoded delivery-status parts.
    pub(crate) statuses: &'b [String],
    /// Returned mails or their headers, decoded.
    pub(crate) returned: &'b [Vec<u8>],
}

/// Whether the mail has the form of a report.
pub(super) fn is_report(root: &Part<'_>) -> bool {
    root.content.value == "multipart/report"
}

/// Whether the sender or the envelope says that a program wrote this.
pub(super) fn is_machine(facts: &Facts<'_, '_>) -> bool {
    is_daemon(facts.from) || from_names_daemon(facts) || has_null_path(facts.root) || kind::says_automatic(facts.root)
}

/// Whether the program behind a mailing list wrote this itself: Mailman says so, fml numbers what people write.
pub(super) fn is_list_robot(root: &Part<'_>) -> bool {
    let has = |name: &str| root.first(name).is_some();
    has("x-list-administrivia") || (has("x-mlserver") && !has("x-mail-count") && !has("x-ml-count"))
}

/// Whether the subject is a report's and no answer's.
pub(super) fn is_named(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    let subject = subject.trim_start_matches(['[', '*', '(', '<', '"', '!', ' ']);
    let answer =
        ["re:", "aw:", "fwd:", "fw:", "wg:", "tr:", "sv:", "antw:", "rv:"].iter().any(|start| subject.starts_with(start));
    !answer && BOUNCE_SUBJECT.stand_in(subject)
}

/// Whether a text asks its reader to prove that they wrote a mail.
pub(crate) fn challenges(text: &str) -> bool {
    let lower = text.get(..text.floor_char_boundary(12_000)).unwrap_or(text).to_lowercase();
    BOUNCE_CHALLENGE.stand_in(&lower)
}

/// Whether a text asks something; links with a question mark do not.
pub(crate) fn asks(text: &str) -> bool {
    text.split_whitespace().any(|word| word.trim_end_matches([')', '"', '\'', '!', '>', '*']).ends_with(['?', '？', '؟']))
}

/// Whether the sender is a mail system rather than a person, by the address or the name.
pub(super) fn is_daemon(from: Option<&Address>) -> bool {
    let named = |from: &Address| {
        let name = from.name.as_deref().unwrap_or_default().to_lowercase();
        DAEMON_NAME.stand_in(&name)
    };
    is_daemon_address(from) || from.is_some_and(named)
}

/// Whether the address belongs to a mail system. A name alone is a weak sign: people who run mail servers have it, too.
pub(crate) fn is_daemon_address(from: Option<&Address>) -> bool {
    from.is_some_and(|from| {
        let local = from.address.split('@').next().unwrap_or_default().to_lowercase();
        let starts = ["microsoftexchange", "mailer-daemon", "mailerdaemon", "postmaster", "post_master", "symantec_antivirus"];
        DAEMON_ADDRESS.have(&local) || starts.iter().any(|start| local.starts_with(start))
    })
}

/// Whether the address alone says so: nobody but a mail system has it.
pub(crate) fn is_surely_daemon(from: Option<&Address>) -> bool {
    let shared = |from: &Address| {
        DAEMON_SHARED.any(|name| from.address.split('@').next().is_some_and(|local| local.eq_ignore_ascii_case(name)))
    };
    is_daemon_address(from) && !from.is_some_and(shared)
}

/// From headers of mail systems are often no addresses: `MAILER-DAEMON`, `"Courier mail server" <@>`.
pub(super) fn from_names_daemon(facts: &Facts<'_, '_>) -> bool {
    facts.from.is_none()
        && facts.root.first("from").is_some_and(|raw| {
            let from = encoded_word::text(raw).to_lowercase();
            from.trim().is_empty() || from == "<>" || DAEMON_NAME.stand_in(&from)
        })
}

/// Whether the envelope sender was empty, as reports require (RFC 5321, section 4.5.5).
pub(crate) fn has_null_path(root: &Part<'_>) -> bool {
    let null = |path: &str| {
        let path = path.trim_start_matches('<');
        path == ">" || path.is_empty() || path.starts_with("mailer-daemon") || path.starts_with("mailer_daemon")
    };
    let paths = root.first("return-path").or_else(|| root.first("x-envelope-from")).or_else(|| root.first("envelope-from"));
    let of_header = paths.is_some_and(|value| {
        let path = encoded_word::text(value).replace([' ', '"'], "").to_ascii_lowercase();
        path.starts_with('<') && null(&path) || path.starts_with("mailer-daemon")
    });
    let of_mbox = root.first(ENVELOPE).is_some_and(|line| {
        let line = encoded_word::text(line).to_ascii_lowercase();
        let path = line.split(' ').next().unwrap_or_default();
        path == "<>" || path.starts_with("mailer-daemon") || path == "postmaster"
    });
    of_header || of_mbox
}

/// Whether a report's sentence stands in the first paragraph, and no question before any of them; a person greets or says
/// something else first.
pub(super) fn says_at_once(note: &str) -> bool {
    let start: String = note.trim_start().chars().take(300).collect();
    let mut lines = start.lines().map(str::trim).skip_while(|line| !line.chars().any(char::is_alphabetic));
    let paragraph = lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let asked = |sentence: &str| paragraph.split_once(sentence).is_some_and(|(before, _)| asks(before));
    BOUNCE_SURE.stand_in(&paragraph) && !BOUNCE_SURE.any(asked)
}

/// Whether the last lines ask something or are signed by the sender, who is no machine: a person put a report above.
pub(super) fn ends_in_person(facts: &Facts<'_, '_>) -> bool {
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
pub(super) fn own_addresses(facts: &Facts<'_, '_>) -> Vec<String> {
    facts.from.iter().copied().chain(facts.to).map(|address| address.address.to_lowercase()).collect()
}
