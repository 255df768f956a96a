//! Reply tokens and message references: what ties a mail to a ticket.

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx};
use crate::desk::entry::Visibility;
use crate::desk::ids::{EntryId, PersonId, TicketId};
use crate::desk::secret::Hashed;
use crate::time::{Rng, Timestamp};

/// What a reply token is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Whose it is.
    pub person: PersonId,
    /// For which ticket.
    pub ticket: TicketId,
    /// What a reply through it becomes.
    pub channel: Visibility,
    /// The last entry that its mail had seen.
    pub seen_ordinal: i64,
    /// In which life of the desk it was made.
    pub epoch: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

row! {
    token: Token { person: person_id, ticket: ticket_id, channel, seen_ordinal, epoch, created_at, ended_at } in "reply_token";
    columns person_id, ticket_id, channel, seen_ordinal, epoch, created_at, ended_at;
    also hash;
}

/// Keeps a token by its secret.
pub async fn insert(tx: &mut Tx, secret: &Hashed, token: &Token) -> Result<()> {
    let statement = token.bind(sqlx::query(token!(insert)), Written::Whole);
    statement.bind(secret.as_str().to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What a secret is bound to.
pub async fn find(tx: &mut Tx, secret: &Hashed) -> Result<Option<Token>> {
    let sql = concat!("SELECT ", token!(columns), " FROM reply_token WHERE hash = $1");
    let row = sqlx::query(sql).bind(secret.as_str().to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Token::read).transpose()
}

/// Ends all live tokens of a person.
pub async fn end_all(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE reply_token SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Ends all live tokens of a person for one ticket.
pub async fn end_on(tx: &mut Tx, person: PersonId, ticket: TicketId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE reply_token SET ended_at = $1 WHERE person_id = $2 AND ticket_id = $3 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(person.0).bind(ticket.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Which ticket a Message-ID belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The ticket.
    pub ticket: TicketId,
    /// The entry, where the mail was about one.
    pub entry: Option<EntryId>,
    /// Whether the mail was about something internal.
    pub visibility: Visibility,
    /// Whether we wrote the mail.
    pub ours: bool,
}

row! {
    reference: Reference { ticket: ticket_id, entry: entry_id, visibility, ours } in "message_ref";
    columns ticket_id, entry_id, visibility, ours;
    also id, message_id, at;
}

/// Remembers a Message-ID (without angle brackets).
pub async fn refer(tx: &mut Tx, message_id: &str, reference: &Reference, now: Timestamp, rng: &Rng) -> Result<()> {
    let statement = reference.bind(sqlx::query(reference!(insert)), Written::Whole);
    statement.bind(rng.id()).bind(message_id.to_owned()).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What is known of a Message-ID, newest first.
pub async fn references(tx: &mut Tx, message_id: &str) -> Result<Vec<Reference>> {
    let sql = concat!("SELECT ", reference!(columns), " FROM message_ref WHERE message_id = $1 ORDER BY at DESC, id");
    sqlx::query(sql).bind(message_id.to_owned()).fetch_all(&mut *tx.inner).await?.iter().map(Reference::read).collect()
}

/// Message-IDs of outsiders' mails that became public entries of a ticket, oldest first: what an answer refers to.
/// Those of staff mails stay out: they name machines of people.
pub async fn public_thread(tx: &mut Tx, ticket: TicketId) -> Result<Vec<String>> {
    let sql = "SELECT message_ref.message_id FROM message_ref JOIN entry ON entry.id = message_ref.entry_id \
         JOIN person ON person.id = entry.author_id WHERE message_ref.ticket_id = $1 AND message_ref.ours = 0 \
         AND entry.visibility = 'public' AND person.kind = 'contact' ORDER BY entry.ordinal";
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get(0).map_err(super::Error::from)).collect()
}
