//! The whole way: the real program, a real Postfix, a real Dovecot, on both databases.

use std::time::Duration;

use postroom::time::Clock;
use serde_json::{Value, json};

use crate::world::databases::Database;
use crate::world::real::Real;

async fn databases() -> Vec<Database> {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    databases
}

fn entries(ticket: &Value) -> Vec<(String, String, String)> {
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entries = ticket["entries"].as_array().unwrap().iter();
    entries.map(|entry| (word(entry, "visibility"), word(entry, "kind"), word(entry, "text"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_answered_noted_closed_and_reopened() {
    for database in databases().await {
        let Some(mut desk) = Real::set_up(database, true).await else { return };
        let (anna, ben, carla, stranger) = (desk.anna.clone(), desk.ben.clone(), desk.carla.clone(), desk.stranger.clone());
        desk.serve(None);

        desk.writes(&carla, "Drucker streikt", "Der Drucker im 2. Stock druckt nicht.").await;
        desk.gets(&carla, "Re: Drucker streikt [ACME-1]", "Sie hat die Nummer ACME-1").await;
        let told = desk.gets(&anna, "[ACME-1] Drucker streikt", "Der Drucker im 2. Stock druckt nicht.").await;
        desk.gets(&ben, "[ACME-1] Drucker streikt", "druckt nicht").await;

        desk.answers(&anna, &told, "Bitte einmal aus- und einschalten.", |reply| reply).await;
        let answer = desk.gets(&carla, "Re: Drucker streikt [ACME-1]", "aus- und einschalten").await;
        assert_eq!(answer.letter.from.as_ref().unwrap().address, desk.support);
        assert!(!String::from_utf8_lossy(&answer.raw).contains("staff.example"), "staff addresses stay inside");
        desk.gets(&ben, "[ACME-1]", "aus- und einschalten").await;

        let told_ben = desk.gets(&ben, "[ACME-1]", "druckt nicht").await;
        desk.answers(&ben, &told_ben, "#note\nSECRET: that printer is from 1998.", |reply| reply).await;
        let note = desk.gets(&anna, "[ACME-1]", "SECRET").await;
        desk.answers(&anna, &note, "SECRET: noch älter.", |reply| reply).await;
        desk.gets(&ben, "[ACME-1]", "noch älter").await;

        desk.answers(&carla, &answer, "Danke, er druckt wieder.", |reply| reply).await;
        desk.gets(&anna, "[ACME-1]", "er druckt wieder").await;
        desk.answers(&anna, &told, "#close\nSchön, dann schließe ich.", |reply| reply).await;
        let done = desk.gets(&carla, "[ACME-1]", "Schön, dann schließe ich.").await;
        assert!(done.letter.body.text.contains("erledigt"), "{}", done.letter.body.text);
        let ticket = desk.until(&["ticket", "show", "ACME-1"], |ticket| ticket["status"] == "done").await;
        assert_eq!(ticket["public_status"], "done");
        desk.answers(&carla, &done, "Jetzt streikt er wieder.", |reply| reply).await;
        desk.until(&["ticket", "show", "ACME-1"], |ticket| ticket["status"] == "open").await;

        desk.writes(&stranger, "Re: Drucker [ACME-1]", "Ich bin auch Carla.").await;
        let forger = postroom::demo::client::Client { program: stranger.program, ..anna.clone() };
        desk.writes(&forger, "Re: Drucker [ACME-1]", "#close\nPasswort bitte").await;
        desk.gets(&anna, "Haben Sie das an ACME-1 geschickt?", "nichts beweist").await;
        desk.at_rest(8).await;

        let held = desk.command(&["held", "list"]);
        let mut reasons: Vec<&str> = held.as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, ["claims_staff", "third_party"]);
        let ticket = desk.command(&["ticket", "show", "ACME-1"]);
        assert_eq!(ticket["requester"]["address"], json!(carla.address));
        let all = entries(&ticket);
        let public = all.iter().filter(|(visibility, kind, _)| visibility == "public" && kind == "comment").count();
        let internal = all.iter().filter(|(visibility, ..)| visibility == "internal").count();
        assert_eq!((public, internal), (5, 2), "{all:#?}");
        for mail in desk.mailbox(&carla).await {
            assert!(!String::from_utf8_lossy(&mail.raw).contains("SECRET") && !mail.letter.body.text.contains("SECRET"));
        }
        assert!(desk.mailbox(&stranger).await.is_empty(), "a held mail is not answered");

        // One more mail while nothing serves is not lost, and the state of the mailbox is known.
        assert!(desk.stop().success());
        desk.writes(&carla, "Während der Pause", "Hallo?").await;
        desk.serve(None);
        desk.gets(&anna, "[ACME-2] Während der Pause", "Hallo?").await;
        desk.until(&["mailbox", "list"], |list| list[0]["state"] == "ok").await;
        desk.at_rest(9).await;
        desk.command(&["check"]);
        assert!(desk.stop().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_plus_addressing_staff_answer_all_the_same() {
    let Some(mut desk) = Real::set_up(Database::sqlite(), false).await else { return };
    let (anna, carla) = (desk.anna.clone(), desk.carla.clone());
    desk.serve(None);
    desk.writes(&carla, "Ohne Plus", "Geht das?").await;
    let told = desk.gets(&anna, "[ACME-1]", "Geht das?").await;
    let plus = desk.support.replace('@', "+");
    assert!(!String::from_utf8_lossy(&told.raw).contains(&plus), "no plus address is offered");
    desk.answers(&anna, &told, "Das geht.", |reply| reply).await;
    let answer = desk.gets(&carla, "Re: Ohne Plus [ACME-1]", "Das geht.").await;
    desk.answers(&carla, &answer, "Wunderbar.", |reply| reply).await;
    let told = desk.gets(&anna, "[ACME-1]", "Wunderbar.").await;
    desk.answers(&anna, &told, "#intern\nSECRET", |reply| reply).await;
    desk.until(&["ticket", "show", "ACME-1"], |ticket| ticket["entries"].as_array().unwrap().len() == 4).await;
    desk.at_rest(4).await;
    assert!(desk.stop().success());
}

/// What one request and its answer leave behind, however often the program dies on the way.
async fn dies(database: Database, point: &str) {
    let Some(mut desk) = Real::set_up(database, true).await else { return };
    let (anna, ben, carla) = (desk.anna.clone(), desk.ben.clone(), desk.carla.clone());
    desk.writes(&carla, "Absturz", "Bleibt das erhalten?").await;
    desk.serve(Some(point));
    desk.died().await;
    desk.serve(None);
    let told = desk.gets(&anna, "[ACME-1] Absturz", "Bleibt das erhalten?").await;
    desk.at_rest(1).await;
    assert!(desk.stop().success());
    desk.answers(&anna, &told, "Ja.", |reply| reply).await;
    desk.serve(Some(point));
    desk.died().await;
    desk.serve(None);
    desk.gets(&carla, "Re: Absturz [ACME-1]", "Ja.").await;
    desk.at_rest(2).await;
    assert!(desk.stop().success());
    let ticket = desk.command(&["ticket", "show", "ACME-1"]);
    assert_eq!(entries(&ticket).len(), 2, "{point}: {ticket:#}");
    assert_eq!(desk.command(&["ticket", "list"]).as_array().unwrap().len(), 1, "{point}");
    let counts = [desk.mailbox(&carla).await.len(), desk.mailbox(&anna).await.len(), desk.mailbox(&ben).await.len()];
    assert_eq!(counts, [2, 1, 2], "{point}: acknowledgement and answer, one notification, two notifications");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_point_loses_nothing_and_doubles_nothing() {
    for point in ["stored", "begun", "decided", "claimed", "composed"] {
        dies(Database::sqlite(), point).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_loses_nothing_on_postgresql_either() {
    for point in ["stored", "begun", "decided", "claimed", "composed"] {
        let Some(database) = Database::postgres().await else { return };
        dies(database, point).await;
    }
}

/// The one that takes over may be this node again or another: all it has is the database, and what the dead one left there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_lane_or_while_sending_costs_seconds_on_postgresql() {
    for point in ["begun", "claimed", "composed"] {
        let Some(database) = Database::postgres().await else { return };
        let Some(mut desk) = Real::set_up(database, true).await else { return };
        let carla = desk.carla.clone();
        for place in 0..3 {
            desk.writes(&carla, &format!("Frage {place}"), "Wie lange dauert das?").await;
        }
        desk.serve(Some(point));
        desk.died().await;
        let (clock, decided) = (Clock::System, |rows: &serde_json::Value| {
            let rows = rows.as_array().unwrap();
            rows.len() == 3 && rows.iter().all(|row| !row["disposition"].is_null())
        });
        let begun = clock.now();
        desk.serve(None);
        desk.until(&["inbox"], decided).await;
        assert!(clock.now().since(begun) < Duration::from_secs(10), "{point}: decided after {:?}", clock.now().since(begun));
        desk.at_rest(3).await;
        assert!(clock.now().since(begun) < Duration::from_secs(60), "{point}: sent after {:?}", clock.now().since(begun));
        // After a soft stop nothing has to run out.
        assert!(desk.stop().success());
        desk.writes(&carla, "Noch eine", "Und das?").await;
        let begun = clock.now();
        desk.serve(None);
        desk.at_rest(4).await;
        assert!(clock.now().since(begun) < Duration::from_secs(10), "{point}: after a stop {:?}", clock.now().since(begun));
        assert!(desk.stop().success());
    }
}

/// Between the server's word and our record lies the one window in which a mail can go twice; then it is the same mail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_after_the_servers_word_repeats_the_very_same_bytes() {
    let Some(mut desk) = Real::set_up(Database::sqlite(), true).await else { return };
    let carla = desk.carla.clone();
    desk.writes(&carla, "Doppelt", "Kommt das zweimal?").await;
    desk.serve(Some("sent"));
    desk.died().await;
    desk.serve(None);
    desk.at_rest(1).await;
    assert!(desk.stop().success());
    let mut all = desk.mailbox(&carla).await;
    for who in [desk.anna.clone(), desk.ben.clone()] {
        all.extend(desk.mailbox(&who).await);
    }
    // What left over the other connections meanwhile is not known either.
    assert!((4..=6).contains(&all.len()), "three mails, at least one of them twice and none three times: {}", all.len());
    let body = |raw: &[u8]| String::from_utf8_lossy(raw).split_once("\r\nFrom: ").map(|(_, rest)| rest.to_owned()).unwrap();
    let mut bodies: Vec<String> = all.iter().map(|mail| body(&mail.raw)).collect();
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len(), 3, "the second copy is the first one, Message-ID and Date included");
}
