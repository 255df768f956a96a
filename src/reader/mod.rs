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
mod task;
pub mod worker;

use crate::mail::{Limits, Unreadable};
use std::path::PathBuf;
use std::sync::Arc;

use crate::mail::proof::Receiver;
use crate::time::Timestamp;

pub use pool::Patience;
pub use task::{Answer, Fault, Reading, Task, work};

/// Has mails read.
#[derive(Debug, Clone)]
pub struct Readers(Arc<Place>);

#[derive(Debug)]
enum Place {
    Here,
    Processes(pool::Pool),
}

impl Readers {
    /// Reads in this process, on a thread of its own: for single mails, and for tests.
    #[must_use]
    pub fn in_process() -> Self {
        Self(Arc::new(Place::Here))
    }

    /// Reads in worker processes of `program`, one for each processor; each may use the memory that a mail of
    /// `largest` bytes needs. They are started when they are needed.
    #[must_use]
    pub fn processes(program: PathBuf, largest: usize, patience: Patience) -> Self {
        Self(Arc::new(Place::Processes(pool::Pool::new(program, largest, patience))))
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
            Place::Here => 1,
            Place::Processes(pool) => pool.size(),
        }
    }

    /// Has `task` done; waits for a free reader.
    ///
    /// # Errors
    /// When the reader did not survive the mail, or there is none.
    pub async fn work(&self, task: Task, raw: Arc<Vec<u8>>) -> Result<Answer, Fault> {
        match &*self.0 {
            Place::Here => {
                let done = tokio::task::spawn_blocking(move || work(&task, &raw)).await;
                done.map_err(|_| Fault::Died("panicked".to_owned()))
            }
            Place::Processes(pool) => pool.work(&task, &raw).await,
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
