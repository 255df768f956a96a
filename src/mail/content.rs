//! From the MIME tree to what people see: the text, the HTML and the attachments (RFC 2046, RFC 2387, RFC 2183).
//!
//! Of alternatives the plain one is text and the HTML one is HTML; parts in a row are shown in a row, whatever their
//! types, so that nothing stands only in a part that was not chosen.

use super::letter::{Attachment, Limits, Warning};
use sha2::{Digest, Sha256};

use super::calendar::{self, Invite};
use super::decode::mime::{self, Budget, Part};
use super::decode::parameters::Structured;
use super::decode::smime::{self, Cms};
use super::decode::transfer::{self, UuFile};
use super::decode::{binhex, charset, encoded_word, flowed, names, parameters, rtf, tnef};
use super::{html, thread};

/// One shown piece: a text, an HTML, or both as alternatives.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) plain: Option<String>,
    pub(super) html: Option<String>,
}

/// Everything that a mail holds, decoded.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) pieces: Vec<Piece>,
    pub(super) attachments: Vec<Attachment>,
    /// Files past the limit.
    pub(super) lost: usize,
    /// Decoded delivery-status parts.
    pub(super) statuses: Vec<String>,
    /// Returned mails or their headers.
    pub(super) returned: Vec<Vec<u8>>,
    /// What the first calendar file says.
    pub(super) invite: Option<Invite>,
    /// A text that Outlook packed into `winmail.dat`, for mails that have no other.
    spare: Option<Piece>,
    /// Mails inside wrappers (encoded multiparts, opaque signatures) that may still be opened.
    wraps: usize,
    /// MIME parts that may still be read inside wrappers.
    parts: usize,
    /// Bytes of rich text that may still be decompressed.
    rich: usize,
    /// Runs over From, Date, Subject and the decoded leaves, each preceded by its length.
    pub(super) hash: Sha256,
    /// Leaves so far.
    leaves: usize,
    pub(super) warnings: Vec<Warning>,
}

impl Content {
    fn field(&mut self, bytes: &[u8]) {
        self.hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.hash.update(bytes);
    }

    /// Takes a decoded leaf into the hash.
    fn note(&mut self, kind: &str, bytes: &[u8]) {
        self.leaves += 1;
        self.field(kind.as_bytes());
        // Relays turn line ends of text and add or take blank lines at the end.
        if kind.starts_with("text/") {
            let text: Vec<u8> = bytes.trim_ascii_end().iter().copied().filter(|b| *b != b'\r').collect();
            self.field(&text);
        } else {
            self.field(bytes);
        }
    }
}

/// Wrappers inside each other; each one costs another copy of what is inside.
const MAX_WRAPS: usize = 3;

/// Decodes and sorts the parts of a mail; `parts` may still be read inside wrappers.
pub(super) fn collect(root: &Part<'_>, limits: &Limits, parts: usize) -> Content {
    let mut content = Content { wraps: MAX_WRAPS, parts, rich: rtf::MOST, ..Content::default() };
    for name in ["from", "date", "subject"] {
        content.field(root.text(name).as_bytes());
    }
    content.pieces = walk(root, &mut content, limits, Place::Body);
    let blank = |piece: &Piece| {
        let plain = piece.plain.as_deref().is_none_or(|text| text.trim().is_empty());
        plain
            && piece.html.as_deref().is_none_or(|source| {
                source.len() < 2_000 && html::render(source, 20).lines.iter().all(|line| line.text.trim().is_empty())
            })
    };
    if content.pieces.iter().all(blank) {
        let lines = content.invite.as_ref().map(Invite::lines).filter(|lines| !lines.is_empty());
        let spare = content.spare.take().or_else(|| lines.map(|lines| Piece { plain: Some(lines), html: None }));
        if let Some(spare) = spare {
            content.pieces = vec![spare];
        }
    }
    content
}

/// Where a part stands: in the flow of the text, or as a companion that HTML refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Companion,
}

fn walk(part: &Part<'_>, content: &mut Content, limits: &Limits, place: Place) -> Vec<Piece> {
    if part.children.is_empty() {
        return leaf(part, content, limits, place);
    }
    match part.content.value.as_str() {
        "multipart/signed" => warn(content, Warning::SignedUnverified),
        "multipart/encrypted" => warn(content, Warning::Encrypted),
        _ => {}
    }
    match part.content.value.as_str() {
        "multipart/alternative" => {
            let mut merged = Piece::default();
            let amp = |child: &Part<'_>| child.content.value == "text/x-amp-html";
            let others = part.children.iter().any(|child| !amp(child));
            for child in part.children.iter().filter(|child| !(amp(child) && others)) {
                for piece in walk(child, content, limits, place) {
                    append(&mut merged.plain, piece.plain);
                    append(&mut merged.html, piece.html);
                }
            }
            vec![merged]
        }
        "multipart/related" => {
            let start = part.content.param("start").and_then(thread::clean_id);
            let is_start = |child: &Part<'_>| start.is_some() && thread::clean_id(&child.text("content-id")) == start;
            // Without a start the root is the first part (RFC 2387, section 3.2); some mailers put a picture there.
            let text = |child: &Part<'_>| child.is("text") || child.is("multipart");
            let main = part.children.iter().position(is_start).or_else(|| part.children.iter().position(text)).unwrap_or(0);
            let mut pieces = Vec::new();
            for (index, child) in part.children.iter().enumerate() {
                pieces.extend(walk(child, content, limits, if index == main { place } else { Place::Companion }));
            }
            pieces
        }
        // A file of the Macintosh (RFC 1740): what belongs to its icon is no file of its own.
        "multipart/appledouble" if part.children.len() > 1 => {
            let data = part.children.iter().filter(|child| child.content.value != "application/applefile");
            data.flat_map(|child| walk(child, content, limits, place)).collect()
        }
        _ => part.children.iter().flat_map(|child| walk(child, content, limits, place)).collect(),
    }
}

fn append(all: &mut Option<String>, more: Option<String>) {
    match (all.as_mut(), more) {
        (Some(text), Some(more)) => {
            text.push('\n');
            text.push_str(&more);
        }
        (None, more) => *all = more,
        (Some(_), None) => {}
    }
}

/// Opens what holds a whole mail body in another coat; `None` where it stays as it is.
fn unwrap(part: &Part<'_>, bytes: &[u8], content: &mut Content, limits: &Limits, place: Place) -> Option<Vec<Piece>> {
    let kind = part.content.value.as_str();
    let packed = matches!(kind, "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pkcs7-signature")
        || (kind == "application/octet-stream"
            && part.content.param("name").is_some_and(|name| name.to_ascii_lowercase().ends_with(".p7m")));
    let opened: Vec<u8>;
    let mut budget = Budget { parts: content.parts, depth: limits.depth, headers: limits.headers, warnings: Vec::new() };
    let tree = if packed {
        match smime::read(bytes) {
            Some(Cms::Signed(inner)) if content.wraps > 0 => {
                warn(content, Warning::SignedUnverified);
                opened = inner;
                mime::parse(&opened, &mut budget)
            }
            Some(Cms::Encrypted) => {
                warn(content, Warning::Encrypted);
                return None;
            }
            // Cut or damaged: what it says of itself tells what it was (RFC 8551 section 3.2.2).
            None if is_enveloped(part, kind) => {
                warn(content, Warning::Encrypted);
                return None;
            }
            _ => return None,
        }
    } else if part.is("multipart") && content.wraps > 0 {
        mime::parse_body(&part.content, bytes, &mut budget)?
    } else {
        return None;
    };
    content.wraps -= 1;
    content.parts = budget.parts;
    for warning in budget.warnings {
        warn(content, warning);
    }
    Some(walk(&tree, content, limits, place))
}

/// Whether a part says that it is encrypted by S/MIME; one that says nothing is so far more often than signed.
fn is_enveloped(part: &Part<'_>, kind: &str) -> bool {
    match part.content.param("smime-type").map(|word| word.to_ascii_lowercase()) {
        Some(word) => matches!(word.as_str(), "enveloped-data" | "authenveloped-data"),
        None => matches!(kind, "application/pkcs7-mime" | "application/x-pkcs7-mime"),
    }
}

/// The files of a `winmail.dat`; whether it could be read.
fn unpack(bytes: &[u8], content: &mut Content, limits: &Limits) -> bool {
    let Some(found) = tnef::read(bytes, &mut content.rich) else {
        warn(content, Warning::TnefUnreadable);
        return false;
    };
    for file in found.files {
        let declared = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned()).to_ascii_lowercase();
        let name = file.name.as_deref().and_then(names::clean);
        let id = file.content_id.as_deref().and_then(thread::clean_id);
        content.note(&declared, &file.data);
        push(content, limits, name, &declared, file.data, false, id);
    }
    if content.spare.is_none() && (found.text.is_some() || found.html.is_some()) {
        let clean = |text: String| plain_lines(&text);
        content.spare = Some(Piece { plain: found.text.map(clean), html: found.html.map(clean) });
    }
    true
}

fn leaf(part: &Part<'_>, content: &mut Content, limits: &Limits, place: Place) -> Vec<Piece> {
    let kind = part.content.value.as_str();
    let bytes = undo(part, content);
    if let Some(pieces) = unwrap(part, &bytes, content, limits, place) {
        return pieces;
    }
    if (kind.ends_with("/ms-tnef") || kind.ends_with("/vnd.ms-tnef") || bytes.starts_with(tnef::SIGNATURE))
        && unpack(&bytes, content, limits)
    {
        return Vec::new();
    }
    single(part, bytes, content, limits, place).into_iter().collect()
}

fn single(part: &Part<'_>, bytes: Vec<u8>, content: &mut Content, limits: &Limits, place: Place) -> Option<Piece> {
    let disposition = part.first("content-disposition").map(parameters::structured).unwrap_or_default();
    let kind = part.content.value.clone();
    content.note(&kind, &bytes);
    match kind.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => content.statuses.push(charset::guess(&bytes)),
        "message/rfc822"
        | "text/rfc822"
        | "text/rfc822-headers"
        | "message/rfc822-headers"
        | "message/global"
        | "message/global-headers" => content.returned.push(bytes.clone()),
        "message/partial" => {
            warn(content, Warning::PartialMail);
            content.returned.push(bytes.clone());
        }
        // Law 5: nothing that a mail names is fetched.
        "message/external-body" => warn(content, Warning::ExternalBody),
        "text/calendar" | "application/ics" if content.invite.is_none() => {
            content.invite = calendar::read(&charset::decode(&bytes, part.content.param("charset").or(Some("utf-8"))).text);
        }
        _ => {}
    }
    let mut name = file_name(part, &disposition);
    let mut bytes = bytes;
    if kind == "application/mac-binhex40"
        && let Some(packed) = binhex::read(&bytes)
    {
        bytes = packed.data;
        name = names::clean(&packed.name).or(name);
    }
    // Some mailers call even the only text an attachment; without a name it is the text.
    let first = content.leaves == 1;
    let attached = disposition.value == "attachment" && !(first && name.is_none());
    let shown = matches!(
        kind.as_str(),
        "text/plain" | "plain/text" | "text/html" | "text/enriched" | "text/richtext" | "text" | "application/xhtml+xml"
    );
    // Other kinds of text are read like plain ones (RFC 2046, section 4.1.4), if they are the mail.
    let apart = ["calendar", "vcard", "x-vcard", "rfc822", "rfc822-headers", "csv", "x-amp-html"];
    let shown = shown || (first && name.is_none() && kind.strip_prefix("text/").is_some_and(|sort| !apart.contains(&sort)));
    if !shown || attached || place == Place::Companion || (name.is_some() && !first) {
        // Some servers attach the report's fields or the returned mail as a plain text file.
        let start = bytes.get(..bytes.len().min(16 << 10)).unwrap_or_default();
        let mail = kind == "text/plain" || name.as_ref().is_some_and(|name| name.ends_with(".eml"));
        let start = if mail { String::from_utf8_lossy(start).to_ascii_lowercase() } else { String::new() };
        if start.contains("final-recipient:") || start.contains("\nmessage-id:") {
            content.returned.push(bytes.clone());
        }
        attach(part, &disposition, name, bytes, content, limits, place);
        return None;
    }
    // Uuencoded files may make a text longer than what is shown of it; far beyond that it is not decoded.
    let most = limits.text_bytes.max(limits.html_bytes).saturating_mul(8);
    if bytes.len() > most {
        warn(content, if is_html(&kind) { Warning::HtmlCut } else { Warning::TextCut });
        bytes.truncate(most);
        bytes.shrink_to_fit();
    }
    let named =
        part.content.param("charset").map(str::to_owned).or_else(|| is_html(&kind).then(|| charset::of_html(&bytes)).flatten());
    let decoded = charset::decode(&bytes, named.as_deref());
    if decoded.guessed {
        warn(content, Warning::CharsetGuessed);
    }
    drop(bytes);
    let text = plain_lines(&decoded.text);
    if text.contains("-----BEGIN PGP ") {
        for (mark, warning) in [
            ("-----BEGIN PGP MESSAGE-----", Warning::Encrypted),
            ("-----BEGIN PGP SIGNED MESSAGE-----", Warning::SignedUnverified),
        ] {
            if text.contains(mark) {
                warn(content, warning);
            }
        }
    }
    if is_html(&kind) {
        return Some(Piece { plain: None, html: Some(text) });
    }
    let text = if kind.contains("rich") { strip_enriched(&text) } else { text };
    let is_flowed = part.content.param("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let delete = part.content.param("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    let text = if is_flowed { flowed::unflow(&text, delete) } else { text };
    let (text, files) = transfer::take_uuencoded(&text);
    for UuFile { name, data } in files {
        push(content, limits, names::clean(&name), "application/octet-stream", data, false, None);
    }
    Some(Piece { plain: Some(text), html: None })
}

/// Line feeds at the ends of lines, and no NUL.
fn plain_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\0' => {}
            other => out.push(other),
        }
    }
    out
}

fn is_html(kind: &str) -> bool {
    kind == "text/html" || kind == "application/xhtml+xml"
}

/// Undoes the transfer encoding; a trailer behind base64 text is text.
fn undo(part: &Part<'_>, content: &mut Content) -> Vec<u8> {
    let encoding = parameters::strip_comments(&part.text("content-transfer-encoding")).to_ascii_lowercase();
    let encoding: String = encoding.split(';').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    match encoding.as_str() {
        "base64" | "b" | "basee64" | "base" | "bas64" | "xbase64" => {
            let undone = transfer::base64(part.body);
            if undone.damaged {
                warn(content, Warning::EncodingDamaged);
            }
            let mut bytes = undone.bytes;
            if part.is("text") && !undone.trailer.trim_ascii().is_empty() {
                if !bytes.is_empty() {
                    bytes.extend_from_slice(b"\n\n");
                }
                bytes.extend_from_slice(&undone.trailer);
            }
            bytes
        }
        name if name.starts_with("quoted") || matches!(name, "qp" | "q" | "qoutedprintable" | "qoutedprintible") => {
            let undone = transfer::quoted_printable(part.body);
            if undone.damaged {
                warn(content, Warning::EncodingDamaged);
            }
            undone.bytes
        }
        "xuuencode" | "uuencode" | "xuue" | "uue" | "uucode" => {
            let (_, files) = transfer::take_uuencoded(&charset::guess(part.body));
            files.into_iter().next().map_or_else(|| part.body.to_vec(), |file| file.data)
        }
        "" | "7bit" | "7bits" | "8bit" | "8bits" | "binary" | "none" | "ascii" | "usascii" => part.body.to_vec(),
        _ => {
            warn(content, Warning::EncodingUnknown);
            part.body.to_vec()
        }
    }
}

fn file_name(part: &Part<'_>, disposition: &Structured) -> Option<String> {
    let declared = disposition.param("filename").or_else(|| part.content.param("name")).or_else(|| disposition.param("name"));
    declared.and_then(|name| names::clean(&parameters::without_percents(name)))
}

fn attach(
    part: &Part<'_>,
    disposition: &Structured,
    name: Option<String>,
    bytes: Vec<u8>,
    content: &mut Content,
    limits: &Limits,
    place: Place,
) {
    let id = part.first("content-id").map(encoded_word::text).as_deref().and_then(thread::clean_id);
    let mut name = name;
    if name.is_none() && !part.is("message") {
        // Old programs name files where they stand.
        let place = part.text("content-location");
        let path = place.split(['?', '#']).next().unwrap_or_default();
        name = path.rsplit('/').next().filter(|last| last.contains('.') && !path.ends_with("//")).and_then(names::clean);
        name = name.or_else(|| {
            Some(part.text("content-description")).filter(|text| names::has_extension(text)).and_then(|text| names::clean(&text))
        });
    }
    if name.is_none() && part.content.value == "message/rfc822" {
        let (fields, _) = mime::split_head(&bytes);
        let subject =
            fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"subject")).map(|field| encoded_word::text(field.value));
        name = subject
            .filter(|subject| !subject.is_empty())
            .and_then(|subject| names::clean(&format!("{}.eml", subject.replace(['/', '\\'], "_"))));
    }
    let inline =
        disposition.value == "inline" || (disposition.value != "attachment" && place == Place::Companion && id.is_some());
    push(content, limits, name, &part.content.value, bytes, inline, id);
}

fn push(
    content: &mut Content,
    limits: &Limits,
    name: Option<String>,
    declared: &str,
    data: Vec<u8>,
    inline: bool,
    content_id: Option<String>,
) {
    if content.attachments.len() >= limits.attachments {
        content.lost += 1;
        return warn(content, Warning::TooManyAttachments);
    }
    let content_type = if declared.starts_with("message/") { declared.to_owned() } else { names::sniff(&data, declared) };
    let name = name.unwrap_or_else(|| names::made_up(content.attachments.len() + 1, &content_type));
    if names::is_program(&name, &content_type) {
        warn(content, if names::hides_extension(&name) { Warning::DoubleExtension } else { Warning::ProgramAttached });
    }
    content.attachments.push(Attachment { name, content_type, inline, content_id, data });
}

fn warn(content: &mut Content, warning: Warning) {
    if !content.warnings.contains(&warning) {
        content.warnings.push(warning);
    }
}

/// text/enriched (RFC 1896): commands in angle brackets go, `<<` is `<`.
fn strip_enriched(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '<' {
            out.push(c);
        } else if chars.peek() == Some(&'<') {
            chars.next();
            out.push('<');
        } else {
            let _ = chars.by_ref().find(|c| *c == '>');
        }
    }
    out
}
