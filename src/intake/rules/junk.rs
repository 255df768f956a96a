//! What becomes of a mail that the receiving server takes for junk; pure.
//!
//! A stranger's is spam: nobody is answered, nobody is told, and the staff finds it in the daily list. Servers are wrong at
//! times, and anybody can write a verdict into a mail of their own. So the mail of somebody whom the desk knows is held, and
//! a human is told.

use crate::desk::inbox::{Disposition, Grounds, Held};
use crate::intake::case::{Known, Sender, candidate};
use crate::intake::decision::Decision;

/// An outsider's mail; `None` where it is no junk, or a human has let it through.
pub(super) fn outsiders(known: &Known) -> Option<Decision> {
    if !known.junk || known.release.is_some() || matches!(known.sender, Sender::Staff(_)) {
        return None;
    }
    Some(match is_familiar(known) {
        true => Decision::held(Held::Junk, candidate(known)),
        false => Decision::new(Disposition::Spam, Grounds::ServerVerdict, None),
    })
}

/// What would have been done in the name of a proven member of staff; what is held already waits for its own reason.
pub(super) fn staffs(known: &Known, decision: Decision) -> Decision {
    if !matches!(known.sender, Sender::Staff(_))
        || !known.junk
        || known.release.is_some()
        || decision.disposition == Disposition::Held
    {
        return decision;
    }
    Decision::held(Held::JunkFromStaff, candidate(known))
}

/// Whether the mail is of somebody whom the desk knows, or shows what only they have: one of our addresses or references. A
/// number in the subject is none of it, anybody can guess one; and nobody of the desk writes with its own address.
fn is_familiar(known: &Known) -> bool {
    let somebody = !matches!(known.sender, Sender::Desk | Sender::Nobody) && known.familiar;
    let part = known.subject.is_some_and(|hit| hit.takes_part);
    somebody || part || known.thread.is_some() || known.token.is_some_and(|token| token.live)
}
