//! Address lists (RFC 5322, section 3.4) as they occur, and the strict reading of From as an identity.

use super::{charset, encoded_word, lookalike, parameters};
use crate::letter::{Address, Warning};

/// One header's addresses and what was odd about them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) addresses: Vec<Address>,
    /// The header uses group syntax (`name: a@b, c@d;`).
    pub(crate) group: bool,
    /// Something stands between the addresses that is none.
    pub(crate) junk: bool,
}

/// Parses a To, Cc or Reply-To header leniently; at most `limit` addresses.
pub(crate) fn list(raw: &[u8], limit: usize) -> List {
    let text = charset::guess(raw);
    let mut out = List::default();
    let mut fragment = String::new();
    for item in split(&text, &mut out.group).iter().flat_map(|item| without_commas(item)) {
        if out.addresses.len() >= limit {
            break;
        }
        let whole = if fragment.is_empty() { item } else { format!("{fragment}, {item}") };
        if whole.trim().is_empty() {
            continue;
        }
        match mailbox(&whole) {
            Some(address) => {
                fragment.clear();
                out.addresses.push(address);
            }
            None if let Some(address) = without_brackets(&whole) => {
                fragment.clear();
                out.junk = true;
                out.addresses.push(address);
            }
            // `Doe, John <j@d>` without quotes: the comma belongs to the name.
            None if whole.len() < 200 => fragment = whole,
            None => out.junk = true,
        }
    }
    out.junk |= !fragment.trim().is_empty();
    out
}

/// `Ann Low a@b`: a name and an address with nothing between them. It is readable, but no identity.
fn without_brackets(item: &str) -> Option<Address> {
    let (name, last) = item.trim().rsplit_once(char::is_whitespace)?;
    let plain = !name.contains(['@', '<', '>', '(', ')', '"', ':']);
    let address = spec(last).filter(|_| plain && !last.contains(['<', '>']))?;
    Some(Address { name: display_name(name), address })
}

/// Addresses between which the commas are missing: `A <a@b> C <c@d>`, `a@b c@d`.
fn without_commas(item: &str) -> Vec<String> {
    let ends: Vec<usize> = outside(item).filter(|(_, c)| *c == '>').map(|(at, _)| at + 1).collect();
    if ends.len() > 1 && outside(item).filter(|(_, c)| *c == '<').count() == ends.len() {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let pieces = starts.zip(ends.iter().copied()).filter_map(|(start, end)| item.get(start..end).map(str::to_owned));
        let last = ends.last().and_then(|end| item.get(*end..)).map(str::to_owned);
        return pieces.chain(last).collect();
    }
    let words: Vec<&str> = item.split_whitespace().collect();
    if words.len() > 1 && !item.contains('<') && words.iter().all(|word| spec(word).is_some()) {
        return words.into_iter().map(str::to_owned).collect();
    }
    vec![item.to_owned()]
}

/// The identity that From headers claim: exactly one header with exactly one clean mailbox, else a warning.
///
/// # Errors
/// The warning that says why there is none.
pub(crate) fn identity(headers: &[&[u8]]) -> Result<Address, Warning> {
    let raw = match headers {
        [] => return Err(Warning::FromMissing),
        [one] => *one,
        _ => return Err(Warning::FromDuplicate),
    };
    let found = list(raw, 3);
    if found.group {
        return Err(Warning::FromGroup);
    }
    match found.addresses.as_slice() {
        [] if raw.trim_ascii().is_empty() => Err(Warning::FromMissing),
        [] => Err(Warning::FromUnusable),
        [_] if found.junk || raw.iter().any(|b| matches!(b, 0..=8 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f)) => {
            Err(Warning::FromUnusable)
        }
        [_] if count_specs(raw) > 1 => Err(Warning::FromSeveral),
        [_] if is_ambiguous(raw) => Err(Warning::FromUnusable),
        [one] if lookalike::is_disguised(&one.address) => Err(Warning::FromLookalike),
        [one] => Ok(one.clone()),
        _ => Err(Warning::FromSeveral),
    }
}

/// Angle-bracketed addresses in a header; `<a@b> <c@d>` are two although no comma stands between them.
fn count_specs(raw: &[u8]) -> usize {
    outside(&charset::guess(raw)).filter(|(_, c)| *c == '<').count()
}

/// The characters outside quotes and comments (RFC 5322, section 3.2) with their places.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped, mut comment) = (false, false, 0_usize);
    text.char_indices().filter(move |(_, c)| {
        let taken = escaped;
        escaped = *c == '\\' && !escaped;
        match c {
            '"' if !taken && comment == 0 => quoted = !quoted,
            '(' if !taken && !quoted => comment += 1,
            ')' if !taken && !quoted && comment > 0 => {
                comment -= 1;
                return false;
            }
            _ => {}
        }
        !quoted && comment == 0
    })
}

/// Whether another program could find another address in a header than we do: a route, brackets in a comment or open to
/// the end, words behind the brackets. Whoever checked the mail on its way here may have checked that one.
fn is_ambiguous(raw: &[u8]) -> bool {
    let text = charset::guess(raw);
    let (mut quoted, mut escaped, mut comment) = (false, false, 0_usize);
    let (mut angle, mut begun, mut closed) = (false, false, false);
    let pairs = quotes_pair(&text);
    for c in text.chars() {
        match c {
            '"' if closed && comment == 0 => return true,
            '"' if !escaped && comment == 0 && pairs => quoted = !quoted,
            '(' if !quoted && !escaped => comment += 1,
            ')' if !quoted && !escaped && comment > 0 => comment -= 1,
            '<' | '>' if comment > 0 => return true,
            _ if quoted || comment > 0 || c.is_whitespace() => {}
            '<' => (angle, begun) = (true, false),
            '>' if angle => (angle, closed) = (false, true),
            '>' => return true,
            '@' if angle && !begun => return true,
            ',' | ';' => {}
            _ if closed => return true,
            _ => begun = true,
        }
        escaped = c == '\\' && !escaped;
    }
    angle || comment > 0
}

/// Whether every quotation mark has its partner. An odd one would swallow the rest of the list.
fn quotes_pair(text: &str) -> bool {
    text.matches('"').count().saturating_sub(text.matches("\\\"").count()).is_multiple_of(2)
}

/// Whether a display name shows another address than the real one, as look-alike mail does.
pub(crate) fn name_shows_other_address(address: &Address) -> bool {
    let Some(name) = &address.name else { return false };
    let shown = name.split(|c: char| c.is_whitespace() || "<>()\"',;".contains(c)).find_map(|word| spec(word.trim_matches('.')));
    shown.is_some_and(|shown| !shown.eq_ignore_ascii_case(&address.address))
}

/// Splits at commas and semicolons outside quotes, comments and angle brackets; notes group syntax.
fn split(text: &str, group: &mut bool) -> Vec<String> {
    let mut items = vec![String::new()];
    let (mut quoted, mut escaped, mut comment, mut angle) = (false, false, 0_usize, false);
    let quotes_pair = quotes_pair(text);
    for c in text.chars() {
        let plain = !quoted && comment == 0;
        match c {
            '"' if !escaped && comment == 0 && quotes_pair => quoted = !quoted,
            '(' if !quoted && !escaped => comment += 1,
            ')' if !quoted && !escaped => comment = comment.saturating_sub(1),
            '<' if plain => angle = true,
            '>' if plain => angle = false,
            ',' | ';' if plain && !angle => {
                items.push(String::new());
                continue;
            }
            ':' if plain && !angle && !escaped => {
                let named = items.last().is_some_and(|item| !item.trim().is_empty() && !item.contains('@'));
                let scheme =
                    items.last().is_some_and(|item| matches!(item.trim().to_ascii_lowercase().as_str(), "mailto" | "smtp"));
                if named || scheme {
                    *group |= !scheme;
                    if let Some(last) = items.last_mut() {
                        last.clear();
                    }
                    continue;
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = items.last_mut() {
            last.push(c);
        }
    }
    items
}

/// Reads one mailbox: `Name <a@b>`, `a@b (Name)`, `<a@b>` or `a@b`.
fn mailbox(item: &str) -> Option<Address> {
    let item = item.trim();
    if let Some(open) = open_angle(item) {
        let (name, tail) = item.split_at_checked(open)?;
        let inner = tail.strip_prefix('<')?;
        let inner = inner.split_once('>').map_or(inner, |(inner, _)| inner);
        // Obsolete route (RFC 5322, section 4.4): `<@relay:a@b>`.
        let inner = if inner.starts_with('@') { inner.rsplit_once(':').map_or(inner, |(_, spec)| spec) } else { inner };
        let address = spec(inner)?;
        return Some(Address { name: display_name(name), address });
    }
    let without = parameters::strip_comments(item);
    let address = spec(without.trim())?;
    let comment = item.rsplit_once(')').and_then(|(inner, _)| inner.rsplit_once('(')).map(|(_, inner)| inner);
    Some(Address { name: comment.and_then(display_name), address })
}

fn open_angle(item: &str) -> Option<usize> {
    let found = outside(item).filter(|(_, c)| *c == '<').last().map(|(index, _)| index);
    // An odd quote or bracket swallows the rest; then any angle will do.
    let even = |c: char| item.matches(c).count().is_multiple_of(2);
    let broken = !even('"') || item.matches('(').count() != item.matches(')').count();
    found.or_else(|| if broken { item.rfind('<') } else { None })
}

fn display_name(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let mut plain = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {}
            '\\' => plain.extend(chars.next()),
            other => plain.push(other),
        }
    }
    let name = encoded_word::one_line(&encoded_word::decode_words(&plain));
    // Quotation marks around a part of the name belong to it.
    let inside = name.matches('"').count() == 2 && !(name.starts_with('"') && name.ends_with('"'));
    let marks: &[char] = if inside { &['\''] } else { &['\'', '"'] };
    let name = name.trim_matches(|c: char| marks.contains(&c) || c.is_whitespace());
    (!name.is_empty()).then(|| name.chars().take(300).collect())
}

/// A clean addr-spec with the domain in lower case, or nothing. Encoded words in it are an attempt to hide (RFC 2047,
/// section 5, forbids them there).
pub(crate) fn spec(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(|c| c == '\'' || c == '<' || c == '>');
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, domain) = text.rsplit_once('@')?;
    let (local, domain) = (local.trim(), domain.trim().trim_end_matches('.'));
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let bad_local =
        |c: char| c.is_control() || encoded_word::is_trick(c) || (!quoted && (c.is_whitespace() || "<>(),;:\"@\\[]".contains(c)));
    let bad_domain = |c: char| c.is_control() || encoded_word::is_trick(c) || c.is_whitespace() || "<>(),;\"@\\=?'".contains(c);
    let unusable = local.is_empty()
        || domain.is_empty()
        || text.len() > 320
        || text.contains("=?")
        || domain.starts_with('.')
        || domain.contains("..");
    if unusable || local.chars().any(bad_local) || domain.chars().any(bad_domain) {
        return None;
    }
    Some(format!("{local}@{}", domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> Vec<String> {
        list(raw.as_bytes(), 100).addresses.into_iter().map(|a| format!("{}|{}", a.name.unwrap_or_default(), a.address)).collect()
    }

    #[test]
    fn lists_of_the_wild() {
        let table: &[(&str, &[&str])] = &[
            ("Ann <ann@Example.ORG>, bob@example.org", &["Ann|ann@example.org", "|bob@example.org"]),
            ("\"Doe, John\" <j@d.example>", &["Doe, John|j@d.example"]),
            ("Doe, John <j@d.example>", &["Doe, John|j@d.example"]),
            ("undisclosed-recipients:;", &[]),
            ("Team: a@x.example, B <b@x.example>;", &["|a@x.example", "B|b@x.example"]),
            ("a@x.example (Ann)", &["Ann|a@x.example"]),
            ("=?utf-8?Q?M=C3=BCller=2C_Jan?= <m@x.example>", &["Müller, Jan|m@x.example"]),
            ("\"=?utf-8?Q?Jan?=\" <m@x.example>", &["Jan|m@x.example"]),
            ("'Ann' <mailto:ann@x.example>", &["Ann|ann@x.example"]),
            ("<@relay.example:a@x.example>", &["|a@x.example"]),
            ("\"a@x.example\" <a@x.example>; b@x.example", &["a@x.example|a@x.example", "|b@x.example"]),
        ];
        for (raw, want) in table {
            assert_eq!(&shown(raw), want, "{raw}");
        }
    }

    #[test]
    fn only_one_clean_mailbox_is_an_identity() {
        let table: &[(&[&str], Result<&str, Warning>)] = &[
            (&["Ann <ann@x.example>"], Ok("ann@x.example")),
            (&["ann@X.example"], Ok("ann@x.example")),
            (&[], Err(Warning::FromMissing)),
            (&["a@x.example", "b@x.example"], Err(Warning::FromDuplicate)),
            (&["a@x.example, b@x.example"], Err(Warning::FromSeveral)),
            (&["<a@x.example> <b@x.example>"], Err(Warning::FromSeveral)),
            (&["Team: a@x.example;"], Err(Warning::FromGroup)),
            (&["=?utf-8?Q?a=40x.example?="], Err(Warning::FromUnusable)),
            (&["<=?utf-8?Q?a?=@x.example>"], Err(Warning::FromUnusable)),
            (&["Ann <a\u{1}b@x.example>"], Err(Warning::FromUnusable)),
            (&["Ann"], Err(Warning::FromUnusable)),
            // What programs read differently is nobody's; the same without the trap is somebody's.
            (&["<@relay.example:a@x.example>"], Err(Warning::FromUnusable)),
            (&["b@y.example (<a@x.example>)"], Err(Warning::FromUnusable)),
            (&["<a@x.example> b@y.example"], Err(Warning::FromUnusable)),
            (&["Ann <a@x.example"], Err(Warning::FromUnusable)),
            (&["Ann (Sales <a@x.example>"], Err(Warning::FromUnusable)),
            (&["a@x.example>"], Err(Warning::FromUnusable)),
            (&["<a@x.example> \"b@y.example\""], Err(Warning::FromUnusable)),
            (&["Ann (Sales) <a@x.example> (at home),"], Ok("a@x.example")),
            (&["\"Ann (Sales <b@y.example>\" <a@x.example>"], Ok("a@x.example")),
            (&["a@x.example (Ann @ home)"], Ok("a@x.example")),
            (&["Ann @ home <a@x.example>"], Ok("a@x.example")),
            (&["O'Neil, \\\"Ann\\\" <a@x.example>"], Ok("a@x.example")),
            (&["<>"], Err(Warning::FromUnusable)),
            (&["  "], Err(Warning::FromMissing)),
            (&["(boss@desk.example) a@x.example (Boss <boss@desk.example>)"], Err(Warning::FromUnusable)),
            (&["(boss@desk.example) a@x.example (Boss)"], Ok("a@x.example")),
            (&["\"Boss <boss@desk.example>\" <a@x.example>"], Ok("a@x.example")),
            (&["Boss <boss@d\u{435}sk.example>"], Err(Warning::FromLookalike)),
            (&["Boss <boss@xn--dsk-6cd.example>"], Err(Warning::FromLookalike)),
            (&["J <j@müller.example>"], Ok("j@müller.example")),
        ];
        for (headers, want) in table {
            let raw: Vec<&[u8]> = headers.iter().map(|h| h.as_bytes()).collect();
            assert_eq!(identity(&raw).as_ref().map(|a| a.address.as_str()).map_err(|w| *w), *want, "{headers:?}");
        }
    }
}
