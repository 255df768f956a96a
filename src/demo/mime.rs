//! Writes MIME by hand, because the shapes of the wild are the point: encoded words (RFC 2047), parameters (RFC 2231),
//! quoted-printable and base64 (RFC 2045), multiparts (RFC 2046). Text comes in with `\n`, leaves with CRLF.

use std::fmt::Write as _;

/// A header block (each line ends in CRLF) and its encoded body.
pub(super) struct Part {
    pub(super) head: String,
    pub(super) body: String,
}

/// How a text travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// As it is, `7bit` or `8bit`.
    Plain,
    /// Quoted-printable UTF-8; ASCII as it is.
    Quoted,
    /// ISO 8859-1 in quoted-printable where it suffices, else UTF-8 in base64: as Exchange does.
    Exchange,
}

impl Part {
    /// A text part; `params` follows the charset, `; format=flowed` for example.
    pub(super) fn text(subtype: &str, params: &str, text: &str, transfer: Transfer) -> Self {
        let latin = text.chars().all(|c| u32::from(c) < 0x100);
        let (charset, encoding, body) = match transfer {
            Transfer::Plain if text.is_ascii() => ("UTF-8", "7bit", crlf(text)),
            Transfer::Plain => ("UTF-8", "8bit", crlf(text)),
            Transfer::Quoted if text.is_ascii() && text.lines().all(|line| line.len() <= 78) => ("UTF-8", "7bit", crlf(text)),
            Transfer::Quoted => ("UTF-8", "quoted-printable", quoted_printable(text, utf8)),
            Transfer::Exchange if latin => {
                ("iso-8859-1", "quoted-printable", quoted_printable(text, |c| vec![u8::try_from(u32::from(c)).unwrap_or(b'?')]))
            }
            Transfer::Exchange => ("utf-8", "base64", base64(crlf(text).as_bytes())),
        };
        let head =
            format!("Content-Type: text/{subtype}; charset=\"{charset}\"{params}\r\nContent-Transfer-Encoding: {encoding}\r\n");
        Self { head, body }
    }

    /// Several parts under one head; `params` follows the boundary.
    pub(super) fn multipart(subtype: &str, boundary: &str, params: &str, parts: Vec<Self>) -> Self {
        let mut body = String::new();
        for part in parts {
            let _ = write!(body, "--{boundary}\r\n{}\r\n{}\r\n", part.head, part.body.trim_end_matches("\r\n"));
        }
        let _ = write!(body, "--{boundary}--\r\n");
        Self { head: format!("Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"{params}\r\n"), body }
    }

    /// An attached file. `words` writes a name that is not ASCII as encoded words, as Outlook and Gmail do against
    /// RFC 2047 section 5; otherwise by RFC 2231.
    pub(super) fn file(name: &str, content_type: &str, data: &[u8], words: bool) -> Self {
        let parameter = |key: &str| {
            if name.is_ascii() {
                format!("{key}=\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
            } else if words {
                format!("{key}=\"{}\"", encoded_words(name))
            } else {
                let bytes: String = name.bytes().fold(String::new(), |mut text, byte| {
                    if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
                        text.push(char::from(byte));
                    } else {
                        let _ = write!(text, "%{byte:02X}");
                    }
                    text
                });
                format!("{key}*=UTF-8''{bytes}")
            }
        };
        let head = format!(
            "Content-Type: {content_type};\r\n {}\r\nContent-Disposition: attachment;\r\n {}\r\nContent-Transfer-Encoding: base64\r\n",
            parameter("name"),
            parameter("filename")
        );
        Self { head, body: base64(data) }
    }
}

/// Line ends of mail.
pub(super) fn crlf(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    if !text.ends_with("\r\n") {
        text.push_str("\r\n");
    }
    text
}

fn utf8(c: char) -> Vec<u8> {
    c.to_string().into_bytes()
}

/// RFC 2045 section 6.7, lines of at most 76 characters.
fn quoted_printable(text: &str, bytes: impl Fn(char) -> Vec<u8>) -> String {
    let mut out = String::new();
    for line in text.replace("\r\n", "\n").trim_end_matches('\n').split('\n') {
        let mut width = 0;
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            let last = rest.peek().is_none();
            let piece = match c {
                ' ' | '\t' if !last => c.to_string(),
                '!'..='<' | '>'..='~' => c.to_string(),
                _ => bytes(c).iter().fold(String::new(), |mut text, byte| {
                    let _ = write!(text, "={byte:02X}");
                    text
                }),
            };
            if width + piece.len() > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            width += piece.len();
            out.push_str(&piece);
        }
        out.push_str("\r\n");
    }
    out
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 section 4, without line breaks.
pub(super) fn base64_line(data: &[u8]) -> String {
    let mut out = String::new();
    for group in data.chunks(3) {
        let bits = group.iter().enumerate().fold(0_u32, |bits, (place, byte)| bits | (u32::from(*byte) << (16 - 8 * place)));
        for place in 0..4 {
            let six = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
            let letter = ALPHABET.get(six).copied().map_or('=', char::from);
            out.push(if place <= group.len() { letter } else { '=' });
        }
    }
    out
}

/// RFC 2045 section 6.8, lines of 76 characters.
fn base64(data: &[u8]) -> String {
    let mut out = String::new();
    for (place, c) in base64_line(data).chars().enumerate() {
        if place > 0 && place % 76 == 0 {
            out.push_str("\r\n");
        }
        out.push(c);
    }
    out.push_str("\r\n");
    out
}

/// A header's text: as it is where it is ASCII (folded at spaces), else encoded words.
pub(super) fn header_text(text: &str) -> String {
    let text = text.replace(['\r', '\n', '\0'], " ");
    if !text.is_ascii() || text.contains("=?") {
        return encoded_words(&text);
    }
    let mut out = String::new();
    let mut width = 20;
    for (place, word) in text.split(' ').enumerate() {
        if place > 0 {
            let fold = width + word.len() > 76 && !word.is_empty();
            out.push_str(if fold { "\r\n " } else { " " });
            width = if fold { 1 } else { width + 1 };
        }
        width += word.len();
        out.push_str(word);
    }
    out
}

/// RFC 2047 `Q` words of at most 75 characters, folded between each other.
fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for c in text.chars() {
        let piece = match c {
            ' ' => "_".to_owned(),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '!' | '*' | '+' | '-' | '/' => c.to_string(),
            _ => utf8(c).iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "={byte:02X}");
                text
            }),
        };
        match words.last_mut() {
            Some(word) if word.len() + piece.len() <= 50 => word.push_str(&piece),
            _ => words.push(piece),
        }
    }
    let words: Vec<String> = words.into_iter().map(|word| format!("=?UTF-8?Q?{word}?=")).collect();
    words.join("\r\n ")
}

/// One mailbox of an address header.
pub(super) fn mailbox(name: &str, address: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    if name.is_empty() {
        address.to_owned()
    } else if name.chars().all(plain) && !name.contains("=?") {
        format!("{name} <{address}>")
    } else if name.is_ascii() && !name.contains("=?") {
        format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("{} <{address}>", encoded_words(name))
    }
}

/// 64 bits that depend on `text` alone (FNV-1a): boundaries and the like, which need to differ, not to be secret.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
