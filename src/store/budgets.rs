//! What budgets count, and which of them are used up. What outsiders get depends on these numbers, so only what is public is
//! counted: nothing internal can be read off a mail that comes sooner or later.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::ReadRow;
use super::{Result, Tx, maybe_time, time};
use crate::desk::budget::{Name, Way};
use crate::desk::ids::{InboxId, OrganizationId, PersonId, TicketId};
use crate::time::Timestamp;

/// What is counted with a word: of what is only claimed everything, of what is sure nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How the word came.
    pub way: Way,
    /// The proven mail that it came in, which has no verdict yet.
    pub deciding: Option<InboxId>,
}

impl Counted {
    fn sure(self) -> i64 {
        i64::from(self.way.is_sure())
    }

    fn deciding(self) -> i64 {
        self.deciding.map_or(0, |inbox| inbox.0)
    }
}

/// The [`Way`] in which an entry came; `$2` is the proven mail that is being decided about.
macro_rules! way {
    () => {
        "(CASE WHEN entry.inbox_id IS NULL THEN 'page' \
         WHEN inbox.reason = 'token' OR inbox.evidence = 'pass' OR entry.inbox_id = $2 THEN 'proven' ELSE 'mail' END)"
    };
}

/// What counts where `$3` says whether the word is sure.
macro_rules! counts {
    () => {
        concat!(" ($3 = 0 OR ", way!(), " <> 'mail') ")
    };
}

/// Texts, or steps where there are more of them: a mail that opens a ticket again is one thing, and so is a button.
macro_rules! deeds {
    ($($from:expr),+) => {
        concat!(
            "SELECT CAST(COALESCE(SUM(CASE WHEN entry.kind = 'comment' THEN 1 ELSE 0 END), 0) AS BIGINT) AS texts, \
             CAST(COALESCE(SUM(CASE WHEN entry.kind = 'change' AND entry.field IN ('status', 'priority') THEN 1 ELSE 0 END), 0) \
             AS BIGINT) AS steps FROM entry LEFT JOIN inbox ON inbox.id = entry.inbox_id ",
            $($from),+,
            " entry.at >= $1 AND entry.visibility = 'public' AND entry.kind IN ('comment', 'change') AND COALESCE(inbox.old, 0) <> 1"
        )
    };
}

fn deeds(row: &AnyRow) -> Result<i64> {
    let (texts, steps): (i64, i64) = (row.try_get("texts")?, row.try_get("steps")?);
    Ok(texts.max(steps))
}

/// How often a person wrote or did something in public since a point in time, in the way that is counted; by mails that are
/// only claimed: by mail at all. `None`: senders who cannot be named.
pub async fn by_sender(tx: &mut Tx, sender: Option<PersonId>, counted: Counted, since: Timestamp) -> Result<i64> {
    let row = match sender {
        Some(person) => {
            let sql =
                deeds!("WHERE entry.author_id = $4 AND ($3 = ", way!(), " OR ($3 = 'mail' AND entry.inbox_id IS NOT NULL)) AND");
            let query = sqlx::query(sql).bind(since.as_micros()).bind(counted.deciding()).bind(counted.way.as_str());
            query.bind(person.0).fetch_one(&mut *tx.inner).await?
        }
        None => {
            let sql = deeds!("WHERE entry.author_id IS NULL AND entry.inbox_id IS NOT NULL AND");
            sqlx::query(sql).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?
        }
    };
    deeds(&row)
}

/// The same of everybody outside the staff in the projects of an organization.
pub async fn in_organization(tx: &mut Tx, organization: OrganizationId, counted: Counted, since: Timestamp) -> Result<i64> {
    let sql = deeds!(
        "JOIN ticket ON ticket.id = entry.ticket_id JOIN project ON project.id = ticket.project_id \
         JOIN person ON person.id = entry.author_id WHERE project.organization_id = $4 AND person.kind = 'contact' AND",
        counts!(),
        "AND"
    );
    let query = sqlx::query(sql).bind(since.as_micros()).bind(counted.deciding()).bind(counted.sure()).bind(organization.0);
    deeds(&query.fetch_one(&mut *tx.inner).await?)
}

/// The same of everybody outside the staff in receptions.
pub async fn by_strangers(tx: &mut Tx, counted: Counted, since: Timestamp) -> Result<i64> {
    let sql = deeds!(
        "JOIN ticket ON ticket.id = entry.ticket_id JOIN project ON project.id = ticket.project_id \
         LEFT JOIN person ON person.id = entry.author_id \
         WHERE project.kind = 'reception' AND COALESCE(person.kind, 'contact') = 'contact' AND",
        counts!(),
        "AND"
    );
    let query = sqlx::query(sql).bind(since.as_micros()).bind(counted.deciding()).bind(counted.sure());
    deeds(&query.fetch_one(&mut *tx.inner).await?)
}

/// The same of people with an address of this mail domain in receptions.
pub async fn by_domain(tx: &mut Tx, domain: &str, counted: Counted, since: Timestamp) -> Result<i64> {
    let sql = deeds!(
        "JOIN ticket ON ticket.id = entry.ticket_id JOIN project ON project.id = ticket.project_id \
         WHERE project.kind = 'reception' AND EXISTS (SELECT 1 FROM person_address \
         WHERE person_address.person_id = entry.author_id AND person_address.address LIKE $4 ESCAPE '!') AND",
        counts!(),
        "AND"
    );
    let query = sqlx::query(sql).bind(since.as_micros()).bind(counted.deciding()).bind(counted.sure()).bind(at_domain(domain));
    deeds(&query.fetch_one(&mut *tx.inner).await?)
}

/// The pattern of the addresses of a mail domain.
fn at_domain(domain: &str) -> String {
    let plain = domain.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%@{plain}")
}

/// How many acknowledgements a mail domain got.
pub async fn receipts_at_domain(tx: &mut Tx, domain: &str, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox WHERE kind = 'acknowledgement' AND created_at >= $1 AND recipient LIKE $2 ESCAPE '!'";
    let query = sqlx::query(sql).bind(since.as_micros()).bind(at_domain(domain));
    Ok(query.fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// How many acknowledgements strangers got.
pub async fn receipts_of_strangers(tx: &mut Tx, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox JOIN ticket ON ticket.id = outbox.ticket_id JOIN project ON project.id = ticket.project_id \
         WHERE outbox.kind = 'acknowledgement' AND outbox.created_at >= $1 AND project.kind = 'reception'";
    Ok(sqlx::query(sql).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// How many people were welcomed because this one asked them to take part.
pub async fn welcomed_by(tx: &mut Tx, person: PersonId, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox JOIN entry ON entry.id = outbox.entry_id \
         WHERE outbox.kind = 'welcome' AND outbox.created_at >= $1 AND entry.author_id = $2";
    Ok(sqlx::query(sql).bind(since.as_micros()).bind(person.0).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// How many mails a person got since a point in time because of what people outside wrote, as far as that is counted.
pub async fn mails_to(tx: &mut Tx, person: PersonId, counted: Counted, since: Timestamp) -> Result<i64> {
    let sql = concat!(
        "SELECT COUNT(*) FROM outbox JOIN entry ON entry.id = outbox.entry_id LEFT JOIN person ON person.id = entry.author_id \
         LEFT JOIN inbox ON inbox.id = entry.inbox_id \
         WHERE outbox.kind IN ('notification', 'answer', 'done') AND outbox.created_at >= $1 AND outbox.person_id = $4 \
         AND COALESCE(person.kind, 'contact') = 'contact' AND",
        counts!()
    );
    let query = sqlx::query(sql).bind(since.as_micros()).bind(counted.deciding()).bind(counted.sure()).bind(person.0);
    Ok(query.fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// When a person was sent mails about a ticket since a point in time, because of what people outside wrote, as far as that is
/// counted; with `wordless`, also those that tell of no text: a step, a report of the desk.
pub async fn mails_about(
    tx: &mut Tx,
    (person, ticket): (PersonId, TicketId),
    wordless: bool,
    counted: Counted,
    since: Timestamp,
) -> Result<Vec<Timestamp>> {
    let sql = concat!(
        "SELECT outbox.created_at FROM outbox LEFT JOIN entry ON entry.id = outbox.entry_id \
         LEFT JOIN person ON person.id = entry.author_id LEFT JOIN inbox ON inbox.id = entry.inbox_id \
         WHERE outbox.kind IN ('notification', 'answer', 'done') \
         AND outbox.created_at > $1 AND outbox.person_id = $4 AND outbox.ticket_id = $5 \
         AND COALESCE(person.kind, 'contact') = 'contact' AND (entry.id IS NOT NULL OR $6 = 1) AND",
        counts!(),
        "ORDER BY outbox.created_at"
    );
    let rows = sqlx::query(sql)
        .bind(since.as_micros())
        .bind(counted.deciding())
        .bind(counted.sure())
        .bind(person.0)
        .bind(ticket.0)
        .bind(i64::from(wordless))
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| time(row, "created_at")).collect()
}

/// How many people have joined a ticket by writing to it.
pub async fn joined_by_mail(tx: &mut Tx, ticket: TicketId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM entry WHERE ticket_id = $1 AND kind = 'change' AND field = 'participant' \
         AND inbox_id IS NOT NULL AND new_value = CAST(author_id AS TEXT)";
    Ok(sqlx::query(sql).bind(ticket.0).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// A budget that was used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its id.
    pub id: i64,
    /// Which budget.
    pub budget: Name,
    /// Whose, as the counting knows it.
    pub party: String,
    /// Whose, for people to read; empty where there is only one.
    pub shown: String,
    /// How much was counted when it was last over.
    pub counted: i64,
    /// How often something was stopped.
    pub stopped: i64,
    /// The ticket of the last of it.
    pub ticket: TicketId,
    /// Since when.
    pub since: Timestamp,
    /// When something was last stopped.
    pub last_at: Timestamp,
    /// When somebody let it go on.
    pub resumed_at: Option<Timestamp>,
}

impl Stop {
    /// Whether it still holds `now`: something was stopped within its span, and nobody has let it go on since.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.resumed_at.is_none() && now.since(self.last_at) < self.budget.budget().span
    }
}

row! {
    stop: Stop { id, budget, party, shown, counted, stopped, ticket: ticket_id, since, last_at, resumed_at } of "budget_stop";
    columns id, budget, party, shown, counted, stopped, ticket_id, since, last_at, resumed_at;
}

/// Stops that were of use after `since`, the newest first.
pub async fn list(tx: &mut Tx, since: Timestamp) -> Result<Vec<Stop>> {
    let sql = concat!("SELECT ", stop!(columns), " FROM budget_stop WHERE last_at > $1 ORDER BY last_at DESC, id");
    sqlx::query(sql).bind(since.as_micros()).fetch_all(&mut *tx.inner).await?.iter().map(Stop::read).collect()
}

/// The stop with this id.
pub async fn get(tx: &mut Tx, id: i64) -> Result<Option<Stop>> {
    let sql = concat!("SELECT ", stop!(columns), " FROM budget_stop WHERE id = $1");
    sqlx::query(sql).bind(id).fetch_optional(&mut *tx.inner).await?.as_ref().map(Stop::read).transpose()
}

/// From when a party's budget counts: when somebody last let it go on.
pub async fn counted_from(tx: &mut Tx, budget: Name, party: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT resumed_at FROM budget_stop WHERE budget = $1 AND party = $2";
    let row = sqlx::query(sql).bind(budget.as_str()).bind(party.to_owned()).fetch_optional(&mut *tx.inner).await?;
    Ok(row.map(|row| maybe_time(&row, "resumed_at")).transpose()?.flatten())
}

/// Until when a party's budget has stopped what came, or somebody let it go on; `None` where it never has.
pub async fn dealt_with_until(tx: &mut Tx, budget: Name, party: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT last_at, resumed_at FROM budget_stop WHERE budget = $1 AND party = $2";
    let row = sqlx::query(sql).bind(budget.as_str()).bind(party.to_owned()).fetch_optional(&mut *tx.inner).await?;
    let until = |row: AnyRow| {
        Ok::<_, super::Error>(time(&row, "last_at")?.max(maybe_time(&row, "resumed_at")?.unwrap_or(Timestamp::from_micros(0))))
    };
    row.map(until).transpose()
}

/// Writes down that a budget stopped something. The staff is to be told where it does not know yet that the budget is used
/// up: it was not before `known_since`, or somebody had let it go on.
pub async fn stopped(tx: &mut Tx, new: &Stop, known_since: Timestamp) -> Result<()> {
    let sql = "UPDATE budget_stop SET counted = $1, stopped = stopped + 1, ticket_id = $2, last_at = $3 \
         WHERE budget = $4 AND party = $5 AND last_at >= $6 AND resumed_at IS NULL";
    let known = sqlx::query(sql)
        .bind(new.counted)
        .bind(new.ticket.0)
        .bind(new.last_at.as_micros())
        .bind(new.budget.as_str())
        .bind(new.party.clone())
        .bind(known_since.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    let sql = "INSERT INTO budget_stop (id, budget, party, shown, counted, stopped, ticket_id, since, last_at) \
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $7) ON CONFLICT (budget, party) DO UPDATE SET shown = excluded.shown, \
         counted = excluded.counted, stopped = 1, ticket_id = excluded.ticket_id, since = excluded.since, \
         last_at = excluded.last_at, told_at = NULL, resumed_at = NULL, resumed_by = NULL \
         WHERE budget_stop.last_at < $8 OR budget_stop.resumed_at IS NOT NULL";
    sqlx::query(sql)
        .bind(new.id)
        .bind(new.budget.as_str())
        .bind(new.party.clone())
        .bind(new.shown.clone())
        .bind(new.counted)
        .bind(new.ticket.0)
        .bind(new.last_at.as_micros())
        .bind(known_since.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// A stop that the staff has not been told of.
pub async fn untold(tx: &mut Tx) -> Result<Option<Stop>> {
    let sql = concat!("SELECT ", stop!(columns), " FROM budget_stop WHERE told_at IS NULL ORDER BY since, id LIMIT 1");
    sqlx::query(sql).fetch_optional(&mut *tx.inner).await?.as_ref().map(Stop::read).transpose()
}

/// Writes down that the staff is told of a stop. `false` where somebody else has told it.
pub async fn told(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE budget_stop SET told_at = $1 WHERE id = $2 AND told_at IS NULL";
    let done = sqlx::query(sql).bind(now.as_micros()).bind(id).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() > 0)
}

/// Lets a used-up budget go on: what was counted so far counts no more. `false` where somebody has done so already.
pub async fn resume(tx: &mut Tx, id: i64, by: Option<PersonId>, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE budget_stop SET resumed_at = $1, resumed_by = $2, told_at = COALESCE(told_at, $1) \
         WHERE id = $3 AND resumed_at IS NULL";
    let done = sqlx::query(sql).bind(now.as_micros()).bind(by.map(|by| by.0)).bind(id).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() > 0)
}
