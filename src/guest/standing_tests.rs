use super::*;
use crate::desk::role::Effect;

/// A role that denies these, and inherits the rest from the built-in Guest.
fn role(denied: &[Permission]) -> Permissions {
    let guest =
        [Permission::SeeAllTickets, Permission::CreateTickets, Permission::Comment, Permission::Attach, Permission::Close];
    let line = |all: &[Permission], effect| all.iter().map(|permission| (*permission, effect)).collect::<Vec<_>>();
    Permissions::resolve(&[line(denied, Effect::Denied), line(&guest, Effect::Allowed)])
}

fn member(signs_in: bool, denied: &[Permission]) -> Bond {
    Bond::Member { signs_in, permissions: role(denied) }
}

/// What somebody with this bond and part may do, as letters: look, receive, write, join, attach, close.
fn can(bond: Bond, part: Part) -> String {
    let standing = Standing {
        active: part != Part::Off,
        mails: MailsAbout::All,
        requester: matches!(part, Part::Asked | Part::Off),
        participant: matches!(part, Part::Joined | Part::Approved),
        approved: part == Part::Approved,
        bond,
        shown: true,
    };
    Deed::ALL.iter().zip("lrwjac".chars()).filter(|(deed, _)| standing.may(**deed)).map(|(_, letter)| letter).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Asked,
    Joined,
    Approved,
    Off,
}

/// Role and membership against part: each cell is what they may do.
#[test]
fn who_may_do_what() {
    use Permission::{Attach, Close, Comment, SeeAllTickets};
    let parts = [Part::None, Part::Asked, Part::Joined, Part::Approved, Part::Off];
    let table: [(&str, Bond, [&str; 5]); 12] = [
        ("guest", member(true, &[]), ["lja", "lrwjac", "lrwjac", "lrwjac", ""]),
        ("own tickets only", member(true, &[SeeAllTickets]), ["", "lrwac", "lrwac", "lrwac", ""]),
        ("no comments", member(true, &[Comment]), ["l", "lrc", "lrc", "lrc", ""]),
        ("no files", member(true, &[Attach]), ["lj", "lrwjc", "lrwjc", "lrwjc", ""]),
        ("no closing", member(true, &[Close]), ["lja", "lrwja", "lrwja", "lrwja", ""]),
        ("neither", member(true, &[SeeAllTickets, Comment]), ["", "lrc", "lrc", "lrc", ""]),
        ("no login", member(false, &[]), ["ja", "rwjac", "rwja", "rwja", ""]),
        ("no login, own only", member(false, &[SeeAllTickets]), ["", "rwac", "rwa", "rwa", ""]),
        ("no login, no comments", member(false, &[Comment]), ["", "rc", "r", "r", ""]),
        ("by domain", Bond::Claimed, ["ja", "rwjac", "rwja", "rwja", ""]),
        ("stranger", Bond::None, ["", "rwac", "rwa", "rwa", ""]),
        ("was a member", Bond::Former, ["", "", "", "rwa", ""]),
    ];
    for (name, bond, expected) in table {
        for (part, expected) in parts.into_iter().zip(expected) {
            assert_eq!(can(bond.clone(), part), expected, "{name}, {part:?}");
        }
    }
}

/// Somebody who asked, and wants mails about these tickets.
fn asked(bond: Bond, mails: MailsAbout) -> Standing {
    Standing { active: true, mails, requester: true, participant: false, approved: false, bond, shown: true }
}

/// Who cannot read on the pages what no mail tells them gets the mail, whatever they have set while they could.
#[test]
fn a_wish_counts_while_there_are_pages() {
    use MailsAbout::{All, Nothing, Own};
    for (bond, mails, of_own, of_others) in [
        (member(true, &[]), All, true, true),
        (member(true, &[]), Own, true, false),
        (member(true, &[]), Nothing, false, false),
        (member(true, &[Permission::SeeAllTickets]), Nothing, false, false),
        (member(false, &[]), Nothing, true, true),
        (Bond::Claimed, Nothing, true, true),
        (Bond::None, Own, true, true),
    ] {
        let own = asked(bond, mails);
        let others = Standing { requester: false, participant: true, ..own.clone() };
        assert_eq!((own.wants_news(), others.wants_news()), (of_own, of_others), "{own:?}");
        // What they want is not what they may.
        assert_eq!(own.may(Deed::Receive), others.may(Deed::Receive));
    }
    let hidden = Standing { shown: false, ..asked(member(true, &[]), Nothing) };
    assert!(hidden.wants_news(), "nothing of it stands on the pages");
}

#[test]
fn nothing_public_is_nothing_to_look_at() {
    let shown = |shown| Standing { shown, ..asked(member(true, &[]), MailsAbout::All) };
    assert!(shown(true).may(Deed::Look));
    assert!(!shown(false).may(Deed::Look));
}

/// Taking something away never gives anything.
#[test]
fn less_is_never_more() {
    let bonds = [member(true, &[]), member(true, &[Permission::Comment]), member(false, &[]), Bond::Claimed, Bond::Former];
    for bond in bonds {
        for part in [Part::None, Part::Asked, Part::Joined, Part::Approved] {
            let (with, off) = (can(bond.clone(), part), can(bond.clone(), Part::Off));
            assert!(off.is_empty() && (part == Part::Approved || can(Bond::Former, part).is_empty()), "{with}");
            let without = can(bond.clone(), Part::None);
            assert!(without.chars().all(|may| with.contains(may)), "{bond:?} {part:?}: {without} but {with}");
        }
    }
}
