//! Files that are too large for a mail: a link of one's own, which loads nothing by itself and ends.

use std::time::Duration;

use axum::http::{StatusCode, header};
use postroom::store::people;

use crate::world::browser::BASE;
use crate::world::desk::{Sent, World, story};

const ANNA: &str = "anna@staff.example";
const CARLA: &str = "carla@acme.example";

/// The paths of the links in a mail.
fn paths(mail: &Sent) -> Vec<String> {
    let links = mail.letter.body.text.lines().filter_map(|line| line.strip_prefix(BASE));
    links.filter(|path| path.starts_with("/file/")).map(str::to_owned).collect()
}

impl World {
    /// Anna answers with these files; the mail that Carla gets.
    async fn answers_with_files(&mut self, files: &[(&str, usize)]) -> Sent {
        let (anna, told) = (self.anna.clone(), self.last_to(ANNA).await);
        let id = self.message_id();
        let mut reply = anna.answer(&told.raw, "Here are the plans.");
        for (name, size) in files {
            reply = reply.file(name, "application/pdf", name.repeat(*size / name.len() + 1).get(..*size).unwrap().as_bytes());
        }
        let raw = reply.write(self.clock.now(), &id);
        self.send(&raw).await;
        assert_eq!(self.last_verdict().await, "comment token");
        self.last_to(CARLA).await
    }
}

fn attached(mail: &Sent) -> Vec<&str> {
    mail.letter.attachments.iter().map(|file| file.name.as_str()).collect()
}

story!(what_is_too_large_for_a_mail_waits_behind_a_link_that_only_a_button_loads, |world| {
    world.configure(|config| config.attachment_bytes = 2_000);
    let carla = world.carla.clone();
    world.writes(&carla, "Plans", "Where are they?").await;
    // The twin: what fits travels, and no link is made.
    let mail = world.answers_with_files(&[("small.pdf", 900), ("other.pdf", 1_100)]).await;
    assert_eq!((attached(&mail), paths(&mail)), (vec!["small.pdf", "other.pdf"], vec![]));

    let mail = world.answers_with_files(&[("large.pdf", 9_000), ("little.pdf", 1_000)]).await;
    assert_eq!(attached(&mail), ["little.pdf"]);
    let text = &mail.letter.body.text;
    assert!(text.contains("large.pdf") && text.contains("18.12.2026") && mail.text().contains("text/html"), "{text}");
    let path = paths(&mail).pop().unwrap();
    let mut browser = world.browser();
    // Looking loads nothing, however often a scanner looks, and uses nothing up.
    for _ in 0..3 {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("large.pdf") && page.text().contains("<button"), "{}", page.text());
        assert!(!page.headers.contains_key(header::CONTENT_DISPOSITION));
    }
    let loaded = browser.post(&path, &[]).await;
    assert_eq!((loaded.status, loaded.bytes.len()), (StatusCode::OK, 9_000));
    let how = loaded.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(how.starts_with("attachment; filename=\"large.pdf\""), "{how}");
    assert_eq!(loaded.headers[header::CONTENT_TYPE], "application/octet-stream");

    // What never was and what is over are the same page.
    let nowhere = browser.get(&format!("/file/{}", "a".repeat(52))).await;
    assert_eq!(nowhere.status, StatusCode::GONE);
    assert_eq!(browser.post(&format!("/file/{}", "a".repeat(52)), &[]).await.status, StatusCode::GONE);
    world.clock.advance(Duration::from_hours(30 * 24 + 1));
    let over = browser.get(&path).await;
    assert_eq!((over.status, over.bytes), (StatusCode::GONE, nowhere.bytes));
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::GONE);
});

story!(a_link_ends_with_the_right_to_get_the_mail, |world| {
    world.configure(|config| config.attachment_bytes = 2_000);
    let carla = world.carla.clone();
    world.writes(&carla, "Plans", "Where are they?").await;
    let mail = world.answers_with_files(&[("large.pdf", 9_000)]).await;
    let path = paths(&mail).pop().unwrap();
    let mut browser = world.browser();
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    world.execute("UPDATE entry SET visibility = 'internal' WHERE text = 'Here are the plans.'").await;
    assert_eq!(browser.get(&path).await.status, StatusCode::GONE);
    world.execute("UPDATE entry SET visibility = 'public' WHERE text = 'Here are the plans.'").await;
    assert_eq!(browser.get(&path).await.status, StatusCode::OK, "the twin");
    let work = world.store.write(|tx| {
        Box::pin(async move {
            let mut carla = people::by_address(tx, CARLA).await?.unwrap();
            carla.active = false;
            Ok(people::update(tx, &carla).await?)
        })
    });
    work.await.unwrap();
    assert_eq!(browser.get(&path).await.status, StatusCode::GONE);
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::GONE);
});

story!(without_pages_all_files_travel, |world| {
    world.configure(|config| {
        config.attachment_bytes = 2_000;
        config.web = None;
    });
    let carla = world.carla.clone();
    world.writes(&carla, "Plans", "Where are they?").await;
    let mail = world.answers_with_files(&[("large.pdf", 9_000)]).await;
    assert_eq!((attached(&mail), paths(&mail)), (vec!["large.pdf"], vec![]));
});
