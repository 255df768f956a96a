//! "Is this address yours?": for the signed-in owner of the reply address to which a mail from an unknown address came.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::card::Card;
use super::context;
use crate::acts::held::address::{Claimable, CodeOutcome, CodeStep, claimable, enter_code, send_code};
use crate::acts::held::case;
use crate::desk::ids::InboxId;
use crate::desk::inbox::Held;
use crate::desk::secret::Plain;
use crate::store::{Tx, held};
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
    let context = context(&mut tx, &web).await?;
    let inbox = number(&id)?;
    let Some(Claimable { case, address, awaited }) = claimable(&mut tx, &context, &who.staff, inbox).await? else {
        return decided(&mut tx, &who, inbox).await;
    };
    let card = Card::of(&mut tx, &who.page, &case, who.staff.person(), &web).await?;
    drop(tx);
    let w = who.page.w();
    let wrong = match asked.iter().find(|(name, _)| name == "said").map(|(_, value)| value.as_str()) {
        Some("wrong") => w.text("address-wrong", &[]),
        Some("dead") => w.text("address-dead", &[]),
        Some("many") => w.text("address-many", &[]),
        Some("taken") => w.text("address-taken", &[]),
        _ => String::new(),
    };
    rendered(move || page::show(&AddressPage { p: &who.page, card: &card, address: &address, awaited, wrong: &wrong })).await?
}

/// Whoever comes back to the question after it was decided is led to the mail, which says what came of it.
async fn decided(tx: &mut Tx, who: &StaffSession, inbox: InboxId) -> Result<Response, PageError> {
    let mail = held::get(tx, inbox).await?.ok_or(PageError::Missing)?;
    let case = case(tx, mail, Some(who.staff.person())).await?.ok_or(PageError::Missing)?;
    if !case.is_own() || !held::was_held_for(tx, inbox, Held::UnknownAddress).await? {
        return Err(PageError::Missing);
    }
    Ok(see_other(&format!("/office/held/{inbox}")))
}

pub(super) async fn decide(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (inbox, staff, code) = (number(&id)?, who.staff.clone(), Plain::given(form.get("code")));
    let step: CodeStep = form.word("do")?;
    let inner = web.clone();
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let context = context(tx, &inner).await?;
            match step {
                CodeStep::Send => send_code(tx, &context, &staff, inbox).await,
                CodeStep::Enter => enter_code(tx, &context, &staff, inbox, &code).await,
            }
        })
    });
    let said = match work.await? {
        CodeOutcome::Sent => "",
        CodeOutcome::TooMany => "?said=many",
        CodeOutcome::Wrong => "?said=wrong",
        CodeOutcome::Dead => "?said=dead",
        CodeOutcome::Taken => "?said=taken",
        CodeOutcome::Added => return Ok(see_other(&format!("/office/held/{inbox}?said=address"))),
        CodeOutcome::Missing => return decided(&mut web.store.read().await?, &who, inbox).await,
    };
    Ok(see_other(&format!("/office/held/{inbox}/address{said}")))
}
