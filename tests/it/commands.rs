//! Commands in mails, told through the whole desk on both databases: each in both languages, and as its twin without proof.

use postroom::config::{Receiver, Trust};
use postroom::desk::ids::{PersonId, ProjectId};
use postroom::desk::inbox::Release;
use postroom::desk::outbox::Kind;
use postroom::store::projects::{self, TaskType};
use postroom::store::tickets;

use crate::world::desk::{Sent, World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";

impl World {
    /// Carla has asked something; with the notification that Anna got of it.
    async fn asked(&mut self) -> Vec<u8> {
        let carla = self.carla.clone();
        self.writes(&carla, "Drucker", "Er druckt nicht.").await;
        let fault = TaskType::new("fault".to_owned(), "Störung".to_owned(), "Fault".to_owned());
        let work =
            self.store.write(move |tx| Box::pin(async move { Ok(projects::add_type(tx, ProjectId(30_001), &fault).await?) }));
        work.await.unwrap();
        self.last_to(ANNA).await.raw
    }

    /// Anna replies to a mail that she got; with what became of it.
    async fn anna_replies(&mut self, parent: &[u8], text: &str) -> String {
        let id = self.message_id();
        let raw = self.anna.clone().reply(parent, text, self.clock.now(), &id);
        self.send(&raw).await;
        self.last_verdict().await
    }

    /// Somebody writes in Anna's name, who knows the ticket and nothing else.
    async fn forged_by_number(&mut self, text: &str) -> String {
        let id = self.message_id();
        let raw = format!(
            "From: Anna Berger <{ANNA}>\r\nTo: support@desk.example\r\nSubject: Re: Drucker [ACME-1]\r\nMessage-ID: <{id}>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        );
        self.send(raw.as_bytes()).await;
        self.last_verdict().await
    }

    /// How the ticket stands inside, in a line.
    async fn stands(&self) -> String {
        let (ticket, _) = self.ticket("ACME-1").await;
        let mut tx = self.store.read().await.unwrap();
        let tags = tickets::tags(&mut tx, ticket.id).await.unwrap().join(",");
        let people = tickets::participants(&mut tx, ticket.id).await.unwrap().len();
        let state = &ticket.state;
        let due = state.due.map(|due| due.rfc3339()).unwrap_or_default();
        let assignee = state.assignee.map(|person| person.0).unwrap_or_default();
        format!(
            "{} {} {} {assignee} [{due}] {} {} [{tags}] {people}",
            state.status, state.priority, state.progress, ticket.type_key, ticket.title
        )
    }

    /// The answers to commands that somebody got.
    async fn told(&self, address: &str) -> Vec<Sent> {
        self.sent_to(address).await.into_iter().filter(|sent| sent.row.mail.kind == Kind::CommandReply).collect()
    }
}

const UNTOUCHED: &str = "open normal 0 0 [] request Drucker [] 0";

/// A command in both languages, and how the ticket stands after it.
const TABLE: &[(&str, &str, &str)] = &[
    ("#status waiting", "#status wartet", "waiting normal 0 0 [] request Drucker [] 0"),
    ("#close", "#schließen", "done normal 0 0 [] request Drucker [] 0"),
    ("#priority high", "#priorität hoch", "open high 0 0 [] request Drucker [] 0"),
    ("#progress 40", "#fortschritt 40 %", "open normal 40 0 [] request Drucker [] 0"),
    ("#assign me", "#zuweisen mir", "open normal 0 10001 [] request Drucker [] 0"),
    ("#assign Okafor", "#zuweisen ben@staff.example", "open normal 0 10002 [] request Drucker [] 0"),
    ("#due 2026-12-01", "#termin 1.12.", "open normal 0 0 [2026-12-01T12:00:00Z] request Drucker [] 0"),
    ("#type fault", "#art Störung", "open normal 0 0 [] fault Drucker [] 0"),
    ("#title Printer", "#titel Printer", "open normal 0 0 [] request Printer [] 0"),
    ("#tag Invoice", "#stichwort invoice", "open normal 0 0 [] request Drucker [invoice] 0"),
    ("#cc kim@acme.example", "#hinzuziehen kim@acme.example", "open normal 0 0 [] request Drucker [] 1"),
];

/// What takes each of them back.
const BACK: &str =
    "#reopen\n#prio normal\n#fortschritt 0\n#assign nobody\n#termin keiner\n#type request\n#titel Drucker\n#tag -invoice";

story!(every_command_in_both_languages_and_none_without_proof, |world| {
    world.configure(|config| config.desk.time_zone = "UTC".to_owned());
    let parent = world.asked().await;
    assert_eq!(world.stands().await, UNTOUCHED);
    for (english, german, expected) in TABLE {
        for text in [english, german] {
            let before = world.timeline("ACME-1").await;
            assert_eq!(world.forged_by_number(text).await, "held claims_staff", "{text}");
            assert_eq!((world.stands().await.as_str(), world.timeline("ACME-1").await), (UNTOUCHED, before), "{text}");
            assert_eq!(world.anna_replies(&parent, text).await, "command token", "{text}");
            assert_eq!(world.stands().await, *expected, "{text}");
            assert!(world.told(ANNA).await.is_empty(), "what went well is not answered: {text}");
            assert_eq!(world.anna_replies(&parent, BACK).await, "command token", "{text}");
            world.execute("DELETE FROM participant").await;
            assert_eq!(world.stands().await, UNTOUCHED, "{text}");
        }
    }
    for (place, (text, minutes)) in [("#time 45m am Telefon", 45), ("#zeit 1,5h am Telefon", 90)].into_iter().enumerate() {
        assert_eq!(world.forged_by_number(text).await, "held claims_staff", "{text}");
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind = 'time'").await, i64::try_from(place).unwrap());
        assert_eq!(world.anna_replies(&parent, text).await, "command token", "{text}");
        assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal time: am Telefon");
        assert_eq!(world.number("SELECT MAX(minutes) FROM time_spent").await, minutes);
    }
    for text in ["#help", "#hilfe", "#dry", "#probe"] {
        let before = world.told(ANNA).await.len();
        assert_eq!(world.forged_by_number(text).await, "held claims_staff", "{text}");
        assert_eq!(world.told(ANNA).await.len(), before, "{text}");
        world.anna_replies(&parent, text).await;
        assert_eq!(world.told(ANNA).await.len(), before + 1, "{text}");
    }
    assert!(world.told(CARLA).await.is_empty() && world.told(BEN).await.is_empty());
});

story!(commands_and_a_text_go_together_and_the_customer_reads_the_text, |world| {
    let parent = world.asked().await;
    let text = "#assign me\n\n#progress 40\nEinschalten, bitte.";
    assert_eq!(world.anna_replies(&parent, text).await, "comment token");
    assert_eq!(world.stands().await, "open normal 40 10001 [] request Drucker [] 0");
    let read = world.last_to(CARLA).await.letter.body.text;
    assert!(read.starts_with("Einschalten, bitte.") && !read.contains('#'), "{read}");
    let face = world.ticket("ACME-1").await.0.face.state;
    assert_eq!((face.progress, face.assignee), (40, Some(PersonId(10_001))), "as public as the answer");
    // A note changes inside, and its twin with the explicit word in public; the text of neither leaves.
    let mails = world.sent_to(CARLA).await.len();
    assert_eq!(world.anna_replies(&parent, "#note\n#progress 60\nGEHEIM").await, "note token");
    assert_eq!(world.ticket("ACME-1").await.0.face.state.progress, 40);
    let note = world.last_to(BEN).await.raw;
    let id = world.message_id();
    let raw = world.ben.clone().reply(&note, "#public\n#progress 70\nGEHEIM", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    assert_eq!(world.ticket("ACME-1").await.0.face.state.progress, 70);
    assert_eq!(world.sent_to(CARLA).await.len(), mails);
    let told = world.told(BEN).await.pop().expect("Ben is told that his text stayed inside").letter.body.text;
    assert!(told.contains("#public – done. This holds for the changes; your text stays an internal note."), "{told}");
    assert!(!told.contains("GEHEIM"), "{told}");
});

story!(what_is_quoted_signed_or_hidden_commands_nothing, |world| {
    let parent = world.asked().await;
    world.anna_replies(&parent, "Hallo\n\n> #close\n\n#close").await;
    assert_eq!(world.stands().await, UNTOUCHED, "after the text");
    world.anna_replies(&parent, "> #close\n\nSo?").await;
    world.anna_replies(&parent, "Gut.\n-- \n#close").await;
    assert_eq!(world.stands().await, UNTOUCHED);
    let reply_to = postroom::mail::understand(&parent, &postroom::mail::Limits::default()).unwrap().reply_to.unwrap().address;
    let id = world.message_id();
    let raw = format!(
        "From: {ANNA}\r\nTo: {reply_to}\r\nSubject: Re: Drucker\r\nMessage-ID: <{id}>\r\nContent-Type: text/html\r\n\r\n\
         <div style=\"display:none\">#close</div><p>Hallo</p>\r\n"
    );
    world.send(raw.as_bytes()).await;
    assert_eq!(world.stands().await, UNTOUCHED, "hidden");
    assert_eq!(world.anna_replies(&parent, "#close").await.split(' ').next(), Some("command"), "the twin");
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "done");
});

story!(one_refused_of_three_and_none_is_done, |world| {
    let parent = world.asked().await;
    let before = world.timeline("ACME-1").await;
    assert_eq!(world.anna_replies(&parent, "#assign me\n#status weg\n#progress 40").await, "command refused");
    assert_eq!((world.stands().await.as_str(), world.timeline("ACME-1").await), (UNTOUCHED, before.clone()));
    let [told] = world.told(ANNA).await.try_into().unwrap_or_else(|_| panic!("one transcript"));
    let text = &told.letter.body.text;
    assert!(text.contains("#assign me – nicht ausgeführt, weil etwas anderes in der Mail nicht geht."), "{text}");
    assert!(text.contains("#status weg – das gibt es nicht. Möglich ist: offen, in Arbeit, wartet, erledigt"), "{text}");
    assert_eq!(told.letter.subject, "[ACME-1] Ihre Befehle wurden nicht ausgeführt");
    assert!(told.text().contains("Auto-Submitted: auto-replied"), "no machine answers it");
    // With a text the whole mail waits, and the question says why.
    let outside = world.sent_to(CARLA).await.len();
    assert_eq!(world.anna_replies(&parent, "#assign Nora\n#progress 40\nEinschalten!").await, "held command_refused");
    assert_eq!((world.stands().await.as_str(), world.timeline("ACME-1").await), (UNTOUCHED, before));
    assert_eq!(world.sent_to(CARLA).await.len(), outside);
    let question = world.last_to(ANNA).await;
    assert_eq!(question.row.mail.kind, Kind::Claim);
    let text = question.letter.body.text;
    assert!(text.contains("#assign Nora – so heißt niemand im Team. Im Team sind: Anna Berger <anna@staff.example>"), "{text}");
    // Her word sends the text, and none of the commands.
    assert_eq!(world.anna_replies(&question.raw, "#senden").await, "command answers_question");
    assert_eq!(world.stands().await, UNTOUCHED);
    assert!(world.last_to(CARLA).await.letter.body.text.starts_with("Einschalten!"));
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    assert!(told.contains("Von ihren Befehlen wurde keiner ausgeführt"), "{told}");
    // Once more, so that all of them can be done by now: then they are.
    assert_eq!(world.anna_replies(&parent, "#assign Nora\n#progress 40\nNoch etwas.").await, "held command_refused");
    world.execute("UPDATE person SET name = 'Nora Okafor' WHERE id = 10002").await;
    world.release(Release::AsIs).await;
    assert_eq!(world.stands().await, "open normal 40 10002 [] request Drucker [] 0");
});

story!(a_slip_holds_the_mail_and_asks_what_was_meant, |world| {
    let parent = world.asked().await;
    let before = world.timeline("ACME-1").await;
    for (text, verdict, asked) in [
        ("#clsoe\nEinschalten!", "held near_miss", "#clsoe – diesen Befehl gibt es nicht. Meinten Sie #close?"),
        ("#closed\nEinschalten!", "held near_miss", "Meinten Sie #close?"),
        ("# notiz\nGEHEIM", "held near_miss", "# notiz – diesen Befehl gibt es nicht. Meinten Sie #notiz?"),
        ("#assign me\n#fermer\nEinschalten!", "held unknown_command", "#fermer – diesen Befehl gibt es nicht."),
    ] {
        assert_eq!(world.anna_replies(&parent, text).await, verdict, "{text}");
        assert_eq!((world.stands().await.as_str(), world.timeline("ACME-1").await), (UNTOUCHED, before.clone()), "{text}");
        let question = world.last_to(ANNA).await;
        assert_eq!(question.row.mail.kind, Kind::Claim, "a proven author is asked each time: {text}");
        assert!(question.letter.body.text.contains(asked), "{}", question.letter.body.text);
    }
    assert!(world.told(CARLA).await.is_empty());
});

story!(a_dry_run_says_what_would_happen_and_who_would_read_it, |world| {
    let parent = world.asked().await;
    let (before, mails) = (world.timeline("ACME-1").await, world.sent_to(CARLA).await.len());
    assert_eq!(world.anna_replies(&parent, "#dry\n#close\n#tag eilig\nEinschalten!").await, "command dry_run");
    assert_eq!((world.stands().await.as_str(), world.timeline("ACME-1").await), (UNTOUCHED, before.clone()));
    assert_eq!(world.sent_to(CARLA).await.len(), mails);
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    for line in [
        "#close – würde ausgeführt.",
        "Ihr Text würde eine öffentliche Antwort. Per E-Mail läsen sie: Carla Kunze",
        "Die Änderungen sähen auch Kunden, außer den Stichwörtern.",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(world.anna_replies(&parent, "#probe\n#note\nGEHEIM").await, "command dry_run");
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    assert!(told.contains("Ihr Text würde eine interne Notiz. Nur das Team läse sie."), "{told}");
    assert_eq!(world.anna_replies(&parent, "#dry\n#clsoe").await, "command dry_run");
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    assert!(told.contains("Meinten Sie #close?"), "{told}");
    assert_eq!(world.timeline("ACME-1").await, before);
    // The transcript answers as the notification did: what is then done in earnest is done.
    let transcript = world.told(ANNA).await.remove(0).raw;
    assert_eq!(world.anna_replies(&transcript, "#close\nEingeschaltet.").await, "comment token");
    assert_eq!(world.ticket("ACME-1").await.0.face.state.status, "done");
});

story!(the_help_mail_speaks_the_readers_language, |world| {
    let parent = world.asked().await;
    world.anna_replies(&parent, "#help").await;
    let german = world.told(ANNA).await.pop().unwrap().letter;
    assert_eq!(german.subject, "[Example Desk] Befehle in Mails");
    assert!(german.body.text.contains("#zuweisen mir\n  Übergibt das Ticket: an einen Namen"), "{}", german.body.text);
    let parent = world.last_to(BEN).await.raw;
    let id = world.message_id();
    let raw = world.ben.clone().reply(&parent, "#hilfe", world.clock.now(), &id);
    world.send(&raw).await;
    let english = world.told(BEN).await.pop().unwrap().letter.body.text;
    assert!(english.contains("#assign me\n  Gives the ticket to a name"), "{english}");
    assert!(!german.body.text.contains("??") && !english.contains("??"));
});

story!(who_is_let_in_by_a_command_gets_the_public_conversation, |world| {
    let parent = world.asked().await;
    world.anna_replies(&parent, "#note\nGEHEIM").await;
    assert_eq!(world.anna_replies(&parent, "#cc kim@acme.example\nKim hilft.").await, "comment token");
    let welcome = world.sent_to("kim@acme.example").await.remove(0);
    assert_eq!(welcome.row.mail.kind, Kind::Welcome);
    assert!(!welcome.text().contains("GEHEIM"));
    assert!(world.told(ANNA).await.is_empty());
    world.anna_replies(&parent, "#cc sam@elsewhere.example").await;
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    assert!(told.contains("Die Adresse gehört nicht zu den Domains dieses Kunden."), "{told}");
    for (address, why) in [("ben@staff.example", "jemandem im Team"), ("support@desk.example", "von uns selbst")] {
        assert_eq!(world.anna_replies(&parent, &format!("#cc {address}")).await, "command refused");
        let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
        assert!(told.contains(why), "{told}");
    }
});

story!(customers_ask_how_it_stands_close_and_get_help_with_one_word, |world| {
    let carla = world.carla.clone();
    let parent = world.asked().await;
    world.anna_replies(&parent, "#note\n#progress 90\n#assign me\nGEHEIM").await;
    world.anna_replies(&parent, "#status in Arbeit\nWir sehen nach.").await;
    let entries = world.timeline("ACME-1").await.len();
    let answer = world.last_to(CARLA).await.raw;
    let says = async |world: &mut World, text: &str| {
        let id = world.message_id();
        let raw = carla.reply(&answer, text, world.clock.now(), &id);
        world.send(&raw).await;
        world.last_verdict().await
    };
    assert_eq!(says(&mut world, "Status").await, "command customer_command");
    let told = world.told(CARLA).await.pop().unwrap();
    let text = told.letter.body.text.clone();
    assert!(text.contains("so steht es um ACME-1 „Drucker“") && text.contains("Status: in Arbeit"), "{text}");
    for secret in ["90", "Anna", "GEHEIM"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(told.text().contains("Auto-Submitted: auto-replied") && told.row.mail.envelope_from.is_none());
    assert_eq!(says(&mut world, "#hilfe").await, "command customer_command");
    let text = world.told(CARLA).await.pop().unwrap().letter.body.text;
    assert!(text.contains("schließen – Sie brauchen nichts mehr"), "{text}");
    assert_eq!(world.timeline("ACME-1").await.len(), entries, "nothing is written down");
    // Her role denies it: then it is a comment that a human reads; allowed, it closes for everybody to see.
    world.may(PersonId(10_003), "close", "denied").await;
    assert_eq!(says(&mut world, "close").await, "comment token");
    assert_ne!(world.ticket("ACME-1").await.0.state.status, "done");
    assert_eq!(says(&mut world, "help").await, "command customer_command");
    let text = world.told(CARLA).await.pop().unwrap().letter.body.text;
    assert!(!text.contains("schließen –"), "{text}");
    world.may(PersonId(10_003), "close", "allowed").await;
    assert_eq!(says(&mut world, "schließen").await, "command customer_command");
    let (ticket, _) = world.ticket("ACME-1").await;
    assert_eq!((ticket.state.status.as_str(), ticket.face.state.status.as_str()), ("done", "done"));
    assert!(world.told(CARLA).await.pop().unwrap().letter.body.text.contains("ist geschlossen, wie Sie es wollten"));
    // Five answers in an hour; then silence, and nothing is lost: the ledger has it.
    assert_eq!(says(&mut world, "status").await, "command customer_command");
    assert_eq!(says(&mut world, "status").await, "command too_often");
    assert_eq!(world.told(CARLA).await.len(), 5);
    world.clock.advance(std::time::Duration::from_secs(3601));
    assert_eq!(says(&mut world, "status").await, "command customer_command");
    // What else a customer writes is text, whatever mark stands before it.
    for text in ["#assign me", "#note\nHallo", "#1 ist wichtig"] {
        assert_eq!(says(&mut world, text).await, "comment token", "{text}");
    }
    assert_eq!(world.ticket("ACME-1").await.0.state.assignee, Some(PersonId(10_001)), "as Anna left it");
});

story!(strangers_and_machines_are_told_nothing_by_a_word, |world| {
    world.asked().await;
    let (dana, stranger) = (world.dana.clone(), world.stranger.clone());
    for client in [&dana, &stranger] {
        world.writes(client, "Re: Drucker [ACME-1]", "status").await;
        assert_eq!(world.last_verdict().await, "held third_party");
        assert!(world.told(&client.address).await.is_empty());
    }
    let id = world.message_id();
    let acknowledged = world.last_to(CARLA).await;
    let parent = acknowledged.row.mail.message_id.clone();
    let raw = |above: &str, id: &str| {
        format!(
            "{above}From: {CARLA}\r\nTo: support@desk.example\r\nSubject: Re: Drucker\r\nMessage-ID: <{id}>\r\n\
             In-Reply-To: <{parent}>\r\n\r\nstatus\r\n"
        )
    };
    world.send(raw("Auto-Submitted: auto-generated\r\n", &id).as_bytes()).await;
    assert!(world.told(CARLA).await.is_empty(), "{}", world.last_verdict().await);
    let id = world.message_id();
    world.send(raw("", &id).as_bytes()).await;
    assert_eq!(world.last_verdict().await, "command customer_command", "the twin: a person in that thread");
    assert_eq!(world.told(CARLA).await.len(), 1);
});

/// A mail of Anna's about no ticket, for which the receiving server vouches or does not.
async fn anna_writes(world: &mut World, vouched: bool, text: &str) -> String {
    let id = world.message_id();
    let evidence = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
    let raw = format!(
        "{}From: Anna Berger <{ANNA}>\r\nTo: support@desk.example\r\nSubject: Aufzug\r\nMessage-ID: <{id}>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        if vouched { evidence } else { "" }
    );
    world.send(raw.as_bytes()).await;
    world.last_verdict().await
}

fn believe(world: &mut World) {
    let receiver = Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 });
    world.trust(Trust { receiver, ..Trust::default() });
}

story!(a_new_ticket_is_what_the_commands_of_its_mail_make_it, |world| {
    world.configure(|config| config.desk.time_zone = "UTC".to_owned());
    believe(&mut world);
    let commands = "#assign Okafor\n#prio hoch\n#titel Lift\n#tag Haus\n#due 2026-12-01\n#zeit 15m Anruf\n\nEr steckt fest.";
    assert_eq!(anna_writes(&mut world, false, commands).await, "held claims_staff");
    assert_eq!(anna_writes(&mut world, true, "#dry\n#assign Okafor\n\nEr steckt fest.").await, "command dry_run");
    let told = world.told(ANNA).await.pop().unwrap().letter.body.text;
    assert!(told.contains("#assign Okafor – würde ausgeführt."), "{told}");
    assert_eq!(world.tickets().await, 0);
    assert_eq!(anna_writes(&mut world, true, commands).await, "ticket alignment");
    let all = tickets::list(&mut world.store.read().await.unwrap(), None).await.unwrap();
    let [ticket] = all.as_slice() else { panic!("{all:?}") };
    let state = (ticket.title.as_str(), ticket.state.priority.as_str(), ticket.state.assignee, ticket.face.shown);
    assert_eq!(state, ("Lift", "high", Some(PersonId(10_002)), false));
    assert_eq!(tickets::tags(&mut world.store.read().await.unwrap(), ticket.id).await.unwrap(), ["haus"]);
    assert_eq!(world.number("SELECT MAX(minutes) FROM time_spent").await, 15);
    let timeline = world.timeline(&ticket.number.to_string()).await;
    assert!(timeline.iter().all(|entry| entry.starts_with("internal ")), "{timeline:?}");
    assert_eq!(timeline.first().map(String::as_str), Some("internal comment: Er steckt fest."));
    assert_eq!(world.told(ANNA).await.len(), 1, "what went well is not answered");
    let mails: Vec<_> = world.sent_to(BEN).await;
    assert_eq!(mails.len(), 1, "one mail says it all");
    assert!(mails.iter().all(|mail| mail.letter.body.text.contains("Er steckt fest.")));
});

story!(a_new_ticket_waits_when_one_of_its_commands_cannot_be_obeyed, |world| {
    believe(&mut world);
    assert_eq!(anna_writes(&mut world, true, "#close").await, "held command_without_ticket", "nothing to open one with");
    assert_eq!(anna_writes(&mut world, true, "#assign Frodo\n#prio hoch\n\nEr steckt fest.").await, "held command_refused");
    assert_eq!(world.tickets().await, 0, "nothing is done by halves");
    world.release(Release::AsIs).await;
    assert_eq!(world.tickets().await, 1, "her word opens it without the commands");
    let all = tickets::list(&mut world.store.read().await.unwrap(), None).await.unwrap();
    assert_eq!(all.first().map(|ticket| ticket.state.priority.as_str()), Some("normal"));
});

story!(what_is_commanded_above_a_mail_that_is_passed_on_stays_inside, |world| {
    believe(&mut world);
    let carla = world.carla.clone();
    let parent = carla.reply(
        b"From: Anna <anna@staff.example>\r\nSubject: Drucker\r\nMessage-ID: <x@staff.example>\r\n\r\nWas ist?\r\n",
        "Er druckt nicht.",
        world.clock.now(),
        "c7@acme.example",
    );
    let above = "#assign me\n#prio hoch\n#tag Haus\n\nEilt, SECRET.";
    let raw = world.anna.clone().forward(&parent, "support@desk.example", above, world.clock.now(), "a7@staff.example");
    let evidence = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
    world.send(&[evidence.as_slice(), &raw].concat()).await;
    assert_eq!(world.last_verdict().await, "ticket on_behalf");
    let (ticket, _) = world.ticket("ACME-1").await;
    assert_eq!((ticket.state.priority.as_str(), ticket.face.state.priority.as_str()), ("high", "normal"));
    assert_eq!((ticket.state.assignee, ticket.face.state.assignee), (Some(PersonId(10_001)), None));
    assert!(world.sent_to(CARLA).await.iter().all(|sent| !sent.letter.body.text.contains("SECRET")));
    // Colleagues are told twice: that Carla has a request, which they can answer, and what Anna set and thinks of it.
    let told = world.sent_to(BEN).await;
    let [opened, set] = told.as_slice() else { panic!("{}", told.len()) };
    assert!(opened.text().contains("X-Postroom-Visibility: public") && set.text().contains("X-Postroom-Visibility: internal"));
    let (opened, set) = (&opened.letter.body.text, &set.letter.body.text);
    assert!(opened.contains("Er druckt nicht.") && !opened.contains("haus") && !opened.contains("priority"), "{opened}");
    assert!(set.contains("SECRET") && set.contains("haus"), "{set}");
    let (set, before) = set.split_once("Written before:").unwrap();
    assert!(!set.contains("Carla") && before.contains("Carla"), "{set}");
});

story!(commands_alone_above_a_mail_that_is_passed_on_are_told_as_what_staff_did, |world| {
    believe(&mut world);
    let parent =
        b"From: Carla Diaz <carla@acme.example>\r\nSubject: Drucker\r\nMessage-ID: <c8@acme.example>\r\n\r\nEr klemmt.\r\n";
    let raw = world.anna.clone().forward(parent, "support@desk.example", "#prio hoch", world.clock.now(), "a8@staff.example");
    let evidence = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
    world.send(&[evidence.as_slice(), &raw].concat()).await;
    assert_eq!(world.last_verdict().await, "ticket on_behalf");
    let told = world.last_to(BEN).await;
    assert!(told.text().contains("X-Postroom-Visibility: internal"), "{}", told.text());
    let text = told.letter.body.text;
    assert!(text.contains("Anna") && !text.contains("Carla"), "{text}");
    assert_eq!(world.sent_to(ANNA).await.len(), 1, "Anna knows what she set");
});
