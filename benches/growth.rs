//! Whether anything that reads texts of others needs more than its share for more of them: every such function with every
//! hostile shape, `cargo bench --bench growth`, or with a word, only those whose names hold it.
//!
//! What is measured is the processor time of the thread at two sizes, the larger four times the smaller. It fails where
//! doubling costs more than 2.5 times as much. Mail as a whole, and its instructions: `reading`.

use std::hint::black_box;
use std::process::ExitCode;

use postroom::desk::{article, search, sign_in};
use postroom::intake::command::{guest_word, verdict, wishes};
use postroom::intake::rules::leak::{self, Inside};
use postroom::mail::body::split_text;
use postroom::mail::compose::{Draft, compose};
use postroom::mail::hygiene::{self, Writer};
use postroom::mail::{Address, Limits, dkim, forward, html, proof, quoted, thread, understand};
use postroom::portal::tickets::prose;
use postroom::time::Timestamp;
use postroom::web::markdown::{self, RenderContext};

/// A function and what it is called.
type Work = (&'static str, fn(&str));

fn mail(head: &str, text: &str) {
    let raw = format!("{head}\n\n{text}");
    if let Ok(letter) = understand(raw.as_bytes(), &Limits::default()) {
        drop(black_box(forward::read(&letter, &Limits::default())));
    }
}

fn field(name: &str, text: &str) {
    let raw = format!("From: a@x.example\nDate: Tue, 12 Mar 2024 10:00:00 +0000\n{name}: {}\n\ntext", text.replace('\n', "\n "));
    drop(black_box(understand(raw.as_bytes(), &Limits::default())));
    let server = proof::Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 };
    black_box(proof::alignment(raw.as_bytes(), "x.example", &server));
    drop(black_box(proof::topmost(raw.as_bytes())));
    drop(black_box(dkim::candidates(raw.as_bytes(), "x.example", Timestamp::from_seconds(1_710_000_000))));
}

fn parts(head: &str, text: &str) {
    let each = text.len().div_euclid(40).max(1);
    let mut raw = "From: a@x.example\nContent-Type: multipart/mixed; boundary=--b\n\n".to_owned();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = each.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (part, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        raw.push_str(&format!("----b\n{head}\n\n{part}\n"));
        rest = tail;
    }
    drop(black_box(understand(raw.as_bytes(), &Limits::default())));
}

fn writer(text: &str, work: impl Fn(&Writer<'_>)) {
    let (names, addresses) = (["Ann Example"], ["ann@x.example".to_owned()]);
    let ends = [hygiene::end(text), hygiene::end(text)];
    work(&Writer { names: &names, addresses: &addresses, ends: &ends });
}

fn draft(text: &str) -> Draft {
    let address = |address: &str| Address { name: Some("Desk".to_owned()), address: address.to_owned() };
    Draft {
        from: address("support@desk.example"),
        to: address("ann@x.example"),
        cc: vec![],
        reply_to: None,
        subject: String::new(),
        message_id: "m@desk.example".to_owned(),
        in_reply_to: None,
        references: vec![],
        date: 0,
        auto_submitted: None,
        headers: vec![],
        text: text.to_owned(),
        html: None,
        files: vec![],
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

const WORKS: &[Work] = &[
    ("mail: text", |t| mail("From: a@x.example\nSubject: Fwd: x", t)),
    ("mail: flowed", |t| mail("From: a@x.example\nContent-Type: text/plain; format=flowed; delsp=yes", t)),
    ("mail: enriched", |t| mail("From: a@x.example\nContent-Type: text/enriched", t)),
    ("mail: html", |t| mail("From: a@x.example\nSubject: Fwd: x\nContent-Type: text/html; charset=utf-8", t)),
    ("mail: html parts", |t| parts("Content-Type: text/html; charset=utf-8", t)),
    ("mail: text parts", |t| parts("Content-Type: text/plain; charset=utf-8", t)),
    ("mail: both", |t| {
        mail(
            "From: a@x.example\nContent-Type: multipart/alternative; boundary=xxyy",
            &format!("--xxyy\nContent-Type: text/plain\n\n{t}\n--xxyy\nContent-Type: text/html\n\n<pre>{t}\n--xxyy--\n"),
        );
    }),
    ("mail: report", |t| mail("Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice", t)),
    ("mail: status", |t| {
        mail(
            "From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=xxyy",
            &format!("--xxyy\nContent-Type: message/delivery-status\n\n{t}\n--xxyy--\n"),
        );
    }),
    ("mail: automatic", |t| mail("From: a@x.example\nSubject: Out of office\nAuto-Submitted: auto-replied", t)),
    ("mail: mixed", |t| mail("From: a@x.example\nContent-Type: multipart/mixed; boundary=a", t)),
    ("mail: mixed, none named", |t| mail("From: a@x.example\nContent-Type: multipart/mixed", t)),
    ("mail: message", |t| mail("From: a@x.example\nContent-Type: message/rfc822", t)),
    ("mail: calendar", |t| mail("From: a@x.example\nContent-Type: text/calendar", &format!("BEGIN:VCALENDAR\n{t}"))),
    ("mail: quoted-printable", |t| mail("From: a@x.example\nContent-Transfer-Encoding: quoted-printable", t)),
    ("mail: base64", |t| mail("From: a@x.example\nContent-Transfer-Encoding: base64", t)),
    ("mail: utf-7", |t| mail("From: a@x.example\nContent-Type: text/plain; charset=utf-7", t)),
    ("mail: iso-2022-jp", |t| mail("From: a@x.example\nContent-Type: text/plain; charset=iso-2022-jp", t)),
    ("mail: unknown charset", |t| mail("From: a@x.example\nContent-Type: text/plain; charset=x-unknown", t)),
    ("mail: winmail", |t| mail("From: a@x.example\nContent-Type: application/ms-tnef", &format!("\u{78}\u{1f}>\"{t}"))),
    ("mail: signed", |t| mail("From: a@x.example\nContent-Type: application/pkcs7-mime", t)),
    ("mail: binhex", |t| mail("From: a@x.example\nContent-Type: application/mac-binhex40", t)),
    ("mail: fields", |t| mail(&format!("From: a@x.example\n{t}"), "text")),
    ("field: From", |t| mail(&format!("From: {}", one_line(t)), "text")),
    ("field: To", |t| field("To", t)),
    ("field: Reply-To", |t| field("Reply-To", t)),
    ("field: Delivered-To", |t| field("Delivered-To", t)),
    ("field: Subject", |t| field("Subject", t)),
    ("field: Date", |t| mail(&format!("From: a@x.example\nDate: {}", one_line(t)), "text")),
    ("field: Message-ID", |t| field("Message-ID", t)),
    ("field: References", |t| field("References", t)),
    ("field: In-Reply-To", |t| field("In-Reply-To", t)),
    ("field: Content-Type", |t| field("Content-Type", &format!("text/plain{t}"))),
    ("field: Content-Disposition", |t| field("Content-Disposition", &format!("attachment{t}"))),
    ("field: Content-Transfer-Encoding", |t| field("Content-Transfer-Encoding", t)),
    ("field: Authentication-Results", |t| field("Authentication-Results", &format!("mx.desk.example; {t}"))),
    ("field: DKIM-Signature", |t| field("DKIM-Signature", &format!("v=1; a=rsa-sha256; d=x.example; {t}"))),
    ("field: Received", |t| field("Received", t)),
    ("thread: base subject", |t| drop(black_box(thread::base_subject(&one_line(t))))),
    ("thread: ticket number", |t| drop(black_box(thread::ticket_number(&one_line(t))))),
    ("thread: forward", |t| {
        black_box(thread::is_forward(&one_line(t)));
    }),
    ("thread: references", |t| drop(black_box(thread::references(t, t)))),
    ("html: sanitize", |t| drop(black_box(html::sanitize(&html::plainly(t, &mut html::Budget::of(1 << 20)), 512)))),
    ("html: render", |t| drop(black_box(html::render(&html::plainly(t, &mut html::Budget::of(1 << 20)), 512)))),
    ("html: plainly", |t| drop(black_box(html::plainly(t, &mut html::Budget::of(1 << 20))))),
    ("body: split", |t| drop(black_box(split_text(t, true)))),
    ("quoted: mark", |t| {
        let full = format!("Hello\n\n{t}\n\nBye");
        for reveal in [true, false] {
            drop(black_box(quoted::mark(&split_text(&full, false), &[t, t], reveal)));
        }
    }),
    ("quoted: another's words", |t| {
        let sent = "The printer prints every page twice since the update of last week.";
        let full = format!("{sent}\n\n{t}\n\n{sent}");
        drop(black_box(quoted::mark(&split_text(&full, false), &[sent], true)));
    }),
    ("hygiene: signature", |t| writer(t, |w| drop(black_box(hygiene::mark(&split_text(t, false), w))))),
    ("hygiene: signature alone", |t| {
        writer(t, |w| {
            black_box(hygiene::says_nothing(t, w));
        })
    }),
    ("quoted: answers inside", |t| drop(black_box(quoted::answers_inside(&split_text(t, false), &[t])))),
    ("hygiene: repeated end", |t| writer(t, |w| drop(black_box(hygiene::without_repeated_end(t, w))))),
    ("hygiene: masked", |t| drop(black_box(hygiene::masked(t, &["ann@x.example".to_owned()], "support@desk.example")))),
    ("leak: the same", |t| {
        drop(black_box(leak::lines(t, &Inside { texts: vec![t.to_owned()], ..Inside::default() })));
    }),
    ("leak: known", |t| {
        let inside = Inside { texts: vec![t.to_owned()], public: vec![t.to_owned()], ..Inside::default() };
        drop(black_box(leak::lines(t, &inside)));
    }),
    ("leak: names", |t| {
        let names = t.lines().take(100).map(str::to_owned).collect();
        let inside =
            Inside { names, addresses: leak::addresses(t), files: vec![one_line(t), "a.pdf".to_owned()], ..Inside::default() };
        drop(black_box(leak::lines(t, &inside)));
    }),
    ("leak: lines of names", |t| {
        let inside = Inside { names: vec![t.to_owned(), format!("{t} x")], ..Inside::default() };
        drop(black_box(leak::lines(t, &inside)));
    }),
    ("commands: text", |t| drop(black_box(wishes("", t)))),
    ("commands: a line", |t| drop(black_box(wishes("", &format!("#note {}", one_line(t)))))),
    ("commands: subject", |t| drop(black_box(wishes(&one_line(t), "")))),
    ("commands: guest", |t| {
        black_box((guest_word(t), guest_word(&one_line(t))));
    }),
    ("commands: verdict", |t| {
        black_box((verdict(t), verdict(&one_line(t))));
    }),
    ("search: fold", |t| drop(black_box(search::fold(t)))),
    ("search: patterns", |t| drop(black_box(search::patterns(t)))),
    ("page: comment", |t| drop(black_box(prose::pieces(t, &[])))),
    ("page: comment on a line", |t| drop(black_box(prose::pieces(&one_line(t), &[])))),
    ("page: article", |t| {
        let around = RenderContext {
            base: "/ACME/docs",
            pages: &["a".to_owned()].into(),
            pictures: &["a.png".to_owned()].into(),
            tickets: &std::collections::BTreeMap::new(),
            table: "Table",
            boxes: ["done", "open"],
            notes: "Notes",
            callouts: [""; 5],
        };
        drop(black_box(markdown::render(t, &around)));
    }),
    ("page: article's words", |t| drop(black_box((markdown::plain(t), markdown::tickets(t), markdown::pictures(t))))),
    ("page: slug", |t| drop(black_box(article::slug(t)))),
    ("page: next", |t| {
        black_box(sign_in::next_path(t));
    }),
    ("page: typed address", |t| drop(black_box(sign_in::typed_address(t)))),
    ("compose: text", |t| drop(black_box(compose(&draft(t), &[])))),
    ("compose: subject", |t| drop(black_box(compose(&Draft { subject: one_line(t), ..draft("") }, &[])))),
    ("compose: name", |t| {
        let from = Address { name: Some(one_line(t)), address: "support@desk.example".to_owned() };
        drop(black_box(compose(&Draft { from, ..draft("") }, &[])));
    }),
    ("compose: references", |t| {
        drop(black_box(compose(&Draft { references: t.split(' ').map(one_line).collect(), ..draft("") }, &[])));
    }),
];

/// Bytes of the smaller text.
const SIZE: usize = 100_000;

/// What is repeated, behind what stands before `{*}`; `{n}` is another number each time.
const PIECES: &[&str] = &include!("shapes.in");

fn text(piece: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + piece.len());
    let (once, piece) = piece.split_once("{*}").unwrap_or(("", piece));
    text.push_str(once);
    let mut number = 0;
    while text.len() < bytes {
        match piece.split_once("{n}") {
            Some(_) => text.push_str(&piece.replace("{n}", &number.to_string())),
            None => text.push_str(piece),
        }
        number += 1;
    }
    text
}

/// Processor time of this thread so far, in seconds (proc(5)); the system adds to it in steps of some milliseconds, so that
/// what is quicker than a tenth of a second is not judged.
fn spent() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn cost(work: fn(&str), text: &str) -> f64 {
    let mut least = f64::MAX;
    let mut all = 0.0;
    for _ in 0..3 {
        let before = spent();
        work(black_box(text));
        let taken = spent() - before;
        least = least.min(taken);
        all += taken;
        if all > 0.1 {
            break;
        }
    }
    least
}

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let mut fine = true;
    for (name, work) in WORKS {
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let begun = spent();
        let mut worst: (f64, &str) = (0.0, "");
        for piece in PIECES {
            let once = cost(*work, &text(piece, SIZE));
            if once > 2.0 {
                println!("SLOW {name:<32} {once:>8.3} s  {piece:?}");
                fine = false;
                continue;
            }
            let four = cost(*work, &text(piece, 4 * SIZE));
            let ratio = (four / once).sqrt();
            if ratio > 2.5 && four > 0.1 {
                println!("     {name:<32} {ratio:>5.2} {once:>8.4} {four:>8.4} s  {piece:?}");
                fine = false;
            }
            if four > worst.0 {
                worst = (four, piece);
            }
        }
        println!("  ok {name:<32} worst {:.3} s {:?}   all {:.1} s", worst.0, worst.1, spent() - begun);
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
