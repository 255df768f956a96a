//! What is signed is verified by the library, and nothing can be changed or added.

use super::super::{candidates, holds};
use super::*;

const RSA: &str = include_str!("../../../fixtures/dkim/rsa.pem");
const TRADITIONAL: &str = include_str!("../../../fixtures/dkim/rsa-traditional.pem");
const ED25519: &str = include_str!("../../../fixtures/dkim/ed25519.pem");
const MAIL: &str = "From: Anna <support@desk.example>\r\nTo: carla@acme.example\r\nSubject: Printer\r\n  broken \r\n\
    Message-ID: <1@desk.example>\r\nDate: Sun, 22 Nov 2026 06:00:00 +0000\r\nIn-Reply-To: <a@acme.example>\r\n\
    References: <a@acme.example>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello  there.\r\n\r\n\r\n";

fn at() -> Timestamp {
    Timestamp::from_seconds(1_795_000_000)
}

fn signers() -> [Signer; 2] {
    [RSA, ED25519].map(|pem| Signer::new("desk.example", "s1", pem).unwrap())
}

fn verified(signer: &Signer, mail: &str) -> bool {
    holds(mail.as_bytes(), "desk.example", at(), &[(signer.record_name(), signer.record())])
}

#[test]
fn what_is_signed_holds_and_the_same_mail_gets_the_same_signature() {
    for signer in signers() {
        let field = signer.sign(MAIL.as_bytes(), at()).unwrap();
        assert_eq!(signer.sign(MAIL.as_bytes(), at()).unwrap(), field);
        assert!(field.contains("; t=1795000000"), "{field}");
        assert!(field.lines().all(|line| line.len() <= 80), "{field}");
        let signed = format!("{field}{MAIL}");
        assert!(verified(&signer, &signed), "{field}");
        // It is as strict as what the desk itself wants to see.
        assert_eq!(candidates(signed.as_bytes(), "desk.example", at()).len(), 1);
        for (from, to) in [
            ("Anna", "Ben"),
            ("carla@", "dana@"),
            ("broken", "fine"),
            ("<1@", "<2@"),
            ("06:00", "07:00"),
            ("In-Reply-To: <a@", "In-Reply-To: <b@"),
            ("References: <a@", "References: <b@"),
            ("auto-generated", "no"),
            ("text/plain", "text/html"),
            ("7bit", "base64"),
            ("there", "here"),
        ] {
            assert!(MAIL.contains(from), "{from}");
            let (head, body) = (field.clone(), MAIL.replacen(from, to, 1));
            assert!(!verified(&signer, &format!("{head}{body}")), "{from} -> {to}");
        }
    }
}

#[test]
fn nothing_can_be_added_that_programs_would_show_instead() {
    let [signer, _] = signers();
    let field = signer.sign(MAIL.as_bytes(), at()).unwrap();
    let with = |more: &str| verified(&signer, &format!("{field}{more}{MAIL}"));
    assert!(with("") && with("Received: x\r\n") && with("List-Unsubscribe: <https://list.example>\r\n"), "the twin");
    for name in ["Reply-To", "Cc", "Message-ID", "In-Reply-To", "From", "To", "Subject", "Date", "References", "Content-Type"] {
        assert!(!with(&format!("{name}: <x@evil.example>\r\n")), "{name}");
    }
    // One click needs a signature over both fields (RFC 8058 section 4).
    let fields = "List-Unsubscribe: <https://help.desk.example/u/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    let mail = format!("{fields}{MAIL}");
    let field = signer.sign(mail.as_bytes(), at()).unwrap();
    assert!(verified(&signer, &format!("{field}{mail}")));
    assert!(!verified(&signer, &format!("{field}{}", mail.replace("/u/1", "/u/2"))));
    assert!(!verified(&signer, &format!("{field}{}", mail.replace("=One-Click", "=Two"))));
}

#[test]
fn keys_are_read_as_openssl_writes_them_and_their_records_fit() {
    let [rsa, ed25519] = signers();
    let old = Signer::new("Desk.Example", "S1", TRADITIONAL).unwrap();
    assert_eq!((old.record(), old.record_name()), (rsa.record(), "s1._domainkey.desk.example".to_owned()));
    // `openssl pkey -in rsa.pem -pubout` says the same.
    assert!(rsa.record().starts_with("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"), "{}", rsa.record());
    assert_eq!(ed25519.record().len(), "v=DKIM1; k=ed25519; p=".len() + 44);
    for (signer, other) in [(&rsa, &ed25519), (&ed25519, &rsa)] {
        let record = signer.record();
        let spaced = record.replace("p=", "t=s; n=x; p= ").replace("A", "A ");
        assert!(signer.fits(&record) && signer.fits(&spaced), "{record}");
        assert!(!other.fits(&record));
        for record in ["", "v=DKIM1; p=", "v=spf1 -all", &record.replace("DKIM1", "DKIM2"), &format!("{record}AAAA")] {
            assert!(!signer.fits(record), "{record}");
        }
    }
    assert!(rsa.fits(&rsa.record().replace("k=rsa; ", "")), "rsa is what a record means that does not say");
    let bare = format!("v=DKIM1; p={}", base64(&rsa.public));
    assert!(rsa.fits(&bare), "the form that the standard itself names");
}

#[test]
fn what_cannot_sign_says_why() {
    let new = |domain: &str, selector: &str, pem: &str| Signer::new(domain, selector, pem).unwrap_err();
    for domain in ["", "desk", "desk..example", "desk.example.", "b\u{fc}cher.example", "a b.example", "x@desk.example"] {
        assert!(matches!(new(domain, "s1", RSA), CannotSign::Domain(_)), "{domain}");
    }
    for selector in ["", "a b", "s1.", "s/1"] {
        assert!(matches!(new("desk.example", selector, RSA), CannotSign::Selector(_)), "{selector}");
    }
    let of = |pem: &str| new("desk.example", "s1", pem);
    let public = RSA.replace("PRIVATE", "PUBLIC");
    let half = RSA.split_at(800).0;
    for pem in ["", "key", &public, half] {
        assert_eq!(of(pem), CannotSign::NoKey, "{pem}");
    }
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    for pem in [&RSA.replace("PRIVATE", "ENCRYPTED PRIVATE"), old] {
        assert_eq!(of(pem), CannotSign::Encrypted);
    }
    let elliptic = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";
    for pem in [elliptic, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"] {
        assert!(matches!(of(pem), CannotSign::OtherKey(_)), "{pem}");
    }
}

#[test]
fn a_signature_speaks_for_its_own_domain() {
    let [signer, _] = signers();
    for (from, aligns) in [
        ("support@desk.example", true),
        ("support@DESK.example", true),
        ("support@mail.desk.example", true),
        ("support@otherdesk.example", false),
        ("support@acme.example", false),
        ("support@example", false),
        ("desk.example", false),
        ("", false),
    ] {
        assert_eq!(signer.aligns(from), aligns, "{from}");
    }
    let below = Signer::new("mail.desk.example", "s1", RSA).unwrap();
    assert!(below.aligns("support@desk.example") && !below.aligns("support@www.desk.example"));
    assert!(!format!("{below:?}").contains("MII"));
}

#[test]
fn whatever_the_desk_composes_can_be_signed() {
    use crate::compose::{Draft, File, compose};
    use crate::letter::Address;
    let address = |name: &str, address: &str| Address { name: Some(name.to_owned()), address: address.to_owned() };
    let file = File {
        name: "B\u{fc}ro.png".repeat(30),
        content_type: "image/png".to_owned(),
        size: 4,
        inline: false,
        content_id: None,
        blob: String::new(),
    };
    for odd in ["", " ", "x", "\u{4f60}\u{597d} ", "a-b ", "word ", "\t\r\n", "=?utf-8?q?x?= ", "\"; ", "\u{301}"] {
        for times in [1, 40, 400] {
            let odd = odd.repeat(times);
            let draft = Draft {
                from: address(&odd, "support@desk.example"),
                to: address(&odd, "carla@acme.example"),
                cc: vec![address(&odd, "kim@acme.example"); 3],
                reply_to: Some(address("", "support+abc@desk.example")),
                subject: odd.clone(),
                message_id: odd.clone() + "1@desk.example",
                in_reply_to: Some(odd.clone() + "@x.example"),
                references: vec![odd.clone() + "@x.example"; 20],
                date: 1_795_000_000_000_000,
                auto_submitted: Some("auto-generated".to_owned()),
                headers: vec![("X-Postroom-Ticket".to_owned(), odd.clone()), ("Precedence".to_owned(), odd.clone())],
                text: odd.clone(),
                html: None,
                files: vec![file.clone(); times % 3],
            };
            let mail = compose(&draft, &vec![vec![0, 13, 10, 255]; times % 3]).unwrap();
            let mail = String::from_utf8(mail).unwrap() + "\r\n";
            for signer in signers() {
                let field = signer.sign(mail.as_bytes(), at()).unwrap_or_else(|| panic!("{odd:?}: {mail}"));
                assert!(verified(&signer, &format!("{field}{mail}")), "{odd:?}: {field}{mail}");
            }
        }
    }
}

#[test]
fn what_is_no_mail_is_not_signed() {
    let [signer, _] = signers();
    for mail in ["", "From: a@desk.example", "From: a@desk.example\n\nbare\n", "no field\r\n\r\nx\r\n"] {
        assert_eq!(signer.sign(mail.as_bytes(), at()), None, "{mail:?}");
    }
    let empty = "From: a@desk.example\r\nDate: x\r\nSubject: x\r\n\r\n";
    let field = signer.sign(empty.as_bytes(), at()).unwrap();
    assert!(verified(&signer, &format!("{field}{empty}")), "a mail without a text");
}
