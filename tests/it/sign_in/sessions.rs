//! Browsers that are signed in: their cookies, their forms and their end.

use super::*;

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
            let text = world.last_to(CARLA).await.letter.body.text;
            let link = text.split_whitespace().find_map(|word| word.strip_prefix(base)).unwrap().to_owned();
            keep(&browser.post(&link, &[]).await);
            keep(&browser.send("/sessions", "/sign-out", &[]).await);
            assert_eq!(browser.get("/sessions").await.location(), "/sign-in?next=/sessions", "signed out");
            let names: Vec<&str> = cookies.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
            let [session, asking, known] = ["", "-browser", "-known"].map(|name| format!("{prefix}postroom{name}"));
            assert_eq!(names, [&asking, &session, &asking, &known, &session]);
            for cookie in &cookies {
                for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age="] {
                    assert!(cookie.contains(attribute), "{cookie}");
                }
                assert!(cookie.contains("; Secure") == secure && !cookie.contains("Domain"), "{cookie}");
            }
            let ends: Vec<bool> = cookies.iter().map(|cookie| cookie.contains("Max-Age=0")).collect();
            assert_eq!(ends, [false, false, true, false, true]);
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
        // The twin: when she may again she comes in anew, and by nothing old.
        world.lets(CARLA, true).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
        assert!(
            !has_session(&world.browser().post(&link, &[]).await) && !has_session(&world.browser().post(&invitation, &[]).await)
        );
        world.clock.advance(Duration::from_hours(1));
        let mut carla = world.signed_in(CARLA).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::OK);
        world.deactivate(CARLA).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
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
