//! How fast mails leave: the whole courier, with the database, the guest boundary and composing, beside a loop that does
//! nothing but hand bytes to lettre, over as many connections, to the same server, in one run. On SQLite and, where
//! `POSTROOM_TEST_POSTGRES` names a server, on PostgreSQL.
//!
//! ```text
//! tests/run servers -- cargo bench --bench courier
//! cargo bench --bench courier -- --mails 1000
//! ```
//!
//! The server runs in the same process, says yes to everything, and takes its share of the processors.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use postroom::acts::{Act, ActContext, Actor, Content, Open, Update, perform};
use postroom::config::{Config, Dkim, Outgoing, Server, Tls};
use postroom::courier::deliver::deliver_due;
use postroom::courier::{Courier, Pool};
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{PersonId, ProjectId};
use postroom::desk::outbox::State;
use postroom::mail::dkim::Signer;
use postroom::store::{self, Store, outbox};
use postroom::time::{Clock, Rng, Timestamp};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

mod desk;

use desk::CARLA;

/// So many contacts write in turn, each from a domain of its own.
const CONTACTS: i64 = 199;
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
"#;

fn main() -> anyhow::Result<()> {
    let mails = wanted()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let sink = Sink::start().await?;
        println!("| what | connections | mails | mails/s |\n|---|---|---|---|");
        for connections in [1, 3, 10] {
            bare(&sink, connections, mails).await?;
        }
        for connections in [1, 3, 10] {
            let folder = tempfile::tempdir()?;
            let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await?;
            measure("courier, SQLite", &store, &sink, connections, mails, false).await?;
        }
        let folder = tempfile::tempdir()?;
        let store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await?;
        measure("courier, SQLite, DKIM with RSA", &store, &sink, 3, mails, true).await?;
        if let Ok(server) = std::env::var("POSTROOM_TEST_POSTGRES") {
            let (base, _) = server.rsplit_once('/').context("POSTROOM_TEST_POSTGRES names no database")?;
            for connections in [1, 3, 10] {
                let name = format!("bench_{}", Rng::System.secret());
                execute(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
                let store = Store::open(&format!("{base}/{name}")).await?;
                let measured = measure("courier, PostgreSQL", &store, &sink, connections, mails, false).await;
                store.close().await;
                execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await?;
                measured?;
            }
        }
        Ok(())
    })
}

/// About how many mails.
fn wanted() -> anyhow::Result<usize> {
    // Cargo itself adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.as_slice() {
        [] => Ok(4000),
        [word, number] if word == "--mails" => Ok(number.parse()?),
        _ => anyhow::bail!("only --mails NUMBER is known"),
    }
}

async fn execute(url: &str, sql: &str) -> anyhow::Result<()> {
    use sqlx::Connection;
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(url).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn say(what: &str, connections: usize, mails: usize, took: Duration) {
    println!("| {what} | {connections} | {mails} | {:.0} |", mails as f64 / took.as_secs_f64());
}

/// Nothing but lettre: one mail, composed beforehand, again and again.
async fn bare(sink: &Sink, connections: usize, mails: usize) -> anyhow::Result<()> {
    let words = "Machine 12 in hall 3 has stopped again. Please have a look at it.\r\n".repeat(20);
    let mail = lettre::Message::builder()
        .from("support@desk.example".parse()?)
        .to("kim@acme.example".parse()?)
        .subject("Machine 12")
        .body(words)?
        .formatted();
    let (mail, before, begun) = (Arc::new(mail), sink.taken(), Clock::System.now());
    let mut loops = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (port, mail) = (sink.port, Arc::clone(&mail));
        loops.spawn(async move {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.set_nodelay(true)?;
            let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::default()).await?;
            let envelope = Envelope::new(Some("support@desk.example".parse()?), vec!["kim@acme.example".parse()?])?;
            for _ in 0..mails / connections {
                connection.send(&envelope, &mail).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = loops.join_next().await {
        done??;
    }
    say("bare lettre loop", connections, sink.taken() - before, Clock::System.now().since(begun));
    Ok(())
}

/// A desk whose outbox is full, and how fast it becomes empty.
async fn measure(what: &str, store: &Store, sink: &Sink, connections: usize, mails: usize, sign: bool) -> anyhow::Result<()> {
    let mut config = Config::parse(Path::new("postroom.toml"), CONFIG, &|_| None, std::iter::empty())?;
    let (host, port) = ("127.0.0.1".to_owned(), sink.port);
    config.outgoing = Outgoing::Smtp(Server { host, port, tls: Tls::None, login: None, ca_file: None, fingerprint: None });
    config.connections = connections;
    if sign {
        let signer = Signer::new("desk.example", "s1", include_str!("../fixtures/dkim/rsa.pem"))?;
        config.dkim = vec![Dkim { signer: Arc::new(signer), key_file: "dkim.pem".into() }];
    }
    let config = Arc::new(config);
    let clock = Clock::fixed(Timestamp::from_seconds(1_795_000_000));
    fill(store, &config, clock.now(), mails / 2).await?;
    let courier = Courier { store: store.clone(), config, clock, rng: Rng::System };
    let (before, begun) = (sink.taken(), Clock::System.now());
    let mut pool = Pool::new(courier);
    let tried = deliver_due(&mut pool).await?;
    let took = Clock::System.now().since(begun);
    let left = outbox::list(&mut store.read().await?).await?.iter().filter(|row| row.state != State::Accepted).count();
    ensure!(left == 0 && tried == sink.taken() - before, "{left} mails of {tried} are left");
    say(what, connections, tried, took);
    Ok(())
}

/// A desk with one customer, `tickets` tickets, and an answer on each.
async fn fill(store: &Store, config: &Arc<Config>, now: Timestamp, tickets: usize) -> anyhow::Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move { desk::people_and_projects(tx, now, CONTACTS, |n| format!("contact@acme{n}.example")).await })
        })
        .await?;
    for begin in (0..tickets).step_by(500) {
        let config = Arc::clone(config);
        let work = store.write(move |tx| {
            Box::pin(async move {
                let rng = Rng::System;
                let epoch = store::epoch(tx, now, &rng).await?;
                for number in begin..tickets.min(begin + 500) {
                    // So far apart that nobody is written to too often.
                    let now = now.minus(Duration::from_secs(900 * u64::try_from(tickets - number)?));
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
    let words = format!("Machine {} in hall {} has stopped again.\n\nPlease have a look at it.\n", number % 97, number % 7);
    let contact = Actor::Contact(PersonId(CARLA.0 + i64::try_from(number)? % CONTACTS));
    let done = perform(tx, context, contact, open, text(words.repeat(8))).await?;
    let update = Update { comment: Some(Visibility::Public), ..Update::of(done.ticket) };
    let answer = text("We look at it tomorrow at eight, and bring the part with us.\n".repeat(12));
    perform(tx, context, Actor::Staff(PersonId(10_001)), Act::Update(update), answer).await?;
    Ok(())
}

/// A server that takes everything.
struct Sink {
    port: u16,
    taken: Arc<AtomicUsize>,
}

impl Sink {
    async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, taken) = (listener.local_addr()?.port(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move { talk(stream, &counted).await });
            }
        });
        Ok(Self { port, taken })
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

async fn talk(stream: TcpStream, taken: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 sink.example\r\n").await?;
    let (mut line, mut inside) = (Vec::new(), false);
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            _ if inside && line != b".\r\n" => continue,
            _ if inside => {
                inside = false;
                taken.fetch_add(1, Ordering::SeqCst);
                b"250 2.0.0 taken\r\n"
            }
            b"DATA" => {
                inside = true;
                b"354 go on\r\n"
            }
            b"EHLO" => b"250-sink.example\r\n250 8BITMIME\r\n",
            b"QUIT" => b"221 2.0.0 bye\r\n",
            _ => b"250 2.0.0 ok\r\n",
        };
        stream.get_mut().write_all(answer).await?;
    }
}
