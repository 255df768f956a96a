//! What a decision does: the only place in intake that changes anything, in the transaction that decides.

use super::case::{self, Known, OnBehalfOf, Question, Sender};
use super::command::GuestWord;
use super::command::table::rows;
use super::decision::{Answer, Decision, Effect};
use super::facts::{self, Loaded, evidence, lookup, reply};
use super::redact;
use super::rules::{also, outsider, sent, would};
use crate::acts::held::mail::{self as held_mail, Asked};
use crate::acts::held::{DecisionOutcome, notice};
use crate::acts::{self, Act, ActContext, Actor, Content, Time};
use crate::desk::ids::{OutboxId, PersonId, TicketId};
use crate::desk::inbox::{Detail, Disposition, Further, Grounds, Held, HeldAction, staying};
use crate::desk::notice::Part;
use crate::desk::outbox::State;
use crate::desk::people::{Language, Person, fold_address};
use crate::letters;
use crate::letters::commands::{Line, Transcript};
use crate::letters::i18n::texts;
use crate::letters::outsider::Asked as GuestAsked;
use crate::mail::{Attachment, Kind, Letter, language};
use crate::reader::Reading;
use crate::store::held::Memory;
use crate::store::inbox::{LedgerRow, Understood, Verdict};
use crate::store::{self, Tx, blobs, inbox, outbox, people, projects};
use crate::time::Timestamp;

/// Does what was decided about a mail, and writes down what became of it.
///
/// # Errors
/// The database's; then nothing has happened.
pub(super) async fn apply(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    loaded: Loaded,
    mut decision: Decision,
) -> anyhow::Result<Disposition> {
    let known = &loaded.known;
    if row.found.is_some() {
        inbox::mark_old(tx, row.id, known.old).await?;
    }
    inbox::set_evidence(tx, row.id, known.said.map(evidence::word)).await?;
    let exposed = reply::end_exposed(tx, context, known.sender, known.token, &loaded.letter).await?;
    let actor = actor(tx, context, &loaded, &decision).await?;
    learn_language(tx, actor, &loaded, decision.disposition).await?;
    let (last, first): (Vec<Effect>, Vec<Effect>) =
        std::mem::take(&mut decision.effects).into_iter().partition(Effect::comes_last);
    let mut doing = Doing { context, row, loaded: &loaded, actor, ticket: decision.ticket, decision: &decision };
    for effect in first {
        doing.carry_out(tx, effect).await?;
    }
    let ticket = doing.ticket;
    decision.ticket = ticket;
    if let Some(exposed) = exposed {
        acts::renew_reply_address(tx, context, &exposed).await?;
    }
    let verdict = Verdict { disposition: decision.disposition, reason: decision.reason.as_str().to_owned(), ticket };
    if !inbox::decide(tx, row.id, &understood(&loaded.letter), &verdict, context.now).await? {
        anyhow::bail!("another node has decided about this mail meanwhile");
    }
    if decision.disposition == Disposition::Held {
        remember(tx, context, row, &loaded, &decision).await?;
    }
    let mut doing = Doing { context, row, loaded: &loaded, actor, ticket, decision: &decision };
    for effect in last {
        doing.carry_out(tx, effect).await?;
    }
    Ok(decision.disposition)
}

/// Remembers the language of what somebody outside the staff wrote themselves, before they are answered.
async fn learn_language(tx: &mut Tx, actor: Actor, loaded: &Loaded, disposition: Disposition) -> anyhow::Result<()> {
    let Actor::Contact(person) = actor else { return Ok(()) };
    let (letter, known) = (&loaded.letter, &loaded.known);
    let by_hand = letter.kind == Kind::Person && !letter.list && !known.old;
    if !by_hand || known.is_unverified() || !matches!(disposition, Disposition::Ticket | Disposition::Comment) {
        return Ok(());
    }
    let tag = language::of(&letter.body.new_text());
    if let Some(language) = tag.and_then(|tag| Language::try_from(tag).ok()) {
        people::set_wrote_in(tx, person, language).await?;
    }
    Ok(())
}

/// One decision while it is carried out.
struct Doing<'a> {
    context: &'a ActContext<'a>,
    row: &'a LedgerRow,
    loaded: &'a Loaded,
    decision: &'a Decision,
    /// In whose name.
    actor: Actor,
    /// The ticket that it is about, once there is one.
    ticket: Option<TicketId>,
}

impl Doing<'_> {
    /// Does one of its effects.
    async fn carry_out(&mut self, tx: &mut Tx, effect: Effect) -> anyhow::Result<()> {
        let Self { context, row, loaded, actor, ticket, .. } = *self;
        let mailbox = row.origin.mailbox.as_str();
        match (effect, ticket) {
            (Effect::TakeOff(address), Some(ticket)) => acts::commands::take_off(tx, context, actor, ticket, &address).await?,
            (Effect::Act(act, text), _) => self.act(tx, *act, text).await?,
            (Effect::TellDowngrade { why, outside }, Some(ticket)) => {
                if let Sender::Staff(author) = loaded.known.sender {
                    if why.is_some() {
                        store::held::meant_public(tx, row.id).await?;
                    }
                    held_mail::aside(tx, context, author, mailbox, ticket, (why, &outside)).await?;
                }
            }
            (Effect::TellLeftOut, Some(ticket)) => {
                if let Sender::Staff(author) = loaded.known.sender {
                    held_mail::left_out(tx, context, author, mailbox, (ticket, &loaded.known.signed.signature)).await?;
                }
            }
            (Effect::TellReach(lacks), Some(ticket)) => {
                if let Sender::Staff(author) = loaded.known.sender {
                    let direct = !loaded.known.guards.outside.is_empty();
                    held_mail::reach(tx, context, author, mailbox, ticket, (&lacks, direct)).await?;
                }
            }
            (Effect::Time(minutes, what, visibility), Some(ticket)) => {
                let today = context.now.strftime(&context.config.desk.time_zone, "%Y-%m-%d");
                let worked_on = Timestamp::from_date(&today).map_err(anyhow::Error::msg)?;
                let act = Act::Time(Time { ticket, minutes, worked_on, visibility });
                acts::perform(tx, context, actor, act, Content { text: what, ..Content::default() }).await?;
            }
            (Effect::Invite(address), Some(ticket)) => acts::commands::invite(tx, context, actor, ticket, &address).await?,
            (Effect::Answer(answer, lines), _) => self.answer(tx, answer, lines).await?,
            (Effect::Ask(lines), _) => self.ask(tx, lines).await?,
            (Effect::Settle(question, word), _) => settle(tx, context, row, question, word).await?,
            // About a ticket, and there is none.
            (
                Effect::TakeOff(_)
                | Effect::TellDowngrade { .. }
                | Effect::TellLeftOut
                | Effect::TellReach(_)
                | Effect::Time(..)
                | Effect::Invite(_),
                None,
            ) => {}
        }
        Ok(())
    }

    /// An act, with what comes with it: its text, without what nobody else is to read, and the mail's files.
    async fn act(&mut self, tx: &mut Tx, act: Act, text: String) -> anyhow::Result<()> {
        let Self { context, row, loaded, actor, decision, .. } = *self;
        let (letter, known) = (&loaded.letter, &loaded.known);
        if let Act::Undelivered { mail, answer } = &act
            && !came_back(tx, context, *mail, answer).await?
        {
            return Ok(());
        }
        let text = match known.sender {
            Sender::Staff(person) if decision.nameless => {
                let name = people::get(tx, person).await?.map(|person| person.name).unwrap_or_default();
                letters::held::unconfirmed(texts(context.config.desk.language), &name, &text)
            }
            _ => text,
        };
        let how = (decision.nameless, decision.quiet);
        let content = redact::content(tx, context, row, loaded, &act, text.clone(), how).await?;
        if !decision.nameless {
            redact::remember_end(tx, context, known, &act, letter, text).await?;
        }
        self.ticket = Some(acts::perform(tx, context, actor, act, content).await?.ticket);
        Ok(())
    }

    /// Answers commands, to the registered address of their author.
    async fn answer(&self, tx: &mut Tx, answer: Answer, lines: Vec<Line>) -> anyhow::Result<()> {
        let Self { context, row, actor, ticket, .. } = *self;
        match (answer, actor, ticket) {
            (Answer::Transcript { outcome, text, changes, channel }, Actor::Staff(person), ticket) => {
                let transcript = Transcript { number: None, lines, outcome, text, changes, readers: Vec::new() };
                let paper = (person, ticket, row.origin.mailbox.as_str());
                acts::commands::transcript(tx, context, paper, channel, transcript).await?;
            }
            (Answer::Help, Actor::Staff(person), _) => {
                acts::commands::help(tx, context, person, &row.origin.mailbox, rows).await?;
            }
            (Answer::Guest(word), Actor::Contact(person), Some(ticket)) => {
                let asked = match word {
                    GuestWord::Status => GuestAsked::Status,
                    GuestWord::Close => GuestAsked::Closed,
                    GuestWord::Help => GuestAsked::Help,
                };
                acts::commands::guest(tx, context, person, ticket, asked).await?;
            }
            (Answer::MayNotClose, Actor::Contact(person), Some(ticket)) => {
                acts::commands::may_not_close(tx, context, person, ticket).await?;
            }
            (Answer::Transcript { .. } | Answer::Help | Answer::Guest(_) | Answer::MayNotClose, _, _) => {}
        }
        Ok(())
    }

    /// Sees to it that somebody hears of a held mail.
    async fn ask(&self, tx: &mut Tx, lines: Vec<Line>) -> anyhow::Result<()> {
        let Self { context, row, loaded, ticket, decision, .. } = *self;
        let Some(reason) = decision.reason.held() else { return Ok(()) };
        let asked = Asked {
            inbox: row.id,
            mailbox: row.origin.mailbox.clone(),
            reason,
            ticket,
            project: Some(loaded.known.home.project),
            lines,
        };
        notice::hear(tx, context, &asked).await
    }
}

/// Writes down that a mail of ours came back. Whether that is news about a ticket: once is enough, and what never left did not
/// come back; whoever repeats or makes up a report changes nothing.
async fn came_back(tx: &mut Tx, context: &ActContext<'_>, mail: OutboxId, answer: &str) -> anyhow::Result<bool> {
    let Some(row) = outbox::get(tx, mail).await? else { return Ok(false) };
    let ended = matches!(row.state, State::Failed | State::Bounced | State::Withdrawn | State::Dropped);
    if ended || row.attempts == 0 {
        return Ok(false);
    }
    outbox::end(tx, mail, State::Bounced, answer, context.now, context.rng).await?;
    if row.mail.kind.tells_of_held() {
        notice::not_delivered(tx, context, &row, answer).await?;
    }
    Ok(row.mail.ticket.is_some())
}

/// Holds a mail that there is no reading, for what its header says of it.
pub(super) async fn hold(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    reason: Held,
    seen: Option<Box<Reading>>,
) -> anyhow::Result<Disposition> {
    let known = match &seen {
        Some(reading) => Some(facts::of_header(tx, context, row, reading).await?),
        None => None,
    };
    let old = row.old.unwrap_or_else(|| lookup::is_old(context.config, row, seen.as_ref().map(|reading| &reading.letter)));
    if row.found.is_some() {
        inbox::mark_old(tx, row.id, old).await?;
    }
    let ticket = known.as_ref().and_then(case::candidate);
    let verdict = Verdict { disposition: Disposition::Held, reason: reason.as_str().to_owned(), ticket };
    // The hash is that of a whole mail.
    let understood = seen.as_ref().map_or_else(Understood::default, |reading| understood(&reading.letter));
    let understood = Understood { content_hash: None, ..understood };
    inbox::decide(tx, row.id, &understood, &verdict, context.now).await?;
    let claims = match known.as_ref().map(|known| known.sender) {
        Some(Sender::Staff(person)) => Some(person),
        _ => None,
    };
    store::held::remember(tx, row.id, &Memory { claims, ..Memory::default() }).await?;
    if old {
        return Ok(Disposition::Held);
    }
    let reception = match context.config.mailbox(&row.origin.mailbox) {
        Some(mailbox) => projects::by_key(tx, &mailbox.reception).await?.map(|project| project.id),
        None => None,
    };
    let asked = Asked {
        inbox: row.id,
        mailbox: row.origin.mailbox.clone(),
        reason,
        ticket,
        project: known.as_ref().map(|known| known.home.project).or(reception),
        lines: Vec::new(),
    };
    notice::hear(tx, context, &asked).await?;
    if let (Held::TooLarge, Some(reading), Some(known)) = (reason, &seen, &known)
        && let Sender::Contact(person) = known.sender
        && outsider::is_told_of_size(&reading.letter, known, reading.server)
    {
        let largest = i64::try_from(context.config.limits.raw_bytes).unwrap_or(i64::MAX);
        acts::too_large(tx, context, person, (&row.origin.mailbox, ticket), (row.received_at, row.size, largest)).await?;
    }
    Ok(Disposition::Held)
}

fn understood(letter: &Letter) -> Understood {
    Understood {
        message_id: letter.message_id.clone(),
        content_hash: Some(blobs::hex(&letter.content_hash)),
        sender: letter.from.as_ref().map(|from| from.address.clone()),
        subject: Some(letter.subject.clone()),
    }
}

/// The probe of `check --trust`: it has told what it was sent for, and is nobody's mail.
pub(super) async fn put_away(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
) -> anyhow::Result<Disposition> {
    let verdict = Verdict { disposition: Disposition::Ignored, reason: Grounds::TrustCheck.as_str().to_owned(), ticket: None };
    inbox::decide(tx, row.id, &understood(letter), &verdict, context.now).await?;
    Ok(verdict.disposition)
}

/// In whose name the acts are done. A stranger whose mail becomes something becomes a contact.
async fn actor(tx: &mut Tx, context: &ActContext<'_>, loaded: &Loaded, decision: &Decision) -> anyhow::Result<Actor> {
    if decision.nameless {
        return Ok(Actor::Nobody);
    }
    let writes = decision.acts().any(|act| matches!(act, Act::Open(_) | Act::Update(_)));
    Ok(match (loaded.known.sender, loaded.person.clone(), &loaded.letter.from) {
        (Sender::Desk | Sender::Nobody, ..) => Actor::Nobody,
        (Sender::Staff(person), ..) => Actor::Staff(person),
        (Sender::Contact(id), Some(person), from) => {
            name_if_nameless(tx, person, from.as_ref().and_then(|from| from.name.clone())).await?;
            Actor::Contact(id)
        }
        (Sender::Stranger, None, Some(from)) if writes => {
            let address = fold_address(&from.address);
            let person =
                Person::contact(PersonId(context.rng.id()), from.name.clone().unwrap_or_default().replace('\0', ""), address);
            people::insert(tx, &person, context.now).await?;
            Actor::Contact(person.id)
        }
        _ => Actor::Nobody,
    })
}

/// A contact who was entered by address alone gets the name of the first mail that has one.
async fn name_if_nameless(tx: &mut Tx, mut person: Person, name: Option<String>) -> anyhow::Result<()> {
    if let (true, Some(name)) = (person.name.is_empty(), name) {
        person.name = name;
        people::update(tx, &person).await?;
    }
    Ok(())
}

/// Writes down what a held mail claims, shows and would become.
async fn remember(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    loaded: &Loaded,
    decision: &Decision,
) -> anyhow::Result<()> {
    let known = &loaded.known;
    let reason = decision.reason.held();
    let claims = match known.sender {
        Sender::Staff(person) => Some(person),
        _ if reason == Some(Held::UnknownAddress) => {
            let token = known.token.filter(|token| token.live).map(|token| token.person);
            token.or(known.question.map(|question| question.person))
        }
        _ => None,
    };
    let window = context.config.staff.undo_window.filter(|_| reason == Some(Held::Leaving));
    let detail = match reason {
        Some(Held::RefersToHeld) => {
            let first = match known.waits_for {
                Some((first, _)) => store::held::get(tx, first).await?,
                None => None,
            };
            let line = |first: store::held::HeldMail| {
                format!("{}: {}", first.sender.unwrap_or_default(), first.subject.unwrap_or_default())
            };
            Detail { lines: first.map(line).into_iter().collect(), ..Detail::default() }
        }
        Some(Held::Redirected) => known.redirected.as_ref().map_or_else(Detail::default, |of| Detail {
            lines: of.answers_to.clone(),
            whose: Some(of.whose.address.clone()),
            ..Detail::default()
        }),
        Some(reason) => seen(known, reason),
        None => Detail::default(),
    };
    let customer = match &known.behalf {
        Some(OnBehalfOf::Clear(customer)) => Some(customer.ticket_of()),
        _ => None,
    };
    let case = loaded.case();
    let sent = match (sent(&case, decision), known.sender) {
        (Some((act, text)), Sender::Staff(_)) => {
            Some(redact::content(tx, context, row, loaded, &act, text, (false, false)).await?)
        }
        _ => None,
    };
    let leaves: Option<String> = sent.as_ref().map(|sent| sent.text.chars().take(MOST).collect());
    let sent = sent.map(|sent| sent.files).unwrap_or_default();
    let stays = |file: &&Attachment| !sent.iter().any(|sent| sent.data == file.data);
    let files_stay = loaded.letter.attachments.iter().filter(stays).map(|file| file.name.clone()).collect();
    let files = sent.iter().map(|file| file.name.clone()).collect();
    let text = match &known.behalf {
        Some(OnBehalfOf::Unclear(found)) if reason == Some(Held::UnclearOriginal) => {
            letters::held::found(texts(context.config.desk.language), found, &loaded.letter.body.new_text())
        }
        _ if leaves.is_some() => leaves.clone().unwrap_or_default(),
        // Where nothing is new, what was taken for a signature is all that there is to see.
        _ if !known.signed.whole.is_empty() => known.signed.whole.clone(),
        _ => loaded.letter.body.new_text(),
    };
    // Of a mail that nobody has proven little is repeated, and of an answer all that its author is asked about.
    let proven = leaves.is_some() && reason.is_some_and(|reason| reason.part() == Part::Author);
    let text = if proven { letters::held::answer(&text) } else { letters::held::beginning(&text) };
    let also = also(&case, decision).into_iter().map(|reason| Further { reason, detail: seen(known, reason) }).collect();
    let detail = Detail {
        text,
        customer,
        stays: leaves.as_ref().map_or(0, |leaves| staying(&loaded.letter.body.text, leaves).len()),
        leaves,
        files,
        files_stay,
        also,
        settled: known.guards.settled.clone(),
        ..detail
    };
    let memory = Memory {
        claims,
        would: would(&case, decision, HeldAction::Send),
        as_note: would(&case, decision, HeldAction::Note),
        detail: Some(detail),
        leaves_at: window.map(|window| context.now.plus(window)),
        waits_for: known.waits_for.map(|(first, _)| first).filter(|_| reason == Some(Held::RefersToHeld)),
    };
    Ok(store::held::remember(tx, row.id, &memory).await?)
}

/// What is to be seen of a mail that is held for this reason.
fn seen(known: &Known, reason: Held) -> Detail {
    match reason {
        Held::Leak => Detail { lines: known.guards.leaks.clone(), inside: known.guards.matched.clone(), ..Detail::default() },
        Held::PartsDiffer => Detail { lines: known.guards.only_html.clone(), ..Detail::default() },
        Held::Collision => known.guards.collision.clone().unwrap_or_default(),
        _ => Detail::default(),
    }
}

/// Characters of a text that is shown before it is published.
const MOST: usize = 50_000;

/// Carries out what somebody replied to a question of ours, and tells them what came of it.
async fn settle(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    question: Question,
    word: Option<HeldAction>,
) -> anyhow::Result<()> {
    let outcome = match word {
        Some(word) if question.live => {
            Some(acts::held::decide(tx, context, Some(question.person), question.inbox, question.round, word).await?)
        }
        Some(_) => Some(DecisionOutcome::Missing),
        None => None,
    };
    held_mail::answer(tx, context, question.person, (&row.origin.mailbox, row.id), (outcome.as_ref(), Some(question.inbox))).await
}
