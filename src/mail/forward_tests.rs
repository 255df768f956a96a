use super::*;

const AT: i64 = 1_795_000_000;

fn customers_mail() -> String {
    let date = Timestamp::from_seconds(AT).rfc5322();
    format!(
        "From: Carla Kunze <carla@acme.example>\r\nTo: Anna Berger <anna@staff.example>\r\nSubject: Drucker\r\nDate: {date}\r\n\
         Message-ID: <c1@acme.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nEr druckt nicht.\r\n"
    )
}

fn forwarded(raw: &[u8]) -> Forward {
    read(&understand(raw, &Limits::default()).unwrap(), &Limits::default())
}

fn clear(forward: Forward, what: &str) -> Original {
    match forward {
        Forward::One(original) => *original,
        other => panic!("{what}: {other:?}"),
    }
}

fn mail(subject: &str, text: &str) -> Vec<u8> {
    format!(
        "From: anna@staff.example\r\nTo: support@desk.example\r\nSubject: {subject}\r\nMessage-ID: <a1@staff.example>\r\n\
         References: <c1@acme.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

#[test]
fn apple_mail_and_k9() {
    let apple_en = "Please take this.\n\n> Begin forwarded message:\n> \n> From: Carla Kunze <carla@acme.example>\n> Subject: Drucker\n> Date: 22 November 2026 at 04:26:40 CET\n> To: Anna <anna@staff.example>\n> Cc: \"Ott, Dirk\" <dirk@acme.example>\n> \n> Er druckt nicht.\n> \n> > zitiert";
    let apple_plain = "Please take this.\n\nBegin forwarded message:\n\n> From: Carla Kunze <carla@acme.example>\n> Subject: Drucker\n> Date: 22 November 2026 at 04:26:40 CET\n> To: Anna <anna@staff.example>\n> Cc: dirk@acme.example\n>\n> Er druckt nicht.\n>\n> > zitiert";
    let apple_de = "Anfang der weitergeleiteten Nachricht:\n\nVon: Carla Kunze <carla@acme.example>\nBetreff: Drucker\nDatum: 22. November 2026 um 04:26:40 MEZ\nAn: Anna <anna@staff.example>\nKopie: Dirk <dirk@acme.example>\n\nEr druckt nicht.\n\n> zitiert";
    let k9 = "-------- Original Message --------\nFrom: Carla Kunze <carla@acme.example>\nSent: 22 November 2026 04:26:40 CET\nTo: anna@staff.example\nCC: dirk@acme.example\nSubject: Drucker\n\nEr druckt nicht.\n\n> zitiert";
    for (text, note) in [(apple_en, "Please take this."), (apple_plain, "Please take this."), (apple_de, ""), (k9, "")] {
        let original = clear(forwarded(&mail("Fwd: Drucker", text)), text);
        assert_eq!((original.from.address.as_str(), original.note.as_str()), ("carla@acme.example", note), "{text}");
        assert_eq!(original.cc.iter().map(|cc| cc.address.as_str()).collect::<Vec<_>>(), ["dirk@acme.example"], "{text}");
        assert_eq!(original.text, "Er druckt nicht.\n\n> zitiert", "{text}");
        assert_eq!(original.date, Some(Date::Local("2026-11-22T04:26:00".to_owned())), "{text}");
    }
}

#[test]
fn what_is_written_between_the_marks_of_a_forward_is_its_senders() {
    let text = "Please take this.\n\nBegin forwarded message:\n\n> From: Carla Kunze <carla@acme.example>\n> Subject: Drucker\n> Date: 22 November 2026 at 04:26:40 CET\n> To: Anna <anna@staff.example>\n>\n> Er druckt nicht und das schon seit\ngestern.\n\nShe never pays, be careful.\n\n> Danke\n";
    let original = clear(forwarded(&mail("Fwd: Drucker", text)), text);
    assert_eq!(original.note, "Please take this.\n\nShe never pays, be careful.");
    assert!(original.text.contains("Danke") && !original.text.contains("careful"), "{}", original.text);
}

#[test]
fn an_attached_mail_comes_before_everything_else() {
    let inner = customers_mail();
    let parts = |mails: &[&str]| {
        let mails: String = mails.iter().map(|mail| format!("--b\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n")).collect();
        format!(
            "From: anna@staff.example\r\nTo: support@desk.example\r\nSubject: Fwd: Drucker\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nFrom: wrong@x.example is wrong\r\n{mails}--b--\r\n"
        )
        .into_bytes()
    };
    let original = clear(forwarded(&parts(&[&inner])), "attached");
    assert_eq!((original.from.address.as_str(), original.subject.as_str()), ("carla@acme.example", "Drucker"));
    assert_eq!(original.message_id.as_deref(), Some("c1@acme.example"));
    assert_eq!(original.date, Some(Date::Moment(Timestamp::from_seconds(AT))));
    assert!(original.note.contains("is wrong"));
    assert!(matches!(forwarded(&parts(&[&inner, &inner])), Forward::Unclear { found, .. } if found.len() == 2));
    let nested = String::from_utf8(parts(&[&inner])).unwrap();
    assert!(matches!(forwarded(&parts(&[&nested])), Forward::Unclear { .. }));
    let nameless = inner.replace("From: ", "X-From: ");
    assert!(matches!(forwarded(&parts(&[&nameless])), Forward::Unclear { found, .. } if found.is_empty()));
}

#[test]
fn what_is_not_clear_is_never_guessed() {
    let head = "---------- Forwarded message ---------\n";
    let block = "Date: Sun, Nov 22, 2026 at 4:26 AM\nSubject: Drucker\nTo: <anna@staff.example>\n\nEr druckt nicht.";
    for from in
        ["From: Carla Kunze", "From: carla@acme.example, dirk@acme.example", "From: carla@acme.example <dirk@acme.example>"]
    {
        let text = format!("Von eve@evil.example\n\n{head}{from}\n{block}");
        assert!(matches!(forwarded(&mail("Fwd: Drucker", &text)), Forward::Unclear { .. }), "{from}");
    }
    let good = format!("{head}From: Carla <carla@acme.example>\n{block}");
    assert!(matches!(forwarded(&mail("Fwd: Drucker", &good)), Forward::One(_)), "the twin");
    let twice = format!("{good}\n\n{head}From: Eve <eve@evil.example>\n{block}");
    assert!(matches!(forwarded(&mail("Fwd: Drucker", &twice)), Forward::Unclear { found, .. } if found.len() == 2));
    let of_a_forward = good.replace("Subject: Drucker", "Subject: WG: Drucker");
    assert!(matches!(forwarded(&mail("Fwd: Drucker", &of_a_forward)), Forward::Unclear { .. }));
    assert!(matches!(forwarded(&mail("Fwd: Drucker", &format!("{head}nothing"))), Forward::Unclear { .. }));
}

#[test]
fn an_answer_and_a_plain_mail_forward_nothing() {
    let outlook = "Danke.\n\nVon: Carla <carla@acme.example>\nGesendet: Montag, 11. März 2024 08:00\nAn: Anna <anna@staff.example>\nBetreff: Drucker\n\nEr druckt nicht.";
    for (subject, text) in [("AW: Drucker", outlook), ("Drucker", "Er druckt nicht."), ("Fwd: Drucker", "Er druckt nicht.")] {
        assert!(matches!(forwarded(&mail(subject, text)), Forward::Nothing), "{subject}: {text}");
    }
    assert!(matches!(forwarded(&mail("WG: Drucker", outlook)), Forward::One(_)), "the twin");
}

#[test]
fn dates() {
    let local = |text: &str| Some(Date::Local(text.to_owned()));
    for (text, expected) in [
        ("Fri, Nov 20, 2026 at 9:15\u{202f}AM", local("2026-11-20T09:15:00")),
        ("Fr., 20. Nov. 2026 um 21:15 Uhr", local("2026-11-20T21:15:00")),
        ("Freitag, 20. März 2026 09:15", local("2026-03-20T09:15:00")),
        ("Friday, November 20, 2026 12:15 PM", local("2026-11-20T12:15:00")),
        ("20. Dezember 2026 um 08:00:00 MEZ", local("2026-12-20T08:00:00")),
        ("20.11.2026 08:05", local("2026-11-20T08:05:00")),
        ("Monday 8:00", None),
        ("31. Februar 2026 08:00", None),
        ("", None),
    ] {
        assert_eq!(date(text), expected, "{text}");
    }
}

/// However deep mails are put into each other, only the first two are looked at.
#[test]
fn a_thousand_mails_in_each_other_are_no_depth() {
    for depth in [1_000, 100_000] {
        let head = "From: Anna Berger <anna@staff.example>\r\nSubject: s\r\nContent-Type: message/rfc822\r\n\r\n";
        let inner = "From: x@y.example\r\nContent-Type: message/rfc822\r\n\r\n".repeat(depth);
        let raw = format!("{head}{inner}From: z@y.example\r\n\r\nHello\r\n");
        let letter = understand(raw.as_bytes(), &Limits::default()).unwrap();
        let Forward::Unclear { found, .. } = read(&letter, &Limits::default()) else { panic!("{depth}") };
        assert_eq!(found, ["x@y.example"]);
    }
    let one = "From: Anna Berger <anna@staff.example>\r\nSubject: s\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\n\r\nHello\r\n";
    let letter = understand(one.as_bytes(), &Limits::default()).unwrap();
    let Forward::One(original) = read(&letter, &Limits::default()) else { panic!("one mail is one") };
    assert_eq!(original.from.address, "x@y.example");
}
