//! What one reader of a held mail is told of it.

use crate::desk::inbox::{Held, TicketOf, Would};
use crate::letters::guard::Shown;
use crate::letters::i18n::Texts;
use crate::letters::parts::{harmless, shortened};

/// What one reader of a held mail is told of it, in mails and on pages alike. Whatever comes from the mail itself is as it is:
/// a mail shows it without anything that a program makes a link of.
#[derive(Debug, Clone)]
pub struct About {
    /// Why the mail is held.
    pub reason: Held,
    /// Whether it names the reader.
    pub own: bool,
    /// The name of the member of staff whom it names; empty for nobody.
    pub claimed: String,
    /// The number of the ticket that it seems to be about.
    pub number: Option<String>,
    /// What it would become with the right person's word.
    pub would: Option<Would>,
    /// What it would become as a note.
    pub as_note: Option<Would>,
    /// Who would get a public answer by mail.
    pub readers: Vec<String>,
    /// Of whom it would become a ticket.
    pub customer: Option<TicketOf>,
    /// Whom the From header names; empty for nobody.
    pub from: String,
    /// Whether nothing shows that it comes from there, where the desk could know.
    pub unverified: bool,
    /// Whose words it seems to hold, where that is the question.
    pub whose: String,
    /// The first lines of what was newly written.
    pub text: Vec<String>,
    /// Its bytes, where it is not to be read.
    pub size: Option<i64>,
    /// Further reasons that the same word answers.
    pub also: Vec<Held>,
    /// What the reader has to see to decide, for each reason.
    pub shown: Vec<Shown>,
    /// Whether the text is what would leave, and how many lines of the mail stay behind then.
    pub leaves: Option<usize>,
    /// The names of the files that would leave with it.
    pub files: Vec<String>,
    /// Whether there are others whom "it was not me" warns.
    pub others: bool,
    /// Where the mail that it answers can be decided about, as long as that is held.
    pub first: Option<String>,
    /// Where the reader says that the sender's address is theirs; `None` where it cannot be, or the desk has no pages.
    pub mine: Option<String>,
}

impl About {
    /// The same with nothing in it that a mail program makes a link of.
    pub(in crate::letters) fn in_a_mail(&self, w: &Texts) -> Self {
        let named = |of: &TicketOf| TicketOf {
            who: harmless(w, &shortened(&of.who)),
            others: of.others.iter().map(|other| harmless(w, &shortened(other))).collect(),
            told: of.told,
        };
        Self {
            from: harmless(w, &shortened(&self.from)),
            whose: harmless(w, &shortened(&self.whose)),
            customer: self.customer.as_ref().map(named),
            text: self.text.iter().map(|line| harmless(w, line)).collect(),
            files: self.files.iter().map(|name| harmless(w, &shortened(name))).collect(),
            ..self.clone()
        }
    }

    /// Who sent it, as far as that is known.
    pub(in crate::letters) fn sender(&self, w: &Texts) -> String {
        match (self.from.is_empty(), self.unverified) {
            (true, _) => w.text("held-no-sender", &[]),
            (false, true) => w.text("unverified", &[("sender", &self.from)]),
            (false, false) => self.from.clone(),
        }
    }
}

/// A held mail of a stranger's for tests.
#[cfg(test)]
pub(in crate::letters) fn about(reason: Held) -> About {
    About {
        reason,
        own: false,
        claimed: "Anna".to_owned(),
        number: Some("ACME-1".to_owned()),
        would: None,
        as_note: None,
        readers: vec!["Carla".to_owned()],
        customer: None,
        from: "sam@elsewhere.example".to_owned(),
        unverified: false,
        whose: "dana@acme.example".to_owned(),
        text: vec!["See https://evil.example".to_owned()],
        size: None,
        also: Vec::new(),
        shown: Vec::new(),
        leaves: None,
        files: Vec::new(),
        others: true,
        first: None,
        mine: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn a_strangers_words_have_no_links_in_them() {
        let w = texts(Language::English);
        for (text, expected) in [
            ("See https://evil.example/x now", "See [link] now"),
            ("see evil.example, please", "see [link] please"),
            ("www.evil", "[link]"),
            ("(EVIL.example/a?b)", "[link]"),
            ("javascript://x", "[link]"),
            ("mailto:x@evil.example", "[link]"),
            ("tel:+49", "[link]"),
            ("z.B. am 3.5. um 10.30 e.g. this. That", "z.B. am 3.5. um 10.30 e.g. this. That"),
            ("anna@staff.example", "anna@staff.example"),
            ("x@evil.example/https://a", "[link]"),
        ] {
            assert_eq!(harmless(w, text), expected, "{text}");
        }
    }
}
