//! Who a guest is: a contact who may sign in, with what each organization allows them.

use crate::desk::ids::{OrganizationId, PersonId};
use crate::desk::people::Language;
use crate::desk::role::{Permission, Permissions};
use crate::store::{Result, Tx, access, people};

/// A contact who may sign in somewhere. Only [`Guest::enter`] makes one, and it asks the database each time: whoever is
/// switched off is no guest at the next request.
#[derive(Debug, Clone)]
pub struct Guest {
    person: PersonId,
    name: String,
    address: String,
    language: Option<Language>,
    time_zone: Option<String>,
    memberships: Vec<Membership>,
}

/// One organization that a guest belongs to.
#[derive(Debug, Clone)]
pub struct Membership {
    organization: OrganizationId,
    name: String,
    permissions: Permissions,
}

/// What a role allows; the built-in Guest where `None`.
pub(super) async fn permissions(tx: &mut Tx, role: Option<i64>) -> Result<Permissions> {
    Ok(Permissions::resolve(&access::role_line(tx, role.unwrap_or(access::GUEST)).await?))
}

impl Guest {
    /// The guest that this person is; `None` for staff, for the switched off, and for contacts who may not sign in.
    pub async fn enter(tx: &mut Tx, person: PersonId) -> Result<Option<Self>> {
        let mut memberships = Vec::new();
        for membership in access::memberships(tx, person).await? {
            let permissions = permissions(tx, membership.role).await?;
            memberships.push(Membership { organization: membership.organization, name: membership.name, permissions });
        }
        if memberships.is_empty() {
            return Ok(None);
        }
        let person = people::get(tx, person).await?;
        Ok(person.map(|person| Self {
            person: person.id,
            address: person.address().to_owned(),
            name: person.name_for_outsiders().to_owned(),
            language: person.reads(),
            time_zone: person.time_zone,
            memberships,
        }))
    }

    /// Whose view it is.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The guest's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The guest's address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The guest's language, where known.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The guest's time zone, where known.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// The organizations, oldest first; never empty.
    #[must_use]
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// Whether something is allowed in an organization; nothing is in one that the guest does not belong to.
    #[must_use]
    pub fn may(&self, organization: OrganizationId, permission: Permission) -> bool {
        self.memberships
            .iter()
            .any(|membership| membership.organization == organization && membership.permissions.allow(permission))
    }
}

impl Guest {
    /// Whether all tickets of an organization are seen, not only those that concern the guest.
    pub(super) fn sees_all(&self, organization: OrganizationId) -> bool {
        self.may(organization, Permission::SeeAllTickets)
    }
}

impl Membership {
    /// The organization.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the guest may do there.
    #[must_use]
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }
}
