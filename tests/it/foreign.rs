//! Whose is it: every address with an id in it, filled in with what is one's own, a colleague's, another customer's, the
//! staff's, and what does not exist, asked by guests with different roles. All that is not theirs is answered with the very
//! bytes of what does not exist, and changes nothing; all that is theirs is there.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use postroom::acts::{Act, ActContext, Actor, Content, Open, Update, perform};
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{PersonId, ProjectId, TicketId};
use postroom::mail::Attachment;
use postroom::store;

use crate::world::browser::{Browser, Shown};
use crate::world::desk::World;
use crate::world::paths::{parameters, patterns};

const ANNA: i64 = 10_001;
const CARLA: i64 = 10_003;
const DANA: i64 = 10_004;
const CEM: i64 = 10_005;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A guest, their role, and what is theirs.
struct Reader {
    address: &'static str,
    person: i64,
    role: i64,
    /// Keys of tickets, see [`tickets`].
    sees: &'static [&'static str],
    /// Their project.
    project: &'static str,
    /// Whether the role allows anything beyond looking at tickets.
    may: bool,
}

/// Cem's are his own, Carla's his colleague's; role 51 sees only its own tickets, role 53 may nothing else either.
const READERS: &[Reader] = &[
    Reader { address: "carla@acme.example", person: CARLA, role: 50, sees: &["carla", "cem"], project: "ACME", may: true },
    Reader { address: "cem@acme.example", person: CEM, role: 51, sees: &["cem"], project: "ACME", may: true },
    Reader { address: "cem@acme.example", person: CEM, role: 53, sees: &["cem"], project: "ACME", may: false },
    Reader { address: "dana@globex.example", person: DANA, role: 50, sees: &["dana"], project: "GLOBEX", may: true },
];

/// A ticket of the world: what it is called here, its number, and a file of it.
struct Ticket {
    name: &'static str,
    key: &'static str,
    number: String,
    file: String,
}

/// Roles 50 to 53, a colleague, and a ticket with a file in every corner of the desk.
async fn build(world: &World) -> Vec<Ticket> {
    world
        .execute(
            "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES (50, 'busy', 'Busy', 2, 0, 0), \
             (51, 'own', 'Own only', 50, 0, 0), (53, 'nothing', 'Nothing', NULL, 0, 0); \
             INSERT INTO role_permission (role_id, permission, effect) VALUES (50, 'set_priority', 'allowed'), \
             (50, 'invite_colleagues', 'allowed'), (51, 'see_all_tickets', 'denied'); \
             INSERT INTO person (id, kind, name, active, language, created_at) VALUES (10005, 'contact', 'Cem Kaya', 1, 'en', 0); \
             INSERT INTO person_address (address, person_id, position) VALUES ('cem@acme.example', 10005, 0); \
             INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10005, 1, 0); \
             INSERT INTO article (id, project_id, slug, title, body, state, position, created_at, updated_at) VALUES \
             (1, 30001, 'welcome', 'T', '![p](shown.png)', 'published', 1, 0, 0), (2, 30001, 'draft', 'T', '![p](draft.png)', 'draft', 2, 0, 0), \
             (3, 30001, 'staff', 'T', 'B', 'staff', 3, 0, 0), (4, 30002, 'welcome', 'T', '![p](shown.png)', 'published', 4, 0, 0), \
             (5, 30002, 'theirs', 'T', '![p](theirs.png)', 'published', 5, 0, 0), (6, 30004, 'inside', 'T', '![p](inside.png)', 'published', 6, 0, 0)",
        )
        .await;
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let files = [(1, 30_001, "shown.png"), (2, 30_001, "draft.png"), (3, 30_002, "shown.png"), (4, 30_002, "theirs.png")];
            for (id, project, name) in files.into_iter().chain([(5, 30_004, "inside.png")]) {
                store::articles::put_file(tx, id, ProjectId(project), name, "image/png", PNG).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    let mut tickets = Vec::new();
    for (name, key, project, person, visibility) in [
        ("carla", "ACME", 30_001, CARLA, Visibility::Public),
        ("cem", "ACME", 30_001, CEM, Visibility::Public),
        ("dana", "GLOBEX", 30_002, DANA, Visibility::Public),
        ("internal only", "ACME", 30_001, ANNA, Visibility::Internal),
        ("of an internal project", "INTERN", 30_004, ANNA, Visibility::Public),
        ("of the reception", "DESK", 30_003, CARLA, Visibility::Public),
    ] {
        let open = Open {
            project: ProjectId(project),
            mailbox: "support".to_owned(),
            subject: format!("Ticket {name}"),
            visibility,
            acknowledge: false,
            facts: Vec::new(),
            type_key: None,
            changes: None,
        };
        let ticket = does(world, person, Act::Open(open), visibility, name).await;
        // A note with a file in every ticket.
        let note = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
        does(world, ANNA, Act::Update(note), Visibility::Internal, &format!("note-{name}")).await;
        let number = world.number(&format!("SELECT number FROM ticket WHERE id = {ticket}")).await.to_string();
        let file =
            async |name: &str| world.number(&format!("SELECT id FROM attachment WHERE name = '{name}.png'")).await.to_string();
        if name == "cem" {
            tickets.push(Ticket { name: "a note's file", key, number: number.clone(), file: file("note-cem").await });
        }
        tickets.push(Ticket { name, key, number, file: file(name).await });
    }
    tickets
}

async fn does(world: &World, person: i64, act: Act, visibility: Visibility, name: &str) -> TicketId {
    let (web, now) = (world.web(), world.clock.now());
    let actor = if person == ANNA { Actor::Staff(PersonId(person)) } else { Actor::Contact(PersonId(person)) };
    let files = vec![Attachment::uploaded(&format!("{name}.png"), PNG.to_vec(), 1)];
    let content = Content { text: format!("{visibility} text"), files, ..Content::default() };
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &web.rng).await?;
            let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
            Ok(perform(tx, &context, actor, act, content).await?.ticket)
        })
    });
    work.await.unwrap()
}

/// One address to ask, and whether it is the reader's.
struct Asked {
    what: String,
    path: String,
    theirs: bool,
}

/// All that can stand in a pattern: what is, whosever it is, what is not, and what cannot be.
fn all(pattern: &str, reader: &Reader, tickets: &[Ticket], sessions: &[(bool, String)], held: &str) -> Vec<Asked> {
    let fill = |values: &[(&str, &str)]| {
        let fill = |path: String, (name, value): &(&str, &str)| path.replace(&format!("{{{name}}}"), value);
        values.iter().fold(pattern.to_owned(), fill)
    };
    let mut asked = Vec::new();
    let mut add = |what: &str, theirs: bool, values: &[(&str, &str)]| {
        asked.push(Asked { what: what.to_owned(), path: fill(values), theirs });
    };
    match parameters(pattern).as_slice() {
        ["key"] | ["key", "slug" | "*name"] => {
            // Documentation and Big Picture are not there for a role that shows neither, and the
            // form of a new ticket is refused.
            let open = reader.may || pattern == "/{key}" || pattern == "/{key}/new";
            for key in ["ACME", "GLOBEX", "INTERN", "DESK", "NOSUCH", "acme", "A", "%ff", "ACME%00", "ACME%2F1"] {
                for part in [
                    "welcome",
                    "theirs",
                    "draft",
                    "staff",
                    "inside",
                    "nosuch",
                    "%ff",
                    "shown.png",
                    "theirs.png",
                    "draft.png",
                    "inside.png",
                ] {
                    let is_picture = std::path::Path::new(part).extension().is_some();
                    let there = match (key, is_picture == pattern.ends_with("{*name}")) {
                        (_, false) => false,
                        ("ACME", true) => ["welcome", "shown.png"].contains(&part),
                        ("GLOBEX", true) => ["welcome", "theirs", "shown.png", "theirs.png"].contains(&part),
                        _ => false,
                    };
                    let single = !pattern.contains("{slug}") && !pattern.contains("{*name}");
                    if single && part != "welcome" {
                        continue;
                    }
                    add(
                        &format!("{part} of {key}"),
                        open && key == reader.project && (single || there),
                        &[("key", key), ("slug", part), ("*name", part)],
                    );
                }
            }
        }
        ["key", "number"] | ["key", "number", "id"] => {
            let file = pattern.contains("{id}");
            for ticket in tickets {
                let theirs =
                    reader.sees.contains(&ticket.name) || (ticket.name == "a note's file" && !file && reader.project == "ACME");
                add(ticket.name, theirs, &[("key", ticket.key), ("number", &ticket.number), ("id", &ticket.file)]);
                if file {
                    // The file of one ticket under the address of another that is the reader's.
                    let mine = tickets.iter().find(|ticket| ticket.name == reader.sees[0]).unwrap();
                    let same = mine.name == ticket.name;
                    let what = format!("the file {} under {}", ticket.name, mine.name);
                    add(&what, same, &[("key", mine.key), ("number", &mine.number), ("id", &ticket.file)]);
                }
            }
            for (key, number) in [
                ("ACME", "999"),
                ("NOSUCH", "1"),
                ("ACME", "01"),
                ("ACME", "-1"),
                ("acme", "1"),
                ("ACME", "%ff"),
                ("%ff", "1"),
                ("ACME", "99999999999999999999"),
            ] {
                add("nothing", false, &[("key", key), ("number", number), ("id", &tickets[0].file)]);
            }
            if file {
                let own = tickets.iter().find(|ticket| ticket.name == reader.sees[0]).unwrap();
                for id in ["12345", "x", "-1", "%ff", "01"] {
                    add("no file", false, &[("key", own.key), ("number", &own.number), ("id", id)]);
                }
            }
        }
        ["id"] if pattern.starts_with("/sessions/") => {
            for (theirs, id) in sessions {
                add("a session", *theirs, &[("id", id)]);
            }
            for id in ["12345", "x", "-1", "%ff"] {
                add("no session", false, &[("id", id)]);
            }
        }
        // The staff's: no guest's, whatever is there.
        ["id"] if pattern.starts_with("/office/") => {
            for id in [held, "12345", "x", "-1", "%ff"] {
                add("a held mail", false, &[("id", id)]);
            }
        }
        [] if pattern.starts_with("/office") => add("the office", false, &[]),
        // Whoever holds such a secret may use it; without one there is nothing to tell apart. See `sign_in.rs`.
        ["secret"] => {
            for secret in ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x"] {
                add("no secret", false, &[("secret", secret)]);
            }
        }
        ["secret", "word"] => {
            for secret in ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x"] {
                add("no secret", false, &[("secret", secret), ("word", "send")]);
            }
        }
        ["file"] => {
            for file in ["0.css", "%ff"] {
                add("no asset", false, &[("file", file)]);
            }
        }
        [] => {}
        other => panic!("{pattern}: say what {other:?} can be, and whose"),
    }
    asked
}

/// Where forms are sent; the other addresses are only looked at.
const FORMS: &[&str] = &["/new", "/comments", "/state", "/priority", "/colleagues", "/mails", "/end"];

/// Status, headers and body.
fn said(shown: &Shown) -> (StatusCode, &HeaderMap, &[u8]) {
    (shown.status, &shown.headers, &shown.bytes)
}

/// A form of a page, as that page would send it.
async fn post(browser: &mut Browser, path: &str, csrf: &str, turn: usize) -> Shown {
    let form = postroom::time::Rng::System.fresh_name();
    // Somebody new for each customer's tickets, and something else than the reader before has set.
    let address = format!("{form}@{}.example", if path.starts_with("/GLOBEX") { "globex" } else { "acme" });
    let (priority, mails) = (["high", "low", "urgent", "low"][turn], ["no", "no", "yes", "no"][turn]);
    let fields = [
        ("csrf", csrf),
        ("form", &form),
        ("title", "Title"),
        ("text", "Text"),
        ("type", "request"),
        ("state", "done"),
        ("priority", priority),
        ("mails", mails),
        ("address", &address),
    ];
    if path.ends_with("/comments") || path.ends_with("/new") {
        return browser.upload(path, &fields, &[("f.png", PNG)]).await;
    }
    browser.post(path, &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_theirs_is_answered_like_what_does_not_exist_and_nothing_changes() {
    for mut world in World::each().await {
        let tickets = build(&world).await;
        let anna = world.anna.clone();
        world.writes(&anna, "Re: [ACME-1]", "Nobody knows whether this is hers.").await;
        let held = world.number("SELECT id FROM inbox WHERE disposition = 'held'").await.to_string();
        for (turn, reader) in READERS.iter().enumerate() {
            world.execute(&format!("UPDATE member SET role_id = {} WHERE person_id = {}", reader.role, reader.person)).await;
            let mut browser = world.signed_in(reader.address).await;
            let csrf = browser.get("/sessions").await.hidden("csrf").unwrap();
            world.signed_in(reader.address).await;
            world.signed_in(if reader.project == "ACME" { "dana@globex.example" } else { "carla@acme.example" }).await;
            let nothing = browser.get("/no/such/page/at/all").await;
            assert_eq!(nothing.status, StatusCode::NOT_FOUND);
            for pattern in patterns() {
                let sessions = world.texts("SELECT CAST(id AS TEXT) FROM session WHERE ended_at IS NULL").await;
                let mine =
                    world.texts(&format!("SELECT CAST(id AS TEXT) FROM session WHERE person_id = {}", reader.person)).await;
                let sessions: Vec<(bool, String)> = sessions.into_iter().map(|id| (mine.contains(&id), id)).collect();
                // The session that asks goes on.
                let this = sessions.iter().filter(|(mine, _)| *mine).map(|(_, id)| id.clone());
                let listed = browser.get("/sessions").await.text();
                let this: Vec<String> = this.filter(|id| !listed.contains(&format!("/sessions/{id}/end"))).collect();
                let sessions: Vec<_> = sessions.into_iter().filter(|(_, id)| !this.contains(id)).collect();
                let asked = all(pattern, reader, &tickets, &sessions, &held);
                // Looked at once, it is no news any more, and looking again changes nothing.
                for asked in asked.iter().filter(|asked| asked.theirs) {
                    browser.get(&asked.path).await;
                }
                let before = world.dump().await;
                let at = |asked: &Asked, method: &str| {
                    let Asked { what, path, .. } = asked;
                    format!("{method} {path} ({what}) by {} with role {} on {}", reader.address, reader.role, world.database)
                };
                for asked in &asked {
                    for method in ["GET", "HEAD", "POST"] {
                        let shown = match method {
                            "POST" if asked.theirs => continue,
                            "POST" => post(&mut browser, &asked.path, &csrf, turn).await,
                            _ => browser.ask(browser.request(method, &asked.path).body(Body::empty()).unwrap()).await,
                        };
                        let at = at(asked, method);
                        let missing = said(&shown) == said(&nothing);
                        if asked.theirs {
                            let form_only = FORMS.iter().any(|form| pattern.ends_with(form));
                            assert!(form_only || shown.status == StatusCode::OK, "the twin is there: {at}: {}", shown.text());
                        } else if pattern.contains("{secret}") && !missing {
                            // A dead link has a page of its own, the same for all of them.
                            assert_eq!(shown.status, StatusCode::GONE, "{at}");
                        } else {
                            assert!(missing, "{at}: {} {:?} {}", shown.status, shown.headers, shown.text());
                        }
                    }
                }
                let after = world.dump().await;
                let new: Vec<_> = after.iter().filter(|line| before.binary_search(line).is_err()).collect();
                assert_eq!(after, before, "{pattern} by {} with role {} changed {new:?}", reader.address, reader.role);
                // The twin: forms do what they say, as far as the role allows it.
                if FORMS.iter().any(|form| pattern.ends_with(form)) {
                    let may = reader.may || pattern.ends_with("/mails") || pattern.ends_with("/end");
                    let status = if may { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
                    for asked in asked.iter().filter(|asked| asked.theirs) {
                        let shown = post(&mut browser, &asked.path, &csrf, turn).await;
                        assert_eq!(shown.status, status, "{}: {}", at(asked, "POST"), shown.text());
                    }
                    assert_eq!(world.dump().await != before, may, "{pattern} by {} with role {}", reader.address, reader.role);
                }
            }
        }
        world.settle().await;
        world.end().await;
    }
}
