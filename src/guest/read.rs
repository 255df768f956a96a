//! Reading on behalf of one outsider.

use super::standing::{Deed, Standing};
use super::types::{GuestTicket, Reading};
use super::visitor::Guest;
use crate::desk::ids::{EntryId, PersonId, TicketId};
use crate::desk::role::Permission;
use crate::store::public::entries as public;
use crate::store::{Result, Tx, people};

/// One outsider's view.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    person: PersonId,
}

impl Reader {
    /// The view of somebody who takes part in tickets by mail.
    #[must_use]
    pub fn correspondent(person: PersonId) -> Self {
        Self { person }
    }

    /// A ticket that this person takes part in; nonexistent and foreign are the same `None`. Who works on it is there only
    /// for guests whose role shows it: who may not sign in has no role, and when in doubt it is internal. `desk` is the desk's
    /// name, which nobody else goes by.
    pub async fn ticket(&self, tx: &mut Tx, id: TicketId, desk: &str) -> Result<Option<GuestTicket>> {
        if !Standing::of(tx, self.person, id).await?.may(Deed::Receive) {
            return Ok(None);
        }
        let Some(ticket) = public::ticket_of_correspondent(tx, self.person, id).await? else { return Ok(None) };
        let entries = public::entries(tx, id).await?;
        let guest = Guest::enter(tx, self.person).await?;
        let may =
            |permission| ticket.organization.is_some_and(|of| guest.as_ref().is_some_and(|guest| guest.may(of, permission)));
        let reading = Reading {
            reader: self.person,
            sees_assignee: may(Permission::SeeAssignee),
            writes_on_page: may(Permission::Comment),
        };
        let names = people::own_names(tx, desk).await?;
        Ok(Some(GuestTicket::new(ticket, entries, &names, reading)))
    }

    /// Whether they want news of this ticket by mail: asked again right before it leaves.
    pub async fn wants_news(&self, tx: &mut Tx, ticket: TicketId) -> Result<bool> {
        Ok(Standing::of(tx, self.person, ticket).await?.wants_news())
    }

    /// Whether a mail about this ticket and entry may still be handed to this person: asked again right before it
    /// leaves.
    pub async fn may_receive(&self, tx: &mut Tx, ticket: TicketId, entry: Option<EntryId>) -> Result<bool> {
        if !Standing::of(tx, self.person, ticket).await?.may(Deed::Receive) {
            return Ok(false);
        }
        match entry {
            Some(entry) => public::is_public(tx, entry).await,
            None => Ok(true),
        }
    }
}
