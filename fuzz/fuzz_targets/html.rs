//! Any HTML becomes text and harmless HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::{Limits, understand};

fuzz_target!(|data: &[u8]| {
    let raw = [b"From: a@x.example\nContent-Type: text/html\n\n", data].concat();
    if let Ok(letter) = understand(&raw, &Limits::default()) {
        let html = letter.html.unwrap_or_default().to_ascii_lowercase();
        assert!(!html.contains("<script") && !html.contains("<svg") && !html.contains("<iframe"));
    }
});
