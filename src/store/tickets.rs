//! Tickets, as staff see them; their timelines are in [`super::entries`]. What outsiders may see is read by [`super::public`].

use std::collections::{BTreeMap, HashMap};

use sqlx::Row;

use super::row::{self, ReadRow, WriteRow, Written};
use super::{Result, Tx, truth};
use crate::desk::face::{Face, State};
use crate::desk::ids::{PersonId, ProjectId, TicketId};
use crate::desk::ticket::{Category, Meaning, TicketNumber};
use crate::time::{Rng, Timestamp};

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The project it is in.
    pub project: ProjectId,
    /// Its number.
    pub number: TicketNumber,
    /// Its task type, by key.
    pub type_key: String,
    /// What it is about.
    pub title: String,
    /// Its true state.
    pub state: State,
    /// Who asked; `None` for a mail without a usable sender.
    pub requester: Option<PersonId>,
    /// Name of the mailbox whose address answers.
    pub mailbox: String,
    /// The subject as the requester wrote it.
    pub subject: String,
    /// The random common root of its mails.
    pub thread_root: String,
    /// The ordinal of its newest entry.
    pub last_ordinal: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// What outsiders see of its state.
    pub face: Face,
}

row! {
    ticket: Ticket {
        id,
        project: project_id,
        number: TicketNumber { project: project_key, number },
        type_key,
        title,
        state: State { status, priority, progress, assignee: assignee_id, due: due_at },
        requester: requester_id,
        mailbox,
        subject,
        thread_root,
        last_ordinal,
        created_at,
        updated_at,
        face: Face {
            state: State {
                status: face_status,
                priority: face_priority,
                progress: face_progress,
                assignee: face_assignee_id,
                due: face_due_at,
            },
            shown: face_shown,
            comments: face_comments,
            activity: face_activity_at,
        },
    } in "ticket";
    changing type_key, title, status, priority, progress, assignee_id, due_at, last_ordinal, updated_at, face_status, face_priority,
        face_progress, face_assignee_id, face_due_at, face_shown, face_comments, face_activity_at;
    columns id, project_id, number, requester_id, mailbox, subject, thread_root, created_at;
    found project_key = "project.key";
}

/// Tickets with all that there is of them; a condition follows.
macro_rules! select {
    () => {
        concat!("SELECT ", ticket!(columns), " FROM ticket JOIN project ON project.id = ticket.project_id")
    };
}

/// The ticket with this id.
pub async fn get(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>> {
    let sql = concat!(select!(), " WHERE ticket.id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?.as_ref().map(Ticket::read).transpose()
}

/// Lets other writers of this ticket wait until this transaction ends, and waits for those before it. What is read
/// afterwards is what they left (PostgreSQL reads committed rows statement by statement).
pub async fn lock(tx: &mut Tx, id: TicketId) -> Result<()> {
    sqlx::query("UPDATE ticket SET last_ordinal = last_ordinal WHERE id = $1").bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The ticket with this number.
pub async fn by_number(tx: &mut Tx, number: &TicketNumber) -> Result<Option<Ticket>> {
    let sql = concat!(select!(), " WHERE project.key = $1 AND ticket.number = $2");
    let row = sqlx::query(sql).bind(number.project.clone()).bind(number.number).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Ticket::read).transpose()
}

/// All tickets, by project and number; only one project's where it is given.
pub async fn list(tx: &mut Tx, project: Option<ProjectId>) -> Result<Vec<Ticket>> {
    let sql = concat!(select!(), " WHERE $1 = 0 OR ticket.project_id = $1 ORDER BY project.position, ticket.number");
    let rows = sqlx::query(sql).bind(project.map_or(0, |project| project.0)).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(Ticket::read).collect()
}

/// The number of every ticket, by id: for lists that name tickets.
pub async fn numbers(tx: &mut Tx) -> Result<HashMap<TicketId, TicketNumber>> {
    let sql =
        "SELECT ticket.id, project.key AS project_key, ticket.number FROM ticket JOIN project ON project.id = ticket.project_id";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let number = TicketNumber { project: row.try_get("project_key")?, number: row.try_get("number")? };
            Ok((TicketId(row.try_get("id")?), number))
        })
        .collect()
}

/// The number of a new ticket: the project's next where it `counts`, else a random one of seven digits. One that guests do
/// not see must not count: a gap in the numbers that they do see would tell them of it.
pub async fn new_number(tx: &mut Tx, project: ProjectId, counts: bool, rng: &Rng) -> Result<i64> {
    if counts {
        let sql = "UPDATE project SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number";
        return Ok(sqlx::query(sql).bind(project.0).fetch_one(&mut *tx.inner).await?.try_get(0)?);
    }
    loop {
        let number = 1_000_000 + rng.id() % 9_000_000;
        let sql = "SELECT 1 FROM ticket WHERE project_id = $1 AND number = $2";
        if sqlx::query(sql).bind(project.0).bind(number).fetch_optional(&mut *tx.inner).await?.is_none() {
            return Ok(number);
        }
    }
}

/// Enters a ticket.
pub async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    ticket.bind(sqlx::query(ticket!(insert)), Written::Whole).execute(&mut *tx.inner).await?;
    tally(tx, ticket.project, None, counted(ticket)).await
}

/// Under which public status and type outsiders' lists count a ticket.
fn counted(ticket: &Ticket) -> Option<(String, String)> {
    ticket.face.shown.then(|| (ticket.face.state.status.clone(), ticket.type_key.clone()))
}

/// How many tickets outsiders' lists count, by project, public status and type; places without any are left out.
pub async fn tallied(tx: &mut Tx) -> Result<BTreeMap<(ProjectId, String, String), i64>> {
    let sql = "SELECT project_id, face_status, type_key, tickets FROM tally WHERE tickets <> 0";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let place = (ProjectId(row.try_get("project_id")?), row.try_get("face_status")?, row.try_get("type_key")?);
            Ok((place, row.try_get("tickets")?))
        })
        .collect()
}

/// Counts a ticket elsewhere than before.
async fn tally(tx: &mut Tx, project: ProjectId, from: Option<(String, String)>, to: Option<(String, String)>) -> Result<()> {
    if from == to {
        return Ok(());
    }
    let mut changes: Vec<((String, String), i64)> = from.map(|key| (key, -1)).into_iter().chain(to.map(|key| (key, 1))).collect();
    // Everybody in the same order, so that no two wait for each other.
    changes.sort();
    for ((status, type_key), change) in changes {
        // In two steps: a row that is to be entered must not be negative, even where it would only be added.
        let enter = "INSERT INTO tally (project_id, face_status, type_key, tickets) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (project_id, face_status, type_key) DO NOTHING";
        let count = "UPDATE tally SET tickets = tickets + $4 WHERE project_id = $1 AND face_status = $2 AND type_key = $3";
        let place = |sql: &'static str| sqlx::query(sql).bind(project.0).bind(status.clone()).bind(type_key.clone());
        if place(count).bind(change).execute(&mut *tx.inner).await?.rows_affected() == 0 {
            place(enter).execute(&mut *tx.inner).await?;
            place(count).bind(change).execute(&mut *tx.inner).await?;
        }
    }
    Ok(())
}

/// Writes what can change of a ticket, its face included, and counts it where it belongs now. Whoever writes has made it
/// in this transaction or holds it by [`lock`]: the tally is told of each change once.
pub async fn update(tx: &mut Tx, ticket: &Ticket, now: Timestamp) -> Result<()> {
    let old = sqlx::query("SELECT face_shown, face_status, type_key FROM ticket WHERE id = $1")
        .bind(ticket.id.0)
        .fetch_one(&mut *tx.inner)
        .await?;
    let from = (truth(&old, "face_shown")?, (old.try_get("face_status")?, old.try_get("type_key")?));
    let ticket = &Ticket { updated_at: now, ..ticket.clone() };
    let statement = sqlx::query(concat!(ticket!(update), " WHERE id = $1")).bind(ticket.id.0);
    ticket.bind(statement, Written::Changing).execute(&mut *tx.inner).await?;
    tally(tx, ticket.project, from.0.then_some(from.1), counted(ticket)).await
}

/// Lets a person take part in a ticket, `approved` by somebody of the staff or not; `false` for who took part already.
pub async fn join(tx: &mut Tx, ticket: TicketId, person: PersonId, approved: bool, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO participant (ticket_id, person_id, joined_at) VALUES ($1, $2, $3) ON CONFLICT (ticket_id, person_id) DO NOTHING";
    let done = sqlx::query(sql).bind(ticket.0).bind(person.0).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    if approved {
        let sql = "UPDATE participant SET approved_at = $3 WHERE ticket_id = $1 AND person_id = $2";
        sqlx::query(sql).bind(ticket.0).bind(person.0).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Lets a person take part no longer, and asks for nothing in their name: who asked is nobody then. `false` for who took no
/// part besides asking.
pub async fn leave(tx: &mut Tx, ticket: TicketId, person: PersonId) -> Result<bool> {
    let sql = "DELETE FROM participant WHERE ticket_id = $1 AND person_id = $2";
    let done = sqlx::query(sql).bind(ticket.0).bind(person.0).execute(&mut *tx.inner).await?;
    sqlx::query("DELETE FROM muted WHERE ticket_id = $1 AND person_id = $2")
        .bind(ticket.0)
        .bind(person.0)
        .execute(&mut *tx.inner)
        .await?;
    sqlx::query("UPDATE ticket SET requester_id = NULL WHERE id = $1 AND requester_id = $2")
        .bind(ticket.0)
        .bind(person.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who takes part in a ticket besides its requester, in the order of joining.
pub async fn participants(tx: &mut Tx, ticket: TicketId) -> Result<Vec<PersonId>> {
    let sql = "SELECT person_id FROM participant WHERE ticket_id = $1 ORDER BY joined_at, person_id";
    let rows = sqlx::query(sql).bind(ticket.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(PersonId(row.try_get(0)?))).collect()
}

/// Whether a person has asked for a ticket, or takes part in one.
pub async fn has_any(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let sql = "SELECT ticket.id FROM ticket LEFT JOIN participant ON participant.ticket_id = ticket.id AND participant.person_id = $1 \
         WHERE ticket.requester_id = $1 OR participant.person_id IS NOT NULL LIMIT 1";
    Ok(sqlx::query(sql).bind(person.0).fetch_optional(&mut *tx.inner).await?.is_some())
}

/// The words that staff sort a ticket by.
pub async fn tags(tx: &mut Tx, ticket: TicketId) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT tag FROM ticket_tag WHERE ticket_id = $1 ORDER BY position")
        .bind(ticket.0)
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("tag")?)).collect()
}

/// Puts a tag on a ticket, after its others; `false` where it had it.
pub async fn add_tag(tx: &mut Tx, ticket: TicketId, tag: &str) -> Result<bool> {
    let sql = "INSERT INTO ticket_tag (ticket_id, tag, position) SELECT $1, $2, COALESCE(MAX(ticket_tag.position), 0) + 1 \
         FROM ticket_tag WHERE ticket_tag.ticket_id = $1 ON CONFLICT (ticket_id, tag) DO NOTHING";
    Ok(sqlx::query(sql).bind(ticket.0).bind(tag.to_owned()).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// Takes a tag off a ticket; `false` where it had none of the kind.
pub async fn remove_tag(tx: &mut Tx, ticket: TicketId, tag: &str) -> Result<bool> {
    let sql = "DELETE FROM ticket_tag WHERE ticket_id = $1 AND tag = $2";
    Ok(sqlx::query(sql).bind(ticket.0).bind(tag.to_owned()).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// What a status is called and means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its key.
    pub key: String,
    /// What it means.
    pub category: Category,
    /// Its German name.
    pub name_de: String,
    /// Its English name.
    pub name_en: String,
}

row! {
    status: Status { key, category, name_de, name_en } of "status";
    columns key, category, name_de, name_en;
}

/// All statuses in order.
pub async fn statuses(tx: &mut Tx) -> Result<Vec<Status>> {
    let sql = concat!("SELECT ", status!(columns), " FROM status ORDER BY position");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(Status::read).collect()
}

/// What the statuses of a ticket mean.
pub async fn meaning(tx: &mut Tx, ticket: &Ticket) -> Result<Meaning> {
    let sql = "SELECT truth.category AS truth, face.category AS face FROM status truth JOIN status face ON face.key = $2 \
         WHERE truth.key = $1";
    let query = sqlx::query(sql).bind(ticket.state.status.clone()).bind(ticket.face.state.status.clone());
    let row = query.fetch_one(&mut *tx.inner).await?;
    Ok(Meaning { truth: row::get(&row, "truth")?, face: row::get(&row, "face")? })
}

/// What a priority is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// Its key.
    pub key: String,
    /// Its German name.
    pub name_de: String,
    /// Its English name.
    pub name_en: String,
}

row! {
    priority: Priority { key, name_de, name_en } of "priority";
    columns key, name_de, name_en;
}

/// All priorities, the lowest first.
pub async fn priorities(tx: &mut Tx) -> Result<Vec<Priority>> {
    let sql = concat!("SELECT ", priority!(columns), " FROM priority ORDER BY rank");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(Priority::read).collect()
}

/// Which correspondents of a ticket want no mail about it.
pub async fn muted(tx: &mut Tx, ticket: TicketId) -> Result<Vec<PersonId>> {
    let rows = sqlx::query("SELECT person_id FROM muted WHERE ticket_id = $1 ORDER BY at, person_id")
        .bind(ticket.0)
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| Ok(PersonId(row.try_get("person_id")?))).collect()
}

/// Writes down whether somebody wants mail about a ticket.
pub async fn mute(tx: &mut Tx, ticket: TicketId, person: PersonId, muted: bool, now: Timestamp) -> Result<()> {
    if muted {
        let sql =
            "INSERT INTO muted (ticket_id, person_id, at) VALUES ($1, $2, $3) ON CONFLICT (ticket_id, person_id) DO NOTHING";
        sqlx::query(sql).bind(ticket.0).bind(person.0).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    } else {
        let sql = "DELETE FROM muted WHERE ticket_id = $1 AND person_id = $2";
        sqlx::query(sql).bind(ticket.0).bind(person.0).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// Takes a form once. `false` for one that was taken before; a second click that comes at the same moment waits for the
/// first.
pub async fn take_form(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO form_taken (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    let done = sqlx::query(sql).bind(hash.to_owned()).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers the ticket that a form made.
pub async fn form_made(tx: &mut Tx, hash: &str, ticket: TicketId) -> Result<()> {
    let sql = "UPDATE form_taken SET ticket_id = $1 WHERE hash = $2";
    sqlx::query(sql).bind(ticket.0).bind(hash.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The number of the ticket that a form made.
pub async fn made_by_form(tx: &mut Tx, hash: &str) -> Result<Option<TicketNumber>> {
    let sql = "SELECT project.key AS project_key, ticket.number FROM form_taken JOIN ticket ON ticket.id = form_taken.ticket_id \
         JOIN project ON project.id = ticket.project_id WHERE form_taken.hash = $1";
    let row = sqlx::query(sql).bind(hash.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| Ok(TicketNumber { project: row.try_get("project_key")?, number: row.try_get("number")? })).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn ticket(truth: &str, face: &str) -> Ticket {
        let state = |status: &str| State { status: status.to_owned(), ..State::default() };
        let at = Timestamp::from_seconds(0);
        Ticket {
            id: TicketId(1),
            project: ProjectId(1),
            number: TicketNumber { project: "ACME".to_owned(), number: 1 },
            type_key: "request".to_owned(),
            title: String::new(),
            state: state(truth),
            requester: None,
            mailbox: String::new(),
            subject: String::new(),
            thread_root: String::new(),
            last_ordinal: 0,
            created_at: at,
            updated_at: at,
            face: Face { state: state(face), ..Face::opened(at) },
        }
    }

    #[tokio::test]
    async fn a_status_of_any_name_means_what_its_category_says() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await.unwrap();
        let work = store.write(|tx| {
            Box::pin(async move {
                let sql = "INSERT INTO status (key, category, name_de, name_en, position) VALUES \
                     ('parked', 'waiting', 'geparkt', 'parked', 4), ('archived', 'done', 'abgelegt', 'archived', 5)";
                sqlx::query(sql).execute(&mut *tx.inner).await?;
                for (truth, face, expected) in [
                    ("open", "open", (Category::Open, Category::Open)),
                    ("in_progress", "waiting", (Category::InProgress, Category::Waiting)),
                    ("parked", "open", (Category::Waiting, Category::Open)),
                    ("done", "archived", (Category::Done, Category::Done)),
                ] {
                    let meaning = meaning(tx, &ticket(truth, face)).await?;
                    assert_eq!((meaning.truth, meaning.face), expected, "{truth} {face}");
                }
                Ok(())
            })
        });
        work.await.unwrap();
    }
}
