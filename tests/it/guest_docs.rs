//! What guests find in the documentation of their projects, and what they do not.

use axum::http::StatusCode;
use postroom::desk::article::{Article, ArticleState, picture_type};
use postroom::desk::ids::{ArticleId, ProjectId};
use postroom::store::articles;

use crate::world::browser::{Browser, Shown};
use crate::world::desk::World;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

/// Puts an article into project ACME (30001) or another.
async fn write(world: &World, id: i64, project: i64, slug: &str, state: ArticleState, body: &str) {
    let article = Article {
        id: ArticleId(id),
        project: ProjectId(project),
        slug: slug.to_owned(),
        title: format!("About {slug}"),
        body: body.to_owned(),
        state,
    };
    let now = world.clock.now();
    let work = world.store.write(move |tx| Box::pin(async move { Ok(articles::insert(tx, &article, now).await?) }));
    work.await.unwrap();
}

async fn put(world: &World, id: i64, project: i64, name: &'static str, bytes: &'static [u8]) {
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let content_type = picture_type(bytes).unwrap_or("image/png");
            Ok(articles::put_file(tx, id, ProjectId(project), name, content_type, bytes).await?)
        })
    });
    work.await.unwrap();
}

/// What a role may not do, on a world of its own.
async fn deny(world: &World, permission: &'static str) {
    world
        .execute(&format!("UPDATE role_permission SET effect = 'denied' WHERE role_id = 1 AND permission = '{permission}'"))
        .await;
}

/// All that a response says, but for the incident of refusals, which are none here.
fn said(shown: &Shown) -> (StatusCode, Vec<(String, String)>, String) {
    let headers = shown.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (shown.status, headers.collect(), shown.text())
}

async fn same(browser: &mut Browser, paths: &[&str]) {
    let missing = said(&browser.get("/ACME/docs/there-is-none").await);
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for path in paths {
        assert_eq!(said(&browser.get(path).await), missing, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn published_articles_are_read_and_all_others_do_not_exist() {
    for world in World::each().await {
        write(
            &world,
            1,
            30_001,
            "welcome",
            ArticleState::Published,
            "See [plan](plan.md), [secret](draft.md).\n\n![Öl](a%20b.png)",
        )
        .await;
        write(&world, 2, 30_001, "plan", ArticleState::Published, "## One\n\n## Two\n\n## Three\n\n|a|\n|-|\n|Störung|").await;
        write(&world, 3, 30_001, "draft", ArticleState::Draft, "SECRET-1 ![x](draft.png)").await;
        write(&world, 4, 30_001, "staff", ArticleState::Staff, "SECRET-2").await;
        write(&world, 5, 30_002, "globex", ArticleState::Published, "SECRET-3 ![x](globex.png)").await;
        write(&world, 6, 30_004, "inside", ArticleState::Published, "SECRET-4").await;
        put(&world, 11, 30_001, "a b.png", PNG).await;
        put(&world, 12, 30_001, "draft.png", PNG).await;
        put(&world, 13, 30_002, "globex.png", PNG).await;
        put(&world, 14, 30_001, "unshown.png", PNG).await;

        let mut carla = world.signed_in("carla@acme.example").await;
        let list = carla.get("/ACME/docs").await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.text().contains("About welcome") && list.text().contains("About plan"));
        let welcome = carla.get("/ACME/docs/welcome").await.text();
        assert!(
            welcome.contains("href=\"/ACME/docs/plan\"") && welcome.contains("src=\"/ACME/docs/files/a%20b.png\""),
            "{welcome}"
        );
        assert!(welcome.contains(", secret.") && !welcome.contains("docs/draft\""), "{welcome}");
        assert!(welcome.contains("rel=\"next\"") && !welcome.contains("rel=\"prev\"") && !welcome.contains("contents_title"));
        let plan = carla.get("/ACME/docs/plan").await.text();
        assert!(plan.contains("href=\"#three\"") && plan.contains("id=\"three\"") && plan.contains("rel=\"prev\""), "{plan}");
        for (query, found) in
            [("stoerung", true), ("ST%C3%96RUNG", true), ("about+two", true), ("SECRET-1", false), ("zzz", false)]
        {
            let shown = carla.get(&format!("/ACME/docs?q={query}")).await.text();
            assert_eq!(shown.contains("href=\"/ACME/docs/plan\""), found, "{query}");
            assert!(!shown.contains("href=\"/ACME/docs/draft"), "{query}");
        }
        for page in [&list.text(), &welcome, &plan] {
            assert!(!page.contains("SECRET") && !page.contains("style=") && !page.contains("About draft"), "{page}");
        }

        let picture = carla.get("/ACME/docs/files/a%20b.png").await;
        assert_eq!((picture.status, picture.bytes.as_slice()), (StatusCode::OK, PNG));
        assert_eq!(picture.headers["content-type"], "image/png");
        assert_eq!(picture.headers["x-content-type-options"], "nosniff");
        assert!(picture.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));

        // The twins: what may be read is what was asked above.
        let others = [
            "/ACME/docs/draft",
            "/ACME/docs/staff",
            "/ACME/docs/globex",
            "/ACME/docs/welcome/",
            "/ACME/docs/%00",
            "/ACME/docs/%ff",
            "/acme/docs",
            "/GLOBEX/docs",
            "/GLOBEX/docs/globex",
            "/GLOBEX/docs/files/globex.png",
            "/INTERN/docs",
            "/INTERN/docs/inside",
            "/DESK/docs",
            "/NONE/docs",
            "/%00/docs",
            "/ACME/docs/files/draft.png",
            "/ACME/docs/files/unshown.png",
            "/ACME/docs/files/globex.png",
            "/ACME/docs/files/none.png",
            "/ACME/docs/files/..%2Fa.png",
            "/ACME/docs/files/%00",
        ];
        same(&mut carla, &others).await;
        let mut dana = world.signed_in("dana@globex.example").await;
        assert_eq!(dana.get("/GLOBEX/docs/files/globex.png").await.status, StatusCode::OK);
        same(&mut dana, &["/ACME/docs", "/ACME/docs/welcome", "/ACME/docs/files/a%20b.png"]).await;
        let mut nobody = world.browser();
        assert_eq!(nobody.get("/ACME/docs/welcome").await.location(), nobody.get("/ACME/docs/welcome").await.location());
        assert!(nobody.get("/ACME/docs/welcome").await.location().starts_with("/sign-in?next="));

        // Nothing here takes a form.
        assert_eq!(carla.send("/ACME/docs", "/ACME/docs", &[("q", "plan")]).await.status, StatusCode::NOT_FOUND);

        // What is taken back is gone at once, with its picture.
        world.execute("UPDATE article SET state = 'draft' WHERE slug = 'welcome'").await;
        same(&mut carla, &["/ACME/docs/welcome", "/ACME/docs/files/a%20b.png"]).await;
        deny(&world, "documentation").await;
        same(&mut carla, &["/ACME/docs", "/ACME/docs/plan"]).await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_picture_is_not_served_as_one() {
    for world in World::each().await {
        write(&world, 1, 30_001, "welcome", ArticleState::Published, "![x](a.png) ![y](b.png)").await;
        put(&world, 11, 30_001, "a.png", b"<script>alert(1)</script>").await;
        put(&world, 12, 30_001, "b.png", b"GIF89a....").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        same(&mut carla, &["/ACME/docs/files/a.png"]).await;
        let shown = carla.get("/ACME/docs/files/b.png").await;
        assert_eq!((shown.status, shown.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "image/gif"));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shelf_without_articles_says_so() {
    for world in World::each().await {
        write(&world, 3, 30_001, "draft", ArticleState::Draft, "SECRET-1").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let shown = carla.get("/ACME/docs").await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.text().contains("Zu diesem Projekt gibt es noch keine Dokumentation"), "{}", shown.text());
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_in_articles_have_titles_only_for_those_who_may_open_them() {
    for mut world in World::each().await {
        let (carla, dana, stranger) = (world.carla.clone(), world.dana.clone(), world.stranger.clone());
        world.writes(&carla, "Press is loud", "Loud.").await;
        world.writes(&dana, "Globex matter", "Hm.").await;
        world.writes(&stranger, "Strange matter", "Hm.").await;
        write(&world, 1, 30_001, "welcome", ArticleState::Published, "See ACME-1, GLOBEX-1, DESK-1 and ACME-99.").await;
        write(&world, 2, 30_002, "welcome", ArticleState::Published, "See ACME-1, GLOBEX-1, DESK-1 and ACME-99.").await;
        let mut browser = world.signed_in("carla@acme.example").await;
        let page = browser.get("/ACME/docs/welcome").await.text();
        assert!(page.contains("ACME-1 Press is loud</a>") && page.contains("<span class=\"status us\">Bei uns</span>"), "{page}");
        assert!(page.contains(", GLOBEX-1, DESK-1 and ACME-99."), "{page}");
        let mut other = world.signed_in("dana@globex.example").await;
        let page = other.get("/GLOBEX/docs/welcome").await.text();
        assert!(page.contains("See ACME-1, ") && page.contains("GLOBEX-1 Globex matter</a>"), "{page}");
        // An internal change moves nothing, a public one does.
        let before = browser.get("/ACME/docs/welcome").await.text();
        let anna = world.anna.clone();
        world.answers(&anna, "#note\n#status in progress\nSECRET").await;
        assert_eq!(browser.get("/ACME/docs/welcome").await.text(), before);
        // Own tickets only: the twin of the first.
        world.execute("INSERT INTO person (id, kind, name, active, created_at) VALUES (10009, 'contact', 'Cleo', 1, 0)").await;
        world.execute("INSERT INTO person_address (address, person_id, position) VALUES ('cleo@acme.example', 10009, 0)").await;
        world
            .execute("INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10009, 1, 0)")
            .await;
        let mut cleo = world.signed_in("cleo@acme.example").await;
        assert!(cleo.get("/ACME/docs/welcome").await.text().contains("ACME-1 Press is loud"));
        deny(&world, "see_all_tickets").await;
        assert!(cleo.get("/ACME/docs/welcome").await.text().contains("See ACME-1, GLOBEX-1"));
        assert!(browser.get("/ACME/docs/welcome").await.text().contains("ACME-1 Press is loud"));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_its_writers_see_is_neither_on_the_page_nor_found() {
    for world in World::each().await {
        let body = "# Setup\n\nBefore.<!-- secretword -->\n\n<!--\nsecretword: the password is hunter2\n\n```\nsecretword\n```\n-->\n\n\
                    <div hidden>secretword</div>\n\n<span data-note=\"secretword\">After.</span>\n\n[//]: # (secretword)\n\n\
                    [^n]: secretword\n\nIn HTML: `<!-- codeword -->`\n\n    <!-- codeword -->\n";
        write(&world, 1, 30_001, "setup", ArticleState::Published, body).await;
        write(&world, 2, 30_001, "open", ArticleState::Published, "text <!-- secretword, and no end\n\n# secretword\n").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        for path in ["/ACME/docs/setup", "/ACME/docs/open", "/ACME/docs", "/ACME/docs?q=before"] {
            let shown = carla.get(path).await;
            assert!(shown.status == StatusCode::OK && !shown.text().contains("secretword"), "{path}: {}", shown.text());
        }
        let page = carla.get("/ACME/docs/setup").await.text();
        assert!(
            page.contains("Before.") && page.contains("After.") && page.matches("&lt;!-- codeword --&gt;").count() == 2,
            "{page}"
        );
        let found = async |carla: &mut Browser, word: &str| {
            carla.get(&format!("/ACME/docs?q={word}")).await.text().contains("href=\"/ACME/docs/setup\"")
        };
        assert!(!found(&mut carla, "secretword").await && !found(&mut carla, "hunter2").await);
        assert!(found(&mut carla, "codeword").await && found(&mut carla, "after").await, "the twin: what is shown is found");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_date_of_an_article_moves_with_what_its_readers_see_and_with_nothing_else() {
    for world in World::each().await {
        let article = |body: &str, state| Article {
            id: ArticleId(1),
            project: ProjectId(30_001),
            slug: "setup".to_owned(),
            title: "Setup".to_owned(),
            body: body.to_owned(),
            state,
        };
        let change = async |before: Article, after: Article| {
            world.clock.advance(std::time::Duration::from_hours(24));
            let now = world.clock.now();
            let work =
                world.store.write(move |tx| Box::pin(async move { Ok(articles::update(tx, &before, &after, now).await?) }));
            work.await.unwrap();
        };
        let (draft, published) = (ArticleState::Draft, ArticleState::Published);
        write(&world, 1, 30_001, "setup", published, "One.").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        let page = carla.get("/ACME/docs/setup").await.text();
        assert!(page.contains("Stand: 18.11.2026"), "{page}");
        change(article("One.", published), article("One.<!-- a note -->", published)).await;
        let noted = carla.get("/ACME/docs/setup").await.text();
        assert!(noted.contains("Stand: 18.11.2026"), "{noted}");
        change(article("One.<!-- a note -->", published), article("Two.", published)).await;
        assert!(carla.get("/ACME/docs/setup").await.text().contains("Stand: 20.11.2026"));
        change(article("Two.", published), article("Two.", draft)).await;
        change(article("Two.", draft), article("Three.", draft)).await;
        change(article("Three.", draft), article("Three.", published)).await;
        assert!(carla.get("/ACME/docs/setup").await.text().contains("Stand: 23.11.2026"));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_former_name_leads_to_whoever_may_see_the_article_and_is_nothing_to_others() {
    for world in World::each().await {
        write(&world, 1, 30_001, "plan", ArticleState::Published, "![a](img/a%20b.png) ![b](img/../a.png)").await;
        write(&world, 2, 30_001, "welcome", ArticleState::Published, "See [plan](plan.md).").await;
        put(&world, 11, 30_001, "img/a b.png", PNG).await;
        let rename = async |slug: &'static str, new: &'static str| {
            let work = world.store.write(move |tx| {
                Box::pin(async move {
                    let article = articles::by_slug(tx, ProjectId(30_001), slug).await?.unwrap();
                    Ok(articles::rename(tx, &article, new).await?)
                })
            });
            work.await.unwrap();
        };
        rename("plan", "schedule").await;
        rename("schedule", "calendar").await;
        let mut carla = world.signed_in("carla@acme.example").await;
        for former in ["plan", "schedule"] {
            let shown = carla.get(&format!("/ACME/docs/{former}")).await;
            assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/ACME/docs/calendar"), "{former}");
        }
        let welcome = carla.get("/ACME/docs/welcome").await.text();
        assert!(welcome.contains("href=\"/ACME/docs/plan\""), "{welcome}");
        let calendar = carla.get("/ACME/docs/calendar").await.text();
        assert!(calendar.contains("src=\"/ACME/docs/files/img/a%20b.png\"") && !calendar.contains("a.png\""), "{calendar}");
        assert_eq!(carla.get("/ACME/docs/files/img/a%20b.png").await.bytes, PNG);
        same(
            &mut carla,
            &["/ACME/docs/files/img", "/ACME/docs/files/img%2F..%2Fa.png", "/ACME/docs/files/img/", "/ACME/docs/files/"],
        )
        .await;
        let mut dana = world.signed_in("dana@globex.example").await;
        same(&mut dana, &["/ACME/docs/plan", "/ACME/docs/calendar", "/ACME/docs/files/img/a%20b.png"]).await;
        // A draft that takes a name is nothing to guests; once it is published, the name is its own.
        write(&world, 3, 30_001, "plan", ArticleState::Draft, "Every year.").await;
        assert_eq!(carla.get("/ACME/docs/plan").await.location(), "/ACME/docs/calendar");
        let now = world.clock.now();
        let work = world.store.write(move |tx| {
            Box::pin(async move {
                let before = articles::by_slug(tx, ProjectId(30_001), "plan").await?.unwrap();
                let published = postroom::desk::article::Article { state: ArticleState::Published, ..before.clone() };
                Ok(articles::update(tx, &before, &published, now).await?)
            })
        });
        work.await.unwrap();
        assert!(carla.get("/ACME/docs/plan").await.text().contains("Every year."));
        world.execute("UPDATE article SET state = 'staff' WHERE slug = 'calendar'").await;
        same(&mut carla, &["/ACME/docs/schedule"]).await;
        world.end().await;
    }
}
