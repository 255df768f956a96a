//! From the MIME tree to what people see: the text, the HTML and the attachments (RFC 2046, RFC 2387, RFC 2183).
//!
//! Of alternatives the plain one is text and the HTML one is HTML; parts in a row are shown in a row, whatever their
//! types, so that nothing stands only in a part that was not chosen.

use super::mime::Part;
use super::transfer::{self, UuFile};
use super::words::Structured;
use super::{Attachment, Limits, charset, flowed, names, thread, words};

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
    /// Decoded delivery-status parts.
    pub(super) statuses: Vec<String>,
    /// Returned mails or their headers.
    pub(super) returned: Vec<Vec<u8>>,
    /// All decoded leaves with their types, for the content hash.
    pub(super) decoded: Vec<(String, Vec<u8>)>,
    pub(super) warnings: Vec<&'static str>,
}

/// Decodes and sorts the parts of a mail.
pub(super) fn collect(root: &Part<'_>, limits: &Limits) -> Content {
    let mut content = Content::default();
    content.pieces = walk(root, &mut content, limits, Place::Body);
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
        return leaf(part, content, limits, place).into_iter().collect();
    }
    match part.content.value.as_str() {
        "multipart/alternative" => {
            let mut merged = Piece::default();
            for child in &part.children {
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
            let main = part.children.iter().position(is_start).unwrap_or(0);
            let mut pieces = Vec::new();
            for (index, child) in part.children.iter().enumerate() {
                pieces.extend(walk(child, content, limits, if index == main { place } else { Place::Companion }));
            }
            pieces
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

fn leaf(part: &Part<'_>, content: &mut Content, limits: &Limits, place: Place) -> Option<Piece> {
    let disposition = part.first("content-disposition").map(words::structured).unwrap_or_default();
    let kind = part.content.value.clone();
    let bytes = undo(part, content);
    content.decoded.push((kind.clone(), bytes.clone()));
    match kind.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => content.statuses.push(charset::guess(&bytes)),
        "message/rfc822"
        | "text/rfc822-headers"
        | "message/rfc822-headers"
        | "message/global"
        | "message/global-headers"
        | "message/partial" => content.returned.push(bytes.clone()),
        _ => {}
    }
    let name = file_name(part, &disposition);
    // Some mailers call even the only text an attachment; without a name it is the text.
    let first = content.decoded.len() == 1;
    let attached = disposition.value == "attachment" && !(first && name.is_none());
    let shown = matches!(
        kind.as_str(),
        "text/plain" | "text/html" | "text/enriched" | "text/richtext" | "text" | "application/xhtml+xml"
    );
    if !shown || attached || place == Place::Companion || (name.is_some() && !first) {
        attach(part, &disposition, name, bytes, content, limits, place);
        return None;
    }
    let decoded = charset::decode(&bytes, part.content.param("charset"));
    if decoded.guessed {
        warn(content, "charset_guessed");
    }
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    if kind == "text/html" || kind == "application/xhtml+xml" {
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

/// Undoes the transfer encoding; a trailer behind base64 text is text.
fn undo(part: &Part<'_>, content: &mut Content) -> Vec<u8> {
    let encoding = words::strip_comments(&part.text("content-transfer-encoding")).trim().to_ascii_lowercase();
    match encoding.as_str() {
        "base64" | "b" => {
            let undone = transfer::base64(part.body);
            if undone.damaged {
                warn(content, "encoding_damaged");
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
        "quoted-printable" | "quoted_printable" | "qp" => {
            let undone = transfer::quoted_printable(part.body);
            if undone.damaged {
                warn(content, "encoding_damaged");
            }
            undone.bytes
        }
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => {
            let (_, files) = transfer::take_uuencoded(&charset::guess(part.body));
            files.into_iter().next().map_or_else(|| part.body.to_vec(), |file| file.data)
        }
        _ => part.body.to_vec(),
    }
}

fn file_name(part: &Part<'_>, disposition: &Structured) -> Option<String> {
    let declared = disposition.param("filename").or_else(|| part.content.param("name")).or_else(|| disposition.param("name"));
    declared.and_then(names::clean)
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
    let id = part.first("content-id").map(words::text).as_deref().and_then(thread::clean_id);
    let mut name = name;
    if name.is_none() && part.content.value == "message/rfc822" {
        let (fields, _) = super::mime::split_head(&bytes);
        let subject =
            fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"subject")).map(|field| words::text(field.value));
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
        return warn(content, "too_many_attachments");
    }
    let content_type = if declared.starts_with("message/") { declared.to_owned() } else { names::sniff(&data, declared) };
    let name = name.unwrap_or_else(|| names::made_up(content.attachments.len() + 1, &content_type));
    content.attachments.push(Attachment { name, content_type, inline, content_id, data });
}

fn warn(content: &mut Content, warning: &'static str) {
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
