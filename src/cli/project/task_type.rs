//! `postroom project type`: what the tickets of a project can be.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::cli::output::{self, Table};
use crate::cli::{OpenDesk, look, refuse, value};
use crate::store::projects::TaskType;
use crate::store::{Tx, projects};

/// What can be done with task types.
#[derive(Debug, Subcommand)]
pub enum Types {
    /// Add a task type, after the others.
    #[command(
        after_help = "Example:\n  postroom project type add ACME \"fault=Störung|Fault\" \\\n    --template-de \"Anlage:\" --template-en \"Machine:\""
    )]
    Add(Add),
    /// List the task types of a project in their order.
    #[command(after_help = "Example:\n  postroom project type list ACME --json")]
    List {
        /// Key of the project.
        #[arg(value_parser = value::project_key)]
        project: String,
    },
    /// Change a task type.
    #[command(after_help = "Example:\n  postroom project type set ACME fault --staff-only yes")]
    Set(Set),
}

/// `project type add`
#[derive(Debug, Args)]
pub struct Add {
    /// Key of the project.
    #[arg(value_parser = value::project_key)]
    project: String,
    /// Its key with its German and English name.
    #[arg(value_name = "KEY=NAME|NAME", value_parser = value::task_type)]
    of: TaskType,
    /// The text that the form for a new ticket begins with, for German readers.
    #[arg(long, value_name = "TEXT", value_parser = value::template)]
    template_de: Option<String>,
    /// The same for English readers.
    #[arg(long, value_name = "TEXT", value_parser = value::template)]
    template_en: Option<String>,
    /// Customers do not choose it themselves.
    #[arg(long)]
    staff_only: bool,
}

/// `project type set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// Key of the project.
    #[arg(value_parser = value::project_key)]
    project: String,
    /// Its key.
    key: String,
    /// Its German and English name.
    #[arg(long, group = "what", value_name = "NAME|NAME", value_parser = value::type_names)]
    name: Option<(String, String)>,
    /// The text that the form for a new ticket begins with, for German readers; empty for none.
    #[arg(long, group = "what", value_name = "TEXT", value_parser = value::template)]
    template_de: Option<String>,
    /// The same for English readers.
    #[arg(long, group = "what", value_name = "TEXT", value_parser = value::template)]
    template_en: Option<String>,
    /// Whether customers do not choose it themselves.
    #[arg(long, group = "what", value_name = "YES|NO", value_parser = value::yes_no)]
    staff_only: Option<bool>,
}

/// A task type as commands show it.
#[derive(Debug, Serialize)]
struct View {
    key: String,
    name_de: String,
    name_en: String,
    template_de: Option<String>,
    template_en: Option<String>,
    staff_only: bool,
}

impl From<TaskType> for View {
    fn from(of: TaskType) -> Self {
        let TaskType { key, name_de, name_en, template_de, template_en, staff_only } = of;
        Self { key, name_de, name_en, template_de, template_en, staff_only }
    }
}

pub(super) async fn run(desk: &OpenDesk, command: Types) -> anyhow::Result<()> {
    match command {
        Types::Add(command) => {
            let added = desk.write(move |tx| Box::pin(async move { add(tx, command).await })).await?;
            desk.report(&added, &format!("Added the task type {} ({} | {}).", added.key, added.name_de, added.name_en))
        }
        Types::List { project } => list(desk, &project).await,
        Types::Set(command) => {
            let changed = desk.write(move |tx| Box::pin(async move { set(tx, command).await })).await?;
            desk.report(&changed, &format!("Changed the task type {}.", changed.key))
        }
    }
}

fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

async fn add(tx: &mut Tx, command: Add) -> anyhow::Result<View> {
    let Add { project, of, template_de, template_en, staff_only } = command;
    let project = look::project(tx, &project).await?;
    if projects::types(tx, project.id).await?.iter().any(|old| old.key == of.key) {
        return refuse(
            format!("project {} has the task type {} already", project.key, of.key),
            format!("Change it with `postroom project type set {} {}`.", project.key, of.key),
        );
    }
    let of = TaskType { template_de: text(template_de), template_en: text(template_en), staff_only, ..of };
    projects::add_type(tx, project.id, &of).await?;
    Ok(of.into())
}

async fn set(tx: &mut Tx, command: Set) -> anyhow::Result<View> {
    let Set { project, key, name, template_de, template_en, staff_only } = command;
    let project = look::project(tx, &project).await?;
    let mut of = look::task_type(tx, &project, &key).await?;
    if let Some((name_de, name_en)) = name {
        (of.name_de, of.name_en) = (name_de, name_en);
    }
    if template_de.is_some() {
        of.template_de = text(template_de);
    }
    if template_en.is_some() {
        of.template_en = text(template_en);
    }
    of.staff_only = staff_only.unwrap_or(of.staff_only);
    projects::add_type(tx, project.id, &of).await?;
    Ok(of.into())
}

async fn list(desk: &OpenDesk, project: &str) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let project = look::project(&mut tx, project).await?;
    let views: Vec<View> = projects::types(&mut tx, project.id).await?.into_iter().map(View::from).collect();
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["KEY", "GERMAN", "ENGLISH", "FOR", "TEMPLATE"]);
    for view in views {
        let template = if view.template_de.or(view.template_en).is_some() { "yes" } else { "no" };
        let whom = if view.staff_only { "staff" } else { "everybody" };
        table.row([view.key, view.name_de, view.name_en, whom.to_owned(), template.to_owned()]);
    }
    table.print("No task types.")
}
