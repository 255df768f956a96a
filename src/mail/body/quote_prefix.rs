//! Marks of quotes that are none of mail programs' usual ones, and the line above which a helpdesk asks to write.

use super::attribution;
use super::line::{Line, Mark, is_blank};
use crate::phrases::MARKER_REPLY_ABOVE;

/// Some programs quote with bars or with the writer's initials (`SD> text`): the lines with such marks as marks.
/// Only believed below a line that names somebody or a moment, because tables have bars too.
pub(super) fn foreign(lines: &[Line]) -> Option<Vec<Line>> {
    let introduces = |line: &Line| {
        let text = line.text.trim_end();
        text.ends_with([':', '：']) && (text.contains('@') || attribution::attribution(&[text]).is_some())
    };
    let prefix = lines.iter().enumerate().find_map(|(at, line)| {
        let next = lines.get(at + 1)?;
        let quote = if is_blank(next) { lines.get(at + 2)? } else { next };
        foreign_mark(&quote.text).filter(|_| introduces(line))
    })?;
    let prefix = prefix.to_owned();
    let marked = |line: &Line| match foreign_mark(&line.text) {
        Some(mark) if mark == prefix => Line { mark: Mark::Quote, ..line.clone() },
        None if line.text.trim() == prefix => Line { mark: Mark::Quote, ..line.clone() },
        _ => line.clone(),
    };
    Some(lines.iter().map(marked).collect())
}

/// The mark of a program that does not quote with `>`: a bar, a colon or a per cent sign before a blank, or a few letters
/// or a sign before `>`.
fn foreign_mark(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    for mark in ["|", ":", "%", "│", "┃", "¦", "»", "›"] {
        if trimmed.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' ') && !rest.contains(mark)) {
            return Some(mark);
        }
    }
    let (before, rest) = trimmed.split_once('>')?;
    let initials = (1..=12).contains(&before.len()) && before.chars().all(|c| c.is_ascii_alphabetic());
    let sign = ["*", "#", "+", "=", ":", "|", "%", "-"].contains(&before);
    ((initials || sign) && (rest.is_empty() || rest.starts_with(' '))).then_some(before)
}

/// Whether a helpdesk asks to write above this line.
pub(super) fn is_reply_above(line: &str) -> bool {
    if line.len() > 200 || line.len() < 12 || line.trim_end().ends_with('?') {
        return false;
    }
    // Without anything drawn only where the line begins so: people write about such lines.
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let without = |phrase: &str| {
        let (begins, rest) = bare.split_at_checked(phrase.len())?;
        begins.eq_ignore_ascii_case(phrase).then_some(rest)
    };
    let bare = without("please ").unwrap_or(bare);
    let whole = |phrase: &'static str| {
        let (begins, rest) = bare.split_at_checked(phrase.len()).unwrap_or_default();
        begins.eq_ignore_ascii_case(phrase) && (rest.starts_with(" to ") || !rest.contains(char::is_alphanumeric))
    };
    if !line.contains(['-', '=', '#', '_', '—', '*', '~']) {
        return MARKER_REPLY_ABOVE.any(whole);
    }
    let lower = line.to_lowercase();
    MARKER_REPLY_ABOVE.stand_in(&lower)
}
