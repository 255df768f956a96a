//! A document as plain text, for programs that show nothing else.

use super::types::{Block, Cell, Document, Inline, is_shown};
use super::writing::turns;

/// The widest column of a table that is laid out with blanks; longer cells stand below each other.
const WIDEST: usize = 30;

impl Document {
    /// The document as plain text: quotes by `>`, items with their marks, what is struck through between tildes, targets of
    /// links behind their words, tables in columns where they are narrow.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = join(&self.blocks).join("\n");
        text.retain(|c| !turns(c));
        text
    }
}

/// The lines of blocks, a blank one between two.
fn join(blocks: &[Block]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(block_lines(block));
    }
    lines
}

fn block_lines(block: &Block) -> Vec<String> {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => inline_text(inlines).split('\n').map(str::to_owned).collect(),
        Block::List { first, items } => {
            let mut lines = Vec::new();
            for (number, item) in (first.unwrap_or_default()..).zip(items) {
                let mark = if first.is_some() { format!("{number}. ") } else { "- ".to_owned() };
                for (index, line) in tight(item).into_iter().enumerate() {
                    let margin = if index == 0 { mark.clone() } else { " ".repeat(mark.len()) };
                    lines.push(format!("{margin}{line}").trim_end().to_owned());
                }
            }
            lines
        }
        Block::Table(rows) => table(rows),
        Block::Quote(blocks) => join(blocks).into_iter().map(|line| format!("> {line}").trim_end().to_owned()).collect(),
        Block::Code(text) => text.split('\n').map(str::to_owned).collect(),
        Block::Rule => vec!["-".repeat(20)],
    }
}

/// The lines of an item or a cell.
fn tight(blocks: &[Block]) -> Vec<String> {
    blocks.iter().flat_map(block_lines).collect()
}

fn table(rows: &[Vec<Cell>]) -> Vec<String> {
    let texts: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| tight(&cell.blocks).join(" ")).collect()).collect();
    let columns = texts.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |column: usize| texts.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let narrow = widths.iter().all(|width| *width <= WIDEST) && widths.iter().sum::<usize>() <= 72;
    let cell = |(text, width): (&String, &usize)| {
        let blanks = width.saturating_sub(text.chars().count());
        format!("{text}{}", " ".repeat(blanks))
    };
    texts
        .iter()
        .map(|row| match narrow {
            true => row.iter().zip(&widths).map(cell).collect::<Vec<_>>().join(" | ").trim_end().to_owned(),
            false => row.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" | "),
        })
        .collect()
}

fn inline_text(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(run) => {
                let mark = if run.style.struck { "~~" } else { "" };
                out.push_str(mark);
                out.push_str(&run.text);
                out.push_str(mark);
                if let Some(link) = run.link.as_ref().filter(|link| !is_shown(&run.text, link.as_str())) {
                    out.push_str(&format!(" <{}>", link.as_str()));
                }
            }
            Inline::Break => out.push('\n'),
            Inline::Picture(picture) if picture.alt.is_empty() => {}
            Inline::Picture(picture) => out.push_str(&format!("[{}]", picture.alt)),
        }
    }
    out
}
