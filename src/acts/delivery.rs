//! What failed on its way out: on its ticket, and to the person who wrote it.

use super::act::{ActContext, Done};
use super::happened::Happened;
use super::notifications;
use super::post::{self, About};
use super::work::{Work, locked_ticket};
use crate::desk::entry::{EntryKind, Visibility};
use crate::desk::ids::OutboxId;
use crate::desk::notify;
use crate::desk::outbox::{Audience, Kind};
use crate::desk::people::Person;
use crate::letters::i18n::texts;
use crate::letters::staff::{self, Fact, Lost};
use crate::store::outbox::OutboxRow;
use crate::store::tickets::Ticket;
use crate::store::{Tx, entries, outbox, people, tickets};

/// Law 4: the failure of a mail is written on its ticket and reaches the person who wrote it.
pub(super) async fn undelivered(tx: &mut Tx, context: &ActContext<'_>, mail: OutboxId, answer: String) -> anyhow::Result<Done> {
    let row = outbox::get(tx, mail).await?.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} is gone"))?;
    let ticket_id = row.mail.ticket.ok_or_else(|| anyhow::anyhow!("outgoing mail {mail} belongs to no ticket"))?;
    let ticket = locked_ticket(tx, ticket_id).await?;
    let mut work = Work { context, ticket, author: None, inbox: None };
    let recipient = row.mail.recipient.clone();
    let lost = Lost { recipient, answer, state: row.state, tries: row.unknowns };
    let text = lost.on_the_ticket(texts(context.config.desk.language));
    work.add(tx, EntryKind::Delivery, Visibility::Internal, text).await?;
    tickets::update(tx, &work.ticket, context.now).await?;
    let to_staff = row.mail.audience == Audience::Staff;
    match author_of(tx, &row).await? {
        Some(author) => report_failure(tx, context, &work.ticket, &author, &lost).await?,
        // News of news that did not arrive stay on the ticket: else two dead addresses of the staff would report each
        // other's failure without end.
        None if to_staff && row.mail.entry.is_none() => {}
        None => {
            let unreachable = to_staff.then_some(row.mail.person);
            notifications::notify(tx, context, &work.ticket, unreachable, &Happened::internal(Fact::Undelivered(lost))).await?;
        }
    }
    Ok(Done { ticket: work.ticket.id, entry: None })
}

/// Who of the staff wrote what an undelivered mail carried; `None` where it was no answer of a person.
async fn author_of(tx: &mut Tx, mail: &OutboxRow) -> anyhow::Result<Option<Person>> {
    let (Some(ticket), Some(entry)) = (mail.mail.ticket, mail.mail.entry) else { return Ok(None) };
    if mail.mail.audience == Audience::Staff {
        return Ok(None);
    }
    let entry = entries::list(tx, ticket).await?.into_iter().find(|other| other.id == entry);
    let Some(author) = entry.and_then(|entry| entry.author) else { return Ok(None) };
    Ok(people::get(tx, author).await?.filter(|person| person.is_staff() && person.active))
}

/// "Your answer did not arrive", or may not have.
async fn report_failure(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    author: &Person,
    lost: &Lost,
) -> anyhow::Result<()> {
    let visibility = Visibility::Internal;
    let mut stationery = post::about(tx, context, ticket, author, visibility).await?;
    stationery.references = vec![ticket.thread_root.clone()];
    let draft = staff::failure(stationery, &ticket.number, lost)?;
    let draft = staff::mark(draft, &ticket.number, visibility, notify::Event::Failure);
    post::send(tx, context, Kind::Failure, author, Some(About { ticket, entry: None, visibility }), draft).await
}
