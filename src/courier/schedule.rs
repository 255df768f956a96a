//! What follows from a try: the mail's end, or when to try again; no IO.

use std::time::Duration;

use super::outcome::SendOutcome;
use crate::desk::outbox::State;
use crate::time::Timestamp;

/// So many unknown outcomes of one mail are its end: each may have been a copy for its reader.
pub const UNKNOWNS: i64 = 3;

/// Pauses after the first, second ... failed try; the last one repeats.
const PAUSES: [Duration; 7] = [minutes(1), minutes(5), minutes(15), minutes(30), minutes(60), minutes(120), minutes(240)];

/// How long a mail is tried (RFC 5321 section 4.5.4.1 wants four to five days).
const GIVE_UP_AFTER: Duration = minutes(5 * 24 * 60);

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// Where a mail stands that was queued at `created`, tried `attempts` times by `now`, the last time with this outcome, and
/// whose outcome was unknown `unknowns` times before; and when it is tried again.
#[must_use]
pub fn follows(
    outcome: &SendOutcome,
    created: Timestamp,
    attempts: i64,
    unknowns: i64,
    now: Timestamp,
) -> (State, Option<Timestamp>) {
    let given_up = match outcome {
        SendOutcome::Accepted(_) => return (State::Accepted, None),
        SendOutcome::Permanent(_) => return (State::Failed, None),
        SendOutcome::Unknown(_) if unknowns + 1 >= UNKNOWNS => return (State::Unknown, None),
        SendOutcome::Unknown(_) => State::Unknown,
        // One that may have arrived once does not become one that failed.
        SendOutcome::Temporary(_) if unknowns > 0 => State::Unknown,
        SendOutcome::Temporary(_) => State::Failed,
    };
    match retry_at(created, attempts, now) {
        Some(due_at) => (State::Deferred, Some(due_at)),
        None => (given_up, None),
    }
}

/// When to try again, whatever happened.
#[must_use]
pub fn later(attempts: i64, now: Timestamp) -> Timestamp {
    now.plus(pause(attempts))
}

fn pause(attempts: i64) -> Duration {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    PAUSES.get(place).or(PAUSES.last()).copied().unwrap_or(GIVE_UP_AFTER)
}

/// When a mail that was queued at `created` and has failed `attempts` times by `now` is tried again; `None` when it is
/// given up. The last try is made when the time is just up.
#[must_use]
fn retry_at(created: Timestamp, attempts: i64, now: Timestamp) -> Option<Timestamp> {
    if now.since(created) >= GIVE_UP_AFTER {
        return None;
    }
    Some(later(attempts, now).min(created.plus(GIVE_UP_AFTER)))
}

/// In which order servers are tried of which some rest until a point in time: those that do not, as they are listed, and then
/// the others. A mail that no other takes is better tried in vain than not at all.
#[must_use]
pub fn order(rests: &[Option<Timestamp>], now: Timestamp) -> Vec<usize> {
    let (awake, resting): (Vec<_>, Vec<_>) =
        rests.iter().enumerate().partition(|(_, rest)| rest.is_none_or(|until| until <= now));
    awake.into_iter().chain(resting).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_the_end_or_another_try() {
        let created = Timestamp::from_seconds(1_763_000_000);
        let (soon, late) = (created.plus(minutes(1)), created.plus(GIVE_UP_AFTER));
        let words = String::new;
        let (taken, no) = (SendOutcome::Accepted(words()), SendOutcome::Permanent(words()));
        let (later, perhaps) = (SendOutcome::Temporary(words()), SendOutcome::Unknown(words()));
        // outcome, unknown ones before it, when, what follows
        let table = [
            (&taken, 0, created, (State::Accepted, None)),
            (&taken, 2, late, (State::Accepted, None)),
            (&no, 0, created, (State::Failed, None)),
            (&no, 2, created, (State::Failed, None)),
            (&later, 0, created, (State::Deferred, Some(soon))),
            (&later, 2, created, (State::Deferred, Some(soon))),
            (&later, 0, late, (State::Failed, None)),
            (&later, 1, late, (State::Unknown, None)),
            (&perhaps, 0, created, (State::Deferred, Some(soon))),
            (&perhaps, 1, created, (State::Deferred, Some(soon))),
            (&perhaps, 2, created, (State::Unknown, None)),
            (&perhaps, 7, created, (State::Unknown, None)),
            (&perhaps, 0, late, (State::Unknown, None)),
        ];
        for (outcome, unknowns, now, next) in table {
            assert_eq!(follows(outcome, created, 1, unknowns, now), next, "{outcome:?}, {unknowns} unknown before");
        }
    }

    #[test]
    fn servers_that_rest_are_tried_last() {
        let now = Timestamp::from_seconds(1_763_000_000);
        let (over, soon) = (Some(now), Some(now.plus(minutes(1))));
        for (rests, expected) in [
            (vec![], vec![]),
            (vec![soon], vec![0]),
            (vec![None, None, None], vec![0, 1, 2]),
            (vec![soon, None, None], vec![1, 2, 0]),
            (vec![None, soon, None], vec![0, 2, 1]),
            (vec![soon, soon, None], vec![2, 0, 1]),
            (vec![over, soon, None], vec![0, 2, 1]),
            (vec![soon, soon], vec![0, 1]),
        ] {
            assert_eq!(order(&rests, now), expected, "{rests:?}");
        }
    }

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
