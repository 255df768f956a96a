//! What intake works with.

use std::sync::Arc;

use super::facts::dkim;
use crate::config::Config;
use crate::reader::Readers;
use crate::store::Store;
use crate::time::{Clock, Rng};

/// What intake works with.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The desk.
    pub store: Store,
    /// Its configuration.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// What reads the mails.
    pub readers: Readers,
    /// Where the keys of signatures come from.
    pub records: dkim::Records,
}
