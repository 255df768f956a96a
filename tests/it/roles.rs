//! Roles and invitations from the command line: what is refused, what comes of it, and why.

use postroom::store::{outbox, roles};
use serde_json::json;

use crate::cli::{Desk, on_both};

fn with_acme(desk: &Desk) {
    desk.json(&["organization", "add", "acme", "Acme GmbH"]);
    desk.json(&["member", "add", "acme", "Carla Conti <carla@acme.example>", "--login", "yes"]);
}

#[tokio::test]
async fn roles_are_made_given_explained_and_removed() {
    on_both(async |desk| {
        with_acme(&desk);
        let lead =
            desk.json(&["role", "add", "lead", "Team lead", "--parent", "guest", "--allow", "set_priority", "--deny", "close"]);
        assert_eq!((&lead["allows"], &lead["denies"]), (&json!(["set_priority"]), &json!(["close"])));
        assert!(lead["may"].as_array().unwrap().contains(&json!("comment")), "inherited: {lead}");
        let set = desk.json(&["member", "set", "acme", "carla@acme.example", "--role", "lead"]);
        assert_eq!((&set["role"], &set["login_allowed"]), (&json!("lead"), &json!(true)));

        let of = |permission: &str| desk.json(&["role", "explain", "carla@acme.example", permission])[0].clone();
        let (close, comment) = (of("close"), of("comment"));
        assert_eq!((&close["allowed"], &close["decided_by"]), (&json!(false), &json!("lead")));
        assert_eq!((&comment["allowed"], &comment["decided_by"]), (&json!(true), &json!("guest")));
        assert_eq!(comment["line"], json!([{ "role": "lead", "says": null }, { "role": "guest", "says": "allowed" }]));
        let words = desk.text(&["role", "explain", "carla@acme.example", "close", "--organization", "acme"]);
        assert!(words.contains("Carla Conti may not: close; the nearest word is that of lead."), "{words}");

        let set = desk.json(&["role", "set", "lead", "--inherit", "close", "--name", "Lead"]);
        assert_eq!((&set["name"], &set["denies"], of("close")["allowed"].clone()), (&json!("Lead"), &json!([]), json!(true)));
        desk.json(&["member", "set", "acme", "carla@acme.example", "--login", "no"]);
        assert_eq!(of("close")["obstacle"], json!("this member may not sign in"));

        desk.refuses(&["role", "remove", "lead"], 1, &["1 of the members have the role lead", "--role guest"]);
        desk.json(&["member", "set", "acme", "carla@acme.example", "--role", "guest"]);
        desk.json(&["role", "remove", "lead"]);
        desk.refuses(&["role", "show", "lead"], 1, &["there is no role `lead`", "guest-with-time"]);
        assert!(desk.text(&["role", "list"]).contains("guest (built in)"));
        assert!(desk.text(&["role", "show", "guest-with-time"]).contains("time_entries"));
    })
    .await;
}

#[tokio::test]
async fn what_a_role_cannot_be() {
    on_both(async |desk| {
        for key in ["a", "b", "c"] {
            desk.json(&["role", "add", key, "Role"]);
        }
        desk.json(&["role", "set", "a", "--parent", "b"]);
        desk.json(&["role", "set", "b", "--parent", "c"]);
        for (role, parent) in [("c", "a"), ("c", "b"), ("c", "c")] {
            desk.refuses(&["role", "set", role, "--parent", parent], 1, &["would never end"]);
        }
        desk.json(&["role", "set", "c", "--parent", "guest"]);
        desk.json(&["role", "set", "a", "--parent", "none"]);
        desk.json(&["role", "set", "c", "--parent", "a"]);

        desk.refuses(&["role", "set", "guest", "--allow", "set_priority"], 1, &["the desk's own role", "--parent guest"]);
        desk.refuses(&["role", "remove", "guest"], 1, &["the desk's own role"]);
        desk.refuses(&["role", "add", "guest", "Mine"], 1, &["the key guest is taken"]);
        desk.refuses(&["role", "remove", "c"], 1, &["the role b inherits from c"]);
        desk.refuses(
            &["role", "set", "a", "--allow", "see_internal_notes"],
            2,
            &["see_internal_notes", "see_all_tickets", "invite_colleagues"],
        );
        desk.refuses(&["role", "set", "a", "--allow", "close", "--deny", "close"], 1, &["close is named by two options"]);
        desk.refuses(&["role", "set", "a"], 2, &["--allow"]);
        desk.refuses(&["role", "explain", "anna@desk.example", "close"], 1, &["not a member"]);

        // Two changes at once that are fine by themselves: one of them is refused.
        desk.json(&["role", "add", "x", "X"]);
        desk.json(&["role", "add", "y", "Y"]);
        std::thread::scope(|scope| {
            scope.spawn(|| desk.run(&["role", "set", "x", "--parent", "y"]));
            scope.spawn(|| desk.run(&["role", "set", "y", "--parent", "x"]));
        });
        let store = desk.store().await;
        let all = roles::list(&mut store.read().await.unwrap()).await.unwrap();
        let parents = all.iter().filter(|role| ["x", "y"].contains(&role.key.as_str()) && role.parent.is_some()).count();
        assert_eq!(parents, 1, "{all:?}");
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_invitation_needs_pages_and_an_outsider() {
    on_both(async |desk| {
        with_acme(&desk);
        desk.refuses(&["member", "invite", "acme", "carla@acme.example"], 1, &["no pages", "base_url"]);
        let file = desk.path().join("postroom.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n[web]\nbase_url = \"https://help.desk.example\"\n")).unwrap();

        let dora = desk.json(&["member", "invite", "acme", "Dora Diaz <dora@acme.example>", "--role", "guest-with-time"]);
        assert_eq!((&dora["login_allowed"], &dora["role"]), (&json!(true), &json!("guest-with-time")));
        desk.json(&["member", "set", "acme", "carla@acme.example", "--login", "no"]);
        let carla = desk.json(&["member", "invite", "acme", "carla@acme.example"]);
        assert_eq!((&carla["login_allowed"], &carla["role"]), (&json!(true), &json!("guest")));
        assert!(desk.text(&["member", "invite", "acme", "carla@acme.example"]).contains("is queued"), "again renews");
        desk.refuses(&["member", "invite", "acme", "anna@desk.example"], 1, &["staff"]);
        desk.refuses(&["member", "invite", "acme", "dora@acme.example", "--role", "boss"], 1, &["there is no role `boss`"]);
        desk.refuses(&["member", "invite", "nobody", "dora@acme.example"], 1, &["there is no organization"]);
        desk.json(&["person", "set", "dora@acme.example", "--active", "false"]);
        desk.refuses(&["member", "invite", "acme", "dora@acme.example"], 1, &["not active"]);

        let store = desk.store().await;
        let mails = outbox::list(&mut store.read().await.unwrap()).await.unwrap();
        let kinds: Vec<_> = mails.iter().map(|row| (row.mail.kind.as_str(), row.mail.recipient.as_str())).collect();
        let (dora, carla) = (("invitation", "dora@acme.example"), ("invitation", "carla@acme.example"));
        assert_eq!(kinds, [dora, carla, carla]);
        assert!(
            mails
                .iter()
                .all(|row| row.mail.envelope_from.is_none() && row.mail.draft.contains("https://help.desk.example/invitation/"))
        );
        store.close().await;
    })
    .await;
}
