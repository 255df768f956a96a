//! The vocabulary of [`body`](super): lines, what HTML says of them, and what they turn out to be.

use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// What the structure of an HTML mail says about a line; plain text has [`Mark::None`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Inside a client's quote container.
    Quote,
    /// Inside a client's attribution container.
    Attribution,
    /// Inside a client's signature container.
    Signature,
    /// From this line on everything is the mail that is answered (Outlook, Zimbra).
    Cut,
    /// Typed by the writer although it looks like a quote.
    Typed,
    /// In a colour in which people answer inside a quote.
    Coloured,
}

/// One line of text with its mark; quotes by structure start with `> `.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The text without line break.
    pub text: String,
    /// What the structure says.
    pub mark: Mark,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Newly written.
    #[serde(rename = "n")]
    New,
    /// Only quoted.
    #[serde(rename = "q")]
    Quoted,
    /// Of a signature.
    #[serde(rename = "s")]
    Signature,
}

/// What a line is, and why. Only the class is serialised: the rule is for whoever reads the mail right here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Class", into = "Class")]
pub struct Classified {
    /// What the line is.
    pub class: Class,
    /// The rule that says so; `None` where the line comes from another process or nothing was asked.
    pub rule: Option<Rule>,
}

impl Classified {
    /// A line that is of this class by this rule.
    #[must_use]
    pub const fn by(class: Class, rule: Rule) -> Self {
        Self { class, rule: Some(rule) }
    }

    /// Makes the line one of this class by this rule, where it is none yet.
    pub(crate) fn turn(&mut self, class: Class, rule: Rule) {
        if self.class != class {
            *self = Self::by(class, rule);
        }
    }
}

/// Whether two texts have lines of the same classes, whatever the rules.
pub(crate) fn are_alike(one: &[Classified], other: &[Classified]) -> bool {
    one.iter().map(|line| line.class).eq(other.iter().map(|line| line.class))
}

impl From<Class> for Classified {
    fn from(class: Class) -> Self {
        Self { class, rule: None }
    }
}

impl From<Classified> for Class {
    fn from(line: Classified) -> Self {
        line.class
    }
}

/// Whether a mark of a quote stands in front of a line.
pub(super) fn is_quote(line: &Line) -> bool {
    let trimmed = line.text.trim_start_matches([' ', '\u{a0}']);
    match line.mark {
        Mark::Quote => true,
        Mark::Typed => false,
        _ => trimmed.starts_with('>') && line.text.len() - trimmed.len() <= 4 && !is_drawn_around(trimmed),
    }
}

/// `>>> read this <<<` draws attention and quotes nothing.
fn is_drawn_around(text: &str) -> bool {
    text.starts_with(">>") && text.trim_end().ends_with("<<")
}

/// Whether nothing stands in a line.
pub(super) fn is_blank(line: &Line) -> bool {
    line.text.trim().is_empty()
}

/// The next line above that is not blank.
pub(super) fn above(lines: &[Line], index: usize) -> Option<&Line> {
    lines.get(index.saturating_sub(8)..index)?.iter().rev().find(|line| !is_blank(line))
}
