//! Who has been told of held mails, and who is still to be.

use std::collections::BTreeMap;

use sqlx::Row;

use super::row::ReadRow;
use super::{Result, Tx, maybe_time, time, word};
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::notice::{DAY, Lately, Part, SPAN};
use crate::time::Timestamp;

/// Writes down that somebody was told of a mail by the mail `message_id`.
pub async fn tell(tx: &mut Tx, inbox: InboxId, person: PersonId, part: Part, message_id: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO held_told (inbox_id, person_id, part, told_at, message_id, listed) VALUES ($1, $2, $3, $4, $5, 0) \
         ON CONFLICT (inbox_id, person_id) DO UPDATE SET part = excluded.part, told_at = excluded.told_at, \
         message_id = excluded.message_id, due_at = NULL, failed_at = NULL, listed = 0";
    sqlx::query(sql)
        .bind(inbox.0)
        .bind(person.0)
        .bind(part.as_str())
        .bind(now.as_micros())
        .bind(message_id.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Writes down that the list of the morning told somebody of a mail; who was told before stays so.
pub async fn list(tx: &mut Tx, inbox: InboxId, person: PersonId, message_id: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO held_told (inbox_id, person_id, part, told_at, message_id, listed) VALUES ($1, $2, 'staff', $3, $4, 1) \
         ON CONFLICT (inbox_id, person_id) DO UPDATE SET told_at = excluded.told_at, message_id = excluded.message_id, \
         due_at = NULL, listed = 1 WHERE held_told.told_at IS NULL";
    sqlx::query(sql)
        .bind(inbox.0)
        .bind(person.0)
        .bind(now.as_micros())
        .bind(message_id.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Writes down that somebody was told, by number, of all old mails of a mailbox that are held.
pub async fn list_old(tx: &mut Tx, mailbox: &str, person: PersonId, message_id: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO held_told (inbox_id, person_id, part, told_at, message_id, listed) \
         SELECT id, $1, 'staff', $2, $3, 1 FROM inbox WHERE mailbox = $4 AND old = 1 AND disposition = 'held' \
         ON CONFLICT (inbox_id, person_id) DO NOTHING";
    sqlx::query(sql)
        .bind(person.0)
        .bind(now.as_micros())
        .bind(message_id.to_owned())
        .bind(mailbox.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Lets somebody be told of a mail when `due` has come, together with what else is due to them.
pub async fn schedule(tx: &mut Tx, inbox: InboxId, person: PersonId, part: Part, due: Timestamp) -> Result<()> {
    let sql = "INSERT INTO held_told (inbox_id, person_id, part, due_at, listed) VALUES ($1, $2, $3, $4, 0) \
         ON CONFLICT (inbox_id, person_id) DO UPDATE SET part = excluded.part, due_at = excluded.due_at";
    sqlx::query(sql).bind(inbox.0).bind(person.0).bind(part.as_str()).bind(due.as_micros()).execute(&mut *tx.inner).await?;
    tx.left.arrived = true;
    Ok(())
}

/// What somebody was told of late in one part. A notice of which they let one mail through is confirmed.
pub async fn lately(tx: &mut Tx, person: PersonId, part: Part, now: Timestamp) -> Result<Lately> {
    let sql = "SELECT MAX(CASE WHEN listed = 0 THEN told_at END) AS last, \
         CAST(COALESCE(SUM(CASE WHEN listed = 0 AND told_at > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS told, MIN(due_at) AS next \
         FROM held_told WHERE person_id = $2 AND part = $3";
    let row = sqlx::query(sql).bind(now.minus(SPAN).as_micros()).bind(person.0).bind(part.as_str());
    let row = row.fetch_one(&mut *tx.inner).await?;
    let sql = "SELECT COUNT(*) FROM (SELECT told_at FROM held_told \
         LEFT JOIN held_word ON held_word.inbox_id = held_told.inbox_id AND held_word.person_id = held_told.person_id \
             AND held_word.word IN ('send', 'note', 'retry') \
         WHERE held_told.person_id = $1 AND held_told.part = $2 AND held_told.listed = 0 AND held_told.told_at > $3 \
         GROUP BY held_told.told_at HAVING COUNT(held_word.inbox_id) = 0) notices";
    let unconfirmed = sqlx::query(sql).bind(person.0).bind(part.as_str()).bind(now.minus(DAY).as_micros());
    Ok(Lately {
        last: maybe_time(&row, "last")?,
        told: row.try_get("told")?,
        unconfirmed: unconfirmed.fetch_one(&mut *tx.inner).await?.try_get(0)?,
        next: maybe_time(&row, "next")?,
    })
}

/// The first person to whom something is due by `now`.
pub async fn due(tx: &mut Tx, now: Timestamp) -> Result<Option<PersonId>> {
    let sql = "SELECT person_id FROM held_told WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, person_id LIMIT 1";
    let row = sqlx::query(sql).bind(now.as_micros()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(PersonId(row.try_get(0)?))).transpose()
}

/// Takes everything that is due to a person by now or later, oldest mail first: of all nodes that try at once, each gets what
/// no other has taken.
pub async fn take(tx: &mut Tx, person: PersonId) -> Result<Vec<(InboxId, Part)>> {
    let sql = "SELECT held_told.inbox_id, held_told.part FROM held_told JOIN inbox ON inbox.id = held_told.inbox_id \
         WHERE held_told.person_id = $1 AND held_told.due_at IS NOT NULL ORDER BY inbox.position";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    let mut taken = Vec::new();
    for row in &rows {
        let inbox: i64 = row.try_get("inbox_id")?;
        let sql = "UPDATE held_told SET due_at = NULL WHERE inbox_id = $1 AND person_id = $2 AND due_at IS NOT NULL";
        if sqlx::query(sql).bind(inbox).bind(person.0).execute(&mut *tx.inner).await?.rows_affected() == 1 {
            taken.push((InboxId(inbox), word(row, "part", "as what somebody is told")?));
        }
    }
    Ok(taken)
}

/// Lets everybody who was told of a mail have at once what is due to them: the first is decided about.
pub async fn hasten(tx: &mut Tx, inbox: InboxId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE held_told SET due_at = $1 WHERE due_at IS NOT NULL AND due_at > $1 AND person_id IN \
         (SELECT first.person_id FROM held_told first WHERE first.inbox_id = $2 AND first.told_at IS NOT NULL)";
    let hastened = sqlx::query(sql).bind(now.as_micros()).bind(inbox.0).execute(&mut *tx.inner).await?.rows_affected();
    tx.left.arrived |= hastened > 0;
    Ok(())
}

/// Writes down that a mail of ours did not arrive: who it was for has not been told by it. Of which mails that was.
pub async fn failed(tx: &mut Tx, message_id: &str, now: Timestamp) -> Result<Vec<InboxId>> {
    let sql = "SELECT inbox_id FROM held_told WHERE message_id = $1 AND told_at IS NOT NULL ORDER BY inbox_id";
    let rows = sqlx::query(sql).bind(message_id.to_owned()).fetch_all(&mut *tx.inner).await?;
    let sql = "UPDATE held_told SET told_at = NULL, failed_at = $1 WHERE message_id = $2";
    sqlx::query(sql).bind(now.as_micros()).bind(message_id.to_owned()).execute(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(InboxId(row.try_get(0)?))).collect()
}

/// Writes down that somebody cannot be told of a mail, and lets nothing be due to them any more.
pub async fn cannot(tx: &mut Tx, inbox: InboxId, person: PersonId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE held_told SET due_at = NULL, failed_at = $1 WHERE inbox_id = $2 AND person_id = $3";
    sqlx::query(sql).bind(now.as_micros()).bind(inbox.0).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What stands between a mail and one member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub part: Part,
    /// When they were told; `None`: not yet.
    pub told_at: Option<Timestamp>,
    /// When they are told next; `None`: nothing is due.
    pub due_at: Option<Timestamp>,
    /// Whether a mail that was to tell them did not arrive.
    pub failed: bool,
}

row! {
    standing: Standing { person: person_id, part, told_at, due_at, failed } of "held_told";
    columns person_id, part, told_at, due_at;
    found failed = "CAST(CASE WHEN held_told.failed_at IS NULL THEN 0 ELSE 1 END AS BIGINT)";
}

/// Everybody who was or will be told of one mail, in the order in which they were.
pub async fn of(tx: &mut Tx, inbox: InboxId) -> Result<Vec<Standing>> {
    let sql = concat!(
        "SELECT ",
        standing!(columns),
        " FROM held_told WHERE inbox_id = $1 ORDER BY COALESCE(told_at, due_at, 0), person_id"
    );
    sqlx::query(sql).bind(inbox.0).fetch_all(&mut *tx.inner).await?.iter().map(Standing::read).collect()
}

/// A mail that is held, and who was or will be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The mail.
    pub inbox: InboxId,
    /// Since when it is held.
    pub since: Timestamp,
    /// Who, in the order in which they were told.
    pub people: Vec<Standing>,
}

impl Waiting {
    /// Whether one of these people has been told of it.
    #[must_use]
    pub fn is_told(&self, staff: &[PersonId]) -> bool {
        self.people.iter().any(|standing| standing.told_at.is_some() && staff.contains(&standing.person))
    }

    /// When somebody is next told of it: what is due, else the list of the `next` morning, where that has not named it yet, or
    /// nobody of the reachable `staff` has been told. `None` where nobody can be.
    #[must_use]
    pub fn next_notice(&self, listed_until: Option<Timestamp>, next: Timestamp, staff: &[PersonId]) -> Option<Timestamp> {
        let listed = listed_until.is_some_and(|until| self.since < until) && self.is_told(staff);
        let list = (!listed).then_some(next);
        self.people.iter().filter_map(|standing| standing.due_at).chain(list).min().filter(|_| !staff.is_empty())
    }
}

/// Every mail that is held, and who was or will be told of it.
pub async fn waiting(tx: &mut Tx) -> Result<BTreeMap<InboxId, Waiting>> {
    let sql = "SELECT id, COALESCE(decided_at, received_at) AS since FROM inbox WHERE disposition = 'held'";
    let mut all = BTreeMap::new();
    for row in sqlx::query(sql).fetch_all(&mut *tx.inner).await? {
        let inbox = InboxId(row.try_get("id")?);
        all.insert(inbox, Waiting { inbox, since: time(&row, "since")?, people: Vec::new() });
    }
    let sql = concat!(
        "SELECT held_told.inbox_id, ",
        standing!(columns),
        " FROM held_told JOIN inbox ON inbox.id = held_told.inbox_id WHERE inbox.disposition = 'held' \
         ORDER BY COALESCE(held_told.told_at, held_told.due_at, 0), held_told.person_id"
    );
    for row in sqlx::query(sql).fetch_all(&mut *tx.inner).await? {
        if let Some(waiting) = all.get_mut(&InboxId(row.try_get("inbox_id")?)) {
            waiting.people.push(Standing::read(&row)?);
        }
    }
    Ok(all)
}
