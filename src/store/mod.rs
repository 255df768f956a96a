//! All SQL. Every statement is a function that takes `&mut Tx`, has one text for SQLite and PostgreSQL, and lives in
//! the file of the nouns it is about.
//!
//! [`Store::read`] gives a transaction that only looks. [`Store::write`] runs a closure in a transaction and a task of
//! its own, so that a dropped request cannot cut it short; it commits when the closure succeeds. On SQLite writers
//! queue on one process-wide lock and begin at once (`BEGIN IMMEDIATE`): a deferred read-then-write fails under load.

pub mod access;
pub mod articles;
pub mod blobs;
pub mod entries;
pub mod held;
pub mod inbox;
pub mod lease;
pub mod mailboxes;
pub mod notify;
pub mod outbox;
pub mod people;
pub mod projects;
pub mod public;
pub mod public_docs;
pub mod public_picture;
pub mod public_tickets;
pub mod public_timeline;
pub mod roles;
pub mod search;
pub mod tickets;
pub mod tokens;

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Row};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::desk::people::Named;
use crate::time::{Chance, Timestamp};

/// A desk's database.
#[derive(Debug, Clone)]
pub struct Store {
    readers: AnyPool,
    writers: AnyPool,
    dialect: Dialect,
    writer: Arc<tokio::sync::Mutex<()>>,
    bells: Arc<Bells>,
}

/// Rung after a commit that left work to be done, wherever it came from: who does that work cannot be forgotten.
#[derive(Debug, Default)]
struct Bells {
    queued: Notify,
    arrived: Notify,
}

/// What a transaction leaves to be done.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    queued: bool,
    arrived: bool,
}

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// An open transaction; rolled back when dropped.
pub struct Tx {
    inner: Inner,
    dialect: Dialect,
    left: Left,
}

enum Inner {
    Writing(sqlx::Transaction<'static, Any>),
    /// The pool of readers ends what was begun.
    Reading(PoolConnection<Any>),
}

impl Deref for Inner {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::Writing(connection) => connection,
            Self::Reading(connection) => connection,
        }
    }
}

impl DerefMut for Inner {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::Writing(connection) => connection,
            Self::Reading(connection) => connection,
        }
    }
}

/// What can go wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is not there.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored value is none of those that this version knows.
    #[error("the database holds `{found}` where {expected} is expected; it was written by another version or by hand")]
    Value {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A write task ended without an answer.
    #[error("a write was cut short")]
    CutShort,
    /// What a closure in a transaction failed with.
    #[error("{0:#}")]
    Inside(anyhow::Error),
}

impl Error {
    /// Whether the same work may well succeed later: the database is away, full, busy or shutting down, or two writers
    /// met. Says nothing against what was to be written.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default().into_owned();
                // SQLSTATE classes of PostgreSQL have five characters, the result codes of SQLite are numbers: its
                // lowest byte 5 busy, 6 locked, 10 I/O, 13 full, 14 cannot open.
                match code.parse::<i64>() {
                    Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
                    _ => ["08", "25", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
                }
            }
            Self::Sql(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::BeginFailed
            ),
            Self::Migrate(_) | Self::Value { .. } | Self::CutShort | Self::Inside(_) => false,
        }
    }

    /// Whether a key or address was taken that must be unique.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(fault)) if fault.is_unique_violation())
    }
}

/// Of the database.
pub type Result<T> = std::result::Result<T, Error>;

/// The future of a closure that writes.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = anyhow::Result<T>> + Send + 'a>>;

/// How many connections there are to read, and how many to write.
const CONNECTIONS: u32 = 8;

/// A connection that was not used for so long may be gone.
const RESTED: Duration = Duration::from_secs(1);

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "desk", include_str!("../../migrations/0001_desk.sql")),
    (2, "guests", include_str!("../../migrations/0002_guests.sql")),
    (3, "tags", include_str!("../../migrations/0003_tags.sql")),
    (4, "lists", include_str!("../../migrations/0004_lists.sql")),
    (5, "held", include_str!("../../migrations/0005_held.sql")),
    (6, "guards", include_str!("../../migrations/0006_guards.sql")),
    (7, "tell", include_str!("../../migrations/0007_tell.sql")),
    (8, "tally", include_str!("../../migrations/0008_tally.sql")),
    (11, "sending", include_str!("../../migrations/0011_sending.sql")),
];

impl Store {
    /// Opens the database at `url` (`sqlite:PATH`, made if missing, or `postgres://...`) and brings its schema up to
    /// date.
    ///
    /// # Errors
    /// When it cannot be reached, or was written by a newer version.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_at(url, i64::MAX).await
    }

    /// The same with the schema as it was at `version`: so that each step can be tried on a database that holds rows.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_at(url: &str, version: i64) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let dialect = if url.starts_with("sqlite:") { Dialect::Sqlite } else { Dialect::Postgres };
        if let Some(file) = url.strip_prefix("sqlite:") {
            make_private(file);
        }
        let url = if dialect == Dialect::Sqlite && !url.contains('?') { format!("{url}?mode=rwc") } else { url.to_owned() };
        let writers = pool(dialect, if dialect == Dialect::Sqlite { 1 } else { CONNECTIONS }, "").connect(&url).await?;
        Migrator::new(Embedded { up_to: version }).await?.run(&writers).await?;
        // What begins a reading transaction may be dropped with the request that asked for it, before its answer: sqlx 0.9.0
        // forgets such a one on PostgreSQL. So nothing but the way back into the pool ends it.
        let only_look = if dialect == Dialect::Sqlite { "PRAGMA query_only=ON;" } else { "" };
        let readers = pool(dialect, CONNECTIONS, only_look)
            .after_release(|connection, _| {
                Box::pin(async move { sqlx::raw_sql("ROLLBACK").execute(connection).await.map(|_| true) })
            })
            .connect(&url)
            .await?;
        let store = Self { readers, writers, dialect, writer: Arc::default(), bells: Arc::default() };
        Ok(store)
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Rings when this process has queued a mail to be sent; kept for the one who listens next.
    pub fn queued(&self) -> Notified<'_> {
        self.bells.queued.notified()
    }

    /// Rings when this process has put a mail into the inbox, or given one back to it that was held.
    pub fn arrived(&self) -> Notified<'_> {
        self.bells.arrived.notified()
    }

    /// A transaction that only reads.
    ///
    /// # Errors
    /// When the database is not there.
    pub async fn read(&self) -> Result<Tx> {
        let begin = match self.dialect {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut connection = self.readers.acquire().await?;
        sqlx::raw_sql(begin).execute(&mut *connection).await?;
        Ok(Tx { inner: Inner::Reading(connection), dialect: self.dialect, left: Left::default() })
    }

    /// Runs `work` in a transaction that commits when it succeeds and is undone when it fails.
    ///
    /// # Errors
    /// What `work` failed with, or the database.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Work<'a, T> + Send + 'static,
    {
        let store = self.clone();
        let task = tokio::spawn(async move {
            let (begin, _turn) = match store.dialect {
                Dialect::Sqlite => ("BEGIN IMMEDIATE", Some(store.writer.lock().await)),
                Dialect::Postgres => ("BEGIN", None),
            };
            let inner = Inner::Writing(store.writers.begin_with(begin).await?);
            let mut tx = Tx { inner, dialect: store.dialect, left: Left::default() };
            let done = work(&mut tx).await.map_err(|error| match error.downcast::<Error>() {
                Ok(fault) => fault,
                Err(other) => Error::Inside(other),
            })?;
            if let Inner::Writing(transaction) = tx.inner {
                transaction.commit().await?;
            }
            if tx.left.queued {
                store.bells.queued.notify_one();
            }
            if tx.left.arrived {
                store.bells.arrived.notify_one();
            }
            Ok(done)
        });
        task.await.map_err(|_| Error::CutShort)?
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// Connections of one kind, each prepared with what the database needs, and with `more`.
fn pool(dialect: Dialect, most: u32, more: &'static str) -> AnyPoolOptions {
    let prepare = match dialect {
        // In WAL mode anything below FULL may lose the last commits at a power cut.
        Dialect::Sqlite => "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;",
        // No statement of ours has a better plan for some values than for others; making one costs more than most of them.
        Dialect::Postgres => "SET plan_cache_mode=force_generic_plan",
    };
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(prepare).execute(&mut *connection).await?;
                if !more.is_empty() {
                    sqlx::raw_sql(more).execute(connection).await?;
                }
                Ok(())
            })
        })
        // A connection is asked whether it lives after a rest, not between two pages.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// Makes a missing database file so that only its owner can read it, since it holds everybody's mail; SQLite gives its
/// journals the same permissions. What cannot be made here is reported by opening it.
fn make_private(file: &str) {
    #[cfg(unix)]
    if !file.contains(['?', '%']) && !file.starts_with(':') {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        drop(std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600).open(file));
    }
    #[cfg(not(unix))]
    let _ = file;
}

/// The versions of the schema, oldest first, with their names.
pub fn versions() -> impl Iterator<Item = (i64, &'static str)> {
    MIGRATIONS.iter().map(|(version, name, _)| (*version, *name))
}

/// The schema's steps, compiled in.
#[derive(Debug)]
struct Embedded {
    up_to: i64,
}

impl MigrationSource<'static> for Embedded {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Vec<Migration>, sqlx::error::BoxDynError>> + Send + 'static>> {
        Box::pin(async move {
            let step = |(version, name, sql): &(i64, &'static str, &'static str)| {
                Migration::new(*version, (*name).into(), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(*sql), false)
            };
            Ok(MIGRATIONS.iter().filter(|(version, ..)| *version <= self.up_to).map(step).collect())
        })
    }
}

/// The next value of a counter, starting at 1: gapless, and in the order of commits.
pub(super) async fn next(tx: &mut Tx, counter: &str) -> Result<i64> {
    let sql = "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";
    Ok(sqlx::query(sql).bind(counter.to_owned()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// The desk's epoch: made at the first call.
///
/// # Errors
/// The database's.
pub async fn epoch(tx: &mut Tx, now: Timestamp, chance: &Chance) -> Result<String> {
    if let Some(row) = sqlx::query("SELECT epoch FROM desk WHERE id = 1").fetch_optional(&mut *tx.inner).await? {
        return Ok(row.try_get(0)?);
    }
    // Of two nodes that begin at the same time one is first; both take what it wrote.
    let sql = "INSERT INTO desk (id, epoch, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET epoch = desk.epoch \
         RETURNING epoch";
    Ok(sqlx::query(sql).bind(chance.secret()).bind(now.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
}

/// Reads an enumeration from its TEXT.
pub(super) fn word<T: for<'a> TryFrom<&'a str, Error = String>>(row: &AnyRow, column: &str, expected: &'static str) -> Result<T> {
    let text: String = row.try_get(column)?;
    T::try_from(text.as_str()).map_err(|_| Error::Value { expected, found: text })
}

/// Reads an optional enumeration from its TEXT.
pub(super) fn maybe_word<T: for<'a> TryFrom<&'a str, Error = String>>(
    row: &AnyRow,
    column: &str,
    expected: &'static str,
) -> Result<Option<T>> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| T::try_from(text.as_str()).map_err(|_| Error::Value { expected, found: text })).transpose()
}

/// Reads a point in time.
pub(super) fn time(row: &AnyRow, column: &str) -> Result<Timestamp> {
    Ok(Timestamp::from_micros(row.try_get(column)?))
}

/// What something is called, from the columns with its German and its English name.
fn named(row: &AnyRow, de: &str, en: &str) -> Result<Named> {
    Ok(Named { de: row.try_get(de)?, en: row.try_get(en)? })
}

/// Reads an optional point in time.
pub(super) fn maybe_time(row: &AnyRow, column: &str) -> Result<Option<Timestamp>> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(Timestamp::from_micros))
}

/// Reads a truth value stored as 0 or 1.
pub(super) fn truth(row: &AnyRow, column: &str) -> Result<bool> {
    let value: i64 = row.try_get(column)?;
    Ok(value != 0)
}
