//! What is introduced as somebody's mail, above a line, in it or below it; and the blocks that count as quoted.

use std::ops::Range;

use crate::body::attribution::{self, Strength};
use crate::body::{Class, Classified, header_block, separators};

/// Where the introduction of a mail begins that ends above line `start`, with nothing but blank lines between.
pub(super) fn introduction_above(lines: &[&str], start: usize) -> Option<usize> {
    let blank = |gap: &[&str]| gap.iter().all(|line| line.trim().is_empty());
    let head = (start.saturating_sub(12)..start).find(|at| {
        let near = lines.get(*at..start).unwrap_or_default();
        let length = header_block::dated_length(near).or_else(|| {
            let found = attribution::attribution(near).filter(|(_, strength)| *strength == Strength::Strong);
            found.map(|(length, _)| length)
        });
        length.is_some_and(|length| near.get(length..).is_some_and(blank))
    })?;
    // With the line that a program draws above it.
    let drawn = above(lines, head).filter(|at| {
        lines.get(*at).is_some_and(|line| separators::is_original_marker(line.trim()) || separators::is_rule(line.trim()))
    });
    Some(drawn.unwrap_or(head))
}

/// Where the last lines of a block introduce the lines behind `>` below it.
pub(super) fn introduced_below(lines: &[&str], block: &Range<usize>) -> Option<usize> {
    let near = lines.get(block.end..).unwrap_or_default().iter().find(|line| !line.trim().is_empty())?;
    let ends = |at: &usize| {
        let found = attribution::attribution(lines.get(*at..block.end).unwrap_or_default());
        found.is_some_and(|(length, _)| at + length == block.end)
    };
    let mut last = (block.start..block.end).rev().take(3);
    last.find(ends).filter(|at| *at > block.start && near.trim_start().starts_with('>'))
}

/// Runs of lines behind `>`, and runs of other lines that count as quoted with the blank ones between them.
pub(super) fn quoted_blocks(lines: &[&str], classified: &[Classified]) -> Vec<Range<usize>> {
    let mut blocks: Vec<(bool, Range<usize>)> = Vec::new();
    let mut bridged = false;
    for (index, (line, of)) in lines.iter().zip(classified).enumerate() {
        let blank = line.trim().is_empty();
        let marked = line.trim_start().starts_with('>');
        if blank || of.class != Class::Quoted && !marked {
            bridged &= blank;
            continue;
        }
        match blocks.last_mut() {
            Some((same, block)) if *same == marked && (block.end == index || bridged && !marked) => block.end = index + 1,
            _ => blocks.push((marked, index..index + 1)),
        }
        bridged = true;
    }
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// The nearest line above that is not blank.
pub(super) fn above(lines: &[&str], index: usize) -> Option<usize> {
    (0..index).rev().find(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty()))
}

/// Whether somebody's words are announced above a line, or in it; or what stands above it is quoted, too.
pub(super) fn is_introduced(lines: &[&str], classified: &[Classified], block: &Range<usize>) -> bool {
    let first = block.start;
    let bare = |line: &&str| line.trim_start_matches(['>', ' ']).to_owned();
    let blank = |line: &&str| line.trim().is_empty();
    let marked = |at: usize| lines.get(at).is_some_and(|line| line.trim_start().starts_with('>'));
    // `It says:` introduces a log, too; and `On Monday at 10:00 the engineer wrote:` is a sentence, unless it stands for
    // itself or marks show that it introduces a mail.
    let introduces = |at: usize, (length, strength): &(usize, Strength)| {
        let alone = at + length >= block.end;
        *strength == Strength::Strong && (marked(first) || alone)
    };
    // Nothing but blank lines stands between an introduction and what it introduces.
    let begins = |at: usize| {
        let near: Vec<String> = lines.iter().skip(at).take(8).map(bare).collect();
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let named = attribution::attribution(&near).filter(|found| introduces(at, found)).map(|(length, _)| length);
        let length = named.or_else(|| header_block::dated_length(&near));
        length.is_some_and(|length| lines.get(at + length..block.start).is_none_or(|gap| gap.iter().all(blank)))
    };
    let above = above(lines, first).filter(|at| marked(*at)).and_then(|at| classified.get(at));
    let goes_on = above.is_some_and(|line| line.class == Class::Quoted);
    // The rule above a block of header fields is no introduction, and what follows it is one.
    let headed = !marked(first)
        && block.clone().any(|at| {
            let near: Vec<&str> = lines.iter().skip(at).take(8).copied().collect();
            header_block::dated_length(&near).is_some()
                || near.first().is_some_and(|line| separators::is_original_marker(line.trim()))
        });
    goes_on
        || headed
        || lines.get(first).is_some_and(|line| separators::is_original_marker(line.trim()))
        || (first.saturating_sub(4)..=first).any(begins)
}
