//! `postroom member`: contacts of an organization, and which of them may sign in.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::value::{self, Named};
use super::{Desk, look, refuse};
use crate::desk::ids::PersonId;
use crate::desk::people::{Person, PersonKind};
use crate::store::people::{Member, Organization};
use crate::store::{Tx, people};

/// What can be done with members.
#[derive(Debug, Subcommand)]
pub enum Members {
    /// Make somebody a member; an unknown address becomes a contact.
    #[command(after_help = "Example:\n  postroom member add acme \"Carla Conti <carla@acme.example>\" --login yes")]
    Add(Add),
    /// List the members of one organization, or of all.
    #[command(after_help = "Example:\n  postroom member list acme --json")]
    List {
        /// The organization's key.
        #[arg(value_parser = value::organization_key)]
        organization: Option<String>,
    },
    /// End a membership; the contact stays.
    #[command(after_help = "Example:\n  postroom member remove acme carla@acme.example")]
    Remove {
        /// The organization's key.
        #[arg(value_parser = value::organization_key)]
        organization: String,
        /// The member's address.
        #[arg(value_parser = value::address)]
        address: String,
    },
    /// Change whether a member may sign in.
    #[command(after_help = "Example:\n  postroom member set acme carla@acme.example --login no")]
    Set {
        /// The organization's key.
        #[arg(value_parser = value::organization_key)]
        organization: String,
        /// The member's address.
        #[arg(value_parser = value::address)]
        address: String,
        /// Whether this member may sign in: yes or no.
        #[arg(long, value_name = "YES|NO", action = clap::ArgAction::Set, value_parser = value::yes_no)]
        login: bool,
    },
}

/// `member add`
#[derive(Debug, Args)]
pub struct Add {
    /// The organization's key.
    #[arg(value_parser = value::organization_key)]
    organization: String,
    /// Name and address, or only the address.
    #[arg(value_name = "PERSON", value_parser = value::named)]
    who: Named,
    /// Whether this member may sign in and see the organization's projects: yes or no.
    #[arg(long, value_name = "YES|NO", action = clap::ArgAction::Set, default_value = "no", value_parser = value::yes_no)]
    login: bool,
}

/// A member as commands show it.
#[derive(Debug, Serialize)]
struct View {
    organization: String,
    name: String,
    address: String,
    login_allowed: bool,
}

fn view(organization: &Organization, person: &Person, login_allowed: bool) -> View {
    View {
        organization: organization.key.clone(),
        name: person.name.clone(),
        address: person.address().to_owned(),
        login_allowed,
    }
}

pub(super) async fn run(desk: &Desk, command: Members) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Members::Add(command) => {
            let view = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            let words = format!("{} is a member of {}.", view.address, view.organization);
            desk.report(&view, &words)
        }
        Members::List { organization } => list(desk, organization).await,
        Members::Remove { organization, address } => {
            let view = desk.write(move |tx| Box::pin(async move { remove(tx, &organization, &address).await })).await?;
            let words = format!("{} is no longer a member of {}.", view.address, view.organization);
            desk.report(&view, &words)
        }
        Members::Set { organization, address, login } => {
            let view =
                desk.write(move |tx| Box::pin(async move { set(tx, &inner, &organization, &address, login).await })).await?;
            let may = if view.login_allowed { "may" } else { "may not" };
            let words = format!("{} {may} sign in for {}.", view.address, view.organization);
            desk.report(&view, &words)
        }
    }
}

async fn add(tx: &mut Tx, desk: &Desk, command: Add) -> anyhow::Result<View> {
    let Add { organization, who, login } = command;
    let organization = look::organization(tx, &organization).await?;
    let now = desk.clock.now();
    let person = match people::by_address(tx, &who.address).await? {
        Some(person) if person.is_staff() => {
            return refuse(
                format!("{} belongs to {}", who.address, look::whose(&person)),
                "Staff see every project they are on; only contacts are members of an organization.",
            );
        }
        Some(mut person) => {
            if person.name.is_empty() && !who.name.is_empty() {
                person.name = who.name;
                people::update(tx, &person).await?;
            }
            person
        }
        None => {
            look::free_address(tx, &desk.config, &who.address, None).await?;
            let person = Person {
                id: PersonId(desk.chance.id()),
                kind: PersonKind::Contact,
                name: who.name,
                public_name: None,
                language: None,
                time_zone: None,
                active: true,
                addresses: vec![who.address],
            };
            people::insert(tx, &person, now).await?;
            person
        }
    };
    if find(tx, &organization, person.id).await?.is_some() {
        return refuse(
            format!("{} is already a member of {}", look::whose(&person), organization.key),
            format!("Change it with `postroom member set {} {} --login yes|no`.", organization.key, person.address()),
        );
    }
    people::set_member(tx, &Member { organization: organization.id, person: person.id, login_allowed: login }, now).await?;
    Ok(view(&organization, &person, login))
}

async fn find(tx: &mut Tx, organization: &Organization, person: PersonId) -> anyhow::Result<Option<Member>> {
    Ok(people::members(tx, organization.id).await?.into_iter().find(|member| member.person == person))
}

/// The member that a command names.
async fn member(tx: &mut Tx, organization: &str, address: &str) -> anyhow::Result<(Organization, Person, Member)> {
    let organization = look::organization(tx, organization).await?;
    let person = look::person(tx, address).await?;
    match find(tx, &organization, person.id).await? {
        Some(member) => Ok((organization, person, member)),
        None => refuse(
            format!("{} is not a member of {}", look::whose(&person), organization.key),
            format!("See `postroom member list {}`.", organization.key),
        ),
    }
}

async fn set(tx: &mut Tx, desk: &Desk, organization: &str, address: &str, login: bool) -> anyhow::Result<View> {
    let (organization, person, member) = member(tx, organization, address).await?;
    people::set_member(tx, &Member { login_allowed: login, ..member }, desk.clock.now()).await?;
    Ok(view(&organization, &person, login))
}

async fn remove(tx: &mut Tx, organization: &str, address: &str) -> anyhow::Result<View> {
    let (organization, person, member) = member(tx, organization, address).await?;
    people::remove_member(tx, organization.id, person.id).await?;
    Ok(view(&organization, &person, member.login_allowed))
}

async fn list(desk: &Desk, organization: Option<String>) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let organizations = match organization {
        Some(key) => vec![look::organization(&mut tx, &key).await?],
        None => people::list_organizations(&mut tx).await?,
    };
    let mut views = Vec::new();
    for organization in &organizations {
        for member in people::members(&mut tx, organization.id).await? {
            if let Some(person) = people::get(&mut tx, member.person).await? {
                views.push(view(organization, &person, member.login_allowed));
            }
        }
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["ORGANIZATION", "NAME", "ADDRESS", "LOGIN"]);
    for view in views {
        table.row([view.organization, view.name, view.address, output::yes_no(view.login_allowed)]);
    }
    table.print("No members yet. Add one with `postroom member add ORGANIZATION ADDRESS`.")
}
