//! Markdown to harmless HTML. HTML in the source becomes text; what we write of the rest then passes an allow-list, so
//! that a mistake here is no hole. Nothing is loaded but the project's own pictures.

mod allowed;
pub mod destination;
mod writer;

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, TextMergeStream};

use super::rendering::{self, Found, Piece};
use crate::desk::published::{is_break, options};
use crate::desk::ticket::TicketNumber;

/// Different tickets of one article that are looked up; further ones stay plain text.
const MOST_TICKETS: usize = 100;

/// What an article may lead to. Everything else becomes plain text.
#[derive(Debug)]
pub struct RenderContext<'a> {
    /// Where the project's documentation is: `/ACME/docs`.
    pub base: &'a str,
    /// The articles that the reader may open, by slug.
    pub pages: &'a BTreeSet<String>,
    /// The pictures that the project has, by name.
    pub pictures: &'a BTreeSet<String>,
    /// The tickets that the reader may open.
    pub tickets: &'a BTreeMap<TicketNumber, Mention>,
    /// What a table is called, to people who do not see it.
    pub table: &'a str,
    /// What a ticked and an empty box are called.
    pub boxes: [&'a str; 2],
    /// What stands over the footnotes.
    pub notes: &'a str,
    /// What the five kinds of callouts are called: note, tip, important, warning, caution.
    pub callouts: [&'a str; 5],
}

/// A ticket that an article names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it is about.
    pub title: String,
    /// Its status in the reader's language.
    pub status: String,
    /// Whose turn it is, as a class of the stylesheet.
    pub class: &'static str,
}

/// A heading of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 for the highest.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// An article as HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Safe to stand in a page as it is.
    pub html: String,
    /// Its headings in order.
    pub headings: Vec<Heading>,
}

/// Renders an article. One whose structure no browser would like is shown as the text that it is.
#[must_use]
pub fn render(body: &str, around: &RenderContext<'_>) -> Rendered {
    let events: Vec<Event<'_>> = events(body).collect();
    let levels = events.iter().filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as u8),
        _ => None,
    });
    let highest = levels.min().unwrap_or(HeadingLevel::H2 as u8);
    let mut writer = writer::Writer::new(around, highest);
    for event in events {
        writer.take(event);
    }
    writer.finish(body)
}

/// The tickets that an article names outside of code and links, each once.
#[must_use]
pub fn tickets(body: &str) -> BTreeSet<TicketNumber> {
    let mut found = BTreeSet::new();
    let mut code = false;
    for event in events(body) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(text) if !code => {
                for (_, number) in mentions(&text) {
                    if found.len() < MOST_TICKETS {
                        found.extend(number);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The names of the pictures that an article shows.
#[must_use]
pub fn pictures(body: &str) -> BTreeSet<String> {
    let name = |event| match event {
        Event::Start(Tag::Image { dest_url, .. }) => file_name(&dest_url),
        _ => None,
    };
    events(body).filter_map(name).collect()
}

/// The text of an article without its markup, a string for each block: what its page shows, so without notes that nothing
/// refers to.
#[must_use]
pub fn plain(body: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let named = |event| if let Event::FootnoteReference(name) = event { Some(name.to_string()) } else { None };
    let named: BTreeSet<String> = events(body).filter_map(named).collect();
    let mut unseen = false;
    for event in events(body) {
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => unseen = !named.contains(name.as_ref()),
            Event::End(TagEnd::FootnoteDefinition) => unseen = false,
            _ if unseen => {}
            Event::InlineHtml(text) if is_break(&text) => {
                if let Some(last) = blocks.last_mut() {
                    last.push(' ');
                }
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                if let Some(last) = blocks.last_mut() {
                    last.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => {
                if let Some(last) = blocks.last_mut() {
                    last.push(' ');
                }
            }
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead | TagEnd::CodeBlock,
            ) => blocks.push(String::new()),
            _ => {}
        }
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks.into_iter().map(|block| block.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn events(body: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(body, options()))
}

/// The pieces of a text; those that are a ticket's number come with it.
fn mentions(text: &str) -> impl Iterator<Item = (&str, Option<TicketNumber>)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split_inclusive(move |c| !is_word(c)).flat_map(move |piece| {
        let word = piece.trim_end_matches(|c| !is_word(c));
        let number = word.parse::<TicketNumber>().ok().filter(|number| number.to_string() == word);
        [(word, number), (piece.get(word.len()..).unwrap_or_default(), None)]
    })
}

/// The address of the web or of a mailbox in a word, as a link.
fn address_in(word: &str) -> Found<'_> {
    rendering::address_in(word).or_else(|| {
        let start = word.find(char::is_alphanumeric)?;
        let (before, rest) = word.split_at_checked(start)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "@.-_+%".contains(c);
        let stop = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let address = rest.get(..stop)?.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let after = rest.strip_prefix(address)?;
        let (local, domain) = address.split_once('@')?;
        let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let top = domain.rsplit_once('.')?.1;
        let sound = !local.is_empty() && domain.split('.').all(label) && top.len() >= 2 && top.chars().all(char::is_alphabetic);
        // Whatever else the word says, it is not this mailbox: `git@host.example:path`.
        let alone = !before.contains(['/', '@', ':', '=']) && !after.contains(char::is_alphanumeric);
        (sound && alone).then(|| (before, Piece::Link { address: format!("mailto:{address}"), text: address.to_owned() }, after))
    })
}

/// The name of a picture that stands beside the article or in a folder there: a relative address.
fn file_name(address: &str) -> Option<String> {
    let name = percent_decoded(address.strip_prefix("./").unwrap_or(address))?;
    crate::desk::article::is_picture_path(&name).then_some(name)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
