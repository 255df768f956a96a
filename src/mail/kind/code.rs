//! What looks like a one-time code or a first password, whatever the language around it.

use crate::body::date_hints;
use crate::phrases::VERIFICATION_PASSWORD;

/// Whether something that looks like a one-time code stands in a text: four to ten digits, alone or in groups, or a few
/// capitals and digits together.
pub(super) fn stands_in(text: &str) -> bool {
    let hidden = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let ascii = |c: char| match u32::from(c) {
        0x2010..=0x2014 => '-',
        _ => date_hints::digit(c).unwrap_or(c),
    };
    let text: String = text.chars().filter(|c| !hidden(*c)).map(ascii).collect();
    let mut digits = (0, 0);
    for word in text.split_whitespace().filter(|word| !word.contains("://") && !word.contains('@') && !word.contains("www.")) {
        for piece in word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let piece = piece.trim_matches('-');
            if piece.is_empty() {
                continue;
            }
            if is_code(piece) {
                return true;
            }
            // `4 8 2 9 1 3` and `482 913`: digits in pieces of the same length.
            let (length, count) = digits;
            let number = piece.len() <= 4 && piece.bytes().all(|byte| byte.is_ascii_digit());
            digits = match number {
                true if piece.len() == length => (length, count + 1),
                true => (piece.len(), 1),
                false => (0, 0),
            };
            if (digits.0 == 1 && digits.1 >= 4) || (digits.0 >= 2 && digits.1 >= 2 && digits.0 * digits.1 >= 5) {
                return true;
            }
        }
    }
    false
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
    let line = line.trim().trim_matches(|c: char| "*_.:[]()".contains(c)).trim();
    let digits = line.chars().filter(|c| date_hints::digit(*c).is_some() || c.is_ascii_digit()).count();
    let short = line.chars().count() <= 20 && !line.contains(['.', ',', '/', ':', '@', '€', '$', '%', '+']);
    let year = digits == 4 && (line.starts_with("19") || line.starts_with("20"));
    let numbers = line
        .chars()
        .all(|c| date_hints::digit(c).is_some() || c.is_ascii_digit() || matches!(c, ' ' | '-' | '\u{2010}'..='\u{2014}'));
    let words = line.split_whitespace().count();
    let twice = || {
        let halves: Vec<&str> = line.split('-').collect();
        matches!(halves.as_slice(), [one, other] if one.len() == other.len() && (4..=6).contains(&one.len())
            && line.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
    };
    short && !year && (numbers && digits >= 4 && stands_in(line) || letters && words == 1 && (stands_in(line) || twice()))
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
        ] {
            assert!(stands_in(code), "{code}");
        }
        for text in ["", "123", "12 345", "hello", "HELLO", "https://x.example/482913", "a482913@x.example", "1 2 3", "web-01"] {
            assert!(!stands_in(text), "{text}");
        }
    }

    #[test]
    fn codes_on_lines_of_their_own() {
        for line in ["482913", "*482 913*", "482-913", "٤٨٢٩١٣", "[4829]"] {
            assert!(is_line(line, false), "{line}");
        }
        for line in ["X7K2P", "G-482913", "vbkqt-nlwpe"] {
            assert!(is_line(line, true) && !is_line(line, false), "{line}");
        }
        for line in ["2026", "12,50", "12.50", "No. 4829", "030 1234567/8", "€ 4829", "hello", "well-known", "Order 482913"] {
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
