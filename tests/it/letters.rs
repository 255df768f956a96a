//! What stands in mails to people outside the staff beside what was written to them.

use axum::http::StatusCode;
use postroom::config::{Config, Quote};
use postroom::demo::client::{Client, Program};
use postroom::desk::people::{Language, Named};

use crate::world::desk::{Sent, World, story};

impl World {
    /// What stands below answers from now on.
    fn quotes(&mut self, quote: Quote) {
        self.configure(|config| config.quote = quote);
    }

    /// The text and the HTML of the newest mail to an address.
    async fn read_by(&self, address: &str) -> (String, String) {
        let letter = self.last_to(address).await.letter;
        (letter.body.text, letter.html.unwrap_or_default())
    }

    /// A member of staff answers a notification, not the newest mail that they got.
    async fn replies_to_first(&mut self, client: &Client, text: &str) {
        let parent = self.sent_to(&client.address).await.into_iter().next().unwrap().raw;
        let id = self.message_id();
        let raw = client.answer(&parent, text).write(self.clock.now(), &id);
        self.send(&raw).await;
    }
}

story!(the_comment_before_an_answer_stands_below_it, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    world.clock.advance(std::time::Duration::from_hours(1));
    world.answers(&ben, "#note\nThey always say so.").await;
    world.answers(&ben, "Please switch it on again.").await;
    let (text, html) = world.read_by(&carla.address).await;
    let head = "Am 18.11.2026 um 11:06 (UTC) schrieb Carla Kunze:";
    assert!(
        text.contains(&format!(
            "{head}
> The press stands.
"
        )),
        "{text}"
    );
    assert!(
        html.contains("schrieb Carla Kunze:</p>") && html.contains("<blockquote") && html.contains("The press stands."),
        "{html}"
    );
    // The next one quotes what came before it, and nothing else.
    world.replies_to_first(&ben, "Or did that help already?").await;
    let (text, _) = world.read_by(&carla.address).await;
    assert!(text.contains("schrieb Ben from support:\n> Please switch it on again.\n"), "{text}");
    assert!(!text.contains("The press stands.") && !text.contains("always"), "{text}");
    world.quotes(Quote::All);
    world.replies_to_first(&ben, "#close\nIt is closed now.").await;
    let (text, html) = world.read_by(&carla.address).await;
    let places = ["It is closed now.", "> Or did", "> Please switch", "> The press stands."].map(|words| text.find(words));
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "the newest first: {places:?} {text}");
    assert!(!text.contains("always") && !html.contains("always"), "{text}");
    world.quotes(Quote::None);
    world.replies_to_first(&ben, "Write to us at any time.").await;
    let (text, html) = world.read_by(&carla.address).await;
    assert!(!text.contains("schrieb") && !text.contains("> ") && !html.contains("<blockquote"), "{text}");
});

story!(staff_are_called_as_the_desk_wants_it_and_nobody_else_is, |world| {
    let (mut carla, ben) = (world.carla.clone(), world.ben.clone());
    world.configure(|config| {
        let line = "[outgoing]\ndisplay_name = \"{desk}: {staff}\"\n[outgoing.maildir]\npath = \"out\"";
        let text = format!("[desk]\nname = \"x\"\n[database]\nurl = \"sqlite:x\"\n[[mailbox]]\nname = \"a\"\naddress = \"a@b.example\"\nreception = \"X\"\n[mailbox.maildir]\npath = \"in\"\n{line}");
        let read = Config::parse(std::path::Path::new("x.toml"), &text, &|_| None, std::iter::empty()).unwrap();
        config.display_name = read.display_name;
    });
    world.writes(&carla, "Press", "The press stands.").await;
    world.answers(&ben, "It is on its way.").await;
    let from = async |world: &World, address: &str| world.last_to(address).await.letter.from.unwrap().name.unwrap();
    assert_eq!(from(&world, &carla.address).await, "Example Desk: Ben from support");
    carla.name = "Ben Okafor".to_owned();
    world.answers(&carla, "Thanks.").await;
    assert_eq!(from(&world, "anna@staff.example").await, "carla@acme.example über Example Desk", "an outsider by the address");
});

story!(who_joins_later_is_not_sent_what_was_written_before, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    world.quotes(Quote::All);
    world.writes(&carla, "Press", "Our contract says four hours.").await;
    world.answers(&ben, "Five, as far as I know.").await;
    world.replies_to_first(&anna, "#cc kim@acme.example").await;
    assert!(world.read_by("kim@acme.example").await.0.contains("four hours"), "an invitation tells what was said so far");
    world.replies_to_first(&ben, "A mechanic is on the way.").await;
    let (text, html) = world.read_by("kim@acme.example").await;
    for before in ["four hours", "Five"] {
        assert!(!text.contains(before) && !html.contains(before), "{text}");
    }
    let (text, _) = world.read_by(&carla.address).await;
    assert!(text.contains("> Our contract says four hours.") && text.contains("> Five, as far as I know."), "{text}");
    world.replies_to_first(&ben, "She has arrived.").await;
    let (text, _) = world.read_by("kim@acme.example").await;
    assert!(text.contains("> A mechanic is on the way.") && !text.contains("Five"), "{text}");
});

story!(a_long_conversation_is_cut_and_says_so, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    world.quotes(Quote::All);
    let lines = |word: &str| (0..900).map(|line| format!("{word} {line} came out of the machine.\n\n")).collect::<String>();
    world.writes(&carla, "Log", &lines("First")).await;
    for word in ["Second", "Third"] {
        world.clock.advance(std::time::Duration::from_hours(2));
        world.answers(&carla, &lines(word)).await;
    }
    world.answers(&ben, "Thank you, that is enough.").await;
    let (text, html) = world.read_by(&carla.address).await;
    assert!(html.len() <= 102_000 && html.contains("Third 899"), "{}", html.len());
    assert!(text.contains("> Third 899 came") && !text.contains("First 1 came"), "{text}");
    assert!(text.contains("\nWas davor geschrieben wurde, passt nicht mehr in diese Nachricht.\n"), "{text}");
    assert!(html.contains("passt nicht mehr in diese Nachricht"), "{html}");
});

story!(a_reply_to_a_mail_with_history_says_just_what_is_new, |world| {
    let (mut carla, ben) = (world.carla.clone(), world.ben.clone());
    carla.signature = None;
    world.writes(&carla, "Press", "The press in hall 4 stands since this morning, and nobody knows why.").await;
    world.answers(&ben, "Is the lamp on its left side red or green?").await;
    world.answers(&carla, "It is red.").await;
    let mut parents = Vec::new();
    for quote in [Quote::None, Quote::All] {
        world.quotes(quote);
        world.replies_to_first(&ben, "Which floor is it on, and who was the last who used it?").await;
        parents.push(world.last_to(&carla.address).await.raw);
    }
    for program in Program::ALL {
        for (language, place) in [(Language::German, "above"), (Language::English, "above"), (Language::English, "below")] {
            (carla.program, carla.language) = (*program, language);
            let mut said = Vec::new();
            for parent in &parents {
                world.clock.advance(std::time::Duration::from_hours(2));
                let text = format!("Nobody was there, says {program:?} {language:?}.");
                let reply = carla.answer(parent, &text);
                let reply = if place == "below" { reply.below() } else { reply };
                let id = world.message_id();
                world.send(&reply.write(world.clock.now(), &id)).await;
                said.push(world.timeline("ACME-1").await.pop().unwrap());
            }
            assert!(said[0].contains("Nobody was there"), "{said:?}");
            let [without, with] =
                [0, 1].map(|at| said[at].replace("> Which floor is it on, and who was the last who used it?\n\n", ""));
            assert_eq!(without, with, "{place}");
        }
        let text = "On the second floor; Mr Brown.";
        let reply = carla.answer(&parents[1], "Regards").inline("Which floor", text);
        let id = world.message_id();
        world.send(&reply.write(world.clock.now(), &id)).await;
        let said = world.timeline("ACME-1").await.pop().unwrap();
        // What a line of theirs stands below may be shown with it, as a quote.
        let new: String = said.lines().filter(|line| !line.starts_with('>')).collect();
        assert!(said.contains(text) && !new.contains("hall 4") && !new.contains("It is red"), "{program:?}: {said}");
        assert!(!said.contains("support+"), "{program:?}: {said}");
    }
});

story!(who_asks_is_told_how_soon_an_answer_comes_where_the_desk_says_so, |world| {
    let (carla, dana, stranger) = (world.carla.clone(), world.dana.clone(), world.stranger.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    assert!(!world.read_by(&carla.address).await.0.contains("In der Regel"), "nothing is promised that nobody has said");
    world.configure(|config| {
        config.answer_within = Some(Named { de: "einem Werktag".to_owned(), en: "one working day".to_owned() })
    });
    world.clock.advance(std::time::Duration::from_hours(2));
    for (client, sentence) in [
        (&carla, "In der Regel haben Sie innerhalb von einem Werktag eine Antwort."),
        (&dana, "Usually you have an answer within one working day."),
        (&stranger, "Usually you have an answer within one working day."),
    ] {
        world.writes(client, "Lamp", "The lamp is red.").await;
        let (text, html) = world.read_by(&client.address).await;
        assert!(text.contains(sentence) && html.contains(sentence), "{text}");
    }
});

story!(what_is_done_can_be_opened_again_on_its_page_by_whoever_may_write_there, |world| {
    let (carla, stranger, ben) = (world.carla.clone(), world.stranger.clone(), world.ben.clone());
    for (client, door) in [(&carla, Some("/ACME/1")), (&stranger, None)] {
        world.writes(client, "Press", "The press stands.").await;
        world.answers(&ben, "#close\nIt runs again.").await;
        let (text, html) = world.read_by(&client.address).await;
        let link = door.map(|path| format!("https://help.desk.example{path}#text"));
        assert_eq!(text.contains("#text"), door.is_some(), "{text}");
        assert!(link.is_none_or(|link| text.contains(&link) && html.contains(&link)), "{text}");
    }
    // Looking there changes nothing; writing does.
    let mut browser = world.signed_in(&carla.address).await;
    let page = browser.get("/ACME/1").await.text();
    assert!(page.contains("id=\"text\"") && world.ticket("ACME-1").await.0.state.status == "done", "{page}");
    browser.send("/ACME/1", "/ACME/1/state", &[("state", "open")]).await;
    world.settle().await;
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "open");
});

/// The path of the link by which the reader of a mail wants no more of them.
fn unsubscribe(sent: &Sent) -> Option<String> {
    let text = sent.text();
    let field = text.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: <https://help.desk.example"))?;
    assert!(text.contains("\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
    Some(field.trim_end().trim_end_matches('>').to_owned())
}

story!(a_participant_wants_no_more_mails_with_one_click_and_can_have_them_again, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    let mut kim = carla.clone();
    (kim.name, kim.address) = ("Kim Lang".to_owned(), "kim@acme.example".to_owned());
    world.writes(&carla, "Press", "The press stands.").await;
    world.replies_to_first(&ben, "#cc kim@acme.example\n\nA mechanic is on the way.").await;
    world.replies_to_first(&ben, "She has arrived.").await;
    assert_eq!(unsubscribe(&world.last_to(&carla.address).await), None, "who asked is answered");
    let path = unsubscribe(&world.last_to(&kim.address).await).unwrap();
    assert!(path.starts_with("/unsubscribe/"), "{path}");
    let secret = path.rsplit('/').next().unwrap();
    assert!(world.dump().await.iter().all(|line| !line.contains(secret)), "the desk keeps no secret");
    // Looking changes nothing, and tells nobody anything without the secret.
    let mut browser = world.browser();
    let page = browser.get(&path).await.text();
    assert!(page.contains("kim@acme.example") && page.contains("ACME-1") && page.contains("value=\"no\""), "{page}");
    let other = browser.get(&format!("/unsubscribe/{}", "a".repeat(52))).await;
    assert_eq!((other.status, other.bytes), (StatusCode::NOT_FOUND, browser.get("/unsubscribe/x").await.bytes));
    let before = world.sent_to(&kim.address).await.len();
    world.replies_to_first(&ben, "She looks at the belt.").await;
    assert_eq!(world.sent_to(&kim.address).await.len(), before + 1);
    // What a mail program sends by itself: one kind of form or the other.
    let said = browser.upload(&path, &[("List-Unsubscribe", "One-Click")], &[]).await;
    assert_eq!(said.status, StatusCode::OK, "no redirect");
    assert!(said.text().contains("value=\"yes\""), "{}", said.text());
    browser.post(&path, &[("List-Unsubscribe", "One-Click")]).await;
    let mails = |lines: Vec<String>| lines.into_iter().filter(|line| line.starts_with("internal change: mails")).count();
    assert_eq!(mails(world.timeline("ACME-1").await), 1, "once, for the staff to see");
    world.replies_to_first(&ben, "It is torn.").await;
    assert_eq!(world.sent_to(&kim.address).await.len(), before + 1, "no more mails");
    assert!(world.read_by(&carla.address).await.0.contains("It is torn."), "nobody else is muted");
    browser.post(&path, &[("mails", "yes")]).await;
    world.replies_to_first(&ben, "A new one comes tomorrow.").await;
    assert_eq!(world.sent_to(&kim.address).await.len(), before + 2, "mails again");
    browser.post(&path, &[("mails", "no")]).await;
    world.answers(&kim, "Thank you.").await;
    assert_eq!(world.last_verdict().await, "comment token");
    world.replies_to_first(&ben, "You are welcome.").await;
    assert!(world.read_by(&kim.address).await.0.contains("You are welcome."), "who writes again gets mails again");
    assert_eq!(mails(world.timeline("ACME-1").await), 4);
});

story!(staff_want_no_more_mails_about_a_ticket_by_the_same_link, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    let path = unsubscribe(&world.last_to(&ben.address).await).unwrap();
    let mut browser = world.browser();
    assert!(browser.get(&path).await.text().contains("ben@staff.example"));
    assert_eq!(browser.post(&path, &[("List-Unsubscribe", "One-Click")]).await.status, StatusCode::OK);
    let before = world.sent_to(&ben.address).await.len();
    world.answers(&carla, "And now it smokes.").await;
    assert_eq!(world.sent_to(&ben.address).await.len(), before);
    assert!(world.read_by("anna@staff.example").await.0.contains("And now it smokes."));
    assert!(world.timeline("ACME-1").await.iter().all(|line| !line.contains("mails")), "a colleague's own matter");
    browser.post(&path, &[("mails", "yes")]).await;
    world.answers(&carla, "It burns.").await;
    assert_eq!(world.sent_to(&ben.address).await.len(), before + 1);
    world.deactivate(&ben.address).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
});
