//! What people decide about held mails: who may ([`Case`]), and that of all who try at once one does; [`notice`] says to
//! whom of them, and [`mail`] writes to them, with the secrets of `key`.
//!
//! A decision only puts the mail back before [intake](crate::intake), with the word and who gave it; what becomes of it is
//! decided there, where the word of somebody else than the named person never makes anything public (law 3).

mod about;
pub mod address;
pub(in crate::acts) mod around;
mod case;
mod key;
pub mod mail;
pub mod notice;

use super::ActContext;
use super::staff_member::StaffMember;
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::{HeldAction, KeyPurpose};
use crate::desk::secret::Plain;
use crate::store::held::{self, Taken};
use crate::store::{Tx, epoch};
use crate::time::{Rng, Timestamp};

pub use self::about::{about, readers};
pub use self::around::was_warned;
pub use self::case::{Case, DROPPED, DecisionOutcome, Power, case, dropped, family, may, waiting};

/// Takes the decision after `round` others about a mail, as a member of staff, or as an administrator where `None`.
pub async fn decide(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: Option<PersonId>,
    id: InboxId,
    round: i64,
    word: HeldAction,
) -> anyhow::Result<DecisionOutcome> {
    let Some(mail) = held::get(tx, id).await? else { return Ok(DecisionOutcome::Missing) };
    let Some(case) = case(tx, mail, person).await? else { return Ok(DecisionOutcome::Missing) };
    // "No" to a question that has nobody's name in it is simply no.
    let word = if word == HeldAction::Disown && !case.reason.ways().contains(&word) { HeldAction::Drop } else { word };
    if case.mail.round != round {
        return Ok(DecisionOutcome::Already(case.taken));
    }
    if !may(case.reason, case.power, word) {
        return Ok(DecisionOutcome::NotAllowed);
    }
    let taken = Taken { round: round + 1, word, person, reason: case.reason, at: context.now };
    if !held::take(tx, id, &taken, case.reason.release(word)).await? {
        return Ok(DecisionOutcome::Already(held::last_taken(tx, id).await?));
    }
    if let Some(person) = person {
        held::use_keys(tx, person, id, context.now).await?;
    }
    if word == HeldAction::Disown {
        mail::warn_of_forgery(tx, context, &case).await?;
    }
    Ok(DecisionOutcome::Done { reason: case.reason, word })
}

/// Takes the same decision about the held mails that hang together with one, as far as the person may; the first in the order in
/// which they came is first decided about again.
pub async fn decide_family(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: PersonId,
    id: InboxId,
    word: HeldAction,
) -> anyhow::Result<()> {
    let Some(mail) = held::get(tx, id).await? else { return Ok(()) };
    for case in family(tx, &mail, person).await? {
        decide(tx, context, Some(person), case.mail.id, case.mail.round, word).await?;
    }
    Ok(())
}

/// A link from a mail about a held mail.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Whose link it is.
    pub staff: StaffMember,
    /// What they see of the mail.
    pub case: Case,
    /// For the decision after so many.
    pub round: i64,
}

/// Looks at a link and changes nothing. `None` where it does not work: unknown, expired, of another life of the desk, or of
/// somebody who no longer works here.
pub async fn open(tx: &mut Tx, secret: &Plain, now: Timestamp, rng: &Rng) -> anyhow::Result<Option<Opened>> {
    let Some(key) = held::key(tx, KeyPurpose::Link, &secret.hashed()).await? else { return Ok(None) };
    if key.expires_at <= now || key.epoch != epoch(tx, now, rng).await? {
        return Ok(None);
    }
    let Some(staff) = StaffMember::enter(tx, key.person).await? else { return Ok(None) };
    let Some(mail) = held::get(tx, key.inbox).await? else { return Ok(None) };
    let Some(case) = case(tx, mail, Some(key.person)).await? else { return Ok(None) };
    Ok(Some(Opened { staff, case, round: key.round }))
}
