//! Any bytes give a letter that keeps its promises, or a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/promises.rs"]
mod promises;

fuzz_target!(|data: &[u8]| {
    promises::of(data);
});
