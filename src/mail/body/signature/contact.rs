//! Ways to reach somebody and other marks by which the families know a signature's lines.

use crate::body::sign_off;
use crate::phrases::SIGNATURE_CALL;

/// Whether a line is a link and nothing else.
pub(in crate::body) fn is_bare_link(line: &str) -> bool {
    let line = line.trim().trim_start_matches('<');
    ["http://", "https://", "www."].iter().any(|start| line.starts_with(start)) && !line.contains(char::is_whitespace)
}

/// The first words of a line in lower case, without what is drawn before them.
pub(super) fn beginning(line: &str) -> String {
    line.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(80).flat_map(char::to_lowercase).collect()
}

/// A telephone number, an address or a company's form in a line.
pub(super) fn has_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let words = ["gmbh", " ag", " inc", " ltd", " llc", "s.a.", "s.r.l", "b.v."];
    let company = |word: &&str| {
        lower
            .match_indices(*word)
            .any(|(at, _)| !lower.get(at + word.len()..).is_some_and(|after| after.starts_with(char::is_alphanumeric)))
    };
    sign_off::has_way(line) || SIGNATURE_CALL.begin(&lower) || words.iter().any(company)
}

/// A few short lines with a way to reach somebody, or only a name.
pub(super) fn is_contact(block: &[&str]) -> bool {
    let long = block.iter().filter(|line| line.split_whitespace().count() > 9).count();
    let named = block.len() <= 3
        && block.iter().all(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.len() <= 4
                && words.iter().filter(|word| word.starts_with(char::is_uppercase)).count() * 2 > words.len()
                && !line.ends_with(['.', '?', '!', ':'])
                // A price or a date is no name.
                && !line.contains(|c: char| c.is_ascii_digit())
        });
    named && !block.iter().any(|line| sign_off::is_loud(line)) && !block.first().is_some_and(|line| sign_off::is_closing(line))
        || (long * 3 <= block.len()
            && !(block.len() >= 2 && block.first().is_some_and(|line| is_bare_link(line) || is_asked(line)))
            && block.iter().any(|line| has_contact(line))
            && !block.iter().any(|line| line.ends_with('?')))
}

/// `call 040 555 1234`: links and numbers that are shown rather than signed; a signature begins with a name.
fn is_asked(line: &str) -> bool {
    line.starts_with(char::is_lowercase)
        && line.split_whitespace().next().is_some_and(|word| word.chars().all(char::is_alphabetic))
        && sign_off::has_way(line)
        && !SIGNATURE_CALL.any(|word| line.starts_with(word.trim_end_matches([':', '.'])))
}
