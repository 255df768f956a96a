//! Answers that only make sense to who knows what we sent.

use postroom::demo::client::Program;
use postroom::desk::people::Language;

use crate::world::desk::story;

story!(answers_between_our_unmarked_lines_come_to_light, |world| {
    let (mut carla, ben) = (world.carla.clone(), world.ben.clone());
    (carla.program, carla.language) = (Program::OutlookOnTheWeb, Language::German);
    world.writes(&carla, "Presse steht", "Die Presse 4 steht.").await;
    world.answers(&ben, "Which floor is the press on, and who used it last before it stopped?\n\nSince when has the lamp on its left side been red?").await;
    world.answers_changed(&carla, "Gruß", |reply| reply.inline("Which floor", "Im zweiten Stock, zuletzt Herr Braun.")).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let comment = world.timeline("ACME-1").await.pop().unwrap();
    assert!(comment.contains("Im zweiten Stock, zuletzt Herr Braun.") && comment.contains("Gruß"), "{comment}");
    assert!(comment.contains("> Which floor") && !comment.contains("lamp"), "the question above the answer alone: {comment}");
});

story!(a_staff_mail_with_nothing_but_a_quote_is_held, |world| {
    let (carla, mut ben) = (world.carla.clone(), world.ben.clone());
    (ben.program, ben.signature) = (Program::OutlookDesktop, None);
    world.writes(&carla, "Presse steht", "Die Presse 4 steht.").await;
    let parent = world.last_to(&ben.address).await.raw;
    world.answers(&ben, "").await;
    assert_eq!(world.last_verdict().await, "held nothing_new");
    assert_eq!(world.timeline("ACME-1").await.len(), 1);
    let told = world.last_to(&ben.address).await.letter.body.text;
    assert!(told.contains("There is nothing new in it"), "{told}");
    let id = world.message_id();
    let raw = ben.answer(&parent, "Somebody is on the way.").write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert_eq!(world.timeline("ACME-1").await.pop().unwrap(), "public comment: Somebody is on the way.");
});

story!(what_ends_a_customers_mails_every_time_is_their_signature, |world| {
    let carla = world.carla.clone();
    let block = "Carla Kunze\nPressenwerk Nord, Halle 4";
    world.writes(&carla, "Presse steht", &format!("Die Presse 4 steht.\n\nGruß\n{block}")).await;
    world.writes(&carla, "Lampe", &format!("Die Lampe ist rot.\n\nDanke\n{block}")).await;
    assert!(world.timeline("ACME-2").await.pop().unwrap().ends_with(block), "one mail is no habit");
    world.writes(&carla, "Tor", &format!("Das Tor klemmt.\n\nGruß\n{block}")).await;
    assert_eq!(world.timeline("ACME-3").await.pop().unwrap(), "public comment: Das Tor klemmt.\n\nGruß");
    world.writes(&carla, "Ofen", "Der Ofen ist kalt.\n\nGruß\nCarla Kunze\nseit heute Halle 5").await;
    assert!(world.timeline("ACME-4").await.pop().unwrap().ends_with("seit heute Halle 5"), "another end");
});

story!(what_has_nothing_new_in_it_can_be_published_as_it_stands, |world| {
    let (carla, mut ben) = (world.carla.clone(), world.ben.clone());
    ben.program = Program::OutlookDesktop;
    for (signature, word, expected) in [
        (None, "send", "public comment: "),
        (None, "note", "internal comment: "),
        (Some("Benjamin Okafor\nExtension 4712"), "send", "public comment: "),
    ] {
        world.clock.advance(std::time::Duration::from_hours(2));
        ben.signature = signature.map(str::to_owned);
        world.writes(&carla, "Presse steht", "Die Presse 4 steht.").await;
        let number = world.last_to(&carla.address).await.letter.subject.split(['[', ']']).nth(1).unwrap().to_owned();
        world.answers(&ben, "").await;
        assert_eq!(world.last_verdict().await, "held nothing_new");
        let id = world.ledger().await.pop().unwrap().id;
        let question = world.last_to(&ben.address).await.letter.body.text;
        for words in ["#send", "#drop", if signature.is_some() { "> Extension 4712" } else { "> Die Presse 4 steht." }] {
            assert!(question.contains(words), "`{words}` is not in {question}");
        }
        let (mut browser, path) = (world.signed_in(&ben.address).await, format!("/office/held/{id}"));
        let page = browser.get(&path).await;
        for button in ["value=\"send\"", "value=\"note\"", "value=\"drop\""] {
            assert!(page.text().contains(button), "{button}: {}", page.text());
        }
        let round = page.hidden("round").unwrap();
        browser.send(&path, &path, &[("round", &round), ("word", word)]).await;
        world.settle().await;
        let last = world.timeline(&number).await.pop().unwrap();
        assert!(last.starts_with(expected), "{last}");
        assert!(last.contains(signature.map_or("Die Presse 4 steht.", |_| "Extension 4712")), "{last}");
        assert!(!last.contains("support+"), "no secret: {last}");
        // What is decided has no buttons any more, however often one looks, and says what came of it.
        for path in [path.clone(), format!("{path}?said=done")] {
            let page = browser.get(&path).await.text();
            assert!(!page.contains("name=\"word\""), "{page}");
            assert!(page.contains("It has become") && page.contains(&number), "{page}");
        }
    }
});
