//! What is said of a decision about a held mail: what it did, who has taken it already, and what the mail has become.

use std::time::Duration;

use crate::desk::inbox::{Disposition, Held, HeldAction};
use crate::letters::i18n::Texts;
use crate::letters::parts;

/// What has happened after a decision; `warned`: others were warned because of it.
#[must_use]
pub fn said(w: &Texts, reason: Held, word: HeldAction, warned: bool) -> String {
    match word {
        HeldAction::Note if reason == Held::Leaving => w.text("held-said-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-said-redirected", &[]),
        HeldAction::Send if reason.claims_somebody() => w.text("held-said-send", &[]),
        HeldAction::Send => w.text("held-said-approve", &[]),
        HeldAction::Note => w.text("held-said-note", &[]),
        HeldAction::Drop => w.text("held-said-drop", &[]),
        HeldAction::Disown if warned => w.text("held-said-disown", &[]),
        HeldAction::Disown => w.text("held-said-disown-alone", &[]),
        HeldAction::Retry if reason == Held::NotFetched => w.text("held-said-fetch", &[]),
        HeldAction::Retry => w.text("held-said-retry", &[]),
        HeldAction::Back => w.text("held-said-back", &[]),
    }
}

/// "Already decided: kept as a note by Ben, 4 minutes ago." An administrator where `by` is `None`.
#[must_use]
pub fn already(w: &Texts, (reason, word): (Held, HeldAction), by: Option<&str>, ago: Duration) -> String {
    let what = match word {
        HeldAction::Retry if reason == Held::UnknownAddress => w.text("held-was-address", &[]),
        HeldAction::Send => w.text("held-was-send", &[]),
        HeldAction::Note => w.text("held-was-note", &[]),
        HeldAction::Drop => w.text("held-was-drop", &[]),
        HeldAction::Disown => w.text("held-was-disown", &[]),
        HeldAction::Retry => w.text("held-was-retry", &[]),
        HeldAction::Back => w.text("held-was-back", &[]),
    };
    let by = by.map_or_else(|| w.text("held-by-administration", &[]), str::to_owned);
    w.text("held-already", &[("what", &what), ("name", &by), ("when", &parts::ago(w, ago))])
}

/// What a mail has become about which somebody has decided; empty where the decision says it all. `number`: its ticket's.
#[must_use]
pub fn became(w: &Texts, disposition: Option<Disposition>, number: &str) -> String {
    let number = [("number", number)];
    match disposition {
        None => w.text("held-became-nothing-yet", &[]),
        Some(Disposition::Comment) => w.text("held-became-comment", &number),
        Some(Disposition::Note) => w.text("held-became-note", &number),
        Some(Disposition::Ticket) => w.text("held-became-ticket", &number),
        Some(Disposition::Command) => w.text("held-became-command", &[]),
        Some(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn how_long_ago() {
        let w = texts(Language::English);
        for (seconds, expected) in [
            (59, "just now"),
            (60, "a minute ago"),
            (240, "4 minutes ago"),
            (3600, "an hour ago"),
            (90_000, "a day ago"),
            (7200, "2 hours ago"),
        ] {
            assert_eq!(parts::ago(w, Duration::from_secs(seconds)), expected);
        }
        let words = already(w, (Held::ClaimsStaff, HeldAction::Note), Some("Ben"), Duration::from_mins(4));
        assert_eq!(words, "Already decided: kept as a note by Ben, 4 minutes ago.");
    }
}
