//! A Maildir on this machine, read like a mailbox; and delivery into one.
//!
//! The name of a file up to `:2,` is unique for good, whatever folder and flags it has, so its hash is the uid. A new
//! mail is stored, committed, and then moved from `new/` to `cur/` as read. Files that another program moves or
//! removes meanwhile are fine. What lay there at the first look is taken in the order of its dates.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use nix::unistd::{AccessFlags, access};
use sha2::{Digest, Sha256};

use super::first_look::{self, Look};
use super::pipe::number;
use super::{About, InboxWriter, junk};
use crate::desk::age::Times;
use crate::mail;
use crate::store::first_look::Cover;
use crate::store::inbox::{self, Origin, Received};
use crate::time::Timestamp;

/// Reads one Maildir.
#[derive(Debug)]
pub struct MaildirReader {
    mailbox: String,
    path: PathBuf,
    intake: InboxWriter,
    /// What the ledger is known to have; it is asked again only when something else turns up.
    known: BTreeSet<i64>,
    first_look: Look,
    /// Whether it is a junk folder.
    junk: bool,
}

/// A mail's header stands within so many bytes of its beginning.
const HEAD: u64 = 64 << 10;

/// Where all mail of a Maildir is said to lie.
const FOLDER: &str = "INBOX";

/// One file as it was found.
struct Found {
    written: SystemTime,
    name: String,
    path: PathBuf,
    new: bool,
    size: i64,
    uid: i64,
    /// Whether it has been answered.
    answered: bool,
}

impl MaildirReader {
    /// A reader of the Maildir at `path` for `mailbox`.
    #[must_use]
    pub fn new(mailbox: &str, path: PathBuf, intake: InboxWriter) -> Self {
        let junk = path.file_name().is_some_and(|name| junk::is_folder(&name.to_string_lossy()));
        Self { mailbox: mailbox.to_owned(), path, intake, known: BTreeSet::new(), first_look: Look::default(), junk }
    }

    /// Looks once, oldest file first; how many mails were new.
    ///
    /// # Errors
    /// When the folders or the database cannot be used, or some file cannot be read: the others are stored first.
    pub async fn poll_once(&mut self) -> anyhow::Result<usize> {
        // One that was there and is gone is no empty one: a disk may not be mounted.
        if self.first_look.is_known() && !self.path.exists() {
            anyhow::bail!("the Maildir {} is gone; nobody makes it anew but a restart", self.path.display());
        }
        let path = self.path.clone();
        let found = tokio::task::spawn_blocking(move || scan(&path)).await?;
        let mut found = found.with_context(|| format!("the Maildir {}", self.path.display()))?;
        if found.iter().any(|file| !self.known.contains(&file.uid)) {
            let mut tx = self.intake.store.read().await?;
            self.known = inbox::known_uids(&mut tx, &self.mailbox, FOLDER, 1).await?;
        }
        if !self.first_look.is_known() {
            let mut uids: Vec<i64> = found.iter().map(|file| file.uid).collect();
            uids.sort_unstable();
            self.first_look = first_look::begin(&self.intake, (&self.mailbox, FOLDER, 1), Cover::These(uids)).await?;
        }
        if self.first_look.is_open() {
            let now = self.intake.clock.now();
            found = tokio::task::spawn_blocking(move || by_date(found, now)).await?;
        }
        let mut there: BTreeSet<i64> = found.iter().map(|file| file.uid).collect();
        let (mut new, mut fault) = (0, None);
        for file in found {
            if !self.known.contains(&file.uid) {
                match self.keep(&file).await? {
                    Kept::Yes(received) => new += usize::from(matches!(received, Received::New(_))),
                    Kept::Vanished => {
                        there.remove(&file.uid);
                        continue;
                    }
                    Kept::Unreadable(error) => {
                        fault = fault.or(Some(error));
                        continue;
                    }
                }
                self.known.insert(file.uid);
            }
            if file.new {
                let read = self.path.join("cur").join(format!("{}:2,S", file.name));
                match tokio::fs::rename(&file.path, read).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => fault = fault.or(Some(error.into())),
                    _ => {}
                }
            }
        }
        if fault.is_none() && self.first_look.is_open() && self.first_look.is_complete(&there, &self.known, |_| false) {
            first_look::end(&self.intake, (&self.mailbox, FOLDER), &mut self.first_look).await?;
        }
        fault.map_or(Ok(new), Err)
    }

    async fn keep(&self, file: &Found) -> anyhow::Result<Kept> {
        let origin = Origin { mailbox: self.mailbox.clone(), folder: FOLDER.to_owned(), uidvalidity: 1, uid: file.uid };
        let found = self.first_look.found(file.uid, file.answered);
        let about = About { server_at: Some(file.at()), found, junk: self.junk };
        if self.intake.is_too_large(file.size) {
            let path = file.path.clone();
            let head = tokio::task::spawn_blocking(move || beginning(&path)).await?.unwrap_or_default();
            return Ok(Kept::Yes(self.intake.keep_stub(&origin, file.size, &head, about).await?));
        }
        match tokio::fs::read(&file.path).await {
            Ok(raw) => Ok(Kept::Yes(self.intake.keep(&origin, raw, about).await?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Kept::Vanished),
            Err(error) => Ok(Kept::Unreadable(anyhow::Error::new(error).context(format!("reading {}", file.path.display())))),
        }
    }
}

enum Kept {
    Yes(Received),
    Vanished,
    Unreadable(anyhow::Error),
}

impl Found {
    /// When it was written to disk.
    fn at(&self) -> Timestamp {
        Timestamp::from_seconds(0).plus(self.written.duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

/// The files in the order in which their mails were written.
fn by_date(found: Vec<Found>, now: Timestamp) -> Vec<Found> {
    let date = |path: &Path| mail::date(&beginning(path)?);
    let times = |file: &Found| Times { date: date(&file.path), server: Some(file.at()), received: now };
    let mut dated: Vec<(Timestamp, Found)> = found.into_iter().map(|file| (times(&file).written(), file)).collect();
    dated.sort_by_key(|(written, _)| *written);
    dated.into_iter().map(|(_, file)| file).collect()
}

/// The beginning of a mail, with its header; `None` where it cannot be read.
fn beginning(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    std::fs::File::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    Some(head)
}

/// The part of a file name that never changes.
fn unique(name: &str) -> &str {
    name.split_once(":2,").map_or(name, |(unique, _)| unique)
}

/// What mail programs have marked a file with.
fn flags(name: &str) -> &str {
    name.split_once(":2,").map_or("", |(_, flags)| flags)
}

/// Every mail in `new/` and `cur/`, by time and name.
fn scan(path: &Path) -> io::Result<Vec<Found>> {
    folders(path)?;
    let mut found = Vec::new();
    for folder in ["new", "cur"] {
        for entry in std::fs::read_dir(path.join(folder))? {
            let entry = entry?;
            // Names that are not UTF-8 exist; the hash of what is readable of them still tells them apart well enough.
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(about) = entry.metadata() else { continue };
            if name.starts_with('.') || !about.is_file() {
                continue;
            }
            found.push(Found {
                written: about.modified().unwrap_or(UNIX_EPOCH),
                uid: number(&Sha256::digest(unique(&name))),
                name: unique(&name).to_owned(),
                answered: flags(&name).contains('R'),
                path: entry.path(),
                new: folder == "new",
                size: i64::try_from(about.len()).unwrap_or(i64::MAX),
            });
        }
    }
    found.sort_by(|a, b| (a.written, &a.name).cmp(&(b.written, &b.name)));
    Ok(found)
}

/// Whether there is a Maildir at `path` that can be read and written, or a place for one.
///
/// # Errors
/// What stands in the way.
pub fn examine(path: &Path) -> io::Result<()> {
    for folder in ["new", "cur", "tmp"] {
        match std::fs::read_dir(path.join(folder)) {
            Ok(_) => {}
            // Made at the first look, with everything above it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", path.join(folder).display()))),
        }
    }
    let there = path.ancestors().find(|folder| folder.exists()).unwrap_or(path);
    let about = std::fs::metadata(there)?;
    if !about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is no folder", there.display())));
    }
    access(there, AccessFlags::W_OK | AccessFlags::X_OK)
        .map_err(io::Error::from)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", there.display())))
}

/// Makes what is missing of a Maildir, for nobody but us: everybody's mail lies in it.
fn folders(path: &Path) -> io::Result<()> {
    ["tmp", "new", "cur"].into_iter().try_for_each(|folder| private(&path.join(folder)))
}

/// Makes a folder, and those above it that are missing, for nobody but us.
///
/// # Errors
/// The file system's.
pub fn private(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Delivers `bytes` into the Maildir at `path` under `unique_name`: whole and durable, or not at all. A mail of that
/// name that is already there is replaced where it was not read yet, and left alone where it was. Returns its file.
///
/// # Errors
/// When the name cannot be one (`/`, `:`, a leading dot), or the file system refuses.
pub fn deliver(path: &Path, bytes: &[u8], unique_name: &str) -> io::Result<PathBuf> {
    if unique_name.is_empty() || unique_name.starts_with('.') || unique_name.contains(['/', ':', '\0']) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{unique_name}` cannot name a mail")));
    }
    folders(path)?;
    for entry in std::fs::read_dir(path.join("cur"))? {
        let entry = entry?;
        if unique(&entry.file_name().to_string_lossy()) == unique_name {
            return Ok(entry.path());
        }
    }
    let (tmp, new) = (path.join("tmp").join(unique_name), path.join("new").join(unique_name));
    let mut file = std::fs::File::create(&tmp)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&tmp, &new)?;
    std::fs::File::open(path.join("new"))?.sync_all()?;
    Ok(new)
}
