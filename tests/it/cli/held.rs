//! Held mail by command.

use super::*;

const RAW: &[u8] = b"From: anna@desk.example\r\nSubject: Hello\r\n\r\nraw \x1b[2J\xff\r\n";

#[tokio::test]
async fn held_mail_is_explained_released_and_dropped() {
    on_both(async |desk| {
        let ids = hold_two(&desk).await;
        let list = desk.json(&["held", "list"]);
        assert_eq!(list.as_array().unwrap().len(), 2);
        let mut first = list[0].clone();
        let first = first.as_object_mut().unwrap();
        // Nobody was told here, and the list of the next morning is due.
        assert_eq!(first.remove("told"), Some(json!([])));
        assert!(first.remove("next_notice_at").unwrap().is_string());
        assert_eq!((first.remove("size"), first.remove("waits_for")), (Some(json!(RAW.len())), Some(json!(null))));
        assert_eq!(
            json!(first),
            json!({"id": ids[0], "mailbox": "support", "folder": "INBOX", "uidvalidity": 1, "uid": 1, "message_id": "1@x.example",
                   "disposition": "held", "reason": "claims_staff", "ticket": null, "sender": "anna@desk.example",
                   "subject": "Hello \u{1b}[2J", "received_at": "1970-01-01T00:01:40Z", "old": false})
        );
        assert_eq!(desk.json(&["inbox", "--summary"])["held"], json!(2));
        assert_eq!(desk.json(&["inbox"])[0], json!(first));
        assert_eq!(desk.json(&["held", "show", &ids[0]])["told"], json!([]));
        let shown = desk.text(&["held", "show", &ids[0]]);
        assert!(shown.contains("nothing proves that it is from them") && shown.contains("--as note"), "{shown}");
        assert!(!shown.contains('\u{1b}') && !desk.text(&["held", "list"]).contains('\u{1b}'), "a mail must not move the cursor");
        let raw = desk.run(&["held", "show", &ids[0], "--raw"]);
        assert_eq!(raw.stdout, RAW, "{raw:?}");
        assert!(String::from_utf8(raw.stderr).unwrap().contains("nothing proves"));
        assert!(desk.json(&["held", "show", &ids[1]])["why"].as_str().unwrap().contains("no part in"));

        assert_eq!(desk.json(&["held", "release", &ids[0], "--as", "note"])["release"], json!("note"));
        assert_eq!(desk.json(&["held", "drop", &ids[1]])["disposition"], json!("ignored"));
        desk.refuses(&["held", "drop", &ids[1]], 1, &["is not held, it is `ignored`"]);
        desk.refuses(&["held", "show", &ids[0]], 1, &["is not held, it is `undecided`"]);
        assert_eq!(desk.json(&["held", "list"]), json!([]));
        assert_eq!(desk.json(&["inbox", "--mailbox", "support"]).as_array().unwrap().len(), 2);
        assert_eq!(desk.json(&["inbox", "--old"]), json!([]));
        let none = desk.json(&["mailbox", "close-old", "support", "--dry-run"]);
        assert_eq!(none, json!({"mailbox": "support", "tickets": [], "dry_run": true}));
        desk.refuses(&["mailbox", "close-old", "gone"], 1, &["there is no mailbox `gone`", "postroom mailbox list"]);
        desk.refuses(&["notify", "set", "anna@desk.example", "spam", "nothing", "--project", "DESK"], 1, &["not for a project"]);
        let wishes = desk.json(&["notify", "set", "anna@desk.example", "spam", "nothing"]);
        assert!(wishes[0]["nothing"].as_array().unwrap().contains(&json!("spam")));
        let summary = desk.json(&["inbox", "--summary"]);
        assert_eq!((&summary["undecided"], &summary["ignored"], &summary["ticket"]), (&json!(1), &json!(1), &json!(0)));
        // It was received in 1970 and nobody decides here.
        let checked = desk.run(&["check"]);
        assert_eq!(checked.status.code(), Some(1));
        assert!(String::from_utf8(checked.stdout).unwrap().contains("undecided for more than 10 minutes"));
    })
    .await;
}

/// Two mails in the ledger, both held.
async fn hold_two(desk: &Desk) -> Vec<String> {
    let store = desk.store().await;
    let mut ids = Vec::new();
    for (uid, reason) in [(1, "claims_staff"), (2, "third_party")] {
        let id = store
            .write(move |tx| {
                Box::pin(async move {
                    let now = Timestamp::from_seconds(100);
                    let origin = Origin { mailbox: "support".to_owned(), folder: "INBOX".to_owned(), uidvalidity: 1, uid };
                    let inbox::Received::New(id) = inbox::receive(tx, &origin, RAW, None, now, &Rng::System).await? else {
                        anyhow::bail!("known already");
                    };
                    let understood = Understood {
                        message_id: Some(format!("{uid}@x.example")),
                        content_hash: None,
                        sender: Some("anna@desk.example".to_owned()),
                        subject: Some("Hello \u{1b}[2J".to_owned()),
                    };
                    let disposition = postroom::desk::inbox::Disposition::Held;
                    let verdict = Verdict { disposition, reason: reason.to_owned(), ticket: None };
                    inbox::decide(tx, id, &understood, &verdict, now).await?;
                    Ok(id)
                })
            })
            .await
            .unwrap();
        ids.push(id.to_string());
    }
    store.close().await;
    ids
}
