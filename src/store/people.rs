//! People, organizations and who belongs where.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{Column, ReadRow, WriteRow, Written};
use super::{Result, Tx, access, standing};
use crate::desk::ids::{OrganizationId, PersonId, ProjectId};
use crate::desk::names::OwnNames;
use crate::desk::notify::MailsAbout;
use crate::desk::people::{Language, Person, PersonKind, Preferences};
use crate::time::Timestamp;

row! {
    person: Person { id, kind, name, public_name, language, wrote_in, organization_language, time_zone, mails, active, addresses }
        in "person";
    changing name, public_name, language, time_zone, active;
    columns id, kind, mails, wrote_in;
    also created_at;
    found address = "person_address.address", organization_language = "CASE WHEN person.language IS NULL AND person.wrote_in IS NULL \
        THEN (SELECT organization.language FROM organization WHERE organization.language IS NOT NULL AND (organization.id IN \
        (SELECT member.organization_id FROM member WHERE member.person_id = person.id) OR organization.id IN \
        (SELECT claimed.organization_id FROM organization_domain claimed JOIN person_address own ON own.address LIKE '%@' || claimed.domain \
        WHERE own.person_id = person.id)) ORDER BY organization.created_at, organization.id LIMIT 1) END";
    split addresses into address;
}

/// People as `$condition` chooses them, with their addresses, as [`people`] reads them; `$order` keeps the rows of one
/// together.
macro_rules! people_sql {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT ",
            person!(columns),
            " FROM person LEFT JOIN person_address ON person_address.person_id = person.id WHERE ",
            $condition,
            " ORDER BY ",
            $order,
            "person.id, person_address.position"
        )
    };
}

/// People from rows of which each has one of their addresses.
fn people(rows: &[AnyRow]) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = Vec::new();
    for row in rows {
        let person = Person::read(row)?;
        match people.last_mut().filter(|last| last.id == person.id) {
            Some(last) => last.addresses.extend(person.addresses),
            None => people.push(person),
        }
    }
    Ok(people)
}

/// The person with this id.
pub async fn get(tx: &mut Tx, id: PersonId) -> Result<Option<Person>> {
    let rows = sqlx::query(people_sql!("person.id = $1", "")).bind(id.0).fetch_all(&mut *tx.inner).await?;
    Ok(people(&rows)?.pop())
}

/// The person whom `address` (lower case) belongs to.
pub async fn by_address(tx: &mut Tx, address: &str) -> Result<Option<Person>> {
    let sql = people_sql!("person.id = (SELECT owned.person_id FROM person_address owned WHERE owned.address = $1)", "");
    let rows = sqlx::query(sql).bind(address.to_owned()).fetch_all(&mut *tx.inner).await?;
    Ok(people(&rows)?.pop())
}

/// Everybody, by name; only one kind where it is given.
pub async fn list(tx: &mut Tx, kind: Option<PersonKind>) -> Result<Vec<Person>> {
    let sql = people_sql!("$1 = '' OR person.kind = $1", "person.created_at, ");
    let rows = sqlx::query(sql).bind(kind.map_or("", PersonKind::as_str)).fetch_all(&mut *tx.inner).await?;
    people(&rows)
}

/// The names of the desk and of everybody who works or has worked there.
pub async fn own_names(tx: &mut Tx, desk: &str) -> Result<OwnNames> {
    let sql = "SELECT name, public_name FROM person WHERE kind = 'staff'";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    let mut names = Vec::new();
    for row in &rows {
        names.push(row.try_get("name")?);
        names.extend(row.try_get::<Option<String>, _>("public_name")?);
    }
    Ok(OwnNames::new(desk, &names))
}

/// Enters a person with all addresses.
///
/// # Errors
/// The database's, also when an address already belongs to somebody.
pub async fn insert(tx: &mut Tx, person: &Person, now: Timestamp) -> Result<()> {
    let statement = person.bind(sqlx::query(person!(insert)), Written::Whole);
    statement.bind(now.as_micros()).execute(&mut *tx.inner).await?;
    insert_addresses(tx, person).await
}

async fn insert_addresses(tx: &mut Tx, person: &Person) -> Result<()> {
    for (position, address) in (0_i64..).zip(&person.addresses) {
        sqlx::query("INSERT INTO person_address (address, person_id, position) VALUES ($1, $2, $3)")
            .bind(address.clone())
            .bind(person.id.0)
            .bind(position)
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(())
}

/// Writes a person as it is now, addresses included, and ends what let them in by an address that they no longer have, or,
/// of the switched off, at all.
///
/// # Errors
/// The database's, also when an address already belongs to somebody else.
pub async fn update(tx: &mut Tx, person: &Person) -> Result<()> {
    let statement = sqlx::query(concat!(person!(update), " WHERE id = $1")).bind(person.id.0);
    person.bind(statement, Written::Changing).execute(&mut *tx.inner).await?;
    sqlx::query("DELETE FROM person_address WHERE person_id = $1").bind(person.id.0).execute(&mut *tx.inner).await?;
    insert_addresses(tx, person).await?;
    access::end_stale(tx, person.id, person.active).await
}

/// Writes down what somebody outside the staff has set for themselves.
pub async fn set_preferences(tx: &mut Tx, person: PersonId, set: &Preferences) -> Result<()> {
    let sql = "UPDATE person SET language = $2, time_zone = $3, mails = $4 WHERE id = $1 AND kind = 'contact'";
    let statement = set.mails.bind(set.time_zone.bind(set.language.bind(sqlx::query(sql).bind(person.0))));
    statement.execute(&mut *tx.inner).await?;
    Ok(())
}

/// Writes down of what somebody gets mail.
pub async fn set_mails(tx: &mut Tx, person: PersonId, mails: MailsAbout) -> Result<()> {
    let sql = "UPDATE person SET mails = $2 WHERE id = $1";
    mails.bind(sqlx::query(sql).bind(person.0)).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Writes down in which language somebody outside the staff has written.
pub async fn set_wrote_in(tx: &mut Tx, person: PersonId, language: Language) -> Result<()> {
    let sql = "UPDATE person SET wrote_in = $2 WHERE id = $1 AND kind = 'contact' AND (wrote_in IS NULL OR wrote_in <> $2)";
    language.bind(sqlx::query(sql).bind(person.0)).execute(&mut *tx.inner).await?;
    Ok(())
}

/// A customer company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its key in commands, such as `acme`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Mail domains whose senders belong to it, in lower case.
    pub domains: Vec<String>,
    /// Where its people's tickets go; without one, its oldest project.
    pub default_project: Option<ProjectId>,
    /// The language of those of its people of whom none is known.
    pub language: Option<Language>,
}

row! {
    organization: Organization { id, key, name, domains, default_project: default_project_id, language } in "organization";
    changing name, default_project_id, language;
    columns id, key;
    also created_at;
    found domain = "organization_domain.domain";
    split domains into domain;
}

/// Organizations as `$condition` chooses them, with their domains, as [`organizations`] reads them.
macro_rules! organizations_sql {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            organization!(columns),
            " FROM organization LEFT JOIN organization_domain ON organization_domain.organization_id = organization.id WHERE ",
            $condition,
            " ORDER BY organization.created_at, organization.id, organization_domain.domain"
        )
    };
}

/// Organizations from rows of which each has one of their domains.
fn organizations(rows: &[AnyRow]) -> Result<Vec<Organization>> {
    let mut organizations: Vec<Organization> = Vec::new();
    for row in rows {
        let organization = Organization::read(row)?;
        match organizations.last_mut().filter(|last| last.id == organization.id) {
            Some(last) => last.domains.extend(organization.domains),
            None => organizations.push(organization),
        }
    }
    Ok(organizations)
}

/// The organization with this key.
pub async fn organization_by_key(tx: &mut Tx, key: &str) -> Result<Option<Organization>> {
    let sql = organizations_sql!("organization.key = $1");
    let rows = sqlx::query(sql).bind(key.to_owned()).fetch_all(&mut *tx.inner).await?;
    Ok(organizations(&rows)?.pop())
}

/// The organization that claims this mail domain.
pub async fn organization_by_domain(tx: &mut Tx, domain: &str) -> Result<Option<Organization>> {
    let sql = organizations_sql!(
        "organization.id = (SELECT claimed.organization_id FROM organization_domain claimed WHERE claimed.domain = $1)"
    );
    let rows = sqlx::query(sql).bind(domain.to_owned()).fetch_all(&mut *tx.inner).await?;
    Ok(organizations(&rows)?.pop())
}

/// The organizations this person is a member of.
pub async fn organizations_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Organization>> {
    let sql = organizations_sql!("organization.id IN (SELECT member.organization_id FROM member WHERE member.person_id = $1)");
    organizations(&sqlx::query(sql).bind(person.0).fetch_all(&mut *tx.inner).await?)
}

/// All organizations, oldest first.
pub async fn list_organizations(tx: &mut Tx) -> Result<Vec<Organization>> {
    organizations(&sqlx::query(organizations_sql!("1 = 1")).fetch_all(&mut *tx.inner).await?)
}

/// Enters an organization with its domains.
///
/// # Errors
/// The database's, also when the key or a domain is taken.
pub async fn insert_organization(tx: &mut Tx, organization: &Organization, now: Timestamp) -> Result<()> {
    let statement = organization.bind(sqlx::query(organization!(insert)), Written::Whole);
    statement.bind(now.as_micros()).execute(&mut *tx.inner).await?;
    insert_domains(tx, organization).await
}

/// Writes an organization as it is now, domains included.
///
/// # Errors
/// The database's, also when a domain is taken.
pub async fn update_organization(tx: &mut Tx, organization: &Organization) -> Result<()> {
    let statement = sqlx::query(concat!(organization!(update), " WHERE id = $1")).bind(organization.id.0);
    organization.bind(statement, Written::Changing).execute(&mut *tx.inner).await?;
    let sql = "DELETE FROM organization_domain WHERE organization_id = $1";
    sqlx::query(sql).bind(organization.id.0).execute(&mut *tx.inner).await?;
    insert_domains(tx, organization).await
}

async fn insert_domains(tx: &mut Tx, organization: &Organization) -> Result<()> {
    for domain in &organization.domains {
        sqlx::query("INSERT INTO organization_domain (domain, organization_id) VALUES ($1, $2)")
            .bind(domain.clone())
            .bind(organization.id.0)
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(())
}

/// A contact of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The organization.
    pub organization: OrganizationId,
    /// The contact.
    pub person: PersonId,
    /// Whether this member may sign in.
    pub login_allowed: bool,
}

row! {
    member: Member { organization: organization_id, person: person_id, login_allowed } in "member";
    columns organization_id, person_id, login_allowed;
    also created_at;
}

/// Enters a member, or writes whether it may sign in.
pub async fn set_member(tx: &mut Tx, member: &Member, now: Timestamp) -> Result<()> {
    let sql = concat!(
        member!(insert),
        " ON CONFLICT (organization_id, person_id) DO UPDATE SET login_allowed = excluded.login_allowed"
    );
    let statement = member.bind(sqlx::query(sql), Written::Whole);
    statement.bind(now.as_micros()).execute(&mut *tx.inner).await?;
    if !member.login_allowed {
        access::end_guest(tx, member.organization, member.person).await?;
    }
    standing::begun_again(tx, member.organization, member.person).await
}

/// Ends a membership, and remembers when; `false` when there was none.
pub async fn remove_member(tx: &mut Tx, organization: OrganizationId, person: PersonId, now: Timestamp) -> Result<bool> {
    let sql = "DELETE FROM member WHERE organization_id = $1 AND person_id = $2";
    let removed = sqlx::query(sql).bind(organization.0).bind(person.0).execute(&mut *tx.inner).await?.rows_affected() == 1;
    if removed {
        access::end_guest(tx, organization, person).await?;
        standing::ended(tx, organization, person, now).await?;
    }
    Ok(removed)
}

/// The members of an organization, oldest first.
pub async fn members(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Member>> {
    let sql = concat!("SELECT ", member!(columns), " FROM member WHERE organization_id = $1 ORDER BY created_at, person_id");
    sqlx::query(sql).bind(organization.0).fetch_all(&mut *tx.inner).await?.iter().map(Member::read).collect()
}
