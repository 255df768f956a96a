//! The only ambient clock and the only ambient randomness.
//!
//! Everything else takes a [`Clock`] and a [`Rng`] as parameters, so that tests stand still in time and repeat
//! exactly. `.clippy.toml` bans the ambient ones elsewhere.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

pub use crate::mail::time::Timestamp;

/// Whether `zone` is an IANA time zone name that this build knows.
#[must_use]
pub fn is_time_zone(zone: &str) -> bool {
    jiff::tz::TimeZone::get(zone).is_ok()
}

/// The names of time zones that people choose from: regions and places, and UTC; sorted, without links of old.
#[must_use]
pub fn time_zones() -> &'static [String] {
    const REGIONS: &[&str] =
        &["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let all = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let mut names: Vec<String> =
            all.filter(|name| name == "UTC" || REGIONS.iter().any(|region| name.starts_with(region))).collect();
        names.sort();
        names.dedup();
        names
    });
    &NAMES
}

/// A span of time as people write it in a configuration: `"30s"`, `"5m"`, `"2h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong =
            || serde::de::Error::custom(format!("`{text}` is not a span of time; write it like \"30s\", \"5m\" or \"2h\""));
        let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        Duration::try_from(span).map(Span).map_err(|_| wrong())
    }
}

/// Reads how long something took, in whole minutes: `45m`, `1h30m`, `2h`; at most a thousand hours.
///
/// # Errors
/// Says how it is written.
pub fn minutes(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a time of work; write it like 45m or 1h30m");
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let minutes = span.as_secs() / 60;
    if (1..=60_000).contains(&minutes) { Ok(minutes) } else { Err(wrong()) }
}

fn micros(span: Duration) -> i64 {
    Timestamp::from_micros(0).plus(span).as_micros()
}

/// Where the time comes from: the system, or a test that moves it by hand.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's wall clock.
    System,
    /// A clock that stands still until [`Clock::advance`] moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock standing at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.as_micros())))
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let now = std::time::SystemTime::now();
                Timestamp::from_micros(now.duration_since(std::time::UNIX_EPOCH).map_or(0, micros))
            }
            Self::Fixed(at) => Timestamp::from_micros(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock forward; the system's clock moves by itself.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(micros(span), Ordering::SeqCst);
        }
    }
}

/// Where randomness comes from: the operating system, or a seed that repeats (tests only).
#[derive(Clone)]
pub enum Rng {
    /// The operating system's generator.
    System,
    /// A repeatable, *insecure* sequence for tests.
    Seeded(Arc<AtomicU64>),
}

impl fmt::Debug for Rng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "Rng::System",
            Self::Seeded(_) => "Rng::Seeded",
        })
    }
}

impl Rng {
    /// A repeatable sequence that starts at `seed`.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// 128 random bits.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: a secret made without it would be none.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
    pub fn bits(&self) -> u128 {
        match self {
            Self::System => {
                let mut bytes = [0_u8; 16];
                if let Err(error) = getrandom::fill(&mut bytes) {
                    panic!("the operating system gave no randomness: {error}");
                }
                u128::from_le_bytes(bytes)
            }
            Self::Seeded(state) => (u128::from(split_mix(state)) << 64) | u128::from(split_mix(state)),
        }
    }

    /// A fresh row id: 61 random bits below a leading one, so that ids tell nobody how many there are and all have 19
    /// digits: a page with other ids in it has the same length.
    #[must_use]
    pub fn id(&self) -> i64 {
        const LEADING: i64 = 1 << 61;
        i64::try_from(self.bits() & u128::from(u64::MAX >> 3)).unwrap_or(0) | LEADING
    }

    /// A fresh secret of 128 bits, spelt as a [fresh name](Self::fresh_name): whoever has it is let in, or speaks for somebody.
    #[must_use]
    pub fn secret(&self) -> String {
        self.fresh_name()
    }

    /// A name that nothing else has: for Message-IDs, forms, leases and the like. It is no secret and may be shown to anybody.
    /// 128 bits as 26 lower-case base32 characters (RFC 4648 alphabet): it survives servers that fold the case of a local part.
    #[must_use]
    pub fn fresh_name(&self) -> String {
        const ALPHABET: [char; 32] = [
            'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
            'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
        ];
        let bits = self.bits();
        (0..26)
            .map(|place| ALPHABET.get(usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0)).copied().unwrap_or('a'))
            .collect()
    }
}

/// One step of `SplitMix64`: well spread, and the same on every machine.
fn split_mix(state: &AtomicU64) -> u64 {
    let seed = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_by_hand() {
        let clock = Clock::fixed(Timestamp::from_seconds(1_763_000_000));
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().since(before), Duration::from_secs(90));
        assert_eq!(before.rfc3339(), "2025-11-13T02:13:20Z");
        assert_eq!(before.rfc5322(), "Thu, 13 Nov 2025 02:13:20 +0000");
        assert_eq!(before.in_zone("Europe/Berlin"), "2025-11-13 03:13");
        assert_eq!(Timestamp::from_rfc5322("Thu, 13 Nov 2025 03:13:20 +0100"), Some(before));
        assert_eq!(before.strftime("Europe/Berlin", "%q broken %"), "");
        let late = Timestamp::from_rfc5322("Thu, 13 Nov 2025 23:30:00 +0000").unwrap();
        assert_eq!((late.days_since(before, "Europe/Berlin"), late.days_since(before, "UTC")), (1, 0));
        assert_eq!(before.days_since(late, "Europe/Berlin"), -1);
        assert_eq!(Timestamp::from_date("2025-11-13").map(|day| day.rfc3339()), Ok("2025-11-13T00:00:00Z".to_owned()));
        assert!(Timestamp::from_date("13.11.2025").is_err());
        assert_eq!((minutes("45m"), minutes("1h30m"), minutes("2h")), (Ok(45), Ok(90), Ok(120)));
        assert!(minutes("0m").is_err() && minutes("-5m").is_err() && minutes("soon").is_err());
    }

    #[test]
    fn secrets_and_names_are_long_lower_case_and_different() {
        for rng in [Rng::System, Rng::seeded(7)] {
            let (one, two) = (rng.secret(), rng.fresh_name());
            assert_ne!(one, two);
            assert_eq!(one.len(), 26);
            assert!(one.chars().all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c)), "{one}");
            assert_eq!(rng.id().to_string().len(), 19);
        }
        assert_eq!(Rng::seeded(1).secret(), Rng::seeded(1).secret());
    }
}
