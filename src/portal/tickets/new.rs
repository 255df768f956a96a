//! Opening a ticket: a type with what it asks for, a title, a text, files.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::said::{Said, back};
use super::{Key, why};
use crate::acts::guest::{NewTicket, Written};
use crate::desk::draft::Draft;
use crate::desk::role::Permission;
use crate::guest::tickets::{GuestProject, GuestType};
use crate::guest::view::GuestView;
use crate::web::csrf::Form;
use crate::web::page::{self, Page, PageError};
use crate::web::portal::Portal;
use crate::web::rendering::rendered;
use crate::web::session::{GuestViewSession, SignedIn};
use crate::web::upload::{Unsent, Upload, Uploading};

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
    /// Why it was not sent; empty where nothing went wrong.
    wrong: String,
    /// Whether title and text are what somebody typed before.
    typed: bool,
    /// Whether the desk has kept them since a session ran out.
    kept: bool,
}

impl NewPage {
    async fn of(portal: &Portal, view: &mut GuestView, p: Page, key: &str) -> Result<Self, PageError> {
        let (project, types) = view.project(key).await?.ok_or(PageError::Missing)?;
        // A page that the role does not open is not there.
        if !project.may(Permission::CreateTickets) {
            return Err(PageError::Missing);
        }
        let types: Vec<GuestType> = types.into_iter().filter(GuestType::is_for_customers).collect();
        let (title, text, form) = (String::new(), String::new(), portal.form());
        let (wrong, typed, kept) = (String::new(), false, false);
        Ok(Self { p, project, types, chosen: String::new(), title, text, form, wrong, typed, kept })
    }

    /// The page once more, with what was typed in its form.
    async fn again(portal: &Portal, signed_in: SignedIn, key: &str, form: &Form, wrong: String) -> Result<Response, PageError> {
        let mut view = portal.view(signed_in.guest).await?;
        let mut page = Self::of(portal, &mut view, signed_in.page, key).await?;
        page.choose(form.get("type"));
        (page.title, page.text) = (form.get("title").to_owned(), form.get("text").to_owned());
        (page.wrong, page.typed, page.kept) = (wrong, true, !form.get("kept").is_empty());
        page::show(&page)
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
    GuestViewSession { mut view, page: p }: GuestViewSession,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let wanted = pairs.iter().find(|(name, _)| name == "type").map_or("", |(_, value)| value);
    let mut page = NewPage::of(&portal, &mut view, p, &key).await?;
    page.choose(wanted);
    if let Some(Draft { type_key, title, text }) = view.draft(&path(&key), portal.now()).await? {
        page.choose(&type_key);
        (page.title, page.text, page.typed, page.kept) = (title, text, true, true);
    }
    drop(view);
    page::show(&page)
}

/// The path of the page.
fn path(key: &str) -> String {
    format!("/{key}/new")
}

/// The page once more, with a ticket that did not arrive in its form.
async fn not_sent(portal: &Portal, key: &str, unsent: Unsent) -> Result<Response, PageError> {
    let Unsent { error, typed } = unsent;
    let Some(typed) = typed else { return Err(error) };
    let (signed_in, form) = *typed;
    let Some(why) = why(&signed_in.page, &error) else { return Err(error) };
    let page = NewPage::again(portal, signed_in, key, &form, why).await?;
    Ok((error.status(), page).into_response())
}

pub(super) async fn create(
    Key(key): Key,
    State(portal): State<Portal>,
    uploading: Result<Uploading, Unsent>,
) -> Result<Response, PageError> {
    let uploading = match uploading {
        Ok(uploading) => uploading,
        Err(unsent) => return not_sent(&portal, &key, unsent).await,
    };
    // Before the files are received, not after.
    let may_attach = portal.actions(uploading.signed_in.guest.clone()).may_open(&key).await?;
    let Upload { signed_in, form, files } = match uploading.receive(may_attach).await {
        Ok(upload) => upload,
        Err(unsent) => return not_sent(&portal, &key, unsent).await,
    };
    let get = |name: &str| form.get(name).to_owned();
    if form.get("title").is_empty() || form.get("text").is_empty() {
        let wrong = signed_in.page.w().text("new-incomplete", &[]);
        let page = NewPage::again(&portal, signed_in, &key, &form, wrong).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let mut loaded = files.load().await?;
    let (name, text, loaded) = (get("form"), get("text"), std::mem::take(&mut loaded.files));
    let written = rendered(move || Written::typed(name, &text, loaded)).await?;
    let new = NewTicket { project: key.clone(), type_key: get("type"), title: get("title"), written };
    let number = portal.actions(signed_in.guest.clone()).open(new).await?;
    if !form.get("kept").is_empty() {
        portal.forget(&signed_in.guest, &path(&key)).await?;
    }
    Ok(back(&number, Said::Opened))
}
