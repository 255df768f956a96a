//! The real program beside a crowd of visitors: mail comes in and goes out, pages answer.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use postroom::time::Clock;
use postroom::web::serve::descriptors;

use super::{Line, PATIENCE, call_from, get};
use crate::world::databases::Database;

/// A desk between two Maildirs, set up by commands, that may have `files` open.
struct Served {
    folder: tempfile::TempDir,
    child: Child,
    address: SocketAddr,
    mails: usize,
    _database: Database,
}

impl Served {
    async fn start(database: Database, files: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = format!(
            "[desk]\nname = \"Example Desk\"\n[database]\nurl = \"{}\"\n\
             [[mailbox]]\nname = \"support\"\naddress = \"support@desk.example\"\nreception = \"DESK\"\npoll = \"200ms\"\n\
             [mailbox.maildir]\npath = \"in\"\n[outgoing.maildir]\npath = \"out\"\n\
             [web]\nlisten = \"{free}\"\nbase_url = \"http://{free}\"\n",
            database.url
        );
        std::fs::write(folder.path().join("postroom.toml"), config).unwrap();
        postroom::store::Store::open(&database.url).await.unwrap().close().await;
        let program = || {
            let mut command = Command::new("sh");
            command.current_dir(folder.path()).stdin(Stdio::null()).env_remove("POSTROOM_CONFIG");
            command
        };
        for arguments in [
            "person add --staff 'Anna Berger <anna@staff.example>'",
            "project add DESK Reception --kind reception --staff anna@staff.example",
        ] {
            let line = format!("exec '{}' {arguments}", env!("CARGO_BIN_EXE_postroom"));
            let output = program().args(["-c", &line]).output().unwrap();
            assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let line = format!("ulimit -n {files}; exec '{}' serve", env!("CARGO_BIN_EXE_postroom"));
        let child = program().args(["-c", &line]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let served = Self { folder, child, address: free, mails: 0, _database: database };
        served.until("it listens", async || tokio::net::TcpStream::connect(free).await.is_ok()).await;
        served
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let begun = Clock::System.now();
        while !holds().await {
            assert!(Clock::System.now().since(begun) < PATIENCE, "not so: {what}; {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether a page answers.
    async fn has_pages(&self) -> bool {
        let Ok(stream) = tokio::net::TcpStream::connect(self.address).await else { return false };
        let mut line = Line(stream);
        line.says(&get("/sign-in")).await;
        tokio::time::timeout(PATIENCE, line.hear()).await.ok().flatten().is_some_and(|answer| answer.status == 200)
    }

    /// A mail comes in, and its acknowledgement goes out.
    async fn works(&mut self, what: &str) {
        self.mails += 1;
        let count = |folder: &Path| std::fs::read_dir(folder).map_or(0, std::iter::Iterator::count);
        let before = count(&self.path("out/new"));
        let raw = format!(
            "From: Sam <sam{0}@elsewhere.example>\r\nTo: support@desk.example\r\nSubject: Hello {0}\r\nDate: {1}\r\n\
             Message-ID: <{0}@elsewhere.example>\r\n\r\nPlease help.\r\n",
            self.mails,
            Clock::System.now().rfc5322()
        );
        postroom::mailbox::maildir::deliver(&self.path("in"), raw.as_bytes(), &format!("{}.a", self.mails)).unwrap();
        // To whoever wrote, and to the staff.
        self.until(&format!("{what}: mail goes on"), async || count(&self.path("out/new")) >= before + 2).await;
        self.until(&format!("{what}: pages go on"), async || self.has_pages().await).await;
    }

    /// Seconds of processor time so far (proc_pid_stat(5): fields 14 and 15, in hundredths).
    fn busy(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }

    fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    fn stop(&mut self) {
        let killed = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}: {}", self.log());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// So many connections that say `words` and then nothing more, from so many addresses of this machine.
async fn crowd(address: SocketAddr, count: usize, addresses: u8, words: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, last) in (0..count).zip((1..=addresses).cycle()) {
        let _ = number;
        let mut line = call_from(address, last).await;
        line.says(words).await;
        lines.push(line);
    }
    lines
}

async fn on_both(story: impl AsyncFn(Database)) {
    story(Database::sqlite()).await;
    if let Some(database) = Database::postgres().await {
        story(database).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_and_mail_go_on_beside_500_silent_and_1100_open_connections() {
    assert!(descriptors::raise() > 3000, "this test itself needs open files");
    on_both(async |database| {
        let mut served = Served::start(database, 1024).await;
        served.works("alone").await;
        let _silent = crowd(served.address, 500, 1, "").await;
        served.works("500 silent").await;
        let half = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\naddress=";
        for (name, words, addresses) in [
            ("asked and idle", get("/sign-in"), 1),
            ("half a form", half.to_owned(), 200),
            ("half a head", "GET /".to_owned(), 100),
        ] {
            let _open = crowd(served.address, 1100, addresses, &words).await;
            served.works(name).await;
        }
        assert!(!served.log().contains("no connection can be taken"), "{}", served.log());
        served.stop();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scarce_descriptors_are_for_mail_first() {
    assert!(descriptors::raise() > 3000, "this test itself needs open files");
    on_both(async |database| {
        let mut served = Served::start(database, 256).await;
        served.until("it says so", async || served.log().contains("only 100 of 512 connections")).await;
        let open = crowd(served.address, 1100, 100, &get("/sign-in")).await;
        served.works("1,100 open").await;
        assert!(served.open_files() < 220, "{} files are open", served.open_files());
        drop(open);
        served.works("they are gone").await;
        served.stop();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_descriptors_the_desk_waits_and_neither_spins_nor_ends() {
    assert!(descriptors::raise() > 3000, "this test itself needs open files");
    let mut alone = Served::start(Database::sqlite(), 1024).await;
    alone.works("alone").await;
    let needed = alone.open_files();
    alone.stop();
    // Enough for a desk, and not for the fewest visitors that it has room for, however slowly they come.
    let mut served = Served::start(Database::sqlite(), needed + 10).await;
    let before = served.busy();
    let open = crowd(served.address, 300, 60, "").await;
    served.until("there are none left", async || served.log().contains("no connection can be taken for now")).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let spent = served.busy() - before;
    assert!(spent < 1.5, "{spent} s of processor time in 2 s");
    drop(open);
    served.works("they are gone").await;
    served.stop();
}
