//! Projects, their staff, addresses and task types.

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Error, Result, Tx, next};
use crate::desk::ids::{OrganizationId, PersonId, ProjectId};
use crate::desk::people::Person;
use crate::desk::project::Project;
use crate::desk::ticket::TYPE_REQUEST;
use crate::time::Timestamp;

row! {
    project: Project { id, key, name, kind, organization: organization_id, signature } in "project";
    changing name, signature;
    columns id, key, kind, organization_id;
    also last_number, position, created_at;
}

/// The project with this id.
pub async fn get(tx: &mut Tx, id: ProjectId) -> Result<Option<Project>> {
    let sql = concat!("SELECT ", project!(columns), " FROM project WHERE id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx.inner).await?.as_ref().map(Project::read).transpose()
}

/// The project with this key.
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Project>> {
    let sql = concat!("SELECT ", project!(columns), " FROM project WHERE key = $1");
    sqlx::query(sql).bind(key.to_owned()).fetch_optional(&mut *tx.inner).await?.as_ref().map(Project::read).transpose()
}

/// The project that mail to this address (lower case) is for.
pub async fn by_alias(tx: &mut Tx, address: &str) -> Result<Option<Project>> {
    let sql = concat!(
        "SELECT ",
        project!(columns),
        " FROM project JOIN project_alias ON project_alias.project_id = project.id WHERE project_alias.address = $1"
    );
    sqlx::query(sql).bind(address.to_owned()).fetch_optional(&mut *tx.inner).await?.as_ref().map(Project::read).transpose()
}

/// All projects, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Project>> {
    let sql = concat!("SELECT ", project!(columns), " FROM project ORDER BY position");
    sqlx::query(sql).fetch_all(&mut *tx.inner).await?.iter().map(Project::read).collect()
}

/// The projects of an organization, oldest first.
pub async fn of_organization(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Project>> {
    let sql = concat!("SELECT ", project!(columns), " FROM project WHERE organization_id = $1 ORDER BY position");
    sqlx::query(sql).bind(organization.0).fetch_all(&mut *tx.inner).await?.iter().map(Project::read).collect()
}

/// Enters a project with the task type that every project has.
///
/// # Errors
/// The database's, also when the key is taken.
pub async fn insert(tx: &mut Tx, project: &Project, now: Timestamp) -> Result<()> {
    let position = next(tx, "project").await?;
    let statement = project.bind(sqlx::query(project!(insert)), Written::Whole);
    statement.bind(0_i64).bind(position).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    let sql = "INSERT INTO task_type (project_id, key, name_de, name_en, position) VALUES ($1, $2, 'Anfrage', 'Request', 0)";
    sqlx::query(sql).bind(project.id.0).bind(TYPE_REQUEST).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Writes a project's name and signature as they are now.
pub async fn update(tx: &mut Tx, project: &Project) -> Result<()> {
    let statement = sqlx::query(concat!(project!(update), " WHERE id = $1")).bind(project.id.0);
    project.bind(statement, Written::Changing).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Lets mail to `address` (lower case) be for this project.
///
/// # Errors
/// The database's, also when the address is another project's.
pub async fn add_alias(tx: &mut Tx, project: ProjectId, address: &str) -> Result<()> {
    sqlx::query("INSERT INTO project_alias (address, project_id) VALUES ($1, $2)")
        .bind(address.to_owned())
        .bind(project.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Takes an address away from this project; `false` when it was not its.
pub async fn remove_alias(tx: &mut Tx, project: ProjectId, address: &str) -> Result<bool> {
    let sql = "DELETE FROM project_alias WHERE project_id = $1 AND address = $2";
    Ok(sqlx::query(sql).bind(project.0).bind(address.to_owned()).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// The addresses of a project.
pub async fn aliases(tx: &mut Tx, project: ProjectId) -> Result<Vec<String>> {
    let sql = "SELECT address FROM project_alias WHERE project_id = $1 ORDER BY address";
    let rows = sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get(0).map_err(Error::from)).collect()
}

/// Puts a staff member on a project; once is enough.
pub async fn add_staff(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<()> {
    let sql = "INSERT INTO project_staff (project_id, person_id) VALUES ($1, $2) ON CONFLICT (project_id, person_id) DO NOTHING";
    sqlx::query(sql).bind(project.0).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Takes a staff member off a project; `false` when it was not on it.
pub async fn remove_staff(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<bool> {
    let sql = "DELETE FROM project_staff WHERE project_id = $1 AND person_id = $2";
    Ok(sqlx::query(sql).bind(project.0).bind(person.0).execute(&mut *tx.inner).await?.rows_affected() == 1)
}

/// The active staff of a project, oldest first.
pub async fn staff(tx: &mut Tx, project: ProjectId) -> Result<Vec<Person>> {
    let sql = "SELECT person.id FROM person JOIN project_staff ON project_staff.person_id = person.id \
         WHERE project_staff.project_id = $1 AND person.active = 1 AND person.kind = 'staff' ORDER BY person.created_at, person.id";
    let rows = sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?;
    let mut staff = Vec::with_capacity(rows.len());
    for row in rows {
        staff.extend(super::people::get(tx, PersonId(row.try_get(0)?)).await?);
    }
    Ok(staff)
}

/// A type of ticket that a project has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskType {
    /// Its key, unique in the project.
    pub key: String,
    /// Its German name.
    pub name_de: String,
    /// Its English name.
    pub name_en: String,
    /// What a new ticket of it is asked for, in German; the text that the form begins with.
    pub template_de: Option<String>,
    /// The same in English.
    pub template_en: Option<String>,
    /// Whether customers do not choose it themselves.
    pub staff_only: bool,
}

impl TaskType {
    /// A type that customers may choose, without a template.
    #[must_use]
    pub fn new(key: String, name_de: String, name_en: String) -> Self {
        Self { key, name_de, name_en, template_de: None, template_en: None, staff_only: false }
    }
}

row! {
    task_type: TaskType { key, name_de, name_en, template_de, template_en, staff_only } of "task_type";
    columns key, name_de, name_en, template_de, template_en;
    found staff_only = "COALESCE(task_type.staff_only, 0)";
}

/// Gives a project a further task type, after its others; one of the same key becomes this one and keeps its place.
pub async fn add_type(tx: &mut Tx, project: ProjectId, task_type: &TaskType) -> Result<()> {
    let sql = "INSERT INTO task_type (project_id, key, name_de, name_en, template_de, template_en, staff_only, position) \
         SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(task_type.position), 0) + 1 FROM task_type WHERE task_type.project_id = $1 \
         ON CONFLICT (project_id, key) DO UPDATE SET name_de = excluded.name_de, name_en = excluded.name_en, \
         template_de = excluded.template_de, template_en = excluded.template_en, staff_only = excluded.staff_only";
    sqlx::query(sql)
        .bind(project.0)
        .bind(task_type.key.clone())
        .bind(task_type.name_de.clone())
        .bind(task_type.name_en.clone())
        .bind(task_type.template_de.clone())
        .bind(task_type.template_en.clone())
        .bind(i64::from(task_type.staff_only))
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The task types of a project in their order.
pub async fn types(tx: &mut Tx, project: ProjectId) -> Result<Vec<TaskType>> {
    let sql = concat!("SELECT ", task_type!(columns), " FROM task_type WHERE project_id = $1 ORDER BY position, key");
    sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?.iter().map(TaskType::read).collect()
}
