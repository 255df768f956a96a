//! A document as HTML: for pages, where a stylesheet says how things look, and for mails, where each element says so itself.
//! Only what stands in this file becomes markup; all text is escaped.

use super::types::{Block, Cell, Document, Inline, Picture, Run, Style, Target};

/// Where the HTML will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a page with a stylesheet, which keeps line feeds and blanks.
    Page,
    /// In a mail, where nothing is known of what shows it.
    Mail,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// A link, and what stands for it.
    Link {
        /// Where it leads: an absolute address, or a path of the desk's own.
        address: String,
        /// What is read.
        text: String,
    },
}

/// A picture that the reader has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Where it is: a path of the desk's own, or a part of the same mail.
    pub address: String,
    /// What is read where it is not seen.
    pub alt: String,
}

/// What a document is written for.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Where it will stand.
    pub place: Place,
    /// Finds what in a text leads somewhere; [`pieces`] finds addresses of the web.
    pub pieces: &'a dyn Fn(&str) -> Vec<Piece>,
    /// Where a picture is, and what is on it; `None` where the reader has it not.
    pub picture: &'a dyn Fn(&Picture) -> Option<Shown>,
    /// What stands over a quote that is folded away; `None` where quotes stand open.
    pub folded: Option<&'a str>,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("place", &self.place).field("folded", &self.folded).finish_non_exhaustive()
    }
}

impl Document {
    /// The document as HTML.
    #[must_use]
    pub fn html(&self, around: &Surroundings<'_>) -> String {
        let mut writer = Writer { around, out: String::new(), quotes: 0 };
        writer.blocks(&self.blocks);
        writer.out
    }
}

struct Writer<'a> {
    around: &'a Surroundings<'a>,
    out: String,
    quotes: usize,
}

/// How the elements of a mail look. The colours stand on light and on dark ground.
const LOOKS: &[(&str, &str)] = &[
    ("p", "margin:0 0 12px"),
    ("h", "margin:16px 0 8px;font-weight:600"),
    ("ul", "margin:0 0 12px;padding-left:24px"),
    ("ol", "margin:0 0 12px;padding-left:24px"),
    ("li", "margin:0 0 4px"),
    ("table", "margin:0 0 12px;border-collapse:collapse"),
    ("td", "padding:4px 8px;border:1px solid #8a8f98;text-align:start;vertical-align:top;overflow-wrap:break-word"),
    ("blockquote", "margin:0 0 12px;padding-left:12px;border-left:2px solid #8a8f98"),
    ("pre", "margin:0 0 12px;font-family:monospace;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere"),
    ("code", "font-family:monospace;font-size:13px"),
    ("hr", "margin:16px 0;border:0;border-top:1px solid #8a8f98"),
    ("img", "max-width:100%;height:auto"),
];

impl Writer<'_> {
    fn is_mail(&self) -> bool {
        self.around.place == Place::Mail
    }

    fn start(&mut self, name: &str, look: &str, more: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(more);
        if let Some((_, style)) = LOOKS.iter().find(|(of, _)| self.is_mail() && *of == look) {
            self.out.push_str(" style=\"");
            self.out.push_str(style);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) => {
                self.start("p", "p", " dir=\"auto\"");
                self.inlines(inlines);
                self.end("p");
            }
            Block::Heading(level, inlines) => {
                // The page and the mail have a heading of their own above; a writer's never outranks it.
                let name = format!("h{}", level.clamp(&3, &6));
                self.start(&name, "h", " dir=\"auto\"");
                self.inlines(inlines);
                self.end(&name);
            }
            Block::List { first, items } => {
                let (name, start) = match first {
                    Some(1) => ("ol", String::new()),
                    Some(first) => ("ol", format!(" start=\"{first}\"")),
                    None => ("ul", String::new()),
                };
                self.start(name, name, &format!(" dir=\"auto\"{start}"));
                for item in items {
                    self.start("li", "li", "");
                    self.cell(item);
                    self.end("li");
                }
                self.end(name);
            }
            Block::Table(rows) => self.table(rows),
            Block::Quote(blocks) => self.quote(blocks),
            Block::Code(text) => {
                let focus = if self.is_mail() { "" } else { " tabindex=\"0\"" };
                self.start("pre", "pre", focus);
                escape(text, &mut self.out);
                self.end("pre");
            }
            Block::Rule => self.start("hr", "hr", ""),
        }
    }

    fn quote(&mut self, blocks: &[Block]) {
        let folded = self.around.folded.filter(|_| self.quotes == 0);
        if let Some(words) = folded {
            self.out.push_str("<details class=\"quoted\"><summary>");
            escape(words, &mut self.out);
            self.out.push_str("</summary>");
        }
        self.quotes += 1;
        self.start("blockquote", "blockquote", if self.is_mail() { " type=\"cite\"" } else { "" });
        self.blocks(blocks);
        self.end("blockquote");
        self.quotes -= 1;
        if folded.is_some() {
            self.out.push_str("</details>");
        }
    }

    fn table(&mut self, rows: &[Vec<Cell>]) {
        // What is wider than its page scrolls by itself.
        let wide = if self.is_mail() { " style=\"overflow-x:auto\"" } else { " class=\"wide\" tabindex=\"0\"" };
        self.out.push_str(&format!("<div{wide}>"));
        self.start("table", "table", if self.is_mail() { " cellpadding=\"0\" cellspacing=\"0\"" } else { "" });
        for row in rows {
            self.out.push_str("<tr>");
            for cell in row {
                let name = if cell.heading { "th" } else { "td" };
                let mut more = " dir=\"auto\"".to_owned();
                for (attribute, count) in [("colspan", cell.across), ("rowspan", cell.down)] {
                    if count > 1 {
                        more.push_str(&format!(" {attribute}=\"{count}\""));
                    }
                }
                self.start(name, "td", &more);
                self.cell(&cell.blocks);
                self.end(name);
            }
            self.out.push_str("</tr>");
        }
        self.end("table");
        self.out.push_str("</div>");
    }

    /// What stands in an item or a cell: a single paragraph is its text.
    fn cell(&mut self, blocks: &[Block]) {
        match blocks {
            [Block::Paragraph(inlines), rest @ ..] if rest.iter().all(|block| matches!(block, Block::List { .. })) => {
                self.inlines(inlines);
                self.blocks(rest);
            }
            _ => self.blocks(blocks),
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(run) => self.run(run),
                Inline::Break if self.is_mail() => self.out.push_str("<br>"),
                Inline::Break => self.out.push('\n'),
                Inline::Picture(picture) => self.picture(picture),
            }
        }
    }

    fn run(&mut self, run: &Run) {
        let Style { strong, emphasis, underlined, struck, code } = run.style;
        let styles = [(strong, "strong"), (emphasis, "em"), (underlined, "u"), (struck, "s"), (code, "code")];
        for (_, name) in styles.iter().filter(|(on, _)| *on) {
            self.start(name, name, "");
        }
        match &run.link {
            Some(link) => self.link(link.as_str(), &run.text),
            None if code => escape(&run.text, &mut self.out),
            None => {
                for piece in (self.around.pieces)(&run.text) {
                    match piece {
                        Piece::Text(text) => escape(&text, &mut self.out),
                        Piece::Link { address, text } => self.link(&address, &text),
                    }
                }
            }
        }
        for (_, name) in styles.iter().rev().filter(|(on, _)| *on) {
            self.end(name);
        }
    }

    fn link(&mut self, address: &str, text: &str) {
        let is_own = address.starts_with('/') && !address.starts_with("//");
        if !is_own && Target::new(address).is_none() {
            return escape(text, &mut self.out);
        }
        self.out.push_str("<a href=\"");
        escape(address, &mut self.out);
        self.out.push_str(if is_own || self.is_mail() { "\">" } else { "\" rel=\"noopener noreferrer nofollow\">" });
        escape(text, &mut self.out);
        self.out.push_str("</a>");
        // Whoever reads sees where a link leads before they follow it.
        if !is_own && shows_another_place(text, address) {
            self.out.push_str(" (");
            escape(address, &mut self.out);
            self.out.push(')');
        }
    }

    fn picture(&mut self, picture: &Picture) {
        match (self.around.picture)(picture) {
            Some(Shown { address, alt }) => {
                let (address, alt) = (escaped(&address), escaped(&alt));
                if self.is_mail() {
                    self.start("img", "img", &format!(" src=\"{address}\" alt=\"{alt}\""));
                } else {
                    // In its own size behind a link: the page makes it fit.
                    self.out.push_str(&format!(
                        "<a class=\"shown\" href=\"{address}\"><img src=\"{address}\" alt=\"{alt}\" loading=\"lazy\"></a>"
                    ));
                }
            }
            None if !picture.alt.is_empty() => {
                self.out.push('[');
                escape(&picture.alt, &mut self.out);
                self.out.push(']');
            }
            None => {}
        }
    }
}

/// Whether a text reads like the address of another place than the one behind it.
fn shows_another_place(text: &str, address: &str) -> bool {
    let host = |text: &str| {
        let text = text.trim().to_lowercase();
        let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
        let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let rest = rest.rsplit('@').next().unwrap_or_default();
        let rest = rest.strip_prefix("www.").unwrap_or(rest);
        let is_host = rest.contains('.') && !rest.contains(char::is_whitespace) && !rest.ends_with('.') && !rest.starts_with('.');
        is_host.then(|| rest.to_owned())
    };
    host(text).is_some_and(|shown| host(address).as_deref() != Some(shown.as_str()))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Whether a character turns the direction of what stands behind it, or the order of its letters (Unicode Annex 9, sections
/// 2.1 to 2.5). One that is never ended reaches beyond the text that it stands in, and `cod.exe` reads `exe.doc`: it is kept and
/// not shown. The direction of a paragraph follows from its letters, and marks of a single place do no harm.
#[must_use]
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text as it stands in HTML.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if turns(c) => {}
            c => out.push(c),
        }
    }
}

/// The text with its addresses of the web as links.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    linked(text, &address_in)
}

/// What stands before a link in a word, the link, and what stands behind it.
pub type Found<'a> = Option<(&'a str, Piece, &'a str)>;

/// The text with links where `find` finds one in a word; a word has the white space behind it.
#[must_use]
pub fn linked<'a>(text: &'a str, find: &dyn Fn(&'a str) -> Found<'a>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let Some((before, link, after)) = find(word) else {
            plain.push_str(word);
            continue;
        };
        plain.push_str(before);
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(link);
        plain.push_str(after);
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The address of the web in a word, as a link.
#[must_use]
pub fn address_in(word: &str) -> Found<'_> {
    let (before, address, after) = address(word)?;
    Some((before, Piece::Link { address: address.to_owned(), text: address.to_owned() }, after))
}

/// An `http` or `https` address in a word, and what stands around it.
fn address(word: &str) -> Option<(&str, &str, &str)> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| word.find(scheme)).min()?;
    let (before, rest) = word.split_at_checked(start)?;
    // Inside another word it is no address: `javascript:https://...` stays text.
    if before.chars().last().is_some_and(|c| c.is_alphanumeric() || c == ':') {
        return None;
    }
    let stop = rest.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(rest.len());
    let (address, _) = rest.split_at_checked(stop)?;
    let address = address.get(..end(address))?;
    let after = rest.strip_prefix(address)?;
    let host = address.split_once("://")?.1;
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[').then_some((before, address, after))
}

/// Where an address ends: before the punctuation behind it, and before the parentheses that it does not open itself.
fn end(address: &str) -> usize {
    let count = |c: char| address.bytes().filter(|byte| char::from(*byte) == c).count();
    let (opened, mut closed) = (count('('), count(')'));
    let inside = |(_, c): &(usize, char)| match c {
        ')' if closed > opened => {
            closed -= 1;
            false
        }
        c => !".,;:!?'*]}".contains(*c),
    };
    let last = address.char_indices().rev().find(inside);
    last.map_or(0, |(at, c)| at + c.len_utf8())
}
