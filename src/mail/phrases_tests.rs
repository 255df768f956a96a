//! The files of phrases are what `phrases` says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::{FILES, Line, line};
use super::*;
use crate::hygiene::{self, Writer};
use crate::{Limits, body, forward, kind, replies_tests, thread};

/// Sections whose phrases are looked for as they are written.
const CASED: &[&str] = &["attribution.asking", "signature.postscript", "look.company"];

/// Sections that a language has all of or none: a rule needs a word of each.
const TOGETHER: &[&[&str]] = &[&["verification.confirms", "verification.objects"]];

/// What does not fit in a file.
fn problems(name: &str, text: &str) -> Vec<String> {
    let known: BTreeSet<&str> = NAMES.iter().map(|(_, name)| *name).collect();
    let mut found = Vec::new();
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut within = None;
    for (at, written) in text.lines().enumerate().map(|(at, written)| (at + 1, written)) {
        let mut say = |problem: String| found.push(format!("src/mail/phrases/{name}.txt:{at}: {problem}"));
        let quoted = written.starts_with('"');
        match line(written) {
            Line::Nothing if written.trim() != written => say("blanks on a line without a phrase".to_owned()),
            Line::Nothing => {}
            Line::Section(section) => {
                if !known.contains(section) {
                    say(format!("there is no section `{section}`"));
                }
                if let Some(first) = seen.insert((section, ""), at) {
                    say(format!("the section `{section}` begins in line {first}"));
                }
                within = Some(section);
            }
            Line::Phrase(phrase) => {
                let Some(section) = within else {
                    say("a phrase before the first section".to_owned());
                    continue;
                };
                if phrase.is_empty() || quoted && (written.len() < 2 || !written.ends_with('"')) {
                    say("an empty phrase or half a pair of quotes".to_owned());
                    continue;
                }
                if let Some(first) = seen.insert((section, phrase), at) {
                    say(format!("`{phrase}` stands in line {first}, too"));
                }
                if !CASED.contains(&section) && phrase.to_lowercase() != phrase {
                    say(format!("`{phrase}` is not in lower case"));
                }
                let needed = phrase.trim() != phrase || phrase.starts_with(['#', '[', '"']);
                match (quoted, needed) {
                    (true, false) => say(format!("`{phrase}` needs no quotes")),
                    (false, _) if written.trim() != written => say(format!("blanks around `{phrase}`, and no quotes")),
                    (false, true) => say(format!("`{phrase}` needs quotes")),
                    _ => {}
                }
                if phrase.contains("  ") || phrase.contains('\t') {
                    say(format!("`{phrase}` has more than one blank in a row"));
                }
            }
        }
    }
    for sections in TOGETHER {
        let has = |section: &&&str| seen.contains_key(&(**section, ""));
        if let (Some(there), Some(missing)) = (sections.iter().find(has), sections.iter().find(|section| !has(section))) {
            let at = seen.get(&(*there, "")).copied().unwrap_or_default();
            found.push(format!("src/mail/phrases/{name}.txt:{at}: `{there}` without `{missing}`"));
        }
    }
    found
}

#[test]
fn the_files_have_nothing_that_does_not_fit() {
    let found: Vec<String> = FILES.iter().flat_map(|(name, text)| problems(name, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_file_is_read_and_named_by_its_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("phrases");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".txt").map(str::to_owned))
        .collect();
    let unread: Vec<&String> = there.iter().filter(|name| !FILES.iter().any(|(read, _)| read == name)).collect();
    assert!(unread.is_empty(), "src/mail/phrases/{}.txt:1: no name in phrases/files.rs", unread[0]);
    for (name, text) in FILES {
        let code = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(code || *name == "clients", "src/mail/phrases/{name}.txt:1: no code of ISO 639-1");
        let title = text.lines().next().unwrap_or_default();
        assert!(title.starts_with("# ") && title.len() > 4, "src/mail/phrases/{name}.txt:1: the name of the language is missing");
    }
}

#[test]
fn sections_are_called_like_their_constants() {
    for (constant, name) in NAMES {
        assert_eq!(name.replace('.', "_").to_uppercase(), *constant);
        assert!(FILES.iter().any(|(_, text)| text.contains(&format!("\n[{name}]\n"))), "no file has a section `{name}`");
    }
}

#[test]
fn the_checks_see_what_they_look_for() {
    let table = [
        ("[verification.codes]\nmy code\n", ""),
        ("# x\n\n[verification.codes]\n\" my \"\n\"# 1\"\n", ""),
        ("[verification.code]\n", ":1: there is no section `verification.code`"),
        ("[verification.codes]\na\n[verification.codes]\n", ":3: the section `verification.codes` begins in line 1"),
        ("a\n", ":1: a phrase before the first section"),
        ("[verification.codes]\na\nb\na\n", ":4: `a` stands in line 2, too"),
        ("[verification.codes]\nMy code\n", ":2: `My code` is not in lower case"),
        ("[verification.codes]\n a\n", ":2: blanks around `a`, and no quotes"),
        ("[verification.codes]\na \n", ":2: blanks around `a`, and no quotes"),
        ("[verification.codes]\na\n \n", ":3: blanks on a line without a phrase"),
        ("[verification.codes]\n\"a\"\n", ":2: `a` needs no quotes"),
        ("[verification.codes]\n[x\n", ":2: `[x` needs quotes"),
        ("[verification.codes]\n\"\"\n", ":2: an empty phrase or half a pair of quotes"),
        ("[verification.codes]\n\"a\n", ":2: an empty phrase or half a pair of quotes"),
        ("[verification.codes]\na  b\n", ":2: `a  b` has more than one blank in a row"),
        ("[verification.confirms]\na\n", ":1: `verification.confirms` without `verification.objects`"),
    ];
    for (text, expected) in table {
        let found = problems("xx", text);
        let expected = if expected.is_empty() { vec![] } else { vec![format!("src/mail/phrases/xx.txt{expected}")] };
        assert_eq!(found, expected, "{text}");
    }
}

/// Phrases that no fixture has yet.
const UNPROVEN: &str = include_str!("../../fixtures/phrases_without_evidence.txt");

/// Reads a fixture in all the ways in which mails are read.
fn read_mail(raw: &[u8]) {
    let Ok(letter) = crate::understand(raw, &Limits::default()) else { return };
    drop(forward::read(&letter, &Limits::default()));
    let _ = letter.carries_key();
    let _ = (thread::is_answer(&letter.subject), thread::is_forward(&letter.subject));
    let from = letter.from.iter();
    let names: Vec<&str> = from.clone().filter_map(|from| from.name.as_deref()).collect();
    let addresses: Vec<String> = from.map(|from| from.address.clone()).collect();
    let writer = Writer { names: &names, addresses: &addresses, ends: &[] };
    let _ = hygiene::mark(&body::split_text(&letter.body.text, false), &writer);
    let _ = hygiene::says_nothing(&letter.body.new_text(), &writer);
}

#[test]
fn phrases_have_evidence_or_wait_for_it() {
    let mails = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mail");
    let found = evidence::of(|| {
        for entry in std::fs::read_dir(mails).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                read_mail(&std::fs::read(path).unwrap());
            }
        }
        replies_tests::plain_answers_are_split();
        replies_tests::html_answers_are_split();
        replies_tests::programs_of_every_language_are_known();
        hygiene::ways_to_reach_somebody_in_many_languages();
        kind::a_purpose_and_a_secret_make_a_key();
        kind::what_other_services_send_to_confirm_an_address_or_to_let_somebody_in();
    });
    let all: BTreeMap<(&str, &str), &str> = files::read()
        .iter()
        .flat_map(|file| file.entries.iter().map(|entry| ((entry.section, entry.phrase), file.name)))
        .collect();
    let mut within = "";
    let mut listed = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, written) in UNPROVEN.lines().enumerate().map(|(at, written)| (at + 1, written)) {
        match line(written) {
            Line::Nothing => {}
            Line::Section(section) => within = section,
            Line::Phrase(phrase) => {
                let place = format!("fixtures/phrases_without_evidence.txt:{at}: `{phrase}` of `{within}`");
                if !all.contains_key(&(within, phrase)) {
                    wrong.push(format!("{place} is no phrase any more: delete it from the list"));
                } else if found.contains(&(within, phrase)) {
                    wrong.push(format!("{place} has a fixture: delete it from the list"));
                }
                if listed.insert((within, phrase), at).is_some() {
                    wrong.push(format!("{place} stands there twice"));
                }
            }
        }
    }
    for ((section, phrase), file) in &all {
        if !found.contains(&(*section, *phrase)) && !listed.contains_key(&(*section, *phrase)) {
            wrong.push(format!("src/mail/phrases/{file}.txt: `{phrase}` of `{section}` is in no fixture: write one"));
        }
    }
    println!("{} phrases, {} found in a fixture, {} not yet", all.len(), all.len() - listed.len(), listed.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
