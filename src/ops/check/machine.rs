//! The machine that the desk is on: whether the database can be written, how much room there is, who else can read.

use std::path::{Path, PathBuf};

use super::finding::Finding;
use crate::config::Config;
use crate::store::place::Place;
use crate::store::{Error, Result, Store, Trouble};

/// With less than this, mail will soon have to wait: some of the largest mails and the log of an SQLite database.
const ROOM: u64 = 200 << 20;

/// Writes a little, and takes it out again.
///
/// # Errors
/// What is no trouble with the database.
pub async fn write(store: &Store) -> Result<Vec<Finding>> {
    let Err(error) = store.probe().await else { return Ok(Vec::new()) };
    let Some(trouble) = Trouble::of(&error) else { return Err(error) };
    let remedy = match trouble {
        Trouble::Full => "Make space; the desk goes on by itself within seconds.",
        Trouble::ReadOnly => "Mount the file system for writing, or give the file to the user that runs Postroom.",
        Trouble::Disk => "Look at the disk, at quotas and at the limit of open files.",
        Trouble::Away => "Start PostgreSQL; the desk goes on by itself within seconds.",
        Trouble::Busy => "Something holds a lock for long: a backup, or another program in the same file?",
    };
    let words = match &error {
        Error::Unwell(_, words) => words.clone(),
        _ => trouble.words(store.place()),
    };
    Ok(vec![Finding::new("write", words, remedy)])
}

/// Whether there is room to go on for a while.
#[must_use]
pub fn space(place: &Place) -> Option<Finding> {
    room(place, place.free()?)
}

fn room(place: &Place, free: u64) -> Option<Finding> {
    let words = format!("there are {} MiB left for {place}", free >> 20);
    (free < ROOM).then(|| Finding::new("space", words, "Make space before mail has to wait on its server."))
}

/// Files that others of this machine can read although mail or passwords are in them.
#[must_use]
pub fn permissions(config: &Config) -> Vec<Finding> {
    let mut kept = Vec::new();
    if let Place::File(path) = Place::of(&config.database.url) {
        let beside = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
        kept.extend(["", "-wal", "-shm"].map(|end| (beside(end), "everybody's mail")));
    }
    kept.extend(config.secret_files().into_iter().map(|path| (path, "a password")));
    kept.iter().filter_map(|(path, what)| exposed(path, mode(path)?, what)).collect()
}

/// The permissions of a file, as `chmod` takes them; `None` where there is none.
fn mode(path: &Path) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&path.metadata().ok()?.permissions()) & 0o777)
}

fn exposed(path: &Path, mode: u32, what: &str) -> Option<Finding> {
    let words = format!("{} holds {what}, and every user of this machine can read it", path.display());
    let remedy = format!("`chmod {:o} {}`", mode & 0o770, path.display());
    (mode & 0o007 != 0).then(|| Finding::new("permissions", words, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_and_permissions_are_judged() {
        let place = Place::of("sqlite:/var/lib/postroom/desk.db");
        assert_eq!(room(&place, ROOM), None);
        assert!(room(&place, 5 << 20).is_some_and(|found| found.words.contains("5 MiB left for /var/lib/postroom/desk.db")));
        for (mode, remedy) in [(0o600, None), (0o640, None), (0o644, Some("`chmod 640 a`")), (0o602, Some("`chmod 600 a`"))] {
            assert_eq!(exposed(Path::new("a"), mode, "a password").map(|found| found.remedy).as_deref(), remedy, "{mode:o}");
        }
    }
}
