//! How each mailbox was last found, for `postroom mailbox list` and the office.

use sqlx::Row;

use super::{Result, Tx, maybe_time, time, word};
use crate::desk::inbox::MailboxHealth;
use crate::time::Timestamp;

/// How a mailbox was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxState {
    /// Its name in the configuration.
    pub mailbox: String,
    /// In a word.
    pub health: MailboxHealth,
    /// What is wrong, or odd; empty while all is well.
    pub words: String,
    /// When it was last looked at (to the minute while nothing changes).
    pub checked_at: Timestamp,
    /// When it was last well; `None` when never.
    pub ok_at: Option<Timestamp>,
}

/// Notes how `mailbox` was found: `fault` is what is wrong, `None` when all is well.
pub async fn note(tx: &mut Tx, mailbox: &str, fault: Option<&str>, now: Timestamp) -> Result<()> {
    let health = if fault.is_none() { MailboxHealth::Ok } else { MailboxHealth::Failing };
    note_with(tx, mailbox, health, fault.unwrap_or_default(), now).await
}

/// The same with words also where all is well: something is odd, and nothing is wrong.
pub async fn note_with(tx: &mut Tx, mailbox: &str, health: MailboxHealth, words: &str, now: Timestamp) -> Result<()> {
    let ok_at = (health == MailboxHealth::Ok).then_some(now.as_micros());
    let sql = "INSERT INTO mailbox_state (mailbox, state, words, checked_at, ok_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (mailbox) DO UPDATE SET state = excluded.state, words = excluded.words, checked_at = excluded.checked_at, \
         ok_at = COALESCE(excluded.ok_at, mailbox_state.ok_at)";
    sqlx::query(sql)
        .bind(mailbox.to_owned())
        .bind(health.as_str())
        .bind(words.to_owned())
        .bind(now.as_micros())
        .bind(ok_at)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Every mailbox that was ever looked at, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<MailboxState>> {
    let sql = "SELECT mailbox, state, words, checked_at, ok_at FROM mailbox_state ORDER BY mailbox";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok(MailboxState {
                mailbox: row.try_get("mailbox")?,
                health: word(row, "state", "a mailbox's health")?,
                words: row.try_get("words")?,
                checked_at: time(row, "checked_at")?,
                ok_at: maybe_time(row, "ok_at")?,
            })
        })
        .collect()
}
