//! One selected folder: which mails are new, and how they come in.
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

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::anyhow;
use async_imap::error::Error as ImapError;
use async_imap::types::{Flag, NameAttribute};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::answers::{Breach, Done, Status};
use super::connect::{Patience, Session, breach, plain, refusal, timed};
use super::names;
use crate::desk::age::Times;
use crate::mail;
use crate::mailbox::first_look::{self, Look};
use crate::mailbox::pipe::number;
use crate::mailbox::{About, InboxWriter, junk};
use crate::store::first_look::Cover;
use crate::store::inbox::{self, Origin, Received};
use crate::time::Timestamp;

/// Mails asked for at once. Each is stored as it arrives, so this bounds what is fetched again after an error.
const BATCH: usize = 50;

/// Mails whose dates are asked for at once, and how many bytes of each: the fields of other servers stand above its date.
const DATES: usize = 100;
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
/// How often a folder without names is looked at, and how often all its mails are compared.
const UNNAMED: Duration = Duration::from_secs(60);
const COMPARED: Duration = Duration::from_hours(6);

/// What Courier-IMAP sends for a mail whose file is gone (`imap/fetch.c`, `unavailable`; 2026-11), line by line.
const PLACEHOLDER: [&str; 3] = [
    "From: System Administrator <root@localhost>",
    "Subject: message unavailable",
    "This message is no longer available on the server.",
];

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

    /// Asks whether this is the first look into the folder, and begins it where it is.
    async fn first_look(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        (found, next): (&BTreeSet<i64>, Option<i64>),
    ) -> Result<(), Fault> {
        // Never more than there is: a server may say any number.
        let after = found.last().map_or(1, |last| last.saturating_add(1));
        let below = next.map_or(after, |next| next.min(after));
        folder.junk = junk::is_folder(&names::to_people(self.folder)) || self.is_junk_by_use(session).await?;
        let place = (self.mailbox, self.folder, folder.uidvalidity);
        folder.first_look = first_look::begin(self.intake, place, Cover::Below(below)).await.map_err(Fault::Store)?;
        Ok(())
    }

    /// What the first look covers, in the order of its dates. A server that cannot say them is not asked twice.
    async fn by_date(&self, session: &mut Session, folder: &mut Folder, uids: Vec<i64>) -> Result<Vec<i64>, Fault> {
        if folder.undated || folder.whole || !folder.first_look.is_open() || uids.len() < 2 {
            return Ok(uids);
        }
        folder.undated = true;
        let dates = self.dates(session, folder, &uids).await?;
        folder.undated = false;
        Ok(first_look::in_order(uids, &dates))
    }

    /// When the mails were written, as far as the beginnings of their headers say it.
    async fn dates(&self, session: &mut Session, folder: &Folder, uids: &[i64]) -> Result<BTreeMap<i64, Timestamp>, Fault> {
        let now = self.intake.clock.now();
        let mut dates = BTreeMap::new();
        for some in uids.chunks(DATES) {
            let said = self.ask(session, folder.junk, some).await?;
            for (uid, head) in self.beginnings(session, some, BEGINNING).await? {
                let Some(said) = said.get(&uid) else { continue };
                dates.insert(uid, Times { date: mail::date(&head), server: said.traits.received, received: now }.written());
            }
        }
        Ok(dates)
    }

    /// The first `bytes` of each mail, as far as the server gives them.
    async fn beginnings(&self, session: &mut Session, uids: &[i64], bytes: usize) -> Result<BTreeMap<i64, Vec<u8>>, Fault> {
        let limit = self.patience.answer;
        let server = |error: &ImapError| Fault::Server(plain(error));
        let command = session.uid_fetch(set(uids), format!("(UID BODY.PEEK[]<0.{bytes}>)"));
        let mut answers = timed(limit, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        let mut most = uids.len().saturating_add(BATCH);
        let mut beginnings = BTreeMap::new();
        while let Some(answer) = timed(limit, answers.next()).await.map_err(Fault::Server)? {
            let answer = answer.map_err(|error| server(&error))?;
            most = most.checked_sub(1).ok_or_else(|| Fault::Server(anyhow!("the server sends mails that were not asked for")))?;
            let (Some(uid), Some(raw)) = (answer.uid.map(i64::from), answer.body()) else { continue };
            if uids.contains(&uid) && is_there(raw, None) {
                beginnings.insert(uid, raw.get(..raw.len().min(bytes)).unwrap_or_default().to_vec());
            }
        }
        Ok(beginnings)
    }

    /// The same of mails that will not be fetched; of each once, in case the server cannot do that.
    async fn heads(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        uids: &[i64],
    ) -> (BTreeMap<i64, Vec<u8>>, Result<(), Fault>) {
        let asked: Vec<i64> = uids.iter().copied().filter(|uid| !folder.whole && folder.headed.insert(*uid)).collect();
        if asked.is_empty() {
            return (BTreeMap::new(), Ok(()));
        }
        match self.beginnings(session, &asked, BEGINNING).await {
            Ok(heads) => (heads, Ok(())),
            Err(fault) => (BTreeMap::new(), Err(fault)),
        }
    }

    /// Whether the server says that the folder is for junk (RFC 6154).
    async fn is_junk_by_use(&self, session: &mut Session) -> Result<bool, Fault> {
        // A pattern in which nothing is special: no wildcard, and nothing that ends a quoted string.
        let plain_name = self.folder.chars().all(|c| matches!(c, ' '..='~') && !"\"\\*%".contains(c));
        if self.folder.eq_ignore_ascii_case("INBOX") || !plain_name {
            return Ok(false);
        }
        let limit = self.patience.answer;
        let mut junk = false;
        let pattern = format!("\"{}\"", self.folder);
        let listing = session.list(None, Some(&pattern));
        let mut names = match timed(limit, listing).await.map_err(Fault::Server)? {
            Ok(names) => names,
            Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
            Err(error) => return Err(Fault::Server(plain(&error))),
        };
        while let Some(name) = timed(limit, names.next()).await.map_err(Fault::Server)? {
            match name {
                Ok(name) => junk |= name.attributes().contains(&NameAttribute::Junk),
                Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
                Err(error) => return Err(Fault::Server(plain(&error))),
            }
        }
        Ok(junk)
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

    /// The name of a mail that has none: by what there is of it. No server gives the UIDVALIDITY 0.
    fn origin_of(&self, bytes: &[u8]) -> Origin {
        let (mailbox, name) = (self.mailbox.to_owned(), self.folder.to_owned());
        Origin { mailbox, folder: name, uidvalidity: 0, uid: number(&Sha256::digest(bytes)) }
    }

    async fn fetch(&self, session: &mut Session, folder: &mut Folder, batch: &[i64]) -> Result<(), Fault> {
        let mut all = self.ask(session, folder.junk, batch).await?;
        let (mut wanted, mut large) = (BTreeMap::new(), Vec::new());
        for uid in batch {
            let said = all.remove(uid).unwrap_or_default();
            match said.traits.size {
                Some(size) if self.intake.is_too_large(size) => large.push((*uid, size, said)),
                _ => {
                    wanted.insert(*uid, said);
                }
            }
        }
        let uids: Vec<i64> = large.iter().map(|(uid, ..)| *uid).collect();
        let (mut heads, fault) = self.heads(session, folder, &uids).await;
        for (uid, size, said) in large {
            self.leave(folder, uid, (size, &heads.remove(&uid).unwrap_or_default()), said).await?;
        }
        fault?;
        while !wanted.is_empty() {
            let refused = self.bodies(session, folder, &mut wanted).await?;
            match refused.map(|done| done.status) {
                // Parts are RFC 3501, but not every server is.
                Some(Status::Bad) if !folder.whole => folder.whole = true,
                _ => break,
            }
        }
        Ok(())
    }

    /// Fetches the mails themselves and takes out of `wanted` those that came; how the server refused, if it did.
    async fn bodies(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        wanted: &mut BTreeMap<i64, Said>,
    ) -> Result<Option<Done>, Fault> {
        // One byte more than may be: then it is known to be too large, and no more of it comes.
        let part = if folder.whole { String::new() } else { format!("<0.{}>", self.intake.largest.saturating_add(1)) };
        let command = session.uid_fetch(set(wanted.keys()), format!("(UID BODY.PEEK[]{part})"));
        let (mut uninvited, most) = (0, wanted.len().saturating_add(BATCH));
        let server = |error: &ImapError| Fault::Server(plain(error));
        let mut answers = timed(self.patience.answer, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        while let Some(answer) = timed(self.patience.mail, answers.next()).await.map_err(Fault::Server)? {
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    if let Some(Breach::Oversize { uid, size }) = breach(&error) {
                        let alone = wanted.keys().next().copied().filter(|_| wanted.len() == 1);
                        let uid = uid.map(i64::from).or(alone);
                        if let Some((uid, said)) = uid.and_then(|uid| Some((uid, wanted.remove(&uid)?))) {
                            self.leave(folder, uid, (i64::try_from(*size).unwrap_or(i64::MAX), &[]), said).await?;
                        }
                    }
                    return Err(server(&error));
                }
            };
            // Changes of flags by others come in between, without a body.
            let (Some(uid), Some(raw)) = (answer.uid.map(i64::from), answer.body()) else { continue };
            let Some(said) = wanted.get(&uid).copied() else {
                uninvited += 1;
                if uninvited > most {
                    return Err(Fault::Server(anyhow!("the server sends mails that were not asked for, or again and again")));
                }
                continue;
            };
            if !is_there(raw, said.traits.size) {
                continue;
            }
            wanted.remove(&uid);
            let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
            if self.intake.is_too_large(size) {
                self.leave(folder, uid, (size.max(said.traits.size.unwrap_or(0)), raw), said).await?;
                continue;
            }
            let (raw, about) = (raw.to_vec(), folder.about(uid, said));
            let kept = match (&folder.unnamed, folder.compare) {
                (Some(_), _) => self.intake.keep_unknown(&self.origin_of(&raw), raw, about).await,
                (None, true) => self.intake.keep_unknown(&self.origin(folder, uid), raw, about).await,
                (None, false) => self.intake.keep(&self.origin(folder, uid), raw, about).await,
            };
            let kept = kept.map_err(Fault::Store)?;
            folder.known.insert(uid);
            folder.failed.remove(&uid);
            folder.absent.remove(&uid);
            if matches!(kept, Received::New(_)) {
                folder.unmarked.insert(uid);
            }
        }
        drop(answers);
        let refused = session.get_ref().done().filter(|done| done.status != Status::Ok).cloned();
        if let Some(Done { words, .. }) = &refused {
            tracing::debug!(mailbox = self.mailbox, folder = self.folder, words, "the server does not hand over all mails");
        }
        Ok(refused)
    }

    /// A mail that is too large stays where it is.
    async fn leave(&self, folder: &mut Folder, uid: i64, (size, head): (i64, &[u8]), said: Said) -> Result<(), Fault> {
        let origin = match folder.unnamed {
            Some(_) => self.origin_of(format!("{size} {:?}", said.traits.received).as_bytes()),
            None => self.origin(folder, uid),
        };
        let kept = self.intake.keep_stub(&origin, size, head, folder.about(uid, said)).await.map_err(Fault::Store)?;
        folder.known.insert(uid);
        folder.absent.remove(&uid);
        if matches!(kept, Received::New(_)) {
            tracing::warn!(mailbox = self.mailbox, folder = self.folder, uid, size, "a mail is too large to fetch");
        }
        Ok(())
    }

    /// Sizes, dates and flags of `batch`, of a folder for `junk` or not; those that have been expunged meanwhile are missing. Nothing else is ever asked for:
    /// what a server makes of an odd mail's ENVELOPE and BODYSTRUCTURE is of no use.
    async fn ask(&self, session: &mut Session, junk: bool, batch: &[i64]) -> Result<BTreeMap<i64, Said>, Fault> {
        let limit = self.patience.answer;
        let command = session.uid_fetch(set(batch), "(UID FLAGS INTERNALDATE RFC822.SIZE)");
        let server = |error: &ImapError| Fault::Server(plain(error));
        let mut answers = timed(limit, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        let asked: BTreeSet<i64> = batch.iter().copied().collect();
        let mut all = BTreeMap::new();
        while let Some(answer) = timed(limit, answers.next()).await.map_err(Fault::Server)? {
            let answer = answer.map_err(|error| server(&error))?;
            let Some(uid) = answer.uid.map(i64::from).filter(|uid| asked.contains(uid)) else { continue };
            let said: &mut Said = all.entry(uid).or_default();
            let Traits { size, received } = said.traits;
            let date = answer.internal_date().map(|date| Timestamp::from_seconds(date.timestamp()));
            said.traits = Traits { size: answer.size.map(i64::from).or(size), received: date.or(received) };
            said.answered |= answer.flags().any(|flag| flag == Flag::Answered);
            let words: Vec<String> = answer.flags().filter_map(custom).collect();
            said.junk |= junk::is_junk(junk, words.iter().map(String::as_str));
        }
        Ok(all)
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

    /// Reads a folder whose server gives no lasting names: what there are more of than at the last look is compared by its
    /// bytes with what is stored, and now and then everything.
    async fn read_unnamed(&self, session: &mut Session, folder: &mut Folder) -> Result<usize, Fault> {
        let now = self.intake.clock.now();
        let unnamed = folder.unnamed.get_or_insert_default();
        if unnamed.looked.is_some_and(|at| now.since(at) < UNNAMED) {
            return Ok(0);
        }
        unnamed.looked = Some(now);
        let everything = unnamed.compared.is_none_or(|at| now.since(at) >= COMPARED);
        let seen = std::mem::take(&mut unnamed.seen);
        let found: Vec<i64> = self.search(session).await?.into_iter().collect();
        let mut about = BTreeMap::new();
        for some in found.chunks(10 * BATCH) {
            about.extend(self.ask(session, folder.junk, some).await?.into_iter().map(|(uid, said)| (uid, said.traits)));
        }
        let mut counts: BTreeMap<Traits, usize> = BTreeMap::new();
        for about in about.values() {
            *counts.entry(*about).or_default() += 1;
        }
        let more = |uid: &i64| about.get(uid).is_none_or(|about| counts.get(about) > seen.get(about));
        let wanted: Vec<i64> = found.iter().copied().filter(|uid| everything || more(uid)).collect();
        let mut new = 0;
        for batch in wanted.chunks(BATCH) {
            let marked = folder.unmarked.len();
            let fetched = self.fetch(session, folder, batch).await;
            new += folder.unmarked.len().saturating_sub(marked);
            if let Err(fault) = fetched {
                // Nothing is sure: the next look compares everything.
                folder.unnamed = Some(Unnamed { looked: Some(now), ..Unnamed::default() });
                return Err(fault);
            }
            self.mark(session, folder).await?;
        }
        let missing = wanted.iter().filter(|uid| !folder.known.contains(uid)).filter_map(|uid| about.get(uid));
        for about in missing {
            counts.entry(*about).and_modify(|count| *count = count.saturating_sub(1));
        }
        if let Some(unnamed) = &mut folder.unnamed {
            unnamed.seen = counts;
            unnamed.compared = if everything { Some(now) } else { unnamed.compared };
        }
        Ok(new)
    }
}

/// A keyword among flags.
fn custom(flag: Flag<'_>) -> Option<String> {
    match flag {
        Flag::Custom(word) => Some(word.into_owned()),
        _ => None,
    }
}

/// Whether `raw` is a mail: neither nothing nor Courier's placeholder.
fn is_there(raw: &[u8], claimed: Option<i64>) -> bool {
    if raw.is_empty() {
        return claimed == Some(0);
    }
    // The placeholder is shorter than this, and most mails are longer.
    let Some(text) = (raw.len() < 300).then(|| std::str::from_utf8(raw).ok()).flatten() else { return true };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).ne(PLACEHOLDER)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn couriers_placeholder_and_nothing_are_no_mails() {
        let courier = "From: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\n\
                       This message is no longer available on the server.\r\n";
        let about_it = courier.replace("on the server.", "on the server. What shall I do?");
        for (raw, claimed, expected) in [
            (courier, Some(5_000), false),
            (&courier.replace("\r\n", "\n"), None, false),
            (about_it.as_str(), Some(170), true),
            ("", Some(12), false),
            ("", None, false),
            ("", Some(0), true),
            ("Subject: x\r\n\r\nHello", None, true),
        ] {
            assert_eq!(is_there(raw.as_bytes(), claimed), expected, "{raw:?}");
        }
    }
}
