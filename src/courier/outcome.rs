//! How a try to hand over a mail ended, and what every try needs.

use std::sync::Arc;

use crate::config::Config;
use crate::store::Store;
use crate::time::{Clock, Rng};

/// How a try to hand a mail to the next server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// Taken, with the server's words.
    Accepted(String),
    /// Not now: the server's words, or what went wrong on the way. Unknown faults are temporary.
    Temporary(String),
    /// Never: the server's words.
    Permanent(String),
    /// The server had the whole mail, and then there was no answer that could be understood: it may have taken it.
    Unknown(String),
}

impl SendOutcome {
    /// The server's words, or what went wrong.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Accepted(words) | Self::Temporary(words) | Self::Permanent(words) | Self::Unknown(words) => words,
        }
    }

    /// The same in other words.
    #[must_use]
    pub fn saying(mut self, new: String) -> Self {
        match &mut self {
            Self::Accepted(words) | Self::Temporary(words) | Self::Permanent(words) | Self::Unknown(words) => *words = new,
        }
        self
    }
}

/// What the courier works with.
#[derive(Debug, Clone)]
pub struct Courier {
    /// The desk.
    pub store: Store,
    /// Its configuration.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
}
