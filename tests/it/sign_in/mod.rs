//! Signing in: links and codes, what they refuse, and that nobody learns from it who is a guest.

mod addresses;
mod links;
mod quiet;
mod sessions;
mod strangers;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use postroom::acts::{ActContext, sign_in_links};
use postroom::config::Config;
use postroom::desk::outbox::State;
use postroom::desk::people::{Person, fold_address};
use postroom::desk::sign_in::Purpose;
use postroom::store::people::Member;
use postroom::store::{self, access, people};

use crate::world::browser::{BASE, Browser, Shown};
use crate::world::desk::World;

const CARLA: &str = "carla@acme.example";
const DANA: &str = "dana@globex.example";
const SESSION: &str = "__Host-postroom=";
/// What stands on the page of everybody who has asked.
const SENT: &str = "If this address may sign in, a mail is on its way.";

impl World {
    /// Invites a contact and gives the path of the link in the mail.
    pub(crate) async fn invites(&mut self, address: &str) -> String {
        let (web, address) = (self.web(), address.to_owned());
        let to = address.clone();
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let now = web.clock.now();
                let epoch = store::epoch(tx, now, &web.rng).await?;
                let person = people::by_address(tx, &address).await?.unwrap();
                let organization = people::organizations_of(tx, person.id).await?.remove(0);
                let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
                sign_in_links::invite(tx, &context, person.id, organization.id).await
            })
        });
        assert!(work.await.unwrap());
        self.deliver().await;
        self.path_to(&to).await
    }

    /// Asks for a link in this browser and gives the path of the link and the code in the mail.
    async fn asks(&mut self, browser: &mut Browser, address: &str) -> (String, String) {
        asked(browser, address).await;
        self.deliver().await;
        (self.path_to(address).await, self.code_to(address).await)
    }

    /// The path of the link in the newest mail.
    pub(crate) async fn path_to(&self, address: &str) -> String {
        let text = self.last_to(address).await.letter.body.text;
        let link = text.split_whitespace().find(|word| word.starts_with(BASE)).expect("a link").to_owned();
        link.strip_prefix(BASE).unwrap().to_owned()
    }

    /// The code in the newest mail, without the blank in it.
    async fn code_to(&self, address: &str) -> String {
        let letter = self.last_to(address).await.letter;
        let (code, _) = letter.subject.split_at_checked(7).expect("a code");
        assert!(letter.body.text.contains(&format!("\n  {code}\n")), "{}", letter.body.text);
        let (first, last) = code.split_once(' ').expect("three and three");
        let digits = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        assert!(digits(first) && digits(last), "{code}");
        format!("{first}{last}")
    }

    /// How many live sessions somebody has.
    async fn sessions(&self, address: &str) -> usize {
        let mut tx = self.store.read().await.unwrap();
        let person = people::by_address(&mut tx, address).await.unwrap().unwrap();
        let since = self.clock.now().minus(Duration::from_hours(30 * 24));
        access::sessions(&mut tx, person.id, since).await.unwrap().len()
    }

    /// Changes whether a contact may sign in.
    async fn lets(&self, address: &str, login_allowed: bool) {
        let (address, now) = (address.to_owned(), self.clock.now());
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let person = people::by_address(tx, &address).await?.unwrap();
                let organization = people::organizations_of(tx, person.id).await?.remove(0).id;
                Ok(people::set_member(tx, &Member { organization, person: person.id, login_allowed }, now).await?)
            })
        });
        work.await.unwrap();
    }
}

async fn asked(browser: &mut Browser, address: &str) -> Shown {
    let shown = browser.post("/sign-in", &[("address", address), ("next", "/")]).await;
    assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/sign-in/code"), "{}", shown.text());
    shown
}

/// Asks from a network.
async fn asked_from(browser: &mut Browser, address: &str, peer: &str, forwarded: Option<&str>) -> StatusCode {
    let mut request = browser.request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let peer: SocketAddr = peer.parse().unwrap();
    let request = request.extension(ConnectInfo(peer)).header("sec-fetch-site", "same-origin");
    browser.ask(request.body(Body::from(format!("address={address}"))).unwrap()).await.status
}

fn has_session(shown: &Shown) -> bool {
    shown.headers.get_all(header::SET_COOKIE).iter().any(|cookie| {
        let cookie = cookie.to_str().unwrap();
        cookie.starts_with(SESSION) && !cookie.contains("Max-Age=0")
    })
}

fn is_in(shown: &Shown) -> bool {
    shown.status == StatusCode::SEE_OTHER && has_session(shown)
}

/// Everything that somebody sees, without the secret of the cookie.
fn seen(shown: &Shown) -> String {
    let headers = shown.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap();
        let value = match value.split_once("-browser=") {
            Some((before, after)) => format!("{before}-browser=NONCE;{}", after.split_once(';').unwrap().1),
            None => value.to_owned(),
        };
        format!("{name}: {value}\n")
    });
    format!("{}\n{}\n{}", shown.status, headers.collect::<String>(), shown.text())
}
