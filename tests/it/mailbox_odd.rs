//! What a mailbox does with mails that do not come, names that do not last, and folders that are not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use postroom::config::Imap;
use postroom::desk::inbox::{Disposition, Held, HeldAction};
use postroom::mailbox::imap::ImapReader;
use postroom::mailbox::{FoldersFailed, InboxWriter};
use postroom::ops::check;
use postroom::store::held::{self, Taken};
use postroom::store::inbox::{self, LedgerRow, Understood, Verdict};
use postroom::store::{Store, Tx};

use crate::world::databases::stores;
use crate::world::desk::World;
use crate::world::hostile_imap::{Act, Asked, HostileImap, Step};
use crate::world::odd_imap::{Body, OddImap};
use crate::world::servers::{client, imap, somebody};
use crate::world::{intake, ledger, mail, raw_mails};

const HOUR: Duration = Duration::from_secs(3_700);

/// What intake does with a row that has no bytes.
async fn hold(store: &Store, row: &LedgerRow) {
    let id = row.id;
    let verdict = Verdict { disposition: Disposition::Held, reason: Held::NotFetched.as_str().to_owned(), ticket: None };
    let now = row.received_at;
    let work =
        store.write(move |tx| Box::pin(async move { Ok(inbox::decide(tx, id, &Understood::default(), &verdict, now).await?) }));
    assert!(work.await.unwrap());
}

/// A person's word on a held mail.
async fn say(store: &Store, row: &LedgerRow, word: HeldAction) {
    let (id, at) = (row.id, row.received_at);
    let work = store.write(move |tx| {
        Box::pin(async move {
            let round = held::get(tx, id).await?.unwrap().round + 1;
            let taken = Taken { round, word, person: None, reason: Held::NotFetched, at };
            Ok(held::take(tx, id, &taken, Held::NotFetched.release(word)).await?)
        })
    });
    assert!(work.await.unwrap());
}

async fn read(store: &Store) -> Tx {
    store.read().await.unwrap()
}

/// Looks until a mail that does not come has its row.
async fn tried(reader: &mut ImapReader, intake: &InboxWriter, looks: usize) {
    for _ in 0..looks {
        let _ = reader.poll_once().await;
    }
    intake.clock.advance(Duration::from_secs(1));
}

#[tokio::test]
async fn a_mail_that_does_not_come_is_held_and_comes_in_when_the_server_hands_it_over() {
    for (kind, store, _database) in stores().await {
        let intake = intake(&store);
        let server = OddImap::start(&[Body::Good, Body::Nothing, Body::Good]).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        tried(&mut reader, &intake, 4).await;
        let rows = ledger(&store).await;
        assert_eq!(rows.iter().filter(|row| row.blob.is_some()).count(), 2, "{kind}");
        let missing = rows.into_iter().find(|row| row.blob.is_none()).unwrap();
        hold(&store, &missing).await;
        // It is counted for each mailbox, and `check` says it.
        assert_eq!(inbox::count_not_fetched(&mut read(&store).await).await.unwrap()["support"], 1, "{kind}");
        assert!(check::waiting::not_fetched(&store).await.unwrap()[0].words.contains("hand over 1 mails"));
        // A new process tries it once, by itself, and then once an hour.
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        server.heal(2);
        assert_eq!(reader.poll_once().await.unwrap(), 0, "{kind}: left alone");
        intake.clock.advance(HOUR);
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{kind}");
        let row = inbox::get(&mut read(&store).await, missing.id).await.unwrap().unwrap();
        assert_eq!((row.blob.is_some(), row.absent, row.disposition, row.attempts), (true, None, None, 0), "{kind}");
        assert_eq!(raw_mails(&store).await.len(), 3);
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        assert!(inbox::count_not_fetched(&mut read(&store).await).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn people_can_have_it_asked_for_at_once_and_can_drop_it() {
    for (kind, store, _database) in stores().await {
        let intake = intake(&store);
        let server = OddImap::start(&[Body::Nothing, Body::Nothing]).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        tried(&mut reader, &intake, 6).await;
        let rows = ledger(&store).await;
        assert_eq!(rows.len(), 2, "{kind}");
        hold(&store, &rows[0]).await;
        hold(&store, &rows[1]).await;
        reader.poll_once().await.unwrap();
        server.heal(1);
        server.heal(2);
        // Nobody said anything: not before the hour is over.
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        say(&store, &rows[0], HeldAction::Retry).await;
        say(&store, &rows[1], HeldAction::Drop).await;
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{kind}");
        intake.clock.advance(HOUR);
        assert_eq!(reader.poll_once().await.unwrap(), 0, "{kind}: what was dropped stays where it is");
        assert_eq!(ledger(&store).await[1].disposition, Some(Disposition::Ignored));
        // Brought back, it is asked for again.
        say(&store, &rows[1], HeldAction::Back).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{kind}");
        assert_eq!(raw_mails(&store).await.len(), 2);
    }
}

/// A server whose folder has another UIDVALIDITY whenever `changes` says so; and how many mails it handed over.
async fn renaming(changes: fn(usize) -> usize, third: Arc<AtomicBool>) -> (HostileImap, Arc<AtomicUsize>) {
    let fetched = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&fetched);
    let server = HostileImap::start(Arc::new(move |asked: &Asked<'_>| match asked.step {
        Step::Select => {
            let text = format!("* OK [UIDVALIDITY {}] x\r\nTAG OK done\r\n", 100 + changes(asked.selected));
            Some(Act::Say(text.into_bytes()))
        }
        Step::Search if !third.load(Ordering::Relaxed) => Some(Act::Say(b"* SEARCH 1 2\r\nTAG OK done\r\n".to_vec())),
        Step::Body => {
            let uids = asked.line.split_whitespace().nth(3).unwrap().split(',').count();
            counter.fetch_add(uids, Ordering::Relaxed);
            None
        }
        _ => None,
    }))
    .await;
    (server, fetched)
}

#[tokio::test]
async fn names_that_change_at_each_look_neither_lose_nor_double_a_mail() {
    for (kind, store, _database) in stores().await {
        let (intake, third) = (intake(&store), Arc::new(AtomicBool::new(false)));
        let (server, fetched) = renaming(|selected| selected, Arc::clone(&third)).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        let look = || intake.clock.advance(Duration::from_secs(10));
        for _ in 0..60 {
            reader.poll_once().await.unwrap();
            look();
        }
        // Once for their dates; twice under new names, as after an honest change; then by content.
        assert_eq!((ledger(&store).await.len(), fetched.load(Ordering::Relaxed)), (4, 8), "{kind}");
        assert!(reader.remarks()[0].contains("folder INBOX: the server gives its mails new names"), "{:?}", reader.remarks());
        third.store(true, Ordering::Relaxed);
        let mut new = 0;
        for _ in 0..12 {
            new += reader.poll_once().await.unwrap();
            look();
        }
        assert_eq!((new, ledger(&store).await.len(), fetched.load(Ordering::Relaxed)), (1, 5, 11), "{kind}");
        // Every new process compares everything once, and stores nothing twice.
        for _ in 0..3 {
            let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
            for _ in 0..5 {
                assert_eq!(reader.poll_once().await.unwrap(), 0, "{kind}");
                look();
            }
        }
        assert_eq!(ledger(&store).await.len(), 5, "{kind}");
    }
}

#[tokio::test]
async fn after_one_change_everything_has_new_names() {
    let (_, store, _database) = stores().await.remove(0);
    let intake = intake(&store);
    let (server, _) = renaming(|selected| selected / 5, Arc::new(AtomicBool::new(true))).await;
    let mut reader = ImapReader::new("support", server.imap.clone(), intake);
    let mut new = Vec::new();
    for _ in 0..10 {
        new.push(reader.poll_once().await.unwrap());
    }
    assert_eq!(new, [3, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
    assert!(reader.remarks().is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_slows_only_itself() {
    for act in [
        Act::Say(b"TAG NO [NONEXISTENT] no such mailbox\r\n".to_vec()),
        Act::Say(b"TAG NO denied\r\n".to_vec()),
        Act::Say(b"TAG OK without UIDVALIDITY\r\n".to_vec()),
        Act::Leave(b"* BYE that folder kills me\r\n".to_vec()),
        Act::Leave(Vec::new()),
    ] {
        let (_, store, _database) = stores().await.remove(0);
        let (intake, opened) = (intake(&store), Arc::new(AtomicUsize::new(0)));
        let (counter, said) = (Arc::clone(&opened), act.clone());
        let third = Arc::new(AtomicBool::new(false));
        let comes = Arc::clone(&third);
        let server = HostileImap::start(Arc::new(move |asked: &Asked<'_>| match asked.step {
            Step::Select if asked.line.contains("Suport") => {
                counter.fetch_add(1, Ordering::Relaxed);
                Some(said.clone())
            }
            Step::List => {
                Some(Act::Say(b"* LIST () \".\" INBOX\r\n* LIST () \".\" \"INBOX.Kunden S&APw-d\"\r\nTAG OK\r\n".to_vec()))
            }
            Step::Search if !comes.load(Ordering::Relaxed) => Some(Act::Say(b"* SEARCH 1 2\r\nTAG OK\r\n".to_vec())),
            _ => None,
        }))
        .await;
        let folders = ["Suport", "INBOX"].map(str::to_owned).to_vec();
        let imap = Imap { folders, ..server.imap.clone() };
        let mut reader = ImapReader::new("support", imap, intake.clone());
        let error = reader.poll_once().await.unwrap_err();
        let words = error.to_string();
        assert!(error.downcast_ref::<FoldersFailed>().is_some() && words.starts_with("folder Suport: "), "{act:?}: {words}");
        if let Act::Say(text) = &act
            && text.starts_with(b"TAG NO")
        {
            assert!(words.ends_with("there is no folder Suport; there are: INBOX, INBOX.Kunden Süd"), "{words}");
        }
        assert_eq!(raw_mails(&store).await, [mail("1"), mail("2")], "{act:?}");
        // Ten minutes at ten seconds: the others are read each time, the bad one waits longer and longer.
        third.store(true, Ordering::Relaxed);
        for _ in 0..60 {
            intake.clock.advance(Duration::from_secs(10));
            assert!(reader.poll_once().await.unwrap_err().downcast_ref::<FoldersFailed>().is_some(), "it is still said");
        }
        assert_eq!(raw_mails(&store).await.len(), 3, "{act:?}");
        assert_eq!(opened.load(Ordering::Relaxed), 6, "{act:?}: at once and after 10, 30, 70, 150 and 310 seconds");
    }
}

#[tokio::test]
async fn names_of_folders_are_written_as_people_write_them() {
    let user = somebody();
    let Some(plain) = imap(&user, &["INBOX"]) else { return };
    let (_, store, _database) = stores().await.remove(0);
    let mut other = client(&plain, "INBOX").await;
    for (number, name) in ["Kunden S&APw-d", "R&-D", "quo\"te"].into_iter().enumerate() {
        other.create(name).await.unwrap();
        other.append(name, None, None, mail(&number.to_string())).await.unwrap();
    }
    let reader = |folders: &[&str]| {
        let folders = folders.iter().map(|name| (*name).to_owned()).collect();
        ImapReader::new("support", Imap { folders, ..plain.clone() }, intake(&store))
    };
    assert_eq!(reader(&["Kunden Süd", "R&D", "quo\"te"]).poll_once().await.unwrap(), 3);
    assert_eq!(reader(&["Kunden S&APw-d", "R&-D"]).poll_once().await.unwrap(), 0, "the same folders");
    let words = reader(&["Kunden Nord"]).poll_once().await.unwrap_err().to_string();
    assert!(words.contains("there is no folder Kunden Nord; there are: ") && words.contains("Kunden Süd"), "{words}");
}

#[tokio::test]
async fn the_desk_holds_what_has_not_come_and_makes_a_ticket_of_it_when_it_does() {
    for mut world in World::each().await {
        let intake = intake(&world.store);
        let server = OddImap::start(&[Body::Nothing]).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        tried(&mut reader, &intake, 4).await;
        world.settle().await;
        assert_eq!(world.last_verdict().await, "held not_fetched", "{}", world.database);
        // "Try again" while nothing has changed: it is held again.
        say(&world.store, &world.ledger().await[0], HeldAction::Retry).await;
        world.settle().await;
        assert_eq!(world.last_verdict().await, "held not_fetched", "{}", world.database);
        server.heal(1);
        intake.clock.advance(HOUR);
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{}", world.database);
        world.settle().await;
        assert!(world.last_verdict().await.starts_with("ticket "), "{}", world.last_verdict().await);
        assert_eq!((world.tickets().await, world.ledger().await.len()), (1, 1), "{}", world.database);
        world.end().await;
    }
}

#[tokio::test]
async fn a_server_that_hands_over_nothing_does_not_fill_the_ledger() {
    let (_, store, _database) = stores().await.remove(0);
    let server = HostileImap::start(Arc::new(|asked: &Asked<'_>| match asked.step {
        Step::Search => {
            let all: Vec<String> = (1..=250).map(|uid| uid.to_string()).collect();
            Some(Act::Say(format!("* SEARCH {}\r\nTAG OK done\r\n", all.join(" ")).into_bytes()))
        }
        Step::About | Step::Body => Some(Act::Say(b"TAG OK done\r\n".to_vec())),
        _ => None,
    }))
    .await;
    let mut reader = ImapReader::new("support", server.imap.clone(), intake(&store));
    for _ in 0..5 {
        assert_eq!(reader.poll_once().await.unwrap(), 0);
    }
    assert_eq!(ledger(&store).await.len(), 100);
    assert_eq!(reader.remarks(), ["folder INBOX: the server does not hand over 250 mails"]);
}
