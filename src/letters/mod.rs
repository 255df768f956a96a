//! What we write: one function for each mail, in the reader's language.
//!
//! Mails to outsiders ([`outsider`]) are made of guest types only, so there is nothing internal that could stand in them
//! (law 2). Mails to staff ([`staff`], [`held`],
//! [`waiting`], [`lists`], [`budgets`], [`commands`]) are made of plain facts. Both end in a [`Draft`] on the desk's
//! [`Stationery`].

pub mod address;
pub mod budgets;
pub mod commands;
mod dress;
pub mod guard;
pub mod held;
pub mod i18n;
pub mod lists;
pub mod outsider;
pub mod parts;
pub mod release;
pub mod staff;
pub mod waiting;

use crate::desk::shortened::on_one_line;
use crate::mail::Address;
use std::borrow::Cow;

use crate::config::DisplayName;
use crate::config::face::Face;
use crate::desk::entry::Lack;
use crate::desk::people::Language;
use crate::mail::compose::{Draft, UNSUBSCRIBE};
use crate::mail::document::Target;
use crate::time::Timestamp;
use i18n::{Texts, texts};

/// What every mail of the desk has, whatever it says.
#[derive(Debug, Clone)]
pub struct Stationery {
    /// The desk's name.
    pub desk: String,
    /// How somebody who works here is called as the sender.
    pub display_name: DisplayName,
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
    /// The files that are too large to travel, with where the reader gets them.
    pub by_link: Vec<ByLink>,
    /// Where the reader wants no more such mails, for their program to offer.
    pub unsubscribe: Option<String>,
    /// When it is written.
    pub at: Timestamp,
    /// What stands below the signature of a mail to somebody outside the staff: what each link says, and where it leads.
    pub footer: Vec<(String, Target)>,
}

/// What stands at the foot of a mail to an outsider, as the configuration has it.
#[must_use]
pub fn footer(face: &Face, language: Language) -> Vec<(String, Target)> {
    face.footer.iter().map(|link| (link.label(language).to_owned(), link.url.clone())).collect()
}

/// How much of a file's name stands in a text.
const NAME: usize = 120;

/// A file that is too large for a mail.
#[derive(Debug, Clone)]
pub struct ByLink {
    /// SHA-256 of its bytes in hexadecimal.
    pub blob: String,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: i64,
    /// Where this reader gets it.
    pub link: String,
    /// Until which day, as the reader writes it.
    pub until: String,
}

/// A code of six digits as people read it to themselves: three and three. Blanks do not matter where it is entered.
fn grouped(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((first, last)) if code.len() == 6 => format!("{first} {last}"),
        _ => code.to_owned(),
    }
}

/// In whose name a mail is. Only who works here speaks as the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// The desk itself.
    Desk,
    /// Somebody who works here, by name.
    Staff(String),
    /// Anybody else, by address: what they call themselves proves nothing.
    Outsider(String),
}

impl Stationery {
    fn words(&self) -> &'static Texts {
        texts(self.language)
    }

    fn greeting(&self) -> String {
        match self.to.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => self.words().text("greeting", &[("name", name)]),
            None => self.words().text("greeting-nameless", &[]),
        }
    }

    /// A draft from `speaker` with nothing but the text.
    fn draft(self, speaker: Speaker, subject: String, text: &str) -> Draft {
        self.dressed(speaker, subject, text, &[])
    }

    /// What is said of the files that do not travel; empty where all do.
    fn links(&self) -> String {
        let Some(first) = self.by_link.first() else { return String::new() };
        let w = self.words();
        let file = |file: &ByLink| {
            let (name, size) = (on_one_line(&file.name, NAME), size(w, file.size));
            format!("{}\n{}", w.text("file-link-file", &[("name", &name), ("size", &size)]), file.link)
        };
        let files: Vec<String> = self.by_link.iter().map(file).collect();
        format!("{}\n\n{}", w.text("file-link-instead", &[("day", &first.until)]), files.join("\n\n"))
    }

    /// A draft from `speaker` that says nothing yet.
    fn empty(self, speaker: Speaker, subject: String) -> Draft {
        let name = match speaker {
            Speaker::Desk => self.desk.clone(),
            Speaker::Staff(name) if name.is_empty() => self.desk.clone(),
            Speaker::Staff(name) => self.display_name.of(&name, &self.desk),
            Speaker::Outsider(address) => {
                self.words().text("via", &[("address", &plain_address(&address)), ("desk", &self.desk)])
            }
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
            headers: self.unsubscribe.map(one_click).unwrap_or_default(),
            text: String::new(),
            html: None,
            files: Vec::new(),
        }
    }
}

/// The fields by which a mail program offers to send no more such mails (RFC 8058 section 3.1).
fn one_click(link: String) -> Vec<(String, String)> {
    let fields = [(UNSUBSCRIBE, format!("<{link}>")), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// An address in front of a name of ours: without a local part that could be read as one (RFC 5321 section 4.1.2,
/// `"Example desk"@evil.example`).
fn plain_address(address: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    match address.rsplit_once('@') {
        Some((local, domain)) if local.is_empty() || !local.chars().all(plain) => Cow::Owned(format!("…@{domain}")),
        _ => Cow::Borrowed(address),
    }
}

/// A day as people write it.
#[must_use]
pub fn day(at: Timestamp, language: Language, zone: &str) -> String {
    match language {
        Language::German => at.strftime(zone, "%-d.%-m.%Y"),
        Language::English => at.strftime(zone, "%-d %b %Y"),
    }
}

/// A moment as people write it, with the name of the zone in which it is that time.
fn moment(at: Timestamp, language: Language, zone: &str) -> String {
    match language {
        Language::German => at.strftime(zone, "%-d.%-m.%Y um %H:%M (%Z)"),
        Language::English => at.strftime(zone, "%-d %b %Y at %H:%M (%Z)"),
    }
}

/// The size of a mail as people say it, in decimal megabytes as mail programs show it.
#[must_use]
pub fn size(w: &Texts, bytes: i64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    w.text("size-mb", &[("whole", &(tenths / 10).to_string()), ("tenth", &(tenths % 10).to_string())])
}

/// What is said on a ticket and in mails about something of a mail that is not there.
#[must_use]
pub fn lack(w: &Texts, lack: Lack) -> String {
    match lack {
        Lack::Files { kept, of } => w.text("lack-files", &[("kept", &kept.to_string()), ("of", &of.to_string())]),
        Lack::Text => w.text("lack-text", &[]),
        Lack::Html => w.text("lack-html", &[]),
        Lack::Parts => w.text("lack-parts", &[]),
        Lack::Encrypted => w.text("lack-encrypted", &[]),
        Lack::Incomplete => w.text("lack-incomplete", &[]),
        Lack::Nothing => w.text("lack-nothing", &[]),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_like_no_name() {
        for (address, shown) in [
            ("carla@acme.example", "carla@acme.example"),
            ("\"Example Desk\"@evil.example", "…@evil.example"),
            ("example desk@evil.example", "…@evil.example"),
            ("@evil.example", "…@evil.example"),
        ] {
            assert_eq!(plain_address(address), shown);
        }
    }
}
