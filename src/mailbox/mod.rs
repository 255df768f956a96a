//! Where mail comes from: IMAP, a Maildir, or a pipe.
//!
//! A source puts raw mail into the inbox and touches the server only after that commit (law 1). What is new is decided
//! by the ledger, `(mailbox, folder, uidvalidity, uid)`, never by `\Seen`, dates, sequence numbers or Message-ID: other
//! clients may read, mark and delete as they like. Fetching twice is harmless, the ledger knows.

mod first_look;
pub mod imap;
mod junk;
pub mod maildir;
pub mod pipe;
pub mod tls;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{self, Source};
use crate::desk::inbox::{Absent, Found, MailboxHealth};
use crate::store::inbox::{self, Origin, Received};
use crate::store::{Store, Trouble, Tx, mailboxes};
use crate::time::{Clock, Rng, Timestamp};

/// The longest pause after repeated failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How often an unchanged state is written down again.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// Bytes at the beginning of a mail in which its header is, of one whose bytes are not fetched.
const HEAD: usize = 64 << 10;

/// What a source knows of a mail besides its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// When the server received it.
    pub server_at: Option<Timestamp>,
    /// How it was found; `None` where it came after the first look into its folder.
    pub found: Option<Found>,
    /// Whether it lay in the junk folder, or was marked as junk.
    pub junk: bool,
}

/// What every source needs to put a mail into the inbox.
#[derive(Debug, Clone)]
pub struct InboxWriter {
    /// Where it is kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Ids and jitter.
    pub rng: Rng,
    /// Bytes of the largest mail that is fetched ([`Config::limits`](crate::config::Config)). Larger ones stay on the
    /// server and stand in the ledger without bytes, so that a human is told; most servers take no more than 25 MB, and
    /// base64 adds a third.
    pub largest: usize,
}

impl InboxWriter {
    /// Stores a raw mail durably. When this returns, the server may be touched.
    pub async fn keep(&self, origin: &Origin, raw: Vec<u8>, about: About) -> anyhow::Result<Received> {
        let (origin, now, rng, bytes) = (origin.clone(), self.clock.now(), self.rng.clone(), raw.len());
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let received = inbox::receive(tx, &origin, &raw, about.server_at, now, &rng).await?;
                mark(tx, &origin, received, about).await
            })
        });
        let received = work.await.inspect_err(|_| self.store.wants(bytes))?;
        crate::crash::point("stored");
        Ok(received)
    }

    /// The same for a mail whose source has no lasting name for it: bytes that came out of this folder before are not
    /// stored again.
    pub async fn keep_unknown(&self, origin: &Origin, raw: Vec<u8>, about: About) -> anyhow::Result<Received> {
        let (origin, now, rng) = (origin.clone(), self.clock.now(), self.rng.clone());
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let received = inbox::receive_unknown(tx, &origin, &raw, about.server_at, now, &rng).await?;
                mark(tx, &origin, received, about).await
            })
        });
        Ok(work.await?)
    }

    /// Enters a mail of `size` bytes that is larger than [`InboxWriter::largest`], with its beginning, as far as that is known.
    pub async fn keep_stub(&self, origin: &Origin, size: i64, head: &[u8], about: About) -> anyhow::Result<Received> {
        self.enter(origin, (Absent::TooLarge, size), head, about).await
    }

    /// Enters a mail that the server does not hand over, with its beginning, if it hands over that. [`InboxWriter::keep`] gives the
    /// row its bytes when they come.
    pub async fn keep_missing(&self, origin: &Origin, head: &[u8]) -> anyhow::Result<Received> {
        self.enter(origin, (Absent::NotFetched, 0), head, About::default()).await
    }

    async fn enter(&self, origin: &Origin, (absent, size): (Absent, i64), head: &[u8], about: About) -> anyhow::Result<Received> {
        let (origin, now, rng) = (origin.clone(), self.clock.now(), self.rng.clone());
        let head = head.get(..head.len().min(HEAD)).unwrap_or_default().to_vec();
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let received = inbox::receive_stub(tx, &origin, absent, size, about.server_at, now, &rng).await?;
                if let (Received::New(id), false) = (received, head.is_empty()) {
                    inbox::set_head(tx, id, &head).await?;
                }
                mark(tx, &origin, received, about).await
            })
        });
        Ok(work.await?)
    }

    /// Whether a mail of `size` bytes stays where it is.
    fn is_too_large(&self, size: i64) -> bool {
        i64::try_from(self.largest).is_ok_and(|largest| size > largest)
    }

    async fn note(&self, mailbox: &str, found: Condition) -> anyhow::Result<()> {
        let (mailbox, now) = (mailbox.to_owned(), self.clock.now());
        let work = self.store.write(move |tx| {
            Box::pin(async move { Ok(mailboxes::note_with(tx, &mailbox, found.health, &found.words, now).await?) })
        });
        Ok(work.await?)
    }
}

/// What kept some folders of a mailbox from being read, and not the others: these keep their interval.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FoldersFailed(String);
/// Writes down how a new mail was found. What the first look covers and comes after its end is told of again.
async fn mark(tx: &mut Tx, origin: &Origin, received: Received, about: About) -> anyhow::Result<Received> {
    if let Received::New(id) = received
        && (about.found.is_some() || about.junk)
    {
        inbox::mark_found(tx, id, about.found, about.junk).await?;
        if about.found.is_some() {
            crate::store::first_look::reopen(tx, &origin.mailbox, &origin.folder).await?;
        }
    }
    Ok(received)
}

/// One mailbox being read.
#[derive(Debug)]
pub enum MailboxReader {
    /// On an IMAP server.
    Imap(Box<imap::ImapReader>),
    /// In a Maildir.
    Maildir(Box<maildir::MaildirReader>),
}

impl MailboxReader {
    /// A reader of `mailbox`; nothing is opened yet.
    #[must_use]
    pub fn new(mailbox: &config::Mailbox, intake: InboxWriter) -> Self {
        match &mailbox.source {
            Source::Imap(imap) => Self::Imap(Box::new(imap::ImapReader::new(&mailbox.name, imap.clone(), intake))),
            Source::Maildir(path) => Self::Maildir(Box::new(maildir::MaildirReader::new(&mailbox.name, path.clone(), intake))),
        }
    }

    /// Looks once; how many mails were new.
    ///
    /// # Errors
    /// What stood in the way. The next look starts afresh; what was stored stays stored.
    pub async fn poll_once(&mut self) -> anyhow::Result<usize> {
        match self {
            Self::Imap(reader) => reader.poll_once().await,
            Self::Maildir(reader) => reader.poll_once().await,
        }
    }

    /// What is odd about the mailbox although it can be read, for people.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        match self {
            Self::Imap(reader) => reader.remarks(),
            Self::Maildir(_) => Vec::new(),
        }
    }
}

/// Reads `mailbox` until `stop`. A wrong password, a dead server, even a panic while looking is a warning and a pause, never
/// an end.
pub async fn run(mailbox: config::Mailbox, intake: InboxWriter, stop: CancellationToken) {
    let reader = Arc::new(Mutex::new(MailboxReader::new(&mailbox, intake.clone())));
    let mut watch = Watch { intake: intake.clone(), mailbox: mailbox.name.clone(), failures: 0, noted: None };
    // Dropping a look half-way is safe: each mail is stored by a task of its own, and the ledger knows.
    let work = async {
        loop {
            // What cannot be stored stays where it is; it would be fetched and thrown away again and again.
            intake.store.well().await;
            let ours = Arc::clone(&reader);
            let looked = caught(async move { ours.lock().await.poll_once().await }).await;
            if looked.as_ref().is_err_and(|error| Trouble::within(error).is_some()) {
                // Not the mailbox's fault, and said by the store.
                tokio::time::sleep(mailbox.poll.min(Duration::from_secs(1))).await;
                continue;
            }
            let remarks = reader.lock().await.remarks();
            let pause = watch.see(looked, &remarks, mailbox.poll).await;
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Works in a task of its own: what panics there is a look that failed.
async fn caught(work: impl Future<Output = anyhow::Result<usize>> + Send + 'static) -> anyhow::Result<usize> {
    // A set ends its task when it is dropped.
    let mut task = JoinSet::new();
    task.spawn(work);
    match task.join_next().await {
        Some(Ok(looked)) => looked,
        Some(Err(_)) | None => Err(anyhow::anyhow!("reading it stopped by a fault of this program; its log has more")),
    }
}

/// How a mailbox was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    health: MailboxHealth,
    words: String,
}

/// Turns the results of looking into a log line per change, a row in the database and the next pause.
struct Watch {
    intake: InboxWriter,
    mailbox: String,
    failures: u32,
    noted: Option<(Condition, Timestamp)>,
}

impl Watch {
    async fn see(&mut self, looked: anyhow::Result<usize>, remarks: &[String], poll: Duration) -> Duration {
        if let (Ok(new), None) = (&looked, &self.noted) {
            tracing::info!(mailbox = self.mailbox, new, "the mailbox can be read");
        }
        let fault = looked.err();
        let aside = fault.as_ref().is_some_and(|fault| fault.downcast_ref::<FoldersFailed>().is_some());
        let health = if fault.is_none() { MailboxHealth::Ok } else { MailboxHealth::Failing };
        let words: Vec<String> = fault.iter().map(|fault| format!("{fault:#}")).chain(remarks.iter().cloned()).collect();
        let found = Condition { health, words: words.join("; ") };
        self.tell(&found, aside);
        let pause = match (health, aside) {
            (MailboxHealth::Failing, false) => {
                self.failures = self.failures.saturating_add(1);
                pause(poll, self.failures, &self.intake.rng)
            }
            _ => {
                self.failures = 0;
                poll
            }
        };
        let now = self.intake.clock.now();
        let stale = match &self.noted {
            Some((before, at)) => *before != found || now.since(*at) >= NOTE_EVERY,
            None => true,
        };
        if stale {
            match self.intake.note(&self.mailbox, found.clone()).await {
                Ok(()) => self.noted = Some((found, now)),
                Err(error) => tracing::warn!(mailbox = self.mailbox, %error, "the mailbox's state could not be noted"),
            }
        }
        pause
    }

    /// Says what has changed since the last look.
    fn tell(&self, found: &Condition, aside: bool) {
        let before = self.noted.as_ref().map(|(before, _)| before);
        let (mailbox, words) = (self.mailbox.as_str(), found.words.as_str());
        match (found.health, before.map(|before| before.health)) {
            (MailboxHealth::Ok, Some(MailboxHealth::Failing)) => tracing::info!(mailbox, "the mailbox can be read again"),
            (MailboxHealth::Ok, _) if !words.is_empty() && before != Some(found) => {
                tracing::warn!(mailbox, words, "the mailbox is odd");
            }
            (MailboxHealth::Failing, _) if aside && before != Some(found) => {
                tracing::warn!(mailbox, words, "not all of the mailbox can be read; trying again");
            }
            (MailboxHealth::Failing, before) if before != Some(MailboxHealth::Failing) => {
                tracing::warn!(mailbox, words, "the mailbox cannot be read; trying again");
            }
            _ => {}
        }
    }
}

/// The pause after `failures` failed looks in a row: doubling from one second (or the poll interval, if that is
/// shorter) to five minutes, spread by a quarter either way so that many mailboxes do not knock together.
fn pause(poll: Duration, failures: u32, rng: &Rng) -> Duration {
    let first = poll.min(Duration::from_secs(1));
    let doubled = first.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1).min(20)).unwrap_or(u32::MAX));
    let percent = 75 + u32::try_from(rng.bits() % 51).unwrap_or(25);
    doubled.min(LONGEST_PAUSE).saturating_mul(percent) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_look_that_panics_is_a_look_that_failed() {
        let fault = caught(async { panic!("as imap-proto does at INTERNALDATE NIL") }).await.unwrap_err();
        assert!(fault.to_string().contains("a fault of this program"), "{fault}");
        assert_eq!(caught(async { Ok(3) }).await.unwrap(), 3);
    }

    #[test]
    fn pauses_double_up_to_five_minutes_and_differ() {
        let rng = Rng::seeded(1);
        for (failures, seconds) in [(1, 1.0), (2, 2.0), (4, 8.0), (9, 256.0), (10, 300.0), (4_000_000, 300.0)] {
            let pause = pause(Duration::from_secs(10), failures, &rng).as_secs_f64();
            assert!((seconds * 0.75..=seconds * 1.25).contains(&pause), "{failures}: {pause}");
        }
        let pauses: std::collections::BTreeSet<_> = (0..20).map(|_| pause(Duration::from_secs(10), 5, &rng)).collect();
        assert!(pauses.len() > 5);
    }
}
