//! The worker processes that this process has: as many as processors, started when needed, kept while they are healthy.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::task::{Answer, Fault, Task};
use super::{protocol, worker};
use crate::crash;

/// A worker is replaced after so many mails: whatever it has lost of its memory comes back.
const MAILS: usize = 1_000;
/// And after one of so many bytes, because it would keep what that took.
const LARGE: usize = 4 << 20;
/// Memory that reading takes whatever the mail: tables of words, and what the largest texts and documents need.
const GROUND: u64 = 256 << 20;
/// Memory that a mail takes, in times its size: itself, its files, those of the mail in it, and the answer.
const TIMES: u64 = 8;
/// So many workers in a row may end before they begin.
const TRIES: u32 = 3;
/// A worker that did not answer at once is looked at so often.
const LOOK: Duration = Duration::from_millis(100);

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// One mail (default 5 s; a debug build, which is several times slower, has half a second more for each MiB). A worker that would work and does not get the processor is given more.
    pub mail: Duration,
    /// One mail whose worker does not get the processor (default 60 s).
    pub starved: Duration,
    /// Until a new worker is ready (default 30 s).
    pub start: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { mail: seconds(5), starved: seconds(60), start: seconds(30) }
    }
}

impl Patience {
    /// For a mail of so many bytes.
    fn with(mut self, bytes: usize) -> Self {
        if cfg!(debug_assertions) {
            self.mail += Duration::from_millis(500) * u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
        }
        self
    }
}

#[derive(Debug)]
pub(super) struct Pool {
    program: PathBuf,
    largest: usize,
    patience: Patience,
    size: usize,
    free: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

/// One process, killed when dropped.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    mails: usize,
}

impl Pool {
    pub(super) fn new(program: PathBuf, largest: usize, patience: Patience) -> Self {
        let size = std::thread::available_parallelism().map_or(1, usize::from);
        Self { program, largest, patience, size, free: Semaphore::new(size), idle: Mutex::default() }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) async fn work(&self, task: &Task, raw: &[u8]) -> Result<Answer, Fault> {
        let _turn = self.free.acquire().await.map_err(|_| Fault::Unavailable("the desk is stopping".to_owned()))?;
        let most = (self.largest.max(raw.len()) as u64).saturating_mul(2);
        let mut tries = 1;
        let (mut worker, answer) = loop {
            let mut worker = match self.rested() {
                Some(worker) => worker,
                None => self.start().await.map_err(|error| Fault::Unavailable(error.to_string()))?,
            };
            let mut taken = false;
            let exchange = async {
                protocol::ask(&mut worker.input, task, raw).await?;
                if worker.output.read_u8().await? != protocol::TAKEN {
                    return Err(std::io::ErrorKind::InvalidData.into());
                }
                taken = true;
                protocol::hear(&mut worker.output, most).await
            };
            match within(self.patience.with(raw.len()), worker.child.id(), exchange).await {
                Some(Ok(answer)) => break (worker, answer),
                // Somebody ended one that had nothing to do yet. Where that happens again and again it is the mail after all.
                Some(Err(_)) if !taken && tries < TRIES => tries += 1,
                Some(Err(error)) => return Err(Fault::Died(worker.end(&error).await)),
                None => return Err(Fault::Died(format!("did not finish within {} s", self.patience.mail.as_secs_f32()))),
            }
        };
        worker.mails += 1;
        if worker.mails < MAILS && raw.len() < LARGE {
            self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(worker);
        }
        Ok(answer)
    }

    /// A worker that has waited for a task, if there is one alive.
    fn rested(&self) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while let Some(mut worker) = idle.pop() {
            // Whoever ended one that had nothing to do has harmed no mail.
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Some(worker);
            }
        }
        None
    }

    async fn start(&self) -> std::io::Result<Worker> {
        let memory = GROUND.saturating_add((self.largest as u64).saturating_mul(TIMES));
        let mut command = Command::new(&self.program);
        command
            .arg0("postroom")
            .args([worker::COMMAND, &std::process::id().to_string(), &memory.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        crash::pass_on(&mut command);
        let mut child = command.spawn()?;
        let (Some(input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("it has no pipes"));
        };
        let mut ready = [0; protocol::READY.len()];
        match timeout(self.patience.start, output.read_exact(&mut ready)).await {
            Ok(Ok(_)) if ready == protocol::READY => Ok(Worker { child, input, output, mails: 0 }),
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) => Err(std::io::Error::other("it is another program")),
            Err(_) => Err(std::io::Error::other("it did not get ready in time")),
        }
    }
}

impl Worker {
    /// How it ended, in words.
    async fn end(&mut self, error: &std::io::Error) -> String {
        if error.kind() == std::io::ErrorKind::InvalidData {
            return format!("answered what is no answer: {error}");
        }
        match timeout(Duration::from_secs(1), self.child.wait()).await {
            Ok(Ok(status)) => format!("died: {status}"),
            _ => format!("broke off: {error}"),
        }
    }
}

/// What `work` gives, if it does within the patience for one mail. It is measured in what the worker of `pid` has used of the
/// processor, too: on a machine that has no time for it the mail is not to blame.
async fn within<T>(patience: Patience, pid: Option<u32>, work: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(work);
    if let Ok(done) = timeout(LOOK.min(patience.mail), &mut work).await {
        return Some(done);
    }
    let usage = || usage(&std::fs::read_to_string(format!("/proc/{}/stat", pid?)).ok()?);
    let before = usage();
    let mut waited = LOOK;
    loop {
        if let Ok(done) = timeout(LOOK, &mut work).await {
            return Some(done);
        }
        waited += LOOK;
        if waited < patience.mail {
            continue;
        }
        let starved = match (&before, usage()) {
            (Some(before), Some(now)) => now.wants && now.used.saturating_sub(before.used) < patience.mail,
            _ => false,
        };
        if !starved || waited >= patience.starved {
            return None;
        }
    }
}

/// What the kernel says of a process.
#[derive(Debug, PartialEq, Eq)]
struct Usage {
    /// It is running or would run, or waits for the disk.
    wants: bool,
    /// Processor time so far.
    used: Duration,
}

/// Reads `/proc/PID/stat` (proc(5)): the state and the sum of utime and stime, in ticks of 10 ms.
fn usage(stat: &str) -> Option<Usage> {
    // The name may hold blanks and parentheses.
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let used = Duration::from_millis(10 * (ticks(11)? + ticks(12)?));
    Some(Usage { wants: matches!(*fields.first()?, "R" | "D"), used })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_waits_is_told_from_one_that_works() {
        let stat = |state: &str| format!("12 (post) room) {state} 1 12 12 0 -1 4194304 5 0 0 0 150 25 0 0 20 0 3 0 77 1 1 1");
        let used = Duration::from_millis(1_750);
        assert_eq!(usage(&stat("R")), Some(Usage { wants: true, used }));
        assert_eq!(usage(&stat("D")), Some(Usage { wants: true, used }));
        assert_eq!(usage(&stat("T")), Some(Usage { wants: false, used }), "stopped");
        assert_eq!(usage(&stat("S")), Some(Usage { wants: false, used }));
        for nonsense in ["", "12 (x", "12 (x) R 1", "12 (x) R 1 12 12 0 -1 4194304 5 0 0 0 a b"] {
            assert_eq!(usage(nonsense), None);
        }
    }
}
