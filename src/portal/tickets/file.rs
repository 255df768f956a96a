//! A file of a ticket.

use axum::extract::RawPathParams;
use axum::response::Response;

use super::{Number, parameter};
use crate::portal::sending;
use crate::web::page::PageError;
use crate::web::session::GuestViewSession;

pub(super) async fn show(
    Number(number): Number,
    params: RawPathParams,
    GuestViewSession { mut view, .. }: GuestViewSession,
) -> Result<Response, PageError> {
    let text = parameter(&params, "id");
    let id: i64 = text.parse().ok().filter(|id: &i64| id.to_string() == text).ok_or(PageError::Missing)?;
    let file = view.file(&number, id).await?.ok_or(PageError::Missing)?;
    sending::shown(file)
}
