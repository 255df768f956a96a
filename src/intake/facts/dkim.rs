//! The keys of DKIM signatures. DNS is asked only for domains of registered staff (law 5), for a few seconds, and outside the
//! deciding transaction; whatever goes wrong is no evidence, never an error. Verifying is [`crate::mail::dkim`]'s.

use std::time::Duration;

pub use crate::dns::Records;
use crate::mail::dkim::{candidates, holds};
use crate::time::Timestamp;

/// How long the keys of one mail may take. Deciding waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(8);

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
