//! The durable queue of outgoing mail, one row for one recipient.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Dialect, Result, Tx, maybe_time, next, time, word};
use crate::desk::ids::{EntryId, OutboxId, PersonId, TicketId};
use crate::desk::outbox::{Audience, Kind, State};
use crate::time::{Chance, Timestamp};

/// A mail to be queued.
#[derive(Debug, Clone)]
pub struct Queued {
    /// What it is.
    pub kind: Kind,
    /// Whom it is for.
    pub audience: Audience,
    /// Who gets it.
    pub person: PersonId,
    /// At which address.
    pub recipient: String,
    /// Where failures are reported; `None` is the null reverse-path.
    pub envelope_from: Option<String>,
    /// Its Message-ID without angle brackets.
    pub message_id: String,
    /// The ticket it is about.
    pub ticket: Option<TicketId>,
    /// The entry it carries.
    pub entry: Option<EntryId>,
    /// The mail as JSON of `mail::compose::Draft`.
    pub draft: String,
}

/// A mail on its way.
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// What was queued.
    pub mail: Queued,
    /// Where it is.
    pub state: State,
    /// When to try next.
    pub due_at: Timestamp,
    /// Tries begun.
    pub attempts: i64,
    /// The server's last words.
    pub answer: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it reached a final state.
    pub ended_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, kind, audience, person_id, recipient, envelope_from, message_id, ticket_id, entry_id, draft, state, due_at, attempts, \
         answer, created_at, ended_at"
    };
}

fn outbox_row(row: &AnyRow) -> Result<OutboxRow> {
    let ticket: Option<i64> = row.try_get("ticket_id")?;
    let entry: Option<i64> = row.try_get("entry_id")?;
    Ok(OutboxRow {
        id: OutboxId(row.try_get("id")?),
        mail: Queued {
            kind: word(row, "kind", "a kind of mail")?,
            audience: word(row, "audience", "an audience")?,
            person: PersonId(row.try_get("person_id")?),
            recipient: row.try_get("recipient")?,
            envelope_from: row.try_get("envelope_from")?,
            message_id: row.try_get("message_id")?,
            ticket: ticket.map(TicketId),
            entry: entry.map(EntryId),
            draft: row.try_get("draft")?,
        },
        state: word(row, "state", "a state of a mail")?,
        due_at: time(row, "due_at")?,
        attempts: row.try_get("attempts")?,
        answer: row.try_get("answer")?,
        created_at: time(row, "created_at")?,
        ended_at: maybe_time(row, "ended_at")?,
    })
}

/// Queues a mail, due at once.
///
/// # Errors
/// The database's.
pub async fn queue(tx: &mut Tx, mail: &Queued, now: Timestamp, chance: &Chance) -> Result<OutboxId> {
    let id = OutboxId(chance.id());
    let position = next(tx, "outbox").await?;
    let sql = "INSERT INTO outbox (id, position, kind, audience, person_id, recipient, envelope_from, message_id, ticket_id, entry_id, \
         draft, state, due_at, attempts, leased_until, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'queued', $12, 0, 0, $12)";
    sqlx::query(sql)
        .bind(id.0)
        .bind(position)
        .bind(mail.kind.as_str())
        .bind(mail.audience.as_str())
        .bind(mail.person.0)
        .bind(mail.recipient.clone())
        .bind(mail.envelope_from.clone())
        .bind(mail.message_id.clone())
        .bind(mail.ticket.map(|ticket| ticket.0))
        .bind(mail.entry.map(|entry| entry.0))
        .bind(mail.draft.clone())
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(id)
}

/// Claims up to `most` due mails until `lease_end` and counts the try. What was never tried is due, whatever the clock of
/// the node says that queued it. The two databases differ only in how rows
/// that another node is just claiming are passed over.
///
/// # Errors
/// The database's.
pub async fn claim(tx: &mut Tx, now: Timestamp, lease_end: Timestamp, most: i64) -> Result<Vec<OutboxRow>> {
    macro_rules! claim {
        ($locking:literal) => {
            concat!(
                "UPDATE outbox SET attempts = attempts + 1, leased_until = $1 WHERE id IN (SELECT id FROM outbox \
                 WHERE (state = 'queued' OR (state = 'deferred' AND due_at <= $2)) AND leased_until <= $2 ORDER BY position LIMIT $3",
                $locking,
                ") RETURNING position, ",
                columns!()
            )
        };
    }
    let sql = match tx.dialect {
        Dialect::Sqlite => claim!(""),
        Dialect::Postgres => claim!(" FOR UPDATE SKIP LOCKED"),
    };
    let rows = sqlx::query(sql).bind(lease_end.as_micros()).bind(now.as_micros()).bind(most).fetch_all(&mut *tx.inner).await?;
    let mut claimed: Vec<(i64, OutboxRow)> =
        rows.iter().map(|row| Ok::<_, super::Error>((row.try_get("position")?, outbox_row(row)?))).collect::<Result<_>>()?;
    claimed.sort_by_key(|(position, _)| *position);
    Ok(claimed.into_iter().map(|(_, row)| row).collect())
}

/// Takes a claim anew that ends at `from`. `false` when it is another's meanwhile, or the mail has its end.
///
/// # Errors
/// The database's.
pub async fn renew(tx: &mut Tx, id: OutboxId, from: Timestamp, until: Timestamp) -> Result<bool> {
    let sql = "UPDATE outbox SET leased_until = $1 WHERE id = $2 AND leased_until = $3 AND state IN ('queued', 'deferred')";
    let renewed = sqlx::query(sql).bind(until.as_micros()).bind(id.0).bind(from.as_micros()).execute(&mut *tx.inner).await?;
    Ok(renewed.rows_affected() == 1)
}

/// Gives back what a process that is gone had claimed. Only where no other process can be at work.
///
/// # Errors
/// The database's.
pub async fn free_claims(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE outbox SET leased_until = 0 WHERE leased_until > 0").execute(&mut *tx.inner).await?;
    Ok(())
}

/// Writes down how a try ended. `due_at` is when to try again, for `deferred`. A mail that came back stays bounced: its
/// report may be quicker than our own note that a server took it.
///
/// # Errors
/// The database's.
pub async fn record(
    tx: &mut Tx,
    id: OutboxId,
    state: State,
    answer: &str,
    due_at: Option<Timestamp>,
    now: Timestamp,
    chance: &Chance,
) -> Result<()> {
    let ended = !matches!(state, State::Queued | State::Deferred);
    let sql = "UPDATE outbox SET state = $1, answer = $2, due_at = COALESCE($3, due_at), leased_until = 0, ended_at = $4 \
         WHERE id = $5 AND state <> 'bounced'";
    sqlx::query(sql)
        .bind(state.as_str())
        .bind(answer.to_owned())
        .bind(due_at.map(Timestamp::as_micros))
        .bind(ended.then_some(now.as_micros()))
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?;
    let sql = "INSERT INTO delivery (id, outbox_id, at, outcome, answer) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(chance.id())
        .bind(id.0)
        .bind(now.as_micros())
        .bind(state.as_str())
        .bind(answer.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Writes another draft in the place of one that is not needed any more.
///
/// # Errors
/// The database's.
pub async fn redact(tx: &mut Tx, id: OutboxId, draft: &str) -> Result<()> {
    sqlx::query("UPDATE outbox SET draft = $1 WHERE id = $2").bind(draft.to_owned()).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The mail with this id.
///
/// # Errors
/// The database's.
pub async fn get(tx: &mut Tx, id: OutboxId) -> Result<Option<OutboxRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM outbox WHERE id = $1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(outbox_row).transpose()
}

/// The mail with this Message-ID.
///
/// # Errors
/// The database's.
pub async fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<OutboxRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM outbox WHERE message_id = $1");
    let row = sqlx::query(sql).bind(message_id.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(outbox_row).transpose()
}

/// All mails, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx) -> Result<Vec<OutboxRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM outbox ORDER BY position");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(outbox_row).collect()
}

/// The latest mails that a person was sent about a ticket, as they were written; at most `most`, latest first.
///
/// # Errors
/// The database's.
pub async fn drafts_to(tx: &mut Tx, person: PersonId, ticket: TicketId, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT draft FROM outbox WHERE person_id = $1 AND ticket_id = $2 ORDER BY position DESC LIMIT $3";
    let rows = sqlx::query(sql).bind(person.0).bind(ticket.0).bind(most).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// How many mails of a kind a person was sent since a point in time.
///
/// # Errors
/// The database's.
pub async fn count_since(tx: &mut Tx, person: PersonId, kind: Kind, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox WHERE person_id = $1 AND kind = $2 AND created_at >= $3";
    let row = sqlx::query(sql).bind(person.0).bind(kind.as_str()).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get(0)?)
}
