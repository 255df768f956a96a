//! Of what people are told by mail: staff by event and project, guests in one of three ways.

use super::ids::ProjectId;

string_enum! {
    /// What a mail to staff can be about.
    Event {
        /// A new ticket.
        Opened = "opened",
        /// Somebody outside wrote on a ticket.
        Customer = "customer",
        /// A colleague answered in public.
        Answer = "answer",
        /// A colleague left an internal note.
        Note = "note",
        /// The status, the priority or another field was changed.
        Change = "change",
        /// A ticket is the reader's from now on.
        Assigned = "assigned",
        /// A mail that nobody of the staff wrote was not delivered. The failure of an answer always reaches its author.
        Failure = "failure",
        /// A mail of somebody outside is held and waits for a word. Questions about one's own mails always come.
        Held = "held",
        /// The daily list of what was put away as spam; for the whole desk, not for a project.
        Spam = "spam",
    }
}

string_enum! {
    /// How somebody is told.
    NotifyBy {
        /// By mail.
        Mail = "mail",
        /// Not at all.
        Nothing = "nothing",
    }
}

string_enum! {
    /// Of which tickets a guest is told by mail. What answers their own mail or form, and what lets them in, always comes.
    MailsAbout {
        /// Of all that they take part in.
        All = "all",
        /// Of those that they asked for.
        Own = "own",
        /// Of none: they read on the pages.
        Nothing = "none",
    }
}

impl MailsAbout {
    /// Whether a ticket is among them, where its reader asked for it or else takes part.
    #[must_use]
    pub const fn covers(self, asked: bool) -> bool {
        match self {
            Self::All => true,
            Self::Own => asked,
            Self::Nothing => false,
        }
    }
}

impl Event {
    /// How somebody is told who has not said how: by mail, so that nothing goes unseen.
    #[must_use]
    pub const fn default_way(self) -> NotifyBy {
        NotifyBy::Mail
    }

    /// Whether somebody outside waits for an answer to it, so that it should reach at least one person.
    #[must_use]
    pub const fn is_vital(self) -> bool {
        matches!(self, Self::Opened | Self::Customer | Self::Failure | Self::Held)
    }
}

/// What one person wants for one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// In which project; in all where `None`.
    pub project: Option<ProjectId>,
    /// Of what.
    pub event: Event,
    /// How.
    pub way: NotifyBy,
}

/// How somebody with these wishes is told of an event in a project: the wish for the project beats the one for all.
#[must_use]
pub fn way(wishes: &[Wish], project: ProjectId, event: Event) -> NotifyBy {
    let wish = |of: Option<ProjectId>| wishes.iter().find(|wish| wish.project == of && wish.event == event);
    wish(Some(project)).or_else(|| wish(None)).map_or(event.default_way(), |wish| wish.way)
}

/// How somebody with these wishes is told of what belongs to no project.
#[must_use]
pub fn way_everywhere(wishes: &[Wish], event: Event) -> NotifyBy {
    let wish = wishes.iter().find(|wish| wish.project.is_none() && wish.event == event);
    wish.map_or(event.default_way(), |wish| wish.way)
}

/// The events of a project that somebody with these wishes is told of by mail.
#[must_use]
pub fn wanted(wishes: &[Wish], project: ProjectId) -> Vec<Event> {
    Event::ALL.iter().copied().filter(|event| way(wishes, project, *event) == NotifyBy::Mail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_wish_counts() {
        let (acme, globex) = (ProjectId(1), ProjectId(2));
        let wish = |project, event, way| Wish { project, event, way };
        let wishes = [
            wish(None, Event::Change, NotifyBy::Nothing),
            wish(Some(acme), Event::Change, NotifyBy::Mail),
            wish(Some(globex), Event::Note, NotifyBy::Nothing),
        ];
        let table = [
            (acme, Event::Change, NotifyBy::Mail),
            (globex, Event::Change, NotifyBy::Nothing),
            (acme, Event::Note, NotifyBy::Mail),
            (globex, Event::Note, NotifyBy::Nothing),
            (globex, Event::Opened, NotifyBy::Mail),
        ];
        for (project, event, expected) in table {
            assert_eq!(way(&wishes, project, event), expected, "{project:?} {event}");
            assert_eq!(wanted(&wishes, project).contains(&event), expected == NotifyBy::Mail);
        }
        assert_eq!(wanted(&[], acme), Event::ALL, "by default everything comes by mail");
        assert_eq!(way_everywhere(&wishes, Event::Change), NotifyBy::Nothing);
        assert_eq!(way_everywhere(&wishes, Event::Note), NotifyBy::Mail, "what one project says is nothing to the desk");
    }
}
