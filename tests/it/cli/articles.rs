//! Articles that are imported, renamed and removed.

use serde_json::{Value, json};

use super::on_both;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

fn notices(imported: &Value) -> Vec<&str> {
    imported["notices"].as_array().unwrap().iter().map(|notice| notice.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_file_refers_to_and_what_is_not_there_is_named_with_its_line() {
    on_both(async |desk| {
        desk.json(&["organization", "add", "acme", "Acme GmbH"]);
        desk.json(&["project", "add", "ACME", "Shop", "--organization", "acme"]);
        let docs = desk.path().join("docs");
        std::fs::create_dir_all(docs.join("img/press 4")).unwrap();
        std::fs::create_dir_all(docs.join(".git")).unwrap();
        std::fs::write(docs.join("img/press 4/a.png"), PNG).unwrap();
        std::fs::write(docs.join(".git/b.png"), PNG).unwrap();
        std::fs::write(docs.join("img/deep.md"), "# Deep").unwrap();
        let head = "---\ntitle: Start\nstate: published\n---\n";
        std::fs::write(docs.join("plan.md"), "# Plan\n\n## Weekly\n").unwrap();
        std::fs::write(docs.join("start.md"), format!("{head}\n![a](img/press%204/a.png) UTF-8\n\n[plan](plan.md#daily)\n[x](gone.md)\nACME-7\n"))
            .unwrap();
        let import = ["article", "import", "docs", "--project", "ACME"];
        let first = desk.json(&import);
        assert_eq!(first["pictures"], json!(["img/press 4/a.png"]));
        assert_eq!(
            notices(&first),
            [
                ".git: left out, a folder that is hidden or too deep",
                "img/deep.md: left out, articles lie in the directory itself; only pictures may lie deeper",
                "start.md, line 8: `plan.md#daily`: that article is draft, so guests see the words without a link until it is published",
                "start.md, line 9: `gone.md`: there is no article `gone`; correct the name, or take the link out",
                "start.md, line 10: there is no ticket ACME-7; correct the number, or write it as `code`",
            ]
        );
        desk.json(&["article", "set", "plan", "--project", "ACME", "--state", "published"]);
        let again = desk.json(&import);
        assert!(notices(&again)[2].contains("that article has no such heading; there are #weekly"), "{again}");
        std::fs::write(docs.join("start.md"), format!("{head}\n![a](img/press%204/a.png)\n\n[plan](plan.md#weekly)\n")).unwrap();
        assert_eq!(notices(&desk.json(&import)).len(), 2, "the twin: what is there is not named");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_a_new_name_is_asked_about_and_an_article_goes_only_when_meant() {
    on_both(async |desk| {
        desk.json(&["organization", "add", "acme", "Acme GmbH"]);
        desk.json(&["project", "add", "ACME", "Shop", "--organization", "acme"]);
        let docs = desk.path().join("docs");
        std::fs::create_dir(&docs).unwrap();
        std::fs::write(docs.join("start.md"), "# Start\n\nSee [the plan](plan.md).\n").unwrap();
        std::fs::write(docs.join("plan.md"), "# Plan\n\nEvery week.\n").unwrap();
        let import = ["article", "import", "docs", "--project", "ACME"];
        desk.json(&import);
        std::fs::rename(docs.join("plan.md"), docs.join("schedule.md")).unwrap();
        desk.refuses(&import, 1, &["`plan` as `schedule`", "Nothing was imported", "--renamed yes", "--renamed no"]);
        let renamed = desk.json(&[&import[..], &["--renamed", "yes"]].concat());
        assert_eq!((&renamed["renamed"], &renamed["created"]), (&json!([["plan", "schedule"]]), &json!([])));
        assert_eq!(notices(&renamed), [""; 0], "a link to the old name still leads there");
        let names = || -> Vec<Value> {
            desk.json(&["article", "list"]).as_array().unwrap().iter().map(|article| article["slug"].clone()).collect()
        };
        assert_eq!(names(), ["schedule", "start"], "its place is the same, too");
        // The twin: another article with the same words.
        std::fs::rename(docs.join("schedule.md"), docs.join("calendar.md")).unwrap();
        let apart = desk.json(&[&import[..], &["--renamed", "no"]].concat());
        assert_eq!((&apart["renamed"], &apart["created"]), (&json!([]), &json!(["calendar"])));
        // A name that is taken again belongs to whoever took it.
        std::fs::write(docs.join("plan.md"), "# Other plan\n\nEvery year.\n").unwrap();
        assert_eq!(desk.json(&[&import[..], &["--renamed", "no"]].concat())["created"], json!(["plan"]));

        let remove = ["article", "remove", "plan", "--project", "ACME"];
        desk.refuses(&remove, 1, &["Linked from: start (line 1)", "--yes", "--state draft"]);
        assert_eq!(names().len(), 4, "nothing was removed");
        let removed = desk.json(&[&remove[..], &["--yes"]].concat());
        assert_eq!(removed["linked_from"], json!([["start", 1]]));
        desk.json(&["article", "remove", "schedule", "--project", "ACME", "--yes"]);
        assert_eq!(names(), ["start", "calendar"]);
        desk.refuses(&[&remove[..], &["--yes"]].concat(), 1, &["no article `plan`"]);
    })
    .await;
}
