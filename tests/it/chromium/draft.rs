//! What people type stays in their browser until it is sent.

use postroom::desk::entry::Visibility;
use postroom::desk::ids::{PersonId, ProjectId};

use crate::world::chrome::{Chrome, Look};
use crate::world::desk::World;

async fn says(chrome: &Chrome, script: &str) -> String {
    chrome.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

const TEXT: &str = "return document.querySelector('#text').value";
const KEPT: &str = "return String(Object.keys(localStorage).filter((key) => key.startsWith('postroom-draft:')).length)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_survives_until_it_is_sent_and_ends_with_its_session() {
    let mut world = World::one().await;
    let Some(chrome) = Chrome::start(&world, "de").await else {
        world.end().await;
        return;
    };
    world.opens(PersonId(10_003), ProjectId(30_001), Visibility::Public, "Presse", "Sie tropft.").await;
    let look = Look { width: 360, dark: false, script: true };
    chrome.sign_in(&world, PersonId(10_003)).await;
    chrome.look("/ACME/1", look).await;
    chrome.fills("#text", "Ein langer Satz.").await;
    chrome.look("/ACME/1", look).await;
    assert_eq!(says(&chrome, TEXT).await, "Ein langer Satz.", "the page was loaded again");
    assert_eq!(says(&chrome, "return String(document.querySelector('[data-part=restored]').hidden)").await, "false");
    let faults = chrome.accessibility().await;
    assert_eq!(chrome.overflow().await, 0);
    // A session that ends takes nothing with it, and nobody else in this browser finds it.
    chrome.driver.delete_all_cookies().await.unwrap();
    chrome.click(".answer button:not([type=button])").await;
    chrome.leads_to("/sign-in?next=/ACME/1").await;
    chrome.sign_in(&world, PersonId(10_004)).await;
    chrome.look("/GLOBEX/new", look).await;
    assert_eq!(says(&chrome, TEXT).await, "");
    chrome.driver.delete_all_cookies().await.unwrap();
    chrome.sign_in(&world, PersonId(10_003)).await;
    chrome.look("/ACME/1", look).await;
    assert_eq!(says(&chrome, TEXT).await, "Ein langer Satz.");
    // Sent, it is gone; what was said is said once, where the eye is.
    chrome.click(".answer button:not([type=button])").await;
    chrome.shows("Ihr Kommentar").await;
    chrome.leads_to("/ACME/1#newest").await;
    assert_eq!(says(&chrome, "return document.activeElement.id").await, "newest");
    assert_eq!((says(&chrome, TEXT).await, says(&chrome, KEPT).await), (String::new(), "0".to_owned()));
    chrome.look("/ACME/1", look).await;
    assert!(!chrome.html().await.contains("data-said"));
    // Another type asks for something else; what somebody wrote stays.
    let template = "UPDATE task_type SET template_de = 'Welche Maschine?' WHERE project_id = 30001 AND key = 'fault'";
    crate::guest_picture::types(&world).await;
    world.execute(template).await;
    chrome.look("/ACME/new", look).await;
    chrome.click("input[value=fault]").await;
    assert_eq!(says(&chrome, TEXT).await, "Welche Maschine?");
    chrome.fills("#text", " Presse 4.").await;
    let mine = says(&chrome, TEXT).await;
    assert!(mine.contains("Presse 4."), "{mine}");
    chrome.click("input[value=change]").await;
    assert_eq!(says(&chrome, TEXT).await, mine);
    chrome.look("/ACME/new", look).await;
    assert_eq!(says(&chrome, TEXT).await, mine);
    assert_eq!(says(&chrome, "return document.querySelector('[name=type]:checked').value").await, "change");
    // Whoever signs out leaves nothing, in no other tab either.
    let first = chrome.driver.window().await.unwrap();
    let second = chrome.driver.new_tab().await.unwrap();
    chrome.driver.switch_to_window(second.clone()).await.unwrap();
    chrome.look("/ACME/1", look).await;
    chrome.fills("#text", "In einem zweiten Tab.").await;
    assert_eq!(says(&chrome, KEPT).await, "2");
    chrome.driver.switch_to_window(first).await.unwrap();
    chrome.click(".who button").await;
    chrome.leads_to("/sign-in").await;
    chrome.driver.switch_to_window(second).await.unwrap();
    chrome.leads_to("/sign-in?next=/ACME/1").await;
    assert_eq!(says(&chrome, KEPT).await, "0");
    // The twin: signed in again, what is typed is kept again.
    chrome.sign_in(&world, PersonId(10_003)).await;
    chrome.look("/ACME/1", look).await;
    assert_eq!(says(&chrome, TEXT).await, "");
    chrome.fills("#text", "Und weiter.").await;
    assert_eq!(says(&chrome, KEPT).await, "1");
    let complaints = chrome.complaints().await;
    chrome.end().await;
    world.settle().await;
    world.end().await;
    assert!(faults.is_empty() && complaints.is_empty(), "{faults:?} {complaints:?}");
}
