//! A form that is sent twice is one act; one that is sent again with other words is two.

use super::*;

type File<'a> = (&'a str, &'a [u8]);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_again_with_other_words_is_another_act() {
    for mut world in World::each().await {
        let mut carla = world.signed_in("carla@acme.example").await;
        let page = carla.get("/ACME/new").await;
        let (csrf, form) = (page.hidden("csrf").unwrap(), page.hidden("form").unwrap());
        let png: File<'_> = ("a.png", b"\x89PNG\r\n\x1a\n");
        let cases: [(&str, &str, &str, &[File<'_>], &str); 9] = [
            ("Door", "It squeaks.", "request", &[], "/ACME/1"),
            ("Door", "It squeaks.", "request", &[], "/ACME/1"),
            ("Door", "Water damage, come at once.", "request", &[], "/ACME/2"),
            ("Cellar", "Water damage, come at once.", "request", &[], "/ACME/3"),
            ("Cellar", "Water damage, come at once.", "request", &[png], "/ACME/4"),
            ("Cellar", "Water damage, come at once.", "request", &[png, ("b.txt", b"x")], "/ACME/5"),
            ("Cellar", "Water damage, come at once.", "request", &[png, ("b.txt", b"y")], "/ACME/6"),
            ("Cellar", "Water damage, come at once.", "request", &[png, ("c.txt", b"y")], "/ACME/7"),
            ("Door", "It squeaks.", "request", &[], "/ACME/1"),
        ];
        for (title, text, kind, files, expected) in cases {
            let fields = [("csrf", &*csrf), ("form", &*form), ("type", kind), ("title", title), ("text", text)];
            let shown = carla.upload("/ACME/new", &fields, files).await;
            assert_eq!(shown.location(), format!("{expected}?said=opened"), "{title} {text} {}", files.len());
        }
        let shown = page_of(&mut carla, "/ACME/2").await;
        assert!(shown.contains("Water damage"));
        // Words that only lie differently in the fields are others, too.
        for (title, text) in [("ab", "c"), ("a", "bc")] {
            let fields = [("csrf", &*csrf), ("form", "pieces"), ("title", title), ("text", text)];
            carla.upload("/ACME/new", &fields, &[]).await;
        }
        world.settle().await;
        assert_eq!(world.tickets().await, 9);

        for (text, path) in [("One.", "1"), ("One.", "1"), ("Two.", "1"), ("One.", "2")] {
            let fields = [("csrf", &*csrf), ("form", &*form), ("text", text)];
            let shown = carla.upload(&format!("/ACME/{path}/comments"), &fields, &[]).await;
            assert_eq!(shown.location(), format!("/ACME/{path}?said=commented#newest"));
        }
        for files in [&[png][..], &[png], &[("a.png", b"\x89PNG\r\n\x1a\nx")]] {
            let fields = [("csrf", &*csrf), ("form", &*form), ("text", "")];
            carla.upload("/ACME/3/comments", &fields, files).await;
        }
        world.settle().await;
        assert_eq!(comments(&mut world, "ACME-1").await, ["It squeaks.", "One.", "Two."]);
        assert_eq!(comments(&mut world, "ACME-2").await, ["Water damage, come at once.", "One."]);
        assert_eq!(comments(&mut world, "ACME-3").await.len(), 3, "the first and two with different files");
        // Of another person it is another one.
        let mut dana = world.signed_in("dana@globex.example").await;
        let csrf = dana.get("/sessions").await.hidden("csrf").unwrap();
        let fields = [("csrf", &*csrf), ("form", &*form), ("type", "request"), ("title", "Door"), ("text", "It squeaks.")];
        assert_eq!(dana.upload("/GLOBEX/new", &fields, &[]).await.location(), "/GLOBEX/1?said=opened");
        world.settle().await;
        world.end().await;
    }
}

async fn page_of(browser: &mut Browser, path: &str) -> String {
    browser.get(path).await.text()
}

async fn comments(world: &mut World, number: &str) -> Vec<String> {
    let timeline = world.timeline(number).await;
    timeline.iter().filter_map(|line| line.strip_prefix("public comment: ")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clicks_at_the_same_moment_are_one_act_whatever_the_form() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        for permission in ["set_priority", "invite_colleagues"] {
            world.may(CARLA, permission, "allowed").await;
        }
        let carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.clone().get("/ACME/1").await.hidden("csrf").unwrap();
        let before = world.timeline("ACME-1").await.len();
        let forms: [(&str, &[(&str, &str)]); 5] = [
            ("/ACME/1/state", &[("state", "done")]),
            ("/ACME/1/state", &[("state", "open")]),
            ("/ACME/1/priority", &[("priority", "high")]),
            ("/ACME/1/colleagues", &[("address", "new@acme.example")]),
            ("/ACME/1/mails", &[("mails", "no")]),
        ];
        for (path, fields) in forms {
            let mut clicks = tokio::task::JoinSet::new();
            for _ in 0..8 {
                let (mut browser, mut all) = (carla.clone(), vec![("csrf".to_owned(), csrf.clone())]);
                all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
                clicks.spawn(async move {
                    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    browser.post(path, &all).await.status
                });
            }
            assert!(clicks.join_all().await.iter().all(|status| *status == StatusCode::SEE_OTHER), "{path}");
        }
        let mut clicks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (mut browser, csrf) = (carla.clone(), csrf.clone());
            clicks.spawn(async move {
                let fields = [("csrf", &*csrf), ("form", "clicks"), ("text", "Click.")];
                browser.upload("/ACME/1/comments", &fields, &[("a.txt", b"x")]).await.status
            });
        }
        assert!(clicks.join_all().await.iter().all(|status| *status == StatusCode::SEE_OTHER));
        world.settle().await;
        let timeline: Vec<String> = world.timeline("ACME-1").await.into_iter().skip(before).collect();
        assert_eq!(timeline.len(), 7, "closed, opened, set, invited, muted, said and so no longer muted: {timeline:#?}");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_that_is_typed_on_a_page_stands_open() {
    for mut world in World::each().await {
        let mut carla = world.signed_in("carla@acme.example").await;
        let page = carla.get("/ACME/new").await;
        let (csrf, form) = (page.hidden("csrf").unwrap(), page.hidden("form").unwrap());
        let fields = [("csrf", &*csrf), ("form", &*form), ("title", "Log"), ("text", "It says:\n> out of paper\nWhat now?")];
        assert_eq!(carla.upload("/ACME/new", &fields, &[]).await.location(), "/ACME/1?said=opened");
        let fields = [("csrf", &*csrf), ("form", &*form), ("text", "> and now this")];
        carla.upload("/ACME/1/comments", &fields, &[]).await;
        let shown = page_of(&mut carla, "/ACME/1").await;
        for quote in ["out of paper", "and now this"] {
            assert!(shown.contains(&format!("<blockquote><p dir=\"auto\">{quote}</p></blockquote>")), "{quote}: {shown}");
        }
        assert!(!shown.contains("<details class=\"quoted\">"), "{shown}");
        // The twin: what a mail repeats is folded.
        let raw = "From: Carla Kunze <carla@acme.example>\r\nTo: support@desk.example\r\nSubject: Old\r\nMessage-ID: <q@acme.example>\r\n\
                   Date: Sun, 22 Nov 2026 04:30:00 +0000\r\n\r\nPlease look.\r\n\r\nOn Mon, Sam <sam@x.example> wrote:\r\n> out of paper\r\n";
        world.send(raw.as_bytes()).await;
        let shown = page_of(&mut carla, "/ACME/2").await;
        assert!(shown.contains("<details class=\"quoted\">") && shown.contains("out of paper"), "{shown}");
        world.settle().await;
        world.end().await;
    }
}

/// What stands in the form of a page.
fn typed(page: &str) -> String {
    let (_, rest) = page.split_once("<textarea").unwrap();
    rest.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0.trim_start_matches('\n').to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_too_old_or_too_large_does_nothing_and_loses_nothing() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let before = world.timeline("ACME-1").await;
        let large = vec![b'x'; (25 << 20) + 1];
        let files: [(&str, &[u8]); 1] = [("film.mov", &large)];
        let new = [("title", "Door <i>"), ("type", "request")];
        for (path, csrf, files, status, words) in [
            ("/ACME/1/comments", "old", &[][..], StatusCode::FORBIDDEN, "Das Formular war zu alt"),
            ("/ACME/new", "old", &[], StatusCode::FORBIDDEN, "Das Formular war zu alt"),
            ("/ACME/1/comments", &csrf, &files, StatusCode::PAYLOAD_TOO_LARGE, "weniger oder kleinere Dateien"),
            ("/ACME/new", &csrf, &files, StatusCode::PAYLOAD_TOO_LARGE, "weniger oder kleinere Dateien"),
        ] {
            let person = carla.get("/ACME/new").await.hidden("person").unwrap();
            let mut fields = vec![("csrf", csrf), ("person", &person), ("form", "f"), ("text", "It squeaks <b>")];
            fields.extend(new);
            let shown = carla.upload(path, &fields, files).await;
            let page = shown.text();
            assert_eq!(shown.status, status, "{path}");
            assert_eq!(typed(&page), "It squeaks &#60;b&#62;", "{path} {status}");
            assert!(page.contains(words) && page.contains("role=\"alert\""), "{path}: {page}");
            assert!(!path.ends_with("new") || page.contains("value=\"Door &#60;i&#62;\""), "{page}");
            assert_ne!(shown.hidden("csrf").unwrap(), "old", "sent again it is a form of this session");
        }
        // Where the browser does not say that the form stands on our page, nothing of it is shown, and neither is what stands
        // on a page of whoever was signed in here before.
        let hers = carla.get("/ACME/1").await.hidden("person").unwrap();
        let danas = world.signed_in("dana@globex.example").await.get("/GLOBEX/new").await.hidden("person").unwrap();
        let own = Some("same-origin");
        for (site, person, shows) in
            [(None, &*hers, false), (Some("none"), &hers, false), (own, &hers, true), (own, &danas, false), (own, "", false)]
        {
            let part =
                |name: &str, value: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            let body = format!("{}{}{}--XX--\r\n", part("csrf", "old"), part("person", person), part("text", "Foreign words."));
            let mut request =
                carla.request("POST", "/ACME/1/comments").header("content-type", "multipart/form-data; boundary=XX");
            request = if let Some(site) = site { request.header("sec-fetch-site", site) } else { request };
            let shown = carla.ask(request.body(axum::body::Body::from(body)).unwrap()).await;
            assert_eq!(
                (shown.status, shown.text().contains("Foreign words.")),
                (StatusCode::FORBIDDEN, shows),
                "{site:?} {person}"
            );
        }
        assert_eq!((world.timeline("ACME-1").await, world.tickets().await), (before, 1));
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_while_a_session_ran_out_waits_for_its_writer_alone() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        world.execute("INSERT INTO person (id, kind, name, active, created_at) VALUES (10009, 'contact', 'Cleo', 1, 0)").await;
        world.execute("INSERT INTO person_address (address, person_id, position) VALUES ('cleo@acme.example', 10009, 0)").await;
        let member = "INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10009, 1, 0)";
        world.execute(member).await;
        let late = async |world: &World, path: &str, said: Option<&str>, text: &str| {
            let mut browser = world.signed_in("carla@acme.example").await;
            let csrf = browser.get("/ACME/1").await.hidden("csrf").unwrap();
            world.clock.advance(std::time::Duration::from_hours(31 * 24));
            let fields = [("csrf", said.unwrap_or(&csrf)), ("form", "f"), ("title", "Door"), ("text", text)];
            let shown = browser.upload(path, &fields, &[("a.txt", b"x")]).await;
            assert_eq!(shown.status, StatusCode::SEE_OTHER, "{path}");
            shown.location().to_owned()
        };
        // The twin: with the secret of another session nothing is kept.
        assert_eq!(late(&world, "/ACME/1/comments", Some("old"), "Forged.").await, "/sign-in?next=/ACME/1");
        let mut carla = world.signed_in("carla@acme.example").await;
        assert_eq!(typed(&carla.get("/ACME/1").await.text()), "");

        assert_eq!(late(&world, "/ACME/1/comments", None, "Never lost.").await, "/sign-in?next=/ACME/1");
        let mut carla = world.signed_in("carla@acme.example").await;
        let mut cleo = world.signed_in("cleo@acme.example").await;
        let shown = carla.get("/ACME/1").await;
        assert_eq!(typed(&shown.text()), "Never lost.");
        assert!(shown.text().contains("Gesendet ist er noch nicht"), "{}", shown.text());
        let other = cleo.get("/ACME/1").await.text();
        assert!(typed(&other).is_empty() && !other.contains("Never lost."), "nobody else sees it");
        assert_eq!(typed(&carla.get("/ACME/new").await.text()), "", "it waits where it was typed");
        // Sent, it is gone.
        let (csrf, kept) = (shown.hidden("csrf").unwrap(), shown.hidden("kept").unwrap());
        let fields = [("csrf", &*csrf), ("form", "g"), ("kept", &*kept), ("text", "Never lost.")];
        assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.location(), "/ACME/1?said=commented#newest");
        assert_eq!(typed(&carla.get("/ACME/1").await.text()), "");

        // A new ticket, too; and it waits two hours.
        assert_eq!(late(&world, "/ACME/new", None, "It squeaks.").await, "/sign-in?next=/ACME/new");
        let mut carla = world.signed_in("carla@acme.example").await;
        world.clock.advance(std::time::Duration::from_mins(119));
        let page = carla.get("/ACME/new").await.text();
        assert!(typed(&page) == "It squeaks." && page.contains("value=\"Door\""), "{page}");
        world.clock.advance(std::time::Duration::from_mins(2));
        assert_eq!(typed(&carla.get("/ACME/new").await.text()), "");

        // Whoever signs out leaves nothing, and to a session that was ended nothing is added.
        assert_eq!(late(&world, "/ACME/1/comments", None, "Left behind.").await, "/sign-in?next=/ACME/1");
        let mut carla = world.signed_in("carla@acme.example").await;
        assert_eq!(typed(&carla.get("/ACME/1").await.text()), "Left behind.");
        let (csrf, mut old) = (carla.get("/ACME/1").await.hidden("csrf").unwrap(), carla.clone());
        carla.send("/ACME/1", "/sign-out", &[]).await;
        let fields = [("csrf", &*csrf), ("form", "h"), ("text", "After the end.")];
        assert_eq!(old.upload("/ACME/1/comments", &fields, &[]).await.location(), "/sign-in?next=/ACME/1");
        assert_eq!(world.number("SELECT COUNT(*) FROM draft").await, 0);
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_in_a_comment_are_shown_as_what_they_mean_and_nothing_else_is_changed() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "Printer", "It squeaks.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/account").await.hidden("csrf").unwrap();
        let text = "It is *urgent*: see [the plan](https://a.example/plan).\r\n\r\n- one `A4`\r\n- two\r\n\r\n2 * 3 * 4 <b>snake_case_names</b> #1";
        carla.upload("/ACME/1/comments", &[("csrf", &*csrf), ("form", "one"), ("text", text)], &[]).await;
        let plain = "2 * 3 * 4, snake_case_names, #1\n1. Mai\n> 5 pieces";
        carla.upload("/ACME/1/comments", &[("csrf", &*csrf), ("form", "two"), ("text", plain)], &[]).await;
        world.settle().await;
        let shown = page_of(&mut carla, "/ACME/1").await;
        for part in [
            "It is <em>urgent</em>: see <a href=\"https://a.example/plan\"",
            "<li>one <code>A4</code></li><li>two</li>",
            "2 * 3 * 4 &lt;b&gt;snake_case_names&lt;/b&gt; #1",
            "2 * 3 * 4, snake_case_names, #1\n1. Mai\n&gt; 5 pieces",
        ] {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
        // Staff read it in their mail, with its structure and without; as text a link stands behind its words.
        let said = "It is *urgent*: see the plan <https://a.example/plan>.\n\n- one `A4`\n- two";
        assert!(comments(&mut world, "ACME-1").await.iter().any(|text| text.starts_with(said)));
        let sent = world.sent_to("anna@staff.example").await;
        assert!(sent.iter().any(|sent| sent.letter.body.text.contains("- one A4")), "as text");
        assert!(sent.iter().any(|sent| sent.text().contains("<em")), "as HTML");
        world.end().await;
    }
}
