//! The end of the undo window: an answer that nobody stopped goes on its way.
//!
//! Until then the mail is held, and nothing of it is on the ticket: pages and mails begin to show it at the same moment, in
//! the transaction that decides about it. Its end is the author's own "send", so that a second node, a button and a reply
//! that come at the same time are told apart like any other decisions about a held mail.

use super::context::Intake;
use crate::acts::ActContext;
use crate::acts::held::{self, DecisionOutcome};
use crate::crash;
use crate::desk::inbox::HeldAction;
use crate::store::{self, held as rows, inbox};

/// Puts the first mail whose window has ended back before the decision. `false` where there is none yet.
pub(super) async fn end_one(intake: &Intake) -> anyhow::Result<bool> {
    let now = intake.clock.now();
    if rows::leaving(&mut intake.store.read().await?, now).await?.is_none() {
        return Ok(false);
    }
    let inner = intake.clone();
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let Some((id, leaves_at)) = rows::leaving(tx, now).await? else { return Ok(false) };
            // An "undo" that arrived in time counts, however long it waited to be read.
            if inbox::undecided_before(tx, leaves_at).await? > 0 {
                return Ok(false);
            }
            let Some(mail) = rows::get(tx, id).await? else { return Ok(false) };
            let epoch = store::epoch(tx, now, &inner.rng).await?;
            let context = ActContext { config: &inner.config, now, rng: &inner.rng, epoch };
            let outcome = match mail.claims {
                Some(author) => held::decide(tx, &context, Some(author), id, mail.round, HeldAction::Send).await?,
                None => DecisionOutcome::Missing,
            };
            if !matches!(outcome, DecisionOutcome::Done { .. }) {
                // Its author is no longer of the project: it waits for a human like any other held mail.
                rows::stay(tx, id).await?;
            }
            Ok(true)
        })
    });
    let ended = work.await?;
    if ended {
        crash::point("window_ended");
    }
    Ok(ended)
}
