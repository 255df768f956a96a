//! A guest's projects and tickets: home, lists, a ticket's page with its files, and what a guest does there.

pub mod acts;
mod file;
mod home;
pub mod list;
mod new;
pub mod prose;
pub mod said;
mod ticket;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::routing::{get, post};

use crate::acts::guest::Denied;
use crate::desk::people::Language;
use crate::desk::project::is_key;
use crate::desk::ticket::TicketNumber;
use crate::time::Timestamp;
use crate::web::page::{Page, PageError};
use crate::web::portal::Portal;
use crate::web::routes::Routes;

/// The pages of this room.
pub fn routes() -> Routes<Portal> {
    Routes::new()
        .route("/", get(home::show))
        .route("/{key}", get(list::show))
        .route("/{key}/new", get(new::show).post(new::create))
        .route("/{key}/{number}", get(ticket::show))
        .route("/{key}/{number}/comments", post(acts::comment))
        .route("/{key}/{number}/state", post(acts::state))
        .route("/{key}/{number}/priority", post(acts::priority))
        .route("/{key}/{number}/colleagues", post(acts::invite))
        .route("/{key}/{number}/mails", post(acts::mails))
        .route("/{key}/{number}/files/{id}", get(file::show))
}

impl From<Denied> for PageError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Missing => Self::Missing,
            Denied::NotAllowed | Denied::NoColleague => Self::Refused,
            Denied::Broken(error) => error.into(),
        }
    }
}

/// Why a form was not taken, where what was typed into it comes back with these words.
fn why(page: &Page, error: &PageError) -> Option<String> {
    let w = page.w();
    match error {
        PageError::Refused => Some(w.text("unsent-refused", &[])),
        PageError::Large => Some(w.text("unsent-large", &[])),
        PageError::Busy => Some(w.text("unsent-busy", &[])),
        PageError::Slow => Some(w.text("unsent-slow", &[])),
        _ => None,
    }
}

fn parameter(params: &RawPathParams, name: &str) -> String {
    params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// The key of a project in a path. What cannot be one is missing for everybody, signed in or not.
#[derive(Debug, Clone)]
struct Key(String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| PageError::Missing)?;
        let key = parameter(&params, "key");
        if is_key(&key) { Ok(Self(key)) } else { Err(PageError::Missing) }
    }
}

/// The number of a ticket in a path, in its one spelling.
#[derive(Debug, Clone)]
struct Number(TicketNumber);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| PageError::Missing)?;
        let (project, text) = (parameter(&params, "key"), parameter(&params, "number"));
        let number: i64 = text.parse().map_err(|_| PageError::Missing)?;
        let found = is_key(&project) && number > 0 && number.to_string() == text;
        if found { Ok(Self(TicketNumber { project, number })) } else { Err(PageError::Missing) }
    }
}

/// A day as the reader's language writes it, in `zone`.
pub(super) fn day(page: &Page, at: Timestamp, zone: &str) -> String {
    match page.language {
        Language::German => at.strftime(zone, "%-d.%-m.%Y"),
        Language::English => at.strftime(zone, "%-d %b %Y"),
    }
}

/// How large a file is: `12 kB`.
pub(super) fn size(page: &Page, bytes: i64) -> String {
    let tenths = |unit: i64| {
        let tenths = bytes.saturating_mul(10).saturating_add(unit / 2) / unit;
        let comma = if page.language == Language::German { ',' } else { '.' };
        format!("{}{comma}{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

/// How long something took: `1 h 30 min`.
fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
