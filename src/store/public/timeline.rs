//! What guests read of one ticket: its public entries and their files, the people around it, public working time. None of
//! the statements asks about the reader: only [`crate::guest`] calls them, after it has.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::entries::Shown;
use crate::desk::entry::{Change, Document, EntryKind, File};
use crate::desk::ids::{EntryId, PersonId, TicketId};
use crate::desk::people::PersonKind;
use crate::store::row::{ReadRow, get};
use crate::store::{Result, Tx, time};
use crate::time::Timestamp;

/// A public entry of a timeline.
#[derive(Debug, Clone)]
pub struct PublicItem {
    /// What it is.
    pub kind: EntryKind,
    /// Who made it; `None` for the desk itself.
    pub author_id: Option<PersonId>,
    /// Its author's name for outsiders, an address where there is no name.
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
    /// Name of the person whom the change names.
    pub whom: Option<String>,
    /// The address of that person, where they are outside the staff.
    pub whom_address: Option<String>,
    /// Its files, each with the random id that its address carries.
    pub files: Vec<(i64, File)>,
}

/// The public comments and changes of a ticket, oldest first.
pub async fn timeline(tx: &mut Tx, ticket: TicketId) -> Result<Vec<PublicItem>> {
    let sql = concat!(
        "SELECT ",
        shown!(columns),
        ", ",
        name_of!("author"),
        " AS author_name, ",
        name_of!("whom"),
        " AS whom_name, ",
        address_of!("whom"),
        " AS whom_address FROM entry LEFT JOIN person author ON author.id = entry.author_id \
         LEFT JOIN person whom ON whom.id = CASE entry.field WHEN 'assignee' THEN CAST(entry.new_value AS BIGINT) \
         WHEN 'participant' THEN CAST(COALESCE(entry.new_value, entry.old_value) AS BIGINT) END \
         WHERE entry.ticket_id = $1 AND entry.visibility = 'public' AND entry.kind IN ('comment', 'change') ORDER BY entry.ordinal"
    );
    let mut files = files(tx, ticket).await?;
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let Shown { id, kind, author_id, author_address, author_kind, at, text, document, inbox, change } = Shown::read(row)?;
            let (own, rest) = std::mem::take(&mut files).into_iter().partition(|(entry, ..)| *entry == id);
            files = rest;
            Ok(PublicItem {
                kind,
                author_id,
                author: row.try_get("author_name")?,
                author_address,
                author_kind,
                at,
                text,
                document,
                typed: inbox.is_none(),
                change,
                whom: row.try_get("whom_name")?,
                whom_address: row.try_get("whom_address")?,
                files: own.into_iter().map(|(_, id, file): (EntryId, i64, File)| (id, file)).collect(),
            })
        })
        .collect()
}

macro_rules! file_sql {
    () => {
        concat!(
            "SELECT attachment.entry_id, attachment.id, ",
            attachment!(columns),
            " FROM attachment JOIN entry ON entry.id = attachment.entry_id WHERE entry.ticket_id = $1 AND entry.visibility = 'public'"
        )
    };
}

fn of_entry(row: &AnyRow) -> Result<(EntryId, i64, File)> {
    Ok((get(row, "entry_id")?, row.try_get("id")?, File::read(row)?))
}

/// The files of a ticket's public entries: entry, id, file.
async fn files(tx: &mut Tx, ticket: TicketId) -> Result<Vec<(EntryId, i64, File)>> {
    let sql = concat!(file_sql!(), " ORDER BY entry.ordinal, attachment.position");
    sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?.iter().map(of_entry).collect()
}

/// A file of a public entry of this ticket.
pub async fn file_of(tx: &mut Tx, ticket: TicketId, id: i64) -> Result<Option<File>> {
    let sql = concat!(file_sql!(), " AND attachment.id = $2");
    let row = sqlx::query(sql).bind(ticket.0).bind(id).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(File::read).transpose()
}

/// The contacts around a ticket: who asked, then who takes part in it; each with name and address.
pub async fn contacts(tx: &mut Tx, ticket: TicketId) -> Result<Vec<(PersonId, String, String)>> {
    let asked = concat!(
        "SELECT person.id, ",
        name_of!("person"),
        " AS shown_name, ",
        address_of!("person"),
        " AS shown_address FROM person JOIN ticket ON ticket.requester_id = person.id WHERE ticket.id = $1 AND person.kind = 'contact'"
    );
    let joined = concat!(
        "SELECT person.id, ",
        name_of!("person"),
        " AS shown_name, ",
        address_of!("person"),
        " AS shown_address FROM person JOIN participant ON participant.person_id = person.id \
         WHERE participant.ticket_id = $1 AND person.kind = 'contact' ORDER BY participant.joined_at, person.id"
    );
    let mut contacts: Vec<(PersonId, String, String)> = Vec::new();
    for sql in [asked, joined] {
        for row in sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await? {
            let name: Option<String> = row.try_get("shown_name")?;
            let address: Option<String> = row.try_get("shown_address")?;
            let id = PersonId(row.try_get("id")?);
            if contacts.iter().all(|(known, ..)| *known != id) {
                contacts.push((id, name.unwrap_or_default(), address.unwrap_or_default()));
            }
        }
    }
    Ok(contacts)
}

/// A public time entry. There is no rate and no author to be had.
#[derive(Debug, Clone)]
pub struct PublicTime {
    /// What was done.
    pub text: String,
    /// How long.
    pub minutes: i64,
    /// The day, as its first moment in UTC.
    pub worked_on: Timestamp,
}

/// The public time entries of a ticket, oldest first. Asked only for roles that show time.
pub async fn times(tx: &mut Tx, ticket: TicketId) -> Result<Vec<PublicTime>> {
    let sql = "SELECT entry.text, time_spent.minutes, time_spent.worked_on FROM entry JOIN time_spent ON time_spent.entry_id = entry.id \
         WHERE entry.ticket_id = $1 AND entry.visibility = 'public' AND entry.kind = 'time' ORDER BY time_spent.worked_on, entry.ordinal";
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let worked_on = time(row, "worked_on")?;
            Ok(PublicTime { text: row.try_get("text")?, minutes: row.try_get("minutes")?, worked_on })
        })
        .collect()
}

/// Whether `person` wants no mail about a ticket.
pub async fn is_muted(tx: &mut Tx, ticket: TicketId, person: PersonId) -> Result<bool> {
    let sql = "SELECT 1 FROM muted WHERE ticket_id = $1 AND person_id = $2";
    Ok(sqlx::query(sql).bind(ticket.0).bind(person.0).fetch_optional(&mut *tx.inner).await?.is_some())
}
