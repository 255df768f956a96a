//! Who may sign in, what they may do, and which browsers are signed in.

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written, get};
use super::{Error, Result, Tx, maybe_word, next};
use crate::desk::ids::{OrganizationId, PersonId};
use crate::desk::role::{DEEPEST, Effect, Permission};
use crate::desk::secret::Hashed;
use crate::desk::sign_in::Purpose;
use crate::time::{Rng, Timestamp};

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name in lists; no secret.
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    /// Binds forms to it. Without the cookie it is worth nothing.
    pub csrf: String,
    /// What the browser called itself when it signed in.
    pub browser: String,
    /// The address that its link went to; `None` where an earlier version did not write it down.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub seen_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// Whether a row still belongs to whom the address is that it went to.
macro_rules! is_still_theirs {
    ($table:literal) => {
        concat!(
            $table,
            ".address IN (SELECT person_address.address FROM person_address WHERE person_address.person_id = ",
            $table,
            ".person_id)"
        )
    };
}
pub(super) use is_still_theirs;

/// Ends what let a contact in as the guest of an organization where they may sign in no longer: its invitations, and all
/// sessions, links and codes where no other organization lets them in. Nothing of it comes back with the membership.
pub async fn end_guest(tx: &mut Tx, organization: OrganizationId, person: PersonId) -> Result<()> {
    let invitations = "DELETE FROM sign_in WHERE person_id = $1 AND organization_id = $2";
    sqlx::query(invitations).bind(person.0).bind(organization.0).execute(&mut *tx.inner).await?;
    for sql in [
        "DELETE FROM sign_in WHERE person_id = $1 AND person_id IN (SELECT id FROM person WHERE kind = 'contact') \
         AND person_id NOT IN (SELECT person_id FROM member WHERE login_allowed = 1)",
        "DELETE FROM session WHERE person_id = $1 AND person_id IN (SELECT id FROM person WHERE kind = 'contact') \
         AND person_id NOT IN (SELECT person_id FROM member WHERE login_allowed = 1)",
    ] {
        sqlx::query(sql).bind(person.0).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// Ends what let somebody in by an address that is no longer theirs: links, codes, invitations, sessions, secrets in mails
/// about held mails, and what their browsers were known for. Of the switched off all of it ends, and nothing comes back with
/// them or with the address.
pub async fn end_stale(tx: &mut Tx, person: PersonId, active: bool) -> Result<()> {
    macro_rules! gone {
        ($table:literal) => {{
            let all = concat!("DELETE FROM ", $table, " WHERE person_id = $1");
            let some = concat!(
                "DELETE FROM ",
                $table,
                " WHERE person_id = $1 AND address IS NOT NULL AND NOT (",
                is_still_theirs!($table),
                ")"
            );
            sqlx::query(if active { some } else { all }).bind(person.0).execute(&mut *tx.inner).await?;
        }};
    }
    gone!("sign_in");
    gone!("session");
    gone!("held_key");
    gone!("known_browser");
    Ok(())
}

row! {
    session: Session { id, person: person_id, csrf, browser, address, created_at, seen_at, ended_at } in "session";
    columns id, person_id, csrf, browser, address, created_at, seen_at, ended_at;
    also hash;
}

/// Enters a session under the hash of its secret.
pub async fn insert_session(tx: &mut Tx, hash: &Hashed, session: &Session) -> Result<()> {
    let statement = session.bind(sqlx::query(session!(insert)), Written::Whole);
    statement.bind(hash.as_str().to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The session with this hash, whatever its state, if the address that it began with is still its person's.
pub async fn session(tx: &mut Tx, hash: &Hashed) -> Result<Option<Session>> {
    let sql = concat!(
        "SELECT ",
        session!(columns),
        " FROM session WHERE hash = $1 AND (session.address IS NULL OR ",
        is_still_theirs!("session"),
        ")"
    );
    let row = sqlx::query(sql).bind(hash.as_str().to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Session::read).transpose()
}

/// The sessions of a person that have not ended and were seen since `alive`, newest first.
pub async fn sessions(tx: &mut Tx, person: PersonId, alive: Timestamp) -> Result<Vec<Session>> {
    let sql = concat!(
        "SELECT ",
        session!(columns),
        " FROM session WHERE person_id = $1 AND ended_at IS NULL AND seen_at >= $2 \
         ORDER BY created_at DESC, id"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(alive.as_micros()).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(Session::read).collect()
}

/// Ends the session with this hash.
pub async fn end_session(tx: &mut Tx, hash: &Hashed, now: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET ended_at = $1 WHERE hash = $2 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(hash.as_str().to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Ends one of a person's sessions by its name; `false` when there is no such session of theirs.
pub async fn end_named_session(tx: &mut Tx, person: PersonId, id: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE session SET ended_at = $1 WHERE id = $2 AND person_id = $3 AND ended_at IS NULL";
    let done = sqlx::query(sql).bind(now.as_micros()).bind(id).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a person but the one with this hash.
pub async fn end_other_sessions(tx: &mut Tx, person: PersonId, keep: &Hashed, now: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET ended_at = $1 WHERE person_id = $2 AND hash <> $3 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(person.0).bind(keep.as_str().to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// A link that lets somebody in once, and the code that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it lets in; nobody where somebody asked who may not sign in.
    pub person: Option<PersonId>,
    /// The address that it went to, and with which it ends.
    pub address: Option<String>,
    /// Whose guest an invitation makes them.
    pub organization: Option<OrganizationId>,
    /// Hash of the browser that asked.
    pub browser_hash: Option<Hashed>,
    /// Hash of the code.
    pub code_hash: Option<Hashed>,
    /// Where to go afterwards.
    pub next_path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does nothing.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// How often the code of one mail may be tried.
pub const CODE_TRIES: i64 = 5;

row! {
    sign_in: Key {
        purpose,
        person: person_id,
        address,
        organization: organization_id,
        browser_hash,
        code_hash,
        next_path,
        created_at,
        expires_at,
        used_at,
    } in "sign_in";
    columns purpose, person_id, address, organization_id, browser_hash, code_hash, next_path, created_at, expires_at, used_at;
    also hash, tries;
}

/// Keeps a link under the hash of its secret.
pub async fn insert_key(tx: &mut Tx, hash: &Hashed, key: &Key) -> Result<()> {
    let statement = key.bind(sqlx::query(sign_in!(insert)), Written::Whole);
    statement.bind(hash.as_str().to_owned()).bind(0_i64).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What a link has to be besides in time: nobody's, or of somebody whose address it went to.
macro_rules! belongs {
    () => {
        concat!("(sign_in.person_id IS NULL OR ", is_still_theirs!("sign_in"), ")")
    };
}

/// The link of this purpose with this hash, whatever its state. Only looks.
pub async fn key(tx: &mut Tx, purpose: Purpose, hash: &Hashed) -> Result<Option<Key>> {
    let sql = concat!("SELECT ", sign_in!(columns), " FROM sign_in WHERE hash = $1 AND purpose = $2 AND ", belongs!());
    let row = sqlx::query(sql).bind(hash.as_str().to_owned()).bind(purpose.as_str()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Key::read).transpose()
}

/// Uses a link up; `true` for exactly one of all who try.
pub async fn use_key(tx: &mut Tx, purpose: Purpose, hash: &Hashed, now: Timestamp) -> Result<bool> {
    let sql = concat!(
        "UPDATE sign_in SET used_at = $1 WHERE hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1 AND ",
        belongs!()
    );
    let done = sqlx::query(sql)
        .bind(now.as_micros())
        .bind(hash.as_str().to_owned())
        .bind(purpose.as_str())
        .execute(&mut *tx.inner)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The live links that a browser asked for, with their hashes. Each is counted as tried, and those tried too often are
/// missing.
pub async fn try_code(tx: &mut Tx, browser_hash: &Hashed, now: Timestamp) -> Result<Vec<(Hashed, Key)>> {
    let sql = concat!(
        "UPDATE sign_in SET tries = tries + 1 WHERE browser_hash = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3 AND ",
        belongs!(),
        " RETURNING sign_in.hash, ",
        sign_in!(columns)
    );
    let rows = sqlx::query(sql)
        .bind(browser_hash.as_str().to_owned())
        .bind(now.as_micros())
        .bind(CODE_TRIES)
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| Ok((get(row, "hash")?, Key::read(row)?))).collect()
}

/// Waits for everybody else who is counting attempts, so that counts are exact; until the transaction ends.
pub async fn attempts_lock(tx: &mut Tx) -> Result<()> {
    // PostgreSQL holds the counter's row until the commit; SQLite has one writer anyway.
    next(tx, "attempt").await.map(drop)
}

/// Counts an attempt of a subject.
pub async fn attempt(tx: &mut Tx, subject: &str, now: Timestamp, rng: &Rng) -> Result<()> {
    let sql = "INSERT INTO attempt (id, subject, at) VALUES ($1, $2, $3)";
    sqlx::query(sql).bind(rng.id()).bind(subject.to_owned()).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// How many attempts of a subject there were after `since`.
pub async fn attempts(tx: &mut Tx, subject: &str, since: Timestamp) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM attempt WHERE subject = $1 AND at > $2";
    let row = sqlx::query(sql).bind(subject.to_owned()).bind(since.as_micros()).fetch_one(&mut *tx.inner).await?;
    Ok(row.try_get(0)?)
}

/// Drops attempts and forms that made no ticket before `attempts`, links that led nobody anywhere before `attempts`, and all
/// links before `keys`.
pub async fn forget(tx: &mut Tx, attempts: Timestamp, keys: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM attempt WHERE at < $1").bind(attempts.as_micros()).execute(&mut *tx.inner).await?;
    let sql = "DELETE FROM form_taken WHERE at < $1 AND ticket_id IS NULL";
    sqlx::query(sql).bind(attempts.as_micros()).execute(&mut *tx.inner).await?;
    let sql = "DELETE FROM sign_in WHERE expires_at < $1 OR (expires_at < $2 AND person_id IS NULL)";
    sqlx::query(sql).bind(keys.as_micros()).bind(attempts.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Writes down that a session was seen.
pub async fn seen(tx: &mut Tx, hash: &Hashed, now: Timestamp) -> Result<()> {
    let sql = "UPDATE session SET seen_at = $1 WHERE hash = $2 AND ended_at IS NULL";
    sqlx::query(sql).bind(now.as_micros()).bind(hash.as_str().to_owned()).execute(&mut *tx.inner).await?;
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

row! {
    membership: Membership { organization: organization_id, name, role: role_id } of "member";
    columns organization_id, role_id;
    found name = "organization.name";
}

/// Where an active contact may sign in. Empty for everybody else.
pub async fn memberships(tx: &mut Tx, person: PersonId) -> Result<Vec<Membership>> {
    let sql = concat!(
        "SELECT ",
        membership!(columns),
        " FROM member JOIN organization ON organization.id = member.organization_id JOIN person ON person.id = member.person_id \
         WHERE member.person_id = $1 AND member.login_allowed = 1 AND person.active = 1 AND person.kind = 'contact' \
         ORDER BY organization.created_at, organization.id"
    );
    sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?.iter().map(Membership::read).collect()
}

/// The id of the built-in role Guest.
pub const GUEST: i64 = 1;

/// What a role and its ancestors say, the role itself first. A missing parent ends the line; a line longer than [`DEEPEST`]
/// is a cycle that somebody made by hand.
///
/// # Errors
/// The database's, or [`Error::Value`] for a line that does not end.
pub async fn role_line(tx: &mut Tx, role: i64) -> Result<Vec<Vec<(Permission, Effect)>>> {
    let sql = "WITH RECURSIVE line (role_id, depth) AS (SELECT CAST($1 AS BIGINT), CAST(0 AS BIGINT) UNION ALL \
         SELECT role.parent_id, line.depth + 1 FROM line JOIN role ON role.id = line.role_id \
         WHERE role.parent_id IS NOT NULL AND line.depth < $2) \
         SELECT line.depth, role_permission.permission, role_permission.effect FROM line \
         LEFT JOIN role_permission ON role_permission.role_id = line.role_id ORDER BY line.depth";
    let rows = sqlx::query(sql).bind(role).bind(i64::try_from(DEEPEST).unwrap_or(i64::MAX)).fetch_all(&mut *tx.inner).await?;
    let mut line: Vec<Vec<(Permission, Effect)>> = Vec::new();
    for row in &rows {
        let depth = usize::try_from(row.try_get::<i64, _>("depth")?).unwrap_or(DEEPEST);
        if depth >= DEEPEST {
            return Err(Error::Value { expected: "a role whose parents end", found: role.to_string() });
        }
        line.resize_with(depth + 1, Vec::new);
        let said = (maybe_word(row, "permission", "a permission")?, maybe_word(row, "effect", "an effect")?);
        if let (Some(said), (Some(permission), Some(effect))) = (line.last_mut(), said) {
            said.push((permission, effect));
        }
    }
    Ok(line)
}
