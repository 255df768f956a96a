//! What is known of the database's health. All of it is memory of the process, since nothing can be written down.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::place::Place;
use super::trouble::Trouble;

/// What is the matter, and the words that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Illness {
    /// In a word.
    pub trouble: Trouble,
    /// For the log and for administrators.
    pub words: String,
}

/// How the database is.
#[derive(Debug)]
pub(super) struct Health {
    pub(super) place: Place,
    pub(super) ill: watch::Sender<Option<Illness>>,
    /// Bytes of the largest thing that found no room since it was last well.
    pub(super) wanted: AtomicUsize,
}

impl Health {
    pub(super) fn new(place: Place) -> Self {
        Self { place, ill: watch::Sender::new(None), wanted: AtomicUsize::new(0) }
    }

    /// Enters what is the matter; whether that is new after it was well.
    pub(super) fn fall_ill(&self, trouble: Trouble) -> bool {
        let illness = Illness { trouble, words: trouble.words(&self.place) };
        let mut was_well = false;
        self.ill.send_if_modified(|ill| {
            if ill.as_ref() == Some(&illness) {
                return false;
            }
            tracing::error!("{}", illness.words);
            was_well = ill.is_none();
            *ill = Some(illness);
            true
        });
        was_well
    }

    pub(super) fn get_well(&self) {
        self.wanted.store(0, Ordering::Relaxed);
        if self.ill.send_replace(None).is_some() {
            tracing::info!("{} can be written again", self.place);
        }
    }
}
