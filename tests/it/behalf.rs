//! What staff send to the desk for somebody else, told through the whole desk.

use std::time::Duration;

use postroom::config::{Profile, Receiver, Trust};
use postroom::demo::client::{Client, File, Program, Written};
use postroom::desk::entry::Visibility;
use postroom::desk::inbox::Release;
use postroom::desk::outbox::Kind;
use postroom::desk::people::Language;
use postroom::store::people;

use crate::world::desk::{World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const VOUCHED: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";

fn believe(world: &mut World) {
    let receiver = Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 });
    world.trust(Trust { profile: Profile::Standard, receiver, dkim: false });
}

/// A mail of `client` to somebody of the staff, so long ago.
fn written(world: &World, client: &Client, ago: Duration, id: &str) -> Vec<u8> {
    client.new_mail(&Written {
        to: vec!["Anna Berger <anna@staff.example>".to_owned(), "Dirk Ott <dirk@acme.example>".to_owned()],
        cc: vec!["dana@globex.example".to_owned()],
        subject: "Drucker".to_owned(),
        text: "Er druckt nicht.".to_owned(),
        files: vec![File { name: "seite.txt".to_owned(), content_type: "text/plain".to_owned(), data: b"leer".to_vec() }],
        at: world.clock.now().minus(ago),
        message_id: id.to_owned(),
    })
}

async fn vouched(world: &mut World, raw: &[u8]) -> String {
    world.send(&[VOUCHED.as_bytes(), raw].concat()).await;
    world.last_verdict().await
}

/// The addresses of those who take part.
async fn around(world: &World, number: &str) -> (String, Vec<String>) {
    let ticket = world.ticket(number).await.0;
    let mut tx = world.store.read().await.unwrap();
    let mut others = Vec::new();
    for person in postroom::store::tickets::participants(&mut tx, ticket.id).await.unwrap() {
        others.push(people::get(&mut tx, person).await.unwrap().unwrap().address().to_owned());
    }
    let requester = people::get(&mut tx, ticket.requester.expect("a requester")).await.unwrap().unwrap();
    (requester.address().to_owned(), others)
}

/// The timeline of the newest ticket, whose number is random where guests do not see it.
async fn newest(world: &World) -> Vec<String> {
    let all = postroom::store::tickets::list(&mut world.store.read().await.unwrap(), None).await.unwrap();
    let newest = all.into_iter().max_by_key(|ticket| (ticket.created_at, ticket.number.number)).expect("a ticket");
    world.timeline(&newest.number.to_string()).await
}

story!(a_forwarded_mail_is_the_customers_ticket, |world| {
    let (carla, hour) = (world.carla.clone(), Duration::from_hours(1));
    let parent = written(&world, &carla, hour, "c1@acme.example");
    let raw = world.anna.clone().forward(&parent, "support@desk.example", "Eilt, SECRET.", world.clock.now(), "a1@staff.example");
    // Without proof nothing happens.
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    assert_eq!((world.tickets().await, world.sent_to(CARLA).await.len()), (0, 0));
    believe(&mut world);
    let raw = world.anna.clone().forward(&parent, "support@desk.example", "Eilt, SECRET.", world.clock.now(), "a2@staff.example");
    assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf");
    let (ticket, entries) = world.ticket("ACME-1").await;
    assert_eq!(around(&world, "ACME-1").await, (CARLA.to_owned(), vec!["dirk@acme.example".to_owned()]), "and nobody of Globex");
    assert_eq!((ticket.title.as_str(), entries[0].text.as_str()), ("Drucker", "Er druckt nicht."));
    assert_eq!((entries[0].visibility, entries[0].author), (Visibility::Public, ticket.requester));
    let minute = Duration::from_mins(1);
    assert!(world.clock.now().minus(hour).since(entries[0].at) < minute, "it is as old as it is");
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: Eilt, SECRET.");
    let told = world.sent_to(CARLA).await;
    assert_eq!(told.iter().map(|sent| sent.row.mail.kind).collect::<Vec<_>>(), [Kind::Acknowledgement]);
    assert!(!told[0].text().contains("SECRET") && !told[0].text().contains("anna@"), "{}", told[0].text());
    assert!(world.sent_to("dirk@acme.example").await.is_empty());
    // Whoever answers among colleagues answers inside; the customer's answer to their own mail belongs here.
    let answer = format!(
        "From: Carla <{CARLA}>\r\nTo: support@desk.example\r\nSubject: Re: Drucker\r\nMessage-ID: <c2@acme.example>\r\n\
         In-Reply-To: <c1@acme.example>\r\n\r\nJetzt geht er wieder.\r\n"
    );
    world.send(answer.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "comment thread");
    // And Anna answers in public from the notification that she got.
    let anna = world.anna.clone();
    world.answers(&anna, "Wie schön.").await;
    assert_eq!(world.last_to(CARLA).await.letter.body.new_text().trim(), "Wie schön.");
});

story!(an_old_mail_is_not_acknowledged_and_every_program_forwards, |world| {
    believe(&mut world);
    let carla = world.carla.clone();
    let mut number = 0;
    for program in [Program::Gmail, Program::OutlookDesktop, Program::Thunderbird, Program::Mutt] {
        for language in [Language::German, Language::English] {
            number += 1;
            let mut anna = world.anna.clone();
            (anna.program, anna.language) = (program, language);
            anna.signature = Some("Anna Berger\nDurchwahl 4711".to_owned());
            let parent = written(&world, &carla, Duration::from_hours(24 * 10), &format!("old{number}@acme.example"));
            let id = format!("f{number}@staff.example");
            let raw = anna.forward(&parent, "support@desk.example", "", world.clock.now(), &id);
            assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf", "{program:?} {language:?}");
            let entries = world.ticket(&format!("ACME-{number}")).await.1;
            assert_eq!(entries[0].text, "Er druckt nicht.", "{program:?} {language:?}");
            assert!(entries.iter().all(|entry| !entry.text.contains("4711")), "{program:?} {language:?}: {entries:?}");
        }
    }
    assert!(world.sent_to(CARLA).await.is_empty(), "nobody is written to about last week");
});

story!(an_attached_mail_brings_its_files, |world| {
    believe(&mut world);
    let carla = world.carla.clone();
    let inner = String::from_utf8(written(&world, &carla, Duration::from_hours(1), "c1@acme.example")).unwrap();
    let raw = format!(
        "From: Anna <{ANNA}>\r\nTo: support@desk.example\r\nSubject: Drucker\r\nMessage-ID: <a1@staff.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBitte.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    );
    assert_eq!(vouched(&mut world, raw.as_bytes()).await, "ticket on_behalf");
    let entry = world.ticket("ACME-1").await.1.remove(0);
    let files = postroom::store::entries::files(&mut world.store.read().await.unwrap(), entry.id).await.unwrap();
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["seite.txt"]);
});

story!(whose_mail_it_was_is_asked_and_not_guessed, |world| {
    believe(&mut world);
    let (anna, ben, carla) = (world.anna.clone(), world.ben.clone(), world.carla.clone());
    // A colleague's mail, and a forward of a forward.
    let of_ben = written(&world, &ben, Duration::from_hours(1), "b1@staff.example");
    let nested = carla.forward(&of_ben, "anna@staff.example", "Bitte.", world.clock.now(), "c9@acme.example");
    for (parent, id) in [(of_ben, "a1@staff.example"), (nested, "a2@staff.example")] {
        let raw = anna.forward(&parent, "support@desk.example", "Bitte.", world.clock.now(), id);
        assert_eq!(vouched(&mut world, &raw).await, "held unclear_original", "{id}");
    }
    assert_eq!(world.tickets().await, 0);
    let asked = world.sent_to(ANNA).await;
    assert!(asked.len() == 2 && asked.iter().all(|sent| sent.row.mail.kind == Kind::Claim), "about each");
    let asked = &asked[0];
    assert!(asked.letter.body.text.contains(BEN), "what was found is shown: {}", asked.letter.body.text);
    assert!(world.sent().await.iter().all(|sent| sent.row.mail.recipient == ANNA), "and nobody else is told");
    world.release(Release::Note).await;
    assert!(newest(&world).await[0].starts_with("internal comment: "), "the way out");
    // The twin: a customer's.
    let parent = written(&world, &carla, Duration::from_hours(1), "c1@acme.example");
    let raw = anna.forward(&parent, "support@desk.example", "#note\nBitte.", world.clock.now(), "a3@staff.example");
    assert_eq!(vouched(&mut world, &raw).await, "ticket alignment", "with a word for internal only staff see it");
    assert!(newest(&world).await[0].starts_with("internal comment: "));
    let raw = anna.forward(&parent, "support@desk.example", "Bitte.", world.clock.now(), "a4@staff.example");
    assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf");
});

/// A new mail of Anna's.
fn to(world: &mut World, to: &[&str], text: &str) -> Vec<u8> {
    let owned = |list: &[&str]| list.iter().map(|address| (*address).to_owned()).collect();
    let id = world.message_id();
    let (to, cc) = (owned(to), owned(&["support@desk.example"]));
    let (subject, text) = ("Ihr Termin".to_owned(), text.to_owned());
    world.anna.new_mail(&Written { to, cc, subject, text, files: vec![], at: world.clock.now(), message_id: id })
}

story!(a_mail_to_a_customer_with_the_desk_in_copy_is_a_ticket_with_that_answer, |world| {
    let raw = to(&mut world, &[CARLA], "Wir kommen am Montag.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    believe(&mut world);
    let raw = to(&mut world, &["Carla Kunze <carla@acme.example>", "Eva <eva@elsewhere.example>"], "Wir kommen am Montag.");
    assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf");
    assert_eq!(around(&world, "ACME-1").await, (CARLA.to_owned(), vec!["eva@elsewhere.example".to_owned()]));
    let timeline = world.timeline("ACME-1").await;
    assert_eq!(timeline[0], "public comment: Wir kommen am Montag.");
    assert!(world.sent_to(CARLA).await.is_empty() && world.sent_to("eva@elsewhere.example").await.is_empty(), "they have it");
    assert!(world.last_to(BEN).await.letter.body.text.contains("Wir kommen am Montag."));
    let carla = world.carla.clone();
    let id = world.message_id();
    world.send(&carla.reply_all(&raw, "Danke!", world.clock.now(), &id)).await;
    assert_eq!(world.last_verdict().await, "comment thread");
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public comment: Danke!");
    assert!(world.last_to(ANNA).await.letter.body.text.contains("Danke!"), "Anna's answer comes through the desk from now on");
    // Whose ticket it would be is not clear: two customers, or nobody that the desk knows.
    for people in [&[CARLA, "dana@globex.example"][..], &["eva@nowhere.example"], &[CARLA, "dirk@acme.example"]] {
        let raw = to(&mut world, people, "Wir kommen am Dienstag.");
        assert_eq!(vouched(&mut world, &raw).await, "held unclear_original", "{people:?}");
    }
    assert_eq!(world.tickets().await, 1);
    // Only to the desk: an own ticket, as ever.
    let raw = to(&mut world, &[BEN], "Unter uns.");
    assert_eq!(vouched(&mut world, &raw).await, "ticket alignment");
    assert_eq!(newest(&world).await, ["internal comment: Unter uns."]);
});

story!(what_is_closed_with_the_mail_that_opens_it_is_told_like_any_end, |world| {
    believe(&mut world);
    let raw = to(&mut world, &[CARLA], "Wir kommen am Montag.\n");
    assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf");
    assert!(world.sent_to(CARLA).await.is_empty(), "the twin: nothing ended");
    let raw = to(&mut world, &[CARLA], "#close\n\nDie Rechnung ist bezahlt.");
    assert_eq!(vouched(&mut world, &raw).await, "ticket on_behalf");
    assert_eq!(
        world.timeline("ACME-2").await,
        ["public comment: Die Rechnung ist bezahlt.", "public change: status open -> done"]
    );
    let told = world.last_to(CARLA).await;
    assert_eq!((told.row.mail.kind, world.sent_to(CARLA).await.len()), (Kind::Done, 1));
    assert!(told.letter.body.text.contains("ACME-2"), "{}", told.letter.body.text);
    let ben = world.sent_to(BEN).await;
    assert_eq!(ben.len(), 3, "what was written, and that it is done");
});
