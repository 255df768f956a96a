//! What the desk knows about a mail, loaded in the deciding transaction.

use std::time::Duration;

use super::evidence::Gathered;
use super::lookup::{by_main_address, home, is_old, organizations, ticket_state};
use super::reply::{question, token};
use super::{behalf, redirect};
use crate::acts::ActContext;
use crate::acts::own_address::is_own;
use crate::config::Config;
use crate::desk::entry::Visibility;
use crate::desk::ids::{OrganizationId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::Release;
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, fold_address};
use crate::desk::role::Permission;
use crate::desk::ticket::TicketNumber;
use crate::guest::{Deed, Standing, standing};
use crate::intake::case::{Bars, Copy, Guards, Known, Origin, Sender, Signed, TicketHit, TokenHit};
use crate::intake::rules::token::reveals;
use crate::mail::forward::Forward;
use crate::mail::{Letter, thread};
use crate::store::blobs::hex;
use crate::store::inbox::{LedgerRow, SameMail};
use crate::store::tickets::Ticket;
use crate::store::{Tx, budgets, entries, inbox, outbox, people, projects, tickets, tokens};
use crate::time::Timestamp;

/// "Within the last hour", for acknowledgements and questions.
const HOUR: Duration = Duration::from_hours(1);

/// Everything, and the sender as a person where there is one. `redirected_by`: the member of staff who has said that the mail
/// is its sender's. First whose mail it is and what it is about; the rest follows from that, fact by fact.
pub(super) async fn load(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
    forward: Forward,
    gathered: Gathered,
    redirected_by: Option<PersonId>,
) -> anyhow::Result<(Known, Option<Person>)> {
    let Gathered { origin, server, junk } = gathered;
    let config = context.config;
    let since = context.now.minus(HOUR);

    let address = letter.from.as_ref().map(|from| fold_address(&from.address));
    let address = address.as_deref();
    let found = person_of(tx, address).await?;
    let person = found.as_ref();
    let sender = sender(tx, config, person, address).await?;
    let is_staff = matches!(sender, Sender::Staff(_));
    // A member of staff who is still one.
    let staff = person.filter(|person| is_staff && person.active);
    let organizations = organizations(tx, person, address).await?;

    let token = token(tx, context, letter, row).await?;
    let who = Who { person, address };
    let thread = match thread_hit(tx, letter, who).await? {
        None => own_token_hit(tx, token, redirected_by, who).await?,
        hit => hit,
    };
    let subject = subject_hit(tx, letter, who).await?;
    // The sender's own token, and the ticket that the mail seems to be about, whoever sent it.
    let mine = token.filter(|token| person.is_some_and(|person| token.speaks_for(person.id))).map(|token| token.ticket);
    let seems = token.map(|token| token.ticket).or(thread.or(subject).map(|hit| hit.ticket));
    let about = [mine, thread.map(|hit| hit.ticket), subject.map(|hit| hit.ticket)];

    let home = home(tx, config, &row.origin.mailbox, letter, &organizations, is_staff).await?;
    let passes_on = !matches!(forward, Forward::Nothing);
    let behalf = match staff {
        Some(staff) if seems.is_none() => behalf::load(tx, context, row, letter, forward, staff).await?,
        _ => None,
    };
    let redirected = match staff {
        // What hangs on a mail of ours is an answer, wherever its own answers shall go.
        Some(staff) if !passes_on && behalf.is_none() && (token.is_none() || thread.is_none()) => {
            redirect::whose(tx, context, letter, staff, seems.is_some()).await?
        }
        _ => None,
    };
    let known = Known {
        mailbox: row.origin.mailbox.clone(),
        sender,
        // Gathered before this transaction: whoever has left the staff meanwhile has nothing of it.
        origin: if person.is_some_and(|person| person.is_staff() && person.active) { origin } else { Origin::default() },
        token,
        thread,
        subject,
        waits_for: inbox::held_among(tx, row.id, &letter.references).await?,
        copy: copy(tx, config, row, letter, sender, junk).await?,
        acknowledgements: acknowledgements(tx, person, since).await?,
        lately: comments_lately(tx, person, seems, since).await?,
        joined: joined(tx, seems).await?,
        answers: answers(tx, person, since).await?,
        may_close: may_close(tx, sender, mine.or(thread.filter(|hit| hit.takes_part).map(|hit| hit.ticket))).await?,
        bars: bars(tx, sender, person, about.into_iter().flatten(), home.project).await?,
        home,
        old: row.old.unwrap_or_else(|| is_old(config, row, Some(letter))),
        junk,
        said: server.filter(|_| matches!(sender, Sender::Contact(_) | Sender::Stranger)),
        belongs: !organizations.is_empty(),
        familiar: junk && is_familiar(tx, person, &organizations).await?,
        bounced: bounced(tx, letter).await?,
        release: release(tx, row).await?,
        released_by: row.released_by,
        question: question(tx, context, letter, row).await?,
        behalf,
        passes_on,
        redirected,
        signed: Signed::default(),
        // Loaded when it is known what of the mail is quoted.
        guards: Guards::default(),
        reveals: reveals(config, letter),
    };
    Ok((known, found))
}

/// Whose the address is, as itself or as a sub-address.
async fn person_of(tx: &mut Tx, address: Option<&str>) -> anyhow::Result<Option<Person>> {
    let Some(address) = address else { return Ok(None) };
    match people::by_address(tx, address).await? {
        None => by_main_address(tx, address).await,
        person => Ok(person),
    }
}

/// Who the From header names.
async fn sender(tx: &mut Tx, config: &Config, person: Option<&Person>, address: Option<&str>) -> anyhow::Result<Sender> {
    let Some(address) = address else { return Ok(Sender::Nobody) };
    if is_own(tx, config, address).await? {
        return Ok(Sender::Desk);
    }
    Ok(match person {
        Some(person) if person.is_staff() => Sender::Staff(person.id),
        Some(person) => Sender::Contact(person.id),
        None => Sender::Stranger,
    })
}

/// The ticket of the redirecting member of staff's own reply address, for a mail that refers to none: it says which ticket they
/// mean, and nothing about whose words these are.
async fn own_token_hit(
    tx: &mut Tx,
    token: Option<TokenHit>,
    redirected_by: Option<PersonId>,
    who: Who<'_>,
) -> anyhow::Result<Option<TicketHit>> {
    let Some(token) = token.filter(|token| redirected_by.is_some_and(|by| token.speaks_for(by))) else { return Ok(None) };
    let Some(ticket) = tickets::get(tx, token.ticket).await? else { return Ok(None) };
    ticket_hit(tx, &ticket, token.channel == Visibility::Internal, who).await.map(Some)
}

/// Whether the sender is of an organization, or has a ticket.
async fn is_familiar(tx: &mut Tx, person: Option<&Person>, organizations: &[OrganizationId]) -> anyhow::Result<bool> {
    Ok(match person {
        _ if !organizations.is_empty() => true,
        Some(person) => tickets::has_any(tx, person.id).await?,
        None => false,
    })
}

/// Acknowledgements that the sender got lately, those of too large mails included.
async fn acknowledgements(tx: &mut Tx, person: Option<&Person>, since: Timestamp) -> anyhow::Result<i64> {
    let Some(person) = person else { return Ok(0) };
    let large = outbox::count_since(tx, person.id, Kind::TooLarge, since).await?;
    Ok(large + outbox::count_since(tx, person.id, Kind::Acknowledgement, since).await?)
}

/// Answers to commands that the sender got lately.
async fn answers(tx: &mut Tx, person: Option<&Person>, since: Timestamp) -> anyhow::Result<i64> {
    let Some(person) = person else { return Ok(0) };
    Ok(outbox::count_since(tx, person.id, Kind::CommandReply, since).await?)
}

/// Comments that the sender added lately to the ticket that the mail seems to be about.
async fn comments_lately(tx: &mut Tx, person: Option<&Person>, seems: Option<TicketId>, since: Timestamp) -> anyhow::Result<i64> {
    let (Some(person), Some(ticket)) = (person, seems) else { return Ok(0) };
    Ok(entries::comments_since(tx, ticket, person.id, since).await?)
}

/// How many people have joined that ticket by writing to it.
async fn joined(tx: &mut Tx, seems: Option<TicketId>) -> anyhow::Result<i64> {
    let Some(ticket) = seems else { return Ok(0) };
    Ok(budgets::joined_by_mail(tx, ticket).await?)
}

/// Whether a contact may close the ticket that they take `part` in.
async fn may_close(tx: &mut Tx, sender: Sender, part: Option<TicketId>) -> anyhow::Result<bool> {
    let (Sender::Contact(person), Some(ticket)) = (sender, part) else { return Ok(false) };
    Ok(Standing::of(tx, person, ticket).await?.may(Deed::Close))
}

/// The outgoing mail that a delivery report is about.
async fn bounced(tx: &mut Tx, letter: &Letter) -> anyhow::Result<Option<(OutboxId, Option<TicketId>)>> {
    let original = letter.bounce.as_ref().and_then(|bounce| bounce.original_message_id.as_deref());
    let Some(id) = original else { return Ok(None) };
    Ok(outbox::by_message_id(tx, id).await?.map(|mail| (mail.id, mail.mail.ticket)))
}

/// What a human said about it. A word of somebody who has left the staff since is none any more.
async fn release(tx: &mut Tx, row: &LedgerRow) -> anyhow::Result<Option<Release>> {
    let Some(by) = row.released_by else { return Ok(row.release) };
    let on_duty = people::get(tx, by).await?.is_some_and(|by| by.active && by.is_staff());
    Ok(row.release.filter(|_| on_duty))
}

/// What a contact may not do by mail: on the tickets that the mail may be about, and where it would open a new one.
async fn bars(
    tx: &mut Tx,
    sender: Sender,
    person: Option<&Person>,
    about: impl Iterator<Item = TicketId>,
    home: ProjectId,
) -> anyhow::Result<Bars> {
    let (Sender::Contact(_), Some(person)) = (sender, person) else { return Ok(Bars::default()) };
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
#[derive(Clone, Copy)]
struct Who<'a> {
    person: Option<&'a Person>,
    address: Option<&'a str>,
}

async fn ticket_hit(tx: &mut Tx, ticket: &Ticket, internal: bool, who: Who<'_>) -> anyhow::Result<TicketHit> {
    let standing = match (who.person, who.address) {
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
        state: ticket_state(tickets::meaning(tx, ticket).await?),
    })
}

async fn copy(
    tx: &mut Tx,
    config: &Config,
    row: &LedgerRow,
    letter: &Letter,
    sender: Sender,
    junk: bool,
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
