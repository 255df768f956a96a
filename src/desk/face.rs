//! What a ticket's state is, and its public face: what outsiders see of that, a pure fold over its public entries.

use super::entry::{Change, EntryKind, Field, Visibility};
use super::ids::PersonId;
use super::ticket::{PRIORITY_NORMAL, STATUS_OPEN};
use crate::time::Timestamp;

/// What can be set on a ticket and has two sides: staff hold the truth, outsiders see what they were told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Status, by its key.
    pub status: String,
    /// Priority, by its key.
    pub priority: String,
    /// Per cent.
    pub progress: i64,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// When it is due.
    pub due: Option<Timestamp>,
}

/// What outsiders see of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// The state that they know of.
    pub state: State,
    /// Whether there is anything public about it. Nobody outside knows of a ticket before.
    pub shown: bool,
    /// How many public comments it has.
    pub comments: i64,
    /// When the last public entry was made.
    pub activity: Timestamp,
}

/// As much of an entry as the face depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceEntry {
    /// Who may see it.
    pub visibility: Visibility,
    /// What it is.
    pub kind: EntryKind,
    /// When it was made.
    pub at: Timestamp,
    /// What it changed.
    pub change: Option<Change>,
}

impl Default for State {
    /// The state of a new ticket.
    fn default() -> Self {
        Self { status: STATUS_OPEN.to_owned(), priority: PRIORITY_NORMAL.to_owned(), progress: 0, assignee: None, due: None }
    }
}

impl State {
    /// A field as a [`Change`] writes it; `None` where nothing is set, and for fields that are no part of the state.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<String> {
        match field {
            Field::Status => Some(self.status.clone()),
            Field::Priority => Some(self.priority.clone()),
            Field::Progress => Some(self.progress.to_string()),
            Field::Assignee => self.assignee.map(|person| person.to_string()),
            Field::Due => self.due.map(|due| due.as_micros().to_string()),
            Field::Type
            | Field::Title
            | Field::Tag
            | Field::Participant
            | Field::Mails
            | Field::AlsoSent
            | Field::SentDirectly
            | Field::Lacks => None,
        }
    }

    /// Sets a field as a [`Change`] writes it; `None` is the state of a new ticket. Other fields leave no trace.
    pub fn set(&mut self, field: Field, to: Option<&str>) {
        let number = || to.and_then(|value| value.parse::<i64>().ok());
        match field {
            Field::Status => self.status = to.unwrap_or(STATUS_OPEN).to_owned(),
            Field::Priority => self.priority = to.unwrap_or(PRIORITY_NORMAL).to_owned(),
            Field::Progress => self.progress = number().unwrap_or(0),
            Field::Assignee => self.assignee = number().map(PersonId),
            Field::Due => self.due = number().map(Timestamp::from_micros),
            Field::Type
            | Field::Title
            | Field::Tag
            | Field::Participant
            | Field::Mails
            | Field::AlsoSent
            | Field::SentDirectly
            | Field::Lacks => {}
        }
    }
}

impl Face {
    /// The face of a ticket opened at `at`, before its first entry.
    #[must_use]
    pub fn opened(at: Timestamp) -> Self {
        Self { state: State::default(), shown: false, comments: 0, activity: at }
    }

    /// The face after `entry`. Internal entries leave no trace, and neither does time: most guests see none of it, and
    /// the order of their tickets shall not tell.
    #[must_use]
    pub fn after(mut self, entry: &FaceEntry) -> Self {
        if entry.visibility != Visibility::Public || entry.kind == EntryKind::Time {
            return self;
        }
        self.shown = true;
        self.activity = entry.at;
        if entry.kind == EntryKind::Comment {
            self.comments += 1;
        }
        if let Some(change) = &entry.change {
            self.state.set(change.field, change.to.as_deref());
        }
        self
    }

    /// The face of a ticket opened at `at` with these entries.
    #[must_use]
    pub fn fold<'a>(at: Timestamp, entries: impl IntoIterator<Item = &'a FaceEntry>) -> Self {
        entries.into_iter().fold(Self::opened(at), Self::after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(visibility: Visibility, seconds: i64, field: Field, to: &str) -> FaceEntry {
        FaceEntry {
            visibility,
            kind: EntryKind::Change,
            at: Timestamp::from_seconds(seconds),
            change: Some(Change { field, from: None, to: Some(to.to_owned()) }),
        }
    }

    #[test]
    fn internal_entries_leave_no_trace_and_public_ones_do() {
        let opened = Timestamp::from_seconds(1);
        let public = entry(Visibility::Public, 2, Field::Status, "in_progress");
        let internal = entry(Visibility::Internal, 3, Field::Status, "done");
        let face = Face::fold(opened, [&public, &internal]);
        assert_eq!(face, Face::fold(opened, [&public]));
        assert!(face.shown && !Face::fold(opened, [&internal]).shown);
        assert_eq!(face.state.status, "in_progress");
        assert_eq!(face.activity, Timestamp::from_seconds(2));
        let told = entry(Visibility::Public, 3, Field::Status, "done");
        assert_eq!(Face::fold(opened, [&public, &told]).state.status, "done");
    }
}
