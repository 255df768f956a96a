//! The tree of MIME parts (RFC 2045, RFC 2046), read so that nothing is lost: a truncated multipart keeps its last part,
//! a missing boundary is looked for, and what cannot be split is text. Slices of the raw mail, no copies.
//!
//! The splitting is our own because every gap of the MIME library (lost parts, lost bytes) would need the raw slices
//! anyway; the library still reads the dates that RFC 3339 describes.

use crate::letter::{HeadLimits, Warning};

use super::encoded_word;
use super::parameters::{self, Structured};

/// A header field: name in lower case, value as raw bytes (folded).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// One part with its headers.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) content: Structured,
    pub(crate) body: &'a [u8],
    pub(crate) children: Vec<Part<'a>>,
}

/// What may be read and what was odd.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) parts: usize,
    pub(crate) depth: usize,
    /// What one block of header fields may hold.
    pub(crate) headers: HeadLimits,
    pub(crate) warnings: Vec<Warning>,
}

/// The name of the field that holds an mbox envelope line (`From a@b Tue ...`); no header can have such a name.
pub(crate) const ENVELOPE: &str = "from ";
const ENVELOPE_START: &[u8] = b"From ";

impl<'a> Part<'a> {
    /// The raw value of the first field of that name (lower case).
    pub(crate) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The raw values of all fields of that name (lower case).
    pub(crate) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a [u8]> + 'b {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes())).map(|field| field.value)
    }

    /// The decoded one-line value of the first field of that name, empty where missing.
    pub(crate) fn text(&self, name: &str) -> String {
        self.first(name).map(encoded_word::text).unwrap_or_default()
    }

    /// Whether the media type is `main/...`.
    pub(crate) fn is(&self, main: &str) -> bool {
        self.content.value.split('/').next() == Some(main)
    }

    /// All parts of the tree without children, in order.
    pub(crate) fn leaves(&self) -> Vec<&Part<'a>> {
        if self.children.is_empty() { vec![self] } else { self.children.iter().flat_map(Part::leaves).collect() }
    }
}

/// Parses a mail or the content of one part.
pub(crate) fn parse<'a>(raw: &'a [u8], budget: &mut Budget) -> Part<'a> {
    part(raw, budget, 0, "text/plain")
}

fn part<'a>(raw: &'a [u8], budget: &mut Budget, depth: usize, default: &str) -> Part<'a> {
    // A part may have no header at all; a mail has one, with stray blank lines above at worst.
    let bare = depth > 0 && without_line_ends(raw.split_inclusive(|b| *b == b'\n').next().unwrap_or_default()).is_empty();
    let head = match raw.iter().position(|b| *b == b'\n') {
        Some(end) if bare && !is_part_header(raw.get(end + 1..).unwrap_or_default(), default) => {
            Head { fields: Vec::new(), body: raw.get(end + 1..).unwrap_or_default(), warnings: Vec::new() }
        }
        _ => read_head(raw, &budget.headers),
    };
    for warning in head.warnings {
        warn(budget, warning);
    }
    let mut part = Part { fields: head.fields, content: Structured::default(), body: head.body, children: Vec::new() };
    part.content = content_type(&part);
    match part.content.value.as_str() {
        "html" => "text/html".clone_into(&mut part.content.value),
        "text/" => default.clone_into(&mut part.content.value),
        value if !value.contains('/') => default.clone_into(&mut part.content.value),
        _ => {}
    }
    split_part(part, budget, depth)
}

/// A multipart's body that had to be decoded first, as a tree; `None` where its boundary is not in it.
pub(crate) fn parse_body<'a>(content: &Structured, body: &'a [u8], budget: &mut Budget) -> Option<Part<'a>> {
    let part = Part { fields: Vec::new(), content: content.clone(), body, children: Vec::new() };
    let tree = split_part(part, budget, 0);
    (!tree.children.is_empty()).then_some(tree)
}

/// The first Content-Type; of several the first that can be split.
fn content_type(part: &Part<'_>) -> Structured {
    let mut all = part.all("content-type").take(5).map(parameters::structured);
    let first = all.next().unwrap_or_default();
    let splits = |found: &Structured| found.value.starts_with("multipart/") && found.param("boundary").is_some();
    if splits(&first) { first } else { all.find(splits).unwrap_or(first) }
}

fn split_part<'a>(mut part: Part<'a>, budget: &mut Budget, depth: usize) -> Part<'a> {
    let body = part.body;
    if !part.is("multipart") {
        return part;
    }
    if depth >= budget.depth {
        warn(budget, Warning::MimeTooDeep);
        "application/octet-stream".clone_into(&mut part.content.value);
        return part;
    }
    let declared = part.content.param("boundary").map(str::to_owned).filter(|boundary| !boundary.is_empty());
    let most = budget.parts + 1;
    let mut pieces = declared.as_deref().map(|boundary| split_body(body, boundary.as_bytes(), most)).unwrap_or_default();
    if pieces.parts.is_empty()
        && let Some(found) = find_boundary(body, declared.as_deref())
    {
        warn(budget, Warning::BoundaryMissing);
        pieces = split_body(body, found, most);
    }
    // Forbidden (RFC 2045, section 6.4) but written: the whole multipart is encoded; `content` decodes it.
    let encoding = part.text("content-transfer-encoding").to_ascii_lowercase();
    if pieces.parts.is_empty() && (encoding.starts_with("base64") || encoding.starts_with("quoted")) {
        return part;
    }
    if pieces.parts.is_empty() {
        "text/plain".clone_into(&mut part.content.value);
        if pieces.closed && body.trim_ascii().split(|b| *b == b'\n').count() == 1 {
            part.body = b""; // Nothing but the last delimiter.
        } else {
            warn(budget, Warning::BoundaryMissing);
        }
        return part;
    }
    if !pieces.closed {
        warn(budget, Warning::Truncated);
    }
    let default = if part.content.value == "multipart/digest" { "message/rfc822" } else { "text/plain" };
    for piece in pieces.parts {
        if budget.parts == 0 {
            warn(budget, Warning::TooManyParts);
            break;
        }
        budget.parts -= 1;
        part.children.push(self::part(piece, budget, depth + 1, default));
    }
    part
}

fn warn(budget: &mut Budget, warning: Warning) {
    if !budget.warnings.contains(&warning) {
        budget.warnings.push(warning);
    }
}

/// A block of header fields and what follows it.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) body: &'a [u8],
    warnings: Vec<Warning>,
}

/// Splits header fields from the body within the default limits.
pub(crate) fn split_head(raw: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    let head = read_head(raw, &HeadLimits::default());
    (head.fields, head.body)
}

/// Splits header fields from the body; a line that is no field starts the body even without a blank line, unless
/// unmistakable header fields follow it. Past a limit fields are skipped, not the body.
pub(super) fn read_head<'a>(raw: &'a [u8], limits: &HeadLimits) -> Head<'a> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    let mut warnings = Vec::new();
    let mut offset = 0_usize;
    let mut open: Option<(&[u8], usize, usize)> = None;
    let mut body = raw.len();
    let mut first = true;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let start = offset;
        offset += line.len();
        let bare = without_line_ends(line);
        if bare.is_empty() {
            body = offset;
            if first {
                continue; // Blank lines above the header come from mangling gateways.
            }
            break;
        }
        let continues = matches!(bare.first(), Some(b' ' | b'\t'));
        if continues && let Some((_, _, end)) = &mut open {
            *end = start + bare.len();
            continue;
        }
        let after = raw.get(offset..).unwrap_or_default();
        // The header's first line is lost, and with it the name of this field.
        if continues && fields.is_empty() && (is_header_line(after) || after.starts_with(b"From: ")) {
            warnings.push(Warning::HeaderDamaged);
            continue;
        }
        close(&mut open, raw, &mut fields, limits, &mut warnings);
        if is_envelope(bare) {
            if first {
                let value = bare.strip_prefix(b">").unwrap_or(bare).get(ENVELOPE.len()..).unwrap_or_default();
                fields.push(Field { name: ENVELOPE.as_bytes(), value });
            }
            first = false;
            continue;
        }
        let Some((name, value)) = field_name(bare) else {
            if !fields.is_empty() && is_header_line(after) {
                warnings.push(Warning::HeaderDamaged);
                continue;
            }
            body = start;
            break;
        };
        first = false;
        open = Some((name, start + value, start + bare.len()));
        body = offset;
    }
    close(&mut open, raw, &mut fields, limits, &mut warnings);
    Head { fields, body: raw.get(body..).unwrap_or_default(), warnings }
}

/// An mbox envelope line, also where a program quoted it; `From :` is a field.
fn is_envelope(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b">").unwrap_or(line).strip_prefix(ENVELOPE_START);
    rest.is_some_and(|rest| !rest.trim_ascii_start().starts_with(b":"))
}

fn without_line_ends(line: &[u8]) -> &[u8] {
    let mut bare = line.strip_suffix(b"\n").unwrap_or(line);
    while let Some(shorter) = bare.strip_suffix(b"\r") {
        bare = shorter;
    }
    bare
}

/// Whether a part's header stands below a stray blank line.
fn is_part_header(text: &[u8], default: &str) -> bool {
    default == "text/plain" && text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-")) && is_header_line(text)
}

/// Whether the text starts with a field that stands in headers only.
fn is_header_line(text: &[u8]) -> bool {
    let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some((name, _)) = field_name(without_line_ends(line)) else { return false };
    let known: &[&[u8]] = &[
        b"received",
        b"mime-version",
        b"content-type",
        b"content-transfer-encoding",
        b"content-disposition",
        b"message-id",
        b"return-path",
        b"delivered-to",
        b"references",
        b"in-reply-to",
        b"dkim-signature",
        b"reply-to",
        b"subject",
        b"date",
    ];
    known.iter().any(|field| name.eq_ignore_ascii_case(field)) || (name.len() > 4 && name.to_ascii_lowercase().starts_with(b"x-"))
}

fn close<'a>(
    open: &mut Option<(&'a [u8], usize, usize)>,
    raw: &'a [u8],
    fields: &mut Vec<Field<'a>>,
    limits: &HeadLimits,
    warnings: &mut Vec<Warning>,
) {
    let Some((name, start, end)) = open.take() else { return };
    let mut warn = |warning| {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    };
    if fields.len() >= limits.fields {
        return warn(Warning::TooManyHeaders);
    }
    if end > limits.bytes {
        warn(Warning::HeaderTooLong);
    }
    // The one field that crosses the limit is read up to it.
    if start > limits.bytes {
        return;
    }
    fields.push(Field { name, value: raw.get(start..end.min(limits.bytes)).unwrap_or_default() });
}

/// The name of a header field line and where its value starts.
fn field_name(line: &[u8]) -> Option<(&[u8], usize)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let clean = !name.is_empty() && name.len() <= 100 && name.iter().all(|b| (33..127).contains(b));
    clean.then_some((name, colon + 1))
}

#[derive(Debug, Default)]
struct Pieces<'a> {
    parts: Vec<&'a [u8]>,
    closed: bool,
}

/// The first `most` pieces of a multipart body.
fn split_body<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Pieces<'a> {
    let mut pieces = Pieces::default();
    let mut start: Option<usize> = None;
    let mut offset = 0_usize;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let (here, after) = (offset, offset + line.len());
        offset = after;
        let Some(rest) = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)) else { continue };
        let rest = rest.trim_ascii_end();
        let closing = rest == b"--" || rest.starts_with(b"-- ");
        if !rest.is_empty() && !closing {
            continue;
        }
        if let Some(start) = start {
            pieces.parts.push(without_line_end(body.get(start..here).unwrap_or_default()));
        }
        if pieces.parts.len() >= most {
            pieces.closed = true; // Where it ends is not looked for.
            return pieces;
        }
        start = (!closing).then_some(after);
        pieces.closed = closing;
    }
    if let Some(start) = start {
        pieces.closed = false;
        let rest = body.get(start..).unwrap_or_default();
        if !rest.trim_ascii().is_empty() {
            pieces.parts.push(rest);
        } else if !pieces.parts.is_empty() {
            pieces.closed = true; // The last delimiter merely lost its two dashes.
        }
    }
    pieces
}

/// The line break before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1).
fn without_line_end(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// The boundary that a body uses although the header does not tell: the first `--word` line followed by a field; a short
/// word only if the header names it in other letters or the field is one of parts only.
fn find_boundary<'a>(body: &'a [u8], declared: Option<&str>) -> Option<&'a [u8]> {
    let named = |word: &[u8]| declared.is_some_and(|declared| word.eq_ignore_ascii_case(declared.as_bytes()));
    let mut lines = body.split(|b| *b == b'\n').take(200).map(<[u8]>::trim_ascii_end).peekable();
    while let Some(line) = lines.next() {
        let Some(word) = line.strip_prefix(b"--") else { continue };
        let Some(next) = lines.peek().filter(|next| field_name(next).is_some()) else { continue };
        let of_part = || is_part_header(next, "text/plain");
        if !word.contains(&b' ') && (word.len() >= 4 || named(word) || (!word.is_empty() && of_part())) {
            return Some(word);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(raw: &str) -> (Vec<String>, Vec<Warning>) {
        let mut budget = Budget { parts: 10, depth: 3, headers: HeadLimits::default(), warnings: Vec::new() };
        let tree = parse(raw.as_bytes(), &mut budget);
        let leaves =
            tree.leaves().iter().map(|leaf| format!("{}={}", leaf.content.value, String::from_utf8_lossy(leaf.body))).collect();
        (leaves, budget.warnings)
    }

    #[test]
    fn multiparts_of_the_wild() {
        let head = "Content-Type: multipart/mixed; boundary=xyz\n\n";
        let table: &[(String, &[&str], &[Warning])] = &[
            (
                format!("{head}pre\n--xyz\n\none\n--xyz\nContent-Type: text/html\n\ntwo\n--xyz--\nepilogue\n"),
                &["text/plain=one", "text/html=two"],
                &[],
            ),
            (format!("{head}--xyz\n\none\n--xyz\n\ntru"), &["text/plain=one", "text/plain=tru"], &[Warning::Truncated]),
            (
                "Content-Type: multipart/mixed\n\n--abcd\nContent-Type: text/html\n\none\n--abcd--\n".into(),
                &["text/html=one"],
                &[Warning::BoundaryMissing],
            ),
            (format!("{head}only text\n"), &["text/plain=only text\n"], &[Warning::BoundaryMissing]),
            (
                format!("{head}--xyz\n\nNote: no header\n--xyz\n\nContent-Type: text/html\n\ntwo\n--xyz--\n"),
                &["text/plain=Note: no header", "text/html=two"],
                &[],
            ),
            ("Subject: x\nno field here\nmore\n".into(), &["text/plain=no field here\nmore\n"], &[]),
        ];
        for (raw, leaves, warnings) in table {
            assert_eq!(shape(raw), (leaves.iter().map(ToString::to_string).collect(), warnings.to_vec()), "{raw}");
        }
    }
}
