//! TNEF (`winmail.dat`, MS-OXTNEF): the files and the text that Outlook packs into one attachment.
//!
//! Checksums are not looked at, because senders get them wrong; whatever does not add up otherwise makes the whole
//! opaque, so that it stays an attachment and nothing is lost. The text in rich form counts where there is no other.

use super::charset;
use super::rtf::{self, Rich};

/// First bytes of every TNEF stream.
pub(crate) const SIGNATURE: &[u8] = b"\x78\x9f\x3e\x22";
/// Streams inside each other (attached messages).
const MAX_DEPTH: u8 = 4;
/// Files of one stream.
const MAX_FILES: usize = 500;

/// What a stream holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tnef {
    pub(crate) files: Vec<TnefFile>,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
}

/// One file of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TnefFile {
    pub(crate) name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_id: Option<String>,
    pub(crate) data: Vec<u8>,
}

/// Reads a stream; `None` where it is none or damaged. `rich`: bytes of rich text that may still be decompressed.
pub(crate) fn read(bytes: &[u8], rich: &mut usize) -> Option<Tnef> {
    stream(bytes, MAX_DEPTH, rich)
}

/// A reader of little-endian numbers and slices.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self, bytes: usize) -> Option<u32> {
        Some(self.take(bytes)?.iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte)))
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number(4)?).ok()
    }

    /// A value padded to four bytes.
    fn padded(&mut self, count: usize) -> Option<&'a [u8]> {
        let value = self.take(count)?;
        let rest = count.next_multiple_of(4) - count;
        // The last value of a stream is often not padded.
        let _ = self.take(rest.min(self.0.len()));
        Some(value)
    }
}

fn stream(bytes: &[u8], depth: u8, rich: &mut usize) -> Option<Tnef> {
    let mut input = Input(bytes.strip_prefix(SIGNATURE)?);
    input.number(2)?;
    let mut found = Tnef::default();
    let mut files: Vec<TnefFile> = Vec::new();
    let mut codepage = String::new();
    while !input.0.is_empty() {
        // Some senders fill the end with zeros.
        if input.0.iter().all(|byte| *byte == 0) {
            break;
        }
        let level = input.number(1)?;
        if !matches!(level, 1 | 2) {
            // Garbage behind attributes that were whole; at the very start it is no stream.
            if found == Tnef::default() && files.is_empty() {
                return None;
            }
            break;
        }
        let id = input.number(2)?;
        input.number(2)?;
        let length = input.length()?;
        let data = input.take(length)?;
        // The checksum of the last attribute is sometimes cut off.
        let _ = input.take(2.min(input.0.len()));
        match (level, id) {
            (_, 0x9007) => codepage = format!("cp{}", Input(data).number(4).unwrap_or_default()),
            (1, 0x800c) => found.text = Some(narrow(data, &codepage)).filter(|text| !text.trim().is_empty()),
            (1, 0x9003) => message(data, &codepage, &mut found, rich)?,
            (2, 0x9002) => {
                if files.len() >= MAX_FILES {
                    return None;
                }
                files.push(TnefFile::default());
            }
            (2, 0x8010) => {
                let file = files.last_mut()?;
                file.name.get_or_insert_with(|| narrow(data, &codepage));
            }
            (2, 0x800f) => files.last_mut()?.data = data.to_vec(),
            (2, 0x9005) => {
                let inner = attachment(data, &codepage, files.last_mut()?, depth, rich)?;
                found.files.extend(inner);
            }
            _ => {}
        }
    }
    found.files.extend(files.into_iter().filter(|file| !file.data.is_empty()));
    Some(found)
}

/// Eight-bit text up to its end mark.
fn narrow(bytes: &[u8], codepage: &str) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    charset::decode(bytes, Some(codepage).filter(|label| !label.is_empty())).text
}

fn wide(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| pair.iter().rev().fold(0_u16, |sum, byte| (sum << 8) | u16::from(*byte)));
    char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// One MAPI property: its number, its type and its first value.
struct Property<'a> {
    id: u32,
    kind: u32,
    value: &'a [u8],
}

impl Property<'_> {
    fn text(&self, codepage: &str) -> String {
        if self.kind == 0x1f { wide(self.value) } else { narrow(self.value, codepage) }
    }
}

fn properties(data: &[u8]) -> Option<Vec<Property<'_>>> {
    let mut input = Input(data);
    let count = input.length()?;
    let mut all = Vec::new();
    for _ in 0..count.min(10_000) {
        let kind = input.number(2)?;
        let id = input.number(2)?;
        if id >= 0x8000 {
            input.take(16)?;
            if input.number(4)? == 0 {
                input.number(4)?;
            } else {
                let length = input.length()?;
                input.padded(length)?;
            }
        }
        let single = kind & 0x0fff;
        let sized = matches!(single, 0x1e | 0x1f | 0x102 | 0x0d);
        let values = if sized || kind & 0x1000 != 0 { input.length()? } else { 1 };
        for index in 0..values {
            let length = if sized {
                input.length()?
            } else {
                match single {
                    0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
                    0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
                    0x48 => 16,
                    _ => return None,
                }
            };
            let value = input.padded(length)?;
            if index == 0 {
                all.push(Property { id, kind: single, value });
            }
        }
    }
    Some(all)
}

fn message(data: &[u8], codepage: &str, found: &mut Tnef, most: &mut usize) -> Option<()> {
    let mut rich = None;
    for property in properties(data)? {
        match (property.id, property.kind) {
            (0x1009, 0x102) => rich = Some(property.value),
            (0x1000, 0x1e | 0x1f) => found.text = Some(property.text(codepage)).filter(|text| !text.trim().is_empty()),
            (0x1013, 0x1e | 0x1f) => found.html = Some(property.text(codepage)),
            (0x1013, 0x102) => found.html = Some(charset::guess(property.value)),
            _ => {}
        }
    }
    if found.html.is_none()
        && let Some(unpacked) = rich.and_then(|packed| rtf::decompress(packed, *most))
    {
        *most = most.saturating_sub(unpacked.len());
        let Some(read) = rtf::read(&unpacked) else { return Some(()) };
        match read {
            Rich::Html(html) => found.html = Some(html),
            Rich::Text(text) if found.text.is_none() => found.text = Some(text),
            Rich::Text(_) => {}
        }
    }
    Some(())
}

/// Fills in a file; an attached message gives its own files and its text as a file.
fn attachment(data: &[u8], codepage: &str, file: &mut TnefFile, depth: u8, rich: &mut usize) -> Option<Vec<TnefFile>> {
    let mut inner = Vec::new();
    let mut shown = None;
    for property in properties(data)? {
        match (property.id, property.kind) {
            (0x3707 | 0x3704, 0x1e | 0x1f) => {
                let name = property.text(codepage);
                // The short name is the one with a tilde in it.
                if property.id == 0x3707 || file.name.is_none() {
                    file.name = Some(name).filter(|name| !name.is_empty());
                }
            }
            (0x3001, 0x1e | 0x1f) => shown = Some(property.text(codepage)).filter(|name| !name.is_empty()),
            (0x370e, 0x1e | 0x1f) => file.content_type = Some(property.text(codepage)),
            (0x3712, 0x1e | 0x1f) => file.content_id = Some(property.text(codepage)),
            (0x3701, 0x102) => file.data = property.value.to_vec(),
            (0x3701, 0x0d) => {
                let object = property.value.get(16..)?;
                match depth.checked_sub(1).filter(|_| object.starts_with(SIGNATURE)).and_then(|depth| stream(object, depth, rich))
                {
                    Some(message) => {
                        if let Some(text) = message.text {
                            let name = file.name.clone().unwrap_or_else(|| "message".to_owned());
                            file.name = Some(format!("{name}.txt"));
                            file.content_type = Some("text/plain".to_owned());
                            file.data = text.into_bytes();
                        }
                        inner.extend(message.files);
                    }
                    None => file.data = object.to_vec(),
                }
            }
            _ => {}
        }
    }
    // Attached messages have a title instead of a file name.
    if file.name.as_deref().is_none_or(|name| name.eq_ignore_ascii_case("untitled attachment")) {
        file.name = shown.or(file.name.take());
    }
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(level: u8, id: u16, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&[level][..], &id.to_le_bytes(), &[0, 0], &length.to_le_bytes(), data, &[0xde, 0xad]].concat()
    }

    fn string(id: u16, text: &str) -> Vec<u8> {
        let mut value: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let length = u32::try_from(value.len()).unwrap();
        value.resize(value.len().next_multiple_of(4), 0);
        [&0x1f_u16.to_le_bytes()[..], &id.to_le_bytes(), &1_u32.to_le_bytes(), &length.to_le_bytes(), &value].concat()
    }

    fn sample() -> Vec<u8> {
        let long = [&2_u32.to_le_bytes()[..], &string(0x3707, "Bericht für März.txt"), &string(0x370e, "text/plain")].concat();
        let body = [&1_u32.to_le_bytes()[..], &string(0x1000, "Hallo aus Outlook")].concat();
        [
            SIGNATURE,
            &[1, 0],
            &attribute(1, 0x9007, &1252_u32.to_le_bytes()),
            &attribute(1, 0x9003, &body),
            &attribute(2, 0x9002, &[0; 14]),
            &attribute(2, 0x8010, b"BERICH~1.TXT\0"),
            &attribute(2, 0x800f, b"content"),
            &attribute(2, 0x9005, &long),
        ]
        .concat()
    }

    #[test]
    fn files_and_text_come_out() {
        let found = read(&sample(), &mut 0).unwrap();
        assert_eq!(found.text.as_deref(), Some("Hallo aus Outlook"));
        let file = found.files.first().unwrap();
        assert_eq!((file.name.as_deref(), file.data.as_slice()), (Some("Bericht für März.txt"), &b"content"[..]));
    }

    #[test]
    fn what_is_cut_stays_opaque() {
        let whole = sample();
        assert!(read(&whole, &mut 0).is_some());
        for end in [5, 10, 40, 90, whole.len() - 30] {
            assert_eq!(read(&whole[..end], &mut 0), None, "{end}");
        }
        // Losing only the last checksum loses nothing.
        assert!(read(&whole[..whole.len() - 2], &mut 0).is_some());
        assert_eq!(read(b"PK\x03\x04", &mut 0), None);
    }
}
