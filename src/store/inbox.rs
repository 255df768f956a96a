//! The ledger of incoming mail: raw bytes first, a disposition for every one in the end.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use super::blobs::BlobHash;
use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx, blobs, maybe_time, maybe_word, next};
use crate::desk::ids::{InboxId, PersonId, TicketId};
use crate::desk::inbox::{Absent, Disposition, Found, Release};
use crate::time::{Rng, Timestamp};

/// Of the references of a mail, so many are looked for among the held mails.
const REFERENCES: usize = 50;

/// A mail as its source names it. `(mailbox, folder, uidvalidity, uid)` is its identity (RFC 9051 section 2.3.1.1);
/// sources without such numbers derive them from what they have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Name of the mailbox in the configuration.
    pub mailbox: String,
    /// Folder on the server.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uidvalidity: i64,
    /// UID of the mail in it.
    pub uid: i64,
}

/// One row of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerRow {
    /// Its id.
    pub id: InboxId,
    /// Its place in the order of arrival.
    pub position: i64,
    /// Where it came from.
    pub origin: Origin,
    /// The raw mail; `None` where it is not here.
    pub blob: Option<BlobHash>,
    /// Why it is not.
    pub absent: Option<Absent>,
    /// Bytes of the raw mail.
    pub size: i64,
    /// When the server received it.
    pub server_at: Option<Timestamp>,
    /// When we did.
    pub received_at: Timestamp,
    /// How often understanding it was begun.
    pub attempts: i64,
    /// Its Message-ID, once understood.
    pub message_id: Option<String>,
    /// Whom its From header names, once understood.
    pub sender: Option<String>,
    /// Its subject, once understood.
    pub subject: Option<String>,
    /// What became of it; `None` while undecided.
    pub disposition: Option<Disposition>,
    /// Why, as one stable word.
    pub reason: Option<String>,
    /// The ticket it belongs to, or is held for.
    pub ticket: Option<TicketId>,
    /// What a human said about it.
    pub release: Option<Release>,
    /// Which member of staff that was; an administrator where `None`.
    pub released_by: Option<PersonId>,
    /// How it was found; `None` where it came after the first look into its folder.
    pub found: Option<Found>,
    /// Whether it was found to be old; no word while undecided.
    pub old: Option<bool>,
    /// Whether it lay in the junk folder, or was marked as junk.
    pub junk: bool,
}

row! {
    ledger: LedgerRow {
        id,
        position,
        origin: Origin { mailbox, folder, uidvalidity, uid },
        blob,
        absent,
        size,
        server_at,
        received_at,
        attempts,
        message_id,
        sender,
        subject,
        disposition,
        reason,
        ticket: ticket_id,
        release,
        released_by,
        found,
        old,
        junk: is_junk,
    } in "inbox";
    columns id, position, mailbox, folder, uidvalidity, uid, blob, absent, size, server_at, received_at, attempts, message_id, sender,
        subject, disposition, reason, ticket_id, release, released_by, found, old;
    found is_junk = "COALESCE(inbox.junk, 0)";
}

/// What happened to a mail that a source handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is stored now, under this id.
    New(InboxId),
    /// The ledger had it already.
    Known,
}

/// Stores a raw mail. The server may be touched only after this has been committed (law 1).
pub async fn receive(
    tx: &mut Tx,
    origin: &Origin,
    raw: &[u8],
    server_at: Option<Timestamp>,
    now: Timestamp,
    rng: &Rng,
) -> Result<Received> {
    let found = find(tx, origin).await?;
    if let Some((_, false)) = found {
        return Ok(Received::Known);
    }
    let blob = blobs::put(tx, raw).await?;
    let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
    match found {
        Some((id, _)) => fill(tx, id, Some(blob), None, size, server_at).await,
        None => insert(tx, origin, &Bytes { blob: Some(blob), absent: None, size, server_at }, now, rng).await,
    }
}

/// Stores a raw mail whose source cannot name it for good, unless the same bytes came out of this folder before.
pub async fn receive_unknown(
    tx: &mut Tx,
    origin: &Origin,
    raw: &[u8],
    server_at: Option<Timestamp>,
    now: Timestamp,
    rng: &Rng,
) -> Result<Received> {
    let sql = "SELECT id FROM inbox WHERE blob = $1 AND mailbox = $2 AND folder = $3 LIMIT 1";
    let known = sqlx::query(sql)
        .bind(blobs::hash(raw))
        .bind(origin.mailbox.clone())
        .bind(origin.folder.clone())
        .fetch_optional(&mut *tx.inner)
        .await?;
    if known.is_some() {
        return Ok(Received::Known);
    }
    receive(tx, origin, raw, server_at, now, rng).await
}

/// Enters a mail without its bytes: it stays on the server, and a human is told.
pub async fn receive_stub(
    tx: &mut Tx,
    origin: &Origin,
    absent: Absent,
    size: i64,
    server_at: Option<Timestamp>,
    now: Timestamp,
    rng: &Rng,
) -> Result<Received> {
    match find(tx, origin).await? {
        Some((id, true)) if absent != Absent::NotFetched => fill(tx, id, None, Some(absent), size, server_at).await,
        Some(_) => Ok(Received::Known),
        None => insert(tx, origin, &Bytes { blob: None, absent: Some(absent), size, server_at }, now, rng).await,
    }
}

/// A mail that was not handed over has come after all: from now on its row is like any other that nobody has decided
/// about. One that somebody dropped meanwhile stays dropped.
async fn fill(
    tx: &mut Tx,
    id: InboxId,
    blob: Option<BlobHash>,
    absent: Option<Absent>,
    size: i64,
    server_at: Option<Timestamp>,
) -> Result<Received> {
    let sql = "UPDATE inbox SET blob = $1, absent = $2, size = $3, server_at = COALESCE($4, server_at), disposition = NULL, \
         reason = NULL, decided_at = NULL, attempts = 0 \
         WHERE id = $5 AND absent = 'not_fetched' AND COALESCE(disposition, 'held') = 'held'";
    let filled = sqlx::query(sql)
        .bind(blob.map(|blob| blob.0))
        .bind(absent.map(|absent| absent.as_str().to_owned()))
        .bind(size)
        .bind(server_at.map(Timestamp::as_micros))
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?
        .rows_affected();
    tx.left.arrived |= filled == 1;
    Ok(if filled == 1 { Received::New(id) } else { Received::Known })
}

/// Writes down how a mail was found, in the transaction that received it.
pub async fn mark_found(tx: &mut Tx, id: InboxId, found: Option<Found>, junk: bool) -> Result<()> {
    sqlx::query("UPDATE inbox SET found = $1, junk = $2 WHERE id = $3")
        .bind(found.map(|found| found.as_str().to_owned()))
        .bind(i64::from(junk))
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Keeps the beginning of a mail whose bytes are not here.
pub async fn set_head(tx: &mut Tx, id: InboxId, head: &[u8]) -> Result<()> {
    sqlx::query("UPDATE inbox SET head = $1 WHERE id = $2").bind(head.to_vec()).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The beginning of a mail whose bytes are not here; `None` where that is not here either.
pub async fn head(tx: &mut Tx, id: InboxId) -> Result<Option<Vec<u8>>> {
    let row = sqlx::query("SELECT head FROM inbox WHERE id = $1").bind(id.0).fetch_optional(&mut *tx.inner).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
}

/// Writes down whether a mail is old, for good: a later release knows it, too.
pub async fn mark_old(tx: &mut Tx, id: InboxId, old: bool) -> Result<()> {
    sqlx::query("UPDATE inbox SET old = $1 WHERE id = $2").bind(i64::from(old)).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The row of a mail, and whether it still waits for its bytes.
async fn find(tx: &mut Tx, origin: &Origin) -> Result<Option<(InboxId, bool)>> {
    let sql = "SELECT id, absent, disposition FROM inbox WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 AND uid = $4";
    let row = sqlx::query(sql)
        .bind(origin.mailbox.clone())
        .bind(origin.folder.clone())
        .bind(origin.uidvalidity)
        .bind(origin.uid)
        .fetch_optional(&mut *tx.inner)
        .await?;
    row.map(|row| {
        let absent: Option<Absent> = maybe_word(&row, "absent", "why a mail is not here")?;
        let disposition: Option<Disposition> = maybe_word(&row, "disposition", "a disposition")?;
        let waits = absent == Some(Absent::NotFetched) && matches!(disposition, None | Some(Disposition::Held));
        Ok((InboxId(row.try_get("id")?), waits))
    })
    .transpose()
}

/// What there is of a mail.
struct Bytes {
    blob: Option<BlobHash>,
    absent: Option<Absent>,
    size: i64,
    server_at: Option<Timestamp>,
}

async fn insert(tx: &mut Tx, origin: &Origin, bytes: &Bytes, now: Timestamp, rng: &Rng) -> Result<Received> {
    let id = InboxId(rng.id());
    let row = LedgerRow {
        id,
        position: next(tx, "inbox").await?,
        origin: origin.clone(),
        blob: bytes.blob.clone(),
        absent: bytes.absent,
        size: bytes.size,
        server_at: bytes.server_at,
        received_at: now,
        attempts: 0,
        message_id: None,
        sender: None,
        subject: None,
        disposition: None,
        reason: None,
        ticket: None,
        release: None,
        released_by: None,
        found: None,
        old: None,
        junk: false,
    };
    let sql = concat!(ledger!(insert), " ON CONFLICT (mailbox, folder, uidvalidity, uid) DO NOTHING");
    let entered = row.bind(sqlx::query(sql), Written::Whole).execute(&mut *tx.inner).await?.rows_affected();
    if entered == 1 {
        tx.left.arrived = true;
        return Ok(Received::New(id));
    }
    // Another node was quicker; its number is given back, so that there is no gap.
    sqlx::query("UPDATE counter SET value = value - 1 WHERE name = 'inbox'").execute(&mut *tx.inner).await?;
    Ok(Received::Known)
}

/// The UIDs of a folder that the ledger knows; without those whose bytes it waits for ([`not_fetched`]).
pub async fn known_uids(tx: &mut Tx, mailbox: &str, folder: &str, uidvalidity: i64) -> Result<BTreeSet<i64>> {
    let sql = "SELECT uid FROM inbox WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 \
         AND (COALESCE(absent, '') <> 'not_fetched' OR COALESCE(disposition, 'held') <> 'held')";
    let rows =
        sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).bind(uidvalidity).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>().map_err(super::Error::from)
}

/// The UIDs of a folder whose bytes the server has not handed over, and how many decisions people have taken about each:
/// one that was put back before the decision is asked for at once.
pub async fn not_fetched(tx: &mut Tx, mailbox: &str, folder: &str, uidvalidity: i64) -> Result<BTreeMap<i64, i64>> {
    let sql = "SELECT uid, COALESCE(held_round, 0) AS round FROM inbox WHERE mailbox = $1 AND folder = $2 AND uidvalidity = $3 \
         AND absent = 'not_fetched' AND COALESCE(disposition, 'held') = 'held'";
    let rows =
        sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).bind(uidvalidity).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("uid")?, row.try_get("round")?))).collect()
}

/// How many mails each mailbox's server has not handed over and nobody has dropped; mailboxes without such are missing.
pub async fn count_not_fetched(tx: &mut Tx) -> Result<BTreeMap<String, i64>> {
    let sql = "SELECT mailbox, COUNT(*) AS mails FROM inbox WHERE absent = 'not_fetched' AND COALESCE(disposition, 'held') = 'held' \
         GROUP BY mailbox ORDER BY mailbox";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("mailbox")?, row.try_get("mails")?))).collect()
}

/// Every UIDVALIDITY that a folder's mails were stored under.
pub async fn uidvalidities(tx: &mut Tx, mailbox: &str, folder: &str) -> Result<BTreeSet<i64>> {
    let sql = "SELECT DISTINCT uidvalidity FROM inbox WHERE mailbox = $1 AND folder = $2 AND uidvalidity <> 0";
    let rows = sqlx::query(sql).bind(mailbox.to_owned()).bind(folder.to_owned()).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>().map_err(super::Error::from)
}

/// One row of the ledger.
pub async fn get(tx: &mut Tx, id: InboxId) -> Result<Option<LedgerRow>> {
    let sql = concat!("SELECT ", ledger!(columns), " FROM inbox WHERE id = $1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(LedgerRow::read).transpose()
}

/// Mails that nobody has decided about yet, at most `most` of each kind: in the order in which they came; behind them those
/// whose reader died, the least suspicious first.
pub async fn undecided(tx: &mut Tx, most: i64) -> Result<Vec<LedgerRow>> {
    let innocent =
        concat!("SELECT ", ledger!(columns), " FROM inbox WHERE disposition IS NULL AND attempts = 0 ORDER BY position LIMIT $1");
    let suspect = concat!(
        "SELECT ",
        ledger!(columns),
        " FROM inbox WHERE disposition IS NULL AND attempts > 0 ORDER BY attempts, position LIMIT $1"
    );
    let mut rows = sqlx::query(innocent).bind(most).fetch_all(&mut *tx.inner).await?;
    rows.extend(sqlx::query(suspect).bind(most).fetch_all(&mut *tx.inner).await?);
    rows.iter().map(LedgerRow::read).collect()
}

/// The ledger, oldest first; only `disposition` where one is given.
pub async fn list(tx: &mut Tx, disposition: Option<Disposition>) -> Result<Vec<LedgerRow>> {
    let sql = concat!("SELECT ", ledger!(columns), " FROM inbox WHERE $1 = '' OR disposition = $1 ORDER BY position");
    let rows = sqlx::query(sql).bind(disposition.map_or("", Disposition::as_str)).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(LedgerRow::read).collect()
}

/// How many mails each disposition has, by its word; undecided ones under the empty word.
pub async fn summary(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql =
        "SELECT COALESCE(disposition, '') AS word, COUNT(*) AS mails FROM inbox GROUP BY COALESCE(disposition, '') ORDER BY 1";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("word")?, row.try_get("mails")?))).collect()
}

/// How many mails received before `at` nobody has decided about yet.
pub async fn undecided_before(tx: &mut Tx, at: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM inbox WHERE disposition IS NULL AND received_at < $1";
    Ok(sqlx::query(sql).bind(at.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// Counts an attempt that a mail was the end of.
pub async fn count_attempt(tx: &mut Tx, id: InboxId) -> Result<()> {
    sqlx::query("UPDATE inbox SET attempts = attempts + 1 WHERE id = $1 AND disposition IS NULL")
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// What understanding a mail brought, as far as the ledger shows it.
#[derive(Debug, Clone, Default)]
pub struct Understood {
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Its content hash, in hexadecimal.
    pub content_hash: Option<String>,
    /// Whom its From header names.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
}

/// What became of a mail.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// One word of the ten.
    pub disposition: Disposition,
    /// Why, as one stable word.
    pub reason: String,
    /// The ticket it belongs to, or is held for.
    pub ticket: Option<TicketId>,
}

/// Writes down what became of a mail. `false` when somebody else already did: then nothing may be done with it.
pub async fn decide(tx: &mut Tx, id: InboxId, understood: &Understood, verdict: &Verdict, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE inbox SET message_id = COALESCE($1, message_id), content_hash = $2, \
         sender = COALESCE($3, sender), subject = COALESCE($4, subject), disposition = $5, reason = $6, \
         ticket_id = $7, decided_at = $8 WHERE id = $9 AND disposition IS NULL";
    let changed = sqlx::query(sql)
        .bind(understood.message_id.clone())
        .bind(understood.content_hash.clone())
        .bind(understood.sender.clone())
        .bind(understood.subject.clone())
        .bind(verdict.disposition.as_str())
        .bind(verdict.reason.clone())
        .bind(verdict.ticket.map(|ticket| ticket.0))
        .bind(now.as_micros())
        .bind(id.0)
        .execute(&mut *tx.inner)
        .await?
        .rows_affected();
    Ok(changed == 1)
}

/// Puts a mail that is held, ignored or spam back before the decision, with the word of an administrator. `false` when it
/// is none of these.
pub async fn release(tx: &mut Tx, id: InboxId, word: Release) -> Result<bool> {
    let sql = "UPDATE inbox SET disposition = NULL, reason = NULL, decided_at = NULL, attempts = 0, release = $1, \
         released_by = NULL WHERE id = $2 AND disposition IN ('held', 'ignored', 'spam')";
    tx.left.arrived = true;
    Ok(sqlx::query(sql).bind(word.as_str()).bind(id.0).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// A decided copy of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameMail {
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// The mailbox it came through.
    pub mailbox: String,
    /// When the server received it.
    pub server_at: Option<Timestamp>,
    /// Whether it was put away as spam.
    pub spam: bool,
}

/// Mails with the same Message-ID and content that have been decided about: nothing where none of them became
/// something, else that one first, and then its copies, at most 100 in all.
pub async fn same_mail(tx: &mut Tx, id: InboxId, message_id: Option<&str>, content_hash: &str) -> Result<Vec<SameMail>> {
    let sql = "SELECT ticket_id, mailbox, server_at, disposition FROM inbox WHERE content_hash = $1 AND COALESCE(message_id, '') = $2 \
         AND id <> $3 AND disposition IS NOT NULL ORDER BY CASE WHEN disposition = 'duplicate' THEN 1 ELSE 0 END, position LIMIT 100";
    let rows = sqlx::query(sql)
        .bind(content_hash.to_owned())
        .bind(message_id.unwrap_or_default().to_owned())
        .bind(id.0)
        .fetch_all(&mut *tx.inner)
        .await?;
    let mut copies = Vec::with_capacity(rows.len());
    for row in &rows {
        let disposition: Disposition = super::word(row, "disposition", "a disposition")?;
        if disposition == Disposition::Duplicate && copies.is_empty() {
            break;
        }
        let ticket: Option<i64> = row.try_get("ticket_id")?;
        copies.push(SameMail {
            ticket: ticket.map(TicketId),
            mailbox: row.try_get("mailbox")?,
            server_at: maybe_time(row, "server_at")?,
            spam: disposition == Disposition::Spam,
        });
    }
    Ok(copies)
}

/// Of the mails with these Message-IDs, which are in the order in which they were written, the newest that is held and
/// may still become something: or the one that it waits for itself, where that is held, too. With the ticket that it seems to be about.
pub async fn held_among(tx: &mut Tx, but: InboxId, ids: &[String]) -> Result<Option<(InboxId, Option<TicketId>)>> {
    let sql = "SELECT inbox.id, inbox.ticket_id, first.id AS first_id FROM inbox \
         LEFT JOIN inbox first ON first.id = inbox.waits_for AND first.disposition = 'held' \
         WHERE inbox.message_id = $1 AND inbox.id <> $2 AND inbox.disposition = 'held' \
         AND inbox.reason NOT IN ('too_large', 'nothing_new', 'unclear_answer') ORDER BY inbox.position LIMIT 1";
    for id in ids.iter().rev().take(REFERENCES) {
        let row = sqlx::query(sql).bind(id.clone()).bind(but.0).fetch_optional(&mut *tx.inner).await?;
        if let Some(row) = row {
            let (own, first): (i64, Option<i64>) = (row.try_get("id")?, row.try_get("first_id")?);
            let ticket: Option<i64> = row.try_get("ticket_id")?;
            return Ok(Some((InboxId(first.unwrap_or(own)), ticket.map(TicketId))));
        }
    }
    Ok(None)
}

/// Writes down what the receiving server says of a sender's domain: `pass`, `fail` or `none`; nothing where no server is
/// believed.
pub async fn set_evidence(tx: &mut Tx, id: InboxId, evidence: Option<&str>) -> Result<()> {
    let sql = "UPDATE inbox SET evidence = $1 WHERE id = $2";
    sqlx::query(sql).bind(evidence.map(str::to_owned)).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Whether nothing shows that a mail is from whom it names, where the desk could know.
pub async fn is_unverified(tx: &mut Tx, id: InboxId) -> Result<bool> {
    let sql = "SELECT 1 FROM inbox WHERE id = $1 AND evidence IN ('fail', 'none')";
    Ok(sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?.is_some())
}
