//! What people wrote, as a page shows it: its structure, pictures where they stood, links to addresses and to tickets.

use crate::desk::ticket::TicketNumber;
use crate::guest::ticket_page::{GuestFile, GuestItem};
use crate::web::rendering::{self, Piece, Place, Shown, Surroundings};

/// The HTML of what somebody wrote, with links to those tickets that the reader may open. `files` is where the ticket's files
/// are, `quoted` what stands over a passage that only repeats others.
pub fn html(item: &GuestItem, openable: &[TicketNumber], files: &str, quoted: &str) -> String {
    // What a program calls a picture that nobody described is all there is to say of it.
    let alt = |alt: &str, file: &GuestFile| if alt.is_empty() { file.name() } else { alt }.to_owned();
    item.written().document().html(&Surroundings {
        place: Place::Page,
        pieces: &|text| pieces(text, openable),
        picture: &|picture| {
            let file = item.files().iter().find(|file| file.is_shown_as(&picture.content_id))?;
            Some(Shown { address: format!("{files}/{}", file.id()), alt: alt(&picture.alt, file) })
        },
        folded: (!item.written().is_typed()).then_some(quoted),
    })
}

/// The files of an item that do not stand in its text.
pub fn files(item: &GuestItem) -> Vec<&GuestFile> {
    let document = item.written().document();
    let shown = document.pictures();
    item.files().iter().filter(|file| !shown.iter().any(|id| file.is_shown_as(id))).collect()
}

/// At most so many ticket numbers of one page are looked up.
const NUMBERS: usize = 50;

/// The ticket numbers that a text seems to name, each once.
pub fn numbers<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<TicketNumber> {
    let mut found: Vec<TicketNumber> = Vec::new();
    for word in texts.flat_map(str::split_whitespace) {
        match number(word) {
            Some((_, number, _)) if found.len() < NUMBERS && !found.contains(&number) => found.push(number),
            _ => {}
        }
    }
    found
}

/// What leads somewhere in a text.
pub fn pieces(text: &str, openable: &[TicketNumber]) -> Vec<Piece> {
    rendering::linked(text, &|word| {
        rendering::address_in(word).or_else(|| {
            let (before, number, after) = number(word).filter(|(_, number, _)| openable.contains(number))?;
            let address = format!("/{}/{}", number.project, number.number);
            Some((before, Piece::Link { address, text: number.to_string() }, after))
        })
    })
}

/// A ticket number in a word, without the punctuation around it.
fn number(word: &str) -> Option<(&str, TicketNumber, &str)> {
    let start = word.find(|c: char| c.is_ascii_uppercase())?;
    let (before, rest) = word.split_at_checked(start)?;
    let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '/' || c == '@';
    if before.chars().last().is_some_and(part) || after.chars().next().is_some_and(part) || name.len() > 30 {
        return None;
    }
    let name = name.trim_end_matches('-');
    let number: TicketNumber = name.parse().ok()?;
    (number.to_string() == name).then(|| (before, number, rest.strip_prefix(name).unwrap_or(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let openable: Vec<TicketNumber> = vec!["ACME-2".parse().unwrap()];
        let piece = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Link { address, text } if address == text => format!("[{address}]"),
            Piece::Link { address, text } => format!("[{address} {text}]"),
        };
        pieces(text, &openable).into_iter().map(piece).collect()
    }

    #[test]
    fn links_and_tickets() {
        let table = [
            ("See https://a.example/x?y=1&z, please.", "See [https://a.example/x?y=1&z], please."),
            ("(http://a.example/b_(c))", "([http://a.example/b_(c)])"),
            // Its own parentheses belong to an address, those around it do not.
            ("http://en.example/Foo_(bar)", "[http://en.example/Foo_(bar)]"),
            ("(see http://en.example/Foo_(bar))).", "(see [http://en.example/Foo_(bar)]))."),
            ("http://a.example/(b)), c", "[http://a.example/(b)]), c"),
            ("http://a.example/)(.", "[http://a.example/)(]."),
            ("http://a.example/*]}')!", "[http://a.example/]*]}')!"),
            ("http://)))", "http://)))"),
            ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
            ("javascript:https://a.example/%0aalert(1)", "javascript:https://a.example/%0aalert(1)"),
            ("https://\"onclick=x <https://a.example>", "https://\"onclick=x <[https://a.example]>"),
            ("as in ACME-2, ACME-3 and XACME-2.", "as in [/ACME/2 ACME-2], ACME-3 and XACME-2."),
            ("acme-2 ACME-02 ACME-2x x@ACME-2", "acme-2 ACME-02 ACME-2x x@ACME-2"),
            ("[ACME-2]", "[[/ACME/2 ACME-2]]"),
            ("  two\n\n\nlines ", "  two\n\n\nlines "),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(numbers(["ACME-2 BETA-1, ACME-2", "none"].into_iter()).len(), 2);
    }
}
