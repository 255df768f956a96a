//! A mail to a staff member's reply address from an address that nobody knows: only its owner, signed in and with a code that
//! was mailed there, makes the address theirs.

use std::time::Duration;

use axum::http::StatusCode;
use postroom::desk::outbox::Kind;
use postroom::store::people;

use crate::world::browser::{BASE, Browser, Shown};
use crate::world::desk::{World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const HOME: &str = "anna.berger@home.example";

impl World {
    async fn secret_address(&self, of: &str) -> String {
        self.last_to(of).await.letter.reply_to.unwrap().address
    }

    async fn writes_from(&mut self, from: &str, to: &str, more: &str, text: &str) -> String {
        let id = self.message_id();
        let head = format!("From: {from}\r\nTo: {to}\r\nSubject: Re: Drucker\r\nMessage-ID: <{id}>\r\n{more}");
        self.send(format!("{head}\r\n{text}\r\n").as_bytes()).await;
        self.last_verdict().await
    }

    /// Where the page about the newest mail of the ledger stands.
    async fn page(&self) -> String {
        format!("/office/held/{}/address", self.ledger().await.pop().unwrap().id)
    }

    async fn code_at(&self, address: &str) -> String {
        let sent = self.last_to(address).await;
        assert_eq!(sent.row.mail.kind, Kind::AddressCode);
        let text = sent.letter.body.text;
        assert!(!text.contains("Anna") && !text.contains("ACME"), "it may be anybody's: {text}");
        text.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())).unwrap().to_owned()
    }

    async fn addresses_of(&self, address: &str) -> Vec<String> {
        people::by_address(&mut self.store.read().await.unwrap(), address).await.unwrap().unwrap().addresses
    }
}

async fn presses(world: &mut World, browser: &mut Browser, page: &str, fields: &[(&str, &str)]) -> Shown {
    let shown = browser.send(page, page, fields).await;
    world.settle().await;
    if shown.status == StatusCode::SEE_OTHER { browser.get(shown.location()).await } else { shown }
}

story!(an_unknown_address_becomes_a_staff_members_by_their_session_and_a_code_mailed_there, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let token = world.secret_address(ANNA).await;
    let public = world.sent_to(CARLA).await.len();
    assert_eq!(world.writes_from(HOME, &token, "", "Bitte neu starten.").await, "held unknown_address");
    assert_eq!(world.sent_to(CARLA).await.len(), public, "nothing leaves meanwhile");
    // The owner of the reply address is asked, with the address in full and where to say so.
    let question = world.last_to(ANNA).await.letter.body.text;
    let page = world.page().await;
    assert!(question.contains(HOME) && question.contains(&format!("{BASE}{page}")), "{question}");
    // A colleague has no such page, a guest none at all, and nobody without a session.
    for who in [BEN, CARLA] {
        assert_eq!(world.signed_in(who).await.get(&page).await.status, StatusCode::NOT_FOUND, "{who}");
    }
    let stranger = world.browser().get(&page).await;
    assert_eq!((stranger.status, stranger.location()), (StatusCode::SEE_OTHER, format!("/sign-in?next={page}").as_str()));
    let mut anna = world.signed_in(ANNA).await;
    assert!(anna.get(&page).await.text().contains(HOME));
    let shown = presses(&mut world, &mut anna, &page, &[("do", "send")]).await.text();
    assert!(shown.contains("name=\"code\""), "{shown}");
    let code = world.code_at(HOME).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let shown = presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", wrong)]).await.text();
    assert!(shown.contains("Das ist nicht der Code"), "{shown}");
    assert_eq!(world.addresses_of(ANNA).await, [ANNA]);
    let before = world.sent_to(BEN).await.len();
    let (left, right) = code.split_at(3);
    let spaced = format!(" {left} {right} ");
    let shown = presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", &spaced)]).await;
    assert!(shown.text().contains("Die Adresse ist jetzt Ihre"), "{}", shown.text());
    assert_eq!(world.addresses_of(ANNA).await, [ANNA, HOME]);
    assert_eq!(world.last_verdict().await, "comment released");
    assert!(world.last_to(CARLA).await.letter.body.text.contains("Bitte neu starten."));
    let told = world.sent_to(BEN).await.into_iter().skip(before).find(|sent| sent.row.mail.kind == Kind::Warning).unwrap();
    assert!(
        told.letter.body.text.contains(HOME) && told.letter.body.text.contains("--remove-address"),
        "{:?}",
        told.letter.body.text
    );
    assert!(world.sent_to(ANNA).await.iter().any(|sent| sent.row.mail.kind == Kind::Warning), "and so is she, where she was");
    assert!(
        !shown.text().contains("name=\"word\"") && shown.text().contains("öffentlicher Kommentar an ACME-1"),
        "{}",
        shown.text()
    );
    // Whoever goes back, looks again or sends the form again is led to what came of it; nobody else learns anything.
    let mail = page.strip_suffix("/address").unwrap().to_owned();
    let again = anna.get(&page).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, mail.as_str()));
    let again = anna.get(&mail).await.text();
    assert!(again.contains("öffentlicher Kommentar an ACME-1") && again.contains("nachdem die Adresse bestätigt war"), "{again}");
    assert!(!again.contains("name=\"word\"") && !again.contains("name=\"code\""), "{again}");
    for who in [BEN, CARLA] {
        assert_eq!(world.signed_in(who).await.get(&page).await.status, StatusCode::NOT_FOUND, "{who}");
    }
    // From now on it is hers, and the code is no more.
    assert_eq!(world.writes_from(HOME, &token, "", "Geht es jetzt?").await, "comment token");
    for row in world.outbox().await {
        assert!(row.mail.kind != Kind::AddressCode || !row.mail.draft.contains(&code), "the code is not kept");
    }
});

story!(a_code_for_an_address_is_for_five_tries_and_a_quarter_of_an_hour_and_three_an_hour, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let token = world.secret_address(ANNA).await;
    assert_eq!(world.writes_from(HOME, &token, "", "Bitte neu starten.").await, "held unknown_address");
    let (page, mut anna) = (world.page().await, world.signed_in(ANNA).await);
    presses(&mut world, &mut anna, &page, &[("do", "send")]).await;
    let code = world.code_at(HOME).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", wrong)]).await;
    }
    let shown = presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", &code)]).await.text();
    assert!(shown.contains("keinen Code mehr, der gilt"), "{shown}");
    presses(&mut world, &mut anna, &page, &[("do", "send")]).await;
    let late = world.code_at(HOME).await;
    world.clock.advance(Duration::from_mins(15));
    let shown = presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", &late)]).await.text();
    assert!(shown.contains("keinen Code mehr, der gilt"), "{shown}");
    presses(&mut world, &mut anna, &page, &[("do", "send")]).await;
    let third = world.code_at(HOME).await;
    let mails = world.sent_to(HOME).await.len();
    let shown = presses(&mut world, &mut anna, &page, &[("do", "send")]).await.text();
    assert!(shown.contains("schon drei Codes") && world.sent_to(HOME).await.len() == mails, "{shown}");
    assert_eq!(world.addresses_of(ANNA).await, [ANNA]);
    // The twin: the one that is on its way still works.
    presses(&mut world, &mut anna, &page, &[("do", "enter"), ("code", &third)]).await;
    assert_eq!(world.addresses_of(ANNA).await, [ANNA, HOME]);
});

story!(an_address_that_is_somebodys_is_asked_about_as_a_third_partys, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let (annas, carlas) = (world.secret_address(ANNA).await, world.secret_address(CARLA).await);
    // A contact's address is no staff member's; a customer's reply address makes nobody staff; a machine is nobody.
    assert_eq!(world.writes_from("dora@other.example", "support@desk.example", "", "Etwas anderes.").await, "ticket new");
    assert_eq!(world.writes_from("dora@other.example", &annas, "", "Hallo.").await, "held third_party");
    assert_eq!(world.writes_from(HOME, &carlas, "", "Hallo.").await, "held third_party");
    let machine = "List-Id: <news.home.example>\r\nPrecedence: list\r\n";
    assert_eq!(world.writes_from(HOME, &annas, machine, "Hallo.").await, "held third_party");
    // The twin, and what a colleague may still do: take it as that of somebody else who takes part from now on.
    assert_eq!(world.writes_from(HOME, &annas, "", "Ich war das.").await, "held unknown_address");
    let (page, mut ben) = (world.page().await, world.signed_in(BEN).await);
    let mail = page.strip_suffix("/address").unwrap();
    let round = ben.get(mail).await.hidden("round").unwrap();
    ben.send(mail, mail, &[("round", &round), ("word", "send")]).await;
    world.settle().await;
    assert_eq!(world.last_verdict().await, "comment released");
    assert_eq!(world.addresses_of(ANNA).await, [ANNA]);
});

story!(sixty_mails_to_a_known_reply_address_ask_its_owner_once_an_hour, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let token = world.secret_address(ANNA).await;
    let before = world.sent_to(ANNA).await.len();
    for number in 0..60 {
        let from = format!("f{number}@evil.example");
        assert_eq!(world.writes_from(&from, &token, "", "Hallo.").await, "held unknown_address");
    }
    assert!(world.sent_to(ANNA).await.len() <= before + 3);
    assert!(world.sent_to(CARLA).await.iter().all(|sent| !sent.letter.body.text.contains("Hallo.")));
});

story!(the_answer_to_a_question_from_an_unknown_address_asks_whose_it_is_and_decides_nothing, |world| {
    let anna = world.anna.clone();
    world.writes(&anna, "Neu", "Ich bin Anna.").await;
    assert_eq!(world.last_verdict().await, "held claims_staff");
    let asked = world.secret_address(ANNA).await;
    let before = world.tickets().await;
    // What comes within the hour is told together.
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.writes_from(HOME, &asked, "", "#send").await, "held unknown_address", "{}", world.database);
    assert_eq!(world.tickets().await, before, "it decides nothing, and is no stranger's ticket");
    let question = world.last_to(ANNA).await.letter.body.text;
    assert!(question.contains(HOME) && !question.contains("ffentlicher Kommentar"), "{question}");
    assert!(!world.outbox().await.iter().any(|row| row.mail.recipient == HOME), "nobody there learns that it was one");
    // Her own word and the code there make the address hers, and then it is her answer.
    let (page, mut browser) = (world.page().await, world.signed_in(ANNA).await);
    presses(&mut world, &mut browser, &page, &[("do", "send")]).await;
    let code = world.code_at(HOME).await;
    presses(&mut world, &mut browser, &page, &[("do", "enter"), ("code", &code)]).await;
    assert_eq!(world.addresses_of(ANNA).await, [ANNA, HOME]);
    assert_eq!(world.tickets().await, before + 1, "it answers the question now");
    // The twin: the same from Anna's own address decides at once.
    world.clock.advance(Duration::from_hours(2));
    world.writes(&anna, "Noch eins", "Ich bin Anna.").await;
    let asked = world.secret_address(ANNA).await;
    assert_eq!(world.writes_from(ANNA, &asked, "", "#send").await, "command answers_question");
    assert_eq!(world.tickets().await, before + 2);
});
