//! Every step of the schema is tried on a database that holds rows of every earlier step.

use std::path::PathBuf;

use postroom::ops::check;
use postroom::store::{Store, entries, tickets, versions};

use crate::world::databases::Database;

fn sample(version: i64, name: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/migrations/{version:04}_{name}.sql"));
    std::fs::read_to_string(file).ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_keeps_the_rows_of_the_steps_before() {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    for database in databases {
        for (version, name) in versions() {
            Store::open_at(&database.url, version).await.unwrap().close().await;
            if let Some(rows) = sample(version, name) {
                database.execute(&rows).await;
            }
        }
        let store = Store::open(&database.url).await.unwrap();
        let mut tx = store.read().await.unwrap();
        let (ticket, faults) = (tickets::list(&mut tx, None).await.unwrap().remove(0), check::faults(&mut tx).await.unwrap());
        assert_eq!(
            (ticket.number.to_string().as_str(), ticket.state.status.as_str(), ticket.face.state.status.as_str()),
            ("ACME-1", "done", "open")
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(entries::list(&mut tx, ticket.id).await.unwrap().len(), 3);
        drop(tx);
        store.close().await;
    }
}

#[test]
fn the_first_version_has_sample_rows() {
    let (version, name) = versions().next().unwrap();
    assert!(sample(version, name).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_refuses_what_must_never_stand_in_it() {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    for database in databases {
        Store::open(&database.url).await.unwrap().close().await;
        database.execute(&sample(1, "desk").unwrap()).await;
        let wrong = [
            "UPDATE entry SET visibility = 'secret' WHERE id = 60001",
            "UPDATE entry SET visibility = NULL WHERE id = 60001",
            "UPDATE ticket SET status = 'gone' WHERE id = 50001",
            "UPDATE ticket SET progress = 101 WHERE id = 50001",
            "UPDATE project SET organization_id = NULL WHERE id = 30001",
            "UPDATE inbox SET disposition = 'lost' WHERE id = 40001",
            "UPDATE inbox SET uid = 1 WHERE id = 40002",
            "DELETE FROM person WHERE id = 10003",
            "INSERT INTO person_address (address, person_id, position) VALUES ('anna@staff.example', 10003, 1)",
            "INSERT INTO role_permission (role_id, permission, effect) VALUES (2, 'see_internal_notes', 'allowed')",
            "INSERT INTO role_permission (role_id, permission, effect) VALUES (2, 'close', 'perhaps')",
            "UPDATE role SET parent_id = id WHERE id = 2",
            "UPDATE role SET parent_id = 99 WHERE id = 2",
            "INSERT INTO sign_in (hash, purpose, tries, next_path, created_at, expires_at) VALUES ('x', 'reply', 0, '/', 0, 0)",
        ];
        for sql in wrong {
            assert!(database.try_execute(sql).await.is_err(), "{sql} was taken by {}", database.url);
        }
        // The twin: what is right is taken.
        database.execute("UPDATE entry SET visibility = 'public' WHERE id = 60002").await;
        database.execute("INSERT INTO role_permission (role_id, permission, effect) VALUES (2, 'close', 'denied')").await;
    }
}
