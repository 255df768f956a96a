//! What several letters to the staff are made of: a short mail of the desk's own, and words of strangers that lead nowhere.

use std::time::Duration;

use askama::Template;

use super::i18n::Texts;
use super::{Draft, Speaker, Stationery};

/// Characters of a stranger's line that are repeated.
const LINE: usize = 160;

/// How long ago something was, roughly.
#[must_use]
pub fn ago(w: &Texts, span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    match (minutes, minutes / 60, minutes / (24 * 60)) {
        (0, ..) => w.text("ago-now", &[]),
        (1, ..) => w.text("ago-minute", &[]),
        (minutes, 0, _) => w.text("ago-minutes", &[("count", &minutes.to_string())]),
        (_, 1, _) => w.text("ago-hour", &[]),
        (_, hours, 0) => w.text("ago-hours", &[("count", &hours.to_string())]),
        (_, _, 1) => w.text("ago-day", &[]),
        (_, _, days) => w.text("ago-days", &[("count", &days.to_string())]),
    }
}

#[derive(Template)]
#[template(path = "mail/told.txt")]
struct Told<'a> {
    greeting: &'a str,
    text: &'a str,
    link: &'a str,
}

pub(super) fn short(stationery: Stationery, subject: String, text: &str) -> askama::Result<Draft> {
    let link = stationery.link.clone().unwrap_or_default();
    let text = Told { greeting: &stationery.greeting(), text, link: &link }.render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

pub(super) fn automatic(mut draft: Draft) -> Draft {
    draft.auto_submitted = Some("auto-generated".to_owned());
    draft.headers.push(("X-Auto-Response-Suppress".to_owned(), "All".to_owned()));
    draft
}

pub(super) fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LINE { line } else { format!("{}…", line.chars().take(LINE).collect::<String>().trim_end()) }
}

/// A stranger's words without anything that mail programs make a link of: addresses of the web, bare domains, numbers to
/// call.
pub(super) fn harmless(w: &Texts, text: &str) -> String {
    let mail_address = |word: &str| word.contains('@') && !word.contains('/') && !word.contains(':');
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_link = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let mut labels = host.rsplit('.');
        let top = labels.next().unwrap_or_default();
        let domain = host.contains('.') && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) && labels.all(label);
        word.contains("://") || ["mailto:", "tel:", "www."].iter().any(|mark| word.to_lowercase().contains(mark)) || domain
    };
    let words = text.split_whitespace().map(|word| match is_link(word) && !mail_address(word) {
        true => w.text("held-link", &[]),
        false => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
