//! The mails that this process is sending: their leases are kept by a heartbeat until each of them has landed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use crate::desk::ids::OutboxId;
use crate::store::outbox::{self, OutboxRow};
use crate::store::{self, Store};

/// Mails and the tries that are ours.
type Held = Arc<Mutex<BTreeMap<i64, i64>>>;

/// What is on its way.
#[derive(Debug)]
pub(super) struct Claims {
    held: Held,
    beating: JoinHandle<()>,
}

impl Claims {
    /// Nothing yet.
    pub(super) fn of(store: &Store) -> Self {
        let held = Held::default();
        let beating = tokio::spawn(beat(store.clone(), Arc::clone(&held)));
        Self { held, beating }
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

impl Drop for Claims {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

/// A beat that fails loses nothing: the next one may come in time, and if not, whoever lost a claim writes nothing down.
async fn beat(store: Store, held: Held) {
    loop {
        tokio::time::sleep(outbox::LEASE / 5).await;
        let now = held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if now.is_empty() {
            continue;
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
}

fn log(error: &store::Error) {
    tracing::debug!("a sign of life for outgoing mails could not be given, will try again: {error:#}");
}
