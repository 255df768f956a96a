//! `postroom project`: projects, their staff and addresses.

mod task_type;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::ids::ProjectId;
use crate::desk::project::{Project, ProjectKind};
use crate::store::projects::TaskType;
use crate::store::{Tx, people, projects};

/// What can be done with projects.
#[derive(Debug, Subcommand)]
pub enum Projects {
    /// Add a project.
    #[command(
        after_help = "Example:\n  postroom project add ACME \"Acme web shop\" --organization acme \\\n    --staff anna@desk.example --alias acme@desk.example"
    )]
    Add(Add),
    /// List the projects.
    #[command(after_help = "Example:\n  postroom project list --json")]
    List,
    /// Change a project.
    #[command(
        after_help = "Examples:\n  postroom project set ACME --add-staff ben@desk.example\n  postroom project set ACME --add-type \"fault=Störung|Fault\""
    )]
    Set(Set),
    /// The task types of a project: what its tickets can be, and what new ones are asked for.
    #[command(subcommand)]
    Type(task_type::Types),
}

/// `project add`
#[derive(Debug, Args)]
pub struct Add {
    /// Its key, which begins the numbers of its tickets: 2 to 10 capital letters and digits.
    #[arg(value_parser = value::project_key)]
    key: String,
    /// Its name.
    #[arg(value_parser = value::title)]
    name: String,
    /// `customer` (belongs to an organization), `internal` (staff only) or `reception` (strangers' tickets).
    #[arg(long, default_value = "customer")]
    kind: ProjectKind,
    /// The organization that a customer project belongs to.
    #[arg(long, value_name = "KEY", value_parser = value::organization_key)]
    organization: Option<String>,
    /// A staff member who is told of its tickets (repeatable).
    #[arg(long, value_name = "ADDRESS", value_parser = value::address)]
    staff: Vec<String>,
    /// An address that reaches one of the desk's mailboxes; mail to it is for this project (repeatable).
    #[arg(long, value_name = "ADDRESS", value_parser = value::address)]
    alias: Vec<String>,
    /// What stands under answers instead of the signatures of staff.
    #[arg(long, default_value = "")]
    signature: String,
}

/// `project set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// Its key.
    #[arg(value_parser = value::project_key)]
    key: String,
    /// Its new name.
    #[arg(long, group = "what", value_parser = value::title)]
    name: Option<String>,
    /// What stands under answers instead of the signatures of staff; empty for nothing.
    #[arg(long, group = "what")]
    signature: Option<String>,
    /// A further staff member (repeatable).
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    add_staff: Vec<String>,
    /// A staff member who is no longer told of its tickets (repeatable).
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    remove_staff: Vec<String>,
    /// A further address (repeatable).
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    add_alias: Vec<String>,
    /// An address that is no longer its (repeatable).
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    remove_alias: Vec<String>,
    /// A type of ticket with its German and English name, or new names of one that is there (repeatable).
    #[arg(long, group = "what", value_name = "KEY=NAME|NAME", value_parser = value::task_type)]
    add_type: Vec<TaskType>,
}

#[derive(Debug, Serialize)]
struct Somebody {
    name: String,
    address: String,
}

/// A project as commands show it.
#[derive(Debug, Serialize)]
struct View {
    key: String,
    name: String,
    kind: ProjectKind,
    organization: Option<String>,
    staff: Vec<Somebody>,
    aliases: Vec<String>,
    signature: String,
    types: Vec<Type>,
}

/// A type of ticket as commands show it.
#[derive(Debug, Serialize)]
struct Type {
    key: String,
    name_de: String,
    name_en: String,
}

pub(super) async fn run(desk: &OpenDesk, command: Projects) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Projects::Add(command) => {
            let added = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            let mut words = format!("Added the {} project {} ({}).", added.kind, added.key, added.name);
            if added.staff.is_empty() {
                words.push_str(&format!(
                    "\nNobody is told of its tickets yet: `postroom project set {} --add-staff ADDRESS`.",
                    added.key
                ));
            }
            desk.report(&added, &words)
        }
        Projects::List => list(desk).await,
        Projects::Set(command) => {
            let changed = desk.write(move |tx| Box::pin(async move { set(tx, command).await })).await?;
            desk.report(&changed, &format!("Changed the project {}.", changed.key))
        }
        Projects::Type(command) => task_type::run(desk, command).await,
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add) -> anyhow::Result<View> {
    let Add { key, name, kind, organization, staff, alias, signature } = command;
    if let Some(other) = projects::by_key(tx, &key).await? {
        return refuse(
            format!("the key {key} is already the project {}", other.name),
            format!("Change it with `postroom project set {key}`, or use another key."),
        );
    }
    let organization = match (kind, organization) {
        (ProjectKind::Customer, Some(key)) => Some(look::organization(tx, &key).await?.id),
        (ProjectKind::Customer, None) => {
            return refuse(
                "a customer project belongs to an organization",
                "Name it with --organization KEY (`postroom organization list`), or use --kind internal or reception.",
            );
        }
        (_, None) => None,
        (_, Some(_)) => {
            return refuse(
                format!("a project of kind {kind} belongs to no organization"),
                "Leave out --organization, or use --kind customer.",
            );
        }
    };
    let project = Project { id: ProjectId(desk.rng.id()), key, name, kind, organization, signature };
    projects::insert(tx, &project, desk.clock.now()).await?;
    for address in staff {
        let person = look::staff(tx, &address).await?;
        projects::add_staff(tx, project.id, person.id).await?;
    }
    for address in alias {
        add_alias(tx, &project, &address).await?;
    }
    view(tx, project).await
}

async fn set(tx: &mut Tx, command: Set) -> anyhow::Result<View> {
    let mut project = look::project(tx, &command.key).await?;
    if let Some(name) = command.name {
        project.name = name;
    }
    if let Some(signature) = command.signature {
        project.signature = signature;
    }
    projects::update(tx, &project).await?;
    for address in command.remove_staff {
        let person = look::person(tx, &address).await?;
        if !projects::remove_staff(tx, project.id, person.id).await? {
            return refuse(
                format!("{} is not on project {}", look::whose(&person), project.key),
                "See who is with `postroom project list`.",
            );
        }
    }
    for address in command.add_staff {
        let person = look::staff(tx, &address).await?;
        projects::add_staff(tx, project.id, person.id).await?;
    }
    for address in command.remove_alias {
        if !projects::remove_alias(tx, project.id, &address).await? {
            let its = projects::aliases(tx, project.id).await?;
            return refuse(
                format!("{address} is not an address of project {}", project.key),
                format!("Its addresses: {}.", if its.is_empty() { "none".to_owned() } else { its.join(", ") }),
            );
        }
    }
    for address in command.add_alias {
        add_alias(tx, &project, &address).await?;
    }
    for task_type in command.add_type {
        // New names leave the rest as it is.
        let old = projects::types(tx, project.id).await?.into_iter().find(|old| old.key == task_type.key);
        let task_type = match old {
            Some(old) => TaskType { name_de: task_type.name_de, name_en: task_type.name_en, ..old },
            None => task_type,
        };
        projects::add_type(tx, project.id, &task_type).await?;
    }
    view(tx, project).await
}

async fn add_alias(tx: &mut Tx, project: &Project, address: &str) -> anyhow::Result<()> {
    match projects::by_alias(tx, address).await? {
        Some(other) if other.id == project.id => return Ok(()),
        Some(other) => {
            return refuse(
                format!("{address} is already an address of project {}", other.key),
                format!("Take it away first: `postroom project set {} --remove-alias {address}`.", other.key),
            );
        }
        None => {}
    }
    if let Some(person) = people::by_address(tx, address).await? {
        return refuse(
            format!("{address} belongs to {}", look::whose(&person)),
            "A project's address is one that reaches a mailbox of the desk, not a person.",
        );
    }
    Ok(projects::add_alias(tx, project.id, address).await?)
}

async fn view(tx: &mut Tx, project: Project) -> anyhow::Result<View> {
    let Project { id, key, name, kind, organization, signature } = project;
    let organization = match organization {
        Some(id) => people::list_organizations(tx).await?.into_iter().find(|other| other.id == id).map(|found| found.key),
        None => None,
    };
    let staff = projects::staff(tx, id).await?;
    let staff = staff.iter().map(|person| Somebody { name: person.name.clone(), address: person.address().to_owned() });
    let types = projects::types(tx, id).await?.into_iter();
    let types = types.map(|TaskType { key, name_de, name_en, .. }| Type { key, name_de, name_en }).collect();
    let aliases = projects::aliases(tx, id).await?;
    Ok(View { key, name, kind, organization, staff: staff.collect(), aliases, signature, types })
}

async fn list(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let mut views = Vec::new();
    for project in projects::list(&mut tx).await? {
        views.push(view(&mut tx, project).await?);
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["KEY", "KIND", "ORGANIZATION", "NAME", "STAFF", "ADDRESSES"]);
    for view in views {
        let staff: Vec<&str> = view.staff.iter().map(|person| person.address.as_str()).collect();
        let organization = view.organization.unwrap_or_default();
        table.row([view.key, view.kind.to_string(), organization, view.name, staff.join(" "), view.aliases.join(" ")]);
    }
    table.print("No projects yet. Add one with `postroom project add KEY NAME`.")
}
