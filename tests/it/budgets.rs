//! What the desk writes because of others stays bounded, nothing of it is lost, and whoever uses the desk as people do notices
//! nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use postroom::acts::guest::{GuestActs, Written};
use postroom::desk::inbox::{Disposition, Release};
use postroom::desk::outbox::{Kind, State};
use postroom::guest::Guest;
use postroom::ops::check;
use postroom::store::people;

use crate::world::desk::{SUPPORT, World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const DANA: &str = "dana@globex.example";

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

impl World {
    /// A mail as any program writes it.
    async fn comes(&mut self, from: &str, subject: &str, text: &str) {
        let id = self.message_id();
        let raw = format!("From: {from}\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\r\n{text}\r\n");
        self.arrive(raw.as_bytes(), "support").await;
    }

    /// How many mails of each kind left for everybody.
    async fn figures(&self) -> BTreeMap<String, usize> {
        let mut figures = BTreeMap::new();
        for row in self.outbox().await {
            *figures.entry(row.mail.kind.to_string()).or_default() += 1;
        }
        figures
    }

    async fn all_mails(&self) -> usize {
        self.outbox().await.len()
    }

    /// How many mails of a kind somebody was sent.
    async fn got(&self, address: &str, kind: Kind) -> usize {
        self.outbox().await.iter().filter(|row| row.mail.recipient == address && row.mail.kind == kind).count()
    }

    async fn passes(&mut self, time: Duration) {
        self.clock.advance(time);
        self.settle().await;
    }

    async fn owed(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM owed WHERE told_at IS NULL").await
    }

    async fn guest(&self, address: &str) -> GuestActs {
        let mut tx = self.store.read().await.unwrap();
        let person = people::by_address(&mut tx, address).await.unwrap().unwrap();
        let guest = Guest::enter(&mut tx, person.id).await.unwrap().unwrap();
        let web = self.web();
        GuestActs::new(self.store.clone(), web.config, web.clock, web.rng, guest)
    }
}

story!(sixty_forged_colleagues_make_few_mails, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    for number in 0..60 {
        world.comes(&format!("x{number}@acme.example"), "Re: Drucker [ACME-1]", &format!("Ich auch, {number}.")).await;
        world.settle().await;
    }
    let ledger = world.ledger().await;
    let held = ledger.iter().filter(|row| row.reason.as_deref() == Some("flood")).count();
    assert_eq!(held, 50, "ten have joined, everybody else waits for a word");
    world.passes(minutes(10)).await;
    println!("60 forged colleagues: {} mails, {:?}", world.all_mails().await, world.figures().await);
    assert!(world.all_mails().await <= 60, "1,950 before: {:?}", world.figures().await);
    assert_eq!(world.owed().await, 0);
    let all: String = world.sent_to(CARLA).await.iter().map(|sent| sent.letter.body.text.clone()).collect();
    assert!((0..10).all(|number| all.contains(&format!("Ich auch, {number}."))), "all that was written is told: {all}");
    // The twin: what staff write goes to everybody at once, and whom staff let in takes part.
    let before = world.all_mails().await;
    world.answers(&anna, "Wir kommen.").await;
    assert_eq!(world.all_mails().await - before, 11 + 1, "Carla, ten colleagues, and Ben");
    world.release(Release::AsIs).await;
    let joined = world.ledger().await.iter().filter(|row| row.reason.as_deref() == Some("colleague")).count();
    assert_eq!(joined, 11);
});

story!(three_hundred_mails_of_one_sender_are_told_together, |world| {
    for number in 0..300 {
        world.comes(DANA, &format!("Alarm {number}"), "Etwas ist.").await;
    }
    world.settle().await;
    assert_eq!(world.tickets().await, 300, "everything is kept");
    for staff in [ANNA, BEN] {
        assert_eq!((world.got(staff, Kind::Notification).await, world.got(staff, Kind::Budget).await), (20, 1), "{staff}");
    }
    assert_eq!(world.got(DANA, Kind::Acknowledgement).await, 6, "five, and that there are more");
    println!("300 mails of one sender: {} mails, {:?}", world.all_mails().await, world.figures().await);
    let told = world.last_to(BEN).await;
    let text = told.letter.body.text.clone();
    assert_eq!(told.row.mail.kind, Kind::Budget);
    assert!(text.contains("dana@globex.example wrote 21 times within an hour"), "{text}");
    assert!(text.contains("https://help.desk.example/office"), "{text}");
    assert!(world.last_to(ANNA).await.letter.body.text.contains("schrieb innerhalb einer Stunde 21-mal"));
    world.passes(minutes(61)).await;
    for staff in [ANNA, BEN] {
        let list = world.last_to(staff).await;
        assert_eq!(list.row.mail.kind, Kind::Overview, "{staff}");
        assert!(list.letter.body.text.contains("GLOBEX-21") && list.letter.subject.contains("280"), "{}", list.letter.body.text);
    }
    assert!(world.all_mails().await <= 6 + 2 * 22, "600 before");
    assert_eq!(world.owed().await, 0);
    // The twin: when it is calm again everything is as ever.
    world.comes(DANA, "Danke", "Es ist vorbei.").await;
    world.settle().await;
    assert_eq!(world.got(ANNA, Kind::Notification).await, 21);
    assert_eq!(world.got(ANNA, Kind::Budget).await, 1);
});

story!(a_hundred_and_fifty_strangers_are_not_all_acknowledged, |world| {
    for number in 0..150 {
        world.comes(&format!("kim@s{number}.example"), "Anfrage", "Hallo.").await;
    }
    world.settle().await;
    println!("150 strangers: {} mails, {:?}", world.all_mails().await, world.figures().await);
    assert_eq!(world.figures().await["acknowledgement"], 40, "150 before");
    assert_eq!(world.tickets().await, 150);
    assert!(world.got(ANNA, Kind::Notification).await <= 60);
    let carla = world.carla.clone();
    let before = world.got(ANNA, Kind::Notification).await;
    world.writes(&carla, "Wasser", "Im Keller steht Wasser.").await;
    world.settle().await;
    assert_eq!(world.got(ANNA, Kind::Notification).await, before + 1, "a customer is not silenced by strangers");
    assert!(world.got(ANNA, Kind::Budget).await <= 3);
    world.passes(minutes(61)).await;
    assert_eq!(world.owed().await, 0);
    // One domain, too.
    for number in 0..50 {
        world.comes(&format!("n{number}@one.example"), "Anfrage", "Hallo.").await;
    }
    world.settle().await;
    assert_eq!(world.figures().await["acknowledgement"], 40 + 1 + 30);
    world.passes(minutes(60)).await;
});

story!(ninety_posts_of_a_guest_come_together, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.comes("dirk@acme.example", "Re: Drucker [ACME-1]", "Bei mir auch.").await;
    world.settle().await;
    let (before, hands) = (world.all_mails().await, world.guest(CARLA).await);
    for number in 0..90 {
        let written = Written { form: format!("f{number}"), text: format!("Zeile {number}."), ..Written::default() };
        hands.comment("ACME-1".parse().unwrap(), written).await.unwrap();
    }
    world.settle().await;
    world.passes(minutes(1)).await;
    world.passes(minutes(60)).await;
    let mails = world.all_mails().await - before;
    println!("90 posts of a guest: {mails} mails, {:?}", world.figures().await);
    assert!(mails <= 20, "210 before: {:?}", world.figures().await);
    assert_eq!(world.owed().await, 0);
    let last = world.last_to("dirk@acme.example").await.letter.body.text;
    assert!(last.contains("> Zeile 89.") && last.contains("Carla Kunze"), "{last}");
    let last = world.last_to(BEN).await;
    assert_eq!(last.row.mail.kind, Kind::Notification);
    assert!(last.letter.body.text.contains("> Zeile 89."), "{}", last.letter.body.text);
    // A reply to it works as ever.
    let ben = world.ben.clone();
    world.answers(&ben, "Enough for today.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert!(world.last_to(CARLA).await.letter.body.text.contains("Enough for today."));
});

story!(quick_mails_about_a_ticket_become_one, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.comes("dirk@acme.example", "Re: Drucker [ACME-1]", "Bei mir auch.").await;
    world.settle().await;
    for number in 1..=5 {
        world.writes(&carla, "Re: Drucker [ACME-1]", &format!("Nachtrag {number}.")).await;
    }
    assert_eq!(world.sent_to(BEN).await.len(), 3, "the first ones come at once");
    assert_eq!(world.sent_to("dirk@acme.example").await.len(), 3);
    world.passes(minutes(1)).await;
    for address in [BEN, "dirk@acme.example"] {
        let sent = world.sent_to(address).await;
        assert_eq!(sent.len(), 4, "{address}");
        let text = &sent.last().unwrap().letter.body.text;
        assert!(text.contains("> Nachtrag 5.") && text.contains("Carla Kunze") && !text.contains("Nachtrag 1."), "{text}");
    }
    assert!(!world.last_to("dirk@acme.example").await.text().contains("Reply-To: \"\""));
    // What staff write goes at once, after what was written before it, and notes stay where they belong.
    for number in 6..=8 {
        world.writes(&carla, "Re: Drucker [ACME-1]", &format!("Nachtrag {number}.")).await;
    }
    let (to_dirk, to_anna) = (world.sent_to("dirk@acme.example").await.len(), world.sent_to(ANNA).await.len());
    world.answers(&ben, "#note\nShe writes a lot.").await;
    assert_eq!(world.sent_to("dirk@acme.example").await.len(), to_dirk, "a note changes nothing outside");
    let to_anna: Vec<_> = world.sent_to(ANNA).await.into_iter().skip(to_anna).collect();
    assert_eq!(to_anna.len(), 2);
    assert!(to_anna[0].letter.body.text.contains("> Nachtrag 8.") && !to_anna[0].letter.body.text.contains("She writes"));
    let note = to_anna[1].letter.body.text.split("Zuvor geschrieben:").next().unwrap();
    assert!(note.contains("She writes a lot.") && !note.contains("Nachtrag"), "{note}");
    let anna = world.anna.clone();
    let parent = to_anna[0].raw.clone();
    let id = world.message_id();
    let raw = anna.reply(&parent, "Wir sind dran.", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let to_dirk: Vec<_> = world.sent_to("dirk@acme.example").await.into_iter().skip(to_dirk).collect();
    assert_eq!(to_dirk.len(), 2);
    assert!(to_dirk[0].letter.body.text.contains("> Nachtrag 8.") && !to_dirk[0].text().contains("She writes"));
    assert!(to_dirk[1].letter.body.text.contains("Wir sind dran."), "the answer comes after it");
    world.passes(minutes(60)).await;
    assert_eq!(world.owed().await, 0);
});

story!(who_may_read_is_asked_when_it_is_told, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    for name in ["dirk", "emil"] {
        world.comes(&format!("{name}@acme.example"), "Re: Drucker [ACME-1]", "Bei mir auch.").await;
        world.settle().await;
    }
    for number in 1..=5 {
        world.writes(&carla, "Re: Drucker [ACME-1]", &format!("Nachtrag {number}.")).await;
    }
    let before = (world.sent_to("dirk@acme.example").await.len(), world.sent_to("emil@acme.example").await.len());
    world.deactivate("dirk@acme.example").await;
    world.deactivate(BEN).await;
    let to_ben = world.sent_to(BEN).await.len();
    world.execute("UPDATE entry SET visibility = 'internal' WHERE text = 'Nachtrag 5.'").await;
    world.passes(minutes(10)).await;
    assert_eq!(world.sent_to("dirk@acme.example").await.len(), before.0);
    assert_eq!(world.sent_to(BEN).await.len(), to_ben);
    let emil: Vec<_> = world.sent_to("emil@acme.example").await.into_iter().skip(before.1).collect();
    assert_eq!(emil.len(), 1, "the twin");
    assert!(!emil[0].text().contains("Nachtrag 5."), "{}", emil[0].text());
    assert_eq!(world.owed().await, 0);
    world.execute("UPDATE entry SET visibility = 'public' WHERE text = 'Nachtrag 5.'").await;
});

story!(a_mail_of_several_comments_stays_when_one_of_them_has_become_internal, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.comes("dirk@acme.example", "Re: Drucker [ACME-1]", "Bei mir auch.").await;
    world.settle().await;
    for number in 1..=6 {
        world.writes(&carla, "Re: Drucker [ACME-1]", &format!("Nachtrag {number}.")).await;
    }
    world.clock.advance(minutes(1));
    world.decide().await;
    world.execute("UPDATE entry SET visibility = 'internal' WHERE text = 'Nachtrag 4.'").await;
    world.deliver().await;
    let rows = world.outbox().await;
    let mine = rows.iter().rfind(|row| row.mail.recipient == "dirk@acme.example").unwrap();
    assert!(mine.mail.draft.contains("Nachtrag 4.") && mine.mail.draft.contains("Nachtrag 6."));
    assert_eq!(mine.state, State::Withdrawn);
    world.execute("UPDATE entry SET visibility = 'public' WHERE text = 'Nachtrag 4.'").await;
});

story!(an_ordinary_busy_ticket_is_told_as_ever, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Umzug", "Wir ziehen um.").await;
    let people: Vec<String> = (0..9).map(|number| format!("p{number}@acme.example")).collect();
    for person in &people {
        world.clock.advance(minutes(16));
        world.comes(person, "Re: Umzug [ACME-1]", "Ich auch.").await;
        world.settle().await;
    }
    for number in 0..21 {
        world.clock.advance(minutes(16));
        world.comes(&people[number % 9], "Re: Umzug [ACME-1]", &format!("Frage {number}.")).await;
        world.settle().await;
        assert_eq!(world.owed().await, 0, "{number}");
    }
    assert_eq!((world.got(ANNA, Kind::Notification).await, world.got(BEN, Kind::Notification).await), (31, 31));
    assert_eq!(world.got(CARLA, Kind::Answer).await, 30);
    assert_eq!(world.got(ANNA, Kind::Budget).await, 0);
});

story!(a_new_customer_and_an_outage_are_acknowledged_as_ever, |world| {
    for number in 0..6 {
        world.comes("neu@firma.example", &format!("Frage {number}"), "Hallo.").await;
        world.settle().await;
        world.clock.advance(minutes(10));
    }
    assert_eq!(world.got("neu@firma.example", Kind::Acknowledgement).await, 6);
    let last = world.last_to("neu@firma.example").await.letter;
    assert!(last.body.text.contains("we have your further mails"), "{}", last.body.text);
    assert_eq!(world.got(ANNA, Kind::Notification).await, 6);
    world.clock.advance(minutes(60));
    for number in 0..20 {
        let domain = if number % 2 == 0 { "acme.example".to_owned() } else { format!("kunde{number}.example") };
        world.comes(&format!("k{number}@{domain}"), "Alles steht", "Nichts geht mehr.").await;
        world.clock.advance(minutes(2));
    }
    world.settle().await;
    assert_eq!(world.figures().await["acknowledgement"], 26);
    assert_eq!(world.got(ANNA, Kind::Notification).await, 26);
    assert_eq!((world.got(ANNA, Kind::Budget).await, world.owed().await), (0, 0));
});

story!(a_forgers_flood_does_not_hold_what_has_its_senders_own_token, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.answers(&anna, "Wir kommen.").await;
    for number in 0..30 {
        world.comes(CARLA, "Re: Drucker [ACME-1]", &format!("Gefälscht {number}.")).await;
    }
    world.settle().await;
    let held = world.ledger().await.iter().filter(|row| row.disposition == Some(Disposition::Held)).count();
    assert!(held >= 10, "{held}");
    world.answers(&carla, "Wann denn?").await;
    assert_eq!(world.last_verdict().await, "comment token");
    world.passes(minutes(60)).await;
    let told: String = world.sent_to(ANNA).await.iter().map(|sent| sent.letter.body.text.clone()).collect();
    assert!(told.contains("Wann denn?"));
});

story!(staff_are_told_once_and_let_it_go_on, |world| {
    for number in 0..25 {
        world.comes(DANA, &format!("Alarm {number}"), "Etwas ist.").await;
    }
    world.settle().await;
    assert_eq!((world.got(ANNA, Kind::Notification).await, world.got(ANNA, Kind::Budget).await), (20, 1));
    let mut anna = world.signed_in(ANNA).await;
    let home = anna.get("/office").await;
    let text = home.text();
    assert!(text.contains("Gesammelt gemeldet") && text.contains("dana@globex.example"), "{text}");
    let web = world.web();
    let report = check::everything(&world.store, &web.config, world.clock.now(), true).await;
    let found: Vec<_> = report.faults.iter().filter(|found| found.check == "budget").collect();
    assert!(found.len() == 1 && found[0].remedy.contains("postroom budget resume"), "{found:?}");
    let path =
        text.split("action=\"").find(|rest| rest.starts_with("/office/budget/")).unwrap().split('"').next().unwrap().to_owned();
    // A guest finds no such page.
    let mut carla = world.signed_in(CARLA).await;
    assert_eq!(carla.post(&path, &[("word", "resume")]).await.status, StatusCode::NOT_FOUND);
    let shown = anna.send("/office", &path, &[("word", "resume")]).await;
    assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/office?said=resumed"));
    assert!(!anna.get("/office").await.text().contains("Gesammelt gemeldet"));
    world.settle().await;
    world.clock.advance(minutes(1));
    // What was kept back is told: five tickets, each so that it can be answered.
    assert_eq!(world.got(ANNA, Kind::Notification).await, 25);
    world.comes(DANA, "Danke", "Es ist vorbei.").await;
    world.settle().await;
    assert_eq!((world.got(ANNA, Kind::Notification).await, world.got(ANNA, Kind::Budget).await), (26, 1));
    assert!(
        check::everything(&world.store, &web.config, world.clock.now(), true)
            .await
            .faults
            .iter()
            .all(|found| found.check != "budget")
    );
    // It fills again, and is said again.
    for number in 0..25 {
        world.comes(DANA, &format!("Noch ein Alarm {number}"), "Etwas ist.").await;
    }
    world.settle().await;
    assert_eq!(world.got(ANNA, Kind::Budget).await, 2);
    world.passes(minutes(61)).await;
    assert_eq!(world.owed().await, 0);
});

story!(what_has_its_senders_own_token_is_told_at_once_whatever_a_forger_writes, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.comes("dirk@acme.example", "Re: Drucker [ACME-1]", "Bei mir auch.").await;
    world.settle().await;
    world.answers(&anna, "Wir kommen.").await;
    let answered = world.last_to(CARLA).await.raw;
    // Forged on this ticket, and on so many others that no budget of hers and of her organization has anything left.
    for number in 0..15 {
        world.comes(CARLA, "Re: Drucker [ACME-1]", &format!("Gefälscht {number}.")).await;
    }
    for number in 0..60 {
        world.comes(CARLA, &format!("Alarm {number}"), "Etwas ist.").await;
    }
    world.settle().await;
    assert!(world.owed().await > 0 && world.got(ANNA, Kind::Budget).await >= 1);
    let before = world.all_mails().await;
    let id = world.message_id();
    let raw = carla.reply(&answered, "Wann denn?", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    for reader in [ANNA, BEN, "dirk@acme.example"] {
        let told = world.last_to(reader).await.letter.body.text;
        assert!(told.contains("Wann denn?"), "{reader}: {told}");
    }
    assert_eq!(world.all_mails().await, before + 3, "one mail to each");
    // The twins: what is only claimed waits as before, and she has a pace of her own.
    world.comes(CARLA, "Re: Drucker [ACME-1]", "Gefälscht, noch eine.").await;
    world.settle().await;
    assert_eq!(world.all_mails().await, before + 3);
    for number in 0..5 {
        let id = world.message_id();
        let raw = carla.reply(&answered, &format!("Nachtrag {number}."), world.clock.now(), &id);
        world.send(&raw).await;
    }
    let mails = world.all_mails().await;
    assert!(mails > before + 3 && mails <= before + 3 + 3 * 3, "{mails} {before}: {:?}", world.figures().await);
    world.passes(minutes(61)).await;
    assert_eq!(world.owed().await, 0);
});
