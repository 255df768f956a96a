//! Inside a room, too, arrows go downward only: what decides does not know where its facts come from, and a vocabulary
//! knows nothing of those who speak it.

use crate::circles::imports;
use crate::house::sources;

/// The floors of a room, the lowest first: files, or folders that end with a slash. What is not here lies on no floor, and is
/// only kept from [circles](crate::circles).
const HOUSES: &[&[&[&str]]] = &[
    &[
        &["store/place.rs"],
        &["store/trouble.rs", "store/unfit.rs"],
        &["store/error.rs", "store/health.rs"],
        &["store/mod.rs"],
        &["store/access.rs", "store/blobs.rs", "store/lease.rs", "store/probe.rs", "store/tickets.rs"],
        &["store/entries.rs", "store/outbox.rs", "store/people.rs"],
        &["store/public/"],
    ],
    &[
        &["guest/face.rs", "guest/visitor.rs"],
        &["guest/standing.rs", "guest/types.rs"],
        &["guest/read.rs", "guest/tickets.rs"],
        &["guest/ticket_page.rs"],
        &["guest/view.rs"],
        &["guest/docs.rs", "guest/picture.rs"],
        &["guest/mod.rs"],
    ],
    &[
        &["letters/i18n.rs"],
        &["letters/mod.rs"],
        &["letters/parts.rs"],
        &["letters/commands.rs", "letters/guard.rs", "letters/outsider.rs", "letters/staff.rs"],
        &["letters/held/"],
        &["letters/waiting.rs"],
    ],
    &[
        &["acts/act.rs", "acts/audience.rs"],
        &["acts/happened.rs"],
        &["acts/budget.rs", "acts/news.rs", "acts/post.rs", "acts/work.rs"],
        &["acts/notifications.rs"],
        &["acts/behalf.rs", "acts/delivery.rs", "acts/opening.rs", "acts/renewal.rs"],
        &["acts/mod.rs"],
        &["acts/guest.rs", "acts/held/", "acts/sign_in_links.rs"],
        &["acts/commands.rs", "acts/lists.rs"],
    ],
    // What is known, decided and done: rules know neither facts nor effects.
    &[
        &["intake/command/"],
        &["intake/case.rs"],
        &["intake/decision.rs"],
        &["intake/rules/"],
        &["intake/facts/"],
        &["intake/apply.rs"],
        &["intake/mod.rs"],
    ],
    &[
        &["courier/lines.rs", "courier/outcome.rs"],
        &["courier/pace.rs", "courier/schedule.rs", "courier/smtp.rs"],
        &["courier/servers.rs"],
        &["courier/transport.rs"],
        &["courier/attempt.rs"],
        &["courier/record.rs"],
        &["courier/deliver.rs"],
        &["courier/mod.rs"],
    ],
    &[&["mailbox/mod.rs"], &["mailbox/first_look.rs", "mailbox/pipe.rs"], &["mailbox/imap/", "mailbox/maildir.rs"]],
    &[
        &["web/assets.rs", "web/mod.rs"],
        &["web/page.rs", "web/pages.rs"],
        &["web/portal.rs", "web/rendering.rs", "web/session.rs"],
        &["web/csrf.rs", "web/known.rs"],
        &["web/headers.rs", "web/sign_in.rs", "web/upload.rs"],
    ],
    // A body is split into lines before there is a letter.
    &[
        &["mail/named.rs", "mail/phrases.rs", "mail/phrases/", "mail/time.rs"],
        &["mail/body/"],
        &["mail/html/"],
        &["mail/letter.rs"],
        &["mail/bounce/mod.rs", "mail/content.rs", "mail/kind/mod.rs", "mail/proof.rs"],
        &["mail/parse.rs"],
    ],
];

/// Where a file lies, in a room of floors.
fn floor(house: &[&[&str]], file: &str) -> Option<usize> {
    let lies = |place: &&&str| if place.ends_with('/') { file.starts_with(**place) } else { file == **place };
    house.iter().position(|floor| floor.iter().any(|place| lies(&place)))
}

/// The imports that lead upward.
fn upward(sources: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, to) in imports(sources) {
        for other in to {
            let rises = |house: &[&[&str]]| floor(house, file).zip(floor(house, other)).is_some_and(|(from, to)| from < to);
            if HOUSES.iter().any(|house| rises(house)) {
                found.push(format!("src/{file} imports src/{other}, which lies above it"));
            }
        }
    }
    found
}

#[test]
fn files_use_only_what_is_below_them() {
    let sources = sources();
    let found = upward(&sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
    for place in HOUSES.iter().copied().flatten().copied().flatten() {
        assert!(sources.iter().any(|(file, _)| floor(&[&[place]], file).is_some()), "{place} is not there any more");
    }
}

#[test]
fn a_planted_arrow_up_is_found() {
    let planted = |from: &str, line: &str| -> Vec<String> {
        let mut sources = sources();
        let file = sources.iter_mut().find(|(file, _)| file == from).unwrap();
        file.1.push_str(line);
        upward(&sources)
    };
    let table = [
        ("intake/rules/decide.rs", "\nuse super::super::facts::known;\n", "intake/facts/known.rs"),
        ("intake/rules/token.rs", "\nfn f() { crate::intake::apply::f() }\n", "intake/apply.rs"),
        ("intake/case.rs", "\nuse super::decision::Decision;\n", "intake/decision.rs"),
        ("mail/body/line.rs", "\nuse crate::letter::{Kind, Letter};\n", "mail/letter.rs"),
        ("store/error.rs", "\nuse super::{Store, Tx};\n", "store/mod.rs"),
        ("guest/types.rs", "\nuse super::view::GuestView;\n", "guest/view.rs"),
        ("acts/act.rs", "\nuse super::perform;\n", "acts/mod.rs"),
    ];
    for (from, line, to) in table {
        assert_eq!(planted(from, line), [format!("src/{from} imports src/{to}, which lies above it")], "{line}");
    }
    // The twin: the same arrows downward.
    for (from, line) in [
        ("intake/facts/known.rs", "\nuse super::super::rules::decide;\n"),
        ("mail/letter.rs", "\nuse crate::body::line::Line;\n"),
        ("store/mod.rs", "\nuse error::Error;\n"),
    ] {
        assert!(planted(from, line).is_empty(), "{line}");
    }
}
