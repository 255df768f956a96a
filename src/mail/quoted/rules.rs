//! What the lines of an answer are in the light of what we sent: ordered tables of rules, each of which sees what the rules
//! above it found.

use std::collections::HashSet;
use std::ops::Range;

use super::introductions::{above, introduced_below, introduction_above, is_introduced, quoted_blocks};
use super::words::{self, SHINGLE, own_lines, sent, shingle, whole_lines};
use crate::body::attribution::{self, Strength};
use crate::body::{Body, Class, Classified, Rule, header_block, separators};

/// Words of ours in a row before lines without any quote mark count as a quote.
const ENOUGH: usize = 12;
/// Words of ours at most that somebody repeats in their own text; more are a quote.
const REPEATED: usize = 60;

/// Finds the places of lines that become what the rule says.
type Find = fn(&Compared<'_>) -> Vec<usize>;

/// A rule, what it makes of lines, and of which.
type Row = (Rule, Class, Find);

/// Lines of ours are quoted, and what stands between them is new.
pub(super) const OURS: &[Row] = &[
    (Rule::OwnWords, Class::Quoted, own_words),
    (Rule::OwnIntroduction, Class::Quoted, own_introduction),
    (Rule::OwnLine, Class::Quoted, own_line),
    (Rule::BetweenOwn, Class::New, between_own),
    (Rule::OwnGreeting, Class::Quoted, own_greeting),
];

/// What somebody wrote into a quote of ours.
pub(super) const INSIDE: &[Row] =
    &[(Rule::BehindMark, Class::New, behind_mark), (Rule::BetweenOwn, Class::New, typed_between_own)];

/// What looks like a quote, and nobody sent it.
pub(super) const NOBODYS: &[Row] = &[(Rule::NobodysQuote, Class::New, nobodys_quote)];

/// An answer beside what we sent.
pub(super) struct Compared<'a> {
    lines: Vec<&'a str>,
    /// What each line is so far.
    pub(super) classes: Vec<Classified>,
    /// The end of a quote was in doubt.
    doubtful: bool,
    ours: &'a [&'a str],
    /// The words of what we sent.
    sent: HashSet<u64>,
    /// Which lines consist of words of ours, in our order.
    own: Vec<bool>,
    /// What stands between lines of ours without marks becomes new.
    reveal: bool,
}

impl<'a> Compared<'a> {
    /// An answer beside the texts that we sent.
    pub(super) fn new(body: &'a Body, ours: &'a [&'a str], reveal: bool) -> Self {
        let (lines, classes): (Vec<&str>, Vec<Classified>) = body.lines().unzip();
        let own = own_lines(&lines, ours);
        Self { lines, classes, doubtful: body.doubtful, ours, sent: sent(ours), own, reveal }
    }

    /// Whether a line of ours is among its lines.
    pub(super) fn has_own(&self) -> bool {
        self.own.contains(&true)
    }

    /// Whether we sent any words.
    pub(super) fn knows_words(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Lets each rule turn lines.
    pub(super) fn apply(&mut self, rules: &[Row]) {
        for (rule, class, find) in rules {
            for at in find(self) {
                self.classes.get_mut(at).into_iter().for_each(|line| line.turn(*class, *rule));
            }
        }
    }

    fn line(&self, at: usize) -> &'a str {
        self.lines.get(at).copied().unwrap_or_default()
    }

    fn is(&self, at: usize, class: Class) -> bool {
        self.classes.get(at).is_some_and(|line| line.class == class)
    }

    fn is_own(&self, at: usize) -> bool {
        self.own.get(at) == Some(&true)
    }

    fn is_strange(&self, word: u64) -> bool {
        !self.sent.contains(&word)
    }

    /// Stretches of lines of ours, blank ones between them included.
    fn runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let filled = (0..self.lines.len()).filter(|at| !self.line(*at).trim().is_empty());
        let mut gone_on = false;
        for at in filled {
            match runs.last_mut().filter(|_| gone_on) {
                Some(run) if self.is_own(at) => run.end = at + 1,
                _ if self.is_own(at) => runs.push(at..at + 1),
                _ => {}
            }
            gone_on = self.is_own(at);
        }
        runs
    }

    /// How many words the lines of a run have.
    fn words_in(&self, run: &Range<usize>) -> usize {
        self.lines.get(run.clone()).unwrap_or_default().iter().map(|line| words::of(line).len()).sum()
    }

    /// Runs of ours that are long enough for a quote and introduced as somebody's mail, with where their introduction begins.
    fn introduced_runs(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let enough = self.runs().into_iter().filter(|run| self.words_in(run) >= ENOUGH);
        enough.filter_map(|run| Some((introduction_above(&self.lines, run.start)?, run)))
    }

    /// Whether the lines of ours without any mark are no quote that a program made, but a sentence or two: neither the
    /// beginning nor the end of a mail of ours is among them, which every program quotes.
    fn is_no_mail(&self) -> bool {
        let unmarked = (0..self.lines.len()).filter(|at| self.is_own(*at) && !self.is(*at, Class::Quoted));
        let inside: Vec<u64> = unmarked.flat_map(|at| words::of(self.line(at))).collect();
        let shingles: HashSet<u64> = inside.windows(SHINGLE).map(shingle).collect();
        let edge = |text: &&str| {
            let sent: Vec<u64> = text.lines().flat_map(words::of).collect();
            let edges = [sent.first_chunk::<SHINGLE>(), sent.last_chunk::<SHINGLE>()];
            edges.into_iter().flatten().any(|edge| shingles.contains(&shingle(edge)))
        };
        inside.len() <= REPEATED && !self.ours.iter().any(edge)
    }
}

/// Words of ours without any mark of a quote. Whoever repeats a sentence of ours in their own text says it to their reader.
fn own_words(of: &Compared<'_>) -> Vec<usize> {
    // Where the end of a quote was in doubt, a single line of ours is enough.
    let enough = if of.doubtful { SHINGLE } else { ENOUGH };
    let repeats = !of.reveal && !of.doubtful && of.is_no_mail();
    let repeated = |run: &Range<usize>| {
        let below_own_text = above(&of.lines, run.start).is_some_and(|at| of.is(at, Class::New));
        let marked = marks(of.line(run.start)) > 0;
        repeats && below_own_text && !marked && introduction_above(&of.lines, run.start).is_none()
    };
    let quoted = of.runs().into_iter().filter(|run| !repeated(run) && of.words_in(run) >= enough);
    quoted.flatten().filter(|at| of.is(*at, Class::New)).collect()
}

/// A program's introduction right above words of ours belongs to them, whatever stands above it.
fn own_introduction(of: &Compared<'_>) -> Vec<usize> {
    of.introduced_runs().flat_map(|(head, run)| head..run.start).collect()
}

/// And so do lines of ours below them that are too short to be told by their order.
fn own_line(of: &Compared<'_>) -> Vec<usize> {
    if of.reveal {
        return Vec::new();
    }
    let whole = whole_lines(of.ours);
    let ours = |at: &usize| of.line(*at).trim().is_empty() || whole.contains(of.line(*at).trim());
    of.introduced_runs().flat_map(|(_, run)| (run.end..of.lines.len()).take_while(ours)).collect()
}

/// What stands between lines of ours although we did not send it, for whoever may have answered there.
fn between_own(of: &Compared<'_>) -> Vec<usize> {
    if of.reveal { uncovered(of) } else { Vec::new() }
}

/// A greeting of ours, too short to be told by its order, where the end of the quote was in doubt anyway.
fn own_greeting(of: &Compared<'_>) -> Vec<usize> {
    if of.reveal || !of.doubtful {
        return Vec::new();
    }
    let first = of.own.iter().position(|own| *own).unwrap_or(of.lines.len());
    let greets = |at: &usize| {
        let words = words::of(of.line(*at));
        words.len() >= 2 && !words.iter().any(|word| of.is_strange(*word))
    };
    (first..of.lines.len()).filter(|at| of.is(*at, Class::New)).filter(greets).collect()
}

/// Lines behind `>` that somebody typed, or typed on, in a quote of ours: `> under warranty? YES, until May 2027.` Only
/// what stands between lines of ours behind as many marks counts, and lines that begin with words of ours: programs and
/// servers add enough around a quote.
fn behind_mark(of: &Compared<'_>) -> Vec<usize> {
    let depth = |at: usize| marks(of.line(at));
    let filled = |at: &usize| !words::of(of.line(*at)).is_empty();
    let beside = |other: usize, at: usize| depth(other) == depth(at) && of.is_own(other);
    let mut found: Vec<usize> = Vec::new();
    for at in (0..of.lines.len()).filter(|at| depth(*at) > 0 && !of.is_own(*at)) {
        let strange: Vec<bool> = words::of(of.line(at)).into_iter().map(|word| of.is_strange(word)).collect();
        let count = strange.iter().filter(|strange| **strange).count();
        // Where a program wraps a line anew, our words go on in the next; what is typed behind them are several strange ones.
        let begun = strange.iter().take(3).filter(|strange| !**strange).count() == 3.min(strange.len());
        let above =
            found.last().is_some_and(|last| last + 1 == at) || (0..at).rev().find(filled).is_some_and(|other| beside(other, at));
        let below = || (at + 1..of.lines.len().min(at + 8)).filter(filled).any(|other| beside(other, at));
        let typed_on = begun && above && strange.last() == Some(&true) && count >= 2;
        if typed_on || count >= 2 && count * 2 > strange.len() && above && below() && !is_changed(of.line(at)) {
            found.push(at);
        }
    }
    found.retain(|at| of.is(*at, Class::Quoted));
    found
}

/// What somebody wrote between lines of ours although no mark tells it from theirs.
fn typed_between_own(of: &Compared<'_>) -> Vec<usize> {
    let Some(last) = (0..of.lines.len()).rfind(|at| of.is_own(*at) && !is_marked(of.line(*at))) else { return Vec::new() };
    let whole = whole_lines(of.ours);
    let typed = |at: &usize| {
        let words = words::of(of.line(*at));
        // Programs write addresses and links otherwise than we did; the words around them stay ours.
        let strange = words.iter().filter(|word| of.is_strange(**word)).count();
        *at < last && strange * 2 > words.len() && !is_changed(of.line(*at)) && !whole.contains(of.line(*at).trim())
    };
    uncovered(of).into_iter().filter(typed).collect()
}

/// Commands behind `>`, lines of a log, a sentence that reads like the introduction of a quote and what stands below it:
/// with words of theirs, and not introduced as somebody's mail.
fn nobodys_quote(of: &Compared<'_>) -> Vec<usize> {
    let lines = &of.lines;
    let mut classes = of.classes.clone();
    let mut found = Vec::new();
    for block in quoted_blocks(lines, &of.classes) {
        let inside = lines.get(block.clone()).unwrap_or_default();
        let words: Vec<u64> = inside.iter().flat_map(|line| words::of(line)).collect();
        let strange = words.iter().filter(|word| of.is_strange(**word)).count();
        let quoted = block.clone().any(|at| of.is_own(at)) || inside.iter().any(|line| is_deep(line));
        // Words of ours in another order are words of theirs; a piece of ours has no others.
        let theirs = strange > 0 && strange * 4 >= words.len() || header_block::length(inside).is_some();
        if theirs && !quoted && !is_introduced(lines, &classes, &block) {
            // With the line above that was taken for an introduction.
            let from = above(lines, block.start).filter(|at| !of.is_own(*at)).unwrap_or(block.start);
            let end = introduced_below(lines, &block).unwrap_or(block.end);
            for at in (from..end).filter(|at| of.is(*at, Class::Quoted)) {
                classes.get_mut(at).into_iter().for_each(|line| line.turn(Class::New, Rule::NobodysQuote));
                found.push(at);
            }
        }
    }
    found
}

/// In an unmarked quote, what stands between the first and the last line of ours is an answer, and so is what follows
/// the last one up to the next introduction.
fn uncovered(of: &Compared<'_>) -> Vec<usize> {
    let plain = |at: &usize| of.is_own(*at) && !is_marked(of.line(*at));
    let Some(first) = (0..of.lines.len()).find(plain) else { return Vec::new() };
    let Some(last) = (0..of.lines.len()).rfind(plain) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = first;
    while let Some(line) = of.lines.get(at) {
        let own = of.is_own(at);
        let rest = of.lines.get(at..).unwrap_or_default();
        let introduces = !own
            && !line.trim().is_empty()
            && (header_block::length(rest).is_some()
                || separators::is_original_marker(line)
                || separators::is_rule(line)
                || attribution::attribution(rest).is_some_and(|(_, strength)| strength == Strength::Strong));
        if introduces {
            // Older mails begin: only what is between lines of ours is looked at beyond.
            match (at..of.lines.len()).find(|at| of.is_own(*at)) {
                Some(next) if next <= last => at = next,
                _ => break,
            }
            continue;
        }
        // Our own signature makes what is written below it look like one.
        if !own && !is_marked(line) && !words::of(line).is_empty() {
            found.push(at);
        }
        at += 1;
    }
    found
}

/// How many marks a quoted line has in front.
fn marks(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, '>' | '|' | ' ')).filter(|c| *c != ' ').count()
}

/// Whether a mark of a quote stands in front of a line.
fn is_marked(line: &str) -> bool {
    line.trim_start().starts_with(['>', '|'])
}

/// What programs put in the place of something else: a picture, a link that a server has rewritten.
fn is_changed(line: &str) -> bool {
    let line = line.trim_start_matches(['>', '|', ' ']);
    ["[cid:", "[image", "[http", "<http", "http"].iter().any(|start| line.starts_with(start))
}

/// Whether a line quotes what quotes; the prompt of Python is none of the kind.
fn is_deep(line: &str) -> bool {
    let line = line.trim_start();
    let prompt = line.starts_with(">>> ") || line.trim_end() == ">>>";
    !prompt && line.strip_prefix('>').is_some_and(|rest| rest.trim_start().starts_with('>'))
}
