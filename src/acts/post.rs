//! How a mail is addressed and queued, in the transaction of the act that caused it. Who is told of what is not its
//! business.

use crate::mail::Address;
use std::borrow::Cow;

use super::act::ActContext;
use crate::config::Mailbox;
use crate::desk::entry::Visibility;
use crate::desk::ids::{EntryId, OutboxId, PersonId};
use crate::desk::names::OwnNames;
use crate::desk::outbox::{Audience, Kind};
use crate::desk::people::{Person, domain};
use crate::desk::secret::Plain;
use crate::letters::{self, Stationery};
use crate::mail::compose::Draft;
use crate::store::outbox::Queued;
use crate::store::tickets::Ticket;
use crate::store::tokens::{Reference, Token};
use crate::store::{Tx, outbox, people, tokens, unsubscribe};

/// Message-IDs that a mail to outsiders refers to at most, and the length of each.
const ANCESTORS: usize = 20;
const LONGEST_ID: usize = 250;

/// What a mail is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) entry: Option<EntryId>,
    pub(super) visibility: Visibility,
}

/// A fresh Message-ID of a mailbox: random, so that it can be a reply token where plus-addressing is off.
pub(super) fn message_id(context: &ActContext<'_>, mailbox: &Mailbox) -> String {
    format!("{}@{}", context.rng.secret(), domain(&mailbox.address))
}

/// The mailbox's address with a secret in it.
pub(super) fn plus(mailbox: &Mailbox, secret: &Plain) -> String {
    let (local, domain) = mailbox.address.split_once('@').unwrap_or((&mailbox.address, ""));
    format!("{local}+{}@{domain}", secret.expose())
}

/// The time zone in which a person reads days and hours.
pub(super) fn zone<'a>(context: &'a ActContext<'_>, person: &'a Person) -> &'a str {
    person.time_zone.as_deref().unwrap_or(&context.config.desk.time_zone)
}

/// Paper for a mail from this mailbox to this person; nothing on it answers to a ticket.
pub(super) fn plain(context: &ActContext<'_>, mailbox: &Mailbox, person: &Person) -> Stationery {
    let name = if person.is_staff() { &person.name } else { person.name_for_outsiders() };
    let language = person.reads().unwrap_or(context.config.desk.language);
    Stationery {
        desk: context.config.desk.name.clone(),
        display_name: context.config.display_name.clone(),
        address: mailbox.address.clone(),
        to: Address { name: Some(name.to_owned()).filter(|name| !name.is_empty()), address: person.address().to_owned() },
        cc: Vec::new(),
        language,
        reply_to: None,
        message_id: message_id(context, mailbox),
        references: Vec::new(),
        link: None,
        by_link: Vec::new(),
        unsubscribe: None,
        at: context.now,
        footer: if person.is_staff() { Vec::new() } else { letters::footer(&context.config.face, language) },
    }
}

/// Somebody outside the staff as mails address them: a name that reads like one of ours stays away.
pub(super) fn addressed(names: &OwnNames, person: &Person) -> Address {
    let name = names.fit(person.name_for_outsiders()).map(Cow::into_owned);
    Address { name, address: person.address().to_owned() }
}

/// Paper for a mail about a ticket, whose answers come back on this channel.
pub(super) async fn about(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
    channel: Visibility,
) -> anyhow::Result<Stationery> {
    let mailbox = context.mailbox(&ticket.mailbox)?;
    let mut stationery = plain(context, mailbox, person);
    if !person.is_staff() {
        stationery.to = addressed(&people::own_names(tx, &context.config.desk.name).await?, person);
    }
    stationery.reply_to = reply_address(tx, context, mailbox, ticket, person.id, channel, &stationery.message_id).await?;
    Ok(stationery)
}

/// Paper for an outsider's mail about a ticket: in the thread that they have, with a link where they may follow it.
pub(super) async fn outside(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
) -> anyhow::Result<Stationery> {
    let mut stationery = about(tx, context, ticket, person, Visibility::Public).await?;
    stationery.references = ancestors(tx, ticket).await?;
    stationery.link = link(tx, context, ticket, person.id).await?;
    Ok(stationery)
}

/// Where an internal note about a ticket goes instead of the reply address; `None` where plus-addressing is off and the
/// tag is the only way.
pub(super) async fn note_address(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
    stationery: &Stationery,
) -> anyhow::Result<Option<String>> {
    let mailbox = context.mailbox(&ticket.mailbox)?;
    if !mailbox.plus_addressing {
        return Ok(None);
    }
    reply_address(tx, context, mailbox, ticket, person.id, Visibility::Internal, &stationery.message_id).await
}

/// A new reply address of this person for this ticket and channel; where plus-addressing is off, the mail's random
/// Message-ID is bound instead and there is no address of its own.
async fn reply_address(
    tx: &mut Tx,
    context: &ActContext<'_>,
    mailbox: &Mailbox,
    ticket: &Ticket,
    person: PersonId,
    channel: Visibility,
    message_id: &str,
) -> anyhow::Result<Option<String>> {
    let token = Token {
        person,
        ticket: ticket.id,
        channel,
        seen_ordinal: ticket.last_ordinal,
        epoch: context.epoch.clone(),
        created_at: context.now,
        ended_at: None,
    };
    if !mailbox.plus_addressing {
        tokens::insert(tx, &Plain::given(message_id).hashed(), &token).await?;
        return Ok(None);
    }
    let secret = Plain::short(context.rng);
    tokens::insert(tx, &secret.hashed(), &token).await?;
    Ok(Some(plus(mailbox, &secret)))
}

/// The outsiders' mails that an answer refers to: the first and the latest, as many and as long as any server lets pass
/// (RFC 5322 section 2.1.1 ends a line at 998).
async fn ancestors(tx: &mut Tx, ticket: &Ticket) -> anyhow::Result<Vec<String>> {
    let mut ids = tokens::public_thread(tx, ticket.id).await?;
    ids.retain(|id| id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic()));
    if ids.len() > ANCESTORS {
        ids.drain(1..=ids.len() - ANCESTORS);
    }
    Ok(ids)
}

/// Where the ticket stands, for whoever may sign in and see it there; nobody else is shown a door that stays closed.
async fn link(tx: &mut Tx, context: &ActContext<'_>, ticket: &Ticket, person: PersonId) -> anyhow::Result<Option<String>> {
    let Some(web) = &context.config.web else { return Ok(None) };
    let may = crate::guest::tickets::may_open(tx, person, &ticket.number).await?;
    Ok(may.then(|| format!("{}/{}/{}", web.base_url, ticket.number.project, ticket.number.number)))
}

/// The path of the link by which a reader wants no more mail.
#[must_use]
pub fn unsubscribe_path(secret: &Plain) -> String {
    format!("/unsubscribe/{}", secret.expose())
}

/// Where the reader of a mail about a ticket wants no more of them: a new link, known to nobody else. Programs offer it only
/// where it goes through TLS (RFC 8058 section 3.1). Who asked gets none: it is the answer to their question.
pub(super) async fn unsubscribe(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
) -> anyhow::Result<Option<String>> {
    let web = context.config.web.as_ref().filter(|web| web.is_https() && ticket.requester != Some(person.id));
    let Some(web) = web else { return Ok(None) };
    let secret = Plain::long(context.rng);
    unsubscribe::insert(tx, &secret.hashed(), person.id, ticket.id, context.now).await?;
    Ok(Some(format!("{}{}", web.base_url, unsubscribe_path(&secret))))
}

/// Queues a mail.
pub(super) async fn send(
    tx: &mut Tx,
    context: &ActContext<'_>,
    kind: Kind,
    person: &Person,
    about: Option<About<'_>>,
    draft: Draft,
) -> anyhow::Result<()> {
    queue(tx, context, kind, person, about, draft).await.map(|_| ())
}

/// The same, and says which one it is.
pub(super) async fn queue(
    tx: &mut Tx,
    context: &ActContext<'_>,
    kind: Kind,
    person: &Person,
    about: Option<About<'_>>,
    draft: Draft,
) -> anyhow::Result<OutboxId> {
    if let Some(About { ticket, entry, visibility }) = about {
        let reference = Reference { ticket: ticket.id, entry, visibility, ours: true };
        tokens::refer(tx, &draft.message_id, &reference, context.now, context.rng).await?;
    }
    // Automatic mail has no return path: nobody answers it, nobody reports on it (RFC 3834 section 3.3). A person's
    // words have one, so that their failure comes back.
    let automatic = matches!(kind, Kind::Acknowledgement | Kind::TooLarge) || (kind == Kind::CommandReply && !person.is_staff());
    let envelope_from = (!automatic).then(|| draft.from.address.clone());
    let queued = Queued {
        kind,
        audience: if person.is_staff() { Audience::Staff } else { Audience::Outsider },
        person: person.id,
        recipient: person.address().to_owned(),
        envelope_from,
        message_id: draft.message_id.clone(),
        ticket: about.map(|about| about.ticket.id),
        entry: about.and_then(|about| about.entry),
        draft: serde_json::to_string(&draft)?,
    };
    Ok(outbox::queue(tx, &queued, context.now, context.rng).await?)
}
