//! What each program makes of a mail of ours: where it goes, how it hangs together, and what it looks like.

use super::*;

// 2026-11-20 09:15:00 UTC, a Friday.
const ASKED: Timestamp = Timestamp::from_seconds(1_795_166_100);
const ANSWERED: Timestamp = Timestamp::from_seconds(1_795_169_700);

const PARENT: &str = "Message-ID: <p2@postroom-desk.example>\r\n\
References: <p0@postroom-desk.example>\r\n <p1@acme.example>\r\n\
From: =?UTF-8?Q?Anna_Berger_=C2=B7_Postroom?= <support@postroom-desk.example>\r\n\
Reply-To: Postroom <support+k7@postroom-desk.example>\r\n\
To: Carla Kunze <carla@acme.example>,\r\n \"Braun, Emil\" <emil@acme.example>\r\n\
Cc: lager@acme.example\r\n\
Subject: Re: =?UTF-8?B?UHJlc3NlIHPDpHVmdCBhYg==?= [ACME-1]\r\n\
Date: Fri, 20 Nov 2026 09:15:00 +0000\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\
\r\n\
Guten Morgen,\r\n\
\r\n\
bitte pr=C3=BCfen Sie das Ventil V3.\r\n\
> Was sollen wir tun?\r\n";

fn carla(program: Program, language: Language) -> Client {
    Client::new("Carla Kunze", "carla@acme.example", program, language)
}

fn text(mail: &[u8]) -> String {
    String::from_utf8(mail.to_vec()).unwrap()
}

fn written(subject: &str, text: &str) -> Written {
    Written {
        to: vec!["Postroom <support@postroom-desk.example>".to_owned()],
        cc: Vec::new(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        files: Vec::new(),
        at: ASKED,
        message_id: "<m1@acme.example>".to_owned(),
    }
}

#[test]
fn the_parent_is_read() {
    let parent = Parent::read(PARENT.as_bytes());
    assert_eq!(parent.writer().name, "Anna Berger · Postroom");
    assert_eq!(parent.reply_to[0].address, "support+k7@postroom-desk.example");
    assert_eq!(parent.to[1], Addressee { name: "Braun, Emil".to_owned(), address: "emil@acme.example".to_owned() });
    assert_eq!(parent.subject, "Re: Presse säuft ab [ACME-1]");
    assert_eq!(parent.references, ["p0@postroom-desk.example", "p1@acme.example"]);
    assert_eq!(parent.at, Some(ASKED));
    assert_eq!(parent.text, "Guten Morgen,\n\nbitte prüfen Sie das Ventil V3.\n> Was sollen wir tun?");
}

/// Whatever the program: right place, right thread, sound bytes, and the words come back as written.
#[test]
fn every_program_answers_soundly() {
    let words = "Sehr gern – das Ventil ist geprüft.\n\nZwei Zeilen = zwei Zeilen, und diese hier ist so lang, dass sie überall umbrochen werden muss: 100 %.";
    for &program in Program::ALL {
        for language in [Language::German, Language::English] {
            let client = carla(program, language).signed("Carla Kunze\nACME Maschinenbau GmbH");
            let raw = client.reply(PARENT.as_bytes(), words, ANSWERED, "r1@acme.example");
            let mail = text(&raw);
            assert!(mail.replace("\r\n", "").chars().all(|c| c != '\r' && c != '\n'), "{program:?}: only CRLF");
            let head = mail.split_once("\r\n\r\n").unwrap().0;
            assert!(head.is_ascii() && head.lines().all(|line| line.len() <= 120), "{program:?}\n{head}");
            let read = Parent::read(&raw);
            assert_eq!(read.to[0].address, "support+k7@postroom-desk.example", "{program:?}");
            assert_eq!(read.writer().address, "carla@acme.example");
            assert_eq!(read.message_id, "r1@acme.example");
            assert_eq!(read.references, ["p0@postroom-desk.example", "p1@acme.example", "p2@postroom-desk.example"]);
            assert!(mail.contains("In-Reply-To: <p2@postroom-desk.example>"), "{program:?}");
            assert_eq!(read.at, Some(ANSWERED), "{program:?}");
            assert!(read.subject.ends_with(": Presse säuft ab [ACME-1]"), "{}", read.subject);
            let plain = read.text.replace(" \n", " ");
            assert!(plain.starts_with(words), "{program:?}\n{plain}");
            for wanted in ["ACME Maschinenbau GmbH", "bitte prüfen Sie das Ventil V3."] {
                assert!(plain.contains(wanted), "{program:?}\n{plain}");
                if let Some(html) = &read.html {
                    assert!(html.contains(wanted), "{program:?}\n{html}");
                }
            }
            assert_eq!(raw, client.reply(PARENT.as_bytes(), words, ANSWERED, "<r1@acme.example>"), "the same bytes again");
        }
    }
}

#[test]
fn prefixes_follow_program_and_language() {
    use Language::{English, German};
    let cases = [
        (Program::Gmail, German, "Re: Presse säuft ab [ACME-1]", "Fwd: Re: Presse säuft ab [ACME-1]"),
        (Program::OutlookDesktop, German, "AW: Presse säuft ab [ACME-1]", "WG: Presse säuft ab [ACME-1]"),
        (Program::OutlookDesktop, English, "RE: Presse säuft ab [ACME-1]", "FW: Presse säuft ab [ACME-1]"),
        (Program::OutlookMobile, English, "Re: Presse säuft ab [ACME-1]", "Fw: Presse säuft ab [ACME-1]"),
        (Program::AppleMail, German, "Aw: Re: Presse säuft ab [ACME-1]", "Fwd: Re: Presse säuft ab [ACME-1]"),
        (Program::Mutt, English, "Re: Presse säuft ab [ACME-1]", "[support@postroom-desk.example: Re: Presse säuft ab [ACME-1]]"),
    ];
    for (program, language, reply, forward) in cases {
        let client = carla(program, language);
        let subject = |raw: Vec<u8>| Parent::read(&raw).subject;
        assert_eq!(subject(client.reply(PARENT.as_bytes(), "x", ANSWERED, "r@x")), reply, "{program:?}");
        assert_eq!(subject(client.forward(PARENT.as_bytes(), "emil@acme.example", "x", ANSWERED, "f@x")), forward);
    }
}

#[test]
fn quotations_have_their_programs_shape() {
    use Language::{English, German};
    let cases: [(Program, Language, &[&str]); 11] = [
        (
            Program::Gmail,
            English,
            &[
                "On Fri, Nov 20, 2026 at 9:15\u{202f}AM Anna Berger · Postroom\n<support@postroom-desk.example> wrote:\n\n> Guten Morgen,\n>\n> bitte",
                "\n> > Was sollen",
            ],
        ),
        (Program::Gmail, German, &["Am Fr., 20. Nov. 2026 um 10:15 Uhr schrieb Anna Berger"]),
        (
            Program::OutlookDesktop,
            German,
            &[
                "\n\nVon: Anna Berger · Postroom <support@postroom-desk.example>\nGesendet: Freitag, 20. November 2026 10:15\nAn: Carla Kunze <carla@acme.example>; Braun, Emil <emil@acme.example>\nCc: <lager@acme.example>\nBetreff: Re: Presse säuft ab [ACME-1]\n\nGuten Morgen,\n\nbitte",
            ],
        ),
        (Program::OutlookDesktop, English, &["Sent: Friday, November 20, 2026 9:15 AM\nTo: "]),
        (Program::OutlookOnTheWeb, German, &["________________________________\nVon: "]),
        (Program::OutlookMobile, English, &["Get Outlook for iOS<https://aka.ms/o0ukef>\n\n____"]),
        (
            Program::AppleMail,
            German,
            &["> Am 20.11.2026 um 10:15 schrieb Anna Berger · Postroom <support@postroom-desk.example>:\n> \n> Guten"],
        ),
        (
            Program::Thunderbird,
            German,
            &["Am 20.11.26 um 10:15 schrieb Anna Berger · Postroom:\n> Guten Morgen,\n>\n> bitte", "\n>> Was"],
        ),
        (Program::ThunderbirdHtml, English, &["On 20/11/2026 09:15, Anna Berger · Postroom wrote:\n> Guten"]),
        (
            Program::K9,
            German,
            &[
                "Am 20. November 2026 10:15:00 MEZ schrieb Anna Berger · Postroom <support@postroom-desk.example>:\n>Guten Morgen,\n>\n>bitte",
            ],
        ),
        (Program::Mutt, English, &["On Fri, Nov 20, 2026 at 09:15:00AM +0000, Anna Berger · Postroom wrote:\n> Guten"]),
    ];
    for (program, language, wanted) in cases {
        let raw = carla(program, language).reply(PARENT.as_bytes(), "Danke!", ANSWERED, "r@x");
        let plain = Parent::read(&raw).text;
        for wanted in wanted {
            assert!(plain.contains(wanted), "{program:?}\n{plain}");
        }
    }
    let marks: [(Program, &[&str]); 7] = [
        (Program::Gmail, &["gmail_quote gmail_quote_container", "class=\"gmail_attr\"", "<blockquote class=\"gmail_quote\""]),
        (Program::OutlookDesktop, &["WordSection1", "MsoNormal", "border-top:solid #E1E1E1 1.0pt", "<b>Gesendet:</b>"]),
        (Program::OutlookOnTheWeb, &["<div id=\"appendonsend\"></div>", "<div id=\"divRplyFwdMsg\""]),
        (Program::OutlookMobile, &["ms-outlook-mobile-reference-message", "Outlook für iOS"]),
        (Program::AppleMail, &["<blockquote type=\"cite\"><div>Am 20.11.2026 um 10:15"]),
        (Program::ThunderbirdHtml, &["moz-cite-prefix", "cite=\"mid:p2@postroom-desk.example\""]),
        (Program::K9, &["<div class=\"gmail_quote\">Am 20. November"]),
    ];
    for (program, marks) in marks {
        let raw = carla(program, Language::German).reply(PARENT.as_bytes(), "Danke!", ANSWERED, "r@x");
        let html = Parent::read(&raw).html.unwrap();
        for mark in marks {
            assert!(html.contains(mark), "{program:?}: {mark}\n{html}");
        }
        let count = |tag: &str| html.matches(tag).count();
        for (open, close) in [("<div", "</div>"), ("<blockquote", "</blockquote>")] {
            // Outlook's first div is closed inside the body, Gmail has no body: all must come out even.
            assert_eq!(count(open), count(close), "{program:?}\n{html}");
        }
    }
}

#[test]
fn reply_all_reaches_everybody_but_oneself() {
    for (program, to, cc) in [
        (Program::Gmail, 1, vec!["emil@acme.example", "lager@acme.example"]),
        (Program::OutlookDesktop, 2, vec!["lager@acme.example"]),
    ] {
        let raw = carla(program, Language::German).reply_all(PARENT.as_bytes(), "An alle", ANSWERED, "r@x");
        let read = Parent::read(&raw);
        assert_eq!(read.to.len(), to, "{program:?}");
        assert_eq!(read.cc.iter().map(|who| who.address.as_str()).collect::<Vec<_>>(), cc, "{program:?}");
    }
}

#[test]
fn answers_stand_between_the_lines_or_below() {
    let client = carla(Program::Thunderbird, Language::German).signed("Carla");
    let raw = client
        .answer(PARENT.as_bytes(), "Gruß")
        .inline("Ventil V3", "Ist geprüft.")
        .cc("\"Braun, Emil\" <emil@acme.example>")
        .subject("Neues Thema")
        .header("X-Test", "ja")
        .write(ANSWERED, "r@x");
    let read = Parent::read(&raw);
    assert!(
        read.text.contains("> bitte prüfen Sie das Ventil V3.\n\nIst geprüft.\n\n>> Was sollen wir tun?\n\nGruß\n\n-- \nCarla"),
        "{}",
        read.text
    );
    assert_eq!((read.subject.as_str(), read.cc[0].name.as_str()), ("Neues Thema", "Braun, Emil"));
    assert!(text(&raw).contains("\r\nX-Test: ja\r\n"));
    let below = Parent::read(&client.answer(PARENT.as_bytes(), "Unten.").below().write(ANSWERED, "r@x")).text;
    assert!(below.starts_with("Am 20.11.26") && below.ends_with("tun?\n\nUnten.\n\n-- \nCarla"), "{below}");
    let bare =
        client.answer(PARENT.as_bytes(), "#close").without_quote().without_thread().to("a@b.example").write(ANSWERED, "r@x");
    let read = Parent::read(&bare);
    assert_eq!(
        (read.text.as_str(), read.references.len(), read.to[0].address.as_str()),
        ("#close\n\n-- \nCarla", 0, "a@b.example")
    );
    for &program in Program::ALL {
        let raw = carla(program, Language::English)
            .answer(PARENT.as_bytes(), "")
            .inline("Ventil V3", "Checked it.")
            .write(ANSWERED, "r@x");
        assert!(Parent::read(&raw).text.contains("Checked it."), "{program:?}");
    }
}

#[test]
fn files_ride_along() {
    for &program in Program::ALL {
        let raw = carla(program, Language::German)
            .answer(PARENT.as_bytes(), "Anbei.")
            .file("Prüfprotokoll.pdf", "application/pdf", &[0, 1, 2, 253, 254, 255])
            .write(ANSWERED, "r@x");
        let mail = text(&raw);
        assert!(mail.contains("multipart/mixed") && mail.contains("AAEC/f7/"), "{program:?}\n{mail}");
        assert!(
            mail.contains("filename*=UTF-8''Pr%C3%BCfprotokoll.pdf")
                || mail.contains("filename=\"=?UTF-8?Q?Pr=C3=BCfprotokoll=2Epdf?=\"")
        );
        assert!(Parent::read(&raw).text.starts_with("Anbei."));
    }
}

#[test]
fn new_mails_say_who_and_what() {
    let mut one = written(
        "Störung an der Presse 4 – Ölstand zu niedrig, und ein sehr langer Betreff obendrein",
        "Hallo,\n\n>100 Teile/h\nFrom Emil\n",
    );
    one.files.push(File { name: "a.txt".to_owned(), content_type: "text/plain".to_owned(), data: b"hi".to_vec() });
    for &program in Program::ALL {
        let raw = Client { name: "Jörg Müller".to_owned(), ..carla(program, Language::German) }.new_mail(&one);
        let read = Parent::read(&raw);
        assert_eq!((read.writer().name.as_str(), &read.subject), ("Jörg Müller", &one.subject), "{program:?}");
        assert!(read.references.is_empty() && !text(&raw).contains("In-Reply-To"));
        assert!(read.text.contains("100 Teile/h"));
        assert!(text(&raw).lines().all(|line| line.len() <= 998));
    }
}

#[test]
fn a_reply_to_a_reply_keeps_the_thread() {
    let anna = Client::new("Anna Berger", "anna@postroom-desk.example", Program::AppleMail, Language::German);
    let mut last = carla(Program::OutlookDesktop, Language::German).new_mail(&written("Grüße", "Hallo"));
    for round in 0..6 {
        let at = ANSWERED.plus(std::time::Duration::from_secs(60 * round));
        let program = Program::ALL[usize::try_from(round).unwrap()];
        let client = if round % 2 == 0 { anna.clone() } else { carla(program, Language::German) };
        last = client.reply(&last, &format!("Runde {round}"), at, &format!("round{round}@x.example"));
    }
    let read = Parent::read(&last);
    assert_eq!((read.references.len(), read.references[0].as_str()), (6, "m1@acme.example"));
    assert_eq!(read.to[0].address, "anna@postroom-desk.example");
    assert!(read.text.contains("Runde 0") && read.text.starts_with("Runde 5"), "{}", read.text);
}
