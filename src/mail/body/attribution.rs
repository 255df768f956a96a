//! The lines that clients put above what they quote: `On ... wrote:` in many languages. Only recognition; what follows
//! from it decides [`body`](super).

use super::date_hints::{fold, names_a_moment, signs};
use super::sign_off::is_spelled;
use crate::decode::encoded_word;
use crate::phrases::{
    ATTRIBUTION_ADDRESSED, ATTRIBUTION_ASKING, ATTRIBUTION_AUXILIARY, ATTRIBUTION_BARE_VERB, ATTRIBUTION_LEAD, ATTRIBUTION_OWN,
    ATTRIBUTION_VERB,
};

/// How sure an attribution line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Only believed where a `>` quote follows.
    Weak,
    /// Names a writer and a full date: everything below it is quoted.
    Strong,
}

/// Whether words of the writer stand before the attribution on the same line (`Thanks! On ... wrote:`).
fn is_mixed(text: &str) -> bool {
    text.match_indices(['.', '!', '?']).any(|(at, _)| {
        let tail = text.get(at + 1..).unwrap_or_default();
        let tail = tail.strip_prefix(' ').unwrap_or(tail);
        let lower: String = tail.chars().take(24).collect::<String>().to_lowercase();
        let starts = tail.starts_with(char::is_uppercase) && ATTRIBUTION_LEAD.begin(&lower);
        // `Am Di., 12. Le ...` is a date, not a sentence: something long enough to be said comes first.
        starts && text.get(..at).is_some_and(|before| !before.contains(|c: char| c.is_ascii_digit()))
    })
}

/// Whether the joined lines are an attribution.
fn strength(joined: &str) -> Option<Strength> {
    let text = joined.trim();
    if text.len() > 500 || text.len() < 6 {
        return None;
    }
    let text = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let dashed = text.starts_with("---") && text.ends_with("---");
    let text = text.trim_matches(|c: char| "-*_".contains(c) || c.is_whitespace() || encoded_word::is_trick(c));
    // Some cut the colon off, and nothing but a quote shows that the line introduces one.
    let cut_off = !dashed && !text.ends_with([':', '：']);
    if cut_off && !ATTRIBUTION_BARE_VERB.end(text) || is_mixed(text) {
        return None;
    }
    let lower = fold(text);
    let signs = signs(&lower);
    let dated = signs.year || signs.date;
    let lead = ATTRIBUTION_LEAD.begin(&lower);
    // Clients put the address between brackets; lines of a log do not.
    let framed = ["<", "(", "[", "（", "＜", "&lt;"].iter().any(|open| lower.split(open).skip(1).any(|tail| tail.contains('@')));
    let strong = |strong: bool| {
        let own = ATTRIBUTION_OWN.stand_in(&lower);
        Some(if strong && !own && !cut_off { Strength::Strong } else { Strength::Weak })
    };
    let verb = ATTRIBUTION_VERB.stand_in(&lower);
    // People say so themselves.
    if !signs.time && !signs.address && ATTRIBUTION_ADDRESSED.stand_in(&lower) {
        return None;
    }
    match (verb, signs.address) {
        (true, true) if dated && (signs.time || signs.year || dashed) => {
            let first = || lower.split_whitespace().next().is_some_and(|word| word.contains('@'));
            strong(starts_properly(text) || (signs.time && (framed || first())))
        }
        (true, false) if dashed && is_name_and_verb(text, true) => strong(true),
        (true, _) if dashed && dated && signs.time => strong(true),
        (true, _) if dated && (signs.time || lead) && (signs.time || signs.year) && starts_properly(text) => strong(signs.time),
        (true, true) => strong(is_only_a_mailbox(&lower) || (lead && signs.time && framed)),
        (true, false) if dated || signs.time || text.chars().count() <= 80 => Some(Strength::Weak),
        // Gmail in Russian, Japanese and others names date, time and address only.
        (false, true) if dated && signs.time && framed && starts_properly(text) => strong(ends_with_address(text)),
        (false, true) if dated || signs.time => Some(Strength::Weak),
        // A language whose verb is not known.
        (false, false) if dated && signs.time && starts_properly(text) => Some(Strength::Weak),
        _ => None,
    }
}

/// `Ann Berger wrote`, perhaps with more behind it: a name and right behind it a verb.
fn is_name_and_verb(text: &str, alone: bool) -> bool {
    let mut words = text.split_whitespace();
    let name = words.clone().take_while(|word| word.starts_with(char::is_uppercase)).take(5).count();
    if !(2..=4).contains(&name) || alone && words.clone().count() != name + 1 {
        return false;
    }
    let verb = words.clone().nth(name).map(|word| format!(" {}", fold(word)));
    // `What Ann wrote` is a heading, and `On Monday Ann wrote` begins with no name.
    let asked = |word: &str| {
        let lower = fold(word);
        ATTRIBUTION_ASKING.have(word) || ATTRIBUTION_LEAD.any(|lead| lead.trim_end() == lower)
    };
    verb.is_some_and(|verb| ATTRIBUTION_VERB.any(|known| known.len() > 4 && verb.contains(known)))
        && !words.next().is_some_and(asked)
}

/// Whether a line is an attribution that lost its colon.
pub(super) fn is_cut_off(line: &str) -> bool {
    let lower = fold(line);
    ATTRIBUTION_BARE_VERB.end(&lower)
}

/// `name <address> wrote:` and nothing else: nobody types that.
fn is_only_a_mailbox(lower: &str) -> bool {
    let Some((name, rest)) = lower.split_once('<') else { return false };
    let Some((address, verb)) = rest.split_once('>') else { return false };
    let verb = verb.trim_end_matches([':', '：']).trim();
    let words = name.split_whitespace().count();
    (1..=5).contains(&words)
        && !name.contains(['.', '!', '?', ';'])
        && address.contains('@')
        && !address.contains(char::is_whitespace)
        && !verb.is_empty()
        && verb.split_whitespace().count() <= 3
}

/// Whether the address stands right before the colon, as programs without a verb write it.
fn ends_with_address(text: &str) -> bool {
    let bare = text.trim_end_matches([':', '：']).trim_end();
    let bare = bare.trim_end_matches(|c: char| "*_\"'".contains(c) || c.is_whitespace() || encoded_word::is_trick(c));
    bare.ends_with(['>', ')', ']', '）', '＞']) || bare.ends_with("&gt;")
}

/// A date, a weekday or a lead word: where an attribution starts rather than the sentence above it.
fn starts_properly(text: &str) -> bool {
    let lower = fold(text.trim_start_matches(|c: char| "-*_(".contains(c) || c.is_whitespace() || encoded_word::is_trick(c)));
    let weekday = lower.split_whitespace().next().is_some_and(|word| {
        let short = word.trim_end_matches([',', '.', '،']);
        (word.ends_with([',', '.', '،'])) && short.chars().count() <= 10 && !short.contains('@')
    });
    ATTRIBUTION_LEAD.begin(&lower) || lower.starts_with(|c: char| c.is_numeric()) || weekday
}

/// Finds an attribution that starts at the first of `lines`: how many lines it has and how sure it is.
///
/// Clients wrap it over up to four lines and, rarely, leave a blank line before the last word.
pub(crate) fn attribution(lines: &[&str]) -> Option<(usize, Strength)> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.starts_with('>') {
        return None;
    }
    // Yahoo's phones write the quote on the line of the attribution, behind three blanks.
    if let Some((head, _)) = first.split_once(":   ").or_else(|| first.split_once(": > "))
        && strength(&format!("{head}:")) == Some(Strength::Strong)
    {
        return Some((1, Strength::Strong));
    }
    let telling = |text: &str| text.contains(|c: char| c.is_numeric() || c == '@');
    // A name, and on the next line its address: people do not write so.
    let named = first.chars().count() <= 70
        && !first.ends_with(['.', '!', '?', ',', ':'])
        && lines.get(1).is_some_and(|next| next.trim().starts_with('<') && next.contains('@'));
    let proper = named || is_name_and_verb(first, false) || (telling(first) && (starts_properly(first) || first.contains('@')));
    let mut joined = String::new();
    let mut weak = None;
    let mut gap = false;
    let mut last = "";
    for (index, line) in lines.iter().take(6).enumerate() {
        let line = line.trim();
        let goes_on = |next: &&str| is_last_word(next) || next.trim() == "<";
        if line.is_empty() && !gap && index > 0 && lines.get(index + 1).is_some_and(goes_on) {
            gap = true;
            continue;
        }
        // `<ann@x.example` and on the next line `> wrote:`.
        let closes = || joined.matches('<').count() > joined.matches('>').count() && is_last_word(line);
        if line.is_empty() || (line.starts_with('>') && !closes()) || index > 4 {
            break;
        }
        if index > 0 {
            // A sentence above, or a second beginning, is not the beginning of this attribution.
            let sentence = joined.ends_with(['!', '?']) || (joined.ends_with('.') && !last.contains(|c: char| c.is_numeric()));
            if sentence || (begins_anew(line, last) && !gap) {
                break;
            }
            joined.push(' ');
        }
        joined.push_str(line);
        last = line;
        if joined.len() > 500 {
            break;
        }
        // Only the first line may stand alone without a proper start: `Ann wrote:`.
        if index > 0 && !proper {
            break;
        }
        match strength(&joined) {
            Some(Strength::Strong) => return Some((index + 1, Strength::Strong)),
            // `Ann Berger wrote` may go on.
            Some(Strength::Weak) if weak.is_none() || index == 1 && is_cut_off(first) => weak = Some((index + 1, Strength::Weak)),
            _ => {}
        }
    }
    weak
}

/// Whether a line is the whole beginning of an attribution by itself: its first word and a date.
fn begins_anew(line: &str, above: &str) -> bool {
    let lower = fold(line);
    // A log: each line has its own moment. Where somebody wrote, the moment may be on the next line.
    let written = is_name_and_verb(above, false)
        || above.contains('@') && {
            let above = fold(above);
            ATTRIBUTION_VERB.stand_in(&above)
        };
    let mailbox = || above.ends_with('>') && is_only_a_mailbox(&format!("{} wrote:", fold(above))) && !line.contains('@');
    if written || mailbox() || ATTRIBUTION_AUXILIARY.end(above) {
        return false;
    }
    // `On Monday 04 March` and on the next line its year.
    let year = lower.starts_with("20")
        && lower.chars().take_while(char::is_ascii_digit).count() == 4
        && lower.chars().nth(4).is_some_and(|c| c == ' ' || c == ',')
        && !above.is_empty()
        && starts_properly(above)
        && !names_a_moment(above);
    if year || lower.starts_with("kl") {
        return false;
    }
    if lower.starts_with(|c: char| c.is_ascii_digit()) && names_a_moment(line) {
        return true;
    }
    let (ends, numbered) = (lower.ends_with([':', '：']), lower.contains(|c: char| c.is_ascii_digit()));
    let leads = || ATTRIBUTION_LEAD.any(|lead| lead.ends_with(' ') && lead.len() > 2 && lower.starts_with(lead));
    if !(ends || numbered) || !leads() {
        return false;
    }
    // `On page 3 Ann wrote:` has its own first word and its own verb.
    let verb = || ATTRIBUTION_VERB.stand_in(&lower);
    (ends && verb())
        || numbered
            && lower
                .split_whitespace()
                .nth(1)
                .is_some_and(|word| word.ends_with(',') || word.ends_with('.') || word.starts_with(|c: char| c.is_ascii_digit()))
            && (names_a_moment(line) || lower.contains(" 20"))
}

/// `wrote:` alone on its line.
fn is_last_word(line: &str) -> bool {
    let line = line.trim();
    let lower = format!(" {}", line.to_lowercase());
    let short = line.split_whitespace().count() <= 3 && !line.contains(|c: char| c.is_numeric() || c == '@');
    short && line.len() <= 40 && line.ends_with([':', '：']) && ATTRIBUTION_VERB.stand_in(&lower)
}

/// Gmail of old: `2012/3/1 Ann <ann@x.example>` without verb or colon; an address alone or behind a name; a name and a
/// moment. Only believed above a `>` quote.
pub(super) fn is_bare_attribution(line: &str) -> bool {
    let text = line.trim();
    if is_told(text) {
        return true;
    }
    if text.len() > 200 || !text.ends_with(['>', ':']) {
        return false;
    }
    let signs = signs(&fold(text));
    let words = text.split_whitespace().count();
    // `Ann Berger, 12.03.2024 10:00:`, `Ann Berger [10:00]:`
    let named = || {
        let name = text.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().trim_end();
        let name = name.strip_suffix([',', '@', '-', '–', '|', '[', '(']).unwrap_or_default();
        let capitals = name.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
        (2..=4).contains(&capitals) && capitals == name.split_whitespace().count() && text.ends_with(':')
    };
    // `Selon Ann Berger <ann@x.example>:`, whatever the first word means; `Send this to Ann <ann@x.example>:` is said.
    let quoting = || {
        let bare = text.trim_end_matches([':', ' ']);
        let capital = |word: &str| word.trim_start_matches(['(', '<', '"']).starts_with(char::is_uppercase) || word.contains('@');
        text.ends_with(':') && bare.ends_with(['>', ')']) && words <= 7 && text.split_whitespace().all(capital)
    };
    (signs.address && (words == 1 || signs.year && starts_properly(text) || quoting()))
        || (signs.time && (signs.date || text.ends_with("]:")) && named())
}

/// `Ann Berger wrote to Max on 4 Mar 2002 at 10:00` without a colon, `Your message dated: Mon, 4 Mar 2002 10:00:00` of MH,
/// `Ann Berger said:` of SquirrelMail, `* Ann Berger:`, `[Ann Berger]`.
fn is_told(text: &str) -> bool {
    if text.len() > 160 || text.ends_with(['.', '?', '!', ',', ';']) {
        return false;
    }
    let named = text.strip_suffix(" said:").or_else(|| text.strip_prefix("* ").and_then(|text| text.strip_suffix(':')));
    let named = named.or_else(|| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')));
    if let Some(name) = named {
        return is_spelled(name, 2..=4);
    }
    if text.contains(['!', '?']) || text.ends_with([':', '：']) {
        return false;
    }
    let lower = fold(text);
    let verb = || ATTRIBUTION_VERB.stand_in(&lower) && !ATTRIBUTION_OWN.stand_in(&lower);
    names_a_moment(text) && (lower.starts_with("your message") || verb())
}

#[cfg(test)]
#[path = "attribution_tests.rs"]
mod tests;
