//! Signing in: asking for a link, looking at one without using it up, going through it once.
//!
//! Whoever asks gets the same bytes after the same time, whether the address is a guest's, somebody else's or none: the
//! same rows are written, and the answer leaves after `PACE`. Limits on an address show in no answer and never touch links
//! that are already out; only limits on a network do, which say nothing about addresses. A browser that has signed in with an
//! address before is not counted with strangers for that address: whoever uses up their measure shuts nobody else out.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::cookie::SetCookie;
use super::known;
use super::page::PageError;
use super::pages::Pages;
use super::peer::client;
use super::{Web, session};
use crate::acts::ActContext;
use crate::acts::sign_in_links::{self, Principal};
use crate::desk::secret::{Hashed, Plain};
use crate::desk::sign_in::{Purpose, landing, next_path, typed_address};
use crate::store::access::{self, Key};
use crate::store::blobs::hash;
use crate::store::{self, Tx, browsers, tickets};
use crate::time::Timestamp;

/// Every answer to a request for a link takes at least so long: several times what a mail more or less costs.
const PACE: Duration = Duration::from_millis(100);
/// Mails that one address gets in [`ADDRESS_SPAN`].
const ADDRESS_MAILS: i64 = 3;
const ADDRESS_SPAN: Duration = Duration::from_mins(15);
/// Requests that one network may make in [`NETWORK_SPAN`].
const NETWORK_REQUESTS: i64 = 20;
const NETWORK_SPAN: Duration = Duration::from_hours(1);
/// Requests that the whole desk takes in [`NETWORK_SPAN`]: a dam, far above what guests do.
const ALL_REQUESTS: i64 = 2000;
/// Wrong codes for one person in [`CODE_SPAN`]; then codes wait, and links go on working.
const CODE_FAILURES: i64 = 50;
const CODE_SPAN: Duration = Duration::from_hours(24);
/// How long attempts are remembered, and links that have expired: long enough to renew an invitation.
const FORGET_ATTEMPTS: Duration = Duration::from_hours(24);
const FORGET_KEYS: Duration = Duration::from_hours(90 * 24);
/// How long the browser that asked is known.
const BROWSER: Duration = Duration::from_hours(1);

/// Somebody who is not signed in: what their browser says, and from which network.
#[derive(Debug, Clone)]
pub struct Visitor {
    headers: HeaderMap,
    network: Option<String>,
}

impl<S: Pages> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &S) -> Result<Self, Self::Rejection> {
        let web = pages.web();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let trusted = web.config.web.as_ref().map_or(&[][..], |web| &web.trusted_proxies);
        let network = peer.map(|peer| network(client(peer, trusted, &parts.headers)));
        Ok(Self { headers: parts.headers.clone(), network })
    }
}

impl Visitor {
    /// What the browser asked with.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn user_agent(&self) -> String {
        let value = self.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The secret of this browser, where it has asked before.
    fn browser(&self, web: &Web) -> Option<Plain> {
        session::cookie(&self.headers, browser_cookie(web.is_https())).filter(Plain::is_long)
    }

    /// The hash by which this browser is known to have signed in with an address before.
    async fn known(&self, tx: &mut Tx, web: &Web, address: Option<&str>, now: Timestamp) -> Result<Option<Hashed>, store::Error> {
        let (Some(hash), Some(address)) = (known::named(web, &self.headers), address) else { return Ok(None) };
        let is_known = browsers::knows(tx, &hash, address, now.minus(known::KNOWN)).await?;
        Ok(is_known.then_some(hash))
    }
}

/// The network of an address: /24, or /48 with IPv6, the most that one customer of a provider has (RFC 6177 section 2).
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80))),
    }
}

/// With the prefix that ties it to this very host; without TLS browsers refuse that one.
fn browser_cookie(https: bool) -> &'static str {
    if https { "__Host-postroom-browser" } else { "postroom-browser" }
}

fn set_browser_cookie(https: bool, secret: Option<&Plain>) -> SetCookie {
    SetCookie::new(https, browser_cookie(https), secret.map(|secret| (secret, BROWSER)))
}

/// The request form as it was sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// What stands in the field for the address; `None` where the form was none of ours.
    pub address: Option<&'a str>,
    /// Where to go afterwards.
    pub next: &'a str,
    /// The random name of the form: a second one with the same name and address does nothing.
    pub form: &'a str,
}

/// A random name for a form that asks.
#[must_use]
pub fn form(pages: &impl Pages) -> Plain {
    Plain::long(&pages.web().rng)
}

/// Takes a request for a link and a code, and gives the cookie by which this browser may use the code.
///
/// # Errors
/// [`PageError::Often`] when the network, or everybody together, asked too often; the database's.
pub async fn ask(pages: &impl Pages, visitor: &Visitor, asked: Asked<'_>) -> Result<SetCookie, PageError> {
    let web = pages.web();
    let address = asked.address.and_then(typed_address);
    // What is no address is counted, too, so that the work is the same.
    let name = hash(address.as_deref().or(asked.address).unwrap_or_default().as_bytes());
    // A second click asks from the same browser, although that has no cookie yet.
    let named = Some(Plain::given(asked.form)).filter(Plain::is_long);
    let browser = visitor.browser(web).or_else(|| named.clone()).unwrap_or_else(|| form(web));
    let request =
        sign_in_links::Request { address, browser: browser.clone(), next: next_path(asked.next).to_owned(), quiet: false };
    let taken = named.map(|form| hash(format!("sign-in {} {name} {}", form.expose(), request.next).as_bytes()));
    let (inner, visitor, now) = (web.clone(), visitor.clone(), web.clock.now());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let known = visitor.known(tx, &inner, request.address.as_deref(), now).await?;
            if !may_ask(tx, &inner, (&visitor, known.is_some()), now).await? {
                return Ok(false);
            }
            if let Some(form) = taken
                && !tickets::take_form(tx, &form, now).await?
            {
                return Ok(true);
            }
            let subject = match known {
                Some(browser) => format!("known {} {name}", browser.as_str()),
                None => format!("address {name}"),
            };
            let quiet = !may_be_written_to(tx, &inner, &subject, now).await?;
            let request = sign_in_links::Request { quiet, ..request };
            let context = context(tx, &inner, now).await?;
            sign_in_links::send_key(tx, &context, &request).await?;
            Ok(true)
        })
    });
    let (done, ()) = tokio::join!(work, tokio::time::sleep(PACE));
    if !done? {
        return Err(PageError::Often);
    }
    Ok(set_browser_cookie(web.is_https(), Some(&browser)))
}

async fn context<'a>(tx: &mut Tx, web: &'a Web, now: Timestamp) -> Result<ActContext<'a>, store::Error> {
    let epoch = store::epoch(tx, now, &web.rng).await?;
    Ok(ActContext { config: &web.config, now, rng: &web.rng, epoch })
}

/// Counts a request of a network; `false` where it was one too many. A browser that is `known` for the address that it asks
/// for is not counted.
async fn may_ask(tx: &mut Tx, web: &Web, (visitor, known): (&Visitor, bool), now: Timestamp) -> Result<bool, store::Error> {
    access::attempts_lock(tx).await?;
    access::forget(tx, now.minus(FORGET_ATTEMPTS), now.minus(FORGET_KEYS)).await?;
    browsers::forget(tx, now.minus(known::KNOWN)).await?;
    if known {
        return Ok(true);
    }
    let network = visitor.network.clone().map(|network| (format!("network {network}"), NETWORK_REQUESTS));
    let limits: Vec<_> = network.into_iter().chain([("everybody".to_owned(), ALL_REQUESTS)]).collect();
    for (subject, most) in &limits {
        if access::attempts(tx, subject, now.minus(NETWORK_SPAN)).await? >= *most {
            return Ok(false);
        }
    }
    for (subject, _) in &limits {
        access::attempt(tx, subject, now, &web.rng).await?;
    }
    Ok(true)
}

/// Counts a mail to an address; `false` where it is one too many. What is not sent does not count, or somebody who goes on
/// asking in another's name would keep their mails from ever being sent again.
async fn may_be_written_to(tx: &mut Tx, web: &Web, subject: &str, now: Timestamp) -> Result<bool, store::Error> {
    let may = access::attempts(tx, subject, now.minus(ADDRESS_SPAN)).await? < ADDRESS_MAILS;
    let counted = if may { subject } else { "too many" };
    access::attempt(tx, counted, now, &web.rng).await?;
    Ok(may)
}

/// A link, as far as looking tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It lets this person in: name and address.
    Live {
        /// The person's name; empty where unknown.
        name: String,
        /// Their address.
        address: String,
    },
    /// An invitation that was never used and has expired.
    Expired,
    /// Anything else.
    Dead {
        /// Where it would have led; the start page for one that never was.
        next: String,
    },
}

impl Link {
    fn nowhere() -> Self {
        Self::Dead { next: "/".to_owned() }
    }
}

/// Looks at a link and changes nothing: mail scanners and prefetching browsers do the same.
pub async fn look(pages: &impl Pages, purpose: Purpose, secret: &Plain) -> Result<Link, PageError> {
    let web = pages.web();
    if !secret.is_long() {
        return Ok(Link::nowhere());
    }
    let mut tx = web.store.read().await?;
    let Some(key) = access::key(&mut tx, purpose, &secret.hashed()).await? else {
        return Ok(Link::nowhere());
    };
    let Some(caller) = caller(&mut tx, &key).await? else { return Ok(Link::nowhere()) };
    Ok(match (key.used_at, key.expires_at > web.clock.now(), purpose) {
        (None, true, _) => Link::Live { name: caller.name().to_owned(), address: caller.address().to_owned() },
        (None, false, Purpose::Invitation) => Link::Expired,
        _ => Link::Dead { next: next_path(&key.next_path).to_owned() },
    })
}

/// Whom a link lets in. An invitation is a guest's: it does not follow them onto the staff.
async fn caller(tx: &mut Tx, key: &Key) -> Result<Option<Principal>, store::Error> {
    let Some(person) = key.person else { return Ok(None) };
    let caller = Principal::of(tx, person).await?;
    Ok(caller.filter(|caller| key.purpose == Purpose::SignIn || matches!(caller, Principal::Guest(_))))
}

/// Somebody has come in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// What their browser is known by from now on.
    pub cookies: [SetCookie; 3],
    /// Where to go.
    pub next: String,
}

/// Uses a link up and signs in; `None` where it does nothing. Of all who try at once exactly one gets in.
pub async fn enter(
    pages: &impl Pages,
    visitor: &Visitor,
    purpose: Purpose,
    secret: &Plain,
) -> Result<Option<Entered>, PageError> {
    let web = pages.web();
    if !secret.is_long() {
        return Ok(None);
    }
    let (inner, visitor, hash) = (web.clone(), visitor.clone(), secret.hashed());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let Some(key) = access::key(tx, purpose, &hash).await? else { return Ok(None) };
            Ok(go_through(tx, &inner, &visitor, &hash, key).await?)
        })
    });
    Ok(work.await?)
}

/// The one place where a link or code becomes a session. The browser's old session ends.
async fn go_through(tx: &mut Tx, web: &Web, visitor: &Visitor, hash: &Hashed, key: Key) -> Result<Option<Entered>, store::Error> {
    let Some(caller) = caller(tx, &key).await? else { return Ok(None) };
    let now = web.clock.now();
    if !access::use_key(tx, key.purpose, hash, now).await? {
        return Ok(None);
    }
    if let Some(old) = session::named(web, &visitor.headers) {
        access::end_session(tx, &old, now).await?;
    }
    let https = web.is_https();
    let person = (caller.person(), key.address.clone());
    let cookie = session::open(tx, https, person, &visitor.user_agent(), now, &web.rng).await?;
    let known = form(web);
    if let Some(address) = &key.address {
        let (old, new) = (known::named(web, &visitor.headers), known.hashed());
        browsers::remember(tx, (old.as_ref(), &new), (caller.person(), address), now).await?;
    }
    let next = landing(&key.next_path, matches!(caller, Principal::StaffMember(_))).to_owned();
    Ok(Some(Entered { cookies: [cookie, set_browser_cookie(https, None), known::set_cookie(https, &known)], next }))
}

/// What came of a code.
#[derive(Debug, Clone)]
pub enum Tried {
    /// It was right.
    Entered(Entered),
    /// It was wrong; another try may be right.
    Wrong,
    /// Nothing that this browser asked for can be used by code any more.
    Dead,
}

/// Tries the code of a mail that this browser asked for. The answer is the same for a browser that asked with an address
/// that may not sign in.
pub async fn enter_by_code(pages: &impl Pages, visitor: &Visitor, code: &Plain) -> Result<Tried, PageError> {
    let web = pages.web();
    let typed = code.expose().chars().filter(|c| !c.is_whitespace() && *c != '-').take(20);
    let code = Plain::given(typed.collect::<String>());
    let Some(browser) = visitor.browser(web) else { return Ok(Tried::Dead) };
    let (inner, visitor) = (web.clone(), visitor.clone());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let now = inner.clock.now();
            let keys = access::try_code(tx, &browser.hashed(), now).await?;
            if keys.is_empty() {
                return Ok(Tried::Dead);
            }
            let tried = sign_in_links::code_hash(&browser, &code);
            for (hash, key) in keys {
                let known = visitor.known(tx, &inner, key.address.as_deref(), now).await?;
                // Whoever guesses at somebody's codes does not shut out the browsers that they use.
                let subject =
                    format!("code {}{}", key.person.map_or(0, |person| person.0), known.as_ref().map_or("", Hashed::as_str));
                let often = access::attempts(tx, &subject, now.minus(CODE_SPAN)).await? >= CODE_FAILURES;
                if key.code_hash.as_ref() == Some(&tried) && !often {
                    if let Some(entered) = go_through(tx, &inner, &visitor, &hash, key).await? {
                        return Ok(Tried::Entered(entered));
                    }
                } else {
                    access::attempt(tx, &subject, now, &inner.rng).await?;
                }
            }
            Ok(Tried::Wrong)
        })
    });
    Ok(work.await?)
}

/// Sends a fresh invitation in the place of one that has expired, to the registered address. `false` where the link was
/// none; a mail too many is not sent, and not told either.
///
/// # Errors
/// [`PageError::Often`] as with [`ask`], or the database's.
pub async fn renew(pages: &impl Pages, visitor: &Visitor, secret: &Plain) -> Result<bool, PageError> {
    let web = pages.web();
    if look(web, Purpose::Invitation, secret).await? != Link::Expired {
        return Ok(false);
    }
    let (inner, visitor, hash, now) = (web.clone(), visitor.clone(), secret.hashed(), web.clock.now());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let key = access::key(tx, Purpose::Invitation, &hash).await?;
            let address = key.as_ref().and_then(|key| key.address.as_deref());
            let known = visitor.known(tx, &inner, address, now).await?;
            if !may_ask(tx, &inner, (&visitor, known.is_some()), now).await? {
                return Ok(false);
            }
            let Some((person, organization)) = key.and_then(|key| key.person.zip(key.organization)) else { return Ok(true) };
            let subject = format!("invitation {person}");
            if may_be_written_to(tx, &inner, &subject, now).await? {
                let context = context(tx, &inner, now).await?;
                sign_in_links::invite(tx, &context, person, organization).await?;
            }
            Ok(true)
        })
    });
    if !work.await? {
        return Err(PageError::Often);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_what_one_customer_has() {
        for (address, expected) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2fff:3::4", "2001:db8:1::/48"),
            ("2001:db8:1:ffff::4", "2001:db8:1::/48"),
            ("2001:db8:2::4", "2001:db8:2::/48"),
            ("::1", "::/48"),
        ] {
            assert_eq!(network(address.parse::<IpAddr>().unwrap().to_canonical()), expected);
        }
    }
}
