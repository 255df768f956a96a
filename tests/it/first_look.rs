//! The first look into a folder: what lay there is taken over in silence, what comes later is news.

use std::path::Path;
use std::time::Duration;

use postroom::config::{Config, Imap, Trust};
use postroom::desk::inbox::{Disposition, Release};
use postroom::desk::outbox::Kind;
use postroom::mailbox::{InboxWriter, imap, maildir};
use postroom::store::first_look;
use postroom::time::{Rng, Timestamp};

use crate::world::desk::World;
use crate::world::servers::{client, imap as server, somebody};

/// So long ago the old mails were written.
const YEAR: Duration = Duration::from_hours(365 * 24);

/// A source of mail for the desk's support mailbox.
fn source(world: &World) -> InboxWriter {
    InboxWriter {
        store: world.store.clone(),
        clock: world.clock.clone(),
        rng: Rng::System,
        largest: postroom::mail::Limits::default().raw_bytes,
    }
}

/// A mail of somebody outside, written at some time.
fn mail(number: usize, from: &str, at: Timestamp, more: &str) -> String {
    format!(
        "From: {from}\r\nTo: support@desk.example\r\nSubject: Request {number}\r\nDate: {}\r\n\
         Message-ID: <old{number}@outside.example>\r\n{more}\r\nText of {number}.\r\n",
        at.rfc5322()
    )
}

/// Twelve mails of last year, of a customer, a guest's colleague and strangers; the last answers the first.
fn year(world: &World) -> Vec<String> {
    let then = world.clock.now().minus(YEAR);
    let from = |number: usize| match number % 3 {
        0 => "Carla Kunze <carla@acme.example>".to_owned(),
        1 => format!("Sam <sam{number}@elsewhere.example>"),
        _ => "Dana Fox <dana@globex.example>".to_owned(),
    };
    let mut mails: Vec<String> = (0..11)
        .map(|number| {
            mail(
                number,
                &from(number),
                then.plus(Duration::from_hours(u64::try_from(number).unwrap())),
                "Cc: eva@acme.example\r\n",
            )
        })
        .collect();
    let answer = "References: <old0@outside.example>\r\nIn-Reply-To: <old0@outside.example>\r\n";
    mails.push(mail(11, &from(0), then.plus(Duration::from_hours(20)), answer).replace("Request 11", "Re: Request 0"));
    mails
}

/// What was sent, as kind and recipient.
async fn left(world: &World) -> Vec<String> {
    let rows = world.outbox().await;
    let mut left: Vec<String> = rows.into_iter().map(|row| format!("{} {}", row.mail.kind, row.mail.recipient)).collect();
    left.sort();
    left
}

const SUMMARIES: [&str; 2] = ["summary anna@staff.example", "summary ben@staff.example"];

/// The desk decides, and what it tells of many mails at once is told.
async fn settle(world: &mut World) {
    world.settle().await;
    world.clock.advance(Duration::from_secs(10));
    world.settle().await;
}

/// What came of the twelve mails, whatever the source: eleven tickets, and one comment on the first.
async fn taken_over(world: &World) {
    let database = world.database;
    let ledger = world.ledger().await;
    let count = |word| ledger.iter().filter(|row| row.disposition == Some(word)).count();
    assert_eq!((count(Disposition::Ticket), count(Disposition::Comment), ledger.len()), (11, 1, 12), "{database}");
    assert!(ledger.iter().all(|row| row.old == Some(true)));
    assert_eq!(left(world).await, SUMMARIES, "{database}");
    let then = world.clock.now().minus(YEAR + Duration::from_hours(1));
    let (ticket, entries) = world.ticket("ACME-1").await;
    assert_eq!(entries.len(), 2, "{database}: the answer is on the ticket of what it answers");
    assert!(ticket.created_at >= then && ticket.created_at <= then.plus(Duration::from_hours(2)), "{database}");
    assert_eq!(ticket.created_at, entries[0].at);
    assert_eq!((ticket.updated_at, ticket.face.activity), (entries[1].at, entries[1].at));
    assert_eq!(entries[1].at.since(entries[0].at), Duration::from_hours(20), "they carry their own dates");
}

/// A new mail, whatever it says of its age, is acknowledged and told.
async fn is_news(world: &mut World) {
    settle(world).await;
    let mut expected =
        vec!["acknowledgement carla@acme.example", "notification anna@staff.example", "notification ben@staff.example"];
    expected.extend(SUMMARIES);
    assert_eq!(left(world).await, expected, "{}", world.database);
    assert_eq!(world.ledger().await.last().unwrap().old, None);
}

#[tokio::test]
async fn twelve_mails_of_last_year_bring_one_summary_and_the_next_mail_is_news_by_imap() {
    for mut world in World::each().await {
        let Some(imap) = server(&somebody(), &["INBOX"]) else { return world.end().await };
        let mut other = client(&imap, "INBOX").await;
        // Appended today, in no order, read or not, with the server's date or without.
        let mails = year(&world);
        for at in [11, 3, 0, 5, 1, 2, 4, 10, 6, 9, 7, 8] {
            let flags = [None, Some(r"(\Seen)"), Some(r"(\Answered)")][at % 3];
            let date = (at % 2 == 0).then_some("\"22-Nov-2025 10:00:00 +0000\"");
            other.append("INBOX", flags, date, &mails[at]).await.unwrap();
        }
        let mut reader = imap::ImapReader::new("support", imap.clone(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 12);
        settle(&mut world).await;
        taken_over(&world).await;
        let late = mail(50, "carla@acme.example", world.clock.now().minus(YEAR), "");
        other.append("INBOX", Some(r"(\Seen \Answered)"), Some("\"22-Nov-2025 10:00:00 +0000\""), late).await.unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        is_news(&mut world).await;
        world.end().await;
    }
}

/// Delivers into a Maildir under a name with flags; its time is now, as after a copy.
fn deliver(path: &Path, name: &str, flags: &str, mail: &str) {
    let file = maildir::deliver(path, mail.as_bytes(), name).unwrap();
    if !flags.is_empty() {
        std::fs::rename(file, path.join("cur").join(format!("{name}:2,{flags}"))).unwrap();
    }
}

#[tokio::test]
async fn the_same_by_maildir_and_after_a_restart_in_the_middle() {
    for mut world in World::each().await {
        let folder = tempfile::tempdir().unwrap();
        let mails = year(&world);
        for at in [11, 3, 0, 5, 1, 2, 4, 10, 6, 9, 7, 8] {
            deliver(folder.path(), &format!("{at}.a"), ["", "S", "RS"][at % 3], &mails[at]);
        }
        // The database fails after a few mails, and the process begins anew: what is left is not new for that.
        let fail = match world.database {
            "sqlite" => "CREATE TRIGGER full BEFORE INSERT ON inbox WHEN NEW.position > 5 BEGIN SELECT RAISE(ABORT, 'full'); END",
            _ => "ALTER TABLE inbox ADD CONSTRAINT full_now CHECK (position <= 5)",
        };
        world.execute(fail).await;
        let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world));
        assert!(reader.poll_once().await.is_err());
        settle(&mut world).await;
        assert_eq!((world.ledger().await.len(), left(&world).await.len()), (5, 0), "{}: not yet through", world.database);
        world.execute(go_on(world.database)).await;
        let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 7);
        settle(&mut world).await;
        taken_over(&world).await;
        deliver(folder.path(), "50.a", "RS", &mail(50, "carla@acme.example", world.clock.now().minus(YEAR), ""));
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        is_news(&mut world).await;
        world.end().await;
    }
}

#[tokio::test]
async fn a_mail_that_comes_in_the_middle_of_the_first_look_is_news() {
    for mut world in World::each().await {
        let Some(imap) = server(&somebody(), &["INBOX"]) else { return world.end().await };
        let mut other = client(&imap, "INBOX").await;
        for mail in &year(&world) {
            other.append("INBOX", None, None, mail).await.unwrap();
        }
        world.execute(stop_at(world.database)).await;
        assert!(imap::ImapReader::new("support", imap.clone(), source(&world)).poll_once().await.is_err());
        let late = mail(50, "carla@acme.example", world.clock.now().minus(YEAR), "");
        other.append("INBOX", Some(r"(\Answered)"), None, late).await.unwrap();
        world.execute(go_on(world.database)).await;
        let mut reader = imap::ImapReader::new("support", imap.clone(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 8);
        is_news(&mut world).await;
        world.end().await;
    }
}

/// From now on the database takes no more than five mails.
fn stop_at(database: &str) -> &'static str {
    match database {
        "sqlite" => "CREATE TRIGGER full BEFORE INSERT ON inbox WHEN NEW.position > 5 BEGIN SELECT RAISE(ABORT, 'full'); END",
        _ => "ALTER TABLE inbox ADD CONSTRAINT full_now CHECK (position <= 5)",
    }
}

/// From now on it takes all again.
fn go_on(database: &str) -> &'static str {
    if database == "sqlite" { "DROP TRIGGER full" } else { "ALTER TABLE inbox DROP CONSTRAINT full_now" }
}

#[tokio::test]
async fn a_folder_that_is_added_later_is_looked_into_for_the_first_time_and_one_made_anew_is_not() {
    for mut world in World::each().await {
        let user = somebody();
        let Some(imap) = server(&user, &["INBOX"]) else { return world.end().await };
        let mut other = client(&imap, "INBOX").await;
        let mut reader = imap::ImapReader::new("support", imap.clone(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 0, "an empty folder was looked into, too");
        let then = world.clock.now().minus(YEAR);
        other.append("INBOX", None, None, mail(1, "carla@acme.example", then, "")).await.unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        settle(&mut world).await;
        let news = left(&world).await;
        assert_eq!(news.len(), 3, "{news:?}");
        other.create("Kunden").await.unwrap();
        other.append("Kunden", None, None, mail(2, "dana@globex.example", then, "")).await.unwrap();
        let both = Imap { folders: vec!["INBOX".to_owned(), "Kunden".to_owned()], ..imap.clone() };
        let mut reader = imap::ImapReader::new("support", both, source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        settle(&mut world).await;
        assert_eq!(left(&world).await.len(), 5, "two summaries, and nothing else");
        let text = world.last_to("ben@staff.example").await.letter.body.text;
        assert!(text.contains("Kunden") && text.contains("GLOBEX"), "{text}");
        other.delete("Kunden").await.unwrap();
        other.create("Kunden").await.unwrap();
        other.append("Kunden", None, None, mail(3, "dana@globex.example", then, "")).await.unwrap();
        let mut new = 0;
        for _ in 0..2 {
            new += reader.poll_once().await.unwrap_or_default();
        }
        assert_eq!(new, 1);
        settle(&mut world).await;
        assert_eq!(left(&world).await.len(), 8, "it is new: acknowledged and told");
        world.end().await;
    }
}

/// Old mails that would be asked about, one by one.
#[tokio::test]
async fn old_mail_that_is_held_is_counted_and_stays_old_when_it_is_let_through() {
    for mut world in World::each().await {
        let folder = tempfile::tempdir().unwrap();
        let then = world.clock.now().minus(YEAR);
        let mails = [
            mail(1, "Anna Berger <anna@staff.example>", then, ""),
            mail(2, "Ben Okafor <ben@staff.example>", then, "Auto-Submitted: auto-generated\r\n"),
            mail(3, "carla@acme.example", then, ""),
            mail(4, "x@elsewhere.example", then, "Auto-Submitted: auto-replied\r\n"),
            mail(5, "y@elsewhere.example", then, "X-Spam-Flag: YES\r\n"),
        ];
        for (at, mail) in mails.iter().enumerate() {
            deliver(folder.path(), &format!("{at}.a"), "S", mail);
        }
        let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 5);
        settle(&mut world).await;
        assert_eq!(left(&world).await, SUMMARIES, "{}", world.database);
        let text = world.last_to("ben@staff.example").await.letter.body.text;
        for part in [
            "5 mails",
            "ACME (Project ACME): one new ticket",
            "2 wait for a decision: https://help.desk.example/office/held",
            "One was put away as spam",
            "One was filed without a ticket",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        world.release(Release::Note).await;
        settle(&mut world).await;
        assert_eq!(left(&world).await, SUMMARIES, "{}: it is as old as before", world.database);
        world.end().await;
    }
}

#[tokio::test]
async fn tickets_of_old_mail_that_nobody_touched_are_closed_in_silence() {
    for mut world in World::each().await {
        let folder = tempfile::tempdir().unwrap();
        for (at, mail) in year(&world).iter().enumerate() {
            deliver(folder.path(), &format!("{at}.a"), "S", mail);
        }
        let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world));
        assert_eq!(reader.poll_once().await.unwrap(), 12);
        settle(&mut world).await;
        let untouched =
            async |world: &World| first_look::untouched(&mut world.store.read().await.unwrap(), "support").await.unwrap();
        let all = untouched(&world).await;
        assert_eq!(all.len(), 11, "{}", world.database);
        assert_eq!(untouched(&world).await, all);
        let carla = world.carla.clone();
        world.writes(&carla, "Re: Request 0 [ACME-1]", "Is anybody there?").await;
        assert_eq!(world.last_verdict().await, "comment subject");
        assert_eq!(untouched(&world).await.len(), 10, "{}: somebody has", world.database);
        world.end().await;
    }
}

#[tokio::test]
async fn a_junk_folder_and_a_mark_are_believed() {
    let mut world = World::one().await;
    let Some(imap) = server(&somebody(), &["INBOX", "Junk"]) else { return world.end().await };
    let mut other = client(&imap, "INBOX").await;
    other.create("Junk").await.unwrap();
    let mut reader = imap::ImapReader::new("support", imap.clone(), source(&world));
    assert_eq!(reader.poll_once().await.unwrap(), 0);
    let now = world.clock.now();
    other.append("INBOX", Some("($Junk)"), None, mail(1, "a@elsewhere.example", now, "")).await.unwrap();
    other.append("Junk", None, None, mail(2, "b@elsewhere.example", now, "")).await.unwrap();
    other.append("INBOX", None, None, mail(3, "c@elsewhere.example", now, "")).await.unwrap();
    assert_eq!(reader.poll_once().await.unwrap(), 3);
    world.settle().await;
    let mut verdicts: Vec<String> = Vec::new();
    for row in world.ledger().await {
        verdicts.push(format!("{} {}", row.sender.unwrap_or_default(), row.disposition.unwrap()));
    }
    verdicts.sort();
    assert_eq!(verdicts, ["a@elsewhere.example spam", "b@elsewhere.example spam", "c@elsewhere.example ticket"]);
    // Somebody takes it out of the junk folder: it is no junk then.
    other.append("INBOX", None, None, mail(2, "b@elsewhere.example", now, "")).await.unwrap();
    assert_eq!(reader.poll_once().await.unwrap(), 1);
    world.settle().await;
    assert_eq!(world.last_verdict().await, "ticket new");
    world.end().await;
}

/// Mails of today lie there, too: those are answered.
#[tokio::test]
async fn mail_of_today_is_news_even_at_the_first_look() {
    let mut world = World::one().await;
    let folder = tempfile::tempdir().unwrap();
    let now = world.clock.now();
    deliver(folder.path(), "1.a", "S", &mail(1, "carla@acme.example", now.minus(Duration::from_hours(3)), ""));
    deliver(folder.path(), "2.a", "RS", &mail(2, "dana@globex.example", now.minus(Duration::from_hours(3)), ""));
    let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world));
    assert_eq!(reader.poll_once().await.unwrap(), 2);
    settle(&mut world).await;
    let left = left(&world).await;
    assert!(left.contains(&"acknowledgement carla@acme.example".to_owned()), "{left:?}");
    assert!(!left.iter().any(|line| line.contains("dana@globex.example")), "answered before: {left:?}");
    world.end().await;
}

#[tokio::test]
async fn the_summary_reads_well_in_both_languages() {
    let mut world = World::one().await;
    let folder = tempfile::tempdir().unwrap();
    for (at, mail) in year(&world).iter().enumerate() {
        deliver(folder.path(), &format!("{at}.a"), "S", mail);
    }
    maildir::MaildirReader::new("support", folder.path().to_owned(), source(&world)).poll_once().await.unwrap();
    settle(&mut world).await;
    let german = world.last_to("anna@staff.example").await;
    assert_eq!(german.letter.subject, "support@desk.example: 12 ältere Mails wurden übernommen");
    assert_eq!(
        german.letter.body.text.trim(),
        "Guten Tag Anna Berger,

Postroom hat zum ersten Mal in das Postfach support@desk.example gesehen und dort 12 Mails gefunden, die alt sind oder schon beantwortet waren.

* ACME (Project ACME): 4 neue Tickets, eine weitere Mail zu diesen oder anderen Tickets
* GLOBEX (Project GLOBEX): 3 neue Tickets, nichts zu anderen Tickets
* DESK (Project DESK): 4 neue Tickets, nichts zu anderen Tickets

Niemand wurde darüber benachrichtigt, weder Kunden noch das Team. Tickets und Kommentare tragen das Datum ihrer Mails. Was von jetzt an kommt, wird wie gewohnt bestätigt und gemeldet.

So sehen Sie sie:
  postroom inbox --old --mailbox support
So schließen Sie alle diese Tickets, die seitdem niemand angefasst hat, ohne eine Mail an irgendwen:
  postroom mailbox close-old support"
    );
    let english = world.last_to("ben@staff.example").await;
    assert_eq!(english.row.mail.kind, Kind::Summary);
    assert_eq!(english.letter.subject, "support@desk.example: 12 older mails were taken over");
    assert!(english.letter.body.text.contains("* ACME (Project ACME): 4 new tickets, one more mail on these or other tickets"));
    world.end().await;
}

/// A configuration in which less is old.
#[tokio::test]
async fn what_is_old_can_be_configured() {
    let text = |more: &str| {
        format!(
            "[desk]\nname = \"x\"\n[database]\nurl = \"sqlite:x.db\"\n{more}\n[[mailbox]]\nname = \"a\"\naddress = \"a@desk.example\"\n\
             reception = \"IN\"\n[mailbox.maildir]\npath = \"in\"\n[outgoing.maildir]\npath = \"out\"\n"
        )
    };
    let read = |more: &str| Config::parse(Path::new("x.toml"), &text(more), &|_| None, std::iter::empty());
    assert_eq!(read("").unwrap().first_look.old_after, Duration::from_hours(24));
    assert_eq!(read("[first_look]\nold_after = \"2h\"").unwrap().first_look.old_after, Duration::from_hours(2));
    assert!(read("[first_look]\nold_before = \"2h\"").is_err());
    assert_eq!(read("").unwrap().trust, Trust::default());
}
