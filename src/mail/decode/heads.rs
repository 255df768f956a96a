//! Header fields in raw eight-bit bytes, read together with the rest of the mail: a subject alone is too short to tell
//! one charset from another, and programs that write such headers write the text in the same charset.

use super::charset;
use super::mime::Part;

/// How much of the text helps to guess, in bytes.
const SAMPLE: usize = 4_096;

/// The fields of `root` that are neither ASCII nor UTF-8, by their places, as UTF-8.
pub(crate) fn in_utf8(root: &Part<'_>) -> Vec<(usize, Vec<u8>)> {
    let odd = |value: &[u8]| !value.is_ascii() && std::str::from_utf8(value).is_err();
    let fields: Vec<(usize, &[u8])> =
        root.fields.iter().enumerate().filter(|(_, field)| odd(field.value)).map(|(at, field)| (at, field.value)).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let leaves = root.leaves();
    let text = leaves.iter().find(|leaf| leaf.is("text") || leaf.content.value.is_empty());
    let label = text.and_then(|leaf| leaf.content.param("charset")).filter(|label| charset::is_telling(label));
    let mut sample: Vec<u8> = fields.iter().flat_map(|(_, value)| value.iter().copied().chain(*b"\n")).take(SAMPLE).collect();
    let body = text.map_or(&b""[..], |leaf| leaf.body.get(..leaf.body.len().min(SAMPLE)).unwrap_or(leaf.body));
    if odd(body) {
        sample.extend_from_slice(body);
    }
    let guess = charset::guesser(&sample);
    let read = |value: &[u8]| {
        let declared =
            label.map(|label| charset::decode(value, Some(label))).filter(|found| !found.guessed).map(|found| found.text);
        let whole = |text: &String| !text.contains('\u{fffd}');
        declared.filter(whole).or_else(|| Some(guess(value)).filter(whole))
    };
    fields.into_iter().filter_map(|(at, value)| Some((at, read(value)?.into_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::mime::{Budget, parse};
    use super::*;
    use crate::letter::HeadLimits;

    fn subject(raw: &[u8]) -> Option<String> {
        let mut budget = Budget { parts: 10, depth: 3, headers: HeadLimits::default(), warnings: Vec::new() };
        in_utf8(&parse(raw, &mut budget))
            .pop()
            .and_then(|(_, value)| String::from_utf8(value).ok())
            .map(|text| text.trim().into())
    }

    #[test]
    fn the_text_tells_the_charset_of_the_header() {
        let declared = b"Content-Type: text/plain; charset=iso-8859-2\nSubject: Pytanie o faktur\xea\n\nx";
        assert_eq!(subject(declared).as_deref(), Some("Pytanie o fakturę"));
        let undeclared = b"Subject: Pytanie o faktur\xea\n\n\
            Dzie\xf1 dobry, prosz\xea o wystawienie faktury za us\xb3ug\xea. Dzi\xeakuj\xea i pozdrawiam.";
        assert_eq!(subject(undeclared).as_deref(), Some("Pytanie o fakturę"));
        // What cannot be in the declared charset is guessed.
        let lies = b"Content-Type: text/plain; charset=shift_jis\nSubject: Gr\xfc\xdfe\n\nx";
        assert_eq!(subject(lies).as_deref(), Some("Grüße"));
        assert_eq!(subject("Subject: Grüße\n\nx".as_bytes()), None);
    }

    #[test]
    fn no_charset_makes_an_address_that_no_server_has_seen() {
        for label in ["utf-16", "utf-16le", "utf-16be"] {
            let mut raw = format!("Content-Type: text/plain; charset={label}\nSubject:").into_bytes();
            let big = label.ends_with("be");
            raw.extend(if big { b"\xfe\xff" } else { b"\xff\xfe" });
            raw.extend(
                "anna@staff.example".encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }),
            );
            raw.extend(b"\n\nx");
            assert!(!subject(&raw).is_some_and(|text| text.contains("anna@staff.example")), "{label}");
        }
        let twin = b"Content-Type: text/plain; charset=iso-8859-2\nSubject: \xea <anna@staff.example>\n\nx";
        assert_eq!(subject(twin).as_deref(), Some("ę <anna@staff.example>"));
    }
}
