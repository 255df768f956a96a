//! Values behind the words of commands, as people write them in both languages.

use super::near::fold;
use crate::time::Timestamp;

/// Minutes that one entry can have: a thousand hours.
const MINUTES: u64 = 60_000;
/// Characters of a tag.
const TAG: usize = 40;
/// Tags that one command can name.
const TAGS: usize = 50;
/// Addresses that one command can name.
const ADDRESSES: usize = 20;
/// Days that a date can lie ahead by `+3d`: ten years.
const AHEAD: i64 = 3660;

const NOTHING: &[&str] = &["none", "nobody", "never", "keine", "keiner", "kein", "niemand", "niemandem", "nie", "-"];
const ME: &[&str] = &["me", "myself", "mir", "mich", "ich"];

/// Whether a value says that there shall be nothing.
pub(super) fn is_nothing(value: &str) -> bool {
    NOTHING.contains(&fold(value).trim())
}

/// Whether a value names its author.
pub(super) fn is_me(value: &str) -> bool {
    ME.contains(&fold(value).trim())
}

/// `40` or `40 %`.
pub(super) fn percent(value: &str) -> Option<i64> {
    let folded = fold(value);
    let number = folded.trim().trim_end_matches('%').trim_end();
    let number = number.chars().all(|c| c.is_ascii_digit()).then(|| number.parse::<i64>().ok())??;
    (0..=100).contains(&number).then_some(number)
}

/// `45m`, `1h`, `1h30`, `1h30m`, `1,5h`, `1.5h`, with the words that people use for the units; in minutes.
pub(super) fn minutes(value: &str) -> Option<i64> {
    const HOURS: &[&str] = &["h", "hour", "hours", "std", "stunde", "stunden"];
    const UNITS: &[&str] = &["m", "min", "mins", "minute", "minutes", "minuten"];
    let folded = fold(value).replace(',', ".");
    let mut parts: Vec<(String, String)> = Vec::new();
    for c in folded.chars() {
        match (parts.last_mut(), c.is_ascii_digit() || c == '.') {
            (Some((number, unit)), true) if unit.is_empty() => number.push(c),
            (_, true) => parts.push((c.to_string(), String::new())),
            (Some((_, unit)), false) => unit.push(c),
            (None, false) => return None,
        }
    }
    let whole = |number: &str| if number.len() <= 6 { number.parse::<u64>().ok() } else { None };
    // Tenths and hundredths of an hour: `1.5h` is 90 minutes.
    let hours = |number: &str| match number.split_once('.') {
        None => whole(number)?.checked_mul(60),
        Some((before, after)) if !after.is_empty() && after.len() <= 2 => {
            let part = whole(after)? * 60 / 10_u64.pow(u32::try_from(after.len()).ok()?);
            Some(whole(before)?.checked_mul(60)? + part)
        }
        Some(_) => None,
    };
    let minutes = match parts.as_slice() {
        [(number, unit)] if HOURS.contains(&unit.as_str()) => hours(number)?,
        [(number, unit)] if UNITS.contains(&unit.as_str()) => whole(number)?,
        [(first, hour), (second, unit)] if HOURS.contains(&hour.as_str()) => {
            let minutes = whole(second).filter(|minutes| *minutes < 60)?;
            let known = unit.is_empty() || UNITS.contains(&unit.as_str());
            known.then_some(whole(first)?.checked_mul(60)? + minutes)?
        }
        _ => return None,
    };
    if (1..=MINUTES).contains(&minutes) { i64::try_from(minutes).ok() } else { None }
}

/// A day seen from `now` in `zone`, as `2026-12-01`: `2026-12-01`, `1.12.`, `1.12.2026`, `tomorrow`, `friday`, `+3d`. A
/// day without a year and the name of a day of the week are the next ones after today; today itself is `today`.
pub(super) fn day(value: &str, now: Timestamp, zone: &str) -> Option<String> {
    let today: jiff::civil::Date = now.strftime(zone, "%Y-%m-%d").parse().ok()?;
    let folded = fold(value);
    let word = folded.trim();
    let after = |days: i64| today.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
    let date = match word {
        "today" | "heute" => today,
        "tomorrow" | "morgen" => after(1)?,
        "übermorgen" | "uebermorgen" => after(2)?,
        _ => {
            if let Some(weekday) = weekday(word) {
                let ahead = i64::from(today.weekday().until(weekday));
                after(if ahead == 0 { 7 } else { ahead })?
            } else if let Some(rest) = word.strip_prefix('+') {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let days = match rest.strip_prefix(digits.as_str())?.trim() {
                    "d" | "t" | "day" | "days" | "tag" | "tage" => 1,
                    "w" | "week" | "weeks" | "woche" | "wochen" => 7,
                    _ => return None,
                };
                let count = if digits.len() <= 4 { digits.parse::<i64>().ok()? } else { return None };
                after((count * days <= AHEAD).then_some(count * days)?)?
            } else {
                written(word, today)?
            }
        }
    };
    Some(date.to_string())
}

/// `2026-12-01`, `1.12.2026`, `1.12.`
fn written(word: &str, today: jiff::civil::Date) -> Option<jiff::civil::Date> {
    let digits = |text: &str, most: usize| text.chars().all(|c| c.is_ascii_digit()) && (1..=most).contains(&text.len());
    if let [year, month, day] = word.split('-').collect::<Vec<_>>().as_slice() {
        let sound = year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2);
        return sound.then(|| jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?;
    }
    let parts: Vec<&str> = word.split('.').map(str::trim).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    if !digits(day, 2) || !digits(month, 2) {
        return None;
    }
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    if year.is_empty() {
        // The 29th of February comes within eight years.
        let years = (0..=8).filter_map(|ahead| jiff::civil::Date::new(today.year() + ahead, month, day).ok());
        return years.into_iter().find(|date| *date >= today);
    }
    let year: i16 = match year.len() {
        2 if digits(year, 2) => 2000 + year.parse::<i16>().ok()?,
        4 if digits(year, 4) => year.parse().ok()?,
        _ => return None,
    };
    jiff::civil::Date::new(year, month, day).ok()
}

fn weekday(word: &str) -> Option<jiff::civil::Weekday> {
    use jiff::civil::Weekday as Day;
    Some(match word {
        "monday" | "montag" => Day::Monday,
        "tuesday" | "dienstag" => Day::Tuesday,
        "wednesday" | "mittwoch" => Day::Wednesday,
        "thursday" | "donnerstag" => Day::Thursday,
        "friday" | "freitag" => Day::Friday,
        "saturday" | "samstag" | "sonnabend" => Day::Saturday,
        "sunday" | "sonntag" => Day::Sunday,
        _ => return None,
    })
}

/// Tags, divided by commas; one with a minus before it is taken off. Put on and taken off.
pub(super) fn tags(value: &str) -> Option<(Vec<String>, Vec<String>)> {
    if value.split(',').nth(TAGS).is_some() {
        return None;
    }
    let (mut on, mut off) = (Vec::new(), Vec::new());
    for part in value.split(',').map(|part| fold(part).trim().to_owned()) {
        let (tag, list) = match part.strip_prefix('-') {
            Some(tag) => (tag.trim().to_owned(), &mut off),
            None => (part, &mut on),
        };
        if tag.is_empty() || tag.chars().count() > TAG || tag.chars().any(char::is_control) {
            return None;
        }
        list.push(tag);
    }
    if on.iter().any(|tag| off.contains(tag)) { None } else { Some((on, off)) }
}

/// Mail addresses, in lower case, each once, divided by commas or semicolons as in a header (`Kim <kim@acme.example>, ...`);
/// `None` where one of them is none: nobody is left out in silence.
pub(in crate::intake) fn addresses(value: &str) -> Option<Vec<String>> {
    let mut quoted = false;
    let pieces = value.split(|c: char| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | ';')
    });
    let pieces: Vec<&str> = pieces.map(str::trim).filter(|piece| !piece.is_empty()).take(ADDRESSES + 1).collect();
    if pieces.len() > ADDRESSES {
        return None;
    }
    let mut found: Vec<String> = Vec::new();
    for piece in pieces {
        let address = address(piece)?;
        if !found.contains(&address) {
            found.push(address);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// A mail address, in lower case: bare, in angle brackets behind a name, or with the link that Outlook puts behind it.
pub(in crate::intake) fn address(value: &str) -> Option<String> {
    let inside = match value.trim().split_once('<') {
        Some((before, rest)) => {
            let inside = rest.trim().strip_suffix('>')?;
            match (inside.strip_prefix("mailto:"), before.trim()) {
                (link, "") => link.unwrap_or(inside),
                (Some(link), before) if crate::desk::people::fold_address(before) == crate::desk::people::fold_address(link) => {
                    link
                }
                (link, before) if !before.contains('@') => link.unwrap_or(inside),
                _ => return None,
            }
        }
        None => value.trim().strip_prefix("mailto:").unwrap_or(value),
    };
    let address = crate::desk::people::fold_address(inside);
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:()[]\\\"".contains(c);
    let (local, domain) = address.split_once('@')?;
    let sound =
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.starts_with('.') && !domain.ends_with('.');
    (sound && address.len() <= 254 && !address.contains(odd)).then(|| address.clone())
}
