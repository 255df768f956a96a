//! Finding what a command names, with a remedy where it is not there; and whether what it wants to add is free.

use super::refuse;
use crate::config::Config;
use crate::desk::ids::PersonId;
use crate::desk::people::{Person, PersonKind};
use crate::desk::project::Project;
use crate::desk::ticket::TicketNumber;
use crate::store::people::Organization;
use crate::store::projects::TaskType;
use crate::store::roles::Role;
use crate::store::tickets::Ticket;
use crate::store::{Tx, people, projects, roles, tickets};

/// How many known keys a refusal lists.
const LISTED: usize = 20;

/// "The ones there are: a, b." or how to add the first.
fn known(keys: &[String], add: &str) -> String {
    if keys.is_empty() {
        return format!("There is none yet; add one with `{add}`.");
    }
    let more = if keys.len() > LISTED { " and others" } else { "" };
    let listed: Vec<&str> = keys.iter().take(LISTED).map(String::as_str).collect();
    format!("Known: {}{more}. Add one with `{add}`.", listed.join(", "))
}

/// The project with this key.
pub(super) async fn project(tx: &mut Tx, key: &str) -> anyhow::Result<Project> {
    if let Some(project) = projects::by_key(tx, key).await? {
        return Ok(project);
    }
    let keys: Vec<String> = projects::list(tx).await?.into_iter().map(|project| project.key).collect();
    refuse(format!("there is no project `{key}`"), known(&keys, "postroom project add KEY NAME"))
}

/// The organization with this key.
pub(super) async fn organization(tx: &mut Tx, key: &str) -> anyhow::Result<Organization> {
    if let Some(organization) = people::organization_by_key(tx, key).await? {
        return Ok(organization);
    }
    let keys: Vec<String> = people::list_organizations(tx).await?.into_iter().map(|organization| organization.key).collect();
    refuse(format!("there is no organization `{key}`"), known(&keys, "postroom organization add KEY NAME"))
}

/// The role with this key.
pub(super) async fn role(tx: &mut Tx, key: &str) -> anyhow::Result<Role> {
    let roles = roles::list(tx).await?;
    let keys: Vec<String> = roles.iter().map(|role| role.key.clone()).collect();
    match roles.into_iter().find(|role| role.key == key) {
        Some(role) => Ok(role),
        None => refuse(format!("there is no role `{key}`"), known(&keys, "postroom role add KEY NAME")),
    }
}

/// The person with this address.
pub(super) async fn person(tx: &mut Tx, address: &str) -> anyhow::Result<Person> {
    match people::by_address(tx, address).await? {
        Some(person) => Ok(person),
        None => refuse(
            format!("nobody has the address {address}"),
            "See `postroom person list`, or add the person with `postroom person add`.",
        ),
    }
}

/// The active member of staff with this address.
pub(super) async fn staff(tx: &mut Tx, address: &str) -> anyhow::Result<Person> {
    match people::by_address(tx, address).await? {
        Some(person) if person.is_staff() && person.active => Ok(person),
        Some(person) if person.is_staff() => refuse(
            format!("{} ({address}) is no longer active", person.name),
            format!("Use `postroom person set {address} --active true` first."),
        ),
        found => {
            let problem = match found {
                Some(_) => format!("{address} belongs to a contact, not to staff"),
                None => format!("nobody has the address {address}"),
            };
            let staff = people::list(tx, Some(PersonKind::Staff)).await?;
            let addresses: Vec<String> = staff.iter().map(|person| person.address().to_owned()).collect();
            refuse(problem, known(&addresses, "postroom person add --staff \"NAME <ADDRESS>\""))
        }
    }
}

/// The task type of a project with this key.
pub(super) async fn task_type(tx: &mut Tx, project: &Project, key: &str) -> anyhow::Result<TaskType> {
    let types = projects::types(tx, project.id).await?;
    match types.iter().find(|of| of.key == key) {
        Some(of) => Ok(of.clone()),
        None => {
            let keys: Vec<String> = types.into_iter().map(|of| of.key).collect();
            let add = format!("postroom project type add {} \"KEY=NAME|NAME\"", project.key);
            refuse(format!("project {} has no task type `{key}`", project.key), known(&keys, &add))
        }
    }
}

/// Refuses an address that cannot become `owner`'s: the desk's own, a project's, or somebody else's.
pub(super) async fn free_address(tx: &mut Tx, config: &Config, address: &str, owner: Option<PersonId>) -> anyhow::Result<()> {
    own_address(config, address)?;
    if let Some(project) = projects::by_alias(tx, address).await? {
        return refuse(
            format!("{address} is an address of project {}", project.key),
            format!("Take it away with `postroom project set {} --remove-alias {address}`, or use another.", project.key),
        );
    }
    match people::by_address(tx, address).await? {
        Some(other) if Some(other.id) != owner => refuse(
            format!("{address} already belongs to {}", whose(&other)),
            format!("Change that person with `postroom person set {address}`, or use another address."),
        ),
        _ => Ok(()),
    }
}

/// Refuses an address at which the desk itself is written to: its mail would be taken for somebody's.
pub(super) fn own_address(config: &Config, address: &str) -> anyhow::Result<()> {
    let bare = match address.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => address.to_owned(),
    };
    match config.mailboxes.iter().find(|mailbox| mailbox.address == address || mailbox.address == bare) {
        Some(mailbox) => refuse(
            format!("{address} is the address of the desk's own mailbox `{}`", mailbox.name),
            "A person needs an address of their own: answers from the desk's would be taken for the desk's own mail.",
        ),
        None => Ok(()),
    }
}

/// Who somebody is, for a refusal.
pub(super) fn whose(person: &Person) -> String {
    let kind = if person.is_staff() { "staff" } else { "contact" };
    let rests = if person.active { "" } else { ", not active" };
    let name = if person.name.is_empty() { person.address() } else { &person.name };
    format!("{name} ({kind}{rests})")
}

/// A ticket that exists.
pub(super) async fn ticket(tx: &mut Tx, number: &TicketNumber) -> anyhow::Result<Ticket> {
    if let Some(ticket) = tickets::by_number(tx, number).await? {
        return Ok(ticket);
    }
    // Says which projects there are where already the key is wrong.
    project(tx, &number.project).await?;
    refuse(
        format!("there is no ticket {number}"),
        format!("See `postroom ticket list --project {} --status all`.", number.project),
    )
}
