use super::*;
use crate::body;

const OURS: &str = "Hello Ann,\n\nplease switch the printer off and on again. Then print a test page and tell us which message it shows.\n\nWhich floor is it on, and who else uses it every day?\n\nKind regards\nYour printer desk";

fn new_text(text: &str, ours: &[&str], reveal: bool) -> String {
    mark(&body::split_text(text, false), ours, reveal).new_text()
}

#[test]
fn our_words_are_quoted_without_any_mark() {
    // No program's mark, another wrapping, other quotation marks.
    let text = "It shows E42.\n\nXyz abc:\n\nHello Ann,\n\nplease switch the printer off and on\nagain. Then print a test page and tell us\nwhich message it shows.\n\nWhich floor is it on, and who else uses it every day?";
    assert_eq!(new_text(text, &[OURS], false), "It shows E42.\n\nXyz abc:");
    assert_eq!(new_text(text, &[], false), text, "we never wrote that");
    assert_eq!(new_text(text, &["something else that we have sent to somebody some day"], true), text);
}

#[test]
fn answers_in_an_unmarked_quote_come_to_light() {
    let text = "See below.\n\nFrom: Desk <desk@desk.example>\nSent: Tuesday, March 12, 2024 10:00 AM\nTo: Ann\nSubject: Printer\n\nHello Ann,\n\nplease switch the printer off and on again. Then print a test page and tell us which message it shows.\nIt shows E42.\n\nWhich floor is it on, and who else uses it every day?\nThe second. Everybody.\n\nKind regards\nYour printer desk";
    let parts = body::split_text(text, false);
    assert_eq!(parts.new_text(), "See below.");
    assert_eq!(mark(&parts, &[OURS], true).new_text(), "See below.\n\nIt shows E42.\n\nThe second. Everybody.");
    assert_eq!(mark(&parts, &[OURS], false), parts, "staff quote what may be internal");
}

#[test]
fn answers_below_an_unmarked_quote_come_to_light() {
    let text = format!("Desk <desk@desk.example> wrote on 03/12/2024 10:00:00 AM:\n\n{OURS}\n\nIt shows E42.");
    let found = new_text(&text, &[OURS], true);
    assert!(found.ends_with("It shows E42.") && !found.contains("switch the printer"), "{found}");
}

#[test]
fn older_mails_stay_quoted() {
    let text = format!(
        "Done.\n\nFrom: Desk <desk@desk.example>\nSent: 12.03.2024 10:00\nTo: Ann\nSubject: Printer\n\n{OURS}\n\nFrom: Ann <ann@x.example>\nSent: 11.03.2024 10:00\nTo: Desk\nSubject: Printer\n\nThe printer is broken.\nPlease help."
    );
    assert_eq!(new_text(&text, &[OURS], true), "Done.");
}

#[test]
fn a_sentence_of_ours_in_their_own_text_is_theirs() {
    let asked =
        "Which floor is it on, and who else uses it every day?\nThen print a test page and tell us which message it shows.";
    let marked = format!("On 12/03/2024 10:00, D <d@x.example> wrote:\n\n> {}", OURS.replace('\n', "\n> "));
    for (text, expected) in [
        (
            format!("You asked us:\n{asked}\n\nThe second, and nobody.\n\n{marked}"),
            format!("You asked us:\n{asked}\n\nThe second, and nobody."),
        ),
        (format!("You asked us:\n\n{asked}\n\n{marked}"), format!("You asked us:\n\n{asked}")),
        // What a program quotes begins where our mail begins, or ends where it ends.
        (format!("Done.\n\nXyz abc:\n\n{OURS}"), "Done.\n\nXyz abc:".to_owned()),
        (format!("Done.\n\nXyz abc:\n\n{asked}\n\nKind regards\nYour printer desk"), "Done.\n\nXyz abc:".to_owned()),
        (format!("Done.\n\nOn 12/03/2024 10:00, D <d@x.example> wrote:\n\n{asked}"), "Done.".to_owned()),
    ] {
        assert_eq!(new_text(&text, &[OURS], false), expected, "{text}");
    }
}

#[test]
fn scripts_without_blanks_are_compared_too() {
    let ours = "请先关闭打印机，然后重新打开，并打印一张测试页。";
    let text = "已经好了\n\n某某：\n\n请先关闭打印机，然后重新\n打开，并打印一张测试页。";
    assert_eq!(new_text(text, &[ours], false), "已经好了\n\n某某：");
}

#[test]
fn a_few_of_our_words_are_everybodys() {
    let text = "You wrote: please switch the printer off and on again.\nI did, and nothing happened.";
    assert_eq!(new_text(text, &[OURS], true), text);
}

#[test]
fn what_is_typed_as_quote_is_not_a_quote() {
    let commands = "> lpstat -p\n> cupsenable printer7";
    let quote = format!("On 12/03/2024 10:00, D <d@x.example> wrote:\n\n> {}", OURS.replace('\n', "\n> "));
    let table = [
        // Commands and a log, above the quote, below it and in it.
        (format!("Type this:\n\n{commands}\n\nThen call me.\n\n{quote}"), true),
        (format!("Type this:\n{commands}\n\n{quote}"), true),
        (format!("{quote}\n\nIt says:\n\n> E42 paper jam in tray 2\n\nWhat now?"), true),
        (format!("Try this.\n\n>>> import press\n>>> press.reset()\n\n{quote}"), true),
        (format!("Try this.\n\n>>> print test\n>>> printer.reset()\n\n{quote}"), true),
        // What we sent, in whatever pieces, and what somebody else is said to have written.
        (format!("Yes.\n\n{quote}"), false),
        ("Hello Ann,\n> please switch the printer off and on again.\nDone.\n> which message\nE42.".to_owned(), false),
        (
            format!("My dealer says no.\n\nOn 11/03/2024 09:00, Max <max@dealer.example> wrote:\n\n> No warranty.\n\n{quote}"),
            false,
        ),
        (format!("See there.\n\n> On 11/03/2024 09:00, Max <max@dealer.example> wrote:\n> No warranty.\n\n{quote}"), false),
        (format!("See there.\n\n>> No warranty at all.\n> Really?\n\n{quote}"), false),
    ];
    for (text, typed) in table {
        let parts = body::split_text(&text, false);
        let found = typed_as_quote(&parts, &[OURS]);
        let shown = found.as_ref().unwrap_or(&parts).new_text().contains("> ");
        assert_eq!(shown, typed, "{text}\n{found:?}");
        assert_eq!(typed_as_quote(&parts, &[]), None, "nothing was sent before");
    }
}

#[test]
fn a_sentence_like_an_introduction_takes_nothing_with_it() {
    let text = "Hello Ann,\n\nOn Monday, 23 November 2026 at 10:00 the engineer wrote:\nthe lamp is broken, a new one comes.\nIs that enough?";
    let parts = body::split_text(text, false);
    assert!(parts.quoted_text().contains("lamp"), "{parts:?}");
    let found = typed_as_quote(&parts, &[OURS]).expect("nobody sent that");
    assert!(found.new_text().contains("the engineer wrote:") && found.new_text().ends_with("Is that enough?"), "{found:?}");
    // The twin: our words below such a line are a quote.
    let text = format!("Done.\n\nOn Monday, 23 November 2026 at 10:00 Desk wrote:\n{OURS}");
    assert_eq!(typed_as_quote(&body::split_text(&text, false), &[OURS]), None);
}

#[test]
fn a_marked_answer_between_lines_of_an_unmarked_quote_is_asked_about() {
    let head = "-----Original Message-----\nFrom: Desk <desk@desk.example>\nSent: Tuesday, March 12, 2024 10:00 AM\nTo: Ann\nSubject: Printer\n\n";
    for (answer, typed) in
        [("\n[AB] The second floor, everybody.", true), ("\n[image: logo of the desk here]", false), ("", false)]
    {
        let text = format!("See below.\n\n{head}{}", OURS.replace("every day?", &format!("every day?{answer}")));
        let parts = mark(&body::split_text(&text, false), &[OURS], false);
        assert_eq!(typed_as_quote(&parts, &[OURS]), None, "a quote of the desk's own mail");
        assert_eq!(answers_inside(&parts, &[OURS]).is_some(), typed, "{text}");
    }
    // A short mail of ours below a rule and a header, in whose words nothing is recognized.
    let text = format!("Done.\n\n________________________________\n{}Switch on.\n\n--\nDesk", head.split_once('\n').unwrap().1);
    assert_eq!(typed_as_quote(&body::split_text(&text, false), &["Please switch it on"]), None, "{text}");
}

#[test]
fn what_is_typed_behind_the_marks_of_a_quote_is_asked_about() {
    let quote = "> Hello Ann,\n>\n> please switch the printer off and on again. Then print a test page and\n> tell us which message it shows.\n>\n> Which floor is it on, and who else uses it every day?\n>\n> Kind regards\n> Your printer desk";
    let head = "On Tue, Mar 12, 2024 at 10:00 AM Desk <desk@desk.example> wrote:";
    for (from, to, typed) in [
        ("", "", None),
        ("every day?", "every day? SECOND FLOOR, everybody.", Some("SECOND FLOOR")),
        ("it shows.\n", "it shows.\n> Paper jam, tray two.\n", Some("Paper jam")),
        ("it shows.\n>\n", "it shows.\n> Paper jam, tray two.\n>\n", Some("Paper jam")),
        // Another program's wrapping, a picture and a link that a server has rewritten.
        ("page and\n> tell us", "page\n> and tell us", None),
        ("it shows.\n", "it shows.\n> [cid:logo of the company here]\n", None),
        // What stands behind more marks is quoted there.
        ("it shows.\n", "it shows.\n> > paper jam tray two\n", None),
    ] {
        let text = format!("See below.\n\n{head}\n{}", quote.replacen(from, to, usize::from(!from.is_empty())));
        let parts = mark(&body::split_text(&text, false), &[OURS], false);
        let found = answers_inside(&parts, &[OURS]);
        assert_eq!(found.is_some(), typed.is_some(), "{text}\n{found:?}");
        if let (Some(found), Some(typed)) = (found, typed) {
            assert!(found.doubtful && found.new_text().contains(typed), "{found:?}");
            assert!(!found.new_text().contains("switch the printer"), "what was sent stays a quote: {found:?}");
        }
    }
}

#[test]
fn an_introduction_below_a_colon_belongs_to_what_it_introduces() {
    let head = "Von: Desk <desk@desk.example>\nGesendet: Dienstag, 12. März 2024 10:00\nAn: Ann\nBetreff: Printer";
    let text = format!("Meine Antworten stehen unten:\n\n{head}\n\n{OURS}");
    let parts = body::split_text(&text, false);
    let found = mark(&parts, &[OURS], false);
    assert_eq!(found.new_text(), "Meine Antworten stehen unten:", "{found:?}");
    // The twin: what is introduced and was never sent stays, a mail that is shown.
    let other = format!("Diese Mail kam an:\n\n{head}\n\nWo bleibt das Teil?");
    assert!(mark(&body::split_text(&other, false), &[OURS], false).new_text().contains("Wo bleibt"));
}

#[test]
fn typed_header_fields_swallow_nothing() {
    let fields = "From: Ann <ann@x.example>\nTo: press@x.example\nSubject: Test\n\nThen switch the test page on and off again, and press send.";
    let quote = "On Tue, Mar 12, 2024 at 10:00 AM Desk <desk@desk.example> wrote:\n> please switch the printer off and on again. Then print a test page and";
    let text = format!("Set it up like this, please.\n\n{fields}\n\n{quote}");
    let parts = body::split_text(&text, false);
    assert!(!parts.new_text().contains("press send"), "{parts:?}");
    let found = typed_as_quote(&parts, &[OURS]).expect("nobody sent that");
    assert!(found.new_text().ends_with("and press send.") && !found.new_text().contains("wrote:"), "{found:?}");
    // The twin: with the moment at which it was sent, it is somebody's mail.
    let dated = text.replace("To: press", "Sent: Tuesday, March 12, 2024 10:00 AM\nTo: press");
    assert_eq!(typed_as_quote(&body::split_text(&dated, false), &[OURS]), None);
}

#[test]
fn no_line_is_lost() {
    let texts = [
        OURS.to_owned(),
        format!("a\n{OURS}\nb\n> c"),
        format!("x\n\n-- \ny\n\nOn 12/03/2024 10:00, D <d@x.example> wrote:\n\n{OURS}\nz"),
    ];
    for text in texts {
        let parts = mark(&body::split_text(&text, false), &[OURS], true);
        let sort = |texts: &[&str]| {
            let mut lines: Vec<String> = texts
                .iter()
                .flat_map(|text| text.lines())
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(sort(&[&text]), sort(&[&parts.new_text(), &parts.quoted_text(), &parts.signature_text()]));
    }
}
