//! One process for one SQLite file: a lock beside it, which goes with the process, however it ends.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::config::{Config, user};

/// How often, and how long between, it is tried: somebody may just be looking whether it is taken.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(50);

fn file(config: &Config) -> Option<PathBuf> {
    Some(PathBuf::from(format!("{}.lock", config.database.url.strip_prefix("sqlite:")?)))
}

/// Takes the lock, for as long as the file is kept; `None` where the database is one that several processes may serve.
///
/// # Errors
/// When another process has it, or it cannot be made.
pub async fn take(config: &Config) -> anyhow::Result<Option<File>> {
    let Some(path) = file(config) else { return Ok(None) };
    let file = File::create(&path).with_context(|| format!("cannot write {}, as user {}", path.display(), user()))?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }
    bail!("another process serves this desk already ({} is locked); several nodes need PostgreSQL", path.display())
}

/// Whether a process serves the desk; `None` where that cannot be seen from here.
#[must_use]
pub fn is_taken(config: &Config) -> Option<bool> {
    let path = file(config)?;
    match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(false),
        Err(_) => None,
        // Given back at once with the file.
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Some(false),
            Err(TryLockError::WouldBlock) => Some(true),
            Err(TryLockError::Error(_)) => None,
        },
    }
}
