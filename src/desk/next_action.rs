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
        match (self.category, self.ours) {
            (Category::Open, false) | (Category::InProgress, _) => Some(WaitingOn::Us),
            (Category::Open | Category::Waiting, true) => Some(WaitingOn::You),
            (Category::Waiting, false) => Some(WaitingOn::Else),
            (Category::Done, _) => None,
        }
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
