//! When to try a mail again; no IO.

use std::time::Duration;

use crate::time::Timestamp;

/// Pauses after the first, second ... failed try; the last one repeats.
const PAUSES: [Duration; 7] = [minutes(1), minutes(5), minutes(15), minutes(30), minutes(60), minutes(120), minutes(240)];

/// How long a mail is tried (RFC 5321 section 4.5.4.1 wants four to five days).
const GIVE_UP_AFTER: Duration = minutes(5 * 24 * 60);

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// When a mail that was queued at `created` and has failed `attempts` times by `now` is tried again; `None` when it is
/// given up. The last try is made when the time is just up.
#[must_use]
pub fn retry_at(created: Timestamp, attempts: i64, now: Timestamp) -> Option<Timestamp> {
    if now.since(created) >= GIVE_UP_AFTER {
        return None;
    }
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let pause = PAUSES.get(place).or(PAUSES.last()).copied()?;
    Some(now.plus(pause).min(created.plus(GIVE_UP_AFTER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_five_days() {
        let created = Timestamp::from_seconds(1_763_000_000);
        let at = |minutes_later: u64| created.plus(minutes(minutes_later));
        let day = 24 * 60;
        // attempts, minutes after it was queued, minutes after it was queued of the next try
        let table = [
            (1, 0, Some(1)),
            (2, 1, Some(6)),
            (3, 6, Some(21)),
            (4, 21, Some(51)),
            (5, 51, Some(111)),
            (6, 111, Some(231)),
            (7, 231, Some(471)),
            (8, 471, Some(711)),
            (400, 711, Some(951)),
            (35, 5 * day - 60, Some(5 * day)),
            (36, 5 * day, None),
            (1, 9 * day, None),
            // Counters that make no sense still mean "soon".
            (0, 0, Some(1)),
            (-3, 0, Some(1)),
            (i64::MAX, 0, Some(240)),
        ];
        for (attempts, now, next) in table {
            assert_eq!(retry_at(created, attempts, at(now)), next.map(at), "{attempts} tries, {now} minutes");
        }
        // A clock that went backwards.
        assert_eq!(retry_at(created, 1, created.minus(minutes(10))), Some(created.minus(minutes(9))));
    }
}
