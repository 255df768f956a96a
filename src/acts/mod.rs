//! What people do to tickets. An [`Act`] is the same whether it came by mail, page or command line; [`perform`] is the
//! only writer of entries, faces and the outbox, and does all of it in the caller's transaction.
//!
//! [`act`] has the words. [`audience`] decides who is told of what `happened` (pure), `notifications` tells them: staff the
//! `news`, outsiders what guest types hold; `by_link` keeps back what is too
//! large to travel, `post` addresses and queues. `opening` makes tickets, `work` writes entries and keeps
//! the face true, `delivery` says what failed on its way out. [`sign_in_links`] lets guests in: the
//! links and the mails they come in. [`held`] is where people decide about mails that wait, [`lists`] tells of many at once.
//! `budget` asks whether what people outside set off leaves at once, [`collected`] tells together what did not.
//!
//! A function that says nothing of its errors fails as the database does, and with nothing else.

pub mod act;
pub mod audience;
mod behalf;
mod budget;
mod by_link;
pub mod collected;
pub mod commands;
mod delivery;
pub mod guest;
mod happened;
pub mod held;
pub mod lists;
pub mod mails;
mod news;
mod notifications;
mod opening;
pub mod own_address;
mod post;
mod renewal;
pub mod sign_in_links;
pub mod staff_member;
mod work;

pub use self::act::{Act, ActContext, Actor, BehalfOrigin, Content, Done, OnBehalf, Open, Time, Update};
pub use self::notifications::too_large;
pub use self::renewal::{Exposed, renew_reply_address};

use self::happened::Happened;
use self::opening::{change, strictest};
use self::work::{Work, locked_ticket};
use crate::desk::entry::{Change, EntryKind, Field, Visibility};
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::people::Person;
use crate::guest::Standing;
use crate::letters::staff::{self, Fact};
use crate::store::{Tx, entries, people, search, tickets, tokens};
use crate::time::{Rng, Timestamp};

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
        Act::Open(open) => opening::open(tx, context, actor, open, content).await,
        Act::OnBehalf(on_behalf) => behalf::open(tx, context, actor, *on_behalf, content).await,
        Act::Update(update) => self::update(tx, context, actor, update, content).await,
        Act::Time(time) => self::time(tx, context, actor, time, content).await,
        Act::AlsoSent { ticket, address } => also_sent(tx, context, ticket, address, content).await,
        Act::Undelivered { mail, answer } => delivery::undelivered(tx, context, mail, answer).await,
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

async fn update(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, update: Update, content: Content) -> anyhow::Result<Done> {
    let ticket = locked_ticket(tx, update.ticket).await?;
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
        work.changed(tx, Visibility::Internal, change).await?;
        facts.push(Fact::Joined);
    }
    if let (Actor::Contact(writer), Some(_)) = (actor, update.comment) {
        mails::written(tx, &mut work, writer).await?;
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
        work.changed(tx, Visibility::Internal, change).await?;
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
            let entry = work.changed(tx, Visibility::Public, change).await?;
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
    let happened = Happened {
        comment,
        opened: false,
        steps,
        facts,
        invited,
        visibility,
        unverified: content.unverified,
        came: content.came(),
    };
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
    work.changed(tx, visibility, change).await?;
    Ok(Some(Fact::TakenOff(named(tx, work.context, &found).await?)))
}

/// Somebody outside the staff as the staff are told of them.
async fn named(tx: &mut Tx, context: &ActContext<'_>, person: &Person) -> anyhow::Result<String> {
    let names = people::own_names(tx, &context.config.desk.name).await?;
    Ok(staff::shown(&names.fit(&person.name).unwrap_or_default(), person.address()))
}

async fn time(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, time: Time, content: Content) -> anyhow::Result<Done> {
    let ticket = locked_ticket(tx, time.ticket).await?;
    let mut work = Work { context, ticket, author: actor.person(), inbox: None };
    let entry = work.add(tx, EntryKind::Time, time.visibility, content.text.replace('\0', "")).await?;
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
    let ticket = locked_ticket(tx, ticket).await?;
    let mut work = Work { context, ticket, author: None, inbox: content.inbox };
    let change = Change { field: Field::AlsoSent, from: None, to: Some(address.clone()) };
    work.changed(tx, Visibility::Internal, change).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    if content.past.is_none() {
        notifications::notify(tx, context, &work.ticket, None, &Happened::internal(Fact::AlsoSent(address))).await?;
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
