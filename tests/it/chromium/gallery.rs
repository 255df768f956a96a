//! Every page at both widths, light and dark, in both languages, held against axe-core; and on paper.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use postroom::acts::{Act, Actor, Update};
use postroom::demo::client::{Client, File};
use postroom::desk::article::{Article, ArticleState};
use postroom::desk::entry::{Field, Visibility};
use postroom::desk::ids::{ArticleId, OrganizationId, PersonId, ProjectId};
use postroom::desk::people::{Language, Person};
use postroom::desk::project::{Project, ProjectKind};
use postroom::store::people::{Member, Organization};
use postroom::store::{articles, people, projects};
use serde_json::{Value, json};

use crate::guest_picture::{open, public, types};
use crate::world::chrome::{Chrome, Look, decode_base64};
use crate::world::desk::{SUPPORT, World};

const ANNA: PersonId = PersonId(10_001);

/// Every page that a guest can reach by links, one of each kind, and all that `more` names.
async fn pages(world: &World, address: &str, more: &[&str]) -> Vec<String> {
    let mut browser = world.signed_in(address).await;
    let first = ["/", "/no/such/page"].iter().chain(more);
    let mut ahead: VecDeque<(String, bool)> = first.map(|path| ((*path).to_owned(), true)).collect();
    let mut kinds = BTreeSet::new();
    let mut found = Vec::new();
    while let Some((path, wanted)) = ahead.pop_front() {
        // Two tickets, or two filters of a list, are one kind of page.
        let kind: String =
            path.split('?').next().unwrap_or_default().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        if !kinds.insert(kind) && !wanted {
            continue;
        }
        let shown = browser.get(&path).await;
        let html = shown.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        if html {
            let text = shown.text();
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            let links = links.filter(|link| link.starts_with('/')).map(|link| (link.replace("&#38;", "&"), false));
            ahead.extend(links);
            found.push(path);
        }
    }
    found
}

/// A desk with something of everything: articles with a picture, a table, code and a link to a ticket; tickets with files,
/// progress, assignee, priority and due date, one of them done; a project without anything, and a guest without a project.
async fn furnish(world: &mut World) {
    let (carla, dana, anna) = (world.carla.clone(), world.dana.clone(), world.anna.clone());
    types(world).await;
    let picture = File {
        name: "presse-4.png".to_owned(),
        content_type: "image/png".to_owned(),
        data: include_bytes!("../../../fixtures/demo/articles/acme/hydraulik.png").to_vec(),
    };
    let sheet = File {
        name: "Protokoll der Störung vom 17.11.2026, mit allen Messwerten.csv".to_owned(),
        content_type: "text/csv".to_owned(),
        data: b"a,b\n1,2\n".to_vec(),
    };
    let requests: [(&Client, &str, &str, Vec<File>); 6] = [
        (
            &carla,
            "Presse 4 verliert Öl",
            "Seit gestern Abend verliert die Presse Öl.\n\n- 3 Liter nachgefüllt\n- neu gestartet\n\nhttps://hersteller.example/eine/sehr/lange/adresse/die/kein/ende/nehmen/will/handbuch.pdf",
            vec![picture, sheet],
        ),
        (&carla, "Zugang für die neue Kollegin", "Bitte richten Sie einen Zugang ein.", vec![]),
        (&carla, "Rechnung vom Oktober fehlt", "Wir haben sie nicht bekommen.", vec![]),
        (
            &carla,
            "Steuerung der Donaudampfschifffahrtsgesellschaftskapitänsmütze startet nach dem Stromausfall nicht mehr",
            "Sie blinkt rot.",
            vec![],
        ),
        (&dana, "Checkout takes the money, then fails", "It worked yesterday.\n\nSee GLOBEX-2.", vec![]),
        (&dana, "Statement for October", "Could you send it?", vec![]),
    ];
    for (client, subject, text, files) in requests {
        world.writes_to(client, SUPPORT, subject, text, files).await;
        world.clock.advance(Duration::from_hours(5));
    }
    for (number, field, to) in [
        ("ACME-1", Field::Status, "in_progress"),
        ("ACME-1", Field::Priority, "urgent"),
        ("ACME-1", Field::Progress, "60"),
        ("ACME-1", Field::Assignee, "10001"),
        ("ACME-1", Field::Due, "1794700800000000"),
        ("ACME-2", Field::Status, "waiting"),
        ("ACME-2", Field::Assignee, "10002"),
        ("ACME-4", Field::Priority, "high"),
        ("GLOBEX-1", Field::Progress, "25"),
        ("GLOBEX-1", Field::Assignee, "10002"),
    ] {
        public(world, number, field, to).await;
    }
    for number in ["ACME-1", "ACME-4"] {
        let (ticket, now) = (world.ticket(number).await.0, world.clock.now());
        let fault = postroom::store::tickets::Ticket { type_key: "fault".to_owned(), ..ticket };
        let work =
            world.store.write(move |tx| Box::pin(async move { Ok(postroom::store::tickets::update(tx, &fault, now).await?) }));
        work.await.unwrap();
    }
    for (number, words) in [("ACME-1", "Wir sehen uns das an und kommen morgen vorbei."), ("ACME-2", "Wie heißt die Kollegin?")]
    {
        let ticket = world.ticket(number).await.0.id;
        world.says(ANNA, ticket, Visibility::Public, words, vec![]).await;
    }
    let ticket = world.ticket("ACME-3").await.0.id;
    let close =
        Update { comment: Some(Visibility::Public), status: Some(("done".to_owned(), Visibility::Public)), ..Update::of(ticket) };
    let content = postroom::acts::Content { text: "Sie ging heute noch einmal an Sie hinaus.".to_owned(), ..Default::default() };
    world.does(Actor::Staff(ANNA), Act::Update(close), content).await;
    world.settle().await;
    world.answers(&anna, "#note\nSECRET").await;
    write_articles(world).await;
    add_empty_places(world).await;
}

async fn write_articles(world: &World) {
    let now = world.clock.now();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            for (index, (key, name, text)) in (1..).zip(postroom::demo::world::ARTICLES) {
                let (front, body) = text.trim_start_matches("---\n").split_once("\n---\n").unwrap();
                let title = front.lines().find_map(|line| line.strip_prefix("title: ")).unwrap().to_owned();
                let project = projects::by_key(tx, key).await?.unwrap().id;
                let slug = name.trim_end_matches(".md").to_owned();
                let body = body.to_owned();
                let article = Article { id: ArticleId(index), project, slug, title, body, state: ArticleState::Published };
                articles::insert(tx, &article, now).await?;
            }
            for (index, (key, name, bytes)) in (1..).zip(postroom::demo::world::PICTURES) {
                let project = projects::by_key(tx, key).await?.unwrap().id;
                articles::put_file(tx, index, project, name, "image/png", bytes).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

/// A project without tickets for ACME, and a company without a project.
async fn add_empty_places(world: &World) {
    let now = world.clock.now();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let eve = Person {
                language: Some(Language::German),
                ..Person::contact(PersonId(10_020), "Eva Neu".to_owned(), "eva@neu.example".to_owned())
            };
            people::insert(tx, &eve, now).await?;
            let (id, key, name) = (OrganizationId(20_020), "neu".to_owned(), "Neu GmbH".to_owned());
            let neu = Organization { id, key, name, domains: vec![], default_project: None, language: None };
            people::insert_organization(tx, &neu, now).await?;
            people::set_member(tx, &Member { organization: id, person: eve.id, login_allowed: true }, now).await?;
            for (id, key, organization) in [(30_020, "LEER", 20_001), (30_021, "EMPTY", 20_002)] {
                let project = Project {
                    id: ProjectId(id),
                    key: key.to_owned(),
                    name: format!("Project {key}"),
                    kind: ProjectKind::Customer,
                    organization: Some(OrganizationId(organization)),
                    signature: String::new(),
                };
                projects::insert(tx, &project, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

fn file_name(name: &str, look: Look, language: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{}-{}-{language}", name.trim_matches('-'), look.width, if look.dark { "dark" } else { "light" })
}

/// Looks at the page that is open in every way, and says what is wrong with it.
async fn inspect(chrome: &Chrome, name: &str, language: &str, faults: &mut Vec<String>) {
    for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
        let look = Look { width, dark, script: true };
        chrome.see(look).await;
        chrome.picture(&file_name(name, look, language)).await;
        let at = format!("{name} {look:?} {language}");
        faults.extend(chrome.accessibility().await.into_iter().map(|fault| format!("{at}: {fault}")));
        let overflow = chrome.overflow().await;
        if overflow > 0 {
            faults.push(format!("{at}: {overflow} pixels wider than the window"));
        }
        if width == 360 && !dark {
            faults.extend(chrome.small_targets().await.into_iter().map(|fault| format!("{at}: {fault}")));
        }
    }
    faults.extend(chrome.complaints().await.into_iter().map(|fault| format!("{name} {language}: {fault}")));
}

/// The path of the link in the newest mail.
async fn link(world: &World, address: &str) -> String {
    let text = world.last_to(address).await.letter.body.text;
    let link = text.split_whitespace().find(|word| word.starts_with("http")).expect("a link");
    format!("/{}", link.splitn(4, '/').last().unwrap())
}

/// The pages of the door, before anybody is signed in, each as its visitors come to it.
async fn inspect_door(world: &mut World, chrome: &Chrome, address: &str, language: &str, faults: &mut Vec<String>) {
    let look = Look { width: 1280, dark: false, script: true };
    chrome.look("/sign-in", look).await;
    inspect(chrome, "door-sign-in", language, faults).await;
    chrome.fills("#address", address).await;
    chrome.click("main button").await;
    chrome.leads_to("/sign-in/code").await;
    inspect(chrome, "door-code", language, faults).await;
    chrome.fills("#code", "000000").await;
    chrome.click("main button").await;
    chrome.shows("role=\"alert\"").await;
    inspect(chrome, "door-code-wrong", language, faults).await;
    world.deliver().await;
    let key = link(world, address).await;
    chrome.look(&key, look).await;
    inspect(chrome, "door-link", language, faults).await;

    let invitation = world.invites(address).await;
    chrome.look(&invitation, look).await;
    inspect(chrome, "door-invitation", language, faults).await;
    world.clock.advance(Duration::from_hours(24 * 8));
    chrome.look(&invitation, look).await;
    inspect(chrome, "door-invitation-expired", language, faults).await;
    chrome.click("main button").await;
    chrome.leads_to("/renew").await;
    inspect(chrome, "door-invitation-renewed", language, faults).await;
    world.deliver().await;
    chrome.look(&link(world, address).await, look).await;
    chrome.click("main button").await;
    chrome.shows("</nav>").await;
    // A link does its work once.
    chrome.look(&link(world, address).await, look).await;
    inspect(chrome, "door-invitation-used", language, faults).await;
    assert!(chrome.html().await.contains("href=\"/sign-in\""));
}

/// Answers to forms: incomplete, from somewhere else, too large.
async fn inspect_refusals(chrome: &Chrome, key: &str, language: &str, faults: &mut Vec<String>) {
    let scriptless = Look { width: 1280, dark: false, script: false };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("film.mov");
    std::fs::File::create(&file).unwrap().set_len(26 << 20).unwrap();
    chrome.look(&format!("/{key}/new"), scriptless).await;
    chrome.fills("#title", " ").await;
    chrome.fills("#text", "Text").await;
    chrome.click("main form button:not([type=button])").await;
    chrome.shows("role=\"alert\">").await;
    inspect(chrome, "form-incomplete", language, faults).await;
    chrome.look(&format!("/{key}/new"), scriptless).await;
    chrome.fills("#title", "Film").await;
    chrome.fills("#text", "Text").await;
    chrome.chooses("#files", &[&file]).await;
    chrome.click("main form button:not([type=button])").await;
    let too_large = if language == "de" { "Das war zu viel auf einmal" } else { "That was too much at once" };
    chrome.shows(too_large).await;
    inspect(chrome, "form-too-large", language, faults).await;
}

async fn every_page_is_fine(language: &str) {
    let mut world = World::one().await;
    let Some(chrome) = Chrome::start(&world, language).await else {
        world.end().await;
        return;
    };
    furnish(&mut world).await;
    let mut faults = Vec::new();
    let (address, key, more) = match language {
        "de" => (
            "carla@acme.example",
            "ACME",
            [
                "/ACME/1",
                "/ACME/2",
                "/ACME/3",
                "/ACME?q=nichts",
                "/ACME/docs?q=Presse",
                "/ACME/docs?q=nichts",
                "/LEER",
                "/LEER/docs",
                "/LEER/picture",
            ],
        ),
        _ => (
            "dana@globex.example",
            "GLOBEX",
            [
                "/GLOBEX/1",
                "/GLOBEX/2",
                "/GLOBEX/new",
                "/GLOBEX?q=nothing",
                "/GLOBEX/docs?q=payment",
                "/GLOBEX/docs?q=nothing",
                "/EMPTY",
                "/EMPTY/docs",
                "/EMPTY/picture",
            ],
        ),
    };
    inspect_door(&mut world, &chrome, address, language, &mut faults).await;
    for path in pages(&world, address, &more).await {
        chrome.look(&path, Look { width: 1280, dark: false, script: true }).await;
        inspect(&chrome, &path, language, &mut faults).await;
    }
    inspect_refusals(&chrome, key, language, &mut faults).await;
    chrome.sign_in(&world, PersonId(10_020)).await;
    chrome.look("/", Look { width: 1280, dark: false, script: true }).await;
    inspect(&chrome, "home-without-project", language, &mut faults).await;
    chrome.end().await;
    world.deliver().await;
    world.end().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_fine_at_both_widths_light_and_dark_in_german() {
    every_page_is_fine("de").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_fine_at_both_widths_light_and_dark_in_english() {
    every_page_is_fine("en").await;
}

/// Prints the page that is open; how many sheets it takes, and whether they lie on their side.
async fn print(chrome: &Chrome, name: &str) -> (usize, bool) {
    let options = json!({"preferCSSPageSize": true, "printBackground": false, "paperWidth": 8.27, "paperHeight": 11.69});
    let printed: Value = chrome.driver.cdp().send_raw("Page.printToPDF", options).await.unwrap();
    let bytes = decode_base64(printed["data"].as_str().unwrap());
    std::fs::write(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/screens/{name}.pdf")), &bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let lying = text.split("/MediaBox").skip(1).all(|rest| {
        let numbers: Vec<f64> = rest.split(['[', ']', ' ']).filter_map(|word| word.parse().ok()).take(4).collect();
        numbers[2] > numbers[3]
    });
    (text.matches("/Type /Page\n").count(), lying)
}

/// Shows the page as paper has it, as wide as A4 on its side within its margins.
async fn on_paper(chrome: &Chrome, name: &str) {
    chrome.see(Look { width: 1062, dark: false, script: true }).await;
    chrome.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({"media": "print"})).await.unwrap();
    chrome.picture(name).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_big_picture_of_some_dozens_is_one_sheet_and_of_five_hundred_is_whole() {
    let mut world = World::one().await;
    let Some(chrome) = Chrome::start(&world, "de").await else {
        world.end().await;
        return;
    };
    furnish(&mut world).await;
    open(&world, 30_001, "ACME", "request", 10_003, 20).await;
    open(&world, 30_001, "ACME", "fault", 10_003, 12).await;
    open(&world, 30_001, "ACME", "change", 10_003, 12).await;
    chrome.sign_in(&world, PersonId(10_003)).await;
    let look = Look { width: 1280, dark: false, script: true };
    chrome.look("/ACME/picture", look).await;
    chrome.picture("print-screen-48").await;
    assert_eq!(print(&chrome, "print-48").await, (1, true), "48 cards");
    on_paper(&chrome, "print-48-paper").await;
    chrome.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({"media": ""})).await.unwrap();
    open(&world, 30_001, "ACME", "change", 10_003, 452).await;
    chrome.look("/ACME/picture", look).await;
    let (sheets, lying) = print(&chrome, "print-500").await;
    assert!(lying && (2..=12).contains(&sheets), "{sheets}");
    // On paper no card is cut off or left out, and no letter is smaller than 6 points.
    chrome.see(Look { width: 1062, dark: false, script: true }).await;
    chrome.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({"media": "print"})).await.unwrap();
    let script = r#"
        const cards = [...document.querySelectorAll(".card")];
        const small = [...document.querySelectorAll(".picture *")].filter(it => it.checkVisibility() && [...it.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(it => parseFloat(getComputedStyle(it).fontSize) < 7.99 && !it.closest("svg"));
        return [cards.filter(it => it.checkVisibility()).length, cards.filter(it => it.scrollWidth > it.clientWidth + 1).length, small.length];
    "#;
    let counted: Vec<usize> = chrome.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(counted, [500, 0, 0]);
    chrome.look("/ACME/docs/wartungsplan", look).await;
    assert_eq!(print(&chrome, "print-article").await, (1, false));
    chrome.end().await;
    world.end().await;
}
