//! What the commands of a mail can name: loaded for mail of the staff, and only where it has commands.

use crate::acts::ActContext;
use crate::acts::own_address::is_own;
use crate::desk::people::{Person, PersonKind};
use crate::intake::case::{Known, OnBehalfOf, Sender, candidate};
use crate::intake::command::plan::{Choice, Colleague, Facts, Standing};
use crate::intake::command::table::Verb;
use crate::intake::command::{value, wishes};
use crate::mail::Letter;
use crate::store::{Tx, people, projects, tickets};

/// What the commands of this mail can name. For mail of anybody but the staff it is next to nothing.
pub(super) async fn facts(
    tx: &mut Tx,
    context: &ActContext<'_>,
    letter: &Letter,
    known: &Known,
    person: Option<&Person>,
) -> anyhow::Result<Facts> {
    let zone = person.and_then(|person| person.time_zone.as_deref()).unwrap_or(&context.config.desk.time_zone);
    let language = person.and_then(|person| person.reads()).unwrap_or(context.config.desk.language);
    let mut facts = Facts::bare(context.now, zone, language);
    let Sender::Staff(me) = known.sender else { return Ok(facts) };
    let wishes = wishes(&letter.subject, &letter.body.new_text());
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
        (None, Some(OnBehalfOf::Clear(customer))) => customer.home.project,
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
            _ if is_own(tx, context.config, &address).await? => Standing::Desk,
            Some(person) if !person.active => Standing::Off,
            Some(person) if person.is_staff() => Standing::Staff,
            Some(_) | None => Standing::Outside,
        };
        facts.addresses.push((address, standing));
    }
    Ok(facts)
}
