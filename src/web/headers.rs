//! What every response carries, whatever made it.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::known;
use super::page::{Page, PageError};
use super::session;

/// Nothing unless it is opened here, with the reason:
/// `style-src` our one stylesheet; `img-src` files of tickets and articles; `script-src` and `connect-src` the one
/// script, for the progress of uploads and for drafts, which pages do without; `form-action` our own forms. No frames, no fonts, no base.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Runs last on every response: writes the page of a refusal and sets the headers.
pub async fn finish(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (asked, path) = (request.headers().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    // A wrong path, one that cannot be decoded, a wrong method and a foreign ticket look alike.
    if matches!(response.status(), StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST) {
        response = PageError::Missing.into_response();
    }
    if let Some(oops) = response.extensions_mut().remove::<std::sync::Arc<PageError>>() {
        let incident = web.rng.fresh_name();
        let incident: String = incident.chars().take(8).collect();
        // Where the database is away or busy nobody waits for it once more.
        let (page, is_staff) = match *oops {
            PageError::Later(_) | PageError::Busy | PageError::Broken(_) => (Page::anonymous(&web, &asked), false),
            _ => match session::somebody(&web, &asked).await {
                Ok(Some(somebody)) => (somebody.page.clone(), somebody.is_staff()),
                _ => (known::page(&web, &asked, &path).await, false),
            },
        };
        response = (oops.status(), Html(oops.page(&page, is_staff, &incident))).into_response();
    }
    let is_later = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::CACHE_CONTROL, "no-store");
    // Other sites learn nothing from `same-origin` either, and with `no-referrer` browsers without `Sec-Fetch-Site` (Safari
    // before 16.4) send their forms with `Origin: null`, as a foreign page can, too (Fetch, "append a request Origin header").
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
    set(HeaderName::from_static("x-robots-tag"), "noindex");
    if is_later {
        set(header::RETRY_AFTER, "30");
    }
    if web.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
