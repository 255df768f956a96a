//! Forms that only our own pages can send: the browser's word where a form comes from, and a secret of the session.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, Method, header};

use super::Web;
use super::body::whole;
use super::page::PageError;
use super::pages::Pages;
use super::session::Somebody;
use crate::desk::secret::Plain;

/// The most bytes of a form without files: buttons and short lines.
const MOST: usize = 64 << 10;
/// The same for somebody who is not signed in.
const MOST_OPEN: usize = 8 << 10;

/// The fields of a form of somebody who is signed in, in order. Extracting it checks where the form comes from and the session's
/// secret in its field `csrf`.
#[derive(Debug, Clone)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// The fields of a body, checked against the session's secret.
    ///
    /// # Errors
    /// [`PageError::Refused`] for a form that is not ours.
    pub fn checked(fields: Vec<(String, String)>, csrf: &str) -> Result<Self, PageError> {
        let form = Self { fields };
        if is_of(csrf, form.get("csrf")) { Ok(form) } else { Err(PageError::Refused) }
    }

    /// The fields of a form that is not taken: for showing its sender what they typed, and for nothing else.
    pub(super) fn typed(fields: Vec<(String, String)>) -> Self {
        Self { fields }
    }

    /// A field's first value, trimmed; empty where it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// What the word in a field means.
    ///
    /// # Errors
    /// [`PageError::Refused`] for a word that no form of ours says.
    pub fn word<T: for<'a> TryFrom<&'a str>>(&self, name: &str) -> Result<T, PageError> {
        T::try_from(self.get(name)).map_err(|_| PageError::Refused)
    }
}

/// Whether what a form says is the secret of the session.
pub(super) fn is_of(csrf: &str, said: &str) -> bool {
    !csrf.is_empty() && Plain::given(said).hashed() == Plain::given(csrf).hashed()
}

impl<S: Pages> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &S) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        same_site(pages.web(), &parts.method, &parts.headers)?;
        let signed_in = Somebody::from_request_parts(&mut parts, pages).await?;
        let bytes = whole(body, MOST).await?;
        Self::checked(fields(&bytes)?, &signed_in.page.csrf)
    }
}

/// The fields of a form of somebody who is not signed in: checked for where it comes from, as far as the browser says.
#[derive(Debug, Clone)]
pub struct OpenForm {
    fields: Vec<(String, String)>,
}

impl OpenForm {
    /// A field's value, untrimmed; `None` where it is missing or stands more than once.
    #[must_use]
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }
}

impl<S: Pages> FromRequest<S> for OpenForm {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &S) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        same_site(pages.web(), &parts.method, &parts.headers)?;
        let bytes = whole(body, MOST_OPEN).await?;
        Ok(Self { fields: fields(&bytes)? })
    }
}

/// What the button of a mail program sends (RFC 8058 section 3.2): a form of either kind, with a field of its own. Whatever its
/// body is, it says that the button was pressed; only a form of ours says more.
#[derive(Debug, Clone)]
pub struct Pressed(pub OpenForm);

impl<S: Pages> FromRequest<S> for Pressed {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &S) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        same_site(pages.web(), &parts.method, &parts.headers)?;
        let bytes = whole(body, MOST_OPEN).await?;
        Ok(Self(OpenForm { fields: fields(&bytes).unwrap_or_default() }))
    }
}

/// The fields of an `application/x-www-form-urlencoded` body.
///
/// # Errors
/// [`PageError::Refused`] when it is none.
pub fn fields(bytes: &[u8]) -> Result<Vec<(String, String)>, PageError> {
    let uri = format!("/?{}", String::from_utf8_lossy(bytes));
    let uri: axum::http::Uri = uri.parse().map_err(|_| PageError::Refused)?;
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| PageError::Refused)?;
    Ok(query.0)
}

/// Whether the browser itself says that a form stands on our own page.
pub(super) fn is_surely_own(web: &Web, headers: &HeaderMap) -> bool {
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match word("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => word(header::ORIGIN.as_str()) == Some(web.base_url()),
    }
}

/// Refuses a change that another site asked for: by `Sec-Fetch-Site`, which pages cannot write, else by `Origin`.
///
/// # Errors
/// [`PageError::Refused`].
pub fn same_site(web: &Web, method: &Method, headers: &HeaderMap) -> Result<(), PageError> {
    if method.is_safe() {
        return Ok(());
    }
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let fine = match (word("sec-fetch-site"), word(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == web.base_url(),
        // Neither: an old browser or a program; the secret in the form decides.
        (None, None) => true,
    };
    if fine { Ok(()) } else { Err(PageError::Refused) }
}
