//! The command line: one file for each family of commands, and the same rules for all of them.
//!
//! Every command takes `--json` and then prints JSON with stable keys (a list is an array). A refusal says what is
//! wrong and what to do. Exit codes: 0 done, 1 refused or failed, 2 a wrong command line or configuration. A reader
//! that closes the pipe ends the program quietly. `output` keeps what mails contain from reaching the terminal as
//! more than text.

mod article;
mod budget;
mod check;
mod deliver;
pub mod explain;
pub mod explain_diff;
mod explain_why;
mod held;
mod inbox;
mod init;
mod look;
mod mailbox;
mod member;
mod notify;
mod organization;
mod outbox;
mod output;
mod person;
mod project;
mod role;
mod stands;
mod ticket;
mod time;
mod trust;
mod value;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::config::{Config, ConfigError};
use crate::ops::opening;
use crate::store::{self, Store, Trouble, Tx, Work};
use crate::time::{Clock, Rng};

/// An email-first helpdesk in one binary: customers write mail, staff answer from their own mail client.
#[derive(Debug, Parser)]
#[command(name = "postroom", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", env = "POSTROOM_CONFIG", default_value = "postroom.toml")]
    pub config: PathBuf,
    /// Print JSON with stable keys instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The families of commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// A complete desk to play with: two customers, two staff, mail folders instead of mail servers.
    #[command(after_help = "Example:\n  postroom demo\n  postroom demo --once")]
    Demo {
        /// Where it lives; made if missing, and gone on with if not.
        #[arg(long, default_value = "postroom-demo")]
        dir: PathBuf,
        /// Stop when everything has happened, after a short table.
        #[arg(long)]
        once: bool,
    },
    /// Fetch, decide and send until told to stop.
    #[command(after_help = "Example:\n  postroom serve --config /etc/postroom/postroom.toml")]
    Serve,
    /// Say what is understood of mails, one line of JSON for each; needs no configuration.
    #[command(
        after_help = "Examples:\n  postroom explain mail.eml\n  postroom explain - < mail.eml\n  postroom explain Maildir/cur/* | jq .new_text\n  postroom explain --why mail.eml\n  postroom explain --diff before.jsonl Maildir/cur/*"
    )]
    Explain {
        /// Show only what is understood otherwise than in this earlier output; exit code 1 when something is.
        #[arg(long, value_name = "OLD.jsonl")]
        diff: Option<PathBuf>,
        /// Say for people by which rule the mail is what it is, and each line of its text new (N), quoted (Q) or signature (S); with --json, add the rules to the JSON.
        #[arg(long, conflicts_with = "diff")]
        why: bool,
        /// Files with one raw mail each; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Put one raw mail from standard input into a mailbox; exit code 75 when it has to be tried again.
    #[command(
        after_help = "Example, for a mail server's alias file:\n  support: \"|postroom deliver --mailbox support --config /etc/postroom/postroom.toml\""
    )]
    Deliver {
        /// Name of the mailbox in the configuration.
        #[arg(long)]
        mailbox: String,
    },
    /// Make the configuration, the database and the first staff person.
    Init(Box<init::Init>),
    /// Customer companies: their names, mail domains and default projects.
    #[command(subcommand)]
    Organization(organization::Organizations),
    /// Projects: their staff and the addresses that mail for them is sent to.
    #[command(subcommand)]
    Project(project::Projects),
    /// People: staff and contacts.
    #[command(subcommand)]
    Person(person::People),
    /// Of what each member of staff is told by mail.
    #[command(subcommand)]
    Notify(notify::Notify),
    /// Contacts of an organization, and which of them may sign in.
    #[command(subcommand)]
    Member(member::Members),
    /// What guests may do.
    #[command(subcommand)]
    Role(role::Roles),
    /// Documentation of a project.
    #[command(subcommand)]
    Article(article::Articles),
    /// The mailboxes of the configuration.
    #[command(subcommand)]
    Mailbox(mailbox::Mailboxes),
    /// Tickets and their timelines, internal entries included.
    #[command(subcommand)]
    Ticket(ticket::Tickets),
    /// How long somebody worked on tickets.
    #[command(subcommand)]
    Time(time::Times),
    /// The ledger: every mail ever seen, and what became of it.
    Inbox(inbox::Inbox),
    /// What is told together because it is too much to be told one by one.
    #[command(subcommand)]
    Budget(budget::Budgets),
    /// Mails that wait for a human, with the reason.
    #[command(subcommand)]
    Held(held::HeldCommand),
    /// Outgoing mail and where it is on its way.
    #[command(subcommand)]
    Outbox(outbox::Outboxes),
    /// Check what is stored, what waits, this machine and the mail servers; exit 1 when something is wrong.
    #[command(
        after_help = "Examples:\n  postroom check || echo 'something is wrong'\n  postroom check --offline --json\n  postroom check --trust"
    )]
    Check(check::Check),
}

/// Does what the command line says.
///
/// # Errors
/// A [`ConfigError`], a [`Refusal`], or whatever stood in the way; [`fail`] turns it into words and an exit code.
pub async fn run(cli: Cli, clock: Clock, rng: Rng) -> anyhow::Result<ExitCode> {
    let Cli { command, config, json } = cli;
    match command {
        Command::Init(init) => init::run(*init, &config, json, &clock, &rng).await?,
        Command::Demo { dir, once } => crate::demo::run(&dir, once, clock, rng).await?,
        Command::Explain { diff: None, why: true, files } if !json => explain_why::run(&files, &mut std::io::stdout().lock())?,
        Command::Explain { diff: None, why, files } => explain::run(&files, why, &mut std::io::stdout().lock())?,
        Command::Explain { diff: Some(old), files, .. } => {
            let changed = explain_diff::run(&old, &files, &mut std::io::stdout().lock())?;
            return Ok(if changed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
        Command::Serve => crate::app::serve(Config::load(&config)?, clock, rng).await?,
        Command::Deliver { mailbox } => return Ok(deliver::run(&config, &mailbox, clock, rng).await),
        command => return look_after(command, &config, json, clock, rng).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn look_after(command: Command, config: &Path, json: bool, clock: Clock, rng: Rng) -> anyhow::Result<ExitCode> {
    let desk = OpenDesk::open(Config::load(config)?, json, clock, rng).await?;
    let done = desk.run(command).await;
    desk.store.close().await;
    done
}

/// Says on standard error what went wrong, and returns the exit code that goes with it.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    if let Some(fault) = error.downcast_ref::<ConfigError>() {
        output::aside(&format!("{fault}\n"));
        return ExitCode::from(2);
    }
    if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_taken) {
        output::aside("error: somebody else entered the same thing at this moment\n");
        output::aside("  Look at it with the `list` command, then try again.\n");
    } else {
        output::aside(&format!("error: {error:#}\n"));
    }
    ExitCode::FAILURE
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref())
        .any(|cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// What a command will not do, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}\n  {remedy}")]
pub struct Refusal {
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// A refusal as the result of whatever was asked for.
fn refuse<T>(problem: impl Into<String>, remedy: impl Into<String>) -> anyhow::Result<T> {
    Err(Refusal { problem: problem.into(), remedy: remedy.into() }.into())
}

/// A desk that a command works on.
#[derive(Debug, Clone)]
struct OpenDesk {
    config: Arc<Config>,
    store: Store,
    json: bool,
    clock: Clock,
    rng: Rng,
}

impl OpenDesk {
    async fn open(config: Config, json: bool, clock: Clock, rng: Rng) -> anyhow::Result<Self> {
        let store = opening::open(&config).await?;
        Ok(Self { config: Arc::new(config), store, json, clock, rng })
    }

    async fn run(&self, command: Command) -> anyhow::Result<ExitCode> {
        match command {
            // `run` has done these: they make a desk, are one, or need none.
            Command::Init(_) | Command::Demo { .. } | Command::Serve | Command::Explain { .. } | Command::Deliver { .. } => {}
            Command::Organization(command) => organization::run(self, command).await?,
            Command::Project(command) => project::run(self, command).await?,
            Command::Person(command) => person::run(self, command).await?,
            Command::Notify(command) => notify::run(self, command).await?,
            Command::Member(command) => member::run(self, command).await?,
            Command::Role(command) => role::run(self, command).await?,
            Command::Article(command) => article::run(self, command).await?,
            Command::Mailbox(command) => mailbox::run(self, &command).await?,
            Command::Ticket(command) => ticket::run(self, command).await?,
            Command::Time(command) => time::run(self, command).await?,
            Command::Inbox(command) => inbox::run(self, &command).await?,
            Command::Budget(command) => budget::run(self, command).await?,
            Command::Held(command) => held::run(self, command).await?,
            Command::Outbox(command) => outbox::run(self, command).await?,
            Command::Check(command) => return check::run(self, command).await,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// A transaction that looks.
    async fn read(&self) -> anyhow::Result<Tx> {
        Ok(self.store.read().await?)
    }

    /// A transaction that writes; a refusal inside undoes it and comes out as it was.
    async fn write<T, F>(&self, work: F) -> anyhow::Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Work<'a, T> + Send + 'static,
    {
        match self.store.write(work).await {
            Ok(done) => Ok(done),
            Err(error) if Trouble::of(&error).is_some_and(Trouble::lasts) => match self.store.illness() {
                Some(illness) => refuse(illness.words, "Nothing was changed."),
                None => Err(error.into()),
            },
            Err(store::Error::Inside(error)) => Err(error),
            Err(error) => Err(error.into()),
        }
    }

    /// Prints one changed thing: `value` for programs, `words` for people.
    fn report(&self, value: &impl serde::Serialize, words: &str) -> anyhow::Result<()> {
        if self.json { output::json(value) } else { output::print(&format!("{}\n", output::lines(words))) }
    }

    /// A point in time as people here write it.
    fn local(&self, at: crate::time::Timestamp) -> String {
        at.in_zone(&self.config.desk.time_zone)
    }
}

/// A database address that may be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(authority_end).unwrap_or((rest, ""));
    let Some((user, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    let user = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}{tail}")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_command_has_an_example() {
        let mut cli = Cli::command();
        cli.build();
        cli.clone().debug_assert();
        let mut left: Vec<clap::Command> = cli.get_subcommands().cloned().collect();
        let mut seen = 0;
        while let Some(command) = left.pop() {
            if command.get_name() == "help" {
                continue;
            }
            assert!(command.get_about().is_some(), "{}", command.get_name());
            if command.has_subcommands() {
                left.extend(command.get_subcommands().cloned());
            } else {
                seen += 1;
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("postroom "), "`{}` has no example", command.get_name());
                // A wrapped example cannot be copied.
                let examples = help.lines().filter(|line| line.starts_with("  postroom "));
                assert!(examples.map(|line| line.chars().count()).all(|width| width <= 78), "{help}");
            }
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn commands_that_are_given_as_remedies_can_be_typed() {
        let remedies = [
            "postroom project add NOPE Reception --kind reception --staff anna@desk.example",
            "postroom project add NOPE NAME --kind reception",
            "postroom organization set acme --default-project ACME",
            "postroom outbox list",
            "postroom held list",
            "postroom budget list",
            "postroom budget resume 1234567890",
            "postroom mailbox list",
            "postroom check --offline",
            "postroom serve",
        ];
        for remedy in remedies {
            assert!(Cli::try_parse_from(remedy.split(' ')).is_ok(), "{remedy}");
        }
    }

    #[test]
    fn passwords_in_database_addresses_are_not_shown() {
        assert_eq!(without_password("postgres://u:p%2F@h:5432/d?x=1"), "postgres://u@h:5432/d?x=1");
        assert_eq!(without_password("postgres://h/d"), "postgres://h/d");
        assert_eq!(without_password("sqlite:/a/b.db"), "sqlite:/a/b.db");
    }
}
