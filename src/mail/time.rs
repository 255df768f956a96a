//! A point in time, and how mails and people write it; no clock.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, as stored in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch (saturating).
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This point plus `span` (saturating).
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }

    /// This point minus `span` (saturating).
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }

    /// How long after `earlier` this is; zero when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// How many midnights in `zone` (UTC where unknown) lie between `earlier` and this; negative when this is earlier.
    #[must_use]
    pub fn days_since(self, earlier: Self, zone: &str) -> i64 {
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let day = |at: Self| {
            let at = jiff::Timestamp::from_second(at.0.div_euclid(1_000_000)).unwrap_or_default();
            let midnight = at.to_zoned(zone.clone()).date().to_zoned(jiff::tz::TimeZone::UTC);
            midnight.map_or(0, |midnight| midnight.timestamp().as_second() / 86_400)
        };
        day(self) - day(earlier)
    }

    /// RFC 3339 in UTC, to the second: `2026-11-22T03:28:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)).unwrap_or_default().to_string()
    }

    /// RFC 5322 date-time in UTC: `Sun, 22 Nov 2026 03:28:00 +0000`.
    #[must_use]
    pub fn rfc5322(self) -> String {
        let at = jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)).unwrap_or_default();
        at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    /// Date and time as `zone` (an IANA name) shows them, `2026-11-22 04:28`; UTC where the zone is unknown.
    #[must_use]
    pub fn in_zone(self, zone: &str) -> String {
        self.strftime(zone, "%Y-%m-%d %H:%M")
    }

    /// Date and time in `zone` (UTC where unknown) by a `strftime` pattern; empty where the pattern is none.
    #[must_use]
    pub fn strftime(self, zone: &str, pattern: &str) -> String {
        let at = jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)).unwrap_or_default();
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        jiff::fmt::strtime::format(pattern, &at.to_zoned(zone)).unwrap_or_default()
    }

    /// The first moment in UTC of a day written `2026-11-22`: how days without an hour are kept.
    ///
    /// # Errors
    /// Says how a day is written.
    pub fn from_date(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("`{text}` is not a day; write it like 2026-11-22");
        let date: jiff::civil::Date = text.parse().map_err(wrong)?;
        let start = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(wrong)?;
        Ok(Self::from_seconds(start.timestamp().as_second()))
    }

    /// Noon in `zone` (UTC where unknown) of a day written `2026-11-22`: how a day is kept that people in several zones
    /// read, since it is the same day for all who are less than half a day away.
    ///
    /// # Errors
    /// Says how a day is written.
    pub fn noon_of(text: &str, zone: &str) -> Result<Self, String> {
        let wrong = |_| format!("`{text}` is not a day; write it like 2026-11-22");
        let date: jiff::civil::Date = text.parse().map_err(wrong)?;
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let noon = date.at(12, 0, 0, 0).to_zoned(zone).map_err(wrong)?;
        Ok(Self::from_seconds(noon.timestamp().as_second()))
    }

    /// Reads an RFC 5322 date-time, `Sun, 22 Nov 2026 03:28:00 +0000`.
    #[must_use]
    pub fn from_rfc5322(text: &str) -> Option<Self> {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
        Some(Self::from_seconds(at.as_second()))
    }

    /// Reads an RFC 3339 date-time with its offset, `2026-11-22T04:28:00+01:00`.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self::from_seconds(at.as_second()))
    }

    /// What a clock in `zone` (UTC where unknown) shows as `2026-11-22T04:28:00`.
    #[must_use]
    pub fn from_local(text: &str, zone: &str) -> Option<Self> {
        let shown: jiff::civil::DateTime = text.parse().ok()?;
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Some(Self::from_seconds(shown.to_zoned(zone).ok()?.timestamp().as_second()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_rfc3339(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no point in time")))
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
