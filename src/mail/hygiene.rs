//! What of a staff member's mail is theirs alone and never leaves: their signature, their own addresses, the key and
//! card files of their mail program. Pure. What is uncertain stays in the text; an own address never does.

use super::Attachment;
use super::body::sign_off;

/// Lines that a signature has at most.
const LONGEST: usize = 12;

/// What is known of the writer.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Their names, the one for outsiders too.
    pub names: &'a [&'a str],
    /// Their registered addresses, in lower case.
    pub addresses: &'a [String],
    /// How their latest mails ended, as [`end`] gave it.
    pub ends: &'a [String],
}

/// The last lines of a text: where a signature would stand.
#[must_use]
pub fn end(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LONGEST);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// The text without its writer's signature, where it certainly has one: the block that stands under their earlier mails
/// too, or one that begins with their name and holds their address, or a number to call. Never the whole text.
#[must_use]
pub fn without_signature(text: &str, writer: &Writer<'_>) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let delimited = (0..lines.len()).rev().take(LONGEST + 1).find(|at| {
        let below = lines.get(at + 1..).unwrap_or_default();
        lines.get(*at).is_some_and(|line| matches!(line.trim(), "--" | "—" | "-- --"))
            && below.iter().any(|line| is_own(line, writer))
    });
    let repeated = writer.ends.iter().filter_map(|end| repeated(&lines, end, writer)).min();
    let named = named(&lines, writer);
    let Some(at) = [delimited, repeated, named].into_iter().flatten().min() else { return text.to_owned() };
    let kept = lines.get(..at).unwrap_or_default().join("\n");
    let kept = kept.trim_end();
    if kept.trim().is_empty() { text.to_owned() } else { kept.to_owned() }
}

/// Whether a text is nothing but its writer's signature.
#[must_use]
pub fn is_signature(text: &str, writer: &Writer<'_>) -> bool {
    let above = "…";
    without_signature(&format!("{above}\n\n{}", text.trim()), writer) == above
}

/// Where the lines begin that also ended an earlier mail, as far as they are more than a greeting.
fn repeated(lines: &[&str], end: &str, writer: &Writer<'_>) -> Option<usize> {
    let earlier: Vec<&str> = end.lines().collect();
    let same = lines.iter().rev().zip(earlier.iter().rev()).take_while(|(line, other)| line.trim() == other.trim()).count();
    let mut at = lines.len() - same;
    while lines.get(at).is_some_and(|line| line.trim().is_empty()) {
        at += 1;
    }
    let block = lines.get(at..).unwrap_or_default();
    // The greeting is a part of what was said.
    let greeting = block.iter().position(|line| is_name(line, writer)).filter(|place| *place <= 2).unwrap_or(0);
    let block = block.get(greeting..).unwrap_or_default();
    let filled = block.iter().filter(|line| !line.trim().is_empty()).count();
    let certain = filled >= 2 && block.iter().any(|line| is_own(line, writer) || is_contact(line));
    certain.then_some(at + greeting)
}

/// Where a block begins with the writer's name, as the last thing in the text, and goes on with how to reach them.
fn named(lines: &[&str], writer: &Writer<'_>) -> Option<usize> {
    let from = lines.len().saturating_sub(LONGEST);
    (from..lines.len()).find(|at| {
        let block = lines.get(*at..).unwrap_or_default();
        let short = block.iter().all(|line| line.chars().count() <= 100);
        let reach = |line: &str| has_address(line, writer) || is_contact(line);
        short && block.first().is_some_and(|line| is_name(line, writer)) && block.iter().skip(1).any(|line| reach(line))
    })
}

/// The text without the block that also ended at least two of its writer's earlier mails, where the block names them or
/// says how to reach them. The greeting above it stays, and so do sentences. Never the whole text.
#[must_use]
pub fn without_repeated_end(text: &str, writer: &Writer<'_>) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let starts = writer.ends.iter().map(|end| {
        let earlier = end.lines().rev();
        let same = lines.iter().rev().zip(earlier).take_while(|(line, other)| line.trim() == other.trim()).count();
        lines.len() - same
    });
    let mut starts: Vec<usize> = starts.collect();
    starts.sort_unstable();
    let Some(from) = starts.get(1).copied() else { return text.to_owned() };
    let block = lines.get(from..).unwrap_or_default();
    let said = |line: &&str| sign_off::is_closing(line.trim()) || is_sentence(line);
    let kept = from + block.iter().rposition(said).map_or(0, |at| at + 1);
    let block = lines.get(kept..).unwrap_or_default();
    let filled = block.iter().filter(|line| !line.trim().is_empty()).count();
    let certain = filled >= 2 && block.iter().any(|line| is_own(line, writer) || sign_off::has_way(line));
    let rest = lines.get(..kept).unwrap_or_default().join("\n");
    if certain && !rest.trim().is_empty() { rest.trim_end().to_owned() } else { text.to_owned() }
}

/// Something said, rather than a name, a company or a number.
fn is_sentence(line: &str) -> bool {
    let line = line.trim();
    line.ends_with(['?', '!', ':'])
        || (line.ends_with(['.', ',', ';']) && line.split_whitespace().count() > 3 && !sign_off::has_way(line))
}

fn is_name(line: &str, writer: &Writer<'_>) -> bool {
    let line = line.trim().trim_matches(|c: char| "*_,-–|".contains(c)).trim().to_lowercase();
    writer.names.iter().map(|name| name.to_lowercase()).any(|name| !name.is_empty() && line == name)
}

fn has_address(line: &str, writer: &Writer<'_>) -> bool {
    let lower = line.to_lowercase();
    writer.addresses.iter().any(|address| lower.contains(address))
}

fn is_own(line: &str, writer: &Writer<'_>) -> bool {
    is_name(line, writer) || has_address(line, writer)
}

/// Words in front of a number to call.
const CALLS: &[&str] = &[
    "tel",
    "telefon",
    "phone",
    "fon",
    "mobil",
    "mobile",
    "handy",
    "cell",
    "fax",
    "durchwahl",
    "dw",
    "ext",
    "extension",
    "direct",
    "direkt",
    "m",
    "t",
    "p",
    "f",
];

/// Whether a line is nothing but a number to call, or one with its word.
fn is_contact(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    let word: String = lower.chars().take_while(|c| c.is_alphabetic()).collect();
    let rest = lower.strip_prefix(word.as_str()).unwrap_or_default();
    let number = rest.chars().all(|c| c.is_ascii_digit() || " .:+-–/()".contains(c));
    number && if word.is_empty() { digits >= 6 } else { digits >= 2 && CALLS.contains(&word.as_str()) }
}

/// The text with `instead` for each of the writer's addresses, and without the secret part in addresses of the desk's
/// mailbox `instead`.
#[must_use]
pub fn masked(text: &str, addresses: &[String], instead: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(&masked_word(word, addresses, instead));
        let next = tail.find(part).unwrap_or(tail.len());
        let (between, tail) = tail.split_at_checked(next).unwrap_or((tail, ""));
        out.push_str(between);
        rest = tail;
    }
    out
}

fn masked_word(word: &str, addresses: &[String], instead: &str) -> String {
    if !word.contains('@') {
        return word.to_owned();
    }
    let lower = word.to_lowercase();
    for address in addresses {
        if let Some(at) = lower.find(address.as_str())
            && lower.len() == word.len()
        {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + address.len()..).unwrap_or_default());
            let inside = before.ends_with(|c: char| c.is_alphanumeric() || ".+_-".contains(c));
            let longer = after.trim_start_matches('.').starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if !inside && !longer {
                return format!("{before}{instead}{after}");
            }
        }
    }
    let Some((local, domain)) = instead.split_once('@') else { return word.to_owned() };
    let secret = lower.find(&format!("{local}+")).zip(lower.find(&format!("@{domain}")));
    match secret {
        Some((at, end)) if at < end && lower.len() == word.len() => {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(end..).unwrap_or_default());
            format!("{before}{local}{after}")
        }
        _ => word.to_owned(),
    }
}

/// Whether a file belongs to the writer's mail program rather than to what they wrote: signatures, keys and cards hold
/// their address.
#[must_use]
pub fn is_programs_own(file: &Attachment) -> bool {
    let name = file.name.to_lowercase();
    let ends = [".p7s", ".vcf", "winmail.dat"].iter().any(|end| name.ends_with(end));
    let key = name.starts_with("openpgp_") && name.ends_with(".asc");
    ends || key
        || matches!(
            file.content_type.as_str(),
            "application/pkcs7-signature"
                | "application/x-pkcs7-signature"
                | "application/pgp-signature"
                | "application/pgp-keys"
                | "application/ms-tnef"
                | "text/vcard"
                | "text/x-vcard"
                | "text/directory"
        )
}

#[cfg(test)]
#[path = "hygiene_tests.rs"]
mod tests;
