//! What staff do to tickets: each thing in public and, as its twin, inside: the truth, the face, the timeline, the mails.

use postroom::acts::{Act, Actor, Content, Update};
use postroom::desk::entry::{Field, Visibility};
use postroom::desk::face::{Face, State};
use postroom::desk::ids::{PersonId, ProjectId, TicketId};
use postroom::desk::outbox::Kind;
use postroom::store::entries::Entry;
use postroom::store::projects::{self, TaskType};
use postroom::store::tickets;
use postroom::time::{Rng, Timestamp};

use crate::world::desk::{World, story};

const ANNA: PersonId = PersonId(10_001);
const BEN: PersonId = PersonId(10_002);
const CARLA: PersonId = PersonId(10_003);
const ACME: ProjectId = ProjectId(30_001);
const TO_ANNA: &str = "anna@staff.example";
const TO_BEN: &str = "ben@staff.example";
const TO_CARLA: &str = "carla@acme.example";

/// 2026-12-01, noon in UTC.
const DUE: Timestamp = Timestamp::from_seconds(1_796_126_400);

impl World {
    async fn anna_sets(&mut self, update: Update) {
        self.does(Actor::Staff(ANNA), Act::Update(update), Content::default()).await;
        self.deliver().await;
    }

    async fn carlas_ticket(&mut self) -> TicketId {
        let id = self.opens(CARLA, ACME, Visibility::Public, "Press", "It leaks.").await;
        self.deliver().await;
        id
    }

    async fn mails(&self) -> [usize; 3] {
        let count = async |address| self.sent_to(address).await.len();
        [count(TO_ANNA).await, count(TO_BEN).await, count(TO_CARLA).await]
    }
}

/// Each part of the state: an update that sets it for `visibility`, and what it is then.
fn parts(ticket: TicketId, visibility: Visibility) -> Vec<(Field, Update, &'static str)> {
    let update = || Update::of(ticket);
    vec![
        (Field::Status, Update { status: Some(("waiting".to_owned(), visibility)), ..update() }, "waiting"),
        (Field::Priority, Update { priority: Some(("urgent".to_owned(), visibility)), ..update() }, "urgent"),
        (Field::Progress, Update { progress: Some((40, visibility)), ..update() }, "40"),
        (Field::Assignee, Update { assignee: Some((Some(BEN), visibility)), ..update() }, "10002"),
        (Field::Due, Update { due: Some((Some(DUE), visibility)), ..update() }, "1796126400000000"),
    ]
}

story!(what_is_set_in_public_is_true_and_seen, |world| {
    let id = world.carlas_ticket().await;
    for (field, update, value) in parts(id, Visibility::Public) {
        let from = State::default().get(field).unwrap_or_default();
        world.anna_sets(update).await;
        let (ticket, _) = world.ticket("ACME-1").await;
        assert_eq!((ticket.state.get(field).as_deref(), ticket.face.state.get(field).as_deref()), (Some(value), Some(value)));
        let line = format!("public change: {field} {from} -> {value}");
        assert_eq!(world.timeline("ACME-1").await.last().unwrap(), &line);
    }
    assert!(world.sent_to(TO_CARLA).await.is_empty(), "nothing of this is worth a mail to the customer");
});

story!(what_is_set_inside_is_true_and_not_seen, |world| {
    let id = world.carlas_ticket().await;
    let face = world.ticket("ACME-1").await.0.face;
    for (field, update, value) in parts(id, Visibility::Internal) {
        let from = State::default().get(field).unwrap_or_default();
        world.anna_sets(update).await;
        let (ticket, _) = world.ticket("ACME-1").await;
        assert_eq!((ticket.state.get(field).as_deref(), &ticket.face), (Some(value), &face));
        let line = format!("internal change: {field} {from} -> {value}");
        assert_eq!(world.timeline("ACME-1").await.last().unwrap(), &line);
    }
    assert!(world.sent_to(TO_CARLA).await.is_empty());
    // What was done inside and is then said in public is one step from the old face, and the truth is where it was.
    for (field, update, value) in parts(id, Visibility::Public) {
        world.anna_sets(update).await;
        assert_eq!(world.ticket("ACME-1").await.0.face.state.get(field).as_deref(), Some(value));
        assert!(world.timeline("ACME-1").await.last().unwrap().starts_with(&format!("public change: {field}")));
    }
});

story!(the_next_answer_says_what_has_changed_in_public_and_nothing_else, |world| {
    let id = world.carlas_ticket().await;
    let all = |visibility| Update {
        status: Some(("in_progress".to_owned(), visibility)),
        progress: Some((40, visibility)),
        assignee: Some((Some(BEN), visibility)),
        due: Some((Some(DUE), visibility)),
        ..Update::of(id)
    };
    let answer = || Update { comment: Some(Visibility::Public), ..Update::of(id) };
    let content = |text: &str| Content { text: text.to_owned(), ..Content::default() };
    world.anna_sets(all(Visibility::Internal)).await;
    world.does(Actor::Staff(ANNA), Act::Update(answer()), content("We look into it.")).await;
    world.deliver().await;
    let first = world.last_to(TO_CARLA).await.letter.body.text;
    assert!(!first.contains("40") && !first.contains("Ben") && !first.contains("in Arbeit"), "{first}");
    world.anna_sets(all(Visibility::Public)).await;
    world.does(Actor::Staff(ANNA), Act::Update(answer()), content("Still at it.")).await;
    world.deliver().await;
    let second = world.last_to(TO_CARLA).await.letter.body.text;
    let line = "Status: in Arbeit · 40 % geschafft · bei Ben from support · fällig am 1.12.2026";
    assert!(second.contains(line), "{second}");
    world.does(Actor::Staff(ANNA), Act::Update(answer()), content("Nearly.")).await;
    world.deliver().await;
    assert!(!world.last_to(TO_CARLA).await.letter.body.text.contains("40 %"), "said once");
    // A role that does not show who works on what does not show it by mail either.
    world.may(CARLA, "see_assignee", "denied").await;
    let handover =
        Update { assignee: Some((Some(ANNA), Visibility::Public)), progress: Some((50, Visibility::Public)), ..answer() };
    world.does(Actor::Staff(BEN), Act::Update(handover), content("Anna goes on.")).await;
    world.deliver().await;
    let last = world.last_to(TO_CARLA).await.letter.body.text;
    assert!(last.contains("50 % geschafft") && !last.contains("bei Anna"), "{last}");
});

story!(who_gets_a_ticket_is_told_and_details_reach_only_them, |world| {
    let id = world.carlas_ticket().await;
    let before = world.mails().await;
    let progress = |percent| Update { progress: Some((percent, Visibility::Public)), ..Update::of(id) };
    world.anna_sets(progress(10)).await;
    assert_eq!(world.mails().await, before, "a detail of a ticket that is nobody's");
    let assign = |whom: Option<PersonId>| Update { assignee: Some((whom, Visibility::Internal)), ..Update::of(id) };
    world.anna_sets(assign(Some(BEN))).await;
    let told = world.last_to(TO_BEN).await.letter.body.text;
    assert!(told.starts_with("Anna Berger gave ACME-1 in Project ACME to you."), "{told}");
    assert_eq!(world.mails().await, [before[0], before[1] + 1, before[2]]);
    world.anna_sets(progress(20)).await;
    assert!(world.last_to(TO_BEN).await.letter.body.text.contains("from 10 % to 20 %"));
    // Anna takes it herself: she knows, and Ben is told that it is no longer his.
    world.anna_sets(assign(Some(ANNA))).await;
    assert!(world.last_to(TO_BEN).await.letter.body.text.contains("gave the ticket to Anna Berger"));
    assert_eq!(world.mails().await, [before[0], before[1] + 3, before[2]]);
    world.anna_sets(assign(None)).await;
    assert_eq!(world.ticket("ACME-1").await.0.state.assignee, None);
    assert_eq!(world.mails().await, [before[0], before[1] + 3, before[2]]);
    let (web, now) = (world.web(), world.clock.now());
    let wrong = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = postroom::store::epoch(tx, now, &web.rng).await?;
            let context = postroom::acts::ActContext { config: &web.config, now, rng: &web.rng, epoch };
            let act = Act::Update(Update { assignee: Some((Some(CARLA), Visibility::Public)), ..Update::of(id) });
            postroom::acts::perform(tx, &context, Actor::Staff(ANNA), act, Content::default()).await
        })
    });
    assert!(wrong.await.is_err(), "a customer does not work here");
});

story!(type_and_title_are_everybodys_and_tags_are_the_staffs, |world| {
    let id = world.carlas_ticket().await;
    let work = world.store.write(|tx| {
        Box::pin(async move {
            let fault = TaskType::new("fault".to_owned(), "Störung".to_owned(), "Fault".to_owned());
            Ok(projects::add_type(tx, ACME, &fault).await?)
        })
    });
    work.await.unwrap();
    let renamed = |id| Update { type_key: Some("fault".to_owned()), title: Some("Ventil V3".to_owned()), ..Update::of(id) };
    world.anna_sets(renamed(id)).await;
    world.anna_sets(Update { tag: vec!["vip".to_owned(), "vip".to_owned()], ..Update::of(id) }).await;
    world.anna_sets(Update { untag: vec!["vip".to_owned(), "gone".to_owned()], ..Update::of(id) }).await;
    let lines = [
        "public change: type request -> fault",
        "public change: title Press -> Ventil V3",
        "internal change: tag  -> vip",
        "internal change: tag vip -> ",
    ];
    assert_eq!(world.timeline("ACME-1").await[1..], lines);
    assert_eq!(
        world.number("SELECT COUNT(*) FROM public_text WHERE folded LIKE '%ventil v3%'").await,
        1,
        "found by its new title"
    );
    assert_eq!(world.number("SELECT COUNT(*) FROM public_text WHERE folded LIKE '%vip%'").await, 0);
    // A ticket that outsiders know nothing of stays unknown.
    let secret = world.opens(ANNA, ACME, Visibility::Internal, "Secret", "Inside.").await;
    world.anna_sets(renamed(secret)).await;
    let number = format!("ACME-{}", world.number("SELECT MAX(number) FROM ticket").await);
    let inside = world.timeline(&number).await;
    assert!(inside.iter().all(|line| line.starts_with("internal")), "{inside:?}");
    assert_eq!(world.ticket(&number).await.0.title, "Ventil V3");
});

story!(whoever_is_asked_to_take_part_gets_the_public_thread, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Presse", "Die Presse leckt.").await;
    world.answers(&anna, "#note\nSECRET thought").await;
    let (ticket, _) = world.ticket("ACME-1").await;
    let mut dirk = carla.clone();
    (dirk.name, dirk.address) = ("Dirk Vogt".to_owned(), "dirk@acme.example".to_owned());
    world.writes(&dirk, "Etwas anderes", "Hallo.").await;
    let dirks = world.ticket("ACME-2").await.0.requester.unwrap();
    let invite = || Update { invite: Some(dirks), ..Update::of(ticket.id) };
    world.does(Actor::Contact(CARLA), Act::Update(invite()), Content::default()).await;
    world.deliver().await;
    let told = world.last_to(&dirk.address).await;
    let text = &told.letter.body.text;
    assert_eq!(told.row.mail.kind, Kind::Welcome);
    assert!(text.contains("Carla Kunze") && text.contains("ACME-1") && text.contains("> Die Presse leckt."), "{text}");
    assert!(!told.text().contains("SECRET"), "{text}");
    let count = world.sent().await.len();
    world.does(Actor::Contact(CARLA), Act::Update(invite()), Content::default()).await;
    world.deliver().await;
    assert_eq!(world.sent().await.len(), count, "once is enough");
    world.answers_changed(&dirk, "Ich kenne sie.", |reply| reply).await;
    assert_eq!(world.last_verdict().await, "comment token", "they can answer it");
});

story!(any_sequence_of_updates_keeps_face_and_fold_the_same, |world| {
    let id = world.carlas_ticket().await;
    let rng = Rng::seeded(7);
    for _ in 0..60 {
        let bits = rng.bits();
        let pick = |shift: u32, of: u128| ((bits >> shift) % of) as usize;
        let visibility = [Visibility::Public, Visibility::Internal][pick(0, 2)];
        let mut update = Update { quiet: true, ..Update::of(id) };
        match pick(8, 6) {
            0 => update.status = Some((["open", "in_progress", "waiting", "done"][pick(16, 4)].to_owned(), visibility)),
            1 => update.priority = Some((["low", "normal", "high", "urgent"][pick(16, 4)].to_owned(), visibility)),
            2 => update.progress = Some(([0, 40, 100][pick(16, 3)], visibility)),
            3 => update.assignee = Some(([None, Some(ANNA), Some(BEN)][pick(16, 3)], visibility)),
            4 => update.due = Some(([None, Some(DUE)][pick(16, 2)], visibility)),
            _ => update.comment = Some(visibility),
        }
        world.does(Actor::Staff(ANNA), Act::Update(update), Content { text: "x".to_owned(), ..Content::default() }).await;
        let (ticket, entries) = world.ticket("ACME-1").await;
        let folded: Vec<_> = entries.iter().map(Entry::for_face).collect();
        assert_eq!(Face::fold(ticket.created_at, &folded), ticket.face);
        // The truth is the fold over everything, whoever sees it.
        let mut truth = State::default();
        let changes = entries.iter().filter_map(|entry| entry.change.as_ref());
        changes.for_each(|change| truth.set(change.field, change.to.as_deref()));
        assert_eq!(truth, ticket.state);
    }
    let all = tickets::list(&mut world.store.read().await.unwrap(), None).await.unwrap();
    assert_eq!(all.len(), 1);
});
