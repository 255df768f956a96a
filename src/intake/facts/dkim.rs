//! The keys of DKIM signatures. DNS is asked only for domains of registered staff (law 5), for a few seconds, and outside the
//! deciding transaction; whatever goes wrong is no evidence, never an error. Verifying is [`crate::mail::dkim`]'s.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::proto::rr::RData;

use crate::mail::dkim::{candidates, holds};
use crate::time::Timestamp;

/// How long the keys of one mail may take. Deciding waits meanwhile.
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

/// The records of `keys` (see [`candidates`]), as far as each is the only one of its name. Few seconds, and few names.
pub(super) async fn ask(keys: &[String], records: &Records) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let work = async {
        for key in keys {
            if let Some(record) = records.only(key).await {
                found.push((key.clone(), record));
            }
        }
    };
    // What was found until then may be enough.
    let _ = tokio::time::timeout(PATIENCE, work).await;
    found
}

/// Whether `domain` itself (in lower case) has signed this mail, strictly; all of it in this process.
pub async fn is_signed(raw: &[u8], domain: &str, now: Timestamp, records: &Records) -> bool {
    let keys: Vec<String> = candidates(raw, domain, now).into_iter().map(|candidate| candidate.key).collect();
    if keys.is_empty() {
        return false;
    }
    let found = ask(&keys, records).await;
    holds(raw, domain, now, &found)
}

#[cfg(test)]
#[path = "dkim_tests.rs"]
mod tests;
