//! What an act did, gathered for the mails to staff.

use super::act::Step;
use super::happened::Happened;
use crate::desk::entry::{EntryKind, Field, Visibility};
use crate::desk::ids::{PersonId, ProjectId};
use crate::desk::names::OwnNames;
use crate::desk::notify;
use crate::desk::people::{Named, Person};
use crate::desk::ticket::PRIORITY_NORMAL;
use crate::letters::Speaker;
use crate::letters::staff::{Event, Fact, News, Piece, shown};
use crate::store::entries::{self, Entry};
use crate::store::projects::TaskType;
use crate::store::tickets::{Priority, Status, Ticket};
use crate::store::{Tx, inbox, people, projects, tickets};
use crate::time::Timestamp;

/// The news of a ticket as every member of staff reads them; `desk` is the desk's name, `readers` are told of a public
/// answer.
pub(super) async fn news(
    tx: &mut Tx,
    desk: &str,
    ticket: &Ticket,
    author: Option<PersonId>,
    happened: &Happened,
    readers: Vec<String>,
) -> anyhow::Result<News> {
    let (statuses, priorities) = (tickets::statuses(tx).await?, tickets::priorities(tx).await?);
    let project = projects::get(tx, ticket.project).await?;
    let organization = match project.as_ref().and_then(|project| project.organization) {
        Some(id) => people::list_organizations(tx).await?.into_iter().find(|organization| organization.id == id),
        None => None,
    };
    let organization = organization.map(|organization| organization.name);
    let author = match author {
        Some(id) => people::get(tx, id).await?,
        None => None,
    };
    let speaker = match &author {
        None => Speaker::Desk,
        Some(person) if person.is_staff() => Speaker::Staff(person.name.clone()),
        Some(person) => Speaker::Outsider(person.address().to_owned()),
    };
    let names = people::own_names(tx, desk).await?;
    let author = author.map(|person| named_author(&names, person));
    let status = status(&statuses, &ticket.state.status);
    let face = self::status(&statuses, &ticket.face.state.status);
    let mut facts = happened.facts.clone();
    for step in &happened.steps {
        facts.extend(fact(tx, ticket.project, step).await?);
    }
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
        organization,
        priority: (ticket.state.priority != PRIORITY_NORMAL).then(|| priority(&priorities, &ticket.state.priority)),
        due: ticket.state.due,
        project: project.map(|project| project.name).unwrap_or_default(),
        face: (face != status).then_some(face),
        status,
        event,
        given: false,
        before: Vec::new(),
        topic: notify::Event::Change,
        author,
        speaker,
        unverified: happened.unverified,
        text: happened.comment.as_ref().map(|(entry, _)| entry.text.clone()).unwrap_or_default(),
        document: happened.comment.as_ref().and_then(|(entry, _)| entry.document.clone()),
        files: happened.comment.as_ref().map(|(_, files)| files.clone()).unwrap_or_default(),
        visibility: happened.visibility,
        facts,
        readers,
        on_the_page: Vec::new(),
        note_address: None,
        thread_root: ticket.thread_root.clone(),
    })
}

/// Comments that whoever is given a ticket gets to read.
const CONVERSATION: i64 = 20;

/// What was said before, as staff read it: all of it for whom the ticket is `given` to, else the last thing that everybody
/// read. A reply to a mail goes to one channel: nothing internal stands in one whose reply is public.
pub(super) async fn before(
    tx: &mut Tx,
    (desk, zone): (&str, &str),
    ticket: &Ticket,
    happened: &Happened,
    given: bool,
) -> anyhow::Result<Vec<Piece>> {
    let wrote = happened.comment.as_ref().filter(|_| !happened.opened).map(|(entry, _)| entry.ordinal);
    let (until, most, inside) = match (given, wrote) {
        (true, wrote) => (wrote.unwrap_or(i64::MAX), CONVERSATION, happened.visibility == Visibility::Internal),
        (false, Some(ordinal)) => (ordinal, 1, false),
        (false, None) => return Ok(Vec::new()),
    };
    // A new ticket's text stands in the mail itself.
    if happened.opened {
        return Ok(Vec::new());
    }
    let names = people::own_names(tx, desk).await?;
    let mut pieces = Vec::new();
    for entry in entries::comments_before(tx, ticket.id, until, most, inside).await? {
        pieces.extend(piece(tx, (&names, ticket), &entry, zone).await?);
    }
    Ok(pieces)
}

/// Who wrote something, as staff read it: outsiders with their address.
fn named_author(names: &OwnNames, person: Person) -> String {
    match person.is_staff() {
        true => person.name,
        false => shown(&names.fit(&person.name).unwrap_or_default(), person.address()),
    }
}

/// An entry as one of several in a mail to staff; `None` where it says nothing that is told.
pub(super) async fn piece(
    tx: &mut Tx,
    (names, ticket): (&OwnNames, &Ticket),
    entry: &Entry,
    zone: &str,
) -> anyhow::Result<Option<Piece>> {
    let author = match entry.author {
        Some(id) => people::get(tx, id).await?,
        None => None,
    };
    let unverified = match entry.inbox {
        Some(mail) => inbox::is_unverified(tx, mail).await?,
        None => false,
    };
    let author = author.map(|person| named_author(names, person));
    let (at, text) = (entry.at.in_zone(zone), entry.text.clone());
    let document = entry.document.clone();
    let mut piece = Piece { author, unverified, at, text, document, files: Vec::new(), fact: None };
    let Some(change) = &entry.change else {
        piece.files = entries::files(tx, entry.id).await?;
        return Ok((entry.kind != EntryKind::Time).then_some(piece));
    };
    piece.fact = match (change.field, &change.to) {
        (Field::AlsoSent, Some(address)) => Some(Fact::AlsoSent(address.clone())),
        (Field::SentDirectly, Some(addresses)) => Some(Fact::SentDirectly(addresses.clone())),
        (Field::Participant, Some(who)) if entry.author.is_some_and(|author| *who == author.to_string()) => Some(Fact::Joined),
        (Field::Participant, Some(who)) => match who.parse().map(PersonId) {
            Ok(id) => people::get(tx, id).await?.map(|person| Fact::Invited(shown(&person.name, person.address()))),
            Err(_) => None,
        },
        (field, to) => {
            let step = Step { field, from: change.from.clone(), to: to.clone(), public: false };
            fact(tx, ticket.project, &step).await?
        }
    };
    Ok(piece.fact.is_some().then_some(piece))
}

/// A step in words of the desk.
async fn fact(tx: &mut Tx, project: ProjectId, step: &Step) -> anyhow::Result<Option<Fact>> {
    let (from, to) = (step.from.as_deref(), step.to.as_deref());
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Ok(Some(match step.field {
        Field::Status => {
            let statuses = tickets::statuses(tx).await?;
            Fact::Status { from: status(&statuses, &text(from)), to: status(&statuses, &text(to)) }
        }
        Field::Priority => {
            let priorities = tickets::priorities(tx).await?;
            Fact::Priority { from: priority(&priorities, &text(from)), to: priority(&priorities, &text(to)) }
        }
        Field::Type => {
            let types = projects::types(tx, project).await?;
            Fact::Type { from: task_type(&types, &text(from)), to: task_type(&types, &text(to)) }
        }
        Field::Progress => Fact::Progress { from: text(from), to: text(to) },
        Field::Assignee => match to.and_then(|id| id.parse().ok()) {
            Some(id) => Fact::Assigned(people::get(tx, PersonId(id)).await?.map(|person| person.name).unwrap_or_default()),
            None => Fact::Unassigned,
        },
        Field::Due => Fact::Due(to.and_then(|micros| micros.parse().ok()).map(Timestamp::from_micros)),
        Field::Title => Fact::Title(text(to)),
        Field::Tag => match (from, to) {
            (_, Some(tag)) => Fact::Tagged(tag.to_owned()),
            (tag, None) => Fact::Untagged(text(tag)),
        },
        Field::Participant | Field::Mails | Field::AlsoSent | Field::SentDirectly | Field::Lacks => return Ok(None),
    }))
}

fn named(found: Option<(&String, &String)>, key: &str) -> Named {
    match found {
        Some((de, en)) => Named { de: de.clone(), en: en.clone() },
        None => Named { de: key.to_owned(), en: key.to_owned() },
    }
}

fn status(statuses: &[Status], key: &str) -> Named {
    named(statuses.iter().find(|status| status.key == key).map(|status| (&status.name_de, &status.name_en)), key)
}

fn priority(priorities: &[Priority], key: &str) -> Named {
    named(priorities.iter().find(|priority| priority.key == key).map(|priority| (&priority.name_de, &priority.name_en)), key)
}

fn task_type(types: &[TaskType], key: &str) -> Named {
    named(types.iter().find(|of| of.key == key).map(|of| (&of.name_de, &of.name_en)), key)
}
