//! How fast guests' pages are: list, ticket and Big Picture of a project with 1,000 and with 10,000 tickets, over real
//! HTTP on this machine, on SQLite and, where `POSTROOM_TEST_POSTGRES` names a server, on PostgreSQL.
//!
//! ```text
//! tests/run servers -- cargo bench --bench pages
//! cargo bench --bench pages -- --tickets 1000 --seconds 2
//! ```
//!
//! The client runs in the same process and takes its share of the processors. The stylesheet, which needs no database, is
//! asked for in the same way beforehand: what it costs is the price of HTTP and of the client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use postroom::acts::{Act, ActContext, Actor, Content, Open, Update, perform};
use postroom::config::Config;
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{PersonId, ProjectId};
use postroom::reader::Readers;
use postroom::store::{self, Store};
use postroom::time::{Clock, Rng, Timestamp};
use postroom::web::assets::Assets;
use postroom::web::serve::{Rules, serve};
use postroom::web::{Web, session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

mod desk;

use desk::CARLA;

/// How many browsers ask at a time.
const BROWSERS: usize = 4;
const CONTACTS: i64 = 41;
const CONFIG: &str = r#"
[desk]
name = "Example Desk"
language = "en"
[database]
url = "sqlite:unused.db"
[[mailbox]]
name = "support"
address = "support@desk.example"
reception = "DESK"
[mailbox.maildir]
path = "in"
[outgoing.maildir]
path = "out"
[web]
base_url = "http://127.0.0.1:1"
"#;

fn main() -> anyhow::Result<()> {
    let (sizes, seconds) = wanted()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        println!("| database | tickets | page | bytes | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|");
        for tickets in sizes {
            let folder = tempfile::tempdir()?;
            let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await?;
            measure("SQLite", &store, tickets, seconds).await?;
            if let Ok(server) = std::env::var("POSTROOM_TEST_POSTGRES") {
                let (base, _) = server.rsplit_once('/').context("POSTROOM_TEST_POSTGRES names no database")?;
                let name = format!("bench_{}", Rng::System.fresh_name());
                execute(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
                let store = Store::open(&format!("{base}/{name}")).await?;
                let measured = measure("PostgreSQL", &store, tickets, seconds).await;
                store.close().await;
                execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await?;
                measured?;
            }
        }
        Ok(())
    })
}

/// How many tickets, and how long each page is asked for.
fn wanted() -> anyhow::Result<(Vec<usize>, Duration)> {
    let (mut sizes, mut seconds) = (vec![1000, 10_000], 5);
    // Cargo itself adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let value = words.next().context("a number is missing")?.parse()?;
        match word.as_str() {
            "--tickets" => sizes = vec![value],
            "--seconds" => seconds = value,
            other => anyhow::bail!("{other} is neither --tickets nor --seconds"),
        }
    }
    Ok((sizes, Duration::from_secs(seconds.try_into()?)))
}

async fn execute(url: &str, sql: &str) -> anyhow::Result<()> {
    use sqlx::Connection;
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(url).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn measure(database: &str, store: &Store, tickets: usize, time: Duration) -> anyhow::Result<()> {
    let config = Arc::new(Config::parse(std::path::Path::new("postroom.toml"), CONFIG, &|_| None, std::iter::empty())?);
    let clock = Clock::fixed(Timestamp::from_seconds(1_795_000_000));
    let begun = Clock::System.now();
    fill(store, &config, clock.now(), tickets).await?;
    eprintln!("{database}: {tickets} tickets entered in {:.1} s", Clock::System.now().since(begun).as_secs_f64());
    let cookie = session::begin(store, false, CARLA, "bench", clock.now(), &Rng::System).await?;
    let cookie = cookie.header().context("no cookie")?;
    let cookie = cookie.to_str()?.split(';').next().context("no cookie")?.to_owned();
    let assets = Arc::new(Assets::new(&config.face));
    let web = Web { store: store.clone(), config, clock, rng: Rng::System, readers: Readers::in_process(), assets };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let rules = Rules::of(web.config.web.as_ref().context("no pages")?, 512);
    let serving = tokio::spawn(serve(listener, postroom::app::pages(web), rules, CancellationToken::new()));
    let home = Connection::open(address, &cookie).await?.get("/").await?.1;
    let home = String::from_utf8(home)?;
    let style = home.split('"').find(|word| word.starts_with("/assets/") && word.ends_with(".css")).context("no stylesheet")?;
    let pages = [
        ("stylesheet, no database", style.to_owned()),
        ("home", "/".to_owned()),
        ("list", "/ACME".to_owned()),
        ("list, page 5", "/ACME?page=5".to_owned()),
        ("list, searched", "/ACME?q=request+77".to_owned()),
        ("ticket", format!("/ACME/{}", tickets / 2)),
        ("Big Picture", "/ACME/picture".to_owned()),
    ];
    for (name, path) in pages {
        let mut browsers = Vec::new();
        let end = Clock::System.now().plus(time);
        for _ in 0..BROWSERS {
            let (path, cookie) = (path.clone(), cookie.clone());
            browsers.push(tokio::spawn(async move { ask_until(end, address, &cookie, &path).await }));
        }
        let (mut times, mut bytes) = (Vec::new(), 0);
        for browser in browsers {
            let (took, length) = browser.await??;
            times.extend(took);
            bytes = length;
        }
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
        let rate = times.len() as f64 / time.as_secs_f64();
        println!("| {database} | {tickets} | {name} | {bytes} | {rate:.0} | {:.2} | {:.2} |", at(50), at(99));
    }
    serving.abort();
    Ok(())
}

/// Asks for one page again and again; how long each answer took, and its bytes.
async fn ask_until(end: Timestamp, address: SocketAddr, cookie: &str, path: &str) -> anyhow::Result<(Vec<Duration>, usize)> {
    let mut connection = Connection::open(address, cookie).await?;
    let (mut times, mut bytes) = (Vec::new(), 0);
    while Clock::System.now() < end {
        let asked = Clock::System.now();
        let (status, body) = connection.get(path).await?;
        times.push(Clock::System.now().since(asked));
        ensure!(status == 200, "{path} answered {status}");
        bytes = body.len();
    }
    Ok((times, bytes))
}

/// A browser that keeps its connection (RFC 9112), as bare as can be.
struct Connection {
    stream: TcpStream,
    cookie: String,
    kept: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr, cookie: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, cookie: cookie.to_owned(), kept: Vec::new() })
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\nAccept-Language: en\r\n\r\n", self.cookie);
        self.stream.write_all(request.as_bytes()).await?;
        let head = loop {
            if let Some(end) = self.kept.windows(4).position(|four| four == b"\r\n\r\n") {
                break self.kept.drain(..end + 4).collect::<Vec<u8>>();
            }
            self.more().await?;
        };
        let head = String::from_utf8(head)?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.context("an answer without its length")?.parse()?;
        while self.kept.len() < length {
            self.more().await?;
        }
        Ok((status, self.kept.drain(..length).collect()))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let mut buffer = [0; 65_536];
        let read = self.stream.read(&mut buffer).await?;
        ensure!(read > 0, "the server hung up");
        self.kept.extend(buffer.iter().take(read));
        Ok(())
    }
}

/// A desk with two customers, and `tickets` tickets in the project of one of them: a third answered by staff with a note
/// beside, every fifth done.
async fn fill(store: &Store, config: &Arc<Config>, now: Timestamp, tickets: usize) -> anyhow::Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move { desk::people_and_projects(tx, now, CONTACTS, |n| format!("contact{n}@acme.example")).await })
        })
        .await?;
    for begin in (0..tickets).step_by(500) {
        let config = Arc::clone(config);
        let work = store.write(move |tx| {
            Box::pin(async move {
                let rng = Rng::System;
                let epoch = store::epoch(tx, now, &rng).await?;
                for number in begin..tickets.min(begin + 500) {
                    let now = now.plus(Duration::from_secs(number.try_into()?));
                    let context = ActContext { config: &config, now, rng: &rng, epoch: epoch.clone() };
                    happen(tx, &context, number).await?;
                }
                anyhow::Ok(())
            })
        });
        work.await?;
    }
    Ok(())
}

async fn happen(tx: &mut store::Tx, context: &ActContext<'_>, number: usize) -> anyhow::Result<()> {
    let text = |text: String| Content { text, ..Content::default() };
    let open = Act::Open(Open {
        project: ProjectId(30_001),
        mailbox: "support".to_owned(),
        subject: format!("Request {number} about machine {}", number % 97),
        visibility: Visibility::Public,
        acknowledge: false,
        facts: Vec::new(),
        type_key: None,
        changes: None,
    });
    let words = format!("Machine {} in hall {} has stopped again.\n\nPlease have a look at it.", number % 97, number % 7);
    let contact = Actor::Contact(PersonId(CARLA.0 + i64::try_from(number)? % CONTACTS));
    let done = perform(tx, context, contact, open, text(words)).await?;
    let staff = Actor::Staff(PersonId(10_001));
    if number.is_multiple_of(3) {
        let update = Update { comment: Some(Visibility::Internal), ..Update::of(done.ticket) };
        perform(tx, context, staff, Act::Update(update), text("They have not paid yet.".to_owned())).await?;
        let update = Update { comment: Some(Visibility::Public), ..Update::of(done.ticket) };
        perform(tx, context, staff, Act::Update(update), text("We look at it tomorrow at eight.".to_owned())).await?;
    }
    if number.is_multiple_of(5) {
        let update = Update { status: Some(("done".to_owned(), Visibility::Public)), ..Update::of(done.ticket) };
        perform(tx, context, staff, Act::Update(update), Content::default()).await?;
    }
    Ok(())
}
