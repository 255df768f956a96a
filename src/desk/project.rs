//! Projects and the organizations that own them.

use super::ids::{OrganizationId, ProjectId};

string_enum! {
    /// Whom a project is for.
    ProjectKind {
        /// A customer's; its organization's guests may look.
        Customer = "customer",
        /// Staff only.
        Internal = "internal",
        /// Strangers' tickets; no guests.
        Reception = "reception",
    }
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its key, such as `ACME`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whom it is for.
    pub kind: ProjectKind,
    /// Who owns it; exactly the customer projects have one.
    pub organization: Option<OrganizationId>,
    /// What stands under answers.
    pub signature: String,
}

/// Whether `key` can be a project's: 2 to 10 capital letters and digits, a letter first.
#[must_use]
pub fn is_key(key: &str) -> bool {
    (2..=10).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
