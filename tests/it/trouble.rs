//! A database that cannot be written for a while: nothing is lost, nothing is blamed, and all goes on by itself.

use std::time::Duration;

use axum::http::{StatusCode, header};
use postroom::store::{Error, Store, Trouble, blobs, inbox, people};
use postroom::time::Clock;

use crate::world::databases::{Database, stores};
use crate::world::desk::World;
use crate::world::gate::Gate;

/// Writes something that cannot be written twice the same way.
async fn put(store: &Store, text: &'static str) -> Result<(), Error> {
    let work = store.write(move |tx| Box::pin(async move { Ok(blobs::put(tx, text.as_bytes()).await?) }));
    work.await.map(|_| ())
}

/// Waits until the store says that it is well, and says how long that took.
async fn recovered(store: &Store) -> Duration {
    let begun = Clock::System.now();
    tokio::time::timeout(Duration::from_secs(10), store.well()).await.expect("it does not get well");
    Clock::System.now().since(begun)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_whose_error_was_swallowed_does_not_count_as_done() {
    for (kind, store, _database) in stores().await {
        let swallowed = store.write(|tx| {
            Box::pin(async move {
                blobs::put(tx, b"before").await?;
                // There is no such mail: the statement fails, and nobody looks.
                let _ = inbox::undecided(tx, 1).await;
                let broken = postroom::desk::people::Person {
                    kind: postroom::desk::people::PersonKind::Staff,
                    ..postroom::desk::people::Person::contact(
                        postroom::desk::ids::PersonId(1),
                        "A".to_owned(),
                        "a@b.example".to_owned(),
                    )
                };
                people::insert(tx, &broken, postroom::time::Timestamp::from_seconds(0)).await?;
                let _ = people::insert(tx, &broken, postroom::time::Timestamp::from_seconds(0)).await;
                Ok(())
            })
        });
        let done = swallowed.await;
        // SQLite undoes the one statement and goes on; PostgreSQL would undo everything and say COMMIT.
        assert_eq!(done.is_ok(), kind == "sqlite", "{done:?}");
        assert!(done.is_ok() || !done.unwrap_err().is_passing());
        put(&store, "after").await.unwrap();
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_said_at_once_and_comes_back_by_itself() {
    let Some(database) = Database::postgres().await else { return };
    let gate = Gate::before(&database.url).await;
    let store = Store::open(&gate.url).await.unwrap();
    put(&store, "one").await.unwrap();
    for _ in 0..2 {
        gate.close();
        let begun = Clock::System.now();
        // The first may have to find out; the others are told.
        let first = put(&store, "two").await.unwrap_err();
        assert!(first.is_passing(), "{first}");
        for _ in 0..20 {
            let fault = put(&store, "three").await.unwrap_err();
            assert_eq!(Trouble::of(&fault), Some(Trouble::Away), "{fault}");
            assert!(store.read().await.is_err());
        }
        let took = Clock::System.now().since(begun);
        assert!(took < Duration::from_secs(35), "{took:?}");
        assert!(store.illness().unwrap().words.contains(gate.address()), "{:?}", store.illness());
        gate.open().await;
        assert!(recovered(&store).await < Duration::from_secs(10));
        put(&store, "four").await.unwrap();
        store.read().await.unwrap();
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_became_read_only_or_full_is_trouble_and_no_page_is_an_incident() {
    for mut world in World::each().await {
        if world.database == "sqlite" {
            // Told by the drill of a full disk, with the real program.
            world.end().await;
            continue;
        }
        let carla = world.carla.clone();
        world.writes(&carla, "Printer", "It is on fire.").await;
        let mut guest = world.signed_in("carla@acme.example").await;
        let name = world.url().rsplit('/').next().unwrap().to_owned();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        world.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
        world.execute(others).await;
        // Killed connections are found out about, and replaced; then it is read-only.
        let begun = Clock::System.now();
        loop {
            let fault = put(&world.store, "x").await.unwrap_err();
            if Trouble::of(&fault) == Some(Trouble::ReadOnly) {
                break;
            }
            assert!(Clock::System.now().since(begun) < Duration::from_secs(10), "{fault}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for (language, words) in [("en", "Not at the moment"), ("de", "Im Moment nicht")] {
            guest.language = language;
            let page = guest.post("/sign-in", &[("address", "carla@acme.example")]).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(page.headers.contains_key(header::RETRY_AFTER) && page.text().contains(words), "{}", page.text());
        }
        // What can be read can be looked at, even where the last sight of the session would be written down.
        world.clock.advance(Duration::from_secs(3_600));
        assert_eq!(guest.get("/").await.status, StatusCode::OK);
        // A mail that cannot be decided now is not to blame.
        let raw = crate::world::mail("later");
        let origin = |uid| inbox::Origin { mailbox: "support".to_owned(), folder: "INBOX".to_owned(), uidvalidity: 1, uid };
        let intake = crate::world::intake(&world.store);
        assert!(intake.keep(&origin(900), raw.clone().into_bytes(), postroom::mailbox::About::default()).await.is_err());

        // Written past the default, as the administrator who mends it does.
        world.execute(&format!("BEGIN READ WRITE; ALTER DATABASE {name} RESET default_transaction_read_only; COMMIT")).await;
        assert!(recovered(&world.store).await < Duration::from_secs(10));
        assert_eq!(guest.post("/sign-in", &[("address", "carla@acme.example")]).await.status, StatusCode::SEE_OTHER);
        intake.keep(&origin(900), raw.into_bytes(), postroom::mailbox::About::default()).await.unwrap();
        world.settle().await;
        assert_eq!(world.tickets().await, 2);
        world.end().await;
    }
}
