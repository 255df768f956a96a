//! What a rule sees of a line, and what it can say that the line starts.

use std::cell::OnceCell;

use super::added_line::AddedLine;
use super::attribution::{self, Strength};
use super::delimiter_context::DelimiterContext;
use super::header_block;
use super::line::{self, Class, Line, is_blank, is_quote};
use super::separators;

/// What a line starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: an ordinary line.
    Ordinary,
    /// So many lines are of this class.
    Take(usize, Class),
    /// From here to the next quote is signature.
    Delimiter,
    /// The rest of the paragraph is signature.
    Paragraph,
    /// The same where something stands above: the notice of a company.
    Notice,
    /// So many lines are a banner, where nothing stands above.
    Banner(usize),
    /// All remaining lines are of this class; so many introduce them.
    Rest(Class, usize),
}

/// One line among all others. What several rules ask is found once.
pub(super) struct Context<'a> {
    /// All lines.
    pub(super) lines: &'a [Line],
    /// The texts from this line on.
    pub(super) rest: &'a [&'a str],
    /// Where the line stands.
    pub(super) index: usize,
    /// The line.
    pub(super) line: &'a Line,
    /// What stands below lines that may delimit a signature.
    pub(super) delimiters: &'a DelimiterContext<'a>,
    /// The subject says that the mail forwards another.
    forward: bool,
    attribution: OnceCell<Option<(usize, Strength)>>,
    block: OnceCell<Option<Block>>,
    added_line: OnceCell<Option<AddedLine>>,
}

/// A header block that begins at the line, or below it where the line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Lines above its first row: the drawn one and blank ones.
    pub(super) skipped: usize,
    /// Its rows.
    pub(super) count: usize,
    /// Its labels are known.
    pub(super) known: bool,
    /// A line is drawn above it.
    pub(super) ruled: bool,
}

impl<'a> Context<'a> {
    /// The line at `index`; `texts`: those of all lines. `None` past the end.
    pub(super) fn of(
        lines: &'a [Line],
        texts: &'a [&'a str],
        index: usize,
        forward: bool,
        delimiters: &'a DelimiterContext<'a>,
    ) -> Option<Self> {
        let (line, rest) = (lines.get(index)?, texts.get(index..)?);
        Some(Self {
            lines,
            rest,
            index,
            line,
            delimiters,
            forward,
            attribution: OnceCell::new(),
            block: OnceCell::new(),
            added_line: OnceCell::new(),
        })
    }

    pub(super) fn text(&self) -> &'a str {
        &self.line.text
    }

    /// What a mail below its introduction is: an answered one is quoted, a forwarded one is content.
    pub(super) fn original(&self) -> Class {
        if self.forward { Class::New } else { Class::Quoted }
    }

    /// The lines that are not blank, from so many below on.
    pub(super) fn after(&self, count: usize) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().skip(self.index + count).filter(|line| !is_blank(line))
    }

    /// Whether the next line that is not blank, from so many below on, is marked as quoted.
    pub(super) fn is_quote_below(&self, count: usize) -> bool {
        self.after(count).next().is_some_and(is_quote)
    }

    /// The next line above that is not blank.
    pub(super) fn above(&self) -> Option<&'a Line> {
        line::above(self.lines, self.index)
    }

    /// The line right above, blank or not.
    pub(super) fn right_above(&self) -> Option<&'a Line> {
        self.index.checked_sub(1).and_then(|at| self.lines.get(at))
    }

    /// Whether a paragraph begins here: nothing, a blank line or a drawn one stands right above.
    pub(super) fn begins_paragraph(&self) -> bool {
        self.right_above().is_none_or(|line| is_blank(line) || separators::is_rule(&line.text))
    }

    /// The attribution that starts here: how many lines it has and how sure it is.
    pub(super) fn attribution(&self) -> Option<(usize, Strength)> {
        *self.attribution.get_or_init(|| attribution::attribution(self.rest))
    }

    /// The line as a program may have added it.
    pub(super) fn added_line(&self) -> Option<&AddedLine> {
        self.added_line.get_or_init(|| AddedLine::of(self.text())).as_ref()
    }

    /// The header block that starts here.
    pub(super) fn block(&self) -> Option<Block> {
        *self.block.get_or_init(|| {
            let ruled = separators::is_rule(self.text());
            let blank = || self.rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count();
            let skipped = if ruled { 1 + blank() } else { 0 };
            let rows = self.rest.get(skipped..).unwrap_or_default();
            // Programs begin their labels with capitals; files of settings do not.
            let small = !ruled && self.text().trim_start_matches(['*', ' ']).starts_with(char::is_lowercase);
            let known = header_block::length(rows).filter(|_| !small);
            let foreign = || if ruled { header_block::foreign_length(rows) } else { header_block::plain_foreign_length(rows) };
            known.or_else(foreign).map(|count| Block { skipped, count, known: known.is_some(), ruled })
        })
    }
}
