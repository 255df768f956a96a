//! Where a database is: a file of this machine, or a server. What can be seen of it from outside is looked at before it is
//! opened, because SQLite says little about files that are none of its own and would make those that are missing.

use std::fmt;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// Where a database is, as people are told; without passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL server, as `host:port`, and the name of the database there.
    Server {
        /// Where it listens; the folder of its socket where that is how it is reached.
        address: String,
        /// The database.
        database: String,
    },
}

impl Place {
    /// The place that a database address names.
    #[must_use]
    pub fn of(url: &str) -> Self {
        if let Some(file) = url.strip_prefix("sqlite:") {
            return Self::File(PathBuf::from(file.split('?').next().unwrap_or(file)));
        }
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let asked = |key: &str| query.split('&').find_map(|pair| pair.strip_prefix(key)).map(|value| value.replace("%2F", "/"));
        let address = match asked("host=").unwrap_or_else(|| host.replace("%2F", "/")) {
            host if host.is_empty() => "the local socket".to_owned(),
            socket if socket.starts_with('/') => socket,
            host if host.ends_with(']') || !host.contains(':') => {
                format!("{host}:{}", asked("port=").unwrap_or("5432".to_owned()))
            }
            host => host,
        };
        Self::Server { address, database: database.to_owned() }
    }

    /// Bytes that are free for us where the file is; `None` where nobody says.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        let Self::File(path) = self else { return None };
        let about = nix::sys::statvfs::statvfs(folder_of(path)).ok()?;
        about.blocks_available().checked_mul(about.fragment_size())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server { address, database } => write!(f, "{database} at {address}"),
        }
    }
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a missing database file so that only its owner can read it, since it holds everybody's mail; SQLite gives its
/// journals the same permissions. What cannot be made here is reported by opening it.
pub(super) fn make_private(file: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(file));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_without_passwords() {
        let table = [
            ("sqlite:/a/b.db", "/a/b.db"),
            ("sqlite:/a/b.db?mode=rwc", "/a/b.db"),
            ("postgres://u:p%2F@db.example/desk", "desk at db.example:5432"),
            ("postgres://u:secret@db.example:6432/desk?sslmode=verify-full", "desk at db.example:6432"),
            ("postgres://u@[::1]/desk", "desk at [::1]:5432"),
            ("postgres://%2Frun%2Fpostgresql/desk", "desk at /run/postgresql"),
            ("postgres:///desk?host=/run/postgresql", "desk at /run/postgresql"),
            ("postgres:///desk", "desk at the local socket"),
            ("postgres://u@/desk?host=db.example&port=7000", "desk at db.example:7000"),
        ];
        for (url, words) in table {
            assert_eq!(Place::of(url).to_string(), words, "{url}");
        }
    }
}
