//! Where evidence is looked for, and for whom: each fact alone, beside the mail of which all are true.

use std::sync::Arc;

use super::*;
use crate::config::Profile;
use crate::intake::facts::dkim::Records;
use crate::intake::facts::reply::tests::{config, desk, now, raw, row};
use crate::mail::Limits;
use crate::mail::proof::Alignment;
use crate::reader::{Answer, Readers, Task, work};
use crate::time::{Clock, Rng};

const VOUCHED: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
const RECEIVER: &str = "[trust]\nevidence = [\"authentication_results\"]\nauthserv_id = \"mx.desk.example\"";

#[tokio::test]
async fn only_what_active_staff_send_is_looked_at_for_evidence() {
    let (_folder, store) = desk().await;
    let (nothing, passed) = (Origin::default(), Origin { server: Alignment::Pass, ..Origin::default() });
    let (anna, staff_only) = ("anna@staff.example", "staff_only = true");
    for (what, trust, mailbox, above, from, expected) in [
        ("the server's word", RECEIVER, "", VOUCHED, anna, passed),
        ("nobody's word", RECEIVER, "", "", anna, nothing),
        ("a word that nobody believes", "", "", VOUCHED, anna, nothing),
        ("of somebody who has left", RECEIVER, staff_only, VOUCHED, "left@staff.example", nothing),
        ("of a customer", RECEIVER, staff_only, &VOUCHED.replace("staff", "acme"), "carla@acme.example", nothing),
        ("of a stranger", RECEIVER, staff_only, VOUCHED, "sam@staff.example", nothing),
        ("of nobody", RECEIVER, staff_only, VOUCHED, "nobody", nothing),
        ("its mailbox", "", staff_only, "", anna, Origin { staff_mailbox: true, ..nothing }),
        ("an unsigned mail", "[trust]\nevidence = [\"dkim\"]", "", "", anna, nothing),
    ] {
        let intake = Intake {
            store: store.clone(),
            config: Arc::new(config(trust, mailbox)),
            clock: Clock::fixed(now()),
            rng: Rng::seeded(1),
            readers: Readers::in_process(),
            records: Records::fixed([]),
        };
        let raw = raw(above, from, "support@desk.example");
        let task = Task::Read {
            limits: Limits::default(),
            receiver: intake.config.trust.receiver.as_ref().map(receiver),
            signed_by: intake.config.trust.dkim.then(|| arrived(&row())),
        };
        let Answer::Read(Ok(reading)) = work(&task, &raw) else { panic!("{what}") };
        assert_eq!(gather(&intake, &row(), &Arc::new(raw), &reading).await.unwrap(), expected, "{what}");
    }
}

#[test]
fn the_rules_are_what_the_configuration_says() {
    let of = |trust: &str| rules(&config(trust, ""));
    assert_eq!(of(""), Rules::default());
    assert_eq!(of(RECEIVER), Rules { server: true, ..Rules::default() });
    assert_eq!(of("[trust]\nevidence = [\"dkim\"]"), Rules { signature: true, ..Rules::default() });
    assert_eq!(
        of("[trust]\nevidence = [\"dkim\"]\nprofile = \"strict\""),
        Rules { profile: Profile::Strict, server: false, signature: true }
    );
}
