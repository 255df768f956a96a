//! `postroom article remove`.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};

use clap::Args;
use serde::Serialize;

use super::{OpenDesk, article, look, output, refuse, value};
use crate::desk::article::Article;
use crate::store::articles;
use crate::web::markdown::destination::{Destination, Reference, references};

/// `article remove`
#[derive(Debug, Args)]
pub struct Remove {
    /// Its name in addresses.
    slug: String,
    /// Key of the project.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// What was removed, and what still names it.
#[derive(Debug, Serialize)]
struct Removed {
    project: String,
    slug: String,
    /// Articles that link to it, each with the line of its Markdown.
    linked_from: Vec<(String, usize)>,
}

pub(super) async fn run(desk: &OpenDesk, command: Remove) -> anyhow::Result<()> {
    let Remove { slug, project, yes } = command;
    let mut tx = desk.read().await?;
    let project = look::project(&mut tx, &project).await?;
    let doomed = article(&mut tx, &project, &slug).await?;
    let mut names: BTreeSet<String> = articles::former_names(&mut tx, doomed.id).await?.into_iter().collect();
    names.insert(slug.clone());
    let others = articles::list(&mut tx, project.id).await?;
    drop(tx);
    let linked_from = linking(&names, others.iter().filter(|other| other.id != doomed.id));
    let links: Vec<String> = linked_from.iter().map(|(other, line)| format!("{other} (line {line})")).collect();
    let links =
        if links.is_empty() { "No other article links to it.".to_owned() } else { format!("Linked from: {}.", links.join(", ")) };
    if !yes {
        if !std::io::stdin().is_terminal() {
            return refuse(
                format!("`{slug}` ({}) of {} would be gone for good. {links}", doomed.title, project.key),
                "Say --yes if you mean it; `postroom article set` with --state draft hides it instead.",
            );
        }
        output::aside(&format!(
            "{} ({}) of {} will be gone for good. {links}\nRemove it? [y/N] ",
            slug, doomed.title, project.key
        ));
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if !matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            return refuse("nothing was removed", "Answer `y` to remove it.");
        }
    }
    let id = doomed.id;
    desk.write(move |tx| Box::pin(async move { Ok(articles::remove(tx, id).await?) })).await?;
    let words = format!("Removed the article {slug} ({}) from {}. {links}", doomed.title, project.key);
    desk.report(&Removed { project: project.key, slug, linked_from }, &words)
}

/// Where articles link to one of these names: their own name, and the line of their Markdown.
fn linking<'a>(names: &BTreeSet<String>, articles: impl Iterator<Item = &'a Article>) -> Vec<(String, usize)> {
    let links = articles.flat_map(|article| {
        let to = references(&article.body).into_iter().filter_map(|(line, reference)| match reference {
            Reference::Link(_, Destination::Article(slug, _)) if names.contains(&slug) => Some(line + 1),
            _ => None,
        });
        to.map(|line| (article.slug.clone(), line)).collect::<Vec<_>>()
    });
    links.collect()
}
