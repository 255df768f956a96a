//! When the staff is told of many mails at once: after the first look into a mailbox, and once a day of spam.

use std::time::Duration;

use super::Intake;
use crate::acts::{Scene, lists};
use crate::store::{self, first_look};
use crate::time::Timestamp;

/// So long after the last folder of a mailbox was through, so that folders read one after the other are told of together.
const QUIET: Duration = Duration::from_secs(5);
/// A first look that has not ended after so long is told of all the same.
const PATIENCE: Duration = Duration::from_hours(24);
/// At this hour of the desk's clock the daily list is made.
const HOUR: &str = "06:00:00";
const DAY: Duration = Duration::from_hours(24);

/// Tells the staff of one thing that there is to tell. `false` where there is nothing.
pub(super) async fn tell_one(intake: &Intake) -> anyhow::Result<bool> {
    let now = intake.clock.now();
    let until = latest(now, &intake.config.desk.time_zone);
    let mut tx = intake.store.read().await?;
    let summary = first_look::untold(&mut tx, now.minus(QUIET), now.minus(PATIENCE)).await?;
    let spam = lists::spam_told_until(&mut tx).await?.is_none_or(|told| told < until);
    drop(tx);
    if summary.is_none() && !spam {
        return Ok(false);
    }
    let inner = intake.clone();
    let work = intake.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &inner.chance).await?;
            let scene = Scene { config: &inner.config, now, chance: &inner.chance, epoch };
            match summary {
                Some((mailbox, folders)) => lists::summary(tx, &scene, &mailbox, &folders).await,
                None => lists::spam(tx, &scene, until).await,
            }
        })
    });
    Ok(work.await?)
}

/// The latest time that the daily list was to be made.
fn latest(now: Timestamp, zone: &str) -> Timestamp {
    let on = |day: Timestamp| Timestamp::from_local(&format!("{}T{HOUR}", day.strftime(zone, "%Y-%m-%d")), zone);
    let days = [now, now.minus(DAY), now.minus(DAY * 2)];
    days.into_iter().filter_map(on).find(|at| *at <= now).unwrap_or_else(|| now.minus(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_made_in_the_morning_of_the_desk() {
        let at = |text: &str| Timestamp::from_rfc3339(text).unwrap();
        for (now, zone, expected) in [
            ("2026-11-28T05:00:00Z", "Europe/Berlin", "2026-11-28T05:00:00Z"),
            ("2026-11-28T04:59:59Z", "Europe/Berlin", "2026-11-27T05:00:00Z"),
            ("2026-11-28T23:30:00Z", "Europe/Berlin", "2026-11-28T05:00:00Z"),
            ("2026-11-28T12:00:00Z", "UTC", "2026-11-28T06:00:00Z"),
            // The clock goes forward in between: a shorter day.
            ("2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-29T04:00:00Z"),
            ("2026-03-01T03:00:00Z", "UTC", "2026-02-28T06:00:00Z"),
        ] {
            assert_eq!(latest(at(now), zone), at(expected), "{now} {zone}");
        }
    }
}
