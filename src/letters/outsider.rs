//! Mails to people outside the staff. Nothing but guest types goes in.

use askama::Template;

use super::words::Words;
use super::{Draft, Stationery};
use crate::desk::role::Permission;
use crate::guest::visitor::Membership;
use crate::guest::{GuestEntry, GuestTicket};

#[derive(Template)]
#[template(path = "mail/acknowledgement.txt")]
struct Acknowledgement<'a> {
    w: &'a Words,
    greeting: &'a str,
    number: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/answer.txt")]
struct Answer<'a> {
    text: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/done.txt")]
struct Done<'a> {
    w: &'a Words,
    greeting: &'a str,
    number: &'a str,
    title: &'a str,
    text: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Invitation<'a> {
    w: &'a Words,
    greeting: &'a str,
    desk: &'a str,
    organization: &'a str,
    sees: &'a [String],
    link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/sign_in.txt")]
struct SignIn<'a> {
    w: &'a Words,
    greeting: &'a str,
    desk: &'a str,
    link: &'a str,
    code: &'a str,
}

/// "We have received your request": a fixed text and the number. Not a word of the sender's stands in it, so that
/// nobody can use the desk to write to others.
///
/// # Errors
/// When the template fails.
pub fn acknowledgement(mut stationery: Stationery, ticket: &GuestTicket) -> askama::Result<Draft> {
    let w = stationery.words();
    // The name is the sender's word, too.
    stationery.to.name = None;
    let number = ticket.number().to_string();
    let signature = signature(&stationery, ticket);
    let text = Acknowledgement { w, greeting: &stationery.greeting(), number: &number, signature: &signature }.render()?;
    let subject = w.say("ack-subject", &[("number", &number)]);
    let mut draft = stationery.draft(None, subject, &text);
    draft.auto_submitted = Some("auto-replied".to_owned());
    suppress_answers(&mut draft);
    Ok(draft)
}

/// A public comment, as one clean mail.
///
/// # Errors
/// When the template fails.
pub fn answer(stationery: Stationery, ticket: &GuestTicket, entry: &GuestEntry) -> askama::Result<Draft> {
    let signature = signature(&stationery, ticket);
    let text = Answer { text: entry.text(), signature: &signature }.render()?;
    let mut draft = stationery.draft(entry.author(), subject(ticket), &text);
    draft.files = entry.files().to_vec();
    Ok(draft)
}

/// "Your request is done", with what was done: `entry` where the closing mail had a text, else the last answer.
///
/// # Errors
/// When the template fails.
pub fn done(stationery: Stationery, ticket: &GuestTicket, entry: Option<&GuestEntry>) -> askama::Result<Draft> {
    let w = stationery.words();
    let told = entry.or_else(|| ticket.last_answer());
    let number = ticket.number().to_string();
    let text = Done {
        w,
        greeting: &stationery.greeting(),
        number: &number,
        title: ticket.title(),
        text: told.map_or("", GuestEntry::text),
        signature: &signature(&stationery, ticket),
    }
    .render()?;
    let speaker = entry.and_then(GuestEntry::author);
    let mut draft = stationery.draft(speaker, subject(ticket), &text);
    draft.files = entry.map(|entry| entry.files().to_vec()).unwrap_or_default();
    if entry.is_none() {
        draft.auto_submitted = Some("auto-generated".to_owned());
        suppress_answers(&mut draft);
    }
    Ok(draft)
}

/// "You are invited": what a contact will see as a guest of this organization, and the link that lets them in.
///
/// # Errors
/// When the template fails.
pub fn invitation(stationery: Stationery, membership: &Membership, link: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let may = |permission| membership.permissions().allow(permission);
    let tickets =
        if may(Permission::SeeAllTickets) { w.say("invitation-see-all", &[]) } else { w.say("invitation-see-own", &[]) };
    let mut sees = vec![tickets];
    sees.extend(may(Permission::Documentation).then(|| w.say("invitation-see-articles", &[])));
    sees.extend(may(Permission::BigPicture).then(|| w.say("invitation-see-picture", &[])));
    let greeting = stationery.greeting();
    let organization = membership.name();
    let text = Invitation { w, greeting: &greeting, desk: &stationery.desk, organization, sees: &sees, link }.render()?;
    let subject = w.say("invitation-subject", &[("desk", &stationery.desk)]);
    Ok(automatic(stationery.draft(None, subject, &text)))
}

/// "Your link and code", to a guest who asked for them.
///
/// # Errors
/// When the template fails.
pub fn sign_in(stationery: Stationery, link: &str, code: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let text = SignIn { w, greeting: &stationery.greeting(), desk: &stationery.desk, link, code }.render()?;
    let subject = w.say("key-subject", &[("desk", &stationery.desk)]);
    Ok(automatic(stationery.draft(None, subject, &text)))
}

/// Marked as written by a program without being asked by mail (RFC 3834 section 5).
fn automatic(mut draft: Draft) -> Draft {
    draft.auto_submitted = Some("auto-generated".to_owned());
    suppress_answers(&mut draft);
    draft
}

/// `Re: <their subject> [ACME-1]`.
fn subject(ticket: &GuestTicket) -> String {
    let base = crate::mail::thread::base_subject(ticket.subject());
    let base = if base.is_empty() { ticket.title().to_owned() } else { base };
    format!("Re: {base} [{}]", ticket.number())
}

fn signature(stationery: &Stationery, ticket: &GuestTicket) -> String {
    let name = if ticket.signature().is_empty() { stationery.desk.clone() } else { ticket.signature().to_owned() };
    match &stationery.link {
        Some(link) => format!("{name}\n{link}"),
        None => name,
    }
}

/// Asks Exchange not to answer with absence notes and receipts.
fn suppress_answers(draft: &mut Draft) {
    draft.headers.push(("X-Auto-Response-Suppress".to_owned(), "All".to_owned()));
}
