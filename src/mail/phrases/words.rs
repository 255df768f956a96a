//! Sections of phrases, and the ways in which a text is compared with them.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::files;

/// The phrases of one section, of all languages together.
#[derive(Debug)]
pub(crate) struct Section {
    name: &'static str,
    words: OnceLock<Words>,
}

impl Section {
    pub(super) const fn named(name: &'static str) -> Self {
        Self { name, words: OnceLock::new() }
    }

    /// The phrases of some languages only, by their codes.
    pub(crate) fn spoken_in(&self, languages: &[&str]) -> Words {
        Words::of(self.name, |code| languages.contains(&code))
    }
}

impl Deref for Section {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.name, |_| true))
    }
}

/// Phrases to compare a text with, as the section says it: in lower case, mostly.
#[derive(Debug)]
pub(crate) struct Words {
    /// The name of the section.
    #[cfg(test)]
    section: &'static str,
    /// In the order of their bytes, each once.
    phrases: Vec<&'static str>,
    /// Finds any of them in a text; made when first asked for.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Words {
    /// The phrases of a section in some languages, by their codes.
    fn of(section: &'static str, spoken: impl Fn(&str) -> bool) -> Self {
        let files = files::read().iter().filter(|file| spoken(file.name));
        let entries = files.flat_map(|file| &file.entries).filter(|entry| entry.section == section);
        let phrases: BTreeSet<&'static str> = entries.map(|entry| entry.phrase).collect();
        Self {
            #[cfg(test)]
            section,
            phrases: phrases.into_iter().collect(),
            finder: OnceLock::new(),
        }
    }

    /// Whether a text is one of the phrases.
    pub(crate) fn have(&self, text: &str) -> bool {
        if all_are_asked() {
            return self.any(|phrase| phrase == text);
        }
        self.phrases.binary_search(&text).is_ok()
    }

    /// Whether one of them stands anywhere in a text.
    pub(crate) fn stand_in(&self, text: &str) -> bool {
        if all_are_asked() {
            return self.any(|phrase| text.contains(phrase));
        }
        match self.finder.get_or_init(|| AhoCorasick::new(&self.phrases).ok()) {
            Some(finder) => finder.is_match(text),
            None => self.phrases.iter().any(|phrase| text.contains(phrase)),
        }
    }

    /// Whether a text begins with one of them.
    pub(crate) fn begin(&self, text: &str) -> bool {
        self.begin_with(text, |_, _| true)
    }

    /// Whether a text begins with one of them that fits, given what stands behind it.
    pub(crate) fn begin_with<'a>(&self, text: &'a str, mut fits: impl FnMut(&'static str, &'a str) -> bool) -> bool {
        let mut found = |phrase: &'static str| text.strip_prefix(phrase).is_some_and(|rest| fits(phrase, rest));
        if all_are_asked() {
            return self.any(found);
        }
        // What a text begins with begins with the same byte.
        let first = text.as_bytes().first();
        let from = self.phrases.partition_point(|phrase| phrase.as_bytes().first() < first);
        let near = self.phrases.iter().skip(from).take_while(|phrase| phrase.as_bytes().first() == first);
        near.copied().any(&mut found)
    }

    /// Whether a text ends with one of them.
    pub(crate) fn end(&self, text: &str) -> bool {
        self.any(|phrase| text.ends_with(phrase))
    }

    /// Whether one of them fits, for what the other questions do not cover.
    pub(crate) fn any(&self, fits: impl FnMut(&'static str) -> bool) -> bool {
        #[cfg(test)]
        if all_are_asked() {
            return super::evidence::note(self.section, &self.phrases, fits);
        }
        self.phrases.iter().copied().any(fits)
    }

    /// Whether both sides of a pair fit.
    pub(crate) fn any_pair(&self, mut fits: impl FnMut(&'static str, &'static str) -> bool) -> bool {
        self.any(|pair| pair.split_once(" + ").is_some_and(|(one, other)| fits(one, other)))
    }

    /// Where those that stand in a text stand in it first.
    pub(crate) fn places(&self, text: &str) -> BTreeSet<usize> {
        if all_are_asked() {
            self.any(|phrase| text.contains(phrase));
        }
        self.phrases.iter().filter_map(|phrase| text.find(phrase)).collect()
    }
}

/// The phrases of some sections by language: for rules that need a word of each in the same one. Languages that lack any of
/// them are left out.
pub(crate) fn by_language<const N: usize>(sections: [&'static Section; N]) -> Vec<[Words; N]> {
    let languages = files::read().iter().map(|file| sections.map(|section| section.spoken_in(&[file.name])));
    languages.filter(|words| words.iter().all(|words| !words.phrases.is_empty())).collect()
}

/// Whether a test wants to know of every phrase whether it fits, and not only whether one does.
fn all_are_asked() -> bool {
    #[cfg(test)]
    return super::evidence::is_wanted();
    #[cfg(not(test))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_in_each_way() {
        let words = |phrases: &[&'static str]| Words {
            section: "",
            phrases: BTreeSet::from_iter(phrases.iter().copied()).into_iter().collect(),
            finder: OnceLock::new(),
        };
        let some = words(&["von", "von ", "vom", "über", " us ", "a + b"]);
        assert!(some.have("vom") && !some.have("vo") && !some.have("vom "));
        assert!(some.begin("vom Handy") && some.begin("über uns") && !some.begin("übel") && !some.begin("") && !some.begin("zz"));
        assert!(some.stand_in("give us it") && some.stand_in("davon") && !some.stand_in("usual") && !some.stand_in(""));
        assert!(some.end("davon") && !some.end("davor"));
        assert!(some.begin_with("von mir", |phrase, rest| phrase == "von " && rest == "mir"));
        assert!(some.any_pair(|one, other| one == "a" && other == "b") && !some.any_pair(|one, _| one == "von"));
        assert_eq!(some.places("von vom").into_iter().collect::<Vec<_>>(), [0, 4]);
        assert!(!words(&[]).stand_in("x") && !words(&[]).begin("x"));
    }
}
