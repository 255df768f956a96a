//! What a mail client knows of the mail it answers.
//!
//! A small reader of its own, for well-formed mail such as Postroom writes: the mail room's parser is what the
//! players are there to try, so they do not lean on it.

use crate::time::Timestamp;

/// Somebody in an address header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Display name, decoded; empty where there is none.
    pub name: String,
    /// `local@domain`.
    pub address: String,
}

impl Addressee {
    /// The name, or the address where there is none.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

/// A mail as far as an answer to it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parent {
    /// Who wrote it.
    pub from: Vec<Addressee>,
    /// Where answers go instead.
    pub reply_to: Vec<Addressee>,
    /// To.
    pub to: Vec<Addressee>,
    /// Cc.
    pub cc: Vec<Addressee>,
    /// Subject, decoded.
    pub subject: String,
    /// Message-ID without angle brackets; empty where missing.
    pub message_id: String,
    /// References, or else In-Reply-To, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// When it was written, where it says so.
    pub at: Option<Timestamp>,
    /// The Date header as written.
    pub date_text: String,
    /// The first plain text, decoded, with `\n`; made of the HTML where there is no plain text.
    pub text: String,
    /// What stands inside the body element of the first HTML part.
    pub html: Option<String>,
}

impl Parent {
    /// Reads a well-formed mail; what is missing stays empty.
    #[must_use]
    pub fn read(raw: &[u8]) -> Self {
        let mail = String::from_utf8_lossy(raw).replace("\r\n", "\n");
        let (headers, _) = split(&mail);
        let ids = |name: &str| -> Vec<String> {
            let value = header(&headers, name).unwrap_or_default();
            value.split(['<', '>', ' ', '\t', ',']).filter(|id| !id.is_empty()).map(str::to_owned).collect()
        };
        let people = |name: &str| addresses(&header(&headers, name).unwrap_or_default());
        let date_text = header(&headers, "Date").unwrap_or_default();
        let mut references = ids("References");
        if references.is_empty() {
            references = ids("In-Reply-To");
        }
        let mut bodies = Bodies::default();
        bodies.walk(&mail);
        let text = bodies.plain.unwrap_or_else(|| bodies.html.as_deref().map(strip).unwrap_or_default());
        Self {
            from: people("From"),
            reply_to: people("Reply-To"),
            to: people("To"),
            cc: people("Cc"),
            subject: decode_words(&header(&headers, "Subject").unwrap_or_default()),
            message_id: ids("Message-ID").into_iter().next().unwrap_or_default(),
            references,
            at: Timestamp::from_rfc5322(&date_text),
            date_text,
            text: text.trim_end().to_owned(),
            html: bodies.html.map(|html| body_of(&html)),
        }
    }

    /// The writer; an empty one where the mail has none.
    #[must_use]
    pub fn writer(&self) -> Addressee {
        self.from.first().cloned().unwrap_or_else(|| Addressee { name: String::new(), address: String::new() })
    }
}

/// Unfolded headers in order, and the body.
fn split(mail: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = match mail.strip_prefix('\n') {
        Some(body) => ("", body),
        None => mail.split_once("\n\n").unwrap_or((mail, "")),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split('\n') {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, body)
}

fn header(headers: &[(String, String)], name: &str) -> Option<String> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[derive(Default)]
struct Bodies {
    plain: Option<String>,
    html: Option<String>,
}

impl Bodies {
    fn walk(&mut self, entity: &str) {
        let (headers, body) = split(entity);
        let content_type = header(&headers, "Content-Type").unwrap_or_else(|| "text/plain".to_owned());
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            let boundary = format!("--{}", parameter(&content_type, "boundary").unwrap_or_default());
            let mut part: Option<String> = None;
            for line in body.split('\n') {
                if let Some(rest) = line.strip_prefix(boundary.as_str())
                    && matches!(rest.trim(), "" | "--")
                {
                    if let Some(part) = part.take() {
                        self.walk(part.strip_suffix('\n').unwrap_or(&part));
                    }
                    part = rest.trim().is_empty().then(String::new);
                } else if let Some(part) = &mut part {
                    part.push_str(line);
                    part.push('\n');
                }
            }
            return;
        }
        if header(&headers, "Content-Disposition").is_some_and(|value| value.to_ascii_lowercase().starts_with("attachment")) {
            return;
        }
        let slot = match kind.as_str() {
            "text/plain" => &mut self.plain,
            "text/html" => &mut self.html,
            _ => return,
        };
        if slot.is_none() {
            let encoding = header(&headers, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
            let bytes = match encoding.as_str() {
                "quoted-printable" => unquote(&body.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), false),
                "base64" => unbase64(body),
                _ => body.as_bytes().to_vec(),
            };
            let charset = parameter(&content_type, "charset").unwrap_or_default();
            *slot = Some(decode(&charset, &bytes).replace("\r\n", "\n"));
        }
    }
}

fn decode(charset: &str, bytes: &[u8]) -> String {
    match charset.to_ascii_lowercase().as_str() {
        "iso-8859-1" | "windows-1252" => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Quoted-printable (RFC 2045) or, with `words`, the `Q` encoding of RFC 2047.
fn unquote(text: &str, words: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'=' => {
                let mut ahead = rest.clone();
                let (one, two) = (ahead.next(), ahead.next());
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                if one == Some(b'\n') {
                    rest.next();
                } else if let (Some(one), Some(two)) = (digit(one), digit(two)) {
                    out.push(u8::try_from(one * 16 + two).unwrap_or(b'?'));
                    rest = ahead;
                } else {
                    out.push(byte);
                }
            }
            b'_' if words => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

fn unbase64(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).unwrap_or(0));
            bits &= (1 << held) - 1;
        }
    }
    out
}

/// Decodes the encoded words of a header (RFC 2047); white space between two of them falls away.
fn decode_words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some((before, tail)) = rest.split_once("=?") {
        let mut fields = tail.splitn(3, '?');
        let word = match (fields.next(), fields.next(), fields.next().and_then(|tail| tail.split_once("?="))) {
            (Some(charset), Some(encoding), Some((data, tail))) => match encoding {
                "q" | "Q" => Some((decode(charset, &unquote(data, true)), tail)),
                "b" | "B" => Some((decode(charset, &unbase64(data)), tail)),
                _ => None,
            },
            _ => None,
        };
        if !(after_word && word.is_some() && before.trim().is_empty()) {
            out.push_str(before);
        }
        after_word = word.is_some();
        match word {
            Some((word, tail)) => {
                out.push_str(&word);
                rest = tail;
            }
            None => {
                out.push_str("=?");
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Reads an address list: `a@b`, `Name <a@b>`, `"Name, of" <a@b>`; encoded words are decoded.
#[must_use]
pub fn addresses(list: &str) -> Vec<Addressee> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in list.chars() {
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        match pieces.last_mut() {
            Some(piece) if c != ',' || quoted => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    let read = |piece: &String| {
        let (name, address) = match piece.rsplit_once('<') {
            Some((name, address)) => (name.trim(), address.trim().trim_end_matches('>')),
            None => ("", piece.trim()),
        };
        let name = match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(name) => name.replace("\\\"", "\"").replace("\\\\", "\\"),
            None => decode_words(name),
        };
        (!address.is_empty()).then(|| Addressee { name, address: address.to_owned() })
    };
    pieces.iter().filter_map(read).collect()
}

/// What stands inside `<body>`, or everything.
fn body_of(html: &str) -> String {
    let inside = html.split_once("<body").and_then(|(_, rest)| rest.split_once('>')).map_or(html, |(_, rest)| rest);
    inside.split_once("</body>").map_or(inside, |(inside, _)| inside).trim().to_owned()
}

/// The text of simple HTML.
fn strip(html: &str) -> String {
    let mut out = String::new();
    for piece in body_of(html).split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        if matches!(tag.split([' ', '/']).next(), Some("br" | "p" | "div" | "tr" | "li")) && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(text);
    }
    let out = out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    out.trim().to_owned()
}
