//! The processes in which mails are read: whatever parses bytes of others happens here, so that no mail can cost more than
//! its own reading.
//!
//! [`work`] is what a reader does with a mail, a plain function. [`Readers`] has it done: by worker processes (`pool`, the
//! desk at work) or in this process (`explain`, tests). A worker is this program again with nothing but its pipes: an
//! empty environment, a bound on its memory, and an end when its parent ends (`worker`). Raw bytes go in, a letter comes
//! out, length-checked and as untrusted as the mail itself (`protocol`). A worker that dies, hangs or answers nonsense is
//! a [`Fault::Died`] of the mail that it was reading, and of no other.

mod pool;
mod protocol;
pub mod worker;

use crate::mail::{Letter, Limits, Unreadable, dkim, junk, understand};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::desk::people::domain;
use crate::mail::forward::{self, Forward};
use crate::mail::proof::{Alignment, Receiver, alignment};
use crate::time::Timestamp;

pub use pool::Patience;

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
        Task::Read { limits, receiver, signed_by } => Answer::Read(understand(raw, limits).map(|letter| {
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

/// Has mails read.
#[derive(Debug, Clone)]
pub struct Readers(Arc<Way>);

#[derive(Debug)]
enum Way {
    Here,
    Processes(pool::Pool),
}

impl Readers {
    /// Reads in this process, on a thread of its own: for single mails, and for tests.
    #[must_use]
    pub fn in_process() -> Self {
        Self(Arc::new(Way::Here))
    }

    /// Reads in worker processes of `program`, one for each processor; each may use the memory that a mail of
    /// `largest` bytes needs. They are started when they are needed.
    #[must_use]
    pub fn processes(program: PathBuf, largest: usize, patience: Patience) -> Self {
        Self(Arc::new(Way::Processes(pool::Pool::new(program, largest, patience))))
    }

    /// The same of this very program, whatever has become of its file since it was started.
    #[must_use]
    pub fn of_this_program(largest: usize) -> Self {
        Self::processes(PathBuf::from("/proc/self/exe"), largest, Patience::default())
    }

    /// How many mails are read at once.
    #[must_use]
    pub fn abreast(&self) -> usize {
        match &*self.0 {
            Way::Here => 1,
            Way::Processes(pool) => pool.size(),
        }
    }

    /// Has `task` done; waits for a free reader.
    ///
    /// # Errors
    /// When the reader did not survive the mail, or there is none.
    pub async fn work(&self, task: Task, raw: Arc<Vec<u8>>) -> Result<Answer, Fault> {
        match &*self.0 {
            Way::Here => {
                let done = tokio::task::spawn_blocking(move || work(&task, &raw)).await;
                done.map_err(|_| Fault::Died("panicked".to_owned()))
            }
            Way::Processes(pool) => pool.work(&task, &raw).await,
        }
    }

    /// Understands a mail.
    ///
    /// # Errors
    /// As [`Readers::work`].
    pub async fn read(
        &self,
        raw: Arc<Vec<u8>>,
        limits: Limits,
        receiver: Option<Receiver>,
        signed_by: Option<Timestamp>,
    ) -> Result<Result<Box<Reading>, Unreadable>, Fault> {
        match self.work(Task::Read { limits, receiver, signed_by }, raw).await? {
            Answer::Read(read) => Ok(read),
            Answer::Verified(_) => Err(Fault::Died("answered another question".to_owned())),
        }
    }

    /// Whether `domain` has signed a mail, with the keys in `records`.
    ///
    /// # Errors
    /// As [`Readers::work`].
    pub async fn verify(
        &self,
        raw: Arc<Vec<u8>>,
        domain: String,
        at: Timestamp,
        records: Vec<(String, String)>,
    ) -> Result<bool, Fault> {
        match self.work(Task::Verify { domain, at, records }, raw).await? {
            Answer::Verified(holds) => Ok(holds),
            Answer::Read(_) => Err(Fault::Died("answered another question".to_owned())),
        }
    }
}
