//! Every rule is shown by a mail in `fixtures/mail` or an answer in `fixtures/replies`.

use std::collections::BTreeSet;
use std::path::Path;

use super::replies_tests::{HTML, LANGUAGES, PLAIN, answers, cases, known, text};
use super::{BounceRule, KindRule, Limits, body, html, understand};

fn of_lines(body: &body::Body) -> impl Iterator<Item = String> {
    body.classes.iter().filter_map(|line| line.rule).map(|rule| format!("body {}", rule.name()))
}

/// The rules that the mails show.
fn of_mails() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mail");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let Ok(letter) = understand(&std::fs::read(&path).unwrap(), &Limits::default()) else { continue };
        found.extend(of_lines(&letter.body));
        found.extend(letter.kind_rule.iter().chain(&letter.verification_rule).map(|rule| format!("kind {}", rule.name())));
        found.extend(letter.bounce.iter().filter_map(|bounce| bounce.rule).map(|rule| format!("bounce {}", rule.name())));
    }
    found
}

/// The rules that the answers show.
fn of_answers() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = known().iter().flat_map(|(_, _, body)| of_lines(body).collect::<Vec<_>>()).collect();
    for (name, case) in cases(PLAIN) {
        found.extend(of_lines(&body::split_text(&text(case), name.ends_with(" fw"))));
    }
    for (_, case) in cases(HTML) {
        let (source, _) = case.split_once("\n---\n").unwrap();
        found.extend(of_lines(&body::split(&html::render(source, 512).lines, false)));
    }
    for (_, case) in cases(LANGUAGES) {
        for (kind, line) in case.lines().filter_map(|line| line.split_once(' ')).filter(|(kind, _)| *kind != "f") {
            for answer in answers(kind, line) {
                found.extend(of_lines(&body::split_text(&format!("New words.\n\n{answer}"), false)));
            }
        }
    }
    found
}

#[test]
fn every_rule_has_evidence() {
    let known = body::Rule::ALL.iter().map(|rule| format!("body {}", rule.name()));
    let known = known.chain(KindRule::ALL.iter().map(|rule| format!("kind {}", rule.name())));
    let known: BTreeSet<String> = known.chain(BounceRule::ALL.iter().map(|rule| format!("bounce {}", rule.name()))).collect();
    let shown: BTreeSet<String> = of_mails().into_iter().chain(of_answers()).collect();
    let lacking: Vec<&String> = known.difference(&shown).collect();
    assert!(lacking.is_empty(), "no fixture shows these rules: {lacking:#?}");
}

#[test]
fn rules_have_names_of_their_own() {
    let rooms = [
        body::Rule::ALL.iter().map(|rule| rule.name()).collect::<Vec<_>>(),
        KindRule::ALL.iter().map(|rule| rule.name()).collect(),
        BounceRule::ALL.iter().map(|rule| rule.name()).collect(),
    ];
    for names in rooms {
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{names:?}");
    }
}
