//! The mails about held mails: the question to whom a mail names, the notice to the staff of a project, what became of a
//! reply to one of them, and warnings. One of each kind for a person and hour.

use std::time::Duration;

use super::case::{self, Case, Outcome};
use super::key::new_key;
use crate::acts::{Scene, post, tell};
use crate::config::Mailbox;
use crate::desk::ids::{InboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Disposition, Held, KeyPurpose, Word};
use crate::desk::notify::{Event, Way, way};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, PersonKind};
use crate::letters::commands::Line;
use crate::letters::guard::{self, Aside};
use crate::letters::held::{self as letter, Question};
use crate::store::outbox::OutboxRow;
use crate::store::{self, Tx, held, outbox, people, projects, tickets};
use crate::time::Timestamp;

/// How often one person is written to about held mails of one kind.
const SPAN: Duration = Duration::from_hours(1);
/// Replies to questions that are answered within [`SPAN`].
const REPLIES: i64 = 10;
/// And letters about what was left out of answers.
const ASIDES: i64 = 20;

/// What a mail that is being held says of itself.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The inbox row it is kept in.
    pub inbox: InboxId,
    /// The mailbox it came through.
    pub mailbox: String,
    /// Why it is held.
    pub reason: Held,
    /// What it would become with the right person's word.
    pub would: Option<Disposition>,
    /// The From header's address.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// What was newly written.
    pub text: String,
    /// When it came.
    pub received: Timestamp,
    /// The ticket that it seems to be about.
    pub ticket: Option<TicketId>,
    /// Where a new ticket of its sender would go.
    pub project: ProjectId,
    /// What is wrong with its command lines.
    pub lines: Vec<Line>,
}

/// Asks a member of staff, at the registered address, whether a mail that names them is theirs.
///
/// # Errors
/// The database's.
pub async fn ask(tx: &mut Tx, scene: &Scene<'_>, person: PersonId, asked: &Asked) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let more = held::others_that_claim(tx, person.id, asked.inbox).await?;
    // The forger's mails bring one question an hour; a proven author has to know each time.
    let kind = if asked.reason.is_guard() { Kind::Guard } else { Kind::Claim };
    question(tx, scene, kind, &person, asked, more).await
}

/// Tells the staff of a project that a mail about one of its tickets, or that would be one, waits for their word.
///
/// # Errors
/// The database's.
pub async fn tell(tx: &mut Tx, scene: &Scene<'_>, asked: &Asked) -> anyhow::Result<()> {
    let (project, more) = match asked.ticket {
        Some(ticket) => {
            let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
            (ticket.project, held::others_of_project(tx, ticket.project, asked.inbox).await?)
        }
        None => (asked.project, held::others_without_ticket(tx, asked.inbox).await?),
    };
    for person in staff(tx, Some(project)).await? {
        if way(&store::notify::wishes(tx, person.id).await?, project, Event::Held) == Way::Nothing {
            continue;
        }
        if outbox::count_since(tx, person.id, Kind::HeldNotice, scene.now.minus(SPAN)).await? == 0 {
            question(tx, scene, Kind::HeldNotice, &person, asked, more).await?;
        }
    }
    Ok(())
}

async fn question(tx: &mut Tx, scene: &Scene<'_>, kind: Kind, person: &Person, asked: &Asked, more: i64) -> anyhow::Result<()> {
    let mailbox = scene.mailbox(&asked.mailbox)?;
    let Some(mail) = held::get(tx, asked.inbox).await? else { return Ok(()) };
    let shown = mail.detail.clone();
    let leaves_at = mail.leaves_at;
    let Some(case) = case::case(tx, mail, Some(person.id)).await? else { return Ok(()) };
    let readers = readers(tx, asked.ticket).await?;
    let number = match asked.ticket {
        Some(ticket) => tickets::get(tx, ticket).await?.map(|ticket| ticket.number.to_string()),
        None => None,
    };
    let link = match &scene.config.web {
        Some(web) => {
            let secret = format!("{}{}", scene.chance.secret(), scene.chance.secret());
            new_key(tx, scene, (KeyPurpose::Link, &secret), person.id, asked.inbox).await?;
            Some(format!("{}/held/{secret}", web.base_url))
        }
        None => None,
    };
    let mut stationery = post::plain(scene, mailbox, person);
    let secret = if mailbox.plus_addressing { scene.chance.secret() } else { stationery.message_id.clone() };
    new_key(tx, scene, (KeyPurpose::Reply, &secret), person.id, asked.inbox).await?;
    stationery.reply_to = mailbox.plus_addressing.then(|| post::plus(mailbox, &secret));
    let all = case.ways();
    let disown = all.contains(&Word::Disown);
    // "It was not me" drops it, too.
    let offered = all.into_iter().filter(|word| !(kind == Kind::Claim && disown && *word == Word::Drop));
    let ways = offered.map(|word| letter::Way { word, link: link.as_ref().map(|link| format!("{link}/{word}")) }).collect();
    let question = Question {
        reason: asked.reason,
        own: case.is_own(),
        would: asked.would,
        claimed: case.claims.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        from: asked.from.clone(),
        subject: asked.subject.clone(),
        text: asked.text.clone(),
        received: asked.received.in_zone(post::zone(scene, person)),
        number,
        readers,
        lines: asked.lines.clone(),
        whose: shown.whose.clone().unwrap_or_default(),
        ways,
        more,
        shown: guard::shown(crate::letters::words::words(stationery.language), asked.reason, &shown, scene.now),
        leaves: leaves_at.map(|at| at.strftime(post::zone(scene, person), "%H:%M")),
        list: scene.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url)),
    };
    let draft = letter::question(stationery, &question)?;
    post::send(tx, scene, kind, person, None, draft).await
}

/// Who outside the staff would get a public answer by mail, by name.
///
/// # Errors
/// The database's.
pub async fn readers(tx: &mut Tx, ticket: Option<TicketId>) -> anyhow::Result<Vec<String>> {
    let Some(ticket) = ticket else { return Ok(Vec::new()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(Vec::new()) };
    let around = tell::around(tx, &ticket, None).await?;
    let shown = |person: &Person| if person.name.is_empty() { person.address().to_owned() } else { person.name.clone() };
    Ok(around.readers().map(shown).collect())
}

/// Tells the author why their mail became an internal note, and who outside has it all the same.
///
/// # Errors
/// The database's.
pub async fn aside(
    tx: &mut Tx,
    scene: &Scene<'_>,
    author: PersonId,
    mailbox: &str,
    ticket: TicketId,
    (why, outside): (Option<Aside>, &[String]),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, author).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    let stationery = post::plain(scene, scene.mailbox(mailbox)?, &person);
    let draft = guard::aside(stationery, &ticket.number.to_string(), why, outside)?;
    post::send(tx, scene, Kind::Aside, &person, None, draft).await
}

/// Tells the author of a public answer which lines of their mail were left out of it; not more than so often an hour.
///
/// # Errors
/// The database's.
pub async fn left_out(
    tx: &mut Tx,
    scene: &Scene<'_>,
    author: PersonId,
    mailbox: &str,
    (ticket, lines): (TicketId, &str),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, author).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    if outbox::count_since(tx, person.id, Kind::Aside, scene.now.minus(SPAN)).await? >= ASIDES {
        return Ok(());
    }
    let stationery = post::plain(scene, scene.mailbox(mailbox)?, &person);
    let draft = guard::left_out(stationery, &ticket.number.to_string(), lines)?;
    post::send(tx, scene, Kind::Aside, &person, None, draft).await
}

/// Tells a member of staff what became of their reply to a question; `None` where it said neither yes nor no.
///
/// # Errors
/// The database's.
pub async fn answer(
    tx: &mut Tx,
    scene: &Scene<'_>,
    person: PersonId,
    mailbox: &str,
    outcome: Option<&Outcome>,
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    if outbox::count_since(tx, person.id, Kind::HeldReply, scene.now.minus(SPAN)).await? >= REPLIES {
        return Ok(());
    }
    let mailbox = scene.mailbox(mailbox)?;
    let stationery = post::plain(scene, mailbox, &person);
    let words = crate::letters::words::words(stationery.language);
    let said = match outcome {
        None => words.say("held-reply-unclear", &[]),
        Some(Outcome::Done { reason, word }) => letter::said(words, *reason, *word),
        Some(Outcome::Already(Some(taken))) => {
            let by = name_of(tx, taken.person).await?;
            letter::already(words, taken.word, by.as_deref(), scene.now.since(taken.at))
        }
        Some(Outcome::Already(None) | Outcome::Missing) => words.say("held-reply-gone", &[]),
        Some(Outcome::NotAllowed) => words.say("held-not-allowed", &[]),
    };
    let draft = letter::told(stationery, &said)?;
    post::send(tx, scene, Kind::HeldReply, &person, None, draft).await
}

/// Somebody's name; `None` for an administrator at the command line.
///
/// # Errors
/// The database's.
pub async fn name_of(tx: &mut Tx, person: Option<PersonId>) -> anyhow::Result<Option<String>> {
    let Some(person) = person else { return Ok(None) };
    Ok(people::get(tx, person).await?.map(|person| person.name))
}

/// Warns the others that somebody writes in a colleague's name.
pub(super) async fn warn_of_forgery(tx: &mut Tx, scene: &Scene<'_>, case: &Case) -> anyhow::Result<()> {
    let Some(claims) = &case.claims else { return Ok(()) };
    let mailbox = scene.mailbox(&case.mail.mailbox)?;
    let project = project(tx, mailbox, case.mail.project).await?;
    for person in staff(tx, project).await? {
        if person.id == claims.id {
            continue;
        }
        warn(tx, scene, mailbox, &person, |stationery| letter::forged(stationery, &claims.name, case.mail.subject.as_deref()))
            .await?;
    }
    Ok(())
}

/// A question that did not arrive reaches those who can do something about it (law 4).
///
/// # Errors
/// The database's.
pub async fn question_failed(tx: &mut Tx, scene: &Scene<'_>, row: &OutboxRow, answer: &str) -> anyhow::Result<()> {
    let mailbox = scene.mailbox("")?;
    let name = name_of(tx, Some(row.mail.person)).await?.unwrap_or_default();
    let project = project(tx, mailbox, None).await?;
    for person in staff(tx, project).await? {
        if person.id != row.mail.person {
            let recipient = &row.mail.recipient;
            warn(tx, scene, mailbox, &person, |stationery| letter::unasked(stationery, &name, recipient, answer)).await?;
        }
    }
    Ok(())
}

async fn warn(
    tx: &mut Tx,
    scene: &Scene<'_>,
    mailbox: &Mailbox,
    person: &Person,
    write: impl FnOnce(crate::letters::Stationery) -> askama::Result<crate::mail::compose::Draft>,
) -> anyhow::Result<()> {
    if outbox::count_since(tx, person.id, Kind::Warning, scene.now.minus(SPAN)).await? > 0 {
        return Ok(());
    }
    let mut stationery = post::plain(scene, mailbox, person);
    stationery.link = scene.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
    let draft = write(stationery)?;
    post::send(tx, scene, Kind::Warning, person, None, draft).await
}

/// The project whose staff is told: the ticket's, else the reception of the mailbox.
async fn project(tx: &mut Tx, mailbox: &Mailbox, project: Option<ProjectId>) -> anyhow::Result<Option<ProjectId>> {
    match project {
        Some(project) => Ok(Some(project)),
        None => Ok(projects::by_key(tx, &mailbox.reception).await?.map(|project| project.id)),
    }
}

/// The staff of a project; everybody where it has none.
pub(in crate::acts) async fn staff(tx: &mut Tx, project: Option<ProjectId>) -> anyhow::Result<Vec<Person>> {
    let mut staff = match project {
        Some(project) => projects::staff(tx, project).await?,
        None => Vec::new(),
    };
    if staff.is_empty() {
        staff = people::list(tx, Some(PersonKind::Staff)).await?;
    }
    staff.retain(|person| person.active && !person.addresses.is_empty());
    Ok(staff)
}
