//! The files of phrases, as they are read: once, when the first phrase is asked for.

use std::sync::LazyLock;

/// One file: a language, or the clients.
#[derive(Debug)]
pub(super) struct File {
    /// Its name without `.txt`, which is the code of the language.
    pub(super) name: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// One phrase, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) section: &'static str,
    pub(super) phrase: &'static str,
}

macro_rules! files {
    ($($name:literal)*) => {
        /// The names of the files, and their texts.
        pub(super) const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!($name, ".txt")))),*];
    };
}

files! {
    "af" "ar" "be" "bg" "bn" "ca" "clients" "cs" "cy" "da" "de" "el" "en" "es" "et" "eu" "fa" "fi"
    "fr" "ga" "gl" "gu" "he" "hi" "hr" "hu" "hy" "id" "is" "it" "ja" "jv" "ka" "kk" "kn" "ko" "lt"
    "lv" "mk" "ml" "mn" "mr" "ms" "nb" "nl" "pl" "pt" "ro" "ru" "sk" "sl" "sq" "sr" "sv" "sw" "ta"
    "te" "th" "tl" "tr" "uk" "ur" "uz" "vi" "zh"
}

/// All files.
pub(super) fn read() -> &'static [File] {
    static READ: LazyLock<Vec<File>> = LazyLock::new(|| {
        let read = |(name, text): &(&'static str, &'static str)| File { name, entries: entries(text) };
        FILES.iter().map(read).collect()
    });
    &READ
}

/// What stands on one line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing, or a comment.
    Nothing,
    /// `[section]`
    Section(&'a str),
    Phrase(&'a str),
}

/// Reads one line. Whatever it is, it is read as something: the tests know what should not be there.
pub(super) fn line(text: &str) -> Line<'_> {
    let bare = |open: char, close: char| text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
    if text.trim().is_empty() || text.starts_with('#') {
        return Line::Nothing;
    }
    match (bare('[', ']'), bare('"', '"')) {
        (Some(section), _) => Line::Section(section),
        (_, Some(phrase)) => Line::Phrase(phrase),
        _ => Line::Phrase(text.trim()),
    }
}

fn entries(text: &'static str) -> Vec<Entry> {
    let mut within = "";
    let mut entries = Vec::new();
    for text in text.lines() {
        match line(text) {
            Line::Nothing => {}
            Line::Section(section) => within = section,
            Line::Phrase("") => {}
            Line::Phrase(phrase) => entries.push(Entry { section: within, phrase }),
        }
    }
    entries
}
