//! The table of proof by itself: `decide` asks it less than it can answer.

use super::*;

const NOTHING: Origin = Origin { server: Alignment::None, signature: false, staff_mailbox: false };

/// What a note, a public answer and a new ticket have leave for.
fn leave(token: bool, origin: Origin, confirmed: Option<Confirmer>, profile: Profile) -> [bool; 3] {
    let rules = Rules { profile, server: true, signature: true };
    let power = Power::of(&Evidence { token, origin, confirmed }, &rules);
    [power.note().is_some(), power.answer().is_some(), power.open().is_some()]
}

#[test]
fn each_leave_needs_its_own_proof() {
    let signed = Origin { signature: true, ..NOTHING };
    for (token, origin, standard, strict) in [
        (false, NOTHING, [false, false, false], [false, false, false]),
        (true, NOTHING, [true, true, false], [true, false, false]),
        (false, signed, [true, false, true], [true, false, true]),
        (true, signed, [true, true, true], [true, true, true]),
    ] {
        assert_eq!(leave(token, origin, None, Profile::Standard), standard, "{token} {origin:?}");
        assert_eq!(leave(token, origin, None, Profile::Strict), strict, "{token} {origin:?}");
    }
}

#[test]
fn a_colleagues_word_is_not_the_persons() {
    for (confirmed, all) in [(Confirmer::Themselves, true), (Confirmer::Administrator, true), (Confirmer::Colleague, false)] {
        assert_eq!(leave(false, NOTHING, Some(confirmed), Profile::Strict), [all; 3], "{confirmed:?}");
    }
}
