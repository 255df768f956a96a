//! What a held mail would become with somebody's word; pure.

use super::decide;
use crate::acts::Act;
use crate::desk::entry::Visibility;
use crate::desk::inbox::{Disposition, Held, HeldAction, Would};
use crate::intake::case::{Case, Guards, Known};
use crate::intake::decision::Decision;
use crate::mail::Letter;

/// What the mail would become with that word of whom it names, or of staff where it names nobody: what its buttons say.
pub(in crate::intake) fn would(case: &Case<'_>, decision: &Decision, word: HeldAction) -> Option<Would> {
    let Case { letter, known, facts, rules, .. } = case;
    let reason = decision.reason.held()?;
    if reason == Held::Redirected && word == HeldAction::Send {
        return Some(if decision.ticket.is_some() { Would::Comment } else { Would::PublicTicket });
    }
    let release = Some(reason.release(word)?);
    // Every question is answered with "send".
    let guards = Guards { settled: Held::ALL.to_vec(), ..known.guards.clone() };
    let released = Known { release, released_by: None, guards, ..(*known).clone() };
    // What was taken for a signature is what remains of it.
    let whole = &known.signed.whole;
    let said = || Letter { body: letter.body.saying(whole), ..(*letter).clone() };
    let said = (reason == Held::NothingNew && !whole.is_empty()).then(said);
    let decided = decide(&Case::new(said.as_ref().unwrap_or(letter), &released, facts, rules));
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
