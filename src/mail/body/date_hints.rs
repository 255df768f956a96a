//! What a line names, whatever its language: an address, a day, a time of the day.

use crate::decode::encoded_word;

/// The text as it is compared: lower case, ASCII digits, without direction marks and the dot of the Turkish `İ`.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let shown = text.chars().filter(|c| !encoded_word::is_trick(*c)).flat_map(char::to_lowercase).filter(|c| *c != '\u{307}');
    shown.map(|c| digit(c).unwrap_or(c)).collect()
}

/// The ASCII digit for one of another script.
pub(crate) fn digit(c: char) -> Option<char> {
    let zeros = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}',
        '\u{ed0}', '\u{1040}', '\u{17e0}', '\u{ff10}',
    ];
    let value = zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// What a line holds.
pub(super) struct Signs {
    /// Something like `ann@x.example`.
    pub(super) address: bool,
    /// Four digits that are a year.
    pub(super) year: bool,
    /// A time of the day.
    pub(super) time: bool,
    /// A day in digits.
    pub(super) date: bool,
}

/// What a folded line (see [`fold`]) holds.
pub(super) fn signs(lower: &str) -> Signs {
    // The digits of a link say nothing.
    let words =
        lower.contains("://").then(|| lower.split(' ').filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" "));
    let lower = words.as_deref().unwrap_or(lower);
    let bytes = lower.as_bytes();
    let mut signs = Signs { address: false, year: false, time: false, date: false };
    signs.address = lower.split(|c: char| c.is_whitespace() || "<>()[]\"',:".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && domain.len() > 3)
    });
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    for run in bytes.windows(4).enumerate() {
        let (at, four) = run;
        let bounded = !digit(at.checked_sub(1).and_then(|i| bytes.get(i))) && !digit(bytes.get(at + 4));
        // 25xx: the years of Thailand.
        signs.year |= bounded
            && four.iter().all(u8::is_ascii_digit)
            && (four.starts_with(b"19") || four.starts_with(b"20") || four.starts_with(b"25"));
        let clock =
            |sep: u8| matches!(four, [h, s, m, n] if h.is_ascii_digit() && *s == sep && m.is_ascii_digit() && n.is_ascii_digit());
        signs.time |=
            clock(b':') || (clock(b'.') && !digit(bytes.get(at + 4)) && bytes.get(at + 4) != Some(&b'.')) || clock(b'h');
        // 12.3.24, 12/03/2024, 2024-03-12
        signs.date |= matches!(four, [d, s, m, t] if d.is_ascii_digit() && matches!(s, b'.' | b'/' | b'-') && m.is_ascii_digit()
            && (t == s || t.is_ascii_digit() && (*s != b'.' || bytes.get(at + 4) == Some(s))));
        // 4. 3. 24
        signs.date |= matches!(four, [d, b'.', b' ', m] if d.is_ascii_digit() && m.is_ascii_digit())
            && (bytes.get(at + 4) == Some(&b'.') || digit(bytes.get(at + 4)) && bytes.get(at + 5) == Some(&b'.'));
        // 04-mar-14
        signs.date |= matches!(four, [d, b'-', a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
            && matches!(bytes.get(at + 4..at + 7), Some([c, b'-', d]) if c.is_ascii_alphabetic() && d.is_ascii_digit());
    }
    signs.time |= lower.contains("klo ")
        || lower.contains('時')
        || lower.contains('点')
        || lower.contains("오전")
        || lower.contains("오후");
    signs
}

/// Whether a text names a day and a time of the day, as clients write both.
pub(super) fn names_a_moment(text: &str) -> bool {
    if text.chars().filter(|c| c.is_numeric()).count() < 3 {
        return false;
    }
    let signs = signs(&fold(text));
    (signs.year || signs.date) && signs.time
}
