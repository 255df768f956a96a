//! What is done with a mail's bytes, as a plain function, and what comes of it.

use serde::{Deserialize, Serialize};

use crate::desk::people::domain;
use crate::mail::forward::{self, Forward};
use crate::mail::proof::{Alignment, Receiver, alignment};
use crate::mail::{Letter, Limits, Unreadable, dkim, junk, understand};
use crate::time::Timestamp;

/// What is to be done with a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    /// Understand it.
    Read {
        /// How much of it.
        limits: Limits,
        /// The server whose word about the sender is believed.
        receiver: Option<Receiver>,
        /// When it arrived, where its signatures may be evidence.
        signed_by: Option<Timestamp>,
    },
    /// Verify its DKIM signatures.
    Verify {
        /// Whose, in lower case.
        domain: String,
        /// When it arrived.
        at: Timestamp,
        /// Names of keys with their TXT records.
        records: Vec<(String, String)>,
    },
}

/// What came of a [`Task`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Answer {
    /// Of [`Task::Read`].
    Read(Result<Box<Reading>, Unreadable>),
    /// Of [`Task::Verify`].
    Verified(bool),
}

/// A mail as understood, with what else only its bytes tell.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reading {
    /// The letter.
    pub letter: Letter,
    /// What it passes on.
    pub forward: Forward,
    /// What the receiving server says of the sender.
    pub server: Alignment,
    /// Where the keys of the signatures are that would be evidence.
    pub keys: Vec<String>,
    /// Whether the receiving server takes it for junk.
    pub junk: bool,
}

/// Does `task` with a mail's bytes. Pure, and made for bytes that want to do harm: it may still panic, and then it is the
/// mail's fault.
#[must_use]
pub fn work(task: &Task, raw: &[u8]) -> Answer {
    match task {
        Task::Read { limits, receiver, signed_by } => Answer::Read(understand(raw, limits).map(|mut letter| {
            // A letter is the same whichever process has read it.
            letter.forget_rules();
            let domain = letter.from.as_ref().map(|from| domain(&from.address)).unwrap_or_default();
            let keys = signed_by.map(|at| dkim::candidates(raw, &domain, at)).unwrap_or_default();
            Box::new(Reading {
                forward: forward::read(&letter, limits),
                server: receiver.as_ref().map(|receiver| alignment(raw, &domain, receiver)).unwrap_or_default(),
                keys: keys.into_iter().map(|candidate| candidate.key).collect(),
                junk: junk::is_junk(raw, receiver.as_ref().map(|receiver| receiver.own_hops)),
                letter,
            })
        })),
        Task::Verify { domain, at, records } => Answer::Verified(dkim::holds(raw, domain, *at, records)),
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The reader did not survive this mail: it died, took too long or too much, or answered what is none.
    #[error("its reader {0}")]
    Died(String),
    /// There is no reader to be had. No mail is to blame.
    #[error("no reader process could be started: {0}")]
    Unavailable(String),
}
