//! Whose court the ball is in: a pure fold over the public entries of a ticket, so that nothing internal moves it.
//!
//! | public status | last public word | court |
//! |---|---|---|
//! | open | the customer's, or none | us |
//! | open | ours | you |
//! | in progress | anybody's: we said that we work on it | us |
//! | waiting | ours: we asked something | you |
//! | waiting | the customer's, or none: nothing is asked of them | someone else |
//! | done | anybody's | nobody |

use super::ticket::Category;
use crate::time::Timestamp;

words! {
    /// Who has to do something next.
    Court {
        /// The desk.
        Us = "us",
        /// The customer.
        You = "you",
        /// A third party.
        Else = "else",
    }
}

/// A public entry, as far as it can move the ball.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody of the staff wrote.
    OurWord,
    /// Anybody else wrote.
    TheirWord,
    /// The status changed.
    Status(Category),
}

/// Where the ball is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ball {
    category: Category,
    ours: bool,
    since: Timestamp,
}

impl Ball {
    /// The ball of a ticket opened at `at`, before its first entry.
    #[must_use]
    pub fn opened(at: Timestamp) -> Self {
        Self { category: Category::Open, ours: false, since: at }
    }

    /// The ball after a public entry made at `at`.
    #[must_use]
    pub fn after(self, step: Step, at: Timestamp) -> Self {
        let mut next = self;
        match step {
            Step::OurWord => next.ours = true,
            Step::TheirWord => next.ours = false,
            Step::Status(category) => next.category = category,
        }
        if next.court() != self.court() {
            next.since = at;
        }
        next
    }

    /// Whose court it is in; nobody's when the ticket is done.
    #[must_use]
    pub fn court(&self) -> Option<Court> {
        match (self.category, self.ours) {
            (Category::Open, false) | (Category::InProgress, _) => Some(Court::Us),
            (Category::Open | Category::Waiting, true) => Some(Court::You),
            (Category::Waiting, false) => Some(Court::Else),
            (Category::Done, _) => None,
        }
    }

    /// Since when it has been there without a break.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ball_is_where_the_table_says() {
        use Category::{Done, InProgress, Open, Waiting};
        for (category, ours, court) in [
            (Open, false, Some(Court::Us)),
            (Open, true, Some(Court::You)),
            (InProgress, false, Some(Court::Us)),
            (InProgress, true, Some(Court::Us)),
            (Waiting, true, Some(Court::You)),
            (Waiting, false, Some(Court::Else)),
            (Done, true, None),
            (Done, false, None),
        ] {
            let word = if ours { Step::OurWord } else { Step::TheirWord };
            let at = Timestamp::from_seconds(1);
            let ball = Ball::opened(at).after(word, at).after(Step::Status(category), at);
            assert_eq!(ball.court(), court, "{category} {ours}");
        }
    }

    #[test]
    fn the_age_counts_from_when_the_ball_came() {
        let at = Timestamp::from_seconds;
        let ball = Ball::opened(at(10)).after(Step::TheirWord, at(10)).after(Step::TheirWord, at(20));
        assert_eq!(ball.since(), at(10), "asking again does not make it younger");
        let ball = ball.after(Step::OurWord, at(30)).after(Step::Status(Category::Waiting), at(31));
        assert_eq!((ball.court(), ball.since()), (Some(Court::You), at(30)), "the same court goes on");
        let ball = ball.after(Step::TheirWord, at(40));
        assert_eq!((ball.court(), ball.since()), (Some(Court::Else), at(40)));
    }
}
