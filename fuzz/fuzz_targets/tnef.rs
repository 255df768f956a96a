//! Any bytes may stand in a `winmail.dat` and in a `smime.p7m`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::{Limits, understand};

fuzz_target!(|data: &[u8]| {
    for head in [&b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22"[..], b"Content-Type: application/pkcs7-mime\n\n"] {
        let _ = understand(&[head, data].concat(), &Limits::default());
    }
});
