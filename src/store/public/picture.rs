//! What guests may read of all tickets of a project at once. Every statement names the reader's membership, reads only
//! the public face of tickets, and of entries only those with `visibility = 'public'`; [`crate::guest`] is the only reader.

use super::docs::members;
use crate::desk::ids::{PersonId, ProjectId, TicketId};
use crate::desk::people::{Named, PersonKind};
use crate::desk::ticket::Category;
use crate::store::row::ReadRow;
use crate::store::{Result, Tx};
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

row! {
    card: PublicCard {
        id,
        number,
        type_key,
        title,
        category,
        status: Named { de: name_de, en: name_en },
        rank,
        priority: Named { de: priority_de, en: priority_en },
        progress: face_progress,
        assignee: assignee_name,
        due: face_due_at,
        comments: face_comments,
        created_at,
        asker: Option::<String>::zip(requester_name, requester_address),
        mine,
    } of "ticket";
    columns id, number, type_key, title, face_progress, face_due_at, face_comments, created_at;
    found category = "status.category", name_de = "status.name_de", name_en = "status.name_en", rank = "priority.rank",
        priority_de = "priority.name_de", priority_en = "priority.name_en",
        assignee_name = "COALESCE(assignee.public_name, assignee.name)", requester_name = name_of!("requester"),
        requester_address = address_of!("requester"),
        mine = "CAST(CASE WHEN ticket.requester_id = $1 OR ticket.id IN (SELECT participant.ticket_id FROM participant \
                WHERE participant.person_id = $1) THEN 1 ELSE 0 END AS BIGINT)";
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
        "SELECT ",
        card!(columns),
        " FROM ticket JOIN project ON project.id = ticket.project_id ",
        members!(),
        "JOIN status ON status.key = ticket.face_status JOIN priority ON priority.key = ticket.face_priority \
         LEFT JOIN person assignee ON assignee.id = ticket.face_assignee_id \
         LEFT JOIN person requester ON requester.id = ticket.requester_id AND requester.kind = 'contact' ",
        seen!(),
        "ORDER BY ticket.number"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(PublicCard::read).collect()
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

row! {
    step: PublicStep { ticket: ticket_id, at, author_kind, status: category } of "entry";
    columns ticket_id, at;
    found author_kind = "author.kind", category = "status.category";
}

/// The public comments and changes of status of the tickets that [`cards`] gives and that are not done, each ticket's in
/// order: what is done waits for nobody, however it came there.
pub async fn steps(tx: &mut Tx, person: PersonId, project: ProjectId, all: i64) -> Result<Vec<PublicStep>> {
    let sql = concat!(
        "SELECT ",
        step!(columns),
        " FROM entry JOIN ticket ON ticket.id = entry.ticket_id \
         JOIN project ON project.id = ticket.project_id ",
        members!(),
        "JOIN status now ON now.key = ticket.face_status AND now.category <> 'done' LEFT JOIN person author ON author.id = entry.author_id \
         LEFT JOIN status ON entry.field = 'status' AND status.key = entry.new_value ",
        seen!(),
        "AND entry.visibility = 'public' AND (entry.kind = 'comment' OR entry.field = 'status') ORDER BY entry.ticket_id, entry.ordinal"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(PublicStep::read).collect()
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

row! {
    last_word: PublicWord { ticket: ticket_id, author: author_name, address: author_address, at, text } of "entry";
    columns ticket_id, at, text;
    found author_name = name_of!("author"), author_address = address_of!("author");
}

/// The last public comments of the tickets that [`cards`] gives.
pub async fn last_words(tx: &mut Tx, person: PersonId, project: ProjectId, all: i64) -> Result<Vec<PublicWord>> {
    let sql = concat!(
        "SELECT ",
        last_word!(columns),
        " FROM entry JOIN ticket ON ticket.id = entry.ticket_id JOIN project ON project.id = ticket.project_id ",
        members!(),
        "LEFT JOIN person author ON author.id = entry.author_id ",
        seen!(),
        "AND entry.visibility = 'public' AND entry.kind = 'comment' AND entry.ordinal = (SELECT MAX(other.ordinal) FROM entry other \
         WHERE other.ticket_id = entry.ticket_id AND other.visibility = 'public' AND other.kind = 'comment')"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).bind(all).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(PublicWord::read).collect()
}
