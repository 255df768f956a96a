//! Tickets by command.

use super::*;

#[tokio::test]
async fn a_ticket_is_shown_with_its_timeline() {
    on_both(async |desk| {
        open_a_ticket(&desk).await;
        let ticket = desk.json(&["ticket", "show", "desk-1"]);
        let at = "2026-11-22T03:28:00Z";
        let carla = json!({"name": "Carla", "address": "carla@acme.example"});
        assert_eq!(
            ticket,
            json!({"number": "DESK-1", "project": "DESK", "type": "request", "title": "The printer burns", "status": "open",
                   "public_status": "open", "priority": "normal", "progress": 0, "assignee": null, "due": null, "tags": [],
                   "public": {"status": "open", "priority": "normal", "progress": 0, "assignee": null, "due": null},
                   "requester": carla,
                   "participants": [], "entries": [
                       {"kind": "comment", "visibility": "public", "author": {"name": "Carla", "address": "carla@acme.example", "staff": false},
                        "at": at, "text": "It burns.",
                        "attachments": [{"name": "fire.txt", "content_type": "text/plain", "size": 4, "inline": false}]},
                       {"kind": "comment", "visibility": "internal", "author": {"name": "Anna Berger", "address": "anna@desk.example", "staff": true},
                        "at": at, "text": "Again\u{1b}[2J.", "attachments": []},
                       {"kind": "change", "visibility": "internal", "author": {"name": "Anna Berger", "address": "anna@desk.example", "staff": true},
                        "at": at, "text": "", "attachments": [], "change": {"field": "status", "from": "open", "to": "done"}},
                   ]})
                .as_object()
                .map(|expected| {
                    let mut expected = expected.clone();
                    expected.insert("status".to_owned(), json!("done"));
                    Value::Object(expected)
                })
                .unwrap()
        );
        let words = desk.text(&["ticket", "show", "DESK-1"]);
        assert!(words.contains("Customer sees open") && words.contains("status: open -> done"), "{words}");
        assert!(words.contains("[fire.txt, text/plain, 4 bytes]") && !words.contains('\u{1b}'), "{words}");
        assert_eq!(desk.json(&["ticket", "list"]), json!([]));
        let all = desk.json(&["ticket", "list", "--status", "all", "--project", "DESK"]);
        assert_eq!((&all[0]["number"], &all[0]["requester"]), (&json!("DESK-1"), &carla));
        let outbox = desk.json(&["outbox", "list"]);
        let mut keys: Vec<&String> = outbox[0].as_object().unwrap().keys().collect();
        keys.sort_unstable();
        let stable = "answer attempts domain due_at id kind message_id queued_at recipient sending state ticket tried_at";
        assert_eq!(keys, stable.split(' ').collect::<Vec<_>>());
        let id = outbox[0]["id"].to_string();
        assert_eq!(desk.json(&["outbox", "pause", "30"])["paused"], json!(true));
        assert_eq!(desk.json(&["outbox", "resume"])["paused"], json!(false));
        assert_eq!(desk.json(&["outbox", "retry", &id])["state"], json!("queued"));
        assert_eq!(desk.json(&["outbox", "retry", "--all"]), json!([]));
        assert_eq!(desk.json(&["outbox", "drop", &id])["state"], json!("dropped"));
        let outbox = desk.json(&["outbox", "list", "--waiting"]);
        assert!(outbox.as_array().unwrap().iter().all(|row| row["id"].as_i64() != id.parse().ok()));
        assert_eq!((&outbox[0]["ticket"], &outbox[0]["state"]), (&json!("DESK-1"), &json!("queued")));
        assert_eq!(desk.faults(), ["queued"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_is_internal_unless_somebody_says_otherwise() {
    on_both(async |desk| {
        open_a_ticket(&desk).await;
        let anna = "anna@desk.example";
        let added = desk.json(&["time", "add", "desk-1", "1h30m", "Looked at it", "--by", anna, "--on", "2026-11-20"]);
        let expected = json!({"ticket": "DESK-1", "minutes": 90, "worked_on": "2026-11-20", "visibility": "internal", "by": anna, "text": "Looked at it"});
        assert_eq!(added, expected);
        let words = desk.text(&["time", "add", "DESK-1", "45m", "Call", "--by", anna, "--public"]);
        assert!(words.starts_with("DESK-1: 45 minutes on ") && words.contains("public"), "{words}");
        let entries = desk.json(&["ticket", "show", "DESK-1"])["entries"].clone();
        let times = entries.as_array().unwrap().iter().filter(|entry| entry["kind"] == "time");
        let times: Vec<_> = times.map(|entry| (entry["visibility"].as_str().unwrap(), entry["text"].as_str().unwrap())).collect();
        assert_eq!(times, [("internal", "Looked at it"), ("public", "Call")]);
        assert_eq!(desk.faults(), ["queued"], "time leaves no trace in the public face");
        desk.refuses(&["time", "add", "DESK-9", "45m", "x", "--by", anna], 1, &["there is no ticket DESK-9"]);
        desk.refuses(&["time", "add", "DESK-1", "45m", "x", "--by", "carla@acme.example"], 1, &["does not work here"]);
        desk.refuses(&["time", "add", "DESK-1", "0m", "x", "--by", anna], 2, &["is not a time of work"]);
        desk.refuses(&["time", "add", "DESK-1", "5m", "x", "--by", anna, "--on", "20.11."], 2, &["is not a day"]);
    })
    .await;
}

/// What intake does when Carla writes and Anna answers with a note and closes.
#[tokio::test]
async fn tickets_are_set_and_visibility_is_said() {
    on_both(async |desk| {
        open_a_ticket(&desk).await;
        let (anna, number) = ("anna@desk.example", "DESK-1");
        let set = ["ticket", "set", number, "--status", "waiting", "--progress", "40%"];
        desk.refuses(&set, 1, &["who may see", "--public", "--internal"]);
        let told = desk.json(&[&set[..], &["--assignee", anna, "--due", "2026-12-01", "--public", "--by", anna]].concat());
        let public = json!({"status": "waiting", "priority": "normal", "progress": 40,
                            "assignee": {"name": "Anna Berger", "address": anna}, "due": "2026-12-01T11:00:00Z"});
        assert_eq!((&told["public"], &told["status"]), (&public, &json!("waiting")));
        let kept =
            desk.json(&["ticket", "set", number, "--priority", "high", "--assignee", "none", "--due", "none", "--internal"]);
        assert_eq!((&kept["public"], &kept["priority"], &kept["assignee"]), (&public, &json!("high"), &Value::Null));
        let renamed = desk.json(&["ticket", "set", number, "--title", "Fire", "--tag", "VIP", "--cc", "dirk@acme.example"]);
        assert_eq!((&renamed["title"], &renamed["tags"]), (&json!("Fire"), &json!(["vip"])));
        assert_eq!(renamed["participants"][0]["address"], json!("dirk@acme.example"));
        assert_eq!(desk.json(&["ticket", "set", number, "--untag", "vip"])["tags"], json!([]));
        assert_eq!(desk.faults(), ["queued"]);
        for (wrong, code, words) in [
            (&["--title", "x", "--internal"][..], 1, "cannot be set internally"),
            (&["--tag", "x", "--public"], 1, "staff only"),
            (&["--status", "gone", "--public"], 1, "in_progress"),
            (&["--type", "fault"], 1, "project type add DESK"),
            (&["--assignee", "carla@acme.example", "--public"], 1, "belongs to a contact"),
            (&["--cc", anna], 1, "works here"),
            (&["--progress", "101", "--public"], 2, "0 to 100"),
            (&["--due", "tomorrow", "--public"], 2, "is not a day"),
            (&["--status", "done", "--public", "--internal"], 2, "cannot be used with"),
            (&[], 2, "required"),
        ] {
            desk.refuses(&[&["ticket", "set", number][..], wrong].concat(), code, &[words]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_taken_off_one_by_one_and_when_something_ends() {
    on_both(async |desk| {
        for key in ["acme", "rival"] {
            let domain = format!("{key}.example");
            desk.json(&["organization", "add", key, key, "--domain", &domain]);
        }
        desk.json(&["project", "add", "ACME", "Shop", "--organization", "acme"]);
        open_a_ticket_in(&desk, "ACME").await;
        desk.json(&["member", "add", "acme", "carla@acme.example"]);
        let set = |more: &[&str]| desk.run(&[&["ticket", "set", "ACME-1"][..], more].concat());
        let warned = set(&["--cc", "sam@rival.example"]);
        let said = String::from_utf8(warned.stderr).unwrap();
        assert!(
            warned.status.success() && said.starts_with("warning: sam@rival.example belongs to rival, not to acme"),
            "{said}"
        );
        assert!(said.contains("postroom ticket set ACME-1 --uncc sam@rival.example"), "{said}");
        let quiet = set(&["--cc", "kim@acme.example"]);
        assert!(quiet.status.success() && quiet.stderr.is_empty(), "the twin: {quiet:?}");
        desk.json(&["ticket", "set", "ACME-1", "--uncc", "kim@acme.example"]);
        desk.refuses(&["ticket", "set", "ACME-1", "--uncc", "lee@acme.example"], 1, &["takes no part in ACME-1", "sam@rival"]);
        desk.refuses(&["ticket", "set", "ACME-1", "--uncc", "sam@rival.example", "--internal"], 1, &["cannot be set internally"]);
        let taken = desk.json(&["ticket", "set", "ACME-1", "--uncc", "sam@rival.example"]);
        assert_eq!(taken["participants"], json!([]));
        let change = taken["entries"].as_array().unwrap().last().unwrap()["change"].clone();
        assert_eq!(change, json!({"field": "participant", "from": "sam@rival.example", "to": null}));
        // Whoever asked can be taken off, too.
        desk.json(&["ticket", "set", "ACME-1", "--cc", "sam@rival.example"]);
        let removed = desk.text(&["member", "remove", "acme", "carla@acme.example"]);
        assert!(removed.contains("Still on ACME-1 (requester)") && removed.contains("--off-tickets acme"), "{removed}");
        let off = desk.text(&["person", "set", "carla@acme.example", "--active", "false"]);
        assert!(off.contains("Still on ACME-1 (requester)"), "{off}");
        let remedy = off.split('`').nth(1).unwrap().split(' ').skip(1).collect::<Vec<_>>();
        assert!(desk.text(&remedy).contains("Taken off: ACME-1 (requester)."), "the remedy works");
        assert_eq!(desk.json(&["ticket", "show", "ACME-1"])["requester"], Value::Null);
        let off = desk.json(&["person", "set", "sam@rival.example", "--active", "false", "--off-tickets", "all"]);
        assert_eq!((&off["taken_off"], &off["tickets"]), (&json!(true), &json!([{"number": "ACME-1", "part": "participant"}])));
        assert_eq!(desk.json(&["ticket", "show", "ACME-1"])["participants"], json!([]));
        desk.json(&["member", "add", "acme", "lee@acme.example"]);
        let removed = desk.json(&["member", "remove", "acme", "lee@acme.example", "--off-tickets"]);
        assert_eq!((&removed["tickets"], &removed["taken_off"]), (&json!([]), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn task_types_have_templates_and_may_be_for_staff_only() {
    on_both(async |desk| {
        let add = ["project", "type", "add", "DESK", "fault=Störung|Fault", "--template-de", "Anlage:\nFehler:"];
        let added = desk.json(&add);
        assert_eq!((&added["template_de"], &added["staff_only"]), (&json!("Anlage:\nFehler:"), &json!(false)));
        desk.refuses(&add, 1, &["already", "project type set DESK fault"]);
        desk.json(&["project", "set", "DESK", "--add-type", "fault=Fehler"]);
        let set = desk.json(&["project", "type", "set", "DESK", "fault", "--staff-only", "yes"]);
        assert_eq!((&set["name_en"], &set["staff_only"]), (&json!("Fehler"), &json!(true)));
        assert_eq!(set["template_de"], json!("Anlage:\nFehler:"), "the rest stays");
        assert_eq!(desk.json(&["project", "type", "list", "DESK"]).as_array().unwrap().len(), 2);
        desk.refuses(&["project", "type", "set", "DESK", "gone", "--staff-only", "no"], 1, &["no task type `gone`", "fault"]);
    })
    .await;
}

async fn open_a_ticket(desk: &Desk) {
    open_a_ticket_in(desk, "DESK").await;
}

async fn open_a_ticket_in(desk: &Desk, key: &'static str) {
    use postroom::acts::{Act, ActContext, Actor, Content, Open, Update, perform};
    use postroom::config::Config;
    use postroom::desk::entry::Visibility;
    use postroom::store::{people, projects};

    desk.json(&["person", "add", "Carla <carla@acme.example>"]);
    let config = Config::load(&desk.path().join("postroom.toml")).unwrap();
    let store = desk.store().await;
    let work = store.write(move |tx| {
        Box::pin(async move {
            let now = Timestamp::from_seconds(1_795_318_080);
            let epoch = postroom::store::epoch(tx, now, &Rng::System).await?;
            let context = ActContext { config: &config, now, rng: &Rng::System, epoch };
            let carla = people::by_address(tx, "carla@acme.example").await?.unwrap().id;
            let anna = people::by_address(tx, "anna@desk.example").await?.unwrap().id;
            let open = Open {
                project: projects::by_key(tx, key).await?.unwrap().id,
                mailbox: "support".to_owned(),
                subject: "The printer burns".to_owned(),
                visibility: Visibility::Public,
                acknowledge: true,
                facts: Vec::new(),
                type_key: None,
                changes: None,
            };
            let file = mail::Attachment {
                name: "fire.txt".to_owned(),
                content_type: "text/plain".to_owned(),
                inline: false,
                content_id: None,
                data: b"fire".to_vec(),
            };
            let content = Content { text: "It burns.".to_owned(), files: vec![file], ..Content::default() };
            let opened = perform(tx, &context, Actor::Contact(carla), Act::Open(open), content).await?;
            let update = Update {
                comment: Some(Visibility::Internal),
                status: Some(("done".to_owned(), Visibility::Internal)),
                ..Update::of(opened.ticket)
            };
            let content = Content { text: "Again\u{1b}[2J.".to_owned(), ..Content::default() };
            perform(tx, &context, Actor::Staff(anna), Act::Update(update), content).await?;
            Ok(())
        })
    });
    work.await.unwrap();
    store.close().await;
}
