//! Mails that kill, hang or bloat whoever reads them: the real program with its readers, and the readers by themselves.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postroom::mail::Limits;
use postroom::reader::{Answer, Fault, Patience, Readers, Task, work};
use postroom::store::Store;
use serde_json::Value;

use crate::world::databases::Database;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_postroom"))
}

fn task() -> Task {
    Task::Read { limits: Limits::default(), receiver: None, signed_by: None }
}

/// Every fixture is understood by a worker process as it is here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_reads_what_this_process_reads() {
    let readers = Readers::processes(program(), Limits::default().raw_bytes, Patience::default());
    let mut mails = Vec::new();
    fn walk(folder: &Path, mails: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, mails),
                false if path.extension().is_some_and(|extension| extension == "eml") => mails.push(path),
                false => {}
            }
        }
    }
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail"), &mut mails);
    mails.sort();
    assert!(mails.len() > 400, "{}", mails.len());
    for path in mails.into_iter().step_by(5) {
        let raw = Arc::new(std::fs::read(&path).unwrap());
        let there = readers.work(task(), Arc::clone(&raw)).await.unwrap();
        assert_eq!(format!("{there:?}"), format!("{:?}", work(&task(), &raw)), "{}", path.display());
    }
}

/// A worker has none of its parent's secrets and descriptors, little memory, and dies with its parent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_killed_costs_one_reading_and_the_next_is_another() {
    // Told from those of other tests by the memory that they may have.
    let largest = 1_234_567;
    let readers = Readers::processes(program(), largest, Patience::default());
    let memory = format!("\0{}\0", (256 << 20) + 8 * largest);
    let good = Arc::new(b"From: kim@acme.example\r\nSubject: x\r\n\r\nHello\r\n".to_vec());
    let mine = || children(std::process::id()).into_iter().filter(|(_, line)| line.contains(&memory)).map(|(pid, _)| pid);
    let answer = readers.work(task(), Arc::clone(&good)).await.unwrap();
    let Answer::Read(Ok(reading)) = answer else { panic!("{answer:?}") };
    assert_eq!(reading.letter.body.new_text(), "Hello");
    let [worker] = mine().collect::<Vec<_>>()[..] else { panic!("one worker") };
    let proc = |what: &str| PathBuf::from(format!("/proc/{worker}/{what}"));
    assert_eq!(std::fs::read(proc("environ")).unwrap(), b"", "no environment");
    let open: Vec<String> =
        std::fs::read_dir(proc("fd")).unwrap().map(|fd| fd.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(open.len(), 3, "nothing but its pipes: {open:?}");
    let limits = std::fs::read_to_string(proc("limits")).unwrap();
    let most = limits.lines().find(|line| line.starts_with("Max address space")).unwrap().to_owned();
    assert!(most.split_whitespace().nth(3).unwrap().parse::<u64>().unwrap() < 1 << 30, "{most}");
    // While it has nothing to do: nobody is harmed.
    Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
    while Path::new(&format!("/proc/{worker}/stat")).exists() && !is_zombie(worker) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    readers.work(task(), good).await.unwrap();
    assert!(mine().all(|pid| pid != worker), "it is another one");
}

fn is_zombie(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

/// The processes whose parent is `parent`, with their command lines.
fn children(parent: u32) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let Ok(pid) = entry.unwrap().file_name().to_string_lossy().parse::<u32>() else { continue };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let above = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse::<u32>().ok());
        if above == Some(parent) {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            found.push((pid, String::from_utf8_lossy(&line).into_owned()));
        }
    }
    found
}

#[tokio::test]
async fn no_reader_is_nobodys_fault() {
    let readers = Readers::processes(PathBuf::from("/nonexistent/postroom"), 1 << 20, Patience::default());
    let fault = readers.work(task(), Arc::default()).await.unwrap_err();
    assert!(matches!(fault, Fault::Unavailable(_)), "{fault}");
    let readers = Readers::processes(PathBuf::from("/bin/true"), 1 << 20, Patience::default());
    let fault = readers.work(task(), Arc::default()).await.unwrap_err();
    assert!(matches!(fault, Fault::Unavailable(_)), "{fault}");
}

/// A desk of the real program that reads a Maildir and writes into a folder.
struct Desk {
    folder: tempfile::TempDir,
    serving: Option<Child>,
    _database: Database,
}

impl Desk {
    async fn set_up(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["in/new", "in/cur", "in/tmp", "out"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let config = format!(
            "[desk]\nname = \"Desk\"\nlanguage = \"en\"\n\n[database]\nurl = \"{}\"\n\n\
             [[mailbox]]\nname = \"support\"\naddress = \"support@desk.example\"\nreception = \"DESK\"\npoll = \"100ms\"\n[mailbox.maildir]\npath = \"in\"\n\n\
             [outgoing.maildir]\npath = \"out\"\n",
            database.url
        );
        std::fs::write(folder.path().join("postroom.toml"), config).unwrap();
        Store::open(&database.url).await.unwrap().close().await;
        let desk = Self { folder, serving: None, _database: database };
        desk.command(&["person", "add", "--staff", "Anna Berger <anna@staff.example>"]);
        desk.command(&["project", "add", "DESK", "Reception", "--kind", "reception", "--staff", "anna@staff.example"]);
        desk
    }

    fn command(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(program());
        let config = self.folder.path().join("postroom.toml");
        let output = command.arg("--config").arg(config).arg("--json").args(arguments).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    fn serve(&mut self, crash_at: &str) {
        let mut command = Command::new(program());
        command.arg("--config").arg(self.folder.path().join("postroom.toml")).arg("serve");
        command.stdout(Stdio::null()).stderr(Stdio::null()).env("POSTROOM_CRASH_AT", crash_at);
        self.serving = Some(command.spawn().unwrap());
    }

    fn arrives(&self, name: &str, raw: &[u8]) {
        let (tmp, new) = (self.folder.path().join("in/tmp").join(name), self.folder.path().join("in/new").join(name));
        std::fs::write(&tmp, raw).unwrap();
        std::fs::rename(tmp, new).unwrap();
    }

    /// The ledger, once `mails` are decided.
    async fn decided(&self, mails: usize) -> Vec<(String, String)> {
        let begun = postroom::time::Clock::System.now();
        loop {
            let rows = self.command(&["inbox"]);
            let word = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let rows: Vec<(String, String)> = rows
                .as_array()
                .unwrap()
                .iter()
                .filter(|row| row["disposition"].is_string())
                .map(|row| (word(row, "subject"), format!("{} {}", word(row, "disposition"), word(row, "reason"))))
                .collect();
            if rows.len() == mails {
                return rows;
            }
            assert!(postroom::time::Clock::System.now().since(begun) < PATIENCE, "{rows:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            let _ = serving.kill();
            let _ = serving.wait();
        }
    }
}

/// Whatever a mail does to its reader, it is held after three times, and every other mail becomes what it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_that_abort_overflow_loop_bloat_and_lie_cost_nobody_else_anything() {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    for database in databases {
        let mut desk = Desk::set_up(database).await;
        let bad = ["abort", "overflow", "allocate", "loop", "sleep", "nonsense"];
        let good = |number: usize| format!("From: kim{number}@acme.example\r\nSubject: good {number}\r\n\r\nHello {number}\r\n");
        let mut number = 0;
        for wish in bad {
            desk.arrives(
                &format!("b-{wish}"),
                format!("From: evil@acme.example\r\nSubject: {wish}\r\nX-Crash: {wish}\r\n\r\nx\r\n").as_bytes(),
            );
            for _ in 0..3 {
                desk.arrives(&format!("g-{number}"), good(number).as_bytes());
                number += 1;
            }
        }
        desk.serve("reading");
        let rows = desk.decided(number + bad.len()).await;
        let of = |verdict: &str| rows.iter().filter(|(_, found)| found == verdict).count();
        assert_eq!((of("ticket new"), of("held crashes")), (number, bad.len()), "{rows:#?}");
        assert!(desk.serving.as_mut().unwrap().try_wait().unwrap().is_none(), "the desk is at work");
        // And afterwards, too.
        desk.arrives("last", good(number).as_bytes());
        desk.decided(number + bad.len() + 1).await;
    }
}

/// The worst mail of the attack, from a staff member's address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_mails_in_each_other_are_held_or_asked_about_and_nothing_dies() {
    let mut desk = Desk::set_up(Database::sqlite()).await;
    let deep = "From: x@y.example\r\nContent-Type: message/rfc822\r\n\r\n".repeat(1_000);
    let head = "From: Anna Berger <anna@staff.example>\r\nSubject: deep\r\nTo: support@desk.example\r\n";
    desk.arrives("deep", format!("{head}Content-Type: message/rfc822\r\n\r\n{deep}").as_bytes());
    desk.arrives("good", b"From: kim@acme.example\r\nSubject: good\r\n\r\nHello\r\n");
    desk.serve("");
    let rows = desk.decided(2).await;
    assert!(rows.contains(&("good".to_owned(), "ticket new".to_owned())), "{rows:?}");
    let deep = rows.iter().find(|(subject, _)| subject == "deep").unwrap();
    assert!(deep.1.starts_with("held ") && deep.1 != "held crashes", "{rows:?}");
}

/// Whoever kills the program, and however often, no mail is blamed that it did not die of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_loop_that_comes_from_elsewhere_is_held_against_nobody() {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    for database in databases {
        let mut desk = Desk::set_up(database).await;
        let mails = 40;
        for number in 0..mails {
            let raw = format!("From: kim{number}@acme.example\r\nSubject: good {number}\r\n\r\nHello\r\n");
            desk.arrives(&format!("g-{number}"), raw.as_bytes());
        }
        for round in 0..6 {
            desk.serve("");
            tokio::time::sleep(Duration::from_millis(150 + 70 * round)).await;
            let mut serving = desk.serving.take().unwrap();
            serving.kill().unwrap();
            serving.wait().unwrap();
        }
        desk.serve("");
        let rows = desk.decided(mails).await;
        assert!(rows.iter().all(|(_, verdict)| verdict == "ticket new"), "{rows:#?}");
    }
}
