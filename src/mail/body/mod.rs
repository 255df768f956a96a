//! Splits a text into what is new, what is quoted and what is signature.
//!
//! The three parts are a partition: every non-blank line of the text is in exactly one of them, in its order. What is
//! uncertain is new, because a staff member can overlook a quote but not read what is hidden. What a line starts says
//! `rules`; single lines are recognised in `attribution`, `separators`, `header_block` and `signature`; HTML brings
//! structure as [`Mark`]s.

pub(super) mod attribution;
mod attribution_words;
pub(super) mod date_hints;
mod delimiter_context;
mod disclaimer_words;
pub(super) mod header_block;
mod header_words;
mod marker_words;
mod notice_words;
mod old_programs;
mod quote_prefix;
mod refine;
mod rules;
pub(super) mod separators;
pub(super) mod sign_off;
mod sign_off_words;
pub(super) mod signature;
mod signature_words;
mod typed;

use serde::{Deserialize, Serialize};

use self::delimiter_context::DelimiterContext;
use self::marker_words::INSIDE;
use self::rules::{Step, step};

/// What the structure of an HTML mail says about a line; plain text has [`Mark::None`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Inside a client's quote container.
    Quote,
    /// Inside a client's attribution container.
    Attribution,
    /// Inside a client's signature container.
    Signature,
    /// From this line on everything is the mail that is answered (Outlook, Zimbra).
    Cut,
    /// Typed by the writer although it looks like a quote.
    Typed,
    /// In a colour in which people answer inside a quote.
    Coloured,
}

/// One line of text with its mark; quotes by structure start with `> `.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The text without line break.
    pub text: String,
    /// What the structure says.
    pub mark: Mark,
}

/// The three parts of a text, each trimmed of blank lines at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// What the writer newly wrote, forwarded mails included.
    pub new_text: String,
    /// What the writer only quoted, attribution lines and header blocks included.
    pub quoted_text: String,
    /// Signature, lines of mobile clients, list footers.
    pub signature_text: String,
    /// What stands below the introduction of a quote counts as new only to stay visible: nothing stands above it, or
    /// the writer says that the answers are inside.
    pub doubtful: bool,
    /// What each line of the text is, from the first that is not blank to the last.
    pub classes: Vec<Class>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Newly written.
    #[serde(rename = "n")]
    New,
    /// Only quoted.
    #[serde(rename = "q")]
    Quoted,
    /// Of a signature.
    #[serde(rename = "s")]
    Signature,
}

impl Parts {
    /// The parts of a text of which each line is of the class at its place.
    #[must_use]
    pub fn gather(lines: &[&str], classes: &[Class], doubtful: bool) -> Self {
        let part = |class| gather(lines, classes, class);
        let filled = |line: &&str| !line.trim().is_empty();
        let first = lines.iter().position(filled).unwrap_or(lines.len());
        let end = lines.iter().rposition(filled).map_or(first, |last| last + 1);
        Self {
            new_text: part(Class::New),
            quoted_text: part(Class::Quoted),
            signature_text: part(Class::Signature),
            doubtful,
            classes: classes.get(first..end).unwrap_or_default().to_vec(),
        }
    }
}

/// Splits plain text. `forward`: the subject says that the mail forwards another, so that header blocks are content.
pub fn split_text(text: &str, forward: bool) -> Parts {
    let lines: Vec<Line> = text.split('\n').map(|line| Line { text: line.to_owned(), mark: Mark::None }).collect();
    split(&lines, forward)
}

/// Splits lines with marks; see [`split_text`].
pub fn split(lines: &[Line], forward: bool) -> Parts {
    let marked = quote_prefix::foreign(lines).or_else(|| typed::typed(lines));
    let lines = marked.as_deref().unwrap_or(lines);
    let (mut classes, mut doubtful, content) = classify(lines, forward);
    if !doubtful {
        refine::sign_off(lines, &mut classes, content);
        doubtful = refine::uncover_colours(lines, &mut classes);
    }
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    Parts::gather(&texts, &classes, doubtful)
}

/// Lines of one class in order; a blank line stands where lines of another class were left out.
fn gather(lines: &[&str], classes: &[Class], wanted: Class) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (line, class) in lines.iter().zip(classes) {
        if *class != wanted {
            gap = true;
            continue;
        }
        if gap {
            if line.trim().is_empty() {
                continue;
            }
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        gap = false;
        out.push_str(line.trim_end());
        out.push('\n');
    }
    trim_blank_lines(&out).to_owned()
}

/// Removes blank lines at both ends but keeps the indent of the first line.
pub(super) fn trim_blank_lines(text: &str) -> &str {
    let text = text.trim_end();
    let mut rest = text;
    while let Some((first, tail)) = rest.split_once('\n') {
        if !first.trim().is_empty() {
            break;
        }
        rest = tail;
    }
    rest
}

pub(super) fn is_quote(line: &Line) -> bool {
    let trimmed = line.text.trim_start_matches([' ', '\u{a0}']);
    match line.mark {
        Mark::Quote => true,
        Mark::Typed => false,
        _ => trimmed.starts_with('>') && line.text.len() - trimmed.len() <= 4 && !is_drawn_around(trimmed),
    }
}

/// Whether the writer says that answers stand inside the quote that follows.
fn answers_inside(lines: &[Line], classes: &[Class]) -> bool {
    let written = lines.iter().zip(classes).filter(|(_, class)| **class == Class::New).take(40);
    let text = written.map(|(line, _)| line.text.to_lowercase()).collect::<Vec<_>>().join(" ");
    let word = |phrase: &str| {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + phrase.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    };
    INSIDE.iter().any(|phrase| word(phrase))
}

/// `>>> read this <<<` draws attention and quotes nothing.
fn is_drawn_around(text: &str) -> bool {
    text.starts_with(">>") && text.trim_end().ends_with("<<")
}

pub(super) fn is_blank(line: &Line) -> bool {
    line.text.trim().is_empty()
}

/// The classes of all lines, whether the new ones are in doubt, and where forwarded content begins.
fn classify(lines: &[Line], forward: bool) -> (Vec<Class>, bool, usize) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let mut classes: Vec<Class> = Vec::with_capacity(lines.len());
    let mut mode = Class::New;
    // A mobile client's line ends with its paragraph; what is typed below is new again.
    let mut paragraph = false;
    let (mut written, mut quoted, mut doubtful, mut noticed) = (false, false, false, false);
    let under = DelimiterContext::new(lines);
    let mut content = lines.len();
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        let rest = texts.get(index..).unwrap_or_default();
        match step(lines, rest, index, forward, &under) {
            // Nothing stands above the introduction and nothing is marked as quoted: perhaps the answer is below.
            Step::Rest(Class::Quoted, count) if !written && !quoted => {
                doubtful = true;
                take_rule(lines, &mut classes);
                classes.resize(index + count, Class::Quoted);
                index += count;
                (mode, quoted) = (Class::New, true);
                continue;
            }
            Step::Rest(class, count) => {
                if class == Class::New {
                    (written, content) = (true, index);
                }
                if class == Class::Quoted {
                    let coloured = lines.iter().skip(index).any(|line| line.mark == Mark::Coloured);
                    let inside = !coloured && answers_inside(lines, &classes);
                    take_rule(lines, &mut classes);
                    classes.resize((index + count).min(lines.len()), Class::Quoted);
                    if inside {
                        // Nothing tells answers from quote, so both stay visible.
                        classes.resize(lines.len(), Class::New);
                        return (classes, true, content);
                    }
                }
                classes.resize(lines.len(), class);
                break;
            }
            Step::Take(count, class) => {
                if class == Class::Quoted && !is_quote(line) {
                    take_rule(lines, &mut classes);
                }
                written |= class == Class::New;
                classes.resize(index + count, class);
                index += count;
                if class == Class::Quoted {
                    mode = Class::New;
                    quoted |= lines.get(index - 1).is_some_and(is_quote);
                }
                continue;
            }
            Step::Banner(count) if !written => {
                classes.resize(index + count, Class::Signature);
                index += count;
                continue;
            }
            // The first words of a mail are the writer's, whatever they look like.
            Step::Notice if written || quoted => {
                take_drawn(lines, &mut classes);
                (mode, paragraph, noticed) = (Class::Signature, true, true);
            }
            Step::Paragraph => (mode, paragraph) = (Class::Signature, true),
            // The page of the program whose notice stands above.
            Step::None if noticed && mode == Class::New && signature::is_bare_link(&line.text) => {
                (mode, paragraph) = (Class::Signature, true);
            }
            // What a line is drawn above is a signature where something stands above it.
            Step::Delimiter if written || quoted || line.text == "-- " => {
                mode = Class::Signature;
                paragraph = false;
            }
            Step::None | Step::Banner(_) | Step::Notice | Step::Delimiter => {}
        }
        let blank = is_blank(line);
        let postscript =
            || index.checked_sub(1).and_then(|at| lines.get(at)).is_some_and(is_blank) && signature::is_postscript(&line.text);
        if blank && paragraph || mode == Class::Signature && written && postscript() {
            (mode, paragraph) = (Class::New, false);
        }
        noticed &= blank || mode == Class::Signature;
        written |= !blank && mode == Class::New && !doubtful;
        classes.push(if blank { classes.last().copied().unwrap_or(mode) } else { mode });
        index += 1;
    }
    (classes, doubtful && !written, content)
}

/// A line drawn right above a notice belongs to it.
fn take_drawn(lines: &[Line], classes: &mut [Class]) {
    for (line, class) in lines.iter().take(classes.len()).zip(classes.iter_mut()).rev().take(3) {
        match line.text.trim() {
            "" => {}
            text if separators::is_rule(text) => *class = Class::Signature,
            _ => break,
        }
    }
}

/// A line drawn right above the introduction of a quote belongs to it.
fn take_rule(lines: &[Line], classes: &mut [Class]) {
    for (line, class) in lines.iter().take(classes.len()).zip(classes.iter_mut()).rev().take(3) {
        match line.text.trim() {
            "" => {}
            text if separators::is_rule(text) && text.len() >= 10 => *class = Class::Quoted,
            _ => break,
        }
    }
}

/// The next line above that is not blank.
pub(super) fn above(lines: &[Line], index: usize) -> Option<&Line> {
    lines.get(index.saturating_sub(8)..index)?.iter().rev().find(|line| !is_blank(line))
}

#[cfg(test)]
mod tests;
