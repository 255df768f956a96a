use super::*;

fn real(head: &str, signed: bool) -> Real {
    let raw = format!("{head}From: anna@staff.example\r\nSubject: x\r\n\r\nHello\r\n").into_bytes();
    Real { raw, domain: "staff.example".to_owned(), signed }
}

fn vouched(server: &str, result: &str) -> String {
    format!("Received: x\r\nAuthentication-Results: {server}; dmarc={result} header.from=staff.example\r\n")
}

fn server() -> Receiver {
    Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 }
}

fn probe(outcome: ProbeOutcome) -> Vec<(String, ProbeOutcome)> {
    vec![("support".to_owned(), ProbeOutcome::Stripped), ("sales".to_owned(), outcome)]
}

#[test]
fn the_probe_is_what_a_careless_reader_would_believe() {
    let probe = Probe {
        authserv_id: "mx.desk.example",
        from: "anna@staff.example",
        to: "support@desk.example",
        mark: "mark-",
        secret: "s3cret",
        at: Timestamp::from_seconds(1_795_000_000),
    };
    let raw = probe.bytes();
    assert_eq!(ProbeOutcome::of(&raw, "mx.desk.example", "s3cret"), ProbeOutcome::CameThrough);
    let text = String::from_utf8(raw).unwrap();
    let (first, rest) = text.split_once("\r\n").unwrap();
    let lone = format!("{first}\r\n{}", rest.replace("authentication-results", "x-old"));
    assert_eq!(alignment(lone.as_bytes(), "staff.example", &server()), Alignment::Pass, "the first field alone");
    assert_eq!(alignment(rest.as_bytes(), "staff.example", &server()), Alignment::Pass, "the second field alone");
    assert_eq!(
        ProbeOutcome::of(rest.as_bytes(), "mx.desk.example", "s3cret"),
        ProbeOutcome::CameThrough,
        "one of two is too many"
    );
    let clean = rest.replace("authentication-results", "x-old");
    assert_eq!(ProbeOutcome::of(clean.as_bytes(), "mx.desk.example", "s3cret"), ProbeOutcome::Stripped);
    let letter = crate::mail::understand(text.as_bytes(), &crate::mail::Limits::default()).unwrap();
    assert_eq!((letter.subject.as_str(), letter.kind), ("mark-s3cret", crate::mail::Kind::Generated));
}

#[test]
fn what_may_be_enabled_follows_from_probes_and_real_mail() {
    let good = vouched("mx.desk.example", "pass");
    let bad = vouched("mx.desk.example", "fail");
    type Case<'a> = (Option<Receiver>, ProbeOutcome, Vec<Real>, &'a [&'a str]);
    let cases: Vec<Case<'_>> = vec![
        (Some(server()), ProbeOutcome::Stripped, vec![real(&good, true)], &["authentication_results", "dkim"]),
        (Some(server()), ProbeOutcome::Stripped, vec![real(&good, false), real("", false)], &["authentication_results"]),
        (Some(server()), ProbeOutcome::CameThrough, vec![real(&good, true)], &["dkim"]),
        (Some(server()), ProbeOutcome::NotArrived, vec![real(&good, false)], &[]),
        (Some(server()), ProbeOutcome::NotSent("no".to_owned()), vec![real(&good, false)], &[]),
        (Some(server()), ProbeOutcome::Stripped, vec![], &[]),
        (Some(server()), ProbeOutcome::Stripped, vec![real("", false)], &[]),
        (Some(server()), ProbeOutcome::Stripped, vec![real(&good, false), real(&bad, false)], &[]),
        (None, ProbeOutcome::Stripped, vec![real(&good, true)], &["dkim"]),
    ];
    for (receiver, outcome, mails, evidence) in cases {
        let findings = judge(&Trust::default(), receiver.as_ref(), probe(outcome.clone()), &mails);
        assert_eq!(findings.evidence, evidence, "{outcome:?}");
        assert!(findings.ok && findings.lines.len() == if evidence.contains(&"authentication_results") { 4 } else { 2 });
        assert_eq!(
            findings.words.iter().any(|words| words.contains("Do not enable")),
            !evidence.contains(&"authentication_results")
        );
    }
    let findings = judge(&Trust::default(), Some(&server()), probe(ProbeOutcome::Stripped), &[real(&good, true)]);
    assert_eq!(
        findings.lines,
        ["[trust]", "evidence = [\"authentication_results\", \"dkim\"]", "authserv_id = \"mx.desk.example\"", "own_hops = 1"]
    );
    assert!(
        !judge(&Trust::default(), Some(&server()), vec![], &[real(&good, false)]).evidence.contains(&"authentication_results")
    );
}

#[test]
fn what_is_enabled_and_can_be_forged_is_a_danger() {
    let receiver = crate::config::Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 };
    let enabled = Trust { receiver: Some(receiver), ..Trust::default() };
    assert!(!judge(&enabled, Some(&server()), probe(ProbeOutcome::CameThrough), &[]).ok);
    assert!(judge(&enabled, Some(&server()), probe(ProbeOutcome::Stripped), &[]).ok);
    assert!(judge(&Trust::default(), Some(&server()), probe(ProbeOutcome::CameThrough), &[]).ok);
}

#[test]
fn the_usual_server_is_the_one_that_most_mails_name() {
    let (ours, other) = (vouched("mx.desk.example", "pass"), vouched("mx.other.example", "pass"));
    let mails = [real(&other, false), real(&ours, false), real(&format!("Received: y\r\n{ours}"), false), real("", false)];
    assert_eq!(usual_receiver(&mails), Some(Receiver { own_hops: 2, ..server() }));
    assert_eq!(usual_receiver(&[real("", false)]), None);
}
