//! Every held mail is told to somebody who can decide about it: at once, together when the hour ends, or in the morning.

use std::time::Duration;

use postroom::acts::ActContext;
use postroom::acts::held::mail::Asked;
use postroom::acts::held::notice;
use postroom::config::Outgoing;
use postroom::desk::ids::ProjectId;
use postroom::desk::inbox::{Absent, Held};
use postroom::desk::notify::{Event, NotifyBy, Wish};
use postroom::desk::outbox::{Kind, State};
use postroom::desk::people::Language;
use postroom::letters::held::why;
use postroom::letters::i18n::texts;
use postroom::mail::Limits;
use postroom::ops::check;
use postroom::store::inbox::Origin;
use postroom::store::{epoch, inbox, notify, people, told};
use postroom::time::Rng;

use crate::world::browser::BASE;
use crate::world::desk::{SUPPORT, Sent, World, story};
use crate::world::sink::Sink;

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";

/// Somebody who has no part in Carla's ticket.
async fn third(world: &mut World, who: &str, text: &str) {
    let carla = world.carla.clone();
    if world.tickets().await == 0 {
        world.writes(&carla, "Printer", "It is on fire.").await;
    }
    let mut sam = world.stranger.clone();
    sam.address = format!("{who}@elsewhere.example");
    world.writes(&sam, "Re: Printer [ACME-1]", text).await;
    assert_eq!(world.last_verdict().await, "held third_party");
}

async fn forged(world: &mut World, subject: &str) {
    let anna = world.anna.clone();
    world.writes(&anna, subject, "I am Anna.").await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
}

/// The mails about held mails that somebody got, by kind and subject.
async fn notices(world: &World, address: &str) -> Vec<(Kind, String)> {
    let sent = world.sent_to(address).await.into_iter().filter(|sent| sent.row.mail.kind.tells_of_held());
    sent.map(|sent| (sent.row.mail.kind, sent.letter.subject)).collect()
}

async fn newest(world: &World, address: &str, kind: Kind) -> Sent {
    let found = world.sent_to(address).await.into_iter().rev().find(|sent| sent.row.mail.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind} to {address} ({})", world.database))
}

fn links(mail: &Sent) -> Vec<String> {
    let words = mail.letter.body.text.split_whitespace().filter_map(|word| word.strip_prefix(BASE));
    words.filter(|path| path.starts_with("/held/")).map(str::to_owned).collect()
}

/// Who has been told of the newest mail, by name.
async fn told_of_last(world: &World) -> Vec<String> {
    let id = world.ledger().await.pop().unwrap().id;
    let mut tx = world.store.read().await.unwrap();
    let mut names = Vec::new();
    for standing in told::of(&mut tx, id).await.unwrap() {
        if standing.told_at.is_some() {
            names.push(people::get(&mut tx, standing.person).await.unwrap().unwrap().address().to_owned());
        }
    }
    names
}

/// A mail of which the mailbox has no more than the beginning.
async fn stub(world: &mut World, absent: Absent, size: i64, head: &[u8]) {
    let uid = 1 + i64::try_from(world.ledger().await.len()).unwrap();
    let origin = Origin { mailbox: "support".to_owned(), folder: "INBOX".to_owned(), uidvalidity: 9, uid };
    let (now, head) = (world.clock.now(), head.to_vec());
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            if let inbox::Received::New(id) = inbox::receive_stub(tx, &origin, absent, size, Some(now), now, &Rng::System).await?
                && !head.is_empty()
            {
                inbox::set_head(tx, id, &head).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    world.settle().await;
}

async fn wishes_none(world: &World, address: &'static str) {
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let person = people::by_address(tx, address).await?.unwrap();
            Ok(notify::set(tx, person.id, Wish { project: None, event: Event::Held, way: NotifyBy::Nothing }).await?)
        })
    });
    work.await.unwrap();
}

story!(the_second_within_the_hour_is_told_when_the_hour_ends, |world| {
    third(&mut world, "zoe", "I have a lamp.").await;
    world.clock.advance(Duration::from_mins(10));
    third(&mut world, "carla.private", "It burns now! Please come at once.").await;
    third(&mut world, "yet.another", "See https://evil.example").await;
    for person in [ANNA, BEN] {
        assert_eq!(notices(&world, person).await.len(), 1, "the first at once, the others not yet");
    }
    world.clock.advance(Duration::from_mins(49));
    world.settle().await;
    assert_eq!(notices(&world, BEN).await.len(), 1, "59 minutes");
    world.clock.advance(Duration::from_mins(1));
    world.settle().await;
    for person in [ANNA, BEN] {
        assert_eq!(notices(&world, person).await.len(), 2, "{}", world.database);
    }
    let mail = newest(&world, BEN, Kind::HeldMore).await;
    assert_eq!(mail.letter.subject, "[Example Desk] 2 more mails wait for your word");
    let text = &mail.letter.body.text;
    for words in [
        "carla.private@elsewhere.example",
        "yet.another@elsewhere.example",
        "about ACME-1",
        "Approve: It becomes a public comment. carla.private@elsewhere.example takes part from now on",
        "> It burns now! Please come at once.",
        "#send, #note, #drop",
        "support+",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert!(!text.contains("evil.example") && text.contains("> See [link]"), "no links of strangers: {text}");
    let links = links(&mail);
    assert_eq!(links.len(), 6, "three for each");
    // Each link is for its own mail.
    let mut browser = world.browser();
    let shown = browser.post(links[0].rsplit_once('/').unwrap().0, &[("word", "send")]).await;
    assert!(shown.location().ends_with("said=done"), "{}", shown.location());
    world.settle().await;
    assert!(world.timeline("ACME-1").await.iter().any(|line| line.ends_with("It burns now! Please come at once.")));
    assert!(!world.outbox().await.iter().any(|row| row.mail.draft.contains("/held/")), "the outbox keeps no secret");
    // And the reply address of an item, too.
    let to = text.split_whitespace().filter(|word| word.starts_with("support+")).nth(1).unwrap();
    let raw = format!("From: {BEN}\r\nTo: {to}\r\nSubject: Re: x\r\nMessage-ID: <r1@staff.example>\r\n\r\n#drop\r\n");
    world.send(raw.as_bytes()).await;
    let dropped = world.ledger().await.into_iter().filter(|row| row.reason.as_deref() == Some("dropped"));
    assert_eq!(dropped.map(|row| row.sender.unwrap()).collect::<Vec<_>>(), ["yet.another@elsewhere.example"]);
    // Nothing is told twice.
    world.clock.advance(Duration::from_hours(1));
    world.settle().await;
    assert_eq!(notices(&world, ANNA).await.len(), 2);
});

story!(what_was_collected_comes_when_the_first_is_decided, |world| {
    third(&mut world, "zoe", "First.").await;
    third(&mut world, "sam", "Second.").await;
    third(&mut world, "tom", "Third.").await;
    let link = links(&newest(&world, BEN, Kind::HeldNotice).await).remove(2);
    world.browser().post(link.rsplit_once('/').unwrap().0, &[("word", "drop")]).await;
    world.settle().await;
    for person in [ANNA, BEN] {
        assert_eq!(notices(&world, person).await.len(), 2, "{person} {}", world.database);
        assert!(newest(&world, person, Kind::HeldMore).await.letter.body.text.contains("tom@elsewhere.example"));
    }
});

story!(a_flood_of_forgeries_brings_its_victim_three_mails_and_customers_none, |world| {
    let outside = |sent: &[Sent]| sent.iter().filter(|sent| !sent.row.mail.recipient.ends_with("staff.example")).count();
    let before = outside(&world.sent().await);
    for number in 0..60 {
        forged(&mut world, &format!("Forgery {number}")).await;
        world.clock.advance(Duration::from_mins(7));
    }
    let day = world.clock.now();
    while world.clock.now().since(day) < Duration::from_hours(16) {
        world.clock.advance(Duration::from_mins(30));
        world.settle().await;
    }
    let told = notices(&world, ANNA).await;
    let kinds: Vec<Kind> = told.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Kind::Claim, Kind::HeldMore, Kind::HeldList], "{told:?} {}", world.database);
    assert_eq!(outside(&world.sent().await), before);
    assert_eq!(
        world
            .number("SELECT COUNT(*) FROM (SELECT inbox_id FROM held_told WHERE told_at IS NOT NULL GROUP BY inbox_id) told")
            .await,
        60
    );
});

story!(who_confirms_their_mails_is_asked_about_the_next_at_once, |world| {
    for number in 1..=4 {
        forged(&mut world, &format!("Mine {number}")).await;
        assert_eq!(notices(&world, ANNA).await.len(), number, "{}", world.database);
        let link = links(&newest(&world, ANNA, Kind::Claim).await).remove(0);
        world.browser().post(link.rsplit_once('/').unwrap().0, &[("word", "send")]).await;
        world.settle().await;
        world.clock.advance(Duration::from_mins(61));
    }
});

story!(what_is_still_held_in_the_morning_comes_in_one_mail_to_all, |world| {
    forged(&mut world, "One").await;
    third(&mut world, "sam", "Two.").await;
    third(&mut world, "tom", "Three.").await;
    world.clock.advance(Duration::from_hours(24));
    world.settle().await;
    for (person, subject) in
        [(ANNA, "[Example Desk] 3 Mails werden noch zurückgehalten"), (BEN, "[Example Desk] 3 mails are still held")]
    {
        let lists: Vec<_> = notices(&world, person).await.into_iter().filter(|(kind, _)| *kind == Kind::HeldList).collect();
        assert_eq!(lists, [(Kind::HeldList, subject.to_owned())], "{}", world.database);
    }
    let text = newest(&world, BEN, Kind::HeldList).await.letter.body.text;
    let id = world.ledger().await.pop().unwrap().id;
    assert!(text.contains(&format!("{BASE}/office/held/{id}")) && text.contains("tom@elsewhere.example"), "{text}");
    world.clock.advance(Duration::from_hours(48));
    world.settle().await;
    let lists = notices(&world, BEN).await.into_iter().filter(|(kind, _)| *kind == Kind::HeldList);
    assert_eq!(lists.count(), 1, "never again while nothing is new");
    // Who may not see a mail learns that there is one.
    world.execute("DELETE FROM project_staff WHERE project_id = 30001 AND person_id = 10002").await;
    third(&mut world, "new", "Four.").await;
    world.clock.advance(Duration::from_hours(24));
    world.settle().await;
    let text = newest(&world, BEN, Kind::HeldList).await.letter.body.text;
    assert!(text.contains("more wait for the staff of other projects") && !text.contains("new@elsewhere.example"), "{text}");
});

story!(whoever_is_not_to_be_reached_is_replaced, |world| {
    // Anna wishes no notices: Ben gets them. Both wish none: both get them.
    wishes_none(&world, ANNA).await;
    third(&mut world, "a", "One.").await;
    assert_eq!(told_of_last(&world).await, [BEN], "{}", world.database);
    world.clock.advance(Duration::from_hours(2));
    wishes_none(&world, BEN).await;
    third(&mut world, "b", "Two.").await;
    assert_eq!(told_of_last(&world).await, [ANNA, BEN]);
    // A question to oneself comes whatever one wishes.
    forged(&mut world, "Mine").await;
    assert_eq!(told_of_last(&world).await, [ANNA]);
    // Of somebody who is no longer here, the others are told; and so of what was collected for them.
    world.clock.advance(Duration::from_hours(25));
    forged(&mut world, "Mine, first").await;
    forged(&mut world, "Mine, second").await;
    assert!(told_of_last(&world).await.is_empty(), "it is collected");
    world.deactivate(ANNA).await;
    world.clock.advance(Duration::from_hours(1));
    world.settle().await;
    assert_eq!(told_of_last(&world).await, [BEN], "{}", world.database);
    // Only Ben is of the project, and he leaves: whoever is left is told, and may decide.
    world.execute("UPDATE person SET active = 1 WHERE id = 10001").await;
    world.execute("DELETE FROM project_staff WHERE person_id = 10001").await;
    world.deactivate(BEN).await;
    third(&mut world, "c", "Three.").await;
    assert_eq!(told_of_last(&world).await, [ANNA]);
    let link = links(&newest(&world, ANNA, Kind::HeldNotice).await).remove(0);
    assert!(world.browser().post(link.rsplit_once('/').unwrap().0, &[("word", "send")]).await.location().ends_with("said=done"));
    world.settle().await;
    // Nobody at all: the check says so, and whoever comes is told in the morning.
    world.deactivate(ANNA).await;
    world.clock.advance(Duration::from_hours(2));
    third(&mut world, "d", "Four.").await;
    assert!(told_of_last(&world).await.is_empty());
    let config = world.web().config.clone();
    let found = check::waiting::untold(&world.store, &config, world.clock.now()).await.unwrap();
    let checks: Vec<&str> = found.iter().map(|finding| finding.check).collect();
    assert!(checks.starts_with(&["staff", "held_untold"]), "{found:?}");
    world.execute("UPDATE person SET active = 1 WHERE id = 10001").await;
    assert!(check::waiting::untold(&world.store, &config, world.clock.now()).await.unwrap().is_empty(), "the twin");
    world.clock.advance(Duration::from_hours(24));
    world.settle().await;
    assert_eq!(told_of_last(&world).await, [ANNA], "{}", world.database);
});

story!(a_notice_that_does_not_arrive_is_told_to_others, |world| {
    world.execute("DELETE FROM project_staff WHERE person_id = 10001").await;
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is on fire.").await;
    let sink = Sink::start().await;
    sink.refuse(BEN, "550 5.1.1 no such user");
    world.leave_by(&Outgoing::Smtp(sink.server()));
    third(&mut world, "sam", "Who pays?").await;
    world.settle().await;
    world.settle().await;
    let rows = world.outbox().await;
    let of = |kind: Kind| rows.iter().filter(move |row| row.mail.kind == kind).collect::<Vec<_>>();
    assert_eq!(of(Kind::HeldNotice)[0].state, State::Failed);
    assert_eq!(
        of(Kind::HeldMore).iter().map(|row| row.mail.recipient.as_str()).collect::<Vec<_>>(),
        [ANNA],
        "{}",
        world.database
    );
    assert_eq!(told_of_last(&world).await, [ANNA]);
});

story!(two_nodes_tell_once, |world| {
    third(&mut world, "zoe", "First.").await;
    third(&mut world, "sam", "Second.").await;
    forged(&mut world, "Mine").await;
    world.clock.advance(Duration::from_hours(24));
    let nodes: Vec<_> = (0..4).map(|_| world.intake()).collect();
    let work = nodes
        .into_iter()
        .map(|intake| tokio::spawn(async move { while postroom::intake::process_next(&intake).await.unwrap().is_some() {} }));
    for done in work.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    world.settle().await;
    let kinds = |told: Vec<(Kind, String)>| told.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
    assert_eq!(kinds(notices(&world, BEN).await), [Kind::HeldNotice, Kind::HeldMore, Kind::HeldList], "{}", world.database);
    assert_eq!(kinds(notices(&world, ANNA).await), [Kind::HeldNotice, Kind::Claim, Kind::HeldMore, Kind::HeldList]);
});

story!(what_cannot_be_read_is_told_by_sender_and_subject, |world| {
    let head = b"From: Carla Kunze <carla@acme.example>\r\nSubject: =?utf-8?q?Die_Pl=C3=A4ne?= [ACME-1]\r\nMessage-ID: <big@acme.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nHel";
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is on fire.").await;
    stub(&mut world, Absent::TooLarge, 47_300_000, head).await;
    assert_eq!(world.last_verdict().await, "held too_large");
    let row = world.ledger().await.pop().unwrap();
    assert_eq!((row.sender.as_deref(), row.subject.as_deref()), (Some("carla@acme.example"), Some("Die Pläne [ACME-1]")));
    let told = newest(&world, BEN, Kind::HeldNotice).await;
    assert_eq!(told.letter.subject, "[ACME-1] A mail waits for your word");
    for words in ["carla@acme.example", "Die Pläne [ACME-1]", "47.3 MB", "too large"] {
        assert!(told.letter.body.text.contains(words), "`{words}`: {}", told.letter.body.text);
    }
    assert!(newest(&world, ANNA, Kind::HeldNotice).await.letter.body.text.contains("47,3 MB"));
    // Without a header there is nothing to say of it, and it is told all the same.
    world.clock.advance(Duration::from_hours(2));
    stub(&mut world, Absent::NotFetched, 0, b"").await;
    assert_eq!(told_of_last(&world).await, [ANNA, BEN]);
    world.clock.advance(Duration::from_hours(2));
    world.arrive(b"\r\n", "support").await;
    world.settle().await;
    assert_eq!((world.last_verdict().await.as_str(), told_of_last(&world).await.len()), ("held unreadable", 2));
    // What kills its readers, and what is damaged, has a header.
    let raw = mail(&mut world, "Sam <sam@elsewhere.example>", "Deadly", "");
    world.arrive(&raw, "support").await;
    world.execute("UPDATE inbox SET attempts = 3 WHERE disposition IS NULL").await;
    world.clock.advance(Duration::from_hours(2));
    world.settle().await;
    assert_eq!(world.last_verdict().await, "held crashes");
    assert_eq!(world.ledger().await.pop().unwrap().subject.as_deref(), Some("Deadly"));
    assert!(newest(&world, BEN, Kind::HeldNotice).await.letter.body.text.contains("Deadly"));
});

fn mail(world: &mut World, from: &str, subject: &str, more: &str) -> Vec<u8> {
    let (id, date) = (world.message_id(), world.clock.now().rfc5322());
    format!("From: {from}\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\n{more}\r\nHello\r\n")
        .into_bytes()
}

story!(a_reply_to_a_held_mail_waits_with_it_and_is_offered_with_it, |world| {
    // Carla writes, is taken for junk, and writes once more below her own mail.
    let raw = format!(
        "X-Spam-Flag: YES\r\nFrom: Carla Kunze <carla@acme.example>\r\nTo: {SUPPORT}\r\nSubject: Water\r\nMessage-ID: <w1@acme.example>\r\n\r\nWater damage.\r\n"
    );
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held junk");
    let base = world.tickets().await;
    for (id, after) in [("w2", "w1"), ("w3", "w2")] {
        let raw = format!(
            "From: Carla Kunze <carla@acme.example>\r\nTo: {SUPPORT}\r\nSubject: Re: Water\r\nMessage-ID: <{id}@acme.example>\r\nIn-Reply-To: <{after}@acme.example>\r\n\r\nCome at once, {id}!\r\n"
        );
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "held refers_to_held", "{}", world.database);
    }
    assert_eq!(world.tickets().await, base);
    // The twin: a reply to what nobody knows is a ticket.
    let raw = format!(
        "From: kim@elsewhere.example\r\nTo: {SUPPORT}\r\nSubject: Re: Other\r\nMessage-ID: <o2@x.example>\r\nIn-Reply-To: <o1@x.example>\r\n\r\nHi\r\n"
    );
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "ticket new");
    // Nobody hears of an answer before what it answers, and the mail about it leads there.
    let waits =
        world.ledger().await.into_iter().filter(|row| row.reason.as_deref() == Some("refers_to_held")).collect::<Vec<_>>();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let mut due = Vec::new();
            for row in waits {
                due.extend(told::of(tx, row.id).await?.into_iter().map(|standing| (standing.told_at, standing.due_at.is_some())));
            }
            Ok(due)
        })
    });
    assert!(work.await.unwrap().iter().all(|(told, due)| told.is_none() && *due), "{}", world.database);
    // Ben lets the first through for itself: what hangs together with it is on the page, and in his mail.
    let link = links(&newest(&world, BEN, Kind::HeldNotice).await).remove(0);
    let (mut browser, secret) = (world.browser(), link.rsplit_once('/').unwrap().0.to_owned());
    assert!(browser.get(&secret).await.text().contains("name=\"family\""));
    let shown = browser.post(&secret, &[("word", "send")]).await;
    world.settle().await;
    let page = browser.get(shown.location()).await.text();
    assert!(page.contains("Re: Water") && page.matches("/office/held/").count() == 2, "{page}");
    let more = newest(&world, BEN, Kind::HeldMore).await.letter.body.text;
    assert_eq!(more.matches("Re: Water").count(), 2, "{more}");
    assert!(!more.contains("Decide about that one first"), "the first is decided: {more}");
    // Then both at once: they are comments of the ticket that the first has opened.
    let id = world.ledger().await.into_iter().find(|row| row.message_id.as_deref() == Some("w2@acme.example")).unwrap().id;
    let mut staff = world.signed_in(BEN).await;
    let path = format!("/office/held/{id}");
    let round = staff.get(&path).await.hidden("round").unwrap();
    staff.send(&path, &path, &[("round", &round), ("word", "send"), ("family", "yes")]).await;
    world.settle().await;
    let words: Vec<String> = world.ledger().await.into_iter().map(|row| row.disposition.unwrap().to_string()).collect();
    assert_eq!(words, ["ticket", "comment", "comment", "ticket"], "{}", world.database);
    let timeline = world.timeline("ACME-1").await;
    assert!(timeline.iter().any(|line| line.ends_with("Come at once, w3!")), "{timeline:?}");
});

story!(every_reason_is_told_to_somebody_in_their_language_with_a_way_out, |world| {
    world.arrive(b"\r\n", "support").await;
    world.settle().await;
    let id = world.ledger().await.pop().unwrap().id;
    let mut told = Vec::new();
    for (number, reason) in Held::ALL.iter().enumerate() {
        // German Anna for what names her, and both where it names nobody.
        for claims in ["10001", "NULL"] {
            world.execute("DELETE FROM held_told").await;
            world
                .execute(&format!("UPDATE inbox SET reason = '{reason}', claims_id = {claims}, sender = 'sam@elsewhere.example', subject = 'Subject {number} {claims}.'"))
                .await;
            let (web, now) = (world.web(), world.clock.now());
            let asked = Asked {
                inbox: id,
                mailbox: "support".to_owned(),
                reason: *reason,
                ticket: None,
                project: Some(ProjectId(30_003)),
                lines: Vec::new(),
            };
            let work = world.store.write(move |tx| {
                Box::pin(async move {
                    let epoch = epoch(tx, now, &web.rng).await?;
                    let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
                    notice::hear(tx, &context, &asked).await
                })
            });
            work.await.unwrap();
            let expected: &[&str] = if claims == "NULL" { &[ANNA, BEN] } else { &[ANNA] };
            assert_eq!(told_of_last(&world).await, expected, "{reason} {}", world.database);
            told.extend(
                expected.iter().map(|person| (*reason, *person, format!("Subject {number} {claims}."), claims != "NULL")),
            );
        }
    }
    world.deliver().await;
    let sent = world.sent().await;
    for (reason, person, subject, named) in told {
        let mine = |sent: &&Sent| sent.row.mail.recipient == person && sent.letter.body.text.contains(&subject);
        let mail = sent.iter().find(mine).unwrap_or_else(|| panic!("{reason} to {person}"));
        let (text, language) = (&mail.letter.body.text, if person == ANNA { Language::German } else { Language::English });
        // What is asked of whom it names is a question, and says why otherwise.
        let asked =
            named && matches!(reason, Held::ClaimsStaff | Held::AutomaticFromStaff | Held::Leaving | Held::UnknownAddress);
        let reason_said = text.contains(&why(texts(language), reason, if named { "Anna Berger" } else { "" }));
        assert!((asked || reason_said) && !text.contains("??") && !links(mail).is_empty(), "{reason}: {text}");
    }
});

story!(a_known_contact_is_told_once_how_else_to_send_what_is_too_large, |world| {
    let head = |from: &str, more: &str| {
        format!("{more}From: {from}\r\nTo: {SUPPORT}\r\nSubject: Plans https://evil.example\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n").into_bytes()
    };
    let refused = "Authentication-Results: mx.desk.example; dmarc=fail header.from=acme.example\r\n";
    let silent = [
        ("a stranger", "sam@elsewhere.example", ""),
        ("staff", ANNA, ""),
        ("a machine", "carla@acme.example", "Auto-Submitted: auto-generated\r\n"),
        ("an absence", "carla@acme.example", "Auto-Submitted: auto-replied\r\n"),
        ("a list", "carla@acme.example", "List-Id: <x.acme.example>\r\nPrecedence: list\r\n"),
        ("junk", "carla@acme.example", "X-Spam-Flag: YES\r\n"),
        ("forged", "carla@acme.example", refused),
    ];
    for (number, (what, from, more)) in silent.into_iter().enumerate() {
        stub(&mut world, Absent::TooLarge, 40_000_000 + i64::try_from(number).unwrap(), &head(from, more)).await;
        assert_eq!(world.last_verdict().await, "held too_large");
        assert!(!world.sent().await.iter().any(|sent| sent.row.mail.kind == Kind::TooLarge), "{what} {}", world.database);
    }
    for number in 0..7 {
        stub(&mut world, Absent::TooLarge, 50_000_000 + number, &head("Carla <carla@acme.example>", "")).await;
    }
    let sent: Vec<_> = world.sent().await.into_iter().filter(|sent| sent.row.mail.kind == Kind::TooLarge).collect();
    assert_eq!(sent.len(), 5, "the budget of acknowledgements");
    let mail = &sent[0];
    assert_eq!(
        (mail.row.mail.recipient.as_str(), mail.letter.subject.as_str()),
        ("carla@acme.example", "[Example Desk] Ihre Mail ist zu groß")
    );
    let text = &mail.letter.body.text;
    for words in ["50,0 MB", "36,7 MB", "mehreren kleineren Mails", BASE] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert!(!text.contains("evil") && !text.contains("Plans") && mail.row.mail.envelope_from.is_none());
    assert!(mail.text().contains("Auto-Submitted: auto-replied"));
});

story!(who_answers_that_a_mail_was_too_large_is_on_the_ticket_that_it_was_for, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is on fire.").await;
    let head =
        |subject: &str| format!("From: Carla <carla@acme.example>\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\n\r\n").into_bytes();
    stub(&mut world, Absent::TooLarge, 50_000_000, &head("Plans [ACME-1]")).await;
    let told = world.last_to("carla@acme.example").await;
    assert_eq!(told.row.mail.kind, Kind::TooLarge);
    world.answers(&carla, "Here they are, smaller.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert!(world.timeline("ACME-1").await.last().unwrap().ends_with("Here they are, smaller."), "{}", world.database);
    // The twin: what was about no ticket opens one.
    stub(&mut world, Absent::TooLarge, 60_000_000, &head("Plans of the roof")).await;
    let sent = world.sent_to("carla@acme.example").await;
    assert_eq!(sent.iter().filter(|sent| sent.row.mail.kind == Kind::TooLarge).count(), 2);
    assert_eq!(sent.last().unwrap().letter.reply_to, None);
    world.answers(&carla, "Here is the roof.").await;
    assert_eq!(world.last_verdict().await, "ticket new");
});

story!(what_was_cut_is_said_on_the_ticket_in_the_notification_and_on_the_page, |world| {
    let part = "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n";
    let most = Limits::default().attachments;
    let id = world.message_id();
    let raw = format!(
        "From: Carla Kunze <carla@acme.example>\r\nTo: {SUPPORT}\r\nSubject: Files\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nAll of them\r\n{}--b--\r\n",
        part.repeat(most + 50)
    );
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "ticket new");
    let line = format!("public change: lacks  -> files {most} {}", most + 50);
    assert_eq!(world.timeline("ACME-1").await, ["public comment: All of them".to_owned(), line]);
    let told = world.last_to(BEN).await.letter.body.text;
    assert!(told.contains(&format!("Only {most} of the {} files", most + 50)), "{told}");
    let page = world.signed_in("carla@acme.example").await.get("/ACME/1").await.text();
    assert!(page.contains(&format!("Nur {most} der {} Dateien", most + 50)), "{page}");
    // A comment, a staff member's answer, and the twin: nothing is said where nothing is missing.
    let carla = world.carla.clone();
    world.answers(&carla, "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----").await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public change: lacks  -> encrypted");
    assert!(world.last_to(BEN).await.letter.body.text.contains("Something in this mail is encrypted"));
    world.answers(&carla, "Plain.").await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public comment: Plain.");
    assert!(!world.last_to(BEN).await.letter.body.text.contains("encrypted and could not"));
});
