//! Everything that is said about held mails: why one is held, what each button does, and the mails about it. One table
//! for pages and mails, so that no reason is without words.
//!
//! [`About`] is what all of it is made of. `reasons`, `ways` and `decided` are the words before, beside and after a decision;
//! `question` and `replies` are the mails; `excerpt` is what is shown and kept of the text itself.

mod about;
mod decided;
mod excerpt;
mod question;
mod reasons;
mod replies;
mod ways;

pub use about::About;
pub use decided::{already, became, said};
pub use excerpt::{answer, beginning, found, unconfirmed};
pub use question::{Question, question};
pub use reasons::{reasons, stays, why};
pub use replies::{forged, told, unasked, with_family};
pub(super) use ways::reply_words;
pub use ways::{Choice, button, consequence};

#[cfg(test)]
pub(super) use about::about;

#[cfg(test)]
pub(super) fn paper(language: crate::desk::people::Language) -> super::Stationery {
    super::Stationery {
        by_link: Vec::new(),
        desk: "Example Desk".to_owned(),
        display_name: crate::config::DisplayName::default(),
        address: "support@desk.example".to_owned(),
        to: crate::mail::Address { name: Some("Anna".to_owned()), address: "anna@staff.example".to_owned() },
        cc: Vec::new(),
        language,
        reply_to: None,
        message_id: "x@desk.example".to_owned(),
        references: Vec::new(),
        link: None,
        unsubscribe: None,
        at: crate::time::Timestamp::from_seconds(0),
        footer: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::inbox::{Held, Would};
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn every_reason_has_words_and_every_way_out_too_in_both_languages() {
        for language in [Language::German, Language::English] {
            let w = texts(language);
            let mut seen = std::collections::BTreeSet::new();
            for reason in Held::ALL {
                assert!(!reason.ways().is_empty());
                assert!(seen.insert(why(w, *reason, "Anna")), "{reason} has the words of another reason");
                for word in reason.ways() {
                    for own in [false, true] {
                        for would in std::iter::once(None).chain(Would::ALL.iter().copied().map(Some)) {
                            let about = About { own, would, as_note: would, ..super::about(*reason) };
                            for said in
                                [button(w, *reason, "sam", *word), consequence(w, &about, *word), said(w, *reason, *word, own)]
                            {
                                assert!(!said.is_empty() && !said.contains("??"), "{reason} {word}: {said}");
                            }
                        }
                    }
                }
            }
        }
    }
}
