//! A whole desk with its people: mails go in as bytes and come out as bytes, on a clock that stands still.
//!
//! [`World::each`] gives a world on every kind of database. People write with the mail programs of [`postroom::demo`];
//! [`World::send`] hands their bytes to the inbox, lets the desk do all it has to do, and delivers what it wrote. A test
//! ends with [`World::end`], which fails on anything left over; a world that is dropped without it fails, too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use postroom::config::{Config, Outgoing, Trust};
use postroom::courier::deliver::deliver_due;
use postroom::courier::{Courier, Pool, Transport};
use postroom::demo::client::{Client, File, Program, Reply, Written};
use postroom::desk::ids::{OrganizationId, PersonId, ProjectId};
use postroom::desk::inbox::{Disposition, Release};
use postroom::desk::outbox::State;
use postroom::desk::people::{Language, Person, PersonKind};
use postroom::desk::project::{Project, ProjectKind};
use postroom::intake::facts::dkim::Records;
use postroom::intake::{Intake, process_next};
use postroom::mail::{Letter, Limits, understand};
use postroom::ops::check;
use postroom::reader::Readers;
use postroom::store::entries::{self, Entry};
use postroom::store::inbox::{LedgerRow, Origin};
use postroom::store::outbox::OutboxRow;
use postroom::store::people::{Member, Organization};
use postroom::store::tickets::Ticket;
use postroom::store::{Store, inbox, notify, outbox, people, projects, tickets};
use postroom::time::{Clock, Rng, Timestamp};
use postroom::web::Web;
use postroom::web::assets::Assets;

use super::databases::{Database, stores};

/// The support address of the test desk.
pub(crate) const SUPPORT: &str = "support@desk.example";

/// A desk, its people and their mail programs.
pub(crate) struct World {
    /// On which database.
    pub(crate) database: &'static str,
    /// The desk's store, for looking at what came of it.
    pub(crate) store: Store,
    /// The time; it stands still unless a test moves it.
    pub(crate) clock: Clock,
    /// Staff.
    pub(crate) anna: Client,
    /// Staff.
    pub(crate) ben: Client,
    /// A contact of ACME.
    pub(crate) carla: Client,
    /// A contact of Globex.
    pub(crate) dana: Client,
    /// Nobody the desk knows.
    pub(crate) stranger: Client,
    intake: Intake,
    courier: Courier,
    pool: Pool,
    out: tempfile::TempDir,
    mails: i64,
    ended: bool,
    kept: Database,
}

/// The configuration of the test desk.
pub(crate) const CONFIG: &str = r#"
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
[[mailbox]]
name = "sales"
address = "sales@desk.example"
reception = "DESK"
[mailbox.maildir]
path = "in-sales"
[[mailbox]]
name = "plain"
address = "plain@desk.example"
plus_addressing = false
reception = "DESK"
[mailbox.maildir]
path = "in-plain"
[outgoing.maildir]
path = "out"
[web]
base_url = "https://help.desk.example"
"#;

impl World {
    /// A fresh world on each kind of database.
    pub(crate) async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for (kind, store, database) in stores().await {
            worlds.push(Self::build(kind, store, database).await);
        }
        worlds
    }

    /// One world on SQLite, for what does not depend on the database.
    pub(crate) async fn one() -> Self {
        let database = Database::sqlite();
        let store = Store::open(&database.url).await.unwrap();
        Self::build("sqlite", store, database).await
    }

    async fn build(kind: &'static str, store: Store, database: Database) -> Self {
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("postroom.toml");
        let config = Config::parse(&file, CONFIG, &|_| None, std::iter::empty()).unwrap();
        let config = Arc::new(config);
        let clock = Clock::fixed(Timestamp::from_seconds(1_795_000_000));
        let rng = Rng::seeded(42);
        let records = Records::fixed([]);
        let readers = Readers::in_process();
        let intake = Intake {
            store: store.clone(),
            config: Arc::clone(&config),
            clock: clock.clone(),
            rng: rng.clone(),
            readers,
            records,
        };
        let courier = Courier { store: store.clone(), config: Arc::clone(&config), clock: clock.clone(), rng };
        let pool = Pool::over(courier.clone(), vec![Transport::new(&config.outgoing)]);
        let client = |name: &str, address: &str, program, language| Client::new(name, address, program, language);
        let mut world = Self {
            database: kind,
            store,
            clock,
            anna: client("Anna Berger", "anna@staff.example", Program::Thunderbird, Language::German)
                .signed("Anna Berger\nDurchwahl 4711"),
            ben: client("Ben Okafor", "ben@staff.example", Program::OutlookDesktop, Language::English),
            carla: client("Carla Kunze", "carla@acme.example", Program::AppleMail, Language::German),
            dana: client("Dana Fox", "dana@globex.example", Program::Gmail, Language::English),
            stranger: client("Sam Stranger", "sam@elsewhere.example", Program::Mutt, Language::English),
            intake,
            courier,
            pool,
            out,
            mails: 0,
            ended: false,
            kept: database,
        };
        world.set_up().await;
        world
    }

    async fn set_up(&mut self) {
        let now = self.clock.now();
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let person = |id: i64, kind, name: &str, address: &str, language| Person {
                    kind,
                    language: Some(language),
                    ..Person::contact(PersonId(id), name.to_owned(), address.to_owned())
                };
                let (staff, contact) = (PersonKind::Staff, PersonKind::Contact);
                let anna = person(10_001, staff, "Anna Berger", "anna@staff.example", Language::German);
                let ben = Person {
                    public_name: Some("Ben from support".to_owned()),
                    ..person(10_002, staff, "Benjamin Okafor", "ben@staff.example", Language::English)
                };
                let carla = person(10_003, contact, "Carla Kunze", "carla@acme.example", Language::German);
                let dana = person(10_004, contact, "Dana Fox", "dana@globex.example", Language::English);
                for person in [&anna, &ben, &carla, &dana] {
                    people::insert(tx, person, now).await?;
                }
                for (id, key, name, member) in [(20_001, "acme", "ACME", carla.id), (20_002, "globex", "Globex", dana.id)] {
                    let domains = vec![format!("{key}.example")];
                    let organization = Organization {
                        id: OrganizationId(id),
                        key: key.to_owned(),
                        name: name.to_owned(),
                        domains,
                        default_project: None,
                        language: None,
                    };
                    people::insert_organization(tx, &organization, now).await?;
                    let member = Member { organization: organization.id, person: member, login_allowed: true };
                    people::set_member(tx, &member, now).await?;
                }
                let project = |id: i64, key: &str, kind, organization: Option<i64>| Project {
                    id: ProjectId(id),
                    key: key.to_owned(),
                    name: format!("Project {key}"),
                    kind,
                    organization: organization.map(OrganizationId),
                    signature: String::new(),
                };
                for project in [
                    project(30_001, "ACME", ProjectKind::Customer, Some(20_001)),
                    project(30_002, "GLOBEX", ProjectKind::Customer, Some(20_002)),
                    project(30_003, "DESK", ProjectKind::Reception, None),
                    project(30_004, "INTERN", ProjectKind::Internal, None),
                ] {
                    projects::insert(tx, &project, now).await?;
                    projects::add_staff(tx, project.id, anna.id).await?;
                    projects::add_staff(tx, project.id, ben.id).await?;
                }
                // Anna has answered before: nobody tells her any more that her signature was left out.
                notify::remember_once(tx, anna.id, "-- \nAnna Berger\nDurchwahl 4711", now, &Rng::System).await?;
                projects::add_alias(tx, ProjectId(30_001), "acme@desk.example").await?;
                projects::add_alias(tx, ProjectId(30_004), "intern@desk.example").await?;
                Ok(())
            })
        });
        work.await.unwrap();
    }

    /// Runs statements past the store.
    pub(crate) async fn execute(&self, sql: &str) {
        self.kept.execute(sql).await;
    }

    /// The number that a query past the store gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.kept.number(sql).await
    }

    /// Everything in the database: a line for each row, sorted.
    pub(crate) async fn dump(&self) -> Vec<String> {
        self.kept.dump().await
    }

    /// The texts that a query past the store gives, one in each row.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.kept.texts(sql).await
    }

    /// What the desk's pages work with.
    pub(crate) fn web(&self) -> Web {
        Web {
            store: self.store.clone(),
            config: Arc::clone(&self.intake.config),
            clock: self.clock.clone(),
            rng: self.intake.rng.clone(),
            readers: self.intake.readers.clone(),
            assets: Arc::new(Assets::new(&self.intake.config.face)),
        }
    }

    /// A fresh Message-ID of an outside mail program.
    pub(crate) fn message_id(&mut self) -> String {
        self.mails += 1;
        format!("m{}@outside.example", self.mails)
    }

    /// `client` writes a new mail to the desk's support address.
    pub(crate) async fn writes(&mut self, client: &Client, subject: &str, text: &str) {
        self.writes_to(client, SUPPORT, subject, text, vec![]).await;
    }

    /// `client` writes a new mail to `to`, with files.
    pub(crate) async fn writes_to(&mut self, client: &Client, to: &str, subject: &str, text: &str, files: Vec<File>) {
        let written = Written {
            to: vec![to.to_owned()],
            cc: vec![],
            subject: subject.to_owned(),
            text: text.to_owned(),
            files,
            at: self.clock.now(),
            message_id: self.message_id(),
        };
        self.send(&client.new_mail(&written)).await;
    }

    /// `client` answers the newest mail that it got from the desk.
    pub(crate) async fn answers(&mut self, client: &Client, text: &str) {
        self.answers_changed(client, text, |reply| reply).await;
    }

    /// `client` answers the newest mail that it got from the desk, and changes something before sending.
    pub(crate) async fn answers_changed(&mut self, client: &Client, text: &str, change: impl FnOnce(Reply<'_>) -> Reply<'_>) {
        let parent = self.last_to(&client.address).await.raw;
        let id = self.message_id();
        let raw = change(client.answer(&parent, text)).write(self.clock.now(), &id);
        self.send(&raw).await;
    }

    /// `client` answers the newest mail that it got, and the desk decides about it; what that queues has not left yet.
    pub(crate) async fn take_answer(&mut self, client: &Client, text: &str) {
        let parent = self.last_to(&client.address).await.raw;
        let id = self.message_id();
        let raw = client.answer(&parent, text).write(self.clock.now(), &id);
        self.arrive(&raw, "support").await;
        self.decide().await;
    }

    /// Bytes arrive in the mailbox that their To names, and everything that follows happens.
    pub(crate) async fn send(&mut self, raw: &[u8]) {
        self.arrive(raw, "support").await;
        self.settle().await;
    }

    /// Bytes arrive in a mailbox; nothing else happens yet.
    pub(crate) async fn arrive(&mut self, raw: &[u8], mailbox: &str) {
        self.mails += 1;
        let origin = Origin { mailbox: mailbox.to_owned(), folder: "INBOX".to_owned(), uidvalidity: 1, uid: self.mails };
        let (raw, now, rng) = (raw.to_vec(), self.clock.now(), Rng::System);
        let work = self
            .store
            .write(move |tx| Box::pin(async move { Ok(inbox::receive(tx, &origin, &raw, Some(now), now, &rng).await?) }));
        work.await.unwrap();
    }

    /// The desk decides about everything and delivers everything.
    pub(crate) async fn settle(&mut self) {
        self.decide().await;
        self.deliver().await;
    }

    /// The desk decides about everything and delivers nothing yet.
    pub(crate) async fn decide(&mut self) {
        while process_next(&self.intake).await.unwrap().is_some() {}
    }

    /// The person at `address` is switched off.
    pub(crate) async fn deactivate(&mut self, address: &str) {
        let address = address.to_owned();
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let person = people::by_address(tx, &address).await?.unwrap();
                Ok(people::update(tx, &Person { active: false, ..person }).await?)
            })
        });
        work.await.unwrap();
    }

    /// The courier delivers everything that is due.
    pub(crate) async fn deliver(&mut self) {
        deliver_due(&mut self.pool).await.unwrap();
    }

    /// What decides, for nodes of a test's own.
    pub(crate) fn intake(&self) -> Intake {
        self.intake.clone()
    }

    /// Changes the configuration of what decides from now on.
    pub(crate) fn configure(&mut self, change: impl FnOnce(&mut Config)) {
        change(Arc::make_mut(&mut self.intake.config));
    }

    /// What counts as proof from now on.
    pub(crate) fn trust(&mut self, trust: Trust) {
        self.configure(|config| config.trust = trust);
    }

    /// What DNS says from now on.
    pub(crate) fn records(&mut self, records: Records) {
        self.intake.records = records;
    }

    /// Where the database is.
    pub(crate) fn url(&self) -> &str {
        &self.kept.url
    }

    /// Lets mails leave another way from now on.
    pub(crate) fn leave_by(&mut self, outgoing: &Outgoing) {
        self.pool = Pool::over(self.courier.clone(), vec![Transport::new(outgoing)]);
    }

    /// What sends, for ways out of a test's own.
    pub(crate) fn courier(&self) -> Courier {
        self.courier.clone()
    }

    /// A human's word on the newest held mail.
    pub(crate) async fn release(&mut self, word: Release) {
        let held = self.ledger().await.into_iter().rev().find(|row| row.disposition == Some(Disposition::Held));
        let id = held.expect("nothing is held").id;
        let work = self.store.write(move |tx| Box::pin(async move { Ok(inbox::release(tx, id, word).await?) }));
        assert!(work.await.unwrap());
        self.settle().await;
    }

    /// All mails that left, oldest first.
    pub(crate) async fn sent(&self) -> Vec<Sent> {
        let files = delivered(&self.out.path().join("out/new"));
        let mut tx = self.store.read().await.unwrap();
        let rows = outbox::list(&mut tx).await.unwrap();
        let of = |row: OutboxRow| {
            let raw = files.get(&row.mail.message_id)?.clone();
            let letter = understand(&raw, &Limits::default()).unwrap();
            Some(Sent { row, raw, letter })
        };
        rows.into_iter().filter_map(of).collect()
    }

    /// The mails that left and are not among the files `seen`, which they are from now on; oldest first.
    pub(crate) async fn newly_sent(&self, seen: &mut BTreeSet<PathBuf>) -> Vec<Sent> {
        let Ok(files) = std::fs::read_dir(self.out.path().join("out/new")) else { return Vec::new() };
        let mut new = BTreeMap::new();
        for path in files.map(|file| file.unwrap().path()).filter(|path| !seen.contains(path)).collect::<Vec<_>>() {
            let raw = std::fs::read(&path).unwrap();
            let letter = understand(&raw, &Limits::default()).unwrap();
            new.insert(letter.message_id.clone().unwrap(), (raw, letter));
            seen.insert(path);
        }
        if new.is_empty() {
            return Vec::new();
        }
        let of = |row: OutboxRow| new.remove(&row.mail.message_id).map(|(raw, letter)| Sent { row, raw, letter });
        self.outbox().await.into_iter().filter_map(of).collect()
    }

    /// The mails that left for `address`, oldest first.
    pub(crate) async fn sent_to(&self, address: &str) -> Vec<Sent> {
        self.sent().await.into_iter().filter(|sent| sent.row.mail.recipient == address).collect()
    }

    /// The newest mail that left for `address`.
    pub(crate) async fn last_to(&self, address: &str) -> Sent {
        let sent = self.sent_to(address).await.pop();
        sent.unwrap_or_else(|| panic!("nothing was sent to {address} ({})", self.database))
    }

    /// The outbox, oldest first.
    pub(crate) async fn outbox(&self) -> Vec<OutboxRow> {
        outbox::list(&mut self.store.read().await.unwrap()).await.unwrap()
    }

    /// The ledger, oldest first.
    pub(crate) async fn ledger(&self) -> Vec<LedgerRow> {
        inbox::list(&mut self.store.read().await.unwrap(), None).await.unwrap()
    }

    /// What became of the newest mail: disposition and reason.
    pub(crate) async fn last_verdict(&self) -> String {
        let row = self.ledger().await.pop().expect("no mail has come");
        format!("{} {}", row.disposition.map_or("undecided", |word| word.as_str()), row.reason.unwrap_or_default())
    }

    /// The ticket with this number and its whole timeline.
    pub(crate) async fn ticket(&self, number: &str) -> (Ticket, Vec<Entry>) {
        let mut tx = self.store.read().await.unwrap();
        let found = tickets::by_number(&mut tx, &number.parse().unwrap()).await.unwrap();
        let ticket = found.unwrap_or_else(|| panic!("there is no {number} ({})", self.database));
        let entries = entries::list(&mut tx, ticket.id).await.unwrap();
        (ticket, entries)
    }

    /// The timeline of a ticket in a few words: `public comment: Hello`, `internal change: status open -> done`.
    pub(crate) async fn timeline(&self, number: &str) -> Vec<String> {
        let line = |entry: Entry| match entry.change {
            Some(change) => {
                let (from, to) = (change.from.unwrap_or_default(), change.to.unwrap_or_default());
                format!("{} {}: {} {from} -> {to}", entry.visibility, entry.kind, change.field)
            }
            None => format!("{} {}: {}", entry.visibility, entry.kind, entry.text),
        };
        self.ticket(number).await.1.into_iter().map(line).collect()
    }

    /// How many tickets there are.
    pub(crate) async fn tickets(&self) -> usize {
        tickets::list(&mut self.store.read().await.unwrap(), None).await.unwrap().len()
    }

    /// Ends the test: every mail has a disposition, every outgoing mail an end, every face is true.
    pub(crate) async fn end(mut self) {
        self.ended = true;
        let undecided = self.ledger().await.into_iter().filter(|row| row.disposition.is_none()).count();
        assert_eq!(undecided, 0, "mails without a disposition ({})", self.database);
        let under_way =
            self.outbox().await.into_iter().filter(|row| matches!(row.state, State::Queued | State::Deferred)).count();
        assert_eq!(under_way, 0, "mails that have not left ({})", self.database);
        let mut faults = check::faults(&mut self.store.read().await.unwrap()).await.unwrap();
        // Tests write articles past the program, which counts them.
        faults.retain(|found| found.check != "article_counter");
        assert!(faults.is_empty(), "{faults:?} ({})", self.database);
        self.store.close().await;
    }

    /// Closes the desk and keeps its database, to copy it.
    pub(crate) async fn keep(mut self) -> Database {
        self.ended = true;
        self.store.close().await;
        std::mem::replace(&mut self.kept, Database::sqlite())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "a world has to be ended: world.end().await");
    }
}

/// A mail that left.
pub(crate) struct Sent {
    /// Its row in the outbox.
    pub(crate) row: OutboxRow,
    /// Its bytes.
    pub(crate) raw: Vec<u8>,
    /// The same, understood.
    pub(crate) letter: Letter,
}

impl Sent {
    /// Its bytes as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }
}

/// The files of a Maildir by Message-ID.
fn delivered(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(files) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    read.map(|raw| (understand(&raw, &Limits::default()).unwrap().message_id.unwrap(), raw)).collect()
}

/// A test that is told in a world: on every database, ended as a world has to be.
macro_rules! story {
    ($name:ident, |$world:ident| $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            for mut $world in crate::world::desk::World::each().await {
                $body
                $world.end().await;
            }
        }
    };
}
pub(crate) use story;
