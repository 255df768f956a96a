//! An IMAP server as a source of mail: Dovecot with other clients at work in the same mailbox.

use std::path::PathBuf;
use std::time::Duration;

use postroom::config::{Imap, Login, Mailbox, Secret, Source, Tls};
use postroom::desk::inbox::MailboxHealth;
use postroom::mail::Limits;
use postroom::mailbox::imap::{ImapReader, connect};
use postroom::mailbox::run;
use postroom::store::{inbox, mailboxes};
use tokio_util::sync::CancellationToken;

use crate::world::databases::{Database, stores};
use crate::world::odd_imap::{Body, OddImap};
use crate::world::servers::{ca_file, client, command, imap, search, server, somebody};
use crate::world::{intake, ledger, mail, raw_mails};

/// A mailbox of its own on the real server, or the test is left out.
macro_rules! mailbox {
    ($folders:expr) => {
        match imap(&somebody(), &$folders) {
            Some(imap) => imap,
            None => return,
        }
    };
}

#[tokio::test]
async fn the_ledger_equals_the_deliveries_whatever_other_clients_do() {
    for (kind, store, _database) in stores().await {
        let imap = mailbox!(["INBOX"]);
        let mut other = client(&imap, "INBOX").await;
        let mut reader = ImapReader::new("support", imap.clone(), intake(&store));
        let mut delivered = Vec::new();
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        for round in 0..4 {
            for number in 0..30 {
                let text = mail(&format!("{round}-{number}"));
                // Some are read and flagged before we ever look, some are older than all others.
                let flags = (number % 3 == 0).then_some(r"(\Seen \Flagged)");
                let date = (number % 5 == 0).then_some("\"01-Jan-1999 00:00:00 +0000\"");
                other.append("INBOX", flags, date, &text).await.unwrap();
                delivered.push(text);
            }
            assert_eq!(reader.poll_once().await.unwrap(), 30, "{kind}");
            assert_eq!(reader.poll_once().await.unwrap(), 0);
            command(&mut other, r"UID STORE 1:* +FLAGS.SILENT (\Seen)").await;
            if round % 2 == 1 {
                command(&mut other, r"UID STORE 1:* +FLAGS.SILENT (\Deleted)").await;
                command(&mut other, "EXPUNGE").await;
            }
            if round == 2 {
                // A new process knows only the ledger.
                reader = ImapReader::new("support", imap.clone(), intake(&store));
            }
        }
        assert_eq!(raw_mails(&store).await, delivered, "{kind}");
    }
}

#[tokio::test]
async fn deliveries_and_removals_during_the_run_are_all_seen() {
    for (kind, store, _database) in stores().await {
        let imap = mailbox!(["INBOX"]);
        let (mut sender, mut remover) = (client(&imap, "INBOX").await, client(&imap, "INBOX").await);
        let mut reader = ImapReader::new("support", imap.clone(), intake(&store));
        let sending = tokio::spawn(async move {
            for number in 0..120 {
                sender.append("INBOX", None, None, mail(&number.to_string())).await.unwrap();
            }
        });
        // Removes whatever the ledger has, while the reader goes on.
        let ours = store.clone();
        let removing = tokio::spawn(async move {
            loop {
                let uids: Vec<String> = ledger(&ours).await.iter().map(|row| row.origin.uid.to_string()).collect();
                if !uids.is_empty() {
                    command(&mut remover, &format!(r"UID STORE {} +FLAGS.SILENT (\Deleted)", uids.join(","))).await;
                    command(&mut remover, "EXPUNGE").await;
                }
                if uids.len() == 120 {
                    return;
                }
            }
        });
        let reading = async {
            let mut new = 0;
            while new < 120 {
                new += reader.poll_once().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reading).await.unwrap();
        sending.await.unwrap();
        removing.await.unwrap();
        let expected: Vec<String> = (0..120).map(|number: i32| mail(&number.to_string())).collect();
        assert_eq!(raw_mails(&store).await, expected, "{kind}");
    }
}

#[tokio::test]
async fn a_folder_made_anew_gives_new_rows() {
    let imap = mailbox!(["Support", "INBOX"]);
    let (_, store, _database) = stores().await.remove(0);
    let mut other = client(&imap, "INBOX").await;
    let intake = intake(&store);
    let mut reader = ImapReader::new("support", imap.clone(), intake.clone());
    // One folder that is not there is said, and does not keep the other from being read.
    other.append("INBOX", None, None, mail("inbox")).await.unwrap();
    let words = reader.poll_once().await.unwrap_err().to_string();
    assert!(words.contains("there is no folder Support; there are: INBOX"), "{words}");
    assert_eq!(raw_mails(&store).await, [mail("inbox")]);
    for _ in 0..2 {
        intake.clock.advance(Duration::from_secs(600));
        other.create("Support").await.unwrap();
        other.append("Support", None, None, mail("one")).await.unwrap();
        // Dovecot 2.3.19 (2026-11) ends the connection of whoever has the folder open when it is deleted.
        if let Err(error) = reader.poll_once().await {
            assert_eq!(reader.poll_once().await.unwrap(), 1, "{error:#}");
        }
        other.delete("Support").await.unwrap();
    }
    let rows: Vec<_> = ledger(&store).await.into_iter().filter(|row| row.origin.folder == "Support").collect();
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0].origin.uidvalidity, rows[1].origin.uidvalidity);
}

#[tokio::test]
async fn a_mail_is_marked_as_read_only_after_the_commit() {
    let imap = mailbox!(["INBOX"]);
    let (_, store, database) = stores().await.remove(0);
    assert!(database.is_sqlite());
    let mut other = client(&imap, "INBOX").await;
    other.append("INBOX", None, None, mail("one")).await.unwrap();
    let mut reader = ImapReader::new("support", imap.clone(), intake(&store));
    database.execute("CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END").await;
    // More often than a bad mail is tried: the database's faults are not the mail's.
    for _ in 0..5 {
        let error = reader.poll_once().await.unwrap_err();
        assert!(format!("{error:#}").contains("the disk is full"), "{error:#}");
    }
    assert_eq!(search(&mut other, "UNSEEN").await.len(), 1);
    database.execute("DROP TRIGGER full").await;
    assert_eq!(reader.poll_once().await.unwrap(), 1);
    assert_eq!((search(&mut other, "UNSEEN").await.len(), search(&mut other, "SEEN").await.len()), (0, 1));
}

#[tokio::test]
async fn a_mail_that_is_too_large_stays_on_the_server() {
    let imap = mailbox!(["INBOX"]);
    let (_, store, _database) = stores().await.remove(0);
    let mut other = client(&imap, "INBOX").await;
    let size = Limits::default().raw_bytes + 1;
    other.append("INBOX", None, None, format!("Subject: large\r\n\r\n{}\r\n", "x".repeat(size))).await.unwrap();
    other.append("INBOX", None, None, mail("small")).await.unwrap();
    let mut reader = ImapReader::new("support", imap.clone(), intake(&store));
    reader.poll_once().await.unwrap();
    assert_eq!(raw_mails(&store).await, [mail("small")]);
    let rows = ledger(&store).await;
    assert!(rows.len() == 2 && rows.iter().any(|row| row.blob.is_none() && usize::try_from(row.size).unwrap() >= size));
    assert_eq!(search(&mut other, "UNSEEN").await.len(), 1);
    let large = rows.iter().find(|row| row.blob.is_none()).unwrap().id;
    let head = inbox::head(&mut store.read().await.unwrap(), large).await.unwrap().unwrap();
    assert!(head.starts_with(b"Subject: large\r\n\r\nxxx") && head.len() == 16 << 10, "its beginning, and no more");
    assert_eq!(reader.poll_once().await.unwrap(), 0);
}

#[tokio::test]
async fn a_wrong_password_and_a_dead_server_are_errors_of_the_step() {
    let mut imap = mailbox!(["INBOX"]);
    let (_, store, _database) = stores().await.remove(0);
    let mut wrong = imap.clone();
    wrong.server.login = Some(Login { user: "kim".to_owned(), password: Secret::from("verkehrt".to_owned()) });
    let mut reader = ImapReader::new("support", wrong, intake(&store));
    for _ in 0..2 {
        let words = format!("{:#}", reader.poll_once().await.unwrap_err());
        assert!(words.starts_with("the server refused user kim: Authentication failed. Is the password right?"), "{words}");
        assert!(!words.contains("verkehrt"), "{words}");
    }
    imap.server.port = 1;
    assert!(ImapReader::new("support", imap, intake(&store)).poll_once().await.is_err());
}

#[tokio::test]
async fn a_certificate_of_the_servers_own_needs_the_file() {
    let user = somebody();
    let Some(plain) = imap(&user, &["INBOX"]) else { return };
    for (variable, tls) in [("POSTROOM_TEST_IMAPS", Tls::Implicit), ("POSTROOM_TEST_IMAP", Tls::Starttls)] {
        let mut server = server(variable, tls).unwrap();
        server.login.clone_from(&plain.server.login);
        let words = format!("{:#}", connect(&server).await.unwrap_err());
        assert!(words.contains("is not signed by an authority") && words.contains("fingerprint = \"sha256:"), "{words}");
        server.ca_file = ca_file();
        connect(&server).await.unwrap().logout().await.unwrap();
        "localhost".clone_into(&mut server.host);
        connect(&server).await.unwrap().logout().await.unwrap();
        server.ca_file = Some(PathBuf::from("missing.pem"));
        assert!(format!("{:#}", connect(&server).await.unwrap_err()).contains("missing.pem"));
    }
}

#[tokio::test]
async fn one_bad_mail_costs_only_itself() {
    for bad in [Body::Nonsense, Body::HangUp, Body::Nothing] {
        let (_, store, _database) = stores().await.remove(0);
        let intake = intake(&store);
        let server = OddImap::start(&[Body::Good, bad, Body::Good, bad, Body::Good]).await;
        let mut reader = ImapReader::new("support", server.imap.clone(), intake.clone());
        let mut errors = Vec::new();
        for _ in 0..12 {
            errors.extend(reader.poll_once().await.err().map(|error| format!("{error:#}")));
        }
        let mut mails = raw_mails(&store).await;
        mails.sort();
        assert_eq!(mails, [mail("1"), mail("3"), mail("5")], "{bad:?}: {errors:?}");
        assert_eq!(server.seen(), [1, 3, 5]);
        // What was in the mail is nobody's business in a log.
        assert!(errors.iter().all(|words| !words.contains("geheim")), "{errors:?}");
        // It is left alone now, and not for good.
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        server.heal(2);
        server.heal(4);
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        intake.clock.advance(Duration::from_secs(3700));
        assert_eq!(reader.poll_once().await.unwrap(), 2);
        assert_eq!(server.seen(), [1, 2, 3, 4, 5]);
    }
}

#[tokio::test]
async fn the_loop_survives_a_dead_server_and_says_so() {
    let database = Database::sqlite();
    let store = postroom::store::Store::open(&database.url).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let server = postroom::config::Server {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::None,
        login: Some(Login { user: "kim".to_owned(), password: Secret::from("geheim".to_owned()) }),
        ca_file: None,
        fingerprint: None,
    };
    let mailbox = Mailbox {
        name: "support".to_owned(),
        address: "support@desk.example".to_owned(),
        plus_addressing: true,
        reception: "IN".to_owned(),
        source: Source::Imap(Imap { server, folders: vec!["INBOX".to_owned()] }),
        poll: Duration::from_millis(100),
        staff_only: false,
        trusted_forwarders: vec![],
    };
    let stop = CancellationToken::new();
    let task = tokio::spawn(run(mailbox, intake(&store), stop.clone()));
    let state = async {
        loop {
            let states = mailboxes::list(&mut store.read().await.unwrap()).await.unwrap();
            match states.into_iter().next() {
                Some(state) => break state,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    let state = tokio::time::timeout(Duration::from_secs(10), state).await.unwrap();
    assert_eq!((state.mailbox.as_str(), state.health, state.ok_at), ("support", MailboxHealth::Failing, None));
    assert!(state.words.contains("connecting to"), "{}", state.words);
    assert!(!task.is_finished());
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_mailbox_that_recovers_is_noted_on_both_databases() {
    use postroom::time::Timestamp;
    for (kind, store, _database) in stores().await {
        let at = Timestamp::from_seconds;
        for (fault, now) in [(None, 10), (Some("dead".to_owned()), 20), (Some("dead".to_owned()), 30)] {
            store
                .write(move |tx| Box::pin(async move { Ok(mailboxes::note(tx, "support", fault.as_deref(), at(now)).await?) }))
                .await
                .unwrap();
        }
        let state = mailboxes::list(&mut store.read().await.unwrap()).await.unwrap().remove(0);
        assert_eq!(
            (state.health, state.words.as_str(), state.checked_at, state.ok_at),
            (MailboxHealth::Failing, "dead", at(30), Some(at(10))),
            "{kind}"
        );
        store.write(move |tx| Box::pin(async move { Ok(mailboxes::note(tx, "support", None, at(40)).await?) })).await.unwrap();
        let state = mailboxes::list(&mut store.read().await.unwrap()).await.unwrap().remove(0);
        assert_eq!((state.health, state.words.as_str(), state.ok_at), (MailboxHealth::Ok, "", Some(at(40))), "{kind}");
    }
}
