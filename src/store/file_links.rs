//! Links to files that are too large for a mail.

use super::{Result, Tx};
use crate::desk::ids::{EntryId, PersonId};
use crate::desk::secret::Hashed;
use crate::time::Timestamp;

/// Keeps a link of `person` to the file with the bytes `blob` of an entry, by its secret. What expired before `now` is
/// forgotten.
pub async fn keep(
    tx: &mut Tx,
    secret: &Hashed,
    person: PersonId,
    (entry, blob): (EntryId, &str),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query("DELETE FROM file_link WHERE expires_at < $1").bind(now.as_micros()).execute(&mut *tx.inner).await?;
    let sql = "INSERT INTO file_link (hash, person_id, entry_id, blob, expires_at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(secret.as_str().to_owned())
        .bind(person.0)
        .bind(entry.0)
        .bind(blob.to_owned())
        .bind(expires_at.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}
