//! Where a signature starts: the delimiter of Usenet, the lines of mobile clients, list footers, notices.

use super::attribution::fold;
use super::signature_words::{DEVICES, MOBILE, MOBILE_ENDS, NOTICE_WORDS, NOTICES};

/// Whether the line is one that a mobile client adds (`Sent from my iPhone`).
pub(super) fn is_mobile_line(line: &str) -> bool {
    let text = line.trim().trim_matches(|c: char| "*_-–—<>[]()\"「」".contains(c)).trim();
    if text.is_empty() || text.chars().count() > 110 {
        return false;
    }
    let lower = fold(text);
    let words = lower.split_whitespace().count();
    if words > 14 || lower.ends_with('?') {
        return false;
    }
    // The device stands right behind the first words: `Sent from my desk, not from my phone` is a sentence.
    let begins = MOBILE.iter().filter(|start| lower.starts_with(**start)).any(|start| {
        let tail = lower.get(start.len()..).unwrap_or_default();
        let near: String = tail.split_inclusive([' ', ',', '.']).take(5).collect();
        let near = format!("{}{}", start, near.split([',', ';']).next().unwrap_or_default());
        DEVICES.iter().any(|device| near.contains(device))
    });
    begins
        || (words <= 8 && MOBILE_ENDS.iter().any(|end| lower.ends_with(end)) && DEVICES.iter().any(|word| lower.contains(word)))
}

/// Whether the line below one of a mobile client belongs to it: the rest of a wrapped sentence, a link, an excuse.
pub(super) fn goes_on(line: &str, next: &str) -> bool {
    let (line, next) = (line.trim().to_lowercase(), next.trim().to_lowercase());
    let excuse = ["excuse", "typo", "brevity", "brief", "tippfehler", "kürze", "concis", "fautes", "erreurs"];
    next.starts_with(['<', '[', '('])
        || next.starts_with("http")
        || excuse.iter().any(|word| next.contains(word))
        || MOBILE_ENDS.iter().any(|end| format!(" {next}").ends_with(end) && next.split_whitespace().count() <= 4)
        || (line.chars().count() >= 60 && next.starts_with(char::is_lowercase) && next.chars().count() <= 30)
}

/// Characters of which people and clients draw the line above a signature.
const DRAWN: &str = "-_=*~#—–─+·•ᐧ";

/// Whether the line delimits a signature, given what stands below it up to the next quote, without blank lines.
///
/// `-- ` is the delimiter of Usenet (RFC 3676, section 4.3); a drawn line is one where a signature follows.
pub(super) fn is_delimiter<'a>(line: &str, block: impl Fn() -> Vec<&'a str>) -> bool {
    let bare = line.trim_end_matches(['\r', '\n']);
    if bare == "-- " {
        return block().len() <= 60;
    }
    let drawn = bare.trim();
    if drawn.is_empty() || !drawn.chars().all(|c| DRAWN.contains(c) || c == ' ') || drawn.len() > 120 {
        return false;
    }
    let block = block();
    match drawn {
        // Trackers of Gmail leave one behind.
        "ᐧ" => block.is_empty(),
        "--" | "-- --" | "—" | "---" => !block.is_empty() && block.len() <= 15 && !is_prose(&block),
        _ if drawn.chars().count() >= 2 => !block.is_empty() && block.len() <= 12 && is_contact(&block),
        _ => false,
    }
}

/// Sentences rather than a name and an address.
fn is_prose(block: &[&str]) -> bool {
    let sentences = block.iter().filter(|line| {
        let words = line.split_whitespace().count();
        words >= 7 && line.ends_with(['.', '?', '!', ',', ':']) || line.ends_with('?')
    });
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
        });
    named
        || (long * 3 <= block.len()
            && block.iter().any(|line| has_contact(line))
            && !block.iter().any(|line| line.ends_with('?')))
}

/// A telephone number, an address or a company's form in a line.
fn has_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    let phone =
        digits >= 6 && lower.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric() || lower.split_whitespace().count() <= 4);
    let words = [
        "www.", "http://", "https://", "gmbh", " ag", " inc", " ltd", " llc", "s.a.", "s.r.l", "b.v.", "tel", "fax", "mobil",
        "phone",
    ];
    (lower.contains('@') && !lower.starts_with('@') && lower.contains('.'))
        || phone
        || words.iter().any(|word| lower.contains(word))
}

/// Whether a paragraph is the notice of a company: its first words and two words of its trade say so.
pub(super) fn is_disclaimer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let first = first.trim().trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if !NOTICES.iter().any(|start| first.starts_with(start)) {
        return false;
    }
    let text: Vec<String> =
        lines.iter().take(30).take_while(|line| !line.trim().is_empty()).map(|line| line.to_lowercase()).collect();
    let text = text.join(" ");
    !text.contains('?')
        && NOTICE_WORDS.iter().filter(|word| text.contains(**word)).take(2).count() == 2
        && text.chars().count() >= 60
}

/// Whether `lines` start the footer that a mailing list adds: a drawn line, then words about the list.
pub(super) fn is_list_footer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let drawn = first.trim();
    if drawn.len() < 15 || !drawn.chars().all(|c| c == '_' || c == '-') {
        return false;
    }
    lines.iter().skip(1).take(3).any(|line| {
        let lower = line.to_lowercase();
        lower.contains("mailing list")
            || lower.contains("mailman/listinfo")
            || lower.contains("to unsubscribe")
            || lower.contains("mailinglist")
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
        ];
        for line in yes {
            assert!(is_mobile_line(line), "{line}");
        }
        for line in [
            "Sent from my heart",
            "The mail was sent from my iPhone yesterday, did you get it?",
            "Von meinem Konto wurde zweimal abgebucht, bitte prüfen Sie das.",
            "I use an iPhone",
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
