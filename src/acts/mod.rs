//! What people do to tickets. An [`Act`] is the same whether it came by mail, page or command line; [`perform`] is the
//! only writer of entries, faces and the outbox, and does all of it in the caller's transaction.
//!
//! [`audience`] decides who is told (pure); `post` writes the mails, those to outsiders from guest types only. [`door`] lets
//! guests in: the links and the mails they come in.

pub mod audience;
pub mod door;
pub mod guest;
mod post;
mod renewal;

pub use renewal::{Exposed, renew_reply_address};

use crate::config::{Config, Mailbox};
use crate::desk::entry::{Change, EntryKind, Field, File, Visibility};
use crate::desk::face::Face;
use crate::desk::ids::{EntryId, InboxId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::outbox::Audience;
use crate::desk::ticket::{PRIORITY_NORMAL, STATUS_OPEN, TYPE_REQUEST, TicketNumber};
use crate::letters::staff::{self, Fact};
use crate::mail::Attachment;
use crate::store::tickets::{Entry, Ticket};
use crate::store::tokens::Reference;
use crate::store::{Tx, blobs, outbox, people, projects, search, tickets, tokens};
use crate::time::{Chance, Timestamp};

/// What every act needs to know about the desk and the moment.
pub struct Scene<'a> {
    /// The configuration: names, mailboxes.
    pub config: &'a Config,
    /// The moment.
    pub now: Timestamp,
    /// Randomness.
    pub chance: &'a Chance,
    /// Which life of the desk this is.
    pub epoch: String,
}

impl Scene<'_> {
    /// The mailbox called `name`; the first one where it is no longer configured, so that an old ticket can still be
    /// answered.
    fn mailbox(&self, name: &str) -> anyhow::Result<&Mailbox> {
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
    fn person(self) -> Option<PersonId> {
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
    /// The files.
    pub files: Vec<Attachment>,
    /// Message-ID of the mail it came in.
    pub message_id: Option<String>,
    /// The inbox row of that mail.
    pub inbox: Option<InboxId>,
}

/// Something that somebody does to a ticket.
#[derive(Debug, Clone)]
pub enum Act {
    /// Opens a ticket.
    Open(Open),
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
    /// A contact who takes part from now on, for everybody to see.
    pub invite: Option<PersonId>,
    /// Whether the actor takes part from now on.
    pub join: bool,
    /// Whether nobody is told.
    pub quiet: bool,
}

impl Update {
    /// An update of `ticket` that does nothing yet.
    #[must_use]
    pub fn of(ticket: TicketId) -> Self {
        Self { ticket, comment: None, status: None, priority: None, invite: None, join: false, quiet: false }
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

/// Does it: writes entries, face and outbox in the caller's transaction.
///
/// # Errors
/// The database's, or when what the act is about does not exist.
pub async fn perform(tx: &mut Tx, scene: &Scene<'_>, actor: Actor, act: Act, content: Content) -> anyhow::Result<Done> {
    match act {
        Act::Open(open) => self::open(tx, scene, actor, open, content).await,
        Act::Update(update) => self::update(tx, scene, actor, update, content).await,
        Act::Time(time) => self::time(tx, scene, actor, time, content).await,
        Act::AlsoSent { ticket, address } => also_sent(tx, scene, ticket, address).await,
        Act::Undelivered { mail, answer } => undelivered(tx, scene, mail, answer).await,
    }
}

/// A ticket being worked on: every entry goes through [`Work::add`], which keeps the face true.
struct Work<'a> {
    scene: &'a Scene<'a>,
    ticket: Ticket,
    author: Option<PersonId>,
    inbox: Option<InboxId>,
}

impl Work<'_> {
    async fn add(
        &mut self,
        tx: &mut Tx,
        kind: EntryKind,
        visibility: Visibility,
        text: String,
        change: Option<Change>,
    ) -> anyhow::Result<Entry> {
        self.ticket.last_ordinal += 1;
        let entry = Entry {
            id: EntryId(self.scene.chance.id()),
            ticket: self.ticket.id,
            ordinal: self.ticket.last_ordinal,
            kind,
            visibility,
            author: self.author,
            at: self.scene.now,
            text,
            change,
            inbox: self.inbox,
        };
        tickets::insert_entry(tx, &entry).await?;
        self.ticket.face = self.ticket.face.clone().after(&entry.for_face());
        Ok(entry)
    }

    async fn comment(&mut self, tx: &mut Tx, visibility: Visibility, content: &Content) -> anyhow::Result<(Entry, Vec<File>)> {
        let entry = self.add(tx, EntryKind::Comment, visibility, content.text.replace('\0', ""), None).await?;
        if visibility == Visibility::Public {
            self.index(tx, Some((entry.id, &entry.text))).await?;
        }
        let mut files = Vec::new();
        for (position, file) in (0_i64..).zip(&content.files) {
            let stored = File {
                name: file.name.clone(),
                content_type: file.content_type.clone(),
                size: i64::try_from(file.data.len()).unwrap_or(i64::MAX),
                inline: file.inline,
                content_id: file.content_id.clone(),
                blob: blobs::put(tx, &file.data).await?.0,
            };
            tickets::insert_file(tx, self.scene.chance.id(), entry.id, position, &stored).await?;
            files.push(stored);
        }
        if let Some(message_id) = &content.message_id {
            let reference = Reference { ticket: self.ticket.id, entry: Some(entry.id), visibility, ours: false };
            tokens::refer(tx, message_id, &reference, self.scene.now, self.scene.chance).await?;
        }
        Ok((entry, files))
    }

    /// Lets guests find what they may read: the number and title of a ticket that has something public, and the text of
    /// a public comment. Only public words ever stand in their index, so that neither hits nor counts tell of others.
    async fn index(&self, tx: &mut Tx, comment: Option<(EntryId, &str)>) -> anyhow::Result<()> {
        let (ticket, project) = (self.ticket.id, self.ticket.project);
        if !search::has_title(tx, ticket).await? {
            let title = format!("{} {}", self.ticket.number, self.ticket.title);
            search::insert(tx, self.scene.chance.id(), project, ticket, None, &title).await?;
        }
        if let Some((entry, text)) = comment {
            search::insert(tx, self.scene.chance.id(), project, ticket, Some(entry), text).await?;
        }
        Ok(())
    }

    /// Sets the priority; truth and face as with the status.
    async fn set_priority(&mut self, tx: &mut Tx, to: &str, visibility: Visibility) -> anyhow::Result<Option<PriorityStep>> {
        let truth = std::mem::replace(&mut self.ticket.priority, to.to_owned());
        let public = visibility == Visibility::Public && self.ticket.face.priority != to;
        let (visibility, from) = match public {
            true => (Visibility::Public, self.ticket.face.priority.clone()),
            false => (Visibility::Internal, truth.clone()),
        };
        if from == to {
            return Ok(None);
        }
        let change = Change { field: Field::Priority, from: Some(from.clone()), to: Some(to.to_owned()) };
        self.add(tx, EntryKind::Change, visibility, String::new(), Some(change)).await?;
        Ok(Some(PriorityStep { from: if truth == to { from } else { truth }, to: to.to_owned() }))
    }

    /// Sets the status. The truth changes always; the face only publicly, and an entry that outsiders see says the
    /// step that they see: from the old face, never from an internal state.
    async fn set_status(&mut self, tx: &mut Tx, to: &str, visibility: Visibility) -> anyhow::Result<Option<StatusStep>> {
        let truth = std::mem::replace(&mut self.ticket.status, to.to_owned());
        let public = visibility == Visibility::Public && self.ticket.face.status != to;
        let (visibility, from) = match public {
            true => (Visibility::Public, self.ticket.face.status.clone()),
            false => (Visibility::Internal, truth.clone()),
        };
        if from == to {
            return Ok(None);
        }
        let change = Change { field: Field::Status, from: Some(from.clone()), to: Some(to.to_owned()) };
        self.add(tx, EntryKind::Change, visibility, String::new(), Some(change)).await?;
        Ok(Some(StatusStep { from: if truth == to { from } else { truth }, to: to.to_owned(), public }))
    }
}

/// A priority that was changed.
struct PriorityStep {
    from: String,
    to: String,
}

/// A status that was changed.
struct StatusStep {
    from: String,
    to: String,
    /// Whether outsiders see it.
    public: bool,
}

async fn open(tx: &mut Tx, scene: &Scene<'_>, actor: Actor, open: Open, content: Content) -> anyhow::Result<Done> {
    let project = projects::get(tx, open.project).await?.ok_or_else(|| anyhow::anyhow!("project {} is gone", open.project))?;
    let number = tickets::next_number(tx, project.id).await?;
    let title = crate::mail::thread::base_subject(&open.subject);
    let title = if title.trim().is_empty() { first_line(&content.text, &project.name) } else { title };
    let requester = match actor {
        Actor::Contact(person) => Some(person),
        Actor::Staff(_) | Actor::Nobody => None,
    };
    let ticket = Ticket {
        id: TicketId(scene.chance.id()),
        project: project.id,
        number: TicketNumber { project: project.key.clone(), number },
        type_key: open.type_key.clone().unwrap_or_else(|| TYPE_REQUEST.to_owned()),
        title: shortened(&title),
        status: STATUS_OPEN.to_owned(),
        priority: PRIORITY_NORMAL.to_owned(),
        progress: 0,
        assignee: None,
        requester,
        due: None,
        mailbox: open.mailbox.clone(),
        subject: shortened(&open.subject),
        thread_root: format!("{}@{}", scene.chance.secret(), crate::desk::people::domain(&scene.mailbox(&open.mailbox)?.address)),
        last_ordinal: 0,
        created_at: scene.now,
        updated_at: scene.now,
        face: Face::opened(scene.now),
    };
    tickets::insert(tx, &ticket).await?;
    let mut work = Work { scene, ticket, author: actor.person(), inbox: content.inbox };
    let (entry, files) = work.comment(tx, open.visibility, &content).await?;
    tickets::update(tx, &work.ticket, scene.now).await?;
    let news = post::Happened {
        comment: Some((entry.clone(), files)),
        opened: true,
        status: None,
        priority: None,
        facts: open.facts,
        visibility: open.visibility,
    };
    post::tell(tx, scene, &work.ticket, actor.person(), &news).await?;
    if let (true, Some(requester)) = (open.acknowledge, requester) {
        post::acknowledge(tx, scene, &work.ticket, requester).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

async fn update(tx: &mut Tx, scene: &Scene<'_>, actor: Actor, update: Update, content: Content) -> anyhow::Result<Done> {
    let ticket = ticket(tx, update.ticket).await?;
    let mut work = Work { scene, ticket, author: actor.person(), inbox: content.inbox };
    let mut facts = Vec::new();
    if let (true, Some(person)) = (update.join, actor.person()) {
        tickets::join(tx, work.ticket.id, person, scene.now).await?;
        let change = Change { field: Field::Participant, from: None, to: Some(person.to_string()) };
        work.add(tx, EntryKind::Change, Visibility::Internal, String::new(), Some(change)).await?;
        facts.push(Fact::Joined);
    }
    let comment = match update.comment {
        Some(visibility) => Some(work.comment(tx, visibility, &content).await?),
        None => None,
    };
    let step = match &update.status {
        Some((to, visibility)) => work.set_status(tx, to, *visibility).await?,
        None => None,
    };
    let priority = match &update.priority {
        Some((to, visibility)) => work.set_priority(tx, to, *visibility).await?,
        None => None,
    };
    if let Some(person) = update.invite {
        tickets::join(tx, work.ticket.id, person, scene.now).await?;
        let change = Change { field: Field::Participant, from: None, to: Some(person.to_string()) };
        work.add(tx, EntryKind::Change, Visibility::Public, String::new(), Some(change)).await?;
        let invited = people::get(tx, person).await?;
        facts.extend(invited.map(|person| Fact::Invited(staff::shown(&person.name, person.address()))));
    }
    tickets::update(tx, &work.ticket, scene.now).await?;
    let entry = comment.as_ref().map(|(entry, _)| entry.id);
    // Internal when any part is: the mail about it then carries only the internal address.
    let of = |part: &Option<(String, Visibility)>| part.as_ref().map(|(_, visibility)| *visibility);
    let parts = [update.comment, of(&update.status), of(&update.priority)];
    let visibility = if parts.contains(&Some(Visibility::Internal)) { Visibility::Internal } else { Visibility::Public };
    if !update.quiet && (comment.is_some() || step.is_some() || priority.is_some() || !facts.is_empty()) {
        let news = post::Happened { comment, opened: false, status: step, priority, facts, visibility };
        post::tell(tx, scene, &work.ticket, actor.person(), &news).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry })
}

async fn time(tx: &mut Tx, scene: &Scene<'_>, actor: Actor, time: Time, content: Content) -> anyhow::Result<Done> {
    let ticket = ticket(tx, time.ticket).await?;
    let mut work = Work { scene, ticket, author: actor.person(), inbox: None };
    let entry = work.add(tx, EntryKind::Time, time.visibility, content.text.replace('\0', ""), None).await?;
    tickets::insert_time(tx, entry.id, time.minutes, time.worked_on).await?;
    tickets::update(tx, &work.ticket, scene.now).await?;
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

async fn also_sent(tx: &mut Tx, scene: &Scene<'_>, ticket: TicketId, address: String) -> anyhow::Result<Done> {
    let ticket = self::ticket(tx, ticket).await?;
    let mut work = Work { scene, ticket, author: None, inbox: None };
    let change = Change { field: Field::AlsoSent, from: None, to: Some(address.clone()) };
    work.add(tx, EntryKind::Change, Visibility::Internal, String::new(), Some(change)).await?;
    tickets::update(tx, &work.ticket, scene.now).await?;
    post::tell(tx, scene, &work.ticket, None, &post::Happened::internal(Fact::AlsoSent(address))).await?;
    Ok(Done { ticket: work.ticket.id, entry: None })
}

/// Law 4: the failure of a mail is written on its ticket and reaches the person who wrote it.
async fn undelivered(tx: &mut Tx, scene: &Scene<'_>, mail: OutboxId, answer: String) -> anyhow::Result<Done> {
    let row = outbox::get(tx, mail).await?.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} is gone"))?;
    let ticket_id = row.mail.ticket.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} belongs to no ticket"))?;
    let ticket = self::ticket(tx, ticket_id).await?;
    let mut work = Work { scene, ticket, author: None, inbox: None };
    let recipient = row.mail.recipient.clone();
    work.add(tx, EntryKind::Delivery, Visibility::Internal, format!("{recipient}: {answer}"), None).await?;
    tickets::update(tx, &work.ticket, scene.now).await?;
    let to_staff = row.mail.audience == Audience::Staff;
    match post::author_of(tx, &row).await? {
        Some(author) => post::report_failure(tx, scene, &work.ticket, &author, &recipient, &answer).await?,
        // News of news that did not arrive stay on the ticket: else two dead addresses of the staff would report each
        // other's failure without end.
        None if to_staff && row.mail.entry.is_none() => {}
        None => {
            let fact = Fact::Undelivered { recipient, answer };
            let unreachable = to_staff.then_some(row.mail.person);
            post::tell(tx, scene, &work.ticket, unreachable, &post::Happened::internal(fact)).await?;
        }
    }
    Ok(Done { ticket: work.ticket.id, entry: None })
}

/// Tells a staff member, at the registered address, that a mail without proof named them as its sender.
///
/// # Errors
/// The database's.
pub async fn ask_whether_it_was_you(
    tx: &mut Tx,
    scene: &Scene<'_>,
    person: PersonId,
    mailbox: &str,
    claim: &Claim,
) -> anyhow::Result<()> {
    post::ask(tx, scene, person, mailbox, claim).await
}

/// What an unproven mail says of itself.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The inbox row it is kept in.
    pub inbox: InboxId,
    /// The From header.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// When it came.
    pub received: Timestamp,
}

/// Lets guests find what was written before there was an index for them.
///
/// # Errors
/// The database's.
pub async fn index_what_is_missing(tx: &mut Tx, chance: &Chance) -> anyhow::Result<()> {
    for text in search::missing(tx).await? {
        search::insert(tx, chance.id(), text.project, text.ticket, text.entry, &text.text).await?;
    }
    Ok(())
}

/// The ticket, and nobody else's until this transaction ends: the courier and other nodes write to it too.
async fn ticket(tx: &mut Tx, id: TicketId) -> anyhow::Result<Ticket> {
    tickets::lock(tx, id).await?;
    tickets::get(tx, id).await?.ok_or_else(|| anyhow::anyhow!("ticket {id} is gone"))
}

/// A title for a mail without a subject.
fn first_line(text: &str, fallback: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(fallback).to_owned()
}

/// At most 200 characters, on one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}
