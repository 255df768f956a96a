//! Lines that are quoted by themselves: behind a mark, or what a program did to such a line.

use crate::body::context::{Context, Step};
use crate::body::line::{Class, Line, Mark, is_blank, is_quote};
use crate::body::separators;

/// A forward that the client quotes as a whole: its marker starts the quote and nothing introduces it. Apple Mail.
pub(super) fn quoted_forward(context: &Context<'_>) -> Option<Step> {
    if !is_quote(context.line) {
        return None;
    }
    let bare = context.text().trim_start_matches(['>', ' ']);
    let above = context.above();
    let introduced = |above: &Line| {
        is_quote(above) || !matches!(above.mark, Mark::None | Mark::Coloured) || above.text.trim_end().ends_with([':', '：'])
    };
    (separators::is_forward_marker(bare) && !above.is_some_and(introduced)).then_some(Step::Rest(Class::New, 0))
}

/// Inside a `blockquote`, or whatever a program takes for one.
pub(super) fn html_quote(context: &Context<'_>) -> Option<Step> {
    let marked = context.line.mark == Mark::Quote && has_prefix(context.text());
    marked.then_some(Step::Take(1, Class::Quoted))
}

/// Behind a bar, a colon or the initials of a writer (`SD> text`): programs of the bulletin boards, some of today.
pub(super) fn foreign_prefix(context: &Context<'_>) -> Option<Step> {
    let marked = context.line.mark == Mark::Quote && !has_prefix(context.text());
    marked.then_some(Step::Take(1, Class::Quoted))
}

/// Behind `>`, as nearly every program quotes in plain text.
pub(super) fn quote_prefix(context: &Context<'_>) -> Option<Step> {
    (is_quote(context.line) && !is_escaped_from(context.lines, context.index)).then_some(Step::Take(1, Class::Quoted))
}

fn has_prefix(text: &str) -> bool {
    text.trim_start().starts_with('>')
}

/// Nothing; but a program may say that the answered mail begins at a blank line.
pub(super) fn blank(context: &Context<'_>) -> Option<Step> {
    (is_blank(context.line) && context.line.mark != Mark::Cut).then_some(Step::Ordinary)
}

/// What begins with `>` although its writer shows it: see [`typed`](crate::body::typed).
pub(super) fn shown(context: &Context<'_>) -> Option<Step> {
    (context.line.mark == Mark::Typed).then_some(Step::Ordinary)
}

/// The rest of a long quoted line that a client wrapped without a new `>`.
pub(super) fn wrapped(context: &Context<'_>) -> Option<Step> {
    let above = context.right_above().filter(|line| is_quote(line))?;
    context.lines.get(context.index + 1).filter(|line| is_quote(line))?;
    let (above, text) = (above.text.trim_end(), context.text().trim());
    let goes_on = above.chars().count() >= 60
        && text.chars().count() <= 30
        && !above.ends_with(['.', '!', '?', ':'])
        && text.starts_with(char::is_lowercase);
    goes_on.then_some(Step::Take(1, Class::Quoted))
}

/// What Gmail writes for a quote that it does not show.
pub(super) fn hidden(context: &Context<'_>) -> Option<Step> {
    separators::is_hidden_quote(context.text()).then_some(Step::Take(1, Class::Quoted))
}

/// `>From ` alone is a line of the writer that a mailbox file has escaped (RFC 4155).
fn is_escaped_from(lines: &[Line], index: usize) -> bool {
    let quote = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(is_quote);
    lines.get(index).is_some_and(|line| line.mark == Mark::None && line.text.starts_with(">From "))
        && !quote(index.checked_sub(1))
        && !quote(index.checked_add(1))
}
