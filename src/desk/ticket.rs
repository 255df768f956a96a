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

impl Category {
    /// Whether a customer's word opens a ticket again that is there.
    #[must_use]
    pub const fn rests(self) -> bool {
        match self {
            Self::Waiting | Self::Done => true,
            Self::Open | Self::InProgress => false,
        }
    }
}

/// What the two statuses of a ticket mean: the true one, and the one that outsiders see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What the true one means.
    pub truth: Category,
    /// What the one means that outsiders see.
    pub face: Category,
}

impl Meaning {
    /// Whether a customer's word opens the ticket again: it rests inside, or for outsiders, or both.
    #[must_use]
    pub const fn rests(self) -> bool {
        self.truth.rests() || self.face.rests()
    }

    /// Whether it is done, inside and for outsiders.
    #[must_use]
    pub fn is_done(self) -> bool {
        (self.truth, self.face) == (Category::Done, Category::Done)
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

/// The status of a ticket that a customer's word opens again, by the one that customers see and what that means. What rests
/// only inside goes back to what they see: a step there would tell them that it did.
#[must_use]
pub const fn reopened(face: &str, meaning: Category) -> &str {
    if meaning.rests() { STATUS_OPEN } else { face }
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
    fn what_rests_is_opened_again_by_what_its_status_means_whatever_that_is_called() {
        for (truth, face, rests, done, again) in [
            (Category::Open, Category::Open, false, false, "seen"),
            (Category::InProgress, Category::InProgress, false, false, "seen"),
            (Category::Waiting, Category::Waiting, true, false, STATUS_OPEN),
            (Category::Waiting, Category::Open, true, false, "seen"),
            (Category::Open, Category::Waiting, true, false, STATUS_OPEN),
            (Category::Done, Category::Done, true, true, STATUS_OPEN),
            (Category::Done, Category::InProgress, true, false, "seen"),
            (Category::InProgress, Category::Done, true, false, STATUS_OPEN),
        ] {
            let meaning = Meaning { truth, face };
            assert_eq!((meaning.rests(), meaning.is_done()), (rests, done), "{meaning:?}");
            assert_eq!(reopened("seen", face), again, "{meaning:?}");
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!("ACME-42".parse::<TicketNumber>().unwrap().to_string(), "ACME-42");
        assert_eq!(" acme-7 ".parse::<TicketNumber>().unwrap().to_string(), "ACME-7");
        for wrong in ["", "ACME", "ACME-", "ACME-0", "ACME--1", "A-1", "ACME-99999999999999999999", "4CME-1"] {
            assert!(wrong.parse::<TicketNumber>().is_err(), "{wrong}");
        }
    }
}
