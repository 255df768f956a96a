//! How far a guest has seen a ticket on its page. Theirs alone: nobody else is shown it, on either side.

use crate::desk::ids::{PersonId, TicketId};
use crate::store::{Result, Tx};

/// Writes down that `person` has seen a ticket up to this of its entries; never less than before.
pub async fn set(tx: &mut Tx, person: PersonId, ticket: TicketId, ordinal: i64) -> Result<()> {
    let sql = "INSERT INTO seen (person_id, ticket_id, ordinal) VALUES ($1, $2, $3) ON CONFLICT (person_id, ticket_id) \
         DO UPDATE SET ordinal = excluded.ordinal WHERE seen.ordinal < excluded.ordinal";
    sqlx::query(sql).bind(person.0).bind(ticket.0).bind(ordinal).execute(&mut *tx.inner).await?;
    Ok(())
}
