//! HTML written anew so that no tokenizer and no tree builder reads it otherwise than it was measured here: one pass over
//! the bytes, with what a mail may have of everything taken from one [`Budget`].
//!
//! The tokenizer compares each attribute of a tag with all before it, and the tree builder cares what stands in comments
//! and scripts. So comments and what is never shown are left out, attributes beyond a number are dropped, values are
//! quoted, and a `<` that begins no tag is `&lt;`. What is left says the same to a reader.

/// Attributes of one tag; no program writes half as many.
const ATTRIBUTES: usize = 100;

/// How much HTML is read of one mail, over all its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes.
    pub bytes: usize,
    /// Tags, start and end.
    pub tags: usize,
    /// Attributes of all tags.
    pub attributes: usize,
    /// Tags of `html` and `body`, and their attributes: the tree builder puts those of all such tags into one.
    roots: (usize, usize),
    /// Something was left out because there was too much of it.
    pub spent: bool,
}

/// Tags of one mail, and twice as many attributes: a megabyte of Word's own HTML has 30,000.
const TAGS: usize = 150_000;
/// Tags of `html` and `body` of one mail: two for each part, and some; and attributes of them.
const ROOTS: (usize, usize) = (2_000, 500);

impl Budget {
    /// What one mail may have that may have so many bytes of HTML.
    #[must_use]
    pub fn of(bytes: usize) -> Self {
        Self { bytes, tags: TAGS, attributes: 2 * TAGS, roots: ROOTS, spent: false }
    }
}

/// Elements whose start always ends a text: what the tree builder may ignore is not among them.
pub(super) const DIVIDING: &[&str] = &[
    "wbr",
    "p",
    "div",
    "br",
    "span",
    "font",
    "b",
    "i",
    "u",
    "a",
    "strong",
    "em",
    "img",
    "li",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "hr",
];
/// Bytes of a text between two such elements before a `wbr`, which nobody sees, divides it: see `sanitize::is_tame`.
const UNDIVIDED: usize = 2_048;

/// Elements whose content is no markup (HTML, section 13.2.5.1), as `render` and browsers without scripts read them.
const RAW: &[&str] = &["script", "style", "iframe", "noembed", "noframes", "title", "xmp", "textarea"];
/// Those whose content a reader sees.
const SHOWN: &[&str] = &["xmp", "textarea"];

/// The HTML as it is read; ends where the budget does.
#[must_use]
pub fn plainly(html: &str, budget: &mut Budget) -> String {
    let mut out = String::with_capacity(html.len().min(budget.bytes) + 64);
    let mut rest = cut(html, budget);
    let (mut comments, mut run) = (true, 0);
    loop {
        let (text, markup) = rest.split_at_checked(rest.find('<').unwrap_or(rest.len())).unwrap_or((rest, ""));
        divide(text, &mut run, &mut out);
        let Some(inner) = markup.strip_prefix('<') else { break };
        let (closing, name_on) = inner.strip_prefix('/').map_or((false, inner), |tail| (true, tail));
        if name_on.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if budget.tags == 0 {
                budget.spent = true;
                break;
            }
            budget.tags -= 1;
            // A tag that is open to the end is none.
            let begun = out.len();
            let Some(after) = tag(name_on, closing, &mut out, budget) else { break };
            let name = out.get(begun + 1..).and_then(|tag| tag.split([' ', '>']).next()).unwrap_or_default();
            if DIVIDING.contains(&name) {
                run = 0;
            }
            rest = after;
        } else if let Some(comment) = inner.strip_prefix("!--") {
            // One that is open to the end hides nothing, and neither does any behind it.
            let end = comments.then(|| behind_comment(comment)).flatten();
            comments = end.is_some();
            rest = end.unwrap_or(comment);
        } else if inner.starts_with(['!', '?']) || closing && !name_on.is_empty() {
            rest = inner.split_once('>').map_or("", |(_, after)| after);
        } else {
            out.push_str("&lt;");
            rest = inner;
        }
    }
    out
}

/// Plain text as HTML.
#[must_use]
pub fn of_text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = "<pre>".to_owned();
    divide(&text, &mut 0, &mut out);
    out.push_str("</pre>");
    out
}

/// Writes a text, divided in front of what a serializer escapes, or looks at as if it did.
fn divide(text: &str, run: &mut usize, out: &mut String) {
    let mut done = 0;
    for (at, _) in text.match_indices(|c: char| matches!(c, '&' | '\u{80}'..='\u{bf}')) {
        if *run + at - done > UNDIVIDED {
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str("<wbr>");
            (*run, done) = (0, at);
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    *run += text.len() - done;
}

/// As much of the HTML as the budget has.
fn cut<'a>(html: &'a str, budget: &mut Budget) -> &'a str {
    budget.spent |= html.len() > budget.bytes;
    let mut end = budget.bytes.min(html.len());
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    budget.bytes -= end;
    html.get(..end).unwrap_or_default()
}

/// Behind a comment; `None` where it is open to the end.
fn behind_comment(comment: &str) -> Option<&str> {
    if let Some(after) = [">", "->"].iter().find_map(|short| comment.strip_prefix(short)) {
        return Some(after);
    }
    let ends = |at: &usize| comment.get(..*at).is_some_and(|before| before.ends_with("--") || before.ends_with("--!"));
    let end = comment.match_indices('>').map(|(at, _)| at).find(ends)?;
    comment.get(end + 1..)
}

/// Writes the tag that begins with its name here, and what is not markup behind it. What stands behind that.
fn tag<'a>(from: &'a str, closing: bool, out: &mut String, budget: &mut Budget) -> Option<&'a str> {
    let begun = out.len();
    let is_end = |c: char| c.is_ascii_whitespace() || c == '/' || c == '>';
    let (name, mut rest) = from.split_at_checked(from.find(is_end)?)?;
    let lower = name.to_ascii_lowercase();
    out.push_str(if closing { "</" } else { "<" });
    out.push_str(if lower == "xmp" { "listing" } else { &lower });
    let is_root = !closing && matches!(lower.as_str(), "html" | "body");
    let too_many = is_root && budget.roots.0 == 0;
    budget.roots.0 -= usize::from(is_root && !too_many);
    budget.spent |= too_many;
    let mut left = match (closing, is_root) {
        (true, _) => 0,
        (false, false) => ATTRIBUTES,
        (false, true) => budget.roots.1.min(ATTRIBUTES),
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let Some(attribute) = rest.chars().next() else {
            out.truncate(begun);
            return None;
        };
        if let Some(after) = rest.strip_prefix('>') {
            out.push('>');
            // Nobody writes `plaintext` any more, and no tag behind it would be one.
            if lower == "plaintext" || too_many {
                out.truncate(begun);
            }
            return Some(if closing { after } else { behind_raw(&lower, after, out) });
        }
        // An `=` in front belongs to the name.
        let tail = rest.get(attribute.len_utf8()..)?;
        let end = attribute.len_utf8() + tail.find(|c| is_end(c) || c == '=').unwrap_or(tail.len());
        let (name, after) = rest.split_at_checked(end)?;
        let value_on = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, after) = match value_on.strip_prefix('=') {
            Some(value) => match self::value(value.trim_start_matches(|c: char| c.is_ascii_whitespace())) {
                Some((value, after)) => (value, after),
                None => {
                    out.truncate(begun);
                    return None;
                }
            },
            None => ("", after),
        };
        rest = after;
        if left > 0 && budget.attributes > 0 {
            left -= 1;
            budget.attributes -= 1;
            budget.roots.1 -= usize::from(is_root);
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            match value.contains('"') {
                true => out.push_str(&value.replace('"', "&quot;")),
                false => out.push_str(value),
            }
            out.push('"');
        } else {
            budget.spent |= !closing;
        }
    }
}

/// The value of an attribute, and what stands behind it; `None` where it is open to the end.
fn value(from: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(inner) = from.strip_prefix(quote) {
            return inner.split_once(quote);
        }
    }
    from.split_at_checked(from.find(|c: char| c.is_ascii_whitespace() || c == '>')?)
}

/// Behind the content of an element in which nothing is markup; of a shown one it is written as text.
fn behind_raw<'a>(name: &str, from: &'a str, out: &mut String) -> &'a str {
    if !RAW.contains(&name) {
        return from;
    }
    let is_end = |tail: &str| {
        let named = tail.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
        let next = tail.get(name.len()..).and_then(|after| after.chars().next());
        named && next.is_none_or(|c| c.is_ascii_whitespace() || c == '/' || c == '>')
    };
    let end =
        from.match_indices("</").map(|(at, mark)| (at, at + mark.len())).find(|(_, name)| from.get(*name..).is_some_and(is_end));
    let (content, rest) = from.split_at_checked(end.map_or(from.len(), |(at, _)| at)).unwrap_or((from, ""));
    if SHOWN.contains(&name) {
        let content = if name == "xmp" { content.replace('&', "&amp;") } else { content.to_owned() };
        out.push_str(&content.replace('<', "&lt;"));
    }
    rest
}
