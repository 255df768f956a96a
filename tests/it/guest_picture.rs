//! The Big Picture: what is on it is what its reader may open, and nothing internal moves a byte of it.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use postroom::desk::entry::{Change, EntryKind, Field, Visibility};
use postroom::desk::face::{Face, State};
use postroom::desk::ids::{EntryId, PersonId, ProjectId, TicketId};
use postroom::desk::ticket::TicketNumber;
use postroom::guest::{Guest, GuestView};
use postroom::store::entries::{self, Entry};
use postroom::store::projects::TaskType;
use postroom::store::tickets::Ticket;
use postroom::store::{projects, tickets};
use postroom::time::Rng;

use crate::world::desk::World;

/// Opens `count` tickets of a customer at once, as the store has them, each with its first public comment.
pub(crate) async fn open(world: &World, project: i64, key: &'static str, type_key: &'static str, requester: i64, count: i64) {
    let now = world.clock.now();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            for _ in 0..count {
                let number = tickets::new_number(tx, ProjectId(project), true, &postroom::time::Rng::System).await?;
                let ticket = Ticket {
                    id: TicketId(Rng::System.id()),
                    project: ProjectId(project),
                    number: TicketNumber { project: key.to_owned(), number },
                    type_key: type_key.to_owned(),
                    title: format!("{type_key} {number} <b>&"),
                    state: State::default(),
                    requester: Some(PersonId(requester)),
                    mailbox: "support".to_owned(),
                    subject: String::new(),
                    thread_root: Rng::System.fresh_name(),
                    last_ordinal: 0,
                    created_at: now,
                    updated_at: now,
                    face: Face::opened(now),
                };
                tickets::insert(tx, &ticket).await?;
                let entry = Entry {
                    id: EntryId(Rng::System.id()),
                    ticket: ticket.id,
                    ordinal: 1,
                    kind: EntryKind::Comment,
                    visibility: Visibility::Public,
                    author: Some(PersonId(requester)),
                    at: now,
                    text: "Please help.".to_owned(),
                    document: None,
                    change: None,
                    inbox: None,
                };
                entries::insert(tx, &entry).await?;
                let face = ticket.face.clone().after(&entry.for_face());
                tickets::update(tx, &Ticket { last_ordinal: 1, face, ..ticket }, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

/// Adds an entry to a ticket: a comment, or a change of a field.
async fn add(world: &World, number: &str, visibility: Visibility, author: i64, text: &str, change: Option<(Field, &str)>) {
    let (number, now, text) = (number.parse().unwrap(), world.clock.now(), text.to_owned());
    let change = change.map(|(field, to)| Change { field, from: None, to: Some(to.to_owned()) });
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let mut ticket = tickets::by_number(tx, &number).await?.unwrap();
            ticket.last_ordinal += 1;
            let entry = Entry {
                id: EntryId(Rng::System.id()),
                ticket: ticket.id,
                ordinal: ticket.last_ordinal,
                kind: if change.is_some() { EntryKind::Change } else { EntryKind::Comment },
                visibility,
                author: Some(PersonId(author)),
                at: now,
                text,
                document: None,
                change: change.clone(),
                inbox: None,
            };
            entries::insert(tx, &entry).await?;
            ticket.face = ticket.face.clone().after(&entry.for_face());
            // The truth changes either way.
            if let Some(Change { field, from: _, to }) = change {
                ticket.state.set(field, to.as_deref());
            }
            tickets::update(tx, &ticket, now).await?;
            Ok(())
        })
    });
    work.await.unwrap();
}

pub(crate) async fn public(world: &World, number: &str, field: Field, to: &str) {
    add(world, number, Visibility::Public, 10_001, "", Some((field, to))).await;
}

pub(crate) async fn types(world: &World) {
    let work = world.store.write(|tx| {
        Box::pin(async move {
            for (key, name_de, name_en) in [("fault", "Störung", "Fault"), ("change", "Änderung", "Change")] {
                let (key, name_de, name_en) = (key.to_owned(), name_de.to_owned(), name_en.to_owned());
                projects::add_type(tx, ProjectId(30_001), &TaskType::new(key, name_de, name_en)).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

async fn colleague(world: &World) {
    world
        .execute(
            "INSERT INTO person (id, kind, name, language, active, created_at) VALUES (10009, 'contact', 'Cleo', 'en', 1, 0)",
        )
        .await;
    world.execute("INSERT INTO person_address (address, person_id, position) VALUES ('cleo@acme.example', 10009, 0)").await;
    world.execute("INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10009, 1, 0)").await;
}

/// The numbers of the tickets that stand on cards.
fn cards(page: &str) -> Vec<i64> {
    let card = |part: &str| part.split_once("<h3><a href=\"/ACME/").unwrap().1.split('"').next().unwrap().parse().unwrap();
    page.split("<li class=\"card ").skip(1).map(card).collect()
}

/// What stands on top: all, done, and the tickets in each category and whom they wait for.
fn totals(page: &str) -> (usize, usize, [usize; 4], [usize; 3]) {
    let after = |text: &str, mark: &str| -> usize {
        let rest = text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {text}")).1;
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    let top = page.split_once("class=\"totals\"").unwrap().1;
    let lead = top.split_once("<p class=\"lead\">").unwrap().1;
    let list = top.split_once("<ul class=\"facts categories\">").unwrap().1;
    let categories = ["open", "in progress", "waiting", "done"].map(|category| {
        let words = format!(" {category}</li>");
        after(list.split_once(&words).unwrap().0.rsplit_once("<li>").map(|(_, rest)| format!("={rest}")).unwrap().as_str(), "=")
    });
    let turns =
        ["you", "us", "others"].map(|turn| after(top.split_once(&format!("whose {turn}\"")).unwrap().1, "<p class=\"figure\">"));
    (after(lead, " of "), after(&format!("={lead}"), "="), categories, turns)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_are_the_cards_that_their_reader_may_open() {
    for world in World::each().await {
        types(&world).await;
        colleague(&world).await;
        open(&world, 30_001, "ACME", "request", 10_003, 4).await;
        open(&world, 30_001, "ACME", "fault", 10_009, 3).await;
        open(&world, 30_002, "GLOBEX", "request", 10_004, 2).await;
        public(&world, "ACME-1", Field::Status, "done").await;
        public(&world, "ACME-2", Field::Status, "in_progress").await;
        public(&world, "ACME-5", Field::Status, "waiting").await;
        public(&world, "ACME-6", Field::Priority, "urgent").await;
        public(&world, "ACME-7", Field::Due, "1000000").await;
        world.execute("INSERT INTO participant (ticket_id, person_id, joined_at) SELECT id, 10009, 0 FROM ticket WHERE number = 2 AND project_id = 30001").await;
        let numbers: BTreeSet<TicketNumber> = (1..9)
            .flat_map(|n| [format!("ACME-{n}"), format!("GLOBEX-{n}"), format!("DESK-{n}")])
            .map(|n| n.parse().unwrap())
            .collect();
        let mut cleo = world.signed_in("cleo@acme.example").await;
        for (permission, expected) in [
            (None, vec![2, 3, 4, 1, 6, 7, 5]),
            (Some("see_all_tickets"), vec![2, 6, 7, 5]),
            (Some("see_assignee"), vec![2, 6, 7, 5]),
        ] {
            if let Some(permission) = permission {
                world
                    .execute(&format!(
                        "UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = '{permission}'"
                    ))
                    .await;
            }
            let page = cleo.get("/ACME/picture").await;
            assert_eq!(page.status, StatusCode::OK);
            let page = page.text();
            assert_eq!(cards(&page), expected, "{permission:?} {}", world.database);
            let (all, done, categories, next_actions) = totals(&page);
            assert_eq!((all, categories.iter().sum::<usize>(), next_actions.iter().sum::<usize>() + done), (all, all, all));
            assert_eq!(all, expected.len());
            let guest = Guest::enter(&mut world.store.read().await.unwrap(), PersonId(10_009)).await.unwrap().unwrap();
            let openable =
                GuestView::open(&world.store, guest, "Example desk").await.unwrap().mentioned(numbers.clone()).await.unwrap();
            assert_eq!(openable.len(), all, "{permission:?}");
            assert_eq!(page.contains("Not assigned yet"), permission != Some("see_assignee"));
            assert!(page.contains("Overdue since 1 Jan 1970") && page.contains("Overdue: 1"), "{page}");
            let own = format!("<script src=\"{}\" defer></script>", postroom::web::assets::script());
            let rest = page.replacen(&own, "", 1);
            assert!(!page.contains("style=") && !rest.contains("<script") && page.contains("fault 6 &#60;b&#62;&#38;"), "{page}");
        }
        let gone = cleo.get("/ACME/nothing/at/all").await;
        for path in [
            "/GLOBEX/picture",
            "/DESK/picture",
            "/INTERN/picture",
            "/NONE/picture",
            "/%00/picture",
            "/%ff/picture",
            "/acme/picture",
        ] {
            let shown = cleo.get(path).await;
            assert_eq!((shown.status, &shown.bytes, &shown.headers), (gone.status, &gone.bytes, &gone.headers), "{path}");
        }
        world.execute("UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = 'big_picture'").await;
        assert_eq!(cleo.get("/ACME/picture").await.bytes, gone.bytes);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_internal_changes_a_byte_and_what_is_public_does() {
    for world in World::each().await {
        types(&world).await;
        open(&world, 30_001, "ACME", "request", 10_003, 3).await;
        add(&world, "ACME-1", Visibility::Public, 10_003, "Is it done?", None).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let before = carla.get("/ACME/picture").await;
        let same = async |carla: &mut crate::world::browser::Browser| {
            let shown = carla.get("/ACME/picture").await;
            assert_eq!(
                (String::from_utf8_lossy(&shown.bytes), &shown.headers),
                (String::from_utf8_lossy(&before.bytes), &before.headers)
            );
        };
        for (field, to) in [
            (Field::Status, "done"),
            (Field::Priority, "urgent"),
            (Field::Progress, "70"),
            (Field::Assignee, "10002"),
            (Field::Due, "1000000"),
        ] {
            add(&world, "ACME-2", Visibility::Internal, 10_001, "", Some((field, to))).await;
            same(&mut carla).await;
        }
        add(&world, "ACME-1", Visibility::Internal, 10_001, "SECRET-1", None).await;
        open(&world, 30_004, "INTERN", "fault", 10_003, 2).await;
        open(&world, 30_002, "GLOBEX", "fault", 10_004, 2).await;
        open(&world, 30_003, "DESK", "fault", 10_003, 2).await;
        same(&mut carla).await;
        // A ticket of theirs without a public word is not there either.
        world.execute("INSERT INTO ticket (id, project_id, number, type_key, title, status, priority, progress, requester_id, mailbox, subject, thread_root, last_ordinal, created_at, updated_at, face_status, face_priority, face_progress, face_comments, face_activity_at) SELECT 99, project_id, 9000090, type_key, 'SECRET', status, priority, progress, requester_id, mailbox, subject, thread_root, 0, created_at, updated_at, 'open', 'normal', 0, 0, created_at FROM ticket WHERE number = 1 AND project_id = 30001").await;
        same(&mut carla).await;
        let guest = Guest::enter(&mut world.store.read().await.unwrap(), PersonId(10_003)).await.unwrap().unwrap();
        let mentions = ["ACME-90", "ACME-1"].map(|number| number.parse().unwrap()).into();
        assert_eq!(
            GuestView::open(&world.store, guest, "Example desk").await.unwrap().mentioned(mentions).await.unwrap().len(),
            1,
            "and the twin is"
        );
        let mut last = carla.get("/ACME/picture").await.bytes;
        for (field, to) in [
            (Field::Priority, "urgent"),
            (Field::Progress, "70"),
            (Field::Assignee, "10002"),
            (Field::Due, "1000000"),
            (Field::Status, "done"),
        ] {
            public(&world, "ACME-2", field, to).await;
            let now = carla.get("/ACME/picture").await.bytes;
            assert_ne!(now, last, "the twin: {field} {to} is public");
            last = now;
        }
        let page = String::from_utf8(last).unwrap();
        assert!(page.contains("Ben from support") && !page.contains("Okafor") && !page.contains("SECRET"), "{page}");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ball_is_told_with_its_age() {
    for world in World::each().await {
        open(&world, 30_001, "ACME", "request", 10_003, 3).await;
        colleague(&world).await;
        add(&world, "ACME-1", Visibility::Public, 10_001, "Which press\nis it?", None).await;
        add(&world, "ACME-2", Visibility::Public, 10_001, "Please wait.", None).await;
        public(&world, "ACME-2", Field::Status, "waiting").await;
        add(&world, "ACME-2", Visibility::Public, 10_003, "We do.", None).await;
        world.clock.advance(Duration::from_hours(72));
        add(&world, "ACME-1", Visibility::Internal, 10_003, "SECRET", None).await;
        let page = world.signed_in("cleo@acme.example").await.get("/ACME/picture").await.text();
        for words in [
            "<span class=\"status us\">With us</span> <span class=\"since\">for 3 days</span>",
            "<span class=\"status others\">Waiting for others</span> <span class=\"since\">for 3 days</span>",
            "Asked by Carla",
            "Which press\nis it?",
            "We do.",
            "Anna Berger ·",
            "2 comments",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(totals(&page).3, [0, 1, 2], "what waits for a colleague waits for others");
        let page = world.signed_in("carla@acme.example").await.get("/ACME/picture").await.text();
        let yours = "<span class=\"status you\">Wartet auf Sie</span> <span class=\"since\">seit 3 Tagen</span>";
        assert!(page.contains(yours) && page.contains("1 Kommentar<"), "{page}");
        world.end().await;
    }
}

/// Of how many tickets it is the reader's turn, the desk's, others' and nobody's: on the first page, in the list by its
/// filters, and in the Big Picture.
async fn counted(browser: &mut crate::world::browser::Browser) -> [[usize; 4]; 3] {
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let home = browser.get("/").await.text();
    let picture = browser.get("/ACME/picture").await.text();
    let (_, done, _, turns) = totals(&picture);
    let mut counts = [[0; 4], [0; 4], [turns[0], turns[1], turns[2], done]];
    for (place, turn) in ["you", "us", "others", "done"].iter().enumerate() {
        let part = home.split_once(&format!("href=\"/ACME?state={turn}\"><strong")).unwrap().1;
        counts[0][place] = number(part.split_once('>').unwrap().1);
        let list = browser.get(&format!("/ACME?state={turn}")).await.text();
        counts[1][place] = number(list.split_once("<p class=\"found\" role=\"status\">").unwrap().1);
        let pills = list.matches(&format!("<span class=\"status {turn}\">")).count();
        assert_eq!((pills, list.matches("<li class=\"ticket-row").count()), (counts[1][place], counts[1][place]), "{turn}");
    }
    let section = home.split_once("aria-labelledby=\"waiting\"").unwrap().1.split_once("</section>").unwrap().0;
    assert_eq!(section.matches("<li class=\"ticket-row").count(), counts[0][0], "what waits for the reader is listed");
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_list_and_picture_count_the_same() {
    for world in World::each().await {
        types(&world).await;
        colleague(&world).await;
        open(&world, 30_001, "ACME", "request", 10_003, 3).await;
        open(&world, 30_001, "ACME", "fault", 10_009, 2).await;
        // A step of the history, and what Cleo counts after it: asked by her are ACME-4 and ACME-5.
        let status = |to: &'static str| Some((Field::Status, to));
        let history = [
            ("ACME-1", Visibility::Public, 10_001, "Which one?", None, [0, 4, 1, 0]),
            ("ACME-4", Visibility::Public, 10_001, "Which one?", None, [1, 3, 1, 0]),
            ("ACME-5", Visibility::Internal, 10_001, "Nobody knows.", None, [1, 3, 1, 0]),
            ("ACME-5", Visibility::Public, 10_001, "", status("waiting"), [1, 2, 2, 0]),
            ("ACME-5", Visibility::Public, 10_002, "Please try.", None, [2, 2, 1, 0]),
            ("ACME-5", Visibility::Public, 10_009, "I did.", None, [1, 2, 2, 0]),
            ("ACME-4", Visibility::Public, 10_001, "", status("in_progress"), [0, 3, 2, 0]),
            ("ACME-2", Visibility::Public, 10_001, "", status("done"), [0, 2, 2, 1]),
            ("ACME-1", Visibility::Public, 10_003, "The old one.", None, [0, 3, 1, 1]),
            ("ACME-1", Visibility::Internal, 10_001, "", status("done"), [0, 3, 1, 1]),
        ];
        let mut cleo = world.signed_in("cleo@acme.example").await;
        assert_eq!(counted(&mut cleo).await, [[0, 5, 0, 0]; 3]);
        for (step, (number, visibility, author, text, change, expected)) in history.into_iter().enumerate() {
            add(&world, number, visibility, author, text, change).await;
            assert_eq!(counted(&mut cleo).await, [expected; 3], "step {step} on {number}, {}", world.database);
        }
        // Whoever sees only their own tickets counts those.
        world.execute("UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = 'see_all_tickets'").await;
        assert_eq!(counted(&mut cleo).await, [[0, 1, 1, 0]; 3], "{}", world.database);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_cards_are_one_page_and_none_is_a_friendly_one() {
    for world in World::each().await {
        types(&world).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let empty = carla.get("/ACME/picture").await;
        assert_eq!(empty.status, StatusCode::OK);
        assert!(empty.text().contains("noch keine Tickets") && cards(&empty.text()).is_empty());
        open(&world, 30_001, "ACME", "request", 10_003, 250).await;
        open(&world, 30_001, "ACME", "fault", 10_003, 250).await;
        let page = carla.get("/ACME/picture").await.text();
        assert_eq!(cards(&page).len(), 500);
        let folded: Vec<&str> = page.split("<details class=\"more\"><summary>").skip(1).collect();
        assert!(folded.len() == 2 && folded.iter().all(|rest| rest.starts_with("242 weitere<")), "eight are seen at once");
        assert!(page.contains("Derzeit ohne Karten: Änderung"));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_shows_the_newest_of_what_is_done_and_links_the_rest() {
    let world = World::one().await;
    types(&world).await;
    open(&world, 30_001, "ACME", "fault", 10_003, 50).await;
    let mut carla = world.signed_in("carla@acme.example").await;
    world.execute("UPDATE ticket SET status = 'done', face_status = 'done'").await;
    let page = carla.get("/ACME/picture").await.text();
    assert!(cards(&page).len() == 50 && !page.contains("state=done"), "as many as there is room for");
    open(&world, 30_001, "ACME", "fault", 10_003, 3).await;
    world.execute("UPDATE ticket SET status = 'done', face_status = 'done'").await;
    let page = carla.get("/ACME/picture").await.text();
    assert_eq!(cards(&page).len(), 50);
    assert!(page.contains("ACME-53<") && !page.contains("ACME-3<") && page.contains("53"), "all of them count: {page}");
    assert!(page.contains("href=\"/ACME?state=done&amp;type=fault\">und 3 weitere in der Liste<"), "{page}");
    // The faces were changed by hand.
    world.execute("UPDATE ticket SET status = 'open', face_status = 'open'").await;
    world.end().await;
}
