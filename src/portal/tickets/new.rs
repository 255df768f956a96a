//! Opening a ticket: a type with what it asks for, a title, a text, files.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Key;
use super::acts::{Said, back};
use crate::acts::guest::{NewTicket, Written};
use crate::desk::role::Permission;
use crate::guest::tickets::{GuestProject, GuestType};
use crate::web::page::{self, Page, PageError};
use crate::web::portal::Portal;
use crate::web::session::GuestViewSession;
use crate::web::upload::{Upload, Uploading};

#[derive(Template)]
#[template(path = "portal/tickets/new.html")]
struct NewPage {
    p: Page,
    project: GuestProject,
    types: Vec<GuestType>,
    chosen: String,
    title: String,
    text: String,
    form: String,
    incomplete: bool,
}

impl NewPage {
    async fn of(portal: &Portal, looking: GuestViewSession, key: &str) -> Result<Self, PageError> {
        let GuestViewSession { mut view, page: p } = looking;
        let (project, types) = view.project(key).await?.ok_or(PageError::Missing)?;
        // A page that the role does not open is not there.
        if !project.may(Permission::CreateTickets) {
            return Err(PageError::Missing);
        }
        let types: Vec<GuestType> = types.into_iter().filter(GuestType::is_for_customers).collect();
        let (title, text, form) = (String::new(), String::new(), portal.form());
        Ok(Self { p, project, types, chosen: String::new(), title, text, form, incomplete: false })
    }

    /// Chooses a type; the first where there is no such.
    fn choose(&mut self, key: &str) {
        let chosen = self.types.iter().find(|of| of.key() == key).or_else(|| self.types.first());
        self.chosen = chosen.map(|of| of.key().to_owned()).unwrap_or_default();
        self.text = chosen.map(|of| of.template(self.p.language).to_owned()).unwrap_or_default();
    }
}

pub(super) async fn show(
    Key(key): Key,
    State(portal): State<Portal>,
    looking: GuestViewSession,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let wanted = pairs.iter().find(|(name, _)| name == "type").map_or("", |(_, value)| value);
    let mut page = NewPage::of(&portal, looking, &key).await?;
    page.choose(wanted);
    page::show(&page)
}

pub(super) async fn create(Key(key): Key, State(portal): State<Portal>, uploading: Uploading) -> Result<Response, PageError> {
    // Before the files are received, not after.
    let may_attach = portal.actions(uploading.signed_in.guest.clone()).may_open(&key).await?;
    let Upload { signed_in, form, files } = uploading.receive(may_attach).await?;
    let get = |name: &str| form.get(name).to_owned();
    if form.get("title").is_empty() || form.get("text").is_empty() {
        let looking = GuestViewSession { view: portal.view(signed_in.guest).await?, page: signed_in.page };
        let mut page = NewPage::of(&portal, looking, &key).await?;
        page.choose(form.get("type"));
        (page.title, page.text, page.form, page.incomplete) = (get("title"), get("text"), get("form"), true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page::show(&page)?).into_response());
    }
    let mut loaded = files.load().await?;
    let written = Written { form: get("form"), text: get("text"), files: std::mem::take(&mut loaded.files) };
    let new = NewTicket { project: key, type_key: get("type"), title: get("title"), written };
    let number = portal.actions(signed_in.guest).open(new).await?;
    Ok(back(&number, Said::Opened))
}
