//! What programs write above the mail that they answer or pass on: titles, header blocks, attributions.

use crate::body::attribution::{self, Strength};
use crate::body::context::{Context, Step};
use crate::body::header_block::{self as rows, Label, MOST_ROWS};
use crate::body::line::{Class, Line, Mark, is_blank, is_quote};
use crate::body::{old_programs, quote_prefix, separators};

/// `>>> Ann 06/05/19 8:14 PM >>>`: GroupWise.
pub(super) fn groupwise(context: &Context<'_>) -> Option<Step> {
    unmarked(context, old_programs::groupwise)
}

/// `Ann ---05.06.2019 20:14:33---Subject`: Notes.
pub(super) fn notes_dashes(context: &Context<'_>) -> Option<Step> {
    unmarked(context, old_programs::notes_dashes)
}

/// Sender and moment on the left, `To`, `cc` and `Subject` far on the right: Notes of about 2005.
pub(super) fn notes_columns(context: &Context<'_>) -> Option<Step> {
    unmarked(context, old_programs::notes_columns)
}

/// A box drawn of dashes and bars around the header: Notes.
pub(super) fn notes_box(context: &Context<'_>) -> Option<Step> {
    unmarked(context, old_programs::notes_box)
}

/// What an old program introduces without marking it; where `>` stands around, these lines are quoted themselves.
fn unmarked(context: &Context<'_>, found: fn(&[&str]) -> Option<usize>) -> Option<Step> {
    if context.line.mark != Mark::None {
        return None;
    }
    let count = found(context.rest)?;
    let marked = context.above().is_some_and(is_quote) || context.is_quote_below(count);
    (!marked).then(|| Step::Rest(context.original(), count))
}

/// A title and a header block behind `>` above a text without any mark: abv.bg.
pub(super) fn marked_header(context: &Context<'_>) -> Option<Step> {
    let bare = |line: &Line| line.text.trim_start_matches(['>', ' ']).to_owned();
    let line = context.line;
    if line.mark != Mark::None || !is_quote(line) || !separators::is_original_marker(&bare(line)) {
        return None;
    }
    if context.above().is_some_and(is_quote) {
        return None;
    }
    let block = context.lines.iter().skip(context.index).take(MOST_ROWS).take_while(|line| is_quote(line) || is_blank(line));
    let block: Vec<&Line> = block.collect();
    let filled: Vec<String> = block.iter().skip(1).filter(|line| !is_blank(line)).map(|line| bare(line)).collect();
    let filled: Vec<&str> = filled.iter().map(String::as_str).collect();
    (rows::length(&filled) == Some(filled.len())).then(|| Step::Rest(context.original(), block.len()))
}

/// `---------- Forwarded message ---------`, `Begin forwarded message:`: every program, in its language.
pub(super) fn forward_marker(context: &Context<'_>) -> Option<Step> {
    separators::is_forward_marker(context.text()).then_some(Step::Rest(Class::New, 0))
}

/// HTML says that the answered mail begins here: Outlook, Zimbra.
pub(super) fn html_cut(context: &Context<'_>) -> Option<Step> {
    (context.line.mark == Mark::Cut).then(|| Step::Rest(context.original(), length(context.rest)))
}

/// Inside a container for the attribution: Gmail, Thunderbird.
pub(super) fn html_attribution(context: &Context<'_>) -> Option<Step> {
    (context.line.mark == Mark::Attribution).then_some(Step::Take(1, Class::Quoted))
}

/// `-----Original Message-----`: Outlook and whatever follows it.
pub(super) fn original_marker(context: &Context<'_>) -> Option<Step> {
    separators::is_original_marker(context.text()).then(|| separator(context))
}

/// A title between drawn lines in a language that is not known, and a header block below it.
pub(super) fn foreign_marker(context: &Context<'_>) -> Option<Step> {
    is_foreign_marker(context.rest).then(|| separator(context))
}

/// A separator above `>` lines belongs to them; answers may stand between those.
fn separator(context: &Context<'_>) -> Step {
    let quotes = |count: usize| context.original() == Class::Quoted && context.is_quote_below(count);
    let count = length(context.rest);
    match () {
        () if quotes(1) => Step::Take(1, Class::Quoted),
        () if quotes(count) => Step::Take(count, Class::Quoted),
        () => Step::Rest(context.original(), count),
    }
}

/// `Please reply above this line`: helpdesks.
pub(super) fn reply_above(context: &Context<'_>) -> Option<Step> {
    quote_prefix::is_reply_above(context.text()).then_some(Step::Rest(Class::Quoted, 1))
}

/// `I got this mail:` and the header of that mail, or rows that only servers see: the writer shows it rather than answering
/// below it.
pub(super) fn shown_header(context: &Context<'_>) -> Option<Step> {
    let block = context.block().filter(|block| !block.ruled)?;
    let shown = || context.above().is_some_and(|above| above.text.trim_end().ends_with([':', '：']) && !is_quote(above));
    let raw = || context.lines.get(context.index.saturating_sub(30)..context.index).is_some_and(is_raw_header);
    (raw() || shown()).then_some(Step::Take(block.count, Class::New))
}

/// `From: Sent: To: Subject:` in a known language: Outlook, and Notes without `From:`.
pub(super) fn header_block(context: &Context<'_>) -> Option<Step> {
    block(context, true)
}

/// The same with labels of a language that is not known.
pub(super) fn foreign_header_block(context: &Context<'_>) -> Option<Step> {
    block(context, false)
}

/// Where a block is followed by `>` lines, these are what is quoted: answers may stand below them.
fn block(context: &Context<'_>, known: bool) -> Option<Step> {
    let block = context.block().filter(|block| block.known == known)?;
    let count = block.skipped + block.count;
    let quotes = context.original() == Class::Quoted && context.is_quote_below(count);
    Some(if quotes { Step::Take(count, Class::Quoted) } else { Step::Rest(context.original(), count) })
}

/// A date and an address, a name and a moment, `Ann said:`, above `>`: Gmail of old, MH, SquirrelMail and others.
pub(super) fn bare_attribution(context: &Context<'_>) -> Option<Step> {
    let bare = attribution::is_bare_attribution(context.text()) && context.is_quote_below(1);
    bare.then_some(Step::Take(1, Class::Quoted))
}

/// `From: Ann <ann@x.example>` and nothing else above `>`.
pub(super) fn lone_from(context: &Context<'_>) -> Option<Step> {
    let from = context.text().contains('@') && rows::label(context.text()) == Some(Label::From);
    (from && context.is_quote_below(1)).then_some(Step::Take(1, Class::Quoted))
}

/// A bare attribution that its program has broken before the address.
pub(super) fn broken_attribution(context: &Context<'_>) -> Option<Step> {
    let next = context.rest.get(1).filter(|_| context.text().trim_end().ends_with('<'))?;
    let joined = format!("{}{}", context.text().trim(), next.trim());
    let broken = attribution::is_bare_attribution(&joined) && context.is_quote_below(2);
    broken.then_some(Step::Take(2, Class::Quoted))
}

/// `On ... wrote:` above `>`: nearly every program, in its language.
pub(super) fn attribution_above_quote(context: &Context<'_>) -> Option<Step> {
    let (count, _) = context.attribution()?;
    context.is_quote_below(count).then_some(Step::Take(count, Class::Quoted))
}

/// `On ... wrote:` above a header block: programs that write both.
pub(super) fn attribution_above_header(context: &Context<'_>) -> Option<Step> {
    let (count, _) = context.attribution()?;
    let blank = context.rest.iter().skip(count).take(2).take_while(|text| text.trim().is_empty()).count();
    let block = rows::length(context.rest.get(count + blank..).unwrap_or_default())?;
    Some(Step::Rest(context.original(), count + blank + block))
}

/// `On ... wrote:` above `-----Original Message-----` or the line of a helpdesk: an answer to an answer.
pub(super) fn attribution_above_marker(context: &Context<'_>) -> Option<Step> {
    let (count, _) = context.attribution()?;
    let marker = |line: &Line| quote_prefix::is_reply_above(&line.text) || separators::is_original_marker(&line.text);
    context.after(count).next().is_some_and(marker).then(|| Step::Rest(context.original(), count))
}

/// `On ... wrote:` with an answer typed right below it, above the quote.
pub(super) fn attribution_above_answer(context: &Context<'_>) -> Option<Step> {
    let (count, _) = context.attribution().filter(|(_, strength)| *strength == Strength::Strong)?;
    context.after(count).take(6).any(is_quote).then_some(Step::Take(count, Class::Quoted))
}

/// `On ... wrote:` that names a writer and a date, and nothing marked below: programs that write HTML quote so in plain text.
pub(super) fn attribution(context: &Context<'_>) -> Option<Step> {
    let (count, _) = context.attribution().filter(|(_, strength)| *strength == Strength::Strong)?;
    Some(Step::Rest(Class::Quoted, count))
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
pub(in crate::body) fn length(rest: &[&str]) -> usize {
    let title = rest
        .first()
        .is_some_and(|text| separators::is_original_marker(text) || separators::is_rule(text) || text.trim().is_empty());
    let drawn = usize::from(title);
    let blank = rest.iter().skip(drawn).take(2).take_while(|text| text.trim().is_empty()).count();
    let block = rest.get(drawn + blank..).unwrap_or_default();
    let count = rows::length(block)
        .or_else(|| rows::foreign_length(block))
        .or_else(|| attribution::attribution(block).map(|(count, _)| count));
    count.map_or_else(|| drawn.max(1), |count| drawn + blank + count)
}

/// A drawn title in an unknown language above a header block in an unknown language.
fn is_foreign_marker(rest: &[&str]) -> bool {
    let titled = rest.first().is_some_and(|text| separators::is_drawn_title(text));
    titled && {
        let blank = rest.iter().skip(1).take(2).take_while(|text| text.trim().is_empty()).count();
        let block = rest.get(1 + blank..).unwrap_or_default();
        rows::length(block).or_else(|| rows::foreign_length(block)).is_some()
    }
}
