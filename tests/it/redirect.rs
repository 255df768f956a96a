//! A mail that a member of staff redirects to the desk: their From, somebody else's words and Reply-To.

use postroom::config::{Profile, Receiver, Trust};
use postroom::desk::inbox::Release;
use postroom::desk::outbox::Kind;

use crate::world::desk::{World, story};

const ANNA: &str = "anna@staff.example";
const DANA: &str = "dana@globex.example";
const VOUCHED: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";

fn believe(world: &mut World) {
    let receiver = Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops: 1 });
    world.trust(Trust { profile: Profile::Standard, receiver, dkim: false });
}

/// A mail of Anna's with these further header lines.
fn mail(world: &mut World, head: &str, text: &str) -> String {
    let id = world.message_id();
    format!(
        "{VOUCHED}Message-ID: <{id}>\r\nMIME-Version: 1.0\r\nFrom: Anna Berger <{ANNA}>\r\nSubject: Invoice 3 is wrong\r\n\
         To: support@desk.example\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n{head}\r\n{}\r\n",
        text.replace('\n', "\r\n")
    )
}

const THEIRS: &str =
    "Reply-To: Dana Reed <dana@globex.example>\r\nReferences: <dana3@globex.example>\r\nIn-Reply-To: <dana3@globex.example>\r\n";
const TEXT: &str = "#close\n\nHi Anna,\n\nyour invoice 3 of last week shows the wrong amount.\n\nThanks, Dana";

story!(whose_a_redirected_mail_is_is_asked_and_then_it_is_theirs, |world| {
    for proven in [true, false] {
        if proven {
            believe(&mut world);
        } else {
            world.trust(Trust { profile: Profile::Standard, receiver: None, dkim: false });
            world.clock.advance(std::time::Duration::from_hours(2));
        }
        let (tickets, told) = (world.tickets().await, world.sent_to(DANA).await.len());
        let raw = mail(&mut world, &THEIRS.replace("dana3", if proven { "dana3" } else { "dana5" }), TEXT);
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, "held redirected");
        assert_eq!((world.tickets().await, world.sent_to(DANA).await.len()), (tickets, told), "nothing happens before the word");
        let question = world.last_to(ANNA).await;
        assert_eq!(question.row.mail.kind, Kind::Claim);
        let text = &question.letter.body.text;
        let (first, others) = (text.find("Sie ist von dana@globex.example"), text.find("/note"));
        assert!(first.is_some() && first < others, "{text}");
        assert!(text.contains("/send") && text.contains("#ja") && question.letter.subject.contains("Von wem"), "{text}");
        let anna = world.anna.clone();
        world.answers(&anna, if proven { "#ja" } else { "yes" }).await;
        let (ticket, entries) = world.ticket(if proven { "GLOBEX-1" } else { "GLOBEX-2" }).await;
        assert_eq!(entries[0].author, ticket.requester, "Dana's words are Dana's");
        assert!(entries[0].text.starts_with("#close\n\nHi Anna"), "and no command of anybody's: {}", entries[0].text);
        assert_eq!(ticket.state.status, "open");
        let acknowledged = world.sent_to(DANA).await;
        assert_eq!((acknowledged.len(), acknowledged.last().unwrap().row.mail.kind), (told + 1, Kind::Acknowledgement));
    }
    // Her answer to her own mail belongs there.
    let more = format!(
        "From: Dana Reed <{DANA}>\r\nTo: support@desk.example\r\nSubject: Re: Invoice 3 is wrong\r\nMessage-ID: <dana4@globex.example>\r\n\
         In-Reply-To: <dana3@globex.example>\r\n\r\nIt is 40 too much.\r\n"
    );
    world.send(more.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "comment thread");
});

story!(a_redirected_mail_can_be_ones_own_or_nobodys, |world| {
    believe(&mut world);
    let raw = mail(&mut world, THEIRS, "Unter uns.");
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held redirected");
    world.release(Release::Note).await;
    assert_eq!(world.timeline("DESK-1").await, ["internal comment: Unter uns."], "a note is Anna's own");
    world.clock.advance(std::time::Duration::from_hours(2));
    let raw = mail(&mut world, THEIRS, "Not mine.");
    world.send(raw.as_bytes()).await;
    let anna = world.anna.clone();
    world.answers(&anna, "#nein").await;
    assert_eq!((world.tickets().await, world.sent_to(DANA).await.len()), (1, 0));
    assert!(world.ledger().await.iter().any(|row| row.reason.as_deref() == Some("dropped")));
});

story!(what_only_looks_like_a_redirected_mail, |world| {
    believe(&mut world);
    let hangs = "References: <x9@elsewhere.example>\r\nIn-Reply-To: <x9@elsewhere.example>\r\n";
    for (head, verdict) in [
        ("Reply-To: support@desk.example\r\n".to_owned(), "ticket alignment"),
        (format!("Reply-To: Ben <ben@staff.example>\r\n{hangs}"), "ticket alignment"),
        (format!("Reply-To: a.berger@home.example\r\n{hangs}"), "ticket alignment"),
        (format!("Reply-To: Anna Berger <sunshine77@home.example>\r\n{hangs}"), "ticket alignment"),
        (format!("Reply-To: team@staff.example\r\n{hangs}"), "ticket alignment"),
        ("Reply-To: sunshine77@home.example\r\n".to_owned(), "ticket alignment"),
        (format!("Reply-To: noreply@shop.example\r\n{hangs}"), "ticket alignment"),
        (hangs.to_owned(), "ticket alignment"),
        // And what does not look like one at once.
        (format!("Reply-To: {DANA}\r\n"), "held redirected"),
        ("Reply-To: Eva Neu <eva@nowhere.example>\r\n".to_owned(), "held redirected"),
        (format!("Reply-To: eva@nowhere.example\r\n{hangs}"), "held redirected"),
        (format!("Reply-To: {ANNA}, Dana Reed <{DANA}>\r\n"), "held redirected"),
        (format!("{THEIRS}Resent-From: Anna Berger <{ANNA}>\r\nResent-To: support@desk.example\r\n"), "held redirected"),
    ] {
        let raw = mail(&mut world, &head, "Some words.");
        world.send(raw.as_bytes()).await;
        assert_eq!(world.last_verdict().await, verdict, "{head}");
    }
    // A program that leaves From as it was has said whose it is: the customer's, as ever.
    let resent = format!(
        "Resent-From: Anna Berger <{ANNA}>\r\nResent-To: support@desk.example\r\nFrom: Dana Reed <{DANA}>\r\nTo: {ANNA}\r\n\
         Subject: Invoice\r\nMessage-ID: <dana7@globex.example>\r\n\r\nIt is wrong.\r\n"
    );
    world.send(resent.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "ticket new");
    // A reply to a notification of ours is Anna's, whatever its Reply-To says.
    let carla = world.carla.clone();
    world.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let anna = world.anna.clone();
    world.answers_changed(&anna, "Wir kommen.", |reply| reply.header("Reply-To", "Dana Reed <dana@globex.example>")).await;
    assert_eq!(world.last_verdict().await, "comment token");
});

story!(a_redirected_answer_goes_to_its_ticket, |world| {
    believe(&mut world);
    let dana = world.dana.clone();
    world.writes(&dana, "Invoice", "It is wrong.").await;
    let head =
        "Reply-To: Dana Fox <dana@globex.example>\r\nReferences: <d9@globex.example>\r\nIn-Reply-To: <d9@globex.example>\r\n";
    let raw = mail(&mut world, head, "It is 40 too much.").replace("Invoice 3 is wrong", "Re: Invoice [GLOBEX-1]");
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held redirected");
    let anna = world.anna.clone();
    world.answers(&anna, "#ja").await;
    let (ticket, entries) = world.ticket("GLOBEX-1").await;
    let last = entries.last().unwrap();
    assert_eq!((last.author, last.text.as_str()), (ticket.requester, "It is 40 too much."));
});

story!(what_is_redirected_to_a_reply_address_is_asked_about_too, |world| {
    believe(&mut world);
    let dana = world.dana.clone();
    world.writes(&dana, "Invoice", "It is wrong.").await;
    let own = world.last_to(ANNA).await.letter.reply_to.unwrap().address;
    let head = format!("Reply-To: Dana Fox <{DANA}>\r\nReferences: <d9@globex.example>\r\nIn-Reply-To: <d9@globex.example>\r\n");
    let redirected = |world: &mut World, head: &str, text: &str| mail(world, head, text).replace("support@desk.example", &own);
    let before = world.sent_to(DANA).await.len();
    let raw = redirected(&mut world, &head, "It is 40 too much.");
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "held redirected");
    assert_eq!(world.sent_to(DANA).await.len(), before, "nobody gets Dana's words as Anna's");
    let anna = world.anna.clone();
    world.answers(&anna, "#ja").await;
    let (ticket, entries) = world.ticket("GLOBEX-1").await;
    let last = entries.last().unwrap();
    assert_eq!((last.author, last.text.as_str()), (ticket.requester, "It is 40 too much."));
    // The twin: her own answer there leaves, wherever its answers shall go.
    let raw = redirected(&mut world, "Reply-To: Anna Berger <a.berger@home.example>\r\n", "We look into it.");
    world.send(raw.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "comment token");
    assert!(world.last_to(DANA).await.letter.body.text.contains("We look into it."), "{}", world.database);
});
