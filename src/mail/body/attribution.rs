//! The lines that clients put above what they quote: `On ... wrote:` in many languages, separators, and
//! the markers of forwarded mails. Only recognition; what follows from it decides [`body`](super).

use super::attribution_words::{LEADS, VERBS};
use super::marker_words::{FORWARD_LINES, FORWARDED, ORIGINAL};
use crate::mail::decode::words;

/// How sure an attribution line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mail) enum Strength {
    /// Only believed where a `>` quote follows.
    Weak,
    /// Names a writer and a full date: everything below it is quoted.
    Strong,
}

/// The text as it is compared: lower case, ASCII digits, without direction marks and the dot of the Turkish `İ`.
pub(in crate::mail) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let shown = text.chars().filter(|c| !words::is_trick(*c)).flat_map(char::to_lowercase).filter(|c| *c != '\u{307}');
    shown.map(|c| digit(c).unwrap_or(c)).collect()
}

/// The ASCII digit for one of another script.
fn digit(c: char) -> Option<char> {
    let zeros = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}',
        '\u{ed0}', '\u{1040}', '\u{17e0}', '\u{ff10}',
    ];
    let value = zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// What a joined line holds.
struct Signs {
    address: bool,
    year: bool,
    time: bool,
    date: bool,
}

fn signs(lower: &str) -> Signs {
    // The digits of a link say nothing.
    let words =
        lower.contains("://").then(|| lower.split(' ').filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" "));
    let lower = words.as_deref().unwrap_or(lower);
    let bytes = lower.as_bytes();
    let mut signs = Signs { address: false, year: false, time: false, date: false };
    signs.address = lower.split(|c: char| c.is_whitespace() || "<>()[]\"',:".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && domain.len() > 3)
    });
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    for run in bytes.windows(4).enumerate() {
        let (at, four) = run;
        let bounded = !digit(at.checked_sub(1).and_then(|i| bytes.get(i))) && !digit(bytes.get(at + 4));
        // 25xx: the years of Thailand.
        signs.year |= bounded
            && four.iter().all(u8::is_ascii_digit)
            && (four.starts_with(b"19") || four.starts_with(b"20") || four.starts_with(b"25"));
        let clock =
            |sep: u8| matches!(four, [h, s, m, n] if h.is_ascii_digit() && *s == sep && m.is_ascii_digit() && n.is_ascii_digit());
        signs.time |=
            clock(b':') || (clock(b'.') && !digit(bytes.get(at + 4)) && bytes.get(at + 4) != Some(&b'.')) || clock(b'h');
        // 12.3.24, 12/03/2024, 2024-03-12
        signs.date |= matches!(four, [d, s, m, t] if d.is_ascii_digit() && matches!(s, b'.' | b'/' | b'-') && m.is_ascii_digit()
            && (t == s || t.is_ascii_digit() && (*s != b'.' || bytes.get(at + 4) == Some(s))));
        // 4. 3. 24
        signs.date |= matches!(four, [d, b'.', b' ', m] if d.is_ascii_digit() && m.is_ascii_digit())
            && (bytes.get(at + 4) == Some(&b'.') || digit(bytes.get(at + 4)) && bytes.get(at + 5) == Some(&b'.'));
        // 04-mar-14
        signs.date |= matches!(four, [d, b'-', a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
            && matches!(bytes.get(at + 4..at + 7), Some([c, b'-', d]) if c.is_ascii_alphabetic() && d.is_ascii_digit());
    }
    signs.time |= lower.contains("klo ")
        || lower.contains('時')
        || lower.contains('点')
        || lower.contains("오전")
        || lower.contains("오후");
    signs
}

/// Whether a text names a day and a time of the day, as clients write both.
pub(super) fn names_a_moment(text: &str) -> bool {
    if text.chars().filter(|c| c.is_numeric()).count() < 3 {
        return false;
    }
    let signs = signs(&fold(text));
    (signs.year || signs.date) && signs.time
}

/// People who tell what they wrote themselves or what was written to them, in lower case: prose rather than the line of a client.
const OWN: &[&str] = &[
    " i wrote",
    " i sent",
    " we wrote",
    "ich schrieb",
    "schrieb ich",
    "ich geschrieben",
    "wir geschrieben",
    "schrieben wir",
    "j'ai écrit",
    "ik schreef",
    "schreef ik",
    "ho scritto",
    "jeg skrev",
    "skrev jeg",
    "jag skrev",
    "skrev jag",
    "napisałem",
    "napisałam",
    "я писал",
    "я написал",
    "kirjoitin",
    "wrote me",
    "wrote to me",
    "wrote us",
    "wrote to us",
    "schrieb mir",
    "schrieb uns",
    "m'a écrit",
    "nous a écrit",
    "mi ha scritto",
    "ci ha scritto",
    "me escribió",
    "nos escribió",
    "me escreveu",
    "nos escreveu",
    "schreef me",
    "schreef mij",
    "schreef ons",
    "skrev til mig",
    "skrev til meg",
    "skrev till mig",
    "napisał mi",
    "napisał do mnie",
    "napsal mi",
    "написал мне",
    "написал нам",
    "писал мне",
];

/// People who tell what the reader wrote.
const ADDRESSED: &[&str] = &["you wrote", "you write", "you said", "you asked", "du schr", "sie schr", "ihr schr", "vous écri"];

/// Whether words of the writer stand before the attribution on the same line (`Thanks! On ... wrote:`).
fn is_mixed(text: &str) -> bool {
    text.match_indices(['.', '!', '?']).any(|(at, _)| {
        let tail = text.get(at + 1..).unwrap_or_default();
        let tail = tail.strip_prefix(' ').unwrap_or(tail);
        let lower: String = tail.chars().take(24).collect::<String>().to_lowercase();
        let starts = tail.starts_with(char::is_uppercase) && LEADS.iter().any(|lead| lower.starts_with(lead));
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
    let text = text.trim_matches(|c: char| "-*_".contains(c) || c.is_whitespace() || words::is_trick(c));
    // Some cut the colon off, and nothing but a quote shows that the line introduces one.
    let cut_off = !dashed && !text.ends_with([':', '：']);
    if cut_off && !BARE_VERBS.iter().any(|verb| text.ends_with(verb)) || is_mixed(text) {
        return None;
    }
    let lower = fold(text);
    let signs = signs(&lower);
    let dated = signs.year || signs.date;
    let lead = LEADS.iter().any(|lead| lower.starts_with(lead));
    // Clients put the address between brackets; lines of a log do not.
    let framed = ["<", "(", "[", "（", "＜", "&lt;"].iter().any(|open| lower.split(open).skip(1).any(|tail| tail.contains('@')));
    let strong = |strong: bool| {
        let own = OWN.iter().any(|own| lower.contains(own));
        Some(if strong && !own && !cut_off { Strength::Strong } else { Strength::Weak })
    };
    let verb = VERBS.iter().any(|verb| lower.contains(verb));
    // People say so themselves.
    if !signs.time && !signs.address && ADDRESSED.iter().any(|words| lower.contains(words)) {
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
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words.iter().take_while(|word| word.starts_with(char::is_uppercase)).count();
    let verb = words.get(name).map(|word| format!(" {}", fold(word)));
    // `What Ann wrote` is a heading, and `On Monday Ann wrote` begins with no name.
    let asked = words.first().is_some_and(|word| {
        let lower = fold(word);
        ["What", "As", "Which", "How", "When", "Why", "Was", "Wie"].contains(word)
            || LEADS.iter().any(|lead| lead.trim_end() == lower)
    });
    (2..=4).contains(&name)
        && !asked
        && (!alone || words.len() == name + 1)
        && verb.is_some_and(|verb| VERBS.iter().any(|known| known.len() > 4 && verb.contains(known)))
}

/// Ends of attribution lines that lost their colon, in lower case.
const BARE_VERBS: &[&str] = &[" wrote", " a écrit", " escribió", " ha scritto", " escreveu", " geschrieben", " writes"];

/// Whether a line is an attribution that lost its colon.
pub(super) fn is_cut_off(line: &str) -> bool {
    BARE_VERBS.iter().any(|verb| fold(line).ends_with(verb))
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
    let bare = bare.trim_end_matches(|c: char| "*_\"'".contains(c) || c.is_whitespace() || words::is_trick(c));
    bare.ends_with(['>', ')', ']', '）', '＞']) || bare.ends_with("&gt;")
}

/// A date, a weekday or a lead word: where an attribution starts rather than the sentence above it.
fn starts_properly(text: &str) -> bool {
    let lower = fold(text.trim_start_matches(|c: char| "-*_(".contains(c) || c.is_whitespace() || words::is_trick(c)));
    let weekday = lower.split_whitespace().next().is_some_and(|word| {
        let short = word.trim_end_matches([',', '.', '،']);
        (word.ends_with([',', '.', '،'])) && short.chars().count() <= 10 && !short.contains('@')
    });
    LEADS.iter().any(|lead| lower.starts_with(lead)) || lower.starts_with(|c: char| c.is_numeric()) || weekday
}

/// Finds an attribution that starts at the first of `lines`: how many lines it has and how sure it is.
///
/// Clients wrap it over up to four lines and, rarely, leave a blank line before the last word.
pub(in crate::mail) fn attribution(lines: &[&str]) -> Option<(usize, Strength)> {
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
            VERBS.iter().any(|verb| above.contains(verb))
        };
    let mailbox = || above.ends_with('>') && is_only_a_mailbox(&format!("{} wrote:", fold(above))) && !line.contains('@');
    if written || mailbox() || [" hat", " hat am", " heeft"].iter().any(|verb| above.ends_with(verb)) {
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
    // `On page 3 Ann wrote:` has its own first word and its own verb.
    let leads = LEADS.iter().any(|lead| lead.ends_with(' ') && lead.len() > 2 && lower.starts_with(lead));
    if leads && lower.ends_with([':', '：']) && VERBS.iter().any(|verb| lower.contains(verb)) {
        return true;
    }
    lower.contains(|c: char| c.is_ascii_digit())
        && leads
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
    short && line.len() <= 40 && line.ends_with([':', '：']) && VERBS.iter().any(|verb| lower.contains(verb))
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
        let words = name.split_whitespace();
        return (2..=4).contains(&words.clone().count())
            && words.clone().all(|word| word.starts_with(char::is_uppercase))
            && name.chars().all(|c| c.is_alphabetic() || " .-'’".contains(c));
    }
    if text.contains(['!', '?']) || text.ends_with([':', '：']) {
        return false;
    }
    let lower = fold(text);
    let verb = || VERBS.iter().any(|verb| lower.contains(verb)) && !OWN.iter().any(|own| lower.contains(own));
    names_a_moment(text) && (lower.starts_with("your message") || verb())
}

/// Whether a line marks the start of a forwarded mail.
pub(in crate::mail) fn is_forward_marker(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 200 {
        return false;
    }
    if !line.ends_with(['-', '=', '_', ':', '：', '*']) {
        return false;
    }
    let lower = fold(line);
    let dashed =
        (lower.starts_with("--") || lower.starts_with("==") || lower.starts_with("__")) && lower.ends_with(['-', '=', '_', ':']);
    let inner = lower.trim_matches(|c: char| "-=_*: ".contains(c));
    (dashed && FORWARDED.iter().any(|word| inner.starts_with(word)))
        || (lower.ends_with([':', '：']) && FORWARD_LINES.iter().any(|word| inner.starts_with(word)))
        || (dashed && inner.starts_with("forwarded"))
}

/// Whether a line separates an answer from the mail it answers (`-----Original Message-----`).
pub(in crate::mail) fn is_original_marker(line: &str) -> bool {
    let line = line.trim();
    let framed = ["***", "...", "###", "~~~", "+++"].iter().any(|drawn| line.starts_with(drawn) && line.ends_with(drawn));
    let line = if framed { line } else { line.trim_matches('*') };
    if line.len() > 200 || !framed && !line.starts_with(['-', '_', '=', '—', '‐', '‑', '–', '―', '─']) {
        return false;
    }
    let lower = fold(line).replace("&nbsp;", " ");
    let drawn = |c: char| "-_= *—‐‑–―─\u{a0}".contains(c) || (framed && ".#~+".contains(c));
    let inner = lower.trim_matches(drawn);
    if inner.is_empty() {
        return false;
    }
    let signs = lower.chars().take_while(|c| drawn(*c)).filter(|c| *c != ' ').count();
    // The title may go on, and the block begin on its line; a sentence about it is none.
    let titled = |word: &&&str| {
        inner.strip_prefix(**word).is_some_and(|rest| rest.contains([':', '：', '@']) || rest.split_whitespace().count() <= 4)
    };
    signs >= 2 && (ORIGINAL.iter().any(|word| titled(&word)) || inner == "original")
}

/// A title between drawn lines (`----- Title -----`) in any language.
pub(super) fn is_drawn_title(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches(|c: char| "-_=* \u{a0}".contains(c));
    line.starts_with("---")
        && line.ends_with("---")
        && inner.starts_with(char::is_alphabetic)
        && inner.split_whitespace().count() <= 6
}

/// What Gmail writes for a quote that it does not show.
pub(super) fn is_hidden_quote(line: &str) -> bool {
    const HIDDEN: [&str; 6] = [
        "[quoted text hidden]",
        "[zitierter text ausgeblendet]",
        "[texte des messages précédents masqué]",
        "[el texto citado está oculto]",
        "[testo tra virgolette nascosto]",
        "[texto das mensagens anteriores oculto]",
    ];
    line.starts_with('[') && line.len() <= 60 && HIDDEN.contains(&line.trim().to_lowercase().as_str())
}

/// Whether a line is only drawn: underscores, dashes or equal signs as clients put above a header block.
pub(in crate::mail) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let dots = line.len() >= 10 && line.chars().all(|c| c == '.');
    line.len() >= 5
        && (dots
            || line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | '─' | '—' | '–' | '‐' | '‑' | '―' | '━' | '═' | '/')))
}

#[cfg(test)]
#[path = "attribution_tests.rs"]
mod tests;
