//! The main gate (law 2): the same history with and without everything internal gives outsiders the very same bytes.
//!
//! A history is a list of deeds. In one world all of them happen, in the other only those that the observer may know of:
//! no notes, no quiet changes, no held mail, nothing of another organization. Then everything the observer can get is
//! compared: every mail, every page that can be reached by links, headers included. What is random by declaration
//! (secrets of 26 base32 characters, ids of 15 digits and more) is renamed in the order of appearance.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use postroom::demo::client::{Client, File, Written};

use crate::world::desk::{SUPPORT, World};

const CARLA: &str = "carla@acme.example";
const DANA: &str = "dana@globex.example";

/// Something somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// A customer opens a ticket.
    Opens(Org),
    /// A customer answers the newest mail about their ticket.
    Answers(Org, usize),
    /// Staff answer in public.
    Replies(Org, usize),
    /// Staff answer and close in public.
    Closes(Org, usize),
    /// Staff leave a note, by tag or by address, with a file or without.
    Notes(Org, usize, bool),
    /// Staff close in a note: customers still see it open.
    ClosesQuietly(Org, usize),
    /// Somebody claims to be staff.
    Forges(Org, usize),
    /// A stranger writes with the number.
    Intrudes(Org, usize),
    /// The customer's machine says that they are away.
    IsAway(Org, usize),
    /// Somebody writes to the staff's own project.
    WritesInside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Org {
    Acme,
    Globex,
}

impl Org {
    fn key(self) -> &'static str {
        match self {
            Self::Acme => "ACME",
            Self::Globex => "GLOBEX",
        }
    }

    fn customer(self, world: &World) -> Client {
        match self {
            Self::Acme => world.carla.clone(),
            Self::Globex => world.dana.clone(),
        }
    }
}

impl Deed {
    /// Whether people of `org` may know of it.
    fn is_known_to(self, org: Org) -> bool {
        match self {
            Self::Opens(of) | Self::Answers(of, _) | Self::Replies(of, _) | Self::Closes(of, _) => of == org,
            Self::Notes(..)
            | Self::ClosesQuietly(..)
            | Self::Forges(..)
            | Self::Intrudes(..)
            | Self::IsAway(..)
            | Self::WritesInside => false,
        }
    }
}

/// A repeatable random history.
fn history(seed: u64, length: usize) -> Vec<Deed> {
    let chance = postroom::time::Chance::seeded(seed);
    let mut deeds = vec![Deed::Opens(Org::Acme), Deed::Opens(Org::Globex)];
    let mut opened = [1_usize, 1];
    while deeds.len() < length {
        let bits = chance.bits();
        let org = if bits & 3 == 0 { Org::Globex } else { Org::Acme };
        let count = &mut opened[usize::from(org == Org::Globex)];
        let ticket = 1 + usize::try_from(bits >> 8 & 0xffff).unwrap() % *count;
        deeds.push(match (bits >> 32) % 12 {
            0 => {
                *count += 1;
                Deed::Opens(org)
            }
            1 | 2 => Deed::Answers(org, ticket),
            3 | 4 => Deed::Replies(org, ticket),
            5 => Deed::Closes(org, ticket),
            6 => Deed::Notes(org, ticket, false),
            7 => Deed::Notes(org, ticket, true),
            8 => Deed::ClosesQuietly(org, ticket),
            9 => Deed::Forges(org, ticket),
            10 => Deed::Intrudes(org, ticket),
            _ if bits & 4 == 0 => Deed::IsAway(org, ticket),
            _ => Deed::WritesInside,
        });
    }
    deeds
}

/// Does one deed. Time and Message-IDs depend on its place alone.
async fn happen(world: &mut World, place: usize, deed: Deed) {
    let id = format!("step{place}@outside.example");
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    let now = world.clock.now();
    let new = |to: &str, subject: String, text: String, files: Vec<File>| Written {
        to: vec![to.to_owned()],
        cc: vec![],
        subject,
        text,
        files,
        at: now,
        message_id: id.clone(),
    };
    let raw = match deed {
        Deed::Opens(org) => {
            let files =
                vec![File { name: format!("plan{place}.txt"), content_type: "text/plain".to_owned(), data: b"plan".to_vec() }];
            org.customer(world).new_mail(&new(SUPPORT, format!("Request {place}"), format!("Please do {place}."), files))
        }
        Deed::Answers(org, ticket) => {
            let Some(parent) = newest(world, &org.customer(world).address, org, ticket).await else { return };
            org.customer(world).reply(&parent, &format!("More of {place}."), now, &id)
        }
        Deed::Replies(org, ticket) => {
            let parent = notification(world, &anna, org, ticket).await;
            anna.reply(&parent, &format!("We did {place}."), now, &id)
        }
        Deed::Closes(org, ticket) => {
            let parent = notification(world, &ben, org, ticket).await;
            ben.reply(&parent, &format!("#close\nDone with {place}."), now, &id)
        }
        Deed::Notes(org, ticket, with_file) => {
            let parent = notification(world, &anna, org, ticket).await;
            let reply = anna.answer(&parent, &format!("#note\nSECRET-NOTE {place}"));
            let reply = if with_file { reply.file("SECRET-FILE.txt", "text/plain", b"SECRET-BYTES") } else { reply };
            reply.write(now, &id)
        }
        Deed::ClosesQuietly(org, ticket) => {
            let parent = notification(world, &ben, org, ticket).await;
            ben.reply(&parent, "#note\n#close\nSECRET-CLOSE", now, &id)
        }
        Deed::Forges(org, ticket) => {
            anna.new_mail(&new(SUPPORT, format!("Re: [{}-{ticket}]", org.key()), "#close\nSECRET-FORGED".to_owned(), vec![]))
        }
        Deed::Intrudes(org, ticket) => {
            let written = new(SUPPORT, format!("Re: [{}-{ticket}]", org.key()), "SECRET-INTRUDER".to_owned(), vec![]);
            world.stranger.new_mail(&written)
        }
        Deed::IsAway(org, ticket) => {
            let customer = org.customer(world);
            let Some(parent) = newest(world, &customer.address, org, ticket).await else { return };
            customer.answer(&parent, "SECRET-AWAY").header("Auto-Submitted", "auto-replied").write(now, &id)
        }
        Deed::WritesInside => {
            world.stranger.new_mail(&new("intern@desk.example", "SECRET-INSIDE".to_owned(), "SECRET-INSIDE".to_owned(), vec![]))
        }
    };
    world.send(&raw).await;
}

/// The first public notification about a ticket that a member of staff got.
async fn notification(world: &World, staff: &Client, org: Org, ticket: usize) -> Vec<u8> {
    let subject = format!("[{}-{ticket}] ", org.key());
    let sent = world.sent_to(&staff.address).await;
    let mut about = sent.into_iter().filter(|sent| sent.letter.subject.starts_with(&subject));
    about.find(|sent| sent.text().contains("X-Postroom-Visibility: public")).expect("staff were told").raw
}

/// The newest mail about a ticket that a customer got.
async fn newest(world: &World, address: &str, org: Org, ticket: usize) -> Option<Vec<u8>> {
    let number = format!("[{}-{ticket}]", org.key());
    let sent = world.sent_to(address).await.into_iter().rev();
    sent.filter(|sent| sent.letter.subject.contains(&number)).map(|sent| sent.raw).next()
}

/// Everything that an observer can get, by what it is.
async fn observe(world: &World, address: &str) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for (place, sent) in world.sent_to(address).await.into_iter().enumerate() {
        seen.insert(format!("mail {place:03}"), sent.text());
    }
    let mut browser = world.signed_in(address).await;
    let mut names = Names::default();
    let mut ahead = VecDeque::from(["/".to_owned()]);
    let mut asked = BTreeSet::from(["/".to_owned()]);
    while let Some(path) = ahead.pop_front() {
        assert!(asked.len() < 2000, "the pages lead to ever more pages: {path}");
        let shown = browser.get(&path).await;
        let headers =
            shown.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        let text = shown.text();
        for link in links(&text) {
            if asked.insert(link.clone()) {
                ahead.push_back(link);
            }
        }
        let name = format!("page {}", names.rename(&path));
        seen.insert(name, format!("{}\n{}\n{text}", shown.status, headers.collect::<String>()));
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
            let secret = word.len() == 26 && word.chars().all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c));
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
fn difference(one: &BTreeMap<String, String>, two: &BTreeMap<String, String>) -> Option<String> {
    let (mut first, mut second) = (Names::default(), Names::default());
    for (name, text) in one {
        let Some(other) = two.get(name) else { return Some(format!("{name} is only in the first world:\n{text}")) };
        let (text, other) = (first.rename(text), second.rename(other));
        if text != other {
            let lines = text.lines().zip(other.lines()).find(|(one, two)| one != two);
            return Some(format!("{name}: {lines:?}\n--- first\n{text}\n--- second\n{other}"));
        }
    }
    two.keys().find(|name| !one.contains_key(*name)).map(|name| format!("{name} is only in the second world"))
}

/// Lets a history happen, in full or as far as `org` may know of it.
async fn live(world: &mut World, deeds: &[Deed], only: Option<Org>) {
    for (place, deed) in deeds.iter().enumerate() {
        world.clock.advance(Duration::from_secs(600));
        if only.is_none_or(|org| deed.is_known_to(org)) {
            happen(world, place, *deed).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_internal_changes_a_byte_of_what_outsiders_get() {
    let histories: u64 = std::env::var("POSTROOM_TEST_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    for seed in 0..histories {
        let deeds = history(seed, 24);
        for (org, address) in [(Org::Acme, CARLA), (Org::Globex, DANA)] {
            for (mut full, mut bare) in World::each().await.into_iter().zip(World::each().await) {
                live(&mut full, &deeds, None).await;
                live(&mut bare, &deeds, Some(org)).await;
                let (seen, expected) = (observe(&full, address).await, observe(&bare, address).await);
                if let Some(difference) = difference(&seen, &expected) {
                    panic!("history {seed} on {} shows {address} something:\n{deeds:#?}\n{difference}", full.database);
                }
                assert!(seen.len() > 5, "there is something to compare: {:?}", seen.keys());
                let all: String = seen.values().map(String::as_str).collect();
                assert!(!all.contains("SECRET"), "a canary sings");
                full.end().await;
                bare.end().await;
            }
        }
    }
}

/// The gate can fail: each public deed changes what is seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_public_deed_does_change_what_is_seen() {
    let start = [Deed::Opens(Org::Acme), Deed::Opens(Org::Globex), Deed::Replies(Org::Acme, 1)];
    for deed in [Deed::Opens(Org::Acme), Deed::Answers(Org::Acme, 1), Deed::Replies(Org::Acme, 1), Deed::Closes(Org::Acme, 1)] {
        for (mut one, mut two) in World::each().await.into_iter().zip(World::each().await) {
            let more: Vec<Deed> = start.iter().copied().chain([deed]).collect();
            live(&mut one, &start, None).await;
            live(&mut two, &more, None).await;
            one.clock.advance(Duration::from_secs(600));
            let (before, after) = (observe(&one, CARLA).await, observe(&two, CARLA).await);
            assert!(difference(&before, &after).is_some(), "{deed:?} on {}", one.database);
            one.end().await;
            two.end().await;
        }
    }
}
