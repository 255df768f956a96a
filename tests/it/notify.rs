//! Of what staff are told, and what a notification says of itself and of a reply to it.

use postroom::desk::ids::{PersonId, ProjectId};
use postroom::desk::notify::{Event, NotifyBy, Wish};
use postroom::desk::people::{Person, PersonKind};
use postroom::store::{notify, people, projects, tickets};
use serde_json::json;

use crate::cli::on_both;
use crate::world::desk::{World, story};

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";
const ACME: ProjectId = ProjectId(30_001);

async fn ben_wants(world: &World, project: Option<ProjectId>, event: Event, way: NotifyBy) {
    let wish = Wish { project, event, way };
    let work = world.store.write(move |tx| Box::pin(async move { Ok(notify::set(tx, PersonId(10_002), wish).await?) }));
    work.await.unwrap();
}

async fn ben_mutes(world: &World, number: &str, muted: bool) {
    let (ticket, now) = (world.ticket(number).await.0.id, world.clock.now());
    let work =
        world.store.write(move |tx| Box::pin(async move { Ok(tickets::mute(tx, ticket, PersonId(10_002), muted, now).await?) }));
    work.await.unwrap();
}

fn header(raw: &str, name: &str) -> Vec<String> {
    let head = raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

story!(everybody_chooses_of_what_they_are_told, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    ben_wants(&world, None, Event::Customer, NotifyBy::Nothing).await;
    ben_wants(&world, None, Event::Note, NotifyBy::Nothing).await;
    ben_wants(&world, Some(ACME), Event::Note, NotifyBy::Mail).await;
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    assert_eq!(world.sent_to(BEN).await.len(), 1, "a new ticket");
    world.answers(&carla, "Noch immer nicht.").await;
    assert_eq!((world.sent_to(BEN).await.len(), world.sent_to(ANNA).await.len()), (1, 2), "a customer's comment");
    world.answers(&anna, "Schalten Sie ihn ein.").await;
    assert_eq!(world.sent_to(BEN).await.len(), 2, "other staff see public answers");
    world.answers(&carla, "Ah!").await;
    world.answers(&anna, "#note\nVon 1998.").await;
    assert_eq!(world.sent_to(BEN).await.len(), 3, "the wish for the project beats the one for all");
    ben_wants(&world, None, Event::Note, NotifyBy::Nothing).await;
    world.answers(&anna, "#note\nWirklich.").await;
    assert_eq!(world.sent_to(BEN).await.len(), 3, "and the one for all ends it");
    assert_eq!(world.sent_to(CARLA).await.len(), 2, "outsiders are told as ever");
});

story!(a_muted_ticket_is_silent_unless_it_is_given_to_the_reader, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    ben_mutes(&world, "ACME-1", true).await;
    world.answers(&anna, "Schalten Sie ihn ein.").await;
    world.answers(&carla, "Ah!").await;
    assert_eq!((world.sent_to(BEN).await.len(), world.sent_to(ANNA).await.len()), (1, 2));
    ben_mutes(&world, "ACME-1", false).await;
    world.answers(&anna, "Gern.").await;
    assert_eq!(world.sent_to(BEN).await.len(), 2);
});

story!(the_desk_never_writes_to_itself, |world| {
    let (carla, now) = (world.carla.clone(), world.clock.now());
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            for (id, address) in [(10_050, "sales@desk.example"), (10_051, "acme@desk.example"), (10_052, "third@staff.example")]
            {
                let person =
                    Person { kind: PersonKind::Staff, ..Person::contact(PersonId(id), "Echo".to_owned(), address.to_owned()) };
                people::insert(tx, &person, now).await?;
                projects::add_staff(tx, ACME, person.id).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let to: Vec<String> = world.outbox().await.into_iter().map(|row| row.mail.recipient).collect();
    assert!(to.contains(&"third@staff.example".to_owned()), "the twin: {to:?}");
    assert!(!to.iter().any(|address| address.ends_with("@desk.example")), "{to:?}");
});

story!(a_notification_says_what_it_is_and_who_reads_a_reply, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let opened = world.last_to(BEN).await;
    world.answers(&anna, "Schalten Sie ihn ein.").await;
    let answered = world.last_to(BEN).await;
    world.answers(&carla, "Ah!").await;
    let wrote = world.last_to(BEN).await;
    world.answers(&anna, "#note\n#close\nVon 1998.").await;
    let noted = world.last_to(BEN).await;
    let root = &world.ticket("ACME-1").await.0.thread_root;
    for (sent, event, visibility) in [
        (&opened, "opened", "public"),
        (&answered, "answer", "public"),
        (&wrote, "customer", "public"),
        (&noted, "note", "internal"),
    ] {
        let raw = sent.text();
        for (name, value) in [
            ("X-Postroom-Event", event),
            ("X-Postroom-Visibility", visibility),
            ("X-Postroom-Ticket", "ACME-1"),
            ("List-Id", "ACME <acme.desk.example>"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ] {
            assert_eq!(header(&raw, name), [value], "{name}: {raw}");
        }
        assert_eq!(sent.letter.references.first(), Some(root), "one ticket is one conversation");
        assert_eq!(sent.letter.subject, "[ACME-1] Drucker");
    }
    let text = &wrote.letter.body.text;
    assert!(text.contains("Your reply is public. It goes by mail to: Carla Kunze (ACME)"), "{text}");
    let note_address = text.split(['<', '>']).find_map(|word| word.strip_prefix("mailto:")).expect("the note address");
    let public = wrote.letter.reply_to.as_ref().unwrap().address.clone();
    assert_ne!(public, note_address);
    let text = &noted.letter.body.text;
    assert!(text.contains("Your reply stays a note; only staff read it."), "{text}");
    assert!(text.contains("The customer still sees: open."), "{text}");
    let raw = noted.text();
    let secrets: Vec<&str> =
        raw.split(|c: char| c.is_whitespace() || "<>".contains(c)).filter(|word| word.contains("support+")).collect();
    assert_eq!(secrets, [noted.letter.reply_to.as_ref().unwrap().address.as_str()], "one address, and it is the internal one");
    let german = world.sent_to(ANNA).await.pop().unwrap().letter.body.text;
    assert!(german.contains("Ihre Antwort ist öffentlich. Sie geht per Mail an: Carla Kunze (ACME)"), "{german}");
});

#[tokio::test]
async fn wishes_are_set_and_listed_by_command() {
    on_both(async |desk| {
        desk.json(&["person", "add", "--staff", "Ben Roth <ben@desk.example>"]);
        desk.json(&["project", "add", "HOUSE", "Our own", "--kind", "internal", "--staff", "ben@desk.example"]);
        let all = ["opened", "customer", "answer", "note", "change", "assigned", "failure", "held", "spam"];
        let ben = ["notify", "list", "--person", "ben@desk.example"];
        assert_eq!(desk.json(&ben), json!([{"person": "ben@desk.example", "project": "HOUSE", "mail": all, "nothing": []}]));
        let said = desk.text(&["notify", "set", "ben@desk.example", "opened", "nothing", "--project", "HOUSE"]);
        assert!(said.contains("gets no mail any more for opened in HOUSE"), "{said}");
        assert!(said.contains("nobody gets a mail for `opened` in HOUSE"), "{said}");
        let said = desk.text(&["notify", "set", "ben@desk.example", "change", "nothing"]);
        assert!(said.contains("in all projects") && !said.contains("Beware"), "{said}");
        assert_eq!(desk.json(&ben)[0]["nothing"], json!(["opened", "change"]));
        desk.text(&["notify", "set", "ben@desk.example", "all", "mail"]);
        assert_eq!(desk.json(&ben)[0]["nothing"], json!([]));
        assert!(desk.text(&["notify", "list"]).contains("all"));
        desk.refuses(&["notify", "set", "ben@desk.example", "weather", "mail"], 2, &["weather", "held"]);
        desk.refuses(&["notify", "set", "nobody@desk.example", "all", "mail"], 1, &["nobody@desk.example"]);
        desk.refuses(&["notify", "list", "--project", "NONE"], 1, &["NONE"]);
        desk.refuses(&["ticket", "mute", "HOUSE-9", "--for", "ben@desk.example"], 1, &["HOUSE-9"]);
    })
    .await;
}
