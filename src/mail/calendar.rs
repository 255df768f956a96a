//! iCalendar (RFC 5545, RFC 5546): what an invitation says, as data; the words for it are the reader's language's.

use serde::{Deserialize, Serialize};

use super::decode::encoded_word;

/// The first event of a calendar file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// What the sender wants, in lower case: `request`, `reply`, `cancel`, `publish` ...
    pub method: Option<String>,
    /// What it is about.
    pub summary: Option<String>,
    /// Start as `2024-03-12T10:00:00` or `2024-03-12`, with `Z` for UTC.
    pub start: Option<String>,
    /// End in the same form; a DURATION stands as it is written, such as `PT1H`.
    pub end: Option<String>,
    /// The zone of start and end as the sender names it.
    pub zone: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// Who invites: an address.
    pub organizer: Option<String>,
    /// Who is invited, at most 100.
    pub attendees: Vec<Attendee>,
    /// It repeats.
    pub repeats: bool,
}

/// One invited person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// The address as written.
    pub address: String,
    /// `accepted`, `declined`, `tentative`, `needs-action` or `delegated`; `None` where nothing is said.
    pub answer: Option<String>,
}

/// Lines of a calendar file that are read; recurring meetings of large groups have some thousands.
const MAX_LINES: usize = 20_000;

/// Reads the first event, to-do or journal entry; `None` where there is none.
pub(super) fn read(text: &str) -> Option<Invite> {
    let mut invite = Invite::default();
    let mut inside = false;
    let mut found = false;
    // Zones and alarms have starts and summaries of their own.
    let mut nested = 0_usize;
    for line in unfold(text) {
        let Some((head, value)) = split(&line) else { continue };
        let mut pieces = head.split(';');
        let name = pieces.next().unwrap_or_default().to_ascii_uppercase();
        let param = |wanted: &str| {
            pieces.clone().find_map(|piece| {
                let (key, value) = piece.split_once('=')?;
                key.trim().eq_ignore_ascii_case(wanted).then(|| value.trim_matches('"').to_owned())
            })
        };
        let kind = value.trim().to_ascii_uppercase();
        match (name.as_str(), kind.as_str()) {
            ("BEGIN", "VEVENT" | "VTODO" | "VJOURNAL") if !found => {
                (inside, found) = (true, true);
                continue;
            }
            ("BEGIN", _) if inside => nested += 1,
            ("END", _) if inside && nested > 0 => nested -= 1,
            ("END", _) if inside => inside = false,
            ("METHOD", _) => invite.method = Some(kind.to_ascii_lowercase()),
            _ => {}
        }
        if !inside || nested > 0 {
            continue;
        }
        let said = || Some(plain(value)).filter(|text| !text.is_empty());
        match name.as_str() {
            "SUMMARY" => invite.summary = said(),
            "LOCATION" => invite.location = said(),
            "DTSTART" => {
                invite.start = moment(value);
                invite.zone = param("TZID").map(|zone| encoded_word::one_line(&zone));
            }
            "DTEND" | "DUE" => invite.end = moment(value),
            "DURATION" => invite.end = said(),
            "RRULE" | "RDATE" => invite.repeats = true,
            "ORGANIZER" => invite.organizer = Some(address(value)).filter(|text| !text.is_empty()),
            "ATTENDEE" if invite.attendees.len() < 100 => {
                let answer = param("PARTSTAT").map(|answer| encoded_word::one_line(&answer).to_ascii_lowercase());
                invite.attendees.push(Attendee { address: address(value), answer });
            }
            _ => {}
        }
    }
    found.then_some(invite)
}

impl Invite {
    /// Its facts in lines, without a word of any language: what, when, where, who.
    pub(super) fn lines(&self) -> String {
        let when = [self.start.as_deref(), self.end.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" - ");
        let when = [Some(when).filter(|when| !when.is_empty()), self.zone.clone()].into_iter().flatten().collect::<Vec<_>>();
        let mut out: Vec<String> = self.summary.iter().cloned().collect();
        out.extend(Some(when.join(" ")).filter(|when| !when.is_empty()));
        out.extend(self.location.clone());
        out.extend(self.organizer.clone());
        out.join("\n")
    }
}

fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().take(MAX_LINES) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Splits a content line at the first colon outside quotes.
fn split(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = line.split_at_checked(at.0)?;
    Some((head, value.get(1..).unwrap_or_default()))
}

fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                other => out.extend(other),
            },
            other => out.push(other),
        }
    }
    encoded_word::one_line(&out).chars().take(500).collect()
}

fn address(value: &str) -> String {
    let value = encoded_word::one_line(value);
    let start = value.get(..7).unwrap_or_default();
    let bare = if start.eq_ignore_ascii_case("mailto:") { value.get(7..).unwrap_or_default() } else { &value };
    bare.chars().take(320).collect()
}

/// `20240312T100000Z` as `2024-03-12T10:00:00Z`.
fn moment(value: &str) -> Option<String> {
    let value = value.trim();
    let digits = |from: usize, to: usize| value.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let within = |part: &str, low: u8, high: u8| part.parse::<u8>().is_ok_and(|number| (low..=high).contains(&number));
    if !within(digits(4, 6)?, 1, 12) || !within(digits(6, 8)?, 1, 31) {
        return None;
    }
    let date = format!("{}-{}-{}", digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
    match (value.get(8..9), digits(9, 11), digits(11, 13), digits(13, 15)) {
        (Some("T"), Some(hour), Some(minute), Some(second)) if within(hour, 0, 23) && within(minute, 0, 59) => {
            let zone = if value.ends_with('Z') { "Z" } else { "" };
            Some(format!("{date}T{hour}:{minute}:{second}{zone}"))
        }
        _ => Some(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_data() {
        let file = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:Printer\\, again\r\nDTSTART;TZID=\"Europe/Berlin\":20240312T100000\r\nDTEND;TZID=Europe/Berlin:20240312T110000\r\nLOCATION:Room\r\n  1\r\nORGANIZER;CN=\"Ann: Boss\":mailto:ann@x.example\r\nATTENDEE;PARTSTAT=ACCEPTED:MAILTO:bob@x.example\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let found = read(file).unwrap();
        assert_eq!(found.method.as_deref(), Some("request"));
        assert_eq!(
            found.lines(),
            "Printer, again\n2024-03-12T10:00:00 - 2024-03-12T11:00:00 Europe/Berlin\nRoom 1\nann@x.example"
        );
        let bob = Attendee { address: "bob@x.example".into(), answer: Some("accepted".into()) };
        assert_eq!((found.attendees, found.repeats), (vec![bob], true));
    }

    #[test]
    fn what_is_no_calendar() {
        assert_eq!(read("hello"), None);
        assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), None);
        assert_eq!(read("BEGIN:VEVENT\nDTSTART:2024\nSUMMARY:x\n").unwrap().start, None);
    }
}
