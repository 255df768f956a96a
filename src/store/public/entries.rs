//! One ticket and one entry of it, as letters to outsiders and single pages show them.

use sqlx::Row;

use crate::desk::entry::{Change, Document, EntryKind, File};
use crate::desk::ids::{EntryId, InboxId, OrganizationId, OutboxId, PersonId, TicketId};
use crate::desk::people::{Named, PersonKind};
use crate::desk::ticket::{Category, TicketNumber};
use crate::store::entries::files;
use crate::store::row::ReadRow;
use crate::store::{Result, Tx, maybe_time, named, time, word};
use crate::time::Timestamp;

/// The public side of a ticket.
#[derive(Debug, Clone)]
pub struct PublicTicket {
    /// Its id; never shown.
    pub id: TicketId,
    /// Who owns its project; `None` for projects without guests.
    pub organization: Option<OrganizationId>,
    /// Its number.
    pub number: TicketNumber,
    /// What it is about.
    pub title: String,
    /// The subject as the requester wrote it.
    pub subject: String,
    /// The project's name.
    pub project_name: String,
    /// What stands under answers.
    pub signature: String,
    /// Its public status.
    pub status: Named,
    /// What that status means.
    pub category: Category,
    /// Name of the visible assignee.
    pub assignee: Option<String>,
    /// Per cent.
    pub progress: i64,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Since when the person takes part; `None` for who asked, unless their membership has ended since.
    pub joined: Option<Timestamp>,
}

/// The public side of a ticket; `None` unless `person` is its requester or takes part in it and is active.
pub async fn ticket_of_correspondent(tx: &mut Tx, person: PersonId, ticket: TicketId) -> Result<Option<PublicTicket>> {
    let sql = "SELECT ticket.id, project.organization_id, project.key AS project_key, ticket.number, ticket.title, ticket.subject, project.name AS project_name, \
         project.signature, status.category, status.name_de, status.name_en, \
         COALESCE(assignee.public_name, assignee.name) AS assignee_name, ticket.face_progress, ticket.face_due_at, ticket.created_at, \
         CASE WHEN former_member.ended_at IS NOT NULL THEN COALESCE(part.approved_at, former_member.ended_at) \
         WHEN ticket.requester_id = $2 THEN NULL ELSE part.joined_at END AS joined_at \
         FROM ticket JOIN project ON project.id = ticket.project_id JOIN status ON status.key = ticket.face_status \
         LEFT JOIN person assignee ON assignee.id = ticket.face_assignee_id \
         LEFT JOIN participant part ON part.ticket_id = ticket.id AND part.person_id = $2 \
         LEFT JOIN former_member ON former_member.organization_id = project.organization_id AND former_member.person_id = $2 \
         WHERE ticket.id = $1 AND EXISTS (SELECT 1 FROM person WHERE person.id = $2 AND person.active = 1 AND person.kind = 'contact') \
         AND (ticket.requester_id = $2 OR part.person_id IS NOT NULL)";
    let row = sqlx::query(sql).bind(ticket.0).bind(person.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| {
        Ok(PublicTicket {
            id: TicketId(row.try_get("id")?),
            organization: row.try_get::<Option<i64>, _>("organization_id")?.map(OrganizationId),
            number: TicketNumber { project: row.try_get("project_key")?, number: row.try_get("number")? },
            title: row.try_get("title")?,
            subject: row.try_get("subject")?,
            project_name: row.try_get("project_name")?,
            signature: row.try_get("signature")?,
            status: named(&row, "name_de", "name_en")?,
            category: word(&row, "category", "a category")?,
            assignee: row.try_get("assignee_name")?,
            progress: row.try_get("face_progress")?,
            due: maybe_time(&row, "face_due_at")?,
            created_at: time(&row, "created_at")?,
            joined: maybe_time(&row, "joined_at")?,
        })
    })
    .transpose()
}

/// The public side of an entry.
#[derive(Debug, Clone)]
pub struct PublicEntry {
    /// Its id; never shown.
    pub id: EntryId,
    /// What it is.
    pub kind: EntryKind,
    /// Who made it; `None` for the desk itself.
    pub author_id: Option<PersonId>,
    /// Its author's name for outsiders; `None` for the desk itself.
    pub author: Option<String>,
    /// The address of an author outside the staff.
    pub author_address: Option<String>,
    /// Which side of the desk its author is on.
    pub author_kind: Option<PersonKind>,
    /// When it was made.
    pub at: Timestamp,
    /// What was written.
    pub text: String,
    /// The same with its structure.
    pub document: Option<Document>,
    /// Whether it was typed here; else it came in a mail.
    pub typed: bool,
    /// What was changed.
    pub change: Option<Change>,
    /// Its files.
    pub files: Vec<File>,
}

/// What letters and pages show of an entry alike. What its author is called differs.
pub(super) struct Shown {
    pub(super) id: EntryId,
    pub(super) kind: EntryKind,
    pub(super) author_id: Option<PersonId>,
    pub(super) author_address: Option<String>,
    pub(super) author_kind: Option<PersonKind>,
    pub(super) at: Timestamp,
    pub(super) text: String,
    pub(super) document: Option<Document>,
    pub(super) inbox: Option<InboxId>,
    pub(super) change: Option<Change>,
}

/// The address of a person outside the staff.
macro_rules! address_of {
    ($person:literal) => {
        concat!(
            "(SELECT MIN(person_address.address) FROM person_address WHERE person_address.person_id = ",
            $person,
            ".id AND person_address.position = 0 AND ",
            $person,
            ".kind = 'contact')"
        )
    };
}

/// What a person is called, the address of somebody outside the staff where there is no name.
macro_rules! name_of {
    ($person:literal) => {
        concat!("COALESCE(", $person, ".public_name, NULLIF(", $person, ".name, ''), ", address_of!($person), ")")
    };
}

row! {
    shown: Shown { id, kind, author_id, author_address, author_kind, at, text, document, inbox: inbox_id, change } of "entry";
    columns id, kind, author_id, at, text, document, inbox_id, field, old_value, new_value;
    found author_kind = "author.kind", author_address = address_of!("author");
    split document into document;
    split change into field, old_value, new_value;
}

/// The public entries of a ticket, oldest first. Asks no question about the reader: only [`crate::guest`] calls it, after
/// it has.
pub async fn entries(tx: &mut Tx, ticket: TicketId) -> Result<Vec<PublicEntry>> {
    let sql = concat!(
        "SELECT ",
        shown!(columns),
        ", COALESCE(author.public_name, author.name) AS author_name FROM entry LEFT JOIN person author ON author.id = entry.author_id \
         WHERE entry.ticket_id = $1 AND entry.visibility = 'public' AND entry.kind IN ('comment', 'change') ORDER BY entry.ordinal"
    );
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let author = row.try_get("author_name")?;
        let Shown { id, kind, author_id, author_address, author_kind, at, text, document, inbox, change } = Shown::read(&row)?;
        let files = files(tx, id).await?;
        let typed = inbox.is_none();
        entries.push(PublicEntry {
            id,
            kind,
            author_id,
            author,
            author_address,
            author_kind,
            at,
            text,
            document,
            typed,
            change,
            files,
        });
    }
    Ok(entries)
}

/// Whether everything that a mail tells of several comments is public at this moment.
pub async fn is_all_public(tx: &mut Tx, mail: OutboxId) -> Result<bool> {
    let sql = "SELECT 1 FROM owed JOIN entry ON entry.ticket_id = owed.ticket_id AND entry.kind = 'comment' \
         AND entry.ordinal >= owed.first_ordinal AND entry.ordinal <= owed.last_ordinal \
         WHERE owed.outbox_id = $1 AND entry.visibility <> 'public' LIMIT 1";
    Ok(sqlx::query(sql).bind(mail.0).fetch_optional(&mut *tx.inner).await?.is_none())
}

/// Whether an entry is public at this moment.
pub async fn is_public(tx: &mut Tx, entry: EntryId) -> Result<bool> {
    let sql = "SELECT 1 FROM entry WHERE id = $1 AND visibility = 'public'";
    Ok(sqlx::query(sql).bind(entry.0).fetch_optional(&mut *tx.inner).await?.is_some())
}
