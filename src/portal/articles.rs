//! Documentation: the articles of a project, one article, and the pictures in them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::desk::article::picture_type;
use crate::desk::search::fold as folded;
use crate::desk::shortened::whole_words;
use crate::desk::ticket::TicketNumber;
use crate::guest::docs::{GuestArticle, GuestMention, GuestShelf};
use crate::web::markdown::{self, Heading, Mention, RenderContext};
use crate::web::page::{Page, PageError, see_other, show};
use crate::web::portal::Portal;
use crate::web::rendering::rendered;
use crate::web::routes::Routes;
use crate::web::session::GuestViewSession;

/// So many characters of an article stand in the list.
const EXCERPT: usize = 180;
/// With fewer headings a table of contents is longer than a look at the page.
const CONTENTS: usize = 3;

/// The pages of this file.
pub fn routes() -> Routes<Portal> {
    Routes::new()
        .route("/{key}/docs", get(shelf))
        .route("/{key}/docs/{slug}", get(article))
        .route("/{key}/docs/files/{*name}", get(picture))
}

#[derive(Deserialize, Default)]
struct Search {
    #[serde(default)]
    q: String,
}

/// An article in a list.
struct Line<'a> {
    slug: &'a str,
    title: &'a str,
    excerpt: String,
}

#[derive(Template)]
#[template(path = "portal/docs.html")]
struct ShelfPage<'a> {
    p: &'a Page,
    shelf: &'a GuestShelf,
    query: &'a str,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "portal/article.html")]
struct ArticlePage<'a> {
    p: &'a Page,
    shelf: &'a GuestShelf,
    article: &'a GuestArticle,
    html: &'a str,
    headings: &'a [Heading],
    previous: Option<&'a GuestArticle>,
    next: Option<&'a GuestArticle>,
}

async fn shelf(
    GuestViewSession { mut view, page: p }: GuestViewSession,
    key: Result<Path<String>, PathRejection>,
    search: Result<Query<Search>, QueryRejection>,
) -> Result<Response, PageError> {
    let Path(key) = key.map_err(|_| PageError::Missing)?;
    let query = search.map(|Query(search)| search.q).unwrap_or_default();
    let query: String = query.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let shelf = view.shelf(&key).await?.ok_or(PageError::Missing)?;
    drop(view);
    let page = move || {
        let terms = folded(&query);
        let lines = shelf.articles().iter().filter_map(|article| found(article, &terms)).collect();
        show(&ShelfPage { p: &p, shelf: &shelf, query: &query, lines })
    };
    rendered(page).await?
}

/// The article as a line, if all words of the folded search stand in it; the excerpt is the place that has most of them.
fn found<'a>(article: &'a GuestArticle, terms: &str) -> Option<Line<'a>> {
    let words: Vec<&str> = terms.split(' ').filter(|word| !word.is_empty()).collect();
    let blocks = markdown::plain(article.body());
    let folded_blocks: Vec<String> = blocks.iter().map(|block| folded(block)).collect();
    let title = folded(article.title());
    if !words.iter().all(|word| title.contains(word) || folded_blocks.iter().any(|block| block.contains(word))) {
        return None;
    }
    let hits = |block: &str| words.iter().filter(|word| block.contains(**word)).count();
    // Of equally good places the first.
    let best = blocks.iter().zip(&folded_blocks).rev().max_by_key(|(_, folded)| hits(folded)).map(|(block, _)| block.as_str());
    Some(Line { slug: article.slug(), title: article.title(), excerpt: whole_words(best.unwrap_or_default(), EXCERPT) })
}

async fn article(
    GuestViewSession { mut view, page: p }: GuestViewSession,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, PageError> {
    let Path((key, slug)) = path.map_err(|_| PageError::Missing)?;
    let shelf = view.shelf(&key).await?.ok_or(PageError::Missing)?;
    let Some(place) = shelf.articles().iter().position(|article| article.slug() == slug) else {
        let today = shelf.forwards().get(&slug).ok_or(PageError::Missing)?;
        return Ok(see_other(&format!("/{}/docs/{today}", shelf.key())));
    };
    let named = move || (shelf.articles().get(place).map(|article| markdown::tickets(article.body())).unwrap_or_default(), shelf);
    let (named, shelf) = rendered(named).await?;
    let tickets = view.mentioned(named).await?;
    drop(view);
    rendered(move || page(&p, &shelf, place, tickets)).await?
}

/// The article at a place of its shelf, with the tickets that it names and the reader may open.
fn page(
    p: &Page,
    shelf: &GuestShelf,
    place: usize,
    tickets: BTreeMap<TicketNumber, GuestMention>,
) -> Result<Response, PageError> {
    let (articles, w) = (shelf.articles(), p.w());
    let article = articles.get(place).ok_or(PageError::Missing)?;
    let tickets: BTreeMap<_, _> = tickets
        .into_iter()
        .map(|(number, mention)| {
            let (title, status) = (mention.title().to_owned(), p.turn(mention.turn()));
            (number, Mention { title, status, class: mention.turn().as_str() })
        })
        .collect();
    let around = RenderContext {
        base: &format!("/{}/docs", shelf.key()),
        pages: &articles.iter().map(|article| article.slug().to_owned()).chain(shelf.forwards().keys().cloned()).collect(),
        pictures: shelf.pictures(),
        tickets: &tickets,
        table: &w.text("docs-table", &[]),
        boxes: [&w.text("docs-box-ticked", &[]), &w.text("docs-box-empty", &[])],
        notes: &w.text("docs-note", &[]),
        callouts: [
            &w.text("docs-callout-note", &[]),
            &w.text("docs-callout-tip", &[]),
            &w.text("docs-callout-important", &[]),
            &w.text("docs-callout-warning", &[]),
            &w.text("docs-callout-caution", &[]),
        ],
    };
    let rendered = markdown::render(article.body(), &around);
    let headings: &[Heading] = if rendered.headings.len() >= CONTENTS { &rendered.headings } else { &[] };
    let previous = place.checked_sub(1).and_then(|place| articles.get(place));
    let next = articles.get(place + 1);
    show(&ArticlePage { p, shelf, article, html: &rendered.html, headings, previous, next })
}

async fn picture(
    GuestViewSession { mut view, .. }: GuestViewSession,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, PageError> {
    let Path((key, name)) = path.map_err(|_| PageError::Missing)?;
    let wanted = name.clone();
    let shows = move |bodies: Vec<String>| async move {
        rendered(move || bodies.iter().any(|body| markdown::pictures(body).contains(&wanted))).await.is_ok_and(|shown| shown)
    };
    let bytes = view.drawing(&key, &name, shows).await?.ok_or(PageError::Missing)?;
    // What it is by its bytes, not by its name; anything but a picture is not there.
    let kind = picture_type(&bytes).ok_or(PageError::Missing)?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ];
    Ok((headers, bytes).into_response())
}
