//! What somebody had typed into a form that came too late: their session had run out, and nothing was done. It waits for
//! them, for nobody else, and not for long.

use std::time::Duration;

/// So long it waits: as long as the way through a sign-in mail may take, and some more.
pub const LIFETIME: Duration = Duration::from_hours(2);

/// So many wait for one person.
pub const EACH: i64 = 20;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Key of the type of a new ticket; empty for a comment.
    pub type_key: String,
    /// Title of a new ticket; empty for a comment.
    pub title: String,
    /// The text.
    pub text: String,
}

impl Draft {
    /// Whether nobody would miss it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.text.is_empty()
    }
}
