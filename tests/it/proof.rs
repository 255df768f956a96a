//! What proves that a staff member's mail is theirs, told through the whole desk on both databases.

use std::time::Duration;

use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use postroom::config::{Profile, Receiver, Trust};
use postroom::desk::entry::Visibility;
use postroom::desk::inbox::Release;
use postroom::desk::outbox::Kind;
use postroom::intake::facts::dkim::Records;
use postroom::store::lease;
use postroom::time::Clock;

use crate::world::databases::Database;
use crate::world::desk::{World, story};
use crate::world::real::Real;

const ANNA: &str = "anna@staff.example";
const CARLA: &str = "carla@acme.example";
const VOUCHED: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
const REFUSED: &str = "Authentication-Results: mx.desk.example; dmarc=fail header.from=staff.example\r\n";

fn believing(profile: Profile) -> Trust {
    Trust { profile, receiver: Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 }), dkim: false }
}

/// A new mail of `from` with these fields above it.
fn mail(world: &mut World, above: &str, from: &str, subject: &str, text: &str) -> Vec<u8> {
    let id = world.message_id();
    format!(
        "{above}From: {from}\r\nTo: support@desk.example\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 06:00:00 +0000\r\n\
         Message-ID: <{id}>\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

async fn sends(world: &mut World, above: &str, subject: &str, text: &str) -> String {
    let raw = mail(world, above, ANNA, subject, text);
    world.send(&raw).await;
    world.last_verdict().await
}

story!(the_receiving_servers_word_lets_staff_note_and_open_but_not_answer, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let outside = world.sent().await.iter().filter(|sent| !sent.row.mail.recipient.ends_with("staff.example")).count();
    // Without the configuration the field says nothing.
    assert_eq!(sends(&mut world, VOUCHED, "Re: Drucker [ACME-1]", "#note\nVon 1998.").await, "held claims_staff");
    world.trust(believing(Profile::Standard));
    assert_eq!(sends(&mut world, "", "Re: Drucker [ACME-1]", "#note\nVon 1998.").await, "held claims_staff");
    assert_eq!(sends(&mut world, REFUSED, "Re: Drucker [ACME-1]", "#note\nVon 1998.").await, "held alignment_failed");
    let received = "Received: from evil by mx\r\n".repeat(2);
    assert_eq!(
        sends(&mut world, &format!("{received}{VOUCHED}"), "Re: Drucker [ACME-1]", "#note\nVon 1998.").await,
        "held claims_staff"
    );
    assert_eq!(sends(&mut world, VOUCHED, "Re: Drucker [ACME-1]", "#note\nVon 1998.").await, "note alignment");
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: Von 1998.");
    assert_eq!(sends(&mut world, VOUCHED, "Re: Drucker [ACME-1]", "Einschalten!").await, "held token_missing");
    assert_eq!(sends(&mut world, VOUCHED, "Re: Drucker [ACME-1]", "#close").await, "held token_missing");
    assert_eq!(sends(&mut world, VOUCHED, "Aufzug", "Er steckt fest.").await, "ticket alignment");
    assert_eq!(world.timeline("DESK-1").await, ["internal comment: Er steckt fest."]);
    let now = world.sent().await.iter().filter(|sent| !sent.row.mail.recipient.ends_with("staff.example")).count();
    assert_eq!(now, outside, "nobody outside was told anything, and nobody got an acknowledgement");
    assert_eq!(world.sent_to(ANNA).await.iter().filter(|sent| sent.row.mail.kind == Kind::Claim).count(), 1, "once an hour");
    // A human's word is enough for the answer.
    world.release(Release::AsIs).await;
});

story!(a_strict_desk_wants_both_for_an_answer, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.trust(believing(Profile::Strict));
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let parent = world.last_to(ANNA).await.raw;
    for (above, text, verdict) in [
        ("", "Einschalten!", "held alignment_missing"),
        ("", "#note\nVon 1998.", "note token"),
        (REFUSED, "#note\nVon 1998.", "held alignment_failed"),
        (VOUCHED, "Einschalten!", "comment token"),
    ] {
        let id = world.message_id();
        let answer = anna.reply(&parent, text, world.clock.now(), &id);
        world.send(&[above.as_bytes(), &answer].concat()).await;
        assert_eq!(world.last_verdict().await, verdict, "{above} {text}");
    }
    assert_eq!(world.last_to(CARLA).await.letter.body.new_text().trim(), "Einschalten!");
});

story!(a_signature_of_the_staff_domain_is_verified_and_nobody_elses_is_asked_for, |world| {
    let pkcs8 = Ed25519Key::generate_pkcs8().unwrap();
    let key = || Ed25519Key::from_pkcs8_der(&pkcs8).unwrap();
    let sign = |raw: &[u8], domain: &str| {
        let signer = DkimSigner::from_key(key()).domain(domain).selector("s1").headers([
            "From",
            "Subject",
            "Date",
            "To",
            "Cc",
            "Reply-To",
            "In-Reply-To",
            "References",
        ]);
        [signer.sign(raw).unwrap().to_header().as_bytes(), raw].concat()
    };
    let record = format!("v=DKIM1; k=ed25519; p={}", base64(&key().public_key()));
    let records = ["staff.example", "acme.example"].map(|domain| (format!("s1._domainkey.{domain}"), record.clone()));
    // The signer takes the time from the machine.
    world.clock.advance(Clock::System.now().since(world.clock.now()));
    world.trust(Trust { dkim: true, ..Trust::default() });
    world.records(Records::fixed(records.clone()));
    let plain = mail(&mut world, "", ANNA, "Aufzug", "Er steckt fest.");
    world.send(&plain).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    let raw = mail(&mut world, "", ANNA, "Aufzug", "Er steckt fest.");
    let tampered = String::from_utf8(sign(&raw, "staff.example")).unwrap().replace("fest", "oben");
    world.send(tampered.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    let raw = mail(&mut world, "", ANNA, "Aufzug 2", "Er steckt fest.");
    world.send(&sign(&raw, "acme.example")).await;
    assert_eq!(world.last_verdict().await, "held claims_staff", "another domain's signature");
    let raw = mail(&mut world, "", ANNA, "Aufzug 3", "Er steckt fest.");
    world.send(&sign(&raw, "staff.example")).await;
    assert_eq!(world.last_verdict().await, "ticket alignment");
    world.records(Records::fixed([]));
    let raw = mail(&mut world, "", ANNA, "Aufzug 4", "Er steckt fest.");
    world.send(&sign(&raw, "staff.example")).await;
    assert_eq!(world.last_verdict().await, "held claims_staff", "no answer from DNS is no evidence, and no error");
    world.records(Records::fixed(records));
    world.deactivate(ANNA).await;
    let raw = mail(&mut world, "", ANNA, "Aufzug 5", "Er steckt fest.");
    world.send(&sign(&raw, "staff.example")).await;
    assert_eq!(world.last_verdict().await, "held claims_staff", "who has left the staff proves nothing");
});

story!(a_staff_only_mailbox_stands_for_its_senders, |world| {
    let text = "Er steckt fest.";
    assert_eq!(sends(&mut world, "", "Aufzug", text).await, "held claims_staff");
    world.configure(|config| config.mailboxes[0].staff_only = true);
    assert_eq!(sends(&mut world, "", "Aufzug", text).await, "ticket alignment");
    let raw = mail(&mut world, "", ANNA, "Aufzug", text);
    world.arrive(&raw, "sales").await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "held claims_staff", "only that mailbox");
});

story!(a_form_writes_for_its_visitors_and_never_for_staff, |world| {
    let form = |world: &mut World, reply_to: &str| {
        mail(world, &format!("Reply-To: {reply_to}\r\n"), "Form <form@www.example>", "Anfrage", "Hallo")
    };
    let raw = form(&mut world, CARLA);
    world.send(&raw).await;
    assert_eq!(world.ticket("DESK-1").await.0.number.number, 1, "not trusted: the form's own ticket");
    world.configure(|config| config.mailboxes[0].trusted_forwarders = vec!["form@www.example".to_owned()]);
    let raw = form(&mut world, "Carla <Carla@acme.example>");
    world.send(&raw).await;
    assert_eq!(world.ledger().await.pop().unwrap().sender.as_deref(), Some("Carla@acme.example"));
    let ticket = world.ticket("ACME-1").await.0;
    assert!(ticket.requester.is_some());
    for reply_to in [ANNA, "support@desk.example", "support+abc@desk.example"] {
        let raw = form(&mut world, reply_to);
        world.send(&raw).await;
        assert_eq!(world.ledger().await.pop().unwrap().sender.as_deref(), Some("form@www.example"), "{reply_to}");
    }
    let raw = mail(&mut world, &format!("Reply-To: {CARLA}\r\n"), ANNA, "Anfrage", "Hallo");
    world.configure(|config| config.mailboxes[0].trusted_forwarders = vec![ANNA.to_owned()]);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held redirected", "a staff address forwards for nobody: its owner is asked");
});

story!(an_exposed_reply_address_is_replaced_in_a_letter_that_can_be_answered, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let old = world.last_to(ANNA).await;
    let id = world.message_id();
    let raw = anna.answer(&old.raw, "Antwort").header("Cc", "sam@elsewhere.example").write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let letter = world.last_to(ANNA).await;
    assert_eq!((letter.row.mail.kind, letter.letter.subject.as_str()), (Kind::Renewal, "[ACME-1] Frage"));
    assert!(letter.letter.body.text.contains("sam@elsewhere.example"), "{}", letter.letter.body.text);
    let address = |sent: &crate::world::desk::Sent| sent.letter.reply_to.clone().unwrap().address;
    assert_ne!(address(&letter), address(&old));
    // The old one proves nothing any more, the new one everything, publicly and by its note address.
    for (parent, text, verdict) in [
        (&old, "Noch etwas.", "held token_ended"),
        (&letter, "Noch etwas.", "comment token"),
        (&letter, "#note\nIntern.", "note token"),
    ] {
        let id = world.message_id();
        let raw = anna.reply(&parent.raw, text, world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, verdict, "{text}");
    }
    assert_eq!(world.sent_to(ANNA).await.iter().filter(|sent| sent.row.mail.kind == Kind::Claim).count(), 1, "the question");
    // A note that was shown outside brings a new address for notes.
    let ben = world.ben.clone();
    let note = world.last_to("ben@staff.example").await;
    let id = world.message_id();
    let raw = ben.answer(&note.raw, "Auch intern.").header("Cc", CARLA).write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    let letter = world.last_to("ben@staff.example").await;
    assert_eq!(letter.row.mail.kind, Kind::Renewal);
    let id = world.message_id();
    let raw = ben.reply(&letter.raw, "Weiter intern.", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: Weiter intern.");
});

story!(a_reply_token_is_good_for_its_person_ticket_and_desk_alone, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    world.writes(&carla, "Eins", "Eins").await;
    world.writes(&carla, "Zwei", "Zwei").await;
    let parent = world.sent_to(ANNA).await.into_iter().next().unwrap();
    let address = parent.letter.reply_to.clone().unwrap().address;
    let secret = address.split_once('+').unwrap().1.split_once('@').unwrap().0.to_owned();
    assert!(secret.len() == 26 && secret.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte)));
    let kept = world.number(&format!("SELECT COUNT(*) FROM reply_token WHERE hash = '{secret}'")).await;
    assert_eq!(kept, 0, "only the hash is kept");
    let to = |world: &mut World, from: &str, address: &str, subject: &str, text: &str| {
        let id = world.message_id();
        format!("From: {from}\r\nTo: {address}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\r\n{text}\r\n").into_bytes()
    };
    let (upper, cut) = (address.to_uppercase(), address.replace(&secret, secret.strip_suffix(|_| true).unwrap()));
    let longer = address.replace(&secret, &format!("{secret}a"));
    let at_sales = address.replace("support+", "sales+");
    for (from, address, subject, verdict, number) in [
        (ANNA, &upper, "x", "comment token", "ACME-1"),
        (ANNA, &address, "Re: Zwei [ACME-2]", "comment token", "ACME-1"),
        (ANNA, &at_sales, "x", "comment token", "ACME-1"),
        (ANNA, &cut, "x", "held claims_staff", ""),
        (ANNA, &longer, "x", "held claims_staff", ""),
        (ben.address.as_str(), &address, "x", "held claims_staff", "ACME-1"),
        (CARLA, &address, "x", "held third_party", "ACME-1"),
    ] {
        let raw = to(&mut world, from, address, subject, verdict);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, verdict, "{from} {address}");
        let ticket = world.ledger().await.pop().unwrap().ticket;
        let expected = if number.is_empty() { None } else { Some(world.ticket(number).await.0.id) };
        assert_eq!(ticket, expected, "{from} {address}: never the ticket that only the subject names");
    }
    // The other channel: what was answered to the note address stays inside whatever the text says.
    let text = &parent.letter.body.text;
    let note = text.split(['<', '>']).find_map(|word| word.strip_prefix("mailto:")).unwrap().to_owned();
    let raw = to(&mut world, ANNA, &note, "x", "SECRET");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    // Ninety days after the end it is over; the day before it is not.
    let raw = anna.reply(&parent.raw, "#close", world.clock.now(), "close@outside.example");
    world.send(&raw).await;
    world.clock.advance(Duration::from_secs(90 * 86_400 - 60));
    let raw = to(&mut world, ANNA, &note, "x", "SECRET 2");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    world.clock.advance(Duration::from_secs(91 * 86_400));
    let raw = to(&mut world, ANNA, &note, "x", "SECRET 3");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held token_ended");
    // Another life of the desk, as after a restored backup.
    world.writes(&carla, "Drei", "Drei").await;
    let parent = world.last_to(ANNA).await.raw;
    world.execute("UPDATE desk SET epoch = 'anotheranotheranotheranothe'").await;
    let id = world.message_id();
    let raw = anna.reply(&parent, "Drei", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held token_ended");
});

story!(without_plus_addressing_the_message_id_is_the_token_to_the_letter, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    let id = world.message_id();
    let raw =
        format!("From: {}\r\nTo: plain@desk.example\r\nSubject: Plain\r\nMessage-ID: <{id}>\r\n\r\nHallo\r\n", carla.address);
    world.arrive(raw.as_bytes(), "plain").await;
    world.settle().await;
    let parent = world.last_to(ANNA).await;
    let token = parent.letter.message_id.clone().unwrap();
    for (reference, verdict) in [
        (token.to_uppercase(), "held claims_staff"),
        (token.replacen('@', "x@", 1), "held claims_staff"),
        (token.chars().skip(1).collect(), "held claims_staff"),
        (token.clone(), "comment token"),
    ] {
        let id = world.message_id();
        let raw = format!(
            "From: {ANNA}\r\nTo: plain@desk.example\r\nSubject: Re: Plain\r\nMessage-ID: <{id}>\r\nIn-Reply-To: <{reference}>\r\n\r\nHi\r\n"
        );
        world.arrive(raw.as_bytes(), "plain").await;
        world.settle().await;
        assert_eq!(world.last_verdict().await, verdict, "{reference}");
    }
    let id = world.message_id();
    let raw = anna.answer(&parent.raw, "Noch etwas").header("Cc", "sam@elsewhere.example").write(world.clock.now(), &id);
    world.arrive(&raw, "plain").await;
    world.settle().await;
    let letter = world.last_to(ANNA).await;
    assert_eq!(letter.row.mail.kind, Kind::Renewal);
    for (parent, verdict) in [(&parent, "held token_ended"), (&letter, "comment token")] {
        let id = world.message_id();
        let raw = anna.reply(&parent.raw, &format!("Antwort {verdict}"), world.clock.now(), &id);
        world.arrive(&raw, "plain").await;
        world.settle().await;
        assert_eq!(world.last_verdict().await, verdict);
    }
    assert_eq!(world.ticket("ACME-1").await.1.iter().filter(|entry| entry.visibility == Visibility::Public).count(), 4);
});

story!(only_a_running_check_has_its_mail_put_away, |world| {
    let subject = "postroom-trust-check-aaaaaaaaaaaaaaaaaaaaaaaaaa";
    let raw = mail(&mut world, "", CARLA, subject, "Das bin nur ich.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "ticket new", "anybody can write such a subject");
    let (name, holder) = (subject, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    let minute = Duration::from_secs(60);
    world.store.write(move |tx| Box::pin(async move { Ok(lease::take(tx, name, holder, minute).await?) })).await.unwrap();
    let raw = mail(&mut world, VOUCHED, ANNA, subject, "Probe");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "ignored trust_check");
    world.execute("UPDATE lease SET until = 1").await;
    let raw = mail(&mut world, VOUCHED, ANNA, subject, "Noch eine");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
});

pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letter = |at: usize| ALPHABET[(bits >> (18 - 6 * at)) as usize & 63] as char;
        (0..4).map(|at| if at > chunk.len() { '=' } else { letter(at) }).collect::<String>()
    };
    bytes.chunks(3).map(of).collect()
}

/// What `check --trust` prints, whether it is content or not.
async fn checked(desk: &Real, arguments: &[&str]) -> serde_json::Value {
    let all: Vec<&str> = ["check", "--trust", "--wait", "30"].into_iter().chain(arguments.iter().copied()).collect();
    desk.told(&all).1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_lets_forged_fields_through_must_not_be_believed() {
    for serving in [false, true] {
        let Some(mut desk) = Real::set_up(Database::sqlite(), true).await else { return };
        let (anna, carla) = (desk.anna.clone(), desk.carla.clone());
        if serving {
            desk.serve(None);
        }
        let found = checked(&desk, &["--authserv-id", "mx.postfix.example"]).await;
        assert_eq!(found["probes"][0][1], "came_through", "{found:#}");
        assert_eq!(found["evidence"].as_array().unwrap().len(), 0);
        assert!(found["words"].to_string().contains("Do not enable any evidence"), "{found:#}");
        if !serving {
            desk.serve(None);
        }
        desk.at_rest(1).await;
        let rows = desk.command(&["inbox"]);
        assert_eq!((&rows[0]["disposition"], &rows[0]["reason"]), (&"ignored".into(), &"trust_check".into()), "{rows:#}");
        assert_eq!(desk.command(&["ticket", "list"]).as_array().unwrap().len(), 0, "no ticket came of it");
        // Enabled all the same, it is a danger, and the exit code says so.
        desk.append("[trust]\nevidence = [\"authentication_results\"]\nauthserv_id = \"mx.postfix.example\"\n");
        let (fine, found) = desk.told(&["check", "--trust", "--wait", "30"]);
        assert!(!fine && found["words"].to_string().contains("Danger"), "{found:#}");
        assert!(desk.stop().success());
        assert!(desk.mailbox(&anna).await.is_empty() && desk.mailbox(&carla).await.is_empty(), "nobody was written to");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_forged_fields_out_may_be_believed() {
    let Some(mut desk) = Real::set_up_behind("POSTROOM_TEST_SMTP_STRICT", Database::sqlite(), true).await else { return };
    let (anna, carla) = (desk.anna.clone(), desk.carla.clone());
    let found = checked(&desk, &["--authserv-id", "mx.postfix.example"]).await;
    assert_eq!(found["probes"][0][1], "stripped", "{found:#}");
    assert_eq!(found["evidence"].as_array().unwrap().len(), 0, "no real mail has been seen yet");
    desk.serve(None);
    desk.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let told = desk.gets(&anna, "[ACME-1]", "druckt nicht").await;
    desk.answers(&anna, &told, "Einschalten!", |reply| reply).await;
    desk.gets(&carla, "[ACME-1]", "Einschalten!").await;
    desk.at_rest(3).await;
    let found = checked(&desk, &[]).await;
    assert_eq!(found["authserv_id"], "mx.postfix.example", "found in real mail");
    assert_eq!(found["evidence"], serde_json::json!(["authentication_results"]), "{found:#}");
    assert!(desk.stop().success());
    // Its own lines, put into the configuration, are taken, and do what they promise.
    let lines: Vec<&str> = found["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    desk.append(&(lines.join("\n") + "\n"));
    desk.serve(None);
    desk.writes(&anna, "Aufzug", "Er steckt fest.").await;
    let ben = desk.ben.clone();
    desk.gets(&ben, "[DESK-1]", "Er steckt fest.").await;
    let ticket = desk.command(&["ticket", "show", "DESK-1"]);
    assert_eq!(ticket["entries"][0]["visibility"], "internal", "{ticket:#}");
    assert!(desk.stop().success());
}
