//! When the staff is told of many mails at once: after the first look into a mailbox, of held mails when what was collected
//! is due, and once a day of spam and of what is still held.

use std::time::Duration;

use super::context::Intake;
use crate::acts::held::notice;
use crate::acts::{ActContext, lists};
use crate::desk::notice::mornings;
use crate::store::{self, first_look, told};

/// So long after the last folder of a mailbox was through, so that folders read one after the other are told of together.
const QUIET: Duration = Duration::from_secs(5);
/// A first look that has not ended after so long is told of all the same.
const PATIENCE: Duration = Duration::from_hours(24);
/// Tells the staff of one thing that there is to tell. `false` where there is nothing.
pub(super) async fn tell_one(intake: &Intake) -> anyhow::Result<bool> {
    let now = intake.clock.now();
    let (until, _) = mornings(now, &intake.config.desk.time_zone);
    let mut tx = intake.store.read().await?;
    let summary = first_look::untold(&mut tx, now.minus(QUIET), now.minus(PATIENCE)).await?;
    let spam = lists::spam_told_until(&mut tx).await?.is_none_or(|told| told < until);
    let collected = told::due(&mut tx, now).await?;
    let held = lists::held_is_due(&mut tx, &intake.config, until).await?;
    drop(tx);
    if summary.is_none() && !spam && collected.is_none() && !held {
        return Ok(false);
    }
    let inner = intake.clone();
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &inner.rng).await?;
            let context = ActContext { config: &inner.config, now, rng: &inner.rng, epoch };
            if let Some((mailbox, folders)) = summary {
                return lists::summary(tx, &context, &mailbox, &folders).await;
            }
            if let Some(person) = collected {
                notice::tell_collected(tx, &context, person).await?;
                return Ok(true);
            }
            match held {
                true => lists::held(tx, &context, until).await,
                false => lists::spam(tx, &context, until).await,
            }
        })
    });
    Ok(work.await?)
}
