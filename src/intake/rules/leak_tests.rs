use proptest::prelude::*;

use super::*;

fn inside(texts: &[&str], public: &[&str]) -> Inside {
    let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Inside { texts: all(texts), public: all(public), ..Inside::default() }
}

const SECRET: &str = "The printer is from 1998 and they never paid for the last repair, so we let them wait.";

#[test]
fn what_is_found_and_what_is_not() {
    let lines_of = |text: &str, public: &[&str]| lines(text, &inside(&[SECRET], public));
    let found = |text: &str| !lines_of(text, &[]).is_empty();
    for text in [
        SECRET,
        "> The printer is from\n> 1998 and they never\n> paid",
        "Hi,\n\nthe PRINTER is from 1998 and they never!\n\nAnna",
        "the prin\u{ad}ter, is \u{201e}from\u{201c} 1998 \u{2014} and they ne\u{200b}ver",
        "\u{ff34}he printer is from 1998 and they never",
        "x1998andtheyneverpaidforthelastrepairsoweletthemwait",
        "they never paid for the last repair, so we let",
    ] {
        assert!(found(text), "{text}");
    }
    for text in [
        "",
        "The printer is from 1998.",
        "We let them wait for the last repair, and they never paid since 1998, the printer is.",
        "Please switch it on.",
    ] {
        assert!(!found(text), "{text}");
    }
    // What is public elsewhere on the ticket is no secret; what stands around it still is.
    let public = ["I bought it long ago: the printer is from 1998 and they never paid for the last repair"];
    assert!(lines_of("The printer is from 1998 and they never paid for the last repair", &public).is_empty());
    assert!(!lines_of("never paid for the last repair, so we let them wait.", &public).is_empty());
    let stock = "Bitte zögern Sie nicht, uns zu kontaktieren, wenn Sie weitere Fragen haben.\n\nMit freundlichen Grüßen";
    assert!(lines(stock, &inside(&[stock], &[])).is_empty(), "a phrase");
    let more = format!("{stock} an den Zahlungsverweigerer und seine ganze Sippe");
    assert!(lines(stock, &inside(&[&more], &[])).is_empty() && !lines(&more, &inside(&[&more], &[])).is_empty());
}

#[test]
fn the_lines_that_hit_are_named_and_no_others() {
    let text = "Hello Carla,\n\n  the printer is from 1998\nand they never paid\n\nAnna";
    assert_eq!(lines(text, &inside(&[SECRET], &[])), ["the printer is from 1998", "and they never paid"]);
    let many = "the printer is from 1998 and they never paid\n".repeat(20);
    assert_eq!(lines(&many, &inside(&[SECRET], &[])).len(), SHOWN);
}

#[test]
fn names_addresses_and_files_of_others() {
    let owned = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let of = |text: &str, public: &[&str]| {
        let (names, addresses) =
            (owned(&["Globex", "Orange", "Initech Inc.", "AB"]), owned(&["globex.example", "dana@mail.example"]));
        let inside =
            Inside { names, addresses, files: owned(&["Kuendigung 2026.pdf"]), public: owned(public), ..Inside::default() };
        !lines(text, &inside).is_empty()
    };
    for text in [
        "Globex has it, too.",
        "as with (Globex).",
        "that was Initech, Inc",
        "write to dana@globex.example",
        "DANA@mail.example!",
        "https://www.globex.example/x is not globex.example",
        "kuendigung 2026.pdf",
    ] {
        assert!(of(text, &[]), "{text}");
    }
    for text in ["an orange cable", "Globexx", "AB", "Initech", "dana@other.example", "Kuendigung 2027.pdf", ""] {
        assert!(!of(text, &[]), "{text}");
    }
    assert!(!of("Globex has it, too.", &["We heard that Globex had it."]));
    assert!(!of("write to dana@mail.example", &["Copy: Dana <dana@mail.example>"]));
}

#[test]
fn long_texts_are_compared_up_to_a_bound_and_in_time() {
    let filler = |words: usize| (0..words).map(|word| format!("w{word} ")).collect::<String>();
    let long = filler(200_000);
    let inside = Inside {
        texts: vec![SECRET.to_owned(), long.clone(), "not compared any more in all the words here".to_owned()],
        ..Inside::default()
    };
    assert!(inside.texts.iter().map(String::len).sum::<usize>() > MOST);
    assert_eq!(lines(&format!("{}\n{SECRET}", filler(3)), &inside).len(), 1, "the newest comes first");
    assert!(lines("not compared any more in all the words here", &inside).is_empty());
    let compared: usize = bounded(&inside.texts).map(str::len).sum();
    assert!((MOST - 4..=MOST).contains(&compared), "cut at the bound: {compared}");
}

proptest! {
    #[test]
    fn any_eight_words_in_a_row_are_found_whatever_the_wrapping(
        words in proptest::collection::vec("[a-zäöü0-9]{1,9}", 8..40),
        start in 0_usize..32,
        breaks in proptest::collection::vec(prop_oneof![Just(" "), Just("\n"), Just("\n> > "), Just(",\t"), Just(" - ")], 8),
        upper in any::<bool>(),
        around in "[A-Z ]{0,20}",
    ) {
        let start = start.min(words.len() - 8);
        let mut text = format!("{around}\n");
        for (word, gap) in words[start..start + 8].iter().zip(breaks) {
            text.push_str(&if upper { word.to_uppercase() } else { word.clone() });
            text.push_str(gap);
        }
        let secret = words.join(" ");
        prop_assert!(!lines(&text, &inside(&[&secret], &[])).is_empty());
        prop_assert!(lines(&text, &inside(&[&secret], &[&secret])).is_empty());
    }

    #[test]
    fn unrelated_text_is_not_found(text in "[a-m ,.\n]{0,400}", secret in "[n-z ,.\n]{0,400}") {
        prop_assert!(lines(&text, &inside(&[&secret], &[])).is_empty());
    }

    #[test]
    fn seven_words_between_others_are_not_found(words in proptest::collection::vec("[a-z]{1,3}", 7)) {
        let secret = format!("0 {} 1", words.join(" "));
        let text = format!("2 {} 3", words.join(" "));
        prop_assert!(lines(&text, &inside(&[&secret], &[])).is_empty());
    }

    #[test]
    fn nothing_brings_it_down(text in "\\PC{0,200}", secret in "\\PC{0,200}") {
        let _ = lines(&text, &inside(&[&secret], &[]));
        let _ = addresses(&text);
    }
}

#[test]
fn names_of_several_words_that_begin_alike_are_told_apart() {
    let names = |public: &[&str]| Inside {
        names: (0..2_000).map(|n| format!("Stadt Name{n} West")).chain(["Globex".to_owned()]).collect(),
        ..inside(&[], public)
    };
    let text = "stadt name7 west\nStadt Name7\nglobex\nGlobex!\nStadt";
    assert_eq!(lines(text, &names(&[])), ["stadt name7 west", "Globex!"]);
    assert_eq!(lines(text, &names(&["We are Stadt Name7, West."])), ["Globex!"]);
}

#[test]
fn names_of_files_are_found_among_many_lines() {
    let files: Vec<String> = (0..100).map(|n| format!("Plan {n}.pdf")).collect();
    let inside = Inside { files, ..Inside::default() };
    let text = format!("{}plan-7.PDF", "x\n".repeat(100_000));
    assert_eq!(lines(&text, &inside), ["plan-7.PDF"]);
    assert!(lines("plan 7", &inside).is_empty());
}
