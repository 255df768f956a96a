//! Splits a text into what is new, what is quoted and what is signature.
//!
//! The three parts are a partition: every non-blank line of the text is in exactly one of them, in its order. What is
//! uncertain is new, because a staff member can overlook a quote but not read what is hidden. Recognition of single
//! lines is in `attribution` and `signature`; HTML brings structure as [`Mark`]s.

pub(super) mod attribution;
mod attribution_words;
mod below;
mod disclaimer_words;
pub(super) mod header_block;
mod header_words;
mod marker_words;
mod marks;
mod notice_words;
mod old_programs;
mod second_look;
pub(super) mod sign_off;
mod sign_off_words;
mod signature;
mod signature_words;
mod typed;

use self::below::Below;
use self::marker_words::INSIDE;

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
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
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
    let marked = marks::foreign(lines).or_else(|| typed::typed(lines));
    let lines = marked.as_deref().unwrap_or(lines);
    let (mut classes, mut doubtful, content) = classify(lines, forward);
    if !doubtful {
        second_look::sign_off(lines, &mut classes, content);
        doubtful = second_look::uncover_colours(lines, &mut classes);
    }
    Parts {
        doubtful,
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
    let under = Below::new(lines);
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
            text if attribution::is_rule(text) => *class = Class::Signature,
            _ => break,
        }
    }
}

/// A line drawn right above the introduction of a quote belongs to it.
fn take_rule(lines: &[Line], classes: &mut [Class]) {
    for (line, class) in lines.iter().take(classes.len()).zip(classes.iter_mut()).rev().take(3) {
        match line.text.trim() {
            "" => {}
            text if attribution::is_rule(text) && text.len() >= 10 => *class = Class::Quoted,
            _ => break,
        }
    }
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
    /// The same where something stands above: the notice of a company.
    Notice,
    /// So many lines are a banner, where nothing stands above.
    Banner(usize),
    /// All remaining lines are of this class; so many introduce them.
    Rest(Class, usize),
}

fn step(lines: &[Line], rest: &[&str], index: usize, forward: bool, under: &Below<'_>) -> Step {
    let Some(line) = lines.get(index) else { return Step::None };
    let text = line.text.as_str();
    if is_quoted_forward(lines, index) {
        return Step::Rest(Class::New, 0);
    }
    let original = if forward { Class::New } else { Class::Quoted };
    if line.mark == Mark::None
        && let Some(count) = old_programs::introduction(rest)
        && !above(lines, index).is_some_and(is_quote)
        && !lines.iter().skip(index + count).find(|line| !is_blank(line)).is_some_and(is_quote)
    {
        return Step::Rest(original, count);
    }
    if is_quote(line) && !is_escaped_from(lines, index) {
        return Step::Take(1, Class::Quoted);
    }
    if is_blank(line) && line.mark != Mark::Cut {
        return Step::None;
    }
    if attribution::is_forward_marker(text) {
        return Step::Rest(Class::New, 0);
    }
    match line.mark {
        Mark::Cut => return Step::Rest(original, introduction(rest)),
        Mark::Attribution => return Step::Take(1, Class::Quoted),
        Mark::Signature => return Step::Take(1, Class::Signature),
        Mark::Typed => return Step::None,
        Mark::None | Mark::Quote | Mark::Coloured => {}
    }
    if is_wrapped_quote(lines, index) {
        return Step::Take(1, Class::Quoted);
    }
    let after = |count: usize| lines.iter().skip(index + count).filter(|line| !is_blank(line));
    if attribution::is_original_marker(text) || is_foreign_marker(rest) {
        // A separator above `>` lines belongs to them; answers may stand between those.
        let quotes = after(1).next().is_some_and(is_quote) && !forward;
        return if quotes { Step::Take(1, Class::Quoted) } else { Step::Rest(original, introduction(rest)) };
    }
    if attribution::is_hidden_quote(text) {
        return Step::Take(1, Class::Quoted);
    }
    if marks::is_reply_above(text) {
        return Step::Rest(Class::Quoted, 1);
    }
    let ruled = attribution::is_rule(text);
    let below = if ruled { 1 + rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count() } else { 0 };
    let block = rest.get(below..).unwrap_or_default();
    // Programs begin their labels with capitals; files of settings do not.
    let small = !ruled && text.trim_start_matches(['*', ' ']).starts_with(char::is_lowercase);
    if let Some(count) = header_block::length(block)
        .filter(|_| !small)
        .or_else(|| if ruled { header_block::foreign_length(block) } else { header_block::plain_foreign_length(block) })
    {
        // `I got this mail:` shows a header rather than answering below it.
        let shown = above(lines, index).is_some_and(|above| above.text.trim_end().ends_with([':', '：']) && !is_quote(above));
        let raw = !ruled && lines.get(index.saturating_sub(30)..index).is_some_and(is_raw_header);
        return if raw || (shown && !ruled) { Step::Take(count, Class::New) } else { Step::Rest(original, below + count) };
    }
    if signature::is_list_footer(rest) {
        return Step::Delimiter;
    }
    let bare = attribution::is_bare_attribution(text)
        || (text.contains('@') && header_block::label(text) == Some(header_block::Label::From));
    if bare && after(1).next().is_some_and(is_quote) {
        return Step::Take(1, Class::Quoted);
    }
    if let Some((count, strength)) = attribution::attribution(rest) {
        let mut below = after(count);
        if below.next().is_some_and(is_quote) {
            return Step::Take(count, Class::Quoted);
        }
        let blank = rest.iter().skip(count).take(2).take_while(|text| text.trim().is_empty()).count();
        if let Some(block) = header_block::length(rest.get(count + blank..).unwrap_or_default()) {
            return Step::Rest(original, count + blank + block);
        }
        if after(count)
            .next()
            .is_some_and(|line| marks::is_reply_above(&line.text) || attribution::is_original_marker(&line.text))
        {
            return Step::Rest(original, count);
        }
        if strength == attribution::Strength::Strong {
            // An answer typed right below the attribution, above the quote.
            let soon = after(count).take(6).any(is_quote);
            return if soon { Step::Take(count, Class::Quoted) } else { Step::Rest(Class::Quoted, count) };
        }
    }
    // A line drawn under `Links:` is a heading.
    let heading = || text != "-- " && above(lines, index).is_some_and(|line| line.text.trim_end().ends_with([':', '：']));
    if signature::is_delimiter(text, under, index) && !heading() {
        return Step::Delimiter;
    }
    let parted = index.checked_sub(1).and_then(|at| lines.get(at)).is_none_or(is_blank);
    if parted && signature::is_named_delimiter(text, under, index) && !heading() {
        return Step::Delimiter;
    }
    if signature::is_mobile_line(text) {
        let more = rest.get(1).is_some_and(|next| signature::goes_on(text, next));
        return if more { Step::Paragraph } else { Step::Take(1, Class::Signature) };
    }
    let starts = |line: &Line| is_blank(line) || attribution::is_rule(&line.text);
    if !index.checked_sub(1).and_then(|at| lines.get(at)).is_none_or(starts) {
        return Step::None;
    }
    if (signature::is_disclaimer(rest) || signature::is_scan_line(rest)) && !is_signed_below(lines, index) {
        return Step::Notice;
    }
    let words = |count: &usize| after(*count).next().is_some_and(|line| !is_quote(line));
    signature::banner(rest).filter(words).map_or(Step::None, Step::Banner)
}

/// Whether a greeting or a name alone ends the mail right below this paragraph: notices stand below both.
fn is_signed_below(lines: &[Line], index: usize) -> bool {
    let text = |line: &Line| !is_blank(line);
    let end = |at: usize, wanted: fn(&Line) -> bool| lines.iter().skip(at).take(60).take_while(|line| !wanted(line)).count() + at;
    let next = end(index, is_blank);
    let next = next + lines.iter().skip(next).take(3).take_while(|line| is_blank(line)).count();
    let Some(first) = lines.get(next).filter(|line| text(line) && !is_quote(line) && line.mark == Mark::None) else {
        return false;
    };
    let last = end(next, is_blank);
    let ends =
        lines.iter().skip(last).take(10).find(|line| text(line)).is_none_or(|line| is_quote(line) || line.mark != Mark::None);
    sign_off::is_closing(&first.text) || (ends && last == next + 1 && sign_off::is_first_name(&first.text))
}

/// Whether rows that only mail servers see stand right above: the writer shows the header of a mail.
fn is_raw_header(above: &[Line]) -> bool {
    const ROWS: [&str; 10] = [
        "received:",
        "return-path:",
        "message-id:",
        "mime-version:",
        "dkim-signature:",
        "x-",
        "authentication-results:",
        "content-type:",
        "host:",
        "user-agent:",
    ];
    above.iter().rev().take_while(|line| !is_blank(line)).any(|line| {
        let lower = line.text.trim_start().to_ascii_lowercase();
        lower.contains(':') && ROWS.iter().any(|row| lower.starts_with(row))
    })
}

/// How many lines introduce the answered mail: a drawn line, a header block or an attribution.
pub(super) fn introduction(rest: &[&str]) -> usize {
    let title = rest
        .first()
        .is_some_and(|text| attribution::is_original_marker(text) || attribution::is_rule(text) || text.trim().is_empty());
    let drawn = usize::from(title);
    let blank = rest.iter().skip(drawn).take(2).take_while(|text| text.trim().is_empty()).count();
    let block = rest.get(drawn + blank..).unwrap_or_default();
    let count = header_block::length(block)
        .or_else(|| header_block::foreign_length(block))
        .or_else(|| attribution::attribution(block).map(|(count, _)| count));
    count.map_or_else(|| drawn.max(1), |count| drawn + blank + count)
}

/// A drawn title in an unknown language above a header block in an unknown language.
fn is_foreign_marker(rest: &[&str]) -> bool {
    let titled = rest.first().is_some_and(|text| attribution::is_drawn_title(text));
    titled && {
        let blank = rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count();
        let block = rest.get(1 + blank..).unwrap_or_default();
        header_block::length(block).or_else(|| header_block::foreign_length(block)).is_some()
    }
}

/// The next line above that is not blank.
pub(super) fn above(lines: &[Line], index: usize) -> Option<&Line> {
    lines.get(index.saturating_sub(8)..index)?.iter().rev().find(|line| !is_blank(line))
}

/// `>From ` alone is a line of the writer that a mailbox file has escaped (RFC 4155).
fn is_escaped_from(lines: &[Line], index: usize) -> bool {
    let quote = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(is_quote);
    lines.get(index).is_some_and(|line| line.mark == Mark::None && line.text.starts_with(">From "))
        && !quote(index.checked_sub(1))
        && !quote(index.checked_add(1))
}

/// A forward that the client quotes as a whole (Apple Mail): its marker starts the quote and nothing introduces it.
fn is_quoted_forward(lines: &[Line], index: usize) -> bool {
    let Some(line) = lines.get(index).filter(|line| is_quote(line)) else { return false };
    let bare = line.text.trim_start_matches(['>', ' ']);
    let above = lines.iter().take(index).rev().take(8).find(|line| !line.text.trim().is_empty());
    attribution::is_forward_marker(bare)
        && above.is_none_or(|above| {
            !is_quote(above) && matches!(above.mark, Mark::None | Mark::Coloured) && !above.text.trim_end().ends_with([':', '：'])
        })
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
mod tests;
