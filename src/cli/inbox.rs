//! `postroom inbox`: the ledger of every mail ever seen.

use std::collections::HashMap;

use clap::Args;
use serde::Serialize;

use super::OpenDesk;
use super::output::{self, Table};
use crate::desk::ids::TicketId;
use crate::desk::inbox::Disposition;
use crate::desk::ticket::TicketNumber;
use crate::mailbox::imap::names;
use crate::store::inbox::LedgerRow;
use crate::store::{inbox, tickets};
use crate::time::Timestamp;

/// The word for mails that nobody has decided about yet.
const UNDECIDED: &str = "undecided";

/// `inbox`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  postroom inbox --summary\n  postroom inbox --disposition ignored --json\n  postroom inbox --old --mailbox support"
)]
pub struct Inbox {
    /// Only count the mails by disposition.
    #[arg(long, conflicts_with = "disposition")]
    summary: bool,
    /// Only mails with this disposition, such as `ticket`, `held` or `duplicate`.
    #[arg(long, value_name = "WORD")]
    disposition: Option<Disposition>,
    /// Only mails of this mailbox.
    #[arg(long, value_name = "NAME", conflicts_with = "summary")]
    mailbox: Option<String>,
    /// Only old mail, which lay in its folder before the desk first looked there.
    #[arg(long, conflicts_with = "summary")]
    old: bool,
}

/// A mail as commands show it.
#[derive(Debug, Serialize)]
pub(super) struct View {
    /// As text: it has more digits than JSON readers keep of a number.
    pub(super) id: String,
    pub(super) mailbox: String,
    pub(super) folder: String,
    pub(super) uidvalidity: i64,
    pub(super) uid: i64,
    pub(super) message_id: Option<String>,
    pub(super) disposition: Option<Disposition>,
    pub(super) reason: Option<String>,
    pub(super) ticket: Option<TicketNumber>,
    pub(super) sender: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) received_at: Timestamp,
    /// Whether it lay in its folder, old, before the desk first looked there: then nobody was told of it by itself.
    pub(super) old: bool,
}

pub(super) fn view(row: LedgerRow, numbers: &HashMap<TicketId, TicketNumber>) -> View {
    View {
        id: row.id.to_string(),
        mailbox: row.origin.mailbox,
        folder: names::to_people(&row.origin.folder),
        uidvalidity: row.origin.uidvalidity,
        uid: row.origin.uid,
        message_id: row.message_id,
        disposition: row.disposition,
        reason: row.reason,
        ticket: row.ticket.and_then(|ticket| numbers.get(&ticket).cloned()),
        sender: row.sender,
        subject: row.subject,
        received_at: row.received_at,
        old: row.old == Some(true),
    }
}

pub(super) async fn run(desk: &OpenDesk, command: &Inbox) -> anyhow::Result<()> {
    if command.summary {
        return summary(desk).await;
    }
    let mut tx = desk.read().await?;
    let numbers = tickets::numbers(&mut tx).await?;
    let mut rows = inbox::list(&mut tx, command.disposition).await?;
    drop(tx);
    rows.retain(|row| command.mailbox.as_ref().is_none_or(|name| *name == row.origin.mailbox));
    rows.retain(|row| !command.old || row.old == Some(true));
    let views: Vec<View> = rows.into_iter().map(|row| view(row, &numbers)).collect();
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["RECEIVED", "MAILBOX", "DISPOSITION", "REASON", "AGE", "TICKET", "SENDER", "SUBJECT"]);
    for view in views {
        table.row([
            desk.local(view.received_at),
            view.mailbox,
            view.disposition.map_or(UNDECIDED, Disposition::as_str).to_owned(),
            view.reason.unwrap_or_default(),
            if view.old { "old" } else { "" }.to_owned(),
            view.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
            view.sender.unwrap_or_default(),
            view.subject.unwrap_or_default(),
        ]);
    }
    table.print("No mails.")
}

async fn summary(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let counts = inbox::summary(&mut tx).await?;
    drop(tx);
    let of = |word: &str| counts.iter().find(|(key, _)| key == word).map_or(0, |(_, count)| *count);
    // Every word stands in the JSON, also with 0, so that whoever watches a number never misses its key.
    let words = Disposition::ALL.iter().map(|word| (word.as_str(), of(word.as_str()))).chain([(UNDECIDED, of(""))]);
    let words: Vec<(&str, i64)> = words.collect();
    if desk.json {
        let map: serde_json::Map<String, serde_json::Value> =
            words.into_iter().map(|(word, count)| (word.to_owned(), count.into())).collect();
        return output::json(&map);
    }
    let mut table = Table::new(&["DISPOSITION", "MAILS"]);
    for (word, count) in words.into_iter().filter(|(word, count)| *count > 0 || *word == UNDECIDED) {
        table.row([word.to_owned(), count.to_string()]);
    }
    table.print("No mails.")
}
