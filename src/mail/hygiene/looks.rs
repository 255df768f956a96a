//! What the lines of a signature look like, each for itself: ways to reach somebody, a company, a street; and what looks
//! like something said.

use super::names;
use crate::body::sign_off;
use crate::phrases::{LOOK_COMPANY, LOOK_NETWORK, LOOK_REACHED, LOOK_ROLE, LOOK_STREET, LOOK_THANKS, LOOK_WAY};

/// Words of a line that shows a company or a place.
const MOST: usize = 10;

/// Whether a line is a way to reach somebody, or a row of them: nothing else stands in it but the word for each.
pub(super) fn is_way(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']);
    if line.chars().count() > 200 || is_picture(line) {
        return is_picture(line);
    }
    let barred = line.contains(['|', '•', '·']) || line.contains("  ");
    let pieces = || line.split(['|', '•', '·', ',', ';', '\t']).flat_map(|piece| piece.split("  ")).map(str::trim);
    let mut pieces = pieces().filter(|piece| !piece.is_empty()).peekable();
    let one = pieces.peek().is_some();
    if barred { pieces.any(is_one_way) && !is_said(line) } else { one && pieces.all(is_one_way) }
}

/// Whether a line of one word says what somebody is: `Support-Team`.
pub(super) fn is_role(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    lower.split(['-', ' ', '/', '&']).filter(|word| !word.is_empty()).any(|word| LOOK_ROLE.have(word))
}

/// Whether a line asks to follow somebody in a network: `Folgen Sie uns auf LinkedIn`, `LinkedIn | Xing`.
pub(super) fn is_social(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let words = lower.split_whitespace().count();
    words <= 8 && !lower.ends_with('?') && LOOK_NETWORK.stand_in(&lower)
}

/// Whether a line says that a way to reach somebody follows.
pub(super) fn announces(line: &str) -> bool {
    let lower = line.to_lowercase();
    LOOK_REACHED.stand_in(&lower)
}

/// Whether a line is a whole signature: one of these names, then what they are, and a way to reach them.
/// `Anna Berger, Example Desk, mobil 0171 1234567`
pub(super) fn names_with_a_way(line: &str, names: &[&str]) -> bool {
    let line = line.trim();
    let parted = |c: char| matches!(c, ',' | '|' | '•' | '·' | '/' | ';' | '–' | '—' | '\t');
    let mut pieces = line.split(parted).flat_map(|piece| piece.split(" - ")).map(str::trim).filter(|piece| !piece.is_empty());
    let named = pieces.next().is_some_and(|piece| names::is(piece, names));
    let rest: Vec<&str> = pieces.collect();
    let shows = |piece: &&str| is_one_way(piece) || is_place(piece) || sign_off::is_proper(piece);
    named && line.chars().count() <= 200 && rest.iter().any(|piece| is_one_way(piece)) && rest.iter().all(shows)
}

/// A picture of the signature, as programs show it in text.
fn is_picture(line: &str) -> bool {
    (line.starts_with("[cid:") || line.starts_with("[image")) && line.ends_with(']')
}

fn is_one_way(piece: &str) -> bool {
    let lower = piece.to_lowercase();
    let mut rest = lower.trim();
    let mut labelled = false;
    // `Phone:`, `Direct line`, `Tel./Fax`
    for _ in 0..2 {
        if is_address(rest) {
            return true;
        }
        let end = rest.find(|c: char| !(c.is_alphabetic() || c == '-')).unwrap_or(rest.len());
        let Some((word, tail)) = rest.split_at_checked(end) else { break };
        let known = LOOK_WAY.have(word.trim_matches('-'));
        let apart = tail.starts_with([':', '.', ' ', '/', '+', '(', '\u{a0}']) || tail.starts_with(|c: char| c.is_ascii_digit());
        if word.is_empty() || !apart || !(known || labelled && !tail.contains('@')) {
            break;
        }
        labelled = true;
        rest = tail.trim_start_matches([':', '.', ' ', '/', '\u{a0}']);
    }
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let number =
        rest.chars().all(|c| c.is_ascii_digit() || " \u{a0}.:+-–/()".contains(c)) && digits >= if labelled { 2 } else { 6 };
    let date = rest.matches('.').count() == 2 && digits <= 8 && !labelled;
    number && !date || is_address(rest)
}

/// An address of mail or a page, alone.
fn is_address(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['<', '(']).split(['>', ')']).next().unwrap_or_default();
    if text.contains(char::is_whitespace) || text.is_empty() {
        return false;
    }
    let mail = text.trim_start_matches("mailto:").split_once('@');
    let page = ["http://", "https://", "www."].iter().any(|start| text.starts_with(start));
    page || mail.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// Whether a line shows a company by its form, or a street or a town.
pub(super) fn is_place(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']);
    let words: Vec<&str> = line.split([' ', ',', '|', '·', '•', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    if words.len() > MOST || is_said(line) {
        return false;
    }
    if words.len() >= 2 && words.iter().any(|word| LOOK_COMPANY.have(word)) && !line.starts_with(char::is_lowercase) {
        return true;
    }
    let numbered = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().count() <= 6;
    let street = |word: &&str| LOOK_STREET.end(&word.to_lowercase());
    let town = words.windows(2).any(|pair| match pair {
        [code, name] => {
            let code = code.trim_start_matches("D-").trim_start_matches("A-").trim_start_matches("CH-");
            (4..=5).contains(&code.len())
                && code.chars().all(|c| c.is_ascii_digit())
                && name.starts_with(char::is_uppercase)
                && name.chars().count() >= 3
        }
        _ => false,
    });
    let proper = words.iter().all(|word| !word.starts_with(char::is_lowercase) || word.chars().count() <= 3 || street(word));
    proper && (town || words.iter().any(numbered) && words.iter().any(street))
}

/// Whether a line says something, rather than showing a name, a title or a number.
pub(super) fn is_said(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_whitespace().count();
    let barred = line.contains(['|', '•', '·']);
    line.ends_with(['?', '!', ':', ';', '。', '！', '？', '：'])
        || !barred && words > 9
        || words > 3 && line.ends_with(['.', ',']) && !LOOK_COMPANY.end(line)
        || words > 25
}

/// A greeting at the end of a mail that says nothing besides: thanks are said.
pub(super) fn is_greeting(line: &str) -> bool {
    let lower = line.to_lowercase();
    sign_off::is_closing(line.trim()) && !LOOK_THANKS.stand_in(&lower)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    pub(crate) fn ways_to_reach_somebody_in_many_languages() {
        for line in [
            "Ruf +49 30 5550 146",
            "Rufnummer: 030 123456",
            "Telefonnummer 030 123456",
            "GSM +32 470 12 34 56",
            "WhatsApp: +49 171 1234567",
            "Tél. : +33 1 23 45 67 89",
            "Téléphone 01 23 45 67 89",
            "Portable : 06 12 34 56 78",
            "Teléfono: 91 123 45 67",
            "Tfno.: 91 123 45 67",
            "Tlf. 22 12 34 56",
            "Móvil 600 123 456",
            "Movil: 600 123 456",
            "Celular: +52 55 1234 5678",
            "Telefone: 21 123 4567",
            "Telemóvel 912 345 678",
            "Telefono 02 1234567",
            "Cellulare: 333 1234567",
            "Cell. 333 1234567",
            "Telefoon: 020 123 4567",
            "Mobiel 06 12345678",
            "Mob.: +420 777 123 456",
            "Telefon +420 222 123 456",
            "Kom. 601 234 567",
            "Komórka: 601 234 567",
            "Telefón: 02 1234 5678",
            "Puh. 09 1234567",
            "Puhelin: 09 1234567",
            "Tfn: 08-123 456 78",
            "Mobilnummer 070-123 45 67",
            "Tlfn. 33 12 34 56",
            "Телефон: 8 (495) 123-45-67",
            "тел. 8 (495) 123-45-67",
            "Моб. 8 916 123-45-67",
            "Мобильный: 8 916 123-45-67",
            "Τηλ.: 210 123 4567",
            "Τηλέφωνο 210 123 4567",
            "Κιν. 694 123 4567",
            "電話: 03-1234-5678",
            "携帯: 090-1234-5678",
            "电话: 010 1234 5678",
            "手机: 138 0013 8000",
        ] {
            assert!(is_way(line), "{line}");
        }
    }

    #[test]
    fn ways_to_reach_somebody() {
        for line in [
            "Phone +49 30 5550 117",
            "Durchwahl 4711",
            "Direct line: +44 20 7946 0000",
            "+49 (0)30 / 5550-117",
            "T: 030 123456 | F: 030 123457",
            "Tel. 030 123456, Fax 030 123457",
            "E-Mail: anna@staff.example",
            "anna@staff.example | www.staff.example",
            "<https://staff.example>",
            "www.staff.example",
            "Web: www.staff.example",
            "Mobil 0171 1234567 • Mo–Fr 9–17 Uhr",
            "[cid:image001.png@01DA.5B0]",
        ] {
            assert!(is_way(line), "{line}");
        }
        for line in [
            "Please call 030 1234567.",
            "Rufen Sie 030 1234567 an",
            "Phone the customer",
            "20.11.2026",
            "1. Switch it off",
            "4711",
            "Fax kaputt",
            "See https://x.example for more",
            "",
        ] {
            assert!(!is_way(line), "{line}");
        }
    }

    #[test]
    fn a_signature_on_one_line() {
        let names = ["Anna Berger", "Anna"];
        for line in [
            "Anna Berger, Example Desk, mobil 0171 1234567",
            "Anna Berger | Example Desk Ltd | +49 30 5550 117",
            "Anna Berger - Tel. 030 1234567",
            "Anna Berger / Technik / anna@staff.example",
        ] {
            assert!(names_with_a_way(line, &names), "{line}");
        }
        for line in [
            "Anna Berger, please call her, 0171 1234567",
            "Anna Berger comes, 0171 1234567",
            "Ben Okafor, Example Desk, mobil 0171 1234567",
            "Anna Berger, Example Desk",
        ] {
            assert!(!names_with_a_way(line, &names), "{line}");
        }
        assert!(announces("Sie erreichen mich so:") && !announces("Meine Antworten stehen unten:"));
    }

    #[test]
    fn companies_and_streets() {
        for line in [
            "Example Desk Ltd",
            "Example Desk Ltd, second line support",
            "Hauptstr. 1",
            "10115 Berlin",
            "D-10115 Berlin",
            "12 High Street",
            "Hauptstraße 1a, 10115 Berlin",
        ] {
            assert!(is_place(line), "{line}");
        }
        for line in ["Please switch it off", "Yes, until May 2027.", "Ja", "It costs 10115 Euro today.", "Am Montag um 9", "AG"] {
            assert!(!is_place(line), "{line}");
        }
    }

    #[test]
    fn thanks_are_said_and_greetings_are_not() {
        for (line, expected) in
            [("Viele Grüße", true), ("Kind regards,", true), ("Vielen Dank!", false), ("Thanks", false), ("Ja.", false)]
        {
            assert_eq!(is_greeting(line), expected, "{line}");
        }
    }
}
