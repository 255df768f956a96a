//! The body of a mail as each program really writes it: what it puts before, between and after the writer's words and
//! the mail they answer. The plain text is here, and what both forms show of the answered mail; the HTML in `markup`.

use std::fmt::Write as _;

use super::parent::{Addressee, Parent};
use super::program::{Client, Kind, Place, Program, Quote, Signs};
use crate::desk::people::Language::{English, German};
use crate::time::Timestamp;

/// The plain text.
pub(super) fn plain(client: &Client, text: &str, quote: Option<&Quote<'_>>) -> String {
    let text = if client.program == Program::Thunderbird { flow(text) } else { text.trim_end().to_owned() };
    let signature = plain_signature(client, quote.is_some_and(|quote| quote.signs == Signs::Above));
    let Some(quote) = quote else {
        return join(&[&text, &signature]);
    };
    let (lead, tail) = plain_lead(client, quote);
    let (marker, bare) = match (client.program, quote.kind) {
        (program, _) if program.is_outlook() => ("", ""),
        (Program::Gmail | Program::Mutt | Program::Thunderbird | Program::ThunderbirdHtml, Kind::Forward) => ("", ""),
        (Program::K9, _) => (">", ">"),
        (Program::AppleMail | Program::Mutt, _) => ("> ", "> "),
        _ => ("> ", ">"),
    };
    let stacks = matches!(client.program, Program::Thunderbird | Program::ThunderbirdHtml);
    let mut quoted = String::new();
    if client.program == Program::AppleMail {
        quoted = lead.lines().map(|line| format!("> {line}\n")).collect::<String>() + "> \n";
    }
    for stretch in &quote.stretches {
        for line in stretch.quoted.lines() {
            match line {
                "" => quoted.push_str(bare),
                line if stacks && !marker.is_empty() && line.starts_with('>') => {
                    let _ = write!(quoted, ">{line}");
                }
                line => {
                    let _ = write!(quoted, "{marker}{line}");
                }
            }
            quoted.push('\n');
        }
        if let Some(answer) = &stretch.answer {
            let _ = write!(quoted, "\n{}\n\n", answer.trim_end());
        }
    }
    let block = match client.program {
        Program::AppleMail => quoted.trim_end_matches('\n').to_owned(),
        Program::Gmail | Program::OutlookDesktop => format!("{lead}\n\n{}", quoted.trim_end_matches('\n')),
        _ => format!("{lead}\n{}{tail}", quoted.trim_end_matches('\n')),
    };
    match (quote.place, quote.signs) {
        (Place::Below, Signs::Above) => join(&[&signature, &block, &text]),
        (Place::Below, _) => join(&[&block, &text, &signature]),
        (Place::Above, Signs::Below) => join(&[&text, &block, &signature]),
        (Place::Above, Signs::AsEver) if client.program.signs_last() => join(&[&text, &block, &signature]),
        (Place::Above, _) => join(&[&text, &signature, &block]),
    }
}

fn join(blocks: &[&str]) -> String {
    let mut text = blocks.iter().copied().filter(|block| !block.is_empty()).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

fn plain_signature(client: &Client, bare: bool) -> String {
    match (&client.signature, client.program, client.language) {
        (Some(signature), ..) if bare => signature.clone(),
        (Some(signature), Program::Gmail | Program::Thunderbird | Program::ThunderbirdHtml | Program::K9 | Program::Mutt, _) => {
            format!("-- \n{signature}")
        }
        (Some(signature), ..) => signature.clone(),
        (None, Program::OutlookMobile, German) => "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>".to_owned(),
        (None, Program::OutlookMobile, English) => "Get Outlook for iOS<https://aka.ms/o0ukef>".to_owned(),
        (None, ..) => String::new(),
    }
}

/// What introduces the answered mail, and what ends it.
fn plain_lead(client: &Client, quote: &Quote<'_>) -> (String, &'static str) {
    let parent = quote.parent;
    let at = parent.at.unwrap_or(Timestamp::from_seconds(0));
    match (client.program, quote.kind) {
        (program, _) if program.is_outlook() => {
            let rows = outlook_rows(client, parent);
            let rows: Vec<String> = rows.iter().map(|(key, value)| format!("{key} {value}")).collect();
            let rule = if program == Program::OutlookDesktop { "" } else { "________________________________\n" };
            (format!("{rule}{}", rows.join("\n")) + if rule.is_empty() { "" } else { "\n" }, "")
        }
        (Program::Gmail, Kind::Forward) => {
            let rows = gmail_rows(client, parent, &|who| named(who));
            (format!("---------- Forwarded message ---------\n{}\n", rows.join("\n")), "")
        }
        (Program::Mutt, Kind::Forward) => {
            let writer = parent.writer();
            let lead = format!(
                "----- Forwarded message from {} -----\n\nDate: {}\nFrom: {}\nTo: {}\nSubject: {}\n",
                named(&writer),
                parent.date_text,
                named(&writer),
                list(&parent.to, ", "),
                parent.subject
            );
            (lead, "\n\n----- End forwarded message -----")
        }
        (Program::Thunderbird | Program::ThunderbirdHtml, Kind::Forward) => {
            let german = client.language == German;
            let rows = thunderbird_rows(client, parent);
            let rows: Vec<String> = rows.iter().map(|(key, value)| format!("{key} \t{value}")).collect();
            let title = if german { "Weitergeleitete Nachricht" } else { "Forwarded Message" };
            (format!("-------- {title} --------\n{}\n\n", rows.join("\n")), "")
        }
        (Program::Gmail, _) => (fold(&attribution(client, &parent.writer(), at)), ""),
        _ => (attribution(client, &parent.writer(), at), ""),
    }
}

/// The line in front of a quotation.
pub(super) fn attribution(client: &Client, writer: &Addressee, at: Timestamp) -> String {
    let zone = client.time_zone.as_str();
    let on = |pattern: &str| at.strftime(zone, pattern);
    let who = named(writer);
    match (client.program, client.language) {
        (Program::Gmail, English) => format!("On {} {who} wrote:", gmail_date(client, at)),
        (Program::Gmail, German) => format!("Am {} schrieb {who}:", gmail_date(client, at)),
        (Program::AppleMail, English) => format!("On {}, {who} wrote:", on("%-d %b %Y, at %H:%M")),
        (Program::AppleMail, German) => format!("Am {} schrieb {who}:", on("%d.%m.%Y um %H:%M")),
        (Program::K9, English) => format!("On {}, {who} wrote:", on("%-d %B %Y %H:%M:%S %Z")),
        (Program::K9, German) => {
            let zone = on("%Z").replace("CEST", "MESZ").replace("CET", "MEZ");
            format!("Am {} {} {zone} schrieb {who}:", german_day(client, at), on("%H:%M:%S"))
        }
        (Program::Mutt, _) => format!("On {}, {} wrote:", on("%a, %b %d, %Y at %I:%M:%S%p %z"), writer.shown()),
        (_, English) => format!("On {}, {} wrote:", on("%d/%m/%Y %H:%M"), writer.shown()),
        (_, German) => format!("Am {} schrieb {}:", on("%d.%m.%y um %H:%M"), writer.shown()),
    }
}

/// Gmail's line breaks: at most 78 columns.
fn fold(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > 78 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out
}

/// RFC 3676: lines of at most 72 columns that end in a space go on.
fn flow(text: &str) -> String {
    let mut out = String::new();
    for line in text.trim_end().lines() {
        let stuffed = line.starts_with([' ', '>']) || line.starts_with("From ");
        let mut width = usize::from(stuffed);
        if stuffed {
            out.push(' ');
        }
        for (place, word) in line.trim_end().split(' ').enumerate() {
            let length = word.chars().count();
            if place > 0 {
                out.push(' ');
                width += 1;
                if width + length > 72 && !word.is_empty() && !word.starts_with('>') {
                    out.push('\n');
                    width = 0;
                }
            }
            out.push_str(word);
            width += length;
        }
        out.push('\n');
    }
    out.trim_end_matches('\n').to_owned()
}

// ------------------------------------------------------------------------------------------------ dates and rows

const DAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const MONTHS: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
const SHORT_MONTHS: [&str; 12] = ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];

fn pick(names: &[&'static str], client: &Client, at: Timestamp, pattern: &str) -> &'static str {
    let number = at.strftime(&client.time_zone, pattern).parse::<usize>().unwrap_or(1);
    names.get(number.saturating_sub(1)).copied().unwrap_or_default()
}

fn german_day(client: &Client, at: Timestamp) -> String {
    let on = |pattern: &str| at.strftime(&client.time_zone, pattern);
    format!("{}. {} {}", on("%-d"), pick(&MONTHS, client, at, "%-m"), on("%Y"))
}

/// `Fri, Nov 20, 2026 at 9:15 AM`, with the narrow no-break space that Gmail writes since 2023.
fn gmail_date(client: &Client, at: Timestamp) -> String {
    let on = |pattern: &str| at.strftime(&client.time_zone, pattern);
    match client.language {
        English => on("%a, %b %-d, %Y at %-I:%M\u{202f}%p"),
        German => {
            let day: String = pick(&DAYS, client, at, "%u").chars().take(2).collect();
            let month = pick(&SHORT_MONTHS, client, at, "%-m");
            format!("{day}., {}. {month} {} um {} Uhr", on("%-d"), on("%Y"), on("%H:%M"))
        }
    }
}

pub(super) fn outlook_rows(client: &Client, parent: &Parent) -> Vec<(&'static str, String)> {
    let at = parent.at.unwrap_or(Timestamp::from_seconds(0));
    let on = |pattern: &str| at.strftime(&client.time_zone, pattern);
    let german = client.language == German;
    let date = if german {
        format!("{}, {} {}", pick(&DAYS, client, at, "%u"), german_day(client, at), on("%H:%M"))
    } else {
        on("%A, %B %-d, %Y %-I:%M %p")
    };
    let mut rows = vec![
        (if german { "Von:" } else { "From:" }, named(&parent.writer())),
        (if german { "Gesendet:" } else { "Sent:" }, date),
        (if german { "An:" } else { "To:" }, list(&parent.to, "; ")),
    ];
    if !parent.cc.is_empty() {
        rows.push(("Cc:", list(&parent.cc, "; ")));
    }
    rows.push((if german { "Betreff:" } else { "Subject:" }, parent.subject.clone()));
    rows
}

pub(super) fn gmail_rows(client: &Client, parent: &Parent, show: &dyn Fn(&Addressee) -> String) -> Vec<String> {
    let at = parent.at.unwrap_or(Timestamp::from_seconds(0));
    let to: Vec<String> = parent.to.iter().map(show).collect();
    // Half of Gmail's German is English: so it is written.
    vec![
        format!("{} {}", if client.language == German { "Von:" } else { "From:" }, show(&parent.writer())),
        format!("Date: {}", gmail_date(client, at)),
        format!("Subject: {}", parent.subject),
        format!("To: {}", to.join(", ")),
    ]
}

pub(super) fn thunderbird_rows(client: &Client, parent: &Parent) -> [(&'static str, String); 4] {
    let german = client.language == German;
    [
        (if german { "Betreff:" } else { "Subject:" }, parent.subject.clone()),
        (if german { "Datum:" } else { "Date:" }, parent.date_text.clone()),
        (if german { "Von:" } else { "From:" }, named(&parent.writer())),
        (if german { "An:" } else { "To:" }, list(&parent.to, ", ")),
    ]
}

fn named(who: &Addressee) -> String {
    if who.name.is_empty() { format!("<{}>", who.address) } else { format!("{} <{}>", who.name, who.address) }
}

fn list(people: &[Addressee], between: &str) -> String {
    people.iter().map(named).collect::<Vec<_>>().join(between)
}
