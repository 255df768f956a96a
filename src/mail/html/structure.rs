//! Harmless HTML, as [`super::sanitize()`] makes it, as a [`Document`]: one pass of the tokenizer over markup that is well
//! formed, so every element that begins ends.
//!
//! Programs write lines as `div`, as `p` or with `br`, and use tables to lay out a page: what counts here is what a reader
//! sees. Text that nobody sees is left out, as in [`super::render`].

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::elements::{BLOCK, SPACED};
use super::marks::{self, Look};
use super::sight::Seen;
use crate::decode::encoded_word;
use crate::document::{Block, Cell, Document, Inline, Picture, Run, Style, Target, of_lines};

/// Containers inside each other; deeper ones only end a line.
const DEPTH: usize = 24;

/// What a mail's harmless HTML says, as a document.
pub fn document(html: &str) -> Document {
    let tokenizer = Tokenizer::new(Sink(RefCell::new(Reader::new())), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => reader.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => reader.start(&tag),
            Token::TagToken(tag) => reader.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What blocks stand in, and what they become when it ends.
enum Container {
    Quote,
    List(Option<u32>, Vec<Vec<Block>>),
    Item,
    Table(Vec<Vec<Cell>>),
    Row(Vec<Cell>),
    Cell(Cell),
    Heading(u8),
    Preformatted,
}

/// An open container and what stands in it so far.
struct Filling {
    container: Option<Container>,
    blocks: Vec<Block>,
}

/// One open element.
struct Open {
    name: String,
    /// How its text looks, what it inherits included.
    style: Style,
    link: Option<Target>,
    seen: Seen,
    hidden: bool,
    preformatted: bool,
    /// What ends with it.
    ends: Ends,
}

/// What the end of an element ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Nothing,
    Line,
    Paragraph,
    Container,
}

struct Reader {
    open: Vec<Open>,
    filling: Vec<Filling>,
    inlines: Vec<Inline>,
    /// Lines that have ended since the last text.
    breaks: usize,
    /// A blank is due before the next word, and looks so.
    space: Option<(Style, Option<Target>)>,
    /// The line has nothing but a blank that does not break, as programs write empty lines.
    blank: bool,
}

impl Reader {
    fn new() -> Self {
        let whole = Filling { container: None, blocks: Vec::new() };
        Self { open: Vec::new(), filling: vec![whole], inlines: Vec::new(), breaks: 0, space: None, blank: false }
    }

    fn is_preformatted(&self) -> bool {
        self.open.last().is_some_and(|open| open.preformatted)
    }

    fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|open| open.hidden || open.seen.is_nothing())
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        let look = marks::look(tag);
        match name {
            "br" => return self.line_break(),
            "wbr" => return,
            "hr" => {
                self.end_paragraph();
                if !self.is_hidden() {
                    self.place(Block::Rule);
                }
                return;
            }
            "img" => return self.picture(tag, &look),
            _ => {}
        }
        let container = container(name, tag, &look).filter(|_| self.filling.len() < DEPTH);
        let ends = match (name, &container) {
            (_, Some(_)) => Ends::Container,
            ("p" | "dl" | "figure" | "details", None) => Ends::Paragraph,
            (name, None) if is_block(name) => Ends::Line,
            _ => Ends::Nothing,
        };
        match ends {
            Ends::Container | Ends::Paragraph => self.end_paragraph(),
            Ends::Line => self.end_line(),
            Ends::Nothing => {}
        }
        if let Some(container) = container {
            self.filling.push(Filling { container: Some(container), blocks: Vec::new() });
        }
        let above = self.open.last();
        let style = style(name, tag, above.map(|open| open.style).unwrap_or_default());
        let link = (name == "a").then(|| look.link.as_deref().and_then(Target::new)).flatten();
        self.open.push(Open {
            name: name.to_owned(),
            style,
            link: link.or_else(|| above.and_then(|open| open.link.clone())),
            seen: above.map(|open| open.seen).unwrap_or_default().within(&look.sight),
            hidden: look.hidden || above.is_some_and(|open| open.hidden),
            preformatted: look.preformatted || above.is_some_and(|open| open.preformatted),
            ends,
        });
    }

    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else { return };
        for open in self.open.split_off(at).into_iter().rev() {
            match open.ends {
                Ends::Nothing => {}
                Ends::Line => self.end_line(),
                Ends::Paragraph => self.end_paragraph(),
                Ends::Container => self.end_container(),
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_hidden() {
            return;
        }
        let preformatted = self.is_preformatted();
        for c in text.chars() {
            match c {
                '\n' if preformatted => self.line_break(),
                '\u{a0}' if self.is_at_start() && !preformatted => self.blank = true,
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if !preformatted => {
                    if self.space.is_none() {
                        self.space = Some(self.look());
                    }
                }
                '\u{34f}' => {}
                c if encoded_word::is_trick(c) || (c.is_control() && c != '\t') => {}
                c => self.push(if c == '\u{a0}' { ' ' } else { c }),
            }
        }
    }

    /// How text looks here, and where it leads.
    fn look(&self) -> (Style, Option<Target>) {
        let (style, link) = self.open.last().map(|open| (open.style, open.link.clone())).unwrap_or_default();
        // What is a link looks like one.
        (Style { underlined: style.underlined && link.is_none(), ..style }, link)
    }

    fn push(&mut self, c: char) {
        self.begin_line();
        let begins = matches!(self.inlines.last(), Some(Inline::Break) | None);
        if let Some(look) = self.space.take().filter(|_| !begins) {
            self.push_as(' ', look);
        }
        let (style, link) = self.open.last().map_or((Style::default(), None), |open| (open.style, open.link.as_ref()));
        let style = Style { underlined: style.underlined && link.is_none(), ..style };
        match self.inlines.last_mut() {
            // Nearly always, and nothing is copied for it.
            Some(Inline::Text(run)) if run.style == style && run.link.as_ref() == link => run.text.push(c),
            _ => {
                let look = self.look();
                self.push_as(c, look);
            }
        }
    }

    fn push_as(&mut self, c: char, (style, link): (Style, Option<Target>)) {
        match self.inlines.last_mut() {
            Some(Inline::Text(run)) if run.style == style && run.link == link => run.text.push(c),
            _ => self.inlines.push(Inline::Text(Run { text: c.to_string(), style, link })),
        }
    }

    fn picture(&mut self, tag: &Tag, look: &Look) {
        if self.is_hidden() || look.hidden {
            return;
        }
        let value = |name: &str| tag.attrs.iter().find(|of| &*of.name.local == name).map(|of| of.value.trim());
        let source = value("src").unwrap_or_default();
        let inside = source.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and_then(|_| source.get(4..));
        match (inside, &look.alt) {
            (Some(id), _) if !id.is_empty() => {
                self.begin_line();
                if let Some(look) = self.space.take().filter(|_| !self.inlines.is_empty()) {
                    self.push_as(' ', look);
                }
                let alt = value("alt").unwrap_or_default().chars().filter(|c| !c.is_control()).take(300).collect();
                self.inlines.push(Inline::Picture(Picture { content_id: id.to_owned(), alt }));
            }
            (_, Some(alt)) => self.text(alt),
            _ => {}
        }
    }

    /// Whether the line has no text yet.
    fn is_at_start(&self) -> bool {
        self.inlines.is_empty() || self.breaks > 0
    }

    fn begin_line(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        self.blank = false;
        if self.inlines.is_empty() {
            return;
        }
        match breaks {
            0 => {}
            _ if self.is_preformatted() => self.inlines.extend(std::iter::repeat_n(Inline::Break, breaks)),
            1 => self.inlines.push(Inline::Break),
            _ => self.place_lines(),
        }
        if breaks > 0 {
            self.space = None;
        }
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        (self.space, self.blank) = (None, false);
    }

    /// The line ends if there is something in it.
    fn end_line(&mut self) {
        if std::mem::take(&mut self.blank) {
            self.breaks = self.breaks.max(1) + 1;
        } else if !self.inlines.is_empty() {
            self.breaks = self.breaks.max(1);
        }
        self.space = None;
    }

    fn end_paragraph(&mut self) {
        self.place_lines();
        (self.breaks, self.space, self.blank) = (0, None, false);
    }

    fn place_lines(&mut self) {
        let mut inlines = std::mem::take(&mut self.inlines);
        for inline in &mut inlines {
            if let Inline::Text(run) = inline {
                run.text.truncate(run.text.trim_end_matches('\r').len());
            }
        }
        if let Some(Inline::Text(run)) = inlines.last_mut() {
            run.text.truncate(run.text.trim_end().len());
        }
        inlines.retain(|inline| !matches!(inline, Inline::Text(run) if run.text.is_empty()));
        if !inlines.is_empty() {
            self.place(Block::Paragraph(inlines));
        }
    }

    /// Puts a block where it belongs in what is open.
    fn place(&mut self, block: Block) {
        let Some(filling) = self.filling.last_mut() else { return };
        match &mut filling.container {
            Some(Container::List(_, items)) => match (items.last_mut(), &block) {
                // Outlook puts lists into lists, not into their items.
                (Some(item), Block::List { .. }) => item.push(block),
                _ => items.push(vec![block]),
            },
            Some(Container::Table(rows)) => rows.push(vec![Cell { blocks: vec![block], ..Cell::default() }]),
            Some(Container::Row(cells)) => cells.push(Cell { blocks: vec![block], ..Cell::default() }),
            _ => filling.blocks.push(block),
        }
    }

    fn end_container(&mut self) {
        self.end_paragraph();
        if self.filling.len() < 2 {
            return;
        }
        let Some(Filling { container: Some(container), blocks }) = self.filling.pop() else { return };
        match container {
            Container::Quote if !blocks.is_empty() => self.place(Block::Quote(blocks)),
            Container::List(first, items) if !items.is_empty() => self.place(Block::List { first, items }),
            Container::Item => match self.filling.last_mut().map(|filling| &mut filling.container) {
                Some(Some(Container::List(_, items))) => items.push(blocks),
                _ => blocks.into_iter().for_each(|block| self.place(block)),
            },
            Container::Table(rows) => table(rows).into_iter().for_each(|block| self.place(block)),
            Container::Row(cells) => match self.filling.last_mut().map(|filling| &mut filling.container) {
                Some(Some(Container::Table(rows))) => rows.push(cells),
                _ => cells.into_iter().flat_map(|cell| cell.blocks).for_each(|block| self.place(block)),
            },
            Container::Cell(cell) => match self.filling.last_mut().map(|filling| &mut filling.container) {
                Some(Some(Container::Row(cells))) => cells.push(Cell { blocks, ..cell }),
                _ => blocks.into_iter().for_each(|block| self.place(block)),
            },
            Container::Heading(level) => heading(level, blocks).into_iter().for_each(|block| self.place(block)),
            Container::Preformatted => preformatted(blocks).into_iter().for_each(|block| self.place(block)),
            Container::Quote | Container::List(..) => {}
        }
    }

    fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            let name = self.open.last().map(|open| open.name.clone()).unwrap_or_default();
            self.end(&name);
        }
        self.end_paragraph();
        Document { blocks: self.filling.pop().map(|filling| filling.blocks).unwrap_or_default() }
    }
}

fn is_block(name: &str) -> bool {
    BLOCK.contains(&name) || SPACED.contains(&name) || matches!(name, "td" | "th" | "tfoot")
}

fn container(name: &str, tag: &Tag, look: &Look) -> Option<Container> {
    let number = |name: &str| {
        let value = tag.attrs.iter().find(|of| &*of.name.local == name)?.value.trim().parse().ok()?;
        (1..=100_u16).contains(&value).then_some(value)
    };
    Some(match name {
        // What is left of an indentation is a style that says nothing any more.
        "blockquote" if look.quote && !is_indented(tag) => Container::Quote,
        "ul" => Container::List(None, Vec::new()),
        "ol" => Container::List(u32::try_from(look.first).ok().or(Some(1)), Vec::new()),
        "li" => Container::Item,
        "table" => Container::Table(Vec::new()),
        "tr" => Container::Row(Vec::new()),
        "td" | "th" => Container::Cell(Cell {
            heading: name == "th",
            across: number("colspan").unwrap_or(1),
            down: number("rowspan").unwrap_or(1),
            blocks: Vec::new(),
        }),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Container::Heading(name.get(1..)?.parse().ok()?),
        "pre" => Container::Preformatted,
        _ => return None,
    })
}

/// Whether a block quote only indents: one that is a quote has a line drawn beside it, or no style at all.
fn is_indented(tag: &Tag) -> bool {
    tag.attrs.iter().any(|of| &*of.name.local == "style" && !of.value.contains("border-left"))
}

/// How the text of an element looks, by its name and by the few properties that say the same.
fn style(name: &str, tag: &Tag, above: Style) -> Style {
    let mut style = above;
    match name {
        "b" | "strong" => style.strong = true,
        "i" | "em" | "cite" | "dfn" | "var" => style.emphasis = true,
        "u" | "ins" => style.underlined = true,
        "s" | "strike" | "del" => style.struck = true,
        "code" | "tt" | "kbd" | "samp" => style.code = true,
        _ => {}
    }
    let Some(rules) = tag.attrs.iter().find(|of| &*of.name.local == "style") else { return style };
    let rules: String = rules.value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    for (property, value) in rules.split(';').filter_map(|rule| rule.split_once(':')) {
        match property {
            "font-weight" => {
                style.strong = matches!(value, "bold" | "bolder") || value.parse().is_ok_and(|weight: u16| weight >= 600)
            }
            "font-style" => style.emphasis = matches!(value, "italic" | "oblique"),
            "text-decoration" | "text-decoration-line" => {
                style.underlined |= value.contains("underline");
                style.struck |= value.contains("line-through");
            }
            _ => {}
        }
    }
    style
}

/// A heading is lines of text; with anything else in it, it is no heading.
fn heading(level: u8, blocks: Vec<Block>) -> Vec<Block> {
    if !blocks.iter().all(|block| matches!(block, Block::Paragraph(_))) {
        return blocks;
    }
    let mut all: Vec<Inline> = Vec::new();
    for block in blocks {
        if let Block::Paragraph(inlines) = block {
            if !all.is_empty() {
                all.push(Inline::Break);
            }
            all.extend(inlines);
        }
    }
    if all.is_empty() { Vec::new() } else { vec![Block::Heading(level, all)] }
}

/// Text laid out with blanks is code; other text is what a program writes that shows plain text.
fn preformatted(blocks: Vec<Block>) -> Vec<Block> {
    let mut out = Vec::new();
    for block in blocks {
        let Block::Paragraph(inlines) = block else {
            out.push(block);
            continue;
        };
        let is_text = inlines.iter().all(|inline| match inline {
            Inline::Text(run) => run.link.is_none(),
            Inline::Break => true,
            Inline::Picture(_) => false,
        });
        if is_text {
            let text = |inline: &Inline| match inline {
                Inline::Text(run) => run.text.clone(),
                _ => "\n".to_owned(),
            };
            out.extend(of_lines(&inlines.iter().map(text).collect::<String>()));
        } else {
            out.push(Block::Paragraph(inlines));
        }
    }
    out
}

/// A table with columns and rows; one that only lays out a page is what stands in its cells.
fn table(mut rows: Vec<Vec<Cell>>) -> Vec<Block> {
    rows.retain(|row| row.iter().any(|cell| !cell.blocks.is_empty()));
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let nested = rows.iter().flatten().any(|cell| cell.blocks.iter().any(|block| matches!(block, Block::Table(_))));
    let heads = rows.iter().flatten().any(|cell| cell.heading);
    if columns < 2 || nested || (rows.len() < 2 && !heads) {
        return rows.into_iter().flatten().flat_map(|cell| cell.blocks).collect();
    }
    vec![Block::Table(rows)]
}
