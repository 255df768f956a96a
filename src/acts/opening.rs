//! A new ticket, and what is set of a ticket.

use super::act::{ActContext, Actor, Content, Done, Open, Step, Update};
use super::happened::Happened;
use super::notifications;
use super::work::{TITLE, Work};
use crate::desk::entry::{Field, Visibility};
use crate::desk::face::{Face, State};
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::people::domain;
use crate::desk::project::ProjectKind;
use crate::desk::shortened::on_one_line;
use crate::desk::ticket::{STATUS_OPEN, TYPE_REQUEST, TicketNumber, reopened};
use crate::letters::staff::Fact;
use crate::mail::thread::base_subject;
use crate::store::tickets::Ticket;
use crate::store::{Tx, people, projects, tickets};

/// Opens a ticket.
pub(super) async fn open(
    tx: &mut Tx,
    context: &ActContext<'_>,
    actor: Actor,
    open: Open,
    content: Content,
) -> anyhow::Result<Done> {
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
        came: content.came(),
    };
    notifications::notify(tx, context, &work.ticket, actor.person(), &news).await?;
    if let (true, Some(requester)) = (open.acknowledge, requester) {
        notifications::acknowledge(tx, context, &work.ticket, requester, !content.unverified).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

/// The ticket itself, as yet without an entry.
pub(super) async fn new_ticket(
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
    let title = base_subject(&open.subject);
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
        title: on_one_line(&title, TITLE),
        state: State::default(),
        requester,
        mailbox: open.mailbox.clone(),
        subject: on_one_line(&open.subject, TITLE),
        thread_root: format!("{}@{}", context.rng.fresh_name(), domain(&context.mailbox(&open.mailbox)?.address)),
        last_ordinal: 0,
        created_at: context.now,
        updated_at: context.now,
        face: Face::opened(context.now),
    };
    tickets::insert(tx, &ticket).await?;
    Ok(ticket)
}

/// Sets what an update sets of a ticket, and says which steps that were.
pub(super) async fn change(tx: &mut Tx, work: &mut Work<'_>, actor: Actor, update: &Update) -> anyhow::Result<Vec<Step>> {
    if let Some((Some(assignee), _)) = update.assignee {
        let works_here = people::get(tx, assignee).await?.is_some_and(|person| person.active && person.is_staff());
        anyhow::ensure!(works_here, "person {assignee} does not work here, so no ticket can be theirs");
    }
    let mut steps = Vec::new();
    for (field, to, visibility) in update.state() {
        let again = field == Field::Status && to.as_deref() == Some(STATUS_OPEN) && !matches!(actor, Actor::Staff(_));
        let to = match again {
            true => {
                let seen = tickets::meaning(tx, &work.ticket).await?.face;
                Some(reopened(&work.ticket.face.state.status, seen).to_owned())
            }
            false => to,
        };
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
pub(super) async fn change_at_once(
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
pub(super) fn strictest(parts: impl IntoIterator<Item = Visibility>) -> Visibility {
    let internal = parts.into_iter().any(|visibility| visibility == Visibility::Internal);
    if internal { Visibility::Internal } else { Visibility::Public }
}

/// A title for a mail without a subject.
fn first_line(text: &str, fallback: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(fallback).to_owned()
}
