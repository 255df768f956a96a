//! What the pages show: files, what people write, search and lists.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_what_their_bytes_are_and_nothing_runs() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "Files", "Look.").await;
        let table: [(&str, &[u8], &str); 8] = [
            ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
            ("b.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
            ("c.gif", b"GIF89a\x01\x00", "image/gif"),
            ("d.html", b"<!doctype html><script>alert(1)</script>", ""),
            ("e.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", ""),
            ("f.pdf", b"%PDF-1.7", ""),
            ("g.png", b"<html><script>alert(1)</script>", ""),
            ("h.jpg", b"alert(1) // javascript", ""),
        ];
        let files = table.iter().map(|(name, data, _)| file(name, data)).collect();
        world.says(CARLA, ticket, Visibility::Public, "All of them.", files).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let ids = file_ids(&page(&mut carla, "/ACME/1").await);
        assert_eq!(ids.len(), table.len());
        for ((name, data, picture), id) in table.iter().zip(ids) {
            let shown = carla.get(&format!("/ACME/1/files/{id}")).await;
            let header = |name: &str| shown.headers[name].to_str().unwrap();
            let (kind, how) = if picture.is_empty() { ("application/octet-stream", "attachment") } else { (*picture, "inline") };
            assert_eq!((header("content-type"), shown.bytes.as_slice()), (kind, *data), "{name}");
            assert_eq!(header("content-disposition"), format!("{how}; filename=\"{name}\"; filename*=UTF-8''{name}"));
            assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
            assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
        }
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_write_is_text_on_every_page() {
    let payload = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{7*7}}";
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, payload, payload).await;
        let escaped = payload.replace('\'', "''");
        world.execute(&format!("UPDATE person SET name = '{escaped}' WHERE id IN (10001, 10003)")).await;
        world.execute(&format!("UPDATE project SET name = '{escaped}' WHERE id = 30001")).await;
        world.execute(&format!("UPDATE organization SET name = '{escaped}' WHERE id = 20001")).await;
        world
            .says(ANNA, ticket, Visibility::Public, &format!("{payload} javascript:alert(1) https://x.example/{payload}"), vec![])
            .await;
        let name = Attachment { name: payload.to_owned(), ..file("a.png", b"\x89PNG\r\n\x1a\n") };
        world.says(ANNA, ticket, Visibility::Public, "File.", vec![name]).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let query = format!("/ACME?q={}", postroom::web::page::percent_encoded(payload));
        for path in ["/", "/ACME", "/ACME/1", "/ACME/new", query.as_str()] {
            let text = page(&mut carla, path).await;
            assert!(text.contains("&#60;script&#62;"), "{path} shows it");
            // The only script is our own.
            let own = format!("<script src=\"{}\" defer></script>", postroom::web::assets::script());
            let text = text.replacen(&own, "", 1);
            let bad = ["<script", "<img src=x", "href=\"javascript:", "'{{7"];
            assert!(bad.iter().all(|bad| !text.contains(bad)), "{path}: {text}");
        }
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_before_there_was_an_index_is_found_too() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "Old thing", "Ancient words.").await;
        world.says(ANNA, ticket, Visibility::Internal, "Hidden words.", vec![]).await;
        world.opens(ANNA, ACME, Visibility::Internal, "Hidden thing", "Hidden words.").await;
        world.execute("DELETE FROM public_text").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        assert!(page(&mut carla, "/ACME?q=ancient").await.contains("Keine Tickets"));
        for _ in 0..2 {
            let rng = world.web().rng;
            let work =
                world.store.write(move |tx| Box::pin(async move { postroom::acts::index_what_is_missing(tx, &rng).await }));
            work.await.unwrap();
        }
        for (query, count) in [("ancient", "1 Ticket"), ("acme-1+old", "1 Ticket"), ("hidden", "Keine Tickets")] {
            assert!(page(&mut carla, &format!("/ACME?q={query}")).await.contains(count), "{query}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM public_text").await, 2);
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_have_pages_filters_and_orders() {
    for mut world in World::each().await {
        for number in 1..=27 {
            world.clock.advance(std::time::Duration::from_secs(60));
            world.opens(CARLA, ACME, Visibility::Public, &format!("Thing {number} of many"), "Text 100%_x.").await;
        }
        let mut carla = world.signed_in("carla@acme.example").await;
        let first = page(&mut carla, "/ACME").await;
        assert!(
            first.contains("27 Tickets")
                && first.contains("Seite 1 von 2")
                && first.matches("class=\"ticket-row\"").count() == 25
        );
        let second = page(&mut carla, "/ACME?page=2&sort=number&state=all").await;
        assert!(second.contains("Thing 2 of many") && second.matches("class=\"ticket-row\"").count() == 2);
        assert!(second.contains("href=\"/ACME?state=all&#38;sort=number&#38;page=1\""));
        for (query, count) in
            [("100%25_X", "27 Tickets"), ("thing+27", "1 Ticket"), ("100__x", "Keine Tickets"), ("%25%25", "Keine Tickets")]
        {
            assert!(page(&mut carla, &format!("/ACME?q={query}")).await.contains(count), "{query}");
        }
        assert!(page(&mut carla, "/ACME?page=99").await.contains("Seite 2 von 2"), "behind the last page is the last one");
        assert!(first.contains("von Carla Kunze") && first.contains("letztes Wort: Carla Kunze, <time"), "{first}");
        // A number that is typed is opened, where there is such a ticket for them.
        for (typed, opens) in
            [("7", true), ("%2312", true), ("acme-27", true), ("28", false), ("GLOBEX-1", false), ("7+of", false)]
        {
            let shown = carla.get(&format!("/ACME?q={typed}")).await;
            assert_eq!(shown.status == StatusCode::SEE_OTHER, opens, "{typed} {}", shown.location());
        }
        assert_eq!(carla.get("/ACME?q=acme-27").await.location(), "/ACME/27");
        for odd in ["?state=x&sort=y&page=-1&type=zzz&whose=q", "?page=99999999999999999999", "?%ff=%00", "?q=%00", "?page=3"] {
            page(&mut carla, &format!("/ACME{odd}")).await;
        }
        assert!(page(&mut carla, "/ACME?state=done").await.contains("Kein Ticket passt"));
        world.settle().await;
        world.end().await;
    }
}

/// All on one thread: what occupied it while one page is rendered would stop the other page and the intake. A hostile text
/// comes by mail and stands in the database as it is; were the page quadratic in it, this would not end.
#[tokio::test]
async fn a_hostile_text_is_a_page_like_any_other_and_others_go_on() {
    let mut world = World::one().await;
    let text = format!("http://a.example/{} http://en.example/Foo_(bar)", ")".repeat(300_000));
    world.opens(CARLA, ACME, Visibility::Public, "Hostile", &text).await;
    world.opens(CARLA, ACME, Visibility::Public, "Another", "As ever.").await;
    let (mut one, mut two) = (world.signed_in("carla@acme.example").await, world.signed_in("carla@acme.example").await);
    let carla = world.carla.clone();
    let html = format!("<p {}>Third", (0..100_000).map(|n| format!("a{n} ")).collect::<String>());
    let mail = format!(
        "From: {}\r\nTo: support@desk.example\r\nSubject: Third\r\nContent-Type: text/html\r\n\r\n{html}\r\n",
        carla.address
    );
    let (hostile, another, ()) = tokio::join!(page(&mut one, "/ACME/1"), page(&mut two, "/ACME/2"), world.send(mail.as_bytes()));
    assert!(hostile.contains("<a href=\"http://a.example/\" ") && hostile.contains("<a href=\"http://en.example/Foo_(bar)\" "));
    assert!(another.contains("As ever."));
    assert!(page(&mut two, "/ACME/3").await.contains("Third"), "by mail, with a hundred thousand attributes");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_changes_of_one_act_are_one_line_and_tell_only_what_was_public() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        let sets = async |world: &World, status: &str, priority: Option<&str>, visibility: Visibility| {
            let update = Update {
                status: Some((status.to_owned(), visibility)),
                priority: priority.map(|priority| (priority.to_owned(), visibility)),
                ..Update::of(ticket)
            };
            world.does(Actor::Staff(ANNA), Act::Update(update), Content::default()).await;
            world.clock.advance(std::time::Duration::from_secs(60));
        };
        let mut carla = world.signed_in("carla@acme.example").await;
        sets(&world, "in_progress", Some("high"), Visibility::Public).await;
        let text = page(&mut carla, "/ACME/1").await;
        let line = "Anna Berger: Status: offen → in Arbeit · Priorität: normal → hoch";
        assert!(text.contains(line) && text.matches("<li class=\"change\"").count() == 1, "{text}");
        assert!(text.contains(">heute, "), "{text}");
        // What it was inside in between is nobody's business.
        sets(&world, "waiting", None, Visibility::Internal).await;
        sets(&world, "done", None, Visibility::Public).await;
        let text = page(&mut carla, "/ACME/1").await;
        assert!(text.contains("hat den Status von „in Arbeit“ auf „erledigt“ geändert.") && !text.contains("wartend"), "{text}");
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let fields = [("csrf", &*csrf), ("form", "f"), ("text", "It is not.")];
        carla.upload("/ACME/1/comments", &fields, &[]).await;
        let text = page(&mut carla, "/ACME/1?said=commented").await;
        assert!(text.contains("Wieder geöffnet durch die Antwort von Carla Kunze."), "{text}");
        assert_eq!((text.matches("id=\"newest\"").count(), text.matches("data-sent=\"/ACME/1\"").count()), (1, 1));
        world.clock.advance(std::time::Duration::from_hours(24));
        assert!(page(&mut carla, "/ACME/1").await.contains(">gestern, "));
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_is_marked_until_its_reader_has_looked_and_for_nobody_else() {
    for mut world in World::each().await {
        let news = |page: &str| page.matches("<span class=\"new\">").count();
        let (client, anna) = (world.carla.clone(), world.anna.clone());
        world.writes(&client, "Drucker", "Er druckt nicht.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        for path in ["/", "/ACME"] {
            assert_eq!(news(&page(&mut carla, path).await), 0, "{path}: her own words are no news");
        }
        world.answers(&anna, "Ist er an?").await;
        // Looking at lists is not looking at the ticket.
        for path in ["/", "/ACME", "/"] {
            assert_eq!(news(&page(&mut carla, path).await), 1, "{path}");
        }
        let before = world.texts("SELECT CAST(person_id AS TEXT) FROM seen").await;
        assert_eq!(before, Vec::<String>::new());
        page(&mut carla, "/ACME/1").await;
        let seen = world.texts("SELECT CAST(person_id AS TEXT) FROM seen").await;
        assert_eq!(seen, ["10003"]);
        for path in ["/", "/ACME"] {
            assert_eq!(news(&page(&mut carla, path).await), 0, "{path}");
        }
        // Nothing new is nothing to write down.
        let dump = world.dump().await;
        page(&mut carla, "/ACME/1").await;
        assert_eq!(world.dump().await, dump);
        // A note of the staff is no news, and the word of a colleague of hers on a ticket of hers is.
        let ticket = world.ticket("ACME-1").await.0.id;
        let note = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
        world.does(Actor::Staff(ANNA), Act::Update(note), Content { text: "SECRET".to_owned(), ..Content::default() }).await;
        assert_eq!(news(&page(&mut carla, "/").await), 0);
        let done = Update { status: Some(("done".to_owned(), Visibility::Public)), ..Update::of(ticket) };
        world.does(Actor::Staff(ANNA), Act::Update(done), Content::default()).await;
        let home = page(&mut carla, "/").await;
        assert!(home.contains("Neu für Sie (1)") && news(&home) == 1, "{home}");
        // Who sees all tickets of the organization is not told of those that do not concern them.
        world
            .execute("INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10004, 1, 1)")
            .await;
        let mut dana = world.signed_in("dana@globex.example").await;
        let list = page(&mut dana, "/ACME?state=all").await;
        assert!(list.contains("ACME-1") && news(&list) == 0, "{list}");
        world.settle().await;
        world.end().await;
    }
}
