//! Marks of quotes that are none of mail programs' usual ones, and lines that look like quotes although the writer shows
//! them.

use super::attribution;
use super::body::{Line, Mark, above, is_blank, is_quote};
use super::marker_words::{REPLY_ABOVE, SHOWING};

/// Some programs quote with bars or with the writer's initials (`SD> text`): the lines with such marks as marks.
/// Only believed below a line that names somebody or a moment, because tables have bars too.
pub(super) fn foreign(lines: &[Line]) -> Option<Vec<Line>> {
    let introduces = |line: &Line| {
        let text = line.text.trim_end();
        text.ends_with([':', '：']) && (text.contains('@') || attribution::names_a_moment(text))
    };
    let prefix = lines.iter().enumerate().find_map(|(at, line)| {
        let next = lines.get(at + 1)?;
        let quote = if is_blank(next) { lines.get(at + 2)? } else { next };
        foreign_mark(&quote.text).filter(|_| introduces(line))
    })?;
    let prefix = prefix.to_owned();
    let marked = |line: &Line| match foreign_mark(&line.text) {
        Some(mark) if mark == prefix => Line { mark: Mark::Quote, ..line.clone() },
        _ => line.clone(),
    };
    Some(lines.iter().map(marked).collect())
}

/// Lines of a program or a text that the writer shows behind `>` and introduces with words of their own.
pub(super) fn typed(lines: &[Line]) -> Option<Vec<Line>> {
    let first = lines.iter().position(is_quote)?;
    let above = above(lines, first).map_or("", |line| line.text.trim());
    let fence = |line: &Line| line.text.trim_start().starts_with("```");
    let fences: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(fence)).collect();
    if !fences.is_empty() {
        let mut marked = lines.to_vec();
        for pair in fences.chunks_exact(2) {
            let [from, to] = pair else { continue };
            for line in marked.get_mut(*from..*to).into_iter().flatten().filter(|line| is_quote(line) && line.mark == Mark::None)
            {
                line.mark = Mark::Typed;
            }
        }
        return Some(marked);
    }
    // The prompt of Python; quotes of quotes of quotes do not stand alone.
    let prompts = lines.iter().filter(|line| is_quote(line)).all(|line| {
        line.mark == Mark::None
            && !line.text.contains('@')
            && !line.text.trim_end().ends_with(">>>")
            && line.text.trim_end().strip_prefix(">>>").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    if prompts && !attribution::names_a_moment(above) && !above.contains('@') {
        let typed = |line: &Line| Line { mark: if is_quote(line) { Mark::Typed } else { line.mark }, ..line.clone() };
        return Some(lines.iter().map(typed).collect());
    }
    let introduction = above.strip_suffix([':', '：'])?;
    // `Ann Berger says:` is the line of a program.
    let mut words = introduction.split_whitespace().rev().skip(1);
    if introduction.split_whitespace().count() <= 4 && words.all(|word| word.starts_with(char::is_uppercase)) {
        return None;
    }
    let introduction = introduction.to_lowercase();
    let own = !introduction.contains(['@', '<', '>'])
        && !introduction.contains("your ")
        && introduction.split_whitespace().rev().take(3).any(|word| SHOWING.contains(&word.trim_matches(',')));
    if !own || attribution::names_a_moment(&introduction) {
        return None;
    }
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let ends = |at: &usize| {
        let rest = texts.get(*at..).unwrap_or_default();
        let line = rest.first().copied().unwrap_or_default();
        !line.trim().is_empty()
            && (attribution::is_original_marker(line)
                || attribution::header_block(rest).is_some()
                || attribution::attribution(rest).is_some())
    };
    let end = (first..lines.len()).filter(|at| !lines.get(*at).is_some_and(is_quote)).find(ends).unwrap_or(lines.len());
    let typed = |(at, line): (usize, &Line)| match line.mark {
        Mark::None if at < end && is_quote(line) => Line { mark: Mark::Typed, ..line.clone() },
        _ => line.clone(),
    };
    Some(lines.iter().enumerate().map(typed).collect())
}

fn foreign_mark(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    if trimmed.starts_with("| ") && trimmed.matches('|').count() == 1 {
        return Some("|");
    }
    let (initials, rest) = trimmed.split_once('>')?;
    let short = (1..=12).contains(&initials.len()) && initials.chars().all(|c| c.is_ascii_alphabetic());
    (short && (rest.is_empty() || rest.starts_with(' '))).then_some(initials)
}

/// Whether a helpdesk asks to write above this line.
pub(super) fn is_reply_above(line: &str) -> bool {
    if line.len() > 200 || line.trim_end().ends_with('?') {
        return false;
    }
    // Without anything drawn only where the line begins so: people write about such lines.
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let without = |phrase: &str| {
        let (begins, rest) = bare.split_at_checked(phrase.len())?;
        begins.eq_ignore_ascii_case(phrase).then_some(rest)
    };
    let bare = without("please ").unwrap_or(bare);
    let whole = |phrase: &&str| {
        let (begins, rest) = bare.split_at_checked(phrase.len()).unwrap_or_default();
        begins.eq_ignore_ascii_case(phrase) && (rest.starts_with(" to ") || !rest.contains(char::is_alphanumeric))
    };
    if !line.contains(['-', '=', '#', '_', '—', '*', '~']) {
        return REPLY_ABOVE.iter().any(whole);
    }
    let lower = line.to_lowercase();
    REPLY_ABOVE.iter().any(|phrase| lower.contains(phrase))
}
