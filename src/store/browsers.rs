//! Browsers that have signed in before: for their own address they are not counted among strangers. A row lets nobody in.

use sqlx::Row;

use super::{Result, Tx};
use crate::desk::ids::PersonId;
use crate::desk::secret::Hashed;
use crate::time::Timestamp;

/// Remembers that a browser has signed in with an address. It has a new secret from now on: who planted the old one, or saw
/// it, does not have this one. What it was known for under the old one it keeps.
pub async fn remember(
    tx: &mut Tx,
    (old, new): (Option<&Hashed>, &Hashed),
    (person, address): (PersonId, &str),
    now: Timestamp,
) -> Result<()> {
    if let Some(old) = old {
        let sql = "DELETE FROM known_browser WHERE hash = $1 AND address = $2";
        sqlx::query(sql).bind(old.as_str().to_owned()).bind(address.to_owned()).execute(&mut *tx.inner).await?;
        let sql = "UPDATE known_browser SET hash = $1 WHERE hash = $2";
        sqlx::query(sql).bind(new.as_str().to_owned()).bind(old.as_str().to_owned()).execute(&mut *tx.inner).await?;
    }
    let sql = "INSERT INTO known_browser (hash, address, person_id, at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(new.as_str().to_owned())
        .bind(address.to_owned())
        .bind(person.0)
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Whether the browser with this hash has signed in with this address since `since`, and the address is still the same
/// person's.
pub async fn knows(tx: &mut Tx, hash: &Hashed, address: &str, since: Timestamp) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM known_browser JOIN person_address ON person_address.address = known_browser.address \
         AND person_address.person_id = known_browser.person_id JOIN person ON person.id = known_browser.person_id \
         WHERE known_browser.hash = $1 AND known_browser.address = $2 AND known_browser.at > $3 AND person.active = 1";
    let row = sqlx::query(sql)
        .bind(hash.as_str().to_owned())
        .bind(address.to_owned())
        .bind(since.as_micros())
        .fetch_one(&mut *tx.inner)
        .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

/// Who signed in last with the browser with this hash.
pub async fn last_person(tx: &mut Tx, hash: &Hashed) -> Result<Option<PersonId>> {
    let sql = "SELECT person_id FROM known_browser WHERE hash = $1 ORDER BY at DESC, address LIMIT 1";
    let row = sqlx::query(sql).bind(hash.as_str().to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(PersonId(row.try_get("person_id")?))).transpose()
}

/// Forgets browsers that did not sign in since `before`.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM known_browser WHERE at < $1").bind(before.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}
