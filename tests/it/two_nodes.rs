//! Several nodes decide on one database: still one lane.

use std::time::Duration;

use postroom::desk::inbox::Disposition;
use postroom::intake::{Intake, process_next};
use postroom::store::lease::{self, Heartbeat};
use postroom::store::{Dialect, Store, inbox};
use postroom::time::{Clock, Rng};
use tokio_util::sync::CancellationToken;

use crate::world::desk::{SUPPORT, World};

/// Decides until nothing is undecided; how many mails this node decided.
async fn node(intake: Intake, clock: Clock) -> usize {
    let mut decided = 0;
    loop {
        match process_next(&intake).await.unwrap() {
            Some(_) => decided += 1,
            None => {
                let mut tx = intake.store.read().await.unwrap();
                if inbox::undecided(&mut tx, 1).await.unwrap().is_empty() {
                    return decided;
                }
                drop(tx);
                clock.advance(Duration::from_micros(1));
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
            let intake = Intake { store, rng: Rng::System, ..world.intake() };
            nodes.push(tokio::spawn(node(intake, world.clock.clone())));
        }
        let mut shares = Vec::new();
        for node in nodes {
            shares.push(node.await.unwrap());
        }
        assert_eq!(shares.iter().sum::<usize>(), 200, "{shares:?}");
        let ledger = world.ledger().await;
        assert!(ledger.iter().all(|row| row.attempts == 0), "nobody died of any of them");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_trouble_is_not_held_against_a_mail() {
    for mut world in World::each().await {
        // On SQLite a trigger cannot raise the error of a full disk.
        if world.store.dialect() == Dialect::Postgres {
            for (code, held) in [("53100", false), ("57P03", false), ("22000", true)] {
                let trouble = format!(
                    "CREATE OR REPLACE FUNCTION trouble() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{code}'; \
                     END $$ LANGUAGE plpgsql; CREATE TRIGGER trouble BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION trouble()"
                );
                world.execute(&trouble).await;
                let raw = format!(
                    "From: carla@acme.example\r\nTo: {SUPPORT}\r\nSubject: x\r\nMessage-ID: <{code}@x>\r\n\r\n{code}\r\n"
                );
                world.arrive(raw.as_bytes(), "support").await;
                let intake = world.intake();
                for _ in 0..3 {
                    assert!(process_next(&intake).await.is_err(), "{code}");
                }
                if !held {
                    assert!(process_next(&intake).await.is_err(), "{code}: a fourth time");
                    world.execute("DROP TRIGGER trouble ON ticket").await;
                }
                world.settle().await;
                let verdict = if held { "held crashes" } else { "ticket new" };
                assert_eq!(world.last_verdict().await, verdict, "{code}");
            }
        }
        world.end().await;
    }
}

/// `holder` takes the deciding lane as a node does.
async fn takes_the_lane(world: &World, holder: &'static str, length: Duration) -> Option<i64> {
    let taken = world.store.write(move |tx| Box::pin(async move { Ok(lease::take(tx, "deciding", holder, length).await?) }));
    taken.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_died_while_reading_gives_the_lane_back_by_the_databases_time() {
    for mut world in World::each().await {
        assert!(takes_the_lane(&world, "dead", lease::LENGTH).await.is_some());
        let raw = format!("From: carla@acme.example\r\nTo: {SUPPORT}\r\nSubject: x\r\nMessage-ID: <d@x>\r\n\r\nx\r\n");
        world.arrive(raw.as_bytes(), "support").await;
        let two_hours = Duration::from_hours(2);
        let late = Intake { clock: Clock::fixed(world.clock.now().plus(two_hours)), ..world.intake() };
        let early = Intake { clock: Clock::fixed(world.clock.now().minus(two_hours)), ..world.intake() };
        // A node whose own clock is wrong takes the lane from nobody ...
        for node in [&late, &early] {
            assert_eq!(process_next(node).await.unwrap(), None);
        }
        assert!(world.ledger().await.iter().all(|row| row.disposition.is_none() && row.attempts == 0));
        // ... and waits no longer for one that is gone.
        world.execute(&format!("UPDATE lease SET until = until - {}", lease::LENGTH.as_micros())).await;
        assert!(process_next(&early).await.unwrap().is_some());
        assert!(takes_the_lane(&world, "dead", lease::LENGTH).await.is_some());
        world.execute(&format!("UPDATE lease SET until = until - {}", lease::LENGTH.as_micros())).await;
        world.arrive(raw.replace("<d@x>", "<e@x>").as_bytes(), "support").await;
        assert!(process_next(&late).await.unwrap().is_some());
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_databases_clock_set_back_holds_no_lease_for_hours() {
    for mut world in World::each().await {
        assert!(takes_the_lane(&world, "before", lease::LENGTH).await.is_some());
        assert_eq!(takes_the_lane(&world, "after", lease::LENGTH).await, None, "the twin: one that is good is kept");
        world.execute(&format!("UPDATE lease SET until = until + {}", Duration::from_hours(2).as_micros())).await;
        assert_eq!(takes_the_lane(&world, "after", lease::LENGTH).await, Some(2), "with a new epoch");
        world.execute("UPDATE lease SET until = 0").await;
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_is_kept_while_somebody_works_and_no_longer() {
    for world in World::each().await {
        let length = Duration::from_millis(400);
        assert!(takes_the_lane(&world, "mine", length).await.is_some());
        let store = world.store.clone();
        let heartbeat = Heartbeat::start(length, move || {
            let store = store.clone();
            async move {
                let renewed =
                    store.write(move |tx| Box::pin(async move { Ok(lease::renew(tx, "deciding", "mine", length).await?) }));
                assert!(renewed.await.unwrap());
            }
        });
        tokio::time::sleep(length * 2).await;
        assert_eq!(takes_the_lane(&world, "other", length).await, None);
        drop(heartbeat);
        let taken = async {
            while takes_the_lane(&world, "other", length).await.is_none() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), taken).await.unwrap();
        // Who has lost it ends nothing and renews nothing, and what was ended is not brought back.
        let lost = world.store.write(|tx| {
            Box::pin(async move {
                let ended = lease::end(tx, "deciding", "mine").await?;
                let renewed = lease::renew(tx, "deciding", "mine", lease::LENGTH).await?;
                let mine = lease::end(tx, "deciding", "other").await?;
                Ok((ended, renewed, mine, lease::renew(tx, "deciding", "other", lease::LENGTH).await?))
            })
        });
        assert_eq!(lost.await.unwrap(), (false, false, true, false));
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_leaves_the_lane_at_once() {
    for mut world in World::each().await {
        let raw = format!("From: carla@acme.example\r\nTo: {SUPPORT}\r\nSubject: x\r\nMessage-ID: <s@x>\r\n\r\nx\r\n");
        world.arrive(raw.as_bytes(), "support").await;
        let stop = CancellationToken::new();
        let node = tokio::spawn(postroom::intake::run(world.intake(), stop.clone()));
        while world.ledger().await.iter().any(|row| row.disposition.is_none()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
        node.await.unwrap();
        assert_eq!(takes_the_lane(&world, "next", lease::LENGTH).await, Some(2));
        world.execute("UPDATE lease SET until = 0").await;
        world.settle().await;
        world.end().await;
    }
}
