//! `postroom mailbox`: the mailboxes of the configuration.

use std::collections::BTreeMap;

use clap::Subcommand;
use serde::Serialize;

use super::Desk;
use super::output::{self, Table};
use crate::config::{Mailbox, Source};
use crate::store::inbox;
use crate::store::mailboxes::{self, MailboxState};
use crate::time::Timestamp;

/// What can be done with mailboxes.
#[derive(Debug, Subcommand)]
pub enum Mailboxes {
    /// List the mailboxes. They are added and changed in the configuration.
    #[command(after_help = "Example:\n  postroom mailbox list --json")]
    List,
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
    /// `ok`, `failing`, or `unknown` where nobody has looked yet.
    state: &'static str,
    /// What is wrong, or odd; empty while all is well.
    words: String,
    /// How many mails its server does not hand over.
    not_fetched: i64,
    checked_at: Option<Timestamp>,
    ok_at: Option<Timestamp>,
}

impl View {
    fn new(mailbox: &Mailbox, states: &[MailboxState], not_fetched: &BTreeMap<String, i64>) -> Self {
        let state = states.iter().find(|state| state.mailbox == mailbox.name);
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
            state: state.map_or("unknown", |state| state.health.as_str()),
            words: state.map(|state| state.words.clone()).unwrap_or_default(),
            not_fetched: not_fetched.get(&mailbox.name).copied().unwrap_or(0),
            checked_at: state.map(|state| state.checked_at),
            ok_at: state.and_then(|state| state.ok_at),
        }
    }
}

pub(super) async fn run(desk: &Desk, command: &Mailboxes) -> anyhow::Result<()> {
    let Mailboxes::List = command;
    let mut tx = desk.read().await?;
    let (states, not_fetched) = (mailboxes::list(&mut tx).await?, inbox::count_not_fetched(&mut tx).await?);
    drop(tx);
    let views: Vec<View> = desk.config.mailboxes.iter().map(|mailbox| View::new(mailbox, &states, &not_fetched)).collect();
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
