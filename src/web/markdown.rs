//! Markdown to harmless HTML. HTML in the source becomes text; what we write of the rest then passes an allow-list, so
//! that a mistake here is no hole. Nothing is loaded but the project's own pictures.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::page::percent_encoded;
use crate::desk::article::slug;
use crate::desk::ticket::TicketNumber;

/// Elements inside elements; more is no article.
const DEEPEST: usize = 100;
/// Different tickets of one article that are looked up; further ones stay plain text.
const MOST_TICKETS: usize = 100;

/// What an article may lead to. Everything else becomes plain text.
#[derive(Debug)]
pub struct Around<'a> {
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
}

/// A ticket that an article names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it is about.
    pub title: String,
    /// Its status in the reader's language.
    pub status: String,
    /// What that status means, as a class of the stylesheet.
    pub category: &'static str,
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
pub fn render(body: &str, around: &Around<'_>) -> Rendered {
    let events: Vec<Event<'_>> = events(body).collect();
    let levels = events.iter().filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as u8),
        _ => None,
    });
    let highest = levels.min().unwrap_or(HeadingLevel::H2 as u8);
    let mut writer = Writer::new(around, highest);
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

/// The text of an article without its markup, a string for each block.
#[must_use]
pub fn plain(body: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for event in events(body) {
        match event {
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
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    TextMergeStream::new(Parser::new_ext(body, options))
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

/// The name of a picture that stands beside the article: a relative address without folders.
fn file_name(address: &str) -> Option<String> {
    let name = percent_decoded(address.strip_prefix("./").unwrap_or(address))?;
    crate::desk::article::is_file_name(&name).then_some(name)
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

struct Writer<'a, 'e> {
    around: &'a Around<'a>,
    /// The level that becomes `h2`: the page's title is the only `h1`.
    highest: u8,
    out: String,
    /// What was written before the heading or footnote that is being collected.
    before: Vec<String>,
    headings: Vec<Heading>,
    heading: String,
    ids: HashMap<String, usize>,
    /// How deep in images; their text is their alternative.
    images: usize,
    alt: String,
    /// The links that are open, and whether they lead anywhere.
    links: Vec<bool>,
    code: bool,
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
    note_numbers: BTreeMap<String, usize>,
    notes: BTreeMap<String, String>,
    note: Option<pulldown_cmark::CowStr<'e>>,
}

impl<'a, 'e> Writer<'a, 'e> {
    fn new(around: &'a Around<'a>, highest: u8) -> Self {
        Self {
            around,
            highest,
            out: String::new(),
            before: Vec::new(),
            headings: Vec::new(),
            heading: String::new(),
            // Taken by the page itself.
            ids: [("content".to_owned(), 1)].into(),
            images: 0,
            alt: String::new(),
            links: Vec::new(),
            code: false,
            alignments: Vec::new(),
            column: 0,
            head: false,
            note_numbers: BTreeMap::new(),
            notes: BTreeMap::new(),
            note: None,
        }
    }

    fn take(&mut self, event: Event<'e>) {
        if self.images > 0 {
            match event {
                Event::Start(Tag::Image { .. }) => self.images += 1,
                Event::End(TagEnd::Image) => self.end_image(),
                Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => self.alt.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.heading.push_str(&text);
                self.out.push_str(&format!("<code>{}</code>", escaped(&text)));
            }
            Event::FootnoteReference(name) => {
                let next = self.note_numbers.len() + 1;
                let number = *self.note_numbers.entry(name.to_string()).or_insert(next);
                let label = escaped(self.around.notes);
                let _ = write!(self.out, "<sup><a href=\"#note_{number}\" aria-label=\"{label} {number}\">{number}</a></sup>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let [ticked, empty] = self.around.boxes;
                let (sign, label) = if done { ("☑", ticked) } else { ("☐", empty) };
                let _ = write!(self.out, "<span class=\"box\" role=\"img\" aria-label=\"{}\">{sign}</span> ", escaped(label));
            }
        }
    }

    fn start(&mut self, tag: Tag<'e>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.out.push_str("<p>"),
            Tag::Heading { .. } => {
                self.heading.clear();
                self.before.push(std::mem::take(&mut self.out));
            }
            Tag::BlockQuote(_) => self.out.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                self.code = true;
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '\t']).next().unwrap_or_default(),
                    CodeBlockKind::Indented => "",
                };
                // Can be focused, so that it can be scrolled by keyboard.
                self.out.push_str("<pre tabindex=\"0\"><code");
                if !language.is_empty() {
                    let _ = write!(self.out, " class=\"language-{}\"", escaped(language));
                }
                self.out.push('>');
            }
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(start)) => {
                let _ = writeln!(self.out, "<ol start=\"{start}\">");
            }
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::Item => self.out.push_str("<li>"),
            Tag::FootnoteDefinition(name) => {
                self.note = Some(name);
                self.before.push(std::mem::take(&mut self.out));
            }
            Tag::Table(alignments) => {
                self.alignments = alignments;
                let label = escaped(self.around.table);
                let _ = write!(self.out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table>");
            }
            Tag::TableHead => {
                (self.head, self.column) = (true, 0);
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => {
                let class = match self.alignments.get(self.column) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    _ => "",
                };
                self.out.push_str(if self.head { "<th scope=\"col\"" } else { "<td" });
                self.out.push_str(class);
                self.out.push('>');
            }
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { link_type, dest_url, .. } => {
                let target = self.target(link_type, &dest_url);
                if let Some(target) = &target {
                    let _ = write!(self.out, "<a href=\"{}\">", escaped(target));
                }
                self.links.push(target.is_some());
            }
            Tag::Image { dest_url, .. } => {
                self.images = 1;
                self.alt.clear();
                self.before.push(file_name(&dest_url).filter(|name| self.around.pictures.contains(name)).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => {
                let inside = std::mem::replace(&mut self.out, self.before.pop().unwrap_or_default());
                let text = self.heading.split_whitespace().collect::<Vec<_>>().join(" ");
                let level = (level as u8 + 2).saturating_sub(self.highest).clamp(2, 6);
                let id = self.id(slug(&text));
                let _ = writeln!(self.out, "<h{level} id=\"{id}\">{inside}</h{level}>");
                self.headings.push(Heading { level, id, text });
            }
            TagEnd::BlockQuote(_) => self.out.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => {
                self.code = false;
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::List(ordered) => self.out.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                let inside = std::mem::replace(&mut self.out, self.before.pop().unwrap_or_default());
                if let Some(name) = self.note.take() {
                    self.notes.entry(name.to_string()).or_insert(inside);
                }
            }
            TagEnd::Table => self.out.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.head = false;
                self.out.push_str("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.column += 1;
                self.out.push_str(if self.head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link => self.out.push_str(if self.links.pop() == Some(true) { "</a>" } else { "" }),
            _ => {}
        }
    }

    /// A picture of the project, or the words that stand for any other.
    fn end_image(&mut self) {
        self.images -= 1;
        if self.images > 0 {
            return;
        }
        let name = self.before.pop().unwrap_or_default();
        let alt = escaped(self.alt.trim());
        if name.is_empty() {
            self.out.push_str(&alt);
        } else {
            let (base, name) = (escaped(self.around.base), escaped(&percent_encoded(&name)));
            let _ = write!(self.out, "<img src=\"{base}/files/{name}\" alt=\"{alt}\" loading=\"lazy\">");
        }
        self.heading.push_str(&self.alt);
    }

    fn text(&mut self, text: &str) {
        if self.code || !self.links.is_empty() {
            self.heading.push_str(text);
            self.out.push_str(&escaped(text));
            return;
        }
        self.heading.push_str(text);
        for (piece, number) in mentions(text) {
            match number.and_then(|number| Some((self.around.tickets.get(&number)?, number))) {
                Some((Mention { title, status, category }, number)) => {
                    let (title, status) = (escaped(title), escaped(status));
                    let path = format!("/{}/{}", number.project, number.number);
                    let _ = write!(
                        self.out,
                        "<a class=\"mention\" href=\"{path}\">{piece} {title}</a> <span class=\"status {category}\">{status}</span>"
                    );
                }
                None => self.out.push_str(&escaped(piece)),
            }
        }
    }

    /// Where a link may lead: to the web, into a mail, within the article, or to another article that the reader may
    /// open.
    fn target(&self, kind: LinkType, address: &str) -> Option<String> {
        if kind == LinkType::Email {
            return Some(format!("mailto:{address}"));
        }
        let start = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if ["http://", "https://", "mailto:"].into_iter().any(start) {
            return Some(address.to_owned());
        }
        let (page, anchor) = address.split_once('#').map_or((address, None), |(page, anchor)| (page, Some(slug(anchor))));
        let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
        if page.is_empty() {
            return (!anchor.is_empty()).then_some(anchor);
        }
        let name = percent_decoded(page.strip_prefix("./").unwrap_or(page))?;
        let page = slug(name.strip_suffix(".md")?);
        let plain = !name.contains(['/', '\\', ':']);
        (plain && self.around.pages.contains(&page)).then(|| format!("{}/{page}{anchor}", self.around.base))
    }

    /// The anchor of a heading; the second of the same name gets a number.
    fn id(&mut self, wanted: String) -> String {
        let Some(mut count) = self.ids.get(&wanted).copied() else {
            self.ids.insert(wanted.clone(), 1);
            return wanted;
        };
        loop {
            count += 1;
            let id = format!("{wanted}-{count}");
            if !self.ids.contains_key(&id) {
                self.ids.insert(id.clone(), 1);
                self.ids.insert(wanted, count);
                return id;
            }
        }
    }

    fn finish(mut self, body: &str) -> Rendered {
        let mut notes: Vec<(usize, &String)> =
            self.note_numbers.iter().filter_map(|(name, number)| Some((*number, self.notes.get(name)?))).collect();
        notes.sort_unstable();
        if !notes.is_empty() {
            let _ = write!(self.out, "<section class=\"notes\" aria-label=\"{}\"><ol>", escaped(self.around.notes));
            for (number, note) in notes {
                let _ = writeln!(self.out, "<li id=\"note_{number}\">{note}</li>");
            }
            self.out.push_str("</ol></section>\n");
        }
        if crate::mail::html::is_tame(&self.out, DEEPEST) {
            Rendered { html: CLEANER.clean(&self.out).to_string(), headings: self.headings }
        } else {
            Rendered { html: format!("<pre tabindex=\"0\">{}</pre>\n", escaped(body)), headings: Vec::new() }
        }
    }
}

const TAGS: &[&str] = &[
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "hr",
    "br",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
    "span",
    "sup",
    "section",
];
const CLASSES: &[&str] =
    &["mention", "wide", "right", "center", "box", "notes", "status open", "status in_progress", "status waiting", "status done"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", ["href", "class", "aria-label"].into()),
            ("img", ["src", "alt", "loading"].into()),
            ("ol", ["start"].into()),
            ("th", ["scope", "class"].into()),
            ("div", ["class", "tabindex", "role", "aria-label"].into()),
            ("span", ["class", "role", "aria-label"].into()),
            ("section", ["class", "aria-label"].into()),
            ("pre", ["tabindex"].into()),
            ("td", ["class"].into()),
            ("code", ["class"].into()),
            ("li", ["id"].into()),
            ("h2", ["id"].into()),
            ("h3", ["id"].into()),
            ("h4", ["id"].into()),
            ("h5", ["id"].into()),
            ("h6", ["id"].into()),
        ]))
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(filter);
    builder
});

/// Holds what this file writes to what it means to write.
fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let simple = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_+#.".contains(c));
    let inside = value.starts_with('/') && !value.starts_with("//") && !value.contains('\\');
    let fine = match (element, attribute) {
        ("img", "src") => inside && value.contains("/docs/files/"),
        ("a", "href") => inside || value.starts_with('#') || ["http", "mailto:"].iter().any(|scheme| starts(value, scheme)),
        ("code", "class") => value.strip_prefix("language-").is_some_and(simple),
        (_, "class") => CLASSES.contains(&value),
        ("li", "id") => value.starts_with("note_") && simple(value),
        (_, "id") => simple(value) && !value.contains('_'),
        (_, "tabindex") => value == "0",
        (_, "role") => value == "img" || value == "region",
        _ => true,
    };
    fine.then_some(Cow::Borrowed(value))
}

fn starts(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
