//! What the secrets in a mail's addresses lead to: a reply token, or a question of ours; and the end of a token that others
//! have seen. What such a token is worth says [`crate::intake::rules::token`].

use super::lookup::{outside_readers, ticket_state};
use crate::acts::{ActContext, Exposed};
use crate::desk::inbox::KeyPurpose;
use crate::desk::ticket::Category;
use crate::guest::Standing;
use crate::intake::case::{Question, Sender, TokenHit};
use crate::intake::rules::token::{is_live, secrets, stronger};
use crate::mail::Letter;
use crate::store::inbox::LedgerRow;
use crate::store::tickets::Ticket;
use crate::store::{Tx, entries, held, people, tickets, tokens};
use crate::time::Timestamp;

/// The reply token.
pub(super) async fn token(
    tx: &mut Tx,
    context: &ActContext<'_>,
    letter: &Letter,
    row: &LedgerRow,
) -> anyhow::Result<Option<TokenHit>> {
    let mut found = None;
    for secret in secrets(context.config, &row.origin.mailbox, letter) {
        let Some(token) = tokens::find(tx, &secret.hashed()).await? else { continue };
        let (person, ticket) = (people::get(tx, token.person).await?, tickets::get(tx, token.ticket).await?);
        let (Some(person), Some(ticket)) = (person, ticket) else { continue };
        let meaning = tickets::meaning(tx, &ticket).await?;
        let done = done_since(tx, &ticket, meaning.truth).await?;
        // An outsider's part may have ended since.
        let stands = person.is_staff() || Standing::of(tx, person.id, ticket.id).await?.corresponds();
        let hit = TokenHit {
            person: token.person,
            staff: person.is_staff(),
            ticket: token.ticket,
            channel: token.channel,
            seen: token.seen_ordinal,
            live: stands && is_live(&token, &context.epoch, person.active, done, context.now),
            state: ticket_state(meaning),
        };
        found = Some(stronger(found, hit));
    }
    Ok(found)
}

/// Since when a ticket has been done, by what its true status means; `None` where it is not.
async fn done_since(tx: &mut Tx, ticket: &Ticket, meaning: Category) -> anyhow::Result<Option<Timestamp>> {
    if meaning != Category::Done {
        return Ok(None);
    }
    Ok(Some(entries::status_changed(tx, ticket.id).await?.unwrap_or(ticket.created_at)))
}

/// The question about a held mail that this mail answers.
pub(super) async fn question(
    tx: &mut Tx,
    context: &ActContext<'_>,
    letter: &Letter,
    row: &LedgerRow,
) -> anyhow::Result<Option<Question>> {
    for secret in secrets(context.config, &row.origin.mailbox, letter) {
        let Some(key) = held::key(tx, KeyPurpose::Reply, &secret.hashed()).await? else { continue };
        let (person, inbox, round) = (key.person, key.inbox, key.round);
        return Ok(Some(Question { person, inbox, round, live: key.epoch == context.epoch && key.expires_at > context.now }));
    }
    Ok(None)
}

/// Ends a staff member's tokens for a ticket when one of them was seen beside outside recipients: together with a forged
/// From it would be their voice. Both channels, because the quoted notification names both addresses. They get a new one.
pub(in crate::intake) async fn end_exposed(
    tx: &mut Tx,
    context: &ActContext<'_>,
    sender: Sender,
    token: Option<TokenHit>,
    letter: &Letter,
) -> anyhow::Result<Option<Exposed>> {
    let (Sender::Staff(person), Some(token)) = (sender, token) else { return Ok(None) };
    if !token.speaks_for(person) {
        return Ok(None);
    }
    let seen_by = outside_readers(tx, context.config, letter).await?;
    if seen_by.is_empty() {
        return Ok(None);
    }
    tokens::end_on(tx, person, token.ticket, context.now).await?;
    Ok(Some(Exposed { person, ticket: token.ticket, channel: token.channel, seen_by }))
}

#[cfg(test)]
#[path = "reply_tests.rs"]
pub(super) mod tests;
