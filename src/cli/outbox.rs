//! `postroom outbox`: outgoing mail.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, refuse};
use crate::acts::ActContext;
use crate::courier::{schedule, take_out};
use crate::desk::ids::OutboxId;
use crate::desk::outbox::{Kind, State};
use crate::desk::people::domain;
use crate::desk::ticket::TicketNumber;
use crate::store::outbox::{self, OutboxRow, Pause};
use crate::store::{self, Tx, lease, tickets};
use crate::time::{Rng, Timestamp};

/// What can be done with outgoing mail.
#[derive(Debug, Subcommand)]
pub enum Outboxes {
    /// List outgoing mail, one row for each recipient, with the next server's last words.
    #[command(after_help = "Example:\n  postroom outbox list --waiting\n  postroom outbox list --json")]
    List {
        /// Only mails that are still to be delivered.
        #[arg(long)]
        waiting: bool,
    },
    /// Try mails again at once: one that waits, failed or may have arrived, or all that were put off.
    #[command(after_help = "Example:\n  postroom outbox retry 1234567890\n  postroom outbox retry --all")]
    Retry(Which),
    /// Take a mail out that waits; whoever wrote it is told.
    #[command(after_help = "Example:\n  postroom outbox drop 1234567890")]
    Drop {
        /// Its id, from `postroom outbox list`.
        id: i64,
    },
    /// Send nothing for a while, on no node; mail is fetched and decided about as ever.
    #[command(after_help = "Example:\n  postroom outbox pause 30\n  postroom outbox resume")]
    Pause {
        /// For how many minutes (default: until `postroom outbox resume`).
        #[arg(value_parser = clap::value_parser!(u64).range(1..=525_600))]
        minutes: Option<u64>,
    },
    /// End the pause.
    #[command(after_help = "Example:\n  postroom outbox resume")]
    Resume,
}

/// `outbox retry`
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Its id, from `postroom outbox list`.
    id: Option<i64>,
    /// All that were tried and put off.
    #[arg(long)]
    all: bool,
}

/// An outgoing mail as commands show it.
#[derive(Debug, Serialize)]
struct View {
    id: i64,
    message_id: String,
    kind: Kind,
    recipient: String,
    domain: String,
    state: State,
    /// Whether it is being sent just now.
    sending: bool,
    attempts: i64,
    answer: Option<String>,
    ticket: Option<TicketNumber>,
    queued_at: Timestamp,
    tried_at: Option<Timestamp>,
    /// When it is tried next; nothing once it has ended.
    due_at: Option<Timestamp>,
}

/// The pause as commands show it.
#[derive(Debug, Serialize)]
struct PauseView {
    paused: bool,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

pub(super) async fn run(desk: &OpenDesk, command: Outboxes) -> anyhow::Result<()> {
    match command {
        Outboxes::List { waiting } => list(desk, waiting).await,
        Outboxes::Retry(Which { id: Some(id), .. }) => {
            let view = desk.write(move |tx| Box::pin(async move { retry(tx, OutboxId(id)).await })).await?;
            desk.report(&view, "It is tried again at once; `postroom outbox list` shows what came of it.")
        }
        Outboxes::Retry(Which { id: None, .. }) => {
            let views = desk.write(|tx| Box::pin(async move { retry_all(tx).await })).await?;
            desk.report(&views, &format!("{} mails are tried again at once.", views.len()))
        }
        Outboxes::Drop { id } => {
            let inner = desk.clone();
            let view = desk.write(move |tx| Box::pin(async move { drop_it(tx, &inner, OutboxId(id)).await })).await?;
            desk.report(&view, "It is not sent any more; whoever wrote it is told.")
        }
        Outboxes::Pause { minutes } => {
            let length = minutes.map(|minutes| Duration::from_secs(60 * minutes));
            let work = desk.write(move |tx| {
                Box::pin(async move {
                    let now = lease::database_now(tx).await?;
                    Ok(outbox::pause(tx, now, length).await?)
                })
            });
            let pause = work.await?;
            desk.report(&PauseView::of(Some(pause)), &paused_words(desk, pause))
        }
        Outboxes::Resume => {
            let ended = desk.write(|tx| Box::pin(async move { Ok(outbox::resume(tx).await?) })).await?;
            desk.report(&PauseView::of(None), if ended { "Mail is sent again." } else { "There was no pause; mail is sent." })
        }
    }
}

async fn list(desk: &OpenDesk, waiting: bool) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let numbers = tickets::numbers(&mut tx).await?;
    let rows = outbox::list(&mut tx).await?;
    let now = lease::database_now(&mut tx).await?;
    let shared = lease::shared_now(&mut tx, &desk.clock).await?;
    let pause = outbox::paused(&mut tx, shared).await?;
    drop(tx);
    let rows = rows.into_iter().filter(|row| !waiting || row.state.is_waiting());
    let number = |row: &OutboxRow| row.mail.ticket.and_then(|ticket| numbers.get(&ticket).cloned());
    let views: Vec<View> = rows.map(|row| view(number(&row), row, now)).collect();
    if let Some(pause) = pause {
        output::aside(&format!("{}\n", paused_words(desk, pause)));
    }
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["ID", "QUEUED", "KIND", "RECIPIENT", "TICKET", "STATE", "TRIES", "NEXT", "ANSWER"]);
    for view in views {
        let next = match view.state {
            _ if view.sending => "being sent".to_owned(),
            State::Deferred => view.due_at.map(|at| desk.local(at)).unwrap_or_default(),
            _ => String::new(),
        };
        table.row([
            view.id.to_string(),
            desk.local(view.queued_at),
            view.kind.to_string(),
            view.recipient,
            view.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
            view.state.to_string(),
            view.attempts.to_string(),
            next,
            view.answer.unwrap_or_default(),
        ]);
    }
    table.print("No outgoing mail.")
}

fn view(ticket: Option<TicketNumber>, row: OutboxRow, now: Timestamp) -> View {
    View {
        id: row.id.0,
        message_id: row.mail.message_id,
        kind: row.mail.kind,
        domain: domain(&row.mail.recipient),
        recipient: row.mail.recipient,
        state: row.state,
        sending: row.state.is_waiting() && row.leased_until > now,
        attempts: row.attempts,
        answer: row.answer,
        ticket,
        queued_at: row.created_at,
        tried_at: row.tried_at,
        due_at: row.state.is_waiting().then_some(row.due_at),
    }
}

impl PauseView {
    fn of(pause: Option<Pause>) -> Self {
        Self { paused: pause.is_some(), since: pause.map(|pause| pause.since), until: pause.and_then(|pause| pause.until) }
    }
}

fn paused_words(desk: &OpenDesk, pause: Pause) -> String {
    match pause.until {
        Some(until) => format!("No mail is sent until {}; `postroom outbox resume` ends that.", desk.local(until)),
        None => "No mail is sent until `postroom outbox resume`.".to_owned(),
    }
}

/// The mail, where nobody is sending it; nobody begins to until the transaction ends.
async fn free(tx: &mut Tx, id: OutboxId) -> anyhow::Result<OutboxRow> {
    let Some(row) = outbox::get(tx, id).await? else {
        return refuse(format!("there is no outgoing mail {id}"), "See `postroom outbox list`.");
    };
    if !outbox::is_free(tx, id).await? {
        return refuse(format!("mail {id} is being sent just now"), "Look at `postroom outbox list` in a moment.");
    }
    Ok(outbox::get(tx, id).await?.unwrap_or(row))
}

async fn retry(tx: &mut Tx, id: OutboxId) -> anyhow::Result<View> {
    let row = free(tx, id).await?;
    if !row.state.can_be_retried() {
        return refuse(
            format!("mail {id} is {}", row.state),
            "Only mails that wait, failed or may have arrived (`unknown`) can be sent again.",
        );
    }
    if row.mail.kind.is_key() && !row.state.is_waiting() {
        return refuse(
            format!("mail {id} held a secret link, which is not kept"),
            "Have a new one made: by `postroom member add`, by signing in again, or from `postroom held list`.",
        );
    }
    outbox::retry(tx, id, schedule::UNKNOWNS - 1).await?;
    seen(tx, id).await
}

async fn retry_all(tx: &mut Tx) -> anyhow::Result<Vec<View>> {
    let mut views = Vec::new();
    for row in outbox::list(tx).await? {
        if row.state == State::Deferred && outbox::retry(tx, row.id, row.unknowns).await? {
            views.push(seen(tx, row.id).await?);
        }
    }
    Ok(views)
}

async fn drop_it(tx: &mut Tx, desk: &OpenDesk, id: OutboxId) -> anyhow::Result<View> {
    let row = free(tx, id).await?;
    if !row.state.can_be_retried() {
        return refuse(format!("mail {id} is {}", row.state), "Only mails that wait or were given up can be taken out.");
    }
    let (now, rng): (Timestamp, &Rng) = (desk.clock.now(), &desk.rng);
    let epoch = store::epoch(tx, now, rng).await?;
    take_out(tx, &ActContext { config: &desk.config, now, rng, epoch }, &row).await?;
    seen(tx, id).await
}

async fn seen(tx: &mut Tx, id: OutboxId) -> anyhow::Result<View> {
    let now = lease::database_now(tx).await?;
    let Some(row) = outbox::get(tx, id).await? else { return refuse(format!("mail {id} is gone"), "Try again.") };
    let ticket = match row.mail.ticket {
        Some(ticket) => tickets::get(tx, ticket).await?.map(|ticket| ticket.number),
        None => None,
    };
    Ok(view(ticket, row, now))
}
