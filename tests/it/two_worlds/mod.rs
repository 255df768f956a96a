//! The main gate (law 2): the same history with and without everything internal gives outsiders the very same bytes.
//!
//! A history is a list of deeds. In one world all of them happen, in the other only those that the observer may know of:
//! no notes, no quiet changes, no held mail, nothing of another organization. Then everything the observer can get is
//! compared: every mail, every page that can be reached by links, and every address of the router filled in with every
//! key, number, id and name that exists in either world, headers included. What is random by declaration (secrets of 26
//! or 52 base32 characters, ids of 15 digits and more) is renamed in the order of appearance.

mod canary;
mod deeds;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use axum::body::Body;
use postroom::desk::entry::Visibility;

use crate::world::browser::{Browser, Shown};
use crate::world::desk::World;
use crate::world::paths::{filled, patterns};
use canary::sings;
use deeds::{Bar, CARLA, CEM, Click, DANA, Deed, Org, Part, RITA, Side, Who, history, live};

/// What an observer got, by what it is.
type Seen = BTreeMap<String, Vec<u8>>;

/// All mails to people of a side.
async fn mails(world: &World, org: Org) -> Seen {
    let theirs = |address: &str| match org {
        Org::Acme => address.ends_with("@acme.example"),
        Org::Globex => address.ends_with("@globex.example"),
        Org::None => address == RITA,
    };
    let mut seen = Seen::new();
    for (place, sent) in world.sent().await.into_iter().filter(|sent| theirs(&sent.row.mail.recipient)).enumerate() {
        seen.insert(format!("mail {place:03} to {}", sent.row.mail.recipient), sent.raw);
    }
    seen
}

/// Every page that links lead to. Gives the paths, too.
async fn linked(browser: &mut Browser) -> (Seen, BTreeSet<String>) {
    let mut seen = Seen::new();
    let mut names = Names::default();
    let mut ahead = VecDeque::from(["/".to_owned()]);
    let mut asked = BTreeSet::from(["/".to_owned()]);
    while let Some(path) = ahead.pop_front() {
        assert!(asked.len() < 2000, "the pages lead to ever more pages: {path}");
        let shown = browser.get(&path).await;
        for link in links(&shown.text()) {
            if asked.insert(link.clone()) {
                ahead.push_back(link);
            }
        }
        seen.insert(format!("page {}", names.rename(&path)), everything(&shown));
    }
    (seen, asked)
}

/// Status, headers and body.
fn everything(shown: &Shown) -> Vec<u8> {
    let headers = shown.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    let mut all = format!("{}\n{}\n", shown.status, headers.collect::<String>()).into_bytes();
    all.extend_from_slice(&shown.bytes);
    all
}

/// What there is to put into an address.
#[derive(Default)]
struct There {
    keys: BTreeSet<String>,
    numbers: BTreeSet<String>,
    files: BTreeSet<String>,
    articles: BTreeSet<String>,
    pictures: BTreeSet<String>,
    held: BTreeSet<String>,
}

impl There {
    async fn of(world: &World) -> Self {
        let all = async |sql| world.texts(sql).await.into_iter().collect();
        Self {
            keys: all("SELECT key FROM project").await,
            numbers: all("SELECT CAST(number AS TEXT) FROM ticket").await,
            files: all("SELECT CAST(id AS TEXT) FROM attachment ORDER BY name DESC").await,
            articles: all("SELECT slug FROM article").await,
            pictures: all("SELECT name FROM article_file").await,
            held: all("SELECT CAST(id AS TEXT) FROM inbox WHERE disposition = 'held'").await,
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.keys.extend(other.keys);
        self.numbers.extend(other.numbers);
        self.files.extend(other.files);
        self.articles.extend(other.articles);
        self.pictures.extend(other.pictures);
        self.held.extend(other.held);
        self
    }

    /// Every address of the router, filled in. Files that `linked` pages lead to have other ids in each world, and were
    /// looked at already.
    fn addresses(&self, linked: &BTreeSet<String>) -> Vec<String> {
        let odd = |all: &BTreeSet<String>, odd: &[&str]| -> Vec<String> {
            odd.iter().map(|odd| (*odd).to_owned()).chain(all.iter().cloned()).collect()
        };
        let hidden = |id: &&String| !linked.iter().any(|path| path.ends_with(&format!("/files/{id}")));
        let values = |pattern: &str, name: &str| match name {
            // Each file under each ticket that there may be would be thousands.
            "key" if pattern.contains("{number}/files") => vec!["ACME".to_owned(), "GLOBEX".to_owned(), "HIDDEN".to_owned()],
            "number" if pattern.contains("{number}/files") => self
                .numbers
                .iter()
                .filter(|number| number.len() == 1)
                .take(2)
                .chain(self.numbers.iter().next_back())
                .cloned()
                .collect(),
            "id" if pattern.contains("{number}/files") => {
                self.files.iter().filter(hidden).take(5).cloned().chain(["12345".to_owned(), "x".to_owned()]).collect()
            }
            "key" => odd(&self.keys, &["NOSUCH", "acme", "%ff"]),
            "number" => odd(&self.numbers, &["999", "01", "-1", "%ff"]),
            // The staff's pages, and the links in mails to staff.
            "id" if pattern.starts_with("/office/") => {
                self.held.iter().cloned().chain(["1".to_owned(), "x".to_owned()]).collect()
            }
            "word" => vec!["send".to_owned(), "x".to_owned()],
            "id" => vec!["1".to_owned(), "x".to_owned()],
            "slug" => odd(&self.articles, &["nosuch", "%ff"]),
            "name" => odd(&self.pictures, &["nosuch.png", "%ff"]),
            "secret" => vec!["a".repeat(52), "x".to_owned(), "%ff".to_owned()],
            "file" => vec!["0.css".to_owned()],
            _ => vec![],
        };
        patterns().into_iter().flat_map(|pattern| filled(pattern, &values)).collect()
    }
}

/// Asks addresses as browsers do, and every fourth as link checkers do: one handler answers both.
async fn ask(browser: &mut Browser, addresses: &[String]) -> Seen {
    let mut seen = Seen::new();
    for (place, address) in addresses.iter().enumerate() {
        let methods: &[&str] = if place % 4 == 0 { &["GET", "HEAD"] } else { &["GET"] };
        for method in methods {
            let shown = browser.ask(browser.request(method, address).body(Body::empty()).unwrap()).await;
            seen.insert(format!("{method} {address}"), everything(&shown));
        }
    }
    seen
}

/// Where a page leads to: its links and pictures on this site.
fn links(html: &str) -> Vec<String> {
    let values = html.split(['\n', ' ']).filter_map(|word| word.strip_prefix("href=\"").or_else(|| word.strip_prefix("src=\"")));
    let paths =
        values.filter_map(|value| value.split('"').next()).filter(|path| path.starts_with('/') && !path.starts_with("//"));
    let unescaped = paths.map(|path| path.replace("&#38;", "&").replace("&amp;", "&"));
    unescaped.map(|path| path.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// Renames what is random by declaration, in the order of appearance.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn rename(&mut self, text: &str) -> String {
        let mut renamed = String::new();
        let mut rest = text;
        let is_word = |c: char| c.is_ascii_alphanumeric();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            // The boundary of a multipart mail is its Message-ID without the signs.
            let word = word.strip_suffix("deskexample").unwrap_or(word);
            let secret =
                matches!(word.len(), 26 | 52) && word.chars().all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c));
            let id = word.len() >= 15 && word.chars().all(|c| c.is_ascii_digit());
            if secret || id {
                let next = self.0.len();
                renamed.push_str(&format!("<{}>", self.0.entry(word.to_owned()).or_insert(next)));
            } else {
                renamed.push_str(word);
            }
            let mut chars = after.chars();
            renamed.extend(chars.next());
            rest = chars.as_str();
        }
        renamed
    }
}

/// The first difference between what was seen in two worlds.
fn difference(one: &Seen, two: &Seen) -> Option<String> {
    let (mut first, mut second) = (Names::default(), Names::default());
    for (name, bytes) in one {
        let text = first.rename(&String::from_utf8_lossy(bytes));
        let Some(other) = two.get(name) else { return Some(format!("{name} is only in the first world:\n{text}")) };
        let other = second.rename(&String::from_utf8_lossy(other));
        if text != other {
            let lines = text.lines().zip(other.lines()).find(|(one, two)| one != two);
            return Some(format!("{name}: {lines:?}\n--- first\n{text}\n--- second\n{other}"));
        }
    }
    two.keys().find(|name| !one.contains_key(*name)).map(|name| format!("{name} is only in the second world"))
}

/// Everything that somebody with a role gets in two worlds. Role 1 and 2 are the desk's own, the others are made by
/// [`live`].
async fn observe(one: &World, two: &World, address: &str, role: i64) -> (Seen, Seen) {
    let mut browsers = Vec::new();
    for world in [one, two] {
        let sql = format!(
            "UPDATE member SET role_id = {role} WHERE person_id IN (SELECT person_id FROM person_address WHERE address = '{address}')"
        );
        world.execute(&sql).await;
        browsers.push(world.signed_in(address).await);
    }
    let ((mut seen, links), (mut other, more)) = (linked(&mut browsers[0]).await, linked(&mut browsers[1]).await);
    let there = There::of(one).await.and(There::of(two).await);
    let addresses = there.addresses(&links.into_iter().chain(more).collect());
    seen.extend(ask(&mut browsers[0], &addresses).await);
    other.extend(ask(&mut browsers[1], &addresses).await);
    (seen, other)
}

/// Lets a history happen in both worlds, and compares what people of a side get: their mails, and all that each of `people`
/// sees with a role.
async fn compare(name: &str, deeds: &[Deed], side: Side, people: &[(&str, i64)]) {
    for (mut full, mut bare) in World::each().await.into_iter().zip(World::each().await) {
        live(&mut full, deeds, None).await;
        live(&mut bare, deeds, Some(side)).await;
        let (seen, expected) = (mails(&full, side.org).await, mails(&bare, side.org).await);
        assert!(!seen.is_empty(), "there are mails to compare");
        let mut all = vec![("mails".to_owned(), seen, expected)];
        for (address, role) in people {
            let (seen, expected) = observe(&full, &bare, address, *role).await;
            assert!(seen.len() > 100, "there is something to compare: {:?}", seen.keys());
            all.push((format!("{address} with role {role}"), seen, expected));
        }
        for (who, seen, expected) in all {
            if let Some(difference) = difference(&seen, &expected) {
                panic!("{name} on {} shows {who} of {side:?} something:\n{deeds:?}\n{difference}", full.database);
            }
            for (page, bytes) in &seen {
                assert_eq!(sings(bytes), None, "a canary sings to {who} in {page}");
            }
        }
        full.end().await;
        bare.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_internal_changes_a_byte_of_what_outsiders_get() {
    let histories: u64 = std::env::var("POSTROOM_TEST_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    for seed in 0..histories {
        let deeds = history(seed, 32);
        let sees_time = seed % 2 == 1;
        let roles: &[i64] = if sees_time { &[2, 52] } else { &[1, 51, 53] };
        let role = |place: u64| roles[usize::try_from((seed / 2 + place) % roles.len() as u64).unwrap()];
        let acme = [(CARLA, role(0)), (CEM, role(1))];
        for (org, people) in [(Org::Acme, &acme[..]), (Org::Globex, &[(DANA, role(2))]), (Org::None, &[])] {
            compare(&format!("history {seed}"), &deeds, Side { org, sees_time }, people).await;
        }
    }
}

/// Numbers that guests see once counted the tickets that they do not see.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_opened_inside_leaves_no_gap_in_the_numbers() {
    let deeds = [Deed::Opens(Org::Acme), Deed::OpensInside(Org::Acme), Deed::Opens(Org::Acme)];
    compare("a gap", &deeds, Side { org: Org::Acme, sees_time: false }, &[(CARLA, 1)]).await;
}

/// A customer's answer once opened again, for everybody to see, what waited only for staff.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rests_only_inside_is_not_seen_to_be_opened_again() {
    let status = |visibility| Deed::Sets(Org::Acme, 1, Part::Status, visibility);
    // By its place the first sets "in progress", the second "waiting".
    let deeds = [
        Deed::Opens(Org::Acme),
        Deed::Replies(Org::Acme, 1),
        status(Visibility::Public),
        status(Visibility::Internal),
        Deed::Answers(Org::Acme, 1),
    ];
    compare("an answer", &deeds, Side { org: Org::Acme, sees_time: false }, &[(CARLA, 1)]).await;
    for mut world in World::each().await {
        live(&mut world, &deeds, None).await;
        let (ticket, _) = world.ticket("ACME-1").await;
        assert_eq!((ticket.state.status.as_str(), ticket.face.state.status.as_str()), ("in_progress", "in_progress"));
        world.end().await;
    }
}

/// The gate can fail: each public deed changes what is seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_public_deed_does_change_what_is_seen() {
    use Visibility::Public;
    let start = [
        Deed::Opens(Org::Acme),
        Deed::Opens(Org::Globex),
        Deed::Replies(Org::Acme, 1),
        Deed::Opens(Org::Acme),
        Deed::Page(Org::Acme, Who::First, 2, Click::Close),
        Deed::Page(Org::Acme, Who::First, 2, Click::Mute),
    ];
    let page = |ticket, click| Deed::Page(Org::Acme, Who::First, ticket, click);
    let deeds = [
        Deed::Opens(Org::Acme),
        Deed::Answers(Org::Acme, 1),
        Deed::Replies(Org::Acme, 1),
        Deed::Closes(Org::Acme, 1),
        page(0, Click::Create),
        page(1, Click::Comment),
        page(1, Click::Close),
        page(2, Click::Reopen),
        page(1, Click::Priority),
        page(1, Click::Invite),
        page(1, Click::Mute),
        page(2, Click::Unmute),
        Deed::Page(Org::Acme, Who::Colleague, 1, Click::Comment),
        Deed::Sets(Org::Acme, 1, Part::Status, Public),
        Deed::Sets(Org::Acme, 1, Part::Priority, Public),
        Deed::Worked(Org::Acme, 1, Public),
    ];
    for (mut one, mut two) in World::each().await.into_iter().zip(World::each().await) {
        let side = Side { org: Org::Acme, sees_time: true };
        live(&mut one, &start, Some(side)).await;
        live(&mut two, &start, Some(side)).await;
        let look = async |world: &World| {
            world.execute("UPDATE member SET role_id = 2").await;
            let mut browser = world.signed_in(CARLA).await;
            linked(&mut browser).await.0
        };
        let mut before = look(&two).await;
        assert_eq!(difference(&look(&one).await, &before), None, "the twin: nothing happened");
        for (place, deed) in deeds.into_iter().enumerate() {
            two.clock.advance(Duration::from_secs(600));
            two.execute("UPDATE member SET role_id = 50").await;
            deeds::happen(&mut two, 100 + place, deed).await;
            let mut after = look(&two).await;
            // A page of its own tells of sessions and their times, whatever happens.
            for seen in [&mut before, &mut after] {
                seen.remove("page /sessions");
            }
            assert!(difference(&before, &after).is_some(), "{deed:?} on {}", two.database);
            before = after;
        }
        one.end().await;
        two.end().await;
    }
}

/// The gate compares something: each internal deed leaves its trace where staff look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_internal_deed_does_happen() {
    use Visibility::Internal;
    let deeds = [
        Deed::Notes(Org::Acme, 1, true),
        Deed::ClosesQuietly(Org::Acme, 1),
        Deed::Forges(Org::Acme, 1),
        Deed::Intrudes(Org::Acme, 1),
        Deed::Barred(1, Bar::Role),
        Deed::Barred(1, Bar::Former),
        Deed::Barred(1, Bar::Off),
        Deed::IsAway(Org::Acme, 1),
        Deed::WritesInside,
        Deed::Sets(Org::Acme, 1, Part::Status, Internal),
        Deed::Sets(Org::Acme, 1, Part::Priority, Internal),
        Deed::Worked(Org::Acme, 1, Internal),
        Deed::OpensInside(Org::Acme),
    ];
    for mut world in World::each().await {
        live(&mut world, &[Deed::Opens(Org::Acme), Deed::Replies(Org::Acme, 1)], None).await;
        for (place, deed) in deeds.into_iter().enumerate() {
            let before = world.dump().await;
            deeds::happen(&mut world, 100 + place, deed).await;
            let after = world.dump().await;
            let new: Vec<_> = after.iter().filter(|line| before.binary_search(line).is_err()).collect();
            let told = new.iter().any(|line| line.starts_with("entry:") || line.starts_with("inbox:"));
            assert!(told, "{deed:?} on {}: {new:?}", world.database);
        }
        world.end().await;
    }
}
