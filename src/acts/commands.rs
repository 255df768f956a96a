//! What commands in mails are answered with, and what they do beyond one act: letting an address take part. What they mean
//! is decided in `intake`.

use super::held;
use super::{Act, ActContext, Actor, Content, Update, perform, post};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::outbox::Kind;
use crate::desk::people::Person;
use crate::guest::{Deed, Reader, Standing};
use crate::letters::commands::{self as letter, Row, Transcript};
use crate::letters::outsider::{self, Asked};
use crate::store::{Tx, people, tickets};

/// Lets an address take part in a ticket: its contact, or a new one. Nothing happens for anybody who works here or is
/// switched off.
pub async fn invite(tx: &mut Tx, context: &ActContext<'_>, actor: Actor, ticket: TicketId, address: &str) -> anyhow::Result<()> {
    let person = match people::by_address(tx, address).await? {
        Some(person) if person.is_staff() || !person.active => return Ok(()),
        Some(person) => person.id,
        None => {
            let person = Person::contact(PersonId(context.rng.id()), String::new(), address.to_owned());
            people::insert(tx, &person, context.now).await?;
            person.id
        }
    };
    let act = Act::Update(Update { invite: Some(person), ..Update::of(ticket) });
    perform(tx, context, actor, act, Content::default()).await?;
    Ok(())
}

/// Lets an address take part in a ticket no longer.
pub async fn take_off(
    tx: &mut Tx,
    context: &ActContext<'_>,
    actor: Actor,
    ticket: TicketId,
    address: &str,
) -> anyhow::Result<()> {
    let Some(person) = people::by_address(tx, address).await?.filter(|person| !person.is_staff()) else { return Ok(()) };
    let act = Act::Update(Update { remove: Some(person.id), ..Update::of(ticket) });
    perform(tx, context, actor, act, Content::default()).await?;
    Ok(())
}

/// Tells a member of staff what became of their commands. A reply to it goes where a reply to the notification went, for
/// `channel`; without a ticket, to the mailbox.
pub async fn transcript(
    tx: &mut Tx,
    context: &ActContext<'_>,
    (person, ticket, mailbox): (PersonId, Option<TicketId>, &str),
    channel: Visibility,
    mut transcript: Transcript,
) -> anyhow::Result<()> {
    let Some(person) = staff(tx, person).await? else { return Ok(()) };
    let found = match ticket {
        Some(ticket) => tickets::get(tx, ticket).await?,
        None => None,
    };
    let Some(ticket) = found else {
        let draft = letter::transcript(post::plain(context, context.mailbox(mailbox)?, &person), &transcript)?;
        return post::send(tx, context, Kind::CommandReply, &person, None, draft).await;
    };
    transcript.number = Some(ticket.number.to_string());
    transcript.readers = held::readers(tx, &context.config.desk.name, Some(ticket.id)).await?;
    let mut stationery = post::about(tx, context, &ticket, &person, channel).await?;
    stationery.references = vec![ticket.thread_root.clone()];
    let draft = letter::transcript(stationery, &transcript)?;
    let about = post::About { ticket: &ticket, entry: None, visibility: channel };
    post::send(tx, context, Kind::CommandReply, &person, Some(about), draft).await
}

/// Sends a member of staff the table of commands, in their language.
pub async fn help(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    mailbox: &str,
    rows: impl FnOnce(crate::desk::people::Language) -> Vec<Row>,
) -> anyhow::Result<()> {
    let Some(person) = staff(tx, person).await? else { return Ok(()) };
    let stationery = post::plain(context, context.mailbox(mailbox)?, &person);
    let rows = rows(stationery.language);
    let draft = letter::help(stationery, &rows)?;
    post::send(tx, context, Kind::CommandReply, &person, None, draft).await
}

/// Answers a customer's word about a ticket, out of what the guest boundary gives. Nothing for a ticket of which they see
/// nothing.
pub async fn guest(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    ticket: TicketId,
    asked: Asked,
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && !person.is_staff()) else { return Ok(()) };
    let Some(seen) = Reader::correspondent(person.id).ticket(tx, ticket, &context.config.desk.name).await? else { return Ok(()) };
    if seen.entries().is_empty() {
        return Ok(());
    }
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    let may_close = Standing::of(tx, person.id, ticket.id).await?.may(Deed::Close);
    let stationery = post::outside(tx, context, &ticket, &person).await?;
    let draft = outsider::standing(stationery, &seen, asked, may_close, post::zone(context, &person))?;
    let about = post::About { ticket: &ticket, entry: None, visibility: Visibility::Public };
    post::send(tx, context, Kind::CommandReply, &person, Some(about), draft).await
}

/// Tells a customer that their role does not let them close a ticket, and how it is closed nevertheless. Of the ticket there
/// is nothing in it but the number by which they named it: they need not take part.
pub async fn may_not_close(tx: &mut Tx, context: &ActContext<'_>, person: PersonId, ticket: TicketId) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && !person.is_staff()) else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    let mut stationery = post::plain(context, context.mailbox(&ticket.mailbox)?, &person);
    stationery.to = post::addressed(&people::own_names(tx, &context.config.desk.name).await?, &person);
    let draft = outsider::may_not_close(stationery, &ticket.number.to_string())?;
    post::send(tx, context, Kind::CommandReply, &person, None, draft).await
}

async fn staff(tx: &mut Tx, person: PersonId) -> anyhow::Result<Option<Person>> {
    Ok(people::get(tx, person).await?.filter(|person| person.active && person.is_staff()))
}
