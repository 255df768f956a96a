//! `postroom init`: the configuration, the database, the first staff person.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::value::{self, Named};
use super::{look, output, refuse, without_password};
use crate::config::{Config, Outgoing, Source, Tls, environment, quoted};
use crate::desk::ids::{PersonId, ProjectId};
use crate::desk::people::{Language, Person, PersonKind};
use crate::desk::project::{Project, ProjectKind};
use crate::ops::opening;
use crate::store::{self, Tx, people, projects};
use crate::time::{Clock, Rng};

/// The commented configuration; `@name@` is replaced.
const TEMPLATE: &str = include_str!("../../templates/postroom.toml");

/// `init`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  postroom init --name \"Example desk\" --address support@desk.example \\
    --staff \"Anna Berger <anna@desk.example>\"

  postroom init --name \"Example desk\" --address support@desk.example \\
    --staff \"Anna Berger <anna@desk.example>\" --language de \\
    --imap-host imap.desk.example --imap-user support \\
    --imap-password-file password --smtp-host smtp.desk.example \\
    --smtp-user support --smtp-password-file password

Without --imap-host and --smtp-host mail is read from and written to Maildirs beside the configuration, to try \
things out. Relative paths are relative to the configuration.")]
pub struct Init {
    /// The sender's name that customers see.
    #[arg(long, value_parser = value::title)]
    name: String,
    /// The address customers write to.
    #[arg(long, value_parser = value::address)]
    address: String,
    /// The first staff person, such as "Anna Berger <anna@desk.example>"; an address of their own, not the desk's.
    #[arg(long, value_name = "PERSON", value_parser = value::named)]
    staff: Named,
    /// Language of mails to people whose own is not known: en or de.
    #[arg(long, default_value = "en")]
    language: Language,
    /// Time zone of people whose own is not known.
    #[arg(long, default_value = "UTC", value_parser = value::time_zone)]
    time_zone: String,
    /// Key of the project for strangers' tickets.
    #[arg(long, value_name = "KEY", default_value = "DESK", value_parser = value::project_key)]
    reception: String,
    /// Short name of the mailbox; the address up to the @ where it is not given.
    #[arg(long, value_parser = value::title)]
    mailbox: Option<String>,
    /// `sqlite:FILE` or `postgres://USER@HOST/DATABASE`.
    #[arg(long, value_name = "URL", default_value = "sqlite:postroom.db")]
    database: String,
    /// Accept a PostgreSQL on another machine whose certificate cannot be checked.
    #[arg(long)]
    allow_unverified_tls: bool,
    /// Overwrite the configuration if there is one. The database is never emptied.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    imap: Imap,
    #[command(flatten)]
    smtp: Smtp,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Where mail comes from")]
struct Imap {
    /// The IMAP server.
    #[arg(long = "imap-host", value_name = "HOST", requires = "imap_user")]
    imap_host: Option<String>,
    /// Where it is not 993 (implicit) or 143 (starttls).
    #[arg(long = "imap-port", value_name = "PORT", requires = "imap_host")]
    imap_port: Option<u16>,
    /// implicit, starttls or none (only to this machine).
    #[arg(long = "imap-tls", value_name = "HOW", default_value = "implicit", value_parser = tls)]
    imap_tls: &'static str,
    /// The user at the IMAP server.
    #[arg(long = "imap-user", value_name = "USER", requires = "imap_password")]
    imap_user: Option<String>,
    /// A file with the password and nothing else.
    #[arg(long = "imap-password-file", value_name = "FILE", group = "imap_password", requires = "imap_host")]
    imap_password_file: Option<PathBuf>,
    /// An environment variable with the password.
    #[arg(long = "imap-password-env", value_name = "NAME", group = "imap_password", requires = "imap_host")]
    imap_password_env: Option<String>,
    /// Certificates (PEM) to trust as well.
    #[arg(long = "imap-ca-file", value_name = "FILE", requires = "imap_host")]
    imap_ca_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Where mail goes")]
struct Smtp {
    /// The submission server.
    #[arg(long = "smtp-host", value_name = "HOST")]
    smtp_host: Option<String>,
    /// Where it is not 465 (implicit) or 587 (starttls).
    #[arg(long = "smtp-port", value_name = "PORT", requires = "smtp_host")]
    smtp_port: Option<u16>,
    /// implicit, starttls or none (only to this machine).
    #[arg(long = "smtp-tls", value_name = "HOW", default_value = "implicit", value_parser = tls)]
    smtp_tls: &'static str,
    /// The user at the submission server; none where it wants no login.
    #[arg(long = "smtp-user", value_name = "USER", requires_all = ["smtp_password", "smtp_host"])]
    smtp_user: Option<String>,
    /// A file with the password and nothing else.
    #[arg(long = "smtp-password-file", value_name = "FILE", group = "smtp_password", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
    /// An environment variable with the password.
    #[arg(long = "smtp-password-env", value_name = "NAME", group = "smtp_password", requires = "smtp_user")]
    smtp_password_env: Option<String>,
    /// Certificates (PEM) to trust as well.
    #[arg(long = "smtp-ca-file", value_name = "FILE", requires = "smtp_host")]
    smtp_ca_file: Option<PathBuf>,
}

fn tls(word: &str) -> Result<&'static str, String> {
    // Exhaustive on purpose: a further way to encrypt must be offered here, too.
    let words = |tls: Tls| match tls {
        Tls::Implicit => "implicit",
        Tls::Starttls => "starttls",
        Tls::None => "none",
    };
    let found = [Tls::Implicit, Tls::Starttls, Tls::None].map(words).into_iter().find(|known| *known == word);
    found.ok_or_else(|| format!("`{word}` is none of implicit, starttls, none"))
}

/// What was made.
#[derive(Debug, Serialize)]
struct Made {
    config: String,
    database: String,
    mailbox: String,
    reception: String,
    staff: String,
    next: Vec<String>,
}

pub(super) async fn run(init: Init, file: &Path, json: bool, clock: &Clock, rng: &Rng) -> anyhow::Result<()> {
    if file.exists() && !init.force {
        return refuse(
            format!("{} is already there", file.display()),
            "Edit it, name another with --config FILE, or use --force to overwrite it.",
        );
    }
    if init.staff.name.is_empty() {
        return refuse("the first staff person needs a name", "Write it like --staff \"Anna Berger <anna@desk.example>\".");
    }
    let text = written(&init);
    // Checked as it will be read, so that whatever init writes can be loaded again.
    let config = Config::parse(file, &text, &|name| std::env::var(name).ok(), environment())?;
    look::own_address(&config, &init.staff.address)?;
    let next = next_steps(&config, &init);
    let made = Made {
        config: file.display().to_string(),
        database: without_password(&config.database.url),
        mailbox: init.address.clone(),
        reception: init.reception.clone(),
        staff: init.staff.address.clone(),
        next,
    };
    fill(&config, init, clock, rng).await?;
    write(file, &text).with_context(|| format!("{} could not be written", file.display()))?;
    if json {
        return output::json(&made);
    }
    let mut words = format!("Made {} (readable for you alone) and the desk in {}.\n", made.config, made.database);
    words.push_str(&format!("{} is staff of the reception {}.\n\nNext:\n", made.staff, made.reception));
    for step in &made.next {
        words.push_str(&format!("  - {step}\n"));
    }
    output::print(&output::lines(&words))
}

/// Enters what a desk begins with. What is there already stays: a desk can get a new configuration with --force.
async fn fill(config: &Config, init: Init, clock: &Clock, rng: &Rng) -> anyhow::Result<()> {
    let desk = super::OpenDesk {
        store: opening::make(config).await?,
        config: std::sync::Arc::new(config.clone()),
        json: false,
        clock: clock.clone(),
        rng: rng.clone(),
    };
    let inner = desk.clone();
    let filled = desk.write(move |tx| Box::pin(async move { enter(tx, &inner, init).await })).await;
    desk.store.close().await;
    filled
}

async fn enter(tx: &mut Tx, desk: &super::OpenDesk, init: Init) -> anyhow::Result<()> {
    let now = desk.clock.now();
    store::epoch(tx, now, &desk.rng).await?;
    let person = match people::by_address(tx, &init.staff.address).await? {
        Some(person) if person.is_staff() => person,
        Some(other) => {
            return refuse(
                format!("{} already belongs to {}", init.staff.address, look::whose(&other)),
                "Name a member of staff, or another database.",
            );
        }
        None => {
            look::free_address(tx, &desk.config, &init.staff.address, None).await?;
            let person = Person {
                kind: PersonKind::Staff,
                ..Person::contact(PersonId(desk.rng.id()), init.staff.name, init.staff.address)
            };
            people::insert(tx, &person, now).await?;
            person
        }
    };
    let project = match projects::by_key(tx, &init.reception).await? {
        Some(project) if project.kind == ProjectKind::Reception => project,
        Some(other) => {
            return refuse(
                format!("{} is a project of kind {} in this database, not a reception", other.key, other.kind),
                "Name another key with --reception KEY.",
            );
        }
        None => {
            let project = Project {
                id: ProjectId(desk.rng.id()),
                key: init.reception,
                name: init.name,
                kind: ProjectKind::Reception,
                organization: None,
                signature: String::new(),
            };
            projects::insert(tx, &project, now).await?;
            project
        }
    };
    Ok(projects::add_staff(tx, project.id, person.id).await?)
}

fn next_steps(config: &Config, init: &Init) -> Vec<String> {
    let mut steps = Vec::new();
    let maildir_in = config.mailboxes.iter().any(|mailbox| matches!(mailbox.source, Source::Maildir(_)));
    let maildir_out = matches!(config.outgoing, Outgoing::Maildir(_));
    let file = config.file.display();
    if maildir_in {
        steps.push(format!("fill in [mailbox.imap] in {file}; until then mail is read from the Maildir mail/in beside it"));
    }
    if maildir_out {
        steps.push(format!(
            "fill in [outgoing.smtp] in {file}; until then mail is written to the Maildir mail/out beside it and reaches nobody"
        ));
    }
    steps.push("postroom organization add acme \"Acme GmbH\" --domain acme.example".to_owned());
    steps.push(format!("postroom project add ACME \"Acme web shop\" --organization acme --staff {}", init.staff.address));
    steps.push("postroom serve".to_owned());
    steps
}

/// The text of the configuration.
fn written(init: &Init) -> String {
    let Init { imap, smtp, .. } = init;
    let mailbox = init.mailbox.clone().or_else(|| init.address.split('@').next().map(str::to_owned));
    // A section that is not used stays as a comment, so that it only needs filling in.
    let on = |given: bool| if given { "" } else { "# " }.to_owned();
    let text = |given: Option<&str>, example: &str| quoted(given.unwrap_or(example));
    let path =
        |given: &Option<PathBuf>, example: &str| quoted(&given.as_ref().map_or(example.into(), |path| path.to_string_lossy()));
    let port = |given: Option<u16>, example: u16| given.unwrap_or(example).to_string();
    let user = init.address.as_str();
    let values = [
        ("name", quoted(&init.name)),
        ("language", quoted(init.language.tag())),
        ("time_zone", quoted(&init.time_zone)),
        ("database", quoted(&init.database)),
        ("unverified", on(init.allow_unverified_tls)),
        ("mailbox", text(mailbox.as_deref(), "support")),
        ("address", quoted(&init.address)),
        ("reception", quoted(&init.reception)),
        ("imap", on(imap.imap_host.is_some())),
        ("maildir", on(imap.imap_host.is_none())),
        ("imap_host", text(imap.imap_host.as_deref(), "imap.desk.example")),
        ("imap_tls", quoted(imap.imap_tls)),
        ("imap_port_on", on(imap.imap_port.is_some())),
        ("imap_port", port(imap.imap_port, 993)),
        ("imap_user", text(imap.imap_user.as_deref(), user)),
        ("imap_password_file_on", on(imap.imap_password_file.is_some())),
        ("imap_password_file", path(&imap.imap_password_file, "imap-password")),
        ("imap_password_env_on", on(imap.imap_password_env.is_some())),
        ("imap_password_env", text(imap.imap_password_env.as_deref(), "IMAP_PASSWORD")),
        ("imap_ca_file_on", on(imap.imap_ca_file.is_some())),
        ("imap_ca_file", path(&imap.imap_ca_file, "ca.pem")),
        ("smtp", on(smtp.smtp_host.is_some())),
        ("outdir", on(smtp.smtp_host.is_none())),
        ("smtp_host", text(smtp.smtp_host.as_deref(), "smtp.desk.example")),
        ("smtp_tls", quoted(smtp.smtp_tls)),
        ("smtp_port_on", on(smtp.smtp_port.is_some())),
        ("smtp_port", port(smtp.smtp_port, 465)),
        ("smtp_user_on", on(smtp.smtp_user.is_some())),
        ("smtp_user", text(smtp.smtp_user.as_deref(), user)),
        ("smtp_password_file_on", on(smtp.smtp_password_file.is_some())),
        ("smtp_password_file", path(&smtp.smtp_password_file, "smtp-password")),
        ("smtp_password_env_on", on(smtp.smtp_password_env.is_some())),
        ("smtp_password_env", text(smtp.smtp_password_env.as_deref(), "SMTP_PASSWORD")),
        ("smtp_ca_file_on", on(smtp.smtp_ca_file.is_some())),
        ("smtp_ca_file", path(&smtp.smtp_ca_file, "ca.pem")),
    ];
    replaced(TEMPLATE, &values)
}

/// Replaces each `@name@` in one pass, so that a value that contains such a thing stays what it is.
fn replaced(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('@') {
        text.push_str(before);
        let value = after.split_once('@').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, tail))
        });
        rest = match value {
            Some((value, tail)) => {
                text.push_str(value);
                tail
            }
            None => {
                text.push('@');
                after
            }
        };
    }
    text.push_str(rest);
    text
}

/// Writes the file whole or not at all, readable for its owner alone.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = file.with_file_name(name);
    // An earlier one that was cut short may be readable for others.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&beside)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
#[path = "init_tests.rs"]
mod tests;
