//! The vocabulary of acts: what somebody does, who does it, with what content, and what came of it. What is done stands in
//! [`super::perform`].

use crate::config::{Config, Mailbox};
use crate::desk::budget::Way;
use crate::desk::entry::{Field, Lack, Visibility};
use crate::desk::ids::{EntryId, InboxId, OutboxId, PersonId, ProjectId, TicketId};
use crate::letters::staff::Fact;
use crate::mail::document::Document;
use crate::mail::{Address, Attachment};
use crate::time::{Rng, Timestamp};

/// What every act needs to know about the desk and the moment.
pub struct ActContext<'a> {
    /// The configuration: names, mailboxes.
    pub config: &'a Config,
    /// The moment.
    pub now: Timestamp,
    /// Randomness.
    pub rng: &'a Rng,
    /// Which life of the desk this is.
    pub epoch: String,
}

impl ActContext<'_> {
    /// The mailbox called `name`; the first one where it is no longer configured, so that an old ticket can still be
    /// answered.
    pub(super) fn mailbox(&self, name: &str) -> anyhow::Result<&Mailbox> {
        let mailbox = self.config.mailbox(name).or_else(|| self.config.mailboxes.first());
        mailbox.ok_or_else(|| anyhow::anyhow!("no mailbox is configured"))
    }
}

/// Who acts. Whether somebody may is settled before: by proof for mails, by session for pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A proven member of staff.
    Staff(PersonId),
    /// A contact.
    Contact(PersonId),
    /// Nobody we could name: a mail without a usable sender, or the desk itself.
    Nobody,
}

impl Actor {
    pub(super) fn person(self) -> Option<PersonId> {
        match self {
            Self::Staff(person) | Self::Contact(person) => Some(person),
            Self::Nobody => None,
        }
    }
}

/// What somebody wrote, and where it came from.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// The text.
    pub text: String,
    /// The same words with their structure, where there is one.
    pub document: Option<Document>,
    /// The files.
    pub files: Vec<Attachment>,
    /// Message-ID of the mail it came in.
    pub message_id: Option<String>,
    /// What of that mail is neither in the text nor among the files.
    pub lacks: Vec<Lack>,
    /// The inbox row of that mail.
    pub inbox: Option<InboxId>,
    /// Whether nothing shows that it comes from whom it names, where the desk could know.
    pub unverified: bool,
    /// Whether it is proven that a mail from outside the staff is from whom it names.
    pub proven: bool,
    /// When it was written, where that is long past: then it is written down as of then, and nobody is told.
    pub past: Option<Timestamp>,
}

/// How something came that somebody did: in which way, and in which mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) way: Way,
    pub(super) inbox: Option<InboxId>,
}

impl Came {
    /// In no mail.
    pub(super) const ON_A_PAGE: Self = Self { way: Way::Page, inbox: None };
}

impl Content {
    /// How it came.
    pub(super) fn came(&self) -> Came {
        let way = match (self.inbox, self.proven) {
            (None, _) => Way::Page,
            (Some(_), true) => Way::Proven,
            (Some(_), false) => Way::Claimed,
        };
        Came { way, inbox: self.inbox }
    }
}

/// Something that somebody does to a ticket.
#[derive(Debug, Clone)]
pub enum Act {
    /// Opens a ticket.
    Open(Open),
    /// Opens a ticket for somebody else, who wrote to a member of staff or was written to by one.
    OnBehalf(Box<OnBehalf>),
    /// Adds to a ticket; any part may be missing.
    Update(Update),
    /// Writes down how long somebody worked on a ticket; nobody is told.
    Time(Time),
    /// The same mail also came to another address of the desk.
    AlsoSent {
        /// The ticket that the first copy belongs to.
        ticket: TicketId,
        /// The other address.
        address: String,
    },
    /// An outgoing mail did not arrive.
    Undelivered {
        /// Which.
        mail: OutboxId,
        /// What the server or the report said.
        answer: String,
    },
}

/// A new ticket.
#[derive(Debug, Clone)]
pub struct Open {
    /// Where.
    pub project: ProjectId,
    /// Through which mailbox.
    pub mailbox: String,
    /// Its subject as written; the title is made of it.
    pub subject: String,
    /// Who may see the opening text.
    pub visibility: Visibility,
    /// Whether the requester is told the number.
    pub acknowledge: bool,
    /// What else staff should know.
    pub facts: Vec<Fact>,
    /// Its task type by key; a request where `None`.
    pub type_key: Option<String>,
    /// What is set on it at once; the ticket that it names is this new one, whatever stands there.
    pub changes: Option<Box<Update>>,
}

/// An addition to a ticket.
#[derive(Debug, Clone)]
pub struct Update {
    /// Which.
    pub ticket: TicketId,
    /// Whether the content becomes a comment, and for whom.
    pub comment: Option<Visibility>,
    /// A new status by key, and for whom.
    pub status: Option<(String, Visibility)>,
    /// A new priority by key, and for whom.
    pub priority: Option<(String, Visibility)>,
    /// A new progress in per cent, 0 to 100, and for whom.
    pub progress: Option<(i64, Visibility)>,
    /// Who of the staff works on it from now on, or nobody, and for whom.
    pub assignee: Option<(Option<PersonId>, Visibility)>,
    /// When it is due, or never, and for whom.
    pub due: Option<(Option<Timestamp>, Visibility)>,
    /// A new task type by key. A ticket has one type and one title, which everybody sees who sees the ticket.
    pub type_key: Option<String>,
    /// A new title.
    pub title: Option<String>,
    /// Words that staff sort it by; nobody else sees them.
    pub tag: Vec<String>,
    /// Such words that it no longer has.
    pub untag: Vec<String>,
    /// A contact who takes part from now on, for everybody to see.
    pub invite: Option<PersonId>,
    /// Whether the actor takes part from now on.
    pub join: bool,
    /// Whether that is the word of somebody of the staff, who have read the mail.
    pub approve: bool,
    /// A contact who takes part no longer, even where they asked: the ticket is then nobody's.
    pub remove: Option<PersonId>,
    /// Addresses outside the desk that the mail itself went to. They still get what is public from the desk: the mail that
    /// they have names the writer's own address, and an answer to that would never reach the ticket.
    pub direct: Vec<String>,
    /// Whether nobody is told.
    pub quiet: bool,
}

impl Update {
    /// An update of `ticket` that does nothing yet.
    #[must_use]
    pub fn of(ticket: TicketId) -> Self {
        Self {
            ticket,
            comment: None,
            status: None,
            priority: None,
            progress: None,
            assignee: None,
            due: None,
            type_key: None,
            title: None,
            tag: Vec::new(),
            untag: Vec::new(),
            invite: None,
            join: false,
            approve: false,
            remove: None,
            direct: Vec::new(),
            quiet: false,
        }
    }

    /// Whether it changes the ticket, besides adding to what was said there.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        let named = self.type_key.is_some() || self.title.is_some() || !self.tag.is_empty() || !self.untag.is_empty();
        named || self.invite.is_some() || self.remove.is_some() || self.state().next().is_some()
    }

    /// The parts of the state that it sets, as changes write them.
    pub(super) fn state(&self) -> impl Iterator<Item = (Field, Option<String>, Visibility)> {
        let status = self.status.clone().map(|(key, visibility)| (Field::Status, Some(key), visibility));
        let priority = self.priority.clone().map(|(key, visibility)| (Field::Priority, Some(key), visibility));
        let progress = self.progress.map(|(percent, visibility)| (Field::Progress, Some(percent.to_string()), visibility));
        let assignee =
            self.assignee.map(|(person, visibility)| (Field::Assignee, person.map(|person| person.to_string()), visibility));
        let due = self.due.map(|(due, visibility)| (Field::Due, due.map(|due| due.as_micros().to_string()), visibility));
        [status, priority, progress, assignee, due].into_iter().flatten()
    }

    /// For whom its changes are, which came to these steps: tags are the staff's own.
    pub(super) fn visibilities(&self, steps: &[Step]) -> impl Iterator<Item = Visibility> {
        let tags = steps.iter().any(|step| step.field == Field::Tag).then_some(Visibility::Internal);
        self.state().map(|(.., visibility)| visibility).chain(tags)
    }
}

/// Time that somebody worked on a ticket. The content says what was done.
#[derive(Debug, Clone)]
pub struct Time {
    /// Which ticket.
    pub ticket: TicketId,
    /// How long, in minutes; at least one.
    pub minutes: i64,
    /// The day, as its first moment in UTC.
    pub worked_on: Timestamp,
    /// Whether guests whose role shows time entries see it.
    pub visibility: Visibility,
}

/// What an act came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The ticket.
    pub ticket: TicketId,
    /// The comment or note, if there is one.
    pub entry: Option<EntryId>,
}

/// How a mail came to be for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BehalfOrigin {
    /// They wrote it, and a member of staff passed it on.
    PassedOn,
    /// A member of staff wrote it to them: they have it already, and nobody sends it again.
    WrittenTo,
}

/// A new ticket for somebody else.
#[derive(Debug, Clone)]
pub struct OnBehalf {
    /// The ticket; its text is the act's content.
    pub open: Open,
    /// How it came.
    pub way: BehalfOrigin,
    /// Whose it is.
    pub requester: Address,
    /// Who else takes part.
    pub participants: Vec<Address>,
    /// When the original was written.
    pub at: Option<Timestamp>,
    /// Message-ID of the original, where a mail was passed on.
    pub original: Option<String>,
    /// What the member of staff wrote above it; only staff see it.
    pub note: String,
    /// What they attached beside it.
    pub note_files: Vec<Attachment>,
}

/// Something about a ticket that was changed.
pub(super) struct Step {
    pub(super) field: Field,
    /// What staff had before; where only the face was behind, what outsiders had.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// Whether outsiders see it.
    pub(super) public: bool,
}
