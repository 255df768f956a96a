//! What the desk writes because of people outside: whether it leaves at once, waits for more of its kind, or is stopped by a
//! used-up budget ([`crate::desk::budget`] has the numbers). Asked in the act's transaction, of rows that are there anyway.
//! What staff set off always leaves at once. What waits is told by [`super::collected`].

use std::time::Duration;

use super::act::{ActContext, Came};
use super::happened::Happened;
use crate::desk::budget::{self, Name, Verdict, Way, verdict};
use crate::desk::ids::PersonId;
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, domain, is_freemail};
use crate::desk::project::{Project, ProjectKind};
use crate::store::budgets::{self, Counted, Stop};
use crate::store::owed::{self, Piece};
use crate::store::tickets::Ticket;
use crate::store::{Tx, entries, outbox, people, projects};
use crate::time::Timestamp;

/// Who has been told of a used-up budget is not told again while it goes on, nor until it was quiet for so long.
const NEWS: Duration = Duration::from_hours(24);

/// How mails leave that one act sets off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// At once: staff did it.
    Free,
    /// One by one, and together where there are many for one reader and ticket.
    Measured,
    /// Together with all else that this budget stops.
    Stopped,
}

/// Whose budget.
struct Party {
    name: Name,
    key: String,
    shown: String,
}

impl Party {
    fn new(name: Name, key: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { name, key: key.into(), shown: shown.into() }
    }

    /// From when it is counted.
    async fn since(&self, tx: &mut Tx, now: Timestamp) -> anyhow::Result<Timestamp> {
        let span = now.minus(self.name.budget().span);
        let resumed = budgets::counted_from(tx, self.name, &self.key).await?;
        Ok(resumed.map_or(span, |resumed| resumed.plus(Duration::from_micros(1)).max(span)))
    }

    /// Whether the last of `counted` things is one too many; if so, that is written down.
    async fn is_over(&self, tx: &mut Tx, context: &ActContext<'_>, ticket: &Ticket, counted: i64) -> anyhow::Result<bool> {
        if verdict(counted, &self.name.budget()) == Verdict::Within {
            return Ok(false);
        }
        let stop = Stop {
            id: context.rng.id(),
            budget: self.name,
            party: self.key.clone(),
            shown: self.shown.clone(),
            counted,
            stopped: 1,
            ticket: ticket.id,
            since: context.now,
            last_at: context.now,
            resumed_at: None,
        };
        budgets::stopped(tx, &stop, context.now.minus(NEWS)).await?;
        Ok(true)
    }
}

/// How the mails about an act leave. What the desk itself reports is measured, and nobody's budget.
pub(super) async fn pace(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    author: Option<&Person>,
    happened: &Happened,
) -> anyhow::Result<Pace> {
    if author.is_some_and(Person::is_staff) {
        return Ok(Pace::Free);
    }
    if author.is_none() && happened.comment.is_none() {
        return Ok(Pace::Measured);
    }
    let came = happened.came;
    for name in [Name::Sender, Name::SenderDay] {
        let sender = match author {
            Some(person) => Party::new(name, format!("{} {}", person.id, came.way), person.address()),
            None => Party::new(name, "nobody", ""),
        };
        let mut since = sender.since(tx, context.now).await?;
        if name == Name::SenderDay
            && let Some(until) = budgets::dealt_with_until(tx, Name::Sender, &sender.key).await?
        {
            // A burst that the hour's budget has dealt with is not held against its sender for the rest of the day.
            since = since.max(until.plus(Duration::from_micros(1)));
        }
        let written = budgets::by_sender(tx, author.map(|person| person.id), counted(came), since).await?;
        if sender.is_over(tx, context, ticket, written).await? {
            return Ok(Pace::Stopped);
        }
    }
    let over = are_over(tx, context, ticket, (author, came)).await?;
    Ok(if over { Pace::Stopped } else { Pace::Measured })
}

/// What is counted with a word that came so. The mail that it came in has no verdict yet.
fn counted(came: Came) -> Counted {
    Counted { way: came.way, deciding: came.inbox.filter(|_| came.way == Way::Proven) }
}

/// The key of a party with whom others have a budget in common: what is proven has one of its own.
fn shared(key: &str, way: Way) -> String {
    if way.is_sure() { format!("{key} sure").trim_start().to_owned() } else { key.to_owned() }
}

/// Whether the others with whom the author has a budget in common have used it up.
async fn are_over(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    (author, came): (Option<&Person>, Came),
) -> anyhow::Result<bool> {
    let counted = counted(came);
    let Some(project) = projects::get(tx, ticket.project).await? else { return Ok(false) };
    if let Some(organization) = project.organization {
        let mut party = Party::new(Name::Organization, shared(&organization.to_string(), came.way), "");
        let since = party.since(tx, context.now).await?;
        let written = budgets::in_organization(tx, organization, counted, since).await?;
        if verdict(written, &party.name.budget()) == Verdict::Over {
            let all = people::list_organizations(tx).await?;
            let found = all.into_iter().find(|other| other.id == organization);
            party.shown = found.map(|found| found.name).unwrap_or_default();
        }
        return party.is_over(tx, context, ticket, written).await;
    }
    if project.kind != ProjectKind::Reception {
        return Ok(false);
    }
    if let Some(domain) = author.and_then(own_domain) {
        let party = Party::new(Name::Domain, shared(&domain, came.way), format!("@{domain}"));
        let since = party.since(tx, context.now).await?;
        let written = budgets::by_domain(tx, &domain, counted, since).await?;
        if party.is_over(tx, context, ticket, written).await? {
            return Ok(true);
        }
    }
    let party = Party::new(Name::Strangers, shared("", came.way), "");
    let since = party.since(tx, context.now).await?;
    let written = budgets::by_strangers(tx, counted, since).await?;
    party.is_over(tx, context, ticket, written).await
}

/// The mail domain of somebody, where people of it have something to do with each other.
fn own_domain(person: &Person) -> Option<String> {
    Some(domain(person.address())).filter(|domain| !domain.is_empty() && !is_freemail(domain))
}

/// Whether somebody is told of an act later, together with more. If so, that is written down, and nothing else is to be done.
pub(super) async fn later(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
    (happened, pace): (&Happened, Pace),
) -> anyhow::Result<bool> {
    if pace == Pace::Free {
        return Ok(false);
    }
    let (now, channel, counted) = (context.now, happened.visibility, counted(happened.came));
    let reader = Party::new(Name::Recipient, shared(&person.id.to_string(), counted.way), person.address());
    let since = reader.since(tx, now).await?;
    let got = budgets::mails_to(tx, person.id, counted, since).await?;
    let stopped = pace == Pace::Stopped || reader.is_over(tx, context, ticket, got + 1).await?;
    let waiting = owed::waiting(tx, person.id, ticket.id, channel).await?;
    let (stopped, due) = match waiting.filter(|_| !counted.way.is_sure()) {
        // One mail tells of all of it.
        Some(before) => (before.stopped, before.due_at),
        None if stopped => {
            let together = owed::stopped_until(tx, person.id).await?;
            (true, together.unwrap_or_else(|| now.plus(budget::TOGETHER)))
        }
        None => {
            let (wordless, mut since) = (happened.comment.is_none(), now.minus(budget::PACE));
            // Who works here and has answered meanwhile is in a conversation, and reads each word of it.
            if person.is_staff()
                && let Some(answered) = entries::last_comment_by(tx, ticket.id, person.id).await?
            {
                since = since.max(answered);
            }
            let sent = budgets::mails_about(tx, (person.id, ticket.id), wordless, counted, since).await?;
            (false, budget::leaves_at(&sent, now))
        }
    };
    // What is sure does not wait for what is only claimed, but takes along what waits: everybody reads it in its order.
    if due <= now && waiting.is_none() {
        return Ok(false);
    }
    let piece = Piece { ticket: ticket.id, channel, entries: happened.entries(ticket) };
    owed::insert(tx, person.id, &piece, stopped, due, context.rng).await?;
    Ok(true)
}

/// Whether somebody who opened a ticket is told that it has come.
pub(super) async fn may_acknowledge(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
) -> anyhow::Result<bool> {
    let one = Party::new(Name::Receipts, person.id.to_string(), person.address());
    let since = one.since(tx, context.now).await?;
    let got = outbox::count_since(tx, person.id, Kind::Acknowledgement, since).await?;
    if one.is_over(tx, context, ticket, got + 1).await? {
        return Ok(false);
    }
    if let Some(domain) = own_domain(person) {
        let party = Party::new(Name::ReceiptsDomain, domain.clone(), format!("@{domain}"));
        let since = party.since(tx, context.now).await?;
        let got = budgets::receipts_at_domain(tx, &domain, since).await?;
        if party.is_over(tx, context, ticket, got + 1).await? {
            return Ok(false);
        }
    }
    let project: Option<Project> = projects::get(tx, ticket.project).await?;
    if project.is_none_or(|project| project.kind != ProjectKind::Reception) {
        return Ok(true);
    }
    let party = Party::new(Name::ReceiptsStrangers, "", "");
    let since = party.since(tx, context.now).await?;
    let got = budgets::receipts_of_strangers(tx, since).await?;
    Ok(!party.is_over(tx, context, ticket, got + 1).await?)
}

/// Whether somebody whom a guest asked to take part is written to about it.
pub(super) async fn may_welcome(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    author: Option<PersonId>,
    pace: Pace,
) -> anyhow::Result<bool> {
    let (Some(author), false) = (author, pace == Pace::Free) else { return Ok(true) };
    let Some(person) = people::get(tx, author).await? else { return Ok(true) };
    let party = Party::new(Name::Invitations, author.to_string(), person.address());
    let since = party.since(tx, context.now).await?;
    let welcomed = budgets::welcomed_by(tx, author, since).await?;
    Ok(!party.is_over(tx, context, ticket, welcomed + 1).await?)
}
