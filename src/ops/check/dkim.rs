//! Whether the keys that sign what leaves are published: a signature whose key nobody finds is worse than none.

use std::time::Duration;

use super::finding::Finding;
use crate::config::Config;
use crate::dns::Records;
use crate::mail::dkim::Signer;

/// How long DNS may take for one name.
const PATIENCE: Duration = Duration::from_secs(10);

/// What DNS says of each key.
pub async fn published(config: &Config, records: &Records) -> Vec<Finding> {
    let mut found = Vec::new();
    for key in &config.dkim {
        let name = key.signer.record_name();
        let answer = tokio::time::timeout(PATIENCE, records.all(&name)).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
        found.extend(judge(&key.signer, answer));
    }
    found
}

/// The records to publish, for when DNS is not asked.
#[must_use]
pub fn to_publish(config: &Config) -> Vec<String> {
    let keys = config.dkim.iter().map(|key| &key.signer);
    keys.map(|signer| format!("TXT record of {}: {}", signer.record_name(), signer.record())).collect()
}

/// What is wrong with what DNS says of a key.
fn judge(signer: &Signer, answer: Result<Vec<String>, String>) -> Option<Finding> {
    let (name, record) = (signer.record_name(), signer.record());
    let publish = format!("Publish {name} as one TXT record: {record}");
    let (words, remedy) = match answer.as_deref() {
        Ok([one]) if signer.fits(one) => return None,
        Ok([]) => (format!("mail is signed with a key that is not published: {name} has no TXT record"), publish),
        Ok([_]) => (
            format!("mail is signed with another key than {name} publishes, or with one that is withdrawn or in testing (t=y)"),
            format!("{publish}; or name the file with its private key in `key_file`."),
        ),
        Ok(several) => (
            format!("{name} has {} TXT records, and nobody can say which of them is the key", several.len()),
            format!("Leave one of them: {record}"),
        ),
        Err(error) => (format!("whether {name} publishes the key could not be asked: {error}"), publish),
    };
    Some(Finding::new("dkim", words, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_published_as_it_is_or_something_is_wrong() {
        let signer = |pem: &str| Signer::new("desk.example", "s1", pem).unwrap();
        let rsa = signer(include_str!("../../../fixtures/dkim/rsa.pem"));
        let other = signer(include_str!("../../../fixtures/dkim/ed25519.pem"));
        assert_eq!(judge(&rsa, Ok(vec![rsa.record()])), None);
        let table = [
            (Ok(vec![]), "not published"),
            (Ok(vec![other.record()]), "another key"),
            (Ok(vec!["v=DKIM1; p=".to_owned()]), "another key"),
            (Ok(vec![rsa.record().replace("k=", "t=y; k=")]), "in testing"),
            (Ok(vec![rsa.record(), other.record()]), "2 TXT records"),
            (Err("timed out".to_owned()), "could not be asked: timed out"),
        ];
        for (answer, words) in table {
            let found = judge(&rsa, answer).unwrap();
            assert!(found.words.contains(words) && found.words.contains("s1._domainkey.desk.example"), "{found:?}");
            assert!(found.remedy.contains(&rsa.record()), "{found:?}");
        }
    }
}
