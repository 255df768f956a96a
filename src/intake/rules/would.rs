//! What a held mail would become with somebody's word; pure.

use super::decide;
use crate::acts::Act;
use crate::desk::entry::Visibility;
use crate::desk::inbox::{Disposition, Held, HeldAction, Release, Would};
use crate::desk::notice::Part;
use crate::intake::case::{Case, Guards, Known};
use crate::intake::decision::{Decision, Effect};
use crate::mail::Letter;

/// What is decided about the mail after a human's word, where every other question is answered, too, or those `settled` alone.
fn after(case: &Case<'_>, reason: Held, release: Option<Release>, settled: Vec<Held>) -> Decision {
    let Case { letter, known, facts, rules, .. } = case;
    let guards = Guards { settled, ..known.guards.clone() };
    let released = Known { release, released_by: None, guards, ..(*known).clone() };
    // What was taken for a signature or a quote is what remains of it.
    let whole = &known.signed.whole;
    let said = || Letter { body: letter.body.saying(whole), ..(*letter).clone() };
    let said = (reason == Held::NothingNew && !whole.is_empty()).then(said);
    decide(&Case::new(said.as_ref().unwrap_or(letter), &released, facts, rules))
}

/// What the mail would become with that word of whom it names, or of staff where it names nobody: what its buttons say.
pub(in crate::intake) fn would(case: &Case<'_>, decision: &Decision, word: HeldAction) -> Option<Would> {
    let reason = decision.reason.held()?;
    if reason == Held::Redirected && word == HeldAction::Send {
        return Some(if decision.ticket.is_some() { Would::Comment } else { Would::PublicTicket });
    }
    let decided = after(case, reason, Some(reason.release(word)?), Held::ALL.to_vec());
    match decided.disposition {
        Disposition::Comment => Some(Would::Comment),
        Disposition::Note => Some(Would::Note),
        Disposition::Command => Some(Would::Command),
        Disposition::Ticket => Some(match decided.acts().next() {
            Some(Act::OnBehalf(_)) => Would::CustomersTicket,
            Some(Act::Open(open)) if open.visibility == Visibility::Public => Would::PublicTicket,
            _ => Would::InternalTicket,
        }),
        _ => None,
    }
}

/// The act that "send" would publish in the name of whom the mail names, with its text; `None` where it would publish none.
pub(in crate::intake) fn sent(case: &Case<'_>, decision: &Decision) -> Option<(Act, String)> {
    let reason = decision.reason.held().filter(|reason| reason.claims_somebody() && *reason != Held::Redirected)?;
    let decided = after(case, reason, Some(reason.release(HeldAction::Send)?), Held::ALL.to_vec());
    decided.effects.into_iter().find_map(|effect| match effect {
        Effect::Act(act, text) => {
            let is_public = match &*act {
                Act::Update(update) => update.comment == Some(Visibility::Public),
                Act::Open(open) => open.visibility == Visibility::Public,
                _ => false,
            };
            is_public.then_some((*act, text))
        }
        _ => None,
    })
}

/// The further reasons to hold a staff member's mail that would be asked about after this one: its question names them, too,
/// so that one "send" is the answer to all.
pub(in crate::intake) fn also(case: &Case<'_>, decision: &Decision) -> Vec<Held> {
    let Some(reason) = decision.reason.held() else { return Vec::new() };
    let asks = reason.claims_somebody()
        && !matches!(reason, Held::Leaving | Held::Redirected)
        && reason.ways().contains(&HeldAction::Send);
    let Some(release) = reason.release(HeldAction::Send).filter(|_| asks) else { return Vec::new() };
    let mut settled: Vec<Held> = case.known.guards.settled.iter().copied().chain([reason]).collect();
    let before = settled.len();
    // Where its author is proven, what their word passes over without a question comes first.
    for release in [(reason.part() == Part::Author).then_some(None), Some(Some(release))].into_iter().flatten() {
        while let Some(next) = after(case, reason, release, settled.clone()).reason.held() {
            let named = matches!(
                next,
                Held::UncertainQuote
                    | Held::NearMiss
                    | Held::UnknownCommand
                    | Held::CommandRefused
                    | Held::PartsDiffer
                    | Held::Leak
                    | Held::Collision
            );
            if !named || settled.contains(&next) {
                break;
            }
            settled.push(next);
        }
    }
    settled.split_off(before)
}
