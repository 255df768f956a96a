//! Answers of the wild, line by line: `fixtures/replies` says of every line what it is.

use super::body::{self, Body};
use super::hygiene::{self, Writer};
use super::{html, quoted};

pub(crate) const PLAIN: &str = include_str!("../../fixtures/replies/plain.txt");
pub(crate) const HTML: &str = include_str!("../../fixtures/replies/html.txt");

/// Name and content of each case.
pub(crate) fn cases(table: &str) -> Vec<(&str, &str)> {
    let cases: Vec<_> = table.split("\n=== ").skip(1).map(|case| case.split_once('\n').unwrap_or((case, ""))).collect();
    assert!(!cases.is_empty());
    cases
}

/// The lines that are not blank, without blanks at their ends.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// A case of `plain.txt` without the class in front of each line.
pub(crate) fn text(case: &str) -> String {
    let line = |line: &str| line.split_once(' ').map_or("", |(_, line)| line).replace('␠', " ") + "\n";
    case.lines().map(line).collect()
}

fn show(body: &Body) -> String {
    format!("new:\n{}\nquoted:\n{}\nsignature:\n{}", body.new_text(), body.quoted_text(), body.signature_text())
}

/// Whether each line of a case of `plain.txt` is what the letter in front of it says.
fn is_read(name: &str, case: &str, body: &Body) -> bool {
    let mut wanted = [Vec::new(), Vec::new(), Vec::new()];
    for line in case.lines() {
        let (class, line) = line.split_once(' ').unwrap_or((line, ""));
        let line = line.trim_end_matches('␠').trim();
        match class {
            "n" => wanted[0].push(line),
            "q" => wanted[1].push(line),
            "s" => wanted[2].push(line),
            "" => {}
            other => panic!("{name}: no class {other}"),
        }
    }
    let found = [body.new_text(), body.quoted_text(), body.signature_text()];
    found.iter().zip(&wanted).all(|(found, wanted)| lines(found) == *wanted)
}

#[test]
pub(crate) fn plain_answers_are_split() {
    let mut wrong = Vec::new();
    for (name, case) in cases(PLAIN) {
        let body = body::split_text(&text(case), name.ends_with(" fw"));
        if !is_read(name, case, &body) {
            wrong.push(format!("=== {name}\n{}", show(&body)));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

const SENT: &str = include_str!("../../fixtures/replies/sent.txt");
const SIGNED: &str = include_str!("../../fixtures/replies/signed.txt");

/// The answers to mails of ours and the mails of one of us, each with its name and lines, read as whoever knows both reads them.
pub(crate) fn known() -> Vec<(&'static str, &'static str, Body)> {
    let parted = |case: &'static str| case.split_once("\n---\n").unwrap();
    let sent = cases(SENT).into_iter().map(|(name, case)| {
        let (sent, case) = parted(case);
        let (ours, staff) = (&[sent], name.ends_with(" staff"));
        let found = quoted::mark(&body::split_text(&text(case), false), ours, !staff);
        let found = quoted::typed_as_quote(&found, ours).unwrap_or(found);
        let inside = staff.then(|| quoted::answers_inside(&found, ours)).flatten();
        (name, case, inside.unwrap_or(found))
    });
    let signed = cases(SIGNED).into_iter().map(|(name, case)| {
        let (end, case) = parted(case);
        let (addresses, ends) = (["anna@staff.example".to_owned()], [end.to_owned()]);
        let writer = Writer { names: &["Anna Berger"], addresses: &addresses, ends: &ends };
        let found = hygiene::mark(&body::split_text(&text(case), false), &writer);
        let said: String = found.new_text().lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        assert_eq!(hygiene::says_nothing(&said, &writer), name.ends_with("says nothing"), "{name}");
        let found = if name.ends_with("says nothing") { hygiene::mark_all(&found, &said) } else { found };
        (name, case, found)
    });
    sent.chain(signed).collect()
}

#[test]
fn answers_are_read_in_the_light_of_what_the_desk_knows() {
    let wrong = known().into_iter().filter(|(name, case, body)| !is_read(name, case, body));
    let wrong: Vec<String> = wrong.map(|(name, _, body)| format!("=== {name}\n{}", show(&body))).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
pub(crate) fn html_answers_are_split() {
    let mut wrong = Vec::new();
    for (name, case) in cases(HTML) {
        let (source, wanted) = case.split_once("\n---\n").unwrap();
        let (new, signature) = wanted.split_once("\n+++\n").unwrap_or((wanted, ""));
        let parts = body::split(&html::render(source, 512).lines, false);
        if lines(&parts.new_text()) != lines(new)
            || lines(&parts.signature_text()) != lines(signature)
            || parts.quoted_text().is_empty() != (name.starts_with("a line above") || name.ends_with("nothing quoted"))
        {
            wrong.push(format!("=== {name}\n{}", show(&parts)));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

pub(crate) const LANGUAGES: &str = include_str!("../../fixtures/replies/languages.txt");

/// What one line of a program makes of an answer: texts whose new part is `New words.` and nothing else.
pub(crate) fn answers(kind: &str, line: &str) -> Vec<String> {
    let head = |row: &str| format!("{row} Support <s@desk.example>");
    match kind {
        "g" | "a" => {
            vec![format!("{line}\n\n> old"), format!("{line}\n\nold\n\nold too"), format!("{}\n> old", line.replace(" <", "\n<"))]
        }
        "t" => vec![format!("{line}\n> old\n>\n> old")],
        "o" => {
            let rows: Vec<&str> = line.split('|').collect();
            let block = format!("{}\n{} 12.03.2024 10:00\n{} Anna\n{} Alles", head(rows[0]), rows[1], rows[2], rows[3]);
            let bold = format!(
                "{}\n\nold",
                block.lines().map(|row| format!("*{}", row.replacen([':', '：'], ":*", 1))).collect::<Vec<_>>().join("\n")
            );
            vec![format!("{block}\n\nold"), bold]
        }
        "m" => vec![line.to_owned(), format!("{line}\n\nOn 12/03/2024 10:00, Support wrote:\n> old")],
        "x" => vec![format!("{line}\nold"), format!("{line}\n\nFrom: Support\nold")],
        other => panic!("no kind {other}"),
    }
}

#[test]
pub(crate) fn programs_of_every_language_are_known() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (language, case) in cases(LANGUAGES) {
        for line in case.lines().filter(|line| !line.is_empty()) {
            let (kind, line) = line.split_once(' ').unwrap();
            if kind == "f" {
                let text = format!("New words.\n\n{line}\nFrom: Support <s@desk.example>\nSubject: x\n\nold");
                let parts = body::split_text(&text, false);
                if !parts.new_text().ends_with("old") {
                    wrong.push(format!("{language} {kind}: {line}"));
                }
                continue;
            }
            for answer in answers(kind, line) {
                count += 1;
                let parts = body::split_text(&format!("New words.\n\n{answer}"), false);
                if parts.new_text() != "New words." {
                    wrong.push(format!("{language} {kind}: {line}\n      {}", parts.new_text().replace('\n', " / ")));
                }
            }
        }
    }
    assert!(count > 400);
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
