//! Every trick has its positive control: the same field with the trick taken out passes.

use super::*;

fn server() -> Receiver {
    Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 }
}

/// What a mail with this head says of `staff.example`.
fn judged(head: &str) -> Alignment {
    let raw = format!("{head}From: Anna <anna@staff.example>\r\nSubject: x\r\n\r\nHello\r\n");
    alignment(raw.as_bytes(), "staff.example", &server())
}

fn field(value: &str) -> String {
    format!("Authentication-Results: {value}\r\n")
}

const PASS: &str = "dmarc=pass header.from=staff.example";

#[test]
fn what_honest_servers_write_is_understood() {
    let honest = [
        format!("mx.desk.example; {PASS}"),
        format!("mx.desk.example 1; {PASS}"),
        format!("\"mx.desk.example\"; {PASS}"),
        format!("MX.Desk.Example; {PASS}"),
        format!("mx.desk.example;{PASS};"),
        format!(" (we) mx.desk.example (say (really)) 1 (\\)) \t(\\\\) (\\x); {PASS} (p=reject dis=none)"),
        "mx.desk.example;\r\n\tDMARC = Pass (ok)\r\n\theader.From = STAFF.example".to_owned(),
        "mx.desk.example;\n dmarc=pass\n header.from=staff.example".to_owned(),
        "mx.desk.example; dmarc/1=pass reason=\"all; good\" header.from=\"staff.example\"".to_owned(),
        "mx.desk.example; dkim=pass header.i=@staff.example header.s=s1 header.b=a/b+c=; spf=softfail (x) \
         smtp.mailfrom=\"odd; dmarc=fail\"@y.example; dmarc=pass (p=REJECT sp=NONE) header.from=staff.example"
            .to_owned(),
        "mx.desk.example; spf=pass smtp.remote-ip=2001:db8::1 smtp.mailfrom=a=b@[192.0.2.1]; dkim=pass header.d=staff.example"
            .to_owned(),
        "mx.desk.example; dkim=fail header.d=other.example; dkim=pass header.d=staff.example; dmarc=none".to_owned(),
        "mx.desk.example; dmarc=temperror header.from=staff.example; dkim=pass header.d=Staff.Example".to_owned(),
    ];
    for value in honest {
        assert_eq!(judged(&field(&value)), Alignment::Pass, "{value}");
    }
    for value in [
        "mx.desk.example; dmarc=fail header.from=staff.example",
        "mx.desk.example; dmarc=FAIL (p=none)",
        "mx.desk.example; dkim=pass header.d=staff.example; dmarc=fail header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example; dmarc=fail header.from=staff.example",
    ] {
        assert_eq!(judged(&field(value)), Alignment::Fail, "{value}");
    }
}

#[test]
fn tricks_inside_the_field_are_no_evidence() {
    let tricks = [
        // Nobody says it, or somebody else does.
        "",
        ";",
        "mx.desk.example",
        "mx.desk.example;",
        "mx.desk.example; none",
        "mx.desk.example; none; dmarc=pass header.from=staff.example",
        "dmarc=pass header.from=staff.example",
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dmarc=pass action=none header.from=staff.example;compauth=pass",
        "mx.desk.example.; dmarc=pass header.from=staff.example",
        "mx.desk.example.evil.example; dmarc=pass header.from=staff.example",
        "evil.mx.desk.example; dmarc=pass header.from=staff.example",
        "xmx.desk.example; dmarc=pass header.from=staff.example",
        "mx.desk.exampl; dmarc=pass header.from=staff.example",
        "mx.desk.example@evil.example; dmarc=pass header.from=staff.example",
        "mx.desk.example evil.example; dmarc=pass header.from=staff.example",
        "(mx.desk.example;) evil.example; dmarc=pass header.from=staff.example",
        "\"mx.desk.example \"; dmarc=pass header.from=staff.example",
        "m\u{445}.desk.example; dmarc=pass header.from=staff.example",
        "mx.desk.example 2; dmarc=pass header.from=staff.example",
        "mx.desk.example 11; dmarc=pass header.from=staff.example",
        "mx.desk.example 1 1; dmarc=pass header.from=staff.example",
        // It says it only in passing.
        "mx.desk.example; (dmarc=pass header.from=staff.example) dmarc=none",
        "mx.desk.example; spf=pass reason=\"x; dmarc=pass header.from=staff.example\"",
        "mx.desk.example; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=staff.example; \"@y.example",
        "mx.desk.example; spf=pass reason=dmarc=pass",
        "mx.desk.example; x-dmarc=pass header.from=staff.example",
        "mx.desk.example; notdkim=pass header.d=staff.example",
        "mx.desk.example; dmarc=pass (header.from=staff.example)",
        "mx.desk.example; dmarc=pass; spf=pass header.from=staff.example",
        "mx.desk.example; arc=pass header.from=staff.example",
        "mx.desk.example; spf=pass header.from=staff.example header.d=staff.example",
        // It says something else.
        "mx.desk.example; dmarc=none header.from=staff.example",
        "mx.desk.example; dmarc=bestguesspass header.from=staff.example",
        "mx.desk.example; dmarc=passed header.from=staff.example",
        "mx.desk.example; dmarc=pass-ish header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=other.example",
        "mx.desk.example; dmarc=pass header.from=mail.staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example.",
        "mx.desk.example; dmarc=pass header.from=staff.example.evil.example",
        "mx.desk.example; dmarc=pass header.from=xstaff.example",
        "mx.desk.example; dmarc=pass header.from=anna@staff.example",
        "mx.desk.example; dmarc=pass header.from=st\u{430}ff.example",
        "mx.desk.example; dmarc=pass header.from=other.example; dkim=pass header.d=staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example header.from=other.example",
        "mx.desk.example; dmarc=pass header.from=staff.example header.from=staff.example",
        "mx.desk.example; dmarc=pass policy.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example; dmarc=pass header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=other.example; dmarc=none header.from=staff.example; dkim=pass header.d=staff.example",
        "mx.desk.example; dkim=pass header.i=@staff.example",
        "mx.desk.example; dkim=pass header.d=mail.staff.example",
        "mx.desk.example; dkim=pass header.d=example",
        "mx.desk.example; dkim=pass header.d=other.example header.d=staff.example",
        "mx.desk.example; dkim=neutral header.d=staff.example",
        "mx.desk.example; dmarc/2=pass header.from=staff.example",
        // It is broken.
        "mx.desk.example; (dmarc=pass header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example (",
        "mx.desk.example; dmarc=pass header.from=staff.example )",
        "mx.desk.example; dmarc=pass header.from=\"staff.example",
        "mx.desk.example; dmarc=pass header.from=staff.example junk",
        "mx.desk.example; dmarc=pass header.from=staff.example reason=late",
        "mx.desk.example; dmarc=pass reason=a reason=b header.from=staff.example",
        "mx.desk.example; dmarc=pass action=none header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=",
        "mx.desk.example; dmarc=pass header.=staff.example",
        "mx.desk.example; dmarc=pass header.from",
        "mx.desk.example; dmarc=",
        "mx.desk.example; dmarc",
        "mx.desk.example; ; dmarc=pass header.from=staff.example",
        "mx.desk.example;; dmarc=pass header.from=staff.example",
        "mx.desk.example, dmarc=pass header.from=staff.example",
        "mx.desk.example; dmarc=pass\"\"header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=\"staff.example\"x",
        "mx.desk.example; dmarc=pass header.from=staff.example spf=pass",
        "mx.desk.example; dmarc=pass header.from=\"staff\\",
    ];
    for value in tricks {
        assert_eq!(judged(&field(value)), Alignment::None, "{value}");
    }
}

#[test]
fn tricks_around_the_field_are_no_evidence() {
    let ours = field(&format!("mx.desk.example; {PASS}"));
    let other = field(&format!("mx.other.example; {PASS}"));
    let hop = "Received: from a by b; Sun, 22 Nov 2026 06:00:00 +0000\r\n";
    let fine = [
        ours.clone(),
        format!("{hop}{ours}"),
        format!("Return-Path: <x@y.example>\r\n{ours}{hop}{hop}"),
        format!("{ours}{other}"),
        format!("{ours}{hop}ARC-{ours}"),
        format!("{ours}X-Spam: a\r\n b\r\n"),
        ours.to_uppercase().replace("STAFF.EXAMPLE", "staff.example"),
        ours.replace("\r\n", "\n"),
    ];
    for head in &fine {
        assert_eq!(judged(head), Alignment::Pass, "{head}");
    }
    let tricks = [
        format!("{hop}{hop}{ours}"),
        format!("{other}{ours}"),
        format!("{}{ours}", field("mx.desk.example; spf=pass")),
        format!("{ours}{}", field("mx.desk.example; spf=pass")),
        format!("{ours}{hop}{ours}"),
        format!("{ours}{}", field("(x) MX.desk.example (y); broken")),
        format!("{}{ours}", field("")),
        format!("ARC-{ours}"),
        format!("X-{ours}"),
        ours.replace("Results:", "Results :"),
        ours.replace("Results:", "Results\u{a0}:"),
        ours.replace("Results:", "-Results:"),
        ours.replace("Authentication-Results:", "Authentication-Results-Original:"),
        format!("From: Eve <eve@evil.example>\r\n{ours}"),
        format!("{ours}X-Odd: a\rFrom: b\r\n"),
        format!("{ours}X-Odd: a\0\r\n"),
        format!("{ours}X-Odd: a\r\n \r\n"),
        format!("{ours} \r\n"),
        format!("{ours}no field\r\n"),
        format!("{ours}: nameless\r\n"),
        format!("\r\n{ours}"),
        format!(" folded: at the top\r\n{ours}"),
        format!("From x@y.example Sun Nov 22\r\n{ours}"),
        format!("\u{feff}{ours}"),
        format!("{ours}\r\n"),
        format!("{ours}{}", "X-Many: x\r\n".repeat(MAX_FIELDS)),
    ];
    for head in &tricks {
        assert_eq!(judged(head), Alignment::None, "{head:?}");
    }
    // A refusal is heard wherever it stands.
    for head in [
        format!("{ours}{}", field("mx.desk.example; dmarc=fail")),
        format!("{hop}{hop}{}", field("mx.desk.example; dmarc=fail")),
        format!("{other}{}", field("mx.desk.example; dmarc=fail header.from=staff.example")),
    ] {
        assert_eq!(judged(&head), Alignment::Fail, "{head}");
    }
    assert_eq!(judged(&field("mx.other.example; dmarc=fail header.from=staff.example")), Alignment::None);
}

#[test]
fn the_head_must_be_whole_and_the_domain_known() {
    let raw = format!("{}From: anna@staff.example\r\n\r\nx", field(&format!("mx.desk.example; {PASS}")));
    assert_eq!(alignment(raw.as_bytes(), "staff.example", &server()), Alignment::Pass);
    assert_eq!(alignment(raw.as_bytes(), "other.example", &server()), Alignment::None);
    assert_eq!(alignment(raw.as_bytes(), "", &server()), Alignment::None);
    let end = raw.len() - 3;
    assert_eq!(alignment(&raw.as_bytes()[..end], "staff.example", &server()), Alignment::None, "cut off before the blank line");
    assert_eq!(alignment(b"", "staff.example", &server()), Alignment::None);
    let fields = head(b"A: 1\r\nb:\r\n\t2\r\n\r\nC: 3\r\n").unwrap();
    let read: Vec<_> = fields.iter().map(|field| (field.name, field.value)).collect();
    assert_eq!(read, [(&b"A"[..], &b" 1"[..]), (b"b", b"\r\n\t2")]);
    let just_enough = format!("{}\r\n", "X: y\r\n".repeat(MAX_FIELDS - 1));
    assert_eq!(head(just_enough.as_bytes()).map(|fields| fields.len()), Some(MAX_FIELDS - 1));
    let too_many = format!("{}\r\n", "X: y\r\n".repeat(MAX_FIELDS));
    assert!(head(too_many.as_bytes()).is_none(), "of so many others may not read the last");
}

#[test]
fn an_administrator_is_told_who_speaks_and_from_where() {
    let of = |head: &str| topmost(format!("{head}From: a@b.example\r\n\r\n").as_bytes());
    let hop = "Received: x\r\n";
    let ours = field(&format!("mx.desk.example; {PASS}"));
    assert_eq!(of(&format!("{hop}X: y\r\n{hop}{ours}{hop}")), Some(Receiver { own_hops: 2, ..server() }));
    assert_eq!(of(&ours), Some(Receiver { own_hops: 0, ..server() }));
    assert_eq!(of(hop), None);
    assert_eq!(of(&field("spf=pass")), None);
    // A server that has checked nothing has a name, too; what is broken names nobody.
    assert_eq!(of(&field("mx.desk.example; none")), Some(Receiver { own_hops: 0, ..server() }));
    for broken in ["none; spf=pass", "spf=pass; none", "spf", "nothing", "none (", "none none"] {
        assert_eq!(of(&field(&format!("mx.desk.example; {broken}"))), None, "{broken}");
    }
}

#[test]
fn a_field_that_should_have_been_taken_out_is_found_however_it_is_written() {
    let of = |head: &str| came_through(format!("{head}From: a@b.example\r\n\r\nx\r\n").as_bytes(), "mx.desk.example", "s3cret");
    assert!(of("Authentication-Results: mx.desk.example; x=pass reason=s3cret\r\n"));
    assert!(of("authentication-results : (broken MX.desk.example; x=pass\r\n reason=S3CRET\r\n"));
    for other in [
        "Authentication-Results: mx.desk.example; x=pass\r\n",
        "Authentication-Results: mx.other.example; x=pass reason=s3cret\r\n",
        "X-Old-Authentication-Results: mx.desk.example; x=pass reason=s3cret\r\n",
        "",
    ] {
        assert!(!of(other), "{other}");
    }
}
