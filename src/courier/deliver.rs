//! Emptying the outbox: claim and count, commit, send, record. A crash in between means the same bytes once more, never
//! none; one bad row never blocks the others.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::schedule::retry_at;
use super::{Outcome, Transport};
use crate::acts::{self, Act, Actor, Content, Scene};
use crate::config::Config;
use crate::crash;
use crate::desk::outbox::{Audience, Kind, State};
use crate::guest::{Guest, Reader};
use crate::mail::compose::{Draft, compose};
use crate::store::blobs::BlobHash;
use crate::store::outbox::OutboxRow;
use crate::store::{self, Dialect, Store, Tx, blobs, outbox, people};
use crate::time::{Chance, Clock, Timestamp};

/// How long a claimed mail is left to the node that claimed it.
const LEASE: Duration = Duration::from_mins(10);
/// How long the one mail at hand is left to it: longer than the server's patience with every step allows.
const SENDING: Duration = Duration::from_mins(45);
/// Pauses before what became of a mail is written down once more: a mail that left and is not recorded leaves again.
const RECORD_AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(2), Duration::from_secs(10)];
/// Mails claimed at once.
const BATCH: i64 = 10;
/// A pause after trouble of the database, before it is asked again how it is.
const BREATH: Duration = Duration::from_millis(500);
/// How often to look without being woken.
const TICK: Duration = Duration::from_secs(5);

/// What the courier works with.
#[derive(Debug, Clone)]
pub struct Courier {
    /// The desk.
    pub store: Store,
    /// Its configuration.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
}

/// Sends what is due until told to stop; `queued` wakes it.
pub async fn run(courier: Courier, mut transport: Transport, queued: Arc<tokio::sync::Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = courier.store.well() => {}
            () = stop.cancelled() => break,
        }
        let woken = queued.notified();
        match deliver_due(&courier, &mut transport, &stop).await {
            Ok(0) => {}
            Ok(_) => continue,
            // Said by the store, and waited for above.
            Err(error) if store::Trouble::within(&error).is_some_and(store::Trouble::lasts) => {
                tokio::time::sleep(BREATH).await;
                continue;
            }
            Err(error) => tracing::error!("the outbox could not be worked on, will try again: {error:#}"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
    transport.close().await;
}

/// Tries every mail that is due, at most one batch, and says how many.
///
/// # Errors
/// The database's; what a server says is recorded, not returned.
pub async fn deliver_due(courier: &Courier, transport: &mut Transport, stop: &CancellationToken) -> anyhow::Result<usize> {
    let now = courier.clock.now();
    let claimed =
        courier.store.write(move |tx| Box::pin(async move { Ok(outbox::claim(tx, now, now.plus(LEASE), BATCH).await?) })).await?;
    crash::point("claimed");
    let mut tried = 0;
    for row in claimed {
        if stop.is_cancelled() {
            // The lease runs out by itself; a mail that was not tried is only late.
            break;
        }
        tried += 1;
        let id = row.id.0;
        if let Err(error) = one(courier, transport, row, now.plus(LEASE)).await {
            // Without a database the others have to wait, too. Anything else is this mail's own trouble.
            if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_passing) {
                return Err(error);
            }
            tracing::error!(outbox = id, "an outgoing mail could not be worked on, will try again: {error:#}");
        }
    }
    Ok(tried)
}

/// One claimed mail, whose lease ends at `lease_end` unless it is taken anew.
async fn one(courier: &Courier, transport: &mut Transport, row: OutboxRow, lease_end: Timestamp) -> anyhow::Result<()> {
    // Slow mails before this one may have used the lease up, and another node may be at it. On SQLite there is none.
    if courier.store.dialect() == Dialect::Postgres {
        let (id, until) = (row.id, courier.clock.now().plus(SENDING));
        let renewed = courier.store.write(move |tx| Box::pin(async move { Ok(outbox::renew(tx, id, lease_end, until).await?) }));
        if !renewed.await? {
            return Ok(());
        }
    }
    let tried = attempt(courier, transport, &row).await?;
    crash::point("sent");
    for pause in RECORD_AGAIN {
        match record(courier, row.clone(), tried.clone()).await {
            Err(error) if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_passing) => {
                tokio::time::sleep(pause).await;
                // What has left must not leave again because the disk is full.
                courier.store.well().await;
            }
            done => return done,
        }
    }
    record(courier, row, tried).await
}

/// How a try ended, or that there was none.
#[derive(Clone)]
enum Tried {
    Ended(Outcome),
    Withdrawn,
}

async fn attempt(courier: &Courier, transport: &mut Transport, row: &OutboxRow) -> anyhow::Result<Tried> {
    let mut tx = courier.store.read().await?;
    if !may_leave(&mut tx, row).await? {
        return Ok(Tried::Withdrawn);
    }
    let bytes = match bytes(&mut tx, row).await {
        Ok(bytes) => bytes,
        // The database is away: that says nothing about the mail.
        Err(error) if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_passing) => return Err(error),
        Err(error) => return Ok(Tried::Ended(Outcome::Permanent(format!("{error:#}")))),
    };
    drop(tx);
    crash::point("composed");
    let mail = &row.mail;
    Ok(Tried::Ended(transport.send(mail.envelope_from.as_deref(), &mail.recipient, &mail.message_id, &bytes).await))
}

/// The guest boundary is asked once more: what has become internal since, or whose reader has left, stays here.
async fn may_leave(tx: &mut Tx, row: &OutboxRow) -> anyhow::Result<bool> {
    match (row.mail.audience, row.mail.ticket) {
        // Somebody who has left the staff since gets nothing internal any more.
        (Audience::Staff, _) => {
            let person = people::get(tx, row.mail.person).await?.filter(|person| person.active && person.is_staff());
            // A secret goes to no address that is no longer theirs.
            Ok(person.is_some_and(|person| !row.mail.kind.is_key() || person.addresses.contains(&row.mail.recipient)))
        }
        (Audience::Outsider, Some(ticket)) => {
            Ok(Reader::correspondent(row.mail.person).may_receive(tx, ticket, row.mail.entry).await?)
        }
        // A key to the door, and nothing else: only for who may still come in, at an address that is still theirs.
        (Audience::Outsider, None) if row.mail.kind.is_key() => {
            let guest = Guest::enter(tx, row.mail.person).await?;
            let person = people::get(tx, row.mail.person).await?;
            Ok(guest.is_some() && person.is_some_and(|person| person.addresses.contains(&row.mail.recipient)))
        }
        (Audience::Outsider, None) => Ok(false),
    }
}

async fn bytes(tx: &mut Tx, row: &OutboxRow) -> anyhow::Result<Vec<u8>> {
    let draft: Draft = serde_json::from_str(&row.mail.draft)?;
    let mut contents = Vec::with_capacity(draft.files.len());
    for file in &draft.files {
        contents.push(blobs::get(tx, &BlobHash(file.blob.clone())).await?);
    }
    Ok(compose(&draft, &contents)?)
}

async fn record(courier: &Courier, row: OutboxRow, tried: Tried) -> anyhow::Result<()> {
    let now = courier.clock.now();
    let (state, answer, due_at) = match tried {
        Tried::Withdrawn => (State::Withdrawn, "its reader may not read it any more".to_owned(), None),
        Tried::Ended(Outcome::Accepted(words)) => (State::Accepted, words, None),
        Tried::Ended(Outcome::Permanent(words)) => (State::Failed, words, None),
        Tried::Ended(Outcome::Temporary(words)) => match retry_at(row.created_at, row.attempts, now) {
            Some(due_at) => (State::Deferred, words, Some(due_at)),
            None => (State::Failed, words, None),
        },
    };
    if state != State::Accepted {
        tracing::warn!(outbox = row.id.0, state = state.as_str(), attempts = row.attempts, "an outgoing mail was not taken");
    }
    let inner = courier.clone();
    courier
        .store
        .write(move |tx| {
            Box::pin(async move {
                outbox::record(tx, row.id, state, &answer, due_at, now, &inner.chance).await?;
                if row.mail.kind.is_key() && state != State::Deferred {
                    // Only hashes of secrets are kept; the link is the reader's alone now.
                    let draft: Draft = serde_json::from_str(&row.mail.draft)?;
                    let draft = Draft { text: String::new(), ..draft };
                    outbox::redact(tx, row.id, &serde_json::to_string(&draft)?).await?;
                }
                if state == State::Failed && row.mail.kind == Kind::Claim {
                    let epoch = store::epoch(tx, now, &inner.chance).await?;
                    let scene = Scene { config: &inner.config, now, chance: &inner.chance, epoch };
                    acts::held::mail::question_failed(tx, &scene, &row, &answer).await?;
                }
                // What was withdrawn did not arrive either, and whoever wrote it has to know (law 4).
                let withdrawn = state == State::Withdrawn && row.mail.audience == Audience::Outsider;
                if (state == State::Failed || withdrawn) && row.mail.ticket.is_some() {
                    let epoch = store::epoch(tx, now, &inner.chance).await?;
                    let scene = Scene { config: &inner.config, now, chance: &inner.chance, epoch };
                    let act = Act::Undelivered { mail: row.id, answer };
                    acts::perform(tx, &scene, Actor::Nobody, act, Content::default()).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
