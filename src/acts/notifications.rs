//! Who is told what of an act, in the act's transaction.
//!
//! Staff get a notification with everything that was done. A comment, a new status or another priority goes to everybody
//! on the project; a smaller change (progress, assignee, due date, type, title, tag) only to the assignee and to whoever
//! was it before. Outsiders get a mail for a public comment and for the end of the ticket, and for nothing else: what
//! changed in public meanwhile stands in one calm line under the next such mail, and on the ticket's page at once.

use std::time::Duration;

use super::act::ActContext;
use super::audience::{Candidates, Colleague, Correspondent, Happening, Weight, told};
use super::budget::{self, Pace};
use super::by_link;
use super::happened::Happened;
use super::news::{before, news};
use super::own_address::is_own;
use super::post::{self, About};
use crate::config::Config;
use crate::desk::budget::RECEIPTS_AN_HOUR;
use crate::desk::entry::{Field, Visibility};
use crate::desk::ids::{EntryId, OutboxId, PersonId, TicketId};
use crate::desk::notify::{self, wanted};
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, PersonKind};
use crate::desk::ticket::Category;
use crate::guest::{Deed, GuestEntry, Reader, Standing};
use crate::letters::outsider::Receipt;
use crate::letters::staff::{Event, News};
use crate::letters::{outsider, staff};
use crate::store::tickets::Ticket;
use crate::store::{self, Tx, outbox, people, projects, tickets};
use crate::time::Timestamp;

/// "Within the last hour", for acknowledgements.
const HOUR: Duration = Duration::from_hours(1);

/// Queues a mail for everybody who is to be told.
pub(super) async fn notify(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    author: Option<PersonId>,
    happened: &Happened,
) -> anyhow::Result<()> {
    let recipients = notify_staff(tx, context, ticket, author, happened).await?;
    if let Some((person, entry)) = happened.invited
        && budget::may_welcome(tx, context, ticket, author, recipients.pace).await?
    {
        welcome(tx, context, ticket, person, entry).await?;
    }
    // What outsiders are told is asked for each part by itself: a public comment beside an internal change still goes out.
    let comment =
        happened.comment.as_ref().filter(|(entry, _)| entry.visibility == Visibility::Public).map(|(entry, _)| entry.id);
    let status = happened.steps.iter().find(|step| step.field == Field::Status && step.public);
    let closed = match status.and_then(|step| step.to.as_deref()) {
        Some(to) => is_done(tx, to).await?,
        None => false,
    };
    if comment.is_none() && !closed {
        return Ok(());
    }
    let public = Happening { visibility: Visibility::Public, weight: Weight::News, events: &[], assigned: None };
    let outsiders = told(&recipients.candidates, author, &public).outsiders;
    for person in recipients.correspondents.iter().filter(|person| outsiders.contains(&person.id)) {
        // Who asked is told that it is done, muted or not: it is the answer to their question.
        if recipients.muted.contains(&person.id) && !(closed && ticket.requester == Some(person.id)) {
            continue;
        }
        // Their first mail has the whole thread in it.
        if happened.invited.is_some_and(|(invited, _)| invited == person.id) {
            continue;
        }
        if budget::later(tx, context, ticket, person, (happened, recipients.pace)).await? {
            continue;
        }
        write_outside(tx, context, ticket, person, &recipients, (comment.as_slice(), closed)).await?;
    }
    Ok(())
}

/// Queues a notification for everybody of the staff who is to be told.
pub(super) async fn notify_staff(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    author: Option<PersonId>,
    happened: &Happened,
) -> anyhow::Result<Recipients> {
    let person = |value: &Option<String>| value.as_deref().and_then(|id| id.parse().ok()).map(PersonId);
    let before = happened.handover().and_then(|step| person(&step.from));
    let mut recipients = recipients(tx, ticket, before).await?;
    recipients.leave_out_ours(tx, context.config).await?;
    let who = match author {
        Some(author) => people::get(tx, author).await?,
        None => None,
    };
    let by_staff = who.as_ref().is_some_and(Person::is_staff);
    recipients.pace = budget::pace(tx, context, ticket, who.as_ref(), happened).await?;
    let events = happened.events(by_staff);
    let assigned = happened.handover().and_then(|step| person(&step.to));
    let happening = Happening { visibility: happened.visibility, weight: happened.weight(), events: &events, assigned };
    let staff = told(&recipients.candidates, author, &happening).staff;
    let readers = named_readers(tx, &context.config.desk.name, &recipients).await?;
    let mut news = news(tx, &context.config.desk.name, ticket, author, happened, readers).await?;
    news.on_the_page = named(tx, &context.config.desk.name, recipients.on_the_page()).await?;
    news.topic = events.first().copied().unwrap_or(notify::Event::Change);
    for person in recipients.staff.iter().filter(|person| staff.contains(&person.id)) {
        if budget::later(tx, context, ticket, person, (happened, recipients.pace)).await? {
            continue;
        }
        let mut news = news.clone();
        news.given = assigned == Some(person.id);
        if news.event == Event::Changed && news.given {
            (news.event, news.topic) = (Event::Assigned, notify::Event::Assigned);
        }
        write_staff(tx, context, ticket, person, news, happened).await?;
    }
    Ok(recipients)
}

/// The correspondents who get a public answer by mail, as staff know them: with their organization, else their address.
pub(super) async fn named_readers(tx: &mut Tx, desk: &str, recipients: &Recipients) -> anyhow::Result<Vec<String>> {
    named(tx, desk, recipients.readers()).await
}

/// People outside the staff as staff know them.
pub(super) async fn named(tx: &mut Tx, desk: &str, people: impl Iterator<Item = &Person>) -> anyhow::Result<Vec<String>> {
    let (names, mut readers) = (people::own_names(tx, desk).await?, Vec::new());
    for person in people {
        let organization = people::organizations_of(tx, person.id).await?.into_iter().next();
        let belongs = organization.map_or_else(|| person.address().to_owned(), |organization| organization.name);
        readers.push(match names.fit(&person.name) {
            None => person.address().to_owned(),
            Some(name) => format!("{name} ({belongs})"),
        });
    }
    Ok(readers)
}

/// The people around a ticket.
pub(super) struct Recipients {
    staff: Vec<Person>,
    correspondents: Vec<Person>,
    /// Correspondents who want no mail about this ticket.
    muted: Vec<PersonId>,
    candidates: Candidates,
    /// How the mails leave.
    pace: Pace,
}

impl Recipients {
    /// Leaves out who is written to at an address of the desk itself: it would talk to itself.
    async fn leave_out_ours(&mut self, tx: &mut Tx, config: &Config) -> anyhow::Result<()> {
        let mut ours = Vec::new();
        for person in self.staff.iter().chain(&self.correspondents) {
            if is_own(tx, config, person.address()).await? {
                ours.push(person.id);
            }
        }
        self.staff.retain(|person| !ours.contains(&person.id));
        self.correspondents.retain(|person| !ours.contains(&person.id));
        self.candidates.staff.retain(|colleague| !ours.contains(&colleague.person));
        self.candidates.correspondents.retain(|correspondent| !ours.contains(&correspondent.person));
        Ok(())
    }

    /// A member of the staff around it who has not muted it.
    pub(super) fn colleague(&self, person: PersonId) -> Option<&Person> {
        let muted = self.candidates.staff.iter().any(|colleague| colleague.person == person && colleague.muted);
        self.staff.iter().find(|colleague| colleague.id == person && !muted)
    }

    /// The correspondents who get what is public by mail.
    pub(super) fn readers(&self) -> impl Iterator<Item = &Person> {
        self.correspondents.iter().filter(|person| !self.muted.contains(&person.id) && self.wants_news(person.id))
    }

    /// Those who have switched such mails off and read it on the page.
    pub(super) fn on_the_page(&self) -> impl Iterator<Item = &Person> {
        self.correspondents.iter().filter(|person| !self.wants_news(person.id))
    }

    fn wants_news(&self, person: PersonId) -> bool {
        self.candidates.correspondents.iter().any(|correspondent| correspondent.person == person && correspondent.wants_news())
    }
}

/// Who gets mail about a ticket, and not the desk itself.
pub(super) async fn recipients_outside(tx: &mut Tx, context: &ActContext<'_>, ticket: &Ticket) -> anyhow::Result<Recipients> {
    let mut recipients = recipients(tx, ticket, None).await?;
    recipients.leave_out_ours(tx, context.config).await?;
    Ok(recipients)
}

/// Who gets mail about a ticket; `before` was its assignee until now. A project without staff is everybody's: no ticket goes
/// unseen.
pub(super) async fn recipients(tx: &mut Tx, ticket: &Ticket, before: Option<PersonId>) -> anyhow::Result<Recipients> {
    let mut staff = projects::staff(tx, ticket.project).await?;
    if staff.is_empty() {
        staff = people::list(tx, Some(PersonKind::Staff)).await?;
    }
    for assignee in ticket.state.assignee.into_iter().chain(before) {
        staff.extend(people::get(tx, assignee).await?);
    }
    staff.retain(|person| person.active && person.is_staff() && !person.addresses.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    staff.retain(|person| seen.insert(person.id.0));
    let (mut candidates, mut correspondents) = (Candidates::default(), Vec::<Person>::new());
    for id in ticket.requester.into_iter().chain(tickets::participants(tx, ticket.id).await?) {
        let known = correspondents.iter().any(|person| person.id == id);
        let standing = Standing::of(tx, id, ticket.id).await?;
        if known || !standing.may(Deed::Receive) {
            continue;
        }
        if let Some(person) = people::get(tx, id).await?.filter(|person| !person.addresses.is_empty()) {
            let (asked, mails) = (standing.requester, standing.gets_mails_about());
            candidates.correspondents.push(Correspondent { person: person.id, asked, mails });
            correspondents.push(person);
        }
    }
    let muted = tickets::muted(tx, ticket.id).await?;
    for person in &staff {
        candidates.staff.push(Colleague {
            person: person.id,
            concerned: ticket.state.assignee == Some(person.id) || before == Some(person.id),
            muted: muted.contains(&person.id),
            wants: wanted(&store::notify::wishes(tx, person.id).await?, ticket.project),
        });
    }
    Ok(Recipients { staff, correspondents, muted, candidates, pace: Pace::Free })
}

/// Whether a status means that a ticket is done.
pub(super) async fn is_done(tx: &mut Tx, key: &str) -> anyhow::Result<bool> {
    Ok(tickets::statuses(tx).await?.iter().any(|status| status.key == key && status.category == Category::Done))
}

async fn write_staff(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
    mut news: News,
    happened: &Happened,
) -> anyhow::Result<()> {
    let visibility = happened.visibility;
    let mut stationery = post::about(tx, context, ticket, person, visibility).await?;
    stationery.unsubscribe = post::unsubscribe(tx, context, ticket, person).await?;
    let zone = post::zone(context, person);
    news.before = before(tx, (&context.config.desk.name, zone), ticket, happened, news.given).await?;
    if visibility == Visibility::Public {
        news.note_address = post::note_address(tx, context, ticket, person, &stationery).await?;
    }
    let draft = staff::notification(stationery, &news, zone)?;
    let entry = happened.comment.as_ref().map(|(entry, _)| entry.id);
    post::send(tx, context, Kind::Notification, person, Some(About { ticket, entry, visibility }), draft).await
}

/// The exit to outsiders: everything in the mail comes out of the guest boundary. Several comments come as one mail; nothing
/// leaves where there is nothing to say.
pub(super) async fn write_outside(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    person: &Person,
    recipients: &Recipients,
    (comments, closed): (&[EntryId], bool),
) -> anyhow::Result<Option<OutboxId>> {
    let reader = Reader::correspondent(person.id);
    let Some(seen) = reader.ticket(tx, ticket.id, &context.config.desk.name).await? else { return Ok(None) };
    let entries: Vec<(EntryId, &GuestEntry)> = comments.iter().filter_map(|id| Some((*id, seen.entry(*id)?))).collect();
    let shown: Vec<&GuestEntry> = entries.iter().map(|(_, entry)| *entry).collect();
    if shown.is_empty() && !closed {
        return Ok(None);
    }
    let mut stationery = post::outside(tx, context, ticket, person).await?;
    stationery.unsubscribe = post::unsubscribe(tx, context, ticket, person).await?;
    let names = people::own_names(tx, &context.config.desk.name).await?;
    let others = recipients.readers().filter(|other| other.id != person.id);
    stationery.cc = others.map(|other| post::addressed(&names, other)).collect();
    stationery.by_link = by_link::links(tx, context, person, &entries).await?;
    let (quote, zone) = (context.config.quote, post::zone(context, person));
    let (kind, draft) = match shown.as_slice() {
        [] => (Kind::Done, outsider::done(stationery, &seen, None, quote, zone)?),
        [entry] if closed => (Kind::Done, outsider::done(stationery, &seen, Some(entry), quote, zone)?),
        [entry] => (Kind::Answer, outsider::answer(stationery, &seen, entry, quote, zone)?),
        several => (Kind::Answer, outsider::collected(stationery, &seen, several, zone)?),
    };
    let about = About { ticket, entry: comments.last().copied(), visibility: Visibility::Public };
    post::queue(tx, context, kind, person, Some(about), draft).await.map(Some)
}

/// "Carla has asked you to take part", with the public thread so far.
async fn welcome(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    invited: PersonId,
    entry: EntryId,
) -> anyhow::Result<()> {
    let person = people::get(tx, invited).await?;
    let Some(person) = person.filter(|person| person.active && !person.is_staff() && !person.addresses.is_empty()) else {
        return Ok(());
    };
    if !Standing::of(tx, invited, ticket.id).await?.wants_news() {
        return Ok(());
    }
    let Some(seen) = Reader::correspondent(invited).ticket(tx, ticket.id, &context.config.desk.name).await? else {
        return Ok(());
    };
    let Some(asked) = seen.entry(entry) else { return Ok(()) };
    let mut stationery = post::outside(tx, context, ticket, &person).await?;
    stationery.unsubscribe = post::unsubscribe(tx, context, ticket, &person).await?;
    let draft = outsider::welcome(stationery, &seen, asked, post::zone(context, &person))?;
    let about = About { ticket, entry: Some(entry), visibility: Visibility::Public };
    post::send(tx, context, Kind::Welcome, &person, Some(about), draft).await
}

/// "We have received your request." `sure`: nothing speaks against it that they wrote it themselves. What a contact of a
/// customer has written is repeated to them; nobody else's words are, or the desk would write to whomever a forger names.
pub(super) async fn acknowledge(
    tx: &mut Tx,
    context: &ActContext<'_>,
    ticket: &Ticket,
    requester: PersonId,
    sure: bool,
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, requester).await? else { return Ok(()) };
    if !budget::may_acknowledge(tx, context, ticket, &person).await? {
        return Ok(());
    }
    let reader = Reader::correspondent(requester);
    let Some(seen) = reader.ticket(tx, ticket.id, &context.config.desk.name).await? else { return Ok(()) };
    let stationery = post::outside(tx, context, ticket, &person).await?;
    let registered = !people::organizations_of(tx, person.id).await?.is_empty();
    let got = outbox::count_since(tx, person.id, Kind::Acknowledgement, context.now.minus(HOUR)).await?;
    let receipt = match (got >= RECEIPTS_AN_HOUR, sure && registered) {
        (true, _) => Receipt::Further,
        (false, true) => Receipt::Quoting,
        (false, false) => Receipt::Number,
    };
    let draft = outsider::acknowledgement(stationery, &seen, receipt, context.config.answer_within.as_ref())?;
    let about = About { ticket, entry: None, visibility: Visibility::Public };
    post::send(tx, context, Kind::Acknowledgement, &person, Some(about), draft).await
}

/// Tells a contact that their mail, received then and of so many bytes, is larger than the `largest` that is read, and how else to send it.
pub async fn too_large(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    (mailbox, ticket): (&str, Option<TicketId>),
    (received, bytes, largest): (Timestamp, i64, i64),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && !person.is_staff()) else { return Ok(()) };
    if person.addresses.is_empty() {
        return Ok(());
    }
    // A reply to it belongs where the mail would have belonged, if that is the sender's.
    let about = match ticket {
        Some(ticket) if Standing::of(tx, person.id, ticket).await?.corresponds() => tickets::get(tx, ticket).await?,
        _ => None,
    };
    let mut stationery = match &about {
        Some(ticket) => post::outside(tx, context, ticket, &person).await?,
        None => post::plain(context, context.mailbox(mailbox)?, &person),
    };
    let door = crate::guest::Guest::enter(tx, person.id).await?.and(context.config.web.as_ref());
    stationery.link = door.map(|web| web.base_url.clone());
    let draft = outsider::too_large(stationery, &received.in_zone(post::zone(context, &person)), bytes, largest)?;
    let about = about.as_ref().map(|ticket| About { ticket, entry: None, visibility: Visibility::Public });
    post::send(tx, context, Kind::TooLarge, &person, about, draft).await
}
