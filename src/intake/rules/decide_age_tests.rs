//! Junk and old mail: each condition alone, beside the case in which it does not hold.

use super::*;
use crate::desk::inbox::HeldAction;

fn of(letter: &Letter, known: &Known) -> Decision {
    decide(letter, known, &statuses(), &Rules::default())
}

fn carla() -> Known {
    known(Sender::Contact(CARLA))
}

/// A proven member of staff on a ticket.
fn anna() -> Known {
    Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Staff(ANNA)) }
}

fn machine(kind: Kind) -> Letter {
    Letter { kind, ..letter("Hi") }
}

#[test]
fn junk_of_strangers_is_put_away_and_of_everybody_known_held() {
    let stranger = || known(Sender::Stranger);
    let junk = |known: Known| Known { junk: true, ..known };
    let live = token(CARLA, Visibility::Public);
    let table: Vec<(&str, Letter, Known, &str)> = vec![
        ("a stranger", letter("Buy"), stranger(), "spam server_verdict"),
        ("nobody", letter("Buy"), known(Sender::Nobody), "spam server_verdict"),
        ("a contact without a ticket", letter("Buy"), carla(), "spam server_verdict"),
        ("from our own address", letter("Buy"), known(Sender::Desk), "spam server_verdict"),
        ("so it is called ours", letter("Buy"), Known { familiar: true, ..known(Sender::Desk) }, "spam server_verdict"),
        ("a machine", machine(Kind::Generated), stranger(), "spam server_verdict"),
        ("a newsletter", Letter { list: true, ..machine(Kind::Generated) }, stranger(), "spam server_verdict"),
        (
            "with a number that anybody guesses",
            letter("Buy"),
            Known { subject: Some(hit(false, false)), ..stranger() },
            "spam server_verdict",
        ),
        ("a member, or with tickets", letter("Hi"), Known { familiar: true, ..carla() }, "held junk"),
        ("a customer's new colleague", letter("Hi"), Known { familiar: true, ..stranger() }, "held junk"),
        ("with a reply address", letter("Hi"), Known { token: Some(live), ..stranger() }, "held junk"),
        (
            "with a dead one",
            letter("Hi"),
            Known { token: Some(TokenHit { live: false, ..live }), ..stranger() },
            "spam server_verdict",
        ),
        ("with a reference of ours", letter("Hi"), Known { thread: Some(hit(false, false)), ..stranger() }, "held junk"),
        ("a participant", letter("Hi"), Known { subject: Some(hit(true, false)), ..carla() }, "held junk"),
        ("staff with proof", letter("Hi"), anna(), "held junk_from_staff"),
        ("staff with a note", letter("#note\nHi"), anna(), "held junk_from_staff"),
        ("staff without proof", letter("Hi"), known(Sender::Staff(ANNA)), "held claims_staff"),
        ("let through", letter("Hi"), Known { release: Some(Release::AsIs), ..stranger() }, "ticket new"),
        (
            "staff by her own word",
            letter("Hi"),
            Known { release: Some(Release::AsIs), released_by: Some(ANNA), ..anna() },
            "comment released",
        ),
        (
            "a report on a mail of ours",
            machine(Kind::Bounce),
            Known { bounced: Some((OutboxId(1), Some(TICKET))), ..stranger() },
            "bounce undeliverable",
        ),
        ("an absence note", machine(Kind::AutoReply), stranger(), "auto_reply automatic_answer"),
        ("an abuse report", machine(Kind::Complaint), stranger(), "complaint abuse_report"),
        (
            "the same again",
            letter("x"),
            Known { copy: Copy::Again { ticket: None, address: None }, ..stranger() },
            "duplicate same_mail",
        ),
    ];
    for (name, letter, known, expected) in table {
        let decision = of(&letter, &junk(known));
        assert_eq!(told(&decision), expected, "{name}");
        if decision.disposition == Disposition::Spam {
            assert!(decision.list().is_empty(), "{name}");
        }
    }
    assert!(Held::Junk.ways().contains(&HeldAction::Send), "it is reversible");
}

#[test]
fn old_mail_becomes_what_it_would_in_silence() {
    let old = |known: Known| Known { old: true, ..known };
    let acknowledges = |decision: &Decision| matches!(decision.list().as_slice(), [Act::Open(Open { acknowledge: true, .. })]);
    let fresh = of(&letter("Hi"), &carla());
    assert!(acknowledges(&fresh) && !fresh.quiet);
    let part = || Known { thread: Some(hit(true, false)), ..carla() };
    let table: Vec<(&str, Letter, Known, &str)> = vec![
        ("a new ticket", letter("Hi"), carla(), "ticket new"),
        ("a comment", letter("Hi"), part(), "comment thread"),
        ("no word of a customer is a command any more", letter("close"), part(), "comment thread"),
        ("a colleague joins", letter("Hi"), Known { thread: Some(hit(false, true)), ..carla() }, "comment colleague"),
        ("many at once", letter("Hi"), Known { lately: 1000, ..part() }, "comment thread"),
        ("a third party", letter("Hi"), Known { thread: Some(hit(false, false)), ..known(Sender::Stranger) }, "held third_party"),
        ("staff without proof", letter("Hi"), known(Sender::Staff(ANNA)), "held claims_staff"),
        ("a note of the staff", letter("#note\nHi"), anna(), "note token"),
        ("an absence note", machine(Kind::AutoReply), part(), "auto_reply automatic_answer"),
        ("junk", letter("Hi"), Known { junk: true, ..known(Sender::Stranger) }, "spam server_verdict"),
        (
            "a copy",
            letter("Hi"),
            Known { copy: Copy::Again { ticket: Some(TICKET), address: Some("x".to_owned()) }, ..carla() },
            "duplicate same_mail",
        ),
        ("released later", letter("Hi"), Known { release: Some(Release::AsIs), ..carla() }, "ticket new"),
        ("an answer of the staff", letter("Hi"), anna(), "held old_answer"),
        (
            "that could be undone",
            letter("Hi"),
            Known { guards: Guards { window: true, ..Guards::default() }, ..anna() },
            "held old_answer",
        ),
        ("an order", letter("#close"), anna(), "held old_answer"),
        ("an order with a note", letter("#note\n#close\nHi"), anna(), "held old_answer"),
        ("a question about commands", letter("#help"), anna(), "held old_answer"),
    ];
    for (name, letter, known, expected) in table {
        let decision = of(&letter, &old(known));
        assert_eq!(told(&decision), expected, "{name}");
        let silent = decision.quiet && decision.downgrade().is_none() && decision.orders().answers.is_empty();
        assert!(silent && !acknowledges(&decision), "{name}");
    }
    let rests = of(&letter("Hi"), &old(part()));
    assert!(matches!(rests.list().as_slice(), [Act::Update(Update { status: None, .. })]), "what came to rest stays at rest");
    let awake = of(&letter("Hi"), &part());
    assert!(matches!(awake.list().as_slice(), [Act::Update(Update { status: Some(_), .. })]));
}

#[test]
fn what_is_about_the_desks_own_mail_is_told_at_any_age() {
    let bounced = Known { old: true, bounced: Some((OutboxId(1), Some(TICKET))), ..known(Sender::Nobody) };
    assert!(!of(&machine(Kind::Bounce), &bounced).quiet);
    let answer = Known { old: true, question: Some(question(ANNA)), ..known(Sender::Staff(ANNA)) };
    let answer = of(&letter("#send"), &answer);
    assert!(!answer.quiet && answer.settles().is_some());
    let sent = Known { old: true, release: Some(Release::AsIs), released_by: Some(ANNA), ..anna() };
    let sent = of(&letter("Hi"), &sent);
    assert_eq!((told(&sent).as_str(), sent.quiet), ("comment released", false), "her word of today sends it");
}
