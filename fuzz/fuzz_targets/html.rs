//! Any HTML becomes text and harmless HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/promises.rs"]
mod promises;

fuzz_target!(|data: &[u8]| {
    promises::of(&[b"From: a@x.example\nContent-Type: text/html; charset=utf-8\n\n", data].concat());
});
