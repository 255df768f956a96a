//! One mail out: takes due rows of the outbox by lease, sends each by itself, writes down what the server said.

pub mod deliver;
mod lines;
pub mod schedule;
pub mod smtp;
mod starttls;
pub mod transport;

pub use transport::Transport;

/// How a try to hand a mail to the next server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken, with the server's words.
    Accepted(String),
    /// Not now: the server's words, or what went wrong on the way. Unknown faults are temporary.
    Temporary(String),
    /// Never: the server's words.
    Permanent(String),
}
