//! Opaque S/MIME (RFC 8551, `smime.p7m`): signed content is unwrapped to be shown, unverified; encrypted content is not.
//!
//! Only as much of CMS (RFC 5652) is read as leads to the content; both definite and indefinite lengths occur.

/// What a CMS structure is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cms {
    /// Signed, with the content inside.
    Signed(Vec<u8>),
    /// Encrypted for somebody.
    Encrypted,
}

/// Elements inside each other, on the way to the content.
const MAX_DEPTH: u8 = 12;

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// Reads one element; returns it and what follows.
fn element(input: &[u8], depth: u8) -> Option<(Element<'_>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (&[tag, first], rest) = input.split_first_chunk::<2>()?;
    if tag & 0x1f == 0x1f {
        return None; // Tags of several bytes do not occur on the way to the content.
    }
    if first == 0x80 {
        let mut tail = rest;
        while !tail.starts_with(&[0, 0]) {
            (_, tail) = element(tail, depth)?;
        }
        let length = rest.len() - tail.len();
        return Some((Element { tag, content: rest.get(..length)? }, tail.get(2..)?));
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let (digits, rest) = rest.split_at_checked(count)?;
        if count > 4 {
            return None;
        }
        (digits.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, content }, rest))
}

fn expect(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = element(input, MAX_DEPTH)?;
    (found.tag == tag).then_some((found.content, rest))
}

/// An octet string, whole or in pieces.
fn octets(input: &[u8], depth: u8, out: &mut Vec<u8>) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let mut rest = input;
    while !rest.is_empty() {
        let (piece, after) = element(rest, MAX_DEPTH)?;
        match piece.tag {
            0x04 => out.extend_from_slice(piece.content),
            0x24 => octets(piece.content, depth, out)?,
            _ => return None,
        }
        rest = after;
    }
    Some(())
}

/// 1.2.840.113549.1.7.x
const PKCS7: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
/// 1.2.840.113549.1.9.16.1.23, authenticated encryption (RFC 5083).
const AUTH_ENVELOPED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17];

/// Reads a CMS structure; `None` where it is none, damaged, or carries no content (certificates only).
pub(crate) fn read(bytes: &[u8]) -> Option<Cms> {
    let (info, _) = expect(bytes, 0x30)?;
    let (kind, rest) = expect(info, 0x06)?;
    let encrypted = kind == AUTH_ENVELOPED || kind.strip_prefix(PKCS7).is_some_and(|last| matches!(last, [3 | 4 | 6]));
    if encrypted {
        return Some(Cms::Encrypted);
    }
    if kind.strip_prefix(PKCS7) != Some(&[2]) {
        return None;
    }
    let (explicit, _) = expect(rest, 0xa0)?;
    let (signed, _) = expect(explicit, 0x30)?;
    let (_, rest) = expect(signed, 0x02)?;
    let (_, rest) = expect(rest, 0x31)?;
    let (inner, _) = expect(rest, 0x30)?;
    let (_, rest) = expect(inner, 0x06)?;
    let (content, _) = expect(rest, 0xa0)?;
    let mut out = Vec::with_capacity(content.len());
    octets(content, MAX_DEPTH, &mut out)?;
    Some(Cms::Signed(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definite(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], content, &[0, 0]].concat()
    }

    fn oid(last: u8) -> Vec<u8> {
        definite(6, &[PKCS7, &[last]].concat())
    }

    #[test]
    fn signed_content_comes_out() {
        let text = b"Content-Type: text/plain\r\n\r\nHello";
        let signed = |inner: Vec<u8>| [definite(2, &[1]), definite(0x31, b""), inner].concat();
        let plain = [oid(1), definite(0xa0, &definite(4, text))].concat();
        let whole = [oid(2), definite(0xa0, &definite(0x30, &signed(definite(0x30, &plain))))].concat();
        assert_eq!(read(&definite(0x30, &whole)), Some(Cms::Signed(text.to_vec())));
        // In pieces and with indefinite lengths, as streaming signers write it.
        let pieces = [definite(4, &text[..10]), definite(4, &text[10..])].concat();
        let plain = [oid(1), indefinite(0xa0, &indefinite(0x24, &pieces))].concat();
        let whole = [oid(2), indefinite(0xa0, &indefinite(0x30, &signed(indefinite(0x30, &plain))))].concat();
        let whole = indefinite(0x30, &whole);
        assert_eq!(read(&whole), Some(Cms::Signed(text.to_vec())));
        assert_eq!(read(&whole[..whole.len() / 2]), None);
    }

    #[test]
    fn encrypted_content_stays() {
        assert_eq!(read(&definite(0x30, &[oid(3), definite(0xa0, b"")].concat())), Some(Cms::Encrypted));
        assert_eq!(read(&definite(0x30, &oid(1))), None);
        assert_eq!(read(b"not der"), None);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert_eq!(read(&deep), None);
    }
}
