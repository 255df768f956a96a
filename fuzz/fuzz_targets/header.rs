//! Any bytes may stand in header fields.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::{Limits, understand};

fuzz_target!(|data: &[u8]| {
    let mut raw = Vec::new();
    for name in ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition"] {
        raw.extend_from_slice(format!("{name}: ").as_bytes());
        raw.extend(data.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        raw.push(b'\n');
    }
    raw.extend_from_slice(b"\ntext\n");
    let _ = understand(&raw, &Limits::default());
});
