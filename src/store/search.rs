//! The guests' search index: public texts only, folded in Rust. Staff search elsewhere.

use sqlx::Row;

use super::{Result, Tx};
use crate::desk::ids::{EntryId, ProjectId, TicketId};
use crate::desk::search::fold;

/// Whether the title of a ticket is in the index.
pub async fn has_title(tx: &mut Tx, ticket: TicketId) -> Result<bool> {
    let sql = "SELECT id FROM public_text WHERE ticket_id = $1 AND entry_id IS NULL";
    Ok(sqlx::query(sql).bind(ticket.0).fetch_optional(&mut *tx.inner).await?.is_some())
}

/// Puts a public text of a ticket into the index: of an entry, or its title where there is none.
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

/// Lets a ticket be found by another title, if it can be found by its title at all.
pub async fn retitle(tx: &mut Tx, ticket: TicketId, text: &str) -> Result<()> {
    let sql = "UPDATE public_text SET folded = $1 WHERE ticket_id = $2 AND entry_id IS NULL";
    sqlx::query(sql).bind(fold(text)).bind(ticket.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// A public text that is not in the index.
#[derive(Debug)]
pub struct Missing {
    /// The project.
    pub project: ProjectId,
    /// The ticket.
    pub ticket: TicketId,
    /// The comment; `None` for a title.
    pub entry: Option<EntryId>,
    /// What is to be found.
    pub text: String,
}

/// Public texts that were written before there was an index: titles with their numbers, and comments.
pub async fn missing(tx: &mut Tx) -> Result<Vec<Missing>> {
    let comments = "SELECT ticket.project_id, entry.ticket_id, entry.id AS entry_id, entry.text FROM entry \
         JOIN ticket ON ticket.id = entry.ticket_id LEFT JOIN public_text ON public_text.entry_id = entry.id \
         WHERE entry.visibility = 'public' AND entry.kind = 'comment' AND public_text.id IS NULL";
    let titles = "SELECT ticket.project_id, ticket.id AS ticket_id, CAST(NULL AS BIGINT) AS entry_id, \
         project.key || '-' || CAST(ticket.number AS TEXT) || ' ' || ticket.title AS text FROM ticket \
         JOIN project ON project.id = ticket.project_id \
         LEFT JOIN public_text ON public_text.ticket_id = ticket.id AND public_text.entry_id IS NULL \
         WHERE public_text.id IS NULL AND EXISTS (SELECT 1 FROM entry WHERE entry.ticket_id = ticket.id \
         AND entry.visibility = 'public' AND entry.kind = 'comment')";
    let mut missing = Vec::new();
    for sql in [comments, titles] {
        for row in sqlx::query(sql).fetch_all(&mut *tx.inner).await? {
            let entry: Option<i64> = row.try_get("entry_id")?;
            missing.push(Missing {
                project: ProjectId(row.try_get("project_id")?),
                ticket: TicketId(row.try_get("ticket_id")?),
                entry: entry.map(EntryId),
                text: row.try_get("text")?,
            });
        }
    }
    Ok(missing)
}
