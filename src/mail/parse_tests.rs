use proptest::prelude::*;

use super::super::compose::{Draft, compose};
use super::*;
use crate::compose::File;

fn read(raw: &[u8]) -> Letter {
    understand(raw, &Limits::default()).unwrap()
}

#[test]
fn what_is_no_mail() {
    assert_eq!(understand(b"", &Limits::default()).unwrap_err(), Unreadable::Blank);
    assert_eq!(understand(b" \r\n\0", &Limits::default()).unwrap_err(), Unreadable::Blank);
    assert_eq!(understand(b"PK\x03\x04\0\0\0\x01\x02\x03", &Limits::default()).unwrap_err(), Unreadable::NotMail);
    assert_eq!(read(b"hello world").body.new_text(), "hello world");
}

#[test]
fn limits_hold() {
    let parts: String = (0..600).map(|n| format!("--x\nContent-Disposition: attachment\n\n{n}\n")).collect();
    let letter = read(format!("From: a@x.example\nContent-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n").as_bytes());
    assert_eq!(letter.attachments.len(), 100);
    assert!(letter.warns(Warning::TooManyParts) && letter.warns(Warning::TooManyAttachments));

    let to: String = (0..500).map(|n| format!("a{n}@x.example, ")).collect();
    let letter = read(format!("From: a@x.example\nTo: {to}b@x.example\n\nx").as_bytes());
    assert_eq!(letter.to.len(), 200);
    assert!(letter.warns(Warning::TooManyAddresses));

    let letter = read(format!("From: a@x.example\n\n{}", "wörd ".repeat(200_000)).as_bytes());
    assert!(letter.body.text.len() <= 512 << 10 && letter.warns(Warning::TextCut));

    let nested: String = (0..40).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let letter = read(format!("From: a@x.example\n{nested}\ndeep").as_bytes());
    assert!(letter.warns(Warning::MimeTooDeep));
}

#[test]
fn content_hash_ignores_the_trace() {
    let mail = "From: a@x.example\nDate: Tue, 12 Mar 2024 10:00:00 +0100\nSubject: x\n\nHello";
    let one = read(format!("Received: from one\n{mail}\n").as_bytes());
    let two = read(format!("Received: from two\nX-Spam: no\n{}", mail.replace('\n', "\r\n")).as_bytes());
    let other = read(mail.replace("Hello", "Hallo").as_bytes());
    assert_eq!(one.content_hash, two.content_hash);
    assert_ne!(one.content_hash, other.content_hash);
    assert_eq!(one.date.as_deref(), Some("2024-03-12T10:00:00+01:00"));
}

fn piece_of_mail() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("From: Ann <ann@x.example>\n".to_owned()),
        Just("Subject: =?utf-8?Q?=C3?=\n =?utf-8?Q?=BC?=\n".to_owned()),
        Just("Content-Type: multipart/alternative; boundary=\"b\"\n".to_owned()),
        Just("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n".to_owned()),
        Just("Content-Type: text/html; charset=utf-8\n".to_owned()),
        Just("Content-Type: message/delivery-status\n".to_owned()),
        Just("Content-Transfer-Encoding: base64\n".to_owned()),
        Just("Content-Transfer-Encoding: quoted-printable\n".to_owned()),
        Just("\n--b\n".to_owned()),
        Just("\n--b--\n".to_owned()),
        Just("\n".to_owned()),
        Just("<blockquote><p>x</blockquote>".to_owned()),
        Just("Final-Recipient: rfc822; a@b\n".to_owned()),
        "\\PC{0,30}",
        "[ -~\r\n]{0,60}",
    ]
}

fn lines(texts: &[&str]) -> Vec<String> {
    let all = texts.iter().flat_map(|text| text.split('\n')).map(|line| line.trim_end().to_owned());
    let mut all: Vec<String> = all.filter(|line| !line.is_empty()).collect();
    all.sort();
    all
}

proptest! {
    #[test]
    fn any_bytes_are_a_letter_or_a_reason(raw: Vec<u8>) {
        let _ = understand(&raw, &Limits::default());
    }

    #[test]
    fn any_mail_is_partitioned(pieces in proptest::collection::vec(piece_of_mail(), 0..25)) {
        if let Ok(letter) = understand(pieces.concat().as_bytes(), &Limits::default()) {
            prop_assert_eq!(lines(&[&letter.body.text]), lines(&[&letter.body.new_text(), &letter.body.quoted_text(), &letter.body.signature_text()]));
            prop_assert!(!letter.body.text.contains('\0') && !letter.subject.contains('\n'));
        }
    }

    #[test]
    fn what_we_compose_we_read(
        subject in "[^\\pC\\pZ=][^\\pC=]{0,80}",
        name in "[a-zA-ZäöüßéИв'., -]{0,40}",
        text in "([^\\pC\\pZ][^\\pC]{0,200}\n{0,3}){1,12}",
        file in "[a-zA-Z0-9äöü][a-zA-Z0-9äöüИв _()-]{0,60}",
        content in proptest::collection::vec(any::<u8>(), 1..2_000),
        references in proptest::collection::vec("[a-z0-9.]{1,40}@[a-z]{1,20}\\.example", 0..12),
    ) {
        let person = |name: &str, address: &str| Address { name: Some(name.to_owned()).filter(|n| !n.trim().is_empty()), address: address.to_owned() };
        let file_name = format!("{}.bin", file.trim_end());
        let draft = Draft {
            from: person(&name, "desk@desk.example"),
            to: person("", "ann@customer.example"),
            cc: vec![person("Bob", "bob@customer.example")],
            reply_to: Some(person("", "desk+token@desk.example")),
            subject: subject.clone(),
            message_id: "m1@desk.example".to_owned(),
            in_reply_to: references.last().cloned(),
            references: references.clone(),
            date: 1_710_234_000_000_000,
            auto_submitted: None,
            headers: Vec::new(),
            text: text.clone(),
            html: None,
            files: vec![File {
                name: file_name.clone(),
                content_type: "application/octet-stream".to_owned(),
                content_id: None,
                inline: false,
                size: i64::try_from(content.len()).unwrap(),
                blob: String::new(),
            }],
        };
        let raw = compose(&draft, std::slice::from_ref(&content)).unwrap();
        let letter = understand(&raw, &Limits::default()).unwrap();
        prop_assert_eq!(letter.subject, encoded_word::one_line(&subject));
        prop_assert_eq!(letter.from.map(|from| from.address), Some("desk@desk.example".to_owned()));
        prop_assert_eq!(letter.reply_to.map(|to| to.address), Some("desk+token@desk.example".to_owned()));
        prop_assert_eq!(letter.message_id.as_deref(), Some("m1@desk.example"));
        prop_assert_eq!(letter.date.as_deref(), Some("2024-03-12T09:00:00Z"));
        let mut unique: Vec<String> = Vec::new();
        for id in references {
            if !unique.contains(&id) {
                unique.push(id);
            }
        }
        prop_assert_eq!(letter.references, unique);
        prop_assert_eq!(lines(&[&letter.body.text]), lines(&[&text]));
        let read = letter.attachments.first().unwrap();
        prop_assert_eq!(&read.data, &content);
        prop_assert_eq!(&read.name, &encoded_word::one_line(&file_name));
    }
}
