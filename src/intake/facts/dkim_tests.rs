//! Signatures made by the library's own signer and by OpenSSL, and what becomes of them when something is changed.

use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, DkimSigner};

use super::*;
use crate::time::Clock;

const MAIL: &str = "From: Anna <anna@staff.example>\r\nTo: support@desk.example\r\nSubject: Printer  broken\r\n\
    Date: Sun, 22 Nov 2026 06:00:00 +0000\r\n\r\nHello  there.\r\n\r\nAnna\r\n";

/// A key that signs, and its record.
struct Signer {
    pkcs8: Vec<u8>,
}

impl Signer {
    fn new() -> Self {
        Self { pkcs8: Ed25519Key::generate_pkcs8().unwrap() }
    }

    fn key(&self) -> Ed25519Key {
        Ed25519Key::from_pkcs8_der(&self.pkcs8).unwrap()
    }

    fn record(&self) -> String {
        format!("v=DKIM1; k=ed25519; p={}", base64(&self.key().public_key()))
    }

    fn records(&self) -> Records {
        Records::fixed([("s1._domainkey.staff.example".to_owned(), self.record())])
    }

    fn sign(&self, mail: &str, head: Canonicalization, body: Canonicalization) -> String {
        let signer = DkimSigner::from_key(self.key()).domain("staff.example").selector("s1");
        let signer = signer
            .headers(["From", "Subject", "Date", "To", "Cc", "Reply-To", "In-Reply-To", "References"])
            .header_canonicalization(head)
            .body_canonicalization(body);
        format!("{}{mail}", signer.sign(mail.as_bytes()).unwrap().to_header())
    }

    fn relaxed(&self) -> String {
        self.sign(MAIL, Canonicalization::Relaxed, Canonicalization::Relaxed)
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..4)
            .map(|at| if at > chunk.len() { '=' } else { ALPHABET[(bits >> (18 - 6 * at)) as usize & 63] as char })
            .collect::<String>()
    };
    bytes.chunks(3).map(of).collect()
}

async fn signed(raw: &str, records: &Records) -> bool {
    is_signed(raw.as_bytes(), "staff.example", Clock::System.now(), records).await
}

#[tokio::test]
async fn what_the_domain_signed_is_signed_and_what_was_changed_is_not() {
    let signer = Signer::new();
    let records = signer.records();
    for head in [Canonicalization::Relaxed, Canonicalization::Simple] {
        for body in [Canonicalization::Relaxed, Canonicalization::Simple] {
            let raw = signer.sign(MAIL, head, body);
            assert!(signed(&raw, &records).await, "{raw}");
            assert!(signed(&raw.replace("\r\n", "\n"), &records).await, "as a Maildir keeps it");
            assert!(signed(&format!("Received: by x\r\nX-Spam: no\r\n{raw}"), &records).await);
            let loose = raw.replace("Hello  there.", "Hello there.");
            assert_eq!(signed(&loose, &records).await, body == Canonicalization::Relaxed);
            let folded = raw.replace("Printer  broken", "Printer\r\n broken");
            assert_eq!(signed(&folded, &records).await, head == Canonicalization::Relaxed);
        }
    }
    let raw = signer.relaxed();
    let changed = [
        raw.replace("Hello", "Hallo"),
        raw.clone() + "PS: transfer the money.\r\n",
        raw.replace("Printer", "Drucker"),
        raw.replace("Anna <anna@staff.example>", "Ben <ben@staff.example>"),
        raw.replace("06:00:00", "07:00:00"),
        raw.replace("s=s1", "s=s2"),
        raw.replace("d=staff.example", "d=mail.staff.example"),
        raw.replace("bh=", "l=5; bh="),
        raw.replace("v=1;", "v=1; l=0;"),
        format!("From: Eve <eve@evil.example>\r\n{raw}"),
        format!("Subject: Another\r\n{raw}"),
        format!("Content-Type: text/html\r\nContent-Type: text/plain\r\n{raw}"),
        raw.replace("To:", "To :"),
        raw.replace("To:", "no field\r\nTo:"),
        raw.replace("\r\n\r\nHello", "\r\n \r\nHello"),
        format!("\r\n{raw}"),
        MAIL.to_owned(),
        String::new(),
    ];
    for raw in changed {
        assert!(!signed(&raw, &records).await, "{raw}");
    }
    assert!(!is_signed(raw.as_bytes(), "other.example", Clock::System.now(), &records).await);
    let later = Clock::System.now().plus(Duration::from_hours(8 * 24));
    assert!(!is_signed(raw.as_bytes(), "staff.example", later, &records).await, "kept for later");
}

#[tokio::test]
async fn the_key_must_be_there_alone_and_in_earnest() {
    let signer = Signer::new();
    let raw = signer.relaxed();
    let name = "s1._domainkey.staff.example".to_owned();
    let with = |records: &[&str]| Records::fixed(records.iter().map(|record| (name.clone(), (*record).to_owned())));
    let good = signer.record();
    assert!(signed(&raw, &with(&[&good])).await);
    for bad in [
        vec![],
        vec![good.as_str(), good.as_str()],
        vec![good.as_str(), "v=spf1 -all"],
        vec!["v=DKIM1; k=ed25519; p="],
        vec!["v=DKIM1; k=ed25519; p=AAAA"],
        vec!["nonsense"],
    ] {
        assert!(!signed(&raw, &with(&bad)).await, "{bad:?}");
    }
    for broken in [good.replace("v=DKIM1", "v=DKIM1; t=y"), good.replace("k=ed25519", "k=rsa"), Signer::new().record()] {
        assert!(!signed(&raw, &with(&[&broken])).await, "{broken}");
    }
    assert!(!signed(&raw, &Records::System(None)).await, "without DNS there is no evidence, and no error");
}

#[tokio::test]
async fn one_good_signature_among_others_is_enough_and_not_after_too_many() {
    let signer = Signer::new();
    let raw = signer.relaxed();
    let other = Signer::new().relaxed();
    let bad = other.strip_suffix(MAIL).unwrap();
    assert!(signed(&format!("{bad}{raw}"), &signer.records()).await);
    assert!(!signed(&format!("{}{raw}", bad.repeat(4)), &signer.records()).await);
}

/// Signatures by `openssl dgst -sha256 -sign`, and the public keys; the private ones were thrown away.
const RSA: &[(&str, &str, usize)] = &[
    (
        "RRSzY0dNfe0zSrwvWM7FJ4sf/oeDqCNCgaRkQ2E0Bvtcx17B+L06qk1EJfO/z1WaRKGE29NmjHd63IJf8V8jHN4uqLyQYEMMK3Hwh3GppfQGkHOxcteHMJsVZ9yttMwFM6t9azcWHKMbVzz1Sn9MPynR3a//DDXTxJnbVKnBAZBLvx+RyW/ynfJLKEt4L2B0Z2D4Vq7OwF1RC1VbM3Z+wPEu8m82V/fH4LqfdNVK/z4Hof3F4mOqLL/lgO8aH4iZqGtQXpidqpwYnZjqOYnZZ3VA0Hmfq+Qxt0KrVAXJacDA995n3FrZmFAVLMxxB7Woy9FgmIXZ2P2TzTUU4UuIRA==",
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzUsbr24zwgPWU8E8mXjo+zbveT1R/n+PxbOLwySL0MM77AE1ZE6vAt8fLQBECa4YhPp975Au+8kGTbG9TpLr5Iruth5vDC3yKUSjcd0kbLkd/Vwe4Tol0uOK6I6BUOxOk9g79VVyAPt4KpK1d8sw8BzJPqeYubaL47z5F4hSa0J02AX1h+hVSEdvKT/RL6iiyBlAlMok71uqxkx1ilcjz2cjSZQONYdasaV+RsMw5NlTn6XGJTHvCp5V/XLT6szeCaLeeB0ISLN5j/L52Luf94VZXddRlYU+YTz1hObzKEZ18MuUhaK7WO2HxXkdfv03UpzD/+Gg3odDuUUoKPYLRQIDAQAB",
        2048,
    ),
    (
        "Xfwpx4YGyfcmD8ntWYnDa7SYB/THfT39Kg9Hw6ZZ9NysLZkNr0sRnBYX8GJjngWa+mIao1KuuORvHOFbTOpyF+8fWTvMzreYOPMq8E5LKRU3/vGY9uut/NrxvgVY8B2nVju1pRUUFe6++baRFF+GZwKQ4DYxmc9C9IllGuKv3Rw=",
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/hGbMJLF1GLEq+Pw4YJSL6zw3g4DENe2H6QFkKhGUamGOEMiy5rXtb7PCJJpc4JeUgEClGaXjN5gPwEZNRYjXdW1Z6mMMe7oN5ZwAXmNO4Yzbe6io0OYxg9gQq2cnlzfEEuVBUhyXYOJmuUbOrvieaYO90RhDtwnxsFvq+Br7XwIDAQAB",
        1024,
    ),
    (
        "LkEhm+fW5Bx5DctGcda7+0FsyDEFw7YVEfx7AHhY6T9Vz6Lmubn7MejDPJlqsA/qNL352un/sFpWj0n4Kdt5tg==",
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKN5BvSJuKpx0zDpr4Pj/pVk4ToJ9FjC+G0WhLOYG1qvcOMQqCVwwFdzf2PwkIWFp4KHkVLjfOQ+rQmFTPXWFdUCAwEAAQ==",
        512,
    ),
];

#[tokio::test]
async fn short_rsa_keys_prove_nothing() {
    for (signature, key, bits) in RSA {
        let raw = format!(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=staff.example; s=rsa{bits}; h=from:subject:date; \
             bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=; b={signature}\r\nFrom: Anna <anna@staff.example>\r\n\
             Subject: RSA\r\nDate: Sun, 22 Nov 2026 06:00:00 +0000\r\n\r\nHello\r\n"
        );
        let records = Records::fixed([(format!("rsa{bits}._domainkey.staff.example"), format!("v=DKIM1; p={key}"))]);
        assert_eq!(signed(&raw, &records).await, *bits >= 1024, "{bits}");
        assert!(!signed(&raw.replace("Hello", "Hallo"), &records).await);
    }
}
