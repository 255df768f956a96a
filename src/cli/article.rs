//! `postroom article`: documentation of projects.

mod import;
mod links;
mod remove;
mod renames;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::article::{Article, ArticleState, slug};
use crate::desk::ids::ArticleId;
use crate::desk::project::Project;
use crate::store::{Tx, articles, projects};

/// What can be done with articles.
#[derive(Debug, Subcommand)]
pub enum Articles {
    /// Add an article.
    #[command(after_help = "Example:\n  postroom article add --project ACME --title \"How to pay\" paying.md")]
    Add(Add),
    /// List the articles of one project, or of all.
    #[command(after_help = "Example:\n  postroom article list --project ACME --json")]
    List {
        /// Key of the project.
        #[arg(long, value_name = "KEY", value_parser = value::project_key)]
        project: Option<String>,
    },
    /// Change an article.
    #[command(after_help = "Example:\n  postroom article set paying --project ACME --state published")]
    Set(Set),
    /// Print an article.
    #[command(after_help = "Example:\n  postroom article show paying --project ACME")]
    Show {
        /// Its name in addresses.
        slug: String,
        /// Key of the project.
        #[arg(long, value_name = "KEY", value_parser = value::project_key)]
        project: String,
    },
    /// Import every *.md file of a directory, and its pictures; again without doubling: the file's name is the article's.
    ///
    /// A file may begin with `title: ...`, `state: draft|staff|published` and `position: NUMBER` between two lines of
    /// `---`; without a title there, its first `# heading` is the title. New articles are drafts unless the file says
    /// otherwise; articles whose files are gone stay as they are. Pictures are PNG, JPEG, GIF and WebP files, also in
    /// folders of the directory; guests see those that a published article shows. What a file links to and what is not
    /// there is named with its line.
    #[command(after_help = "Example:\n  postroom article import docs/ --project ACME")]
    Import(import::Import),
    /// Remove an article, after a question. Its pictures stay for others.
    #[command(after_help = "Example:\n  postroom article remove paying --project ACME")]
    Remove(remove::Remove),
}

/// `article add`
#[derive(Debug, Args)]
pub struct Add {
    /// The Markdown; `-` is standard input.
    #[arg(value_name = "FILE")]
    body: PathBuf,
    /// Key of the project.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: String,
    /// Its title.
    #[arg(long, value_parser = value::title)]
    title: String,
    /// Its name in addresses; made of the title where it is not given.
    #[arg(long)]
    slug: Option<String>,
    /// Who may read it: draft (its writers), staff, or published (the project's guests, too).
    #[arg(long, default_value = "draft")]
    state: ArticleState,
    /// Its place among the others; the end where it is not given.
    #[arg(long, allow_negative_numbers = true)]
    position: Option<i64>,
}

/// `article set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// Its name in addresses.
    slug: String,
    /// Key of the project.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: String,
    /// Its new title.
    #[arg(long, group = "what", value_parser = value::title)]
    title: Option<String>,
    /// Who may read it: draft, staff or published.
    #[arg(long, group = "what")]
    state: Option<ArticleState>,
    /// Its place among the others.
    #[arg(long, group = "what", allow_negative_numbers = true)]
    position: Option<i64>,
    /// A file with its new Markdown; `-` is standard input.
    #[arg(long, group = "what", value_name = "FILE")]
    body: Option<PathBuf>,
}

/// An article as lists show it.
#[derive(Debug, Serialize)]
struct View {
    project: String,
    slug: String,
    title: String,
    state: ArticleState,
}

/// An article with its text.
#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    view: View,
    body: String,
}

fn view(project: &Project, article: &Article) -> View {
    View { project: project.key.clone(), slug: article.slug.clone(), title: article.title.clone(), state: article.state }
}

pub(super) async fn run(desk: &OpenDesk, command: Articles) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        Articles::Add(command) => {
            let body = body(&command.body)?;
            let view = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command, body).await })).await?;
            desk.report(&view, &format!("Added the article {} ({}) to {}.", view.slug, view.state, view.project))
        }
        Articles::List { project } => list(desk, project).await,
        Articles::Set(command) => {
            let body = command.body.as_deref().map(body).transpose()?;
            let view = desk.write(move |tx| Box::pin(async move { set(tx, &inner, command, body).await })).await?;
            desk.report(&view, &format!("Changed the article {} ({}) of {}.", view.slug, view.state, view.project))
        }
        Articles::Show { slug, project } => show(desk, &slug, &project).await,
        Articles::Import(command) => import::run(desk, command).await,
        Articles::Remove(command) => remove::run(desk, command).await,
    }
}

/// The text of a file, or of standard input.
fn body(file: &Path) -> anyhow::Result<String> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    match read {
        Ok(text) => Ok(text.replace("\r\n", "\n").replace('\0', "")),
        Err(error) => refuse(format!("{}: {error}", file.display()), "The article's text is a file of UTF-8 Markdown."),
    }
}

async fn article(tx: &mut Tx, project: &Project, slug: &str) -> anyhow::Result<Article> {
    match articles::by_slug(tx, project.id, slug).await? {
        Some(article) => Ok(article),
        None => refuse(
            format!("project {} has no article `{slug}`", project.key),
            format!("See `postroom article list --project {}`.", project.key),
        ),
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add, body: String) -> anyhow::Result<View> {
    let project = look::project(tx, &command.project).await?;
    let name = slug(command.slug.as_deref().unwrap_or(&command.title));
    if let Some(other) = articles::by_slug(tx, project.id, &name).await? {
        return refuse(
            format!("project {} already has an article `{name}` ({})", project.key, other.title),
            format!("Change it with `postroom article set {name} --project {}`, or give another --slug.", project.key),
        );
    }
    let id = ArticleId(desk.rng.id());
    let article = Article { id, project: project.id, slug: name, title: command.title, body, state: command.state };
    articles::insert(tx, &article, desk.clock.now()).await?;
    if let Some(position) = command.position {
        articles::place(tx, id, position).await?;
    }
    Ok(view(&project, &article))
}

async fn set(tx: &mut Tx, desk: &OpenDesk, command: Set, body: Option<String>) -> anyhow::Result<View> {
    let project = look::project(tx, &command.project).await?;
    let before = article(tx, &project, &command.slug).await?;
    let mut article = before.clone();
    article.title = command.title.unwrap_or(article.title);
    article.state = command.state.unwrap_or(article.state);
    article.body = body.unwrap_or(article.body);
    articles::update(tx, &before, &article, desk.clock.now()).await?;
    if let Some(position) = command.position {
        articles::place(tx, article.id, position).await?;
    }
    Ok(view(&project, &article))
}

async fn list(desk: &OpenDesk, project: Option<String>) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let from = match project {
        Some(key) => vec![look::project(&mut tx, &key).await?],
        None => projects::list(&mut tx).await?,
    };
    let mut views = Vec::new();
    for project in &from {
        views.extend(articles::list(&mut tx, project.id).await?.iter().map(|article| view(project, article)));
    }
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["PROJECT", "ARTICLE", "STATE", "TITLE"]);
    for view in views {
        table.row([view.project, view.slug, view.state.to_string(), view.title]);
    }
    table.print("No articles yet. Add one with `postroom article add`, or many with `postroom article import`.")
}

async fn show(desk: &OpenDesk, slug: &str, project: &str) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let project = look::project(&mut tx, project).await?;
    let article = article(&mut tx, &project, slug).await?;
    drop(tx);
    if desk.json {
        return output::json(&Whole { view: view(&project, &article), body: article.body });
    }
    let head = format!("{}/{}  {}  {}", project.key, article.slug, article.state, article.title);
    output::print(&format!("{}\n\n{}\n", output::line(&head), output::lines(article.body.trim_end())))
}
