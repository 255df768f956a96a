//! What the desk knows about a mail, loaded in the deciding transaction.

use std::time::Duration;

use super::behalf;
use super::case::{Bars, Copy, Home, Known, Sender, Signed, TicketHit, TicketState};
use super::evidence::Gathered;
use super::proof::Origin;
use super::redirect;
use super::reply::{question, token};
use super::signals::Guards;
use super::token::{recipients, reveals};
use crate::acts::Scene;
use crate::config::Config;
use crate::desk::age::Times;
use crate::desk::entry::Visibility;
use crate::desk::ids::{OrganizationId, ProjectId, TicketId};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, fold_address};
use crate::desk::project::{Project, ProjectKind};
use crate::desk::role::Permission;
use crate::desk::ticket::{STATUS_DONE, TicketNumber};
use crate::guest::{Deed, Standing, standing};
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
    let Gathered { origin, server, junk } = gathered;
    let config = scene.config;
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
    let token = token(tx, scene, letter, row).await?;
    let who = (person.as_ref(), address.as_deref());
    let thread = thread_hit(tx, letter, who).await?;
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
    let since = scene.now.minus(HOUR);
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
    let question = question(tx, scene, letter, row).await?;
    let passes_on = !matches!(forward, Forward::Nothing);
    let behalf = match &person {
        Some(staff) if is_staff && staff.active && seems.is_none() => {
            behalf::load(tx, scene, row, (letter, forward), staff).await?
        }
        _ => None,
    };
    let redirected = match (&person, token) {
        (Some(staff), None) if is_staff && staff.active && !passes_on && behalf.is_none() => {
            redirect::whose(tx, scene, letter, staff, seems.is_some()).await?
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
        redirected,
        signed: Signed::default(),
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

/// The contact of whose address this one, which nobody has, is a sub-address (RFC 5233): `carla+shop@acme.example` is Carla's,
/// and whatever ended for her has ended for it. Nobody of the staff: in their names nothing is read into an address.
async fn by_main_address(tx: &mut Tx, address: &str) -> anyhow::Result<Option<Person>> {
    let Some((local, domain)) = address.rsplit_once('@') else { return Ok(None) };
    let Some((main, _)) = local.split_once('+').filter(|(main, _)| !main.is_empty()) else { return Ok(None) };
    let person = people::by_address(tx, &format!("{main}@{domain}")).await?;
    Ok(person.filter(|person| !person.is_staff()))
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
/// staff or the desk, whose names nobody else can give. Whether it is.
pub(super) async fn forwarded(tx: &mut Tx, scene: &Scene<'_>, row: &LedgerRow, letter: &mut Letter) -> anyhow::Result<bool> {
    let (Some(from), Some(reply_to)) = (&letter.from, &letter.reply_to) else { return Ok(false) };
    let Some(mailbox) = scene.config.mailbox(&row.origin.mailbox) else { return Ok(false) };
    let (forwarder, requester) = (fold_address(&from.address), fold_address(&reply_to.address));
    if !mailbox.trusted_forwarders.contains(&forwarder) || is_own(tx, scene.config, &requester).await? {
        return Ok(false);
    }
    for address in [&forwarder, &requester] {
        if people::by_address(tx, address).await?.is_some_and(|person| person.is_staff()) {
            return Ok(false);
        }
    }
    letter.from = letter.reply_to.clone();
    Ok(true)
}

/// The organizations that a sender belongs to: by membership, else by the domain they claim.
pub(super) async fn organizations(
    tx: &mut Tx,
    person: Option<&Person>,
    address: Option<&str>,
) -> anyhow::Result<Vec<OrganizationId>> {
    Ok(match (person, address) {
        (Some(person), _) if person.is_staff() => Vec::new(),
        (Some(person), _) => standing::organizations(tx, person.id).await?,
        (None, Some(address)) => standing::organizations_of_stranger(tx, address).await?,
        (None, None) => Vec::new(),
    })
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

pub(super) fn ticket_state(ticket: &Ticket) -> TicketState {
    let (truth, face) = (&ticket.state.status, &ticket.face.state.status);
    TicketState { rests: ticket.rests(), done: truth == STATUS_DONE && face == STATUS_DONE }
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
