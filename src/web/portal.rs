//! What the guests' pages are served with: what one guest sees and does, and nothing of the store.
//!
//! # What does not compile
//!
//! Each of these has a twin that differs in that one expression and does. A page shows what its guest's view shows:
//!
//! ```no_run
//! use postroom::{guest::{Guest, GuestView}, web::{page::PageError, portal::Portal}};
//! async fn look(portal: &Portal, guest: Guest) -> Result<GuestView, PageError> {
//!     portal.view(guest).await
//! }
//! ```
//!
//! and has no way around it, whether it asks for the store or for all that the staff's pages have:
//!
//! ```compile_fail,E0616
//! use postroom::{store::Store, web::portal::Portal};
//! fn look(portal: &Portal) -> &Store {
//!     &portal.web.store
//! }
//! ```
//!
//! ```compile_fail,E0599
//! use postroom::{store::Store, web::portal::Portal};
//! fn look(portal: &Portal) -> &Store {
//!     &portal.web().store
//! }
//! ```
//!
//! A page of the portal gets its [`Portal`] from the router:
//!
//! ```no_run
//! use postroom::web::{portal::Portal, routes::Routes};
//! async fn page(axum::extract::State(portal): axum::extract::State<Portal>) -> String {
//!     portal.now().rfc3339()
//! }
//! let routes: Routes<Portal> = Routes::new().route("/page", axum::routing::get(page));
//! ```
//!
//! and none gets more:
//!
//! ```compile_fail,E0308
//! use postroom::web::{Web, portal::Portal, routes::Routes};
//! async fn page(axum::extract::State(web): axum::extract::State<Web>) -> String {
//!     web.clock.now().rfc3339()
//! }
//! let routes: Routes<Portal> = Routes::new().route("/page", axum::routing::get(page));
//! ```

use std::sync::Arc;

use super::Web;
use super::page::PageError;
use super::pages::Pages;
use crate::acts::guest::GuestActs;
use crate::desk::secret::Plain;
use crate::guest::file_link::LinkedFile;
use crate::guest::ticket_page::{GuestBytes, Look};
use crate::guest::{Guest, GuestView};
use crate::store::drafts;
use crate::time::Timestamp;

/// The state of the guests' pages.
#[derive(Debug, Clone)]
pub struct Portal {
    web: Web,
}

impl Portal {
    /// The portal of a desk.
    #[must_use]
    pub fn new(web: Web) -> Self {
        Self { web }
    }

    /// What a guest sees, from now on.
    ///
    /// # Errors
    /// The database's.
    pub async fn view(&self, guest: Guest) -> Result<GuestView, PageError> {
        Ok(GuestView::open(&self.web.store, guest, &self.web.config.desk.name).await?)
    }

    /// What a guest does.
    #[must_use]
    pub fn actions(&self, guest: Guest) -> GuestActs {
        let Web { store, config, clock, rng, readers: _, assets: _ } = &self.web;
        GuestActs::new(store.clone(), Arc::clone(config), clock.clone(), rng.clone(), guest)
    }

    /// Forgets what a guest had typed on a page when their session ran out: it was sent.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget(&self, guest: &Guest, path: &str) -> Result<(), PageError> {
        let (person, path) = (guest.person(), path.to_owned());
        let work = self.web.store.write(move |tx| Box::pin(async move { Ok(drafts::drop(tx, person, &path).await?) }));
        Ok(work.await?)
    }

    /// The file to which a link of a mail leads; `None` where it leads nowhere, whether it ever did or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn linked_file(&self, secret: &Plain) -> Result<Option<LinkedFile>, PageError> {
        let mut tx = self.web.store.read().await?;
        Ok(LinkedFile::find(&mut tx, &secret.hashed(), self.now()).await?)
    }

    /// The same with its bytes.
    ///
    /// # Errors
    /// The database's.
    pub async fn load_linked_file(&self, secret: &Plain) -> Result<Option<GuestBytes>, PageError> {
        let mut tx = self.web.store.read().await?;
        let Some(file) = LinkedFile::find(&mut tx, &secret.hashed(), self.now()).await? else { return Ok(None) };
        Ok(Some(file.bytes(&mut tx).await?))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.web.clock.now()
    }

    /// Writes down that a guest has looked at a ticket. Where that does not work, it stays news.
    pub async fn looked(&self, look: Look) {
        if let Err(error) = self.web.store.write(move |tx| Box::pin(async move { Ok(look.keep(tx).await?) })).await {
            tracing::debug!("that a ticket was seen is not written down: {error:#}");
        }
    }

    /// The time zone of who has set none.
    #[must_use]
    pub fn time_zone(&self) -> &str {
        &self.web.config.desk.time_zone
    }

    /// A random name for a form: sent twice it is taken once.
    #[must_use]
    pub fn form(&self) -> String {
        self.web.rng.fresh_name()
    }

    /// Whether browsers come through TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.web.is_https()
    }
}

impl Pages for Portal {
    fn web(&self) -> &Web {
        &self.web
    }
}
