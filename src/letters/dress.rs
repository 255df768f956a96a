//! How a mail looks: the same words as text and as HTML, from one source.
//!
//! A template says what stands in a mail. What somebody wrote has a slot in it: in the text their words stand there, in the HTML
//! the document that says the same. One column, no colours but those of the reader's program, nothing that is fetched: the
//! pictures travel with the mail (RFC 2392).
//!
//! Of the desk's own face a mail has its name and the links at its foot. A logo would be fetched, which tells others who reads,
//! or travel with every answer, where programs list it among the files that somebody attached.

use std::borrow::Cow;

use super::i18n::SLOT;
use super::{ByLink, Draft, Speaker, Stationery, tidy};
use crate::desk::entry::File;
use crate::guest::Written;
use crate::mail::document::{
    Block, Document, Inline, Picture, Place, Run, Shown, Surroundings, Target, escape, of_text, pieces, typed,
};

/// What somebody wrote, as it stands in a mail.
pub(super) struct Said<'a> {
    /// As a mail without HTML has it.
    text: String,
    document: Cow<'a, Document>,
    /// Whether it is shown as a quote, so that a reply to the mail does not repeat it as its own.
    quoted: bool,
    /// Which of its files go along.
    pub(super) files: Vec<File>,
}

impl<'a> Said<'a> {
    /// What staff read.
    pub(super) fn inside(text: &str, document: Option<&'a Document>, files: &[File]) -> Self {
        let document = document.filter(|document| !document.is_empty());
        Self {
            text: document.map_or_else(|| text.to_owned(), Document::text),
            document: document.map_or_else(|| Cow::Owned(of_text(text)), Cow::Borrowed),
            quoted: false,
            files: files.to_vec(),
        }
    }

    /// Words as they are.
    pub(super) fn words(text: &str) -> Self {
        Self { text: text.to_owned(), document: Cow::Owned(typed(text)), quoted: false, files: Vec::new() }
    }

    /// What outsiders read.
    pub(super) fn outside(written: &'a Written, files: &[File]) -> Self {
        let text = written.formatted().map_or_else(|| written.text().to_owned(), Document::text);
        Self { text, document: written.document(), quoted: false, files: files.to_vec() }
    }

    /// A line of the desk's own with a link at its end: a target and the words for it.
    pub(super) fn linking(words: &str, (target, link): (String, String)) -> Self {
        let run = |text: String, link| Inline::Text(Run { text, link, ..Run::default() });
        let line = vec![run(format!("{words} "), None), run(link, Target::new(&target))];
        let document = Document { blocks: vec![Block::Paragraph(line)] };
        Self { text: document.text(), document: Cow::Owned(document), quoted: false, files: Vec::new() }
    }

    /// The names of the files that do not stand in the text.
    pub(super) fn listed(&self) -> Vec<&str> {
        let shown = self.document.pictures();
        let listed = self.files.iter().filter(|file| !is_shown(file, &shown));
        listed.map(|file| file.name.as_str()).collect()
    }

    /// The same without the files that do not travel.
    fn without(&self, by_link: &[ByLink]) -> Said<'_> {
        let travels = |file: &&File| !by_link.iter().any(|stays| stays.blob == file.blob);
        Said {
            text: self.text.clone(),
            document: Cow::Borrowed(&*self.document),
            quoted: self.quoted,
            files: self.files.iter().filter(travels).cloned().collect(),
        }
    }

    pub(super) fn quoted(self) -> Self {
        let text = self.text.trim_end().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
        Self { text, quoted: true, ..self }
    }
}

/// The place of what was said as the `index`th in a mail.
pub(super) fn slot(index: usize) -> String {
    let [start, end] = SLOT;
    format!("{start}{index}{end}")
}

/// More than this is cut by the largest mail providers.
const MOST: usize = 102_000;

/// Pictures that programs show.
const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

impl Stationery {
    /// A draft of a text in which what was said stands in its slots, with the files of that.
    pub(super) fn dressed(self, speaker: Speaker, subject: String, text: &str, said: &[Said<'_>]) -> Draft {
        let language = self.language;
        let said: Vec<Said<'_>> = said.iter().map(|said| said.without(&self.by_link)).collect();
        let said = said.as_slice();
        let template = tidy(text);
        let footer = self.footer.clone();
        let mut draft = self.empty(speaker, subject);
        draft.files = files(&draft.message_id, said);
        let html = html(language.tag(), &draft, &template, said, &footer);
        draft.html = Some(html).filter(|html| html.len() <= MOST);
        let words = parts(&template, said.len()).into_iter().map(|part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Said(index) => said.get(index).map(|said| said.text.trim_end().to_owned()).unwrap_or_default(),
        });
        draft.text = tidy(&(words.collect::<String>() + &below(&template, &footer)));
        draft
    }
}

/// The links below a text, each on a line of its own; a text that is not signed gets the mark of a signature first.
fn below(template: &str, footer: &[(String, Target)]) -> String {
    let mut below = String::new();
    if !footer.is_empty() && !is_signed(template) {
        below.push_str("\n-- \n");
    }
    for (label, target) in footer {
        let address = target.as_str();
        let shown = address.get("mailto:".len()..).filter(|_| address.to_ascii_lowercase().starts_with("mailto:"));
        below.push_str(&format!("{label}: {}\n", shown.unwrap_or(address)));
    }
    below
}

fn is_signed(template: &str) -> bool {
    template.lines().any(|line| line == "-- ")
}

/// A part of a template.
enum Part<'a> {
    Text(&'a str),
    Said(usize),
}

/// A template, cut at its slots: each of so many once, in their order. What else looks like one is somebody's text.
fn parts(template: &str, slots: usize) -> Vec<Part<'_>> {
    let [start, end] = SLOT;
    let (mut parts, mut next) = (Vec::new(), 0);
    for piece in template.split(start) {
        match piece.split_once(end) {
            Some((index, rest)) if next < slots && index == next.to_string() => {
                parts.extend([Part::Said(next), Part::Text(rest)]);
                next += 1;
            }
            Some((one, other)) => parts.extend([Part::Text(one), Part::Text(other)]),
            None => parts.push(Part::Text(piece)),
        }
    }
    parts
}

/// The files that go along; a picture that a document shows is found there by an id of this mail.
fn files(message_id: &str, said: &[Said<'_>]) -> Vec<File> {
    let mut files = Vec::new();
    for said in said {
        let shown = said.document.pictures();
        for file in &said.files {
            let inline = is_shown(file, &shown);
            let content_id = inline.then(|| content_id(files.len(), message_id));
            files.push(File { inline, content_id, ..file.clone() });
        }
    }
    files
}

/// Whether a picture of a document is this file.
fn is_shown(file: &File, pictures: &[&str]) -> bool {
    PICTURES.contains(&file.content_type.as_str()) && file.content_id.as_deref().is_some_and(|id| pictures.contains(&id))
}

fn content_id(place: usize, message_id: &str) -> String {
    format!("{}.{message_id}", place + 1)
}

/// How a mail looks as a whole. Sizes are those of the reader's program, and so are the colours: light or dark.
const PAGE: &str = "margin:0 auto;padding:16px;max-width:640px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;\
                    font-size:16px;line-height:1.5;overflow-wrap:anywhere";

/// How the part below the mark of a signature looks.
const FOOTER: &str = "margin:24px 0 0;padding:12px 0 0;border-top:1px solid #8a8f98;font-size:14px";

fn html(language: &str, draft: &Draft, template: &str, said: &[Said<'_>], footer: &[(String, Target)]) -> String {
    let mut subject = String::new();
    escape(&draft.subject, &mut subject);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title></head><body style=\"margin:0\"><div style=\"{PAGE}\">\n"
    );
    let mut place = 0;
    let mut is_signed = false;
    for part in parts(template, said.len()) {
        match part {
            Part::Text(text) => {
                let (above, footer) = match text.split_once("-- \n") {
                    Some((above, footer)) if above.is_empty() || above.ends_with('\n') => (above, Some(footer)),
                    _ => (text, None),
                };
                out.push_str(&plain(above));
                if let Some(footer) = footer {
                    // The name tells programs what the mark tells them in the text.
                    out.push_str(&format!("<div class=\"signature\" style=\"{FOOTER}\">\n"));
                    is_signed = true;
                    out.push_str(&plain(footer));
                }
            }
            Part::Said(index) => {
                let Some(said) = said.get(index) else { continue };
                let own = draft.files.get(place..place + said.files.len()).unwrap_or_default();
                place += said.files.len();
                out.push_str(&said.html(own));
            }
        }
    }
    if !footer.is_empty() {
        if !is_signed {
            out.push_str(&format!("<div style=\"{FOOTER}\">\n"));
            is_signed = true;
        }
        out.push_str(&linked(footer));
    }
    out.push_str(if is_signed { "</div></div></body></html>\n" } else { "</div></body></html>\n" });
    out
}

impl Said<'_> {
    /// `own` are its files, as they go along.
    fn html(&self, own: &[File]) -> String {
        let quoted = self.quoted.then(|| self.document.clone().into_owned().quoted());
        let document = quoted.as_ref().unwrap_or(&self.document);
        let picture = |picture: &Picture| {
            let is_it = |file: &&File| file.content_id.as_deref() == Some(picture.content_id.as_str());
            let file = self.files.iter().zip(own).find(|(file, own)| is_it(file) && own.inline)?.1;
            let alt = if picture.alt.is_empty() { file.name.clone() } else { picture.alt.clone() };
            Some(Shown { address: format!("cid:{}", file.content_id.as_deref()?), alt })
        };
        written(document, &picture)
    }
}

/// What the desk itself says.
fn plain(text: &str) -> String {
    written(&of_text(text), &|_| None)
}

/// The links on one line.
fn linked(footer: &[(String, Target)]) -> String {
    let run = |text: &str, link| Inline::Text(Run { text: text.to_owned(), link, ..Run::default() });
    let mut line = Vec::new();
    for (label, target) in footer {
        if !line.is_empty() {
            line.push(run(" · ", None));
        }
        line.push(run(label, Some(target.clone())));
    }
    written(&Document { blocks: vec![Block::Paragraph(line)] }, &|_| None)
}

/// A line for each block: mails have no longer lines than 998 bytes (RFC 5322 section 2.1.1), and readable ones are shorter.
fn written(document: &Document, picture: &dyn Fn(&Picture) -> Option<Shown>) -> String {
    document.html(&Surroundings { place: Place::Mail, pieces: &pieces, picture, folded: None }) + "\n"
}
