//! What `fixtures/demo/` holds, built into the program: the desk that `postroom demo` sets up through ordinary
//! commands, its articles, and the mails that its customers write.

use serde::Deserialize;

use super::client::{Client, Program};
use crate::desk::people::Language;
use crate::desk::project::ProjectKind;

/// The customers' mails in the order in which they arrive: name and bytes.
pub const MAILS: &[(&str, &[u8])] = &[
    ("01-carla-press.eml", include_bytes!("../../fixtures/demo/mail/01-carla-press.eml")),
    ("02-dana-checkout.eml", include_bytes!("../../fixtures/demo/mail/02-dana-checkout.eml")),
    ("03-emil-protocol.eml", include_bytes!("../../fixtures/demo/mail/03-emil-protocol.eml")),
    ("04-priya-accounts.eml", include_bytes!("../../fixtures/demo/mail/04-priya-accounts.eml")),
    ("05-newsletter.eml", include_bytes!("../../fixtures/demo/mail/05-newsletter.eml")),
    ("06-auto-reply.eml", include_bytes!("../../fixtures/demo/mail/06-auto-reply.eml")),
    ("07-forged-anna.eml", include_bytes!("../../fixtures/demo/mail/07-forged-anna.eml")),
    ("08-stranger.eml", include_bytes!("../../fixtures/demo/mail/08-stranger.eml")),
];

/// The desk as JSON, a [`DemoDesk`].
pub const DESK: &str = include_str!("../../fixtures/demo/desk.json");

/// The articles: project key, file name, and Markdown under front matter (`title`, `state`, `position`).
pub const ARTICLES: &[(&str, &str, &str)] = &[
    ("ACME", "willkommen.md", include_str!("../../fixtures/demo/articles/acme/willkommen.md")),
    ("ACME", "wartungsplan.md", include_str!("../../fixtures/demo/articles/acme/wartungsplan.md")),
    ("ACME", "stoerung-melden.md", include_str!("../../fixtures/demo/articles/acme/stoerung-melden.md")),
    ("ACME", "ersatzteile.md", include_str!("../../fixtures/demo/articles/acme/ersatzteile.md")),
    ("GLOBEX", "welcome.md", include_str!("../../fixtures/demo/articles/globex/welcome.md")),
    ("GLOBEX", "payment-errors.md", include_str!("../../fixtures/demo/articles/globex/payment-errors.md")),
    ("GLOBEX", "on-call.md", include_str!("../../fixtures/demo/articles/globex/on-call.md")),
];

/// The pictures in the articles: project key, file name, PNG.
pub const PICTURES: &[(&str, &str, &[u8])] = &[
    ("ACME", "hydraulik.png", include_bytes!("../../fixtures/demo/articles/acme/hydraulik.png")),
    ("GLOBEX", "payment-path.png", include_bytes!("../../fixtures/demo/articles/globex/payment-path.png")),
];

/// A desk to be set up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoDesk {
    /// For `[desk]` of the configuration.
    pub desk: Manners,
    /// For `[[mailbox]]` of the configuration.
    pub mailbox: Mailbox,
    /// Staff.
    pub staff: Vec<Person>,
    /// Organizations with their members.
    pub organizations: Vec<Organization>,
    /// Projects.
    pub projects: Vec<Project>,
}

/// What the desk is called and how it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manners {
    /// The sender of its mails.
    pub name: String,
    /// The language for people whose own is unknown.
    pub language: Language,
    /// IANA time zone.
    pub time_zone: String,
}

/// The mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Key of its reception project.
    pub reception: String,
}

/// Somebody, and the mail program that the demo plays for them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name.
    pub name: String,
    /// The name that outsiders see, for staff.
    pub public_name: Option<String>,
    /// Mail address.
    pub address: String,
    /// Language.
    pub language: Language,
    /// IANA time zone.
    pub time_zone: String,
    /// What they read and write mail with.
    pub program: Program,
    /// What stands under their mails.
    pub signature: Option<String>,
    /// Whether a member may sign in.
    #[serde(default)]
    pub login: bool,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Mail domains it claims.
    pub domains: Vec<String>,
    /// Its people.
    pub members: Vec<Person>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whom it is for.
    pub kind: ProjectKind,
    /// Key of the organization that owns it, for customer projects.
    pub organization: Option<String>,
    /// Addresses that lead to it.
    pub aliases: Vec<String>,
    /// Addresses of its staff.
    pub staff: Vec<String>,
    /// Task types besides the one that every project has.
    #[serde(default)]
    pub types: Vec<Type>,
    /// What stands under answers.
    pub signature: String,
}

/// A type of ticket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Type {
    /// Its key.
    pub key: String,
    /// Its German name.
    pub name_de: String,
    /// Its English name.
    pub name_en: String,
}

impl DemoDesk {
    /// Reads [`DESK`].
    ///
    /// # Errors
    /// When the fixture is broken, which a test rules out.
    pub fn read() -> serde_json::Result<Self> {
        serde_json::from_str(DESK)
    }

    /// The person with `address`, among staff and members.
    #[must_use]
    pub fn person(&self, address: &str) -> Option<&Person> {
        let members = self.organizations.iter().flat_map(|organization| &organization.members);
        self.staff.iter().chain(members).find(|person| person.address.eq_ignore_ascii_case(address))
    }
}

impl Person {
    /// Their mail program.
    #[must_use]
    pub fn client(&self) -> Client {
        Client {
            name: self.name.clone(),
            address: self.address.clone(),
            program: self.program,
            language: self.language,
            signature: self.signature.clone(),
            time_zone: self.time_zone.clone(),
        }
    }
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;
