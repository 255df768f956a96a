//! BinHex 4.0 (RFC 1741): the file that old Macs pack as text. Only the data fork is of use elsewhere.

/// The 64 characters of the alphabet in the order of their values.
const ALPHABET: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

/// Marks a run: the byte before it, as often as the byte behind it says.
const RUN: u8 = 0x90;

/// A file that was packed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) name: String,
    pub(crate) data: Vec<u8>,
}

/// Unpacks the data fork; `None` where a check sum is wrong, something is missing or the fork is empty.
pub(crate) fn read(text: &[u8]) -> Option<Packed> {
    // The encoded text stands between colons; the first colon starts a line.
    let start = text.windows(2).position(|pair| matches!(pair, [b'\n' | b'\r', b':']))? + 2;
    let coded = text.get(start..)?;
    let end = coded.iter().position(|b| *b == b':')?;
    let bytes = expand(&six_bits(coded.get(..end)?)?, text.len())?;
    let length = usize::from(*bytes.first()?);
    // Length and name, a zero, type, creator, flags, both lengths.
    let head = bytes.get(..length + 20)?;
    let (sum, rest) = bytes.get(length + 20..)?.split_at_checked(2)?;
    let size = head.get(length + 12..length + 16)?.iter().fold(0_usize, |all, byte| (all << 8) | usize::from(*byte));
    let data = rest.get(..size)?;
    let sound = checksum(head) == sum && checksum(data) == rest.get(size..size + 2)?;
    let name = super::charset::decode(head.get(1..=length)?, Some("macintosh")).text;
    (sound && !data.is_empty()).then(|| Packed { name, data: data.to_vec() })
}

fn six_bits(coded: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(coded.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u8);
    let value = |byte: u8| ALPHABET.iter().zip(0_u32..).find(|(known, _)| **known == byte).map(|(_, value)| value);
    let values: Vec<Option<u32>> = (0..=u8::MAX).map(value).collect();
    for byte in coded.iter().filter(|b| !b.is_ascii_whitespace()) {
        bits = (bits << 6) | (*values.get(usize::from(*byte))?)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

/// Runs may make this much of a small text; of a large one twice its size, so that a mail costs no more than it may.
const ROOM: usize = 1 << 20;

/// Undoes the runs; `None` where they make too much of `text` bytes.
fn expand(packed: &[u8], text: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(packed.len());
    let mut bytes = packed.iter();
    while let Some(byte) = bytes.next() {
        if *byte != RUN {
            out.push(*byte);
            continue;
        }
        match bytes.next()? {
            0 => out.push(RUN),
            times => {
                let last = *out.last()?;
                out.extend(std::iter::repeat_n(last, usize::from(*times) - 1));
            }
        }
        if out.len() > ROOM.max(text.saturating_mul(2)) {
            return None;
        }
    }
    Some(out)
}

/// The CRC of RFC 1741: CCITT, started with zero.
fn checksum(bytes: &[u8]) -> [u8; 2] {
    let step = |sum: u16, byte: &u8| {
        (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 })
    };
    bytes.iter().fold(0, step).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "(This file must be converted with BinHex 4.0)\n\n";

    #[test]
    fn a_file_comes_out_or_stays_packed() {
        let coded = r##"#'j[G'8ZG(Kd!&4&@&4dG(Kd!*!&#J#3"!6qBC!)N!"LL%-!!!"##;
        let good = format!("{NOTE}:{coded}:\n");
        let note = Packed { name: "note.txt".to_owned(), data: b"aaaaaaaa\x90b".to_vec() };
        assert_eq!(read(good.as_bytes()), Some(note));
        for bad in [String::new(), NOTE.to_owned(), format!("{NOTE}:{}:\n", coded.replacen('!', "$", 3)), good.replace(":\n", "")]
        {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
    }
}
