//! The way of a guest by clicks and typing only: from the mail that invites to the mail that says it is done, on the
//! real program. With scripts, without them, and by keyboard alone.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use postroom::demo::client::{Client, Program};
use postroom::desk::people::Language;
use postroom::mail::{Letter, Limits, understand};
use postroom::time::Clock;
use tempfile::TempDir;

use crate::world::chrome::{Chrome, Look};

const ANNA: &str = "anna@desk.example";
const CARLA: &str = "carla@acme.example";

/// How somebody is at the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Pointing and typing.
    Pointing,
    /// Pointing and typing, scripts are switched off.
    Scriptless,
    /// No pointing at all.
    Keyboard,
}

/// The real program on a desk of its own, with its pages.
struct Desk {
    folder: TempDir,
    base: String,
    serving: Child,
}

impl Desk {
    /// One project with one article, which nobody has been invited to.
    async fn serve(language: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}");
        let run = |arguments: &[&str]| command(folder.path(), arguments);
        let own = ["--address", "support@desk.example", "--staff", "Anna Berger <anna@desk.example>"];
        run(&[&["init", "--name", "Example Desk", "--language", language, "--time-zone", "Europe/Berlin"], &own[..]].concat());
        let file = folder.path().join("postroom.toml");
        let config = std::fs::read_to_string(&file).unwrap().replace("poll = \"10s\"", "poll = \"200ms\"");
        std::fs::write(&file, format!("{config}\n[web]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"{base}\"\n")).unwrap();
        run(&["organization", "add", "acme", "ACME GmbH", "--domain", "acme.example"]);
        run(&["project", "add", "ACME", "Presswerk", "--organization", "acme", "--staff", "anna@desk.example"]);
        let articles = folder.path().join("articles");
        std::fs::create_dir(&articles).unwrap();
        std::fs::write(
            articles.join("willkommen.md"),
            "---\ntitle: Willkommen\nstate: published\n---\n\n## So geht es\n\nSchreiben Sie uns.\n",
        )
        .unwrap();
        run(&["article", "import", "--project", "ACME", "articles"]);
        let mut serve = program(folder.path());
        let serving = serve.arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let desk = Self { folder, base, serving };
        for _ in 0..300 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return desk;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing listens at {}", desk.base);
    }

    /// Waits for the mail to `address` whose text contains `words`.
    async fn mails(&self, address: &str, words: &str) -> (Vec<u8>, Letter) {
        for _ in 0..400 {
            if let Ok(files) = std::fs::read_dir(self.folder.path().join("mail/out/new")) {
                for file in files {
                    let raw = std::fs::read(file.unwrap().path()).unwrap();
                    let letter = understand(&raw, &Limits::default()).unwrap();
                    let theirs = letter.to.iter().any(|to| to.address == address);
                    if theirs && letter.body.text.contains(words) {
                        return (raw, letter);
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail to {address} says `{words}`");
    }

    /// Anna answers the mail that `told` her.
    fn answers(&self, told: &[u8], text: &str, name: &str) {
        let anna = Client::new("Anna Berger", ANNA, Program::Thunderbird, Language::German);
        let raw = anna.answer(told, text).write(Clock::System.now(), &format!("{name}@outside.example"));
        std::fs::write(self.folder.path().join("mail/in/new").join(name), raw).unwrap();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.serving.kill();
        let _ = self.serving.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.current_dir(folder).stdin(Stdio::null()).env_remove("POSTROOM_CONFIG");
    command
}

fn command(folder: &Path, arguments: &[&str]) {
    let output = program(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Somebody on their way through the pages.
struct Walk {
    chrome: Chrome,
    way: Way,
    faults: Vec<String>,
}

impl Walk {
    /// Looks around on a page that is new.
    async fn arrives(&mut self, what: &str) {
        if self.way == Way::Keyboard {
            let faults = self.chrome.walk().await;
            self.faults.extend(faults.into_iter().map(|fault| format!("{what}: {fault}")));
        }
        let complaints = self.chrome.complaints().await;
        self.faults.extend(complaints.into_iter().map(|complaint| format!("{what}: {complaint}")));
    }

    /// Uses a link or a button.
    async fn uses(&self, selector: &str) {
        if self.way == Way::Keyboard {
            self.chrome.tab_to(selector).await;
            self.chrome.press(if selector.contains("button") { "Space" } else { "Enter" }).await;
        } else {
            self.chrome.click(selector).await;
        }
    }

    async fn fills(&self, selector: &str, text: &str) {
        if self.way == Way::Keyboard {
            self.chrome.tab_to(selector).await;
            self.chrome.types(text).await;
        } else {
            self.chrome.fills(selector, text).await;
        }
    }

    /// Chooses a file; that the file input is reached by keyboard, too, is seen on the way.
    async fn attaches(&self, file: &Path) {
        if self.way == Way::Keyboard {
            self.chrome.tab_to("#files").await;
        }
        self.chrome.chooses("#files", &[file]).await;
    }
}

async fn from_mail_to_mail(way: Way, language: &str) {
    let (welcome, closed, done) = match language {
        "de" => ("Jetzt anmelden", "den Status von", "ist erledigt"),
        _ => ("Sign in now", "changed the status", "is done"),
    };
    if crate::world::setting("POSTROOM_TEST_CHROMEDRIVER").is_none() {
        return;
    }
    let desk = Desk::serve(language).await;
    let Some(chrome) = Chrome::open(&desk.base, language).await else { return };
    chrome.see(Look { width: 1280, dark: false, script: way != Way::Scriptless }).await;
    let mut walk = Walk { chrome, way, faults: Vec::new() };
    let photo = desk.folder.path().join("foto.png");
    std::fs::write(&photo, include_bytes!("../../../fixtures/demo/articles/acme/hydraulik.png")).unwrap();

    command(desk.folder.path(), &["member", "invite", "acme", "Carla Kunze <carla@acme.example>"]);
    let (_, letter) = desk.mails(CARLA, "/invitation/").await;
    let link = letter.body.text.split_whitespace().find(|word| word.starts_with(&desk.base)).expect("a link").to_owned();
    walk.chrome.driver.goto(&link).await.unwrap();
    let page = walk.chrome.shows(welcome).await;
    assert_eq!((page.matches("<button").count(), page.contains("<script")), (1, false), "one button and no script");
    walk.arrives("invitation").await;
    walk.uses("main button").await;

    walk.chrome.shows("Presswerk").await;
    assert_eq!(walk.chrome.path().await, "/");
    walk.arrives("home").await;
    if way == Way::Keyboard {
        // The skip link comes first and leads past the head of the page.
        walk.chrome.driver.goto(format!("{}/", desk.base)).await.unwrap();
        walk.chrome.press("Tab").await;
        assert!(walk.chrome.focus().await.what.ends_with("#content"), "{:?}", walk.chrome.focus().await);
        walk.chrome.press("Enter").await;
        walk.chrome.press("Tab").await;
        assert!(walk.chrome.focus().await.what.contains("/ACME"), "{:?}", walk.chrome.focus().await);
        walk.chrome.press("Shift-Tab").await;
    }
    walk.uses(".project h3 a").await;
    walk.chrome.leads_to("/ACME").await;
    walk.arrives("list").await;

    walk.uses("main a[href='/ACME/new']").await;
    walk.chrome.leads_to("/ACME/new").await;
    walk.arrives("new").await;
    walk.fills("#title", "Presse 4 verliert Öl").await;
    walk.fills("#text", "Seit gestern Abend.\n\nEin Foto liegt bei.").await;
    walk.attaches(&photo).await;
    walk.uses("main form button:not([type=button])").await;
    walk.chrome.leads_to("/ACME/1?said=opened").await;
    let page = walk.chrome.shows("foto.png").await;
    assert!(page.contains("Presse 4 verliert Öl") && page.contains("Seit gestern Abend."), "{page}");
    walk.arrives("ticket").await;
    desk.mails(CARLA, "ACME-1").await;

    walk.fills("#text", "Und noch eins von der anderen Seite.").await;
    walk.attaches(&photo).await;
    walk.uses(".answer button:not([type=button])").await;
    walk.chrome.leads_to("said=commented#newest").await;
    let page = walk.chrome.shows("von der anderen Seite").await;
    assert_eq!(page.matches("<img ").count(), 2);
    // The same page once more: with scripts it has to be loaded anew all the same.
    walk.fills("#text", "Drittes Bild.").await;
    walk.attaches(&photo).await;
    walk.uses(".answer button:not([type=button])").await;
    walk.chrome.shows("Drittes Bild.</").await;
    walk.arrives("comment").await;
    // Whoever answers is in the conversation: what comes next is told at once, and not together with more.
    let (told, _) = desk.mails(ANNA, "Drittes Bild.").await;
    desk.answers(&told, "Wir sehen nach.", "1.looks");
    desk.mails(CARLA, "Wir sehen nach.").await;

    walk.uses(".trail a[href='/ACME']").await;
    walk.chrome.leads_to("/ACME").await;
    walk.uses("main a[href='/ACME/docs']").await;
    walk.chrome.leads_to("/ACME/docs").await;
    walk.arrives("articles").await;
    walk.fills("#q", "schreiben").await;
    walk.uses(".find button").await;
    walk.chrome.leads_to("/ACME/docs?q=schreiben").await;
    walk.arrives("search").await;
    walk.uses(".shelf a").await;
    walk.chrome.shows("So geht es").await;
    walk.arrives("article").await;
    walk.uses(".crumbs a[href='/ACME']").await;
    walk.chrome.shows("/ACME/picture").await;
    walk.uses("main a[href='/ACME/picture']").await;
    walk.chrome.leads_to("/ACME/picture").await;
    walk.arrives("picture").await;
    walk.uses(".card a").await;
    walk.chrome.leads_to("/ACME/1").await;
    walk.uses("button[name=state][value=done]").await;
    walk.chrome.leads_to("/ACME/1?said=closed").await;
    walk.arrives("closed").await;
    desk.mails(ANNA, closed).await;
    walk.uses("button[name=state][value=open]").await;
    walk.chrome.leads_to("/ACME/1?said=reopened").await;
    walk.chrome.shows("name=\"state\" value=\"done\"").await;

    // Who closes a ticket gets no mail about it; who asked does when somebody else closes it.
    desk.answers(&told, "#close\nWir haben die Dichtung getauscht.", "2.closes");
    let (_, letter) = desk.mails(CARLA, done).await;
    assert!(letter.body.text.contains("Wir haben die Dichtung getauscht."), "{}", letter.body.text);
    walk.uses(".trail a[href='/ACME']").await;
    walk.chrome.leads_to("/ACME").await;
    walk.chrome.shows("class=\"found\"").await;
    walk.arrives("all done").await;
    walk.uses(".who button").await;
    walk.chrome.leads_to("/sign-in").await;
    walk.arrives("signed out").await;
    walk.chrome.end().await;
    assert!(walk.faults.is_empty(), "{}", walk.faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_goes_from_the_mail_that_invites_to_the_mail_that_says_done() {
    from_mail_to_mail(Way::Pointing, "de").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_way_without_scripts() {
    from_mail_to_mail(Way::Scriptless, "en").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_way_without_a_pointer() {
    from_mail_to_mail(Way::Keyboard, "de").await;
}
