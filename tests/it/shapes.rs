//! What becomes of the things that people do with their mail programs: reply, reply to all, forward, another subject,
//! another recipient. The same table for every program, for staff and for customers.

use std::time::Duration;

use postroom::demo::client::{Client, Program, Reply};
use postroom::desk::people::Language;

use crate::world::databases::Database;
use crate::world::desk::{SUPPORT, World};
use crate::world::real::Real;

const ANNA: &str = "anna@staff.example";
const CARLA: &str = "carla@acme.example";

/// What somebody does with a mail of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Replies.
    JustReply,
    /// Replies to all.
    ReplyAll,
    /// Replies, and writes below what they quote.
    Below,
    /// Replies, and puts a customer (or a colleague) in Cc.
    ReplyWithCc,
    /// Replies under another subject.
    OtherSubject,
    /// Replies, and the program has lost the thread.
    NoThread,
    /// Replies to the desk's plain address instead.
    OtherTo,
    /// The same without a thread: only the number in the subject is left.
    OtherToNoThread,
    /// The same under another subject: nothing is left.
    NothingLeft,
    /// Replies to the address for notes.
    ToNoteAddress,
    /// Forwards it to the desk.
    Forward,
    /// Forwards it to the address that replies go to.
    ForwardToReplyAddress,
    /// Forwards it to somebody else, who replies to the desk.
    ForwardToStranger,
}

use Does::*;

/// What becomes of it when a member of staff does it, and when a customer does.
const TABLE: &[(Does, &str, &str)] = &[
    (JustReply, "comment token", "comment token"),
    (ReplyAll, "comment token", "comment token"),
    (Below, "comment token", "comment token"),
    (ReplyWithCc, "comment token", "comment token"),
    (OtherSubject, "comment token", "comment token"),
    (NoThread, "comment token", "comment token"),
    (OtherTo, "held claims_staff", "comment thread"),
    (OtherToNoThread, "held claims_staff", "comment subject"),
    (NothingLeft, "held claims_staff", "ticket new"),
    (ToNoteAddress, "note token", ""),
    (Forward, "held claims_staff", "comment thread"),
    // Our own notification stands in it, with the address that makes a note of Anna's.
    (ForwardToReplyAddress, "note token", "comment token"),
    (ForwardToStranger, "held third_party", "held third_party"),
];

/// The mail that comes of it.
fn written(who: &Client, does: Does, parent: &[u8], note: &str, text: &str, world: &mut World) -> Vec<u8> {
    let (now, id) = (world.clock.now(), world.message_id());
    let colleague = if who.address == ANNA { CARLA } else { "dirk@acme.example" };
    let reply = who.answer(parent, text);
    let reply = match does {
        JustReply => reply,
        ReplyAll => reply.all(),
        Below => reply.below(),
        ReplyWithCc => reply.cc(colleague),
        OtherSubject => reply.subject("Etwas anderes"),
        NoThread => reply.without_thread(),
        OtherTo => reply.to(SUPPORT),
        OtherToNoThread => reply.to(SUPPORT).without_thread(),
        NothingLeft => reply.to(SUPPORT).without_thread().subject("Etwas anderes"),
        ToNoteAddress => reply.to(note),
        Forward => who.pass_on(parent, SUPPORT, text),
        ForwardToReplyAddress => {
            let to = reply.recipients().remove(0);
            who.pass_on(parent, &to, text)
        }
        ForwardToStranger => {
            let forwarded = who.pass_on(parent, &world.stranger.address, text).write(now, &id);
            let sent = world.message_id();
            return world.stranger.answer(&forwarded, text).to(SUPPORT).write(now, &sent);
        }
    };
    reply.write(now, &id)
}

/// Programs that quote without a mark: nobody can tell what was written below the quotation.
fn quotes_unmarked(program: Program) -> bool {
    matches!(program, Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb)
}

/// What the table says, but for what is written where it cannot be told from the quotation: of staff it is held, of
/// customers everything stays visible.
fn expected(does: Does, program: Program, verdict: &'static str) -> &'static str {
    match (does, verdict) {
        (Below, "comment token") if quotes_unmarked(program) => "held nothing_new",
        // These write the forwarded mail like a quotation: what stands in it is not read as new, and shows nothing.
        (ForwardToReplyAddress, "note token") if matches!(program, Program::AppleMail | Program::K9) => "comment token",
        (_, verdict) => verdict,
    }
}

/// Whether the entry has to be just what was typed: what is forwarded stands in it, too.
fn says_just_that(does: Does, program: Program) -> bool {
    let whole = matches!(does, Forward | ForwardToReplyAddress | ForwardToStranger | NothingLeft);
    !(whole || does == Below && quotes_unmarked(program))
}

/// Goes through the table with everything that `who` can do.
async fn goes_through(world: &mut World, staff: bool, program: Program, language: Language, faults: &mut Vec<String>) {
    let (carla, mut who) = (world.carla.clone(), if staff { world.anna.clone() } else { world.carla.clone() });
    (who.program, who.language, who.signature) = (program, language, None);
    for (does, for_staff, for_customers) in TABLE {
        let verdict = if staff { for_staff } else { for_customers };
        if verdict.is_empty() {
            continue;
        }
        // A fresh ticket each, so that what one does (an address shown outside) does not touch the others; and some time
        // later, because nobody gets many acknowledgements in an hour.
        world.clock.advance(Duration::from_secs(3600));
        world.writes(&carla, "Drucker", &format!("Er druckt nicht, {does:?}.")).await;
        let told = world.last_to(ANNA).await;
        let number = told.letter.subject.split(['[', ']']).nth(1).unwrap().to_owned();
        let own = told.letter.reply_to.clone().unwrap().address;
        let notes = told.letter.body.text.split("support+").skip(1).filter_map(|rest| rest.get(..26));
        let note = notes.map(|secret| format!("support+{secret}@desk.example")).find(|note| *note != own).unwrap();
        if !staff {
            let anna = world.anna.clone();
            let id = world.message_id();
            let answer = anna.reply(&told.raw, "Bitte einschalten.", world.clock.now(), &id);
            world.send(&answer).await;
        }
        let parent = world.last_to(&who.address).await.raw;
        let (entries, outside) = (world.timeline(&number).await.len(), world.sent_to(CARLA).await.len());
        let text = format!("Das ist es, {does:?}.\n\nZweiter Absatz.");
        let raw = written(&who, *does, &parent, &note, &text, world);
        world.send(&raw).await;
        let verdict = if staff { expected(*does, program, verdict) } else { *verdict };
        let timeline = world.timeline(&number).await;
        let came = (world.last_verdict().await, world.sent_to(CARLA).await.len(), timeline.len() > entries);
        let word = verdict.split(' ').next().unwrap();
        let told = usize::from((word == "comment" && staff) || word == "ticket");
        let writes = ["comment", "note"].contains(&word);
        let at = format!("{does:?} with {program:?} in {language:?}, staff: {staff}");
        if came != (verdict.to_owned(), outside + told, writes) {
            faults.push(format!("{at}: {came:?} instead of {verdict}"));
        }
        // What went to somebody directly is written behind the words.
        let last = timeline.iter().rfind(|line| line.contains(" comment: ")).unwrap();
        let visibility = if word == "note" { "internal" } else { "public" };
        let whole = format!("{visibility} comment: {text}");
        if writes && !(if says_just_that(*does, program) { *last == whole } else { last.contains(&text) }) {
            faults.push(format!("{at}: {last}"));
        }
        // A reply address is for its reader, and nobody outside reads a staff member's, whatever stands in the mail.
        let secret = last.split("support+").skip(1).any(|rest| rest.contains('@'));
        let sent = world.sent_to(CARLA).await;
        if secret || sent.iter().skip(outside).any(|sent| sent.text().contains("staff.example")) {
            faults.push(format!("{at}: shows {last}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_comes_to_the_same_in_every_program() {
    let mut faults = Vec::new();
    for program in Program::ALL {
        for (staff, language) in [(true, Language::German), (false, Language::English)] {
            let mut world = World::one().await;
            goes_through(&mut world, staff, *program, language, &mut faults).await;
            world.end().await;
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The programs whose replies look least alike, on every database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_on_every_database() {
    let mut faults = Vec::new();
    for (program, staff) in [(Program::OutlookDesktop, true), (Program::Gmail, false)] {
        for mut world in World::each().await {
            goes_through(&mut world, staff, program, Language::German, &mut faults).await;
            world.end().await;
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Every other reply goes to all.
fn maybe_all(place: usize, reply: Reply<'_>) -> Reply<'_> {
    if place.is_multiple_of(2) { reply } else { reply.all() }
}

/// A conversation in which every mail is written with another program, through a real Postfix and a real Dovecot.
async fn converses(plus_addressing: bool) {
    let Some(mut desk) = Real::set_up(Database::sqlite(), plus_addressing).await else { return };
    let (anna, carla) = (desk.anna.clone(), desk.carla.clone());
    desk.serve(None);
    desk.writes(&carla, "Drucker", "Er druckt nicht.").await;
    let mut to_anna = desk.gets(&anna, "[ACME-1]", "Er druckt nicht.").await;
    let mut expected = vec!["Er druckt nicht.".to_owned()];
    for (place, program) in Program::ALL.iter().enumerate() {
        let with = |who: &Client, program: &Program| Client { program: *program, ..who.clone() };
        let (asked, answered) = (format!("Frage {place}, {program:?}?"), format!("Antwort {place}, {program:?}."));
        desk.answers(&with(&anna, program), &to_anna, &asked, |reply| maybe_all(place, reply)).await;
        let to_carla = desk.gets(&carla, "[ACME-1]", &asked).await;
        assert!(!String::from_utf8_lossy(&to_carla.raw).contains("staff.example"), "{program:?}: staff addresses stay inside");
        let next = Program::ALL.get(place + 1).unwrap_or(&Program::Gmail);
        desk.answers(&with(&carla, next), &to_carla, &answered, |reply| maybe_all(place, reply)).await;
        to_anna = desk.gets(&anna, "[ACME-1]", &answered).await;
        expected.extend([asked, answered]);
    }
    desk.answers(&anna, &to_anna, "#note\nSECRET", |reply| reply).await;
    let count = expected.len() + 1;
    let ticket = desk.until(&["ticket", "show", "ACME-1"], |ticket| ticket["entries"].as_array().unwrap().len() == count).await;
    let entries = ticket["entries"].as_array().unwrap();
    let texts: Vec<&str> =
        entries.iter().filter(|entry| entry["visibility"] == "public").map(|entry| entry["text"].as_str().unwrap()).collect();
    assert_eq!(texts, expected, "just what was typed, in order");
    desk.at_rest(count).await;
    assert_eq!(desk.command(&["held", "list"]).as_array().unwrap().len(), 0);
    for mail in desk.mailbox(&carla).await {
        assert!(!mail.letter.body.text.contains("SECRET"));
    }
    assert!(desk.stop().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_programs_through_real_servers_with_plus_addressing() {
    converses(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_programs_through_real_servers_without_plus_addressing() {
    converses(false).await;
}
