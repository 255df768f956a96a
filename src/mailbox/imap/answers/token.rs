//! The words of a line: tokens, numbers, codes, and a server's words for people.

use super::bounds::Breach;

/// Characters of a server's own words that are repeated.
pub(super) const WORDS: usize = 200;

/// One of the things of which a line consists.
pub(super) enum Token<'a> {
    Open,
    Close,
    Word(&'a [u8]),
    Quoted(Vec<u8>),
    /// So many bytes are announced.
    Literal(u64),
}

/// The next token of a line. `item` says that the name of an item is due: `BODY[HEADER.FIELDS (TO)]<0>` is one.
pub(super) fn token<'a>(rest: &mut &'a [u8], item: bool) -> Result<Option<Token<'a>>, Breach> {
    while let [b' ', after @ ..] = rest {
        *rest = after;
    }
    let whole = *rest;
    match whole {
        [] => Ok(None),
        [b'(', after @ ..] => {
            *rest = after;
            Ok(Some(Token::Open))
        }
        [b')', after @ ..] => {
            *rest = after;
            Ok(Some(Token::Close))
        }
        [b'"', after @ ..] => {
            let mut text = Vec::new();
            let mut bytes = after;
            loop {
                match bytes {
                    [b'"', after @ ..] => {
                        *rest = after;
                        return Ok(Some(Token::Quoted(text)));
                    }
                    [b'\\', byte, after @ ..] | [byte, after @ ..] => {
                        text.push(*byte);
                        bytes = after;
                    }
                    [] => return Err(Breach::Unreadable("a quote does not end")),
                }
            }
        }
        _ => {
            let mut brackets = false;
            let end = whole.iter().position(|byte| {
                match byte {
                    b'[' => brackets = true,
                    b']' => brackets = false,
                    _ => {}
                }
                matches!(byte, b' ' | b'(' | b')' | b'"') && !(item && brackets)
            });
            let (word, after) = whole.split_at(end.unwrap_or(whole.len()));
            *rest = after;
            Ok(Some(match announced(word) {
                Some(size) if after.is_empty() && !item => Token::Literal(size),
                _ => Token::Word(word),
            }))
        }
    }
}

/// The size in `{123}`, `{123+}` or `~{123}`.
fn announced(word: &[u8]) -> Option<u64> {
    let word = word.strip_prefix(b"~").unwrap_or(word);
    let digits = word.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    let sound = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // What is too large for a number is larger than everything.
    sound.then(|| std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX))
}

pub(super) fn starts(line: &[u8], word: &[u8]) -> bool {
    let head = line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    head && line.get(word.len()).is_none_or(|byte| matches!(byte, b' ' | b'\r'))
}

/// The first word and the rest.
pub(super) fn word(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|byte| *byte == b' ') {
        Some(at) => (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default()),
        None => (line, &[]),
    }
}

pub(super) fn number(text: &[u8]) -> Option<u32> {
    let sound = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if sound { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

/// The value of `[NAME value]` at the start of a text.
pub(super) fn code<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let inside = text.strip_prefix(b"[")?.split(|byte| *byte == b']').next()?;
    let (found, value) = word(inside);
    found.eq_ignore_ascii_case(name).then_some(value)
}

/// A server's words for people: one short line, without its code in brackets.
pub(super) fn words(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let text = match text.split_once(']') {
        Some((code, text)) if code.starts_with('[') && !text.trim().is_empty() => text,
        _ => &text,
    };
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS).collect()
}
