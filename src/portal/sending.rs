//! How a file is sent to a browser. Pictures are shown, everything else is a download; nothing of it may run anything.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::guest::ticket_page::GuestBytes;
use crate::web::page::{PageError, percent_encoded};

/// Nothing, in a sandbox: a file is a guest in its own frame, too.
const CONTENT_SECURITY_POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// A picture to be looked at, anything else to be kept.
pub(super) fn shown(file: GuestBytes) -> Result<Response, PageError> {
    match file.picture() {
        Some(picture) => answer(file, (picture, "inline")),
        None => download(file),
    }
}

/// A file to be kept, whatever it is.
pub(super) fn download(file: GuestBytes) -> Result<Response, PageError> {
    answer(file, ("application/octet-stream", "attachment"))
}

fn answer(file: GuestBytes, (kind, how): (&'static str, &str)) -> Result<Response, PageError> {
    // RFC 6266 section 4.3 and RFC 8187: the name in ASCII for old programs, and as it is.
    let plain: String =
        file.name().chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let name = percent_encoded(file.name()).replace('/', "%2F");
    let disposition = HeaderValue::try_from(format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{name}"));
    let mut response = file.into_bytes().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, disposition.map_err(|_| PageError::Missing)?);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    Ok(response)
}
