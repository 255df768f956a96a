//! HTML to lines of text with quote depth and marks, through html5ever's tokenizer only: linear, no tree.
//!
//! The containers that mail clients put around what they quote become [`Mark`]s, so that `body` can tell new from
//! quoted whatever the language. Text that a reader cannot see is left out and said so. Harmless HTML for display is
//! made in `sanitize`.

mod elements;
mod marks;
mod plainly;
pub(super) mod sanitize;
mod sight;
mod structure;

use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use self::elements::{BLOCK, SPACED};
use self::marks::Look;
pub use self::plainly::{Budget, of_text, plainly};
pub use self::sanitize::{is_tame, sanitize};
use self::sight::Seen;
pub use self::structure::document;
use super::body::{Line, Mark, header_block};
use super::decode::encoded_word;

/// An HTML mail as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The lines; quoted ones start with `> ` per depth.
    pub lines: Vec<Line>,
    /// Some text was hidden from readers (`display:none` and the like) and is left out.
    pub hidden: bool,
    /// Images that would be loaded from elsewhere.
    pub remote_images: usize,
    /// Elements were open deeper than allowed; their text is kept, their structure not.
    pub too_deep: bool,
    /// A client's quote structure was recognised.
    pub structured: bool,
}

/// Renders HTML as text, as [`plainly()`] has written it; elements nested deeper than `depth` lose their structure.
pub fn render(html: &str, depth: usize) -> Rendered {
    let sink = Sink(RefCell::new(Writer { limit: depth, ..Writer::default() }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                writer.start(&tag);
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => writer.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// One open element.
struct Open {
    name: String,
    look: Look,
    /// How its text is seen.
    seen: Seen,
    /// Target of a link, the line in which it starts, and where.
    link: Option<(String, usize, usize)>,
    /// Next number of an ordered list.
    number: Option<usize>,
}

#[derive(Default)]
struct Writer {
    limit: usize,
    out: Rendered,
    stack: Vec<Open>,
    /// How many elements of each name are open: an end tag of none is not looked for.
    named: HashMap<String, usize>,
    line: String,
    /// How much of the line is the mark of a list's item: what comes first in the item stands behind it.
    bullet: usize,
    /// A blank is due before the next word.
    space: bool,
    /// A blank line is due before the next text.
    margin: bool,
    quotes: usize,
    hidden: usize,
    preformatted: usize,
    marks: Vec<Mark>,
    cut: bool,
    /// Colours of the open elements that have one.
    colours: Vec<bool>,
    /// Open links: their colour says nothing.
    links: usize,
    /// Text of the line that is coloured, and that is not.
    shades: (bool, bool),
    /// A line was drawn that Outlook draws above a header block.
    line_above: bool,
    /// It was drawn as Outlook draws it, not as anybody may.
    line_known: bool,
    /// The lines below lines that anybody may have drawn, which may begin a header block.
    ruled: Vec<usize>,
}

/// Links inside each other whose targets are written.
const LINKS: usize = 4;
/// Lines below a drawn line that are asked whether they are a header block.
const NEAR: usize = 12;

const VOID: &[&str] =
    &["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param"];
const SILENT: &[&str] = &["head", "style", "script", "title", "template", "iframe", "noembed", "noframes", "svg", "math"];
/// Silent elements that the start of any block ends (HTML, "breaking out of foreign content").
const BROKEN_OUT: &[&str] = &["head", "svg", "math"];
/// Elements whose start ends an open one of the same kind.
const IMPLIED: &[(&str, &[&str])] = &[
    ("p", &["p"]),
    ("li", &["li"]),
    ("td", &["td", "th"]),
    ("th", &["td", "th"]),
    ("tr", &["td", "th", "tr"]),
    ("dt", &["dt", "dd"]),
    ("dd", &["dt", "dd"]),
];

impl Writer {
    fn seen(&self) -> Seen {
        self.stack.last().map(|open| open.seen).unwrap_or_default()
    }

    /// Whether nobody sees what stands here.
    fn is_hidden(&self) -> bool {
        self.hidden > 0 || self.seen().is_nothing()
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if let Some((_, closes)) = IMPLIED.iter().find(|(start, _)| *start == name) {
            while self.stack.last().is_some_and(|open| closes.contains(&open.name.as_str())) {
                self.pop();
            }
        }
        if self.hidden > 0
            && (BLOCK.contains(&name) || SPACED.contains(&name) || matches!(name, "span" | "br" | "b" | "i" | "img" | "font"))
        {
            while let Some(at) = self.stack.iter().rposition(|open| BROKEN_OUT.contains(&open.name.as_str())) {
                while self.stack.len() > at {
                    self.pop();
                }
            }
        }
        let look = marks::look(tag);
        self.out.remote_images += usize::from(look.remote_image);
        if look.cut {
            self.break_line();
            self.cut = true;
            self.out.structured = true;
        } else if look.line_above {
            self.break_line();
            self.line_above = true;
            self.line_known = look.line_known;
        }
        match name {
            "br" => return self.new_line(),
            "hr" => return self.rule(),
            "img" => {
                if let Some(alt) = look.alt.as_deref() {
                    self.text(alt);
                }
                return;
            }
            _ => {}
        }
        if name.contains('@') {
            // No tag but an address that nobody escaped.
            return self.text(&format!("<{name}>"));
        }
        if VOID.contains(&name) {
            return;
        }
        self.before(name, &look);
        if self.stack.len() >= self.limit {
            self.out.too_deep = true;
            return;
        }
        self.links += usize::from(name == "a");
        // Links inside links are no links; a few are borne with.
        let link = (name == "a" && self.links <= LINKS)
            .then(|| look.link.clone())
            .flatten()
            .map(|url| (url, self.out.lines.len(), self.line.len()));
        let quote = look.quote;
        self.quotes += usize::from(quote);
        self.out.structured |= quote || matches!(look.mark, Some(Mark::Quote | Mark::Attribution));
        self.hidden += usize::from(look.hidden || SILENT.contains(&name));
        self.preformatted += usize::from(look.preformatted);
        self.marks.extend(look.mark);
        self.colours.extend(look.coloured);
        let number = (name == "ol").then_some(look.first);
        let seen = self.seen().within(&look.sight);
        *self.named.entry(name.to_owned()).or_default() += 1;
        self.stack.push(Open { name: name.to_owned(), look, seen, link, number });
        if name == "li" {
            self.bullet();
        }
    }

    fn before(&mut self, name: &str, look: &Look) {
        let spaced = SPACED.contains(&name) && !look.tight;
        if spaced || BLOCK.contains(&name) || SPACED.contains(&name) || look.mark.is_some() {
            self.break_line();
        }
        let inner_list = matches!(name, "ul" | "ol") && self.stack.iter().rev().take(3).any(|open| open.name == "li");
        if spaced && !inner_list && name != "table" {
            self.margin = true;
        }
        if matches!(name, "td" | "th") {
            self.space = true;
        }
    }

    fn bullet(&mut self) {
        let mut depth = 0_usize;
        let mut bullet = None;
        for open in self.stack.iter_mut().rev().take(60) {
            if matches!(open.name.as_str(), "ul" | "ol") {
                depth += 1;
                if bullet.is_none() {
                    bullet = Some(open.number.as_mut().map_or("- ".to_owned(), |number| {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }));
                }
            }
        }
        if !self.is_hidden() {
            self.flush_margin();
            self.line.push_str(&"  ".repeat(depth.saturating_sub(1).min(8)));
            self.line.push_str(bullet.as_deref().unwrap_or("- "));
            self.bullet = self.line.len();
            self.space = false;
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" {
            return self.new_line();
        }
        // `</p>` without a start is an empty paragraph; other strays mean nothing.
        if !self.named.contains_key(name) {
            return;
        }
        if let Some(at) = self.stack.iter().rposition(|open| open.name == name) {
            // A stray end tag inside a quote container must not close the container.
            while self.stack.len() > at {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        let hidden = self.is_hidden();
        let Some(open) = self.stack.pop() else { return };
        if let Some(count) = self.named.get_mut(&open.name) {
            *count -= 1;
            if *count == 0 {
                self.named.remove(&open.name);
            }
        }
        if let Some((url, line, start)) = open.link.filter(|_| !hidden) {
            self.close_link(&url, if line == self.out.lines.len() { start } else { 0 });
        }
        let spaced = SPACED.contains(&open.name.as_str());
        if spaced || BLOCK.contains(&open.name.as_str()) || open.look.mark.is_some() {
            if open.name == "li" {
                // An item ends, even one with nothing behind its mark.
                self.bullet = 0;
            }
            self.break_line();
        }
        if spaced && !open.look.tight && open.name != "table" && !matches!(open.name.as_str(), "ul" | "ol") {
            self.margin = true;
        }
        self.quotes -= usize::from(open.look.quote).min(self.quotes);
        self.hidden -= usize::from(open.look.hidden || SILENT.contains(&open.name.as_str())).min(self.hidden);
        self.preformatted -= usize::from(open.look.preformatted).min(self.preformatted);
        if open.look.mark.is_some() {
            self.marks.pop();
        }
        self.links -= usize::from(open.name == "a").min(self.links);
        if open.look.coloured.is_some() {
            self.colours.pop();
        }
    }

    /// Adds the target behind the link text where the text does not already show it.
    fn close_link(&mut self, url: &str, start: usize) {
        let shown = self.line.get(start..).unwrap_or(&self.line).trim();
        let bare = |text: &str| {
            let text = text.trim().trim_end_matches('/').to_lowercase();
            let text = ["https://", "http://", "mailto:", "tel:", "www."]
                .iter()
                .fold(text.as_str(), |text, start| text.strip_prefix(start).unwrap_or(text));
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>()
        };
        if !shown.is_empty() && url.len() <= 2_000 && bare(shown) != bare(url) {
            self.line.push_str(" <");
            self.line.push_str(url);
            self.line.push('>');
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_hidden() {
            let silent = self.stack.iter().rev().take(4).any(|open| SILENT.contains(&open.name.as_str()));
            self.out.hidden |= !silent && text.chars().any(|c| c.is_alphanumeric());
            return;
        }
        for c in text.chars() {
            if c == '\n' && self.preformatted > 0 {
                self.new_line();
            } else if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') && self.preformatted == 0 {
                self.space = true;
            } else if !(encoded_word::is_trick(c) || c == '\u{34f}' || (c.is_control() && c != '\t')) {
                self.flush_margin();
                if self.space && !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
                self.space = false;
                self.line.push(if c == '\u{a0}' { ' ' } else { c });
                if c.is_alphanumeric() {
                    let coloured = self.links == 0 && self.colours.last() == Some(&true);
                    self.shades = (self.shades.0 || coloured, self.shades.1 || !coloured);
                }
            }
        }
    }

    fn flush_margin(&mut self) {
        if self.margin && self.line.is_empty() {
            let blank = self.out.lines.last().is_none_or(|line| line.text.trim_start_matches(['>', ' ']).is_empty());
            if !blank {
                self.push_line();
            }
        }
        self.margin = false;
    }

    fn rule(&mut self) {
        self.break_line();
        if self.hidden == 0 {
            self.flush_margin();
            self.line.push_str(&"_".repeat(32));
            self.new_line();
        }
    }

    /// Ends the line if it has text.
    fn break_line(&mut self) {
        if self.line.len() == self.bullet {
            self.space = false;
        } else {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        if self.hidden == 0 {
            self.margin &= !self.line.is_empty();
            self.push_line();
        }
        self.space = false;
    }

    fn push_line(&mut self) {
        let content = std::mem::take(&mut self.line);
        self.bullet = 0;
        let content = content.trim_end();
        let said = !content.trim_matches(|c: char| c == '_' || c.is_whitespace()).is_empty();
        let header = self.line_above && content.chars().take(40).any(|c| matches!(c, ':' | '：'));
        if said {
            self.line_above = false;
        }
        let header = header && said;
        if header && !self.line_known {
            self.ruled.push(self.out.lines.len());
        }
        let mark = if (self.cut && !content.is_empty()) || (header && self.line_known) {
            self.cut = false;
            self.out.structured = true;
            Mark::Cut
        } else {
            // What somebody else signed is quoted with the rest of what they wrote.
            let quoted = self.marks.contains(&Mark::Quote);
            if quoted { Mark::Quote } else { self.marks.last().copied().unwrap_or_default() }
        };
        // A blank line between two depths belongs to the outer one.
        let above = self.out.lines.last().map_or(0, |line| line.text.len() - line.text.trim_start_matches('>').len());
        let depth = if content.is_empty() { self.quotes.min(above) } else { self.quotes };
        let text = if depth == 0 {
            content.to_owned()
        } else {
            format!("{} {content}", ">".repeat(depth.min(20))).trim_end().to_owned()
        };
        // Where quotes are elements, a `>` of the text is one of the writer.
        let typed = mark == Mark::None && depth == 0 && content.trim_start().starts_with('>');
        let coloured = std::mem::take(&mut self.shades) == (true, false) && mark == Mark::None && depth == 0;
        let own = if coloured { Mark::Coloured } else { mark };
        self.out.lines.push(Line { text, mark: if typed { Mark::Typed } else { own } });
    }

    fn finish(mut self) -> Rendered {
        while !self.stack.is_empty() {
            self.pop();
        }
        self.break_line();
        for at in std::mem::take(&mut self.ruled) {
            let near: Vec<&str> = self.out.lines.iter().skip(at).take(NEAR).map(|line| line.text.as_str()).collect();
            if header_block::is_likely(&near)
                && let Some(line) = self.out.lines.get_mut(at)
            {
                line.mark = Mark::Cut;
                self.out.structured = true;
            }
        }
        let mut blank = true;
        let mut kept: Vec<Line> = Vec::with_capacity(self.out.lines.len());
        for mut line in self.out.lines {
            if line.mark == Mark::Typed && !self.out.structured {
                line.mark = Mark::None;
            }
            let empty = line.text.trim().is_empty();
            if !(empty && blank) {
                kept.push(line);
            }
            blank = empty;
        }
        while kept.last().is_some_and(|line| line.text.trim().is_empty()) {
            kept.pop();
        }
        Rendered { lines: kept, ..self.out }
    }
}

#[cfg(test)]
mod tests;
