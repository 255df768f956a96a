//! Twice as much of what others wrote is twice the work, whatever they repeat: processor time of the thread, not the time
//! that passed, so that a busy machine changes nothing. What is measured at once and with every shape: `benches/growth.rs`.

use std::hint::black_box;

use crate::desk::ticket::TicketNumber;
use crate::intake::command::wishes;
use crate::intake::rules::leak::{self, Inside};
use crate::mail::body::split_text;
use crate::mail::document::{Place, Surroundings, of_text, typed};
use crate::mail::html::{Budget, document, plainly, render, sanitize};
use crate::mail::hygiene::{self, Writer};
use crate::mail::{Limits, quoted, thread, understand};
use crate::portal::tickets::prose;
use crate::web::markdown::{self, RenderContext};

/// Processor time of this thread in milliseconds (proc(5)); the system adds to it in steps of a few.
fn spent() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// Milliseconds that one run takes, over as many as can be measured.
fn cost(work: &dyn Fn()) -> Option<f64> {
    let (begun, mut runs) = (spent()?, 0.0);
    loop {
        work();
        runs += 1.0;
        let all = spent()? - begun;
        if all > 60.0 {
            return Some(all / runs);
        }
    }
}

/// Whether four times the text is about four times the work; quadratic work is 16 times as much.
fn grows_evenly(make: &dyn Fn(usize) -> String, work: &dyn Fn(&str)) -> bool {
    let (small, large) = (make(10_000), make(40_000));
    (0..3).any(|_| {
        let costs = cost(&|| work(black_box(&small))).zip(cost(&|| work(black_box(&large))));
        // Where nothing measures it, the benchmark has to.
        costs.is_none_or(|(small, large)| large < 8.0 * small)
    })
}

fn repeated(piece: &str, bytes: usize) -> String {
    (0..bytes / piece.len()).map(|n| piece.replace("{n}", &n.to_string())).collect()
}

fn article(text: &str) {
    let tickets = std::collections::BTreeMap::new();
    let (pages, pictures) = (["a".to_owned()].into(), ["a.png".to_owned()].into());
    let (boxes, base) = (["done", "open"], "/ACME/docs");
    let around = RenderContext {
        base,
        pages: &pages,
        pictures: &pictures,
        tickets: &tickets,
        table: "Table",
        boxes,
        notes: "Notes",
        callouts: [""; 5],
    };
    drop(black_box((markdown::render(text, &around), markdown::plain(text), markdown::tickets(text))));
}

fn markup(html: &str) {
    let html = plainly(html, &mut Budget::of(1 << 20));
    let sanitized = sanitize(&html, 512);
    drop(black_box((render(&html, 512), sanitized.as_deref().map(document))));
}

fn mail(head: &str, text: &str) {
    drop(black_box(understand(format!("From: a@x.example\n{head}\n\n{text}").as_bytes(), &Limits::default())));
}

/// What is worked on, the function, and what somebody repeats: a beginning and a piece.
type Row = (&'static str, fn(&str), &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    (
        "a comment on a page",
        |t| {
            let openable: &[TicketNumber] = &[];
            let surroundings = Surroundings {
                place: Place::Page,
                pieces: &|text| prose::pieces(text, openable),
                picture: &|_| None,
                folded: Some("Quoted"),
            };
            drop(black_box((typed(t).html(&surroundings), of_text(t).html(&surroundings))));
        },
        &[
            ("http://a.example/", ")"),
            ("http://a.example/", ")."),
            ("http://a.example/", "()"),
            ("", "http://"),
            ("", "ACME-1"),
            ("", "> "),
            ("", "> a\n\n"),
            ("", "- a\n"),
            ("", "- "),
            ("", "1. a\n"),
            ("", "    a\n\n"),
        ],
    ),
    (
        "the structure of a text",
        |t| {
            let (lines, words) = (of_text(t), typed(&t.replace("[a]", "b")));
            drop(black_box((lines.showing(t), lines.says(t), words.showing(t), lines.text(), lines.beside().len())));
        },
        &[
            ("", "[a]\n"),
            ("", "[a] "),
            ("", "a\n[a]\n"),
            ("", "---\n"),
            ("", "- 1.\n"),
            ("", "> a\n> \n"),
            ("", "a\n\n"),
            ("", "a <b> "),
        ],
    ),
    (
        "an article",
        article,
        &[
            ("", "["),
            ("", "[a]("),
            ("", "!["),
            ("", "*_"),
            ("", "*a**a"),
            ("", "` `` "),
            ("", "<"),
            ("", "&"),
            ("", "[^{n}]"),
            ("", "[a{n}]: b\n"),
            ("", "> "),
            ("", "- "),
            ("|a|\n|-|\n", "|b|\n"),
        ],
    ),
    (
        "commands",
        |t| drop(black_box((wishes("", t), wishes(&t.replace('\n', " "), ""), wishes("", &format!("#tag {t}"))))),
        &[("", "#intrenal\n"), ("#", "x"), ("", "#note\n"), ("", "a{n},"), ("", "[note]")],
    ),
    (
        "HTML",
        markup,
        &[
            ("<p ", "a{n}=b "),
            ("<p ", "a{n} "),
            ("", "<p a=\">\" b=\">\" "),
            ("", "<!--"),
            ("", "<!-- a -->"),
            ("", "<!-- a --!> -- >"),
            ("", "<div>"),
            ("", "</p>"),
            ("", "<a href=https://x.example/a>b"),
            ("", "<b><p>"),
            ("", "<b></i>"),
            ("", "<span><div></span></div>"),
            ("", "<div><table><td></div></table>"),
            ("", "<form><div></form>"),
            ("", "<b><div></b>"),
            ("", "&amp;"),
            ("", "\u{ad}"),
            ("", "<html a{n}=b>"),
            ("", "<title>"),
            ("", "<"),
        ],
    ),
    ("a subject", |t| drop(black_box(thread::base_subject(t))), &[("", "[ACME-{n}]"), ("", "Re: ")]),
    (
        "what must not leave",
        |t| {
            let names = (0..300).map(|n| format!("Globex {n}")).collect();
            let texts = || vec![t.to_owned()];
            let inside =
                Inside { texts: texts(), names, files: vec![t.to_owned()], addresses: leak::addresses(t), public: vec![] };
            drop(black_box((leak::lines(t, &inside), leak::lines(t, &Inside { public: texts(), ..inside.clone() }))));
        },
        &[("", "a "), ("", "a{n}@b.example "), ("", "Globex "), ("", "a\n")],
    ),
    (
        "our own words in an answer",
        |t| drop(black_box(quoted::mark(&split_text(t, false), &[t], true))),
        &[("", "a "), ("", "one two three four five\n"), ("", "one two three four five\n\nx\n\n"), ("", "From: a\n")],
    ),
    (
        "a signature",
        |t| {
            let (names, addresses, ends) = (["Ann"], ["ann@x.example".to_owned()], [hygiene::end(t), hygiene::end(t)]);
            let writer = Writer { names: &names, addresses: &addresses, ends: &ends };
            drop(black_box((hygiene::mark(&split_text(t, false), &writer), hygiene::without_repeated_end(t, &writer))));
            drop(black_box(hygiene::masked(t, &addresses, "support@desk.example")));
        },
        &[("", "Ann\n"), ("", "-- \n"), ("", "ann@x.example"), ("", "Tel: 12345\n")],
    ),
    ("a mail", |t| mail("Subject: x", t), &[("", "> a\n"), ("", "On a wrote:\n"), ("", "a@b.example ")]),
];

#[test]
fn twice_as_much_is_twice_the_work() {
    for (name, work, shapes) in ROWS {
        for (begins, piece) in *shapes {
            let fine = grows_evenly(&|bytes| format!("{begins}{}", repeated(piece, bytes)), work);
            assert!(fine, "{name}: {begins:?} and many {piece:?}");
        }
    }
}
