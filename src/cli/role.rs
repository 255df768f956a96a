//! `postroom role`: what guests may do. A role says yes or no to a permission, or leaves it to its parent; nothing beyond the
//! known permissions can be said.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::role::{DEEPEST, Effect, Permission, Permissions, Unfit, may_inherit};
use crate::store::roles::{self, Role};
use crate::store::{Tx, access, people};

/// What can be done with roles.
#[derive(Debug, Subcommand)]
pub enum Roles {
    /// Add a role.
    #[command(after_help = "Example:\n  postroom role add lead \"Team lead\" --parent guest --allow set_priority")]
    Add(Add),
    /// List the roles and what they say themselves.
    #[command(after_help = "Example:\n  postroom role list")]
    List,
    /// Show a role: what it says, what it inherits, and what that comes to.
    #[command(after_help = "Example:\n  postroom role show guest")]
    Show {
        /// The role's key.
        #[arg(value_parser = value::role_key)]
        key: String,
    },
    /// Change a role; the desk's own cannot be changed.
    #[command(after_help = "Example:\n  postroom role set lead --deny close --inherit set_priority")]
    Set(Set),
    /// Remove a role that nobody has.
    #[command(after_help = "Example:\n  postroom role remove lead")]
    Remove {
        /// The role's key.
        #[arg(value_parser = value::role_key)]
        key: String,
    },
    /// Say whether somebody may do something, and which role in the line decides it.
    #[command(after_help = "Example:\n  postroom role explain carla@acme.example time_entries")]
    Explain {
        /// One of the person's addresses.
        #[arg(value_name = "PERSON", value_parser = value::address)]
        address: String,
        /// The permission.
        permission: Permission,
        /// Only for this organization.
        #[arg(long, value_parser = value::organization_key)]
        organization: Option<String>,
    },
}

/// `role add`
#[derive(Debug, Args)]
pub struct Add {
    /// Its key in commands: letters, digits and hyphens.
    #[arg(value_parser = value::role_key)]
    key: String,
    /// Its name.
    #[arg(value_parser = value::title)]
    name: String,
    /// The role that it inherits from.
    #[arg(long, value_name = "KEY", value_parser = value::role_key)]
    parent: Option<String>,
    /// A permission that it gives (repeatable).
    #[arg(long, value_name = "PERMISSION")]
    allow: Vec<Permission>,
    /// A permission that it takes away (repeatable).
    #[arg(long, value_name = "PERMISSION")]
    deny: Vec<Permission>,
}

/// `role set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// The role's key.
    #[arg(value_parser = value::role_key)]
    key: String,
    /// Its new name.
    #[arg(long, group = "what", value_parser = value::title)]
    name: Option<String>,
    /// The role that it inherits from; `none` for no other.
    #[arg(long, group = "what", value_name = "KEY", value_parser = value::role_key)]
    parent: Option<String>,
    /// A permission that it gives (repeatable).
    #[arg(long, group = "what", value_name = "PERMISSION")]
    allow: Vec<Permission>,
    /// A permission that it takes away (repeatable).
    #[arg(long, group = "what", value_name = "PERMISSION")]
    deny: Vec<Permission>,
    /// A permission that it leaves to its parent (repeatable).
    #[arg(long, group = "what", value_name = "PERMISSION")]
    inherit: Vec<Permission>,
}

/// A role as commands show it.
#[derive(Debug, Serialize)]
struct View {
    key: String,
    name: String,
    parent: Option<String>,
    built_in: bool,
    allows: Vec<Permission>,
    denies: Vec<Permission>,
    /// What it comes to, with everything inherited.
    may: Vec<Permission>,
    members: i64,
}

pub(super) async fn run(desk: &OpenDesk, command: Roles) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Roles::Add(command) => {
            let view = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            desk.report(
                &view,
                &format!(
                    "Added the role {}. Give it with `postroom member set ORGANIZATION ADDRESS --role {}`.",
                    view.key, view.key
                ),
            )
        }
        Roles::List => list(desk).await,
        Roles::Show { key } => show(desk, &key).await,
        Roles::Set(command) => {
            let view = desk.write(move |tx| Box::pin(async move { set(tx, &inner, command).await })).await?;
            desk.report(&view, &format!("Changed the role {}.", view.key))
        }
        Roles::Remove { key } => {
            let view = desk.write(move |tx| Box::pin(async move { remove(tx, &key).await })).await?;
            desk.report(&view, &format!("Removed the role {}.", view.key))
        }
        Roles::Explain { address, permission, organization } => explain(desk, &address, permission, organization).await,
    }
}

async fn view(tx: &mut Tx, role: &Role) -> anyhow::Result<View> {
    let all = roles::list(tx).await?;
    let permissions = Permissions::resolve(&access::role_line(tx, role.id).await?);
    let says = |wanted| role.says.iter().filter(|(_, effect)| *effect == wanted).map(|(permission, _)| *permission).collect();
    Ok(View {
        key: role.key.clone(),
        name: role.name.clone(),
        parent: role.parent.and_then(|parent| all.into_iter().find(|other| other.id == parent)).map(|parent| parent.key),
        built_in: role.built_in,
        allows: says(Effect::Allowed),
        denies: says(Effect::Denied),
        may: Permission::ALL.iter().copied().filter(|permission| permissions.allow(*permission)).collect(),
        members: roles::members(tx, role.id).await?,
    })
}

/// Puts new words in the place of old ones.
fn say(role: &mut Role, permissions: &[Permission], effect: Option<Effect>) {
    for permission in permissions {
        role.says.retain(|(of, _)| of != permission);
        role.says.extend(effect.map(|effect| (*permission, effect)));
    }
}

/// A permission that two options name at once.
fn at_once(lists: &[&[Permission]]) -> anyhow::Result<()> {
    let twice = |permission: &Permission| lists.iter().filter(|list| list.contains(permission)).count() > 1;
    match Permission::ALL.iter().find(|permission| twice(permission)) {
        Some(permission) => refuse(
            format!("{permission} is named by two options at once"),
            "A role says allow or deny to a permission, or leaves it to its parent with --inherit.",
        ),
        None => Ok(()),
    }
}

async fn inherit(tx: &mut Tx, role: &mut Role, parent: &str) -> anyhow::Result<()> {
    if parent == "none" {
        role.parent = None;
        return Ok(());
    }
    let parent = look::role(tx, parent).await?;
    let parents: Vec<_> = roles::list(tx).await?.into_iter().map(|role| (role.id, role.parent)).collect();
    match may_inherit(&parents, role.id, parent.id) {
        Ok(()) => {
            role.parent = Some(parent.id);
            Ok(())
        }
        Err(Unfit::Cycle) => refuse(
            format!("{} inherits from {} already, or is it: the line would never end", parent.key, role.key),
            format!("See `postroom role show {}`.", parent.key),
        ),
        Err(Unfit::TooDeep) => {
            refuse(format!("the line of parents would be longer than {DEEPEST} roles"), "Let it inherit from a role further up.")
        }
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add) -> anyhow::Result<View> {
    let Add { key, name, parent, allow, deny } = command;
    at_once(&[&allow, &deny])?;
    roles::lock(tx).await?;
    if key == "none" || roles::list(tx).await?.iter().any(|role| role.key == key) {
        return refuse(
            format!("the key {key} is taken"),
            format!("Change that role with `postroom role set {key}`, or use another key."),
        );
    }
    let mut role = Role { id: desk.rng.id(), key, name, parent: None, built_in: false, says: Vec::new() };
    if let Some(parent) = parent {
        inherit(tx, &mut role, &parent).await?;
    }
    say(&mut role, &allow, Some(Effect::Allowed));
    say(&mut role, &deny, Some(Effect::Denied));
    roles::put(tx, &role, desk.clock.now()).await?;
    view(tx, &role).await
}

fn ours(role: &Role) -> anyhow::Result<()> {
    if role.built_in {
        return refuse(
            format!("{} is the desk's own role and cannot be changed", role.key),
            format!("Add one that inherits from it: `postroom role add KEY NAME --parent {}`.", role.key),
        );
    }
    Ok(())
}

async fn set(tx: &mut Tx, desk: &OpenDesk, command: Set) -> anyhow::Result<View> {
    let Set { key, name, parent, allow, deny, inherit: left } = command;
    at_once(&[&allow, &deny, &left])?;
    roles::lock(tx).await?;
    let mut role = look::role(tx, &key).await?;
    ours(&role)?;
    if let Some(name) = name {
        role.name = name;
    }
    if let Some(parent) = parent {
        inherit(tx, &mut role, &parent).await?;
    }
    say(&mut role, &allow, Some(Effect::Allowed));
    say(&mut role, &deny, Some(Effect::Denied));
    say(&mut role, &left, None);
    roles::put(tx, &role, desk.clock.now()).await?;
    let role = look::role(tx, &key).await?;
    view(tx, &role).await
}

async fn remove(tx: &mut Tx, key: &str) -> anyhow::Result<View> {
    roles::lock(tx).await?;
    let role = look::role(tx, key).await?;
    ours(&role)?;
    let view = view(tx, &role).await?;
    if let Some(child) = roles::list(tx).await?.into_iter().find(|other| other.parent == Some(role.id)) {
        return refuse(
            format!("the role {} inherits from {key}", child.key),
            format!("Give that one another parent first: `postroom role set {} --parent KEY`.", child.key),
        );
    }
    if view.members > 0 {
        return refuse(
            format!("{} of the members have the role {key}", view.members),
            "Give them another first: `postroom member set ORGANIZATION ADDRESS --role guest`.",
        );
    }
    roles::remove(tx, role.id).await?;
    Ok(view)
}

fn render(permissions: &[Permission]) -> String {
    permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}

async fn list(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let mut views = Vec::new();
    for role in roles::list(&mut tx).await? {
        views.push(view(&mut tx, &role).await?);
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["KEY", "NAME", "PARENT", "MEMBERS", "ALLOWS", "DENIES"]);
    for view in views {
        let key = if view.built_in { format!("{} (built in)", view.key) } else { view.key };
        let (allows, denies) = (render(&view.allows), render(&view.denies));
        table.row([key, view.name, view.parent.unwrap_or_default(), view.members.to_string(), allows, denies]);
    }
    table.print("No roles.")
}

async fn show(desk: &OpenDesk, key: &str) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let role = look::role(&mut tx, key).await?;
    let view = view(&mut tx, &role).await?;
    drop(tx);
    if desk.json {
        return output::json(&view);
    }
    let parent = view.parent.as_ref().map_or_else(|| "no other role".to_owned(), Clone::clone);
    let own = if view.built_in { ", built in" } else { "" };
    output::print(&output::lines(&format!("{} ({}{own}) inherits from {parent}.\n\n", view.key, view.name)))?;
    let mut table = Table::new(&["PERMISSION", "SAYS ITSELF", "COMES TO"]);
    for permission in Permission::ALL {
        let itself = role.says.iter().find(|(of, _)| of == permission).map_or("inherits", |(_, effect)| effect.as_str());
        let outcome = if view.may.contains(permission) { "allowed" } else { "denied" };
        table.row([permission.to_string(), itself.to_owned(), outcome.to_owned()]);
    }
    table.print("No permissions.")
}

/// One role of a line and what it says.
#[derive(Debug, Serialize)]
struct Said {
    role: String,
    says: Option<Effect>,
}

/// Whether somebody may do something in one organization, and why.
#[derive(Debug, Serialize)]
struct Explained {
    organization: String,
    permission: Permission,
    allowed: bool,
    /// The role whose word counts; `None` where none says anything, or nobody is asked.
    decided_by: Option<String>,
    /// Why the roles are not asked at all.
    obstacle: Option<String>,
    line: Vec<Said>,
}

impl Explained {
    fn render(&self, name: &str) -> String {
        let line = self.line.iter().map(|said| match said.says {
            Some(effect) => format!("  {} says {effect}\n", said.role),
            None => format!("  {} says nothing\n", said.role),
        });
        let line: String = line.collect();
        let may = if self.allowed { "may" } else { "may not" };
        let why = match (&self.obstacle, &self.decided_by) {
            (Some(obstacle), _) => obstacle.clone(),
            (None, Some(role)) => format!("the nearest word is that of {role}"),
            (None, None) => "no role in the line says anything, and silence is no".to_owned(),
        };
        format!("{}: {name} {may}: {}; {why}.\n{line}", self.organization, self.permission)
    }
}

async fn explain(desk: &OpenDesk, address: &str, permission: Permission, organization: Option<String>) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let person = look::person(&mut tx, address).await?;
    let mut organizations = people::organizations_of(&mut tx, person.id).await?;
    if let Some(key) = organization {
        let wanted = look::organization(&mut tx, &key).await?;
        organizations.retain(|organization| organization.id == wanted.id);
    }
    if organizations.is_empty() {
        return refuse(
            format!("{} is not a member there: roles give nothing to them", look::whose(&person)),
            "See `postroom member list`; staff are not guests and need no role.",
        );
    }
    let all = roles::list(&mut tx).await?;
    let mut explained = Vec::new();
    for organization in organizations {
        let member = people::members(&mut tx, organization.id).await?.into_iter().find(|member| member.person == person.id);
        let obstacle = match member {
            _ if person.is_staff() => Some("staff are not guests"),
            _ if !person.active => Some("this person is switched off"),
            Some(member) if !member.login_allowed => Some("this member may not sign in"),
            _ => None,
        };
        let mut line = Vec::new();
        let mut next = roles::of(&mut tx, organization.id, person.id).await?.or(Some(access::GUEST));
        while let Some(role) = next.and_then(|id| all.iter().find(|role| role.id == id)).filter(|_| line.len() < DEEPEST) {
            let says = role.says.iter().find(|(of, _)| *of == permission).map(|(_, effect)| *effect);
            line.push(Said { role: role.key.clone(), says });
            next = role.parent;
        }
        let decided = line.iter().find(|said| said.says.is_some());
        explained.push(Explained {
            organization: organization.key,
            permission,
            allowed: obstacle.is_none() && decided.is_some_and(|said| said.says == Some(Effect::Allowed)),
            decided_by: decided.filter(|_| obstacle.is_none()).map(|said| said.role.clone()),
            obstacle: obstacle.map(str::to_owned),
            line,
        });
    }
    drop(tx);
    if desk.json {
        return output::json(&explained);
    }
    let name = if person.name.is_empty() { person.address() } else { &person.name };
    let text: String = explained.iter().map(|one| one.render(name)).collect();
    output::print(&output::lines(&text))
}
