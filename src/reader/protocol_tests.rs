//! What goes through a pipe comes out as it was, and nothing that comes out of one is believed.

use super::super::{Reading, work};
use super::*;
use crate::mail::Limits;
use crate::mail::forward::Original;
use crate::time::Timestamp;

/// A mail with two equal files and another mail, which has one of them, too.
const MAIL: &[u8] = b"From: Anna <anna@staff.example>\r\nSubject: Fwd: plans\r\nDate: Sun, 22 Nov 2026 06:00:00 +0000\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n\
--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nS\xc3\xa4tze \xe2\x80\x94 and \x01 controls\r\n\
--a\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=one.txt\r\n\r\nsame\r\n\
--a\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=two.txt\r\n\r\nsame\r\n\
--a\r\nContent-Type: message/rfc822\r\n\r\nFrom: Carla <carla@acme.example>\r\nSubject: plans\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
--b\r\n\r\nHello\r\n--b\r\nContent-Disposition: attachment; filename=three.txt\r\n\r\nsame\r\n--b--\r\n--a--\r\n";

fn read(raw: &[u8]) -> Answer {
    work(&Task::Read { limits: Limits::default(), receiver: None, signed_by: None }, raw)
}

fn reading(answer: Answer) -> Reading {
    match answer {
        Answer::Read(Ok(reading)) => *reading,
        other => panic!("{other:?}"),
    }
}

fn given(answer: Answer) -> Vec<u8> {
    let mut pipe = Vec::new();
    give(&mut pipe, answer).unwrap();
    pipe
}

#[tokio::test]
async fn a_letter_with_its_files_comes_out_as_it_was() {
    let pipe = given(read(MAIL));
    let (sent, heard) = (reading(read(MAIL)), reading(hear(&mut pipe.as_slice(), 1 << 20).await.unwrap()));
    assert_eq!(format!("{heard:?}"), format!("{sent:?}"));
    let Forward::One(original) = &heard.forward else { panic!("{:?}", heard.forward) };
    let Original { note_files, files, .. } = original.as_ref();
    let contents = |files: &[Attachment]| files.iter().map(|file| file.data.clone()).collect::<Vec<_>>();
    assert_eq!(contents(note_files), [b"same", b"same"]);
    assert_eq!(contents(files), [b"same"]);
    assert_eq!(pipe.windows(4).filter(|four| *four == b"same").count(), 2, "once, and once inside the attached mail");
}

#[tokio::test]
async fn a_task_with_its_mail_comes_out_as_it_was() {
    let mut pipe = Vec::new();
    let task = Task::Verify {
        domain: "staff.example".to_owned(),
        at: Timestamp::from_seconds(1_795_000_000),
        records: vec![("s1._domainkey.staff.example".to_owned(), "v=DKIM1; p=x".to_owned())],
    };
    ask(&mut pipe, &task, MAIL).await.unwrap();
    ask(&mut pipe, &task, b"").await.unwrap();
    let mut pipe = pipe.as_slice();
    for raw in [MAIL, b""] {
        let (taken, bytes) = take(&mut pipe).unwrap().unwrap();
        assert_eq!((format!("{taken:?}"), bytes.as_slice()), (format!("{task:?}"), raw));
    }
    assert!(take(&mut pipe).unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_answer_is_refused_before_it_is_kept() {
    let good = given(read(MAIL));
    for cut in [0, 3, 8, 9, good.len() / 2, good.len() - 1] {
        let (part, _) = good.split_at(cut);
        assert!(hear(&mut &*part, 1 << 20).await.is_err(), "cut at {cut}");
    }
    let mut huge = good.clone();
    huge[0] = 0xff;
    assert_eq!(hear(&mut huge.as_slice(), 1 << 20).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    let mut many = good.clone();
    many[4] = 0xff;
    assert_eq!(hear(&mut many.as_slice(), 1 << 20).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert_eq!(hear(&mut good.as_slice(), 3).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "files beyond the mail");
    let text = String::from_utf8_lossy(&good).into_owned();
    for (found, instead) in [("\"places\":[0,0,", "\"places\":[9,0,"), ("\"places\":[0,0,", "\"places\":[0,0,0,")] {
        assert!(text.contains(found));
        let words: String = text.chars().skip_while(|c| *c != '{').collect();
        let (words, _) = words.rsplit_once('}').unwrap();
        let words = format!("{words}}}").replace(found, instead);
        let mut pipe = sizes(words.len(), 0).unwrap().to_vec();
        pipe.extend(words.bytes());
        assert_eq!(hear(&mut pipe.as_slice(), 1 << 20).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "{instead}");
    }
}
