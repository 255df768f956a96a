//! What an act did, as far as people are told of it.

use super::act::{Came, Step};
use super::audience::Weight;
use crate::desk::entry::{Field, File, Visibility};
use crate::desk::ids::{EntryId, PersonId};
use crate::desk::notify;
use crate::letters::staff::Fact;
use crate::store::entries::Entry;
use crate::store::tickets::Ticket;

/// What an act did, as far as people are told.
pub(super) struct Happened {
    pub(super) comment: Option<(Entry, Vec<File>)>,
    pub(super) opened: bool,
    pub(super) steps: Vec<Step>,
    pub(super) facts: Vec<Fact>,
    /// Who takes part from now on because somebody asked them to, and the entry that says so.
    pub(super) invited: Option<(PersonId, EntryId)>,
    /// Internal when any part is: the mail about it then carries only the internal address.
    pub(super) visibility: Visibility,
    /// Whether nothing shows that it comes from whom it names, where the desk could know.
    pub(super) unverified: bool,
    /// How it came.
    pub(super) came: Came,
}

impl Happened {
    pub(super) fn internal(fact: Fact) -> Self {
        let facts = vec![fact];
        Self {
            comment: None,
            opened: false,
            steps: Vec::new(),
            facts,
            invited: None,
            visibility: Visibility::Internal,
            unverified: false,
            came: Came::ON_A_PAGE,
        }
    }

    /// Nothing of its own: what a mail about several acts has in common.
    pub(super) fn together(visibility: Visibility) -> Self {
        let came = Came::ON_A_PAGE;
        Self {
            comment: None,
            opened: false,
            steps: Vec::new(),
            facts: Vec::new(),
            invited: None,
            visibility,
            unverified: false,
            came,
        }
    }

    /// The ordinals of its first and last entry, when they are the last of the ticket.
    pub(super) fn entries(&self, ticket: &Ticket) -> (i64, i64) {
        let is_entry = |fact: &&Fact| {
            matches!(fact, Fact::Joined | Fact::Invited(_) | Fact::AlsoSent(_) | Fact::SentDirectly(_) | Fact::Undelivered(_))
        };
        let number = usize::from(self.comment.is_some()) + self.steps.len() + self.facts.iter().filter(is_entry).count();
        let last = ticket.last_ordinal;
        let first = last.saturating_sub(i64::try_from(number).unwrap_or(1)).saturating_add(1).min(last);
        (self.comment.as_ref().map_or(first, |(entry, _)| entry.ordinal.min(first)), last)
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.comment.is_none() && self.steps.is_empty() && self.facts.is_empty()
    }

    /// What it is, the main thing first; `by_staff`: somebody who works here did it.
    pub(super) fn events(&self, by_staff: bool) -> Vec<notify::Event> {
        let comment = self.comment.as_ref().filter(|_| !self.opened).map(|(entry, _)| match (by_staff, entry.visibility) {
            (true, Visibility::Public) => notify::Event::Answer,
            (true, Visibility::Internal) => notify::Event::Note,
            (false, _) => notify::Event::Customer,
        });
        let failure = self.facts.iter().any(|fact| matches!(fact, Fact::Undelivered(_)));
        let mut events = Vec::new();
        events.extend(self.opened.then_some(notify::Event::Opened));
        events.extend(comment);
        events.extend(failure.then_some(notify::Event::Failure));
        if !self.steps.is_empty() || events.is_empty() {
            events.push(notify::Event::Change);
        }
        events
    }

    pub(super) fn weight(&self) -> Weight {
        let matters = |step: &Step| matches!(step.field, Field::Status | Field::Priority);
        let details = !self.opened && self.comment.is_none() && self.facts.is_empty() && !self.steps.iter().any(matters);
        if details { Weight::Detail } else { Weight::News }
    }

    /// The step that changed the assignee.
    pub(super) fn handover(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.field == Field::Assignee)
    }
}
