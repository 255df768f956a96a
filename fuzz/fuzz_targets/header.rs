//! Any bytes may stand in header fields.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/promises.rs"]
mod promises;

const NAMES: [&str; 10] =
    ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition", "Received", "List-Id"];

fuzz_target!(|data: &[u8]| {
    let value: Vec<u8> = data.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }).collect();
    let fields = NAMES.iter().flat_map(|name| [name.as_bytes(), b": ", &value, b"\n"].concat());
    promises::of(&fields.chain(*b"\ntext\n").collect::<Vec<u8>>());
});
