//! The two invariants of `decide`, and the bounds of proof, over the whole finite input space.
//!
//! What is known is the outer loop and the letter the inner one, so that nothing is copied for each of the millions of cases.

use super::*;

/// Mails without, with, and almost with commands.
const TEXTS: [&str; 14] = [
    "Hello",
    "#note\nHello",
    "#close",
    "#close\nHello",
    "#note\n#close\nHello",
    "#nte\nHello",
    "",
    "#public\n#close\nHello",
    "#assign me\n#title New\nHello",
    "#time 45m what\nHello",
    "#time 1h x",
    "#status gone\nHello",
    "#dry\n#close\nHello",
    "#help",
];
/// Where breaking an invariant is impossible because the outcome is at its bound already, every so many-th case is tried
/// all the same: the signals and the proof must be seen to do something.
const SAMPLE: usize = 31;

/// Every text as a mail of each of these kinds.
fn letters(kinds: &[Kind]) -> Vec<Letter> {
    let of = |text: &str, kind: Kind| Letter { kind, ..letter(text) };
    TEXTS.iter().flat_map(|text| kinds.iter().map(move |kind| of(text, *kind))).collect()
}

fn all_kinds() -> Vec<Letter> {
    use Kind::{AutoReply, Bounce, Complaint, Empty, Generated, Person, Receipt};
    letters(&[Person, AutoReply, Generated, Bounce, Complaint, Receipt, Empty])
}

/// Every combination of sender, token, thread, subject and release; for a new mail of the staff also for whom it is.
fn space(senders: &[Sender]) -> Vec<Known> {
    let mut tokens = vec![None];
    for person in [ANNA, CARLA, OTHER] {
        for channel in [Visibility::Public, Visibility::Internal] {
            tokens.extend([true, false].map(|live| Some(TokenHit { live, ..token(person, channel) })));
        }
    }
    let mut hits = vec![None];
    for (takes_part, colleague) in [(true, true), (true, false), (false, true), (false, false)] {
        hits.extend([false, true].map(|internal| Some(TicketHit { internal, ..hit(takes_part, colleague) })));
    }
    let subjects = [None, Some(hit(true, false)), Some(hit(false, true)), Some(hit(false, false))];
    let mut space = Vec::new();
    for sender in senders {
        for token in &tokens {
            for thread in &hits {
                for subject in subjects {
                    for release in RELEASES {
                        let known = Known { token: *token, thread: *thread, subject, release, ..known(*sender) };
                        if matches!(sender, Sender::Staff(_)) && token.is_none() {
                            for behalf in [for_carla(), OnBehalfOf::Unclear(vec!["x".to_owned()])] {
                                space.push(Known { behalf: Some(behalf), ..known.clone() });
                            }
                        }
                        space.push(known);
                    }
                }
            }
        }
    }
    space
}

const RELEASES: [Option<Release>; 4] = [None, Some(Release::AsIs), Some(Release::Public), Some(Release::Note)];

#[test]
fn adding_an_internal_signal_never_makes_the_outcome_more_public() {
    let (facts, rules) = (statuses(), Rules::default());
    let signalled = |letter: &Letter| {
        let mut titled = letter.clone();
        titled.subject.push_str(" [intern]");
        let mut odd = letter.clone();
        odd.warnings.push(Warning::PartsDiffer);
        let mut tagged = letter.clone();
        tagged.body = letter.body.saying(&format!("#note\n{}", letter.body.new_text()));
        [titled, odd, tagged]
    };
    let letters: Vec<(Letter, [Letter; 3])> =
        all_kinds().into_iter().map(|letter| (letter.clone(), signalled(&letter))).collect();
    let (mut lowered, mut case) = (0, 0_usize);
    for known in space(&[Sender::Nobody, Sender::Stranger, Sender::Contact(CARLA), Sender::Staff(ANNA), Sender::Desk]) {
        let mut others = inside(&known);
        // Nobody else's mail has any.
        if matches!(known.sender, Sender::Staff(_)) {
            others.extend(guarded(&known).map(|guards| Known { guards, ..known.clone() }));
        }
        for (letter, [titled, odd, tagged]) in &letters {
            let decision = decide(letter, &known, &facts, &rules);
            let plain = publicness(&decision);
            case += 1;
            if plain == 2 && !case.is_multiple_of(SAMPLE) {
                continue;
            }
            // A customer's word is a word only as the only line, and a customer has no tags.
            let is_word = decision.orders().answers.iter().any(|answer| matches!(answer, Answer::Guest(_)));
            let same = [titled, odd].into_iter().chain((!is_word).then_some(tagged)).map(|letter| (letter, &known));
            for (letter, other) in same.chain(others.iter().map(|other| (letter, other))) {
                let with = publicness(&decide(letter, other, &facts, &rules));
                assert!(with <= plain, "{letter:?}\n{known:?}\n{other:?}");
                lowered += usize::from(with < plain);
            }
        }
    }
    assert!(lowered > 100, "the signals do lower something: {lowered}");
}

/// What is known of the same mail when it is junk, junk of somebody known, old, and all of it.
fn aged(known: &Known) -> [Known; 4] {
    [
        Known { junk: true, ..known.clone() },
        Known { junk: true, familiar: true, ..known.clone() },
        Known { old: true, ..known.clone() },
        Known { junk: true, familiar: true, old: true, ..known.clone() },
    ]
}

#[test]
fn junk_and_age_make_no_outcome_more_public_and_both_invariants_hold_for_them() {
    let (facts, rules, letters) = (statuses(), Rules::default(), all_kinds());
    let (mut lowered, mut quiet, mut case) = (0, 0, 0_usize);
    for known in space(&[Sender::Nobody, Sender::Stranger, Sender::Contact(CARLA), Sender::Staff(ANNA), Sender::Desk]) {
        for letter in &letters {
            case += 1;
            if !case.is_multiple_of(SAMPLE) {
                continue;
            }
            let decision = decide(letter, &known, &facts, &rules);
            // A customer's old word is no order any more, but what they wrote.
            if decision.orders().answers.iter().any(|answer| matches!(answer, Answer::Guest(_))) {
                continue;
            }
            for of_age in aged(&known) {
                let with = decide(letter, &of_age, &facts, &rules);
                assert!(publicness(&with) <= publicness(&decision), "{letter:?}\n{of_age:?}");
                lowered += usize::from(publicness(&with) < publicness(&decision));
                assert!(with.disposition != Disposition::Spam || with.list().is_empty(), "{letter:?}\n{of_age:?}");
                assert!(!with.quiet || with.orders().answers.is_empty(), "{letter:?}\n{of_age:?}");
                quiet += usize::from(with.quiet);
                for inside in inside(&of_age) {
                    let inside = publicness(&decide(letter, &inside, &facts, &rules));
                    // What waits because it would leave so late need not wait as a note.
                    let became_a_note = with.reason.held() == Some(Held::OldAnswer) && inside == 1;
                    assert!(inside <= publicness(&with) || became_a_note, "{letter:?}\n{of_age:?}");
                }
                if matches!(known.sender, Sender::Staff(_)) {
                    let without = Known { token: None, release: None, ..of_age.clone() };
                    let without = staff_power(&decide(letter, &without, &facts, &rules));
                    assert!(!without || staff_power(&with), "{letter:?}\n{of_age:?}");
                }
            }
        }
    }
    assert!(lowered > 100 && quiet > 100, "both do something: {lowered} {quiet}");
}

/// What is known once the mail came to a note address, and once it refers to something internal; nothing where that is so
/// already.
fn inside(known: &Known) -> Vec<Known> {
    let channel = known.token.map(|token| TokenHit { channel: Visibility::Internal, ..token });
    let inside = known.thread.map(|thread| TicketHit { internal: true, ..thread });
    let both = [Known { token: channel, ..known.clone() }, Known { thread: inside, ..known.clone() }];
    both.into_iter().filter(|other| (other.token, other.thread) != (known.token, known.thread)).collect()
}

/// Everything that can stand in the way of an answer, one at a time.
fn guarded(known: &Known) -> impl Iterator<Item = Guards> {
    let plain = known.guards.clone();
    let all = [
        Guards { quotes: true, ..plain.clone() },
        Guards { leaks: vec!["From 1998.".to_owned()], ..plain.clone() },
        Guards { collision: Some(Detail::default()), ..plain.clone() },
        Guards { window: true, ..plain.clone() },
        Guards { outside: vec!["carla@acme.example".to_owned()], ..plain.clone() },
        Guards { waiting: Some((InboxId(1), 0)), ..plain },
    ];
    all.into_iter()
}

/// Whether something is done in a staff member's name; `decision` is about a mail that names one.
fn staff_power(decision: &Decision) -> bool {
    decision.disposition != Disposition::AutoReply
        && (decision.acts().any(|act| matches!(act, Act::Open(_) | Act::OnBehalf(_) | Act::Update(_))) || ordered(decision))
}

#[test]
fn removing_proof_never_adds_power() {
    let (facts, rules, letters) = (statuses(), Rules::default(), all_kinds());
    let (mut lost, mut case) = (0, 0_usize);
    for known in space(&[Sender::Staff(ANNA)]) {
        let dead = known.token.map(|token| TokenHit { live: false, ..token });
        let others = known.token.map(|token| TokenHit { person: OTHER, ..token });
        let less = [
            Known { token: None, ..known.clone() },
            Known { token: dead, ..known.clone() },
            Known { token: others, ..known.clone() },
            Known { release: None, ..known.clone() },
        ];
        for letter in &letters {
            let with = staff_power(&decide(letter, &known, &facts, &rules));
            case += 1;
            if with && !case.is_multiple_of(SAMPLE) {
                continue;
            }
            for other in &less {
                let without = staff_power(&decide(letter, other, &facts, &rules));
                assert!(with || !without, "{letter:?}\n{known:?}");
                lost += usize::from(with && !without);
            }
        }
    }
    assert!(lost > 100, "proof does give power: {lost}");
}

#[test]
fn without_a_live_own_token_or_a_human_word_nothing_happens_in_a_staff_members_name() {
    let (facts, rules, letters) = (statuses(), Rules::default(), all_kinds());
    let mut allowed = 0;
    for known in space(&[Sender::Staff(ANNA)]) {
        let proven = known.release.is_some() || known.token.is_some_and(|token| token.live && token.person == ANNA);
        for letter in &letters {
            let power = staff_power(&decide(letter, &known, &facts, &rules));
            assert!(proven || !power, "{letter:?}\n{known:?}");
            allowed += usize::from(power);
        }
    }
    assert!(allowed > 100, "the allowed cases exist: {allowed}");
}

/// Every origin and every set of rules.
fn origins_and_rules() -> Vec<(Origin, Rules)> {
    let mut all = Vec::new();
    for server in [Alignment::None, Alignment::Pass, Alignment::Fail] {
        for bits in 0..16 {
            let bit = |at: u8| bits & (1 << at) != 0;
            let origin = Origin { server, signature: bit(0), staff_mailbox: bit(1) };
            for profile in PROFILES {
                all.push((origin, Rules { profile, server: bit(2), signature: bit(3) }));
            }
        }
    }
    all
}

/// Staff mail with every origin under all rules: the part of the space in which proof matters.
fn staff_space() -> Vec<(Known, Rules)> {
    let live = |person, channel| Some(token(person, channel));
    let tokens = [
        None,
        live(ANNA, Visibility::Public),
        live(ANNA, Visibility::Internal),
        live(OTHER, Visibility::Public),
        Some(TokenHit { live: false, ..token(ANNA, Visibility::Public) }),
    ];
    let threads = [None, Some(hit(false, false)), Some(TicketHit { internal: true, ..hit(true, false) })];
    let mut space = Vec::new();
    for (origin, rules) in origins_and_rules() {
        for token in tokens {
            for thread in threads {
                let known = |release| Known { origin, token, thread, release, ..known(Sender::Staff(ANNA)) };
                space.extend(RELEASES.map(|release| (known(release), rules)));
            }
        }
    }
    space
}

/// The mails that are tried over the space of proof.
fn staff_letters() -> Vec<Letter> {
    letters(&[Kind::Person, Kind::AutoReply, Kind::Generated])
}

/// What an outcome does in a staff member's name: 0 nothing, 1 an internal note, 2 a new ticket with its commands, 3 a public
/// word or a command on a ticket.
fn reach(decision: &Decision) -> u8 {
    let of = |act: &Act| match act {
        Act::Open(open) if open.visibility == Visibility::Public => 3,
        Act::Open(_) => 2,
        Act::Update(update) if update.comment == Some(Visibility::Public) || commanded(update) => 3,
        _ => 1,
    };
    // Orders beside a new ticket are orders to the desk, which need no token.
    let new = decision.acts().any(|act| matches!(act, Act::Open(_)));
    if ordered(decision) && !new {
        return 3;
    }
    decision.acts().map(of).max().unwrap_or(0)
}

#[test]
fn over_the_whole_space_of_proof_the_table_is_never_exceeded() {
    let (facts, letters) = (statuses(), staff_letters());
    let mut reached = [0; 4];
    for (known, rules) in staff_space() {
        let token = known.token.is_some_and(|token| token.live && token.person == ANNA);
        let aligned = (rules.server && known.origin.server == Alignment::Pass) || (rules.signature && known.origin.signature);
        let origin = aligned || known.origin.staff_mailbox;
        let refused = rules.server && known.origin.server == Alignment::Fail;
        let strict = rules.profile == Profile::Strict;
        for letter in &letters {
            let decision = decide(letter, &known, &facts, &rules);
            let allowed = match reach(&decision) {
                _ if known.release.is_some() => true,
                0 => true,
                _ if refused => false,
                1 => token || origin,
                2 => origin,
                _ => token && (!strict || origin),
            };
            assert!(allowed, "{letter:?}\n{known:?}\n{rules:?}\n{decision:?}");
            if let Some(count) = reached.get_mut(usize::from(reach(&decision))).filter(|_| known.release.is_none()) {
                *count += 1;
            }
        }
    }
    assert!(reached.iter().all(|count| *count > 50), "every reach is reached: {reached:?}");
}

#[test]
fn taking_evidence_or_the_belief_in_it_away_adds_no_power() {
    let (facts, letters) = (statuses(), staff_letters());
    let (mut lost, mut case) = (0, 0_usize);
    for (known, rules) in staff_space() {
        let origin = known.origin;
        let server = if origin.server == Alignment::Pass { Alignment::None } else { origin.server };
        let less = [
            Origin { server, ..origin },
            Origin { server: Alignment::Fail, ..origin },
            Origin { signature: false, ..origin },
            Origin { staff_mailbox: false, ..origin },
        ];
        let taken = less.into_iter().filter(|less| *less != origin);
        let mut others: Vec<(Known, Rules)> = taken.map(|origin| (Known { origin, ..known.clone() }, rules)).collect();
        let mut believed = vec![Rules { signature: false, ..rules }, Rules { profile: Profile::Strict, ..rules }];
        // Who no longer believes a server that refused believes less, and yet refuses less: only its passes are compared.
        if origin.server != Alignment::Fail {
            believed.push(Rules { server: false, ..rules });
        }
        others.extend(believed.into_iter().filter(|other| *other != rules).map(|rules| (known.clone(), rules)));
        // A token names the ticket: without it a mail can only become a new one, which needs proof of its own.
        if known.release.is_none() && origin.server != Alignment::Pass && !origin.signature && !origin.staff_mailbox {
            others.push((Known { token: None, ..known.clone() }, rules));
        }
        // "As a note" is a word for less than the mail itself may ask for.
        if known.release.is_some_and(|release| release != Release::Note) {
            others.push((Known { release: None, ..known.clone() }, rules));
        }
        for letter in &letters {
            let with = reach(&decide(letter, &known, &facts, &rules));
            case += 1;
            if with == 3 && !case.is_multiple_of(SAMPLE) {
                continue;
            }
            for (other, rules) in &others {
                let without = reach(&decide(letter, other, &facts, rules));
                assert!(without <= with, "{letter:?}\n{known:?}\n{other:?}\n{rules:?}");
                lost += usize::from(without < with);
            }
        }
    }
    assert!(lost > 1000, "evidence does give power: {lost}");
}

#[test]
fn an_internal_signal_lowers_what_every_kind_of_proof_allows() {
    let facts = statuses();
    let tagged = |letter: Letter| {
        (Letter { body: letter.body.saying(&format!("#note\n{}", letter.body.new_text())), ..letter.clone() }, letter)
    };
    let letters: Vec<(Letter, Letter)> = staff_letters().into_iter().map(tagged).collect();
    let (mut lowered, mut case) = (0, 0_usize);
    for (known, rules) in staff_space() {
        let others = inside(&known);
        for (tagged, letter) in &letters {
            let plain = publicness(&decide(letter, &known, &facts, &rules));
            case += 1;
            if plain == 2 && !case.is_multiple_of(SAMPLE) {
                continue;
            }
            for (letter, other) in std::iter::once((tagged, &known)).chain(others.iter().map(|other| (letter, other))) {
                let with = publicness(&decide(letter, other, &facts, &rules));
                // What could not be public without a token is held, and as a note it need not be.
                let became_a_note = plain == 0 && with == 1;
                assert!(with <= plain || became_a_note, "{letter:?}\n{known:?}\n{rules:?}");
                lowered += usize::from(with < plain);
            }
        }
    }
    assert!(lowered > 100, "{lowered}");
}
