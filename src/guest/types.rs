//! What an outsider may hold in hand. Constructors take the public rows apart exhaustively, so that a new column does
//! not compile until somebody decides about it.

use super::face::GuestFace;
use super::written::Written;
use crate::desk::entry::{Change, EntryKind, Field, File};
use crate::desk::ids::{EntryId, PersonId};
use crate::desk::names::OwnNames;
use crate::desk::people::PersonKind;
use crate::desk::ticket::TicketNumber;
use crate::store::public::entries::{PublicEntry, PublicTicket};
use crate::time::Timestamp;

/// A ticket as its correspondents see it.
#[derive(Debug, Clone)]
pub struct GuestTicket {
    number: TicketNumber,
    face: GuestFace,
    subject: String,
    project_name: String,
    signature: String,
    opened: Timestamp,
    joined: Option<Timestamp>,
    writes_on_page: bool,
    entries: Vec<GuestEntry>,
}

/// Who reads a ticket, and what their role lets them.
pub(super) struct Reading {
    pub(super) reader: PersonId,
    /// See who works on it.
    pub(super) sees_assignee: bool,
    /// Write on its page, for who may sign in.
    pub(super) writes_on_page: bool,
}

impl GuestTicket {
    /// As `reader` sees it.
    pub(super) fn new(
        ticket: PublicTicket,
        entries: Vec<PublicEntry>,
        names: &OwnNames,
        Reading { reader, sees_assignee, writes_on_page }: Reading,
    ) -> Self {
        let PublicTicket {
            id: _,
            organization: _,
            number,
            title,
            subject,
            project_name,
            signature,
            category,
            status,
            assignee,
            progress,
            due,
            created_at,
            joined,
        } = ticket;
        Self {
            number,
            face: GuestFace { title, category, status, assignee, progress, due }.seen(sees_assignee),
            subject,
            project_name,
            signature,
            opened: created_at,
            joined,
            writes_on_page,
            entries: entries.into_iter().map(|entry| GuestEntry::new(entry, names, reader)).collect(),
        }
    }

    /// What it is about and how it stands.
    #[must_use]
    pub fn face(&self) -> &GuestFace {
        &self.face
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> &TicketNumber {
        &self.number
    }

    /// The subject as the requester wrote it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Name of the project.
    #[must_use]
    pub fn project_name(&self) -> &str {
        &self.project_name
    }

    /// What stands under answers; may be empty.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Whether the reader may write on its page, too.
    #[must_use]
    pub fn writes_on_page(&self) -> bool {
        self.writes_on_page
    }

    /// When it was opened.
    #[must_use]
    pub fn opened(&self) -> Timestamp {
        self.opened
    }

    /// Its public timeline, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[GuestEntry] {
        &self.entries
    }

    /// The public entry with this id, if it is one.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&GuestEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// What has changed in public since the reader's last mail before the one with `entry`: since the last comment before
    /// it that somebody else wrote.
    #[must_use]
    pub fn changed_before(&self, entry: &GuestEntry) -> Vec<Field> {
        let is_mail = |other: &&GuestEntry| other.kind == EntryKind::Comment && other.id != entry.id && !other.mine;
        let since = self.entries.iter().rev().take_while(|other| !is_mail(other));
        since.filter_map(|other| other.changed).collect()
    }

    /// What was said before `entry` in the reader's own time on the ticket, the newest first: never what was written before
    /// somebody let them take part.
    #[must_use]
    pub fn said_before(&self, entry: &GuestEntry) -> Vec<&GuestEntry> {
        let before = self.entries.iter().rev().skip_while(|other| other.id != entry.id).skip(1);
        let own = before.take_while(|other| !other.admits && self.joined.is_none_or(|joined| other.at >= joined));
        own.filter(|other| other.kind == EntryKind::Comment && !other.text().trim().is_empty()).collect()
    }

    /// The newest public comment of the staff.
    #[must_use]
    pub fn last_answer(&self) -> Option<&GuestEntry> {
        self.entries.iter().rev().find(|entry| entry.kind == EntryKind::Comment && entry.by_staff())
    }
}

/// Who made an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestAuthor {
    /// The desk itself.
    Desk,
    /// Somebody who works there, by the name for outsiders.
    Staff(String),
    /// Anybody else.
    Outsider {
        /// What they are called: the address where their name reads like one of the staff's.
        name: String,
        /// The address.
        address: String,
    },
}

/// An entry as correspondents see it.
#[derive(Debug, Clone)]
pub struct GuestEntry {
    id: EntryId,
    kind: EntryKind,
    author: GuestAuthor,
    at: Timestamp,
    written: Written,
    mine: bool,
    changed: Option<Field>,
    /// Whether it says that the reader takes part from here on.
    admits: bool,
    files: Vec<File>,
}

impl GuestEntry {
    fn new(entry: PublicEntry, names: &OwnNames, reader: PersonId) -> Self {
        let PublicEntry { id, kind, author_id, author, author_address, author_kind, at, text, document, typed, change, files } =
            entry;
        let change = change.map(|change| {
            let Change { field, from: _, to } = change;
            (field, field == Field::Participant && to == Some(reader.to_string()))
        });
        let (changed, admits) = change.unzip();
        let (author, address) = (author.unwrap_or_default(), author_address.unwrap_or_default());
        let author = match author_kind {
            None => GuestAuthor::Desk,
            Some(PersonKind::Staff) => GuestAuthor::Staff(author),
            Some(PersonKind::Contact) => GuestAuthor::Outsider { name: names.shown(&author, &address), address },
        };
        Self {
            id,
            kind,
            author,
            mine: author_id == Some(reader),
            at,
            written: Written::new(text, document, typed),
            changed,
            admits: admits.unwrap_or_default(),
            files,
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Who made it.
    #[must_use]
    pub fn author(&self) -> &GuestAuthor {
        &self.author
    }

    /// Whether somebody who works at the desk made it.
    #[must_use]
    pub fn by_staff(&self) -> bool {
        matches!(self.author, GuestAuthor::Staff(_))
    }

    /// When it was made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What was written.
    #[must_use]
    pub fn text(&self) -> &str {
        self.written.text()
    }

    /// The same with its structure.
    #[must_use]
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }
}
