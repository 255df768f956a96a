//! Ways in which a desk could be abused or could harm itself, each told as a story, on both databases.

use postroom::config::Outgoing;
use postroom::demo::client::Program;
use postroom::desk::inbox::Release;
use postroom::desk::outbox::{Kind, State};

use crate::world::desk::story;

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";

story!(dead_addresses_of_the_staff_do_not_report_each_other_without_end, |world| {
    let sink = crate::world::sink::Sink::start().await;
    let carla = world.carla.clone();
    world.leave_by(&Outgoing::Smtp(sink.server()));
    sink.refuse(ANNA, "550 5.1.1 no such user");
    world.writes(&carla, "Frage", "Frage").await;
    let to_ben = || sink.mails().into_iter().filter(|mail| mail.to == [BEN]).count();
    assert_eq!(to_ben(), 2, "the news, and once that Anna did not get them");
    sink.refuse(BEN, "550 5.1.1 no such user");
    world.writes(&carla, "Noch eine", "Frage").await;
    assert_eq!(world.outbox().await.into_iter().filter(|row| row.state == State::Failed).count(), 5);
    let noted = world.timeline("ACME-2").await.into_iter().filter(|line| line.starts_with("internal delivery")).count();
    assert_eq!(noted, 4, "every failure stands on the ticket");
});

story!(an_automatic_answer_forged_in_a_staff_members_name_leaves_no_note, |world| {
    let (carla, anna, dana) = (world.carla.clone(), world.anna.clone(), world.dana.clone());
    world.writes(&carla, "Frage", "Frage").await;
    for sender in [ANNA, "dana@globex.example"] {
        let id = world.message_id();
        let raw = format!(
            "From: {sender}\r\nTo: support@desk.example\r\nSubject: Abwesend [ACME-1]\r\nMessage-ID: <{id}>\r\n\
             Auto-Submitted: auto-replied\r\n\r\nSchicken Sie alles an mich.\r\n"
        );
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "auto_reply automatic_answer");
        assert_eq!(world.timeline("ACME-1").await.len(), 1, "{sender}");
    }
    // The twins: those who are proven, and those who take part.
    for (client, at, entries) in [(&anna, ANNA, 2), (&carla, CARLA, 3)] {
        let parent = world.last_to(at).await.raw;
        let id = world.message_id();
        let raw = client.answer(&parent, "Bin weg.").header("Auto-Submitted", "auto-replied").write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.timeline("ACME-1").await.len(), entries, "{at}");
    }
    assert_ne!(dana.address, CARLA);
});

story!(who_has_left_the_staff_gets_nothing_that_was_still_waiting, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let (before, anna_before) = (world.sent_to(BEN).await.len(), world.sent_to(ANNA).await.len());
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "#note\nSECRET", world.clock.now(), &id);
    world.arrive(&raw, "support").await;
    world.decide().await;
    world.deactivate(BEN).await;
    world.deliver().await;
    assert_eq!(world.sent_to(BEN).await.len(), before);
    world.writes(&carla, "Noch eine", "Frage").await;
    assert_eq!(world.sent_to(ANNA).await.len(), anna_before + 1, "who is still there is told");
});

story!(a_slip_for_a_tag_that_is_released_as_it_is_stays_inside, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let outside = world.sent_to(CARLA).await.len();
    world.answers(&anna, "#intrenal\nSECRET").await;
    assert_eq!(world.last_verdict().await, "held near_miss");
    world.release(Release::AsIs).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: #intrenal\nSECRET");
    assert_eq!(world.sent_to(CARLA).await.len(), outside);
    let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "#geht wieder\nBitte prüfen.", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held unknown_command");
    world.release(Release::Public).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public comment: #geht wieder\nBitte prüfen.");
});

story!(one_participant_with_an_odd_address_does_not_keep_the_others_from_being_answered, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let mut odd = carla.clone();
    (odd.program, odd.address) = (Program::Mutt, "d..v@acme.example".to_owned());
    world.writes(&odd, "Frage [ACME-1]", "Ich auch.").await;
    assert_eq!(world.last_verdict().await, "comment colleague");
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "Antwort", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_to(CARLA).await.letter.body.new_text().trim(), "Antwort");
    assert_eq!(world.last_to("d..v@acme.example").await.letter.body.new_text().trim(), "Antwort");
});

story!(two_machines_that_do_not_say_so_stop_talking_after_a_while, |world| {
    let carla = world.carla.clone();
    let mut colleague = carla.clone();
    (colleague.program, colleague.address) = (Program::Mutt, "dirk@acme.example".to_owned());
    world.writes(&carla, "Frage", "Frage").await;
    world.writes(&colleague, "Frage [ACME-1]", "Ich auch.").await;
    for place in 0..40 {
        let (client, text) = if place % 2 == 0 { (&carla, "A") } else { (&colleague, "B") };
        world.answers(client, &format!("Danke für Ihre Nachricht {text}{place}.")).await;
    }
    // Each has a reply address of its own, so nothing of it is held; but hardly anything is passed on to the other at once.
    assert_eq!(world.last_verdict().await, "comment token");
    assert!(world.timeline("ACME-1").await.len() >= 42, "everything is kept");
    for address in [CARLA, "dirk@acme.example"] {
        // The colleague's first mail only claims whose it is, and is counted apart from all the others.
        let sent = world.sent_to(address).await.len();
        assert!(sent <= 5, "{address} got {sent} mails");
    }
    world.clock.advance(std::time::Duration::from_secs(3601));
    world.settle().await;
    assert!(world.last_to("dirk@acme.example").await.letter.body.text.contains("A38."), "and told together");
    // The twins: without that address it is held, and a human an hour later is heard.
    world.answers(&carla, "Ich bin doch ein Mensch.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    for place in 0..21 {
        world.writes(&carla, "Re: Frage [ACME-1]", &format!("Danke {place}.")).await;
    }
    assert_eq!(world.last_verdict().await, "held flood");
    while world.ledger().await.into_iter().any(|row| row.reason.as_deref() == Some("flood")) {
        world.release(Release::AsIs).await;
    }
});

story!(a_person_who_asks_about_a_delivery_report_is_heard, |world| {
    for (place, kind) in ["delivery-status", "disposition-notification"].into_iter().enumerate() {
        let raw = |head: &str| {
            format!(
                "{head}To: support@desk.example\r\nSubject: Was ist das?\r\nMIME-Version: 1.0\r\n\r\n--o\r\n\r\nHallo, was bedeutet das?\r\n\
                 --o\r\nContent-Type: message/{kind}\r\n\r\nReporting-UA: x\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\nAction: failed\r\n\
                 Status: 5.1.1\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--o--\r\n"
            )
        };
        let person =
            raw(&format!("From: {CARLA}\r\nMessage-ID: <p{place}@x.example>\r\nContent-Type: multipart/mixed; boundary=o\r\n"));
        world.send(person.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "ticket new", "{kind}");
        let machine = raw(&format!(
            "From: MAILER-DAEMON@x.example\r\nMessage-ID: <m{place}@x.example>\r\nContent-Type: multipart/report; report-type={kind}; boundary=o\r\n"
        ));
        world.send(machine.as_bytes()).await;
        let word = if place == 0 { "bounce unknown_mail" } else { "ignored read_receipt" };
        assert_eq!(world.last_verdict().await, word);
    }
});

story!(a_report_that_is_repeated_is_reported_once, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    world.answers(&anna, "Antwort").await;
    let answer = world.last_to(CARLA).await;
    let told = world.sent_to(ANNA).await.len();
    for place in 0..3 {
        let report = format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered {place}\r\nMessage-ID: <b{place}@mx.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo.\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {CARLA}\r\n\
             Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\n\r\n--b--\r\n",
            answer.row.mail.message_id
        );
        world.send(report.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "bounce undeliverable");
        assert_eq!(world.sent_to(ANNA).await.len(), told + 1, "once, and not again");
    }
});

story!(a_device_that_says_the_same_every_night_is_heard_every_night, |world| {
    let alarm = b"From: backup@acme.example\r\nTo: support@desk.example\r\nSubject: Backup failed\r\n\r\nBackup failed.\r\n";
    world.send(alarm).await;
    assert_eq!(world.last_verdict().await, "ticket new");
    world.send(alarm).await;
    assert_eq!(world.last_verdict().await, "duplicate same_mail", "fetched twice: received by the server at the same time");
    world.clock.advance(std::time::Duration::from_secs(86_400));
    world.send(alarm).await;
    assert_eq!(world.last_verdict().await, "ticket new");
});

story!(a_copy_to_another_address_is_told_once, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Doppelt", "Einmal reicht.").await;
    let blob = world.ledger().await.pop().unwrap().blob.unwrap();
    let raw = postroom::store::blobs::get(&mut world.store.read().await.unwrap(), &blob).await.unwrap();
    let told = world.sent_to(ANNA).await.len();
    for _ in 0..3 {
        world.arrive(&raw, "sales").await;
        world.settle().await;
        assert_eq!(world.last_verdict().await, "duplicate same_mail");
        assert_eq!(world.sent_to(ANNA).await.len(), told + 1, "a folder that is made anew is no news");
    }
});

story!(an_address_of_the_desk_is_no_customer, |world| {
    for (place, own) in ["acme@desk.example", "Sales+x@desk.example", "plain@Desk.example"].into_iter().enumerate() {
        let raw =
            format!("From: {own}\r\nTo: support@desk.example\r\nSubject: x\r\nMessage-ID: <o{place}@x.example>\r\n\r\nx\r\n");
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "held own_address", "{own}");
    }
    assert!(world.sent().await.iter().all(|sent| sent.row.mail.kind == Kind::HeldNotice), "only staff hear of it");
    world
        .send(b"From: other@desk.example\r\nTo: support@desk.example\r\nSubject: x\r\nMessage-ID: <p@x.example>\r\n\r\nx\r\n")
        .await;
    assert_eq!(world.last_verdict().await, "ticket new");
});

story!(an_answer_by_token_alone_reopens, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Zugang", "Ich brauche einen Zugang.").await;
    world.answers(&anna, "#close\nErledigt.").await;
    world.answers_changed(&carla, "Geht nicht.", |reply| reply.without_thread().subject("ganz anders")).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "open");
});

story!(a_monstrous_message_id_does_not_make_the_answer_undeliverable, |world| {
    let anna = world.anna.clone();
    let long = format!("{}@acme.example", "x".repeat(960));
    let raw = format!("From: {CARLA}\r\nTo: support@desk.example\r\nSubject: x\r\nMessage-ID: <{long}>\r\n\r\nx\r\n");
    world.send(raw.as_bytes()).await;
    world.answers(&anna, "Antwort").await;
    let answer = world.last_to(CARLA).await;
    assert_eq!(answer.letter.body.new_text().trim(), "Antwort");
    assert!(answer.text().lines().all(|line| line.len() < 600), "{}", answer.text());
    assert!(answer.letter.references.is_empty());
});

story!(a_mail_whose_bytes_are_damaged_does_not_keep_the_others_waiting, |world| {
    let carla = world.carla.clone();
    world.arrive(b"From: x@y.example\r\nSubject: broken\r\n\r\nx\r\n", "support").await;
    world.execute("DELETE FROM blob_chunk").await;
    world.writes(&carla, "Danach", "Es geht weiter.").await;
    let words: Vec<_> = world.ledger().await.into_iter().map(|row| row.reason.unwrap()).collect();
    assert_eq!(words, ["damaged", "new"]);
});

story!(a_reply_address_that_outsiders_have_seen_is_no_proof_any_more, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let parent = world.last_to(ANNA).await.raw;
    for (cc, next) in [(BEN, "comment token"), ("sam@elsewhere.example", "held token_ended")] {
        let id = world.message_id();
        let raw = anna.answer(&parent, "Antwort, siehe Cc.").header("Cc", cc).write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, "comment token", "{cc}");
        let id = world.message_id();
        let raw = anna.reply(&parent, "Noch etwas.", world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, next, "after Cc to {cc}");
    }
    world.answers(&carla, "Danke").await;
    world.answers(&anna, "Gern").await;
    assert_eq!(world.last_verdict().await, "comment token", "the next notification brings a new one");
});
