//! Links and codes: once, in time, at their own place.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_leads_in_once_and_looking_uses_nothing_up() {
    for mut world in World::each().await {
        let link = world.invites(CARLA).await;
        let mail = world.last_to(CARLA).await;
        let text = &mail.letter.body.text;
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
            assert!(late.get(&link).await.text().contains("Dieser Link gilt nicht mehr"), "in the language of whose link it was");
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
                assert_eq!(browser.get(&link).await.text().contains("Jetzt anmelden"), works, "{purpose} {wait:?}");
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
            assert!(shown.status == StatusCode::OK && shown.text().contains("ist unterwegs") && !has_session(&shown));
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
