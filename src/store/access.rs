//! Who may sign in, what they may do, and which browsers are signed in.

use sqlx::Row;

use super::{Error, Result, Tx, maybe_time, time, word};
use crate::desk::ids::{OrganizationId, PersonId};
use crate::desk::role::{Effect, Permission};
use crate::time::Timestamp;

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name in lists; no secret.
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    /// Binds forms to it.
    pub csrf: String,
    /// What the browser called itself when it signed in.
    pub browser: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub seen_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// Enters a session under the hash of its secret.
///
/// # Errors
/// The database's.
pub async fn insert_session(tx: &mut Tx, hash: &str, session: &Session) -> Result<()> {
    let sql = "INSERT INTO session (hash, id, person_id, csrf, browser, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(sql)
        .bind(hash.to_owned())
        .bind(session.id)
        .bind(session.person.0)
        .bind(session.csrf.clone())
        .bind(session.browser.clone())
        .bind(session.created_at.as_micros())
        .bind(session.seen_at.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The session with this hash, whatever its state.
///
/// # Errors
/// The database's.
pub async fn session(tx: &mut Tx, hash: &str) -> Result<Option<Session>> {
    let sql = "SELECT id, person_id, csrf, browser, created_at, seen_at, ended_at FROM session WHERE hash = $1";
    let row = sqlx::query(sql).bind(hash.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| {
        Ok(Session {
            id: row.try_get("id")?,
            person: PersonId(row.try_get("person_id")?),
            csrf: row.try_get("csrf")?,
            browser: row.try_get("browser")?,
            created_at: time(&row, "created_at")?,
            seen_at: time(&row, "seen_at")?,
            ended_at: maybe_time(&row, "ended_at")?,
        })
    })
    .transpose()
}

/// Writes down that a session was seen.
///
/// # Errors
/// The database's.
pub async fn seen(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET seen_at = $1 WHERE hash = $2 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(hash.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// An organization in which somebody may sign in, and the role they have there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// The role; the built-in Guest where `None`.
    pub role: Option<i64>,
}

/// Where an active contact may sign in. Empty for everybody else.
///
/// # Errors
/// The database's.
pub async fn memberships(tx: &mut Tx, person: PersonId) -> Result<Vec<Membership>> {
    let sql = "SELECT member.organization_id, organization.name, member.role_id FROM member \
         JOIN organization ON organization.id = member.organization_id JOIN person ON person.id = member.person_id \
         WHERE member.person_id = $1 AND member.login_allowed = 1 AND person.active = 1 AND person.kind = 'contact' \
         ORDER BY organization.created_at, organization.id";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows.iter()
        .map(|row| {
            Ok(Membership {
                organization: OrganizationId(row.try_get("organization_id")?),
                name: row.try_get("name")?,
                role: row.try_get("role_id")?,
            })
        })
        .collect()
}

/// The id of the built-in role Guest.
pub const GUEST: i64 = 1;
/// No role has more ancestors than this; a longer line is a cycle.
const DEEPEST: usize = 16;

/// What a role and its ancestors say, the role itself first. A missing parent ends the line.
///
/// # Errors
/// The database's, or [`Error::Value`] for a line that does not end.
pub async fn role_line(tx: &mut Tx, role: i64) -> Result<Vec<Vec<(Permission, Effect)>>> {
    let mut line = Vec::new();
    let mut next = Some(role);
    while let Some(role) = next {
        if line.len() == DEEPEST {
            return Err(Error::Value { expected: "a role whose parents end", found: role.to_string() });
        }
        let rows = sqlx::query("SELECT permission, effect FROM role_permission WHERE role_id = $1")
            .bind(role)
            .fetch_all(&mut *tx.inner)
            .await?;
        let said = rows.iter().map(|row| Ok((word(row, "permission", "a permission")?, word(row, "effect", "an effect")?)));
        line.push(said.collect::<Result<Vec<_>>>()?);
        let parent = sqlx::query("SELECT parent_id FROM role WHERE id = $1").bind(role).fetch_optional(&mut *tx.inner).await?;
        next = match parent {
            Some(row) => row.try_get("parent_id")?,
            None => None,
        };
    }
    Ok(line)
}
