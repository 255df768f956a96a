//! Mails in a staff member's name: each condition alone, beside the case in which it does not hold.

use super::*;
use crate::acts::BehalfOrigin;
use crate::desk::entry::Lack;
use crate::intake::case::Signed;
use crate::intake::command::plan::Standing;
use crate::letters::commands::Line;
use crate::mail::Attachment;

const SIGNED: Rules = Rules { profile: Profile::Standard, server: false, signature: true };

fn of(letter: &Letter, known: &Known) -> Decision {
    decide(letter, known, &statuses(), &SIGNED)
}

fn anna() -> Known {
    known(Sender::Staff(ANNA))
}

/// Anna's mail through her token.
fn mine() -> Known {
    Known { token: Some(token(ANNA, Visibility::Public)), ..anna() }
}

/// Anna's mail about a ticket, signed by her domain, without a token.
fn signed() -> Known {
    Known { subject: Some(hit(false, false)), ..signed_new() }
}

/// Anna's mail about no ticket, signed by her domain.
fn signed_new() -> Known {
    Known { origin: Origin { signature: true, ..Origin::default() }, ..anna() }
}

fn sent(known: Known, release: Release) -> Known {
    Known { release: Some(release), released_by: Some(ANNA), ..known }
}

fn update(decision: &Decision) -> &Update {
    match decision.list().as_slice() {
        [Act::Update(update)] => update,
        other => panic!("{other:?}"),
    }
}

fn with_file(text: &str) -> Letter {
    Letter { attachments: vec![Attachment::uploaded("plan.pdf", b"%PDF-1.4".to_vec(), 1)], ..letter(text) }
}

#[test]
fn why_an_unproven_mail_waits() {
    let dead = |person| Some(TokenHit { live: false, ..token(person, Visibility::Public) });
    let refused = Origin { server: Alignment::Fail, ..Origin::default() };
    let believing = Rules { server: true, ..Rules::default() };
    for (what, known, reason) in [
        ("nothing speaks for it", anna(), "claims_staff"),
        ("her token is over", Known { token: dead(ANNA), ..anna() }, "token_ended"),
        ("another's is over", Known { token: dead(OTHER), ..anna() }, "claims_staff"),
        ("another's is good", Known { token: Some(token(OTHER, Visibility::Public)), ..anna() }, "claims_staff"),
        ("the server refused it", Known { origin: refused, ..mine() }, "alignment_failed"),
        ("and her token is over", Known { origin: refused, token: dead(ANNA), ..anna() }, "alignment_failed"),
    ] {
        let decision = decide(&letter("Hi"), &known, &statuses(), &believing);
        assert_eq!((decision.reason.as_str(), decision.list().len()), (reason, 0), "{what}");
        assert_eq!(decision.ticket, known.token.map(|token| token.ticket), "{what}");
    }
    assert_eq!(told(&decide(&letter("Hi"), &mine(), &statuses(), &believing)), "comment token");
}

#[test]
fn what_a_colleague_keeps_is_an_internal_note_and_nameless_without_a_token() {
    let by = |known: Known, release| Known { release: Some(release), released_by: Some(OTHER), ..known };
    for release in [Release::AsIs, Release::Public, Release::Note] {
        let kept = of(&letter("#close\nHi"), &by(mine(), release));
        assert_eq!((told(&kept).as_str(), kept.nameless, kept.ticket), ("note kept_unconfirmed", false, Some(TICKET)));
        assert_eq!((update(&kept).comment, commanded(update(&kept))), (Some(Visibility::Internal), false));
        let unproven = of(&letter("Hi"), &by(signed(), release));
        assert_eq!((told(&unproven).as_str(), unproven.nameless), ("note kept_unconfirmed", true));
        let foreign = of(&letter("Hi"), &by(Known { token: Some(token(OTHER, Visibility::Public)), ..anna() }, release));
        assert_eq!((told(&foreign).as_str(), foreign.nameless), ("note kept_unconfirmed", true));
        let new = of(&letter("Hi"), &by(anna(), release));
        assert_eq!((told(&new).as_str(), new.nameless), ("ticket kept_unconfirmed", true));
        assert!(matches!(new.list().as_slice(), [Act::Open(Open { visibility: Visibility::Internal, acknowledge: false, .. })]));
    }
    assert_eq!(told(&of(&with_file(""), &by(mine(), Release::AsIs))), "note kept_unconfirmed", "a file is enough");
    assert_eq!(told(&of(&letter(""), &by(mine(), Release::AsIs))), "held nothing_new");
    assert!(!of(&letter("Hi"), &sent(mine(), Release::AsIs)).nameless, "her own word names her");
}

#[test]
fn the_answer_to_a_question_says_what_and_about_which() {
    let question = question(ANNA);
    let answer = |text: &str| of(&letter(text), &Known { question: Some(question), ..anna() }).settles();
    for (text, word) in [("#send", Some(HeldAction::Send)), ("#note", Some(HeldAction::Note)), ("Oh yes", None)] {
        assert_eq!(answer(text), Some((question, word)), "{text}");
    }
    let another = Known { question: Some(super::question(OTHER)), ..anna() };
    assert_eq!(of(&letter("#send"), &another).settles(), None);
}

#[test]
fn what_the_domain_vouches_for_may_become_a_note_and_tell_the_commands_and_nothing_else() {
    for (text, expected) in [
        ("#note\nHi", "note alignment"),
        ("#note\n#status gone\nHi", "held token_missing"),
        ("#note\n#close\nHi", "held token_missing"),
        ("#note\n#time 45m x\nHi", "held token_missing"),
        ("Hi", "held token_missing"),
        ("#close", "held token_missing"),
        ("#help", "command alignment"),
        ("#help\nHi", "held token_missing"),
        ("#help\n#close", "held token_missing"),
        ("#help\n#time 45m x", "held token_missing"),
        ("", "held token_missing"),
    ] {
        assert_eq!(told(&of(&letter(text), &signed())), expected, "{text:?}");
        assert_ne!(of(&letter(text), &mine()).reason.as_str(), "token_missing", "{text:?}");
    }
}

#[test]
fn each_internal_signal_alone_makes_a_note() {
    let guards = Guards { quotes: true, ..Guards::default() };
    let inside = TicketHit { internal: true, ..hit(false, false) };
    let differing = Letter { warnings: vec![Warning::PartsDiffer], ..letter("Hi") };
    let other = Letter { warnings: vec![Warning::HeaderDamaged], ..letter("Hi") };
    let tagged = Letter { subject: "Printer [note]".to_owned(), ..letter("Hi") };
    for (what, letter, known, expected) in [
        ("none", letter("Hi"), mine(), "comment token"),
        ("its address", letter("Hi"), Known { token: Some(token(ANNA, Visibility::Internal)), ..mine() }, "note token"),
        ("what it answers", letter("Hi"), Known { thread: Some(inside), ..mine() }, "note token"),
        ("its words", letter("#note\nHi"), mine(), "note token"),
        ("its subject", tagged, mine(), "note token"),
        ("what it quotes", letter("Hi"), Known { guards, ..mine() }, "note token"),
        ("its parts, alone", differing.clone(), mine(), "held parts_differ"),
        ("its parts and its subject", Letter { subject: "[note]".to_owned(), ..differing.clone() }, mine(), "note token"),
        ("its parts, meant for all", differing.clone(), sent(mine(), Release::Public), "comment released"),
        ("its parts, meant for inside", differing, sent(mine(), Release::Note), "note released"),
        ("another warning", other, mine(), "comment token"),
        ("an address of ours", letter("Hi"), Known { reveals: true, ..mine() }, "note token"),
        ("a slip that a human let through", letter("#nte\nHi"), sent(mine(), Release::AsIs), "note released"),
        ("a slip that was meant for all", letter("#nte\nHi"), sent(mine(), Release::Public), "comment released"),
        ("a note that was meant for all", letter("#note\nHi"), sent(mine(), Release::Public), "comment released"),
        ("a human's word for a note", letter("Hi"), sent(mine(), Release::Note), "note released"),
    ] {
        assert_eq!(told(&of(&letter, &known)), expected, "{what}");
    }
}

#[test]
fn who_asked_for_a_note_is_not_told_that_it_became_one() {
    let guards = || Guards { quotes: true, ..Guards::default() };
    assert!(of(&letter("Hi"), &Known { guards: guards(), ..mine() }).downgrade().is_some());
    assert_eq!(of(&letter("#note\nHi"), &Known { guards: guards(), ..mine() }).downgrade(), None);
    assert_eq!(
        of(&letter("Hi"), &sent(Known { guards: guards(), ..mine() }, Release::AsIs)).downgrade(),
        None,
        "it was asked about"
    );
}

#[test]
fn a_file_is_something_new() {
    assert_eq!(told(&of(&with_file(""), &mine())), "comment token");
    assert_eq!(told(&of(&letter(" \n"), &mine())), "held nothing_new");
}

#[test]
fn an_undo_beside_anything_unclear_is_asked_about() {
    let waiting = Known { guards: Guards { waiting: Some((InboxId(7), 2)), ..Guards::default() }, ..mine() };
    let almost = Letter { subject: "Printer [intrenal]".to_owned(), ..letter("#undo") };
    assert_eq!(told(&of(&letter("#undo"), &waiting)), "command undo");
    assert_eq!(told(&of(&almost, &waiting)), "held unknown_command");
    assert_eq!(told(&of(&with_file("#undo"), &waiting)), "held unknown_command");
    let dry = of(&letter("#dry\n#undo"), &waiting);
    assert_eq!((told(&dry).as_str(), dry.settles()), ("command dry_run", None), "a dry run stops nothing");
}

#[test]
fn what_is_asked_about_a_line_shows_it() {
    let texts: fn(&[Line]) -> Vec<&str> = |lines| lines.iter().map(|line| line.text.as_str()).collect();
    for (text, reason, line) in [
        ("#nte\nHi", "near_miss", "#nte"),
        ("#magic\nHi", "unknown_command", "#magic"),
        ("#status gone\nHi", "command_refused", "#status gone"),
    ] {
        let asked = of(&letter(text), &mine());
        assert_eq!((asked.reason.as_str(), texts(&asked.orders().lines)), (reason, vec![line]));
    }
    let new = of(&letter("#nte\nHi"), &signed_new());
    assert_eq!((new.reason.as_str(), texts(&new.orders().lines)), ("near_miss", vec!["#nte"]));
    // What went well has no lines, and what is answered has all of them.
    assert!(of(&letter("#assign me\nHi"), &mine()).orders().lines.is_empty());
    assert_eq!(texts(&of(&letter("#assign me\n#status gone"), &mine()).orders().lines), ["#assign me", "#status gone"]);
    assert_eq!(texts(&of(&letter("#dry\n#clsoe"), &mine()).orders().lines).last(), Some(&"#clsoe"));
}

#[test]
fn a_transcript_says_for_whom_the_changes_would_be_where_there_are_any() {
    let facts = Facts { addresses: vec![("sam@elsewhere.example".to_owned(), Standing::Outside)], ..statuses() };
    let of = |text: &str| decide(&letter(text), &mine(), &facts, &SIGNED);
    let changes = |text: &str| match of(text).orders().answers.as_slice() {
        [Answer::Transcript { changes, text, .. }] => (*changes, *text),
        other => panic!("{text}: {other:?}"),
    };
    let public = Some(Visibility::Public);
    assert_eq!(changes("#dry\n#close"), (public, None));
    assert_eq!(changes("#dry\n#close\nHi"), (public, public));
    assert_eq!(changes("#dry\n#cc sam@elsewhere.example"), (public, None));
    assert_eq!(changes("#dry\n#time 45m x"), (None, None));
    assert_eq!(changes("#dry\nHi"), (None, public));
    // A warning goes with what was done.
    let warned = of("#cc sam@elsewhere.example");
    let orders = warned.orders();
    let [Answer::Transcript { outcome, .. }] = orders.answers.as_slice() else { panic!("{warned:?}") };
    assert_eq!((*outcome, orders.cc.as_slice()), (CommandsOutcome::Done, &["sam@elsewhere.example".to_owned()][..]));
}

#[test]
fn whom_its_author_wrote_to_directly_stands_beside_the_text_only() {
    let outside = vec!["carla@acme.example".to_owned()];
    let known = Known { guards: Guards { outside: outside.clone(), ..Guards::default() }, ..mine() };
    assert_eq!(update(&of(&letter("Hi"), &known)).direct, outside);
    assert!(update(&of(&letter("#close"), &known)).direct.is_empty());
}

/// What a mail opens: for whom to see, what is set on it and for whom, and what is answered.
fn opened(decision: &Decision) -> (Visibility, Option<(String, Visibility)>, Vec<CommandsOutcome>) {
    let open = match decision.list().as_slice() {
        [Act::Open(open)] => open,
        [Act::OnBehalf(act)] => &act.open,
        _ => panic!("{decision:?}"),
    };
    let outcome = |answer: &Answer| match answer {
        Answer::Transcript { outcome, .. } => Some(*outcome),
        Answer::Help | Answer::Guest(_) | Answer::MayNotClose => None,
    };
    let status = open.changes.as_ref().and_then(|changes| changes.status.clone());
    (open.visibility, status, decision.orders().answers.iter().filter_map(outcome).collect())
}

#[test]
fn a_mail_that_opens_a_ticket_commands_it() {
    let (internal, done) = (Visibility::Internal, || "done".to_owned());
    let of = |text: &str| of(&letter(text), &signed_new());
    assert_eq!(opened(&of("Hi")), (internal, None, vec![]));
    assert_eq!(opened(&of("#close\nHi")), (internal, Some((done(), internal)), vec![]));
    // A warning goes with what was done, and the text stays what it is.
    let public = Some((done(), Visibility::Public));
    assert_eq!(opened(&of("#public\n#close\nHi")), (internal, public, vec![CommandsOutcome::Done]));
    let timed = of("#time 45m call\nHi");
    assert_eq!(timed.orders().times, [(45, "call".to_owned(), internal)]);
    assert_eq!(opened(&timed), (internal, None, vec![]));
    let sam = "sam@elsewhere.example".to_owned();
    let facts = Facts { addresses: vec![(sam.clone(), Standing::Outside)], ..statuses() };
    let invites = decide(&letter("#public\n#cc sam@elsewhere.example\nHi"), &signed_new(), &facts, &SIGNED);
    assert_eq!(invites.orders().cc, [sam]);
    let help = of("#help\nHi");
    assert!(matches!(help.orders().answers.as_slice(), [Answer::Help]), "{help:?}");
    // One that cannot be obeyed holds all of it.
    let refused = of("#close\n#status gone\nHi");
    assert_eq!((told(&refused).as_str(), refused.orders().lines.len()), ("held command_refused", 2));
}

#[test]
fn commands_without_a_text_open_nothing_and_a_human_may_want_the_text_alone() {
    let of = |text: &str, known: &Known| of(&letter(text), known);
    for (text, expected) in
        [("#close", "held command_without_ticket"), ("#help\n#close", "held command_without_ticket"), ("", "held nothing_new")]
    {
        assert_eq!(told(&of(text, &signed_new())), expected, "{text:?}");
    }
    let seen = of("#close\n#status gone\nHi", &sent(anna(), Release::AsIs));
    assert_eq!(opened(&seen), (Visibility::Internal, None, vec![CommandsOutcome::TextOnly]));
    let public = of("Hi", &sent(anna(), Release::Public));
    assert_eq!(opened(&public), (Visibility::Public, None, vec![]));
    let often = of("#help\nHi", &Known { answers: 30, ..signed_new() });
    assert!(often.orders().answers.is_empty(), "too many answers already: {often:?}");
}

#[test]
fn a_ticket_for_somebody_else() {
    let clear = |text: Option<&str>, files: usize| {
        let OnBehalfOf::Clear(customer) = for_carla() else { panic!() };
        let files = vec![Attachment::uploaded("plan.pdf", b"%PDF-1.4".to_vec(), 1); files];
        Some(OnBehalfOf::Clear(Box::new(Customer { text: text.map(str::to_owned), files, ..*customer })))
    };
    let text = Some("Er druckt nicht.");
    for (what, words, known, expected) in [
        ("vouched for", "Hi", signed_new(), "ticket on_behalf"),
        ("with commands", "#close\nHi", signed_new(), "ticket on_behalf"),
        ("with one that cannot be obeyed", "#status gone\nHi", signed_new(), "held command_refused"),
        ("with commands that a human has seen", "#close\nHi", sent(anna(), Release::AsIs), "ticket on_behalf"),
        ("as a note", "#note\nHi", signed_new(), "ticket alignment"),
        ("as a note that was meant for all", "#note\nHi", sent(anna(), Release::Public), "ticket on_behalf"),
    ] {
        let decision = of(&letter(words), &Known { behalf: clear(text, 0), ..known });
        assert_eq!(told(&decision), expected, "{what}");
    }
    let of = |words: &str, behalf| of(&letter(words), &Known { behalf, ..signed_new() });
    assert_eq!(of("Hi", clear(text, 0)).text(), "Er druckt nicht.");
    assert_eq!(of("Hi", clear(None, 0)).text(), "Hi", "where nothing was passed on, the words are theirs");
    assert_eq!(told(&of("Hi", clear(Some(" "), 0))), "held nothing_new");
    let timed = of("#time 45m call\nHi", clear(text, 0));
    assert_eq!(timed.orders().times, [(45, "call".to_owned(), Visibility::Internal)]);
    assert_eq!(told(&of("Hi", clear(Some(" "), 1))), "ticket on_behalf");
    // Above a mail that is passed on, commands stay inside; what she writes to the customer herself is public.
    let way = |way| {
        let OnBehalfOf::Clear(customer) = for_carla() else { panic!() };
        Some(OnBehalfOf::Clear(Box::new(Customer { way, text: text.map(str::to_owned), ..*customer })))
    };
    for (way, seen) in [(way(BehalfOrigin::PassedOn), Visibility::Internal), (way(BehalfOrigin::WrittenTo), Visibility::Public)] {
        assert_eq!(opened(&of("#close\nHi", way)).1, Some(("done".to_owned(), seen)));
    }
}

#[test]
fn a_humans_word_counts_for_the_changes_too() {
    let inside = || Known { token: Some(token(ANNA, Visibility::Internal)), ..anna() };
    let (public, internal) = (Some(Visibility::Public), Some(Visibility::Internal));
    for (text, known, expected) in [
        ("#close\nHi", mine(), public),
        ("#close\nHi", inside(), internal),
        ("#close\nHi", sent(inside(), Release::AsIs), internal),
        ("#close\nHi", sent(inside(), Release::Public), public),
        ("#public\n#close\nHi", sent(mine(), Release::AsIs), public),
        ("#public\n#close\nHi", sent(mine(), Release::Note), internal),
    ] {
        let decision = of(&letter(text), &known);
        assert_eq!(update(&decision).status.as_ref().map(|(_, seen)| *seen), expected, "{text} {:?}", known.release);
    }
}

#[test]
fn what_is_said_of_commands_in_a_mail_that_opens_a_ticket() {
    let facts = Facts { addresses: vec![("sam@elsewhere.example".to_owned(), Standing::Outside)], ..statuses() };
    let of = |text: &str, known: &Known| decide(&letter(text), known, &facts, &SIGNED);
    let (public, internal) = (Some(Visibility::Public), Some(Visibility::Internal));
    let said = |text: &str| match of(text, &signed_new()).orders().answers.as_slice() {
        [Answer::Transcript { outcome, text, changes, channel: Visibility::Internal }] => (*outcome, *text, *changes),
        other => panic!("{text}: {other:?}"),
    };
    for (text, expected) in [
        ("#dry\nHi", (CommandsOutcome::Dry, internal, None)),
        ("#dry\n#close", (CommandsOutcome::Dry, None, internal)),
        ("#dry\n#public\n#cc sam@elsewhere.example\nHi", (CommandsOutcome::Dry, internal, public)),
        ("#dry\n#time 45m x\nHi", (CommandsOutcome::Dry, internal, None)),
        ("#dry\n#status gone\nHi", (CommandsOutcome::Refused, internal, None)),
        ("#public\n#close\nHi", (CommandsOutcome::Done, internal, public)),
        ("#public\n#cc sam@elsewhere.example\nHi", (CommandsOutcome::Done, internal, public)),
        ("#public\n#time 45m x\nHi", (CommandsOutcome::Done, internal, None)),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
    // What is done is done however much was answered within the hour; only the answer is left out, with its lines.
    for (answers, lines) in [(ANSWERS_AN_HOUR - 1, 2), (ANSWERS_AN_HOUR, 0)] {
        let decision = of("#public\n#cc sam@elsewhere.example\nHi", &Known { answers, ..signed_new() });
        let orders = decision.orders();
        assert_eq!((orders.cc.len(), orders.lines.len(), orders.answers.len()), (1, lines, usize::from(lines > 0)), "{answers}");
    }
    assert!(of("#close\nHi", &signed_new()).orders().lines.is_empty(), "what went well has no lines");
    assert_eq!(told(&of("#note", &signed_new())), "held nothing_new", "a tag is no command");
}

/// Whether its author hears what was taken for their signature, and how much of the mail left.
fn heard(decision: &Decision) -> (bool, Option<Vec<Lack>>) {
    let reach = decision.effects.iter().find_map(|effect| match effect {
        Effect::TellReach(lacks) => Some(lacks.clone()),
        _ => None,
    });
    (decision.effects.iter().any(|effect| matches!(effect, Effect::TellLeftOut)), reach)
}

#[test]
fn who_answers_in_public_hears_what_was_left_out_and_how_far_it_went() {
    let fresh = |known: Known| Known { signed: Signed { fresh: true, ..Signed::default() }, ..known };
    let for_carla = |way| {
        let OnBehalfOf::Clear(customer) = super::for_carla() else { panic!("it is clear who it is for") };
        let behalf = Some(OnBehalfOf::Clear(Box::new(Customer { way, ..*customer })));
        fresh(Known { behalf, ..signed_new() })
    };
    let cut = Letter { warnings: vec![Warning::TextCut], ..letter("Hi") };
    for (what, letter, known, expected) in [
        ("an answer", letter("Hi"), fresh(mine()), (true, Some(vec![]))),
        ("signed as ever", letter("Hi"), mine(), (false, Some(vec![]))),
        ("part of an answer", cut, mine(), (false, Some(vec![Lack::Text]))),
        ("a note", letter("#note\nHi"), fresh(mine()), (false, None)),
        ("a close", letter("#close"), fresh(mine()), (false, Some(vec![]))),
        ("a change that customers do not see", letter("#type bug"), fresh(mine()), (false, None)),
        ("passed on", letter("#note\nBitte."), for_carla(BehalfOrigin::PassedOn), (false, None)),
        ("written for a customer", letter("Er druckt nicht."), for_carla(BehalfOrigin::WrittenTo), (true, None)),
        ("a ticket of their own", letter("Hi"), fresh(signed_new()), (false, None)),
        ("a customer's", letter("Hi"), fresh(known(Sender::Contact(CARLA))), (false, None)),
    ] {
        let decision = of(&letter, &known);
        assert_eq!(heard(&decision), expected, "{what}: {decision:?}");
    }
}
