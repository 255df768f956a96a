//! The checks that make a [`Config`] of the file.

mod face;

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::{Evidence, File, RawDatabase, RawImap, RawMailbox, RawSmtp, RawStaff, RawTrust, RawWeb};
use super::limits::Amount;
use super::{
    ATTACHMENT_BYTES, Config, ConfigError, Database, DisplayName, Fingerprint, FirstLook, Imap, Login, Mailbox, Outgoing,
    PerDomain, Profile, Receiver, Secret, SecretOrigin, Server, Source, Staff, Tls, Trust, Web, dkim, letters, limits,
};
use crate::desk::age::OLD_AFTER;
use crate::desk::people::fold_address;
use crate::time::is_time_zone;

/// How many mails leave at the same time: every submission service allows three connections.
const CONNECTIONS: usize = 3;
/// More than so many are turned away by most servers.
const MOST_CONNECTIONS: usize = 50;
/// What a mail may carry: less is no attachment, and more takes no server.
const ATTACHED: RangeInclusive<usize> = (1 << 20)..=(50 << 20);
/// An answer waits no longer than this to be undone.
const LONGEST_WINDOW: Duration = Duration::from_hours(24);

impl Config {
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

/// Which files hold passwords, by the text of the configuration `file`.
pub(super) fn secret_files(file: &Path, text: &str) -> Vec<PathBuf> {
    fn walk(value: &toml::Value, found: &mut Vec<PathBuf>, inside: &mut bool) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    match (key.as_str(), value.as_str()) {
                        ("password_file", Some(path)) => found.push(PathBuf::from(path)),
                        ("password", Some(_)) => *inside = true,
                        ("url", Some(url)) => *inside |= has_password(url),
                        _ => walk(value, found, inside),
                    }
                }
            }
            toml::Value::Array(values) => values.iter().for_each(|value| walk(value, found, inside)),
            _ => {}
        }
    }
    let Ok(table) = toml::from_str::<toml::Table>(text) else { return Vec::new() };
    let (mut found, mut inside) = (Vec::new(), false);
    walk(&toml::Value::Table(table), &mut found, &mut inside);
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut files: Vec<PathBuf> = found.into_iter().map(|path| folder.join(path)).collect();
    files.extend(inside.then(|| file.to_owned()));
    files.sort();
    files.dedup();
    files
}

/// Whether an address holds a password.
fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or(rest));
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || url.contains("password=")
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
    fingerprint: Option<String>,
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
            (Some(smtp), None) => Outgoing::Smtp(self.smtp("outgoing.smtp", smtp)?),
            (None, Some(maildir)) => Outgoing::Maildir(self.beside(maildir.path)),
            _ => {
                return Err(self.fault(
                    "outgoing",
                    "needs exactly one of [outgoing.smtp] and [outgoing.maildir]",
                    "Use [outgoing.smtp] for a real desk.",
                ));
            }
        };
        let fallbacks = self.fallbacks(&outgoing, raw.outgoing.fallback)?;
        let connections = raw.outgoing.connections.unwrap_or(CONNECTIONS);
        if !(1..=MOST_CONNECTIONS).contains(&connections) {
            return Err(self.fault(
                "outgoing.connections",
                format!("is {connections}; there must be at least 1 and at most {MOST_CONNECTIONS}"),
                "Leave it out for 3, or ask whoever runs the outgoing server how many it allows.",
            ));
        }
        let per_domain = self.per_domain(raw.outgoing.connections_per_domain, raw.outgoing.mails_per_minute_per_domain)?;
        let most = usize::try_from(ATTACHMENT_BYTES).unwrap_or(usize::MAX);
        let attachment_bytes = limits::within("outgoing.attachment_bytes", raw.outgoing.attachment_bytes, most, ATTACHED)
            .map_err(|(key, problem)| self.fault(key, problem, "Two thirds of what the outgoing server takes are right."))?;
        let display_name = match raw.outgoing.display_name {
            None => DisplayName::default(),
            Some(text) => DisplayName::read(&text).map_err(|problem| {
                let remedy = "Write it like \"{staff} ({desk})\": {staff} is the name of who answers, {desk} the desk's.";
                self.fault("outgoing.display_name", problem, remedy)
            })?,
        };
        let answer_within = raw.acknowledgement.answer_within.map(letters::span).transpose().map_err(|problem| {
            let remedy = "Write what follows \"within\", like \"one working day\", or leave it out.";
            self.fault("acknowledgement.answer_within", problem, remedy)
        })?;
        let addresses: Vec<&str> = mailboxes.iter().map(|mailbox| mailbox.address.as_str()).collect();
        let dkim = dkim::check(raw.outgoing.dkim, &addresses, |path| self.beside(path))
            .map_err(|wrong| self.fault(format!("outgoing.{}", wrong.key), wrong.problem, wrong.remedy))?;
        let web = raw.web.map(|web| self.web(web)).transpose()?;
        let face = self.face(raw.face)?;
        let trust = self.trust(raw.trust, &mailboxes)?;
        let staff = self.staff(&raw.staff)?;
        let old_after = raw.first_look.old_after.map_or(OLD_AFTER, |span| span.0);
        let first_look = FirstLook { old_after };
        let limits = limits::check(&raw.limits)
            .map_err(|(key, problem)| self.fault(format!("limits.{key}"), problem, "The README lists what each limit may be."))?;
        Ok(Config {
            web,
            face,
            file: self.file.to_owned(),
            desk: raw.desk,
            database,
            trust,
            staff,
            first_look,
            mailboxes,
            outgoing,
            attachment_bytes: i64::try_from(attachment_bytes).unwrap_or(i64::MAX),
            fallbacks,
            connections,
            per_domain,
            quote: raw.outgoing.quote,
            display_name,
            answer_within,
            dkim,
            limits,
        })
    }

    fn staff(&self, raw: &RawStaff) -> Result<Staff, ConfigError> {
        let RawStaff { collision_guard, undo_window } = raw;
        let undo_window = undo_window.as_ref().map(|span| span.0).filter(|span| !span.is_zero());
        if undo_window.is_some_and(|window| window > LONGEST_WINDOW) {
            return Err(self.fault(
                "staff.undo_window",
                "is longer than a day: customers would wait for answers that are written",
                "Use something like \"60s\", or leave it out.",
            ));
        }
        Ok(Staff { collision_guard: collision_guard.unwrap_or(true), undo_window })
    }

    fn trust(&self, raw: RawTrust, mailboxes: &[Mailbox]) -> Result<Trust, ConfigError> {
        let RawTrust { profile, evidence, authserv_id, own_hops } = raw;
        let enabled = |kind| evidence.contains(&kind);
        let receiver = match (enabled(Evidence::AuthenticationResults), authserv_id) {
            (true, Some(id))
                if !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=*".contains(c)) =>
            {
                Some(Receiver { authserv_id: id, own_hops: own_hops.unwrap_or(1) })
            }
            (true, Some(id)) => {
                return Err(self.fault(
                    "trust.authserv_id",
                    format!("`{id}` is not the name of one server"),
                    "Write the first word of the Authentication-Results field that your receiving server adds, like \"mx.desk.example\"; `postroom check --trust` shows it.",
                ));
            }
            (true, None) => {
                return Err(self.fault(
                    "trust.authserv_id",
                    "is missing: without it anybody's Authentication-Results would be believed",
                    "Name your receiving server, like \"mx.desk.example\"; `postroom check --trust` shows it and says whether it can be believed.",
                ));
            }
            (false, Some(_)) => {
                return Err(self.fault(
                    "trust.authserv_id",
                    "is set, but Authentication-Results are not among the evidence",
                    "Add \"authentication_results\" to `trust.evidence` after `postroom check --trust`, or leave `authserv_id` out.",
                ));
            }
            (false, None) => None,
        };
        if receiver.is_none() && own_hops.is_some() {
            return Err(self.fault("trust.own_hops", "means nothing without `authserv_id`", "Leave it out."));
        }
        if receiver.as_ref().is_some_and(|receiver| receiver.own_hops > 10) {
            return Err(self.fault(
                "trust.own_hops",
                "is more than 10: fields that the sender wrote would be taken for your server's",
                "Count the Received fields above your server's Authentication-Results; `postroom check --trust` does.",
            ));
        }
        let dkim = enabled(Evidence::Dkim);
        if profile == Profile::Strict && receiver.is_none() && !dkim && !mailboxes.iter().any(|mailbox| mailbox.staff_only) {
            return Err(self.fault(
                "trust.profile",
                "is \"strict\", but no evidence is enabled beside the reply token: every answer of the staff would be held",
                "Enable a kind of evidence in `trust.evidence` (see `postroom check --trust`), or use \"standard\".",
            ));
        }
        Ok(Trust { profile, receiver, dkim })
    }

    fn web(&self, raw: RawWeb) -> Result<Web, ConfigError> {
        let base_url = raw.base_url.trim_end_matches('/').to_owned();
        let host = base_url.split_once("://").map_or("", |(_, rest)| rest);
        let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
        let plain = base_url.starts_with("http://") && (is_loopback(host) || is_loopback(name));
        if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) || !(plain || base_url.starts_with("https://")) {
            return Err(self.fault(
                "web.base_url",
                format!("`{}` is not an address that guests can safely use", raw.base_url),
                "Write it like \"https://help.desk.example\", without a path; http is only for this machine.",
            ));
        }
        let wrong = |(key, reason): (&'static str, String)| self.fault(key, reason, "Leave it out for the default.");
        let connections = limits::within("web.connections", raw.connections, 512, 16..=65_536).map_err(wrong)?;
        let connections_per_client =
            limits::within("web.connections_per_client", raw.connections_per_client, 64, 4..=65_536).map_err(wrong)?;
        Ok(Web { listen: raw.listen, base_url, trusted_proxies: raw.trusted_proxies, connections, connections_per_client })
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
        let address = fold_address(&raw.address);
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
        let trusted_forwarders: Vec<String> = raw.trusted_forwarders.iter().map(|address| fold_address(address)).collect();
        // A whole domain or everybody would let any sender write in anybody's name.
        let whole = |address: &String| {
            let parts = address.split_once('@');
            parts.is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !address.contains(['*', ' ', ',', '<'])
            })
        };
        if let Some(bad) = trusted_forwarders.iter().find(|address| !whole(address)) {
            return Err(self.fault(
                format!("{key}.trusted_forwarders"),
                format!("`{bad}` is not one address"),
                "List whole addresses, like \"forms@www.example\".",
            ));
        }
        if raw.staff_only && !trusted_forwarders.is_empty() {
            return Err(self.fault(
                format!("{key}.trusted_forwarders"),
                "stands beside `staff_only`: what a form forwards is written by strangers",
                "Use another mailbox for the form.",
            ));
        }
        Ok(Mailbox {
            name: raw.name,
            address,
            plus_addressing: raw.plus_addressing,
            reception: raw.reception,
            source,
            poll: raw.poll.0,
            staff_only: raw.staff_only,
            trusted_forwarders,
        })
    }

    fn imap(&self, key: &str, raw: RawImap) -> Result<Source, ConfigError> {
        let RawImap { host, port, tls, user, password, password_file, password_env, ca_file, fingerprint, folders } = raw;
        if user.is_none() {
            return Err(self.fault(format!("{key}.user"), "is missing", "IMAP needs a user name and a password."));
        }
        let port = port.unwrap_or(if tls == Tls::Implicit { 993 } else { 143 });
        if let Some(bad) = folders.iter().find(|name| name.is_empty() || name.chars().any(char::is_control)) {
            return Err(self.fault(
                format!("{key}.folders"),
                format!("{bad:?} cannot be a folder"),
                "Write their names as your mail program shows them, like \"INBOX\" or \"Kunden/Süd\".",
            ));
        }
        let server =
            self.server(key, RawServer { host, port, tls, user, password, password_file, password_env, ca_file, fingerprint })?;
        Ok(Source::Imap(Imap { server, folders }))
    }

    fn fallbacks(&self, outgoing: &Outgoing, raw: Vec<RawSmtp>) -> Result<Vec<Server>, ConfigError> {
        let mut known = match outgoing {
            Outgoing::Smtp(first) => vec![first.clone()],
            Outgoing::Maildir(_) if raw.is_empty() => return Ok(Vec::new()),
            Outgoing::Maildir(_) => {
                return Err(self.fault(
                    "outgoing.fallback",
                    "stands beside [outgoing.maildir], which needs no server",
                    "Name the first server in [outgoing.smtp], or leave [[outgoing.fallback]] out.",
                ));
            }
        };
        for (place, raw) in raw.into_iter().enumerate() {
            let key = format!("outgoing.fallback[{place}]");
            let server = self.smtp(&key, raw)?;
            if known.iter().any(|other| (&other.host, other.port) == (&server.host, server.port)) {
                let problem = format!("{}:{} stands twice", server.host, server.port);
                return Err(self.fault(key, problem, "Each server is tried once: name another one, or leave it out."));
            }
            known.push(server);
        }
        Ok(known.split_off(1))
    }

    fn per_domain(&self, connections: Option<Amount>, mails: Option<Amount>) -> Result<PerDomain, ConfigError> {
        let given = |key, amount: Option<Amount>, most| {
            let checked = amount.map(|amount| limits::within(key, Some(amount), 1, 1..=most)).transpose();
            checked.map_err(|(key, _)| {
                self.fault(key, format!("must be from 1 to {most}"), "Leave it out where other servers have not complained.")
            })
        };
        let connections = given("outgoing.connections_per_domain", connections, MOST_CONNECTIONS)?;
        let mails = given("outgoing.mails_per_minute_per_domain", mails, 100_000)?;
        Ok(PerDomain { connections, mails_per_minute: mails.and_then(|mails| u32::try_from(mails).ok()) })
    }

    fn smtp(&self, key: &str, raw: RawSmtp) -> Result<Server, ConfigError> {
        let RawSmtp { host, port, tls, user, password, password_file, password_env, ca_file, fingerprint } = raw;
        let port = port.unwrap_or(if tls == Tls::Implicit { 465 } else { 587 });
        let server = RawServer { host, port, tls, user, password, password_file, password_env, ca_file, fingerprint };
        self.server(key, server)
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
                Some(Login { user, password })
            }
            _ => {
                return Err(self.fault(
                    format!("{key}.password"),
                    "a login needs `user` and exactly one of `password`, `password_file` and `password_env`",
                    "Give the password in one of the three ways, or leave out `user` where the server wants no login.",
                ));
            }
        };
        let ca_file = raw.ca_file.map(|path| self.certificates(key, path)).transpose()?;
        let fingerprint = raw.fingerprint.map(|text| self.fingerprint(key, &text)).transpose()?;
        Ok(Server { host: raw.host, port: raw.port, tls: raw.tls, login, ca_file, fingerprint })
    }

    /// A file of certificates that is there and looks like one.
    fn certificates(&self, key: &str, path: PathBuf) -> Result<PathBuf, ConfigError> {
        let path = self.beside(path);
        let problem = match std::fs::read(&path) {
            Ok(text) if String::from_utf8_lossy(&text).contains("-----BEGIN CERTIFICATE-----") => return Ok(path),
            Ok(_) => format!("{} holds no certificate", path.display()),
            Err(error) => format!("{}: {error}", path.display()),
        };
        let remedy = "The file holds certificates in PEM form: of authorities to trust, or the server's own.";
        Err(self.fault(format!("{key}.ca_file"), problem, remedy))
    }

    fn fingerprint(&self, key: &str, text: &str) -> Result<Fingerprint, ConfigError> {
        text.parse().map_err(|()| {
            let problem = format!("`{text}` is no SHA-256 of a certificate");
            let remedy = "Write it like \"sha256:\" and 64 hexadecimal digits; `openssl x509 -noout -fingerprint -sha256 -in FILE` says it.";
            self.fault(format!("{key}.fingerprint"), problem, remedy)
        })
    }

    fn password(
        &self,
        key: &str,
        text: Option<String>,
        file: Option<PathBuf>,
        variable: Option<String>,
    ) -> Result<Secret, ConfigError> {
        let secret = |text, key, file| Secret { text, origin: Some(SecretOrigin { key, file }) };
        if let Some(file) = file {
            let path = self.beside(file);
            let read = std::fs::read_to_string(&path).map_err(|error| {
                let problem = format!("{}: {error}", path.display());
                let remedy = match error.kind() {
                    std::io::ErrorKind::PermissionDenied => format!("Make it readable for user {0}: `chown {0}`.", super::user()),
                    _ => "The file holds the password and nothing else.".to_owned(),
                };
                self.fault(format!("{key}.password_file"), problem, remedy)
            })?;
            return Ok(secret(read.trim_end_matches(['\r', '\n']).to_owned(), "password_file", Some(path)));
        }
        if let Some(name) = variable {
            let text = (self.variable)(&name).ok_or_else(|| {
                let problem = format!("the environment variable {name} is not set");
                self.fault(format!("{key}.password_env"), problem, "Set it, or use `password_file`.")
            })?;
            return Ok(secret(text, "password_env", None));
        }
        Ok(secret(text.unwrap_or_default(), "password", Some(self.file.to_owned())))
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
