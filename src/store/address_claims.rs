//! Codes that were mailed to addresses which somebody of the staff says are theirs.

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx};
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

row! {
    claim: AddressClaim { id, person: person_id, inbox: inbox_id, address, code_hash, tries, created_at, expires_at, used_at }
        in "address_claim";
    columns id, person_id, inbox_id, address, code_hash, tries, created_at, expires_at, used_at;
}

/// Keeps a claim.
pub async fn insert(tx: &mut Tx, claim: &AddressClaim) -> Result<()> {
    claim.bind(sqlx::query(claim!(insert)), Written::Whole).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The newest claim of a person about the sender of a held mail.
pub async fn newest(tx: &mut Tx, person: PersonId, inbox: InboxId) -> Result<Option<AddressClaim>> {
    let sql = concat!(
        "SELECT ",
        claim!(columns),
        " FROM address_claim WHERE person_id = $1 AND inbox_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    let row = sqlx::query(sql).bind(person.0).bind(inbox.0).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(AddressClaim::read).transpose()
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
