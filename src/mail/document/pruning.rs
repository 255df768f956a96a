//! The part of a document that says what a text says.

use std::collections::HashSet;

use super::types::{Block, Cell, Document, Inline};
use super::words::{self, Word, letters};

/// A line of a document, with what its words are.
struct Leaf {
    words: Vec<Word>,
    quoted: bool,
    /// It is a rule, or has nothing but pictures and signs.
    wordless: bool,
    /// What a wordless one shows.
    signs: String,
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Cut,
    /// It stays; whether a blank line is above it in the text.
    Kept(bool),
}

impl Document {
    /// The lines of this document whose words are those of `text`, all of them and in their order, in the structure that
    /// they stand in; `None` where the text says something that the document does not say so. What is wordless stays with
    /// what stands above it.
    #[must_use]
    pub fn showing(&self, text: &str) -> Option<Self> {
        let mut leaves = Vec::new();
        gather(&self.blocks, false, &mut leaves);
        // Items have no marks here; numbers that somebody typed are words.
        let tries = [(false, true), (true, true), (false, false), (true, false)];
        let fates = tries.iter().find_map(|(marks, own_only)| fates(&leaves, &words::of_text(text, *marks), *own_only))?;
        let fates = with_wordless(&leaves, fates, text);
        let mut fates = fates.into_iter();
        let shown = Self { blocks: prune(&self.blocks, &mut fates) };
        (!shown.is_empty()).then_some(shown)
    }

    /// Whether the words of this document are those of `text`, no more and no less.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        let mut leaves = Vec::new();
        gather(&self.blocks, false, &mut leaves);
        [false, true].into_iter().any(|marks| {
            let kept = fates(&leaves, &words::of_text(text, marks), false);
            kept.is_some_and(|kept| kept.iter().zip(&leaves).all(|(fate, leaf)| fate.is_some() || leaf.wordless))
        })
    }
}

/// Which of the lines with words are in the text, `None` for those without; nothing where the text is not all of them.
fn fates(leaves: &[Leaf], wanted: &[Word], own_only: bool) -> Option<Vec<Option<Fate>>> {
    let mut at = Position::default();
    let mut fates = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        if leaf.words.is_empty() || (own_only && leaf.quoted) {
            fates.push(None);
            continue;
        }
        fates.push(at.after(&leaf.words, wanted).map(|(next, begins)| {
            at = next;
            Fate::Kept(begins)
        }));
    }
    at.is_at_end(wanted).then_some(fates)
}

/// Words in a row that need not be there; behind more of them nothing is looked for.
const MOST_SKIPPED: usize = 64;

/// A place in the words of a text: a word, and how many bytes of its letters are behind.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    word: usize,
    byte: usize,
}

impl Position {
    /// The place behind these words, and whether something began with them.
    fn after(self, words: &[Word], wanted: &[Word]) -> Option<(Self, bool)> {
        let (mut at, mut begins, mut spoke) = (self, false, false);
        for word in words {
            match at.after_word(&word.letters, wanted) {
                Some((next, began)) => {
                    begins |= began && !spoke;
                    at = next;
                    spoke = true;
                }
                None if word.optional => {}
                None => return None,
            }
        }
        // A line ends where a word does.
        (spoke && at.byte == 0).then_some((at, begins))
    }

    fn after_word(self, letters: &str, wanted: &[Word]) -> Option<(Self, bool)> {
        let mut at = self;
        let mut rest = letters;
        let mut begins = false;
        let mut skipped_begin = false;
        let mut skipped = 0;
        while !rest.is_empty() {
            let word = wanted.get(at.word)?;
            let left = word.letters.get(at.byte..)?;
            // What need not be there is there whole or not at all.
            let same = if word.optional { left.len() } else { left.len().min(rest.len()) };
            if left.get(..same).is_some_and(|same| rest.starts_with(same)) {
                begins |= rest.len() == letters.len() && ((at.byte == 0 && word.begins) || skipped_begin);
                rest = rest.get(same..)?;
                at = if same == left.len() { Self { word: at.word + 1, byte: 0 } } else { Self { byte: at.byte + same, ..at } };
            } else if word.optional && skipped < MOST_SKIPPED {
                skipped += 1;
                skipped_begin |= word.begins;
                at = Self { word: at.word + 1, byte: 0 };
            } else {
                return None;
            }
        }
        Some((at, begins))
    }

    fn is_at_end(self, wanted: &[Word]) -> bool {
        self.byte == 0 && wanted.get(self.word..).unwrap_or_default().iter().all(|word| word.optional)
    }
}

/// What has no words stays with what is above it, at the beginning with what is below; in a quote only with what stands in
/// one. Signs stay where the text has them.
fn with_wordless(leaves: &[Leaf], fates: Vec<Option<Fate>>, text: &str) -> Vec<Fate> {
    let lines: HashSet<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' ']).trim()).collect();
    // Whether what is above stays, and in a quote.
    let first = fates.iter().zip(leaves).find(|(_, leaf)| !leaf.wordless);
    let (mut above, mut in_quote) = first.map_or((true, true), |(fate, leaf)| (fate.is_some(), leaf.quoted));
    let decided = fates.into_iter().zip(leaves).map(|(fate, leaf)| match fate {
        Some(fate) => {
            (above, in_quote) = (true, leaf.quoted);
            fate
        }
        None if !leaf.wordless => {
            above = false;
            Fate::Cut
        }
        None if above && (in_quote || !leaf.quoted) && (leaf.signs.is_empty() || lines.contains(leaf.signs.as_str())) => {
            Fate::Kept(true)
        }
        None => Fate::Cut,
    });
    decided.collect()
}

/// The lines of a document in order; pruning meets them in the same order.
fn gather(blocks: &[Block], quoted: bool, leaves: &mut Vec<Leaf>) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
                leaves.extend(inlines.split(|inline| *inline == Inline::Break).map(|line| leaf(line, quoted)));
            }
            Block::List { items, .. } => items.iter().for_each(|item| gather(item, quoted, leaves)),
            Block::Table(rows) => rows.iter().flatten().for_each(|cell| gather(&cell.blocks, quoted, leaves)),
            Block::Quote(blocks) => gather(blocks, true, leaves),
            Block::Code(text) => leaves.extend(text.split('\n').map(|line| {
                let words = words::of_text(line, true);
                Leaf { wordless: words.is_empty(), signs: line.trim().to_owned(), words, quoted }
            })),
            Block::Rule => leaves.push(Leaf { words: Vec::new(), quoted, wordless: true, signs: String::new() }),
        }
    }
}

fn leaf(line: &[Inline], quoted: bool) -> Leaf {
    let mut words: Vec<Word> = Vec::new();
    let mut text = String::new();
    let spoken = |text: &mut String, words: &mut Vec<Word>| {
        for word in std::mem::take(text).split_whitespace() {
            let letters = letters(word);
            if !letters.is_empty() {
                words.push(Word { letters, optional: false, begins: false });
            }
        }
    };
    let mut signs = String::new();
    for inline in line {
        match inline {
            Inline::Text(run) => {
                text.push_str(&run.text);
                signs.push_str(&run.text);
            }
            Inline::Break => {}
            Inline::Picture(picture) => {
                spoken(&mut text, &mut words);
                words.push(Word { letters: letters(&picture.alt), optional: true, begins: false });
            }
        }
    }
    spoken(&mut text, &mut words);
    words.retain(|word| !word.letters.is_empty());
    Leaf { wordless: words.iter().all(|word| word.optional), signs: signs.trim().to_owned(), words, quoted }
}

fn prune(blocks: &[Block], fates: &mut impl Iterator<Item = Fate>) -> Vec<Block> {
    let mut kept: Vec<Block> = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => {
                let (lines, begins) = lines(inlines, fates);
                match kept.last_mut() {
                    // Some programs write each line as a paragraph; the text has them below each other.
                    Some(Block::Paragraph(above)) if !lines.is_empty() && !begins => {
                        above.push(Inline::Break);
                        above.extend(lines);
                    }
                    _ if lines.is_empty() => {}
                    _ => kept.push(Block::Paragraph(lines)),
                }
            }
            Block::Heading(level, inlines) => {
                let (lines, _) = lines(inlines, fates);
                if !lines.is_empty() {
                    kept.push(Block::Heading(*level, lines));
                }
            }
            Block::List { first, items } => {
                let items: Vec<Vec<Block>> = items.iter().map(|item| prune(item, fates)).collect();
                let before = items.iter().take_while(|item| item.is_empty()).count();
                let items: Vec<Vec<Block>> = items.into_iter().filter(|item| !item.is_empty()).collect();
                if !items.is_empty() {
                    let before = u32::try_from(before).unwrap_or_default();
                    kept.push(Block::List { first: first.map(|first| first.saturating_add(before)), items });
                }
            }
            Block::Table(rows) => {
                let row = |row: &Vec<Cell>| -> Vec<Cell> {
                    row.iter().map(|cell| Cell { blocks: prune(&cell.blocks, fates), ..*cell }).collect()
                };
                let rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
                let rows: Vec<Vec<Cell>> =
                    rows.into_iter().filter(|row| row.iter().any(|cell| !cell.blocks.is_empty())).collect();
                if !rows.is_empty() {
                    kept.push(Block::Table(rows));
                }
            }
            Block::Quote(blocks) => {
                let blocks = prune(blocks, fates);
                if !blocks.is_empty() {
                    kept.push(Block::Quote(blocks));
                }
            }
            Block::Code(text) => {
                let lines: Vec<&str> = text.split('\n').filter(|_| matches!(fates.next(), Some(Fate::Kept(_)))).collect();
                if lines.iter().any(|line| !line.trim().is_empty()) {
                    kept.push(Block::Code(lines.join("\n").trim_matches('\n').to_owned()));
                }
            }
            Block::Rule => {
                if matches!(fates.next(), Some(Fate::Kept(_))) && !kept.is_empty() {
                    kept.push(Block::Rule);
                }
            }
        }
    }
    while kept.last() == Some(&Block::Rule) {
        kept.pop();
    }
    kept
}

/// The kept lines, and whether something begins with them.
fn lines(inlines: &[Inline], fates: &mut impl Iterator<Item = Fate>) -> (Vec<Inline>, bool) {
    let mut kept: Vec<Inline> = Vec::new();
    let mut begins = None;
    for line in inlines.split(|inline| *inline == Inline::Break) {
        if let Some(Fate::Kept(begun)) = fates.next() {
            begins = begins.or(Some(begun));
            if !kept.is_empty() {
                kept.push(Inline::Break);
            }
            kept.extend(line.iter().cloned());
        }
    }
    (kept, begins.unwrap_or_default())
}
