//! What looks like a one-time code or a first password, whatever the language around it.

use crate::body::date_hints;
use crate::phrases::VERIFICATION_PASSWORD;
use unicode_normalization::UnicodeNormalization;

/// Fewer single digits than this between dots or commas are a version, an address of a computer or a list.
const SINGLE: usize = 5;

/// A text as codes are looked for in it: every digit as ASCII has it, blanks and dashes of all kinds as one, and nothing that
/// nobody sees.
fn shown(text: &str) -> String {
    let hidden = |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let ascii = |c: char| match u32::from(c) {
        0x2010..=0x2015 | 0x2212 => '-',
        _ if c.is_whitespace() && c != '\n' => ' ',
        _ => date_hints::digit(c).unwrap_or(c),
    };
    text.nfkc().filter(|c| !hidden(c)).map(ascii).collect()
}

/// Whether something that looks like a one-time code stands in a text: four to ten digits, alone or in groups, or a few
/// capitals and digits together.
pub(super) fn stands_in(text: &str) -> bool {
    let text = shown(text);
    // `4 8 2 9 1 3` and `482 913`: digits in pieces of the same length.
    let mut run = Run::default();
    for word in text.split_whitespace().filter(|word| !word.contains("://") && !word.contains('@') && !word.contains("www.")) {
        for piece in word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let piece = piece.trim_matches('-');
            if piece.is_empty() {
                continue;
            }
            // Of `4 8 2-9 1 3` the dash is one more gap.
            if is_code(piece) || piece.split('-').any(|group| run.ends_a_code(group)) {
                return true;
            }
        }
    }
    false
}

/// Pieces of digits of one length that follow each other.
#[derive(Default)]
struct Run {
    length: usize,
    count: usize,
}

impl Run {
    /// Whether they are a code together with the next piece.
    fn ends_a_code(&mut self, piece: &str) -> bool {
        let number = !piece.is_empty() && piece.len() <= 4 && piece.bytes().all(|byte| byte.is_ascii_digit());
        *self = match number {
            true if piece.len() == self.length => Self { count: self.count + 1, ..*self },
            true => Self { length: piece.len(), count: 1 },
            false => Self::default(),
        };
        (self.length == 1 && self.count >= 4) || (self.length >= 2 && self.count >= 2 && self.length * self.count >= 5)
    }
}

fn is_code(piece: &str) -> bool {
    let groups: Vec<&str> = piece.split('-').collect();
    let length: usize = groups.iter().map(|group| group.len()).sum();
    let capital =
        |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let numbers = piece.bytes().filter(u8::is_ascii_digit).count();
    match groups.as_slice() {
        [one] if numbers == one.len() => (4..=10).contains(&length),
        [one] => capital(one) && numbers > 0 && (5..=10).contains(&length),
        groups => groups.iter().all(capital) && (numbers > 0 || groups.len() == 2) && (6..=12).contains(&length),
    }
}

/// Whether a line is a code and nothing else: `482 913`, `G-482913`; with `letters`, `X7K2P` and `vbkqt-nlwpe`, too. A year is
/// none.
pub(super) fn is_line(line: &str, letters: bool) -> bool {
    let line = shown(line);
    let line = line.trim().trim_matches(|c: char| "*_.:[]()<>".contains(c)).trim();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let short = line.chars().count() <= 20 && !line.contains(['.', ',', '/', ':', '@', '€', '$', '%', '+']);
    let year = digits == 4 && (line.starts_with("19") || line.starts_with("20"));
    let numbers = line.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '_' | '·'));
    let words = line.split_whitespace().count();
    let twice = || {
        let halves: Vec<&str> = line.split('-').collect();
        matches!(halves.as_slice(), [one, other] if one.len() == other.len() && (4..=6).contains(&one.len())
            && line.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
    };
    let whole =
        short && !year && (numbers && digits >= 4 && stands_in(line) || letters && words == 1 && (stands_in(line) || twice()));
    whole || is_spelled(line)
}

/// Whether a line is single digits with a mark between each two: `4, 8, 2, 9, 1, 3`, `[4] [8] [2] [9] [1] [3]`.
fn is_spelled(line: &str) -> bool {
    let marks = |c: char| c == ' ' || "-.,|·/_[]()".contains(c);
    let pieces: Vec<&str> = line.split(marks).filter(|piece| !piece.is_empty()).collect();
    let digits = pieces.iter().all(|piece| piece.len() == 1 && piece.bytes().all(|byte| byte.is_ascii_digit()));
    digits && (SINGLE..=10).contains(&pieces.len())
}

/// Whether a line gives a password: its name, a colon, and one word.
pub(super) fn is_password(line: &str) -> bool {
    let Some((name, value)) = line.split_once([':', '：']) else { return false };
    let (name, value) = (name.trim().to_lowercase(), value.trim());
    let known = VERIFICATION_PASSWORD.begin(&name) || VERIFICATION_PASSWORD.end(&name);
    let whole = !value.contains(char::is_whitespace) && (5..=64).contains(&value.chars().count()) && !value.contains("://");
    // Stars are none, and `Password: required` says something.
    let mixed = value.chars().any(|c| c.is_ascii_digit()) || value.chars().skip(1).any(char::is_uppercase);
    known && name.chars().count() <= 40 && whole && mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_what_is_none() {
        for code in [
            "482913",
            "4829",
            "482 913",
            "482-913",
            "4 8 2 9 1 3",
            "4\n8\n2\n9",
            "G-482913",
            "VQX-4TM",
            "K7X9QP",
            "(482913).",
            "４８２９１３",
            "٤٨٢٩١٣",
            "४८२९१३",
            "4\u{200b}82913",
            "4 8 2-9 1 3",
            "4 - 8 - 2 - 9",
            "482\u{a0}913",
            "４ ８ ２ ９ １ ３",
            "𝟒𝟖𝟐𝟗𝟏𝟑",
            "④⑧②⑨①③",
        ] {
            assert!(stands_in(code), "{code}");
        }
        for text in ["", "123", "12 345", "hello", "HELLO", "https://x.example/482913", "a482913@x.example", "1 2 3", "web-01"] {
            assert!(!stands_in(text), "{text}");
        }
    }

    #[test]
    fn codes_on_lines_of_their_own() {
        for line in [
            "482913",
            "*482 913*",
            "482-913",
            "٤٨٢٩١٣",
            "[4829]",
            "<482 913>",
            "482\u{202f}913",
            "４８２ ９１３",
            "4\u{a0}8\u{a0}2\u{a0}9\u{a0}1\u{a0}3",
            "4, 8, 2, 9, 1, 3",
            "4 | 8 | 2 | 9 | 1 | 3",
            "[4] [8] [2] [9] [1] [3]",
        ] {
            assert!(is_line(line, false), "{line}");
        }
        for line in ["X7K2P", "G-482913", "vbkqt-nlwpe"] {
            assert!(is_line(line, true) && !is_line(line, false), "{line}");
        }
        for line in [
            "2026",
            "12,50",
            "12.50",
            "482.913",
            "1.2.3.4",
            "1, 2, 3, 4",
            "12-34",
            "No. 4829",
            "030 1234567/8",
            "€ 4829",
            "hello",
            "well-known",
            "Order 482913",
        ] {
            assert!(!is_line(line, true), "{line}");
        }
    }

    #[test]
    fn passwords_in_a_line() {
        for line in ["Password: tr0ub4dor", "Ihr Kennwort: Abc123xy", "Mot de passe : aB3dE6", "パスワード：x7Kq29"] {
            assert!(is_password(line), "{line}");
        }
        for line in
            ["Password: ********", "Password: required", "Password: see the letter", "Passwort zurücksetzen", "Name: Abc123"]
        {
            assert!(!is_password(line), "{line}");
        }
    }
}
