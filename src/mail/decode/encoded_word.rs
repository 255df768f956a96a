//! Text of header fields: raw eight-bit fields and encoded words (RFC 2047), in the forms of the wild.

use super::{charset, transfer};

/// Decodes an unstructured header value: unfolded, encoded words decoded, one line, no controls.
pub(crate) fn text(raw: &[u8]) -> String {
    one_line(&decode_words(&charset::guess(raw)))
}

/// Controls and line breaks to blanks, direction marks and zero-width characters away, blanks squeezed.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.chars() {
        if is_trick(c) {
            continue;
        }
        if c.is_control() || c.is_whitespace() {
            if !blank {
                out.push(' ');
            }
            blank = true;
        } else {
            out.push(c);
            blank = false;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that show a text as something else than it is: direction overrides, zero-width, byte order marks.
pub(crate) fn is_trick(c: char) -> bool {
    matches!(c, '\u{0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Longest encoded word that is looked for, in bytes; mailers write some hundreds.
const MAX_WORD: usize = 8_192;

struct Word<'a> {
    charset: &'a str,
    base64: bool,
    payload: &'a str,
}

/// Neighbouring words in one charset, joined as bytes.
struct Run {
    charset: String,
    bytes: Vec<u8>,
    /// Base64 that stopped in the middle of a quantum; the next word goes on with it.
    open: Vec<u8>,
    /// What the bytes are if each word stands for itself and only lacks its padding.
    apart: Vec<u8>,
}

impl Run {
    fn take(&mut self, word: &Word<'_>) {
        let own = payload_bytes(word);
        self.apart.extend_from_slice(&own);
        if !word.base64 {
            self.close();
            self.bytes.extend(own);
            return;
        }
        self.open.extend(word.payload.bytes().filter(|b| *b == b'=' || transfer::base64_value(*b).is_some()));
        if self.open.len().is_multiple_of(4) || self.open.ends_with(b"=") {
            self.close();
        }
    }

    fn close(&mut self) {
        self.bytes.extend(transfer::base64_quanta(&self.open));
        self.open.clear();
    }

    fn text(mut self) -> String {
        self.close();
        let joined = charset::decode(&self.bytes, Some(&self.charset)).text;
        let bad = |text: &str| text.chars().any(|c| c == char::REPLACEMENT_CHARACTER || c.is_control());
        if self.apart == self.bytes || !bad(&joined) {
            return joined;
        }
        let apart = charset::decode(&self.apart, Some(&self.charset)).text;
        if bad(&apart) { joined } else { apart }
    }
}

/// Decodes the encoded words in a text. Neighbours in the same charset are joined as bytes before decoding, because
/// mailers split characters and base64 across them although RFC 2047, section 5, forbids it.
pub(super) fn decode_words(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<Run> = None;
    let mut rest = text;
    loop {
        let Some(start) = rest.find("=?") else {
            flush(&mut out, &mut pending);
            out.push_str(rest);
            return out;
        };
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        match read_word(from) {
            Some((word, after)) => {
                if !before.trim().is_empty() || (pending.is_none() && !before.is_empty()) {
                    flush(&mut out, &mut pending);
                    out.push_str(before);
                }
                if pending.as_ref().is_some_and(|run| !run.charset.eq_ignore_ascii_case(word.charset)) {
                    flush(&mut out, &mut pending);
                }
                let fresh = || Run { charset: word.charset.to_owned(), bytes: Vec::new(), open: Vec::new(), apart: Vec::new() };
                pending.get_or_insert_with(fresh).take(&word);
                rest = after;
            }
            None => {
                flush(&mut out, &mut pending);
                out.push_str(before);
                out.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
}

fn flush(out: &mut String, pending: &mut Option<Run>) {
    if let Some(run) = pending.take() {
        out.push_str(&run.text());
    }
}

/// Reads `=?charset?B|Q?payload?=` at the start of `text`; a missing end ends at the next blank or the end.
fn read_word(text: &str) -> Option<(Word<'_>, &str)> {
    let inner = text.strip_prefix("=?")?;
    // Looking to the end of a long header at every `=?` would be quadratic; words have at most 75 characters by RFC 2047.
    let near = inner.get(..inner.floor_char_boundary(MAX_WORD)).unwrap_or(inner);
    let (charset, tail) = near.split_once('?')?;
    let charset = charset.trim();
    if charset.is_empty() || charset.len() > 60 || charset.contains(char::is_whitespace) {
        return None;
    }
    let (letter, tail) = tail.split_once('?')?;
    let base64 = match letter.trim() {
        "B" | "b" => true,
        "Q" | "q" => false,
        _ => return None,
    };
    let behind = |left: &str| inner.get(near.len() - left.len()..);
    // A word ends before the next one starts; looking further at each start would cost a header's length every time.
    let reach = match tail.find("=?") {
        // The end of a word whose payload ends in `=`.
        Some(at) if tail.get(at + 2..).is_some_and(|rest| rest.starts_with('=')) => tail.get(..at + 3).unwrap_or(tail),
        Some(at) => tail.get(..=at).unwrap_or(tail),
        None => tail,
    };
    if let Some((payload, _)) = reach.split_once("?=") {
        return Some((Word { charset, base64, payload }, behind(tail.get(payload.len() + 2..)?)?));
    }
    let end = tail.find(char::is_whitespace).unwrap_or(tail.len());
    let (payload, after) = tail.split_at_checked(end)?;
    let word = Word { charset, base64, payload: payload.trim_end_matches(['?', '=']) };
    (payload.len() >= 2).then_some((word, behind(after)?))
}

fn payload_bytes(word: &Word<'_>) -> Vec<u8> {
    if word.base64 {
        let payload = word.payload.as_bytes();
        return transfer::base64_quanta(transfer::url_safe(payload).as_deref().unwrap_or(payload));
    }
    let mut out = Vec::with_capacity(word.payload.len());
    // The character before was written as `=XX`.
    let mut coded = false;
    let mut rest = word.payload.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match *first {
            // A fold inside a word: the blank behind it is the fold's, unless it parts two plain words.
            b'\r' => {}
            b'\n' => {
                let more = tail.trim_ascii_start();
                if !coded && !more.starts_with(b"=") && more.len() < tail.len() {
                    out.push(b' ');
                }
                rest = more;
            }
            b'_' => out.push(b' '),
            b'=' => match transfer::hex_pair(tail) {
                Some((value, after)) => {
                    out.push(value);
                    rest = after;
                    coded = true;
                    continue;
                }
                None => out.push(b'='),
            },
            other => out.push(other),
        }
        coded &= *first == b'\r';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_of_the_wild() {
        let table: &[(&[u8], &str)] = &[
            (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
            (b"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
            (b"=?utf-8?B?R3LD?=\r\n =?UTF-8?B?vMOfZQ==?=", "Grüße"),
            (b"=?iso-8859-1?Q?Hello World?= there", "Hello World there"),
            (b"=?utf-8?Q?Gr=C3=BC\r\n =C3=9Fe?=", "Grüße"),
            (b"=?utf-8?Q?Hello\r\n World?=", "Hello World"),
            (b"=?cp437?Q?Gr=81=E1e?=", "Grüße"),
            (b"a =?x?= b", "a =?x?= b"),
            (b"Re: =?utf-8?q?=41?=tail", "Re: Atail"),
            (b"=?utf-8*en?Q?ok?=", "ok"),
            (b"Gr\xfc\xdfe aus M\xfcnchen", "Grüße aus München"),
            (b"=?utf-8?B?R3LDvMOfZQ", "Grüße"),
            (b"=?utf-8?B?R3LDv?= =?utf-8?B?MOfZQ==?=", "Grüße"),
            (b"=?utf-8?b?w6Q?= =?utf-8?b?w7Y?=", "äö"),
            (b"=?utf-8?B?R3LDvMOfZQ?= =?utf-8?Q?_aus?=", "Grüße aus"),
            (b"=?utf-8?Q?a?=  =?iso-8859-1?Q?=FC?= b", "aü b"),
            (b"=?UTF-8?Q?=e2=82=ac 5?=", "€ 5"),
            (b"=?utf-8?Q?a=?=", "a="),
            (b"=?utf-8?Q?100=_sure?=", "100= sure"),
            (b"=?utf-8?X?a?=", "=?utf-8?X?a?="),
            (b"=??Q?a?=", "=??Q?a?="),
            (b"\"=?utf-8?Q?quoted?=\" x", "\"quoted\" x"),
            (b"=?x-unknown?Q?Gr=FC=DFe aus M=FCnchen?=", "Grüße aus München"),
            (b"=?utf-7?Q?+AOQ-?=", "ä"),
            (b"=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"),
            (b"=?ISO-2022-JP?B?GyRCJDMkcxsoQg==?=\r\n =?ISO-2022-JP?B?GyRCJEskQSRPGyhC?=", "こんにちは"),
            (b"evil\x00\x1b[1m\xe2\x80\xaetxt", "evil [1mtxt"),
        ];
        for (raw, want) in table {
            assert_eq!(&text(raw), want);
        }
    }
}
