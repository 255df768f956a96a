//! The spoof lab: forged mails through the whole desk, every way to write a From header with every other trick.
//!
//! By default a sample runs: everything one step away from a well proven mail, and combinations drawn by seed.
//! `POSTROOM_TEST_SPOOFS=all` runs the whole product on SQLite, `POSTROOM_TEST_SPOOFS=2/8` the second of eight parts of it.

mod controls;
mod forge;

use std::collections::BTreeSet;
use std::io::Write;

use postroom::config::{Receiver, Trust};
use postroom::desk::inbox::Disposition;
use postroom::intake::facts::dkim::Records;
use postroom::time::{Clock, Rng};

use crate::world::desk::{World, story};
use forge::{Case, Fate, Keys, RULES, Token, bytes};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";

/// A desk with four tickets of Carla's, and every token that a forger could have come by.
struct Lab {
    keys: Keys,
    own: String,
    note: String,
    other: String,
    bens: String,
    carlas: String,
    replaced: String,
    expired: String,
    other_desk: String,
}

/// What can be counted that a forged mail must not change.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    outsiders: usize,
    public: i64,
    internal: i64,
    tickets: usize,
    done: Vec<bool>,
}

impl Lab {
    async fn set_up(world: &mut World) -> Self {
        let (carla, anna) = (world.carla.clone(), world.anna.clone());
        let keys = Keys::new();
        let record = format!("v=DKIM1; k=ed25519; p={}", crate::proof::base64(&keys.public()));
        let domains = ["staff.example", "elsewhere.example"];
        world.records(Records::fixed(domains.map(|domain| (format!("s1._domainkey.{domain}"), record.clone()))));
        // The signer takes the time from the machine.
        world.clock.advance(Clock::System.now().since(world.clock.now()));
        for subject in ["Alt", "Früher", "Anderes", "Drucker"] {
            world.writes(&carla, subject, "Bitte um Hilfe.").await;
        }
        let told = world.sent_to(ANNA).await;
        let address = |number: &str| {
            let mail = told.iter().find(|sent| sent.letter.subject.contains(number)).unwrap();
            mail.letter.reply_to.clone().unwrap().address
        };
        let [expired, other_desk, other, replaced] = ["ACME-1", "ACME-2", "ACME-3", "ACME-4"].map(address);
        // The first ticket is done since long ago, the second one's tokens are from before a restored backup.
        let parent = &told.iter().find(|sent| sent.letter.subject.contains("ACME-1")).unwrap().raw;
        let id = world.message_id();
        let raw = anna.reply(parent, "#close", world.clock.now(), &id);
        world.send(&raw).await;
        let (old, long) = (world.ticket("ACME-1").await.0, 91 * 86_400 * 1_000_000_i64);
        let times = "created_at = created_at - {}, updated_at = updated_at - {}, face_activity_at = face_activity_at - {}";
        world.execute(&format!("UPDATE ticket SET {} WHERE id = {}", times.replace("{}", &long.to_string()), old.id.0)).await;
        world.execute(&format!("UPDATE entry SET at = at - {long} WHERE ticket_id = {}", old.id.0)).await;
        let second = world.ticket("ACME-2").await.0.id.0;
        world.execute(&format!("UPDATE reply_token SET epoch = 'another' WHERE ticket_id = {second}")).await;
        // The fourth one's first address was shown outside.
        let parent = &told.iter().find(|sent| sent.letter.subject.contains("ACME-4")).unwrap().raw;
        let id = world.message_id();
        let raw = anna.answer(parent, "Wir sehen nach.").cc("sam@elsewhere.example").write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.last_verdict().await, "comment token");
        let new = world.last_to(ANNA).await;
        let own = new.letter.reply_to.clone().unwrap().address;
        let text = new.letter.body.text.clone();
        let addresses = text.split("support+").skip(1).filter_map(|rest| rest.get(..26));
        let note = addresses.map(|secret| format!("support+{secret}@desk.example")).find(|address| *address != own).unwrap();
        let bens = world.last_to(BEN).await.letter.reply_to.unwrap().address;
        let carlas = world.last_to(CARLA).await.letter.reply_to.unwrap().address;
        Self { keys, own, note, other, bens, carlas, replaced, expired, other_desk }
    }

    fn to(&self, token: Token) -> String {
        match token {
            Token::None => "support@desk.example".to_owned(),
            Token::Own => self.own.clone(),
            Token::UpperCase => self.own.to_uppercase(),
            Token::NoteAddress => self.note.clone(),
            Token::OtherTicket => self.other.clone(),
            Token::Bens => self.bens.clone(),
            Token::Carlas => self.carlas.clone(),
            Token::Replaced => self.replaced.clone(),
            Token::Expired => self.expired.clone(),
            Token::OtherDesk => self.other_desk.clone(),
            Token::Truncated => {
                let (local, domain) = self.own.split_once('@').unwrap();
                format!("{}@{domain}", local.strip_suffix(|_: char| true).unwrap())
            }
            Token::Longer => self.own.replace('@', "a@"),
        }
    }

    async fn count(&self, world: &World) -> Count {
        let comments =
            |visibility: &str| format!("SELECT COUNT(*) FROM entry WHERE kind <> 'change' AND visibility = '{visibility}'");
        let mut done = Vec::new();
        for number in ["ACME-1", "ACME-2", "ACME-3", "ACME-4"] {
            done.push(world.ticket(number).await.0.state.status == "done");
        }
        Count {
            outsiders: world.outbox().await.iter().filter(|row| !row.mail.recipient.ends_with("@staff.example")).count(),
            public: world.number(&comments("public")).await,
            internal: world.number(&comments("internal")).await,
            tickets: world.tickets().await,
            done,
        }
    }
}

/// How many there were, and how many of them were held and acted on.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    held: usize,
    notes: usize,
    answers: usize,
    closings: usize,
}

/// Sends these mails, and finds nothing done but what the table allows: mail for mail, and counted in the database.
async fn try_all(world: &mut World, cases: &[Case], tally: &mut Tally) {
    let lab = Lab::set_up(world).await;
    let mut expected = lab.count(world).await;
    let before = world.ledger().await.len();
    for (number, case) in cases.iter().enumerate() {
        let (profile, believing) = RULES[case.rules];
        let receiver = believing.then(|| Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 });
        world.trust(Trust { profile, receiver, dkim: believing });
        let raw = bytes(case, number, &lab.to(case.token), &lab.keys);
        world.arrive(&raw, "support").await;
        world.decide().await;
    }
    let mut ledger = world.ledger().await.split_off(before);
    ledger.sort_by_key(|row| row.position);
    assert_eq!(ledger.len(), cases.len());
    let mut closed = BTreeSet::new();
    for (row, case) in ledger.iter().zip(cases) {
        let (disposition, place) = match case.fate() {
            Fate::Held => {
                tally.held += 1;
                (Disposition::Held, None)
            }
            Fate::Note(place) => {
                tally.notes += 1;
                expected.internal += 1;
                (Disposition::Note, Some(place))
            }
            Fate::Answer(place, closes) => {
                tally.answers += 1;
                (expected.public, expected.outsiders) = (expected.public + 1, expected.outsiders + 1);
                closed.extend(closes.then_some(place));
                (Disposition::Comment, Some(place))
            }
            Fate::Closing(place) => {
                tally.closings += 1;
                expected.internal += 1;
                closed.insert(place);
                (Disposition::Note, Some(place))
            }
        };
        let reason = row.reason.as_deref().unwrap_or_default();
        assert_eq!(row.disposition, Some(disposition), "{reason} ({}): {}", world.database, case.words());
        if let Some(place) = place {
            assert_eq!(row.ticket, Some(world.ticket(&format!("ACME-{place}")).await.0.id), "{}", case.words());
        }
    }
    for place in closed {
        expected.done[place - 1] = true;
    }
    assert_eq!(lab.count(world).await, expected, "something was done that no mail had leave for ({})", world.database);
    world.deliver().await;
}

/// These combinations, a fresh desk for every few of them.
async fn try_in_batches(cases: &[Case], tally: &mut Tally) {
    for batch in cases.chunks(600) {
        let mut world = World::one().await;
        try_all(&mut world, batch, tally).await;
        world.end().await;
    }
}

fn drawn(count: usize) -> Vec<Case> {
    let rng = Rng::seeded(7);
    let all = u128::try_from(Case::count()).unwrap();
    (0..count).map(|_| Case::numbered(usize::try_from(rng.bits() % all).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_mails_do_nothing_and_proven_ones_act() {
    let all = Case::count();
    let cases: Vec<Case> = match std::env::var("POSTROOM_TEST_SPOOFS").unwrap_or_default().as_str() {
        "" => Case::neighbours().into_iter().chain(drawn(400)).collect(),
        "all" => (0..all).map(Case::numbered).collect(),
        part => {
            let (part, parts) = part.split_once('/').expect("all, or a part like 2/8");
            let (part, parts): (usize, usize) = (part.parse().unwrap(), parts.parse().unwrap());
            (0..all).filter(|number| number / SLICE % parts == part - 1).map(Case::numbered).collect()
        }
    };
    let mut tally = Tally::default();
    try_in_batches(&cases, &mut tally).await;
    assert!(tally.held > 0 && tally.notes > 0 && tally.answers > 0, "{tally:?}");
    writeln!(std::io::stderr(), "spoof lab: {} of {all} combinations, {tally:?}", cases.len()).unwrap();
}

/// Numbers that stay together when the product is cut into parts: each part then has something of every rule and shape.
const SLICE: usize = 97;

story!(the_neighbours_of_a_proven_mail_fare_alike_on_every_database, |world| {
    let cases: Vec<Case> = Case::neighbours().into_iter().filter(|case| case.rules == 1).chain(drawn(40)).collect();
    try_all(&mut world, &cases, &mut Tally::default()).await;
});
