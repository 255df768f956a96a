//! Events of the parser to HTML: blocks, marks, links to what the reader may open, footnotes.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};

use super::super::page::percent_encoded;
use super::super::rendering::{Piece, linked};
use super::destination::{Destination, destination};
use super::{Heading, Mention, RenderContext, Rendered, address_in, allowed, escaped, file_name, mentions};
use crate::desk::article::slug;
use crate::desk::published::is_break;

/// Elements inside elements; more is no article.
const DEEPEST: usize = 100;

/// What has been written of an article so far.
pub(super) struct Writer<'a, 'e> {
    around: &'a RenderContext<'a>,
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
    cell: bool,
    note_numbers: BTreeMap<String, usize>,
    notes: BTreeMap<String, String>,
    note: Option<CowStr<'e>>,
}

impl<'a, 'e> Writer<'a, 'e> {
    pub(super) fn new(around: &'a RenderContext<'a>, highest: u8) -> Self {
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
            cell: false,
            note_numbers: BTreeMap::new(),
            notes: BTreeMap::new(),
            note: None,
        }
    }

    pub(super) fn take(&mut self, event: Event<'e>) {
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
            // Markdown has no other line break in a cell.
            Event::InlineHtml(text) if self.cell && is_break(&text) => self.out.push_str("<br>"),
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
            Tag::BlockQuote(Some(kind)) => {
                let [note, tip, important, warning, caution] = self.around.callouts;
                let (class, name) = match kind {
                    BlockQuoteKind::Note => ("note", note),
                    BlockQuoteKind::Tip => ("tip", tip),
                    BlockQuoteKind::Important => ("important", important),
                    BlockQuoteKind::Warning => ("warning", warning),
                    BlockQuoteKind::Caution => ("caution", caution),
                };
                let name = escaped(name);
                let _ = writeln!(self.out, "<div class=\"callout {class}\" role=\"note\"><p class=\"callout-name\">{name}</p>");
            }
            Tag::BlockQuote(None) => self.out.push_str("<blockquote>\n"),
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
                self.cell = true;
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
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</div>\n"),
            TagEnd::BlockQuote(None) => self.out.push_str("</blockquote>\n"),
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
                self.cell = false;
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
        for piece in linked(text, &address_in) {
            match piece {
                Piece::Text(text) => self.prose(&text),
                Piece::Link { address, text } => {
                    let _ = write!(self.out, "<a href=\"{}\">{}</a>", escaped(&address), escaped(&text));
                }
            }
        }
    }

    /// Text without addresses; what is a ticket's number leads to it.
    fn prose(&mut self, text: &str) {
        for (piece, number) in mentions(text) {
            match number.and_then(|number| Some((self.around.tickets.get(&number)?, number))) {
                Some((Mention { title, status, class }, number)) => {
                    let (title, status) = (escaped(title), escaped(status));
                    let path = format!("/{}/{}", number.project, number.number);
                    let _ = write!(
                        self.out,
                        "<a class=\"mention\" href=\"{path}\">{piece} {title}</a> <span class=\"status {class}\">{status}</span>"
                    );
                }
                None => self.out.push_str(&escaped(piece)),
            }
        }
    }

    /// Where a link may lead: to the web, into a mail, within the article, or to another article that the reader may
    /// open.
    fn target(&self, kind: LinkType, address: &str) -> Option<String> {
        match destination(kind, address) {
            Destination::Outside(address) => Some(address),
            Destination::Anchor(anchor) => Some(format!("#{anchor}")),
            Destination::Article(page, anchor) => {
                let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
                self.around.pages.contains(&page).then(|| format!("{}/{page}{anchor}", self.around.base))
            }
            Destination::Nowhere => None,
        }
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

    pub(super) fn finish(mut self, body: &str) -> Rendered {
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
            Rendered { html: allowed::clean(&self.out), headings: self.headings }
        } else {
            Rendered { html: format!("<pre tabindex=\"0\">{}</pre>\n", escaped(body)), headings: Vec::new() }
        }
    }
}
