//! How programs of old introduce the mail that they answer: GroupWise and Notes.

use super::attribution::{MOST_ROWS, Strength, attribution, names_a_moment};

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
    if !line.starts_with("|---") {
        return None;
    }
    let boxed = |line: &&&str| line.trim().starts_with(['|', '>']) && line.trim().ends_with(['|', '>']);
    let rows: Vec<&str> = lines.iter().take(MOST_ROWS).take_while(boxed).copied().collect();
    let text = rows.join(" ");
    (rows.len() >= 4 && names_a_moment(&text) && text.contains('@')).then_some(rows.len())
}
