//! The configuration: TOML and environment in, domain values out.
//!
//! Unknown keys and dangerous combinations are refused with the file, the key and a remedy. Relative paths are
//! relative to the configuration file. An environment variable `POSTROOM__DATABASE__URL` overrides `database.url`
//! (sections and keys joined by two underscores); passwords may also come from a file or a variable of your choice.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::desk::people::Language;
use crate::time::{Span, is_time_zone};

/// One desk's configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// What the desk is called and how it speaks.
    pub desk: Desk,
    /// Where everything is kept.
    pub database: Database,
    /// What staff mail must prove.
    pub proof: Profile,
    /// Where mail comes from, at least one.
    pub mailboxes: Vec<Mailbox>,
    /// Where mail goes.
    pub outgoing: Outgoing,
}

/// `[desk]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Shown as the sender of mails.
    pub name: String,
    /// Language for people whose own is unknown (default English).
    #[serde(default)]
    pub language: Language,
    /// IANA time zone for people whose own is unknown (default UTC).
    #[serde(default = "utc")]
    pub time_zone: String,
}

/// `[database]`
#[derive(Debug, Clone)]
pub struct Database {
    /// `sqlite:PATH` (absolute by now) or `postgres://...`.
    pub url: String,
}

/// How much a staff member's mail must prove (DESIGN: *Proof*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// A registered From and that person's reply token.
    #[default]
    Standard,
}

/// `[[mailbox]]`
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Short name, in the ledger and in commands.
    pub name: String,
    /// The address customers write to; answers leave from it.
    pub address: String,
    /// Whether `local+anything@domain` reaches this mailbox (default yes). Without it the reply token is the random
    /// Message-ID of each notification.
    pub plus_addressing: bool,
    /// Key of the reception project: where strangers' tickets go.
    pub reception: String,
    /// Where its mail is fetched.
    pub source: Source,
    /// How often to look (default 10 s).
    pub poll: Duration,
}

/// Where a mailbox's mail is fetched.
#[derive(Debug, Clone)]
pub enum Source {
    /// An IMAP server.
    Imap(Imap),
    /// A Maildir on this machine.
    Maildir(PathBuf),
}

/// `[mailbox.imap]`
#[derive(Debug, Clone)]
pub struct Imap {
    /// Server, user and encryption.
    pub server: Server,
    /// Folders to read (default INBOX).
    pub folders: Vec<String>,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// A submission server.
    Smtp(Server),
    /// A Maildir on this machine, for trying things out.
    Maildir(PathBuf),
}

/// A mail server and how to talk to it.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host name; certificates are checked against it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Login; `None` where the server wants none.
    pub login: Option<Login>,
    /// A PEM file with further trusted authorities, for servers with a certificate of their own.
    pub ca_file: Option<PathBuf>,
}

/// User name and password.
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password; never printed.
    pub password: Secret,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// TLS from the first byte (IMAP 993, SMTP 465).
    Implicit,
    /// `STARTTLS`, required (IMAP 143, SMTP 587).
    Starttls,
    /// None; only to this machine.
    None,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {key}: {problem}\n  {remedy}", file.display())]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The key, as a path such as `mailbox[0].imap.host`; empty where the whole file is meant.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

// The file as it is written, before checking.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    desk: Desk,
    database: RawDatabase,
    #[serde(default)]
    proof: RawProof,
    #[serde(default, rename = "mailbox")]
    mailboxes: Vec<RawMailbox>,
    outgoing: RawOutgoing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDatabase {
    url: String,
    #[serde(default)]
    allow_unverified_tls: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawProof {
    #[serde(default)]
    profile: Profile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMailbox {
    name: String,
    address: String,
    #[serde(default = "yes")]
    plus_addressing: bool,
    reception: String,
    #[serde(default = "ten_seconds")]
    poll: Span,
    imap: Option<RawImap>,
    maildir: Option<RawMaildir>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMaildir {
    path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawImap {
    host: String,
    port: Option<u16>,
    #[serde(default = "implicit")]
    tls: Tls,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    password_env: Option<String>,
    ca_file: Option<PathBuf>,
    #[serde(default = "inbox")]
    folders: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutgoing {
    smtp: Option<RawSmtp>,
    maildir: Option<RawMaildir>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSmtp {
    host: String,
    port: Option<u16>,
    #[serde(default = "implicit")]
    tls: Tls,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    password_env: Option<String>,
    ca_file: Option<PathBuf>,
}

fn yes() -> bool {
    true
}
fn utc() -> String {
    "UTC".to_owned()
}
fn ten_seconds() -> Span {
    Span(Duration::from_secs(10))
}
fn implicit() -> Tls {
    Tls::Implicit
}
fn inbox() -> Vec<String> {
    vec!["INBOX".to_owned()]
}

impl Config {
    /// Reads and checks `file` with the process's environment.
    ///
    /// # Errors
    /// Names the file, the key and the remedy.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|error| ConfigError {
            file: file.to_owned(),
            key: "the file".to_owned(),
            problem: error.to_string(),
            remedy: "Make one with `postroom init`, or name it with --config FILE.".to_owned(),
        })?;
        Self::parse(file, &text, &|name| std::env::var(name).ok(), environment())
    }

    /// Checks the text of a configuration. `variable` looks up environment variables that the file names, `overlay`
    /// is searched for `POSTROOM__SECTION__KEY`.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(
        file: &Path,
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
        overlay: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let fault = |key: &str, problem: String, remedy: &str| ConfigError {
            file: file.to_owned(),
            key: key.to_owned(),
            problem,
            remedy: remedy.to_owned(),
        };
        let mut table: toml::Table = toml::from_str(text).map_err(|error| {
            fault(
                "syntax",
                error.to_string().trim().to_owned(),
                "The file is TOML: `key = \"value\"` under `[section]` headings.",
            )
        })?;
        for (name, value) in overlay {
            if let Some(path) = name.strip_prefix("POSTROOM__") {
                overlay_one(&mut table, path, value);
            }
        }
        let raw: File = serde_path_to_error::deserialize(table).map_err(|error| {
            let key = error.path().to_string();
            fault(&key, error.into_inner().to_string().trim().to_owned(), "See the README for every key and what it takes.")
        })?;
        Checker { file, variable }.check(raw)
    }

    /// The mailbox called `name`.
    #[must_use]
    pub fn mailbox(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == name)
    }
}

/// The process's environment, without variables that are no text: those cannot be ours.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    // `std::env::vars` panics at the first variable that is not UTF-8, whoever set it.
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// `text` as a TOML string.
#[must_use]
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn overlay_one(table: &mut toml::Table, path: &str, value: String) {
    let path = path.to_ascii_lowercase();
    match path.split_once("__") {
        Some((section, rest)) => {
            if let toml::Value::Table(inner) =
                table.entry(section.to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new()))
            {
                overlay_one(inner, rest, value);
            }
        }
        None => {
            table.insert(path, toml::Value::String(value));
        }
    }
}

struct Checker<'a> {
    file: &'a Path,
    variable: &'a dyn Fn(&str) -> Option<String>,
}

/// The login and encryption keys that IMAP and SMTP sections share.
struct RawServer {
    host: String,
    port: u16,
    tls: Tls,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    password_env: Option<String>,
    ca_file: Option<PathBuf>,
}

impl Checker<'_> {
    fn fault(&self, key: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> ConfigError {
        ConfigError { file: self.file.to_owned(), key: key.into(), problem: problem.into(), remedy: remedy.into() }
    }

    fn beside(&self, path: PathBuf) -> PathBuf {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let joined = folder.join(path);
        std::path::absolute(&joined).unwrap_or(joined)
    }

    fn check(&self, raw: File) -> Result<Config, ConfigError> {
        if raw.desk.name.trim().is_empty() {
            return Err(self.fault("desk.name", "is empty", "Give the name that customers see as the sender."));
        }
        if !is_time_zone(&raw.desk.time_zone) {
            let problem = format!("`{}` is not a time zone", raw.desk.time_zone);
            return Err(self.fault("desk.time_zone", problem, "Use an IANA name such as \"Europe/Berlin\"."));
        }
        let database = self.database(raw.database)?;
        if raw.mailboxes.is_empty() {
            return Err(self.fault("mailbox", "there is none", "Add a [[mailbox]] section: where customers write to."));
        }
        let mut mailboxes: Vec<Mailbox> = Vec::new();
        for (place, raw) in raw.mailboxes.into_iter().enumerate() {
            let mailbox = self.mailbox(&format!("mailbox[{place}]"), raw)?;
            if mailboxes.iter().any(|other| other.name == mailbox.name || other.address == mailbox.address) {
                return Err(self.fault(
                    format!("mailbox[{place}]"),
                    format!("the name `{}` or the address `{}` stands twice", mailbox.name, mailbox.address),
                    "Each mailbox has its own name and address.",
                ));
            }
            mailboxes.push(mailbox);
        }
        let outgoing = match (raw.outgoing.smtp, raw.outgoing.maildir) {
            (Some(smtp), None) => Outgoing::Smtp(self.smtp(smtp)?),
            (None, Some(maildir)) => Outgoing::Maildir(self.beside(maildir.path)),
            _ => {
                return Err(self.fault(
                    "outgoing",
                    "needs exactly one of [outgoing.smtp] and [outgoing.maildir]",
                    "Use [outgoing.smtp] for a real desk.",
                ));
            }
        };
        Ok(Config { file: self.file.to_owned(), desk: raw.desk, database, proof: raw.proof.profile, mailboxes, outgoing })
    }

    fn database(&self, raw: RawDatabase) -> Result<Database, ConfigError> {
        if let Some(path) = raw.url.strip_prefix("sqlite:") {
            let path = self.beside(PathBuf::from(path.trim_start_matches("//")));
            return Ok(Database { url: format!("sqlite:{}", path.display()) });
        }
        if !raw.url.starts_with("postgres://") && !raw.url.starts_with("postgresql://") {
            return Err(self.fault(
                "database.url",
                "is neither SQLite nor PostgreSQL",
                "Use \"sqlite:postroom.db\" or \"postgres://user@host/database?sslmode=verify-full\".",
            ));
        }
        if !raw.allow_unverified_tls && !is_local_postgres(&raw.url) && !raw.url.contains("sslmode=verify-full") {
            return Err(self.fault(
                "database.url",
                "a PostgreSQL on another machine without verified TLS: anybody in between could read and change the desk",
                "Add `?sslmode=verify-full` to the URL, or say `allow_unverified_tls = true` if the network is yours.",
            ));
        }
        Ok(Database { url: raw.url })
    }

    fn mailbox(&self, key: &str, raw: RawMailbox) -> Result<Mailbox, ConfigError> {
        let address = raw.address.trim().to_lowercase();
        let sound = address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !local.contains('+') && !domain.is_empty() && !domain.contains('@')
        });
        if !sound || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let problem = format!("`{}` is not an address a mailbox can have", raw.address);
            return Err(self.fault(format!("{key}.address"), problem, "Write it like \"support@desk.example\"."));
        }
        if raw.poll.0 < Duration::from_millis(100) {
            return Err(self.fault(format!("{key}.poll"), "is shorter than 100 ms", "Use \"10s\"."));
        }
        let source = match (raw.imap, raw.maildir) {
            (Some(imap), None) => self.imap(&format!("{key}.imap"), imap)?,
            (None, Some(maildir)) => Source::Maildir(self.beside(maildir.path)),
            _ => {
                return Err(self.fault(
                    key,
                    "needs exactly one of [mailbox.imap] and [mailbox.maildir]",
                    "Use [mailbox.imap] for a real desk.",
                ));
            }
        };
        Ok(Mailbox {
            name: raw.name,
            address,
            plus_addressing: raw.plus_addressing,
            reception: raw.reception,
            source,
            poll: raw.poll.0,
        })
    }

    fn imap(&self, key: &str, raw: RawImap) -> Result<Source, ConfigError> {
        let RawImap { host, port, tls, user, password, password_file, password_env, ca_file, folders } = raw;
        if user.is_none() {
            return Err(self.fault(format!("{key}.user"), "is missing", "IMAP needs a user name and a password."));
        }
        let port = port.unwrap_or(if tls == Tls::Implicit { 993 } else { 143 });
        let server = self.server(key, RawServer { host, port, tls, user, password, password_file, password_env, ca_file })?;
        Ok(Source::Imap(Imap { server, folders }))
    }

    fn smtp(&self, raw: RawSmtp) -> Result<Server, ConfigError> {
        let RawSmtp { host, port, tls, user, password, password_file, password_env, ca_file } = raw;
        let port = port.unwrap_or(if tls == Tls::Implicit { 465 } else { 587 });
        self.server("outgoing.smtp", RawServer { host, port, tls, user, password, password_file, password_env, ca_file })
    }

    fn server(&self, key: &str, raw: RawServer) -> Result<Server, ConfigError> {
        if raw.tls == Tls::None && !is_loopback(&raw.host) {
            return Err(self.fault(
                format!("{key}.tls"),
                "\"none\" to another machine would show the password to everybody in between",
                "Use \"implicit\" or \"starttls\"; a server with its own certificate is trusted through `ca_file`.",
            ));
        }
        let given = [raw.password.is_some(), raw.password_file.is_some(), raw.password_env.is_some()];
        let login = match (raw.user, given.iter().filter(|given| **given).count()) {
            (None, 0) => None,
            (Some(user), 1) => {
                let password = self.password(key, raw.password, raw.password_file, raw.password_env)?;
                Some(Login { user, password: Secret(password) })
            }
            _ => {
                return Err(self.fault(
                    format!("{key}.password"),
                    "a login needs `user` and exactly one of `password`, `password_file` and `password_env`",
                    "Give the password in one of the three ways, or leave out `user` where the server wants no login.",
                ));
            }
        };
        Ok(Server { host: raw.host, port: raw.port, tls: raw.tls, login, ca_file: raw.ca_file.map(|path| self.beside(path)) })
    }

    fn password(
        &self,
        key: &str,
        text: Option<String>,
        file: Option<PathBuf>,
        variable: Option<String>,
    ) -> Result<String, ConfigError> {
        if let Some(file) = file {
            let path = self.beside(file);
            let read = std::fs::read_to_string(&path).map_err(|error| {
                let problem = format!("{}: {error}", path.display());
                self.fault(format!("{key}.password_file"), problem, "The file holds the password and nothing else.")
            })?;
            return Ok(read.trim_end_matches(['\r', '\n']).to_owned());
        }
        if let Some(name) = variable {
            return (self.variable)(&name).ok_or_else(|| {
                let problem = format!("the environment variable {name} is not set");
                self.fault(format!("{key}.password_env"), problem, "Set it, or use `password_file`.")
            });
        }
        Ok(text.unwrap_or_default())
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a PostgreSQL URL stays on this machine: a loopback host, or a socket directory.
fn is_local_postgres(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, tail) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let query_host = tail.split(['?', '&']).find_map(|pair| pair.strip_prefix("host="));
    let host = query_host.unwrap_or(host);
    let name = if host.starts_with('[') {
        host.split_once(']').map_or(host, |(name, _)| name)
    } else {
        host.split_once(':').map_or(host, |(name, _)| name)
    };
    name.is_empty() || name.starts_with('/') || name.starts_with("%2F") || is_loopback(name.trim_start_matches('['))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
