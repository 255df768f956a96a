//! The durable queue of outgoing mail, one row for one recipient.

use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{ReadRow, WriteRow, Written};
use super::{Dialect, Result, Tx, lease, maybe_time, next, time};
use crate::desk::ids::{EntryId, OutboxId, PersonId, TicketId};
use crate::desk::outbox::{Audience, Kind, State};
use crate::time::{Clock, Rng, Timestamp};

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
    /// When the last of them was.
    pub tried_at: Option<Timestamp>,
    /// How many of them ended without the server's word on a mail it had been handed.
    pub unknowns: i64,
    /// Until when somebody is at it, by the database's clock.
    pub leased_until: Timestamp,
    /// The server's last words.
    pub answer: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it reached a final state.
    pub ended_at: Option<Timestamp>,
}

row! {
    outbox: OutboxRow {
        id,
        mail: Queued {
            kind,
            audience,
            person: person_id,
            recipient,
            envelope_from,
            message_id,
            ticket: ticket_id,
            entry: entry_id,
            draft,
        },
        state,
        due_at,
        attempts,
        tried_at,
        unknowns,
        leased_until,
        answer,
        created_at,
        ended_at,
    } in "outbox";
    columns id, kind, audience, person_id, recipient, envelope_from, message_id, ticket_id, entry_id, draft, state, due_at, attempts,
        tried_at, unknowns, leased_until, answer, created_at, ended_at;
    also position, urgency, redacted;
}

/// Queues a mail, due at once.
pub async fn queue(tx: &mut Tx, mail: &Queued, now: Timestamp, rng: &Rng) -> Result<OutboxId> {
    let id = OutboxId(rng.id());
    let row = OutboxRow {
        id,
        mail: mail.clone(),
        state: State::Queued,
        due_at: now,
        attempts: 0,
        tried_at: None,
        unknowns: 0,
        leased_until: Timestamp::from_micros(0),
        answer: None,
        created_at: now,
        ended_at: None,
    };
    let (position, redacted) = (next(tx, "outbox").await?, 0_i64);
    let statement = row.bind(sqlx::query(outbox!(insert)), Written::Whole);
    statement.bind(position).bind(mail.kind.urgency()).bind(redacted).execute(&mut *tx.inner).await?;
    tx.left.queued = true;
    Ok(id)
}

/// How long the lease of a claimed mail is.
pub const LEASE: Duration = Duration::from_secs(10);

/// So many tries hold back what was queued later for the same person about the same ticket: a mail that is merely slow is
/// not overtaken, one that is stuck holds nothing up.
const PATIENT_TRIES: i64 = 4;

/// What waits, is due at `$2`, is nobody's at `$3` (a lease that ends after `$4` was taken before the clock was set back),
/// has to let nothing pass, and goes to none of the domains in the parameter `$full` (see [`listed`]). What stands in the innermost
/// brackets there is the address without its last `@` and what follows: the one way to cut a text that both databases know. A mail that was never tried is due, whatever the clock of the node says that queued it;
/// so is one that was tried "later" than now.
macro_rules! due {
    ($full:literal) => {
        concat!(
            "state IN ('queued', 'deferred') AND (state = 'queued' OR due_at <= $2 OR tried_at > $2) AND ",
            lease::is_free!("leased_until", "$3", "$4"),
            " AND NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.state IN ('queued', 'deferred') \
             AND earlier.person_id = outbox.person_id AND earlier.ticket_id = outbox.ticket_id \
             AND earlier.position < outbox.position AND earlier.urgency <= outbox.urgency AND earlier.attempts < $1) AND (",
            $full,
            " = '' OR REPLACE(",
            $full,
            ", ' ' || REPLACE(recipient, RTRIM(recipient, REPLACE(recipient, '@', '')), '') || ' ', '') = ",
            $full,
            ")"
        )
    };
}

/// Domains as one parameter: each between two blanks.
fn listed(domains: &[String]) -> String {
    domains.iter().map(|domain| format!(" {domain} ")).collect()
}

/// What a claim brought.
#[derive(Debug, Clone, Default)]
pub struct Claimed {
    /// The mails, the most urgent first.
    pub mails: Vec<OutboxRow>,
    /// Why there are none.
    pub pause: Option<Pause>,
}

/// Claims up to `most` due mails and counts the try, none to the domains that are `full`, and none during a pause. The two databases differ only in how rows that
/// another node is just claiming are passed over.
pub async fn claim(tx: &mut Tx, clock: &Clock, most: i64, full: &[String]) -> Result<Claimed> {
    macro_rules! claim {
        ($locking:literal) => {
            concat!(
                "UPDATE outbox SET attempts = attempts + 1, leased_until = $5, tried_at = $2 WHERE id IN (SELECT id FROM outbox WHERE ",
                due!("$7"),
                " ORDER BY urgency, position LIMIT $6",
                $locking,
                ") RETURNING urgency, position, ",
                outbox!(columns)
            )
        };
    }
    let sql = match tx.dialect {
        Dialect::Sqlite => claim!(""),
        Dialect::Postgres => claim!(" FOR UPDATE SKIP LOCKED"),
    };
    let (now, leases) = lease::both(tx, clock).await?;
    if let Some(pause) = paused(tx, now).await? {
        return Ok(Claimed { mails: Vec::new(), pause: Some(pause) });
    }
    let rows = sqlx::query(sql)
        .bind(PATIENT_TRIES)
        .bind(now.as_micros())
        .bind(leases.as_micros())
        .bind(leases.plus(lease::LONGEST).as_micros())
        .bind(leases.plus(LEASE).as_micros())
        .bind(most)
        .bind(listed(full))
        .fetch_all(&mut *tx.inner)
        .await?;
    let place = |row: &AnyRow| Ok::<_, super::Error>((row.try_get::<i64, _>("urgency")?, row.try_get::<i64, _>("position")?));
    let mut claimed: Vec<_> =
        rows.iter().map(|row| Ok((place(row)?, OutboxRow::read(row)?))).collect::<Result<Vec<((i64, i64), OutboxRow)>>>()?;
    claimed.sort_by_key(|(place, _)| *place);
    Ok(Claimed { mails: claimed.into_iter().map(|(_, row)| row).collect(), pause: None })
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether [`claim`] would find something, a pause aside.
    pub due: bool,
    /// The pause.
    pub pause: Option<Pause>,
}

/// Looks whether there is something to do beside the domains that are `full`; cheap, for looking often.
pub async fn look(tx: &mut Tx, clock: &Clock, full: &[String]) -> Result<Look> {
    let (now, leases) = lease::both(tx, clock).await?;
    let found = sqlx::query(concat!("SELECT id FROM outbox WHERE ", due!("$5"), " LIMIT 1"))
        .bind(PATIENT_TRIES)
        .bind(now.as_micros())
        .bind(leases.as_micros())
        .bind(leases.plus(lease::LONGEST).as_micros())
        .bind(listed(full))
        .fetch_optional(&mut *tx.inner)
        .await?;
    Ok(Look { due: found.is_some(), pause: paused(tx, now).await? })
}

/// Renews the lease of whoever makes try `attempt` of a mail. `false` when it is another's meanwhile, or has its end.
pub async fn renew(tx: &mut Tx, id: OutboxId, attempt: i64) -> Result<bool> {
    let until = lease::database_now(tx).await?.plus(LEASE);
    let sql = "UPDATE outbox SET leased_until = $1 WHERE id = $2 AND attempts = $3 AND leased_until > 0 \
         AND state IN ('queued', 'deferred')";
    let renewed = sqlx::query(sql).bind(until.as_micros()).bind(id.0).bind(attempt).execute(&mut *tx.inner).await?;
    Ok(renewed.rows_affected() == 1)
}

/// Ends the lease of a mail of which nothing was sent in try `attempt`: it was none.
pub async fn unclaim(tx: &mut Tx, id: OutboxId, attempt: i64) -> Result<()> {
    let sql = "UPDATE outbox SET leased_until = 0, attempts = attempts - 1 WHERE id = $1 AND attempts = $2 AND leased_until > 0";
    sqlx::query(sql).bind(id.0).bind(attempt).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Frees what a process that is gone had claimed. Only where no other process can be at work.
pub async fn free_all(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE outbox SET leased_until = 0 WHERE leased_until > 0").execute(&mut *tx.inner).await?;
    Ok(())
}

/// What became of a try.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Where the mail is now.
    pub state: State,
    /// The server's words.
    pub answer: String,
    /// When to try again, for `deferred`.
    pub due_at: Option<Timestamp>,
    /// Whether nobody knows if the server took it.
    pub unknown: bool,
    /// What is kept of the draft, where secrets are to be taken out.
    pub kept: Option<String>,
}

/// Writes down how try `attempt` ended. `false` when that try is not the last one any more: whoever lost the claim does
/// nothing in its name. Only that a server took the mail is true whoever says so. A mail that has its end keeps it: the
/// report that it came back may be quicker than our own note that a server took it.
pub async fn record(tx: &mut Tx, id: OutboxId, attempt: i64, result: &Ended, now: Timestamp, rng: &Rng) -> Result<bool> {
    let ended = !result.state.is_waiting();
    let sql = "UPDATE outbox SET state = $1, answer = $2, due_at = COALESCE($3, due_at), leased_until = 0, ended_at = $4, \
         unknowns = unknowns + $5, draft = COALESCE($6, draft), redacted = CASE WHEN $6 IS NULL THEN redacted ELSE 1 END \
         WHERE id = $7 AND state IN ('queued', 'deferred') AND (attempts = $8 OR $1 = 'accepted')";
    let recorded = sqlx::query(sql)
        .bind(result.state.as_str())
        .bind(result.answer.clone())
        .bind(result.due_at.map(Timestamp::as_micros))
        .bind(ended.then_some(now.as_micros()))
        .bind(i64::from(result.unknown))
        .bind(result.kept.clone())
        .bind(id.0)
        .bind(attempt)
        .execute(&mut *tx.inner)
        .await?;
    remember(tx, id, result.state, &result.answer, now, rng).await?;
    Ok(recorded.rows_affected() == 1)
}

/// Gives a mail an end that no try of ours brought: it came back, or somebody took it out.
pub async fn end(tx: &mut Tx, id: OutboxId, state: State, answer: &str, now: Timestamp, rng: &Rng) -> Result<()> {
    let sql = "UPDATE outbox SET state = $1, answer = $2, leased_until = 0, ended_at = $3 WHERE id = $4";
    let end = sqlx::query(sql).bind(state.as_str()).bind(answer.to_owned()).bind(now.as_micros()).bind(id.0);
    end.execute(&mut *tx.inner).await?;
    remember(tx, id, state, answer, now, rng).await
}

async fn remember(tx: &mut Tx, id: OutboxId, state: State, answer: &str, now: Timestamp, rng: &Rng) -> Result<()> {
    let sql = "INSERT INTO delivery (id, outbox_id, at, outcome, answer) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(rng.id())
        .bind(id.0)
        .bind(now.as_micros())
        .bind(state.as_str())
        .bind(answer.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Lets a mail be sent once more, at once: one that waits, or one that was given up. After an unknown outcome one more of
/// these is the end again. `false` when somebody is at it just now, or it cannot be.
pub async fn retry(tx: &mut Tx, id: OutboxId, unknowns: i64) -> Result<bool> {
    let now = lease::database_now(tx).await?;
    let sql = "UPDATE outbox SET state = 'queued', due_at = 0, ended_at = NULL, leased_until = 0, \
         unknowns = CASE WHEN state = 'unknown' THEN $1 ELSE unknowns END \
         WHERE id = $2 AND leased_until <= $3 AND state IN ('queued', 'deferred', 'failed', 'unknown')";
    let again = sqlx::query(sql).bind(unknowns).bind(id.0).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    tx.left.queued = true;
    Ok(again.rows_affected() == 1)
}

/// Keeps everybody else from a mail until this transaction ends; `false` when somebody is sending it just now.
pub async fn is_free(tx: &mut Tx, id: OutboxId) -> Result<bool> {
    let now = lease::database_now(tx).await?;
    let sql = "UPDATE outbox SET leased_until = 0 WHERE id = $1 AND leased_until <= $2";
    Ok(sqlx::query(sql).bind(id.0).bind(now.as_micros()).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// A time in which nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// When it began.
    pub since: Timestamp,
    /// When it ends by itself; `None`: when somebody ends it.
    pub until: Option<Timestamp>,
}

/// Sends nothing from `now` on, on no node, for so long; `None`: until somebody ends it.
pub async fn pause(tx: &mut Tx, now: Timestamp, length: Option<Duration>) -> Result<Pause> {
    let pause = Pause { since: now, until: length.map(|length| now.plus(length)) };
    let sql = "INSERT INTO outbox_pause (id, since, until) VALUES (1, $1, $2) \
         ON CONFLICT (id) DO UPDATE SET since = excluded.since, until = excluded.until";
    let until = pause.until.map(Timestamp::as_micros);
    sqlx::query(sql).bind(now.as_micros()).bind(until).execute(&mut *tx.inner).await?;
    Ok(pause)
}

/// Ends the pause; `false` when there is none.
pub async fn resume(tx: &mut Tx) -> Result<bool> {
    tx.left.queued = true;
    Ok(sqlx::query("DELETE FROM outbox_pause").execute(&mut *tx.inner).await?.rows_affected() > 0)
}

/// The pause in which the outbox is `now`.
pub async fn paused(tx: &mut Tx, now: Timestamp) -> Result<Option<Pause>> {
    let sql = "SELECT since, until FROM outbox_pause WHERE id = 1 AND (until IS NULL OR until > $1)";
    let row = sqlx::query(sql).bind(now.as_micros()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(Pause { since: time(&row, "since")?, until: maybe_time(&row, "until")? })).transpose()
}

/// How the outbox stands: what `check` and lists say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Mails that are to be delivered.
    pub waiting: i64,
    /// When the oldest of them was queued.
    pub oldest: Option<Timestamp>,
    /// Those of them that were tried and not taken.
    pub deferred: i64,
    /// Mails that are being sent just now.
    pub sending: i64,
    /// Since when the slowest of these is, by the clock that all nodes share: a server that hangs.
    pub sending_since: Option<Timestamp>,
    /// The same of the quickest of them.
    pub sending_latest: Option<Timestamp>,
    /// Mails that may have arrived and were given up.
    pub unknown: i64,
}

/// How the outbox stands.
pub async fn standing(tx: &mut Tx) -> Result<Standing> {
    let now = lease::database_now(tx).await?;
    let sql = "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest, \
         CAST(COALESCE(SUM(CASE WHEN state = 'deferred' THEN 1 ELSE 0 END), 0) AS BIGINT) AS deferred, \
         CAST(COALESCE(SUM(CASE WHEN leased_until > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS sending, \
         MIN(CASE WHEN leased_until > $1 THEN tried_at END) AS since, \
         MAX(CASE WHEN leased_until > $1 THEN tried_at END) AS latest \
         FROM outbox WHERE state IN ('queued', 'deferred')";
    let row = sqlx::query(sql).bind(now.as_micros()).fetch_one(&mut *tx.inner).await?;
    let unknown = sqlx::query("SELECT COUNT(*) FROM outbox WHERE state = 'unknown'").fetch_one(&mut *tx.inner).await?;
    Ok(Standing {
        waiting: row.try_get("waiting")?,
        oldest: maybe_time(&row, "oldest")?,
        deferred: row.try_get("deferred")?,
        sending: row.try_get("sending")?,
        sending_since: maybe_time(&row, "since")?,
        sending_latest: maybe_time(&row, "latest")?,
        unknown: unknown.try_get(0)?,
    })
}

/// Mails that are not sent again and whose drafts may still hold secrets, at most `most`.
pub async fn with_secrets(tx: &mut Tx, most: i64) -> Result<Vec<OutboxRow>> {
    let sql = concat!(
        "SELECT ",
        outbox!(columns),
        " FROM outbox WHERE redacted = 0 AND state IN ('accepted', 'bounced', 'withdrawn', 'dropped') ORDER BY id LIMIT $1"
    );
    sqlx::query(sql).bind(most).fetch_all(&mut *tx.inner).await?.iter().map(OutboxRow::read).collect()
}

/// Writes a draft without secrets in the place of one that is not sent any more.
pub async fn redact(tx: &mut Tx, id: OutboxId, draft: &str) -> Result<()> {
    sqlx::query("UPDATE outbox SET draft = $1, redacted = 1 WHERE id = $2")
        .bind(draft.to_owned())
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The mail with this id.
pub async fn get(tx: &mut Tx, id: OutboxId) -> Result<Option<OutboxRow>> {
    let sql = concat!("SELECT ", outbox!(columns), " FROM outbox WHERE id = $1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(OutboxRow::read).transpose()
}

/// The mail with this Message-ID.
pub async fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<OutboxRow>> {
    let sql = concat!("SELECT ", outbox!(columns), " FROM outbox WHERE message_id = $1");
    let row = sqlx::query(sql).bind(message_id.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(OutboxRow::read).transpose()
}

/// All mails, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<OutboxRow>> {
    let sql = concat!("SELECT ", outbox!(columns), " FROM outbox ORDER BY position");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(OutboxRow::read).collect()
}

/// The latest mails that a person was sent about a ticket, as they were written; at most `most`, latest first.
pub async fn drafts_to(tx: &mut Tx, person: PersonId, ticket: TicketId, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT draft FROM outbox WHERE person_id = $1 AND ticket_id = $2 ORDER BY position DESC LIMIT $3";
    let rows = sqlx::query(sql).bind(person.0).bind(ticket.0).bind(most).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// How many mails of a kind a person was sent since a point in time.
pub async fn count_since(tx: &mut Tx, person: PersonId, kind: Kind, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox WHERE person_id = $1 AND kind = $2 AND created_at >= $3";
    let row = sqlx::query(sql).bind(person.0).bind(kind.as_str()).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get(0)?)
}
