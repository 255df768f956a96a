//! Pages as people see them: a real Chromium, both widths, light and dark, both languages, held against axe-core.

use std::collections::{BTreeSet, VecDeque};

use postroom::desk::ids::PersonId;

use crate::world::chrome::{Chrome, Look};
use crate::world::desk::World;

/// Every page that a guest can reach by links, one of each kind.
async fn pages(world: &World, address: &str) -> Vec<String> {
    let mut browser = world.signed_in(address).await;
    let mut ahead = VecDeque::from(["/".to_owned(), "/no/such/page".to_owned()]);
    let mut kinds = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(path) = ahead.pop_front() {
        // Two tickets, or two filters of a list, are one kind of page.
        let kind: String =
            path.split('?').next().unwrap_or_default().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        if !kinds.insert(kind) {
            continue;
        }
        let shown = browser.get(&path).await;
        let html = shown.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        if html {
            let text = shown.text();
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            ahead.extend(links.filter(|link| link.starts_with('/')).map(|link| link.replace("&#38;", "&")));
            found.push(path);
        }
    }
    found
}

fn file_name(path: &str, look: Look, language: &str) -> String {
    let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{}-{}-{language}", name.trim_matches('-'), look.width, if look.dark { "dark" } else { "light" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_fine_at_both_widths_light_and_dark_in_both_languages() {
    let mut world = World::one().await;
    let (carla, dana, anna) = (world.carla.clone(), world.dana.clone(), world.anna.clone());
    for (client, subject, text) in [
        (&carla, "Presse 4 verliert Öl", "Seit gestern Abend verliert die Presse Öl.\n\n- 3 Liter nachgefüllt\n- neu gestartet"),
        (&carla, "Zugang für die neue Kollegin", "Bitte richten Sie einen Zugang ein."),
        (&dana, "Checkout takes the money, then fails", "It worked yesterday."),
    ] {
        world.writes(client, subject, text).await;
    }
    world.answers(&anna, "Wir sehen uns das an.").await;
    world.answers(&anna, "#note\nSECRET").await;
    let mut faults = Vec::new();
    for (language, address, person) in [("de", "carla@acme.example", 10_003), ("en", "dana@globex.example", 10_004)] {
        let Some(chrome) = Chrome::start(&world, language).await else {
            world.end().await;
            return;
        };
        chrome.sign_in(&world, PersonId(person)).await;
        for path in pages(&world, address).await {
            for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
                let look = Look { width, dark, script: true };
                chrome.look(&path, look).await;
                chrome.picture(&file_name(&path, look, language)).await;
                let at = format!("{path} {look:?} {language}");
                faults.extend(chrome.accessibility().await.into_iter().map(|fault| format!("{at}: {fault}")));
                faults.extend(chrome.complaints().await.into_iter().map(|fault| format!("{at}: {fault}")));
                let overflow = chrome.overflow().await;
                if overflow > 0 {
                    faults.push(format!("{at}: {overflow} pixels wider than the window"));
                }
            }
        }
        chrome.end().await;
    }
    world.end().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
