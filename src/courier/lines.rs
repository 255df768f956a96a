//! The ends of lines, before a mail leaves; no IO.
//!
//! A bare CR or LF that one server takes for the end of a line and the next one does not is how mails are smuggled
//! into other mails (CVE-2023-51764 and its kin).

use std::borrow::Cow;

/// `bytes` with CR LF at the end of each line and nowhere else a CR or LF (RFC 5321 section 2.3.8).
pub(super) fn canonical(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut before = 0_u8;
    let sound = bytes.iter().all(|byte| {
        let sound = (*byte == b'\n') == (before == b'\r');
        before = *byte;
        sound
    });
    if sound && bytes.ends_with(b"\r\n") {
        return Cow::Borrowed(bytes);
    }
    let mut lines = Vec::with_capacity(bytes.len() + bytes.len() / 32 + 2);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                lines.extend_from_slice(b"\r\n");
            }
            b'\n' => lines.extend_from_slice(b"\r\n"),
            other => lines.push(other),
        }
    }
    if !lines.ends_with(b"\r\n") {
        lines.extend_from_slice(b"\r\n");
    }
    Cow::Owned(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_made_canonical() {
        let table: [(&[u8], &[u8]); 8] = [
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (b"a\nb\n", b"a\r\nb\r\n"),
            (b"a\rb\r", b"a\r\nb\r\n"),
            (b"a\r\r\nb", b"a\r\n\r\nb\r\n"),
            (b"a\n\r\n.\n", b"a\r\n\r\n.\r\n"),
            (b"\n.\n", b"\r\n.\r\n"),
            (b"a", b"a\r\n"),
            (b"", b"\r\n"),
        ];
        for (from, to) in table {
            assert_eq!(canonical(from).as_ref(), to, "{:?}", String::from_utf8_lossy(from));
        }
    }
}
