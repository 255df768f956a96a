//! What members of staff want to be told of, and how people's latest mails ended.

use sqlx::Row;

use super::{Result, Tx, word};
use crate::desk::ids::{PersonId, ProjectId};
use crate::desk::notify::Wish;
use crate::time::{Rng, Timestamp};

/// How many ends of mails are kept for one person.
const ENDS: usize = 12;

/// What a person wants, as far as that is not the default.
pub async fn wishes(tx: &mut Tx, person: PersonId) -> Result<Vec<Wish>> {
    let sql = "SELECT project_id, event, way FROM notify WHERE person_id = $1 ORDER BY event, way";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let project: Option<i64> = row.try_get("project_id")?;
            Ok(Wish { project: project.map(ProjectId), event: word(row, "event", "an event")?, way: word(row, "way", "a way")? })
        })
        .collect()
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
    let sql = "INSERT INTO notify (person_id, project_id, event, way) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(person.0)
        .bind(wish.project.map(|project| project.0))
        .bind(wish.event.as_str())
        .bind(wish.way.as_str())
        .execute(&mut *tx.inner)
        .await?;
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
