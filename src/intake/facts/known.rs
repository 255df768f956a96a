//! What the desk knows about a mail, loaded in the deciding transaction.

use crate::mail::{Letter, thread};
use std::time::Duration;

use super::evidence::Gathered;
use super::lookup::{by_main_address, home, is_old, organizations, ticket_state};
use super::reply::{question, token};
use super::{behalf, redirect};
use crate::acts::ActContext;
use crate::acts::own_address::is_own;
use crate::config::Config;
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, ProjectId, TicketId};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, fold_address};
use crate::desk::role::Permission;
use crate::desk::ticket::TicketNumber;
use crate::guest::{Deed, Standing, standing};
use crate::intake::case::{Bars, Copy, Guards, Known, Origin, Sender, Signed, TicketHit};
use crate::intake::rules::token::reveals;
use crate::mail::forward::Forward;
use crate::store::blobs::hex;
use crate::store::inbox::{LedgerRow, SameMail};
use crate::store::tickets::Ticket;
use crate::store::{Tx, budgets, entries, inbox, outbox, people, projects, tickets, tokens};

/// "Within the last hour", for acknowledgements and questions.
const HOUR: Duration = Duration::from_hours(1);

/// Everything, and the sender as a person where there is one. `redirected_by`: the member of staff who has said that the mail
/// is its sender's.
pub(super) async fn load(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    (letter, forward): (&Letter, Forward),
    gathered: Gathered,
    redirected_by: Option<PersonId>,
) -> anyhow::Result<(Known, Option<Person>)> {
    let Gathered { origin, server, junk } = gathered;
    let config = context.config;
    let address = letter.from.as_ref().map(|from| fold_address(&from.address));
    let person = match &address {
        Some(address) => match people::by_address(tx, address).await? {
            Some(person) => Some(person),
            None => by_main_address(tx, address).await?,
        },
        None => None,
    };
    let own = match &address {
        Some(address) => is_own(tx, config, address).await?,
        None => false,
    };
    let sender = match (&address, &person) {
        _ if own => Sender::Desk,
        (_, Some(person)) if person.is_staff() => Sender::Staff(person.id),
        (_, Some(person)) => Sender::Contact(person.id),
        (Some(_), None) => Sender::Stranger,
        (None, None) => Sender::Nobody,
    };
    let organizations = organizations(tx, person.as_ref(), address.as_deref()).await?;
    let token = token(tx, context, letter, row).await?;
    let who = (person.as_ref(), address.as_deref());
    let mut thread = thread_hit(tx, letter, who).await?;
    // Their own reply address says which ticket they mean, and nothing about whose words these are.
    if thread.is_none()
        && let Some(token) = token.filter(|token| redirected_by.is_some_and(|by| token.speaks_for(by)))
        && let Some(ticket) = tickets::get(tx, token.ticket).await?
    {
        thread = Some(ticket_hit(tx, &ticket, token.channel == Visibility::Internal, who).await?);
    }
    let subject = subject_hit(tx, letter, who).await?;
    let is_staff = matches!(sender, Sender::Staff(_));
    let home = home(tx, config, &row.origin.mailbox, letter, &organizations, is_staff).await?;
    let waits_for = inbox::held_among(tx, row.id, &letter.references).await?;
    let copy = copy(tx, config, row, letter, (sender, junk)).await?;
    let familiar = match &person {
        _ if !junk => false,
        Some(person) => !organizations.is_empty() || tickets::has_any(tx, person.id).await?,
        None => !organizations.is_empty(),
    };
    let since = context.now.minus(HOUR);
    let acknowledgements = match &person {
        Some(person) => {
            let large = outbox::count_since(tx, person.id, Kind::TooLarge, since).await?;
            large + outbox::count_since(tx, person.id, Kind::Acknowledgement, since).await?
        }
        None => 0,
    };
    let seems = token.map(|token| token.ticket).or(thread.or(subject).map(|hit| hit.ticket));
    let lately = match (&person, seems) {
        (Some(person), Some(ticket)) => entries::comments_since(tx, ticket, person.id, since).await?,
        _ => 0,
    };
    let joined = match seems {
        Some(ticket) => budgets::joined_by_mail(tx, ticket).await?,
        None => 0,
    };
    let answers = match &person {
        Some(person) => outbox::count_since(tx, person.id, Kind::CommandReply, since).await?,
        None => 0,
    };
    let mine = token.filter(|token| person.as_ref().is_some_and(|person| token.speaks_for(person.id)));
    let part = mine.map(|token| token.ticket).or(thread.filter(|hit| hit.takes_part).map(|hit| hit.ticket));
    let may_close = match (sender, part) {
        (Sender::Contact(person), Some(ticket)) => Standing::of(tx, person, ticket).await?.may(Deed::Close),
        _ => false,
    };
    let about = [mine.map(|token| token.ticket), thread.map(|hit| hit.ticket), subject.map(|hit| hit.ticket)];
    let bars = match (sender, &person) {
        (Sender::Contact(_), Some(person)) => bars(tx, person, about.into_iter().flatten(), home.project).await?,
        _ => Bars::default(),
    };
    let original = letter.bounce.as_ref().and_then(|bounce| bounce.original_message_id.as_deref());
    let bounced = match original {
        Some(id) => outbox::by_message_id(tx, id).await?.map(|mail| (mail.id, mail.mail.ticket)),
        None => None,
    };
    // A word of somebody who has left the staff since is none any more.
    let release = match row.released_by {
        Some(by) => {
            let on_duty = people::get(tx, by).await?.is_some_and(|by| by.active && by.is_staff());
            row.release.filter(|_| on_duty)
        }
        None => row.release,
    };
    let question = question(tx, context, letter, row).await?;
    let passes_on = !matches!(forward, Forward::Nothing);
    let behalf = match &person {
        Some(staff) if is_staff && staff.active && seems.is_none() => {
            behalf::load(tx, context, row, (letter, forward), staff).await?
        }
        _ => None,
    };
    let redirected = match (&person, token) {
        // What hangs on a mail of ours is an answer, wherever its own answers shall go.
        (Some(staff), token)
            if is_staff && staff.active && !passes_on && behalf.is_none() && (token.is_none() || thread.is_none()) =>
        {
            redirect::whose(tx, context, letter, staff, seems.is_some()).await?
        }
        _ => None,
    };
    let known = Known {
        mailbox: row.origin.mailbox.clone(),
        sender,
        // Gathered before this transaction: whoever has left the staff meanwhile has nothing of it.
        origin: if person.as_ref().is_some_and(|person| person.is_staff() && person.active) { origin } else { Origin::default() },
        token,
        thread,
        subject,
        home,
        waits_for,
        copy,
        acknowledgements,
        lately,
        joined,
        answers,
        may_close,
        bars,
        old: row.old.unwrap_or_else(|| is_old(config, row, Some(letter))),
        junk,
        said: server.filter(|_| matches!(sender, Sender::Contact(_) | Sender::Stranger)),
        belongs: !organizations.is_empty(),
        familiar,
        bounced,
        release,
        released_by: row.released_by,
        question,
        behalf,
        passes_on,
        redirected,
        signed: Signed::default(),
        // Loaded when it is known what of the mail is quoted.
        guards: Guards::default(),
        reveals: reveals(config, letter),
    };
    Ok((known, person))
}

/// What a contact may not do by mail: on the tickets that the mail may be about, and where it would open a new one.
async fn bars(tx: &mut Tx, person: &Person, about: impl Iterator<Item = TicketId>, home: ProjectId) -> anyhow::Result<Bars> {
    let mut bars = Bars { off: !person.active, ..Bars::default() };
    for ticket in about {
        let standing = Standing::of(tx, person.id, ticket).await?;
        if standing.corresponds() && !standing.may(Deed::Write) {
            bars.writing.push(ticket);
        }
        if !standing.may(Deed::Attach) {
            bars.files.push(ticket);
        }
        if standing.is_denied(Permission::Close) && !standing.may(Deed::Close) {
            bars.closing.push(ticket);
        }
    }
    if let Some(owner) = projects::get(tx, home).await?.and_then(|project| project.organization) {
        bars.opening = standing::denies(tx, person.id, owner, Permission::CreateTickets).await?;
        bars.opening_with_files = standing::denies(tx, person.id, owner, Permission::Attach).await?;
    }
    Ok(bars)
}

/// The newest reference that belongs to a ticket; a mail that refers to anything internal refers to it internally.
async fn thread_hit(tx: &mut Tx, letter: &Letter, who: Who<'_>) -> anyhow::Result<Option<TicketHit>> {
    let mut found: Option<TicketId> = None;
    let mut internal = false;
    for id in letter.references.iter().rev() {
        for reference in tokens::references(tx, id).await? {
            internal |= reference.visibility == Visibility::Internal;
            found = found.or(Some(reference.ticket));
        }
    }
    let Some(ticket) = found else { return Ok(None) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(None) };
    ticket_hit(tx, &ticket, internal, who).await.map(Some)
}

async fn subject_hit(tx: &mut Tx, letter: &Letter, who: Who<'_>) -> anyhow::Result<Option<TicketHit>> {
    let Some((project, number)) = thread::ticket_number(&letter.subject) else { return Ok(None) };
    let Some(ticket) = tickets::by_number(tx, &TicketNumber { project, number }).await? else { return Ok(None) };
    ticket_hit(tx, &ticket, false, who).await.map(Some)
}

/// The sender: as a person where there is one, and the address.
type Who<'a> = (Option<&'a Person>, Option<&'a str>);

async fn ticket_hit(tx: &mut Tx, ticket: &Ticket, internal: bool, (person, address): Who<'_>) -> anyhow::Result<TicketHit> {
    let standing = match (person, address) {
        (Some(person), _) => Some(Standing::of(tx, person.id, ticket.id).await?),
        (None, Some(address)) => {
            let owner = projects::get(tx, ticket.project).await?.and_then(|project| project.organization);
            Some(Standing::of_stranger(tx, address, owner).await?)
        }
        (None, None) => None,
    };
    Ok(TicketHit {
        ticket: ticket.id,
        takes_part: standing.as_ref().is_some_and(Standing::corresponds),
        colleague: standing.as_ref().is_some_and(|standing| standing.may(Deed::Join)),
        internal,
        state: ticket_state(ticket),
    })
}

async fn copy(
    tx: &mut Tx,
    config: &Config,
    row: &LedgerRow,
    letter: &Letter,
    (sender, junk): (Sender, bool),
) -> anyhow::Result<Copy> {
    // Only a mail that also claims to be from us can be ours: whoever learns one of our Message-IDs cannot make a mail
    // of their own vanish with it.
    if sender == Sender::Desk
        && let Some(id) = &letter.message_id
        && let Some(mail) = outbox::by_message_id(tx, id).await?
    {
        return Ok(Copy::Ours(mail.mail.ticket));
    }
    let mut same = inbox::same_mail(tx, row.id, letter.message_id.as_deref(), &hex(&letter.content_hash)).await?;
    // Who takes it out of the junk folder, or gets it past another server, has put nothing away.
    same.retain(|copy| junk || !copy.spam);
    let Some(first) = same.first() else { return Ok(Copy::New) };
    let moment = |other: &SameMail| other.server_at.is_some() && other.server_at == row.server_at;
    if letter.message_id.is_none() && letter.date.is_none() && !same.iter().any(moment) {
        // A device that says the same again without a name and a date: "the backup failed" is news every night.
        return Ok(Copy::New);
    }
    let ticket = first.ticket;
    let other = same.iter().all(|copy| copy.mailbox != row.origin.mailbox);
    let address = config.mailbox(&row.origin.mailbox).filter(|_| other).map(|mailbox| mailbox.address.clone());
    Ok(Copy::Again { ticket, address })
}
