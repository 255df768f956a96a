use super::*;

/// Small limits, so that a hundred times as much is still quick; a mail at the defaults is in `defaults_are_as_told`.
fn small() -> Limits {
    Limits {
        raw_bytes: 100_000,
        headers: super::super::HeadLimits { fields: 40, bytes: 4_000 },
        html_bytes: 2_000,
        html_depth: 20,
        text_bytes: 1_000,
        parts: 10,
        depth: 5,
        attachments: 7,
        addresses: 12,
    }
}

fn nested(n: usize) -> String {
    let heads: String = (0..n).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    format!("From: a@x.example\n{heads}\ndeep\n")
}

fn parts(n: usize, head: &str) -> String {
    let parts: String = (0..n).map(|n| format!("--x\n{head}\n{n}\n")).collect();
    format!("From: a@x.example\nContent-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n")
}

/// A mail with so much of one thing, how much of it is allowed, and the warning that says there was more.
type Family = (&'static str, fn(usize) -> String, usize, &'static str);

const FAMILIES: &[Family] = &[
    (
        "raw",
        |n| {
            let head = "From: a@x.example\nContent-Type: application/pdf\n\n";
            format!("{head}{}", "x".repeat(n - head.len()))
        },
        100_000,
        "too_large",
    ),
    (
        "headers",
        |n| format!("From: a@x.example\n{}\ntext", (1..n).map(|n| format!("X-{n}: y\n")).collect::<String>()),
        40,
        "too_many_headers",
    ),
    ("header bytes", |n| format!("From: a@x.example\nX-Long: {}\n\ntext", "y".repeat(n - 26)), 4_000, "header_too_long"),
    (
        "html bytes",
        |n| format!("From: a@x.example\nContent-Type: text/html\n\n{}", "<p>x</p>".repeat(n / 8 + 1).get(..n).unwrap()),
        2_000,
        "html_cut",
    ),
    ("html depth", |n| format!("From: a@x.example\nContent-Type: text/html\n\n{}x", "<div>".repeat(n)), 20, "html_too_deep"),
    ("text", |n| format!("From: a@x.example\n\n{}", "t".repeat(n - 1)), 1_000, "text_cut"),
    ("parts", |n| parts(n, ""), 10, "too_many_parts"),
    ("depth", |n| nested(n), 5, "mime_too_deep"),
    ("attachments", |n| parts(n, "Content-Disposition: attachment; filename=a\n"), 7, "too_many_attachments"),
    (
        "addresses",
        |n| format!("From: a@x.example\nTo: {}\n\ntext", (0..n).map(|n| format!("a{n}@x.example, ")).collect::<String>()),
        12,
        "too_many_addresses",
    ),
];

#[test]
fn limits_are_kept_and_told() {
    for (name, make, n, warning) in FAMILIES {
        let mut limits = small();
        // One family at a time: a hundred times one thing is also too many bytes.
        if *name != "raw" {
            limits.raw_bytes = usize::MAX;
        }
        if *name == "addresses" {
            limits.headers.bytes = usize::MAX;
        }
        let said = |count: usize| {
            let letter = understand(make(count).as_bytes(), &limits).unwrap();
            assert_eq!(letter.from.map(|from| from.address).as_deref(), Some("a@x.example"), "{name} {count}");
            assert!(letter.body.text.len() <= limits.text_bytes && letter.attachments.len() <= limits.attachments, "{name}");
            assert!(letter.to.len() <= limits.addresses, "{name}");
            letter.warnings.iter().any(|known| known.as_str() == *warning)
        };
        assert!(!said(*n), "{name}: {warning} at the limit");
        assert!(said(n + 1), "{name}: no {warning} just above the limit");
        assert!(said(n * 100), "{name}: no {warning} far above the limit");
    }
}

#[test]
fn defaults_are_as_told() {
    let limits = Limits::default();
    assert_eq!((limits.raw_bytes, limits.headers.bytes, limits.headers.fields), (35 << 20, 256 << 10, 1_000));
    assert_eq!((limits.depth, limits.parts, limits.addresses, limits.attachments), (30, 500, 200, 100));
    assert_eq!((limits.html_bytes, limits.html_depth, limits.text_bytes), (1 << 20, 512, 512 << 10));
}

/// What a hostile sender would repeat; none of it may make a mail of half a megabyte slow. A quadratic reader of any of
/// these needs minutes in a debug build, so that the test would not end.
#[test]
fn repetition_ends() {
    let fill = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let head = |name: &str, piece: &str| format!("From: a@x.example\n{name}: {}\n\ntext", fill(piece, 250_000));
    let body = |kind: &str, piece: &str| {
        format!("Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n{kind}\n\n{}", fill(piece, 500_000))
    };
    let mails = [
        head("Subject", "=?utf-8?Q?a "),
        head("Subject", "=?"),
        head("Subject", "=?utf-8?B?YQ==?= "),
        head("To", "("),
        head("To", "a,"),
        head("To", "\"a\\"),
        head("To", "<a@b"),
        head("References", "<a"),
        head("Content-Type", "text/plain;a*0=b;"),
        head("Received", "a\n "),
        body("", "a@b.example "),
        body("", "a@b.example\n"),
        body("", "550 "),
        body("", "Final-Recipient: rfc822;a@b.example\n"),
        body("Content-Type: multipart/mixed; boundary=a", "--a\n"),
        body("Content-Type: multipart/mixed; boundary=a", "--ab\nContent-Type: x/y\n\n"),
        body("", "begin 644 a\n"),
        body("Content-Transfer-Encoding: quoted-printable", "="),
        body("Content-Transfer-Encoding: base64", "A \n"),
        body("Content-Type: text/calendar", "BEGIN:VEVENT\n"),
        body("Content-Type: text/plain; charset=utf-7", "+A"),
        body("Content-Type: application/pkcs7-mime", "0\u{0}"),
    ];
    for mail in mails {
        assert!(understand(mail.as_bytes(), &Limits::default()).is_ok());
    }
}
