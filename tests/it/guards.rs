//! What stands between a staff member's answer and the customer: sticky internal, the leak guard, the collision guard and
//! the undo window, told through the whole desk.

use std::time::Duration;

use axum::http::StatusCode;
use postroom::desk::inbox::Disposition;
use postroom::desk::outbox::{Kind, State};
use postroom::intake::process_next;

use crate::world::browser::Browser;
use crate::world::databases::Database;
use crate::world::desk::{Sent, World, story};
use crate::world::real::Real;

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
/// What Ben keeps to the staff.
const SECRET: &str = "They never paid the last repair, so let them wait until Friday.";

impl World {
    /// Carla has a ticket; the newest notifications of it to Anna and Ben.
    async fn opened_by_carla(&mut self) -> (Sent, Sent) {
        let carla = self.carla.clone();
        self.writes(&carla, "Printer", "It is on fire.").await;
        (self.last_to(ANNA).await, self.last_to(BEN).await)
    }

    /// Ben notes something.
    async fn noted_by_ben(&mut self, parent: &Sent, text: &str) {
        let ben = self.ben.clone();
        assert_eq!(self.replies_to(&ben, parent, &format!("#note\n{text}")).await, "note token");
    }

    /// Somebody replies to this very mail; the verdict.
    async fn replies_to(&mut self, client: &postroom::demo::client::Client, parent: &Sent, text: &str) -> String {
        let id = self.message_id();
        let raw = client.reply(&parent.raw, text, self.clock.now(), &id);
        self.send(&raw).await;
        self.last_verdict().await
    }

    /// The newest mail of a kind to somebody.
    async fn newest_of(&self, address: &str, kind: Kind) -> Sent {
        let mut sent = self.sent_to(address).await;
        sent.retain(|sent| sent.row.mail.kind == kind);
        sent.pop().unwrap_or_else(|| panic!("no {kind} to {address} ({})", self.database))
    }

    /// How many mails of a kind somebody got.
    async fn count_of(&self, address: &str, kind: Kind) -> usize {
        self.sent_to(address).await.into_iter().filter(|sent| sent.row.mail.kind == kind).count()
    }

    /// A reply to a question; the verdict about the reply.
    async fn tells_us(&mut self, question: &Sent, from: &str, text: &str) -> String {
        let to = question.letter.reply_to.as_ref().expect("a reply address").address.clone();
        let (id, subject) = (self.message_id(), &question.letter.subject);
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{id}>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n{text}\r\n"
        );
        self.send(raw.as_bytes()).await;
        self.last_verdict().await
    }

    /// The verdict about the last but one mail: the one that a question was about.
    async fn verdict_before(&self) -> String {
        let ledger = self.ledger().await;
        let row = &ledger[ledger.len() - 2];
        format!("{} {}", row.disposition.map_or("undecided", Disposition::as_str), row.reason.clone().unwrap_or_default())
    }

    fn undo_window(&mut self, seconds: u64) {
        self.configure(|config| config.staff.undo_window = Some(Duration::from_secs(seconds)));
    }

    /// Presses a button on the office's page of the only mail that waits.
    async fn at_the_office(&mut self, browser: &mut Browser, word: &str) -> String {
        let page = browser.get("/office/held").await;
        let text = page.text();
        let (_, rest) = text.split_once("action=\"/office/held/").unwrap_or_else(|| panic!("nothing to decide in {text}"));
        let path = format!("/office/held/{}", rest.split('"').next().unwrap());
        let round = page.hidden("round").unwrap_or_default();
        let shown = browser.send("/office/held", &path, &[("round", &round), ("word", word)]).await;
        assert_eq!(shown.status, StatusCode::SEE_OTHER);
        self.settle().await;
        text
    }
}

story!(what_quotes_something_internal_or_says_two_things_becomes_a_note_and_its_author_is_told, |world| {
    let anna = world.anna.clone();
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.noted_by_ben(&to_ben, SECRET).await;
    let before = world.sent_to(CARLA).await.len();
    // In the public channel, and with Ben's words below the answer.
    let quoting =
        "Noted.\n\nOn 22 Nov 2026 Benjamin Okafor wrote:\n> They never paid the last repair, so\n> let them wait until Friday.";
    assert_eq!(world.replies_to(&anna, &to_anna, quoting).await, "note token");
    assert!(world.newest_of(ANNA, Kind::AuthorNotice).await.letter.body.text.contains("weil sie einen internen Eintrag zitiert"));
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    // Whoever writes it again without that, as they are told, is not held up by their own note; a colleague is.
    let again = "Noted, and the two of us will come on Friday with the new lamp for it.";
    let quoting = again.to_owned() + quoting.strip_prefix("Noted.").unwrap();
    assert_eq!(world.replies_to(&anna, &to_anna, &quoting).await, "note token");
    let ben = world.ben.clone();
    let told = format!("Listen:\n{again}\nCall me if that is too late.");
    assert_eq!(world.replies_to(&ben, &to_ben, &told).await, "held leak", "{}", world.database);
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    assert_eq!(world.replies_to(&anna, &to_anna, again).await, "comment token");
    let before = before + 1;
    // The same quotation of what Carla wrote herself leaves.
    let quoting = "Einschalten!\n\nOn 22 Nov 2026 Carla Kunze wrote:\n> It is on fire.";
    assert_eq!(world.replies_to(&anna, &to_anna, quoting).await, "comment token");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);

    // Nobody knows which of the two parts she has seen.
    let parts = |world: &mut World, plain: &str, html: &str| {
        let (id, to) = (world.message_id(), to_anna.letter.reply_to.clone().unwrap().address);
        format!(
            "From: {ANNA}\r\nTo: {to}\r\nSubject: Re: Printer\r\nMessage-ID: <{id}>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{plain}\r\n--b\r\n\
             Content-Type: text/html\r\n\r\n<p>{html}</p>\r\n--b--\r\n"
        )
        .into_bytes()
    };
    let advice = "Please switch it on and wait until the green lamp has blinked twice.";
    let raw = parts(&mut world, advice, "#note<br>She never switches it on, please.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held parts_differ");
    let question = world.newest_of(ANNA, Kind::Guard).await;
    let text = &question.letter.body.text;
    assert!(text.contains("Ihr Text und ihr HTML sagen Verschiedenes"), "{text}");
    assert!(text.contains("Nur in ihrem HTML steht:") && text.contains("never switches it on"), "{text}");
    assert!(text.contains("#send") && text.contains("#note"), "{text}");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1, "nothing has left");
    let raw = parts(&mut world, "Please *switch* it on.", "Please <b>switch</b> it on.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!((world.sent_to(CARLA).await.len(), world.count_of(ANNA, Kind::AuthorNotice).await), (before + 2, 2));
    // Her word sends it; once more as plain text is as good.
    assert_eq!(world.replies_to(&anna, &question, "#send").await, "command answers_question");
    let left = world.sent_to(CARLA).await;
    assert!(left.len() == before + 3 && left.last().unwrap().letter.body.text.contains("green lamp"));
    assert_eq!(
        world.replies_to(&anna, &to_anna, "Please wait until the red lamp has blinked three times.").await,
        "comment token"
    );
    // The other word keeps it inside, where a colleague does not let it out by mistake.
    let advice = "Please send her the old lamp of the press that nobody needs any more.";
    let raw = parts(&mut world, advice, "Please keep the old lamp.");
    world.send(&raw).await;
    let question = world.newest_of(ANNA, Kind::Guard).await;
    assert_eq!(world.replies_to(&anna, &question, "#note").await, "command answers_question");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 4);
    let ben = world.ben.clone();
    world.configure(|config| config.staff.collision_guard = false);
    let told = format!("Listen: {advice} Then call me.");
    assert_eq!(world.replies_to(&ben, &to_ben, &told).await, "held leak");
    world.configure(|config| config.staff.collision_guard = true);
    let shown = world.newest_of(BEN, Kind::Guard).await.letter.body.text;
    assert!(shown.contains("stands only inside") && shown.matches("old lamp").count() >= 2, "both sides are shown: {shown}");
    // Tags in every disguise, in subject and text; what is almost one waits.
    for (subject, text, verdict) in [
        ("Re: Printer [Notiz]", "One.", "note token"),
        ("Re: Printer [\u{ff29}ntern]", "Two.", "note token"),
        ("Re: Printer", "#no\u{200b}tiz\nThree.", "note token"),
        ("Re: Printer", "#INTERNAL\nFour.", "note token"),
        ("Re: Printer", "#intrenal\nFive.", "held near_miss"),
        ("Re: Printer", "#nite\nSix.", "held near_miss"),
        ("Re: Printer", "Seven.", "comment token"),
    ] {
        let id = world.message_id();
        let raw = anna.answer(&to_anna.raw, text).subject(subject).write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, verdict, "{subject} {text}");
    }
    assert_eq!(world.count_of(ANNA, Kind::AuthorNotice).await, 2, "who asks for a note is not told why");
    // Whoever got a reply address could speak for its owner.
    let own = to_anna.letter.reply_to.clone().unwrap().address;
    let left = world.sent_to(CARLA).await.len();
    assert_eq!(world.replies_to(&anna, &to_anna, &format!("Schreiben Sie an {own}.")).await, "note token");
    assert_eq!(world.sent_to(CARLA).await.len(), left);
    let told = world.newest_of(ANNA, Kind::AuthorNotice).await.letter.body.text;
    assert!(told.contains("weil in ihrem Text eine Antwortadresse des Helpdesks steht"), "{told}");
    assert_eq!(world.replies_to(&anna, &to_anna, "Schreiben Sie an support@desk.example.").await, "comment token");
    assert_eq!(world.sent_to(CARLA).await.len(), left + 1, "the desk's plain address is everybody's");
});

story!(what_tells_something_internal_waits_for_its_author, |world| {
    let anna = world.anna.clone();
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.noted_by_ben(&to_ben, SECRET).await;
    let before = world.sent_to(CARLA).await.len();
    let leaking = "Hello Carla,\n\nas my colleague says: they never PAID\nthe last repair, so let them wait.\n\nAnna";
    assert_eq!(world.replies_to(&anna, &to_anna, leaking).await, "held leak");
    let question = world.newest_of(ANNA, Kind::Guard).await;
    let text = &question.letter.body.text;
    assert!(
        text.contains("Diese Zeilen wären nach außen gegangen:") && text.contains("| the last repair, so let them wait."),
        "{text}"
    );
    assert!(!text.contains("| Hello Carla") && question.letter.subject.contains("Soll Ihre Antwort so hinausgehen?"), "{text}");
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    // Ben sees the lines, too, and may keep it, but not send it.
    let mut ben = world.signed_in(BEN).await;
    let page = ben.get("/office/held").await.text();
    assert!(page.contains("These lines would have left:") && page.contains("they never PAID"), "{page}");
    assert!(page.contains("value=\"note\"") && !page.contains("value=\"send\""), "{page}");
    // A machine with the question's address decides nothing, the author does.
    assert_eq!(world.tells_us(&question, BEN, "#send").await, "held claims_staff");
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    assert_eq!(world.tells_us(&question, ANNA, "#senden").await, "command answers_question");
    assert_eq!(world.newest_of(CARLA, Kind::Answer).await.letter.body.new_text().lines().next(), Some("Hello Carla,"));
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    // Now it is public: nothing to tell any more.
    assert_eq!(world.replies_to(&anna, &to_anna, "They never paid the last repair, so let them wait.").await, "comment token");
    assert_eq!(world.replies_to(&anna, &to_anna, "As to Globex: they have it, too.").await, "held leak");
    let question = world.newest_of(ANNA, Kind::Guard).await;
    assert_eq!(world.tells_us(&question, ANNA, "#notiz").await, "command answers_question");
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: As to Globex: they have it, too.");
    for (text, verdict) in [
        ("Write to dana@globex.example, please.", "held leak"),
        ("See https://www.globex.example/manual.", "held leak"),
        ("As to ACME: you have it at acme.example.", "comment token"),
        ("They paid the repair.", "comment token"),
    ] {
        assert_eq!(world.replies_to(&anna, &to_anna, text).await, verdict, "{text}");
    }
});

story!(files_that_only_staff_have_wait_too, |world| {
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    let (to_anna, to_ben) = world.opened_by_carla().await;
    let id = world.message_id();
    let raw = ben
        .answer(&to_ben.raw, "#note\nSee there.")
        .file("contract.txt", "text/plain", b"They owe us 100.")
        .write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    for (name, data, verdict) in [
        ("contract.txt", &b"other"[..], "held leak"),
        ("harmless.txt", b"They owe us 100.", "held leak"),
        ("manual.txt", b"Switch it on.", "comment token"),
        ("manual.txt", b"Switch it off.", "comment token"),
    ] {
        let id = world.message_id();
        let raw = anna.answer(&to_anna.raw, "Here.").file(name, "text/plain", data).write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, verdict, "{name}");
    }
});

story!(the_question_names_the_files_that_leave_and_those_that_stay, |world| {
    let anna = world.anna.clone();
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.noted_by_ben(&to_ben, SECRET).await;
    let id = world.message_id();
    let raw = anna
        .answer(&to_anna.raw, "Hello Carla,\n\nthey never paid the last repair, so let them wait.")
        .file("plan of anna@staff.example.txt", "text/plain", b"The plan.")
        .file("anna.vcf", "text/vcard", b"BEGIN:VCARD")
        .write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held leak");
    let held = world.ledger().await.pop().unwrap().id;
    let question = world.last_to(ANNA).await;
    let leaves = "Diese Dateien gehen mit hinaus: plan of support@desk.example.txt";
    assert!(question.letter.body.text.contains(leaves), "{}", question.letter.body.text);
    assert!(!question.letter.body.text.contains("vcf"));
    let page = world.signed_in(ANNA).await.get(&format!("/office/held/{held}")).await.text();
    let page = page.replace("<span class=\"soft\">", "").replace("</span>", "");
    assert!(page.contains(leaves) && page.contains("Bleibt hier: anna.vcf"), "{page}");
    world.tells_us(&question, ANNA, "#send").await;
    let mail = world.last_to(CARLA).await;
    let names: Vec<&str> = mail.letter.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["plan of support@desk.example.txt"], "what was shown is what has left");
});

story!(who_answers_what_a_colleague_has_answered_is_asked, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    let (to_anna, to_ben) = world.opened_by_carla().await;
    // A note of a colleague, and a comment of the customer, are no answers.
    world.noted_by_ben(&to_ben, "Oh no.").await;
    world.answers(&carla, "It still burns.").await;
    assert_eq!(world.replies_to(&anna, &to_anna, "Pull the plug.").await, "comment token");
    assert_eq!(
        world.replies_to(&anna, &to_anna, "And open the window.").await,
        "comment token",
        "her own answer is no collision"
    );
    world.clock.advance(Duration::from_secs(60));
    let before = world.sent_to(CARLA).await.len();
    assert_eq!(world.replies_to(&ben, &to_ben, "Call the fire brigade.").await, "held collision");
    let question = world.newest_of(BEN, Kind::Guard).await.letter.body.text;
    assert!(
        question.contains("Anna Berger has already answered (a minute ago):") && question.contains("| And open the window."),
        "{question}"
    );
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    let mut browser = world.signed_in(BEN).await;
    let page = world.at_the_office(&mut browser, "send").await;
    assert!(page.contains("has already answered") && page.contains("And open the window."), "{page}");
    assert_eq!((world.last_verdict().await.as_str(), world.sent_to(CARLA).await.len()), ("comment released", before + 1));
    // A note collides with nothing, nor does an answer to the newest mail.
    assert_eq!(world.replies_to(&anna, &to_anna, "#note\nDone by Ben.").await, "note token");
    let newest = world.newest_of(ANNA, Kind::Notification).await;
    assert_eq!(world.replies_to(&anna, &newest, "And the ambulance.").await, "comment token");
    assert_eq!(world.replies_to(&ben, &to_ben, "Are you well?").await, "held collision");
    let question = world.newest_of(BEN, Kind::Guard).await;
    assert_eq!(world.tells_us(&question, BEN, "#drop").await, "command answers_question");
    assert_eq!(world.verdict_before().await, "ignored dropped");
    world.configure(|config| config.staff.collision_guard = false);
    assert_eq!(world.replies_to(&ben, &to_ben, "Are you well again?").await, "comment token");
});

story!(where_tokens_are_message_ids_a_collision_is_seen_the_same, |world| {
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    world.configure(|config| config.mailboxes.iter_mut().for_each(|mailbox| mailbox.plus_addressing = false));
    let (to_anna, to_ben) = world.opened_by_carla().await;
    assert!(to_anna.letter.reply_to.is_none());
    assert_eq!(world.replies_to(&anna, &to_anna, "Pull the plug.").await, "comment token");
    assert_eq!(world.replies_to(&ben, &to_ben, "Call the fire brigade.").await, "held collision");
    let newest = world.last_to(BEN).await;
    assert_eq!(newest.row.mail.kind, Kind::Guard);
    let newest = world.newest_of(BEN, Kind::Notification).await;
    assert_eq!(world.replies_to(&ben, &newest, "And call the fire brigade.").await, "comment token");
});

story!(an_answer_leaves_when_its_window_ends_on_pages_and_in_mails_at_once, |world| {
    let anna = world.anna.clone();
    let (to_anna, _) = world.opened_by_carla().await;
    world.undo_window(60);
    let before = world.sent_to(CARLA).await.len();
    let (mut guest, mut ben) = (world.signed_in(CARLA).await, world.signed_in(BEN).await);
    // Only the number of the form is another at each look.
    let same = |page: String| page.lines().filter(|line| !line.contains("name=\"form\"")).collect::<Vec<_>>().join("\n");
    let page = same(guest.get("/ACME/1").await.text());
    assert_eq!(world.replies_to(&anna, &to_anna, "#close\nPull the plug.").await, "held leaving");
    let receipt = world.newest_of(ANNA, Kind::Guard).await;
    assert!(
        receipt.letter.subject.contains("geht um") && receipt.letter.body.text.contains("#undo"),
        "{}",
        receipt.letter.body.text
    );
    assert_eq!(same(guest.get("/ACME/1").await.text()), page, "the page knows nothing yet");
    let office = ben.get("/office/held").await.text();
    assert!(office.contains("Leaves:") && office.contains("value=\"note\"") && !office.contains("value=\"send\""), "{office}");
    world.clock.advance(Duration::from_secs(59));
    world.settle().await;
    assert_eq!((world.last_verdict().await.as_str(), world.sent_to(CARLA).await.len()), ("held leaving", before));
    world.clock.advance(Duration::from_secs(1));
    world.settle().await;
    assert_eq!(world.last_verdict().await, "comment released");
    assert!(world.newest_of(CARLA, Kind::Done).await.letter.body.text.contains("Pull the plug."));
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    assert!(guest.get("/ACME/1").await.text().contains("Pull the plug."));
    // Too late.
    world.tells_us(&receipt, ANNA, "#undo").await;
    assert!(
        world
            .newest_of(ANNA, Kind::HeldReply)
            .await
            .letter
            .body
            .text
            .contains("Schon entschieden: durchgelassen von Anna Berger")
    );
    assert_eq!(world.replies_to(&anna, &to_anna, "#undo").await, "command undo");
    assert_eq!(world.count_of(ANNA, Kind::HeldReply).await, 2);
    // At once, where she says so; a note and a command never wait.
    assert_eq!(world.replies_to(&anna, &to_anna, "#now\nAnd open the window.").await, "comment token");
    assert_eq!(world.replies_to(&anna, &to_anna, "#sofort\nUnd die Tür.").await, "comment token");
    assert_eq!(world.replies_to(&anna, &to_anna, "#note\nPuh.").await, "note token");
    assert_eq!(world.replies_to(&anna, &to_anna, "#status in_progress").await, "command token");
});

story!(an_undo_in_time_keeps_the_answer_inside, |world| {
    let anna = world.anna.clone();
    let (to_anna, _) = world.opened_by_carla().await;
    world.undo_window(60);
    let before = world.sent_to(CARLA).await.len();
    let mut ben = world.signed_in(BEN).await;
    for (round, way) in ["receipt", "notification", "office", "late"].into_iter().enumerate() {
        let text = format!("Pull the plug at once, and then all the other plugs in the whole house, please ({round}).");
        assert_eq!(world.replies_to(&anna, &to_anna, &text).await, "held leaving", "{way}");
        let receipt = world.newest_of(ANNA, Kind::Guard).await;
        match way {
            "receipt" => assert_eq!(world.tells_us(&receipt, ANNA, "#undo").await, "command answers_question"),
            "notification" => assert_eq!(world.replies_to(&anna, &to_anna, "#undo").await, "command undo"),
            "office" => drop(world.at_the_office(&mut ben, "note").await),
            // It came in time and is read only when the window has ended.
            _ => {
                let id = world.message_id();
                let raw = anna.reply(&to_anna.raw, "#undo", world.clock.now(), &id);
                world.arrive(&raw, "support").await;
                world.clock.advance(Duration::from_secs(120));
                world.settle().await;
            }
        }
        world.clock.advance(Duration::from_secs(120));
        world.settle().await;
        let last = world.timeline("ACME-1").await.pop().unwrap();
        assert_eq!(last, format!("internal comment: {text}"), "{way}");
        assert_eq!(world.sent_to(CARLA).await.len(), before, "{way}");
    }
    assert!(world.newest_of(ANNA, Kind::HeldReply).await.letter.body.text.contains("Aufgehalten"));
    // The same once more, better: what was withdrawn is no secret.
    let text = "Pull the plug at once, and then all the other plugs in the whole house, please. Sorry!";
    assert_eq!(world.replies_to(&anna, &to_anna, text).await, "held leaving");
    world.clock.advance(Duration::from_secs(60));
    world.settle().await;
    assert_eq!((world.last_verdict().await.as_str(), world.sent_to(CARLA).await.len()), ("comment released", before + 1));
    // Nobody else's reply stops it, and who leaves the staff meanwhile answers nobody any more.
    assert_eq!(world.replies_to(&anna, &to_anna, "Good bye.").await, "held leaving");
    world.deactivate(ANNA).await;
    world.clock.advance(Duration::from_secs(60));
    world.settle().await;
    assert!(world.last_verdict().await.starts_with("held"), "{}", world.last_verdict().await);
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
});

story!(what_a_colleague_answers_while_it_waits_is_a_collision_and_two_nodes_send_it_once, |world| {
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.undo_window(60);
    assert_eq!(world.replies_to(&anna, &to_anna, "Pull the plug.").await, "held leaving");
    assert_eq!(world.replies_to(&ben, &to_ben, "#now\nCall the fire brigade.").await, "comment token");
    world.clock.advance(Duration::from_secs(60));
    world.settle().await;
    assert_eq!(world.verdict_before().await, "held collision");
    let question = world.newest_of(ANNA, Kind::Guard).await;
    assert_eq!(world.tells_us(&question, ANNA, "#send").await, "command answers_question");
    let before = world.sent_to(CARLA).await.len();
    let newest = world.newest_of(ANNA, Kind::Notification).await;
    assert_eq!(world.replies_to(&anna, &newest, "And open the window.").await, "held leaving");
    world.clock.advance(Duration::from_secs(60));
    let (one, two) = (world.intake(), world.intake());
    let (one, two) = tokio::join!(process_next(&one), process_next(&two));
    assert!(one.is_ok() && two.is_ok());
    world.settle().await;
    assert_eq!((world.last_verdict().await.as_str(), world.sent_to(CARLA).await.len()), ("comment released", before + 1));
});

story!(an_entry_that_becomes_internal_before_its_mail_leaves_never_leaves, |world| {
    let anna = world.anna.clone();
    let (to_anna, _) = world.opened_by_carla().await;
    let before = world.sent_to(CARLA).await.len();
    for (stopped, text) in [(true, "Pull the plug."), (false, "Open the window.")] {
        let id = world.message_id();
        let raw = anna.reply(&to_anna.raw, text, world.clock.now(), &id);
        world.arrive(&raw, "support").await;
        world.decide().await;
        if stopped {
            world.execute("UPDATE entry SET visibility = 'internal' WHERE text = 'Pull the plug.'").await;
        }
        world.deliver().await;
    }
    let answers: Vec<State> =
        world.outbox().await.into_iter().filter(|row| row.mail.kind == Kind::Answer).map(|row| row.state).collect();
    assert_eq!(answers, [State::Withdrawn, State::Accepted]);
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    world.execute("UPDATE entry SET visibility = 'public' WHERE text = 'Pull the plug.'").await;
});

story!(what_went_to_the_customer_directly_is_written_down_and_the_author_of_a_note_is_warned, |world| {
    let anna = world.anna.clone();
    let (to_anna, _) = world.opened_by_carla().await;
    let before = world.sent_to(CARLA).await.len();
    let reply = |world: &mut World, parent: &Sent, text: &str| {
        let id = world.message_id();
        anna.answer(&parent.raw, text).all().cc("Carla Kunze <carla@acme.example>").write(world.clock.now(), &id)
    };
    let raw = reply(&mut world, &to_anna, "Pull the plug.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let timeline = world.timeline("ACME-1").await;
    assert_eq!(timeline[1..], ["public comment: Pull the plug.", "internal change: sent_directly  -> carla@acme.example"]);
    let news = world.newest_of(BEN, Kind::Notification).await.letter.body.text;
    assert!(news.contains("Anna Berger also sent the same mail directly to carla@acme.example"), "{news}");
    // The desk's own copy still goes out: an answer to the other one would never come back to the ticket.
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    assert_eq!(world.count_of(ANNA, Kind::AuthorNotice).await, 0);
    let renewed = world.newest_of(ANNA, Kind::Renewal).await;
    let raw = reply(&mut world, &renewed, "#note\nShe will never understand it.");
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "note token");
    let warning = world.newest_of(ANNA, Kind::AuthorNotice).await.letter;
    assert!(
        warning.subject.contains("ging auch nach außen") && warning.body.text.contains("carla@acme.example"),
        "{}",
        warning.body.text
    );
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    // Colleagues and the desk's own addresses are not outside.
    let (id, renewed) = (world.message_id(), world.newest_of(ANNA, Kind::Renewal).await);
    let raw = anna.answer(&renewed.raw, "#note\nBen?").cc("ben@staff.example, sales@desk.example").write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.count_of(ANNA, Kind::AuthorNotice).await, 1);
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: Ben?");
});

/// The program dies between the end of the window and the decision: the answer leaves once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_when_the_window_ends_loses_nothing_and_doubles_nothing() {
    let Some(mut desk) = Real::set_up(Database::sqlite(), true).await else { return };
    let (anna, carla) = (desk.anna.clone(), desk.carla.clone());
    desk.append("\n[staff]\nundo_window = \"2s\"\n");
    desk.writes(&carla, "Absturz", "Bleibt das erhalten?").await;
    desk.serve(None);
    let told = desk.gets(&anna, "[ACME-1] Absturz", "Bleibt das erhalten?").await;
    desk.at_rest(1).await;
    assert!(desk.stop().success());
    desk.answers(&anna, &told, "Ja.", |reply| reply).await;
    desk.serve(Some("window_ended"));
    desk.died().await;
    desk.serve(None);
    desk.gets(&carla, "Re: Absturz [ACME-1]", "Ja.").await;
    desk.at_rest(2).await;
    assert!(desk.stop().success());
    let ticket = desk.command(&["ticket", "show", "ACME-1"]);
    assert_eq!(ticket["entries"].as_array().unwrap().len(), 2, "{ticket:#}");
    assert_eq!(desk.mailbox(&carla).await.len(), 2, "acknowledgement and answer");
}

story!(a_question_names_every_reason_and_one_send_answers_all_of_them, |world| {
    let (anna, ben, carla) = (world.anna.clone(), world.ben.clone(), world.carla.clone());
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.noted_by_ben(&to_ben, SECRET).await;
    assert_eq!(world.replies_to(&ben, &to_ben, "Pull the plug.").await, "comment token");
    let before = world.sent_to(CARLA).await.len();
    let text = "#intrenal\nAs my colleague says: they never paid the last repair, so let them wait until Friday.";
    assert_eq!(world.replies_to(&anna, &to_anna, text).await, "held near_miss");
    let question = world.last_to(ANNA).await;
    let shown = &question.letter.body.text;
    for words in ["fast ein Befehl", "Diese Zeilen wären nach außen gegangen:", "hat schon geantwortet", "| Pull the plug."] {
        assert!(shown.contains(words), "`{words}` is not in {shown}");
    }
    let page = world.signed_in(ANNA).await.get("/office/held").await.text();
    assert!(page.contains("Diese Zeilen wären nach außen gegangen:") && page.contains("Pull the plug."), "{page}");
    assert_eq!(world.tells_us(&question, ANNA, "#send").await, "command answers_question");
    assert_eq!(world.verdict_before().await, "comment released", "{}", world.database);
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    // The twin: what comes to light only after the question is asked about, and what was answered stays answered.
    world.answers(&carla, "And now?").await;
    let parent = world.newest_of(ANNA, Kind::Notification).await;
    world.noted_by_ben(&to_ben, "The warranty of their machine ended in March, and nobody has told them so yet.").await;
    let text = "To be open: the warranty of their machine ended in March, and nobody has told them so, sorry.";
    assert_eq!(world.replies_to(&anna, &parent, text).await, "held leak");
    let question = world.newest_of(ANNA, Kind::Guard).await;
    assert!(!question.letter.body.text.contains("hat schon geantwortet"));
    let newest = world.newest_of(BEN, Kind::Notification).await;
    assert_eq!(world.replies_to(&ben, &newest, "Now the lamp.").await, "comment token");
    let before = world.sent_to(CARLA).await.len();
    assert_eq!(world.tells_us(&question, ANNA, "#send").await, "command answers_question");
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    let question = world.newest_of(ANNA, Kind::Guard).await;
    assert!(question.letter.body.text.contains("| Now the lamp."), "{}", question.letter.body.text);
    assert_eq!(world.tells_us(&question, ANNA, "#send").await, "command answers_question");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
});

story!(an_answer_that_waits_is_sent_by_a_bare_now_of_its_author_alone, |world| {
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    let (to_anna, to_ben) = world.opened_by_carla().await;
    world.undo_window(60);
    let before = world.sent_to(CARLA).await.len();
    assert_eq!(world.replies_to(&anna, &to_anna, "Pull the plug.").await, "held leaving");
    // A colleague's is a command, and cannot be done: no note, no answer, and they hear what they can do.
    let entries = world.timeline("ACME-1").await;
    assert_eq!(world.replies_to(&ben, &to_ben, "#now").await, "command refused");
    let told = world.newest_of(BEN, Kind::CommandReply).await.letter.body.text;
    assert!(told.contains("#now") && told.contains("no answer of yours waits here"), "{told}");
    assert_eq!((world.sent_to(CARLA).await.len(), world.timeline("ACME-1").await), (before, entries));
    assert_eq!(world.replies_to(&anna, &to_anna, "#jetzt").await, "command token");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    assert!(world.newest_of(CARLA, Kind::Answer).await.letter.body.text.contains("Pull the plug."));
    // Once more there is nothing that waits; above a text it is what it was.
    let newest = world.newest_of(BEN, Kind::Notification).await;
    assert_eq!(world.replies_to(&ben, &newest, "#now\nAnd the lamp.").await, "comment token");
    assert_eq!(world.sent_to(CARLA).await.len(), before + 2);
});
