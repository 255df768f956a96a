//! The mail that a mail forwards: as an attached message (RFC 2046 section 5.2.1), or inline as Gmail, Outlook, Apple
//! Mail, Thunderbird and others write it. Pure, and cautious: whoever forwards speaks for somebody else, so an original
//! without exactly one clear writer is [`Forward::Unclear`], never the first address that stands there.

use super::body::header_block::{self, Label, label};
use super::body::separators::{is_forward_marker, is_original_marker, is_rule};
use super::letter::{Address, Attachment, Letter, Limits};
use serde::{Deserialize, Serialize};

use super::decode::address;
use super::{body, thread, understand};
use crate::phrases::{self, Words};
use crate::time::Timestamp;
use std::sync::LazyLock;

/// What a mail forwards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Forward {
    /// Nothing.
    Nothing,
    /// One mail of one writer.
    One(Box<Original>),
    /// Something, but not one mail of one writer.
    Unclear {
        /// What the forwarder wrote above it.
        note: String,
        /// The lines that say who wrote it, as they stand there.
        found: Vec<String>,
    },
}

/// A forwarded mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Original {
    /// What the forwarder wrote above it.
    pub note: String,
    /// What the forwarder attached beside it.
    pub note_files: Vec<Attachment>,
    /// Who wrote it.
    pub from: Address,
    /// To whom.
    pub to: Vec<Address>,
    /// And who else got it.
    pub cc: Vec<Address>,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub date: Option<Date>,
    /// Its Message-ID without angle brackets, as far as the forward names it.
    pub message_id: Option<String>,
    /// Its text, with what it quotes.
    pub text: String,
    /// Its files.
    pub files: Vec<Attachment>,
}

/// When a forwarded mail was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Date {
    /// A moment.
    Moment(Timestamp),
    /// What the forwarder's clock shows for it, `2026-11-22T04:28:00`.
    Local(String),
}

/// Finds what `letter` forwards.
#[must_use]
pub fn read(letter: &Letter, limits: &Limits) -> Forward {
    let mails: Vec<&Attachment> = letter.attachments.iter().filter(|file| is_mail(file)).collect();
    match mails.as_slice() {
        [] => inline(letter),
        [mail] => attached(letter, mail, limits),
        [..] => {
            let writer = |mail: &&Attachment| understand(&mail.data, limits).ok().and_then(|inner| inner.from);
            let found = mails.iter().filter_map(writer).map(|from| shown(&from)).collect();
            Forward::Unclear { note: letter.body.new_text(), found }
        }
    }
}

fn is_mail(file: &Attachment) -> bool {
    file.content_type == "message/rfc822"
}

fn shown(address: &Address) -> String {
    match &address.name {
        Some(name) => format!("{name} <{}>", address.address),
        None => address.address.clone(),
    }
}

fn attached(letter: &Letter, mail: &Attachment, limits: &Limits) -> Forward {
    let note = letter.body.new_text();
    let Ok(inner) = understand(&mail.data, limits) else { return Forward::Unclear { note, found: Vec::new() } };
    // That it passes something on is enough to know; how deep that goes nobody needs to look.
    let nested = inner.attachments.iter().any(is_mail) || !matches!(inline(&inner), Forward::Nothing);
    match inner.from {
        Some(from) if !nested => {
            let beside = letter.attachments.iter().filter(|file| !is_mail(file)).cloned();
            Forward::One(Box::new(Original {
                note,
                note_files: beside.collect(),
                from,
                to: inner.to,
                cc: inner.cc,
                subject: inner.subject,
                date: inner.date.as_deref().and_then(Timestamp::from_rfc3339).map(Date::Moment),
                message_id: inner.message_id,
                text: inner.body.text,
                files: inner.attachments,
            }))
        }
        from => Forward::Unclear { note, found: from.iter().map(shown).collect() },
    }
}

/// One row of a header block.
struct Row {
    name: String,
    label: Label,
    value: String,
}

fn inline(letter: &Letter) -> Forward {
    let says_so = thread::is_forward(&letter.subject) || thread::is_forward(letter.subject.trim_start_matches('['));
    let new = letter.body.new_text();
    let text = if says_so { &letter.body.text } else { &new };
    let lines: Vec<&str> = text.lines().collect();
    let Some((at, quoted)) = start(&lines, says_so) else { return Forward::Nothing };
    let above = lines.get(..at).unwrap_or_default().join("\n");
    let mut note = body::split_text(&above, true).new_text();
    // Apple's marker stands above the marks of what it announces.
    let first = lines.iter().skip(at + 1).find(|line| !line.trim().is_empty());
    let quoted = quoted || first.is_some_and(|line| line.trim_start().starts_with('>'));
    let (theirs, between) = unmixed(lines.get(at..).unwrap_or_default(), quoted);
    if !between.is_empty() {
        note = format!("{note}\n\n{}", between.join("\n")).trim().to_owned();
    }
    let below: Vec<&str> = theirs.iter().map(|line| bare(line, quoted)).collect();
    let marked = below.first().is_some_and(|line| is_marker(line));
    let skipped = usize::from(marked || below.first().is_some_and(|line| is_rule(line)));
    let skipped = skipped + below.iter().skip(skipped).take_while(|line| line.trim().is_empty()).count();
    let block = below.get(skipped..).unwrap_or_default();
    let Some(length) = header_block::length(block) else {
        return if marked { Forward::Unclear { note, found: Vec::new() } } else { Forward::Nothing };
    };
    let (rows, length) = rows(block, length);
    let rest = block.get(length..).unwrap_or_default();
    let end = rest.iter().position(|line| is_end(line)).unwrap_or(rest.len());
    let rest = rest.get(..end).unwrap_or_default();
    let writers: Vec<&Row> = rows.iter().filter(|row| row.label == Label::From).collect();
    let mut found: Vec<String> = writers.iter().map(|row| row.value.clone()).collect();
    let of = |label: Label| rows.iter().find(|row| row.label == label).map(|row| row.value.clone()).unwrap_or_default();
    let subject = of(Label::Subject);
    let further: Vec<usize> =
        (0..rest.len()).filter(|at| rest.get(*at).is_some_and(|line| is_forward_marker(bare(line, true)))).collect();
    for at in &further {
        let inner: Vec<&str> = rest.iter().skip(at + 1).map(|line| bare(line, true)).collect();
        let inner: Vec<&str> = inner.into_iter().skip_while(|line| line.trim().is_empty()).collect();
        let (inner, _) = header_block::length(&inner).map(|length| self::rows(&inner, length)).unwrap_or_default();
        found.extend(inner.into_iter().filter(|row| row.label == Label::From).map(|row| row.value));
    }
    let from = match writers.as_slice() {
        [row] if further.is_empty() && !thread::is_forward(&subject) => one(&row.value),
        _ => None,
    };
    let Some(from) = from else { return Forward::Unclear { note, found } };
    let copies = rows.iter().filter(|row| ["cc", "kopie"].contains(&row.name.as_str()));
    Forward::One(Box::new(Original {
        note,
        note_files: Vec::new(),
        from,
        to: list(&of(Label::To)),
        cc: copies.flat_map(|row| list(&row.value)).collect(),
        subject,
        date: date(&of(Label::Sent)),
        // The programs name the mail that they forward as they name the mail that they answer.
        message_id: letter.references.last().cloned(),
        text: body::trim_blank_lines(&rest.join("\n")).to_owned(),
        files: letter.attachments.clone(),
    }))
}

/// The lines of what is passed on, and what its sender wrote between the marks of it: paragraphs without a mark.
fn unmixed<'a>(lines: &[&'a str], quoted: bool) -> (Vec<&'a str>, Vec<&'a str>) {
    let marked = |line: &str| line.trim_start().starts_with('>');
    let (Some(first), true) = (lines.iter().position(|line| marked(line)), quoted) else { return (lines.to_vec(), Vec::new()) };
    let open = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
    let (mut theirs, mut between, mut own) = (Vec::new(), Vec::new(), false);
    for (at, line) in lines.iter().enumerate() {
        let blank = line.trim().is_empty();
        // A long line that a program has wrapped goes on without a mark; what follows a blank line was typed.
        own = at > first && !marked(line) && (own || !blank && open(at.checked_sub(1)));
        if own { between.push(*line) } else { theirs.push(*line) }
    }
    (theirs, between)
}

fn is_marker(line: &str) -> bool {
    is_forward_marker(line) || is_original_marker(line)
}

fn is_end(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    lower.starts_with("---")
        && lower.ends_with("---")
        && (lower.contains(" end forwarded ") || lower.contains(" ende der weiter"))
}

/// A line without the mark of a quotation.
fn bare(line: &str, quoted: bool) -> &str {
    match line.trim_start().strip_prefix('>').filter(|_| quoted) {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => line,
    }
}

/// The line at which the forwarded mail begins, and whether it is quoted as a whole. Without the subject's word only a
/// forward's own marker counts: the header block of Outlook stands above what is merely answered, too.
fn start(lines: &[&str], says_so: bool) -> Option<(usize, bool)> {
    for (at, line) in lines.iter().enumerate() {
        let quoted = line.trim_start().starts_with('>');
        let line = bare(line, quoted);
        if is_forward_marker(line) {
            return Some((at, quoted));
        }
        if !says_so || quoted {
            continue;
        }
        if is_original_marker(line) {
            return Some((at, quoted));
        }
        let below = at + usize::from(is_rule(line));
        if label(lines.get(below).unwrap_or(&"")).is_some()
            && header_block::length(lines.get(below..).unwrap_or_default()).is_some()
        {
            return Some((at, quoted));
        }
    }
    None
}

/// The rows of a header block of so many lines, long ones joined, and where the block really ends.
fn rows(lines: &[&str], length: usize) -> (Vec<Row>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let mut end = 0;
    for (at, line) in lines.iter().enumerate() {
        let name = line.split([':', '：']).next().unwrap_or_default();
        let name = name.trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace()).to_lowercase();
        match label(line).filter(|_| at < length) {
            Some(label) => {
                let value = line.split_once([':', '：']).map_or("", |(_, value)| value);
                let value = value.trim_matches(|c: char| c == '*' || c.is_whitespace()).to_owned();
                rows.push(Row { name, label, value });
            }
            None if line.trim().is_empty() && at >= length => break,
            None if line.trim().is_empty() => continue,
            None => {
                let Some(last) = rows.last_mut() else { break };
                let open = last.value.ends_with([',', ';']) || line.starts_with([' ', '\t']);
                if at >= length && !open {
                    break;
                }
                last.value = format!("{} {}", last.value, line.trim());
            }
        }
        end = at + 1;
    }
    (rows, end)
}

/// Everything in a row that is an address, once each.
fn addresses(value: &str) -> Vec<String> {
    let words = value.split(|c: char| c.is_whitespace() || "<>[](),;\"".contains(c));
    let mut found: Vec<String> = Vec::new();
    for word in words.filter(|word| word.contains('@')) {
        let word = word.trim_start_matches("mailto:").trim_matches(|c: char| "*_':".contains(c));
        if let Some(address) = address::spec(word)
            && address.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
            && !found.iter().any(|other| other.eq_ignore_ascii_case(&address))
        {
            found.push(address);
        }
    }
    found
}

/// The one address of a row; `None` where there is none or more than one.
fn one(value: &str) -> Option<Address> {
    let found = addresses(value);
    let [address] = found.as_slice() else { return None };
    let name = value.split(['<', '[', '(']).next().unwrap_or_default();
    let name = name.trim().trim_matches(['"', '\'']).trim();
    let name = (!name.is_empty() && !name.contains('@')).then(|| name.chars().take(300).collect());
    Some(Address { name, address: address.clone() })
}

fn list(value: &str) -> Vec<Address> {
    let named = address::list(value.replace(';', ",").as_bytes(), 100).addresses;
    let name = |address: &String| named.iter().find(|other| other.address.eq_ignore_ascii_case(address)).cloned();
    let found = addresses(value);
    found.into_iter().map(|address| name(&address).unwrap_or(Address { name: None, address })).collect()
}

/// Months by the first letters of their German and English names.
static MONTHS: LazyLock<Vec<Words>> =
    LazyLock::new(|| phrases::MONTHS.iter().map(|month| month.spoken_in(&["de", "en"])).collect());

/// A date as the programs write it in German and English; `None` where anything about it is doubtful.
fn date(text: &str) -> Option<Date> {
    if let Some(moment) = Timestamp::from_rfc5322(text) {
        return Some(Date::Moment(moment));
    }
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == '\u{202f}').filter(|word| !word.is_empty()).collect();
    let (mut day, mut month, mut year, mut clock) = (None, None, None, None);
    let afternoon = words.iter().find_map(|word| match word.trim_end_matches('.') {
        "pm" | "p.m" => Some(true),
        "am" | "a.m" => Some(false),
        _ => None,
    });
    for word in &words {
        let number = |text: &str| text.parse::<u32>().ok();
        let parts: Vec<&str> = word.trim_end_matches('.').split('.').collect();
        let name = MONTHS.iter().position(|names| names.begin(word));
        if let Some((hours, minutes)) = word.split_once(':') {
            let minutes = minutes.split(':').next().and_then(number)?;
            clock = clock.or(Some((number(hours)?, minutes)));
        } else if let [d, m, y] = parts.as_slice() {
            // 22.11.2026
            (day, month, year) = (number(d), number(m), number(y).map(|year| if year < 100 { 2000 + year } else { year }));
        } else if let (Some(at), true) = (name, word.starts_with(char::is_alphabetic)) {
            month = month.or(u32::try_from(at + 1).ok());
        } else if let Some(number) = number(word.trim_end_matches(['.', ','])) {
            match number {
                1..=31 if day.is_none() => day = Some(number),
                1970..=2999 if year.is_none() => year = Some(number),
                _ => {}
            }
        }
    }
    let (hours, minutes) = clock?;
    let hours = match afternoon {
        Some(true) if hours < 12 => hours + 12,
        Some(false) if hours == 12 => 0,
        _ => hours,
    };
    let shown = format!("{:04}-{:02}-{:02}T{hours:02}:{minutes:02}:00", year?, month?, day?);
    Timestamp::from_local(&shown, "UTC").map(|_| Date::Local(shown))
}

#[cfg(test)]
#[path = "forward_tests.rs"]
mod tests;
