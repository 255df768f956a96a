//! Fresh databases, of both kinds where PostgreSQL is at hand; each is gone when its guard is dropped.

use std::collections::BTreeSet;
use std::path::PathBuf;

use postroom::store::Store;
use postroom::time::Rng;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::setting;

/// Keeps a database for as long as the test needs it.
pub(crate) struct Database {
    /// Its URL, as in a configuration.
    pub(crate) url: String,
    folder: Option<tempfile::TempDir>,
    postgres: Option<(String, String)>,
}

impl Database {
    /// A new, empty SQLite database.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file: PathBuf = folder.path().join("desk.db");
        Self { url: format!("sqlite:{}", file.display()), folder: Some(folder), postgres: None }
    }

    /// A database that belongs to somebody else.
    pub(crate) fn at(url: &str) -> Self {
        Self { url: url.to_owned(), folder: None, postgres: None }
    }

    /// A new, empty PostgreSQL database, where there is a server.
    pub(crate) async fn postgres() -> Option<Self> {
        let server = setting("POSTROOM_TEST_POSTGRES")?;
        let name = format!("t_{}", Rng::System.fresh_name());
        // template1 cannot be copied by two at a time.
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        Some(Self { url: format!("{base}/{name}"), folder: None, postgres: Some((server.clone(), name)) })
    }

    /// A copy of it; nobody may be connected.
    pub(crate) async fn copy(&self) -> Self {
        let Some((server, from)) = &self.postgres else {
            let copy = Self::sqlite();
            let path = |url: &str| url.strip_prefix("sqlite:").unwrap().to_owned();
            std::fs::copy(path(&self.url), path(&copy.url)).unwrap();
            return copy;
        };
        let name = format!("t_{}", Rng::System.fresh_name());
        execute(server, &format!("CREATE DATABASE {name} TEMPLATE {from}")).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        Self { url: format!("{base}/{name}"), folder: None, postgres: Some((server.clone(), name)) }
    }

    /// Whether this is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    /// Runs statements past the store.
    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await;
    }

    /// The number that a query gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
        row.try_get(0).unwrap()
    }

    /// The texts that a query gives, one in each row.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.try_get(0).unwrap()).collect()
    }

    /// Everything in it: a line for each row, sorted.
    pub(crate) async fn dump(&self) -> Vec<String> {
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        let mut lines = Vec::new();
        for table in tables() {
            let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
            for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
                lines.push(format!("{table}: {}", (0..row.len()).map(|place| cell(&row, place)).collect::<Vec<_>>().join(" | ")));
            }
        }
        connection.close().await.unwrap();
        lines.sort();
        lines
    }

    /// Runs a statement past the store that may be refused.
    pub(crate) async fn try_execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        try_execute(&self.url, sql).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        let drop_it = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")));
        };
        // A runtime cannot be made inside another one.
        let dropped = std::thread::spawn(drop_it).join();
        assert!(dropped.is_ok() || std::thread::panicking(), "the database could not be dropped");
    }
}

/// The tables that the migrations make.
fn tables() -> BTreeSet<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut tables = BTreeSet::new();
    for line in
        files.iter().flat_map(|file| std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => _ = tables.insert((*name).to_owned()),
            ["DROP", "TABLE", name, ..] => _ = tables.remove(*name),
            ["ALTER", "TABLE", before, "RENAME", "TO", name] => {
                tables.remove(*before);
                tables.insert((*name).to_owned());
            }
            _ => {}
        }
    }
    tables
}

fn cell(row: &AnyRow, place: usize) -> String {
    let number = row.try_get::<Option<i64>, _>(place).map(|value| value.map(|value| value.to_string()));
    let text = || row.try_get::<Option<String>, _>(place);
    let bytes = || row.try_get::<Option<Vec<u8>>, _>(place).map(|value| value.map(|value| format!("{value:?}")));
    number.or_else(|_| text()).or_else(|_| bytes()).unwrap().unwrap_or_else(|| "NULL".to_owned())
}

async fn execute(url: &str, sql: &str) {
    try_execute(url, sql).await.unwrap();
}

async fn try_execute(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

/// A fresh store on each kind of database: its kind, the store, and what keeps the database alive.
pub(crate) async fn stores() -> Vec<(&'static str, Store, Database)> {
    let mut databases = vec![("sqlite", Database::sqlite())];
    databases.extend(Database::postgres().await.map(|database| ("postgres", database)));
    let mut stores = Vec::new();
    for (kind, database) in databases {
        stores.push((kind, Store::open(&database.url).await.unwrap(), database));
    }
    stores
}
