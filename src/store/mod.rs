//! All SQL. Every statement is a function that takes `&mut Tx`, has one text for SQLite and PostgreSQL, and lives in
//! the file of the nouns it is about.
//!
//! [`Store::read`] gives a transaction that only looks. [`Store::write`] runs a closure in a transaction and a task of
//! its own, so that a dropped request cannot cut it short; it commits when the closure succeeds. On SQLite writers
//! queue on one process-wide lock and begin at once (`BEGIN IMMEDIATE`): a deferred read-then-write fails under load.
//!
//! A transaction is begun and ended by plain statements, and a connection on which its end was not confirmed is thrown
//! away: SQLite rolls back by itself when the disk is full, and sqlx 0.9.0, which counts, would refuse all that follows.
//!
//! A function that says nothing of its errors fails as the database does, and with nothing else.

#[macro_use]
mod row;

pub mod access;
pub mod address_claims;
pub mod articles;
pub mod audit;
pub mod blobs;
pub mod browsers;
pub mod budgets;
pub mod drafts;
#[macro_use]
pub mod entries;
mod error;
pub mod file_links;
pub mod first_look;
pub mod health;
pub mod held;
pub mod inbox;
pub mod lease;
pub mod mailboxes;
pub mod notify;
pub mod outbox;
pub mod owed;
pub mod people;
pub mod place;
mod probe;
pub mod projects;
pub mod public;
pub mod roles;
pub mod search;
pub mod spam;
pub mod standing;
pub mod tickets;
pub mod tokens;
pub mod told;
pub mod trouble;
pub mod unfit;
pub mod unsubscribe;

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Row};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::desk::people::Named;
use crate::time::{Rng, Timestamp};
pub use error::{Error, Result};
use health::Health;
use place::{Place, make_private};
pub use trouble::Trouble;
use unfit::Unfit;

/// A desk's database.
#[derive(Debug, Clone)]
pub struct Store {
    readers: AnyPool,
    writers: AnyPool,
    dialect: Dialect,
    writer: Arc<tokio::sync::Mutex<()>>,
    begin: Begin,
    health: Arc<Health>,
    bells: Arc<Bells>,
}

/// Rung after a commit that left work to be done, wherever it came from: who does that work cannot be forgotten.
#[derive(Debug, Default)]
struct Bells {
    queued: Notify,
    arrived: Notify,
}

impl Bells {
    fn ring(&self, left: Left) {
        if left.queued {
            self.queued.notify_one();
        }
        if left.arrived {
            self.arrived.notify_one();
        }
    }
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

/// How transactions begin.
#[derive(Debug, Clone)]
struct Begin {
    reading: Cow<'static, str>,
    writing: Cow<'static, str>,
}

impl Begin {
    /// What SQLite is to be told of a connection is said with each beginning: it costs nothing, and sqlx 0.9.0 tries a
    /// connection that cannot be prepared once more for half a minute, with a line of log each time.
    fn of(dialect: Dialect) -> Self {
        let (reading, writing) = match dialect {
            Dialect::Sqlite => (
                "PRAGMA query_only=ON; BEGIN",
                // In WAL mode anything below FULL may lose the last commits at a power cut.
                "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000; BEGIN IMMEDIATE",
            ),
            Dialect::Postgres => ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"),
        };
        Self { reading: reading.into(), writing: writing.into() }
    }
}

/// An open transaction; undone when dropped.
pub struct Tx {
    inner: PoolConnection<Any>,
    dialect: Dialect,
    left: Left,
    /// Whether the connection is fit for the next transaction: it only read, and its pool ends what it began; or it wrote,
    /// and the database has confirmed the end.
    settled: bool,
}

impl Tx {
    /// Makes what was written last.
    async fn commit(mut self) -> Result<()> {
        let sql = match self.dialect {
            Dialect::Sqlite => "COMMIT",
            // PostgreSQL takes the COMMIT of a failed transaction for a ROLLBACK and says nothing. Anything else fails in it.
            Dialect::Postgres => "SELECT 1; COMMIT",
        };
        sqlx::raw_sql(sql).execute(&mut *self.inner).await?;
        self.settled = true;
        Ok(())
    }

    /// Undoes what was written.
    async fn roll_back(mut self) {
        match sqlx::raw_sql("ROLLBACK").execute(&mut *self.inner).await {
            Ok(_) => self.settled = true,
            Err(error) => tracing::debug!(%error, "a rollback failed; its connection is thrown away"),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.settled {
            self.inner.close_on_drop();
        }
    }
}

/// The future of a closure that writes.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = anyhow::Result<T>> + Send + 'a>>;

/// How many connections there are to read, and how many to write.
const CONNECTIONS: u32 = 8;

/// A connection that was not used for so long may be gone.
const RESTED: Duration = Duration::from_secs(1);

/// How long a server may take to let us in at the start.
const CONNECT: Duration = Duration::from_secs(10);

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "desk", include_str!("../../migrations/0001_desk.sql")),
    (2, "guests", include_str!("../../migrations/0002_guests.sql")),
    (3, "tags", include_str!("../../migrations/0003_tags.sql")),
    (4, "lists", include_str!("../../migrations/0004_lists.sql")),
    (5, "held", include_str!("../../migrations/0005_held.sql")),
    (6, "guards", include_str!("../../migrations/0006_guards.sql")),
    (7, "tell", include_str!("../../migrations/0007_tell.sql")),
    (8, "tally", include_str!("../../migrations/0008_tally.sql")),
    (9, "absent", include_str!("../../migrations/0009_absent.sql")),
    (10, "sending", include_str!("../../migrations/0010_sending.sql")),
    (11, "first_look", include_str!("../../migrations/0011_first_look.sql")),
    (12, "probe", include_str!("../../migrations/0012_probe.sql")),
    (13, "address_claim", include_str!("../../migrations/0013_address_claim.sql")),
    (14, "told", include_str!("../../migrations/0014_told.sql")),
    (15, "standing", include_str!("../../migrations/0015_standing.sql")),
    (16, "doors", include_str!("../../migrations/0016_doors.sql")),
    (17, "budgets", include_str!("../../migrations/0017_budgets.sql")),
    (18, "would", include_str!("../../migrations/0018_would.sql")),
    (19, "document", include_str!("../../migrations/0019_document.sql")),
    (21, "draft", include_str!("../../migrations/0021_draft.sql")),
    (22, "account", include_str!("../../migrations/0022_account.sql")),
    (23, "unsubscribe", include_str!("../../migrations/0023_unsubscribe.sql")),
    (25, "article", include_str!("../../migrations/0025_article.sql")),
    (26, "file_link", include_str!("../../migrations/0026_file_link.sql")),
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

    /// The same of a database that holds a desk already; nothing is made.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::Unfit`] where there is no desk.
    pub async fn existing(url: &str) -> Result<Self> {
        Place::of(url).look(false)?;
        Self::connect(url, i64::MAX, false).await
    }

    /// The same as [`Store::open`] with the schema as it was at `version`: so that each step can be tried on a database that
    /// holds rows.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_at(url: &str, version: i64) -> Result<Self> {
        let place = Place::of(url);
        place.look(true)?;
        if let Place::File(path) = &place {
            make_private(path);
        }
        Self::connect(url, version, true).await
    }

    async fn connect(url: &str, version: i64, make: bool) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let place = Place::of(url);
        let dialect = if url.starts_with("sqlite:") { Dialect::Sqlite } else { Dialect::Postgres };
        // A file that goes missing later is missing, and not made anew without a desk in it.
        let url = if dialect == Dialect::Sqlite && !url.contains('?') { format!("{url}?mode=rw") } else { url.to_owned() };
        // On a connection outside of the pools, which would try again in silence whatever is wrong.
        prepare(&url, dialect, &place, version, make).await.map_err(|error| error::explain(&place, error))?;
        let writers = pool(dialect, if dialect == Dialect::Sqlite { 1 } else { CONNECTIONS }).connect_lazy(&url)?;
        // What begins a reading transaction may be dropped with the request that asked for it, before its answer: sqlx 0.9.0
        // forgets such a one on PostgreSQL. So nothing but the way back into the pool ends it.
        let readers = pool(dialect, CONNECTIONS)
            .after_release(|connection, _| {
                Box::pin(async move { Ok(sqlx::raw_sql("ROLLBACK").execute(connection).await.is_ok()) })
            })
            .connect_lazy(&url)?;
        Ok(Self {
            readers,
            writers,
            dialect,
            writer: Arc::default(),
            begin: Begin::of(dialect),
            health: Arc::new(Health::new(place)),
            bells: Arc::default(),
        })
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
        self.is_there()?;
        self.begin(&self.readers, &self.begin.reading, true).await.inspect_err(|error| self.learn(error))
    }

    async fn begin(&self, pool: &AnyPool, begin: &str, settled: bool) -> Result<Tx> {
        let mut tx = Tx { inner: pool.acquire().await?, dialect: self.dialect, left: Left::default(), settled };
        sqlx::raw_sql(AssertSqlSafe(begin.to_owned())).execute(&mut *tx.inner).await?;
        Ok(tx)
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
        self.is_there()?;
        self.transact(work).await.inspect_err(|error| self.learn(error))
    }

    async fn transact<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Work<'a, T> + Send + 'static,
    {
        let store = self.clone();
        let task = tokio::spawn(async move {
            let _turn = match store.dialect {
                Dialect::Sqlite => Some(store.writer.lock().await),
                Dialect::Postgres => None,
            };
            let mut tx = store.begin(&store.writers, &store.begin.writing, false).await?;
            match work(&mut tx).await {
                Ok(done) => {
                    let left = tx.left;
                    tx.commit().await?;
                    store.bells.ring(left);
                    Ok(done)
                }
                Err(error) => {
                    // After lasting trouble nobody knows what the connection is still good for: a server may have become
                    // read-only, a file may have been put in the place of another.
                    match Trouble::within(&error) {
                        Some(trouble) if trouble.lasts() => drop(tx),
                        _ => tx.roll_back().await,
                    }
                    Err(match error.downcast::<Error>() {
                        Ok(fault) => fault,
                        Err(other) => Error::Inside(other),
                    })
                }
            }
        });
        task.await.map_err(|_| Error::CutShort)?
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// Makes the database what the pools need it to be.
async fn prepare(url: &str, dialect: Dialect, place: &Place, version: i64, make: bool) -> Result<()> {
    let (prepare, tables) = match dialect {
        Dialect::Sqlite => (
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL",
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
        ),
        Dialect::Postgres => {
            ("SELECT 1", "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'")
        }
    };
    let connecting = tokio::time::timeout(CONNECT, AnyConnection::connect(url)).await;
    let mut connection = connecting.map_err(|_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))??;
    let prepared = async {
        sqlx::raw_sql(prepare).execute(&mut connection).await?;
        if !make && sqlx::query(tables).fetch_one(&mut connection).await?.try_get::<i64, _>(0)? == 0 {
            return Err(Unfit::Empty(place.clone()).into());
        }
        Ok(Migrator::new(Embedded { up_to: version }).await?.run(&mut connection).await?)
    };
    let prepared = prepared.await;
    // What is left to be done at its end is done at the end of any other, too.
    drop(connection.close().await);
    prepared
}

/// Connections of one kind.
fn pool(dialect: Dialect, most: u32) -> AnyPoolOptions {
    let options = AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(30))
        // A connection is asked whether it lives after a rest, not between two pages.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
    match dialect {
        Dialect::Sqlite => options,
        // No statement of ours has a better plan for some values than for others; making one costs more than most of them.
        Dialect::Postgres => options.after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql("SET plan_cache_mode=force_generic_plan").execute(connection).await.map(|_| ()) })
        }),
    }
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
pub async fn epoch(tx: &mut Tx, now: Timestamp, rng: &Rng) -> Result<String> {
    if let Some(row) = sqlx::query("SELECT epoch FROM desk WHERE id = 1").fetch_optional(&mut *tx.inner).await? {
        return Ok(row.try_get(0)?);
    }
    // Of two nodes that begin at the same time one is first; both take what it wrote.
    let sql = "INSERT INTO desk (id, epoch, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET epoch = desk.epoch \
         RETURNING epoch";
    Ok(sqlx::query(sql).bind(rng.fresh_name()).bind(now.as_micros()).fetch_one(&mut *tx.inner).await?.try_get(0)?)
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
