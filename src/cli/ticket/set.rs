//! `postroom ticket set`: changing tickets, as the same acts that mails and pages do.

use std::sync::Arc;

use clap::Args;

use super::Whole;
use crate::acts::{Act, ActContext, Actor, Content, Update, perform};
use crate::cli::value::OrNone;
use crate::cli::{OpenDesk, look, output, refuse, value};
use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;
use crate::desk::people::Person;
use crate::desk::ticket::TicketNumber;
use crate::guest::standing;
use crate::store::tickets::Ticket;
use crate::store::{self, Tx, people, tickets};
use crate::time::Timestamp;

/// `ticket set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// Its number, such as ACME-1.
    number: TicketNumber,
    /// Its status, by key.
    #[arg(long, group = "what", value_name = "KEY")]
    status: Option<String>,
    /// Its priority, by key.
    #[arg(long, group = "what", value_name = "KEY")]
    priority: Option<String>,
    /// How far it is, in per cent.
    #[arg(long, group = "what", value_name = "0-100", value_parser = value::percent)]
    progress: Option<i64>,
    /// Who of the staff works on it, or `none`; they get a mail.
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = |text: &str| value::or_none(text, value::address))]
    assignee: Option<OrNone<String>>,
    /// The day on which it is due, in the desk's time zone, or `none`.
    #[arg(long, group = "what", value_name = "DATE", value_parser = |text: &str| value::or_none(text, day))]
    due: Option<OrNone<String>>,
    /// Its task type, by key; everybody who sees the ticket sees it.
    #[arg(long, group = "what", value_name = "KEY")]
    r#type: Option<String>,
    /// Its title; everybody who sees the ticket sees it.
    #[arg(long, group = "what", value_parser = value::title)]
    title: Option<String>,
    /// A word that staff sort it by; nobody else sees it (repeatable).
    #[arg(long, group = "what", value_name = "WORD", value_parser = value::tag)]
    tag: Vec<String>,
    /// Such a word that it shall no longer have (repeatable).
    #[arg(long, group = "what", value_name = "WORD", value_parser = value::tag)]
    untag: Vec<String>,
    /// Somebody outside who takes part from now on, for everybody to see; they get the public thread by mail.
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    cc: Option<String>,
    /// Somebody outside who takes part no longer, for everybody to see; where they asked, the ticket is nobody's then.
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    uncc: Option<String>,
    /// The customer sees the new status, priority, progress, assignee or due date.
    #[arg(long, conflicts_with = "internal")]
    public: bool,
    /// Only staff see it.
    #[arg(long)]
    internal: bool,
    /// Address of the staff member who does it; the desk itself where it is left out.
    #[arg(long, value_name = "ADDRESS", value_parser = value::address)]
    by: Option<String>,
}

/// Looks at a day without knowing the zone yet.
fn day(text: &str) -> Result<String, String> {
    Timestamp::from_date(text).map(|_| text.to_owned())
}

impl Set {
    /// For whom the change is: never guessed where it has two sides, and never promised where it has one.
    fn visibility(&self) -> anyhow::Result<Visibility> {
        let two_sided = self.status.is_some()
            || self.priority.is_some()
            || self.progress.is_some()
            || self.assignee.is_some()
            || self.due.is_some();
        if !two_sided && self.public && !(self.tag.is_empty() && self.untag.is_empty()) {
            return refuse("tags are for staff only", "Leave out --public.");
        }
        let participants = self.cc.is_some() || self.uncc.is_some();
        if self.internal && (self.r#type.is_some() || self.title.is_some() || participants) {
            return refuse(
                "type, title, --cc and --uncc are seen by everybody who sees the ticket, so they cannot be set internally",
                "Set them by a command of their own, without --internal.",
            );
        }
        match (two_sided, self.public, self.internal) {
            (true, false, false) => refuse(
                "it is not said who may see this change",
                "Add --public (the customer sees it) or --internal (staff only).",
            ),
            (_, _, true) => Ok(Visibility::Internal),
            _ => Ok(Visibility::Public),
        }
    }
}

pub(super) async fn run(desk: &OpenDesk, command: Set) -> anyhow::Result<()> {
    let visibility = command.visibility()?;
    let inner = desk.clone();
    let work = desk.write(move |tx| Box::pin(async move { set(tx, &inner, command, visibility).await }));
    let (changed, warning) = work.await?;
    if let Some(warning) = warning {
        eprintln!("warning: {}", output::line(&warning));
    }
    desk.report(&changed, &super::render(desk, &changed))
}

async fn set(tx: &mut Tx, desk: &OpenDesk, command: Set, visibility: Visibility) -> anyhow::Result<(Whole, Option<String>)> {
    let ticket = look::ticket(tx, &command.number).await?;
    let actor = match &command.by {
        Some(address) => Actor::Staff(look::staff(tx, address).await?.id),
        None => Actor::Nobody,
    };
    let warning = match &command.cc {
        Some(address) => foreign(tx, &ticket, address).await?,
        None => None,
    };
    let update = update(tx, desk, &ticket, command, visibility).await?;
    let (now, rng) = (desk.clock.now(), &desk.rng);
    let epoch = store::epoch(tx, now, rng).await?;
    let context = ActContext { config: &Arc::clone(&desk.config), now, rng, epoch };
    perform(tx, &context, actor, Act::Update(update), Content::default()).await?;
    let ticket = look::ticket(tx, &ticket.number).await?;
    Ok((super::whole(tx, ticket).await?, warning))
}

/// What is to be said of somebody who is asked to take part and does not belong to the ticket's customer, as by mail.
async fn foreign(tx: &mut Tx, ticket: &Ticket, address: &str) -> anyhow::Result<Option<String>> {
    let owner = look::project(tx, &ticket.number.project).await?.organization;
    let Some(owner) = people::list_organizations(tx).await?.into_iter().find(|of| Some(of.id) == owner) else { return Ok(None) };
    let theirs = match people::by_address(tx, address).await? {
        Some(person) => standing::organizations(tx, person.id).await?,
        None => standing::organizations_of_stranger(tx, address).await?,
    };
    if theirs.contains(&owner.id) {
        return Ok(None);
    }
    let others = people::list_organizations(tx).await?.into_iter().filter(|of| theirs.contains(&of.id));
    let others: Vec<String> = others.map(|of| of.name).collect();
    let whose = if others.is_empty() { "to no organization".to_owned() } else { format!("to {}", others.join(", ")) };
    Ok(Some(format!(
        "{address} belongs {whose}, not to {}, and now gets its public conversation by mail; \
         undo it with `postroom ticket set {} --uncc {address}`",
        owner.name, ticket.number
    )))
}

/// The act, with every word in it known to the desk.
async fn update(tx: &mut Tx, desk: &OpenDesk, ticket: &Ticket, command: Set, visibility: Visibility) -> anyhow::Result<Update> {
    let mut update = Update { title: command.title, tag: command.tag, untag: command.untag, ..Update::of(ticket.id) };
    if let Some(key) = command.status {
        let keys = tickets::statuses(tx).await?.into_iter().map(|status| status.key);
        update.status = Some((known("status", key, keys.collect())?, visibility));
    }
    if let Some(key) = command.priority {
        let keys = tickets::priorities(tx).await?.into_iter().map(|priority| priority.key);
        update.priority = Some((known("priority", key, keys.collect())?, visibility));
    }
    update.progress = command.progress.map(|percent| (percent, visibility));
    if let Some(OrNone(address)) = command.assignee {
        let person = match address {
            Some(address) => Some(look::staff(tx, &address).await?.id),
            None => None,
        };
        update.assignee = Some((person, visibility));
    }
    if let Some(OrNone(day)) = command.due {
        let noon = |day: String| Timestamp::noon_of(&day, &desk.config.desk.time_zone).map_err(anyhow::Error::msg);
        update.due = Some((day.map(noon).transpose()?, visibility));
    }
    if let Some(key) = command.r#type {
        let project = look::project(tx, &ticket.number.project).await?;
        update.type_key = Some(look::task_type(tx, &project, &key).await?.key);
    }
    if let Some(tag) = update.untag.iter().find(|tag| update.tag.contains(tag)) {
        return refuse(format!("the tag `{tag}` is put on and taken off at once"), "Say one of the two.");
    }
    if let Some(address) = command.cc {
        update.invite = Some(outsider(tx, desk, &address).await?);
    }
    if let Some(address) = command.uncc {
        update.remove = Some(taking_part(tx, ticket, &address).await?);
    }
    Ok(update)
}

/// Who takes part in a ticket, by address.
async fn taking_part(tx: &mut Tx, ticket: &Ticket, address: &str) -> anyhow::Result<PersonId> {
    let all: Vec<PersonId> = ticket.requester.into_iter().chain(tickets::participants(tx, ticket.id).await?).collect();
    if let Some(person) = people::by_address(tx, address).await?.filter(|person| all.contains(&person.id)) {
        return Ok(person.id);
    }
    let mut addresses = Vec::new();
    for person in all {
        addresses.extend(people::get(tx, person).await?.map(|person| person.address().to_owned()));
    }
    let there = if addresses.is_empty() {
        "Nobody outside the staff does.".to_owned()
    } else {
        format!("There are: {}.", addresses.join(", "))
    };
    refuse(format!("{address} takes no part in {}", ticket.number), there)
}

fn known(what: &str, key: String, keys: Vec<String>) -> anyhow::Result<String> {
    if keys.contains(&key) {
        return Ok(key);
    }
    refuse(format!("there is no {what} `{key}`"), format!("Use one of: {}.", keys.join(", ")))
}

/// The contact with this address; a new one where nobody has it.
async fn outsider(tx: &mut Tx, desk: &OpenDesk, address: &str) -> anyhow::Result<PersonId> {
    match people::by_address(tx, address).await? {
        Some(person) if person.is_staff() => refuse(
            format!("{} works here", look::whose(&person)),
            "Staff are told by their projects: `postroom project set KEY --add-staff ADDRESS`.",
        ),
        Some(person) if !person.active => refuse(
            format!("{} is switched off", look::whose(&person)),
            "See `postroom person list`, and `postroom person set --help`.",
        ),
        Some(person) => Ok(person.id),
        None => {
            look::free_address(tx, &desk.config, address, None).await?;
            let person = Person::contact(PersonId(desk.rng.id()), String::new(), address.to_owned());
            people::insert(tx, &person, desk.clock.now()).await?;
            Ok(person.id)
        }
    }
}
