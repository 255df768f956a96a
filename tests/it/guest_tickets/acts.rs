//! What guests do with their tickets, and who may.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_opens_comments_closes_and_reopens() {
    for mut world in World::each().await {
        let mut carla = world.signed_in("carla@acme.example").await;
        let form = carla.get("/ACME/new").await;
        let (csrf, id) = (form.hidden("csrf").unwrap(), form.hidden("form").unwrap());
        let fields =
            [("csrf", &*csrf), ("form", &*id), ("type", "request"), ("title", "New printer"), ("text", "Please order one.")];
        for _ in 0..2 {
            let shown = carla.upload("/ACME/new", &fields, &[("../wish.png", b"\x89PNG\r\n\x1a\n")]).await;
            assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/ACME/1?said=opened"), "{}", shown.text());
        }
        world.settle().await;
        assert_eq!(world.tickets().await, 1, "a second click makes no second ticket");
        assert_eq!(world.sent_to("anna@staff.example").await.len(), 1);
        let acknowledged = world.last_to("carla@acme.example").await;
        assert!(
            acknowledged.letter.subject.contains("[ACME-1]")
                && acknowledged.letter.body.text.contains("https://help.desk.example/ACME/1")
        );
        let shown = page(&mut carla, "/ACME/1?said=opened").await;
        assert!(shown.contains("wish.png") && !shown.contains("../wish") && shown.contains("Please order one."));
        // Anna answers from her mail client: the notification's token works as ever, and the guest is written to.
        let anna = world.anna.clone();
        world.answers(&anna, "Ordered. See ACME-1 and GLOBEX-1, https://shop.example/a?b=1&c.").await;
        assert!(world.last_to("carla@acme.example").await.letter.body.text.contains("Ordered."));
        let shown = page(&mut carla, "/ACME/1").await;
        assert!(shown.contains("<a href=\"/ACME/1\">ACME-1</a> and GLOBEX-1, <a href=\"https://shop.example/a?b=1&amp;c\" rel=\"noopener noreferrer nofollow\">"));
        let before = world.sent_to("carla@acme.example").await.len();
        for form in ["one", "one", "two"] {
            let fields = [("csrf", &*csrf), ("form", form), ("text", "Thank you.\n> Ordered.")];
            let shown = carla.upload("/ACME/1/comments", &fields, &[]).await;
            assert_eq!(shown.location(), "/ACME/1?said=commented#newest");
        }
        let state = |state: &'static str| [("state", state)];
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("done")).await.location(), "/ACME/1?said=closed");
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("done")).await.location(), "/ACME/1?said=closed");
        assert!(page(&mut carla, "/ACME/1").await.contains("Wieder öffnen"));
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("open")).await.location(), "/ACME/1?said=reopened");
        world.settle().await;
        assert_eq!(world.sent_to("carla@acme.example").await.len(), before, "nobody gets mail about what they did themselves");
        let timeline: Vec<String> = world.timeline("ACME-1").await.into_iter().skip(2).collect();
        let comment = "public comment: Thank you.\n> Ordered.";
        assert_eq!(timeline, [comment, comment, "public change: status open -> done", "public change: status done -> open"]);
        let shown = page(&mut carla, "/ACME/1").await;
        assert!(
            shown.contains("<blockquote><p dir=\"auto\">Ordered.</p></blockquote>")
                && !shown.contains("<details class=\"quoted\">"),
            "typed, not repeated: {shown}"
        );
        // What is incomplete comes back with what was typed.
        let fields = [("csrf", &*csrf), ("form", "x"), ("title", ""), ("text", "typed <b>")];
        let shown = carla.upload("/ACME/new", &fields, &[]).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.text().contains("typed &#60;b&#62;"));
        // A form of another session is none.
        let fields = [("csrf", "wrong"), ("form", "y"), ("title", "t"), ("text", "t")];
        assert_eq!(carla.upload("/ACME/new", &fields, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.tickets().await, 1);
        // Two clicks at the same moment are one, too.
        let again = carla.get("/ACME/new").await.hidden("form").unwrap();
        let fields = [("csrf", &*csrf), ("form", &*again), ("title", "Twice at once"), ("text", "Click, click.")];
        let mut other = carla.clone();
        let (one, two) = tokio::join!(carla.upload("/ACME/new", &fields, &[]), other.upload("/ACME/new", &fields, &[]));
        assert_eq!((one.location(), two.location()), ("/ACME/2?said=opened", "/ACME/2?said=opened"));
        world.settle().await;
        assert_eq!(world.tickets().await, 2);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guests_comment_opens_again_what_rests_even_if_only_inside() {
    for mut world in World::each().await {
        let (client, anna) = (world.carla.clone(), world.anna.clone());
        world.writes(&client, "Drucker", "Er druckt nicht.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let cases = [
            ("#status waiting\nWelches Papier?", "waiting waiting", "open open"),
            ("#note\n#close\nIst wohl erledigt.", "done open", "open open"),
            ("#close\nErledigt.", "done done", "open open"),
            ("#status in Arbeit\nWir sehen nach.", "in_progress in_progress", "in_progress in_progress"),
        ];
        for (form, (said, before, after)) in cases.into_iter().enumerate() {
            world.answers(&anna, said).await;
            assert_eq!(statuses(&mut world).await, before, "{said}");
            let fields = [("csrf", &*csrf), ("form", &format!("rests {form}")), ("text", "Er druckt immer noch nicht.")];
            assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.location(), "/ACME/1?said=commented#newest");
            world.settle().await;
            assert_eq!(statuses(&mut world).await, after, "{said}");
        }
        world.end().await;
    }
}

/// The status of ACME-1 inside and as guests see it.
async fn statuses(world: &mut World) -> String {
    let ticket = world.ticket("ACME-1").await.0;
    format!("{} {}", ticket.state.status, ticket.face.state.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_decides_what_a_guest_may_do() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "Mine", "My text.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let csrf = csrf.as_str();
        let png: &[(&str, &[u8])] = &[("a.png", b"\x89PNG\r\n\x1a\n")];
        for (effect, fine) in [("denied", false), ("allowed", true)] {
            for permission in ["create_tickets", "comment", "attach", "close", "set_priority", "invite_colleagues"] {
                world.may(CARLA, permission, effect).await;
            }
            let seen = page(&mut carla, "/ACME/1").await;
            for form in ["/comments", "/state", "/priority", "/colleagues"] {
                assert_eq!(seen.contains(&format!("action=\"/ACME/1{form}\"")), fine, "{form}");
            }
            assert_eq!(carla.get("/ACME/new").await.status == StatusCode::OK, fine);
            let form = format!("{effect}-form");
            let fields = [("csrf", csrf), ("form", &*form), ("title", "T"), ("text", "Text")];
            let expected = if fine { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(carla.upload("/ACME/new", &fields, &[]).await.status, expected);
            let form = format!("{effect}-comment");
            let fields = [("csrf", csrf), ("form", &*form), ("text", "Text")];
            assert_eq!(carla.upload("/ACME/1/comments", &fields, png).await.status, expected);
            assert_eq!(carla.post("/ACME/1/priority", &[("csrf", csrf), ("priority", "high")]).await.status, expected);
            assert_eq!(
                carla.post("/ACME/1/colleagues", &[("csrf", csrf), ("address", "new@acme.example")]).await.status,
                expected
            );
            assert_eq!(carla.post("/ACME/1/state", &[("csrf", csrf), ("state", "done")]).await.status, expected);
        }
        let (ticket, _) = world.ticket("ACME-1").await;
        assert_eq!((ticket.face.state.priority.as_str(), ticket.face.state.status.as_str()), ("high", "done"));
        // Attaching is a right of its own.
        world.may(CARLA, "attach", "denied").await;
        let fields = [("csrf", csrf), ("form", "late"), ("text", "Text")];
        assert_eq!(carla.upload("/ACME/1/comments", &fields, png).await.status, StatusCode::FORBIDDEN);
        assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            carla.post("/ACME/1/priority", &[("csrf", csrf), ("priority", "no such")]).await.status,
            StatusCode::FORBIDDEN
        );
        // Colleagues only: no strangers, no staff, nobody of another customer, and all of them alike.
        for address in ["dana@globex.example", "anna@staff.example", "new@nowhere.example", "x", "a b@acme.example"] {
            let shown = carla.post("/ACME/1/colleagues", &[("csrf", csrf), ("address", address)]).await;
            assert_eq!(shown.location(), "/ACME/1?said=no-colleague", "{address}");
        }
        let seen = page(&mut carla, "/ACME/1").await;
        assert!(seen.contains("<li>new@acme.example</li>") && !seen.contains("globex"));
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sees_only_own_tickets_sees_only_those_and_who_mutes_gets_only_the_end() {
    for mut world in World::each().await {
        let colleague = world.opens(CARLA, ACME, Visibility::Public, "Of Carla", "Text.").await;
        // Dana belongs to both organizations.
        let both = Member { organization: OrganizationId(20_001), person: DANA, login_allowed: true };
        let now = world.clock.now();
        let work = world.store.write(move |tx| Box::pin(async move { Ok(people::set_member(tx, &both, now).await?) }));
        work.await.unwrap();
        world.opens(DANA, GLOBEX, Visibility::Public, "Of Globex", "Text.").await;
        let mine = world.opens(DANA, ACME, Visibility::Public, "Of Dana", "Text.").await;
        let mut dana = world.signed_in("dana@globex.example").await;
        let home = page(&mut dana, "/").await;
        assert!(home.contains(">ACME<") && home.contains(">Globex<"), "each organization apart");
        assert!(page(&mut dana, "/ACME").await.contains("Of Carla"));
        assert!(!page(&mut dana, "/GLOBEX").await.contains("Of Carla") && page(&mut dana, "/GLOBEX").await.contains("Of Globex"));
        world.execute("UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = 'see_all_tickets'").await;
        let list = page(&mut dana, "/ACME").await;
        assert!(!list.contains("Of Carla") && list.contains("1 ticket") && list.contains("Of Dana"));
        let (hidden, none) = (dana.get("/ACME/1").await, dana.get("/ACME/77").await);
        assert_eq!((hidden.status, &hidden.headers, hidden.text()), (none.status, &none.headers, none.text()));
        // An invitation opens it.
        let invite = Update { invite: Some(DANA), ..Update::of(colleague) };
        world.does(Actor::Contact(CARLA), Act::Update(invite), Content::default()).await;
        assert!(page(&mut dana, "/ACME/1").await.contains("Dana Fox"));
        assert_eq!(dana.send("/ACME/2", "/ACME/2/mails", &[("mails", "no")]).await.location(), "/ACME/2?said=muted");
        assert_eq!(dana.send("/ACME/1", "/ACME/1/mails", &[("mails", "no")]).await.location(), "/ACME/1?said=muted");
        world.settle().await;
        let before = world.sent_to("dana@globex.example").await.len();
        for ticket in [mine, colleague] {
            world.says(ANNA, ticket, Visibility::Public, "An answer.", vec![]).await;
        }
        world.settle().await;
        assert_eq!(world.sent_to("dana@globex.example").await.len(), before);
        assert!(world.last_to("carla@acme.example").await.letter.body.text.contains("An answer."));
        for ticket in [mine, colleague] {
            let done = Update { status: Some(("done".to_owned(), Visibility::Public)), ..Update::of(ticket) };
            world.does(Actor::Staff(ANNA), Act::Update(done), Content::default()).await;
        }
        world.settle().await;
        assert_eq!(world.sent_to("dana@globex.example").await.len(), before + 1, "only who asked is told that it is done");
        assert_eq!(dana.send("/ACME/2", "/ACME/2/mails", &[("mails", "yes")]).await.location(), "/ACME/2?said=unmuted");
        world.says(ANNA, mine, Visibility::Public, "One more.", vec![]).await;
        world.settle().await;
        assert!(world.last_to("dana@globex.example").await.letter.body.text.contains("One more."));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_sign_in_is_shown_the_way_to_the_page() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        for (login, link) in [(0, false), (1, true)] {
            world.execute(&format!("UPDATE member SET login_allowed = {login} WHERE person_id = 10003")).await;
            world.says(ANNA, ticket, Visibility::Public, "An answer.", vec![]).await;
            world.settle().await;
            let mail = world.last_to("carla@acme.example").await;
            assert_eq!(mail.text().contains("https://help.desk.example/ACME/1"), link);
            assert_eq!(mail.text().contains("help.desk.example"), link);
        }
        // A stranger's ticket lies in the reception, which has no guests.
        let stranger = world.stranger.clone();
        world.writes(&stranger, "Hello", "Are you there?").await;
        assert!(!world.last_to("sam@elsewhere.example").await.text().contains("help.desk.example"));
        world.end().await;
    }
}
