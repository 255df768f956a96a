//! Held mails: what is known of them, the decisions of people, and the secrets by which a mail's reader decides.

use sqlx::Row;

use super::access::is_still_theirs;
use super::blobs::BlobHash;
use super::row::{ReadRow, WriteRow, Written};
use super::{Result, Tx, time, told, word};
use crate::desk::ids::{EntryId, InboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Detail, Disposition, Held, HeldAction, KeyPurpose, Release, Would};
use crate::desk::secret::Hashed;
use crate::time::Timestamp;

/// A mail that is held, or was dropped.
#[derive(Debug, Clone)]
pub struct HeldMail {
    /// Its id.
    pub id: InboxId,
    /// The mailbox it came through.
    pub mailbox: String,
    /// Its bytes; `None` where they are still on the mail server.
    pub blob: Option<BlobHash>,
    /// How many those are.
    pub size: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// Whom its From header names.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// What became of it; `None` while a decision is carried out.
    pub disposition: Option<Disposition>,
    /// Why, as the ledger says it.
    pub reason: String,
    /// The ticket that it seems to be about.
    pub ticket: Option<TicketId>,
    /// That ticket's project.
    pub project: Option<ProjectId>,
    /// The member of staff whom its From header names.
    pub claims: Option<PersonId>,
    /// What it would become.
    pub would: Option<Would>,
    /// What it would become as a note.
    pub as_note: Option<Would>,
    /// How many decisions people have taken about it.
    pub round: i64,
    /// What is shown beside the reason.
    pub detail: Detail,
    /// When it leaves unless somebody stops it.
    pub leaves_at: Option<Timestamp>,
    /// Since when it is held, or when it was decided about.
    pub since: Timestamp,
    /// The held mail that it answers and waits for.
    pub waits_for: Option<InboxId>,
}

row! {
    held: HeldMail {
        id,
        mailbox,
        blob,
        size,
        received_at,
        sender,
        subject,
        disposition,
        reason: held_reason,
        ticket: ticket_id,
        project: project_id,
        claims: claims_id,
        would: as_sent,
        as_note,
        round,
        detail,
        leaves_at,
        since,
        waits_for,
    } of "inbox";
    columns id, mailbox, blob, size, received_at, sender, subject, disposition, ticket_id, claims_id, as_sent, as_note, leaves_at, waits_for;
    found project_id = "ticket.project_id", held_reason = "COALESCE(inbox.reason, '')", round = "COALESCE(inbox.held_round, 0)",
        detail = "COALESCE(inbox.held_detail, '')", since = "COALESCE(inbox.decided_at, inbox.received_at)";
}

/// Held mails with all that there is of them; a condition follows.
macro_rules! select {
    () => {
        concat!("SELECT ", held!(columns), " FROM inbox LEFT JOIN ticket ON ticket.id = inbox.ticket_id")
    };
}

/// One mail, whatever became of it.
pub async fn get(tx: &mut Tx, id: InboxId) -> Result<Option<HeldMail>> {
    let sql = concat!(select!(), " WHERE inbox.id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?.as_ref().map(HeldMail::read).transpose()
}

/// The mails that wait, newest first.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<HeldMail>> {
    let sql = concat!(select!(), " WHERE inbox.disposition = 'held' ORDER BY inbox.position DESC");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(HeldMail::read).collect()
}

/// The mails that people dropped, or that were put away as spam, after `since`, newest first, at most 100.
pub async fn dropped(tx: &mut Tx, since: Timestamp) -> Result<Vec<HeldMail>> {
    let sql = concat!(
        select!(),
        " WHERE ((inbox.disposition = 'ignored' AND inbox.reason = 'dropped') OR inbox.disposition = 'spam') \
         AND inbox.decided_at > $1 \
         ORDER BY inbox.decided_at DESC, inbox.position DESC LIMIT 100"
    );
    sqlx::query(sql).bind(since.as_micros()).fetch_all(&mut *tx.inner).await?.iter().map(HeldMail::read).collect()
}

/// The mails that are held and hang together with this one, which may be decided: what it waits for, and what waits for the
/// same or for itself; oldest first.
pub async fn family(tx: &mut Tx, mail: &HeldMail) -> Result<Vec<HeldMail>> {
    let sql = concat!(
        select!(),
        " WHERE inbox.disposition = 'held' AND inbox.id <> $1 AND (inbox.id = $2 OR inbox.waits_for = $2) ORDER BY inbox.position"
    );
    let first = mail.waits_for.unwrap_or(mail.id);
    sqlx::query(sql).bind(mail.id.0).bind(first.0).fetch_all(&mut *tx.inner).await?.iter().map(HeldMail::read).collect()
}

/// How many other mails wait that name this person.
pub async fn others_that_claim(tx: &mut Tx, person: PersonId, but: InboxId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM inbox WHERE disposition = 'held' AND claims_id = $1 AND id <> $2";
    Ok(sqlx::query(sql).bind(person.0).bind(but.0).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// How many other mails wait that claim nobody and seem to be about a ticket of this project.
pub async fn others_of_project(tx: &mut Tx, project: ProjectId, but: InboxId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM inbox JOIN ticket ON ticket.id = inbox.ticket_id WHERE inbox.disposition = 'held' \
         AND inbox.claims_id IS NULL AND ticket.project_id = $1 AND inbox.id <> $2";
    Ok(sqlx::query(sql).bind(project.0).bind(but.0).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// How many other mails wait that claim nobody and seem to be about no ticket.
pub async fn others_without_ticket(tx: &mut Tx, but: InboxId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM inbox WHERE disposition = 'held' AND claims_id IS NULL AND ticket_id IS NULL AND id <> $1";
    Ok(sqlx::query(sql).bind(but.0).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// What is remembered of a mail that is about to be held.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The member of staff whom it names.
    pub claims: Option<PersonId>,
    /// What it would become.
    pub would: Option<Would>,
    /// What it would become as a note.
    pub as_note: Option<Would>,
    /// What is shown beside the reason.
    pub detail: Option<Detail>,
    /// When it leaves unless somebody stops it.
    pub leaves_at: Option<Timestamp>,
    /// The held mail that it answers and waits for.
    pub waits_for: Option<InboxId>,
}

/// Writes down what a mail that is about to be held claims, and what it would become.
pub async fn remember(tx: &mut Tx, id: InboxId, memory: &Memory) -> Result<()> {
    let Memory { claims, would, as_note, detail, leaves_at, waits_for } = memory;
    let detail = detail.as_ref().and_then(|detail| serde_json::to_string(detail).ok());
    sqlx::query("UPDATE inbox SET claims_id = $1, as_sent = $2, as_note = $7, held_detail = $3, leaves_at = $4, waits_for = $5 WHERE id = $6")
        .bind(claims.map(|person| person.0))
        .bind(would.map(|word| word.as_str().to_owned()))
        .bind(detail)
        .bind(leaves_at.map(Timestamp::as_micros))
        .bind(waits_for.map(|first| first.0))
        .bind(id.0)
        .bind(as_note.map(|word| word.as_str().to_owned()))
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The mail whose time to leave came first, if it has come by `now`; with that time.
pub async fn leaving(tx: &mut Tx, now: Timestamp) -> Result<Option<(InboxId, Timestamp)>> {
    let sql = "SELECT id, leaves_at FROM inbox WHERE leaves_at IS NOT NULL AND leaves_at <= $1 AND disposition = 'held' \
         AND reason = 'leaving' ORDER BY leaves_at, position LIMIT 1";
    let row = sqlx::query(sql).bind(now.as_micros()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok((InboxId(row.try_get("id")?), time(&row, "leaves_at")?))).transpose()
}

/// Lets a mail no longer leave by itself.
pub async fn stay(tx: &mut Tx, id: InboxId) -> Result<()> {
    sqlx::query("UPDATE inbox SET leaves_at = NULL WHERE id = $1").bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// A person's newest mail on a ticket that had to wait before it left, whether it has left or not, and how many decisions
/// there are about it.
pub async fn last_leaving(tx: &mut Tx, person: PersonId, ticket: TicketId) -> Result<Option<(InboxId, i64)>> {
    let sql = "SELECT id, COALESCE(held_round, 0) AS round FROM inbox WHERE claims_id = $1 AND ticket_id = $2 \
         AND leaves_at IS NOT NULL ORDER BY position DESC LIMIT 1";
    let row = sqlx::query(sql).bind(person.0).bind(ticket.0).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok((InboxId(row.try_get("id")?), row.try_get("round")?))).transpose()
}

/// The entries of a ticket that were to be public and were stopped before they left.
pub async fn withdrawn(tx: &mut Tx, ticket: TicketId) -> Result<Vec<EntryId>> {
    let sql = "SELECT entry.id FROM entry JOIN held_word ON held_word.inbox_id = entry.inbox_id \
         WHERE entry.ticket_id = $1 AND held_word.reason = 'leaving' AND held_word.word = 'note'";
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(EntryId(row.try_get("id")?))).collect()
}

/// Remembers of a mail that became a note that its author meant it for everybody.
pub async fn meant_public(tx: &mut Tx, id: InboxId) -> Result<()> {
    let sql = "UPDATE inbox SET as_sent = $1 WHERE id = $2";
    sqlx::query(sql).bind(Would::Comment.as_str().to_owned()).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The notes that somebody meant for everybody, and about which nobody has said since that they stay inside.
pub async fn downgraded(tx: &mut Tx, ticket: TicketId, author: PersonId) -> Result<Vec<EntryId>> {
    let sql = "SELECT entry.id FROM entry JOIN inbox ON inbox.id = entry.inbox_id \
         WHERE entry.ticket_id = $1 AND entry.author_id = $2 AND inbox.disposition = 'note' AND inbox.as_sent = 'comment' \
         AND inbox.id NOT IN (SELECT inbox_id FROM held_word)";
    let rows = sqlx::query(sql).bind(ticket.0).bind(author.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(EntryId(row.try_get("id")?))).collect()
}

/// Whether somebody has decided about a mail that was held for this reason.
pub async fn was_held_for(tx: &mut Tx, id: InboxId, reason: Held) -> Result<bool> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS count FROM held_word WHERE inbox_id = $1 AND reason = $2";
    let row = sqlx::query(sql).bind(id.0).bind(reason.as_str()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get::<i64, _>("count")? > 0)
}

/// The reasons to hold a mail that somebody has looked at and let it through.
pub async fn settled(tx: &mut Tx, id: InboxId) -> Result<Vec<Held>> {
    let sql = "SELECT DISTINCT reason FROM held_word WHERE inbox_id = $1 AND word = 'send'";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| word(row, "reason", "a reason to hold a mail")).collect()
}

/// A decision that somebody took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which one of the mail; counts from 1.
    pub round: i64,
    /// What.
    pub word: HeldAction,
    /// Who; an administrator where `None`.
    pub person: Option<PersonId>,
    /// Why the mail was held.
    pub reason: Held,
    /// When.
    pub at: Timestamp,
}

row! {
    decision: Taken { round, word, person: person_id, reason, at } in "held_word";
    columns round, word, person_id, reason, at;
    also inbox_id;
}

/// The newest decision about a mail.
pub async fn last_taken(tx: &mut Tx, id: InboxId) -> Result<Option<Taken>> {
    let sql = concat!(
        "SELECT ",
        decision!(columns),
        " FROM held_word WHERE held_word.inbox_id = $1 ORDER BY held_word.round DESC LIMIT 1"
    );
    let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Taken::read).transpose()
}

/// Takes the next decision about a mail: of all who try at once for the same round, one does. `release` puts the mail
/// back before the decision with that word; without it the mail is dropped, or held again after [`HeldAction::Back`]. What was put
/// away as spam comes back like what was dropped.
pub async fn take(tx: &mut Tx, id: InboxId, taken: &Taken, release: Option<Release>) -> Result<bool> {
    let (before, disposition, reason) = match (taken.word, release) {
        (HeldAction::Back, _) => (Disposition::Ignored, Some(Disposition::Held), Some(taken.reason.as_str())),
        (_, Some(_)) => (Disposition::Held, None, None),
        (_, None) => (Disposition::Held, Some(Disposition::Ignored), Some("dropped")),
    };
    let sql = "UPDATE inbox SET disposition = $1, reason = $2, decided_at = $3, release = COALESCE($4, release), released_by = $5, \
         held_round = $6, attempts = CASE WHEN $1 IS NULL THEN 0 ELSE attempts END \
         WHERE id = $7 AND COALESCE(held_round, 0) = $9 AND ((disposition = $8 AND ($8 = 'held' OR reason = 'dropped')) \
         OR ($8 = 'ignored' AND disposition = 'spam'))";
    let done = sqlx::query(sql)
        .bind(disposition.map(|word| word.as_str().to_owned()))
        .bind(reason.map(str::to_owned))
        .bind(disposition.map(|_| taken.at.as_micros()))
        .bind(release.map(|word| word.as_str().to_owned()))
        .bind(taken.person.map(|person| person.0))
        .bind(taken.round)
        .bind(id.0)
        .bind(before.as_str().to_owned())
        .bind(taken.round - 1)
        .execute(&mut *tx.inner)
        .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    tx.left.arrived |= disposition.is_none();
    if before == Disposition::Held {
        told::hasten(tx, id, taken.at).await?;
    }
    let statement = taken.bind(sqlx::query(decision!(insert)), Written::Whole);
    statement.bind(id.0).execute(&mut *tx.inner).await?;
    Ok(true)
}

/// A secret in one person's mail about one held mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where it stands.
    pub purpose: KeyPurpose,
    /// In whose mail.
    pub person: PersonId,
    /// The address that the mail went to, and with which it ends.
    pub address: String,
    /// About which mail.
    pub inbox: InboxId,
    /// For the decision after so many.
    pub round: i64,
    /// In which life of the desk it was made.
    pub epoch: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does nothing.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

row! {
    held_key: Key { purpose, person: person_id, address, inbox: inbox_id, round, epoch, created_at, expires_at, used_at } in "held_key";
    columns purpose, person_id, address, inbox_id, round, epoch, created_at, expires_at, used_at;
    also hash;
}

/// Keeps a secret by its hash.
pub async fn insert_key(tx: &mut Tx, hash: &Hashed, key: &Key) -> Result<()> {
    let statement = key.bind(sqlx::query(held_key!(insert)), Written::Whole);
    statement.bind(hash.as_str().to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The secret of this purpose with this hash, whatever its state, if the address that it went to is still its person's. Only
/// looks.
pub async fn key(tx: &mut Tx, purpose: KeyPurpose, hash: &Hashed) -> Result<Option<Key>> {
    let sql = concat!(
        "SELECT ",
        held_key!(columns),
        " FROM held_key WHERE held_key.hash = $1 AND held_key.purpose = $2 AND ",
        is_still_theirs!("held_key")
    );
    let row = sqlx::query(sql).bind(hash.as_str().to_owned()).bind(purpose.as_str()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Key::read).transpose()
}

/// Uses a secret up, and with it every other about the same mail in this person's hands.
pub async fn use_keys(tx: &mut Tx, person: PersonId, inbox: InboxId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE held_key SET used_at = $1 WHERE person_id = $2 AND inbox_id = $3 AND used_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(person.0).bind(inbox.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Forgets secrets that expired before `before`.
pub async fn forget_keys(tx: &mut Tx, before: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM held_key WHERE expires_at < $1").bind(before.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}
