//! What may stand in an article's HTML. Whatever the writer beside this file does wrong, nothing else gets out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// The HTML without anything that is not on the list.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

pub(super) const TAGS: &[&str] = &[
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "hr",
    "br",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
    "span",
    "sup",
    "section",
];
const CLASSES: &[&str] = &[
    "callout-name",
    "callout note",
    "callout tip",
    "callout important",
    "callout warning",
    "callout caution",
    "mention",
    "wide",
    "right",
    "center",
    "box",
    "notes",
    "status you",
    "status us",
    "status others",
    "status done",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", ["href", "class", "aria-label"].into()),
            ("p", ["class"].into()),
            ("img", ["src", "alt", "loading"].into()),
            ("ol", ["start"].into()),
            ("th", ["scope", "class"].into()),
            ("div", ["class", "tabindex", "role", "aria-label"].into()),
            ("span", ["class", "role", "aria-label"].into()),
            ("section", ["class", "aria-label"].into()),
            ("pre", ["tabindex"].into()),
            ("td", ["class"].into()),
            ("code", ["class"].into()),
            ("li", ["id"].into()),
            ("h2", ["id"].into()),
            ("h3", ["id"].into()),
            ("h4", ["id"].into()),
            ("h5", ["id"].into()),
            ("h6", ["id"].into()),
        ]))
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(filter);
    builder
});

/// Holds what this file writes to what it means to write.
fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let simple = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_+#.".contains(c));
    let inside = value.starts_with('/') && !value.starts_with("//") && !value.contains('\\');
    let fine = match (element, attribute) {
        ("img", "src") => inside && value.contains("/docs/files/"),
        ("a", "href") => inside || value.starts_with('#') || ["http", "mailto:"].iter().any(|scheme| starts(value, scheme)),
        ("code", "class") => value.strip_prefix("language-").is_some_and(simple),
        (_, "class") => CLASSES.contains(&value),
        ("li", "id") => value.starts_with("note_") && simple(value),
        (_, "id") => simple(value) && !value.contains('_'),
        (_, "tabindex") => value == "0",
        (_, "role") => ["img", "region", "note"].contains(&value),
        _ => true,
    };
    fine.then_some(Cow::Borrowed(value))
}

fn starts(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}
