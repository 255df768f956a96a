//! What a guest sees of a ticket's state, wherever it is shown: on cards, in lists, on its page and in mails.

use crate::desk::people::{Language, Named};
use crate::desk::ticket::Category;
use crate::time::Timestamp;

/// The state of a ticket as its public face has it.
#[derive(Debug, Clone)]
pub struct GuestFace {
    pub(super) title: String,
    pub(super) category: Category,
    pub(super) status: Named,
    pub(super) assignee: Option<String>,
    pub(super) progress: i64,
    pub(super) due: Option<Timestamp>,
}

impl GuestFace {
    /// The same for somebody who may, or may not, see who works on it.
    pub(super) fn seen(self, sees_assignee: bool) -> Self {
        Self { assignee: self.assignee.filter(|_| sees_assignee), ..self }
    }

    /// What it is about.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What its public status means.
    #[must_use]
    pub fn category(&self) -> Category {
        self.category
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.category == Category::Done
    }

    /// Its public status in words.
    #[must_use]
    pub fn status(&self, language: Language) -> &str {
        self.status.in_language(language)
    }

    /// Name of the visible assignee; `None`, too, where the guest may not see it.
    #[must_use]
    pub fn assignee(&self) -> Option<&str> {
        self.assignee.as_deref()
    }

    /// Per cent; what is done is done whole.
    #[must_use]
    pub fn progress(&self) -> i64 {
        if self.is_done() { 100 } else { self.progress.clamp(0, 100) }
    }

    /// When it is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Whether its day is over and it is not done.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp, zone: &str) -> bool {
        !self.is_done() && self.due.is_some_and(|due| now.days_since(due, zone) > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(category: Category, progress: i64, due: Option<Timestamp>) -> GuestFace {
        let status = Named { de: String::new(), en: String::new() };
        GuestFace { title: "Valve".to_owned(), category, status, assignee: Some("Anna".to_owned()), progress, due }
    }

    #[test]
    fn what_is_done_is_done_whole_and_never_late() {
        let yesterday = Timestamp::from_seconds(1_795_083_300);
        let now = Timestamp::from_seconds(1_795_169_700);
        for (category, progress, shown, late) in
            [(Category::Done, 40, 100, false), (Category::Open, 40, 40, true), (Category::Waiting, 130, 100, true)]
        {
            let face = face(category, progress, Some(yesterday));
            assert_eq!((face.progress(), face.is_overdue(now, "Europe/Berlin")), (shown, late), "{category:?}");
            assert!(!face.is_overdue(yesterday, "Europe/Berlin"), "its day is not over");
        }
    }

    #[test]
    fn who_works_on_it_is_for_those_who_may_see_it() {
        let seen = |may| face(Category::Open, 0, None).seen(may).assignee().map(str::to_owned);
        assert_eq!((seen(true).as_deref(), seen(false)), (Some("Anna"), None));
    }
}
