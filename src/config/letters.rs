//! How mails to people outside the staff read: what stands below an answer.

use serde::Deserialize;

/// `quote` of `[outgoing]`: what of the public conversation stands below an answer to somebody outside the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// Nothing.
    None,
    /// The one comment before it.
    #[default]
    Last,
    /// All comments since its reader takes part, as many as fit.
    All,
}
