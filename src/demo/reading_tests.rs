//! What the programs write, `mail` reads: exactly the words that were typed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::client::{Client, Program};
use crate::desk::people::Language;
use crate::mail::{self, Limits};
use crate::time::Timestamp;

const ANSWERED: Timestamp = Timestamp::from_seconds(1_795_169_700);

const PARENT: &str = "Message-ID: <p2@postroom-desk.example>\r\n\
From: Postroom <support@postroom-desk.example>\r\n\
To: Carla Kunze <carla@acme.example>\r\n\
Subject: Presse [ACME-1]\r\n\
Date: Fri, 20 Nov 2026 09:15:00 +0000\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
\r\n\
Good morning,\r\n\
\r\n\
please look at valve V3.\r\n\
> What shall we do?\r\n";

/// What people say with words that programs write, too.
const PROSE: &[&str] = &[
    "On Monday Ann wrote that it works",
    "Am 12. März schrieb ich Ihnen schon einmal",
    "On page 3 Ann wrote:",
    "From: the left, to: the right",
    "Von: links, an: rechts",
    "Subject: valve V3",
    "To: everybody",
    "Datum: gestern",
    "a > b and b < c & d",
    "I sent it from my iPhone",
    "Sent from the office on Friday",
    "Get the report for Monday",
    "Best regards alone do not help",
    "Thanks for the help with valve V3",
    "Mit freundlichen Grüßen ist es nicht getan",
    "P.S. the key is under the mat",
    "Is this e-mail confidential?",
    "The original message follows",
    "To unsubscribe from the list I have to sign in",
    "1) yes, please",
    "a) no",
    "* one more",
    "Error 550 5.1.1 again",
];

/// Lines as people type them, those among them that look like something else.
fn typed_line() -> impl Strategy<Value = String> {
    let words = "[A-Za-zäöüßéñ]{1,9}( [A-Za-zäöüßéñ0-9]{1,9}){1,30}[.!?]?";
    prop_oneof![
        6 => words.prop_map(|line| line),
        1 => "#[a-z]{3,8} [a-z]{2,8}",
        1 => "[-*•] [a-z]{2,8} [a-z]{2,8}",
        1 => "[0-9]\\. [a-z]{2,8}",
        1 => "    let [a-z]{1,5} = [a-z]{1,5}\\([0-9]{1,4}\\);",
        1 => "https://[a-z]{3,10}\\.example/[a-z0-9/]{20,120}",
        1 => "https://[a-z]{3,10}\\.example/2026-11-[0-2][0-9]/[0-1][0-9]:[0-5][0-9]",
        1 => "2026-11-[0-2][0-9] [0-1][0-9]:[0-5][0-9]:00 error: pump [0-9]",
        1 => "Call me at [0-1][0-9]:[0-5][0-9] on [1-9]/[1-9]/2026, please",
        1 => "[a-z]{3,8}@acme\\.example is the address",
        1 => "[你好世界打印机坏了请帮忙]{3,40}。",
        1 => "[שלוםהמדפסת]{3,20} [א-ת]{2,9}",
        1 => "[A-Z][a-z]{2,8} [A-Z][a-z]{2,8}",
        1 => "[A-Z][a-z]{2,8}: \\+49 30 [1-9]{3} [1-9]{3,5}",
        8 => select(PROSE).prop_map(str::to_owned),
        1 => Just(String::new()),
    ]
}

fn squeezed(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

fn reads_back(program: Program, language: Language, typed: &str) -> Result<(), TestCaseError> {
    let client = Client::new("Carla Kunze", "carla@acme.example", program, language);
    let letter = mail::understand(&client.reply(PARENT.as_bytes(), typed, ANSWERED, "r1@acme.example"), &Limits::default());
    let letter = letter.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(squeezed(&letter.body.new_text()), squeezed(typed), "{:?} {:?}", program, language);
    Ok(())
}

/// Plain text without format=flowed has no way to tell a typed mark from a quote.
fn marking() -> impl Strategy<Value = Program> {
    select(Program::ALL).prop_filter("tells typed marks from quotes", |program| *program != Program::Mutt)
}

proptest! {
    #[test]
    fn typed_words_come_back(program in select(Program::ALL), lines in vec(typed_line(), 1..12), german: bool) {
        let typed = format!("Hello,\n{}\nthat is all.", lines.join("\n"));
        let language = if german { Language::German } else { Language::English };
        reads_back(program, language, &typed)?;
    }

    #[test]
    fn typed_quote_marks_come_back(program in marking(), lines in vec(typed_line(), 1..6), marked in "> [a-z]{2,8} [a-z]{2,8}") {
        let typed = format!("Hello,\n{marked}\n{}\nthat is all.", lines.join("\n"));
        reads_back(program, Language::English, &typed)?;
    }
}

#[test]
fn every_way_to_answer_keeps_the_words() {
    for program in Program::ALL {
        let client = Client::new("Carla Kunze", "carla@acme.example", *program, Language::German);
        let read = |raw: Vec<u8>| mail::understand(&raw, &Limits::default()).unwrap();
        let below = client.answer(PARENT.as_bytes(), "Erledigt, danke.").below().write(ANSWERED, "b@acme.example");
        assert!(read(below).body.new_text().contains("Erledigt, danke."), "{program:?} below");
        let outlook = matches!(program, Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb);
        let inline = client.answer(PARENT.as_bytes(), "Gruß").inline("valve V3", "Ist dicht.").write(ANSWERED, "i@acme.example");
        let letter = read(inline);
        if outlook {
            // Nothing marks what is quoted; only what we sent can tell.
            let ours = "Good morning,\n\nplease look at valve V3.\n> What shall we do?";
            let found = mail::quoted::mark(&letter.body, &[ours], true);
            assert!(found.new_text().contains("Ist dicht."), "{program:?}: {found:?}");
        } else {
            assert_eq!(squeezed(&letter.body.new_text()), ["Ist dicht.", "Gruß"], "{program:?} inline");
        }
    }
}
