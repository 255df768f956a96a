//! Guests and their tickets, page by page: exactly what is theirs, and what they may do with it.

use axum::http::StatusCode;
use postroom::acts::{Act, Actor, Content, Open, Scene, Time, Update, perform};
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{OrganizationId, PersonId, ProjectId, TicketId};
use postroom::mail::Attachment;
use postroom::store::people::Member;
use postroom::store::{self, people};
use postroom::time::Timestamp;

use crate::world::browser::Browser;
use crate::world::desk::World;

const ANNA: PersonId = PersonId(10_001);
const CARLA: PersonId = PersonId(10_003);
const DANA: PersonId = PersonId(10_004);
const ACME: ProjectId = ProjectId(30_001);
const GLOBEX: ProjectId = ProjectId(30_002);

impl World {
    /// Somebody does something, past mail and pages.
    pub(crate) async fn does(&self, actor: Actor, act: Act, content: Content) -> TicketId {
        let (web, now) = (self.web(), self.clock.now());
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let epoch = store::epoch(tx, now, &web.chance).await?;
                let scene = Scene { config: &web.config, now, chance: &web.chance, epoch };
                Ok(perform(tx, &scene, actor, act, content).await?.ticket)
            })
        });
        work.await.unwrap()
    }

    pub(crate) async fn opens(
        &self,
        person: PersonId,
        project: ProjectId,
        visibility: Visibility,
        subject: &str,
        text: &str,
    ) -> TicketId {
        let open = Open {
            project,
            mailbox: "support".to_owned(),
            subject: subject.to_owned(),
            visibility,
            acknowledge: false,
            facts: Vec::new(),
            type_key: None,
            changes: None,
        };
        let actor = if person == ANNA { Actor::Staff(person) } else { Actor::Contact(person) };
        self.does(actor, Act::Open(open), Content { text: text.to_owned(), ..Content::default() }).await
    }

    pub(crate) async fn says(
        &self,
        person: PersonId,
        ticket: TicketId,
        visibility: Visibility,
        text: &str,
        files: Vec<Attachment>,
    ) {
        let update = Update { comment: Some(visibility), ..Update::of(ticket) };
        let actor = if person == ANNA { Actor::Staff(person) } else { Actor::Contact(person) };
        self.does(actor, Act::Update(update), Content { text: text.to_owned(), files, ..Content::default() }).await;
    }

    /// A guest role of its own for a person in ACME.
    pub(crate) async fn may(&self, person: PersonId, permission: &str, effect: &str) {
        let sql = format!(
            "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES ({id}, 'r{id}', 'R', 1, 0, 0) ON CONFLICT (id) DO NOTHING; \
             INSERT INTO role_permission (role_id, permission, effect) VALUES ({id}, '{permission}', '{effect}') \
             ON CONFLICT (role_id, permission) DO UPDATE SET effect = excluded.effect; \
             UPDATE member SET role_id = {id} WHERE person_id = {id}",
            id = person.0
        );
        self.execute(&sql).await;
    }
}

fn file(name: &str, data: &[u8]) -> Attachment {
    Attachment::uploaded(name, data.to_vec(), 1)
}

async fn page(browser: &mut Browser, path: &str) -> String {
    let shown = browser.get(path).await;
    assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text());
    shown.text()
}

/// A page without what is random in it.
async fn still(browser: &mut Browser, path: &str) -> String {
    let text = page(browser, path).await;
    let form = text.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    form.map_or(text.clone(), |form| text.replace(form, "FORM"))
}

fn file_ids(text: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        text.split("/files/").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect();
    ids.dedup();
    ids
}

/// Every way in, filled with a mark that must not come out.
async fn internal_acts(world: &World, ticket: TicketId) {
    let secret = |what: &str| format!("SECRET-{what} internalword");
    world.says(ANNA, ticket, Visibility::Internal, &secret("note"), vec![file("SECRET-file.txt", b"SECRET-bytes")]).await;
    let internal = |update: Update| Act::Update(update);
    let status = Update { status: Some(("in_progress".to_owned(), Visibility::Internal)), ..Update::of(ticket) };
    world.does(Actor::Staff(ANNA), internal(status), Content::default()).await;
    let priority = Update { priority: Some(("urgent".to_owned(), Visibility::Internal)), ..Update::of(ticket) };
    world.does(Actor::Staff(ANNA), internal(priority), Content::default()).await;
    for visibility in [Visibility::Internal, Visibility::Public] {
        let time = Time { ticket, minutes: 45, worked_on: Timestamp::from_date("2026-11-20").unwrap(), visibility };
        let content = Content { text: secret("time"), ..Content::default() };
        world.does(Actor::Staff(ANNA), Act::Time(time), content).await;
    }
    world.opens(ANNA, ACME, Visibility::Internal, &secret("subject"), &secret("opening")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn internal_acts_change_no_byte_of_any_page() {
    for mut world in World::each().await {
        let one = world.opens(CARLA, ACME, Visibility::Public, "The printer burns", "Since Monday, Größe 3.").await;
        world.clock.advance(std::time::Duration::from_secs(60));
        let two = world.opens(CARLA, ACME, Visibility::Public, "A second thing", "Something else.").await;
        world.says(ANNA, two, Visibility::Public, "Here it is.", vec![file("plan.txt", b"plan")]).await;
        world.opens(DANA, GLOBEX, Visibility::Public, "SECRET-globex", "SECRET-globex internalword").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let paths = [
            "/",
            "/ACME",
            "/ACME?state=all&sort=number",
            "/ACME?state=all&sort=priority&whose=mine",
            "/ACME?q=internalword",
            "/ACME?q=groesse+monday",
            "/ACME?q=ACME-2",
            "/ACME/new",
            "/ACME/1",
            "/ACME/2",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(still(&mut carla, path).await);
        }
        assert!(before[0].contains("A second thing") && !before[0].contains("printer"), "an answer waits for Carla");
        assert!(before[1].contains("2 Tickets") && before[1].find("A second").unwrap() < before[1].find("printer").unwrap());
        assert!(before[4].contains("Keine Tickets") && before[5].contains("1 Ticket") && before[6].contains("A second thing"));
        world.clock.advance(std::time::Duration::from_secs(3600));
        internal_acts(&world, one).await;
        for (path, before) in paths.iter().zip(before) {
            let after = still(&mut carla, path).await;
            assert_eq!(before, after, "{path} ({})", world.database);
            assert!(!after.to_lowercase().contains("secret"), "{path}");
        }
        // The twin: a public word does change them.
        world.says(ANNA, one, Visibility::Public, "We know internalword.", vec![]).await;
        assert!(page(&mut carla, "/ACME?q=internalword").await.contains("1 Ticket"));
        let list = page(&mut carla, "/ACME").await;
        assert!(list.find("printer").unwrap() < list.find("A second").unwrap());
        assert!(page(&mut carla, "/").await.contains("The printer burns"));
        // Time is there for roles that show it, and only what is public.
        world.may(CARLA, "time_entries", "allowed").await;
        let times = page(&mut carla, "/ACME/1").await;
        assert_eq!((times.matches("SECRET-time").count(), times.matches("45 min").count()), (1, 2));
        assert!(times.contains("20.11.2026"));
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_and_nonexistent_are_the_same_bytes() {
    for mut world in World::each().await {
        let mine = world.opens(CARLA, ACME, Visibility::Public, "Mine", "My text.").await;
        world.says(ANNA, mine, Visibility::Public, "A picture.", vec![file("a.png", b"\x89PNG\r\n\x1a\n")]).await;
        let foreign = world.opens(DANA, GLOBEX, Visibility::Public, "Foreign", "Their text.").await;
        world.says(ANNA, foreign, Visibility::Public, "Theirs.", vec![file("b.png", b"\x89PNG\r\n\x1a\n")]).await;
        world.says(ANNA, mine, Visibility::Internal, "Note.", vec![file("c.png", b"\x89PNG\r\n\x1a\n")]).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let mut dana = world.signed_in("dana@globex.example").await;
        let theirs = file_ids(&page(&mut dana, "/GLOBEX/1").await).remove(0);
        let ours = file_ids(&page(&mut carla, "/ACME/1").await).remove(0);
        let internal: i64 = world.number("SELECT MIN(id) FROM attachment WHERE name = 'c.png'").await;
        let nothing = carla.get("/ACME/999").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        let own_file = carla.get(&format!("/ACME/1/files/{ours}")).await;
        assert_eq!((own_file.status, own_file.bytes.as_slice()), (StatusCode::OK, &b"\x89PNG\r\n\x1a\n"[..]));
        let missing = [
            "/GLOBEX".to_owned(),
            "/NOSUCH".to_owned(),
            "/DESK".to_owned(),
            "/INTERN".to_owned(),
            "/GLOBEX/1".to_owned(),
            "/GLOBEX/9".to_owned(),
            "/GLOBEX/new".to_owned(),
            "/NOSUCH/new".to_owned(),
            "/ACME/01".to_owned(),
            "/ACME/-1".to_owned(),
            "/acme/1".to_owned(),
            format!("/GLOBEX/1/files/{theirs}"),
            format!("/ACME/1/files/{theirs}"),
            format!("/ACME/1/files/{internal}"),
            "/ACME/1/files/12345".to_owned(),
            "/ACME/1/comments".to_owned(),
        ];
        for path in missing {
            let shown = carla.get(&path).await;
            assert_eq!(
                (shown.status, &shown.headers, shown.text()),
                (nothing.status, &nothing.headers, nothing.text()),
                "{path}"
            );
        }
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("form", "f"), ("text", "x"), ("title", "x"), ("state", "done"), ("mails", "no")];
        for path in ["/GLOBEX/1/state", "/GLOBEX/1/mails", "/NOSUCH/1/mails", "/GLOBEX/1/priority", "/GLOBEX/1/colleagues"] {
            let shown = carla.post(path, &fields).await;
            assert_eq!(
                (shown.status, &shown.headers, shown.text()),
                (nothing.status, &nothing.headers, nothing.text()),
                "{path}"
            );
        }
        for path in ["/GLOBEX/1/comments", "/GLOBEX/9/comments", "/GLOBEX/new", "/NOSUCH/new"] {
            let shown = carla.upload(path, &fields, &[]).await;
            assert_eq!(
                (shown.status, &shown.headers, shown.text()),
                (nothing.status, &nothing.headers, nothing.text()),
                "{path}"
            );
        }
        assert!(!page(&mut dana, "/GLOBEX/1").await.contains("x</div>"), "nothing was written");
        // Nobody at all is asked to sign in, whatever the path.
        let mut nobody = world.browser();
        for path in ["/ACME/1", "/GLOBEX/1", "/NOSUCH/9"] {
            assert!(nobody.get(path).await.location().starts_with("/sign-in?next="), "{path}");
        }
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_opens_comments_closes_and_reopens() {
    for mut world in World::each().await {
        let mut carla = world.signed_in("carla@acme.example").await;
        let form = carla.get("/ACME/new").await;
        let (csrf, id) = (form.hidden("csrf").unwrap(), form.hidden("form").unwrap());
        let fields =
            [("csrf", &*csrf), ("form", &*id), ("type", "request"), ("title", "New printer"), ("text", "Please order one.")];
        for _ in 0..2 {
            let shown = carla.upload("/ACME/new", &fields, &[("../wish.png", b"\x89PNG\r\n\x1a\n")]).await;
            assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/ACME/1?said=opened"), "{}", shown.text());
        }
        world.settle().await;
        assert_eq!(world.tickets().await, 1, "a second click makes no second ticket");
        assert_eq!(world.sent_to("anna@staff.example").await.len(), 1);
        let acknowledged = world.last_to("carla@acme.example").await;
        assert!(
            acknowledged.letter.subject.contains("[ACME-1]")
                && acknowledged.letter.full_text.contains("https://help.desk.example/ACME/1")
        );
        let shown = page(&mut carla, "/ACME/1?said=opened").await;
        assert!(shown.contains("wish.png") && !shown.contains("../wish") && shown.contains("Please order one."));
        // Anna answers from her mail client: the notification's token works as ever, and the guest is written to.
        let anna = world.anna.clone();
        world.answers(&anna, "Ordered. See ACME-1 and GLOBEX-1, https://shop.example/a?b=1&c.").await;
        assert!(world.last_to("carla@acme.example").await.letter.full_text.contains("Ordered."));
        let shown = page(&mut carla, "/ACME/1").await;
        assert!(shown.contains("<a href=\"/ACME/1\">ACME-1</a> and GLOBEX-1, <a href=\"https://shop.example/a?b=1&#38;c\" rel=\"noopener noreferrer nofollow\">"));
        let before = world.sent_to("carla@acme.example").await.len();
        for form in ["one", "one", "two"] {
            let fields = [("csrf", &*csrf), ("form", form), ("text", "Thank you.\n> Ordered.")];
            let shown = carla.upload("/ACME/1/comments", &fields, &[]).await;
            assert_eq!(shown.location(), "/ACME/1?said=commented#newest");
        }
        let state = |state: &'static str| [("state", state)];
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("done")).await.location(), "/ACME/1?said=closed");
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("done")).await.location(), "/ACME/1?said=closed");
        assert!(page(&mut carla, "/ACME/1").await.contains("Wieder öffnen"));
        assert_eq!(carla.send("/ACME/1", "/ACME/1/state", &state("open")).await.location(), "/ACME/1?said=reopened");
        world.settle().await;
        assert_eq!(world.sent_to("carla@acme.example").await.len(), before, "nobody gets mail about what they did themselves");
        let timeline: Vec<String> = world.timeline("ACME-1").await.into_iter().skip(2).collect();
        let comment = "public comment: Thank you.\n> Ordered.";
        assert_eq!(timeline, [comment, comment, "public change: status open -> done", "public change: status done -> open"]);
        let shown = page(&mut carla, "/ACME/1").await;
        assert!(shown.contains("<details class=\"quoted\">") && shown.contains("Zitierter Text"));
        // What is incomplete comes back with what was typed.
        let fields = [("csrf", &*csrf), ("form", "x"), ("title", ""), ("text", "typed <b>")];
        let shown = carla.upload("/ACME/new", &fields, &[]).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.text().contains("typed &#60;b&#62;"));
        // A form of another session is none.
        let fields = [("csrf", "wrong"), ("form", "y"), ("title", "t"), ("text", "t")];
        assert_eq!(carla.upload("/ACME/new", &fields, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.tickets().await, 1);
        // Two clicks at the same moment are one, too.
        let again = carla.get("/ACME/new").await.hidden("form").unwrap();
        let fields = [("csrf", &*csrf), ("form", &*again), ("title", "Twice at once"), ("text", "Click, click.")];
        let mut other = carla.clone();
        let (one, two) = tokio::join!(carla.upload("/ACME/new", &fields, &[]), other.upload("/ACME/new", &fields, &[]));
        assert_eq!((one.location(), two.location()), ("/ACME/2?said=opened", "/ACME/2?said=opened"));
        world.settle().await;
        assert_eq!(world.tickets().await, 2);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guests_comment_opens_again_what_rests_even_if_only_inside() {
    for mut world in World::each().await {
        let (client, anna) = (world.carla.clone(), world.anna.clone());
        world.writes(&client, "Drucker", "Er druckt nicht.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let cases = [
            ("#status waiting\nWelches Papier?", "waiting waiting", "open open"),
            ("#note\n#close\nIst wohl erledigt.", "done open", "open open"),
            ("#close\nErledigt.", "done done", "open open"),
            ("#status in Arbeit\nWir sehen nach.", "in_progress in_progress", "in_progress in_progress"),
        ];
        for (form, (said, before, after)) in cases.into_iter().enumerate() {
            world.answers(&anna, said).await;
            assert_eq!(statuses(&mut world).await, before, "{said}");
            let fields = [("csrf", &*csrf), ("form", &format!("rests {form}")), ("text", "Er druckt immer noch nicht.")];
            assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.location(), "/ACME/1?said=commented#newest");
            world.settle().await;
            assert_eq!(statuses(&mut world).await, after, "{said}");
        }
        world.end().await;
    }
}

/// The status of ACME-1 inside and as guests see it.
async fn statuses(world: &mut World) -> String {
    let ticket = world.ticket("ACME-1").await.0;
    format!("{} {}", ticket.state.status, ticket.face.state.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_decides_what_a_guest_may_do() {
    for mut world in World::each().await {
        world.opens(CARLA, ACME, Visibility::Public, "Mine", "My text.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let csrf = carla.get("/ACME/1").await.hidden("csrf").unwrap();
        let csrf = csrf.as_str();
        let png: &[(&str, &[u8])] = &[("a.png", b"\x89PNG\r\n\x1a\n")];
        for (effect, fine) in [("denied", false), ("allowed", true)] {
            for permission in ["create_tickets", "comment", "attach", "close", "set_priority", "invite_colleagues"] {
                world.may(CARLA, permission, effect).await;
            }
            let seen = page(&mut carla, "/ACME/1").await;
            for form in ["/comments", "/state", "/priority", "/colleagues"] {
                assert_eq!(seen.contains(&format!("action=\"/ACME/1{form}\"")), fine, "{form}");
            }
            assert_eq!(carla.get("/ACME/new").await.status == StatusCode::OK, fine);
            let form = format!("{effect}-form");
            let fields = [("csrf", csrf), ("form", &*form), ("title", "T"), ("text", "Text")];
            let expected = if fine { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(carla.upload("/ACME/new", &fields, &[]).await.status, expected);
            let form = format!("{effect}-comment");
            let fields = [("csrf", csrf), ("form", &*form), ("text", "Text")];
            assert_eq!(carla.upload("/ACME/1/comments", &fields, png).await.status, expected);
            assert_eq!(carla.post("/ACME/1/priority", &[("csrf", csrf), ("priority", "high")]).await.status, expected);
            assert_eq!(
                carla.post("/ACME/1/colleagues", &[("csrf", csrf), ("address", "new@acme.example")]).await.status,
                expected
            );
            assert_eq!(carla.post("/ACME/1/state", &[("csrf", csrf), ("state", "done")]).await.status, expected);
        }
        let (ticket, _) = world.ticket("ACME-1").await;
        assert_eq!((ticket.face.state.priority.as_str(), ticket.face.state.status.as_str()), ("high", "done"));
        // Attaching is a right of its own.
        world.may(CARLA, "attach", "denied").await;
        let fields = [("csrf", csrf), ("form", "late"), ("text", "Text")];
        assert_eq!(carla.upload("/ACME/1/comments", &fields, png).await.status, StatusCode::FORBIDDEN);
        assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            carla.post("/ACME/1/priority", &[("csrf", csrf), ("priority", "no such")]).await.status,
            StatusCode::FORBIDDEN
        );
        // Colleagues only: no strangers, no staff, nobody of another customer, and all of them alike.
        for address in ["dana@globex.example", "anna@staff.example", "new@nowhere.example", "x", "a b@acme.example"] {
            let shown = carla.post("/ACME/1/colleagues", &[("csrf", csrf), ("address", address)]).await;
            assert_eq!(shown.location(), "/ACME/1?said=no-colleague", "{address}");
        }
        let seen = page(&mut carla, "/ACME/1").await;
        assert!(seen.contains("<li>new@acme.example</li>") && !seen.contains("globex"));
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sees_only_own_tickets_sees_only_those_and_who_mutes_gets_only_the_end() {
    for mut world in World::each().await {
        let colleague = world.opens(CARLA, ACME, Visibility::Public, "Of Carla", "Text.").await;
        // Dana belongs to both organizations.
        let both = Member { organization: OrganizationId(20_001), person: DANA, login_allowed: true };
        let now = world.clock.now();
        let work = world.store.write(move |tx| Box::pin(async move { Ok(people::set_member(tx, &both, now).await?) }));
        work.await.unwrap();
        world.opens(DANA, GLOBEX, Visibility::Public, "Of Globex", "Text.").await;
        let mine = world.opens(DANA, ACME, Visibility::Public, "Of Dana", "Text.").await;
        let mut dana = world.signed_in("dana@globex.example").await;
        let home = page(&mut dana, "/").await;
        assert!(home.contains(">ACME<") && home.contains(">Globex<"), "each organization apart");
        assert!(page(&mut dana, "/ACME").await.contains("Of Carla"));
        assert!(!page(&mut dana, "/GLOBEX").await.contains("Of Carla") && page(&mut dana, "/GLOBEX").await.contains("Of Globex"));
        world.execute("UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = 'see_all_tickets'").await;
        let list = page(&mut dana, "/ACME").await;
        assert!(!list.contains("Of Carla") && list.contains("1 ticket") && list.contains("Of Dana"));
        let (hidden, none) = (dana.get("/ACME/1").await, dana.get("/ACME/77").await);
        assert_eq!((hidden.status, &hidden.headers, hidden.text()), (none.status, &none.headers, none.text()));
        // An invitation opens it.
        let invite = Update { invite: Some(DANA), ..Update::of(colleague) };
        world.does(Actor::Contact(CARLA), Act::Update(invite), Content::default()).await;
        assert!(page(&mut dana, "/ACME/1").await.contains("Dana Fox"));
        assert_eq!(dana.send("/ACME/2", "/ACME/2/mails", &[("mails", "no")]).await.location(), "/ACME/2?said=muted");
        assert_eq!(dana.send("/ACME/1", "/ACME/1/mails", &[("mails", "no")]).await.location(), "/ACME/1?said=muted");
        world.settle().await;
        let before = world.sent_to("dana@globex.example").await.len();
        for ticket in [mine, colleague] {
            world.says(ANNA, ticket, Visibility::Public, "An answer.", vec![]).await;
        }
        world.settle().await;
        assert_eq!(world.sent_to("dana@globex.example").await.len(), before);
        assert!(world.last_to("carla@acme.example").await.letter.full_text.contains("An answer."));
        for ticket in [mine, colleague] {
            let done = Update { status: Some(("done".to_owned(), Visibility::Public)), ..Update::of(ticket) };
            world.does(Actor::Staff(ANNA), Act::Update(done), Content::default()).await;
        }
        world.settle().await;
        assert_eq!(world.sent_to("dana@globex.example").await.len(), before + 1, "only who asked is told that it is done");
        assert_eq!(dana.send("/ACME/2", "/ACME/2/mails", &[("mails", "yes")]).await.location(), "/ACME/2?said=unmuted");
        world.says(ANNA, mine, Visibility::Public, "One more.", vec![]).await;
        world.settle().await;
        assert!(world.last_to("dana@globex.example").await.letter.full_text.contains("One more."));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_sign_in_is_shown_the_way_to_the_page() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "A thing", "Text.").await;
        for (login, link) in [(0, false), (1, true)] {
            world.execute(&format!("UPDATE member SET login_allowed = {login} WHERE person_id = 10003")).await;
            world.says(ANNA, ticket, Visibility::Public, "An answer.", vec![]).await;
            world.settle().await;
            let mail = world.last_to("carla@acme.example").await;
            assert_eq!(mail.text().contains("https://help.desk.example/ACME/1"), link);
            assert_eq!(mail.text().contains("help.desk.example"), link);
        }
        // A stranger's ticket lies in the reception, which has no guests.
        let stranger = world.stranger.clone();
        world.writes(&stranger, "Hello", "Are you there?").await;
        assert!(!world.last_to("sam@elsewhere.example").await.text().contains("help.desk.example"));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_what_their_bytes_are_and_nothing_runs() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "Files", "Look.").await;
        let table: [(&str, &[u8], &str); 8] = [
            ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
            ("b.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
            ("c.gif", b"GIF89a\x01\x00", "image/gif"),
            ("d.html", b"<!doctype html><script>alert(1)</script>", ""),
            ("e.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", ""),
            ("f.pdf", b"%PDF-1.7", ""),
            ("g.png", b"<html><script>alert(1)</script>", ""),
            ("h.jpg", b"alert(1) // javascript", ""),
        ];
        let files = table.iter().map(|(name, data, _)| file(name, data)).collect();
        world.says(CARLA, ticket, Visibility::Public, "All of them.", files).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let ids = file_ids(&page(&mut carla, "/ACME/1").await);
        assert_eq!(ids.len(), table.len());
        for ((name, data, picture), id) in table.iter().zip(ids) {
            let shown = carla.get(&format!("/ACME/1/files/{id}")).await;
            let header = |name: &str| shown.headers[name].to_str().unwrap();
            let (kind, how) = if picture.is_empty() { ("application/octet-stream", "attachment") } else { (*picture, "inline") };
            assert_eq!((header("content-type"), shown.bytes.as_slice()), (kind, *data), "{name}");
            assert_eq!(header("content-disposition"), format!("{how}; filename=\"{name}\"; filename*=UTF-8''{name}"));
            assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
            assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
        }
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_write_is_text_on_every_page() {
    let payload = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{7*7}}";
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, payload, payload).await;
        let escaped = payload.replace('\'', "''");
        world.execute(&format!("UPDATE person SET name = '{escaped}' WHERE id IN (10001, 10003)")).await;
        world.execute(&format!("UPDATE project SET name = '{escaped}' WHERE id = 30001")).await;
        world.execute(&format!("UPDATE organization SET name = '{escaped}' WHERE id = 20001")).await;
        world
            .says(ANNA, ticket, Visibility::Public, &format!("{payload} javascript:alert(1) https://x.example/{payload}"), vec![])
            .await;
        let name = Attachment { name: payload.to_owned(), ..file("a.png", b"\x89PNG\r\n\x1a\n") };
        world.says(ANNA, ticket, Visibility::Public, "File.", vec![name]).await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let query = format!("/ACME?q={}", postroom::web::page::percent_encoded(payload));
        for path in ["/", "/ACME", "/ACME/1", "/ACME/new", query.as_str()] {
            let text = page(&mut carla, path).await;
            assert!(text.contains("&#60;script&#62;"), "{path} shows it");
            // The only script is our own.
            let own = format!("<script src=\"{}\" defer></script>", postroom::web::assets::script());
            let text = text.replacen(&own, "", 1);
            let bad = ["<script", "<img src=x", "href=\"javascript:", "'{{7"];
            assert!(bad.iter().all(|bad| !text.contains(bad)), "{path}: {text}");
        }
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_before_there_was_an_index_is_found_too() {
    for mut world in World::each().await {
        let ticket = world.opens(CARLA, ACME, Visibility::Public, "Old thing", "Ancient words.").await;
        world.says(ANNA, ticket, Visibility::Internal, "Hidden words.", vec![]).await;
        world.opens(ANNA, ACME, Visibility::Internal, "Hidden thing", "Hidden words.").await;
        world.execute("DELETE FROM public_text").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        assert!(page(&mut carla, "/ACME?q=ancient").await.contains("Keine Tickets"));
        for _ in 0..2 {
            let chance = world.web().chance;
            let work =
                world.store.write(move |tx| Box::pin(async move { postroom::acts::index_what_is_missing(tx, &chance).await }));
            work.await.unwrap();
        }
        for (query, count) in [("ancient", "1 Ticket"), ("acme-1+old", "1 Ticket"), ("hidden", "Keine Tickets")] {
            assert!(page(&mut carla, &format!("/ACME?q={query}")).await.contains(count), "{query}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM public_text").await, 2);
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_have_pages_filters_and_orders() {
    for mut world in World::each().await {
        for number in 1..=27 {
            world.clock.advance(std::time::Duration::from_secs(60));
            world.opens(CARLA, ACME, Visibility::Public, &format!("Thing {number} of many"), "Text 100%_x.").await;
        }
        let mut carla = world.signed_in("carla@acme.example").await;
        let first = page(&mut carla, "/ACME").await;
        assert!(
            first.contains("27 Tickets")
                && first.contains("Seite 1 von 2")
                && first.matches("class=\"ticket-row\"").count() == 25
        );
        let second = page(&mut carla, "/ACME?page=2&sort=number&state=all").await;
        assert!(second.contains("Thing 2 of many") && second.matches("class=\"ticket-row\"").count() == 2);
        assert!(second.contains("href=\"/ACME?state=all&#38;sort=number&#38;page=1\""));
        for (query, count) in
            [("100%25_X", "27 Tickets"), ("thing+27", "1 Ticket"), ("100__x", "Keine Tickets"), ("%25%25", "Keine Tickets")]
        {
            assert!(page(&mut carla, &format!("/ACME?q={query}")).await.contains(count), "{query}");
        }
        for odd in ["?state=x&sort=y&page=-1&type=zzz&whose=q", "?page=99999999999999999999", "?%ff=%00", "?q=%00", "?page=3"] {
            page(&mut carla, &format!("/ACME{odd}")).await;
        }
        assert!(page(&mut carla, "/ACME?state=done").await.contains("Kein Ticket passt"));
        world.settle().await;
        world.end().await;
    }
}
