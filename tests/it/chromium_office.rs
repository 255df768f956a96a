//! The staff's pages as people see them, like the guests' in `chromium.rs`.

use postroom::desk::ids::PersonId;
use postroom::desk::outbox::Kind;

use crate::world::chrome::{Chrome, Look};
use crate::world::desk::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_offices_pages_are_fine_at_both_widths_light_and_dark_in_both_languages() {
    let mut world = World::one().await;
    let (carla, anna, sam) = (world.carla.clone(), world.anna.clone(), world.stranger.clone());
    world.writes(&carla, "Presse 4 verliert Öl", "Seit gestern Abend verliert die Presse Öl.").await;
    let long: String = (1..40).map(|line| format!("Zeile {line}: Die Dichtung ist bestellt und kommt am Dienstag.\n")).collect();
    world.writes(&anna, "Re: Presse 4 verliert Öl [ACME-1]", &long).await;
    world.writes(&sam, "Re: Presse 4 verliert Öl [ACME-1]", "I was forwarded this. Who pays?\n\n- Sam").await;
    for (id, more) in [("w1", "X-Spam-Flag: YES\r\n"), ("w2", "In-Reply-To: <w1@acme.example>\r\n")] {
        let raw = format!(
            "{more}From: Carla Kunze <carla@acme.example>\r\nTo: support@desk.example\r\nSubject: Wasserschaden in Halle 3\r\n\
             Message-ID: <{id}@acme.example>\r\n\r\nBitte kommen Sie sofort.\r\n"
        );
        world.send(raw.as_bytes()).await;
    }
    world.arrive(b"\r\n", "support").await;
    world.settle().await;
    let mut faults = Vec::new();
    for (language, person, address) in [("de", 10_001, "anna@staff.example"), ("en", 10_002, "ben@staff.example")] {
        let Some(chrome) = Chrome::start(&world, language).await else {
            world.end().await;
            return;
        };
        chrome.sign_in(&world, PersonId(person)).await;
        let mut browser = world.signed_in(address).await;
        let list = browser.get("/office/held").await.text();
        let mut paths: Vec<String> = ["/office", "/office/held", "/sessions", "/held/none"].map(str::to_owned).to_vec();
        let mails = list
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|path| path.starts_with("/office/held/"));
        paths.extend(mails.take(4).map(str::to_owned));
        for sent in world.sent_to(address).await {
            if matches!(sent.row.mail.kind, Kind::Claim | Kind::HeldNotice) {
                let text = sent.letter.body.text;
                let link = text.split_whitespace().find_map(|word| word.strip_prefix("https://help.desk.example/held/")).unwrap();
                paths.push(format!("/held/{link}"));
            }
        }
        for (number, path) in paths.iter().enumerate() {
            for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
                let look = Look { width, dark, script: false };
                chrome.look(path, look).await;
                chrome.picture(&format!("office-{number}-{width}-{}-{language}", if dark { "dark" } else { "light" })).await;
                let at = format!("{path} {look:?} {language}");
                faults.extend(chrome.accessibility().await.into_iter().map(|fault| format!("{at}: {fault}")));
                let complaints = chrome.complaints().await.into_iter().filter(|fault| !fault.contains("status of 410"));
                faults.extend(complaints.map(|fault| format!("{at}: {fault}")));
                let overflow = chrome.overflow().await;
                if overflow > 0 {
                    faults.push(format!("{at}: {overflow} pixels wider than the window"));
                }
            }
        }
        // Without scripts the buttons work.
        if language == "en" {
            chrome.look("/office/held", Look { width: 1280, dark: false, script: false }).await;
            chrome.click("button[value=drop]").await;
            let said = chrome.shows("role=\"status\"").await;
            assert!(said.contains("it is dropped"), "{said}");
            chrome.picture("office-done-1280-light-en").await;
            chrome.look("/office/held", Look { width: 360, dark: false, script: false }).await;
            chrome.picture("office-dropped-360-light-en").await;
            faults.extend(chrome.accessibility().await);
        }
        chrome.end().await;
    }
    world.end().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
