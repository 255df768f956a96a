//! Limits are for strangers: a browser that has signed in before is not shut out by them. And what the pages of the door say.

use super::*;

const NEAR: &str = "192.0.2.10:4000";
const FAR: &str = "198.51.100.10:4000";

impl World {
    /// A browser that has signed in with an address, and out again.
    async fn known(&mut self, address: &str) -> Browser {
        let mut browser = self.browser();
        let link = self.asks(&mut browser, address).await.0;
        assert!(is_in(&browser.post(&link, &[]).await));
        assert_eq!(browser.send("/sessions", "/sign-out", &[]).await.location(), "/sign-in");
        self.clock.advance(Duration::from_hours(1));
        browser
    }

    async fn mails_to(&mut self, address: &str) -> usize {
        self.deliver().await;
        self.sent_to(address).await.len()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_shut_out_no_browser_that_has_signed_in_before() {
    for mut world in World::each().await {
        let mut known = world.known(CARLA).await;
        assert_eq!(known.get("/sessions").await.status, StatusCode::SEE_OTHER, "being known lets nobody in");
        for _ in 0..20 {
            assert_eq!(asked_from(&mut world.browser(), CARLA, NEAR, None).await, StatusCode::SEE_OTHER);
        }
        let before = world.mails_to(CARLA).await;
        assert_eq!(asked_from(&mut world.browser(), CARLA, NEAR, None).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(asked_from(&mut world.browser(), CARLA, FAR, None).await, StatusCode::SEE_OTHER);
        assert_eq!(world.mails_to(CARLA).await, before, "the measure of the address is used up");
        for asks in 1..=5_usize {
            assert_eq!(asked_from(&mut known, CARLA, NEAR, None).await, StatusCode::SEE_OTHER);
            assert_eq!(world.mails_to(CARLA).await, before + asks.min(3), "it has a measure of its own, as the page says");
        }
        // It is known for the address that it signed in with, and its secret is nobody else's.
        assert_eq!(asked_from(&mut known, DANA, NEAR, None).await, StatusCode::TOO_MANY_REQUESTS);
        for secret in ["a".repeat(52), String::new(), "' OR ''='".to_owned()] {
            let mut guessing = world.browser();
            guessing.cookies = format!("__Host-postroom-known={secret}");
            assert_eq!(asked_from(&mut guessing, CARLA, NEAR, None).await, StatusCode::TOO_MANY_REQUESTS);
        }
        let (link, code) = (world.path_to(CARLA).await, world.code_to(CARLA).await);
        assert!(is_in(&known.clone().post("/sign-in/code", &[("code", &code)]).await), "and comes in by the code");
        assert_eq!(world.browser().post(&link, &[]).await.status, StatusCode::GONE);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_browser_is_known_for_ends_with_the_address_and_the_secret_changes_with_each_sign_in() {
    for mut world in World::each().await {
        let mut shared = world.known(CARLA).await;
        let planted = shared.clone();
        let link = world.asks(&mut shared, DANA).await.0;
        assert!(is_in(&shared.post(&link, &[]).await));
        assert!(!shared.cookies.is_empty() && shared.cookies != planted.cookies);
        world.clock.advance(Duration::from_hours(1));
        for _ in 0..20 {
            asked_from(&mut world.browser(), "x@acme.example", NEAR, None).await;
        }
        let allowed = async |browser: &Browser, address: &str| {
            let mut browser = browser.clone();
            let session =
                browser.cookies.split("; ").filter(|cookie| !cookie.starts_with(SESSION)).collect::<Vec<_>>().join("; ");
            browser.cookies = session;
            asked_from(&mut browser, address, NEAR, None).await == StatusCode::SEE_OTHER
        };
        assert!(!allowed(&planted, CARLA).await && !allowed(&planted, DANA).await, "whoever had the old secret has nothing");
        assert!(allowed(&shared, CARLA).await && allowed(&shared, DANA).await, "two people share a browser");
        let work = world.store.write(|tx| {
            Box::pin(async move {
                let carla = people::by_address(tx, CARLA).await?.unwrap();
                for addresses in [vec!["new@acme.example".to_owned()], vec![CARLA.to_owned()]] {
                    people::update(tx, &Person { addresses, ..carla.clone() }).await?;
                }
                Ok(())
            })
        });
        work.await.unwrap();
        assert!(!allowed(&shared, CARLA).await && allowed(&shared, DANA).await);
        world.deactivate(DANA).await;
        assert!(!allowed(&shared, DANA).await);
        world.deliver().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_guesses_codes_shuts_out_strangers_only() {
    for mut world in World::each().await {
        let mut known = world.known(CARLA).await;
        for _ in 0..10 {
            let mut guessing = world.browser();
            let code = world.asks(&mut guessing, CARLA).await.1;
            let wrong = if code == "123456" { "654321" } else { "123456" };
            for _ in 0..5 {
                assert!(!has_session(&guessing.post("/sign-in/code", &[("code", wrong)]).await));
            }
            world.clock.advance(Duration::from_mins(15));
        }
        let mut stranger = world.browser();
        let code = world.asks(&mut stranger, CARLA).await.1;
        assert!(!has_session(&stranger.post("/sign-in/code", &[("code", &code)]).await));
        let code = world.asks(&mut known, CARLA).await.1;
        assert!(is_in(&known.post("/sign-in/code", &[("code", &code)]).await));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_of_the_sixth_version_is_what_one_customer_can_have() {
    for mut world in World::each().await {
        for host in 0..20 {
            let peer = format!("[2001:db8:1:{host:x}00::1]:4000");
            assert_eq!(asked_from(&mut world.browser(), CARLA, &peer, None).await, StatusCode::SEE_OTHER);
        }
        let at = async |world: &World, peer: &str| asked_from(&mut world.browser(), CARLA, peer, None).await;
        assert_eq!(at(&world, "[2001:db8:1:ffff::9]:4000").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(at(&world, "[2001:db8:2::9]:4000").await, StatusCode::SEE_OTHER, "the twin: the network next door");
        world.deliver().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_say_how_many_mails_there_are_whoever_asks() {
    for mut world in World::each().await {
        for (language, words) in
            [("en", "at most three mails in a quarter of an hour"), ("de", "höchstens drei E-Mails in einer Viertelstunde")]
        {
            for address in [CARLA, "nobody@acme.example", "garbage"] {
                let mut browser = world.browser();
                browser.language = language;
                assert!(browser.get("/sign-in").await.text().contains(words), "{language}");
                asked(&mut browser, address).await;
                assert!(browser.get("/sign-in/code").await.text().contains(words), "{language} {address}");
            }
        }
        world.deliver().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_twice_asks_once() {
    for mut world in World::each().await {
        let mut browser = world.browser();
        let form = browser.get("/sign-in").await.hidden("form").unwrap();
        let fields = [("address", CARLA), ("next", "/ACME"), ("form", &*form)];
        let mut second = browser.clone();
        let (one, two) = tokio::join!(browser.post("/sign-in", &fields), second.post("/sign-in", &fields));
        assert_eq!((one.location(), two.location()), ("/sign-in/code?next=/ACME", "/sign-in/code?next=/ACME"));
        assert_eq!(browser.cookies, second.cookies, "whichever answer the browser hears, the code is for it");
        assert_eq!(world.mails_to(CARLA).await, 1);
        let code = world.code_to(CARLA).await;
        let shown = second.post("/sign-in/code", &[("code", &code)]).await;
        assert!(is_in(&shown) && shown.location() == "/ACME");
        // The twins: with another address, and from another page, it is another one.
        assert_eq!(world.browser().post("/sign-in", &[("address", DANA), ("form", &form)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.mails_to(DANA).await, 1);
        let mut third = world.browser();
        let form = third.get("/sign-in").await.hidden("form").unwrap();
        third.post("/sign-in", &[("address", CARLA), ("form", &form)]).await;
        assert_eq!(world.mails_to(CARLA).await, 2);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_over_still_knows_where_it_led() {
    for mut world in World::each().await {
        let ask = async |world: &mut World, next: &str| {
            world.clock.advance(Duration::from_hours(1));
            let mut browser = world.browser();
            browser.post("/sign-in", &[("address", CARLA), ("next", next)]).await;
            world.deliver().await;
            (browser, world.path_to(CARLA).await)
        };
        for (next, query) in
            [("/ACME/1?page=2", "?next=/ACME/1%3Fpage%3D2"), ("//evil.example", ""), ("https://evil.example", "")]
        {
            let (mut browser, used) = ask(&mut world, next).await;
            assert!(is_in(&browser.post(&used, &[]).await));
            let (_, expired) = ask(&mut world, next).await;
            world.clock.advance(Duration::from_hours(1));
            for link in [&used, &expired] {
                for page in [world.browser().get(link).await, world.browser().post(link, &[]).await] {
                    assert_eq!(page.status, StatusCode::GONE);
                    assert!(page.text().contains(&format!("href=\"/sign-in{query}\"")), "{next}: {}", page.text());
                }
            }
            // Opened twice in the browser that is in: the button leads on.
            assert!(browser.get(&used).await.text().contains(&format!("href=\"/sign-in{query}\"")));
            let expected = if query.is_empty() { "/" } else { next };
            assert_eq!(browser.get(&format!("/sign-in{query}")).await.location(), expected);
        }
        let nothing = world.browser().get(&format!("/sign-in/{}", "a".repeat(52))).await;
        assert!(nothing.text().contains("href=\"/sign-in\""));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_in_the_language_of_whom_they_are_for() {
    for mut world in World::each().await {
        // Carla reads German, and all browsers here ask for English.
        let mut carla = world.browser();
        let link = world.asks(&mut carla, CARLA).await.0;
        assert!(world.browser().get(&link).await.text().contains("Jetzt anmelden"), "by the link");
        assert!(is_in(&carla.post(&link, &[]).await));
        assert!(world.browser().get(&link).await.text().contains("Dieser Link gilt nicht mehr"), "by a link that is over");
        let stranger = world.browser().get(&format!("/sign-in/{}", "a".repeat(52))).await;
        assert!(stranger.text().contains("This link no longer works"), "the twin: nobody's link");
        for path in ["/ACME/77", "/nothing/at/all", "/NOPE"] {
            assert!(carla.get(path).await.text().contains("Hier ist nichts"), "by the session: {path}");
        }
        assert!(carla.post("/sessions/end-others", &[]).await.text().contains("Das hat nicht geklappt"), "a form that is none");
        assert!(world.browser().get("/nothing/at/all").await.text().contains("There is nothing here"), "the twin");
        assert_eq!(carla.send("/sessions", "/sign-out", &[]).await.location(), "/sign-in");
        assert!(carla.get("/sign-in").await.text().contains("Anmelden"), "by having signed in before");
        for _ in 0..20 {
            asked_from(&mut world.browser(), "x@acme.example", NEAR, None).await;
        }
        let often = async |browser: &Browser| {
            let peer: SocketAddr = NEAR.parse().unwrap();
            let request = browser.request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = request.header("sec-fetch-site", "same-origin").extension(ConnectInfo(peer));
            browser.clone().ask(request.body(Body::from("address=x@acme.example")).unwrap()).await
        };
        let (known, strange) = (often(&carla).await, often(&world.browser()).await);
        assert_eq!((known.status, strange.status), (StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS));
        assert!(known.text().contains("lang=\"de\"") && strange.text().contains("lang=\"en\""));
        world.end().await;
    }
}
