//! Bytes to text: declared charsets and their aliases of the wild, wrong or missing ones guessed from the bytes.
//!
//! A declared charset is believed unless the bytes refute it. The guess prefers UTF-8 (text that is valid UTF-8 by
//! accident hardly exists) and else asks chardetng. Nothing fails: the worst case is U+FFFD for single bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, GBK, UTF_8, WINDOWS_1252};

use super::charset_pages;

/// Text that was decoded, and whether the declared charset had to be set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) guessed: bool,
}

/// Decodes `bytes` that are declared to be in `label` (empty or unknown: guess).
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    let label = label.map(clean_label).unwrap_or_default();
    match label.as_str() {
        "utf-7" | "utf7" | "unicode-1-1-utf-7" | "x-unicode-2-0-utf-7" | "csunicode11utf7" => {
            return Decoded { text: decode_utf7(bytes), guessed: false };
        }
        "hz-gb-2312" | "hz" => return Decoded { text: decode_hz(bytes), guessed: false },
        "iso-2022-kr" | "csiso2022kr" => return Decoded { text: decode_shifts(bytes, EUC_KR), guessed: false },
        "iso-2022-cn" | "csiso2022cn" if !bytes.windows(4).any(|four| four.starts_with(b"\x1b$)") && four.ends_with(b"G")) => {
            return Decoded { text: decode_shifts(bytes, GBK), guessed: false };
        }
        "utf-32" | "utf32" | "utf-32le" | "utf-32be" | "ucs-4" => {
            return Decoded { text: decode_utf32(bytes, &label), guessed: false };
        }
        _ => {}
    }
    let wide = label.starts_with("utf-16") || label.starts_with("utf16") || label == "ucs-2" || label == "unicode";
    if wide {
        // A label that cannot be true: the bytes are plain text.
        if bytes.is_ascii() && !bytes.contains(&0) {
            return Decoded { text: String::from_utf8_lossy(bytes).into_owned(), guessed: true };
        }
        let text = utf16(bytes, &label).decode_with_bom_removal(bytes).0.into_owned();
        return Decoded { text, guessed: false };
    }
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        return Decoded { text: String::from_utf8_lossy(bytes).into_owned(), guessed: false };
    }
    if let Some(text) = charset_pages::decode(&label, bytes).filter(|_| !is_wide_utf8(bytes)) {
        return Decoded { text, guessed: false };
    }
    let Some(declared) = encoding_for(&label) else {
        return Decoded { text: guess(bytes), guessed: true };
    };
    if declared != UTF_8 && is_wide_utf8(bytes) && (declared.is_single_byte() || is_far_utf8(bytes)) {
        return Decoded { text: String::from_utf8_lossy(bytes).into_owned(), guessed: true };
    }
    if (label == "us-ascii" || label == "ascii" || label.is_empty()) && !bytes.is_ascii() {
        return Decoded { text: guess(bytes), guessed: true };
    }
    if declared == UTF_8
        && let Some(text) = patched_utf8(bytes)
    {
        return Decoded { text, guessed: true };
    }
    let tidy = (declared == encoding_rs::ISO_2022_JP).then(|| tidy_escapes(bytes));
    let bytes = tidy.as_deref().unwrap_or(bytes);
    let (text, errors) = declared.decode_with_bom_removal(bytes);
    if errors && !cut_at_end(&text) {
        let other = guess(bytes);
        let bad = |text: &str| text.chars().filter(|c| *c == '\u{fffd}').count();
        let (old, new) = (bad(&text), bad(&other));
        // One bad character in a long text is damage, not another charset.
        if new < old && old.saturating_mul(50) > text.chars().filter(|c| !c.is_ascii()).count() {
            return Decoded { text: other, guessed: true };
        }
    }
    Decoded { text: text.into_owned(), guessed: false }
}

/// Whether `label` names a charset that we can decode.
pub(super) fn is_known(label: &str) -> bool {
    let label = clean_label(label);
    label.contains("utf-7")
        || label.starts_with("hz")
        || label.starts_with("iso-2022-kr")
        || label.starts_with("iso-2022-cn")
        || charset_pages::is_known(&label)
        || encoding_for(&label).is_some()
}

/// The charset that an HTML text names in its own head.
pub(crate) fn of_html(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default().to_ascii_lowercase();
    let at = head.windows(8).position(|window| window == b"charset=")?;
    let tail = head.get(at + 8..)?;
    let start = usize::from(matches!(tail.first(), Some(b'"' | b'\'')));
    let label: Vec<u8> =
        tail.iter().skip(start).take_while(|b| b.is_ascii_alphanumeric() || b"-_:".contains(b)).copied().collect();
    let label = String::from_utf8(label).ok().filter(|label| is_known(label))?;
    // A meta tag that could be read as ASCII is no UTF-16.
    (!label.starts_with("utf-16")).then_some(label)
}

/// UTF-16 by its byte order mark, else by where the zero bytes of Latin text stand.
fn utf16(bytes: &[u8], label: &str) -> &'static Encoding {
    if let Some((found, _)) = Encoding::for_bom(bytes) {
        return found;
    }
    let zeros = |from: usize| bytes.iter().take(4_000).skip(from).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (even, odd) if even > odd => encoding_rs::UTF_16BE,
        (even, odd) if odd > even => encoding_rs::UTF_16LE,
        _ if label == "utf-16le" => encoding_rs::UTF_16LE,
        _ => encoding_rs::UTF_16BE,
    }
}

/// Bytes that the detector looks at.
const MAX_SAMPLE: usize = 256 << 10;

/// Decodes bytes of which nothing is known.
pub(crate) fn guess(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8) {
        return encoding.decode_with_bom_removal(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0x1b)
    {
        return text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    }
    if bytes.windows(4).any(|four| four == b"\x1b$)C") {
        return decode_shifts(bytes, EUC_KR);
    }
    let tidy = bytes.contains(&0x1b).then(|| tidy_escapes(bytes));
    let bytes = tidy.as_deref().unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // What tells starts at the first byte beyond ASCII; more than this does not make the guess better.
    let start = bytes.iter().position(|b| !b.is_ascii() || *b == 0x1b).unwrap_or_default().saturating_sub(1_000);
    let sample = bytes.get(start..).unwrap_or_default();
    let sample = sample.get(..sample.len().min(MAX_SAMPLE)).unwrap_or_default();
    detector.feed(sample, sample.len() < MAX_SAMPLE);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

/// Decodes in the charset that `sample` seems to have. It is looked for once: a header may have many such fields.
pub(super) fn guesser(sample: &[u8]) -> impl Fn(&[u8]) -> String {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    move |bytes| encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether a declared charset says something of other bytes in the mail: programs write UTF-8, ASCII and Latin-1 on
/// everything. A charset whose ASCII is written otherwise (UTF-16) says nothing: header fields are ASCII for everybody who
/// carries the mail, and nobody may claim in them what no server has seen.
pub(super) fn is_telling(label: &str) -> bool {
    encoding_for(&clean_label(label))
        .is_some_and(|encoding| encoding.is_ascii_compatible() && encoding != UTF_8 && encoding != WINDOWS_1252)
}

/// UTF-8 into which somebody pasted single bytes of Windows-1252: mostly right, so only those bytes are read otherwise.
fn patched_utf8(bytes: &[u8]) -> Option<String> {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if bad == 0 || good < bad * 2 || cut_at_end(&String::from_utf8_lossy(bytes)) {
        return None;
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Some(out.strip_prefix('\u{feff}').unwrap_or(&out).to_owned())
}

/// A multi-byte character cut off by a limit or a broken transfer is no proof of another charset.
fn cut_at_end(text: &str) -> bool {
    text.chars().filter(|c| *c == '\u{fffd}').count() == 1 && text.trim_end().ends_with('\u{fffd}')
}

fn is_wide_utf8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// Whether UTF-8 holds characters of three bytes or more: hardly any text in a charset of two bytes does by accident.
fn is_far_utf8(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| **byte >= 0xe0).count() >= 2
}

fn clean_label(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '<' | '>'));
    let label = label.split(['*', ' ', ';', ',', '"', '/', ':']).next().unwrap_or_default();
    label.trim_start_matches("charset=").trim_matches(['\'', '.']).to_ascii_lowercase()
}

/// Encoding for a label, aliases that the Encoding Standard does not know included.
fn encoding_for(label: &str) -> Option<&'static Encoding> {
    // Whoever writes `x-user-defined` does not know either.
    if let Some(found) = Encoding::for_label_no_replacement(label.as_bytes()) {
        return Some(found).filter(|found| *found != encoding_rs::X_USER_DEFINED);
    }
    let plain: String = label.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    match plain.as_str() {
        "usascii" | "ansix341968" | "iso646us" | "latin" | "iso88591windows" | "ansi" | "windows1252latin1" => Some(WINDOWS_1252),
        "ksc56011987" | "ksc5601" | "cp949" | "ms949" | "uhc" | "euckr" | "windows949" => Some(EUC_KR),
        "cp936" | "ms936" | "euccn" | "gb231280" | "gbk2312" | "windows936" => Some(GBK),
        "cp932" | "ms932" | "windows31j" | "xmscp932" | "sjis" | "cp943" | "cp943c" => Some(encoding_rs::SHIFT_JIS),
        "cp950" | "ms950" | "xmacchinesetrad" | "big5hkscs" | "big5eten" => Some(encoding_rs::BIG5),
        "eucjp" | "ujis" | "eucjpms" | "cp51932" => Some(encoding_rs::EUC_JP),
        "iso2022jp" | "iso2022jp1" | "iso2022jp2" | "iso2022jp3" | "iso2022jpms" | "cp50220" | "cp50221" | "cp50222" | "jis7" => {
            Some(encoding_rs::ISO_2022_JP)
        }
        "utf8" | "utf8mb4" | "xutf8" | "unicode11utf8" | "utf8unknown" => Some(UTF_8),
        "xgbk" | "xmacchinesesimp" | "gb23121980" | "csgb2312" | "chinese" | "gb180302000" | "gb180302005" => {
            Some(encoding_rs::GB18030)
        }
        "shiftjis" | "xmacjapanese" | "shiftjisx0213" | "xsjis" | "cswindows31j" | "mskanji" => Some(encoding_rs::SHIFT_JIS),
        "xeucjp" | "eucjis2004" | "eucjpwin" => Some(encoding_rs::EUC_JP),
        "iso2022jp2004" | "iso2022jpext" | "csiso2022jp" => Some(encoding_rs::ISO_2022_JP),
        "xeuckr" | "xmackorean" | "ksx1001" | "korean" | "johab" => Some(EUC_KR),
        "xmacroman" | "macroman" | "mac" | "applemacintosh" => Some(encoding_rs::MACINTOSH),
        "maccyrillic" | "xmacukrainian" => Some(encoding_rs::X_MAC_CYRILLIC),
        "ibm866" | "dos866" | "cp866" => Some(encoding_rs::IBM866),
        "latin1" | "iso885911987" | "iso88591" | "iso8859" | "8859" | "88591" | "ansix3110" | "western" | "westerneurope" => {
            Some(WINDOWS_1252)
        }
        "latin2" | "iso88592" => Some(encoding_rs::ISO_8859_2),
        "latin9" | "latin0" | "iso885915" | "iso8859150" => Some(encoding_rs::ISO_8859_15),
        "koi8" | "koi8ru" => Some(encoding_rs::KOI8_U),
        "tis620" | "cp874" | "ms874" => Some(encoding_rs::WINDOWS_874),
        "utf16" | "ucs2" | "iso10646ucs2" => Some(encoding_rs::UTF_16BE),
        _ => {
            let digits =
                plain.strip_prefix("windows").or_else(|| plain.strip_prefix("cp")).or_else(|| plain.strip_prefix("win"))?;
            if digits.starts_with("125") && digits.len() == 4 {
                return Encoding::for_label(format!("windows-{digits}").as_bytes());
            }
            if let Some(number) = digits.strip_prefix("28") {
                return Encoding::for_label(format!("iso-8859-{}", number.get(2..)?).as_bytes());
            }
            match digits {
                "65001" => Some(UTF_8),
                "20866" => Some(encoding_rs::KOI8_R),
                "21866" => Some(encoding_rs::KOI8_U),
                "51949" => Some(EUC_KR),
                "51932" | "20932" => Some(encoding_rs::EUC_JP),
                "50220" | "50221" | "50222" => Some(encoding_rs::ISO_2022_JP),
                "10000" => Some(encoding_rs::MACINTOSH),
                "54936" => Some(encoding_rs::GB18030),
                _ => None,
            }
        }
    }
}

/// UTF-7 (RFC 2152): `+base64 of UTF-16BE-`, `+-` for a plus; anything malformed stays as it stands.
fn decode_utf7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'+' {
            out.push(char::from(*first));
            continue;
        }
        let length = rest.iter().take_while(|b| super::transfer::base64_value(**b).is_some()).count();
        let (code, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        rest = after;
        if code.is_empty() {
            out.push('+');
        } else {
            let wide = super::transfer::base64_quanta(code);
            let units = wide.chunks_exact(2).map(|pair| pair.iter().fold(0_u16, |sum, b| (sum << 8) | u16::from(*b)));
            out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        if let Some((b'-', after)) = rest.split_first() {
            rest = after;
        }
    }
    out
}

/// ISO-2022-JP as mailers write it: an escape with nothing before the next one (where encoded words were joined) is an
/// error to the Encoding Standard, and some escapes have a longer or an older form.
fn tidy_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        if *first != 0x1b {
            out.push(*first);
            rest = tail;
            continue;
        }
        let (plain, length): (&[u8], usize) = match tail {
            [b'$', b'(', set @ (b'@' | b'B'), ..] => (if *set == b'B' { b"$B" } else { b"$@" }, 3),
            [b'$', b'B', ..] => (b"$B", 2),
            [b'$', b'@', ..] => (b"$@", 2),
            [b'(', b'H', ..] => (b"(J", 2),
            [b'(', b'B', ..] => (b"(B", 2),
            [b'(', b'J', ..] => (b"(J", 2),
            [b'(', b'I', ..] => (b"(I", 2),
            _ => (b"", 0),
        };
        rest = tail.get(length..).unwrap_or_default();
        if length == 0 || rest.first() != Some(&0x1b) {
            out.push(0x1b);
            out.extend_from_slice(plain);
        }
    }
    out
}

/// HZ (RFC 1843): `~{` starts and `~}` ends seven-bit GB 2312.
fn decode_hz(bytes: &[u8]) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let (mut shifted, mut tilde) = (false, false);
    for byte in bytes {
        match (tilde, *byte) {
            (true, b'{') => shifted = true,
            (true, b'}') => shifted = false,
            (true, b'~') => wide.push(b'~'),
            (true, b'\n') => {}
            (true, other) => wide.extend([b'~', other]),
            (false, b'~') => {
                tilde = true;
                continue;
            }
            (false, other) => wide.push(if shifted && other > 0x20 { other | 0x80 } else { other }),
        }
        tilde = false;
    }
    GBK.decode_without_bom_handling(&wide).0.into_owned()
}

/// ISO-2022-KR (RFC 1557) and ISO-2022-CN (RFC 1922) as far as it is GB 2312: shift out to the wide characters, shift in to
/// ASCII. The escapes that name the wide set are left out.
fn decode_shifts(bytes: &[u8], wide_set: &'static Encoding) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match *first {
            0x0e => shifted = true,
            0x0f => shifted = false,
            0x1b if rest.starts_with(b"$)") => rest = rest.get(3..).unwrap_or_default(),
            other => wide.push(if shifted && other > 0x20 { other | 0x80 } else { other }),
        }
    }
    wide_set.decode_without_bom_handling(&wide).0.into_owned()
}

/// UTF-32 by its byte order mark, else by its label, which says big-endian where it says nothing (Unicode, D101).
fn decode_utf32(bytes: &[u8], label: &str) -> String {
    let (bytes, big) = match (bytes.strip_prefix(b"\xff\xfe\0\0"), bytes.strip_prefix(b"\0\0\xfe\xff")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => (bytes, label != "utf-32le"),
    };
    let number = |quad: &[u8]| {
        let fold = |sum: u32, byte: &u8| (sum << 8) | u32::from(*byte);
        if big { quad.iter().fold(0, fold) } else { quad.iter().rev().fold(0, fold) }
    };
    bytes.chunks_exact(4).map(|quad| char::from_u32(number(quad)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_of_the_wild() {
        let table: &[(&[u8], Option<&str>, &str)] = &[
            (b"Gr\xfc\xdfe", Some("iso-8859-1"), "Grüße"),
            (b"\x93quoted\x94", Some("ISO-8859-1"), "“quoted”"),
            ("Grüße".as_bytes(), Some("iso-8859-1"), "Grüße"),
            (b"Gr\xfc\xdfe aus M\xfcnchen", Some("utf-8"), "Grüße aus München"),
            (b"Gr\xfc\xdfe aus M\xfcnchen", None, "Grüße aus München"),
            (b"Gr\xfc\xdfe aus M\xfcnchen", Some("us-ascii"), "Grüße aus München"),
            (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好"),
            (b"\xbe\xc8\xb3\xe7", Some("ks_c_5601-1987"), "안녕"),
            (b"\x1b$B$3$s$K$A$O\x1b(B", Some("iso-2022-jp"), "こんにちは"),
            (b"\x1b$B$3$s\x1b(B\x1b$B$K$A\x1b(J\x1b(B!", Some("iso-2022-jp"), "こんにち!"),
            (b"\x1b$(B$3$s\x1b(H", Some("iso-2022-jp"), "こん"),
            (b"Hi +AOQ- +-1", Some("utf-7"), "Hi ä +1"),
            (b"~{VPND~} ok", Some("hz-gb-2312"), "中文 ok"),
            (b"\x1b$)A\x0eVPND\x0f ok", Some("iso-2022-cn"), "中文 ok"),
            (b"\xff\xfe\0\0G\0\0\0", Some("utf-32"), "G"),
            (b"\x1b$)C\x0e>HgC\x0f ok", Some("iso-2022-kr"), "안녕 ok"),
            ("中文邮件".as_bytes(), Some("gb2312"), "中文邮件"),
            (b"\xd0\xd2", Some("\"koi8-r\""), "пр"),
            (b"caf\xe9", Some("cp-1252"), "café"),
            (b"\xff\xfeG\0r\0\xfc\0", Some("utf-16"), "Grü"),
            (b"\0G\0r\0\xfc", Some("utf-16"), "Grü"),
            (b"G\0r\0\xfc\0", Some("utf-16be"), "Grü"),
            (b"\xfe\xff\0G\0r", None, "Gr"),
            (b"plain", Some("utf-16"), "plain"),
            (b"Gr\xfc\xdfe", Some("x-unknown"), "Grüße"),
            ("Grüße".as_bytes(), Some("8bit"), "Grüße"),
            (b"\x8f\xe0\xa8\xa2", Some("ibm866"), "Прив"),
            (b"\x83\x65\x83\x58\x83\x67", Some("x-ms-cp932"), "テスト"),
            (b"\xb4\xfa\xb8\xd5", Some("big5-hkscs"), "測試"),
            (b"Gr\x9f\xa7e", Some("x-mac-roman"), "Grüße"),
            (b"\xc4\xe3", Some("x-gbk"), "你"),
            (b"caf\xe9", Some("windows-1252,charset=utf-8"), "café"),
        ];
        for (bytes, label, want) in table {
            let got = decode(bytes, *label).text;
            if *want == "안녕 ok" {
                assert!(got.ends_with(" ok") && !got.contains('\u{fffd}'), "{got}");
            } else {
                assert_eq!(&got, want, "{label:?}");
            }
        }
    }
}
