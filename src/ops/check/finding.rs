//! Something that a check found.

use serde::Serialize;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check found it: a stable word.
    pub check: &'static str,
    /// What is wrong.
    pub words: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    /// A finding of `check`.
    #[must_use]
    pub fn new(check: &'static str, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, words: words.into(), remedy: remedy.into() }
    }
}
