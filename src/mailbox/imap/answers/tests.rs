use proptest::prelude::*;

use super::*;

const BOUNDS: Bounds = Bounds { literal: 1_000, answer: 4_000, answers: 50, mails: 2_000 };

/// What is handed on of `input`, fed in pieces of `size` bytes after a greeting and `command`.
fn fed(command: &str, input: &[u8], size: usize) -> (Vec<u8>, Option<Breach>, Scanner) {
    let mut scanner = Scanner::new(BOUNDS).greeted();
    scanner.command(command.as_bytes());
    let mut all = Vec::new();
    for chunk in input.chunks(size.max(1)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let mut output = Vec::new();
            match scanner.feed(rest, &mut output) {
                Ok(read) => rest = &rest[read..],
                Err(breach) => return (all, Some(breach), scanner),
            }
            all.extend(output);
        }
    }
    (all, None, scanner)
}

const FETCH: &str = "A0007 UID FETCH 5 (UID BODY.PEEK[]<0.1000>)\r\n";

fn passes(input: &str) -> String {
    let (whole, breach, _) = fed(FETCH, input.as_bytes(), usize::MAX);
    assert_eq!(breach, None, "{input:?}");
    for size in [1, 2, 3, 7] {
        assert_eq!(fed(FETCH, input.as_bytes(), size).0, whole, "{input:?} in pieces of {size}");
    }
    String::from_utf8(whole).unwrap()
}

fn refused(input: &str) -> Breach {
    fed(FETCH, input.as_bytes(), 1_000).1.unwrap_or_else(|| panic!("{input:?}"))
}

#[test]
fn what_was_asked_for_passes_and_is_written_anew() {
    let deep = format!("* 1 FETCH (UID 5 BODYSTRUCTURE {}{} RFC822.SIZE 9)\r\n", "(".repeat(1_500), ")".repeat(1_500));
    for (input, expected) in [
        ("* 1 FETCH (UID 5 RFC822.SIZE 20)\r\n", "* 1 FETCH (UID 5 RFC822.SIZE 20)\r\n"),
        ("* 1 fetch (uid 5 rfc822.size 20)\n", "* 1 FETCH (UID 5 RFC822.SIZE 20)\r\n"),
        (deep.as_str(), "* 1 FETCH (UID 5 RFC822.SIZE 9)\r\n"),
        ("* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n", "* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n"),
        ("* 1 FETCH (BODY[]<0> {3+}\r\na\nb UID 5)\r\n", "* 1 FETCH (BODY[] {3}\r\na\nb UID 5)\r\n"),
        ("* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\n", "* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\n"),
        ("* 1 FETCH (UID 5 BODY[] \"a \\\"b\\\"\")\r\n", "* 1 FETCH (UID 5 BODY[] {5}\r\na \"b\")\r\n"),
        ("* 1 FETCH (UID 5 BODY[] NIL)\r\n", "* 1 FETCH (UID 5)\r\n"),
        // A second body of one mail, a part of it, and headers: dropped.
        ("* 1 FETCH (UID 5 BODY[] {1}\r\na BODY[] {1}\r\nb)\r\n", "* 1 FETCH (UID 5 BODY[] {1}\r\na)\r\n"),
        ("* 1 FETCH (UID 5 BODY[]<9> {1}\r\na)\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (BODY[HEADER.FIELDS (TO CC)] {4}\r\n(((( UID 5)\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (FLAGS (\\Seen $x) UID 5)\r\n", "* 1 FETCH (FLAGS (\\Seen $x) UID 5)\r\n"),
        ("* 1 FETCH (FLAGS (\"\\Seen\" {x} a\x07) UID 5)\r\n", "* 1 FETCH (FLAGS () UID 5)\r\n"),
        // Dates: a good one, and what stands there otherwise.
        (
            "* 1 FETCH (INTERNALDATE \" 2-Nov-2026 04:00:00 +0100\")\r\n",
            "* 1 FETCH (INTERNALDATE \" 2-Nov-2026 04:00:00 +0100\")\r\n",
        ),
        ("* 1 FETCH (UID 5 INTERNALDATE NIL)\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (UID 5 INTERNALDATE \"\")\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (UID 5 INTERNALDATE \"02-Nov-99999 04:00:00 +0100\")\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (UID 5 INTERNALDATE \"0ä-Nov-2026 04:00:00 +010\")\r\n", "* 1 FETCH (UID 5)\r\n"),
        // Sizes.
        ("* 1 FETCH (UID 5 RFC822.SIZE NIL)\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (UID 5 RFC822.SIZE -1)\r\n", "* 1 FETCH (UID 5)\r\n"),
        ("* 1 FETCH (UID 5 RFC822.SIZE 99999999999)\r\n", "* 1 FETCH (UID 5 RFC822.SIZE 4294967295)\r\n"),
        ("* 1 FETCH (UID 0 RFC822.SIZE 1)\r\n", "* 1 FETCH (RFC822.SIZE 1)\r\n"),
        ("* 1 FETCH (ENVELOPE (NIL {3}\r\n\"(( NIL) MODSEQ (12))\r\n", ""),
        // Lists of mails.
        ("* SEARCH\r\n", ""),
        ("* SEARCH 1 2  3 \r\n", "* SEARCH 1 2 3\r\n"),
        ("* SEARCH 1 2 (MODSEQ 9)\r\n", "* SEARCH 1 2\r\n"),
        // Folders.
        ("* LIST (\\HasNoChildren) \"/\" INBOX\r\n", "* LIST () NIL {5}\r\nINBOX\r\n"),
        ("* LIST (\\Noselect) \"/\" x\r\n", ""),
        ("* LIST () NIL \"a\\\"b\\\\c\"\r\n", "* LIST () NIL {5}\r\na\"b\\c\r\n"),
        ("* LIST () \"/\" {3}\r\na b\r\n", "* LIST () NIL {3}\r\na b\r\n"),
        ("* LIST () \"/\" \"S\u{fc}d\"\r\n", "* LIST () NIL {4}\r\nS\u{fc}d\r\n"),
        // Nobody asked.
        ("* 3 EXISTS\r\n* OK [UNSEEN {5}\r\n* FLAGS (\\Seen)\r\n* ID (\"a\" NIL)\r\n* NO warning\r\n* \r\n\r\n* \u{0} x\r\n", ""),
        ("* OK [UIDVALIDITY 7] {9}\r\n* OK [UIDVALIDITY x]\r\n", "* OK [UIDVALIDITY 7] this\r\n"),
        ("A0007 OK [CODE \u{0} (((] done\r\n", "A0007 OK done\r\n"),
    ] {
        assert_eq!(passes(input), expected, "{input:?}");
    }
}

#[test]
fn what_goes_too_far_ends_the_connection_before_it_is_kept() {
    use Breach::{Bye, Crowded, Flood, Long, Oversize, Unreadable};
    let many: String = (1..3_000).map(|number| format!(" {number}")).collect();
    for (input, expected) in [
        ("* 1 FETCH (UID 5 BODY[] {1001}\r\n".to_owned(), Oversize { uid: Some(5), size: 1_001 }),
        ("* 1 FETCH (BODY[] {419430400}\r\n".to_owned(), Oversize { uid: None, size: 419_430_400 }),
        ("* 1 FETCH (BODY[] {99999999999999999999999}\r\n".to_owned(), Oversize { uid: None, size: u64::MAX }),
        ("* 1 FETCH (UID 5 ENVELOPE ({9999}\r\n".to_owned(), Long(4_000)),
        ("* OK ".to_owned() + &"x".repeat(5_000), Long(4_000)),
        ("\r".repeat(5_000), Long(4_000)),
        (format!("* 1 FETCH (X {}", "(".repeat(5_000)), Long(4_000)),
        // Many literals that nobody wants count together.
        (format!("* 1 FETCH (X ({}", ("{900}\r\n".to_owned() + &"y".repeat(900) + " ").repeat(5)), Long(4_000)),
        ("* 1 EXISTS\r\n".repeat(51), Flood(50)),
        (format!("* SEARCH{many}\r\n"), Crowded(2_000)),
        (format!("* SEARCH {}", "1".repeat(5_000)), Unreadable("a list of mails has something that is no number")),
        ("* SEARCH 1 x\r\n".to_owned(), Unreadable("a list of mails has something that is no number")),
        ("* SEARCH 99999999999\r\n".to_owned(), Unreadable("a list of mails has something that is no number")),
        ("* 1 FETCH (UID 5 UID 6)\r\n".to_owned(), Unreadable("one mail has two UIDs")),
        ("* 1 FETCH (UID 5\r\n".to_owned(), Unreadable("it breaks off")),
        ("* 1 FETCH (UID 5) x\r\n".to_owned(), Unreadable("about a mail")),
        ("* 1 FETCH (\"UID\" 5)\r\n".to_owned(), Unreadable("about a mail")),
        ("* 1 FETCH UID 5\r\n".to_owned(), Unreadable("about a mail")),
        ("* 1 FETCH (UID \"5)\r\n".to_owned(), Unreadable("a quote does not end")),
        ("* LIST ())) x\r\n".to_owned(), Unreadable("a list of folders")),
        ("A0008 OK another\r\n".to_owned(), Unreadable("it answers what was not asked")),
        ("A0007 FINE done\r\n".to_owned(), Unreadable("it neither does nor refuses")),
        ("hello\r\n".to_owned(), Unreadable("it answers what was not asked")),
        ("* BYE [ALERT] out of\x07 memory\r\n".to_owned(), Bye("out of memory".to_owned())),
    ] {
        assert_eq!(refused(&input), expected, "{:?}", input.chars().take(60).collect::<String>());
    }
}

#[test]
fn a_mail_comes_only_where_it_was_asked_for() {
    let mail = b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n";
    assert_eq!(fed("A0001 SELECT \"INBOX\"\r\n", mail, 9).1, Some(Breach::Unasked));
    let (given, breach, _) = fed(FETCH, &[mail.as_slice(), b"A0007 OK\r\n", mail].concat(), 9);
    assert_eq!((given.len(), breach), (mail.len() + "A0007 OK done\r\n".len(), Some(Breach::Unasked)));
}

#[test]
fn greetings() {
    let first = |input: &str| Scanner::new(BOUNDS).feed(input.as_bytes(), &mut Vec::new());
    assert!(first("* OK ready\r\n").is_ok() && first("* PREAUTH ready\r\n").is_ok());
    assert_eq!(first("* BYE too many\r\n"), Err(Breach::Bye("too many".to_owned())));
    assert_eq!(first("\x15\x03\x01\x00\x02\x02\x16"), Err(Breach::Tls));
    for odd in ["220 smtp.example ESMTP\r\n", "* NO\r\n", "+OK pop\r\nx\r\n", "HTTP/1.1 400 Bad Request\r\n"] {
        let breach = first(odd);
        assert!(matches!(breach, Err(Breach::Unreadable(_))) || odd.starts_with('+'), "{odd:?}: {breach:?}");
    }
}

#[test]
fn the_end_of_a_command_is_remembered_in_the_servers_words() {
    for (answer, status, words) in [
        ("A0007 OK\r\n", Status::Ok, ""),
        ("A0007 no [AUTHENTICATIONFAILED] Authentication failed.\r\n", Status::No, "Authentication failed."),
        ("A0007 BAD [x\r\n", Status::Bad, "[x"),
        ("A0007 NO [ALERT]\r\n", Status::No, "[ALERT]"),
        ("A0007 NO a\x00b \u{ff}\tc\r\n", Status::No, "a b \u{ff} c"),
    ] {
        let (_, _, scanner) = fed(FETCH, answer.as_bytes(), 4);
        assert_eq!(scanner.done(), Some(&Done { status, words: words.to_owned() }), "{answer:?}");
    }
    let (_, _, scanner) = fed(FETCH, format!("A0007 NO {}\r\n", "x".repeat(3_000)).as_bytes(), 99);
    assert_eq!(scanner.done().unwrap().words.len(), token::WORDS);
}

/// What passes is read by async-imap: it must never stop the program.
fn read(given: &[u8]) {
    let mut rest = given;
    while let Ok((after, _)) = imap_proto::Response::parse(rest) {
        rest = after;
    }
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "* ",
        "1 FETCH (",
        "UID 5",
        "BODY[]",
        " ",
        "{3}\r\n",
        "{3+}\r\n",
        "~{2}\r\n",
        "(",
        ")",
        "\r\n",
        "\"",
        "\\",
        "NIL",
        "INTERNALDATE ",
        "FLAGS (",
        "BODY[",
        "]",
        "<0>",
        "* SEARCH ",
        "1 2 3",
        "* LIST ",
        "()",
        "A0007 OK ",
        "[UIDVALIDITY 7]",
        "* OK ",
        "\0",
        "\u{fc}",
        "RFC822.SIZE 4",
        "RFC822 ",
        "BODYSTRUCTURE ",
        "* BYE ",
        "{999999999}\r\n",
        "* ID (\"a\" NIL)\r\n",
        "* METADATA \"\" (/x)\r\n",
    ];
    proptest::collection::vec(
        prop_oneof![4 => proptest::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..6)],
        0..40,
    )
    .prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn whatever_a_server_says_the_same_passes_in_any_pieces_and_nothing_stops(input in pieces(), size in 1_usize..9) {
        let (whole, breach, _) = fed(FETCH, &input, usize::MAX);
        let (parts, other, _) = fed(FETCH, &input, size);
        // A mail's bytes may be handed on before what follows them is refused.
        prop_assert!(whole == parts && breach == other);
        read(&whole);
    }
}
