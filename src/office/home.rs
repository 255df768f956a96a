//! The first page of the office.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::budget::{Stopped, stopped};
use crate::acts::held::waiting;
use crate::web::Web;
use crate::web::page::{self, Page, PageError};
use crate::web::session::{self, Listed, Somebody, StaffSession};

#[derive(Template)]
#[template(path = "office/home.html")]
struct HomePage<'a> {
    p: &'a Page,
    held: usize,
    /// What is told together.
    stopped: &'a [Stopped],
    done: &'a str,
    sessions: &'a [Listed],
}

pub(super) async fn show(
    State(web): State<Web>,
    who: StaffSession,
    somebody: Somebody,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let mut tx = web.store.read().await?;
    let held = waiting(&mut tx, &who.staff).await?.len();
    let stopped = stopped(&mut tx, who.page.w(), web.clock.now()).await?;
    drop(tx);
    let resumed = asked.iter().any(|(name, value)| name == "said" && value == "resumed");
    let done = if resumed { who.page.w().text("budget-resumed", &[]) } else { String::new() };
    let sessions = session::list(&web, &somebody).await?;
    page::show(&HomePage { p: &who.page, held, stopped: &stopped, done: &done, sessions: &sessions })
}
