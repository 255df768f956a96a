//! Every letter in both languages, as its reader gets it: `fixtures/letters/<language>/<room>_<function>.txt` and `.html`.
//!
//! `POSTROOM_BLESS=1` rewrites them; read each change aloud: it is what people get.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use postroom::config::{DisplayName, Quote};
use postroom::desk::budget::Name;
use postroom::desk::entry::{EntryKind, Lack, Visibility};
use postroom::desk::ids::PersonId;
use postroom::desk::inbox::{Held, HeldAction};
use postroom::desk::notify;
use postroom::desk::outbox::State;
use postroom::desk::people::{Language, Named};
use postroom::desk::ticket::TicketNumber;
use postroom::guest::{Guest, GuestEntry, GuestTicket, Reader};
use postroom::intake::command::table;
use postroom::letters::commands::{self, CommandsOutcome, Line, Refusal, Transcript, Verdict, Warning};
use postroom::letters::held::{self, About, Choice, Question};
use postroom::letters::lists::{self, Junk, SpamList, Summary, TakenOver};
use postroom::letters::outsider::{self, Asked, Receipt};
use postroom::letters::staff::{self, Event, Fact, Lost, News, Piece, Renewal};
use postroom::letters::waiting::{self, Item, Morning};
use postroom::letters::{ByLink, Speaker, Stationery, address, budgets, guard};
use postroom::mail::Address;
use postroom::mail::compose::Draft;
use postroom::mail::document::Target;
use postroom::time::Timestamp;

use crate::world::desk::World;

const ZONE: &str = "Europe/Berlin";
const CARLA: PersonId = PersonId(10_003);

type Letters = BTreeMap<&'static str, askama::Result<Draft>>;

fn at() -> Timestamp {
    Timestamp::from_seconds(1_795_010_000)
}

fn number() -> TicketNumber {
    TicketNumber { project: "ACME".to_owned(), number: 1 }
}

fn to_somebody(language: Language, name: &str, address: &str) -> Stationery {
    Stationery {
        desk: "Example Desk".to_owned(),
        display_name: DisplayName::default(),
        address: "support@desk.example".to_owned(),
        to: Address { name: Some(name.to_owned()), address: address.to_owned() },
        cc: Vec::new(),
        language,
        reply_to: Some("support+secret@desk.example".to_owned()),
        message_id: "letter@desk.example".to_owned(),
        references: Vec::new(),
        link: None,
        by_link: Vec::new(),
        unsubscribe: None,
        at: at(),
        footer: Vec::new(),
    }
}

fn to_staff(language: Language) -> Stationery {
    to_somebody(language, "Anna Berger", "anna@staff.example")
}

fn to_carla(language: Language) -> Stationery {
    let link = Some("https://help.desk.example/ACME/1".to_owned());
    let cc = vec![Address { name: Some("Kim Lang".to_owned()), address: "kim@acme.example".to_owned() }];
    Stationery { link, cc, ..to_somebody(language, "Carla Kunze", "carla@acme.example") }
}

/// With all that may stand around an answer to a participant: a file that is too large, a button that stops the mails, and the
/// links of the desk.
fn burdened(language: Language) -> Stationery {
    let file = ByLink {
        blob: "00".repeat(32),
        name: "Press 4, all plans.pdf".to_owned(),
        size: 61_000_000,
        link: "https://help.desk.example/file/secret".to_owned(),
        until: "18.12.2026".to_owned(),
    };
    Stationery {
        by_link: vec![file],
        unsubscribe: Some("https://help.desk.example/unsubscribe/secret".to_owned()),
        footer: vec![("Imprint".to_owned(), Target::new("https://desk.example/imprint").unwrap())],
        ..to_somebody(language, "Kim Lang", "kim@acme.example")
    }
}

/// A ticket with a conversation, as Carla sees it, and Carla.
async fn ticket() -> (GuestTicket, Guest) {
    let mut world = World::one().await;
    let (carla, anna, ben) = (world.carla.clone(), world.anna.clone(), world.ben.clone());
    world.writes(&carla, "Press 4 stands", "Good morning,\n\nthe press in hall 4 stands since seven.").await;
    world.clock.advance(Duration::from_mins(30));
    world.answers(&ben, "Hello Carla,\n\nplease switch it off and on again.").await;
    world.clock.advance(Duration::from_mins(20));
    world.answers(&carla, "Done. It stands all the same.").await;
    world.answers(&anna, "#cc kim@acme.example\n#progress 40\n\nA mechanic is on the way.\nShe will be there at eleven.").await;
    world.deliver().await;
    let id = world.ticket("ACME-1").await.0.id;
    let mut tx = world.store.read().await.unwrap();
    let seen = Reader::correspondent(CARLA).ticket(&mut tx, id, "Example Desk").await.unwrap().unwrap();
    let guest = Guest::enter(&mut tx, CARLA).await.unwrap().unwrap();
    drop(tx);
    world.end().await;
    (seen, guest)
}

fn outside(language: Language, ticket: &GuestTicket, guest: &Guest) -> Letters {
    let paper = || to_carla(language);
    let comments: Vec<&GuestEntry> = ticket.entries().iter().filter(|entry| entry.kind() == EntryKind::Comment).collect();
    let answer = *comments.last().unwrap();
    let within = Named { de: "einem Werktag".to_owned(), en: "one working day".to_owned() };
    let stranger = || to_somebody(language, "Sam Stranger", "sam@elsewhere.example");
    let link = "https://help.desk.example/sign-in/secret";
    BTreeMap::from([
        ("outsider_acknowledgement", outsider::acknowledgement(paper(), ticket, Receipt::Quoting, Some(&within))),
        ("outsider_acknowledgement-number", outsider::acknowledgement(stranger(), ticket, Receipt::Number, None)),
        ("outsider_acknowledgement-further", outsider::acknowledgement(paper(), ticket, Receipt::Further, None)),
        ("outsider_too_large", outsider::too_large(paper(), "2026-11-18 12:06", 61_000_000, 36_700_160)),
        ("outsider_answer", outsider::answer(paper(), ticket, answer, Quote::Last, ZONE)),
        ("outsider_answer-all", outsider::answer(stranger(), ticket, answer, Quote::All, ZONE)),
        ("outsider_answer-by-link", outsider::answer(burdened(language), ticket, answer, Quote::None, ZONE)),
        ("outsider_done", outsider::done(paper(), ticket, None, Quote::Last, ZONE)),
        ("outsider_done-with-words", outsider::done(paper(), ticket, Some(answer), Quote::Last, ZONE)),
        ("outsider_welcome", outsider::welcome(stranger(), ticket, answer, ZONE)),
        ("outsider_collected", outsider::collected(paper(), ticket, &comments, ZONE)),
        ("outsider_standing", outsider::standing(paper(), ticket, Asked::Status, true, ZONE)),
        ("outsider_standing-closed", outsider::standing(paper(), ticket, Asked::Closed, true, ZONE)),
        ("outsider_standing-help", outsider::standing(paper(), ticket, Asked::Help, true, ZONE)),
        ("outsider_may_not_close", outsider::may_not_close(stranger(), "ACME-1")),
        (
            "outsider_invitation",
            outsider::invitation(paper(), &guest.memberships()[0], "https://help.desk.example/invitation/secret"),
        ),
        ("outsider_sign_in", outsider::sign_in(paper(), link, "123456")),
    ])
}

fn named(de: &str, en: &str) -> Named {
    Named { de: de.to_owned(), en: en.to_owned() }
}

fn piece(author: &str, text: &str) -> Piece {
    Piece {
        author: Some(author.to_owned()),
        unverified: false,
        at: "2026-11-18 12:06".to_owned(),
        text: text.to_owned(),
        document: None,
        files: Vec::new(),
        fact: None,
    }
}

fn news() -> News {
    News {
        number: number(),
        title: "Press 4 stands".to_owned(),
        project: "ACME maintenance".to_owned(),
        status: named("offen", "open"),
        face: None,
        event: Event::Wrote,
        topic: notify::Event::Customer,
        author: Some("Carla Kunze <carla@acme.example>".to_owned()),
        speaker: Speaker::Outsider("carla@acme.example".to_owned()),
        unverified: false,
        text: "Done. It stands all the same.".to_owned(),
        document: None,
        files: Vec::new(),
        visibility: Visibility::Public,
        facts: vec![Fact::AlsoSent("sales@desk.example".to_owned())],
        readers: vec!["Carla Kunze (ACME)".to_owned()],
        organization: Some("ACME".to_owned()),
        priority: Some(named("hoch", "high")),
        due: Some(at()),
        given: false,
        before: vec![piece("Ben Okafor", "Please switch it off and on again.")],
        note_address: Some("support+note@desk.example".to_owned()),
        on_the_page: Vec::new(),
        thread_root: "root@desk.example".to_owned(),
    }
}

fn to_colleagues(language: Language) -> Letters {
    let paper = || to_staff(language);
    let internal = News { visibility: Visibility::Internal, note_address: None, ..news() };
    let link = || Some("https://help.desk.example/unsubscribe/secret".to_owned());
    let both = [piece("Carla Kunze <carla@acme.example>", "Done."), piece("Ben Okafor", "Thank you.")];
    let lost = |state, tries| Lost {
        recipient: "carla@acme.example".to_owned(),
        answer: "550 5.1.1 No such user".to_owned(),
        state,
        tries,
    };
    let readers = ["carla@acme.example".to_owned()];
    let renewal =
        |internal, note_address| Renewal { number: &NUMBER, title: "Press 4 stands", seen_by: &readers, internal, note_address };
    let key = "https://help.desk.example/sign-in/secret";
    BTreeMap::from([
        ("staff_notification", staff::notification(Stationery { unsubscribe: link(), ..paper() }, &news(), ZONE)),
        ("staff_notification-internal", staff::notification(paper(), &internal, ZONE)),
        ("staff_collected", staff::collected(paper(), &news(), &both, ZONE)),
        ("staff_sign_in", staff::sign_in(paper(), key, "123456")),
        ("staff_failure", staff::failure(paper(), &number(), &lost(State::Failed, 1))),
        ("staff_failure-unknown", staff::failure(paper(), &number(), &lost(State::Unknown, 3))),
        ("staff_renewal", staff::renewal(paper(), &renewal(false, Some("support+note@desk.example")))),
        ("staff_renewal-internal", staff::renewal(paper(), &renewal(true, None))),
        ("address_code", address::code(paper(), "123456")),
        ("address_added", address::added(paper(), "Ben Okafor", "ben@staff.example", "ben@home.example")),
        ("guard_aside", guard::aside(paper(), "ACME-1", Some(guard::DowngradeNotice::Quotes), &readers)),
        ("guard_reach", guard::reach(paper(), "ACME-1", &[Lack::Text], true)),
        ("guard_left_out", guard::left_out(paper(), "ACME-1", "-- \nAnna Berger\nExtension 4711")),
    ])
}

static NUMBER: std::sync::LazyLock<TicketNumber> = std::sync::LazyLock::new(number);

fn about() -> About {
    About {
        reason: Held::ThirdParty,
        own: false,
        claimed: String::new(),
        number: Some("ACME-1".to_owned()),
        would: None,
        as_note: None,
        readers: vec!["Carla Kunze (ACME)".to_owned()],
        customer: None,
        files: Vec::new(),
        from: "Sam Stranger <sam@elsewhere.example>".to_owned(),
        unverified: false,
        whose: String::new(),
        text: vec!["I have seen the press, too.".to_owned(), "See https://elsewhere.example".to_owned()],
        size: None,
        also: Vec::new(),
        shown: Vec::new(),
        leaves: None,
        others: false,
        first: None,
        mine: None,
    }
}

fn ways() -> Vec<Choice> {
    let choice = |word: &HeldAction| Choice { word: *word, link: Some(format!("https://help.desk.example/held/secret/{word}")) };
    Held::ThirdParty.ways().iter().map(choice).collect()
}

fn about_mails(language: Language) -> Letters {
    let paper = || to_staff(language);
    let question = Question {
        about: about(),
        subject: "Re: Press 4 stands".to_owned(),
        received: "2026-11-18 12:06".to_owned(),
        lines: Vec::new(),
        ways: ways(),
        more: 2,
        leaves: None,
        list: Some("https://help.desk.example/office".to_owned()),
        trust: false,
    };
    let item = || Item {
        id: "17".to_owned(),
        about: about(),
        subject: "Re: Press 4 stands".to_owned(),
        received: "2026-11-18 12:06".to_owned(),
        ways: ways(),
        reply_to: Some("support+secret@desk.example".to_owned()),
    };
    let page = Some("https://help.desk.example/office/held/".to_owned());
    let morning =
        Morning { items: vec![Item { ways: Vec::new(), reply_to: None, ..item() }], count: 3, elsewhere: 1, page: page.clone() };
    let summary = Summary {
        mailbox: "support".to_owned(),
        folders: Vec::new(),
        projects: vec![TakenOver { key: "ACME".to_owned(), name: "ACME maintenance".to_owned(), tickets: 12, entries: 3 }],
        held: 2,
        spam: 1,
        aside: 4,
        list: Some("https://help.desk.example/office".to_owned()),
    };
    let junk = Junk { id: "18".to_owned(), from: "win@evil.example".to_owned(), subject: "You have won".to_owned() };
    let spam = SpamList { since: "2026-11-17 08:00".to_owned(), count: 1, mails: vec![junk], page };
    let line = |text: &str, verdict| Line { text: text.to_owned(), verdict };
    let transcript = Transcript {
        number: Some("ACME-1".to_owned()),
        lines: vec![
            line("#close", Verdict::Fine),
            line("#due 2020-01-01", Verdict::Warned(Warning::Past)),
            line("#priorty high", Verdict::Refused(Refusal::Unknown(Some("#priority".to_owned())))),
        ],
        outcome: CommandsOutcome::TextOnly,
        text: Some(Visibility::Public),
        changes: Some(Visibility::Public),
        readers: vec!["Carla Kunze (ACME)".to_owned()],
    };
    let notice = budgets::Notice {
        budget: Name::Sender,
        party: "carla@acme.example".to_owned(),
        counted: 40,
        number: "ACME-1".to_owned(),
        title: "Press 4 stands".to_owned(),
        page: Some("https://help.desk.example/office".to_owned()),
        command: "postroom budget resume 5".to_owned(),
    };
    let overview = budgets::Overview { tickets: vec![(number(), "Press 4 stands".to_owned(), 3)] };
    BTreeMap::from([
        ("question_question", held::question(paper(), &question)),
        ("replies_told", held::told(paper(), "…")),
        ("replies_forged", held::forged(paper(), "Ben Okafor", Some("Invoice"))),
        ("replies_unasked", held::unasked(paper(), "Ben Okafor", "ben@staff.example", "550 5.1.1 No such user")),
        ("waiting_collected", waiting::collected(paper(), &[item()], 3, Some("https://help.desk.example/office"))),
        ("waiting_morning", waiting::morning(paper(), &morning)),
        ("lists_summary", lists::summary(paper(), &summary)),
        ("lists_spam", lists::spam(paper(), &spam)),
        ("commands_transcript", commands::transcript(paper(), &transcript)),
        ("commands_help", commands::help(paper(), &table::rows(language))),
        ("budgets_notice", budgets::notice(paper(), &notice)),
        ("budgets_overview", budgets::overview(paper(), &overview)),
    ])
}

/// A letter as text: what its reader sees of the head, the fields that programs sort it by, and its words.
fn as_text(draft: &Draft) -> String {
    let shown = |address: &Address| match &address.name {
        Some(name) => format!("{name} <{}>", address.address),
        None => address.address.clone(),
    };
    let mut head = vec![format!("From: {}", shown(&draft.from)), format!("To: {}", shown(&draft.to))];
    head.extend(draft.cc.iter().map(|cc| format!("Cc: {}", shown(cc))));
    head.extend(draft.reply_to.iter().map(|to| format!("Reply-To: {}", shown(to))));
    head.push(format!("Subject: {}", draft.subject));
    head.extend(draft.auto_submitted.iter().map(|word| format!("Auto-Submitted: {word}")));
    head.extend(draft.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    format!("{}\n\n{}", head.join("\n"), draft.text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_letter_reads_as_it_is_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters");
    let bless = std::env::var_os("POSTROOM_BLESS").is_some();
    let (ticket, guest) = ticket().await;
    let (mut expected, mut wrong) = (BTreeSet::new(), Vec::new());
    for language in [Language::German, Language::English] {
        let folder = folder.join(language.tag());
        std::fs::create_dir_all(&folder).unwrap();
        let mut letters = outside(language, &ticket, &guest);
        letters.extend(to_colleagues(language));
        letters.extend(about_mails(language));
        for (name, letter) in letters {
            let draft = letter.unwrap();
            for (ending, is) in [("txt", as_text(&draft)), ("html", draft.html.clone().unwrap())] {
                let path = folder.join(format!("{name}.{ending}"));
                if bless {
                    std::fs::write(&path, &is).unwrap();
                } else if std::fs::read_to_string(&path).ok().as_deref() != Some(is.as_str()) {
                    wrong.push(format!("{}:\n{is}", path.display()));
                }
                expected.insert(path);
            }
        }
    }
    assert!(wrong.is_empty(), "{} letters differ:\n{}", wrong.len(), wrong.join("\n"));
    let written = ["de", "en"].into_iter().flat_map(|tag| std::fs::read_dir(folder.join(tag)).unwrap());
    let written: BTreeSet<PathBuf> = written.map(|file| file.unwrap().path()).collect();
    assert_eq!(written, expected, "no letter is written down that nobody writes");
}

/// The functions of `letters` that write one, as `room_function`.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/letters")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let (room, text) = (path.file_stem().unwrap().to_str().unwrap(), std::fs::read_to_string(&path).unwrap());
            for function in text.split("\npub fn ").skip(1) {
                let head = function.split('{').next().unwrap();
                if head.contains("askama::Result<Draft>") {
                    found.insert(format!("{room}_{}", head.split('(').next().unwrap()));
                }
            }
        }
    }
    found
}

#[test]
fn every_function_that_writes_a_letter_is_among_them() {
    let functions = functions();
    assert!(functions.len() > 25, "{functions:?}");
    for tag in ["de", "en"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters").join(tag);
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let written: BTreeSet<String> = files.map(|name| name.split(['.', '-']).next().unwrap().to_owned()).collect();
        assert_eq!(written, functions, "{tag}");
    }
}
