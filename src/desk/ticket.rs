//! Tickets: their numbers, and what a status means.

use std::fmt;
use std::str::FromStr;

string_enum! {
    /// What a status means, whatever it is called.
    Category {
        /// Nobody has begun.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// It waits for somebody else.
        Waiting = "waiting",
        /// It is done.
        Done = "done",
    }
}

/// The status of a new or reopened ticket.
pub const STATUS_OPEN: &str = "open";
/// The status that `#close` sets.
pub const STATUS_DONE: &str = "done";
/// The priority of a new ticket.
pub const PRIORITY_NORMAL: &str = "normal";
/// The task type of a ticket that nobody has sorted yet.
pub const TYPE_REQUEST: &str = "request";

/// Whether a status key is one that a customer's word opens again.
#[must_use]
pub fn rests(status: &str) -> bool {
    matches!(status, STATUS_DONE | "waiting")
}

/// The status of a ticket that a customer's word opens again, by the one that customers see. What rests only inside goes
/// back to what they see: a step there would tell them that it did.
#[must_use]
pub fn reopened(face: &str) -> &str {
    if rests(face) { STATUS_OPEN } else { face }
}

/// A ticket's number as people write it: `ACME-42`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketNumber {
    /// The key of its project.
    pub project: String,
    /// Its number in that project, from 1.
    pub number: i64,
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.project, self.number)
    }
}

impl serde::Serialize for TicketNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for TicketNumber {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a ticket number; write it like ACME-42");
        let (project, number) = text.trim().rsplit_once('-').ok_or_else(wrong)?;
        let project = project.to_ascii_uppercase();
        let number: i64 = number.parse().map_err(|_| wrong())?;
        if super::project::is_key(&project) && number > 0 { Ok(Self { project, number }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!("ACME-42".parse::<TicketNumber>().unwrap().to_string(), "ACME-42");
        assert_eq!(" acme-7 ".parse::<TicketNumber>().unwrap().to_string(), "ACME-7");
        for wrong in ["", "ACME", "ACME-", "ACME-0", "ACME--1", "A-1", "ACME-99999999999999999999", "4CME-1"] {
            assert!(wrong.parse::<TicketNumber>().is_err(), "{wrong}");
        }
    }
}
