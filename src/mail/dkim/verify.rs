//! Verifies the signatures that [`candidates`] chose, with keys that were found before; no DNS. Canonicalising and checking
//! are the library's, on bytes that anybody may have sent: a process of its own does it.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{AuthenticatedMessage, DkimResult, DnsError, MessageAuthenticator, Parameters, ResolverCache, Txt};

use super::candidates::{candidates, is_sound_key};
use crate::proof;
use crate::time::Timestamp;

/// Whether `domain` itself (in lower case) has signed this mail, strictly, with one of `records`: names of keys as
/// [`candidates`] gives them, each with its TXT record.
#[must_use]
pub fn holds(raw: &[u8], domain: &str, now: Timestamp, records: &[(String, String)]) -> bool {
    let mut keys = Keys::default();
    for (name, record) in records {
        if is_sound_key(record)
            && let Ok(key) = DomainKey::parse(record.as_bytes())
        {
            keys.0.insert(format!("{name}.").to_ascii_lowercase(), Arc::new(key));
        }
    }
    if keys.0.is_empty() {
        return false;
    }
    let raw = &with_crlf(raw);
    let found = candidates(raw, domain, now);
    let Some(mut mail) = AuthenticatedMessage::parse(raw) else { return false };
    // The library must have seen the very mail that we have: the same fields, and the text at the same place.
    let fields = proof::head(raw).unwrap_or_default();
    let same = |(theirs, ours): (&(&[u8], &[u8]), &proof::Field<'_>)| {
        theirs.0.eq_ignore_ascii_case(ours.name) && theirs.1.trim_ascii() == ours.value.trim_ascii()
    };
    let blank = raw.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let body = usize::try_from(mail.body_offset).ok();
    if mail.headers.len() != fields.len() || !mail.headers.iter().zip(&fields).all(same) || body != blank {
        return false;
    }
    let wanted = |value: &[u8]| found.iter().any(|candidate| candidate.value.trim_ascii() == value.trim_ascii());
    mail.dkim_headers.retain(|signature| wanted(signature.value) && signature.header.d.eq_ignore_ascii_case(domain));
    for signature in &mut mail.dkim_headers {
        // A wish for a report would be one more question to DNS.
        signature.header.r = false;
        signature.header.d.make_ascii_lowercase();
        signature.header.s.make_ascii_lowercase();
    }
    // All answers are in `keys`; there is nobody else to ask.
    let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
    let Ok(verifier) = MessageAuthenticator::new(nobody, ResolverOpts::default()) else { return false };
    // With all answers at hand it never waits; where it would, it wants to ask somebody.
    let outputs = verifier.verify_dkim(Parameters::new(&mail).with_txt_cache(&keys)).now_or_never().unwrap_or_default();
    outputs.iter().any(|output| output.result() == &DkimResult::Pass)
}

/// The keys of one mail, in the shape in which the library looks for them; what is not here is not there.
#[derive(Default)]
struct Keys(BTreeMap<String, Arc<DomainKey>>);

impl ResolverCache<Box<str>, Txt> for Keys {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: std::borrow::Borrow<Q>,
        Q: std::hash::Hash + Eq + ?Sized,
    {
        let found = self.0.iter().find(|(known, _)| {
            let known: Box<str> = known.as_str().into();
            std::borrow::Borrow::<Q>::borrow(&known) == name
        });
        Some(match found {
            Some((_, key)) => Txt::DomainKey(Arc::clone(key)),
            None => Txt::Error(mail_auth::Error::Dns(DnsError::InvalidRecordType)),
        })
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: std::borrow::Borrow<Q>,
        Q: std::hash::Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: std::time::Instant) {}
}

/// The mail with the line ends that it had on its way: a Maildir keeps bare line feeds.
fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(raw.len() + raw.len() / 32);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(bare) => {
                whole.extend_from_slice(bare.strip_suffix(b"\r").unwrap_or(bare));
                whole.extend_from_slice(b"\r\n");
            }
            None => whole.extend_from_slice(line),
        }
    }
    whole
}
