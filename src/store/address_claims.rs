//! Codes that were mailed to addresses which somebody of the staff says are theirs.

use sqlx::Row;

use super::access::SECRET;
use super::{Result, Tx, maybe_time, time, word};
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::secret::Hashed;
use crate::time::Timestamp;

/// One code, on its way to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressClaim {
    /// Its id.
    pub id: i64,
    /// Who says that the address is theirs.
    pub person: PersonId,
    /// The held mail that came from it.
    pub inbox: InboxId,
    /// The address, as addresses are stored.
    pub address: String,
    /// Hash of the code.
    pub code_hash: Hashed,
    /// How often it was tried.
    pub tries: i64,
    /// When it was mailed.
    pub created_at: Timestamp,
    /// From when on it does nothing.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Keeps a claim.
pub async fn insert(tx: &mut Tx, claim: &AddressClaim) -> Result<()> {
    let sql = "INSERT INTO address_claim (id, person_id, inbox_id, address, code_hash, tries, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(sql)
        .bind(claim.id)
        .bind(claim.person.0)
        .bind(claim.inbox.0)
        .bind(claim.address.clone())
        .bind(claim.code_hash.as_str().to_owned())
        .bind(claim.tries)
        .bind(claim.created_at.as_micros())
        .bind(claim.expires_at.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The newest claim of a person about the sender of a held mail.
pub async fn newest(tx: &mut Tx, person: PersonId, inbox: InboxId) -> Result<Option<AddressClaim>> {
    let sql = "SELECT id, person_id, inbox_id, address, code_hash, tries, created_at, expires_at, used_at FROM address_claim \
         WHERE person_id = $1 AND inbox_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1";
    let row = sqlx::query(sql).bind(person.0).bind(inbox.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| {
        Ok(AddressClaim {
            id: row.try_get("id")?,
            person: PersonId(row.try_get("person_id")?),
            inbox: InboxId(row.try_get("inbox_id")?),
            address: row.try_get("address")?,
            code_hash: word(&row, "code_hash", SECRET)?,
            tries: row.try_get("tries")?,
            created_at: time(&row, "created_at")?,
            expires_at: time(&row, "expires_at")?,
            used_at: maybe_time(&row, "used_at")?,
        })
    })
    .transpose()
}

/// How many codes were mailed since `since` for this person, or to this address.
pub async fn count_since(tx: &mut Tx, person: PersonId, address: &str, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM address_claim WHERE (person_id = $1 OR address = $2) AND created_at > $3";
    Ok(sqlx::query(sql)
        .bind(person.0)
        .bind(address.to_owned())
        .bind(since.as_micros())
        .fetch_one(&mut *tx.inner)
        .await?
        .try_get(0)?)
}

/// Counts a try of a code; `false` where it has none left, has expired or was used.
pub async fn count_try(tx: &mut Tx, id: i64, most: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE address_claim SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND used_at IS NULL AND expires_at > $3";
    let done = sqlx::query(sql).bind(id).bind(most).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a code up; `true` for exactly one of all who try.
pub async fn use_up(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE address_claim SET used_at = $1 WHERE id = $2 AND used_at IS NULL";
    let done = sqlx::query(sql).bind(now.as_micros()).bind(id).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}
