//! The command line, driven as people drive it: the real binary in a directory of its own.
//!
//! Every story runs on SQLite, and on a fresh PostgreSQL database where there is a server.

mod articles;
mod explain;
mod held;
mod tickets;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use postroom::mail;
use postroom::store::inbox::{Origin, Understood, Verdict};
use postroom::store::{Store, inbox};
use postroom::time::{Rng, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::databases::Database;

/// A desk that only the command line has touched.
pub(crate) struct Desk {
    dir: TempDir,
    database: String,
}

impl Desk {
    /// Initialized on the database at `url`.
    fn on(url: &str) -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap(), database: url.to_owned() };
        let made = desk.json(&[
            "init",
            "--name",
            "Example desk",
            "--address",
            "support@desk.example",
            "--staff",
            "Anna Berger <anna@desk.example>",
            "--language",
            "de",
            "--time-zone",
            "Europe/Berlin",
            "--database",
            url,
        ]);
        assert_eq!((&made["reception"], &made["staff"]), (&json!("DESK"), &json!("anna@desk.example")));
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        postroom(self.path()).args(arguments).output().unwrap()
    }

    /// What a command prints, which must succeed.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command prints with `--json`, which must succeed.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.text(&[arguments, &["--json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
    }

    /// What `check` finds, as stable words.
    pub(crate) fn faults(&self) -> Vec<String> {
        let checked: Value = serde_json::from_slice(&self.run(&["check", "--json"]).stdout).unwrap();
        checked["faults"].as_array().unwrap().iter().map(|found| found["check"].as_str().unwrap().to_owned()).collect()
    }

    /// Expects a refusal with this exit code and all of these words on standard error, and nothing else printed.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: `{word}` is not in: {said}");
        }
        assert!(!said.contains("constraint") && !said.contains("panicked"), "{said}");
    }

    /// Opens the database beside the commands, to play the part of the mail server.
    pub(crate) async fn store(&self) -> Store {
        let url = match self.database.strip_prefix("sqlite:") {
            Some(file) => format!("sqlite:{}", self.path().join(file).display()),
            None => self.database.clone(),
        };
        Store::open(&url).await.unwrap()
    }
}

fn postroom(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.current_dir(dir).stdin(Stdio::null()).env_remove("POSTROOM_CONFIG");
    command
}

/// Runs a story on every database there is.
pub(crate) async fn on_both<F: AsyncFn(Desk)>(story: F) {
    story(Desk::on("sqlite:desk.db")).await;
    if let Some(database) = Database::postgres().await {
        story(Desk::on(&database.url)).await;
    }
}

#[tokio::test]
async fn a_desk_is_set_up_without_a_browser() {
    on_both(async |desk| {
        let organization = desk.json(&["organization", "add", "acme", "Acme GmbH", "--domain", "Acme.example"]);
        assert_eq!(organization["domains"], json!(["acme.example"]));
        desk.json(&["person", "add", "--staff", "Ben Roth <ben@desk.example>", "--public-name", "Ben", "--language", "en"]);
        let project = ["project", "add", "ACME", "Acme web shop", "--organization", "acme", "--signature", "Your team"];
        desk.json(&[&project[..], &["--staff", "anna@desk.example", "--alias", "acme@desk.example"]].concat());
        desk.json(&["project", "add", "HOUSE", "Our own", "--kind", "internal"]);
        desk.json(&["member", "add", "acme", "Carla Conti <carla@acme.example>", "--login", "yes"]);
        desk.json(&["organization", "set", "acme", "--default-project", "ACME", "--name", "Acme AG"]);
        desk.json(&["project", "set", "ACME", "--add-staff", "ben@desk.example", "--remove-staff", "anna@desk.example"]);
        desk.json(&["project", "set", "ACME", "--add-alias", "shop@desk.example", "--remove-alias", "acme@desk.example"]);

        desk.json(&["project", "set", "ACME", "--add-type", "fault=Fehler"]);
        desk.json(&["project", "set", "ACME", "--add-type", "Fault=Störung|Fault"]);

        assert_eq!(
            desk.json(&["organization", "list"]),
            json!([{"key": "acme", "name": "Acme AG", "domains": ["acme.example"], "default_project": "ACME", "language": null, "projects": ["ACME"]}])
        );
        assert_eq!(
            desk.json(&["project", "list"]),
            json!([
                {"key": "DESK", "name": "Example desk", "kind": "reception", "organization": null,
                 "staff": [{"name": "Anna Berger", "address": "anna@desk.example"}], "aliases": [], "signature": "",
                 "types": [{"key": "request", "name_de": "Anfrage", "name_en": "Request"}]},
                {"key": "ACME", "name": "Acme web shop", "kind": "customer", "organization": "acme",
                 "staff": [{"name": "Ben Roth", "address": "ben@desk.example"}], "aliases": ["shop@desk.example"],
                 "signature": "Your team", "types": [
                    {"key": "request", "name_de": "Anfrage", "name_en": "Request"},
                    {"key": "fault", "name_de": "Störung", "name_en": "Fault"}]},
                {"key": "HOUSE", "name": "Our own", "kind": "internal", "organization": null, "staff": [], "aliases": [], "signature": "",
                 "types": [{"key": "request", "name_de": "Anfrage", "name_en": "Request"}]},
            ])
        );
        let people = desk.json(&["person", "list"]);
        let names: Vec<&str> = people.as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Anna Berger", "Ben Roth", "Carla Conti"]);
        assert_eq!(
            people[1],
            json!({"kind": "staff", "name": "Ben Roth", "public_name": "Ben", "addresses": ["ben@desk.example"],
                   "language": "en", "time_zone": null, "active": true})
        );
        assert_eq!(desk.json(&["person", "list", "--contacts"]).as_array().unwrap().len(), 1);
        desk.json(&["member", "set", "acme", "carla@acme.example", "--login", "no"]);
        assert_eq!(
            desk.json(&["member", "list", "acme"]),
            json!([{"organization": "acme", "name": "Carla Conti", "address": "carla@acme.example", "login_allowed": false, "role": "guest"}])
        );
        let ben = ["person", "set", "ben@desk.example"];
        desk.json(&[&ben[..], &["--add-address", "ben.roth@desk.example", "--remove-address", "ben@desk.example"]].concat());
        let ben = desk.json(&["person", "set", "ben.roth@desk.example", "--active", "false", "--time-zone", "Asia/Tokyo"]);
        assert_eq!((&ben["active"], &ben["addresses"]), (&json!(false), &json!(["ben.roth@desk.example"])));
        desk.json(&["member", "remove", "acme", "carla@acme.example"]);
        assert_eq!(desk.json(&["member", "list"]), json!([]));

        let mailboxes = desk.json(&["mailbox", "list"]);
        assert_eq!((&mailboxes[0]["name"], &mailboxes[0]["state"]), (&json!("support"), &json!("unknown")));
        for empty in [&["ticket", "list"][..], &["inbox"], &["held", "list"], &["outbox", "list"], &["article", "list"]] {
            assert_eq!(desk.json(empty), json!([]), "{empty:?}");
            assert!(desk.text(empty).lines().count() == 1, "{empty:?}");
        }
        assert_eq!((&desk.json(&["check"])["ok"], &desk.json(&["check"])["faults"]), (&json!(true), &json!([])));
        let table = desk.text(&["project", "list"]);
        assert!(table.starts_with("KEY    KIND       ORGANIZATION  NAME"), "{table}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_remedy() {
    on_both(async |desk| {
        desk.json(&["organization", "add", "acme", "Acme GmbH", "--domain", "acme.example"]);
        desk.json(&["organization", "add", "beta", "Beta Ltd"]);
        desk.json(&["person", "add", "Carla <carla@acme.example>"]);
        desk.json(&["project", "add", "ACME", "Shop", "--organization", "acme", "--alias", "shop@desk.example"]);

        desk.refuses(
            &["organization", "add", "acme", "Other"],
            1,
            &["already the organization Acme GmbH", "organization set acme"],
        );
        desk.refuses(&["organization", "add", "c", "C", "--domain", "gmail.com"], 1, &["gmail.com", "anybody", "member add c"]);
        desk.refuses(
            &["organization", "set", "beta", "--add-domain", "acme.example"],
            1,
            &["claimed by acme", "--remove-domain"],
        );
        desk.refuses(&["organization", "set", "beta", "--default-project", "ACME"], 1, &["not beta's", "none yet"]);
        desk.refuses(&["organization", "set", "gamma", "--name", "x"], 1, &["no organization `gamma`", "acme, beta"]);
        desk.refuses(&["project", "add", "ACME", "x", "--organization", "acme"], 1, &["already the project Shop"]);
        desk.refuses(&["project", "add", "X1", "x"], 1, &["belongs to an organization", "--organization"]);
        desk.refuses(&["project", "set", "NOPE", "--name", "x"], 1, &["no project `NOPE`", "DESK, ACME"]);
        desk.refuses(&["project", "set", "ACME", "--add-staff", "carla@acme.example"], 1, &["contact", "anna@desk.example"]);
        desk.refuses(&["project", "set", "DESK", "--add-alias", "shop@desk.example"], 1, &["address of project ACME"]);
        desk.refuses(&["project", "set", "DESK", "--add-alias", "anna@desk.example"], 1, &["belongs to Anna Berger (staff)"]);
        desk.refuses(&["person", "add", "C <carla@acme.example>"], 1, &["already belongs to Carla (contact)"]);
        desk.refuses(&["person", "add", "S <support@desk.example>"], 1, &["own mailbox `support`"]);
        desk.refuses(&["person", "add", "S <support+x@desk.example>"], 1, &["own mailbox `support`"]);
        desk.refuses(&["person", "add", "S <shop@desk.example>"], 1, &["address of project ACME"]);
        desk.refuses(&["person", "set", "carla@acme.example", "--remove-address", "carla@acme.example"], 1, &["--add-address"]);
        desk.refuses(&["person", "set", "nobody@acme.example", "--active", "false"], 1, &["nobody has the address"]);
        desk.refuses(&["member", "add", "acme", "anna@desk.example"], 1, &["Anna Berger (staff)"]);
        desk.refuses(&["member", "set", "acme", "carla@acme.example", "--login", "yes"], 1, &["not a member of acme"]);
        desk.refuses(&["ticket", "show", "ACME-1"], 1, &["no ticket ACME-1", "ticket list --project ACME"]);
        desk.refuses(&["ticket", "show", "NOPE-1"], 1, &["no project `NOPE`"]);
        desk.refuses(&["held", "release", "7"], 1, &["no mail 7", "held list"]);
        desk.refuses(&["article", "show", "x", "--project", "ACME"], 1, &["no article `x`", "article list"]);
        // What cannot be meant is a wrong command line.
        desk.refuses(&["project", "add", "A", "x"], 2, &["cannot be a project's key"]);
        desk.refuses(&["person", "add", "Carla"], 2, &["not a mail address"]);
        desk.refuses(&["person", "set", "carla@acme.example"], 2, &["--name"]);
        desk.refuses(&["ticket", "show", "42"], 2, &["ACME-42"]);
        desk.refuses(&["organisation"], 2, &["organization"]);
        // Nothing of what was refused has happened.
        assert_eq!(desk.json(&["organization", "list"]).as_array().unwrap().len(), 2);
        assert_eq!(desk.json(&["project", "list"]).as_array().unwrap().len(), 2);
        assert_eq!(desk.json(&["person", "list"]).as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_face_that_nobody_could_look_at_is_named_by_check() {
    on_both(async |desk| {
        let file = desk.path().join("postroom.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n[face]\naccent = \"#ffd700\"\n")).unwrap();
        desk.refuses(&["check", "--offline"], 2, &["face.accent", "1.4:1", "4.5:1 is needed", "nearest shade"]);
        std::fs::write(&file, format!("{text}\n[face]\naccent = \"#0a6b4f\"\n")).unwrap();
        assert!(desk.faults().contains(&"face".to_owned()), "there are no pages that would show it");
        std::fs::write(&file, format!("{text}\n[face]\naccent = \"#0a6b4f\"\n[web]\nbase_url = \"http://localhost\"\n")).unwrap();
        assert!(!desk.faults().contains(&"face".to_owned()), "the twin");
    })
    .await;
}

#[tokio::test]
async fn articles_are_imported_again_without_doubling() {
    on_both(async |desk| {
        desk.json(&["organization", "add", "acme", "Acme GmbH"]);
        desk.json(&["project", "add", "ACME", "Shop", "--organization", "acme"]);
        let docs = desk.path().join("docs");
        std::fs::create_dir(&docs).unwrap();
        let write = |name: &str, text: &str| std::fs::write(docs.join(name), text).unwrap();
        write("Zahlung für Gäste.md", "---\ntitle: Zahlung\nstate: published\nposition: -1\n---\nSo geht es.\n");
        write("start.md", "# First steps\n\nWelcome.\n");
        write("plan.png", "not really");
        write("sketch.svg", "<svg/>");
        std::fs::write(docs.join("photo.jpg"), b"\xff\xd8\xff\xe0....").unwrap();
        let import = ["article", "import", "docs", "--project", "acme"];
        let first = desk.json(&import);
        assert_eq!(first["created"], json!(["zahlung-fuer-gaeste", "start"]));
        assert!(first["notices"][0].as_str().unwrap().contains("plan.png: left out, it is not a picture"), "{first}");
        assert!(first["notices"][1].as_str().unwrap().contains("sketch.svg: left out, SVG"), "{first}");
        assert_eq!(first["pictures"], json!(["photo.jpg"]));
        assert_eq!(
            desk.json(&["article", "list", "--project", "ACME"]),
            json!([
                {"project": "ACME", "slug": "zahlung-fuer-gaeste", "title": "Zahlung", "state": "published"},
                {"project": "ACME", "slug": "start", "title": "First steps", "state": "draft"},
            ])
        );
        desk.json(&["article", "set", "start", "--project", "ACME", "--state", "staff", "--position", "-2"]);
        let again = desk.json(&import);
        assert_eq!((&again["unchanged"], &again["pictures"]), (&json!(["zahlung-fuer-gaeste", "start"]), &json!([])));
        write("start.md", "# First steps\n\nWelcome back.\n");
        assert_eq!(desk.json(&import)["updated"], json!(["start"]));
        let start = desk.json(&["article", "show", "start", "--project", "ACME"]);
        assert_eq!((&start["body"], &start["state"]), (&json!("Welcome back.\n"), &json!("staff")));
        assert_eq!(desk.json(&["article", "list"])[0]["slug"], json!("start"), "position -2 is before -1");

        write("broken.md", "---\nstate: public\n---\n");
        desk.refuses(&import, 1, &["broken.md: line 2", "draft, staff, published"]);
        std::fs::remove_file(docs.join("broken.md")).unwrap();
        write("START.md", "twice");
        desk.refuses(&import, 1, &["START.md and start.md", "rename"]);
        let mut add = postroom(desk.path());
        add.args(["article", "add", "-", "--project", "ACME", "--title", "Typed in"]);
        assert!(add.output().unwrap().status.success());
        desk.refuses(&["article", "add", "-", "--project", "ACME", "--title", "Typed in!"], 1, &["article set typed-in"]);
    })
    .await;
}

#[tokio::test]
async fn a_race_for_a_key_is_told_apart_from_a_broken_database() {
    on_both(async |desk| {
        let store = desk.store().await;
        let mut tx = store.read().await.unwrap();
        let mut anna = postroom::store::people::by_address(&mut tx, "anna@desk.example").await.unwrap().unwrap();
        drop(tx);
        anna.id = postroom::desk::ids::PersonId(1);
        let now = Timestamp::from_seconds(1);
        let twice = store.write(move |tx| Box::pin(async move { Ok(postroom::store::people::insert(tx, &anna, now).await?) }));
        assert!(twice.await.unwrap_err().is_taken());
        store.close().await;
        assert!(!store.read().await.err().unwrap().is_taken());
    })
    .await;
}

#[test]
fn init_makes_a_desk_once_and_for_its_owner_alone() {
    let desk = Desk::on("sqlite:desk.db");
    let file = desk.path().join("postroom.toml");
    let written = std::fs::read_to_string(&file).unwrap();
    #[cfg(unix)]
    {
        for name in ["postroom.toml", "desk.db"] {
            let file = std::fs::metadata(desk.path().join(name)).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&file.permissions());
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    let again = ["init", "--name", "Other", "--address", "help@desk.example", "--staff", "Anna <anna@desk.example>"];
    desk.refuses(&again, 1, &["postroom.toml is already there", "--force"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    let said = desk.text(&[&again[..], &["--force", "--database", "sqlite:desk.db"]].concat());
    assert!(said.contains("Next:") && said.contains("postroom serve") && said.contains("[outgoing.smtp]"), "{said}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("name = \"Other\""));
    assert_eq!(desk.json(&["person", "list"]).as_array().unwrap().len(), 1, "the database is never emptied");

    let dir = tempfile::tempdir().unwrap();
    let own =
        postroom(dir.path()).args(["init", "--name=A", "--address=a@b.example", "--staff=A <a+x@b.example>"]).output().unwrap();
    assert_eq!(own.status.code(), Some(1), "{own:?}");
    assert!(String::from_utf8(own.stderr).unwrap().contains("address of the desk's own mailbox"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a refusal leaves nothing behind");
}

#[test]
fn a_broken_configuration_names_file_key_and_remedy() {
    let desk = Desk::on("sqlite:desk.db");
    let file = desk.path().join("postroom.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        std::fs::write(&file, good.replace(from, to)).unwrap();
    };
    with("poll = \"10s\"", "pole = \"10s\"");
    desk.refuses(&["ticket", "list"], 2, &["postroom.toml: mailbox[0].pole: unknown field", "\n  "]);
    with("Europe/Berlin\"\n", "Mars/Olympus\"\n");
    desk.refuses(&["ticket", "list"], 2, &["postroom.toml: desk.time_zone: `Mars/Olympus`", "IANA name"]);
    with("[desk]", "[desk");
    desk.refuses(&["check", "--json"], 2, &["postroom.toml: syntax:"]);
    desk.refuses(&["inbox", "--config", "elsewhere.toml"], 2, &["elsewhere.toml: the file:", "postroom init", "--config FILE"]);
    with("reception = \"DESK\"", "reception = \"FRONT\"");
    let checked = desk.run(&["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8(checked.stdout).unwrap().contains("its reception FRONT is not there"));
    with("sqlite:desk.db", "sqlite:no/such/dir.db");
    desk.refuses(&["ticket", "list"], 1, &["no/such/dir.db: the folder", "is missing", "`postroom init`", "`database.url`"]);
    with("sqlite:desk.db", "sqlite:dask.db");
    for command in [&["ticket", "list"][..], &["check"], &["serve"]] {
        desk.refuses(command, 1, &["there is no database at", "dask.db\n  `postroom init` makes one", "postroom.toml right?"]);
        assert!(!desk.path().join("dask.db").exists() && !desk.path().join("dask.db.lock").exists(), "{command:?} makes nothing");
    }
}

#[test]
fn a_closed_pipe_ends_quietly_and_help_is_there() {
    let desk = Desk::on("sqlite:desk.db");
    let mut child =
        postroom(desk.path()).args(["project", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let help = desk.text(&["project", "add", "--help"]);
    assert!(help.contains("Example:") && help.contains("--json") && help.contains("--config"), "{help}");
}
