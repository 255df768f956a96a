//! What the receiving server takes for junk: put away, told once a day, and brought back.

use std::time::Duration;

use postroom::config::{Receiver, Trust};
use postroom::desk::inbox::{Disposition, Release};
use postroom::desk::notify::{Event, NotifyBy, Wish};
use postroom::desk::outbox::Kind;
use postroom::store::{inbox, notify, people};

use crate::world::desk::{SUPPORT, World};

fn mail(world: &mut World, above: &str, from: &str, subject: &str, more: &str) -> Vec<u8> {
    let (id, date) = (world.message_id(), world.clock.now().rfc5322());
    format!(
        "{above}From: {from}\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\n{more}\r\nHello\r\n"
    )
    .into_bytes()
}

async fn sends(world: &mut World, above: &str, from: &str, subject: &str) {
    let raw = mail(world, above, from, subject, "");
    world.send(&raw).await;
}

#[tokio::test]
async fn a_strangers_junk_is_put_away_told_once_a_day_and_brought_back() {
    for mut world in World::each().await {
        let base = world.outbox().await.len();
        sends(&mut world, "X-Spam-Status: Yes, score=9\r\n", "Sam <sam@elsewhere.example>", "Buy at https://evil.example now")
            .await;
        sends(&mut world, "X-Spam: Yes\r\n", "junk@elsewhere.example", "").await;
        assert_eq!(world.last_verdict().await, "spam server_verdict");
        assert_eq!(
            (world.outbox().await.len(), world.number("SELECT COUNT(*) FROM ticket").await),
            (base, 0),
            "{}",
            world.database
        );
        world.clock.advance(Duration::from_hours(24));
        world.settle().await;
        let sent: Vec<_> = world.sent().await.into_iter().filter(|sent| sent.row.mail.kind == Kind::SpamList).collect();
        assert_eq!(sent.len(), 2, "{}: both of the staff", world.database);
        let english = world.last_to("ben@staff.example").await;
        let ids: Vec<String> = world.ledger().await.iter().map(|row| row.id.to_string()).collect();
        assert_eq!(english.letter.subject, "2 mails were put away as spam");
        let text = english.letter.body.text;
        assert!(text.contains("* sam@elsewhere.example: Buy at [link] now\n"), "{text}");
        assert!(text.contains(&format!("https://help.desk.example/office/held/{}\n", ids[0])), "{text}");
        assert!(text.contains("* junk@elsewhere.example: (no subject)\n"), "{text}");
        let german = world.last_to("anna@staff.example").await.letter.body.text;
        assert!(german.contains("hat der empfangende Mailserver 2 Mails für Spam gehalten"), "{german}");
        // Never when there was none.
        world.clock.advance(Duration::from_hours(48));
        world.settle().await;
        assert_eq!(world.outbox().await.len(), base + 2);
        // A word brings it back, and then it is a mail like every other.
        let id = world.ledger().await[0].id;
        let work = world.store.write(move |tx| Box::pin(async move { Ok(inbox::release(tx, id, Release::AsIs).await?) }));
        assert!(work.await.unwrap());
        world.settle().await;
        assert_eq!(world.ledger().await[0].disposition, Some(Disposition::Ticket));
        assert_eq!(world.last_to("sam@elsewhere.example").await.row.mail.kind, Kind::Acknowledgement);
        world.end().await;
    }
}

#[tokio::test]
async fn somebody_who_is_known_is_held_and_told() {
    for mut world in World::each().await {
        sends(&mut world, "X-Spam-Flag: YES\r\n", "Carla Kunze <carla@acme.example>", "Help").await;
        assert_eq!(world.last_verdict().await, "held junk");
        for person in ["anna@staff.example", "ben@staff.example"] {
            let told = world.last_to(person).await;
            assert_eq!(told.row.mail.kind, Kind::HeldNotice, "{}", world.database);
        }
        assert!(world.last_to("ben@staff.example").await.letter.body.text.contains("takes it for junk"));
        assert!(world.sent_to("carla@acme.example").await.is_empty());
        world.release(Release::AsIs).await;
        assert_eq!(world.last_verdict().await, "ticket new");
        // She has a part in it now, and her answer by the address that only she got is held, too.
        let parent = world.last_to("carla@acme.example").await.raw;
        let id = world.message_id();
        let reply = world.carla.answer(&parent, "Thanks").write(world.clock.now(), &id);
        let reply = [b"X-Spam-Flag: YES\r\n".as_slice(), &reply].concat();
        world.send(&reply).await;
        assert_eq!(world.last_verdict().await, "held junk");
        world.release(Release::AsIs).await;
        assert!(world.last_verdict().await.starts_with("comment"));
        // A stranger becomes known by a ticket.
        sends(&mut world, "", "sam@elsewhere.example", "One").await;
        sends(&mut world, "X-Spam-Flag: YES\r\n", "sam@elsewhere.example", "Two").await;
        assert_eq!(world.last_verdict().await, "held junk");
        world.release(Release::Note).await;
        world.end().await;
    }
}

#[tokio::test]
async fn with_trust_only_the_fields_above_the_servers_own_hop_count() {
    let mut world = World::one().await;
    world
        .trust(Trust { receiver: Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 }), ..Trust::default() });
    let (own, before) = ("Received: from mx by store\r\n", "Received: from x by mx\r\n");
    let table = [
        (format!("{own}X-Spam-Flag: YES\r\n{before}"), "spam server_verdict"),
        (format!("{own}{before}X-Spam-Flag: YES\r\n"), "ticket new"),
        (format!("{own}X-Spam-Status: No, score=0\r\n{before}X-Spam-Flag: YES\r\n"), "ticket new"),
        (format!("{own}X-Spam-Flag: YES\r\n{before}X-Spam-Flag: NO\r\n"), "spam server_verdict"),
    ];
    for (number, (above, expected)) in table.into_iter().enumerate() {
        sends(&mut world, &above, &format!("s{number}@elsewhere.example"), "Hi").await;
        assert_eq!(world.last_verdict().await, expected, "{above}");
    }
    world.end().await;
}

#[tokio::test]
async fn who_has_switched_the_list_off_gets_none_and_the_office_brings_back() {
    for mut world in World::each().await {
        let work = world.store.write(|tx| {
            Box::pin(async move {
                let anna = people::by_address(tx, "anna@staff.example").await?.unwrap();
                let wish = Wish { project: None, event: Event::Spam, way: NotifyBy::Nothing };
                Ok(notify::set(tx, anna.id, wish).await?)
            })
        });
        work.await.unwrap();
        sends(&mut world, "X-Spam-Flag: YES\r\n", "sam@elsewhere.example", "Hi").await;
        world.clock.advance(Duration::from_hours(24));
        world.settle().await;
        let sent: Vec<String> = world.sent().await.into_iter().map(|sent| sent.row.mail.recipient).collect();
        assert_eq!(sent, ["ben@staff.example"], "{}", world.database);
        // He opens the link of the list, and has it back among the held mails; then he lets it through.
        let ben = "ben@staff.example";
        let id = world.ledger().await[0].id;
        let mut browser = world.signed_in(ben).await;
        let page = browser.get(&format!("/office/held/{id}")).await;
        assert!(page.text().contains("Put away as spam"), "{}", page.text());
        let path = format!("/office/held/{id}");
        for (word, verdict) in [("back", "held junk"), ("send", "ticket new")] {
            let round = browser.get(&path).await.hidden("round").unwrap();
            browser.send(&path, &path, &[("round", &round), ("word", word)]).await;
            world.settle().await;
            assert_eq!(world.last_verdict().await, verdict, "{}", world.database);
        }
        world.end().await;
    }
}
