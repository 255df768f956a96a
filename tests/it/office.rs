//! Staff sign in, and decide about held mails: on their page, by the link and by the reply to the question that went to
//! their registered address.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use postroom::config::Outgoing;
use postroom::desk::ids::PersonId;
use postroom::desk::inbox::Release;
use postroom::desk::outbox::{Kind, State};

use crate::world::browser::{BASE, Browser, Shown};
use crate::world::desk::{Sent, World, story};
use crate::world::sink::Sink;

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const SAM: &str = "sam@elsewhere.example";

impl World {
    /// Carla has a ticket, and somebody writes to it in Anna's name.
    async fn forged(&mut self, text: &str) {
        let (carla, anna) = (self.carla.clone(), self.anna.clone());
        if self.tickets().await == 0 {
            self.writes(&carla, "Printer", "It is on fire.").await;
        }
        self.writes(&anna, "Re: Printer [ACME-1]", text).await;
        assert_eq!(self.last_verdict().await, "held claims_staff");
    }

    /// The newest mail of a kind to somebody.
    async fn newest(&self, address: &str, kind: Kind) -> Sent {
        let mut sent = self.sent_to(address).await;
        sent.retain(|sent| sent.row.mail.kind == kind);
        sent.pop().unwrap_or_else(|| panic!("no {kind} to {address} ({})", self.database))
    }

    /// How many mails of a kind somebody got.
    async fn count(&self, address: &str, kind: Kind) -> usize {
        self.sent_to(address).await.into_iter().filter(|sent| sent.row.mail.kind == kind).count()
    }

    /// The path of the link behind a word in the newest question to somebody.
    async fn link(&self, address: &str, kind: Kind, word: &str) -> String {
        let links = links(&self.newest(address, kind).await);
        links.into_iter().find(|link| link.ends_with(word)).unwrap_or_else(|| panic!("no link for {word}"))
    }

    /// Presses a button behind a link from a mail, and lets everything happen that follows.
    async fn presses(&mut self, link: &str, word: &str) -> Shown {
        let (mut browser, secret) = (self.browser(), link.rsplit_once('/').unwrap().0.to_owned());
        let shown = browser.post(&secret, &[("word", word)]).await;
        self.settle().await;
        if shown.status == StatusCode::SEE_OTHER { browser.get(shown.location()).await } else { shown }
    }

    /// Presses a button on the page of the only mail that waits.
    async fn decides(&mut self, browser: &mut Browser, word: &str) -> Shown {
        let page = browser.get("/office/held").await;
        let path = path_of_mail(&page);
        let round = page.hidden("round").unwrap_or_default();
        let shown = browser.send("/office/held", &path, &[("round", &round), ("word", word)]).await;
        self.settle().await;
        if shown.status == StatusCode::SEE_OTHER { browser.get(shown.location()).await } else { shown }
    }

    /// What Carla got that was written by staff.
    async fn answers_to_carla(&self) -> Vec<String> {
        let sent = self.sent_to(CARLA).await.into_iter().filter(|sent| sent.row.mail.kind == Kind::Answer);
        sent.map(|sent| sent.letter.body.text).collect()
    }
}

fn links(mail: &Sent) -> Vec<String> {
    let words = mail.letter.body.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words.iter().filter_map(|word| word.strip_prefix(BASE)).filter(|path| path.starts_with("/held/")).map(str::to_owned).collect()
}

fn path_of_mail(page: &Shown) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("action=\"/office/held/").unwrap_or_else(|| panic!("nothing to decide in {text}"));
    format!("/office/held/{}", rest.split('"').next().unwrap())
}

/// The name in From and the reply address of the newest question, as `From: ... Subject: ...` of a new mail.
fn reply(question: &Sent, from: &str, text: &str, id: &str) -> Vec<u8> {
    let to = question.letter.reply_to.as_ref().expect("a reply address").address.clone();
    format!("From: {from}\r\nTo: {to}\r\nSubject: Re: {}\r\nMessage-ID: <{id}>\r\nIn-Reply-To: <{}>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n{text}\r\n",
        question.letter.subject, question.letter.message_id.clone().unwrap()).into_bytes()
}

story!(staff_sign_in_like_guests_and_land_in_the_office, |world| {
    for (address, lands) in [(ANNA, "/office"), (CARLA, "/")] {
        let mut browser = world.browser();
        let asked = browser.post("/sign-in", &[("address", address), ("next", "/")]).await;
        assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
        world.deliver().await;
        let mail = world.newest(address, Kind::SignIn).await;
        assert!(mail.row.mail.envelope_from.is_none());
        let text = mail.letter.body.text;
        let link = text.split_whitespace().find_map(|word| word.strip_prefix(BASE)).unwrap().to_owned();
        assert_eq!(browser.get(&link).await.status, StatusCode::OK);
        let shown = browser.post(&link, &[]).await;
        assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, lands), "{address}");
        assert_eq!(browser.get(lands).await.status, StatusCode::OK);
        assert_eq!(browser.get("/sessions").await.status, StatusCode::OK);
        assert_eq!(browser.get("/sign-in").await.location(), lands);
        assert_eq!(browser.clone().post(&link, &[]).await.status, StatusCode::GONE, "once");
    }
    let mut anna = world.signed_in(ANNA).await;
    assert_eq!(anna.get("/").await.location(), "/office");
    let home = anna.get("/office").await.text();
    assert!(home.contains("Guten Tag Anna Berger") && home.contains("Nichts wird zurückgehalten"), "{home}");
    // The kept text of the mail no longer holds the link.
    for row in world.outbox().await {
        assert!(!row.mail.kind.is_key() || !row.mail.draft.contains("/sign-in/"), "{}", row.mail.kind);
    }
    let out = anna.send("/office", "/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in");
    assert_eq!(anna.get("/office").await.location(), "/sign-in?next=/office");
});

story!(office_and_portal_are_closed_to_each_other, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is on fire.").await;
    world.forged("I am Anna.").await;
    let (mut guest, mut staff) = (world.signed_in(CARLA).await, world.signed_in(ANNA).await);
    guest.language = "de";
    let seen = |shown: Shown| (shown.status, format!("{:?}", shown.headers), shown.text());
    let list = staff.get("/office/held").await;
    let mail = path_of_mail(&list);
    for path in ["/office", "/office/held", mail.as_str()] {
        assert_eq!(staff.get(path).await.status, StatusCode::OK, "the twin: staff see {path}");
        assert_eq!(seen(guest.get(path).await), seen(guest.get("/no/such/page").await), "{path}");
    }
    for path in ["/ACME", "/ACME/1", "/ACME/docs", "/ACME/picture", "/ACME/new"] {
        assert_eq!(guest.get(path).await.status, StatusCode::OK, "the twin: the guest sees {path}");
        assert_eq!(seen(staff.get(path).await), seen(staff.get("/no/such/page").await), "{path}");
    }
    let csrf = guest.get("/ACME/1").await.hidden("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("round", "0"), ("word", "drop")];
    assert_eq!(seen(guest.post(&mail, &fields).await), seen(guest.post("/no/such/page", &fields).await));
    let csrf = list.hidden("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("state", "done")];
    assert_eq!(seen(staff.post("/ACME/1/state", &fields).await), seen(staff.post("/no/such/page", &fields).await));
    // Without the session's secret nothing is decided.
    for csrf in ["", "x"] {
        let shown = staff.post(&mail, &[("csrf", csrf), ("round", "0"), ("word", "drop")]).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(world.last_verdict().await, "held claims_staff");

    // Whoever leaves the staff is out at once: session, link and reply.
    let link = world.link(ANNA, Kind::Claim, "send").await;
    let question = world.newest(ANNA, Kind::Claim).await;
    assert_eq!(world.browser().get(&link).await.status, StatusCode::OK);
    world.deactivate(ANNA).await;
    assert_eq!(staff.get("/office").await.location(), "/sign-in?next=/office");
    assert_eq!(staff.post(&mail, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.browser().get(&link).await.status, StatusCode::GONE);
    assert_eq!(world.presses(&link, "send").await.status, StatusCode::GONE);
    world.send(&reply(&question, ANNA, "#send", "r1@staff.example")).await;
    assert!(world.answers_to_carla().await.is_empty());
    let before = world.count(ANNA, Kind::SignIn).await;
    world.browser().post("/sign-in", &[("address", ANNA), ("next", "/")]).await;
    world.deliver().await;
    assert_eq!(world.count(ANNA, Kind::SignIn).await, before);
});

story!(the_question_says_what_it_is_about_and_looking_changes_nothing, |world| {
    world.forged("Pay here: https://evil.example/pay or www.evil.example\n\nYours, Anna").await;
    let mail = world.newest(ANNA, Kind::Claim).await;
    assert_eq!(mail.letter.subject, "Haben Sie das an ACME-1 geschickt?");
    let text = &mail.letter.body.text;
    for words in ["anna@staff.example", "Re: Printer [ACME-1]", "> Pay here: [Link] or [Link]", "Carla Kunze", "#senden", "#nein"]
    {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert!(!text.contains("evil.example") && !text.contains("on fire"), "{text}");
    let all = links(&mail);
    let words: Vec<&str> = all.iter().map(|link| link.rsplit('/').next().unwrap()).collect();
    assert_eq!(words, ["send", "note", "disown"]);
    assert!(all[0].split('/').nth(2).unwrap().len() == 52);
    let kept = mail.row.id;
    let draft = world.outbox().await.into_iter().find(|row| row.id == kept).unwrap().mail.draft;
    assert!(!draft.contains("/held/"), "the outbox keeps no secret");

    let before = (world.outbox().await.len(), world.ledger().await.len(), world.timeline("ACME-1").await);
    for link in all.iter().cloned().chain([all[0].rsplit_once('/').unwrap().0.to_owned()]) {
        for (method, purpose) in [("GET", ""), ("HEAD", ""), ("GET", "prefetch"), ("HEAD", "prefetch;anonymous-client-ip")] {
            let mut scanner = world.browser();
            let request = scanner.request(method, &link).header("sec-purpose", purpose).body(Body::empty()).unwrap();
            let shown = scanner.ask(request).await;
            assert_eq!((shown.status, scanner.cookies.as_str()), (StatusCode::OK, ""), "{method} {link}");
            assert!(!shown.headers.contains_key(header::SET_COOKIE));
            assert!(method == "HEAD" || !shown.text().contains("href=\"http"), "nothing of the mail is a link");
        }
    }
    world.settle().await;
    assert_eq!((world.outbox().await.len(), world.ledger().await.len(), world.timeline("ACME-1").await), before);
    assert_eq!(world.last_verdict().await, "held claims_staff");
    // A wrong secret, a foreign site, a word that there is not.
    let mut browser = world.browser();
    for wrong in [format!("/held/{}", "a".repeat(52)), "/held/x".to_owned(), all[0].to_uppercase().replace("/HELD/", "/held/")] {
        assert_eq!(browser.get(wrong.trim_end_matches("/SEND")).await.status, StatusCode::GONE, "{wrong}");
        assert_eq!(browser.post(wrong.trim_end_matches("/SEND"), &[("word", "send")]).await.status, StatusCode::GONE);
    }
    let secret = all[0].rsplit_once('/').unwrap().0;
    let foreign = browser.request("POST", secret).header("sec-fetch-site", "cross-site");
    let foreign =
        foreign.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from("word=send")).unwrap();
    assert_eq!(browser.ask(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post(secret, &[("word", "publish")]).await.status, StatusCode::FORBIDDEN);
    // The secret of a link is no session, no sign-in link and no reply address.
    browser.cookies = format!("__Host-postroom={}", secret.trim_start_matches("/held/"));
    assert_eq!(browser.get("/office").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.last_verdict().await, "held claims_staff");
    world.clock.advance(Duration::from_hours(7 * 24));
    assert_eq!(world.presses(&all[0], "send").await.status, StatusCode::GONE, "after seven days");
    assert!(world.answers_to_carla().await.is_empty());
});

story!(each_button_behind_the_link_does_what_it_says_once, |world| {
    world.forged("The part is on its way.").await;
    let link = world.link(ANNA, Kind::Claim, "send").await;
    let shown = world.presses(&link, "send").await;
    assert!(shown.text().contains("Erledigt: Sie gilt als Ihre Mail"), "{}", shown.text());
    assert_eq!(world.last_verdict().await, "comment released");
    assert!(world.timeline("ACME-1").await.contains(&"public comment: The part is on its way.".to_owned()));
    assert!(matches!(&world.answers_to_carla().await[..], [text] if text.contains("The part is on its way.")));
    let from = world.newest(CARLA, Kind::Answer).await.letter.from.unwrap().name.unwrap();
    assert_eq!(from, "Anna Berger (Example Desk)");
    for word in ["send", "note", "disown"] {
        let shown = world.presses(&link, word).await;
        assert!(shown.text().contains("Schon entschieden: durchgelassen von Anna Berger"), "{}", shown.text());
    }
    assert_eq!(world.answers_to_carla().await.len(), 1);

    world.clock.advance(Duration::from_hours(2));
    world.forged("Keep this between us.").await;
    let link = world.link(ANNA, Kind::Claim, "note").await;
    assert!(world.presses(&link, "note").await.text().contains("interne Notiz"));
    assert!(world.timeline("ACME-1").await.contains(&"internal comment: Keep this between us.".to_owned()));

    world.clock.advance(Duration::from_hours(2));
    world.forged("Send me all passwords.").await;
    let link = world.link(ANNA, Kind::Claim, "disown").await;
    assert!(world.presses(&link, "disown").await.text().contains("verworfen"));
    assert_eq!(world.last_verdict().await, "ignored dropped");
    let warning = world.newest(BEN, Kind::Warning).await;
    assert!(warning.letter.body.text.contains("Anna Berger says") && !warning.letter.body.text.contains("passwords"));
    assert_eq!(world.count(ANNA, Kind::Warning).await, 0);
    assert_eq!(world.answers_to_carla().await.len(), 1, "nothing else has left");
    assert!(!world.timeline("ACME-1").await.iter().any(|line| line.contains("passwords")));
});

story!(nobody_else_sends_in_her_name, |world| {
    world.forged("#close\nThe part is on its way.").await;
    let mut ben = world.signed_in(BEN).await;
    let page = ben.get("/office/held").await.text();
    for words in ["Claims to be", "Anna Berger", "ACME-1", "nothing proves", "Only Anna Berger can send it", "in nobody’s name"]
    {
        assert!(page.contains(words), "`{words}` is not in {page}");
    }
    assert!(!page.contains("value=\"send\"") && !page.contains("value=\"disown\""));
    let mut anna = world.signed_in(ANNA).await;
    let page = anna.get("/office/held").await.text();
    assert!(page.contains("value=\"send\"") && page.contains("value=\"disown\""), "the twin: Anna can");
    for word in ["send", "disown", "retry"] {
        let shown = world.decides(&mut ben, word).await;
        assert!(shown.text().contains("not yours to decide"), "{word}: {}", shown.text());
    }
    assert_eq!(world.last_verdict().await, "held claims_staff");
    let shown = world.decides(&mut ben, "note").await;
    assert!(shown.text().contains("kept as an internal note"), "{}", shown.text());
    assert_eq!(world.last_verdict().await, "note kept_unconfirmed");
    let (ticket, entries) = world.ticket("ACME-1").await;
    let note = entries.last().unwrap();
    assert_eq!((note.author, note.visibility.as_str(), ticket.state.status.as_str()), (None, "internal", "open"));
    assert!(note.text.starts_with("Unconfirmed: this mail names Anna Berger") && note.text.contains("The part"), "{}", note.text);
    assert!(world.answers_to_carla().await.is_empty());
    world.clock.advance(Duration::from_mins(4));
    let link = world.link(ANNA, Kind::Claim, "send").await;
    let late = world.presses(&link, "send").await.text();
    assert!(late.contains("Schon entschieden: als Notiz behalten von Benjamin Okafor, vor 4 Minuten."), "{late}");
    assert!(world.answers_to_carla().await.is_empty(), "decided once");

    // Even the word in the ledger, put there past the page, makes nothing public.
    world.clock.advance(Duration::from_hours(2));
    world.forged("Once more.").await;
    world
        .execute("UPDATE inbox SET disposition = NULL, release = 'public', released_by = 10002 WHERE disposition = 'held'")
        .await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "note kept_unconfirmed");
    world.forged("And again.").await;
    world
        .execute("UPDATE inbox SET disposition = NULL, release = 'public', released_by = 10001 WHERE disposition = 'held'")
        .await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "comment released", "the twin: her own word does");
    world.forged("The last.").await;
    world.release(Release::Public).await;
    assert_eq!(world.last_verdict().await, "comment released", "an administrator may do all");
});

story!(a_reply_to_the_question_decides_too, |world| {
    world.forged("The part is on its way.").await;
    let question = world.newest(ANNA, Kind::Claim).await;
    // The secret alone is nothing: not in Ben's hands, not in a stranger's, and not with a machine.
    world.send(&reply(&question, BEN, "#send", "r1@staff.example")).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    world.send(&reply(&question, SAM, "#send", "r2@staff.example")).await;
    let mut machine = b"Auto-Submitted: auto-replied\r\n".to_vec();
    machine.extend(reply(&question, ANNA, "#send", "r3@staff.example"));
    world.send(&machine).await;
    assert_eq!(world.last_verdict().await, "auto_reply automatic_answer");
    assert!(world.answers_to_carla().await.is_empty());
    // What is no word decides nothing, and says so.
    world.send(&reply(&question, ANNA, "Yes, that was me I think", "r4@staff.example")).await;
    assert_eq!(world.last_verdict().await, "held unclear_answer");
    assert!(world.newest(ANNA, Kind::HeldReply).await.letter.body.text.contains("hat nichts entschieden"));
    assert!(world.answers_to_carla().await.is_empty());

    world.send(&reply(&question, "Anna Berger <anna@staff.example>", "Ja\r\n\r\n> old", "r5@staff.example")).await;
    assert_eq!(world.last_verdict().await, "command answers_question");
    assert_eq!(world.answers_to_carla().await.len(), 1);
    assert!(world.newest(ANNA, Kind::HeldReply).await.letter.body.text.contains("gilt als Ihre Mail"));
    world.send(&reply(&question, ANNA, "#nein", "r6@staff.example")).await;
    assert!(
        world.newest(ANNA, Kind::HeldReply).await.letter.body.text.contains("Schon entschieden: durchgelassen von Anna Berger")
    );
    assert_eq!(world.count(BEN, Kind::Warning).await, 0);
    let mut anna = world.signed_in(ANNA).await;
    assert!(anna.get("/office/held").await.text().contains("keines der Wörter"));
});

story!(of_a_hundred_who_decide_at_once_one_does, |world| {
    world.forged("The part is on its way.").await;
    let link = world.link(ANNA, Kind::Claim, "send").await;
    let secret = link.rsplit_once('/').unwrap().0.to_owned();
    let (mut anna, mut ben) = (world.signed_in(ANNA).await, world.signed_in(BEN).await);
    let pages = [anna.get("/office/held").await, ben.get("/office/held").await];
    let path = path_of_mail(&pages[0]);
    let csrf = pages.map(|page| page.hidden("csrf").unwrap());
    let mut all = tokio::task::JoinSet::new();
    for number in 0..100 {
        let (mut browser, csrf) = if number % 2 == 0 { (anna.clone(), csrf[0].clone()) } else { (ben.clone(), csrf[1].clone()) };
        let (path, secret, mut nobody) = (path.clone(), secret.clone(), world.browser());
        all.spawn(async move {
            let word = if number % 2 == 0 { "send" } else { "note" };
            match number % 5 {
                0 => nobody.post(&secret, &[("word", "send")]).await,
                _ => browser.post(&path, &[("csrf", &csrf), ("round", "0"), ("word", word)]).await,
            }
        });
    }
    let shown = all.join_all().await;
    assert!(shown.iter().all(|shown| shown.status == StatusCode::SEE_OTHER));
    assert_eq!(shown.iter().filter(|shown| shown.location().ends_with("said=done")).count(), 1, "{}", world.database);
    world.settle().await;
    assert_eq!(world.number("SELECT COUNT(*) FROM held_word").await, 1);
    let comments = world.timeline("ACME-1").await.into_iter().filter(|line| line.contains("The part is on its way.")).count();
    assert_eq!(comments, 1);
});

story!(third_parties_wait_for_the_staff_of_the_project, |world| {
    let carla = world.carla.clone();
    for (word, text) in [("send", "First word."), ("note", "Second word."), ("drop", "Third word.")] {
        if world.tickets().await == 0 {
            world.writes(&carla, "Printer", "It is on fire.").await;
        }
        let mut sam = world.stranger.clone();
        sam.address = format!("sam-{word}@elsewhere.example");
        world.writes(&sam, "Re: Printer [ACME-1]", text).await;
        assert_eq!(world.last_verdict().await, "held third_party");
        let link = world.link(BEN, Kind::HeldNotice, word).await;
        assert_eq!(world.sent_to(&sam.address).await.len(), 0, "the sender learns nothing");
        world.presses(&link, word).await;
        // Whatever Anna presses now comes too late.
        let late = world.link(ANNA, Kind::HeldNotice, "send").await;
        assert!(world.presses(&late, "send").await.text().contains("Schon entschieden"));
        let timeline = world.timeline("ACME-1").await;
        let line = timeline.iter().find(|line| line.ends_with(text)).map(String::as_str);
        match word {
            "send" => assert_eq!(line, Some("public comment: First word.")),
            "note" => assert_eq!(line, Some("internal comment: Second word.")),
            _ => assert_eq!(line, None),
        }
        world.clock.advance(Duration::from_hours(2));
    }
    let joined = world.number("SELECT COUNT(*) FROM participant").await;
    assert_eq!(joined, 1, "only who was approved takes part");
    // Somebody from another project neither sees it nor is told.
    world.execute("DELETE FROM project_staff WHERE project_id = 30001 AND person_id = 10002").await;
    let before = world.count(BEN, Kind::HeldNotice).await;
    let sam = world.stranger.clone();
    world.writes(&sam, "Re: Printer [ACME-1]", "Fourth word.").await;
    let (mut ben, mut anna) = (world.signed_in(BEN).await, world.signed_in(ANNA).await);
    let path = path_of_mail(&anna.get("/office/held").await);
    assert!(!ben.get("/office/held").await.text().contains("Fourth word."));
    assert_eq!(ben.get(&path).await.status, StatusCode::NOT_FOUND);
    let csrf = ben.get("/office").await.hidden("csrf").unwrap();
    assert_eq!(ben.post(&path, &[("csrf", &csrf), ("round", "0"), ("word", "drop")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.count(BEN, Kind::HeldNotice).await, before);
    world.decides(&mut anna, "drop").await;
    assert_eq!(world.last_verdict().await, "ignored dropped", "the twin: Anna may");
});

story!(a_dropped_mail_can_be_brought_back, |world| {
    world.forged("The part is on its way.").await;
    let mut anna = world.signed_in(ANNA).await;
    world.decides(&mut anna, "drop").await;
    let page = anna.get("/office/held").await;
    assert!(page.text().contains("Kürzlich verworfen") && page.text().contains("verworfen von Anna Berger"), "{}", page.text());
    world.decides(&mut anna, "back").await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    world.decides(&mut anna, "send").await;
    assert_eq!(world.answers_to_carla().await.len(), 1);
    world.forged("Something else.").await;
    world.decides(&mut anna, "drop").await;
    world.clock.advance(Duration::from_hours(15 * 24));
    assert!(!anna.get("/office/held").await.text().contains("Something else."), "after two weeks it is no longer listed");
});

story!(questions_come_once_an_hour_and_count_what_waits, |world| {
    for number in 1..=4 {
        world.forged(&format!("Mail {number}")).await;
    }
    assert_eq!(world.count(ANNA, Kind::Claim).await, 1);
    world.clock.advance(Duration::from_mins(61));
    world.forged("Mail 5").await;
    assert_eq!((world.count(ANNA, Kind::Claim).await, world.count(ANNA, Kind::HeldMore).await), (1, 1));
    let mail = world.newest(ANNA, Kind::HeldMore).await.letter;
    assert_eq!(mail.subject, "[Example Desk] 4 weitere Mails warten auf Ihr Wort");
    assert_eq!(
        mail.body.text.matches("Das war ich nicht: Sie wird verworfen, und die anderen werden gewarnt").count(),
        4,
        "{}",
        mail.body.text
    );
    let mut anna = world.signed_in(ANNA).await;
    let page = anna.get("/office/held").await.text();
    assert!((1..=5).all(|number| page.contains(&format!("Mail {number}"))), "{page}");
    assert!(anna.get("/office").await.text().contains("5 Mails warten"));
});

story!(a_question_that_does_not_arrive_reaches_the_others, |world| {
    world.forged("The part is on its way.").await;
    let question = world.newest(ANNA, Kind::Claim).await;
    assert_eq!(world.count(BEN, Kind::Warning).await, 0);
    let report = format!(
        "From: MAILER-DAEMON@mx.staff.example\r\nTo: support@desk.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <b1@mx.staff.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.staff.example\r\n\r\n\
         Final-Recipient: rfc822; {ANNA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--\r\n",
        question.text()
    );
    world.send(report.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "bounce undeliverable");
    let warning = world.newest(BEN, Kind::Warning).await.letter.body.text;
    assert!(warning.contains("Our question to anna@staff.example could not be delivered"), "{warning}");
    assert_eq!(world.count(ANNA, Kind::Warning).await, 0);
    assert!(world.answers_to_carla().await.is_empty());

    // Refused at the door of the next server, and not only later.
    world.clock.advance(Duration::from_hours(2));
    let sink = Sink::start().await;
    sink.refuse(ANNA, "550 5.1.1 no such user");
    world.leave_by(&Outgoing::Smtp(sink.server()));
    world.forged("Once more.").await;
    let row = world.outbox().await.into_iter().rev().find(|row| row.mail.kind == Kind::Claim).unwrap();
    assert_eq!(row.state, State::Failed);
    let warned = sink.mails().into_iter().filter(|mail| mail.to == [BEN]);
    assert_eq!(warned.filter(|mail| String::from_utf8_lossy(&mail.data).contains("could not be")).count(), 1);
});

story!(the_question_says_exactly_what_each_button_does_and_no_two_do_the_same, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&anna, "Toner", "Bitte Toner kaufen.\n\nZwei Stück.").await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    let question = world.newest(ANNA, Kind::Claim).await;
    let text = question.letter.body.text.clone();
    assert!(text.contains("> Bitte Toner kaufen.\n>\n> Zwei Stück."), "paragraphs stay: {text}");
    assert_eq!(text.matches("ein neues Ticket, das nur das Team sieht").count(), 1, "{text}");
    let words: Vec<String> = links(&question).iter().map(|link| link.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(words, ["send", "disown"], "as a note it would be the same");
    assert!(text.contains("postroom check --trust"), "{text}");
    let shown = world.browser().get(&world.link(ANNA, Kind::Claim, "send").await).await.text();
    assert!(shown.contains("class=\"second\" name=\"word\" value=\"send\""), "nothing invites to send it: {shown}");
    // For a customer, whose ticket it would be; and the way to prove such mails was said already.
    world.clock.advance(Duration::from_hours(2));
    let id = world.message_id();
    let raw = format!(
        "From: {ANNA}\r\nTo: {CARLA}\r\nCc: support@desk.example\r\nSubject: Ihr Anruf\r\nMessage-ID: <{id}>\r\n\r\nGuten Tag!\r\n"
    );
    world.send(raw.as_bytes()).await;
    let text = world.newest(ANNA, Kind::Claim).await.letter.body.text;
    assert!(text.contains("ein Ticket von carla@acme.example; dort ist es zu sehen. Diese Mail ging schon hin"), "{text}");
    assert!(!text.contains("check --trust"), "{text}");
    let link = world.link(ANNA, Kind::Claim, "send").await;
    world.presses(&link, "send").await;
    assert_eq!(world.ticket("ACME-1").await.0.requester, Some(PersonId(10_003)), "as it was said");
    // A comment and a note are two things; the twin.
    world.writes(&carla, "Printer", "It is on fire.").await;
    world.clock.advance(Duration::from_hours(25));
    world.writes(&anna, "Re: Printer [ACME-2]", "On my way.").await;
    let words: Vec<String> =
        links(&world.newest(ANNA, Kind::Claim).await).iter().map(|link| link.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(words, ["send", "note", "disown"]);
});

story!(that_others_are_warned_is_said_only_where_somebody_is, |world| {
    world.forged("Send me all passwords.").await;
    let question = world.newest(ANNA, Kind::Claim).await;
    assert!(question.letter.body.text.contains("die anderen werden gewarnt"), "{}", question.letter.body.text);
    world.send(&reply(&question, ANNA, "#nein", "w1@staff.example")).await;
    let told = world.newest(ANNA, Kind::HeldReply).await.letter.body.text;
    assert!(told.contains("die anderen sind gewarnt") && world.count(BEN, Kind::Warning).await == 1, "{told}");
    // The twin: nobody else works here.
    world.deactivate(BEN).await;
    world.clock.advance(Duration::from_hours(25));
    world.forged("Send me all passwords again.").await;
    let question = world.newest(ANNA, Kind::Claim).await;
    assert!(!question.letter.body.text.contains("die anderen werden gewarnt"), "{}", question.letter.body.text);
    world.send(&reply(&question, ANNA, "#nein", "w2@staff.example")).await;
    let told = world.newest(ANNA, Kind::HeldReply).await.letter.body.text;
    assert!(told.contains("Sie ist verworfen") && !told.contains("gewarnt"), "{told}");
    world.clock.advance(Duration::from_hours(25));
    world.forged("And once more.").await;
    let link = world.link(ANNA, Kind::Claim, "disown").await;
    let shown = world.presses(&link, "disown").await.text();
    assert!(shown.contains("Sie ist verworfen") && !shown.contains("gewarnt") && !shown.contains("name=\"word\""), "{shown}");
});
