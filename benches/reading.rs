//! How fast mails are read, sanitising included: `cargo bench --bench reading`. Prints numbers; fails on nothing.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use postroom::mail::{Limits, understand};
use postroom::time::Clock;

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
    let clock = Clock::System;
    let (start, mut count) = (clock.now(), 0_u32);
    while clock.now().since(start) < Duration::from_secs(3) {
        for mail in mails {
            drop(black_box(understand(black_box(mail), &limits)));
            count += 1;
        }
    }
    let each = clock.now().since(start) / count.max(1);
    println!("{name}: {} bytes on average, {each:?} each", mails.iter().map(Vec::len).sum::<usize>() / mails.len().max(1));
}

fn main() -> std::io::Result<()> {
    measure("typical reply", &[typical()]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            mails.push(std::fs::read(path)?);
        }
    }
    measure("fixtures", &mails);
    Ok(())
}
