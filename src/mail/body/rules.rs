//! What a line starts: a quote, an introduction, a signature, a forwarded mail, or nothing.

use super::delimiter_context::DelimiterContext;
use super::{Class, Line, Mark, above, is_blank, is_quote};
use super::{attribution, header_block, old_programs, quote_prefix, separators, sign_off, signature};

/// What a line starts.
pub(super) enum Step {
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

/// What the line at `index` starts; `rest`: the texts from there on.
pub(super) fn step(lines: &[Line], rest: &[&str], index: usize, forward: bool, under: &DelimiterContext<'_>) -> Step {
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
    if let Some(count) = marked_header(lines, index) {
        return Step::Rest(original, count);
    }
    if is_quote(line) && !is_escaped_from(lines, index) {
        return Step::Take(1, Class::Quoted);
    }
    if is_blank(line) && line.mark != Mark::Cut {
        return Step::None;
    }
    if separators::is_forward_marker(text) {
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
    if separators::is_original_marker(text) || is_foreign_marker(rest) {
        // A separator above `>` lines belongs to them; answers may stand between those.
        let quotes = |count: usize| !forward && after(count).next().is_some_and(is_quote);
        let count = introduction(rest);
        return match () {
            () if quotes(1) => Step::Take(1, Class::Quoted),
            () if quotes(count) => Step::Take(count, Class::Quoted),
            () => Step::Rest(original, count),
        };
    }
    if separators::is_hidden_quote(text) {
        return Step::Take(1, Class::Quoted);
    }
    if quote_prefix::is_reply_above(text) {
        return Step::Rest(Class::Quoted, 1);
    }
    let ruled = separators::is_rule(text);
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
        if raw || (shown && !ruled) {
            return Step::Take(count, Class::New);
        }
        // Where the block is followed by `>` lines, these are what is quoted: answers may stand below them.
        let quotes = !forward && after(below + count).next().is_some_and(is_quote);
        return if quotes { Step::Take(below + count, Class::Quoted) } else { Step::Rest(original, below + count) };
    }
    if signature::is_list_footer(rest) || signature::is_sponsored(rest) {
        return Step::Delimiter;
    }
    let bare = attribution::is_bare_attribution(text)
        || (text.contains('@') && header_block::label(text) == Some(header_block::Label::From));
    if bare && after(1).next().is_some_and(is_quote) {
        return Step::Take(1, Class::Quoted);
    }
    // The same, broken before the address.
    if let Some(next) = rest.get(1).filter(|_| text.trim_end().ends_with('<'))
        && attribution::is_bare_attribution(&format!("{}{}", text.trim(), next.trim()))
        && after(2).next().is_some_and(is_quote)
    {
        return Step::Take(2, Class::Quoted);
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
            .is_some_and(|line| quote_prefix::is_reply_above(&line.text) || separators::is_original_marker(&line.text))
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
    let starts = |line: &Line| is_blank(line) || separators::is_rule(&line.text);
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
        .is_some_and(|text| separators::is_original_marker(text) || separators::is_rule(text) || text.trim().is_empty());
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
    let titled = rest.first().is_some_and(|text| separators::is_drawn_title(text));
    titled && {
        let blank = rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count();
        let block = rest.get(1 + blank..).unwrap_or_default();
        header_block::length(block).or_else(|| header_block::foreign_length(block)).is_some()
    }
}

/// `>From ` alone is a line of the writer that a mailbox file has escaped (RFC 4155).
fn is_escaped_from(lines: &[Line], index: usize) -> bool {
    let quote = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(is_quote);
    lines.get(index).is_some_and(|line| line.mark == Mark::None && line.text.starts_with(">From "))
        && !quote(index.checked_sub(1))
        && !quote(index.checked_add(1))
}

/// A title and a header block with marks above a text without any (abv.bg): how many lines they are.
fn marked_header(lines: &[Line], index: usize) -> Option<usize> {
    let line = lines.get(index).filter(|line| line.mark == Mark::None && is_quote(line))?;
    let bare = |line: &'_ Line| line.text.trim_start_matches(['>', ' ']).to_owned();
    if !separators::is_original_marker(&bare(line)) || above(lines, index).is_some_and(is_quote) {
        return None;
    }
    let rows = lines.iter().skip(index).take(header_block::MOST_ROWS).take_while(|line| is_quote(line) || is_blank(line));
    let rows: Vec<&Line> = rows.collect();
    let block: Vec<String> = rows.iter().skip(1).filter(|line| !is_blank(line)).map(|line| bare(line)).collect();
    let block: Vec<&str> = block.iter().map(String::as_str).collect();
    (header_block::length(&block) == Some(block.len())).then_some(rows.len())
}

/// A forward that the client quotes as a whole (Apple Mail): its marker starts the quote and nothing introduces it.
fn is_quoted_forward(lines: &[Line], index: usize) -> bool {
    let Some(line) = lines.get(index).filter(|line| is_quote(line)) else { return false };
    let bare = line.text.trim_start_matches(['>', ' ']);
    let above = lines.iter().take(index).rev().take(8).find(|line| !line.text.trim().is_empty());
    separators::is_forward_marker(bare)
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
