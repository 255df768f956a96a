//! Whether somebody gets mail about a ticket: their own word, by the link in a mail's head (RFC 8058) or on a page. What a
//! correspondent wants is written on the ticket for the staff, who would wonder why nobody answers.

use super::act::ActContext;
pub use super::post::unsubscribe_path as path;
use super::work::{Work, locked_ticket};
use crate::desk::entry::{Change, Field, Visibility};
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::people::Person;
use crate::desk::secret::Hashed;
use crate::desk::ticket::TicketNumber;
use crate::guest::Reader;
use crate::store::{Tx, people, tickets, unsubscribe};

/// What a link in a mail's head is about, as its reader may see it.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Whose mails.
    pub person: Person,
    /// The ticket's number.
    pub number: TicketNumber,
    /// What it is about.
    pub title: String,
    /// Whether they want none.
    pub muted: bool,
    ticket: TicketId,
}

/// What a secret is about; `None` for one that is none, and where its reader gets no mail about that ticket anyway.
pub async fn subscription(tx: &mut Tx, desk: &str, secret: &Hashed) -> anyhow::Result<Option<Subscription>> {
    let Some((person, ticket)) = unsubscribe::find(tx, secret).await? else { return Ok(None) };
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active) else { return Ok(None) };
    let seen = match person.is_staff() {
        true => tickets::get(tx, ticket).await?.map(|ticket| (ticket.number, ticket.title)),
        false => {
            let seen = Reader::correspondent(person.id).ticket(tx, ticket, desk).await?;
            seen.map(|seen| (seen.number().clone(), seen.face().title().to_owned()))
        }
    };
    let Some((number, title)) = seen else { return Ok(None) };
    let muted = tickets::muted(tx, ticket).await?.contains(&person.id);
    Ok(Some(Subscription { person, number, title, muted, ticket }))
}

/// Does what a reader says behind their link; `None` as for [`subscription`].
pub async fn decide(tx: &mut Tx, context: &ActContext<'_>, secret: &Hashed, muted: bool) -> anyhow::Result<Option<Subscription>> {
    let Some(found) = subscription(tx, &context.config.desk.name, secret).await? else { return Ok(None) };
    mute(tx, context, found.ticket, &found.person, muted).await?;
    Ok(Some(Subscription { muted, ..found }))
}

/// Stops the mails about a ticket for somebody, or starts them again.
pub async fn mute(tx: &mut Tx, context: &ActContext<'_>, ticket: TicketId, person: &Person, muted: bool) -> anyhow::Result<()> {
    let ticket = locked_ticket(tx, ticket).await?;
    if tickets::muted(tx, ticket.id).await?.contains(&person.id) == muted {
        return Ok(());
    }
    let mut work = Work { context, ticket, author: Some(person.id), inbox: None };
    switch(tx, &mut work, person, muted).await?;
    Ok(tickets::update(tx, &work.ticket, context.now).await?)
}

/// Whoever writes to a ticket takes part in it again.
pub(super) async fn written(tx: &mut Tx, work: &mut Work<'_>, writer: PersonId) -> anyhow::Result<()> {
    if !tickets::muted(tx, work.ticket.id).await?.contains(&writer) {
        return Ok(());
    }
    match people::get(tx, writer).await? {
        Some(person) => switch(tx, work, &person, false).await,
        None => Ok(()),
    }
}

async fn switch(tx: &mut Tx, work: &mut Work<'_>, person: &Person, muted: bool) -> anyhow::Result<()> {
    tickets::mute(tx, work.ticket.id, person.id, muted, work.context.now).await?;
    if !person.is_staff() {
        let who = Some(person.id.to_string());
        let (from, to) = if muted { (who, None) } else { (None, who) };
        work.changed(tx, Visibility::Internal, Change { field: Field::Mails, from, to }).await?;
    }
    Ok(())
}
