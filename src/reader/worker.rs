//! A worker process: reads one mail after the other from its standard input and answers on its standard output, until there
//! is no more, or a mail is its end. It holds nothing that could be taken from it and can open nothing.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{close, getppid};

use super::protocol;
use super::task::work;
use crate::crash;

/// The hidden subcommand.
pub const COMMAND: &str = "reader";

/// Bytes of its stack. Deep recursion is a mistake; shallow recursion on a thread's usual 2 MiB in a debug build is not.
const STACK: usize = 16 << 20;

/// Descriptors besides its pipes: the time zones of the system.
const FILES: u64 = 8;

/// What [`crate::reader`]'s pool starts: `postroom reader PARENT MEMORY`, the parent's process id and the bytes of memory that
/// reading may take. `None` when the arguments ask for something else.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    arguments.next().filter(|first| first == COMMAND)?;
    let mut number = || arguments.next().and_then(|text| text.to_str().and_then(|text| text.parse::<u64>().ok()));
    let (Some(parent), Some(memory)) = (number(), number()) else {
        eprintln!("postroom starts its readers itself.");
        return Some(ExitCode::FAILURE);
    };
    let ended = confine(parent, memory).and_then(|()| {
        let thread = std::thread::Builder::new().name("reader".to_owned()).stack_size(STACK);
        thread.spawn(serve)?.join().unwrap_or_else(|_| Err(io::Error::other("panicked")))
    });
    Some(if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends with its parent, has nothing open but its three pipes, and gets no more memory than `memory` bytes beside the
/// program itself.
fn confine(parent: u64, memory: u64) -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have ended before that.
    if u64::try_from(getppid().as_raw()).ok() != Some(parent) {
        return Err(io::Error::other("the parent is gone"));
    }
    let open: Vec<i32> = std::fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in open {
        // One of them was the folder's own.
        let _ = close(descriptor);
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let program = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let most = program.unwrap_or(0).saturating_mul(1024).saturating_add(memory).saturating_add(STACK as u64);
    setrlimit(Resource::RLIMIT_AS, most, most)?;
    setrlimit(Resource::RLIMIT_NOFILE, FILES, FILES)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    Ok(())
}

fn serve() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::BufWriter::new(io::stdout().lock()));
    io::Write::write_all(&mut output, &protocol::READY)?;
    io::Write::flush(&mut output)?;
    while let Some((task, raw)) = protocol::take(&mut input)? {
        io::Write::write_all(&mut output, &[protocol::TAKEN])?;
        io::Write::flush(&mut output)?;
        crash::misbehave(&raw);
        protocol::give(&mut output, work(&task, &raw))?;
    }
    Ok(())
}
