//! What people and programs write, as data: words by which the rules of `body`, `bounce`, `kind` and their neighbours know an
//! introduction, a report, an absence. One file a language in `phrases/`, named by its code (ISO 639-1), and `clients.txt`
//! for names of programs and for phrases of machines that belong to no language. A phrase that several languages share
//! stands in each of their files.
//!
//! ```text
//! # German. A line that begins with a hash is a comment.
//!
//! [attribution.verb]
//! schrieb
//! " geschrieben"
//!
//! [verification.resets]
//! neues + passwort
//! ```
//!
//! A line is a phrase, in lower case. Quotes are for phrases that would not show or mean something else without them: where a
//! blank at the edge counts (it is the edge of a word), and where the first character is `#`, `[` or `"`. Sections are named in
//! [`sections`], which says of each what it is for and whether a text has, begins with, ends with or is one of its phrases;
//! the order of phrases and files means nothing. Two notations belong to the sections that say so: `one + other` for a pair,
//! and `*` for a few other words in between.
//!
//! A new language is a file here and its name in [`files`]; a word of one is a line, and a fixture that needs it: a test keeps
//! the list of those that have none, `fixtures/phrases_without_evidence.txt`, and lets it only shrink. Tests name the file and
//! line of what does not fit.

mod files;
mod sections;
mod words;

pub(crate) use self::sections::*;
pub(crate) use self::words::{Section, Words, by_language};

/// The sections of the months, January first.
pub(crate) static MONTHS: [&Section; 12] =
    [&MONTH_1, &MONTH_2, &MONTH_3, &MONTH_4, &MONTH_5, &MONTH_6, &MONTH_7, &MONTH_8, &MONTH_9, &MONTH_10, &MONTH_11, &MONTH_12];

#[cfg(test)]
mod evidence;
#[cfg(test)]
#[path = "phrases_tests.rs"]
mod tests;
