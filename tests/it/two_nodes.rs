//! Several nodes decide on one database: still one lane.

use postroom::desk::inbox::Disposition;
use postroom::intake::{Intake, process_next};
use postroom::store::{Dialect, Store, inbox};
use postroom::time::{Chance, Clock};

use crate::world::desk::{SUPPORT, World};

/// Decides until nothing is undecided; how many mails this node decided.
async fn node(intake: Intake, clock: Clock) -> usize {
    let mut decided = 0;
    loop {
        match process_next(&intake).await.unwrap() {
            Some(_) => decided += 1,
            None => {
                let mut tx = intake.store.read().await.unwrap();
                if inbox::next_undecided(&mut tx).await.unwrap().is_none() {
                    return decided;
                }
                drop(tx);
                clock.advance(std::time::Duration::from_micros(1));
                tokio::task::yield_now().await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_and_its_answer_decided_by_two_nodes_are_one_ticket() {
    for mut world in World::each().await {
        let sqlite = world.store.dialect() == Dialect::Sqlite;
        let mut client = world.carla.clone();
        for place in 0..50 {
            let root = format!("root{place}@acme.example");
            for answer in 0..4 {
                client.address =
                    if answer % 2 == 0 { "carla@acme.example".to_owned() } else { format!("kollege{place}@acme.example") };
                let references = if answer == 0 { String::new() } else { format!("In-Reply-To: <{root}>\r\n") };
                let id = if answer == 0 { root.clone() } else { format!("a{answer}.{root}") };
                let raw = format!(
                    "From: {}\r\nTo: {SUPPORT}\r\nSubject: Frage {place}\r\nMessage-ID: <{id}>\r\n{references}\r\nText {place} {answer}\r\n",
                    client.address
                );
                world.arrive(raw.as_bytes(), "support").await;
            }
        }
        let mut nodes = Vec::new();
        for _ in 0..if sqlite { 1 } else { 3 } {
            // A node has a pool of its own; on SQLite there is only one process.
            let store = if sqlite { world.store.clone() } else { Store::open(world.url()).await.unwrap() };
            let intake = Intake { store, chance: Chance::System, ..world.intake() };
            nodes.push(tokio::spawn(node(intake, world.clock.clone())));
        }
        let mut shares = Vec::new();
        for node in nodes {
            shares.push(node.await.unwrap());
        }
        assert_eq!(shares.iter().sum::<usize>(), 200, "{shares:?}");
        let ledger = world.ledger().await;
        assert!(ledger.iter().all(|row| row.attempts == 1), "no node counted an attempt that it did not make");
        let of = |word| ledger.iter().filter(|row| row.disposition == Some(word)).count();
        assert_eq!((of(Disposition::Ticket), of(Disposition::Comment)), (50, 150));
        assert_eq!(world.tickets().await, 50);
        let (ticket, entries) = world.ticket("ACME-50").await;
        assert_eq!(ticket.title, "Frage 49", "in the order of the inbox");
        assert_eq!(entries.into_iter().filter(|entry| entry.text.starts_with("Text 49")).count(), 4);
        world.deliver().await;
        world.end().await;
    }
}
