//! `postroom mailbox`: the mailboxes of the configuration.

use clap::Subcommand;
use serde::Serialize;

use super::Desk;
use super::output::{self, Table};
use crate::config::{Mailbox, Source};

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
    state: &'static str,
}

impl From<&Mailbox> for View {
    fn from(mailbox: &Mailbox) -> Self {
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
            state: state(),
        }
    }
}

/// How the mailbox is doing. Nothing writes that down yet: once `store::mailboxes` does, this is the place to read it.
fn state() -> &'static str {
    "unknown"
}

pub(super) async fn run(desk: &Desk, command: &Mailboxes) -> anyhow::Result<()> {
    let Mailboxes::List = command;
    let views: Vec<View> = desk.config.mailboxes.iter().map(View::from).collect();
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["NAME", "ADDRESS", "RECEPTION", "SOURCE", "WHERE", "STATE"]);
    for view in views {
        table.row([view.name, view.address, view.reception, view.source.to_owned(), view.place, view.state.to_owned()]);
    }
    table.print("No mailboxes.")
}
