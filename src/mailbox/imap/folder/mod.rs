//! One selected folder: which mails are new, and what becomes of those that do not come. `look` is the first look into it,
//! `fetch` how mails come in, `unnamed` a folder whose server gives no lasting names.
//!
//! A mail that does not come (the server breaks off, refuses, sends nothing, or Courier's placeholder) is tried by itself after all
//! others, three times. Then it gets a row in the ledger without bytes, so that a human is told, and is tried once an
//! hour; when it comes after all the row gets its bytes and is decided about. A try is counted before it is made: what
//! ends a look without a word counts, too.
//!
//! Mails are named by UIDVALIDITY and UID. One change of UIDVALIDITY gives every mail a new name, and all are fetched
//! again (copies are recognised when they are decided about). From the second change on mails of this folder are compared
//! by their bytes, and what the ledger has is not stored again; where it changed twice within a day the server has no
//! lasting names at all, and mails are told apart by size and date, and every six hours by their bytes.

mod fetch;
mod look;
mod unnamed;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_imap::error::Error as ImapError;

use super::answers::Status;
use super::connect::{Patience, Session, plain, refusal, timed};
use crate::mailbox::first_look::{self, Look};
use crate::mailbox::{About, InboxWriter};
use crate::store::inbox::{self, Origin};
use crate::time::Timestamp;

/// Mails asked for at once. Each is stored as it arrives, so this bounds what is fetched again after an error.
const BATCH: usize = 50;

/// Bytes of the beginning of a mail that are asked for: the fields of other servers stand above its date.
const BEGINNING: usize = 16 << 10;

/// Failed tries after which a mail is left alone, and for how long.
const TRIES: u32 = 3;
const LEFT_ALONE: Duration = Duration::from_secs(3600);

/// Rows without bytes that a folder has at most because of its server: one that hands over nothing at all is the mailbox's
/// trouble, and not that of each mail.
const ABSENT: usize = 100;

/// Changes of UIDVALIDITY within a day after which the server's names are not used any more.
const CHANGES: usize = 2;
const DAY: Duration = Duration::from_hours(24);
/// What is remembered of a folder between looks; all of it can be forgotten.
#[derive(Debug, Default)]
pub(super) struct Folder {
    uidvalidity: i64,
    /// What the ledger is known to have; it is asked again only when something else turns up.
    known: BTreeSet<i64>,
    /// Stored, and not yet marked on the server.
    unmarked: BTreeSet<i64>,
    /// Mails that could not be fetched: how often, and when last.
    failed: BTreeMap<i64, (u32, Timestamp)>,
    /// Those that have a row without bytes, and how many decisions of people there were about it.
    absent: BTreeMap<i64, i64>,
    /// What keeps the folder from being read.
    pub(super) trouble: Option<Trouble>,
    /// When UIDVALIDITY changed.
    changes: Vec<Timestamp>,
    /// Whether what comes is compared with what is there.
    compare: bool,
    /// Set while the server gives no lasting names.
    unnamed: Option<Unnamed>,
    /// Mails whose beginning alone was asked for.
    headed: BTreeSet<i64>,
    /// Whether the server does not understand that a part of a mail is asked for.
    whole: bool,
    first_look: Look,
    /// Whether its dates could not be had: then its mails are taken by number.
    undated: bool,
    /// Whether it is the junk folder.
    junk: bool,
}

/// A folder that could not be read.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) words: String,
    pub(super) failures: u32,
    pub(super) until: Timestamp,
}

/// How mails are told apart that have no names.
#[derive(Debug, Default)]
struct Unnamed {
    /// How many there were of each size and date.
    seen: BTreeMap<Traits, usize>,
    compared: Option<Timestamp>,
    looked: Option<Timestamp>,
}

/// One folder being read.
pub(super) struct Place<'a> {
    pub(super) mailbox: &'a str,
    /// As the server calls it.
    pub(super) folder: &'a str,
    pub(super) intake: &'a InboxWriter,
    pub(super) patience: Patience,
}

/// What the server says about a mail before its bytes are asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    traits: Traits,
    answered: bool,
    junk: bool,
}

/// By what mails are told apart that have no names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Traits {
    /// A claim.
    size: Option<i64>,
    received: Option<Timestamp>,
}

/// Why a look ended early.
pub(super) enum Fault {
    /// The connection, or a mail in the batch.
    Server(anyhow::Error),
    /// The server refuses, and goes on listening.
    Refused(anyhow::Error),
    /// The database: no mail is to blame.
    Store(anyhow::Error),
}

impl Folder {
    /// What is odd about it, for people.
    pub(super) fn remark(&self) -> Option<String> {
        let unnamed = "the server gives its mails new names again and again (UIDVALIDITY changes); they are told apart by their \
             content, and the folder is read once a minute";
        let missing = self.failed.values().filter(|(tries, _)| *tries >= TRIES).count();
        match &self.unnamed {
            Some(_) => Some(unnamed.to_owned()),
            None if missing > ABSENT => Some(format!("the server does not hand over {missing} mails")),
            None => None,
        }
    }

    /// What is known of a mail besides its bytes.
    fn about(&self, uid: i64, said: Said) -> About {
        let found = self.first_look.found(uid, said.answered);
        About { server_at: said.traits.received, found, junk: said.junk }
    }

    fn left_alone(&self, uid: i64, now: Timestamp) -> bool {
        self.failed.get(&uid).is_some_and(|(tries, last)| *tries >= TRIES && now.since(*last) < LEFT_ALONE)
    }
}

impl Place<'_> {
    /// Fetches what is new; how many mails that were.
    pub(super) async fn read(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        (uidvalidity, next): (i64, Option<i64>),
    ) -> Result<usize, Fault> {
        let now = self.intake.clock.now();
        if folder.uidvalidity != uidvalidity {
            self.renew(folder, uidvalidity, now).await.map_err(Fault::Store)?;
        }
        folder.changes.retain(|at| now.since(*at) < DAY);
        if folder.changes.len() >= CHANGES {
            return self.read_unnamed(session, folder).await;
        }
        folder.unnamed = None;
        let found = self.search(session).await?;
        self.recall(folder, &found).await.map_err(Fault::Store)?;
        folder.failed.retain(|uid, _| found.contains(uid));
        if !folder.first_look.is_known() {
            self.first_look(session, folder, (&found, next)).await?;
        }
        let wanted: Vec<i64> = found.difference(&folder.known).copied().filter(|uid| !folder.left_alone(*uid, now)).collect();
        let (mut suspects, innocent): (Vec<i64>, Vec<i64>) = wanted.into_iter().partition(|uid| folder.failed.contains_key(uid));
        suspects.sort_by_key(|uid| (folder.failed.get(uid).map_or(0, |(tries, _)| *tries), *uid));
        let (covered, later): (Vec<i64>, Vec<i64>) = innocent.into_iter().partition(|uid| folder.first_look.covers(*uid));
        let covered = self.by_date(session, folder, covered).await?;
        let mut new = 0;
        for batch in first_look::batches(&covered, BATCH).chain(later.chunks(BATCH)).chain(suspects.chunks(1)) {
            new += self.batch(session, folder, batch).await?;
        }
        self.mark(session, folder).await?;
        let given_up = |uid: &i64| folder.failed.get(uid).is_some_and(|(tries, _)| *tries >= TRIES);
        if folder.first_look.is_open() && folder.first_look.is_complete(&found, &folder.known, given_up) {
            let ended = first_look::end(self.intake, (self.mailbox, self.folder), &mut folder.first_look).await;
            ended.map_err(Fault::Store)?;
        }
        Ok(new)
    }

    /// Everything has new names.
    async fn renew(&self, folder: &mut Folder, uidvalidity: i64, now: Timestamp) -> anyhow::Result<()> {
        if folder.uidvalidity != 0 {
            tracing::warn!(mailbox = self.mailbox, folder = self.folder, "the folder was made anew (UIDVALIDITY changed)");
            folder.changes.truncate(CHANGES);
            folder.changes.insert(0, now);
        }
        let mut tx = self.intake.store.read().await?;
        let earlier = inbox::uidvalidities(&mut tx, self.mailbox, self.folder).await?;
        let (changes, unnamed) = (std::mem::take(&mut folder.changes), folder.unnamed.take());
        let compare = earlier.iter().filter(|earlier| **earlier != uidvalidity).count() >= CHANGES;
        *folder = Folder { uidvalidity, changes, unnamed, compare, whole: folder.whole, ..Folder::default() };
        Ok(())
    }

    async fn search(&self, session: &mut Session) -> Result<BTreeSet<i64>, Fault> {
        let found = timed(self.patience.answer, session.uid_search("ALL")).await.map_err(Fault::Server)?;
        let found = found.map_err(|error| Fault::Server(plain(&error)))?;
        done(session)?;
        Ok(found.into_iter().filter(|uid| *uid > 0).map(i64::from).collect())
    }

    /// What the ledger knows of `found`.
    async fn recall(&self, folder: &mut Folder, found: &BTreeSet<i64>) -> anyhow::Result<()> {
        let (known, failed) = (&folder.known, &folder.failed);
        let turned_up = found.iter().any(|uid| !known.contains(uid) && !failed.contains_key(uid));
        if !turned_up && folder.absent.is_empty() {
            return Ok(());
        }
        let mut tx = self.intake.store.read().await?;
        if turned_up {
            let known = inbox::known_uids(&mut tx, self.mailbox, self.folder, folder.uidvalidity).await?;
            // What was recognised by its bytes has no row of its own.
            folder.known = if folder.compare { &folder.known | &known } else { known };
        }
        let absent = inbox::not_fetched(&mut tx, self.mailbox, self.folder, folder.uidvalidity).await?;
        for (uid, round) in &absent {
            // Known from before a restart, or somebody said "once more": tried at this look.
            let again = folder.absent.get(uid).is_none_or(|before| before != round);
            if again && (!folder.failed.contains_key(uid) || folder.absent.contains_key(uid)) {
                folder.failed.insert(*uid, (TRIES, Timestamp::from_seconds(0)));
            }
        }
        folder.absent = absent;
        Ok(())
    }

    /// Fetches and stores `batch`, marks what was stored, and remembers which mails did not come.
    async fn batch(&self, session: &mut Session, folder: &mut Folder, batch: &[i64]) -> Result<usize, Fault> {
        let now = self.intake.clock.now();
        let mut before = Vec::with_capacity(batch.len());
        for uid in batch {
            let tries = folder.failed.get(uid).map_or(1, |(tries, _)| tries.saturating_add(1));
            before.push((*uid, folder.failed.insert(*uid, (tries, now))));
        }
        let marked = folder.unmarked.len();
        // Before the last try its beginning: who hands over that, and not the whole, at least says what it is.
        let last =
            |uid: &i64| folder.failed.get(uid).is_some_and(|(tries, _)| *tries >= TRIES) && !folder.absent.contains_key(uid);
        let lost: Vec<i64> = batch.iter().copied().filter(last).collect();
        let (mut heads, fault) = self.heads(session, folder, &lost).await;
        let fetched = match fault {
            Ok(()) => self.fetch(session, folder, batch).await,
            Err(fault) => Err(fault),
        };
        let new = folder.unmarked.len().saturating_sub(marked);
        for (uid, before) in before {
            match (folder.known.contains(&uid), &fetched, before) {
                (true, ..) | (false, Err(Fault::Store(_)), None) => {
                    folder.failed.remove(&uid);
                }
                (false, Err(Fault::Store(_)), Some(before)) => {
                    folder.failed.insert(uid, before);
                }
                _ => self.give_up(folder, uid, &heads.remove(&uid).unwrap_or_default()).await.map_err(Fault::Store)?,
            }
        }
        fetched?;
        self.mark(session, folder).await?;
        Ok(new)
    }

    /// A mail that did not come gets its row after the last try.
    async fn give_up(&self, folder: &mut Folder, uid: i64, head: &[u8]) -> anyhow::Result<()> {
        let tried = folder.failed.get(&uid).is_some_and(|(tries, _)| *tries >= TRIES);
        if !tried || folder.absent.contains_key(&uid) || folder.absent.len() >= ABSENT {
            return Ok(());
        }
        self.intake.keep_missing(&self.origin(folder, uid), head).await?;
        folder.absent.insert(uid, 0);
        tracing::warn!(
            mailbox = self.mailbox,
            folder = self.folder,
            uid,
            "a mail cannot be fetched; it is held and tried once an hour"
        );
        Ok(())
    }

    fn origin(&self, folder: &Folder, uid: i64) -> Origin {
        let (mailbox, name) = (self.mailbox.to_owned(), self.folder.to_owned());
        Origin { mailbox, folder: name, uidvalidity: folder.uidvalidity, uid }
    }

    /// Marks what has been stored as read, for the people who look into the mailbox too. It is a courtesy: a server
    /// that refuses (a mailbox shared read-only) is not asked again.
    async fn mark(&self, session: &mut Session, folder: &mut Folder) -> Result<(), Fault> {
        let uids: Vec<i64> = folder.unmarked.iter().copied().collect();
        for some in uids.chunks(BATCH) {
            let command = format!("UID STORE {} +FLAGS.SILENT (\\Seen)", set(some));
            match timed(self.patience.answer, session.run_command_and_check_ok(&command)).await.map_err(Fault::Server)? {
                Ok(()) => {}
                Err(ImapError::No(_) | ImapError::Bad(_)) => {
                    tracing::debug!(mailbox = self.mailbox, folder = self.folder, "mails cannot be marked as read");
                }
                Err(error) => return Err(Fault::Server(plain(&error))),
            }
        }
        folder.unmarked.clear();
        Ok(())
    }
}

/// The last command was done, or why not.
fn done(session: &Session) -> Result<(), Fault> {
    match session.get_ref().done() {
        Some(done) if done.status != Status::Ok => Err(Fault::Refused(refusal(done))),
        _ => Ok(()),
    }
}

fn set<'a>(uids: impl IntoIterator<Item = &'a i64>) -> String {
    uids.into_iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}
