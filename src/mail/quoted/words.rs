//! Words as numbers, and which lines of an answer consist of words that we sent, in our order.

use std::collections::HashSet;

use crate::body::date_hints;

/// Words that have to follow each other as we sent them; fewer are everybody's words.
pub(super) const SHINGLE: usize = 5;
/// Words of each outgoing text that are looked at.
const MOST: usize = 20_000;

/// The words that we sent.
pub(super) fn sent(ours: &[&str]) -> HashSet<u64> {
    ours.iter().flat_map(|text| text.lines()).flat_map(of).collect()
}

/// The lines that we sent, trimmed.
pub(super) fn whole_lines<'a>(ours: &[&'a str]) -> HashSet<&'a str> {
    ours.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Which lines consist of words of ours, in our order; blank lines do not.
pub(super) fn own_lines(lines: &[&str], ours: &[&str]) -> Vec<bool> {
    let mut known: HashSet<u64> = HashSet::new();
    for text in ours {
        let sent: Vec<u64> = text.lines().flat_map(of).take(MOST).collect();
        known.extend(sent.windows(SHINGLE).map(shingle));
    }
    let mut all: Vec<(usize, u64)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        all.extend(of(line).into_iter().map(|word| (index, word)));
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

/// The words of a line as numbers.
pub(super) fn of(line: &str) -> Vec<u64> {
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

pub(super) fn shingle(words: &[u64]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
}

/// Scripts that write no blanks between words.
fn is_word_by_itself(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2ffff)
}
