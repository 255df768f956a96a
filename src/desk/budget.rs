//! Budgets: how much mail somebody outside can make the desk write before it stops, and how fast one person is written to
//! about one ticket; pure.
//!
//! What people of the staff write is never counted and never stopped: a budget is there for mail that the desk writes by
//! itself because of others. Whatever is stopped is stored as ever, and the staff is told. What is proven to be somebody's
//! own is counted apart from what merely names them: a forger uses up the budget of the forged.

use std::time::Duration;

use crate::time::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

string_enum! {
    /// A budget: what is counted, and whose it is.
    Name {
        /// What one person outside the staff writes, on all tickets together; by each [`Way`] apart, so that whoever forges
        /// somebody's address takes nothing from that person's own pages and replies.
        Sender = "sender",
        /// The same in a day: two programs that answer each other slowly.
        SenderDay = "sender_day",
        /// What people outside write in all projects of one organization.
        Organization = "organization",
        /// What strangers of one mail domain write.
        Domain = "domain",
        /// What all strangers write.
        Strangers = "strangers",
        /// What one person is written to because of people outside, about all tickets together.
        Recipient = "recipient",
        /// The people whom one guest asks to take part, and who are welcomed.
        Invitations = "invitations",
        /// "We have received your request", to one person.
        Receipts = "receipts",
        /// The same to one mail domain.
        ReceiptsDomain = "receipts_domain",
        /// The same to all strangers.
        ReceiptsStrangers = "receipts_strangers",
    }
}

string_enum! {
    /// How the word of somebody outside the staff came, which says how sure it is that it is theirs.
    Way {
        /// On a page, behind their session.
        Page = "page",
        /// By a mail that proves it: it has their own reply token, or the receiving server vouches for its sender.
        Proven = "proven",
        /// By a mail that only claims it.
        Claimed = "mail",
    }
}

impl Way {
    /// Whether it is proven that it is theirs. Nothing that is only claimed holds up such a word.
    #[must_use]
    pub const fn is_sure(self) -> bool {
        matches!(self, Self::Page | Self::Proven)
    }
}

/// How much is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Which.
    pub name: Name,
    /// So much is told at once within the span.
    pub limit: i64,
    /// The span.
    pub span: Duration,
}

/// How often in an hour one person is told the number of what they opened. The next time they hear once that their further
/// mails have come, then nothing.
pub const RECEIPTS_AN_HOUR: i64 = 5;

/// Every budget.
pub const BUDGETS: &[Budget] = &[
    // A person who writes more than once in three minutes for an hour is a program, or two of them.
    Budget { name: Name::Sender, limit: 20, span: HOUR },
    // Twice the busiest day of a person who writes mails.
    Budget { name: Name::SenderDay, limit: 60, span: DAY },
    // An outage in which everybody of a company writes, some of them twice.
    Budget { name: Name::Organization, limit: 60, span: HOUR },
    // The same of a company that is no customer yet.
    Budget { name: Name::Domain, limit: 40, span: HOUR },
    // More than a reception can read; what is true of it is spam, or the news have named the address. Half of what one
    // reader gets: the customers' mails must still reach them.
    Budget { name: Name::Strangers, limit: 60, span: HOUR },
    // Two mails a minute: nobody reads them one by one any more.
    Budget { name: Name::Recipient, limit: 120, span: HOUR },
    // A project's team; more is an address book.
    Budget { name: Name::Invitations, limit: 10, span: HOUR },
    // Beside the five an hour: two programs that keep within those go on for ever.
    Budget { name: Name::Receipts, limit: 20, span: DAY },
    // Each of them goes to an address that nobody has proven: a forger's victims.
    Budget { name: Name::ReceiptsDomain, limit: 30, span: HOUR },
    // An outage with strangers in it; beyond, the desk writes to whoever stands in forged senders.
    Budget { name: Name::ReceiptsStrangers, limit: 40, span: HOUR },
];

impl Name {
    /// How much is in it.
    #[must_use]
    pub fn budget(self) -> Budget {
        let found = BUDGETS.iter().find(|budget| budget.name == self);
        found.copied().unwrap_or(Budget { name: self, limit: 0, span: HOUR })
    }
}

/// What a budget says of one thing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Within,
    /// It is stopped.
    Over,
}

/// Whether there is room for the last of `count` things within the budget's span.
#[must_use]
pub fn verdict(count: i64, budget: &Budget) -> Verdict {
    if count > budget.limit { Verdict::Over } else { Verdict::Within }
}

/// So many people can join one ticket by writing to it; whoever comes later waits for the staff's word. Their addresses prove
/// nothing, and everybody who takes part gets what everybody else writes.
pub const JOINED_BY_MAIL: i64 = 10;

/// What a used-up budget has stopped is told together after so long.
pub const TOGETHER: Duration = HOUR;

/// What somebody is owed about more tickets than this comes as a list of tickets, and not ticket by ticket.
pub const ONE_BY_ONE: usize = 5;

/// Mails to one person about one ticket are counted within this span.
pub const PACE: Duration = DAY;

/// How long after the mail before it the next one to the same person about the same ticket may leave, by how many there were
/// within an hour: two words and an afterthought come at once, a quick exchange in ever larger pieces.
const GAPS: &[Duration] = &[
    Duration::ZERO,
    Duration::ZERO,
    Duration::ZERO,
    Duration::from_mins(1),
    Duration::from_mins(2),
    Duration::from_mins(5),
    Duration::from_mins(10),
];

/// After so many mails within [`PACE`], however slowly they came, the next one waits for so long.
const MANY: usize = 40;
const SLOWLY: Duration = Duration::from_mins(30);

/// When the next mail to somebody about a ticket may leave, after those that were `sent` within [`PACE`]; now or later.
#[must_use]
pub fn leaves_at(sent: &[Timestamp], now: Timestamp) -> Timestamp {
    let lately = sent.iter().filter(|at| now.since(**at) < HOUR).count();
    let gap = GAPS.get(lately).or(GAPS.last()).copied().unwrap_or_default();
    let gap = if sent.len() < MANY { gap } else { gap.max(SLOWLY) };
    sent.iter().max().map_or(now, |last| last.plus(gap).max(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_budget_has_its_limit_and_ends_there() {
        for name in Name::ALL {
            let budget = name.budget();
            assert!(budget.limit > 0, "{name} is not in the table");
            assert_eq!(verdict(budget.limit, &budget), Verdict::Within, "{name}");
            assert_eq!(verdict(budget.limit + 1, &budget), Verdict::Over, "{name}");
        }
        assert_eq!(BUDGETS.len(), Name::ALL.len(), "each once");
    }

    #[test]
    fn quick_mails_wait_longer_and_longer() {
        let at = |minutes: i64| Timestamp::from_seconds(1_795_000_000 + 60 * minutes);
        type Row<'a> = (&'a [i64], i64, i64);
        let table: [Row<'_>; 9] = [
            (&[], 0, 0),
            (&[0], 0, 0),
            (&[0, 0], 0, 0),
            (&[0, 0, 0], 0, 1),
            (&[0, 0, 0], 30, 30),
            (&[0, 0, 0, 1], 1, 3),
            (&[0, 0, 0, 1, 3], 4, 8),
            (&[0, 0, 0, 1, 3, 8], 8, 18),
            (&[0, 0, 0, 1, 3, 8, 18, 28], 28, 38),
        ];
        for (sent, now, expected) in table {
            let sent: Vec<_> = sent.iter().map(|minutes| at(*minutes)).collect();
            assert_eq!(leaves_at(&sent, at(now)), at(expected), "{sent:?} {now}");
        }
    }

    #[test]
    fn at_any_speed_an_hour_brings_few_mails_and_every_ten_minutes_one_comes_at_once() {
        let start = Timestamp::from_seconds(1_795_000_000);
        let hour = |every: u64| {
            let (mut sent, mut due): (Vec<Timestamp>, Option<Timestamp>) = (Vec::new(), None);
            for second in 0..3600 {
                let now = start.plus(Duration::from_secs(second));
                if second % every == 0 && due.is_none() {
                    due = Some(leaves_at(&sent, now));
                }
                if due.is_some_and(|due| due <= now) {
                    (sent, due) = (sent.into_iter().chain([now]).collect(), None);
                }
            }
            sent.len()
        };
        assert!(hour(1) <= 12, "{}", hour(1));
        assert_eq!(hour(600), 6, "the twin: six mails in an hour are six mails");
        // Two programs that answer each other for a day.
        let many: Vec<Timestamp> = (0..40).map(|place| start.plus(Duration::from_secs(600 * place))).collect();
        let now = start.plus(Duration::from_secs(600 * 40));
        assert_eq!(leaves_at(&many, now), now.plus(Duration::from_mins(20)));
        assert_eq!(leaves_at(many.split_last().unwrap().1, now), now, "the twin: the day's fortieth comes at once");
    }
}
