//! Splits a text into what is new, what is quoted and what is signature.
//!
//! The three parts are a partition: every non-blank line of the text is in exactly one of them, in its order. What is
//! uncertain is new, because a staff member can overlook a quote but not read what is hidden. Recognition of single
//! lines is in `attribution` and `signature`; HTML brings structure as [`Mark`]s.

use super::{attribution, signature};

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    New,
    Quoted,
    Signature,
}

/// Splits plain text. `forward`: the subject says that the mail forwards another, so that header blocks are content.
pub fn split_text(text: &str, forward: bool) -> Parts {
    let lines: Vec<Line> = text.split('\n').map(|line| Line { text: line.to_owned(), mark: Mark::None }).collect();
    split(&lines, forward)
}

/// Splits lines with marks; see [`split_text`].
pub fn split(lines: &[Line], forward: bool) -> Parts {
    let classes = classify(lines, forward);
    Parts {
        new_text: gather(lines, &classes, Class::New),
        quoted_text: gather(lines, &classes, Class::Quoted),
        signature_text: gather(lines, &classes, Class::Signature),
    }
}

/// Lines of one class in order; a blank line stands where lines of another class were left out.
fn gather(lines: &[Line], classes: &[Class], wanted: Class) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (line, class) in lines.iter().zip(classes) {
        if *class != wanted {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() && !out.ends_with("\n\n") && !line.text.trim().is_empty() {
            out.push('\n');
        }
        gap = false;
        out.push_str(line.text.trim_end());
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

/// Phrases by which helpdesks mark the end of the answer.
const REPLY_ABOVE: &[&str] = &[
    "reply above this line",
    "type your reply above",
    "write above this line",
    "oberhalb dieser zeile",
    "über dieser zeile",
    "répondez au-dessus",
    "au-dessus de cette ligne",
    "responda por encima",
    "encima de esta línea",
    "rispondi sopra questa riga",
    "boven deze regel",
];

fn is_reply_above(line: &str) -> bool {
    let lower = line.to_lowercase();
    line.len() <= 160 && REPLY_ABOVE.iter().any(|phrase| lower.contains(phrase)) && lower.contains(['-', '=', '#', '_'])
}

fn is_quote(line: &Line) -> bool {
    let trimmed = line.text.trim_start_matches([' ', '\u{a0}']);
    line.mark == Mark::Quote || (trimmed.starts_with('>') && line.text.len() - trimmed.len() <= 4)
}

fn classify(lines: &[Line], forward: bool) -> Vec<Class> {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let mut classes: Vec<Class> = Vec::with_capacity(lines.len());
    let mut mode = Class::New;
    // A mobile client's line ends with its paragraph; what is typed below is new again.
    let mut paragraph = false;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        let rest = texts.get(index..).unwrap_or_default();
        match step(lines, rest, index, forward) {
            Step::Rest(class) => {
                classes.resize(lines.len(), class);
                return classes;
            }
            Step::Take(count, class) => {
                classes.resize(index + count, class);
                index += count;
                if class == Class::Quoted {
                    mode = Class::New;
                }
                continue;
            }
            Step::Paragraph => {
                mode = Class::Signature;
                paragraph = true;
            }
            Step::Delimiter => {
                mode = Class::Signature;
                paragraph = false;
            }
            Step::None => {}
        }
        let blank = line.text.trim().is_empty();
        if blank && paragraph {
            (mode, paragraph) = (Class::New, false);
        }
        classes.push(if blank { classes.last().copied().unwrap_or(mode) } else { mode });
        index += 1;
    }
    classes
}

/// What a line starts.
enum Step {
    /// An ordinary line.
    None,
    /// So many lines are of this class.
    Take(usize, Class),
    /// From here to the next quote is signature.
    Delimiter,
    /// The rest of the paragraph is signature.
    Paragraph,
    /// All remaining lines are of this class.
    Rest(Class),
}

fn step(lines: &[Line], rest: &[&str], index: usize, forward: bool) -> Step {
    let Some(line) = lines.get(index) else { return Step::None };
    let text = line.text.as_str();
    let cut = |class| Step::Rest(class);
    if is_quoted_forward(lines, index) {
        return cut(Class::New);
    }
    if is_quote(line) {
        return Step::Take(1, Class::Quoted);
    }
    if text.trim().is_empty() && line.mark != Mark::Cut {
        return Step::None;
    }
    if attribution::is_forward_marker(text) {
        return cut(Class::New);
    }
    let original = if forward { Class::New } else { Class::Quoted };
    match line.mark {
        Mark::Cut => return cut(original),
        Mark::Attribution => return Step::Take(1, Class::Quoted),
        Mark::Signature => return Step::Take(1, Class::Signature),
        Mark::None | Mark::Quote => {}
    }
    if is_wrapped_quote(lines, index) {
        return Step::Take(1, Class::Quoted);
    }
    let after = |count: usize| lines.iter().skip(index + count).filter(|line| !line.text.trim().is_empty());
    if attribution::is_original_marker(text) {
        // A separator above `>` lines belongs to them; answers may stand between those.
        return if after(1).next().is_some_and(is_quote) && !forward { Step::Take(1, Class::Quoted) } else { cut(original) };
    }
    if is_reply_above(text) {
        return cut(Class::Quoted);
    }
    let ruled = attribution::is_rule(text);
    let below = if ruled { 1 + rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count() } else { 0 };
    if attribution::header_block(rest.get(below..).unwrap_or_default()).is_some() {
        return cut(original);
    }
    if ruled && signature::is_list_footer(rest) {
        return Step::Delimiter;
    }
    if attribution::is_bare_attribution(text) && after(1).next().is_some_and(is_quote) {
        return Step::Take(1, Class::Quoted);
    }
    if let Some((count, strength)) = attribution::attribution(rest) {
        let mut below = after(count);
        if below.next().is_some_and(is_quote) {
            return Step::Take(count, Class::Quoted);
        }
        if strength == attribution::Strength::Strong {
            // An answer typed right below the attribution, above the quote.
            let soon = after(count).take(6).any(is_quote);
            return if soon { Step::Take(count, Class::Quoted) } else { cut(Class::Quoted) };
        }
    }
    if let Some(exact) = signature::delimiter(text) {
        let length = lines
            .iter()
            .skip(index + 1)
            .take(200)
            .take_while(|line| !is_quote(line))
            .filter(|line| !line.text.trim().is_empty())
            .take(61)
            .count();
        if length <= if exact { 60 } else { 15 } && (exact || length > 0) {
            return Step::Delimiter;
        }
    }
    if signature::is_mobile_line(text) { Step::Paragraph } else { Step::None }
}

/// A forward that the client quotes as a whole (Apple Mail): its marker starts the quote and nothing introduces it.
fn is_quoted_forward(lines: &[Line], index: usize) -> bool {
    let Some(line) = lines.get(index).filter(|line| is_quote(line)) else { return false };
    let bare = line.text.trim_start_matches(['>', ' ']);
    let above = lines.iter().take(index).rev().take(8).find(|line| !line.text.trim().is_empty());
    attribution::is_forward_marker(bare)
        && above.is_none_or(|above| !is_quote(above) && above.mark == Mark::None && !above.text.trim_end().ends_with([':', '：']))
}

/// The rest of a long quoted line that a client wrapped without a new `>`.
fn is_wrapped_quote(lines: &[Line], index: usize) -> bool {
    let quoted = |at: Option<usize>| at.and_then(|at| lines.get(at)).filter(|line| is_quote(line));
    let (Some(above), Some(_), Some(line)) = (quoted(index.checked_sub(1)), quoted(index.checked_add(1)), lines.get(index))
    else {
        return false;
    };
    let (above, text) = (above.text.trim_end(), line.text.trim());
    above.chars().count() >= 60
        && text.chars().count() <= 30
        && !above.ends_with(['.', '!', '?', ':'])
        && text.starts_with(char::is_lowercase)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
