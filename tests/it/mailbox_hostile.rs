//! A mailbox's server can only fail its own mailbox: a hostile one beside a good one that never misses a mail.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use postroom::desk::inbox::Absent;
use postroom::mailbox::imap::{ImapReader, Patience};
use postroom::store::inbox::LedgerRow;

use crate::world::databases::Database;
use crate::world::hostile_imap::{Act, Asked, HostileImap, Step, Trick};
use crate::world::odd_imap::{Body, OddImap};
use crate::world::{intake, ledger, mail};

/// Bytes of the largest mail that is fetched here.
const LARGEST: usize = 1 << 20;
/// What a connection may take before it is given up: the largest mail, and what lies in the sockets' buffers.
const TAKEN: usize = 24 << 20;
const HUGE: usize = 400 << 20;

/// What becomes of a hostile mailbox within a few looks.
enum Then {
    /// All three mails came.
    All,
    /// Those came; of the others there are rows without bytes, for this reason.
    But2(Absent),
    /// No mail could come, and the mailbox says something like this.
    Failing(&'static str),
    /// No mail could come, and each has a row without bytes for that.
    Held(&'static str),
    /// All mails came, and the mailbox says something like this.
    AllBut(&'static str),
}
use Then::{All, AllBut, But2, Failing, Held};

fn at(step: Step, act: Act) -> Trick {
    Arc::new(move |asked: &Asked<'_>| (asked.step == step).then(|| act.clone()))
}

fn say(step: Step, text: &str) -> Trick {
    at(step, Act::Say(text.as_bytes().to_vec()))
}

fn first(step: Step, text: &str) -> Trick {
    at(step, Act::First(text.as_bytes().to_vec()))
}

/// Said of mail 2 instead of its size and date.
fn about(text: &str) -> Trick {
    at(Step::About, Act::About2(format!("* 2 FETCH ({text})\r\n").into_bytes()))
}

/// Said of mail 2 instead of its bytes.
fn body(text: impl AsRef<[u8]>) -> Trick {
    at(Step::Body, Act::About2([b"* 2 FETCH (", text.as_ref(), b")\r\n"].concat()))
}

/// Done as soon as mail 2 is asked for.
fn at_2(act: Act) -> Trick {
    Arc::new(move |asked: &Asked<'_>| (asked.step == Step::Body && asked.second).then(|| act.clone()))
}

fn leave(text: &str) -> Act {
    Act::Leave(text.as_bytes().to_vec())
}

fn forever(first: &str, again: &str) -> Act {
    Act::Forever(first.as_bytes().to_vec(), again.as_bytes().to_vec(), HUGE)
}

fn literal(announced: usize, uid: &str) -> String {
    let mail = mail("2");
    format!("UID {uid} BODY[] {{{announced}}}\r\n{mail}")
}

fn modes() -> Vec<(&'static str, Trick, Then)> {
    use Step::{About, Body, Greeting, List, Login, Search, Select, Store};
    let two = mail("2");
    let whole = literal(two.len(), "2");
    let deep = |number| format!("BODYSTRUCTURE {}{}", "(".repeat(number), ")".repeat(number));
    let gone = "From: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\nThis message is no longer available on the server.\r\n";
    let (missing, large) = (|| But2(Absent::NotFetched), || But2(Absent::TooLarge));
    vec![
        // Sizes and dates.
        ("INTERNALDATE NIL", about("UID 2 INTERNALDATE NIL RFC822.SIZE 20"), All),
        ("INTERNALDATE empty", about("UID 2 INTERNALDATE \"\" RFC822.SIZE 20"), All),
        ("INTERNALDATE garbage", about("UID 2 INTERNALDATE \"g\u{e4}rbage\" RFC822.SIZE 20"), All),
        ("INTERNALDATE in the year 99999", about("UID 2 INTERNALDATE \"22-Nov-99999 04:00:00 +0000\" RFC822.SIZE 20"), All),
        ("INTERNALDATE on the 99th", about("UID 2 INTERNALDATE \"99-Nov-2026 99:99:99 +9999\" RFC822.SIZE 20"), All),
        ("size 0", about("UID 2 RFC822.SIZE 0"), All),
        ("size NIL", about("UID 2 RFC822.SIZE NIL"), All),
        ("size absent", about("UID 2"), All),
        ("size negative", about("UID 2 RFC822.SIZE -5"), All),
        ("size beyond 32 bits", about("UID 2 RFC822.SIZE 99999999999"), large()),
        ("size that is honest and too large", about("UID 2 RFC822.SIZE 2000000"), large()),
        ("no UID", about("RFC822.SIZE 20"), All),
        ("500 parentheses", about(&format!("UID 2 {} RFC822.SIZE 20", deep(500))), All),
        ("100000 parentheses", about(&format!("UID 2 {} RFC822.SIZE 20", deep(100_000))), missing()),
        ("BODYSTRUCTURE that nobody asked for", first(Search, &format!("* 2 FETCH ({})\r\n", deep(20_000))), All),
        ("METADATA, ID and QUOTA", first(Search, "* METADATA \"\" (/\u{fc} x)\r\n* ID (\"a\" NIL)\r\n* QUOTA (((\r\n"), All),
        ("FETCH of nothing", first(Search, "* 2 FETCH ()\r\n* 4294967296 FETCH (UID 1)\r\n"), All),
        // The mails themselves.
        ("a literal of 400 MiB is claimed", body(literal(HUGE, "2")), large()),
        ("a literal of 400 MiB before its UID", body(format!("BODY[] {{{HUGE}}}\r\nxx UID 2")), large()),
        (
            "400 MiB are sent for size 100",
            at_2(Act::Forever(format!("* 2 FETCH (UID 2 BODY[] {{{HUGE}}}\r\n").into_bytes(), b"x".to_vec(), HUGE)),
            large(),
        ),
        (
            "a little more than may be",
            body(
                [
                    literal(0, "2").replace("{0}", &format!("{{{}}}", LARGEST + 1)).split("From").next().unwrap().as_bytes(),
                    &vec![b'x'; LARGEST + 1],
                ]
                .concat(),
            ),
            large(),
        ),
        ("400 MiB follow a short mail", at_2(forever(&format!("* 2 FETCH ({whole})\r\n"), "x")), AllBut("longer than")),
        ("the connection is cut inside a literal", at_2(leave("* 2 FETCH (UID 2 BODY[] {900}\r\nFrom: x")), missing()),
        ("a literal is shorter than claimed", body(literal(two.len() + 5_000, "2")), missing()),
        ("a literal is longer than claimed", body(literal(two.len() - 30, "2")), missing()),
        ("LITERAL+", body(whole.replacen("}", "+}", 1)), All),
        ("literal8", body(whole.replacen('{', "~{", 1)), All),
        ("a quoted mail", body("UID 2 BODY[] \"Subject: 2\""), AllBut("")),
        ("NIL instead of a mail", body("UID 2 BODY[] NIL"), missing()),
        ("an empty mail", body("UID 2 BODY[] {0}\r\n"), missing()),
        ("Courier's placeholder", body(format!("UID 2 BODY[] {{{}}}\r\n{gone}", gone.len())), missing()),
        ("another part than the first", body(whole.replace("BODY[]", "BODY[]<5>")), missing()),
        ("UID missing", body(whole.replace("UID 2 ", "")), missing()),
        ("UID 0", body(literal(two.len(), "0")), missing()),
        ("UID of a mail that was not asked for", body(literal(two.len(), "99")), missing()),
        ("two UIDs", body(whole.replace("UID 2 ", "UID 2 UID 3 ")), missing()),
        ("the same mail again and again", first(Body, &format!("* 2 FETCH ({whole})\r\n").repeat(20)), All),
        ("mails that nobody asked for", at_2(forever("", &format!("* 9 FETCH ({})\r\n", literal(two.len(), "99")))), missing()),
        ("nonsense", body("UID 2 BODY[] geheim )) ("), missing()),
        ("a line that does not end", at_2(forever("* 2 FETCH (UID 2 ", "x")), missing()),
        ("NO to one mail", at_2(Act::Say(b"TAG NO [SERVERBUG] broken\r\n".to_vec())), missing()),
        ("BAD to one mail", at_2(Act::Say(b"TAG BAD broken\r\n".to_vec())), missing()),
        ("BYE at one mail", at_2(leave("* BYE broken\r\n")), missing()),
        ("silence at one mail", at_2(Act::Nothing), missing()),
        (
            "parts of mails are not understood",
            Arc::new(|asked: &Asked<'_>| {
                (asked.step == Step::Body && asked.line.contains('<')).then(|| Act::Say(b"TAG BAD <\r\n".to_vec()))
            }),
            All,
        ),
        ("NUL in a mail", body("UID 2 BODY[] {15}\r\nSubject: \0\r\n\r\nx"), AllBut("")),
        // The greeting.
        ("no greeting", at(Greeting, Act::Nothing), Failing("did not greet")),
        ("hung up", at(Greeting, leave("")), Failing("ended the connection")),
        ("BYE instead of a greeting", at(Greeting, leave("* BYE too many connections\r\n")), Failing("too many connections")),
        ("NO instead of a greeting", say(Greeting, "* NO\r\n"), Failing("does not greet as IMAP does")),
        ("another protocol", say(Greeting, "220 smtp.example ESMTP\r\n"), Failing("does not greet as IMAP does")),
        ("TLS", say(Greeting, "\x15\x03\x03\0\x02\x02\x28"), Failing("try `tls = \"implicit\"`")),
        ("an endless greeting", at(Greeting, forever("* OK ", "hello ")), Failing("longer than")),
        ("endless greetings", at(Greeting, forever("", "* OK hello\r\n")), Failing("more than")),
        // Login.
        (
            "login refused",
            say(Login, "TAG NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"),
            Failing("refused user support: Authentication failed"),
        ),
        ("the password repeated", say(Login, "TAG NO wrong: geheim\r\n"), Failing("refused user support: wrong: (password)")),
        ("login not understood", say(Login, "TAG BAD [((((\r\n"), Failing("refused user support")),
        ("BYE at the login", at(Login, leave("* BYE [ALERT] account locked\r\n")), Failing("account locked")),
        ("cut at the login", at(Login, leave("")), Failing("ended the connection")),
        ("silence at the login", at(Login, Act::Nothing), Failing("did not answer")),
        ("a wrong tag", say(Login, "X99 OK done\r\n"), Failing("not asked")),
        ("capabilities that are garbage", first(Login, "* CAPABILITY \0\u{fc} ((( {9}\r\n* CAPABILITY\r\n"), All),
        // Folders.
        (
            "NO to the folder",
            say(Select, "TAG NO [NOPERM] Permission denied\r\n"),
            Failing("folder INBOX: the server says no: Permission denied"),
        ),
        ("BAD to the folder", say(Select, "TAG BAD what\r\n"), Failing("does not understand: what")),
        ("BYE at the folder", at(Select, leave("* BYE maintenance\r\n")), Failing("maintenance")),
        ("cut at the folder", at(Select, leave("* 3 EXISTS\r\n")), Failing("ended the connection")),
        ("silence at the folder", at(Select, Act::Nothing), Failing("did not answer")),
        ("UIDVALIDITY missing", say(Select, "* 3 EXISTS\r\nTAG OK done\r\n"), Failing("no lasting names")),
        ("UIDVALIDITY 0", say(Select, "* OK [UIDVALIDITY 0] x\r\nTAG OK done\r\n"), Failing("no lasting names")),
        (
            "UIDVALIDITY beyond 32 bits",
            say(Select, "* OK [UIDVALIDITY 99999999999] x\r\nTAG OK done\r\n"),
            Failing("no lasting names"),
        ),
        ("endless EXISTS", at(Select, forever("", "* 3 EXISTS\r\n")), Failing("more than")),
        ("a warning before", first(Select, "* NO low on disk\r\n* BAD hm\r\n"), All),
        (
            "hostile response codes",
            first(Select, "* OK [PERMANENTFLAGS (((((((\r\n* OK [UIDNEXT x] y\r\n* OK [BADCHARSET ({9}\r\n* OK [\r\n"),
            All,
        ),
        ("carriage returns alone", at(Select, forever("* OK x", "\r")), Failing("longer than")),
        // The list of mails.
        ("NO to the search", say(Search, "TAG NO not now\r\n"), Failing("the server says no: not now")),
        ("BAD to the search", say(Search, "TAG BAD what\r\n"), Failing("does not understand")),
        ("silence at the search", at(Search, Act::Nothing), Failing("did not answer")),
        ("cut in the list", at(Search, leave("* SEARCH 1 2")), Failing("ended the connection")),
        ("10 million mails", at(Search, forever("* SEARCH", " 7654321")), Failing("more than 1000000 mails")),
        ("a list of garbage", say(Search, "* SEARCH 1 two \u{fc}\r\nTAG OK done\r\n"), Failing("no number")),
        ("a number without end", at(Search, forever("* SEARCH ", "9")), Failing("no number")),
        ("mail 0 and mails that are not there", first(Search, "* SEARCH 0\r\n"), All),
        // Marking, and sizes.
        ("NO to marking", say(Store, "TAG NO read-only\r\n"), All),
        ("BAD to marking", say(Store, "TAG BAD what\r\n"), All),
        ("silence at marking", at(Store, Act::Nothing), AllBut("did not answer")),
        ("BYE at marking", at(Store, leave("* BYE\r\n")), AllBut("ended the connection")),
        ("NO to sizes", say(About, "TAG NO\r\n"), All),
        ("silence at sizes", at(About, Act::Nothing), Held("did not answer")),
        ("BYE at sizes", at(About, leave("* BYE x\r\n")), Held("ended the connection: x")),
        (
            "names of folders that are no UTF-8",
            Arc::new(|asked: &Asked<'_>| match asked.step {
                Select => Some(Act::Say(b"TAG NO not there\r\n".to_vec())),
                List => Some(Act::Say(b"* LIST () \"/\" \"S\xfcd\"\r\n* LIST () \"/\" {4}\r\nS\xfc\x07d\r\nTAG OK\r\n".to_vec())),
                _ => None,
            }),
            Failing("there is no folder INBOX; there are: S\u{fffd}d"),
        ),
        (
            "endless folders",
            Arc::new(|asked: &Asked<'_>| match asked.step {
                Select => Some(Act::Say(b"TAG NO not there\r\n".to_vec())),
                List => Some(forever("", "* LIST () \"/\" x\r\n")),
                _ => None,
            }),
            Failing("more than"),
        ),
    ]
}

/// Several looks of a reader, each in a task of its own; what they said.
async fn looks(reader: ImapReader, intake: &postroom::mailbox::InboxWriter, times: usize) -> Vec<String> {
    let reader = Arc::new(tokio::sync::Mutex::new(reader));
    let mut said = Vec::new();
    for _ in 0..times {
        let reader = Arc::clone(&reader);
        let looked = tokio::spawn(async move { reader.lock().await.poll_once().await }).await.expect("no look panics");
        said.extend(looked.err().map(|error| format!("{error:#}")));
        intake.clock.advance(Duration::from_secs(310));
    }
    said
}

async fn suffer(name: &str, trick: Trick, then: Then) -> Result<(), String> {
    let database = Database::sqlite();
    let store = postroom::store::Store::open(&database.url).await.unwrap();
    let mut intake = intake(&store);
    intake.largest = LARGEST;
    let (hostile, good) = (HostileImap::start(trick).await, OddImap::start(&[Body::Good, Body::Good]).await);
    let patience = Patience { answer: Duration::from_millis(400), mail: Duration::from_millis(400) };
    // What floods is not late: only silence is.
    let patience =
        if matches!(then, Failing("did not answer" | "did not greet")) || name.contains("silence") || name.contains("shorter") {
            patience
        } else {
            Patience { answer: Duration::from_secs(20), mail: Duration::from_secs(20) }
        };
    let reader = ImapReader::new("hostile", hostile.imap.clone(), intake.clone()).with_patience(patience);
    let other = ImapReader::new("good", good.imap.clone(), intake.clone());
    let (said, others) = tokio::join!(looks(reader, &intake, 8), looks(other, &intake, 2));
    let rows = ledger(&store).await;
    let of = |mailbox: &str| rows.iter().filter(|row| row.origin.mailbox == mailbox).cloned().collect::<Vec<LedgerRow>>();
    let mut came: Vec<i64> = of("hostile").iter().filter(|row| row.blob.is_some()).map(|row| row.origin.uid).collect();
    let absent: Vec<(i64, Option<Absent>)> =
        of("hostile").iter().filter(|row| row.blob.is_none()).map(|row| (row.origin.uid, row.absent)).collect();
    came.sort_unstable();
    let right = match &then {
        All => came == [1, 2, 3] && absent.is_empty() && said.is_empty(),
        AllBut(words) => {
            came == [1, 2, 3] && absent.is_empty() && (words.is_empty() || said.iter().any(|said| said.contains(words)))
        }
        But2(why) => came == [1, 3] && absent == [(2, Some(*why))],
        Held(words) => {
            let rows: Vec<i64> = absent.iter().map(|(uid, _)| *uid).collect();
            came.is_empty() && rows == [1, 2, 3] && said.iter().any(|said| said.contains(words))
        }
        Failing(words) => came.is_empty() && said.len() == 8 && said.iter().all(|said| said.contains(words)),
    };
    let odd = ["Outcome", "code:", "None", "Some(", "geheim", "Parsing", "Os {"];
    let clean = said.iter().all(|said| said.len() < 400 && odd.iter().all(|odd| !said.contains(odd)));
    let kept = others.is_empty() && of("good").len() == 2;
    let bounded = hostile.most_sent() < TAKEN;
    if right && clean && kept && bounded {
        return Ok(());
    }
    Err(format!("{name}: came {came:?}, absent {absent:?}, good {kept}, sent {}, said {said:#?}", hostile.most_sent()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_server_does_costs_only_its_own_mailbox() {
    let modes = modes();
    assert!(modes.len() > 60, "{}", modes.len());
    let suffering = stream::iter(modes).map(|(name, trick, then)| suffer(name, trick, then)).buffer_unordered(6);
    let faults: Vec<String> = suffering.filter_map(|suffered| async { suffered.err() }).collect().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
