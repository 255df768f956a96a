//! A FETCH answer: of what it says about a mail, what was asked for is said again.

use std::fmt::Write as _;

use super::bounds::Breach;
use super::token::{Token, number, token};

/// What may be told of a mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// Bytes of one, at most.
    pub(super) largest: usize,
    /// Whether its bytes were asked for.
    pub(super) bodies: bool,
}

/// What follows a line.
pub(super) enum After {
    /// Nothing: the answer has ended.
    Nothing,
    /// So many bytes of the mail itself.
    Mail(u64),
    /// So many bytes that nobody asked for.
    Literal(u64),
}

/// A FETCH answer on its way.
#[derive(Debug, Default)]
pub(super) struct Fetch {
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

impl Fetch {
    /// The answer about the mail with this number.
    pub(super) fn of(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// Reads a line; it ends with the answer or with a literal.
    pub(super) fn line(&mut self, line: &[u8], asked: Asked, output: &mut Vec<u8>) -> Result<After, Breach> {
        let mut rest = line;
        while let Some(token) = token(&mut rest, self.depth == 1 && self.name.is_none())? {
            let Token::Literal(size) = token else {
                self.part(token, asked)?;
                continue;
            };
            let name = if self.depth == 1 { self.name.take() } else { None };
            if self.body || !name.is_some_and(|name| is_mail(&name)) {
                return Ok(After::Literal(size));
            }
            self.mail(size, asked)?;
            output.extend_from_slice(self.hand_on().as_bytes());
            return Ok(After::Mail(size));
        }
        if !self.closed {
            return Err(Breach::Unreadable("it breaks off"));
        }
        if self.begun || !self.text.is_empty() {
            let mut text = self.hand_on();
            text.push_str(")\r\n");
            output.extend_from_slice(text.as_bytes());
        }
        Ok(After::Nothing)
    }

    fn part(&mut self, token: Token<'_>, asked: Asked) -> Result<(), Breach> {
        let odd = Breach::Unreadable("about a mail");
        if self.closed {
            return Err(odd);
        }
        match (token, self.depth) {
            (Token::Open, 0) => self.depth = 1,
            (_, 0) => return Err(odd),
            (Token::Open, 1) if self.name.is_none() => return Err(odd),
            (Token::Open, _) => self.depth += 1,
            (Token::Close, 1) => {
                if self.name.is_some() {
                    return Err(odd);
                }
                self.closed = true;
            }
            (Token::Close, depth) => {
                self.depth = depth - 1;
                if self.depth == 1 {
                    let flags = std::mem::take(&mut self.flags);
                    if self.name.take().is_some_and(|name| name.eq_ignore_ascii_case(b"FLAGS")) {
                        self.says(&format!("FLAGS ({})", String::from_utf8_lossy(&flags)));
                    }
                }
            }
            (Token::Word(name), 1) if self.name.is_none() => self.name = Some(name.to_vec()),
            (Token::Quoted(_) | Token::Literal(_), 1) if self.name.is_none() => return Err(odd),
            (Token::Word(value), 1) => self.value(value, false, asked)?,
            (Token::Quoted(value), 1) => self.value(&value, true, asked)?,
            (Token::Word(flag), 2) if is_flag(flag) => {
                if !self.flags.is_empty() {
                    self.flags.push(b' ');
                }
                self.flags.extend_from_slice(flag);
            }
            _ => {}
        }
        Ok(())
    }

    /// One named value. What does not look as it must is left out: it costs a mail its date, not the mailbox its mails.
    fn value(&mut self, value: &[u8], quoted: bool, asked: Asked) -> Result<(), Breach> {
        let name = self.name.take().unwrap_or_default().to_ascii_uppercase();
        match name.as_slice() {
            b"UID" => {
                let uid = number(value).filter(|uid| *uid > 0);
                if self.uid.is_some() && uid != self.uid {
                    return Err(Breach::Unreadable("one mail has two UIDs"));
                }
                if let (None, Some(uid)) = (self.uid, uid) {
                    self.uid = Some(uid);
                    self.says(&format!("UID {uid}"));
                }
            }
            b"RFC822.SIZE" => {
                let digits = !value.is_empty() && value.len() < 30 && value.iter().all(u8::is_ascii_digit);
                if digits {
                    self.says(&format!("RFC822.SIZE {}", number(value).unwrap_or(u32::MAX)));
                }
            }
            b"INTERNALDATE" if quoted && is_date(value) => {
                self.says(&format!("INTERNALDATE \"{}\"", String::from_utf8_lossy(value)));
            }
            name if quoted && is_mail(name) && !self.body => {
                self.mail(value.len() as u64, asked)?;
                // Only ASCII can stand between quotes (RFC 3501 section 4.3).
                self.text.push_str(&String::from_utf8_lossy(value));
                if !value.is_ascii() {
                    return Err(Breach::Unreadable("about a mail"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The bytes of a mail are announced.
    fn mail(&mut self, size: u64, asked: Asked) -> Result<(), Breach> {
        if size > asked.largest as u64 {
            return Err(Breach::Oversize { uid: self.uid, size });
        }
        if !asked.bodies {
            return Err(Breach::Unasked);
        }
        self.body = true;
        self.says(&format!("BODY[] {{{size}}}\r\n"));
        Ok(())
    }

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
