//! Who is told of a held mail, in the transaction that holds it; and of what was collected, when it is due. What decides is
//! in [`crate::desk::notice`]; here are the people it decides about.

use super::about::about;
use super::around::{project, staff};
use super::case::{self, Case};
use super::mail::{self, Asked};
use crate::acts::{ActContext, post};
use crate::config::Config;
use crate::desk::ids::{InboxId, PersonId, ProjectId};
use crate::desk::inbox::{Disposition, Held};
use crate::desk::notice::{Candidate, Pace, Part, pace, whom};
use crate::desk::notify::{Event, NotifyBy, Wish, way, way_everywhere};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, PersonKind};
use crate::letters::held as letter;
use crate::letters::i18n::texts;
use crate::letters::waiting::{self, Item};
use crate::store::held::HeldMail;
use crate::store::outbox::OutboxRow;
use crate::store::{self, Tx, held, people, projects, tickets, told};
use crate::time::Timestamp;

/// So many of the mails that were collected are listed, and the others counted.
const NAMED: usize = 20;

/// Tells somebody of a mail that is being held, or sees to it that they will be told.
pub async fn hear(tx: &mut Tx, context: &ActContext<'_>, asked: &Asked) -> anyhow::Result<()> {
    let Some(mail) = held::get(tx, asked.inbox).await? else { return Ok(()) };
    for (person, part) in audience(tx, context, &mail, asked.reason, asked.project).await? {
        // Nobody hears of an answer before the mail that it answers.
        if let Some(due) = first_due(tx, &mail, person.id).await? {
            told::schedule(tx, mail.id, person.id, part, due).await?;
            continue;
        }
        match pace(part, &told::lately(tx, person.id, part, context.now).await?, context.now) {
            Pace::Now => {
                // First the row: who is told may see it.
                told::schedule(tx, mail.id, person.id, part, context.now).await?;
                let kind = match part {
                    Part::Author if asked.reason.is_guard() => Kind::Guard,
                    Part::Author | Part::Named => Kind::Claim,
                    Part::Staff => Kind::HeldNotice,
                };
                if let Some(message_id) = mail::question(tx, context, kind, &person, asked).await? {
                    told::tell(tx, mail.id, person.id, part, &message_id, context.now).await?;
                }
            }
            Pace::At(due) => told::schedule(tx, mail.id, person.id, part, due).await?,
            Pace::Morning => {}
        }
    }
    Ok(())
}

/// When somebody will be told of the mail that this one answers and waits for; `None` where nothing is due.
async fn first_due(tx: &mut Tx, mail: &HeldMail, person: PersonId) -> anyhow::Result<Option<Timestamp>> {
    let Some(first) = mail.waits_for else { return Ok(None) };
    let standing = told::of(tx, first).await?.into_iter().find(|standing| standing.person == person);
    Ok(standing.filter(|standing| standing.told_at.is_none()).and_then(|standing| standing.due_at))
}

/// Who is told of a mail, as what: nobody to whom a mail about it has failed. `project` has to do with it where it seems to be
/// about no ticket.
async fn audience(
    tx: &mut Tx,
    context: &ActContext<'_>,
    mail: &HeldMail,
    reason: Held,
    project: Option<ProjectId>,
) -> anyhow::Result<Vec<(Person, Part)>> {
    let failed: Vec<PersonId> =
        told::of(tx, mail.id).await?.into_iter().filter(|standing| standing.failed).map(|standing| standing.person).collect();
    let project = mail.project.or(project);
    let mut around = match project {
        Some(project) => projects::staff(tx, project).await?,
        None => Vec::new(),
    };
    // Whose work the ticket is belongs to it, whatever the project.
    if let Some(ticket) = mail.ticket
        && let Some(assignee) = tickets::get(tx, ticket).await?.and_then(|ticket| ticket.state.assignee)
        && !around.iter().any(|person| person.id == assignee)
    {
        around.extend(people::get(tx, assignee).await?.filter(|person| person.is_staff()));
    }
    let everybody = people::list(tx, Some(PersonKind::Staff)).await?;
    let named = mail.claims.and_then(|claims| everybody.iter().find(|person| person.id == claims));
    let mut candidates = Vec::with_capacity(everybody.len());
    for person in &everybody {
        let wants = wants(&store::notify::wishes(tx, person.id).await?, project);
        let reachable = reachable(context.config, person) && !failed.contains(&person.id);
        candidates.push(Candidate { person: person.id, reachable, wants });
    }
    let find = |person: &Person| candidates.iter().find(|candidate| candidate.person == person.id).copied();
    let near: Vec<Candidate> = around.iter().filter_map(find).collect();
    let told = whom(named.and_then(find), &near, &candidates);
    let with_part = |person: Person| {
        let part = if Some(person.id) == mail.claims { reason.part() } else { Part::Staff };
        (person, part)
    };
    Ok(everybody.into_iter().filter(|person| told.contains(&person.id)).map(with_part).collect())
}

/// Whether mail reaches a member of staff: never at an address of the desk itself, which would talk to itself.
#[must_use]
pub fn reachable(config: &Config, person: &Person) -> bool {
    person.active && person.is_staff() && !person.addresses.is_empty() && !config.is_own(person.address())
}

fn wants(wishes: &[Wish], project: Option<ProjectId>) -> bool {
    let way = match project {
        Some(project) => way(wishes, project, Event::Held),
        None => way_everywhere(wishes, Event::Held),
    };
    way == NotifyBy::Mail
}

/// Tells somebody, in one mail, of everything that is due to them. What is no longer held is left out; what is not theirs any
/// more is told to somebody else.
pub async fn tell_collected(tx: &mut Tx, context: &ActContext<'_>, person: PersonId) -> anyhow::Result<()> {
    let person = people::get(tx, person).await?;
    let Some(person) = person else { return Ok(()) };
    let mut cases: Vec<(Case, Part)> = Vec::new();
    for (inbox, part) in told::take(tx, person.id).await? {
        let Some(mail) = held::get(tx, inbox).await? else { continue };
        if mail.disposition != Some(Disposition::Held) {
            continue;
        }
        let case = match reachable(context.config, &person) {
            true => case::case(tx, mail, Some(person.id)).await?,
            false => None,
        };
        match case {
            Some(case) => cases.push((case, part)),
            None => pass_on(tx, context, inbox, person.id).await?,
        }
    }
    let Some((first, _)) = cases.first() else { return Ok(()) };
    let mailbox = context.mailbox(&first.mail.mailbox)?;
    let stationery = post::plain(context, mailbox, &person);
    let mut items = Vec::new();
    for (case, _) in cases.iter().take(NAMED) {
        // A Message-ID can be the secret of one mail only.
        let alone = (cases.len() == 1).then_some(stationery.message_id.as_str());
        let keys = mail::keys(tx, context, context.mailbox(&case.mail.mailbox)?, person.id, case.mail.id, alone).await?;
        let mut item = item(tx, context, case, &person).await?;
        item.ways = mail::ways(case, keys.link.as_deref());
        item.reply_to = keys.reply_to;
        items.push(item);
    }
    let list = context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
    let draft = waiting::collected(stationery, &items, cases.len(), list.as_deref())?;
    for (case, part) in &cases {
        told::tell(tx, case.mail.id, person.id, *part, &draft.message_id, context.now).await?;
    }
    post::send(tx, context, Kind::HeldMore, &person, None, draft).await
}

/// A held mail as a line of a list for somebody.
pub(in crate::acts) async fn item(tx: &mut Tx, context: &ActContext<'_>, case: &Case, person: &Person) -> anyhow::Result<Item> {
    let words = texts(person.reads().unwrap_or(context.config.desk.language));
    Ok(Item {
        id: case.mail.id.to_string(),
        about: about(tx, context.config, words, case, context.now).await?,
        subject: case.mail.subject.clone().unwrap_or_default(),
        received: case.mail.received_at.in_zone(post::zone(context, person)),
        ways: Vec::new(),
        reply_to: None,
    })
}

/// Tells somebody else of a mail that `person` cannot be told of.
async fn pass_on(tx: &mut Tx, context: &ActContext<'_>, inbox: InboxId, person: PersonId) -> anyhow::Result<()> {
    told::cannot(tx, inbox, person, context.now).await?;
    retell(tx, context, inbox).await
}

/// Lets others be told at once of a mail that has been told to nobody.
async fn retell(tx: &mut Tx, context: &ActContext<'_>, inbox: InboxId) -> anyhow::Result<()> {
    let Some(mail) = held::get(tx, inbox).await?.filter(|mail| mail.disposition == Some(Disposition::Held)) else {
        return Ok(());
    };
    let known = told::of(tx, inbox).await?;
    if known.iter().any(|standing| standing.told_at.is_some() || standing.due_at.is_some()) {
        return Ok(());
    }
    let Ok(reason) = Held::try_from(mail.reason.as_str()) else { return Ok(()) };
    let mailbox = context.mailbox(&mail.mailbox)?;
    let project = project(tx, mailbox, mail.project).await?;
    for (person, part) in audience(tx, context, &mail, reason, project).await? {
        told::schedule(tx, inbox, person.id, part, context.now).await?;
    }
    Ok(())
}

/// A mail about held mails did not arrive: others are told of those, and that the question to a colleague failed (law 4).
pub async fn not_delivered(tx: &mut Tx, context: &ActContext<'_>, row: &OutboxRow, answer: &str) -> anyhow::Result<()> {
    for inbox in told::failed(tx, &row.mail.message_id, context.now).await? {
        retell(tx, context, inbox).await?;
    }
    if row.mail.kind != Kind::Claim {
        return Ok(());
    }
    let mailbox = context.mailbox("")?;
    let name = mail::name_of(tx, Some(row.mail.person)).await?.unwrap_or_default();
    let project = project(tx, mailbox, None).await?;
    for person in staff(tx, project).await? {
        if person.id != row.mail.person {
            let recipient = &row.mail.recipient;
            mail::warn(tx, context, mailbox, &person, |stationery| letter::unasked(stationery, &name, recipient, answer)).await?;
        }
    }
    Ok(())
}
