//! Each way in which a token is over, and each place in which its secret can stand, beside the one that counts.

use std::path::Path;

use super::*;
use crate::desk::ids::{PersonId, TicketId};
use crate::intake::case::TicketState;
use crate::mail::{Limits, understand};

/// A secret as the desk makes them.
const SECRET: &str = "abcdefghijklm0123456789xyz";
const HOUR: Duration = Duration::from_hours(1);

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn token() -> Token {
    Token {
        person: PersonId(1),
        ticket: TicketId(2),
        channel: Visibility::Public,
        seen_ordinal: 3,
        epoch: "this life".to_owned(),
        created_at: now().minus(HOUR),
        ended_at: None,
    }
}

#[test]
fn a_token_is_good_until_any_of_its_ends() {
    let days = |days: u64| Some(now().minus(Duration::from_hours(days * 24)));
    let ended = Token { ended_at: Some(now()), ..token() };
    let before = Token { epoch: "an earlier life".to_owned(), ..token() };
    let late = days(90).map(|since| since.minus(Duration::from_secs(1)));
    for (what, token, active, done_since, live) in [
        ("good", token(), true, None, true),
        ("ended", ended, true, None, false),
        ("of a desk that was put back to an earlier day", before, true, None, false),
        ("of somebody who has left", token(), false, None, false),
        ("the ticket is just done", token(), true, Some(now()), true),
        ("the ticket is done for 90 days", token(), true, days(90), true),
        ("and a second", token(), true, late, false),
        ("for years", token(), true, days(1000), false),
    ] {
        assert_eq!(is_live(&token, "this life", active, done_since, now()), live, "{what}");
    }
}

fn hit(person: i64, channel: Visibility, live: bool) -> TokenHit {
    let (person, ticket) = (PersonId(person), TicketId(2));
    TokenHit { person, staff: true, ticket, channel, seen: 3, live, state: TicketState::default() }
}

#[test]
fn of_two_tokens_the_good_one_counts_and_of_two_good_ones_the_internal_one() {
    let (public, internal) = (hit(1, Visibility::Public, true), hit(1, Visibility::Internal, true));
    let (dead_public, dead_internal) = (hit(1, Visibility::Public, false), hit(1, Visibility::Internal, false));
    let another = hit(9, Visibility::Public, true);
    for (first, second, counts) in [
        (public, internal, internal),
        (internal, public, internal),
        (public, another, public),
        (another, public, another),
        (public, dead_internal, public),
        (dead_internal, public, public),
        (dead_public, internal, internal),
        (dead_internal, dead_public, dead_internal),
        (dead_public, dead_internal, dead_public),
    ] {
        assert_eq!(stronger(Some(first), second), counts, "{first:?} {second:?}");
        assert_eq!(stronger(None, first), first);
    }
}

/// A desk of two mailboxes, the second without plus-addressing.
fn config() -> Config {
    let text = r#"
        [desk]
        name = "Desk"
        language = "en"
        time_zone = "UTC"
        [database]
        url = "sqlite:postroom.db"
        [[mailbox]]
        name = "support"
        address = "support@desk.example"
        reception = "DESK"
        maildir.path = "mail"
        [[mailbox]]
        name = "sales"
        address = "sales@desk.example"
        plus_addressing = false
        reception = "DESK"
        maildir.path = "sales"
        [outgoing]
        maildir.path = "out"
    "#;
    Config::parse(Path::new("postroom.toml"), text, &|_| None, std::iter::empty()).unwrap()
}

fn letter(head: &str, text: &str) -> Letter {
    let raw = format!("{head}From: anna@staff.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n{text}");
    understand(raw.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn a_secret_stands_behind_the_plus_of_a_recipient_or_is_what_the_mail_answers() {
    let of = |through: &str, head: &str| -> Vec<String> {
        let found = secrets(&config(), through, &letter(head, "\r\nHi\r\n"));
        found.iter().map(|secret| secret.expose().to_owned()).collect()
    };
    assert_eq!(of("support", "To: Desk <Support+ONE@Desk.example>\r\n"), ["one"]);
    assert_eq!(
        of(
            "support",
            "Delivered-To: support+one@desk.example\r\nTo: sales+two@desk.example\r\nCc: support+three@desk.example\r\n"
        ),
        ["one", "two", "three"]
    );
    for other in ["support@desk.example", "support+one@other.example", "help+one@desk.example", "support-one@desk.example", "one"]
    {
        assert!(of("support", &format!("To: {other}\r\n")).is_empty(), "{other}");
    }
    // A Message-ID is a secret only where the mailbox cannot take it in its address, and only the last one.
    let thread = "References: <one@x> <two@x>\r\n";
    assert_eq!(of("sales", thread), ["two@x"]);
    assert!(of("support", thread).is_empty());
    assert!(of("gone", thread).is_empty());
    assert!(of("sales", "To: sales@desk.example\r\n").is_empty());
}

#[test]
fn where_a_mail_was_sent_is_said_by_the_receiving_server_first() {
    let letter = letter("To: B@x.example, c@x.example\r\nCc: d@x.example\r\nDelivered-To: A@x.example\r\n", "\r\nHi\r\n");
    assert_eq!(recipients(&letter), ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]);
}

#[test]
fn the_secret_of_one_reader_is_taken_out_for_all_others() {
    let taken = |text: &str| without_secrets(&config(), text.to_owned());
    let without = |first: usize| SECRET.get(first..).unwrap();
    for (text, expected) in [
        (format!("support+{SECRET}@desk.example"), "support@desk.example"),
        (format!("To: SUPPORT+{}@desk.example!", SECRET.to_uppercase()), "To: SUPPORT@desk.example!"),
        (format!("mailto:support+{SECRET}%40desk.example"), "mailto:support%40desk.example"),
        (format!("sales+{SECRET}@a support+{SECRET}@b, support+{SECRET}@c"), "sales@a support@b, support@c"),
    ] {
        assert_eq!(taken(&text), expected);
    }
    for text in [
        "",
        "+",
        "support+",
        "1+1=2 @ +",
        &format!("+{SECRET}@desk.example"),
        &format!("upport+{SECRET}@desk.example"),
        &format!("help+{SECRET}@desk.example"),
        &format!("support-{SECRET}@desk.example"),
        &format!("support+{SECRET}"),
        &format!("support+{SECRET} @desk.example"),
        &format!("support+{SECRET}a@desk.example"),
        &format!("support+{}@desk.example", without(1)),
        &format!("support+{}-@desk.example", without(1)),
        &format!("support+{}\u{e4}@desk.example", without(2)),
    ] {
        assert_eq!(taken(text), text);
    }
}

#[test]
fn a_mail_shows_a_reply_address_in_its_new_text_or_in_a_file_that_can_be_read() {
    let address = format!("support+{SECRET}@desk.example");
    let file = |kind: &str, text: &str| {
        let part = format!("Content-Type: {kind}\r\nContent-Disposition: attachment; filename=a\r\n\r\n{text}\r\n");
        letter("", &format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n{part}--b--\r\n"))
    };
    let reveals = |letter: &Letter| super::reveals(&config(), letter);
    assert!(reveals(&letter("", &format!("\r\nSee {address}\r\n"))));
    assert!(!reveals(&letter("", "\r\nSee support@desk.example\r\n")));
    assert!(reveals(&file("text/plain", &address)));
    assert!(!reveals(&file("text/plain", "support@desk.example")));
    let inner = format!("From: x@y.example\r\nTo: {address}\r\nSubject: y\r\n\r\nHi");
    assert!(reveals(&file("message/rfc822", &inner)));
    assert!(!reveals(&file("application/octet-stream", &format!("\x01\x02\x03{address}"))), "no reader shows it");
}

#[test]
fn many_secrets_are_taken_out_in_one_pass() {
    let text = format!("a support+{SECRET}@desk.example ").repeat(20_000);
    assert_eq!(without_secrets(&config(), text), "a support@desk.example ".repeat(20_000));
}
