//! We know what we sent: which lines of an answer are words of our own mails, whatever program, language or wrapping.
//!
//! Texts are compared by shingles of five words (single characters where a script has no blanks), without quote
//! marks, punctuation, case and link targets. It only refines what [`super::body`] found: lines of ours that no mark
//! gave away become quoted, and what stands between lines of ours although nobody sent it becomes new.

use std::collections::HashSet;
use std::ops::Range;

use super::body::header_block;
use super::body::{Body, Class, Classified, Rule, are_alike};
use super::body::{attribution, date_hints, separators};

/// Words that have to follow each other as we sent them; fewer are everybody's words.
const SHINGLE: usize = 5;
/// Words of ours in a row before lines without any quote mark count as a quote.
const ENOUGH: usize = 12;
/// Words of ours at most that somebody repeats in their own text; more are a quote.
const REPEATED: usize = 60;
/// Words of each outgoing text that are looked at.
const MOST: usize = 20_000;

/// An answer, given what we sent before. `reveal`: what stands between our lines in an unmarked quote becomes new, because
/// a correspondent may have answered there; not for staff, whose quotes may hold what is internal.
#[must_use]
pub fn mark(body: &Body, ours: &[&str], reveal: bool) -> Body {
    let lines: Vec<&str> = body.text.lines().collect();
    let mut classified = body.classes.clone();
    let own = own_lines(&lines, ours);
    if !own.contains(&true) {
        return body.clone();
    }
    let repeats = !reveal && !body.doubtful && is_no_mail(&lines, &own, &body.classes, ours);
    for run in runs(&lines, &own) {
        let words: usize = lines.get(run.clone()).unwrap_or_default().iter().map(|line| words(line).len()).sum();
        // Whoever repeats a sentence of ours in their own text says it to their reader.
        let above = above(&lines, run.start).filter(|at| body.classes.get(*at).is_some_and(|line| line.class == Class::New));
        let marked = lines.get(run.start).is_some_and(|line| marks(line) > 0);
        if repeats && above.is_some() && !marked && introduction_above(&lines, run.start).is_none() {
            continue;
        }
        // Where the end of a quote was in doubt, a single line of ours is enough.
        if words >= if body.doubtful { SHINGLE } else { ENOUGH } {
            let new = classified.get_mut(run).into_iter().flatten().filter(|line| line.class == Class::New);
            new.for_each(|line| line.turn(Class::Quoted, Rule::OwnWords));
        }
    }
    // A program's introduction right above words of ours belongs to them, whatever stands above it.
    for run in runs(&lines, &own) {
        let words: usize = lines.get(run.clone()).unwrap_or_default().iter().map(|line| words(line).len()).sum();
        if words < ENOUGH {
            continue;
        }
        let Some(head) = introduction_above(&lines, run.start) else { continue };
        let above = classified.get_mut(head..run.start).into_iter().flatten();
        above.for_each(|line| line.turn(Class::Quoted, Rule::OwnIntroduction));
        if !reveal {
            // And so do lines of ours that are too short to be told by their order.
            let whole = whole_lines(ours);
            let ours = |(line, _): &(&&str, &mut Classified)| line.trim().is_empty() || whole.contains(line.trim());
            let below = lines.iter().zip(&mut classified).skip(run.end).take_while(ours);
            below.for_each(|(_, of)| of.turn(Class::Quoted, Rule::OwnLine));
        }
    }
    let mut unsure = false;
    if reveal {
        uncover(&lines, &own, &mut classified);
    } else if body.doubtful {
        // A greeting of ours, too short to be told by its order, where the end of the quote was in doubt anyway.
        let sent = sent(ours);
        let first = own.iter().position(|own| *own).unwrap_or(lines.len());
        for (line, of) in lines.iter().zip(&mut classified).skip(first).filter(|(_, of)| of.class == Class::New) {
            let words = words(line);
            if words.len() >= 2 && words.iter().all(|word| sent.contains(word)) {
                of.turn(Class::Quoted, Rule::OwnGreeting);
                unsure = true;
            }
        }
    }
    if are_alike(&classified, &body.classes) {
        return body.clone();
    }
    let found = body.with(classified, false);
    let doubtful = unsure || body.doubtful && found.new_text() == body.new_text();
    Body { doubtful, ..found }
}

/// Whether the lines of ours without any mark are no quote that a program made, but a sentence or two: neither the beginning
/// nor the end of a mail of ours is among them, which every program quotes.
fn is_no_mail(lines: &[&str], own: &[bool], classified: &[Classified], ours: &[&str]) -> bool {
    let unmarked = lines.iter().zip(own).zip(classified).filter(|((_, own), of)| **own && of.class != Class::Quoted);
    let inside: Vec<u64> = unmarked.flat_map(|((line, _), _)| words(line)).collect();
    let shingles: HashSet<u64> = inside.windows(SHINGLE).map(shingle).collect();
    let edge = |text: &&str| {
        let sent: Vec<u64> = text.lines().flat_map(words).collect();
        let edges = [sent.first_chunk::<SHINGLE>(), sent.last_chunk::<SHINGLE>()];
        edges.into_iter().flatten().any(|edge| shingles.contains(&shingle(edge)))
    };
    inside.len() <= REPEATED && !ours.iter().any(edge)
}

/// Where the introduction of a mail begins that ends above line `start`, with nothing but blank lines between.
fn introduction_above(lines: &[&str], start: usize) -> Option<usize> {
    let blank = |gap: &[&str]| gap.iter().all(|line| line.trim().is_empty());
    let head = (start.saturating_sub(12)..start).find(|at| {
        let near = lines.get(*at..start).unwrap_or_default();
        let length = header_block::dated_length(near).or_else(|| {
            let found = attribution::attribution(near).filter(|(_, strength)| *strength == attribution::Strength::Strong);
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

/// The lines that we sent, trimmed.
fn whole_lines<'a>(ours: &[&'a str]) -> HashSet<&'a str> {
    ours.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// An answer in which somebody wrote between our lines although no mark tells those from theirs, or behind
/// the mark in front of ours: with what they wrote there as new, and in doubt. `None` where nobody did.
#[must_use]
pub fn answers_inside(body: &Body, ours: &[&str]) -> Option<Body> {
    let lines: Vec<&str> = body.text.lines().collect();
    let own = own_lines(&lines, ours);
    let sent = sent(ours);
    let whole = whole_lines(ours);
    let mut found = false;
    let mut classified = body.classes.clone();
    for at in typed_behind_marks(&lines, &own, &sent) {
        if let Some(line) = classified.get_mut(at).filter(|line| line.class == Class::Quoted) {
            line.turn(Class::New, Rule::BehindMark);
            found = true;
        }
    }
    let marked = |line: &str| line.trim_start().starts_with(['>', '|']);
    let Some(last) = own.iter().zip(&lines).rposition(|(own, line)| *own && !marked(line)) else {
        return found.then(|| body.with(classified, true));
    };
    uncover(&lines, &own, &mut classified);
    for (at, ((of, before), line)) in classified.iter_mut().zip(&body.classes).zip(&lines).enumerate() {
        let words = words(line);
        // Programs write addresses and links otherwise than we did; the words around them stay ours.
        let strange = words.iter().filter(|word| !sent.contains(word)).count();
        let typed = at < last && strange * 2 > words.len() && !is_changed(line) && !whole.contains(line.trim());
        if of.class != before.class && !typed && !marked(line) {
            *of = *before;
        }
        found |= of.class != before.class;
    }
    found.then(|| body.with(classified, true))
}

/// Lines behind `>` that somebody typed, or typed on, in a quote of ours: `> under warranty? YES, until May 2027.` Only
/// what stands between lines of ours behind as many marks counts, and lines that begin with words of ours: programs and
/// servers add enough around a quote.
fn typed_behind_marks(lines: &[&str], own: &[bool], sent: &HashSet<u64>) -> Vec<usize> {
    let depth = |at: usize| lines.get(at).map_or(0, |line| marks(line));
    let is_own = |at: usize| own.get(at) == Some(&true);
    let filled = |at: &usize| lines.get(*at).is_some_and(|line| !words(line).is_empty());
    let near = |mut range: Box<dyn Iterator<Item = usize>>, at: usize| {
        range.find(filled).is_some_and(|other| depth(other) == depth(at) && is_own(other))
    };
    let mut found: Vec<usize> = Vec::new();
    for at in 0..lines.len() {
        let Some(line) = lines.get(at).filter(|_| depth(at) > 0 && !is_own(at)) else { continue };
        let words = words(line);
        let strange: Vec<bool> = words.iter().map(|word| !sent.contains(word)).collect();
        let count = strange.iter().filter(|strange| **strange).count();
        // Where a program wraps a line anew, our words go on in the next; what is typed behind them are several strange ones.
        let begun = strange.iter().take(3).filter(|strange| !**strange).count() == 3.min(strange.len());
        let above = found.last().is_some_and(|last| last + 1 == at) || near(Box::new((0..at).rev()), at);
        let below = || (at + 1..lines.len().min(at + 8)).filter(filled).any(|other| depth(other) == depth(at) && is_own(other));
        let typed_on = begun && above && strange.iter().rev().take_while(|strange| **strange).count() >= 1 && count >= 2;
        if typed_on || count >= 2 && count * 2 > words.len() && above && below() && !is_changed(line) {
            found.push(at);
        }
    }
    found
}

/// How many marks a quoted line has in front.
fn marks(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, '>' | '|' | ' ')).filter(|c| *c != ' ').count()
}

/// What programs put in the place of something else: a picture, a link that a server has rewritten.
fn is_changed(line: &str) -> bool {
    let line = line.trim_start_matches(['>', '|', ' ']);
    ["[cid:", "[image", "[http", "<http", "http"].iter().any(|start| line.starts_with(start))
}

/// An answer with what was taken for a quote although nobody sent it, as new: commands behind `>`, lines of a
/// log, a sentence that reads like the introduction of a quote and what stands below it. What is introduced as somebody's
/// mail stays a quote. `None` where there is nothing of the kind, and where nothing was sent before: then [`super::body`]
/// alone can tell.
#[must_use]
pub fn typed_as_quote(body: &Body, ours: &[&str]) -> Option<Body> {
    let lines: Vec<&str> = body.text.lines().collect();
    let sent = sent(ours);
    if sent.is_empty() {
        return None;
    }
    let own = own_lines(&lines, ours);
    let mut classified = body.classes.clone();
    for block in quoted_blocks(&lines, &body.classes) {
        let inside = lines.get(block.clone()).unwrap_or_default();
        let words: Vec<u64> = inside.iter().flat_map(|line| words(line)).collect();
        let strange = words.iter().filter(|word| !sent.contains(word)).count();
        let quoted = own.get(block.clone()).is_some_and(|own| own.contains(&true)) || inside.iter().any(|line| is_deep(line));
        // Words of ours in another order are words of theirs; a piece of ours has no others.
        let theirs = strange > 0 && strange * 4 >= words.len() || header_block::length(inside).is_some();
        if theirs && !quoted && !is_introduced(&lines, &classified, &block) {
            // With the line above that was taken for an introduction.
            let from = above(&lines, block.start).filter(|at| own.get(*at) == Some(&false)).unwrap_or(block.start);
            let end = introduced_below(&lines, &block).unwrap_or(block.end);
            let shown = classified.get_mut(from..end).into_iter().flatten();
            let shown = shown.filter(|line| line.class == Class::Quoted);
            shown.for_each(|line| line.turn(Class::New, Rule::NobodysQuote));
        }
    }
    (!are_alike(&classified, &body.classes)).then(|| body.with(classified, body.doubtful))
}

/// Where the last lines of a block introduce the lines behind `>` below it.
fn introduced_below(lines: &[&str], block: &Range<usize>) -> Option<usize> {
    let near = lines.get(block.end..).unwrap_or_default().iter().find(|line| !line.trim().is_empty())?;
    let ends = |at: &usize| {
        let found = attribution::attribution(lines.get(*at..block.end).unwrap_or_default());
        found.is_some_and(|(length, _)| at + length == block.end)
    };
    let mut last = (block.start..block.end).rev().take(3);
    last.find(ends).filter(|at| *at > block.start && near.trim_start().starts_with('>'))
}

/// Runs of lines behind `>`, and runs of other lines that count as quoted with the blank ones between them.
fn quoted_blocks(lines: &[&str], classified: &[Classified]) -> Vec<Range<usize>> {
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

/// Whether a line quotes what quotes; the prompt of Python is none of the kind.
fn is_deep(line: &str) -> bool {
    let line = line.trim_start();
    let prompt = line.starts_with(">>> ") || line.trim_end() == ">>>";
    !prompt && line.strip_prefix('>').is_some_and(|rest| rest.trim_start().starts_with('>'))
}

/// The nearest line above that is not blank.
fn above(lines: &[&str], index: usize) -> Option<usize> {
    (0..index).rev().find(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty()))
}

/// Whether somebody's words are announced above a line, or in it; or what stands above it is quoted, too.
fn is_introduced(lines: &[&str], classified: &[Classified], block: &Range<usize>) -> bool {
    let first = block.start;
    let bare = |line: &&str| line.trim_start_matches(['>', ' ']).to_owned();
    let blank = |line: &&str| line.trim().is_empty();
    let marked = |at: usize| lines.get(at).is_some_and(|line| line.trim_start().starts_with('>'));
    // `It says:` introduces a log, too; and `On Monday at 10:00 the engineer wrote:` is a sentence, unless it stands for
    // itself or marks show that it introduces a mail.
    let introduces = |at: usize, (length, strength): &(usize, attribution::Strength)| {
        let alone = at + length >= block.end;
        *strength == attribution::Strength::Strong && (marked(first) || alone)
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

/// The words that we sent.
fn sent(ours: &[&str]) -> HashSet<u64> {
    ours.iter().flat_map(|text| text.lines()).flat_map(words).collect()
}

/// Which lines consist of words of ours, in our order; blank lines do not.
fn own_lines(lines: &[&str], ours: &[&str]) -> Vec<bool> {
    let mut known: HashSet<u64> = HashSet::new();
    for text in ours {
        let sent: Vec<u64> = text.lines().flat_map(words).take(MOST).collect();
        known.extend(sent.windows(SHINGLE).map(shingle));
    }
    let mut all: Vec<(usize, u64)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        all.extend(words(line).into_iter().map(|word| (index, word)));
    }
    let hashes: Vec<u64> = all.iter().map(|(_, word)| *word).collect();
    let mut covered = vec![false; all.len()];
    for (at, window) in hashes.windows(SHINGLE).enumerate() {
        if known.contains(&shingle(window)) {
            covered.get_mut(at..at + SHINGLE).into_iter().flatten().for_each(|word| *word = true);
        }
    }
    let mut counts = vec![(0_usize, 0_usize); lines.len()];
    for ((index, _), covered) in all.iter().zip(&covered) {
        if let Some(count) = counts.get_mut(*index) {
            count.0 += 1;
            count.1 += usize::from(*covered);
        }
    }
    // All words but a rare one: a program that wraps anew cuts words.
    counts.iter().map(|(words, own)| *words > 0 && own * 10 >= words * 9).collect()
}

/// Stretches of lines of ours, blank ones between them included.
fn runs(lines: &[&str], own: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut blank = false;
    for (index, (line, own)) in lines.iter().zip(own).enumerate() {
        if line.trim().is_empty() {
            blank = true;
            continue;
        }
        match runs.last_mut() {
            Some(run)
                if *own
                    && (run.end == index
                        || (blank
                            && lines.get(run.end..index).is_some_and(|gap| gap.iter().all(|line| line.trim().is_empty())))) =>
            {
                run.end = index + 1;
            }
            _ if *own => runs.push(index..index + 1),
            _ => {}
        }
        blank = false;
    }
    runs
}

/// In an unmarked quote, what stands between the first and the last line of ours is an answer, and so is what follows
/// the last one up to the next introduction.
fn uncover(lines: &[&str], own: &[bool], classified: &mut [Classified]) {
    let marked = |index: usize| lines.get(index).is_some_and(|line| line.trim_start().starts_with(['>', '|']));
    let plain = |(index, own): (usize, &bool)| (*own && !marked(index)).then_some(index);
    let Some(first) = own.iter().enumerate().find_map(plain) else { return };
    let Some(last) = own.iter().enumerate().rev().find_map(plain) else { return };
    let mut index = first;
    while let Some(line) = lines.get(index) {
        let rest = lines.get(index..).unwrap_or_default();
        let introduces = !own.get(index).is_some_and(|own| *own)
            && !line.trim().is_empty()
            && (header_block::length(rest).is_some()
                || separators::is_original_marker(line)
                || separators::is_rule(line)
                || attribution::attribution(rest).is_some_and(|(_, strength)| strength == attribution::Strength::Strong));
        if introduces {
            // Older mails begin: only what is between lines of ours is looked at beyond.
            match own.iter().enumerate().skip(index).find(|(_, own)| **own) {
                Some((next, _)) if next <= last => index = next,
                _ => return,
            }
            continue;
        }
        // Our own signature makes what is written below it look like one.
        let ours = own.get(index).is_some_and(|own| *own);
        if !ours
            && !marked(index)
            && !words(line).is_empty()
            && let Some(line) = classified.get_mut(index)
        {
            line.turn(Class::New, Rule::BetweenOwn);
        }
        index += 1;
    }
}

/// The words of a line as numbers.
fn words(line: &str) -> Vec<u64> {
    let line = date_hints::fold(line.trim_start_matches(['>', '|', ' ', '\t']));
    let mut found = Vec::new();
    for word in line.split_whitespace().filter(|word| !word.contains("://") && !word.contains("mailto:")) {
        let mut current = Hash::default();
        for c in word.chars() {
            if is_word_by_itself(c) {
                current.end(&mut found);
                current.add(c);
                current.end(&mut found);
            } else if c.is_alphanumeric() {
                current.add(c);
            } else {
                current.end(&mut found);
            }
        }
        current.end(&mut found);
    }
    found
}

/// FNV-1a over the characters of a word; equal numbers of different words only make a shingle match by chance.
struct Hash(u64, bool);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325, false)
    }
}

impl Hash {
    fn add(&mut self, c: char) {
        self.0 = (self.0 ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
        self.1 = true;
    }

    fn end(&mut self, found: &mut Vec<u64>) {
        if self.1 {
            found.push(self.0);
        }
        *self = Self::default();
    }
}

fn shingle(words: &[u64]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
}

/// Scripts that write no blanks between words.
fn is_word_by_itself(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2ffff)
}

#[cfg(test)]
#[path = "quoted_tests.rs"]
mod tests;
