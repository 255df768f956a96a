//! What was not told at once because there was much at once, told together: one mail about a ticket, or a list of tickets
//! where a budget has stopped many. Who may read it is asked again, as of now. The staff is told here, too, which budgets are
//! used up, and lets them go on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::act::ActContext;
use super::happened::Happened;
use super::held::around::staff as staff_of;
use super::news::{news, piece};
use super::notifications;
use super::own_address::is_own;
use super::post::{self, About};
use crate::desk::budget;
use crate::desk::entry::{EntryKind, Field, Visibility};
use crate::desk::ids::{EntryId, PersonId, TicketId};
use crate::desk::notify;
use crate::desk::outbox::Kind;
use crate::desk::people::Person;
use crate::letters::budgets::{self as letters, Notice, Overview};
use crate::letters::staff;
use crate::store::budgets::{self, Stop};
use crate::store::entries::{self, Entry};
use crate::store::owed::{self, Owed};
use crate::store::tickets::Ticket;
use crate::store::{Tx, outbox, people, tickets};
use crate::time::Timestamp;

/// So many notices of used-up budgets one person gets within [`SPAN`]; the office and `postroom budget list` have them all.
const NOTICES: i64 = 5;
const SPAN: Duration = Duration::from_hours(1);

/// Whether there is something to be told `now`.
pub async fn is_due(tx: &mut Tx, now: Timestamp) -> anyhow::Result<bool> {
    Ok(owed::first_due(tx, now).await?.is_some() || budgets::untold(tx).await?.is_some())
}

/// Tells one thing that is due. `false` where there is nothing.
pub async fn tell_one(tx: &mut Tx, context: &ActContext<'_>) -> anyhow::Result<bool> {
    if let Some(stop) = budgets::untold(tx).await? {
        if budgets::told(tx, stop.id, context.now).await? {
            notice(tx, context, &stop).await?;
        }
        return Ok(true);
    }
    let Some(first) = owed::first_due(tx, context.now).await? else { return Ok(false) };
    if !first.stopped {
        let all = owed::take(tx, first.person, first.ticket, first.channel, context.now).await?;
        about(tx, context, &all).await?;
        return Ok(true);
    }
    let all = owed::take_stopped(tx, first.person, context.now).await?;
    let numbers: BTreeSet<TicketId> = all.iter().map(|owed| owed.ticket).collect();
    let person = people::get(tx, first.person).await?;
    match person.filter(|person| person.is_staff() && numbers.len() > budget::ONE_BY_ONE) {
        Some(person) => overview(tx, context, &person, &all).await?,
        None => {
            for part in all.chunk_by(|one, other| (one.ticket, one.channel) == (other.ticket, other.channel)) {
                about(tx, context, part).await?;
            }
        }
    }
    Ok(true)
}

/// Tells everything that waits about a ticket before something is done there that is told at once, so that everybody reads
/// it in its order; outsiders only where that is public, since nothing internal is to be read off their mail.
pub(super) async fn before(tx: &mut Tx, context: &ActContext<'_>, ticket: TicketId, public: bool) -> anyhow::Result<()> {
    let mut done = BTreeSet::new();
    for owed in owed::about(tx, ticket).await? {
        if !done.insert((owed.person, owed.channel == Visibility::Internal)) {
            continue;
        }
        if public || people::get(tx, owed.person).await?.is_some_and(|person| person.is_staff()) {
            let all = owed::take(tx, owed.person, ticket, owed.channel, context.now).await?;
            about(tx, context, &all).await?;
        }
    }
    Ok(())
}

/// One mail to one person about one ticket, as far as it still is for them.
async fn about(tx: &mut Tx, context: &ActContext<'_>, all: &[Owed]) -> anyhow::Result<()> {
    let Some(first) = all.first() else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, first.ticket).await? else { return Ok(()) };
    let within = |entry: &Entry| all.iter().any(|owed| owed.entries.0 <= entry.ordinal && entry.ordinal <= owed.entries.1);
    let happened: Vec<Entry> = entries::list(tx, ticket.id).await?.into_iter().filter(within).collect();
    let recipients = notifications::recipients_outside(tx, context, &ticket).await?;
    let mail = if let Some(person) = recipients.colleague(first.person) {
        to_staff(tx, context, (&ticket, person, first.channel), &recipients, &happened).await?
    } else if let Some(person) = recipients.readers().find(|reader| reader.id == first.person) {
        let is_theirs = |entry: &&Entry| entry.visibility == Visibility::Public && entry.author != Some(person.id);
        let theirs: Vec<&Entry> = happened.iter().filter(is_theirs).collect();
        let comments: Vec<EntryId> =
            theirs.iter().filter(|entry| entry.kind == EntryKind::Comment).map(|entry| entry.id).collect();
        let status = theirs.iter().any(|entry| entry.change.as_ref().is_some_and(|change| change.field == Field::Status));
        let closed = status && notifications::is_done(tx, &ticket.face.state.status).await?;
        notifications::write_outside(tx, context, &ticket, person, &recipients, (&comments, closed)).await?
    } else {
        None
    };
    // What has become internal meanwhile is not in a mail to an outsider, and does not keep it from leaving.
    let hidden = |owed: &Owed, entry: &Entry| {
        let within = owed.entries.0 <= entry.ordinal && entry.ordinal <= owed.entries.1;
        within && entry.kind == EntryKind::Comment && entry.visibility == Visibility::Internal
    };
    let told: Vec<Owed> = all.iter().filter(|owed| !happened.iter().any(|entry| hidden(owed, entry))).copied().collect();
    if let Some(mail) = mail {
        owed::told_by(tx, &told, mail).await?;
    }
    Ok(())
}

/// The mail to a member of staff. A reply to it goes to one channel, so there stands nothing of the other in it.
async fn to_staff(
    tx: &mut Tx,
    context: &ActContext<'_>,
    (ticket, person, channel): (&Ticket, &Person, Visibility),
    recipients: &notifications::Recipients,
    happened: &[Entry],
) -> anyhow::Result<Option<crate::desk::ids::OutboxId>> {
    let zone = post::zone(context, person);
    let joined = |entry: &Entry| entry.change.as_ref().is_some_and(|change| change.field == Field::Participant);
    let fits = |entry: &Entry| channel == Visibility::Internal || entry.visibility == channel || joined(entry);
    let names = people::own_names(tx, &context.config.desk.name).await?;
    let (mut pieces, mut last) = (Vec::new(), None);
    for entry in happened.iter().filter(|entry| fits(entry) && entry.author != Some(person.id)) {
        if entry.kind == EntryKind::Comment {
            last = Some(entry.id);
        }
        pieces.extend(piece(tx, (&names, ticket), entry, zone).await?);
    }
    if pieces.is_empty() {
        return Ok(None);
    }
    let readers = notifications::named_readers(tx, &context.config.desk.name, recipients).await?;
    let mut news = news(tx, &context.config.desk.name, ticket, None, &Happened::together(channel), readers).await?;
    news.on_the_page = notifications::named(tx, &context.config.desk.name, recipients.on_the_page()).await?;
    news.topic = if last.is_some() { notify::Event::Customer } else { notify::Event::Change };
    let mut stationery = post::about(tx, context, ticket, person, channel).await?;
    stationery.unsubscribe = post::unsubscribe(tx, context, ticket, person).await?;
    if channel == Visibility::Public {
        news.note_address = post::note_address(tx, context, ticket, person, &stationery).await?;
    }
    let draft = staff::collected(stationery, &news, &pieces, zone)?;
    let about = About { ticket, entry: last, visibility: channel };
    post::queue(tx, context, Kind::Notification, person, Some(about), draft).await.map(Some)
}

/// A list of the tickets on which something was written that a member of staff has not been told of.
async fn overview(tx: &mut Tx, context: &ActContext<'_>, person: &Person, all: &[Owed]) -> anyhow::Result<()> {
    let mut by_ticket: BTreeMap<TicketId, i64> = BTreeMap::new();
    for owed in all {
        *by_ticket.entry(owed.ticket).or_default() += 1;
    }
    let mut listed = Vec::new();
    for (ticket, news) in by_ticket {
        let Some(ticket) = tickets::get(tx, ticket).await? else { continue };
        if notifications::recipients_outside(tx, context, &ticket).await?.colleague(person.id).is_some() {
            listed.push((ticket.number, ticket.title, news));
        }
    }
    if listed.is_empty() {
        return Ok(());
    }
    listed.sort_by(|one, other| (&one.0.project, one.0.number).cmp(&(&other.0.project, other.0.number)));
    let draft = letters::overview(post::plain(context, context.mailbox("")?, person), &Overview { tickets: listed })?;
    let mail = post::queue(tx, context, Kind::Overview, person, None, draft).await?;
    Ok(owed::told_by(tx, all, mail).await?)
}

/// Tells the staff of a ticket's project that a budget is used up, and how to let it go on.
async fn notice(tx: &mut Tx, context: &ActContext<'_>, stop: &Stop) -> anyhow::Result<()> {
    let Some(ticket) = tickets::get(tx, stop.ticket).await? else { return Ok(()) };
    let mailbox = context.mailbox(&ticket.mailbox)?;
    for person in staff_of(tx, Some(ticket.project)).await? {
        let told = outbox::count_since(tx, person.id, Kind::Budget, context.now.minus(SPAN)).await?;
        if told >= NOTICES || is_own(tx, context.config, person.address()).await? {
            continue;
        }
        let notice = Notice {
            budget: stop.budget,
            party: stop.shown.clone(),
            counted: stop.counted,
            number: ticket.number.to_string(),
            title: ticket.title.clone(),
            page: context.config.web.as_ref().map(|web| format!("{}/office", web.base_url)),
            command: format!("postroom budget resume {}", stop.id),
        };
        let draft = letters::notice(post::plain(context, mailbox, &person), &notice)?;
        post::send(tx, context, Kind::Budget, &person, None, draft).await?;
    }
    Ok(())
}

/// The budgets that are used up at this moment, the newest first.
pub async fn used_up(tx: &mut Tx, now: Timestamp) -> anyhow::Result<Vec<Stop>> {
    let longest = budget::BUDGETS.iter().map(|budget| budget.span).max().unwrap_or_default();
    let mut all = budgets::list(tx, now.minus(longest)).await?;
    all.retain(|stop| stop.holds(now));
    Ok(all)
}

/// Lets a used-up budget go on, and what it has stopped be told; `None` where there is no such one, `false` where somebody was
/// quicker.
pub async fn resume(tx: &mut Tx, id: i64, by: Option<PersonId>, now: Timestamp) -> anyhow::Result<Option<bool>> {
    if budgets::get(tx, id).await?.is_none() {
        return Ok(None);
    }
    let done = budgets::resume(tx, id, by, now).await?;
    if done {
        owed::hurry(tx, now).await?;
    }
    Ok(Some(done))
}
