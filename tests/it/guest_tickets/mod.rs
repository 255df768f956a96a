//! Guests and their tickets, page by page: exactly what is theirs, and what they may do with it.

mod acts;
mod forms;
mod pages;

use axum::http::StatusCode;
use postroom::acts::{Act, ActContext, Actor, Content, Open, Time, Update, perform};
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
                let epoch = store::epoch(tx, now, &web.rng).await?;
                let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
                Ok(perform(tx, &context, actor, act, content).await?.ticket)
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
            "/ACME?q=ACME",
            "/ACME/new",
            "/ACME/1",
            "/ACME/2",
        ];
        let mut before = Vec::new();
        // What has been looked at is not new any more.
        for path in ["/ACME/1", "/ACME/2"] {
            page(&mut carla, path).await;
        }
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
