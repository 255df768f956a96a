//! The mails about one held mail: the question to whom it names or the notice to the staff, what became of a reply to one of
//! them, and warnings. Who gets which, and when, is the business of `notice`.

use super::about::{about, is_read};
use super::around::{SPAN, others, was_warned};
use super::case::{self, Case, DecisionOutcome};
use super::key::new_key;
use crate::acts::{ActContext, post};
use crate::config::Mailbox;
use crate::desk::entry::Lack;
use crate::desk::ids::{InboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Held, HeldAction, KeyPurpose};
use crate::desk::notice::Part;
use crate::desk::outbox::Kind;
use crate::desk::people::Person;
use crate::desk::secret::Plain;
use crate::letters::commands::Line;
use crate::letters::guard::{self, DowngradeNotice};
use crate::letters::held::{self as letter, Question};
use crate::letters::i18n::texts;
use crate::store::{Tx, held, outbox, people, spam, tickets, told};

/// Replies to questions that are answered within [`SPAN`].
const REPLIES: i64 = 60;
/// And letters about what was left out of answers.
const ASIDES: i64 = 20;

/// What a mail that is being held says of itself.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The inbox row it is kept in.
    pub inbox: InboxId,
    /// The mailbox it came through.
    pub mailbox: String,
    /// Why it is held.
    pub reason: Held,
    /// The ticket that it seems to be about.
    pub ticket: Option<TicketId>,
    /// Where a new ticket of its sender would go, as far as that is known.
    pub project: Option<ProjectId>,
    /// What is wrong with its command lines.
    pub lines: Vec<Line>,
}

/// Writes to somebody about a mail that is being held, and gives them the ways out; the Message-ID of that. `None` where they
/// may not see the mail.
pub(super) async fn question(
    tx: &mut Tx,
    context: &ActContext<'_>,
    kind: Kind,
    person: &Person,
    asked: &Asked,
) -> anyhow::Result<Option<String>> {
    let mailbox = context.mailbox(&asked.mailbox)?;
    let Some(mail) = held::get(tx, asked.inbox).await? else { return Ok(None) };
    let leaves_at = mail.leaves_at;
    let Some(case) = case::case(tx, mail, Some(person.id)).await? else { return Ok(None) };
    let more = match (kind, asked.ticket.is_some(), case.mail.project) {
        (Kind::HeldNotice, true, Some(project)) => held::others_of_project(tx, project, asked.inbox).await?,
        (Kind::HeldNotice, ..) => held::others_without_ticket(tx, asked.inbox).await?,
        _ => held::others_that_claim(tx, person.id, asked.inbox).await?,
    };
    let mut stationery = post::plain(context, mailbox, person);
    let keys = keys(tx, context, mailbox, person.id, asked.inbox, Some(&stationery.message_id)).await?;
    stationery.reply_to = keys.reply_to;
    let ways = ways(&case, keys.link.as_deref());
    let about = about(tx, context.config, texts(stationery.language), &case, context.now).await?;
    let question = Question {
        subject: case.mail.subject.clone().unwrap_or_default(),
        received: case.mail.received_at.in_zone(post::zone(context, person)),
        lines: asked.lines.clone(),
        ways,
        more,
        leaves: leaves_at.map(|at| at.strftime(post::zone(context, person), "%H:%M")),
        list: context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url)),
        trust: asked.reason == Held::ClaimsStaff && about.own && says_how_to_trust(tx, context).await?,
        about,
    };
    let draft = letter::question(stationery, &question)?;
    let message_id = draft.message_id.clone();
    post::send(tx, context, kind, person, None, draft).await?;
    Ok(Some(message_id))
}

/// Whether it is to be said how mails of the staff could be proven: where the desk believes nothing of the kind yet, once.
async fn says_how_to_trust(tx: &mut Tx, context: &ActContext<'_>) -> anyhow::Result<bool> {
    const SAID: &str = "trust";
    let trust = &context.config.trust;
    let believes = trust.receiver.is_some() || trust.dkim;
    Ok(!believes && spam::told_until(tx, SAID).await?.is_none() && spam::tell_until(tx, SAID, context.now).await?)
}

/// The secrets of a mail to one person about one held mail.
pub(super) struct Keys {
    /// What the links of the ways out begin with; `None` for a desk without pages.
    pub(super) link: Option<String>,
    /// Where a reply goes; `None` where plus-addressing is off and the Message-ID is the secret, if anything.
    pub(super) reply_to: Option<String>,
}

/// Makes the secrets for a person and a held mail; `message_id` is that of the mail in which they stand, if that is about no
/// other.
pub(super) async fn keys(
    tx: &mut Tx,
    context: &ActContext<'_>,
    mailbox: &Mailbox,
    person: PersonId,
    inbox: InboxId,
    message_id: Option<&str>,
) -> anyhow::Result<Keys> {
    let link = match &context.config.web {
        Some(web) => {
            let secret = Plain::long(context.rng);
            new_key(tx, context, (KeyPurpose::Link, &secret), person, inbox).await?;
            Some(format!("{}/held/{}", web.base_url, secret.expose()))
        }
        None => None,
    };
    let secret = if mailbox.plus_addressing { Some(Plain::short(context.rng)) } else { message_id.map(Plain::given) };
    if let Some(secret) = &secret {
        new_key(tx, context, (KeyPurpose::Reply, secret), person, inbox).await?;
    }
    let reply_to = secret.filter(|_| mailbox.plus_addressing).map(|secret| post::plus(mailbox, &secret));
    Ok(Keys { link, reply_to })
}

/// The ways out that a mail offers. Whoever is asked "was it you?" is not offered to drop it in silence.
pub(super) fn ways(case: &Case, link: Option<&str>) -> Vec<letter::Choice> {
    let all = case.ways();
    let asked = case.is_own() && case.reason.part() == Part::Named && all.contains(&HeldAction::Disown);
    let offered = all.into_iter().filter(|word| !(asked && *word == HeldAction::Drop));
    offered.map(|word| letter::Choice { word, link: link.map(|link| format!("{link}/{word}")) }).collect()
}

/// Tells the author why their mail became an internal note, and who outside has it all the same.
pub async fn aside(
    tx: &mut Tx,
    context: &ActContext<'_>,
    author: PersonId,
    mailbox: &str,
    ticket: TicketId,
    (why, outside): (Option<DowngradeNotice>, &[String]),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, author).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    let stationery = post::plain(context, context.mailbox(mailbox)?, &person);
    let draft = guard::aside(stationery, &ticket.number.to_string(), why, outside)?;
    post::send(tx, context, Kind::AuthorNotice, &person, None, draft).await
}

/// Tells the author of a public answer which lines of their mail were left out of it; not more than so often an hour.
pub async fn left_out(
    tx: &mut Tx,
    context: &ActContext<'_>,
    author: PersonId,
    mailbox: &str,
    (ticket, lines): (TicketId, &str),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, author).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(()) };
    if outbox::count_since(tx, person.id, Kind::AuthorNotice, context.now.minus(SPAN)).await? >= ASIDES {
        return Ok(());
    }
    let stationery = post::plain(context, context.mailbox(mailbox)?, &person);
    let draft = guard::left_out(stationery, &ticket.number.to_string(), lines)?;
    post::send(tx, context, Kind::AuthorNotice, &person, None, draft).await
}

/// Tells the author of a public answer what of it did not leave whole, and that nobody outside gets it by mail where there is
/// a customer who did; not more than so often an hour. `direct`: they wrote to somebody outside themselves.
pub async fn reach(
    tx: &mut Tx,
    context: &ActContext<'_>,
    author: PersonId,
    mailbox: &str,
    ticket: TicketId,
    (lacks, direct): (&[Lack], bool),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, author).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    let Some(of) = tickets::get(tx, ticket).await? else { return Ok(()) };
    let alone = of.requester.is_some() && !direct && !is_read(tx, &of).await?;
    if (lacks.is_empty() && !alone)
        || outbox::count_since(tx, person.id, Kind::AuthorNotice, context.now.minus(SPAN)).await? >= ASIDES
    {
        return Ok(());
    }
    let stationery = post::plain(context, context.mailbox(mailbox)?, &person);
    let draft = guard::reach(stationery, &of.number.to_string(), lacks, alone)?;
    post::send(tx, context, Kind::AuthorNotice, &person, None, draft).await
}

/// Tells a member of staff what became of their reply to a question; `None` where it said neither yes nor no, and is held
/// as `inbox` itself. What hangs together with the mail that the question was about and is still held is offered.
pub async fn answer(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    (mailbox, inbox): (&str, InboxId),
    (outcome, question): (Option<&DecisionOutcome>, Option<InboxId>),
) -> anyhow::Result<()> {
    let Some(person) = people::get(tx, person).await?.filter(|person| person.active && person.is_staff()) else { return Ok(()) };
    if outbox::count_since(tx, person.id, Kind::HeldReply, context.now.minus(SPAN)).await? >= REPLIES {
        if outcome.is_none() {
            told::schedule(tx, inbox, person.id, Part::Author, context.now.plus(SPAN)).await?;
        }
        return Ok(());
    }
    let mailbox = context.mailbox(mailbox)?;
    let mut stationery = post::plain(context, mailbox, &person);
    let words = texts(stationery.language);
    let about = match (question, outcome) {
        (Some(mail), Some(DecisionOutcome::Done { .. })) => held::get(tx, mail).await?,
        _ => None,
    };
    let family = match &about {
        Some(mail) => case::family(tx, mail, person.id).await?,
        None => Vec::new(),
    };
    let said = match outcome {
        None => words.text("held-reply-unclear", &[]),
        Some(DecisionOutcome::Done { reason, word }) => {
            let warned = match question {
                Some(mail) if *word == HeldAction::Disown => warned_about(tx, context, mail, person.id).await?,
                _ => false,
            };
            letter::said(words, *reason, *word, warned)
        }
        Some(DecisionOutcome::Already(Some(taken))) => {
            let by = name_of(tx, taken.person).await?;
            letter::already(words, (taken.reason, taken.word), by.as_deref(), context.now.since(taken.at))
        }
        Some(DecisionOutcome::Already(None) | DecisionOutcome::Missing) => words.text("held-reply-gone", &[]),
        Some(DecisionOutcome::NotAllowed) => words.text("held-not-allowed", &[]),
    };
    let subjects: Vec<&str> = family.iter().filter_map(|case| case.mail.subject.as_deref()).collect();
    let said = if family.is_empty() { said } else { letter::with_family(words, &said, &subjects) };
    if !family.is_empty() {
        stationery.link = context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
    }
    let draft = letter::told(stationery, &said)?;
    if outcome.is_none() {
        told::tell(tx, inbox, person.id, Part::Author, &draft.message_id, context.now).await?;
    }
    post::send(tx, context, Kind::HeldReply, &person, None, draft).await
}

/// Whether anybody was warned because of a mail that somebody has just disowned.
async fn warned_about(tx: &mut Tx, context: &ActContext<'_>, mail: InboxId, reader: PersonId) -> anyhow::Result<bool> {
    let Some(mail) = held::get(tx, mail).await? else { return Ok(false) };
    let Some(case) = case::case(tx, mail, Some(reader)).await? else { return Ok(false) };
    was_warned(tx, context.config, &case, context.now).await
}

/// Somebody's name; `None` for an administrator at the command line.
pub async fn name_of(tx: &mut Tx, person: Option<PersonId>) -> anyhow::Result<Option<String>> {
    let Some(person) = person else { return Ok(None) };
    Ok(people::get(tx, person).await?.map(|person| person.name))
}

/// Warns the others that somebody writes in a colleague's name.
pub(super) async fn warn_of_forgery(tx: &mut Tx, context: &ActContext<'_>, case: &Case) -> anyhow::Result<()> {
    let Some(claims) = &case.claims else { return Ok(()) };
    let mailbox = context.mailbox(&case.mail.mailbox)?;
    for person in others(tx, context.config, case).await? {
        warn(tx, context, mailbox, &person, |stationery| letter::forged(stationery, &claims.name, case.mail.subject.as_deref()))
            .await?;
    }
    Ok(())
}

pub(super) async fn warn(
    tx: &mut Tx,
    context: &ActContext<'_>,
    mailbox: &Mailbox,
    person: &Person,
    write: impl FnOnce(crate::letters::Stationery) -> askama::Result<crate::mail::compose::Draft>,
) -> anyhow::Result<()> {
    if outbox::count_since(tx, person.id, Kind::Warning, context.now.minus(SPAN)).await? > 0 {
        return Ok(());
    }
    let mut stationery = post::plain(context, mailbox, person);
    stationery.link = context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
    let draft = write(stationery)?;
    post::send(tx, context, Kind::Warning, person, None, draft).await
}
