//! The stylesheet and the little script, compiled in; their addresses change with their content, so browsers may keep
//! them for good.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::store::blobs;

/// One file for all pages, made of one for each part of the house.
const STYLE: &str = concat!(
    include_str!("../../templates/assets/base.css"),
    include_str!("../../templates/assets/sign_in.css"),
    include_str!("../../templates/assets/tickets.css"),
    include_str!("../../templates/assets/articles.css"),
    include_str!("../../templates/assets/picture.css"),
    include_str!("../../templates/assets/office.css"),
);

/// Shows how much of a form's files has left, and keeps what is typed; every form works without it.
/// Each part has a scope of its own.
const SCRIPT: &str = concat!(include_str!("../../templates/assets/draft.js"), include_str!("../../templates/assets/upload.js"));

const ICON: &str = include_str!("../../templates/assets/icon.svg");

static STYLESHEET: LazyLock<String> = LazyLock::new(|| address(STYLE, "css"));
static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| address(SCRIPT, "js"));
static ICON_ADDRESS: LazyLock<String> = LazyLock::new(|| address(ICON, "svg"));

fn address(content: &str, ending: &str) -> String {
    format!("/assets/{}.{ending}", blobs::hash(content.as_bytes()).get(..16).unwrap_or_default())
}

/// The address of the stylesheet.
#[must_use]
pub fn stylesheet() -> &'static str {
    &STYLESHEET
}

/// The address of the script for what people type and send.
#[must_use]
pub fn script() -> &'static str {
    &SCRIPT_ADDRESS
}

/// The address of the little picture that browsers show in a tab.
#[must_use]
pub fn icon() -> &'static str {
    &ICON_ADDRESS
}

/// The asset at an address, as it is served; `None` for any other.
#[must_use]
pub fn at(path: &str) -> Option<Response> {
    let (kind, content) = match path {
        path if path == stylesheet() => ("text/css; charset=utf-8", STYLE),
        path if path == script() => ("text/javascript; charset=utf-8", SCRIPT),
        path if path == icon() => ("image/svg+xml", ICON),
        _ => return None,
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Some((headers, content).into_response())
}
