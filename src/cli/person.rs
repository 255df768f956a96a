//! `postroom person`: staff and contacts.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Table};
use super::stands::{self, Stands};
use super::value::{self, Named};
use super::{OpenDesk, look, refuse};
use crate::desk::ids::PersonId;
use crate::desk::notify::MailsAbout;
use crate::desk::people::{Language, Person, PersonKind};
use crate::store::{Tx, people, tokens};

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum People {
    /// Add a person: a contact, or with --staff somebody who works here.
    #[command(after_help = "Example:\n  postroom person add --staff \"Ben Roth <ben@desk.example>\" --public-name Ben")]
    Add(Add),
    /// List the people.
    #[command(after_help = "Example:\n  postroom person list --staff")]
    List(List),
    /// Change a person.
    #[command(after_help = "Example:\n  postroom person set ben@desk.example --active false")]
    Set(Set),
}

/// `person add`
#[derive(Debug, Args)]
pub struct Add {
    /// Name and address, such as "Ben Roth <ben@desk.example>", or only the address.
    #[arg(value_name = "PERSON", value_parser = value::named)]
    who: Named,
    /// Works here.
    #[arg(long)]
    staff: bool,
    /// The name, where it does not stand with the address.
    #[arg(long, value_parser = value::title)]
    name: Option<String>,
    /// A further address of the same person (repeatable).
    #[arg(long = "address", value_name = "ADDRESS", value_parser = value::address)]
    addresses: Vec<String>,
    /// The name that outsiders are shown instead.
    #[arg(long, value_parser = value::title)]
    public_name: Option<String>,
    /// The language of mails to this person: de or en; the desk's where unknown.
    #[arg(long)]
    language: Option<Language>,
    /// IANA time zone; the desk's where unknown.
    #[arg(long, value_parser = value::time_zone)]
    time_zone: Option<String>,
}

/// `person list`
#[derive(Debug, Args)]
pub struct List {
    /// Only staff.
    #[arg(long, conflicts_with = "contacts")]
    staff: bool,
    /// Only contacts.
    #[arg(long)]
    contacts: bool,
}

/// `person set`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Set {
    /// One of the person's addresses.
    #[arg(value_parser = value::address)]
    address: String,
    /// The new name.
    #[arg(long, group = "what", value_parser = value::title)]
    name: Option<String>,
    /// The name that outsiders are shown instead; empty for the name itself.
    #[arg(long, group = "what", value_parser = value::one_line)]
    public_name: Option<String>,
    /// de or en.
    #[arg(long, group = "what")]
    language: Option<Language>,
    /// IANA time zone.
    #[arg(long, group = "what", value_parser = value::time_zone)]
    time_zone: Option<String>,
    /// Of which tickets a contact gets mail: all that they take part in, own (those that they asked for) or none. Guests set it
    /// themselves on their account page; who cannot look at a ticket there gets its mails all the same.
    #[arg(long, group = "what", value_name = "all|own|none", value_parser = value::mails_about)]
    mails: Option<MailsAbout>,
    /// A further address (repeatable).
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    add_address: Vec<String>,
    /// An address that is no longer theirs (repeatable); mail then goes to the oldest of the others.
    #[arg(long, group = "what", value_name = "ADDRESS", value_parser = value::address)]
    remove_address: Vec<String>,
    /// Whether the person may act and is written to (true or false); `false` also ends their reply addresses, and says on
    /// which tickets they still stand.
    #[arg(long, group = "what", value_parser = value::yes_no)]
    active: Option<bool>,
    /// Take them off the tickets that they asked for or take part in: those of one organization, by its key, or `all`.
    #[arg(long, group = "what", value_name = "KEY|all", value_parser = value::organization_key)]
    off_tickets: Option<String>,
}

/// A person as commands show it.
#[derive(Debug, Serialize)]
struct View {
    kind: PersonKind,
    name: String,
    public_name: Option<String>,
    addresses: Vec<String>,
    language: Option<Language>,
    time_zone: Option<String>,
    /// Contacts' alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    mails: Option<MailsAbout>,
    active: bool,
}

/// A person who was changed, and where they stand if that came to an end.
#[derive(Debug, Serialize)]
struct Changed {
    #[serde(flatten)]
    view: View,
    #[serde(flatten)]
    stands: Option<Stands>,
}

/// The tickets of every organization.
const EVERY: &str = "all";

impl From<Person> for View {
    fn from(person: Person) -> Self {
        let Person { kind, name, public_name, language, time_zone, mails, active, addresses, .. } = person;
        let mails = (kind == PersonKind::Contact).then_some(mails);
        Self { kind, name, public_name, addresses, language, time_zone, mails, active }
    }
}

pub(super) async fn run(desk: &OpenDesk, command: People) -> anyhow::Result<()> {
    let inner = desk.clone();
    match command {
        People::Add(command) => {
            let person = desk.write(move |tx| Box::pin(async move { add(tx, &inner, command).await })).await?;
            let mut words = format!("Added {}.", look::whose(&person));
            if person.is_staff() {
                words.push_str(&format!("\nNext: `postroom project set KEY --add-staff {}`.", person.address()));
            }
            desk.report(&View::from(person), &words)
        }
        People::List(command) => list(desk, &command).await,
        People::Set(command) => {
            let (person, stands) = desk.write(move |tx| Box::pin(async move { set(tx, &inner, command).await })).await?;
            let remedy = format!("postroom person set {} --off-tickets all", person.address());
            let what = "They get no mail about these as long as they are switched off.";
            let stood = stands.as_ref().map_or_else(String::new, |stands| stands.render(what, &remedy));
            let words = format!("Changed {}.{stood}", look::whose(&person));
            desk.report(&Changed { view: View::from(person), stands }, &words)
        }
    }
}

async fn add(tx: &mut Tx, desk: &OpenDesk, command: Add) -> anyhow::Result<Person> {
    let Add { who, staff, name, addresses: further, public_name, language, time_zone } = command;
    let name = name.unwrap_or(who.name);
    if staff && name.is_empty() {
        return refuse("a member of staff needs a name", "Write it like \"Ben Roth <ben@desk.example>\", or add --name.");
    }
    let mut addresses = vec![who.address];
    for address in further {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    for address in &addresses {
        look::free_address(tx, &desk.config, address, None).await?;
    }
    let kind = if staff { PersonKind::Staff } else { PersonKind::Contact };
    let id = PersonId(desk.rng.id());
    let person = Person { kind, public_name, language, time_zone, addresses, ..Person::contact(id, name, String::new()) };
    people::insert(tx, &person, desk.clock.now()).await?;
    Ok(person)
}

async fn set(tx: &mut Tx, desk: &OpenDesk, command: Set) -> anyhow::Result<(Person, Option<Stands>)> {
    let mut person = look::person(tx, &command.address).await?;
    if let Some(name) = command.name {
        person.name = name;
    }
    if let Some(name) = command.public_name {
        person.public_name = (!name.is_empty()).then_some(name);
    }
    person.language = command.language.or(person.language);
    person.time_zone = command.time_zone.or(person.time_zone);
    for address in command.add_address {
        look::free_address(tx, &desk.config, &address, Some(person.id)).await?;
        if !person.addresses.contains(&address) {
            person.addresses.push(address);
        }
    }
    for address in command.remove_address {
        if !person.addresses.contains(&address) {
            return refuse(
                format!("{address} is not an address of {}", look::whose(&person)),
                format!("The addresses: {}.", person.addresses.join(", ")),
            );
        }
        person.addresses.retain(|other| *other != address);
    }
    if person.addresses.is_empty() {
        return refuse(
            "a person without an address cannot be written to",
            "Add the new one in the same command with --add-address, or use --active false.",
        );
    }
    if let Some(active) = command.active {
        person.active = active;
        if !active {
            tokens::end_all(tx, person.id, desk.clock.now()).await?;
        }
    }
    people::update(tx, &person).await?;
    if let Some(mails) = command.mails {
        if person.is_staff() {
            return refuse(
                format!("{} works here, and --mails is for contacts", look::whose(&person)),
                "What staff are told of is set with `postroom notify set`.",
            );
        }
        people::set_mails(tx, person.id, mails).await?;
        person.mails = mails;
    }
    let organization = match command.off_tickets.as_deref() {
        None | Some(EVERY) => None,
        Some(key) => Some(look::organization(tx, key).await?.id),
    };
    let stands = match command.off_tickets.is_some() || command.active == Some(false) {
        true => Some(stands::of(tx, desk, &person, organization, command.off_tickets.is_some()).await?),
        false => None,
    };
    Ok((person, stands))
}

async fn list(desk: &OpenDesk, command: &List) -> anyhow::Result<()> {
    let kind = match (command.staff, command.contacts) {
        (true, _) => Some(PersonKind::Staff),
        (_, true) => Some(PersonKind::Contact),
        _ => None,
    };
    let mut tx = desk.read().await?;
    let views: Vec<View> = people::list(&mut tx, kind).await?.into_iter().map(View::from).collect();
    drop(tx);
    if desk.json {
        return output::json(&views);
    }
    let mut table = Table::new(&["KIND", "NAME", "ADDRESSES", "LANGUAGE", "TIME ZONE", "ACTIVE"]);
    for view in views {
        let language = view.language.map_or("", Language::tag).to_owned();
        let zone = view.time_zone.unwrap_or_default();
        table.row([view.kind.to_string(), view.name, view.addresses.join(" "), language, zone, output::yes_no(view.active)]);
    }
    table.print("Nobody yet. Add somebody with `postroom person add`.")
}
