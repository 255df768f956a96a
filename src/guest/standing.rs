//! Where somebody outside the staff stands towards a ticket: may they look at it, join it, write to it, get mail about it?
//! One question, asked by pages, by intake, by whoever decides who is told, and by the courier before a letter leaves.
//!
//! - A *correspondent* (who asked, or takes part) gets what is public by mail and answers by mail; no membership is needed.
//! - A member's role rules mails as it rules pages. `comment` denied: their mail waits for the staff. `see_all_tickets`
//!   denied: a colleague's number opens nothing.
//! - Whoever was a member of the organization that owns the ticket, and is no longer, corresponds only where somebody of the
//!   staff let them take part *after* that. The domain of their address does not make them a colleague again.
//! - Nobody who is switched off does anything.
//! - Of what they get mail is their own choice while they can read on the pages what no mail tells them.

use super::visitor::permissions;
use crate::desk::ids::{OrganizationId, PersonId, TicketId};
use crate::desk::notify::MailsAbout;
use crate::desk::people::domain;
use crate::desk::role::{Permission, Permissions};
use crate::store::standing::{self, Between};
use crate::store::{Result, Tx, people};

/// What ties somebody to the organization that owns a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bond {
    /// Nothing, or nobody owns it.
    None,
    /// The domain of an address that the organization claims; the built-in role Guest speaks for them.
    Claimed,
    /// A membership that has ended.
    Former,
    /// A membership.
    Member {
        /// Whether they may sign in.
        signs_in: bool,
        /// What their role allows.
        permissions: Permissions,
    },
}

/// Something that somebody wants of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See it on the pages.
    Look,
    /// Get what is public by mail.
    Receive,
    /// Add to it, as somebody who takes part.
    Write,
    /// Take part because of a mail about it, without being asked.
    Join,
    /// Send files with what they write.
    Attach,
    /// Close it by a word in a mail.
    Close,
}

impl Deed {
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Look, Self::Receive, Self::Write, Self::Join, Self::Attach, Self::Close];
}

/// Where somebody stands; plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether they are a contact, or unknown, and not switched off.
    pub active: bool,
    /// Of what they want mail.
    pub mails: MailsAbout,
    /// Whether they asked.
    pub requester: bool,
    /// Whether they take part.
    pub participant: bool,
    /// Whether somebody of the staff let them take part, after the end of a membership where there was one.
    pub approved: bool,
    /// What ties them to the owner.
    pub bond: Bond,
    /// Whether outsiders see anything of the ticket.
    pub shown: bool,
}

impl Standing {
    /// Where a person stands towards a ticket.
    pub async fn of(tx: &mut Tx, person: PersonId, ticket: TicketId) -> Result<Self> {
        let Some(between) = standing::between(tx, person, ticket).await? else { return Ok(Self::nowhere()) };
        let bond = bond(tx, person, &between).await?;
        let Between { owner: _, shown, active, mails, requester, participant, approved, ended, member: _ } = between;
        let approved = approved.is_some_and(|approved| ended.is_none_or(|ended| approved > ended));
        Ok(Self { active, mails, requester, participant, approved, bond, shown })
    }

    /// Where the owner of an address stands whom the desk does not know.
    pub async fn of_stranger(tx: &mut Tx, address: &str, owner: Option<OrganizationId>) -> Result<Self> {
        let claimed = owner.is_some() && claimant(tx, address).await? == owner;
        Ok(Self { active: true, bond: if claimed { Bond::Claimed } else { Bond::None }, ..Self::nowhere() })
    }

    fn nowhere() -> Self {
        let (bond, mails) = (Bond::None, MailsAbout::All);
        Self { active: false, mails, requester: false, participant: false, approved: false, bond, shown: false }
    }

    /// Whether they are a correspondent.
    #[must_use]
    pub fn corresponds(&self) -> bool {
        self.active && (self.requester || self.participant) && (self.bond != Bond::Former || self.approved)
    }

    /// Of what they get mail. Whoever cannot look at the ticket gets all there is: nothing else would tell them.
    #[must_use]
    pub fn gets_mails_about(&self) -> MailsAbout {
        if self.may(Deed::Look) { self.mails } else { MailsAbout::All }
    }

    /// Whether they want news of this ticket by mail.
    #[must_use]
    pub fn wants_news(&self) -> bool {
        self.gets_mails_about().covers(self.requester)
    }

    /// Whether the role, where one speaks for them, lets them do this.
    fn role_allows(&self, permission: Permission) -> bool {
        match &self.bond {
            Bond::Member { permissions, .. } => permissions.allow(permission),
            // No role: what they may do follows from their part.
            Bond::None | Bond::Claimed | Bond::Former => true,
        }
    }

    /// Whether it is their role that does not allow it.
    #[must_use]
    pub fn is_denied(&self, permission: Permission) -> bool {
        !self.role_allows(permission)
    }

    /// Whether they may.
    #[must_use]
    pub fn may(&self, deed: Deed) -> bool {
        let part = self.requester || self.participant;
        match deed {
            Deed::Look => match &self.bond {
                Bond::Member { signs_in: true, permissions } => {
                    self.active && self.shown && (part || permissions.allow(Permission::SeeAllTickets))
                }
                _ => false,
            },
            Deed::Receive => self.corresponds(),
            Deed::Write => self.corresponds() && self.role_allows(Permission::Comment),
            Deed::Join => {
                let colleague = matches!(self.bond, Bond::Claimed | Bond::Member { .. });
                let allowed = self.role_allows(Permission::SeeAllTickets) && self.role_allows(Permission::Comment);
                self.active && colleague && allowed
            }
            Deed::Attach => self.role_allows(Permission::Attach) && (self.may(Deed::Write) || self.may(Deed::Join)),
            Deed::Close => match &self.bond {
                Bond::Member { signs_in: true, permissions } => self.corresponds() && permissions.allow(Permission::Close),
                // Nobody's role speaks for who may not sign in: only what they asked for themselves.
                _ => self.corresponds() && self.requester,
            },
        }
    }
}

async fn bond(tx: &mut Tx, person: PersonId, between: &Between) -> Result<Bond> {
    let Some(owner) = between.owner else { return Ok(Bond::None) };
    if let Some((signs_in, role)) = between.member {
        return Ok(Bond::Member { signs_in, permissions: permissions(tx, role).await? });
    }
    if between.ended.is_some() {
        return Ok(Bond::Former);
    }
    Ok(if organizations(tx, person).await?.contains(&owner) { Bond::Claimed } else { Bond::None })
}

/// The organization that claims the domain of an address.
async fn claimant(tx: &mut Tx, address: &str) -> Result<Option<OrganizationId>> {
    Ok(people::organization_by_domain(tx, &domain(address)).await?.map(|organization| organization.id))
}

/// The organizations that somebody belongs to: by membership, else by the domains of their addresses; never one whose
/// membership has ended.
pub async fn organizations(tx: &mut Tx, person: PersonId) -> Result<Vec<OrganizationId>> {
    let member: Vec<OrganizationId> = people::organizations_of(tx, person).await?.into_iter().map(|of| of.id).collect();
    if !member.is_empty() {
        return Ok(member);
    }
    let (former, addresses) = (standing::former(tx, person).await?, people::get(tx, person).await?);
    let mut claimed = Vec::new();
    for address in addresses.map(|person| person.addresses).unwrap_or_default() {
        let claimant = claimant(tx, &address).await?.filter(|of| !former.contains(of) && !claimed.contains(of));
        claimed.extend(claimant);
    }
    Ok(claimed)
}

/// The same for an address that the desk does not know.
pub async fn organizations_of_stranger(tx: &mut Tx, address: &str) -> Result<Vec<OrganizationId>> {
    Ok(claimant(tx, address).await?.into_iter().collect())
}

/// What a member's role denies them in an organization that they write a new request to; nothing is denied to others.
pub async fn denies(tx: &mut Tx, person: PersonId, organization: OrganizationId, permission: Permission) -> Result<bool> {
    let Some(role) = standing::role(tx, person, organization).await? else { return Ok(false) };
    Ok(!permissions(tx, role).await?.allow(permission))
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
