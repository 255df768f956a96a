//! What people do to tickets. An [`Act`] is the same whether it came by mail, page or command line; [`perform`] is the
//! only writer of entries, faces and the outbox, and does all of it in the caller's transaction.
//!
//! [`audience`] decides who is told of what `happened` (pure), `notifications` tells them: staff the `news`, outsiders what guest
//! types hold; `post` addresses and queues. `work` writes entries and keeps the face true. [`sign_in_links`] lets guests in: the
//! links and the mails they come in. [`held`] is where people decide about mails that wait, [`lists`] tells of many at once.
//! `budget` asks whether what people outside set off leaves at once, [`collected`] tells together what did not.
//!
//! A function that says nothing of its errors fails as the database does, and with nothing else.

pub mod audience;
mod behalf;
mod budget;
pub mod collected;
pub mod commands;
pub mod guest;
mod happened;
pub mod held;
pub mod lists;
mod news;
mod notifications;
mod post;
mod renewal;
pub mod sign_in_links;
pub mod staff_member;
mod work;

pub use self::behalf::{BehalfOrigin, OnBehalf};
pub use self::notifications::too_large;
pub use self::renewal::{Exposed, renew_reply_address};

use self::happened::Happened;
use self::work::{Step, Work, shortened};
use crate::config::{Config, Mailbox};
use crate::desk::entry::{Change, EntryKind, Field, Lack, Visibility};
use crate::desk::face::{Face, State};
use crate::desk::ids::{EntryId, InboxId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::outbox::Audience;
use crate::desk::people::Person;
use crate::desk::project::ProjectKind;
use crate::desk::ticket::{STATUS_OPEN, TYPE_REQUEST, TicketNumber, reopened};
use crate::guest::Standing;
use crate::letters::staff::{self, Fact, Lost};
use crate::mail::Attachment;
use crate::store::tickets::Ticket;
use crate::store::{Tx, entries, outbox, people, projects, search, tickets, tokens};
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
    /// What of that mail is neither in the text nor among the files.
    pub lacks: Vec<Lack>,
    /// The inbox row of that mail.
    pub inbox: Option<InboxId>,
    /// Whether nothing shows that it comes from whom it names, where the desk could know.
    pub unverified: bool,
    /// When it was written, where that is long past: then it is written down as of then, and nobody is told.
    pub past: Option<Timestamp>,
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
    /// Texts that staff sort it by; nobody else sees them.
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
    fn state(&self) -> impl Iterator<Item = (Field, Option<String>, Visibility)> {
        let status = self.status.clone().map(|(key, visibility)| (Field::Status, Some(key), visibility));
        let priority = self.priority.clone().map(|(key, visibility)| (Field::Priority, Some(key), visibility));
        let progress = self.progress.map(|(percent, visibility)| (Field::Progress, Some(percent.to_string()), visibility));
        let assignee =
            self.assignee.map(|(person, visibility)| (Field::Assignee, person.map(|person| person.to_string()), visibility));
        let due = self.due.map(|(due, visibility)| (Field::Due, due.map(|due| due.as_micros().to_string()), visibility));
        [status, priority, progress, assignee, due].into_iter().flatten()
    }

    /// For whom its changes are, which came to these steps: tags are the staff's own.
    fn visibilities(&self, steps: &[Step]) -> impl Iterator<Item = Visibility> {
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

/// Does it: writes entries, face and outbox in the caller's transaction.
///
/// # Errors
/// The database's, or when what the act is about does not exist.
pub async fn perform(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, act: Act, content: Content) -> anyhow::Result<Done> {
    let past = match content.past {
        Some(at) => {
            Some(ActContext { now: moment(tx, &act, at).await?.min(context.now), epoch: context.epoch.clone(), ..*context })
        }
        None => None,
    };
    let context = past.as_ref().unwrap_or(context);
    match act {
        Act::Open(open) => self::open(tx, context, actor, open, content).await,
        Act::OnBehalf(on_behalf) => behalf::open(tx, context, actor, *on_behalf, content).await,
        Act::Update(update) => self::update(tx, context, actor, update, content).await,
        Act::Time(time) => self::time(tx, context, actor, time, content).await,
        Act::AlsoSent { ticket, address } => also_sent(tx, context, ticket, address, content).await,
        Act::Undelivered { mail, answer } => undelivered(tx, context, mail, answer).await,
    }
}

/// The moment at which something of the past is written down: a timeline never goes back.
async fn moment(tx: &mut Tx, act: &Act, at: Timestamp) -> anyhow::Result<Timestamp> {
    let ticket = match act {
        Act::Update(Update { ticket, .. }) | Act::AlsoSent { ticket, .. } | Act::Time(Time { ticket, .. }) => *ticket,
        Act::Open(_) | Act::OnBehalf(_) | Act::Undelivered { .. } => return Ok(at),
    };
    Ok(tickets::get(tx, ticket).await?.map_or(at, |ticket| at.max(ticket.updated_at)))
}

async fn open(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, open: Open, content: Content) -> anyhow::Result<Done> {
    let requester = match actor {
        Actor::Contact(person) => Some(person),
        Actor::Staff(_) | Actor::Nobody => None,
    };
    let ticket = new_ticket(tx, context, &open, requester, &content.text).await?;
    let mut work = Work { context, ticket, author: actor.person(), inbox: content.inbox };
    let (entry, files) = work.comment(tx, open.visibility, &content).await?;
    let (steps, set) = change_at_once(tx, &mut work, actor, open.changes.as_deref()).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    if content.past.is_some() {
        return Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) });
    }
    let news = Happened {
        comment: Some((entry.clone(), files)),
        opened: true,
        steps,
        facts: open.facts.into_iter().chain(content.lacks.iter().copied().map(Fact::Lacks)).collect(),
        invited: None,
        visibility: strictest(set.into_iter().chain([open.visibility])),
        unverified: content.unverified,
    };
    notifications::notify(tx, context, &work.ticket, actor.person(), &news).await?;
    if let (true, Some(requester)) = (open.acknowledge, requester) {
        notifications::acknowledge(tx, context, &work.ticket, requester).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

/// The ticket itself, as yet without an entry.
async fn new_ticket(
    tx: &mut Tx,
    context: &ActContext<'_>,
    open: &Open,
    requester: Option<PersonId>,
    text: &str,
) -> anyhow::Result<Ticket> {
    let project = projects::get(tx, open.project).await?.ok_or_else(|| anyhow::anyhow!("project {} is gone", open.project))?;
    // In a reception nobody sees more than a ticket of their own, and the numbers count everybody's.
    let counts = open.visibility == Visibility::Public || project.kind != ProjectKind::Customer;
    let number = tickets::new_number(tx, project.id, counts, context.rng).await?;
    let title = crate::mail::thread::base_subject(&open.subject);
    let title = if title.trim().is_empty() { first_line(text, &project.name) } else { title };
    // What it is and is called from the beginning is no change.
    let (title, type_key) = match open.changes.as_deref() {
        Some(set) => (set.title.clone().unwrap_or(title), set.type_key.clone().or_else(|| open.type_key.clone())),
        None => (title, open.type_key.clone()),
    };
    let ticket = Ticket {
        id: TicketId(context.rng.id()),
        project: project.id,
        number: TicketNumber { project: project.key.clone(), number },
        type_key: type_key.unwrap_or_else(|| TYPE_REQUEST.to_owned()),
        title: shortened(&title),
        state: State::default(),
        requester,
        mailbox: open.mailbox.clone(),
        subject: shortened(&open.subject),
        thread_root: format!(
            "{}@{}",
            context.rng.secret(),
            crate::desk::people::domain(&context.mailbox(&open.mailbox)?.address)
        ),
        last_ordinal: 0,
        created_at: context.now,
        updated_at: context.now,
        face: Face::opened(context.now),
    };
    tickets::insert(tx, &ticket).await?;
    Ok(ticket)
}

/// Sets what an update sets of a ticket, and says which steps that were.
async fn change(tx: &mut Tx, work: &mut Work<'_>, actor: Actor, update: &Update) -> anyhow::Result<Vec<Step>> {
    if let Some((Some(assignee), _)) = update.assignee {
        let works_here = people::get(tx, assignee).await?.is_some_and(|person| person.active && person.is_staff());
        anyhow::ensure!(works_here, "person {assignee} does not work here, so no ticket can be theirs");
    }
    let mut steps = Vec::new();
    for (field, to, visibility) in update.state() {
        let again = field == Field::Status && to.as_deref() == Some(STATUS_OPEN) && !matches!(actor, Actor::Staff(_));
        let to = if again { Some(reopened(&work.ticket.face.state.status).to_owned()) } else { to };
        steps.extend(work.set(tx, field, to, visibility).await?);
    }
    if let Some(to) = &update.type_key {
        steps.extend(work.set_type(tx, to).await?);
    }
    if let Some(to) = &update.title {
        steps.extend(work.set_title(tx, to).await?);
    }
    for tag in &update.tag {
        steps.extend(work.set_tag(tx, tag, true).await?);
    }
    for tag in &update.untag {
        steps.extend(work.set_tag(tx, tag, false).await?);
    }
    Ok(steps)
}

/// Sets what is set of a new ticket at once: the steps, and for whom they are where there are any.
async fn change_at_once(
    tx: &mut Tx,
    work: &mut Work<'_>,
    actor: Actor,
    set: Option<&Update>,
) -> anyhow::Result<(Vec<Step>, Option<Visibility>)> {
    let Some(set) = set else { return Ok((Vec::new(), None)) };
    let steps = change(tx, work, actor, set).await?;
    let visibility = (!steps.is_empty()).then(|| strictest(set.visibilities(&steps)));
    Ok((steps, visibility))
}

/// For whom a mail about all of these is: one internal part makes it internal.
fn strictest(parts: impl IntoIterator<Item = Visibility>) -> Visibility {
    let internal = parts.into_iter().any(|visibility| visibility == Visibility::Internal);
    if internal { Visibility::Internal } else { Visibility::Public }
}

async fn update(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, update: Update, content: Content) -> anyhow::Result<Done> {
    let ticket = ticket(tx, update.ticket).await?;
    if matches!(actor, Actor::Staff(_)) && !update.quiet && content.past.is_none() {
        let public = update.state().map(|(.., visibility)| visibility).chain(update.comment);
        let public = update.invite.is_some() || public.into_iter().any(|visibility| visibility == Visibility::Public);
        collected::before(tx, context, ticket.id, public).await?;
    }
    let mut work = Work { context, ticket, author: actor.person(), inbox: content.inbox };
    let mut facts = Vec::new();
    if let (true, Some(person)) = (update.join, actor.person()) {
        tickets::join(tx, work.ticket.id, person, update.approve, context.now).await?;
        let change = Change { field: Field::Participant, from: None, to: Some(person.to_string()) };
        work.add(tx, EntryKind::Change, Visibility::Internal, String::new(), Some(change)).await?;
        facts.push(Fact::Joined);
    }
    let comment = match update.comment {
        Some(visibility) => {
            facts.extend(content.lacks.iter().copied().map(Fact::Lacks));
            Some(work.comment(tx, visibility, &content).await?)
        }
        None => None,
    };
    if !update.direct.is_empty() {
        let addresses = update.direct.join(", ");
        let change = Change { field: Field::SentDirectly, from: None, to: Some(addresses.clone()) };
        work.add(tx, EntryKind::Change, Visibility::Internal, String::new(), Some(change)).await?;
        facts.push(Fact::SentDirectly(addresses));
    }
    let steps = change(tx, &mut work, actor, &update).await?;
    let mut invited = None;
    if let Some(person) = update.invite {
        let new = !Standing::of(tx, person, work.ticket.id).await?.corresponds();
        // A colleague's word is not the staff's.
        let approve = !matches!(actor, Actor::Contact(_));
        tickets::join(tx, work.ticket.id, person, approve, context.now).await?;
        if let Some(found) = people::get(tx, person).await?.filter(|_| new) {
            let change = Change { field: Field::Participant, from: None, to: Some(person.to_string()) };
            let entry = work.add(tx, EntryKind::Change, Visibility::Public, String::new(), Some(change)).await?;
            facts.push(Fact::Invited(named(tx, context, &found).await?));
            invited = Some((person, entry.id));
        }
    }
    if let Some(person) = update.remove {
        facts.extend(take_off(tx, &mut work, person).await?);
    }
    tickets::update(tx, &work.ticket, context.now).await?;
    let entry = comment.as_ref().map(|(entry, _)| entry.id);
    let visibility = strictest(update.visibilities(&steps).chain(update.comment));
    let happened = Happened { comment, opened: false, steps, facts, invited, visibility, unverified: content.unverified };
    if !update.quiet && content.past.is_none() && !happened.is_nothing() {
        notifications::notify(tx, context, &work.ticket, actor.person(), &happened).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry })
}

/// Takes somebody off a ticket: no mail about it goes to them any more, and none from their reply address comes in.
async fn take_off(tx: &mut Tx, work: &mut Work<'_>, person: PersonId) -> anyhow::Result<Option<Fact>> {
    let Some(found) = people::get(tx, person).await? else { return Ok(None) };
    let asked = work.ticket.requester == Some(person);
    if !tickets::leave(tx, work.ticket.id, person).await? && !asked {
        return Ok(None);
    }
    if asked {
        work.ticket.requester = None;
    }
    tokens::end_on(tx, person, work.ticket.id, work.context.now).await?;
    // As public as that they took part; where outsiders see nothing yet, this is not what brings the ticket to light.
    let visibility = if work.ticket.face.shown { Visibility::Public } else { Visibility::Internal };
    let change = Change { field: Field::Participant, from: Some(person.to_string()), to: None };
    work.add(tx, EntryKind::Change, visibility, String::new(), Some(change)).await?;
    Ok(Some(Fact::TakenOff(named(tx, work.context, &found).await?)))
}

/// Somebody outside the staff as the staff are told of them.
async fn named(tx: &mut Tx, context: &ActContext<'_>, person: &Person) -> anyhow::Result<String> {
    let names = people::own_names(tx, &context.config.desk.name).await?;
    Ok(staff::shown(&names.fit(&person.name).unwrap_or_default(), person.address()))
}

async fn time(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, time: Time, content: Content) -> anyhow::Result<Done> {
    let ticket = ticket(tx, time.ticket).await?;
    let mut work = Work { context, ticket, author: actor.person(), inbox: None };
    let entry = work.add(tx, EntryKind::Time, time.visibility, content.text.replace('\0', ""), None).await?;
    entries::insert_time(tx, entry.id, time.minutes, time.worked_on).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

async fn also_sent(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: TicketId,
    address: String,
    content: Content,
) -> anyhow::Result<Done> {
    let ticket = self::ticket(tx, ticket).await?;
    let mut work = Work { context, ticket, author: None, inbox: content.inbox };
    let change = Change { field: Field::AlsoSent, from: None, to: Some(address.clone()) };
    work.add(tx, EntryKind::Change, Visibility::Internal, String::new(), Some(change)).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    if content.past.is_none() {
        notifications::notify(tx, context, &work.ticket, None, &Happened::internal(Fact::AlsoSent(address))).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry: None })
}

/// Law 4: the failure of a mail is written on its ticket and reaches the person who wrote it.
async fn undelivered(tx: &mut Tx, context: &ActContext<'_>, mail: OutboxId, answer: String) -> anyhow::Result<Done> {
    let row = outbox::get(tx, mail).await?.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} is gone"))?;
    let ticket_id = row.mail.ticket.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} belongs to no ticket"))?;
    let ticket = self::ticket(tx, ticket_id).await?;
    let mut work = Work { context, ticket, author: None, inbox: None };
    let recipient = row.mail.recipient.clone();
    let lost = Lost { recipient, answer, state: row.state, tries: row.unknowns };
    let text = lost.on_the_ticket(crate::letters::i18n::texts(context.config.desk.language));
    work.add(tx, EntryKind::Delivery, Visibility::Internal, text, None).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    let to_staff = row.mail.audience == Audience::Staff;
    match notifications::author_of(tx, &row).await? {
        Some(author) => notifications::report_failure(tx, context, &work.ticket, &author, &lost).await?,
        // News of news that did not arrive stay on the ticket: else two dead addresses of the staff would report each
        // other's failure without end.
        None if to_staff && row.mail.entry.is_none() => {}
        None => {
            let unreachable = to_staff.then_some(row.mail.person);
            notifications::notify(tx, context, &work.ticket, unreachable, &Happened::internal(Fact::Undelivered(lost))).await?;
        }
    }
    Ok(Done { ticket: work.ticket.id, entry: None })
}

/// Lets guests find what was written before there was an index for them.
pub async fn index_what_is_missing(tx: &mut Tx, rng: &Rng) -> anyhow::Result<()> {
    for text in search::missing(tx).await? {
        search::insert(tx, rng.id(), text.project, text.ticket, text.entry, &text.text).await?;
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
