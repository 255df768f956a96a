//! Splits a text into what is new, what is quoted and what is signature.
//!
//! The three parts are a partition: every non-blank line of the text is in exactly one of them, in its order. What is
//! uncertain is new, because a staff member can overlook a quote but not read what is hidden. What a line starts says
//! `rules`, an ordered table of named rules; `refine` looks again once the quotes are known. Single lines are recognised in
//! `attribution`, `separators`, `header_block` and `signature`; HTML brings structure as [`Mark`]s. Each line keeps the
//! [`Rule`] that gave it its class.

mod added_line;
pub(super) mod attribution;
mod context;
pub(super) mod date_hints;
mod delimiter_context;
pub(super) mod header_block;
mod line;
mod lines;
mod old_programs;
mod quote_prefix;
mod refine;
mod rule;
mod rules;
pub(super) mod separators;
pub(super) mod sign_off;
pub(super) mod signature;
mod typed;

use self::context::{Context, Step};
use self::delimiter_context::DelimiterContext;
use self::line::{is_blank, is_quote};
use crate::phrases::MARKER_INSIDE;

pub(crate) use self::line::are_alike;
pub use self::line::{Class, Classified, Line, Mark};
pub use self::lines::Body;
pub(crate) use self::lines::trim_blank_lines;
pub use self::rule::Rule;

/// What an ordinary line is where nothing else was said.
const WRITTEN: Classified = Classified::by(Class::New, Rule::Written);

/// Splits plain text. `forward`: the subject says that the mail forwards another, so that header blocks are content.
pub fn split_text(text: &str, forward: bool) -> Body {
    let lines: Vec<Line> = text.split('\n').map(|line| Line { text: line.to_owned(), mark: Mark::None }).collect();
    split(&lines, forward)
}

/// Splits lines with marks; see [`split_text`].
pub fn split(lines: &[Line], forward: bool) -> Body {
    let marked = quote_prefix::foreign(lines).or_else(|| typed::typed(lines));
    let lines = marked.as_deref().unwrap_or(lines);
    let (mut classified, mut doubtful, content) = classify(lines, forward);
    if !doubtful {
        refine::sign_off(lines, &mut classified, content);
        doubtful = refine::uncover_colours(lines, &mut classified);
    }
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    Body::gather(&texts, &classified, doubtful)
}

/// Whether the writer says that answers stand inside the quote that follows.
fn answers_inside(lines: &[Line], classified: &[Classified]) -> bool {
    let written = lines.iter().zip(classified).filter(|(_, of)| of.class == Class::New).take(40);
    let text = written.map(|(line, _)| line.text.to_lowercase()).collect::<Vec<_>>().join(" ");
    let word = |phrase: &str| {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + phrase.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    };
    MARKER_INSIDE.any(word)
}

/// The classes of all lines, whether the new ones are in doubt, and where forwarded content begins.
fn classify(lines: &[Line], forward: bool) -> (Vec<Classified>, bool, usize) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let mut classified: Vec<Classified> = Vec::with_capacity(lines.len());
    // What an ordinary line is.
    let mut mode = WRITTEN;
    // A mobile client's line ends with its paragraph; what is typed below is new again.
    let mut paragraph = false;
    let (mut written, mut quoted, mut doubtful, mut noticed) = (false, false, false, false);
    let delimiters = DelimiterContext::new(lines);
    let mut content = lines.len();
    let mut index = 0;
    while let Some(context) = Context::of(lines, &texts, index, forward, &delimiters) {
        let line = context.line;
        let (rule, step) = rules::recognise(&context).unwrap_or((Rule::Written, Step::Ordinary));
        match step {
            // Nothing stands above the introduction and nothing is marked as quoted: perhaps the answer is below.
            Step::Rest(Class::Quoted, count) if !written && !quoted => {
                doubtful = true;
                take_drawn_above_quote(lines, &mut classified);
                classified.resize(index + count, Classified::by(Class::Quoted, rule));
                index += count;
                (mode, quoted) = (Classified::by(Class::New, Rule::NothingAbove), true);
                continue;
            }
            Step::Rest(class, count) => {
                if class == Class::New {
                    (written, content) = (true, index);
                }
                if class == Class::Quoted {
                    let coloured = lines.iter().skip(index).any(|line| line.mark == Mark::Coloured);
                    let inside = !coloured && answers_inside(lines, &classified);
                    take_drawn_above_quote(lines, &mut classified);
                    classified.resize((index + count).min(lines.len()), Classified::by(Class::Quoted, rule));
                    if inside {
                        // Nothing tells answers from quote, so both stay visible.
                        classified.resize(lines.len(), Classified::by(Class::New, Rule::AnswersInside));
                        return (classified, true, content);
                    }
                }
                classified.resize(lines.len(), Classified::by(class, rule));
                break;
            }
            Step::Take(count, class) => {
                if class == Class::Quoted && !is_quote(line) {
                    take_drawn_above_quote(lines, &mut classified);
                }
                written |= class == Class::New;
                classified.resize(index + count, Classified::by(class, rule));
                index += count;
                if class == Class::Quoted {
                    mode = WRITTEN;
                    quoted |= lines.get(index - 1).is_some_and(is_quote);
                }
                continue;
            }
            Step::Banner(count) if !written => {
                classified.resize(index + count, Classified::by(Class::Signature, rule));
                index += count;
                continue;
            }
            // The first words of a mail are the writer's, whatever they look like.
            Step::Notice if written || quoted => {
                take_drawn_above_notice(lines, &mut classified);
                (mode, paragraph, noticed) = (Classified::by(Class::Signature, rule), true, true);
            }
            Step::Paragraph => (mode, paragraph) = (Classified::by(Class::Signature, rule), true),
            // The page of the program whose notice stands above.
            Step::Ordinary if noticed && mode.class == Class::New && signature::is_bare_link(&line.text) => {
                (mode, paragraph) = (Classified::by(Class::Signature, Rule::NoticeLink), true);
            }
            // What a line is drawn above is a signature where something stands above it.
            Step::Delimiter if written || quoted || line.text == "-- " => {
                mode = Classified::by(Class::Signature, rule);
                paragraph = false;
            }
            Step::Ordinary | Step::Banner(_) | Step::Notice | Step::Delimiter => {}
        }
        let blank = is_blank(line);
        let postscript = || context.right_above().is_some_and(is_blank) && sign_off::is_postscript(&line.text);
        if blank && paragraph {
            (mode, paragraph) = (WRITTEN, false);
        } else if mode.class == Class::Signature && written && postscript() {
            (mode, paragraph) = (Classified::by(Class::New, Rule::Postscript), false);
        }
        noticed &= blank || mode.class == Class::Signature;
        written |= !blank && mode.class == Class::New && !doubtful;
        classified.push(match (step, mode.class) {
            _ if blank => Classified::by(classified.last().map_or(mode.class, |above| above.class), Rule::Blank),
            (Step::Ordinary, Class::New) if rule != Rule::Written => Classified::by(Class::New, rule),
            _ => mode,
        });
        index += 1;
    }
    (classified, doubtful && !written, content)
}

/// A line drawn right above a notice belongs to it.
fn take_drawn_above_notice(lines: &[Line], classified: &mut [Classified]) {
    take_drawn(lines, classified, 0, Class::Signature);
}

/// A line drawn right above the introduction of a quote belongs to it.
fn take_drawn_above_quote(lines: &[Line], classified: &mut [Classified]) {
    take_drawn(lines, classified, 10, Class::Quoted);
}

/// The last lines so far, as far as they are drawn and so many bytes long at least.
fn take_drawn(lines: &[Line], classified: &mut [Classified], shortest: usize, class: Class) {
    for (line, of) in lines.iter().take(classified.len()).zip(classified.iter_mut()).rev().take(3) {
        match line.text.trim() {
            "" => {}
            text if separators::is_rule(text) && text.len() >= shortest => *of = Classified::by(class, Rule::DrawnAbove),
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests;
