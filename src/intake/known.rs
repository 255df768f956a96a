//! What the desk knows about a mail, loaded in the deciding transaction.

use std::time::Duration;

use super::behalf;
use super::case::{Copy, Home, Known, Sender, TicketHit, TicketState};
use super::evidence::Gathered;
use super::proof::Origin;
use super::reply::{question, token};
use super::signals::Guards;
use super::token::{recipients, reveals};
use crate::acts::{self, Scene};
use crate::config::Config;
use crate::desk::age::Times;
use crate::desk::entry::Visibility;
use crate::desk::ids::{OrganizationId, PersonId, TicketId};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, domain, fold_address};
use crate::desk::project::{Project, ProjectKind};
use crate::desk::ticket::{STATUS_DONE, TicketNumber};
use crate::mail::forward::Forward;
use crate::mail::{Letter, thread};
use crate::store::blobs::hex;
use crate::store::inbox::{LedgerRow, SameMail};
use crate::store::tickets::Ticket;
use crate::store::{Tx, budgets, entries, inbox, lease, outbox, people, projects, tickets, tokens};
use crate::time::Timestamp;

/// Stands before the secret in the subject of the probe of `check --trust`; both together name the lease that says so.
pub const TRUST_CHECK: &str = "postroom-trust-check-";
/// The writer of an older mail is not acknowledged when somebody passes it on.
pub(super) const FRESH: Duration = Duration::from_hours(3 * 24);
/// "Within the last hour", for acknowledgements and questions.
const HOUR: Duration = Duration::from_hours(1);

/// Everything, and the sender as a person where there is one.
pub(super) async fn load(
    tx: &mut Tx,
    scene: &Scene<'_>,
    row: &LedgerRow,
    (letter, forward): (&Letter, Forward),
    gathered: Gathered,
) -> anyhow::Result<(Known, Option<Person>)> {
    let Gathered { origin, junk } = gathered;
    let config = scene.config;
    let address = letter.from.as_ref().map(|from| fold_address(&from.address));
    let person = match &address {
        Some(address) => people::by_address(tx, address).await?,
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
    let token = token(tx, scene, letter, row).await?;
    let thread = thread_hit(tx, letter, person.as_ref(), &organizations).await?;
    let subject = subject_hit(tx, letter, person.as_ref(), &organizations).await?;
    let is_staff = matches!(sender, Sender::Staff(_));
    let home = home(tx, config, &row.origin.mailbox, letter, &organizations, is_staff).await?;
    let copy = copy(tx, config, row, letter, (sender, junk)).await?;
    let familiar = match &person {
        _ if !junk => false,
        Some(person) => !organizations.is_empty() || tickets::has_any(tx, person.id).await?,
        None => !organizations.is_empty(),
    };
    let since = scene.now.minus(HOUR);
    let acknowledgements = match &person {
        Some(person) => outbox::count_since(tx, person.id, Kind::Acknowledgement, since).await?,
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
    let asked = match &person {
        Some(person) => !person.active || outbox::count_since(tx, person.id, Kind::Claim, since).await? > 0,
        None => true,
    };
    let answers = match &person {
        Some(person) => {
            let told = outbox::count_since(tx, person.id, Kind::CommandReply, since).await?;
            told + outbox::count_since(tx, person.id, Kind::Claim, since).await?
        }
        None => 0,
    };
    let mine = token.filter(|token| person.as_ref().is_some_and(|person| token.speaks_for(person.id)));
    let part = mine.map(|token| token.ticket).or(thread.filter(|hit| hit.takes_part).map(|hit| hit.ticket));
    let may_close = match (sender, part) {
        (Sender::Contact(person), Some(ticket)) => acts::commands::may_close(tx, person, ticket).await?,
        _ => false,
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
    let question = question(tx, scene, letter, row).await?;
    let behalf = match &person {
        Some(staff) if is_staff && staff.active && seems.is_none() => {
            behalf::load(tx, scene, row, (letter, forward), staff).await?
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
        copy,
        acknowledgements,
        lately,
        joined,
        asked,
        answers,
        may_close,
        old: row.old.unwrap_or_else(|| is_old(config, row, Some(letter))),
        junk,
        familiar,
        bounced,
        release,
        released_by: row.released_by,
        question,
        behalf,
        // Loaded when it is known what of the mail is quoted.
        guards: Guards::default(),
        reveals: reveals(config, letter),
    };
    Ok((known, person))
}

/// What is known of a mail's time.
pub(super) fn times(row: &LedgerRow, letter: Option<&Letter>) -> Times {
    let date = letter.and_then(|letter| Timestamp::from_rfc3339(letter.date.as_deref()?));
    Times { date, server: row.server_at, received: row.received_at }
}

/// Whether a mail is old.
pub(super) fn is_old(config: &Config, row: &LedgerRow, letter: Option<&Letter>) -> bool {
    times(row, letter).is_old(row.found, config.first_look.old_after)
}

/// Whether mail to `address` comes to this desk: writing there would be writing to ourselves.
pub(super) async fn is_own(tx: &mut Tx, config: &Config, address: &str) -> anyhow::Result<bool> {
    Ok(config.is_own(address) || projects::by_alias(tx, address).await?.is_some())
}

/// Whether somebody could read mail at this address: none that says of itself that nobody does.
pub(super) fn takes_mail(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    address.contains('@') && !["noreply", "donotreply", "mailerdaemon", "postmaster"].iter().any(|word| bare.starts_with(word))
}

/// Who outside the desk and its staff can read the mail's addresses.
pub(super) async fn outside_readers(tx: &mut Tx, config: &Config, letter: &Letter) -> anyhow::Result<Vec<String>> {
    let mut readers = Vec::new();
    for address in letter.to.iter().chain(&letter.cc).map(|address| fold_address(&address.address)) {
        let staff = people::by_address(tx, &address).await?.is_some_and(|person| person.is_staff() && person.active);
        if !staff && !is_own(tx, config, &address).await? && !readers.contains(&address) {
            readers.push(address);
        }
    }
    Ok(readers)
}

/// Whether the mail is the probe that `check --trust` waits for. Its subject holds a secret that only the running check
/// knows, so nobody can have a mail put away with it.
pub(super) async fn is_trust_check(tx: &mut Tx, letter: &Letter) -> anyhow::Result<bool> {
    let Some((_, secret)) = letter.subject.split_once(TRUST_CHECK) else { return Ok(false) };
    let secret = secret.trim();
    Ok(lease::is_held(tx, &format!("{TRUST_CHECK}{secret}"), secret).await?)
}

/// Where the mailbox trusts the sender to write for others, the mail is taken as from its Reply-To: but never as from
/// staff or the desk, whose names nobody else can give.
pub(super) async fn forwarded(tx: &mut Tx, scene: &Scene<'_>, row: &LedgerRow, letter: &mut Letter) -> anyhow::Result<()> {
    let (Some(from), Some(reply_to)) = (&letter.from, &letter.reply_to) else { return Ok(()) };
    let Some(mailbox) = scene.config.mailbox(&row.origin.mailbox) else { return Ok(()) };
    let (forwarder, requester) = (fold_address(&from.address), fold_address(&reply_to.address));
    if !mailbox.trusted_forwarders.contains(&forwarder) || is_own(tx, scene.config, &requester).await? {
        return Ok(());
    }
    for address in [&forwarder, &requester] {
        if people::by_address(tx, address).await?.is_some_and(|person| person.is_staff()) {
            return Ok(());
        }
    }
    letter.from = letter.reply_to.clone();
    Ok(())
}

/// The organizations that a sender belongs to: by membership, else by the domain they claim.
pub(super) async fn organizations(
    tx: &mut Tx,
    person: Option<&Person>,
    address: Option<&str>,
) -> anyhow::Result<Vec<OrganizationId>> {
    if let Some(person) = person {
        if person.is_staff() {
            return Ok(Vec::new());
        }
        let member = people::organizations_of(tx, person.id).await?;
        if !member.is_empty() {
            return Ok(member.into_iter().map(|organization| organization.id).collect());
        }
    }
    let Some(address) = address else { return Ok(Vec::new()) };
    Ok(people::organization_by_domain(tx, &domain(address)).await?.into_iter().map(|organization| organization.id).collect())
}

/// The newest reference that belongs to a ticket; a mail that refers to anything internal refers to it internally.
async fn thread_hit(
    tx: &mut Tx,
    letter: &Letter,
    person: Option<&Person>,
    organizations: &[OrganizationId],
) -> anyhow::Result<Option<TicketHit>> {
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
    ticket_hit(tx, &ticket, internal, person, organizations).await.map(Some)
}

async fn subject_hit(
    tx: &mut Tx,
    letter: &Letter,
    person: Option<&Person>,
    organizations: &[OrganizationId],
) -> anyhow::Result<Option<TicketHit>> {
    let Some((project, number)) = thread::ticket_number(&letter.subject) else { return Ok(None) };
    let Some(ticket) = tickets::by_number(tx, &TicketNumber { project, number }).await? else { return Ok(None) };
    ticket_hit(tx, &ticket, false, person, organizations).await.map(Some)
}

async fn ticket_hit(
    tx: &mut Tx,
    ticket: &Ticket,
    internal: bool,
    person: Option<&Person>,
    organizations: &[OrganizationId],
) -> anyhow::Result<TicketHit> {
    let takes_part = match person {
        Some(person) => person.active && takes_part(tx, ticket, person.id).await?,
        None => false,
    };
    let owner = projects::get(tx, ticket.project).await?.and_then(|project| project.organization);
    Ok(TicketHit {
        ticket: ticket.id,
        takes_part,
        colleague: owner.is_some_and(|owner| organizations.contains(&owner)),
        internal,
        state: ticket_state(ticket),
    })
}

pub(super) fn ticket_state(ticket: &Ticket) -> TicketState {
    let (truth, face) = (&ticket.state.status, &ticket.face.state.status);
    TicketState { rests: ticket.rests(), done: truth == STATUS_DONE && face == STATUS_DONE }
}

async fn takes_part(tx: &mut Tx, ticket: &Ticket, person: PersonId) -> anyhow::Result<bool> {
    Ok(ticket.requester == Some(person) || tickets::participants(tx, ticket.id).await?.contains(&person))
}

/// Where a new ticket goes: the recipient alias, the membership, the claimed domain, else the mailbox's reception. A
/// stranger's ticket never shows in a customer's project.
pub(super) async fn home(
    tx: &mut Tx,
    config: &Config,
    mailbox: &str,
    letter: &Letter,
    organizations: &[OrganizationId],
    is_staff: bool,
) -> anyhow::Result<Home> {
    let mut misdirected = None;
    for address in recipients(letter) {
        let Some(project) = projects::by_alias(tx, &address).await? else { continue };
        // Staff belong to no customer, and what they open only staff see.
        if is_staff || project.organization.is_none_or(|owner| organizations.contains(&owner)) {
            return Ok(Home { project: project.id, misdirected: None });
        }
        misdirected.get_or_insert(address);
    }
    // Somebody of two organizations: whose business it is only a human can tell.
    if let [organization] = organizations
        && let Some(project) = default_project(tx, *organization).await?
    {
        return Ok(Home { project: project.id, misdirected: None });
    }
    let mailbox = config.mailbox(mailbox).or_else(|| config.mailboxes.first());
    let key = mailbox.map_or("", |mailbox| mailbox.reception.as_str());
    let reception = projects::by_key(tx, key).await?.filter(|project| project.kind == ProjectKind::Reception);
    let Some(reception) = reception else {
        anyhow::bail!(
            "the mailbox names `{key}` as its reception, and there is no reception project of that key; add it with `postroom project add {key} --kind reception`"
        );
    };
    Ok(Home { project: reception.id, misdirected })
}

async fn default_project(tx: &mut Tx, organization: OrganizationId) -> anyhow::Result<Option<Project>> {
    let all = projects::of_organization(tx, organization).await?;
    let chosen = people::list_organizations(tx).await?.into_iter().find(|other| other.id == organization);
    let chosen = chosen.and_then(|organization| organization.default_project);
    let position = all.iter().position(|project| Some(project.id) == chosen).unwrap_or(0);
    Ok(all.into_iter().nth(position))
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
