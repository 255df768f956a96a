//! What several of the facts ask: whose an address is, where a new ticket goes, who reads along, how old a mail is.

use crate::acts::own_address::is_own;
use crate::mail::Letter;
use std::time::Duration;

use crate::config::Config;
use crate::desk::age::Times;
use crate::desk::ids::OrganizationId;
use crate::desk::people::{Person, fold_address};
use crate::desk::project::{Project, ProjectKind};
use crate::desk::ticket::Meaning;
use crate::guest::standing;
use crate::intake::case::{Home, TicketState};
use crate::intake::rules::token::recipients;
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, people, projects};
use crate::time::Timestamp;

/// The writer of an older mail is not acknowledged when somebody passes it on.
pub(super) const FRESH: Duration = Duration::from_hours(3 * 24);
/// What is known of a mail's time.
pub(in crate::intake) fn times(row: &LedgerRow, letter: Option<&Letter>) -> Times {
    let date = letter.and_then(|letter| Timestamp::from_rfc3339(letter.date.as_deref()?));
    Times { date, server: row.server_at, received: row.received_at }
}

/// Whether a mail is old.
pub(in crate::intake) fn is_old(config: &Config, row: &LedgerRow, letter: Option<&Letter>) -> bool {
    times(row, letter).is_old(row.found, config.first_look.old_after)
}

/// The contact of whose address this one, which nobody has, is a sub-address (RFC 5233): `carla+shop@acme.example` is Carla's,
/// and whatever ended for her has ended for it. Nobody of the staff: in their names nothing is read into an address.
pub(super) async fn by_main_address(tx: &mut Tx, address: &str) -> anyhow::Result<Option<Person>> {
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

/// As much of a ticket's state as a mail can change.
pub(super) fn ticket_state(meaning: Meaning) -> TicketState {
    TicketState { rests: meaning.rests(), done: meaning.is_done() }
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
