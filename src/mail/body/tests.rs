use proptest::prelude::*;

use super::*;

/// (text, forward, new, signature)
const TABLE: &[(&str, bool, &str, &str)] = &[
    ("Thanks!\n\nOn Tue, Mar 12, 2024 at 10:00 AM Ann <ann@x.example> wrote:\n> Hello\n> there", false, "Thanks!", ""),
    ("Thanks!\nOn Tue, Mar 12, 2024 at 10:00 AM Ann\n<ann@x.example> wrote:\n\n> Hello", false, "Thanks!", ""),
    ("Danke\n\nAm 12.03.2024 um 10:00 schrieb Max <max@x.example>:\n\nHallo\nWelt", false, "Danke", ""),
    ("On 12 Mar 2024, Ann wrote:\n> one?\nyes\n> two?\n\nno\n", false, "yes\n\nno", ""),
    ("> only\n> quoted", false, "", ""),
    ("On Tue, Mar 12, 2024 at 10:00 AM Ann <ann@x.example> wrote:\n\nall quoted", false, "all quoted", ""),
    ("New\n\n-----Original Message-----\nFrom: Ann\nSent: today\nSubject: x\n\nold", false, "New", ""),
    (
        "New\n\n________________________________\nVon: Max <m@x.example>\nGesendet: heute\nAn: Ann\nBetreff: x\n\nalt",
        false,
        "New",
        "",
    ),
    (
        "See below\n\nVon: Max <m@x.example>\nGesendet: heute\nAn: Ann\nBetreff: x\n\nalt",
        true,
        "See below\n\nVon: Max <m@x.example>\nGesendet: heute\nAn: Ann\nBetreff: x\n\nalt",
        "",
    ),
    (
        "fyi\n\n---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nDate: x\nSubject: y\n\nbody",
        false,
        "fyi\n\n---------- Forwarded message ---------\nFrom: Ann <a@x.example>\nDate: x\nSubject: y\n\nbody",
        "",
    ),
    ("Hi\n-- \nAnn\n+49 1\n", false, "Hi", "-- \nAnn\n+49 1"),
    ("Hi\n\n--\nAnn\n\nOn 12 Mar 2024, Max wrote:\n> x", false, "Hi", "--\nAnn"),
    (
        "Hi\n\nSent from my iPhone\n\nOn Mar 12, 2024, at 10:00, Ann <a@x.example> wrote:\n\n> x",
        false,
        "Hi",
        "Sent from my iPhone",
    ),
    ("ok\n\n2012/3/1 Ann <ann@x.example>\n\n> x", false, "ok", ""),
    ("ok\n\nOn Nov 30, 2011, at 12:47 PM, Some Body <\n416ff\n@x.example>wrote:\n\nold", false, "ok", ""),
    ("ok\n\nQuoting Ann <ann@x.example>:\n\n> x", false, "ok", ""),
    ("ok\n\nDate: Tue, 12 Mar 2024\nSubject: x\nFrom: ann@x.example\nTo: max@x.example\n\nold", false, "ok", ""),
    ("ok\n\n*From:* Ann [mailto:ann@x.example]\n*Sent:* Tuesday\n*To:* Max\n*Subject:* x\n\nold", false, "ok", ""),
    ("Hi\n\nBest regards\nAnn", false, "Hi\n\nBest regards\nAnn", ""),
    (
        "Prices:\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n",
        false,
        "Prices:\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16",
        "",
    ),
    ("Answer\n\n--- Please reply above this line ---\n\nold", false, "Answer", ""),
    ("a > b\nand c", false, "a > b\nand c", ""),
    ("Ann wrote:\n> x\n\nmy answer below", false, "my answer below", ""),
    ("Here is what he wrote:\n\nnothing quoted", false, "Here is what he wrote:\n\nnothing quoted", ""),
    ("> a long quoted line that goes on and on until the client wraps\nit somewhere\n> and goes on\n\nFine.", false, "Fine.", ""),
    (
        "Good.\n\n_______________________________________________\nusers mailing list\nusers@x.example",
        false,
        "Good.",
        "_______________________________________________\nusers mailing list\nusers@x.example",
    ),
];

#[test]
fn answers_of_the_wild() {
    for (text, forward, new, sig) in TABLE {
        let parts = split_text(text, *forward);
        assert_eq!(
            (parts.new_text().as_str(), parts.signature_text().as_str()),
            (*new, sig.trim_end().replace("-- \n", "--\n").as_str()),
            "{text}"
        );
    }
}

fn sorted_lines(texts: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(|line| line.trim_end().to_owned())
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.sort();
    lines
}

fn some_line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("> quoted".to_owned()),
        Just("-- ".to_owned()),
        Just("--".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        Just("On Tue, Mar 12, 2024 at 10:00 AM Ann <ann@x.example> wrote:".to_owned()),
        Just("Ann wrote:".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("From: Ann <ann@x.example>".to_owned()),
        Just("Sent: Tuesday".to_owned()),
        Just("Subject: x".to_owned()),
        Just("---------- Forwarded message ---------".to_owned()),
        Just("________________________".to_owned()),
        "[ -~äß>:\u{a0}]{0,40}",
    ]
}

fn some_mark() -> impl Strategy<Value = Mark> {
    prop_oneof![8 => Just(Mark::None), 1 => Just(Mark::Quote), 1 => Just(Mark::Attribution), 1 => Just(Mark::Signature), 1 => Just(Mark::Cut)]
}

proptest! {
    #[test]
    fn no_line_is_lost(lines in proptest::collection::vec((some_line(), some_mark()), 0..40), forward: bool) {
        let lines: Vec<Line> = lines.into_iter().map(|(text, mark)| Line { text, mark }).collect();
        let full: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let parts = split(&lines, forward);
        prop_assert_eq!(sorted_lines(&full), sorted_lines(&[&parts.new_text(), &parts.quoted_text(), &parts.signature_text()]));
    }

    #[test]
    fn any_text_is_split(text in "\\PC*") {
        let parts = split_text(&text, false);
        prop_assert_eq!(sorted_lines(&[&text]), sorted_lines(&[&parts.new_text(), &parts.quoted_text(), &parts.signature_text()]));
    }
}

/// Nothing is looked at more often than a few times: each of these would take hours if it were.
#[test]
fn long_texts_take_linear_time() {
    let lines = [
        "On Tue, Mar 12, 2024 at 10:00 AM\n",
        "--\nx\n",
        "Ann wrote:\n\n\n",
        "From: Ann <ann@x.example>\n",
        "Subject: x\n\n",
        "________________\nFoo: 12.03.2024 10:00 a@x.example\n",
        "> x\nAnn wrote:\n",
        "Ann Smith\n<ann@x.example>\n",
        "12.03.2024 10:00\n",
        "Sent from my iPhone\n",
        "this message is for Ann\n",
        "ann@x.example:\n| x\n",
    ];
    for line in lines {
        let text = line.repeat(4_000);
        assert!(!split_text(&text, false).new_text().is_empty() || line.starts_with(['_', 'S', 'O', 'a']), "{line}");
    }
}
