//! Lines that delimit a signature: `-- ` of Usenet, and whatever people and programs draw above one.

use super::contact::{has_contact, is_contact};
use super::disclaimers::{is_footer, is_scanned};
use super::mobile_lines::is_mobile_line;
use crate::body::context::{Context, Step};
use crate::body::delimiter_context::DelimiterContext;
use crate::body::line::is_blank;
use crate::body::sign_off;
use crate::phrases::ADVERTISEMENT_PROVIDER;

/// Characters of which people and clients draw the line above a signature.
const DRAWN: &str = "-_=*~#—–─+·•ᐧ━═―‐＿－⸺⸻";

/// Lines that a block below a drawn line has at most to be a signature.
const MOST_DRAWN: usize = 15;

/// `-- `, the delimiter of Usenet (RFC 3676, section 4.3).
pub(in crate::body) fn usenet_delimiter(context: &Context<'_>) -> Option<Step> {
    let delimits = is_usenet(context.text()) && context.delimiters.count(context.index) <= 60 && !is_heading(context);
    delimits.then_some(Step::Delimiter)
}

/// A trace that trackers of Gmail leave behind, with nothing below it.
pub(in crate::body) fn tracker_mark(context: &Context<'_>) -> Option<Step> {
    drawn(context, |_, drawn, block| drawn == TRACKER && block.is_empty())
}

/// `--`, or a dash: typed by people. Signatures stand right below; what a blank line parts from it is the next part of the
/// text, too.
pub(in crate::body) fn dash_delimiter(context: &Context<'_>) -> Option<Step> {
    drawn(context, |context, drawn, block| {
        if !DASHES.contains(&drawn) || block.is_empty() {
            return false;
        }
        let added = is_footer(block) || block.first().is_some_and(|line| is_mobile_line(line));
        let prose = if context.delimiters.is_parted(context.index) { !is_contact(block) } else { is_prose(block) };
        added || !prose
    })
}

/// `---`: also a rule between two paragraphs.
pub(in crate::body) fn three_dashes(context: &Context<'_>) -> Option<Step> {
    drawn(context, |_, drawn, block| {
        let footer = || block.first().is_some_and(|line| is_mobile_line(line)) || is_scanned(block);
        drawn == "---" && (1..=12).contains(&block.len()) && (footer() || is_contact(block))
    })
}

/// Any other line that is only drawn, above a name, an advertisement or the line of a program.
pub(in crate::body) fn drawn_line(context: &Context<'_>) -> Option<Step> {
    drawn(context, |_, drawn, block| {
        let other = drawn != TRACKER && drawn != "---" && !DASHES.contains(&drawn) && drawn.chars().count() >= 2;
        if !other || !(1..=12).contains(&block.len()) {
            return false;
        }
        let (inner, _) = block.split_at_checked(block.len().saturating_sub(1)).unwrap_or_default();
        let table = inner.iter().any(|line| line.len() >= 3 && line.chars().all(|c| DRAWN.contains(c) || c == ' '));
        let client = || block.first().is_some_and(|line| is_mobile_line(line)) && block.len() <= 2;
        !table && (is_contact(block) || is_advertisement(block) || is_scanned(block) || client())
    })
}

/// `-- Ann Smith`: delimiter and name at once.
pub(in crate::body) fn named_delimiter(context: &Context<'_>) -> Option<Step> {
    let parted = context.right_above().is_none_or(is_blank);
    let delimits = parted && is_named_delimiter(context.text(), context.delimiters, context.index) && !is_heading(context);
    delimits.then_some(Step::Delimiter)
}

/// What trackers of Gmail leave behind.
const TRACKER: &str = "ᐧ";

/// What people draw above their name.
const DASHES: [&str; 7] = ["--", "-- --", "—", "–", "―", "⸺", "⸻"];

fn is_usenet(line: &str) -> bool {
    line.trim_end_matches(['\r', '\n']) == "-- "
}

/// Whether the line is only drawn and delimits, given what is drawn and the block below it.
fn drawn(context: &Context<'_>, delimits: fn(&Context<'_>, &str, &[&str]) -> bool) -> Option<Step> {
    let drawn = context.text().trim();
    let only = drawn == "//" || drawn.chars().all(|c| DRAWN.contains(c) || c == ' ');
    if is_usenet(context.text()) || drawn.is_empty() || drawn.len() > 300 || !only {
        return None;
    }
    let block = context.delimiters.block(context.index, MOST_DRAWN + 1);
    let found = block.len() <= MOST_DRAWN && delimits(context, drawn, &block) && !is_heading(context);
    found.then_some(Step::Delimiter)
}

/// A line drawn under `Links:` is a heading.
fn is_heading(context: &Context<'_>) -> bool {
    context.text() != "-- " && context.above().is_some_and(|line| line.text.trim_end().ends_with([':', '：']))
}

/// Whether the line delimits and names at once: `-- Ann Smith`, with nothing or the rest of a signature below.
fn is_named_delimiter(line: &str, below: &DelimiterContext<'_>, index: usize) -> bool {
    let line = line.trim();
    let Some(name) = ["-- ", "// ", "— ", "~ "].iter().find_map(|drawn| line.strip_prefix(drawn)) else { return false };
    let plain = name.chars().all(|c| c.is_alphabetic() || " .'’-".contains(c)) && !name.ends_with('.');
    let capital = name.split_whitespace().all(|word| word.starts_with(char::is_uppercase));
    if !plain || !capital || !(1..=3).contains(&name.split_whitespace().count()) {
        return false;
    }
    let block = below.block(index, MOST_DRAWN);
    block.is_empty() || is_contact(&block)
}

/// Sentences or a list rather than a name and an address.
fn is_prose(block: &[&str]) -> bool {
    let items = block.iter().take_while(|line| line.starts_with(['-', '*', '•']) && line.get(1..2) == Some(" ")).count();
    if items >= 2 && !block.iter().any(|line| has_contact(line)) {
        return true;
    }
    let sentences = block.iter().filter(|line| {
        let words = line.split_whitespace().count();
        let stopped = line.ends_with(['。', '！', '？', '؟', '।']) && line.chars().count() >= 6;
        stopped || words >= 7 && line.ends_with(['.', '?', '!', ',', ':']) || line.ends_with('?')
    });
    // A sentence of two words is one, too, where nothing else stands there.
    let short = |line: &&str| line.ends_with(['.', '!', ':']) && line.split_whitespace().count() >= 2;
    if block.iter().all(short) && !block.iter().any(|line| has_contact(line) || sign_off::is_closing(line)) {
        return !block.is_empty();
    }
    sentences.count() * 3 >= block.len() && !block.iter().any(|line| has_contact(line))
}

/// What free mail providers put under the mails of their users.
fn is_advertisement(block: &[&str]) -> bool {
    let text = block.join(" ").to_lowercase();
    block.len() <= 4 && (text.contains("http") || text.contains("www.")) && ADVERTISEMENT_PROVIDER.stand_in(&text)
}
