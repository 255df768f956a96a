//! The configuration: TOML and environment in, domain values out.
//!
//! Unknown keys and dangerous combinations are refused with the file, the key and a remedy. Relative paths are
//! relative to the configuration file. An environment variable `POSTROOM__DATABASE__URL` overrides `database.url`
//! (sections and keys joined by two underscores); passwords may also come from a file or a variable of your choice.

mod dkim;
pub mod face;
mod file;
mod letters;
mod limits;
mod read;
mod user;

use crate::mail::Limits;
use crate::mail::dkim::Signer;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::desk::people::{Language, Named};
use face::Face;
pub use letters::{DisplayName, Quote};
pub use user::user;

/// One desk's configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// What the desk is called and how it speaks.
    pub desk: Desk,
    /// Where everything is kept.
    pub database: Database,
    /// What staff mail must prove, and what counts as proof.
    pub trust: Trust,
    /// How answers of the staff leave.
    pub staff: Staff,
    /// What counts as old in a folder that is looked into for the first time.
    pub first_look: FirstLook,
    /// Where mail comes from, at least one.
    pub mailboxes: Vec<Mailbox>,
    /// Where mail goes.
    pub outgoing: Outgoing,
    /// `attachment_bytes` of `[outgoing]`: how many bytes of files a mail to a customer carries (default 15 MiB); what is larger
    /// they get by a link.
    pub attachment_bytes: i64,
    /// `[[outgoing.fallback]]`: further submission servers, tried in order where the one before cannot be reached or takes no
    /// mail; none of them beside a Maildir.
    pub fallbacks: Vec<Server>,
    /// How many mails leave at the same time: a server that takes its time with one of them holds up no other (default 3,
    /// which every submission service allows; at most 50).
    pub connections: usize,
    /// How much of it goes to one domain.
    pub per_domain: PerDomain,
    /// What of the conversation stands below an answer (default the one comment before it).
    pub quote: Quote,
    /// How a member of staff is called as the sender of a mail (default `{staff} ({desk})`).
    pub display_name: DisplayName,
    /// `answer_within` of `[acknowledgement]`: in which time a new request is usually answered, in words that follow "within"
    /// (default `None`: nothing is said of it).
    pub answer_within: Option<Named>,
    /// With which keys mail is signed before it leaves.
    pub dkim: Vec<Dkim>,
    /// Where guests look; `None` for a desk without pages.
    pub web: Option<Web>,
    /// How it looks to them.
    pub face: Face,
    /// How much of a mail is read.
    pub limits: Limits,
}

/// `[web]`
#[derive(Debug, Clone)]
pub struct Web {
    /// Where the program listens (default 127.0.0.1:8080).
    pub listen: SocketAddr,
    /// What browsers and mails call it, without a slash at the end: `https://help.desk.example`. No other source is used
    /// for links.
    pub base_url: String,
    /// Peers whose `X-Forwarded-For` is believed: the reverse proxy.
    pub trusted_proxies: Vec<IpAddr>,
    /// Connections at a time (default 512, from 16 to 65536); fewer where the system lets too few files be open, since mail
    /// and the database have theirs first. One that waits for its visitor makes room for a new one.
    pub connections: usize,
    /// Connections at a time from one IPv4 address or IPv6 /64 (default 64, from 4). Not for `trusted_proxies`: behind those
    /// it is how many requests one such address may have answered at a time.
    pub connections_per_client: usize,
}

impl Web {
    /// Whether browsers come through TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
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
    /// A public answer needs a registered From and that person's reply token.
    #[default]
    Standard,
    /// It needs proof of the From domain, or a staff-only mailbox, beside the token.
    Strict,
}

/// `[trust]`: what counts as proof that a mail from a staff member's address is theirs, beside the reply token. Enable a
/// kind of evidence only after `postroom check --trust` has seen it on real mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trust {
    /// How much must be proven (default standard).
    pub profile: Profile,
    /// The receiving server whose Authentication-Results are believed; `None` where none is.
    pub receiver: Option<Receiver>,
    /// Whether DKIM signatures of staff domains are verified here (default no).
    pub dkim: bool,
}

/// The server that receives the desk's mail and writes Authentication-Results (RFC 8601) on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// How it names itself in that field.
    pub authserv_id: String,
    /// How many Received fields the desk's own servers put above that field (default 1).
    pub own_hops: usize,
}

/// `[staff]`: what stands between a staff member's answer by mail and the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staff {
    /// Whether an answer is held and asked about when a colleague has answered meanwhile (default yes).
    pub collision_guard: bool,
    /// How long a public answer waits before it leaves, so that it can be undone; it leaves at once where `None` (default
    /// none, at most a day).
    pub undo_window: Option<Duration>,
}

impl Default for Staff {
    fn default() -> Self {
        Self { collision_guard: true, undo_window: None }
    }
}

/// `[first_look]`: what lies in a folder when the desk looks there for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstLook {
    /// From which age on a mail is old: taken over, and nobody is written to about it (default 24h). What was answered is
    /// old at any age.
    pub old_after: Duration,
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
    /// Whether only staff can send to it and its server lets nobody use another's address (default no). Nothing can
    /// check that: it is the administrator's word.
    pub staff_only: bool,
    /// Senders such as contact forms whose Reply-To is the requester, in lower case; never staff, never the desk.
    pub trusted_forwarders: Vec<String>,
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

/// Bytes of files that a mail to a customer carries unless the configuration says otherwise: with what encoding adds it is less
/// than the 25 MB that most servers take.
pub const ATTACHMENT_BYTES: i64 = 15 << 20;

/// `connections_per_domain` and `mails_per_minute_per_domain` of `[outgoing]`: how much mail goes to one domain. Each process that
/// serves has its own measure. Where a server says that it was too much, less goes to its domain for a while, whatever stands
/// here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerDomain {
    /// Mails at a time (default `None`: all connections but one, so that there is always one for others, and at least two).
    pub connections: Option<usize>,
    /// Mails in a minute, spread over it (default `None`: as many as there are; the outgoing server has its own measure).
    pub mails_per_minute: Option<u32>,
}

/// `[[outgoing.dkim]]`: a key that signs (RFC 6376) what leaves from an address of its domain. With two for one domain, as when
/// RSA and Ed25519 stand side by side (RFC 8463), both sign.
#[derive(Debug, Clone)]
pub struct Dkim {
    /// Domain, selector and key.
    pub signer: Arc<Signer>,
    /// The file that holds the private key in PEM form; nobody but its user and group may read it.
    pub key_file: PathBuf,
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
    /// A PEM file with further trusted authorities, or with the very certificate of a server that has its own.
    pub ca_file: Option<PathBuf>,
    /// The one certificate that the server may show; nothing else about it is asked then.
    pub fingerprint: Option<Fingerprint>,
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
pub struct Secret {
    text: String,
    origin: Option<SecretOrigin>,
}

/// Where a secret stands: what to look at when it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretOrigin {
    /// The key of the configuration that leads to it: `password`, `password_file` or `password_env`.
    pub key: &'static str,
    /// The file that it is in; `None` for a variable.
    pub file: Option<PathBuf>,
}

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Where it stands, where that is known.
    #[must_use]
    pub const fn origin(&self) -> Option<&SecretOrigin> {
        self.origin.as_ref()
    }

    /// The same in words: `password_file` and the file.
    #[must_use]
    pub fn place(&self) -> String {
        self.origin.as_ref().map_or_else(|| "the password".to_owned(), ToString::to_string)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self { text, origin: None }
    }
}

impl std::fmt::Display for SecretOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(f, "`{}` ({})", self.key, file.display()),
            None => write!(f, "`{}`", self.key),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// SHA-256 of a certificate (its DER form), as `openssl x509 -noout -fingerprint -sha256` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl std::str::FromStr for Fingerprint {
    type Err = ();

    /// `sha256:` and 64 hexadecimal digits; colons, spaces and case do not matter.
    fn from_str(text: &str) -> Result<Self, ()> {
        let lower = text.trim().to_ascii_lowercase();
        let digits = lower.strip_prefix("sha256:").unwrap_or(&lower);
        let digits: Vec<u8> = digits.bytes().filter(|byte| !matches!(byte, b':' | b' ')).collect();
        let mut bytes = [0; 32];
        if digits.len() != 64 {
            return Err(());
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ())?;
        }
        Ok(Self(bytes))
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
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

fn utc() -> String {
    "UTC".to_owned()
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
            remedy: match error.kind() {
                ErrorKind::NotFound => "Make one with `postroom init`, or name it with --config FILE.".to_owned(),
                ErrorKind::PermissionDenied => {
                    let user = user();
                    format!(
                        "Make it readable for user {user}: `chown {user} {}`. It may hold passwords: nobody else.",
                        file.display()
                    )
                }
                ErrorKind::InvalidData => "It is not text in UTF-8.".to_owned(),
                _ => "Name another with --config FILE.".to_owned(),
            },
        })?;
        Self::parse(file, &text, &|name| std::env::var(name).ok(), environment())
    }

    /// The files that hold passwords in the clear: those that are named for it, and the configuration where one stands in it.
    #[must_use]
    pub fn secret_files(&self) -> Vec<PathBuf> {
        let Ok(text) = std::fs::read_to_string(&self.file) else { return Vec::new() };
        read::secret_files(&self.file, &text)
    }

    /// The mailbox called `name`.
    #[must_use]
    pub fn mailbox(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == name)
    }

    /// Whether a folded address is one of the mailboxes' own, with or without a plus part.
    #[must_use]
    pub fn is_own(&self, address: &str) -> bool {
        let Some((local, domain)) = address.split_once('@') else { return false };
        let bare = local.split('+').next().unwrap_or(local);
        let is = |mailbox: &Mailbox, local: &str| mailbox.address.split_once('@') == Some((local, domain));
        self.mailboxes.iter().any(|mailbox| is(mailbox, local) || is(mailbox, bare))
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

#[cfg(test)]
mod tests;
