//! `multipart/form-data` (RFC 7578) piece by piece: whatever arrives goes in, parts and their bytes come out, and no more
//! is kept than a head or the beginning of a boundary. Linear in what arrives, whatever it is.

use std::collections::VecDeque;

/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY: usize = 70;
/// The largest head of a part.
const HEAD: usize = 8 << 10;
/// What may stand before the first part.
const PREAMBLE: usize = 1 << 10;

/// What a body consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins: a field, or a file with what it is called.
    Part {
        /// The field's name.
        name: String,
        /// The file's name, perhaps empty; `None` for a field that is no file.
        file: Option<String>,
    },
    /// Bytes of it.
    Bytes(Vec<u8>),
    /// It is whole.
    PartEnd,
    /// The form is whole; what follows does not count.
    End,
}

/// It is no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    /// Behind a boundary: a part follows, or nothing.
    Behind,
    Head,
    Inside,
    Done,
}

/// A form being read.
#[derive(Debug)]
pub struct Parser {
    /// CRLF, two hyphens and the boundary.
    mark: Vec<u8>,
    state: State,
    kept: Vec<u8>,
    /// Up to where `kept` was searched.
    searched: usize,
    events: VecDeque<Event>,
}

/// The boundary that a `Content-Type` names.
#[must_use]
pub fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    found.filter(|boundary| (1..=BOUNDARY).contains(&boundary.len()))
}

impl Parser {
    /// Before the first byte of a body with this boundary.
    #[must_use]
    pub fn new(boundary: &str) -> Self {
        let mark = [b"\r\n--", boundary.as_bytes()].concat();
        // The first boundary may stand at the very beginning, as if a line had ended before it.
        let kept = b"\r\n".to_vec();
        Self { mark, state: State::Preamble, kept, searched: 0, events: VecDeque::new() }
    }

    /// Takes what arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.state != State::Done {
            self.kept.extend_from_slice(bytes);
        }
    }

    /// What is clear of what arrived, in order; `None` when more has to arrive.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn event(&mut self) -> Result<Option<Event>, Malformed> {
        while self.events.is_empty() && self.step()? {}
        Ok(self.events.pop_front())
    }

    /// The body has ended.
    ///
    /// # Errors
    /// [`Malformed`] for a form that is not whole.
    pub fn finish(&self) -> Result<(), Malformed> {
        if self.state == State::Done { Ok(()) } else { Err(Malformed) }
    }

    /// Whether there may be more to see in what is kept.
    fn step(&mut self) -> Result<bool, Malformed> {
        match self.state {
            State::Preamble => {
                let mark = std::mem::take(&mut self.mark);
                let found = self.find(&mark);
                self.mark = mark;
                match found {
                    Some(at) if at <= PREAMBLE => {
                        self.take(at.saturating_add(self.mark.len()));
                        self.state = State::Behind;
                    }
                    None if self.kept.len() <= PREAMBLE => return Ok(false),
                    _ => return Err(Malformed),
                }
            }
            State::Behind => match self.kept.get(..2) {
                Some(b"\r\n") => {
                    self.take(2);
                    self.state = State::Head;
                }
                Some(b"--") => {
                    self.kept = Vec::new();
                    self.state = State::Done;
                    self.events.push_back(Event::End);
                    return Ok(false);
                }
                // Blanks may follow a boundary (RFC 2046 section 5.1.1).
                Some([b' ' | b'\t', _]) => drop(self.take(1)),
                Some(_) => return Err(Malformed),
                None => return Ok(false),
            },
            State::Head => match self.find(b"\r\n\r\n") {
                Some(at) if at <= HEAD => {
                    let head = self.take(at.saturating_add(4));
                    self.events.push_back(part(&head).ok_or(Malformed)?);
                    self.state = State::Inside;
                }
                None if self.kept.len() <= HEAD => return Ok(false),
                _ => return Err(Malformed),
            },
            State::Inside => {
                let mark = std::mem::take(&mut self.mark);
                let found = self.find(&mark);
                self.mark = mark;
                let sure = found.unwrap_or(self.searched);
                if sure > 0 {
                    let bytes = self.take(sure);
                    self.events.push_back(Event::Bytes(bytes));
                }
                if found.is_none() {
                    return Ok(false);
                }
                self.take(self.mark.len());
                self.events.push_back(Event::PartEnd);
                self.state = State::Behind;
            }
            State::Done => return Ok(false),
        }
        Ok(true)
    }

    /// Where `mark` begins in what is kept; else remembers up to where it surely does not.
    fn find(&mut self, mark: &[u8]) -> Option<usize> {
        let begin = mark.first()?;
        let mut at = self.searched;
        while let Some(rest) = self.kept.get(at..) {
            let Some(skip) = rest.iter().position(|byte| byte == begin) else {
                at = self.kept.len();
                break;
            };
            at += skip;
            let rest = self.kept.get(at..).unwrap_or_default();
            if rest.starts_with(mark) {
                return Some(at);
            }
            if mark.starts_with(rest) {
                break;
            }
            at += 1;
        }
        self.searched = at;
        None
    }

    /// The first bytes of what is kept.
    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.kept.split_off(count.min(self.kept.len()));
        self.searched = 0;
        std::mem::replace(&mut self.kept, rest)
    }
}

/// What a part's head says it is.
fn part(head: &[u8]) -> Option<Event> {
    let head = String::from_utf8_lossy(head);
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (mut name, mut file) = (None, None);
    for (key, value) in parameters(disposition) {
        match key.as_str() {
            "name" => name = name.or(Some(value)),
            "filename" => file = file.or(Some(value)),
            _ => {}
        }
    }
    Some(Event::Part { name: name?, file })
}

/// The parameters of a `Content-Disposition`, in lower case, their values as browsers mean them: `%22`, `%0D` and `%0A`
/// stand for what cannot stand in quotes (HTML, "multipart/form-data encoding algorithm"), and curl escapes with a backslash.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let (mut found, mut rest) = (Vec::new(), disposition.chars().peekable());
    // The kind itself.
    rest.by_ref().find(|c| *c == ';');
    loop {
        let key: String = std::iter::from_fn(|| rest.next_if(|c| !matches!(c, '=' | ';'))).collect();
        if rest.next_if_eq(&'=').is_none() {
            if rest.next().is_none() {
                return found;
            }
            continue;
        }
        let mut value = String::new();
        if rest.next_if_eq(&'"').is_some() {
            while let Some(c) = rest.next().filter(|c| *c != '"') {
                let escaped = if c == '\\' { rest.next_if(|c| matches!(c, '"' | '\\')) } else { None };
                value.push(escaped.unwrap_or(c));
            }
            rest.by_ref().find(|c| *c == ';');
        } else {
            value.extend(rest.by_ref().take_while(|c| *c != ';'));
            value = value.trim().to_owned();
        }
        let value = value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        found.push((key.trim().to_ascii_lowercase(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Event {
        Event::Part { name: name.to_owned(), file: None }
    }

    /// All events of a body fed in pieces of `size`, bytes of one part joined.
    fn read(body: &[u8], size: usize) -> Result<Vec<Event>, Malformed> {
        let (mut parser, mut events) = (Parser::new("XX"), Vec::<Event>::new());
        for piece in body.chunks(size) {
            parser.feed(piece);
            assert!(parser.kept.len() <= HEAD + size + 4);
            while let Some(event) = parser.event()? {
                match (events.last_mut(), event) {
                    (Some(Event::Bytes(before)), Event::Bytes(more)) => before.extend(more),
                    (_, event) => events.push(event),
                }
            }
        }
        parser.finish().map(|()| events)
    }

    #[test]
    fn parts_come_out_alike_however_they_arrive() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n\
            --XX  \r\ncontent-disposition: form-data; name=\"files\"; filename=\"a \\\"b\\\" %22c%22;\xC3\xA4.txt\"\r\nContent-Type: x/y\r\n\r\n\
            \r\n--X\r\n-\r\r\n--XY\r\n\r\n--XX\r\nContent-Disposition: form-data; name=empty; filename=\"\"\r\n\r\n\r\n--XX--\r\nafter";
        let expected = vec![
            field("csrf"),
            Event::Bytes(b"token".to_vec()),
            Event::PartEnd,
            Event::Part { name: "files".to_owned(), file: Some("a \"b\" \"c\";ä.txt".to_owned()) },
            Event::Bytes(b"\r\n--X\r\n-\r\r\n--XY\r\n".to_vec()),
            Event::PartEnd,
            Event::Part { name: "empty".to_owned(), file: Some(String::new()) },
            Event::PartEnd,
            Event::End,
        ];
        for size in [1, 2, 3, 5, 7, 64, 10_000] {
            assert_eq!(read(body, size), Ok(expected.clone()), "{size}");
        }
    }

    #[test]
    fn what_is_no_form_is_none() {
        let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb";
        for body in [
            String::new(),
            "name=value".to_owned(),
            part.to_owned(),
            format!("{part}\r\n--XX"),
            format!("{part}\r\n--XXjunk"),
            "--XX\r\nContent-Type: text/plain\r\n\r\nb\r\n--XX--".to_owned(),
            format!("--XX\r\nX: {}\r\n\r\nb\r\n--XX--", "x".repeat(HEAD)),
            format!("{}\r\n{part}\r\n--XX--", "x".repeat(PREAMBLE)),
        ] {
            assert_eq!(read(body.as_bytes(), 100), Err(Malformed), "{body:.80}");
        }
        assert_eq!(read(format!("preamble\r\n{part}\r\n--XX--").as_bytes(), 3).unwrap().len(), 4, "the twin");
    }

    #[test]
    fn what_nearly_is_a_boundary_costs_no_more_than_other_bytes() {
        for filler in ["\r", "\r\n--X", "\r\n-", "\n", "a"] {
            let head = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
            let body = format!("{head}{}\r\n--XX--", filler.repeat(2_000_000 / filler.len()));
            let events = read(body.as_bytes(), 16 << 10).unwrap();
            assert!(matches!(&events[1], Event::Bytes(bytes) if bytes.len() > 1_990_000), "{filler:?}");
        }
    }

    #[test]
    fn a_boundary_is_named_by_the_content_type() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=XX", Some("XX")),
            ("Multipart/Form-Data; charset=utf-8; Boundary=\"----a b\"", Some("----a b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/mixed; boundary=XX", None),
            ("application/x-www-form-urlencoded; boundary=XX", None),
        ] {
            assert_eq!(boundary(content_type).as_deref(), expected, "{content_type}");
        }
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
    }
}
