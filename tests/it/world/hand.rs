//! The hands of somebody at a browser: they point, type and press keys. Everything goes through the developer tools, as
//! the browser's own input does, so that it works on pages whose scripts are switched off.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::chrome::Chrome;

/// How long a page may take on a busy machine.
const PATIENCE: u32 = 300;

/// What has the focus.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Focus {
    /// `a "Neues Ticket" /ACME/new`; empty for nothing.
    pub(crate) what: String,
    /// Whether one sees that it has the focus: an outline of two pixels at least, inside the window.
    pub(crate) seen: bool,
}

/// Whether the focus is seen, computed in the page. The skip link is on its way in for a moment: no transitions here.
const FOCUS: &str = r#"
    const it = document.activeElement;
    if (!it || it === document.body || it === document.documentElement) return {what: "", seen: true};
    const style = getComputedStyle(it), box = it.getBoundingClientRect();
    const lined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    const words = (it.getAttribute("aria-label") || it.innerText || it.name || it.id || "").trim().slice(0, 60);
    return {what: `${it.localName} "${words}" ${it.getAttribute("href") || it.id || ""}`, seen: (lined || it.localName === "main") && inside};
"#;

/// Everything that the keyboard has to reach: what is seen, can be used, and is no part of a group that has one stop.
const STOPS: &str = r#"
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    return all.filter(it => !it.disabled && it.type !== "hidden" && it.checkVisibility({visibilityProperty: true})).length;
"#;

impl Chrome {
    async fn tools(&self, command: &str, parameters: Value) -> Option<Value> {
        self.driver.cdp().send_raw(command, parameters).await.ok()
    }

    async fn node(&self, selector: &str) -> Option<i64> {
        let root = self.tools("DOM.getDocument", json!({"depth": 0})).await?["root"]["nodeId"].as_i64()?;
        let found = self.tools("DOM.querySelector", json!({"nodeId": root, "selector": selector})).await?["nodeId"].as_i64()?;
        (found > 0).then_some(found)
    }

    /// The page as it is now.
    pub(crate) async fn html(&self) -> String {
        let Some(node) = self.node("html").await else { return String::new() };
        let html = self.tools("DOM.getOuterHTML", json!({"nodeId": node})).await;
        html.and_then(|html| Some(html["outerHTML"].as_str()?.to_owned())).unwrap_or_default()
    }

    /// The address of the page, without the desk's own.
    pub(crate) async fn path(&self) -> String {
        let history = self.tools("Page.getNavigationHistory", json!({})).await.unwrap_or_default();
        let here = usize::try_from(history["currentIndex"].as_i64().unwrap_or_default()).unwrap();
        let url = history["entries"][here]["url"].as_str().unwrap_or_default();
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// Waits until the page contains `words`, and gives it.
    pub(crate) async fn shows(&self, words: &str) -> String {
        for _ in 0..PATIENCE {
            let html = self.html().await;
            if html.contains(words) && html.contains("</footer>") {
                return html;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} does not show `{words}`: {}", self.path().await, self.html().await);
    }

    /// Waits until the page's address contains `words`. What was just done stands in it only until the page's script has seen
    /// it, and on the page as long as that is open.
    pub(crate) async fn leads_to(&self, words: &str) {
        let (before, said) = words.split_once("said=").map_or((words, None), |(before, said)| (before, Some(said)));
        let place = said.map_or("", |said| said.trim_start_matches(|c: char| c != '#'));
        for _ in 0..PATIENCE {
            let (path, html) = (self.path().await, self.html().await);
            let there = path.contains(before.trim_end_matches('?')) && path.contains(place);
            if there && html.contains("</footer>") && (said.is_none() || html.contains("data-said")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} is not {words}: {}", self.path().await, self.html().await);
    }

    /// Points at the middle of what `selector` names and clicks.
    pub(crate) async fn click(&self, selector: &str) {
        for _ in 0..PATIENCE {
            if self.try_click(selector).await.is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing to click at {selector} on {}: {}", self.path().await, self.html().await);
    }

    async fn try_click(&self, selector: &str) -> Option<()> {
        let node = self.node(selector).await?;
        self.tools("DOM.scrollIntoViewIfNeeded", json!({"nodeId": node})).await?;
        let quads = self.tools("DOM.getContentQuads", json!({"nodeId": node})).await?;
        let corner = |index: usize| quads["quads"][0][index].as_f64();
        let (x, y) = (f64::midpoint(corner(0)?, corner(4)?), f64::midpoint(corner(1)?, corner(5)?));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.tools("Input.dispatchMouseEvent", event).await?;
        }
        Some(())
    }

    /// Types into whatever has the focus.
    pub(crate) async fn types(&self, text: &str) {
        self.tools("Input.insertText", json!({"text": text})).await.unwrap();
    }

    /// Clicks into a field and types.
    pub(crate) async fn fills(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.types(text).await;
    }

    /// Chooses files, as the system's own window does, which no page can draw.
    pub(crate) async fn chooses(&self, selector: &str, files: &[&Path]) {
        let node = self.node(selector).await.unwrap_or_else(|| panic!("there is no {selector}"));
        self.tools("DOM.setFileInputFiles", json!({"nodeId": node, "files": files})).await.unwrap();
    }

    /// Presses a key: `Tab`, `Shift-Tab`, `Enter` or `Space`.
    pub(crate) async fn press(&self, key: &str) {
        let (key, shift) = key.strip_prefix("Shift-").map_or((key, 0), |key| (key, 8));
        let (name, code, number, text) = match key {
            "Tab" => ("Tab", "Tab", 9, ""),
            "Enter" => ("Enter", "Enter", 13, "\r"),
            "Space" => (" ", "Space", 32, " "),
            other => panic!("no key {other}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": shift});
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.tools("Input.dispatchKeyEvent", event).await.unwrap();
        }
    }

    /// What has the focus now.
    pub(crate) async fn focus(&self) -> Focus {
        self.driver.execute(FOCUS, vec![]).await.unwrap().convert().unwrap()
    }

    /// Presses Tab until the focus is on what `selector` names. Every stop on the way has to be seen.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let there = format!("return document.activeElement !== null && document.activeElement.matches({})", json!(selector));
        let mut ways = Vec::new();
        for _ in 0..150 {
            self.press("Tab").await;
            let focus = self.focus().await;
            assert!(focus.seen, "{}: one does not see the focus on {}", self.path().await, focus.what);
            ways.push(focus.what);
            if self.driver.execute(&there, vec![]).await.unwrap().convert::<bool>().unwrap() {
                return;
            }
        }
        panic!("{}: Tab does not lead to {selector}, but to {ways:#?}", self.path().await);
    }

    /// Walks the whole page with Tab and back with Shift-Tab: no trap, everything is reached, every focus is seen. The
    /// faults in words.
    pub(crate) async fn walk(&self) -> Vec<String> {
        let stops: usize = self.driver.execute(STOPS, vec![]).await.unwrap().convert().unwrap();
        let mut faults = Vec::new();
        for key in ["Tab", "Shift-Tab"] {
            self.driver.execute("document.activeElement.blur(); window.getSelection().removeAllRanges()", vec![]).await.unwrap();
            let mut reached = Vec::new();
            // From wherever the walk begins it leaves the page once and comes back.
            for _ in 0..stops * 2 + 3 {
                self.press(key).await;
                let focus = self.focus().await;
                if !focus.seen {
                    faults.push(format!("one does not see the focus on {}", focus.what));
                }
                let marked = "const it = document.activeElement; const first = !it.dataset.walked; it.dataset.walked = '1'; return first && it !== document.body";
                if self.driver.execute(marked, vec![]).await.unwrap().convert::<bool>().unwrap() {
                    reached.push(focus.what);
                }
            }
            let unmark = "document.querySelectorAll('[data-walked]').forEach(it => delete it.dataset.walked)";
            self.driver.execute(unmark, vec![]).await.unwrap();
            if reached.len() < stops {
                faults.push(format!("{key} reaches {} of {stops}: {reached:?}", reached.len()));
            }
        }
        faults.sort();
        faults.dedup();
        faults
    }
}
