//! Every kind of page is valid HTML, in both languages, also where something is wrong: held against html-validate.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use postroom::acts::{Act, ActContext, Actor, Content, Time, perform, sign_in_links};
use postroom::desk::article::{Article, ArticleState};
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{ArticleId, OrganizationId, PersonId, ProjectId, TicketId};
use postroom::store::{self, articles};
use postroom::time::Timestamp;

use crate::world::browser::{BASE, Browser, Shown};
use crate::world::desk::World;
use crate::world::setting;

const ARTICLE: &str = "# One\n\n## Two\n\n### Three\n\nText[^1] with `code`, ACME-1, [a link](https://a.example/?b=1&c) and **more**.\n\n\
    - [x] a\n- [ ] b\n\n3. c\n4. d\n\n> quoted\n\n```sh\nls\n```\n\n|a|b|\n|-:|:-:|\n|1|2|\n\n---\n\n[^1]: A note.\n";

/// Pages of all kinds, written down as files.
struct Pages {
    folder: tempfile::TempDir,
    kinds: BTreeSet<String>,
}

impl Pages {
    /// Keeps a page, unless there is one of its kind.
    fn keep(&mut self, language: &str, kind: &str, shown: &Shown) {
        let html = shown.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        assert!(html, "{kind} is a page: {} {}", shown.status, shown.text());
        let name: String = kind.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let name = format!("{language}-{}-{name}.html", shown.status.as_u16());
        if self.kinds.insert(name.clone()) {
            std::fs::write(self.folder.path().join(name), &shown.bytes).unwrap();
        }
    }

    /// Keeps one page of each kind that links lead to.
    async fn crawl(&mut self, browser: &mut Browser, language: &str) {
        let mut ahead = VecDeque::from(["/".to_owned()]);
        let mut asked = BTreeSet::new();
        while let Some(path) = ahead.pop_front() {
            if !asked.insert(path.clone()) || asked.len() > 200 {
                continue;
            }
            let shown = browser.get(&path).await;
            if shown.headers.get("content-type").is_none_or(|kind| !kind.to_str().unwrap().starts_with("text/html")) {
                continue;
            }
            let text = shown.text();
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            let links = links.filter(|link| link.starts_with('/')).map(|link| link.replace("&#38;", "&"));
            ahead.extend(links.map(|link| link.split('#').next().unwrap_or_default().to_owned()));
            self.keep(language, &path, &shown);
        }
    }
}

/// What html-validate has to say about a folder of pages; empty where all is well.
fn faults(program: &str, folder: &Path) -> String {
    let config = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/html-validate.json");
    let output = Command::new(program)
        .arg("--config")
        .arg(config)
        .arg("--formatter=text")
        .arg("--max-warnings=0")
        .arg(folder)
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.success(), said.trim().is_empty(), "{:?} {said}", output.status);
    said
}

async fn invites(world: &mut World, person: i64, organization: i64, address: &str) -> String {
    let web = world.web();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let now = web.clock.now();
            let epoch = store::epoch(tx, now, &web.rng).await?;
            let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
            sign_in_links::invite(tx, &context, PersonId(person), OrganizationId(organization)).await
        })
    });
    assert!(work.await.unwrap());
    world.deliver().await;
    link(world, address).await
}

/// The path of the link in the newest mail.
async fn link(world: &World, address: &str) -> String {
    let text = world.last_to(address).await.letter.body.text;
    let link = text.split_whitespace().find_map(|word| word.strip_prefix(BASE)).expect("a link");
    link.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_page_is_valid_html_in_both_languages() {
    let Some(program) = setting("POSTROOM_TEST_HTML") else { return };
    let mut pages = Pages { folder: tempfile::tempdir().unwrap(), kinds: BTreeSet::new() };
    for (language, person, organization, address, key) in
        [("de", 10_003, 20_001, "carla@acme.example", "ACME"), ("en", 10_004, 20_002, "dana@globex.example", "GLOBEX")]
    {
        let mut world = World::one().await;
        // A desk without anything, then one with everything.
        pages.crawl(&mut world.signed_in(address).await, &format!("{language}-empty")).await;
        fill(&mut world, organization, key, address).await;
        let mut browser = world.signed_in(address).await;
        world.signed_in(address).await;
        pages.crawl(&mut browser, language).await;
        let ticket = format!("/{key}/1");
        for said in
            ["opened", "commented", "empty", "closed", "reopened", "priority", "invited", "no-colleague", "muted", "unmuted"]
        {
            pages.keep(language, said, &browser.get(&format!("{ticket}?said={said}")).await);
        }
        for query in [
            format!("/{key}?q=nothing-at-all"),
            format!("/{key}?q=%3Cb%3E&page=9"),
            format!("/{key}/docs?q=nothing"),
            format!("/{key}/docs?q=text"),
        ] {
            pages.keep(language, &query, &browser.get(&query).await);
        }
        let form = browser.get(&format!("/{key}/new")).await;
        let csrf = form.hidden("csrf").unwrap();
        let incomplete = browser.upload(&format!("/{key}/new"), &[("csrf", &csrf), ("title", "\"<x>"), ("text", "")], &[]).await;
        assert_eq!(incomplete.status, 422);
        pages.keep(language, "new-incomplete", &incomplete);
        pages.keep(language, "missing", &browser.get("/no/such/page").await);
        pages.keep(language, "refused", &browser.post("/sign-out", &[("csrf", "wrong")]).await);
        let big = vec![b'x'; 600 << 10];
        let big = String::from_utf8(big).unwrap();
        let large = browser.upload(&format!("{ticket}/comments"), &[("csrf", &csrf), ("text", &big)], &[]).await;
        assert_eq!(large.status, 413);
        pages.keep(language, "large", &large);
        // The door, as somebody sees it who is not signed in.
        let mut nobody = world.browser();
        nobody.language = language;
        for path in ["/sign-in", "/sign-in?next=%2FACME%2F1", "/sign-in/code", "/no/such/page"] {
            pages.keep(language, &format!("nobody{path}"), &nobody.get(path).await);
        }
        let dead = nobody.get("/sign-in/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").await;
        assert_eq!(dead.status, 410);
        pages.keep(language, "dead-link", &dead);
        nobody.post("/sign-in", &[("address", address), ("next", "/")]).await;
        world.deliver().await;
        pages.keep(language, "sign-in-link", &nobody.get(&link(&world, address).await).await);
        let wrong = nobody.post("/sign-in/code", &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        pages.keep(language, "wrong-code", &wrong);
        let invitation = invites(&mut world, person, organization, address).await;
        pages.keep(language, "invitation", &nobody.get(&invitation).await);
        world.clock.advance(Duration::from_hours(24 * 8));
        pages.keep(language, "invitation-expired", &nobody.get(&invitation).await);
        pages.keep(language, "invitation-renewed", &nobody.post(&format!("{invitation}/renew"), &[]).await);
        world.deliver().await;
        // What no act of these stories sets was set past the acts, and goes.
        world.execute("UPDATE ticket SET face_progress = 0, face_assignee_id = NULL, face_due_at = NULL").await;
        world.end().await;
    }
    // Our fault: the page of a desk whose database is gone.
    let world = World::one().await;
    let mut browser = world.signed_in("carla@acme.example").await;
    world.execute("ALTER TABLE project RENAME TO elsewhere").await;
    let broken = browser.get("/").await;
    assert_eq!(broken.status, 500);
    pages.keep("en", "broken", &broken);
    world.execute("ALTER TABLE elsewhere RENAME TO project").await;
    world.end().await;

    assert!(pages.kinds.len() > 60, "{:?}", pages.kinds);
    let faults = faults(&program, pages.folder.path());
    assert!(faults.is_empty(), "{faults}");
    // The twin: the checker sees what it looks for.
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("bad.html"), "<!doctype html><p><div>x</p><img src=x><b id=a id=a>").unwrap();
    assert!(self::faults(&program, other.path()).contains("bad.html"));
}

/// Something of everything: tickets of all states, files, time, priorities, colleagues, documentation.
async fn fill(world: &mut World, organization: i64, key: &'static str, address: &str) {
    world
        .execute(
            "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES (50, 'busy', 'Busy', 2, 0, 0); \
             INSERT INTO role_permission (role_id, permission, effect) VALUES (50, 'set_priority', 'allowed'), (50, 'invite_colleagues', 'allowed'); \
             UPDATE member SET role_id = 50",
        )
        .await;
    let project = ProjectId(organization + 10_000);
    let now = world.clock.now();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            for (id, slug, body) in [(1, "welcome", ARTICLE), (2, "second", "Text."), (3, "blank", "")] {
                let article = Article {
                    id: ArticleId(id),
                    project,
                    slug: slug.to_owned(),
                    title: format!("About <{slug}>"),
                    body: body.to_owned(),
                    state: ArticleState::Published,
                };
                articles::insert(tx, &article, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    let client = if key == "ACME" { world.carla.clone() } else { world.dana.clone() };
    let anna = world.anna.clone();
    for subject in ["A <b>thing</b> & more", "Second", "Third"] {
        world.writes(&client, subject, "It says:\n\n> quoted words\n\nSee https://x.example/a?b=1&c and ACME-1.").await;
    }
    world.answers(&anna, "#close\nDone.").await;
    let mut browser = world.signed_in(address).await;
    let path = format!("/{key}/1");
    let csrf = browser.get(&path).await.hidden("csrf").unwrap();
    let fields = [("csrf", &*csrf), ("form", "f"), ("text", "Two files.")];
    let files: [(&str, &[u8]); 2] = [("a b.png", b"\x89PNG\r\n\x1a\n"), ("c&d.txt", b"text")];
    assert_eq!(browser.upload(&format!("{path}/comments"), &fields, &files).await.status, 303);
    browser.send(&path, &format!("{path}/priority"), &[("priority", "high")]).await;
    let colleague = format!("new@{}.example", key.to_ascii_lowercase());
    browser.send(&path, &format!("{path}/colleagues"), &[("address", &colleague)]).await;
    browser.send("/sessions", &format!("/{key}/2/mails"), &[("mails", "no")]).await;
    let ticket = TicketId(world.number("SELECT id FROM ticket WHERE number = 1").await);
    let (web, now) = (world.web(), world.clock.now());
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &web.rng).await?;
            let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
            let worked_on = Timestamp::from_date("2026-11-20").unwrap();
            let time = Time { ticket, minutes: 90, worked_on, visibility: Visibility::Public };
            let content = Content { text: "Worked & <b>".to_owned(), ..Content::default() };
            perform(tx, &context, Actor::Staff(PersonId(10_001)), Act::Time(time), content).await
        })
    });
    work.await.unwrap();
    world
        .execute(
            "UPDATE ticket SET face_progress = 40, face_assignee_id = 10001, face_due_at = 1795000000000000 WHERE number = 1",
        )
        .await;
    world.settle().await;
}
