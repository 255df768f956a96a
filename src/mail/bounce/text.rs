//! Delivery reports in prose: which addresses a server's note is about, and where the returned mail starts.

use super::status;
use crate::decode::{address, encoded_word};
use crate::letter::{Action, Address, Reported};
use crate::phrases::{BOUNCE_HEADING, BOUNCE_NOT_RECIPIENT, BOUNCE_RECIPIENT, BOUNCE_RETURNED, BOUNCE_SENDER, DAEMON_ADDRESS};

/// The report's own words, above the returned mail.
pub(super) fn note(text: &str) -> &str {
    let mut end = 0_usize;
    let mut said = false;
    let mut offset = 0_usize;
    for line in text.split_inclusive('\n') {
        let here = offset;
        offset += line.len();
        let lower = line.trim_start_matches(['>', ' ', '\t', '|', '*']).trim_end().to_lowercase();
        if said && is_returned(&lower) {
            return text.get(..here).unwrap_or(text);
        }
        said |= !lower.is_empty();
        end = offset;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether a line (lower case, trimmed) says that the returned mail follows.
fn is_returned(line: &str) -> bool {
    let bare = line.trim_start_matches(['-', '=', '_', '+', '#', ' ']);
    let ruled = bare.len() < line.len();
    BOUNCE_RETURNED.begin(bare)
        || (ruled
            && ["original message", "copy of", "returned m", "message header", "message follows"]
                .iter()
                .any(|w| bare.contains(w)))
        || line.starts_with("received: from ")
        || line.starts_with("received: by ")
        || line.starts_with("return-path: <")
}

/// How sure an address is one that the note is about; smaller is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// At the start of a line of its own, or behind a recipient's label.
    Leads,
    /// In the transcript's `RCPT TO:`.
    Command,
    /// In the description of the returned mail.
    Header,
    /// In a sentence that says so.
    Sentence,
    Anywhere,
}

/// The addresses that a note is about, without `own` (who reports and who gets the report).
pub(super) fn recipients(note: &str, own: &[String]) -> Vec<String> {
    let mut found: Vec<(Place, String)> = Vec::new();
    let mut transient = false;
    for line in note.lines().take(600) {
        // Every address looks at what stands before it; reports have short lines.
        let line = line.get(..line.floor_char_boundary(1_000)).unwrap_or(line);
        let lower = line.to_lowercase();
        // Sendmail lists what failed first, then what is still being tried or has arrived.
        let other = ["had transient non-fatal errors", "had successful delivery notifications"];
        if other.iter().any(|words| lower.contains(words)) && !found.is_empty() {
            transient = true;
        }
        if transient || found.len() > 500 {
            break;
        }
        for (place, address) in of_line(line, &lower) {
            found.push((place, address));
        }
    }
    let strange = |address: &str| !own.iter().any(|known| known.eq_ignore_ascii_case(address));
    let local = |address: &str| address.split('@').next().unwrap_or_default().to_lowercase();
    // Lists name whom to ask.
    let keeper = |address: &str| ["-owner", "-request"].iter().any(|end| local(address).ends_with(end));
    let daemon = |address: &str| DAEMON_ADDRESS.have(&local(address)) || keeper(address);
    let pick = |accept: &dyn Fn(&str) -> bool| {
        let best = found.iter().filter(|(_, address)| accept(address)).map(|(place, _)| *place).min()?;
        let mut all: Vec<String> = Vec::new();
        for (_, address) in found.iter().filter(|(place, address)| *place == best && accept(address)) {
            if !all.iter().any(|known| known.eq_ignore_ascii_case(address)) && all.len() < 50 {
                all.push(address.clone());
            }
        }
        // Of addresses that merely stand somewhere, the first is the likeliest.
        all.truncate(if best >= Place::Sentence { 1 } else { 50 });
        Some(all)
    };
    pick(&|address| strange(address) && !daemon(address))
        .or_else(|| {
            // Somebody who wrote to themselves gets a report about themselves.
            let sure = |address: &str| found.iter().any(|(place, known)| *place <= Place::Command && known == address);
            pick(&|address| sure(address) && !keeper(address))
        })
        .unwrap_or_default()
}

/// Whether a note names one of `own` behind a sender's label and somebody else behind a recipient's, each on one line.
pub(super) fn refuses_mail_of(note: &str, own: &[Address]) -> bool {
    let is_own = |found: &str| own.iter().any(|own| own.address.eq_ignore_ascii_case(found));
    let labelled = |is_label: &dyn Fn(&str) -> bool, ours: bool| {
        note.lines().take(100).any(|line| {
            let line = line.get(..line.floor_char_boundary(1_000)).unwrap_or(line).trim_start_matches(['>', '*', '-', ' ', '\t']);
            let Some((label, rest)) = line.split_once(':') else { return false };
            is_label(&label.trim().to_lowercase())
                && words_with_addresses(rest)
                    .iter()
                    .filter_map(|(_, word)| address::spec(word))
                    .any(|found| is_plausible(&found) && is_own(&found) == ours)
        })
    };
    let to = |label: &str| ["to", "an", "à", "para", "a"].contains(&label);
    labelled(&|label| BOUNCE_SENDER.have(label), true)
        && (labelled(&|label| BOUNCE_RECIPIENT.have(label), false) || labelled(&to, false))
}

/// The addresses of one line with their places.
fn of_line(line: &str, lower: &str) -> Vec<(Place, String)> {
    let trimmed = line.trim();
    let start = lower.trim_start_matches(|c: char| c.is_whitespace() || "<>*-|\"'(".contains(c));
    if BOUNCE_NOT_RECIPIENT.begin(start) || lower.contains("mail from:") {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut last: Option<(Place, usize)> = None;
    for (at, word) in words_with_addresses(trimmed) {
        let end = at + word.len();
        let bare = word.trim_end_matches(['.', ':', '!', '?']);
        let bare = ["mailto:", "to:", "TO:", "To:", "rfc822:", "RFC822:", "SMTP:", "smtp:"]
            .iter()
            .find_map(|prefix| bare.strip_prefix(prefix))
            .unwrap_or(bare);
        let Some(address) = address::spec(bare).filter(|found| is_plausible(found)) else { continue };
        let before = trimmed.get(..at).unwrap_or_default();
        let after = trimmed.get(end..).unwrap_or_default();
        // `Failed recipients: a@b, c@d`: the second one stands where the first one does.
        let between = last.and_then(|(place, end)| Some((place, trimmed.get(end..at)?)));
        let listed = between.filter(|(_, gap)| gap.contains([',', ';']) && gap.chars().all(|c| " ,;<>\t".contains(c)));
        if let Some(place) = listed.map(|(place, _)| place).or_else(|| place(before, after, word)) {
            last = Some((place, end));
            out.push((place, address));
        }
    }
    out
}

/// What stands between the marks of a line and may be an address, with its place. What angle brackets hold is one word,
/// so that `<o'neil@x>` and `<SRS0=a=b@x>` stay whole.
fn words_with_addresses(line: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some((before, from)) = rest.find('<').and_then(|at| rest.split_at_checked(at)) {
        let inner = from.get(1..).and_then(|tail| tail.split_once('>')).map_or("", |(inner, _)| inner);
        let whole = inner.contains('@') && !inner.starts_with('@') && address::spec(inner).is_some();
        let start = line.len() - rest.len();
        let read = if whole { before } else { rest.get(..=before.len()).unwrap_or(before) };
        pieces(read, start, &mut out);
        if whole {
            out.push((start + before.len() + 1, inner));
        }
        rest = from.get(if whole { inner.len() + 2 } else { 1 }..).unwrap_or_default();
    }
    pieces(rest, line.len() - rest.len(), &mut out);
    out
}

/// The words with an `@` of a text that begins at `start`.
fn pieces<'a>(text: &'a str, start: usize, out: &mut Vec<(usize, &'a str)>) {
    let mut at = start;
    for word in text.split(|c: char| c.is_whitespace() || "<>()[]\"',;=|*：；、，＜＞「」（）【】".contains(c)) {
        if word.contains('@') {
            out.push((at, word));
        }
        at += word.len();
        at += text.get(at - start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
}

fn is_plausible(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') && !domain.ends_with(".local:"))
}

fn place(before: &str, after: &str, word: &str) -> Option<Place> {
    let ahead = before.to_lowercase();
    let ahead = ahead.trim_end_matches(|c: char| c.is_whitespace() || "<(\"'[*".contains(c));
    let behind = after.trim_start_matches(['>', ')', '"', '\'', ']', '*']);
    // Message ids look like addresses; aliases are named beside the address that failed.
    let beside = [
        "expanded from",
        "generated from",
        "message-id",
        "message id",
        "msgid",
        " id",
        "from",
        "sender",
        "contact",
        "by",
        "write to",
        "reports to",
        "mail us at",
        "questions to",
    ];
    if beside.iter().any(|label| ahead.trim_end_matches([':', ' ', '=']).ends_with(label)) {
        return None;
    }
    let lower_word = word.to_lowercase();
    if ahead.ends_with("rcpt to:") || ahead.ends_with("rcpt to") || lower_word.starts_with("to:") {
        return Some(Place::Command);
    }
    let label = ahead.trim_end_matches([':', ' ', '=', '.', '\t']).trim_start_matches(['*', '-', ' ', '>']);
    if BOUNCE_RECIPIENT.have(label) && (ahead.ends_with([':', '=']) || ahead.len() == label.len()) {
        return Some(Place::Leads);
    }
    if ["to", "an", "cc", "à", "para", "a"].contains(&label) {
        return Some(Place::Header);
    }
    // A number or bullet may stand in front: `1. <a@b>`, `550 <a@b>...`.
    let lead = ahead.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || ".-*#•>:".contains(c));
    if lead {
        let bracketed = before.trim_end().ends_with('<') || after.starts_with('>');
        let next = behind.trim_start();
        let alone = next.is_empty()
            || word.ends_with(':')
            || behind.starts_with([':', ';', ',', '\t'])
            || behind.starts_with("  ")
            || behind.starts_with("...")
            || next.starts_with(['(', '-', '[', ':', '#', '|', '<'])
            || next.starts_with("on ")
            || next.starts_with("am ")
            || next.starts_with("le ")
            || next.to_lowercase().starts_with("user ")
            || ["failed", "unknown", "not ", "is not", "does not", "doesn't", "bounced", "rejected"]
                .iter()
                .any(|w| next.starts_with(w));
        if bracketed || alone {
            return Some(Place::Leads);
        }
        return Some(Place::Anywhere);
    }
    let near = [
        " to",
        " for",
        "user",
        "recipient",
        "address",
        "mailbox",
        "account",
        "an",
        "für",
        "à",
        "para",
        "deliver",
        "unknown:",
        "full:",
    ];
    Some(if near.iter().any(|word| ahead.trim_end_matches([':', ' ']).ends_with(word.trim_end_matches(':'))) {
        Place::Sentence
    } else {
        Place::Anywhere
    })
}

/// The local users that a note without any address is about.
pub(super) fn bare_names(note: &str) -> Vec<String> {
    let mut lines = note.lines().take(200).skip_while(|line| {
        let lower = line.to_lowercase();
        !BOUNCE_HEADING.stand_in(&lower)
    });
    lines.next();
    let listed = lines.skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
    let name = |line: &str| {
        let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let name = word.trim_matches(|c| "<>\"',:".contains(c));
        let local = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b));
        let alone = rest.is_empty() || rest.starts_with(['(', ' ', '\t']) || word.ends_with([':', '>']);
        (local && alone && name.bytes().any(|b| b.is_ascii_alphanumeric())).then(|| name.to_owned())
    };
    listed.take(50).filter_map(name).collect()
}

/// What a note says of each of its recipients: the lines from where it names one to where it names another.
pub(super) fn each(note: &str, recipients: &[String], status: &str, action: Action) -> Vec<Reported> {
    let mut said: Vec<String> = vec![String::new(); recipients.len()];
    let lower: Vec<String> = recipients.iter().map(|recipient| recipient.to_lowercase()).collect();
    let mut current = None;
    for line in note.lines().take(600) {
        let text = line.to_lowercase();
        current = lower.iter().position(|recipient| text.contains(recipient)).or(current);
        if let Some(own) = current.and_then(|index| said.get_mut(index)) {
            own.push_str(line);
            own.push('\n');
        }
    }
    let own = |said: &String| {
        let found = status::of_note(said, action == Action::Delayed);
        if found.ends_with(".0.0") { status.to_owned() } else { found }
    };
    let one = |(recipient, said): (&String, &String)| Reported {
        recipient: recipient.clone(),
        status: Some(own(said)),
        action: Some(action),
    };
    recipients.iter().zip(&said).map(one).collect()
}

/// What the server says about the failure: the line with a code, else one that announces a reason, else one that means
/// something.
pub(super) fn diagnostic(note: &str) -> Option<String> {
    let rank = |line: &str| {
        let lower = line.to_lowercase();
        if status::smtp_code(line).is_some() || status::enhanced_code(line).is_some() {
            return Some(0);
        }
        let announced = ["said:", "reason:", "error:", "diagnostic"].iter().any(|word| lower.contains(word));
        if announced && !lower.trim_end().ends_with(':') {
            return Some(1);
        }
        status::meant(line).map(|_| 2)
    };
    let ranked = note.lines().take(600).filter_map(|line| rank(line).map(|rank| (rank, line)));
    let (_, line) = ranked.min_by_key(|(rank, _)| *rank)?;
    Some(encoded_word::one_line(line).chars().take(500).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_a_note_is_about() {
        let table: &[(&str, &[&str])] = &[
            ("<a@x.example>:\n192.0.2.1 does not like recipient.\n", &["a@x.example"]),
            ("  a@x.example\n    SMTP error after RCPT TO:<b@y.example>:\n", &["a@x.example"]),
            (">>> MAIL From:<me@x.example>\n>>> RCPT To:<b@y.example>\n<<< 550 no\n", &["b@y.example"]),
            ("Failed recipient: a@x.example\ncontact helpdesk@x.example\n", &["a@x.example"]),
            ("User's mailbox is full: <a@x.example>\nUnable to deliver mail.\n", &["a@x.example"]),
            ("Your message\n  To: list@x.example\nwas not delivered to:\n  a@x.example\n", &["a@x.example"]),
            ("a@x.example on 12.03.2024 09:31\n b@x.example on 12.03.2024 09:31\n", &["a@x.example", "b@x.example"]),
            ("550 <a@x.example>... User unknown\n", &["a@x.example"]),
            ("<a@x.example>\n    (expanded from: <alias@x.example>)\n", &["a@x.example"]),
            ("We could not deliver to a@x.example; ask admin@x.example.\n", &["a@x.example"]),
            ("<o'neil@x.example>: unknown\n", &["o'neil@x.example"]),
            ("<SRS0=ab=cd=far.example=kim@x.example>: unknown\n", &["SRS0=ab=cd=far.example=kim@x.example"]),
            ("RCPT TO:<a@x.example> SIZE=3: <b@y.example> from <c@z.example>\n", &["a@x.example"]),
            ("to=<a@x.example>, orig_to='b@x.example'\n", &["a@x.example"]),
            ("Failed recipients: a@x.example, <b@x.example>; c@x.example\n", &["a@x.example", "b@x.example", "c@x.example"]),
            ("No mail for Ann (a@x.example). For help write to help@x.example.\n", &["a@x.example"]),
            ("<postmaster@x.example>: unknown user\n", &["postmaster@x.example"]),
            ("<a@x.example>: unknown user\nPostmaster: postmaster@x.example\n", &["a@x.example"]),
            ("Nothing here\n", &[]),
            ("<me@desk.example>: unknown user\n", &["me@desk.example"]),
        ];
        for (note, want) in table {
            assert_eq!(&recipients(note, &["me@desk.example".to_owned()]), want, "{note}");
        }
    }

    #[test]
    fn the_returned_mail_is_not_the_note() {
        let table = [
            ("Sorry.\n--- Below this line is a copy of the message.\nTo: b@x\n", "Sorry.\n"),
            ("Sorry.\n   ----- Original message follows -----\nx\n", "Sorry.\n"),
            ("Sorry.\nReceived: from x\n", "Sorry.\n"),
            ("Return-Path: <x@y>\nall of it\n", "Return-Path: <x@y>\nall of it\n"),
            ("no mark\n", "no mark\n"),
        ];
        for (text, want) in table {
            assert_eq!(note(text), want);
        }
    }
}
