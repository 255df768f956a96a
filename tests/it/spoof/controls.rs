//! Who only looks like staff is taken for who they are; who is staff, however they write their address, is staff.

use postroom::desk::entry::Visibility;
use postroom::desk::ids::PersonId;
use postroom::store::people;

use crate::world::desk::{World, story};

const ANNA: PersonId = PersonId(10_001);
const CARLA: PersonId = PersonId(10_003);

async fn sends(world: &mut World, from: &str, to: &str, subject: &str, text: &str) -> String {
    let id = world.message_id();
    let raw = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\r\n{text}\r\n");
    world.send(raw.as_bytes()).await;
    world.last_verdict().await
}

async fn last_author(world: &World) -> (Option<PersonId>, Visibility) {
    let last = world.ticket("ACME-1").await.1.pop().unwrap();
    (last.author, last.visibility)
}

async fn reply_address(world: &World, of: &str) -> String {
    world.last_to(of).await.letter.reply_to.unwrap().address
}

story!(case_is_no_disguise_and_a_second_address_counts_once_it_is_registered, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let token = reply_address(&world, "anna@staff.example").await;
    for from in ["ANNA@STAFF.EXAMPLE", "Anna@Staff.Example"] {
        assert_eq!(sends(&mut world, from, &token, "x", from).await, "comment token");
        assert_eq!(last_author(&world).await, (Some(ANNA), Visibility::Public));
    }
    let second = "anna+helpdesk@staff.example";
    assert_eq!(sends(&mut world, second, &token, "x", "Von unterwegs.").await, "held unknown_address");
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let mut anna = people::get(tx, ANNA).await?.unwrap();
            anna.addresses.push(second.to_owned());
            Ok(people::update(tx, &anna).await?)
        })
    });
    work.await.unwrap();
    assert_eq!(sends(&mut world, "Anna+Helpdesk@staff.example", &token, "x", "Von zu Hause.").await, "comment token");
    assert_eq!(last_author(&world).await, (Some(ANNA), Visibility::Public));
});

story!(a_customer_with_a_staff_members_name_stays_a_customer, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let (hers, annas) = (reply_address(&world, &carla.address).await, reply_address(&world, "anna@staff.example").await);
    let outside = world.sent_to(&carla.address).await.len();
    let disguised = "Anna Berger <carla@acme.example>";
    let text = "#note\nWir schließen das.";
    assert_eq!(sends(&mut world, disguised, &hers, "x", text).await, "comment token");
    assert_eq!(last_author(&world).await, (Some(CARLA), Visibility::Public), "her own words, and no command");
    // With Anna's token she is no more than with the ticket's number: a correspondent of it.
    assert_eq!(sends(&mut world, disguised, &annas, "[ACME-1] x", "#close\nEnde.").await, "comment subject");
    assert_eq!(last_author(&world).await, (Some(CARLA), Visibility::Public));
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "open");
    assert_eq!(world.sent_to(&carla.address).await.len(), outside, "nobody outside is told their own words");
    let told = world.last_to("ben@staff.example").await.letter.body.text;
    assert!(told.contains("Carla Kunze"), "staff read who it was: {told}");
    // The twin: the same words from Anna.
    assert_eq!(sends(&mut world, "Carla Kunze <anna@staff.example>", &annas, "x", "#close\nEnde.").await, "comment token");
    assert_eq!(world.ticket("ACME-1").await.0.state.status, "done");
    assert_eq!(world.sent_to(&carla.address).await.len(), outside + 1);
});

story!(a_domain_like_the_staffs_is_a_strangers, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let token = reply_address(&world, "anna@staff.example").await;
    let lookalikes = [
        "Anna Berger <anna@staff-example.example>",
        "Anna Berger <anna@staff.example.net>",
        "Anna Berger <anna@st\u{430}ff.example>",
        "Anna Berger <anna@xn--stff-7ve.example>",
    ];
    for from in lookalikes {
        let support = "support@desk.example";
        // A domain that only looks like the staff's own is nobody's, and nobody is asked whether it is theirs.
        let asked = if from.is_ascii() && !from.contains("xn--") { "unknown_address" } else { "third_party" };
        for (to, subject, reason) in [(token.as_str(), "x", asked), (support, "Re: Drucker [ACME-1]", "third_party")] {
            let verdict = sends(&mut world, from, to, subject, "#close\nEnde.").await;
            assert_eq!(verdict, format!("held {reason}"), "{from}");
        }
    }
    assert_eq!(world.timeline("ACME-1").await.len(), 1);
    assert_eq!(world.sent_to(&carla.address).await.len(), 1, "the acknowledgement");
    // The twin: in their own name they may open a ticket, and get the acknowledgement that any stranger gets.
    assert_eq!(sends(&mut world, lookalikes[0], "support@desk.example", "Hallo", "#note\nHallo.").await, "ticket new");
    assert_eq!(world.sent_to("anna@staff-example.example").await.len(), 1);
    assert_eq!(world.timeline("DESK-1").await, ["public comment: #note\nHallo."]);
});
