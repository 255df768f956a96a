use proptest::prelude::*;

use super::table::{Command, readme};
use super::*;

/// The commands of a text: each with its value.
fn commands(wishes: &Wishes) -> Vec<(Verb, &str)> {
    wishes.commands.iter().map(|asked| (asked.verb, asked.value.as_str())).collect()
}

#[test]
fn what_a_mail_asks_for() {
    type Row<'a> = (&'a str, &'a str, bool, &'a [(Verb, &'a str)], &'a str);
    const NOTE: (Verb, &str) = (Verb::Note, "");
    const CLOSE: (Verb, &str) = (Verb::Close, "");
    let table: [Row<'_>; 24] = [
        ("", "#Note  Call him back\n#close", true, &[(Verb::Note, "Call him back")], "Call him back\n#close"),
        ("", "Hello", false, &[], "Hello"),
        ("", "#note\nHello", true, &[NOTE], "Hello"),
        ("", "#intern\n\nHello", true, &[NOTE], "Hello"),
        ("", "\n  #Internal \nHello", true, &[NOTE], "Hello"),
        ("", "#no\u{200b}te\nHello", true, &[NOTE], "Hello"),
        ("", "＃ｎｏｔｅ\nHello", true, &[NOTE], "Hello"),
        ("Re: x [note]", "Hello", true, &[], "Hello"),
        ("[INTERN] x [ACME-1]", "Hello", true, &[], "Hello"),
        ("", "#close\nHello", false, &[CLOSE], "Hello"),
        ("", "#close", false, &[CLOSE], ""),
        ("", "#note\n#close\nHello", true, &[NOTE, CLOSE], "Hello"),
        ("", "#note\n\n#close\n\nHello\n#close", true, &[NOTE, CLOSE], "Hello\n#close"),
        ("", "#status done\nHello", false, &[(Verb::Status, "done")], "Hello"),
        ("", "#Status  In Arbeit\nHello", false, &[(Verb::Status, "In Arbeit")], "Hello"),
        ("", "#titel Drucker in Raum 4", false, &[(Verb::Title, "Drucker in Raum 4")], ""),
        ("", "#ÖFFENTLICH\n#Zeit 45m Telefonat", false, &[(Verb::Public, ""), (Verb::Time, "45m Telefonat")], ""),
        ("", "Hello\n#close", false, &[], "Hello\n#close"),
        ("", "#42 is broken", false, &[], "#42 is broken"),
        ("", "#1\n#close", false, &[], "#1\n#close"),
        ("", "# Title\ntext", false, &[], "# Title\ntext"),
        ("", "## Time\ntext", false, &[], "## Time\ntext"),
        ("", "#\n#close", false, &[], "#\n#close"),
        ("", "> #close\nHello", false, &[], "> #close\nHello"),
    ];
    for (subject, text, note, asked, rest) in table {
        let wishes = wishes(subject, text);
        assert!(matches!(wishes.trouble, None | Some(Trouble::Below(_))), "{text:?}");
        assert_eq!((wishes.note, wishes.text.as_str()), (note, rest), "{subject:?} {text:?}");
        assert_eq!(commands(&wishes), asked, "{subject:?} {text:?}");
    }
}

#[test]
fn every_word_of_the_table_is_read_and_stands_there_once() {
    let mut seen = std::collections::BTreeMap::new();
    for command in COMMANDS {
        for word in command.words() {
            if let Some(other) = seen.insert(word, command.verb) {
                assert_eq!(other, command.verb, "#{word} is two commands");
            }
            assert_eq!(fold(word), word, "compared folded");
            let written = format!("#{} x", word.to_uppercase().replace("SS", "ss"));
            assert_eq!(commands(&wishes("", &written)).first().map(|(verb, _)| *verb), Some(command.verb), "{written}");
        }
        for example in [command.example_en, command.example_de] {
            let wishes = wishes("", example);
            assert!(wishes.commands.len() == 1 && wishes.has(command.verb) && wishes.trouble.is_none(), "{example}");
        }
        for word in command.customer {
            assert!(command.words().any(|known| known == *word) || *word == "stand", "{word}");
        }
    }
    let note = COMMANDS.iter().find(|command| command.verb == Verb::Note).unwrap();
    let words: Vec<&str> = Command::words(note).collect();
    assert_eq!(words, NOTE_WORDS);
}

/// The section of the README is the table; on a difference, put the text that this prints between the two marks.
#[test]
fn the_readme_shows_the_table() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let section = file.split("<!-- commands -->\n").nth(1).and_then(|rest| rest.split("\n<!-- end of commands -->").next());
    let table = readme();
    assert!(section == Some(table.as_str()), "README.md should hold:\n{table}");
}

#[test]
fn what_an_answer_to_a_question_decides() {
    for (text, word) in [
        ("#send", Some(HeldAction::Send)),
        ("\n #Senden\nHello", Some(HeldAction::Send)),
        ("Ja", Some(HeldAction::Send)),
        ("yes.", Some(HeldAction::Send)),
        ("#Notiz", Some(HeldAction::Note)),
        ("#verwerfen", Some(HeldAction::Drop)),
        ("#nein!", Some(HeldAction::Disown)),
        ("No", Some(HeldAction::Disown)),
        ("#\u{ff53}end", Some(HeldAction::Send)),
        ("yes please", None),
        ("No, wait, yes", None),
        ("#sned", None),
        ("That was me\n#send", None),
        ("", None),
    ] {
        assert_eq!(verdict(text), word, "{text:?}");
    }
}

#[test]
fn a_command_below_the_text_is_no_text() {
    for text in [
        "Done.\n\n#close",
        "Done.\n#status done\n\n",
        "#assign me\nDone.\n\n#note",
        "Done.\n#close\nI mean it.",
        "Write this:\n#close now",
        "*#note*\nHe is a fool.",
        "- #note\nHe is a fool.",
        "\"#note\"\nHe is a fool.",
        "[note]\nHe is a fool.",
        "[intern] He is a fool.",
        "(Intern) He is a fool.",
        "Hello Ben,\n#note\nHe is a fool.",
        "Hello.\n\n#intern: He is a fool.",
        "Hello.\n\n#note He is a fool.",
    ] {
        assert!(matches!(wishes("", text).trouble, Some(Trouble::Below(_))), "{text}");
    }
    let below = staff_wishes("", "He is a fool.", "", "-- \nAnna Berger\n\n#note");
    assert!(matches!(below.trouble, Some(Trouble::Below(_))), "{below:?}");
    assert_eq!(staff_wishes("", "Done.", "", "-- \nAnna Berger\n# 5, High Street").trouble, None);
    for text in [
        "#close",
        "#close\n\n#assign me",
        "#note\nHello\n[intern] He is a fool.",
        "See (note 5) there.",
        "See this:\n#42",
        "It is about\n#status of all the things here",
        "Write this:\n#close now and then",
        "Write\n#foo",
    ] {
        assert_eq!(wishes("", text).trouble, None, "{text}");
    }
}

#[test]
fn what_is_almost_a_word_is_trouble() {
    for (text, meant) in [
        ("#intrenal", "internal"),
        ("#nte", "note"),
        ("#notes", "note"),
        ("#not", "note"),
        ("#inter", "intern"),
        ("#closee", "close"),
        ("#closed", "close"),
        ("#interal", "internal"),
        ("#internal!", "internal"),
        ("#note: call him", "note"),
        ("#statsu done", "status"),
        ("#asign Ben", "assign"),
        ("#zuweisn Ben", "zuweisen"),
        ("#close.", "close"),
        ("# note", "note"),
        ("# nte", "note"),
        ("## note\nHello", "note"),
        ("# close", "close"),
        ("# status done", "status"),
        ("\n\n＃ notiz", "notiz"),
    ] {
        assert!(
            matches!(wishes("", text).trouble, Some(Trouble::NearMiss(_, word)) if word == meant),
            "{text}: {:?}",
            wishes("", text)
        );
    }
    for text in ["#frobnicate", "#status:done", "#fermer", "#geht wieder", "#close\n\n#frobnicate now"] {
        assert!(matches!(wishes("", text).trouble, Some(Trouble::Unknown(_))), "{text}");
    }
    assert!(wishes("Re: [nte] x", "Hello").trouble.is_some());
    assert!(wishes("Re: [intenral] x", "Hello").trouble.is_some());
    assert!(wishes("Re: [ACME-1] [EXTERN] x", "Hello").trouble.is_some(), "one letter from intern");
    assert!(wishes("Re: [ACME-1] [Newsletter] x", "Hello").trouble.is_none());
}

#[test]
fn a_mail_has_a_bounded_number_of_commands() {
    let text = "#tag a\n".repeat(MOST);
    assert!(wishes("", &text).trouble.is_none());
    let more = wishes("", &format!("{text}#tag b\nHello"));
    assert!(more.trouble.is_some() && more.commands.len() == MOST && more.text.ends_with("Hello"));
}

proptest! {
    #[test]
    fn text_that_begins_with_no_mark_is_returned_untouched(first in "[^#＃﹟\\p{C}\\s][^\\n\\r]{0,40}", rest in "(\n#?[a-z ]{0,12}){0,6}") {
        let text = format!("{first}{rest}");
        let wishes = wishes("", &text);
        prop_assert_eq!((wishes.text.as_str(), wishes.commands.len()), (text.trim(), 0));
        // A command further down is asked about, and not carried out.
        prop_assert!(matches!(wishes.trouble, None | Some(Trouble::Below(_))), "{:?}", wishes.trouble);
        prop_assert!(!wishes.note);
    }

    #[test]
    fn every_slip_of_a_single_letter_is_no_command_and_no_text(place in 0..100_usize, at in 0..12_usize, letter in "[a-z]") {
        let words: Vec<&str> = COMMANDS.iter().flat_map(Command::words).filter(|word| word.chars().count() > 2).collect();
        let word = words[place % words.len()];
        let mut slip: Vec<char> = word.chars().collect();
        let at = at % slip.len();
        slip[at] = letter.chars().next().unwrap();
        let slip: String = slip.into_iter().collect();
        if table::command(&slip).is_none() {
            prop_assert!(matches!(wishes("", &format!("#{slip}\nHello")).trouble, Some(Trouble::NearMiss(..))), "{}", slip);
        }
    }

    #[test]
    fn nothing_makes_the_reader_stumble(subject in "\\PC{0,40}", text in "[#＃ \na-zäß0-9:%,.+-]{0,200}") {
        let wishes = wishes(&subject, &text);
        prop_assert!(wishes.commands.len() <= MOST);
    }
}

#[test]
fn many_lines_that_are_nearly_tags_are_one_trouble_and_few_commands_are_all_read() {
    let wishes = super::wishes("", &"#intrenal\n".repeat(50_000));
    assert_eq!(wishes.trouble, Some(Trouble::NearMiss("#intrenal".to_owned(), "internal")));
    assert!(wishes.text.len() > 400_000, "nothing of the text is lost");
    // What stands behind more lines than are read cannot make the mail public: it is not understood in any case.
    let wishes = super::wishes("", &format!("{}#note\n", "#close\n".repeat(300)));
    assert!(wishes.trouble.is_some() && wishes.commands.len() == 20);
    let wishes = super::wishes("", &format!("{}#note\nHello", "#close\n\n\n".repeat(19)));
    assert!(wishes.trouble.is_none() && wishes.note && wishes.text == "Hello");
}

#[test]
fn a_word_however_long_is_no_slip_of_a_short_one() {
    let near = |word: &str| nearest(word, NOTE_WORDS.iter().copied());
    assert_eq!((near("intrenal"), near("internall"), near("internalll")), (Some("internal"), Some("internal"), Some("internal")));
    assert_eq!((near("internallll"), near(&"internal".repeat(10_000)), near("inter")), (None, None, Some("intern")));
}
