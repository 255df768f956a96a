//! Which elements of HTML end a line.

/// Elements with space around them.
pub(super) const SPACED: &[&str] =
    &["p", "ul", "ol", "dl", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "figure"];
/// Elements that stand on lines of their own.
pub(super) const BLOCK: &[&str] = &[
    "div",
    "li",
    "tr",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "address",
    "center",
    "form",
    "fieldset",
    "caption",
    "body",
    "html",
    "head",
    "nav",
    "main",
    "aside",
    "tbody",
    "thead",
    "details",
    "summary",
    "option",
    "figcaption",
    "legend",
];
