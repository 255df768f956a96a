//! Whether the plain text and the HTML of one mail say the same.

use std::cell::LazyCell;
use std::collections::HashSet;

use super::body::{self, Line};
use super::words::letters;

/// Bytes of an alternative that are searched for new words.
const MOST: usize = 512 << 10;
/// Shorter words are in everything.
const RUN_TOGETHER: usize = 4;
/// Words that may be run together or broken.
const ODD_WORDS: usize = 50;

/// Lines of HTML that are kept to be shown.
const SHOWN: usize = 10;

/// The writer's new lines in the HTML whose words are missing from the plain text, at most [`SHOWN`]; none where only the
/// plain text has words of its own; `None` where both say the same. Only words count: programs differ in how they write
/// links, lists, pictures and emphasis, and in where a quotation begins.
pub(super) fn differ(plain: &[Line], html: &[Line], forward: bool) -> Option<Vec<String>> {
    let only_html = missing(html, plain, forward);
    let differ = !only_html.is_empty() || !missing(plain, html, forward).is_empty();
    differ.then_some(only_html)
}

/// New lines of one alternative with words that the other one does not have.
fn missing(from: &[Line], other: &[Line], forward: bool) -> Vec<String> {
    let known: HashSet<String> = other.iter().flat_map(|line| words(&line.text)).collect();
    let joined = LazyCell::new(|| other.iter().flat_map(|line| letters(&line.text)).collect::<String>());
    let new = body::split(beginning(from), forward).new_text();
    let mut looked_up = 0;
    // A word that the other program broke, or ran into the next one, is there all the same; too many of them are not.
    let mut there = |word: &String| {
        looked_up += 1;
        looked_up <= ODD_WORDS && word.chars().count() >= RUN_TOGETHER && joined.contains(word.as_str())
    };
    let mut differs = |line: &&str| words(line).into_iter().any(|word| !known.contains(&word) && !there(&word));
    new.lines().filter(|line| differs(line)).take(SHOWN).map(str::to_owned).collect()
}

fn beginning(lines: &[Line]) -> &[Line] {
    let mut left = MOST;
    let fits = move |line: &&Line| {
        let fits = line.text.len() < left;
        left = left.saturating_sub(line.text.len() + 1);
        fits
    };
    let count = lines.iter().take_while(fits).count();
    lines.get(..count).unwrap_or_default()
}

/// Words without targets of links, markers of pictures and single characters.
fn words(line: &str) -> Vec<String> {
    let line = without_marks(line);
    let telling = |word: &&str| !word.contains("://") && !word.starts_with("www.");
    let words = line.split_whitespace().filter(telling).map(|word| letters(word).collect::<String>());
    words.filter(|word| word.chars().count() > 1).collect()
}

/// `[cid:x]`, `[image: x]`, `<https://x>`: what programs write into plain text where HTML has something that is no text.
fn without_marks(line: &str) -> String {
    let mut rest = String::new();
    let mut depth = 0_usize;
    for c in line.chars() {
        match c {
            '[' | '<' => depth += 1,
            ']' | '>' if depth > 0 => {
                depth -= 1;
                rest.push(' ');
            }
            _ if depth == 0 => rest.push(c),
            _ => {}
        }
    }
    // A bracket that nothing closes is one in somebody's words.
    if depth == 0 { rest } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        text.lines().map(|line| Line { text: line.to_owned(), ..Line::default() }).collect()
    }

    #[test]
    fn what_programs_write_differently_is_the_same_and_other_words_are_not() {
        let table = [
            ("Hello *Carla*,\nsee https://a.example/x", "Hello Carla,\nsee here", true),
            ("Hello Carla", "Hello Carla", false),
            ("We do not pay", "We do pay for nothing", true),
            ("Hello *Carla*!\n* one\n2. two", "Hello Carla!\none\ntwo", false),
            ("see here <https://a.example/x>", "see here", false),
            ("[cid:logo.png@1]\nHello", "Hello", false),
            ("[image: Logo] Hello", "Hello", false),
            ("Hello\n\n> old words\n> of others", "Hello", false),
            ("Hello World", "HelloWorld", false),
            ("#note\nShe never pays.", "She never pays.", true),
            ("She pays.", "She pays.\nnot", true),
            ("Yes", "No", true),
            ("It costs 100 Euro", "It costs 200 Euro", true),
            ("You get -100 Euro", "You get 100 Euro", true),
            ("You get -100 Euro", "You get \u{2212}100 Euro", false),
            ("Write to a@one.example", "Write to a@two.example", true),
            ("Write to a@one.example<mailto:a@one.example>.", "Write to a@one.example.", false),
            ("Write to\na@one.example", "Write to <a@one.example>", false),
        ];
        let hidden = differ(&lines("She pays."), &lines("#note\nShe pays.\nNever."), false);
        assert_eq!(hidden, Some(vec!["#note".to_owned(), "Never.".to_owned()]), "what only the HTML says is known");
        assert_eq!(differ(&lines("She pays. Never."), &lines("She pays."), false), Some(Vec::new()));
        for (plain, html, expected) in table {
            assert_eq!(differ(&lines(plain), &lines(html), false).is_some(), expected, "{plain:?} {html:?}");
        }
    }
}
