//! Who is signed in: a cookie with a random secret, whose hash is a row.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Web;
use super::page::{Oops, Page};
use crate::desk::ids::PersonId;
use crate::guest::Guest;
use crate::store::{Store, access, blobs};
use crate::time::{Chance, Timestamp};

/// A session ends when it was not seen for so long.
const IDLE: Duration = Duration::from_hours(30 * 24);
/// How exactly the last sight is written down.
const SEEN_EVERY: Duration = Duration::from_mins(5);

/// A guest who is signed in, with the page's language and zone. Extracting it fails with the way to the sign-in page.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The guest.
    pub guest: Guest,
    /// What their pages need.
    pub page: Page,
    /// The hash of the session's secret.
    pub session: String,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Oops> {
        let next = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        match find(web, &parts.headers).await? {
            Some(signed_in) => Ok(signed_in),
            None => Err(Oops::SignIn(next)),
        }
    }
}

/// The guest that a request comes from, if one is signed in.
///
/// # Errors
/// The database's.
pub async fn find(web: &Web, headers: &HeaderMap) -> Result<Option<SignedIn>, Oops> {
    let Some(secret) = cookie(headers, cookie_name(web.is_https())) else { return Ok(None) };
    let hash = blobs::hash(secret.as_bytes());
    let now = web.clock.now();
    let mut tx = web.store.read().await?;
    let Some(session) = access::session(&mut tx, &hash).await? else { return Ok(None) };
    if session.ended_at.is_some() || now.since(session.seen_at) > IDLE {
        return Ok(None);
    }
    // Asked each time: whoever is switched off is signed out at once.
    let Some(guest) = Guest::enter(&mut tx, session.person).await? else { return Ok(None) };
    drop(tx);
    if now.since(session.seen_at) > SEEN_EVERY {
        let hash = hash.clone();
        web.store.write(move |tx| Box::pin(async move { Ok(access::seen(tx, &hash, now).await?) })).await?;
    }
    let mut page = Page::anonymous(web, headers);
    page.language = guest.language().unwrap_or(page.language);
    page.time_zone = guest.time_zone().map_or(page.time_zone, str::to_owned);
    page.name = if guest.name().is_empty() { guest.address().to_owned() } else { guest.name().to_owned() };
    page.csrf = session.csrf;
    Ok(Some(SignedIn { guest, page, session: hash }))
}

/// Signs a person in and gives the value of the `Set-Cookie` header.
///
/// # Errors
/// The database's.
pub async fn begin(
    store: &Store,
    https: bool,
    person: PersonId,
    browser: &str,
    now: Timestamp,
    chance: &Chance,
) -> Result<String, crate::store::Error> {
    let secret = format!("{}{}", chance.secret(), chance.secret());
    let hash = blobs::hash(secret.as_bytes());
    let session = access::Session {
        id: chance.id(),
        person,
        csrf: chance.secret(),
        browser: browser.chars().filter(|c| !c.is_control()).take(200).collect(),
        created_at: now,
        seen_at: now,
        ended_at: None,
    };
    store.write(move |tx| Box::pin(async move { Ok(access::insert_session(tx, &hash, &session).await?) })).await?;
    Ok(set_cookie(https, &secret, IDLE.as_secs()))
}

/// A `Set-Cookie` value; `seconds` 0 takes the cookie away.
#[must_use]
pub fn set_cookie(https: bool, secret: &str, seconds: u64) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(https))
}

/// With the prefix that ties it to this very host (RFC 6265bis section 4.1.3.2); without TLS browsers refuse that one.
#[must_use]
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-postroom" } else { "postroom" }
}

/// The value of a cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
}
