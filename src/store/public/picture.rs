//! What guests may read of all tickets of a project at once. Every statement names the reader's membership, reads only
//! the public face of tickets, and of entries only those with `visibility = 'public'`; [`crate::guest`] is the only reader.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::docs::members;
use crate::desk::ids::{PersonId, ProjectId, TicketId};
use crate::desk::people::{Named, PersonKind};
use crate::desk::ticket::Category;
use crate::store::{Error, Result, Tx, maybe_time, maybe_word, named, time, truth, word};
use crate::time::Timestamp;

/// The public side of a ticket as a card.
#[derive(Debug, Clone)]
pub struct PublicCard {
    /// Its id; never shown.
    pub id: TicketId,
    /// Its number in the project.
    pub number: i64,
    /// Key of its type.
    pub type_key: String,
    /// What it is about.
    pub title: String,
    /// What its public status means.
    pub category: Category,
    /// What that status is called.
    pub status: Named,
    /// Its public priority; higher is more urgent.
    pub rank: i64,
    /// What that priority is called.
    pub priority: Named,
    /// Per cent.
    pub progress: i64,
    /// Name of the visible assignee.
    pub assignee: Option<String>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// How many public comments it has.
    pub comments: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Name and address of whoever outside the staff asked.
    pub asker: Option<(String, String)>,
    /// Whether it concerns the reader: they asked, or take part.
    pub mine: bool,
}

/// Which of a project's tickets: all where `$3` is 1, else only those that the reader takes part in. A ticket without
/// anything public is not there.
macro_rules! seen {
    () => {
        "WHERE ticket.project_id = $2 AND project.kind = 'customer' AND ($3 = 1 OR ticket.requester_id = $1 OR EXISTS (SELECT 1 \
         FROM participant WHERE participant.ticket_id = ticket.id AND participant.person_id = $1)) \
         AND ticket.face_shown = 1 "
    };
}

/// The tickets of a project that `person` may open, by number: all where `all` is 1, else those they take part in.
pub async fn cards(tx: &mut Tx, person: PersonId, project: ProjectId, all: i64) -> Result<Vec<PublicCard>> {
    let sql = concat!(
        "SELECT ticket.id, ticket.number, ticket.type_key, ticket.title, status.category, status.name_de, status.name_en, \
         priority.rank, priority.name_de AS priority_de, priority.name_en AS priority_en, ticket.face_progress, \
         COALESCE(assignee.public_name, assignee.name) AS assignee_name, ticket.face_due_at, ticket.face_comments, ticket.created_at, ",
        name_of!("requester"),
        " AS requester_name, ",
        address_of!("requester"),
        " AS requester_address, CAST(CASE WHEN ticket.requester_id = $1 OR ticket.id IN (SELECT participant.ticket_id FROM participant \
         WHERE participant.person_id = $1) THEN 1 ELSE 0 END AS BIGINT) AS mine FROM ticket JOIN project ON project.id = ticket.project_id ",
        members!(),
        "JOIN status ON status.key = ticket.face_status JOIN priority ON priority.key = ticket.face_priority \
         LEFT JOIN person assignee ON assignee.id = ticket.face_assignee_id \
         LEFT JOIN person requester ON requester.id = ticket.requester_id AND requester.kind = 'contact' ",
        seen!(),
        "ORDER BY ticket.number"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(card).collect()
}

fn card(row: &AnyRow) -> Result<PublicCard> {
    let (name, address): (Option<String>, Option<String>) = (row.try_get("requester_name")?, row.try_get("requester_address")?);
    Ok(PublicCard {
        id: TicketId(row.try_get("id")?),
        number: row.try_get("number")?,
        type_key: row.try_get("type_key")?,
        title: row.try_get("title")?,
        category: word(row, "category", "a category")?,
        status: named(row, "name_de", "name_en")?,
        rank: row.try_get("rank")?,
        priority: named(row, "priority_de", "priority_en")?,
        progress: row.try_get("face_progress")?,
        assignee: row.try_get("assignee_name")?,
        due: maybe_time(row, "face_due_at")?,
        comments: row.try_get("face_comments")?,
        created_at: time(row, "created_at")?,
        asker: name.zip(address),
        mine: truth(row, "mine")?,
    })
}

/// A public entry that can change whom a ticket waits for: a comment (`status` is `None`), or a change of status.
#[derive(Debug, Clone)]
pub struct PublicStep {
    /// The ticket.
    pub ticket: TicketId,
    /// When.
    pub at: Timestamp,
    /// Which side of the desk its author is on.
    pub author_kind: Option<PersonKind>,
    /// What the new status means.
    pub status: Option<Category>,
}

/// The public comments and changes of status of the tickets that [`cards`] gives and that are not done, each ticket's in
/// order: what is done waits for nobody, however it came there.
pub async fn steps(tx: &mut Tx, person: PersonId, project: ProjectId, all: i64) -> Result<Vec<PublicStep>> {
    let sql = concat!(
        "SELECT entry.ticket_id, entry.at, author.kind AS author_kind, status.category FROM entry JOIN ticket ON ticket.id = entry.ticket_id \
         JOIN project ON project.id = ticket.project_id ",
        members!(),
        "JOIN status now ON now.key = ticket.face_status AND now.category <> 'done' LEFT JOIN person author ON author.id = entry.author_id \
         LEFT JOIN status ON entry.field = 'status' AND status.key = entry.new_value ",
        seen!(),
        "AND entry.visibility = 'public' AND (entry.kind = 'comment' OR entry.field = 'status') ORDER BY entry.ticket_id, entry.ordinal"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok::<_, Error>(PublicStep {
                ticket: TicketId(row.try_get("ticket_id")?),
                at: time(row, "at")?,
                author_kind: maybe_word(row, "author_kind", "a kind of person")?,
                status: maybe_word(row, "category", "a category")?,
            })
        })
        .collect()
}

/// The last public comment of a ticket.
#[derive(Debug, Clone)]
pub struct PublicWord {
    /// The ticket.
    pub ticket: TicketId,
    /// Its author's name for outsiders; `None` for the desk itself.
    pub author: Option<String>,
    /// The address of an author outside the staff.
    pub address: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What was written.
    pub text: String,
}

/// The last public comments of the tickets that [`cards`] gives.
pub async fn last_words(tx: &mut Tx, person: PersonId, project: ProjectId, all: i64) -> Result<Vec<PublicWord>> {
    let sql = concat!(
        "SELECT entry.ticket_id, entry.at, entry.text, ",
        name_of!("author"),
        " AS author_name, ",
        address_of!("author"),
        " AS author_address FROM entry \
         JOIN ticket ON ticket.id = entry.ticket_id JOIN project ON project.id = ticket.project_id ",
        members!(),
        "LEFT JOIN person author ON author.id = entry.author_id ",
        seen!(),
        "AND entry.visibility = 'public' AND entry.kind = 'comment' AND entry.ordinal = (SELECT MAX(other.ordinal) FROM entry other \
         WHERE other.ticket_id = entry.ticket_id AND other.visibility = 'public' AND other.kind = 'comment')"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok::<_, Error>(PublicWord {
                ticket: TicketId(row.try_get("ticket_id")?),
                author: row.try_get("author_name")?,
                address: row.try_get("author_address")?,
                at: time(row, "at")?,
                text: row.try_get("text")?,
            })
        })
        .collect()
}
