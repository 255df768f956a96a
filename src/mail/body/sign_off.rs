//! A signature that nothing delimits: a name and ways to reach it at the end of what somebody wrote.
//!
//! Only where it is certain: a greeting stands above it, or it begins with a name and holds two ways to reach somebody.
//! The greeting itself stays with what was said, and so does a name alone.

use std::ops::{Range, RangeInclusive};

use crate::phrases::{
    CLOSING_END, CLOSING_START, SIGNATURE_ANNOUNCING, SIGNATURE_FORM, SIGNATURE_POSTSCRIPT, SIGNATURE_REGISTERED, SIGNATURE_SMALL,
};

/// Lines that such a block has at most, blank ones included.
const LONGEST: usize = 24;
/// Characters of its longest line; a row of contacts on one line may be longer.
const WIDEST: usize = 90;
/// Characters of a line in which a company says what it must.
const MOST_REGISTERED: usize = 300;

/// The lines of the signature at the end of `lines`, of which the last is the last that was written, below a greeting;
/// `None` where there is none that is certain. A postscript may follow it.
pub(super) fn greeted(lines: &[&str]) -> Option<Range<usize>> {
    let end = end(lines)?;
    let place = walk(lines, end)?;
    let above = place.checked_sub(1).filter(|_| end - place < LONGEST).and_then(|above| lines.get(above));
    let closing = above.filter(|line| is_closing(line.trim()))?;
    below_greeting(lines, place, end, is_signed(closing.trim())).map(|start| start..end)
}

/// The same without a greeting: the last paragraph that begins with a name and holds ways, and a name of its own above it.
pub(super) fn named(lines: &[&str]) -> Option<Range<usize>> {
    let end = end(lines)?;
    let top = walk(lines, end)?;
    name_with_ways(lines, top, end).map(|start| start..end)
}

/// Where the last thing ends that can be a signature.
fn end(lines: &[&str]) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty())? + 1;
    let added = |place: &usize| {
        let blank = place.checked_sub(1).and_then(|above| lines.get(above)).is_some_and(|line| line.trim().is_empty());
        blank && lines.get(*place).is_some_and(|line| is_postscript(line))
    };
    let end = (last.saturating_sub(LONGEST)..last).find(added).unwrap_or(last);
    Some(lines.iter().take(end).rposition(|line| !line.trim().is_empty())? + 1)
}

/// How far up the lines above `end` can be of a signature: to a greeting, or to the first that cannot. `None` in a form.
fn walk(lines: &[&str], end: usize) -> Option<usize> {
    let rows = lines.get(end.saturating_sub(LONGEST)..end)?;
    if rows.iter().any(|line| is_form(line)) {
        return None;
    }
    let mut at = end;
    let mut blanks = 0;
    while let Some(line) = at.checked_sub(1).and_then(|above| lines.get(above)).filter(|_| end - at < LONGEST) {
        let line = line.trim();
        blanks = if line.is_empty() { blanks + 1 } else { 0 };
        if is_closing(line) || blanks > 2 || !(line.is_empty() || is_part(line)) {
            break;
        }
        at -= 1;
    }
    Some(at)
}

/// Where the signature of a name and two ways begins, from line `at` on.
fn name_with_ways(lines: &[&str], at: usize, end: usize) -> Option<usize> {
    let begins = |place: &usize| *place > 0 && lines.get(place - 1).is_some_and(|line| line.trim().is_empty());
    let named = |place: &usize| lines.get(*place).is_some_and(|line| is_name(line));
    let fits = |place: &usize| {
        let block = lines.get(*place..end).unwrap_or_default();
        block.iter().filter(|line| !line.trim().is_empty()).count() >= 3 && ways(block) >= 2
    };
    let places = || (at..end).rev().filter(begins).filter(named);
    let last = places().find(fits)?;
    let above = places().find(|place| *place < last).filter(|place| {
        let paragraph = lines.get(*place..last).unwrap_or_default();
        let filled = paragraph.iter().filter(|line| !line.trim().is_empty()).count();
        filled <= 3 && paragraph.first().is_some_and(|line| is_full_name(line))
    });
    let place = above.unwrap_or(last);
    let above = lines.get(..place)?.iter().rev().find(|line| !line.trim().is_empty())?.trim();
    let lower = above.to_lowercase();
    let said = |line: &&str| line.starts_with(char::is_lowercase) && line.trim_end().ends_with(['.', '!', '?']) && !has_way(line);
    let spoken = lines.get(place..end).is_some_and(|block| block.iter().any(said));
    let announced = above.ends_with([':', '：']) || SIGNATURE_ANNOUNCING.stand_in(&lower);
    (!announced && !spoken).then_some(place)
}

/// A row of a form, whose values are what the mail is about.
fn is_form(line: &str) -> bool {
    let lower: String = line.trim_start_matches(['*', '-', ' ']).chars().take(20).flat_map(char::to_lowercase).collect();
    SIGNATURE_FORM.begin(&lower.replace(" :", ":"))
}

/// Below a greeting one way to reach somebody is enough. Thanks stand above what is asked for, too: what is below them
/// has to begin with a name.
fn below_greeting(lines: &[&str], from: usize, end: usize, signed: bool) -> Option<usize> {
    let block = lines.get(from..end)?;
    let skipped = block.iter().take_while(|line| line.trim().is_empty()).count();
    let block = block.get(skipped..)?;
    let first = block.first()?.trim();
    let written = lines.get(..from.saturating_sub(1))?.iter().any(|line| !line.trim().is_empty());
    let begins = if is_caseless(first) || is_loud(first) {
        // Where nothing tells a name from a sentence, only one paragraph is believed.
        let whole = block.iter().take_while(|line| !line.trim().is_empty());
        written && is_name(first) && whole.clone().any(|line| has_way(line))
    } else {
        let small = || first.split_whitespace().count() <= 2 && first.chars().all(|c| c.is_alphabetic() || " .-".contains(c));
        is_proper(first) || written && small()
    };
    (ways(block) >= 1 && (signed || begins)).then_some(from + skipped)
}

/// Several words of nothing but capitals: some write whole mails so.
pub(super) fn is_loud(line: &str) -> bool {
    line.split_whitespace().count() >= 3 && !line.chars().any(char::is_lowercase)
}

/// Letters without capitals, and no others.
fn is_caseless(line: &str) -> bool {
    let mut letters = line.chars().filter(|c| c.is_alphabetic());
    letters.clone().next().is_some() && letters.all(|c| !c.is_lowercase() && !c.is_uppercase())
}

/// A name, a title or a company: capitals, numbers and the small words between them.
pub(crate) fn is_proper(line: &str) -> bool {
    let first = row(line).trim_matches(|c: char| "*_\"'”“„ ".contains(c));
    let words: Vec<&str> = first.split_whitespace().collect();
    let fits = |word: &&str| {
        !word.starts_with(char::is_lowercase)
            || word.contains('.')
            || SIGNATURE_SMALL.have(word)
            || word.contains(char::is_uppercase)
    };
    (1..=7).contains(&words.len())
        && !first.ends_with(['.', '?', '!', ':', ';', '。'])
        && !first.contains(['@', '?', '!', '=', '<', '>', '{', '}'])
        && words.iter().any(|word| word.contains(char::is_uppercase))
        && words.iter().all(fits)
}

/// Two words or more, all with capitals.
fn is_full_name(line: &str) -> bool {
    let words = row(line).split_whitespace();
    words.clone().count() >= 2 && words.clone().all(|word| word.starts_with(char::is_uppercase)) && !is_loud(line)
}

/// The first of a row, which columns or bars part.
fn row(line: &str) -> &str {
    let line = line.split("  ").find(|column| !column.trim().is_empty()).unwrap_or(line);
    line.split(['|', '•', '·', ',', '–', '(', '\t']).next().unwrap_or_default().trim()
}

/// A greeting with the name behind it: `Groet, Jan`, `BEST REGARDS / ANN`.
fn is_signed(closing: &str) -> bool {
    closing.split_once([',', '/']).is_some_and(|(_, name)| is_spelled(name, 1..=3))
}

/// So many words with capitals and nothing but letters: a name.
pub(super) fn is_spelled(name: &str, words: RangeInclusive<usize>) -> bool {
    words.contains(&name.split_whitespace().count())
        && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && name.chars().all(|c| c.is_alphabetic() || " .-'’".contains(c))
}

/// How many lines hold a way to reach somebody, each kind once.
fn ways(block: &[&str]) -> usize {
    let kinds: [fn(&str) -> bool; 3] = [is_mail, is_page, is_number];
    kinds.iter().filter(|kind| block.iter().any(|line| kind(&line.to_lowercase()))).count()
}

/// Whether a line holds an address, a page or a number to call.
pub(crate) fn has_way(line: &str) -> bool {
    ways(&[line]) > 0
}

fn is_mail(lower: &str) -> bool {
    lower
        .split(|c: char| c.is_whitespace() || "<>()[]|:,;".contains(c))
        .any(|word| word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')))
}

fn is_page(lower: &str) -> bool {
    lower.contains("www.") || lower.contains("http://") || lower.contains("https://")
}

/// A number to call: digits in groups, not a date, an address of a computer or an amount.
fn is_number(lower: &str) -> bool {
    let number = |piece: &str| {
        let digits = piece.chars().filter(char::is_ascii_digit).count();
        let only = piece.chars().all(|c| c.is_ascii_digit() || " .+-–/()[]".contains(c));
        let other = match piece.matches(['.', '-']).count() {
            2 => digits <= 8,
            3 => piece.contains('.') && digits <= 12,
            _ => false,
        };
        (7..=16).contains(&digits) && only && !other && !piece.contains("..")
    };
    lower
        .split(['|', ',', ';', '•', '·', ':', '：'])
        .flat_map(|piece| piece.split(char::is_alphabetic))
        .any(|piece| number(piece.trim().trim_start_matches(['.', ' '])))
}

/// A line that a signature can hold: short, and no sentence.
fn is_part(line: &str) -> bool {
    let width = line.chars().count();
    if line.ends_with(['?', '!', ':', '：', ';', '。', '！', '？', '؟', '।'])
        || line.starts_with(['>', '*', '-', '#', '$', '{', '}']) && !line.starts_with("*")
    {
        return false;
    }
    let words = line.split_whitespace().count();
    if words > 6 && is_registered(line) {
        return true;
    }
    let row = line.contains(['|', '•', '·', '–']) || is_page(line) || is_mail(line);
    // Words without any capital: what people say who do not care for full stops.
    let small = words >= 4 && line.chars().all(|c| c.is_lowercase() || " ,'’-".contains(c));
    let sentence = words > 6 && line.ends_with(['.', ',']) || words > 12 || small;
    if row { width <= 200 && words <= 25 } else { width <= WIDEST && !sentence }
}

/// What companies have to say of themselves.
pub(crate) fn is_registered(line: &str) -> bool {
    let lower = line.to_lowercase();
    line.chars().count() <= MOST_REGISTERED && SIGNATURE_REGISTERED.stand_in(&lower)
}

/// A greeting at the end of a mail, alone on its line.
pub(crate) fn is_closing(line: &str) -> bool {
    // A bullet of a list.
    if ["* ", "- ", "• "].iter().any(|bullet| line.trim_start().starts_with(bullet)) {
        return false;
    }
    let line = line.trim_matches(|c: char| "*_-–— ".contains(c));
    let words = line.split_whitespace().count();
    if line.is_empty() || words > 12 || line.chars().count() > 90 || line.ends_with('?') {
        return false;
    }
    let lower = line.to_lowercase();
    let bare = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    // A sentence of politeness, or thanks before the greeting.
    if CLOSING_END.end(bare) {
        return true;
    }
    // Hungarians end the greeting with a colon.
    if lower.ends_with(':') {
        return CLOSING_START.have(bare) && words <= 2;
    }
    if words > 6 || line.chars().count() > 50 {
        return false;
    }
    CLOSING_START.begin_with(&lower, |closing, rest| {
        let whole = !rest.starts_with(char::is_alphanumeric)
            || closing.ends_with("gr")
            || is_caseless(closing)
            || closing.chars().count() > 8;
        whole && (words <= 2 || (words <= 4 && closing.chars().count() >= 8) || lower.ends_with([',', '.', '!']))
    })
}

/// Whether the line begins what somebody adds below their name: a postscript is no signature.
pub(super) fn is_postscript(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', ' ']);
    SIGNATURE_POSTSCRIPT.begin_with(line, |_, rest| rest.trim_matches(['*', ':', '.', ' ']).len() >= 3)
}

/// One or two words with capitals and nothing else.
pub(super) fn is_first_name(line: &str) -> bool {
    let words = line.split_whitespace();
    words.clone().count() <= 2
        && words.clone().all(|word| word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic))
}

/// Two to five words with capitals, as a name or a company has; the first of a row.
fn is_name(line: &str) -> bool {
    let first = row(line).trim_matches(|c: char| "*_\"' ".contains(c));
    let words: Vec<&str> = first.split_whitespace().collect();
    let caseless = first.chars().any(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase());
    let capital = |word: &&&str| word.starts_with(|c: char| c.is_uppercase() || caseless);
    (1..=6).contains(&words.len())
        && first.chars().count() <= 60
        && !first.contains(|c: char| c.is_ascii_digit() || "@:/?!=<>{}。！？".contains(c))
        && words.iter().filter(capital).count() * 2 > words.len()
}

#[cfg(test)]
#[path = "sign_off_tests.rs"]
mod tests;
