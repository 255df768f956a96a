//! People: staff and contacts.

use super::ids::PersonId;
use super::notify::MailsAbout;
use crate::mail::international::canonical;

string_enum! {
    /// Which side of the desk a person is on.
    PersonKind {
        /// Works here.
        Staff = "staff",
        /// Anybody else.
        Contact = "contact",
    }
}

/// A language that Postroom speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Language {
    /// `de`
    #[serde(rename = "de")]
    German,
    /// `en`
    #[default]
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The tag as stored and written in configurations.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }
}

/// What something is called in the languages of Postroom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Named {
    /// Its name in `language`.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::German => &self.de,
            Language::English => &self.en,
        }
    }
}

impl TryFrom<&str> for Language {
    type Error = String;
    fn try_from(tag: &str) -> Result<Self, String> {
        match tag {
            "de" => Ok(Self::German),
            "en" => Ok(Self::English),
            other => Err(format!("`{other}` is not a language of Postroom; use de or en")),
        }
    }
}

impl std::str::FromStr for Language {
    type Err = String;
    fn from_str(tag: &str) -> Result<Self, String> {
        Self::try_from(tag)
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: PersonId,
    /// Staff or contact.
    pub kind: PersonKind,
    /// The name as staff see it.
    pub name: String,
    /// The name as outsiders see it, where that is another.
    pub public_name: Option<String>,
    /// The language that was set for them.
    pub language: Option<Language>,
    /// The language of the latest mail that they wrote themselves, where it could be told.
    pub wrote_in: Option<Language>,
    /// The language of the organization that they belong to, where neither of these is known.
    pub organization_language: Option<Language>,
    /// IANA time zone; the desk's where unknown.
    pub time_zone: Option<String>,
    /// Of what they get mail, where they do not work here.
    pub mails: MailsAbout,
    /// Whether this person may act and is written to.
    pub active: bool,
    /// Mail addresses in lower case; the first is the one mail is sent to. Never empty.
    pub addresses: Vec<String>,
}

impl Person {
    /// A new contact of whom nothing but an address is known, as addresses are stored, and perhaps a name.
    #[must_use]
    pub fn contact(id: PersonId, name: String, address: String) -> Self {
        Self {
            id,
            kind: PersonKind::Contact,
            name,
            public_name: None,
            language: None,
            wrote_in: None,
            organization_language: None,
            time_zone: None,
            mails: MailsAbout::All,
            active: true,
            addresses: vec![address],
        }
    }

    /// Whether this person works here.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.kind == PersonKind::Staff
    }

    /// The language in which pages and mails speak to them; the desk's where unknown.
    #[must_use]
    pub fn reads(&self) -> Option<Language> {
        self.language.or(self.wrote_in).or(self.organization_language)
    }

    /// The registered address that mail is sent to.
    #[must_use]
    pub fn address(&self) -> &str {
        self.addresses.first().map_or("", String::as_str)
    }

    /// The name as outsiders see it.
    #[must_use]
    pub fn name_for_outsiders(&self) -> &str {
        self.public_name.as_deref().unwrap_or(&self.name)
    }
}

/// What somebody outside the staff sets for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// The language; found out where `None`.
    pub language: Option<Language>,
    /// IANA time zone; the desk's where `None`.
    pub time_zone: Option<String>,
    /// Of what they get mail.
    pub mails: MailsAbout,
}

/// An address as it is stored and compared: trimmed, in lower case, its domain in ASCII (RFC 5891) as servers write it.
#[must_use]
pub fn fold_address(address: &str) -> String {
    canonical(&address.trim().to_lowercase()).into_owned()
}

/// The domain of an address, in lower case; empty where there is none.
#[must_use]
pub fn domain(address: &str) -> String {
    fold_address(address).rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.trim().to_owned())
}

/// Domains whose addresses anybody can have: no organization may claim one.
#[must_use]
pub fn is_freemail(domain: &str) -> bool {
    const FREEMAIL: &[&str] = &[
        "aol.com",
        "arcor.de",
        "bluewin.ch",
        "fastmail.com",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "hotmail.de",
        "icloud.com",
        "libero.it",
        "live.com",
        "live.de",
        "mac.com",
        "mail.com",
        "mail.de",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "posteo.de",
        "posteo.net",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rocketmail.com",
        "seznam.cz",
        "t-online.de",
        "tutanota.com",
        "tuta.io",
        "web.de",
        "wp.pl",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
        "163.com",
    ];
    FREEMAIL.contains(&domain.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_whichever_way_its_domain_is_written() {
        for (address, folded, domain_of) in [
            (" Kim@ACME.example ", "kim@acme.example", "acme.example"),
            ("kim@B\u{fc}cher.example", "kim@xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("kim@bucher.example", "kim@bucher.example", "bucher.example"),
            ("kim", "kim", ""),
        ] {
            assert_eq!((fold_address(address).as_str(), domain(address).as_str()), (folded, domain_of), "{address}");
        }
    }
}
