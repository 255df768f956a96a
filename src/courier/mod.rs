//! One mail out: takes due rows of the outbox by lease, sends each by itself, writes down what the server said.
//!
//! [`deliver`] is the loop over several ways out at once; `claims` keeps the leases of what is on its way, `attempt` is one
//! try, `record` what follows from it, [`schedule`] the rule for that.

mod attempt;
mod claims;
pub mod deliver;
mod lines;
mod masked;
mod record;
pub mod schedule;
pub mod smtp;
mod starttls;
mod stream;
pub mod transport;

pub use deliver::{Courier, Pool};
pub use record::take_out;
pub use transport::Transport;

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
}
