//! Header blocks above a quoted mail: `From: Sent: To: Subject:` in many languages, with and without known labels.

use super::date_hints::{fold, names_a_moment};
use crate::phrases::{HEADER_FROM, HEADER_OTHER, HEADER_SENT, HEADER_SUBJECT, HEADER_TO, Section};

/// Labels of quoted header blocks and what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// What each label says.
const LABELS: &[(Label, &Section)] = &[
    (Label::From, &HEADER_FROM),
    (Label::Sent, &HEADER_SENT),
    (Label::To, &HEADER_TO),
    (Label::Subject, &HEADER_SUBJECT),
    (Label::Other, &HEADER_OTHER),
];

/// The label that a row of a header block begins with.
pub(crate) fn label(line: &str) -> Option<Label> {
    let line = line.trim_start_matches(|c: char| c == '*' || c == '_' || c == '>' || c == '|' || c.is_whitespace());
    let end = line.find([':', '：'])?;
    let name = line.get(..end)?.trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace());
    if name.is_empty() || name.len() > 40 {
        return None;
    }
    let name = fold(name);
    LABELS.iter().find(|(_, names)| names.have(&name)).map(|(label, _)| *label)
}

/// A header block (`From: Sent: To: Subject:` in many languages) at the start of `lines`: its length.
pub(crate) fn length(lines: &[&str]) -> Option<usize> {
    let Some(first) = label(lines.first()?) else { return notes_block(lines) };
    if first == Label::From && is_block_on_a_line(lines.first()?) {
        return Some(1);
    }
    if !matches!(first, Label::From | Label::Sent | Label::Subject | Label::To) {
        return None;
    }
    let (mut seen, mut end, mut odd) = (Vec::new(), 0, 0);
    let (mut address, mut moment, mut gap) = (false, false, false);
    for (index, line) in lines.iter().take(24).enumerate() {
        let trimmed = line.trim();
        match label(line) {
            // The block proper begins further down; this row is something that the writer said.
            Some(found) if index > 0 && found == first && (gap || found == Label::From) => return None,
            Some(found) => {
                if !seen.contains(&found) {
                    seen.push(found);
                }
                address |= line.contains('@');
                moment |= found == Label::Sent && names_a_moment(line);
                end = index + 1;
                odd = 0;
            }
            // HTML to text leaves blank lines between the rows; the block ends at two of them or after the subject.
            None if trimmed.is_empty() => {
                gap = true;
                odd += 1;
                if odd >= 2 || (seen.len() >= 4) {
                    break;
                }
            }
            // A long list of recipients goes on.
            None if index > 0 && trimmed.contains('@') && trimmed.contains(['>', ';', ',']) => odd = 0,
            None => {
                gap = true;
                odd += 1;
                if odd > 2 || (seen.len() < 2 && !is_row(line)) {
                    break;
                }
            }
        }
    }
    let has = |label: Label| seen.contains(&label);
    let main = seen.iter().filter(|label| **label != Label::Other).count();
    // Rules for a mail program and journeys have such rows, too, but no moment and not both, an address and a subject.
    let telling = address || (moment && first == Label::From);
    let sure = (main >= 3 && telling) || (main == 2 && address && has(Label::Sent));
    let addressed = has(Label::From) || (moment && address && has(Label::To));
    (sure && addressed).then_some(end)
}

/// The length of a header block that says when its mail was sent, as every program writes it; whoever types `From:` and
/// `Subject:` to show how something is set up mostly does not.
pub(crate) fn dated_length(lines: &[&str]) -> Option<usize> {
    let length = length(lines)?;
    let block = lines.get(..length).unwrap_or_default();
    block.iter().any(|line| label(line) == Some(Label::Sent) || names_a_moment(line)).then_some(length)
}

/// A whole block that some program has put on one line: `*From:* a *Sent:* b *To:* c *Subject:* d`.
fn is_block_on_a_line(line: &str) -> bool {
    let mut seen: Vec<Label> = Vec::new();
    for word in line.split_whitespace().filter(|word| word.len() <= 40 && word.trim_end_matches('*').ends_with([':', '：'])) {
        if let Some(found) = label(word).filter(|found| !seen.contains(found)) {
            seen.push(found);
        }
    }
    seen.contains(&Label::Sent) && (seen.contains(&Label::To) || seen.contains(&Label::Subject)) && names_a_moment(line)
}

/// Lotus Notes: a name, a date, then `To:` and `Subject:` without `From:`.
fn notes_block(lines: &[&str]) -> Option<usize> {
    let name = lines.first()?.trim();
    // A line of a log begins with its moment.
    let named = name.trim_start_matches(['"', '*', '<']).starts_with(char::is_alphabetic);
    if !named || name.chars().count() > 80 || name.ends_with(['.', ',', ':', '!', '?']) {
        return None;
    }
    // The rows that `>` marks are somebody else's, and so is what stands above them.
    let own = || lines.iter().enumerate().skip(1).take(14).take_while(|(_, line)| !line.starts_with('>'));
    let mut rows = own().take(6).filter(|(_, line)| !line.trim().is_empty());
    let dated = |line: &str| {
        let words = line.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count();
        line.trim().chars().count() <= 40 && words <= 4 && names_a_moment(line) && !line.contains(": ") && label(line).is_none()
    };
    let moment = if rows.next().is_some_and(|(_, line)| dated(line)) {
        name.split_whitespace().count() <= 6
    } else {
        names_a_moment(name)
    };
    if !moment || !is_a_name(name) {
        return None;
    }
    let (mut to, mut subject, mut end) = (false, false, 0);
    for (index, line) in own() {
        match label(line).or_else(|| label(&format!("{}:", line.trim())).filter(|_| !line.contains([':', ' ', '\t']))) {
            Some(Label::To) => to = true,
            Some(Label::Subject) => subject = true,
            // Another program's block, which begins there.
            Some(Label::From) => return None,
            Some(_) => {}
            None => continue,
        }
        end = index + 1;
    }
    (to && subject).then_some(end)
}

/// `Ann Berger/Acme 12.03.2024 10:00`: half of the words before the moment at least are a name's. `Call me at ...` is said.
fn is_a_name(line: &str) -> bool {
    let name = line.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    let words = name.split_whitespace().count();
    let named =
        |word: &&str| word.contains(['@', '/']) || !word.trim_start_matches(['"', '<', '(', '*']).starts_with(char::is_lowercase);
    (1..=6).contains(&words) && !name.contains("://") && name.split_whitespace().filter(named).count() * 2 >= words
}

/// More rows than this no mail program writes above a quoted mail.
pub(super) const MOST_ROWS: usize = 30;

/// A header block in a language that is not known: rows of `Word: value` with an address and a moment. Only believed
/// below a line that a client has drawn, because forms look the same.
pub(super) fn foreign_length(lines: &[&str]) -> Option<usize> {
    // Every line of a long list asks whether a block begins there.
    let rows = lines.iter().take(MOST_ROWS).take_while(|line| is_row(line)).count();
    let block = lines.get(..rows.min(10)).unwrap_or_default();
    let address = block.first().is_some_and(|line| line.contains('@')) || block.iter().skip(1).any(|line| line.contains('@'));
    (rows >= 3 && address && block.iter().any(|line| names_a_moment(line))).then_some(rows)
}

/// The block of Outlook in a language that is not known, where nothing is drawn above it: a mailbox, a moment, a
/// recipient and a subject, and nothing else.
pub(super) fn plain_foreign_length(lines: &[&str]) -> Option<usize> {
    let [from, sent, to, rest @ ..] = lines else { return None };
    let count = 3 + rest.iter().take(3).take_while(|line| is_row(line)).count();
    let block = lines.get(..count)?;
    let mailbox = from.trim_end().ends_with('>') && from.contains('@');
    let moment = |line: &&str| names_a_moment(line) && !line.contains('@');
    let subject = block.last().is_some_and(|line| !line.contains('@'));
    let parted = lines.get(count).is_none_or(|line| line.trim().is_empty());
    let rows = (4..=5).contains(&count) && block.iter().all(|line| is_row(line) && label(line).is_none());
    (rows && mailbox && moment(sent) && to.contains('@') && subject && parted).then_some(count)
}

/// Whether `lines`, above which a program has drawn a line, begin like a header block in whatever language: three rows of
/// `Word: value` and a moment among them, or known labels.
pub(crate) fn is_likely(lines: &[&str]) -> bool {
    let rows = || lines.iter().filter(|line| !line.trim().is_empty()).take_while(|line| is_row(line) || label(line).is_some());
    let known = rows().filter(|line| label(line).is_some()).count();
    let from = || lines.first().is_some_and(|line| label(line) == Some(Label::From));
    length(lines).is_some() || rows().count() >= 3 && (known >= 3 || from() || rows().any(|line| names_a_moment(line)))
}

fn is_row(line: &str) -> bool {
    let line = line.trim().trim_start_matches('*');
    line.split_once([':', '：']).is_some_and(|(name, value)| {
        let name = name.trim();
        !name.is_empty() && name.chars().count() <= 25 && name.chars().all(|c| !c.is_ascii_digit()) && !value.trim().is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_measured() {
        let block =
            ["Von: Max <max@x.example>", "Gesendet: Dienstag, 12. März 2024 10:00", "An: Ann", "Betreff: AW: Test", "", "Hallo"];
        assert_eq!(length(&block), Some(4));
        assert_eq!(length(&["*From:* Ann <ann@x.example>", "*Sent:* Tuesday", "*To:* Max", "*Subject:* x"]), Some(4));
        assert_eq!(length(&["发件人: Ann <ann@x.example>", "发送时间: 2024年", "收件人: Max", "主题: x"]), Some(4));
        assert_eq!(length(&["To: the whole team", "hello there"]), None);
        assert_eq!(length(&["From: me", "yes really"]), None);
        assert_eq!(length(&["Date: tomorrow", "Subject: meeting"]), None);
    }
}
