//! What stands below a line that may delimit a signature, up to the next quote or its introduction.
//!
//! Every such line asks, and texts of nothing but such lines exist: where each block ends is found once for all.

use std::cell::OnceCell;

use super::header_block;
use super::line::{Line, Mark, is_blank, is_quote};
use super::{attribution, separators};

/// Lines of a text that are looked at below a delimiter, blank ones included.
const REACH: usize = 120;

/// The lines of a text, and what was found of them at the first question.
pub(super) struct DelimiterContext<'a> {
    lines: &'a [Line],
    found: OnceCell<Found>,
}

/// Of each line: the next one that ends a block, and how many lines above it are not blank.
struct Found {
    ends: Vec<usize>,
    filled: Vec<usize>,
}

impl<'a> DelimiterContext<'a> {
    pub(super) fn new(lines: &'a [Line]) -> Self {
        Self { lines, found: OnceCell::new() }
    }

    /// What stands below the line at `index`, without blank lines; at most `most` lines.
    pub(super) fn block(&self, index: usize, most: usize) -> Vec<&'a str> {
        let (first, end) = self.range(index);
        let block = self.lines.get(first..end).unwrap_or_default();
        block.iter().map(|line| line.text.trim()).filter(|text| !text.is_empty()).take(most).collect()
    }

    /// Whether a blank line follows the line at `index`.
    pub(super) fn is_parted(&self, index: usize) -> bool {
        self.lines.get(index + 1).is_some_and(is_blank)
    }

    /// How many lines stand there, not counting blank ones.
    pub(super) fn count(&self, index: usize) -> usize {
        let (first, end) = self.range(index);
        let filled = |at: usize| self.found().filled.get(at).copied().unwrap_or_default();
        filled(end).saturating_sub(filled(first))
    }

    fn range(&self, index: usize) -> (usize, usize) {
        let first = (index + 1).min(self.lines.len());
        if self.lines.get(first).is_some_and(|line| !is_blank(line)) && self.introduces(first) {
            return (first, first);
        }
        let end = self.found().ends.get(first).copied().unwrap_or(first);
        (first, end.min(first + REACH))
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| {
            let mut end = self.lines.len();
            let mut ends = vec![end; end];
            for (at, found) in ends.iter_mut().enumerate().rev() {
                if self.is_end(at) {
                    end = at;
                }
                *found = end;
            }
            let mut count = 0;
            let mut filled = vec![0];
            filled.extend(self.lines.iter().map(|line| {
                count += usize::from(!is_blank(line));
                count
            }));
            Found { ends, filled }
        })
    }

    /// An introduction is looked for where one can be: behind a blank line.
    fn is_end(&self, at: usize) -> bool {
        let Some(line) = self.lines.get(at) else { return true };
        is_quote(line)
            || line.mark == Mark::Cut
            || separators::is_original_marker(line.text.trim())
            || (!is_blank(line)
                && at.checked_sub(1).and_then(|above| self.lines.get(above)).is_some_and(is_blank)
                && self.introduces(at))
    }

    fn introduces(&self, at: usize) -> bool {
        let near: Vec<&str> = self.lines.iter().skip(at).take(8).map(|line| line.text.as_str()).collect();
        attribution::attribution(&near).is_some() || header_block::length(&near).is_some()
    }
}
