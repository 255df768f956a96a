//! What becomes of an old mail, which lay in its folder before the desk first looked there; pure.
//!
//! It becomes what it would have become, but in silence: nobody is answered, told or asked for each, and the staff gets one
//! summary. What a member of staff wrote for others, or ordered, is neither sent nor done so late without their word.

use crate::acts::Act;
use crate::desk::entry::Visibility;
use crate::desk::inbox::{Disposition, Held};
use crate::intake::case::{Known, Sender};
use crate::intake::decision::{Decision, Effect};

/// The decision about a mail, if that is old.
pub(super) fn silenced(known: &Known, decision: Decision) -> Decision {
    // What came back is told to its author, and a reply to a question of ours is done and answered: both are about mails of
    // this desk, which are not so old.
    let settles = decision.effects.iter().any(|effect| matches!(effect, Effect::Settle(..)));
    if !known.old || decision.disposition == Disposition::Bounce || settles {
        return decision;
    }
    if matches!(known.sender, Sender::Staff(_)) && leaves(&decision) {
        return match known.release {
            Some(_) => decision,
            None => quiet(Decision::held(Held::OldAnswer, decision.ticket)),
        };
    }
    quiet(decision)
}

/// The same without whatever somebody would hear of.
fn quiet(mut decision: Decision) -> Decision {
    let heard = |effect: &Effect| effect.tells() || matches!(effect, Effect::Invite(_) | Effect::TakeOff(_));
    decision.effects.retain(|effect| !heard(effect));
    Decision { quiet: true, ..decision }
}

/// Whether it is a word for others, or an order: everything but a note and a new ticket.
fn leaves(decision: &Decision) -> bool {
    let says = |act: &Act| match act {
        Act::Update(update) => update.comment != Some(Visibility::Internal) || update.changes_something(),
        Act::Open(_) | Act::OnBehalf(_) | Act::AlsoSent { .. } => false,
        Act::Time(_) | Act::Undelivered { .. } => true,
    };
    decision.disposition == Disposition::Command
        || decision.reason.held() == Some(Held::Leaving)
        || decision.effects.iter().any(|effect| matches!(effect, Effect::Invite(_) | Effect::TakeOff(_)))
        || decision.acts().any(says)
}
