//! Verifies DKIM signatures as evidence. DNS is asked only for domains of registered staff (law 5), for a few seconds, and
//! outside the deciding transaction; whatever goes wrong is no evidence, never an error.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::proto::rr::RData;
use mail_auth::{AuthenticatedMessage, DkimResult, DnsError, MessageAuthenticator, Parameters, ResolverCache, Txt};

use crate::mail::dkim::{candidates, is_sound_key};
use crate::mail::proof;
use crate::time::Timestamp;

/// How long the keys of one mail may take. The lane of deciding waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(8);

/// Where TXT records come from.
#[derive(Clone)]
pub enum Records {
    /// The system's resolver; `None` where it could not be set up.
    System(Option<Arc<TokioResolver>>),
    /// What a test wrote down, by name.
    Fixed(Arc<BTreeMap<String, Vec<String>>>),
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System(_) => "Records::System",
            Self::Fixed(_) => "Records::Fixed",
        })
    }
}

impl Records {
    /// The system's resolver. Needs a Tokio runtime.
    #[must_use]
    pub fn system() -> Self {
        let built = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        let resolver = built.inspect_err(|error| tracing::warn!("no DNS, so no DKIM signature can be verified: {error}"));
        Self::System(resolver.ok().map(Arc::new))
    }

    /// These records and no others.
    #[must_use]
    pub fn fixed(records: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, record) in records {
            all.entry(name).or_default().push(record);
        }
        Self::Fixed(Arc::new(all))
    }

    /// The only TXT record of `name`: of several nobody can say which counts.
    async fn only(&self, name: &str) -> Option<String> {
        let mut records = match self {
            Self::Fixed(records) => records.get(name).cloned().unwrap_or_default(),
            Self::System(resolver) => {
                // With a dot at the end no search domain is tried.
                let found = resolver.as_ref()?.txt_lookup(format!("{name}.")).await.ok()?;
                let texts = found.answers().iter().filter_map(|record| match &record.data {
                    RData::TXT(txt) => String::from_utf8(txt.txt_data.concat()).ok(),
                    _ => None,
                });
                texts.collect()
            }
        };
        records.pop().filter(|_| records.is_empty())
    }
}

/// Whether `domain` itself (in lower case) has signed this mail, strictly.
pub async fn is_signed(raw: &[u8], domain: &str, now: Timestamp, records: &Records) -> bool {
    let found = candidates(raw, domain, now);
    if found.is_empty() {
        return false;
    }
    // The library computes on bytes that anybody may have sent: a panic in there is no evidence.
    let (raw, domain, records) = (with_crlf(raw), domain.to_owned(), records.clone());
    let task = tokio::spawn(async move { holds(&raw, &domain, now, &records).await });
    let abort = task.abort_handle();
    let signed = tokio::time::timeout(PATIENCE, task).await;
    abort.abort();
    matches!(signed, Ok(Ok(true)))
}

async fn holds(raw: &[u8], domain: &str, now: Timestamp, records: &Records) -> bool {
    let mut keys = Keys::default();
    for candidate in candidates(raw, domain, now) {
        if let Some(record) = records.only(&candidate.key).await.filter(|record| is_sound_key(record))
            && let Ok(key) = DomainKey::parse(record.as_bytes())
        {
            keys.0.insert(format!("{}.", candidate.key).to_ascii_lowercase(), Arc::new(key));
        }
    }
    if keys.0.is_empty() {
        return false;
    }
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
    let outputs = verifier.verify_dkim(Parameters::new(&mail).with_txt_cache(&keys)).await;
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

#[cfg(test)]
#[path = "dkim_tests.rs"]
mod tests;
