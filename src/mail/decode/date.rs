//! The Date header (RFC 5322, section 3.3, obsolete forms included) as it occurs: names of months in full or in other
//! languages, dashes and dots, missing seconds or zones, hours of the half day, the forms of `asctime` and ISO 8601.

use super::{encoded_word, parameters};
use crate::phrases::MONTHS;

/// A Date header as RFC 3339 with the writer's offset, UTC where none is said; `None` where unreadable.
pub(crate) fn read(raw: &[u8]) -> Option<String> {
    let text = parameters::strip_comments(&encoded_word::text(raw));
    let text: String = text.chars().take(100).collect();
    loose(&text).or_else(|| {
        let parsed = mail_parser::DateTime::parse_rfc3339(text.trim()).filter(mail_parser::DateTime::is_valid);
        parsed.filter(|date| (1970..=9999).contains(&date.year)).map(|date| date.to_rfc3339())
    })
}

/// Zones with names (RFC 5322, section 4.3) and the common European ones, in minutes east.
const ZONES: &[(&str, i32)] = &[
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("CET", 60),
    ("MEZ", 60),
    ("MET", 60),
    ("BST", 60),
    ("WEST", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("MEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("JST", 540),
    ("KST", 540),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
];

fn loose(text: &str) -> Option<String> {
    let (mut day, mut month, mut year, mut time, mut zone) = (None, None, None, None, None);
    let text = without_t(text);
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        if time.is_none()
            && let Some((found, behind)) = clock_and_tail(word)
        {
            time = Some(half_day(found, behind).unwrap_or(found));
            zone = zone_of(behind);
            continue;
        }
        if let Some(found) = time.and_then(|time| half_day(time, word)) {
            time = Some(found);
            continue;
        }
        if time.is_some() && zone.is_none() && word.starts_with(['+', '-']) {
            zone = offset(word);
            continue;
        }
        // `2024/03/12` and `12.03.2024` can be read in one way only.
        let year_first = word.get(..5).is_some_and(|start| start.ends_with('/') && !start.starts_with('/'));
        let dotted = word.matches('.').count() == 2 && word.rsplit('.').next().is_some_and(|last| last.len() == 4);
        let mark = if year_first { '/' } else { '-' };
        let mut pieces = word.split(mark).filter(|piece| !piece.is_empty());
        if dotted {
            let mut numbers = word.split('.').map(|piece| piece.parse::<i32>().ok());
            (day, month, year) = (numbers.next()?, numbers.next()?.and_then(|number| number.try_into().ok()), numbers.next()?);
            continue;
        }
        if let (Some(first), Some(name), Some(last), None) = (pieces.next(), pieces.next(), pieces.next(), pieces.next()) {
            (day, month, year) = match (first.parse::<i32>(), month_of(name)) {
                (Ok(number), Some(name)) => (Some(number), Some(name), full_year(last)),
                (Ok(number), None) if number > 1900 => (last.parse().ok(), name.parse().ok(), Some(number)),
                _ => return None,
            };
            continue;
        }
        let bare = word.trim_end_matches('.');
        if let Ok(number) = bare.parse::<i32>() {
            match (day, year) {
                (None, _) if bare.len() <= 2 => day = Some(number),
                (_, None) => year = full_year(bare),
                _ => {}
            }
        } else if (month.is_none() || year.is_none()) && month_of(bare).is_some() {
            // The Tuesday of Romance languages looks like March: the month stands behind it.
            month = month_of(bare);
        } else if time.is_some() && zone.is_none() {
            zone = zone_of(bare);
        }
    }
    let (year, month, day): (i32, usize, i32) = (year?, month?, day?);
    let (hour, minute, second) = time?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=days).contains(&day) {
        return None;
    }
    let zone = zone.unwrap_or(0);
    let zone = match zone {
        0 => "Z".to_owned(),
        _ => format!("{}{:02}:{:02}", if zone < 0 { '-' } else { '+' }, zone.abs() / 60, zone.abs() % 60),
    };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"))
}

fn month_of(word: &str) -> Option<usize> {
    let lower = word.to_lowercase();
    MONTHS.iter().position(|names| names.begin(&lower)).map(|index| index + 1)
}

/// Years of two or three digits (RFC 5322, section 4.3).
fn full_year(word: &str) -> Option<i32> {
    let year: i32 = word.parse().ok()?;
    match word.len() {
        2 if year < 50 => Some(2000 + year),
        2 | 3 => Some(1900 + year),
        4 => Some(year),
        _ => None,
    }
}

/// A text with a blank for the `T` between day and clock of ISO 8601.
fn without_t(text: &str) -> String {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_it = |at: usize| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        digit(before.chars().next_back()) && digit(after.chars().next())
    };
    text.char_indices().map(|(at, c)| if c == 'T' && is_it(at) { ' ' } else { c }).collect()
}

/// A zone by its name, its offset or both (`GMT+0100`), in minutes east.
fn zone_of(word: &str) -> Option<i32> {
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Some(*minutes);
    }
    let sign = word.find(['+', '-'])?;
    let (name, rest) = word.split_at_checked(sign)?;
    (name.is_empty() || matches!(name, "GMT" | "UTC" | "UT")).then(|| offset(rest)).flatten()
}

/// The hour of the whole day where `word` says which half of it is meant.
fn half_day((hour, minute, second): (u8, u8, u8), word: &str) -> Option<(u8, u8, u8)> {
    match word.replace('.', "").to_ascii_lowercase().as_str() {
        "am" if hour == 12 => Some((0, minute, second)),
        "pm" if hour < 12 => Some((hour + 12, minute, second)),
        "am" | "pm" => Some((hour, minute, second)),
        _ => None,
    }
}

/// A clock and what stands behind it without a blank: a zone, the half of the day, or nothing.
fn clock_and_tail(word: &str) -> Option<((u8, u8, u8), &str)> {
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(word.len());
    let (time, tail) = word.split_at_checked(end)?;
    Some((clock(time)?, tail))
}

/// `10:15`, `10:15:00`, `10.15.00`; a leap second counts as the last ordinary one.
fn clock(word: &str) -> Option<(u8, u8, u8)> {
    if !word.contains(':') && word.matches('.').count() != 2 {
        return None;
    }
    let mut pieces = word.split([':', '.']).map(|piece| if piece.len() <= 2 { piece.parse::<u8>().ok() } else { None });
    let (hour, minute) = (pieces.next()??, pieces.next()??);
    let second = match pieces.next() {
        None => 0,
        Some(second) => second?,
    };
    (hour < 24 && minute < 60 && second <= 60).then_some((hour, minute, second.min(59)))
}

/// `+0100`, `+01:00`, `-5`, in minutes; the nonsense that some programs write is UTC.
fn offset(word: &str) -> Option<i32> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_wild() {
        let table: &[(&str, Option<&str>)] = &[
            ("Tue, 12 Mar 2024 10:15:00 +0100", Some("2024-03-12T10:15:00+01:00")),
            ("12 Mar 2024 10:15 +0100", Some("2024-03-12T10:15:00+01:00")),
            ("Tue, 12 Mar 2024 10:15:00 GMT", Some("2024-03-12T10:15:00Z")),
            ("Tue, 12 Mar 2024 10:15:00 +0100 (CET)", Some("2024-03-12T10:15:00+01:00")),
            ("Tue Mar 12 10:15:00 2024", Some("2024-03-12T10:15:00Z")),
            ("Tue Mar 12 10:15:00 CET 2024", Some("2024-03-12T10:15:00+01:00")),
            ("Tue, 12 Mar 24 10:15:00 EST", Some("2024-03-12T10:15:00-05:00")),
            ("Tue, 12 Mar 124 10:15:00 +0000", Some("2024-03-12T10:15:00Z")),
            ("2024-03-12 10:15:00", Some("2024-03-12T10:15:00Z")),
            ("2024-03-12 10:15:00 +0200", Some("2024-03-12T10:15:00+02:00")),
            ("2024-03-12 10:15:00Z", Some("2024-03-12T10:15:00Z")),
            ("2024-03-12T10:15:00+0200", Some("2024-03-12T10:15:00+02:00")),
            ("2024-03-12T10:15:00.5-05:00", Some("2024-03-12T10:15:00-05:00")),
            ("2024/03/12 10:15:00 +0900", Some("2024-03-12T10:15:00+09:00")),
            ("12.03.2024 10:15", Some("2024-03-12T10:15:00Z")),
            ("31.02.2024 10:15", None),
            ("Tue, 12 Mar 2024 10:15:00 PM +0100", Some("2024-03-12T22:15:00+01:00")),
            ("Tue, 12 Mar 2024 12:15:00 a.m. +0100", Some("2024-03-12T00:15:00+01:00")),
            ("12 Mar 2024 10:15pm", Some("2024-03-12T22:15:00Z")),
            ("Tue, 12 Mar 2024 10:15:00 GMT+0100", Some("2024-03-12T10:15:00+01:00")),
            ("mar., 16 avr. 2024 10:15:00 +0200", Some("2024-04-16T10:15:00+02:00")),
            ("mar, 12 mar 2024 10:15:00 +0100", Some("2024-03-12T10:15:00+01:00")),
            ("dom, 12 mag 2024 10:15:00 +0200", Some("2024-05-12T10:15:00+02:00")),
            ("Вт, 12 мар 2024 10:15:00 +0300", Some("2024-03-12T10:15:00+03:00")),
            ("2024-03-12T10:15:00+02:00", Some("2024-03-12T10:15:00+02:00")),
            ("Tuesday, 12-Mar-24 10:15:00 PST", Some("2024-03-12T10:15:00-08:00")),
            ("Tue, 12 March 2024 10:15:00 -0000", Some("2024-03-12T10:15:00Z")),
            ("Di, 12 Mrz 2024 10:15:00 +0100", Some("2024-03-12T10:15:00+01:00")),
            ("Tue, 12 Mar 2024 10.15.00 +0100", Some("2024-03-12T10:15:00+01:00")),
            ("Tue,12 Mar 2024 10:15:00 +01:00", Some("2024-03-12T10:15:00+01:00")),
            ("Tue, 12 Mar 2024 10:15:60 UT", Some("2024-03-12T10:15:59Z")),
            ("Thu, 29 Feb 2024 10:15:00 +0530", Some("2024-02-29T10:15:00+05:30")),
            ("Wed, 29 Feb 2023 10:15:00 +0000", None),
            ("12/03/2024 10:15:00", None),
            ("Tue, 99 Foo 99999999999 99:99:99 +9999", None),
            ("soon", None),
            ("", None),
        ];
        for (text, want) in table {
            assert_eq!(read(text.as_bytes()).as_deref(), *want, "{text}");
        }
    }
}
