//! What happens to people: each test is a short story in the test world, on both databases.

use std::time::Duration;

use postroom::config::Outgoing;
use postroom::demo::client::{File, Program};
use postroom::desk::inbox::{Disposition, Release};
use postroom::desk::outbox::{Kind, State};
use postroom::desk::people::Language;

use crate::world::desk::{SUPPORT, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";

story!(a_customers_mail_becomes_a_ticket, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Presse steht", "Die Presse 4 steht seit heute früh.").await;
    assert_eq!(world.last_verdict().await, "ticket new");
    assert_eq!(world.timeline("ACME-1").await, ["public comment: Die Presse 4 steht seit heute früh."]);
    let acknowledgement = world.last_to(CARLA).await;
    assert_eq!(acknowledgement.row.mail.kind, Kind::Acknowledgement);
    assert_eq!(acknowledgement.letter.subject, "Re: Presse steht [ACME-1]", "in the thread of a contact of a customer");
    assert_eq!(acknowledgement.row.mail.envelope_from, None, "nobody bounces an acknowledgement");
    assert!(acknowledgement.text().contains("Auto-Submitted: auto-replied\r\n"));
    let text = &acknowledgement.letter.body.text;
    assert!(text.contains("Sie hat die Nummer ACME-1") && text.contains("> Die Presse 4 steht seit heute früh."), "{text}");
    for (staff, language) in [(ANNA, "schrieb|eröffnet"), (BEN, "opened")] {
        let notification = world.last_to(staff).await;
        assert_eq!(notification.letter.subject, "[ACME-1] Presse steht");
        assert!(
            language.split('|').any(|word| notification.letter.body.text.contains(word)),
            "{}",
            notification.letter.body.text
        );
        assert!(notification.letter.body.text.contains("Die Presse 4 steht"));
        assert!(notification.text().contains("Auto-Submitted: auto-generated\r\n"));
        let reply_to = notification.letter.reply_to.unwrap().address;
        assert!(reply_to.starts_with("support+") && reply_to.ends_with("@desk.example"), "{reply_to}");
    }
    assert_eq!(world.sent().await.len(), 3);
});

story!(a_staff_reply_reaches_the_customer_as_one_clean_mail, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    world.writes(&carla, "Presse steht", "Die Presse 4 steht.").await;
    let first = world.ledger().await.pop().unwrap().message_id.unwrap();
    world.answers(&ben, "Please switch it off and on again.\n\nIs it better now?").await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(
        world.timeline("ACME-1").await.last().unwrap(),
        "public comment: Please switch it off and on again.\n\nIs it better now?"
    );
    let answer = world.last_to(CARLA).await;
    assert_eq!(answer.row.mail.kind, Kind::Answer);
    assert_eq!(answer.letter.subject, "Re: Presse steht [ACME-1]");
    assert_eq!(answer.letter.references, [first.as_str()]);
    let from = answer.letter.from.clone().unwrap();
    assert_eq!((from.address.as_str(), from.name.as_deref()), (SUPPORT, Some("Ben from support (Example Desk)")));
    assert_eq!(answer.letter.body.new_text().trim(), "Please switch it off and on again.\n\nIs it better now?");
    for secret in ["staff.example", "Okafor", "Outlook", "outside.example> <m2"] {
        assert!(!answer.text().contains(secret), "{secret} stands in {}", answer.text());
    }
    assert_eq!(world.last_to(ANNA).await.letter.subject, "[ACME-1] Presse steht", "the other staff see public answers too");
    assert_eq!(world.sent_to(BEN).await.len(), 1, "nobody is told of their own answer");
});

story!(every_mail_program_says_just_what_was_typed, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Frage", "Wie geht das?").await;
    for program in Program::ALL {
        for language in [Language::German, Language::English] {
            let mut anna = world.anna.clone();
            (anna.program, anna.language) = (*program, language);
            if !matches!(program, Program::Thunderbird | Program::Mutt) {
                // The others put no delimiter before a signature, so nothing in one mail tells it from the text.
                anna.signature = None;
            }
            let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
            let id = world.message_id();
            let text = format!("So geht das mit {program:?}.\n\nZweiter Absatz.");
            let raw = anna.reply(&parent, &text, world.clock.now(), &id);
            world.send(&raw).await;
            assert_eq!(world.last_verdict().await, "comment token", "{program:?} {language:?}");
            assert_eq!(
                world.timeline("ACME-1").await.last().unwrap(),
                &format!("public comment: {text}"),
                "{program:?} {language:?}"
            );
        }
    }
});

story!(a_note_by_address_or_tag_stays_inside, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    world.writes(&carla, "Rechnung", "Die Rechnung ist falsch.").await;
    let outside = world.sent_to(CARLA).await.len();
    let notification = world.last_to(ANNA).await.letter;
    let address = notification.body.text.split(['<', '>']).find_map(|word| word.strip_prefix("mailto:")).unwrap().to_owned();
    world.answers_changed(&anna, "SECRET-1 Die zahlen nie pünktlich.", |reply| reply.to(&address)).await;
    assert_eq!(world.last_verdict().await, "note token");
    let seen = world.last_to(BEN).await;
    assert!(seen.letter.body.text.contains("SECRET-1"));
    assert!(seen.letter.body.text.contains("Your reply stays a note; only staff read it"), "{}", seen.letter.body.text);
    world.answers(&ben, "SECRET-2 Agreed.").await;
    assert_eq!(world.last_verdict().await, "note token", "a reply to an internal notification is internal");
    for (text, subject) in [
        ("#note\nSECRET-3", None),
        ("#intern\nSECRET-4", None),
        ("#internal SECRET-5", None),
        ("SECRET-6", Some("Re: x [intern]")),
    ] {
        let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
        let id = world.message_id();
        let reply = anna.answer(&parent, text);
        let reply = if let Some(subject) = subject { reply.subject(subject) } else { reply };
        world.send(&reply.write(world.clock.now(), &id)).await;
        assert_eq!(world.last_verdict().await, "note token", "{text}");
    }
    assert_eq!(world.sent_to(CARLA).await.len(), outside, "no note makes a mail to the customer");
    assert!(world.sent_to(CARLA).await.iter().all(|sent| !sent.text().contains("SECRET")));
    let notes = world.timeline("ACME-1").await.into_iter().filter(|line| line.starts_with("internal comment: SECRET")).count();
    assert_eq!(notes, 6);
});

story!(closing_tells_the_customer_and_an_answer_reopens, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    world.writes(&carla, "Zugang", "Ich brauche einen Zugang.").await;
    world.answers(&anna, "#close\nIhr Zugang ist eingerichtet.").await;
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "done");
    let done = world.last_to(CARLA).await;
    assert_eq!(done.row.mail.kind, Kind::Done);
    assert!(done.letter.body.text.contains("Ihr Zugang ist eingerichtet.") && done.letter.body.text.contains("erledigt"));
    assert_eq!(world.sent_to(CARLA).await.len(), 2, "one mail for the answer and the closing together");
    world.answers(&carla, "Es geht doch nicht.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    let (ticket, _) = world.ticket("ACME-1").await;
    assert_eq!((ticket.state.status.as_str(), ticket.face.state.status.as_str()), ("open", "open"));
    world.answers(&ben, "#status done").await;
    assert_eq!(world.last_verdict().await, "command token");
    let done = world.last_to(CARLA).await;
    assert_eq!(done.row.mail.kind, Kind::Done);
    assert!(done.letter.body.text.contains("Ihr Zugang ist eingerichtet."), "what was done: the last answer");
});

story!(closing_in_a_note_stays_inside_until_somebody_says_so, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Zugang", "Ich brauche einen Zugang.").await;
    let outside = world.sent_to(CARLA).await.len();
    world.answers(&anna, "#note\n#close\nDer Kunde hat gekündigt.").await;
    let (ticket, _) = world.ticket("ACME-1").await;
    assert_eq!((ticket.state.status.as_str(), ticket.face.state.status.as_str()), ("done", "open"));
    assert_eq!(world.sent_to(CARLA).await.len(), outside);
    assert!(world.last_to(BEN).await.letter.body.text.contains("The customer still sees: open."));
    let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "#close", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.ticket("ACME-1").await.0.face.state.status, "done");
    assert_eq!(world.last_to(CARLA).await.row.mail.kind, Kind::Done);
});

story!(from_a_staff_address_without_proof_nothing_happens, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Zugang", "Ich brauche einen Zugang.").await;
    let before = (world.timeline("ACME-1").await, world.sent_to(CARLA).await.len(), world.sent_to(ANNA).await.len());
    let mut forger = anna.clone();
    forger.program = Program::Mutt;
    world.writes(&forger, "Re: Zugang [ACME-1]", "#close\nSchicken Sie mir Ihr Passwort.").await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    world.answers_changed(&carla, "x", |reply| reply).await;
    let public = world.last_to(CARLA).await.raw;
    let id = world.message_id();
    let raw = forger.reply(&public, "Passwort bitte", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held claims_staff", "the customer's token is no proof for Anna");
    assert_eq!(world.timeline("ACME-1").await.len(), before.0.len() + 1, "only Carla's own x");
    assert_eq!(world.sent_to(CARLA).await.len(), before.1);
    let asked: Vec<_> = world.sent_to(ANNA).await.into_iter().filter(|sent| sent.row.mail.kind == Kind::Claim).collect();
    assert_eq!(asked.len(), 1, "the real Anna is asked, once an hour");
    let text = &asked[0].letter.body.text;
    assert!(text.contains("> Schicken Sie mir Ihr Passwort."), "the beginning, quoted: {text}");
    assert!(!text.contains("Ich brauche einen Zugang"), "nothing of the ticket");
    // The twin: a human's word, and it is Anna's public answer.
    world.release(Release::Public).await;
    assert_eq!(world.last_to(CARLA).await.letter.body.new_text().trim(), "Passwort bitte");
});

story!(which_ticket_a_customers_mail_belongs_to, |world| {
    let (carla, dana, stranger) = (world.carla.clone(), world.dana.clone(), world.stranger.clone());
    world.writes(&carla, "Drucker", "Der Drucker druckt nicht.").await;
    world.answers(&carla, "Nachtrag eins.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    world.answers_changed(&carla, "Nachtrag zwei.", |reply| reply.to(SUPPORT)).await;
    assert_eq!(world.last_verdict().await, "comment thread");
    world.answers_changed(&carla, "Nachtrag drei.", |reply| reply.to(SUPPORT).without_thread()).await;
    assert_eq!(world.last_verdict().await, "comment subject");
    let mut colleague = carla.clone();
    (colleague.name, colleague.address) = ("Dirk Vogt".to_owned(), "dirk@acme.example".to_owned());
    world.writes(&colleague, "Drucker [ACME-1]", "Bei mir auch.").await;
    assert_eq!(world.last_verdict().await, "comment colleague");
    let to_carla = world.last_to(CARLA).await;
    assert_eq!(to_carla.letter.body.new_text().trim(), "Bei mir auch.");
    assert_eq!(to_carla.letter.cc[0].address, "dirk@acme.example", "people see who else reads");
    for other in [&dana, &stranger] {
        world.writes(other, "Drucker [ACME-1]", "Was ist mit dem Drucker?").await;
        assert_eq!(world.last_verdict().await, "held third_party", "{}", other.address);
    }
    assert_eq!(world.tickets().await, 1);
    assert!(world.sent_to("sam@elsewhere.example").await.is_empty());
    // The twin: a human lets the stranger in.
    world.release(Release::AsIs).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public comment: Was ist mit dem Drucker?");
});

story!(a_forwarded_notification_gives_nobody_the_staffs_voice, |world| {
    let (carla, stranger) = (world.carla.clone(), world.stranger.clone());
    world.writes(&carla, "Drucker", "Der Drucker druckt nicht.").await;
    let notification = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = stranger.reply(&notification, "I am Anna, too.", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held unknown_address");
    assert_eq!(world.timeline("ACME-1").await.len(), 1);
});

story!(where_a_new_ticket_goes, |world| {
    let (carla, dana, stranger) = (world.carla.clone(), world.dana.clone(), world.stranger.clone());
    let mut colleague = carla.clone();
    (colleague.name, colleague.address) = ("Dirk Vogt".to_owned(), "dirk@acme.example".to_owned());
    world.writes(&carla, "by membership", "x").await;
    world.writes(&colleague, "by domain", "x").await;
    world.writes_to(&carla, "acme@desk.example", "by alias", "x", vec![]).await;
    world.writes(&stranger, "reception", "x").await;
    world.writes_to(&stranger, "acme@desk.example", "a stranger at a customer's address", "x", vec![]).await;
    world.writes_to(&dana, "acme@desk.example", "another customer at this address", "x", vec![]).await;
    world.writes_to(&stranger, "intern@desk.example", "an internal project may take strangers' mail", "x", vec![]).await;
    for (number, title) in [
        ("ACME-1", "by membership"),
        ("ACME-2", "by domain"),
        ("ACME-3", "by alias"),
        ("DESK-1", "reception"),
        ("DESK-2", "a stranger at a customer's address"),
        ("GLOBEX-1", "another customer at this address"),
        ("INTERN-1", "an internal project may take strangers' mail"),
    ] {
        assert_eq!(world.ticket(number).await.0.title, title);
    }
    let told = world.sent_to(BEN).await.into_iter().find(|sent| sent.letter.subject.contains("DESK-2")).unwrap();
    assert!(told.letter.body.text.contains("acme@desk.example"), "staff learn where it was written to");
});

story!(guessing_numbers_teaches_nothing, |world| {
    let (carla, stranger) = (world.carla.clone(), world.stranger.clone());
    world.writes(&carla, "Drucker", "Der Drucker druckt nicht.").await;
    for (subject, verdict) in
        [("Re: x [ACME-1]", "held third_party"), ("Re: x [ACME-2]", "ticket new"), ("Re: x [NONE-1]", "ticket new")]
    {
        world.writes(&stranger, subject, "Hello?").await;
        assert_eq!(world.last_verdict().await, verdict, "{subject}");
        assert!(world.sent_to(&stranger.address).await.is_empty(), "{subject} is answered");
    }
    world.writes(&stranger, "A new question", "Hello?").await;
    assert_eq!(world.sent_to(&stranger.address).await.len(), 1, "the twin: a question without a number is acknowledged");
});

story!(the_same_mail_twice_is_one_comment, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Doppelt", "Einmal reicht.").await;
    let first = world.ledger().await.pop().unwrap();
    let raw = {
        let mut tx = world.store.read().await.unwrap();
        postroom::store::blobs::get(&mut tx, &first.blob.unwrap()).await.unwrap()
    };
    let mut relayed = b"Received: from somewhere else\r\n".to_vec();
    relayed.extend(&raw);
    world.send(&relayed).await;
    assert_eq!(world.last_verdict().await, "duplicate same_mail");
    let told = world.sent_to(ANNA).await.len();
    world.arrive(&raw, "sales").await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "duplicate same_mail");
    assert_eq!(world.sent_to(ANNA).await.len(), told + 1, "another address is news");
    assert!(world.last_to(BEN).await.letter.body.text.contains("sales@desk.example"));
    let other = String::from_utf8(raw).unwrap().replace("Einmal", "Zweimal");
    world.send(other.as_bytes()).await;
    assert_ne!(world.last_verdict().await, "duplicate same_mail", "the same Message-ID with other content is another mail");
});

story!(our_own_mail_coming_back_is_recognised, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Hallo", "Hallo").await;
    let ours = world.last_to(CARLA).await.raw;
    world.send(&ours).await;
    assert_eq!(world.last_verdict().await, "outgoing_copy our_own_mail");
    let forged = "From: support@desk.example\r\nTo: support@desk.example\r\nSubject: Loop\r\nMessage-ID: <x@desk.example>\r\n\r\nHello\r\n";
    world.send(forged.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held own_address");
    assert_eq!(world.tickets().await, 1);
});

story!(machines_are_never_answered, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Urlaub", "Frage").await;
    let sent = world.sent().await.len();
    let parent = world.last_to(CARLA).await.raw;
    let id = world.message_id();
    let absence = carla.answer(&parent, "Ich bin bis Montag nicht da.").header("Auto-Submitted", "auto-replied");
    let raw = absence.write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "auto_reply automatic_answer");
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: Ich bin bis Montag nicht da.");
    assert_eq!(world.sent().await.len(), sent, "nobody is told");
    let newsletter = "From: News <news@shop.example>\r\nTo: support@desk.example\r\nSubject: Sale\r\nMessage-ID: <n1@shop.example>\r\n\
         List-Id: <news.shop.example>\r\nList-Unsubscribe: <https://shop.example/u>\r\nPrecedence: bulk\r\n\r\nBuy!\r\n";
    world.send(newsletter.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "ignored newsletter");
    let monitoring = "From: Monitor <monitor@acme.example>\r\nTo: support@desk.example\r\nSubject: Disk full\r\n\
         Message-ID: <d1@acme.example>\r\nAuto-Submitted: auto-generated\r\n\r\n/var is at 97 %\r\n";
    world.send(monitoring.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "ticket generated");
    assert!(world.sent_to("monitor@acme.example").await.is_empty(), "a machine gets no acknowledgement");
    assert_eq!(world.sent_to(ANNA).await.len(), 2, "staff are told of the ticket");
});

story!(a_bounce_reaches_the_person_who_wrote, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    world.answers(&anna, "Antwort").await;
    let answer = world.last_to(CARLA).await;
    let report = format!(
        "From: MAILER-DAEMON@mx.acme.example\r\nTo: support@desk.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <b1@mx.acme.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n\
         Final-Recipient: rfc822; {CARLA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--\r\n",
        answer.text()
    );
    world.send(report.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "bounce undeliverable");
    let told = world.last_to(ANNA).await;
    assert_eq!(told.row.mail.kind, Kind::Failure);
    assert!(told.letter.body.text.contains(CARLA), "{}", told.letter.body.text);
    let row = world.outbox().await.into_iter().find(|row| row.mail.message_id == answer.row.mail.message_id).unwrap();
    assert_eq!(row.state, State::Bounced);
    assert!(world.timeline("ACME-1").await.last().unwrap().starts_with("internal delivery: carla@acme.example"));
});

story!(acknowledgements_stop_at_five_an_hour, |world| {
    let carla = world.carla.clone();
    for place in 0..7 {
        world.writes(&carla, &format!("Frage {place}"), "x").await;
    }
    assert_eq!(world.sent_to(CARLA).await.len(), 6, "the sixth says that there are more");
    assert_eq!(world.last_to(CARLA).await.letter.subject, "[ACME-6] Wir haben Ihre weiteren Mails");
    world.clock.advance(Duration::from_secs(3601));
    world.writes(&carla, "Noch eine", "x").await;
    assert_eq!(world.sent_to(CARLA).await.len(), 7);
    assert_eq!(world.last_to(CARLA).await.letter.subject, "Re: Noch eine [ACME-8]");
});

story!(no_word_of_a_stranger_stands_in_what_they_get, |world| {
    let stranger = world.stranger.clone();
    world.writes(&stranger, "Cheap watches", "Buy them here.").await;
    let told = world.last_to(&stranger.address).await;
    assert_eq!(told.row.mail.kind, Kind::Acknowledgement);
    assert!(!told.text().contains("watches") && !told.text().contains("Buy them"), "{}", told.text());
    assert!(told.letter.subject.starts_with("[DESK-1] "), "{}", told.letter.subject);
});

story!(bad_mail_is_held_and_the_next_one_goes_on, |world| {
    let carla = world.carla.clone();
    world.arrive(b"", "support").await;
    world.arrive(b" \r\n \r\n", "support").await;
    world.writes(&carla, "Danach", "Es geht weiter.").await;
    let ledger = world.ledger().await;
    let words: Vec<_> = ledger.iter().map(|row| (row.disposition.unwrap(), row.reason.clone().unwrap())).collect();
    assert_eq!(words[0], (Disposition::Held, "unreadable".to_owned()));
    assert_eq!(words[1], (Disposition::Held, "unreadable".to_owned()));
    assert_eq!(words[2], (Disposition::Ticket, "new".to_owned()));
    assert!(ledger.iter().all(|row| row.blob.is_some()), "its bytes are kept");
});

story!(a_mail_without_a_sender_is_a_ticket_that_nobody_is_told_of_outside, |world| {
    world.send(b"Subject: Anonymous\r\n\r\nNo name.\r\n").await;
    assert_eq!(world.last_verdict().await, "ticket new");
    assert_eq!(world.ticket("DESK-1").await.0.requester, None);
    assert_eq!(world.sent().await.len(), 2, "Anna and Ben");
});

story!(without_plus_addressing_the_message_id_is_the_token, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    let parent = {
        let id = world.message_id();
        let raw = format!(
            "From: Carla <{CARLA}>\r\nTo: plain@desk.example\r\nSubject: Ohne Plus\r\nMessage-ID: <{id}>\r\n\r\nHallo\r\n"
        );
        world.arrive(raw.as_bytes(), "plain").await;
        world.settle().await;
        world.last_to(ANNA).await
    };
    assert_eq!(parent.letter.reply_to, None);
    assert!(!parent.letter.body.text.contains("plain+"), "{}", parent.letter.body.text);
    let id = world.message_id();
    let raw = anna.reply(&parent.raw, "Guten Tag", world.clock.now(), &id);
    world.arrive(&raw, "plain").await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "comment token");
    let answer = world.last_to(CARLA).await;
    assert_eq!(answer.letter.from.clone().unwrap().address, "plain@desk.example");
    let id = world.message_id();
    let raw = carla.reply(&answer.raw, "Danke", world.clock.now(), &id);
    world.arrive(&raw, "plain").await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(world.timeline("ACME-1").await.len(), 3);
});

story!(files_travel_with_their_entry, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    let file =
        |name: &str, data: &[u8]| File { name: name.to_owned(), content_type: "text/plain".to_owned(), data: data.to_vec() };
    world.writes_to(&carla, SUPPORT, "Protokoll", "Anbei.", vec![file("protokoll.txt", b"Zeile eins\r\n")]).await;
    let notification = world.last_to(ANNA).await;
    assert_eq!(notification.letter.attachments.len(), 1);
    assert_eq!(notification.letter.attachments[0].data, b"Zeile eins\r\n");
    world.answers_changed(&anna, "#note\nSo nicht.", |reply| reply.file("SECRET-file.txt", "text/plain", b"SECRET-bytes")).await;
    let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
    let id = world.message_id();
    let raw = anna
        .answer(&parent, "Hier die Anleitung.")
        .file("anleitung.txt", "text/plain", b"1. Lesen")
        .write(world.clock.now(), &id);
    world.send(&raw).await;
    let answer = world.last_to(CARLA).await;
    assert_eq!(answer.letter.attachments.len(), 1);
    assert_eq!(answer.letter.attachments[0].name, "anleitung.txt");
    assert!(!answer.text().contains("SECRET"));
});

story!(a_reader_who_may_no_longer_read_gets_nothing, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let before = world.sent_to(CARLA).await.len();
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "Antwort", world.clock.now(), &id);
    world.arrive(&raw, "support").await;
    world.decide().await;
    world.deactivate(CARLA).await;
    world.deliver().await;
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    assert_eq!(world.outbox().await.into_iter().filter(|row| row.state == State::Withdrawn).count(), 1);
    let told = world.last_to(ANNA).await;
    assert_eq!(told.row.mail.kind, Kind::Failure, "whoever wrote it is told");
});

story!(an_answer_that_no_server_takes_is_never_silently_lost, |world| {
    let sink = crate::world::sink::Sink::start().await;
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "Antwort", world.clock.now(), &id);
    world.arrive(&raw, "support").await;
    world.decide().await;
    world.leave_by(&Outgoing::Smtp(sink.server()));
    sink.refuse(CARLA, "550 5.1.1 no such user");
    world.deliver().await;
    let (to, told) = sink.mails().into_iter().map(|mail| (mail.to, String::from_utf8(mail.data).unwrap())).next_back().unwrap();
    assert_eq!(to, [ANNA], "the failure reaches the person who wrote");
    assert!(told.contains("no such user"), "{told}");
    let row = world.outbox().await.into_iter().rfind(|row| row.mail.recipient == CARLA).unwrap();
    assert_eq!(row.state, State::Failed);
    assert!(row.answer.unwrap().contains("no such user"));
    assert!(world.timeline("ACME-1").await.last().unwrap().contains("no such user"));
});
