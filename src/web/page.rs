//! Pages: a template becomes a response, and a refusal becomes a page that says what to do.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::assets::{Assets, Logo};
use crate::config::face::FooterLink;
use crate::desk::next_action::Turn;
use crate::desk::people::Language;
use crate::desk::sign_in::OFFICE;
use crate::letters::i18n::{Texts, texts};
use crate::store::Trouble;
use crate::time::Timestamp;

/// What every page needs: its language, who is signed in, and what the desk is called. Field `p` of every template.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language of the page.
    pub language: Language,
    /// The desk's name.
    pub desk: String,
    /// The name of whoever is signed in; empty for nobody.
    pub name: String,
    /// Stands in every form of this session; empty for nobody.
    pub csrf: String,
    /// The name under which their browser keeps what they type; empty for nobody.
    pub person: String,
    /// Time zone for dates.
    pub time_zone: String,
    /// When the page was asked for.
    pub now: Timestamp,
    /// What it is made with.
    pub assets: Arc<Assets>,
    /// What stands at its foot.
    pub footer: Arc<[FooterLink]>,
}

impl Page {
    /// A page for somebody who is not signed in: in the language that the browser asks for.
    #[must_use]
    pub fn anonymous(web: &Web, headers: &HeaderMap) -> Self {
        Self {
            language: accepted(headers).unwrap_or(web.config.desk.language),
            desk: web.config.desk.name.clone(),
            name: String::new(),
            csrf: String::new(),
            person: String::new(),
            time_zone: web.config.desk.time_zone.clone(),
            now: web.clock.now(),
            assets: Arc::clone(&web.assets),
            footer: Arc::clone(&web.config.face.footer),
        }
    }

    /// The sentences of the page's language.
    #[must_use]
    pub fn w(&self) -> &'static Texts {
        texts(self.language)
    }

    /// The language of the page, as templates ask for it.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The language's tag, for the `lang` attribute.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The address of the stylesheet, which changes with its content.
    #[must_use]
    pub fn stylesheet(&self) -> &str {
        self.assets.stylesheet()
    }

    /// The address of the script for what people type and send.
    #[must_use]
    pub fn script(&self) -> &'static str {
        super::assets::script()
    }

    /// The address of the little picture in the browser's tab.
    #[must_use]
    pub fn icon(&self) -> &str {
        self.assets.icon()
    }

    /// The desk's logo, where it has one.
    #[must_use]
    pub fn logo(&self) -> Option<&Logo> {
        self.assets.logo()
    }

    /// The links at its foot: what each says, and where it leads.
    #[must_use]
    pub fn links(&self) -> Vec<(&str, &str)> {
        self.footer.iter().map(|link| (link.label(self.language), link.url.as_str())).collect()
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        !self.csrf.is_empty()
    }

    /// Whose turn it is, in the words of every pill, filter and count.
    #[must_use]
    pub fn turn(&self, turn: Turn) -> String {
        let w = self.w();
        match turn {
            Turn::You => w.text("turn-you", &[]),
            Turn::Us => w.text("turn-us", &[]),
            Turn::Others => w.text("turn-others", &[]),
            Turn::Done => w.text("turn-done", &[]),
        }
    }

    /// A point in time as the reader's language writes it, by the reader's clock.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{}, {}", self.day(at), at.strftime(&self.time_zone, "%H:%M"))
    }

    /// A day as the reader's language writes it, by the reader's calendar.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        match self.language {
            Language::German => at.strftime(&self.time_zone, "%-d.%-m.%Y"),
            Language::English => at.strftime(&self.time_zone, "%-d %b %Y"),
        }
    }

    /// The same in short where it is near: "today, 17:55". What stands behind it says [`Self::moment`] in full.
    #[must_use]
    pub fn when(&self, at: Timestamp) -> String {
        let time = at.strftime(&self.time_zone, "%H:%M");
        match self.now.days_since(at, &self.time_zone) {
            0 => self.w().text("when-today", &[("time", &time)]),
            1 => self.w().text("when-yesterday", &[("time", &time)]),
            _ => self.moment(at),
        }
    }
}

/// The best language of an `Accept-Language` header that Postroom speaks.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted: Vec<(i32, Language)> = Vec::new();
    for part in value.split(',').take(20) {
        let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
        let tag = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let quality: f32 = quality.trim().parse().unwrap_or(0.0);
        if let Ok(language) = Language::try_from(tag.as_str()) {
            #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1000")]
            wanted.push(((quality.clamp(0.0, 1.0) * -1000.0) as i32, language));
        }
    }
    wanted.sort_by_key(|(quality, _)| *quality);
    wanted.first().map(|(_, language)| *language)
}

/// A template as a response.
///
/// # Errors
/// [`PageError::Broken`] when the template fails.
pub fn show(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render().map_err(|error| PageError::Broken(error.into()))?).into_response())
}

/// To another page of ours, after a form was taken (RFC 9110 section 15.4.4).
#[must_use]
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// Why there is no page. What is foreign and what does not exist are the same [`PageError::Missing`], byte for byte.
#[derive(Debug)]
pub enum PageError {
    /// Not there, or not for this guest.
    Missing,
    /// Nobody is signed in; afterwards this path is wanted.
    SignIn(String),
    /// The guests' first page, asked for by a member of staff: theirs is another.
    Office,
    /// A form that is not ours or too old.
    Refused,
    /// Too many attempts.
    Often,
    /// Too many bytes.
    Large,
    /// Not now: the database is full, away or busy, and will be there again.
    Later(anyhow::Error),
    /// They came too slowly.
    Slow,
    /// Too much at a time.
    Busy,
    /// Our fault.
    Broken(anyhow::Error),
}

impl From<crate::store::Error> for PageError {
    fn from(error: crate::store::Error) -> Self {
        Self::from(anyhow::Error::from(error))
    }
}

impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        if Trouble::within(&error).is_some() { Self::Later(error) } else { Self::Broken(error) }
    }
}

impl IntoResponse for PageError {
    /// Only marks the response: [`super::headers::finish`] writes the page, in the reader's language.
    fn into_response(self) -> Response {
        let mut response = match &self {
            Self::SignIn(next) => see_other(&format!("/sign-in?next={}", percent_encoded(next))),
            Self::Office => see_other(OFFICE),
            _ => self.status().into_response(),
        };
        if !matches!(self, Self::SignIn(_) | Self::Office) {
            response.extensions_mut().insert(std::sync::Arc::new(self));
        }
        response
    }
}

#[derive(Template)]
#[template(path = "portal/oops.html")]
struct OopsPage<'a> {
    p: &'a Page,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "office/oops.html")]
struct StaffOopsPage<'a> {
    p: &'a Page,
    title: &'a str,
    text: &'a str,
}

impl PageError {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::SignIn(_) | Self::Office => StatusCode::SEE_OTHER,
            Self::Refused => StatusCode::FORBIDDEN,
            Self::Often => StatusCode::TOO_MANY_REQUESTS,
            Self::Large => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page that says so, with the ways of whoever is signed in. The cause goes to the log, under a name that the page
    /// shows.
    pub(super) fn page(&self, page: &Page, is_staff: bool, incident: &str) -> String {
        let w = page.w();
        let (title, text) = match self {
            Self::Missing | Self::SignIn(_) | Self::Office => (w.text("oops-missing-title", &[]), w.text("oops-missing", &[])),
            Self::Refused => (w.text("oops-refused-title", &[]), w.text("oops-refused", &[])),
            Self::Often => (w.text("oops-often-title", &[]), w.text("oops-often", &[])),
            Self::Large => (w.text("oops-large-title", &[]), w.text("oops-large", &[])),
            Self::Later(error) => {
                // What lasts is said once by the store.
                if !Trouble::within(error).is_some_and(Trouble::lasts) {
                    tracing::warn!("a page has to wait: {error:#}");
                }
                (w.text("oops-later-title", &[]), w.text("oops-later", &[]))
            }
            Self::Slow => (w.text("oops-slow-title", &[]), w.text("oops-slow", &[])),
            Self::Busy => (w.text("oops-busy-title", &[]), w.text("oops-busy", &[])),
            Self::Broken(error) => {
                tracing::error!(incident, "a page failed: {error:#}");
                (w.text("oops-broken-title", &[]), w.text("oops-broken", &[("incident", incident)]))
            }
        };
        let (title, text) = (&title, &text);
        let rendered =
            if is_staff { StaffOopsPage { p: page, title, text }.render() } else { OopsPage { p: page, title, text }.render() };
        rendered.unwrap_or_default()
    }
}

/// Everything but letters, digits and `-._~/` as `%XX` (RFC 3986 section 2.1).
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
