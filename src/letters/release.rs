//! What an administrator's word at the command line makes of a held mail. Why it is held and what becomes of it is said in the
//! words of [`held`]; only where those speak to the person whom the mail names does it say that person's name.

use super::held::{self, About};
use super::i18n::Texts;
use crate::desk::inbox::{Held, HeldAction, Release, Would};

/// What becomes of a mail by each word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// As it asks itself.
    pub as_is: String,
    /// As a note.
    pub as_note: String,
    /// As something public.
    pub as_public: String,
    /// Dropped.
    pub drop: String,
}

/// Why a mail is held.
#[must_use]
pub fn why(w: &Texts, about: &About) -> String {
    let name = name(w, about);
    match about.reason {
        Held::Redirected => w.text("held-release-why-redirected", &[("name", &name)]),
        Held::UnclearOriginal => w.text("held-release-why-unclear-original", &[("name", &name)]),
        reason => held::why(w, reason, &name),
    }
}

/// The same of a mail that is held for a reason of another version.
#[must_use]
pub fn unknown(w: &Texts) -> (String, Outcomes) {
    let same = w.text("held-release-unknown", &[]);
    let outcomes = Outcomes { as_is: same.clone(), as_note: same.clone(), as_public: same, drop: w.text("held-then-drop", &[]) };
    (w.text("held-release-why-unknown", &[]), outcomes)
}

/// Whom the mail names, or that it is one of the staff.
fn name(w: &Texts, about: &About) -> String {
    if about.claimed.is_empty() { w.text("held-release-somebody", &[]) } else { about.claimed.clone() }
}

/// What becomes of it by each word.
#[must_use]
pub fn outcomes(w: &Texts, about: &About) -> Outcomes {
    let ways = about.reason.ways();
    let drop = held::consequence(w, about, HeldAction::Drop);
    let all = |same: String| Outcomes { as_is: same.clone(), as_note: same.clone(), as_public: same, drop: drop.clone() };
    if ways.contains(&HeldAction::Retry) {
        return all(held::consequence(w, about, HeldAction::Retry));
    }
    // A version that did not write down what a mail would become has held it where both are missing.
    let offered = |word| ways.contains(&word) && !about.reason.only_where_it_does_something(word);
    let unknown = about.would.is_none() && about.as_note.is_none();
    let again = w.text("held-release-again", &[]);
    if unknown && !offered(HeldAction::Send) && !offered(HeldAction::Note) {
        return all(again);
    }
    let as_note = if unknown || about.as_note.is_some() { note(w, about) } else { again };
    if about.would.is_none() && !(unknown && offered(HeldAction::Send)) {
        let only = w.text("held-release-only-note", &[]);
        return Outcomes { as_note, ..all(only) };
    }
    // `would` is what it becomes by "send"; that is a public word where a note is meant as long as nobody says otherwise.
    let said_public = about.reason.release(HeldAction::Send) == Some(Release::Public);
    let as_is = match about.reason {
        Held::UncertainQuote => sent(w, about, None),
        _ if said_public => as_note.clone(),
        _ => sent(w, about, about.would),
    };
    let as_public = match about.would {
        would if said_public => sent(w, about, would.or(Some(Would::Comment))),
        _ if !about.reason.claims_somebody() || about.reason == Held::Redirected => as_is.clone(),
        Some(Would::CustomersTicket) => as_is.clone(),
        _ if about.number.is_some() => sent(w, about, Some(Would::Comment)),
        _ => sent(w, about, Some(Would::PublicTicket)),
    };
    Outcomes { as_is, as_note, as_public, drop }
}

fn note(w: &Texts, about: &About) -> String {
    if about.reason.claims_somebody() && about.reason != Held::Leaving && about.number.is_some() {
        return w.text("held-release-note", &[("name", &name(w, about))]);
    }
    held::consequence(w, about, HeldAction::Note)
}

/// What it becomes where it is let through and would become that.
fn sent(w: &Texts, about: &About, would: Option<Would>) -> String {
    let about = &About { would, ..about.clone() };
    if !about.reason.claims_somebody() || about.reason == Held::Redirected {
        return held::consequence(w, about, HeldAction::Send);
    }
    let name = name(w, about);
    let said = match would {
        Some(Would::Comment) => {
            let answer = w.text("held-release-answer", &[("name", &name)]);
            match about.readers.as_slice() {
                [] => answer,
                readers => format!("{answer} {}", w.text("held-then-readers", &[("readers", &readers.join(", "))])),
            }
        }
        Some(Would::Note) => w.text("held-release-note", &[("name", &name)]),
        Some(Would::Command) => w.text("held-release-command", &[("name", &name)]),
        Some(Would::InternalTicket | Would::PublicTicket | Would::CustomersTicket) => {
            return held::consequence(w, about, HeldAction::Send);
        }
        None => w.text("held-release-as-theirs", &[("name", &name)]),
    };
    match about.reason {
        Held::CommandRefused => w.text("held-then-text-only", &[("then", &said)]),
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn an_administrator_reads_what_each_word_does_and_never_that_the_mail_is_theirs() {
        for language in [Language::German, Language::English] {
            let w = texts(language);
            for reason in Held::ALL {
                for would in std::iter::once(None).chain(Would::ALL.iter().copied().map(Some)) {
                    let about = About { would, as_note: would, ..held::about(*reason) };
                    let Outcomes { as_is, as_note, as_public, drop } = outcomes(w, &about);
                    for said in [why(w, &about), as_is, as_note, as_public, drop] {
                        assert!(!said.is_empty() && !said.contains("??"), "{reason} {would:?}: {said}");
                        assert!(!said.contains("in your name") && !said.contains("in Ihrem Namen"), "{reason} {would:?}: {said}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_each_word_does() {
        let w = texts(Language::English);
        let (answer, note) = ("a public answer in the name of Anna", "an internal note in the name of Anna");
        let (comment, ticket, nobodys) =
            ("a public comment", "a new ticket that its customers can see", "It becomes an internal note. Its");
        let (again, only) = ("held again, for the same reason", "only as a note");
        use Would::{Comment, Note, PublicTicket};
        for (reason, would, as_note, expected) in [
            (Held::ClaimsStaff, Some(Comment), Some(Note), [answer, note, answer]),
            (Held::ClaimsStaff, Some(Note), Some(Note), [note, note, answer]),
            // Written down by an earlier version: neither.
            (Held::ClaimsStaff, None, None, ["taken as the mail of Anna", note, answer]),
            // Public only by a word for that.
            (Held::NearMiss, Some(Comment), Some(Note), [note, note, answer]),
            (Held::PartsDiffer, Some(Comment), Some(Note), [note, note, answer]),
            (Held::UncertainQuote, Some(Comment), Some(Note), ["taken as the mail of Anna", note, answer]),
            (Held::ThirdParty, Some(Comment), Some(Note), [comment, nobodys, comment]),
            (Held::RoleDenies, Some(PublicTicket), Some(Note), [ticket, nobodys, ticket]),
            (Held::Leaving, Some(Comment), Some(Note), [answer, "Nothing leaves", answer]),
            (Held::UnclearOriginal, None, Some(Note), [only, note, only]),
            (Held::Verification, None, Some(Note), [only, nobodys, only]),
            (Held::NothingNew, None, None, [again, again, again]),
            (Held::TooLarge, None, None, [again, again, again]),
            (Held::Crashes, None, None, ["once more", "once more", "once more"]),
        ] {
            let Outcomes { as_is, as_note, as_public, .. } = outcomes(w, &About { would, as_note, ..held::about(reason) });
            for (said, words) in [as_is, as_note, as_public].iter().zip(expected) {
                assert!(said.contains(words), "{reason} {would:?}: `{words}` is not in: {said}");
            }
        }
    }

    #[test]
    fn a_mail_that_names_nobody_known_is_of_somebody_of_the_staff() {
        let w = texts(Language::English);
        let about = About { claimed: String::new(), ..held::about(Held::ClaimsStaff) };
        assert!(why(w, &about).contains("a member of staff"));
        assert!(why(w, &held::about(Held::ClaimsStaff)).contains("Anna"));
    }
}
