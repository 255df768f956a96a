//! Message ids, subjects and ticket numbers: what ties a mail to a conversation. Pure text work, junk tolerated.

use crate::phrases::{SUBJECT_ANSWER, SUBJECT_FORWARD};

/// Longest message id in bytes; RFC 5322 limits a line to 998.
const MAX_ID: usize = 998;
/// References kept per mail; long threads repeat hundreds.
const MAX_REFERENCES: usize = 50;

/// All `<left@right>` ids in a header value, cleaned, without brackets, in order and without duplicates.
pub fn message_ids(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some((_, tail)) = rest.split_once('<') {
        // An id that lost its end is cut off by the next one.
        let end = tail.find(['>', '<']).unwrap_or(tail.len());
        let (inner, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
        push(&mut ids, inner);
        rest = after;
    }
    if ids.is_empty() && !value.contains('<') {
        for word in value.split(|c: char| c.is_whitespace() || c == ',' || c == ';') {
            if word.contains('@') {
                push(&mut ids, word.trim_matches(|c| "\"'>()".contains(c)));
            }
        }
    }
    ids
}

fn push(ids: &mut Vec<String>, raw: &str) {
    if ids.len() >= 1_000 {
        return;
    }
    if let Some(id) = clean_id(raw)
        && !ids.contains(&id)
    {
        ids.push(id);
    }
}

/// A message id (RFC 5322, section 3.6.4) without brackets and folding blanks; `None` where nothing usable is left.
pub fn clean_id(raw: &str) -> Option<String> {
    let id: String = raw.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let id = id.trim_matches(|c| c == '<' || c == '>');
    (!id.is_empty() && id.len() <= MAX_ID).then(|| id.to_owned())
}

/// The id of a Message-ID header: the bracketed one, else the whole word.
pub fn message_id(value: &str) -> Option<String> {
    if let Some(id) = message_ids(value).into_iter().next() {
        return Some(id);
    }
    let value = value.trim();
    (!value.contains(char::is_whitespace)).then(|| clean_id(value)).flatten()
}

/// References, then In-Reply-To, without duplicates, oldest first. Of too many the first and the latest are kept.
pub fn references(references: &str, in_reply_to: &str) -> Vec<String> {
    let mut ids = message_ids(references);
    for id in message_ids(in_reply_to) {
        // In-Reply-To of old clients is prose with an address in it; only bracketed ids count there.
        if in_reply_to.contains('<') || !id.contains('"') {
            push(&mut ids, &id);
        }
    }
    if ids.len() > MAX_REFERENCES {
        let surplus = ids.len() - MAX_REFERENCES;
        ids.drain(1..=surplus);
    }
    ids
}

/// The ticket number that a subject names: `[ACME-42]`, bracketed only; the last one wins because clients prepend.
pub fn ticket_number(subject: &str) -> Option<(String, i64)> {
    brackets(subject).filter_map(|(_, inner)| number(inner)).last()
}

/// Contents of `[...]` in a text with the offset of the opening bracket.
fn brackets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('[').filter_map(move |(at, _)| {
        let tail = text.get(at + 1..)?;
        let end = tail.find(['[', ']'])?;
        tail.get(end..)?.starts_with(']').then_some((at, tail.get(..end)?))
    })
}

fn number(inner: &str) -> Option<(String, i64)> {
    let (key, digits) = inner.split_once('-')?;
    let starts = key.starts_with(|c: char| c.is_ascii_uppercase());
    let clean = (2..=10).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    (starts && clean && plain).then(|| Some((key.to_owned(), digits.parse().ok()?))).flatten()
}

fn prefix(subject: &str) -> Option<(String, &str)> {
    let end = subject.find([':', '：'])?;
    let (head, tail) = subject.split_at_checked(end)?;
    let rest = tail.trim_start_matches([':', '：']);
    let word = head.trim().to_lowercase();
    // `Re[2]:`, `Re(2):`, `RE^2:`, `Re *3:` count the answers.
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^* ".contains(c)).trim().to_owned();
    (!word.is_empty() && word.len() <= 24).then_some((word, rest))
}

/// Whether the subject's first prefix says that the mail forwards another (`Fwd:`, `WG:`, `TR:` ...).
pub fn is_forward(subject: &str) -> bool {
    prefix(without_number(subject)).is_some_and(|(word, _)| SUBJECT_FORWARD.have(&word) && word != "rv")
}

fn without_number(subject: &str) -> &str {
    let subject = subject.trim();
    match subject.strip_prefix('[').and_then(|tail| tail.split_once(']')) {
        Some((inner, rest)) if number(inner).is_some() => rest.trim_start(),
        _ => subject,
    }
}

/// Whether the subject begins like that of an answer, behind ticket numbers.
pub fn is_answer(subject: &str) -> bool {
    prefix(without_numbers(subject).trim()).is_some_and(|(word, _)| SUBJECT_ANSWER.have(&word))
}

/// The subject without answer and forward prefixes and without ticket numbers.
pub fn base_subject(subject: &str) -> String {
    let text = without_numbers(subject);
    let mut rest = text.trim();
    for _ in 0..50 {
        match prefix(rest) {
            Some((word, after)) if SUBJECT_ANSWER.have(&word) || SUBJECT_FORWARD.have(&word) => rest = after.trim_start(),
            _ => break,
        }
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_numbers(subject: &str) -> String {
    let mut text = String::with_capacity(subject.len());
    let mut done = 0;
    for (at, inner) in brackets(subject).filter(|(_, inner)| number(inner).is_some()) {
        text.push_str(subject.get(done..at).unwrap_or_default());
        text.push(' ');
        done = at + inner.len() + "[]".len();
    }
    text.push_str(subject.get(done..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert_eq!(message_ids("Your message of Monday <a@b> (x) <c d@e><a@b> <>"), ["a@b", "cd@e"]);
        assert_eq!(message_ids("a@b c@d"), ["a@b", "c@d"]);
        assert_eq!(message_ids("<a@b <c@d>"), ["a@b", "c@d"]);
        assert_eq!(message_id("plain-id").as_deref(), Some("plain-id"));
        assert_eq!(message_id("<id-without-at>").as_deref(), Some("id-without-at"));
        assert_eq!(message_id("two words"), None);
        assert_eq!(message_id(&"x".repeat(999)), None);
        let many: String = (0..80).map(|n| format!("<{n}@x>")).collect();
        let kept = references(&many, "<99@x> <0@x>");
        assert_eq!((kept.len(), kept.first().unwrap().as_str(), kept.last().unwrap().as_str()), (50, "0@x", "99@x"));
    }

    #[test]
    fn ticket_numbers() {
        let table: &[(&str, Option<(&str, i64)>)] = &[
            ("Re: [ACME-42] broken", Some(("ACME", 42))),
            ("[OLD-1] Fwd: [NEW2-7]", Some(("NEW2", 7))),
            ("ACME-42", None),
            ("[acme-42]", None),
            ("[A-1]", None),
            ("[2ACME-1]", None),
            ("[ACME-042]", None),
            ("[ACME-99999999999999999999]", None),
            ("[[ACME-3]]", Some(("ACME", 3))),
            ("[ACME-3", None),
            ("[TOOLONGKEYS-3]", None),
        ];
        for (subject, want) in table {
            assert_eq!(ticket_number(subject), want.map(|(k, n)| (k.to_owned(), n)), "{subject}");
        }
    }

    #[test]
    fn base_subjects() {
        let table = [
            ("Re: AW: [ACME-42] Drucker  kaputt", "Drucker kaputt"),
            ("Re[2]: SV: x", "x"),
            ("[ACME-42] Re: x", "x"),
            ("[ACME-1][ACME-2] a [x] [ACME-1]b", "a [x] b"),
            ("答复: 转发: 你好", "你好"),
            ("Error: disk full", "Error: disk full"),
            ("Re:", ""),
            ("", ""),
            ("Fwd: WG: TR: hello: world", "hello: world"),
        ];
        for (subject, want) in table {
            assert_eq!(base_subject(subject), want, "{subject}");
        }
        assert!(is_answer("[ACME-1] Re: x") && is_answer("AW: x") && !is_answer("[ACME-1] x") && !is_answer("Fwd: x"));
        assert!(is_forward("WG: x") && is_forward("[ACME-1] Fwd: x") && !is_forward("Re: Fwd: x") && !is_forward("x"));
    }
}
