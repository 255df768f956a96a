//! `postroom explain FILE...`: what Postroom makes of a mail, one line of JSON per mail. Reads files, touches nothing.

use crate::mail::body::{Class, Classified, Rule};
use crate::mail::{self, Address, Bounce, BounceRule, Kind, KindRule, Letter, Limits, Warning};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// One line of output; the keys and their order are stable.
#[derive(Debug, Default, Serialize)]
struct Explained<'a> {
    path: &'a str,
    message_id: Option<String>,
    from: Option<Address>,
    reply_to: Option<Address>,
    to: Vec<Address>,
    cc: Vec<Address>,
    subject: String,
    date: Option<String>,
    kind: Option<Kind>,
    list: bool,
    new_text: String,
    quoted_text: String,
    signature_text: String,
    full_text: String,
    html: Option<String>,
    /// Left out where there are none.
    #[serde(skip_serializing_if = "is_zero")]
    remote_images: usize,
    attachments: Vec<File>,
    bounce: Option<Bounce>,
    /// Left out for the many mails that invite nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<mail::calendar::Invite>,
    references: Vec<String>,
    warnings: Vec<Warning>,
    error: Option<String>,
    /// Only where somebody asks why.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons>,
}

/// Which rules judged.
#[derive(Debug, Serialize)]
struct Reasons {
    kind_rule: Option<KindRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_rule: Option<KindRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounce_rule: Option<BounceRule>,
    /// The lines of the text.
    why: Vec<Why>,
}

/// One line, what it is, and which rule says so.
#[derive(Debug, Serialize)]
struct Why {
    line: String,
    class: Class,
    rule: Option<Rule>,
}

impl Reasons {
    fn of(letter: &Letter) -> Self {
        let line = |(line, of): (&str, Classified)| Why { line: line.to_owned(), class: of.class, rule: of.rule };
        Self {
            kind_rule: letter.kind_rule,
            verification_rule: letter.verification_rule,
            bounce_rule: letter.bounce.as_ref().and_then(|bounce| bounce.rule),
            why: letter.body.lines().map(line).collect(),
        }
    }
}

/// In the shape that serde asks for.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// An attachment without its bytes.
#[derive(Debug, Serialize)]
struct File {
    name: String,
    content_type: String,
    size: usize,
    inline: bool,
}

impl<'a> Explained<'a> {
    fn failed(path: &'a str, error: String) -> Self {
        Self { path, error: Some(error), ..Self::default() }
    }

    fn of(path: &'a str, letter: Letter) -> Self {
        let file = |file: mail::Attachment| File {
            name: file.name,
            content_type: file.content_type,
            size: file.data.len(),
            inline: file.inline,
        };
        Self {
            path,
            message_id: letter.message_id,
            from: letter.from,
            reply_to: letter.reply_to,
            to: letter.to,
            cc: letter.cc,
            subject: letter.subject,
            date: letter.date,
            kind: Some(letter.kind),
            list: letter.list,
            new_text: letter.body.new_text(),
            quoted_text: letter.body.quoted_text(),
            signature_text: letter.body.signature_text(),
            full_text: letter.body.text,
            html: letter.html,
            remote_images: letter.remote_images,
            attachments: letter.attachments.into_iter().map(file).collect(),
            bounce: letter.bounce,
            calendar: letter.calendar,
            references: letter.references,
            warnings: letter.warnings,
            error: None,
            reasons: None,
        }
    }
}

fn explain<'a>(path: &'a str, raw: &[u8]) -> Explained<'a> {
    match mail::understand(raw, &Limits::default()) {
        Ok(letter) => Explained::of(path, letter),
        Err(reason) => Explained::failed(path, reason.to_string()),
    }
}

/// What Postroom makes of one mail, as one line of JSON without line break; the keys keep their order.
pub fn line_text(path: &str, raw: &[u8]) -> String {
    text(&explain(path, raw))
}

/// What Postroom makes of one mail, as a JSON value (which does not keep the order of keys; see [`line_text`]).
pub fn line(path: &str, raw: &[u8]) -> serde_json::Value {
    serde_json::to_value(explain(path, raw)).unwrap_or_default()
}

/// The same as [`line_text`] but indented, for people and for the fixtures.
pub fn pretty(path: &str, raw: &[u8]) -> String {
    serde_json::to_string_pretty(&explain(path, raw)).unwrap_or_default()
}

fn text(explained: &Explained<'_>) -> String {
    serde_json::to_string(explained).unwrap_or_default()
}

/// The bytes of one file; `-` is standard input.
pub(super) fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut raw = Vec::new();
        return std::io::stdin().lock().read_to_end(&mut raw).map(|_| raw);
    }
    std::fs::read(file)
}

/// The JSON line for one file; `why`: with the rules.
pub(super) fn file(file: &Path, path: &str, why: bool) -> String {
    match bytes(file) {
        Ok(raw) if why => text(&with_reasons(path, &raw)),
        Ok(raw) => line_text(path, &raw),
        Err(error) => text(&Explained::failed(path, error.to_string())),
    }
}

fn with_reasons<'a>(path: &'a str, raw: &[u8]) -> Explained<'a> {
    match mail::understand(raw, &Limits::default()) {
        Ok(letter) => {
            let reasons = Some(Reasons::of(&letter));
            Explained { reasons, ..Explained::of(path, letter) }
        }
        Err(reason) => Explained::failed(path, reason.to_string()),
    }
}

/// Prints one JSON line per file; `-` is standard input, `why` adds the rules. A file that cannot be read is a line with
/// `error`.
///
/// # Errors
/// When writing fails for another reason than a closed pipe.
pub fn run(files: &[PathBuf], why: bool, out: &mut impl Write) -> anyhow::Result<()> {
    print(files, out, |path| file(path, &path.display().to_string(), why))
}

/// Prints what is made of each file, with a line break behind it.
pub(super) fn print(files: &[PathBuf], out: &mut impl Write, make: impl Fn(&Path) -> String) -> anyhow::Result<()> {
    for file in files {
        match writeln!(out, "{}", make(file)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    match out.flush() {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        flushed => Ok(flushed?),
    }
}
