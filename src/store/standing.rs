//! What there is between somebody outside the staff and a ticket: facts only. [`crate::guest::standing`] says what follows.

use sqlx::Row;

use super::row::{ReadRow, get};
use super::{Result, Tx, maybe_time, truth, word};
use crate::desk::ids::{OrganizationId, PersonId, TicketId};
use crate::desk::notify::MailsAbout;
use crate::desk::people::PersonKind;
use crate::desk::ticket::TicketNumber;
use crate::time::Timestamp;

/// What there is between a person and a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// Whose ticket it is; `None` where no organization owns it.
    pub owner: Option<OrganizationId>,
    /// Whether outsiders see anything of it.
    pub shown: bool,
    /// Whether the person is a contact and not switched off.
    pub active: bool,
    /// Of what they want mail.
    pub mails: MailsAbout,
    /// Whether they asked.
    pub requester: bool,
    /// Whether they take part.
    pub participant: bool,
    /// When somebody of the staff let them take part.
    pub approved: Option<Timestamp>,
    /// When a membership in the owner ended, where they are no member again.
    pub ended: Option<Timestamp>,
    /// Their membership in the owner: whether they may sign in, and the role; the built-in Guest where `None`.
    pub member: Option<(bool, Option<i64>)>,
}

/// It; `None` where there is no such person or ticket.
pub async fn between(tx: &mut Tx, person: PersonId, ticket: TicketId) -> Result<Option<Between>> {
    let sql = "SELECT project.organization_id, ticket.face_shown, ticket.requester_id, person.kind, person.active, person.mails, \
         participant.joined_at, participant.approved_at, former_member.ended_at, member.login_allowed, member.role_id \
         FROM ticket JOIN project ON project.id = ticket.project_id JOIN person ON person.id = $1 \
         LEFT JOIN participant ON participant.ticket_id = ticket.id AND participant.person_id = $1 \
         LEFT JOIN member ON member.organization_id = project.organization_id AND member.person_id = $1 \
         LEFT JOIN former_member ON former_member.organization_id = project.organization_id AND former_member.person_id = $1 \
         WHERE ticket.id = $2";
    let Some(row) = sqlx::query(sql).bind(person.0).bind(ticket.0).fetch_optional(&mut *tx.inner).await? else {
        return Ok(None);
    };
    let kind: PersonKind = word(&row, "kind", "a kind of person")?;
    let login: Option<i64> = row.try_get("login_allowed")?;
    let role: Option<i64> = row.try_get("role_id")?;
    Ok(Some(Between {
        owner: row.try_get::<Option<i64>, _>("organization_id")?.map(OrganizationId),
        shown: truth(&row, "face_shown")?,
        active: kind == PersonKind::Contact && truth(&row, "active")?,
        mails: get(&row, "mails")?,
        requester: get::<Option<PersonId>>(&row, "requester_id")? == Some(person),
        participant: row.try_get::<Option<i64>, _>("joined_at")?.is_some(),
        approved: maybe_time(&row, "approved_at")?,
        ended: maybe_time(&row, "ended_at")?.filter(|_| login.is_none()),
        member: login.map(|login| (login == 1, role)),
    }))
}

/// The role of a member, where they are one: the built-in Guest where it is `Some(None)`.
pub async fn role(tx: &mut Tx, person: PersonId, organization: OrganizationId) -> Result<Option<Option<i64>>> {
    let sql = "SELECT role_id FROM member WHERE person_id = $1 AND organization_id = $2";
    let row = sqlx::query(sql).bind(person.0).bind(organization.0).fetch_optional(&mut *tx.inner).await?;
    Ok(row.map(|row| row.try_get("role_id")).transpose()?)
}

/// The organizations that a person was a member of once and is no longer.
pub async fn former(tx: &mut Tx, person: PersonId) -> Result<Vec<OrganizationId>> {
    let sql = "SELECT former_member.organization_id FROM former_member LEFT JOIN member ON member.person_id = former_member.person_id \
         AND member.organization_id = former_member.organization_id WHERE former_member.person_id = $1 \
         AND member.person_id IS NULL ORDER BY former_member.organization_id";
    let rows = sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok(OrganizationId(row.try_get("organization_id")?))).collect()
}

/// A ticket on which somebody stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// Whether they asked; else they take part.
    pub requester: bool,
}

row! {
    stand: Stand { ticket: id, number: TicketNumber { project: project_key, number }, requester } of "ticket";
    columns id, number;
    found project_key = "project.key", requester = "CAST(CASE WHEN ticket.requester_id = $1 THEN 1 ELSE 0 END AS BIGINT)";
}

/// The tickets that a person asked for or takes part in: all, or those of one organization.
pub async fn stands(tx: &mut Tx, person: PersonId, of: Option<OrganizationId>) -> Result<Vec<Stand>> {
    let sql = concat!(
        "SELECT ",
        stand!(columns),
        " FROM ticket JOIN project ON project.id = ticket.project_id \
         LEFT JOIN participant ON participant.ticket_id = ticket.id AND participant.person_id = $1 \
         WHERE (ticket.requester_id = $1 OR participant.person_id IS NOT NULL) AND ($2 = 0 OR project.organization_id = $2) \
         ORDER BY project.position, ticket.number"
    );
    let of = of.map_or(0, |of| of.0);
    sqlx::query(sql).bind(person.0).bind(of).fetch_all(&mut *tx.inner).await?.iter().map(Stand::read).collect()
}

/// Writes down that a person is no longer a member.
pub async fn ended(tx: &mut Tx, organization: OrganizationId, person: PersonId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO former_member (organization_id, person_id, ended_at) VALUES ($1, $2, $3) \
         ON CONFLICT (organization_id, person_id) DO UPDATE SET ended_at = excluded.ended_at";
    sqlx::query(sql).bind(organization.0).bind(person.0).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Forgets that a membership ended: it has begun again.
pub async fn begun_again(tx: &mut Tx, organization: OrganizationId, person: PersonId) -> Result<()> {
    let sql = "DELETE FROM former_member WHERE organization_id = $1 AND person_id = $2";
    sqlx::query(sql).bind(organization.0).bind(person.0).execute(&mut *tx.inner).await?;
    Ok(())
}
