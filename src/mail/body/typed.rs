//! Lines that begin with `>` although the writer shows them rather than quoting: what somebody typed into a computer and
//! what it said, patches, dialogues of programs, a sentence whose `>` a program wrapped to the next line.

use super::header_block;
use super::line::{Line, Mark, above, is_blank, is_quote};
use super::sign_off::is_closing;
use super::{attribution, date_hints, separators};
use crate::phrases::{Section, TYPED_POINTING, TYPED_READER, TYPED_SHOWING, TYPED_TYPING};

/// The lines with those that are shown as [`Mark::Typed`]; `None` where there are none.
pub(super) fn typed(lines: &[Line]) -> Option<Vec<Line>> {
    let first = lines.iter().position(is_quote)?;
    let mut text = Text { lines, shown: vec![false; lines.len()] };
    text.fenced();
    text.patched();
    text.spoken();
    text.wrapped(first);
    if let Some(first) = lines.iter().zip(&text.shown).position(|(line, shown)| is_quote(line) && !shown) {
        text.introduced(first);
    }
    let marked = |(line, shown): (&Line, &bool)| Line { mark: if *shown { Mark::Typed } else { line.mark }, ..line.clone() };
    text.shown.contains(&true).then(|| lines.iter().zip(&text.shown).map(marked).collect())
}

/// A text and which of its lines are shown.
struct Text<'a> {
    lines: &'a [Line],
    shown: Vec<bool>,
}

impl Text<'_> {
    fn show(&mut self, from: usize, to: usize) {
        let range = self.lines.iter().zip(&mut self.shown).take(to).skip(from);
        for (_, shown) in range.filter(|(line, _)| line.mark == Mark::None && is_quote(line)) {
            *shown = true;
        }
    }

    /// Code between two fences of Markdown.
    fn fenced(&mut self) {
        let fence = |(_, line): &(usize, &Line)| line.text.trim_start().starts_with("```");
        let fences: Vec<usize> = self.lines.iter().enumerate().filter(fence).map(|(at, _)| at).collect();
        for pair in fences.chunks_exact(2) {
            if let [from, to] = pair {
                self.show(*from, *to);
            }
        }
    }

    /// Context lines of a patch: they begin with a blank (`diff -u`).
    fn patched(&mut self) {
        let mut inside = false;
        for at in 0..self.lines.len() {
            let Some(line) = self.lines.get(at) else { break };
            inside = inside && line.text.starts_with([' ', '+', '-', '@', '\\']) || line.text.starts_with("@@ -");
            if inside {
                self.show(at, at + 1);
            }
        }
    }

    /// Paragraphs in which lines begin with `<`, too: both sides of a dialogue, or of `diff`.
    fn spoken(&mut self) {
        let back = |line: &Line| {
            let rest = line.text.trim_start_matches('<');
            rest.len() < line.text.len() && rest.starts_with(' ')
        };
        let mut from = 0;
        while let Some(rest) = self.lines.get(from..).filter(|rest| !rest.is_empty()) {
            let count = rest.iter().take_while(|line| !is_blank(line)).count();
            if rest.iter().take(count).any(back) {
                self.show(from, from + count);
            }
            from += count + 1;
        }
    }

    /// A sentence with a `>` in it that a program wrapped right before that: nothing else in the mail looks quoted.
    fn wrapped(&mut self, first: usize) {
        let text = |at: Option<usize>| at.and_then(|at| self.lines.get(at)).map_or("", |line| line.text.trim());
        let (line, below) = (text(Some(first)), text(first.checked_add(1)));
        // `> System > Network`: a way through menus.
        let way = line.trim_start_matches('>').contains(" > ");
        let near = above(self.lines, first).map_or("", |line| line.text.trim());
        let above = if way { near } else { text(first.checked_sub(1)) };
        let ended = |text: &str| text.is_empty() || text.ends_with(['.', '!', '?', ':', ',', ';', '：', '。', '>', ')']);
        let alone = || self.lines.iter().skip(first + 1).all(|line| !is_quote(line));
        let goes_on = below.starts_with(char::is_lowercase);
        let chain = way || above.contains(" > ");
        let unfinished = !ended(above) && !date_hints::names_a_moment(above) && !above.contains('@');
        let introduced = || attribution::attribution(&[above]).is_some() || attribution::is_cut_off(above);
        if (chain || goes_on && !ended(line)) && unfinished && !introduced() && alone() {
            self.show(first, first + 1);
        }
    }

    /// Whether nothing else in the mail begins with `>`.
    fn only(&self, first: usize, count: usize) -> bool {
        self.lines.iter().enumerate().all(|(at, line)| !is_quote(line) || (first..first + count).contains(&at))
    }

    /// What the words of the writer announce: `At the prompt I typed:`.
    fn introduced(&mut self, first: usize) {
        let above = above(self.lines, first).map_or("", |line| line.text.trim());
        // The prompt of Python; quotes of quotes of quotes do not stand alone.
        let prompt = |line: &Line| {
            let text = line.text.trim();
            line.mark == Mark::None
                && !text.contains('@')
                && !text.ends_with(">>>")
                && text.strip_prefix(">>>").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if self.lines.iter().filter(|line| is_quote(line)).all(prompt)
            && !date_hints::names_a_moment(above)
            && !above.contains('@')
        {
            return self.show(0, self.lines.len());
        }
        let block = self.lines.iter().skip(first).take_while(|line| is_quote(line)).take(40);
        let block: Vec<&str> = block.map(|line| line.text.trim_start_matches(['>', ' ']).trim_end()).collect();
        let listed = || lists(&block) && self.only(first, block.len()) && introduces(above);
        if !(announces(above, &block) || listed()) {
            return;
        }
        let texts: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        let ends = |at: &usize| {
            let rest = texts.get(*at..).unwrap_or_default();
            let line = rest.first().copied().unwrap_or_default();
            !line.trim().is_empty()
                && (separators::is_original_marker(line)
                    || header_block::length(rest).is_some()
                    || attribution::attribution(rest).is_some())
        };
        let own = |at: &usize| !self.lines.get(*at).is_some_and(is_quote);
        let end = (first..self.lines.len()).filter(own).find(ends).unwrap_or(self.lines.len());
        self.show(first, end);
    }
}

/// Whether words of the writer announce that they show such a block.
fn announces(above: &str, block: &[&str]) -> bool {
    let (introduction, colon) = above.strip_suffix([':', '：']).map_or((above, false), |introduction| (introduction, true));
    // `Ann Berger says:` is the line of a program.
    let mut words = introduction.split_whitespace().rev().skip(1);
    if colon && introduction.split_whitespace().count() <= 4 && words.all(|word| word.starts_with(char::is_uppercase)) {
        return false;
    }
    let introduction = introduction.to_lowercase();
    let words: Vec<&str> =
        introduction.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    if introduction.contains(['@', '<', '>']) || date_hints::names_a_moment(&introduction) || words.contains(&"your") {
        return false;
    }
    let last = |count: usize, table: &Section| words.iter().rev().take(count).any(|word| table.have(word));
    let prose = block.iter().any(|line| is_prose(line));
    let code = block.iter().filter(|line| is_code(line)).count() * 2 > block.len()
        && attribution::attribution(&[above]).is_none()
        && !attribution::is_cut_off(above);
    if !colon {
        // `In the shell I get`: the sentence goes on with what is shown.
        let unfinished = words.len() >= 3 && introduction.ends_with(char::is_alphanumeric);
        return last(1, &TYPED_TYPING) && !prose || unfinished && (code || last(1, &TYPED_SHOWING));
    }
    last(3, &TYPED_SHOWING)
        || (last(3, &TYPED_TYPING) || last(3, &TYPED_POINTING)) && !prose
        || code && !words.iter().any(|word| TYPED_READER.have(word))
}

/// Things in a row, of which none is a sentence: some make the bullets of a list with `>`.
fn lists(block: &[&str]) -> bool {
    let thing = |line: &&str| {
        let words = line.split_whitespace().count();
        line.starts_with(char::is_alphanumeric)
            && (1..=6).contains(&words)
            && !line.contains(['@', ':', '?', '!', '"', '>'])
            && !line.ends_with(['.', ',', ';', '…', '。'])
            && !is_closing(line)
    };
    block.len() >= 2 && block.iter().all(thing)
}

/// Words of the writer above such a list: a colon, and nobody else is named.
fn introduces(above: &str) -> bool {
    let Some(said) = above.strip_suffix([':', '：']) else { return false };
    let said = said.to_lowercase();
    let words: Vec<&str> = said.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let letters = above.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    let name = letters.take(2).all(|word| word.trim_start_matches(|c: char| !c.is_alphabetic()).starts_with(char::is_uppercase));
    words.len() >= 2
        && !name
        && !words.iter().any(|word| TYPED_READER.have(word))
        && !said.contains(['@', '<', '>'])
        && !date_hints::names_a_moment(&said)
        && attribution::attribution(&[above]).is_none()
}

/// A sentence: several words, and its end or many more of them.
fn is_prose(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let plain = |word: &&&str| word.trim_matches(|c: char| ".,;:!?()\"'".contains(c)).chars().all(char::is_alphabetic);
    let said = words.iter().filter(plain).count();
    let ended = line.ends_with(['.', '?', '!']);
    (ended && said >= 4 || said >= 6) && said * 5 >= words.len() * 4
}

/// A line of code or a command with signs that sentences do not have.
fn is_code(line: &str) -> bool {
    const SIGNS: [&str; 14] = ["\\", "=", "{", "}", "()", "$", "|", "~", "./", "*.", "->", "::", " --", "<"];
    let option = || line.split_whitespace().skip(1).any(|word| word.starts_with(['-', '/']) && word.len() > 1);
    let call =
        || line.match_indices('(').any(|(at, _)| line.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric)));
    !line.ends_with(['.', '?', '!', ','])
        && (line.ends_with(';') || call() || SIGNS.iter().any(|sign| line.contains(sign)) || option())
}
