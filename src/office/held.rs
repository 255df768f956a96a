//! The held mails, and what a member of staff decides about them.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::card::Card;
use super::{take, warned};
use crate::acts::held::{Case, DecisionOutcome, case, dropped, waiting};
use crate::desk::ids::InboxId;
use crate::desk::inbox::Disposition;
use crate::letters::held::said;
use crate::store::held;
use crate::web::Web;
use crate::web::csrf::Form;
use crate::web::page::{self, Page, PageError, see_other};
use crate::web::rendering::rendered;
use crate::web::session::StaffSession;

/// Mails on one page.
const PAGE: usize = 20;

#[derive(Template)]
#[template(path = "office/held.html")]
struct ListPage<'a> {
    p: &'a Page,
    count: usize,
    cards: &'a [Card],
    dropped: &'a [Card],
    later: Option<usize>,
    earlier: Option<usize>,
}

#[derive(Template)]
#[template(path = "office/mail.html")]
struct MailPage<'a> {
    p: &'a Page,
    card: &'a Card,
    done: &'a str,
    waits: bool,
}

pub(super) async fn list(
    State(web): State<Web>,
    who: StaffSession,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let wanted = asked.iter().find(|(name, _)| name == "page").and_then(|(_, value)| value.parse::<usize>().ok());
    let number = wanted.unwrap_or(1).clamp(1, 10_000);
    let mut tx = web.store.read().await?;
    let all = waiting(&mut tx, &who.staff).await?;
    let mut cards = Vec::new();
    for case in all.iter().skip((number - 1) * PAGE).take(PAGE) {
        cards.push(Card::of(&mut tx, &who.page, case, who.staff.person(), &web).await?);
    }
    let mut gone = Vec::new();
    // Once, at the end of what waits.
    let earlier = (number * PAGE < all.len()).then_some(number + 1);
    if earlier.is_none() {
        for case in &dropped(&mut tx, &who.staff, web.clock.now()).await? {
            gone.push(Card::of(&mut tx, &who.page, case, who.staff.person(), &web).await?);
        }
    }
    let count = all.len();
    let later = (number > 1).then_some(number - 1);
    drop(tx);
    rendered(move || page::show(&ListPage { p: &who.page, count, cards: &cards, dropped: &gone, later, earlier })).await?
}

/// The case behind an id in a path: only one that this member of staff sees.
async fn found(web: &Web, who: &StaffSession, id: &str) -> Result<(Case, Card), PageError> {
    let id: i64 = id.parse().map_err(|_| PageError::Missing)?;
    let mut tx = web.store.read().await?;
    let mail = held::get(&mut tx, InboxId(id)).await?.ok_or(PageError::Missing)?;
    let case = case(&mut tx, mail, Some(who.staff.person())).await?.ok_or(PageError::Missing)?;
    let card = Card::of(&mut tx, &who.page, &case, who.staff.person(), web).await?;
    Ok((case, card))
}

pub(super) async fn show(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (case, card) = found(&web, &who, &id).await?;
    let asked = asked.iter().find(|(name, _)| name == "said").map(|(_, value)| value.as_str());
    let taken = case.taken.as_ref().filter(|taken| taken.person == Some(who.staff.person()));
    let done = match (asked, taken) {
        (Some("done"), Some(taken)) => said(who.page.w(), taken.reason, taken.word, warned(&web, &case).await?),
        (Some("address"), Some(_)) => who.page.w().text("address-done", &[]),
        (Some("no"), _) => who.page.w().text("held-not-allowed", &[]),
        _ => String::new(),
    };
    let waits = case.mail.disposition == Some(Disposition::Held);
    rendered(move || page::show(&MailPage { p: &who.page, card: &card, done: &done, waits })).await?
}

pub(super) async fn decide(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (case, _) = found(&web, &who, &id).await?;
    let word = form.word("word")?;
    let round: i64 = form.get("round").parse().map_err(|_| PageError::Refused)?;
    let id = case.mail.id;
    Ok(match take(&web, who.staff.person(), id, round, (word, form.get("family") == "yes")).await? {
        DecisionOutcome::Done { .. } => see_other(&format!("/office/held/{id}?said=done")),
        DecisionOutcome::Already(_) => see_other(&format!("/office/held/{id}")),
        DecisionOutcome::NotAllowed => see_other(&format!("/office/held/{id}?said=no")),
        DecisionOutcome::Missing => return Err(PageError::Missing),
    })
}
