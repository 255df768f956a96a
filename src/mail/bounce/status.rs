//! Enhanced status codes (RFC 3463): read where they are written, else made of an SMTP reply code or of the words.

use crate::phrases::{
    BOUNCE_REASON_ADDRESS_SYNTAX, BOUNCE_REASON_CONNECTION, BOUNCE_REASON_DISABLED, BOUNCE_REASON_EXPIRED, BOUNCE_REASON_FULL,
    BOUNCE_REASON_LOOP, BOUNCE_REASON_MAILBOX_FULL, BOUNCE_REASON_MISSING, BOUNCE_REASON_MOVED, BOUNCE_REASON_NO_ROUTE,
    BOUNCE_REASON_POLICY, BOUNCE_REASON_SENDER, BOUNCE_REASON_STORAGE, BOUNCE_REASON_SYNTAX, BOUNCE_REASON_TOO_LARGE,
    BOUNCE_REASON_TOO_MANY_RECIPIENTS, BOUNCE_REASON_UNKNOWN_HOST, BOUNCE_REASON_UNKNOWN_USER, Section,
};

/// What servers say, and the subject and detail of the status that they mean by it; the first hit counts, so that the more
/// telling words stand first.
const REASONS: &[(&str, &Section)] = &[
    ("2.2", &BOUNCE_REASON_MAILBOX_FULL),
    ("1.6", &BOUNCE_REASON_MOVED),
    ("2.1", &BOUNCE_REASON_DISABLED),
    ("3.4", &BOUNCE_REASON_TOO_LARGE),
    ("1.3", &BOUNCE_REASON_ADDRESS_SYNTAX),
    ("1.8", &BOUNCE_REASON_SENDER),
    ("1.1", &BOUNCE_REASON_UNKNOWN_USER),
    ("1.2", &BOUNCE_REASON_UNKNOWN_HOST),
    ("4.4", &BOUNCE_REASON_NO_ROUTE),
    ("4.6", &BOUNCE_REASON_LOOP),
    ("7.1", &BOUNCE_REASON_POLICY),
    ("4.7", &BOUNCE_REASON_EXPIRED),
    ("4.1", &BOUNCE_REASON_CONNECTION),
    ("3.1", &BOUNCE_REASON_STORAGE),
    ("5.3", &BOUNCE_REASON_TOO_MANY_RECIPIENTS),
    ("1.3", &BOUNCE_REASON_SYNTAX),
    ("1.1", &BOUNCE_REASON_MISSING),
    ("2.2", &BOUNCE_REASON_FULL),
];

/// The status of a note: the code written in it, else one made of its words and its SMTP reply code. `delayed`: the
/// server still tries, so that the class is 4 where nothing else says it.
pub(super) fn of_note(note: &str, delayed: bool) -> String {
    // Some servers pass on a line of their log, which has no blanks.
    let note = &note.replace('_', " ");
    let written = enhanced_code(note);
    if let Some(code) = written.as_ref().filter(|code| !code.ends_with(".0.0")) {
        return code.clone();
    }
    let reply = smtp_code(note);
    let said = written.as_deref().or(reply.as_deref()).and_then(|code| code.get(..1));
    let class = said.unwrap_or(if delayed { "4" } else { "5" });
    // What the refusing server said counts before what is said about it. Servers wrap what another server said.
    let replied = note.lines().take(600).filter(|line| smtp_code(line).is_some()).find_map(meant);
    match replied.or_else(|| meant(note)) {
        // Giving up after days is a lasting failure of something passing (RFC 3463, section 3.5).
        Some("4.7") if reply.is_none() => "4.4.7".to_owned(),
        Some(detail) => format!("{class}.{detail}"),
        None => format!("{class}.0.0"),
    }
}

/// Subject and detail that the words of a server mean.
pub(super) fn meant(note: &str) -> Option<&'static str> {
    let find = |text: &str| REASONS.iter().find(|(_, words)| says(text, words));
    let lower = note.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    find(&lower).or_else(|| find(&bare(note))).map(|(detail, _)| *detail)
}

/// How far the two halves of a reason may stand apart, in bytes.
const REACH: usize = 30;

/// Whether a text has some of these words; `*` stands for a few others between them.
fn says(text: &str, words: &Section) -> bool {
    let near = |first: &str, then: &str| {
        text.match_indices(first).any(|(at, _)| {
            let rest = text.get(at + first.len()..).unwrap_or_default();
            rest.get(..rest.floor_char_boundary(REACH + then.len())).unwrap_or(rest).contains(then)
        })
    };
    words.stand_in(text) || words.any(|word| word.split_once('*').is_some_and(|(first, then)| near(first, then)))
}

/// A note on one line, in lower case and without addresses: servers name them in the middle of their sentences.
fn bare(note: &str) -> String {
    let mut out = String::with_capacity(note.len());
    for piece in note.split(|c: char| c.is_whitespace() || "<>()[]\"'".contains(c)).filter(|piece| !piece.is_empty()) {
        let piece = if piece.contains('@') { piece.split_once(':').map_or("", |(_, behind)| behind) } else { piece };
        if !piece.is_empty() {
            out.push_str(&piece.to_lowercase());
            out.push(' ');
        }
    }
    out
}

/// The first enhanced status code of a failure in a text (`5.1.1`, `#5.1.1`), preferring one behind an SMTP reply code,
/// and one that says something to one that does not (`5.0.0`).
pub(super) fn enhanced_code(text: &str) -> Option<String> {
    let mut first = None;
    let mut vague = None;
    let mut before = "";
    let mut mark = ' ';
    for piece in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '.')) {
        let word = piece.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
        // A part of a link is no code.
        let linked = matches!(mark, '=' | '/' | '?' | '&');
        mark = piece.chars().next_back().unwrap_or(' ');
        if word.is_empty() {
            continue;
        }
        if let Some(code) = as_code(word.trim_matches('.'))
            && !code.starts_with('2')
            && !linked
        {
            if code.ends_with(".0.0") {
                vague = vague.or(Some(code));
                before = word;
                continue;
            }
            if is_reply_code(before) {
                return Some(code);
            }
            let version = ["version", "release", "exim", "postfix", "sendmail", "qmail", "v"];
            if first.is_none() && !version.iter().any(|word| before.eq_ignore_ascii_case(word)) {
                first = Some(code);
            }
        }
        before = word;
    }
    first.or(vague)
}

/// `word` as an enhanced status code of any class.
pub(super) fn as_code(word: &str) -> Option<String> {
    let mut pieces = word.split('.');
    let (class, subject, detail) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let number = |piece: &str| (1..=3).contains(&piece.len()) && piece.bytes().all(|b| b.is_ascii_digit());
    (pieces.next().is_none() && matches!(class, "2" | "4" | "5") && number(subject) && number(detail)).then(|| {
        let plain = |piece: &str| piece.parse::<u16>().unwrap_or_default();
        format!("{class}.{}.{}", plain(subject), plain(detail))
    })
}

fn is_reply_code(word: &str) -> bool {
    let mut bytes = word.bytes();
    let start = matches!((bytes.next(), bytes.next()), (Some(b'4' | b'5'), Some(b'0'..=b'7')));
    start && word.len() == 3 && bytes.all(|b| b.is_ascii_digit())
}

/// The first SMTP reply code of a failure: three digits with words or an address behind them.
pub(super) fn smtp_code(text: &str) -> Option<String> {
    for line in text.lines().take(2_000) {
        let mut rest = line;
        while let Some(at) = rest.find(['4', '5']) {
            let (before, from) = rest.split_at_checked(at)?;
            let clock = before.strip_suffix(':').is_some_and(|start| start.ends_with(|c: char| c.is_ascii_digit()));
            let starts =
                before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '@')) && !clock;
            let word: &str = from.get(..3).unwrap_or_default();
            let after = from.get(3..).unwrap_or_default();
            let ends = after.is_empty()
                || after.strip_prefix([' ', '-', ':', ',', ';', ')', '\'', '"']).is_some_and(|tail| {
                    let tail = tail.trim_start();
                    tail.chars().next().is_none_or(|c| !c.is_ascii_digit())
                        && !tail.starts_with("bytes")
                        && !tail.starts_with("KB")
                });
            if starts && ends && is_reply_code(word) {
                return Some(word.to_owned());
            }
            rest = from.get(1..)?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_texts() {
        let table = [
            ("550 5.1.1 User", Some("5.1.1")),
            ("#5.1.10#", Some("5.1.10")),
            ("host 192.5.1.1 said", None),
            ("4.4.7 (x)", Some("4.4.7")),
            ("version 5.1", None),
            ("Exim 4.94.2 says", None),
            ("550-5.7.26 x", Some("5.7.26")),
            ("sent on 4.10.22, 550 5.2.1 off", Some("5.2.1")),
            ("2.0.0 Ok", None),
            ("554 5.0.0 Service unavailable, 550 5.1.1 unknown", Some("5.1.1")),
            ("554 5.0.0 Service unavailable", Some("5.0.0")),
            ("550 spam, see http://x.example/?id=4.5.6", None),
        ];
        for (text, want) in table {
            assert_eq!(enhanced_code(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn replies_in_texts() {
        let table = [
            ("said: 550 no such user", Some("550")),
            ("<<< 554-delivery error", Some("554")),
            ("size 512 bytes", None),
            ("at 12:450", None),
            ("id 5A550B", None),
            ("RCPT: '452'", Some("452")),
        ];
        for (text, want) in table {
            assert_eq!(smtp_code(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn words_become_a_status() {
        let table = [
            ("550 5.1.1 no such user", false, "5.1.1"),
            ("User unknown", false, "5.1.1"),
            ("450 mailbox full", false, "4.2.2"),
            ("Mailbox full", true, "4.2.2"),
            ("552 message size exceeds fixed limit", false, "5.3.4"),
            ("Host or domain name not found: host not found", false, "5.1.2"),
            ("Delivery time expired", false, "4.4.7"),
            ("554 rejected as spam", false, "5.7.1"),
            ("<a@x.example>: User\n    unknown in table", false, "5.1.1"),
            ("it went wrong", false, "5.0.0"),
            ("550 Unknown user\n554 5.0.0 Service unavailable", false, "5.1.1"),
            ("554 5.0.0 Service unavailable", false, "5.0.0"),
            ("The account is disabled or does not exist.\n550 Unknown user", false, "5.1.1"),
            ("it went wrong", true, "4.0.0"),
            ("Empfänger unbekannt", false, "5.1.1"),
            ("Recipient <a@x.example> was not found.", false, "5.1.1"),
            ("The mailbox of a@x.example is full.", false, "5.2.2"),
            ("said:_550_unknown_user/Giving_up", false, "5.1.1"),
            ("550 Sender address rejected", false, "5.1.8"),
            ("The mailbox is here, and much later in this text the word quota stands", false, "5.0.0"),
        ];
        for (text, delayed, want) in table {
            assert_eq!(of_note(text, delayed), want, "{text}");
        }
    }
}
