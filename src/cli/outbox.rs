//! `postroom outbox`: outgoing mail.

use clap::Subcommand;
use serde::Serialize;

use super::Desk;
use super::output::{self, Table};
use crate::desk::outbox::{Kind, State};
use crate::desk::ticket::TicketNumber;
use crate::store::{outbox, tickets};
use crate::time::Timestamp;

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
}

/// An outgoing mail as commands show it.
#[derive(Debug, Serialize)]
struct View {
    message_id: String,
    kind: Kind,
    recipient: String,
    state: State,
    attempts: i64,
    answer: Option<String>,
    ticket: Option<TicketNumber>,
    queued_at: Timestamp,
    due_at: Timestamp,
}

pub(super) async fn run(desk: &Desk, command: &Outboxes) -> anyhow::Result<()> {
    let Outboxes::List { waiting } = command;
    let mut tx = desk.read().await?;
    let numbers = tickets::numbers(&mut tx).await?;
    let rows = outbox::list(&mut tx).await?;
    drop(tx);
    let rows = rows.into_iter().filter(|row| !waiting || matches!(row.state, State::Queued | State::Deferred));
    let views: Vec<View> = rows
        .map(|row| View {
            message_id: row.mail.message_id,
            kind: row.mail.kind,
            recipient: row.mail.recipient,
            state: row.state,
            attempts: row.attempts,
            answer: row.answer,
            ticket: row.mail.ticket.and_then(|ticket| numbers.get(&ticket).cloned()),
            queued_at: row.created_at,
            due_at: row.due_at,
        })
        .collect();
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["QUEUED", "KIND", "RECIPIENT", "TICKET", "STATE", "TRIES", "ANSWER"]);
    for view in views {
        table.row([
            desk.local(view.queued_at),
            view.kind.to_string(),
            view.recipient,
            view.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
            view.state.to_string(),
            view.attempts.to_string(),
            view.answer.unwrap_or_default(),
        ]);
    }
    table.print("No outgoing mail.")
}
