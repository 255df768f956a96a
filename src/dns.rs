//! TXT records, of the system's resolver or as a test wrote them down. Nothing but keys is asked of DNS (law 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::proto::rr::RData;

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

    /// All TXT records of `name`; none where there is no such name.
    ///
    /// # Errors
    /// In words, where DNS did not answer.
    pub async fn all(&self, name: &str) -> Result<Vec<String>, String> {
        let resolver = match self {
            Self::Fixed(records) => return Ok(records.get(name).cloned().unwrap_or_default()),
            Self::System(None) => return Err("this machine has no resolver".to_owned()),
            Self::System(Some(resolver)) => resolver,
        };
        // With a dot at the end no search domain is tried.
        let found = match resolver.txt_lookup(format!("{name}.")).await {
            Ok(found) => found,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(error.to_string()),
        };
        let texts = found.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(txt) => String::from_utf8(txt.txt_data.concat()).ok(),
            _ => None,
        });
        Ok(texts.collect())
    }

    /// The only TXT record of `name`: of several nobody can say which counts.
    pub async fn only(&self, name: &str) -> Option<String> {
        let mut records = self.all(name).await.ok()?;
        records.pop().filter(|_| records.is_empty())
    }
}
