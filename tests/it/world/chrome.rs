//! A real Chromium, driven through chromedriver, on a desk that listens on this machine.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postroom::web::serve::{Rules, serve};
use postroom::web::{Web, session};
use serde_json::{Value, json};
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio_util::sync::CancellationToken;

use super::desk::World;
use super::setting;

/// A browser and the desk it looks at.
pub(crate) struct Chrome {
    /// The browser.
    pub(crate) driver: WebDriver,
    /// Where the desk listens, `http://127.0.0.1:PORT`.
    pub(crate) base: String,
    axe: String,
    chromedriver: Child,
    serving: Option<tokio::task::JoinHandle<()>>,
    _profile: tempfile::TempDir,
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// CSS pixels.
    pub(crate) width: u32,
    /// Dark colours.
    pub(crate) dark: bool,
    /// Whether scripts run.
    pub(crate) script: bool,
}

impl Chrome {
    /// Starts a browser on `world`'s pages. `None` where there is none.
    pub(crate) async fn start(world: &World, language: &str) -> Option<Self> {
        setting("POSTROOM_TEST_CHROMEDRIVER")?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let web = world.web();
        let mut config = (*web.config).clone();
        config.web.as_mut().unwrap().base_url.clone_from(&base);
        let router = postroom::app::pages(Web { config: Arc::new(config.clone()), ..web });
        let serving = tokio::spawn(async move {
            let rules = Rules::of(config.web.as_ref().unwrap(), 512);
            serve(listener, router, rules, CancellationToken::new()).await;
        });
        let mut chrome = Self::open(&base, language).await?;
        chrome.serving = Some(serving);
        Some(chrome)
    }

    /// Starts a browser for the pages at `base`. `None` where there is none.
    pub(crate) async fn open(base: &str, language: &str) -> Option<Self> {
        let program = setting("POSTROOM_TEST_CHROMEDRIVER")?;
        let axe = std::fs::read_to_string(setting("POSTROOM_TEST_AXE")?).unwrap();
        let base = base.to_owned();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let chromedriver =
            Command::new(program).arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        let profile_argument = format!("--user-data-dir={}", profile.path().display());
        let language = format!("--accept-lang={language}");
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &profile_argument,
            &language,
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
        capabilities.set_logging_prefs("performance", LoggingPrefsLogLevel::All).unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let mut tries = 0;
        let driver = loop {
            match WebDriver::new(&url, capabilities.clone()).await {
                Ok(driver) => break driver,
                Err(error) => {
                    tries += 1;
                    assert!(tries < 50, "{error}");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        };
        Some(Self { driver, base, axe, chromedriver, serving: None, _profile: profile })
    }

    /// Signs a guest in past the sign-in page.
    pub(crate) async fn sign_in(&self, world: &World, person: postroom::desk::ids::PersonId) {
        let rng = world.web().rng;
        let cookie = session::begin(&world.store, false, person, "Chromium", world.clock.now(), &rng).await.unwrap();
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        self.driver.goto(format!("{}/no/such/page", self.base)).await.unwrap();
        self.driver.add_cookie(Cookie::new(name, value)).await.unwrap();
    }

    /// Looks at a page in some way.
    pub(crate) async fn look(&self, path: &str, look: Look) {
        self.see(look).await;
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    /// Looks at the page that is open, and at those that follow, in some way.
    pub(crate) async fn see(&self, look: Look) {
        let tools = self.driver.cdp();
        let metrics = json!({"width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": look.width < 500});
        tools.send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
        let scheme = if look.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        tools.send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
        let scripts = json!({"value": !look.script});
        tools.send_raw("Emulation.setScriptExecutionDisabled", scripts).await.unwrap();
    }

    /// A picture of the whole page into `target/screens/`.
    pub(crate) async fn picture(&self, name: &str) {
        let tools = self.driver.cdp();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screens");
        std::fs::create_dir_all(&folder).unwrap();
        let wanted = json!({"format": "png", "captureBeyondViewport": true});
        let shot: Value = tools.send_raw("Page.captureScreenshot", wanted).await.unwrap();
        let bytes = decode_base64(shot["data"].as_str().unwrap());
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    /// What axe-core finds wrong with the page, in words.
    pub(crate) async fn accessibility(&self) -> Vec<String> {
        let tools = self.driver.cdp();
        tools.send_raw("Emulation.setScriptExecutionDisabled", json!({"value": false})).await.unwrap();
        self.driver.execute(&self.axe, vec![]).await.unwrap();
        let run = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.map(v => \
             v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))), e => done(['axe: ' + e]));";
        let found = self.driver.execute_async(run, vec![]).await.unwrap();
        found.convert::<Vec<String>>().unwrap()
    }

    /// What the browser complained about since the last time, and what it asked of other hosts. That a page says no is
    /// what such a page is for.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let said = self.driver.browser_log().await.unwrap();
        let wrong = said.into_iter().map(|entry| entry.message);
        let wrong = wrong.filter(|message| !message.contains("the server responded with a status of 4"));
        let events = self.driver.get_log("performance").await.unwrap();
        let asked = events.into_iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(&entry.message).ok()?;
            let event = &event["message"];
            let url = event["params"]["request"]["url"].as_str()?;
            let own = url == self.base
                || url.starts_with(&format!("{}/", self.base))
                || ["data:", "chrome:"].iter().any(|start| url.starts_with(start));
            (event["method"] == "Network.requestWillBeSent" && !own).then(|| format!("foreign request: {url}"))
        });
        wrong.chain(asked).collect()
    }

    /// How much wider than its window the page is, in CSS pixels.
    pub(crate) async fn overflow(&self) -> i64 {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
    }

    /// What fingers would miss: buttons, fields and links of their own that are less than 44 pixels high or wide. Links
    /// within a sentence are as large as its words (WCAG 2.2, 2.5.8).
    pub(crate) async fn small_targets(&self) -> Vec<String> {
        let script = r#"
            const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
            const within = it => it.localName === "a" && [...it.parentElement.childNodes].some(n => n !== it && n.textContent.trim().length > 3);
            const missed = all.filter(it => it.checkVisibility() && !it.closest(".skip, .prose, .written") && !within(it)).filter(it => {
                const box = it.getBoundingClientRect(), over = getComputedStyle(it, "::after");
                return box.height > 0 && box.height < 43.9 && !(over.position === "absolute" && over.content !== "none");
            });
            return missed.map(it => `${it.localName}.${it.className} "${it.textContent.trim().slice(0, 30)}" is ${Math.round(it.getBoundingClientRect().height)} pixels high`);
        "#;
        self.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
    }

    /// Ends browser and desk.
    pub(crate) async fn end(mut self) {
        let _ = self.driver.clone().quit().await;
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.chromedriver.kill();
    }
}

/// The bytes that a browser gives as text.
pub(crate) fn decode_base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    let digits: Vec<u8> = text.bytes().filter_map(value).collect();
    for four in digits.chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(four.len() - 1));
    }
    bytes
}
