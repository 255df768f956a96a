//! The Date header (RFC 5322, section 3.3, obsolete forms included) as it occurs: names of months in full or in German,
//! dashes, missing seconds or zones, the form of `asctime`.

use super::words;

/// A Date header as RFC 3339 with the writer's offset, UTC where none is said; `None` where unreadable.
pub(in crate::mail) fn read(raw: &[u8]) -> Option<String> {
    let text = words::strip_comments(&words::text(raw));
    let text: String = text.chars().take(100).collect();
    loose(&text).or_else(|| {
        let parsed = mail_parser::DateTime::parse_rfc3339(text.trim()).filter(mail_parser::DateTime::is_valid);
        parsed.filter(|date| (1970..=9999).contains(&date.year)).map(|date| date.to_rfc3339())
    })
}

const MONTHS: &[&[&str]] = &[
    &["jan", "jän"],
    &["feb"],
    &["mar", "mär", "mrz"],
    &["apr", "avr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aoû"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez", "déc"],
];

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
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        if time.is_none()
            && let Some(found) = clock(word)
        {
            time = Some(found);
            continue;
        }
        if time.is_some() && zone.is_none() && word.starts_with(['+', '-']) {
            zone = offset(word);
            continue;
        }
        let mut pieces = word.split('-').filter(|piece| !piece.is_empty());
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
        } else if month.is_none() && month_of(bare).is_some() {
            month = month_of(bare);
        } else if time.is_some() && zone.is_none() {
            zone = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(bare)).map(|(_, minutes)| *minutes);
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
    MONTHS.iter().position(|names| names.iter().any(|name| lower.starts_with(name))).map(|index| index + 1)
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
