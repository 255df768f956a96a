//! A file that was too large for a mail. Looking uses nothing up and loads nothing: mail scanners follow links, too.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::sending::download;
use super::tickets::{day, size};
use crate::desk::secret::Plain;
use crate::guest::file_link::LinkedFile;
use crate::web::known;
use crate::web::page::{Page, PageError, percent_encoded, show};
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::sign_in::Visitor;

/// The pages of this file.
pub(super) fn routes() -> Routes<Portal> {
    Routes::new().route("/file/{secret}", get(look).post(load))
}

#[derive(Template)]
#[template(path = "portal/file_link.html")]
struct FilePage<'a> {
    p: &'a Page,
    action: &'a str,
    file: &'a LinkedFile,
    size: &'a str,
    day: &'a str,
}

#[derive(Template)]
#[template(path = "portal/file_link_dead.html")]
struct DeadPage<'a> {
    p: &'a Page,
}

async fn look(State(portal): State<Portal>, visitor: Visitor, Path(secret): Path<Plain>) -> Result<Response, PageError> {
    let action = &format!("/file/{}", percent_encoded(secret.expose()));
    let mut p = known::page(&portal, visitor.headers(), action).await;
    let Some(file) = portal.linked_file(&secret).await? else { return dead(&p) };
    p.language = file.language().unwrap_or(p.language);
    p.time_zone = file.zone().map_or(p.time_zone, str::to_owned);
    let size = size(&p, file.size());
    let day = day(&p, file.until(), &p.time_zone);
    show(&FilePage { p: &p, action, file: &file, size: &size, day: &day })
}

async fn load(State(portal): State<Portal>, visitor: Visitor, Path(secret): Path<Plain>) -> Result<Response, PageError> {
    match portal.load_linked_file(&secret).await? {
        Some(file) => download(file),
        None => dead(&known::page(&portal, visitor.headers(), "").await),
    }
}

/// A link that leads nowhere, whether it ever did or not.
fn dead(page: &Page) -> Result<Response, PageError> {
    let mut response = show(&DeadPage { p: page })?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}
