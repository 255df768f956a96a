//! `[limits]`: how much of a mail is read. Each limit has a default and a range: below it ordinary mails would be cut,
//! above it one mail could take the memory or the time of all others.

use crate::mail::{HeadLimits, Limits};
use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// A number, or a number of bytes such as `"35 MiB"`; variables of the environment are always text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount(usize);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a number of bytes like \"512 KiB\"")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Amount, E> {
        usize::try_from(number).map(Amount).map_err(|_| E::custom("is negative"))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Amount, E> {
        usize::try_from(number).map(Amount).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
        let (number, unit) = match text.trim() {
            text if text.ends_with("KiB") => (text.trim_end_matches("KiB"), KIB),
            text if text.ends_with("MiB") => (text.trim_end_matches("MiB"), MIB),
            text => (text, 1),
        };
        let number = number.trim().parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
        number.map(Amount).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// The section as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    mail_bytes: Option<Amount>,
    header_bytes: Option<Amount>,
    header_fields: Option<Amount>,
    html_bytes: Option<Amount>,
    html_depth: Option<Amount>,
    text_bytes: Option<Amount>,
    parts: Option<Amount>,
    depth: Option<Amount>,
    attachments: Option<Amount>,
    addresses: Option<Amount>,
}

/// The limits that hold; else the key and what is wrong with it.
pub(super) fn check(raw: &RawLimits) -> Result<Limits, (&'static str, String)> {
    let RawLimits {
        mail_bytes,
        header_bytes,
        header_fields,
        html_bytes,
        html_depth,
        text_bytes,
        parts,
        depth,
        attachments,
        addresses,
    } = raw;
    let usual = Limits::default();
    Ok(Limits {
        raw_bytes: within("mail_bytes", *mail_bytes, usual.raw_bytes, MIB..=100 * MIB)?,
        headers: HeadLimits {
            fields: within("header_fields", *header_fields, usual.headers.fields, 100..=10_000)?,
            bytes: within("header_bytes", *header_bytes, usual.headers.bytes, 16 * KIB..=MIB)?,
        },
        html_bytes: within("html_bytes", *html_bytes, usual.html_bytes, 64 * KIB..=4 * MIB)?,
        html_depth: within("html_depth", *html_depth, usual.html_depth, 50..=1_000)?,
        text_bytes: within("text_bytes", *text_bytes, usual.text_bytes, 16 * KIB..=4 * MIB)?,
        parts: within("parts", *parts, usual.parts, 20..=5_000)?,
        depth: within("depth", *depth, usual.depth, 5..=100)?,
        attachments: within("attachments", *attachments, usual.attachments, 5..=1_000)?,
        addresses: within("addresses", *addresses, usual.addresses, 10..=2_000)?,
    })
}

pub(super) fn within(
    key: &'static str,
    given: Option<Amount>,
    usual: usize,
    range: RangeInclusive<usize>,
) -> Result<usize, (&'static str, String)> {
    let Some(Amount(value)) = given else { return Ok(usual) };
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    Err((key, format!("is {value}, but must be from {least} to {most} (default {usual})")))
}
