//! `postroom article`: documentation of projects.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::article::{Article, ArticleState, is_file_name, picture_type, slug};
use crate::desk::front_matter::{self, Page};
use crate::desk::ids::ArticleId;
use crate::desk::project::Project;
use crate::store::articles::Entered;
use crate::store::{Tx, articles, projects};

/// A picture may have so many bytes.
const LARGEST_PICTURE: usize = 10 << 20;

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
    /// Import every *.md file of a directory, and the pictures beside them; again without doubling: the file's name is
    /// the article's.
    ///
    /// A file may begin with `title: ...`, `state: draft|staff|published` and `position: NUMBER` between two lines of
    /// `---`; without a title there, its first `# heading` is the title. New articles are drafts unless the file says
    /// otherwise; articles whose files are gone stay as they are. Pictures are PNG, JPEG, GIF and WebP files; guests see
    /// those that a published article shows.
    #[command(after_help = "Example:\n  postroom article import docs/ --project ACME")]
    Import {
        /// The directory.
        dir: PathBuf,
        /// Key of the project.
        #[arg(long, value_name = "KEY", value_parser = value::project_key)]
        project: String,
    },
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
        Articles::Import { dir, project } => import(desk, &dir, project).await,
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

/// A file of the directory that is to become an article.
struct Found {
    file: String,
    slug: String,
    page: Page,
}

/// A picture of the directory.
struct Picture {
    name: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

/// What an import did.
#[derive(Debug, Default, Serialize)]
struct Imported {
    created: Vec<String>,
    updated: Vec<String>,
    unchanged: Vec<String>,
    /// Pictures that are new or changed.
    pictures: Vec<String>,
    /// What was left out or looked odd, in words.
    notices: Vec<String>,
}

async fn import(desk: &OpenDesk, dir: &Path, project: String) -> anyhow::Result<()> {
    let mut done = Imported::default();
    let (found, pictures) = gather(dir, &mut done.notices)?;
    let inner = desk.clone();
    let done = desk
        .write(move |tx| {
            Box::pin(async move {
                let project = look::project(tx, &project).await?;
                for page in found {
                    take(tx, &inner, &project, page, &mut done).await?;
                }
                for Picture { name, content_type, bytes } in pictures {
                    let id = inner.rng.id();
                    if articles::put_file(tx, id, project.id, &name, content_type, &bytes).await? != Entered::Same {
                        done.pictures.push(name);
                    }
                }
                Ok(done)
            })
        })
        .await?;
    let mut words = format!("{} new, {} changed, {} as before.", done.created.len(), done.updated.len(), done.unchanged.len());
    if !done.pictures.is_empty() {
        words.push_str(&format!("\nPictures: {}.", done.pictures.join(", ")));
    }
    for notice in &done.notices {
        words.push_str(&format!("\nNote: {notice}"));
    }
    desk.report(&done, &words)
}

/// Reads the whole directory before anything is written, so that a broken file leaves nothing half done.
fn gather(dir: &Path, notices: &mut Vec<String>) -> anyhow::Result<(Vec<Found>, Vec<Picture>)> {
    let listing = match std::fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) => return refuse(format!("{}: {error}", dir.display()), "Name a directory with Markdown files (*.md)."),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in listing {
        paths.push(entry.with_context(|| dir.display().to_string())?.path());
    }
    paths.sort();
    let (mut found, mut pictures): (Vec<Found>, Vec<Picture>) = (Vec::new(), Vec::new());
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            "md" if path.is_file() => {}
            "png" | "jpg" | "jpeg" | "gif" | "webp" if path.is_file() => {
                match picture(&path, file) {
                    Ok(picture) => pictures.push(picture),
                    Err(notice) => notices.push(notice),
                }
                continue;
            }
            "svg" => {
                notices.push(format!("{file}: left out, SVG files can carry programs; export it as PNG"));
                continue;
            }
            _ => {
                notices.push(format!("{file}: left out, it is not a *.md file"));
                continue;
            }
        }
        let mut page = match front_matter::read(&body(&path)?) {
            Ok(page) => page,
            Err(problem) => return refuse(format!("{file}: {problem}"), "Nothing was imported; correct the file and try again."),
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let slug = slug(&stem);
        if let Some(other) = found.iter().find(|other| other.slug == slug) {
            return refuse(
                format!("{} and {file} would both be the article `{slug}`", other.file),
                "Nothing was imported; rename one of them.",
            );
        }
        if page.title.is_none() {
            notices.push(format!("{file}: has neither `title:` nor a `# heading`; its name is the title"));
            page.title = Some(stem);
        }
        for key in &page.unknown {
            notices.push(format!("{file}: `{key}` means nothing to Postroom (known: title, state, position)"));
        }
        found.push(Found { file, slug, page });
    }
    if found.is_empty() {
        return refuse(format!("there is no *.md file in {}", dir.display()), "Name a directory with Markdown files.");
    }
    Ok((found, pictures))
}

/// A picture, known by its bytes; the notice says why it is none.
fn picture(path: &Path, name: String) -> Result<Picture, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: left out, {error}"))?;
    let content_type =
        picture_type(&bytes).ok_or_else(|| format!("{name}: left out, it is not a picture in PNG, JPEG, GIF or WebP"))?;
    if bytes.len() > LARGEST_PICTURE {
        return Err(format!("{name}: left out, it is larger than 10 MB"));
    }
    if !is_file_name(&name) {
        return Err(format!("{name}: left out, pages cannot name it; use letters, digits, dots and hyphens"));
    }
    Ok(Picture { name, content_type, bytes })
}

async fn take(tx: &mut Tx, desk: &OpenDesk, project: &Project, found: Found, done: &mut Imported) -> anyhow::Result<()> {
    let Found { file: _, slug, page } = found;
    let now = desk.clock.now();
    let title = page.title.unwrap_or_default();
    let before = articles::by_slug(tx, project.id, &slug).await?;
    let (id, list) = match before {
        Some(before) => {
            let state = page.state.unwrap_or(before.state);
            let after = Article { title, body: page.body, state, ..before.clone() };
            if after != before {
                articles::update(tx, &before, &after, now).await?;
            }
            (before.id, if after == before { &mut done.unchanged } else { &mut done.updated })
        }
        None => {
            let id = ArticleId(desk.rng.id());
            let state = page.state.unwrap_or(ArticleState::Draft);
            let article = Article { id, project: project.id, slug: slug.clone(), title, body: page.body, state };
            articles::insert(tx, &article, now).await?;
            (id, &mut done.created)
        }
    };
    list.push(slug);
    if let Some(position) = page.position {
        articles::place(tx, id, position).await?;
    }
    Ok(())
}
