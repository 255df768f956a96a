//! A file by the secret of a link that a mail carried in its place. Whoever has the link has the file, as whoever has a mail has
//! what is attached to it; but only while its reader would still get the mail.

use super::standing::{Deed, Standing};
use super::ticket_page::GuestBytes;
use crate::desk::entry::File;
use crate::desk::people::Language;
use crate::desk::secret::Hashed;
use crate::store::blobs::BlobHash;
use crate::store::public::file_links as public;
use crate::store::{Result, Tx, blobs, people};
use crate::time::Timestamp;

/// A file that waits behind a link.
#[derive(Debug, Clone)]
pub struct LinkedFile {
    file: File,
    until: Timestamp,
    language: Option<Language>,
    zone: Option<String>,
}

impl LinkedFile {
    /// What the link leads to at `now`. A link that never was, one that is over and one to something that its reader may not
    /// have any more are the same `None`.
    pub async fn find(tx: &mut Tx, secret: &Hashed, now: Timestamp) -> Result<Option<Self>> {
        let Some(public::PublicLink { person, ticket, file, expires_at }) = public::find(tx, secret, now).await? else {
            return Ok(None);
        };
        if !Standing::of(tx, person, ticket).await?.may(Deed::Receive) {
            return Ok(None);
        }
        let person = people::get(tx, person).await?;
        let (language, zone) = person.map(|person| (person.reads(), person.time_zone)).unwrap_or_default();
        Ok(Some(Self { file, until: expires_at, language, zone }))
    }

    /// The file itself.
    pub async fn bytes(self, tx: &mut Tx) -> Result<GuestBytes> {
        let bytes = blobs::get(tx, &BlobHash(self.file.blob.clone())).await?;
        Ok(GuestBytes::new(self.file, bytes))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Its bytes.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.file.size
    }

    /// Until when it waits.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// The language of its reader.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The time zone of its reader.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }
}
