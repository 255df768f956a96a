//! The `postroom` program: arguments, tracing, exit code.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use postroom::cli::{self, Cli, Command};
use postroom::reader;
use postroom::time::{Chance, Clock};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before anything else is set up: a reader has nothing of what follows.
    reader::worker::run(std::env::args_os().skip(1)).unwrap_or_else(program)
}

#[tokio::main]
async fn program() -> ExitCode {
    let cli = Cli::parse();
    // The demo tells its story itself.
    let level = if matches!(cli.command, Command::Demo { .. }) { "warn" } else { "info,sqlx=warn" };
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
    cli::run(cli, Clock::System, Chance::System).await.unwrap_or_else(|error| cli::fail(&error))
}
