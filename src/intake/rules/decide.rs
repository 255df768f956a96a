//! What becomes of a mail: pure and total, over plain data.
//!
//! Two invariants hold over the whole input space and are tested: adding an internal signal never makes the outcome more
//! public, and removing proof never adds power.

use super::lacks::lacks;
use super::opens::{staff_opens, staff_opens_for, unconfirmed};
use super::outsider::outsider;
use super::proof::{Evidence, Power};
use super::signals::Signals;
use super::{junk, obey, old};
use crate::acts::{Act, BehalfOrigin, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::{InboxId, PersonId, TicketId};
use crate::desk::inbox::{Disposition, Grounds, Held, HeldAction, Release};
use crate::intake::case::{Case, Copy, Known, OnBehalfOf, Question, Rules, Sender, candidate, has_content, readable};
use crate::intake::command::table::Verb;
use crate::intake::command::verdict;
use crate::intake::decision::{Decision, Effect};
use crate::mail::{Action, Kind, Letter, Warning};

/// Decides.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decision {
    let decision = with_what_was_left_out(case.known, fate(case));
    old::silenced(case.known, with_its_reach(case, decision))
}

/// What becomes of it, whatever its age.
fn fate(case: &Case<'_>) -> Decision {
    let Case { letter, known, rules, .. } = case;
    match &known.copy {
        Copy::Ours(ticket) => return Decision::new(Disposition::OutgoingCopy, Grounds::OurOwnMail, *ticket),
        Copy::Again { ticket, address } => return again(*ticket, address.as_deref()),
        Copy::New => {}
    }
    if let Some(decision) = verification(letter, known) {
        return decision;
    }
    if let Some(decision) = machine(letter, known, rules) {
        return decision;
    }
    if let Some(decision) = answered(letter, known) {
        return decision;
    }
    if let Some(decision) = junk::outsiders(known) {
        return decision;
    }
    match known.sender {
        Sender::Staff(person) => junk::staffs(known, staff(case, person)),
        Sender::Desk if known.release.is_none() => Decision::held(Held::OwnAddress, candidate(known)),
        Sender::Contact(person) => outsider(case, Some(person)),
        Sender::Stranger | Sender::Nobody | Sender::Desk => outsider(case, None),
    }
}

/// A public answer whose author hears what was taken for their signature, where none of their earlier ones had it. A program
/// that signs below everything signs below what it passes on, too.
fn with_what_was_left_out(known: &Known, decision: Decision) -> Decision {
    let public = |act: &Act| match act {
        Act::Open(open) => open.visibility == Visibility::Public,
        Act::Update(update) => update.comment == Some(Visibility::Public),
        Act::OnBehalf(act) => act.open.visibility == Visibility::Public && act.way != BehalfOrigin::PassedOn,
        Act::Time(_) | Act::AlsoSent { .. } | Act::Undelivered { .. } => false,
    };
    let staff = matches!(known.sender, Sender::Staff(_)) && !decision.nameless;
    if !(staff && known.signed.fresh && decision.acts().any(public)) {
        return decision;
    }
    // After the act: only then has the ticket a number.
    let after = decision.effects.iter().position(|effect| matches!(effect, Effect::Act(..))).map_or(0, |at| at + 1);
    let mut effects = decision.effects;
    effects.insert(after, Effect::TellLeftOut);
    Decision { effects, ..decision }
}

/// A staff member's public answer, whose author hears how much of it left, and whether to anybody.
fn with_its_reach(case: &Case<'_>, decision: Decision) -> Decision {
    let Case { letter, known, .. } = case;
    let public = |act: &Act| match act {
        Act::Update(update) => {
            let closes = update.status.as_ref().is_some_and(|(_, visibility)| *visibility == Visibility::Public);
            update.comment == Some(Visibility::Public) || closes
        }
        _ => false,
    };
    let answers = matches!(known.sender, Sender::Staff(_)) && !decision.nameless && decision.acts().any(public);
    if answers { decision.and(Effect::TellReach(lacks(letter))) } else { decision }
}

fn again(ticket: Option<TicketId>, address: Option<&str>) -> Decision {
    let decision = Decision::new(Disposition::Duplicate, Grounds::SameMail, ticket);
    match (ticket, address) {
        (Some(ticket), Some(address)) => decision.with(Act::AlsoSent { ticket, address: address.to_owned() }, String::new()),
        _ => decision,
    }
}

/// What another service sent to have an address of the desk confirmed, or to let somebody in with it. Who registered there
/// with our address must not read it on a ticket, whomever it names and whatever address of ours it came to: the staff sees
/// it or nobody, and no word about anything else lets it through.
fn verification(letter: &Letter, known: &Known) -> Option<Decision> {
    let is_one = letter.warns(Warning::Verification);
    let staff = matches!(known.sender, Sender::Staff(_));
    // What a customer wrote about codes is let through by whoever has read it; no service is somebody whom the desk knows.
    let read = matches!(known.sender, Sender::Contact(_)) && letter.kind == Kind::Person && known.release.is_some();
    if !is_one || staff || read || known.release == Some(Release::Note) || is_spam(known) {
        return None;
    }
    Some(Decision::held(Held::Verification, candidate(known)))
}

/// Whether it is put away as spam, where nobody sees it either.
fn is_spam(known: &Known) -> bool {
    junk::outsiders(known).is_some_and(|decision| decision.disposition == Disposition::Spam)
}

/// What no person wrote, as far as it is not treated like a person's mail.
fn machine(letter: &Letter, known: &Known, rules: &Rules) -> Option<Decision> {
    match letter.kind {
        Kind::Bounce => Some(bounce(letter, known)),
        Kind::Complaint => Some(Decision::new(Disposition::Complaint, Grounds::AbuseReport, candidate(known))),
        Kind::Receipt => Some(Decision::new(Disposition::Ignored, Grounds::ReadReceipt, candidate(known))),
        Kind::AutoReply => Some(auto_reply(letter, known, rules)),
        Kind::Empty if letter.subject.trim().is_empty() => {
            Some(Decision::new(Disposition::Ignored, Grounds::Empty, candidate(known)))
        }
        Kind::Generated if matches!(known.sender, Sender::Staff(_)) && known.release.is_none() => {
            Some(Decision::held(Held::AutomaticFromStaff, candidate(known)))
        }
        Kind::Generated if known.junk && known.release.is_none() => None,
        Kind::Generated if letter.list && is_unknown(known.sender) && candidate(known).is_none() && known.release.is_none() => {
            Some(Decision::new(Disposition::Ignored, Grounds::Newsletter, None))
        }
        Kind::Empty | Kind::Generated | Kind::Person => None,
    }
}

fn is_unknown(sender: Sender) -> bool {
    matches!(sender, Sender::Stranger | Sender::Nobody)
}

fn bounce(letter: &Letter, known: &Known) -> Decision {
    let Some((mail, ticket)) = known.bounced else { return Decision::new(Disposition::Bounce, Grounds::UnknownMail, None) };
    let report = letter.bounce.as_ref();
    // A report that does not say what became of the mail is one of a failure.
    if !report.and_then(|report| report.action).is_none_or(Action::is_failure) {
        return Decision::new(Disposition::Bounce, Grounds::NotAFailure, ticket);
    }
    let status = report.and_then(|report| report.status.clone()).unwrap_or_default();
    let words = letter.body.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let answer: String = format!("{status} {words}").trim().chars().take(300).collect();
    Decision::new(Disposition::Bounce, Grounds::Undeliverable, ticket).with(Act::Undelivered { mail, answer }, String::new())
}

/// An absence note is kept where staff see it, opens nothing and tells nobody, whatever token it carries. It stands on a
/// ticket in its sender's name only where that name is proven (staff) or takes part (contacts).
fn auto_reply(letter: &Letter, known: &Known, rules: &Rules) -> Decision {
    let token = |person| known.token_of(person).map(|token| token.ticket);
    let hits = [known.thread, known.subject];
    let ticket = match known.sender {
        Sender::Staff(person) => token(person).filter(|_| power(known, rules).is_some_and(|power| power.note().is_some())),
        Sender::Contact(_) if known.is_denied() => None,
        Sender::Contact(person) => {
            let part = hits.into_iter().flatten().find(|hit| hit.takes_part).map(|hit| hit.ticket);
            token(person).or(part)
        }
        Sender::Nobody | Sender::Stranger | Sender::Desk => None,
    };
    let decision = Decision::new(Disposition::AutoReply, Grounds::AutomaticAnswer, ticket);
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
    let word = verdict(&letter.body.new_text());
    let decision = match word {
        Some(_) => Decision::new(Disposition::Command, Grounds::AnswersQuestion, None),
        // It is answered rather than asked about.
        None => Decision::new(Disposition::Held, Held::UnclearAnswer, None),
    };
    Some(decision.and(Effect::Settle(question, word)))
}

/// What the mail of a staff member may do; `None` for everybody else's.
fn power(known: &Known, rules: &Rules) -> Option<Power> {
    Evidence::of(known).map(|evidence| Power::of(&evidence, rules))
}

/// A mail whose From header names a member of staff. Without proof nothing happens in their name (law 3).
fn staff(case: &Case<'_>, person: PersonId) -> Decision {
    let Case { letter, known, rules, wishes, .. } = case;
    if known.release.is_some() && known.released_by.is_some_and(|by| by != person) {
        return unconfirmed(case, person);
    }
    let Some(power) = power(known, rules) else { return Decision::held(Held::ClaimsStaff, candidate(known)) };
    // Whose words they are comes before what they say: nothing in them is a command of the staff.
    if known.redirected.is_some() && known.release != Some(Release::Note) && power.lack() != Held::AlignmentFailed {
        return Decision::held(Held::Redirected, candidate(known));
    }
    if power.note().is_none() {
        let ended = known.token.is_some_and(|token| token.person == person && !token.live);
        let reason = if ended && power.lack() == Held::ClaimsStaff { Held::TokenEnded } else { power.lack() };
        return Decision::held(reason, candidate(known));
    }
    let Some(ticket) = candidate(known) else { return without_ticket(case, &power) };
    let signals = Signals::of(letter, known, wishes);
    if wishes.has(Verb::Undo) && !wishes.has(Verb::Dry) {
        // Beside an undo nothing else can be meant for certain.
        let alone = !has_content(letter, wishes) && wishes.commands.len() == 1 && wishes.trouble.is_none();
        return if alone { undo(known, person, ticket) } else { Decision::held(Held::UnknownCommand, Some(ticket)) };
    }
    // A quote whose end nobody knows may hold what is internal, and what is passed on to a ticket nobody has typed.
    let public = signals.visibility(known.release) == Visibility::Public;
    if known.asks(Held::UncertainQuote) && (letter.warns(Warning::QuoteUncertain) || known.passes_on && public) {
        return Decision::held(Held::UncertainQuote, Some(ticket));
    }
    obey::staff(case, ticket, signals, &power)
}

/// A proven staff member's mail about no ticket.
fn without_ticket(case: &Case<'_>, power: &Power) -> Decision {
    let Case { known, wishes, .. } = case;
    let Some(leave) = power.open() else { return Decision::held(power.lack(), None) };
    if let Some(reason) = obey::trouble(known, wishes) {
        return obey::asked_about_trouble(case, reason, None);
    }
    if known.waits_for.is_some() && known.release.is_none() {
        return Decision::held(Held::RefersToHeld, known.waits_for.and_then(|(_, ticket)| ticket));
    }
    if let Some(answer) = obey::without_ticket(case, &leave) {
        return answer;
    }
    match known.behalf.as_ref().filter(|_| known.release != Some(Release::Note)) {
        Some(OnBehalfOf::Unclear(_)) => Decision::held(Held::UnclearOriginal, None),
        Some(OnBehalfOf::Clear(customer)) => staff_opens_for(case, customer, leave),
        None => staff_opens(case, leave),
    }
}

/// Stops the author's last answer on a ticket, or says that it is too late.
fn undo(known: &Known, person: PersonId, ticket: TicketId) -> Decision {
    let (inbox, round) = known.guards.waiting.unwrap_or((InboxId(0), 0));
    let question = Question { person, inbox, round, live: known.guards.waiting.is_some() };
    Decision::new(Disposition::Command, Grounds::Undo, Some(ticket)).and(Effect::Settle(question, Some(HeldAction::Note)))
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
