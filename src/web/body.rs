//! Bodies of requests, read with a bound that holds before the first byte: what says that it is too large is not read.

use std::error::Error;

use axum::body::{Body, HttpBody};
use futures_util::StreamExt;

use super::page::PageError;
use super::serve::Slow;

/// The whole of a body of at most `most` bytes.
///
/// # Errors
/// [`PageError::Large`], [`PageError::Slow`], or [`PageError::Refused`] where it breaks off.
pub async fn whole(body: Body, most: usize) -> Result<Vec<u8>, PageError> {
    fits(&body, most)?;
    let (mut pieces, mut bytes) = (body.into_data_stream(), Vec::new());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| fault(&error))?;
        if bytes.len().saturating_add(piece.len()) > most {
            return Err(PageError::Large);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Whether a body may still turn out to have at most `most` bytes, by what its head says.
///
/// # Errors
/// [`PageError::Large`].
pub fn fits(body: &Body, most: usize) -> Result<(), PageError> {
    let least = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if least > most { Err(PageError::Large) } else { Ok(()) }
}

/// Why a body ended too early.
#[must_use]
pub fn fault(error: &axum::Error) -> PageError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Slow>() {
            return PageError::Slow;
        }
        cause = error.source();
    }
    PageError::Refused
}
