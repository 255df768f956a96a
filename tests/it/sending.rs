//! Several connections out, against a server that hangs or cuts: who waits for it, how many copies leave, who is told.

use std::sync::Arc;
use std::time::Duration;

use postroom::acts::ActContext;
use postroom::courier::deliver::{deliver_due, run};
use postroom::courier::smtp::{Patience, Smtp};
use postroom::courier::{Courier, Pool, Transport, schedule, take_out};
use postroom::desk::outbox::{Kind, State};
use postroom::store::outbox::{self, Ended, OutboxRow};
use postroom::store::{self, lease};
use postroom::time::{Clock, Rng};
use tokio_util::sync::CancellationToken;

use crate::world::desk::{World, story};
use crate::world::sink::{Answer, Sink, Step};

/// A way out to `sink` that waits for answers so long.
fn way(sink: &Sink, content: Duration) -> Transport {
    let patience = Patience { hello: content, command: content, content, alive: Duration::from_millis(500) };
    Transport::Smtp(Box::new(Smtp::new(sink.server()).with_patience(patience)))
}

fn pool(world: &World, sink: &Sink, ways: usize, patience: Duration) -> Pool {
    Pool::over(world.courier(), (0..ways).map(|_| way(sink, patience)).collect())
}

const LONG: Duration = Duration::from_secs(300);
const SHORT: Duration = Duration::from_millis(300);

/// Waits, in real time, until the outbox is as it should be.
async fn until(world: &World, what: &str, holds: impl Fn(&[OutboxRow]) -> bool) -> Vec<OutboxRow> {
    for _ in 0..1500 {
        let rows = world.outbox().await;
        if holds(&rows) {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rows: Vec<_> = world.outbox().await.into_iter().map(|row| (row.mail.kind, row.state, row.attempts, row.answer)).collect();
    panic!("{what}: {rows:#?}");
}

fn count(rows: &[OutboxRow], state: State) -> usize {
    rows.iter().filter(|row| row.state == state).count()
}

/// `number` customers' mails are decided about, each of which queues three.
async fn requests(world: &mut World, number: usize) {
    for place in 0..number {
        let id = world.message_id();
        let raw = format!(
            "From: carla@acme.example\r\nTo: support@desk.example\r\nSubject: Frage {place}\r\nMessage-ID: <{id}>\r\n\r\nText\r\n"
        );
        world.arrive(raw.as_bytes(), "support").await;
    }
    world.decide().await;
}

story!(a_connection_that_hangs_at_any_step_holds_up_no_other_mail, |world| {
    for step in [Step::Connect, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data, Step::Dot] {
        let sink = Sink::start().await;
        sink.next(step, Answer::Hang);
        requests(&mut world, 10).await;
        let rows = world.outbox().await;
        let (before, queued) = (count(&rows, State::Accepted), count(&rows, State::Queued));
        assert!(queued > 20, "{queued}");
        let sending = tokio::spawn(run(pool(&world, &sink, 2, LONG), CancellationToken::new()));
        let rows = until(&world, "20 others go", |rows| count(rows, State::Accepted) == before + queued - 1).await;
        let waiting: Vec<_> = rows.iter().filter(|row| row.state.is_waiting()).collect();
        assert_eq!((waiting.len(), waiting[0].attempts), (1, 1), "{step:?}");
        let standing = outbox::standing(&mut world.store.read().await.unwrap()).await.unwrap();
        assert_eq!((standing.waiting, standing.sending), (1, 1));
        sending.abort();
        let _ = sending.await;
        // As after a kill: its lease runs out, and another takes it over.
        world.execute("UPDATE outbox SET leased_until = leased_until - 10000000").await;
        world.deliver().await;
        world.clock.advance(Duration::from_hours(24));
    }
});

story!(where_every_connection_hangs_spare_ones_open, |world| {
    requests(&mut world, 10).await;
    let sink = Sink::start().await;
    for _ in 0..2 {
        sink.next(Step::Rcpt, Answer::Hang);
    }
    let waiting = |rows: &[OutboxRow]| rows.iter().filter(|row| row.state.is_waiting()).count();
    let all = waiting(&world.outbox().await);
    let begin = |stuck| tokio::spawn(run(pool(&world, &sink, 2, LONG).spare_after(stuck), CancellationToken::new()));
    // The twin: nobody has waited long enough yet, and the others wait behind the two that hang.
    let sending = begin(LONG);
    until(&world, "two hang", |rows| rows.iter().filter(|row| row.attempts == 1 && row.state.is_waiting()).count() == 2).await;
    tokio::time::sleep(SHORT).await;
    assert_eq!(waiting(&world.outbox().await), all);
    sending.abort();
    let _ = sending.await;
    world.execute("UPDATE outbox SET leased_until = leased_until - 10000000").await;
    for _ in 0..2 {
        sink.next(Step::Rcpt, Answer::Hang);
    }
    let sending = begin(SHORT);
    let rows = until(&world, "the others go over spare ways", |rows| waiting(rows) == 2).await;
    assert!(rows.iter().filter(|row| row.state.is_waiting()).all(|row| row.attempts > 0));
    sending.abort();
    let _ = sending.await;
    world.execute("UPDATE outbox SET leased_until = leased_until - 10000000").await;
    world.deliver().await;
});

story!(a_server_that_hangs_on_every_connection_is_waited_for_only_as_long_as_patience_lasts, |world| {
    let sink = Sink::start().await;
    for _ in 0..2 {
        sink.next(Step::Rcpt, Answer::Hang);
    }
    requests(&mut world, 3).await;
    let stop = CancellationToken::new();
    let sending = tokio::spawn(run(pool(&world, &sink, 2, SHORT), stop.clone()));
    let rows = until(&world, "the others go", |rows| count(rows, State::Accepted) == 7).await;
    assert_eq!(count(&rows, State::Deferred), 2);
    assert!(
        rows.iter()
            .filter(|row| row.state == State::Deferred)
            .all(|row| row.answer.as_deref() == Some("RCPT: no answer within 0 s"))
    );
    stop.cancel();
    sending.await.unwrap();
    world.clock.advance(Duration::from_mins(1));
    world.deliver().await;
});

story!(a_mail_that_may_have_arrived_three_times_is_not_sent_a_fourth_time, |world| {
    let (anna, ben, carla) = (world.anna.clone(), world.ben.clone(), world.carla.clone());
    for (round, author) in [&anna, &ben].into_iter().enumerate() {
        let number = format!("ACME-{}", round + 1);
        world.writes(&carla, &format!("Frage {round}"), "Wie geht das?").await;
        world.take_answer(author, "So geht das.").await;
        let sink = Sink::start().await;
        let mut pool = pool(&world, &sink, 1, LONG);
        let answer = |rows: &[OutboxRow]| rows.iter().rfind(|row| row.mail.kind == Kind::Answer).unwrap().clone();
        let copies = |sink: &Sink| sink.mails().into_iter().filter(|mail| mail.to == ["carla@acme.example"]).collect::<Vec<_>>();
        sink.cut("carla@acme.example");
        for tries in 1..=3_usize {
            deliver_due(&mut pool).await.unwrap();
            assert_eq!(copies(&sink).len(), tries);
            let expected = if tries < 3 { State::Deferred } else { State::Unknown };
            assert_eq!(answer(&world.outbox().await).state, expected);
            world.clock.advance(Duration::from_hours(5));
        }
        // For days: nothing more.
        for _ in 0..30 {
            world.clock.advance(Duration::from_hours(5));
            deliver_due(&mut pool).await.unwrap();
        }
        let sent = copies(&sink);
        assert_eq!(sent.len(), 3, "at most three copies");
        assert!(sent.iter().all(|copy| copy.data == sent[0].data), "and all the same");
        // Its author knows, in their language, and so does the ticket.
        let told = sink.mails().into_iter().rfind(|mail| mail.to == [author.address.clone()]).unwrap();
        let told = postroom::mail::understand(&told.data, &postroom::mail::Limits::default()).unwrap();
        let words =
            if round == 0 { "vielleicht erreicht, vielleicht nicht" } else { "may have reached carla@acme.example, or not" };
        assert!(told.body.text.contains(words) && told.body.text.contains('3'), "{}", told.body.text);
        let line = world.timeline(&number).await.pop().unwrap();
        assert!(line.contains("carla@acme.example: may have arrived; we stopped after 3 tries"), "{line}");
        // An administrator sends it once more: the same bytes, and one more unknown outcome is the end again.
        let id = answer(&world.outbox().await).id;
        for (copies_by_now, state) in [(4, State::Unknown), (5, State::Accepted)] {
            let again =
                world.store.write(move |tx| Box::pin(async move { Ok(outbox::retry(tx, id, schedule::UNKNOWNS - 1).await?) }));
            assert!(again.await.unwrap());
            if state == State::Accepted {
                sink.take_again("carla@acme.example");
            }
            deliver_due(&mut pool).await.unwrap();
            world.clock.advance(Duration::from_hours(5));
            deliver_due(&mut pool).await.unwrap();
            assert_eq!((copies(&sink).len(), answer(&world.outbox().await).state), (copies_by_now, state));
        }
        assert!(copies(&sink).iter().all(|copy| copy.data == sent[0].data));
    }
});

story!(a_mail_that_may_have_arrived_and_comes_back_has_not, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&carla, "Frage", "Wie geht das?").await;
    world.take_answer(&anna, "So geht das.").await;
    world.execute("UPDATE outbox SET state = 'unknown', attempts = 3, ended_at = 1 WHERE kind = 'answer'").await;
    let answer = world.outbox().await.into_iter().find(|row| row.mail.kind == Kind::Answer).unwrap();
    let report = format!(
        "From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nGone.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; carla@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 gone\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\n\r\n--b--\r\n",
        answer.mail.message_id
    );
    world.send(report.as_bytes()).await;
    let answer = world.outbox().await.into_iter().find(|row| row.mail.kind == Kind::Answer).unwrap();
    assert_eq!((answer.state, world.last_verdict().await.as_str()), (State::Bounced, "bounce undeliverable"));
    assert!(world.last_to("anna@staff.example").await.letter.subject.contains("nicht erreicht"));
});

story!(what_people_write_goes_before_what_the_desk_says_by_itself, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&carla, "Frage", "Wie geht das?").await;
    requests(&mut world, 3).await;
    world.take_answer(&anna, "So geht das.").await;
    let person = world.outbox().await.into_iter().find(|row| row.mail.recipient == anna.address).unwrap().mail;
    let key = postroom::store::outbox::Queued {
        kind: Kind::SignIn,
        message_id: "key@desk.example".to_owned(),
        ticket: None,
        entry: None,
        draft: person.draft.replace(&person.message_id, "key@desk.example"),
        ..person
    };
    let now = world.clock.now();
    let queued = world.store.write(move |tx| Box::pin(async move { Ok(outbox::queue(tx, &key, now, &Rng::System).await?) }));
    queued.await.unwrap();
    let sink = Sink::start().await;
    deliver_due(&mut pool(&world, &sink, 1, LONG)).await.unwrap();
    let rows = world.outbox().await;
    let kind = |raw: &[u8]| {
        let text = String::from_utf8_lossy(raw).into_owned();
        rows.iter()
            .find(|row| text.contains(&row.mail.message_id) && text.contains(&format!("Message-ID: <{}>", row.mail.message_id)))
    };
    let order: Vec<i64> = sink.mails().iter().map(|mail| kind(&mail.data).unwrap().mail.kind.urgency()).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(order, sorted);
    assert_eq!((order[0], order[1], *order.last().unwrap()), (0, 1, 2));
});

story!(an_answer_does_not_overtake_an_earlier_one_that_is_merely_slow, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&carla, "Frage", "Wie geht das?").await;
    let told = world.last_to(&anna.address).await.raw;
    for text in ["Erstens.", "Zweitens."] {
        let id = world.message_id();
        let raw = anna.answer(&told, text).write(world.clock.now(), &id);
        world.arrive(&raw, "support").await;
    }
    world.decide().await;
    let sink = Sink::start().await;
    let mut pool = pool(&world, &sink, 2, LONG);
    let to_carla = |sink: &Sink| {
        let texts = sink.mails().into_iter().filter(|mail| mail.to == ["carla@acme.example"]);
        texts.map(|mail| String::from_utf8_lossy(&mail.data).into_owned()).collect::<Vec<_>>()
    };
    let grey =
        world.outbox().await.into_iter().filter(|row| row.mail.recipient == carla.address && row.state.is_waiting()).count();
    assert_eq!(grey, 2);
    sink.refuse("carla@acme.example", "451 4.7.1 grey today");
    deliver_due(&mut pool).await.unwrap();
    let tries = |rows: Vec<OutboxRow>| {
        rows.into_iter()
            .filter(|row| row.mail.recipient == "carla@acme.example" && row.state.is_waiting())
            .map(|row| row.attempts)
            .collect::<Vec<_>>()
    };
    assert_eq!(tries(world.outbox().await), [1, 0], "the second waits for the first");
    assert_eq!(to_carla(&sink).len(), 0);
    // One that is stuck holds nothing up.
    for pause in [1, 5, 15] {
        world.clock.advance(Duration::from_mins(pause));
        deliver_due(&mut pool).await.unwrap();
    }
    assert_eq!(tries(world.outbox().await)[1], 1, "the first was tried four times");
    sink.take_again("carla@acme.example");
    world.clock.advance(Duration::from_hours(5));
    deliver_due(&mut pool).await.unwrap();
    assert_eq!(to_carla(&sink).len(), 2);
});

story!(a_pause_holds_on_every_node_and_ends_by_itself_or_by_hand, |world| {
    let (pausing, clock) = (world.store.clone(), world.clock.clone());
    let pause = |length: Option<Duration>| {
        let (store, now) = (pausing.clone(), clock.now());
        async move { store.write(move |tx| Box::pin(async move { Ok(outbox::pause(tx, now, length).await?) })).await.unwrap() }
    };
    pause(Some(Duration::from_mins(10))).await;
    requests(&mut world, 1).await;
    world.deliver().await;
    assert_eq!(count(&world.outbox().await, State::Accepted), 0);
    world.clock.advance(Duration::from_mins(10));
    world.deliver().await;
    assert_eq!(count(&world.outbox().await, State::Accepted), 3);
    pause(None).await;
    requests(&mut world, 1).await;
    world.clock.advance(Duration::from_hours(1000));
    world.deliver().await;
    assert_eq!(count(&world.outbox().await, State::Accepted), 3);
    assert!(world.store.write(|tx| Box::pin(async move { Ok(outbox::resume(tx).await?) })).await.unwrap());
    assert!(!world.store.write(|tx| Box::pin(async move { Ok(outbox::resume(tx).await?) })).await.unwrap());
    world.deliver().await;
    assert_eq!(count(&world.outbox().await, State::Accepted), 6);
});

story!(what_an_administrator_takes_out_is_not_sent_and_its_author_is_told, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&carla, "Frage", "Wie geht das?").await;
    world.take_answer(&anna, "So geht das.").await;
    let courier = world.courier();
    let answer = world.outbox().await.into_iter().find(|row| row.mail.kind == Kind::Answer).unwrap();
    let (row, now) = (answer.clone(), world.clock.now());
    let dropped = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &courier.rng).await?;
            take_out(tx, &ActContext { config: &courier.config, now, rng: &courier.rng, epoch }, &row).await
        })
    });
    dropped.await.unwrap();
    world.deliver().await;
    assert!(world.sent_to(&carla.address).await.iter().all(|sent| !sent.text().contains("So geht das.")));
    let told = world.last_to(&anna.address).await;
    assert!(told.letter.subject.contains("wurde nicht verschickt"), "{}", told.letter.subject);
    assert!(world.timeline("ACME-1").await.pop().unwrap().contains("taken out of the outbox by an administrator"));
    let row = world.outbox().await.into_iter().find(|row| row.id == answer.id).unwrap();
    let open = |row: &OutboxRow| row.mail.draft.contains("\"reply_to\":{");
    assert_eq!((open(&answer), open(&row)), (true, false));
});

story!(what_has_left_keeps_no_address_that_speaks_in_its_readers_name, |world| {
    let (anna, carla) = (world.anna.clone(), world.carla.clone());
    world.writes(&carla, "Frage", "Wie geht das?").await;
    world.answers(&anna, "So geht das.").await;
    let living =
        "SELECT COUNT(*) FROM outbox WHERE draft LIKE '%support+%' AND draft NOT LIKE '%support+xxxxxxxxxxxxxxxxxxxxxxxxxx@%'";
    let left = "SELECT COUNT(*) FROM outbox WHERE draft LIKE '%\"reply_to\":{%'";
    assert_eq!(world.number(left).await, 0);
    assert_eq!(world.number(living).await, 0);
    // The mails themselves have it, and their texts are still known.
    assert!(world.last_to(&anna.address).await.text().contains("support+"));
    assert!(world.outbox().await.iter().all(|row| row.mail.draft.contains("Wie geht das?") || row.mail.draft.len() > 200));
    // What an earlier version left is mended when the courier starts.
    world.execute("UPDATE outbox SET redacted = 0, draft = REPLACE(draft, '\"reply_to\":null', '\"reply_to\":{\"name\":null,\"address\":\"support+abcdefghijklmnopqrstuvwxyz@desk.example\"}')").await;
    assert!(world.number(left).await >= 3);
    let sink = Sink::start().await;
    let stop = CancellationToken::new();
    let sending = tokio::spawn(run(pool(&world, &sink, 1, LONG), stop.clone()));
    until(&world, "tidied", |rows| rows.iter().all(|row| !row.mail.draft.contains("support+abc"))).await;
    stop.cancel();
    sending.await.unwrap();
});

story!(who_lost_a_claim_writes_nothing_down_in_its_name, |world| {
    requests(&mut world, 1).await;
    let claim = |world: &World| {
        let (store, clock) = (world.store.clone(), world.clock.clone());
        async move {
            store.write(move |tx| Box::pin(async move { Ok(outbox::claim(tx, &clock, 1, &[]).await?.mails) })).await.unwrap()
        }
    };
    let record = |world: &World, row: &OutboxRow, state: State| {
        let (store, id, attempt, now) = (world.store.clone(), row.id, row.attempts, world.clock.now());
        let ended = Ended { state, answer: "words".to_owned(), due_at: None, unknown: false, kept: None };
        async move {
            let work = store
                .write(move |tx| Box::pin(async move { Ok(outbox::record(tx, id, attempt, &ended, now, &Rng::System).await?) }));
            work.await.unwrap()
        }
    };
    let mine = claim(&world).await.remove(0);
    let length = i64::try_from(outbox::LEASE.as_micros()).unwrap();
    world.execute(&format!("UPDATE outbox SET leased_until = leased_until - {length} WHERE leased_until > 0")).await;
    let theirs = claim(&world).await.remove(0);
    assert_eq!((mine.id, mine.attempts, theirs.attempts), (theirs.id, 1, 2));
    assert!(!record(&world, &mine, State::Failed).await, "it is another's");
    let renewed = |row: &OutboxRow| {
        let (store, id, attempt) = (world.store.clone(), row.id, row.attempts);
        async move { store.write(move |tx| Box::pin(async move { Ok(outbox::renew(tx, id, attempt).await?) })).await.unwrap() }
    };
    assert_eq!((renewed(&mine).await, renewed(&theirs).await), (false, true));
    assert!(record(&world, &theirs, State::Deferred).await);
    assert!(record(&world, &mine, State::Accepted).await, "that a server took it is true whoever says so");
    assert!(!record(&world, &theirs, State::Failed).await, "and stays so");
    world.deliver().await;
});

story!(a_clock_that_is_set_back_or_forward_delays_no_mail, |world| {
    requests(&mut world, 1).await;
    let sink = Sink::start().await;
    sink.next(Step::Rcpt, Answer::Say("451 4.7.1 grey today"));
    let two_hours = Duration::from_hours(2);
    deliver_due(&mut pool(&world, &sink, 1, LONG)).await.unwrap();
    assert_eq!(count(&world.outbox().await, State::Deferred), 1);
    let back = Courier { clock: Clock::fixed(world.clock.now().minus(two_hours)), ..world.courier() };
    assert_eq!(deliver_due(&mut Pool::over(back, vec![way(&sink, LONG)])).await.unwrap(), 1);
    // A lease that was taken before the database's clock was set back is nobody's.
    requests(&mut world, 1).await;
    world.execute(&format!("UPDATE outbox SET leased_until = {} WHERE state = 'queued'", i64::MAX)).await;
    let on = Courier { clock: Clock::fixed(world.clock.now().plus(two_hours)), ..world.courier() };
    assert_eq!(deliver_due(&mut Pool::over(on, vec![way(&sink, LONG)])).await.unwrap(), 3);
});

story!(a_soft_stop_gives_back_what_was_not_sent_and_says_what_may_have_been, |world| {
    requests(&mut world, 2).await;
    let sink = Sink::start().await;
    sink.next(Step::Rcpt, Answer::Hang);
    sink.next(Step::Dot, Answer::Hang);
    let stop = CancellationToken::new();
    let sending = tokio::spawn(run(pool(&world, &sink, 2, LONG), stop.clone()));
    until(&world, "both hang", |rows| rows.iter().filter(|row| row.attempts == 1).count() == 2).await;
    let leases = lease::database_now(&mut world.store.read().await.unwrap()).await.unwrap();
    assert!(world.outbox().await.iter().filter(|row| row.leased_until > leases).count() == 2);
    stop.cancel();
    sending.await.unwrap();
    let rows = world.outbox().await;
    assert!(rows.iter().all(|row| row.leased_until.as_micros() == 0), "given back at once");
    let tried: Vec<_> = rows.iter().filter(|row| row.attempts > 0).map(|row| (row.state, row.unknowns)).collect();
    assert_eq!(tried, [(State::Deferred, 1)], "nothing was sent of the other");
    world.clock.advance(Duration::from_mins(1));
    world.deliver().await;
});

story!(a_mail_that_anybody_queues_wakes_the_courier, |world| {
    let sink = Sink::start().await;
    let stop = CancellationToken::new();
    let sending = tokio::spawn(run(pool(&world, &sink, 1, LONG), stop.clone()));
    requests(&mut world, 1).await;
    until(&world, "by the bell", |rows| count(rows, State::Accepted) == 3).await;
    // Another process has a bell of its own.
    let other = store::Store::open(world.url()).await.unwrap();
    let mut mail = world.outbox().await.remove(0).mail;
    (mail.message_id, mail.ticket, mail.entry) = ("other@desk.example".to_owned(), None, None);
    mail.kind = Kind::SignIn;
    mail.audience = postroom::desk::outbox::Audience::Staff;
    let now = world.clock.now();
    let queue = other.write(move |tx| Box::pin(async move { Ok(outbox::queue(tx, &mail, now, &Rng::System).await?) }));
    queue.await.unwrap();
    other.close().await;
    until(&world, "by the tick", |rows| rows.iter().all(|row| !row.state.is_waiting())).await;
    stop.cancel();
    sending.await.unwrap();
});

/// A customer's mail from each of `number` addresses of one domain; the desk writes to each of them, and to the staff.
async fn requests_of(world: &mut World, domain: &str, number: usize) {
    for place in 0..number {
        let id = world.message_id();
        let raw = format!(
            "From: c{place}@{domain}\r\nTo: support@desk.example\r\nSubject: Frage {place}\r\nMessage-ID: <{id}>\r\n\r\nText\r\n"
        );
        world.arrive(raw.as_bytes(), "support").await;
    }
    world.decide().await;
}

fn waiting_for<'a>(rows: &'a [OutboxRow], domain: &str) -> Vec<&'a OutboxRow> {
    rows.iter().filter(|row| row.state.is_waiting() && row.mail.recipient.ends_with(&format!("@{domain}"))).collect()
}

story!(a_domain_that_is_told_too_many_waits_and_no_other_does, |world| {
    let sink = Sink::start().await;
    requests_of(&mut world, "slow.example", 5).await;
    requests_of(&mut world, "quick.example", 5).await;
    for place in 0..5 {
        sink.refuse(&format!("c{place}@slow.example"), "451 4.7.1 Error: too many mails");
    }
    let mut one = pool(&world, &sink, 1, LONG);
    deliver_due(&mut one).await.unwrap();
    let rows = world.outbox().await;
    let slow = waiting_for(&rows, "slow.example");
    assert_eq!((slow.len(), slow.iter().filter(|row| row.attempts > 0).count()), (5, 1), "one of them was tried");
    assert_eq!(rows.iter().filter(|row| row.state.is_waiting()).count(), 5, "and everybody else has their mail");
    // The server has come to its senses, but nobody knows before the minute is over.
    for place in 0..5 {
        sink.take_again(&format!("c{place}@slow.example"));
    }
    deliver_due(&mut one).await.unwrap();
    assert_eq!(waiting_for(&world.outbox().await, "slow.example").len(), 5);
    world.clock.advance(Duration::from_mins(1));
    deliver_due(&mut one).await.unwrap();
    assert!(waiting_for(&world.outbox().await, "slow.example").is_empty());
});

story!(other_refusals_slow_nothing, |world| {
    let sink = Sink::start().await;
    requests_of(&mut world, "grey.example", 4).await;
    for place in 0..4 {
        sink.refuse(&format!("c{place}@grey.example"), "451 4.7.1 greylisted, come back later");
    }
    deliver_due(&mut pool(&world, &sink, 1, LONG)).await.unwrap();
    let rows = world.outbox().await;
    assert!(waiting_for(&rows, "grey.example").iter().all(|row| row.attempts == 1), "each of them was tried");
    for place in 0..4 {
        sink.take_again(&format!("c{place}@grey.example"));
    }
    world.clock.advance(Duration::from_mins(1));
    deliver_due(&mut pool(&world, &sink, 1, LONG)).await.unwrap();
});

story!(mails_to_one_domain_are_spread_over_the_minute_where_that_is_configured, |world| {
    let sink = Sink::start().await;
    requests_of(&mut world, "slow.example", 5).await;
    let courier = world.courier();
    let mut config = (*courier.config).clone();
    config.per_domain.mails_per_minute = Some(2);
    let mut pool = Pool::over(Courier { config: Arc::new(config), ..courier }, vec![way(&sink, LONG)]);
    // Acknowledgements to the customers, and two notifications of each to the staff, who have a domain, too.
    let left = |rows: &[OutboxRow], domain: &str| waiting_for(rows, domain).len();
    let all = left(&world.outbox().await, "staff.example");
    for minute in 0..5 {
        deliver_due(&mut pool).await.unwrap();
        let rows = world.outbox().await;
        assert_eq!((left(&rows, "slow.example"), left(&rows, "staff.example")), (4 - minute, all - 1 - minute));
        assert!(rows.iter().filter(|row| row.state.is_waiting()).all(|row| row.attempts == 0), "nobody's tries are used up");
        world.clock.advance(Duration::from_secs(30));
    }
    world.deliver().await;
});

story!(a_domain_that_hangs_leaves_a_connection_to_others, |world| {
    let sink = Sink::start().await;
    requests_of(&mut world, "slow.example", 6).await;
    requests_of(&mut world, "quick.example", 6).await;
    (0..6).for_each(|place| sink.hang(&format!("c{place}@slow.example")));
    let sending = tokio::spawn(run(pool(&world, &sink, 3, LONG), CancellationToken::new()));
    let rows = until(&world, "all others go", |rows| {
        waiting_for(rows, "slow.example").len() == rows.iter().filter(|row| row.state.is_waiting()).count()
    })
    .await;
    let slow = waiting_for(&rows, "slow.example");
    assert_eq!((slow.len(), slow.iter().filter(|row| row.attempts == 1).count()), (6, 2));
    sending.abort();
    let _ = sending.await;
    world.execute("UPDATE outbox SET leased_until = leased_until - 10000000").await;
    world.deliver().await;
});
