//! Forms with files: `multipart/form-data`, in two steps. [`Uploading`] has read no more than the beginning, up to the
//! session's secret; whoever takes it asks whether the guest may do this, and then has the rest received. Files lie on the
//! disk until the form is whole, and few forms at a time are read into memory from there.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Extension, FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Web;
use super::body::{fault, fits};
use super::csrf::{Form, is_of, is_surely_own, same_site};
use super::multipart::{Event, Malformed, Parser, boundary};
use super::page::PageError;
use super::pages::Pages;
use super::serve::Arrival;
use super::session::{self, SignedIn};
use super::spool::{Spool, folder};
use crate::desk::draft::{Draft, LIFETIME};
use crate::desk::ids::PersonId;
use crate::desk::sign_in::form_page;
use crate::store::drafts;

/// Bytes of one file.
pub const FILE: usize = 25 << 20;
/// Bytes of a whole form.
pub const TOTAL: usize = 30 << 20;
/// Files of a form.
pub const FILES: usize = 20;
/// Bytes of a field that is no file.
const FIELD: usize = 512 << 10;
/// Bytes of all of those together: what a form takes of the memory while it arrives.
const TEXTS: usize = 1 << 20;
/// Fields of a form.
const FIELDS: usize = 100;
/// Room for the boundaries and heads of the parts.
const HEADS: usize = 64 << 10;
/// What may stand before the session's secret and with it, all fields together.
const BEGINNING: usize = 8 << 10;
/// How long the texts of a form may take that is not taken as a whole.
const TEXTS_WITHIN: Duration = Duration::from_secs(2);
/// Forms with files that arrive at a time, each with a file of its own on the disk.
const AT_ONCE: usize = 40;
/// The same for one person.
const EACH: usize = 20;
/// KiB of files that are in memory at a time, whatever arrives: two of the largest forms.
const MEMORY: u32 = 2 * KIBS;
const KIBS: u32 = (TOTAL >> 10) as u32;

/// Room for forms with files: one for all pages.
#[derive(Debug, Clone)]
pub struct Uploads(Arc<Room>);

#[derive(Debug)]
struct Room {
    folder: PathBuf,
    places: Arc<Semaphore>,
    people: Mutex<HashMap<PersonId, usize>>,
    memory: Arc<Semaphore>,
}

impl Uploads {
    /// Nobody is sending yet.
    #[must_use]
    pub fn new(database: &str) -> Self {
        let (places, memory) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(MEMORY as usize)));
        Self(Arc::new(Room { folder: folder(database), places, people: Mutex::default(), memory }))
    }

    /// A place for somebody's files; `None` when there are too many already.
    fn enter(&self, person: PersonId) -> Option<Stay> {
        let place = Arc::clone(&self.0.places).try_acquire_owned().ok()?;
        let mut people = self.0.people.lock().unwrap_or_else(PoisonError::into_inner);
        let count = people.entry(person).or_default();
        if *count >= EACH {
            return None;
        }
        *count += 1;
        Some(Stay { uploads: self.clone(), person, _place: place })
    }
}

/// Somebody's place.
#[derive(Debug)]
struct Stay {
    uploads: Uploads,
    person: PersonId,
    _place: OwnedSemaphorePermit,
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut people = self.uploads.0.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = people.get_mut(&self.person) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                people.remove(&self.person);
            }
        }
    }
}

/// A form of a signed-in guest, of which the beginning is there: the session's secret is right.
#[derive(Debug)]
pub struct Uploading {
    /// Who sends it.
    pub signed_in: SignedIn,
    uploads: Uploads,
    reading: Reading,
}

/// A form of a signed-in guest with files, all of it.
#[derive(Debug)]
pub struct Upload {
    /// Who sent it.
    pub signed_in: SignedIn,
    /// Its fields.
    pub form: Form,
    /// Its files.
    pub files: Files,
}

/// A form that was not taken, and nothing of it done.
#[derive(Debug)]
pub struct Unsent {
    /// Why.
    pub error: PageError,
    /// Who sent it, and the fields that they filled in: theirs again. Only where it is sure that they did.
    pub typed: Option<Box<(SignedIn, Form)>>,
}

impl From<PageError> for Unsent {
    fn from(error: PageError) -> Self {
        Self { error, typed: None }
    }
}

impl IntoResponse for Unsent {
    fn into_response(self) -> Response {
        self.error.into_response()
    }
}

/// Files of a form, not in memory.
#[derive(Debug, Default)]
pub struct Files {
    names: Vec<String>,
    total: usize,
    spool: Option<(Spool, Stay)>,
}

/// Files of a form in memory, which is counted as long as this is kept.
#[derive(Debug, Default)]
pub struct Loaded {
    /// As they were called, with their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    _memory: Option<OwnedSemaphorePermit>,
}

impl<S: Pages> FromRequest<S> for Uploading {
    type Rejection = Unsent;

    async fn from_request(request: Request, pages: &S) -> Result<Self, Unsent> {
        let (mut parts, body) = request.into_parts();
        let web = pages.web();
        same_site(web, &parts.method, &parts.headers)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(boundary);
        let signed_in = match (SignedIn::from_request_parts(&mut parts, pages).await, &boundary) {
            (Ok(signed_in), _) => signed_in,
            (Err(error @ PageError::SignIn(_)), Some(boundary)) => {
                if let Err(error) = keep(web, &parts, Reading::of(body, boundary)).await {
                    tracing::debug!("what somebody typed is not kept: {error:?}");
                }
                return Err(error.into());
            }
            (Err(error), _) => return Err(error.into()),
        };
        if let Some(arrival) = parts.extensions.get::<Arrival>() {
            arrival.is_known();
        }
        let fits = fits(&body, TOTAL + HEADS);
        let Extension(uploads) = Extension::<Uploads>::from_request_parts(&mut parts, pages)
            .await
            .map_err(|_| PageError::from(anyhow::anyhow!("there is no room for files")))?;
        let mut reading = Reading::of(body, &boundary.ok_or(PageError::Refused)?);
        let csrf = signed_in.page.csrf.clone();
        if let Err(error) = fits {
            // What is far too large is not waited for, only the little that stands before its files.
            let texts = tokio::time::timeout(TEXTS_WITHIN, reading.texts()).await;
            let theirs = matches!(texts, Ok(Ok(said)) if is_of(&csrf, &said));
            return Err(reading.unsent(error, signed_in, theirs));
        }
        if is_of(&csrf, &reading.beginning().await?) {
            return Ok(Self { signed_in, uploads, reading });
        }
        let own = is_surely_own(web, &parts.headers);
        let typed = own && matches!(tokio::time::timeout(TEXTS_WITHIN, reading.typed()).await, Ok(Ok(())));
        // A page that was left open may be of whoever used this browser before.
        let theirs = typed && reading.says("person", &signed_in.page.person);
        Err(reading.unsent(PageError::Refused, signed_in, theirs))
    }
}

/// Keeps what somebody typed while their session ran out, for when they come back.
async fn keep(web: &Web, parts: &Parts, mut reading: Reading) -> Result<(), PageError> {
    let path = form_page(parts.uri.path()).to_owned();
    let Some((person, csrf)) = session::run_out(web, &parts.headers).await? else { return Ok(()) };
    let said = tokio::time::timeout(TEXTS_WITHIN, reading.texts()).await.map_err(|_| PageError::Slow)??;
    if path == "/" || !is_of(&csrf, &said) {
        return Ok(());
    }
    let form = Form::typed(reading.take_fields());
    let get = |name: &str| form.get(name).to_owned();
    let draft = Draft { type_key: get("type"), title: get("title"), text: get("text") };
    if draft.is_empty() {
        return Ok(());
    }
    let now = web.clock.now();
    let since = now.minus(LIFETIME);
    let work =
        web.store.write(move |tx| Box::pin(async move { Ok(drafts::keep(tx, person, &path, &draft, (since, now)).await?) }));
    work.await?;
    Ok(())
}

impl Uploading {
    /// Receives the rest; files only where the guest may send `files`.
    ///
    /// # Errors
    /// [`PageError::Large`], [`PageError::Slow`], [`PageError::Busy`] when too many send files, and [`PageError::Refused`];
    /// with what was typed before.
    pub async fn receive(self, may_attach: bool) -> Result<Upload, Unsent> {
        let Self { signed_in, uploads, mut reading } = self;
        match reading.files(&uploads, signed_in.guest.person(), may_attach).await {
            Ok(files) => {
                let form = Form::checked(reading.take_fields(), &signed_in.page.csrf)?;
                Ok(Upload { signed_in, form, files })
            }
            Err(error) => Err(reading.unsent(error, signed_in, true)),
        }
    }
}

impl Files {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Reads them into memory, when there is room for them.
    ///
    /// # Errors
    /// The system's.
    pub async fn load(self) -> Result<Loaded, PageError> {
        let Some((spool, stay)) = self.spool else { return Ok(Loaded::default()) };
        let kibs = u32::try_from(self.total.div_ceil(1 << 10)).unwrap_or(KIBS).min(MEMORY);
        let memory = Arc::clone(&stay.uploads.0.memory).acquire_many_owned(kibs).await.map_err(anyhow::Error::from)?;
        let contents = spool.read().await.context("files of a form could not be read back")?;
        Ok(Loaded { files: self.names.into_iter().zip(contents).collect(), _memory: Some(memory) })
    }

    /// Receives one file whose `first` event is known.
    async fn receive(
        &mut self,
        name: String,
        first: Event,
        reading: &mut Reading,
        uploads: &Uploads,
        person: PersonId,
    ) -> Result<(), PageError> {
        let mut spool = match self.spool.take() {
            Some(spool) => spool,
            None => {
                let stay = uploads.enter(person).ok_or(PageError::Busy)?;
                (Spool::open(uploads.0.folder.clone()).await.map_err(full)?, stay)
            }
        };
        spool.0.begin();
        self.names.push(name);
        let (mut event, mut length) = (first, 0_usize);
        loop {
            match event {
                Event::Bytes(bytes) => {
                    length = length.saturating_add(bytes.len());
                    if length > FILE {
                        return Err(PageError::Large);
                    }
                    spool.0.add(&bytes).await.map_err(full)?;
                }
                Event::PartEnd => break,
                Event::Part { .. } | Event::End => return Err(PageError::Refused),
            }
            event = reading.next().await?.ok_or(PageError::Refused)?;
        }
        self.total = self.total.saturating_add(length);
        self.spool = Some(spool);
        Ok(())
    }
}

fn full(error: io::Error) -> PageError {
    PageError::Broken(anyhow::Error::from(error).context("files of a form could not be written to the disk"))
}

/// A form being read.
struct Reading {
    pieces: BodyDataStream,
    parser: Parser,
    /// Bytes of parts so far.
    total: usize,
    /// Bytes of fields so far.
    texts: usize,
    fields: Vec<(String, Vec<u8>)>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("total", &self.total).finish_non_exhaustive()
    }
}

impl Reading {
    fn of(body: Body, boundary: &str) -> Self {
        Self { pieces: body.into_data_stream(), parser: Parser::new(boundary), total: 0, texts: 0, fields: Vec::new() }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Result<Option<Event>, PageError> {
        loop {
            if let Some(event) = self.parser.event()? {
                if let Event::Bytes(bytes) = &event {
                    self.total = self.total.saturating_add(bytes.len());
                    if self.total > TOTAL {
                        return Err(PageError::Large);
                    }
                }
                return Ok(Some(event));
            }
            let Some(piece) = self.pieces.next().await else {
                self.parser.finish()?;
                return Ok(None);
            };
            self.parser.feed(&piece.map_err(|error| fault(&error))?);
        }
    }

    /// Adds to the last field.
    fn add(&mut self, bytes: &[u8]) -> Result<(), PageError> {
        let (_, value) = self.fields.last_mut().ok_or(PageError::Refused)?;
        self.texts = self.texts.saturating_add(bytes.len());
        if value.len().saturating_add(bytes.len()) > FIELD || self.texts > TEXTS {
            return Err(PageError::Large);
        }
        value.extend_from_slice(bytes);
        Ok(())
    }

    /// Reads up to the session's secret, which our pages send first, and gives what the form says it is: without it nothing
    /// more is read.
    async fn beginning(&mut self) -> Result<String, PageError> {
        let mut length = 0_usize;
        while let Some(event) = self.next().await? {
            match event {
                Event::Part { name, file: None } => {
                    length = length.saturating_add(name.len());
                    self.fields.push((name, Vec::new()));
                }
                Event::Bytes(bytes) => {
                    length = length.saturating_add(bytes.len());
                    self.add(&bytes)?;
                }
                Event::PartEnd => {
                    if let Some((name, value)) = self.fields.last()
                        && name == "csrf"
                    {
                        return Ok(String::from_utf8_lossy(value).into_owned());
                    }
                }
                Event::Part { .. } | Event::End => break,
            }
            if length > BEGINNING || self.fields.len() > FIELDS {
                break;
            }
        }
        Err(PageError::Refused)
    }

    /// Reads the fields up to the first file: what people type stands there in our forms.
    async fn typed(&mut self) -> Result<(), PageError> {
        while let Some(event) = self.next().await? {
            match event {
                Event::Part { name, file: None } if self.fields.len() < FIELDS => self.fields.push((name, Vec::new())),
                Event::Bytes(bytes) => self.add(&bytes)?,
                Event::PartEnd => {}
                Event::Part { .. } | Event::End => break,
            }
        }
        Ok(())
    }

    /// Both; gives what the form says the session's secret is.
    async fn texts(&mut self) -> Result<String, PageError> {
        let said = self.beginning().await?;
        self.typed().await?;
        Ok(said)
    }

    /// Reads the rest, and receives its files.
    async fn files(&mut self, uploads: &Uploads, person: PersonId, may_attach: bool) -> Result<Files, PageError> {
        let (mut files, mut parts) = (Files::default(), self.fields.len());
        while let Some(event) = self.next().await? {
            parts += usize::from(matches!(event, Event::Part { .. }));
            match event {
                Event::Part { name, file: None } => self.fields.push((name, Vec::new())),
                Event::Part { file: Some(name), .. } => {
                    let first = self.next().await?.ok_or(PageError::Refused)?;
                    // Where no file was chosen, browsers send an empty one without a name.
                    let nothing = name.is_empty() && first == Event::PartEnd;
                    if !nothing {
                        if !may_attach {
                            return Err(PageError::Refused);
                        }
                        files.receive(name, first, self, uploads, person).await?;
                    }
                }
                Event::Bytes(bytes) => self.add(&bytes)?,
                Event::PartEnd => {}
                Event::End => break,
            }
            if files.names.len() > FILES || self.fields.len() > FIELDS || parts > FIELDS + FILES {
                return Err(PageError::Large);
            }
        }
        Ok(files)
    }

    /// The form is not taken; `theirs` says whether what was read of it is shown to whoever is signed in.
    fn unsent(mut self, error: PageError, signed_in: SignedIn, theirs: bool) -> Unsent {
        let typed = theirs.then(|| Box::new((signed_in, Form::typed(self.take_fields()))));
        Unsent { error, typed }
    }

    /// Whether a field that has been read says just this, and something.
    fn says(&self, name: &str, value: &str) -> bool {
        !value.is_empty() && self.fields.iter().any(|(field, said)| field == name && said == value.as_bytes())
    }

    fn take_fields(&mut self) -> Vec<(String, String)> {
        let fields = std::mem::take(&mut self.fields);
        fields.into_iter().map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned())).collect()
    }
}

impl From<Malformed> for PageError {
    fn from(_: Malformed) -> Self {
        Self::Refused
    }
}
