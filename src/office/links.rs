//! The links in mails about held mails. The secret is the proof: it went to one registered address. Looking changes
//! nothing, whoever looks; the form decides, once; and nobody is signed in by it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::card::Card;
use super::{take, warned};
use crate::acts::held::{DecisionOutcome, Opened, open};
use crate::desk::inbox::{Disposition, HeldAction};
use crate::desk::secret::Plain;
use crate::letters::held::said;
use crate::web::Web;
use crate::web::csrf::OpenForm;
use crate::web::known;
use crate::web::page::{self, Page, PageError, see_other};
use crate::web::rendering::rendered;
use crate::web::sign_in::Visitor;

#[derive(Template)]
#[template(path = "office/link.html")]
struct LinkPage<'a> {
    p: &'a Page,
    card: &'a Card,
    own: bool,
    action: &'a str,
    done: &'a str,
    waits: bool,
}

#[derive(Template)]
#[template(path = "office/link_dead.html")]
struct DeadPage<'a> {
    p: &'a Page,
}

/// The address of the page behind a link.
fn path(secret: &Plain) -> String {
    format!("/held/{}", secret.expose())
}

async fn opened(web: &Web, secret: &Plain) -> Result<Option<Opened>, PageError> {
    let mut tx = web.store.read().await?;
    Ok(open(&mut tx, secret, web.clock.now(), &web.rng).await?)
}

async fn dead(web: &Web, visitor: &Visitor, secret: &Plain) -> Result<Response, PageError> {
    let p = known::page(web, visitor.headers(), &path(secret)).await;
    let page = page::show(&DeadPage { p: &p })?;
    Ok((StatusCode::GONE, page).into_response())
}

pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let done = asked.iter().find(|(name, _)| name == "said").map_or("", |(_, value)| value.as_str());
    look(&web, &visitor, &secret, None, done).await
}

/// The same page with one button first: the one whose link was opened.
pub(super) async fn show_word(
    State(web): State<Web>,
    visitor: Visitor,
    Path((secret, word)): Path<(Plain, String)>,
) -> Result<Response, PageError> {
    let word = HeldAction::try_from(word.as_str()).map_err(|_| PageError::Missing)?;
    look(&web, &visitor, &secret, Some(word), "").await
}

async fn look(
    web: &Web,
    visitor: &Visitor,
    secret: &Plain,
    first: Option<HeldAction>,
    asked: &str,
) -> Result<Response, PageError> {
    let Some(opened) = opened(web, secret).await? else { return dead(web, visitor, secret).await };
    let mut p = Page::anonymous(web, visitor.headers());
    p.language = opened.staff.language().unwrap_or(p.language);
    p.time_zone = opened.staff.time_zone().map_or(p.time_zone, str::to_owned);
    let case = &opened.case;
    let mut card = Card::of(&mut web.store.read().await?, &p, case, opened.staff.person(), web).await?;
    card.buttons.sort_by_key(|button| Some(button.word) != first);
    let taken = case.taken.as_ref().filter(|taken| taken.person == Some(opened.staff.person()));
    let done = match (asked, taken) {
        ("done", Some(taken)) => said(p.w(), taken.reason, taken.word, warned(web, case).await?),
        ("no", _) => p.w().text("held-not-allowed", &[]),
        _ => String::new(),
    };
    // A link is for one decision; for the next one the mail has to be asked about again.
    let waits = case.mail.disposition == Some(Disposition::Held) && case.mail.round == opened.round;
    let action = path(secret);
    let own = case.is_own();
    rendered(move || page::show(&LinkPage { p: &p, card: &card, own, action: &action, done: &done, waits })).await?
}

pub(super) async fn decide(
    State(web): State<Web>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    form: OpenForm,
) -> Result<Response, PageError> {
    let Some(opened) = opened(&web, &secret).await? else { return dead(&web, &visitor, &secret).await };
    let word = form.only("word").and_then(|word| HeldAction::try_from(word).ok()).ok_or(PageError::Refused)?;
    Ok(
        match take(&web, opened.staff.person(), opened.case.mail.id, opened.round, (word, form.only("family") == Some("yes")))
            .await?
        {
            DecisionOutcome::Done { .. } => see_other(&format!("{}?said=done", path(&secret))),
            DecisionOutcome::Already(_) => see_other(&path(&secret)),
            DecisionOutcome::NotAllowed => see_other(&format!("{}?said=no", path(&secret))),
            DecisionOutcome::Missing => return dead(&web, &visitor, &secret).await,
        },
    )
}
