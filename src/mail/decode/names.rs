//! File names and content types of attachments: names without paths or tricks, types as the bytes themselves show.

use super::encoded_word;

/// Longest file name in bytes; file systems stop at 255 and names get suffixes.
const MAX_NAME: usize = 180;

/// A harmless file name, or `None` where nothing usable is left.
pub(crate) fn clean(name: &str) -> Option<String> {
    let name = encoded_word::one_line(name);
    // Some programs quote with the wrong mark.
    let quoted = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|inner| !inner.contains('\''));
    let name = quoted.unwrap_or(&name);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let name = name.trim_matches(|c: char| c.is_whitespace()).trim_end_matches('.').trim_start_matches("..").trim();
    if name.is_empty() || name == "." || name.chars().all(|c| c == '_' || c == '.') {
        return None;
    }
    // Device names of Windows, with whatever extension.
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    Some(shorten(&if device { format!("_{name}") } else { name.to_owned() }))
}

/// Whether a text ends like a file's name.
pub(crate) fn has_extension(text: &str) -> bool {
    text.trim().rsplit_once('.').is_some_and(|(stem, extension)| {
        let letters = extension.bytes().all(|b| b.is_ascii_alphanumeric()) && extension.bytes().any(|b| b.is_ascii_alphabetic());
        !stem.is_empty() && (2..=5).contains(&extension.len()) && letters
    })
}

/// Extensions that a double click runs.
const RUNS: &[&str] = &[
    "exe", "scr", "com", "bat", "cmd", "pif", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "msi", "msp", "ps1", "jar", "lnk",
    "cpl", "reg", "apk", "app", "command", "iso", "img", "vhd",
];

/// Whether a file runs when it is opened, by its name or its bytes.
pub(crate) fn is_program(name: &str, content_type: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.trim().to_ascii_lowercase()).unwrap_or_default();
    RUNS.contains(&extension.as_str()) || matches!(content_type, "application/x-msdownload" | "application/x-executable")
}

/// Whether a program's name shows another kind of file before its real extension: `invoice.pdf.exe`.
pub(crate) fn hides_extension(name: &str) -> bool {
    let mut pieces = name.rsplit('.');
    let (last, before) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default().trim());
    let shown =
        ["pdf", "doc", "docx", "xls", "xlsx", "txt", "jpg", "jpeg", "png", "gif", "html", "htm", "zip", "mp3", "mp4", "csv"];
    pieces.next().is_some()
        && RUNS.contains(&last.trim().to_ascii_lowercase().as_str())
        && shown.contains(&before.to_ascii_lowercase().as_str())
}

/// Cuts in the middle of the stem so that the extension stays.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut end = MAX_NAME.saturating_sub(extension.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", stem.get(..end).unwrap_or_default())
}

/// A name for an attachment that has none, such as `attachment-2.pdf`.
pub(crate) fn made_up(number: usize, content_type: &str) -> String {
    let extension = match content_type {
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "application/zip" => "zip",
        "application/gzip" => "gz",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "application/ms-tnef" => "dat",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        "message/rfc822" => "eml",
        "message/delivery-status" | "message/disposition-notification" | "message/feedback-report" | "text/rfc822-headers" => {
            "txt"
        }
        "message/global" => "eml",
        kind if kind.starts_with("message/global-") => "txt",
        _ => "bin",
    };
    format!("attachment-{number}.{extension}")
}

/// First bytes and the type they prove.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!/", "text/x-script"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BM", "image/bmp"),
];

/// The content type as the bytes show it; where they show nothing, the declared type if that is harmless.
pub(crate) fn sniff(data: &[u8], declared: &str) -> String {
    let found = magic(data);
    match found {
        // Containers: the declared office format is the better word, as long as it is one of that container.
        Some("application/zip") if is_zip_format(declared) => declared.to_owned(),
        Some("application/x-ole-storage") => {
            let office =
                declared.starts_with("application/vnd.ms-") || matches!(declared, "application/msword" | "application/x-msi");
            if office { declared.to_owned() } else { "application/x-ole-storage".to_owned() }
        }
        // Two letters prove little; text beginning with "BM" or "MZ" is text.
        Some("image/bmp" | "application/x-msdownload" | "audio/mpeg" | "application/x-bzip2") if is_text(data) => {
            declared_type(data, declared)
        }
        Some(found) => found.to_owned(),
        None => declared_type(data, declared),
    }
}

fn magic(data: &[u8]) -> Option<&'static str> {
    if let Some((_, found)) = MAGIC.iter().find(|(start, _)| data.starts_with(start)) {
        return Some(found);
    }
    match (data.get(..4), data.get(4..8), data.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => return Some("image/webp"),
        (Some(b"RIFF"), _, Some(b"WAVE")) => return Some("audio/wav"),
        (_, Some(b"ftyp"), Some(b"heic" | b"heix" | b"mif1")) => return Some("image/heic"),
        (_, Some(b"ftyp"), Some(b"avif")) => return Some("image/avif"),
        (_, Some(b"ftyp"), Some(b"qt  ")) => return Some("video/quicktime"),
        (_, Some(b"ftyp"), _) => return Some("video/mp4"),
        _ => {}
    }
    let head = data.get(..data.len().min(512)).unwrap_or_default().trim_ascii_start().to_ascii_lowercase();
    let markup = [&b"<!doctype html"[..], b"<html", b"<head", b"<body", b"<script", b"<iframe"];
    if markup.iter().any(|start| head.starts_with(start)) {
        return Some("text/html");
    }
    if head.starts_with(b"<svg") || (head.starts_with(b"<?xml") && head.windows(4).any(|four| four == b"<svg")) {
        return Some("image/svg+xml");
    }
    None
}

fn is_zip_format(declared: &str) -> bool {
    let opened = declared.starts_with("application/vnd.openxmlformats-") || declared.starts_with("application/vnd.oasis.");
    opened || matches!(declared, "application/epub+zip" | "application/x-zip-compressed" | "application/java-archive")
}

fn is_text(data: &[u8]) -> bool {
    let head = data.get(..data.len().min(512)).unwrap_or_default();
    !head.iter().any(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f))
}

/// The declared type where it can be true: bytes without a magic number are not an image.
fn declared_type(data: &[u8], declared: &str) -> String {
    let clean = declared.len() <= 100
        && declared.split('/').filter(|half| !half.is_empty()).count() == 2
        && declared.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b));
    let provable = matches!(
        declared,
        "image/png" | "image/jpeg" | "image/jpg" | "image/gif" | "image/webp" | "application/pdf" | "application/zip"
    );
    if clean
        && (!provable || data.is_empty())
        && !(declared.starts_with("text/") && !is_text(data) && !data.starts_with(b"\xff\xfe"))
    {
        return declared.to_owned();
    }
    if !data.is_empty() && is_text(data) { "text/plain".to_owned() } else { "application/octet-stream".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_tricks() {
        let long = format!("{}.pdf", "ü".repeat(300));
        let table: &[(&str, Option<&str>)] = &[
            ("report.pdf", Some("report.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\temp\\a.txt", Some("a.txt")),
            ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
            ("a\u{200b}b\u{0}\r\n.txt", Some("ab .txt")),
            ("..", None),
            ("  ", None),
            ("a<b>:c?.txt", Some("a_b__c_.txt")),
            ("trailing.", Some("trailing")),
            ("CON", Some("_CON")),
            ("nul.txt", Some("_nul.txt")),
            ("COM7.pdf", Some("_COM7.pdf")),
            ("console.txt", Some("console.txt")),
        ];
        for (name, want) in table {
            assert_eq!(clean(name).as_deref(), *want, "{name:?}");
        }
        let short = clean(&long).unwrap();
        assert!(short.len() <= MAX_NAME && short.ends_with(".pdf"));
    }

    #[test]
    fn programs_are_known() {
        assert!(is_program("a.EXE", "application/octet-stream") && is_program("a.pdf", "application/x-msdownload"));
        assert!(!is_program("a.pdf", "application/pdf"));
        assert!(hides_extension("invoice.pdf.exe") && hides_extension("a.pdf   .scr"));
        assert!(!hides_extension("setup.exe") && !hides_extension("v1.2.exe") && !hides_extension("a.tar.gz"));
    }

    #[test]
    fn types_are_what_the_bytes_show() {
        let table: &[(&[u8], &str, &str)] = &[
            (b"%PDF-1.7", "image/png", "application/pdf"),
            (b"MZ\x90\0\x03", "application/pdf", "application/x-msdownload"),
            (b"not a picture", "image/png", "text/plain"),
            (b"a,b\n", "text/csv", "text/csv"),
            (b"<html><script>", "image/jpeg", "text/html"),
            (
                b"PK\x03\x04",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"PK\x03\x04", "text/plain", "application/zip"),
            (b"\0\x01\x02", "x y", "application/octet-stream"),
        ];
        for (data, declared, want) in table {
            assert_eq!(sniff(data, declared), *want);
        }
    }
}
