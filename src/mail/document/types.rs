//! The vocabulary of documents: what can be expressed, and nothing else.

use serde::{Deserialize, Serialize};

/// A text with its structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What stands in it, from above.
    pub blocks: Vec<Block>,
}

/// What stands by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Lines that belong together.
    Paragraph(Vec<Inline>),
    /// A heading, from 1 for the highest to 6.
    Heading(u8, Vec<Inline>),
    /// A list.
    List {
        /// The number of the first item; `None` where the items have none.
        first: Option<u32>,
        /// What stands in each.
        items: Vec<Vec<Self>>,
    },
    /// A table, row by row.
    Table(Vec<Vec<Cell>>),
    /// What somebody else wrote.
    Quote(Vec<Self>),
    /// Lines whose blanks count.
    Code(String),
    /// A line drawn across.
    Rule,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Whether it says what stands beside or below it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub heading: bool,
    /// How many columns it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub across: u16,
    /// How many rows it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub down: u16,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

impl Default for Cell {
    fn default() -> Self {
        Self { heading: false, across: 1, down: 1, blocks: Vec::new() }
    }
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Text of one look.
    Text(Run),
    /// The next line begins.
    Break,
    /// A picture.
    Picture(Picture),
}

/// Text of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What it says.
    pub text: String,
    /// How it looks.
    #[serde(flatten)]
    pub style: Style,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Target>,
}

/// How text stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    /// Bold.
    #[serde(skip_serializing_if = "is_false")]
    pub strong: bool,
    /// Italic.
    #[serde(skip_serializing_if = "is_false")]
    pub emphasis: bool,
    /// Underlined.
    #[serde(skip_serializing_if = "is_false")]
    pub underlined: bool,
    /// Struck through: what no longer holds.
    #[serde(skip_serializing_if = "is_false")]
    pub struck: bool,
    /// In the look of code.
    #[serde(skip_serializing_if = "is_false")]
    pub code: bool,
}

/// Where a link leads: an `http`, `https` or `mailto` address without blanks and controls. There is no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target(String);

/// What a target must not be longer than; browsers take less.
const LONGEST_TARGET: usize = 2_000;

impl Target {
    /// A target as it stands in a mail; `None` where it is none that a reader may be led to.
    #[must_use]
    pub fn new(address: &str) -> Option<Self> {
        let address = address.trim();
        let begins = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        let rest = ["https://", "http://", "mailto:"].iter().find(|scheme| begins(scheme)).map(|scheme| scheme.len())?;
        let rest = address.get(rest..)?;
        let sound = |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '\\'));
        let named = rest.starts_with(|c: char| c.is_alphanumeric() || c == '[' || c == '_');
        (named && address.len() <= LONGEST_TARGET && address.chars().all(sound)).then(|| Self(address.to_owned()))
    }

    /// As it stands in a mail.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(address: String) -> Result<Self, String> {
        Self::new(&address).ok_or_else(|| format!("`{address}` is no address of the web or of mail"))
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.0
    }
}

/// A picture where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The Content-ID of a file of the same mail (RFC 2392), without angle brackets.
    pub content_id: String,
    /// What the writer's program says is on it; may be empty.
    pub alt: String,
}

impl Document {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The same as what somebody else wrote.
    #[must_use]
    pub fn quoted(self) -> Self {
        Self { blocks: vec![Block::Quote(self.blocks)] }
    }

    /// Whether it is more than paragraphs, quotes and links that stand for themselves: what plain text can say as well.
    #[must_use]
    pub fn is_rich(&self) -> bool {
        self.blocks.iter().any(is_rich)
    }
}

fn is_rich(block: &Block) -> bool {
    let shows = |inline: &Inline| match inline {
        Inline::Text(run) => {
            run.style != Style::default() || run.link.as_ref().is_some_and(|link| !is_shown(&run.text, link.as_str()))
        }
        Inline::Break => false,
        Inline::Picture(_) => true,
    };
    match block {
        Block::Paragraph(inlines) => inlines.iter().any(shows),
        Block::Quote(blocks) => blocks.iter().any(is_rich),
        Block::Rule => false,
        Block::Heading(..) | Block::List { .. } | Block::Table(_) | Block::Code(_) => true,
    }
}

/// Whether a text shows the address behind it.
pub(super) fn is_shown(text: &str, address: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim().trim_end_matches('/').to_lowercase();
        let text = ["https://", "http://", "mailto:", "www."]
            .iter()
            .fold(text.as_str(), |text, start| text.strip_prefix(start).unwrap_or(text));
        text.chars().filter(|c| !c.is_whitespace()).collect::<String>()
    };
    bare(text) == bare(address)
}

const fn one() -> u16 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_one(number: &u16) -> bool {
    *number == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}
