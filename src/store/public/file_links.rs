//! Files of public entries, by the secret of a link.

use sqlx::Row;

use crate::desk::entry::File;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::secret::Hashed;
use crate::store::row::{ReadRow, get};
use crate::store::{Result, Tx};
use crate::time::Timestamp;

/// What a link leads to.
#[derive(Debug, Clone)]
pub struct PublicLink {
    /// Whose it is.
    pub person: PersonId,
    /// The ticket that the file belongs to.
    pub ticket: TicketId,
    /// The file.
    pub file: File,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// What the link with this secret leads to, while it is good.
pub async fn find(tx: &mut Tx, secret: &Hashed, now: Timestamp) -> Result<Option<PublicLink>> {
    let sql = concat!(
        "SELECT file_link.person_id, file_link.expires_at, entry.ticket_id, ",
        attachment!(columns),
        " FROM file_link JOIN entry ON entry.id = file_link.entry_id \
         JOIN attachment ON attachment.entry_id = entry.id AND attachment.blob = file_link.blob \
         WHERE file_link.hash = $1 AND file_link.expires_at > $2 AND entry.visibility = 'public' ORDER BY attachment.position"
    );
    let row = sqlx::query(sql).bind(secret.as_str().to_owned()).bind(now.as_micros()).fetch_optional(&mut *tx.inner).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PublicLink {
        person: get(&row, "person_id")?,
        ticket: get(&row, "ticket_id")?,
        file: File::read(&row)?,
        expires_at: Timestamp::from_micros(row.try_get("expires_at")?),
    }))
}
