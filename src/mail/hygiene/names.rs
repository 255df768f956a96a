//! A line that names somebody as signatures do: with titles, initials, the surname first, and what they are behind it.

use unicode_normalization::UnicodeNormalization;

use crate::phrases::LOOK_TITLE;

/// Characters of what may stand behind a name.
const WIDEST: usize = 60;
/// And words.
const MOST: usize = 7;

/// Whether a line is nothing but one of these names, as signatures have them.
pub(super) fn is(line: &str, names: &[&str]) -> bool {
    if line.chars().count() > 200 {
        return false;
    }
    // `Anna Berger <anna@staff.example>`: whose the address is, the caller looks at.
    let line = match line.trim().split_once('<') {
        Some((name, rest)) if rest.ends_with('>') && rest.contains('@') && !rest.contains(char::is_whitespace) => name,
        _ => line,
    };
    let line = line.trim().trim_matches(|c: char| "*_,-–—|".contains(c)).trim().to_lowercase();
    !line.is_empty() && names.iter().any(|name| is_one(&line, &name.to_lowercase()))
}

/// Whether a line is one of these names, or its first word: below a greeting people sign so.
pub(super) fn is_short(line: &str, names: &[&str]) -> bool {
    let bare = line.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let first = |name: &str| words(&name.to_lowercase()).find(|word| !is_title(word)).is_some_and(|word| word == bare);
    is(line, names) || !bare.is_empty() && names.iter().any(|name| first(name))
}

fn is_one(line: &str, name: &str) -> bool {
    let name = name.trim();
    if name.is_empty() || line == name {
        return !name.is_empty();
    }
    let words: Vec<&str> = words(name).skip_while(|word| is_title(word)).collect();
    // A first name alone is everybody's.
    let [first @ .., last] = words.as_slice() else { return false };
    if first.is_empty() {
        return false;
    }
    let turned = format!("{last}, {}", first.join(" "));
    if line == turned {
        return true;
    }
    behind(line, &words).is_some_and(is_addition)
}

/// What stands behind the words of a name at the start of a line, titles before and initials between them aside.
fn behind<'a>(line: &'a str, name: &[&str]) -> Option<&'a str> {
    let mut rest = line;
    let mut place = 0;
    while let Some(wanted) = name.get(place) {
        rest = rest.trim_start();
        // `Dipl.-Ing. (FH)`
        if let (0, Some(inside)) = (place, rest.strip_prefix('(')) {
            rest = inside.split_once(')')?.1;
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || ".-'’".contains(c))).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end)?;
        let bare = word.trim_end_matches('.');
        let next = || tail.trim_start().split(|c: char| !(c.is_alphanumeric() || "-'’".contains(c))).next().unwrap_or_default();
        let followed = || name.get(1..).unwrap_or_default().iter().any(|name| is_same(next(), name));
        let initial = |of: &str| bare.chars().count() == 1 && word.ends_with('.') && of.starts_with(bare) && followed();
        // What stands between the first and the last name is often left out.
        let last = name.last().filter(|_| place > 0);
        match () {
            () if is_same(bare, wanted.trim_end_matches('.')) => place += 1,
            () if place == 0 && name.len() > 1 && initial(wanted) => place += 1,
            () if place == 0 && is_title(word) => {}
            () if last.is_some_and(|last| is_same(bare, last)) => place = name.len(),
            () if place > 0 && bare.chars().count() == 1 => {}
            () => return None,
        }
        rest = tail;
    }
    Some(rest)
}

/// Whether a name is written there, however its letters are spelled (`Groß`, `GROSS`; `Köhler`, `Koehler`, `Kohler`), or its
/// first half alone where it is a double one.
fn is_same(word: &str, name: &str) -> bool {
    let half = |name: &str| name.split('-').next().filter(|half| half.chars().count() > 2).map(str::to_owned);
    let same =
        |one: &str, other: &str| spelled(one, false) == spelled(other, false) || spelled(one, true) == spelled(other, true);
    word == name || same(word, name) || half(name).is_some_and(|half| half.len() < name.len() && same(word, &half))
}

/// A name in letters without marks; `long`: `oe` for `ö`.
fn spelled(name: &str, long: bool) -> String {
    let plain = |c: char| match c {
        'ß' => "ss".to_owned(),
        'ä' if long => "ae".to_owned(),
        'ö' | 'ø' if long => "oe".to_owned(),
        'ü' if long => "ue".to_owned(),
        'ø' => "o".to_owned(),
        'ł' => "l".to_owned(),
        c => std::iter::once(c).nfd().filter(|c| c.is_alphanumeric()).collect(),
    };
    name.chars().map(plain).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

fn is_title(word: &str) -> bool {
    let bare: String = word.chars().filter(|c| c.is_alphabetic()).collect();
    LOOK_TITLE.have(&bare) || word.starts_with("dipl.") || word.starts_with("dipl-")
}

/// What somebody is, behind their name and a mark: no sentence.
fn is_addition(rest: &str) -> bool {
    let text = rest.trim();
    let apart =
        text.starts_with([',', '|', '•', '·', '–', '—', '-', '(', '/']) || rest.starts_with("  ") || rest.starts_with('\t');
    let count = words(text).filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let long = words(text).last().is_some_and(|word| word.chars().count() > 6);
    let said = text.ends_with(['?', '!', ':', ';', ',']) || text.ends_with('.') && long;
    // Behind a comma go sentences, too.
    let asks = text.starts_with(',') && count > 3 && text.trim_start_matches([',', ' ']).starts_with(char::is_lowercase);
    let barred = text.contains(['|', '•', '·']);
    text.is_empty() || apart && !said && !asks && (barred || count <= MOST && text.chars().count() <= WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_signatures_have_them() {
        let names = ["Anna Berger", "Anna"];
        for line in [
            "Anna Berger",
            "*Anna Berger*",
            "ANNA BERGER",
            "Dr. Anna Berger",
            "i. A. Anna Berger",
            "Dipl.-Ing. (FH) Anna Berger",
            "Prof. Dr. med. Anna M. Berger, M.Sc.",
            "Anna Berger, second line support",
            "Anna Berger | Example Desk Ltd | +49 30 5550 117",
            "Anna Berger (she/her)",
            "Anna Berger – Technik",
            "Berger, Anna",
            "– Anna",
            "Anna Berger <anna@staff.example>",
        ] {
            assert!(is(line, &names), "{line}");
        }
        for line in [
            "Anna Berger will come on Friday",
            "Anna Berger, who was there, says no.",
            "Anna Bergermann",
            "Hanna Berger",
            "Anna, bitte kommen",
            "Ask Anna Berger",
            "Ben Okafor",
            "Anna Berger <will come on Friday>",
            "",
            "--",
        ] {
            assert!(!is(line, &names), "{line}");
        }
        for (line, name) in [
            ("L. Groß", "Lena Groß"),
            ("LENA GROSS", "Lena Groß"),
            ("Jörg Köhler", "Joerg Koehler"),
            ("Lena Müller", "Lena Müller-Lüdenscheidt"),
            ("Anna Berger", "Anna-Lena Berger"),
            ("John Smith", "John Q. Smith"),
            ("Zoë Łukasz", "Zoe Lukasz"),
            ("V. Otte, Kundendienst", "Volker Otte"),
        ] {
            assert!(is(line, &[name]), "{line} {name}");
        }
        for (line, name) in
            [("B. Groß", "Lena Groß"), ("L Groß kommt", "Lena Groß"), ("Lena", "Lena Groß"), ("Lena Lüdenscheidt", "Lena Müller")]
        {
            assert!(!is(line, &[name]), "{line} {name}");
        }
        assert!(is("Anna Berger", &["Dr. Anna Berger"]) && is("Dr. Anna Berger", &["Dr. Anna Berger"]));
        assert!(!is("x", &["", " "]));
        assert!(is_short("Anna", &["Dr. Anna Berger"]) && !is_short("Dr.", &["Dr. Anna Berger"]) && !is_short("--", &[""]));
    }
}
