//! What becomes of the commands of a mail; pure. Whether it may command anything was decided before: by `proof` for staff,
//! by taking part for customers.
//!
//! All commands of a mail are done or none. What is no command holds the whole mail, and so does a command that cannot be
//! obeyed where there is a text that would go out without it; its author is asked. Where there is no text, nothing is lost,
//! and a transcript is the answer. A mail whose commands all went well is not answered.

use super::case::{Decision, Known, TicketState, has_content};
use super::command::plan::{Facts, Frame, Plan, plan, trouble_line};
use super::command::table::Verb;
use super::command::{GuestWord, Trouble, Wishes, guest_word};
use super::proof::{Leave, Power};
use super::signals::{Signals, guard};
use crate::acts::{Act, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::inbox::{Disposition, Held, Release};
use crate::desk::ticket::STATUS_DONE;
use crate::letters::commands::{Line, Outcome};
use crate::mail::{Kind, Letter};

/// Answers to commands, and questions about them, that one person of the staff gets in an hour.
pub const ANSWERS_AN_HOUR: i64 = 30;
/// Answers to the words of a customer in an hour: two machines that say "status" to each other stop soon.
pub const GUEST_ANSWERS_AN_HOUR: i64 = 5;

/// What the commands of a mail ask for besides the acts of the decision.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// Working time: minutes, what was done, and for whom to see.
    pub times: Vec<(i64, String, Visibility)>,
    /// Addresses that take part from now on.
    pub cc: Vec<String>,
    /// What is to be said of the command lines.
    pub lines: Vec<Line>,
    /// What is answered, to the registered address of the author.
    pub answers: Vec<Answer>,
}

/// An answer to commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Line by line, what became of them.
    Transcript {
        /// As a whole.
        outcome: Outcome,
        /// What the text would become.
        text: Option<Visibility>,
        /// For whom the changes would be.
        changes: Option<Visibility>,
        /// What a reply to it becomes: what a reply to the carrying mail's address became.
        channel: Visibility,
    },
    /// The table of commands.
    Help,
    /// What a customer asked for.
    Guest(GuestWord),
}

/// Why a mail is held whose leading lines are almost commands, unless a human has seen it. A dry run asks nothing: it says so.
pub(super) fn trouble(known: &Known, wishes: &Wishes) -> Option<Held> {
    let trouble = wishes.trouble.as_ref().filter(|_| known.release.is_none() && !wishes.has(Verb::Dry))?;
    Some(if matches!(trouble, Trouble::NearMiss(..)) { Held::NearMiss } else { Held::UnknownCommand })
}

/// Held, with what is wrong said to its author. One question an hour is for the unproven, who may be anybody.
pub(super) fn asked_about(known: &Known, person: PersonId, held: Held, ticket: Option<TicketId>, lines: Vec<Line>) -> Decision {
    let ask = (known.answers < ANSWERS_AN_HOUR).then_some(person);
    Decision { ask, orders: Orders { lines, ..Orders::default() }, ..Decision::held(held, ticket) }
}

/// A proven staff member's mail about a ticket. `visibility` is what its text would be.
pub(super) fn staff(
    letter: &Letter,
    known: &Known,
    (person, ticket): (PersonId, TicketId),
    wishes: Wishes,
    (visibility, signals): (Visibility, Signals),
    (facts, power): (&Facts, &Power),
) -> Decision {
    if let Some(reason) = trouble(known, &wishes) {
        return asked_about(known, person, reason, Some(ticket), wishes.trouble.iter().map(trouble_line).collect());
    }
    let comment = has_content(letter, &wishes);
    let frame = Frame { text: visibility, comment, word: word(known) };
    let (changes, mut plan) = (frame.changes(&wishes), plan(&wishes, facts, frame));
    let only_note = comment && visibility == Visibility::Internal && !plan.changes() && !plan.refused();
    let only_help = !comment && wishes.commands.iter().all(|asked| asked.verb == Verb::Help) && wishes.has(Verb::Help);
    let leave = if only_note || only_help { power.note() } else { power.answer() };
    let Some(leave) = leave else {
        return Decision { ask: (!known.asked).then_some(person), ..Decision::held(power.lack(), Some(ticket)) };
    };
    let text = comment.then_some(visibility);
    let transcript = |plan: &Plan, outcome| {
        let changes = (plan.updates() || !plan.cc.is_empty()).then_some(changes);
        Answer::Transcript { outcome, text, changes, channel: visibility }
    };
    if wishes.has(Verb::Dry) {
        plan.lines.extend(wishes.trouble.iter().map(trouble_line));
        let answers = vec![transcript(&plan, if plan.refused() { Outcome::Refused } else { Outcome::Dry })];
        return answered(known, Decision::new(Disposition::Command, "dry_run", Some(ticket)), plan.lines, answers);
    }
    let mut answers = Vec::new();
    if plan.refused() {
        if comment && known.release.is_none() {
            return asked_about(known, person, Held::CommandRefused, Some(ticket), plan.lines);
        }
        if !comment {
            let answers = vec![transcript(&plan, Outcome::Refused)];
            return answered(known, Decision::new(Disposition::Command, "refused", Some(ticket)), plan.lines, answers);
        }
        // A human has seen what cannot be done, and wants the text to go nevertheless.
        answers.push(transcript(&plan, Outcome::TextOnly));
        plan = plan.emptied();
    } else if plan.warned() {
        answers.push(transcript(&plan, Outcome::Done));
    }
    if wishes.has(Verb::Help) {
        answers.push(Answer::Help);
    }
    if !comment && !plan.changes() && answers.is_empty() {
        return Decision::held(Held::NothingNew, Some(ticket));
    }
    if let Some(reason) = guard(known, &wishes).filter(|_| text == Some(Visibility::Public)) {
        // Its author is proven and has to know each time.
        return Decision { ask: Some(person), ..Decision::held(reason, Some(ticket)) };
    }
    let unasked = text == Some(Visibility::Internal) && signals.any() && !signals.asked() && known.release.is_none();
    let direct = if comment { known.guards.outside.clone() } else { Vec::new() };
    let decision = written(ticket, wishes, &plan, (text, changes, direct), leave, power);
    let decision = Decision { aside: unasked.then_some(signals), ..decision };
    answered(known, decision, plan.lines, answers)
}

/// The acts of a staff member's mail.
fn written(
    ticket: TicketId,
    wishes: Wishes,
    plan: &Plan,
    (text, changes, direct): (Option<Visibility>, Visibility, Vec<String>),
    _leave: Leave,
    power: &Power,
) -> Decision {
    let disposition = match text {
        None => Disposition::Command,
        Some(Visibility::Public) => Disposition::Comment,
        Some(Visibility::Internal) => Disposition::Note,
    };
    let mut decision = Decision::new(disposition, power.by(), Some(ticket));
    if text.is_some() || plan.updates() {
        decision = decision.with(Act::Update(Update { comment: text, direct, ..plan.update(ticket, changes) }), wishes.text);
    }
    decision.orders = besides(plan, changes);
    decision
}

/// What a plan asks for besides the changes of the ticket.
fn besides(plan: &Plan, changes: Visibility) -> Orders {
    // What was worked stays inside, unless the mail says `#public`.
    let seen = if plan.public { changes } else { Visibility::Internal };
    let times = plan.times.iter().map(|(minutes, what)| (*minutes, what.clone(), seen)).collect();
    Orders { times, cc: plan.cc.clone(), ..Orders::default() }
}

/// The same for a mail that opens a ticket, with its answers, as long as there were not too many already.
pub(super) fn orders(known: &Known, plan: Plan, changes: Visibility, answers: Vec<Answer>) -> Orders {
    let orders = besides(&plan, changes);
    if answers.is_empty() || known.answers >= ANSWERS_AN_HOUR {
        return orders;
    }
    Orders { lines: plan.lines, answers, ..orders }
}

/// A human's word on the visibility of everything.
pub(super) fn word(known: &Known) -> Option<Visibility> {
    match known.release {
        Some(Release::Public) => Some(Visibility::Public),
        Some(Release::Note) => Some(Visibility::Internal),
        Some(Release::AsIs) | None => None,
    }
}

/// With what is answered, as long as there were not too many answers already.
fn answered(known: &Known, mut decision: Decision, lines: Vec<Line>, answers: Vec<Answer>) -> Decision {
    if !answers.is_empty() && known.answers < ANSWERS_AN_HOUR {
        decision.orders.lines = lines;
        decision.orders.answers = answers;
    }
    decision
}

/// `#help` or `#dry` of a staff member in a mail about no ticket, with leave for a new one; `None` for every other mail.
pub(super) fn without_ticket(
    letter: &Letter,
    known: &Known,
    wishes: &Wishes,
    facts: &Facts,
    (_leave, power): (&Leave, &Power),
) -> Option<Decision> {
    let comment = has_content(letter, wishes);
    if wishes.has(Verb::Dry) {
        let frame = Frame { text: Visibility::Internal, comment, word: None };
        let (changes, mut plan) = (frame.changes(wishes), plan(wishes, facts, frame));
        plan.lines.extend(wishes.trouble.iter().map(trouble_line));
        let outcome = if plan.refused() { Outcome::Refused } else { Outcome::Dry };
        let text = comment.then_some(Visibility::Internal);
        let changes = (plan.updates() || !plan.cc.is_empty()).then_some(changes);
        let transcript = Answer::Transcript { outcome, text, changes, channel: Visibility::Internal };
        return Some(answered(known, Decision::new(Disposition::Command, "dry_run", None), plan.lines, vec![transcript]));
    }
    let nothing_else = wishes.commands.iter().all(|asked| matches!(asked.verb, Verb::Help | Verb::Note));
    let help = wishes.has(Verb::Help) && nothing_else && !comment;
    help.then(|| answered(known, Decision::new(Disposition::Command, power.by(), None), Vec::new(), vec![Answer::Help]))
}

/// `status`, `close` or `help` of a customer on a ticket that they take part in; `None` where the mail is anything else,
/// and where they may not close: then it is a comment, and a human reads it. Whatever a machine wrote is none of the three.
pub(super) fn guest(letter: &Letter, known: &Known, ticket: TicketId, state: TicketState) -> Option<Decision> {
    let person_wrote = letter.kind == Kind::Person && !letter.list && letter.attachments.is_empty();
    let word = guest_word(&letter.new_text).filter(|_| person_wrote && known.fresh && known.release.is_none())?;
    if word == GuestWord::Close && !known.may_close {
        return None;
    }
    let too_often = known.answers >= GUEST_ANSWERS_AN_HOUR;
    let reason = if too_often { "too_often" } else { "customer_command" };
    let mut decision = Decision::new(Disposition::Command, reason, Some(ticket));
    if word == GuestWord::Close && !state.done {
        let status = Some((STATUS_DONE.to_owned(), Visibility::Public));
        decision = decision.with(Act::Update(Update { status, ..Update::of(ticket) }), String::new());
    }
    if !too_often {
        decision.orders.answers = vec![Answer::Guest(word)];
    }
    Some(decision)
}
