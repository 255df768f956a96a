//! On which tickets somebody stands whose membership or person has come to an end, and taking them off.

use serde::Serialize;

use super::OpenDesk;
use crate::acts::{Act, ActContext, Actor, Content, Update, perform};
use crate::desk::ids::OrganizationId;
use crate::desk::people::Person;
use crate::desk::ticket::TicketNumber;
use crate::store::{self, Tx, standing};

/// Tickets that are named in words at most; programs get all of them.
const NAMED: usize = 12;

/// A ticket as commands show it here.
#[derive(Debug, Serialize)]
pub(super) struct View {
    number: TicketNumber,
    /// `requester` or `participant`.
    part: &'static str,
}

/// Where somebody stands, and whether they were taken off there.
#[derive(Debug, Serialize)]
pub(super) struct Stands {
    tickets: Vec<View>,
    taken_off: bool,
}

/// Finds the tickets of a contact, of one organization or of all, and takes them off where that is wanted. Nobody is told: it
/// is not news of any of these tickets.
pub(super) async fn of(
    tx: &mut Tx,
    desk: &OpenDesk,
    person: &Person,
    organization: Option<OrganizationId>,
    take_off: bool,
) -> anyhow::Result<Stands> {
    let stands = if person.is_staff() { Vec::new() } else { standing::stands(tx, person.id, organization).await? };
    if take_off {
        let now = desk.clock.now();
        let epoch = store::epoch(tx, now, &desk.rng).await?;
        let context = ActContext { config: &desk.config, now, rng: &desk.rng, epoch };
        for stand in &stands {
            let update = Update { remove: Some(person.id), quiet: true, ..Update::of(stand.ticket) };
            perform(tx, &context, Actor::Nobody, Act::Update(update), Content::default()).await?;
        }
    }
    let view =
        |stand: standing::Stand| View { number: stand.number, part: if stand.requester { "requester" } else { "participant" } };
    Ok(Stands { tickets: stands.into_iter().map(view).collect(), taken_off: take_off })
}

impl Stands {
    /// The same in words; empty where there are no tickets. `what` says which mails they get no longer, `remedy` is the
    /// command that takes them off.
    pub(super) fn render(&self, what: &str, remedy: &str) -> String {
        if self.tickets.is_empty() {
            return String::new();
        }
        let mut named: Vec<String> =
            self.tickets.iter().take(NAMED).map(|view| format!("{} ({})", view.number, view.part)).collect();
        if self.tickets.len() > NAMED {
            named.push(format!("and {} more", self.tickets.len() - NAMED));
        }
        let named = named.join(", ");
        match self.taken_off {
            true => format!("\nTaken off: {named}."),
            false => format!("\nStill on {named}. {what}\nTo take them off: `{remedy}`."),
        }
    }
}
