//! Any delivery report is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postroom::mail::{Limits, understand};

fuzz_target!(|data: &[u8]| {
    let head = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n";
    let _ = understand(&[head, data].concat(), &Limits::default());
    let head = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n\n";
    let _ = understand(&[&head[..], data].concat(), &Limits::default());
});
