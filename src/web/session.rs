//! Who is signed in: a cookie with a random secret, whose hash is a row.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Web;
use super::cookie::SetCookie;
use super::page::{Page, PageError};
use super::pages::Pages;
use crate::acts::sign_in_links::Principal;
use crate::acts::staff_member::StaffMember;
use crate::desk::ids::PersonId;
use crate::desk::secret::{Hashed, Plain};
use crate::desk::sign_in::form_page;
use crate::guest::{Guest, GuestView};
use crate::store::{Store, Tx, access, blobs, drafts, people};
use crate::time::{Rng, Timestamp};

/// A session ends when it was not seen for so long.
const IDLE: Duration = Duration::from_hours(30 * 24);
/// It ends after so long, however often it was seen.
const LONGEST: Duration = Duration::from_hours(90 * 24);
/// How exactly the last sight is written down.
const SEEN_EVERY: Duration = Duration::from_mins(5);

/// A guest who is signed in, with the page's language and zone. Extracting it fails with the way to the sign-in page, and
/// for staff as if the page were not there.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The guest.
    pub guest: Guest,
    /// What their pages need.
    pub page: Page,
}

/// A guest who is signed in and looks at something: their view is open from the moment in which they were found. Extracting
/// it fails as for [`SignedIn`].
pub struct GuestViewSession {
    /// What they see.
    pub view: GuestView,
    /// What their pages need.
    pub page: Page,
}

/// A member of staff who is signed in. Extracting it fails with the way to the sign-in page, and for guests as if the page
/// were not there.
#[derive(Debug, Clone)]
pub struct StaffSession {
    /// The member of staff.
    pub staff: StaffMember,
    /// What their pages need.
    pub page: Page,
}

/// Somebody who is signed in, on whichever side; for pages about signing in alone.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// On which side.
    pub caller: Principal,
    /// What their pages need.
    pub page: Page,
    /// The hash of the session's secret.
    pub session: Hashed,
}

impl Somebody {
    /// Whether they work here.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        matches!(self.caller, Principal::StaffMember(_))
    }
}

impl<S: Pages> FromRequestParts<S> for Somebody {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, PageError> {
        Ok(enter(parts, pages.web()).await?.0)
    }
}

/// Whoever is signed in and asks for this, with the transaction that found them.
async fn enter(parts: &Parts, web: &Web) -> Result<(Somebody, Tx), PageError> {
    // What a form leads to is no page to come back to; the page on which it stands is.
    let next = match parts.uri.path_and_query() {
        Some(path) if parts.method.is_safe() => path.as_str(),
        _ => form_page(parts.uri.path()),
    };
    let next = next.to_owned();
    find(web, &parts.headers).await?.ok_or(PageError::SignIn(next))
}

impl<S: Pages> FromRequestParts<S> for GuestViewSession {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, PageError> {
        let (somebody, tx) = enter(parts, pages.web()).await?;
        let SignedIn { guest, page } = SignedIn::of(somebody, parts)?;
        Ok(Self { view: GuestView::new(tx, guest, &pages.web().config.desk.name), page })
    }
}

impl<S: Pages> FromRequestParts<S> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, PageError> {
        Self::of(enter(parts, pages.web()).await?.0, parts)
    }
}

impl SignedIn {
    fn of(somebody: Somebody, parts: &Parts) -> Result<Self, PageError> {
        match somebody.caller {
            Principal::Guest(guest) => Ok(Self { guest, page: somebody.page }),
            Principal::StaffMember(_) if parts.uri.path() == "/" && parts.method.is_safe() => Err(PageError::Office),
            Principal::StaffMember(_) => Err(PageError::Missing),
        }
    }
}

impl<S: Pages> FromRequestParts<S> for StaffSession {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, PageError> {
        let somebody = Somebody::from_request_parts(parts, pages).await?;
        match somebody.caller {
            Principal::StaffMember(staff) => Ok(Self { staff, page: somebody.page }),
            Principal::Guest(_) => Err(PageError::Missing),
        }
    }
}

/// Whom a request comes from, if somebody is signed in.
pub async fn somebody(pages: &impl Pages, headers: &HeaderMap) -> Result<Option<Somebody>, PageError> {
    Ok(find(pages.web(), headers).await?.map(|(somebody, _)| somebody))
}

/// The same with the transaction that found them.
async fn find(web: &Web, headers: &HeaderMap) -> Result<Option<(Somebody, Tx)>, PageError> {
    let Some(secret) = cookie(headers, cookie_name(web.is_https())) else { return Ok(None) };
    let hash = secret.hashed();
    let now = web.clock.now();
    let mut tx = web.store.read().await?;
    let Some(session) = access::session(&mut tx, &hash).await? else { return Ok(None) };
    if session.ended_at.is_some() || !is_alive(&session, now) {
        return Ok(None);
    }
    // Asked each time: whoever is switched off is signed out at once.
    let Some(caller) = Principal::of(&mut tx, session.person).await? else { return Ok(None) };
    if now.since(session.seen_at) > SEEN_EVERY {
        // Never two connections at a time: all of them may be in hands that wait for a second.
        drop(tx);
        let hash = hash.clone();
        match web.store.write(move |tx| Box::pin(async move { Ok(access::seen(tx, &hash, now).await?) })).await {
            // What can be read can be looked at, even where nothing can be written down.
            Err(error) if !error.is_passing() => return Err(error.into()),
            _ => {}
        }
        tx = web.store.read().await?;
    }
    let mut page = Page::anonymous(web, headers);
    page.language = caller.language().unwrap_or(page.language);
    page.time_zone = caller.time_zone().map_or(page.time_zone, str::to_owned);
    page.name = if caller.name().is_empty() { caller.address().to_owned() } else { caller.name().to_owned() };
    page.csrf = session.csrf;
    page.person = blobs::hash(caller.address().as_bytes()).chars().take(16).collect();
    Ok(Some((Somebody { caller, page, session: hash }, tx)))
}

/// Whose session it was that has run out, and its secret: what a form of theirs says waits for them. A session that somebody
/// has ended is nobody's.
pub(super) async fn run_out(web: &Web, headers: &HeaderMap) -> Result<Option<(PersonId, String)>, PageError> {
    let Some(secret) = cookie(headers, cookie_name(web.is_https())) else { return Ok(None) };
    let mut tx = web.store.read().await?;
    let session = access::session(&mut tx, &secret.hashed()).await?;
    let over = |session: &access::Session| session.ended_at.is_none() && !is_alive(session, web.clock.now());
    let Some(session) = session.filter(over) else { return Ok(None) };
    let guest = Guest::enter(&mut tx, session.person).await?;
    Ok(guest.map(|guest| (guest.person(), session.csrf)))
}

fn is_alive(session: &access::Session, now: Timestamp) -> bool {
    now.since(session.seen_at) <= IDLE && now.since(session.created_at) < LONGEST
}

/// Signs a person in at the address that mail is sent to, and gives the cookie that lets them in.
pub async fn begin(
    store: &Store,
    https: bool,
    person: PersonId,
    browser: &str,
    now: Timestamp,
    rng: &Rng,
) -> Result<SetCookie, crate::store::Error> {
    let (browser, rng) = (browser.to_owned(), rng.clone());
    let work = store.write(move |tx| {
        Box::pin(async move {
            let address = people::get(tx, person).await?.map(|person| person.address().to_owned());
            Ok(open(tx, https, (person, address), &browser, now, &rng).await?)
        })
    });
    work.await
}

/// The same in the transaction that lets the person in, by a link that went to this address.
pub async fn open(
    tx: &mut Tx,
    https: bool,
    (person, address): (PersonId, Option<String>),
    browser: &str,
    now: Timestamp,
    rng: &Rng,
) -> Result<SetCookie, crate::store::Error> {
    let secret = Plain::long(rng);
    let session = access::Session {
        id: rng.id(),
        person,
        csrf: rng.secret(),
        browser: browser.chars().filter(|c| !c.is_control()).take(200).collect(),
        address,
        created_at: now,
        seen_at: now,
        ended_at: None,
    };
    access::insert_session(tx, &secret.hashed(), &session).await?;
    Ok(SetCookie::new(https, cookie_name(https), Some((&secret, LONGEST))))
}

/// The hash of the session that a request names, whether it is alive or not.
#[must_use]
pub fn named(web: &Web, headers: &HeaderMap) -> Option<Hashed> {
    cookie(headers, cookie_name(web.is_https())).map(|secret| secret.hashed())
}

/// One of somebody's sessions, as their page shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its name.
    pub id: i64,
    /// What the browser called itself, in the words of people.
    pub browser: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was last seen.
    pub seen: Timestamp,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Somebody's live sessions: this one first, then newest first.
pub async fn list(pages: &impl Pages, who: &Somebody) -> Result<Vec<Listed>, PageError> {
    let web = pages.web();
    let mut tx = web.store.read().await?;
    let this = access::session(&mut tx, &who.session).await?.map(|session| session.id);
    let now = web.clock.now();
    let mut sessions = access::sessions(&mut tx, who.caller.person(), now.minus(IDLE)).await?;
    sessions.retain(|session| is_alive(session, now));
    let unknown = who.page.w().text("sessions-unknown", &[]);
    let mut listed: Vec<Listed> = sessions
        .into_iter()
        .map(|session| Listed {
            id: session.id,
            browser: Some(browser_name(&session.browser)).filter(|name| !name.is_empty()).unwrap_or_else(|| unknown.clone()),
            since: session.created_at,
            seen: session.seen_at,
            this: Some(session.id) == this,
        })
        .collect();
    listed.sort_by_key(|session| !session.this);
    Ok(listed)
}

/// What is to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This very session.
    This,
    /// One of their sessions, by its name.
    Named(i64),
    /// All of their sessions but this.
    Others,
}

/// Ends sessions of whoever is signed in.
///
/// # Errors
/// [`PageError::Missing`] where it is nobody's or somebody else's, or the database's.
pub async fn end(pages: &impl Pages, who: &Somebody, what: End) -> Result<(), PageError> {
    let web = pages.web();
    let (person, hash, now) = (who.caller.person(), who.session.clone(), web.clock.now());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            match what {
                End::This => {
                    drafts::drop_all(tx, person).await?;
                    access::end_session(tx, &hash, now).await?;
                }
                End::Others => access::end_other_sessions(tx, person, &hash, now).await?,
                End::Named(id) => return Ok(access::end_named_session(tx, person, id, now).await?),
            }
            Ok(true)
        })
    });
    if work.await? { Ok(()) } else { Err(PageError::Missing) }
}

/// `Firefox · Windows` of a `User-Agent`; empty where it names neither. Order matters: most browsers name others, too.
fn browser_name(user_agent: &str) -> String {
    const BROWSERS: &[(&str, &str)] = &[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: &[(&str, &str)] = &[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    [find(BROWSERS), find(SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Takes the session's cookie away.
#[must_use]
pub fn no_cookie(https: bool) -> SetCookie {
    SetCookie::new(https, cookie_name(https), None)
}

/// With the prefix that ties it to this very host (RFC 6265bis section 4.1.3.2); without TLS browsers refuse that one.
#[must_use]
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-postroom" } else { "postroom" }
}

/// The secret in a cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<Plain> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| Plain::given(value)).next()
}
