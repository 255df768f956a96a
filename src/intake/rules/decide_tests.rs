//! The table of `decide`, case by case; over the whole input space see `space`.

#[path = "decide_age_tests.rs"]
mod age;
#[path = "decide_outsider_tests.rs"]
mod outsiders;
#[path = "decide_space_tests.rs"]
mod space;
#[path = "decide_staff_tests.rs"]
mod staff;

use super::*;
use crate::acts::Open;
use crate::config::Profile;
use crate::desk::budget::RECEIPTS_AN_HOUR;
use crate::desk::ids::{OutboxId, ProjectId};
use crate::desk::inbox::Detail;
use crate::desk::people::Language;
use crate::desk::ticket::{STATUS_DONE, STATUS_OPEN};
use crate::intake::case::Redirected;
use crate::intake::case::{Bars, Customer, Guards, Home, Origin, TicketHit, TicketState, TokenHit};
use crate::intake::command::GuestWord;
use crate::intake::command::plan::{Choice, Facts};
use crate::intake::decision::Answer;
use crate::intake::rules::obey::{ANSWERS_AN_HOUR, GUEST_ANSWERS_AN_HOUR};
use crate::intake::rules::proof::Confirmer;
use crate::letters::commands::{CommandsOutcome, Line};
use crate::letters::guard::DowngradeNotice;
use crate::letters::staff::Fact;
use crate::mail::body::Body;
use crate::mail::proof::Alignment;
use crate::mail::{Action, Bounce};
use crate::time::Timestamp;

/// The decision about one mail.
fn decide(letter: &Letter, known: &Known, facts: &Facts, rules: &Rules) -> Decision {
    super::decide(&Case::new(letter, known, facts, rules))
}

/// What commands ask for besides acts.
#[derive(Debug, Default)]
struct Orders {
    times: Vec<(i64, String, Visibility)>,
    cc: Vec<String>,
    uncc: Vec<String>,
    lines: Vec<Line>,
    answers: Vec<Answer>,
}

/// The effects of a decision, each kind for itself.
trait Sorted {
    fn list(&self) -> Vec<&Act>;
    fn text(&self) -> &str;
    fn orders(&self) -> Orders;
    fn settles(&self) -> Option<(Question, Option<HeldAction>)>;
    fn downgrade(&self) -> Option<DowngradeNotice>;
}

impl Sorted for Decision {
    fn list(&self) -> Vec<&Act> {
        self.acts().collect()
    }

    fn text(&self) -> &str {
        let text = self.effects.iter().find_map(|effect| match effect {
            Effect::Act(_, text) => Some(text.as_str()),
            _ => None,
        });
        text.unwrap_or_default()
    }

    fn orders(&self) -> Orders {
        let mut orders = Orders::default();
        for effect in self.effects.clone() {
            match effect {
                Effect::Time(minutes, what, visibility) => orders.times.push((minutes, what, visibility)),
                Effect::Invite(address) => orders.cc.push(address),
                Effect::TakeOff(address) => orders.uncc.push(address),
                Effect::Answer(answer, lines) => {
                    orders.answers.push(answer);
                    orders.lines = lines;
                }
                Effect::Ask(lines) => orders.lines = lines,
                Effect::Act(..)
                | Effect::TellDowngrade { .. }
                | Effect::TellLeftOut
                | Effect::TellReach(_)
                | Effect::Settle(..) => {}
            }
        }
        orders
    }

    fn settles(&self) -> Option<(Question, Option<HeldAction>)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Settle(question, word) => Some((*question, *word)),
            _ => None,
        })
    }

    fn downgrade(&self) -> Option<DowngradeNotice> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::TellDowngrade { why, .. } => *why,
            _ => None,
        })
    }
}

const ANNA: PersonId = PersonId(1);
const CARLA: PersonId = PersonId(11);
const OTHER: PersonId = PersonId(99);
const TICKET: TicketId = TicketId(100);
const HOME: ProjectId = ProjectId(7);

fn letter(text: &str) -> Letter {
    Letter {
        lost_attachments: 0,
        document: None,
        only_html: vec![],
        message_id: Some("m@x.example".to_owned()),
        from: None,
        reply_to: None,
        reply_to_too: vec![],
        to: vec![],
        cc: vec![],
        delivered_to: vec![],
        subject: "Printer".to_owned(),
        date: None,
        references: vec![],
        kind: Kind::Person,
        list: false,
        body: Body::all_new(text),
        kind_rule: None,
        verification_rule: None,
        html: None,
        remote_images: 0,
        attachments: vec![],
        bounce: None,
        calendar: None,
        warnings: vec![],
        content_hash: [0; 32],
    }
}

fn known(sender: Sender) -> Known {
    Known {
        mailbox: "support".to_owned(),
        sender,
        origin: Origin::default(),
        token: None,
        thread: None,
        subject: None,
        home: Home { project: HOME, misdirected: None },
        copy: Copy::New,
        acknowledgements: 0,
        lately: 0,
        waits_for: None,
        joined: 0,
        answers: 0,
        may_close: true,
        bars: Bars::default(),
        said: None,
        belongs: false,
        old: false,
        junk: false,
        familiar: false,
        bounced: None,
        release: None,
        released_by: None,
        question: None,
        behalf: None,
        passes_on: false,
        redirected: None,
        signed: crate::intake::case::Signed::default(),
        guards: Guards::default(),
        reveals: false,
    }
}

fn for_carla() -> OnBehalfOf {
    OnBehalfOf::Clear(Box::new(Customer {
        way: crate::acts::BehalfOrigin::PassedOn,
        requester: crate::mail::Address { name: None, address: "carla@acme.example".to_owned() },
        participants: vec![],
        home: Home { project: HOME, misdirected: None },
        subject: "Drucker".to_owned(),
        text: Some("Er druckt nicht.".to_owned()),
        files: vec![],
        at: None,
        original: None,
        note: "#note\nBitte.".to_owned(),
        note_files: vec![],
        welcome: true,
    }))
}

fn token(person: PersonId, channel: Visibility) -> TokenHit {
    TokenHit {
        person,
        staff: person == ANNA,
        ticket: TICKET,
        channel,
        seen: 1,
        live: true,
        state: TicketState { rests: true, done: false },
    }
}

fn hit(takes_part: bool, colleague: bool) -> TicketHit {
    TicketHit { ticket: TICKET, takes_part, colleague, internal: false, state: TicketState { rests: true, done: false } }
}

/// What is known, seen through the evidence that is made of it.
fn confirmer(released_by: Option<PersonId>) -> Option<Confirmer> {
    let known = Known { release: Some(Release::AsIs), released_by, ..known(Sender::Staff(ANNA)) };
    Evidence::of(&known).and_then(|evidence| evidence.confirmed)
}

#[test]
fn whose_word_it_was() {
    assert_eq!(confirmer(None), Some(Confirmer::Administrator));
    assert_eq!(confirmer(Some(ANNA)), Some(Confirmer::Themselves));
    assert_eq!(confirmer(Some(OTHER)), Some(Confirmer::Colleague));
    assert_eq!(Evidence::of(&known(Sender::Staff(ANNA))).map(|evidence| evidence.confirmed), Some(None));
}

fn question(person: PersonId) -> Question {
    Question { person, inbox: InboxId(1), round: 0, live: true }
}

/// What commands can name: a single status.
fn statuses() -> Facts {
    let done = Choice { key: "done".to_owned(), names: vec!["erledigt".to_owned()] };
    Facts { statuses: vec![done], me: Some(ANNA), ..Facts::bare(Timestamp::from_seconds(0), "UTC", Language::English) }
}

fn told(decision: &Decision) -> String {
    format!("{} {}", decision.disposition, decision.reason.as_str())
}

#[test]
fn the_table() {
    let staff = Sender::Staff(ANNA);
    let carla = Sender::Contact(CARLA);
    let mine = |channel| Some(token(ANNA, channel));
    let table: Vec<(&str, Letter, Known, &str)> = vec![
        ("a stranger opens", letter("Hello"), known(Sender::Stranger), "ticket new"),
        ("a contact opens", letter("Hello"), known(carla), "ticket new"),
        ("nobody opens", letter("Hello"), known(Sender::Nobody), "ticket new"),
        ("staff without proof", letter("Hello"), known(staff), "held claims_staff"),
        ("staff with thread only", letter("Hi"), Known { thread: Some(hit(true, false)), ..known(staff) }, "held claims_staff"),
        (
            "sent by a colleague",
            letter("#close\nHi"),
            Known { release: Some(Release::Public), released_by: Some(OTHER), subject: Some(hit(true, false)), ..known(staff) },
            "note kept_unconfirmed",
        ),
        (
            "sent by herself",
            letter("#close\nHi"),
            Known { release: Some(Release::Public), released_by: Some(ANNA), subject: Some(hit(true, false)), ..known(staff) },
            "comment released",
        ),
        (
            "she answers our question",
            letter("#send"),
            Known { question: Some(question(ANNA)), ..known(staff) },
            "command answers_question",
        ),
        ("in other words", letter("Oh yes"), Known { question: Some(question(ANNA)), ..known(staff) }, "held unclear_answer"),
        (
            "somebody else answers it",
            letter("#send"),
            Known { question: Some(question(OTHER)), ..known(staff) },
            "held claims_staff",
        ),
        ("staff answers", letter("Hi"), Known { token: mine(Visibility::Public), ..known(staff) }, "comment token"),
        ("staff notes by address", letter("Hi"), Known { token: mine(Visibility::Internal), ..known(staff) }, "note token"),
        ("staff notes by tag", letter("#note\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "note token"),
        (
            "staff shows a reply address",
            letter("See below"),
            Known { reveals: true, token: mine(Visibility::Public), ..known(staff) },
            "note token",
        ),
        ("staff closes", letter("#close"), Known { token: mine(Visibility::Public), ..known(staff) }, "command token"),
        ("a slip", letter("#nte\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "held near_miss"),
        ("no command", letter("#magic\nHi"), Known { token: mine(Visibility::Public), ..known(staff) }, "held unknown_command"),
        ("nothing new", letter(""), Known { token: mine(Visibility::Public), ..known(staff) }, "held nothing_new"),
        (
            "staff with somebody else's token",
            letter("Hi"),
            Known { token: Some(token(OTHER, Visibility::Public)), ..known(staff) },
            "held claims_staff",
        ),
        (
            "staff with a dead token",
            letter("Hi"),
            Known { token: Some(TokenHit { live: false, ..token(ANNA, Visibility::Public) }), ..known(staff) },
            "held token_ended",
        ),
        (
            "the customer answers by token",
            letter("Thanks"),
            Known { token: Some(token(CARLA, Visibility::Public)), ..known(carla) },
            "comment token",
        ),
        ("by thread", letter("Thanks"), Known { thread: Some(hit(true, false)), ..known(carla) }, "comment thread"),
        ("by number", letter("Thanks"), Known { subject: Some(hit(true, false)), ..known(carla) }, "comment subject"),
        ("a colleague joins", letter("Me too"), Known { subject: Some(hit(false, true)), ..known(carla) }, "comment colleague"),
        (
            "an unknown colleague joins",
            letter("Hi"),
            Known { thread: Some(hit(false, true)), ..known(Sender::Stranger) },
            "comment colleague",
        ),
        (
            "a stranger with the number",
            letter("Hi"),
            Known { subject: Some(hit(false, false)), ..known(Sender::Stranger) },
            "held third_party",
        ),
        (
            "a stranger with the thread",
            letter("Hi"),
            Known { thread: Some(hit(false, false)), ..known(Sender::Stranger) },
            "held third_party",
        ),
        (
            "a stranger with a staff token",
            letter("Hi"),
            Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Stranger) },
            "held unknown_address",
        ),
        (
            "a customer refers to something internal",
            letter("Hi"),
            Known { thread: Some(TicketHit { internal: true, ..hit(true, false) }), ..known(carla) },
            "held refers_to_internal",
        ),
        (
            "our own mail",
            letter("x"),
            Known { copy: Copy::Ours(Some(TICKET)), ..known(Sender::Desk) },
            "outgoing_copy our_own_mail",
        ),
        ("from our address, and not ours", letter("x"), known(Sender::Desk), "held own_address"),
        (
            "the same again",
            letter("x"),
            Known { copy: Copy::Again { ticket: Some(TICKET), address: None }, ..known(carla) },
            "duplicate same_mail",
        ),
    ];
    for (name, letter, known, expected) in table {
        assert_eq!(told(&decide(&letter, &known, &statuses(), &Rules::default())), expected, "{name}");
    }
}

#[test]
fn machines_are_not_answered() {
    let of = |kind: Kind, list: bool, known: Known| {
        let mut letter = letter("I am away");
        (letter.kind, letter.list) = (kind, list);
        letter.bounce = (kind == Kind::Bounce).then(|| Bounce {
            recipients: vec![],
            status: Some("5.1.1".to_owned()),
            action: Some(Action::Failed),
            original_message_id: None,
            diagnostic: None,
            by_recipient: vec![],
            rule: None,
        });
        decide(&letter, &known, &statuses(), &Rules::default())
    };
    let carla = || Known { thread: Some(hit(true, false)), ..known(Sender::Contact(CARLA)) };
    assert_eq!(told(&of(Kind::AutoReply, false, known(Sender::Stranger))), "auto_reply automatic_answer");
    let absence = of(Kind::AutoReply, false, carla());
    assert!(matches!(
        absence.list().as_slice(),
        [Act::Update(Update { comment: Some(Visibility::Internal), status: None, quiet: true, .. })]
    ));
    assert_eq!(told(&of(Kind::Generated, true, known(Sender::Stranger))), "ignored newsletter");
    let monitoring = of(Kind::Generated, false, known(Sender::Stranger));
    assert!(matches!(monitoring.list().as_slice(), [Act::Open(Open { acknowledge: false, .. })]));
    let reopened = |decision: Decision| matches!(decision.list().as_slice(), [Act::Update(Update { status: Some(_), .. })]);
    assert!(!reopened(of(Kind::Generated, false, carla())), "a machine's word opens nothing again");
    assert!(reopened(of(Kind::Person, false, carla())), "a person's does");
    let bounced = || Known { bounced: Some((OutboxId(5), Some(TICKET))), ..known(Sender::Stranger) };
    assert!(matches!(of(Kind::Bounce, false, bounced()).list().as_slice(), [Act::Undelivered { .. }]));
    assert_eq!(told(&of(Kind::Bounce, false, known(Sender::Stranger))), "bounce unknown_mail");
    assert_eq!(told(&of(Kind::Complaint, false, known(Sender::Stranger))), "complaint abuse_report");
    assert_eq!(told(&of(Kind::Receipt, false, carla())), "ignored read_receipt");
}

#[test]
fn what_a_machine_writes_in_a_staff_members_name_waits_for_a_human() {
    let mut report = letter("The backup failed");
    report.kind = Kind::Generated;
    let known = Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Staff(ANNA)) };
    let of = |known: &Known| told(&decide(&report, known, &statuses(), &Rules::default()));
    assert_eq!(of(&known), "held automatic_from_staff");
    assert_eq!(of(&Known { release: Some(Release::AsIs), ..known }), "comment released");
}

#[test]
fn only_a_strangers_newsletter_about_nothing_is_ignored() {
    let mut news = letter("Our best offers");
    (news.kind, news.list) = (Kind::Generated, true);
    let of = |known: Known| told(&decide(&news, &known, &statuses(), &Rules::default()));
    assert_eq!(of(known(Sender::Stranger)), "ignored newsletter");
    assert_eq!(of(known(Sender::Contact(CARLA))), "ticket generated");
    assert_eq!(of(Known { thread: Some(hit(false, false)), ..known(Sender::Stranger) }), "held third_party");
    assert_eq!(of(Known { release: Some(Release::AsIs), ..known(Sender::Stranger) }), "ticket generated");
}

#[test]
fn an_absence_note_stands_only_where_its_sender_is_proven_or_takes_part() {
    let mut absence = letter("I am away");
    absence.kind = Kind::AutoReply;
    let notes = |known: Known| decide(&absence, &known, &statuses(), &Rules::default()).list().len();
    let (anna, carla) = (|| known(Sender::Staff(ANNA)), || known(Sender::Contact(CARLA)));
    let live = |person| Some(token(person, Visibility::Public));
    let dead = |person| Some(TokenHit { live: false, ..token(person, Visibility::Public) });
    assert_eq!(notes(Known { token: live(ANNA), ..anna() }), 1);
    assert_eq!(notes(Known { token: dead(ANNA), ..anna() }), 0);
    assert_eq!(notes(Known { token: live(CARLA), ..carla() }), 1);
    assert_eq!(notes(Known { token: dead(CARLA), ..carla() }), 0);
    assert_eq!(notes(Known { token: live(OTHER), ..carla() }), 0);
    assert_eq!(notes(Known { thread: Some(hit(true, false)), ..carla() }), 1);
    assert_eq!(notes(Known { thread: Some(hit(false, true)), ..carla() }), 0);
}

#[test]
fn acknowledgements_have_bounds() {
    let acknowledged = |known: Known| {
        let decision = decide(&letter("Hello"), &known, &statuses(), &Rules::default());
        matches!(decision.list().as_slice(), [Act::Open(Open { acknowledge: true, .. })])
    };
    let carla = || known(Sender::Contact(CARLA));
    assert!(acknowledged(carla()));
    assert!(acknowledged(Known { acknowledgements: RECEIPTS_AN_HOUR, ..carla() }));
    assert!(!acknowledged(Known { acknowledgements: RECEIPTS_AN_HOUR + 1, ..carla() }));
    assert!(!acknowledged(Known { old: true, ..carla() }));
    assert!(!acknowledged(known(Sender::Nobody)));
}

#[test]
fn for_somebody_else() {
    let proven = || Known { release: Some(Release::AsIs), released_by: Some(ANNA), ..known(Sender::Staff(ANNA)) };
    let clear = || Some(for_carla());
    let unclear = || Some(OnBehalfOf::Unclear(vec![]));
    let rules = Rules::default();
    for (what, text, known, expected, public) in [
        ("clear", "Hi", Known { behalf: clear(), ..proven() }, "ticket on_behalf", 2),
        ("without proof", "Hi", Known { behalf: clear(), ..known(Sender::Staff(ANNA)) }, "held claims_staff", 0),
        ("by a colleague", "Hi", Known { behalf: clear(), released_by: Some(OTHER), ..proven() }, "ticket kept_unconfirmed", 1),
        ("for staff only", "#note\nHi", Known { behalf: clear(), ..proven() }, "ticket released", 1),
        ("as a note", "Hi", Known { behalf: clear(), release: Some(Release::Note), ..proven() }, "ticket released", 1),
        ("unclear", "Hi", Known { behalf: unclear(), ..proven() }, "held unclear_original", 0),
        ("unclear, as a note", "Hi", Known { behalf: unclear(), release: Some(Release::Note), ..proven() }, "ticket released", 1),
        ("a contact has no such power", "Hi", Known { behalf: clear(), ..known(Sender::Contact(CARLA)) }, "ticket new", 2),
        ("on a ticket", "Hi", Known { behalf: clear(), subject: Some(hit(true, false)), ..proven() }, "comment released", 2),
    ] {
        let decision = decide(&letter(text), &known, &statuses(), &rules);
        assert_eq!((told(&decision).as_str(), publicness(&decision)), (expected, public), "{what}");
        let behalf = decision.acts().any(|act| matches!(act, Act::OnBehalf(act) if act.note == "Bitte."));
        assert_eq!(behalf, expected == "ticket on_behalf", "{what}");
    }
}

/// How public an outcome is: 0 nothing is written, 1 something internal, 2 something that outsiders see.
fn publicness(decision: &Decision) -> u8 {
    let of = |act: &Act| match act {
        Act::Open(open) if open.visibility == Visibility::Public => 2,
        Act::OnBehalf(act) if act.open.visibility == Visibility::Public => 2,
        Act::Update(update) => {
            let all_see = update.title.is_some() || update.type_key.is_some() || update.invite.is_some();
            if all_see || parts(update).contains(&Some(Visibility::Public)) { 2 } else { 1 }
        }
        Act::Open(_) | Act::OnBehalf(_) | Act::Time(_) | Act::AlsoSent { .. } | Act::Undelivered { .. } => 1,
    };
    let orders = decision.orders();
    let times = orders.times.iter().map(|(.., visibility)| if *visibility == Visibility::Public { 2 } else { 1 });
    let cc = orders.cc.iter().chain(&orders.uncc).map(|_| 2);
    decision.acts().map(of).chain(times).chain(cc).max().unwrap_or(0)
}

/// For whom each part of an update is.
fn parts(update: &Update) -> [Option<Visibility>; 6] {
    [
        update.comment,
        update.status.as_ref().map(|(_, visibility)| *visibility),
        update.priority.as_ref().map(|(_, visibility)| *visibility),
        update.progress.map(|(_, visibility)| visibility),
        update.assignee.map(|(_, visibility)| visibility),
        update.due.map(|(_, visibility)| visibility),
    ]
}

/// Whether commands do anything besides the acts.
fn ordered(decision: &Decision) -> bool {
    !decision.orders().times.is_empty() || !decision.orders().cc.is_empty() || !decision.orders().uncc.is_empty()
}

#[test]
fn what_stands_in_the_way_of_a_public_answer_is_asked_about_one_after_the_other() {
    let all =
        || Guards { leaks: vec!["From 1998.".to_owned()], collision: Some(Detail::default()), window: true, ..Guards::default() };
    let known = |guards| Known { token: Some(token(ANNA, Visibility::Public)), guards, ..known(Sender::Staff(ANNA)) };
    let told = |text: &str, known: &Known| told(&decide(&letter(text), known, &statuses(), &Rules::default()));
    let settled = |reasons: &[Held]| Guards { settled: reasons.to_vec(), ..all() };
    assert_eq!(told("Hi", &known(all())), "held leak");
    assert_eq!(told("#now\nHi", &known(all())), "held leak", "now is no word about a leak");
    assert_eq!(told("Hi", &known(settled(&[Held::Leak]))), "held collision");
    assert_eq!(told("Hi", &known(settled(&[Held::Leak, Held::Collision]))), "held leaving");
    assert_eq!(told("#now\nHi", &known(settled(&[Held::Leak, Held::Collision]))), "comment token");
    assert_eq!(told("Hi", &known(Guards { window: true, ..Guards::default() })), "held leaving");
    assert_eq!(told("Hi", &known(Guards::default())), "comment token");
    // A human's word counts for what they have seen: the other questions are still asked, and nothing waits after it.
    let sent = |guards| Known { release: Some(Release::AsIs), released_by: Some(ANNA), ..known(guards) };
    assert_eq!(told("Hi", &sent(settled(&[Held::ClaimsStaff]))), "held leak");
    assert_eq!(told("Hi", &sent(settled(&[Held::Leak]))), "held collision");
    assert_eq!(told("Hi", &sent(settled(&[Held::Leak, Held::Collision]))), "comment released");
    // Nothing stands in the way of a note, or of a command.
    assert_eq!(told("#note\nHi", &known(all())), "note token");
    assert_eq!(told("#close", &known(all())), "command token");
}

#[test]
fn an_undo_is_a_word_on_the_answer_that_waits_and_stands_alone() {
    let known = |waiting| Known {
        token: Some(token(ANNA, Visibility::Public)),
        guards: Guards { waiting, ..Guards::default() },
        ..known(Sender::Staff(ANNA))
    };
    let of = |text: &str, known: &Known| decide(&letter(text), known, &statuses(), &Rules::default());
    for text in ["#undo", "#Zurückziehen\n"] {
        let decision = of(text, &known(Some((InboxId(7), 2))));
        let question = Question { person: ANNA, inbox: InboxId(7), round: 2, live: true };
        assert_eq!((told(&decision).as_str(), decision.settles()), ("command undo", Some((question, Some(HeldAction::Note)))));
        assert!(decision.list().is_empty());
    }
    let nothing = of("#undo", &known(None)).settles();
    assert!(matches!(nothing, Some((Question { live: false, .. }, _))));
    for text in ["#undo\nHi", "#undo\n#close"] {
        assert_eq!(told(&of(text, &known(Some((InboxId(7), 2))))), "held unknown_command", "{text}");
    }
    let without = Known { token: None, subject: Some(hit(false, false)), ..known(Some((InboxId(7), 2))) };
    assert!(of("#undo", &without).settles().is_none(), "not without proof");
}

#[test]
fn who_wonders_why_it_became_a_note_is_told() {
    let known = |guards| Known { token: Some(token(ANNA, Visibility::Public)), guards, ..known(Sender::Staff(ANNA)) };
    let aside = |text: &str, known: &Known| decide(&letter(text), known, &statuses(), &Rules::default()).downgrade();
    let quotes = || Guards { quotes: true, ..Guards::default() };
    assert!(aside("Hi", &known(quotes())).is_some_and(|why| why == DowngradeNotice::Quotes));
    assert_eq!(aside("#note\nHi", &known(quotes())), None);
    assert_eq!(aside("Hi", &known(Guards::default())), None);
    let inside = Known { token: Some(token(ANNA, Visibility::Internal)), ..known(quotes()) };
    assert_eq!(aside("Hi", &inside), None);
}

/// Whether an update does anything but add a comment.
fn commanded(update: &Update) -> bool {
    let [_, state @ ..] = parts(update);
    state.iter().any(Option::is_some) || update.title.is_some() || update.type_key.is_some() || !update.tag.is_empty()
}

const PROFILES: [Profile; 2] = [Profile::Standard, Profile::Strict];

#[test]
fn the_table_of_proof_cell_by_cell() {
    let aligned = Origin { server: Alignment::Pass, ..Origin::default() };
    let refused = Origin { server: Alignment::Fail, signature: true, staff_mailbox: true };
    let signed = Origin { signature: true, ..Origin::default() };
    let mailbox = Origin { staff_mailbox: true, ..Origin::default() };
    let nothing = Origin::default();
    // Token, origin; then what a note, a public answer, a command, a noted command and a new mail become.
    type Row = (bool, Origin, [&'static str; 5], [&'static str; 5]);
    let held = "held claims_staff";
    let no_token = ["note alignment", "held token_missing", "held token_missing", "held token_missing", "ticket alignment"];
    let all = ["note token", "comment token", "command token", "note token", "ticket alignment"];
    let token_only = ["note token", "comment token", "command token", "note token", held];
    let strict_token = ["note token", "held alignment_missing", "held alignment_missing", "held alignment_missing", held];
    let fail = ["held alignment_failed"; 5];
    let table: [Row; 9] = [
        (false, nothing, [held; 5], [held; 5]),
        (true, nothing, token_only, strict_token),
        (false, aligned, no_token, no_token),
        (false, signed, no_token, no_token),
        (false, mailbox, no_token, no_token),
        (true, aligned, all, all),
        (true, signed, all, all),
        (true, mailbox, all, all),
        (true, refused, fail, fail),
    ];
    for (has_token, origin, standard, strict) in table {
        for (profile, row) in PROFILES.into_iter().zip([standard, strict]) {
            let rules = Rules { profile, server: true, signature: true };
            let texts = ["#note\nHi", "Hi", "#close", "#note\n#close\nHi", "Hi"];
            for (place, (text, expected)) in texts.into_iter().zip(row).enumerate() {
                let ticket = place < 4;
                let known = Known {
                    origin,
                    token: (has_token && ticket).then(|| token(ANNA, Visibility::Public)),
                    thread: ticket.then(|| hit(false, false)),
                    ..known(Sender::Staff(ANNA))
                };
                let decision = decide(&letter(text), &known, &statuses(), &rules);
                assert_eq!(told(&decision), expected, "{has_token} {origin:?} {profile:?} {text:?}");
            }
        }
    }
}

#[test]
fn what_is_passed_on_to_a_ticket_is_asked_about_and_what_is_redirected_to_it_too() {
    let mine = || Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Staff(ANNA)) };
    let of = |text: &str, known: &Known| told(&decide(&letter(text), known, &statuses(), &Rules::default()));
    let passed_on = || Known { passes_on: true, ..mine() };
    assert_eq!(of("Dealer price 120", &passed_on()), "held uncertain_quote");
    assert_eq!(of("#note\nDealer price 120", &passed_on()), "note token", "nothing leaves");
    assert_eq!(of("Dealer price 120", &Known { release: Some(Release::AsIs), ..passed_on() }), "comment released");
    let whose = crate::mail::Address { name: None, address: "dana@globex.example".to_owned() };
    let redirected = Redirected { whose, answers_to: vec!["dana@globex.example".to_owned()] };
    assert_eq!(of("Our lawyer will write", &Known { redirected: Some(redirected), ..mine() }), "held redirected");
    // The twin: an answer of her own.
    assert_eq!(of("It costs 120", &mine()), "comment token");
}

#[test]
fn a_refusal_counts_only_where_the_server_is_believed_and_a_human_stands_above_it() {
    let origin = Origin { server: Alignment::Fail, ..Origin::default() };
    let known = || Known { origin, token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Staff(ANNA)) };
    let of = |known: &Known, server| told(&decide(&letter("Hi"), known, &statuses(), &Rules { server, ..Rules::default() }));
    assert_eq!(of(&known(), true), "held alignment_failed");
    assert_eq!(of(&known(), false), "comment token");
    assert_eq!(of(&Known { release: Some(Release::AsIs), ..known() }, true), "comment released");
    let mut absence = letter("I am away");
    absence.kind = Kind::AutoReply;
    let notes = |server| decide(&absence, &known(), &statuses(), &Rules { server, ..Rules::default() }).list().len();
    assert_eq!((notes(true), notes(false)), (0, 1), "a refused mail leaves no absence note either");
}

#[test]
fn what_staff_open_only_staff_see_and_commands_need_a_text() {
    let origin = Origin { signature: true, ..Origin::default() };
    let rules = Rules { signature: true, ..Rules::default() };
    let of = |text: &str| decide(&letter(text), &Known { origin, ..known(Sender::Staff(ANNA)) }, &statuses(), &rules);
    assert!(matches!(
        of("The lift is stuck").list().as_slice(),
        [Act::Open(Open { visibility: Visibility::Internal, acknowledge: false, .. })]
    ));
    for (text, expected) in [
        ("#close\nHi", "ticket alignment"),
        ("#close", "held command_without_ticket"),
        ("#undo\nHi", "held command_refused"),
        ("#priority quite\nHi", "held command_refused"),
        ("#nte\nHi", "held near_miss"),
        ("#magic\nHi", "held unknown_command"),
        ("", "held nothing_new"),
        ("#note\nHi", "ticket alignment"),
        ("#help", "command alignment"),
        ("#help\nHi", "ticket alignment"),
        ("#dry\nHi", "command dry_run"),
    ] {
        assert_eq!(told(&of(text)), expected, "{text}");
        let without = decide(&letter(text), &known(Sender::Staff(ANNA)), &statuses(), &rules);
        assert_eq!((told(&without).as_str(), without.orders().answers.len()), ("held claims_staff", 0), "{text}");
    }
}

#[test]
fn what_staff_may_only_quote_is_held() {
    let known = Known { token: Some(token(ANNA, Visibility::Public)), ..known(Sender::Staff(ANNA)) };
    let mut mail = letter("old words");
    assert_eq!(decide(&mail, &known, &statuses(), &Rules::default()).disposition, Disposition::Comment);
    mail.warnings.push(Warning::QuoteUncertain);
    assert_eq!(decide(&mail, &known, &statuses(), &Rules::default()).reason.as_str(), "uncertain_quote");
    let released = Known { release: Some(Release::Note), ..known };
    assert_eq!(decide(&mail, &released, &statuses(), &Rules::default()).disposition, Disposition::Note);
}

#[test]
fn what_becomes_of_commands() {
    let of = |text: &str, known: &Known| decide(&letter(text), known, &statuses(), &Rules::default());
    let mine = |channel| Known { token: Some(token(ANNA, channel)), ..known(Sender::Staff(ANNA)) };
    let (public, internal) = (mine(Visibility::Public), mine(Visibility::Internal));
    for (text, expected) in [
        ("#assign me\nHi", "comment token"),
        ("#note\n#assign me\nHi", "note token"),
        ("#assign me", "command token"),
        ("#time 45m x", "command token"),
        ("#help", "command token"),
        ("#status gone\nHi", "held command_refused"),
        ("#close\n#status gone", "command refused"),
        ("#close now\nHi", "held command_refused"),
        ("#dry\n#close\nHi", "command dry_run"),
        ("#dry\n#clsoe\nHi", "command dry_run"),
        ("#public\n#note\nHi", "held command_refused"),
        ("#public", "command refused"),
        ("#now", "command refused"),
        ("#now\n#public", "command refused"),
        ("#now\nHi", "comment token"),
        ("#now\n#assign me", "command token"),
        ("#now\n#note", "held nothing_new"),
        ("#undo", "command undo"),
        ("# note\nHi", "held near_miss"),
        ("#closed\nHi", "held near_miss"),
    ] {
        assert_eq!(told(&of(text, &public)), expected, "{text:?}");
        // Without proof none of them does anything, and the real person is asked.
        let unproven = of(text, &known(Sender::Staff(ANNA)));
        assert_eq!(told(&unproven), "held claims_staff", "{text:?}");
        assert!(unproven.list().is_empty() && !ordered(&unproven) && unproven.orders().answers.is_empty(), "{text:?}");
    }
    let refused = of("#assign me\n#status gone", &public);
    assert!(refused.list().is_empty(), "all or none");
    assert!(matches!(refused.orders().answers.as_slice(), [Answer::Transcript { outcome: CommandsOutcome::Refused, .. }]));
    assert!(of("#assign me\nHi", &public).orders().answers.is_empty(), "what went well is not answered");
    assert!(of("#status gone", &Known { answers: ANSWERS_AN_HOUR, ..public.clone() }).orders().answers.is_empty());
    // An explicit word beats the carrying mail for the changes, and never publishes a text.
    let parts_of = |text: &str, known: &Known| match of(text, known).list().as_slice() {
        [Act::Update(update)] => (update.comment, update.assignee.map(|(_, visibility)| visibility)),
        other => panic!("{text}: {other:?}"),
    };
    let (yes, no) = (Some(Visibility::Public), Some(Visibility::Internal));
    assert_eq!(parts_of("#assign me\nHi", &public), (yes, yes));
    assert_eq!(parts_of("#assign me\nHi", &internal), (no, no));
    assert_eq!(parts_of("#public\n#assign me\nHi", &internal), (no, yes));
    assert_eq!(parts_of("#note\n#assign me\nHi", &public), (no, no));
    assert_eq!(parts_of("#public\n#assign me", &internal), (None, yes));
    let seen = |text: &str, known: &Known| of(text, known).orders().times.first().map(|(.., visibility)| *visibility);
    assert_eq!(seen("#time 45m x\nHi", &public), no, "working time stays inside");
    assert_eq!(seen("#public\n#time 45m x\nHi", &public), yes, "unless the mail says otherwise");
    // Whoever has seen why, and sends it nevertheless, sends the text alone.
    let sent = of("#assign me\n#status gone\nHi", &Known { release: Some(Release::AsIs), released_by: Some(ANNA), ..public });
    assert_eq!((told(&sent).as_str(), sent.text()), ("comment released", "Hi"));
    assert!(matches!(sent.list().as_slice(), [Act::Update(update)] if !commanded(update)));
    assert!(matches!(sent.orders().answers.as_slice(), [Answer::Transcript { outcome: CommandsOutcome::TextOnly, .. }]));
}

#[test]
fn what_customers_can_say_in_one_word() {
    let carla = || Known { thread: Some(hit(true, false)), ..known(Sender::Contact(CARLA)) };
    let by_token = || Known { token: Some(token(CARLA, Visibility::Public)), ..known(Sender::Contact(CARLA)) };
    let of = |text: &str, known: Known| decide(&letter(text), &known, &statuses(), &Rules::default());
    for (text, word) in [
        ("status", GuestWord::Status),
        ("#Status.", GuestWord::Status),
        ("Close!", GuestWord::Close),
        ("\n schließen\n\n", GuestWord::Close),
        ("#hilfe", GuestWord::Help),
    ] {
        for known in [carla(), by_token()] {
            let decision = of(text, known);
            assert_eq!(told(&decision), "command customer_command", "{text}");
            assert_eq!(decision.orders().answers, [Answer::Guest(word)], "{text}");
            assert_eq!(decision.list().len(), usize::from(word == GuestWord::Close), "{text}");
        }
        let comment = |decision: Decision| decision.disposition != Disposition::Command && decision.orders().answers.is_empty();
        assert!(comment(of(text, Known { thread: Some(hit(false, true)), ..carla() })), "a colleague without a part");
        assert!(comment(of(text, Known { thread: None, subject: Some(hit(true, false)), ..carla() })), "only by the number");
        assert!(comment(of(text, Known { thread: Some(hit(true, false)), ..known(Sender::Stranger) })), "a stranger");
        assert!(comment(of(text, known(Sender::Contact(CARLA)))), "a new mail");
        let mut machine = letter(text);
        machine.kind = Kind::Generated;
        assert!(comment(decide(&machine, &carla(), &statuses(), &Rules::default())), "a machine");
        let often = of(text, Known { answers: GUEST_ANSWERS_AN_HOUR, ..carla() });
        assert_eq!((told(&often).as_str(), often.orders().answers.len()), ("command too_often", 0));
    }
    for text in ["status?\nThanks", "What is the status", "#note", "#assign me", "#done", "", "#1"] {
        assert_ne!(told(&of(text, carla())), "command customer_command", "{text:?}");
    }
    assert_eq!(told(&of("close", Known { may_close: false, ..carla() })), "comment thread", "a human reads it");
    // A colleague whose role says no hears that, and takes no part because of it.
    let denied = Bars { closing: vec![TICKET], ..Bars::default() };
    let colleague = || Known { thread: Some(hit(false, true)), ..carla() };
    for known in [colleague(), Known { thread: None, subject: Some(hit(false, true)), ..carla() }] {
        let known = Known { may_close: false, bars: denied.clone(), ..known };
        for text in ["close", "#close", "Schließen."] {
            let decision = of(text, known.clone());
            assert_eq!(told(&decision), "command refused", "{text}");
            assert_eq!(decision.orders().answers, [Answer::MayNotClose], "{text}");
            assert!(decision.list().is_empty(), "{text}");
            let often = of(text, Known { answers: GUEST_ANSWERS_AN_HOUR, ..known.clone() });
            assert_eq!((told(&often).as_str(), often.orders().answers.len()), ("command refused", 0));
        }
        assert!(told(&of("Please close it.", known.clone())).starts_with("comment "), "what is no command");
        let elsewhere = Bars { closing: vec![TicketId(7)], ..Bars::default() };
        let decision = of("close", Known { bars: elsewhere, ..known });
        assert!(told(&decision).starts_with("comment "), "the twin: {}", told(&decision));
    }
}
