//! Opening the database that the configuration names, with words for whoever has to mend what stands in the way.

use std::time::Duration;

use crate::config::{Config, user};
use crate::store::place::Place;
use crate::store::unfit::Unfit;
use crate::store::{Error, Store, Trouble};

/// A database that cannot be opened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}\n  {remedy}")]
pub struct Closed {
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// The longest pause between two tries to reach a server.
const PAUSE: Duration = Duration::from_secs(5);

/// Whether there can be a desk, before anything is opened.
///
/// # Errors
/// In words.
pub fn look(config: &Config) -> Result<(), Closed> {
    Place::of(&config.database.url).look(false).map_err(|unfit| closed(config, &unfit.into()))
}

/// Opens the desk's database; nothing is made and nothing is waited for.
///
/// # Errors
/// In words.
pub async fn open(config: &Config) -> Result<Store, Closed> {
    Store::existing(&config.database.url).await.map_err(|error| closed(config, &error))
}

/// The same, and makes the desk's tables (and the SQLite file) where there are none.
///
/// # Errors
/// In words.
pub async fn make(config: &Config) -> Result<Store, Closed> {
    Store::open(&config.database.url).await.map_err(|error| closed(config, &error))
}

/// Opens the desk's database and waits for it where only time is needed: a server that is away, a disk that is full.
///
/// # Errors
/// In words, at once, where waiting would not help.
pub async fn wait(config: &Config) -> Result<Store, Closed> {
    let mut pause = Duration::from_millis(500);
    let mut told = String::new();
    loop {
        match Store::existing(&config.database.url).await {
            Ok(store) => {
                if !told.is_empty() {
                    tracing::info!("the database {} can be used now", store.place());
                }
                return Ok(store);
            }
            Err(error) if Trouble::of(&error).is_some() => {
                let words = error.to_string();
                if words != told {
                    tracing::warn!("{words}; trying again until it works");
                    told = words;
                }
                pause = pause.saturating_mul(2).min(PAUSE);
                tokio::time::sleep(pause).await;
            }
            Err(error) => return Err(closed(config, &error)),
        }
    }
}

/// An error in words.
#[must_use]
pub fn closed(config: &Config, error: &Error) -> Closed {
    let (file, user) = (config.file.display(), user());
    let right = format!("Is `database.url` in {file} right?");
    let remedy = match error {
        Error::Unfit(unfit) => match unfit {
            Unfit::Missing(_) | Unfit::NoFolder(..) | Unfit::Empty(_) => format!("`postroom init` makes one. Or: {right}"),
            Unfit::NoFile(_) | Unfit::Foreign(_) => right,
            Unfit::Unreadable(path, _) | Unfit::Unwritable(path, _) => format!(
                "Postroom runs as user {user}: give it the file (`chown {user} {}*`), or start Postroom as its owner; a file system \
                 that is mounted read-only has to be mounted for writing.",
                path.display()
            ),
            Unfit::NoJournal(path) => {
                let folder = path.parent().unwrap_or(path).display();
                format!(
                    "User {user} must be able to write into {folder}, and {}-wal and {}-shm must be theirs.",
                    path.display(),
                    path.display()
                )
            }
            Unfit::Damaged(..) => {
                "Restore it from a backup; keep the damaged file and its -wal beside it for `sqlite3 FILE .recover`.".to_owned()
            }
            Unfit::Refused(..) => {
                format!("Are user and password in `database.url` of {file} right, and does pg_hba.conf let them in?")
            }
            Unfit::Unknown(_) => format!("Make it with `createdb`, then run `postroom init`. Or: {right}"),
            Unfit::Tls(..) => "Look at `sslmode` and `sslrootcert` in `database.url`.".to_owned(),
            Unfit::Forbidden(..) => "The user needs the right to make tables: `ALTER DATABASE NAME OWNER TO USER`.".to_owned(),
            Unfit::Newer(..) => "Start that version; an older one cannot use what a newer one has written.".to_owned(),
            Unfit::Other(..) => "Start the version that made it, or restore a backup of before.".to_owned(),
        },
        Error::Unwell(Trouble::Full, _) => "Make space, then try again; nothing was changed.".to_owned(),
        Error::Unwell(..) => format!("Is it running? {right}"),
        _ => format!("Is `database.url` in {file} right, and is the database there for user {user}?"),
    };
    let problem = match error {
        Error::Unfit(_) | Error::Unwell(..) => error.to_string(),
        other => format!("cannot open the database: {other}"),
    };
    Closed { problem, remedy }
}
