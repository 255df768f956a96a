//! What leaves is signed with the desk's own keys: verified by the library, and by a program that has no line in common with it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postroom::config::{Config, Dkim, Outgoing};
use postroom::courier::deliver::deliver_due;
use postroom::courier::{Courier, Pool, Transport};
use postroom::demo::client::{File, Written};
use postroom::desk::outbox::State;
use postroom::mail::dkim::{Signer, holds};

use crate::world::desk::{World, story};
use crate::world::setting;
use crate::world::sink::{Answer, Sink, Step};

const CARLA: &str = "carla@acme.example";

fn key(domain: &str, selector: &str, pem: &str) -> Dkim {
    Dkim { signer: Arc::new(Signer::new(domain, selector, pem).unwrap()), key_file: "key.pem".into() }
}

fn rsa(domain: &str) -> Dkim {
    key(domain, "rsa", include_str!("../../fixtures/dkim/rsa.pem"))
}

fn ed25519(domain: &str) -> Dkim {
    key(domain, "ed", include_str!("../../fixtures/dkim/ed25519.pem"))
}

/// A way out to `sink`, of a process that has just started and signs with `keys`.
fn pool(world: &World, sink: &Sink, keys: &[Dkim]) -> Pool {
    let courier = world.courier();
    let config = Config { dkim: keys.to_vec(), ..(*courier.config).clone() };
    Pool::over(Courier { config: Arc::new(config), ..courier }, vec![Transport::new(&Outgoing::Smtp(sink.server()))])
}

async fn deliver(pool: &mut Pool) {
    deliver_due(pool).await.unwrap();
}

/// Carla asks, with a file; two of the staff and she are written to.
async fn asked(world: &mut World) {
    let (id, at) = (world.message_id(), world.clock.now());
    let file = File {
        name: "Bericht für Büro.txt".to_owned(),
        content_type: "text/plain".to_owned(),
        data: "Zeile\n.\nEnde ü".repeat(99).into(),
    };
    let written = Written {
        to: vec!["support@desk.example".to_owned()],
        cc: vec![],
        subject: "Störung im Büro, und zwar eine, die sich in einer Zeile nicht sagen lässt, weil sie so lang ist".to_owned(),
        text: "Grüße\n.\n\nLeerzeichen am Ende   \n\n\n".to_owned(),
        files: vec![file],
        at,
        message_id: id,
    };
    let raw = world.carla.new_mail(&written);
    world.arrive(&raw, "support").await;
    world.decide().await;
}

/// The signatures on a mail, by the names of their keys.
fn signatures(mail: &[u8]) -> usize {
    String::from_utf8_lossy(mail).matches("DKIM-Signature:").count()
}

fn verified(world: &World, mail: &[u8], key: &Dkim) -> bool {
    let records = [(key.signer.record_name(), key.signer.record())];
    holds(mail, key.signer.domain(), world.clock.now(), &records)
}

/// What dkimpy says of each signature, where it is installed; it knows no other names than those of `keys`.
fn independently(mail: &[u8], keys: &[Dkim]) -> Option<Vec<bool>> {
    const SCRIPT: &str = "import sys, dkim\n\
        records = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n\
        mail = dkim.DKIM(sys.stdin.buffer.read(), minkey=1024)\n\
        found = lambda name, timeout=5: records.get(name.decode().rstrip('.'), '').encode()\n\
        count = sum(1 for name, _ in mail.headers if name.lower() == b'dkim-signature')\n\
        for index in range(count):\n    \
            try: print(mail.verify(index, dnsfunc=found))\n    \
            except dkim.DKIMException as error: print('False', error)\n";
    let python = setting("POSTROOM_TEST_DKIM")?;
    let records = keys.iter().flat_map(|key| [key.signer.record_name(), key.signer.record()]);
    let mut child =
        Command::new(python).args(["-c", SCRIPT]).args(records).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| line == "True").collect())
}

story!(what_leaves_is_signed_and_two_verifiers_agree, |world| {
    let (sink, keys) = (Sink::start().await, [rsa("desk.example"), ed25519("desk.example")]);
    asked(&mut world).await;
    let mut pool = pool(&world, &sink, &keys);
    deliver(&mut pool).await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 3, "two of the staff, and whoever asked");
    for mail in &mails {
        assert_eq!(signatures(&mail.data), 2);
        assert!(keys.iter().all(|key| verified(&world, &mail.data, key)), "{}", String::from_utf8_lossy(&mail.data));
        let changed = String::from_utf8(mail.data.clone()).unwrap().replacen("Subject: ", "Subject: x", 1).into_bytes();
        assert!(!keys.iter().any(|key| verified(&world, &changed, key)), "the twin");
        if let Some(said) = independently(&mail.data, &keys) {
            assert_eq!(said, [true, true]);
            assert_eq!(independently(&changed, &keys).unwrap(), [false, false], "the twin");
        }
    }
});

story!(only_the_domain_that_a_mail_is_from_signs_it, |world| {
    let sink = Sink::start().await;
    for (keys, number) in [
        (vec![], 0),
        (vec![rsa("acme.example")], 0),
        (vec![rsa("acme.example"), ed25519("desk.example")], 1),
        (vec![rsa("mail.desk.example")], 1),
    ] {
        world.clock.advance(Duration::from_hours(1));
        let before = sink.mails().len();
        asked(&mut world).await;
        deliver(&mut pool(&world, &sink, &keys)).await;
        let mails = sink.mails().split_off(before);
        assert!(!mails.is_empty() && mails.iter().all(|mail| signatures(&mail.data) == number), "{keys:?}");
    }
});

story!(each_try_sends_the_same_bytes, |world| {
    let (sink, keys) = (Sink::start().await, [rsa("desk.example"), ed25519("desk.example")]);
    asked(&mut world).await;
    // Taken, and the connection is cut before the server could say so: each mail leaves once more.
    for _ in 0..3 {
        sink.next(Step::Dot, Answer::TakeAndHangUp);
    }
    deliver(&mut pool(&world, &sink, &keys)).await;
    assert!(world.outbox().await.iter().all(|row| row.state == State::Deferred && row.unknowns == 1));
    for later in [1, 6] {
        // Another process, later: the time of the signature is the mail's.
        world.clock.advance(Duration::from_mins(later));
        if later == 1 {
            (0..3).for_each(|_| sink.next(Step::Dot, Answer::Say("451 4.3.0 not now")));
        }
        deliver(&mut pool(&world, &sink, &keys)).await;
    }
    let mails = sink.mails();
    assert_eq!(mails.len(), 6);
    for recipient in [CARLA, "anna@staff.example", "ben@staff.example"] {
        let copies: Vec<_> = mails.iter().filter(|mail| mail.to == [recipient]).collect();
        assert_eq!(copies.len(), 2, "{recipient}");
        assert_eq!(String::from_utf8_lossy(&copies[0].data), String::from_utf8_lossy(&copies[1].data));
        assert_eq!(copies[0], copies[1]);
        assert_eq!(signatures(&copies[0].data), 2);
    }
});
