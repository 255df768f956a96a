//! How much mail sets out to one domain at a time: some servers turn away a sender who is in a hurry, and one of them must hold
//! up no other's mail. No IO.
//!
//! A domain has its share of the connections and, where the configuration says so, its mails for each minute. Where a server says
//! that it was too much, nothing is sent to that domain for a while, then one mail, and after that as much as ever.

use std::collections::BTreeMap;
use std::time::Duration;

use super::outcome::SendOutcome;
use crate::time::Timestamp;

/// Pauses after a server has said "too many" for the first, second ... time in a row; the last one repeats.
const RESTS: [Duration; 5] = [minutes(1), minutes(2), minutes(4), minutes(8), minutes(15)];

/// Mails of a minute leave spread over it, but not more evenly than this: the outbox is looked at four times a second.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A mail that has been on its way for so long hangs.
const HANGS: Duration = minutes(1);

/// How servers say that it was too much, in small letters: Postfix, Exchange, Gmail, Yahoo, Amazon SES and others.
const TOO_MUCH: &[&str] = &[
    "too many",
    "too much mail",
    "too fast",
    "rate limit",
    "ratelimit",
    "rate-limit",
    "rate exceeded",
    "sending rate",
    "unusual rate",
    "throttl",
    "unexpected volume",
    "server busy",
    "4.7.28",
    "4.7.500",
];

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// How much may set out to each domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At a time.
    pub at_a_time: usize,
    /// In a minute; `None`: as many as there are.
    pub in_a_minute: Option<u32>,
}

/// What is known of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Domain {
    /// Since when its mails on their way are.
    flying: Vec<Timestamp>,
    /// When the next mail is due, were they spread evenly over the minute.
    next: Timestamp,
    /// How often in a row it was too much.
    refusals: usize,
    /// Until when nothing is sent.
    rests: Timestamp,
}

impl Domain {
    fn has_room(&self, limits: Limits, now: Timestamp) -> bool {
        let at_a_time = if self.refusals > 0 { 1 } else { limits.at_a_time.max(1) };
        // One that hangs is the connection's matter, and holds up no other.
        let flying = self.flying.iter().filter(|since| now.since(**since) < HANGS).count();
        let in_time = limits.in_a_minute.is_none() || self.next <= now.plus(AT_ONCE);
        flying < at_a_time && self.rests <= now && in_time
    }

    fn goes(&mut self, limits: Limits, now: Timestamp) {
        let space = limits.in_a_minute.map_or(Duration::ZERO, |number| minutes(1) / number.max(1));
        self.next = self.next.max(now).plus(space);
        self.flying.push(now);
    }

    fn lands(&mut self, since: Timestamp, outcome: Option<&SendOutcome>, now: Timestamp) {
        if let Some(place) = self.flying.iter().position(|other| *other == since) {
            self.flying.swap_remove(place);
        }
        match outcome {
            Some(SendOutcome::Temporary(words)) if was_too_much(words) => {
                let rest = RESTS.get(self.refusals).or(RESTS.last()).copied().unwrap_or_default();
                self.refusals = self.refusals.saturating_add(1);
                self.rests = now.plus(rest);
            }
            Some(SendOutcome::Accepted(_) | SendOutcome::Permanent(_)) => self.refusals = 0,
            Some(SendOutcome::Temporary(_) | SendOutcome::Unknown(_)) | None => {}
        }
    }
}

/// Whether a server's words say that mail came too fast.
fn was_too_much(words: &str) -> bool {
    let words = words.to_lowercase();
    TOO_MUCH.iter().any(|phrase| words.contains(phrase))
}

/// What is known of all domains to which something is on its way or waits.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    domains: BTreeMap<String, Domain>,
}

impl Pace {
    /// The domains to which nothing more may set out now.
    #[must_use]
    pub fn full(&self, limits: Limits, now: Timestamp) -> Vec<String> {
        let full = self.domains.iter().filter(|(_, domain)| !domain.has_room(limits, now));
        full.map(|(name, _)| name.clone()).collect()
    }

    /// A mail sets out to `name`; `false` where it may not.
    pub fn goes(&mut self, name: &str, limits: Limits, now: Timestamp) -> bool {
        let fresh = || Domain { flying: Vec::new(), next: now, refusals: 0, rests: now };
        let domain = self.domains.entry(name.to_owned()).or_insert_with(fresh);
        let room = domain.has_room(limits, now);
        if room {
            domain.goes(limits, now);
        }
        room
    }

    /// All mails that are on their way hang, as far as anybody can see: they hold up no other.
    pub fn all_hang(&mut self) {
        self.domains.values_mut().for_each(|domain| domain.flying.clear());
    }

    /// The mail that set out at `since` has come to its end; with no outcome where nothing was sent. `true` where the server says for the first time that
    /// it was too much.
    pub fn lands(&mut self, name: &str, since: Timestamp, outcome: Option<&SendOutcome>, now: Timestamp) -> bool {
        let Some(domain) = self.domains.get_mut(name) else { return false };
        let before = domain.refusals;
        domain.lands(since, outcome, now);
        let slowed = before == 0 && domain.refusals > 0;
        // Nothing is known any more that a fresh one would not do.
        self.domains.retain(|_, domain| !domain.flying.is_empty() || domain.refusals > 0 || domain.next > now);
        slowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_763_000_000);

    fn taken() -> SendOutcome {
        SendOutcome::Accepted("250 ok".to_owned())
    }

    fn busy() -> SendOutcome {
        SendOutcome::Temporary("RCPT: 451 4.7.1 Too many mails".to_owned())
    }

    #[test]
    fn a_domain_has_its_share_and_others_theirs() {
        let limits = Limits { at_a_time: 2, in_a_minute: None };
        let mut pace = Pace::default();
        assert!(pace.goes("a.example", limits, NOW) && pace.goes("a.example", limits, NOW));
        assert_eq!((pace.goes("a.example", limits, NOW), pace.full(limits, NOW)), (false, vec!["a.example".to_owned()]));
        assert!(pace.goes("b.example", limits, NOW));
        let more = Limits { at_a_time: 3, ..limits };
        assert!(pace.full(more, NOW).is_empty(), "with a spare connection there is room");
        pace.lands("a.example", NOW, Some(&taken()), NOW);
        assert!(pace.full(limits, NOW).is_empty());
        for name in ["a.example", "b.example", "never.example"] {
            pace.lands(name, NOW, None, NOW);
        }
        assert!(pace.domains.is_empty(), "what is over is forgotten");
        assert!(Pace::default().goes("a.example", Limits { at_a_time: 0, ..limits }, NOW), "one always may");
    }

    #[test]
    fn what_hangs_holds_up_no_other() {
        let limits = Limits { at_a_time: 2, in_a_minute: None };
        let mut pace = Pace::default();
        let later = NOW.plus(Duration::from_secs(30));
        assert!(pace.goes("a.example", limits, NOW) && pace.goes("a.example", limits, later));
        assert_eq!(pace.full(limits, NOW.plus(HANGS).minus(Duration::from_secs(1))), ["a.example"]);
        let now = NOW.plus(HANGS);
        assert!(pace.goes("a.example", limits, now) && !pace.goes("a.example", limits, now));
        // The one that hung comes to its end, which makes room for nobody.
        pace.lands("a.example", NOW, Some(&taken()), now);
        assert!(!pace.goes("a.example", limits, now));
        pace.lands("a.example", later, Some(&taken()), now);
        assert!(pace.goes("a.example", limits, now) && !pace.goes("a.example", limits, now));
        pace.all_hang();
        assert!(
            pace.goes("a.example", limits, now) && pace.goes("a.example", limits, now) && !pace.goes("a.example", limits, now)
        );
    }

    #[test]
    fn mails_of_a_minute_are_spread_over_it() {
        // mails in a minute, seconds, mails that left by then
        let table = [(1, 58, 1), (1, 59, 2), (60, 0, 2), (60, 10, 12), (60, 60, 62), (600, 0, 11), (600, 60, 611), (6, 30, 4)];
        for (number, seconds, expected) in table {
            let limits = Limits { at_a_time: 9, in_a_minute: Some(number) };
            let (mut pace, mut left) = (Pace::default(), 0);
            for quarter in 0..=seconds * 4 {
                let now = NOW.plus(Duration::from_millis(250 * quarter));
                while pace.goes("a.example", limits, now) {
                    pace.lands("a.example", now, Some(&taken()), now);
                    left += 1;
                }
            }
            assert_eq!(left, expected, "{number} a minute, {seconds} s");
        }
    }

    #[test]
    fn a_server_that_says_too_many_is_left_alone_and_then_tried_with_one_mail() {
        let limits = Limits { at_a_time: 2, in_a_minute: None };
        let mut pace = Pace::default();
        assert!(pace.goes("a.example", limits, NOW) && pace.goes("b.example", limits, NOW));
        assert!(pace.lands("a.example", NOW, Some(&busy()), NOW));
        let mut now = NOW;
        // Minutes of rest, again and again.
        for rest in [1, 2, 4, 8, 15, 15] {
            assert_eq!(pace.full(limits, now.plus(minutes(rest)).minus(Duration::from_secs(1))), ["a.example"]);
            now = now.plus(minutes(rest));
            assert!(pace.goes("a.example", limits, now));
            assert_eq!(pace.full(limits, now), ["a.example"], "one mail finds out");
            assert!(!pace.lands("a.example", now, Some(&busy()), now), "that is said once");
        }
        now = now.plus(minutes(15));
        assert!(pace.goes("a.example", limits, now));
        pace.lands("a.example", now, Some(&taken()), now);
        assert!(pace.goes("a.example", limits, now) && pace.goes("a.example", limits, now), "as much as ever");
        assert!(pace.goes("b.example", limits, NOW), "another is not concerned");
    }

    #[test]
    fn only_some_words_mean_too_many() {
        for (words, too_much) in [
            ("RCPT: 450 4.7.1 Error: too much mail from 192.0.2.1", true),
            ("MAIL: 421 4.7.0 smtp.desk.example Error: too many connections from 192.0.2.1", true),
            ("the mail: 421 4.7.28 Our system has detected an unusual rate of mail", true),
            ("the mail: 454 Throttling failure: Maximum sending rate exceeded.", true),
            ("RCPT: 451 4.7.500 Server busy. Please try again later", true),
            ("RCPT: 421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume", true),
            ("RCPT: 452 4.3.2 Connection rate limit exceeded", true),
            ("RCPT: 451 4.7.1 Greylisting in action, please come back later", false),
            ("RCPT: 452 4.2.2 The mailbox is full", false),
            ("MAIL: no answer within 300 s", false),
            ("connecting to 192.0.2.1:465 took too long", false),
            ("", false),
        ] {
            assert_eq!(was_too_much(words), too_much, "{words}");
        }
    }
}
