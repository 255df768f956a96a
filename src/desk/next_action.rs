//! Whom a ticket waits for: a pure fold over its public entries, so that nothing internal moves it.
//!
//! | public status | last public word | waits for |
//! |---|---|---|
//! | open | the customer's, or none | us |
//! | open | ours | you |
//! | in progress | anybody's: we said that we work on it | us |
//! | waiting | ours: we asked something | you |
//! | waiting | the customer's, or none: nothing is asked of them | someone else |
//! | done | anybody's | nobody |
//!
//! What pages say of it, to one reader, is a [`Turn`]: the same four words in every list, count and picture.

use super::ticket::Category;
use crate::time::Timestamp;

string_enum! {
    /// Who has to do something next.
    WaitingOn {
        /// The desk.
        Us = "us",
        /// The customer.
        You = "you",
        /// A third party.
        Else = "else",
    }
}

string_enum! {
    /// Whose turn it is, as one reader's pages say it.
    Turn {
        /// The reader has to act: we wrote last, about something that concerns them.
        You = "you",
        /// The desk has to act.
        Us = "us",
        /// Somebody else has to: a third party, or a colleague of the reader's.
        Others = "others",
        /// Nobody has to: it is done.
        Done = "done",
    }
}

impl Turn {
    /// Whose turn it is, for a reader whom the ticket concerns (`mine`: they asked, or take part) or who only may look;
    /// `ours` says whether the last public word is ours.
    #[must_use]
    pub fn of(category: Category, ours: bool, mine: bool) -> Self {
        match waiting_on(category, ours) {
            None => Self::Done,
            Some(WaitingOn::Us) => Self::Us,
            Some(WaitingOn::You) if mine => Self::You,
            Some(WaitingOn::You | WaitingOn::Else) => Self::Others,
        }
    }
}

/// Whom a ticket waits for, by its public status and whether the last public word is ours; nobody when it is done.
fn waiting_on(category: Category, ours: bool) -> Option<WaitingOn> {
    match (category, ours) {
        (Category::Open, false) | (Category::InProgress, _) => Some(WaitingOn::Us),
        (Category::Open | Category::Waiting, true) => Some(WaitingOn::You),
        (Category::Waiting, false) => Some(WaitingOn::Else),
        (Category::Done, _) => None,
    }
}

/// A public entry, as far as it can change whom the ticket waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody of the staff wrote.
    OurWord,
    /// Anybody else wrote.
    TheirWord,
    /// The status changed.
    Status(Category),
}

/// Who has to act next on a ticket, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextAction {
    category: Category,
    ours: bool,
    since: Timestamp,
}

impl NextAction {
    /// For a ticket opened at `at`, before its first entry.
    #[must_use]
    pub fn opened(at: Timestamp) -> Self {
        Self { category: Category::Open, ours: false, since: at }
    }

    /// After a public entry made at `at`.
    #[must_use]
    pub fn after(self, step: Step, at: Timestamp) -> Self {
        let mut next = self;
        match step {
            Step::OurWord => next.ours = true,
            Step::TheirWord => next.ours = false,
            Step::Status(category) => next.category = category,
        }
        if next.waiting_on() != self.waiting_on() {
            next.since = at;
        }
        next
    }

    /// Whom it waits for; nobody when the ticket is done.
    #[must_use]
    pub fn waiting_on(&self) -> Option<WaitingOn> {
        waiting_on(self.category, self.ours)
    }

    /// Whether the last public word is ours.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.ours
    }

    /// Since when it has waited for them without a break.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_for_whom_the_table_says() {
        use Category::{Done, InProgress, Open, Waiting};
        for (category, ours, waiting_on) in [
            (Open, false, Some(WaitingOn::Us)),
            (Open, true, Some(WaitingOn::You)),
            (InProgress, false, Some(WaitingOn::Us)),
            (InProgress, true, Some(WaitingOn::Us)),
            (Waiting, true, Some(WaitingOn::You)),
            (Waiting, false, Some(WaitingOn::Else)),
            (Done, true, None),
            (Done, false, None),
        ] {
            let word = if ours { Step::OurWord } else { Step::TheirWord };
            let at = Timestamp::from_seconds(1);
            let next_action = NextAction::opened(at).after(word, at).after(Step::Status(category), at);
            assert_eq!(next_action.waiting_on(), waiting_on, "{category} {ours}");
        }
    }

    #[test]
    fn a_reader_is_told_whose_turn_it_is() {
        use Category::{Done, InProgress, Open, Waiting};
        for (category, ours, concerns, looks_on) in [
            (Open, false, Turn::Us, Turn::Us),
            (Open, true, Turn::You, Turn::Others),
            (InProgress, false, Turn::Us, Turn::Us),
            (InProgress, true, Turn::Us, Turn::Us),
            (Waiting, true, Turn::You, Turn::Others),
            (Waiting, false, Turn::Others, Turn::Others),
            (Done, true, Turn::Done, Turn::Done),
            (Done, false, Turn::Done, Turn::Done),
        ] {
            let turns = [Turn::of(category, ours, true), Turn::of(category, ours, false)];
            assert_eq!(turns, [concerns, looks_on], "{category} {ours}");
        }
    }

    #[test]
    fn the_age_counts_from_when_it_came_to_wait_for_them() {
        let at = Timestamp::from_seconds;
        let next_action = NextAction::opened(at(10)).after(Step::TheirWord, at(10)).after(Step::TheirWord, at(20));
        assert_eq!(next_action.since(), at(10), "asking again does not make it younger");
        let next_action = next_action.after(Step::OurWord, at(30)).after(Step::Status(Category::Waiting), at(31));
        assert_eq!((next_action.waiting_on(), next_action.since()), (Some(WaitingOn::You), at(30)), "it goes on waiting");
        let next_action = next_action.after(Step::TheirWord, at(40));
        assert_eq!((next_action.waiting_on(), next_action.since()), (Some(WaitingOn::Else), at(40)));
    }
}
