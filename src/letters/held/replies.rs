//! The mails that follow a question: what became of a reply to it, and what colleagues are told of it.

use crate::letters::i18n::Texts;
use crate::letters::parts::{harmless, short, shortened};
use crate::letters::{Draft, Stationery};

/// What became of a reply, and which mails that hang together with that one still wait.
#[must_use]
pub fn with_family(w: &Texts, said: &str, subjects: &[&str]) -> String {
    let subjects: Vec<String> = subjects.iter().map(|subject| format!("“{}”", harmless(w, &shortened(subject)))).collect();
    format!("{said}\n\n{} {}", w.text("held-family", &[]), subjects.join(", "))
}

/// What became of a reply to a question.
///
/// # Errors
/// When the template fails.
pub fn told(stationery: Stationery, text: &str) -> askama::Result<Draft> {
    let subject = stationery.words().text("held-reply-subject", &[("desk", &stationery.desk)]);
    short(stationery, subject, text)
}

/// "Somebody writes in the name of your colleague."
///
/// # Errors
/// When the template fails.
pub fn forged(stationery: Stationery, name: &str, subject: Option<&str>) -> askama::Result<Draft> {
    let w = stationery.words();
    let about = harmless(w, &shortened(subject.unwrap_or_default()));
    let text = w.text("held-forged", &[("name", name), ("subject", &about)]);
    let subject = w.text("held-forged-subject", &[("name", name)]);
    short(stationery, subject, &text)
}

/// "Your colleague could not be asked."
///
/// # Errors
/// When the template fails.
pub fn unasked(stationery: Stationery, name: &str, recipient: &str, answer: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let text = w.text("held-unasked", &[("name", name), ("recipient", recipient), ("answer", &harmless(w, answer))]);
    let subject = w.text("held-unasked-subject", &[("name", name)]);
    short(stationery, subject, &text)
}
