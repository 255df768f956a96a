//! A name is no proof: who is outside never speaks as the desk, and is never called like somebody of it.

use axum::http::StatusCode;
use postroom::config::{Profile, Receiver, Trust};
use postroom::desk::inbox::Release;
use postroom::store::inbox;

use crate::world::desk::{Sent, World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const EVE: &str = "eve@acme.example";

fn trust(profile: Profile) -> Trust {
    Trust { profile, receiver: Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 }), dkim: false }
}

fn results(said: &str) -> String {
    format!("Authentication-Results: mx.desk.example; {said}\r\n")
}

/// A mail with these fields above it; what became of it.
async fn mail(world: &mut World, above: &str, from: &str, subject: &str) -> String {
    let id = world.message_id();
    let raw = format!(
        "{above}From: {from}\r\nTo: support@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\r\nPlease pay.\r\n"
    );
    world.send(raw.as_bytes()).await;
    world.last_verdict().await
}

/// The display names in a mail's header fields.
fn names(sent: &Sent) -> Vec<String> {
    let letter = &sent.letter;
    let all = letter.from.iter().chain(&letter.to).chain(&letter.cc).chain(&letter.reply_to);
    all.filter_map(|address| address.name.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_is_never_called_like_the_desk_or_its_staff() {
    let ours = [
        "Anna Berger",
        "Ben from support",
        "Benjamin Okafor",
        "=?utf-8?B?0JBubmEg0JJlcmdlcg==?=",
        "\"Berger, Anna\"",
        "\"Anna Berger (Example Desk)\"",
        "\"Example Desk\"",
        "\"anna@staff.example\"",
        "=?utf-8?Q?Anna=E2=80=8B_Berger=E2=80=AE?=",
    ];
    for mut world in World::each().await {
        world.trust(trust(Profile::Strict));
        let passed = results("dmarc=pass header.from=acme.example");
        let carla = world.carla.clone();
        world.writes(&carla, "Printer", "It is broken.").await;
        for (number, name) in ours.iter().enumerate() {
            world.clock.advance(std::time::Duration::from_secs(2 * 3600));
            let (address, before) = (format!("eve{number}@acme.example"), world.sent().await.len());
            let from = format!("{name} <{address}>");
            assert_eq!(mail(&mut world, &passed, &from, "Re: x [ACME-1]").await, "comment colleague", "{name}");
            let told = world.sent().await.split_off(before);
            let to = |who: &str| told.iter().find(|sent| sent.row.mail.recipient == who).unwrap();
            let from = |who: &str| to(who).letter.from.clone().unwrap().name.unwrap();
            assert_eq!(from(CARLA), format!("{address} über Example Desk"), "{name}");
            assert_eq!((from(BEN), from(ANNA)), (format!("{address} via Example Desk"), format!("{address} über Example Desk")));
            for sent in &told {
                let shown = names(sent).join(" | ");
                let staff = sent.row.mail.recipient.ends_with("@staff.example");
                let others = shown.replace("Anna Berger", if staff { "" } else { "Anna Berger" });
                assert!(!others.contains("Berger") && !others.contains("from support"), "{name}: {shown}");
                let text = &sent.letter.body.text;
                let text = text.replace("Hello Anna Berger", "").replace("Guten Tag Anna Berger", "");
                assert!(!text.contains("Berger") && !text.contains("Okafor"), "{name}: {text}");
            }
        }
        // On the page, and for whoever is asked to take part and gets the thread.
        let page = world.signed_in(CARLA).await.get("/ACME/1").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains("eve0@acme.example") && !text.contains("Berger") && !text.contains("from support"), "{text}");
        assert!(!text.contains("class=\"ours\""), "and nothing stands under the desk's seal");
        // The twin: Anna's own answer is hers, and the seal is on it.
        world.trust(trust(Profile::Standard));
        let anna = world.anna.clone();
        world.answers(&anna, "#cc kim@acme.example\nWe come at nine.").await;
        let answer = world.sent_to(CARLA).await.pop().unwrap();
        assert_eq!(answer.letter.from.unwrap().name.unwrap(), "Anna Berger (Example Desk)");
        assert!(answer.letter.cc.iter().any(|cc| cc.address == "eve0@acme.example" && cc.name.is_none()));
        let welcome = world.sent_to("kim@acme.example").await.into_iter().next().unwrap().letter.body.text;
        assert!(welcome.contains("eve0@acme.example") && welcome.matches("Anna Berger").count() == 2, "{welcome}");
        let text = world.signed_in(CARLA).await.get("/ACME/1").await.text();
        assert!(text.contains("<strong>Anna Berger</strong> <span class=\"ours\">Example Desk</span>"), "{text}");
        world.end().await;
    }
}

story!(another_name_stays_and_still_never_speaks_as_the_desk, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is broken.").await;
    assert_eq!(mail(&mut world, "", &format!("Eve Adams <{EVE}>"), "Re: x [ACME-1]").await, "comment colleague");
    let to_carla = world.sent_to(CARLA).await.pop().unwrap();
    assert_eq!(to_carla.letter.from.clone().unwrap().name.unwrap(), "eve@acme.example über Example Desk");
    let told = world.last_to(BEN).await;
    let raw = told.text();
    let field = raw.lines().find(|line| line.starts_with("From: ")).unwrap();
    assert_eq!(field.matches('@').count(), 1, "an at sign in a name is quoted or encoded: {field}");
    assert_eq!(told.letter.from.clone().unwrap().name.unwrap(), "eve@acme.example via Example Desk");
    assert!(told.letter.body.text.contains("Eve Adams <eve@acme.example>"), "{}", told.letter.body.text);
    let page = world.signed_in(CARLA).await.get("/ACME/1").await.text();
    assert!(page.contains("<strong>Eve Adams</strong> <a class=\"when\""), "{page}");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_senders_domain_disowns_waits_and_what_it_does_not_is_said() {
    let (ok, held) = ("comment subject", "held sender_denied");
    let table = [
        ("dmarc=pass header.from=acme.example", ok, false),
        ("dmarc=fail header.from=acme.example", held, true),
        ("dmarc=fail (p=none) header.from=acme.example; spf=pass smtp.mailfrom=acme.example", held, true),
        ("dmarc=none header.from=acme.example", ok, true),
        ("spf=fail smtp.mailfrom=acme.example", ok, true),
        ("spf=pass smtp.mailfrom=acme.example", ok, true),
        ("dkim=fail header.d=acme.example", ok, true),
        ("dmarc=temperror header.from=acme.example", ok, true),
        ("dkim=pass header.d=acme.example", ok, false),
        ("none", ok, true),
    ];
    for mut world in World::each().await {
        let carla = world.carla.clone();
        world.writes(&carla, "Printer", "It is broken.").await;
        // Where no server is believed, nothing is asked and nothing is said.
        assert_eq!(mail(&mut world, &results(table[1].0), CARLA, "Re: [ACME-1]").await, ok);
        assert!(!world.last_to(BEN).await.letter.body.text.contains("unverified"));
        world.trust(trust(Profile::Standard));
        for (said, verdict, unverified) in table {
            world.clock.advance(std::time::Duration::from_secs(2 * 3600));
            let list = if said.starts_with("dkim=fail") { "List-Id: <x.lists.example>\r\n" } else { "" };
            assert_eq!(mail(&mut world, &(results(said) + list), CARLA, "Re: [ACME-1]").await, verdict, "{said}");
            let told = world.last_to(BEN).await.letter.body.text;
            let named = told
                .lines()
                .take_while(|line| *line != "Written before:")
                .any(|line| line.contains(CARLA) && line.contains("(unverified)"));
            assert_eq!(named, unverified, "{said}: {told}");
            let row = world.ledger().await.pop().unwrap();
            assert_eq!(inbox::is_unverified(&mut world.store.read().await.unwrap(), row.id).await.unwrap(), unverified);
            if verdict == held {
                assert!(told.contains("does not come from the domain of its sender"), "{told}");
                let office = world.signed_in(BEN).await.get("/office/held").await.text();
                assert!(office.contains("carla@acme.example (unverified)"), "{office}");
                world.release(Release::AsIs).await;
                assert!(world.ledger().await.pop().unwrap().disposition.unwrap().as_str() == "comment", "a human lets it in");
            }
        }
        // Another server's refusal is nothing.
        let other = "Authentication-Results: mx.other.example; dmarc=fail header.from=acme.example\r\n";
        assert_eq!(mail(&mut world, other, CARLA, "Re: [ACME-1]").await, ok);
        // A colleague by domain alone is disowned by it, too; a stranger's request comes in, and nobody is written to.
        let (acme, nowhere) = (results("dmarc=fail header.from=acme.example"), results("dmarc=fail header.from=nowhere.example"));
        assert_eq!(mail(&mut world, &acme, "new@acme.example", "[ACME-1]").await, held);
        assert_eq!(mail(&mut world, &acme, "new@acme.example", "Something new").await, held);
        assert_eq!(mail(&mut world, &nowhere, "sam@nowhere.example", "Something new").await, "ticket new");
        assert!(world.sent_to("sam@nowhere.example").await.is_empty());
        assert_eq!(mail(&mut world, "", "kit@nowhere.example", "Something new").await, "ticket new");
        assert_eq!(world.sent_to("kit@nowhere.example").await.len(), 1, "the twin");
        world.end().await;
    }
}

story!(who_is_taken_off_reads_and_writes_no_more, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Printer", "It is broken.").await;
    world.answers(&anna, "#cc sam@rival.example\nSam helps.").await;
    let token = world.last_to("sam@rival.example").await.letter.reply_to.unwrap().address;
    let before = world.sent_to("sam@rival.example").await.len();
    world.answers(&anna, "#uncc nobody@rival.example").await;
    let told = world.last_to(ANNA).await.letter.body.text;
    assert!(told.contains("carla@acme.example, sam@rival.example"), "{told}");
    // What the same mail says is no longer for him.
    let parent = world.sent_to(ANNA).await.into_iter().find(|sent| sent.letter.subject.contains("ACME-1")).unwrap().raw;
    let id = world.message_id();
    let raw = anna.answer(&parent, "#uncc sam@rival.example\n#now\nThe price is 40.").write(world.clock.now(), &id);
    world.configure(|config| config.staff.collision_guard = false);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(world.sent_to("sam@rival.example").await.len(), before);
    let answer = world.last_to(CARLA).await;
    assert!(answer.letter.body.text.contains("The price is 40.") && answer.letter.cc.is_empty(), "{}", answer.text());
    let told = world.last_to(BEN).await.letter.body.text;
    assert!(!told.contains("sam@rival.example"), "the readers of an answer are who is left: {told}");
    assert!(world.sent_to(BEN).await.iter().any(|sent| sent.letter.body.text.contains("took sam@rival.example off")));
    let page = world.signed_in(CARLA).await.get("/ACME/1").await.text();
    assert!(page.contains("sam@rival.example nimmt nicht mehr teil"), "{page}");
    // His reply address has ended, and the number is anybody's.
    let id = world.message_id();
    let raw = format!("From: sam@rival.example\r\nTo: {token}\r\nSubject: Re: [ACME-1]\r\nMessage-ID: <{id}>\r\n\r\nHello?\r\n");
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held third_party");
    // The twin: asked again, he is back.
    let id = world.message_id();
    world.send(&anna.answer(&parent, "#cc sam@rival.example").write(world.clock.now(), &id)).await;
    assert_eq!(world.last_verdict().await, "command token");
    assert_eq!(world.sent_to("sam@rival.example").await.len(), before + 1);
});
