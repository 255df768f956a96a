//! The mails that this process is sending: their leases are renewed until each of them has landed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::desk::ids::OutboxId;
use crate::store::lease::Heartbeat;
use crate::store::outbox::{self, OutboxRow};
use crate::store::{self, Store};

/// Mails and the tries that are ours.
type Held = Arc<Mutex<BTreeMap<i64, i64>>>;

/// What is on its way.
#[derive(Debug)]
pub(super) struct Claims {
    held: Held,
    _heartbeat: Heartbeat,
}

impl Claims {
    /// Nothing yet.
    pub(super) fn of(store: &Store) -> Self {
        let held = Held::default();
        let (store, ours) = (store.clone(), Arc::clone(&held));
        let heartbeat = Heartbeat::start(outbox::LEASE, move || beat(store.clone(), Arc::clone(&ours)));
        Self { held, _heartbeat: heartbeat }
    }

    /// This try is ours from now on.
    pub(super) fn keep(&self, row: &OutboxRow) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(row.id.0, row.attempts);
    }

    /// It has landed.
    pub(super) fn leave(&self, row: &OutboxRow) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&row.id.0);
    }
}

/// Renews them all. Whoever lost a claim writes nothing down.
async fn beat(store: Store, held: Held) {
    let now = held.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if now.is_empty() {
        return;
    }
    let beat = store.write(move |tx| {
        Box::pin(async move {
            let mut lost = Vec::new();
            for (id, attempt) in now {
                if !outbox::renew(tx, OutboxId(id), attempt).await? {
                    lost.push((id, attempt));
                }
            }
            Ok(lost)
        })
    });
    match beat.await {
        Ok(lost) => {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, attempt) in lost {
                // It may have landed, and even have been taken anew, in between.
                if held.get(&id) == Some(&attempt) {
                    held.remove(&id);
                }
            }
        }
        Err(error) => log(&error),
    }
}

fn log(error: &store::Error) {
    tracing::debug!("a sign of life for outgoing mails could not be given, will try again: {error:#}");
}
