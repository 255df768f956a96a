//! What people are still to be told of, together: the news of tickets on which much happened at once.

use sqlx::any::AnyRow;

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx, time};
use crate::desk::entry::Visibility;
use crate::desk::ids::{OutboxId, PersonId, TicketId};
use crate::time::{Rng, Timestamp};

/// Something that somebody has not been told yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Its id.
    pub id: i64,
    /// Who is to be told.
    pub person: PersonId,
    /// On which ticket it happened.
    pub ticket: TicketId,
    /// What a reply to the mail about it becomes.
    pub channel: Visibility,
    /// Its first and its last entry, by ordinal.
    pub entries: (i64, i64),
    /// Whether it waits because a budget is used up.
    pub stopped: bool,
    /// When it is to be told.
    pub due_at: Timestamp,
}

row! {
    owed: Owed {
        id,
        person: person_id,
        ticket: ticket_id,
        channel,
        entries: (first_ordinal, last_ordinal),
        stopped,
        due_at,
    } in "owed";
    columns id, person_id, ticket_id, channel, first_ordinal, last_ordinal, stopped, due_at;
}

/// What happened: on which ticket, for which channel, from which entry to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// On which ticket.
    pub ticket: TicketId,
    /// What a reply to the mail about it becomes.
    pub channel: Visibility,
    /// Its first and its last entry, by ordinal.
    pub entries: (i64, i64),
}

/// Writes down that somebody is to be told of something later.
pub async fn insert(tx: &mut Tx, person: PersonId, piece: &Piece, stopped: bool, due: Timestamp, rng: &Rng) -> Result<()> {
    let Piece { ticket, channel, entries } = *piece;
    let owed = Owed { id: rng.id(), person, ticket, channel, entries, stopped, due_at: due };
    owed.bind(sqlx::query(owed!(insert)), Written::Whole).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What is due first at `now`.
pub async fn first_due(tx: &mut Tx, now: Timestamp) -> Result<Option<Owed>> {
    let sql = concat!("SELECT ", owed!(columns), " FROM owed WHERE told_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 1");
    sqlx::query(sql).bind(now.as_micros()).fetch_optional(&mut *tx.inner).await?.as_ref().map(Owed::read).transpose()
}

/// What waits for somebody about a ticket: when it is due, and whether a budget stopped it; `None` where nothing waits.
pub async fn waiting(tx: &mut Tx, person: PersonId, ticket: TicketId, channel: Visibility) -> Result<Option<Owed>> {
    let sql = concat!(
        "SELECT ",
        owed!(columns),
        " FROM owed WHERE told_at IS NULL AND ticket_id = $1 AND person_id = $2 AND channel = $3 ORDER BY due_at, id LIMIT 1"
    );
    let row = sqlx::query(sql).bind(ticket.0).bind(person.0).bind(channel.as_str()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Owed::read).transpose()
}

/// When what used-up budgets keep from somebody is told; `None` where there is nothing.
pub async fn stopped_until(tx: &mut Tx, person: PersonId) -> Result<Option<Timestamp>> {
    let sql = "SELECT due_at FROM owed WHERE told_at IS NULL AND person_id = $1 AND stopped = 1 ORDER BY due_at LIMIT 1";
    let row = sqlx::query(sql).bind(person.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| time(&row, "due_at")).transpose()
}

/// Everything that waits about one ticket.
pub async fn about(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Owed>> {
    let sql = concat!("SELECT ", owed!(columns), " FROM owed WHERE told_at IS NULL AND ticket_id = $1 ORDER BY due_at, id");
    sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?.iter().map(Owed::read).collect()
}

/// Takes what waits for somebody about a ticket, so that nobody else tells of it.
pub async fn take(tx: &mut Tx, person: PersonId, ticket: TicketId, channel: Visibility, now: Timestamp) -> Result<Vec<Owed>> {
    let sql = concat!(
        "UPDATE owed SET told_at = $1 WHERE told_at IS NULL AND ticket_id = $2 AND person_id = $3 AND channel = $4 RETURNING ",
        owed!(columns)
    );
    let query = sqlx::query(sql).bind(now.as_micros()).bind(ticket.0).bind(person.0).bind(channel.as_str());
    in_order(&query.fetch_all(&mut *tx.inner).await?)
}

/// Takes everything that used-up budgets keep from somebody.
pub async fn take_stopped(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<Vec<Owed>> {
    let sql = concat!(
        "UPDATE owed SET told_at = $1 WHERE told_at IS NULL AND person_id = $2 AND stopped = 1 RETURNING ",
        owed!(columns)
    );
    in_order(&sqlx::query(sql).bind(now.as_micros()).bind(person.0).fetch_all(&mut *tx.inner).await?)
}

fn in_order(rows: &[AnyRow]) -> Result<Vec<Owed>> {
    let mut all: Vec<Owed> = rows.iter().map(Owed::read).collect::<Result<_>>()?;
    all.sort_by_key(|owed| (owed.ticket, owed.entries));
    Ok(all)
}

/// Writes down which mail tells of these.
pub async fn told_by(tx: &mut Tx, all: &[Owed], mail: OutboxId) -> Result<()> {
    for owed in all {
        sqlx::query("UPDATE owed SET outbox_id = $1 WHERE id = $2").bind(mail.0).bind(owed.id).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// Lets everything that used-up budgets stopped be told at once.
pub async fn hurry(tx: &mut Tx, now: Timestamp) -> Result<()> {
    let sql = "UPDATE owed SET due_at = $1 WHERE told_at IS NULL AND stopped = 1 AND due_at > $1";
    sqlx::query(sql).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}
