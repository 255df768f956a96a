//! Rich text as Outlook packs it: decompressed (MS-OXRTFCP) and turned into the text, or the HTML inside it (MS-OXRTFEX).
//!
//! One pass over bounded bytes; what is malformed is left out, nothing fails.

use std::collections::HashMap;

use super::charset;

/// What the window of the compression holds at the start (MS-OXRTFCP, section 2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Size of the window.
const WINDOW: usize = 4_096;
/// Bytes of rich text that are decompressed and read of one mail; what is shown of a text is far less.
pub(crate) const MOST: usize = 4 << 20;
/// Groups inside each other whose state is kept.
const MAX_DEPTH: usize = 2_000;

/// What rich text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rich {
    /// Only text.
    Text(String),
    /// The HTML from which Outlook made it.
    Html(String),
}

/// Decompresses at most so many bytes of `PR_RTF_COMPRESSED`; `None` where it is none. A stream that is cut gives what is
/// there.
pub(super) fn decompress(input: &[u8], most: usize) -> Option<Vec<u8>> {
    let size = usize::try_from(u32::from_le_bytes(input.get(4..8)?.try_into().ok()?)).ok()?.min(most);
    let body = input.get(16..)?;
    match input.get(8..12)? {
        b"MELA" => return Some(body.get(..size.min(body.len())).unwrap_or_default().to_vec()),
        b"LZFu" => {}
        _ => return None,
    }
    let mut window = [0_u8; WINDOW];
    window.iter_mut().zip(DICTIONARY).for_each(|(place, byte)| *place = *byte);
    let mut at = DICTIONARY.len();
    let mut out = Vec::new();
    let mut put = |at: &mut usize, byte: u8, window: &mut [u8; WINDOW]| {
        if let Some(place) = window.get_mut(*at) {
            *place = byte;
        }
        *at = (*at + 1) % WINDOW;
        out.push(byte);
        out.len() >= size
    };
    let mut rest = body.iter().copied();
    'all: while let Some(flags) = rest.next() {
        for bit in 0..8 {
            let Some(first) = rest.next() else { break 'all };
            if flags & (1 << bit) == 0 {
                if put(&mut at, first, &mut window) {
                    break 'all;
                }
                continue;
            }
            let Some(second) = rest.next() else { break 'all };
            let from = (usize::from(first) << 4) | usize::from(second >> 4);
            // A reference to the place that is written next marks the end.
            if from == at {
                break 'all;
            }
            for step in 0..usize::from(second & 0x0f) + 2 {
                let byte = window.get((from + step) % WINDOW).copied().unwrap_or_default();
                if put(&mut at, byte, &mut window) {
                    break 'all;
                }
            }
        }
    }
    Some(out)
}

/// Reads rich text; `None` where the bytes are none or hold nothing to read.
pub(super) fn read(bytes: &[u8]) -> Option<Rich> {
    let bytes = bytes.get(..bytes.len().min(MOST)).unwrap_or_default();
    if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return None;
    }
    let mut reader = Reader::default();
    reader.run(bytes);
    let text = reader.out;
    match (text.trim().is_empty(), reader.html) {
        (true, _) => None,
        (false, true) => Some(Rich::Html(text)),
        (false, false) => Some(Rich::Text(text)),
    }
}

/// What holds until the end of a group.
#[derive(Debug, Clone, Copy)]
struct State {
    /// Inside something that is not shown.
    skip: bool,
    /// Inside the table of fonts.
    fonts: bool,
    /// Between `\htmlrtf` and `\htmlrtf0`: what only rich text needs.
    rich_only: bool,
    /// Characters that stand for one `\u` where it is not understood.
    fallback: usize,
    font: i32,
}

#[derive(Debug)]
struct Reader {
    out: String,
    html: bool,
    states: Vec<State>,
    state: State,
    /// Groups beyond the kept ones.
    deeper: usize,
    /// The document's code page.
    page: String,
    fonts: HashMap<i32, u8>,
    /// Bytes that wait for their neighbours, and their code page's font.
    bytes: Vec<u8>,
    high: Option<u16>,
    /// Characters of a fallback still to be left out.
    skip: usize,
    /// `\*` was read: the next word names something that may be ignored.
    starred: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            out: String::new(),
            html: false,
            states: Vec::new(),
            state: State { skip: false, fonts: false, rich_only: false, fallback: 1, font: -1 },
            deeper: 0,
            page: "windows-1252".to_owned(),
            fonts: HashMap::new(),
            bytes: Vec::new(),
            high: None,
            skip: 0,
            starred: false,
        }
    }
}

impl Reader {
    fn run(&mut self, input: &[u8]) {
        let mut rest = input;
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            if self.out.len() > MOST {
                break;
            }
            match *first {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => rest = self.control(tail),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        self.flush();
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.states.len() < MAX_DEPTH { self.states.push(self.state) } else { self.deeper += 1 }
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        self.starred = false;
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(state) = self.states.pop() {
            self.state = state;
        }
    }

    fn shown(&self) -> bool {
        !self.state.skip && !self.state.rich_only
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shown() {
            self.bytes.push(byte);
        }
    }

    /// Decodes the waiting bytes in the code page of the current font.
    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let label = self.fonts.get(&self.state.font).and_then(|set| page_of(*set)).unwrap_or(&self.page);
            self.out.push_str(&charset::decode(&self.bytes, Some(label)).text);
            self.bytes.clear();
        }
    }

    fn push(&mut self, text: &str) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shown() {
            self.flush();
            self.out.push_str(text);
        }
    }

    /// One control word or symbol behind its backslash; what follows it.
    fn control<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        let Some((first, tail)) = input.split_first() else { return input };
        if !first.is_ascii_alphabetic() {
            match *first {
                b'\'' => {
                    let Some((value, after)) = super::transfer::hex_pair(tail) else { return tail };
                    self.byte(value);
                    return after;
                }
                b'*' => self.starred = true,
                b'\r' | b'\n' => self.push("\n"),
                b'~' => self.push("\u{a0}"),
                b'_' => self.push("-"),
                byte @ (b'{' | b'}' | b'\\') => self.byte(byte),
                _ => {}
            }
            return tail;
        }
        let letters = input.iter().take_while(|byte| byte.is_ascii_alphabetic()).count().min(40);
        let (word, after) = input.split_at_checked(letters).unwrap_or((input, &[]));
        let minus = usize::from(after.first() == Some(&b'-'));
        let digits = after.iter().skip(minus).take_while(|byte| byte.is_ascii_digit()).count().min(12);
        let (number, after) = after.split_at_checked(if digits == 0 { 0 } else { minus + digits }).unwrap_or((after, &[]));
        let number = std::str::from_utf8(number).ok().and_then(|digits| digits.parse::<i64>().ok());
        let after = after.strip_prefix(b" ").unwrap_or(after);
        if word == b"bin" {
            let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
            return after.get(length.min(after.len())..).unwrap_or_default();
        }
        self.word(word, number);
        after
    }

    fn word(&mut self, word: &[u8], number: Option<i64>) {
        let starred = std::mem::take(&mut self.starred);
        let small = i32::try_from(number.unwrap_or_default()).unwrap_or_default();
        match word {
            b"par" | b"line" | b"sect" | b"page" | b"row" => {
                // Between tags a paragraph is only a line break of the source.
                self.push("\n");
            }
            b"tab" | b"cell" | b"nestcell" => self.push("\t"),
            b"lquote" => self.push("‘"),
            b"rquote" => self.push("’"),
            b"ldblquote" => self.push("“"),
            b"rdblquote" => self.push("”"),
            b"bullet" => self.push("•"),
            b"endash" => self.push("–"),
            b"emdash" => self.push("—"),
            b"u" => self.unicode(number.unwrap_or_default()),
            b"uc" => self.state.fallback = usize::try_from(small.clamp(0, 100)).unwrap_or(1),
            b"ansicpg" => {
                // An unknown one would be guessed for every piece.
                let page = format!("cp{small}");
                self.page = if charset::is_known(&page) { page } else { self.page.clone() };
            }
            b"mac" => "macintosh".clone_into(&mut self.page),
            b"pc" => "cp437".clone_into(&mut self.page),
            b"fromhtml" => self.html = true,
            b"htmlrtf" => {
                self.flush();
                self.state.rich_only = number != Some(0);
            }
            // HTML as it was written.
            b"htmltag" => self.state.skip = false,
            b"f" => {
                self.flush();
                self.state.font = small;
            }
            b"plain" => {
                self.flush();
                self.state.font = -1;
            }
            b"fcharset" if self.state.fonts && self.fonts.len() < 1_000 => {
                self.fonts.insert(self.state.font, u8::try_from(small).unwrap_or(1));
            }
            b"fonttbl" => (self.state.fonts, self.state.skip) = (true, true),
            _ if starred || HIDDEN.contains(&word) => self.state.skip = true,
            _ => {}
        }
    }

    /// `\u` with a signed number of 16 bits; pairs come in two words.
    fn unicode(&mut self, number: i64) {
        let unit = u16::try_from(number.rem_euclid(65_536)).unwrap_or_default();
        self.skip = 0;
        match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                let both = char::decode_utf16([high, unit]).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER));
                self.push(&both.collect::<String>());
            }
            // Symbol fonts: nothing that could be read.
            (_, 0xf000..=0xf0ff) => {}
            _ => self.push(&char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER).to_string()),
        }
        self.skip = self.state.fallback;
    }
}

/// Groups whose text is not part of the document.
const HIDDEN: &[&[u8]] = &[
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"nonshppict",
    b"objdata",
    b"header",
    b"headerl",
    b"headerr",
    b"headerf",
    b"footer",
    b"footerl",
    b"footerr",
    b"footerf",
    b"fldinst",
    b"filetbl",
    b"listtable",
    b"listoverridetable",
    b"themedata",
    b"datastore",
    b"xe",
    b"tc",
];

/// The code page that a font's character set means; `None`: the document's.
fn page_of(set: u8) -> Option<&'static str> {
    Some(match set {
        77 => "macintosh",
        128 => "shift_jis",
        129 => "euc-kr",
        134 => "gb18030",
        136 => "big5",
        161 => "windows-1253",
        162 => "windows-1254",
        163 => "windows-1258",
        177 => "windows-1255",
        178..=180 => "windows-1256",
        186 => "windows-1257",
        204 => "windows-1251",
        222 => "windows-874",
        238 => "windows-1250",
        254 => "cp437",
        255 => "cp850",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that refers to nothing, in literal bytes.
    fn packed(text: &[u8]) -> Vec<u8> {
        let body: Vec<u8> = text.chunks(8).flat_map(|chunk| [&[0][..], chunk].concat()).collect();
        let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        [&number(body.len() + 12)[..], &number(text.len()), b"LZFu", &[0; 4], &body].concat()
    }

    #[test]
    fn streams_are_decompressed() {
        assert_eq!(decompress(&packed(b"{\\rtf1 Hallo}"), MOST).as_deref(), Some(&b"{\\rtf1 Hallo}"[..]));
        let plain = [&[0; 4][..], &5_u32.to_le_bytes(), b"MELA", &[0; 4], b"abcdefg"].concat();
        assert_eq!(decompress(&plain, MOST).as_deref(), Some(&b"abcde"[..]));
        // One literal, then a reference to the start of the window: `{\rtf1`, then one to itself, then the end.
        let refers =
            [&[0; 4][..], &100_u32.to_le_bytes(), b"LZFu", &[0; 4], &[0b1110, b'x', 0x00, 0x04, 0x0c, 0xf8, 0x0e, 0x00]].concat();
        let found = decompress(&refers, MOST).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), "x{\\rtf1x{\\rtf1x{\\");
        assert_eq!(decompress(&refers, 3).as_deref(), Some(&b"x{\\"[..]));
        assert_eq!(decompress(b"too short", MOST), None);
        assert_eq!(decompress(&packed(b"cut in the middle")[..22], MOST).as_deref(), Some(&b"cut i"[..]));
    }

    #[test]
    fn what_a_person_reads() {
        let text = |rtf: &str| read(rtf.as_bytes());
        let table = [
            (
                r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\*\generator X;}\pard Gr\'fc\'dfe\par aus {\b Ulm}\line x\~y\par}",
                "Grüße\naus Ulm\nx\u{a0}y\n",
            ),
            (r"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset128 B;}}\f1 \'82\'b1\'82\'f1\f0  \'fc}", "こん ü"),
            (r"{\rtf1\ansi\uc1 \u8364?\u-10179?\u-8704? \{x\}}", "€😀 {x}"),
            (r"{\rtf1\ansi a{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}b{\pict 0102}\bin3 xyzc}", "alinkbc"),
        ];
        for (rtf, want) in table {
            assert_eq!(text(rtf), Some(Rich::Text(want.to_owned())), "{rtf}");
        }
        assert_eq!(text(r"{\rtf1\ansi{\fonttbl{\f0 A;}}}"), None);
        assert_eq!(text("no rich text"), None);
    }

    #[test]
    fn html_comes_out_as_it_went_in() {
        let rtf = r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 A;}}
{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe{\*\htmltag84 &amp;}\htmlrtf\par}\htmlrtf0
{\*\htmltag72 </p>}{\*\mhtmltag1 no}\htmlrtf hidden\htmlrtf0 {\*\htmltag27 </html>}}";
        assert_eq!(read(rtf.as_bytes()), Some(Rich::Html("<html><p>Grüße&amp;</p></html>".to_owned())));
    }

    #[test]
    fn garbage_ends() {
        for piece in ["{", "}", "\\", "{\\*", "\\u1", "\\f1\\'ff", "\\bin9", "\\htmlrtf"] {
            let _ = read(format!("{{\\rtf1 {}", piece.repeat(50_000)).as_bytes());
        }
    }
}
