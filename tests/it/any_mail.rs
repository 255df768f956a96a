//! Mails of `fixtures/mail`, damaged in every way: each still gives a letter that keeps its promises, or a reason.
//!
//! `POSTROOM_MUTATE_SECONDS=600` goes on for so long with other seeds, as a fuzzer without a nightly compiler; the mail
//! that broke something is printed as a path in the temporary folder and belongs into `fixtures/mail`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::promises;

/// Cases of an ordinary run.
const CASES: u64 = 10_000;
/// Larger fixtures are left to `mails_are_understood`.
const LARGEST: usize = 12_000;

/// What decides how bytes are read; thrown in anywhere.
const TOKENS: &[&[u8]] = &[
    b"\n--b\n",
    b"--b--\n",
    b"\r",
    b"\n\n",
    b"=?utf-8?B?",
    b"=?utf-8?Q?=C3",
    b"?=",
    b"; boundary=b\n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Type: application/ms-tnef\n",
    b"Content-Type: application/pkcs7-mime\n",
    b"Content-Type: text/calendar; charset=utf-16\n",
    b"Content-Type: text/html; charset=utf-7\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"Final-Recipient: rfc822;",
    b"Return-Path: <>\n",
    b"begin 644 a\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1b$B",
    b"\0",
    b"<blockquote>",
    b"<!--",
    b"> ",
    b"\"",
    b"(",
    b"<",
    b"*0*=",
    b"\xe2\x80\xae",
];

/// Small and always the same (xorshift64*): a case is known by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % sides.max(1)
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.roll(length + 1);
        start..start + self.roll((length - start).min(400) + 1)
    }
}

fn damaged(mails: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut mail = mails[dice.roll(mails.len())].clone();
    for _ in 0..=dice.roll(6) {
        let range = dice.range(mail.len());
        match dice.roll(8) {
            0 => drop(mail.drain(range)),
            1 => {
                let copy = mail[range.clone()].to_vec();
                mail.splice(range.end..range.end, copy);
            }
            2 => {
                let other = &mails[dice.roll(mails.len())];
                let piece = other[dice.range(other.len())].to_vec();
                mail.splice(range.start..range.start, piece);
            }
            3 if !mail.is_empty() => {
                let at = dice.roll(mail.len());
                mail[at] ^= 1 << dice.roll(8);
            }
            4 => mail.truncate(range.start),
            5 => mail.retain(|byte| *byte != b'\r'),
            6 => mail = String::from_utf8_lossy(&mail).replace('\n', "\r\n").into_bytes(),
            _ => {
                let token = TOKENS[dice.roll(TOKENS.len())];
                mail.splice(range.start..range.start, token.iter().copied());
            }
        }
    }
    mail
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long reading takes is what is tested")]
fn damaged_mails_are_letters_or_reasons() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    let mut mails: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    mails.retain(|mail| mail.len() < LARGEST);
    assert!(mails.len() > 100);
    let seconds = std::env::var("POSTROOM_MUTATE_SECONDS").ok().and_then(|text| text.parse().ok());
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut letters = 0_u64;
    for seed in 0.. {
        if end.map_or(seed >= CASES, |end| Instant::now() >= end) {
            println!("{seed} cases, {letters} letters");
            break;
        }
        let mail = damaged(&mails, seed);
        let kept = std::env::temp_dir().join(format!("damaged-{seed}.eml"));
        let started = Instant::now();
        let outcome = std::panic::catch_unwind(|| promises::of(&mail));
        match outcome {
            Ok(letter) => letters += u64::from(letter),
            Err(_) => {
                std::fs::write(&kept, &mail).unwrap();
                panic!("seed {seed}: see {}", kept.display());
            }
        }
        assert!(started.elapsed() < Duration::from_secs(30), "seed {seed} took {:?}", started.elapsed());
    }
    assert!(letters > CASES / 2, "damage must leave most mails readable: {letters}");
}
