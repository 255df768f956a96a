//! Letting guests and staff in: a secret link, and the mail that brings it, in one transaction. Only hashes are kept.

use super::ActContext;
use super::post::message_id;
use super::staff_member::StaffMember;
use crate::desk::ids::{OrganizationId, PersonId};
use crate::desk::outbox::{Audience, Kind};
use crate::desk::people::Language;
use crate::desk::secret::{Hashed, Plain};
use crate::desk::sign_in::Purpose;
use crate::guest::Guest;
use crate::letters::{self, Stationery, outsider, staff};
use crate::mail::Address;
use crate::mail::compose::Draft;
use crate::store::access::Key;
use crate::store::outbox::Queued;
use crate::store::{Result, Tx, access, outbox, people, projects};

/// Somebody who may come in: either a guest or a member of staff, never both.
#[derive(Debug, Clone)]
pub enum Principal {
    /// To the portal.
    Guest(Guest),
    /// To the office.
    StaffMember(StaffMember),
}

impl Principal {
    /// Who this person is at the door; `None` for everybody who stays outside.
    pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Option<Self>> {
        Ok(match Guest::enter(tx, person).await? {
            Some(guest) => Some(Self::Guest(guest)),
            None => StaffMember::enter(tx, person).await?.map(Self::StaffMember),
        })
    }

    /// Who it is.
    #[must_use]
    pub fn person(&self) -> PersonId {
        match self {
            Self::Guest(guest) => guest.person(),
            Self::StaffMember(staff) => staff.person(),
        }
    }

    /// The name; empty where unknown.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Guest(guest) => guest.name(),
            Self::StaffMember(staff) => staff.name(),
        }
    }

    /// The registered address.
    #[must_use]
    pub fn address(&self) -> &str {
        match self {
            Self::Guest(guest) => guest.address(),
            Self::StaffMember(staff) => staff.address(),
        }
    }

    /// The language, where known.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        match self {
            Self::Guest(guest) => guest.language(),
            Self::StaffMember(staff) => staff.language(),
        }
    }

    /// The time zone, where known.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        match self {
            Self::Guest(guest) => guest.time_zone(),
            Self::StaffMember(staff) => staff.time_zone(),
        }
    }
}

/// A request for a link and a code, by the browser that alone may use the code.
#[derive(Debug, Clone)]
pub struct Request {
    /// The address that was typed, as addresses are stored; `None` where it was none.
    pub address: Option<String>,
    /// The secret of the browser.
    pub browser: Plain,
    /// Where to go afterwards.
    pub next: String,
    /// Whether there were too many mails already: then everything happens but the mail.
    pub quiet: bool,
}

/// The hash under which a code is kept: with the browser's secret, so that a copy of the database cannot be tried for it.
#[must_use]
pub fn code_hash(browser: &Plain, code: &Plain) -> Hashed {
    code.hashed_with(browser.expose())
}

/// Invites a contact who may sign in for this organization, or invites them again: queues the mail with the link.
/// `false` for anybody else.
///
/// # Errors
/// The database's, or when the desk has no pages.
pub async fn invite(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    organization: OrganizationId,
) -> anyhow::Result<bool> {
    let Some(guest) = Guest::enter(tx, person).await? else { return Ok(false) };
    let Some(membership) = guest.memberships().iter().find(|membership| membership.organization() == organization) else {
        return Ok(false);
    };
    let secret = Plain::long(context.rng);
    let mut key = key(context, Purpose::Invitation, "/");
    key.person = Some(person);
    key.address = Some(guest.address().to_owned());
    key.organization = Some(organization);
    access::insert_key(tx, &secret.hashed(), &key).await?;
    let caller = Principal::Guest(guest.clone());
    let stationery = stationery(context, &caller, guest.address())?;
    let draft = outsider::invitation(stationery, membership, &link(context, Purpose::Invitation, &secret)?)?;
    queue(tx, context, Kind::Invitation, &caller, guest.address(), &draft).await?;
    Ok(true)
}

/// Does what somebody asked for who wants to sign in. A row is written whoever it is; a mail leaves only for a guest or a
/// member of staff, to the address as it is stored.
///
/// # Errors
/// The database's, or when the desk has no pages.
pub async fn send_key(tx: &mut Tx, context: &ActContext<'_>, request: &Request) -> anyhow::Result<()> {
    let (secret, code) = (Plain::long(context.rng), Plain::code(context.rng));
    let found = match &request.address {
        Some(address) if !request.quiet => caller_at(tx, context, address).await?,
        _ => None,
    };
    let mut key = key(context, Purpose::SignIn, &request.next);
    key.person = found.as_ref().map(|(caller, _)| caller.person());
    key.address = found.as_ref().map(|(_, address)| address.clone());
    key.browser_hash = Some(request.browser.hashed());
    key.code_hash = Some(code_hash(&request.browser, &code));
    access::insert_key(tx, &secret.hashed(), &key).await?;
    if let Some((caller, address)) = found {
        let (stationery, link) = (stationery(context, &caller, &address)?, link(context, Purpose::SignIn, &secret)?);
        let draft = match caller {
            Principal::Guest(_) => outsider::sign_in(stationery, &link, code.expose())?,
            Principal::StaffMember(_) => staff::sign_in(stationery, &link, code.expose())?,
        };
        queue(tx, context, Kind::SignIn, &caller, &address, &draft).await?;
    }
    Ok(())
}

/// The guest or member of staff with this address, and the address as it is stored. An address at which the desk itself is
/// written to is nobody's, whatever a later configuration made of it.
async fn caller_at(tx: &mut Tx, context: &ActContext<'_>, address: &str) -> anyhow::Result<Option<(Principal, String)>> {
    let bare = address.split_once('@').map(|(local, domain)| format!("{}@{domain}", local.split('+').next().unwrap_or(local)));
    let own = |mailbox: &crate::config::Mailbox| mailbox.address == address || Some(&mailbox.address) == bare.as_ref();
    if context.config.mailboxes.iter().any(own) || projects::by_alias(tx, address).await?.is_some() {
        return Ok(None);
    }
    let Some(person) = people::by_address(tx, address).await? else { return Ok(None) };
    let Some(stored) = person.addresses.into_iter().find(|stored| stored == address) else { return Ok(None) };
    Ok(Principal::of(tx, person.id).await?.map(|caller| (caller, stored)))
}

fn key(context: &ActContext<'_>, purpose: Purpose, next: &str) -> Key {
    Key {
        purpose,
        person: None,
        address: None,
        organization: None,
        browser_hash: None,
        code_hash: None,
        next_path: next.to_owned(),
        created_at: context.now,
        expires_at: context.now.plus(purpose.lifetime()),
        used_at: None,
    }
}

/// Links begin with the configured address and nothing else.
fn link(context: &ActContext<'_>, purpose: Purpose, secret: &Plain) -> anyhow::Result<String> {
    let web = context.config.web.as_ref().ok_or_else(|| anyhow::anyhow!("the desk has no pages: [web] is not configured"))?;
    Ok(format!("{}{}{}", web.base_url, purpose.path(), secret.expose()))
}

fn stationery(context: &ActContext<'_>, caller: &Principal, address: &str) -> anyhow::Result<Stationery> {
    let mailbox = context.mailbox("")?;
    let language = caller.language().unwrap_or(context.config.desk.language);
    Ok(Stationery {
        desk: context.config.desk.name.clone(),
        display_name: context.config.display_name.clone(),
        address: mailbox.address.clone(),
        to: Address { name: Some(caller.name().to_owned()).filter(|name| !name.is_empty()), address: address.to_owned() },
        cc: Vec::new(),
        language,
        reply_to: None,
        link: None,
        unsubscribe: None,
        message_id: message_id(context, mailbox),
        references: Vec::new(),
        by_link: Vec::new(),
        at: context.now,
        footer: match caller {
            Principal::Guest(_) => letters::footer(&context.config.face, language),
            Principal::StaffMember(_) => Vec::new(),
        },
    })
}

async fn queue(
    tx: &mut Tx,
    context: &ActContext<'_>,
    kind: Kind,
    caller: &Principal,
    recipient: &str,
    draft: &Draft,
) -> anyhow::Result<()> {
    let queued = Queued {
        kind,
        audience: match caller {
            Principal::Guest(_) => Audience::Outsider,
            Principal::StaffMember(_) => Audience::Staff,
        },
        person: caller.person(),
        recipient: recipient.to_owned(),
        // Automatic mail has no return path (RFC 3834 section 3.3).
        envelope_from: None,
        message_id: draft.message_id.clone(),
        ticket: None,
        entry: None,
        draft: serde_json::to_string(draft)?,
    };
    outbox::queue(tx, &queued, context.now, context.rng).await?;
    Ok(())
}
