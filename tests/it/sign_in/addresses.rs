//! What lets somebody in belongs to the address that it went to.

use super::*;

const SECOND: &str = "c.kunze@acme.example";

impl World {
    /// Changes what is known of somebody.
    async fn becomes(&self, address: &str, change: fn(&mut Person)) {
        let address = address.to_owned();
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let mut person = people::by_address(tx, &address).await?.unwrap();
                change(&mut person);
                Ok(people::update(tx, &person).await?)
            })
        });
        work.await.unwrap();
    }
}

fn with_second(person: &mut Person) {
    person.addresses.push(SECOND.to_owned());
}

fn without_second(person: &mut Person) {
    person.addresses.retain(|address| address != SECOND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_codes_and_sessions_end_with_the_address_that_they_went_to() {
    for mut world in World::each().await {
        for (comes_back, moves) in [(false, false), (true, false), (false, true)] {
            world.clock.advance(Duration::from_hours(1));
            world.becomes(CARLA, with_second).await;
            let (mut phone, mut laptop, mut first, mut second) =
                (world.browser(), world.browser(), world.browser(), world.browser());
            let link = world.asks(&mut phone, CARLA).await.0;
            assert!(is_in(&phone.post(&link, &[]).await));
            let link = world.asks(&mut laptop, SECOND).await.0;
            assert!(is_in(&laptop.post(&link, &[]).await));
            let kept = world.asks(&mut first, CARLA).await;
            let ended = world.asks(&mut second, SECOND).await;

            world.becomes(CARLA, without_second).await;
            if comes_back {
                world.becomes(CARLA, with_second).await;
            }
            if moves {
                world.becomes(DANA, with_second).await;
            }
            assert_eq!(laptop.get("/sessions").await.status, StatusCode::SEE_OTHER, "{comes_back} {moves}");
            assert_eq!(world.browser().get(&ended.0).await.status, StatusCode::GONE);
            assert!(!has_session(&world.browser().post(&ended.0, &[]).await));
            assert!(!has_session(&second.post("/sign-in/code", &[("code", &ended.1)]).await));

            // The twins: what went to the address that stayed.
            assert_eq!(phone.get("/sessions").await.status, StatusCode::OK);
            assert_eq!(world.browser().get(&kept.0).await.status, StatusCode::OK);
            assert!(is_in(&first.post("/sign-in/code", &[("code", &kept.1)]).await));
            world.becomes(if moves { DANA } else { CARLA }, without_second).await;
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_ends_with_its_address_and_is_not_renewed() {
    for mut world in World::each().await {
        let (old, other) = (world.invites(CARLA).await, world.invites(DANA).await);
        world.becomes(CARLA, |carla| carla.addresses = vec![SECOND.to_owned()]).await;
        assert_eq!(world.browser().get(&old).await.status, StatusCode::GONE);
        assert!(!has_session(&world.browser().post(&old, &[]).await));
        world.clock.advance(Purpose::Invitation.lifetime());
        assert_eq!(world.browser().post(&format!("{old}/renew"), &[]).await.status, StatusCode::GONE);
        assert_eq!(world.browser().post(&format!("{other}/renew"), &[]).await.status, StatusCode::OK, "the twin");
        world.deliver().await;
        let fresh = world.invites(SECOND).await;
        assert!(is_in(&world.browser().post(&fresh, &[]).await), "the twin: her new address");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_becomes_a_guest_again_finds_no_old_door_open() {
    for mut world in World::each().await {
        for removed in [false, true] {
            world.clock.advance(Duration::from_hours(1));
            let mut carla = world.browser();
            let link = world.asks(&mut carla, CARLA).await.0;
            assert!(is_in(&carla.post(&link, &[]).await));
            let invitation = world.invites(CARLA).await;
            let mut asking = world.browser();
            let (link, code) = world.asks(&mut asking, CARLA).await;
            let mut dana = world.signed_in(DANA).await;
            let now = world.clock.now();
            let work = world.store.write(move |tx| {
                Box::pin(async move {
                    let person = people::by_address(tx, CARLA).await?.unwrap().id;
                    let organization = postroom::desk::ids::OrganizationId(20_001);
                    let mut member = people::Member { organization, person, login_allowed: false };
                    if removed {
                        assert!(people::remove_member(tx, organization, person, now).await?);
                    } else {
                        people::set_member(tx, &member, now).await?;
                    }
                    member.login_allowed = true;
                    Ok(people::set_member(tx, &member, now).await?)
                })
            });
            work.await.unwrap();
            assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER, "{removed}");
            for path in [&link, &invitation] {
                assert_eq!(world.browser().get(path).await.status, StatusCode::GONE, "{removed}");
                assert!(!has_session(&world.browser().post(path, &[]).await));
            }
            assert!(!has_session(&asking.post("/sign-in/code", &[("code", &code)]).await));
            assert_eq!(dana.get("/sessions").await.status, StatusCode::OK, "the twin: another guest");
            world.clock.advance(Duration::from_hours(1));
            let link = world.asks(&mut asking, CARLA).await.0;
            assert!(is_in(&asking.post(&link, &[]).await), "the twin: she may come in anew");
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_switched_on_again_finds_no_old_door_open() {
    for mut world in World::each().await {
        let mut carla = world.browser();
        let link = world.asks(&mut carla, CARLA).await.0;
        assert!(is_in(&carla.post(&link, &[]).await));
        let invitation = world.invites(CARLA).await;
        let mut asking = world.browser();
        let (link, code) = world.asks(&mut asking, CARLA).await;
        let mut dana = world.signed_in(DANA).await;
        world.deactivate(CARLA).await;
        world.becomes(CARLA, |carla| carla.active = true).await;
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
        for path in [&link, &invitation] {
            assert_eq!(world.browser().get(path).await.status, StatusCode::GONE);
            assert!(!has_session(&world.browser().post(path, &[]).await));
        }
        assert!(!has_session(&asking.post("/sign-in/code", &[("code", &code)]).await));
        assert_eq!(dana.get("/sessions").await.status, StatusCode::OK, "the twin: who was not switched off");
        world.clock.advance(Duration::from_hours(1));
        let link = world.asks(&mut asking, CARLA).await.0;
        assert!(is_in(&asking.post(&link, &[]).await), "the twin: she may come in anew");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_in_questions_end_with_the_address_that_was_asked() {
    for mut world in World::each().await {
        for comes_back in [false, true] {
            world.clock.advance(Duration::from_hours(2));
            let forged = "From: Anna <anna@staff.example>\r\nTo: support@desk.example\r\nSubject: Hello\r\nMessage-ID: <";
            let raw = format!("{forged}{comes_back}@x>\r\n\r\nPlease close it.\r\n");
            world.send(raw.as_bytes()).await;
            let asked = world.last_to("anna@staff.example").await;
            let text = asked.letter.body.text.clone();
            let link = text.split_whitespace().find_map(|word| word.strip_prefix(BASE)).expect("a link").to_owned();
            let link = link.rsplit_once('/').unwrap().0.to_owned();
            assert_eq!(world.browser().get(&link).await.status, StatusCode::OK, "the twin: it works");
            world.becomes("anna@staff.example", |anna| anna.addresses = vec!["anna.berger@staff.example".to_owned()]).await;
            if comes_back {
                world.becomes("anna.berger@staff.example", |anna| anna.addresses.push("anna@staff.example".to_owned())).await;
            }
            assert_eq!(world.browser().get(&link).await.status, StatusCode::GONE);
            assert_eq!(world.browser().post(&link, &[("word", "drop")]).await.status, StatusCode::GONE);
            assert_eq!(world.last_verdict().await, "held claims_staff", "nothing was decided");
            world.becomes("anna.berger@staff.example", |anna| anna.addresses = vec!["anna@staff.example".to_owned()]).await;
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_after_ninety_days_however_often_it_was_used() {
    for mut world in World::each().await {
        let mut carla = world.browser();
        let link = world.asks(&mut carla, CARLA).await.0;
        let shown = carla.post(&link, &[]).await;
        let cookie =
            shown.headers.get_all(header::SET_COOKIE).iter().find(|cookie| cookie.to_str().unwrap().starts_with(SESSION));
        assert!(cookie.unwrap().to_str().unwrap().contains("Max-Age=7776000;"), "the browser keeps it as long");
        for _ in 0..89 {
            world.clock.advance(Duration::from_hours(24));
            assert_eq!(carla.get("/sessions").await.status, StatusCode::OK);
        }
        world.clock.advance(Duration::from_hours(24) - Duration::from_micros(1));
        let page = carla.get("/sessions").await;
        assert!(page.status == StatusCode::OK && page.text().contains("nach 90 Tagen"));
        world.clock.advance(Duration::from_micros(1));
        assert_eq!(carla.get("/sessions").await.status, StatusCode::SEE_OTHER);
        let mut again = world.signed_in(CARLA).await;
        let page = again.get("/sessions").await;
        assert!(page.text().contains("Sonst sind Sie nirgends angemeldet"), "nor is it listed: {}", page.text());
        world.end().await;
    }
}
