//! The `postroom` program: arguments, tracing, exit code.

use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use clap::Parser;
use postroom::cli::{self, Cli, Command};
use postroom::reader;
use postroom::time::{Clock, Rng};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before anything else is set up: a reader has nothing of what follows.
    reader::worker::run(std::env::args_os().skip(1)).unwrap_or_else(|| {
        let cli = Cli::parse();
        if matches!(cli.command, Command::Serve) {
            give_back_memory();
        }
        program(cli)
    })
}

/// Starts the program once more, as the same process, where the C library would keep what a large mail took: glibc learns from
/// the first large block that is freed to keep all of its size, unless its environment says otherwise from the beginning.
fn give_back_memory() {
    const SETTINGS: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
    if cfg!(not(target_env = "gnu")) || SETTINGS.iter().any(|name| std::env::var_os(name).is_some()) {
        return;
    }
    let mut again = std::process::Command::new("/proc/self/exe");
    again.args(std::env::args_os().skip(1)).envs(SETTINGS.map(|name| (name, "262144")));
    if let Some(name) = std::env::args_os().next() {
        again.arg0(name);
    }
    // Where that cannot be done it takes more memory, and nothing else.
    let _ = again.exec();
}

#[tokio::main]
async fn program(cli: Cli) -> ExitCode {
    // A file that may not grow is an error of that write, with words, and not the end of the program.
    let _too_large = signal(SignalKind::from_raw(nix::sys::signal::Signal::SIGXFSZ as i32));
    // The demo tells its story itself.
    let level = match cli.command {
        Command::Demo { .. } => "warn",
        Command::Serve => "info,sqlx=warn",
        // A statement that takes long is nothing to somebody who waits for it.
        _ => "info,sqlx=error",
    };
    // Standard output belongs to the command; what happens meanwhile goes beside it.
    let filter = EnvFilter::try_from_env("POSTROOM_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // Whatever is asked for: at their most talkative these two write passwords.
    let quiet = ["async_imap=info", "lettre=info"].into_iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    cli::run(cli, Clock::System, Rng::System).await.unwrap_or_else(|error| cli::fail(&error))
}
