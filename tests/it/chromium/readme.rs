//! The pictures of the README: the demo desk as it is now. Only where `POSTROOM_TEST_README` is set, because they are part of
//! what is kept; look at them before you do.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use postroom::desk::outbox::{Audience, Kind};
use postroom::mail::compose::Draft;
use postroom::store::{Store, outbox, people};
use postroom::time::{Clock, Rng};
use postroom::web::session;
use serde_json::{Value, json};
use thirtyfour::Cookie;

use crate::world::chrome::{Chrome, Look, decode_base64};

/// CSS pixels of pages.
const SIZE: (u32, u32) = (1060, 740);
/// CSS pixels of a mail.
const LETTER: (u32, u32) = (800, 410);
/// More would make the README slow.
const LARGEST: usize = 120_000;
const CARLA: &str = "carla@acme.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readme_shows_the_demo_as_it_is() {
    if std::env::var_os("POSTROOM_TEST_README").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let played = program().args(["demo", "--once", "--dir"]).arg(&dir).stdout(Stdio::null()).status().unwrap();
    assert!(played.success());
    let (base, mut serving) = serve(&dir).await;
    let store = Store::open(&format!("sqlite:{}", database(&dir).display())).await.unwrap();
    let (carla, letter) = {
        let mut tx = store.read().await.unwrap();
        let carla = people::by_address(&mut tx, CARLA).await.unwrap().unwrap().id;
        let sent = outbox::list(&mut tx).await.unwrap().into_iter();
        let mut answers = sent.filter(|row| {
            (row.mail.kind, row.mail.audience) == (Kind::Answer, Audience::Outsider) && row.mail.recipient == CARLA
        });
        let answer = answers.next().expect("an answer to Carla");
        (carla, serde_json::from_str::<Draft>(&answer.mail.draft).unwrap())
    };
    let chrome = Chrome::open(&base, "de").await.expect("a browser");
    let cookie = session::begin(&store, false, carla, "Chromium", Clock::System.now(), &Rng::System).await.unwrap();
    let cookie = cookie.header().unwrap();
    let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
    let look = Look { width: SIZE.0, dark: false, script: true };
    chrome.look("/no/such/page", look).await;
    chrome.driver.add_cookie(Cookie::new(name, value)).await.unwrap();
    for (path, name) in [("/ACME/1", "ticket"), ("/ACME/picture", "big-picture"), ("/ACME/docs/stoerung-melden", "article")] {
        chrome.look(path, look).await;
        keep(&chrome, name, SIZE).await;
    }
    let page = dir.join("letter.html");
    std::fs::write(&page, opened(&letter)).unwrap();
    chrome.driver.goto(format!("file://{}", page.display())).await.unwrap();
    keep(&chrome, "letter", LETTER).await;
    chrome.end().await;
    serving.kill().unwrap();
    serving.wait().unwrap();
    store.close().await;
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroom"));
    command.stdin(Stdio::null()).env_remove("POSTROOM_CONFIG");
    command
}

/// The demo's pages, at an address of their own.
async fn serve(dir: &Path) -> (String, Child) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let mut command = program();
    command.arg("--config").arg(dir.join("postroom.toml")).arg("serve");
    command.env("POSTROOM__WEB__LISTEN", format!("127.0.0.1:{port}")).env("POSTROOM__WEB__BASE_URL", &base);
    let serving = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..300 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (base, serving)
}

/// The one database in the demo's folder.
fn database(dir: &Path) -> PathBuf {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let mut found = files.filter(|path| path.extension().is_some_and(|ending| ending == "db"));
    found.next().expect("a database")
}

/// A mail as a mail program shows it: who to whom above what it says.
fn opened(letter: &Draft) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let address = |address: &postroom::mail::Address| {
        escaped(&format!("{} <{}>", address.name.as_deref().unwrap_or_default(), address.address.split('+').next().unwrap()))
    };
    let head = format!(
        "<body style=\"margin:0;background:#e9ecf1\"><div style=\"max-width:672px;margin:32px auto;background:#fff;border:1px solid #c9cfda;\
         border-radius:8px;padding:8px 16px 16px;font-family:system-ui,sans-serif\"><div style=\"border-bottom:1px solid #d5d9e2;padding:12px 16px\">\
         <p style=\"font-size:20px;font-weight:650;margin:0 0 8px\">{}</p><p style=\"margin:0;color:#545e70;font-size:14px\">Von {}<br>An {}</p></div>",
        escaped(&letter.subject),
        address(&letter.from),
        address(&letter.to),
    );
    letter.html.as_deref().unwrap().replace("<body style=\"margin:0\">", &head).replace("</body>", "</div></body>")
}

/// What the window shows, into the fixtures.
async fn keep(chrome: &Chrome, name: &str, (width, height): (u32, u32)) {
    let tools = chrome.driver.cdp();
    let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    tools.send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
    let shot: Value = tools.send_raw("Page.captureScreenshot", json!({"format": "png"})).await.unwrap();
    let bytes = decode_base64(shot["data"].as_str().unwrap());
    assert!(bytes.len() <= LARGEST, "{name} has {} bytes", bytes.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/screens");
    std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
}
