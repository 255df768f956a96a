//! Mails of outsiders and of machines: each condition alone, beside the case in which it does not hold.

use super::*;
use crate::mail::Attachment;
use crate::mail::body::{Class, Classified};

fn of(letter: &Letter, known: Known) -> Decision {
    decide(letter, &known, &statuses(), &Rules::default())
}

fn carla() -> Known {
    known(Sender::Contact(CARLA))
}

/// Carla's mail on her ticket.
fn part() -> Known {
    Known { thread: Some(hit(true, false)), ..carla() }
}

/// The only act of a decision, as an update.
fn update(decision: &Decision) -> &Update {
    match decision.list().as_slice() {
        [Act::Update(update)] => update,
        other => panic!("{other:?}"),
    }
}

fn acknowledged(decision: &Decision) -> bool {
    matches!(decision.list().as_slice(), [Act::Open(Open { acknowledge: true, .. })])
}

fn file() -> Attachment {
    Attachment::uploaded("picture.png", b"\x89PNG".to_vec(), 1)
}

#[test]
fn the_same_mail_at_another_address_is_told_on_its_ticket() {
    let again = |ticket, address: Option<&str>| {
        let copy = Copy::Again { ticket, address: address.map(str::to_owned) };
        of(&letter("Hi"), Known { copy, ..part() })
    };
    let told_of = again(Some(TICKET), Some("sales@desk.example"));
    assert!(matches!(told_of.list().as_slice(), [Act::AlsoSent { ticket: TICKET, address }] if address == "sales@desk.example"));
    for other in [again(Some(TICKET), None), again(None, Some("sales@desk.example"))] {
        assert_eq!((told(&other).as_str(), other.list().len()), ("duplicate same_mail", 0));
    }
}

#[test]
fn what_came_from_our_own_address_is_nobodys_once_a_human_lets_it_through() {
    assert_eq!(told(&of(&letter("Hi"), known(Sender::Desk))), "held own_address");
    let released = of(&letter("Hi"), Known { release: Some(Release::AsIs), ..known(Sender::Desk) });
    assert_eq!((told(&released).as_str(), acknowledged(&released)), ("ticket new", false));
}

#[test]
fn an_empty_mail_with_a_subject_says_something() {
    let mut empty = letter("");
    empty.kind = Kind::Empty;
    assert_eq!(told(&of(&empty, carla())), "ticket new");
    empty.subject = " ".to_owned();
    assert_eq!(told(&of(&empty, carla())), "ignored empty");
}

#[test]
fn only_a_failure_is_told_as_undelivered_in_the_words_of_the_report() {
    let report = |action: Option<Action>| {
        let bounce = Bounce {
            recipients: vec![],
            status: Some("5.1.1".to_owned()),
            action,
            original_message_id: None,
            diagnostic: None,
            by_recipient: vec![],
            rule: None,
        };
        let letter = Letter { kind: Kind::Bounce, bounce: Some(bounce), ..letter("No such\n user here") };
        of(&letter, Known { bounced: Some((OutboxId(5), Some(TICKET))), ..known(Sender::Nobody) })
    };
    for action in [Some(Action::Failed), None] {
        let failed = report(action);
        assert_eq!((told(&failed).as_str(), failed.ticket), ("bounce undeliverable", Some(TICKET)));
        let [Act::Undelivered { mail, answer }] = failed.list().as_slice() else { panic!("{failed:?}") };
        assert_eq!((*mail, answer.as_str()), (OutboxId(5), "5.1.1 No such user here"));
    }
    for action in [Action::Delayed, Action::Delivered, Action::Relayed, Action::Expanded] {
        let other = report(Some(action));
        assert_eq!((told(&other).as_str(), other.list().len()), ("bounce not_a_failure", 0), "{action:?}");
    }
}

#[test]
fn who_is_not_known_is_not_welcomed_by_what_they_guess_or_by_what_a_machine_sent() {
    assert!(acknowledged(&of(&letter("Hello"), known(Sender::Stranger))));
    let list = Letter { list: true, ..letter("Hello") };
    assert!(!acknowledged(&of(&list, known(Sender::Stranger))), "nobody writes to a list");
    let guess = Letter { subject: "About [ACME-99]".to_owned(), ..letter("Hello") };
    let guessed = of(&guess, known(Sender::Stranger));
    assert_eq!((told(&guessed).as_str(), acknowledged(&guessed)), ("ticket new", false));
    let note = of(&letter("Hello"), Known { release: Some(Release::Note), ..carla() });
    assert!(matches!(note.list().as_slice(), [Act::Open(Open { visibility: Visibility::Internal, acknowledge: false, .. })]));
    let public = of(&letter("Hello"), carla());
    assert!(matches!(public.list().as_slice(), [Act::Open(Open { visibility: Visibility::Public, acknowledge: true, .. })]));
}

#[test]
fn a_new_ticket_goes_where_its_sender_belongs() {
    let home = Home { project: ProjectId(8), misdirected: Some("acme@desk.example".to_owned()) };
    let decision = of(&letter("Hello"), Known { home, ..known(Sender::Stranger) });
    let [Act::Open(open)] = decision.list().as_slice() else { panic!("{decision:?}") };
    assert_eq!((open.project, open.mailbox.as_str(), open.subject.as_str()), (ProjectId(8), "support", "Printer"));
    assert_eq!(open.facts, [Fact::Misdirected("acme@desk.example".to_owned())]);
}

#[test]
fn a_customers_word_opens_again_what_rests() {
    let reopens = |known: Known| update(&of(&letter("Thanks"), known)).status.clone();
    let open = Some((STATUS_OPEN.to_owned(), Visibility::Public));
    let awake = Some(TicketHit { state: TicketState::default(), ..hit(true, false) });
    assert_eq!(reopens(part()), open);
    assert_eq!(reopens(Known { thread: awake, ..part() }), None, "it does not rest");
    assert_eq!(reopens(Known { release: Some(Release::Note), ..part() }), None, "a note is no word of theirs");
    let kept = of(&letter("Thanks"), Known { release: Some(Release::Note), ..part() });
    assert_eq!((told(&kept).as_str(), update(&kept).comment), ("note thread", Some(Visibility::Internal)));
    let said = of(&letter("Thanks"), part());
    assert_eq!((told(&said).as_str(), update(&said).comment), ("comment thread", Some(Visibility::Public)));
}

#[test]
fn who_comes_to_a_ticket_takes_part_from_then_on_unless_it_is_a_machine_or_a_note() {
    let joins = |letter: &Letter, known: Known| update(&of(letter, known)).join;
    let colleague = || Known { thread: Some(hit(false, true)), ..carla() };
    let machine = Letter { kind: Kind::Generated, ..letter("Hi") };
    assert!(joins(&letter("Hi"), colleague()));
    assert!(!joins(&machine, colleague()));
    assert!(!joins(&letter("Hi"), Known { release: Some(Release::Note), ..colleague() }));
    assert!(!joins(&letter("Hi"), part()), "who takes part already");
    // Nobody is nobody's colleague, whatever is known of them.
    let nobody = Known { thread: Some(hit(false, true)), ..known(Sender::Nobody) };
    assert_eq!(told(&of(&letter("Hi"), nobody)), "held third_party");
    // Who was let through by a human.
    let foreign = |sender| Known { thread: Some(hit(false, false)), release: Some(Release::AsIs), ..known(sender) };
    for (sender, join) in
        [(Sender::Contact(CARLA), true), (Sender::Stranger, true), (Sender::Nobody, false), (Sender::Desk, false)]
    {
        let decision = of(&letter("Hi"), foreign(sender));
        assert_eq!((told(&decision).as_str(), update(&decision).join), ("comment released", join), "{sender:?}");
    }
    let kept = of(&letter("Hi"), Known { release: Some(Release::Note), ..foreign(Sender::Stranger) });
    assert_eq!(
        (told(&kept).as_str(), update(&kept).comment, update(&kept).join),
        ("note released", Some(Visibility::Internal), false)
    );
}

#[test]
fn two_machines_that_do_not_say_so_are_stopped() {
    let of = |lately, release| of(&letter("Hi"), Known { lately, release, ..part() });
    assert_eq!(told(&of(19, None)), "comment thread");
    assert_eq!(told(&of(20, None)), "held flood");
    assert_eq!(told(&of(1000, None)), "held flood");
    assert_eq!(told(&of(1000, Some(Release::AsIs))), "comment thread", "a human has seen that one");
}

#[test]
fn a_forgers_flood_holds_up_nothing_that_has_its_senders_own_reply_address() {
    let mine = Some(token(CARLA, Visibility::Public));
    assert_eq!(told(&of(&letter("Hi"), Known { lately: 1000, token: mine, ..part() })), "comment token");
    let ended = mine.map(|token| TokenHit { live: false, ..token });
    assert_eq!(told(&of(&letter("Hi"), Known { lately: 1000, token: ended, ..part() })), "held flood");
    let others = Some(token(OTHER, Visibility::Public));
    assert_eq!(told(&of(&letter("Hi"), Known { lately: 1000, token: others, ..part() })), "held flood");
}

#[test]
fn ten_colleagues_join_by_themselves_and_the_next_ones_wait_for_a_word() {
    let colleague = |sender, joined, release| {
        let thread = Some(hit(false, true));
        of(&letter("Me, too"), Known { joined, release, thread, ..known(sender) })
    };
    for sender in [Sender::Stranger, Sender::Contact(OTHER)] {
        let last = colleague(sender, 9, None);
        assert_eq!((told(&last).as_str(), update(&last).join), ("comment colleague", true));
        assert_eq!(told(&colleague(sender, 10, None)), "held flood");
        let released = colleague(sender, 60, Some(Release::AsIs));
        assert_eq!((told(&released).as_str(), update(&released).join), ("comment colleague", true));
    }
    assert_eq!(told(&of(&letter("Hi"), Known { joined: 60, ..part() })), "comment thread", "who takes part is nobody new");
}

#[test]
fn the_token_names_the_ticket_then_the_thread_and_last_the_subject() {
    let at = |ticket: i64| TicketHit { ticket: TicketId(ticket), ..hit(false, false) };
    let token = Some(TokenHit { ticket: TicketId(1), live: false, ..token(OTHER, Visibility::Public) });
    let all = || Known { token, thread: Some(at(2)), subject: Some(at(3)), ..known(Sender::Stranger) };
    assert_eq!(candidate(&all()), Some(TicketId(1)), "dead and somebody else's, too: it is what the mail seems to be about");
    assert_eq!(candidate(&Known { token: None, ..all() }), Some(TicketId(2)));
    assert_eq!(candidate(&Known { token: None, thread: None, ..all() }), Some(TicketId(3)));
    assert_eq!(candidate(&known(Sender::Stranger)), None);
    // Nobody's mail goes to the ticket of a token that is over.
    let live = token.map(|token| TokenHit { live: true, ..token });
    let ticket = |known| of(&letter("Hi"), known).ticket;
    assert_eq!(ticket(Known { token: live, ..all() }), Some(TicketId(1)));
    assert_eq!(ticket(all()), Some(TicketId(2)));
    assert_eq!(ticket(Known { thread: None, ..all() }), Some(TicketId(3)));
}

#[test]
fn what_is_uncertain_stays_visible() {
    let of_lines = |lines: &[(&str, Class)]| {
        let (lines, classes): (Vec<&str>, Vec<Classified>) =
            lines.iter().map(|(line, class)| (*line, Classified::from(*class))).unzip();
        Body::gather(&lines, &classes, false)
    };
    let mail = |warnings: &[Warning], signature: &str, new: &str| Letter {
        warnings: warnings.to_vec(),
        body: of_lines(&[(new, Class::New), (signature, Class::Signature)]),
        ..letter("")
    };
    for (what, mail, text) in [
        ("what is new", mail(&[], "", " new "), "new"),
        ("with a signature", mail(&[], "Carla", "new"), "new"),
        ("of an uncertain quotation, without one", mail(&[Warning::QuoteUncertain], " ", "new"), "new"),
        ("of an uncertain quotation, with one", mail(&[Warning::QuoteUncertain], "Carla", "new"), "new\nCarla"),
        ("with another warning", mail(&[Warning::HeaderDamaged], "Carla", "new"), "new"),
        ("nothing new", mail(&[], "Carla", " "), "Carla"),
    ] {
        assert_eq!(of(&mail, part()).text(), text, "{what}");
        assert_eq!(of(&mail, carla()).text(), text, "{what}, in a new ticket");
    }
    let quote = "> what you wrote elsewhere";
    let quoting = Letter { body: of_lines(&[("new", Class::New), (quote, Class::Quoted)]), ..letter("") };
    assert_eq!(of(&quoting, part()).text(), "new");
    assert_eq!(of(&quoting, carla()).text(), format!("new\n{quote}"), "the desk has not seen it before");
}

#[test]
fn a_word_of_a_customer_stands_alone_in_a_fresh_mail_of_a_person() {
    let word = |letter: &Letter, known: Known| told(&of(letter, known)) == "command customer_command";
    assert!(word(&letter("close"), part()));
    let mut listed = letter("close");
    listed.list = true;
    let mut filed = letter("close");
    filed.attachments.push(file());
    assert!(!word(&listed, part()));
    assert!(!word(&filed, part()));
    assert!(!word(&letter("close"), Known { old: true, ..part() }));
    assert!(!word(&letter("close"), Known { release: Some(Release::AsIs), ..part() }));
    let done = Some((STATUS_DONE.to_owned(), Visibility::Public));
    assert_eq!(update(&of(&letter("close"), part())).status, done);
    let already = TicketHit { state: TicketState { rests: true, done: true }, ..hit(true, false) };
    let nothing = of(&letter("close"), Known { thread: Some(already), ..part() });
    assert_eq!((told(&nothing).as_str(), nothing.list().len()), ("command customer_command", 0), "there is nothing left to do");
}

#[test]
fn who_may_not_waits_for_a_human_and_comes_in_with_their_word() {
    let bars = |bars: Bars| Known { bars, ..part() };
    let with_file = || Letter { attachments: vec![file()], ..letter("Hi") };
    let inline = || Letter { attachments: vec![Attachment { inline: true, ..file() }], ..letter("Hi") };
    let picture = || {
        let (content_type, content_id) = ("image/png".to_owned(), Some("p1@x".to_owned()));
        let file = Attachment { inline: true, content_type, content_id, ..file() };
        Letter { attachments: vec![file], html: Some("<img src=\"cid:p1@x\">".to_owned()), ..letter("Hi") }
    };
    let here = vec![TICKET];
    let new = |bars: Bars| Known { bars, ..carla() };
    let table = [
        (letter("Hi"), bars(Bars { off: true, ..Bars::default() }), "held switched_off"),
        (letter("Hi"), new(Bars { off: true, ..Bars::default() }), "held switched_off"),
        (letter("Hi"), bars(Bars { writing: here.clone(), ..Bars::default() }), "held role_denies"),
        (letter("Hi"), bars(Bars { writing: vec![TicketId(7)], ..Bars::default() }), "comment thread"),
        (with_file(), bars(Bars { files: here.clone(), ..Bars::default() }), "held role_denies"),
        // Apple's programs call every file inline.
        (inline(), bars(Bars { files: here.clone(), ..Bars::default() }), "held role_denies"),
        (picture(), bars(Bars { files: here.clone(), ..Bars::default() }), "comment thread"),
        (letter("Hi"), bars(Bars { files: here, opening: true, ..Bars::default() }), "comment thread"),
        (letter("Hi"), new(Bars { opening: true, ..Bars::default() }), "held role_denies"),
        (with_file(), new(Bars { opening_with_files: true, ..Bars::default() }), "held role_denies"),
        (letter("Hi"), new(Bars { opening_with_files: true, ..Bars::default() }), "ticket new"),
    ];
    for (letter, known, verdict) in table {
        let decision = of(&letter, known.clone());
        assert_eq!(told(&decision), verdict, "{:?}", known.bars);
        let released = of(&letter, Known { release: Some(Release::AsIs), ..known });
        assert_ne!(released.disposition, Disposition::Held);
    }
}

#[test]
fn what_its_domain_disowns_is_in_nobodys_name_whom_the_desk_knows() {
    let said = |said, known: Known| Known { said, ..known };
    let stranger = |belongs| Known { belongs, ..known(Sender::Stranger) };
    let (fail, none, pass) = (Some(Alignment::Fail), Some(Alignment::None), Some(Alignment::Pass));
    for (known, verdict) in [(part(), "comment thread"), (carla(), "ticket new"), (stranger(true), "ticket new")] {
        assert_eq!(told(&of(&letter("Hi"), said(fail, known.clone()))), "held sender_denied");
        for other in [none, pass, None] {
            assert_eq!(told(&of(&letter("Hi"), said(other, known.clone()))), verdict, "{other:?}");
        }
        let released = of(&letter("Hi"), Known { release: Some(Release::AsIs), ..said(fail, known) });
        assert_ne!(released.disposition, Disposition::Held);
    }
    let disowned = of(&letter("Hi"), said(fail, stranger(false)));
    assert_eq!((told(&disowned).as_str(), acknowledged(&disowned)), ("ticket new", false), "nobody is written to");
    assert!(acknowledged(&of(&letter("Hi"), said(none, stranger(false)))));
    let away = Letter { kind: Kind::AutoReply, ..letter("Hi") };
    let ticket = |known| of(&away, known).ticket;
    assert_eq!((ticket(said(fail, part())), ticket(said(none, part()))), (None, Some(TICKET)));
}

#[test]
fn no_word_and_no_address_makes_a_verification_mail_public() {
    let is_public = |act: &Act| match act {
        Act::Open(open) => open.visibility == Visibility::Public || open.acknowledge,
        Act::Update(update) => update.comment == Some(Visibility::Public) || update.changes_something() || update.join,
        _ => true,
    };
    let (mut held, mut kept, mut read) = (0, 0, 0);
    for sender in [Sender::Stranger, Sender::Contact(CARLA), Sender::Nobody, Sender::Desk] {
        for token in [None, Some(token(CARLA, Visibility::Public)), Some(token(OTHER, Visibility::Internal))] {
            for thread in [None, Some(hit(true, false)), Some(hit(false, true)), Some(hit(false, false))] {
                for (kind, list) in [(Kind::Person, false), (Kind::Generated, false), (Kind::Generated, true)] {
                    for release in [None, Some(Release::AsIs), Some(Release::Public), Some(Release::Note)] {
                        let letter = Letter { kind, list, warnings: vec![Warning::Verification], ..letter("482913") };
                        let known = Known { token, thread, subject: thread, release, ..known(sender) };
                        let decision = of(&letter, known.clone());
                        // Whoever has read what a customer wrote about codes may let it through.
                        let may = matches!(sender, Sender::Contact(_)) && kind == Kind::Person;
                        if may && matches!(release, Some(Release::AsIs | Release::Public)) {
                            read += usize::from(told(&decision) != "held verification");
                            continue;
                        }
                        match release {
                            Some(Release::Note) => kept += usize::from(!decision.list().is_empty()),
                            _ => held += usize::from(told(&decision) == "held verification"),
                        }
                        assert!(!decision.acts().any(is_public), "{sender:?} {release:?} {decision:?}");
                        // The twin: without the code it is a mail like others.
                        let plain = of(&Letter { warnings: vec![], ..letter }, known);
                        assert_ne!(told(&plain), "held verification");
                    }
                }
            }
        }
    }
    let all = 4 * 3 * 4 * 3 * 3;
    assert_eq!((held + read, kept), (all, all / 3), "each is held, kept inside, or let through by whoever read it");
    assert_eq!(read, 3 * 4 * 2);
    let secret = letter("Set your password: https://cloud.acme.example/reset/form/SECRET482913/desk");
    let colleague = TicketHit { colleague: true, takes_part: false, ..hit(true, false) };
    for (known, expected) in [
        (Known { subject: Some(colleague), ..known(Sender::Stranger) }, "held third_party"),
        (Known { thread: Some(colleague), ..known(Sender::Stranger) }, "comment colleague"),
        (Known { belongs: true, ..known(Sender::Stranger) }, "held verification"),
        (known(Sender::Stranger), "ticket new"),
        (Known { belongs: true, ..known(Sender::Contact(CARLA)) }, "ticket new"),
    ] {
        assert_eq!(told(&of(&secret, known.clone())), expected, "{known:?}");
        assert_ne!(told(&of(&letter("Set it at https://acme.example/settings"), known)), "held verification");
    }
    let junk = Known { junk: true, ..known(Sender::Stranger) };
    let letter = Letter { warnings: vec![Warning::Verification], ..letter("482913") };
    assert_eq!(told(&of(&letter, junk)), "spam server_verdict");
}
