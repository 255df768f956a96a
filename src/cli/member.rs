//! `postroom member`: contacts of an organization, and which of them may sign in.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::stands::{self, Stands};
use super::value::{self, Named};
use super::{OpenDesk, look, refuse};
use crate::acts::{ActContext, sign_in_links};
use crate::desk::ids::PersonId;
use crate::desk::people::Person;
use crate::store::people::{Member, Organization};
use crate::store::{self, Tx, access, people, roles};

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
    /// End a membership; the contact stays. Says on which of its tickets they still stand.
    #[command(after_help = "Example:\n  postroom member remove acme carla@acme.example --off-tickets")]
    Remove {
        /// The organization's key.
        #[arg(value_parser = value::organization_key)]
        organization: String,
        /// The member's address.
        #[arg(value_parser = value::address)]
        address: String,
        /// Take them off the organization's tickets, too.
        #[arg(long)]
        off_tickets: bool,
    },
    /// Change whether a member may sign in, and what they may do then.
    #[command(after_help = "Example:\n  postroom member set acme carla@acme.example --login no")]
    Set(Set),
    /// Let somebody sign in, and send them a link by mail; again for a fresh link.
    #[command(after_help = "Example:\n  postroom member invite acme \"Carla Conti <carla@acme.example>\"")]
    Invite(Invite),
}

/// `member set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// The organization's key.
    #[arg(value_parser = value::organization_key)]
    organization: String,
    /// The member's address.
    #[arg(value_parser = value::address)]
    address: String,
    /// Whether this member may sign in: yes or no.
    #[arg(long, group = "what", value_name = "YES|NO", action = clap::ArgAction::Set, value_parser = value::yes_no)]
    login: Option<bool>,
    /// What this member may do, by the key of a role.
    #[arg(long, group = "what", value_name = "KEY", value_parser = value::role_key)]
    role: Option<String>,
}

/// `member invite`
#[derive(Debug, Args)]
pub struct Invite {
    /// The organization's key.
    #[arg(value_parser = value::organization_key)]
    organization: String,
    /// Name and address, or only the address.
    #[arg(value_name = "PERSON", value_parser = value::named)]
    who: Named,
    /// What this member may do, by the key of a role; `guest` where nothing was said before.
    #[arg(long, value_name = "KEY", value_parser = value::role_key)]
    role: Option<String>,
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
    role: String,
}

/// A membership that has come to its end.
#[derive(Debug, Serialize)]
struct Ended {
    #[serde(flatten)]
    view: View,
    #[serde(flatten)]
    stands: Stands,
}

async fn view(tx: &mut Tx, organization: &Organization, person: &Person, login_allowed: bool) -> anyhow::Result<View> {
    let role = roles::of(tx, organization.id, person.id).await?.unwrap_or(access::GUEST);
    let role = roles::list(tx).await?.into_iter().find(|other| other.id == role).map(|role| role.key);
    Ok(View {
        organization: organization.key.clone(),
        name: person.name.clone(),
        address: person.address().to_owned(),
        login_allowed,
        role: role.unwrap_or_default(),
    })
}

pub(super) async fn run(desk: &OpenDesk, command: Members) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Members::Add(command) => {
            let view = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            let words = format!("{} is a member of {}.", view.address, view.organization);
            desk.report(&view, &words)
        }
        Members::List { organization } => list(desk, organization).await,
        Members::Remove { organization, address, off_tickets } => {
            let work =
                desk.write(move |tx| Box::pin(async move { remove(tx, &inner, &organization, &address, off_tickets).await }));
            let ended = work.await?;
            let (address, organization) = (&ended.view.address, &ended.view.organization);
            let remedy = format!("postroom person set {address} --off-tickets {organization}");
            let what = "They get no mail about these any more unless somebody lets them take part again (`ticket set --cc`).";
            let words = format!("{address} is no longer a member of {organization}.{}", ended.stands.render(what, &remedy));
            desk.report(&ended, &words)
        }
        Members::Set(command) => {
            let view = desk.write(move |tx| Box::pin(async move { set(tx, &inner, command).await })).await?;
            let may = if view.login_allowed { "may" } else { "may not" };
            let words = format!("{} {may} sign in for {}, with the role {}.", view.address, view.organization, view.role);
            desk.report(&view, &words)
        }
        Members::Invite(command) => {
            let view = desk.write(move |tx| Box::pin(async move { invite(tx, &inner, command).await })).await?;
            let words = format!(
                "{} may sign in for {} with the role {}. A mail with a link that works for seven days is queued.",
                view.address, view.organization, view.role
            );
            desk.report(&view, &words)
        }
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add) -> anyhow::Result<View> {
    let Add { organization, who, login } = command;
    let organization = look::organization(tx, &organization).await?;
    let person = contact(tx, desk, who).await?;
    if find(tx, &organization, person.id).await?.is_some() {
        return refuse(
            format!("{} is already a member of {}", look::whose(&person), organization.key),
            format!("Change it with `postroom member set {} {} --login yes|no`.", organization.key, person.address()),
        );
    }
    let member = Member { organization: organization.id, person: person.id, login_allowed: login };
    people::set_member(tx, &member, desk.clock.now()).await?;
    view(tx, &organization, &person, login).await
}

/// The contact with this address; an unknown one is entered.
async fn contact(tx: &mut Tx, desk: &OpenDesk, who: Named) -> anyhow::Result<Person> {
    let now = desk.clock.now();
    Ok(match people::by_address(tx, &who.address).await? {
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
            let person = Person::contact(PersonId(desk.rng.id()), who.name, who.address);
            people::insert(tx, &person, now).await?;
            person
        }
    })
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

async fn set(tx: &mut Tx, desk: &OpenDesk, command: Set) -> anyhow::Result<View> {
    let (organization, person, member) = member(tx, &command.organization, &command.address).await?;
    let login = command.login.unwrap_or(member.login_allowed);
    people::set_member(tx, &Member { login_allowed: login, ..member }, desk.clock.now()).await?;
    if let Some(role) = command.role {
        give(tx, &organization, &person, &role).await?;
    }
    view(tx, &organization, &person, login).await
}

async fn give(tx: &mut Tx, organization: &Organization, person: &Person, role: &str) -> anyhow::Result<()> {
    roles::lock(tx).await?;
    let role = look::role(tx, role).await?;
    Ok(roles::give(tx, organization.id, person.id, Some(role.id)).await?)
}

async fn invite(tx: &mut Tx, desk: &OpenDesk, command: Invite) -> anyhow::Result<View> {
    let Invite { organization, who, role } = command;
    if desk.config.web.is_none() {
        return refuse(
            "this desk has no pages that somebody could be invited to",
            format!("Add `[web]` with `base_url = \"https://help.your.example\"` to {}.", desk.config.file.display()),
        );
    }
    let organization = look::organization(tx, &organization).await?;
    let person = contact(tx, desk, who).await?;
    if !person.active {
        return refuse(
            format!("{} is not active", look::whose(&person)),
            format!("Use `postroom person set {} --active true` first.", person.address()),
        );
    }
    let now = desk.clock.now();
    let member = Member { organization: organization.id, person: person.id, login_allowed: true };
    people::set_member(tx, &member, now).await?;
    if let Some(role) = role {
        give(tx, &organization, &person, &role).await?;
    }
    let epoch = store::epoch(tx, now, &desk.rng).await?;
    let context = ActContext { config: &desk.config, now, rng: &desk.rng, epoch };
    sign_in_links::invite(tx, &context, person.id, organization.id).await?;
    view(tx, &organization, &person, true).await
}

async fn remove(tx: &mut Tx, desk: &OpenDesk, organization: &str, address: &str, off_tickets: bool) -> anyhow::Result<Ended> {
    let (organization, person, member) = member(tx, organization, address).await?;
    let view = view(tx, &organization, &person, member.login_allowed).await?;
    people::remove_member(tx, organization.id, person.id, desk.clock.now()).await?;
    let stands = stands::of(tx, desk, &person, Some(organization.id), off_tickets).await?;
    Ok(Ended { view, stands })
}

async fn list(desk: &OpenDesk, organization: Option<String>) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let organizations = match organization {
        Some(key) => vec![look::organization(&mut tx, &key).await?],
        None => people::list_organizations(&mut tx).await?,
    };
    let mut views = Vec::new();
    for organization in &organizations {
        for member in people::members(&mut tx, organization.id).await? {
            if let Some(person) = people::get(&mut tx, member.person).await? {
                views.push(view(&mut tx, organization, &person, member.login_allowed).await?);
            }
        }
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["ORGANIZATION", "NAME", "ADDRESS", "LOGIN", "ROLE"]);
    for view in views {
        table.row([view.organization, view.name, view.address, output::yes_no(view.login_allowed), view.role]);
    }
    table.print("No members yet. Add one with `postroom member add ORGANIZATION ADDRESS`.")
}
