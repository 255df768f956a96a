//! The script of forms with files: limits, progress, a way to stop, and refusals that lose nothing.

use std::path::PathBuf;
use std::time::Duration;

use postroom::desk::ids::PersonId;
use serde_json::json;
use tempfile::TempDir;

use crate::world::chrome::{Chrome, Look};
use crate::world::desk::World;

/// A file of so many bytes, without writing them.
fn file(folder: &TempDir, name: &str, bytes: u64) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::File::create(&path).unwrap().set_len(bytes).unwrap();
    path
}

async fn slowly(chrome: &Chrome, bytes_a_second: i64) {
    let tools = chrome.driver.cdp();
    tools.send_raw("Network.enable", json!({})).await.unwrap();
    let line = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second});
    tools.send_raw("Network.emulateNetworkConditions", line).await.unwrap();
}

async fn text_of(chrome: &Chrome, selector: &str) -> String {
    let script = format!("const it = document.querySelector({}); return it && !it.hidden ? it.textContent : ''", json!(selector));
    chrome.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

async fn until(chrome: &Chrome, selector: &str, holds: impl Fn(&str) -> bool) -> String {
    for _ in 0..400 {
        let text = text_of(chrome, selector).await;
        if holds(&text) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{selector} stays at `{}`", text_of(chrome, selector).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_checked_shown_on_their_way_and_can_be_stopped() {
    let mut world = World::one().await;
    let Some(chrome) = Chrome::start(&world, "de").await else {
        world.end().await;
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    chrome.sign_in(&world, PersonId(10_003)).await;
    let look = Look { width: 360, dark: false, script: true };
    let (problem, percent) = ("[data-part=problem]", "[data-part=percent]");

    // Too large is said at once, and nothing is sent.
    chrome.look("/ACME/new", look).await;
    chrome.fills("#title", "Dateien").await;
    chrome.fills("#text", "Mit Anlagen.").await;
    let large = file(&folder, "film.mov", (25 << 20) + 1);
    chrome.chooses("#files", &[&large]).await;
    until(&chrome, problem, |text| text.contains("„film.mov“ ist größer als 25 MB")).await;
    chrome.click("form button:not([type=button]):not(.quiet)").await;
    let mut faults = chrome.accessibility().await;
    let many: Vec<PathBuf> = (0..21).map(|index| file(&folder, &format!("{index}.txt"), 1)).collect();
    chrome.chooses("#files", &many.iter().map(PathBuf::as_path).collect::<Vec<_>>()).await;
    until(&chrome, problem, |text| text.contains("mehr als 20 Dateien")).await;
    let halves = [file(&folder, "a.bin", 16 << 20), file(&folder, "b.bin", 16 << 20)];
    chrome.chooses("#files", &[&halves[0], &halves[1]]).await;
    until(&chrome, problem, |text| text.contains("mehr als 30 MB")).await;
    assert_eq!(world.tickets().await, 0);

    // On its way: bar, words, a few of them aloud; then stopped.
    let photo = file(&folder, "foto.bin", 4 << 20);
    chrome.chooses("#files", &[&photo]).await;
    until(&chrome, problem, str::is_empty).await;
    slowly(&chrome, 1 << 20).await;
    chrome.click("form button:not([type=button]):not(.quiet)").await;
    let some = until(&chrome, percent, |text| text.contains(" % übertragen") && !text.starts_with("0 ")).await;
    let value: f64 =
        chrome.driver.execute("return document.querySelector('[data-part=bar]').value", vec![]).await.unwrap().convert().unwrap();
    assert!(value > 0.0 && value < 100.0, "{value} {some}");
    assert!(text_of(&chrome, "[role=status][data-part=said]").await.contains("% übertragen"));
    chrome.picture("upload-360-light-de").await;
    faults.extend(chrome.accessibility().await);
    assert_eq!(chrome.overflow().await, 0);
    chrome.click("[data-part=stop]").await;
    until(&chrome, problem, |text| text.contains("Sie haben abgebrochen")).await;
    assert!(chrome.focus().await.what.contains("files"), "the focus does not get lost");
    assert_eq!((chrome.path().await, world.tickets().await), ("/ACME/new".to_owned(), 0));

    // Sent again, it arrives once.
    slowly(&chrome, -1).await;
    chrome.click("form button:not([type=button]):not(.quiet)").await;
    chrome.leads_to("/ACME/1?said=opened").await;
    chrome.shows("foto.bin").await;
    assert_eq!(world.tickets().await, 1);

    // A refusal leaves text and files where they are.
    chrome.fills("#text", "Noch etwas.").await;
    chrome.chooses("#files", &[&photo]).await;
    let forged = "document.querySelector('.answer [name=csrf]').value = 'another'";
    chrome.driver.execute(forged, vec![]).await.unwrap();
    chrome.click(".answer button:not([type=button])").await;
    until(&chrome, problem, |text| text.contains("Das Formular war zu alt")).await;
    let kept = "const form = document.querySelector('.answer'); return form.text.value + form.files.files.length";
    let kept: String = chrome.driver.execute(kept, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(kept, "Noch etwas.1");

    faults.extend(chrome.complaints().await);
    chrome.end().await;
    world.deliver().await;
    world.end().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_are_pasted_and_dropped_into_the_text_and_taken_out_again() {
    let mut world = World::one().await;
    let Some(chrome) = Chrome::start(&world, "en").await else {
        world.end().await;
        return;
    };
    chrome.sign_in(&world, PersonId(10_004)).await;
    chrome.look("/GLOBEX/new", Look { width: 360, dark: true, script: true }).await;
    chrome.fills("#title", "Pictures").await;
    chrome.fills("#text", "Look.").await;
    let bring = |kind: &str, name: &str, words: &str| {
        format!(
            "const data = new DataTransfer(); if ('{name}') data.items.add(new File(['x'], '{name}', {{ type: 'image/png' }}));
             if ('{words}') data.setData('text/plain', '{words}');
             const event = '{kind}' === 'paste' ? new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }})
               : new DragEvent('drop', {{ dataTransfer: data, bubbles: true, cancelable: true }});
             document.querySelector('#text').dispatchEvent(event); return String(event.defaultPrevented)"
        )
    };
    let run = async |script: String| -> String { chrome.driver.execute(&script, vec![]).await.unwrap().convert().unwrap() };
    let names = "return [...document.querySelector('#files').files].map((file) => file.name).join(' ')";
    for (kind, name, words, taken, expected) in [
        ("paste", "image.png", "", "true", "picture-1.png"),
        ("paste", "image.png", "", "true", "picture-1.png picture-2.png"),
        // What is copied from a text program may come with a picture of the words.
        ("paste", "image.png", "words", "false", "picture-1.png picture-2.png"),
        ("paste", "", "words", "false", "picture-1.png picture-2.png"),
        ("drop", "plan.png", "", "true", "picture-1.png picture-2.png plan.png"),
    ] {
        assert_eq!(run(bring(kind, name, words)).await, taken, "{kind} {name} {words}");
        assert_eq!(run(names.to_owned()).await, expected, "{kind} {name} {words}");
    }
    assert_eq!(text_of(&chrome, "[data-part=said]").await, "Added: plan.png");
    let faults = chrome.accessibility().await;
    assert_eq!(chrome.overflow().await, 0);
    chrome.click("[data-part=chosen] li:first-child button").await;
    assert_eq!(run(names.to_owned()).await, "picture-2.png plan.png");
    assert_eq!(text_of(&chrome, "[data-part=said]").await, "Removed: picture-1.png");
    chrome.click("form button:not([type=button]):not(.quiet)").await;
    chrome.leads_to("/GLOBEX/1").await;
    assert_eq!(world.texts("SELECT name FROM attachment ORDER BY position").await, ["picture-2.png", "plan.png"]);
    assert!(faults.is_empty(), "{faults:?}");
    chrome.end().await;
    world.settle().await;
    world.end().await;
}
