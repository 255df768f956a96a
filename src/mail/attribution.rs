//! The lines that clients put above what they quote: `On ... wrote:` in many languages, header blocks, separators, and
//! the markers of forwarded mails. Only recognition; what follows from it decides [`super::body`].

use super::attribution_words::{FORWARD_LINES, FORWARDED, LABELS, LEADS, ORIGINAL, VERBS};

/// How sure an attribution line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Only believed where a `>` quote follows.
    Weak,
    /// Names a writer and a full date: everything below it is quoted.
    Strong,
}

/// What a joined line holds.
struct Signs {
    verb: bool,
    address: bool,
    year: bool,
    time: bool,
    date: bool,
}

fn signs(lower: &str) -> Signs {
    let bytes = lower.as_bytes();
    let mut signs =
        Signs { verb: VERBS.iter().any(|verb| lower.contains(verb)), address: false, year: false, time: false, date: false };
    signs.address = lower.split(|c: char| c.is_whitespace() || "<>()[]\"',:".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && domain.len() > 3)
    });
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    for run in bytes.windows(4).enumerate() {
        let (at, four) = run;
        let bounded = !digit(at.checked_sub(1).and_then(|i| bytes.get(i))) && !digit(bytes.get(at + 4));
        signs.year |= bounded && four.iter().all(u8::is_ascii_digit) && (four.starts_with(b"19") || four.starts_with(b"20"));
        let clock =
            |sep: u8| matches!(four, [h, s, m, n] if h.is_ascii_digit() && *s == sep && m.is_ascii_digit() && n.is_ascii_digit());
        signs.time |=
            clock(b':') || (clock(b'.') && !digit(bytes.get(at + 4)) && bytes.get(at + 4) != Some(&b'.')) || clock(b'h');
        // 12.3.24, 12/03/2024, 2024-03-12
        signs.date |= matches!(four, [d, s, m, t] if d.is_ascii_digit() && matches!(s, b'.' | b'/' | b'-') && m.is_ascii_digit() && (t.is_ascii_digit() || t == s));
    }
    signs.time |= lower.contains("klo ")
        || lower.contains('時')
        || lower.contains('点')
        || lower.contains("오전")
        || lower.contains("오후");
    signs
}

/// Whether the joined lines are an attribution.
fn strength(joined: &str) -> Option<Strength> {
    let text = joined.trim();
    if text.len() > 500 || text.len() < 6 {
        return None;
    }
    let dashed = text.starts_with("---") && text.ends_with("---");
    let text = text.trim_matches(|c: char| c == '-' || c == '*' || c == '_' || c.is_whitespace());
    let ends = dashed || text.ends_with([':', '：']);
    let lower = text.to_lowercase();
    if !ends {
        return None;
    }
    let signs = signs(&lower);
    let dated = signs.year || signs.date;
    let lead = LEADS.iter().any(|lead| lower.starts_with(lead));
    match (signs.verb, signs.address) {
        (true, true) if dated && (signs.time || signs.year) => Some(Strength::Strong),
        (true, _) if dated && (signs.time || lead) && (signs.time || signs.year) && starts_properly(text) => {
            Some(if signs.time { Strength::Strong } else { Strength::Weak })
        }
        (true, true) => Some(Strength::Weak),
        (true, false) if dated || signs.time || text.chars().count() <= 80 => Some(Strength::Weak),
        // Gmail in Russian, Japanese and others names date, time and address only.
        (false, true) if dated && signs.time && ends && starts_properly(text) => Some(Strength::Strong),
        (false, true) if dated && signs.time => Some(Strength::Weak),
        _ => None,
    }
}

/// A date, a weekday or a lead word: where an attribution starts rather than the sentence above it.
fn starts_properly(text: &str) -> bool {
    let lower = text.trim_start_matches(|c: char| c == '-' || c == '*' || c == '_' || c.is_whitespace()).to_lowercase();
    let weekday = lower.split_whitespace().next().is_some_and(|word| {
        let short = word.trim_end_matches([',', '.']);
        (word.ends_with(',') || word.ends_with('.')) && short.chars().count() <= 10 && !short.contains('@')
    });
    LEADS.iter().any(|lead| lower.starts_with(lead)) || lower.starts_with(|c: char| c.is_ascii_digit()) || weekday
}

/// Finds an attribution that starts at the first of `lines`: how many lines it has and how sure it is.
///
/// Clients wrap it over up to four lines and, rarely, leave a blank line before the last word.
pub(super) fn attribution(lines: &[&str]) -> Option<(usize, Strength)> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.starts_with('>') {
        return None;
    }
    let proper = starts_properly(first);
    let mut joined = String::new();
    let mut weak = None;
    for (index, line) in lines.iter().take(5).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('>') {
            break;
        }
        if index > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > 500 {
            break;
        }
        // Only the first line may stand alone without a proper start: `Ann wrote:`.
        if index > 0 && !proper && !first.contains('@') {
            break;
        }
        match strength(&joined) {
            Some(Strength::Strong) => return Some((index + 1, Strength::Strong)),
            Some(Strength::Weak) if weak.is_none() => weak = Some((index + 1, Strength::Weak)),
            _ => {}
        }
    }
    weak
}

/// Gmail of old: `2012/3/1 Ann <ann@x.example>` without verb or colon; only believed above a `>` quote.
pub(super) fn is_bare_attribution(line: &str) -> bool {
    let text = line.trim();
    let signs = signs(&text.to_lowercase());
    text.len() <= 200
        && text.starts_with(|c: char| c.is_ascii_digit())
        && signs.address
        && signs.year
        && text.ends_with(['>', ':'])
}

/// Labels of quoted header blocks and what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// The label that a row of a header block begins with.
pub(super) fn label(line: &str) -> Option<Label> {
    let line = line.trim_start_matches(|c: char| c == '*' || c == '_' || c == '>' || c == '|' || c.is_whitespace());
    let end = line.find([':', '：'])?;
    let name = line.get(..end)?.trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace());
    if name.is_empty() || name.len() > 40 {
        return None;
    }
    let name = name.to_lowercase();
    LABELS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(label, _)| *label)
}

/// A header block (`From: Sent: To: Subject:` in many languages) at the start of `lines`: its length.
pub(super) fn header_block(lines: &[&str]) -> Option<usize> {
    let first = label(lines.first()?)?;
    if !matches!(first, Label::From | Label::Sent | Label::Subject | Label::To) {
        return None;
    }
    let (mut seen, mut end, mut odd, mut address) = (Vec::new(), 0, 0, false);
    for (index, line) in lines.iter().take(16).enumerate() {
        let trimmed = line.trim();
        match label(line) {
            Some(found) => {
                if !seen.contains(&found) {
                    seen.push(found);
                }
                address |= line.contains('@');
                end = index + 1;
                odd = 0;
            }
            // HTML to text leaves blank lines between the rows; the block ends at two of them or after the subject.
            None if trimmed.is_empty() => {
                odd += 1;
                if odd >= 2 || (seen.len() >= 4) {
                    break;
                }
            }
            None => {
                odd += 1;
                if odd > 2 || index == 0 {
                    break;
                }
            }
        }
    }
    let has = |label: Label| seen.contains(&label);
    let main = seen.iter().filter(|label| **label != Label::Other).count();
    let enough =
        main >= 3 || (main == 2 && has(Label::From) && address && seen.len() >= 2 && (has(Label::Sent) || has(Label::Subject)));
    (enough && has(Label::From)).then_some(end)
}

/// Whether a line marks the start of a forwarded mail.
pub(super) fn is_forward_marker(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 200 {
        return false;
    }
    let lower = line.to_lowercase();
    let dashed =
        (lower.starts_with("--") || lower.starts_with("==") || lower.starts_with("__")) && lower.ends_with(['-', '=', '_', ':']);
    let inner = lower.trim_matches(|c: char| "-=_*: ".contains(c));
    (dashed && FORWARDED.iter().any(|word| inner.starts_with(word)))
        || (lower.ends_with([':', '：']) && FORWARD_LINES.iter().any(|word| inner.starts_with(word)))
        || (dashed && inner.starts_with("forwarded"))
}

/// Whether a line separates an answer from the mail it answers (`-----Original Message-----`).
pub(super) fn is_original_marker(line: &str) -> bool {
    let line = line.trim().trim_matches('*');
    if line.len() > 120 || !(line.starts_with("--") || line.starts_with("__") || line.starts_with("==")) {
        return false;
    }
    let lower = line.to_lowercase();
    let inner = lower.trim_matches(|c: char| "-_= *".contains(c));
    ORIGINAL.iter().any(|word| inner.starts_with(word))
}

/// Whether a line is only drawn: underscores, dashes or equal signs as clients put above a header block.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | '─' | '—' | '–'))
}

#[cfg(test)]
#[path = "attribution_tests.rs"]
mod tests;
