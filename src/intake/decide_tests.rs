//! The table of `decide`, and its two invariants over the whole finite input space.

use super::*;
use crate::mail::Bounce;

const ANNA: PersonId = PersonId(1);
const CARLA: PersonId = PersonId(11);
const OTHER: PersonId = PersonId(99);
const TICKET: TicketId = TicketId(100);
const HOME: ProjectId = ProjectId(7);

fn letter(text: &str) -> Letter {
    Letter {
        message_id: Some("m@x.example".to_owned()),
        from: None,
        reply_to: None,
        to: vec![],
        cc: vec![],
        delivered_to: vec![],
        subject: "Printer".to_owned(),
        date: None,
        references: vec![],
        kind: Kind::Person,
        list: false,
        new_text: text.to_owned(),
        quoted_text: String::new(),
        signature_text: String::new(),
        full_text: text.to_owned(),
        html: None,
        attachments: vec![],
        bounce: None,
        calendar: None,
        warnings: vec![],
        content_hash: [0; 32],
    }
}

fn known(sender: Sender) -> Known {
    Known {
        mailbox: "support".to_owned(),
        sender,
        token: None,
        thread: None,
        subject: None,
        home: Home { project: HOME, misdirected: None },
        copy: Copy::New,
        acknowledgements: 0,
        lately: 0,
        asked: false,
        fresh: true,
        bounced: None,
        release: None,
    }
}

fn token(person: PersonId, channel: Visibility) -> TokenHit {
    TokenHit { person, ticket: TICKET, channel, live: true, state: TicketState { rests: true } }
}

fn hit(takes_part: bool, colleague: bool) -> TicketHit {
    TicketHit { ticket: TICKET, takes_part, colleague, internal: false, state: TicketState { rests: true } }
}

fn statuses() -> Vec<StatusWords> {
    vec![StatusWords { key: "done".to_owned(), names: vec!["erledigt".to_owned()] }]
}

fn told(decision: &Decision) -> String {
    format!("{} {}", decision.disposition, decision.reason)
}

#[test]
fn the_table() {
    let staff = Sender::Staff(ANNA);
    let carla = Sender::Contact(CARLA);
    let mine = |channel| Some(token(ANNA, channel));
    let table: Vec<(&str, Letter, Known, &str)> = vec![
        ("a stranger opens", letter("Hello"), known(Sender::Stranger), "ticket new"),
        ("a contact opens", letter("Hello"), known(carla), "ticket new"),
        ("nobody opens", letter("Hello"), known(Sender::Nobody), "ticket new"),
        ("staff without proof", letter("Hello"), known(staff), "held claims_staff"),
        ("staff with thread only", letter("Hi"), Known { thread: Some(hit(true, false)), ..known(staff) }, "held claims_staff"),
        ("staff answers", letter("Hi"), Known { token: mine(Visibility::Public), ..known(staff) }, "comment token"),
        ("staff notes by address", letter("Hi"), Known { token: mine(Visibility::Internal), ..known(staff) }, "note token"),
        ("staff notes by tag", letter("#note\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "note token"),
        ("staff closes", letter("#close"), Known { token: mine(Visibility::Public), ..known(staff) }, "command token"),
        ("a slip", letter("#nte\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "held near_miss"),
        ("no command", letter("#magic\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "held unknown_command"),
        ("nothing new", letter(""), Known { token: mine(Visibility::Public), ..known(staff) }, "held nothing_new"),
        (
            "staff with somebody else's token",
            letter("Hi"),
            Known { token: Some(token(OTHER, Visibility::Public)), ..known(staff) },
            "held claims_staff",
        ),
        (
            "staff with a dead token",
            letter("Hi"),
            Known { token: Some(TokenHit { live: false, ..token(ANNA, Visibility::Public) }), ..known(staff) },
            "held claims_staff",
        ),
        (
            "the customer answers by token",
            letter("Thanks"),
            Known { token: Some(token(CARLA, Visibility::Public)), ..known(carla) },
            "comment token",
        ),
        ("by thread", letter("Thanks"), Known { thread: Some(hit(true, false)), ..known(carla) }, "comment thread"),
        ("by number", letter("Thanks"), Known { subject: Some(hit(true, false)), ..known(carla) }, "comment subject"),
        ("a colleague joins", letter("Me too"), Known { subject: Some(hit(false, true)), ..known(carla) }, "comment colleague"),
        (
            "an unknown colleague joins",
            letter("Hi"),
            Known { thread: Some(hit(false, true)), ..known(Sender::Stranger) },
            "comment colleague",
        ),
        (
            "a stranger with the number",
            letter("Hi"),
            Known { subject: Some(hit(false, false)), ..known(Sender::Stranger) },
            "held third_party",
        ),
        (
            "a stranger with the thread",
            letter("Hi"),
            Known { thread: Some(hit(false, false)), ..known(Sender::Stranger) },
            "held third_party",
        ),
        (
            "a stranger with a staff token",
            letter("Hi"),
            Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Stranger) },
            "held third_party",
        ),
        (
            "a customer refers to something internal",
            letter("Hi"),
            Known { thread: Some(TicketHit { internal: true, ..hit(true, false) }), ..known(carla) },
            "held refers_to_internal",
        ),
        (
            "our own mail",
            letter("x"),
            Known { copy: Copy::Ours(Some(TICKET)), ..known(Sender::Desk) },
            "outgoing_copy our_own_mail",
        ),
        ("from our address, and not ours", letter("x"), known(Sender::Desk), "held own_address"),
        (
            "the same again",
            letter("x"),
            Known { copy: Copy::Again { ticket: Some(TICKET), address: None }, ..known(carla) },
            "duplicate same_mail",
        ),
    ];
    for (name, letter, known, expected) in table {
        assert_eq!(told(&decide(&letter, &known, &statuses())), expected, "{name}");
    }
}

#[test]
fn machines_are_not_answered() {
    let of = |kind: Kind, list: bool, known: Known| {
        let mut letter = letter("I am away");
        (letter.kind, letter.list) = (kind, list);
        letter.bounce = (kind == Kind::Bounce).then(|| Bounce {
            recipients: vec![],
            status: Some("5.1.1".to_owned()),
            action: Some("failed".to_owned()),
            original_message_id: None,
            diagnostic: None,
        });
        decide(&letter, &known, &statuses())
    };
    let carla = || Known { thread: Some(hit(true, false)), ..known(Sender::Contact(CARLA)) };
    assert_eq!(told(&of(Kind::AutoReply, false, known(Sender::Stranger))), "auto_reply automatic_answer");
    let absence = of(Kind::AutoReply, false, carla());
    assert!(matches!(
        absence.acts.as_slice(),
        [Act::Update(Update { comment: Some(Visibility::Internal), status: None, quiet: true, .. })]
    ));
    assert_eq!(told(&of(Kind::Generated, true, known(Sender::Stranger))), "ignored newsletter");
    let monitoring = of(Kind::Generated, false, known(Sender::Stranger));
    assert!(matches!(monitoring.acts.as_slice(), [Act::Open(Open { acknowledge: false, .. })]));
    let reopened = |decision: Decision| matches!(decision.acts.as_slice(), [Act::Update(Update { status: Some(_), .. })]);
    assert!(!reopened(of(Kind::Generated, false, carla())), "a machine's word opens nothing again");
    assert!(reopened(of(Kind::Person, false, carla())), "a person's does");
    let bounced = || Known { bounced: Some((OutboxId(5), Some(TICKET))), ..known(Sender::Stranger) };
    assert!(matches!(of(Kind::Bounce, false, bounced()).acts.as_slice(), [Act::Undelivered { .. }]));
    assert_eq!(told(&of(Kind::Bounce, false, known(Sender::Stranger))), "bounce unknown_mail");
    assert_eq!(told(&of(Kind::Complaint, false, known(Sender::Stranger))), "complaint abuse_report");
    assert_eq!(told(&of(Kind::Receipt, false, carla())), "ignored read_receipt");
}

#[test]
fn acknowledgements_have_bounds() {
    let acknowledged = |known: Known| {
        let decision = decide(&letter("Hello"), &known, &statuses());
        matches!(decision.acts.as_slice(), [Act::Open(Open { acknowledge: true, .. })])
    };
    let carla = || known(Sender::Contact(CARLA));
    assert!(acknowledged(carla()));
    assert!(acknowledged(Known { acknowledgements: ACKNOWLEDGEMENTS_AN_HOUR - 1, ..carla() }));
    assert!(!acknowledged(Known { acknowledgements: ACKNOWLEDGEMENTS_AN_HOUR, ..carla() }));
    assert!(!acknowledged(Known { fresh: false, ..carla() }));
    assert!(!acknowledged(known(Sender::Nobody)));
}

#[test]
fn the_real_person_is_asked_once_an_hour() {
    let ask = |asked| decide(&letter("Hi"), &Known { asked, ..known(Sender::Staff(ANNA)) }, &statuses()).ask;
    assert_eq!(ask(false), Some(ANNA));
    assert_eq!(ask(true), None);
}

/// How public an outcome is: 0 nothing is written, 1 something internal, 2 something that outsiders see.
fn publicness(decision: &Decision) -> u8 {
    let of = |act: &Act| match act {
        Act::Open(open) if open.visibility == Visibility::Public => 2,
        Act::Update(update) => {
            let parts = [update.comment, update.status.as_ref().map(|(_, visibility)| *visibility)];
            if parts.contains(&Some(Visibility::Public)) { 2 } else { 1 }
        }
        Act::Open(_) | Act::Time(_) | Act::AlsoSent { .. } | Act::Undelivered { .. } => 1,
    };
    decision.acts.iter().map(of).max().unwrap_or(0)
}

/// Whether something is done in a staff member's name.
fn staff_power(known: &Known, decision: &Decision) -> bool {
    matches!(known.sender, Sender::Staff(_))
        && decision.disposition != Disposition::AutoReply
        && decision.acts.iter().any(|act| matches!(act, Act::Open(_) | Act::Update(_)))
}

/// Every combination of sender, token, thread, subject, text, subject tag, kind, list, copy and release.
fn space() -> Vec<(Letter, Known)> {
    let senders = [Sender::Nobody, Sender::Stranger, Sender::Contact(CARLA), Sender::Staff(ANNA), Sender::Desk];
    let mut tokens = vec![None];
    for person in [ANNA, CARLA, OTHER] {
        for channel in [Visibility::Public, Visibility::Internal] {
            for live in [true, false] {
                tokens.push(Some(TokenHit { live, ..token(person, channel) }));
            }
        }
    }
    let mut hits = vec![None];
    for (takes_part, colleague) in [(true, true), (true, false), (false, true), (false, false)] {
        for internal in [false, true] {
            hits.push(Some(TicketHit { internal, ..hit(takes_part, colleague) }));
        }
    }
    let texts = ["Hello", "#note\nHello", "#close", "#close\nHello", "#note\n#close\nHello", "#nte\nHello", ""];
    let kinds = [Kind::Person, Kind::AutoReply, Kind::Generated, Kind::Bounce, Kind::Complaint, Kind::Receipt, Kind::Empty];
    let releases = [None, Some(Release::AsIs), Some(Release::Public), Some(Release::Note)];
    let mut space = Vec::new();
    for sender in senders {
        for token in &tokens {
            for thread in &hits {
                for subject in [None, Some(hit(true, false)), Some(hit(false, true)), Some(hit(false, false))] {
                    for text in texts {
                        for kind in kinds {
                            for release in releases {
                                let mut letter = letter(text);
                                letter.kind = kind;
                                space.push((letter, Known { token: *token, thread: *thread, subject, release, ..known(sender) }));
                            }
                        }
                    }
                }
            }
        }
    }
    space
}

#[test]
fn adding_an_internal_signal_never_makes_the_outcome_more_public() {
    let mut lowered = 0;
    for (letter, known) in space() {
        let plain = publicness(&decide(&letter, &known, &statuses()));
        let mut variants: Vec<(Letter, Known)> = Vec::new();
        let mut tagged = letter.clone();
        tagged.new_text = format!("#note\n{}", letter.new_text);
        variants.push((tagged, known.clone()));
        let mut titled = letter.clone();
        titled.subject.push_str(" [intern]");
        variants.push((titled, known.clone()));
        if let Some(token) = known.token {
            let token = Some(TokenHit { channel: Visibility::Internal, ..token });
            variants.push((letter.clone(), Known { token, ..known.clone() }));
        }
        if let Some(thread) = known.thread {
            let thread = Some(TicketHit { internal: true, ..thread });
            variants.push((letter.clone(), Known { thread, ..known.clone() }));
        }
        for (other_letter, other) in variants {
            let with = publicness(&decide(&other_letter, &other, &statuses()));
            assert!(with <= plain, "{letter:?}\n{known:?}\n{other:?}");
            lowered += usize::from(with < plain);
        }
    }
    assert!(lowered > 1000, "the signals do lower something: {lowered}");
}

#[test]
fn removing_proof_never_adds_power() {
    let mut lost = 0;
    for (letter, known) in space() {
        let with = staff_power(&known, &decide(&letter, &known, &statuses()));
        let dead = known.token.map(|token| TokenHit { live: false, ..token });
        let others = known.token.map(|token| TokenHit { person: OTHER, ..token });
        for other in [
            Known { token: None, ..known.clone() },
            Known { token: dead, ..known.clone() },
            Known { token: others, ..known.clone() },
            Known { release: None, ..known.clone() },
        ] {
            let without = staff_power(&other, &decide(&letter, &other, &statuses()));
            assert!(with || !without, "{letter:?}\n{known:?}");
            lost += usize::from(with && !without);
        }
    }
    assert!(lost > 100, "proof does give power: {lost}");
}

#[test]
fn without_a_live_own_token_or_a_human_word_nothing_happens_in_a_staff_members_name() {
    let mut allowed = 0;
    for (letter, known) in space() {
        let decision = decide(&letter, &known, &statuses());
        let proven = known.release.is_some() || known.token.is_some_and(|token| token.live && token.person == ANNA);
        let power = staff_power(&known, &decision);
        assert!(proven || !power, "{letter:?}\n{known:?}");
        allowed += usize::from(power);
    }
    assert!(allowed > 100, "the allowed cases exist: {allowed}");
}
