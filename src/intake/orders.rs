//! What commands need of the desk, and what is done and answered besides the acts of a decision.

use super::behalf::Behalf;
use super::case::{Known, Sender, candidate};
use super::command::plan::{Choice, Colleague, Facts, Standing};
use super::command::table::{Verb, rows};
use super::command::{GuestWord, value, wishes};
use super::known::is_own;
use super::obey::{Answer, Orders};
use crate::acts::{self, Act, Actor, Content, Scene, Time};
use crate::desk::ids::TicketId;
use crate::desk::people::{Person, PersonKind};
use crate::letters::commands::Transcript;
use crate::letters::outsider::Asked;
use crate::mail::Letter;
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, people, projects, tickets};
use crate::time::Timestamp;

/// What the commands of this mail can name. For mail of anybody but the staff it is next to nothing.
pub(super) async fn facts(
    tx: &mut Tx,
    scene: &Scene<'_>,
    letter: &Letter,
    known: &Known,
    person: Option<&Person>,
) -> anyhow::Result<Facts> {
    let zone = person.and_then(|person| person.time_zone.as_deref()).unwrap_or(&scene.config.desk.time_zone);
    let language = person.and_then(|person| person.language).unwrap_or(scene.config.desk.language);
    let mut facts = Facts::bare(scene.now, zone, language);
    let Sender::Staff(me) = known.sender else { return Ok(facts) };
    let wishes = wishes(&letter.subject, &letter.new_text);
    if wishes.commands.is_empty() {
        return Ok(facts);
    }
    facts.me = Some(me);
    let choice = |key, name_de, name_en| Choice { key, names: vec![name_de, name_en] };
    let statuses = tickets::statuses(tx).await?;
    facts.statuses = statuses.into_iter().map(|of| choice(of.key, of.name_de, of.name_en)).collect();
    let priorities = tickets::priorities(tx).await?;
    facts.priorities = priorities.into_iter().map(|of| choice(of.key, of.name_de, of.name_en)).collect();
    for colleague in people::list(tx, Some(PersonKind::Staff)).await?.into_iter().filter(|person| person.active) {
        let names = std::iter::once(colleague.name).chain(colleague.public_name).collect();
        facts.staff.push(Colleague { id: colleague.id, names, addresses: colleague.addresses });
    }
    let token = known.token.filter(|token| token.live && token.person == me).map(|token| token.ticket);
    let ticket = match token.or_else(|| candidate(known)) {
        Some(ticket) => tickets::get(tx, ticket).await?,
        None => None,
    };
    let project = match (&ticket, &known.behalf) {
        (Some(ticket), _) => ticket.project,
        (None, Some(Behalf::Clear(customer))) => customer.home.project,
        (None, _) => known.home.project,
    };
    // On a new ticket nothing was said to anybody yet: whoever sees it sees its title and type from the beginning.
    facts.shown = ticket.as_ref().is_some_and(|ticket| ticket.face.shown);
    if let Some(ticket) = ticket.filter(|_| wishes.has(Verb::Uncc)) {
        facts.asked = ticket.requester.is_some();
        for person in ticket.requester.into_iter().chain(tickets::participants(tx, ticket.id).await?) {
            facts.parts.extend(people::get(tx, person).await?.and_then(|person| person.addresses.into_iter().next()));
        }
    }
    let types = projects::types(tx, project).await?;
    facts.types = types.into_iter().map(|of| choice(of.key, of.name_de, of.name_en)).collect();
    let owner = projects::get(tx, project).await?.and_then(|project| project.organization);
    let owner = people::list_organizations(tx).await?.into_iter().find(|of| Some(of.id) == owner);
    facts.domains = owner.map(|owner| owner.domains).unwrap_or_default();
    let asked = wishes.commands.iter().filter(|asked| asked.verb == Verb::Cc);
    for address in asked.flat_map(|asked| value::addresses(&asked.value).unwrap_or_default()) {
        let standing = match people::by_address(tx, &address).await? {
            _ if is_own(tx, scene.config, &address).await? => Standing::Desk,
            Some(person) if !person.active => Standing::Off,
            Some(person) if person.is_staff() => Standing::Staff,
            Some(_) | None => Standing::Outside,
        };
        facts.addresses.push((address, standing));
    }
    Ok(facts)
}

/// Takes people off the ticket. Before the acts: what the same mail says is no longer for them.
pub(super) async fn take_off(
    tx: &mut Tx,
    scene: &Scene<'_>,
    (actor, ticket): (Actor, Option<TicketId>),
    orders: &Orders,
) -> anyhow::Result<()> {
    let Some(ticket) = ticket else { return Ok(()) };
    for address in &orders.uncc {
        acts::commands::take_off(tx, scene, actor, ticket, address).await?;
    }
    Ok(())
}

/// Does what is no act of the decision, and answers.
pub(super) async fn carry_out(
    tx: &mut Tx,
    scene: &Scene<'_>,
    (actor, ticket): (Actor, Option<TicketId>),
    row: &LedgerRow,
    orders: Orders,
) -> anyhow::Result<()> {
    let Orders { times, cc, uncc: _, lines, answers } = orders;
    if let Some(ticket) = ticket {
        let today = scene.now.strftime(&scene.config.desk.time_zone, "%Y-%m-%d");
        for (minutes, what, visibility) in times {
            let worked_on = Timestamp::from_date(&today).map_err(anyhow::Error::msg)?;
            let act = Act::Time(Time { ticket, minutes, worked_on, visibility });
            acts::perform(tx, scene, actor, act, Content { text: what, ..Content::default() }).await?;
        }
        for address in cc {
            acts::commands::invite(tx, scene, actor, ticket, &address).await?;
        }
    }
    for answer in answers {
        match (answer, actor, ticket) {
            (Answer::Transcript { outcome, text, changes, channel }, Actor::Staff(person), ticket) => {
                let lines = lines.clone();
                let transcript = Transcript { number: None, lines, outcome, text, changes, readers: Vec::new() };
                let paper = (person, ticket, row.origin.mailbox.as_str());
                acts::commands::transcript(tx, scene, paper, channel, transcript).await?;
            }
            (Answer::Help, Actor::Staff(person), _) => {
                acts::commands::help(tx, scene, person, &row.origin.mailbox, rows).await?;
            }
            (Answer::Guest(word), Actor::Contact(person), Some(ticket)) => {
                let asked = match word {
                    GuestWord::Status => Asked::Status,
                    GuestWord::Close => Asked::Closed,
                    GuestWord::Help => Asked::Help,
                };
                acts::commands::guest(tx, scene, person, ticket, asked).await?;
            }
            _ => {}
        }
    }
    Ok(())
}
