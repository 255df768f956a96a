//! `postroom mailbox`: the mailboxes of the configuration.

use std::collections::BTreeMap;

use clap::Subcommand;
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, refuse};
use crate::acts::{Act, ActContext, Actor, Content, Update, perform};
use crate::config::{Mailbox, Source};
use crate::desk::entry::Visibility;
use crate::desk::ticket::{STATUS_DONE, TicketNumber};
use crate::ops::check::waiting::ago;
use crate::ops::check::{machine, seen};
use crate::store::inbox;
use crate::store::mailboxes::{self, MailboxState};
use crate::store::{self, first_look, tickets};
use crate::time::Timestamp;

/// What can be done with mailboxes.
#[derive(Debug, Subcommand)]
pub enum Mailboxes {
    /// List the mailboxes. They are added and changed in the configuration.
    #[command(after_help = "Example:\n  postroom mailbox list --json")]
    List,
    /// Close the tickets that a first look made of old mail and that nobody has touched since; nobody gets a mail.
    #[command(name = "close-old", after_help = "Example:\n  postroom mailbox close-old support --dry-run")]
    CloseOld {
        /// The mailbox, as the configuration names it.
        name: String,
        /// Only count them.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Tickets that were closed at once.
#[derive(Debug, Serialize)]
struct Closed {
    mailbox: String,
    tickets: Vec<TicketNumber>,
    dry_run: bool,
}

/// A mailbox as commands show it.
#[derive(Debug, Serialize)]
struct View {
    name: String,
    address: String,
    plus_addressing: bool,
    reception: String,
    source: &'static str,
    place: String,
    folders: Vec<String>,
    poll_seconds: u64,
    /// `ok`, `failing`, `waiting` while the database cannot be written, `stale` where nobody has looked for several polls, or
    /// `unknown` where nobody has looked yet.
    state: &'static str,
    /// What is wrong, or odd; empty while all is well.
    words: String,
    /// How many mails its server does not hand over.
    not_fetched: i64,
    checked_at: Option<Timestamp>,
    ok_at: Option<Timestamp>,
}

impl View {
    fn new(
        mailbox: &Mailbox,
        states: &[MailboxState],
        not_fetched: &BTreeMap<String, i64>,
        illness: Option<&str>,
        now: Timestamp,
    ) -> Self {
        let state = states.iter().find(|state| state.mailbox == mailbox.name);
        let (word, words) = found(mailbox, state, illness, now);
        let (source, place, folders) = match &mailbox.source {
            Source::Imap(imap) => {
                let user = imap.server.login.as_ref().map_or("", |login| &login.user);
                ("imap", format!("{user} at {}:{}", imap.server.host, imap.server.port), imap.folders.clone())
            }
            Source::Maildir(path) => ("maildir", path.display().to_string(), Vec::new()),
        };
        Self {
            name: mailbox.name.clone(),
            address: mailbox.address.clone(),
            plus_addressing: mailbox.plus_addressing,
            reception: mailbox.reception.clone(),
            source,
            place,
            folders,
            poll_seconds: mailbox.poll.as_secs(),
            state: word,
            words,
            not_fetched: not_fetched.get(&mailbox.name).copied().unwrap_or(0),
            checked_at: state.map(|state| state.checked_at),
            ok_at: state.and_then(|state| state.ok_at),
        }
    }
}

/// The state of a mailbox in a word and in words.
fn found(mailbox: &Mailbox, state: Option<&MailboxState>, illness: Option<&str>, now: Timestamp) -> (&'static str, String) {
    match (illness, state) {
        // What the desk has noted is old by now: it cannot write.
        (Some(words), _) => ("waiting", words.to_owned()),
        (None, None) => ("unknown", String::new()),
        (None, Some(state)) if now.since(state.checked_at) > seen::patience(mailbox, state.health) => {
            let age = ago(now.since(state.checked_at));
            (
                "stale",
                format!("{} {age} ago; is `postroom serve` running? {}", state.health.as_str(), state.words)
                    .trim_end()
                    .to_owned(),
            )
        }
        (None, Some(state)) => (state.health.as_str(), state.words.clone()),
    }
}

pub(super) async fn run(desk: &OpenDesk, command: &Mailboxes) -> anyhow::Result<()> {
    match command {
        Mailboxes::List => list(desk).await,
        Mailboxes::CloseOld { name, dry_run } => close_old(desk, name, *dry_run).await,
    }
}

async fn close_old(desk: &OpenDesk, name: &str, dry_run: bool) -> anyhow::Result<()> {
    if desk.config.mailbox(name).is_none() {
        return refuse(format!("there is no mailbox `{name}`"), "`postroom mailbox list` shows them.");
    }
    let (inner, mailbox) = (desk.clone(), name.to_owned());
    let work = desk.write(move |tx| {
        Box::pin(async move {
            let (now, rng) = (inner.clock.now(), &inner.rng);
            let epoch = store::epoch(tx, now, rng).await?;
            let context = ActContext { config: &inner.config, now, rng, epoch };
            let mut numbers = Vec::new();
            for id in first_look::untouched(tx, &mailbox).await? {
                let Some(ticket) = tickets::get(tx, id).await? else { continue };
                numbers.push(ticket.number);
                if !dry_run {
                    let status = Some((STATUS_DONE.to_owned(), Visibility::Public));
                    let update = Update { status, quiet: true, ..Update::of(id) };
                    perform(tx, &context, Actor::Nobody, Act::Update(update), Content::default()).await?;
                }
            }
            Ok(numbers)
        })
    });
    let tickets = work.await?;
    let words = match (tickets.len(), dry_run) {
        (0, _) => "No ticket of old mail is open that nobody has touched.".to_owned(),
        (count, true) => format!("{count} tickets would be closed."),
        (count, false) => format!("{count} tickets are closed. Nobody got a mail."),
    };
    desk.report(&Closed { mailbox: name.to_owned(), tickets, dry_run }, &words)
}

async fn list(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let (states, not_fetched) = (mailboxes::list(&mut tx).await?, inbox::count_not_fetched(&mut tx).await?);
    drop(tx);
    let unwritten = machine::write(&desk.store).await?;
    let illness = unwritten.first().map(|found| found.words.as_str());
    let now = desk.clock.now();
    let view = |mailbox| View::new(mailbox, &states, &not_fetched, illness, now);
    let views: Vec<View> = desk.config.mailboxes.iter().map(view).collect();
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["NAME", "ADDRESS", "RECEPTION", "SOURCE", "WHERE", "STATE"]);
    for view in views {
        let missing = match view.not_fetched {
            0 => None,
            mails => Some(format!("{mails} not fetched (postroom held list)")),
        };
        let words: Vec<String> = Some(view.words).filter(|words| !words.is_empty()).into_iter().chain(missing).collect();
        let state = if words.is_empty() { view.state.to_owned() } else { format!("{}: {}", view.state, words.join("; ")) };
        table.row([view.name, view.address, view.reception, view.source.to_owned(), view.place, state]);
    }
    table.print("No mailboxes.")
}
