//! Tickets as guests read them, page by page. Every statement states the organization (a membership with sign-in that
//! the project's organization has), says `visibility = 'public'`, and reads only the public face. A ticket without
//! anything public is not there; time entries do not count, since most roles do not show them.

use std::collections::{BTreeMap, HashMap};

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::docs::members;
use crate::desk::ids::{OrganizationId, PersonId, ProjectId, TicketId};
use crate::desk::next_action::Turn;
use crate::desk::people::{Named, PersonKind};
use crate::desk::search::{FilterState, Order, fold, patterns};
use crate::desk::ticket::{Category, TicketNumber};
use crate::store::row::ReadRow;
use crate::store::{Error, Result, Tx, maybe_word, time, truth, word};
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

row! {
    project: PublicProject { id, key, name, organization: organization_id, organization_name } of "project";
    columns id, key, name;
    found organization_id = "organization.id", organization_name = "organization.name";
}

macro_rules! project_sql {
    () => {
        concat!(
            "SELECT ",
            project!(columns),
            " FROM project JOIN organization ON organization.id = project.organization_id ",
            members!(),
            "WHERE project.kind = 'customer'"
        )
    };
}

/// The projects of the organizations in which `person` may sign in, by organization.
pub async fn projects(tx: &mut Tx, person: PersonId) -> Result<Vec<PublicProject>> {
    let sql = concat!(project_sql!(), " ORDER BY organization.created_at, organization.id, project.position");
    sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?.iter().map(PublicProject::read).collect()
}

/// One of them, by its key.
pub async fn project_by_key(tx: &mut Tx, person: PersonId, key: &str) -> Result<Option<PublicProject>> {
    let sql = concat!(project_sql!(), " AND project.key = $2");
    let row = sqlx::query(sql).bind(person.0).bind(key.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(PublicProject::read).transpose()
}

/// Tickets that concern `$1`.
macro_rules! mine {
    () => {
        "ticket.id IN (SELECT mine.id FROM ticket mine WHERE mine.requester_id = $1 \
         UNION SELECT participant.ticket_id FROM participant WHERE participant.person_id = $1)"
    };
}

/// Tickets of which the last public word is ours, as [`crate::desk::next_action`] asks.
macro_rules! answered {
    () => {
        "COALESCE((SELECT author.kind FROM entry LEFT JOIN person author ON author.id = entry.author_id \
         WHERE entry.ticket_id = ticket.id AND entry.visibility = 'public' AND entry.kind = 'comment' \
         ORDER BY entry.ordinal DESC LIMIT 1), '') = 'staff'"
    };
}

/// Tickets that wait for `$1`, as [`Turn::of`] says.
macro_rules! your_turn {
    () => {
        concat!("status.category IN ('open', 'waiting') AND ", mine!(), " AND ", answered!())
    };
}

/// The last news of a ticket that `$1` has not seen on its page, by its ordinal; 0 where there are none. News is what others
/// wrote in public, or a new public status, since `$1` is a member; of a ticket that concerns them.
macro_rules! news {
    () => {
        concat!(
            "CAST(CASE WHEN ",
            mine!(),
            " THEN COALESCE((SELECT MAX(news.ordinal) FROM entry news WHERE news.ticket_id = ticket.id \
             AND news.visibility = 'public' AND (news.kind = 'comment' OR news.field = 'status') AND news.at >= member.created_at \
             AND (news.author_id IS NULL OR news.author_id <> $1) AND news.ordinal > COALESCE((SELECT seen.ordinal FROM seen \
             WHERE seen.ticket_id = ticket.id AND seen.person_id = $1), 0)), 0) ELSE 0 END AS BIGINT)"
        )
    };
}

/// Tickets with what is said of them.
macro_rules! tables {
    () => {
        " FROM ticket JOIN project ON project.id = ticket.project_id \
         JOIN member ON member.organization_id = project.organization_id \
         JOIN status ON status.key = ticket.face_status JOIN priority ON priority.key = ticket.face_priority \
         LEFT JOIN task_type ON task_type.project_id = ticket.project_id AND task_type.key = ticket.type_key \
         LEFT JOIN person assignee ON assignee.id = ticket.face_assignee_id \
         LEFT JOIN person requester ON requester.id = ticket.requester_id AND requester.kind = 'contact'"
    };
}

/// Those of organizations in which `$1` may sign in, all that have a public face.
macro_rules! seen {
    () => {
        " WHERE member.person_id = $1 AND member.login_allowed = 1 AND ticket.face_shown = 1"
    };
}

macro_rules! visible {
    () => {
        concat!(tables!(), seen!())
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
    /// Their name and address, where they are outside the staff.
    pub asker: Option<(String, String)>,
    /// Whether it concerns the reader: they asked, or take part.
    pub mine: bool,
    /// The last of its entries that is news to the reader; 0 for none. Never shown.
    pub news: i64,
    /// Its last public comment.
    pub word: Option<PublicLast>,
}

/// Who wrote a ticket's last public comment, and when.
#[derive(Debug, Clone)]
pub struct PublicLast {
    /// Their name for outsiders; `None` for the desk itself.
    pub author: Option<String>,
    /// The address of an author outside the staff.
    pub address: Option<String>,
    /// On which side of the desk they are.
    pub kind: Option<PersonKind>,
    /// When.
    pub at: Timestamp,
}

impl PublicRow {
    /// Whose turn it is, for the reader whose row it is.
    #[must_use]
    pub fn turn(&self) -> Turn {
        let ours = self.word.as_ref().is_some_and(|word| word.kind == Some(PersonKind::Staff));
        Turn::of(self.category, ours, self.mine)
    }
}

/// Reads rows, what was last said in them, and what of it is news.
async fn rows(tx: &mut Tx, person: PersonId, found: &[AnyRow]) -> Result<Vec<PublicRow>> {
    let mut rows: Vec<PublicRow> = found.iter().map(PublicRow::read).collect::<Result<_>>()?;
    let ids: Vec<TicketId> = rows.iter().map(|row| row.id).collect();
    let (mut words, mut news) = (last_words(tx, person, &ids).await?, news(tx, person, &ids).await?);
    for row in &mut rows {
        row.word = words.remove(&row.id);
        row.news = news.remove(&row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// Who wrote last in these tickets, of those that `person` may see: asked for the few of a page, so that a long list costs
/// nothing that it does not show.
async fn last_words(tx: &mut Tx, person: PersonId, tickets: &[TicketId]) -> Result<HashMap<TicketId, PublicLast>> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<String> = (2..tickets.len() + 2).map(|place| format!("${place}")).collect();
    let sql = concat!(
        "SELECT entry.ticket_id, entry.at, author.kind AS author_kind, ",
        name_of!("author"),
        " AS author_name, ",
        address_of!("author"),
        " AS author_address",
        tables!(),
        " JOIN entry ON entry.ticket_id = ticket.id LEFT JOIN person author ON author.id = entry.author_id",
        seen!(),
        " AND entry.visibility = 'public' AND entry.kind = 'comment' AND entry.ordinal = (SELECT MAX(other.ordinal) FROM entry other \
         WHERE other.ticket_id = entry.ticket_id AND other.visibility = 'public' AND other.kind = 'comment') AND ticket.id IN ("
    );
    let query = sqlx::query(AssertSqlSafe(format!("{sql}{})", places.join(", ")))).bind(person.0);
    let query = tickets.iter().fold(query, |query, ticket| query.bind(ticket.0));
    let found = query.fetch_all(&mut *tx.inner).await?;
    found
        .iter()
        .map(|row| {
            let word = PublicLast {
                author: row.try_get("author_name")?,
                address: row.try_get("author_address")?,
                kind: maybe_word(row, "author_kind", "a kind of person")?,
                at: time(row, "at")?,
            };
            Ok::<_, Error>((TicketId(row.try_get("ticket_id")?), word))
        })
        .collect()
}

/// The last news of each of these tickets for `person`; 0 for none. Asked for the few of a page, too.
async fn news(tx: &mut Tx, person: PersonId, tickets: &[TicketId]) -> Result<HashMap<TicketId, i64>> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<String> = (2..tickets.len() + 2).map(|place| format!("${place}")).collect();
    let sql = concat!("SELECT ticket.id, ", news!(), " AS news", visible!(), " AND ticket.id IN (");
    let query = sqlx::query(AssertSqlSafe(format!("{sql}{})", places.join(", ")))).bind(person.0);
    let query = tickets.iter().fold(query, |query, ticket| query.bind(ticket.0));
    let found = query.fetch_all(&mut *tx.inner).await?;
    found.iter().map(|row| Ok((TicketId(row.try_get("id")?), row.try_get("news")?))).collect()
}

row! {
    card: PublicRow {
        id,
        number: TicketNumber { project: project_key, number },
        title,
        type_name: Named { de: type_de, en: type_en },
        category,
        status: Named { de: status_de, en: status_en },
        priority: priority_key,
        priority_name: Named { de: priority_de, en: priority_en },
        assignee: assignee_name,
        progress: face_progress,
        due: face_due_at,
        comments: face_comments,
        activity: face_activity_at,
        created_at,
        requester: requester_id,
        asker: Option::<String>::zip(requester_name, requester_address),
        mine,
        news: 0,
        word: None,
    } of "ticket";
    columns id, number, title, face_progress, face_due_at, face_comments, face_activity_at, created_at, requester_id;
    found project_key = "project.key", type_de = "COALESCE(task_type.name_de, ticket.type_key)",
        type_en = "COALESCE(task_type.name_en, ticket.type_key)", category = "status.category", status_de = "status.name_de",
        status_en = "status.name_en", priority_key = "priority.key", priority_de = "priority.name_de",
        priority_en = "priority.name_en", assignee_name = "COALESCE(assignee.public_name, assignee.name)",
        requester_name = name_of!("requester"), requester_address = address_of!("requester"),
        mine = concat!("CAST(CASE WHEN ", mine!(), " THEN 1 ELSE 0 END AS BIGINT)");
}

macro_rules! row_columns {
    () => {
        concat!("SELECT ", card!(columns))
    };
}

/// A ticket of a project by its number; `None` where `person` may not see it.
pub async fn ticket(tx: &mut Tx, person: PersonId, all: bool, project: ProjectId, number: i64) -> Result<Option<PublicRow>> {
    let any = concat!(row_columns!(), visible!(), " AND ticket.project_id = $2 AND ticket.number = $3");
    let own = concat!(row_columns!(), visible!(), " AND ticket.project_id = $2 AND ticket.number = $3 AND ", mine!());
    let sql = if all { any } else { own };
    let found = sqlx::query(sql).bind(person.0).bind(project.0).bind(number).fetch_all(&mut *tx.inner).await?;
    Ok(rows(tx, person, &found).await?.pop())
}

/// How many tickets of one type there are of which it is somebody's turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicCount {
    /// Whose turn it is.
    pub turn: Turn,
    /// Key of the type.
    pub type_key: String,
    /// How many.
    pub tickets: i64,
}

/// How many tickets of a project there are for `person`, by whose turn it is and by type. For whoever sees all, those of a
/// status are not counted: [`super::tickets`] keeps a tally. Only those that somebody could have to answer are looked at, and
/// of them there are few.
pub async fn counts(tx: &mut Tx, person: PersonId, all: bool, project: ProjectId) -> Result<Vec<PublicCount>> {
    let tally = "SELECT status.category, tally.type_key, tally.tickets FROM tally JOIN project ON project.id = tally.project_id \
         JOIN member ON member.organization_id = project.organization_id JOIN status ON status.key = tally.face_status \
         WHERE tally.project_id = $2 AND member.person_id = $1 AND member.login_allowed = 1 AND tally.tickets > 0";
    let own = concat!(
        "SELECT status.category, ticket.type_key, COUNT(*) AS tickets",
        visible!(),
        " AND ticket.project_id = $2 AND ",
        mine!(),
        " GROUP BY status.category, ticket.type_key"
    );
    let sql = if all { tally } else { own };
    let mut counts: BTreeMap<(Turn, String), i64> = BTreeMap::new();
    for row in sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await? {
        let turn = Turn::of(word(&row, "category", "a category")?, false, true);
        *counts.entry((turn, row.try_get("type_key")?)).or_default() += row.try_get::<i64, _>("tickets")?;
    }
    macro_rules! answered_sql {
        ($whose:expr) => {
            concat!(
                "SELECT status.category, ticket.type_key, CAST(CASE WHEN ",
                mine!(),
                " THEN 1 ELSE 0 END AS BIGINT) AS mine, COUNT(*) AS tickets",
                visible!(),
                " AND ticket.project_id = $2 AND status.category IN ('open', 'waiting') AND ",
                $whose,
                answered!(),
                " GROUP BY 1, 2, 3"
            )
        };
    }
    let sql = if all { answered_sql!("") } else { answered_sql!(concat!(mine!(), " AND ")) };
    for row in sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await? {
        let (category, mine) = (word(&row, "category", "a category")?, truth(&row, "mine")?);
        let (type_key, tickets): (String, i64) = (row.try_get("type_key")?, row.try_get("tickets")?);
        // They were taken for unanswered before.
        *counts.entry((Turn::of(category, false, true), type_key.clone())).or_default() -= tickets;
        *counts.entry((Turn::of(category, true, mine), type_key)).or_default() += tickets;
    }
    let counts = counts.into_iter().filter(|(_, tickets)| *tickets > 0);
    Ok(counts.map(|((turn, type_key), tickets)| PublicCount { turn, type_key, tickets }).collect())
}

/// Tickets that wait for `person`, the one that has waited longest first.
pub async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<PublicRow>> {
    let sql = concat!(row_columns!(), visible!(), " AND ", your_turn!(), " ORDER BY ticket.face_activity_at, ticket.id LIMIT 20");
    let found = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows(tx, person, &found).await
}

/// Tickets with news for `person`, the newest first.
pub async fn with_news(tx: &mut Tx, person: PersonId) -> Result<Vec<PublicRow>> {
    let sql = concat!(
        row_columns!(),
        visible!(),
        " AND ",
        mine!(),
        " AND ",
        news!(),
        " > 0 ORDER BY ticket.face_activity_at DESC, ticket.id DESC LIMIT 20"
    );
    let found = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows(tx, person, &found).await
}

/// What a list shows.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Words that must all occur.
    pub query: String,
    /// Only those of this state.
    pub state: FilterState,
    /// Only those that concern the reader.
    pub mine: bool,
    /// Key of a task type, or empty.
    pub type_key: String,
}

impl Filter {
    /// How many of these tickets there are, where the counts of the whole project say so already.
    #[must_use]
    pub fn count(&self, counts: &[PublicCount]) -> Option<i64> {
        let shown = |of: &&PublicCount| self.state.shows(of.turn) && (self.type_key.is_empty() || of.type_key == self.type_key);
        let whole = !self.mine && fold(&self.query).is_empty();
        whole.then(|| counts.iter().filter(shown).map(|of| of.tickets).sum())
    }
}

/// A question about the tickets of a project: made of the pieces that a filter needs, since each that it does not need costs
/// the database time. The pieces are literals of this file; everything from outside is bound.
struct Question {
    sql: String,
    words: Vec<String>,
}

impl Question {
    fn new(columns: &'static str, all: bool, filter: &Filter) -> Self {
        let mut question = Self { sql: columns.to_owned(), words: Vec::new() };
        question.sql.push_str(concat!(visible!(), " AND ticket.project_id = $2"));
        if !all || filter.mine {
            question.sql.push_str(concat!(" AND ", mine!()));
        }
        // As [`FilterState::shows`] says.
        question.sql.push_str(match filter.state {
            FilterState::Active => " AND status.category <> 'done'",
            FilterState::You => concat!(" AND ", your_turn!()),
            FilterState::Us => {
                concat!(" AND (status.category = 'in_progress' OR status.category = 'open' AND NOT ", answered!(), ")")
            }
            FilterState::Others => concat!(
                " AND status.category IN ('open', 'waiting') AND (status.category = 'waiting' AND NOT ",
                answered!(),
                " OR ",
                answered!(),
                " AND NOT ",
                mine!(),
                ")"
            ),
            FilterState::Done => " AND status.category = 'done'",
            FilterState::All => "",
        });
        if !filter.type_key.is_empty() {
            question.with(" AND ticket.type_key = ", &filter.type_key, "");
        }
        let words = patterns(&filter.query);
        if !words.is_empty() {
            let rest = std::mem::take(&mut question.sql);
            // All texts of the project are read once, however many words there are, and never again for each ticket.
            question.sql.push_str(
                "WITH hit AS MATERIALIZED (SELECT public_text.ticket_id FROM public_text WHERE public_text.project_id = $2 \
                 GROUP BY public_text.ticket_id HAVING 1 = 1",
            );
            for word in words {
                question.with(" AND MAX(CASE WHEN public_text.folded LIKE ", &word, " ESCAPE '!' THEN 1 ELSE 0 END) = 1");
            }
            question.sql.push_str(") ");
            question.sql.push_str(&rest);
            question.sql.push_str(" AND ticket.id IN (SELECT hit.ticket_id FROM hit)");
        }
        question
    }

    fn with(&mut self, before: &'static str, word: &str, after: &'static str) {
        self.words.push(word.to_owned());
        self.sql.push_str(&format!("{before}${}{after}", 2 + self.words.len()));
    }

    /// The rows: all, or one part.
    async fn ask(mut self, tx: &mut Tx, person: PersonId, project: ProjectId, part: Option<Part>) -> Result<Vec<AnyRow>> {
        if part.is_some() {
            self.sql.push_str(&format!(" LIMIT ${} OFFSET ${}", self.words.len() + 3, self.words.len() + 4));
        }
        let query = sqlx::query(AssertSqlSafe(self.sql)).bind(person.0).bind(project.0);
        let query = self.words.into_iter().fold(query, |query, word| query.bind(word));
        let query = part.into_iter().fold(query, |query, part| query.bind(part.limit).bind(part.offset));
        Ok(query.fetch_all(&mut *tx.inner).await?)
    }
}

/// Which part of the tickets a page of a list shows.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// In which order all of them stand.
    pub order: Order,
    /// How many are shown.
    pub limit: i64,
    /// How many stand before.
    pub offset: i64,
}

/// A page of a project's tickets, and how many a filter leaves on all pages; `known` where the counts of the project say so
/// already.
pub async fn list(
    tx: &mut Tx,
    person: PersonId,
    all: bool,
    project: ProjectId,
    filter: &Filter,
    part: Part,
    known: Option<i64>,
) -> Result<(Vec<PublicRow>, i64)> {
    // What has to be counted is counted while it is looked for.
    let columns = if known.is_some() { row_columns!() } else { concat!(row_columns!(), ", COUNT(*) OVER () AS found") };
    let mut question = Question::new(columns, all, filter);
    question.sql.push_str(match part.order {
        Order::Newest => " ORDER BY ticket.face_activity_at DESC, ticket.number DESC",
        Order::Number => " ORDER BY ticket.number DESC",
        Order::Priority => " ORDER BY priority.rank DESC, ticket.face_activity_at DESC, ticket.number DESC",
    });
    let shown = question.ask(tx, person, project, Some(part)).await?;
    let found = match (known, shown.first()) {
        (Some(known), _) => known,
        (None, Some(row)) => row.try_get("found")?,
        (None, None) if part.offset == 0 => 0,
        // A page behind the last one.
        (None, None) => {
            let rows = Question::new("SELECT COUNT(*) AS found", all, filter).ask(tx, person, project, None).await?;
            rows.first().map(|row| row.try_get("found")).transpose()?.unwrap_or_default()
        }
    };
    Ok((rows(tx, person, &shown).await?, found))
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

row! {
    task_type: PublicType {
        key,
        name: Named { de: name_de, en: name_en },
        template: (template_de, template_en),
        staff_only,
    } of "task_type";
    columns key, name_de, name_en, template_de, template_en;
    found staff_only = "COALESCE(task_type.staff_only, 0)";
}

/// The task types of a project of `person`'s, in order.
pub async fn types(tx: &mut Tx, person: PersonId, project: ProjectId) -> Result<Vec<PublicType>> {
    let sql = concat!(
        "SELECT ",
        task_type!(columns),
        " FROM task_type JOIN project ON project.id = task_type.project_id \
         JOIN member ON member.organization_id = project.organization_id \
         WHERE member.person_id = $1 AND member.login_allowed = 1 AND project.id = $2 ORDER BY task_type.position, task_type.key"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(PublicType::read).collect()
}
