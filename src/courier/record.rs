//! What follows from a try: the mail's next state, who is told that it did not arrive, and which secrets of it are kept.

use super::attempt::Tried;
use super::masked::{domain, masked};
use super::outcome::{Courier, SendOutcome};
use super::schedule;
use super::schedule::follows;
use crate::acts::{self, Act, ActContext, Actor, Content};
use crate::desk::outbox::{Audience, Kind, State};
use crate::mail::compose::Draft;
use crate::store::outbox::{Ended, OutboxRow};
use crate::store::{self, Tx, lease, outbox, tickets};
use crate::time::Timestamp;

/// Drafts looked at in one transaction for what is not to be kept.
const DRAFTS: i64 = 200;

/// A mail that was not taken, as the log says it.
#[derive(Debug)]
pub(super) struct NotTaken {
    id: i64,
    state: State,
    attempts: i64,
    domain: String,
    ticket: String,
    answer: String,
}

impl NotTaken {
    /// For the log, after the commit.
    pub(super) fn say(&self) {
        let Self { id, state, attempts, domain, ticket, answer } = self;
        let state = state.as_str();
        tracing::warn!(outbox = id, state, attempts, domain, ticket, answer, "an outgoing mail was not taken");
    }
}

/// Writes down how a try ended, and does what follows from it.
pub(super) async fn record(tx: &mut Tx, courier: &Courier, row: &OutboxRow, tried: &Tried) -> anyhow::Result<Option<NotTaken>> {
    let now = courier.clock.now();
    let shared = lease::shared_now(tx, &courier.clock).await?;
    let ended = match tried {
        Tried::Not => {
            outbox::unclaim(tx, row.id, row.attempts).await?;
            return Ok(None);
        }
        Tried::Withdrawn(reason) => ended(State::Withdrawn, reason, None),
        Tried::Ended(outcome) => {
            let (state, due_at) = follows(outcome, row.created_at, row.attempts, row.unknowns, shared);
            let unknown = matches!(outcome, SendOutcome::Unknown(_));
            Ended { unknown, ..ended(state, outcome.words(), due_at) }
        }
    };
    let kept = if ended.state.is_waiting() { None } else { Some(without_secrets(row, ended.state)?).flatten() };
    let ended = Ended { kept, ..ended };
    if !outbox::record(tx, row.id, row.attempts, &ended, now, &courier.rng).await? {
        tracing::debug!(outbox = row.id.0, "another has taken over this outgoing mail, or it has its end");
        return Ok(None);
    }
    if ended.state == State::Accepted {
        return Ok(None);
    }
    if !ended.state.is_waiting() {
        let epoch = store::epoch(tx, now, &courier.rng).await?;
        let context = ActContext { config: &courier.config, now, rng: &courier.rng, epoch };
        tell(tx, &context, row, ended.state, &ended.answer).await?;
    }
    let ticket = match row.mail.ticket {
        Some(ticket) => tickets::get(tx, ticket).await?.map(|ticket| ticket.number.to_string()),
        None => None,
    };
    Ok(Some(NotTaken {
        id: row.id.0,
        state: ended.state,
        attempts: row.attempts,
        domain: domain(&row.mail.recipient).to_owned(),
        ticket: ticket.unwrap_or_default(),
        answer: masked(&ended.answer),
    }))
}

/// Writes down a try whose consequences cannot be: it is tried again, so that nothing ends unseen.
pub(super) async fn postpone(tx: &mut Tx, courier: &Courier, row: &OutboxRow, error: &str) -> anyhow::Result<()> {
    let shared = lease::shared_now(tx, &courier.clock).await?;
    let ended = ended(State::Deferred, error, Some(schedule::later(row.attempts, shared)));
    outbox::record(tx, row.id, row.attempts, &ended, courier.clock.now(), &courier.rng).await?;
    Ok(())
}

fn ended(state: State, answer: &str, due_at: Option<Timestamp>) -> Ended {
    Ended { state, answer: answer.to_owned(), due_at, unknown: false, kept: None }
}

/// Law 4: what did not arrive, or may not have, is told to whoever wrote it.
async fn tell(tx: &mut Tx, context: &ActContext<'_>, row: &OutboxRow, state: State, answer: &str) -> anyhow::Result<()> {
    let lost = matches!(state, State::Failed | State::Unknown | State::Dropped);
    if lost && row.mail.kind.tells_of_held() {
        acts::held::notice::not_delivered(tx, context, row, answer).await?;
    }
    // What was withdrawn did not arrive either, and whoever wrote it has to know.
    let withdrawn = state == State::Withdrawn && row.mail.audience == Audience::Outsider;
    if (lost || withdrawn) && row.mail.ticket.is_some() {
        let act = Act::Undelivered { mail: row.id, answer: answer.to_owned() };
        acts::perform(tx, context, Actor::Nobody, act, Content::default()).await?;
    }
    Ok(())
}

/// Takes a mail out that is not to be sent any more; whoever wrote it is told as of a failure, unless they have been.
///
/// # Errors
/// The database's, or that of the letter.
pub async fn take_out(tx: &mut Tx, context: &ActContext<'_>, row: &OutboxRow) -> anyhow::Result<()> {
    let answer = row.answer.as_deref().unwrap_or_default();
    outbox::end(tx, row.id, State::Dropped, answer, context.now, context.rng).await?;
    if let Some(kept) = without_secrets(row, State::Dropped)? {
        outbox::redact(tx, row.id, &kept).await?;
    }
    if row.state.is_waiting() { tell(tx, context, row, State::Dropped, answer).await } else { Ok(()) }
}

/// What is kept of the draft of a mail that has reached `state`; `None` where it stays as it is, since it may be sent once
/// more. Only hashes of secrets are kept: a link is the reader's alone, and so is the address that speaks in their name.
/// The text stays, quotes of it are recognised by it.
fn without_secrets(row: &OutboxRow, state: State) -> anyhow::Result<Option<String>> {
    let key = row.mail.kind.is_key();
    if state.can_be_retried() && !key {
        return Ok(None);
    }
    let mut draft: Draft = serde_json::from_str(&row.mail.draft)?;
    draft.hide_reply_addresses();
    if key {
        draft.text = String::new();
        draft.html = None;
    }
    // Its code stands there, too.
    if row.mail.kind == Kind::SignIn {
        draft.subject = String::new();
    }
    Ok(Some(serde_json::to_string(&draft)?))
}

/// Takes the secrets out of drafts that are not sent again and came to their end otherwise: by a report that they came
/// back, or under an earlier version. How many; the next call goes on.
pub(super) async fn tidy(courier: &Courier) -> store::Result<usize> {
    let work = courier.store.write(|tx| {
        Box::pin(async move {
            let rows = outbox::with_secrets(tx, DRAFTS).await?;
            for row in &rows {
                // What is no draft holds no address to speak with.
                let kept = without_secrets(row, row.state).ok().flatten();
                outbox::redact(tx, row.id, kept.as_deref().unwrap_or(&row.mail.draft)).await?;
            }
            Ok(rows.len())
        })
    });
    work.await
}
