//! One mail in: from a row of the inbox to acts, exactly once.
//!
//! [`process_next`] is the step; the loop around it is thin. A mail is read ahead of its turn (`ahead`), several at once and in
//! processes of their own ([`crate::reader`]): what a mail does to its reader costs that mail an attempt and nobody else
//! anything, and after three it is held. Then it goes through three floors, in one transaction, together with the
//! disposition; whatever is killed in between has not happened:
//!
//! 1. [`facts`] loads what the desk knows about it, and makes one [`case::Case`] of both.
//! 2. [`rules`] is pure: it makes one [`decision::Decision`] of the case, with the help of [`command`] where it commands.
//! 3. `apply` does what was decided, and is the only place that does anything; `redact` takes out what nobody else is to read.
//!
//! Mails are decided one after the other, however many nodes there are: by a lease that names the mail, whose row is locked meanwhile
//! (`decision_lease`). Otherwise a mail and its answer, decided at the same time, would become two tickets. Between mails `window` ends the
//! time in which an answer can be undone, `lists` tells the staff what was put away in silence, and `owed` what was too much
//! to be told one by one.

mod ahead;
mod apply;
pub mod case;
pub mod command;
mod context;
pub mod decision;
mod decision_lease;
pub mod facts;
mod lists;
mod owed;
mod redact;
pub mod rules;
mod window;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::acts::ActContext;
use crate::crash;
use crate::desk::inbox::{Disposition, Held};
use crate::store::inbox::LedgerRow;
use crate::store::{self, Trouble, inbox};
use ahead::{Ahead, Read};
pub use context::Intake;
pub use decision_lease::after_a_crash;
use decision_lease::{Begun, DecisionLease, begin, end_after};
pub use facts::TRUST_CHECK;
use rules::decide;

/// A pause after trouble of the database, before it is asked again how it is.
const BREATH: Duration = Duration::from_millis(500);
/// How often to look without being woken: a node that died with the lease wakes nobody.
const TICK: Duration = Duration::from_secs(1);

/// Works through the inbox until told to stop; whatever comes into it wakes it.
pub async fn run(intake: Intake, stop: CancellationToken) {
    let (mut ahead, mut failing) = (Ahead::default(), false);
    while !stop.is_cancelled() {
        tokio::select! {
            () = intake.store.well() => {}
            () = stop.cancelled() => break,
        }
        match step(&intake, &mut ahead, &stop).await {
            Ok(Some(_)) => {
                failing = false;
                continue;
            }
            Ok(None) => failing = false,
            Err(error) => {
                // Said by the store, and waited for above.
                if Trouble::within(&error).is_some_and(Trouble::lasts) {
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
                if !failing {
                    tracing::error!("a mail could not be worked on, will try again: {error:#}");
                }
                failing = true;
            }
        }
        tokio::select! {
            // A mail that comes before this is not slept over: it is remembered that the bell was rung.
            () = intake.store.arrived(), if !failing => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Works on the first undecided mail. `None` when there is none or another node is at it, else what became of it.
///
/// # Errors
/// When the database or the set-up of the desk stands in the way; the mail stays undecided, and where it is not to blame,
/// no attempt counts.
pub async fn process_next(intake: &Intake) -> anyhow::Result<Option<Disposition>> {
    step(intake, &mut Ahead::default(), &CancellationToken::new()).await
}

/// One mail: read in a reader, ahead of its turn, and decided in its turn.
async fn step(intake: &Intake, ahead: &mut Ahead, stop: &CancellationToken) -> anyhow::Result<Option<Disposition>> {
    loop {
        let mut tx = intake.store.read().await?;
        let waiting = inbox::undecided(&mut tx, Ahead::reach(intake)).await?;
        // However much comes in: what was put off because of it is told in its time.
        let owed = owed::is_due(intake, &mut tx).await?;
        drop(tx);
        if owed && owed::tell_one(intake).await? {
            continue;
        }
        ahead.begin(intake, &waiting);
        let Some(row) = ahead.next(&waiting) else {
            if window::end_one(intake).await? || lists::tell_one(intake).await? {
                continue;
            }
            return Ok(None);
        };
        let read = tokio::select! {
            read = ahead.take(intake, row) => read?,
            // Nothing has happened to it yet; whoever is next reads it again.
            () = stop.cancelled() => return Ok(None),
        };
        if let Read::Died(how) = read {
            tracing::error!(inbox = row.id.0, "a mail could not be read, its reader {how}");
            let id = row.id;
            intake.store.write(move |tx| Box::pin(async move { Ok(inbox::count_attempt(tx, id).await?) })).await?;
            continue;
        }
        match decide_one(intake, row, read).await? {
            Asked::Decided(disposition) => return Ok(Some(disposition)),
            Asked::Stale => {}
            Asked::Taken => return Ok(None),
        }
    }
}

/// What came of asking for the lease.
enum Asked {
    Decided(Disposition),
    Stale,
    Taken,
}

/// Decides about a mail that was read.
async fn decide_one(intake: &Intake, read_row: &LedgerRow, read: Read) -> anyhow::Result<Asked> {
    let lease = DecisionLease::new(&intake.rng, read_row);
    let mine = lease.clone();
    let row = match intake.store.write(move |tx| Box::pin(async move { begin(tx, &mine).await })).await? {
        Begun::Yes(row) => row,
        Begun::Stale => return Ok(Asked::Stale),
        Begun::Taken => return Ok(Asked::Taken),
    };
    crash::point("begun");
    let (inner, mine, now) = (intake.clone(), lease.clone(), intake.clock.now());
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let current = inbox::get(tx, row.id).await?.filter(|row| row.disposition.is_none());
            if !mine.end(tx).await? || current.is_none() {
                return Ok(Asked::Taken);
            }
            let epoch = store::epoch(tx, now, &inner.rng).await?;
            let context = ActContext { config: &inner.config, now, rng: &inner.rng, epoch };
            let disposition = match read {
                Read::Letter(reading, _) if facts::is_trust_check(tx, &reading.letter).await? => {
                    apply::put_away(tx, &context, &row, &reading.letter).await?
                }
                Read::Letter(reading, gathered) => {
                    let loaded = facts::load(tx, &context, &row, *reading, gathered).await?;
                    let decision = decide(&loaded.case());
                    apply::apply(tx, &context, &row, loaded, decision).await?
                }
                Read::Not(reason, seen) => apply::hold(tx, &context, &row, reason, seen).await?,
                Read::Died(_) => apply::hold(tx, &context, &row, Held::Crashes, None).await?,
            };
            Ok(Asked::Decided(disposition))
        })
    });
    let asked = match work.await {
        Ok(asked) => asked,
        Err(error) => {
            end_after(&error, intake, lease).await;
            return Err(error.into());
        }
    };
    crash::point("decided");
    if let Asked::Decided(disposition) = &asked {
        tracing::info!(disposition = disposition.as_str(), "decided about a mail");
    }
    Ok(asked)
}
