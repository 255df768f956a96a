//! Who hears of a held mail, and when; pure. Every reason to hold a mail ends here, and none of them in silence (law 1).
//!
//! The first is told at once. What follows within the hour is collected and told in one mail when the hour ends, or when
//! the first has been decided about. What merely names somebody may be a forger's: it brings that person two mails a day as
//! long as they confirm none, and the rest waits for the list of the next morning, which everybody gets.

use std::time::Duration;

use super::ids::PersonId;
use super::inbox::Held;
use crate::time::Timestamp;

/// What comes so soon after a notice is told together.
pub const SPAN: Duration = Duration::from_hours(1);
/// So many mails of their own a proven author is asked about in [`SPAN`], each at once.
const OWN: i64 = 60;
/// So many notices about mails that merely name them, and none of which they confirmed, one person gets in [`DAY`].
const UNCONFIRMED: i64 = 2;
/// The time that [`Lately::unconfirmed`] is about.
pub const DAY: Duration = Duration::from_hours(24);

string_enum! {
    /// As what somebody is told.
    Part {
        /// It is proven that they wrote it.
        Author = "author",
        /// It names them as its sender, and nothing proves it.
        Named = "named",
        /// They are of the staff that has to do with it.
        Staff = "staff",
    }
}

impl Held {
    /// As what the member of staff whom a mail names is told, where it names one.
    #[must_use]
    pub const fn part(self) -> Part {
        match self {
            Self::NearMiss
            | Self::UnknownCommand
            | Self::CommandRefused
            | Self::CommandWithoutTicket
            | Self::UnclearOriginal
            | Self::UncertainQuote
            | Self::PartsDiffer
            | Self::NothingNew
            | Self::UnclearAnswer
            | Self::Leak
            | Self::Collision
            | Self::Leaving
            | Self::JunkFromStaff
            | Self::OldAnswer => Part::Author,
            Self::ClaimsStaff
            | Self::AlignmentFailed
            | Self::TokenMissing
            | Self::AlignmentMissing
            | Self::TokenEnded
            | Self::AutomaticFromStaff
            | Self::UnknownAddress
            | Self::Redirected
            | Self::ThirdParty
            | Self::SwitchedOff
            | Self::RoleDenies
            | Self::SenderDenied
            | Self::RefersToInternal
            | Self::RefersToHeld
            | Self::Verification
            | Self::Flood
            | Self::OwnAddress
            | Self::Unreadable
            | Self::Crashes
            | Self::Damaged
            | Self::TooLarge
            | Self::NotFetched
            | Self::Junk => Part::Named,
        }
    }
}

/// Somebody who could be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Whether a mail reaches them: they work here, have an address that is not the desk's own, and it has not failed.
    pub reachable: bool,
    /// Whether they wish to be told of held mails.
    pub wants: bool,
}

/// Who is told of a mail that names `named`, and that the `project` has to do with, out of `all` of the staff: the named
/// person, whatever they wish; else whoever of the project wants to; else the project; else whoever wants to; else everybody.
#[must_use]
pub fn whom(named: Option<Candidate>, project: &[Candidate], all: &[Candidate]) -> Vec<PersonId> {
    if let Some(named) = named.filter(|named| named.reachable) {
        return vec![named.person];
    }
    let circles = [(project, true), (project, false), (all, true), (all, false)];
    let told = circles.map(|(circle, only_wants)| {
        let fits = circle.iter().filter(|one| one.reachable && (one.wants || !only_wants));
        fits.map(|one| one.person).collect::<Vec<_>>()
    });
    told.into_iter().find(|told| !told.is_empty()).unwrap_or_default()
}

/// What somebody has been told of late, in one [`Part`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lately {
    /// When last.
    pub last: Option<Timestamp>,
    /// How many mails within [`SPAN`].
    pub told: i64,
    /// Notices within [`DAY`] about mails that they have not confirmed.
    pub unconfirmed: i64,
    /// When they are told next of something that is collected.
    pub next: Option<Timestamp>,
}

/// Name of the list of what is still held among the lists that come regularly.
pub const LIST: &str = "held";
/// At this hour of the desk's clock the lists of the morning are made.
const HOUR: &str = "06:00:00";

/// The latest time, up to `now`, that the lists of the morning were to be made, and the next.
#[must_use]
pub fn mornings(now: Timestamp, zone: &str) -> (Timestamp, Timestamp) {
    let on = |day: Timestamp| Timestamp::from_local(&format!("{}T{HOUR}", day.strftime(zone, "%Y-%m-%d")), zone);
    let before = [now, now.minus(DAY), now.minus(DAY * 2)].into_iter().filter_map(on).find(|at| *at <= now);
    let after = [now, now.plus(DAY), now.plus(DAY * 2)].into_iter().filter_map(on).find(|at| *at > now);
    (before.unwrap_or_else(|| now.minus(DAY)), after.unwrap_or_else(|| now.plus(DAY)))
}

/// When somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// At once, in a mail of its own.
    Now,
    /// With what else was collected by then.
    At(Timestamp),
    /// By the list of the next morning.
    Morning,
}

/// When somebody is told of a mail that is being held.
#[must_use]
pub fn pace(part: Part, lately: &Lately, now: Timestamp) -> Pace {
    if part == Part::Author && lately.told < OWN {
        return Pace::Now;
    }
    if part == Part::Named && lately.unconfirmed >= UNCONFIRMED {
        return Pace::Morning;
    }
    match (lately.next, lately.last) {
        (Some(next), _) => Pace::At(next),
        (None, Some(last)) if now.since(last) < SPAN => Pace::At(last.plus(SPAN)),
        _ => Pace::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_told_of_every_mail_as_long_as_anybody_can_be_reached() {
        let one = |id, reachable, wants| Candidate { person: PersonId(id), reachable, wants };
        let (anna, ben, cleo) = (one(1, true, true), one(2, true, true), one(3, true, true));
        let (gone, deaf) = (|id| one(id, false, true), |id| one(id, true, false));
        type Row = (&'static str, Option<Candidate>, Vec<Candidate>, Vec<Candidate>, &'static [i64]);
        let table: [Row; 9] = [
            ("whom it names", Some(anna), vec![anna, ben], vec![anna, ben, cleo], &[1]),
            ("even without a wish", Some(deaf(1)), vec![ben], vec![ben], &[1]),
            ("the project for who has gone", Some(gone(1)), vec![gone(1), ben], vec![gone(1), ben, cleo], &[2]),
            ("the project", None, vec![anna, ben], vec![anna, ben, cleo], &[1, 2]),
            ("not who wishes none", None, vec![deaf(1), ben], vec![deaf(1), ben, cleo], &[2]),
            ("unless nobody wants any", None, vec![deaf(1), deaf(2)], vec![deaf(1), deaf(2), cleo], &[1, 2]),
            ("all for a project that cannot be reached", None, vec![gone(1)], vec![gone(1), ben, deaf(3)], &[2]),
            ("all, where all wish none", None, vec![], vec![deaf(2), deaf(3)], &[2, 3]),
            ("nobody where there is nobody", Some(gone(1)), vec![gone(1)], vec![gone(1)], &[]),
        ];
        for (what, named, project, all, expected) in table {
            let told: Vec<i64> = whom(named, &project, &all).into_iter().map(|person| person.0).collect();
            assert_eq!(told, expected, "{what}");
        }
    }

    #[test]
    fn the_first_at_once_what_follows_together_and_forgers_get_nobody_many_mails() {
        let at = |minutes: u64| Timestamp::from_seconds(1_795_000_000).plus(Duration::from_mins(minutes));
        let (none, last) = (Lately::default(), |minutes| Lately { last: Some(at(minutes)), told: 1, ..Lately::default() });
        let table = [
            ("the first", Part::Staff, none, Pace::Now),
            ("the first in a name", Part::Named, none, Pace::Now),
            ("the second within the hour", Part::Staff, last(50), Pace::At(at(110))),
            ("an hour later", Part::Staff, last(40), Pace::Now),
            ("with what waits already", Part::Staff, Lately { next: Some(at(95)), ..last(40) }, Pace::At(at(95))),
            ("late, but not without it", Part::Staff, Lately { next: Some(at(99)), ..last(20) }, Pace::At(at(99))),
            ("unconfirmed once", Part::Named, Lately { unconfirmed: 1, ..last(50) }, Pace::At(at(110))),
            ("unconfirmed twice", Part::Named, Lately { unconfirmed: 2, ..last(0) }, Pace::Morning),
            ("an author knows each time", Part::Author, Lately { told: OWN - 1, unconfirmed: 19, ..last(99) }, Pace::Now),
            ("unless a machine writes for them", Part::Author, Lately { told: OWN, ..last(90) }, Pace::At(at(150))),
        ];
        for (what, part, lately, expected) in table {
            assert_eq!(pace(part, &lately, at(100)), expected, "{what}");
        }
    }

    #[test]
    fn the_lists_are_made_in_the_morning_of_the_desk() {
        let at = |text: &str| Timestamp::from_rfc3339(text).unwrap();
        for (now, zone, before, after) in [
            ("2026-11-28T05:00:00Z", "Europe/Berlin", "2026-11-28T05:00:00Z", "2026-11-29T05:00:00Z"),
            ("2026-11-28T04:59:59Z", "Europe/Berlin", "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"),
            ("2026-11-28T23:30:00Z", "Europe/Berlin", "2026-11-28T05:00:00Z", "2026-11-29T05:00:00Z"),
            ("2026-11-28T12:00:00Z", "UTC", "2026-11-28T06:00:00Z", "2026-11-29T06:00:00Z"),
            // The clock goes forward in between: a shorter day.
            ("2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-29T04:00:00Z", "2026-03-30T04:00:00Z"),
            ("2026-03-01T03:00:00Z", "UTC", "2026-02-28T06:00:00Z", "2026-03-01T06:00:00Z"),
        ] {
            assert_eq!(mornings(at(now), zone), (at(before), at(after)), "{now} {zone}");
        }
    }

    #[test]
    fn for_every_reason_somebody_is_told_at_once_or_within_the_hour() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let hour = Lately { last: Some(now.minus(Duration::from_mins(1))), told: OWN, ..Lately::default() };
        for reason in Held::ALL {
            // Whom it names, and else the staff, whose mails are counted apart from those.
            for part in [reason.part(), Part::Staff] {
                assert_eq!(pace(part, &Lately::default(), now), Pace::Now, "{reason}");
                assert_eq!(pace(part, &hour, now), Pace::At(now.plus(Duration::from_mins(59))), "{reason}");
            }
        }
    }
}
