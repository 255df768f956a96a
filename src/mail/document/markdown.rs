//! Light Markdown, as people type it into a box: emphasis, links, code, lists and quotes.
//!
//! CommonMark means more than people do who never heard of it: `2*3*4`, `C:\_temp`, `#1`, `3. May` and `&copy;` would all lose
//! something. So a mark counts only where hardly anybody writes it otherwise: it stands outside of words and on one line, its
//! other half is there, and `_`, `#`, `\` and `&` are never marks. Whatever is no mark stays as it was typed.

use super::plain::of_lines;
use super::types::{Block, Document, Inline, Run, Style, Target};

/// Quotes inside each other; deeper marks stay as they were typed.
const DEPTH: usize = 3;
/// Bytes of what a link stands behind, and of its address.
const WORDS: usize = 400;
const ADDRESS: usize = 1_000;

/// A typed text as a document, and the same as plain text, in which a link's target stands behind its words; `None` where plain
/// text says it as well.
#[must_use]
pub fn of_markdown(text: &str) -> Option<(String, Document)> {
    let mut typed = Typed::default();
    typed.read(&text.lines().collect::<Vec<_>>(), DEPTH);
    let (text, document) = (typed.lines.join("\n"), Document { blocks: typed.blocks });
    let is_quote = |block: &Block| matches!(block, Block::Quote(_));
    let more = document.is_rich() || document.blocks.iter().any(is_quote);
    (more && document.says(&text)).then_some((text, document))
}

/// What was read so far, as lines of plain text and as blocks.
#[derive(Default)]
struct Typed {
    lines: Vec<String>,
    blocks: Vec<Block>,
}

impl Typed {
    fn read(&mut self, lines: &[&str], depth: usize) {
        let (mut rest, mut plain) = (lines, Vec::new());
        // No fence of this length or longer closes: that is not looked for once more.
        let mut open = usize::MAX;
        while let Some((first, below)) = rest.split_first() {
            let code = fenced(rest, &mut open);
            let quote = if depth > 0 { quoted(rest) } else { 0 };
            if code == 0 && quote == 0 {
                plain.push(*first);
                rest = below;
                continue;
            }
            self.plain(&std::mem::take(&mut plain));
            let (own, below) = rest.split_at_checked(code.max(quote)).unwrap_or((rest, &[]));
            if code > 0 {
                self.code(own);
            } else {
                self.quote(own, depth);
            }
            rest = below;
        }
        self.plain(&plain);
    }

    fn plain(&mut self, lines: &[&str]) {
        self.lines.extend(lines.iter().map(|line| as_text(line)));
        self.blocks.extend(of_lines(&lines.join("\n")).into_iter().map(marked));
    }

    fn code(&mut self, lines: &[&str]) {
        let inside = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
        self.lines.push("```".to_owned());
        self.lines.extend(inside.iter().map(|line| (*line).to_owned()));
        self.lines.push("```".to_owned());
        self.blocks.push(Block::Code(inside.join("\n")));
    }

    fn quote(&mut self, lines: &[&str], depth: usize) {
        let inner: Vec<&str> = lines.iter().map(|line| line.strip_prefix("> ").unwrap_or_default()).collect();
        let mut inside = Self::default();
        inside.read(&inner, depth - 1);
        self.lines.extend(inside.lines.into_iter().map(|line| format!("> {line}").trim_end().to_owned()));
        self.blocks.push(Block::Quote(inside.blocks));
    }
}

/// How many lines the code between two fences has that begins here, the fences among them. `open`: the shortest fence of which
/// is known that nothing below closes it.
fn fenced(lines: &[&str], open: &mut usize) -> usize {
    let fence = |line: &str| line.trim().chars().take_while(|c| *c == '`').count();
    let Some((first, below)) = lines.split_first() else { return 0 };
    let (length, name) = (fence(first), first.trim().trim_start_matches('`'));
    if length < 3 || length >= *open || name.contains(['`', ' ']) {
        return 0;
    }
    let closes = |line: &&str| fence(line) >= length && line.trim().chars().all(|c| c == '`');
    let Some(end) = below.iter().position(closes) else {
        *open = length;
        return 0;
    };
    if end > 0 { end + 2 } else { 0 }
}

/// How many lines the quote has that begins here: `> 5` says "more than", and what is quoted begins with a word.
fn quoted(lines: &[&str]) -> usize {
    let words = |line: &&str| line.strip_prefix("> ").is_some_and(|rest| rest.starts_with(begins));
    if !lines.first().is_some_and(words) {
        return 0;
    }
    lines.iter().take_while(|line| line.starts_with("> ") || **line == ">").count()
}

/// Whether a marked text, or a quote, begins with this.
fn begins(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '"' | '\u{201e}' | '\u{201c}' | '\u{ab}' | '\u{bb}' | '`' | '*' | '[' | '(')
}

/// A block with the marks in its lines.
fn marked(block: Block) -> Block {
    let line = |inline| match inline {
        Inline::Text(run) => inlines(&run.text, Style::default()),
        other => vec![other],
    };
    match block {
        Block::Paragraph(inlines) => Block::Paragraph(inlines.into_iter().flat_map(line).collect()),
        Block::List { first, items } => {
            Block::List { first, items: items.into_iter().map(|item| item.into_iter().map(marked).collect()).collect() }
        }
        other => other,
    }
}

/// What a mark makes of the text that it stands around.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark<'a> {
    Strong,
    Emphasis,
    Struck,
    Code,
    Link(&'a str),
}

/// A piece of a line: text as it stands, or what marks stand around.
struct Piece<'a> {
    /// With the marks.
    whole: &'a str,
    /// Without.
    inner: &'a str,
    mark: Option<Mark<'a>>,
}

/// What stands in a line.
fn inlines(line: &str, style: Style) -> Vec<Inline> {
    let run = |text: &str, style, link| Inline::Text(Run { text: text.to_owned(), style, link });
    let mut found = Vec::new();
    for Piece { inner, mark, .. } in pieces(line) {
        match mark {
            None => found.push(run(inner, style, None)),
            Some(Mark::Code) => found.push(run(inner, Style { code: true, ..style }, None)),
            Some(Mark::Link(target)) => found.push(run(inner, style, Target::new(target))),
            Some(Mark::Strong) => found.extend(inlines(inner, Style { strong: true, ..style })),
            Some(Mark::Emphasis) => found.extend(inlines(inner, Style { emphasis: true, ..style })),
            Some(Mark::Struck) => found.extend(inlines(inner, Style { struck: true, ..style })),
        }
    }
    found
}

/// A line as plain text: as it was typed, but for links.
fn as_text(line: &str) -> String {
    let text = |Piece { whole, inner, mark }: Piece<'_>| match mark {
        None | Some(Mark::Code) => whole.to_owned(),
        Some(Mark::Link(target)) => format!("{inner} <{target}>"),
        Some(Mark::Strong | Mark::Emphasis | Mark::Struck) => {
            let (before, after) = whole.split_once(inner).unwrap_or((whole, ""));
            format!("{before}{}{after}", as_text(inner))
        }
    };
    pieces(line).into_iter().map(text).collect()
}

/// The pieces of a line, from left to right.
fn pieces(line: &str) -> Vec<Piece<'_>> {
    let (mut found, mut plain, mut at) = (Vec::new(), 0, 0);
    // Marks of which no second one follows.
    let mut alone: Vec<&str> = Vec::new();
    let text = |from, to| line.get(from..to).filter(|text| !text.is_empty());
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        match piece(rest, before, &mut alone) {
            Ok(piece) => {
                found.extend(text(plain, at).map(|text| Piece { whole: text, inner: text, mark: None }));
                at += piece.whole.len();
                plain = at;
                found.push(piece);
            }
            Err(skipped) => at += skipped,
        }
    }
    found.extend(text(plain, line.len()).map(|text| Piece { whole: text, inner: text, mark: None }));
    found
}

/// The marked piece with which a text begins, or how much of it begins with none.
fn piece<'a>(rest: &'a str, before: Option<char>, alone: &mut Vec<&'static str>) -> Result<Piece<'a>, usize> {
    const MARKS: &[(&str, Mark<'static>)] =
        &[("**", Mark::Strong), ("*", Mark::Emphasis), ("~~", Mark::Struck), ("`", Mark::Code)];
    // An address of the web may have any of these in it.
    if ["http://", "https://"].iter().any(|scheme| rest.starts_with(scheme)) {
        return Err(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    }
    let first = rest.chars().next();
    if first == Some('[') && before != Some('!') {
        return link(rest).ok_or(1);
    }
    let Some((sign, mark)) = MARKS.iter().find(|(sign, _)| rest.starts_with(sign)).copied() else {
        return Err(first.map_or(1, char::len_utf8));
    };
    let same = sign.chars().next();
    let run = rest.chars().take_while(|c| Some(*c) == same).count();
    let inside = rest.get(sign.len()..).unwrap_or_default();
    let opens = inside.starts_with(|c: char| begins(c) || c.is_numeric() || (mark == Mark::Code && !c.is_whitespace()));
    if run != sign.len() || before.is_some_and(|c| c.is_alphanumeric() || c == '\\') || !opens || alone.contains(&sign) {
        return Err(run);
    }
    let Some(end) = closing(inside, sign) else {
        alone.push(sign);
        return Err(run);
    };
    let (inner, whole) = (inside.get(..end).unwrap_or_default(), rest.get(..end + 2 * sign.len()).unwrap_or(rest));
    Ok(Piece { whole, inner, mark: Some(mark) })
}

/// Where the second of two marks begins: behind a word, and not within one.
fn closing(inside: &str, sign: &str) -> Option<usize> {
    let same = sign.chars().next()?;
    inside.match_indices(sign).map(|(at, _)| at).find(|at| {
        let (before, from) = inside.split_at_checked(*at).unwrap_or((inside, ""));
        let after = from.get(sign.len()..).and_then(|after| after.chars().next());
        let behind = before.chars().next_back().is_some_and(|c| !c.is_whitespace() && c != same);
        behind && !after.is_some_and(|c| c.is_alphanumeric() || c == same)
    })
}

/// `[words](address)`.
fn link(rest: &str) -> Option<Piece<'_>> {
    let inside = rest.get(1..)?;
    let words = inside.get(..inside.bytes().take(WORDS).position(|byte| matches!(byte, b'[' | b']'))?)?;
    let address = inside.get(words.len()..)?.strip_prefix("](")?;
    // Its own parentheses belong to an address.
    let mut open = 0_usize;
    let end = address.bytes().take(ADDRESS).position(|byte| {
        match byte {
            b'(' => open += 1,
            b')' if open == 0 => return true,
            b')' => open -= 1,
            _ => {}
        }
        false
    })?;
    let address = address.get(..end)?;
    if words.trim().is_empty() {
        return None;
    }
    Target::new(address)?;
    let whole = rest.get(..words.len() + address.len() + 4)?;
    Some(Piece { whole, inner: words, mark: Some(Mark::Link(address)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Place, Surroundings};

    fn html(document: &Document) -> String {
        document.html(&Surroundings {
            place: Place::Page,
            pieces: &|text| vec![crate::document::Piece::Text(text.to_owned())],
            picture: &|_| None,
            folded: None,
        })
    }

    /// What becomes of marks, as it is shown.
    #[test]
    fn marks_become_what_they_mean() {
        for (typed, expected) in [
            ("This is *important*.", "This is <em>important</em>."),
            ("This is **very** important.", "This is <strong>very</strong> important."),
            ("**Now, *please*!**", "<strong>Now, </strong><strong><em>please</em></strong><strong>!</strong>"),
            ("Not ~~Monday~~ Tuesday", "Not <s>Monday</s> Tuesday"),
            ("Run `rm -rf *` and `a*b`.", "Run <code>rm -rf *</code> and <code>a*b</code>."),
        ] {
            let (text, document) = of_markdown(typed).unwrap_or_default();
            let shown = html(&document);
            assert!(shown.contains(expected), "{typed}: {shown}");
            assert_eq!(text, typed, "the words stay as they were typed");
        }
        let (text, document) = of_markdown("See [the *manual*](https://a.example/b_(c)), please.").unwrap();
        assert_eq!(text, "See the *manual* <https://a.example/b_(c)>, please.");
        assert!(html(&document).contains("href=\"https://a.example/b_(c)\""), "{}", html(&document));
        let (text, document) = of_markdown("```rust\nfn a() {\n\n    *b*\n}\n```\nDone.").unwrap();
        assert_eq!(text, "```\nfn a() {\n\n    *b*\n}\n```\nDone.");
        assert_eq!(document.blocks.first(), Some(&Block::Code("fn a() {\n\n    *b*\n}".to_owned())));
        let (text, document) = of_markdown("> When do you *come*?\n>\n> > Soon.\nAt noon.").unwrap();
        assert_eq!(text, "> When do you *come*?\n>\n> > Soon.\nAt noon.");
        assert!(
            matches!(document.blocks.as_slice(), [Block::Quote(inner), Block::Paragraph(_)] if inner.len() == 2),
            "{document:?}"
        );
        let (_, document) = of_markdown("I need\n- *one* pen\n- two cups").unwrap();
        assert!(html(&document).contains("<li>") && html(&document).contains("<em>one</em>"), "{}", html(&document));
    }

    /// What people type who mean no marks stays, sign for sign.
    #[test]
    fn what_is_no_mark_stays_as_it_was_typed() {
        for typed in [
            "2 * 3 * 4",
            "2*3*4 and (a*b)*c",
            "snake_case_names, __init__.py and _private_",
            "#1",
            "# 1 is broken",
            "1. Mai",
            "3. Mai\n7. Juni",
            "> 5 pieces",
            ">5",
            ">> prompt",
            "-> there",
            "*.txt and foo.*",
            "*args and **kwargs",
            "int *a, int *b",
            "5* hotel, 4* hotel",
            "* required",
            "*) see below *",
            "Name*:\n*required",
            "C:\\_temp\\*.* and \\\\server\\share",
            "&copy; &amp; <b>bold</b>",
            "---\nCarla",
            "Title\n=====",
            "`open only",
            "`so' and `so'",
            "it`s here and it`s there",
            "[1] and [x](y) and [](https://a.example)",
            "[a](javascript:alert(1))",
            "![picture](https://a.example/b.png)",
            "https://a.example/*b*/`c`",
            "~1 hour, ~~2 hours",
            "*** \n***",
            "**\n*\n``",
            "```\nnever closed",
            "a | b\n--|--",
            "\\*not\\*",
            "",
        ] {
            let read = of_markdown(typed);
            assert_eq!(read, None, "{typed}");
        }
        // A word beside a mark keeps its own.
        let (text, document) = of_markdown("*now*: 2*3*4 in snake_case_names").unwrap();
        assert_eq!(text, "*now*: 2*3*4 in snake_case_names");
        assert!(html(&document).contains("<em>now</em>: 2*3*4 in snake_case_names"), "{}", html(&document));
    }

    /// Nothing here looks at the rest of a long text for each of its marks: this would not end.
    #[test]
    fn many_marks_take_no_longer() {
        for part in ["*a ", "**a ", "`a ", "[a](", "[", "~~a ", "*a* ", "> ", "```\n", "```a\n", "> ```a\n", "> a\n"] {
            let typed = part.repeat(100_000 / part.len());
            assert!(of_markdown(&typed).is_none_or(|(text, _)| text.trim_end() == typed.trim_end()), "{part}");
        }
    }
}
