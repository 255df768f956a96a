//! Why a desk cannot be opened, as administrators are told, and what of it can be seen before it is tried.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use super::place::{Place, folder_of};

/// With what every SQLite database begins (<https://sqlite.org/fileformat.html>, section 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What is in the way of opening a desk, and stays there until somebody changes something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing is there.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// Not even the folder it should be in.
    #[error("there is no database at {}: the folder {} is missing", .0.display(), .1.display())]
    NoFolder(PathBuf, PathBuf),
    /// Something else than a file is there.
    #[error("{} is not a file", .0.display())]
    NoFile(PathBuf),
    /// A file of something else.
    #[error("{} is not an SQLite database", .0.display())]
    Foreign(PathBuf),
    /// A database without the tables of a desk.
    #[error("there is no desk in the database {0}")]
    Empty(Place),
    /// This user may not read it.
    #[error("cannot read {}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// It cannot be written: not by this user, or not at all.
    #[error("cannot write {}: {}", .0.display(), .1)]
    Unwritable(PathBuf, String),
    /// SQLite cannot make its own files beside it.
    #[error("cannot open {}: its journal, {}-wal, cannot be used", .0.display(), .0.display())]
    NoJournal(PathBuf),
    /// What is in it contradicts itself.
    #[error("the database {0} is damaged: {1}")]
    Damaged(Place, String),
    /// The server does not let us in.
    #[error("the login to {0} was refused: {1}")]
    Refused(Place, String),
    /// The server has no database of that name.
    #[error("there is no such database: {0}")]
    Unknown(Place),
    /// No encryption that can be trusted.
    #[error("no encrypted connection to {0}: {1}")]
    Tls(Place, String),
    /// We may not make or change tables.
    #[error("the schema of {0} may not be changed: {1}")]
    Forbidden(Place, String),
    /// It knows more steps of the schema than this program.
    #[error("the database {0} was written by a newer version of Postroom (step {1} of its schema is not known here)")]
    Newer(Place, i64),
    /// A step of the schema is another one there.
    #[error("step {1} of the schema of {0} is not the one that this version made")]
    Other(Place, i64),
}

impl Place {
    /// Whether there can be a desk; with `make`, whether there is one or can be made one.
    ///
    /// # Errors
    /// What stands in the way. Of a server nothing can be said from outside.
    pub fn look(&self, make: bool) -> Result<(), Unfit> {
        let Self::File(path) = self else { return Ok(()) };
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = folder_of(path);
                return match (folder.is_dir(), make) {
                    (false, _) => Err(Unfit::NoFolder(path.clone(), folder.to_owned())),
                    (true, true) => Ok(()),
                    (true, false) => Err(Unfit::Missing(path.clone())),
                };
            }
            Err(error) => return Err(Unfit::Unreadable(path.clone(), plain(&error))),
        };
        if !found.is_file() {
            return Err(Unfit::NoFile(path.clone()));
        }
        let mut begin = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(16).read_to_end(&mut begin));
        read.map_err(|error| Unfit::Unreadable(path.clone(), plain(&error)))?;
        match (begin.is_empty(), make) {
            (true, false) => return Err(Unfit::Empty(self.clone())),
            (false, _) if begin != MAGIC => return Err(Unfit::Foreign(path.clone())),
            _ => {}
        }
        OpenOptions::new().write(true).open(path).map_err(|error| Unfit::Unwritable(path.clone(), plain(&error)))?;
        Ok(())
    }
}

/// An error of the system without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_desk_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| Place::File(folder.path().join(name));
        fs::write(folder.path().join("text"), "once upon a time").unwrap();
        fs::write(folder.path().join("short"), "x").unwrap();
        fs::write(folder.path().join("empty"), "").unwrap();
        fs::write(folder.path().join("good"), MAGIC).unwrap();
        let kind = |place: &Place, make| match place.look(make) {
            Ok(()) => "fine",
            Err(Unfit::Missing(_)) => "missing",
            Err(Unfit::NoFolder(..)) => "no folder",
            Err(Unfit::NoFile(_)) => "no file",
            Err(Unfit::Foreign(_)) => "foreign",
            Err(Unfit::Empty(_)) => "empty",
            Err(Unfit::Unreadable(..)) => "unreadable",
            Err(Unfit::Unwritable(..)) => "unwritable",
            Err(other) => panic!("{other}"),
        };
        let table = [
            ("good", "fine", "fine"),
            ("new", "missing", "fine"),
            ("no/new", "no folder", "no folder"),
            (".", "no file", "no file"),
            ("text", "foreign", "foreign"),
            ("short", "foreign", "foreign"),
            ("empty", "empty", "fine"),
        ];
        for (name, existing, made) in table {
            assert_eq!((kind(&at(name), false), kind(&at(name), true)), (existing, made), "{name}");
        }
        assert!(at("good").free().is_some_and(|bytes| bytes > 0));
    }
}
