//! Who works here: the staff side of [`crate::guest::Guest`].

use crate::desk::ids::PersonId;
use crate::desk::people::{Language, Person};
use crate::store::{Result, Tx, people};

/// An active member of staff. Only [`StaffMember::enter`] makes one, and it asks the database each time: whoever is switched
/// off is no member of staff at the next request.
#[derive(Debug, Clone)]
pub struct StaffMember {
    person: Person,
}

impl StaffMember {
    /// The member of staff that this person is; `None` for contacts and for the switched off.
    pub async fn enter(tx: &mut Tx, person: PersonId) -> Result<Option<Self>> {
        let person = people::get(tx, person).await?;
        Ok(person.filter(|person| person.active && person.is_staff()).map(|person| Self { person }))
    }

    /// Who it is.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person.id
    }

    /// The name as staff see it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.person.name
    }

    /// The registered address.
    #[must_use]
    pub fn address(&self) -> &str {
        self.person.address()
    }

    /// The language, where known.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.person.reads()
    }

    /// The time zone, where known.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.person.time_zone.as_deref()
    }
}
