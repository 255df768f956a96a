//! The text of a held mail: how much of it is repeated, and what stands above it where it is kept.

use crate::letters::i18n::Texts;
use crate::letters::parts::shortened;

/// Lines of a held mail's text that a question repeats.
const LINES: usize = 8;
/// And of an answer whose author is asked whether it shall leave.
const ANSWER: usize = 60;

/// The first lines of a text, each shortened; paragraphs stay apart, by one blank line.
#[must_use]
pub fn beginning(text: &str) -> Vec<String> {
    first(text, LINES)
}

/// The same of an answer that is about to leave: as good as all of it.
#[must_use]
pub fn answer(text: &str) -> Vec<String> {
    first(text, ANSWER)
}

fn first(text: &str, most: usize) -> Vec<String> {
    let (mut lines, mut filled): (Vec<String>, usize) = (Vec::new(), 0);
    for line in text.trim().lines().map(str::trim) {
        if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            continue;
        }
        filled += 1;
        if filled > most {
            lines.push("…".to_owned());
            break;
        }
        lines.push(shortened(line));
    }
    lines
}

/// The text of a kept mail of which nobody knows whether it is the named person's.
#[must_use]
pub fn unconfirmed(w: &Texts, claimed: &str, text: &str) -> String {
    format!("{}\n\n{text}", w.text("held-unconfirmed", &[("name", claimed)])).trim_end().to_owned()
}

/// The text of a mail that is for somebody else, under those who were found in it.
#[must_use]
pub fn found(w: &Texts, found: &[String], text: &str) -> String {
    let head = match found {
        [] => w.text("held-found-nobody", &[]),
        found => w.text("held-found", &[("found", &found.join("; "))]),
    };
    format!("{head}\n\n{text}").trim_end().to_owned()
}
