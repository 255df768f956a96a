//! Roles, what they say, and who has them.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Result, Tx, next, truth, word};
use crate::desk::ids::{OrganizationId, PersonId};
use crate::desk::role::{Effect, Permission};
use crate::time::Timestamp;

/// A named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: i64,
    /// Its key in commands, such as `guest`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// From whom it inherits what it does not say itself.
    pub parent: Option<i64>,
    /// Whether it is the desk's own, which cannot be changed.
    pub built_in: bool,
    /// What it says itself, by permission.
    pub says: Vec<(Permission, Effect)>,
}

/// Waits for everybody else who changes roles, until the transaction ends: two changes that are fine by themselves could
/// make a cycle together.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    // PostgreSQL holds the counter's row until the commit; SQLite has one writer anyway.
    next(tx, "role").await.map(drop)
}

async fn role(tx: &mut Tx, row: &AnyRow) -> Result<Role> {
    let id: i64 = row.try_get("id")?;
    let sql = "SELECT permission, effect FROM role_permission WHERE role_id = $1";
    let rows = sqlx::query(sql).bind(id).fetch_all(&mut *tx.inner).await?;
    let says = rows.iter().map(|row| Ok((word(row, "permission", "a permission")?, word(row, "effect", "an effect")?)));
    let mut says = says.collect::<Result<Vec<_>>>()?;
    says.sort_unstable();
    Ok(Role {
        id,
        key: row.try_get("key")?,
        name: row.try_get("name")?,
        parent: row.try_get("parent_id")?,
        built_in: truth(row, "built_in")?,
        says,
    })
}

/// All roles: the desk's own first, then the oldest.
pub async fn list(tx: &mut Tx) -> Result<Vec<Role>> {
    let sql = "SELECT id, key, name, parent_id, built_in FROM role ORDER BY built_in DESC, created_at, id";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push(role(tx, row).await?);
    }
    Ok(all)
}

/// Enters a role, or writes one as it is now.
///
/// # Errors
/// The database's, also when the key is taken.
pub async fn put(tx: &mut Tx, role: &Role, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES ($1, $2, $3, $4, 0, $5) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id WHERE role.built_in = 0";
    sqlx::query(sql)
        .bind(role.id)
        .bind(role.key.clone())
        .bind(role.name.clone())
        .bind(role.parent)
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    sqlx::query("DELETE FROM role_permission WHERE role_id = $1").bind(role.id).execute(&mut *tx.inner).await?;
    for (permission, effect) in &role.says {
        sqlx::query("INSERT INTO role_permission (role_id, permission, effect) VALUES ($1, $2, $3)")
            .bind(role.id)
            .bind(permission.as_str())
            .bind(effect.as_str())
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(())
}

/// Takes a role away that nobody has and nothing inherits from.
///
/// # Errors
/// The database's, also where it is still used.
pub async fn remove(tx: &mut Tx, role: i64) -> Result<()> {
    sqlx::query("DELETE FROM role_permission WHERE role_id = $1").bind(role).execute(&mut *tx.inner).await?;
    sqlx::query("DELETE FROM role WHERE id = $1 AND built_in = 0").bind(role).execute(&mut *tx.inner).await?;
    Ok(())
}

/// How many members have a role by name.
pub async fn members(tx: &mut Tx, role: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM member WHERE role_id = $1";
    Ok(sqlx::query(sql).bind(role).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// Gives a member a role; `None` is the built-in Guest.
pub async fn give(tx: &mut Tx, organization: OrganizationId, person: PersonId, role: Option<i64>) -> Result<()> {
    let sql = "UPDATE member SET role_id = $1 WHERE organization_id = $2 AND person_id = $3";
    sqlx::query(sql).bind(role).bind(organization.0).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The role that a member was given; `None` is the built-in Guest.
pub async fn of(tx: &mut Tx, organization: OrganizationId, person: PersonId) -> Result<Option<i64>> {
    let sql = "SELECT role_id FROM member WHERE organization_id = $1 AND person_id = $2";
    let row = sqlx::query(sql).bind(organization.0).bind(person.0).fetch_optional(&mut *tx.inner).await?;
    Ok(row.map(|row| row.try_get("role_id")).transpose()?.flatten())
}
