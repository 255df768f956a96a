//! A new reply address for a staff member whose old one outsiders have seen.

use super::{Scene, post};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::store::Tx;

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
///
/// # Errors
/// The database's.
pub async fn renew_reply_address(tx: &mut Tx, scene: &Scene<'_>, exposed: &Exposed) -> anyhow::Result<()> {
    post::renew(tx, scene, exposed).await
}
