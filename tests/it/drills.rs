//! Fault drills with the real program: a disk that is full, files that are no desk, a server that is away.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postroom::mailbox::maildir;
use postroom::store::Store;
use postroom::time::{Clock, Rng};
use serde_json::Value;

use crate::world::databases::Database;
use crate::world::gate::Gate;
use crate::world::setting;

/// How long anything may take on a busy machine, where no number is promised.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desk in a folder of its own, served by the real program.
struct Drill {
    folder: tempfile::TempDir,
    port: u16,
    serving: Option<Child>,
    log: Arc<Mutex<String>>,
}

impl Drill {
    /// A desk on the database at `url`; nobody serves it yet.
    fn on(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let drill = Self { folder, port, serving: None, log: Arc::default() };
        let staff = "Anna Berger <anna@staff.example>";
        let init = ["init", "--name", "Desk", "--address", "support@desk.example", "--staff", staff, "--database", url];
        let made = drill.run(&init);
        assert!(made.status.success(), "{made:?}");
        let text = std::fs::read_to_string(drill.config()).unwrap().replace("poll = \"10s\"", "poll = \"200ms\"");
        assert!(text.contains("200ms"), "{text}");
        let web = format!("\n[web]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"http://127.0.0.1:{port}\"\n");
        std::fs::write(drill.config(), text + web.as_str()).unwrap();
        drill
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("postroom.toml")
    }

    fn program(&self) -> Command {
        program(&self.config())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// What a command prints as JSON, whether it is content or not.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {output:?}"))
    }

    fn serve(&mut self, mut command: Command) {
        let mut child = command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (log, stderr) = (Arc::clone(&self.log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                log.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        self.serving = Some(child);
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    async fn until_logged(&self, words: &str) {
        self.until(PATIENCE, words, |drill| drill.log().contains(words)).await;
    }

    /// Waits until something is so, and says how long it took.
    async fn until(&self, patience: Duration, what: &str, mut is: impl FnMut(&Self) -> bool) -> Duration {
        let begun = Clock::System.now();
        while !is(self) {
            let took = Clock::System.now().since(begun);
            assert!(took < patience, "{what}: not after {took:?}; the log says\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Clock::System.now().since(begun)
    }

    /// A customer's mail with a file that does not shrink arrives in the Maildir.
    fn arrives(&self, subject: &str, bytes: usize) {
        maildir::deliver(&self.folder.path().join("mail/in"), &mail(subject, bytes), subject).unwrap();
    }

    fn waiting(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("mail/in/new")).map_or(0, Iterator::count)
    }

    /// Hands a mail to `postroom deliver`.
    fn delivers(&self, mut program: Command, subject: &str) -> Output {
        let deliver = program.args(["deliver", "--mailbox", "support"]);
        let mut child = deliver.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&mail(subject, 600_000)).unwrap();
        child.wait_with_output().unwrap()
    }

    fn tickets(&self) -> Vec<String> {
        let tickets = self.json(&["ticket", "list"]);
        let mut titles: Vec<String> =
            tickets.as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    }

    /// What the pages answer.
    fn http(&self, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let more = format!("{head}\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n{body}", self.port);
        stream.write_all(more.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn asks_to_sign_in(&self, language: &str) -> String {
        let body = "address=anna%40staff.example";
        self.http(&format!(
            "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n\
             Accept-Language: {language}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    fn stop(&mut self) -> ExitStatus {
        let mut child = self.serving.take().unwrap();
        assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
        child.wait().unwrap()
    }
}

impl Drop for Drill {
    fn drop(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn program(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.arg("--config").arg(config).env_remove("POSTROOM_LOG");
    command
}

fn mail(subject: &str, bytes: usize) -> Vec<u8> {
    let rng = Rng::System;
    let noise: String =
        std::iter::repeat_with(|| format!("{}{}\r\n", rng.fresh_name(), rng.fresh_name())).take(bytes / 54).collect();
    format!(
        "From: {subject}@elsewhere.example\r\nTo: support@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n--b\r\n\
         Content-Type: application/x-noise\r\nContent-Disposition: attachment; filename=noise\r\n\r\n{noise}--b--\r\n"
    )
    .into_bytes()
}

/// Fills a disk to the last byte.
fn ballast(file: &Path) {
    let mut file = std::fs::File::create(file).unwrap();
    for size in [1 << 20, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_waited_for_and_nothing_is_lost() {
    let Some(disk) = setting("POSTROOM_TEST_DISK") else { return };
    if disk == "not-allowed" {
        // Said by tests/servers; the drill with a limit for the size of files runs everywhere.
        return;
    }
    let (disk, log) = (PathBuf::from(disk), "the disk is full: cannot write");
    let mut drill = Drill::on(&format!("sqlite:{}", disk.join("desk.db").display()));
    drill.serve(drill.program());
    drill.until_logged("the mailbox can be read").await;
    drill.until_logged(&format!("on 127.0.0.1:{}", drill.port)).await;
    assert!(!drill.log().contains("at work"), "{}", drill.log());
    drill.arrives("before", 300_000);
    drill.until(PATIENCE, "a ticket", |drill| drill.tickets() == ["before"]).await;

    ballast(&disk.join("ballast"));
    for subject in ["one", "two", "three"] {
        drill.arrives(subject, 600_000);
    }
    drill.until_logged(log).await;
    let told = drill.json(&["mailbox", "list"]);
    assert!(told[0]["state"] == "waiting" && told[0]["words"].as_str().unwrap().contains("the disk is full"), "{told:#}");
    let table = String::from_utf8(drill.run(&["mailbox", "list"]).stdout).unwrap();
    assert!(table.contains("mail stays on the server until there is space"), "whole in a pipe: {table}");
    let checked = drill.json(&["check"]);
    let named = |check: &str| checked["faults"].as_array().unwrap().iter().any(|found| found["check"] == check);
    assert!(checked["ok"] == false && named("write") && named("space"), "{checked:#}");
    let delivered = drill.delivers(drill.program(), "piped");
    assert_eq!(delivered.status.code(), Some(75), "{delivered:?}");
    assert!(String::from_utf8_lossy(&delivered.stderr).contains("the disk is full: cannot write"), "{delivered:?}");
    let page = drill.http("GET /sign-in HTTP/1.1\r\n\r\n");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    for (language, words) in [("en", "Not at the moment"), ("de", "Im Moment nicht")] {
        let page = drill.asks_to_sign_in(language).to_lowercase();
        assert!(
            page.starts_with("http/1.1 503") && page.contains("retry-after: 30") && page.contains(&words.to_lowercase()),
            "{page}"
        );
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((drill.waiting(), drill.log().matches(log).count()), (3, 1), "untouched, and said once: {}", drill.log());
    assert!(!drill.log().contains("transaction depth") && !drill.log().contains("incident"), "{}", drill.log());

    std::fs::remove_file(disk.join("ballast")).unwrap();
    let all = ["before", "one", "three", "two"];
    let took = drill.until(Duration::from_secs(10), "all again", |drill| drill.tickets() == all).await;
    writeln!(std::io::stderr(), "after a full disk: all decided {took:?} after there was space").unwrap();
    assert!(drill.log().contains("can be written again"), "{}", drill.log());
    assert_eq!(drill.delivers(drill.program(), "piped").status.code(), Some(0));
    drill.until(PATIENCE, "the piped one", |drill| drill.tickets().len() == 5).await;
    assert_eq!((drill.json(&["inbox"]).as_array().unwrap().len(), drill.waiting()), (5, 0));
    assert!(drill.asks_to_sign_in("en").starts_with("HTTP/1.1 303"));
    assert!(drill.stop().success());
    for file in ["desk.db", "desk.db.lock"] {
        std::fs::remove_file(disk.join(file)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_for_the_size_of_files_kills_nothing_and_is_waited_for() {
    let mut drill = Drill::on("sqlite:desk.db");
    drill.serve(drill.program());
    drill.until_logged("the mailbox can be read").await;
    let limit = |drill: &Drill, soft: &str| {
        let (id, size) = (drill.serving.as_ref().unwrap().id().to_string(), format!("--fsize={soft}:unlimited"));
        assert!(Command::new("prlimit").args(["--pid", &id, &size]).status().unwrap().success());
    };
    limit(&drill, "4096");
    drill.arrives("one", 300_000);
    drill.until_logged("its disk or a quota refuses").await;
    let mut deliver = Command::new("sh");
    let script = "ulimit -f 8; exec \"$0\" --config \"$@\"";
    deliver.args(["-c", script, env!("CARGO_BIN_EXE_postroom")]).arg(drill.config());
    let delivered = drill.delivers(deliver, "piped");
    assert_eq!(delivered.status.code(), Some(75), "{delivered:?}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(drill.waiting() == 1 && drill.tickets().is_empty(), "{}", drill.log());
    limit(&drill, "unlimited");
    let took = drill.until(Duration::from_secs(10), "again", |drill| drill.tickets() == ["one"]).await;
    writeln!(std::io::stderr(), "after a limit: decided {took:?} after it was gone").unwrap();
    assert!(drill.stop().success());
    let checked = drill.json(&["check"]);
    let names: Vec<&str> = checked["faults"].as_array().unwrap().iter().map(|found| found["check"].as_str().unwrap()).collect();
    assert_eq!(names, ["serving"], "{checked:#}");
}

/// Kilobytes of memory that a process holds.
fn held_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_large_mail_took_is_given_back() {
    let mut drill = Drill::on("sqlite:desk.db");
    drill.serve(drill.program());
    let desk = drill.serving.as_ref().unwrap().id();
    drill.arrives("small", 1000);
    drill.until(PATIENCE, "the small one", |drill| drill.tickets() == ["small"]).await;
    let before = held_memory(desk);
    let (size, mut most) = (20 << 20, before);
    drill.arrives("large", size);
    drill
        .until(PATIENCE, "the large one", |drill| {
            most = most.max(held_memory(desk));
            drill.tickets() == ["large", "small"]
        })
        .await;
    // It was there, and went again but for what the next mails use in any case.
    let size = u64::try_from(size >> 10).unwrap();
    assert!(most > before + size, "{before} -> {most} kB");
    drill.until(PATIENCE, "given back", |_| held_memory(desk) < before + size).await;
    writeln!(std::io::stderr(), "a mail of 20 MiB: {before} kB before, {most} meanwhile, {} after", held_memory(desk)).unwrap();
    assert!(drill.stop().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_desk_is_said_at_once() {
    let drill = Drill::on("sqlite:desk.db");
    let folder = drill.folder.path().to_owned();
    let good = std::fs::read_to_string(drill.config()).unwrap();
    std::fs::write(folder.join("letter.db"), "Dear Sir or Madam, ".repeat(500)).unwrap();
    std::fs::write(folder.join("empty.db"), "").unwrap();
    std::fs::create_dir(folder.join("folder.db")).unwrap();
    for name in ["newer", "locked", "closed", "readonly"] {
        std::fs::copy(folder.join("desk.db"), folder.join(format!("{name}.db"))).unwrap();
    }
    let newer = Database::at(&format!("sqlite:{}", folder.join("newer.db").display()));
    newer
        .execute("INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (99999, 'x', '2030-01-01', TRUE, x'00', 0)")
        .await;
    // Somebody who owns nothing here, where this user may do everything.
    let chmod = |mode: &str, name: &str| {
        assert!(Command::new("chmod").args([mode, name]).current_dir(&folder).status().unwrap().success())
    };
    chmod("755", ".");
    chmod("644", "postroom.toml");
    chmod("000", "closed.db");
    chmod("444", "readonly.db");
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let binary = folder.join("postroom");
    std::fs::copy(env!("CARGO_BIN_EXE_postroom"), &binary).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&binary);
        if is_root {
            std::os::unix::process::CommandExt::uid(&mut command, 65_534);
        }
        let begun = Clock::System.now();
        let output = command.current_dir(&folder).args(arguments).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(Clock::System.now().since(begun) < Duration::from_secs(10), "{arguments:?} took too long: {said}");
        (output.status.code(), said)
    };
    let table = [
        ("sqlite:letter.db", "letter.db is not an SQLite database\n  Is `database.url` in"),
        ("sqlite:empty.db", "there is no desk in the database"),
        ("sqlite:folder.db", "folder.db is not a file"),
        ("sqlite:missing.db", "missing.db\n  `postroom init` makes one"),
        ("sqlite:no/such.db", "no/such.db: the folder"),
        ("sqlite:closed.db", "closed.db: Permission denied\n  Postroom runs as user"),
        ("sqlite:readonly.db", "cannot write"),
        ("postgres://nobody@127.0.0.1:1/desk", "cannot connect to the database desk at 127.0.0.1:1: Connection refused"),
    ];
    for (url, words) in table {
        std::fs::write(drill.config(), good.replace("sqlite:desk.db", url)).unwrap();
        let commands: &[&[&str]] =
            if url.starts_with("sqlite") { &[&["ticket", "list"], &["check"], &["serve"]] } else { &[&["ticket", "list"]] };
        for arguments in commands {
            let (code, said) = run(arguments);
            assert!(code == Some(1) && said.contains(words), "{url} {arguments:?}: {code:?} {said}");
            assert!(!said.contains("ERROR") && said.lines().count() <= 4, "{said}");
        }
        let (code, said) = run(&["deliver", "--mailbox", "support"]);
        assert!(code == Some(75) && said.contains(words), "{url} deliver: {code:?} {said}");
    }
    std::fs::write(drill.config(), good.replace("sqlite:desk.db", "sqlite:newer.db")).unwrap();
    chmod("666", "newer.db");
    chmod("777", ".");
    let (code, said) = run(&["ticket", "list"]);
    assert!(code == Some(1) && said.contains("was written by a newer version") && said.contains("99999"), "{said}");
    std::fs::write(drill.config(), &good).unwrap();
    chmod("000", "postroom.toml");
    let (code, said) = run(&["ticket", "list"]);
    assert!(code == Some(2) && said.contains("Make it readable for user ") && !said.contains("postroom init"), "{said}");
    chmod("600", "postroom.toml");
    // The twin.
    let fine = drill.run(&["ticket", "list"]);
    assert!(fine.status.success() && fine.stderr.is_empty(), "{fine:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_at_the_start_is_waited_for() {
    let Some(database) = Database::postgres().await else { return };
    let gate = Gate::before(&database.url).await;
    let mut drill = Drill::on(&gate.url);
    gate.close();
    drill.serve(drill.program());
    let words = format!("at {}: Connection refused", gate.address());
    let took = drill.until(Duration::from_secs(10), "a warning", |drill| drill.log().contains(&words)).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    gate.open().await;
    drill.until(Duration::from_secs(10), "a start", |drill| drill.log().contains("the mailbox can be read")).await;
    // And away again while it is at work.
    drill.arrives("one", 10_000);
    drill.until(PATIENCE, "a ticket", |drill| drill.tickets() == ["one"]).await;
    gate.close();
    drill.arrives("two", 10_000);
    drill.until_logged("does not answer").await;
    assert!(drill.asks_to_sign_in("en").starts_with("HTTP/1.1 503"));
    gate.open().await;
    drill.until(Duration::from_secs(10), "a ticket", |drill| drill.tickets() == ["one", "two"]).await;
    assert!(drill.stop().success());

    // Who is not let in is told, and not made to wait.
    let refused = [
        (database.url.replace("postroom@", "nobody@"), "the login to"),
        (format!("{}x", database.url), "there is no such database"),
    ];
    for (url, words) in refused {
        let text = std::fs::read_to_string(drill.config()).unwrap();
        std::fs::write(drill.config(), text.replace(&gate.url, &url)).unwrap();
        for command in ["serve", "check"] {
            let output = drill.run(&[command]);
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.code() == Some(1) && said.contains(words), "{command}: {said}");
        }
        std::fs::write(drill.config(), text).unwrap();
    }
    drop(Store::existing(&database.url).await.unwrap());
}
