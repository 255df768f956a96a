//! What of an article's Markdown is for its readers. Raw HTML holds things that its writer sees nowhere: comments, attributes,
//! hidden elements, scripts. Everywhere else they stay unseen, so here they do not leave the house; code is shown as it stands.
//! The one element that stays is the line break in a cell of a table, where Markdown has no other.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// The Markdown that articles are written in.
#[must_use]
pub fn options() -> Options {
    // GFM: the callouts of GitHub, `> [!NOTE]`.
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// What is taken out may uncover more of its kind; after so many times it is no accident, and nothing with a `<` is left.
const ROUNDS: usize = 8;
/// Bytes of a tag with its attributes; longer is none.
const TAG: usize = 4_000;

/// Elements whose content no browser shows as text.
const UNSEEN: &[&str] = &[
    "script", "style", "template", "noscript", "title", "head", "iframe", "object", "applet", "noframes", "audio", "video",
    "canvas", "svg", "math", "datalist", "dialog",
];
/// The other elements of HTML; a word in angle brackets that is none of them, `<name>`, is what its writer wants to be read.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meta",
    "meter",
    "nav",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// The Markdown without what only its writers may read.
#[must_use]
pub fn published(body: &str) -> String {
    let mut text = body.to_owned();
    for _ in 0..ROUNDS {
        match shorter(&text) {
            Some(less) => text = less,
            None => return text,
        }
    }
    text.replace('<', "")
}

/// Whether a tag is a line break and nothing else, however it is written.
#[must_use]
pub fn is_break(tag: &str) -> bool {
    let name = tag.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    name.trim_end_matches('/').trim_end().eq_ignore_ascii_case("br")
}

/// The text without its raw HTML; `None` where it has none.
fn shorter(text: &str) -> Option<String> {
    if !text.contains('<') {
        return None;
    }
    let [mut code, mut raw, mut cells]: [Vec<Range<usize>>; 3] = Default::default();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => code.push(range),
            Event::Html(_) | Event::InlineHtml(_) => raw.push(range),
            Event::Start(Tag::TableCell) => cells.push(range),
            _ => {}
        }
    }
    let (mut kept, mut done, mut at) = (String::with_capacity(text.len()), 0, 0);
    let [mut code, mut raw, mut cells] = [code, raw, cells].map(|ranges| ranges.into_iter().peekable());
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        at = start + 1;
        while code.next_if(|range| range.end <= start).is_some() {}
        while raw.next_if(|range| range.end <= start).is_some() {}
        while cells.next_if(|range| range.end <= start).is_some() {}
        if let Some(range) = code.peek().filter(|range| range.contains(&start)) {
            at = range.end;
            continue;
        }
        let is_raw = raw.peek().is_some_and(|range| range.contains(&start));
        let before = text.get(..start).unwrap_or_default();
        // An escaped one is text, but not inside of HTML, where nothing escapes.
        if !is_raw && before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
            continue;
        }
        let begins = before.rsplit('\n').next().unwrap_or_default().trim_matches([' ', '>', '\t']).is_empty();
        let Some(length) = text.get(start..).and_then(|rest| hidden(rest, begins)) else { continue };
        let tag = text.get(start..start + length).unwrap_or_default();
        if is_break(tag) && cells.peek().is_some_and(|range| range.contains(&start)) {
            at = start + length;
            continue;
        }
        kept.push_str(text.get(done..start).unwrap_or_default());
        let end = start + length;
        // What stood apart stays apart.
        if tag.starts_with("<br") {
            kept.push(' ');
        }
        (done, at) = (end, end);
    }
    if done == 0 {
        return None;
    }
    kept.push_str(text.get(done..).unwrap_or_default());
    Some(kept)
}

/// How many bytes of what begins with `<` are HTML that its reader does not get; `begins` says whether it begins a line.
/// Without an end it reaches to the end of the article, where Markdown sees it so, and a comment always.
fn hidden(rest: &str, begins: bool) -> Option<usize> {
    let until = |from: usize, end: &str| rest.get(from..).and_then(|tail| tail.find(end)).map(|at| from + at + end.len());
    let open = |end: Option<usize>| end.or(begins.then_some(rest.len()));
    if rest.starts_with("<!--") {
        // `<!-->` is one, too (HTML, "comments").
        return Some(until(2, "-->").unwrap_or(rest.len()));
    }
    if rest.starts_with("<![CDATA[") {
        return open(until(9, "]]>"));
    }
    if rest.starts_with("<?") {
        return open(until(2, "?>"));
    }
    if rest.strip_prefix("<!").is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return open(until(2, ">"));
    }
    let tag = Tagged::read(rest)?;
    let is_known = ELEMENTS.contains(&tag.name.as_str()) || UNSEEN.contains(&tag.name.as_str());
    if !is_known && !tag.has_attributes {
        return None;
    }
    if tag.closes || tag.is_empty {
        return Some(tag.length);
    }
    match UNSEEN.contains(&tag.name.as_str()) || tag.is_hidden {
        true => Some(end_of(rest, &tag).or(begins.then_some(rest.len())).unwrap_or(tag.length)),
        false => Some(tag.length),
    }
}

/// A tag.
struct Tagged {
    name: String,
    closes: bool,
    is_empty: bool,
    has_attributes: bool,
    is_hidden: bool,
    length: usize,
}

impl Tagged {
    fn read(rest: &str) -> Option<Self> {
        let inside = rest.strip_prefix('<')?;
        let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        let stop = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(inside.len());
        let (name, behind) = inside.split_at_checked(stop)?;
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !begins || !behind.starts_with(|c: char| c.is_whitespace() || c == '/' || c == '>') {
            return None;
        }
        let mut quote = None;
        let end = behind.char_indices().take_while(|(at, _)| *at <= TAG).find_map(|(at, c)| {
            match (quote, c) {
                (None, '>') => return Some(at),
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
            None
        })?;
        let attributes = behind.get(..end)?.trim();
        let bare = attributes.trim_end_matches('/').trim();
        let lower = bare.to_ascii_lowercase();
        let compact: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
        let is_hidden = lower.split_whitespace().any(|word| word == "hidden" || word.starts_with("hidden="))
            || compact.contains("display:none")
            || compact.contains("visibility:hidden");
        Some(Self {
            name: name.to_ascii_lowercase(),
            closes,
            is_empty: attributes.ends_with('/'),
            has_attributes: !bare.is_empty(),
            is_hidden,
            length: rest.len() - behind.len() + end + 1,
        })
    }
}

/// Where the element that begins here ends.
fn end_of(rest: &str, tag: &Tagged) -> Option<usize> {
    let (mut depth, mut at) = (1_usize, tag.length);
    while let Some(found) = rest.get(at..)?.find('<') {
        let start = at + found;
        at = start + 1;
        let Some(inner) = rest.get(start..).and_then(Tagged::read).filter(|inner| inner.name == tag.name) else { continue };
        at = start + inner.length;
        match (inner.closes, inner.is_empty) {
            (true, _) => depth -= 1,
            (false, true) => {}
            (false, false) => depth += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_its_writers_see_is_taken_out() {
        for (body, expected) in [
            ("a <!-- secret --> b", "a  b"),
            ("a\n\n<!-- secret\n\nstill secret -->\n\nb", "a\n\n\n\nb"),
            ("a <!-- secret\n\n```\nsecret\n```\n\n--> b", "a  b"),
            ("a <!-- secret\n\n# and no end", "a "),
            ("<!-->a<!--->b", "ab"),
            ("<!-<!-- x -->- secret -->b", "b"),
            ("- one\n  <!-- secret -->\n- two", "- one\n  \n- two"),
            ("> a\n> <!-- secret -->\n> b", "> a\n> \n> b"),
            ("|a|\n|-|\n|b<!-- secret -->|", "|a|\n|-|\n|b|"),
            ("# T <!-- secret -->", "# T "),
            ("[a <!-- secret --> b](welcome.md)", "[a  b](welcome.md)"),
            ("a <?php secret ?> b <!DOCTYPE secret> c <![CDATA[secret]]> d", "a  b  c  d"),
            ("<?php secret\n\nsecret", ""),
            ("<script>secret</script>a<style>\n\nsecret</style >b", "ab"),
            ("<script>secret\n\nsecret", ""),
            ("<template>secret<template>x</template>secret</template>a", "a"),
            ("<div hidden>secret <div>x</div> secret</div>a", "a"),
            ("<p style='display: none'>secret</p>a", "a"),
            ("<span title=\"secret > secret\">a</span>", "a"),
            ("<div\n  data-note=\"secret\">\n\n**a**\n\n</div>", "\n\n**a**\n\n"),
            ("<x-note secret=\"1\">a</x-note>", "a</x-note>"),
            ("a<br>b<br/>c", "a b c"),
            ("|a|\n|-|\n|b<br>c<br />d <b>e</b>|\n\nf<br>g", "|a|\n|-|\n|b<br>c<br />d e|\n\nf g"),
            ("|a|\n|-|\n|b<br class=\"secret\">c|", "|a|\n|-|\n|b c|"),
            ("<div>\n\\<!-- secret -->\n</div>", "\n\\\n"),
            ("<img alt=\"secret\" src=x>a", "a"),
        ] {
            assert_eq!(published(body), expected, "{body}");
            assert!(!published(body).contains("secret"), "{body}");
        }
    }

    #[test]
    fn what_its_readers_are_to_read_stays() {
        for body in [
            "",
            "a < b > c <- d",
            "`<!-- x -->` and `` <b> ``",
            "```html\n<!-- x -->\n<script>y</script>\n```",
            "~~~\n<!-- x\n~~~\n\na",
            "a\n\n    <!-- x -->\n    <b>\n",
            "\\<!-- x -->",
            "<https://a.example/> <carla@acme.example>",
            "Replace <name> by your <your-domain>.",
            "1 <2, 3> 2, <3",
            "a <b",
            "|a|\n|-|\n|b<br>c<BR/>d|",
        ] {
            assert_eq!(published(body), body, "{body}");
        }
    }

    #[test]
    fn layers_end() {
        for piece in ["<", "<!-", "<b ", "<!-- ", "<div hidden>", "<script>", "`<", "<!--`-->"] {
            let _ = published(&piece.repeat(5_000));
        }
        let mut nested = String::from("secret");
        for _ in 0..20 {
            nested = format!("<!-<!-- x -->- {nested} -->");
        }
        assert!(!published(&nested).contains("<!--"));
    }
}
