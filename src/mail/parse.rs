//! Raw bytes to a [`Letter`]: the other modules' findings put together, with every limit kept and every oddity named.
//!
//! All of it needs the raw slices (see `mime`).

use super::letter::{Address, Kind, Letter, Limits, Unreadable, Warning};
use sha2::Digest;

use super::body::{self, Body, Class, Classified, Line};
use super::content::{Content, Piece};
use super::decode::mime::{Budget, Part};
use super::decode::{address, charset, date, encoded_word, flowed, heads, mime};
use super::document::Document;
use super::html::sanitize;
use super::words::letters;
use super::{alternatives, bounce, content, html, kind, thread};
use crate::time::Timestamp;

/// Understands a raw mail.
///
/// # Errors
/// When the bytes are blank or no mail at all; every mail-like input gives a [`Letter`].
pub fn understand(raw: &[u8], limits: &Limits) -> Result<Letter, Unreadable> {
    if raw.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(Unreadable::Blank);
    }
    let mut budget = Budget { parts: limits.parts, depth: limits.depth, headers: limits.headers, warnings: Vec::new() };
    let mut raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    if raw.len() > limits.raw_bytes {
        raw = raw.get(..limits.raw_bytes).unwrap_or(raw);
        budget.warnings.push(Warning::TooLarge);
    }
    let narrow: String;
    // Somebody saved the mail as UTF-16.
    if raw.starts_with(b"\xff\xfe") || raw.starts_with(b"\xfe\xff") {
        narrow = charset::guess(raw);
        raw = narrow.as_bytes();
    }
    let with_line_feeds: Vec<u8>;
    if ends_lines_with_cr(raw) {
        with_line_feeds = line_feeds(raw);
        raw = &with_line_feeds;
    }
    let mut root = mime::parse(raw, &mut budget);
    let readable = heads::in_utf8(&root);
    for (at, value) in &readable {
        if let Some(field) = root.fields.get_mut(*at) {
            field.value = value;
        }
    }
    if root.fields.is_empty() {
        let head = raw.get(..raw.len().min(1_000)).unwrap_or_default();
        if head.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)).count() * 50 > head.len() {
            return Err(Unreadable::NotMail);
        }
        budget.warnings.push(Warning::HeaderMissing);
    }
    let content = content::collect(&root, limits, budget.parts);
    let mut warnings: Vec<Warning> = budget.warnings;
    warnings.extend(&content.warnings);
    Ok(letter(&root, content, warnings, limits))
}

/// What the Date header of these header fields says, wherever they end.
#[must_use]
pub fn date(head: &[u8]) -> Option<Timestamp> {
    let (fields, _) = mime::split_head(head);
    let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"date"))?;
    Timestamp::from_rfc3339(&date::read(field.value)?)
}

/// The header at the beginning of `raw`, wherever that ends; `None` where there is no field in it.
#[must_use]
pub fn head(raw: &[u8]) -> Option<&[u8]> {
    let (fields, body) = mime::split_head(raw);
    raw.get(..raw.len().saturating_sub(body.len())).filter(|_| !fields.is_empty())
}

/// Whether lines end with a bare carriage return, as old Macs and some gateways write them.
fn ends_lines_with_cr(raw: &[u8]) -> bool {
    let head = raw.get(..raw.len().min(2_000)).unwrap_or_default();
    let bare = head.windows(2).filter(|pair| matches!(pair, [b'\r', next] if !matches!(next, b'\n' | b'\r'))).count();
    bare > 1 && bare > head.iter().filter(|b| **b == b'\n').count()
}

/// Bare carriage returns as line feeds; CRLF stays.
fn line_feeds(raw: &[u8]) -> Vec<u8> {
    let bare = |at: usize| raw.get(at) == Some(&b'\r') && raw.get(at + 1) != Some(&b'\n');
    raw.iter().enumerate().map(|(at, byte)| if bare(at) { b'\n' } else { *byte }).collect()
}

fn letter(root: &Part<'_>, content: Content, mut warnings: Vec<Warning>, limits: &Limits) -> Letter {
    let heads = Heads::read(root, limits, &mut warnings);
    let text = texts(&content.pieces, thread::is_forward(&heads.subject), limits, &mut warnings);
    let facts = bounce::Facts {
        root,
        from: heads.from.as_ref(),
        to: &heads.to,
        subject: &heads.subject,
        text: &text.body.text,
        statuses: &content.statuses,
        returned: &content.returned,
    };
    let report = bounce::read(&facts);
    let new = text.body.new_text();
    let shown = if new.is_empty() { &text.body.text } else { &new };
    let facts = kind::signs::Facts {
        root,
        from: heads.from.as_ref(),
        subject: &heads.subject,
        text: shown,
        whole: &text.body.text,
        typed: if content.invite.as_ref().is_some_and(|invite| invite.lines() == shown.trim()) { "" } else { shown },
        calendar_reply: content.invite.as_ref().is_some_and(|invite| invite.method.as_deref() == Some("reply")),
        has_attachments: !content.attachments.is_empty(),
        is_bounce: report.is_some(),
    };
    let (kind_rule, kind) = kind::decide(&facts);
    let has_link = text.html.as_ref().is_some_and(|html| html.contains("href="));
    let verification_rule = kind::verification(&facts, kind, has_link);
    if verification_rule.is_some() {
        warnings.push(Warning::Verification);
    }
    let mut text = text;
    if matches!(kind, Kind::Bounce | Kind::Complaint | Kind::Receipt) {
        // What a mail server reports is one piece: nobody answers in it.
        text.body = Body::all(&text.body.text, Classified::by(Class::New, body::Rule::Report));
        warnings.retain(|warning| *warning != Warning::QuoteUncertain);
    }
    let mut seen: Vec<Warning> = Vec::new();
    for warning in warnings {
        if !seen.contains(&warning) {
            seen.push(warning);
        }
    }
    Letter {
        message_id: heads.message_id,
        content_hash: content.hash.finalize().into(),
        from: heads.from,
        reply_to: heads.reply_to,
        reply_to_too: heads.reply_to_too,
        to: heads.to,
        cc: heads.cc,
        delivered_to: heads.delivered_to,
        subject: heads.subject,
        date: heads.date,
        references: heads.references,
        kind,
        kind_rule: Some(kind_rule),
        verification_rule,
        list: kind::signs::is_list(root),
        body: text.body,
        html: text.html,
        document: text.document,
        only_html: text.only_html,
        remote_images: text.remote_images,
        attachments: content.attachments,
        lost_attachments: content.lost,
        bounce: report.filter(|_| kind == Kind::Bounce),
        calendar: content.invite,
        warnings: seen,
    }
}

/// What the header fields say.
struct Heads {
    message_id: Option<String>,
    from: Option<Address>,
    reply_to: Option<Address>,
    reply_to_too: Vec<Address>,
    to: Vec<Address>,
    cc: Vec<Address>,
    delivered_to: Vec<String>,
    subject: String,
    date: Option<String>,
    references: Vec<String>,
}

impl Heads {
    fn read(root: &Part<'_>, limits: &Limits, warnings: &mut Vec<Warning>) -> Self {
        let senders: Vec<&[u8]> = root.all("from").collect();
        let from = address::identity(&senders).map_err(|warning| warnings.push(warning)).ok();
        if from.as_ref().is_some_and(address::name_shows_other_address) {
            warnings.push(Warning::NameShowsOtherAddress);
        }
        let mut left = limits.addresses;
        let mut addresses = |name: &str| {
            let mut all = Vec::new();
            for raw in root.all(name) {
                let found = address::list(raw, left + 1).addresses;
                if found.len() > left {
                    warnings.push(Warning::TooManyAddresses);
                }
                all.extend(found.into_iter().take(left));
                left = limits.addresses.saturating_sub(all.len()).min(left);
            }
            all
        };
        let (to, cc) = (addresses("to"), addresses("cc"));
        let mut reply_to_too = addresses("reply-to").into_iter();
        let (reply_to, reply_to_too) = (reply_to_too.next(), reply_to_too.collect());
        let mut delivered_to: Vec<String> = Vec::new();
        for name in
            ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-delivered-to", "apparently-to"]
        {
            for found in root.all(name).flat_map(|raw| address::list(raw, 20).addresses) {
                if !delivered_to.contains(&found.address) && delivered_to.len() < 50 {
                    delivered_to.push(found.address);
                }
            }
        }
        let date = root.first("date").and_then(date::read);
        if date.is_none() {
            warnings.push(if root.first("date").is_some() { Warning::DateUnreadable } else { Warning::DateMissing });
        }
        let message_id = root.first("message-id").map(encoded_word::text).as_deref().and_then(thread::message_id);
        if message_id.is_none() {
            warnings.push(Warning::MessageIdMissing);
        }
        let joined = |name: &str| root.all(name).map(encoded_word::text).collect::<Vec<_>>().join(" ");
        let references = thread::references(&joined("references"), &joined("in-reply-to"));
        Self { message_id, from, reply_to, reply_to_too, to, cc, delivered_to, subject: root.text("subject"), date, references }
    }
}

/// The text and the harmless HTML.
#[derive(Default)]
struct Texts {
    body: Body,
    html: Option<String>,
    document: Option<Document>,
    only_html: Vec<String>,
    remote_images: usize,
}

fn texts(pieces: &[Piece], forward: bool, limits: &Limits, warnings: &mut Vec<Warning>) -> Texts {
    let mut plain: Vec<Line> = Vec::new();
    let mut structured: Vec<Line> = Vec::new();
    let mut has_structure = false;
    let mut markup = String::new();
    let mut has_html = false;
    let mut remote_images = 0;
    let mut budget = html::Budget::of(limits.html_bytes);
    // The lines of HTML beside the plain ones: kept only where there is a choice between them.
    let has_both = pieces.iter().any(|piece| piece.plain.is_some() && piece.html.is_some());
    for piece in pieces {
        let rendered = piece.html.as_deref().map(|source| {
            let source = html::plainly(source, &mut budget);
            let rendered = html::render(&source, limits.html_depth);
            for (odd, warning) in [
                (rendered.hidden, Warning::HiddenText),
                (rendered.remote_images > 0, Warning::RemoteImages),
                (rendered.too_deep, Warning::HtmlTooDeep),
                (budget.spent, Warning::HtmlCut),
            ] {
                if odd {
                    warnings.push(warning);
                }
            }
            has_html = true;
            remote_images += rendered.remote_images;
            if !markup.is_empty() {
                markup.push_str("<hr>");
            }
            markup.push_str(&source);
            rendered
        });
        if rendered.is_none()
            && let Some(text) = piece.plain.as_deref().filter(|text| !text.trim().is_empty() && pieces.len() > 1)
        {
            markup.push_str(&html::of_text(cut(text, limits.text_bytes, Warning::TextCut, warnings)));
        }
        // Lines cost more than their text; what will not be shown is not split.
        let own = piece.plain.as_deref().map(|text| plain_lines(cut(text, limits.text_bytes, Warning::TextCut, warnings)));
        match (own, rendered) {
            (Some(own), Some(rendered)) => {
                has_structure |= rendered.structured;
                plain.extend(if is_stub(&own, &rendered.lines) { rendered.lines.clone() } else { own });
                structured.extend(rendered.lines);
            }
            (Some(own), None) => {
                structured.extend(own.iter().filter(|_| has_both).cloned());
                plain.extend(own);
            }
            (None, Some(rendered)) => {
                structured.extend(rendered.lines.iter().filter(|_| has_both).cloned());
                plain.extend(rendered.lines);
            }
            (None, None) => {}
        }
        let blank = Line::default();
        if pieces.len() > 1 {
            plain.push(blank.clone());
            structured.push(blank);
        }
    }
    let only_html = if has_both { alternatives::differ(&plain, &structured, forward) } else { None };
    if only_html.is_some() {
        warnings.push(Warning::PartsDiffer);
    }
    let (_, mut body) = split_limited(plain, forward, limits, warnings);
    // The structure of HTML tells new from quoted whatever the language, and typed from quoted `>`; the plain text reads
    // better, so it stays where both say the same.
    if has_both && has_structure {
        let (other_lines, other) = split_limited(structured, forward, limits, warnings);
        let coloured = other_lines.iter().any(|line| line.mark == body::Mark::Coloured);
        let certain = (!other.doubtful || coloured) && other.has(Class::Quoted) && other.has(Class::New);
        if certain && !say_the_same(&body.new_text(), &other.new_text()) {
            body = other;
        }
    }
    if body.doubtful {
        warnings.push(Warning::QuoteUncertain);
    }
    let html = if has_html {
        let clean = sanitize::sanitize(&markup, limits.html_depth);
        if clean.is_none() {
            warnings.push(Warning::HtmlTooDeep);
        }
        clean
    } else {
        None
    };
    let document = html.as_deref().map(html::document).filter(Document::is_rich);
    Texts { body, html, document, only_html: only_html.unwrap_or_default(), remote_images }
}

fn plain_lines(text: &str) -> Vec<Line> {
    let mark = |line: &str| if line.starts_with(flowed::TYPED) { body::Mark::Typed } else { body::Mark::None };
    text.split('\n')
        .map(|line| Line { text: line.chars().filter(|c| !c.is_control() || *c == '\t').collect(), mark: mark(line) })
        .collect()
}

fn split_limited(mut lines: Vec<Line>, forward: bool, limits: &Limits, warnings: &mut Vec<Warning>) -> (Vec<Line>, Body) {
    let mut left = limits.text_bytes;
    let mut keep = lines.len();
    for (index, line) in lines.iter_mut().enumerate() {
        if line.text.len() + 1 > left {
            warnings.push(Warning::TextCut);
            let mut end = left.min(line.text.len());
            while !line.text.is_char_boundary(end) {
                end -= 1;
            }
            line.text.truncate(end);
            keep = index + 1;
            break;
        }
        left -= line.text.len() + 1;
    }
    lines.truncate(keep);
    let body = body::split(&lines, forward);
    (lines, body)
}

fn cut<'a>(text: &'a str, limit: usize, warning: Warning, warnings: &mut Vec<Warning>) -> &'a str {
    if text.len() <= limit {
        return text;
    }
    warnings.push(warning);
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Whether the plain alternative holds less than the HTML one: blank, or a note that a better program is needed.
fn is_stub(plain: &[Line], html: &[Line]) -> bool {
    let (own, other) = (words_of(plain), words_of(html));
    if own.is_empty() || other.len() > own.len() * 5 || (own.len() < 60 && other.len() > own.len() * 3 + 5) {
        return !other.is_empty();
    }
    if own.len() > 60 || other.len() <= own.len() {
        return false;
    }
    let known: std::collections::HashSet<&String> = other.iter().collect();
    own.iter().filter(|word| known.contains(word)).count() * 2 < own.len()
}

/// Whether two texts have the same letters and digits, links left out.
fn say_the_same(one: &str, other: &str) -> bool {
    let said = |text: &str| -> String {
        let words = text.split_whitespace().filter(|word| !word.contains("://") && !word.contains("mailto:"));
        words.flat_map(letters).collect()
    };
    said(one) == said(other)
}

/// Words of a text in lower case, without targets of links.
fn words_of(lines: &[Line]) -> Vec<String> {
    let words = lines.iter().flat_map(|line| line.text.split_whitespace()).filter(|word| !word.contains("://"));
    let bare = words.map(|word| letters(word).collect::<String>());
    bare.filter(|word| !word.is_empty()).take(20_000).collect()
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "limits_tests.rs"]
mod limits_tests;
