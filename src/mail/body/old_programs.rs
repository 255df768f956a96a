//! What programs with forms of their own write: how GroupWise and Notes introduce the mail that they answer, and the
//! signature that NetEase draws.

use std::ops::Range;

use super::attribution::{Strength, attribution};
use super::date_hints::names_a_moment;
use super::header_block::{Label, MOST_ROWS, label};
use super::sign_off::has_way;

/// Rows of a box of Notes at most: six for each label.
const MOST_BOXED: usize = 2 * MOST_ROWS;

/// The lines at the start of `lines` that introduce an answered mail without marking it, how many they are: `>>> Ann
/// 06/05/19 8:14 PM >>>` of GroupWise, `Ann ---05.06.2019 20:14:33---Subject` and a box of dashes of Notes.
pub(super) fn introduction(lines: &[&str]) -> Option<usize> {
    let line = lines.first()?.trim();
    if line.len() > 300 {
        return None;
    }
    if let Some(inner) = line.strip_prefix(">>>") {
        let framed = inner.trim_end().strip_suffix(">>>").is_some_and(names_a_moment);
        let written = || attribution(&[inner]).is_some_and(|(_, strength)| strength == Strength::Strong);
        return (framed || written()).then_some(1);
    }
    if let Some((name, rest)) = line.split_once("---")
        && let Some((moment, _)) = rest.split_once("---")
        && !name.trim().is_empty()
        && moment.len() <= 40
        && names_a_moment(moment)
    {
        return Some(1);
    }
    right_hand(lines).or_else(|| {
        if !line.starts_with("|---") {
            return None;
        }
        let boxed = |line: &&&str| line.trim().starts_with(['|', '>']) && line.trim().ends_with(['|', '>']);
        let rows: Vec<&str> = lines.iter().take(MOST_BOXED).take_while(boxed).copied().collect();
        let text = rows.join(" ");
        let labels = rows.iter().filter(|row| label(row.trim_matches(['|', '>', ' '])).is_some()).take(2).count();
        (rows.len() >= 4 && text.contains('@') && (labels == 2 || names_a_moment(&text))).then_some(rows.len())
    })
}

/// Notes of about 2005: sender and moment on the left, and far on the right `To`, `cc` and `Subject` with their values
/// below them.
fn right_hand(lines: &[&str]) -> Option<usize> {
    const INDENT: &str = "          ";
    if !lines.first()?.starts_with(INDENT) {
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
