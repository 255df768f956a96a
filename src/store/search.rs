//! The guests' search index: public texts only, folded in Rust. Staff search elsewhere.

use super::{Result, Tx};
use crate::desk::ids::{EntryId, ProjectId, TicketId};
use crate::desk::search::fold;

/// Whether the title of a ticket is in the index.
///
/// # Errors
/// The database's.
pub async fn has_title(tx: &mut Tx, ticket: TicketId) -> Result<bool> {
    let sql = "SELECT id FROM public_text WHERE ticket_id = $1 AND entry_id IS NULL";
    Ok(sqlx::query(sql).bind(ticket.0).fetch_optional(&mut *tx.inner).await?.is_some())
}

/// Puts a public text of a ticket into the index: of an entry, or its title where there is none.
///
/// # Errors
/// The database's.
pub async fn insert(
    tx: &mut Tx,
    id: i64,
    project: ProjectId,
    ticket: TicketId,
    entry: Option<EntryId>,
    text: &str,
) -> Result<()> {
    let sql = "INSERT INTO public_text (id, project_id, ticket_id, entry_id, folded) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(id)
        .bind(project.0)
        .bind(ticket.0)
        .bind(entry.map(|entry| entry.0))
        .bind(fold(text))
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}
