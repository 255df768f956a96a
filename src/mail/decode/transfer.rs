//! Content-Transfer-Encoding (RFC 2045, section 6), lenient: what cannot be decoded is shown as it stands, never lost.

/// What a lenient decoder made of its input.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Undone {
    pub(crate) bytes: Vec<u8>,
    /// Text that stood behind the encoded data (list footers, scanners' notes).
    pub(crate) trailer: Vec<u8>,
    /// The data was damaged.
    pub(crate) damaged: bool,
}

/// The six bits of one base64 character.
pub(super) fn base64_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Decodes base64 characters, skipping everything else; padding starts a new quantum.
pub(crate) fn base64_quanta(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u8);
    for byte in input {
        if *byte == b'=' {
            (bits, count) = (0, 0);
            continue;
        }
        let Some(value) = base64_value(*byte) else { continue };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    out
}

/// Undoes base64 up to the first line that cannot be base64; that line and the rest are the trailer.
pub(crate) fn base64(input: &[u8]) -> Undone {
    url_safe(input).map_or_else(|| plain_base64(input), |mapped| plain_base64(&mapped))
}

/// Base64 of the alphabet for links (RFC 4648, section 5) in the letters of mails, where all of it is that.
pub(super) fn url_safe(input: &[u8]) -> Option<Vec<u8>> {
    let marks = |b: &u8| matches!(b, b'-' | b'_');
    if input.iter().any(|b| matches!(b, b'+' | b'/')) || !input.iter().any(marks) {
        return None;
    }
    let known = |b: &u8| base64_value(*b).is_some() || marks(b) || *b == b'=';
    // A line of marks alone is drawn.
    let fits = |line: &[u8]| line.is_empty() || (line.iter().all(known) && !line.iter().all(marks));
    let all = input.split(|b| *b == b'\n').all(|line| fits(line.trim_ascii()));
    let plain = |b: &u8| match b {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    all.then(|| input.iter().map(plain).collect())
}

fn plain_base64(input: &[u8]) -> Undone {
    let mut data = Vec::with_capacity(input.len());
    let mut padded = false;
    let mut consumed = 0_usize;
    let mut trailer: &[u8] = &[];
    for line in input.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii();
        if !text.is_empty() && !is_base64_line(text, padded) {
            trailer = input.get(consumed..).unwrap_or_default();
            break;
        }
        consumed += line.len();
        padded |= text.ends_with(b"=");
        data.extend_from_slice(text);
    }
    let length = data.iter().filter(|b| base64_value(**b).is_some()).count();
    Undone {
        bytes: base64_quanta(&data),
        damaged: length % 4 == 1 || !trailer.trim_ascii().is_empty(),
        trailer: trailer.to_vec(),
    }
}

fn is_base64_line(line: &[u8], padded: bool) -> bool {
    let foreign = line.iter().filter(|b| base64_value(**b).is_none() && **b != b'=').count();
    if padded {
        // After the end of the data only a full or padded line can be more data; a short word is a footer.
        return foreign == 0 && line.len().is_multiple_of(4) && (line.len() >= 40 || line.ends_with(b"="));
    }
    // Blanks inside data: what is left must be whole quanta that do not look like words.
    let mixed = line.windows(2).any(|pair| {
        matches!(pair, [b'a'..=b'z', b'A'..=b'Z'] | [b'a'..=b'z' | b'A'..=b'Z', b'0'..=b'9'] | [b'0'..=b'9', b'a'..=b'z' | b'A'..=b'Z'])
    });
    if mixed && (line.len() - foreign).is_multiple_of(4) && line.iter().all(|b| base64_value(*b).is_some() || b" \t=".contains(b))
    {
        return true;
    }
    // Stray bytes inside a long line are damage in transit (RFC 2045 says to skip them); in a short one it is prose.
    foreign == 0 || (line.len() >= 56 && foreign * 20 <= line.len() && !line.contains(&b' '))
}

/// Undoes quoted-printable; malformed escapes stay as they stand.
pub(crate) fn quoted_printable(input: &[u8]) -> Undone {
    let mut out = Vec::with_capacity(input.len());
    let mut damaged = false;
    for line in input.split_inclusive(|b| *b == b'\n') {
        let (content, end): (&[u8], &[u8]) = match line.strip_suffix(b"\r\n") {
            Some(content) => (content, b"\r\n"),
            None => line.strip_suffix(b"\n").map_or((line, b"" as &[u8]), |content| (content, b"\n")),
        };
        // Trailing white space was added in transport (RFC 2045, rule 3).
        let content = content.trim_ascii_end();
        let (content, end) = content.strip_suffix(b"=").map_or((content, end), |soft| (soft, b"" as &[u8]));
        let mut rest = content;
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            if *first == b'=' {
                if let Some((value, after)) = hex_pair(tail) {
                    out.push(value);
                    rest = after;
                    continue;
                }
                damaged = true;
            }
            out.push(*first);
        }
        out.extend_from_slice(end);
    }
    Undone { bytes: out, trailer: Vec::new(), damaged }
}

/// Two hexadecimal digits at the start of `input`, and what follows.
pub(super) fn hex_pair(input: &[u8]) -> Option<(u8, &[u8])> {
    let (first, tail) = input.split_first()?;
    let (second, rest) = tail.split_first()?;
    let high = char::from(*first).to_digit(16)?;
    let low = char::from(*second).to_digit(16)?;
    Some((u8::try_from(high * 16 + low).ok()?, rest))
}

/// One file that was uuencoded into the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UuFile {
    pub(crate) name: String,
    pub(crate) data: Vec<u8>,
}

/// Takes `begin 644 name` ... `end` and `begin-base64 644 name` ... `====` blocks out of a text; a block without its end
/// stays text.
pub(crate) fn take_uuencoded(text: &str) -> (String, Vec<UuFile>) {
    if !text.contains("begin ") && !text.contains("begin-base64 ") {
        return (text.to_owned(), Vec::new());
    }
    let mut kept = String::with_capacity(text.len());
    let mut files = Vec::new();
    let mut open: Option<Open> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        let Some(mut block) = open.take() else {
            open = Open::begin(bare, line);
            if open.is_none() {
                kept.push_str(line);
            }
            continue;
        };
        if bare.trim_end() == if block.base64 { "====" } else { "end" } {
            files.push(block.file);
            continue;
        }
        block.seen.push_str(line);
        match if block.base64 { base64_line(bare.trim_end().as_bytes()) } else { uu_line(bare.as_bytes()) } {
            Some(bytes) => {
                block.file.data.extend(bytes);
                open = Some(block);
            }
            None => kept.push_str(&block.seen),
        }
    }
    if let Some(block) = open {
        kept.push_str(&block.seen);
    }
    (kept, files)
}

/// A block whose end was not seen yet.
struct Open {
    file: UuFile,
    base64: bool,
    /// Its lines as they stand, for the case that it has no end.
    seen: String,
}

impl Open {
    fn begin(bare: &str, line: &str) -> Option<Self> {
        let (rest, base64) = match bare.strip_prefix("begin-base64 ") {
            Some(rest) => (rest, true),
            None => (bare.strip_prefix("begin ")?, false),
        };
        let (mode, name) = rest.split_once(' ')?;
        let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
        let file = UuFile { name: name.trim().to_owned(), data: Vec::new() };
        (octal && !file.name.is_empty()).then(|| Self { file, base64, seen: line.to_owned() })
    }
}

/// One line of base64, whole quanta as encoders write them.
fn base64_line(line: &[u8]) -> Option<Vec<u8>> {
    let known = line.len().is_multiple_of(4) && line.iter().all(|b| base64_value(*b).is_some() || *b == b'=');
    known.then(|| base64_quanta(line))
}

fn uu_line(line: &[u8]) -> Option<Vec<u8>> {
    let Some((first, body)) = line.split_first() else { return Some(Vec::new()) };
    let value = |byte: u8| (b' '..=b'`').contains(&byte).then(|| (byte - b' ') & 0x3f);
    let length = usize::from(value(*first)?);
    let mut out = Vec::with_capacity(length + 3);
    let (mut bits, mut count) = (0_u32, 0_u8);
    for byte in body {
        bits = (bits << 6) | u32::from(value(*byte)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    // Trailing blanks stand for zero bits and are often lost.
    out.resize(length, 0);
    (body.len() <= length.div_ceil(3) * 4 + 2).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_a_footer() {
        let undone = base64(b"SGFsbG8gV2VsdA==\r\n\r\n____\r\nlist footer\r\n");
        assert_eq!(undone.bytes, b"Hallo Welt");
        assert!(undone.trailer.starts_with(b"____"));
        assert_eq!(base64(b"SGFsbG8gV2VsdA").bytes, b"Hallo Welt");
        assert_eq!(base64(b"SGFs bG8g\nV2Vs\tdA==").bytes, b"Hallo Welt");
        assert_eq!(base64(b"SGFsbG8gV2VsdA==\nsome more words\n").trailer, b"some more words\n");
        assert_eq!(base64(b"not base64 at all\n").trailer, b"not base64 at all\n");
    }

    #[test]
    fn quoted_printable_of_the_wild() {
        let table: &[(&[u8], &[u8])] = &[
            (b"Gr=C3=BC=c3=9Fe=\r\n aus", "Grüße aus".as_bytes()),
            (b"100 = 100 =ZZ =", b"100 = 100 =ZZ "),
            (b"soft= \nbreak", b"softbreak"),
            (b"trail  \r\nx", b"trail\r\nx"),
        ];
        for (input, want) in table {
            assert_eq!(&quoted_printable(input).bytes, want);
        }
    }

    #[test]
    fn uuencoded_file_is_taken_out() {
        let (text, files) = take_uuencoded("See:\nbegin 644 a.txt\n#0V%T\n`\nend\nbye\n");
        assert_eq!(text, "See:\nbye\n");
        assert_eq!(files, [UuFile { name: "a.txt".into(), data: b"Cat".to_vec() }]);
        let prose = "begin 644 a story\nThis is not data, is it?\n";
        assert_eq!(take_uuencoded(prose).0, prose);
    }
}
