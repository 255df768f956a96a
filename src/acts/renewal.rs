//! A new reply address for a staff member whose old one outsiders have seen.

use super::post::{self, About};
use super::{ActContext, ticket};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::outbox::Kind;
use crate::letters::staff;
use crate::store::{Tx, people};

/// A reply address that people outside the staff have seen.
#[derive(Debug, Clone)]
pub struct Exposed {
    /// Whose it was.
    pub person: PersonId,
    /// For which ticket.
    pub ticket: TicketId,
    /// What a reply to it became.
    pub channel: Visibility,
    /// Who has seen it.
    pub seen_by: Vec<String>,
}

/// Gives a staff member a new reply address for a ticket, in a short letter that says why.
pub async fn renew_reply_address(tx: &mut Tx, context: &ActContext<'_>, exposed: &Exposed) -> anyhow::Result<()> {
    let person = people::get(tx, exposed.person).await?.filter(|person| person.active && person.is_staff());
    let Some(person) = person else { return Ok(()) };
    let (ticket, visibility) = (ticket(tx, exposed.ticket).await?, exposed.channel);
    let mut stationery = post::about(tx, context, &ticket, &person, visibility).await?;
    let note_address = match visibility {
        Visibility::Public => post::note_address(tx, context, &ticket, &person, &stationery).await?,
        Visibility::Internal => None,
    };
    stationery.references = vec![ticket.thread_root.clone()];
    let renewal = staff::Renewal {
        number: &ticket.number,
        title: &ticket.title,
        seen_by: &exposed.seen_by,
        internal: visibility == Visibility::Internal,
        note_address: note_address.as_deref(),
    };
    let draft = staff::renewal(stationery, &renewal)?;
    post::send(tx, context, Kind::Renewal, &person, Some(About { ticket: &ticket, entry: None, visibility }), draft).await
}
