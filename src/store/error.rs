//! What can go wrong in the database, what an error says about it, and how people who have to mend it are told.

use sqlx::migrate::MigrateError;

use super::place::Place;
use super::trouble::{Trouble, of_sql};
use super::unfit::Unfit;

/// What can go wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is not there.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] MigrateError),
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
    /// It is known to be in trouble, and is not even asked.
    #[error("{1}")]
    Unwell(Trouble, String),
    /// There is no desk where one should be.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// What a closure in a transaction failed with.
    #[error("{0:#}")]
    Inside(anyhow::Error),
}

impl Error {
    /// Whether the same work may well succeed later: the database is away, full, busy or shutting down, or two writers
    /// met. Says nothing against what was to be written.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        Trouble::of(self).is_some()
    }

    /// Whether a key or address was taken that must be unique.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(fault)) if fault.is_unique_violation())
    }
}

/// Of the database.
pub type Result<T> = std::result::Result<T, Error>;

impl Trouble {
    /// What `error` says about the database; `None` where the work itself was wrong.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Sql(error) => of_sql(error),
            Error::Migrate(MigrateError::Execute(error)) => of_sql(error),
            Error::Migrate(MigrateError::ExecuteMigration(error, _)) => of_sql(error),
            Error::Unwell(trouble, _) => Some(*trouble),
            Error::Inside(error) => Self::within(error),
            Error::Migrate(_) | Error::Value { .. } | Error::CutShort | Error::Unfit(_) => None,
        }
    }

    /// The same of an error that one of the store may have caused.
    #[must_use]
    pub fn within(error: &anyhow::Error) -> Option<Self> {
        // What was given a context is found by `downcast_ref` alone, what another error was caused by in the chain alone.
        let found = error.downcast_ref::<Error>().and_then(Self::of);
        found.or_else(|| error.chain().filter_map(|cause| cause.downcast_ref::<Error>()).find_map(Self::of))
    }
}

/// The same error, told for people who have to mend it: what passes by itself is [`Error::Unwell`], anything else
/// [`Error::Unfit`].
pub(super) fn explain(place: &Place, error: Error) -> Error {
    match &error {
        Error::Migrate(MigrateError::VersionMissing(step)) => return Unfit::Newer(place.clone(), *step).into(),
        Error::Migrate(MigrateError::VersionMismatch(step)) => return Unfit::Other(place.clone(), *step).into(),
        _ => {}
    }
    let sql = match &error {
        Error::Sql(sql) | Error::Migrate(MigrateError::Execute(sql) | MigrateError::ExecuteMigration(sql, _)) => sql,
        _ => return error,
    };
    let said = |words: &str| match sql {
        sqlx::Error::Database(said) => said.message().to_owned(),
        _ => words.to_owned(),
    };
    if let sqlx::Error::Tls(cause) = sql {
        return Unfit::Tls(place.clone(), cause.to_string()).into();
    }
    let code = match sql {
        sqlx::Error::Database(said) => said.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    let unfit = match (place, code.parse::<i64>().map(|code| code & 0xff)) {
        (Place::File(path), Ok(26)) => Some(Unfit::Foreign(path.clone())),
        (Place::File(_), Ok(11)) => Some(Unfit::Damaged(place.clone(), said("malformed"))),
        (Place::File(path), Ok(8)) => Some(Unfit::Unwritable(path.clone(), "it is read-only".to_owned())),
        (Place::File(path), Ok(14)) => Some(Unfit::NoJournal(path.clone())),
        (Place::File(_), _) => None,
        (Place::Server { .. }, _) => match code.as_str() {
            "3D000" => Some(Unfit::Unknown(place.clone())),
            "42501" => Some(Unfit::Forbidden(place.clone(), said(""))),
            code if code.starts_with("28") => Some(Unfit::Refused(place.clone(), said(""))),
            _ => None,
        },
    };
    match (unfit, Trouble::of(&error)) {
        (Some(unfit), _) => unfit.into(),
        (None, Some(Trouble::Away)) => {
            let cause = match sql {
                sqlx::Error::Io(cause) => cause.to_string(),
                other => said(&other.to_string()),
            };
            let cause = cause.split(" (os error").next().unwrap_or_default().to_owned();
            Error::Unwell(Trouble::Away, format!("cannot connect to the database {place}: {cause}"))
        }
        (None, Some(trouble)) if trouble.lasts() => Error::Unwell(trouble, trouble.words(place)),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_found_below_contexts_and_inside_other_errors() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] Error);
        let away = || Error::Sql(sqlx::Error::PoolTimedOut);
        assert_eq!(Trouble::within(&anyhow::Error::new(away()).context("a").context("b")), Some(Trouble::Away));
        assert_eq!(Trouble::within(&anyhow::Error::new(Outer(away())).context("a")), Some(Trouble::Away));
        assert_eq!(Trouble::of(&Error::Inside(anyhow::Error::new(away()).context("a"))), Some(Trouble::Away));
        assert_eq!(Trouble::within(&anyhow::anyhow!("a wrong password")), None);
    }
}
