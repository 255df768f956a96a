//! What programs with forms of their own write: how GroupWise and Notes introduce the mail that they answer, and the
//! signature that NetEase draws.

use std::ops::Range;

use super::attribution::{Strength, attribution};
use super::date_hints::names_a_moment;
use super::header_block::{Label, MOST_ROWS, label};
use super::sign_off::has_way;

/// Rows of a box of Notes at most: six for each label.
const MOST_BOXED: usize = 2 * MOST_ROWS;

/// The first line, trimmed, if it is short enough to be one of theirs. Lines with `>>>` are those of GroupWise alone.
fn first<'a>(lines: &[&'a str], of_groupwise: bool) -> Option<&'a str> {
    let line = lines.first()?.trim();
    (line.len() <= 300 && line.starts_with(">>>") == of_groupwise).then_some(line)
}

/// `>>> Ann 06/05/19 8:14 PM >>>` of GroupWise: how many lines at the start of `lines` introduce an answered mail.
pub(super) fn groupwise(lines: &[&str]) -> Option<usize> {
    let inner = first(lines, true)?.strip_prefix(">>>")?;
    let framed = inner.trim_end().strip_suffix(">>>").is_some_and(names_a_moment);
    let written = || attribution(&[inner]).is_some_and(|(_, strength)| strength == Strength::Strong);
    (framed || written()).then_some(1)
}

/// The same for `Ann ---05.06.2019 20:14:33---Subject` of Notes.
pub(super) fn notes_dashes(lines: &[&str]) -> Option<usize> {
    let (name, rest) = first(lines, false)?.split_once("---")?;
    let (moment, _) = rest.split_once("---")?;
    (!name.trim().is_empty() && moment.len() <= 40 && names_a_moment(moment)).then_some(1)
}

/// The same for the box of dashes and bars of Notes.
pub(super) fn notes_box(lines: &[&str]) -> Option<usize> {
    if !first(lines, false)?.starts_with("|---") || notes_dashes(lines).or_else(|| notes_columns(lines)).is_some() {
        return None;
    }
    let boxed = |line: &&&str| line.trim().starts_with(['|', '>']) && line.trim().ends_with(['|', '>']);
    let rows: Vec<&str> = lines.iter().take(MOST_BOXED).take_while(boxed).copied().collect();
    let text = rows.join(" ");
    let labels = rows.iter().filter(|row| label(row.trim_matches(['|', '>', ' '])).is_some()).take(2).count();
    (rows.len() >= 4 && text.contains('@') && (labels == 2 || names_a_moment(&text))).then_some(rows.len())
}

/// Notes of about 2005: sender and moment on the left, and far on the right `To`, `cc` and `Subject` with their values
/// below them.
pub(super) fn notes_columns(lines: &[&str]) -> Option<usize> {
    const INDENT: &str = "          ";
    first(lines, false)?;
    if !lines.first()?.starts_with(INDENT) || notes_dashes(lines).is_some() {
        return None;
    }
    let rows = lines.iter().take(20).take_while(|line| line.is_empty() || line.starts_with(INDENT)).count();
    let block = lines.get(..rows)?;
    let named = |wanted: Label| {
        block.iter().position(|line| {
            let word = line.trim_end().rsplit("  ").next().unwrap_or_default();
            !word.is_empty() && line.trim_end().len() >= 60 && label(&format!("{word}:")) == Some(wanted)
        })
    };
    let (to, subject) = (named(Label::To)?, named(Label::Subject)?);
    let below = block.iter().skip(subject + 1).take_while(|line| !line.trim().is_empty()).count();
    (to < subject && block.iter().any(|line| names_a_moment(line))).then_some(subject + 1 + below)
}

/// The signature that NetEase draws as a table, which is lines of bars as text, at the end of `lines`.
pub(super) fn bars(lines: &[&str]) -> Option<Range<usize>> {
    let drawn = |line: &&str| !line.trim().is_empty() && line.chars().all(|c| c == '|' || c.is_whitespace());
    let end = lines.iter().rposition(|line| !line.trim().is_empty())? + 1;
    let from = end.saturating_sub(12);
    let start = from + lines.get(from..end)?.iter().position(drawn)?;
    let table = lines.get(start..end)?;
    let whole = table.last().is_some_and(drawn) && table.iter().filter(|line| drawn(line)).count() * 3 >= table.len();
    (whole && table.len() >= 4 && table.iter().any(|line| has_way(line))).then_some(start..end)
}
