//! Structured header fields: their value and its parameters (RFC 2045, RFC 2231), in the forms of the wild.

use super::encoded_word::{decode_words, one_line};
use super::{charset, transfer};

/// A structured header value such as Content-Type: the value in lower case and its decoded parameters.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Structured {
    pub(crate) value: String,
    params: Vec<(String, String)>,
}

impl Structured {
    /// The decoded value of a parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Parses `value; name=value; name*0*=charset'lang'%41...` (RFC 2045, section 5.1; RFC 2231).
pub(crate) fn structured(raw: &[u8]) -> Structured {
    let text = charset::guess(raw);
    let mut pieces = split_params(&text).into_iter().peekable();
    // `filename=plan.pdf`: the value itself is missing.
    let lacks =
        |first: &String| first.split_once('=').is_some_and(|(key, _)| key.trim().bytes().all(|b| b.is_ascii_alphabetic()));
    let value = if pieces.peek().is_some_and(lacks) { String::new() } else { strip_comments(&pieces.next().unwrap_or_default()) };
    // `text/plain charset=utf-8`: the semicolon is missing.
    let (value, bare) = value.trim().split_once(char::is_whitespace).unwrap_or((value.trim(), ""));
    let bare = bare.contains('=').then(|| bare.to_owned());
    let value = value.trim().trim_end_matches([',', ':']).trim_matches('"').to_ascii_lowercase();
    let mut plain: Vec<(String, String)> = Vec::new();
    // (name, index, extended, value); pieces may come in any order.
    let mut parts: Vec<(String, usize, bool, String)> = Vec::new();
    for piece in bare.into_iter().chain(pieces).take(100) {
        let Some((key, content)) = piece.split_once('=') else { continue };
        let key = key.trim().to_ascii_lowercase();
        let content = unquote(content.trim());
        let Some((name, suffix)) = key.split_once('*') else {
            plain.push((key, one_line(&decode_words(&content))));
            continue;
        };
        let (index, extended) = match suffix {
            "" => (0, true),
            digits => (digits.trim_end_matches('*').parse().unwrap_or(0), digits.ends_with('*')),
        };
        parts.push((name.to_owned(), index, extended, content));
    }
    parts.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut params: Vec<(String, String)> = Vec::new();
    for group in parts.chunk_by(|a, b| a.0 == b.0) {
        let Some((name, ..)) = group.first() else { continue };
        params.push((name.clone(), join_extended(group)));
    }
    params.extend(plain);
    Structured { value, params }
}

fn join_extended(group: &[(String, usize, bool, String)]) -> String {
    let mut label = None;
    let mut bytes = Vec::new();
    // Some mailers split within `%C3`: extended pieces are read as one.
    let mut coded = String::new();
    for (position, (_, _, extended, content)) in group.iter().enumerate() {
        let mut content = content.as_str();
        let mut pieces = content.splitn(3, '\'');
        if *extended && let (Some(name), Some(_), Some(rest)) = (pieces.next(), pieces.next(), pieces.next()) {
            // Only the first piece names the charset; some mailers name it in every one.
            if position == 0 {
                label = (!name.is_empty()).then(|| name.to_owned());
                content = rest;
            } else if label.as_deref().is_some_and(|label: &str| label.eq_ignore_ascii_case(name)) {
                content = rest;
            }
        }
        if *extended {
            coded.push_str(content);
        } else {
            bytes.extend(percent_bytes(&std::mem::take(&mut coded)));
            bytes.extend_from_slice(content.as_bytes());
        }
    }
    bytes.extend(percent_bytes(&coded));
    let label = label.filter(|name| charset::is_known(name));
    one_line(&decode_words(&charset::decode(&bytes, label.as_deref()).text))
}

/// A name in which a program wrote the letters beyond ASCII as links have them (`Gr%C3%BC%C3%9Fe.pdf`).
pub(crate) fn without_percents(name: &str) -> String {
    let decoded = if name.is_ascii() && name.contains('%') { String::from_utf8(percent_bytes(name)).ok() } else { None };
    decoded.filter(|decoded| !decoded.is_ascii()).unwrap_or_else(|| name.to_owned())
}

fn percent_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (*first == b'%').then(|| transfer::hex_pair(tail)).flatten() {
            Some((value, after)) => {
                out.push(value);
                rest = after;
            }
            None => out.push(*first),
        }
    }
    out
}

/// Splits at semicolons outside quotes.
fn split_params(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if c == ';' && !quoted {
            pieces.push(String::new());
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    // An odd quote would swallow every later parameter.
    if quoted { text.split(';').map(str::to_owned).collect() } else { pieces }
}

fn unquote(text: &str) -> String {
    // `""name""`: two programs quoted it.
    let text = text.strip_prefix("\"\"").filter(|rest| !rest.is_empty()).map_or(text, |rest| rest.trim_end_matches('"'));
    let Some(inner) = text.strip_prefix('"') else {
        return strip_comments(text).trim().to_owned();
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // Windows paths are written with plain backslashes; only an escaped quote or backslash is an escape.
            '\\' => match chars.clone().next() {
                Some(next @ ('"' | '\\')) => {
                    out.push(next);
                    chars.next();
                }
                _ => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

/// Removes `(comments)` (RFC 5322, section 3.2.2) outside quotes.
pub(crate) fn strip_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in text.chars() {
        match c {
            '"' if depth == 0 && !escaped => quoted = !quoted,
            '(' if !quoted && !escaped => depth += 1,
            ')' if !quoted && !escaped && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if depth == 0 {
            out.push(c);
        }
    }
    if depth > 0 { text.to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_the_wild() {
        let table: &[(&str, &str, Option<&str>)] = &[
            ("text/plain; charset=\"UTF-8\"; format=flowed", "format", Some("flowed")),
            ("attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf", "filename", Some("Grüße.pdf")),
            ("attachment; filename*1*=%9Fe.pdf; filename*0*=UTF-8''Gr%C3%BC%C3", "filename", Some("Grüße.pdf")),
            ("attachment; filename*0=\"long \"; filename*1=\"name.txt\"", "filename", Some("long name.txt")),
            ("attachment; filename=\"=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=\"", "filename", Some("Grüße.pdf")),
            ("attachment; filename=C:\\temp\\a b.txt", "filename", Some("C:\\temp\\a b.txt")),
            ("multipart/mixed; boundary=\"a;b\"", "boundary", Some("a;b")),
            ("text/plain (comment); charset=x", "charset", Some("x")),
            ("attachment; filename*0=\"a\"; filename*1*=%C3%BC; filename*2=.txt", "filename", Some("aü.txt")),
            ("attachment; filename*=Gr%C3%BC.txt", "filename", Some("Grü.txt")),
            ("attachment; filename*=iso-8859-1'de'Gr%FC.txt; filename=Gr_.txt", "filename", Some("Grü.txt")),
            ("attachment; filename=\"a \\\"b\\\" c.txt\"", "filename", Some("a \"b\" c.txt")),
            ("attachment; filename==?utf-8?Q?a_b=2Etxt?=", "filename", Some("a b.txt")),
            ("attachment; filename=\"=?utf-8?B?R3LD?= =?utf-8?B?vC50eHQ=?=\"", "filename", Some("Grü.txt")),
            ("text/plain; charset=\"=?utf-8?Q?iso-8859-1?=\"", "charset", Some("iso-8859-1")),
            ("text/plain charset=utf-8", "charset", Some("utf-8")),
            ("attachment filename=\"a b.pdf\"", "filename", Some("a b.pdf")),
            ("text/plain; charset=\"broken; format=flowed", "format", Some("flowed")),
        ];
        for (raw, name, want) in table {
            assert_eq!(structured(raw.as_bytes()).param(name), *want, "{raw}");
        }
    }
}
