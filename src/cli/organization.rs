//! `postroom organization`: customer companies.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::ids::OrganizationId;
use crate::desk::people::{Language, is_freemail};
use crate::store::people::Organization;
use crate::store::{Tx, people, projects};

/// What can be done with organizations.
#[derive(Debug, Subcommand)]
pub enum Organizations {
    /// Add an organization.
    #[command(after_help = "Example:\n  postroom organization add acme \"Acme GmbH\" --domain acme.example")]
    Add(Add),
    /// List the organizations.
    #[command(after_help = "Example:\n  postroom organization list --json")]
    List,
    /// Change an organization.
    #[command(after_help = "Example:\n  postroom organization set acme --default-project ACME")]
    Set(Set),
}

/// `organization add`
#[derive(Debug, Args)]
pub struct Add {
    /// Its key in commands: letters, digits and hyphens.
    #[arg(value_parser = value::organization_key)]
    key: String,
    /// Its name.
    #[arg(value_parser = value::title)]
    name: String,
    /// A mail domain whose senders belong to it (repeatable); never one whose addresses anybody can have.
    #[arg(long = "domain", value_name = "DOMAIN", value_parser = value::domain)]
    domains: Vec<String>,
    /// The language of its people of whom none is known: de or en; the desk's where not given.
    #[arg(long)]
    language: Option<Language>,
}

/// `organization set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// Its key.
    #[arg(value_parser = value::organization_key)]
    key: String,
    /// Its new name.
    #[arg(long, group = "what", value_parser = value::title)]
    name: Option<String>,
    /// A further mail domain (repeatable).
    #[arg(long, group = "what", value_name = "DOMAIN", value_parser = value::domain)]
    add_domain: Vec<String>,
    /// A mail domain that is no longer its (repeatable).
    #[arg(long, group = "what", value_name = "DOMAIN", value_parser = value::domain)]
    remove_domain: Vec<String>,
    /// Where new tickets of its people go; without one, its oldest project.
    #[arg(long, group = "what", value_name = "PROJECT", value_parser = value::project_key)]
    default_project: Option<String>,
    /// The language of its people of whom none is known: de or en.
    #[arg(long, group = "what")]
    language: Option<Language>,
}

/// An organization as commands show it.
#[derive(Debug, Serialize)]
struct View {
    key: String,
    name: String,
    domains: Vec<String>,
    default_project: Option<String>,
    language: Option<Language>,
    projects: Vec<String>,
}

pub(super) async fn run(desk: &OpenDesk, command: Organizations) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Organizations::Add(command) => {
            let added = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            let next = format!("postroom project add KEY NAME --organization {} --staff ADDRESS", added.key);
            desk.report(&added, &format!("Added the organization {} ({}). Next: `{next}`.", added.key, added.name))
        }
        Organizations::List => list(desk).await,
        Organizations::Set(command) => {
            let changed = desk.write(move |tx| Box::pin(async move { set(tx, command).await })).await?;
            desk.report(&changed, &format!("Changed the organization {}.", changed.key))
        }
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add) -> anyhow::Result<View> {
    let Add { key, name, domains, language } = command;
    if let Some(other) = people::organization_by_key(tx, &key).await? {
        return refuse(
            format!("the key `{key}` is already the organization {}", other.name),
            format!("Change it with `postroom organization set {key}`, or use another key."),
        );
    }
    let id = OrganizationId(desk.rng.id());
    let mut organization = Organization { id, key, name, domains: Vec::new(), default_project: None, language };
    for domain in domains {
        claim(tx, &mut organization, domain).await?;
    }
    people::insert_organization(tx, &organization, desk.clock.now()).await?;
    view(tx, organization).await
}

async fn set(tx: &mut Tx, command: Set) -> anyhow::Result<View> {
    let mut organization = look::organization(tx, &command.key).await?;
    if let Some(name) = command.name {
        organization.name = name;
    }
    for domain in command.remove_domain {
        if !organization.domains.contains(&domain) {
            return refuse(
                format!("{domain} is not a domain of {}", organization.key),
                format!(
                    "Its domains: {}.",
                    if organization.domains.is_empty() { "none".to_owned() } else { organization.domains.join(", ") }
                ),
            );
        }
        organization.domains.retain(|other| *other != domain);
    }
    for domain in command.add_domain {
        claim(tx, &mut organization, domain).await?;
    }
    if let Some(key) = command.default_project {
        let project = look::project(tx, &key).await?;
        if project.organization != Some(organization.id) {
            let its = project_keys(tx, organization.id).await?;
            return refuse(
                format!("project {key} is not {}'s", organization.key),
                format!("Its projects: {}.", if its.is_empty() { "none yet".to_owned() } else { its.join(", ") }),
            );
        }
        organization.default_project = Some(project.id);
    }
    organization.language = command.language.or(organization.language);
    people::update_organization(tx, &organization).await?;
    view(tx, organization).await
}

/// Lets an organization claim a domain that it may claim.
async fn claim(tx: &mut Tx, organization: &mut Organization, domain: String) -> anyhow::Result<()> {
    if is_freemail(&domain) {
        return refuse(
            format!("{domain} gives addresses to anybody, so no organization can claim it"),
            format!("Enter its people one by one: `postroom member add {} ADDRESS`.", organization.key),
        );
    }
    match people::organization_by_domain(tx, &domain).await? {
        Some(other) if other.id != organization.id => refuse(
            format!("{domain} is already claimed by {} ({})", other.key, other.name),
            format!("Take it away first: `postroom organization set {} --remove-domain {domain}`.", other.key),
        ),
        _ => {
            if !organization.domains.contains(&domain) {
                organization.domains.push(domain);
            }
            Ok(())
        }
    }
}

async fn project_keys(tx: &mut Tx, organization: OrganizationId) -> anyhow::Result<Vec<String>> {
    Ok(projects::of_organization(tx, organization).await?.into_iter().map(|project| project.key).collect())
}

async fn view(tx: &mut Tx, organization: Organization) -> anyhow::Result<View> {
    let Organization { id, key, name, mut domains, default_project, language } = organization;
    let default_project = match default_project {
        Some(project) => projects::get(tx, project).await?.map(|project| project.key),
        None => None,
    };
    domains.sort();
    Ok(View { key, name, domains, default_project, language, projects: project_keys(tx, id).await? })
}

async fn list(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let mut views = Vec::new();
    for organization in people::list_organizations(&mut tx).await? {
        views.push(view(&mut tx, organization).await?);
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["KEY", "NAME", "DOMAINS", "PROJECTS", "DEFAULT", "LANGUAGE"]);
    for view in views {
        let default = view.default_project.unwrap_or_default();
        let language = view.language.map_or("", Language::tag).to_owned();
        table.row([view.key, view.name, view.domains.join(" "), view.projects.join(" "), default, language]);
    }
    table.print("No organizations yet. Add one with `postroom organization add KEY NAME`.")
}
