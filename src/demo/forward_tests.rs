//! What staff forward from their mail programs is taken apart as the desk would.

use super::client::{Client, Program, Written};
use crate::desk::people::Language;
use crate::mail::forward::{Date, Forward, Original, read};
use crate::mail::{Limits, understand};
use crate::time::Timestamp;

const AT: i64 = 1_795_000_000;

fn customers_mail(language: Language) -> Vec<u8> {
    let carla = Client::new("Carla Kunze", "carla@acme.example", Program::Gmail, language);
    carla.new_mail(&Written {
        to: vec!["Anna Berger <anna@staff.example>".to_owned(), "Dirk Ott <dirk@acme.example>".to_owned()],
        cc: vec![],
        subject: "Drucker".to_owned(),
        text: "Er druckt nicht.\n\nBitte helfen Sie.".to_owned(),
        files: vec![],
        at: Timestamp::from_seconds(AT),
        message_id: "c1@acme.example".to_owned(),
    })
}

fn forwarded(raw: &[u8]) -> Forward {
    read(&understand(raw, &Limits::default()).unwrap(), &Limits::default())
}

fn clear(forward: Forward, what: &str) -> Original {
    match forward {
        Forward::One(original) => *original,
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn inline_forwards_of_mail_programs_in_both_languages() {
    let programs = [
        Program::Gmail,
        Program::OutlookDesktop,
        Program::OutlookMobile,
        Program::OutlookOnTheWeb,
        Program::Thunderbird,
        Program::ThunderbirdHtml,
        Program::Mutt,
    ];
    for program in programs {
        for language in [Language::German, Language::English] {
            for note in ["Bitte übernehmen.", ""] {
                let what = format!("{program:?} {language:?} {note:?}");
                let anna = Client::new("Anna Berger", "anna@staff.example", program, language);
                let parent = customers_mail(language);
                let raw =
                    anna.forward(&parent, "support@desk.example", note, Timestamp::from_seconds(AT + 3_600), "a1@staff.example");
                let original = clear(forwarded(&raw), &what);
                assert_eq!(original.from.address, "carla@acme.example", "{what}");
                assert_eq!(original.from.name.as_deref(), Some("Carla Kunze"), "{what}");
                assert_eq!(original.subject, "Drucker", "{what}");
                assert_eq!(original.text, "Er druckt nicht.\n\nBitte helfen Sie.", "{what}");
                assert_eq!(original.note.trim(), note, "{what}");
                assert_eq!(original.message_id.as_deref(), Some("c1@acme.example"), "{what}");
                let to: Vec<&str> = original.to.iter().map(|to| to.address.as_str()).collect();
                assert_eq!(to, ["anna@staff.example", "dirk@acme.example"], "{what}");
                let moment = match original.date.unwrap_or_else(|| panic!("{what}: no date")) {
                    Date::Moment(at) => at,
                    Date::Local(text) => Timestamp::from_local(&text, &anna.time_zone).unwrap(),
                };
                assert!(moment.since(Timestamp::from_seconds(AT - 60)).as_secs() <= 60, "{what}: {moment:?}");
            }
        }
    }
}
