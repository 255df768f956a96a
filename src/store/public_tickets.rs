//! Tickets as guests read them, page by page. Every statement states the organization (a membership with sign-in that
//! the project's organization has), says `visibility = 'public'`, and reads only the public face. A ticket without
//! anything public is not there; time entries do not count, since most roles do not show them.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::public_docs::members;
use super::{Result, Tx, maybe_time, named, time, truth, word};
use crate::desk::ids::{OrganizationId, PersonId, ProjectId, TicketId};
use crate::desk::people::Named;
use crate::desk::search::{Order, WORDS, fold, patterns};
use crate::desk::ticket::{Category, TicketNumber};
use crate::time::Timestamp;

/// A project as its guests see it.
#[derive(Debug, Clone)]
pub struct PublicProject {
    /// Its id; never shown.
    pub id: ProjectId,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub organization: OrganizationId,
    /// The owner's name.
    pub organization_name: String,
}

macro_rules! project_sql {
    () => {
        concat!(
            "SELECT project.id, project.key, project.name, organization.id AS organization_id, organization.name AS organization_name \
         FROM project JOIN organization ON organization.id = project.organization_id ",
            members!(),
            "WHERE project.kind = 'customer'"
        )
    };
}

fn project(row: &AnyRow) -> Result<PublicProject> {
    Ok(PublicProject {
        id: ProjectId(row.try_get("id")?),
        key: row.try_get("key")?,
        name: row.try_get("name")?,
        organization: OrganizationId(row.try_get("organization_id")?),
        organization_name: row.try_get("organization_name")?,
    })
}

/// The projects of the organizations in which `person` may sign in, by organization.
///
/// # Errors
/// The database's.
pub async fn projects(tx: &mut Tx, person: PersonId) -> Result<Vec<PublicProject>> {
    let sql = concat!(project_sql!(), " ORDER BY organization.created_at, organization.id, project.position");
    sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?.iter().map(project).collect()
}

/// One of them, by its key.
///
/// # Errors
/// The database's.
pub async fn project_by_key(tx: &mut Tx, person: PersonId, key: &str) -> Result<Option<PublicProject>> {
    let sql = concat!(project_sql!(), " AND project.key = $2");
    let row = sqlx::query(sql).bind(person.0).bind(key.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(project).transpose()
}

/// Tickets that concern `$1`.
macro_rules! mine {
    () => {
        "ticket.id IN (SELECT mine.id FROM ticket mine WHERE mine.requester_id = $1 \
         UNION SELECT participant.ticket_id FROM participant WHERE participant.person_id = $1)"
    };
}

/// Counts of the tickets of project `$2`, all or those that a condition leaves, for a member of its organization.
macro_rules! counted {
    ($condition:expr) => {
        concat!(
            "SELECT status.category, counted.type_key, counted.tickets FROM (SELECT ticket.project_id, ticket.face_status, \
             ticket.type_key, COUNT(*) AS tickets FROM ticket WHERE ticket.project_id = $2 AND ticket.face_shown = 1 ",
            $condition,
            "GROUP BY ticket.project_id, ticket.face_status, ticket.type_key) counted \
             JOIN project ON project.id = counted.project_id JOIN member ON member.organization_id = project.organization_id \
             JOIN status ON status.key = counted.face_status WHERE member.person_id = $1 AND member.login_allowed = 1"
        )
    };
}

/// Tickets that `$1` may see, where `$2` is 1 for all of the organization's and 0 for those that concern `$1`.
macro_rules! visible {
    () => {
        concat!(
            " FROM ticket JOIN project ON project.id = ticket.project_id \
             JOIN member ON member.organization_id = project.organization_id \
             JOIN status ON status.key = ticket.face_status JOIN priority ON priority.key = ticket.face_priority \
             LEFT JOIN task_type ON task_type.project_id = ticket.project_id AND task_type.key = ticket.type_key \
             LEFT JOIN person assignee ON assignee.id = ticket.face_assignee_id \
             WHERE member.person_id = $1 AND member.login_allowed = 1 AND ticket.face_shown = 1 AND ($2 = 1 OR ",
            mine!(),
            ")"
        )
    };
}

macro_rules! row_columns {
    () => {
        "SELECT ticket.id, project.key AS project_key, ticket.number, ticket.title, ticket.type_key, \
         task_type.name_de AS type_de, task_type.name_en AS type_en, status.key AS status_key, status.category, \
         status.name_de AS status_de, status.name_en AS status_en, priority.key AS priority_key, \
         priority.name_de AS priority_de, priority.name_en AS priority_en, \
         COALESCE(assignee.public_name, assignee.name) AS assignee_name, ticket.face_progress, ticket.face_due_at, \
         ticket.face_comments, ticket.face_activity_at, ticket.created_at, ticket.requester_id"
    };
}

/// A ticket in a list, and the head of its page.
#[derive(Debug, Clone)]
pub struct PublicRow {
    /// Its id; never shown.
    pub id: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// What it is about.
    pub title: String,
    /// Its task type; the key where it has no name.
    pub type_name: Named,
    /// What its public status means.
    pub category: Category,
    /// Its public status.
    pub status: Named,
    /// Key of its public priority.
    pub priority: String,
    /// What that is called.
    pub priority_name: Named,
    /// Name of the visible assignee.
    pub assignee: Option<String>,
    /// Per cent.
    pub progress: i64,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Public comments.
    pub comments: i64,
    /// When the last public entry was made.
    pub activity: Timestamp,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Who asked.
    pub requester: Option<PersonId>,
}

fn row(row: &AnyRow) -> Result<PublicRow> {
    let key: String = row.try_get("type_key")?;
    let (type_de, type_en): (Option<String>, Option<String>) = (row.try_get("type_de")?, row.try_get("type_en")?);
    let requester: Option<i64> = row.try_get("requester_id")?;
    Ok(PublicRow {
        id: TicketId(row.try_get("id")?),
        number: TicketNumber { project: row.try_get("project_key")?, number: row.try_get("number")? },
        title: row.try_get("title")?,
        type_name: Named { de: type_de.unwrap_or_else(|| key.clone()), en: type_en.unwrap_or(key) },
        category: word(row, "category", "a category")?,
        status: named(row, "status_de", "status_en")?,
        priority: row.try_get("priority_key")?,
        priority_name: named(row, "priority_de", "priority_en")?,
        assignee: row.try_get("assignee_name")?,
        progress: row.try_get("face_progress")?,
        due: maybe_time(row, "face_due_at")?,
        comments: row.try_get("face_comments")?,
        activity: time(row, "face_activity_at")?,
        created_at: time(row, "created_at")?,
        requester: requester.map(PersonId),
    })
}

/// A ticket of a project by its number; `None` where `person` may not see it.
///
/// # Errors
/// The database's.
pub async fn ticket(tx: &mut Tx, person: PersonId, all: bool, project: ProjectId, number: i64) -> Result<Option<PublicRow>> {
    let sql = concat!(row_columns!(), visible!(), " AND ticket.project_id = $3 AND ticket.number = $4");
    let found =
        sqlx::query(sql).bind(person.0).bind(i64::from(all)).bind(project.0).bind(number).fetch_optional(&mut *tx.inner).await?;
    found.as_ref().map(row).transpose()
}

/// How many tickets of one type and public status there are.
#[derive(Debug, Clone)]
pub struct PublicCount {
    /// What the status means.
    pub category: Category,
    /// Key of the type.
    pub type_key: String,
    /// How many.
    pub tickets: i64,
}

/// How many tickets of a project there are for `person`, by what their public status means and by type. Counts an index
/// alone for whoever sees all.
///
/// # Errors
/// The database's.
pub async fn counts(tx: &mut Tx, person: PersonId, all: bool, project: ProjectId) -> Result<Vec<PublicCount>> {
    let everything = counted!("");
    let own = counted!(concat!("AND ", mine!(), " "));
    let sql = if all { everything } else { own };
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            let category = word(row, "category", "a category")?;
            Ok(PublicCount { category, type_key: row.try_get("type_key")?, tickets: row.try_get("tickets")? })
        })
        .collect()
}

/// Tickets that concern `person` and wait for them: in their court, as [`crate::desk::court`] says. The one that has waited longest first.
///
/// # Errors
/// The database's.
pub async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<PublicRow>> {
    let sql = concat!(
        row_columns!(),
        visible!(),
        " AND ",
        mine!(),
        " AND status.category IN ('open', 'waiting') AND (SELECT author.kind FROM entry LEFT JOIN person author \
         ON author.id = entry.author_id WHERE entry.ticket_id = ticket.id AND entry.visibility = 'public' \
         AND entry.kind = 'comment' ORDER BY entry.ordinal DESC LIMIT 1) = 'staff' ORDER BY ticket.face_activity_at, ticket.id LIMIT 20"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(0_i64).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(row).collect()
}

/// What a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words that must all occur.
    pub query: String,
    /// A category, `active` for all that are not done, or empty.
    pub state: String,
    /// Only those that concern the reader.
    pub mine: bool,
    /// Key of a task type, or empty.
    pub type_key: String,
}

macro_rules! found {
    ($word:literal) => {
        concat!(
            " AND (",
            $word,
            " = '' OR ticket.id IN (SELECT public_text.ticket_id FROM public_text WHERE public_text.project_id = $3 AND public_text.folded LIKE ",
            $word,
            " ESCAPE '!'))"
        )
    };
}

macro_rules! filtered {
    () => {
        concat!(
            visible!(),
            " AND ticket.project_id = $3 AND ($4 = '' OR status.category = $4 OR ($4 = 'active' AND status.category <> 'done')) \
             AND ($5 = '' OR ticket.type_key = $5)",
            found!("$6"),
            found!("$7"),
            found!("$8"),
            found!("$9"),
            found!("$10")
        )
    };
}

impl Filter {
    /// How many of these tickets there are, where the counts of the whole project say so already.
    #[must_use]
    pub fn count(&self, counts: &[PublicCount]) -> Option<i64> {
        let shown = |of: &&PublicCount| {
            let state = match self.state.as_str() {
                "" => true,
                "active" => of.category != Category::Done,
                state => of.category.as_str() == state,
            };
            state && (self.type_key.is_empty() || of.type_key == self.type_key)
        };
        let whole = !self.mine && fold(&self.query).is_empty();
        whole.then(|| counts.iter().filter(shown).map(|of| of.tickets).sum())
    }
}

macro_rules! ask {
    ($sql:expr, $person:expr, $all:expr, $project:expr, $filter:expr) => {{
        let mut query = sqlx::query($sql).bind($person.0).bind(i64::from($all && !$filter.mine)).bind($project.0);
        query = query.bind($filter.state.clone()).bind($filter.type_key.clone());
        let words: [String; WORDS] = patterns(&$filter.query);
        for word in words {
            query = query.bind(word);
        }
        query
    }};
}

/// How many tickets of a project a filter leaves.
///
/// # Errors
/// The database's.
pub async fn count(tx: &mut Tx, person: PersonId, all: bool, project: ProjectId, filter: &Filter) -> Result<i64> {
    let sql = concat!("SELECT COUNT(*) AS tickets", filtered!());
    Ok(ask!(sql, person, all, project, filter).fetch_one(&mut *tx.inner).await?.try_get("tickets")?)
}

/// A page of a project's tickets.
///
/// # Errors
/// The database's.
pub async fn list(
    tx: &mut Tx,
    person: PersonId,
    all: bool,
    project: ProjectId,
    filter: &Filter,
    order: Order,
    (limit, offset): (i64, i64),
) -> Result<Vec<PublicRow>> {
    let newest =
        concat!(row_columns!(), filtered!(), " ORDER BY ticket.face_activity_at DESC, ticket.number DESC LIMIT $11 OFFSET $12");
    let number = concat!(row_columns!(), filtered!(), " ORDER BY ticket.number DESC LIMIT $11 OFFSET $12");
    let priority = concat!(
        row_columns!(),
        filtered!(),
        " ORDER BY priority.rank DESC, ticket.face_activity_at DESC, ticket.number DESC LIMIT $11 OFFSET $12"
    );
    let sql = match order {
        Order::Newest => newest,
        Order::Number => number,
        Order::Priority => priority,
    };
    let rows = ask!(sql, person, all, project, filter).bind(limit).bind(offset).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(row).collect()
}

/// A task type as guests see it.
#[derive(Debug, Clone)]
pub struct PublicType {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub name: Named,
    /// What a new ticket of it is asked for, in German and English.
    pub template: (Option<String>, Option<String>),
    /// Whether customers do not choose it themselves.
    pub staff_only: bool,
}

/// The task types of a project of `person`'s, in order.
///
/// # Errors
/// The database's.
pub async fn types(tx: &mut Tx, person: PersonId, project: ProjectId) -> Result<Vec<PublicType>> {
    let sql = "SELECT task_type.key, task_type.name_de, task_type.name_en, task_type.template_de, task_type.template_en, \
         COALESCE(task_type.staff_only, 0) AS staff_only FROM task_type JOIN project ON project.id = task_type.project_id \
         JOIN member ON member.organization_id = project.organization_id \
         WHERE member.person_id = $1 AND member.login_allowed = 1 AND project.id = $2 ORDER BY task_type.position, task_type.key";
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok(PublicType {
                key: row.try_get("key")?,
                name: named(row, "name_de", "name_en")?,
                template: (row.try_get("template_de")?, row.try_get("template_en")?),
                staff_only: truth(row, "staff_only")?,
            })
        })
        .collect()
}
