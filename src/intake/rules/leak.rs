//! What is about to leave, compared with what must stay inside; pure, and linear in the bytes compared.
//!
//! Two texts share something when eight words in a row are the same, or 48 letters and digits: case, line breaks, quote
//! marks, punctuation and invisible characters do not count. What also stands in something public is nobody's secret.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::UnicodeNormalization;

/// So many words in a row are no accident.
pub const WORDS: usize = 8;
/// So many letters and digits in a row, where words are long or torn apart.
pub const CHARACTERS: usize = 48;
/// Bytes of internal texts that are compared, and as many of public ones; the callers give the newest first.
pub const MOST: usize = 1 << 20;
/// Lines that are shown of what was found.
const SHOWN: usize = 8;
/// Shorter names of organizations are words like any other.
const SHORTEST_NAME: usize = 3;
/// Words of a name that are compared.
const LONGEST_NAME: usize = 12;

/// Phrases that say nothing about anybody.
const STOCK: &[&str] = &[
    "Please do not hesitate to contact us if you have any further questions. Kind regards",
    "Please let us know if you have any further questions or if there is anything else we can do for you. Best regards",
    "Thank you very much for your message, we will get back to you as soon as possible. Kind regards",
    "Bitte zögern Sie nicht, uns zu kontaktieren, wenn Sie weitere Fragen haben. Mit freundlichen Grüßen",
    "Für weitere Fragen stehen wir Ihnen jederzeit gerne zur Verfügung. Mit freundlichen Grüßen",
    "Vielen Dank für Ihre Nachricht, wir melden uns so bald wie möglich bei Ihnen. Mit freundlichen Grüßen",
];

/// What a text is compared with.
#[derive(Debug, Clone, Default)]
pub struct Inside {
    /// Texts that only staff see, the newest first.
    pub texts: Vec<String>,
    /// Texts that everybody around the ticket sees, the newest first.
    pub public: Vec<String>,
    /// Names of files that only staff see.
    pub files: Vec<String>,
    /// Names of other organizations.
    pub names: Vec<String>,
    /// Addresses and domains of other organizations.
    pub addresses: Vec<String>,
}

/// The lines of `text` that share something with what must stay inside; none where all is well.
#[must_use]
pub fn lines(text: &str, inside: &Inside) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut hit = vec![false; lines.len()];
    let public = Shingles::of(&inside.public, Some(STOCK));
    let secret = Shingles::of(&inside.texts, None);
    secret.mark(&public, &lines, &mut hit);
    foreign(inside, &lines, &mut hit);
    let files: HashSet<String> = inside.files.iter().map(|file| folded(file)).filter(|name| !name.is_empty()).collect();
    for (line, hit) in lines.iter().zip(&mut hit).filter(|_| !files.is_empty()) {
        *hit |= files.contains(&folded(line));
    }
    let found = lines.iter().zip(hit).filter(|(line, hit)| *hit && !line.trim().is_empty());
    found.map(|(line, _)| line.trim().to_owned()).take(SHOWN).collect()
}

/// The lines of what only staff see that stand in `text`, too.
#[must_use]
pub fn matched(text: &str, inside: &Inside) -> Vec<String> {
    let turned = Inside { texts: vec![text.to_owned()], public: inside.public.clone(), ..Inside::default() };
    inside.texts.iter().flat_map(|secret| lines(secret, &turned)).take(SHOWN).collect()
}

/// What looks like a mail address or a domain in a text, in lower case, each once; at most 200.
#[must_use]
pub fn addresses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for word in text.split(|c: char| c.is_whitespace() || "<>()[]{},;:\"'|/?=&".contains(c)) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if word.contains('.') && word.len() <= 254 && found.len() < 200 && seen.insert(word.clone()) {
            found.push(word);
        }
    }
    found
}

/// A text without case, space and punctuation.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Names and addresses of other organizations.
fn foreign(inside: &Inside, lines: &[&str], hit: &mut [bool]) {
    let public: HashSet<String> = bounded(&inside.public).flat_map(addresses).collect();
    let addresses: HashSet<&str> =
        inside.addresses.iter().map(String::as_str).filter(|address| !public.contains(*address)).collect();
    let mut names = Names::of(&inside.names);
    let known: Vec<String> =
        bounded(&inside.public).flat_map(str::split_whitespace).map(folded).filter(|word| !word.is_empty()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let said: HashSet<String> = (0..known.len()).flat_map(|at| names.at(&known, at)).map(|(name, _)| name).collect();
    names.written.retain(|name, _| !said.contains(name));
    let mut words: Vec<(String, &str, usize)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if !addresses.is_empty() && self::addresses(line).iter().any(|address| is_among(address, &addresses)) {
            mark(hit, place);
        }
        words.extend(line.split_whitespace().map(|word| (folded(word), bare(word), place)).filter(|(word, ..)| !word.is_empty()));
    }
    let folded: Vec<&str> = words.iter().map(|(word, ..)| word.as_str()).collect();
    for (at, (_, written, place)) in words.iter().enumerate() {
        if names.at(&folded, at).any(|(_, ways)| ways.iter().any(|way| way.as_deref().is_none_or(|way| way == *written))) {
            mark(hit, *place);
        }
    }
}

/// Names of organizations, found where they begin whatever their number: one look for each number of words that a name has.
#[derive(Default)]
struct Names {
    first: HashSet<String>,
    lengths: BTreeSet<usize>,
    /// By their folded words. A name of one word is meant only as it is written: "Orange" is not an orange.
    written: HashMap<String, Vec<Option<String>>>,
}

impl Names {
    fn of(names: &[String]) -> Self {
        let mut all = Self::default();
        for name in names {
            let words = name.split_whitespace().map(folded).filter(|word| !word.is_empty());
            let words: Vec<String> = words.take(LONGEST_NAME).collect();
            let joined = words.join(" ");
            let Some(first) = words.first() else { continue };
            if joined.chars().count() < SHORTEST_NAME {
                continue;
            }
            all.first.insert(first.clone());
            all.lengths.insert(words.len());
            all.written.entry(joined).or_default().push((words.len() == 1).then(|| bare(name).to_owned()));
        }
        all
    }

    /// The names that begin at a place among folded words, and the ways in which they must be written.
    fn at<'a>(&'a self, words: &'a [&str], at: usize) -> impl Iterator<Item = (String, &'a [Option<String>])> + 'a {
        let rest = words.get(at..).unwrap_or_default();
        let begins = rest.first().is_some_and(|word| self.first.contains(*word));
        let lengths = begins.then_some(&self.lengths).into_iter().flatten();
        lengths.filter_map(|length| {
            let name = rest.get(..*length)?.join(" ");
            let ways = self.written.get(&name)?.as_slice();
            Some((name, ways))
        })
    }
}

fn bare(word: &str) -> &str {
    word.trim().trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether an address, or the domain of it, is one of these.
fn is_among(address: &str, addresses: &HashSet<&str>) -> bool {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    addresses.contains(address) || addresses.contains(domain)
}

fn mark(hit: &mut [bool], line: usize) {
    if let Some(hit) = hit.get_mut(line) {
        *hit = true;
    }
}

/// As many of the texts as are compared.
fn bounded(texts: &[String]) -> impl Iterator<Item = &str> {
    let mut left = MOST;
    texts.iter().map_while(move |text| {
        let (fits, room) = (text.len() <= left, left);
        left = left.saturating_sub(text.len());
        // The first that is too long is cut, the others are left out.
        let part = if fits { Some(text.as_str()) } else { cut(text, room) };
        part.filter(|part| !part.is_empty())
    })
}

fn cut(text: &str, room: usize) -> Option<&str> {
    let end = text.char_indices().map(|(place, _)| place).take_while(|place| *place <= room).last();
    end.and_then(|end| text.get(..end))
}

/// All stretches of some texts that are long enough to tell, by their hashes.
#[derive(Default)]
struct Shingles {
    words: HashSet<u64>,
    characters: HashSet<u64>,
}

impl Shingles {
    fn of(texts: &[String], more: Option<&[&str]>) -> Self {
        let mut all = Self::default();
        for text in bounded(texts).chain(more.into_iter().flatten().copied()) {
            stretches(&words_of(&[text]), WORDS, |hash, _| {
                all.words.insert(hash);
            });
            stretches(&characters_of(&[text]), CHARACTERS, |hash, _| {
                all.characters.insert(hash);
            });
        }
        all
    }

    /// Marks the lines that have a stretch of ours that is not among the `public` ones.
    fn mark(&self, public: &Self, lines: &[&str], hit: &mut [bool]) {
        let mut all = |items: &[Item], length, ours: &HashSet<u64>, known: &HashSet<u64>| {
            stretches(items, length, |hash, items| {
                if ours.contains(&hash) && !known.contains(&hash) {
                    items.iter().for_each(|item| mark(hit, item.line));
                }
            });
        };
        all(&words_of(lines), WORDS, &self.words, &public.words);
        all(&characters_of(lines), CHARACTERS, &self.characters, &public.characters);
    }
}

/// A word or a character, and the line it stands in.
struct Item {
    value: u64,
    line: usize,
}

fn words_of(lines: &[&str]) -> Vec<Item> {
    let of = |(line, text): (usize, &&str)| {
        let words = text.split_whitespace().map(folded).filter(|word| !word.is_empty());
        words.map(move |word| Item { value: hash_of(&word), line }).collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(of).collect()
}

fn characters_of(lines: &[&str]) -> Vec<Item> {
    let of =
        |(line, text): (usize, &&str)| folded(text).chars().map(move |c| Item { value: u64::from(c), line }).collect::<Vec<_>>();
    lines.iter().enumerate().flat_map(of).collect()
}

/// Calls `each` with the hash of every run of `length` items: a polynomial that rolls along, modulo the prime 2^61 - 1.
fn stretches(items: &[Item], length: usize, mut each: impl FnMut(u64, &[Item])) {
    const PRIME: u128 = (1 << 61) - 1;
    const BASE: u128 = 0x0f3a_51c7_9b2d_e845;
    let highest = (1..length).fold(1, |power, _| power * BASE % PRIME);
    let mut rolling: u128 = 0;
    for (place, item) in items.iter().enumerate() {
        rolling = (rolling * BASE + u128::from(item.value)) % PRIME;
        let Some(run) = (place + 1).checked_sub(length).and_then(|start| items.get(start..=place)) else { continue };
        each(u64::try_from(rolling).unwrap_or(u64::MAX), run);
        let gone = run.first().map_or(0, |item| u128::from(item.value)) % PRIME * highest % PRIME;
        rolling = (rolling + PRIME - gone) % PRIME;
    }
}

fn hash_of(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
#[path = "leak_tests.rs"]
mod tests;
