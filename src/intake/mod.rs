//! One mail in: from a row of the inbox to acts, exactly once.
//!
//! [`process_next`] is the step; the loop around it is thin. Mails are read ahead of their turn, several at once and in
//! processes of their own ([`crate::reader`]): what a mail does to its reader costs that mail an attempt and nobody else
//! anything, and after three it is held. Knowing, deciding and acting happen in one transaction, together with the
//! disposition: whatever is killed in between has not happened.
//!
//! What speaks for a staff member's mail is gathered while reading (`evidence`, [`dkim`]), judged by [`proof`] alone, and
//! checked against the person as of deciding; `reply` finds the reply token, `token` says whether it is good. What speaks
//! for "internal" and what stands in the way of a public answer are [`signals`]; `guards` loads them, [`leak`] compares
//! texts, `window` ends the time in which an answer can be undone. What is old is done in silence (`old`), what the receiving
//! server takes for junk is put away or held (`junk`); `lists` tells the staff of both.
//! `owed` tells together what was too much to be told one by one.
//!
//! Deciding is one lane, however many nodes there are: a lease that names the mail, whose row is locked while deciding. Otherwise a mail and its answer, decided at the same time, would become two tickets.

mod ahead;
pub mod behalf;
pub mod case;
mod clean;
pub mod command;
pub mod decide;
pub mod dkim;
mod evidence;
mod guards;
mod junk;
mod known;
mod lacks;
mod lane;
pub mod leak;
mod lists;
pub mod obey;
mod old;
mod opens;
mod orders;
mod ours;
mod outsider;
mod owed;
pub mod proof;
mod redirect;
mod reply;
pub mod signals;
mod token;
mod window;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::acts::held::Outcome;
use crate::acts::held::mail::{self as held_mail, Asked};
use crate::acts::held::notice;
use crate::acts::{self, Act, Actor, Content, Scene};
use crate::config::Config;
use crate::crash;
use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;
use crate::desk::inbox::{Detail, Disposition, Held, Word, Would};
use crate::desk::outbox::State;
use crate::desk::people::{Person, fold_address};
use crate::letters;
use crate::letters::guard::Aside;
use crate::letters::words::words;
use crate::mail::Letter;
use crate::mail::proof::Alignment;
use crate::reader::{Readers, Reading};
use crate::store::held::Memory;
use crate::store::inbox::{LedgerRow, Understood, Verdict};
use crate::store::{self, Store, Trouble, Tx, blobs, inbox, outbox, people, projects};
use crate::time::{Chance, Clock};
use ahead::{Ahead, Read};
use case::{Decision, Known, Question, Sender};
use command::plan::Facts;
use decide::decide;
use evidence::Gathered;
pub use known::TRUST_CHECK;
pub use lane::after_a_crash;
use lane::{Begun, Turn, begin, give_back};
use proof::{Origin, Rules};
use signals::{Guards, Signals};

/// After so many attempts that did not end, a mail is held.
const ATTEMPTS: i64 = 3;
/// A pause after trouble of the database, before it is asked again how it is.
const BREATH: Duration = Duration::from_millis(500);
/// How often to look without being woken: a node that died in the lane wakes nobody.
const TICK: Duration = Duration::from_secs(1);

/// What intake works with.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The desk.
    pub store: Store,
    /// Its configuration.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// What reads the mails.
    pub readers: Readers,
    /// Where the keys of signatures come from.
    pub records: dkim::Records,
}

/// Works through the inbox until told to stop; whatever comes into it wakes it.
pub async fn run(intake: Intake, stop: CancellationToken) {
    let (mut ahead, mut failing) = (Ahead::default(), false);
    while !stop.is_cancelled() {
        tokio::select! {
            () = intake.store.well() => {}
            () = stop.cancelled() => break,
        }
        match step(&intake, &mut ahead, &stop).await {
            Ok(Some(_)) => {
                failing = false;
                continue;
            }
            Ok(None) => failing = false,
            Err(error) => {
                // Said by the store, and waited for above.
                if Trouble::within(&error).is_some_and(Trouble::lasts) {
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
                if !failing {
                    tracing::error!("a mail could not be worked on, will try again: {error:#}");
                }
                failing = true;
            }
        }
        tokio::select! {
            // A mail that comes before this is not slept over: it is remembered that the bell was rung.
            () = intake.store.arrived(), if !failing => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Works on the first undecided mail. `None` when there is none or another node is at it, else what became of it.
///
/// # Errors
/// When the database or the set-up of the desk stands in the way; the mail stays undecided, and where it is not to blame,
/// no attempt counts.
pub async fn process_next(intake: &Intake) -> anyhow::Result<Option<Disposition>> {
    step(intake, &mut Ahead::default(), &CancellationToken::new()).await
}

/// One mail: read in a reader, ahead of its turn, and decided in the lane.
async fn step(intake: &Intake, ahead: &mut Ahead, stop: &CancellationToken) -> anyhow::Result<Option<Disposition>> {
    loop {
        let mut tx = intake.store.read().await?;
        let waiting = inbox::undecided(&mut tx, Ahead::reach(intake)).await?;
        // However much comes in: what was put off because of it is told in its time.
        let owed = owed::is_due(intake, &mut tx).await?;
        drop(tx);
        if owed && owed::tell_one(intake).await? {
            continue;
        }
        ahead.begin(intake, &waiting);
        let Some(row) = ahead.next(&waiting) else {
            if window::end_one(intake).await? || lists::tell_one(intake).await? {
                continue;
            }
            return Ok(None);
        };
        let read = tokio::select! {
            read = ahead.take(intake, row) => read?,
            // Nothing has happened to it yet; whoever is next reads it again.
            () = stop.cancelled() => return Ok(None),
        };
        if let Read::Died(how) = read {
            tracing::error!(inbox = row.id.0, "a mail could not be read, its reader {how}");
            let id = row.id;
            intake.store.write(move |tx| Box::pin(async move { Ok(inbox::count_attempt(tx, id).await?) })).await?;
            continue;
        }
        match decide_one(intake, row, read).await? {
            Turned::Decided(disposition) => return Ok(Some(disposition)),
            Turned::Stale => {}
            Turned::Taken => return Ok(None),
        }
    }
}

/// What came of a turn in the lane.
enum Turned {
    Decided(Disposition),
    Stale,
    Taken,
}

/// Decides about a mail that was read.
async fn decide_one(intake: &Intake, read_row: &LedgerRow, read: Read) -> anyhow::Result<Turned> {
    let turn = Turn::new(&intake.chance, read_row);
    let mine = turn.clone();
    let row = match intake.store.write(move |tx| Box::pin(async move { begin(tx, &mine).await })).await? {
        Begun::Yes(row) => row,
        Begun::Stale => return Ok(Turned::Stale),
        Begun::Taken => return Ok(Turned::Taken),
    };
    crash::point("begun");
    let (inner, mine, now) = (intake.clone(), turn.clone(), intake.clock.now());
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let current = inbox::get(tx, row.id).await?.filter(|row| row.disposition.is_none());
            if !mine.end(tx).await? || current.is_none() {
                return Ok(Turned::Taken);
            }
            let epoch = store::epoch(tx, now, &inner.chance).await?;
            let scene = Scene { config: &inner.config, now, chance: &inner.chance, epoch };
            let disposition = match read {
                Read::Letter(reading, gathered) => settle(tx, &scene, &row, *reading, gathered).await,
                Read::Not(reason, seen) => hold(tx, &scene, &row, reason, seen).await,
                Read::Died(_) => hold(tx, &scene, &row, Held::Crashes, None).await,
            };
            disposition.map(Turned::Decided)
        })
    });
    let turned = match work.await {
        Ok(turned) => turned,
        Err(error) => {
            give_back(intake, turn, &error).await;
            return Err(error.into());
        }
    };
    crash::point("decided");
    if let Turned::Decided(disposition) = &turned {
        tracing::info!(disposition = disposition.as_str(), "decided about a mail");
    }
    Ok(turned)
}

/// Holds a mail that there is no reading, for what its header says of it.
async fn hold(
    tx: &mut Tx,
    scene: &Scene<'_>,
    row: &LedgerRow,
    reason: Held,
    seen: Option<Box<Reading>>,
) -> anyhow::Result<Disposition> {
    let known = match &seen {
        Some(reading) => {
            let gathered = Gathered {
                origin: Origin::default(),
                junk: row.junk || reading.junk,
                server: evidence::believed(scene.config, reading),
            };
            Some(known::load(tx, scene, row, (&reading.letter, reading.forward.clone()), gathered).await?.0)
        }
        None => None,
    };
    let old = row.old.unwrap_or_else(|| known::is_old(scene.config, row, seen.as_ref().map(|reading| &reading.letter)));
    if row.found.is_some() {
        inbox::mark_old(tx, row.id, old).await?;
    }
    let ticket = known.as_ref().and_then(case::candidate);
    let verdict = Verdict { disposition: Disposition::Held, reason: reason.as_str().to_owned(), ticket };
    // The hash is that of a whole mail.
    let understood = seen.as_ref().map_or_else(Understood::default, |reading| understood(&reading.letter));
    let understood = Understood { content_hash: None, ..understood };
    inbox::decide(tx, row.id, &understood, &verdict, scene.now).await?;
    let claims = match known.as_ref().map(|known| known.sender) {
        Some(Sender::Staff(person)) => Some(person),
        _ => None,
    };
    store::held::remember(tx, row.id, &Memory { claims, ..Memory::default() }).await?;
    if old {
        return Ok(Disposition::Held);
    }
    let reception = match scene.config.mailbox(&row.origin.mailbox) {
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
    notice::hear(tx, scene, &asked).await?;
    if let (Held::TooLarge, Some(reading), Some(known)) = (reason, &seen, &known)
        && let Sender::Contact(person) = known.sender
        && outsider::is_told_of_size(&reading.letter, known, reading.server)
    {
        let largest = i64::try_from(scene.config.limits.raw_bytes).unwrap_or(i64::MAX);
        acts::too_large(tx, scene, person, &row.origin.mailbox, (row.received_at, row.size, largest)).await?;
    }
    Ok(Disposition::Held)
}

/// Knows, decides and acts, in one transaction.
async fn settle(
    tx: &mut Tx,
    scene: &Scene<'_>,
    row: &LedgerRow,
    reading: Reading,
    gathered: Gathered,
) -> anyhow::Result<Disposition> {
    let Reading { mut letter, forward, .. } = reading;
    if known::is_trust_check(tx, &letter).await? {
        return put_away(tx, scene, row, &letter).await;
    }
    let mut gathered = gathered;
    if known::forwarded(tx, scene, row, &mut letter).await? && gathered.server == Some(Alignment::Pass) {
        // It speaks for the forwarder and not for whom that names.
        gathered.server = Some(Alignment::None);
    }
    let theirs = redirect::settle(tx, scene, row, &mut letter).await?;
    // Who said whose it is has said nothing else of it yet.
    let unsaid = LedgerRow { release: row.release.filter(|_| !theirs.as_ref().is_some_and(|of| of.just_said)), ..row.clone() };
    let row = &unsaid;
    // Junk on its way to the desk it was by the word of a server, and a human has looked at it since.
    let gathered = Gathered { junk: gathered.junk && theirs.is_none(), ..gathered };
    let (mut known, person) = known::load(tx, scene, row, (&letter, forward), gathered).await?;
    if row.found.is_some() {
        inbox::mark_old(tx, row.id, known.old).await?;
    }
    inbox::set_evidence(tx, row.id, known.said.map(evidence::word)).await?;
    let written = known::times(row, Some(&letter)).written();
    ours::recognise(tx, &known, &mut letter).await?;
    known.signed = clean::sign(tx, row, &known, &mut letter).await?;
    known.guards = guards::load(tx, scene, row, &letter, &known).await?;
    let facts = orders::facts(tx, scene, &letter, &known, person.as_ref()).await?;
    let rules = evidence::rules(scene.config);
    let mut decision = decide(&letter, &known, &facts, &rules);
    let understood = understood(&letter);
    let exposed = reply::end_exposed(tx, scene, (known.sender, known.token), &letter).await?;
    let actor = match decision.nameless {
        true => Actor::Nobody,
        false => actor(tx, scene, &known.sender, person, &letter, &decision).await?,
    };
    let of = |word| would(&letter, &known, &facts, &rules, (&decision, word));
    let would = (of(Word::Send), of(Word::Note));
    let new_text = match &known.behalf {
        Some(behalf::Behalf::Unclear(found)) if decision.reason == Held::UnclearOriginal.as_str() => {
            letters::held::found(words(scene.config.desk.language), found, &letter.new_text)
        }
        // Where nothing is new, what was taken for a signature is all that there is to see.
        _ if !known.signed.whole.is_empty() => known.signed.whole.clone(),
        _ => letter.new_text.clone(),
    };
    if decision.nameless
        && let Sender::Staff(person) = known.sender
    {
        let name = people::get(tx, person).await?.map(|person| person.name).unwrap_or_default();
        decision.text = letters::held::unconfirmed(words(scene.config.desk.language), &name, &decision.text);
    }
    let acts = std::mem::take(&mut decision.acts);
    let lacks = lacks::lacks(&letter);
    let files = match (&known.behalf, acts.as_slice()) {
        (Some(behalf::Behalf::Clear(customer)), [Act::OnBehalf(_)]) => customer.files.clone(),
        _ => letter.attachments,
    };
    let text = token::without_secrets(scene.config, std::mem::take(&mut decision.text));
    let past = decision.quiet.then_some(written);
    let unverified = known.is_unverified();
    let message_id = theirs.and_then(|of| of.original).filter(|_| known.thread.is_none()).or(letter.message_id);
    let mut content = Content { text, files, lacks, message_id, inbox: Some(row.id), past, unverified };
    let mut left_out = false;
    if !decision.nameless {
        left_out = clean::staff_words(tx, scene, &known, &acts, &mut content).await?;
        if !acts.is_empty() && decision.disposition != Disposition::Held {
            clean::customer_words(tx, scene, &known, (letter.kind, letter.from.as_ref()), &mut content).await?;
        }
    }
    if decision.disposition != Disposition::Held {
        orders::take_off(tx, scene, (actor, decision.ticket), &decision.orders).await?;
    }
    for act in acts {
        if let Act::Undelivered { mail, answer } = &act {
            // Once is enough, and what never left did not come back: whoever repeats or makes up a report changes nothing.
            let Some(row) = outbox::get(tx, *mail).await? else { continue };
            let ended = matches!(row.state, State::Failed | State::Bounced | State::Withdrawn | State::Dropped);
            if ended || row.attempts == 0 {
                continue;
            }
            outbox::end(tx, *mail, State::Bounced, answer, scene.now, scene.chance).await?;
            if row.mail.kind.tells_of_held() {
                notice::not_delivered(tx, scene, &row, answer).await?;
            }
            if row.mail.ticket.is_none() {
                continue;
            }
        }
        let done = acts::perform(tx, scene, actor, act, std::mem::take(&mut content)).await?;
        decision.ticket = Some(done.ticket);
    }
    if !decision.quiet {
        aside(tx, scene, &row.origin.mailbox, &known, &decision).await?;
        if let (true, Sender::Staff(author), Some(ticket)) = (left_out, known.sender, decision.ticket) {
            held_mail::left_out(tx, scene, author, &row.origin.mailbox, (ticket, &known.signed.signature)).await?;
        }
    }
    if decision.disposition != Disposition::Held {
        let orders = std::mem::take(&mut decision.orders);
        orders::carry_out(tx, scene, (actor, decision.ticket), row, orders).await?;
    }
    if let Some(exposed) = exposed {
        acts::renew_reply_address(tx, scene, &exposed).await?;
    }
    let verdict = Verdict { disposition: decision.disposition, reason: decision.reason.to_owned(), ticket: decision.ticket };
    if !inbox::decide(tx, row.id, &understood, &verdict, scene.now).await? {
        anyhow::bail!("another node has decided about this mail meanwhile");
    }
    if decision.disposition == Disposition::Held {
        held(tx, scene, row, &new_text, (&known, &decision, would)).await?;
    }
    if let Some(answer) = decision.answer {
        answered(tx, scene, row, answer).await?;
    }
    Ok(decision.disposition)
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
async fn put_away(tx: &mut Tx, scene: &Scene<'_>, row: &LedgerRow, letter: &Letter) -> anyhow::Result<Disposition> {
    let verdict = Verdict { disposition: Disposition::Ignored, reason: "trust_check".to_owned(), ticket: None };
    inbox::decide(tx, row.id, &understood(letter), &verdict, scene.now).await?;
    Ok(verdict.disposition)
}

/// In whose name the acts are done. A stranger whose mail becomes something becomes a contact.
async fn actor(
    tx: &mut Tx,
    scene: &Scene<'_>,
    sender: &Sender,
    person: Option<Person>,
    letter: &Letter,
    decision: &Decision,
) -> anyhow::Result<Actor> {
    let writes = decision.acts.iter().any(|act| matches!(act, Act::Open(_) | Act::Update(_)));
    Ok(match (sender, person, &letter.from) {
        (Sender::Desk | Sender::Nobody, ..) => Actor::Nobody,
        (Sender::Staff(person), ..) => Actor::Staff(*person),
        (Sender::Contact(id), Some(person), from) => {
            name_if_nameless(tx, person, from.as_ref().and_then(|from| from.name.clone())).await?;
            Actor::Contact(*id)
        }
        (Sender::Stranger, None, Some(from)) if writes => {
            let address = fold_address(&from.address);
            let person =
                Person::contact(PersonId(scene.chance.id()), from.name.clone().unwrap_or_default().replace('\0', ""), address);
            people::insert(tx, &person, scene.now).await?;
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

/// Writes down what a held mail claims and would become, and sees to it that somebody hears of it.
async fn held(
    tx: &mut Tx,
    scene: &Scene<'_>,
    row: &LedgerRow,
    text: &str,
    (known, decision, (would, as_note)): (&Known, &Decision, (Option<Would>, Option<Would>)),
) -> anyhow::Result<()> {
    let reason = Held::try_from(decision.reason);
    let claims = match known.sender {
        Sender::Staff(person) => Some(person),
        _ => known.token.filter(|_| reason == Ok(Held::UnknownAddress)).map(|token| token.person),
    };
    let window = scene.config.staff.undo_window.filter(|_| reason == Ok(Held::Leaving));
    let detail = match reason {
        Ok(Held::Leak) => Detail { lines: known.guards.leaks.clone(), inside: known.guards.matched.clone(), ..Detail::default() },
        Ok(Held::PartsDiffer) => Detail { lines: known.guards.only_html.clone(), ..Detail::default() },
        Ok(Held::Collision) => known.guards.collision.clone().unwrap_or_default(),
        Ok(Held::RefersToHeld) => {
            let first = match known.waits_for {
                Some((first, _)) => store::held::get(tx, first).await?,
                None => None,
            };
            let line = |first: store::held::HeldMail| {
                format!("{}: {}", first.sender.unwrap_or_default(), first.subject.unwrap_or_default())
            };
            Detail { lines: first.map(line).into_iter().collect(), ..Detail::default() }
        }
        Ok(Held::Redirected) => known.redirected.as_ref().map_or_else(Detail::default, |of| Detail {
            lines: of.answers_to.clone(),
            whose: Some(of.whose.address.clone()),
            ..Detail::default()
        }),
        _ => Detail::default(),
    };
    let customer = match &known.behalf {
        Some(behalf::Behalf::Clear(customer)) => Some(customer.ticket_of()),
        _ => None,
    };
    let detail = Some(Detail { text: letters::held::beginning(text), customer, ..detail });
    let leaves_at = window.map(|window| scene.now.plus(window));
    let waits_for = known.waits_for.map(|(first, _)| first).filter(|_| reason == Ok(Held::RefersToHeld));
    let memory = Memory { claims, would, as_note, detail, leaves_at, waits_for };
    store::held::remember(tx, row.id, &memory).await?;
    let Ok(reason) = reason else { return Ok(()) };
    let asked = Asked {
        inbox: row.id,
        mailbox: row.origin.mailbox.clone(),
        reason,
        ticket: decision.ticket,
        project: Some(known.home.project),
        lines: decision.orders.lines.clone(),
    };
    // Whoever replied to a question of ours is answered.
    if decision.quiet || reason == Held::UnclearAnswer {
        return Ok(());
    }
    notice::hear(tx, scene, &asked).await
}

/// Tells the author what their mail became otherwise than they may think: a note although they did not ask for one, or a
/// note that somebody outside has in their own mailbox.
async fn aside(tx: &mut Tx, scene: &Scene<'_>, mailbox: &str, known: &Known, decision: &Decision) -> anyhow::Result<()> {
    let (Sender::Staff(author), Some(ticket)) = (known.sender, decision.ticket) else { return Ok(()) };
    if decision.disposition != Disposition::Note || decision.nameless {
        return Ok(());
    }
    let why = decision.aside.map(|signals| match signals {
        Signals { quotes: true, .. } => Aside::Quotes,
        _ => Aside::RefersToInternal,
    });
    let outside = &known.guards.outside;
    if why.is_none() && outside.is_empty() {
        return Ok(());
    }
    held_mail::aside(tx, scene, author, mailbox, ticket, (why, outside)).await
}

/// What the mail would become with that word of whom it names, or of staff where it names nobody: what its buttons say.
fn would(letter: &Letter, known: &Known, facts: &Facts, rules: &Rules, (decision, word): (&Decision, Word)) -> Option<Would> {
    let reason = Held::try_from(decision.reason).ok()?;
    if reason == Held::Redirected && word == Word::Send {
        return Some(if decision.ticket.is_some() { Would::Comment } else { Would::PublicTicket });
    }
    let release = Some(reason.release(word)?);
    // Every question is answered with "send".
    let guards = Guards { settled: Held::ALL.to_vec(), ..known.guards.clone() };
    let released = Known { release, released_by: None, guards, ..known.clone() };
    // What was taken for a signature is what remains of it.
    let whole = &known.signed.whole;
    let said = (reason == Held::NothingNew && !whole.is_empty()).then(|| Letter { new_text: whole.clone(), ..letter.clone() });
    let decided = decide(said.as_ref().unwrap_or(letter), &released, facts, rules);
    match decided.disposition {
        Disposition::Comment => Some(Would::Comment),
        Disposition::Note => Some(Would::Note),
        Disposition::Command => Some(Would::Command),
        Disposition::Ticket => Some(match decided.acts.first() {
            Some(Act::OnBehalf(_)) => Would::CustomersTicket,
            Some(Act::Open(open)) if open.visibility == Visibility::Public => Would::PublicTicket,
            _ => Would::InternalTicket,
        }),
        _ => None,
    }
}

/// Carries out what somebody replied to a question of ours, and tells them what came of it.
async fn answered(
    tx: &mut Tx,
    scene: &Scene<'_>,
    row: &LedgerRow,
    (question, word): (Question, Option<Word>),
) -> anyhow::Result<()> {
    let outcome = match word {
        Some(word) if question.live => {
            Some(acts::held::decide(tx, scene, Some(question.person), question.inbox, question.round, word).await?)
        }
        Some(_) => Some(Outcome::Missing),
        None => None,
    };
    held_mail::answer(tx, scene, question.person, (&row.origin.mailbox, row.id), (outcome.as_ref(), Some(question.inbox))).await
}
