//! What a secret leads to, and when it leads nowhere any more: each fact alone changes what is known.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::config::Config;
use crate::desk::entry::{Change, EntryKind, Field, Visibility};
use crate::desk::face::{Face, State};
use crate::desk::ids::{EntryId, InboxId, PersonId, ProjectId, TicketId};
use crate::desk::people::{Person, PersonKind};
use crate::desk::project::{Project, ProjectKind};
use crate::desk::secret::Plain;
use crate::desk::ticket::{STATUS_DONE, STATUS_OPEN, TYPE_REQUEST, TicketNumber};
use crate::intake::case::TicketState;
use crate::mail::{Limits, understand};
use crate::store::held::Key;
use crate::store::inbox::{Origin as Place, Received};
use crate::store::tokens::Token;
use crate::store::{Store, inbox, projects};
use crate::time::Rng;

const HOUR: Duration = Duration::from_hours(1);
const ANNA: PersonId = PersonId(1);
const CARLA: PersonId = PersonId(2);
const LEFT: PersonId = PersonId(3);
const TICKET: TicketId = TicketId(100);
const LIFE: &str = "this life";

pub(in crate::intake) fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_000_000)
}

pub(in crate::intake) fn config(trust: &str, mailbox: &str) -> Config {
    let text = format!(
        r#"
        [desk]
        name = "Desk"
        language = "en"
        time_zone = "UTC"
        [database]
        url = "sqlite:postroom.db"
        {trust}
        [[mailbox]]
        name = "support"
        address = "support@desk.example"
        reception = "DESK"
        maildir.path = "mail"
        {mailbox}
        [outgoing]
        maildir.path = "out"
        "#
    );
    Config::parse(Path::new("postroom.toml"), &text, &|_| None, std::iter::empty()).unwrap()
}

/// A desk with Anna, who works there, somebody who no longer does, a customer, and a ticket.
pub(in crate::intake) async fn desk() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await.unwrap();
    let work = store.write(move |tx| {
        Box::pin(async move {
            let (staff, contact) = (PersonKind::Staff, PersonKind::Contact);
            for (id, kind, address, active) in [
                (ANNA, staff, "anna@staff.example", true),
                (LEFT, staff, "left@staff.example", false),
                (CARLA, contact, "carla@acme.example", true),
            ] {
                let person = Person { kind, active, ..Person::contact(id, address.to_owned(), address.to_owned()) };
                people::insert(tx, &person, now()).await?;
            }
            let (id, key) = (ProjectId(10), "DESK".to_owned());
            let (kind, name) = (ProjectKind::Reception, "Desk".to_owned());
            projects::insert(
                tx,
                &Project { id, key: key.clone(), name, kind, organization: None, signature: String::new() },
                now(),
            )
            .await?;
            let face = Face { state: State::default(), shown: true, comments: 1, activity: now() };
            let ticket = Ticket {
                id: TICKET,
                project: id,
                number: TicketNumber { project: key, number: 1 },
                type_key: TYPE_REQUEST.to_owned(),
                title: "Printer".to_owned(),
                state: State::default(),
                requester: Some(CARLA),
                mailbox: "support".to_owned(),
                subject: "Printer".to_owned(),
                thread_root: "root@desk.example".to_owned(),
                last_ordinal: 0,
                created_at: now().minus(HOUR),
                updated_at: now(),
                face,
            };
            tickets::insert(tx, &ticket).await?;
            Ok(())
        })
    });
    work.await.unwrap();
    (folder, store)
}

pub(in crate::intake) fn row() -> LedgerRow {
    LedgerRow {
        id: InboxId(5),
        position: 1,
        origin: Place { mailbox: "support".to_owned(), folder: "INBOX".to_owned(), uidvalidity: 1, uid: 1 },
        blob: None,
        absent: None,
        size: 1,
        server_at: None,
        received_at: now(),
        attempts: 1,
        message_id: None,
        sender: None,
        subject: None,
        disposition: None,
        reason: None,
        ticket: None,
        release: None,
        released_by: None,
        found: None,
        old: None,
        junk: false,
    }
}

pub(in crate::intake) fn raw(above: &str, from: &str, to: &str) -> Vec<u8> {
    format!("{above}From: {from}\r\nTo: {to}\r\nSubject: x\r\n\r\nHi\r\n").into_bytes()
}

pub(in crate::intake) fn letter(raw: &[u8]) -> Letter {
    understand(raw, &Limits::default()).unwrap()
}

fn to(address: &str) -> Letter {
    letter(&raw("", "anna@staff.example", address))
}

/// Keeps a token of `person` behind `secret`.
async fn give(tx: &mut Tx, secret: &str, person: PersonId, channel: Visibility) {
    let (epoch, created_at) = (LIFE.to_owned(), now());
    let token = Token { person, ticket: TICKET, channel, seen_ordinal: 7, epoch, created_at, ended_at: None };
    tokens::insert(tx, &Plain::given(secret).hashed(), &token).await.unwrap();
}

#[tokio::test]
async fn a_token_is_found_by_its_secret_with_what_it_is_bound_to() {
    let (_folder, store) = desk().await;
    let work = store.write(|tx| {
        Box::pin(async move {
            let (config, rng) = (config("", ""), Rng::seeded(1));
            let context = |epoch: &str| ActContext { config: &config, now: now(), rng: &rng, epoch: epoch.to_owned() };
            give(tx, "one", ANNA, Visibility::Public).await;
            give(tx, "two", LEFT, Visibility::Public).await;
            give(tx, "three", ANNA, Visibility::Internal).await;
            let good = TokenHit {
                person: ANNA,
                staff: true,
                ticket: TICKET,
                channel: Visibility::Public,
                seen: 7,
                live: true,
                state: TicketState { rests: false, done: false },
            };
            let found = token(tx, &context(LIFE), &to("support+one@desk.example"), &row()).await?;
            assert_eq!(found, Some(good));
            assert_eq!(token(tx, &context(LIFE), &to("support+four@desk.example"), &row()).await?, None);
            assert_eq!(token(tx, &context(LIFE), &to("support@desk.example"), &row()).await?, None);
            let over = Some(TokenHit { live: false, ..good });
            assert_eq!(token(tx, &context("another life"), &to("support+one@desk.example"), &row()).await?, over);
            let gone = token(tx, &context(LIFE), &to("support+two@desk.example"), &row()).await?;
            assert_eq!(gone, Some(TokenHit { person: LEFT, live: false, ..good }));
            let both = to("support+two@desk.example, support+one@desk.example, support+three@desk.example");
            let inside = Some(TokenHit { channel: Visibility::Internal, ..good });
            assert_eq!(token(tx, &context(LIFE), &both, &row()).await?, inside);
            tokens::end_on(tx, ANNA, TICKET, now()).await?;
            assert_eq!(token(tx, &context(LIFE), &to("support+one@desk.example"), &row()).await?, over);
            Ok(())
        })
    });
    work.await.unwrap();
}

#[tokio::test]
async fn a_ticket_is_done_since_its_status_last_changed() {
    let (_folder, store) = desk().await;
    let work = store.write(|tx| {
        Box::pin(async move {
            let open = tickets::get(tx, TICKET).await?.unwrap();
            let mut done = open.clone();
            done.state.status = STATUS_DONE.to_owned();
            assert_eq!(done_since(tx, &open, Category::Open).await?, None);
            assert_eq!(done_since(tx, &done, Category::Done).await?, Some(open.created_at), "it was opened that way");
            let change = Change { field: Field::Status, from: Some(STATUS_OPEN.to_owned()), to: Some(STATUS_DONE.to_owned()) };
            let entry = crate::store::entries::Entry {
                id: EntryId(1),
                ticket: TICKET,
                ordinal: 1,
                kind: EntryKind::Change,
                visibility: Visibility::Public,
                author: Some(ANNA),
                at: now(),
                text: String::new(),
                document: None,
                change: Some(change),
                inbox: None,
            };
            entries::insert(tx, &entry).await?;
            assert_eq!(done_since(tx, &done, Category::Done).await?, Some(now()));
            assert_eq!(done_since(tx, &open, Category::Open).await?, None);
            // Ninety days later its tokens are over.
            give(tx, "one", ANNA, Visibility::Public).await;
            tickets::update(tx, &done, now()).await?;
            let (config, rng) = (config("", ""), Rng::seeded(1));
            for (days, live) in [(90, true), (91, false)] {
                let later = now().plus(Duration::from_hours(days * 24));
                let context = ActContext { config: &config, now: later, rng: &rng, epoch: LIFE.to_owned() };
                let found = token(tx, &context, &to("support+one@desk.example"), &row()).await?.unwrap();
                assert_eq!((found.live, found.state.rests), (live, true), "{days}");
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

#[tokio::test]
async fn a_question_is_found_by_the_secret_of_its_reply_address_and_expires() {
    let (_folder, store) = desk().await;
    let work = store.write(|tx| {
        Box::pin(async move {
            let (config, rng) = (config("", ""), Rng::seeded(1));
            let Received::New(inbox) = inbox::receive(tx, &row().origin, b"From: a@b\r\n\r\n", None, now(), &rng).await? else {
                panic!("a new one")
            };
            for (secret, purpose) in [("reply", KeyPurpose::Reply), ("link", KeyPurpose::Link)] {
                let (epoch, expires_at) = (LIFE.to_owned(), now().plus(HOUR));
                let address = "anna@staff.example".to_owned();
                let key =
                    Key { purpose, person: ANNA, address, inbox, round: 2, epoch, created_at: now(), expires_at, used_at: None };
                held::insert_key(tx, &Plain::given(secret).hashed(), &key).await?;
            }
            let live = Question { person: ANNA, inbox, round: 2, live: true };
            let over = Some(Question { live: false, ..live });
            for (what, address, epoch, at, found) in [
                ("good", "support+reply@desk.example", LIFE, now(), Some(live)),
                ("of another life", "support+reply@desk.example", "another life", now(), over),
                ("too late", "support+reply@desk.example", LIFE, now().plus(HOUR), over),
                ("for another purpose", "support+link@desk.example", LIFE, now(), None),
                ("none", "support@desk.example", LIFE, now(), None),
            ] {
                let context = ActContext { config: &config, now: at, rng: &rng, epoch: epoch.to_owned() };
                assert_eq!(question(tx, &context, &to(address), &row()).await?, found, "{what}");
            }
            Ok(())
        })
    });
    work.await.unwrap();
}

#[tokio::test]
async fn a_staff_members_token_beside_an_outside_address_ends() {
    let (_folder, store) = desk().await;
    for (what, sender, person, copied, ends) in [
        ("a colleague reads it", Sender::Staff(ANNA), ANNA, "anna@staff.example", false),
        ("a customer's own token", Sender::Contact(CARLA), CARLA, "sam@elsewhere.example", false),
        ("another's token", Sender::Staff(ANNA), LEFT, "sam@elsewhere.example", false),
        ("a stranger reads it", Sender::Staff(ANNA), ANNA, "sam@elsewhere.example", true),
    ] {
        let work = store.write(move |tx| {
            Box::pin(async move {
                let (config, rng) = (config("", ""), Rng::seeded(1));
                let context = ActContext { config: &config, now: now(), rng: &rng, epoch: LIFE.to_owned() };
                give(tx, what, ANNA, Visibility::Public).await;
                let (channel, state) = (Visibility::Public, TicketState::default());
                let hit = TokenHit { person, staff: true, ticket: TICKET, channel, seen: 7, live: true, state };
                let letter = to(&format!("support@desk.example, {copied}"));
                let exposed = end_exposed(tx, &context, sender, Some(hit), &letter).await?;
                assert_eq!(exposed.map(|exposed| exposed.seen_by), ends.then(|| vec![copied.to_owned()]), "{what}");
                assert_eq!(tokens::find(tx, &Plain::given(what).hashed()).await?.unwrap().ended_at, ends.then(now), "{what}");
                Ok(())
            })
        });
        work.await.unwrap();
    }
}
