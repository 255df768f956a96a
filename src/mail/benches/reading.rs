//! How fast mails are read, sanitising included: `cargo bench --bench reading`. Prints numbers.
//!
//! `cargo bench --bench reading -- --doubling` counts instead what twice as much of each hostile shape costs: the
//! processor's instructions by `perf stat` or valgrind where they are there, else the time of one reading, which
//! says less on a busy machine. It fails where counted instructions grow by more than 2.5.
//!
//! `cargo bench --bench reading -- --bounds` prints how long the same shapes take, up to the largest mail that is read, and
//! how much memory beside the mail itself, also as a multiple of its size (Linux). It fails above five seconds, or four
//! times the largest mail.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use postroom_mail::{Limits, understand};

#[expect(clippy::disallowed_methods, reason = "what is measured here is the time of this machine")]
fn now() -> Instant {
    Instant::now()
}

/// A reply of Gmail with both forms, about 8 KiB.
fn typical() -> Vec<u8> {
    let sentence = "The printer on the second floor prints every page twice since the update of last week. ";
    let (new, old) = (sentence.repeat(8), sentence.repeat(24));
    let quoted: String = old.as_bytes().chunks(70).map(|line| format!("> {}\r\n", String::from_utf8_lossy(line))).collect();
    let divs: String = old.split(". ").map(|line| format!("<div><span style=\"color:#222\">{line}.</span></div>\r\n")).collect();
    let attribution = "On Tue, Mar 12, 2024 at 10:00 AM Support <support@desk.example> wrote:";
    format!(
        "From: Ann <ann@x.example>\r\nTo: support@desk.example\r\nSubject: Re: Printer\r\nDate: Tue, 12 Mar 2024 10:00:00 +0000\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{new}\r\n\r\n{attribution}\r\n\r\n{quoted}\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div dir=\"ltr\">{new}</div><div class=\"gmail_quote\">\
         <div class=\"gmail_attr\">{attribution}</div><blockquote class=\"gmail_quote\">{divs}</blockquote></div>\r\n--b--\r\n"
    )
    .into_bytes()
}

fn measure(name: &str, mails: &[Vec<u8>]) {
    let limits = Limits::default();
    let (start, mut count) = (now(), 0_u32);
    while start.elapsed() < Duration::from_secs(3) {
        for mail in mails {
            drop(black_box(understand(black_box(mail), &limits)));
            count += 1;
        }
    }
    let each = start.elapsed() / count.max(1);
    println!("{name}: {} bytes on average, {each:?} each", mails.iter().map(Vec::len).sum::<usize>() / mails.len().max(1));
}

/// A hostile mail of about so many bytes: a header, then one piece repeated.
struct Shape {
    name: &'static str,
    /// The whole mail with `{}` where the pieces go.
    frame: &'static str,
    piece: &'static str,
}

const fn shape(name: &'static str, frame: &'static str, piece: &'static str) -> Shape {
    Shape { name, frame, piece }
}

const TEXT: &str = "From: a@x.example\n\n{}";
const REPORT: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n\n{}";
const HTML: &str = "From: a@x.example\nContent-Type: text/html; charset=utf-8\n\n{}";
const MIXED: &str = "From: a@x.example\nContent-Type: multipart/mixed; boundary=a\n\n{}";
const STATUS: &str = "From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n{}\n--b--\n";

/// What a hostile sender would repeat.
const SHAPES: &[Shape] = &[
    shape("words", TEXT, "The printer prints every page twice. "),
    shape("lines", TEXT, "The printer prints every page twice.\n"),
    shape("blank lines", TEXT, "\n"),
    shape("quotes", TEXT, "> quoted line\n"),
    shape("deep quotes", TEXT, ">"),
    shape("answers in quotes", TEXT, "> quoted\nanswer\n"),
    shape("attributions", TEXT, "On Tue, 12 Mar 2024, Ann <ann@x.example> wrote:\n"),
    shape("half attributions", TEXT, "On Tue, 12 Mar 2024 at 10:00 Ann <ann@x.example>\n"),
    shape("attributions and words", TEXT, "On Tue, 12 Mar 2024, Ann <ann@x.example> wrote:\nno quote\n\n"),
    shape("header blocks", TEXT, "From: Ann\nSent: Tue\nTo: Bob\nSubject: x\n\n"),
    shape("labels", TEXT, "From:\n"),
    shape("separators", TEXT, "-----Original Message-----\n"),
    shape("forwards", TEXT, "---------- Forwarded message ---------\nFrom: a\n\n"),
    shape("rules", TEXT, "________________________________\n"),
    shape("signatures", TEXT, "-- \nAnn\n"),
    shape("mobile lines", TEXT, "Sent from my iPhone\n"),
    shape("bars", TEXT, "| a\n"),
    shape("initials", TEXT, "AB> text\n"),
    shape("addresses", TEXT, "a@b.example "),
    shape("links", TEXT, "https://x.example/a "),
    shape("wide", TEXT, "\u{fc}"),
    shape("flowed", "From: a@x.example\nContent-Type: text/plain; format=flowed; delsp=yes\n\n{}", "a \n"),
    shape("enriched", "From: a@x.example\nContent-Type: text/enriched\n\n{}", "<a"),
    shape("uuencode begins", TEXT, "begin 644 a\n"),
    shape("uuencode lines", "From: a@x.example\n\nbegin 644 a\n{}", "#0V%T\n"),
    shape("report addresses", REPORT, "a@b.example "),
    shape("report lines", REPORT, "<a@b.example>: user unknown\n"),
    shape("report codes", REPORT, "550 5.1.1 "),
    shape("report fields in text", REPORT, "Final-Recipient: rfc822;a@b.example\n"),
    shape("report blocks", STATUS, "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1\n\n"),
    shape("report long field", STATUS, "Diagnostic-Code: smtp; 550 5\n "),
    shape("report labels", REPORT, "Message-ID:\n"),
    shape("divs", HTML, "<div>"),
    shape("paragraphs", HTML, "<p>a</p>"),
    shape("open tags", HTML, "<b><i>"),
    shape("formatting", HTML, "<b></p>"),
    shape("tables", HTML, "<table><tr><td>"),
    shape("attributes", HTML, "<p a=b "),
    shape("one tag's attributes", "From: a@x.example\nContent-Type: text/html\n\n<p {}>x", "a=b "),
    shape("comments", HTML, "<!--"),
    shape("entities", HTML, "&amp"),
    shape("less-than", HTML, "<"),
    shape("scripts", HTML, "<script>"),
    shape("styles", HTML, "<p style=\"color:red;display:none\">a</p>"),
    shape("images", HTML, "<img src=\"https://x.example/a.png\">"),
    shape("blockquotes", HTML, "<blockquote>a</blockquote>"),
    shape("select", HTML, "<select><option>"),
    shape("subject words", "From: a@x.example\nSubject: {}\n\ntext", "=?utf-8?B?YQ==?= "),
    shape("subject open words", "From: a@x.example\nSubject: {}\n\ntext", "=?utf-8?Q?a "),
    shape("subject starts", "From: a@x.example\nSubject: {}\n\ntext", "=?"),
    shape("recipients", "From: a@x.example\nTo: {}\n\ntext", "a@x.example, "),
    shape("comments in To", "From: a@x.example\nTo: {}\n\ntext", "("),
    shape("quotes in To", "From: a@x.example\nTo: {}\n\ntext", "\"a\\"),
    shape("angles in To", "From: a@x.example\nTo: {}\n\ntext", "<a@b"),
    shape("From", "From: {}\n\ntext", "a <a@x.example> "),
    shape("references", "From: a@x.example\nReferences: {}\n\ntext", "<a@b> "),
    shape("open references", "From: a@x.example\nReferences: {}\n\ntext", "<a"),
    shape("parameters", "From: a@x.example\nContent-Type: text/plain{}\n\ntext", ";a*0=b"),
    shape("headers", "From: a@x.example\n{}\ntext", "X: y\n"),
    shape("folds", "From: a@x.example\nX: y\n{}\ntext", " y\n"),
    shape("delimiters", MIXED, "--a\n"),
    shape("near delimiters", MIXED, "--ab\nContent-Type: x/y\n\n"),
    shape("parts", MIXED, "--a\nContent-Type: text/html\n\n<p>a</p>\n"),
    shape("files", MIXED, "--a\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-\n"),
    shape("nested", MIXED, "--a\nContent-Type: multipart/mixed; boundary=a\n\n"),
    shape("boundaries to find", "From: a@x.example\nContent-Type: multipart/mixed\n\n{}", "--word\n"),
    shape("quoted-printable", "From: a@x.example\nContent-Transfer-Encoding: quoted-printable\n\n{}", "=C3=BC"),
    shape("soft breaks", "From: a@x.example\nContent-Transfer-Encoding: quoted-printable\n\n{}", "=\n"),
    shape("base64", "From: a@x.example\nContent-Transfer-Encoding: base64\n\n{}", "R3LDvMOf\n"),
    shape("broken base64", "From: a@x.example\nContent-Transfer-Encoding: base64\n\n{}", "A \n"),
    shape("utf-7", "From: a@x.example\nContent-Type: text/plain; charset=utf-7\n\n{}", "+A"),
    shape("iso-2022-jp", "From: a@x.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n{}", "\u{1b}$B\u{1b}(B"),
    shape("unknown charset", "From: a@x.example\nContent-Type: text/plain; charset=x-unknown\n\n{}", "\u{fc}\u{1b}"),
    shape("calendar", "From: a@x.example\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\nSUMMARY:a\n"),
    shape("calendar folds", "From: a@x.example\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:a\n{}", " a\n"),
    shape("S/MIME", "From: a@x.example\nContent-Type: application/pkcs7-mime\n\n{}", "0\u{0}"),
    shape("winmail", "From: a@x.example\nContent-Type: application/ms-tnef\n\n\u{78}\u{1f}>\"{}", "\u{1}\u{0}\u{0}"),
    shape("disposition", "From: a@x.example\nContent-Disposition: attachment{}\n\ntext", "; filename*=utf-8''%41"),
    shape("received", "{}From: a@x.example\n\ntext", "Received: from a by b; Tue, 12 Mar 2024 10:00:00 +0000\n"),
];

fn hostile(shape: &Shape, bytes: usize) -> Vec<u8> {
    shape.frame.replacen("{}", &shape.piece.repeat(bytes / shape.piece.len()), 1).into_bytes()
}

/// Child of [`doubling`]: builds one shape and, if asked, reads it.
fn one(name: &str, bytes: usize, read: bool) {
    if let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) {
        let mail = hostile(shape, bytes);
        if read {
            drop(black_box(understand(black_box(&mail), &Limits::default())));
        }
    }
}

/// Instructions in user space of one child; `None` where nothing counts them.
fn instructions(name: &str, bytes: usize, what: &str) -> Option<f64> {
    let this = std::env::current_exe().ok()?;
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).arg(&this).args(["--shape", name, &bytes.to_string(), what]);
        String::from_utf8(command.output().ok()?.stderr).ok()
    };
    let counted = |said: &str| {
        let line = said.lines().find(|line| line.contains("instructions:u"))?;
        line.split(',').next()?.parse().ok()
    };
    // Virtual machines often have no counters; valgrind counts in software.
    run("perf", &["stat", "-x", ",", "-e", "instructions:u", "--"]).as_deref().and_then(counted).or_else(|| {
        let said = run("valgrind", &["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])?;
        let line = said.lines().find(|line| line.contains("I refs:") || line.contains("I   refs:"))?;
        line.rsplit(':').next()?.trim().replace(',', "").parse().ok()
    })
}

/// What one reading costs: instructions beyond those of starting, else microseconds.
fn cost(name: &str, bytes: usize, start: Option<f64>) -> (f64, bool) {
    if let (Some(all), Some(start)) = (start.and_then(|_| instructions(name, bytes, "read")), start) {
        return ((all - start).max(1.0), true);
    }
    let start = now();
    one(name, bytes, true);
    (start.elapsed().as_secs_f64() * 1e6, false)
}

/// Prints what doubling costs; whether every counted shape stays below 2.5.
fn doubling() -> bool {
    let mut fine = true;
    let start = instructions("", 0, "build");
    for shape in SHAPES {
        let ((once, counted), (twice, _)) = (cost(shape.name, 250_000, start), cost(shape.name, 500_000, start));
        let (ratio, each) = (twice / once, twice / 500_000.0);
        println!("{:<24} {ratio:>5.2} {}  {each:>8.0} a byte", shape.name, if counted { "instructions" } else { "time" });
        fine &= ratio <= 2.5 || !counted;
    }
    fine
}

/// Child of [`bounds`]: reads the mail in a file, and prints how many bytes of memory that took at most, and how many
/// milliseconds.
fn peak(path: &str) -> std::io::Result<()> {
    let resident = |label: &str| {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(label))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
    };
    // Code and tables are there before.
    drop(understand(b"From: a@x.example\nContent-Type: text/html\n\n<p>a", &Limits::default()));
    let mail = std::fs::read(path)?;
    // Forgets the highest use so far (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = resident("VmRSS:");
    let start = now();
    drop(black_box(understand(black_box(&mail), &Limits::default())));
    let time = start.elapsed().as_millis();
    let taken = resident("VmHWM:").zip(before).map(|(after, before)| after.saturating_sub(before));
    println!("{} {time}", taken.ok_or_else(|| std::io::Error::other("/proc does not tell"))?);
    Ok(())
}

/// Prints what reading takes; whether every shape stays within bounds.
fn bounds() -> std::io::Result<bool> {
    let largest = Limits::default().raw_bytes;
    let mut fine = true;
    let path = std::env::temp_dir().join(format!("postroom-{}.eml", std::process::id()));
    for shape in SHAPES {
        print!("{:<24}", shape.name);
        for bytes in [100_000, 1_000_000, largest] {
            std::fs::write(&path, hostile(shape, bytes))?;
            let child = Command::new(std::env::current_exe()?).arg("--peak").arg(&path).output()?;
            let said = String::from_utf8_lossy(&child.stdout);
            let numbers =
                said.trim().split_once(' ').and_then(|(taken, time)| taken.parse::<u64>().ok().zip(time.parse::<u64>().ok()));
            match numbers {
                Some((taken, time)) => {
                    fine &= taken <= 4 * largest as u64 && time <= 5_000;
                    print!(" {time:>5} ms {:>6} KiB {:>5.1}", taken >> 10, taken as f64 / bytes as f64);
                }
                None => {
                    fine = false;
                    print!(" {}", String::from_utf8_lossy(&child.stderr).trim());
                }
            }
        }
        println!();
    }
    std::fs::remove_file(path)?;
    Ok(fine)
}

fn main() -> std::io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name, bytes, what, ..] = arguments.as_slice()
        && flag == "--shape"
    {
        one(name, bytes.parse().unwrap_or_default(), what == "read");
        return Ok(ExitCode::SUCCESS);
    }
    if let [flag, path, ..] = arguments.as_slice()
        && flag == "--peak"
    {
        peak(path)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.iter().any(|argument| argument == "--bounds") {
        return Ok(if bounds()? { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if arguments.iter().any(|argument| argument == "--doubling") {
        return Ok(if doubling() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    measure("typical reply", &[typical()]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mail");
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            mails.push(std::fs::read(path)?);
        }
    }
    measure("fixtures", &mails);
    Ok(ExitCode::SUCCESS)
}
