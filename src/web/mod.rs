//! What portal and office share: how they are served, sessions, forms that cannot be forged, headers, pages, assets.
//!
//! [`serve`] holds the connections, [`upload`] the forms with files: before either reads much, it has asked whether it should.
//! [`session::SignedIn`] is the only way to a guest; [`csrf::Form`] the only way to a form's fields; [`page::PageError`] the only way
//! to say no, and it says the same about what is foreign and what does not exist. [`rendering`] is where texts of others become pages.

pub mod assets;
pub mod body;
pub mod cookie;
pub mod csrf;
pub mod headers;
pub mod known;
pub mod markdown;
pub mod multipart;
pub mod page;
mod pages;
pub mod peer;
pub mod portal;
pub mod rendering;
pub mod routes;
pub mod serve;
pub mod session;
pub mod sign_in;
pub mod spool;
pub mod unsubscribe;
pub mod upload;

use std::sync::Arc;

use assets::Assets;

use crate::config::Config;
use crate::reader::Readers;
use crate::store::Store;
use crate::time::{Clock, Rng};

/// What pages work with. The portal holds it where its handlers cannot reach it ([`portal::Portal`]).
#[derive(Debug, Clone)]
pub struct Web {
    /// The desk.
    pub store: Store,
    /// Its configuration; `config.web` is there, or there would be no pages.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// What reads held mails.
    pub readers: Readers,
    /// What its pages are made with, by its configuration.
    pub assets: Arc<Assets>,
}

impl Web {
    /// What browsers call the desk, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.config.web.as_ref().map_or("", |web| web.base_url.as_str())
    }

    /// Whether browsers come through TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.config.web.as_ref().is_some_and(crate::config::Web::is_https)
    }
}
