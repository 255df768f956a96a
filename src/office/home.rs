//! The first page of the office.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::acts::held::waiting;
use crate::web::Web;
use crate::web::page::{self, Oops, Page};
use crate::web::session::{self, Listed, OnDuty, Somebody};

#[derive(Template)]
#[template(path = "office/home.html")]
struct HomePage<'a> {
    p: &'a Page,
    held: usize,
    sessions: &'a [Listed],
}

pub(super) async fn show(State(web): State<Web>, who: OnDuty, somebody: Somebody) -> Result<Response, Oops> {
    let held = waiting(&mut web.store.read().await?, &who.clerk).await?.len();
    let sessions = session::list(&web, &somebody).await?;
    page::show(&HomePage { p: &who.page, held, sessions: &sessions })
}
