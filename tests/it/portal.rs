//! What every page of the portal has in common.

use axum::body::Body;
use axum::http::StatusCode;

use crate::world::browser::BASE;
use crate::world::desk::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_exist_is_a_page_of_ours_with_all_headers() {
    for world in World::each().await {
        for mut browser in [world.browser(), world.signed_in("carla@acme.example").await] {
            for path in ["/no/such/page", "/assets/0.css", "/%00", "//evil.example/"] {
                let shown = browser.get(path).await;
                assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}");
                let text = shown.text();
                // To a guest in the guest's language, to nobody in particular in the browser's.
                assert!(text.contains("There is nothing here") || text.contains("Hier ist nichts"), "{path}: {text}");
                let header =
                    |name: &str| shown.headers.get(name).unwrap_or_else(|| panic!("{path} has no {name}")).to_str().unwrap();
                assert!(header("content-security-policy").starts_with("default-src 'none'"));
                assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "same-origin"));
                assert_eq!((header("x-content-type-options"), header("x-frame-options")), ("nosniff", "DENY"));
                assert!(header("strict-transport-security").contains("max-age"));
            }
            let wrong = browser.request("DELETE", "/").header("origin", BASE).body(Body::empty()).unwrap();
            assert_eq!(browser.ask(wrong).await.status, StatusCode::NOT_FOUND);
            browser.language = "fr, de;q=0.8, en;q=0.2";
            assert!(browser.get("/no/such/page").await.text().contains("Hier ist nichts"));
            let web = world.web();
            let shown = browser.get(web.assets.stylesheet()).await;
            assert_eq!(shown.status, StatusCode::OK, "the twin: what exists is there");
            assert!(
                shown.headers["content-type"].to_str().unwrap().starts_with("text/css") && !shown.location().starts_with('/')
            );
        }
        world.end().await;
    }
}
