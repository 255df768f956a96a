//! Any bytes give a letter or a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::{Limits, understand};

fuzz_target!(|data: &[u8]| {
    let _ = understand(data, &Limits::default());
});
