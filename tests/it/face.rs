//! The desk's own face: logo, tab, accent and footer, on every page and in mails to outsiders, and nothing of it where it is
//! not wanted.

use axum::http::StatusCode;
use postroom::config::Config;
use postroom::config::face::Face;
use postroom::desk::ids::PersonId;
use postroom::mail::compose::Draft;

use crate::world::chrome::{Chrome, Look};
use crate::world::desk::{CONFIG, World};

/// A real picture, wide enough to stand for the desk's name.
pub(crate) const WIDE: &[u8] = include_bytes!("../../fixtures/face/wide.png");
/// A real picture that stands beside the name.
const SQUARE: &[u8] = include_bytes!("../../fixtures/face/square.png");

/// A face as a configuration gives it.
pub(crate) fn face(logo: &[u8]) -> Face {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("logo.png", logo), ("favicon.png", SQUARE)] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let face = r##"
        [face]
        logo = "logo.png"
        favicon = "favicon.png"
        accent = "#0a6b4f"
        [[face.footer]]
        url = "https://www.desk.example/imprint?a=1&b=2"
        en = "Imprint"
        de = "Impressum"
        [[face.footer]]
        url = "mailto:privacy@desk.example"
        en = "Privacy"
        de = "Datenschutz"
    "##;
    let text = format!("{CONFIG}{face}");
    Config::parse(&folder.path().join("postroom.toml"), &text, &|_| None, std::iter::empty()).unwrap().face
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_has_it_for_whoever_looks() {
    for mut world in World::each().await {
        world.configure(|config| config.face = face(WIDE));
        let mut visitors = [
            (world.browser(), &["/sign-in", "/no/such/page", "/held/none"][..], "Imprint"),
            (world.signed_in("carla@acme.example").await, &["/", "/ACME", "/sessions", "/no/such/page"][..], "Impressum"),
            (world.signed_in("ben@staff.example").await, &["/office", "/office/held", "/office/held/1"][..], "Imprint"),
        ];
        let mut assets = Vec::new();
        for (browser, paths, imprint) in &mut visitors {
            for path in *paths {
                let shown = browser.get(path).await;
                let html = shown.text();
                assert!(html.contains("alt=\"Example Desk\" width=\"128\" height=\"32\""), "{path}: {html}");
                let link = "<a href=\"https://www.desk.example/imprint?a=1&#38;b=2\" rel=\"noopener noreferrer\">";
                assert!(html.contains(&format!("{link}{imprint}</a>")), "{path}: {html}");
                assert!(html.contains("<a href=\"mailto:privacy@desk.example\""), "{path}");
                assert!(!html.contains("style="), "{path}: the headers forbid it");
                let addresses = html.split('"').filter(|word| word.starts_with("/assets/"));
                assets.extend(addresses.map(str::to_owned));
            }
        }
        assets.sort();
        assets.dedup();
        let mut browser = world.browser();
        let mut kinds = Vec::new();
        for path in &assets {
            let shown = browser.get(path).await;
            assert_eq!(shown.status, StatusCode::OK, "{path}");
            assert_eq!(shown.headers["x-content-type-options"], "nosniff");
            assert!(shown.headers["content-security-policy"].to_str().unwrap().contains("sandbox"), "{path}");
            kinds.push(shown.headers["content-type"].to_str().unwrap().to_owned());
        }
        kinds.sort();
        assert_eq!(kinds, ["image/png", "image/png", "text/css; charset=utf-8", "text/javascript; charset=utf-8"]);

        // The twin: a desk without one, and nothing of the other's is served.
        world.configure(|config| config.face = Face::default());
        let mut browser = world.browser();
        let html = browser.get("/sign-in").await.text();
        assert!(html.contains(">Example Desk</a>") && !html.contains("<img") && !html.contains("mprint"), "{html}");
        let found = assets.iter().filter(|path| html.contains(path.as_str())).count();
        assert_eq!(found, 0, "{html}");
        for path in assets.iter().filter(|path| path.ends_with(".png")) {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_to_outsiders_have_its_links_and_those_to_staff_have_not() {
    for mut world in World::each().await {
        world.configure(|config| config.face = face(WIDE));
        let (carla, anna) = (world.carla.clone(), world.anna.clone());
        world.writes(&carla, "Presse 4 verliert Öl", "Seit gestern.").await;
        world.answers(&anna, "Wir kommen morgen.").await;
        world.settle().await;
        world.invites("dana@globex.example").await;
        let mut seen = 0;
        for address in ["carla@acme.example", "dana@globex.example"] {
            for sent in world.sent_to(address).await {
                let mail = sent.text();
                let words = if address.starts_with("carla") { ["Impressum", "Datenschutz"] } else { ["Imprint", "Privacy"] };
                let [imprint, privacy] = words;
                // What has a secret in it is not kept.
                match serde_json::from_str::<Draft>(&sent.row.mail.draft) {
                    Ok(Draft { text, html, .. }) if !text.is_empty() => {
                        let below =
                            format!("{imprint}: https://www.desk.example/imprint?a=1&b=2\n{privacy}: privacy@desk.example");
                        assert!(text.trim_end().ends_with(&below), "{text}");
                        assert_eq!(text.matches("\n-- \n").count(), 1, "{text}");
                        let link = format!("{imprint}</a> · <a href=\"mailto:privacy@desk.example\"");
                        assert!(html.unwrap().contains(&link));
                    }
                    _ => {
                        let read = &sent.letter.body.text;
                        assert!(read.contains(imprint) && read.contains(privacy), "{read}");
                    }
                }
                assert!(!mail.contains("image/png") && !mail.contains("<img"), "a mail shows the name alone");
                seen += 1;
            }
        }
        assert!(seen >= 3, "{seen}");
        for sent in world.sent_to("anna@staff.example").await {
            assert!(!sent.letter.body.text.contains("Impressum"), "the twin: {}", sent.letter.body.text);
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_fine_at_all_widths_light_and_dark() {
    let mut faults = Vec::new();
    for (name, logo) in [("wide", WIDE), ("square", SQUARE)] {
        let mut world = World::one().await;
        world.configure(|config| config.face = face(logo));
        let carla = world.carla.clone();
        world.writes(&carla, "Presse 4 verliert Öl", "Seit gestern.").await;
        let Some(chrome) = Chrome::start(&world, "de").await else {
            world.end().await;
            return;
        };
        for (path, person) in [
            ("/sign-in", None),
            ("/ACME", Some(10_003)),
            ("/ACME/1", Some(10_003)),
            ("/ACME/new", Some(10_003)),
            ("/office", Some(10_001)),
        ] {
            if let Some(person) = person {
                chrome.sign_in(&world, PersonId(person)).await;
            }
            for (width, dark) in [(320, false), (320, true), (1280, false), (1280, true)] {
                let look = Look { width, dark, script: true };
                chrome.look(path, look).await;
                let path = path.trim_matches('/').replace('/', "-");
                chrome.picture(&format!("face-{name}-{path}-{width}-{}", if dark { "dark" } else { "light" })).await;
                let at = format!("{name} {path} {look:?}");
                faults.extend(chrome.accessibility().await.into_iter().map(|fault| format!("{at}: {fault}")));
                faults.extend(chrome.complaints().await.into_iter().map(|fault| format!("{at}: {fault}")));
                let overflow = chrome.overflow().await;
                if overflow > 0 {
                    faults.push(format!("{at}: {overflow} pixels wider than the window"));
                }
                if width == 320 {
                    faults.extend(chrome.small_targets().await.into_iter().map(|fault| format!("{at}: {fault}")));
                }
            }
        }
        chrome.end().await;
        world.end().await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
