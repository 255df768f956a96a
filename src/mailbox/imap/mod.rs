//! Mail from an IMAP server (RFC 3501, RFC 9051), whatever that server does.
//!
//! [`ImapReader::poll_once`] is the step: every UID of a folder that the ledger does not know is fetched without marking
//! it, stored, and marked `\Seen` only after that commit. The connection is kept between looks and thrown away at the
//! first error. What one part cannot do costs only that part: a mail that does not come is tried by itself after all
//! others (`folder`), a folder that cannot be read waits longer and longer while the others keep their interval, a server
//! that says what it may not ([`answers`]) loses its connection, and its mailbox one look.
//!
//! While a mail of `n` bytes is fetched, a mailbox takes at most `n` for what has come in, `n` for the mail itself, and as
//! much again while the store packs it: three times `mail_bytes`, whatever sizes the server claims; besides that what it takes
//! to list a folder: some 100 bytes a mail, at most a million mails.

pub mod answers;
mod connect;
mod folder;
pub mod names;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::anyhow;
use async_imap::error::Error as ImapError;
use futures_util::StreamExt;

use super::{FoldersFailed, InboxWriter};
use crate::config::Imap;
use answers::{Bounds, Done, Status};
pub use connect::{Patience, Session, connect};
use connect::{open, plain, refusal, timed};
use folder::{Fault, Folder, Place, Trouble};
pub use wire::{Bounded, Wire};

/// Folders that are named where one is missing.
const NAMED: usize = 30;

/// The pause of a folder after its first failure, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Reads one mailbox on an IMAP server.
#[derive(Debug)]
pub struct ImapReader {
    mailbox: String,
    imap: Imap,
    intake: InboxWriter,
    patience: Patience,
    session: Option<Session>,
    /// By the name on the server, which is the one in the ledger, too.
    folders: BTreeMap<String, Folder>,
}

impl ImapReader {
    /// A reader of `mailbox`; connects at the first look.
    #[must_use]
    pub fn new(mailbox: &str, imap: Imap, intake: InboxWriter) -> Self {
        let mailbox = mailbox.to_owned();
        Self { mailbox, imap, intake, patience: Patience::default(), session: None, folders: BTreeMap::new() }
    }

    /// The same with other time limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// What is odd about the mailbox although it can be read, for people.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let remarks = self.folders.iter().filter_map(|(name, folder)| Some((name, folder.remark()?)));
        remarks.map(|(name, remark)| format!("folder {}: {remark}", names::to_people(name))).collect()
    }

    /// Looks into every folder once; how many mails were new.
    ///
    /// # Errors
    /// What stood in the way; a [`FoldersFailed`] where it was only in the way of some folders. What was stored until then
    /// stays stored. The next look connects anew where it must.
    pub async fn poll_once(&mut self) -> anyhow::Result<usize> {
        let (mut new, mut read, mut lost) = (0, 0, Vec::new());
        let mut session = self.session.take();
        for name in self.imap.folders.clone() {
            let (server_name, now) = (names::to_server(&name), self.intake.clock.now());
            let folder = self.folders.entry(server_name.clone()).or_default();
            if folder.trouble.as_ref().is_some_and(|trouble| now < trouble.until) {
                continue;
            }
            let mut open_session = match session.take() {
                Some(session) => session,
                None => {
                    // One more than may be: what is larger announces itself by coming whole.
                    let bounds = Bounds::new(self.intake.largest.saturating_add(1));
                    open(&self.imap.server, self.patience, bounds).await?
                }
            };
            let place = Place { mailbox: &self.mailbox, folder: &server_name, intake: &self.intake, patience: self.patience };
            let fault = match look(&place, &mut open_session, folder).await {
                Ok(found) => {
                    (new, read, folder.trouble) = (new + found, read + 1, None);
                    session = Some(open_session);
                    continue;
                }
                Err(Fault::Store(error)) => return Err(error),
                Err(Fault::Refused(error)) => {
                    read += 1;
                    session = Some(open_session);
                    error
                }
                Err(Fault::Server(error)) => {
                    lost.push(server_name);
                    error
                }
            };
            let failures = folder.trouble.as_ref().map_or(1, |trouble| trouble.failures.saturating_add(1));
            let pause = FIRST_PAUSE.saturating_mul(1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX)).min(LONGEST_PAUSE);
            folder.trouble = Some(Trouble { words: format!("folder {name}: {fault:#}"), failures, until: now.plus(pause) });
        }
        self.session = session;
        if read == 0 && !lost.is_empty() {
            // Not some folders, but the server: the mailbox waits as a whole.
            let all: Vec<String> =
                lost.iter().filter_map(|name| Some(self.folders.get_mut(name)?.trouble.take()?.words)).collect();
            return Err(anyhow!("{}", all.join("; ")));
        }
        let words: Vec<&str> = self.folders.values().filter_map(|folder| Some(folder.trouble.as_ref()?.words.as_str())).collect();
        if words.is_empty() { Ok(new) } else { Err(FoldersFailed(words.join("; ")).into()) }
    }
}

/// Opens every folder for reading only, and says what stands in the way of which.
///
/// # Errors
/// As [`connect()`].
pub async fn examine(imap: &Imap) -> anyhow::Result<Vec<(String, Option<anyhow::Error>)>> {
    let (mut session, limit) = (connect(&imap.server).await?, Patience::default().answer);
    let mut folders = Vec::with_capacity(imap.folders.len());
    for name in &imap.folders {
        let server_name = names::to_server(name);
        let fault = match timed(limit, session.examine(&server_name)).await? {
            Ok(_) => None,
            Err(error) => Some(match session.get_ref().done().cloned() {
                Some(done) => match missing(&server_name, limit, &mut session, &done).await {
                    Ok(error) | Err(Fault::Server(error) | Fault::Refused(error) | Fault::Store(error)) => error,
                },
                None => plain(&error),
            }),
        };
        folders.push((name.clone(), fault));
    }
    // A courtesy: the answer to it changes nothing.
    let _ = timed(Duration::from_secs(2), session.logout()).await;
    Ok(folders)
}

/// Selects a folder and reads it.
async fn look(place: &Place<'_>, session: &mut Session, folder: &mut Folder) -> Result<usize, Fault> {
    let selected = timed(place.patience.answer, session.select(place.folder)).await.map_err(Fault::Server)?;
    let selected = match selected {
        Ok(selected) => selected,
        Err(error @ (ImapError::No(_) | ImapError::Bad(_))) => {
            let done = session.get_ref().done().cloned();
            return Err(match done {
                Some(done) => Fault::Refused(missing(place.folder, place.patience.answer, session, &done).await?),
                None => Fault::Server(plain(&error)),
            });
        }
        Err(error) => return Err(Fault::Server(plain(&error))),
    };
    match selected.uid_validity {
        Some(uidvalidity @ 1..) => {
            let next = selected.uid_next.map(i64::from);
            place.read(session, folder, (i64::from(uidvalidity), next)).await
        }
        _ => Err(Fault::Refused(anyhow!("the server gives its mails no lasting names (UIDVALIDITY)"))),
    }
}

/// Why a folder cannot be selected: that it is not there is told from all others.
async fn missing(folder: &str, limit: Duration, session: &mut Session, done: &Done) -> Result<anyhow::Error, Fault> {
    let listing = async {
        let mut found = Vec::new();
        let mut names = session.list(Some(""), Some("*")).await?;
        while let Some(name) = names.next().await {
            found.push(name?.name().to_owned());
        }
        Ok::<_, ImapError>(found)
    };
    let found = timed(limit, listing).await.map_err(Fault::Server)?;
    let found = found.map_err(|error| Fault::Server(plain(&error)))?;
    let listed = session.get_ref().done().is_some_and(|done| done.status == Status::Ok);
    if !listed || found.is_empty() || done.status != Status::No || found.iter().any(|name| name == folder) {
        return Ok(refusal(done));
    }
    let named: Vec<String> = found.iter().take(NAMED).map(|name| names::to_people(name).chars().take(100).collect()).collect();
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let name = names::to_people(folder);
    Ok(anyhow!("there is no folder {name}; there are: {}{more}", named.join(", ")))
}
