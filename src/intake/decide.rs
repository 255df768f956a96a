//! What becomes of a mail: pure and total, over plain data.
//!
//! Two invariants hold over the whole input space and are tested: adding an internal signal never makes the outcome more
//! public, and removing proof never adds power.

use super::behalf::Behalf;
use super::command::plan::Facts;
use super::command::table::Verb;
use super::command::{Wishes, verdict, wishes};
use super::obey::{self, Orders};
use super::opens::{staff_opens, staff_opens_for, unconfirmed};
use super::outsider::outsider;
use super::proof::{Evidence, Origin, Power, Rules};
use super::signals::{Guards, Signals};
use crate::acts::{Act, Open, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::{InboxId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Disposition, Held, Release, Word};
use crate::letters::staff::Fact;
use crate::mail::{Kind, Letter, UNCERTAIN_QUOTE};

/// How many acknowledgements one sender gets in an hour.
pub const ACKNOWLEDGEMENTS_AN_HOUR: i64 = 5;

/// What the desk knows about a mail before deciding: plain data, loaded in the deciding transaction.
#[derive(Debug, Clone)]
pub struct Known {
    /// Name of the mailbox it came through.
    pub mailbox: String,
    /// Who its From header names.
    pub sender: Sender,
    /// What speaks for a sender of the staff beside the token; nothing for everybody else.
    pub origin: Origin,
    /// The reply token it was sent to.
    pub token: Option<TokenHit>,
    /// The ticket that one of its references belongs to.
    pub thread: Option<TicketHit>,
    /// The ticket whose number stands in its subject.
    pub subject: Option<TicketHit>,
    /// Where a new ticket of this sender goes.
    pub home: Home,
    /// What the ledger says about it.
    pub copy: Copy,
    /// Acknowledgements that the sender got within the last hour.
    pub acknowledgements: i64,
    /// Comments that the sender added within the last hour to the ticket that this mail seems to be about.
    pub lately: i64,
    /// Whether the named staff member was asked about such a mail within the last hour.
    pub asked: bool,
    /// Answers to commands, and questions about them, that the sender got within the last hour.
    pub answers: i64,
    /// Whether the sender, a contact, may close the ticket that this mail seems to be about.
    pub may_close: bool,
    /// Whether it is young enough to be acknowledged.
    pub fresh: bool,
    /// The outgoing mail that a delivery report is about.
    pub bounced: Option<(OutboxId, Option<TicketId>)>,
    /// What a human said about it.
    pub release: Option<Release>,
    /// Which member of staff that was; an administrator where `None`.
    pub released_by: Option<PersonId>,
    /// The question of ours that it answers.
    pub question: Option<Question>,
    /// For whom a member of staff sends it, where it is about no ticket yet and for somebody else.
    pub behalf: Option<Behalf>,
    /// What stands in the way of a staff member's public answer; nothing for everybody else's mail.
    pub guards: Guards,
    /// Whether its new text or its files show one of our reply addresses: a forwarded notification, or a quotation that
    /// was not recognized. Those addresses are proof in the hands of one person.
    pub reveals: bool,
}

impl Known {
    /// The reply token, where it is good and this person's own.
    #[must_use]
    pub fn token_of(&self, person: PersonId) -> Option<TokenHit> {
        self.token.filter(|token| token.speaks_for(person))
    }
}

/// A question about a held mail that the desk asked a member of staff, found by the secret of its reply address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Who was asked.
    pub person: PersonId,
    /// About which mail.
    pub inbox: InboxId,
    /// Before which decision.
    pub round: i64,
    /// Whether it has not expired.
    pub live: bool,
}

/// Who a From header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Nobody usable.
    Nobody,
    /// An address we have never seen.
    Stranger,
    /// A contact.
    Contact(PersonId),
    /// A member of staff, by claim.
    Staff(PersonId),
    /// One of the desk's own addresses.
    Desk,
}

/// A reply token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHit {
    /// Whose it is.
    pub person: PersonId,
    /// For which ticket.
    pub ticket: TicketId,
    /// What a reply through it becomes.
    pub channel: Visibility,
    /// The last entry that its mail had seen.
    pub seen: i64,
    /// Whether it is still good.
    pub live: bool,
    /// What the ticket's status is.
    pub state: TicketState,
}

impl TokenHit {
    /// Whether it proves something for mails of this person: it is good, and theirs.
    #[must_use]
    pub fn speaks_for(&self, person: PersonId) -> bool {
        self.live && self.person == person
    }
}

/// A ticket that a mail may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketHit {
    /// Which.
    pub ticket: TicketId,
    /// Whether the sender is its requester or takes part.
    pub takes_part: bool,
    /// Whether the sender belongs to the requester's organization.
    pub colleague: bool,
    /// Whether the reference was to something internal.
    pub internal: bool,
    /// What its status is and what outsiders see of it.
    pub state: TicketState,
}

/// As much of a ticket's state as a mail can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TicketState {
    /// Whether it is done or waiting, so that the customer's word opens it again.
    pub rests: bool,
    /// Whether it is done, inside and for outsiders.
    pub done: bool,
}

/// Where a new ticket goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The project.
    pub project: ProjectId,
    /// The customer's address that a stranger wrote to.
    pub misdirected: Option<String>,
}

/// Whether a mail was here before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copy {
    /// It was not.
    New,
    /// We sent it ourselves.
    Ours(Option<TicketId>),
    /// The same mail came before; with the other address it came to this time.
    Again {
        /// The ticket of the first copy.
        ticket: Option<TicketId>,
        /// The address, where it is another one.
        address: Option<String>,
    },
}

/// What becomes of a mail.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The one word.
    pub disposition: Disposition,
    /// Why, as one stable word.
    pub reason: &'static str,
    /// The ticket it belongs to, or seems to.
    pub ticket: Option<TicketId>,
    /// What is done, in order, in the sender's name.
    pub acts: Vec<Act>,
    /// The text that becomes the entry.
    pub text: String,
    /// Whose registered address is asked "was it you?".
    pub ask: Option<PersonId>,
    /// Whether it is done in nobody's name: kept by somebody who cannot know whether it is the named person's.
    pub nameless: bool,
    /// What it says about the mail that a question of ours was about; no word where it is not clear.
    pub answer: Option<(Question, Option<Word>)>,
    /// What made it a note although its author did not ask for one.
    pub aside: Option<Signals>,
    /// What its commands ask for besides the acts.
    pub orders: Orders,
}

impl Decision {
    pub(super) fn new(disposition: Disposition, reason: &'static str, ticket: Option<TicketId>) -> Self {
        Self {
            disposition,
            reason,
            ticket,
            acts: Vec::new(),
            text: String::new(),
            ask: None,
            nameless: false,
            answer: None,
            orders: Orders::default(),
            aside: None,
        }
    }

    pub(super) fn held(reason: Held, ticket: Option<TicketId>) -> Self {
        Self::new(Disposition::Held, reason.as_str(), ticket)
    }

    pub(super) fn with(mut self, act: Act, text: String) -> Self {
        self.acts.push(act);
        self.text = text;
        self
    }
}

/// Decides.
#[must_use]
pub fn decide(letter: &Letter, known: &Known, facts: &Facts, rules: &Rules) -> Decision {
    match &known.copy {
        Copy::Ours(ticket) => return Decision::new(Disposition::OutgoingCopy, "our_own_mail", *ticket),
        Copy::Again { ticket, address } => return again(*ticket, address.as_deref()),
        Copy::New => {}
    }
    if let Some(decision) = machine(letter, known, rules) {
        return decision;
    }
    if let Some(decision) = answered(letter, known) {
        return decision;
    }
    match known.sender {
        Sender::Desk if known.release.is_none() => Decision::held(Held::OwnAddress, candidate(known)),
        Sender::Staff(person) => staff(letter, known, person, facts, rules),
        Sender::Contact(person) => outsider(letter, known, Some(person)),
        Sender::Stranger | Sender::Nobody | Sender::Desk => outsider(letter, known, None),
    }
}

fn again(ticket: Option<TicketId>, address: Option<&str>) -> Decision {
    let decision = Decision::new(Disposition::Duplicate, "same_mail", ticket);
    match (ticket, address) {
        (Some(ticket), Some(address)) => decision.with(Act::AlsoSent { ticket, address: address.to_owned() }, String::new()),
        _ => decision,
    }
}

/// What no person wrote, as far as it is not treated like a person's mail.
fn machine(letter: &Letter, known: &Known, rules: &Rules) -> Option<Decision> {
    match letter.kind {
        Kind::Bounce => Some(bounce(letter, known)),
        Kind::Complaint => Some(Decision::new(Disposition::Complaint, "abuse_report", candidate(known))),
        Kind::Receipt => Some(Decision::new(Disposition::Ignored, "read_receipt", candidate(known))),
        Kind::AutoReply => Some(auto_reply(letter, known, rules)),
        Kind::Empty if letter.subject.trim().is_empty() => Some(Decision::new(Disposition::Ignored, "empty", candidate(known))),
        Kind::Generated if matches!(known.sender, Sender::Staff(_)) && known.release.is_none() => {
            Some(Decision::held(Held::AutomaticFromStaff, candidate(known)))
        }
        Kind::Generated if letter.list && is_unknown(known.sender) && candidate(known).is_none() && known.release.is_none() => {
            Some(Decision::new(Disposition::Ignored, "newsletter", None))
        }
        Kind::Empty | Kind::Generated | Kind::Person => None,
    }
}

fn is_unknown(sender: Sender) -> bool {
    matches!(sender, Sender::Stranger | Sender::Nobody)
}

fn bounce(letter: &Letter, known: &Known) -> Decision {
    let Some((mail, ticket)) = known.bounced else { return Decision::new(Disposition::Bounce, "unknown_mail", None) };
    let report = letter.bounce.as_ref();
    let failed = report.and_then(|report| report.action.as_deref()).is_none_or(|action| action == "failed");
    if !failed {
        return Decision::new(Disposition::Bounce, "not_a_failure", ticket);
    }
    let status = report.and_then(|report| report.status.clone()).unwrap_or_default();
    let words = letter.full_text.split_whitespace().collect::<Vec<_>>().join(" ");
    let answer: String = format!("{status} {words}").trim().chars().take(300).collect();
    Decision::new(Disposition::Bounce, "undeliverable", ticket).with(Act::Undelivered { mail, answer }, String::new())
}

/// An absence note is kept where staff see it, opens nothing and tells nobody, whatever token it carries. It stands on a
/// ticket in its sender's name only where that name is proven (staff) or takes part (contacts).
fn auto_reply(letter: &Letter, known: &Known, rules: &Rules) -> Decision {
    let token = |person| known.token_of(person).map(|token| token.ticket);
    let hits = [known.thread, known.subject];
    let ticket = match known.sender {
        Sender::Staff(person) => token(person).filter(|_| power(known, rules).is_some_and(|power| power.note().is_some())),
        Sender::Contact(person) => {
            let part = hits.into_iter().flatten().find(|hit| hit.takes_part).map(|hit| hit.ticket);
            token(person).or(part)
        }
        Sender::Nobody | Sender::Stranger | Sender::Desk => None,
    };
    let decision = Decision::new(Disposition::AutoReply, "automatic_answer", ticket);
    match ticket {
        Some(ticket) => {
            let update = Update { comment: Some(Visibility::Internal), quiet: true, ..Update::of(ticket) };
            decision.with(Act::Update(update), readable(letter))
        }
        None => decision,
    }
}

/// A reply to a question of ours: From and the secret of the address together are the proof, as with a reply token. With
/// another sender the secret is worth nothing.
fn answered(letter: &Letter, known: &Known) -> Option<Decision> {
    let question = known.question.filter(|question| known.sender == Sender::Staff(question.person))?;
    let word = verdict(&letter.new_text);
    let decision = match word {
        Some(_) => Decision::new(Disposition::Command, "answers_question", None),
        None => Decision::held(Held::UnclearAnswer, None),
    };
    Some(Decision { answer: Some((question, word)), ..decision })
}

/// The ticket that a mail seems to be about, whoever wrote it.
pub(super) fn candidate(known: &Known) -> Option<TicketId> {
    let token = known.token.map(|token| token.ticket);
    token.or(known.thread.map(|hit| hit.ticket)).or(known.subject.map(|hit| hit.ticket))
}

/// What the mail of a staff member may do; `None` for everybody else's.
fn power(known: &Known, rules: &Rules) -> Option<Power> {
    Evidence::of(known).map(|evidence| Power::of(&evidence, rules))
}

/// A mail whose From header names a member of staff. Without proof nothing happens in their name (law 3).
fn staff(letter: &Letter, known: &Known, person: PersonId, facts: &Facts, rules: &Rules) -> Decision {
    let ask = |reason, ticket| Decision { ask: (!known.asked).then_some(person), ..Decision::held(reason, ticket) };
    if known.release.is_some() && known.released_by.is_some_and(|by| by != person) {
        return unconfirmed(letter, known, person);
    }
    let Some(power) = power(known, rules) else { return ask(Held::ClaimsStaff, candidate(known)) };
    if power.note().is_none() {
        let ended = known.token.is_some_and(|token| token.person == person && !token.live);
        let reason = if ended && power.lack() == Held::ClaimsStaff { Held::TokenEnded } else { power.lack() };
        return ask(reason, candidate(known));
    }
    let wishes = wishes(&letter.subject, &letter.new_text);
    let Some(ticket) = candidate(known) else {
        return match (power.open(), obey::trouble(known, &wishes)) {
            (None, _) => ask(power.lack(), None),
            (Some(_), Some(reason)) => {
                let lines = wishes.trouble.iter().map(super::command::plan::trouble_line).collect();
                obey::asked_about(known, person, reason, None, lines)
            }
            (Some(leave), None) => match obey::without_ticket(letter, known, &wishes, facts, (&leave, &power)) {
                Some(answer) => answer,
                None => match known.behalf.as_ref().filter(|_| known.release != Some(Release::Note)) {
                    Some(Behalf::Unclear(_)) => ask(Held::UnclearOriginal, None),
                    Some(Behalf::Clear(customer)) => {
                        staff_opens_for(letter, known, customer, (person, wishes), facts, (leave, &power))
                    }
                    None => staff_opens(letter, known, (person, wishes), facts, (leave, &power)),
                },
            },
        };
    };
    let signals = Signals::of(letter, known, &wishes);
    let visibility = visibility(known, signals);
    if wishes.has(Verb::Undo) && !wishes.has(Verb::Dry) {
        // Beside an undo nothing else can be meant for certain.
        let alone = !has_content(letter, &wishes) && wishes.commands.len() == 1 && wishes.trouble.is_none();
        return if alone { undo(known, person, ticket) } else { ask(Held::UnknownCommand, Some(ticket)) };
    }
    // A quote whose end nobody knows may hold what is internal.
    if known.release.is_none() && letter.warnings.iter().any(|warning| warning == UNCERTAIN_QUOTE) {
        return ask(Held::UncertainQuote, Some(ticket));
    }
    obey::staff(letter, known, (person, ticket), wishes, (visibility, signals), (facts, &power))
}

/// Stops the author's last answer on a ticket, or says that it is too late.
fn undo(known: &Known, person: PersonId, ticket: TicketId) -> Decision {
    let (inbox, round) = known.guards.waiting.unwrap_or((InboxId(0), 0));
    let question = Question { person, inbox, round, live: known.guards.waiting.is_some() };
    Decision { answer: Some((question, Some(Word::Note))), ..Decision::new(Disposition::Command, "undo", Some(ticket)) }
}

pub(super) fn has_content(letter: &Letter, wishes: &Wishes) -> bool {
    !wishes.text.trim().is_empty() || !letter.attachments.is_empty()
}

/// Internal is sticky: any internal signal makes the entry internal. Only an explicit human word makes it public again.
fn visibility(known: &Known, signals: Signals) -> Visibility {
    match known.release {
        Some(Release::Public) => Visibility::Public,
        Some(Release::Note) => Visibility::Internal,
        _ if signals.any() => Visibility::Internal,
        _ => Visibility::Public,
    }
}

pub(super) fn open(letter: &Letter, known: &Known, visibility: Visibility, acknowledge: bool) -> Act {
    Act::Open(Open {
        project: known.home.project,
        mailbox: known.mailbox.clone(),
        subject: letter.subject.clone(),
        visibility,
        acknowledge,
        facts: known.home.misdirected.iter().map(|address| Fact::Misdirected(address.clone())).collect(),
        type_key: None,
        changes: None,
    })
}

/// What an outsider newly wrote; the whole text where nothing is new, because what is uncertain stays visible.
pub(super) fn readable(letter: &Letter) -> String {
    // Below a quotation that nothing marks, even the signature may be the quoted mail's, with the answer under it.
    let unclear = letter.warnings.iter().any(|warning| warning == UNCERTAIN_QUOTE) && !letter.signature_text.trim().is_empty();
    let text = if unclear || letter.new_text.trim().is_empty() { &letter.full_text } else { &letter.new_text };
    text.trim().to_owned()
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
