//! What a server says (RFC 3501 section 7), read without trust: cut into single answers, bounded, and said again in the
//! few forms that we asked for.
//!
//! imap-proto 0.17 reads nested lists by recursion (500 `(` end the stack), panics at `INTERNALDATE NIL` and at
//! several other answers, and async-imap 0.12 keeps up to 512 MiB of one answer. So neither sees a byte that did not come
//! through [`Scanner::feed`]: of a FETCH it lets UID, FLAGS, INTERNALDATE, RFC822.SIZE and the mail itself pass, each
//! written anew; what we never ask for (ENVELOPE, BODYSTRUCTURE, unknown answers) is skipped by counting, not by
//! recursion. It keeps one line, and of a literal nothing: whose size is over the limit is refused before its first byte.

mod bounds;
mod fetch;
mod token;

pub use bounds::{Bounds, Breach, Done, Status};
use fetch::{After, Asked, Fetch};
use token::{Token, code, number, starts, token, word, words};

/// Names of folders that are listed at most.
const FOLDERS: usize = 1_000;
/// Numbers in one piece of a SEARCH: async-imap reads an answer again from its start with every 4 KiB.
const PIECE: usize = 300;
/// Bytes of such a list that are kept before they are handed on.
const CUT: usize = 4 << 10;

/// Reads what a server says.
#[derive(Debug)]
pub struct Scanner {
    bounds: Bounds,
    /// The line that has not ended.
    line: Vec<u8>,
    /// Bytes of this answer so far, without literals.
    spent: usize,
    /// The answer that goes on after a literal.
    open: Option<Open>,
    literal: Option<Literal>,
    greeted: bool,
    /// The command under way.
    tag: Vec<u8>,
    wants_bodies: bool,
    leaving: bool,
    done: Option<Done>,
    answers: usize,
    mails: usize,
    folders: usize,
}

/// An answer that consists of several lines.
#[derive(Debug)]
enum Open {
    Fetch(Fetch),
    List(List),
}

/// Bytes that are announced.
#[derive(Debug)]
struct Literal {
    left: usize,
    to: To,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// On to the reader: it is a mail.
    Reader,
    /// Nowhere.
    Nobody,
    /// A folder's name.
    Name,
}

/// A LIST answer on its way.
#[derive(Debug, Default)]
struct List {
    name: Vec<u8>,
    selectable: bool,
}

impl Scanner {
    /// Before the greeting.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            line: Vec::new(),
            spent: 0,
            open: None,
            literal: None,
            greeted: false,
            tag: Vec::new(),
            wants_bodies: false,
            leaving: false,
            done: None,
            answers: 0,
            mails: 0,
            folders: 0,
        }
    }

    /// The same after STARTTLS, when no second greeting comes (RFC 3501 section 6.2.1).
    #[must_use]
    pub const fn greeted(mut self) -> Self {
        self.greeted = true;
        self
    }

    /// What is about to be said to the server. A line that begins with a tag begins a command.
    pub fn command(&mut self, line: &[u8]) {
        let tag = line.split(|byte| *byte == b' ').next().unwrap_or_default();
        let is_tag = tag.len() > 4 && tag.first().is_some_and(u8::is_ascii_uppercase);
        if !is_tag || !tag.iter().skip(1).all(u8::is_ascii_digit) {
            return;
        }
        self.tag = tag.to_vec();
        self.done = None;
        (self.answers, self.mails, self.folders) = (0, 0, 0);
        let line = String::from_utf8_lossy(line.get(..line.len().min(64 << 10)).unwrap_or_default()).to_ascii_uppercase();
        self.wants_bodies = line.contains(" FETCH ") && line.contains("BODY");
        self.leaving = line.contains(" LOGOUT");
    }

    /// How the last command ended; `None` while it has not.
    #[must_use]
    pub const fn done(&self) -> Option<&Done> {
        self.done.as_ref()
    }

    /// Reads from `input` until there is something to hand on, which it adds to `output`; how many bytes it read.
    ///
    /// # Errors
    /// When the connection is to be given up.
    pub fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<usize, Breach> {
        let mut rest = input;
        while output.is_empty() && !rest.is_empty() {
            if let Some(literal) = &mut self.literal {
                let (now, later) = rest.split_at(literal.left.min(rest.len()));
                match (literal.to, &mut self.open) {
                    (To::Reader, _) => output.extend_from_slice(now),
                    (To::Name, Some(Open::List(list))) => list.name.extend_from_slice(now),
                    _ => {}
                }
                literal.left -= now.len();
                if literal.left == 0 {
                    self.literal = None;
                }
                rest = later;
                continue;
            }
            let ended = match rest.iter().position(|byte| *byte == b'\n') {
                Some(at) => {
                    self.line.extend_from_slice(rest.get(..at).unwrap_or_default());
                    rest = rest.get(at + 1..).unwrap_or_default();
                    true
                }
                None => {
                    self.line.extend_from_slice(rest);
                    rest = &[];
                    false
                }
            };
            if !self.greeted && matches!(self.line.as_slice(), [0x15 | 0x16, 3, ..]) {
                return Err(Breach::Tls);
            }
            if self.open.is_none() && starts(&self.line, b"* SEARCH") {
                self.search(ended, output)?;
                continue;
            }
            if self.spent + self.line.len() > self.bounds.answer {
                return Err(Breach::Long(self.bounds.answer));
            }
            if ended {
                let mut line = std::mem::take(&mut self.line);
                self.spent += line.len() + 1;
                while line.last() == Some(&b'\r') {
                    line.pop();
                }
                self.line(&line, output)?;
                if self.open.is_none() {
                    self.spent = 0;
                }
            }
        }
        Ok(input.len() - rest.len())
    }

    fn count(&mut self) -> Result<(), Breach> {
        self.answers += 1;
        if self.answers > self.bounds.answers { Err(Breach::Flood(self.bounds.answers)) } else { Ok(()) }
    }

    fn line(&mut self, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        match self.open.take() {
            Some(Open::Fetch(fetch)) => return self.fetch(fetch, line, output),
            Some(Open::List(list)) => return self.list_ends(&list, output),
            None => {}
        }
        self.count()?;
        match line {
            [] => Ok(()),
            [b'+', ..] => {
                output.extend_from_slice(b"+ go on\r\n");
                Ok(())
            }
            [b'*', b' ', rest @ ..] => self.untagged(rest, output),
            _ => self.tagged(line, output),
        }
    }

    fn tagged(&mut self, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        if !self.greeted {
            return Err(Breach::Unreadable("it does not greet as IMAP does"));
        }
        let (tag, rest) = word(line);
        if self.tag.is_empty() || tag != self.tag.as_slice() {
            return Err(Breach::Unreadable("it answers what was not asked"));
        }
        let (status, text) = word(rest);
        let (status, name) = match status.to_ascii_uppercase().as_slice() {
            b"OK" => (Status::Ok, "OK"),
            b"NO" => (Status::No, "NO"),
            b"BAD" => (Status::Bad, "BAD"),
            _ => return Err(Breach::Unreadable("it neither does nor refuses")),
        };
        output.extend_from_slice(tag);
        output.extend_from_slice(format!(" {name} done\r\n").as_bytes());
        self.tag.clear();
        self.wants_bodies = false;
        self.done = Some(Done { status, words: words(text) });
        Ok(())
    }

    fn untagged(&mut self, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        let (first, rest) = word(line);
        let first = first.to_ascii_uppercase();
        match first.as_slice() {
            b"BYE" if self.leaving => Ok(()),
            b"BYE" => Err(Breach::Bye(words(rest))),
            b"OK" | b"PREAUTH" if !self.greeted => {
                self.greeted = true;
                output.extend_from_slice(b"* OK hello\r\n");
                Ok(())
            }
            _ if !self.greeted => Err(Breach::Unreadable("it does not greet as IMAP does")),
            b"OK" => {
                if let Some(number) = code(rest, b"UIDVALIDITY").and_then(number) {
                    output.extend_from_slice(format!("* OK [UIDVALIDITY {number}] this\r\n").as_bytes());
                }
                Ok(())
            }
            b"LIST" => self.list(rest, output),
            _ => {
                let (kind, rest) = word(rest);
                match (number(&first), kind.eq_ignore_ascii_case(b"FETCH")) {
                    (Some(number), true) => self.fetch(Fetch::of(number), rest, output),
                    // How many mails there are, flags, capabilities, warnings: nobody asks for them.
                    _ => Ok(()),
                }
            }
        }
    }

    /// Hands on what there is of a list of numbers.
    fn search(&mut self, ended: bool, output: &mut Vec<u8>) -> Result<(), Breach> {
        if !ended && self.line.len() < CUT {
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        let list = line.get(b"* SEARCH".len()..).unwrap_or_default();
        // The last number may go on.
        let whole = if ended { list.len() } else { list.iter().rposition(|byte| *byte == b' ').unwrap_or(0) };
        let (now, later) = list.split_at(whole);
        if later.len() > 64 {
            return Err(Breach::Unreadable("a list of mails has something that is no number"));
        }
        if ended {
            self.count()?;
        } else {
            self.line = [b"* SEARCH".as_slice(), later].concat();
        }
        let mut numbers = Vec::new();
        // A condition such as `(MODSEQ 917162500)` may end the list (RFC 7162 section 3.1.5).
        let now = now.split(|byte| *byte == b'(').next().unwrap_or_default();
        for text in now.split(|byte| matches!(byte, b' ' | b'\r')).filter(|text| !text.is_empty()) {
            let found = number(text).ok_or(Breach::Unreadable("a list of mails has something that is no number"))?;
            numbers.push(found.to_string());
        }
        self.mails += numbers.len();
        if self.mails > self.bounds.mails {
            return Err(Breach::Crowded(self.bounds.mails));
        }
        for piece in numbers.chunks(PIECE) {
            output.extend_from_slice(format!("* SEARCH {}\r\n", piece.join(" ")).as_bytes());
        }
        Ok(())
    }

    fn list(&mut self, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        self.folders += 1;
        if self.folders > FOLDERS {
            return Ok(());
        }
        let unreadable = Breach::Unreadable("a list of folders");
        let mut rest = line;
        let mut list = List { name: Vec::new(), selectable: true };
        let (mut depth, mut delimiter) = (0_usize, false);
        while let Some(token) = token(&mut rest, false)? {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth = depth.checked_sub(1).ok_or_else(|| unreadable.clone())?,
                Token::Word(flag) if depth > 0 => {
                    let unusable = [b"\\Noselect".as_slice(), b"\\NonExistent"];
                    list.selectable &= !unusable.iter().any(|word| flag.eq_ignore_ascii_case(word));
                }
                _ if depth > 0 => {}
                _ if !delimiter => delimiter = true,
                Token::Word(name) => {
                    list.name = name.to_vec();
                    break;
                }
                Token::Quoted(name) => {
                    list.name = name;
                    break;
                }
                Token::Literal(size) if size <= 1_000 => {
                    self.literal = literal(size, To::Name);
                    self.open = Some(Open::List(list));
                    return Ok(());
                }
                Token::Literal(_) => return Err(unreadable),
            }
        }
        self.list_ends(&list, output)
    }

    fn list_ends(&mut self, list: &List, output: &mut Vec<u8>) -> Result<(), Breach> {
        if list.selectable && !list.name.is_empty() {
            let name = String::from_utf8_lossy(&list.name);
            // As a literal: imap-proto leaves the backslashes in what stands between quotes.
            output.extend_from_slice(format!("* LIST () NIL {{{}}}\r\n{name}\r\n", name.len()).as_bytes());
        }
        Ok(())
    }

    /// A line of a FETCH answer.
    fn fetch(&mut self, mut fetch: Fetch, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        let asked = Asked { largest: self.bounds.literal, bodies: self.wants_bodies };
        self.literal = match fetch.line(line, asked, output)? {
            After::Nothing => return Ok(()),
            After::Mail(size) => literal(size, To::Reader),
            After::Literal(size) if size <= self.bounds.answer as u64 => {
                self.spent += usize::try_from(size).unwrap_or(usize::MAX);
                literal(size, To::Nobody)
            }
            After::Literal(_) => return Err(Breach::Long(self.bounds.answer)),
        };
        self.open = Some(Open::Fetch(fetch));
        Ok(())
    }
}

const fn literal(size: u64, to: To) -> Option<Literal> {
    // An empty literal is over at once.
    if size == 0 { None } else { Some(Literal { left: size as usize, to }) }
}

#[cfg(test)]
mod tests;
