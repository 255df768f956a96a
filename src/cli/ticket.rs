//! `postroom ticket`: tickets and their timelines, as staff see them.

mod set;

use std::collections::HashMap;

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, value};
use crate::desk::entry::{Change, EntryKind, Field, Visibility};
use crate::desk::ids::PersonId;
use crate::desk::people::Person;
use crate::desk::ticket::{Category, TicketNumber};
use crate::store::entries::{self, Entry};
use crate::store::tickets::Ticket;
use crate::store::{Tx, inbox, people, tickets};
use crate::time::Timestamp;

/// What can be done with tickets.
#[derive(Debug, Subcommand)]
pub enum Tickets {
    /// List tickets.
    #[command(after_help = "Example:\n  postroom ticket list --project ACME --status all")]
    List {
        /// Only this project's.
        #[arg(long, value_name = "KEY", value_parser = value::project_key)]
        project: Option<String>,
        /// Open ones, or all.
        #[arg(long, default_value = "open")]
        status: Which,
    },
    /// Show a ticket with its whole timeline, internal entries included.
    #[command(after_help = "Example:\n  postroom ticket show ACME-1 --json")]
    Show {
        /// Its number, such as ACME-1.
        number: TicketNumber,
    },
    /// Change a ticket, and tell whoever has to know.
    #[command(
        after_help = "Examples:\n  postroom ticket set ACME-1 --assignee anna@desk.example --public\n  postroom ticket set ACME-1 --due 2026-12-01 --public\n  postroom ticket set ACME-1 --status waiting --progress 40 --internal\n  postroom ticket set ACME-1 --type fault --title \"Press 2 stands still\""
    )]
    Set(Box<set::Set>),
    /// Get no mail about a ticket any more, unless it is given to you.
    #[command(after_help = "Example:\n  postroom ticket mute ACME-1 --for anna@desk.example")]
    Mute {
        /// Its number, such as ACME-1.
        number: TicketNumber,
        /// Address of the member of staff.
        #[arg(long = "for", value_name = "ADDRESS", value_parser = value::address)]
        who: String,
        /// Get mail about it again.
        #[arg(long)]
        off: bool,
    },
}

/// Which tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// Those that are not done.
    Open,
    /// All.
    All,
}

/// Somebody, as tickets name them.
#[derive(Debug, Clone, Serialize)]
struct Somebody {
    name: String,
    address: String,
}

impl From<&Person> for Somebody {
    fn from(person: &Person) -> Self {
        Self { name: person.name.clone(), address: person.address().to_owned() }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    number: TicketNumber,
    project: String,
    title: String,
    status: String,
    public_status: String,
    priority: String,
    assignee: Option<Somebody>,
    requester: Option<Somebody>,
    opened_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct Whole {
    number: TicketNumber,
    project: String,
    r#type: String,
    title: String,
    status: String,
    public_status: String,
    priority: String,
    progress: i64,
    assignee: Option<Somebody>,
    due: Option<Timestamp>,
    /// What customers see of all these.
    public: Public,
    tags: Vec<String>,
    requester: Option<Somebody>,
    participants: Vec<Somebody>,
    entries: Vec<EntryView>,
}

#[derive(Debug, Serialize)]
struct Public {
    status: String,
    priority: String,
    progress: i64,
    assignee: Option<Somebody>,
    due: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct EntryView {
    kind: EntryKind,
    visibility: Visibility,
    author: Option<Author>,
    /// Nothing shows that the mail is from its author, where the desk could know.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unverified: bool,
    at: Timestamp,
    text: String,
    attachments: Vec<FileView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeView>,
}

#[derive(Debug, Serialize)]
struct Author {
    name: String,
    address: String,
    staff: bool,
}

#[derive(Debug, Serialize)]
struct FileView {
    name: String,
    content_type: String,
    size: i64,
    inline: bool,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    field: Field,
    from: Option<String>,
    to: Option<String>,
}

/// Everybody, looked up once for each command.
type Everybody = HashMap<PersonId, Person>;

pub(super) async fn run(desk: &OpenDesk, command: Tickets) -> anyhow::Result<()> {
    match command {
        Tickets::List { project, status } => list(desk, project, status).await,
        Tickets::Show { number } => show(desk, &number).await,
        Tickets::Set(command) => set::run(desk, *command).await,
        Tickets::Mute { number, who, off } => super::notify::mute(desk, number, who, !off).await,
    }
}

async fn everybody(tx: &mut Tx) -> anyhow::Result<Everybody> {
    Ok(people::list(tx, None).await?.into_iter().map(|person| (person.id, person)).collect())
}

fn somebody(everybody: &Everybody, id: Option<PersonId>) -> Option<Somebody> {
    id.and_then(|id| everybody.get(&id)).map(Somebody::from)
}

async fn list(desk: &OpenDesk, project: Option<String>, which: Which) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let project = match project {
        Some(key) => Some(look::project(&mut tx, &key).await?.id),
        None => None,
    };
    let statuses = tickets::statuses(&mut tx).await?;
    let done = |key: &str| statuses.iter().any(|status| status.key == key && status.category == Category::Done);
    let everybody = everybody(&mut tx).await?;
    let found = tickets::list(&mut tx, project).await?;
    drop(tx);
    let rows: Vec<Row> = found
        .into_iter()
        .filter(|ticket| which == Which::All || !done(&ticket.state.status))
        .map(|ticket| Row {
            project: ticket.number.project.clone(),
            number: ticket.number,
            title: ticket.title,
            status: ticket.state.status,
            public_status: ticket.face.state.status,
            priority: ticket.state.priority,
            assignee: somebody(&everybody, ticket.state.assignee),
            requester: somebody(&everybody, ticket.requester),
            opened_at: ticket.created_at,
            updated_at: ticket.updated_at,
        })
        .collect();
    if desk.json {
        return output::json(&rows);
    }
    let mut table = Table::new(&["TICKET", "STATUS", "PRIORITY", "REQUESTER", "CHANGED", "TITLE"]);
    for row in rows {
        let requester = row.requester.map_or_else(|| "-".to_owned(), |person| person.address);
        table.row([row.number.to_string(), row.status, row.priority, requester, desk.local(row.updated_at), row.title]);
    }
    table.print(match which {
        Which::Open => "No open tickets. `--status all` also lists those that are done.",
        Which::All => "No tickets yet.",
    })
}

async fn show(desk: &OpenDesk, number: &TicketNumber) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let ticket = look::ticket(&mut tx, number).await?;
    let whole = whole(&mut tx, ticket).await?;
    drop(tx);
    if desk.json { output::json(&whole) } else { output::print(&render(desk, &whole)) }
}

async fn whole(tx: &mut Tx, ticket: Ticket) -> anyhow::Result<Whole> {
    let everybody = everybody(tx).await?;
    let participants = tickets::participants(tx, ticket.id).await?;
    let mut timeline = Vec::new();
    for entry in entries::list(tx, ticket.id).await? {
        let files = entries::files(tx, entry.id).await?.into_iter();
        let files =
            files.map(|file| FileView { name: file.name, content_type: file.content_type, size: file.size, inline: file.inline });
        let unverified = match entry.inbox {
            Some(mail) => inbox::is_unverified(tx, mail).await?,
            None => false,
        };
        timeline.push(entry_view(&everybody, entry, files.collect(), unverified));
    }
    Ok(Whole {
        project: ticket.number.project.clone(),
        number: ticket.number,
        r#type: ticket.type_key,
        title: ticket.title,
        status: ticket.state.status,
        public_status: ticket.face.state.status.clone(),
        priority: ticket.state.priority,
        progress: ticket.state.progress,
        assignee: somebody(&everybody, ticket.state.assignee),
        due: ticket.state.due,
        public: Public {
            status: ticket.face.state.status,
            priority: ticket.face.state.priority,
            progress: ticket.face.state.progress,
            assignee: somebody(&everybody, ticket.face.state.assignee),
            due: ticket.face.state.due,
        },
        tags: tickets::tags(tx, ticket.id).await?,
        requester: somebody(&everybody, ticket.requester),
        participants: participants.into_iter().filter_map(|id| somebody(&everybody, Some(id))).collect(),
        entries: timeline,
    })
}

fn entry_view(everybody: &Everybody, entry: Entry, attachments: Vec<FileView>, unverified: bool) -> EntryView {
    let author = entry.author.and_then(|id| everybody.get(&id)).map(|person| Author {
        name: person.name.clone(),
        address: person.address().to_owned(),
        staff: person.is_staff(),
    });
    EntryView {
        kind: entry.kind,
        visibility: entry.visibility,
        author,
        unverified,
        at: entry.at,
        text: entry.text,
        attachments,
        change: entry.change.map(|change| change_view(everybody, change)),
    }
}

/// A change in words that mean something outside of the database: addresses for people, RFC 3339 for times.
fn change_view(everybody: &Everybody, change: Change) -> ChangeView {
    let Change { field, from, to } = change;
    let said = |value: Option<String>| {
        let value = value?;
        let number: Option<i64> = value.parse().ok();
        let meaning = match field {
            Field::Assignee | Field::Participant | Field::Mails => {
                number.and_then(|id| everybody.get(&PersonId(id))).map(|person| person.address().to_owned())
            }
            Field::Due => number.map(|micros| Timestamp::from_micros(micros).rfc3339()),
            Field::Status
            | Field::Priority
            | Field::Progress
            | Field::Type
            | Field::Title
            | Field::Tag
            | Field::AlsoSent
            | Field::SentDirectly
            | Field::Lacks => None,
        };
        Some(meaning.unwrap_or(value))
    };
    ChangeView { field, from: said(from), to: said(to) }
}

fn render(desk: &OpenDesk, ticket: &Whole) -> String {
    let who = |person: &Option<Somebody>| {
        person.as_ref().map_or_else(|| "-".to_owned(), |person| output::person(&person.name, &person.address))
    };
    let mut text = format!("{}  {}\n", ticket.number, output::line(&ticket.title));
    let mut line = |name: &str, value: &str| text.push_str(&format!("{name:<14}{}\n", output::line(value)));
    let day =
        |due: Option<Timestamp>| due.map_or_else(|| "-".to_owned(), |due| due.strftime(&desk.config.desk.time_zone, "%Y-%m-%d"));
    let (percent, public) = (|progress: i64| format!("{progress} %"), &ticket.public);
    for (name, truth, face) in [
        ("Status", ticket.status.clone(), public.status.clone()),
        ("Priority", ticket.priority.clone(), public.priority.clone()),
        ("Progress", percent(ticket.progress), percent(public.progress)),
        ("Assignee", who(&ticket.assignee), who(&public.assignee)),
        ("Due", day(ticket.due), day(public.due)),
    ] {
        line(name, &truth);
        if truth != face {
            line("Customer sees", &face);
        }
    }
    line("Type", &ticket.r#type);
    if !ticket.tags.is_empty() {
        line("Tags", &ticket.tags.join(", "));
    }
    line("Requester", &who(&ticket.requester));
    for person in &ticket.participants {
        line("Participant", &output::person(&person.name, &person.address));
    }
    for entry in &ticket.entries {
        let author = match &entry.author {
            None => "-".to_owned(),
            Some(author) if author.staff => author.name.clone(),
            // Outside the staff a name is what somebody calls themselves.
            Some(author) => output::person(&author.name, &author.address),
        };
        let unverified = if entry.unverified { " (unverified)" } else { "" };
        let head = format!("{}  {}  {}  {author}{unverified}", desk.local(entry.at), entry.visibility, entry.kind);
        text.push_str(&format!("\n{}\n", output::line(&head)));
        if let Some(change) = &entry.change {
            let from = change.from.as_deref().unwrap_or("-");
            let to = change.to.as_deref().unwrap_or("-");
            text.push_str(&format!("  {}\n", output::line(&format!("{}: {from} -> {to}", change.field))));
        }
        for line in output::lines(entry.text.trim_end()).lines() {
            text.push_str(format!("  {line}").trim_end());
            text.push('\n');
        }
        for file in &entry.attachments {
            text.push_str(&format!(
                "  [{}]\n",
                output::line(&format!("{}, {}, {} bytes", file.name, file.content_type, file.size))
            ));
        }
    }
    text
}
