//! "Is this address yours?": for the signed-in owner of the reply address to which a mail from an unknown address came.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::card::Card;
use super::scene;
use crate::acts::held::address::{Claimable, Outcome, claimable, enter_code, send_code};
use crate::desk::ids::InboxId;
use crate::web::Web;
use crate::web::csrf::Form;
use crate::web::page::{self, Page, PageError, see_other};
use crate::web::rendering::rendered;
use crate::web::session::StaffSession;

#[derive(Template)]
#[template(path = "office/address.html")]
struct AddressPage<'a> {
    p: &'a Page,
    card: &'a Card,
    address: &'a str,
    awaited: bool,
    /// What went wrong; empty for nothing.
    wrong: &'a str,
}

fn number(id: &str) -> Result<InboxId, PageError> {
    Ok(InboxId(id.parse().map_err(|_| PageError::Missing)?))
}

pub(super) async fn show(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let mut tx = web.store.read().await?;
    let scene = scene(&mut tx, &web).await?;
    let found = claimable(&mut tx, &scene, &who.clerk, number(&id)?).await?;
    let Claimable { case, address, awaited } = found.ok_or(PageError::Missing)?;
    let card = Card::of(&mut tx, &who.page, &case, who.clerk.person(), &web).await?;
    drop(tx);
    let w = who.page.w();
    let wrong = match asked.iter().find(|(name, _)| name == "said").map(|(_, value)| value.as_str()) {
        Some("wrong") => w.say("address-wrong", &[]),
        Some("dead") => w.say("address-dead", &[]),
        Some("many") => w.say("address-many", &[]),
        Some("taken") => w.say("address-taken", &[]),
        _ => String::new(),
    };
    rendered(move || page::show(&AddressPage { p: &who.page, card: &card, address: &address, awaited, wrong: &wrong })).await?
}

pub(super) async fn decide(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (inbox, clerk, code) = (number(&id)?, who.clerk.clone(), form.get("code").to_owned());
    let ask = form.get("do") == "send";
    let inner = web.clone();
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let scene = scene(tx, &inner).await?;
            match ask {
                true => send_code(tx, &scene, &clerk, inbox).await,
                false => enter_code(tx, &scene, &clerk, inbox, &code).await,
            }
        })
    });
    let said = match work.await? {
        Outcome::Sent => "",
        Outcome::TooMany => "?said=many",
        Outcome::Wrong => "?said=wrong",
        Outcome::Dead => "?said=dead",
        Outcome::Taken => "?said=taken",
        Outcome::Added => return Ok(see_other(&format!("/office/held/{inbox}?said=address"))),
        Outcome::Missing => return Err(PageError::Missing),
    };
    Ok(see_other(&format!("/office/held/{inbox}/address{said}")))
}
