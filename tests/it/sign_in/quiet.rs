//! What asking for a link tells, whom it writes to, and what is kept of it.

use super::*;

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
            let links = mail.letter.body.text.split_whitespace().filter(|word| word.contains("://"));
            assert_eq!(links.filter(|link| link.starts_with("https://help.desk.example/sign-in/")).count(), 1, "{name}");
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
async fn only_hashes_are_kept_once_the_mail_is_out() {
    for mut world in World::each().await {
        let mut browser = world.browser();
        asked(&mut browser, CARLA).await;
        let waiting = world.outbox().await.remove(0).mail.draft;
        world.deliver().await;
        let (link, code) = (world.path_to(CARLA).await, world.code_to(CARLA).await);
        let (first, last) = code.split_at(3);
        let (secret, code) = (link.rsplit('/').next().unwrap(), format!("{first} {last}"));
        assert!(waiting.contains(secret) && waiting.contains(&code), "the twin: while it waits it is whole");
        let row = world.outbox().await.remove(0);
        assert_eq!(row.state, State::Accepted);
        assert!(!row.mail.draft.contains(secret) && !row.mail.draft.contains(&code), "{}", row.mail.draft);
        let mut tx = world.store.read().await.unwrap();
        let key =
            access::key(&mut tx, Purpose::SignIn, &postroom::desk::secret::Plain::given(secret).hashed()).await.unwrap().unwrap();
        drop(tx);
        assert!(!format!("{key:?}").contains(secret) && !format!("{key:?}").contains(&code));
        world.end().await;
    }
}
