//! The real program between a real Postfix and a real Dovecot: commands set it up, `postroom serve` works, people read
//! and write over IMAP and SMTP.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use futures_util::TryStreamExt;
use postroom::config::{Outgoing, Tls};
use postroom::courier::{SendOutcome, Transport};
use postroom::demo::client::{Client, Program, Reply, Written};
use postroom::desk::people::Language;
use postroom::mail::{Letter, Limits, understand};
use postroom::store::Store;
use postroom::time::{Clock, Rng};
use serde_json::Value;

use super::databases::Database;
use super::servers::{client, imap, server};
use super::setting;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desk that is served by the real program.
pub(crate) struct Real {
    /// Where customers write to.
    pub(crate) support: String,
    /// Staff.
    pub(crate) anna: Client,
    /// Staff.
    pub(crate) ben: Client,
    /// A contact of ACME.
    pub(crate) carla: Client,
    /// Nobody the desk knows.
    pub(crate) stranger: Client,
    folder: tempfile::TempDir,
    serving: Option<Child>,
    transport: Transport,
    _database: Database,
}

impl Real {
    /// Set up on `database`, and not serving yet. `None` where there are no servers.
    pub(crate) async fn set_up(database: Database, plus_addressing: bool) -> Option<Self> {
        Self::set_up_behind("POSTROOM_TEST_SMTP", database, plus_addressing).await
    }

    /// The same, with the way in and out through the server that `variable` names.
    pub(crate) async fn set_up_behind(variable: &str, database: Database, plus_addressing: bool) -> Option<Self> {
        let (imap, smtp) = (setting("POSTROOM_TEST_IMAP")?, server(variable, Tls::None)?);
        let tag = Rng::System.fresh_name();
        let person = |name: &str, domain: &str, program, language| {
            let local = name.split(' ').next().unwrap().to_lowercase();
            Client::new(name, &format!("{local}-{tag}@{domain}"), program, language)
        };
        let real = Self {
            support: format!("support-{tag}@desk.example"),
            anna: person("Anna Berger", "staff.example", Program::Thunderbird, Language::German),
            ben: person("Ben Okafor", "staff.example", Program::OutlookDesktop, Language::English),
            carla: person("Carla Kunze", "acme.example", Program::AppleMail, Language::German),
            stranger: person("Sam Stranger", "elsewhere.example", Program::Mutt, Language::English),
            folder: tempfile::tempdir().unwrap(),
            serving: None,
            transport: Transport::new(&Outgoing::Smtp(smtp.clone())),
            _database: database,
        };
        let (imap_host, imap_port) = imap.rsplit_once(':').unwrap();
        let config = format!(
            "[desk]\nname = \"Example Desk\"\nlanguage = \"en\"\n\n[database]\nurl = \"{url}\"\n\n\
             [[mailbox]]\nname = \"support\"\naddress = \"{support}\"\nplus_addressing = {plus_addressing}\nreception = \"DESK\"\npoll = \"200ms\"\n\n\
             [mailbox.imap]\nhost = \"{imap_host}\"\nport = {imap_port}\ntls = \"none\"\nuser = \"{support}\"\npassword = \"geheim\"\n\n\
             [outgoing.smtp]\nhost = \"{}\"\nport = {}\ntls = \"none\"\n",
            smtp.host,
            smtp.port,
            url = real._database.url,
            support = real.support,
        );
        std::fs::write(real.config(), config).unwrap();
        std::fs::set_permissions(real.config(), std::fs::Permissions::from_mode(0o600)).unwrap();
        Store::open(&real._database.url).await.unwrap().close().await;
        let (anna, ben) = (real.anna.address.clone(), real.ben.address.clone());
        real.command(&["person", "add", "--staff", &format!("Anna Berger <{anna}>"), "--language", "de"]);
        real.command(&["person", "add", "--staff", &format!("Ben Okafor <{ben}>"), "--language", "en"]);
        real.command(&["organization", "add", "acme", "ACME GmbH", "--domain", "acme.example"]);
        real.command(&["project", "add", "DESK", "Reception", "--kind", "reception", "--staff", &anna, "--staff", &ben]);
        real.command(&["project", "add", "ACME", "ACME", "--organization", "acme", "--staff", &anna, "--staff", &ben]);
        real.command(&["person", "add", &format!("Carla Kunze <{}>", real.carla.address), "--language", "de"]);
        real.command(&["member", "add", "acme", &real.carla.address]);
        Some(real)
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("postroom.toml")
    }

    /// What a command prints as JSON.
    pub(crate) fn command(&self, arguments: &[&str]) -> Value {
        let (fine, value) = self.told(arguments);
        assert!(fine, "{arguments:?}: {value:#}");
        value
    }

    /// Whether a command is content, and what it prints as JSON.
    pub(crate) fn told(&self, arguments: &[&str]) -> (bool, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        let output = command.arg("--config").arg(self.config()).arg("--json").args(arguments).output().unwrap();
        let words = || String::from_utf8_lossy(&output.stderr);
        let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", words()));
        (output.status.success(), value)
    }

    /// Adds lines to the configuration; the program reads them when it starts.
    pub(crate) fn append(&self, lines: &str) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        std::fs::write(self.config(), format!("{text}\n{lines}")).unwrap();
    }

    /// Serves from now on; dies at `crash_at` where one is given.
    pub(crate) fn serve(&mut self, crash_at: Option<&str>) {
        assert!(self.serving.is_none(), "it is serving already");
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
        command.arg("--config").arg(self.config()).arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(point) = crash_at {
            command.env("POSTROOM_CRASH_AT", point);
        }
        self.serving = Some(command.spawn().unwrap());
    }

    /// Waits until the program has died by itself.
    pub(crate) async fn died(&mut self) {
        let mut child = self.serving.take().expect("it is not serving");
        let begun = Clock::System.now();
        while child.try_wait().unwrap().is_none() {
            assert!(Clock::System.now().since(begun) < PATIENCE, "it did not die");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks the program to stop, and says how it ended.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let mut child = self.serving.take().expect("it is not serving");
        let killed = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
        assert!(killed.success());
        child.wait().unwrap()
    }

    /// Hands a mail to Postfix.
    pub(crate) async fn send(&mut self, from: &str, to: &str, raw: &[u8]) {
        let outcome = self.transport.send(Some(from), to, "unused@test", raw).await;
        assert!(matches!(outcome, SendOutcome::Accepted(_)), "{outcome:?}");
    }

    /// `client` writes a new mail to the desk.
    pub(crate) async fn writes(&mut self, client: &Client, subject: &str, text: &str) {
        let written = Written {
            to: vec![self.support.clone()],
            cc: vec![],
            subject: subject.to_owned(),
            text: text.to_owned(),
            files: vec![],
            at: Clock::System.now(),
            message_id: format!("{}@outside.example", Rng::System.fresh_name()),
        };
        let (raw, to) = (client.new_mail(&written), self.support.clone());
        self.send(&client.address, &to, &raw).await;
    }

    /// `client` answers a mail in their mailbox, with a change before it is sent.
    pub(crate) async fn answers(
        &mut self,
        client: &Client,
        parent: &Mail,
        text: &str,
        change: impl FnOnce(Reply<'_>) -> Reply<'_>,
    ) {
        let reply = change(client.answer(&parent.raw, text));
        let recipients = reply.recipients();
        let raw = reply.write(Clock::System.now(), &format!("{}@outside.example", Rng::System.fresh_name()));
        for to in recipients {
            self.send(&client.address, &to, &raw).await;
        }
    }

    /// What lies in somebody's mailbox, oldest first.
    pub(crate) async fn mailbox(&self, client_of: &Client) -> Vec<Mail> {
        let imap = imap(&client_of.address, &["INBOX"]).unwrap();
        let mut session = client(&imap, "INBOX").await;
        let fetched: Vec<_> = match session.uid_fetch("1:*", "(UID BODY.PEEK[])").await {
            Ok(stream) => stream.try_collect().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let _ = session.logout().await;
        let mut mails: Vec<(u32, Vec<u8>)> =
            fetched.iter().filter_map(|fetch| Some((fetch.uid?, fetch.body()?.to_vec()))).collect();
        mails.sort_by_key(|(uid, _)| *uid);
        mails.into_iter().map(|(_, raw)| Mail { letter: understand(&raw, &Limits::default()).unwrap(), raw }).collect()
    }

    /// Waits for the mail in somebody's mailbox whose subject and text contain these words.
    pub(crate) async fn gets(&self, who: &Client, subject: &str, words: &str) -> Mail {
        let begun = Clock::System.now();
        loop {
            let mails = self.mailbox(who).await;
            let is_it = |mail: &Mail| mail.letter.subject.contains(subject) && mail.letter.body.text.contains(words);
            if let Some(mail) = mails.into_iter().rev().find(is_it) {
                return mail;
            }
            assert!(Clock::System.now().since(begun) < PATIENCE, "{} got no `{subject}` with `{words}`", who.address);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until something holds of what a command prints.
    pub(crate) async fn until(&self, arguments: &[&str], holds: impl Fn(&Value) -> bool) -> Value {
        let begun = Clock::System.now();
        loop {
            let value = self.command(arguments);
            if holds(&value) {
                return value;
            }
            assert!(Clock::System.now().since(begun) < PATIENCE, "{arguments:?} stayed at {value:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until so many mails have a disposition and nothing is on its way.
    pub(crate) async fn at_rest(&self, mails: usize) {
        let decided = |value: &Value| {
            let rows = value.as_array().unwrap();
            rows.len() >= mails && rows.iter().all(|row| !row["disposition"].is_null())
        };
        self.until(&["inbox"], decided).await;
        let left = |value: &Value| {
            value.as_array().unwrap().iter().all(|row| !matches!(row["state"].as_str(), Some("queued" | "deferred")))
        };
        self.until(&["outbox", "list"], left).await;
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let _ = child.kill();
            let _ = child.wait();
            assert!(std::thread::panicking(), "the program has to be stopped: real.stop()");
        }
    }
}

/// A mail in somebody's mailbox.
pub(crate) struct Mail {
    /// Its bytes.
    pub(crate) raw: Vec<u8>,
    /// The same, understood.
    pub(crate) letter: Letter,
}
