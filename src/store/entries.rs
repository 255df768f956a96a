//! The timelines of tickets, internal entries included, and the files in them. What outsiders may see is read by
//! [`super::public`].

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx, time};
use crate::desk::entry::{Change, Document, EntryKind, File, Visibility};
use crate::desk::face::FaceEntry;
use crate::desk::ids::{EntryId, InboxId, PersonId, TicketId};
use crate::time::Timestamp;

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The ticket.
    pub ticket: TicketId,
    /// Its place in the timeline, from 1.
    pub ordinal: i64,
    /// What it is.
    pub kind: EntryKind,
    /// Who may see it.
    pub visibility: Visibility,
    /// Who made it; `None` for the desk itself.
    pub author: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// What was written.
    pub text: String,
    /// The same with its structure, where it says more than its words.
    pub document: Option<Document>,
    /// What was changed.
    pub change: Option<Change>,
    /// The mail it came from.
    pub inbox: Option<InboxId>,
}

impl Entry {
    /// As much of it as the face depends on.
    #[must_use]
    pub fn for_face(&self) -> FaceEntry {
        FaceEntry { visibility: self.visibility, kind: self.kind, at: self.at, change: self.change.clone() }
    }
}

row! {
    entry: Entry {
        id, ticket: ticket_id, ordinal, kind, visibility, author: author_id, at, text, document, change, inbox: inbox_id,
    } in "entry";
    columns id, ticket_id, ordinal, kind, visibility, author_id, at, text, document, field, old_value, new_value, inbox_id;
    split document into document;
    split change into field, old_value, new_value;
}

/// Enters an entry.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<()> {
    entry.bind(sqlx::query(entry!(insert)), Written::Whole).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The whole timeline of a ticket, internal entries included, oldest first.
pub async fn list(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Entry>> {
    let sql = concat!("SELECT ", entry!(columns), " FROM entry WHERE entry.ticket_id = $1 ORDER BY entry.ordinal");
    sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?.iter().map(Entry::read).collect()
}

/// The newest comments of a ticket before an entry, oldest first; internal ones only where `inside`.
pub async fn comments_before(tx: &mut Tx, ticket: TicketId, ordinal: i64, most: i64, inside: bool) -> Result<Vec<Entry>> {
    let sql = concat!(
        "SELECT ",
        entry!(columns),
        " FROM entry WHERE entry.ticket_id = $1 AND entry.kind = 'comment' AND entry.ordinal < $2 \
         AND (entry.visibility = 'public' OR $3 = 1) ORDER BY entry.ordinal DESC LIMIT $4"
    );
    let query = sqlx::query(sql).bind(ticket.0).bind(ordinal).bind(i64::from(inside)).bind(most);
    let mut found: Vec<Entry> = query.fetch_all(&mut *tx.inner).await?.iter().map(Entry::read).collect::<Result<_>>()?;
    found.reverse();
    Ok(found)
}

/// How many comments a person added to a ticket since a point in time, without those that old mail brought.
pub async fn comments_since(tx: &mut Tx, ticket: TicketId, author: PersonId, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM entry WHERE ticket_id = $1 AND author_id = $2 AND kind = 'comment' AND at >= $3 \
         AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.id = entry.inbox_id AND inbox.old = 1)";
    Ok(sqlx::query(sql).bind(ticket.0).bind(author.0).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// When a person last commented on a ticket; `None` where they never have.
pub async fn last_comment_by(tx: &mut Tx, ticket: TicketId, author: PersonId) -> Result<Option<Timestamp>> {
    let sql = "SELECT at FROM entry WHERE ticket_id = $1 AND author_id = $2 AND kind = 'comment' ORDER BY ordinal DESC LIMIT 1";
    let row = sqlx::query(sql).bind(ticket.0).bind(author.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| time(&row, "at")).transpose()
}

/// When a ticket's status last changed; `None` where it never has.
pub async fn status_changed(tx: &mut Tx, ticket: TicketId) -> Result<Option<Timestamp>> {
    let sql = "SELECT at FROM entry WHERE ticket_id = $1 AND kind = 'change' AND field = 'status' ORDER BY ordinal DESC LIMIT 1";
    let row = sqlx::query(sql).bind(ticket.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| time(&row, "at")).transpose()
}

row! {
    attachment: File { name, content_type, size, inline, content_id, blob } in "attachment";
    columns name, content_type, size, inline, content_id, blob;
    also id, entry_id, position;
}

/// Attaches a file to an entry.
pub async fn insert_file(tx: &mut Tx, id: i64, entry: EntryId, position: i64, file: &File) -> Result<()> {
    let statement = file.bind(sqlx::query(attachment!(insert)), Written::Whole);
    statement.bind(id).bind(entry.0).bind(position).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The files of an entry, in order.
pub async fn files(tx: &mut Tx, entry: EntryId) -> Result<Vec<File>> {
    let sql =
        concat!("SELECT ", attachment!(columns), " FROM attachment WHERE attachment.entry_id = $1 ORDER BY attachment.position");
    sqlx::query(sql).bind(entry.0).fetch_all(&mut *tx.inner).await?.iter().map(File::read).collect()
}

/// Says how long an entry of kind time took, and on which day.
pub async fn insert_time(tx: &mut Tx, entry: EntryId, minutes: i64, worked_on: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO time_spent (entry_id, minutes, worked_on) VALUES ($1, $2, $3)")
        .bind(entry.0)
        .bind(minutes)
        .bind(worked_on.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}
