//! What members of staff want to be told of, and how people's latest mails ended.

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx};
use crate::desk::ids::PersonId;
use crate::desk::notify::Wish;
use crate::time::{Rng, Timestamp};

/// How many ends of mails are kept for one person.
const ENDS: usize = 12;

row! {
    wish: Wish { project: project_id, event, way } in "notify";
    columns project_id, event, way;
    also person_id;
}

/// What a person wants, as far as that is not the default.
pub async fn wishes(tx: &mut Tx, person: PersonId) -> Result<Vec<Wish>> {
    let sql = concat!("SELECT ", wish!(columns), " FROM notify WHERE person_id = $1 ORDER BY event, way");
    sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?.iter().map(Wish::read).collect()
}

/// Writes down what a person wants.
pub async fn set(tx: &mut Tx, person: PersonId, wish: Wish) -> Result<()> {
    match wish.project {
        Some(project) => {
            let sql = "DELETE FROM notify WHERE person_id = $1 AND project_id = $2 AND event = $3";
            sqlx::query(sql).bind(person.0).bind(project.0).bind(wish.event.as_str()).execute(&mut *tx.inner).await?;
        }
        None => {
            // "Everywhere" is everywhere: what was said for single projects before ends.
            let sql = "DELETE FROM notify WHERE person_id = $1 AND event = $2";
            sqlx::query(sql).bind(person.0).bind(wish.event.as_str()).execute(&mut *tx.inner).await?;
        }
    }
    let statement = wish.bind(sqlx::query(wish!(insert)), Written::Whole);
    statement.bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// How a person's latest mails ended, the newest first.
pub async fn mail_ends(tx: &mut Tx, person: PersonId) -> Result<Vec<String>> {
    let sql = "SELECT text FROM mail_end WHERE person_id = $1 ORDER BY at DESC, id DESC";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The same of what may have ended an earlier mail, too: it is remembered once, as of now.
pub async fn remember_once(tx: &mut Tx, person: PersonId, text: &str, now: Timestamp, rng: &Rng) -> Result<()> {
    let sql = "DELETE FROM mail_end WHERE person_id = $1 AND text = $2";
    sqlx::query(sql).bind(person.0).bind(text.to_owned()).execute(&mut *tx.inner).await?;
    remember_end(tx, person, text, now, rng).await
}

/// Remembers how a person's mail ended, and forgets the oldest.
pub async fn remember_end(tx: &mut Tx, person: PersonId, text: &str, now: Timestamp, rng: &Rng) -> Result<()> {
    let sql = "INSERT INTO mail_end (id, person_id, text, at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql).bind(rng.id()).bind(person.0).bind(text.to_owned()).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    let sql = "SELECT id FROM mail_end WHERE person_id = $1 ORDER BY at DESC, id DESC";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    for row in rows.iter().skip(ENDS) {
        let id: i64 = row.try_get(0)?;
        sqlx::query("DELETE FROM mail_end WHERE id = $1").bind(id).execute(&mut *tx.inner).await?;
    }
    Ok(())
}
