//! The page behind the link in a mail's head by which its reader wants no more mail about a ticket, signed in or not.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use crate::desk::secret::Plain;
use crate::web::csrf::Pressed;
use crate::web::page::{Page, PageError, show};
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::sign_in::Visitor;
use crate::web::unsubscribe::{self, Shown};

/// The page of this file.
pub fn routes() -> Routes<Portal> {
    Routes::new().route("/unsubscribe/{secret}", get(look).post(decide))
}

#[derive(Template)]
#[template(path = "portal/unsubscribe.html")]
struct UnsubscribePage<'a> {
    p: &'a Page,
    shown: &'a Shown,
    said: &'a str,
}

async fn look(State(portal): State<Portal>, visitor: Visitor, Path(secret): Path<Plain>) -> Result<Response, PageError> {
    let shown = &unsubscribe::look(&portal, &visitor, &secret).await?;
    show(&UnsubscribePage { p: &shown.page, shown, said: "" })
}

/// Answers at once: a mail program's button follows no redirect (RFC 8058 section 3.1).
async fn decide(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    Pressed(form): Pressed,
) -> Result<Response, PageError> {
    let muted = form.only("mails") != Some("yes");
    let shown = &unsubscribe::decide(&portal, &visitor, &secret, muted).await?;
    let w = shown.page.w();
    let said = if muted { w.text("said-muted", &[]) } else { w.text("said-unmuted", &[]) };
    show(&UnsubscribePage { p: &shown.page, shown, said: &said })
}
