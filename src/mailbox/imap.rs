//! Mail from an IMAP server (RFC 3501, RFC 9051).
//!
//! [`Reader::poll_once`] is the step: every UID of a folder that the ledger does not know is fetched without marking
//! it, stored, and marked `\Seen` only after that commit. The connection is kept between looks and thrown away at the
//! first error. A mail that the server or the parser cannot bring across costs the connection (async-imap 0.12 closes
//! at any parse error), so it is tried by itself after all others, and left alone for an hour after three tries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use async_imap::error::Error as ImapError;
use async_imap::types::{Flag, NameAttribute};
use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite};

use super::first_look::{self, Look};
use super::{About, Intake, junk, tls};
use crate::config::{Imap, Server, Tls};
use crate::desk::age::Times;
use crate::mail;
use crate::store::first_look::Cover;
use crate::store::inbox::{self, Origin, Received};
use crate::time::Timestamp;

/// How long the server may take for anything but a mail's bytes.
const ANSWER: Duration = Duration::from_secs(60);

/// How long one mail may take: the largest one at about 1 Mbit/s.
const ONE_MAIL: Duration = Duration::from_secs(300);

/// Mails asked for at once. Each is stored as it arrives, so this bounds what is fetched again after an error.
const BATCH: usize = 50;

/// Dates asked for at once.
const DATES: usize = 500;

/// Failed tries after which a mail is left alone, and for how long.
const TRIES: u32 = 3;
const LEFT_ALONE: Duration = Duration::from_secs(3600);

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

/// A logged-in connection.
pub type Session = async_imap::Session<Box<dyn Wire>>;

/// Reads one mailbox on an IMAP server.
#[derive(Debug)]
pub struct Reader {
    mailbox: String,
    imap: Imap,
    intake: Intake,
    session: Option<Session>,
    folders: BTreeMap<String, Folder>,
}

/// What is remembered of a folder between looks; all of it can be forgotten.
#[derive(Debug, Default)]
struct Folder {
    uidvalidity: i64,
    /// What the ledger is known to have; it is asked again only when something else turns up.
    known: BTreeSet<i64>,
    /// Stored, and not yet marked on the server.
    unmarked: BTreeSet<i64>,
    /// Mails that could not be fetched: how often, and when last.
    failed: BTreeMap<i64, (u32, Timestamp)>,
    /// UIDNEXT at the last look; `None` where the server does not say it.
    next: Option<i64>,
    first_look: Look,
    /// Whether its dates could not be had: then its mails are taken by number.
    undated: bool,
    /// Whether it is the junk folder.
    junk: bool,
}

impl Reader {
    /// A reader of `mailbox`; connects at the first look.
    #[must_use]
    pub fn new(mailbox: &str, imap: Imap, intake: Intake) -> Self {
        Self { mailbox: mailbox.to_owned(), imap, intake, session: None, folders: BTreeMap::new() }
    }

    /// Looks into every folder once; how many mails were new.
    ///
    /// # Errors
    /// What stood in the way; what was stored until then stays stored. The next look connects anew.
    pub async fn poll_once(&mut self) -> anyhow::Result<usize> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => connect(&self.imap.server).await?,
        };
        let (mut new, mut missing) = (0, None);
        for name in &self.imap.folders {
            let selected = match timed(ANSWER, session.select(name)).await? {
                Ok(selected) => selected,
                // A folder that is not there must not keep the others from being read.
                Err(ImapError::No(words)) => {
                    missing = missing.or(Some(anyhow!("folder {name}: {words}")));
                    continue;
                }
                Err(error) => return Err(plain(&error).context(format!("folder {name}"))),
            };
            let uidvalidity = selected.uid_validity.map(i64::from);
            let uidvalidity =
                uidvalidity.with_context(|| format!("folder {name} has no UIDVALIDITY; its mails have no names"))?;
            let folder = self.folders.entry(name.clone()).or_default();
            if folder.uidvalidity != uidvalidity {
                if folder.uidvalidity != 0 {
                    // Everything gets new names and is fetched again; copies are recognised by their content.
                    tracing::warn!(mailbox = self.mailbox, folder = name, "the folder was made anew (UIDVALIDITY changed)");
                }
                *folder = Folder { uidvalidity, ..Folder::default() };
            }
            folder.next = selected.uid_next.map(i64::from);
            let place = Place { mailbox: &self.mailbox, folder: name, intake: &self.intake };
            new += place.read(&mut session, folder).await.with_context(|| format!("folder {name}"))?;
        }
        self.session = Some(session);
        missing.map_or(Ok(new), Err)
    }
}

/// One folder being read.
struct Place<'a> {
    mailbox: &'a str,
    folder: &'a str,
    intake: &'a Intake,
}

/// What the server says about a mail before its bytes are asked for.
struct Said {
    size: i64,
    received: Option<Timestamp>,
    answered: bool,
    flags: Vec<String>,
}

/// Why a batch ended early.
enum Fault {
    /// The connection, or a mail in the batch.
    Server(anyhow::Error),
    /// The database: no mail is to blame.
    Store(anyhow::Error),
}

impl Place<'_> {
    async fn read(&self, session: &mut Session, folder: &mut Folder) -> anyhow::Result<usize> {
        let found = timed(ANSWER, session.uid_search("ALL")).await?.map_err(|error| plain(&error))?;
        let found: BTreeSet<i64> = found.into_iter().map(i64::from).collect();
        if !found.is_subset(&folder.known) {
            let mut tx = self.intake.store.read().await?;
            folder.known = inbox::known_uids(&mut tx, self.mailbox, self.folder, folder.uidvalidity).await?;
        }
        folder.failed.retain(|uid, _| found.contains(uid));
        if !folder.first_look.is_known() {
            self.first_look(session, folder, &found).await?;
        }
        let now = self.intake.clock.now();
        let left_alone =
            |uid: &i64| folder.failed.get(uid).is_some_and(|(tries, last)| *tries >= TRIES && now.since(*last) < LEFT_ALONE);
        let wanted: Vec<i64> = found.difference(&folder.known).copied().filter(|uid| !left_alone(uid)).collect();
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
            first_look::end(self.intake, (self.mailbox, self.folder), &mut folder.first_look).await?;
        }
        Ok(new)
    }

    /// Asks whether this is the first look into the folder, and begins it where it is.
    async fn first_look(&self, session: &mut Session, folder: &mut Folder, found: &BTreeSet<i64>) -> anyhow::Result<()> {
        // Never more than there is: a server may say any number.
        let after = found.last().map_or(1, |last| last.saturating_add(1));
        let below = folder.next.map_or(after, |next| next.min(after));
        folder.junk = junk::is_folder(self.folder) || is_junk_by_use(session, self.folder).await?;
        let place = (self.mailbox, self.folder, folder.uidvalidity);
        folder.first_look = first_look::begin(self.intake, place, Cover::Below(below)).await?;
        Ok(())
    }

    /// What the first look covers, in the order of its dates. A server that cannot say them is not asked twice.
    async fn by_date(&self, session: &mut Session, folder: &mut Folder, uids: Vec<i64>) -> anyhow::Result<Vec<i64>> {
        if folder.undated || !folder.first_look.is_open() || uids.len() < 2 {
            return Ok(uids);
        }
        folder.undated = true;
        let dates = dates(session, &uids, self.intake.clock.now()).await?;
        folder.undated = false;
        Ok(first_look::in_order(uids, &dates))
    }

    /// Fetches and stores `batch`, marks what was stored, and remembers which mails did not come.
    async fn batch(&self, session: &mut Session, folder: &mut Folder, batch: &[i64]) -> anyhow::Result<usize> {
        let before = folder.unmarked.len();
        let fetched = self.fetch(session, folder, batch).await;
        let new = folder.unmarked.len().saturating_sub(before);
        if let Err(Fault::Store(error)) = fetched {
            return Err(error);
        }
        let now = self.intake.clock.now();
        for uid in batch.iter().filter(|uid| !folder.known.contains(uid)) {
            let tries = folder.failed.get(uid).map_or(1, |(tries, _)| tries.saturating_add(1));
            folder.failed.insert(*uid, (tries, now));
            if tries == TRIES {
                tracing::warn!(
                    mailbox = self.mailbox,
                    folder = self.folder,
                    uid,
                    "a mail cannot be fetched and stays on the server"
                );
            }
        }
        match fetched {
            Ok(()) => self.mark(session, folder).await.map(|()| new),
            Err(Fault::Server(error) | Fault::Store(error)) => Err(error),
        }
    }

    async fn fetch(&self, session: &mut Session, folder: &mut Folder, batch: &[i64]) -> Result<(), Fault> {
        let said = ask(session, batch).await.map_err(Fault::Server)?;
        let origin = |uid| Origin {
            mailbox: self.mailbox.to_owned(),
            folder: self.folder.to_owned(),
            uidvalidity: folder.uidvalidity,
            uid,
        };
        let mut small = BTreeMap::new();
        for (uid, said) in said {
            let about = About {
                server_at: said.received,
                found: folder.first_look.found(uid, said.answered),
                junk: junk::is_junk(folder.junk, said.flags.iter().map(String::as_str)),
            };
            if self.intake.is_too_large(said.size) {
                let kept = self.intake.keep_stub(&origin(uid), said.size, about).await.map_err(Fault::Store)?;
                folder.known.insert(uid);
                tracing::warn!(mailbox = self.mailbox, folder = self.folder, uid, ?kept, "a mail is too large to fetch");
            } else {
                small.insert(uid, (origin(uid), about));
            }
        }
        if small.is_empty() {
            return Ok(());
        }
        let set = set(small.keys());
        let server = |error: anyhow::Error| Fault::Server(error);
        let mut answers = timed(ANSWER, session.uid_fetch(set, "(UID BODY.PEEK[])"))
            .await
            .map_err(server)?
            .map_err(|error| server(plain(&error)))?;
        while let Some(answer) = timed(ONE_MAIL, answers.next()).await.map_err(server)? {
            let answer = answer.map_err(|error| server(plain(&error)))?;
            // Changes of flags by others come in between, without a body.
            let (Some(uid), Some(raw)) = (answer.uid.map(i64::from), answer.body()) else { continue };
            let Some((origin, about)) = small.get(&uid) else { continue };
            let kept = self.intake.keep(origin, raw.to_vec(), *about).await.map_err(Fault::Store)?;
            folder.known.insert(uid);
            folder.failed.remove(&uid);
            if matches!(kept, Received::New(_)) {
                folder.unmarked.insert(uid);
            }
        }
        Ok(())
    }

    /// Marks what has been stored as read, for the people who look into the mailbox too. It is a courtesy: a server
    /// that refuses (a mailbox shared read-only) is not asked again.
    async fn mark(&self, session: &mut Session, folder: &mut Folder) -> anyhow::Result<()> {
        let uids: Vec<i64> = folder.unmarked.iter().copied().collect();
        for some in uids.chunks(BATCH) {
            let command = format!("UID STORE {} +FLAGS.SILENT (\\Seen)", set(some));
            match timed(ANSWER, session.run_command_and_check_ok(&command)).await? {
                Ok(()) => {}
                Err(ImapError::No(words)) => {
                    tracing::debug!(mailbox = self.mailbox, folder = self.folder, words, "mails cannot be marked as read");
                }
                Err(error) => return Err(plain(&error)),
            }
        }
        folder.unmarked.clear();
        Ok(())
    }
}

/// Sizes, dates and flags of `batch`; those that have been expunged meanwhile are missing. Nothing else is ever asked for:
/// ENVELOPE and BODYSTRUCTURE of odd mails do not parse.
async fn ask(session: &mut Session, batch: &[i64]) -> anyhow::Result<BTreeMap<i64, Said>> {
    let query = "(UID FLAGS INTERNALDATE RFC822.SIZE)";
    let mut answers = timed(ANSWER, session.uid_fetch(set(batch), query)).await?.map_err(|error| plain(&error))?;
    let mut said = BTreeMap::new();
    while let Some(answer) = timed(ANSWER, answers.next()).await? {
        let answer = answer.map_err(|error| plain(&error))?;
        if let (Some(uid), Some(size)) = (answer.uid.map(i64::from), answer.size.map(i64::from))
            && batch.contains(&uid)
        {
            let received = answer.internal_date().map(|date| Timestamp::from_seconds(date.timestamp()));
            let answered = answer.flags().any(|flag| flag == Flag::Answered);
            let words = answer.flags().filter_map(|flag| match flag {
                Flag::Custom(word) => Some(word.into_owned()),
                _ => None,
            });
            said.insert(uid, Said { size, received, answered, flags: words.collect() });
        }
    }
    Ok(said)
}

/// When the mails were written, as far as the server can say it.
async fn dates(session: &mut Session, uids: &[i64], now: Timestamp) -> anyhow::Result<BTreeMap<i64, Timestamp>> {
    let mut dates = BTreeMap::new();
    for some in uids.chunks(DATES) {
        // The size only tells these answers from others that come in between.
        let query = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])";
        let mut answers = timed(ANSWER, session.uid_fetch(set(some), query)).await?.map_err(|error| plain(&error))?;
        while let Some(answer) = timed(ANSWER, answers.next()).await? {
            let answer = answer.map_err(|error| plain(&error))?;
            let (Some(uid), Some(_)) = (answer.uid.map(i64::from), answer.size) else { continue };
            let server = answer.internal_date().map(|date| Timestamp::from_seconds(date.timestamp()));
            let date = answer.header().and_then(mail::date);
            dates.insert(uid, Times { date, server, received: now }.written());
        }
    }
    Ok(dates)
}

/// Whether the server says that a folder is for junk (RFC 6154).
async fn is_junk_by_use(session: &mut Session, folder: &str) -> anyhow::Result<bool> {
    // A pattern in which nothing is special: no wildcard, and nothing that ends a quoted string.
    let plain_name = folder.chars().all(|c| matches!(c, ' '..='~') && !"\"\\*%".contains(c));
    if folder.eq_ignore_ascii_case("INBOX") || !plain_name {
        return Ok(false);
    }
    let mut junk = false;
    let mut names = match timed(ANSWER, session.list(None, Some(&format!("\"{folder}\"")))).await? {
        Ok(names) => names,
        Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
        Err(error) => return Err(plain(&error)),
    };
    while let Some(name) = timed(ANSWER, names.next()).await? {
        match name {
            Ok(name) => junk |= name.attributes().contains(&NameAttribute::Junk),
            Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
            Err(error) => return Err(plain(&error)),
        }
    }
    Ok(junk)
}

fn set<'a>(uids: impl IntoIterator<Item = &'a i64>) -> String {
    uids.into_iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

async fn timed<T>(limit: Duration, work: impl Future<Output = T>) -> anyhow::Result<T> {
    tokio::time::timeout(limit, work).await.map_err(|_| anyhow!("the server did not answer within {} s", limit.as_secs()))
}

/// An error in words. async-imap puts the whole buffer into its parse errors, and that is somebody's mail.
fn plain(error: &ImapError) -> anyhow::Error {
    match error {
        ImapError::Io(io) if io.kind() != std::io::ErrorKind::Other => anyhow!("{io}"),
        ImapError::No(words) => anyhow!("the server says no: {words}"),
        ImapError::Bad(words) => anyhow!("the server does not understand: {words}"),
        ImapError::ConnectionLost => anyhow!("the connection was lost"),
        _ => anyhow!("the server's answer cannot be read"),
    }
}

/// Connects and logs in.
///
/// # Errors
/// When the server is not there, its certificate is not trusted, or it does not know the password.
pub async fn connect(server: &Server) -> anyhow::Result<Session> {
    let login = server.login.as_ref().context("IMAP needs a user name and a password")?;
    let stream = tls::connect(&server.host, server.port).await?;
    let ca_file: Option<&Path> = server.ca_file.as_deref();
    let wire: Box<dyn Wire> = match server.tls {
        Tls::Implicit => Box::new(tls::encrypt(stream, &server.host, ca_file).await?),
        Tls::Starttls => {
            let mut client = async_imap::Client::new(stream);
            greeting(&mut client).await?;
            let upgrade = timed(ANSWER, client.run_command_and_check_ok("STARTTLS", None)).await?;
            upgrade.map_err(|error| plain(&error)).context("STARTTLS")?;
            // What came in the clear after the answer is thrown away with the client.
            Box::new(tls::encrypt(client.into_inner(), &server.host, ca_file).await?)
        }
        Tls::None => {
            if !stream.peer_addr()?.ip().is_loopback() {
                bail!("without encryption only servers on this machine are spoken to");
            }
            Box::new(stream)
        }
    };
    let mut client = async_imap::Client::new(wire);
    if server.tls != Tls::Starttls {
        greeting(&mut client).await?;
    }
    match timed(ANSWER, client.login(&login.user, login.password.expose())).await? {
        Ok(session) => Ok(session),
        Err((error, _)) => Err(plain(&error).context("login")),
    }
}

async fn greeting<T: Wire>(client: &mut async_imap::Client<T>) -> anyhow::Result<()> {
    match timed(ANSWER, client.read_response()).await? {
        Ok(Some(_)) => Ok(()),
        Ok(None) => bail!("the server hung up instead of greeting"),
        Err(error) => Err(plain(&error.into())),
    }
}
