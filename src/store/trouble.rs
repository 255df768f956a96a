//! What keeps a database from working for a while, told from its errors. Such trouble says nothing against what was to be
//! read or written: the same work may well succeed later.

use super::place::Place;

/// What is the matter with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no space left.
    Full,
    /// It cannot be written at all.
    ReadOnly,
    /// Its disk or its files cannot be used: I/O errors, quotas, too many open files.
    Disk,
    /// Its server does not answer, starts, stops, or has no connection left.
    Away,
    /// Two writers met, or it was a moment too slow.
    Busy,
}

impl Trouble {
    /// Whether it is there until something changes outside, so that there is no use in going on.
    #[must_use]
    pub fn lasts(self) -> bool {
        self != Self::Busy
    }

    /// What is wrong at `place`, and what becomes of the mail.
    #[must_use]
    pub fn words(self, place: &Place) -> String {
        match self {
            Self::Full => format!("the disk is full: cannot write {place}; mail stays on the server until there is space"),
            Self::ReadOnly => format!("cannot write {place}: it is read-only; mail stays on the server until it can be written"),
            Self::Disk => {
                format!("cannot use {place}: its disk or a quota refuses; mail stays on the server until it can be written")
            }
            Self::Away => format!("the database {place} does not answer; mail stays on the server until it does"),
            Self::Busy => format!("the database {place} is busy"),
        }
    }
}

/// The same of what the driver says.
pub(super) fn of_sql(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Database(error) => of_code(&error.code().unwrap_or_default()),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolTimedOut => Some(Trouble::Away),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => Some(Trouble::Busy),
        _ => None,
    }
}

/// SQLSTATEs of PostgreSQL have five characters, the result codes of SQLite are numbers whose lowest byte says the kind.
fn of_code(code: &str) -> Option<Trouble> {
    if let (Ok(number), true) = (code.parse::<i64>(), code.len() < 5) {
        return match number & 0xff {
            // Busy, locked, out of memory, interrupted, a race in the locking protocol.
            5 | 6 | 7 | 9 | 15 => Some(Trouble::Busy),
            8 => Some(Trouble::ReadOnly),
            // I/O, cannot open, not permitted, too large for the file system.
            10 | 14 | 3 | 22 => Some(Trouble::Disk),
            13 => Some(Trouble::Full),
            _ => None,
        };
    }
    match code {
        "53100" => Some(Trouble::Full),
        "25006" => Some(Trouble::ReadOnly),
        // Transactions that took too long, and out of memory.
        "25P03" | "25P04" | "53200" | "57014" => Some(Trouble::Busy),
        _ if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => Some(Trouble::Away),
        _ if code.starts_with("58") => Some(Trouble::Disk),
        _ if ["40", "55"].iter().any(|class| code.starts_with(class)) => Some(Trouble::Busy),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_is_the_matter() {
        let table = [
            // SQLite, with the extended codes that it really gives.
            ("5", Some(Trouble::Busy)),
            ("517", Some(Trouble::Busy)),
            ("6", Some(Trouble::Busy)),
            ("8", Some(Trouble::ReadOnly)),
            ("1032", Some(Trouble::ReadOnly)),
            ("10", Some(Trouble::Disk)),
            ("778", Some(Trouble::Disk)),
            ("4874", Some(Trouble::Disk)),
            ("13", Some(Trouble::Full)),
            ("14", Some(Trouble::Disk)),
            ("11", None),
            ("19", None),
            ("2067", None),
            ("26", None),
            // PostgreSQL.
            ("53100", Some(Trouble::Full)),
            ("53300", Some(Trouble::Away)),
            ("25006", Some(Trouble::ReadOnly)),
            ("57P01", Some(Trouble::Away)),
            ("57P03", Some(Trouble::Away)),
            ("08006", Some(Trouble::Away)),
            ("58030", Some(Trouble::Disk)),
            ("40001", Some(Trouble::Busy)),
            ("55P03", Some(Trouble::Busy)),
            // An error that was swallowed inside a transaction is ours, and no reason to wait.
            ("25P02", None),
            ("23505", None),
            ("42601", None),
            ("", None),
        ];
        for (code, trouble) in table {
            assert_eq!(of_code(code), trouble, "{code}");
        }
    }
}
