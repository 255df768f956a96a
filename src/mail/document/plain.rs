//! Plain text as a document: paragraphs, lists, quotes by `>`, and what is laid out with blanks.

use super::types::{Block, Document, Inline, Run};

/// Quotes inside each other; deeper ones stand in the last.
const DEPTH: usize = 12;
/// Lines from which on text may be laid out.
const LAID_OUT: usize = 2;

/// What somebody wrote as plain text, a line that begins with `>` being a quote.
#[must_use]
pub fn of_text(text: &str) -> Document {
    Document { blocks: quoted(&text.lines().collect::<Vec<_>>(), DEPTH) }
}

/// What somebody typed on a page: they quote nothing, so a `>` is theirs.
#[must_use]
pub fn typed(text: &str) -> Document {
    Document { blocks: of_lines(text) }
}

/// The blocks of lines among which none is quoted.
#[must_use]
pub fn of_lines(text: &str) -> Vec<Block> {
    unquoted(&text.lines().collect::<Vec<_>>())
}

fn quoted(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let is_quote = depth > 0 && is_marked(first);
        // A blank line between two quoted ones is quoted, too.
        let mut end = 0;
        for (at, line) in rest.iter().enumerate() {
            match (is_quote, is_marked(line)) {
                (true, true) | (false, false) => end = at + 1,
                (true, false) if line.trim().is_empty() => {}
                (false, true) if depth == 0 => end = at + 1,
                _ => break,
            }
        }
        let (own, below) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        if is_quote {
            let inner: Vec<&str> = own.iter().map(|line| without_mark(line)).collect();
            let inner = quoted(&inner, depth - 1);
            if !inner.is_empty() {
                blocks.push(Block::Quote(inner));
            }
        } else {
            blocks.extend(unquoted(own));
        }
        rest = below;
    }
    blocks
}

fn is_marked(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn without_mark(line: &str) -> &str {
    let line = line.trim_start();
    let rest = line.strip_prefix('>').unwrap_or(line);
    rest.strip_prefix(' ').unwrap_or(rest)
}

fn unquoted(lines: &[&str]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let paragraphs = lines.split(|line| line.trim().is_empty()).filter(|lines| !lines.is_empty());
    for lines in paragraphs {
        let code = is_laid_out(lines).then(|| lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n"));
        match (code, blocks.last_mut()) {
            // A log with blank lines in it is one.
            (Some(more), Some(Block::Code(above))) => {
                above.push_str("\n\n");
                above.push_str(&more);
            }
            (Some(code), _) => blocks.push(Block::Code(code)),
            (None, _) => blocks.extend(with_lists(lines)),
        }
    }
    blocks
}

/// Whether most of these lines are in columns, or indented below each other: a log, a configuration, a table of blanks.
fn is_laid_out(lines: &[&str]) -> bool {
    if lines.len() < LAID_OUT {
        return false;
    }
    let columns = |line: &&&str| {
        let text = line.trim();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        indented || text.contains("   ") || text.contains('\t')
    };
    let count = lines.iter().filter(columns).count();
    count >= LAID_OUT && count * 2 > lines.len()
}

/// Lines, and lists among them: two items at least, of one kind.
fn with_lists(lines: &[&str]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut plain: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        let (items, count) = list(rest);
        if items.len() < 2 {
            plain.push(line);
            at += 1;
            continue;
        }
        blocks.extend(paragraph(&std::mem::take(&mut plain)));
        let first = marker(line).and_then(|(number, _)| number);
        blocks.push(Block::List { first, items: items.iter().map(|lines| paragraph(lines).into_iter().collect()).collect() });
        at += count;
    }
    blocks.extend(paragraph(&plain));
    blocks
}

/// The items of the list that begins here, and how many lines it has. A line that is further in belongs to the item above it.
fn list<'a>(lines: &[&'a str]) -> (Vec<Vec<&'a str>>, usize) {
    let mut items: Vec<Vec<&str>> = Vec::new();
    let mut count = 0;
    let mut next: Option<Option<u32>> = None;
    for line in lines {
        let found = marker(line).filter(|(number, _)| next.is_none_or(|next| next == *number));
        match (found, items.last_mut()) {
            (Some((number, text)), _) => {
                next = Some(number.map(|number| number.saturating_add(1)));
                items.push(vec![text]);
            }
            (None, Some(item)) if line.starts_with("  ") && marker(line).is_none() => item.push(line.trim()),
            _ => break,
        }
        count += 1;
    }
    (items, count)
}

/// What stands before an item, and the item.
pub(super) fn marker(line: &str) -> Option<(Option<u32>, &str)> {
    let text = line.trim_start();
    if let Some(rest) = ["- ", "* ", "• ", "– ", "· "].iter().find_map(|mark| text.strip_prefix(mark)) {
        return Some((None, rest.trim())).filter(|(_, rest)| !rest.is_empty());
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits).filter(|_| (1..=3).contains(&digits))?;
    let rest = rest.strip_prefix(['.', ')'])?.strip_prefix(' ')?.trim();
    Some((number.parse().ok(), rest)).filter(|(_, rest)| !rest.is_empty())
}

fn paragraph(lines: &[&str]) -> Option<Block> {
    let mut inlines: Vec<Inline> = Vec::new();
    for line in lines {
        if !inlines.is_empty() {
            inlines.push(Inline::Break);
        }
        inlines.push(Inline::Text(Run { text: line.trim_end().to_owned(), ..Run::default() }));
    }
    (!inlines.is_empty()).then_some(Block::Paragraph(inlines))
}
