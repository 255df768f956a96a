//! A ticket that a member of staff opens for somebody else: by passing on their mail, or by writing to them with the desk
//! in copy. Requester, participants, date and files are the original's.

use super::act::{ActContext, Actor, BehalfOrigin, Content, Done, OnBehalf};
use super::happened::Happened;
use super::notifications;
use super::opening::{change_at_once, new_ticket, strictest};
use super::work::Work;
use crate::desk::entry::{Change, Field, Visibility};
use crate::desk::ids::PersonId;
use crate::desk::people::{Person, fold_address};
use crate::letters::staff::Fact;
use crate::mail::Address;
use crate::store::tokens::Reference;
use crate::store::{Tx, people, tickets, tokens};

/// Opens it. Only a member of staff speaks for others.
pub(super) async fn open(
    tx: &mut Tx,
    context: &ActContext<'_>,
    actor: Actor,
    act: OnBehalf,
    content: Content,
) -> anyhow::Result<Done> {
    let Actor::Staff(staff) = actor else { anyhow::bail!("only staff open a ticket for somebody else") };
    let OnBehalf { open, way, requester, participants, at, original, note, note_files } = act;
    let requester = person(tx, context, &requester).await?;
    // What was written before is not news of today.
    let then = at.filter(|at| *at < context.now).unwrap_or(context.now);
    let past = ActContext { config: context.config, now: then, rng: context.rng, epoch: context.epoch.clone() };
    let ticket = new_ticket(tx, &past, &open, Some(requester), &content.text).await?;
    let (author, message_id) = match way {
        BehalfOrigin::PassedOn => (requester, original),
        BehalfOrigin::WrittenTo => (staff, content.message_id.clone()),
    };
    let mut work = Work { context: &past, ticket, author: Some(author), inbox: content.inbox };
    let (quiet, past, came) = (content.past.is_some(), content.past, content.came());
    let opening = Content {
        text: content.text.clone(),
        document: content.document,
        files: content.files,
        lacks: content.lacks.clone(),
        message_id,
        inbox: content.inbox,
        past,
        unverified: false,
        proven: false,
    };
    let (entry, files) = work.comment(tx, open.visibility, &opening).await?;
    let mut work = Work { context, ticket: work.ticket, author: Some(staff), inbox: content.inbox };
    for participant in &participants {
        let participant = person(tx, context, participant).await?;
        if participant != requester && tickets::join(tx, work.ticket.id, participant, true, context.now).await? {
            let change = Change { field: Field::Participant, from: None, to: Some(participant.to_string()) };
            work.changed(tx, open.visibility, change).await?;
        }
    }
    if way == BehalfOrigin::PassedOn
        && let Some(message_id) = &content.message_id
    {
        // The mail of the member of staff is a letter among colleagues: who answers it answers internally.
        let visibility = Visibility::Internal;
        let reference = Reference { ticket: work.ticket.id, entry: None, visibility, ours: false };
        tokens::refer(tx, message_id, &reference, context.now, context.rng).await?;
    }
    tickets::update(tx, &work.ticket, context.now).await?;
    let happened = Happened {
        comment: Some((entry.clone(), files)),
        opened: true,
        steps: Vec::new(),
        facts: open.facts.into_iter().chain(content.lacks.into_iter().map(Fact::Lacks)).collect(),
        invited: None,
        visibility: open.visibility,
        unverified: false,
        came,
    };
    if !quiet {
        notifications::notify_staff(tx, context, &work.ticket, Some(author), &happened).await?;
    }
    // What the member of staff wrote and set besides is told as theirs, apart from what the customer wrote.
    let comment = if note.trim().is_empty() && note_files.is_empty() {
        None
    } else {
        let content = Content {
            text: note,
            document: None,
            files: note_files,
            lacks: Vec::new(),
            message_id: None,
            inbox: content.inbox,
            past,
            unverified: false,
            proven: false,
        };
        Some(work.comment(tx, Visibility::Internal, &content).await?)
    };
    let (steps, set) = change_at_once(tx, &mut work, actor, open.changes.as_deref()).await?;
    let visibility = strictest(comment.as_ref().map(|(entry, _)| entry.visibility).into_iter().chain(set));
    let happened =
        Happened { comment, opened: false, steps, facts: Vec::new(), invited: None, visibility, unverified: false, came };
    if !happened.is_nothing() {
        tickets::update(tx, &work.ticket, context.now).await?;
    }
    if !quiet && !happened.is_nothing() {
        notifications::notify(tx, context, &work.ticket, Some(staff), &happened).await?;
    }
    if open.acknowledge && !quiet {
        notifications::acknowledge(tx, context, &work.ticket, requester, false).await?;
    }
    Ok(Done { ticket: work.ticket.id, entry: Some(entry.id) })
}

/// The person with this address; a contact from now on where nobody has it.
async fn person(tx: &mut Tx, context: &ActContext<'_>, address: &Address) -> anyhow::Result<PersonId> {
    let folded = fold_address(&address.address);
    if let Some(found) = people::by_address(tx, &folded).await? {
        return Ok(found.id);
    }
    let person = Person::contact(PersonId(context.rng.id()), address.name.clone().unwrap_or_default().replace('\0', ""), folded);
    people::insert(tx, &person, context.now).await?;
    Ok(person.id)
}
