//! Any text is parted without loss, with and without what we know that we sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom_mail::body::{Body, split_text};
use postroom_mail::quoted;

fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

fn is_whole(text: &str, body: &Body) {
    assert_eq!(lines(text), lines(&body.new_text()) + lines(&body.quoted_text()) + lines(&body.signature_text()));
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // Half of the text is ours, as in a quote.
    let ours: Vec<&str> = text.lines().skip(text.lines().count() / 2).map(|line| line.trim_start_matches('>')).collect();
    let ours = ours.join("\n");
    for forward in [false, true] {
        let body = split_text(&text, forward);
        is_whole(&text, &body);
        for reveal in [false, true] {
            is_whole(&text, &quoted::mark(&body, &[&ours], reveal));
        }
    }
});
