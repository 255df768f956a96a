//! Any delivery report is read, whether in fields or in prose.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/promises.rs"]
mod promises;

const FIELDS: &[u8] = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n";
const PROSE: &[u8] = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n\n";

fuzz_target!(|data: &[u8]| {
    promises::of(&[FIELDS, data].concat());
    promises::of(&[PROSE, data].concat());
});
