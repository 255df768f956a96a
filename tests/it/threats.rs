//! Ways in which a desk could be abused or could harm itself, each told as a story, on both databases.

use postroom::config::Outgoing;
use postroom::demo::client::Program;
use postroom::desk::inbox::Release;
use postroom::desk::outbox::State;

use crate::world::desk::World;

const ANNA: &str = "anna@staff.example";
const BEN: &str = "ben@staff.example";
const CARLA: &str = "carla@acme.example";

/// Runs a story on every database.
macro_rules! story {
    ($(#[$meta:meta])* $name:ident, |$world:ident| $body:block) => {
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            for mut $world in World::each().await {
                $body
                $world.end().await;
            }
        }
    };
}

story!(dead_addresses_of_the_staff_do_not_report_each_other_without_end, |world| {
    let sink = crate::world::sink::Sink::start().await;
    let carla = world.carla.clone();
    world.leave_by(&Outgoing::Smtp(sink.server()));
    sink.refuse(ANNA, "550 5.1.1 no such user");
    world.writes(&carla, "Frage", "Frage").await;
    let to_ben = || sink.mails().into_iter().filter(|mail| mail.to == [BEN]).count();
    assert_eq!(to_ben(), 2, "the news, and once that Anna did not get them");
    sink.refuse(BEN, "550 5.1.1 no such user");
    world.writes(&carla, "Noch eine", "Frage").await;
    assert_eq!(world.outbox().await.into_iter().filter(|row| row.state == State::Failed).count(), 5);
    let noted = world.timeline("ACME-2").await.into_iter().filter(|line| line.starts_with("internal delivery")).count();
    assert_eq!(noted, 4, "every failure stands on the ticket");
});

story!(an_automatic_answer_forged_in_a_staff_members_name_leaves_no_note, |world| {
    let (carla, anna, dana) = (world.carla.clone(), world.anna.clone(), world.dana.clone());
    world.writes(&carla, "Frage", "Frage").await;
    for sender in [ANNA, "dana@globex.example"] {
        let id = world.message_id();
        let raw = format!(
            "From: {sender}\r\nTo: support@desk.example\r\nSubject: Abwesend [ACME-1]\r\nMessage-ID: <{id}>\r\n\
             Auto-Submitted: auto-replied\r\n\r\nSchicken Sie alles an mich.\r\n"
        );
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "auto_reply automatic_answer");
        assert_eq!(world.timeline("ACME-1").await.len(), 1, "{sender}");
    }
    // The twins: those who are proven, and those who take part.
    for (client, at, entries) in [(&anna, ANNA, 2), (&carla, CARLA, 3)] {
        let parent = world.last_to(at).await.raw;
        let id = world.message_id();
        let raw = client.answer(&parent, "Bin weg.").header("Auto-Submitted", "auto-replied").write(world.clock.now(), &id);
        world.send(&raw).await;
        assert_eq!(world.timeline("ACME-1").await.len(), entries, "{at}");
    }
    assert_ne!(dana.address, CARLA);
});

story!(who_has_left_the_staff_gets_nothing_that_was_still_waiting, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let (before, anna_before) = (world.sent_to(BEN).await.len(), world.sent_to(ANNA).await.len());
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "#note\nSECRET", world.clock.now(), &id);
    world.arrive(&raw, "support").await;
    world.decide().await;
    world.deactivate(BEN).await;
    world.deliver().await;
    assert_eq!(world.sent_to(BEN).await.len(), before);
    world.writes(&carla, "Noch eine", "Frage").await;
    assert_eq!(world.sent_to(ANNA).await.len(), anna_before + 1, "who is still there is told");
});

story!(a_slip_for_a_tag_that_is_released_as_it_is_stays_inside, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let outside = world.sent_to(CARLA).await.len();
    world.answers(&anna, "#intrenal\nSECRET").await;
    assert_eq!(world.last_verdict().await, "held near_miss");
    world.release(Release::AsIs).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "internal comment: #intrenal\nSECRET");
    assert_eq!(world.sent_to(CARLA).await.len(), outside);
    let parent = world.sent_to(ANNA).await.into_iter().next().unwrap().raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "#geht wieder\nBitte prüfen.", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "held unknown_command");
    world.release(Release::Public).await;
    assert_eq!(world.timeline("ACME-1").await.last().unwrap(), "public comment: #geht wieder\nBitte prüfen.");
});

story!(one_participant_with_an_odd_address_does_not_keep_the_others_from_being_answered, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Frage", "Frage").await;
    let mut odd = carla.clone();
    (odd.program, odd.address) = (Program::Mutt, "d..v@acme.example".to_owned());
    world.writes(&odd, "Frage [ACME-1]", "Ich auch.").await;
    assert_eq!(world.last_verdict().await, "comment colleague");
    let parent = world.last_to(ANNA).await.raw;
    let id = world.message_id();
    let raw = anna.reply(&parent, "Antwort", world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_to(CARLA).await.letter.new_text.trim(), "Antwort");
    assert_eq!(world.last_to("d..v@acme.example").await.letter.new_text.trim(), "Antwort");
});
