//! What people had typed when their session ran out, by person and page. Whoever asks names the person: there is no way to
//! another's.

use sqlx::Row;

use super::{Result, Tx};
use crate::desk::draft::{Draft, EACH};
use crate::desk::ids::PersonId;
use crate::time::Timestamp;

/// Keeps what `person` typed on the page at `path`, in place of what they typed there before; `false` where too much waits
/// for them already. What was kept before `since` is forgotten.
pub async fn keep(
    tx: &mut Tx,
    person: PersonId,
    path: &str,
    draft: &Draft,
    (since, now): (Timestamp, Timestamp),
) -> Result<bool> {
    sqlx::query("DELETE FROM draft WHERE kept_at < $1").bind(since.as_micros()).execute(&mut *tx.inner).await?;
    drop(tx, person, path).await?;
    let row = sqlx::query("SELECT COUNT(*) FROM draft WHERE person_id = $1").bind(person.0).fetch_one(&mut *tx.inner).await?;
    if row.try_get::<i64, _>(0)? >= EACH {
        return Ok(false);
    }
    let sql = "INSERT INTO draft (person_id, path, type_key, title, text, kept_at) VALUES ($1, $2, $3, $4, $5, $6)";
    // PostgreSQL takes no NUL in a text.
    let clean = |text: &str| text.replace('\0', "");
    sqlx::query(sql)
        .bind(person.0)
        .bind(path.to_owned())
        .bind(clean(&draft.type_key))
        .bind(clean(&draft.title))
        .bind(clean(&draft.text))
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(true)
}

/// What `person` typed on the page at `path` since `since`.
pub async fn find(tx: &mut Tx, person: PersonId, path: &str, since: Timestamp) -> Result<Option<Draft>> {
    let sql = "SELECT type_key, title, text FROM draft WHERE person_id = $1 AND path = $2 AND kept_at >= $3";
    let query = sqlx::query(sql).bind(person.0).bind(path.to_owned()).bind(since.as_micros());
    let row = query.fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(Draft { type_key: row.try_get("type_key")?, title: row.try_get("title")?, text: row.try_get("text")? }))
        .transpose()
}

/// Forgets what `person` typed on the page at `path`.
pub async fn drop(tx: &mut Tx, person: PersonId, path: &str) -> Result<()> {
    let sql = "DELETE FROM draft WHERE person_id = $1 AND path = $2";
    sqlx::query(sql).bind(person.0).bind(path.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Forgets all that `person` typed.
pub async fn drop_all(tx: &mut Tx, person: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM draft WHERE person_id = $1").bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}
