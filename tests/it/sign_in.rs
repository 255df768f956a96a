//! Signing in: links and codes, what they refuse, and that nobody learns from it who is a guest.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use postroom::acts::{Scene, door};
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
                let epoch = store::epoch(tx, now, &web.chance).await?;
                let person = people::by_address(tx, &address).await?.unwrap();
                let organization = people::organizations_of(tx, person.id).await?.remove(0);
                let scene = Scene { config: &web.config, now, chance: &web.chance, epoch };
                door::invite(tx, &scene, person.id, organization.id).await
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
        let text = self.last_to(address).await.letter.full_text;
        let link = text.split_whitespace().find(|word| word.starts_with(BASE)).expect("a link").to_owned();
        link.strip_prefix(BASE).unwrap().to_owned()
    }

    /// The code in the newest mail.
    async fn code_to(&self, address: &str) -> String {
        let text = self.last_to(address).await.letter.full_text;
        let code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        text.split_whitespace().find(code).expect("a code").to_owned()
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_leads_in_once_and_looking_uses_nothing_up() {
    for mut world in World::each().await {
        let link = world.invites(CARLA).await;
        let mail = world.last_to(CARLA).await;
        let text = &mail.letter.full_text;
        for words in ["Carla Kunze", "Example Desk", "ACME", "sieben Tage", "Passwort gibt es nicht", "Dokumentation"] {
            assert!(text.contains(words), "`{words}` is not in {text}");
        }
        assert!(mail.text().contains("Auto-Submitted: auto-generated") && mail.row.mail.envelope_from.is_none());
        assert!(link.starts_with("/invitation/") && link.len() == "/invitation/".len() + 52);

        // A scanner, a preview and a prefetching browser look, some with the mail reader's own cookies.
        for _ in 0..5 {
            let shown = world.browser().get(&link).await;
            assert_eq!((shown.status, shown.headers.contains_key(header::SET_COOKIE)), (StatusCode::OK, false));
            assert!(shown.text().contains("Carla Kunze") && !shown.text().contains("<script"));
        }
        for (method, purpose) in [("HEAD", ""), ("GET", "prefetch;anonymous-client-ip"), ("HEAD", "prefetch")] {
            let mut scanner = world.browser();
            let request = scanner.request(method, &link).header("sec-purpose", purpose).body(Body::empty()).unwrap();
            let shown = scanner.ask(request).await;
            assert_eq!((shown.status, scanner.cookies.as_str()), (StatusCode::OK, ""), "{method}");
        }
        let mut scanner = world.browser();
        let options = scanner.request("OPTIONS", &link).body(Body::empty()).unwrap();
        assert_eq!(scanner.ask(options).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.sessions(CARLA).await, 0);

        let mut carla = world.browser();
        assert_eq!(carla.get("/sessions").await.location(), "/sign-in?next=/sessions");
        let shown = carla.post(&link, &[]).await;
        assert!(is_in(&shown) && shown.location() == "/", "{}", shown.text());
        assert_eq!(carla.get("/sessions").await.status, StatusCode::OK);
        assert_eq!(carla.get("/sign-in?next=/sessions").await.location(), "/sessions", "who is in needs no form");

        for mut late in [world.browser(), carla.clone()] {
            let shown = late.post(&link, &[]).await;
            assert!(shown.status == StatusCode::GONE && !has_session(&shown));
            assert!(late.get(&link).await.text().contains("This link no longer works"));
        }
        assert_eq!(world.sessions(CARLA).await, 1);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_who_press_the_button_at_once_one_is_in() {
    for mut world in World::each().await {
        let mut asking = world.browser();
        let links = [world.invites(CARLA).await, world.asks(&mut asking, CARLA).await.0];
        for (before, link) in links.into_iter().enumerate() {
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..100 {
                let (mut browser, link) = (world.browser(), link.clone());
                all.spawn(async move { browser.post(&link, &[]).await });
            }
            let shown = all.join_all().await;
            assert_eq!(shown.iter().filter(|shown| is_in(shown)).count(), 1, "{}", world.database);
            assert!(shown.iter().all(|shown| is_in(shown) || shown.status == StatusCode::GONE));
            assert_eq!(world.sessions(CARLA).await, before + 1);
        }
        let code = world.asks(&mut asking, DANA).await.1;
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (mut browser, code) = (asking.clone(), code.clone());
            all.spawn(async move { browser.post("/sign-in/code", &[("code", &code)]).await });
        }
        assert_eq!(all.join_all().await.iter().filter(|shown| is_in(shown)).count(), 1);
        assert_eq!(world.sessions(DANA).await, 1);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_does_nothing_at_the_place_of_another() {
    for mut world in World::each().await {
        let invitation = world.invites(CARLA).await;
        let (sign_in, code) = world.asks(&mut world.browser(), CARLA).await;
        let bare = |link: &str| link.rsplit('/').next().unwrap().to_owned();
        let upper = format!("/sign-in/{}", bare(&sign_in).to_uppercase());
        let wrong = [
            format!("/sign-in/{}", bare(&invitation)),
            format!("/invitation/{}", bare(&sign_in)),
            upper,
            format!("/sign-in/{code}"),
            format!("/sign-in/{}", "a".repeat(52)),
            "/invitation/%00".to_owned(),
        ];
        for path in &wrong {
            let mut browser = world.browser();
            assert_eq!(browser.get(path).await.status, StatusCode::GONE, "{path}");
            let shown = browser.post(path, &[]).await;
            assert!(shown.status == StatusCode::GONE && !has_session(&shown), "{path}");
            assert_eq!(browser.post(&format!("/invitation/{}/renew", bare(path)), &[]).await.status, StatusCode::GONE, "{path}");
        }
        // Nor is a link's secret a session, a browser or a code.
        for secret in [bare(&invitation), bare(&sign_in)] {
            let mut browser = world.browser();
            browser.cookies = format!("{SESSION}{secret}; __Host-postroom-browser={secret}");
            assert_eq!(browser.get("/sessions").await.status, StatusCode::SEE_OTHER);
            assert!(!has_session(&browser.post("/sign-in/code", &[("code", &code)]).await));
        }
        for link in [invitation, sign_in] {
            assert!(is_in(&world.browser().post(&link, &[]).await), "the twin: at its own place it leads in");
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_live_to_the_microsecond_and_an_invitation_is_renewed_by_one_press() {
    for mut world in World::each().await {
        for purpose in Purpose::ALL {
            let moment = Duration::from_micros(1);
            for (wait, works) in [(purpose.lifetime().checked_sub(moment).unwrap(), true), (purpose.lifetime(), false)] {
                let link = match purpose {
                    Purpose::Invitation => world.invites(CARLA).await,
                    Purpose::SignIn => world.asks(&mut world.browser(), CARLA).await.0,
                };
                world.clock.advance(wait);
                let mut browser = world.browser();
                assert_eq!(browser.get(&link).await.text().contains("Sign in now"), works, "{purpose} {wait:?}");
                assert_eq!(is_in(&browser.post(&link, &[]).await), works, "{purpose} {wait:?}");
            }
        }
        let code = world.asks(&mut world.browser(), CARLA).await.1;
        let mut browser = world.browser();
        let old = world.invites(CARLA).await;
        assert_eq!(browser.post(&format!("{old}/renew"), &[]).await.status, StatusCode::GONE, "it works still");
        world.clock.advance(Purpose::Invitation.lifetime());
        assert!(!has_session(&browser.post("/sign-in/code", &[("code", &code)]).await));
        let page = browser.get(&old).await;
        assert!(page.status == StatusCode::OK && page.text().contains(&format!("{old}/renew")), "{}", page.text());
        let mails = world.sent_to(CARLA).await.len();
        for presses in 1..=5 {
            let shown = browser.post(&format!("{old}/renew"), &[]).await;
            assert!(shown.status == StatusCode::OK && shown.text().contains("is on its way") && !has_session(&shown));
            world.deliver().await;
            assert_eq!(world.sent_to(CARLA).await.len(), mails + presses.min(3), "three in a quarter of an hour");
        }
        let fresh = world.path_to(CARLA).await;
        assert_ne!(fresh, old);
        assert!(is_in(&browser.post(&fresh, &[]).await));
        // A used invitation is not renewed, nor one of somebody who may not sign in any more.
        world.clock.advance(Purpose::Invitation.lifetime());
        assert_eq!(world.browser().get(&fresh).await.status, StatusCode::GONE);
        world.lets(CARLA, false).await;
        assert_eq!(world.browser().post(&format!("{old}/renew"), &[]).await.status, StatusCode::GONE);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_for_the_browser_that_asked_and_for_five_tries() {
    for mut world in World::each().await {
        let mut carla = world.browser();
        let (link, code) = world.asks(&mut carla, CARLA).await;
        let wrong = if code == "123456" { "654321" } else { "123456" };
        let mut thief = world.browser();
        assert!(!has_session(&thief.post("/sign-in/code", &[("code", &code)]).await), "a browser that never asked");
        asked(&mut thief, "nobody@acme.example").await;
        assert!(!has_session(&thief.post("/sign-in/code", &[("code", &code)]).await), "a browser that asked for somebody else");
        world.asks(&mut thief, DANA).await;
        assert!(!has_session(&thief.post("/sign-in/code", &[("code", &code)]).await));
        for _ in 0..4 {
            let shown = carla.post("/sign-in/code", &[("code", wrong)]).await;
            assert!(shown.status == StatusCode::UNPROCESSABLE_ENTITY && shown.text().contains("This code is not right"));
        }
        let spaced = format!(" {} {}", &code.split_at(3).0, &code.split_at(3).1);
        let shown = carla.post("/sign-in/code", &[("code", &spaced)]).await;
        assert!(is_in(&shown), "the fifth try is right: {}", shown.text());
        assert!(!carla.cookies.contains("browser"), "the browser need not be known any more");
        assert_eq!(world.browser().post(&link, &[]).await.status, StatusCode::GONE, "the link went with it");

        world.clock.advance(Duration::from_hours(1));
        let mut carla = world.browser();
        let (link, code) = world.asks(&mut carla, CARLA).await;
        for _ in 0..5 {
            carla.post("/sign-in/code", &[("code", wrong)]).await;
        }
        let shown = carla.post("/sign-in/code", &[("code", &code)]).await;
        assert!(!has_session(&shown) && shown.text().contains("no longer works"), "{}", shown.text());
        // Asking again helps the same browser, and the link was never in question.
        let (_, second) = world.asks(&mut carla, CARLA).await;
        assert!(is_in(&carla.clone().post("/sign-in/code", &[("code", &second)]).await));
        assert!(is_in(&carla.post(&link, &[]).await));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_sign_in_shows_in_nothing() {
    for mut world in World::each().await {
        world.lets(DANA, false).await;
        let long = format!("{}@acme.example", "x".repeat(3000));
        let addresses = [
            CARLA,
            "nobody@acme.example",
            DANA,
            "anna@staff.example",
            "support@desk.example",
            "acme@desk.example",
            "garbage",
            "",
            "a@b@c",
            long.as_str(),
        ];
        let mut answers = Vec::new();
        for address in addresses {
            let mut browser = world.browser();
            let mut answer = vec![seen(&asked(&mut browser, address).await), seen(&browser.get("/sign-in/code").await)];
            assert!(answer[1].contains(SENT));
            for _ in 0..7 {
                answer.push(seen(&browser.post("/sign-in/code", &[("code", "nonsense")]).await));
            }
            answers.push(answer);
        }
        for (address, answer) in addresses.iter().zip(&answers) {
            assert_eq!(answer, &answers[0], "{address}");
        }
        // A form that is none of ours gets the same, too: no field, a field twice, an array.
        for fields in [
            &[][..],
            &[("address", CARLA), ("address", DANA)],
            &[("address[]", CARLA)],
            &[("address", CARLA), ("address", CARLA)],
        ] {
            let mut browser = world.browser();
            assert_eq!(seen(&browser.post("/sign-in", fields).await), answers[0][0]);
        }
        world.deliver().await;
        let sent: Vec<String> = world.outbox().await.into_iter().map(|row| row.mail.recipient).collect();
        assert_eq!(sent, [CARLA, "anna@staff.example"], "the twin: who may got a mail, and nobody else got one");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_stop_mails_and_networks_and_nobody_who_has_a_link() {
    for mut world in World::each().await {
        let mut first = world.browser();
        let (link, _) = world.asks(&mut first, CARLA).await;
        let mut answers = std::collections::BTreeSet::new();
        for round in 2..=6 {
            answers.insert(seen(&asked(&mut world.browser(), CARLA).await));
            world.deliver().await;
            assert_eq!(world.sent_to(CARLA).await.len(), round.min(3));
        }
        assert_eq!(answers.len(), 1, "too many look like the first");
        asked(&mut world.browser(), DANA).await;
        world.deliver().await;
        assert_eq!(world.sent_to(DANA).await.len(), 1, "others are not kept waiting");
        assert!(is_in(&world.browser().post(&link, &[]).await), "the first link works as before");
        world.clock.advance(Duration::from_mins(15));
        asked(&mut world.browser(), CARLA).await;
        world.deliver().await;
        assert_eq!(world.sent_to(CARLA).await.len(), 4, "and in a while there are mails again");

        // By network, whatever the address; a header of the client's own making changes nothing.
        let mut browser = world.browser();
        for at in 0..20 {
            let (peer, forwarded) = (format!("192.0.2.{at}:4000"), format!("198.51.100.{at}"));
            assert_eq!(asked_from(&mut browser, "nobody@acme.example", &peer, Some(&forwarded)).await, StatusCode::SEE_OTHER);
        }
        for address in [CARLA, "nobody@acme.example", "garbage"] {
            assert_eq!(asked_from(&mut browser, address, "192.0.2.200:4000", None).await, StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(asked_from(&mut browser, CARLA, "192.0.3.1:4000", None).await, StatusCode::SEE_OTHER, "the network next door");
        world.clock.advance(Duration::from_hours(1));
        assert_eq!(asked_from(&mut browser, CARLA, "192.0.2.200:4000", None).await, StatusCode::SEE_OTHER, "an hour later");
        world.deliver().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_come_back_to_where_they_wanted_to_be() {
    for mut world in World::each().await {
        for (next, expected) in [
            ("/sessions", "/sessions"),
            ("/tickets/ACME-1?page=2", "/tickets/ACME-1?page=2"),
            ("//evil.example", "/"),
            ("https://evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("/%2Fevil.example", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
            ("/sign-in", "/"),
        ] {
            world.clock.advance(Duration::from_hours(1));
            let page = world.browser().get(&format!("/sign-in?next={}", postroom::web::page::percent_encoded(next))).await;
            assert_eq!(page.hidden("next").as_deref(), Some(expected), "{next:?}");
            let mut browser = world.browser();
            let shown = browser.post("/sign-in", &[("address", CARLA), ("next", next)]).await;
            let page = browser.get(shown.location()).await;
            assert_eq!(page.hidden("next").as_deref(), Some(expected), "whoever starts again keeps the way: {next:?}");
            world.deliver().await;
            let (link, code) = (world.path_to(CARLA).await, world.code_to(CARLA).await);
            let shown = match expected.len() % 2 {
                0 => browser.post("/sign-in/code", &[("code", &code)]).await,
                _ => browser.post(&link, &[]).await,
            };
            assert!(is_in(&shown), "{next:?}");
            assert_eq!(shown.location(), expected, "{next:?}");
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_begin_with_the_configured_address_whatever_a_request_says() {
    for mut world in World::each().await {
        for (name, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "http"),
            ("forwarded", "host=evil.example;proto=http"),
            ("x-original-url", "https://evil.example/"),
            ("referer", "https://evil.example/"),
        ] {
            world.clock.advance(Duration::from_hours(1));
            let mut browser = world.browser();
            let request = browser.request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let mut request =
                request.header("sec-fetch-site", "same-origin").body(Body::from(format!("address={CARLA}"))).unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
            let shown = browser.ask(request).await;
            world.deliver().await;
            let mail = world.last_to(CARLA).await;
            assert!(!mail.text().contains("evil") && !seen(&shown).contains("evil"), "{name}");
            let links = mail.letter.full_text.split_whitespace().filter(|word| word.contains("://"));
            assert_eq!(links.filter(|link| link.starts_with("https://help.desk.example/sign-in/")).count(), 1, "{name}");
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_of_other_sites_do_nothing() {
    for mut world in World::each().await {
        let table = [
            (Some("cross-site"), None, false),
            (Some("same-site"), None, false),
            (Some("cross-site"), Some(BASE), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
            (None, Some("http://help.desk.example"), false),
            (Some("same-origin"), Some(BASE), true),
            (Some("same-origin"), None, true),
            (None, Some(BASE), true),
        ];
        for (site, origin, fine) in table {
            world.clock.advance(Duration::from_hours(1));
            let mut asking = world.browser();
            let (link, code) = world.asks(&mut asking, CARLA).await;
            let post = async |browser: &mut Browser, path: &str, body: String| {
                let mut request = browser.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                    request = if let Some(value) = value { request.header(name, value) } else { request };
                }
                browser.ask(request.body(Body::from(body)).unwrap()).await
            };
            let expected = if fine { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            let what = format!("{site:?} {origin:?}");
            assert_eq!(post(&mut world.browser(), "/sign-in", format!("address={CARLA}")).await.status, expected, "{what}");
            assert_eq!(post(&mut asking.clone(), "/sign-in/code", format!("code={code}")).await.status, expected, "{what}");
            let (link, mut browser) = if fine { (world.asks(&mut asking, CARLA).await.0, asking) } else { (link, asking) };
            assert_eq!(post(&mut browser, &link, String::new()).await.status, expected, "{what}");

            let mut carla = world.signed_in(CARLA).await;
            let csrf = carla.get("/sessions").await.hidden("csrf").unwrap();
            for path in ["/sessions/end-others", "/sign-out"] {
                // Without the session's secret not even our own page may.
                assert_eq!(post(&mut carla, path, String::new()).await.status, StatusCode::FORBIDDEN, "{what} {path}");
                assert_eq!(carla.get("/sessions").await.status, StatusCode::OK);
                assert_eq!(post(&mut carla, path, format!("csrf={csrf}")).await.status, expected, "{what} {path}");
            }
            let still = carla.get("/sessions").await.status;
            assert_eq!(still == StatusCode::OK, !fine, "{what}");
            world.deliver().await;
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_address_itself_is_written_to_and_as_it_is_stored() {
    for mut world in World::each().await {
        for lookalike in [
            "carla\u{ff20}acme.example",
            "c\u{430}rla@acme.example",
            "carla@acme.examp\u{13a}e",
            "car\u{2113}a@acme.example",
            "\u{ff43}arla@acme.example",
            "carla@acme.example,sam@elsewhere.example",
            "sam@elsewhere.example,carla@acme.example",
            "carla@acme.example\r\nBcc: sam@elsewhere.example",
            "carla@acme.example%0aBcc: sam@elsewhere.example",
            "Carla <carla@acme.example>",
            "carla@acme.example@elsewhere.example",
            "carla@acme.example\0",
            "carla+x@acme.example",
            "carla@acme\u{3002}example",
        ] {
            asked(&mut world.browser(), lookalike).await;
        }
        world.deliver().await;
        assert!(world.outbox().await.is_empty());
        // The twin: her own, as she types it.
        asked(&mut world.browser(), "  CARLA@Acme.Example ").await;
        world.deliver().await;
        let row = world.last_to(CARLA).await.row;
        assert_eq!((row.mail.recipient.as_str(), row.state), (CARLA, State::Accepted));

        // Letters that fold into others elsewhere: whoever has the one does not get the other's mail.
        let stored = "stra\u{df}e@acme.example";
        let work = world.store.write(move |tx| {
            Box::pin(async move {
                let carla = people::by_address(tx, CARLA).await?.unwrap();
                let addresses = vec![CARLA.to_owned(), "mail@acme.example".to_owned(), fold_address(stored)];
                Ok(people::update(tx, &Person { addresses, ..carla }).await?)
            })
        });
        work.await.unwrap();
        for other in ["strasse@acme.example", "STRASSE@acme.example", "ma\u{131}l@acme.example"] {
            asked(&mut world.browser(), other).await;
        }
        asked(&mut world.browser(), "MAIL@acme.example").await;
        world.deliver().await;
        let recipients: Vec<String> = world.outbox().await.into_iter().map(|row| row.mail.recipient).collect();
        assert_eq!(recipients, [CARLA, "mail@acme.example"], "a second address is hers as well");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_are_as_tight_as_the_address_allows() {
    for mut world in World::each().await {
        for (base, prefix, secure) in [(BASE, "__Host-", true), ("http://localhost:8080", "", false)] {
            world.clock.advance(Duration::from_hours(1));
            let mut web = world.web();
            let mut config = Config::clone(&web.config);
            config.web.as_mut().unwrap().base_url = base.to_owned();
            web.config = Arc::new(config);
            let mut browser = Browser::on(web);
            let mut cookies = Vec::new();
            let mut keep = |shown: &Shown| {
                cookies.extend(shown.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()));
            };
            keep(&asked(&mut browser, CARLA).await);
            world.deliver().await;
            let text = world.last_to(CARLA).await.letter.full_text;
            let link = text.split_whitespace().find_map(|word| word.strip_prefix(base)).unwrap().to_owned();
            keep(&browser.post(&link, &[]).await);
            keep(&browser.send("/sessions", "/sign-out", &[]).await);
            assert_eq!(browser.get("/sessions").await.location(), "/sign-in?next=/sessions", "signed out");
            let names: Vec<&str> = cookies.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
            let (session, asking) = (format!("{prefix}postroom"), format!("{prefix}postroom-browser"));
            assert_eq!(names, [&asking, &session, &asking, &session]);
            for cookie in &cookies {
                for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age="] {
                    assert!(cookie.contains(attribute), "{cookie}");
                }
                assert!(cookie.contains("; Secure") == secure && !cookie.contains("Domain"), "{cookie}");
            }
            let ends: Vec<bool> = cookies.iter().map(|cookie| cookie.contains("Max-Age=0")).collect();
            assert_eq!(ends, [false, false, true, true]);
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_switched_off_is_out_at_once() {
    for mut world in World::each().await {
        let mut carla = world.signed_in(CARLA).await;
        let (link, code) = world.asks(&mut carla.clone(), CARLA).await;
        let mut asking = world.browser();
        let invitation = world.invites(CARLA).await;
        let (_, _) = world.asks(&mut asking, CARLA).await;
        // A mail that is queued while she still may, and leaves when she may not.
        asked(&mut world.browser(), CARLA).await;
        world.lets(CARLA, false).await;
        world.deliver().await;
        assert_eq!(world.outbox().await.pop().unwrap().state, State::Withdrawn);
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
        for path in [&link, &invitation] {
            assert_eq!(world.browser().get(path).await.status, StatusCode::GONE);
            assert_eq!(world.browser().post(path, &[]).await.status, StatusCode::GONE);
        }
        assert!(!has_session(&asking.post("/sign-in/code", &[("code", &code)]).await));
        // The twin: when she may again, nothing was used up.
        world.lets(CARLA, true).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::OK);
        assert!(is_in(&world.browser().post(&link, &[]).await) && is_in(&world.browser().post(&invitation, &[]).await));
        world.deactivate(CARLA).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_does_not_follow_a_guest_onto_the_staff() {
    for mut world in World::each().await {
        let (invitation, mut carla) = (world.invites(CARLA).await, world.signed_in(CARLA).await);
        assert_eq!(carla.get("/").await.status, StatusCode::OK);
        world.execute("UPDATE person SET kind = 'staff' WHERE id = 10003").await;
        assert_eq!(world.browser().get(&invitation).await.status, StatusCode::GONE);
        assert!(!has_session(&world.browser().post(&invitation, &[]).await));
        assert_eq!(carla.get("/ACME").await.status, StatusCode::NOT_FOUND, "what she has been she is no more");
        world.execute("UPDATE person SET kind = 'contact' WHERE id = 10003").await;
        assert!(is_in(&world.browser().post(&invitation, &[]).await), "the twin");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_see_and_end_their_own_browsers() {
    for mut world in World::each().await {
        let (mut laptop, mut phone, mut tablet) =
            (world.signed_in(CARLA).await, world.signed_in(CARLA).await, world.signed_in(CARLA).await);
        let mut dana = world.signed_in(DANA).await;
        let ends = |shown: &Shown| -> Vec<String> {
            let text = shown.text();
            let paths = text.split("action=\"/sessions/").skip(1).filter_map(|rest| rest.split("/end\"").next());
            paths.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())).map(|id| format!("/sessions/{id}/end")).collect()
        };
        let page = laptop.get("/sessions").await;
        assert!(page.text().contains("Dieser Browser") && ends(&page).len() == 2, "{}", page.text());
        assert_eq!(ends(&dana.get("/sessions").await), Vec::<String>::new());

        let mine = ends(&page).remove(0);
        let foreign = dana.send("/sessions", &mine, &[]).await;
        let nobodys = dana.send("/sessions", "/sessions/12345/end", &[]).await;
        assert_eq!((foreign.status, &foreign.bytes), (StatusCode::NOT_FOUND, &nobodys.bytes), "foreign is nobody's");
        assert_eq!(world.sessions(CARLA).await, 3);
        assert_eq!(laptop.send("/sessions", &mine, &[]).await.location(), "/sessions");
        assert_eq!(world.sessions(CARLA).await, 2);
        assert_eq!(laptop.send("/sessions", "/sessions/end-others", &[]).await.location(), "/sessions");
        let statuses = [phone.get("/sessions").await.status, tablet.get("/sessions").await.status];
        assert_eq!(statuses, [StatusCode::SEE_OTHER; 2]);
        let page = laptop.get("/sessions").await;
        assert!(page.status == StatusCode::OK && page.text().contains("Sonst sind Sie nirgends angemeldet"));

        // Signing in again gives another session and ends the one before.
        let link = world.asks(&mut laptop, CARLA).await.0;
        let old = laptop.clone();
        let request = laptop.request("POST", &link).header("sec-fetch-site", "same-origin");
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert!(is_in(&laptop.ask(request.header(header::USER_AGENT, agent).body(Body::empty()).unwrap()).await));
        assert_eq!(old.clone().get("/sessions").await.status, StatusCode::SEE_OTHER);
        assert!(laptop.get("/sessions").await.text().contains("Firefox · Linux"));
        assert_eq!(world.sessions(CARLA).await, 1);

        // Thirty idle days.
        world.clock.advance(Duration::from_hours(30 * 24));
        assert_eq!(laptop.get("/sessions").await.status, StatusCode::OK);
        world.clock.advance(Duration::from_hours(30 * 24) + Duration::from_secs(1));
        assert_eq!(laptop.get("/sessions").await.status, StatusCode::SEE_OTHER);
        assert_eq!(dana.get("/sessions").await.status, StatusCode::SEE_OTHER);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_hashes_are_kept_once_the_mail_is_out() {
    for mut world in World::each().await {
        let mut browser = world.browser();
        asked(&mut browser, CARLA).await;
        let waiting = world.outbox().await.remove(0).mail.draft;
        world.deliver().await;
        let (link, code) = (world.path_to(CARLA).await, world.code_to(CARLA).await);
        let secret = link.rsplit('/').next().unwrap();
        assert!(waiting.contains(secret) && waiting.contains(&code), "the twin: while it waits it is whole");
        let row = world.outbox().await.remove(0);
        assert_eq!(row.state, State::Accepted);
        assert!(!row.mail.draft.contains(secret) && !row.mail.draft.contains(&code), "{}", row.mail.draft);
        let mut tx = world.store.read().await.unwrap();
        let key =
            access::key(&mut tx, Purpose::SignIn, &store::blobs::hash(secret.as_bytes()).to_string()).await.unwrap().unwrap();
        drop(tx);
        assert!(!format!("{key:?}").contains(secret) && !format!("{key:?}").contains(&code));
        world.end().await;
    }
}
