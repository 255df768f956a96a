//! What it costs that a mail is read in a process of its own: `cargo bench --bench readers`. Prints numbers. How fast mails
//! are read at all: `cargo bench --bench reading`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use postroom::mail::Limits;
use postroom::reader::{Patience, Readers, Task, work};
use postroom::time::Clock;

/// A reply in both forms, about 8 KiB.
fn typical() -> Vec<u8> {
    let sentence = "The printer on the second floor prints every page twice since the update of last week.\r\n";
    let (new, quoted) = (sentence.repeat(8), format!("> {sentence}").repeat(24));
    let html = sentence.repeat(32).replace("\r\n", "<br>\r\n");
    format!(
        "From: Ann <ann@x.example>\r\nTo: support@desk.example\r\nSubject: Re: Printer\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{new}\r\n{quoted}\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<div>{html}</div>\r\n--b--\r\n"
    )
    .into_bytes()
}

/// The same mail by itself, with everything that a reader finds out, here and there in turn.
fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let readers = Readers::processes(env!("CARGO_BIN_EXE_postroom").into(), Limits::default().raw_bytes, Patience::default());
    let task = || Task::Read { limits: Limits::default(), receiver: None, signed_by: None };
    let large = [typical(), b"x".repeat(1 << 20)].concat();
    for (name, raw) in [("typical reply", Arc::new(typical())), ("with 1 MiB more of text", Arc::new(large))] {
        let clock = Clock::System;
        let (mut here, mut there, mut rounds) = (Duration::ZERO, Duration::ZERO, 0_u32);
        while here + there < Duration::from_secs(3) {
            let start = clock.now();
            for _ in 0..20 {
                drop(black_box(work(&task(), &raw)));
            }
            here += clock.now().since(start);
            let start = clock.now();
            for _ in 0..20 {
                let read = runtime.block_on(readers.work(task(), Arc::clone(&raw)));
                drop(black_box(read.map_err(std::io::Error::other)?));
            }
            there += clock.now().since(start);
            rounds += 20;
        }
        let (here, there) = (here / rounds, there / rounds);
        println!("{name}: {here:?} here, {there:?} in a worker, the detour {:?}", there.saturating_sub(here));
    }
    Ok(())
}
