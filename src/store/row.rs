//! What stands in a row. A [`Column`] holds one value, as Rust and as the database know it. The columns of a wide table are
//! listed once, by `row!`: the list gives the texts of its SELECT, INSERT and UPDATE, and what is read and bound by name.

use serde::{Deserialize, Serialize};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, Decode, Encode, Row, Type};

use super::blobs::BlobHash;
use super::{Error, Result};
use crate::desk::article::ArticleState;
use crate::desk::budget::Name;
use crate::desk::entry::{Change, Document, EntryKind, Field, Visibility};
use crate::desk::ids::{ArticleId, EntryId, InboxId, OrganizationId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Absent, Detail, Disposition, Found, Held, HeldAction, KeyPurpose, MailboxHealth, Release, Would};
use crate::desk::notice::Part;
use crate::desk::notify::{Event, MailsAbout, NotifyBy};
use crate::desk::outbox::{Audience, Kind, State};
use crate::desk::people::{Language, PersonKind};
use crate::desk::project::ProjectKind;
use crate::desk::secret::Hashed;
use crate::desk::sign_in::Purpose;
use crate::desk::ticket::Category;
use crate::time::Timestamp;

/// A statement on its way, with what has been bound so far.
pub(super) type Statement<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

/// What one column holds.
pub(super) trait Column: Sized {
    fn read(row: &AnyRow, name: &str) -> Result<Self>;
    fn bind<'q>(&self, statement: Statement<'q>) -> Statement<'q>;
}

/// Reads the column `name`.
pub(super) fn get<T: Column>(row: &AnyRow, name: &str) -> Result<T> {
    T::read(row, name)
}

/// A value and the form in which it is stored: always the same one, since PostgreSQL's statements are kept by their text.
pub(super) trait Value: Sized {
    type Stored: for<'r> Decode<'r, Any> + for<'q> Encode<'q, Any> + Type<Any> + Send + 'static;

    fn stored(&self) -> Self::Stored;

    /// # Errors
    /// When it is none of those that this version knows.
    fn of(stored: Self::Stored) -> Result<Self>;
}

impl<T: Value> Column for T {
    fn read(row: &AnyRow, name: &str) -> Result<Self> {
        Self::of(row.try_get(name)?)
    }

    fn bind<'q>(&self, statement: Statement<'q>) -> Statement<'q> {
        statement.bind(self.stored())
    }
}

impl<T: Value> Column for Option<T> {
    fn read(row: &AnyRow, name: &str) -> Result<Self> {
        let stored: Option<T::Stored> = row.try_get(name)?;
        stored.map(T::of).transpose()
    }

    fn bind<'q>(&self, statement: Statement<'q>) -> Statement<'q> {
        statement.bind(self.as_ref().map(T::stored))
    }
}

/// Values and how they are stored, in both directions.
macro_rules! values {
    ($($type:ty as $stored:ty: |$value:ident| $store:expr, |$found:ident| $read:expr;)+) => {$(
        impl Value for $type {
            type Stored = $stored;

            fn stored(&self) -> $stored {
                let $value = self;
                $store
            }

            fn of($found: $stored) -> Result<Self> {
                Ok($read)
            }
        }
    )+};
}

values! {
    i64 as i64: |value| *value, |stored| stored;
    String as String: |value| value.clone(), |stored| stored;
    Vec<u8> as Vec<u8>: |value| value.clone(), |stored| stored;
    bool as i64: |value| i64::from(*value), |stored| stored != 0;
    Timestamp as i64: |value| value.as_micros(), |stored| Self::from_micros(stored);
    BlobHash as String: |value| value.0.clone(), |stored| Self(stored);
    OrganizationId as i64: |value| value.0, |stored| Self(stored);
    PersonId as i64: |value| value.0, |stored| Self(stored);
    ProjectId as i64: |value| value.0, |stored| Self(stored);
    TicketId as i64: |value| value.0, |stored| Self(stored);
    EntryId as i64: |value| value.0, |stored| Self(stored);
    ArticleId as i64: |value| value.0, |stored| Self(stored);
    InboxId as i64: |value| value.0, |stored| Self(stored);
    OutboxId as i64: |value| value.0, |stored| Self(stored);
    // Only shown: what cannot be read is nothing.
    Detail as String: |value| serde_json::to_string(value).unwrap_or_default(), |stored| serde_json::from_str(&stored).unwrap_or_default();
}

/// Enumerations, stored as their stable words; and what is expected where another word stands.
macro_rules! words {
    ($text:ident: $($type:ty = $expected:literal;)+) => {$(
        impl Value for $type {
            type Stored = String;

            fn stored(&self) -> String {
                self.$text().to_owned()
            }

            fn of(stored: String) -> Result<Self> {
                Self::try_from(stored.as_str()).map_err(|_| Error::Value { expected: $expected, found: stored })
            }
        }
    )+};
}

words! {
    as_str:
    Absent = "why a mail is not here";
    ArticleState = "a state of an article";
    Audience = "an audience";
    Category = "a category";
    Disposition = "a disposition";
    EntryKind = "a kind of entry";
    Event = "an event";
    Field = "a field";
    Found = "how a mail was found";
    Held = "a reason to hold a mail";
    Hashed = "the hash of a secret";
    HeldAction = "a decision";
    KeyPurpose = "a purpose of a secret";
    Kind = "a kind of mail";
    MailboxHealth = "a mailbox's health";
    MailsAbout = "of what somebody gets mail";
    Name = "a budget";
    NotifyBy = "a way";
    Part = "as what somebody is told";
    PersonKind = "a kind of person";
    ProjectKind = "a kind of project";
    Purpose = "a purpose of a link";
    Release = "a release";
    State = "a state of a mail";
    Visibility = "a visibility";
    Would = "what a mail becomes";
}

words! {
    tag:
    Language = "a language";
}

/// A value that stands in several columns.
pub(super) trait Columns: Sized {
    type Parts;

    fn split(&self) -> Self::Parts;
    fn join(parts: Self::Parts) -> Self;
}

/// What was changed, from what, to what.
impl Columns for Option<Change> {
    type Parts = (Option<Field>, Option<String>, Option<String>);

    fn split(&self) -> Self::Parts {
        let change = self.as_ref();
        (
            change.map(|change| change.field),
            change.and_then(|change| change.from.clone()),
            change.and_then(|change| change.to.clone()),
        )
    }

    fn join((field, from, to): Self::Parts) -> Self {
        field.map(|field| Change { field, from, to })
    }
}

/// A document in the form in which it is kept. What another version of the desk wrote is not read: the text beside it says
/// the same.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    #[serde(flatten)]
    document: Document,
}

/// The version of that form.
const DOCUMENT: u32 = 1;

/// How a text looks, where it is more than its words.
impl Columns for Option<Document> {
    type Parts = (Option<String>,);

    fn split(&self) -> Self::Parts {
        let kept = self.clone().map(|document| Kept { version: DOCUMENT, document });
        (kept.and_then(|kept| serde_json::to_string(&kept).ok()),)
    }

    fn join((kept,): Self::Parts) -> Self {
        let kept: Option<Kept> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        kept.filter(|kept| kept.version == DOCUMENT).map(|kept| kept.document)
    }
}

/// A person's addresses or an organization's domains, of which a row has one.
impl Columns for Vec<String> {
    type Parts = (Option<String>,);

    fn split(&self) -> Self::Parts {
        (self.first().cloned(),)
    }

    fn join((first,): Self::Parts) -> Self {
        first.into_iter().collect()
    }
}

/// How much of a row a statement writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// All of it: `NAME!(insert)`.
    Whole,
    /// What can change: `NAME!(update)`.
    Changing,
}

/// A row that is read, as `row!` makes it.
pub(super) trait ReadRow: Sized {
    fn read(row: &AnyRow) -> Result<Self>;
}

/// A row that is written, too.
pub(super) trait WriteRow: ReadRow {
    /// Binds what is written, in the order of the text; what `also` stands in an INSERT comes behind.
    fn bind<'q>(&self, statement: Statement<'q>, written: Written) -> Statement<'q>;
}

/// The columns of a row, said once.
///
/// `NAME: TYPE { SHAPE } in TABLE` says how a value is made of its columns, each of which stands in the shape under its own
/// name: the shape is an expression where a row is read, and a pattern where one is written. So neither a field without a
/// column compiles nor a column without a field. The columns are listed by what becomes of them:
///
/// - `changing`: what an UPDATE writes;
/// - `columns`: what is written once;
/// - `also`: what is written once and is none of the value's business: whoever writes binds it;
/// - `found`: what is only read: another table's, or an expression;
/// - `split VALUE into COLUMNS`: a value that stands in several of them, or in one in a form of its own ([`Columns`]).
///
/// The texts are `NAME!(columns)` for a SELECT, `NAME!(insert)`, and `NAME!(update)`, which a condition on `$1` follows;
/// [`ReadRow`] reads, [`WriteRow`] binds. With `of TABLE` a row is only read.
macro_rules! row {
    (
        $name:ident: $type:ident $shape:tt of $table:literal;
        columns $($column:ident),+;
        $(found $($found:ident = $sql:expr),+;)?
        $(split $value:ident into $($part:ident),+;)*
    ) => {
        macro_rules! $name {
            (columns) => {
                concat!(sql_list!(columns $table, $($column)+) $($(, ", ", $sql, " AS ", stringify!($found))+)?)
            };
        }
        row!(@read $type $shape [$($column)+ $($($found)+)?] $([$value $($part)+])*);
    };
    (
        $name:ident: $type:ident $shape:tt in $table:literal;
        $(changing $($changing:ident),+;)?
        columns $($column:ident),+;
        $(also $($also:ident),+;)?
        $(found $($found:ident = $sql:expr),+;)?
        $(split $value:ident into $($part:ident),+;)*
    ) => {
        macro_rules! $name {
            (columns) => {
                concat!(
                    sql_list!(columns $table, $($($changing)+)? $($column)+) $($(, ", ", $sql, " AS ", stringify!($found))+)?
                )
            };
            (insert) => {
                concat!(
                    "INSERT INTO ", $table, " (", sql_list!(names $($($changing)+)? $($column)+ $($($also)+)?), ") VALUES (",
                    sql_list!(places $($($changing)+)? $($column)+ $($($also)+)?), ")"
                )
            };
            $((update) => { concat!("UPDATE ", $table, " SET ", sql_list!(changes $($changing)+)) };)?
        }
        row!(@read $type $shape [$($($changing)+)? $($column)+ $($($found)+)?] $([$value $($part)+])*);

        impl $crate::store::row::WriteRow for $type {
            fn bind<'q>(
                &self,
                statement: $crate::store::row::Statement<'q>,
                written: $crate::store::row::Written,
            ) -> $crate::store::row::Statement<'q> {
                use $crate::store::row::Column;
                let $type $shape = self;
                $(let ($($part,)+) = &$crate::store::row::Columns::split($value);)*
                $($(let _ = $found;)+)?
                $($(let statement = Column::bind($changing, statement);)+)?
                if written == $crate::store::row::Written::Changing {
                    return statement;
                }
                $(let statement = Column::bind($column, statement);)+
                statement
            }
        }
    };
    (@read $type:ident $shape:tt [$($column:ident)+] $([$value:ident $($part:ident)+])*) => {
        impl $crate::store::row::ReadRow for $type {
            fn read(row: &sqlx::any::AnyRow) -> $crate::store::Result<Self> {
                $(let $column = $crate::store::row::get(row, stringify!($column))?;)+
                $(let $value = $crate::store::row::Columns::join(($($part,)+));)*
                Ok($type $shape)
            }
        }
    };
}

/// Lists of columns as SQL says them, for `row!`.
macro_rules! sql_list {
    (columns $table:literal, $first:ident $($more:ident)*) => {
        concat!($table, ".", stringify!($first) $(, ", ", $table, ".", stringify!($more))*)
    };
    (names $first:ident $($more:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($more))*) };
    (places $($column:ident)+) => { sql_list!(@place [$($column)+] "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18" "$19" "$20" "$21" "$22" "$23" "$24" "$25" "$26" "$27" "$28" "$29" "$30" "$31" "$32") };
    // `$1` says which row.
    (changes $($column:ident)+) => { sql_list!(@change [$($column)+] "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18" "$19" "$20" "$21" "$22" "$23" "$24" "$25" "$26" "$27" "$28" "$29" "$30" "$31" "$32") };
    (@place [$last:ident] $place:literal $($rest:literal)*) => { $place };
    (@place [$first:ident $($more:ident)+] $place:literal $($rest:literal)+) => {
        concat!($place, ", ", sql_list!(@place [$($more)+] $($rest)+))
    };
    (@change [$last:ident] $place:literal $($rest:literal)*) => { concat!(stringify!($last), " = ", $place) };
    (@change [$first:ident $($more:ident)+] $place:literal $($rest:literal)+) => {
        concat!(stringify!($first), " = ", $place, ", ", sql_list!(@change [$($more)+] $($rest)+))
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// A row with everything that can be said of one.
    #[derive(Debug, Clone, PartialEq)]
    struct Thing {
        id: i64,
        name: String,
        size: Size,
        change: Option<Change>,
    }

    #[derive(Debug, Clone, PartialEq)]
    struct Size {
        width: Option<i64>,
        unit: String,
    }

    row! {
        thing: Thing { id, name, size: Size { width, unit }, change } in "thing";
        changing name, width;
        columns id, field, old_value, new_value;
        also position;
        found unit = "'mm'";
        split change into field, old_value, new_value;
    }

    row! {
        size: Size { width, unit } of "thing";
        columns width;
        found unit = "'mm'";
    }

    #[test]
    fn one_list_gives_every_text() {
        for (text, expected) in [
            (thing!(columns), "thing.name, thing.width, thing.id, thing.field, thing.old_value, thing.new_value, 'mm' AS unit"),
            (
                thing!(insert),
                "INSERT INTO thing (name, width, id, field, old_value, new_value, position) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            ),
            (thing!(update), "UPDATE thing SET name = $2, width = $3"),
            (size!(columns), "thing.width, 'mm' AS unit"),
        ] {
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn a_document_is_read_as_it_was_kept_and_no_other() {
        let document = Some(crate::desk::entry::document::of_text("Hello\n\n- one\n- two"));
        let (kept,) = document.split();
        assert_eq!(Option::<Document>::join((kept.clone(),)), document);
        assert_eq!(None::<Document>.split(), (None,));
        let kept = kept.unwrap();
        for other in [kept.replace("\"version\":1", "\"version\":2"), kept.replace("paragraph", "marquee"), String::new()] {
            assert_eq!(Option::<Document>::join((Some(other),)), None);
        }
    }

    #[tokio::test]
    async fn what_is_written_is_read_again_and_a_change_leaves_the_rest_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await.unwrap();
        let work = store.write(|tx| {
            Box::pin(async move {
                let table = "CREATE TABLE thing (id BIGINT, name TEXT, width BIGINT, field TEXT, old_value TEXT, new_value TEXT, position BIGINT)";
                sqlx::query(table).execute(&mut *tx.inner).await?;
                let change = Some(Change { field: Field::Title, from: None, to: Some("b".to_owned()) });
                let thing = Thing { id: 7, name: "a".to_owned(), size: Size { width: None, unit: "mm".to_owned() }, change };
                thing.bind(sqlx::query(thing!(insert)), Written::Whole).bind(3_i64).execute(&mut *tx.inner).await?;
                let select = concat!("SELECT ", thing!(columns), " FROM thing WHERE thing.position = 3");
                assert_eq!(Thing::read(&sqlx::query(select).fetch_one(&mut *tx.inner).await?)?, thing);

                let size = Size { width: Some(5), ..thing.size.clone() };
                let other = Thing { name: "c".to_owned(), size: size.clone(), change: None, ..thing.clone() };
                let statement = sqlx::query(concat!(thing!(update), " WHERE id = $1")).bind(7_i64);
                other.bind(statement, Written::Changing).execute(&mut *tx.inner).await?;
                let read = Thing::read(&sqlx::query(select).fetch_one(&mut *tx.inner).await?)?;
                assert_eq!(read, Thing { change: thing.change, ..other });
                let select = concat!("SELECT ", size!(columns), " FROM thing");
                assert_eq!(Size::read(&sqlx::query(select).fetch_one(&mut *tx.inner).await?)?, size);

                sqlx::query("UPDATE thing SET field = 'colour'").execute(&mut *tx.inner).await?;
                let error = Thing::read(&sqlx::query(concat!("SELECT ", thing!(columns), " FROM thing")).fetch_one(&mut *tx.inner).await?);
                assert!(error.unwrap_err().to_string().contains("`colour` where a field is expected"));
                Ok(())
            })
        });
        work.await.unwrap();
    }
}
