//! What the daily list of spam is made of.

use sqlx::Row;

use super::row::ReadRow;
use super::{Result, Tx};
use crate::desk::ids::InboxId;
use crate::time::Timestamp;

/// A mail that was put away as spam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpamMail {
    /// Its id.
    pub id: InboxId,
    /// Whom its From header names.
    pub sender: String,
    /// Its subject.
    pub subject: String,
}

row! {
    spam: SpamMail { id, sender, subject } of "inbox";
    columns id;
    found sender = "COALESCE(inbox.sender, '')", subject = "COALESCE(inbox.subject, '')";
}

/// Up to when the staff has been told by this list; `None` where it never was.
pub async fn told_until(tx: &mut Tx, list: &str) -> Result<Option<Timestamp>> {
    let row = sqlx::query("SELECT until FROM told WHERE list = $1").bind(list.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(Timestamp::from_micros(row.try_get("until")?))).transpose()
}

/// Writes down up to when the staff has been told. `false` when somebody else has got as far.
pub async fn tell_until(tx: &mut Tx, list: &str, until: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO told (list, until) VALUES ($1, $2) ON CONFLICT (list) DO UPDATE SET until = excluded.until \
         WHERE told.until < excluded.until";
    let done = sqlx::query(sql).bind(list.to_owned()).bind(until.as_micros()).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}

/// How many mails were put away as spam from `from` up to and without `to`, and the newest of them, `most` at most.
pub async fn between(tx: &mut Tx, from: Timestamp, to: Timestamp, most: i64) -> Result<(i64, Vec<SpamMail>)> {
    let sql = "SELECT COUNT(*) FROM inbox WHERE disposition = 'spam' AND decided_at >= $1 AND decided_at < $2";
    let count = sqlx::query(sql).bind(from.as_micros()).bind(to.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?;
    let sql = concat!(
        "SELECT ",
        spam!(columns),
        " FROM inbox WHERE disposition = 'spam' AND decided_at >= $1 AND decided_at < $2 ORDER BY position DESC LIMIT $3"
    );
    let rows = sqlx::query(sql).bind(from.as_micros()).bind(to.as_micros()).bind(most).fetch_all(&mut *tx.inner).await?;
    Ok((count, rows.iter().map(SpamMail::read).collect::<Result<_>>()?))
}
