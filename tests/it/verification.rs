//! Codes and links of other services that come to an address of the desk: whoever signed up there with it reads them nowhere.

use axum::http::StatusCode;
use postroom::desk::inbox::Release;

use crate::world::desk::World;

const CARLA: &str = "carla@acme.example";
const CODE: &str = "482913";

/// What a service sends when somebody signs up with `to`.
fn code(from: &str, to: &str, subject: &str, more: &str, id: usize) -> Vec<u8> {
    let head = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 04:30:00 +0000\r\n{more}");
    let text = "Your verification code is 482913. Enter this code to confirm your email address.\r\n\
                It expires in 10 minutes. If you did not request it, ignore this email.\r\n";
    format!("{head}Message-ID: <{id}@service.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_held_for_the_staff_whatever_address_it_comes_to_and_whomever_it_names() {
    for mut world in World::each().await {
        let client = world.carla.clone();
        world.writes(&client, "Drucker", "Er druckt nicht.").await;
        let anna = world.anna.clone();
        world.answers(&anna, "Wir sehen nach.").await;
        let token = world.last_to(CARLA).await.letter.reply_to.expect("a reply address").address;
        let before = (world.tickets().await, world.timeline("ACME-1").await, world.sent_to(CARLA).await.len());
        let slack = "Slack <no-reply@slack.example>";
        let cases = [
            (slack, "support@desk.example", "Your verification code", ""),
            (slack, "acme@desk.example", "Your verification code", ""),
            (slack, "acme@desk.example", "Your verification code", "List-Unsubscribe: <https://s.example/u>\r\n"),
            (slack, "support+anything@desk.example", "Your verification code", "Auto-Submitted: auto-generated\r\n"),
            (slack, token.as_str(), "Your verification code", ""),
            (slack, "support@desk.example", "[ACME-1] Your verification code", ""),
            ("Carla Kunze <carla@acme.example>", token.as_str(), "Your verification code", ""),
            ("Carla Kunze <carla@acme.example>", "support@desk.example", "Sign up", ""),
            ("Somebody <x@acme.example>", "acme@desk.example", "Welcome", ""),
            ("Example Desk <support@desk.example>", "acme@desk.example", "Your verification code", ""),
        ];
        for (id, (from, to, subject, more)) in cases.into_iter().enumerate() {
            world.send(&code(from, to, subject, more, id)).await;
            assert_eq!(world.last_verdict().await, "held verification", "{from} {to} {subject} {more}");
        }
        let after = (world.tickets().await, world.timeline("ACME-1").await, world.sent_to(CARLA).await.len());
        assert_eq!(before, after, "nothing became of them, and nobody outside was written to");
        let mut carla = world.signed_in(CARLA).await;
        for path in ["/", "/ACME", "/ACME/1", "/ACME?q=code", "/ACME/2"] {
            assert!(!carla.get(path).await.text().contains(CODE), "{path}");
        }
        let told = world
            .sent_to(&anna.address)
            .await
            .into_iter()
            .any(|sent| sent.letter.body.text.contains("Another service sends a code"));
        let told_german =
            world.sent_to(&anna.address).await.into_iter().any(|sent| sent.letter.body.text.contains("Ein anderer Dienst"));
        assert!(told || told_german, "the staff is told");

        // However it is written, and with nothing around it.
        for (id, text) in
            ["Code: 4 8 2 9 1 3", "Code: 482 913", "Code: 4-8-2-9-1-3", "Code: ４８２９１３"].into_iter().enumerate()
        {
            let head = "From: Sam <sam@elsewhere.example>\r\nTo: support@desk.example\r\nSubject: Hello\r\n";
            let more = "Content-Type: text/plain; charset=utf-8\r\n";
            world.send(format!("{head}{more}Message-ID: <g{id}@elsewhere.example>\r\n\r\n{text}\r\n").as_bytes()).await;
            assert_eq!(world.last_verdict().await, "held verification", "{text}");
        }
        let stranger = world.stranger.clone();
        for text in
            ["Order: 482 913", "My phone number is 4 8 2 9 1 3, please call.", "The room code is 4829, and the door is open."]
        {
            world.writes(&stranger, "Hello", text).await;
            assert_eq!(world.last_verdict().await, "ticket new", "{text}");
        }

        // The twins: who writes about a code, or passes one on, has a ticket.
        world.writes(&client, "Code", "Guten Tag, ich bekomme keinen Bestätigungscode. Gestern kam 482913.").await;
        assert_eq!(world.last_verdict().await, "ticket new");
        let raw = code("Carla Kunze <carla@acme.example>", "support@desk.example", "Fwd: Your verification code", "", 100);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, "ticket new");
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_becomes_a_note_or_nothing_and_no_word_makes_it_public() {
    for mut world in World::each().await {
        let client = world.carla.clone();
        world.writes(&client, "Drucker", "Er druckt nicht.").await;
        for (id, word) in [Release::AsIs, Release::Public].into_iter().enumerate() {
            world.send(&code("x@s.example", "acme@desk.example", "Your verification code", "", id)).await;
            world.release(word).await;
            assert_eq!(world.last_verdict().await, "held verification", "{word}: it is asked for itself");
        }
        let mut anna = world.signed_in("anna@staff.example").await;
        let page = anna.get("/office/held").await.text();
        assert!(page.contains("value=\"note\"") && page.contains("value=\"drop\"") && !page.contains("value=\"send\""), "{page}");
        world.release(Release::Note).await;
        assert_eq!(world.last_verdict().await, "ticket new", "a new ticket that only staff see");
        world
            .send(&code(
                "carla@acme.example",
                "support@desk.example",
                "Re: [ACME-1] Code",
                "Auto-Submitted: auto-generated\r\n",
                9,
            ))
            .await;
        assert_eq!(world.last_verdict().await, "held verification");
        world.release(Release::Note).await;
        assert!(world.last_verdict().await.starts_with("note "));
        let mut carla = world.signed_in(CARLA).await;
        for path in ["/", "/ACME", "/ACME/1", "/ACME?q=code"] {
            assert!(!carla.get(path).await.text().contains(CODE), "{path}");
        }
        assert_eq!(carla.get("/ACME/2").await.status, StatusCode::NOT_FOUND);
        assert!(!world.sent_to(CARLA).await.iter().any(|sent| sent.text().contains(CODE)));
        assert!(
            world.timeline("ACME-1").await.iter().any(|line| line.starts_with("internal") && line.contains(CODE)),
            "the twin: inside it is there"
        );
        world.end().await;
    }
}
