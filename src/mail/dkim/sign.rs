//! Signs what the desk writes (RFC 6376, RFC 8463). The same mail gets the same signature: both algorithms are
//! deterministic, and the time in it is the mail's own. Canonicalising and signing are the library's.

use std::fmt;

use mail_auth::common::crypto::{DkimKey, Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::{HeaderWriter, Writable, Writer};
use mail_auth::dkim::canonicalize::CanonicalHeaders;
use mail_auth::dkim::{Canonicalization, Signature};

use super::candidates::{is_sound_key, label, tags};
use crate::decode::transfer::base64_quanta;
use crate::proof;
use crate::time::Timestamp;

/// Fields of which there is one at most. Each is named once more than it stands there, so that nobody can add another
/// that programs show instead (RFC 6376 section 8.15).
const ONCE: &[&str] = &[
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// Fields that are signed where they stand; without a signature no program offers to unsubscribe with one click (RFC 8058
/// section 4). A mailing list may add its own.
const AS_THEY_STAND: &[&str] = &["Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"];

/// What stands before an RSA key in the form in which everybody publishes it (`SubjectPublicKeyInfo`, RFC 5280 section
/// 4.1): rsaEncryption without parameters.
const RSA_ENCRYPTION: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Why something cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSign {
    /// No domain of its own in DNS.
    #[error("`{0}` is not a domain that mails are from")]
    Domain(String),
    /// No part of a name in DNS.
    #[error("`{0}` is not a selector")]
    Selector(String),
    /// No private key in PEM form.
    #[error("there is no private key in it (a line `-----BEGIN PRIVATE KEY-----` begins one)")]
    NoKey,
    /// A key with a password.
    #[error("its key is encrypted with a password")]
    Encrypted,
    /// A key that is none of RSA with 2048 bits or more, or Ed25519.
    #[error("its key is neither RSA with 2048 to 4096 bits nor Ed25519 ({0})")]
    OtherKey(String),
}

/// One domain's key, ready to sign.
pub struct Signer {
    domain: String,
    selector: String,
    key: DkimKey,
    public: Vec<u8>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key", &self.record_name()).finish_non_exhaustive()
    }
}

impl Signer {
    /// Signs for `domain` with the private key in `pem`, whose public half is published under `selector`.
    ///
    /// # Errors
    /// Where one of the three is not what it should be.
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, CannotSign> {
        let (domain, selector) = (domain.to_ascii_lowercase(), selector.to_ascii_lowercase());
        if !domain.contains('.') || domain.len() > 253 || !domain.split('.').all(label) {
            return Err(CannotSign::Domain(domain));
        }
        if selector.len() > 100 || !selector.split('.').all(label) {
            return Err(CannotSign::Selector(selector));
        }
        let der = der(pem)?;
        let (key, public) = match Ed25519Key::from_pkcs8_maybe_unchecked_der(&der) {
            Ok(key) => {
                let public = key.public_key();
                (DkimKey::Ed25519(key), public)
            }
            Err(_) => {
                let words = |words: String| CannotSign::OtherKey(words);
                let parsed = der.as_slice().try_into().map_err(|error: &str| words(error.to_owned()))?;
                let key = RsaKey::<Sha256>::from_key_der(parsed).map_err(|error| words(error.to_string()))?;
                let public = key.public_key();
                (DkimKey::Rsa(key), public)
            }
        };
        Ok(Self { domain, selector, key, public })
    }

    /// Whose signature it is.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether it speaks for a mail from this address: the two domains are the same, or one is below the other (RFC 7489
    /// section 3.1.1, relaxed).
    #[must_use]
    pub fn aligns(&self, from: &str) -> bool {
        let from = from.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase();
        let below = |lower: &str, upper: &str| lower.strip_suffix(upper).is_some_and(|rest| rest.ends_with('.'));
        from.contains('.') && (from == self.domain || below(&from, &self.domain) || below(&self.domain, &from))
    }

    /// The field to put before `mail`, which has CRLF at the end of each line; `None` where it is no mail.
    #[must_use]
    pub fn sign(&self, mail: &[u8], at: Timestamp) -> Option<String> {
        let fields = fields(mail)?;
        let body = fields.last().map_or(0, |field| field.end) + 2;
        let mut named = Vec::new();
        let mut signed = Vec::new();
        for (name, times) in ONCE.iter().map(|name| (*name, 1)).chain(AS_THEY_STAND.iter().map(|name| (*name, 0))) {
            let standing = fields.iter().rev().filter(|field| field.name.eq_ignore_ascii_case(name.as_bytes()));
            let before = signed.len();
            signed.extend(standing.map(|field| (field.name, field.value)));
            named.extend(std::iter::repeat_n(name.to_owned(), signed.len() - before + times));
        }
        // The library writes them from the last to the first.
        signed.reverse();
        let way = Canonicalization::Relaxed;
        let mut signature = Signature {
            v: 1,
            a: self.key.algorithm(),
            d: self.domain.clone(),
            s: self.selector.clone(),
            h: named,
            t: u64::try_from(at.as_micros() / 1_000_000).ok()?,
            bh: self.key.hash(way.canonical_body(mail.get(body..)?, 0)).as_ref().to_vec(),
            ch: way,
            cb: way,
            ..Signature::default()
        };
        let head = way.canonical_headers(signed);
        signature.b = self.key.sign(Signable { head, signature: &signature }).ok()?;
        Some(signature.to_header())
    }

    /// Where the public key has to be published.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The TXT record to publish there.
    #[must_use]
    pub fn record(&self) -> String {
        format!("v=DKIM1; k={}; p={}", self.kind(), base64(&self.published()))
    }

    /// Whether a published record is that of this key.
    #[must_use]
    pub fn fits(&self, record: &str) -> bool {
        let Some(tags) = tags(record).filter(|_| is_sound_key(record)) else { return false };
        let published = tags.get("p").map(|text| base64_quanta(text.as_bytes())).unwrap_or_default();
        let kind = tags.get("k").map_or("rsa", String::as_str);
        kind == self.kind() && (published == self.published() || published == self.public)
    }

    const fn kind(&self) -> &'static str {
        match self.key {
            DkimKey::Rsa(_) => "rsa",
            DkimKey::Ed25519(_) => "ed25519",
        }
    }

    /// The public key in the form in which it is published.
    fn published(&self) -> Vec<u8> {
        match self.key {
            DkimKey::Rsa(_) => {
                let bits = element(0x03, &[&[0], self.public.as_slice()].concat());
                element(0x30, &[RSA_ENCRYPTION, bits.as_slice()].concat())
            }
            DkimKey::Ed25519(_) => self.public.clone(),
        }
    }
}

/// The fields and their signature, which is empty yet.
struct Signable<'a> {
    head: CanonicalHeaders<'a>,
    signature: &'a Signature,
}

impl Writable for Signable<'_> {
    fn write(self, writer: &mut impl Writer) {
        self.head.write(writer);
        self.signature.write(writer, false);
    }
}

/// A field as it stands, its value with the line end.
struct Standing<'a> {
    name: &'a [u8],
    value: &'a [u8],
    end: usize,
}

fn fields(mail: &[u8]) -> Option<Vec<Standing<'_>>> {
    let mut place = 0;
    let fields = proof::head(mail)?.into_iter().map(|field| {
        let start = place + field.name.len() + 1;
        place = start + field.value.len() + 2;
        Some(Standing { name: field.name, value: mail.get(start..place).filter(|value| value.ends_with(b"\r\n"))?, end: place })
    });
    fields.collect()
}

/// An element in DER (X.690).
fn element(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut element = vec![kind];
    match (length.as_slice(), u8::try_from(length.len())) {
        ([short], _) if *short < 0x80 => element.push(*short),
        (long, Ok(bytes)) => {
            element.push(0x80 | bytes);
            element.extend_from_slice(long);
        }
        (_, Err(_)) => {}
    }
    element.extend_from_slice(content);
    element
}

/// The private key in PEM form (RFC 7468) as DER; PKCS#8, or PKCS#1 as older programs write it.
fn der(pem: &str) -> Result<Vec<u8>, CannotSign> {
    let block = |kind: &str| {
        let (_, rest) = pem.split_once(&format!("-----BEGIN {kind}-----"))?;
        let (inside, _) = rest.split_once(&format!("-----END {kind}-----"))?;
        Some(inside)
    };
    let inside = match (block("PRIVATE KEY").or_else(|| block("RSA PRIVATE KEY")), block("ENCRYPTED PRIVATE KEY")) {
        (Some(inside), _) if inside.contains("ENCRYPTED") => return Err(CannotSign::Encrypted),
        (Some(inside), _) => inside,
        (None, Some(_)) => return Err(CannotSign::Encrypted),
        (None, None) => return Err(CannotSign::NoKey),
    };
    Ok(base64_quanta(inside.as_bytes()))
}

/// In base64 (RFC 4648 section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = ALPHABET.get((bits >> (18 - 6 * at)) & 63).map_or('=', |letter| char::from(*letter));
            text.push(if at > chunk.len() { '=' } else { letter });
        }
    }
    text
}

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
