//! What people wrote, taken apart for a page: paragraphs, quoted passages, links. Nothing here is HTML; the template
//! escapes every piece.

use crate::desk::ticket::TicketNumber;
use crate::web::rendering;

/// A stretch of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Whether the lines only repeat what others wrote.
    pub quoted: bool,
    /// What stands in it.
    pub pieces: Vec<Piece>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// An address of the web.
    Link(String),
    /// The number of a ticket that the reader may open.
    Ticket(String, String),
}

/// At most so many ticket numbers of one page are looked up.
const NUMBERS: usize = 50;

/// The ticket numbers that a text seems to name, each once.
pub fn numbers<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<TicketNumber> {
    let mut found: Vec<TicketNumber> = Vec::new();
    for word in texts.flat_map(words) {
        match number(word) {
            Some((_, number, _)) if found.len() < NUMBERS && !found.contains(&number) => found.push(number),
            _ => {}
        }
    }
    found
}

/// The blocks of a text, with links to those tickets that the reader may open. What somebody `typed` on a page repeats
/// nothing: a line of theirs that begins with `>` is theirs.
pub fn blocks(text: &str, typed: bool, openable: &[TicketNumber]) -> Vec<Block> {
    let mut blocks: Vec<(bool, String)> = Vec::new();
    for line in text.trim_end().lines() {
        let quoted = !typed && line.trim_start().starts_with('>');
        match blocks.last_mut() {
            Some((of, lines)) if *of == quoted || (*of && line.trim().is_empty()) => {
                lines.push('\n');
                lines.push_str(line);
            }
            _ => blocks.push((quoted, line.to_owned())),
        }
    }
    let blocks = blocks.into_iter().map(|(quoted, lines)| Block { quoted, pieces: pieces(lines.trim_matches('\n'), openable) });
    blocks.filter(|block| !block.pieces.is_empty()).collect()
}

fn pieces(text: &str, openable: &[TicketNumber]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut push = |plain: &mut String, piece: Piece| {
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(plain)));
        }
        if piece != Piece::Text(String::new()) {
            pieces.push(piece);
        }
    };
    for word in words(text) {
        if let Some((before, address, after)) = rendering::address(word) {
            plain.push_str(before);
            push(&mut plain, Piece::Link(address.to_owned()));
            plain.push_str(after);
        } else if let Some((before, number, after)) = number(word).filter(|(_, number, _)| openable.contains(number)) {
            plain.push_str(before);
            push(&mut plain, Piece::Ticket(format!("/{}/{}", number.project, number.number), number.to_string()));
            plain.push_str(after);
        } else {
            plain.push_str(word);
        }
    }
    push(&mut plain, Piece::Text(String::new()));
    pieces
}

/// The text cut at white space; the white space is kept as words of its own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(char::is_whitespace).flat_map(|word| {
        let end = word.trim_end_matches(char::is_whitespace).len();
        let (word, space) = word.split_at_checked(end).unwrap_or((word, ""));
        [word, space]
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

    fn shown(text: &str, typed: bool) -> String {
        let openable: Vec<TicketNumber> = vec!["ACME-2".parse().unwrap()];
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Link(address) => format!("[{address}]"),
            Piece::Ticket(path, number) => format!("[{path} {number}]"),
        };
        let block = |block: &Block| {
            let text: String = block.pieces.iter().map(piece).collect();
            if block.quoted { format!("{{{text}}}") } else { text }
        };
        blocks(text, typed, &openable).iter().map(block).collect()
    }

    #[test]
    fn links_tickets_and_quotes() {
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
            ("yes\n> old\n>\n> older\n\nno", "yes{> old\n>\n> older}no"),
            ("  two\n\n\nlines ", "  two\n\n\nlines"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text, false), expected, "{text}");
        }
        assert_eq!(shown("yes\n> mine\n\n>> both", true), "yes\n> mine\n\n>> both", "typed on a page");
        assert_eq!(numbers(["ACME-2 BETA-1, ACME-2", "none"].into_iter()).len(), 2);
    }
}
