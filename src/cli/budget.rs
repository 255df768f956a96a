//! `postroom budget`: what is told together because it is too much to be told one by one.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, refuse};
use crate::acts::collected;
use crate::desk::budget::Name;
use crate::desk::people::Language;
use crate::desk::ticket::TicketNumber;
use crate::letters::budgets::seen;
use crate::letters::i18n::texts;
use crate::store::budgets::Stop;
use crate::store::tickets;
use crate::time::Timestamp;

/// What can be done with budgets.
#[derive(Debug, Subcommand)]
pub enum Budgets {
    /// List the budgets that are used up, with what was counted.
    #[command(after_help = "Example:\n  postroom budget list\n  postroom budget list --json")]
    List,
    /// Let a used-up budget go on, and tell at once what it has kept back.
    #[command(after_help = "Example:\n  postroom budget resume 1234567890\n  postroom budget resume --all")]
    Resume(Which),
}

/// `budget resume`
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Its id, from `postroom budget list`.
    id: Option<i64>,
    /// All that are used up.
    #[arg(long)]
    all: bool,
}

/// A used-up budget as commands show it.
#[derive(Debug, Serialize)]
struct View {
    /// As text: it has more digits than JSON readers keep of a number.
    id: String,
    budget: Name,
    party: String,
    counted: i64,
    limit: i64,
    /// How often something was stopped.
    stopped: i64,
    ticket: Option<TicketNumber>,
    since: Timestamp,
    last_at: Timestamp,
    words: String,
}

pub(super) async fn run(desk: &OpenDesk, command: Budgets) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let used_up = collected::used_up(&mut desk.read().await?, now).await?;
    match command {
        Budgets::List => list(desk, used_up).await,
        Budgets::Resume(Which { id: Some(id), .. }) => {
            let done = desk.write(move |tx| Box::pin(async move { collected::resume(tx, id, None, now).await })).await?;
            match done {
                Some(true) => desk.report(&[id.to_string()], "It goes on as usual; what was kept back is told now."),
                Some(false) => desk.report(&[id.to_string()], "Somebody has let it go on already."),
                None => refuse(format!("there is no used-up budget {id}"), "See `postroom budget list`."),
            }
        }
        Budgets::Resume(Which { id: None, .. }) => {
            let ids: Vec<i64> = used_up.iter().map(|stop| stop.id).collect();
            let inner = ids.clone();
            let work = desk.write(move |tx| {
                Box::pin(async move {
                    for id in inner {
                        collected::resume(tx, id, None, now).await?;
                    }
                    Ok(())
                })
            });
            work.await?;
            let shown: Vec<String> = ids.iter().map(ToString::to_string).collect();
            desk.report(&shown, &format!("{} budgets go on as usual; what was kept back is told now.", shown.len()))
        }
    }
}

async fn list(desk: &OpenDesk, used_up: Vec<Stop>) -> anyhow::Result<()> {
    let numbers = tickets::numbers(&mut desk.read().await?).await?;
    let view = |stop: Stop| View {
        id: stop.id.to_string(),
        budget: stop.budget,
        words: seen(texts(Language::English), stop.budget, &stop.shown, stop.counted),
        party: stop.shown,
        counted: stop.counted,
        limit: stop.budget.budget().limit,
        stopped: stop.stopped,
        ticket: numbers.get(&stop.ticket).cloned(),
        since: stop.since,
        last_at: stop.last_at,
    };
    let views: Vec<View> = used_up.into_iter().map(view).collect();
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["ID", "SINCE", "LAST", "BUDGET", "STOPPED", "TICKET", "WHAT WAS SEEN"]);
    for view in views {
        table.row([
            view.id,
            desk.local(view.since),
            desk.local(view.last_at),
            view.budget.to_string(),
            view.stopped.to_string(),
            view.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
            view.words,
        ]);
    }
    table.print("No budget is used up; everybody is told at once.")
}
