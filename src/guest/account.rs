//! What a guest has set for themselves, and nobody else sees.

use super::view::GuestView;
use crate::desk::people::{Language, Preferences};
use crate::store::{Result, people};

/// A guest's account.
#[derive(Debug, Clone)]
pub struct Account {
    address: String,
    set: Preferences,
    reads: Option<Language>,
}

impl GuestView {
    /// The guest's own account; `None` where they are gone.
    pub async fn account(&mut self) -> Result<Option<Account>> {
        let person = people::get(&mut self.tx, self.guest.person()).await?;
        Ok(person.map(|person| Account {
            address: person.address().to_owned(),
            reads: person.wrote_in.or(person.organization_language),
            set: Preferences { language: person.language, time_zone: person.time_zone, mails: person.mails },
        }))
    }
}

impl Account {
    /// The address that mail goes to.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What they have set.
    #[must_use]
    pub fn preferences(&self) -> &Preferences {
        &self.set
    }

    /// The language that is theirs as long as they set none, where it is known.
    #[must_use]
    pub fn found_language(&self) -> Option<Language> {
        self.reads
    }
}
