//! We know what we sent: which lines of an answer are words of our own mails, whatever program, language or wrapping.
//!
//! Texts are compared by shingles of five words (single characters where a script has no blanks), without quote
//! marks, punctuation, case and link targets. It only refines what [`super::body`] found: lines of ours that no mark
//! gave away become quoted, and what stands between lines of ours although nobody sent it becomes new. What refines it are
//! the ordered tables of named rules in `rules`.

mod introductions;
mod questions;
mod rules;
mod words;

pub use self::questions::with_questions;
use self::rules::{Compared, INSIDE, NOBODYS, OURS};
use super::body::{Body, Class, Rule, are_alike};

/// An answer in the light of what we sent before. `reveal`: what stands between our lines in an unmarked quote becomes new,
/// because a correspondent may have answered there; not for staff, whose quotes may hold what is internal.
#[must_use]
pub fn mark(body: &Body, ours: &[&str], reveal: bool) -> Body {
    let mut compared = Compared::new(body, ours, reveal);
    if !compared.has_own() {
        return body.clone();
    }
    compared.apply(OURS);
    if are_alike(&compared.classes, &body.classes) {
        return body.clone();
    }
    let unsure = compared.classes.iter().any(|line| line.rule == Some(Rule::OwnGreeting));
    let found = body.with(compared.classes, false);
    let doubtful = unsure || body.doubtful && new_lines(&found).eq(new_lines(body));
    Body { doubtful, ..found }
}

/// The places of the lines that say something new.
fn new_lines(body: &Body) -> impl Iterator<Item = usize> {
    let new = body.lines().map(|(line, of)| of.class == Class::New && !line.trim().is_empty());
    new.enumerate().filter_map(|(at, new)| new.then_some(at))
}

/// An answer in which somebody wrote between our lines although no mark tells those from theirs, or behind the mark in front
/// of ours: with what they wrote there as new, and in doubt. `None` where nobody did.
#[must_use]
pub fn answers_inside(body: &Body, ours: &[&str]) -> Option<Body> {
    let mut compared = Compared::new(body, ours, true);
    compared.apply(INSIDE);
    (!are_alike(&compared.classes, &body.classes)).then(|| body.with(compared.classes, true))
}

/// An answer with what was taken for a quote although nobody sent it, as new: commands behind `>`, lines of a log, a sentence
/// that reads like the introduction of a quote and what stands below it. What is introduced as somebody's mail stays a quote.
/// `None` where there is nothing of the kind, and where nothing was sent before: then [`super::body`] alone can tell.
#[must_use]
pub fn typed_as_quote(body: &Body, ours: &[&str]) -> Option<Body> {
    let mut compared = Compared::new(body, ours, false);
    if !compared.knows_words() {
        return None;
    }
    compared.apply(NOBODYS);
    (!are_alike(&compared.classes, &body.classes)).then(|| body.with(compared.classes, body.doubtful))
}

#[cfg(test)]
#[path = "quoted_tests.rs"]
mod tests;
