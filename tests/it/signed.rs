//! What is left of a staff member's mail when its signature and its quotes are taken away: just what they typed, and
//! nothing where they typed nothing.

use std::time::Duration;

use postroom::demo::client::{Client, Program, Reply};
use postroom::desk::inbox::Release;
use postroom::desk::outbox::Kind;
use postroom::desk::people::Language;
use postroom::store::people;

use crate::world::databases::Database;
use crate::world::desk::{Sent, World, story};
use crate::world::real::Real;

const ANNA: &str = "anna@staff.example";
const CARLA: &str = "carla@acme.example";
const SIGNATURE: &str = "Anna Berger\nExample Desk Ltd, second line support\nPhone +49 30 5550 117";
const ASKED: &str = "Hello,\n\nthe scanner near the door blinks red since Monday.\nWhat can we do about it?\n\nIs it still under warranty?\n\nKind regards\nCarla Kunze";

/// Carla asks; with the notification that Anna gets of it.
async fn asked(world: &mut World) -> (String, Sent) {
    let carla = Client { program: Program::Mutt, ..world.carla.clone() };
    world.writes(&carla, "Scanner", ASKED).await;
    let told = world.last_to(ANNA).await;
    let number = told.letter.subject.split(['[', ']']).nth(1).unwrap().to_owned();
    (number, told)
}

/// A reply as a real Thunderbird writes it that is told to reply on top and to sign above the quote.
fn flowed(world: &mut World, told: &Sent, body: &str) -> Vec<u8> {
    let (to, id) = (told.letter.reply_to.clone().unwrap().address, world.message_id());
    let parent = told.letter.message_id.clone().unwrap();
    format!(
        "Message-ID: <{id}>\r\nMIME-Version: 1.0\r\nUser-Agent: Mozilla Thunderbird\r\nSubject: Re: {}\r\nTo: Desk <{to}>\r\n\
         From: Anna Berger <{ANNA}>\r\nIn-Reply-To: <{parent}>\r\nReferences: <{parent}>\r\n\
         Content-Type: text/plain; charset=UTF-8; format=flowed\r\n\r\n{}\r\n",
        told.letter.subject,
        body.replace('\n', "\r\n")
    )
    .into_bytes()
}

/// The mail as it is quoted, with answers under its two questions.
fn quoted(first: &str, second: &str) -> String {
    let mut text = "On 11/28/26 18:39, Carla Kunze (Example desk) wrote:\n> Carla Kunze opened a ticket:\n>".to_owned();
    for line in ASKED.lines() {
        text.push_str(&format!("\n> {line}").replace("> \n", ">\n"));
        match line {
            "What can we do about it?" if !first.is_empty() => text.push_str(&format!("\n{first}\n>")),
            "Is it still under warranty?" if !second.is_empty() => text.push_str(&format!("\n{second}\n>")),
            _ => {}
        }
    }
    text
}

story!(answers_between_the_quotes_keep_their_questions_and_a_signature_above_them_goes, |world| {
    let (first, second) = ("Please switch it off, a technician comes on Friday.", "Yes, until May 2027.");
    let between = format!(
        "> the scanner near the door blinks red since Monday.\n> What can we do about it?\n\n{first}\n\n\
         > Is it still under warranty?\n\n{second}"
    );
    for (above, expected) in [
        (
            format!("Dear Carla,\n\n\nmy answers are below.\n\n{SIGNATURE}\n\n"),
            format!("Dear Carla,\n\n\nmy answers are below.\n\n{between}"),
        ),
        (format!("\n{SIGNATURE}\n\n"), between.clone()),
        (
            format!("Two answers.\n\n{SIGNATURE}\n\nAnd mind the cable, please.\n\n"),
            format!("Two answers.\n\nAnd mind the cable, please.\n\n{between}"),
        ),
    ] {
        let (number, told) = asked(&mut world).await;
        let raw = flowed(&mut world, &told, &format!("{above}{}", quoted(first, second)));
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, "comment token");
        assert_eq!(world.timeline(&number).await.pop().unwrap(), format!("public comment: {expected}"));
        let mail = world.last_to(CARLA).await.text();
        assert!(mail.contains(second) && !mail.contains("5550"), "{mail}");
    }
});

story!(a_signature_alone_is_no_text, |world| {
    let greeted = format!("Kind regards\n{SIGNATURE}");
    for (body, verdict, status) in [
        (format!("#assign me\n\n#priority high\n\n{SIGNATURE}\n\n"), "command token", "open"),
        (format!("#assign me\n\n{greeted}\n\n"), "command token", "open"),
        ("#assign me\n\nKind regards\nAnna\n\n".to_owned(), "command token", "open"),
        (format!("#close\n\n{SIGNATURE}\n\n"), "command token", "done"),
        (format!("{SIGNATURE}\n\n"), "held nothing_new", "open"),
        (format!("\n{greeted}\n\n"), "held nothing_new", "open"),
        (format!("#note\n\n{SIGNATURE}\n\n"), "held nothing_new", "open"),
        // The twins.
        (format!("#assign me\n\nI come.\n\n{SIGNATURE}\n\n"), "comment token", "open"),
        (format!("#close\n\nIt was the cable.\n\n{SIGNATURE}\n\n"), "comment token", "done"),
    ] {
        world.clock.advance(Duration::from_hours(2));
        let (number, told) = asked(&mut world).await;
        let (before, asked) = (world.sent_to(CARLA).await.len(), world.sent_to(ANNA).await.len());
        let raw = flowed(&mut world, &told, &format!("{body}{}", quoted("", "")));
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, verdict, "{body}");
        assert_eq!(world.ticket(&number).await.0.state.status, status, "{body}");
        let mails = world.sent_to(CARLA).await;
        let told = usize::from(verdict.starts_with("comment") || status == "done");
        assert_eq!(mails.len(), before + told, "{body}");
        assert!(mails.iter().all(|sent| !sent.text().contains("5550") && !sent.text().contains("Example Desk Ltd")), "{body}");
        if verdict.starts_with("held") {
            let question = world.last_to(ANNA).await;
            assert_eq!((question.row.mail.kind, world.sent_to(ANNA).await.len()), (Kind::Claim, asked + 1), "its author is told");
            assert!(question.letter.body.text.contains("kein Text, keine Datei, kein Befehl"), "{}", question.letter.body.text);
        }
    }
});

story!(above_what_is_passed_on_a_signature_is_no_note, |world| {
    use postroom::config::{Profile, Receiver, Trust};
    let receiver = Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 });
    world.trust(Trust { profile: Profile::Standard, receiver, dkim: false });
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    for (place, (text, notes)) in [("#assign me", 0), ("#assign me\n\nEilt.", 1)].into_iter().enumerate() {
        let parent = carla.new_mail(&postroom::demo::client::Written {
            to: vec![ANNA.to_owned()],
            cc: vec![],
            subject: "Drucker".to_owned(),
            text: "Er druckt nicht.".to_owned(),
            files: vec![],
            at: world.clock.now(),
            message_id: format!("c{place}@acme.example"),
        });
        let raw = anna
            .pass_on(&parent, "support@desk.example", &format!("{text}\n\n{SIGNATURE}"))
            .write(world.clock.now(), &format!("f{place}@staff.example"));
        let vouched = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
        world.send(&[vouched.as_slice(), &raw].concat()).await;
        assert_eq!(world.last_verdict().await, "ticket on_behalf");
        let timeline = world.timeline(&format!("ACME-{}", place + 1)).await;
        assert_eq!(timeline.iter().filter(|entry| entry.starts_with("internal comment")).count(), notes, "{timeline:?}");
    }
});

/// The letters to Anna about what her mails became.
async fn asides(world: &World) -> Vec<Sent> {
    world.sent_to(ANNA).await.into_iter().filter(|sent| sent.row.mail.kind == Kind::AuthorNotice).collect()
}

story!(what_was_left_out_is_said_once_to_its_author, |world| {
    let (_, told) = asked(&mut world).await;
    for (answer, signature, said) in [
        ("Eins.", SIGNATURE, 1),
        ("Zwei.", SIGNATURE, 1),
        // What was typed below it is theirs, a line that programs draw or not.
        ("Drei.", "-- \nAnna Berger\nPhone +49 30 5550 117\n\nAnd mind the cable.", 1),
        ("Vier.", "Anna Berger\nHandy 0171 7654321", 2),
        ("Fünf.", "", 2),
    ] {
        let raw = flowed(&mut world, &told, &format!("{answer}\n\n{signature}\n\n{}", quoted("", "")));
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, "comment token");
        let found = asides(&world).await;
        assert_eq!(found.len(), said, "{answer} {signature}");
        let left_out = if said == 1 { "Example Desk Ltd" } else { "Handy 0171 7654321" };
        assert!(found.last().unwrap().letter.body.text.contains(left_out));
        let typed = world.timeline("ACME-1").await.pop().unwrap();
        assert_eq!(typed.contains("And mind the cable."), answer == "Drei.", "{typed}");
        assert!(!typed.contains("Phone") && !typed.contains("Handy"), "{typed}");
    }
    // A note that only staff read is whole, and nobody needs to be told.
    let raw = flowed(&mut world, &told, "#note\n\nUnter uns.\n\nAnna Berger\nHandy 0171 1234567\n");
    world.send(&raw).await;
    assert!(world.timeline("ACME-1").await.pop().unwrap().ends_with("Unter uns.\n\nAnna Berger\nHandy 0171 1234567"));
    assert_eq!(asides(&world).await.len(), 2);
});

story!(an_author_hears_what_did_not_leave_and_that_nobody_gets_it, |world| {
    let (_, told) = asked(&mut world).await;
    // The twin: an answer that leaves whole, to somebody.
    let raw = flowed(&mut world, &told, "Eins.");
    world.send(&raw).await;
    assert!(asides(&world).await.is_empty());
    // 102 files, of which 100 are taken.
    let raw = String::from_utf8(flowed(&mut world, &told, "Zwei.")).unwrap();
    let (head, _) = raw.split_once("Content-Type: ").unwrap();
    let file = "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\na,b\r\n";
    let raw = format!("{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nZwei.\r\n{}--b--\r\n", file.repeat(102));
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let heard = asides(&world).await.pop().unwrap().letter;
    assert!(
        heard.subject.contains("nicht ganz hinausgegangen") && heard.body.text.contains("100 der 102"),
        "{}",
        heard.body.text
    );
    // Carla is switched off: nobody is left who could read it.
    let work = world.store.write(|tx| {
        Box::pin(async move {
            let mut carla = people::by_address(tx, CARLA).await?.unwrap();
            carla.active = false;
            Ok(people::update(tx, &carla).await?)
        })
    });
    work.await.unwrap();
    let before = world.sent_to(CARLA).await.len();
    let raw = flowed(&mut world, &told, "Drei.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    let heard = asides(&world).await.pop().unwrap().letter;
    assert!(
        heard.subject.contains("bekommt außerhalb niemand") && heard.body.text.contains("#hinzuziehen"),
        "{}",
        heard.body.text
    );
});

/// Where people put their signature.
#[derive(Debug, Clone, Copy)]
enum Signs {
    Above,
    Below,
    Nowhere,
}

/// Where they write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    OnTop,
    Between,
    Both,
}

fn shaped<'a>(reply: Reply<'a>, signs: Signs, writes: Writes) -> Reply<'a> {
    let reply = match writes {
        Writes::OnTop => reply,
        _ => reply.inline("What can we do", "Please switch it off.").inline("under warranty", "Yes, until May 2027.").above(),
    };
    match signs {
        Signs::Above => reply.signs_above(),
        Signs::Below => reply.signs_below(),
        Signs::Nowhere => reply,
    }
}

/// Whether both questions of Carla stand in what was said, and the rest of it.
fn without_questions(said: &str) -> (bool, String) {
    let (prefix, text) = said.split_once(": ").unwrap_or_default();
    let (asked, typed): (Vec<&str>, Vec<&str>) = text.split("\n\n").partition(|paragraph| paragraph.starts_with("> "));
    let kept = ["What can we do about it?", "Is it still under warranty?"];
    (
        asked.len() == 2 && asked.iter().zip(kept).all(|(asked, kept)| asked.ends_with(kept)),
        format!("{prefix}: {}", typed.join("\n\n")),
    )
}

/// Whatever the program, wherever people sign and write: what customers get is what was typed, below what it answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_customers_get_is_what_was_typed() {
    let mut faults = Vec::new();
    for program in Program::ALL {
        let unmarked = matches!(program, Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb);
        let mut world = World::one().await;
        for signs in [Signs::Above, Signs::Below, Signs::Nowhere] {
            for writes in [Writes::OnTop, Writes::Between, Writes::Both] {
                for language in [Language::German, Language::English] {
                    world.clock.advance(Duration::from_hours(2));
                    let mut anna = Client { program: *program, language, ..world.anna.clone() };
                    anna.signature = if matches!(signs, Signs::Nowhere) { None } else { Some(SIGNATURE.to_owned()) };
                    let (number, told) = asked(&mut world).await;
                    let top = if writes == Writes::Between { "" } else { "Dear Carla,\n\nthank you for asking." };
                    let answers = if writes == Writes::OnTop { "" } else { "Please switch it off.\n\nYes, until May 2027." };
                    let typed = format!("{top}\n\n{answers}").trim().to_owned();
                    let id = world.message_id();
                    let raw = shaped(anna.answer(&told.raw, top), signs, writes).write(world.clock.now(), &id);
                    world.send(&raw).await;
                    let verdict = world.last_verdict().await;
                    // Nothing marks what these quote: answers in it are never lost, but may be asked about.
                    let asked = unmarked && writes != Writes::OnTop && verdict == "held uncertain_quote";
                    let at = format!("{program:?} {language:?}, signs {signs:?}, writes {writes:?}");
                    if verdict != "comment token" && !asked {
                        faults.push(format!("{at}: {verdict}"));
                        continue;
                    }
                    if asked {
                        world.release(Release::AsIs).await;
                    }
                    let said = world.timeline(&number).await.pop().unwrap();
                    // Where nothing marks the quote, its blank lines cannot be told from theirs.
                    let said = if unmarked { said.replace("\n\n\n", "\n\n") } else { said };
                    let (kept, theirs) = without_questions(&said);
                    if theirs != format!("public comment: {typed}") || kept != (writes != Writes::OnTop) {
                        faults.push(format!("{at}: {said}"));
                    }
                }
            }
        }
        world.end().await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The same through a real Postfix and a real Dovecot.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_between_the_quotes_through_real_servers() {
    let Some(mut desk) = Real::set_up(Database::sqlite(), true).await else { return };
    let carla = Client { program: Program::Mutt, ..desk.carla.clone() };
    let anna = Client { program: Program::Thunderbird, signature: Some(SIGNATURE.to_owned()), ..desk.anna.clone() };
    desk.serve(None);
    desk.writes(&carla, "Scanner", ASKED).await;
    let told = desk.gets(&anna, "[ACME-1]", "under warranty").await;
    desk.answers(&anna, &told, "My answers are below.", |reply| shaped(reply, Signs::Above, Writes::Both)).await;
    let got = desk.gets(&carla, "[ACME-1]", "until May 2027").await;
    assert!(got.letter.body.text.contains("Please switch it off."), "{}", got.letter.body.text);
    assert!(!got.letter.body.text.contains("5550"), "{}", got.letter.body.text);
    desk.gets(&anna, "[ACME-1]", "second line support").await;
    desk.answers(&anna, &told, "#close", |reply| reply.signs_above()).await;
    let done = desk.gets(&carla, "ACME-1", "erledigt").await;
    assert!(!done.letter.body.text.contains("5550"), "{}", done.letter.body.text);
    assert!(desk.stop().success());
}

story!(the_question_about_an_uncertain_quote_shows_what_would_leave_and_says_what_stays, |world| {
    let mut anna = Client { program: Program::OutlookDesktop, language: Language::German, ..world.anna.clone() };
    anna.signature = Some(SIGNATURE.to_owned());
    let (number, told) = asked(&mut world).await;
    let id = world.message_id();
    let reply = shaped(anna.answer(&told.raw, "Dear Carla,\n\nthank you."), Signs::Above, Writes::Both);
    let raw = reply.write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held uncertain_quote");
    let held = world.ledger().await.pop().unwrap().id;
    let question = world.last_to(ANNA).await.letter.body.text;
    let page = world.signed_in(ANNA).await.get(&format!("/office/held/{held}")).await.text();
    let shown: Vec<String> = question
        .lines()
        .filter_map(|line| line.strip_prefix('>'))
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    assert!(question.contains("Das veröffentlicht") && question.contains("bleiben hier"), "{question}");
    assert!(!question.contains("5550"), "the signature stays: {question}");
    let (before, stays) = page.split_once("bleiben hier").unwrap_or_else(|| panic!("{page}"));
    assert!(!before.contains("5550") && stays.contains("5550"), "{page}");
    let to = world.last_to(ANNA).await.letter.reply_to.unwrap().address;
    let id = world.message_id();
    let word = format!("From: {ANNA}\r\nTo: {to}\r\nSubject: Re: x\r\nMessage-ID: <{id}>\r\n\r\n#send\r\n");
    world.send(word.as_bytes()).await;
    let said = world.timeline(&number).await.pop().unwrap();
    let said = said.strip_prefix("public comment: ").unwrap_or_else(|| panic!("{said}"));
    let published: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, published, "word for word");
});
