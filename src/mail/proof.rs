//! What the receiving server says about a mail's sender: the Authentication-Results field (RFC 8601), read strictly.
//!
//! Only a field that the desk's own server wrote says anything, and a sender can write that field, too. So one field
//! counts, the topmost; it must name exactly the configured server, be the only one that does, stand where that server
//! puts it, and follow the grammar to the letter. Whatever is odd is no evidence. A head that two programs could read
//! differently is none either: see [`head`].

use serde::{Deserialize, Serialize};

use super::letter::MAX_FIELDS;

/// What is known of the From domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Alignment {
    /// Nothing.
    #[default]
    None,
    /// The domain's owner let this mail out.
    Pass,
    /// The domain's owner says that mails like this are not theirs.
    Fail,
}

/// The server whose word is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// How it names itself in the field (`authserv-id`); compared without case.
    pub authserv_id: String,
    /// How many Received fields the desk's own servers put above theirs.
    pub own_hops: usize,
}

/// Reads what `server` says about a mail from `domain` (in lower case).
#[must_use]
pub fn alignment(raw: &[u8], domain: &str, server: &Receiver) -> Alignment {
    let Some(fields) = head(raw) else { return refused_in_an_odd_head(raw, server) };
    let is = |field: &Field<'_>, name: &str| field.name.eq_ignore_ascii_case(name.as_bytes());
    if domain.is_empty() || fields.iter().filter(|field| is(field, "from")).count() != 1 {
        return Alignment::None;
    }
    let names_it = |field: &&Field<'_>| {
        let named = names_server(field.value);
        is(field, FIELD) && named.is_some_and(|id| id.eq_ignore_ascii_case(&server.authserv_id))
    };
    let read = |field: &Field<'_>| results(field.value).map(|results| judge(&results.methods, domain));
    // A refusal counts wherever and however it stands: it takes away, and whoever forges one harms only their own mail. A
    // sender can choose words that the server repeats (smtp.mailfrom) and so make the field leave the grammar.
    let refuses = |field: &Field<'_>| read(field).map_or_else(|| says_fail(field.value), |said| said == Alignment::Fail);
    if fields.iter().filter(names_it).any(refuses) {
        return Alignment::Fail;
    }
    let topmost = fields.iter().position(|field| is(field, FIELD)).and_then(|at| fields.split_at_checked(at));
    let Some((above, [field, ..])) = topmost else { return Alignment::None };
    let hops = above.iter().filter(|field| is(field, "received")).count();
    if !names_it(&field) || fields.iter().filter(names_it).count() != 1 || hops > server.own_hops {
        return Alignment::None;
    }
    read(field).unwrap_or_default()
}

/// The server that the topmost Authentication-Results field names and how many Received fields stand above it: what an
/// administrator may want to believe, and nothing that is believed by itself.
#[must_use]
pub fn topmost(raw: &[u8]) -> Option<Receiver> {
    let fields = head(raw)?;
    let at = fields.iter().position(|field| field.name.eq_ignore_ascii_case(FIELD.as_bytes()))?;
    let (above, rest) = fields.split_at_checked(at)?;
    let authserv_id = results(rest.first()?.value)?.server;
    let own_hops = above.iter().filter(|field| field.name.eq_ignore_ascii_case(b"received")).count();
    Some(Receiver { authserv_id, own_hops })
}

/// Whether an Authentication-Results field of `server` holds `word`: a field that was meant to be taken out has come through.
#[must_use]
pub fn came_through(raw: &[u8], server: &str, word: &str) -> bool {
    // Not by `head`: what a careless reader would still find is what counts here.
    let (fields, _) = super::decode::mime::split_head(raw);
    fields.iter().any(|field| {
        let value = String::from_utf8_lossy(field.value).to_ascii_lowercase();
        let named = value.contains(&server.to_ascii_lowercase());
        field.name.eq_ignore_ascii_case(FIELD.as_bytes()) && named && value.contains(&word.to_ascii_lowercase())
    })
}

const FIELD: &str = "authentication-results";

/// One header field: name and value as they stand, the value without its last line end.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The name, as written.
    pub name: &'a [u8],
    /// The value with its folds.
    pub value: &'a [u8],
}

/// The header fields of a mail whose head every program reads alike: complete, nothing but fields, no blank before the
/// colon, no bare carriage return, no empty-looking line, a plain line end everywhere. `None` for every other: a server
/// that takes out forged fields may have seen other fields than we do.
#[must_use]
pub fn head(raw: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let (mut offset, mut open) = (0_usize, None::<(&[u8], usize, usize)>);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.strip_suffix(b"\n")?;
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        let (start, end) = (offset, offset + bare.len());
        offset += line.len();
        if bare.iter().any(|byte| matches!(byte, b'\r' | 0)) {
            return None;
        }
        let folded = bare.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        if folded {
            let (_, _, last) = open.as_mut().filter(|_| !bare.trim_ascii().is_empty())?;
            *last = end;
            continue;
        }
        if let Some((name, from, to)) = open.take() {
            fields.push(Field { name, value: raw.get(from..to)? });
        }
        if bare.is_empty() {
            return (!fields.is_empty() && fields.len() < MAX_FIELDS).then_some(fields);
        }
        let colon = bare.iter().position(|byte| *byte == b':')?;
        let name = bare.get(..colon).filter(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic))?;
        open = Some((name, start + colon + 1, end));
    }
    None
}

/// One field's content.
struct Results {
    server: String,
    methods: Vec<Method>,
}

/// `method=result` and what belongs to it, all in lower case but the values.
struct Method {
    name: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Method {
    /// Whether exactly one property of this name says exactly `domain`.
    fn says(&self, property: &str, domain: &str) -> bool {
        let mut said = self.properties.iter().filter(|(name, _)| name == property);
        matches!((said.next(), said.next()), (Some((_, value)), None) if value.eq_ignore_ascii_case(domain))
    }
}

fn judge(methods: &[Method], domain: &str) -> Alignment {
    let dmarc: Vec<&Method> = methods.iter().filter(|method| method.name == "dmarc").collect();
    if dmarc.iter().any(|method| method.result == "fail") {
        return Alignment::Fail;
    }
    match dmarc.as_slice() {
        // A pass for another From than ours: the server has read another mail than we have.
        [method] if method.result == "pass" => match method.says("header.from", domain) {
            true => Alignment::Pass,
            false => Alignment::None,
        },
        [] | [_] => {
            let signed = |method: &Method| method.name == "dkim" && method.result == "pass" && method.says("header.d", domain);
            if methods.iter().any(signed) { Alignment::Pass } else { Alignment::None }
        }
        _ => Alignment::None,
    }
}

/// Whether a value that is not to be read by the grammar holds `dmarc=fail` all the same.
fn says_fail(value: &[u8]) -> bool {
    let value = String::from_utf8_lossy(value).to_ascii_lowercase();
    let named = |at: usize| value.get(..at).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '-'));
    value.match_indices("dmarc").filter(|(at, _)| named(*at)).any(|(at, word)| {
        let rest = value.get(at + word.len()..).unwrap_or_default().trim_start();
        let result = rest.strip_prefix('=').map(str::trim_start).and_then(|rest| rest.strip_prefix("fail"));
        result.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// What is left to believe where programs may read the head differently: a refusal.
fn refused_in_an_odd_head(raw: &[u8], server: &Receiver) -> Alignment {
    let (fields, _) = super::decode::mime::split_head(raw);
    let refuses = fields.iter().any(|field| {
        let named = names_server(field.value).is_some_and(|id| id.eq_ignore_ascii_case(&server.authserv_id));
        field.name.eq_ignore_ascii_case(FIELD.as_bytes()) && named && says_fail(field.value)
    });
    if refuses { Alignment::Fail } else { Alignment::None }
}

/// Which server a field names, whatever stands behind it.
fn names_server(value: &[u8]) -> Option<String> {
    Reader { rest: value }.server()
}

fn results(value: &[u8]) -> Option<Results> {
    let mut reader = Reader { rest: value };
    let server = reader.server()?;
    let mut methods: Vec<Method> = Vec::new();
    reader.blank()?;
    while !reader.rest.is_empty() {
        reader.expect(b';')?;
        reader.blank()?;
        if reader.rest.is_empty() {
            // A semicolon at the end is beyond the grammar, harmless, and written by several servers.
            return Some(Results { server, methods });
        }
        let name = reader.keyword()?;
        reader.blank()?;
        if name == "none" && methods.is_empty() && reader.rest.is_empty() {
            return Some(Results { server, methods });
        }
        methods.push(reader.method(name)?);
        reader.blank()?;
    }
    (!methods.is_empty()).then_some(Results { server, methods })
}

/// Reads the grammar of RFC 8601 section 2.2; every step is `None` where the text leaves it.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// Skips white space and comments; `None` where a comment does not end.
    fn blank(&mut self) -> Option<()> {
        let (mut depth, mut escaped) = (0_usize, false);
        let mut is_blank = |byte: u8| {
            match (byte, depth, std::mem::take(&mut escaped)) {
                (_, _, true) => {}
                (b'(', ..) => depth += 1,
                (b' ' | b'\t' | b'\r' | b'\n', 0, _) => {}
                (_, 0, _) => return false,
                (b')', ..) => depth -= 1,
                (b'\\', ..) => escaped = true,
                _ => {}
            }
            true
        };
        let length = self.rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(self.rest.len());
        self.rest = self.rest.get(length..).filter(|_| depth == 0)?;
        Some(())
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// As many bytes as `fits`, at least one.
    fn run(&mut self, fits: impl Fn(u8) -> bool) -> Option<String> {
        let length = self.rest.iter().position(|byte| !fits(*byte)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(length).filter(|(run, _)| !run.is_empty())?;
        self.rest = rest;
        String::from_utf8(run.to_vec()).ok()
    }

    /// The server's name and the version, which is 1 where it is said.
    fn server(&mut self) -> Option<String> {
        self.blank()?;
        let server = self.quoted().or_else(|| self.run(is_token))?;
        self.blank()?;
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            self.run(is_token).filter(|version| version == "1")?;
            self.blank()?;
        }
        // Without this a field that names no server would be one of the server `spf`.
        matches!(self.rest.first(), None | Some(b';')).then_some(server)
    }

    fn keyword(&mut self) -> Option<String> {
        self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_').map(|word| word.to_ascii_lowercase())
    }

    fn quoted(&mut self) -> Option<String> {
        let mut inside = self.rest.strip_prefix(b"\"")?.iter();
        let mut text = Vec::new();
        loop {
            match inside.next()? {
                b'"' => break,
                b'\\' => text.push(*inside.next()?),
                byte => text.push(*byte),
            }
        }
        self.rest = inside.as_slice();
        String::from_utf8(text).ok()
    }

    /// What follows a method's name: `/1 = result reason=... ptype.property=value ...` up to the semicolon.
    fn method(&mut self, name: String) -> Option<Method> {
        if self.expect(b'/').is_some() {
            self.blank()?;
            self.run(is_token).filter(|version| version == "1")?;
            self.blank()?;
        }
        self.expect(b'=')?;
        self.blank()?;
        let mut method = Method { name, result: self.keyword()?, properties: Vec::new() };
        let mut reason = false;
        loop {
            let before = self.rest.len();
            self.blank()?;
            if matches!(self.rest.first(), None | Some(b';')) {
                return Some(method);
            }
            if self.rest.len() == before {
                return None;
            }
            let kind = self.keyword()?;
            self.blank()?;
            if self.expect(b'=').is_some() {
                if kind != "reason" || reason || !method.properties.is_empty() {
                    return None;
                }
                reason = true;
                self.value()?;
                continue;
            }
            self.expect(b'.')?;
            self.blank()?;
            let property = self.keyword()?;
            self.blank()?;
            self.expect(b'=')?;
            let value = self.value()?;
            method.properties.push((format!("{kind}.{property}"), value));
        }
    }

    /// A value: quoted, or an address or word. Real servers write more characters here than a token may have (`/` and `=`
    /// of a signature, `:` of an IP address), none of which means anything.
    fn value(&mut self) -> Option<String> {
        self.blank()?;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"()<>,;\"\\".contains(&byte);
        match self.quoted() {
            Some(quoted) if self.rest.first() == Some(&b'@') => Some(format!("\"{quoted}\"{}", self.run(plain)?)),
            Some(quoted) => Some(quoted),
            None => self.run(plain),
        }
    }
}

/// A token of RFC 2045.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
