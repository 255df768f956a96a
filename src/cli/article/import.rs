//! `postroom article import`: a directory of Markdown files and pictures becomes the documentation of a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::links::{self, From, Known};
use super::renames::{Fresh, renamed};
use super::{OpenDesk, body, look, refuse, value};
use crate::desk::article::{Article, ArticleState, is_picture_path, picture_type, slug};
use crate::desk::front_matter::{self, Page};
use crate::desk::ids::ArticleId;
use crate::desk::project::Project;
use crate::desk::ticket::TicketNumber;
use crate::store::articles::Entered;
use crate::store::{Tx, articles, projects, tickets};
use crate::web::markdown::destination::{Reference, anchors, references};

/// A picture may have so many bytes.
const LARGEST_PICTURE: usize = 10 << 20;
/// Folders inside each other in which pictures are looked for.
const DEEPEST: usize = 4;

/// `article import`
#[derive(Debug, Args)]
pub struct Import {
    /// The directory.
    dir: PathBuf,
    /// Key of the project.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: String,
    /// Whether a file that says the same as an article whose own file is gone, or has its title, is that article under a
    /// new name: yes (its old address leads to the new one) or no (it is another article). Needed only where there is one.
    #[arg(long, value_name = "YES|NO", action = clap::ArgAction::Set, value_parser = value::yes_no)]
    renamed: Option<bool>,
}

/// A file of the directory that is to become an article.
struct Found {
    file: String,
    slug: String,
    page: Page,
    /// Lines of the file above the article's Markdown.
    above: usize,
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
    /// Old and new names.
    renamed: Vec<(String, String)>,
    unchanged: Vec<String>,
    /// Pictures that are new or changed.
    pictures: Vec<String>,
    /// What was left out or looked odd, in words.
    notices: Vec<String>,
}

pub(super) async fn run(desk: &OpenDesk, command: Import) -> anyhow::Result<()> {
    let Import { dir, project, renamed } = command;
    let mut done = Imported::default();
    let (found, pictures) = gather(&dir, &mut done.notices)?;
    let inner = desk.clone();
    let done = desk
        .write(move |tx| {
            Box::pin(async move {
                let project = look::project(tx, &project).await?;
                rename(tx, &project, &found, renamed, &mut done).await?;
                for page in &found {
                    take(tx, &inner, &project, page, &mut done).await?;
                }
                for Picture { name, content_type, bytes } in pictures {
                    let id = inner.rng.id();
                    if articles::put_file(tx, id, project.id, &name, content_type, &bytes).await? != Entered::Same {
                        done.pictures.push(name);
                    }
                }
                done.notices.extend(dead(tx, &project, &found).await?);
                Ok(done)
            })
        })
        .await?;
    let mut words = format!("{} new, {} changed, {} as before.", done.created.len(), done.updated.len(), done.unchanged.len());
    for (old, new) in &done.renamed {
        words.push_str(&format!("\nRenamed: {old} is {new} now; its old address leads there."));
    }
    if !done.pictures.is_empty() {
        words.push_str(&format!("\nPictures: {}.", done.pictures.join(", ")));
    }
    for notice in &done.notices {
        words.push_str(&format!("\nNote: {notice}"));
    }
    desk.report(&done, &words)
}

/// Gives articles the names that their files have now, where the administrator says that this is what happened.
async fn rename(
    tx: &mut Tx,
    project: &Project,
    found: &[Found],
    wanted: Option<bool>,
    done: &mut Imported,
) -> anyhow::Result<()> {
    if wanted == Some(false) {
        return Ok(());
    }
    let before = articles::list(tx, project.id).await?;
    let gone: Vec<&Article> = before.iter().filter(|article| found.iter().all(|file| file.slug != article.slug)).collect();
    let fresh = found.iter().filter(|file| before.iter().all(|article| article.slug != file.slug));
    let fresh: Vec<Fresh<'_>> = fresh
        .map(|Found { slug, page, .. }| Fresh { slug, title: page.title.as_deref().unwrap_or_default(), body: &page.body })
        .collect();
    let pairs = renamed(&gone, &fresh);
    if wanted.is_none() && !pairs.is_empty() {
        let pairs: Vec<String> = pairs.iter().map(|(article, new)| format!("`{}` as `{new}`", article.slug)).collect();
        return refuse(
            format!("articles whose files are gone seem to be here under new names: {}", pairs.join(", ")),
            "Nothing was imported. Say `--renamed yes` if they are: their old addresses then lead to the new ones. \
             `--renamed no` makes new articles of them.",
        );
    }
    for (article, new) in pairs {
        articles::rename(tx, article, new).await?;
        done.renamed.push((article.slug.clone(), new.to_owned()));
    }
    Ok(())
}

/// What the files refer to and what is not there, now that everything is in.
async fn dead(tx: &mut Tx, project: &Project, found: &[Found]) -> anyhow::Result<Vec<String>> {
    let mut known = Known { pictures: articles::file_names(tx, project.id).await?, ..Known::default() };
    for article in articles::list(tx, project.id).await? {
        let place = (article.state, anchors(&article.body));
        for old in articles::former_names(tx, article.id).await? {
            known.articles.insert(old, place.clone());
        }
        known.articles.insert(article.slug, place);
    }
    let referring: Vec<(&Found, Vec<(usize, Reference)>)> =
        found.iter().map(|file| (file, references(&file.page.body))).collect();
    let numbers: BTreeSet<&TicketNumber> = referring
        .iter()
        .flat_map(|(_, references)| references)
        .filter_map(|(_, reference)| if let Reference::Ticket(number) = reference { Some(number) } else { None })
        .collect();
    for number in numbers {
        // `UTF-8` is no ticket of anybody.
        let is_ours = projects::by_key(tx, &number.project).await?.is_some();
        if is_ours && tickets::by_number(tx, number).await?.is_none() {
            known.missing_tickets.insert(number.clone());
        }
    }
    let told = referring.iter().flat_map(|(Found { file, slug, above, .. }, references)| {
        links::dead(From { file, slug, above: *above }, references, &known)
    });
    Ok(told.collect())
}

/// Reads the whole directory before anything is written, so that a broken file leaves nothing half done.
fn gather(dir: &Path, notices: &mut Vec<String>) -> anyhow::Result<(Vec<Found>, Vec<Picture>)> {
    let (mut found, mut pictures): (Vec<Found>, Vec<Picture>) = (Vec::new(), Vec::new());
    for (path, file) in files(dir, notices)? {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            "md" if file.contains('/') => {
                notices.push(format!("{file}: left out, articles lie in the directory itself; only pictures may lie deeper"));
                continue;
            }
            "md" => {}
            "png" | "jpg" | "jpeg" | "gif" | "webp" => {
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
        let text = body(&path)?;
        let mut page = match front_matter::read(&text) {
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
        let above = text.get(..text.len().saturating_sub(page.body.len())).unwrap_or_default().matches('\n').count();
        found.push(Found { file, slug, page, above });
    }
    if found.is_empty() {
        return refuse(format!("there is no *.md file in {}", dir.display()), "Name a directory with Markdown files.");
    }
    Ok((found, pictures))
}

/// The files of a directory and of its folders, each with its name from there on, in order.
fn files(dir: &Path, notices: &mut Vec<String>) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let (mut files, mut folders) = (Vec::new(), vec![(dir.to_owned(), String::new())]);
    while let Some((folder, above)) = folders.pop() {
        let listing = match std::fs::read_dir(&folder) {
            Ok(listing) => listing,
            Err(error) => {
                return refuse(format!("{}: {error}", folder.display()), "Name a directory with Markdown files (*.md).");
            }
        };
        for entry in listing {
            let entry = entry.with_context(|| folder.display().to_string())?;
            let name = format!("{above}{}", entry.file_name().to_string_lossy());
            // A link to a folder is none: it could lead in a circle.
            if !entry.file_type().with_context(|| name.clone())?.is_dir() {
                files.push((entry.path(), name));
            } else if entry.file_name().to_string_lossy().starts_with('.') || name.matches('/').count() >= DEEPEST {
                notices.push(format!("{name}: left out, a folder that is hidden or too deep"));
            } else {
                folders.push((entry.path(), format!("{name}/")));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A picture, known by its bytes; the notice says why it is none.
fn picture(path: &Path, name: String) -> Result<Picture, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: left out, {error}"))?;
    let content_type =
        picture_type(&bytes).ok_or_else(|| format!("{name}: left out, it is not a picture in PNG, JPEG, GIF or WebP"))?;
    if bytes.len() > LARGEST_PICTURE {
        return Err(format!("{name}: left out, it is larger than 10 MB"));
    }
    if !is_picture_path(&name) {
        return Err(format!("{name}: left out, pages cannot name it; use letters, digits, dots and hyphens"));
    }
    Ok(Picture { name, content_type, bytes })
}

async fn take(tx: &mut Tx, desk: &OpenDesk, project: &Project, found: &Found, done: &mut Imported) -> anyhow::Result<()> {
    let Found { slug, page, .. } = found;
    let now = desk.clock.now();
    let title = page.title.clone().unwrap_or_default();
    let before = articles::by_slug(tx, project.id, slug).await?;
    let (id, list) = match before {
        Some(before) => {
            let state = page.state.unwrap_or(before.state);
            let after = Article { title, body: page.body.clone(), state, ..before.clone() };
            if after != before {
                articles::update(tx, &before, &after, now).await?;
            }
            (before.id, if after == before { &mut done.unchanged } else { &mut done.updated })
        }
        None => {
            let id = ArticleId(desk.rng.id());
            let state = page.state.unwrap_or(ArticleState::Draft);
            let article = Article { id, project: project.id, slug: slug.clone(), title, body: page.body.clone(), state };
            articles::insert(tx, &article, now).await?;
            (id, &mut done.created)
        }
    };
    list.push(slug.clone());
    if let Some(position) = page.position {
        articles::place(tx, id, position).await?;
    }
    Ok(())
}
