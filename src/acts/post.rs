//! Writing the mails of an act into the outbox, in the act's transaction.

use super::audience::{Circle, told};
use super::{Claim, Exposed, PriorityStep, Scene, StatusStep};
use crate::config::Mailbox;
use crate::desk::entry::{File, Visibility};
use crate::desk::ids::{EntryId, PersonId};
use crate::desk::outbox::{Audience, Kind};
use crate::desk::people::{Language, Person, PersonKind, domain};
use crate::desk::ticket::Category;
use crate::guest::Reader;
use crate::letters::staff::{Event, Fact, Named, News, shown};
use crate::letters::{Stationery, outsider, staff};
use crate::mail::Address;
use crate::mail::compose::Draft;
use crate::store::outbox::{OutboxRow, Queued};
use crate::store::tickets::{Entry, Priority, Status, Ticket};
use crate::store::tokens::{Reference, Token};
use crate::store::{Tx, outbox, people, projects, tickets, tokens};

/// Message-IDs that a mail to outsiders refers to at most, and the length of each.
const ANCESTORS: usize = 20;
const LONGEST_ID: usize = 250;

/// What an act did, as far as people are told.
pub(super) struct Happened {
    pub(super) comment: Option<(Entry, Vec<File>)>,
    pub(super) opened: bool,
    pub(super) status: Option<StatusStep>,
    pub(super) priority: Option<PriorityStep>,
    pub(super) facts: Vec<Fact>,
    pub(super) visibility: Visibility,
}

impl Happened {
    pub(super) fn internal(fact: Fact) -> Self {
        Self { comment: None, opened: false, status: None, priority: None, facts: vec![fact], visibility: Visibility::Internal }
    }
}

/// Queues a mail for everybody who is to be told.
pub(super) async fn tell(
    tx: &mut Tx,
    scene: &Scene<'_>,
    ticket: &Ticket,
    author: Option<PersonId>,
    happened: &Happened,
) -> anyhow::Result<()> {
    let circle = circle(tx, ticket).await?;
    let staff = told(&circle.ids(), author, happened.visibility).staff;
    let news = news(tx, ticket, author, happened, &circle).await?;
    for person in circle.staff.iter().filter(|person| staff.contains(&person.id)) {
        notify(tx, scene, ticket, person, &news, happened).await?;
    }
    // What outsiders are told is asked for each part by itself: a public comment beside an internal change still goes out.
    let comment =
        happened.comment.as_ref().filter(|(entry, _)| entry.visibility == Visibility::Public).map(|(entry, _)| entry.id);
    let closed = match happened.status.as_ref().filter(|step| step.public) {
        Some(step) => category(tx, &step.to).await? == Some(Category::Done),
        None => false,
    };
    if comment.is_none() && !closed {
        return Ok(());
    }
    let outsiders = told(&circle.ids(), author, Visibility::Public).outsiders;
    for person in circle.correspondents.iter().filter(|person| outsiders.contains(&person.id)) {
        // Who asked is told that it is done, muted or not: it is the answer to their question.
        if circle.muted.contains(&person.id) && !(closed && ticket.requester == Some(person.id)) {
            continue;
        }
        write_outside(tx, scene, ticket, person, &circle, comment, closed).await?;
    }
    Ok(())
}

/// The people around a ticket.
struct People {
    staff: Vec<Person>,
    correspondents: Vec<Person>,
    /// Correspondents who want no mail about this ticket.
    muted: Vec<PersonId>,
}

impl People {
    fn ids(&self) -> Circle {
        Circle {
            staff: self.staff.iter().map(|person| person.id).collect(),
            correspondents: self.correspondents.iter().map(|person| person.id).collect(),
        }
    }

    /// The correspondents who get what is public by mail.
    fn readers(&self) -> impl Iterator<Item = &Person> {
        self.correspondents.iter().filter(|person| !self.muted.contains(&person.id))
    }
}

/// A project without staff is everybody's: no ticket goes unseen.
async fn circle(tx: &mut Tx, ticket: &Ticket) -> anyhow::Result<People> {
    let mut staff = projects::staff(tx, ticket.project).await?;
    if staff.is_empty() {
        staff = people::list(tx, Some(PersonKind::Staff)).await?;
    }
    if let Some(assignee) = ticket.assignee {
        staff.extend(people::get(tx, assignee).await?);
    }
    staff.retain(|person| person.active && !person.addresses.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    staff.retain(|person| seen.insert(person.id.0));
    let mut correspondents = Vec::new();
    for id in ticket.requester.into_iter().chain(tickets::participants(tx, ticket.id).await?) {
        let person = people::get(tx, id).await?;
        correspondents.extend(person.filter(|person| person.active && !person.is_staff() && !person.addresses.is_empty()));
    }
    Ok(People { staff, correspondents, muted: tickets::muted(tx, ticket.id).await? })
}

async fn news(
    tx: &mut Tx,
    ticket: &Ticket,
    author: Option<PersonId>,
    happened: &Happened,
    circle: &People,
) -> anyhow::Result<News> {
    let statuses = tickets::statuses(tx).await?;
    let project = projects::get(tx, ticket.project).await?;
    let author = match author {
        Some(id) => people::get(tx, id).await?,
        None => None,
    };
    let speaker = author.as_ref().map(|person| person.name.clone()).filter(|name| !name.is_empty());
    let author = author.map(|person| if person.is_staff() { person.name } else { shown(&person.name, person.address()) });
    let status = named(&statuses, &ticket.status);
    let face = named(&statuses, &ticket.face.status);
    let mut facts = happened.facts.clone();
    if let Some(step) = &happened.status {
        facts.push(Fact::Status { from: named(&statuses, &step.from), to: named(&statuses, &step.to) });
    }
    if let Some(step) = &happened.priority {
        let priorities = tickets::priorities(tx).await?;
        facts.push(Fact::Priority { from: priority(&priorities, &step.from), to: priority(&priorities, &step.to) });
    }
    let readers = circle.readers().map(|person| shown(&person.name, person.address())).collect();
    let event = match (&happened.comment, happened.opened) {
        (_, true) => Event::Opened,
        (Some(_), false) => Event::Wrote,
        (None, false) => Event::Changed,
    };
    if event == Event::Opened && author.is_none() {
        facts.push(Fact::NoSender);
    }
    Ok(News {
        number: ticket.number.clone(),
        title: ticket.title.clone(),
        project: project.map(|project| project.name).unwrap_or_default(),
        face: (face != status).then_some(face),
        status,
        event,
        author,
        speaker,
        text: happened.comment.as_ref().map(|(entry, _)| entry.text.clone()).unwrap_or_default(),
        files: happened.comment.as_ref().map(|(_, files)| files.clone()).unwrap_or_default(),
        visibility: happened.visibility,
        facts,
        readers,
        note_address: None,
        thread_root: ticket.thread_root.clone(),
    })
}

fn named(statuses: &[Status], key: &str) -> Named {
    let status = statuses.iter().find(|status| status.key == key);
    Named {
        de: status.map_or(key, |status| &status.name_de).to_owned(),
        en: status.map_or(key, |status| &status.name_en).to_owned(),
    }
}

fn priority(priorities: &[Priority], key: &str) -> Named {
    let priority = priorities.iter().find(|priority| priority.key == key);
    Named {
        de: priority.map_or(key, |priority| &priority.name_de).to_owned(),
        en: priority.map_or(key, |priority| &priority.name_en).to_owned(),
    }
}

async fn category(tx: &mut Tx, key: &str) -> anyhow::Result<Option<Category>> {
    Ok(tickets::statuses(tx).await?.into_iter().find(|status| status.key == key).map(|status| status.category))
}

fn language(scene: &Scene<'_>, person: &Person) -> Language {
    person.language.unwrap_or(scene.config.desk.language)
}

/// A fresh Message-ID of a mailbox: random, so that it can be a reply token where plus-addressing is off.
pub(super) fn message_id(scene: &Scene<'_>, mailbox: &Mailbox) -> String {
    format!("{}@{}", scene.chance.secret(), domain(&mailbox.address))
}

fn plus(mailbox: &Mailbox, secret: &str) -> String {
    let (local, domain) = mailbox.address.split_once('@').unwrap_or((&mailbox.address, ""));
    format!("{local}+{secret}@{domain}")
}

/// A new reply address of this person for this ticket and channel; where plus-addressing is off, the mail's random
/// Message-ID is bound instead and there is no address of its own.
async fn reply_address(
    tx: &mut Tx,
    scene: &Scene<'_>,
    mailbox: &Mailbox,
    ticket: &Ticket,
    person: PersonId,
    channel: Visibility,
    message_id: &str,
) -> anyhow::Result<Option<String>> {
    let token = Token {
        person,
        ticket: ticket.id,
        channel,
        seen_ordinal: ticket.last_ordinal,
        epoch: scene.epoch.clone(),
        created_at: scene.now,
        ended_at: None,
    };
    if !mailbox.plus_addressing {
        tokens::insert(tx, message_id, &token).await?;
        return Ok(None);
    }
    let secret = scene.chance.secret();
    tokens::insert(tx, &secret, &token).await?;
    Ok(Some(plus(mailbox, &secret)))
}

fn stationery(scene: &Scene<'_>, mailbox: &Mailbox, person: &Person, message_id: String) -> Stationery {
    let name = if person.is_staff() { &person.name } else { person.name_for_outsiders() };
    Stationery {
        desk: scene.config.desk.name.clone(),
        address: mailbox.address.clone(),
        to: Address { name: Some(name.to_owned()).filter(|name| !name.is_empty()), address: person.address().to_owned() },
        cc: Vec::new(),
        language: language(scene, person),
        reply_to: None,
        message_id,
        references: Vec::new(),
        link: None,
        at: scene.now,
    }
}

async fn notify(
    tx: &mut Tx,
    scene: &Scene<'_>,
    ticket: &Ticket,
    person: &Person,
    news: &News,
    happened: &Happened,
) -> anyhow::Result<()> {
    let mailbox = scene.mailbox(&ticket.mailbox)?;
    let message_id = message_id(scene, mailbox);
    let mut news = news.clone();
    let channel = happened.visibility;
    let reply_to = reply_address(tx, scene, mailbox, ticket, person.id, channel, &message_id).await?;
    if channel == Visibility::Public && mailbox.plus_addressing {
        news.note_address = reply_address(tx, scene, mailbox, ticket, person.id, Visibility::Internal, &message_id).await?;
    }
    let mut stationery = stationery(scene, mailbox, person, message_id);
    stationery.reply_to = reply_to;
    let draft = staff::notification(stationery, &news)?;
    let entry = happened.comment.as_ref().map(|(entry, _)| entry.id);
    send(tx, scene, mailbox, Kind::Notification, person, Some((ticket, entry, channel)), draft).await
}

/// The exit to outsiders: everything in the mail comes out of the guest boundary.
async fn write_outside(
    tx: &mut Tx,
    scene: &Scene<'_>,
    ticket: &Ticket,
    person: &Person,
    circle: &People,
    comment: Option<EntryId>,
    closed: bool,
) -> anyhow::Result<()> {
    let Some(seen) = Reader::correspondent(person.id).ticket(tx, ticket.id).await? else { return Ok(()) };
    let mailbox = scene.mailbox(&ticket.mailbox)?;
    let message_id = message_id(scene, mailbox);
    let reply_to = reply_address(tx, scene, mailbox, ticket, person.id, Visibility::Public, &message_id).await?;
    let mut stationery = stationery(scene, mailbox, person, message_id);
    stationery.reply_to = reply_to;
    stationery.references = ancestors(tx, ticket).await?;
    stationery.link = link(tx, scene, ticket, person.id).await?;
    let others = circle.readers().filter(|other| other.id != person.id);
    stationery.cc = others
        .map(|other| Address { name: Some(other.name_for_outsiders().to_owned()), address: other.address().to_owned() })
        .collect();
    let entry = comment.and_then(|id| seen.entry(id));
    let (kind, draft) = match (closed, entry) {
        (true, entry) => (Kind::Done, outsider::done(stationery, &seen, entry)?),
        (false, Some(entry)) => (Kind::Answer, outsider::answer(stationery, &seen, entry)?),
        (false, None) => return Ok(()),
    };
    send(tx, scene, mailbox, kind, person, Some((ticket, comment, Visibility::Public)), draft).await
}

/// The outsiders' mails that an answer refers to: the first and the latest, as many and as long as any server lets pass
/// (RFC 5322 section 2.1.1 ends a line at 998).
async fn ancestors(tx: &mut Tx, ticket: &Ticket) -> anyhow::Result<Vec<String>> {
    let mut ids = tokens::public_thread(tx, ticket.id).await?;
    ids.retain(|id| id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic()));
    if ids.len() > ANCESTORS {
        ids.drain(1..=ids.len() - ANCESTORS);
    }
    Ok(ids)
}

/// Where the ticket stands, for whoever may sign in and see it there; nobody else is shown a door that stays closed.
async fn link(tx: &mut Tx, scene: &Scene<'_>, ticket: &Ticket, person: PersonId) -> anyhow::Result<Option<String>> {
    let Some(web) = &scene.config.web else { return Ok(None) };
    let may = crate::guest::tickets::may_open(tx, person, &ticket.number).await?;
    Ok(may.then(|| format!("{}/{}/{}", web.base_url, ticket.number.project, ticket.number.number)))
}

/// "We have received your request."
pub(super) async fn acknowledge(tx: &mut Tx, scene: &Scene<'_>, ticket: &Ticket, requester: PersonId) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, requester).await? else { return Ok(()) };
    let Some(seen) = Reader::correspondent(requester).ticket(tx, ticket.id).await? else { return Ok(()) };
    let mailbox = scene.mailbox(&ticket.mailbox)?;
    let message_id = message_id(scene, mailbox);
    let reply_to = reply_address(tx, scene, mailbox, ticket, requester, Visibility::Public, &message_id).await?;
    let mut stationery = stationery(scene, mailbox, &person, message_id);
    stationery.reply_to = reply_to;
    stationery.references = ancestors(tx, ticket).await?;
    stationery.link = link(tx, scene, ticket, requester).await?;
    let draft = outsider::acknowledgement(stationery, &seen)?;
    send(tx, scene, mailbox, Kind::Acknowledgement, &person, Some((ticket, None, Visibility::Public)), draft).await
}

/// "Did you write this mail?"
pub(super) async fn ask(tx: &mut Tx, scene: &Scene<'_>, person: PersonId, mailbox: &str, claim: &Claim) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let mailbox = scene.mailbox(mailbox)?;
    let zone = person.time_zone.as_deref().unwrap_or(&scene.config.desk.time_zone);
    let stationery = stationery(scene, mailbox, &person, message_id(scene, mailbox));
    let command = format!("postroom held show {}", claim.inbox);
    let draft = staff::claim(stationery, &claim.from, &claim.subject, claim.received, zone, &command)?;
    send(tx, scene, mailbox, Kind::Claim, &person, None, draft).await
}

/// "Your reply address has been renewed."
pub(super) async fn renew(tx: &mut Tx, scene: &Scene<'_>, exposed: &Exposed) -> anyhow::Result<()> {
    let person = people::get(tx, exposed.person).await?.filter(|person| person.active && person.is_staff());
    let (Some(person), Some(ticket)) = (person, tickets::get(tx, exposed.ticket).await?) else { return Ok(()) };
    let mailbox = scene.mailbox(&ticket.mailbox)?;
    let (message_id, channel) = (message_id(scene, mailbox), exposed.channel);
    let reply_to = reply_address(tx, scene, mailbox, &ticket, person.id, channel, &message_id).await?;
    let note_address = match channel {
        Visibility::Public if mailbox.plus_addressing => {
            reply_address(tx, scene, mailbox, &ticket, person.id, Visibility::Internal, &message_id).await?
        }
        Visibility::Public | Visibility::Internal => None,
    };
    let mut stationery = stationery(scene, mailbox, &person, message_id);
    stationery.reply_to = reply_to;
    stationery.references = vec![ticket.thread_root.clone()];
    let renewal = staff::Renewal {
        number: &ticket.number,
        title: &ticket.title,
        seen_by: &exposed.seen_by,
        internal: channel == Visibility::Internal,
        note_address: note_address.as_deref(),
    };
    let draft = staff::renewal(stationery, &renewal)?;
    send(tx, scene, mailbox, Kind::Renewal, &person, Some((&ticket, None, channel)), draft).await
}

/// Who of the staff wrote what an undelivered mail carried; `None` where it was no answer of a person.
pub(super) async fn author_of(tx: &mut Tx, mail: &OutboxRow) -> anyhow::Result<Option<Person>> {
    let (Some(ticket), Some(entry)) = (mail.mail.ticket, mail.mail.entry) else { return Ok(None) };
    if mail.mail.audience == Audience::Staff {
        return Ok(None);
    }
    let entry = tickets::entries(tx, ticket).await?.into_iter().find(|other| other.id == entry);
    let Some(author) = entry.and_then(|entry| entry.author) else { return Ok(None) };
    Ok(people::get(tx, author).await?.filter(|person| person.is_staff() && person.active))
}

/// "Your answer did not arrive."
pub(super) async fn report_failure(
    tx: &mut Tx,
    scene: &Scene<'_>,
    ticket: &Ticket,
    author: &Person,
    recipient: &str,
    answer: &str,
) -> anyhow::Result<()> {
    let mailbox = scene.mailbox(&ticket.mailbox)?;
    let message_id = message_id(scene, mailbox);
    let reply_to = reply_address(tx, scene, mailbox, ticket, author.id, Visibility::Internal, &message_id).await?;
    let mut stationery = stationery(scene, mailbox, author, message_id);
    stationery.reply_to = reply_to;
    stationery.references = vec![ticket.thread_root.clone()];
    let draft = staff::failure(stationery, &ticket.number, recipient, answer)?;
    send(tx, scene, mailbox, Kind::Failure, author, Some((ticket, None, Visibility::Internal)), draft).await
}

async fn send(
    tx: &mut Tx,
    scene: &Scene<'_>,
    mailbox: &Mailbox,
    kind: Kind,
    person: &Person,
    about: Option<(&Ticket, Option<EntryId>, Visibility)>,
    draft: Draft,
) -> anyhow::Result<()> {
    if let Some((ticket, entry, visibility)) = about {
        let reference = Reference { ticket: ticket.id, entry, visibility, ours: true };
        tokens::refer(tx, &draft.message_id, &reference, scene.now, scene.chance).await?;
    }
    // Automatic mail has no return path: nobody answers it, nobody reports on it (RFC 3834 section 3.3). A person's
    // words have one, so that their failure comes back.
    let envelope_from = (kind != Kind::Acknowledgement).then(|| mailbox.address.clone());
    let queued = Queued {
        kind,
        audience: if person.is_staff() { Audience::Staff } else { Audience::Outsider },
        person: person.id,
        recipient: person.address().to_owned(),
        envelope_from,
        message_id: draft.message_id.clone(),
        ticket: about.map(|(ticket, ..)| ticket.id),
        entry: about.and_then(|(_, entry, _)| entry),
        draft: serde_json::to_string(&draft)?,
    };
    outbox::queue(tx, &queued, scene.now, scene.chance).await?;
    Ok(())
}
