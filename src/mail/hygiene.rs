//! What of a staff member's mail is theirs alone and never leaves: their signature (`rules`), their own `addresses`, the key
//! and card `files` of their mail program. Pure. What is uncertain stays in the text; an own address never does.
//!
//! As [`super::quoted`] knows what the desk has sent, [`mark`] knows who the writer is and how their earlier mails ended: it
//! refines what [`super::body`] found.

mod addresses;
mod files;
mod looks;
mod names;
mod rules;

#[cfg(test)]
pub(crate) use looks::tests::ways_to_reach_somebody_in_many_languages;

use std::ops::Range;

pub use self::addresses::masked;
pub use self::files::is_programs_own;
pub use self::rules::without_repeated_end;

use self::rules::is_signature;
use super::body::{Body, Class, Classified, Rule, are_alike, sign_off};

/// Lines that a signature has at most.
const LONGEST: usize = 12;

/// What is known of the writer.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Their names, the one for outsiders too.
    pub names: &'a [&'a str],
    /// Their registered addresses, in lower case.
    pub addresses: &'a [String],
    /// How their latest mails ended, as [`end`] gave it, and their signatures.
    pub ends: &'a [String],
}

/// The last lines of a text: where a signature would stand.
#[must_use]
pub fn end(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LONGEST);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// A staff member's text, with what is certainly their signature taken out of what is new: in each stretch between quotes
/// for itself. A signature is a block that stood in their earlier mails too, or one that begins with their name and says how
/// to reach them. It ends with its last line that looks like one: what stands below it was typed.
#[must_use]
pub fn mark(body: &Body, writer: &Writer<'_>) -> Body {
    let lines: Vec<&str> = body.text.lines().collect();
    let mut classified = body.classes.clone();
    for at in 0..lines.len() {
        let first = at.checked_sub(1).and_then(|above| body.classes.get(above)).is_none_or(|above| !is_signature(above));
        if first && let Some((rule, typed)) = rules::typed(&lines, at, &body.classes, writer) {
            turn(&mut classified, typed, Class::New, rule);
        }
    }
    let before = classified.clone();
    let mut at = 0;
    while at < lines.len() {
        let length = before.iter().skip(at).take_while(|line| line.class == Class::New).count();
        let stretch = lines.get(at..at + length).unwrap_or_default();
        let below = before.get(at + length).filter(|line| is_signature(line)).and_then(|_| lines.get(at + length).copied());
        for (rule, found) in rules::signed(stretch, below, writer) {
            turn(&mut classified, at + found.start..at + found.end, Class::Signature, rule);
        }
        at += length + 1;
    }
    if are_alike(&classified, &body.classes) { body.clone() } else { body.with(classified, body.doubtful) }
}

fn turn(classified: &mut [Classified], range: Range<usize>, class: Class, rule: Rule) {
    classified.get_mut(range).into_iter().flatten().for_each(|line| line.turn(class, rule));
}

/// A text without `said` in what is new, which says nothing: then it is a signature.
#[must_use]
pub fn mark_all(body: &Body, said: &str) -> Body {
    let said: Vec<&str> = filled(said).collect();
    let mut classified = body.classes.clone();
    for ((line, _), of) in body.lines().zip(&mut classified).filter(|(_, of)| of.class == Class::New) {
        if said.contains(&line.trim()) {
            of.turn(Class::Signature, Rule::SaysNothing);
        }
    }
    body.with(classified, body.doubtful)
}

/// Whether a text consists of a greeting and its writer's name, or of less; or of a signature with nobody's name: lines that
/// show a company, a place, and a way to reach it, and of which none says anything.
#[must_use]
pub fn says_nothing(text: &str, writer: &Writer<'_>) -> bool {
    let short = |line: &str| names::is_short(line, writer.names);
    let formal = |line: &str| short(line) || looks::is_greeting(line);
    let shown =
        |line: &str| looks::is_way(line) || looks::is_place(line) || looks::is_social(line) || sign_off::is_registered(line);
    let titled = |line: &str| line.split_whitespace().count() >= 2 || looks::is_role(line);
    let named = |line: &str| sign_off::is_proper(line) && !looks::is_said(line) && titled(line);
    let rest: Vec<&str> = filled(text).filter(|line| !formal(line)).take(LONGEST + 1).collect();
    let fewest = if filled(text).any(short) { 1 } else { 2 };
    // Below their whole name stands what they are and where, even with no way to reach them.
    let signed = filled(text).any(|line| names::is(line, writer.names) && line.split_whitespace().count() > 1);
    let block = (fewest..=LONGEST).contains(&rest.len()) && (signed || rest.iter().any(|line| looks::is_way(line)));
    rest.is_empty() || block && rest.iter().all(|line| shown(line) || named(line))
}

/// How the first and the last stretch of a text ended in which no signature was found: perhaps it will stand there again.
#[must_use]
pub fn ends(before: &Body, after: &Body) -> Vec<String> {
    let lines: Vec<&str> = before.text.lines().collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let length = before.classes.iter().skip(at).take_while(|line| line.class == Class::New).count();
        let stretch = lines.get(at..at + length).unwrap_or_default();
        let last = stretch.iter().rposition(|line| !line.trim().is_empty());
        if let Some(last) = last.filter(|last| after.classes.get(at + last).is_some_and(|line| line.class == Class::New)) {
            found.truncate(1);
            found.push(end(&stretch.get(..=last).unwrap_or_default().join("\n")));
        }
        at += length + 1;
    }
    found
}

/// The lines of a text as they are remembered and compared: trimmed, without blank ones.
pub fn filled(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
#[path = "hygiene_tests.rs"]
mod tests;
