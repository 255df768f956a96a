//! Names of folders: UTF-8 in the configuration and in words, modified UTF-7 between us and the server (RFC 3501
//! section 5.1.3).

/// The name as the server knows it. One that is written in modified UTF-7 already stays as it is.
#[must_use]
pub fn to_server(name: &str) -> String {
    if name.is_ascii() && decode(name).is_some_and(|decoded| decoded != name) {
        return name.to_owned();
    }
    let mut encoded = String::with_capacity(name.len());
    let mut others: Vec<u16> = Vec::new();
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            end(&mut others, &mut encoded);
            encoded.push(letter);
            if letter == '&' {
                encoded.push('-');
            }
        } else {
            others.extend(letter.encode_utf16(&mut [0; 2]).iter());
        }
    }
    end(&mut others, &mut encoded);
    encoded
}

/// The name as people write it; what is no modified UTF-7 stays as it is.
#[must_use]
pub fn to_people(name: &str) -> String {
    decode(name).unwrap_or_else(|| name.to_owned())
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Writes down what is not ASCII: `&`, UTF-16 in base64 without padding, `-`.
fn end(others: &mut Vec<u16>, encoded: &mut String) {
    if others.is_empty() {
        return;
    }
    encoded.push('&');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for unit in others.drain(..) {
        bits = (bits << 16) | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            encoded.push(digit(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        encoded.push(digit(bits << (6 - held)));
    }
    encoded.push('-');
}

fn digit(bits: u32) -> char {
    let place = usize::try_from(bits & 63).unwrap_or(0);
    DIGITS.get(place).copied().map_or('A', char::from)
}

/// `None` where the text is no modified UTF-7.
fn decode(name: &str) -> Option<String> {
    let mut decoded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, after)) = rest.split_once('&') {
        decoded.push_str(plain);
        let (code, after) = after.split_once('-')?;
        rest = after;
        if code.is_empty() {
            decoded.push('&');
            continue;
        }
        let (mut bits, mut held, mut units) = (0_u32, 0_u32, Vec::new());
        for byte in code.bytes() {
            let value = DIGITS.iter().position(|digit| *digit == byte)?;
            bits = (bits << 6) | u32::try_from(value).ok()?;
            held += 6;
            if held >= 16 {
                held -= 16;
                units.push(u16::try_from(bits >> held).ok()?);
                bits &= (1 << held) - 1;
            }
        }
        if held >= 6 || bits != 0 {
            return None;
        }
        let text = String::from_utf16(&units).ok()?;
        // What could have been written plainly never is in the code.
        if text.is_empty() || text.chars().any(|letter| matches!(letter, ' '..='~')) {
            return None;
        }
        decoded.push_str(&text);
    }
    decoded.push_str(rest);
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (people, server) in [
            ("INBOX", "INBOX"),
            ("Kunden/Süd", "Kunden/S&APw-d"),
            ("R&D", "R&-D"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("📮 Post", "&2D3c7g- Post"),
            ("a\"b\\c", "a\"b\\c"),
            ("", ""),
        ] {
            assert_eq!(to_server(people), server);
            assert_eq!(to_people(server), people);
            // What is configured as the server says it goes on working.
            assert_eq!(to_server(server), server);
        }
        for broken in ["&", "A&B", "&AP-", "&APw", "&AGE-", "&2D0-", "x&!-"] {
            assert_eq!(to_people(broken), broken);
        }
        assert_eq!(to_server("A&B"), "A&-B");
    }

    proptest! {
        #[test]
        fn any_name_comes_back(name in "\\PC{0,20}") {
            let server = to_server(&name);
            prop_assert!(server.is_ascii());
            prop_assert!(to_people(&server) == name || server == name);
        }
    }
}
