//! What of a staff member's mail is theirs alone and never leaves: their signature, their own addresses, the key and
//! card files of their mail program. Pure. What is uncertain stays in the text; an own address never does.
//!
//! As [`super::quoted`] knows what the desk has sent, [`mark`] knows who the writer is and how their earlier mails ended: it
//! refines what [`super::body`] found.

mod looks;
mod names;

#[cfg(test)]
pub(crate) use looks::tests::ways_to_reach_somebody_in_many_languages;

use super::letter::Attachment;
use std::ops::Range;

use super::body::{Body, Class, Classified, Rule, are_alike, sign_off, signature};

/// Lines that a signature has at most.
const LONGEST: usize = 12;

/// What is known of the writer.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Their names, the one for outsiders too.
    pub names: &'a [&'a str],
    /// Their registered addresses, in lower case.
    pub addresses: &'a [String],
    /// How their latest mails ended, as [`end`] gave it, and their signatures.
    pub ends: &'a [String],
}

/// The last lines of a text: where a signature would stand.
#[must_use]
pub fn end(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LONGEST);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// A staff member's text, with what is certainly their signature taken out of what is new: in each stretch
/// between quotes for itself. A signature is a block that stood in their earlier mails too, or one that begins with their
/// name and says how to reach them. It ends with its last line that looks like one: what stands below it was typed.
#[must_use]
pub fn mark(body: &Body, writer: &Writer<'_>) -> Body {
    let lines: Vec<&str> = body.text.lines().collect();
    let mut classified = body.classes.clone();
    for at in 0..lines.len() {
        let first = at.checked_sub(1).and_then(|above| body.classes.get(above)).is_none_or(|above| !is_signature(above));
        let found = || TYPED.iter().find_map(|(rule, find)| Some((*rule, find(&lines, at, &body.classes, writer)?)));
        if first && let Some((rule, typed)) = found() {
            turn(&mut classified, typed, Class::New, rule);
        }
    }
    let before = classified.clone();
    let mut at = 0;
    while at < lines.len() {
        let is_new = |line: &&Classified| line.class == Class::New;
        let length = before.iter().skip(at).take_while(is_new).count();
        let stretch = lines.get(at..at + length).unwrap_or_default();
        for block in blocks(stretch, writer) {
            let below = stretch.iter().skip(block.end).take_while(|line| line.trim().is_empty()).count();
            turn(&mut classified, at + block.start..at + block.end + below, Class::Signature, Rule::OwnSignature);
        }
        let below = before.get(at + length).is_some_and(is_signature);
        let shown = |line: &&str| looks::is_place(line) || looks::is_way(line);
        if below && lines.get(at + length).is_some_and(shown) {
            let start = at + headed(stretch, writer).unwrap_or(length);
            turn(&mut classified, start..at + length, Class::Signature, Rule::OwnName);
        }
        at += length + 1;
    }
    if are_alike(&classified, &body.classes) {
        return body.clone();
    }
    body.with(classified, body.doubtful)
}

/// Finds what was typed in what begins at a line and was taken for a signature.
type Find = fn(&[&str], usize, &[Classified], &Writer<'_>) -> Option<Range<usize>>;

/// What was taken for a signature and is none, in order.
const TYPED: &[(Rule, Find)] = &[(Rule::BelowOwnSignature, typed_below), (Rule::SomebodyElse, elses)];

fn is_signature(line: &Classified) -> bool {
    line.class == Class::Signature
}

fn turn(classified: &mut [Classified], range: Range<usize>, class: Class, rule: Rule) {
    classified.get_mut(range).into_iter().flatten().for_each(|line| line.turn(class, rule));
}

/// A text without `said` in what is new, which says nothing: then it is a signature.
#[must_use]
pub fn mark_all(body: &Body, said: &str) -> Body {
    let said: Vec<&str> = filled(said).collect();
    let mut classified = body.classes.clone();
    for ((line, _), of) in body.lines().zip(&mut classified).filter(|(_, of)| of.class == Class::New) {
        if said.contains(&line.trim()) {
            of.turn(Class::Signature, Rule::SaysNothing);
        }
    }
    body.with(classified, body.doubtful)
}

/// Whether a text consists of a greeting and its writer's name, or of less; or of a signature with nobody's name: lines that
/// show a company, a place, and a way to reach it, and of which none says anything.
#[must_use]
pub fn says_nothing(text: &str, writer: &Writer<'_>) -> bool {
    let short = |line: &str| names::is_short(line, writer.names);
    let formal = |line: &str| short(line) || looks::is_greeting(line);
    let shown =
        |line: &str| looks::is_way(line) || looks::is_place(line) || looks::is_social(line) || sign_off::is_registered(line);
    let titled = |line: &str| line.split_whitespace().count() >= 2 || looks::is_role(line);
    let named = |line: &str| sign_off::is_proper(line) && !looks::is_said(line) && titled(line);
    let rest: Vec<&str> = filled(text).filter(|line| !formal(line)).take(LONGEST + 1).collect();
    let fewest = if filled(text).any(short) { 1 } else { 2 };
    // Below their whole name stands what they are and where, even with no way to reach them.
    let signed = filled(text).any(|line| names::is(line, writer.names) && line.split_whitespace().count() > 1);
    let block = (fewest..=LONGEST).contains(&rest.len()) && (signed || rest.iter().any(|line| looks::is_way(line)));
    rest.is_empty() || block && rest.iter().all(|line| shown(line) || named(line))
}

/// How the first and the last stretch of a text ended in which no signature was found: perhaps it will stand there again.
#[must_use]
pub fn ends(before: &Body, after: &Body) -> Vec<String> {
    let lines: Vec<&str> = before.text.lines().collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let length = before.classes.iter().skip(at).take_while(|line| line.class == Class::New).count();
        let stretch = lines.get(at..at + length).unwrap_or_default();
        let last = stretch.iter().rposition(|line| !line.trim().is_empty());
        if let Some(last) = last.filter(|last| after.classes.get(at + last).is_some_and(|line| line.class == Class::New)) {
            found.truncate(1);
            found.push(end(&stretch.get(..=last).unwrap_or_default().join("\n")));
        }
        at += length + 1;
    }
    found
}

/// The lines of a text as they are remembered and compared: trimmed, without blank ones.
pub fn filled(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
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

/// The text with `instead` for each of the writer's addresses, and without the secret part in addresses of the desk's
/// mailbox `instead`.
#[must_use]
pub fn masked(text: &str, addresses: &[String], instead: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(&masked_word(word, addresses, instead));
        let next = tail.find(part).unwrap_or(tail.len());
        let (between, tail) = tail.split_at_checked(next).unwrap_or((tail, ""));
        out.push_str(between);
        rest = tail;
    }
    out
}

fn masked_word(word: &str, addresses: &[String], instead: &str) -> String {
    if !word.contains('@') {
        return word.to_owned();
    }
    let lower = word.to_lowercase();
    for address in addresses {
        if let Some(at) = lower.find(address.as_str())
            && lower.len() == word.len()
        {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + address.len()..).unwrap_or_default());
            let inside = before.ends_with(|c: char| c.is_alphanumeric() || ".+_-".contains(c));
            let longer = after.trim_start_matches('.').starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if !inside && !longer {
                return format!("{before}{instead}{after}");
            }
        }
    }
    let Some((local, domain)) = instead.split_once('@') else { return word.to_owned() };
    let secret = lower.find(&format!("{local}+")).zip(lower.find(&format!("@{domain}")));
    match secret {
        Some((at, end)) if at < end && lower.len() == word.len() => {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(end..).unwrap_or_default());
            format!("{before}{local}{after}")
        }
        _ => word.to_owned(),
    }
}

/// Whether a file belongs to the writer's mail program rather than to what they wrote: signatures, keys and cards hold
/// their address, and what is encrypted nobody could read.
#[must_use]
pub fn is_programs_own(file: &Attachment) -> bool {
    let name = file.name.to_lowercase();
    let ends = [".p7s", ".vcf", "winmail.dat"].iter().any(|end| name.ends_with(end));
    let key = name.starts_with("openpgp_") && name.ends_with(".asc") || name == "encrypted.asc" || name.ends_with(".p7m");
    ends || key
        || matches!(
            file.content_type.as_str(),
            "application/pkcs7-signature"
                | "application/x-pkcs7-signature"
                | "application/pkcs7-mime"
                | "application/x-pkcs7-mime"
                | "application/pgp-encrypted"
                | "application/pgp-signature"
                | "application/pgp-keys"
                | "application/ms-tnef"
                | "text/vcard"
                | "text/x-vcard"
                | "text/directory"
        )
}

#[cfg(test)]
#[path = "hygiene_tests.rs"]
mod tests;
