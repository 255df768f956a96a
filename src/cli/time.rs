//! `postroom time`: how long somebody worked on a ticket.

use clap::Subcommand;
use serde::Serialize;

use super::{OpenDesk, look, refuse, value};
use crate::acts::{Act, ActContext, Actor, Content, Time, perform};
use crate::desk::entry::Visibility;
use crate::desk::ticket::TicketNumber;
use crate::store::{self, tickets};
use crate::time::{Timestamp, minutes};

/// What can be done with time entries.
#[derive(Debug, Subcommand)]
pub enum Times {
    /// Write down how long somebody worked on a ticket; nobody is told.
    #[command(
        after_help = "Example:\n  postroom time add ACME-1 45m \"Looked at the logs\" --by anna@desk.example\n  postroom time add ACME-1 1h30m Call --by anna@desk.example --public"
    )]
    Add {
        /// The ticket's number, such as ACME-1.
        ticket: TicketNumber,
        /// How long, in hours and minutes: `45m`, `1h30m`.
        #[arg(value_parser = minutes)]
        time: i64,
        /// What was done.
        #[arg(value_parser = value::title)]
        what: String,
        /// Address of the staff member who worked.
        #[arg(long, value_name = "ADDRESS", value_parser = value::address)]
        by: String,
        /// The day, such as 2026-11-20; today where it is left out.
        #[arg(long, value_name = "DATE", value_parser = Timestamp::from_date)]
        on: Option<Timestamp>,
        /// Guests whose role shows time entries see the text, the day and the minutes.
        #[arg(long)]
        public: bool,
    },
}

#[derive(Debug, Serialize)]
struct View {
    ticket: TicketNumber,
    minutes: i64,
    worked_on: String,
    visibility: Visibility,
    by: String,
    text: String,
}

pub(super) async fn run(desk: &OpenDesk, command: Times) -> anyhow::Result<()> {
    let Times::Add { ticket, time, what, by, on, public } = command;
    let visibility = if public { Visibility::Public } else { Visibility::Internal };
    let today = desk.clock.now().strftime(&desk.config.desk.time_zone, "%Y-%m-%d");
    let worked_on = match on {
        Some(day) => day,
        None => Timestamp::from_date(&today).map_err(anyhow::Error::msg)?,
    };
    let view = View {
        ticket: ticket.clone(),
        minutes: time,
        worked_on: worked_on.strftime("UTC", "%Y-%m-%d"),
        visibility,
        by: by.clone(),
        text: what.clone(),
    };
    let (config, now, rng) = (std::sync::Arc::clone(&desk.config), desk.clock.now(), desk.rng.clone());
    let work = desk.write(move |tx| {
        Box::pin(async move {
            let worker = look::person(tx, &by).await?;
            if !worker.is_staff() {
                return refuse(format!("{by} does not work here"), "Only staff log time; see `postroom person list`.");
            }
            let Some(found) = tickets::by_number(tx, &ticket).await? else {
                return refuse(format!("there is no ticket {ticket}"), "See `postroom ticket list --status all`.");
            };
            let epoch = store::epoch(tx, now, &rng).await?;
            let context = ActContext { config: &config, now, rng: &rng, epoch };
            let act = Act::Time(Time { ticket: found.id, minutes: time, worked_on, visibility });
            perform(tx, &context, Actor::Staff(worker.id), act, Content { text: what, ..Content::default() }).await?;
            Ok(())
        })
    });
    work.await?;
    let words = format!("{}: {} minutes on {}, {visibility}.", view.ticket, view.minutes, view.worked_on);
    desk.report(&view, &words)
}
