//! `postroom notify` and `postroom ticket mute`: of what members of staff are told by mail.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::{OpenDesk, look, refuse, value};
use crate::desk::ids::ProjectId;
use crate::desk::notify::{Event, NotifyBy, Wish, wanted, way};
use crate::desk::people::{Person, PersonKind};
use crate::desk::project::Project;
use crate::desk::ticket::TicketNumber;
use crate::store::{self, Tx, people, projects, tickets};

/// What can be done about notifications.
#[derive(Debug, Subcommand)]
pub enum Notify {
    /// List what each member of staff is told of, project by project.
    #[command(after_help = "Example:\n  postroom notify list --person anna@desk.example")]
    List(List),
    /// Say what a member of staff is told of.
    #[command(
        after_help = "Events:\n  opened    a new ticket\n  customer  somebody outside wrote\n  answer    a colleague answered in public\n  note      a colleague left an internal note\n  change    the status, the priority or another field was changed\n  assigned  a ticket is yours from now on\n  failure   a mail that no colleague wrote was not delivered\n  held      a mail of somebody outside waits for a word\n  spam      the daily list of what was put away as spam (not for a project)\n  all       all of these\n\nThat your own answer was not delivered, and that a mail in your name is held, you\nare always told.\n\nExamples:\n  postroom notify set anna@desk.example change nothing\n  postroom notify set anna@desk.example note mail --project ACME"
    )]
    Set(Set),
}

/// `notify list`
#[derive(Debug, Args)]
pub struct List {
    /// Only this person's, by address.
    #[arg(long, value_name = "ADDRESS", value_parser = value::address)]
    person: Option<String>,
    /// Only in this project.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: Option<String>,
}

/// `notify set`
#[derive(Debug, Args)]
pub struct Set {
    /// Address of the member of staff.
    #[arg(value_parser = value::address)]
    person: String,
    /// What it is about; `all` for everything.
    #[arg(value_parser = events)]
    event: Events,
    /// mail or nothing.
    way: NotifyBy,
    /// Only in this project; in all of them where it is left out.
    #[arg(long, value_name = "KEY", value_parser = value::project_key)]
    project: Option<String>,
}

/// One event, or all.
#[derive(Debug, Clone)]
struct Events(&'static [Event]);

fn events(text: &str) -> Result<Events, String> {
    if text == "all" {
        return Ok(Events(Event::ALL));
    }
    let known = Event::ALL.chunks(1).find(|event| event.iter().any(|event| event.as_str() == text));
    let words: Vec<&str> = Event::ALL.iter().map(|event| event.as_str()).collect();
    known.map(Events).ok_or_else(|| format!("`{text}` is no event; use all, {}", words.join(", ")))
}

#[derive(Debug, Serialize)]
struct View {
    person: String,
    project: String,
    mail: Vec<Event>,
    nothing: Vec<Event>,
}

pub(super) async fn run(desk: &OpenDesk, command: Notify) -> anyhow::Result<()> {
    match command {
        Notify::List(command) => list(desk, &command).await,
        Notify::Set(command) => {
            let (person, project, event, chosen) =
                (command.person.clone(), command.project.clone(), command.event.clone(), command.way);
            let (person, unseen) =
                desk.write(move |tx| Box::pin(async move { set(tx, &person, project.as_deref(), &event, chosen).await })).await?;
            let words: Vec<&str> = command.event.0.iter().map(|event| event.as_str()).collect();
            let place = command.project.as_deref().map_or_else(|| "in all projects".to_owned(), |key| format!("in {key}"));
            let what = match command.way {
                NotifyBy::Mail => "gets a mail for",
                NotifyBy::Nothing => "gets no mail any more for",
            };
            let mut said = format!("{} {what} {} {place}.", person.name, words.join(", "));
            for (key, event) in &unseen {
                said.push_str(&format!("\nBeware: nobody gets a mail for `{event}` in {key} now. It stands in Postroom alone."));
            }
            let mut tx = desk.read().await?;
            let views = views(&mut tx, &[person], command.project.as_deref()).await?;
            desk.report(&views, &said)
        }
    }
}

async fn set(
    tx: &mut Tx,
    address: &str,
    project: Option<&str>,
    events: &Events,
    way: NotifyBy,
) -> anyhow::Result<(Person, Vec<(String, Event)>)> {
    let person = look::staff(tx, address).await?;
    let project = match project {
        Some(key) => Some(look::project(tx, key).await?),
        None => None,
    };
    if project.is_some() && events.0 == [Event::Spam] {
        return refuse("the list of spam is for the whole desk, not for a project", "Leave out --project.");
    }
    for event in events.0.iter().filter(|event| project.is_none() || **event != Event::Spam) {
        let wish = Wish { project: project.as_ref().map(|project| project.id), event: *event, way };
        store::notify::set(tx, person.id, wish).await?;
    }
    let places = match project {
        Some(project) => vec![project],
        None => projects::list(tx).await?,
    };
    let mut unseen = Vec::new();
    for place in places {
        for event in events.0.iter().filter(|event| event.is_vital() && way == NotifyBy::Nothing) {
            if !anybody_wants(tx, place.id, *event).await? {
                unseen.push((place.key.clone(), *event));
            }
        }
    }
    Ok((person, unseen))
}

/// The active staff of a project; everybody where it has none, as when people are told.
async fn staff(tx: &mut Tx, project: ProjectId) -> anyhow::Result<Vec<Person>> {
    let mut staff = projects::staff(tx, project).await?;
    if staff.is_empty() {
        staff = people::list(tx, Some(PersonKind::Staff)).await?;
    }
    staff.retain(|person| person.active);
    Ok(staff)
}

async fn anybody_wants(tx: &mut Tx, project: ProjectId, event: Event) -> anyhow::Result<bool> {
    for person in staff(tx, project).await? {
        if way(&store::notify::wishes(tx, person.id).await?, project, event) == NotifyBy::Mail {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn views(tx: &mut Tx, people: &[Person], project: Option<&str>) -> anyhow::Result<Vec<View>> {
    let places: Vec<Project> = match project {
        Some(key) => vec![look::project(tx, key).await?],
        None => projects::list(tx).await?,
    };
    let mut views = Vec::new();
    for person in people {
        let wishes = store::notify::wishes(tx, person.id).await?;
        for place in &places {
            if !staff(tx, place.id).await?.iter().any(|other| other.id == person.id) {
                continue;
            }
            let mail = wanted(&wishes, place.id);
            let nothing = Event::ALL.iter().copied().filter(|event| !mail.contains(event)).collect();
            views.push(View { person: person.address().to_owned(), project: place.key.clone(), mail, nothing });
        }
    }
    Ok(views)
}

async fn list(desk: &OpenDesk, command: &List) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let people = match &command.person {
        Some(address) => vec![look::staff(&mut tx, address).await?],
        None => people::list(&mut tx, Some(PersonKind::Staff)).await?.into_iter().filter(|person| person.active).collect(),
    };
    let views = views(&mut tx, &people, command.project.as_deref()).await?;
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let words = |events: &[Event]| match events {
        [] => "-".to_owned(),
        events if events.len() == Event::ALL.len() => "all".to_owned(),
        events => events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" "),
    };
    let mut table = Table::new(&["PERSON", "PROJECT", "MAIL", "NOTHING"]);
    for view in views {
        table.row([view.person, view.project, words(&view.mail), words(&view.nothing)]);
    }
    table.print("Nobody works on these projects. See `postroom project set KEY --add-staff ADDRESS`.")
}

#[derive(Debug, Serialize)]
struct Muted {
    number: TicketNumber,
    person: String,
    muted: bool,
}

/// `ticket mute`
pub(super) async fn mute(desk: &OpenDesk, number: TicketNumber, who: String, muted: bool) -> anyhow::Result<()> {
    let (inner, of) = (desk.clone(), number.clone());
    let person = desk
        .write(move |tx| {
            Box::pin(async move {
                let person = look::staff(tx, &who).await?;
                let ticket = look::ticket(tx, &of).await?;
                tickets::mute(tx, ticket.id, person.id, muted, inner.clock.now()).await?;
                Ok(person)
            })
        })
        .await?;
    let words = match muted {
        true => format!("{} gets no mail about {number} any more, unless it is given to them.", person.name),
        false => format!("{} gets mail about {number} again.", person.name),
    };
    desk.report(&Muted { number, person: person.address().to_owned(), muted }, &words)
}
