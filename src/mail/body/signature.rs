//! Where a signature starts: the delimiter of Usenet, the lines of mobile clients, list footers, notices.

use std::collections::BTreeSet;

use super::context::{Context, Step};
use super::date_hints::fold;
use super::delimiter_context::DelimiterContext;
use super::disclaimer_words::{NOTICE_WORDS, NOTICES, PROVIDERS, TRADE};
use super::line::{Class, Line, Mark, is_blank, is_quote};
use super::notice_words::{
    ADS, BANNERS, FOOTER_SIGNS, FOOTERS, LISTS, MAILS, NATURE, OUTSIDE, PLEAS, SCANNED, SCANNERS, STRANGERS, VIRUS_FREE,
};
use super::sign_off;
use super::sign_off_words::{FINITE, PLATFORMS, WHOLE};
use super::signature_words::{DEVICES, MOBILE, MOBILE_ENDS};

/// Inside a container for the signature: Gmail, Thunderbird, the phones of Apple.
pub(super) fn html_signature(context: &Context<'_>) -> Option<Step> {
    (context.line.mark == Mark::Signature).then_some(Step::Take(1, Class::Signature))
}

/// The line and the footer that a mailing list adds.
pub(super) fn list_footer(context: &Context<'_>) -> Option<Step> {
    is_list_footer(context.rest).then_some(Step::Delimiter)
}

/// An advertisement between two drawn lines above the footer of a list: Yahoo's groups and their like.
pub(super) fn sponsored_footer(context: &Context<'_>) -> Option<Step> {
    is_sponsored(context.rest).then_some(Step::Delimiter)
}

/// `-- ` of Usenet (RFC 3676, section 4.3), and whatever people and programs draw above a signature.
pub(super) fn delimiter(context: &Context<'_>) -> Option<Step> {
    let delimits = is_delimiter(context.text(), context.delimiters, context.index) && !is_heading(context);
    delimits.then_some(Step::Delimiter)
}

/// `-- Ann Smith`: delimiter and name at once.
pub(super) fn named_delimiter(context: &Context<'_>) -> Option<Step> {
    let parted = context.right_above().is_none_or(is_blank);
    let delimits = parted && is_named_delimiter(context.text(), context.delimiters, context.index) && !is_heading(context);
    delimits.then_some(Step::Delimiter)
}

/// A line drawn under `Links:` is a heading.
fn is_heading(context: &Context<'_>) -> bool {
    context.text() != "-- " && context.above().is_some_and(|line| line.text.trim_end().ends_with([':', '：']))
}

/// `Sent from my iPhone`: what programs on phones, and those of large providers, add by themselves.
pub(super) fn mobile_line(context: &Context<'_>) -> Option<Step> {
    if !is_mobile_line(context.text()) {
        return None;
    }
    let more = context.rest.get(1).is_some_and(|next| goes_on(context.text(), next));
    Some(if more { Step::Paragraph } else { Step::Take(1, Class::Signature) })
}

/// The notice of a company, or its plea to think before printing, at the beginning of a paragraph.
pub(super) fn disclaimer(context: &Context<'_>) -> Option<Step> {
    let notice = context.begins_paragraph() && is_disclaimer(context.rest) && !is_signed_below(context.lines, context.index);
    notice.then_some(Step::Notice)
}

/// What programs against viruses put under a mail.
pub(super) fn scan_line(context: &Context<'_>) -> Option<Step> {
    let notice = context.begins_paragraph() && is_scan_line(context.rest) && !is_signed_below(context.lines, context.index);
    notice.then_some(Step::Notice)
}

/// What mail servers write above mails from outside: Exchange and those who sell protection.
pub(super) fn banner(context: &Context<'_>) -> Option<Step> {
    let words = |count: &usize| context.after(*count).next().is_some_and(|line| !is_quote(line));
    if !context.begins_paragraph() {
        return None;
    }
    banner_length(context.rest).filter(words).map(Step::Banner)
}

/// Whether a greeting or a name alone ends the mail right below this paragraph: notices stand below both.
fn is_signed_below(lines: &[Line], index: usize) -> bool {
    let text = |line: &Line| !is_blank(line);
    let end = |at: usize, wanted: fn(&Line) -> bool| lines.iter().skip(at).take(60).take_while(|line| !wanted(line)).count() + at;
    let next = end(index, is_blank);
    let next = next + lines.iter().skip(next).take(3).take_while(|line| is_blank(line)).count();
    let Some(first) = lines.get(next).filter(|line| text(line) && !is_quote(line) && line.mark == Mark::None) else {
        return false;
    };
    let last = end(next, is_blank);
    let ends =
        lines.iter().skip(last).take(10).find(|line| text(line)).is_none_or(|line| is_quote(line) || line.mark != Mark::None);
    sign_off::is_closing(&first.text) || (ends && last == next + 1 && sign_off::is_first_name(&first.text))
}

/// Bytes of the longest line that a client adds, with its links.
const LONGEST: usize = 1_000;

/// Bytes of the shortest: a verb and a device.
const SHORTEST: usize = 8;

/// Whether the line is one that a mobile client adds (`Sent from my iPhone`).
pub(crate) fn is_mobile_line(line: &str) -> bool {
    // Looking for the end of every link would be quadratic in a long line.
    if line.len() > LONGEST || line.len() < SHORTEST {
        return false;
    }
    // In which language ever: the link is always there.
    if line.contains("aka.ms/") && line.contains("Outlook") && line.split_whitespace().count() <= 8 {
        return true;
    }
    let linked = line.contains("<http") || line.contains("(http");
    let unlinked = if linked { without_links(line) } else { String::new() };
    let bare = if linked { unlinked.as_str() } else { line };
    let text = bare.trim().trim_matches(|c: char| "*_-–—<>[]()\"「」".contains(c)).trim();
    if text.is_empty() || text.chars().count() > 110 {
        return false;
    }
    let lower = fold(text);
    if WHOLE.contains(&lower.trim_end_matches(['.', '!'])) {
        return true;
    }
    let words = lower.split_whitespace().count();
    if words > 14 || lower.ends_with('?') {
        return false;
    }
    let outlook = |start: &str| start.contains("outlook") && !(words <= 7 && PLATFORMS.iter().any(|name| lower.contains(name)));
    // The device stands right behind the first words: `Sent from my desk, not from my phone` is a sentence.
    let begins = MOBILE.iter().filter(|start| lower.starts_with(**start) && !outlook(start)).any(|start| {
        let tail = lower.get(start.len()..).unwrap_or_default();
        // `Get Outlook for all of us` is a wish.
        if start.ends_with("outlook for ") && tail.split_whitespace().count() > 2 {
            return false;
        }
        let near: String = tail.split_inclusive([' ', ',', '.']).take(5).collect();
        let near = format!("{}{}", start, near.split([',', ';']).next().unwrap_or_default());
        DEVICES.iter().any(|device| near.contains(device))
    });
    let ended = lower.trim_end_matches(['.', '。']);
    let ends =
        || words <= 8 && MOBILE_ENDS.iter().any(|end| ended.ends_with(end)) && DEVICES.iter().any(|word| lower.contains(word));
    (begins || ends()) && !is_said(&lower)
}

/// Whether a line is a sentence, which the lines of clients are not: `Sent from the front desk: a guest lost a phone.`
fn is_said(lower: &str) -> bool {
    let said = lower.split_once(": ").is_some_and(|(before, after)| before.len() > 14 && after.split_whitespace().count() > 2);
    // Only behind a full stop may an excuse have a verb.
    let first = lower.split(". ").next().unwrap_or_default();
    said || first.split([' ', ',']).any(|word| FINITE.contains(&word))
}

/// The line without `<https://x>` and `(https://x)`.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '(']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let inner = from.get(1..).unwrap_or_default();
        let close = if from.starts_with('<') { '>' } else { ')' };
        match inner.find(close).filter(|_| inner.starts_with("http")) {
            Some(end) => {
                out.push_str(before);
                out.push(' ');
                rest = inner.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push_str(before);
                out.extend(from.chars().next());
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the line below one of a mobile client belongs to it: the rest of a wrapped sentence, a link, an excuse.
fn goes_on(line: &str, next: &str) -> bool {
    let (line, next) = (line.trim().to_lowercase(), next.trim().to_lowercase());
    let excuse = ["excuse", "typo", "brevity", "brief", "tippfehler", "kürze", "concis", "fautes", "erreurs"];
    next.starts_with(['<', '[', '('])
        || next.starts_with("http")
        || excuse.iter().any(|word| next.contains(word))
        || MOBILE_ENDS
            .iter()
            .any(|end| format!(" {next}").trim_end_matches('.').ends_with(end) && next.split_whitespace().count() <= 4)
        || (line.chars().count() >= 60 && next.starts_with(char::is_lowercase) && next.chars().count() <= 30)
}

/// Characters of which people and clients draw the line above a signature.
const DRAWN: &str = "-_=*~#—–─+·•ᐧ━═―‐＿－⸺⸻";

/// Lines that a block below a drawn line has at most to be a signature.
const MOST_DRAWN: usize = 15;

/// Whether the line at `index` delimits a signature, given what stands below it.
///
/// `-- ` is the delimiter of Usenet (RFC 3676, section 4.3); a drawn line is one where a signature follows.
fn is_delimiter(line: &str, below: &DelimiterContext<'_>, index: usize) -> bool {
    let bare = line.trim_end_matches(['\r', '\n']);
    if bare == "-- " {
        return below.count(index) <= 60;
    }
    let drawn = bare.trim();
    let slashes = drawn == "//";
    if drawn.is_empty() || drawn.len() > 300 || !(slashes || drawn.chars().all(|c| DRAWN.contains(c) || c == ' ')) {
        return false;
    }
    let block = below.block(index, MOST_DRAWN + 1);
    if block.len() > MOST_DRAWN || block.is_empty() && drawn != "ᐧ" {
        return false;
    }
    match drawn {
        // Trackers of Gmail leave one behind.
        "ᐧ" => block.is_empty(),
        "--" | "-- --" | "—" | "–" | "―" | "⸺" | "⸻" => {
            let added = is_footer(&block) || block.first().is_some_and(|line| is_mobile_line(line));
            // Signatures stand right below; what a blank line parts from it is the next part of the text, too.
            let prose = if below.is_parted(index) { !is_contact(&block) } else { is_prose(&block) };
            added || !prose
        }
        // Also a rule between two paragraphs.
        "---" => {
            let footer = block.first().is_some_and(|line| is_mobile_line(line)) || is_scanned(&block);
            block.len() <= 12 && (footer || is_contact(&block))
        }
        _ if drawn.chars().count() >= 2 && block.len() <= 12 => {
            let (inner, _) = block.split_at_checked(block.len().saturating_sub(1)).unwrap_or_default();
            let table = inner.iter().any(|line| line.len() >= 3 && line.chars().all(|c| DRAWN.contains(c) || c == ' '));
            let client = || block.first().is_some_and(|line| is_mobile_line(line)) && block.len() <= 2;
            !table && (is_contact(&block) || is_advertisement(&block) || is_scanned(&block) || client())
        }
        _ => false,
    }
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

/// A few short lines with a way to reach somebody, or only a name.
fn is_contact(block: &[&str]) -> bool {
    let long = block.iter().filter(|line| line.split_whitespace().count() > 9).count();
    let named = block.len() <= 3
        && block.iter().all(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.len() <= 4
                && words.iter().filter(|word| word.starts_with(char::is_uppercase)).count() * 2 > words.len()
                && !line.ends_with(['.', '?', '!', ':'])
                // A price or a date is no name.
                && !line.contains(|c: char| c.is_ascii_digit())
        });
    named && !block.iter().any(|line| sign_off::is_loud(line)) && !block.first().is_some_and(|line| sign_off::is_closing(line))
        || (long * 3 <= block.len()
            && !(block.len() >= 2 && block.first().is_some_and(|line| is_bare_link(line) || is_asked(line)))
            && block.iter().any(|line| has_contact(line))
            && !block.iter().any(|line| line.ends_with('?')))
}

/// `call 040 555 1234`: links and numbers that are shown rather than signed; a signature begins with a name.
fn is_asked(line: &str) -> bool {
    line.starts_with(char::is_lowercase)
        && line.split_whitespace().next().is_some_and(|word| word.chars().all(char::is_alphabetic))
        && sign_off::has_way(line)
        && !CALLS.iter().any(|word| line.starts_with(word.trim_end_matches([':', '.'])))
}

/// What free mail providers put under the mails of their users.
fn is_advertisement(block: &[&str]) -> bool {
    let text = block.join(" ").to_lowercase();
    block.len() <= 4 && (text.contains("http") || text.contains("www.")) && PROVIDERS.iter().any(|name| text.contains(name))
}

/// What programs against viruses put under a mail, also without a line above it.
fn is_scanned(block: &[&str]) -> bool {
    let text = block.iter().take(6).copied().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    block.len() <= 8
        && text.chars().count() <= 600
        && SCANNERS.iter().any(|name| text.contains(name))
        && SCANNED.iter().any(|word| text.contains(word))
}

/// Whether the paragraph at the start of `lines` is such a line, with the bare links around it.
fn is_scan_line(lines: &[&str]) -> bool {
    let paragraph: Vec<&str> = lines.iter().take(8).map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    let links = paragraph.iter().take_while(|line| line.starts_with("<http") && line.ends_with('>')).count();
    let said = paragraph.get(links..).unwrap_or_default();
    let starts = said.first().is_some_and(|line| {
        let begins = beginning(line);
        VIRUS_FREE.iter().any(|word| begins.starts_with(word.trim_start_matches('_').trim_start()))
    });
    starts && said.len() <= 5 && is_scanned(said)
}

/// Whether a line is a link and nothing else.
pub(super) fn is_bare_link(line: &str) -> bool {
    let line = line.trim().trim_start_matches('<');
    ["http://", "https://", "www."].iter().any(|start| line.starts_with(start)) && !line.contains(char::is_whitespace)
}

/// The first words of a line in lower case, without what is drawn before them.
fn beginning(line: &str) -> String {
    line.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(80).flat_map(char::to_lowercase).collect()
}

/// How many lines at the start of `lines` are what a mail server writes above mails from outside.
fn banner_length(lines: &[&str]) -> Option<usize> {
    if is_banner(lines.get(..1)?) {
        return Some(1);
    }
    // Wrapped: whole lines up to the end of a sentence.
    let count = lines.iter().take(6).take_while(|line| !line.trim().is_empty()).count();
    let paragraph = lines.get(..count)?;
    let (last, wrapped) = paragraph.split_last()?;
    let ended = last.trim_end().ends_with(['.', '!', '>', ')', ']', '*']);
    (ended && wrapped.iter().all(|line| line.chars().count() >= 45) && is_banner(paragraph)).then_some(count)
}

/// Whether a paragraph is such a banner.
pub(super) fn is_banner(lines: &[&str]) -> bool {
    let first = lines.first().map_or("", |line| line.trim());
    if first.is_empty() || first.len() > 600 {
        return false;
    }
    let begins = beginning(first);
    let known = BANNERS.iter().chain(STRANGERS.iter().map(|(start, _)| start)).any(|start| begins.starts_with(start));
    if !known && !begins.starts_with("ext") {
        return false;
    }
    let paragraph: Vec<&str> = lines.iter().take(8).map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ").to_lowercase();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if ["external email", "external", "external sender", "externe e-mail", "ext"].contains(&bare) {
        return first.starts_with(['[', '*', '(', '{']) || bare != "ext" && first.contains("***");
    }
    paragraph.len() <= 7
        && text.chars().count() <= 900
        && !text.contains('?')
        && (STRANGERS.iter().any(|(start, inside)| bare.starts_with(start) && text.contains(inside))
            || (BANNERS.iter().any(|start| bare.starts_with(start))
                && OUTSIDE.iter().any(|word| text.contains(word))
                && MAILS.iter().any(|word| text.contains(word))))
}

/// A telephone number, an address or a company's form in a line.
fn has_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let words = ["gmbh", " ag", " inc", " ltd", " llc", "s.a.", "s.r.l", "b.v."];
    let company = |word: &&str| {
        lower
            .match_indices(*word)
            .any(|(at, _)| !lower.get(at + word.len()..).is_some_and(|after| after.starts_with(char::is_alphanumeric)))
    };
    sign_off::has_way(line) || CALLS.iter().any(|word| lower.starts_with(word)) || words.iter().any(company)
}

/// Words before a number to call.
const CALLS: &[&str] = &["tel.", "tel:", "tel ", "telefon", "fax", "mobil", "phone", "cell:", "m:", "t:", "p:"];

/// Whether a paragraph is the notice of a company: its first words and two words of its trade say so.
pub(crate) fn is_disclaimer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let first = beginning(first);
    // Outlook draws a tree with the letter P of a font of pictures.
    let first = first.strip_prefix("p ").unwrap_or(&first);
    if is_footer(lines) {
        return true;
    }
    let named = NOTICES.iter().any(|start| first.starts_with(start));
    let plea = PLEAS.iter().any(|word| first.starts_with(word));
    if !named && !plea {
        return false;
    }
    // Its title may be a paragraph of its own.
    let short = first.split_whitespace().count() <= 4 && first.chars().count() <= 40 && !first.ends_with(['.', '。']);
    let title = short && lines.get(1).is_some_and(|line| line.trim().is_empty());
    let paragraph = lines.iter().skip(if title && named { 2 } else { 0 }).take(30).take_while(|line| !line.trim().is_empty());
    let text = paragraph.map(|line| line.to_lowercase()).collect::<Vec<_>>().join(" ");
    let nature = || NATURE.iter().all(|words| words.iter().any(|word| text.contains(word)));
    let trade = || TRADE.iter().any(|word| text.contains(word)) || first.contains(':') || first.contains("environment");
    // Words of different languages begin alike: each place counts once.
    let said = || {
        let places: BTreeSet<usize> = NOTICE_WORDS.iter().filter_map(|word| text.find(word)).collect();
        places.len() >= 2
    };
    !text.contains('?') && (plea && text.chars().count() <= 260 && nature() || named && text.len() >= 45 && said() && trade())
}

/// Whether a paragraph is the footer of a program that sends mails around.
fn is_footer(lines: &[&str]) -> bool {
    let begins = lines.first().map(|line| beginning(line)).unwrap_or_default();
    FOOTERS.iter().any(|start| begins.starts_with(start)) && {
        let paragraph = lines.iter().take(6).take_while(|line| !line.trim().is_empty());
        let text = paragraph.map(|line| line.to_lowercase()).collect::<Vec<_>>().join(" ");
        !text.contains('?') && FOOTER_SIGNS.iter().any(|sign| text.contains(sign))
    }
}

/// Whether `lines` start an advertisement between two drawn lines, of which the lower starts the footer of a list.
fn is_sponsored(lines: &[&str]) -> bool {
    let drawn = |line: &str| line.len() >= 40 && line.chars().all(|c| c == '-' || c == '_');
    let Some((first, rest)) = lines.split_first() else { return false };
    if !drawn(first.trim()) {
        return false;
    }
    let Some(end) = rest.iter().take(8).position(|line| drawn(line.trim())) else { return false };
    let (block, footer) = rest.split_at_checked(end).unwrap_or_default();
    let text = block.join(" ").to_lowercase();
    block.iter().all(|line| !line.trim().is_empty()) && ADS.iter().any(|word| text.contains(word)) && is_list_footer(footer)
}

/// Whether `lines` start the footer that a mailing list adds: a drawn line, then words about the list.
fn is_list_footer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let drawn = first.trim();
    // Yahoo's groups draw this above their own.
    if drawn == "__._,_.___" {
        return true;
    }
    if drawn.len() < 15 || !drawn.chars().all(|c| "_-#=*~".contains(c)) {
        return false;
    }
    lines.iter().skip(1).take(8).filter(|line| !line.trim().is_empty()).take(3).any(|line| {
        let lower = line.to_lowercase();
        LISTS.iter().any(|word| lower.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_lines() {
        let yes = [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Gesendet von meinem Samsung Galaxy-Smartphone.",
            "Get Outlook for iOS <https://aka.ms/o0ukef>",
            "Envoyé de mon iPhone",
            "Enviado desde mi iPhone",
            "Inviato da iPhone",
            "Verstuurd vanaf mijn iPhone",
            "Wysłane z iPhone'a",
            "Odesláno z iPhonu",
            "Sendt fra min iPhone",
            "Skickat från min iPhone",
            "Lähetetty iPhonesta",
            "Отправлено с iPhone",
            "Надіслано з iPhone",
            "iPhone'umdan gönderildi",
            "iPhoneから送信",
            "发自我的iPhone",
            "나의 iPhone에서 보냄",
            "Sent from Yahoo Mail on Android",
            "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
            "Gesendet mit der WEB.DE Mail App",
            "Sent wirelessly from my BlackBerry device on the Bell network.",
            "Gesendet vom Handy",
            "Téléchargez Outlook pour iOS",
            "Odesláno ze Samsungu",
            "Скачайте Outlook для Android",
            "来自我的华为手机",
            "삼성 갤럭시에서 보냈습니다",
            "נשלח מהאייפון שלי",
            "مرسل من الآيفون",
        ];
        for line in yes {
            assert!(is_mobile_line(line), "{line}");
        }
        for line in [
            "Sent from my heart",
            "The mail was sent from my iPhone yesterday, did you get it?",
            "Von meinem Konto wurde zweimal abgebucht, bitte prüfen Sie das.",
            "I use an iPhone",
            "Gesendet vom Lager in Kiel am Montag",
            "Téléchargez Outlook et réessayez",
            "Please install Outlook for Android",
            "Secured with two screws",
            "来自我的同事",
            "",
        ] {
            assert!(!is_mobile_line(line), "{line}");
        }
    }

    #[test]
    fn footers() {
        assert!(is_list_footer(&["_______________________________________________", "users mailing list"]));
        assert!(!is_list_footer(&["_______________________________________________", "From: x"]));
    }
}
