//! The links by which readers of mails about a ticket want no more of them: known by their hashes.

use super::row::get;
use super::{Result, Tx};
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::secret::Hashed;
use crate::time::Timestamp;

/// Keeps a link of this reader for this ticket by its secret.
pub async fn insert(tx: &mut Tx, secret: &Hashed, person: PersonId, ticket: TicketId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO unsubscribe (hash, person_id, ticket_id, created_at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(secret.as_str().to_owned())
        .bind(person.0)
        .bind(ticket.0)
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Whose link it is, and for which ticket.
pub async fn find(tx: &mut Tx, secret: &Hashed) -> Result<Option<(PersonId, TicketId)>> {
    let sql = "SELECT person_id, ticket_id FROM unsubscribe WHERE hash = $1";
    let row = sqlx::query(sql).bind(secret.as_str().to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok((get(&row, "person_id")?, get(&row, "ticket_id")?))).transpose()
}
