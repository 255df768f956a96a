//! A day of a desk among machines: two desks that write to each other through a gateway that takes every mark off, ticket
//! systems that acknowledge everything, people who are away and do or do not say so, a mailing list that sends everything back,
//! and a server that returns everything. Its figures are printed; what the desk writes is bounded, and people hear of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use postroom::desk::outbox::Kind;

use crate::world::desk::{SUPPORT, Sent, World};

const ANNA: &str = "anna@staff.example";
const OTHER: &str = "hilfe@andere.example";

/// How a machine answers.
#[derive(Clone, Copy)]
enum Nature {
    /// A ticket system that acknowledges everything and marks nothing; with a new subject and without a thread where `blunt`.
    Acknowledges { blunt: bool },
    /// Somebody's absence, which says so or not.
    Away { says_so: bool },
    /// A mailing list of which the desk is a member.
    List,
    /// A server that returns everything.
    Returns,
}

const MACHINES: &[(&str, Nature)] = &[
    ("tickets@acme.example", Nature::Acknowledges { blunt: false }),
    ("service@acme.example", Nature::Acknowledges { blunt: false }),
    ("stumpf@lieferant.example", Nature::Acknowledges { blunt: true }),
    ("urlaub@globex.example", Nature::Away { says_so: true }),
    ("weg@globex.example", Nature::Away { says_so: false }),
    ("liste@listen.example", Nature::List),
    ("tot@zurueck.example", Nature::Returns),
];

/// What a machine answers to a mail of the desk.
fn answer(nature: Nature, address: &str, mail: &Sent, number: usize) -> String {
    let letter = &mail.letter;
    let to = letter.reply_to.as_ref().or(letter.from.as_ref()).unwrap().address.clone();
    let (id, parent) = (format!("r{number}@machines.example"), letter.message_id.clone().unwrap());
    let subject = &letter.subject;
    let thread = format!("In-Reply-To: <{parent}>\r\nReferences: <{parent}>\r\n");
    match nature {
        Nature::Acknowledges { blunt: false } => format!(
            "From: {address}\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{id}>\r\n{thread}\r\n\
             Vielen Dank für Ihre Nachricht. Ihr Vorgang hat die Nummer {number}.\r\n"
        ),
        Nature::Acknowledges { blunt: true } => format!(
            "From: {address}\r\nTo: {SUPPORT}\r\nSubject: Vorgang {number}\r\nMessage-ID: <{id}>\r\n\r\n\
             Vielen Dank für Ihre Nachricht. Ihr Vorgang hat die Nummer {number}.\r\n"
        ),
        Nature::Away { says_so } => {
            let mark = if says_so { "Auto-Submitted: auto-replied\r\n" } else { "" };
            format!(
                "From: {address}\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{id}>\r\n{thread}{mark}\r\n\
                 Am Montag bin ich zurück und lese Ihre Nachricht dann.\r\n"
            )
        }
        Nature::List => format!(
            "From: Desk via Liste <{address}>\r\nTo: {address}\r\nReply-To: {address}\r\nSubject: [Liste] {subject}\r\n\
             Message-ID: <{id}>\r\nList-Id: Liste <liste.listen.example>\r\nPrecedence: list\r\n\r\n{}\r\n",
            letter.body.new_text().replace('\n', "\r\n")
        ),
        Nature::Returns => format!(
            "From: Mail Delivery System <mailer-daemon@zurueck.example>\r\nTo: {SUPPORT}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             Message-ID: <{id}>\r\nAuto-Submitted: auto-replied\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo such user.\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; zurueck.example\r\n\r\n\
             Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
             Content-Type: message/rfc822\r\n\r\n{}\r\n--b--\r\n",
            mail.text()
        ),
    }
}

/// A mail without what says that a machine wrote it.
fn unmarked(mail: &Sent) -> Vec<u8> {
    let marks = ["Auto-Submitted:", "X-Auto-Response-Suppress:", "Precedence:", "List-Id:"];
    let text = mail.text();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head: Vec<&str> = head.split("\r\n").filter(|line| !marks.iter().any(|mark| line.starts_with(mark))).collect();
    format!("{}\r\n\r\n{body}", head.join("\r\n")).into_bytes()
}

/// Anna replies on every ticket that she was told of and that a person may have written.
async fn anna_answers(world: &mut World, text: &str) {
    let anna = world.anna.clone();
    let mut latest: BTreeMap<_, Sent> = BTreeMap::new();
    let human = |sent: &Sent| sent.row.mail.kind == Kind::Notification && !sent.letter.subject.contains("Vorgang");
    for sent in world.sent_to(ANNA).await.into_iter().filter(human) {
        latest.insert(sent.row.mail.ticket, sent);
    }
    for sent in latest.into_values() {
        let id = world.message_id();
        let raw = anna.reply(&sent.raw, text, world.clock.now(), &id);
        world.arrive(&raw, "support").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_among_machines() {
    let (mut desk, mut other) = (World::one().await, World::one().await);
    other.configure(|config| config.mailboxes[0].address = OTHER.to_owned());
    let (mut seen, mut others_seen, mut number) = (BTreeSet::new(), BTreeSet::new(), 0);
    let (mut got, mut wrote): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = (BTreeMap::new(), BTreeMap::new());
    for (address, _) in MACHINES {
        let first = format!(
            "From: {address}\r\nTo: {SUPPORT}\r\nSubject: Anfrage\r\nMessage-ID: <first-{address}>\r\n\r\nGuten Tag.\r\n"
        );
        desk.arrive(first.as_bytes(), "support").await;
    }
    let first = format!(
        "From: {OTHER}\r\nTo: {SUPPORT}\r\nSubject: Bestellung\r\nMessage-ID: <first@andere.example>\r\n\r\nGuten Tag.\r\n"
    );
    desk.arrive(first.as_bytes(), "support").await;
    desk.settle().await;
    // The second ticket system takes part in the ticket of the first.
    let joins = format!(
        "From: service@acme.example\r\nTo: {SUPPORT}\r\nSubject: Re: Anfrage [ACME-1]\r\nMessage-ID: <joins@acme.example>\r\n\r\nWir auch.\r\n"
    );
    desk.arrive(joins.as_bytes(), "support").await;
    let (mut now, end) = (0, 24 * 60);
    let mut plan =
        vec![(10, "Wir kümmern uns."), (6 * 60, "Wie steht es?"), (7 * 60, "#close\nErledigt."), (20 * 60, "Noch etwas?")];
    while now < end {
        desk.settle().await;
        other.settle().await;
        let mut quiet = true;
        for sent in desk.newly_sent(&mut seen).await {
            let to = sent.row.mail.recipient.clone();
            if to == OTHER {
                other.arrive(&unmarked(&sent), "support").await;
                *got.entry(OTHER).or_default() += 1;
                quiet = false;
            }
            let Some((address, nature)) = MACHINES.iter().find(|(address, _)| *address == to) else { continue };
            *got.entry(address).or_default() += 1;
            *wrote.entry(address).or_default() += 1;
            number += 1;
            desk.arrive(answer(*nature, address, &sent, number).as_bytes(), "support").await;
            quiet = false;
        }
        for sent in other.newly_sent(&mut others_seen).await {
            if sent.row.mail.recipient == SUPPORT {
                desk.arrive(&unmarked(&sent), "support").await;
                *wrote.entry(OTHER).or_default() += 1;
                quiet = false;
            }
        }
        if plan.first().is_some_and(|(at, _)| *at <= now) {
            let (_, text) = plan.remove(0);
            anna_answers(&mut desk, text).await;
            anna_answers(&mut other, text).await;
        }
        let step = if quiet { 5 } else { 1 };
        now += step;
        for world in [&desk, &other] {
            world.clock.advance(Duration::from_secs(60 * step));
        }
    }
    desk.settle().await;
    other.settle().await;
    let outbox = desk.outbox().await;
    let of = |kind| outbox.iter().filter(|row| row.mail.recipient == ANNA && row.mail.kind == kind).count();
    let to_anna = outbox.iter().filter(|row| row.mail.recipient == ANNA).count();
    println!("a day among machines: the desk wrote {} mails, {} tickets", outbox.len(), desk.tickets().await);
    for (address, _) in MACHINES.iter().copied().chain([(OTHER, Nature::List)]) {
        let (got, wrote) = (got.get(address).copied().unwrap_or(0), wrote.get(address).copied().unwrap_or(0));
        println!("  {address:28} got {got:4}, wrote {wrote:4}");
        assert!(got <= 90, "{address} got {got} mails");
    }
    println!(
        "  {ANNA:28} got {to_anna:4}: {} notifications, {} notices, {} lists",
        of(Kind::Notification),
        of(Kind::Budget),
        of(Kind::Overview)
    );
    assert!(to_anna <= 300, "{to_anna}");
    assert!(of(Kind::Budget) >= 1, "people hear of the two machines that answer each other");
    assert!(
        got["urlaub@globex.example"] <= 6 && got[OTHER] <= 6,
        "who says that it is a machine gets what people wrote: {got:?}"
    );
    for world in [&desk, &other] {
        world.clock.advance(Duration::from_secs(3 * 3600));
    }
    desk.settle().await;
    other.settle().await;
    desk.end().await;
    other.end().await;
}
