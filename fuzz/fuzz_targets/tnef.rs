//! Any bytes may stand in a `winmail.dat` and in a `smime.p7m`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/promises.rs"]
mod promises;

const TNEF: &[u8] = b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22";
const CMS: &[u8] = b"Content-Type: application/pkcs7-mime\n\n";

fuzz_target!(|data: &[u8]| {
    promises::of(&[TNEF, data].concat());
    promises::of(&[CMS, data].concat());
});
