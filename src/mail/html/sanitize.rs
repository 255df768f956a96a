//! Harmless HTML for display: ammonia's allow-list without anything that loads, runs or lays itself over the page.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::plainly::DIVIDING;

/// Style properties that only change how text looks; none of them takes a URL or moves content out of its place. What the
/// sender hid stays hidden: the text that was read does not have it either.
const STYLES: &[&str] = &[
    "color",
    "background-color",
    "font-weight",
    "font-style",
    "font-family",
    "font-size",
    "text-decoration",
    "text-align",
    "vertical-align",
    "white-space",
    "margin-left",
    "padding-left",
    "border-left",
    "border-collapse",
    "list-style-type",
    "width",
    "display",
    "visibility",
    "opacity",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["font", "big"])
        .rm_tags(["area", "map", "nav", "header", "footer"])
        .add_clean_content_tags(["title", "textarea", "select", "svg", "math", "object", "template", "noscript", "iframe"])
        .add_tag_attributes("font", ["color", "size", "face"])
        .add_tag_attributes("td", ["valign", "bgcolor"])
        .add_generic_attributes(["style", "dir"])
        .filter_style_properties(STYLES.iter().copied().collect::<HashSet<_>>())
        .url_schemes(["http", "https", "mailto", "tel", "cid"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(filter);
    builder
});

/// Pictures come from the mail itself only; links never do.
fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let inside = value.trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cid:"));
    match (element, attribute) {
        (_, "src") => inside.then_some(Cow::Borrowed(value)),
        (_, "href" | "cite") if inside => None,
        (_, "style") if value.contains("url(") || value.contains('\\') || value.contains("/*") => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Makes HTML harmless; `None` where html5ever's tree builder would take too long for it (see `is_tame`).
pub fn sanitize(html: &str, depth: usize) -> Option<String> {
    is_tame(html, depth).then(|| CLEANER.clean(html).to_string())
}

/// What the serializer of html5ever 0.40 does beyond writing: for each `&` of a text, and each character from U+0080 to
/// U+00BF, it looks for the next `<` or `>`, however far away that is. In bytes looked at: a tenth of a second.
const MAX_LOOKED_AT: usize = 1_000_000_000;

/// Attribute separators in one tag; the tokenizer compares each attribute with all before it.
const MAX_SEPARATORS: usize = 2_000;
/// Elements that the tree builder may have to open again because formatting was left open across blocks.
const MAX_REOPENED: usize = 50_000;
const VOID: &[&str] =
    &["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param"];
/// Elements that end by themselves where the next one starts.
const SELF_ENDING: &[&str] =
    &["p", "li", "td", "th", "tr", "dt", "dd", "tbody", "thead", "tfoot", "option", "html", "head", "body"];
/// Elements that the tree builder opens again in every later block until they are closed.
const FORMATTING: &[&str] = &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Whether the tree builder copes with this HTML: it is quadratic in nesting, in attributes of one tag and in unclosed
/// formatting. One pass over the bytes, before anything is built.
#[must_use]
pub fn is_tame(html: &str, max_depth: usize) -> bool {
    if looked_at(html) > MAX_LOOKED_AT {
        return false;
    }
    let mut open = Stack::default();
    let mut formatting = [0_usize; FORMATTING.len()];
    let mut unclosed = 0_usize;
    let mut reopened = 0_usize;
    let mut rest = html.as_bytes();
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let (closing, tail) = rest.strip_prefix(b"/").map_or((false, rest), |tail| (true, tail));
        if !tail.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let length = tail.iter().take_while(|b| !(b.is_ascii_whitespace() || **b == b'>' || **b == b'/')).count();
        let name = String::from_utf8_lossy(tail.get(..length.min(20)).unwrap_or_default()).to_ascii_lowercase();
        let (after, separators) = skip_tag(tail);
        rest = after;
        if separators > MAX_SEPARATORS {
            return false;
        }
        if let Some(count) = FORMATTING.iter().position(|known| *known == name).and_then(|index| formatting.get_mut(index)) {
            if !closing {
                *count += 1;
                unclosed += 1;
            } else if *count > 0 {
                *count -= 1;
                unclosed -= 1;
            }
        } else {
            reopened += unclosed;
        }
        if reopened > MAX_REOPENED {
            return false;
        }
        if VOID.contains(&name.as_str()) || SELF_ENDING.contains(&name.as_str()) {
            continue;
        }
        if closing {
            open.close(&name);
        } else {
            open.0.push(name);
        }
        if open.0.len() > max_depth {
            return false;
        }
    }
    true
}

/// Elements that the end of another one does not reach past (HTML, section 13.2.4.2, "special"), as far as they count.
const SPECIAL: &[&str] = &[
    "address",
    "applet",
    "article",
    "aside",
    "blockquote",
    "button",
    "caption",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "listing",
    "main",
    "marquee",
    "menu",
    "nav",
    "object",
    "ol",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "template",
    "textarea",
    "ul",
];
/// Those that not even the end of a special one reaches past.
const BARRIERS: &[&str] = &["applet", "caption", "marquee", "object", "table", "template", "svg", "math"];

/// The open elements, as many of them as the tree builder may have: what it perhaps does not close stays open.
#[derive(Default)]
struct Stack(Vec<String>);

impl Stack {
    fn close(&mut self, name: &str) {
        let Some(at) = self.0.iter().rposition(|open| open == name) else { return };
        let above = self.0.get(at + 1..).unwrap_or_default();
        let holds = |names: &[&str]| above.iter().any(|open| names.contains(&open.as_str()));
        let (special, barred) = (holds(SPECIAL), name != "table" && holds(BARRIERS));
        if FORMATTING.contains(&name) || name == "form" {
            // It ends alone, and what was begun inside goes on.
            if special || name == "form" {
                self.0.remove(at);
            } else {
                self.0.truncate(at);
            }
        } else if !barred && (SPECIAL.contains(&name) || !special) {
            self.0.truncate(at);
        }
    }
}

/// Bytes that the serializer looks at more than once, at most.
fn looked_at(html: &str) -> usize {
    let (mut all, mut escaped, mut length) = (0_usize, 0_usize, 0_usize);
    let bytes = html.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        length += 1;
        let tail = bytes.get(at + 1..).unwrap_or_default();
        let ends = match byte {
            b'<' => {
                let name = tail.get(..tail.len().min(11)).unwrap_or_default();
                let name = name.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
                DIVIDING.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
            }
            // A `<` or `>` of the text, which it finds at once.
            b'&' => {
                escaped += 1;
                tail.starts_with(b"lt;") || tail.starts_with(b"gt;")
            }
            0xc2 => {
                escaped += 1;
                false
            }
            _ => false,
        };
        if ends {
            all = all.saturating_add(escaped.saturating_mul(length));
            (escaped, length) = (0, 0);
        }
    }
    all.saturating_add(escaped.saturating_mul(length))
}

/// Skips to behind the end of a tag; counts what separates its attributes.
fn skip_tag(tag: &[u8]) -> (&[u8], usize) {
    let mut separators = 0;
    let mut quote: Option<u8> = None;
    let mut value = false;
    for (index, byte) in tag.iter().enumerate() {
        match (quote, *byte) {
            (Some(open), byte) if byte == open => {
                quote = None;
                separators += 1;
            }
            (Some(_), _) => {}
            (None, b'>') => return (tag.get(index + 1..).unwrap_or_default(), separators),
            (None, b'=') => value = true,
            (None, b'"' | b'\'') if value => {
                quote = Some(*byte);
                value = false;
            }
            (None, byte) if byte.is_ascii_whitespace() || byte == b'/' => separators += 1,
            (None, _) => value = false,
        }
    }
    (&[], separators)
}
