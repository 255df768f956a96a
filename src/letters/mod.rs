//! What we write: one function for each mail, in the reader's language.
//!
//! Mails to outsiders ([`outsider`]) are made of guest types only, so there is nothing internal that could stand in them
//! (law 2). Mails to staff ([`staff`], [`held`],
//! [`lists`], [`budgets`], [`commands`]) are made of plain facts. Both end in a [`Draft`] on the desk's [`Stationery`].

pub mod budgets;
pub mod commands;
pub mod guard;
pub mod held;
pub mod lists;
pub mod outsider;
pub mod staff;
pub mod words;

use crate::desk::people::Language;
use crate::mail::Address;
use crate::mail::compose::Draft;
use crate::time::Timestamp;
use words::{Words, words};

/// What every mail of the desk has, whatever it says.
#[derive(Debug, Clone)]
pub struct Stationery {
    /// The desk's name.
    pub desk: String,
    /// The address that answers.
    pub address: String,
    /// Who gets it.
    pub to: Address,
    /// Who else reads along, for people to see.
    pub cc: Vec<Address>,
    /// In which language.
    pub language: Language,
    /// Where a reply goes; the desk's address where `None`.
    pub reply_to: Option<String>,
    /// Random, without angle brackets.
    pub message_id: String,
    /// Ancestors, oldest first.
    pub references: Vec<String>,
    /// Where the reader finds the ticket, under the signature; only for whoever may sign in.
    pub link: Option<String>,
    /// When it is written.
    pub at: Timestamp,
}

impl Stationery {
    fn words(&self) -> &'static Words {
        words(self.language)
    }

    fn greeting(&self) -> String {
        match self.to.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => self.words().say("greeting", &[("name", name)]),
            None => self.words().say("greeting-nameless", &[]),
        }
    }

    /// A draft from `speaker` (or the desk itself) with nothing but the text.
    fn draft(self, speaker: Option<&str>, subject: String, text: &str) -> Draft {
        let name = match speaker {
            Some(speaker) => format!("{speaker} ({})", self.desk),
            None => self.desk.clone(),
        };
        let reply_to = self.reply_to.map(|address| Address { name: Some(self.desk.clone()), address });
        Draft {
            from: Address { name: Some(name), address: self.address },
            to: self.to,
            cc: self.cc,
            reply_to,
            subject,
            message_id: self.message_id,
            in_reply_to: self.references.last().cloned(),
            references: self.references,
            date: self.at.as_micros(),
            auto_submitted: None,
            headers: Vec::new(),
            text: tidy(text),
            files: Vec::new(),
        }
    }
}

/// A day as people write it.
fn day(at: Timestamp, language: Language, zone: &str) -> String {
    match language {
        Language::German => at.strftime(zone, "%-d.%-m.%Y"),
        Language::English => at.strftime(zone, "%-d %b %Y"),
    }
}

/// Templates leave blank lines where a part is missing: at most one in a row, none at the end.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.trim_end().lines() {
        // The space after the two hyphens of a signature separator is part of it (RFC 3676 section 4.3).
        let line = if line == "-- " { line } else { line.trim_end() };
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n") + "\n"
}
