//! Who speaks and who sees: role and membership against every way in and every way out, through the whole desk.

use axum::http::StatusCode;
use postroom::acts::{Act, ActContext, Actor, Content, Update, perform};
use postroom::desk::ids::{OrganizationId, PersonId, TicketId};
use postroom::desk::inbox::Release;
use postroom::desk::outbox::State;
use postroom::desk::people::Person;
use postroom::store::people::Member;
use postroom::store::{self, people};

use crate::world::desk::{World, story};

const ACME: OrganizationId = OrganizationId(20_001);
const CARLA: &str = "carla@acme.example";
const ANNA: PersonId = PersonId(10_001);

/// Roles of a test's own: own tickets only, no comments, no files, no new tickets, nothing.
const ROLES: &str = "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES (60, 'own', 'Own', 1, 0, 0), \
    (61, 'mute', 'No comments', 1, 0, 0), (62, 'bare', 'No files', 1, 0, 0), (63, 'asks-not', 'No new tickets', 1, 0, 0), \
    (64, 'nothing', 'Nothing', NULL, 0, 0), (65, 'keeps', 'Closes nothing', 1, 0, 0); \
    INSERT INTO role_permission (role_id, permission, effect) VALUES (60, 'see_all_tickets', 'denied'), (61, 'comment', 'denied'), \
    (62, 'attach', 'denied'), (63, 'create_tickets', 'denied'), (65, 'close', 'denied')";

/// What ties somebody to ACME.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// A member who signs in, with a role.
    Guest(i64),
    /// A member who may not sign in, with a role.
    ByMail(i64),
    /// A member until just now.
    Former,
    /// Nothing but the domain of the address.
    Domain,
    /// Nothing.
    None,
    /// A member who is switched off.
    Off,
}

async fn person(world: &World, id: i64, address: &str) -> PersonId {
    let (person, now) = (Person::contact(PersonId(id), format!("P {id}"), address.to_owned()), world.clock.now());
    let work = world.store.write(move |tx| Box::pin(async move { Ok(people::insert(tx, &person, now).await?) }));
    work.await.unwrap();
    PersonId(id)
}

async fn tie(world: &mut World, person: PersonId, address: &str, tie: Tie) {
    let (login, role) = match tie {
        Tie::Guest(role) => (true, role),
        Tie::ByMail(role) => (false, role),
        Tie::Former | Tie::Off => (true, 1),
        Tie::Domain | Tie::None => return,
    };
    let now = world.clock.now();
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            people::set_member(tx, &Member { organization: ACME, person, login_allowed: login }, now).await?;
            if tie == Tie::Former {
                people::remove_member(tx, ACME, person, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    world.execute(&format!("UPDATE member SET role_id = {role} WHERE person_id = {}", person.0)).await;
    if tie == Tie::Off {
        world.deactivate(address).await;
    }
}

async fn act(world: &World, actor: Actor, update: Update) {
    let (config, now, rng) = (std::sync::Arc::clone(&world.web().config), world.clock.now(), world.web().rng);
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &rng).await?;
            let context = ActContext { config: &config, now, rng: &rng, epoch };
            perform(
                tx,
                &context,
                actor,
                Act::Update(update),
                Content { text: "From the desk.".to_owned(), ..Content::default() },
            )
            .await?;
            Ok(())
        })
    });
    work.await.unwrap();
}

async fn ticket(world: &World) -> TicketId {
    world.ticket("ACME-1").await.0.id
}

async fn says(world: &World, comment: &str) -> String {
    let update = Update { comment: Some("public".try_into().unwrap()), ..Update::of(ticket(world).await) };
    act(world, Actor::Staff(ANNA), update).await;
    comment.to_owned()
}

/// A mail with these fields; what became of it.
async fn mail(world: &mut World, from: &str, to: &str, subject: &str, more: &str) -> String {
    let id = world.message_id();
    let raw = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n{more}\r\nHello {id}.\r\n");
    world.send(raw.as_bytes()).await;
    world.last_verdict().await
}

async fn looks(world: &World, address: &str) -> StatusCode {
    world.signed_in(address).await.get("/ACME/1").await.status
}

const GUEST: i64 = 1;

/// Who takes no part: by number, by reference and by page; and whether they get the next answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_no_part_comes_in_as_their_role_says() {
    let (joins, held, off) = ("comment colleague", "held third_party", "held switched_off");
    let table: [(Tie, &str, bool); 10] = [
        (Tie::Guest(GUEST), joins, true),
        (Tie::Guest(60), held, false),
        (Tie::Guest(61), held, true),
        (Tie::Guest(64), held, false),
        (Tie::ByMail(GUEST), joins, false),
        (Tie::ByMail(60), held, false),
        (Tie::Former, held, false),
        (Tie::Domain, joins, false),
        (Tie::None, held, false),
        (Tie::Off, off, false),
    ];
    for mut world in World::each().await {
        world.execute(ROLES).await;
        let carla = world.carla.clone();
        world.writes(&carla, "Printer", "It is broken.").await;
        let root = format!("In-Reply-To: <{}>\r\n", world.last_to(CARLA).await.letter.message_id.unwrap());
        for (number, (tied, verdict, sees)) in (0..).zip(table) {
            let id = 11_000 + 10 * number;
            let domain = if tied == Tie::None { "other.example" } else { "acme.example" };
            for (place, (subject, more)) in [("Re: [ACME-1]", ""), ("Re: x", root.as_str())].into_iter().enumerate() {
                world.clock.advance(std::time::Duration::from_secs(2 * 3600));
                let address = format!("p{number}-{place}@{domain}");
                let person = person(&world, id + i64::try_from(place).unwrap(), &address).await;
                tie(&mut world, person, &address, tied).await;
                let shown = looks(&world, &address).await == StatusCode::OK;
                assert_eq!(shown, sees, "page, {tied:?}");
                assert_eq!(
                    mail(&mut world, &address, "support@desk.example", subject, more).await,
                    verdict,
                    "{subject} {tied:?}"
                );
                says(&world, "x").await;
                world.deliver().await;
                let got = world.sent_to(&address).await.iter().any(|sent| sent.letter.body.text.contains("From the desk."));
                assert_eq!(got, verdict == joins, "the answer, {tied:?} by {subject}");
            }
        }
        // The desk knows nobody of this address: its domain alone lets them in, and another domain does not.
        assert_eq!(mail(&mut world, "new@acme.example", "support@desk.example", "[ACME-1]", "").await, joins);
        assert_eq!(mail(&mut world, "new@other.example", "support@desk.example", "[ACME-1]", "").await, held);
        world.end().await;
    }
}

/// Who takes part: by reply address; whether a letter that waits still leaves, and whether the next answer comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_part_stays_until_it_ends() {
    let (writes, denied, third, off) = ("comment token", "held role_denies", "held third_party", "held switched_off");
    let table: [(Tie, &str, bool); 8] = [
        (Tie::Guest(GUEST), writes, true),
        (Tie::Guest(60), writes, true),
        (Tie::Guest(61), denied, true),
        (Tie::ByMail(61), denied, true),
        (Tie::Domain, writes, true),
        (Tie::None, writes, true),
        (Tie::Former, third, false),
        (Tie::Off, off, false),
    ];
    for mut world in World::each().await {
        world.execute(ROLES).await;
        let carla = world.carla.clone();
        world.writes(&carla, "Printer", "It is broken.").await;
        let ticket = ticket(&world).await;
        for (number, (tied, verdict, gets)) in (0..).zip(table) {
            world.clock.advance(std::time::Duration::from_secs(2 * 3600));
            let domain = if tied == Tie::None { "other.example" } else { "acme.example" };
            let address = format!("q{number}@{domain}");
            let person = person(&world, 12_000 + number, &address).await;
            let starts = if matches!(tied, Tie::Former | Tie::Off) { Tie::Guest(GUEST) } else { tied };
            tie(&mut world, person, &address, starts).await;
            act(&world, Actor::Staff(ANNA), Update { invite: Some(person), ..Update::of(ticket) }).await;
            world.deliver().await;
            let token = world.last_to(&address).await.letter.reply_to.unwrap().address;
            // One letter waits while it ends.
            says(&world, "x").await;
            if starts != tied {
                world.clock.advance(std::time::Duration::from_secs(60));
                tie(&mut world, person, &address, tied).await;
            }
            world.deliver().await;
            let mine = world.outbox().await.into_iter().rfind(|row| row.mail.recipient == address).unwrap();
            assert_eq!(mine.state, if gets { State::Accepted } else { State::Withdrawn }, "{tied:?}: the letter that waited");
            let before = world.sent_to(&address).await.len();
            says(&world, "x").await;
            world.deliver().await;
            assert_eq!(world.sent_to(&address).await.len() > before, gets, "{tied:?}: the next one");
            let shown = world.sent_to(CARLA).await.pop().unwrap().letter.cc.iter().any(|cc| cc.address == address);
            assert_eq!(shown, gets, "{tied:?}: in the copy line of others");
            assert_eq!(mail(&mut world, &address, &token, "Re: [ACME-1]", "").await, verdict, "{tied:?}");
        }
        world.end().await;
    }
}

story!(a_sub_address_is_the_person_of_its_address, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is broken.").await;
    let (joins, held) = ("comment colleague", "held third_party");
    let to = "support@desk.example";
    for (id, address, tied, verdict) in [
        (13_001, "former@acme.example", Tie::Former, held),
        (13_002, "off@acme.example", Tie::Off, "held switched_off"),
        (13_003, "guest@acme.example", Tie::Guest(GUEST), joins),
    ] {
        let person = person(&world, id, address).await;
        tie(&mut world, person, address, tied).await;
        let sub = address.replace('@', "+1@");
        assert_eq!(mail(&mut world, &sub, to, "Re: [ACME-1]", "").await, verdict, "{sub}");
        says(&world, "x").await;
        world.deliver().await;
        assert!(world.sent_to(&sub).await.is_empty(), "{sub}: nobody of its own");
        let got = world.sent_to(address).await.iter().any(|sent| sent.letter.body.text.contains("From the desk."));
        assert_eq!(got, verdict == joins, "{address}");
    }
    // The twins: who is registered so, whom nobody knows, and staff, in whose name nothing is read into an address.
    person(&world, 13_004, "own+1@acme.example").await;
    assert_eq!(mail(&mut world, "own+1@acme.example", to, "Re: [ACME-1]", "").await, joins);
    says(&world, "x").await;
    world.deliver().await;
    assert!(!world.sent_to("own+1@acme.example").await.is_empty());
    assert_eq!(mail(&mut world, "nobody+1@acme.example", to, "Re: [ACME-1]", "").await, joins);
    assert_eq!(mail(&mut world, "anna+1@desk.example", to, "Re: [ACME-1]", "").await, held);
});

story!(what_has_ended_begins_again_by_the_staffs_word_alone, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is broken.").await;
    let (id, token) = (PersonId(10_003), world.last_to(CARLA).await.letter.reply_to.unwrap().address);
    world.clock.advance(std::time::Duration::from_secs(60));
    tie(&mut world, id, CARLA, Tie::Former).await;
    world.clock.advance(std::time::Duration::from_secs(60));
    // The domain of the address does not make her a colleague again, on old tickets and on new ones.
    assert_eq!(mail(&mut world, CARLA, &token, "Re: [ACME-1]", "").await, "held third_party");
    assert_eq!(mail(&mut world, CARLA, "support@desk.example", "Something else", "").await, "ticket new");
    assert_eq!(world.ticket("DESK-1").await.0.requester, Some(id), "as a stranger's");
    // Released by the staff she takes part again.
    let id = world.ledger().await.into_iter().find(|row| row.reason.as_deref() == Some("third_party")).unwrap().id;
    let work = world.store.write(move |tx| Box::pin(async move { Ok(store::inbox::release(tx, id, Release::AsIs).await?) }));
    assert!(work.await.unwrap());
    world.settle().await;
    assert!(world.timeline("ACME-1").await.iter().any(|line| line.starts_with("public comment: Hello")));
    let before = world.sent_to(CARLA).await.len();
    says(&world, "x").await;
    world.deliver().await;
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    // As a member again she needs nobody's word, and after that it is over again.
    tie(&mut world, PersonId(10_003), CARLA, Tie::Guest(GUEST)).await;
    assert_eq!(mail(&mut world, CARLA, "support@desk.example", "Re: [ACME-1]", "").await, "comment subject");
    world.clock.advance(std::time::Duration::from_secs(60));
    tie(&mut world, PersonId(10_003), CARLA, Tie::Former).await;
    assert_eq!(mail(&mut world, CARLA, "support@desk.example", "Re: [ACME-1]", "").await, "held third_party");
});

story!(a_role_rules_new_requests_and_files_by_mail_too, |world| {
    world.execute(ROLES).await;
    let file = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n";
    let table = [
        (GUEST, "ticket new", "ticket new"),
        (60, "ticket new", "ticket new"),
        (61, "ticket new", "ticket new"),
        (62, "ticket new", "held role_denies"),
        (63, "held role_denies", "held role_denies"),
        (64, "held role_denies", "held role_denies"),
    ];
    for (role, plain, with_file) in table {
        world.clock.advance(std::time::Duration::from_secs(2 * 3600));
        tie(&mut world, PersonId(10_003), CARLA, Tie::Guest(role)).await;
        let subject = format!("New {role}");
        assert_eq!(mail(&mut world, CARLA, "support@desk.example", &subject, "").await, plain, "{role}");
        assert_eq!(mail(&mut world, CARLA, "support@desk.example", &subject, file).await, with_file, "{role}, file");
    }
    let waits = world.sent_to("ben@staff.example").await;
    let waits = waits.iter().filter(|sent| sent.letter.body.text.contains("The role of its sender does not allow"));
    assert_eq!(waits.count(), 3, "one an hour");
    world.release(Release::AsIs).await;
    assert!(world.outbox().await.iter().any(|row| row.mail.recipient == CARLA), "and a human lets it through");
});

story!(who_may_not_close_hears_so_and_joins_nothing_by_it, |world| {
    world.execute(ROLES).await;
    let carla = world.carla.clone();
    world.writes(&carla, "Printer", "It is broken.").await;
    let says = async |world: &mut World, from: &str, more: &str, word: &str| {
        let id = world.message_id();
        let head =
            format!("From: {from}\r\nTo: support@desk.example\r\nSubject: Re: Printer [ACME-1]\r\nMessage-ID: <{id}>\r\n{more}");
        world.send(format!("{head}\r\n{word}\r\n").as_bytes()).await;
        world.last_verdict().await
    };
    let joined = "SELECT COUNT(*) FROM participant";
    for (id, role, word, verdict) in [
        (14_001, 65, "close", "command refused"),
        (14_002, 65, "#close", "command refused"),
        (14_003, 65, "Schließen!", "command refused"),
        // The twins: what is no command, and whose role does not say no.
        (14_004, 65, "It is done, please close it.", "comment colleague"),
        (14_005, GUEST, "close", "comment colleague"),
    ] {
        world.clock.advance(std::time::Duration::from_secs(2 * 3600));
        let address = format!("c{id}@acme.example");
        let who = person(&world, id, &address).await;
        tie(&mut world, who, &address, Tie::Guest(role)).await;
        let (entries, parts) = (world.timeline("ACME-1").await.len(), world.number(joined).await);
        assert_eq!(says(&mut world, &address, "", word).await, verdict, "{word} {role}");
        let refused = verdict == "command refused";
        assert_eq!(world.number(joined).await - parts, i64::from(!refused), "{word} {role}");
        assert_eq!(world.timeline("ACME-1").await.len() == entries, refused, "{word} {role}");
        let told = world.sent_to(&address).await;
        assert_eq!(told.len(), usize::from(refused), "{word} {role}");
        assert!(told.iter().all(|sent| sent.letter.body.text.contains("ACME-1 was not closed")
            || sent.letter.body.text.contains("ACME-1 wurde nicht geschlossen")));
    }
    // Of who takes part it is a comment that a human reads; where the role allows it, the ticket is closed.
    let root = world.last_to(CARLA).await.row.mail.message_id.clone();
    let root = format!("In-Reply-To: <{root}>\r\n");
    tie(&mut world, PersonId(10_003), CARLA, Tie::Guest(65)).await;
    assert_eq!(says(&mut world, CARLA, &root, "close").await, "comment thread");
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "open");
    tie(&mut world, PersonId(10_003), CARLA, Tie::Guest(GUEST)).await;
    assert_eq!(says(&mut world, CARLA, &root, "close").await, "command customer_command");
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "done");
});
