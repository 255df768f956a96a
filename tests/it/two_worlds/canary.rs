//! Canaries: everything internal in a history carries `SECRET-`, and that must come out in no encoding.

use std::io::Read;

/// The mark, as it stands in what is internal; letters of any case.
const MARK: &str = "secret-";

/// Where the mark stands in what was seen, decoded in every way that pages and mails encode things.
pub(crate) fn sings(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let joined = text.replace("=\r\n", "").replace("=\n", "");
    let unfolded: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let ways: [(&str, String); 5] = [
        ("plain", text.to_string()),
        ("quoted-printable", decoded(&joined, '=')),
        ("percent", decoded(&text, '%')),
        ("decimal entities", entities(&text)),
        ("without spaces", unfolded.clone()),
    ];
    let found = ways.iter().find(|(_, text)| text.to_lowercase().contains(MARK)).map(|(way, _)| *way);
    let base64 = || base64_of(MARK).iter().chain(&base64_of("SECRET-")).any(|mark| unfolded.contains(mark.as_str()));
    found.or_else(|| base64().then_some("base64")).or_else(|| {
        let at = bytes.windows(2).position(|two| two == [0x1f, 0x8b])?;
        let mut inside = Vec::new();
        // What is no gzip after all inflates to nothing.
        let _ = flate2::read::GzDecoder::new(&bytes[at..]).read_to_end(&mut inside);
        sings(&inside).map(|_| "gzip")
    })
}

/// Replaces `lead` with two hexadecimal digits behind it by the byte that they say.
fn decoded(text: &str, lead: char) -> String {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(lead) {
        out.extend(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match (byte, after.get(2..)) {
            (Some(byte), Some(after)) => {
                out.push(byte);
                after
            }
            _ => {
                out.extend(lead.to_string().as_bytes());
                after
            }
        };
    }
    out.extend(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// Resolves `&#83;` and `&#x53;`.
fn entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        out.push_str(before);
        let (number, radix) = after.strip_prefix(['x', 'X']).map_or((after, 10), |hex| (hex, 16));
        let character = number.split_once(';').and_then(|(digits, rest)| {
            let code = u32::from_str_radix(digits, radix).ok()?;
            Some((char::from_u32(code)?, rest))
        });
        match character {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// What of a mark in base64 does not depend on what stands around it, for each of the three places it can begin at.
fn base64_of(mark: &str) -> [String; 3] {
    [0, 1, 2].map(|before| {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bytes: Vec<u8> = std::iter::repeat_n(b' ', before).chain(mark.bytes()).collect();
        let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
        let first = (before * 8).div_ceil(6);
        let digits = bits.chunks_exact(6).skip(first);
        digits.map(|six| char::from(DIGITS[usize::from(six.iter().fold(0, |all, bit| all << 1 | bit))])).collect()
    })
}

#[test]
fn a_canary_is_heard_in_every_encoding() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"and a SECRET-NOTE").unwrap();
    let gzip = gzip.finish().unwrap();
    let songs: [(&[u8], &str); 9] = [
        (b"a SECRET-NOTE", "plain"),
        (b"a SEC=\r\nRET=2DNOTE", "quoted-printable"),
        (b"a %53ECRET-NOTE", "percent"),
        (b"a &#83;ECRET&#x2d;NOTE", "decimal entities"),
        (b"a SECRET\r\n -NOTE", "without spaces"),
        (b"YSBTRUNSRVQtTk9URQ==", "base64"),
        (b"U0VDUkVULU5P\r\nVEU=", "base64"),
        (b"ICBTRUNSRVQtTk9URQ==", "base64"),
        (&gzip, "gzip"),
    ];
    for (song, way) in songs {
        assert_eq!(sings(song), Some(way), "{}", String::from_utf8_lossy(song));
    }
    assert_eq!(sings(b"a secret, a note, c2VjcmV0 and \x1f\x8b nothing more"), None, "the twin: silence");
}
