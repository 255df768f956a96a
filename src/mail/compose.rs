//! A [`Draft`] becomes the bytes of a mail. Deterministic: the same draft gives the same bytes, so that a retry after
//! an unknown outcome sends the very same mail (Message-ID, Date and boundary included).

use super::international::for_servers;
use super::letter::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, MultiPartBuilder, MultiPartKind, SinglePart};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A mail as it is written, to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Who speaks: a name, and the desk's own address.
    pub from: Address,
    /// The one recipient.
    pub to: Address,
    /// Who else reads, for people to see; the mail is not sent to them.
    pub cc: Vec<Address>,
    /// Where answers go.
    pub reply_to: Option<Address>,
    /// One line.
    pub subject: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The mail this one answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// Its ancestors, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// Microseconds since 1970: the Date header.
    pub date: i64,
    /// Value of `Auto-Submitted` (RFC 3834 section 5) for mail that no person wrote.
    pub auto_submitted: Option<String>,
    /// Further headers, by name.
    pub headers: Vec<(String, String)>,
    /// The text, `\n` between lines.
    pub text: String,
    /// The same as HTML; what pictures it shows are among the files, by their Content-IDs.
    #[serde(default)]
    pub html: Option<String>,
    /// What is attached; the bytes are given to [`compose`].
    pub files: Vec<File>,
}

/// A stored file, as an entry of a ticket or a draft names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// A harmless file name.
    pub name: String,
    /// `type/subtype`.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Shown inside the text.
    pub inline: bool,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
    /// SHA-256 of its bytes in hexadecimal: where they are stored.
    pub blob: String,
}

/// The field with the link by which the reader wants no more such mails (RFC 2369 section 3.2): a secret of theirs.
pub const UNSUBSCRIBE: &str = "List-Unsubscribe";

/// Stands in the place of the secret of a reply address that is not kept.
const HIDDEN: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxx";

impl Draft {
    /// Takes out what speaks in the reader's name: the address for answers, the secrets of such addresses in the text, and the link that
    /// stops the mails.
    pub fn hide_reply_addresses(&mut self) {
        self.reply_to = None;
        self.headers.retain(|(name, _)| name != UNSUBSCRIBE);
        self.text = self.with_secrets(&self.text, |_| HIDDEN.to_owned());
        self.html = self.html.as_ref().map(|html| self.with_secrets(html, |_| HIDDEN.to_owned()));
    }

    /// The text as it was sent: once with each of the secrets of reply addresses that stand in `answer`, which may quote it.
    #[must_use]
    pub fn texts_as_quoted_in(self, answer: &str) -> Vec<String> {
        let mut secrets = Vec::new();
        self.with_secrets(answer, |secret| {
            if !secrets.iter().any(|known| known == secret) && secrets.len() < 4 {
                secrets.push(secret.to_owned());
            }
            String::new()
        });
        if secrets.is_empty() || !self.text.contains(HIDDEN) {
            return vec![self.text];
        }
        secrets.iter().map(|secret| self.text.replace(HIDDEN, secret)).collect()
    }

    /// `text` with something else in the place of each secret behind the plus of the address that the mail is from.
    fn with_secrets(&self, text: &str, mut change: impl FnMut(&str) -> String) -> String {
        let Some((local, domain)) = self.from.address.split_once('@') else { return text.to_owned() };
        let (before, after) = (format!("{local}+"), format!("@{domain}"));
        let mut pieces = text.split(before.as_str());
        let mut changed = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            changed.push_str(&before);
            match piece.split_at_checked(HIDDEN.len()) {
                Some((secret, rest)) if rest.starts_with(&after) && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    changed.push_str(&change(secret));
                    changed.push_str(rest);
                }
                _ => changed.push_str(piece),
            }
        }
        changed
    }
}

/// Why a draft cannot become a mail; the reader sees it as a failed delivery.
#[derive(Debug, thiserror::Error)]
pub enum Unsendable {
    /// An address that no server would take.
    #[error("`{0}` is not an address that mail can be sent to")]
    Address(String),
    /// Something else about the headers.
    #[error("the mail could not be composed: {0}")]
    Other(String),
}

/// The bytes of a mail, lines ended by CRLF. `contents` are the bytes of `draft.files`, in order.
///
/// # Errors
/// When an address cannot be written into a mail.
pub fn compose(draft: &Draft, contents: &[Vec<u8>]) -> Result<Vec<u8>, Unsendable> {
    let other = |error: &dyn std::fmt::Display| Unsendable::Other(error.to_string());
    let at = std::time::UNIX_EPOCH + Timestamp::from_micros(draft.date).since(Timestamp::from_micros(0));
    let mut builder = Message::builder()
        .from(mailbox(&draft.from)?)
        .to(mailbox(&draft.to)?)
        .subject(one_line(&draft.subject))
        .message_id(Some(bracketed(&draft.message_id)))
        .date(at);
    // Those who only stand there to be seen keep nobody from getting the mail: neither what cannot be written, nor an address
    // that only few servers take.
    let few = !for_servers(&draft.to.address).is_ascii();
    let seen = draft.cc.iter().filter(|cc| few || for_servers(&cc.address).is_ascii());
    for cc in seen.filter_map(|cc| mailbox(cc).ok()) {
        builder = builder.cc(cc);
    }
    if let Some(reply_to) = &draft.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(id) = &draft.in_reply_to {
        builder = builder.in_reply_to(bracketed(id));
    }
    if !draft.references.is_empty() {
        builder = builder.references(draft.references.iter().map(|id| bracketed(id)).collect::<Vec<_>>().join(" "));
    }
    let automatic = draft.auto_submitted.iter().map(|value| ("Auto-Submitted".to_owned(), value.clone()));
    for (name, value) in automatic.chain(draft.headers.iter().cloned()) {
        let name = HeaderName::new_from_ascii(name).map_err(|error| other(&error))?;
        builder = builder.raw_header(HeaderValue::new(name, one_line(&value)));
    }
    let message = match body(draft, contents)? {
        Body::Single(part) => builder.singlepart(part),
        Body::Multi(parts) => builder.multipart(parts),
    };
    Ok(message.map_err(|error| other(&error))?.formatted())
}

/// What stands below the header.
enum Body {
    Single(SinglePart),
    Multi(MultiPart),
}

/// The text; beside it the same as HTML, with the pictures that it shows (RFC 2387); and what is attached (RFC 2046).
fn body(draft: &Draft, contents: &[Vec<u8>]) -> Result<Body, Unsendable> {
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    let text = SinglePart::plain(lines(&draft.text));
    let is_shown = |file: &File| {
        let shows = |id: &String| draft.html.as_ref().is_some_and(|html| html.contains(&format!("\"cid:{id}\"")));
        file.inline && file.content_id.as_ref().is_some_and(shows)
    };
    let (shown, attached): (Vec<_>, Vec<_>) = draft.files.iter().zip(contents).partition(|(file, _)| is_shown(file));
    let written = match &draft.html {
        None => Body::Single(text),
        Some(html) => {
            let html = SinglePart::html(lines(html));
            let alternative = parts(draft, MultiPartKind::Alternative).singlepart(text);
            Body::Multi(if shown.is_empty() {
                alternative.singlepart(html)
            } else {
                let mut related = parts(draft, MultiPartKind::Related).singlepart(html);
                for (file, bytes) in shown {
                    let id = file.content_id.clone().unwrap_or_default();
                    related = related.singlepart(
                        Attachment::new_inline_with_name(id, file.name.clone()).body(bytes.clone(), content_type(file)?),
                    );
                }
                alternative.multipart(related)
            })
        }
    };
    if attached.is_empty() {
        return Ok(written);
    }
    let mixed = parts(draft, MultiPartKind::Mixed);
    let mut mixed = match written {
        Body::Single(part) => mixed.singlepart(part),
        Body::Multi(parts) => mixed.multipart(parts),
    };
    for (file, bytes) in attached {
        mixed = mixed.singlepart(Attachment::new(file.name.clone()).body(bytes.clone(), content_type(file)?));
    }
    Ok(Body::Multi(mixed))
}

fn content_type(file: &File) -> Result<ContentType, Unsendable> {
    let kind = ContentType::parse(&file.content_type).or_else(|_| ContentType::parse("application/octet-stream"));
    kind.map_err(|error| Unsendable::Other(error.to_string()))
}

/// Parts of a kind, between boundaries that are the same at each try.
fn parts(draft: &Draft, kind: MultiPartKind) -> MultiPartBuilder {
    let mark = match kind {
        MultiPartKind::Alternative => "_a",
        MultiPartKind::Related => "_r",
        _ => "",
    };
    let seed: String = draft.message_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    MultiPart::builder().kind(kind).boundary(format!("={mark}_{seed}"))
}

fn mailbox(address: &Address) -> Result<Mailbox, Unsendable> {
    let spec = spec(&for_servers(&address.address)).ok_or_else(|| Unsendable::Address(address.address.clone()))?;
    let name = address.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, spec))
}

/// lettre's parser refuses addresses that exist (`a..b@example`); what could end the address or the header stays refused.
fn spec(text: &str) -> Option<lettre::Address> {
    let unsound = |c: char| c.is_control() || c.is_whitespace() || "<>()[]\"\\,;:@".contains(c);
    text.parse().ok().or_else(|| {
        let (user, domain) = text.rsplit_once('@')?;
        let sound = !user.is_empty() && !domain.is_empty() && !user.contains(unsound) && !domain.contains(unsound);
        sound.then(|| lettre::Address::new_dangerous(user, domain))
    })
}

fn bracketed(id: &str) -> String {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect();
    format!("<{id}>")
}

/// Without line breaks and other controls, so that a value cannot become a further header.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            from: Address { name: Some("Anna Berger (Beispiel)".to_owned()), address: "support@desk.example".to_owned() },
            to: Address { name: Some("Zoë Müller\r\nBcc: evil@x.example".to_owned()), address: "zoe@acme.example".to_owned() },
            cc: vec![],
            reply_to: Some(Address { name: None, address: "support+abc@desk.example".to_owned() }),
            subject: "Re: Störung\r\nX-Evil: 1 [ACME-1]".to_owned(),
            message_id: "abc@desk.example".to_owned(),
            in_reply_to: Some("orig@acme.example> <x".to_owned()),
            references: vec!["a@acme.example".to_owned(), "b@acme.example".to_owned()],
            date: 1_763_000_000_000_000,
            auto_submitted: Some("auto-generated".to_owned()),
            headers: vec![("X-Postroom-Ticket".to_owned(), "ACME-1\r\nX-Evil: 2".to_owned())],
            text: "Grüße\n.\nEnde".to_owned(),
            html: None,
            files: vec![File {
                name: "Bild ü.png".to_owned(),
                content_type: "image/png".to_owned(),
                size: 4,
                inline: false,
                content_id: None,
                blob: String::new(),
            }],
        }
    }

    #[test]
    fn a_draft_that_is_kept_speaks_in_nobodys_name_and_is_still_recognised() {
        let secret = "abcdefghijklmnopqrstuvwxyz";
        let text =
            format!("Note: support+{secret}@desk.example\nsupport+short@desk.example other+{secret}@desk.example support+");
        let mut kept = Draft { text: text.clone(), ..draft() };
        kept.hide_reply_addresses();
        assert_eq!((&kept.reply_to, kept.text.matches(secret).count()), (&None, 1), "another's plus is none of ours");
        let quoting = format!("> Note: support+{secret}@desk.example");
        assert_eq!(kept.clone().texts_as_quoted_in(&quoting), [text]);
        let hidden = kept.text.clone();
        assert_eq!(kept.clone().texts_as_quoted_in("Thanks!"), [hidden]);
        let two = format!("{quoting} support+{}@desk.example", secret.to_uppercase());
        assert_eq!(kept.texts_as_quoted_in(&two).len(), 2);
    }

    #[test]
    fn the_same_draft_gives_the_same_bytes() {
        let contents = [vec![0_u8, 13, 10, 255]];
        let bytes = compose(&draft(), &contents).unwrap();
        assert_eq!(bytes, compose(&draft(), &contents).unwrap());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("Date: Thu, 13 Nov 2025 02:13:20 +0000\r\n"), "{text}");
        assert!(text.contains("Message-ID: <abc@desk.example>\r\n"), "{text}");
        assert!(text.contains("References: <a@acme.example> <b@acme.example>\r\n"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
    }

    #[test]
    fn no_value_becomes_a_header_of_its_own() {
        let text = String::from_utf8(compose(&draft(), &[vec![]]).unwrap()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> =
            head.split("\r\n").filter(|line| !line.starts_with(' ')).map(|line| line.split(':').next().unwrap()).collect();
        let allowed = [
            "From",
            "To",
            "Subject",
            "Message-ID",
            "Date",
            "Reply-To",
            "In-Reply-To",
            "References",
            "Auto-Submitted",
            "X-Postroom-Ticket",
        ];
        for name in names {
            assert!(allowed.contains(&name) || name == "MIME-Version" || name == "Content-Type", "{name} in {head}");
        }
        assert!(head.contains("In-Reply-To: <orig@acme.examplex>"), "{head}");
    }

    #[test]
    fn a_head_is_in_ascii_unless_its_reader_needs_more() {
        let at = |address: &str| Address { name: Some("J\u{f6}rg".to_owned()), address: address.to_owned() };
        let to = |address: &str| {
            let cc = vec![at("kim@b\u{fc}cher.example"), at("j\u{f6}rg@acme.example"), at("lee@acme.example")];
            let bytes = compose(&Draft { to: at(address), cc, ..draft() }, &[vec![]]).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            text.split_once("\r\n\r\n").unwrap().0.to_owned()
        };
        let head = to("zoe@b\u{fc}cher.example");
        assert!(head.is_ascii() && head.contains("<zoe@xn--bcher-kva.example>"), "{head}");
        assert!(head.contains("<kim@xn--bcher-kva.example>") && head.contains("<lee@acme.example>") && !head.contains("rg@acme"));
        let head = to("zo\u{eb}@b\u{fc}cher.example");
        assert!(head.contains("<zo\u{eb}@b\u{fc}cher.example>") && head.contains("<j\u{f6}rg@acme.example>"), "{head}");
    }

    #[test]
    fn an_address_that_cannot_be_written_to_is_an_error() {
        let mut bad = draft();
        bad.to.address = "a b@x".to_owned();
        assert!(matches!(compose(&bad, &[vec![]]), Err(Unsendable::Address(_))));
    }
}
