//! Whether all is well: what is stored, what waits, the machine, and the servers on both sides.
//!
//! Each check is a small function with a name that finds nothing, or says in one line what is wrong and what to do. A check
//! that cannot be done is a finding itself: "all is well" is said of what was looked at.
//!
//! A function that says nothing of its errors fails as the database does, and with nothing else.

pub mod dkim;
mod finding;
pub mod machine;
pub mod seen;
pub mod servers;
pub mod stored;
pub mod waiting;

pub use finding::Finding;

use serde::Serialize;

use super::lock;
use crate::config::Config;
use crate::dns::Records;
use crate::store::{Result, Store};
use crate::time::Timestamp;

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What is wrong.
    pub faults: Vec<Finding>,
    /// What is worth knowing and not wrong.
    pub notes: Vec<String>,
}

impl Report {
    /// Enters what `check` found, or that it could not be finished.
    fn enter(&mut self, check: &'static str, found: Result<Vec<Finding>>) {
        match found {
            Ok(found) => self.faults.extend(found),
            Err(error) => {
                let remedy = "Mend what stands in the way and check again; what is damaged comes back from a backup.";
                self.faults.push(Finding::new(check, format!("this could not be checked: {error}"), remedy));
            }
        }
    }
}

/// Checks everything there is; with `offline`, nothing of it on other machines.
pub async fn everything(store: &Store, config: &Config, now: Timestamp, offline: bool) -> Report {
    let mut report = Report::default();
    // Whether it can be written first: what cannot be written is stale in all that follows.
    report.enter("write", machine::write(store).await);
    report.faults.extend(machine::space(store.place()));
    report.faults.extend(machine::permissions(config));
    report.enter("integrity", stored::integrity(store).await);
    report.enter("stored", stored::stored(store).await);
    report.enter("bytes", stored::bytes(store).await);
    report.enter("set_up", waiting::set_up(store, config).await);
    report.faults.extend(waiting::face(config));
    report.enter("inbox", waiting::late(store, now).await);
    report.enter("not_fetched", waiting::not_fetched(store).await);
    match waiting::held(store, now).await {
        Ok((found, notes)) => {
            report.faults.extend(found);
            report.notes.extend(notes);
        }
        Err(error) => report.enter("held", Err(error)),
    }
    report.enter("held_untold", waiting::untold(store, config, now).await);
    report.enter("outbox", waiting::outbox(store, config.connections, now).await);
    report.enter("budget", waiting::budgets(store, now).await);
    let serving = lock::is_taken(config);
    match seen::mailboxes(store, config, serving, now).await {
        Ok((found, notes)) => {
            report.faults.extend(found);
            report.notes.extend(notes);
        }
        Err(error) => report.enter("seen", Err(error)),
    }
    if offline {
        report.notes.push("no server was tried".to_owned());
        report.notes.extend(dkim::to_publish(config));
    } else {
        report.faults.extend(servers::all(config, serving).await);
        if !config.dkim.is_empty() {
            report.faults.extend(dkim::published(config, &Records::system()).await);
        }
    }
    report
}

pub use stored::faults;
