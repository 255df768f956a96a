//! The first look into each folder: what it covers, how far it is, and what became of the old mail in it.

use sqlx::Row;

use super::row::{Columns, ReadRow, WriteRow, Written};
use super::{Result, Tx, maybe_word};
use crate::desk::ids::{ProjectId, TicketId};
use crate::desk::inbox::Disposition;
use crate::time::Timestamp;

/// What a first look covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// Every UID below this one.
    Below(i64),
    /// These UIDs, in order.
    These(Vec<i64>),
}

/// One first look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstLook {
    /// UIDVALIDITY of the folder.
    pub uidvalidity: i64,
    /// What it covers.
    pub cover: Cover,
    /// When it began.
    pub began_at: Timestamp,
    /// When all of it was in the ledger.
    pub ended_at: Option<Timestamp>,
}

row! {
    first_look: FirstLook { uidvalidity, cover, began_at, ended_at } in "first_look";
    columns uidvalidity, below, uids, began_at, ended_at;
    also mailbox, folder;
    split cover into below, uids;
}

/// All UIDs below one, or else these.
impl Columns for Cover {
    type Parts = (Option<i64>, Option<Vec<u8>>);

    fn split(&self) -> Self::Parts {
        match self {
            Self::Below(below) => (Some(*below), None),
            Self::These(uids) => (None, Some(packed(uids))),
        }
    }

    fn join((below, uids): Self::Parts) -> Self {
        below.map_or_else(|| Self::These(unpacked(&uids.unwrap_or_default())), Self::Below)
    }
}

/// The first look into a folder.
pub async fn get(tx: &mut Tx, mailbox: &str, folder: &str) -> Result<Option<FirstLook>> {
    let sql = concat!("SELECT ", first_look!(columns), " FROM first_look WHERE mailbox = $1 AND folder = $2");
    let row = sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(FirstLook::read).transpose()
}

/// Remembers what a first look covers, instead of what an earlier one of the folder covered that did not end.
pub async fn begin(tx: &mut Tx, mailbox: &str, folder: &str, look: &FirstLook) -> Result<()> {
    let sql = concat!(
        first_look!(insert),
        " ON CONFLICT (mailbox, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, below = excluded.below, \
         uids = excluded.uids WHERE first_look.ended_at IS NULL"
    );
    let statement = look.bind(sqlx::query(sql), Written::Whole);
    statement.bind(mailbox.to_owned()).bind(folder.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Whether the ledger has anything of a folder.
pub async fn is_known(tx: &mut Tx, mailbox: &str, folder: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM inbox WHERE mailbox = $1 AND folder = $2 LIMIT 1";
    let row = sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).fetch_optional(&mut *tx.inner).await?;
    Ok(row.is_some())
}

/// Ends a first look: all that it covers is in the ledger, or cannot be had.
pub async fn end(tx: &mut Tx, mailbox: &str, folder: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE first_look SET ended_at = $1 WHERE mailbox = $2 AND folder = $3 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(mailbox.to_owned()).bind(folder.to_owned()).execute(&mut *tx.inner).await?;
    // Whoever decides tells of it, too.
    tx.left.arrived = true;
    Ok(())
}

/// The folders of a mailbox whose first looks are through and untold, where every first look of the mailbox is through:
/// it ended before `quiet` or began before `patience`, and all of its mail has been decided about.
pub async fn untold(tx: &mut Tx, quiet: Timestamp, patience: Timestamp) -> Result<Option<(String, Vec<String>)>> {
    let sql = "SELECT mailbox, folder FROM first_look WHERE told_at IS NULL AND mailbox = (\
         SELECT MIN(waiting.mailbox) FROM first_look waiting WHERE waiting.told_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM first_look other WHERE other.mailbox = waiting.mailbox AND other.told_at IS NULL \
             AND ((other.ended_at IS NULL AND other.began_at > $1) OR other.ended_at > $2)) \
         AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.mailbox = waiting.mailbox AND inbox.disposition IS NULL \
             AND inbox.found IS NOT NULL AND inbox.release IS NULL)) ORDER BY folder";
    let rows = sqlx::query(sql).bind(patience.as_micros()).bind(quiet.as_micros()).fetch_all(&mut *tx.inner).await?;
    let mut found: Option<(String, Vec<String>)> = None;
    for row in &rows {
        let (mailbox, folder): (String, String) = (row.try_get("mailbox")?, row.try_get("folder")?);
        found.get_or_insert_with(|| (mailbox, Vec::new())).1.push(folder);
    }
    Ok(found)
}

/// Writes down that the staff has been told of a first look. `false` when somebody else already did.
pub async fn told(tx: &mut Tx, mailbox: &str, folder: &str, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE first_look SET told_at = $1, ended_at = COALESCE(ended_at, $1) \
         WHERE mailbox = $2 AND folder = $3 AND told_at IS NULL";
    let done =
        sqlx::query(sql).bind(now.as_micros()).bind(mailbox.to_owned()).bind(folder.to_owned()).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}

/// Lets the staff be told once more of a first look that they have been told of: more of it has come.
pub async fn reopen(tx: &mut Tx, mailbox: &str, folder: &str) -> Result<()> {
    let sql = "UPDATE first_look SET told_before = told_at, told_at = NULL \
         WHERE mailbox = $1 AND folder = $2 AND told_at IS NOT NULL";
    sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// So many old mails of a folder became this in that project; `None` for what belongs to no ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// What they became.
    pub disposition: Disposition,
    /// The project of their tickets.
    pub project: Option<ProjectId>,
    /// How many.
    pub mails: i64,
}

/// What became of the old mail that a first look found, without what the staff was told of before.
pub async fn outcome(tx: &mut Tx, mailbox: &str, folder: &str) -> Result<Vec<Became>> {
    let sql = "SELECT inbox.disposition, ticket.project_id, COUNT(*) AS mails FROM inbox \
         JOIN first_look ON first_look.mailbox = inbox.mailbox AND first_look.folder = inbox.folder \
         LEFT JOIN ticket ON ticket.id = inbox.ticket_id \
         WHERE inbox.received_at > COALESCE(first_look.told_before, 0) AND inbox.mailbox = $1 AND inbox.folder = $2 AND inbox.found IS NOT NULL AND inbox.old = 1 \
         AND inbox.disposition IS NOT NULL GROUP BY inbox.disposition, ticket.project_id ORDER BY 1, 2";
    let rows = sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).fetch_all(&mut *tx.inner).await?;
    let mut became = Vec::new();
    for row in &rows {
        let project: Option<i64> = row.try_get("project_id")?;
        if let Some(disposition) = maybe_word(row, "disposition", "a disposition")? {
            became.push(Became { disposition, project: project.map(ProjectId), mails: row.try_get("mails")? });
        }
    }
    Ok(became)
}

/// The tickets that old mail of a mailbox opened and that are still as it left them: not done, and nobody has touched them
/// since.
pub async fn untouched(tx: &mut Tx, mailbox: &str) -> Result<Vec<TicketId>> {
    let sql = "SELECT DISTINCT inbox.ticket_id FROM inbox JOIN ticket ON ticket.id = inbox.ticket_id \
         JOIN status ON status.key = ticket.status \
         WHERE inbox.mailbox = $1 AND inbox.old = 1 AND inbox.disposition = 'ticket' AND status.category <> 'done' \
         AND NOT EXISTS (SELECT 1 FROM entry LEFT JOIN inbox source ON source.id = entry.inbox_id \
             WHERE entry.ticket_id = inbox.ticket_id AND COALESCE(source.old, 0) <> 1) ORDER BY inbox.ticket_id";
    let rows = sqlx::query(sql).bind(mailbox.to_owned()).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(TicketId(row.try_get("ticket_id")?))).collect()
}

fn packed(uids: &[i64]) -> Vec<u8> {
    uids.iter().flat_map(|uid| uid.to_be_bytes()).collect()
}

fn unpacked(bytes: &[u8]) -> Vec<i64> {
    bytes.as_chunks().0.iter().map(|uid| i64::from_be_bytes(*uid)).collect()
}
