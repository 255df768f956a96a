//! The test world: everything outside the desk, owned by the test that made it.

pub(crate) mod browser;
pub(crate) mod chrome;
pub(crate) mod databases;
pub(crate) mod desk;
pub(crate) mod gate;
pub(crate) mod hand;
pub(crate) mod hostile_imap;
pub(crate) mod odd_imap;
pub(crate) mod paths;
pub(crate) mod real;
pub(crate) mod servers;
pub(crate) mod sink;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

use postroom::mailbox::InboxWriter;
use postroom::store::Store;
use postroom::store::inbox::{self, LedgerRow};
use postroom::store::{Tx, blobs};
use postroom::time::{Clock, Rng, Timestamp};

/// An environment variable that `tests/run` sets for a server. Where it is missing the test leaves that part out, and
/// says so past the capture of its output; with `POSTROOM_TEST_ALL` set it fails instead.
pub(crate) fn setting(name: &str) -> Option<String> {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if let Some(value) = std::env::var(name).ok().filter(|value| !value.is_empty()) {
        return Some(value);
    }
    assert!(std::env::var("POSTROOM_TEST_ALL").is_err(), "{name} is not set, and POSTROOM_TEST_ALL wants everything tested");
    if SAID.lock().unwrap().insert(name.to_owned()) {
        writeln!(std::io::stderr(), "left out: tests that need {name} (tests/run has everything)").unwrap();
    }
    None
}

/// An intake into `store` at a fixed time.
pub(crate) fn intake(store: &Store) -> InboxWriter {
    InboxWriter {
        store: store.clone(),
        clock: Clock::fixed(Timestamp::from_seconds(1_795_000_000)),
        rng: Rng::System,
        largest: postroom::mail::Limits::default().raw_bytes,
    }
}

/// The ledger, oldest first.
pub(crate) async fn ledger(store: &Store) -> Vec<LedgerRow> {
    inbox::list(&mut store.read().await.unwrap(), None).await.unwrap()
}

/// The raw mails of the ledger in order, as text; those without bytes are missing.
pub(crate) async fn raw_mails(store: &Store) -> Vec<String> {
    let rows = ledger(store).await;
    let mut tx: Tx = store.read().await.unwrap();
    let mut mails = Vec::new();
    for blob in rows.into_iter().filter_map(|row| row.blob) {
        mails.push(String::from_utf8(blobs::get(&mut tx, &blob).await.unwrap()).unwrap());
    }
    mails
}

/// A mail with `subject` and nothing else of interest.
pub(crate) fn mail(subject: &str) -> String {
    format!("From: kim@acme.example\r\nTo: support@desk.example\r\nSubject: {subject}\r\n\r\nHello.\r\n.\r\n..\r\n")
}
