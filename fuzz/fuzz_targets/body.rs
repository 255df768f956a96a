//! Any text is parted without loss.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::body::split_text;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let parts = split_text(&text, false);
    let count = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(count(&text), count(&parts.new_text) + count(&parts.quoted_text) + count(&parts.signature_text));
});
