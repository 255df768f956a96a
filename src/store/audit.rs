//! What must be true of all rows together, and the schema cannot say: one statement for each rule, which counts the rows that
//! break it and names one of them. Wording and remedies are `ops::check`'s.

use std::io::Write;

use flate2::write::DeflateDecoder;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row};

use super::{Dialect, Result, Store, Tx, blobs, time};
use crate::time::Timestamp;

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Audit {
    sql: &'static str,
}

/// Rows that break a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many.
    pub count: i64,
    /// One of them, as people can look it up.
    pub example: String,
}

macro_rules! gaps {
    ($table:literal) => {
        concat!(
            "SELECT COALESCE(MAX(position), 0) - COUNT(*), CAST((SELECT MIN(after.position) - 1 FROM ",
            $table,
            " after WHERE after.position > 1 AND NOT EXISTS (SELECT 1 FROM ",
            $table,
            " before WHERE before.position = after.position - 1)) AS TEXT) FROM ",
            $table
        )
    };
}

macro_rules! counter {
    ($table:literal, $differs:literal) => {
        concat!(
            "SELECT CASE WHEN most ",
            $differs,
            " counted THEN 1 ELSE 0 END, CAST(counted AS TEXT) || ' instead of ' || CAST(most AS TEXT) FROM (SELECT \
             COALESCE((SELECT MAX(position) FROM ",
            $table,
            "), 0) AS most, COALESCE((SELECT value FROM counter WHERE name = '",
            $table,
            "'), 0) AS counted) found"
        )
    };
}

/// Numbers of incoming mails that are missing.
pub const INBOX_GAPS: Audit = Audit { sql: gaps!("inbox") };
/// The counter of incoming mails, which is the number of the last one.
pub const INBOX_COUNTER: Audit = Audit { sql: counter!("inbox", "<>") };
/// Numbers of outgoing mails that are missing.
pub const OUTBOX_GAPS: Audit = Audit { sql: gaps!("outbox") };
/// The counter of outgoing mails, which is the number of the last one.
pub const OUTBOX_COUNTER: Audit = Audit { sql: counter!("outbox", "<>") };
/// The counter of projects, which hands out no number twice.
pub const PROJECT_COUNTER: Audit = Audit { sql: counter!("project", ">") };
/// The counter of articles, which hands out no number twice.
pub const ARTICLE_COUNTER: Audit = Audit { sql: counter!("article", ">") };

/// Projects whose tickets are not numbered from 1 to the last one. Those that guests do not see have numbers of seven digits
/// ([`super::tickets::new_number`]) and do not count.
pub const TICKET_NUMBERS: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(project.key) FROM project LEFT JOIN (SELECT project_id, COUNT(*) AS tickets, MAX(number) AS last \
          FROM ticket WHERE number < 1000000 GROUP BY project_id) numbered ON numbered.project_id = project.id \
          WHERE project.last_number <> COALESCE(numbered.last, 0) OR project.last_number <> COALESCE(numbered.tickets, 0)",
};

/// Mails that belong to a ticket which is not there.
pub const INBOX_TICKET: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(CAST(inbox.id AS TEXT)) FROM inbox LEFT JOIN ticket ON ticket.id = inbox.ticket_id \
          WHERE inbox.ticket_id IS NOT NULL AND ticket.id IS NULL",
};

/// Mails that became part of a ticket and name none.
pub const INBOX_LOOSE: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(CAST(id AS TEXT)) FROM inbox WHERE disposition IN ('ticket', 'comment') AND ticket_id IS NULL",
};

/// Mails with a disposition but no time of it, or the other way round.
pub const INBOX_HALF: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(CAST(id AS TEXT)) FROM inbox WHERE (disposition IS NULL AND decided_at IS NOT NULL) \
          OR (disposition IS NOT NULL AND (decided_at IS NULL OR reason IS NULL))",
};

/// Organizations whose default project is not there.
pub const DEFAULT_PROJECT: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(organization.key) FROM organization LEFT JOIN project ON project.id = organization.default_project_id \
          WHERE organization.default_project_id IS NOT NULL AND project.id IS NULL",
};

/// Members of staff to whom nothing can be told.
pub const NO_ADDRESS: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(person.name) FROM person LEFT JOIN person_address ON person_address.person_id = person.id \
          WHERE person.kind = 'staff' AND person.active = 1 AND person_address.address IS NULL",
};

/// Bytes that nothing refers to.
pub const UNOWNED: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(hash) FROM blob WHERE hash NOT IN (SELECT blob FROM inbox WHERE blob IS NOT NULL \
          UNION ALL SELECT blob FROM attachment UNION ALL SELECT blob FROM article_file)",
};

/// Mails and files that are not as large as their bytes.
pub const SIZES: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(found.hash) FROM (SELECT blob.hash AS hash FROM inbox JOIN blob ON blob.hash = inbox.blob \
          WHERE inbox.size <> blob.size UNION ALL SELECT blob.hash FROM attachment JOIN blob ON blob.hash = attachment.blob \
          WHERE attachment.size <> blob.size UNION ALL SELECT blob.hash FROM article_file \
          JOIN blob ON blob.hash = article_file.blob WHERE article_file.size <> blob.size) found",
};

/// What guests could find although it is internal, or in another project than its ticket.
pub const INDEX: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(CAST(public_text.id AS TEXT)) FROM public_text LEFT JOIN entry ON entry.id = public_text.entry_id \
          LEFT JOIN ticket ON ticket.id = public_text.ticket_id WHERE entry.visibility = 'internal' \
          OR (entry.id IS NOT NULL AND entry.ticket_id <> public_text.ticket_id) OR ticket.project_id <> public_text.project_id",
};

/// Outgoing mails that have an end and no time of it, or the other way round.
pub const OUTBOX_HALF: Audit = Audit {
    sql: "SELECT COUNT(*), MIN(CAST(id AS TEXT)) FROM outbox WHERE (state IN ('queued', 'deferred') AND ended_at IS NOT NULL) \
          OR (state IN ('accepted', 'failed', 'unknown', 'withdrawn', 'dropped') AND ended_at IS NULL)",
};

impl Audit {
    /// What breaks the rule; `None` when nothing does.
    pub async fn run(&self, tx: &mut Tx) -> Result<Option<Found>> {
        found(tx, self.sql).await
    }
}

async fn found(tx: &mut Tx, sql: impl sqlx::SqlSafeStr) -> Result<Option<Found>> {
    let row = sqlx::query(sql).fetch_one(&mut *tx.inner).await?;
    let (count, example): (i64, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    Ok((count != 0).then(|| Found { count, example: example.unwrap_or_default() }))
}

/// Rows that refer to rows which are not there. PostgreSQL keeps that true by itself, unless somebody switched it off.
pub async fn references(tx: &mut Tx) -> Result<Option<Found>> {
    if tx.dialect == Dialect::Sqlite {
        return found(tx, "SELECT COUNT(*), MIN(\"table\" || ' refers to ' || parent) FROM pragma_foreign_key_check").await;
    }
    let keys = "SELECT CAST(conrelid::regclass AS TEXT) AS child, CAST(confrelid::regclass AS TEXT) AS parent, \
         CAST(c.attname AS TEXT) AS child_column, CAST(p.attname AS TEXT) AS parent_column FROM pg_constraint \
         JOIN pg_attribute c ON c.attrelid = conrelid AND c.attnum = conkey[1] \
         JOIN pg_attribute p ON p.attrelid = confrelid AND p.attnum = confkey[1] \
         WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace) ORDER BY 1, 3";
    let (mut count, mut example) = (0, String::new());
    for row in sqlx::query(keys).fetch_all(&mut *tx.inner).await? {
        let of = |column: &str| row.try_get::<String, _>(column);
        let (child, parent, one, other) = (of("child")?, of("parent")?, of("child_column")?, of("parent_column")?);
        let sql = format!(
            "SELECT COUNT(*), '{child} refers to {parent}' FROM {child} child LEFT JOIN {parent} parent \
             ON parent.\"{other}\" = child.\"{one}\" WHERE child.\"{one}\" IS NOT NULL AND parent.\"{other}\" IS NULL"
        );
        if let Some(broken) = found(tx, AssertSqlSafe(sql)).await? {
            count += broken.count;
            example = broken.example;
        }
    }
    Ok((count > 0).then_some(Found { count, example }))
}

/// What SQLite's own check of its file says; `None` when it is content. PostgreSQL has no such thing: there, reading
/// everything once is the check.
pub async fn integrity(tx: &mut Tx) -> Result<Option<Found>> {
    if tx.dialect == Dialect::Postgres {
        return Ok(None);
    }
    found(tx, "SELECT COUNT(*), MIN(integrity_check) FROM pragma_integrity_check WHERE integrity_check <> 'ok'").await
}

/// The steps of the schema that are not done.
pub async fn schema(tx: &mut Tx) -> Result<Option<Found>> {
    let done = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(&mut *tx.inner).await?;
    let done: Vec<i64> = done.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?;
    let missing: Vec<&str> = super::versions().filter(|(version, _)| !done.contains(version)).map(|(_, name)| name).collect();
    let count = i64::try_from(missing.len()).unwrap_or(i64::MAX);
    Ok((count > 0).then(|| Found { count, example: missing.join(", ") }))
}

/// The names of stored bytes after `after`, in order, at most `most`.
async fn names(tx: &mut Tx, after: &str, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT hash FROM blob WHERE hash > $1 ORDER BY hash LIMIT $2";
    let rows = sqlx::query(sql).bind(after.to_owned()).bind(most).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Counts and digests what is written to it.
struct Digesting {
    digest: Sha256,
    bytes: i64,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.digest.update(bytes);
        self.bytes = self.bytes.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether the bytes called `name` are all there and the right ones. Holds one chunk at a time.
async fn is_whole(tx: &mut Tx, name: &str) -> Result<bool> {
    let about = sqlx::query("SELECT size, (SELECT COUNT(*) FROM blob_chunk WHERE hash = $1) FROM blob WHERE hash = $1");
    let Some(row) = about.bind(name.to_owned()).fetch_optional(&mut *tx.inner).await? else { return Ok(false) };
    let (size, chunks): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let mut plain = DeflateDecoder::new(Digesting { digest: Sha256::new(), bytes: 0 });
    for position in 0..chunks {
        let sql = "SELECT data FROM blob_chunk WHERE hash = $1 AND position = $2";
        let row = sqlx::query(sql).bind(name.to_owned()).bind(position).fetch_optional(&mut *tx.inner).await?;
        let Some(row) = row else { return Ok(false) };
        if plain.write_all(&row.try_get::<Vec<u8>, _>(0)?).is_err() {
            return Ok(false);
        }
    }
    let Ok(plain) = plain.finish() else { return Ok(false) };
    Ok(plain.bytes == size && blobs::hex(&plain.digest.finalize()) == name)
}

/// Whose bytes these are.
async fn owner(tx: &mut Tx, name: &str) -> Result<String> {
    let mail = "SELECT CAST(MIN(id) AS TEXT) FROM inbox WHERE blob = $1";
    let row = sqlx::query(mail).bind(name.to_owned()).fetch_one(&mut *tx.inner).await?;
    if let Some(id) = row.try_get::<Option<String>, _>(0)? {
        return Ok(format!("mail {id}"));
    }
    let file = "SELECT MIN(attachment.name || ' of ' || project.key || '-' || CAST(ticket.number AS TEXT)) FROM attachment \
         JOIN entry ON entry.id = attachment.entry_id JOIN ticket ON ticket.id = entry.ticket_id \
         JOIN project ON project.id = ticket.project_id WHERE attachment.blob = $1";
    let row = sqlx::query(file).bind(name.to_owned()).fetch_one(&mut *tx.inner).await?;
    if let Some(file) = row.try_get::<Option<String>, _>(0)? {
        return Ok(file);
    }
    let picture = "SELECT MIN(name) FROM article_file WHERE blob = $1";
    let row = sqlx::query(picture).bind(name.to_owned()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get::<Option<String>, _>(0)?.unwrap_or_else(|| name.to_owned()))
}

/// How many stored bytes are not whole, and whose the first of them are. Reads everything once, in short transactions.
pub async fn bytes(store: &Store) -> Result<Option<Found>> {
    let (mut count, mut example, mut after) = (0, None, String::new());
    loop {
        let mut tx = store.read().await?;
        let some = names(&mut tx, &after, 50).await?;
        let Some(last) = some.last() else { break };
        after.clone_from(last);
        for name in some {
            if is_whole(&mut tx, &name).await? {
                continue;
            }
            count += 1;
            if example.is_none() {
                example = Some(owner(&mut tx, &name).await?);
            }
        }
    }
    Ok(example.map(|example| Found { count, example }))
}

/// Outgoing mails that wait or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// How many.
    pub count: i64,
    /// Whom the oldest of them is for.
    pub recipient: String,
    /// What the server last said about it.
    pub answer: String,
    /// When it was queued.
    pub since: Timestamp,
}

async fn oldest(tx: &mut Tx, state: &str, column: Column, from: Timestamp, to: Timestamp) -> Result<Option<Under>> {
    macro_rules! sql {
        ($what:literal, $column:literal, $end:literal) => {
            concat!("SELECT ", $what, " FROM outbox WHERE state = $1 AND ", $column, " >= $2 AND ", $column, " < $3", $end)
        };
    }
    let (count, first) = match column {
        Column::Due => {
            (sql!("COUNT(*)", "due_at", ""), sql!("recipient, answer, created_at", "due_at", " ORDER BY position LIMIT 1"))
        }
        Column::Ended => {
            (sql!("COUNT(*)", "ended_at", ""), sql!("recipient, answer, created_at", "ended_at", " ORDER BY position LIMIT 1"))
        }
    };
    let bound = |sql: &'static str| sqlx::query(sql).bind(state.to_owned()).bind(from.as_micros()).bind(to.as_micros());
    let count: i64 = bound(count).fetch_one(&mut *tx.inner).await?.try_get(0)?;
    let Some(row) = bound(first).fetch_optional(&mut *tx.inner).await? else { return Ok(None) };
    let answer: Option<String> = row.try_get("answer")?;
    let since = time(&row, "created_at")?;
    Ok(Some(Under { count, recipient: row.try_get("recipient")?, answer: answer.unwrap_or_default(), since }))
}

/// What a span of time is about.
#[derive(Clone, Copy)]
enum Column {
    Due,
    Ended,
}

/// Mails that no server has taken yet and that are tried again.
pub async fn deferred(tx: &mut Tx) -> Result<Option<Under>> {
    oldest(tx, "deferred", Column::Due, Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX)).await
}

/// Mails that should have been tried before `due` and were not.
pub async fn overdue(tx: &mut Tx, due: Timestamp) -> Result<Option<Under>> {
    oldest(tx, "queued", Column::Due, Timestamp::from_micros(0), due).await
}

/// Mails that were given up since `since`.
pub async fn failed(tx: &mut Tx, since: Timestamp) -> Result<Option<Under>> {
    oldest(tx, "failed", Column::Ended, since, Timestamp::from_micros(i64::MAX)).await
}

/// Mails that were given up since `since` and may have arrived.
pub async fn unknown(tx: &mut Tx, since: Timestamp) -> Result<Option<Under>> {
    oldest(tx, "unknown", Column::Ended, since, Timestamp::from_micros(i64::MAX)).await
}

/// How many mails are held, and how many of them since before `before`.
pub async fn held(tx: &mut Tx, before: Timestamp) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN decided_at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM inbox \
         WHERE disposition = 'held'";
    let row = sqlx::query(sql).bind(before.as_micros()).fetch_one(&mut *tx.inner).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// When each mailbox last brought a mail.
pub async fn last_received(tx: &mut Tx) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT mailbox, MAX(received_at) AS received_at FROM inbox GROUP BY mailbox";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("mailbox")?, time(row, "received_at")?))).collect()
}

/// The drafts of mails that are still to leave.
pub async fn drafts(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, draft FROM outbox WHERE state IN ('queued', 'deferred') ORDER BY position";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("draft")?))).collect()
}

/// Whether there are bytes of this name.
pub async fn is_stored(tx: &mut Tx, name: &str) -> Result<bool> {
    let row = sqlx::query("SELECT COUNT(*) FROM blob WHERE hash = $1").bind(name.to_owned()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}
