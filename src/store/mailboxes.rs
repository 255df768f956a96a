//! How each mailbox was last found, for `postroom mailbox list` and the office.

use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx};
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

row! {
    state: MailboxState { mailbox, health: state, words, checked_at, ok_at } in "mailbox_state";
    columns mailbox, state, words, checked_at, ok_at;
}

/// Notes how `mailbox` was found: `fault` is what is wrong, `None` when all is well.
pub async fn note(tx: &mut Tx, mailbox: &str, fault: Option<&str>, now: Timestamp) -> Result<()> {
    let health = if fault.is_none() { MailboxHealth::Ok } else { MailboxHealth::Failing };
    note_with(tx, mailbox, health, fault.unwrap_or_default(), now).await
}

/// The same with words also where all is well: something is odd, and nothing is wrong.
pub async fn note_with(tx: &mut Tx, mailbox: &str, health: MailboxHealth, words: &str, now: Timestamp) -> Result<()> {
    let ok_at = (health == MailboxHealth::Ok).then_some(now);
    let state = MailboxState { mailbox: mailbox.to_owned(), health, words: words.to_owned(), checked_at: now, ok_at };
    let sql = concat!(
        state!(insert),
        " ON CONFLICT (mailbox) DO UPDATE SET state = excluded.state, words = excluded.words, checked_at = excluded.checked_at, \
         ok_at = COALESCE(excluded.ok_at, mailbox_state.ok_at)"
    );
    state.bind(sqlx::query(sql), Written::Whole).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Every mailbox that was ever looked at, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<MailboxState>> {
    let sql = concat!("SELECT ", state!(columns), " FROM mailbox_state ORDER BY mailbox");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(MailboxState::read).collect()
}
