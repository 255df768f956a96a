//! One try: whether the mail may still leave, its bytes, and the server's word on it.

use tokio_util::sync::CancellationToken;

use super::lines::canonical;
use super::outcome::{Courier, SendOutcome};
use super::transport::Transport;
use crate::crash;
use crate::desk::outbox::{Audience, Kind};
use crate::guest::{Guest, Reader};
use crate::mail::compose::{Draft, compose};
use crate::store::blobs::BlobHash;
use crate::store::outbox::OutboxRow;
use crate::store::public::entries as public;
use crate::store::{self, Trouble, Tx, blobs, people};
use crate::time::Timestamp;

/// How a try ended, or that there was none.
#[derive(Debug, Clone)]
pub(super) enum Tried {
    Ended(SendOutcome),
    /// It is not for its reader any more, for this reason.
    Withdrawn(&'static str),
    /// Nothing was sent, and that says nothing about the mail.
    Not,
}

/// Tries one mail; `cut` ends it at once.
pub(super) async fn attempt(courier: &Courier, way: &mut Transport, row: &OutboxRow, cut: &CancellationToken) -> Tried {
    let bytes = match prepared(courier, row).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(reason)) => return Tried::Withdrawn(reason),
        // The database is away: that says nothing about the mail.
        Err(error) if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_passing) => {
            // What lasts is said by the store.
            if !Trouble::within(&error).is_some_and(Trouble::lasts) {
                tracing::error!("outgoing mail could not be read, will try again: {error:#}");
            }
            return Tried::Not;
        }
        Err(error) => return Tried::Ended(SendOutcome::Permanent(format!("{error:#}"))),
    };
    crash::point("composed");
    let mail = &row.mail;
    let sent = tokio::select! {
        outcome = way.send(mail.envelope_from.as_deref(), &mail.recipient, &mail.message_id, &bytes) => Some(outcome),
        () = cut.cancelled() => None,
    };
    match sent {
        Some(outcome) => Tried::Ended(outcome),
        None if way.may_have_left() => Tried::Ended(SendOutcome::Unknown(
            "the desk was stopped while the server had the mail and had not answered".to_owned(),
        )),
        None => Tried::Not,
    }
}

/// The bytes of a mail, or why it does not leave any more.
async fn prepared(courier: &Courier, row: &OutboxRow) -> anyhow::Result<Result<Vec<u8>, &'static str>> {
    let mut tx = courier.store.read().await?;
    if !may_leave(&mut tx, row).await? {
        return Ok(Err("its reader may not read it any more"));
    }
    if !is_wanted(&mut tx, row).await? {
        return Ok(Err("its reader has switched such mails off and reads it on the page"));
    }
    let draft: Draft = serde_json::from_str(&row.mail.draft)?;
    let mut contents = Vec::with_capacity(draft.files.len());
    for file in &draft.files {
        contents.push(blobs::get(&mut tx, &BlobHash(file.blob.clone())).await?);
    }
    drop(tx);
    Ok(Ok(signed(courier, row, &draft, &compose(&draft, &contents)?)))
}

/// The bytes as they leave, with the signatures of the keys for the domain that they are from. As nothing in them but the
/// draft and the keys goes into them, each try sends the same.
fn signed(courier: &Courier, row: &OutboxRow, draft: &Draft, composed: &[u8]) -> Vec<u8> {
    // A signature holds only for line ends as they leave.
    let mail = canonical(composed);
    let at = Timestamp::from_micros(draft.date);
    let mut bytes = Vec::with_capacity(mail.len());
    for key in courier.config.dkim.iter().filter(|key| key.signer.aligns(&draft.from.address)) {
        match key.signer.sign(&mail, at) {
            Some(field) => bytes.extend_from_slice(field.as_bytes()),
            // It may arrive all the same, and if not, its author hears of it.
            None => {
                tracing::error!(outbox = row.id.0, key = key.signer.record_name(), "an outgoing mail leaves without a signature")
            }
        }
    }
    bytes.extend_from_slice(&mail);
    bytes
}

/// A setting takes effect at once, also on mails that wait.
async fn is_wanted(tx: &mut Tx, row: &OutboxRow) -> anyhow::Result<bool> {
    match (row.mail.audience, row.mail.ticket) {
        (Audience::Outsider, Some(ticket)) if row.mail.kind.is_news() => {
            Ok(Reader::correspondent(row.mail.person).wants_news(tx, ticket).await?)
        }
        _ => Ok(true),
    }
}

/// The guest boundary is asked once more: what has become internal since, or whose reader has left, stays here.
async fn may_leave(tx: &mut Tx, row: &OutboxRow) -> anyhow::Result<bool> {
    match (row.mail.audience, row.mail.ticket) {
        // Somebody who has left the staff since gets nothing internal any more.
        (Audience::Staff, _) => {
            let person = people::get(tx, row.mail.person).await?.filter(|person| person.active && person.is_staff());
            // A secret goes to no address that is no longer theirs.
            Ok(person.is_some_and(|person| !row.mail.kind.is_for_own_address() || person.addresses.contains(&row.mail.recipient)))
        }
        (Audience::Outsider, Some(ticket)) => {
            let may = Reader::correspondent(row.mail.person).may_receive(tx, ticket, row.mail.entry).await?;
            // It may tell of several comments.
            Ok(may && public::is_all_public(tx, row.id).await?)
        }
        // A key to the door, and nothing else: only for who may still come in, at an address that is still theirs.
        (Audience::Outsider, None) if row.mail.kind.is_key() => {
            let guest = Guest::enter(tx, row.mail.person).await?;
            let person = people::get(tx, row.mail.person).await?;
            Ok(guest.is_some() && person.is_some_and(|person| person.addresses.contains(&row.mail.recipient)))
        }
        // A fixed text about a mail of their own.
        (Audience::Outsider, None) if matches!(row.mail.kind, Kind::TooLarge | Kind::CommandReply) => {
            let person = people::get(tx, row.mail.person).await?.filter(|person| person.active && !person.is_staff());
            Ok(person.is_some_and(|person| person.addresses.contains(&row.mail.recipient)))
        }
        (Audience::Outsider, None) => Ok(false),
    }
}
