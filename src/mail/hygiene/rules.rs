//! Where signatures stand in what somebody wrote: ordered tables of rules for what was taken for one and is none, and for what
//! is one although nothing delimits it.

use std::ops::Range;

use super::{LONGEST, Writer, filled, looks, names};
use crate::body::{Class, Classified, Rule, sign_off, signature};

/// Finds what was typed in what begins at a line and was taken for a signature.
type FindTyped = fn(&[&str], usize, &[Classified], &Writer<'_>) -> Option<Range<usize>>;

/// What was taken for a signature and is none, in order.
const TYPED: &[(Rule, FindTyped)] = &[(Rule::BelowOwnSignature, typed_below), (Rule::SomebodyElse, elses)];

/// Finds what is a signature in a stretch of new lines; `below`: the first line of the signature right below it.
type FindSigned = fn(&[&str], Option<&str>, &Writer<'_>) -> Vec<Range<usize>>;

/// What is a signature although it counts as new, in order.
const SIGNED: &[(Rule, FindSigned)] = &[(Rule::OwnSignature, own_signature), (Rule::OwnName, own_name)];

/// What begins at a line, was taken for a signature and was typed.
pub(super) fn typed(lines: &[&str], at: usize, classified: &[Classified], writer: &Writer<'_>) -> Option<(Rule, Range<usize>)> {
    TYPED.iter().find_map(|(rule, find)| Some((*rule, find(lines, at, classified, writer)?)))
}

/// What is a signature in a stretch of new lines.
pub(super) fn signed<'a>(
    stretch: &'a [&'a str],
    below: Option<&'a str>,
    writer: &'a Writer<'_>,
) -> impl Iterator<Item = (Rule, Range<usize>)> + 'a {
    SIGNED.iter().flat_map(move |(rule, find)| find(stretch, below, writer).into_iter().map(|found| (*rule, found)))
}

/// A block that stood in their earlier mails too, or one that shows their name and how to reach them; with the blank lines
/// below it.
fn own_signature(stretch: &[&str], _: Option<&str>, writer: &Writer<'_>) -> Vec<Range<usize>> {
    let blank = |from: usize| stretch.iter().skip(from).take_while(|line| line.trim().is_empty()).count();
    blocks(stretch, writer).into_iter().map(|block| block.start..block.end + blank(block.end)).collect()
}

/// Their name and what they are, right above a company that was taken for a signature.
fn own_name(stretch: &[&str], below: Option<&str>, writer: &Writer<'_>) -> Vec<Range<usize>> {
    let company = below.is_some_and(|line| looks::is_place(line) || looks::is_way(line));
    let named = || headed(stretch, writer).map(|start| start..stretch.len());
    company.then(named).flatten().into_iter().collect()
}

/// Whether a line was taken for one of a signature.
pub(super) fn is_signature(line: &Classified) -> bool {
    line.class == Class::Signature
}

/// What was typed below a signature that begins at `at` with its writer's name: sentences, parted from its last line that
/// looks like one, as far as the signature was thought to go on.
fn typed_below(lines: &[&str], at: usize, classified: &[Classified], writer: &Writer<'_>) -> Option<Range<usize>> {
    // With or without a line drawn above it.
    let drawn = lines.get(at).is_some_and(|line| matches!(line.trim(), "--" | "—"));
    let first = at + usize::from(drawn);
    lines.get(first).filter(|line| is_own(line, writer))?;
    let length = classified.iter().skip(at).take_while(|line| is_signature(line)).count();
    let end = extent(lines.get(..at + length)?, first, writer)?;
    let rest = lines.get(end..at + length)?;
    let blank = rest.iter().take_while(|line| line.trim().is_empty()).count();
    let rest = rest.get(blank..)?;
    let line = rest.first().filter(|line| blank > 0 && looks::is_said(line))?;
    let added = signature::is_disclaimer(rest) || signature::is_mobile_line(line) || sign_off::is_registered(line);
    // What goes on with more ways to reach somebody is a signature with a sentence in it; so is what it always says.
    let goes_on =
        rest.iter().any(|line| is_own(line, writer) || looks::is_way(line) || looks::is_place(line) || looks::is_social(line));
    let always = writer.ends.iter().any(|end| filled(end).any(|known| known == line.trim()));
    (!added && !goes_on && !always).then_some(end + blank..at + length)
}

/// The paragraph at `at` that was taken for a signature although it is announced, shows nobody's name of the writer's and
/// stood under none of their mails: how to reach somebody else.
fn elses(lines: &[&str], at: usize, classified: &[Classified], writer: &Writer<'_>) -> Option<Range<usize>> {
    let is_part = |(line, of): &(&&str, &Classified)| is_signature(of) && !line.trim().is_empty();
    let length = lines.iter().zip(classified).skip(at).take_while(is_part).count();
    let block = lines.get(at..at + length).filter(|block| !block.is_empty())?;
    let known = |line: &&str| is_own(line, writer) || writer.ends.iter().any(|end| filled(end).any(|known| known == line.trim()));
    (is_announced(lines.get(..at)?) && !block.iter().any(known)).then_some(at..at + length)
}

/// Where a stretch ends with the writer's name and what they are, above a company that was taken for a signature.
fn headed(lines: &[&str], writer: &Writer<'_>) -> Option<usize> {
    let from = lines.len().saturating_sub(4);
    (from..lines.len()).find(|at| {
        let block = lines.get(*at..).unwrap_or_default();
        block.first().is_some_and(|line| names::is(line, writer.names)) && !block.iter().any(|line| looks::is_said(line))
    })
}

/// Where the signatures in a stretch are.
fn blocks(lines: &[&str], writer: &Writer<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = writer.ends.iter().flat_map(|end| repeated(lines, end, writer)).collect();
    let mut at = 0;
    while at < lines.len() {
        match named(lines, at, writer).or_else(|| delimited(lines, at, writer)) {
            Some(block) => {
                at = block.end;
                found.push(block);
            }
            None => at += 1,
        }
    }
    found.into_iter().map(|block| last_of_two(lines, block)).collect()
}

/// Whoever writes their signature once more above it means it: then the second is the signature.
fn last_of_two(lines: &[&str], block: Range<usize>) -> Range<usize> {
    let filled: Vec<usize> = block.clone().filter(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty())).collect();
    let (one, two) = filled.split_at(filled.len() / 2);
    let text =
        |half: &[usize]| half.iter().filter_map(|at| lines.get(*at)).map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    match two.first() {
        Some(start) if one.len() >= 2 && text(one) == text(two) => *start..block.end,
        _ => block,
    }
}

/// The block below a drawn line at `at` that holds its writer's name or address.
fn delimited(lines: &[&str], at: usize, writer: &Writer<'_>) -> Option<Range<usize>> {
    lines.get(at).filter(|line| matches!(line.trim(), "--" | "—" | "-- --"))?;
    let end = extent(lines, at + 1, writer)?;
    let block = lines.get(at + 1..end).unwrap_or_default();
    block.iter().any(|line| is_own(line, writer)).then_some(at..end)
}

/// The block at `at` that begins with the writer's name and goes on with how to reach them.
fn named(lines: &[&str], at: usize, writer: &Writer<'_>) -> Option<Range<usize>> {
    let above = lines.get(..at).unwrap_or_default();
    let line = lines.get(at)?;
    if !names::is(line, writer.names) {
        if looks::names_with_a_way(line, writer.names) && !is_announced(above) {
            return Some(at..at + 1);
        }
        // `Anna` below a greeting or a blank line, and how to reach her right below.
        let parted = above.last().is_none_or(|line| line.trim().is_empty() || sign_off::is_closing(line.trim()));
        let reached = lines.get(at + 1).is_some_and(|line| looks::is_way(line));
        let signs = names::is_short(line, writer.names) && parted && reached && !is_announced(above);
        let end = extent(lines, at + 1, writer).filter(|_| signs)?;
        return Some(at..end);
    }
    if is_announced(above) {
        return None;
    }
    let end = extent(lines, at, writer)?;
    let block = lines.get(at..end).unwrap_or_default();
    let reached = |line: &&str| has_address(line, writer) || looks::is_way(line) || looks::names_with_a_way(line, writer.names);
    if !block.iter().any(reached) || is_inside_a_sentence(above, lines.get(end)) {
        return None;
    }
    // A company above the name belongs to it.
    let above = above.iter().rev().take_while(|line| looks::is_place(line) || looks::is_way(line)).count();
    Some(at - above..end)
}

/// Whether a block goes on with a sentence above it, and one goes on below it: `The technician is` / `Anna Berger` / `Phone ...` /
/// `She speaks French.`
fn is_inside_a_sentence(above: &[&str], below: Option<&&str>) -> bool {
    let begun = |line: &&str| {
        let line = line.trim();
        line.ends_with(char::is_alphanumeric) && line.split_whitespace().count() > 1 && !sign_off::is_closing(line)
    };
    let goes_on = |line: &&str| line.trim().ends_with(['.', '?', '!']) && line.split_whitespace().count() > 2;
    above.last().is_some_and(begun) && below.is_some_and(goes_on)
}

/// Whether what stands below is announced: somebody to turn to, even if it is the writer. Where it is parted by a blank line,
/// the words have to say so: a signature stands below `My answers are below:`, too.
fn is_announced(above: &[&str]) -> bool {
    let Some(last) = above.iter().rposition(|line| !line.trim().is_empty()) else { return false };
    let line = above.get(last).map_or("", |line| line.trim_end());
    line.ends_with([':', '：']) && (last + 1 == above.len() || looks::announces(line))
}

/// Where a signature that begins at `from` ends: with its last line that looks like one. Between those may stand what only
/// a signature says: in its first paragraph any short line, further below names.
fn extent(lines: &[&str], from: usize, writer: &Writer<'_>) -> Option<usize> {
    let (mut end, mut first, mut begun, mut blanks) = (None, true, false, 0);
    for (at, line) in lines.iter().enumerate().skip(from).take(LONGEST * 2) {
        let line = line.trim();
        if line.is_empty() {
            blanks += 1;
            first &= !begun;
            if blanks > 2 {
                break;
            }
            continue;
        }
        (blanks, begun) = (0, true);
        if is_own(line, writer) || looks::is_way(line) || looks::is_place(line) || sign_off::is_registered(line) {
            end = Some(at + 1);
        } else if looks::is_said(line) || !(first || sign_off::is_proper(line)) {
            break;
        } else if first && end == Some(at) && sign_off::is_proper(line) {
            // What they are, or a company without its form.
            end = Some(at + 1);
        }
    }
    end
}

/// Where lines stand that also stood at the end of an earlier mail, as far as they are more than a greeting.
fn repeated(lines: &[&str], end: &str, writer: &Writer<'_>) -> Vec<Range<usize>> {
    let earlier: Vec<&str> = filled(end).collect();
    let here: Vec<(usize, &str)> =
        lines.iter().enumerate().map(|(at, line)| (at, line.trim())).filter(|(_, line)| !line.is_empty()).collect();
    let mut found = Vec::new();
    for last in (1..=here.len()).filter(|last| here.get(last - 1).map(|(_, line)| line) == earlier.last()) {
        let above = here.get(..last).unwrap_or_default().iter().rev();
        let same = above.zip(earlier.iter().rev()).take_while(|((_, line), other)| line == *other).count();
        let block = here.get(last - same..last).unwrap_or_default();
        // What was said and the greeting are no part of it.
        let said = |(_, line): &(usize, &str)| is_sentence(line) || sign_off::is_closing(line);
        // A text that is sent again ends with the same greeting, and a signature begins below one.
        let closed = block.iter().rposition(|(_, line)| sign_off::is_closing(line)).map_or(0, |at| at + 1);
        let skipped = block.iter().take_while(|row| said(row)).count().max(closed);
        let typed = block.iter().rev().take_while(|(_, line)| is_sentence(line)).count();
        let block = block.get(skipped..block.len().saturating_sub(typed).max(skipped)).unwrap_or_default();
        // Somebody else to turn to is announced each time.
        let above = block.first().map_or(&[][..], |(start, _)| lines.get(..*start).unwrap_or_default());
        let own = block.iter().any(|(_, line)| is_own(line, writer));
        let announced =
            above.iter().rfind(|line| !line.trim().is_empty()).is_some_and(|line| line.trim_end().ends_with([':', '：']));
        if announced && !own {
            continue;
        }
        let certain = block.len() >= 2 && block.iter().any(|(_, line)| is_own(line, writer) || looks::is_way(line));
        if let (true, Some((start, _)), Some((end, _))) = (certain, block.first(), block.last()) {
            found.push(*start..end + 1);
        }
    }
    found
}

/// The text without the block that also ended at least two of its writer's earlier mails, where the block names them or
/// says how to reach them. The greeting above it stays, and so do sentences. Never the whole text.
#[must_use]
pub fn without_repeated_end(text: &str, writer: &Writer<'_>) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let starts = writer.ends.iter().map(|end| {
        let earlier = end.lines().rev();
        let same = lines.iter().rev().zip(earlier).take_while(|(line, other)| line.trim() == other.trim()).count();
        lines.len() - same
    });
    let mut starts: Vec<usize> = starts.collect();
    starts.sort_unstable();
    let Some(from) = starts.get(1).copied() else { return text.to_owned() };
    let block = lines.get(from..).unwrap_or_default();
    let said = |line: &&str| sign_off::is_closing(line.trim()) || is_sentence(line);
    let kept = from + block.iter().rposition(said).map_or(0, |at| at + 1);
    let block = lines.get(kept..).unwrap_or_default();
    let filled = block.iter().filter(|line| !line.trim().is_empty()).count();
    let certain = filled >= 2 && block.iter().any(|line| is_own(line, writer) || sign_off::has_way(line));
    let rest = lines.get(..kept).unwrap_or_default().join("\n");
    if certain && !rest.trim().is_empty() { rest.trim_end().to_owned() } else { text.to_owned() }
}

/// Something said, rather than a name, a company or a number.
fn is_sentence(line: &str) -> bool {
    let line = line.trim();
    line.ends_with(['?', '!', ':'])
        || (line.ends_with(['.', ',', ';']) && line.split_whitespace().count() > 3 && !sign_off::has_way(line))
}

fn has_address(line: &str, writer: &Writer<'_>) -> bool {
    let lower = line.to_lowercase();
    writer.addresses.iter().any(|address| lower.contains(address))
}

fn is_own(line: &str, writer: &Writer<'_>) -> bool {
    names::is(line, writer.names) || has_address(line, writer)
}
