//! What a server says (RFC 3501 section 7), read without trust: cut into single answers, bounded, and said again in the
//! few forms that we asked for.
//!
//! imap-proto 0.17 reads nested lists by recursion (500 `(` end the stack), panics at `INTERNALDATE NIL` and at
//! several other answers, and async-imap 0.12 keeps up to 512 MiB of one answer. So neither sees a byte that did not come
//! through [`Scanner::feed`]: of a FETCH it lets UID, FLAGS, INTERNALDATE, RFC822.SIZE and the mail itself pass, each
//! written anew; what we never ask for (ENVELOPE, BODYSTRUCTURE, unknown answers) is skipped by counting, not by
//! recursion. It keeps one line, and of a literal nothing: whose size is over the limit is refused before its first byte.

use std::fmt::Write as _;

/// How much a server may say. The defaults are for everything but [`Bounds::literal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a mail.
    pub literal: usize,
    /// Bytes of one answer beside literals (default 64 KiB). The list of a SEARCH may be longer: it is handed on in pieces.
    pub answer: usize,
    /// Answers to one command (default 200,000): somebody may have removed as many mails.
    pub answers: usize,
    /// Mails of a folder (default one million).
    pub mails: usize,
}

impl Bounds {
    /// The defaults, with mails of at most `literal` bytes.
    #[must_use]
    pub const fn new(literal: usize) -> Self {
        Self { literal, answer: 64 << 10, answers: 200_000, mails: 1_000_000 }
    }
}

/// Names of folders that are listed at most.
const FOLDERS: usize = 1_000;
/// Numbers in one piece of a SEARCH: async-imap reads an answer again from its start with every 4 KiB.
const PIECE: usize = 300;
/// Bytes of such a list that are kept before they are handed on.
const CUT: usize = 4 << 10;
/// Characters of a server's own words that are repeated.
const WORDS: usize = 200;

/// Why nothing more is read from a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A mail is larger than may be.
    #[error("a mail of {size} bytes is larger than `mail_bytes` allows, whatever size the server had named")]
    Oversize {
        /// Which one, where the answer had said so by then.
        uid: Option<u32>,
        /// Bytes that were announced.
        size: u64,
    },
    /// One answer does not end.
    #[error("one answer of the server is longer than {0} bytes")]
    Long(usize),
    /// There are too many.
    #[error("the server sent more than {0} answers to one command")]
    Flood(usize),
    /// There are too many mails.
    #[error("the folder has more than {0} mails; move old ones to another folder")]
    Crowded(usize),
    /// The bytes of a mail that nobody asked for.
    #[error("the server sends a mail that was not asked for")]
    Unasked,
    /// It is not IMAP.
    #[error("the server's answer cannot be read ({0})")]
    Unreadable(&'static str),
    /// It is TLS.
    #[error("it speaks TLS from the start; try `tls = \"implicit\"`")]
    Tls,
    /// The server says goodbye.
    #[error("the server ended the connection{}", quoted(.0))]
    Bye(String),
}

fn quoted(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok,
    /// It was refused.
    No,
    /// It was not understood.
    Bad,
}

/// The end of a command, with the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How.
    pub status: Status,
    /// Its words for people, on one short line, without codes.
    pub words: String,
}

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

/// A FETCH answer on its way.
#[derive(Debug, Default)]
struct Fetch {
    number: u32,
    /// Open parentheses.
    depth: usize,
    closed: bool,
    name: Option<Vec<u8>>,
    uid: Option<u32>,
    flags: Vec<u8>,
    /// What is to be handed on next.
    text: String,
    /// Whether its beginning has been handed on.
    begun: bool,
    body: bool,
}

/// A LIST answer on its way.
#[derive(Debug, Default)]
struct List {
    name: Vec<u8>,
    selectable: bool,
}

enum Token<'a> {
    Open,
    Close,
    HeldAction(&'a [u8]),
    Quoted(Vec<u8>),
    Literal(u64),
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
                    (Some(number), true) => self.fetch(Fetch { number, ..Fetch::default() }, rest, output),
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
                Token::HeldAction(flag) if depth > 0 => {
                    let unusable = [b"\\Noselect".as_slice(), b"\\NonExistent"];
                    list.selectable &= !unusable.iter().any(|word| flag.eq_ignore_ascii_case(word));
                }
                _ if depth > 0 => {}
                _ if !delimiter => delimiter = true,
                Token::HeldAction(name) => {
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

    /// A line of a FETCH answer; it ends with the answer or with a literal.
    fn fetch(&mut self, mut fetch: Fetch, line: &[u8], output: &mut Vec<u8>) -> Result<(), Breach> {
        let mut rest = line;
        while let Some(token) = token(&mut rest, fetch.depth == 1 && fetch.name.is_none())? {
            if let Token::Literal(size) = token {
                let name = fetch.name.as_deref().unwrap_or_default();
                let to = if fetch.depth == 1 && is_mail(name) { To::Reader } else { To::Nobody };
                if to == To::Reader && !fetch.body {
                    self.mail(&mut fetch, size)?;
                    output.extend_from_slice(fetch.hand_on().as_bytes());
                    self.literal = literal(size, To::Reader);
                } else if size <= self.bounds.answer as u64 {
                    self.spent += usize::try_from(size).unwrap_or(usize::MAX);
                    self.literal = literal(size, To::Nobody);
                } else {
                    return Err(Breach::Long(self.bounds.answer));
                }
                if fetch.depth == 1 {
                    fetch.name = None;
                }
                self.open = Some(Open::Fetch(fetch));
                return Ok(());
            }
            self.part(&mut fetch, token)?;
        }
        if !fetch.closed {
            return Err(Breach::Unreadable("it breaks off"));
        }
        if fetch.begun || !fetch.text.is_empty() {
            let mut text = fetch.hand_on();
            text.push_str(")\r\n");
            output.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }

    fn part(&mut self, fetch: &mut Fetch, token: Token<'_>) -> Result<(), Breach> {
        let odd = Breach::Unreadable("about a mail");
        if fetch.closed {
            return Err(odd);
        }
        match (token, fetch.depth) {
            (Token::Open, 0) => fetch.depth = 1,
            (_, 0) => return Err(odd),
            (Token::Open, 1) if fetch.name.is_none() => return Err(odd),
            (Token::Open, _) => fetch.depth += 1,
            (Token::Close, 1) => {
                if fetch.name.is_some() {
                    return Err(odd);
                }
                fetch.closed = true;
            }
            (Token::Close, depth) => {
                fetch.depth = depth - 1;
                if fetch.depth == 1 {
                    let flags = std::mem::take(&mut fetch.flags);
                    if fetch.name.take().is_some_and(|name| name.eq_ignore_ascii_case(b"FLAGS")) {
                        fetch.says(&format!("FLAGS ({})", String::from_utf8_lossy(&flags)));
                    }
                }
            }
            (Token::HeldAction(name), 1) if fetch.name.is_none() => fetch.name = Some(name.to_vec()),
            (Token::Quoted(_) | Token::Literal(_), 1) if fetch.name.is_none() => return Err(odd),
            (Token::HeldAction(value), 1) => self.value(fetch, value, false)?,
            (Token::Quoted(value), 1) => self.value(fetch, &value, true)?,
            (Token::HeldAction(flag), 2) if is_flag(flag) => {
                if !fetch.flags.is_empty() {
                    fetch.flags.push(b' ');
                }
                fetch.flags.extend_from_slice(flag);
            }
            _ => {}
        }
        Ok(())
    }

    /// One named value. What does not look as it must is left out: it costs a mail its date, not the mailbox its mails.
    fn value(&mut self, fetch: &mut Fetch, value: &[u8], quoted: bool) -> Result<(), Breach> {
        let name = fetch.name.take().unwrap_or_default().to_ascii_uppercase();
        match name.as_slice() {
            b"UID" => {
                let uid = number(value).filter(|uid| *uid > 0);
                if fetch.uid.is_some() && uid != fetch.uid {
                    return Err(Breach::Unreadable("one mail has two UIDs"));
                }
                if let (None, Some(uid)) = (fetch.uid, uid) {
                    fetch.uid = Some(uid);
                    fetch.says(&format!("UID {uid}"));
                }
            }
            b"RFC822.SIZE" => {
                let digits = !value.is_empty() && value.len() < 30 && value.iter().all(u8::is_ascii_digit);
                if digits {
                    fetch.says(&format!("RFC822.SIZE {}", number(value).unwrap_or(u32::MAX)));
                }
            }
            b"INTERNALDATE" if quoted && is_date(value) => {
                fetch.says(&format!("INTERNALDATE \"{}\"", String::from_utf8_lossy(value)));
            }
            name if quoted && is_mail(name) && !fetch.body => {
                self.mail(fetch, value.len() as u64)?;
                // Only ASCII can stand between quotes (RFC 3501 section 4.3).
                fetch.text.push_str(&String::from_utf8_lossy(value));
                if !value.is_ascii() {
                    return Err(Breach::Unreadable("about a mail"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The bytes of a mail are announced.
    fn mail(&self, fetch: &mut Fetch, size: u64) -> Result<(), Breach> {
        if size > self.bounds.literal as u64 {
            return Err(Breach::Oversize { uid: fetch.uid, size });
        }
        if !self.wants_bodies {
            return Err(Breach::Unasked);
        }
        fetch.body = true;
        fetch.says(&format!("BODY[] {{{size}}}\r\n"));
        Ok(())
    }
}

impl Fetch {
    fn says(&mut self, text: &str) {
        if self.begun || !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    fn hand_on(&mut self) -> String {
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            let _ = write!(text, "* {} FETCH (", self.number);
        }
        text.push_str(&std::mem::take(&mut self.text));
        text
    }
}

/// Whether an item of a FETCH is the mail itself, from its first byte.
fn is_mail(name: &[u8]) -> bool {
    [b"BODY[]".as_slice(), b"BODY[]<0>", b"RFC822"].iter().any(|mail| name.eq_ignore_ascii_case(mail))
}

fn is_flag(word: &[u8]) -> bool {
    let name = word.strip_prefix(b"\\").unwrap_or(word);
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"$_-.+!#&'/:<=>?@^`|~,;[".contains(byte))
}

/// `" 2-Nov-2026 04:00:00 +0100"`, `date-time` of RFC 3501 section 9, without its quotes.
fn is_date(text: &[u8]) -> bool {
    let form = b"dD-AAA-DDDD DD:DD:DD sDDDD";
    text.len() == form.len()
        && text.iter().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit() || *byte == b' ',
            b'D' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_alphabetic(),
            b's' => matches!(byte, b'+' | b'-'),
            same => byte == same,
        })
}

const fn literal(size: u64, to: To) -> Option<Literal> {
    // An empty literal is over at once.
    if size == 0 { None } else { Some(Literal { left: size as usize, to }) }
}

/// The next token of a line. `item` says that the name of an item is due: `BODY[HEADER.FIELDS (TO)]<0>` is one.
fn token<'a>(rest: &mut &'a [u8], item: bool) -> Result<Option<Token<'a>>, Breach> {
    while let [b' ', after @ ..] = rest {
        *rest = after;
    }
    let whole = *rest;
    match whole {
        [] => Ok(None),
        [b'(', after @ ..] => {
            *rest = after;
            Ok(Some(Token::Open))
        }
        [b')', after @ ..] => {
            *rest = after;
            Ok(Some(Token::Close))
        }
        [b'"', after @ ..] => {
            let mut text = Vec::new();
            let mut bytes = after;
            loop {
                match bytes {
                    [b'"', after @ ..] => {
                        *rest = after;
                        return Ok(Some(Token::Quoted(text)));
                    }
                    [b'\\', byte, after @ ..] | [byte, after @ ..] => {
                        text.push(*byte);
                        bytes = after;
                    }
                    [] => return Err(Breach::Unreadable("a quote does not end")),
                }
            }
        }
        _ => {
            let mut brackets = false;
            let end = whole.iter().position(|byte| {
                match byte {
                    b'[' => brackets = true,
                    b']' => brackets = false,
                    _ => {}
                }
                matches!(byte, b' ' | b'(' | b')' | b'"') && !(item && brackets)
            });
            let (word, after) = whole.split_at(end.unwrap_or(whole.len()));
            *rest = after;
            Ok(Some(match announced(word) {
                Some(size) if after.is_empty() && !item => Token::Literal(size),
                _ => Token::HeldAction(word),
            }))
        }
    }
}

/// The size in `{123}`, `{123+}` or `~{123}`.
fn announced(word: &[u8]) -> Option<u64> {
    let word = word.strip_prefix(b"~").unwrap_or(word);
    let digits = word.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    let sound = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // What is too large for a number is larger than everything.
    sound.then(|| std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX))
}

fn starts(line: &[u8], word: &[u8]) -> bool {
    let head = line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    head && line.get(word.len()).is_none_or(|byte| matches!(byte, b' ' | b'\r'))
}

/// The first word and the rest.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|byte| *byte == b' ') {
        Some(at) => (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default()),
        None => (line, &[]),
    }
}

fn number(text: &[u8]) -> Option<u32> {
    let sound = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if sound { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

/// The value of `[NAME value]` at the start of a text.
fn code<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let inside = text.strip_prefix(b"[")?.split(|byte| *byte == b']').next()?;
    let (found, value) = word(inside);
    found.eq_ignore_ascii_case(name).then_some(value)
}

/// A server's words for people: one short line, without its code in brackets.
fn words(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let text = match text.split_once(']') {
        Some((code, text)) if code.starts_with('[') && !text.trim().is_empty() => text,
        _ => &text,
    };
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS).collect()
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
