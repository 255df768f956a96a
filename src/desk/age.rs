//! When a mail was written, and whether it is old; pure.
//!
//! Only what lay in a folder before the desk first looked there can be old. Whatever comes later is new, whatever it says of
//! itself: somebody moved it there today for a reason.

use std::time::Duration;

use super::inbox::Found;
use crate::time::Timestamp;

/// From when on mail is read as old by default (`[first_look] old_after`).
pub const OLD_AFTER: Duration = Duration::from_hours(24);

/// Nobody mailed a help desk before 1990: clocks that were never set say 1970 or 1980.
const FIRST: Timestamp = Timestamp::from_seconds(631_152_000);

/// Clocks of others may be ahead by this much.
const AHEAD: Duration = Duration::from_hours(1);

/// What is known of a mail's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// What its Date header says.
    pub date: Option<Timestamp>,
    /// When the server says that it came there.
    pub server: Option<Timestamp>,
    /// When the desk got it.
    pub received: Timestamp,
}

impl Times {
    /// When it was written: the earliest of these times that can be true, and never after the desk got it. A Date that is
    /// missing, in the future or older than mail leaves it to the server.
    #[must_use]
    pub fn written(&self) -> Timestamp {
        let true_to_life = |at: &Timestamp| *at >= FIRST && *at <= self.received.plus(AHEAD);
        let earliest = [self.date, self.server].into_iter().flatten().filter(true_to_life).min();
        earliest.map_or(self.received, |at| at.min(self.received))
    }

    /// Whether it is old: it was there at the first look, and was answered or is older than `after`.
    #[must_use]
    pub fn is_old(&self, found: Option<Found>, after: Duration) -> bool {
        match found {
            None => false,
            Some(Found::Answered) => true,
            Some(Found::FirstLook) => self.received.since(self.written()) > after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);
    const HOUR: i64 = 3600;

    fn ago(hours: i64) -> Option<Timestamp> {
        Some(Timestamp::from_seconds(1_795_000_000 - hours * HOUR))
    }

    #[test]
    fn either_date_makes_a_mail_old_that_was_there_at_the_first_look() {
        let (there, answered) = (Some(Found::FirstLook), Some(Found::Answered));
        let year = 365 * 24;
        let table = [
            ("both dates of last year", ago(year), ago(year), there, true),
            ("the date, appended today", ago(year), ago(0), there, true),
            ("the server's date alone", ago(2), ago(year), there, true),
            ("no date", None, ago(year), there, true),
            ("no date, appended today", None, ago(0), there, false),
            ("of this morning", ago(5), ago(5), there, false),
            ("almost a day", ago(23), ago(23), there, false),
            ("a day and more", ago(25), ago(25), there, true),
            ("in the future, appended today", ago(-year), ago(1), there, false),
            ("in the future, old to the server", ago(-year), ago(year), there, true),
            ("a clock that was never set", Some(Timestamp::from_seconds(0)), ago(1), there, false),
            ("a server without dates", ago(year), Some(Timestamp::from_seconds(0)), there, true),
            ("nothing known", None, None, there, false),
            ("answered, of this morning", ago(5), ago(5), answered, true),
            ("came later, of last year", ago(year), ago(year), None, false),
            ("came later, no date", None, None, None, false),
        ];
        for (name, date, server, found, old) in table {
            let times = Times { date, server, received: NOW };
            assert_eq!(times.is_old(found, OLD_AFTER), old, "{name}");
            assert!(times.written() <= NOW, "{name}: never in the future");
        }
    }

    #[test]
    fn it_is_dated_as_early_as_can_be_true() {
        let written = |date, server| Times { date, server, received: NOW }.written();
        assert_eq!(written(ago(100), ago(2)), ago(100).unwrap());
        assert_eq!(written(ago(2), ago(100)), ago(100).unwrap(), "it cannot be younger than its arrival");
        assert_eq!(written(ago(-100), ago(2)), ago(2).unwrap());
        assert_eq!(written(Some(NOW.plus(Duration::from_mins(30))), None), NOW, "a clock that is a little ahead");
        assert_eq!(written(None, None), NOW);
    }
}
