//! The ways out of the hold: what each is called, what it does, and the word of a reply that chooses it.

use super::about::About;
use crate::desk::inbox::{Held, HeldAction, Would};
use crate::letters::i18n::Texts;

/// One way out of the hold, as a mail offers it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is decided.
    pub word: HeldAction,
    /// Where; `None` for a desk without pages.
    pub link: Option<String>,
}

/// What a button is called; `whose` words it seems to hold, where that is the question.
#[must_use]
pub fn button(w: &Texts, reason: Held, whose: &str, word: HeldAction) -> String {
    let third = matches!(reason, Held::ThirdParty | Held::UnknownAddress | Held::RefersToInternal);
    match word {
        HeldAction::Send if reason == Held::Leaving => w.text("held-do-now", &[]),
        HeldAction::Note if reason == Held::Leaving => w.text("held-do-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-do-redirected", &[("whose", whose)]),
        HeldAction::Send if third => w.text("held-do-approve", &[]),
        HeldAction::Send if reason.claims_somebody() => w.text("held-do-send", &[]),
        HeldAction::Send => w.text("held-do-take", &[]),
        HeldAction::Note if third => w.text("held-do-private", &[]),
        HeldAction::Note => w.text("held-do-note", &[]),
        HeldAction::Drop if third => w.text("held-do-refuse", &[]),
        HeldAction::Drop => w.text("held-do-drop", &[]),
        HeldAction::Disown => w.text("held-do-disown", &[]),
        HeldAction::Retry => w.text("held-do-retry", &[]),
        HeldAction::Back => w.text("held-do-back", &[]),
    }
}

/// What a button does.
#[must_use]
pub fn consequence(w: &Texts, about: &About, word: HeldAction) -> String {
    if let (HeldAction::Note, Some(would @ (Would::CustomersTicket | Would::PublicTicket))) = (word, about.as_note) {
        return ticket(w, about, would);
    }
    match word {
        HeldAction::Send if about.reason == Held::CommandRefused => w.text("held-then-text-only", &[("then", &sent(w, about))]),
        HeldAction::Send if about.reason == Held::Redirected => w.text("held-then-redirected", &[("whose", &about.whose)]),
        HeldAction::Send if about.reason.claims_somebody() => sent(w, about),
        HeldAction::Send => match (about.reason, about.would) {
            (Held::RefersToHeld, _) => w.text("held-then-refers-to-held", &[]),
            (Held::ThirdParty | Held::UnknownAddress | Held::RefersToInternal, _) if about.number.is_some() => {
                with_readers(w, about, w.text("held-then-approve", &[("from", &about.from)]))
            }
            (Held::SwitchedOff | Held::RoleDenies | Held::SenderDenied, Some(would)) => {
                format!("{} {}", outsiders(w, about, would), w.text("held-then-only-once", &[]))
            }
            (_, Some(would)) => outsiders(w, about, would),
            (Held::Flood, None) => w.text("held-then-flood", &[]),
            (Held::OwnAddress, None) => w.text("held-then-own-address", &[]),
            (Held::Junk, None) => w.text("held-then-junk", &[]),
            (Held::SwitchedOff | Held::RoleDenies | Held::SenderDenied, None) => w.text("held-then-once", &[]),
            (_, None) => w.text("held-then-approve", &[("from", &about.from)]),
        },
        HeldAction::Note if about.number.is_none() => w.text("held-then-internal-ticket", &[]),
        HeldAction::Note if !about.reason.claims_somebody() => w.text("held-then-private", &[]),
        HeldAction::Note if about.reason == Held::Leaving => w.text("held-then-undo", &[]),
        HeldAction::Note if about.own => w.text("held-then-note", &[]),
        HeldAction::Note => w.text("held-then-unconfirmed", &[]),
        HeldAction::Drop => w.text("held-then-drop", &[]),
        HeldAction::Disown if about.others => w.text("held-then-disown", &[]),
        HeldAction::Disown => w.text("held-then-disown-alone", &[]),
        HeldAction::Retry if about.reason == Held::NotFetched => w.text("held-then-fetch", &[]),
        HeldAction::Retry => w.text("held-then-retry", &[]),
        HeldAction::Back => w.text("held-then-back", &[]),
    }
}

/// What a mail of somebody outside the staff becomes.
fn outsiders(w: &Texts, about: &About, would: Would) -> String {
    match would {
        Would::Comment => with_readers(w, about, w.text("held-then-flood", &[])),
        Would::Note => w.text("held-then-private", &[]),
        Would::Command => w.text("held-then-as-asked", &[]),
        would => ticket(w, about, would),
    }
}

/// The same, and who gets it by mail.
fn with_readers(w: &Texts, about: &About, said: String) -> String {
    match about.readers.is_empty() {
        true => said,
        false => format!("{said} {}", w.text("held-then-readers", &[("readers", &about.readers.join(", "))])),
    }
}

fn sent(w: &Texts, about: &About) -> String {
    match about.would {
        Some(Would::Comment) if about.readers.is_empty() => w.text("held-then-answer-nobody", &[]),
        Some(Would::Comment) => w.text("held-then-answer", &[("readers", &about.readers.join(", "))]),
        Some(Would::Note) => w.text("held-then-note-asked", &[]),
        Some(Would::Command) => w.text("held-then-command", &[]),
        Some(would) => ticket(w, about, would),
        None => w.text("held-then-as-asked", &[]),
    }
}

/// What is said of a new ticket.
fn ticket(w: &Texts, about: &About, would: Would) -> String {
    match (would, &about.customer) {
        (Would::CustomersTicket, None) => w.text("held-then-customers-ticket", &[]),
        (Would::CustomersTicket, Some(of)) => {
            let opens = match of.told {
                true => w.text("held-then-ticket-of", &[("customer", &of.who)]),
                false => w.text("held-then-ticket-of-silent", &[("customer", &of.who)]),
            };
            match of.others.is_empty() {
                true => opens,
                false => format!("{opens} {}", w.text("held-then-ticket-with", &[("others", &of.others.join(", "))])),
            }
        }
        (Would::PublicTicket, _) => w.text("held-then-public-ticket", &[]),
        _ => w.text("held-then-internal-ticket", &[]),
    }
}

/// The words that a reply begins with, each once.
pub(in crate::letters) fn reply_words(w: &Texts, reason: Held, ways: &[Choice]) -> Vec<String> {
    let mut words: Vec<String> = ways.iter().map(|way| reply_word(w, reason, way.word)).collect();
    words.dedup();
    words
}

/// The word that a reply begins with.
fn reply_word(w: &Texts, reason: Held, word: HeldAction) -> String {
    match word {
        HeldAction::Note if reason == Held::Leaving => w.text("held-word-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-word-yes", &[]),
        HeldAction::Send => w.text("held-word-send", &[]),
        HeldAction::Note => w.text("held-word-note", &[]),
        HeldAction::Retry => w.text("held-word-retry", &[]),
        HeldAction::Drop | HeldAction::Back => w.text("held-word-drop", &[]),
        HeldAction::Disown => w.text("held-word-no", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn a_button_says_what_the_mail_becomes_and_who_gets_it() {
        let w = texts(Language::English);
        let readers = "By mail it goes to: Carla Kunze.";
        for (reason, would, expected) in [
            (Held::RoleDenies, Some(Would::Comment), &["public comment", readers, "this one mail"][..]),
            (Held::RoleDenies, Some(Would::PublicTicket), &["ticket", "this one mail"]),
            (Held::RoleDenies, None, &["this one mail"]),
            (Held::SenderDenied, Some(Would::Comment), &["public comment", readers, "this one mail"]),
            (Held::SenderDenied, Some(Would::Note), &["internal", "this one mail"]),
            (Held::SwitchedOff, Some(Would::Comment), &["public comment", readers, "this one mail"]),
            (Held::OwnAddress, Some(Would::Comment), &["public comment", readers]),
            (Held::OwnAddress, Some(Would::CustomersTicket), &["ticket"]),
            (Held::OwnAddress, None, &["somebody unknown"]),
            (Held::Junk, Some(Would::Comment), &["public comment", readers]),
            (Held::Flood, Some(Would::PublicTicket), &["ticket"]),
        ] {
            let about = About {
                would,
                number: Some("ACME-1".to_owned()),
                readers: vec!["Carla Kunze".to_owned()],
                ..crate::letters::held::about::about(reason)
            };
            let said = consequence(w, &about, HeldAction::Send);
            for words in expected {
                assert!(said.contains(words), "{reason} {would:?}: `{words}` is not in: {said}");
            }
            let mails = would == Some(Would::Comment);
            assert_eq!(said.contains(readers), mails, "{reason} {would:?}: {said}");
        }
    }
}
