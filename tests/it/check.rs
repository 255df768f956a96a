//! `postroom check` tells the truth: each kind of damage is done to a desk that was well, and named.

use std::time::Duration;

use postroom::config::{Config, Imap, Login, Outgoing, Secret, Server, Source, Tls};
use postroom::demo::client::File;
use postroom::ops::check::{self, Report};
use postroom::store::{Store, mailboxes};

use crate::world::desk::{SUPPORT, World};
use crate::world::servers;
use crate::world::sink::{Answer, Sink, Step};

/// What a check of this world finds, without trying servers.
async fn found(world: &World) -> Report {
    check::everything(&world.store, &world.web().config, world.clock.now(), true).await
}

/// A desk with a ticket, files, answers, and an article.
async fn desk(world: &mut World) {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    let file =
        |name: &str, byte: u8| File { name: name.to_owned(), content_type: "image/png".to_owned(), data: vec![byte; 90_000] };
    world.writes_to(&carla, SUPPORT, "Printer", "It is on fire.", vec![file("a.png", 7), file("b.png", 9)]).await;
    world.answers(&anna, "Please use water.").await;
    world.writes(&carla, "Scanner", "It is wet.").await;
}

/// What is done past Postroom, and the check that names it. `$off` lets rows go that others refer to.
const DAMAGE: &[(&str, &str)] = &[
    ("inbox_gaps", "UPDATE inbox SET position = 900 WHERE position = 2"),
    ("inbox_counter", "UPDATE counter SET value = value + 2 WHERE name = 'inbox'"),
    ("inbox_counter", "UPDATE counter SET value = 1 WHERE name = 'inbox'"),
    ("outbox_gaps", "$off DELETE FROM delivery; DELETE FROM outbox WHERE position = 2"),
    ("outbox_counter", "$off DELETE FROM delivery; DELETE FROM outbox WHERE position = (SELECT MAX(position) FROM outbox)"),
    ("project_counter", "UPDATE counter SET value = 1 WHERE name = 'project'"),
    (
        "article_counter",
        "INSERT INTO article (id, project_id, slug, title, body, state, position, created_at, updated_at) \
         VALUES (1, 30001, 'a', 'A', '', 'draft', 3, 0, 0)",
    ),
    ("ticket_numbers", "UPDATE project SET last_number = last_number + 1 WHERE key = 'ACME'"),
    ("ticket_numbers", "UPDATE ticket SET number = 9 WHERE number = 2"),
    ("inbox_ticket", "UPDATE inbox SET ticket_id = 4711 WHERE disposition = 'ticket'"),
    ("inbox_loose", "UPDATE inbox SET ticket_id = NULL WHERE disposition = 'ticket'"),
    ("inbox_half", "UPDATE inbox SET decided_at = NULL WHERE position = 1"),
    ("default_project", "UPDATE organization SET default_project_id = 99 WHERE key = 'acme'"),
    ("staff_address", "DELETE FROM person_address WHERE address = 'ben@staff.example'"),
    ("unowned", "INSERT INTO blob (hash, size) VALUES ('00', 0)"),
    ("sizes", "UPDATE attachment SET size = size + 1"),
    ("bytes", "DELETE FROM blob_chunk WHERE hash = (SELECT MIN(blob) FROM attachment)"),
    (
        "bytes",
        "UPDATE blob_chunk SET data = (SELECT data FROM blob_chunk WHERE hash = (SELECT MAX(blob) FROM attachment)) WHERE hash = (SELECT MIN(blob) FROM attachment)",
    ),
    ("bytes", "UPDATE blob SET size = size - 1 WHERE hash = (SELECT blob FROM inbox WHERE position = 1)"),
    ("bytes", "UPDATE blob_chunk SET position = 1 WHERE hash = (SELECT blob FROM inbox WHERE position = 3)"),
    ("references", "$off DELETE FROM blob WHERE hash = (SELECT MIN(blob) FROM attachment)"),
    ("references", "$off DELETE FROM person WHERE id = 10003"),
    ("references", "$off DELETE FROM inbox WHERE position = 3"),
    ("index", "UPDATE public_text SET project_id = 30002"),
    ("index", "UPDATE entry SET visibility = 'internal' WHERE ordinal = 1"),
    ("search", "DELETE FROM public_text"),
    ("tally", "UPDATE tally SET tickets = tickets + 1"),
    ("face", "UPDATE ticket SET face_status = 'done' WHERE number = 1"),
    ("ordinals", "UPDATE entry SET ordinal = 17 WHERE ordinal = 2"),
    ("outbox_half", "UPDATE outbox SET ended_at = NULL WHERE state = 'accepted'"),
    ("drafts", "UPDATE outbox SET state = 'queued', ended_at = NULL, draft = '{}' WHERE position = 1"),
    ("schema", "DELETE FROM _sqlx_migrations WHERE version = 12"),
    ("set_up", "UPDATE project SET kind = 'internal' WHERE key = 'DESK'"),
    ("undecided", "UPDATE inbox SET disposition = NULL, reason = NULL, decided_at = NULL, received_at = 1 WHERE position = 3"),
    ("held", "UPDATE inbox SET disposition = 'held', reason = 'third_party', decided_at = 1 WHERE position = 3"),
    ("deferred", "UPDATE outbox SET state = 'deferred', ended_at = NULL, answer = '451 later' WHERE position = 2"),
    ("queued", "UPDATE outbox SET state = 'queued', ended_at = NULL, due_at = 1 WHERE position = 2"),
    ("unknown", "UPDATE outbox SET state = 'unknown', answer = 'the mail: no answer within 600 s' WHERE position = 2"),
    ("paused", "INSERT INTO outbox_pause (id, since, until) VALUES (1, 1, NULL)"),
    (
        "hanging",
        "UPDATE outbox SET state = 'queued', ended_at = NULL, tried_at = 1, leased_until = 9000000000000000 WHERE position <= 3",
    ),
    ("failed", "UPDATE outbox SET state = 'failed', answer = '550 no' WHERE position = 2"),
    (
        "seen",
        "INSERT INTO mailbox_state (mailbox, state, words, checked_at) VALUES ('support', 'failing', 'no route', 1795000000000000)",
    ),
    ("seen", "INSERT INTO mailbox_state (mailbox, state, words, checked_at) VALUES ('support', 'ok', '', 1794990000000000)"),
    ("serving", "INSERT INTO mailbox_state (mailbox, state, words, checked_at) VALUES ('support', 'ok', '', 1795000000000000)"),
    // The end of a history is missing, as in a copy without its -wal that others wrote into again.
    ("inbox_counter", "$off DELETE FROM inbox WHERE position = (SELECT MAX(position) FROM inbox)"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_damage_is_named() {
    for mut world in World::each().await {
        desk(&mut world).await;
        let before = found(&world).await;
        assert!(before.faults.is_empty(), "{:?} ({})", before.faults, world.database);
        let (kind, config, now) = (world.database, world.web().config, world.clock.now());
        let kept = world.keep().await;
        let off = if kind == "sqlite" { "PRAGMA foreign_keys=OFF;" } else { "SET session_replication_role=replica;" };
        for (check, damage) in DAMAGE {
            let copy = kept.copy().await;
            let store = Store::existing(&copy.url).await.unwrap();
            copy.execute(&damage.replace("$off", off)).await;
            let after = check::everything(&store, &config, now, true).await;
            let named = after.faults.iter().find(|found| found.check == *check);
            let named = named.unwrap_or_else(|| panic!("{damage}: {check} is not in {:?} ({kind})", after.faults));
            assert!(!named.words.is_empty() && !named.remedy.is_empty() && !named.words.contains('{'), "{named:?}");
            store.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_named_and_a_desk_at_work_is_well() {
    let mut world = World::one().await;
    desk(&mut world).await;
    let now = world.clock.now();
    let noted = world.store.write(move |tx| {
        Box::pin(async move {
            for mailbox in ["support", "sales", "plain"] {
                mailboxes::note(tx, mailbox, None, now).await?;
            }
            Ok(())
        })
    });
    noted.await.unwrap();
    // The lock of this desk is nobody's: that, and only that, is found.
    let report = found(&world).await;
    assert_eq!(report.faults.iter().map(|found| found.check).collect::<Vec<_>>(), ["serving"], "{report:?}");
    world.clock.advance(Duration::from_secs(150));
    assert_eq!(found(&world).await.faults.len(), 1);
    world.clock.advance(Duration::from_secs(150));
    assert_eq!(found(&world).await.faults.iter().filter(|found| found.check == "seen").count(), 3);

    // A page of the file is overwritten, as a bad disk or a torn copy does.
    let page = world.number("SELECT rootpage FROM sqlite_master WHERE name = 'entry_inbox'").await;
    let config = world.web().config;
    let copy = world.keep().await.copy().await;
    let path = copy.url.strip_prefix("sqlite:").unwrap().to_owned();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = usize::try_from(page - 1).unwrap() * 4096;
    bytes[at + 3_000..at + 4_096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let store = Store::existing(&copy.url).await.unwrap();
    let report = check::everything(&store, &config, now, true).await;
    assert!(report.faults.iter().any(|found| found.check == "integrity"), "{report:?}");
    store.close().await;
}

/// What trying the servers of `config` finds.
async fn tried(config: &Config) -> Vec<(&'static str, String)> {
    check::servers::all(config, None)
        .await
        .into_iter()
        .map(|found| (found.check, format!("{} | {}", found.words, found.remedy)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_on_both_sides_are_tried() {
    let world = World::one().await;
    let (sink, login) =
        (Sink::start().await, Some(Login { user: "desk".to_owned(), password: Secret::from("geheim".to_owned()) }));
    let mut config = (*world.web().config).clone();
    config.outgoing = Outgoing::Smtp(Server { login: login.clone(), ..sink.server() });
    assert_eq!(tried(&config).await, [], "the twin");
    assert!(sink.logins().len() == 1 && sink.mails().is_empty(), "logged in, and nothing was sent");

    // lettre tries each mechanism that is offered.
    sink.next(Step::Auth, Answer::Say("535 5.7.8 authentication failed"));
    let found = tried(&config).await;
    assert!(
        matches!(&found[..], [("smtp", words)] if words.contains("535 5.7.8 authentication failed") && words.contains("[outgoing.smtp]")),
        "{found:?}"
    );
    let closed = Server { host: "127.0.0.1".to_owned(), port: 1, tls: Tls::None, login, ca_file: None, fingerprint: None };
    config.outgoing = Outgoing::Smtp(closed.clone());
    config.mailboxes[0].source = Source::Imap(Imap { server: closed, folders: vec!["INBOX".to_owned()] });
    let (file, world_maildir) = (tempfile::NamedTempFile::new().unwrap(), tempfile::tempdir().unwrap());
    config.mailboxes[1].source = Source::Maildir(file.path().join("in"));
    let found = tried(&config).await;
    assert_eq!(found.iter().map(|(check, _)| *check).collect::<Vec<_>>(), ["imap", "maildir", "smtp"], "{found:?}");
    assert!(found.iter().all(|(check, words)| *check == "maildir" || words.contains("127.0.0.1:1")), "{found:?}");

    let second = Sink::start().await;
    config.mailboxes[0].source = Source::Maildir(world_maildir.path().join("in"));
    config.mailboxes[1].source = Source::Maildir(world_maildir.path().join("in"));
    let first = Server { port: 1, ..second.server() };
    config.outgoing = Outgoing::Smtp(first.clone());
    config.fallbacks = vec![second.server()];
    let found = tried(&config).await;
    let left = format!("mail leaves by 127.0.0.1:{} meanwhile", second.server().port);
    assert!(
        matches!(&found[..], [("smtp", words)] if words.contains("127.0.0.1:1 cannot be used") && words.contains(&left)),
        "{found:?}"
    );
    config.outgoing = Outgoing::Smtp(sink.server());
    assert_eq!(tried(&config).await, [], "the twin");
    config.outgoing = Outgoing::Smtp(first.clone());
    config.fallbacks = vec![Server { port: 2, ..first }];
    let found = tried(&config).await;
    assert!(found.len() == 2 && found.iter().all(|(_, words)| words.contains("no mail can leave")), "{found:?}");
    config.fallbacks.clear();

    if let Some(imap) = servers::imap(&servers::somebody(), &["INBOX", "Suport"]) {
        config.outgoing = Outgoing::Smtp(sink.server());
        config.mailboxes.truncate(1);
        config.mailboxes[0].source = Source::Imap(imap.clone());
        let found = tried(&config).await;
        assert!(matches!(&found[..], [("imap", words)] if words.contains("folder Suport")), "{found:?}");
        config.mailboxes[0].source = Source::Imap(Imap { folders: vec!["INBOX".to_owned()], ..imap });
        assert_eq!(tried(&config).await, []);
    }
    world.end().await;
}
