//! The timelines of tickets, internal entries included, and the files in them. What outsiders may see is read by
//! [`super::public`].

use sqlx::Row;
use sqlx::any::AnyRow;

use super::tickets::person_id;
use super::{Error, Result, Tx, maybe_word, time, truth, word};
use crate::desk::entry::{Change, EntryKind, Field, File, Visibility};
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

fn entry(row: &AnyRow) -> Result<Entry> {
    let field: Option<Field> = maybe_word(row, "field", "a field")?;
    let from: Option<String> = row.try_get("old_value")?;
    let to: Option<String> = row.try_get("new_value")?;
    let inbox: Option<i64> = row.try_get("inbox_id")?;
    Ok(Entry {
        id: EntryId(row.try_get("id")?),
        ticket: TicketId(row.try_get("ticket_id")?),
        ordinal: row.try_get("ordinal")?,
        kind: word(row, "kind", "a kind of entry")?,
        visibility: word(row, "visibility", "a visibility")?,
        author: person_id(row, "author_id")?,
        at: time(row, "at")?,
        text: row.try_get("text")?,
        change: field.map(|field| Change { field, from, to }),
        inbox: inbox.map(InboxId),
    })
}

/// Enters an entry.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let sql = "INSERT INTO entry (id, ticket_id, ordinal, kind, visibility, author_id, at, text, field, old_value, new_value, inbox_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let change = entry.change.as_ref();
    sqlx::query(sql)
        .bind(entry.id.0)
        .bind(entry.ticket.0)
        .bind(entry.ordinal)
        .bind(entry.kind.as_str())
        .bind(entry.visibility.as_str())
        .bind(entry.author.map(|person| person.0))
        .bind(entry.at.as_micros())
        .bind(entry.text.clone())
        .bind(change.map(|change| change.field.as_str()))
        .bind(change.and_then(|change| change.from.clone()))
        .bind(change.and_then(|change| change.to.clone()))
        .bind(entry.inbox.map(|inbox| inbox.0))
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The whole timeline of a ticket, internal entries included, oldest first.
pub async fn list(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Entry>> {
    let sql = "SELECT id, ticket_id, ordinal, kind, visibility, author_id, at, text, field, old_value, new_value, inbox_id \
         FROM entry WHERE ticket_id = $1 ORDER BY ordinal";
    sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?.iter().map(entry).collect()
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

/// Attaches a file to an entry.
pub async fn insert_file(tx: &mut Tx, id: i64, entry: EntryId, position: i64, file: &File) -> Result<()> {
    let sql = "INSERT INTO attachment (id, entry_id, position, name, content_type, size, inline, content_id, blob) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(sql)
        .bind(id)
        .bind(entry.0)
        .bind(position)
        .bind(file.name.clone())
        .bind(file.content_type.clone())
        .bind(file.size)
        .bind(i64::from(file.inline))
        .bind(file.content_id.clone())
        .bind(file.blob.clone())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The files of an entry, in order.
pub async fn files(tx: &mut Tx, entry: EntryId) -> Result<Vec<File>> {
    let sql = "SELECT name, content_type, size, inline, content_id, blob FROM attachment WHERE entry_id = $1 ORDER BY position";
    let rows = sqlx::query(sql).bind(entry.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok::<_, Error>(File {
                name: row.try_get("name")?,
                content_type: row.try_get("content_type")?,
                size: row.try_get("size")?,
                inline: truth(row, "inline")?,
                content_id: row.try_get("content_id")?,
                blob: row.try_get("blob")?,
            })
        })
        .collect()
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
