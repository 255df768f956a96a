//! Signing in and out, and the list of browsers that are signed in. Looking never uses anything up; only forms do.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};

use crate::desk::secret::Plain;
use crate::desk::sign_in::{Purpose, landing, next_path};
use crate::web::cookie::SetCookie;
use crate::web::csrf::{Form, OpenForm};
use crate::web::known;
use crate::web::page::{Page, PageError, percent_encoded, see_other, show};
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::session::{self, End, Listed, Somebody};
use crate::web::sign_in::{self, Asked, Entered, Link, Tried, Visitor};

/// The pages of this file.
pub fn routes() -> Routes<Portal> {
    Routes::new()
        .route("/sign-in", get(form).post(ask))
        .route("/sign-in/code", get(code).post(enter_by_code))
        .route("/sign-in/{secret}", get(look_at_key).post(enter_by_key))
        .route("/invitation/{secret}", get(look_at_invitation).post(enter_by_invitation))
        .route("/invitation/{secret}/renew", post(renew))
        .route("/sign-out", post(sign_out))
        .route("/sessions", get(sessions))
        .route("/sessions/{id}/end", post(end_session))
        .route("/sessions/end-others", post(end_others))
}

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct FormPage<'a> {
    p: &'a Page,
    next: &'a str,
    form: &'a str,
}

#[derive(Template)]
#[template(path = "portal/sign_in_code.html")]
struct CodePage<'a> {
    p: &'a Page,
    wrong: &'a str,
    next: &'a str,
    query: &'a str,
}

#[derive(Template)]
#[template(path = "portal/sign_in_link.html")]
struct LinkPage<'a> {
    p: &'a Page,
    action: &'a str,
    name: &'a str,
    address: &'a str,
    welcome: bool,
}

#[derive(Template)]
#[template(path = "portal/sign_in_dead.html")]
struct DeadPage<'a> {
    p: &'a Page,
    query: &'a str,
}

#[derive(Template)]
#[template(path = "portal/invitation_expired.html")]
struct ExpiredPage<'a> {
    p: &'a Page,
    action: &'a str,
}

#[derive(Template)]
#[template(path = "portal/invitation_renewed.html")]
struct RenewedPage<'a> {
    p: &'a Page,
}

#[derive(Template)]
#[template(path = "portal/sessions.html")]
struct SessionsPage<'a> {
    p: &'a Page,
    sessions: &'a [Listed],
}

#[derive(Template)]
#[template(path = "office/sessions.html")]
struct StaffSessionsPage<'a> {
    p: &'a Page,
    sessions: &'a [Listed],
}

/// The only parameter of the sign-in page; others are none of ours.
fn wanted(asked: &[(String, String)]) -> &str {
    next_path(asked.iter().find(|(name, _)| name == "next").map_or("/", |(_, value)| value))
}

/// A page of the door, in the language of whoever stands before it, as far as it is known.
async fn page(portal: &Portal, visitor: &Visitor, path: &str) -> Page {
    known::page(portal, visitor.headers(), path).await
}

/// Hands the way back on to another page of the door.
fn query(next: &str) -> String {
    if next == "/" { String::new() } else { format!("?next={}", percent_encoded(next)) }
}

async fn form(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let next = wanted(&asked);
    if let Some(who) = session::somebody(&portal, visitor.headers()).await? {
        return Ok(see_other(landing(next, who.is_staff())));
    }
    show(&FormPage { p: &page(&portal, &visitor, "").await, next, form: sign_in::form(&portal).expose() })
}

async fn ask(State(portal): State<Portal>, visitor: Visitor, form: OpenForm) -> Result<Response, PageError> {
    let next = next_path(form.only("next").unwrap_or("/"));
    let asked = Asked { address: form.only("address"), next, form: form.only("form").unwrap_or_default() };
    let cookie = sign_in::ask(&portal, &visitor, asked).await?;
    Ok(with_cookies(see_other(&format!("/sign-in/code{}", query(next))), &[cookie]))
}

async fn code(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let next = wanted(&asked);
    show(&CodePage { p: &page(&portal, &visitor, "").await, wrong: "", next, query: &query(next) })
}

async fn enter_by_code(State(portal): State<Portal>, visitor: Visitor, form: OpenForm) -> Result<Response, PageError> {
    let tried = sign_in::enter_by_code(&portal, &visitor, &Plain::given(form.only("code").unwrap_or_default())).await?;
    let page = page(&portal, &visitor, "").await;
    let wrong = match tried {
        Tried::Entered(entered) => return Ok(welcome(&entered)),
        Tried::Wrong => page.w().text("code-wrong", &[]),
        Tried::Dead => page.w().text("code-dead", &[]),
    };
    let next = next_path(form.only("next").unwrap_or("/"));
    let mut response = show(&CodePage { p: &page, wrong: &wrong, next, query: &query(next) })?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn look_at_key(State(portal): State<Portal>, visitor: Visitor, Path(secret): Path<Plain>) -> Result<Response, PageError> {
    look(&portal, &visitor, Purpose::SignIn, &secret).await
}

async fn look_at_invitation(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
) -> Result<Response, PageError> {
    look(&portal, &visitor, Purpose::Invitation, &secret).await
}

async fn look(portal: &Portal, visitor: &Visitor, purpose: Purpose, secret: &Plain) -> Result<Response, PageError> {
    let action = &format!("{}{}", purpose.path(), percent_encoded(secret.expose()));
    let p = &page(portal, visitor, action).await;
    match sign_in::look(portal, purpose, secret).await? {
        Link::Live { name, address } => {
            let name = if name.is_empty() { &address } else { &name };
            show(&LinkPage { p, action, name, address: &address, welcome: purpose == Purpose::Invitation })
        }
        Link::Expired => show(&ExpiredPage { p, action: &format!("{action}/renew") }),
        Link::Dead { next } => dead(p, &next),
    }
}

/// Says that a link does nothing any more, and offers a new one that leads to where this one would have.
fn dead(page: &Page, next: &str) -> Result<Response, PageError> {
    let mut response = show(&DeadPage { p: page, query: &query(next) })?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}

async fn enter_by_key(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    _: OpenForm,
) -> Result<Response, PageError> {
    enter(&portal, &visitor, Purpose::SignIn, &secret).await
}

async fn enter_by_invitation(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    _: OpenForm,
) -> Result<Response, PageError> {
    enter(&portal, &visitor, Purpose::Invitation, &secret).await
}

async fn enter(portal: &Portal, visitor: &Visitor, purpose: Purpose, secret: &Plain) -> Result<Response, PageError> {
    match sign_in::enter(portal, visitor, purpose, secret).await? {
        Some(entered) => Ok(welcome(&entered)),
        // Between looking and pressing the button an invitation can expire: the page says what can be done.
        None => look(portal, visitor, purpose, secret).await,
    }
}

async fn renew(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(secret): Path<Plain>,
    _: OpenForm,
) -> Result<Response, PageError> {
    let p = &page(&portal, &visitor, &format!("{}{}", Purpose::Invitation.path(), percent_encoded(secret.expose()))).await;
    if sign_in::renew(&portal, &visitor, &secret).await? { show(&RenewedPage { p }) } else { dead(p, "/") }
}

async fn sign_out(State(portal): State<Portal>, who: Somebody, _: Form) -> Result<Response, PageError> {
    session::end(&portal, &who, End::This).await?;
    Ok(with_cookies(see_other("/sign-in"), &[session::no_cookie(portal.is_https())]))
}

async fn sessions(State(portal): State<Portal>, who: Somebody) -> Result<Response, PageError> {
    let (p, sessions) = (&who.page, &session::list(&portal, &who).await?);
    if who.is_staff() { show(&StaffSessionsPage { p, sessions }) } else { show(&SessionsPage { p, sessions }) }
}

async fn end_session(
    State(portal): State<Portal>,
    who: Somebody,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::Missing)?;
    session::end(&portal, &who, End::Named(id)).await?;
    Ok(see_other("/sessions"))
}

async fn end_others(State(portal): State<Portal>, who: Somebody, _: Form) -> Result<Response, PageError> {
    session::end(&portal, &who, End::Others).await?;
    Ok(see_other("/sessions"))
}

fn welcome(entered: &Entered) -> Response {
    with_cookies(see_other(&entered.next), &entered.cookies)
}

fn with_cookies(mut response: Response, cookies: &[SetCookie]) -> Response {
    for cookie in cookies.iter().filter_map(SetCookie::header) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
