//! The courier's way out, against a server that misbehaves and against Postfix.

use std::sync::Arc;
use std::time::Duration;

use postroom::config::{Login, Outgoing, Secret, Server, Tls};
use postroom::courier::servers::{REST, Servers, Several};
use postroom::courier::smtp::{Patience, Smtp};
use postroom::courier::{SendOutcome, Transport};
use postroom::time::{Clock, Timestamp};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::world::servers::{ca_file, client, imap, search, server, somebody};
use crate::world::sink::{Answer, Sink, Step};

const FROM: Option<&str> = Some("support@desk.example");
const KIM: &str = "kim@acme.example";
const MAIL: &[u8] = b"Subject: x\r\n\r\nHello.\r\n";

fn smtp(sink: &Sink) -> Smtp {
    Smtp::new(sink.server())
}

/// For servers that say nothing; on a busy machine it gives up on others too.
fn impatient(sink: &Sink) -> Smtp {
    let short = Duration::from_millis(300);
    Smtp::new(sink.server()).with_patience(Patience { hello: short, command: short, content: short, alive: short })
}

#[track_caller]
fn temporary(outcome: &SendOutcome, words: &str) {
    assert!(matches!(outcome, SendOutcome::Temporary(text) if text.contains(words)), "{outcome:?}");
}

#[track_caller]
fn permanent(outcome: &SendOutcome, words: &str) {
    assert!(matches!(outcome, SendOutcome::Permanent(text) if text.contains(words)), "{outcome:?}");
}

#[tokio::test]
async fn many_mails_leave_over_one_connection() {
    let sink = Sink::start().await;
    let mut transport = Transport::new(&Outgoing::Smtp(sink.server()));
    for number in 0..20 {
        let outcome = transport.send(FROM, KIM, &format!("{number}@desk.example"), MAIL).await;
        assert_eq!(outcome, SendOutcome::Accepted("250 2.0.0 taken".to_owned()));
    }
    transport.close().await;
    assert_eq!((sink.mails().len(), sink.connections()), (20, 1));
    let mail = &sink.mails()[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice(), mail.data.as_slice()),
        ("support@desk.example", &[KIM.to_owned()][..], MAIL)
    );
    assert_eq!(mail.parameters, "");
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Dot] {
        let sink = Sink::start().await;
        let mut smtp = smtp(&sink);
        sink.next(step, Answer::Say("550 5.1.1 nobody of that name"));
        permanent(&smtp.send(FROM, KIM, MAIL).await, "nobody of that name");
        sink.next(step, Answer::Say("451 4.7.1 grey today"));
        if step == Step::Mail {
            // On a connection that was kept this may mean "not on this one": a fresh one is asked as well.
            sink.next(step, Answer::Say("451 4.7.1 grey today"));
        }
        temporary(&smtp.send(FROM, KIM, MAIL).await, "grey today");
        assert_eq!(sink.mails(), []);
        assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
        assert_eq!((sink.mails().len(), sink.mails()[0].to.len()), (1, 1), "{step:?}");
    }
}

#[tokio::test]
async fn one_refused_recipient_costs_nobody_else_anything() {
    let sink = Sink::start().await;
    let mut smtp = smtp(&sink);
    sink.refuse("gone@acme.example", "550 5.1.1 gone");
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    permanent(&smtp.send(FROM, "gone@acme.example", MAIL).await, "gone");
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    assert_eq!((sink.mails().len(), sink.connections()), (2, 1));
}

#[tokio::test]
async fn whatever_breaks_on_the_way_is_temporary_and_after_the_mail_unknown() {
    use Step::{Connect, Data, Dot, Ehlo, Mail, Rcpt};
    for step in [Connect, Ehlo, Mail, Rcpt, Data, Dot] {
        for answer in [Answer::HangUp, Answer::Hang, Answer::Say("421 4.3.2 closing"), Answer::Say("what?")] {
            let sink = Sink::start().await;
            sink.next(step, answer);
            let outcome = impatient(&sink).send(FROM, KIM, MAIL).await;
            // Once the server has the whole mail, only an answer with a code says what became of it.
            let known = step != Dot || matches!(answer, Answer::Say("421 4.3.2 closing"));
            let right =
                if known { matches!(outcome, SendOutcome::Temporary(_)) } else { matches!(outcome, SendOutcome::Unknown(_)) };
            assert!(right, "{step:?} {answer:?}: {outcome:?}");
        }
    }
    // A refusal before any mail was named is not about the mail.
    let sink = Sink::start().await;
    sink.next(Connect, Answer::Say("554 5.7.1 go away"));
    temporary(&smtp(&sink).send(FROM, KIM, MAIL).await, "go away");
    sink.next(Mail, Answer::Say("530 5.7.0 log in first"));
    temporary(&smtp(&sink).send(FROM, KIM, MAIL).await, "log in first");
}

#[tokio::test]
async fn a_connection_lost_after_the_dot_says_nothing_of_a_mail_that_was_taken() {
    let sink = Sink::start().await;
    let mut smtp = smtp(&sink);
    sink.next(Step::Dot, Answer::TakeAndHangUp);
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Unknown(_)));
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    let mails = sink.mails();
    assert_eq!((mails.len(), &mails[0].data, sink.connections()), (2, &mails[1].data, 2));
}

#[tokio::test]
async fn a_mail_cut_off_before_its_end_cannot_have_been_taken() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        stream.write_all(b"220 x\r\n").await.unwrap();
        for answer in ["250 x", "250 ok", "250 ok", "354 go on"] {
            stream.read_line(&mut String::new()).await.unwrap();
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
        // Reads a little, and hangs up while the rest is coming.
        stream.read_line(&mut String::new()).await.unwrap();
    });
    let mut server = Sink::start().await.server();
    server.port = address.port();
    let large = b"0123456789abcdef0123456789abcdef\r\n".repeat(500_000);
    temporary(&Smtp::new(server).send(FROM, KIM, &large).await, "the mail");
    serving.await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_stop_talking_is_left() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        let mut said = 0;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {
            said += 4096;
        }
        said
    });
    let mut server = Sink::start().await.server();
    server.port = address.port();
    temporary(&Smtp::new(server).send(FROM, KIM, MAIL).await, "does not stop talking");
    assert!(serving.await.unwrap() < 16 << 20, "what the kernel keeps, and no more");
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced() {
    let sink = Sink::start().await;
    let mut smtp = smtp(&sink);
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    sink.next(Step::Mail, Answer::Say("421 4.7.0 too many mails on one connection"));
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    sink.next(Step::Mail, Answer::HangUp);
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    assert_eq!((sink.mails().len(), sink.connections()), (3, 3));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_temporary() {
    let mut server = Sink::start().await.server();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    server.port = taken.local_addr().unwrap().port();
    drop(taken);
    temporary(&Smtp::new(server).send(FROM, KIM, MAIL).await, "connecting to 127.0.0.1");
}

#[tokio::test]
async fn the_null_sender_and_odd_addresses() {
    let sink = Sink::start().await;
    let mut smtp = smtp(&sink);
    for (from, to) in [(None, KIM), (FROM, "a..b@docomo.example"), (FROM, "jörg@bücher.example")] {
        let outcome = smtp.send(from, to, MAIL).await;
        assert!(matches!(outcome, SendOutcome::Accepted(_)), "{to}: {outcome:?}");
    }
    let mails = sink.mails();
    assert_eq!((mails[0].from.as_str(), mails[0].to[0].as_str()), ("", KIM));
    assert_eq!((mails[2].parameters.as_str(), mails[2].to[0].as_str()), ("SMTPUTF8", "jörg@bücher.example"));
    permanent(&smtp.send(FROM, "x@y.example>\r\nRCPT TO:<z@y.example", MAIL).await, "not an address");
    drop(smtp);
    sink.offer(&[]);
    let outcome = self::smtp(&sink).send(FROM, "jörg@bücher.example", MAIL).await;
    permanent(&outcome, "jörg@bücher.example has other letters than a to z before the @");
}

#[tokio::test]
async fn more_than_ascii_is_announced_only_where_it_is_needed() {
    let international = "Subject: x\r\nCc: Jörg <jörg@acme.example>\r\n\r\nHello.\r\n".as_bytes();
    // recipient, mail, what is announced, what the server hears
    let table = [
        (KIM, MAIL, "", KIM),
        ("kim@bücher.example", MAIL, "", "kim@xn--bcher-kva.example"),
        ("jörg@acme.example", MAIL, "SMTPUTF8", "jörg@acme.example"),
        (KIM, international, "SMTPUTF8 BODY=8BITMIME", KIM),
    ];
    let (all, few) = (Sink::start().await, Sink::start().await);
    few.offer(&["8BITMIME"]);
    let (mut over_all, mut over_few) = (smtp(&all), smtp(&few));
    for (to, bytes, announced, heard) in table {
        let outcome = over_all.send(FROM, to, bytes).await;
        assert!(matches!(outcome, SendOutcome::Accepted(_)), "{to}: {outcome:?}");
        let mail = all.mails().pop().unwrap();
        assert_eq!((mail.parameters.as_str(), mail.to.as_slice()), (announced, &[heard.to_owned()][..]));
        let outcome = over_few.send(FROM, to, bytes).await;
        match announced {
            "" => assert!(matches!(outcome, SendOutcome::Accepted(_)), "{to}: {outcome:?}"),
            _ => permanent(&outcome, "it does not offer SMTPUTF8"),
        }
    }
    assert_eq!((few.mails().len(), few.connections()), (2, 1), "and the connection is kept");
}

#[tokio::test]
async fn bytes_arrive_exactly_with_canonical_line_ends() {
    let table: [(&[u8], &[u8]); 7] = [
        (b"A: b\r\n\r\n.\r\n..\r\n.x\r\n", b"A: b\r\n\r\n.\r\n..\r\n.x\r\n"),
        (b".A: b\r\n", b".A: b\r\n"),
        (b"A: b\n\n.\nRSET\n", b"A: b\r\n\r\n.\r\nRSET\r\n"),
        (b"A: b\r\r.\rRSET", b"A: b\r\n\r\n.\r\nRSET\r\n"),
        (b"A: b\r\n\r\nsmuggled\n.\r\nMAIL FROM:<x@y.example>\r\n", b"A: b\r\n\r\nsmuggled\r\n.\r\nMAIL FROM:<x@y.example>\r\n"),
        (b"A: b\r\n\r\nnext\r.\rlast", b"A: b\r\n\r\nnext\r\n.\r\nlast\r\n"),
        (b"A: b\r\n\r\n\r\n\r\n", b"A: b\r\n\r\n\r\n\r\n"),
    ];
    let sink = Sink::start().await;
    let mut smtp = smtp(&sink);
    for (sent, arrived) in table {
        assert!(matches!(smtp.send(FROM, KIM, sent).await, SendOutcome::Accepted(_)));
        let last = sink.mails().pop().unwrap();
        assert_eq!(last.data, arrived, "{:?}", String::from_utf8_lossy(&last.data));
    }
    assert_eq!(sink.mails().len(), table.len());
}

#[tokio::test]
async fn eight_bits_are_announced_where_the_server_knows_them() {
    let sink = Sink::start().await;
    let body = "Subject: x\r\n\r\nGrüße\r\n".as_bytes();
    assert!(matches!(smtp(&sink).send(FROM, KIM, body).await, SendOutcome::Accepted(_)));
    sink.offer(&[]);
    assert!(matches!(smtp(&sink).send(FROM, KIM, body).await, SendOutcome::Accepted(_)));
    let mails = sink.mails();
    assert_eq!((mails[0].parameters.as_str(), mails[1].parameters.as_str()), ("BODY=8BITMIME", ""));
    assert_eq!((mails[0].data.as_slice(), mails[1].data.as_slice()), (body, body));
}

#[tokio::test]
async fn a_login_that_fails_is_temporary() {
    let sink = Sink::start().await;
    let mut server = sink.server();
    server.login = Some(Login { user: "desk".to_owned(), password: Secret::from("geheim".to_owned()) });
    sink.next(Step::Auth, Answer::Say("535 5.7.8 wrong password: geheim"));
    let mut smtp = Smtp::new(server);
    let outcome = smtp.send(FROM, KIM, MAIL).await;
    temporary(&outcome, "wrong password: (password) (the server refused user desk; is the password right?)");
    assert!(!format!("{outcome:?} {smtp:?}").contains("geheim"));
    assert!(matches!(smtp.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    assert_eq!(sink.logins(), ["AUTH PLAIN AGRlc2sAZ2VoZWlt", "AUTH PLAIN AGRlc2sAZ2VoZWlt"]);
}

/// A way out over these, on a clock that stands still.
fn several(sinks: &[&Sink], clock: &Clock) -> (Arc<Servers>, Several) {
    let servers = Arc::new(Servers::new(sinks.iter().map(|sink| sink.server()).collect(), clock.clone()));
    let short = Duration::from_millis(300);
    let patience = Patience { hello: short, command: short, content: short, alive: short };
    (Arc::clone(&servers), Several::new(servers).with_patience(patience))
}

#[tokio::test]
async fn the_next_server_takes_what_the_one_before_cannot() {
    use Step::{Auth, Connect, Ehlo, Mail};
    for step in [Connect, Ehlo, Auth, Mail] {
        for answer in [Answer::HangUp, Answer::Hang, Answer::Say("451 4.3.2 not now"), Answer::Say("554 5.7.1 not you")] {
            if step == Mail && answer == Answer::Say("554 5.7.1 not you") {
                continue;
            }
            let (first, second) = (Sink::start().await, Sink::start().await);
            let login = Login { user: "desk".to_owned(), password: Secret::from("geheim".to_owned()) };
            let both = [&first, &second].map(|sink| Server { login: Some(login.clone()), ..sink.server() });
            let clock = Clock::fixed(Timestamp::from_seconds(1_795_000_000));
            let short = Duration::from_millis(300);
            let patience = Patience { hello: short, command: short, content: short, alive: short };
            let mut way = Several::new(Arc::new(Servers::new(both.to_vec(), clock))).with_patience(patience);
            first.next(step, answer);
            let outcome = way.send(FROM, KIM, MAIL).await;
            let words = format!("127.0.0.1:{}: 250 2.0.0 taken", second.server().port);
            assert_eq!(outcome, SendOutcome::Accepted(words), "{step:?} {answer:?}");
            assert_eq!((first.mails().len(), second.mails().len()), (0, 1));
        }
    }
}

#[tokio::test]
async fn what_a_server_says_of_a_mail_is_final() {
    use Step::{Data, Dot, Mail, Rcpt};
    for (step, answer) in [
        (Mail, Answer::Say("550 5.7.1 no")),
        (Rcpt, Answer::Say("550 5.1.1 gone")),
        (Data, Answer::Say("554 5.0.0 no")),
        (Dot, Answer::Say("554 5.7.1 spam")),
        (Rcpt, Answer::Say("451 4.7.1 grey today")),
        (Dot, Answer::Say("451 4.3.0 later")),
        (Dot, Answer::HangUp),
        (Dot, Answer::Hang),
    ] {
        let (first, second) = (Sink::start().await, Sink::start().await);
        let (_, mut way) = several(&[&first, &second], &Clock::fixed(Timestamp::from_seconds(1_795_000_000)));
        first.next(step, answer);
        let outcome = way.send(FROM, KIM, MAIL).await;
        assert!(!matches!(outcome, SendOutcome::Accepted(_)), "{step:?}: {outcome:?}");
        assert!(outcome.words().contains(&format!("127.0.0.1:{}", first.server().port)), "{outcome:?}");
        assert_eq!(second.connections(), 0, "{step:?} {answer:?}: no second opinion");
        assert!(matches!(way.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
        assert_eq!((first.mails().len(), second.connections()), (1, 0), "and the first goes on");
    }
}

#[tokio::test]
async fn a_server_that_fails_rests_and_one_mail_finds_out_whether_it_is_back() {
    let (first, second) = (Sink::start().await, Sink::start().await);
    let clock = Clock::fixed(Timestamp::from_seconds(1_795_000_000));
    let (servers, mut way) = several(&[&first, &second], &clock);
    let mut other = Several::new(servers);
    first.next(Step::Connect, Answer::Say("554 5.3.2 closed"));
    for way in [&mut way, &mut other] {
        for _ in 0..3 {
            assert!(matches!(way.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
        }
    }
    assert_eq!((first.connections(), second.mails().len()), (1, 6), "nobody else knocks while it rests");
    clock.advance(REST);
    first.next(Step::Connect, Answer::Say("554 5.3.2 closed"));
    for way in [&mut way, &mut other] {
        assert!(matches!(way.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    }
    assert_eq!((first.connections(), second.mails().len()), (2, 8), "one mail knocked");
    clock.advance(REST);
    for way in [&mut way, &mut other] {
        assert!(matches!(way.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    }
    assert_eq!((first.mails().len(), second.mails().len()), (2, 8), "it is back, and takes all");
    // Both gone: each is tried, and both are named.
    first.next(Step::Mail, Answer::HangUp);
    first.next(Step::Connect, Answer::Say("421 4.3.2 closing"));
    second.next(Step::Connect, Answer::HangUp);
    let outcome = way.send(FROM, KIM, MAIL).await;
    temporary(&outcome, "421");
    for sink in [&first, &second] {
        temporary(&outcome, &format!("127.0.0.1:{}", sink.server().port));
    }
}

#[tokio::test]
async fn another_server_may_offer_more() {
    let (first, second) = (Sink::start().await, Sink::start().await);
    first.offer(&[]);
    let (_, mut way) = several(&[&first, &second], &Clock::fixed(Timestamp::from_seconds(1_795_000_000)));
    assert!(matches!(way.send(FROM, "jörg@acme.example", MAIL).await, SendOutcome::Accepted(_)));
    assert!(matches!(way.send(FROM, KIM, MAIL).await, SendOutcome::Accepted(_)));
    assert_eq!((first.mails().len(), second.mails().len()), (1, 1), "which is no reason to leave the first");
    second.offer(&[]);
    let (_, mut way) = several(&[&first, &second], &Clock::fixed(Timestamp::from_seconds(1_795_000_000)));
    permanent(&way.send(FROM, "jörg@acme.example", MAIL).await, "it does not offer SMTPUTF8");
}

#[tokio::test]
async fn a_retry_into_a_maildir_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let mut transport = Transport::new(&Outgoing::Maildir(folder.path().to_owned()));
    for (to, id) in
        [(KIM, "1@desk.example"), (KIM, "1@desk.example"), ("lee@acme.example", "1@desk.example"), (KIM, "2@desk.example")]
    {
        assert!(matches!(transport.send(FROM, to, id, MAIL).await, SendOutcome::Accepted(_)));
    }
    let files: Vec<_> = std::fs::read_dir(folder.path().join("new")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|file| std::fs::read(file).unwrap() == MAIL));
}

#[tokio::test]
async fn postfix_takes_mail_in_the_clear_and_encrypted_and_judges_recipients() {
    let Some(plain) = server("POSTROOM_TEST_SMTP", Tls::None) else { return };
    let mut starttls = server("POSTROOM_TEST_SMTP", Tls::Starttls).unwrap();
    let mut implicit = server("POSTROOM_TEST_SMTPS", Tls::Implicit).unwrap();
    for server in [&starttls, &implicit] {
        temporary(&Smtp::new(server.clone()).send(FROM, KIM, MAIL).await, "name it in `ca_file`, or pin it by");
    }
    (starttls.ca_file, implicit.ca_file) = (ca_file(), ca_file());
    let to = somebody();
    for server in [plain, starttls, implicit] {
        let mut smtp = Smtp::new(server);
        permanent(&smtp.send(FROM, "gone@acme.example", MAIL).await, "550 5.1.1");
        for _ in 0..2 {
            let outcome = smtp.send(FROM, &to, "Subject: x\r\n\r\nGrüße\r\n.\r\n".as_bytes()).await;
            assert!(matches!(&outcome, SendOutcome::Accepted(words) if words.starts_with("250 ")), "{outcome:?}");
        }
        smtp.close().await;
    }
    let imap = imap(&to, &["INBOX"]).unwrap();
    let mut client = client(&imap, "INBOX").await;
    let arrived = async {
        while search(&mut client, "ALL").await.len() < 6 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arrived).await.unwrap();
}
