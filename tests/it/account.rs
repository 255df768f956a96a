//! What guests set for themselves: the language, the time zone, and of which tickets mails come.

use axum::http::StatusCode;
use postroom::desk::outbox::{Kind, State};

use crate::world::desk::{World, story};

const CARLA: &str = "carla@acme.example";
const DANA: &str = "dana@globex.example";
const BEN: &str = "ben@staff.example";

impl World {
    /// Sets somebody's account by their page.
    async fn sets(&mut self, address: &str, mails: &str, language: &str, zone: &str) {
        let mut browser = self.signed_in(address).await;
        let fields = [("mails", mails), ("language", language), ("zone", zone)];
        let shown = browser.send("/account", "/account", &fields).await;
        assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/account?said=saved"), "{}", shown.text());
    }
}

story!(a_language_and_a_time_zone_hold_from_the_next_page_on, |world| {
    let mut carla = world.signed_in(CARLA).await;
    let page = carla.get("/").await.text();
    assert!(page.contains("<html lang=\"de\">") && page.contains("href=\"/account\""), "{page}");
    world.sets(CARLA, "all", "en", "Asia/Tokyo").await;
    let page = carla.get("/account?said=saved").await.text();
    for part in ["<html lang=\"en\">", "Saved.", "<option value=\"en\" selected>", "<option selected>Asia/Tokyo</option>"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    // Nothing set is what the desk has.
    world.sets(CARLA, "all", "", "").await;
    let page = carla.get("/account").await.text();
    assert!(!page.contains(" selected>") && !page.contains("Saved."), "{page}");
    // What no form of ours says changes nothing, and neither does another site.
    let before = world.dump().await;
    for (mails, language, zone) in
        [("some", "", ""), ("", "", ""), ("all", "fr", ""), ("all", "", "Europe/Berln"), ("all", "", "../etc")]
    {
        let fields = [("mails", mails), ("language", language), ("zone", zone)];
        let refused = carla.send("/account", "/account", &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{fields:?}");
    }
    let fields = [("csrf", "wrong"), ("mails", "none")];
    assert_eq!(carla.post("/account", &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.dump().await, before);
    // Staff have their own pages.
    let mut anna = world.signed_in("anna@staff.example").await;
    assert_eq!(anna.get("/account").await.status, StatusCode::NOT_FOUND);
});

story!(who_has_switched_mails_off_is_told_by_the_page_alone, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let before = world.sent_to(CARLA).await.len();
    world.answers(&anna, "Schalten Sie ihn ein.").await;
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1, "the twin: by default everything comes");
    world.sets(CARLA, "none", "", "").await;
    let before = world.sent_to(CARLA).await.len();
    world.answers(&anna, "Oder schalten Sie ihn aus.").await;
    assert_eq!(world.sent_to(CARLA).await.len(), before);
    assert!(world.signed_in(CARLA).await.get("/ACME/1").await.text().contains("Oder schalten Sie ihn aus."));
    let to_anna = world.sent_to("anna@staff.example").await;
    assert!(!to_anna.iter().any(|sent| sent.letter.subject.contains("niemand")), "somebody reads it");
    // Whoever could answer knows.
    let told = world.last_to(BEN).await.letter.body.text;
    assert!(told.contains("Carla Kunze (ACME) has switched such mails off and reads it on the page"), "{told}");
    // What answers a mail of her own comes all the same.
    let before = world.sent_to(CARLA).await.len();
    world.writes(&carla, "Toner", "Er ist leer.").await;
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
    // Without the pages nothing else would tell her.
    world.execute("UPDATE member SET login_allowed = 0 WHERE person_id = 10003").await;
    let before = world.sent_to(CARLA).await.len();
    world.answers(&anna, "Es kommt jemand.").await;
    assert_eq!(world.sent_to(CARLA).await.len(), before + 1);
});

story!(who_wants_mails_about_own_requests_gets_no_others, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    world.execute("INSERT INTO member (organization_id, person_id, login_allowed, created_at) VALUES (20001, 10004, 1, 1)").await;
    world.execute("INSERT INTO participant (ticket_id, person_id, joined_at) SELECT id, 10004, 1 FROM ticket").await;
    world.sets(CARLA, "own", "", "").await;
    world.sets(DANA, "own", "", "").await;
    let before = (world.sent_to(CARLA).await.len(), world.sent_to(DANA).await.len());
    world.answers(&anna, "Schalten Sie ihn ein.").await;
    assert_eq!((world.sent_to(CARLA).await.len(), world.sent_to(DANA).await.len()), (before.0 + 1, before.1));
    // Who else reads it is not who does not get it.
    let mail = world.last_to(CARLA).await;
    assert!(!mail.letter.cc.iter().any(|address| address.address == DANA), "{:?}", mail.letter.cc);
    world.sets(DANA, "all", "", "").await;
    let before = world.sent_to(DANA).await.len();
    world.answers(&anna, "Und wieder aus.").await;
    assert_eq!(world.sent_to(DANA).await.len(), before + 1, "the twin");
});

story!(what_is_switched_off_while_a_mail_waits_does_not_leave, |world| {
    let (carla, anna) = (world.carla.clone(), world.anna.clone());
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    for (mails, state) in [("all", State::Accepted), ("none", State::Withdrawn)] {
        world.execute("UPDATE person SET mails = 'all' WHERE id = 10003").await;
        world.take_answer(&anna, "Schalten Sie ihn ein.").await;
        world.execute(&format!("UPDATE person SET mails = '{mails}' WHERE id = 10003")).await;
        world.deliver().await;
        let row = world.outbox().await.into_iter().rfind(|row| row.mail.kind == Kind::Answer && row.mail.recipient == CARLA);
        assert_eq!(row.unwrap().state, state, "{mails}");
    }
});

story!(a_language_is_found_where_none_is_set, |world| {
    world.execute("UPDATE person SET language = NULL WHERE id = 10003").await;
    let lang = |text: &str| text.split("<html lang=\"").nth(1).and_then(|rest| rest.get(..2)).unwrap_or_default().to_owned();
    let mut browser = world.signed_in(CARLA).await;
    world.execute("UPDATE organization SET language = 'en' WHERE id = 20001").await;
    assert_eq!(lang(&browser.get("/account").await.text()), "en", "that of her organization");
    let carla = world.carla.clone();
    world
        .writes(
            &carla,
            "Drucker",
            "Guten Tag, der Drucker im zweiten Stock druckt nicht. Bitte sehen Sie nach, ich weiß nicht weiter.",
        )
        .await;
    assert!(world.last_to(CARLA).await.letter.body.text.contains("Guten Tag"), "in the language of the mail that it answers");
    assert_eq!(lang(&browser.get("/account").await.text()), "de", "that of her mail");
    world.sets(CARLA, "all", "en", "").await;
    world
        .writes(&carla, "Toner", "Guten Tag, der Toner ist auch leer. Bitte schicken Sie mir einen neuen, ich habe keinen mehr.")
        .await;
    assert_eq!(lang(&browser.get("/account").await.text()), "en", "what she has set beats both");
});
