//! What was not told at once because there was much at once is told when its time has come, and the staff of used-up budgets.

use super::context::Intake;
use crate::acts::{ActContext, collected};
use crate::store::{self, Tx};

/// Whether something is due.
pub(super) async fn is_due(intake: &Intake, tx: &mut Tx) -> anyhow::Result<bool> {
    collected::is_due(tx, intake.clock.now()).await
}

/// Tells one thing that is due. `false` where somebody else has told it.
pub(super) async fn tell_one(intake: &Intake) -> anyhow::Result<bool> {
    let (inner, now) = (intake.clone(), intake.clock.now());
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &inner.rng).await?;
            let context = ActContext { config: &inner.config, now, rng: &inner.rng, epoch };
            collected::tell_one(tx, &context).await
        })
    });
    Ok(work.await?)
}
