//! Mails to people outside the staff. Nothing but guest types goes in.

use askama::Template;

use super::dress::{self, slot};
use super::i18n::Texts;
use super::parts::{automatic, automatic_answer};
use super::{Draft, Speaker, Stationery, day, grouped, moment, size};
use crate::config::Quote;
use crate::desk::entry::{EntryKind, Field};
use crate::desk::people::Named;
use crate::desk::role::Permission;
use crate::desk::shortened::on_one_line;
use crate::guest::visitor::Membership;
use crate::guest::{GuestAuthor, GuestEntry, GuestTicket};

#[derive(Template)]
#[template(path = "mail/acknowledgement.txt")]
struct Acknowledgement<'a> {
    w: &'a Texts,
    greeting: &'a str,
    body: &'a str,
    wrote: &'a str,
    within: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/answer.txt")]
struct Answer<'a> {
    w: &'a Texts,
    text: &'a str,
    state: &'a str,
    earlier: &'a Earlier<'a>,
    links: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/done.txt")]
struct Done<'a> {
    w: &'a Texts,
    greeting: &'a str,
    number: &'a str,
    title: &'a str,
    text: &'a str,
    page: &'a str,
    earlier: &'a Earlier<'a>,
    links: &'a str,
    signature: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Invitation<'a> {
    w: &'a Texts,
    greeting: &'a str,
    desk: &'a str,
    organization: &'a str,
    sees: &'a [String],
    link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/sign_in.txt")]
struct SignIn<'a> {
    w: &'a Texts,
    greeting: &'a str,
    desk: &'a str,
    link: &'a str,
    code: &'a str,
}

/// What somebody is told of who has opened a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// The number: a fixed text. Not a word of the sender's stands in it, so that nobody can use the desk to write to others.
    Number,
    /// The number, in the thread of what they wrote and with its first lines.
    Quoting,
    /// That there are further mails of theirs.
    Further,
}

/// Lines of what somebody wrote that are repeated to them, and the length of each.
const REPEATED: usize = 2;
const LONGEST: usize = 200;

/// "We have received your request", with what happens next, and `within` which time where the desk says so.
///
/// # Errors
/// When the template fails.
pub fn acknowledgement(
    mut stationery: Stationery,
    ticket: &GuestTicket,
    receipt: Receipt,
    within: Option<&Named>,
) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = ticket.number().to_string();
    let signature = signature(&stationery, ticket);
    let quotes = receipt == Receipt::Quoting;
    if !quotes {
        // The name is the sender's word, too.
        stationery.to.name = None;
    }
    let opening = ticket.entries().iter().find(|entry| quotes && entry.kind() == EntryKind::Comment);
    let lines = opening.map(|entry| entry.text().lines().filter(|line| !line.trim().is_empty() && !line.starts_with('>')));
    let lines: Vec<String> = lines.into_iter().flatten().take(REPEATED).map(|line| on_one_line(line, LONGEST)).collect();
    let about = [("number", number.as_str())];
    let body = if receipt == Receipt::Further { w.text("ack-further", &about) } else { w.text("ack-body", &about) };
    let wrote = if lines.is_empty() { String::new() } else { slot(0) };
    let within = within.map(|within| within.in_language(stationery.language)).unwrap_or_default();
    let greeting = stationery.greeting();
    let text = Acknowledgement { w, greeting: &greeting, body: &body, wrote: &wrote, within, signature: &signature }.render()?;
    let subject = match receipt {
        Receipt::Quoting => subject(ticket),
        Receipt::Number => w.text("ack-subject", &[("number", &number)]),
        Receipt::Further => w.text("ack-further-subject", &[("number", &number)]),
    };
    let said = dress::Said::words(&lines.join("\n")).quoted();
    Ok(automatic_answer(stationery.dressed(Speaker::Desk, subject, &text, &[said])))
}

#[derive(Template)]
#[template(path = "mail/too_large.txt")]
struct TooLarge<'a> {
    w: &'a Texts,
    greeting: &'a str,
    received: &'a str,
    size: &'a str,
    largest: &'a str,
    door: &'a str,
    desk: &'a str,
}

/// "Your mail is too large for us, and this is how else to send it": a fixed text and two sizes. Not a word of the sender's
/// stands in it, as in [`acknowledgement`]. The link is for whoever may sign in.
///
/// # Errors
/// When the template fails.
pub fn too_large(mut stationery: Stationery, received: &str, bytes: i64, largest: i64) -> askama::Result<Draft> {
    let w = stationery.words();
    stationery.to.name = None;
    let door = stationery.link.take().map(|link| w.text("too-large-door", &[("link", &link)])).unwrap_or_default();
    let (size, largest) = (size(w, bytes), size(w, largest));
    let greeting = stationery.greeting();
    let text = TooLarge { w, greeting: &greeting, received, size: &size, largest: &largest, door: &door, desk: &stationery.desk }
        .render()?;
    let subject = w.text("too-large-subject", &[("desk", &stationery.desk)]);
    Ok(automatic_answer(stationery.draft(Speaker::Desk, subject, &text)))
}

/// A public comment, as one clean mail. Under it, in one line, how the ticket stands, as far as that has changed since the
/// reader's last mail, and below that what was said before, as much as `quote` says; days and hours are those of `zone`.
///
/// # Errors
/// When the template fails.
pub fn answer(
    stationery: Stationery,
    ticket: &GuestTicket,
    entry: &GuestEntry,
    quote: Quote,
    zone: &str,
) -> askama::Result<Draft> {
    let signature = signature(&stationery, ticket);
    let state = state(&stationery, ticket, &ticket.changed_before(entry), zone);
    Earlier::before(ticket, Some(entry), quote).fitted(&stationery, zone, |earlier| {
        let w = stationery.words();
        let links = &stationery.links();
        let text = Answer { w, text: &slot(0), state: &state, links, earlier, signature: &signature }.render()?;
        let said: Vec<dress::Said<'_>> = std::iter::once(dressed(entry)).chain(earlier.said()).collect();
        Ok(stationery.clone().dressed(speaker(entry), subject(ticket), &text, &said))
    })
}

/// What was said before an answer, as it stands below it.
struct Earlier<'a> {
    /// The newest first.
    entries: Vec<&'a GuestEntry>,
    /// Who wrote each and when, and its place.
    quotes: Vec<(String, String)>,
    /// Whether older ones are left out.
    cut: bool,
}

impl<'a> Earlier<'a> {
    /// What stands below `entry`, if that all fits.
    fn before(ticket: &'a GuestTicket, entry: Option<&GuestEntry>, quote: Quote) -> Self {
        let mut entries = entry.map(|entry| ticket.said_before(entry)).unwrap_or_default();
        let cut = quote == Quote::All && entries.len() > COMMENTS;
        entries.truncate(match quote {
            Quote::None => 0,
            Quote::Last => 1,
            Quote::All => COMMENTS,
        });
        Self { entries, quotes: Vec::new(), cut }
    }

    /// The mail that `write` makes, with as much as fits into one that mail programs show whole.
    fn fitted(
        mut self,
        stationery: &Stationery,
        zone: &str,
        write: impl Fn(&Self) -> askama::Result<Draft>,
    ) -> askama::Result<Draft> {
        let head = |entry: &&GuestEntry| {
            let at = moment(entry.at(), stationery.language, zone);
            stationery.words().text("quote-head", &[("author", &name(stationery, entry)), ("at", &at)])
        };
        // The answer itself has the first place.
        self.quotes = self.entries.iter().map(head).zip((1..).map(slot)).collect();
        loop {
            let draft = write(&self)?;
            if draft.html.is_some() || self.entries.pop().is_none() {
                return Ok(draft);
            }
            self.quotes.pop();
            self.cut = true;
        }
    }

    fn said(&self) -> impl Iterator<Item = dress::Said<'a>> {
        self.entries.iter().map(|entry| dress::Said::outside(entry.written(), &[]).quoted())
    }
}

/// Where on a ticket's page one writes to it, which opens it again.
const WRITE: &str = "#text";

/// "Your request is done", with what was done: `entry` where the closing mail had a text, below which stands what was said
/// before as in an [`answer`], else the last answer. Who may write on the ticket's page finds there how to open it again.
///
/// # Errors
/// When the template fails.
pub fn done(
    stationery: Stationery,
    ticket: &GuestTicket,
    entry: Option<&GuestEntry>,
    quote: Quote,
    zone: &str,
) -> askama::Result<Draft> {
    let w = stationery.words();
    let told = entry.or_else(|| ticket.last_answer());
    let number = ticket.number().to_string();
    let (what, greeting) = (slot(0), stationery.greeting());
    let page = stationery.link.as_ref().filter(|_| ticket.writes_on_page());
    let page = page.map(|link| format!("{link}{WRITE}")).unwrap_or_default();
    let subject = w.text("done-subject", &[("subject", &topic(ticket)), ("number", &number)]);
    let draft = Earlier::before(ticket, entry, quote).fitted(&stationery, zone, |earlier| {
        let text = Done {
            w,
            // Who closes with a text has greeted in it.
            greeting: if entry.is_some() { "" } else { &greeting },
            number: &number,
            title: ticket.face().title(),
            page: &page,
            text: if told.is_some_and(|told| entry.is_some() || !told.text().is_empty()) { &what } else { "" },
            earlier,
            links: &stationery.links(),
            signature: &signature(&stationery, ticket),
        }
        .render()?;
        // The last answer was sent with its files before.
        let files = entry.map(GuestEntry::files).unwrap_or_default();
        let told = told.map(|told| dress::Said::outside(told.written(), files));
        let said: Vec<dress::Said<'_>> = told.into_iter().chain(earlier.said()).collect();
        Ok(stationery.clone().dressed(entry.map_or(Speaker::Desk, speaker), subject.clone(), &text, &said))
    })?;
    Ok(if entry.is_none() { automatic(draft) } else { draft })
}

/// In whose name the mail about an entry is.
fn speaker(entry: &GuestEntry) -> Speaker {
    match entry.author() {
        GuestAuthor::Desk => Speaker::Desk,
        GuestAuthor::Staff(name) => Speaker::Staff(name.clone()),
        GuestAuthor::Outsider { address, .. } => Speaker::Outsider(address.clone()),
    }
}

/// Comments that a new participant gets to read at most; what is older is on the ticket's page.
const COMMENTS: usize = 20;

#[derive(Template)]
#[template(path = "mail/welcome.txt")]
struct Welcome<'a> {
    w: &'a Texts,
    greeting: &'a str,
    author: &'a str,
    number: &'a str,
    title: &'a str,
    state: &'a str,
    thread: &'a [Said],
    older: bool,
    signature: &'a str,
}

/// A comment in a thread.
struct Said {
    head: String,
    /// The place of its words.
    slot: String,
    files: String,
}

/// "Carla has asked you to take part", with how the ticket stands and what was said in public so far, the newest last.
/// `asked` is the entry that says so; days and hours are those of `zone`.
///
/// # Errors
/// When the template fails.
pub fn welcome(stationery: Stationery, ticket: &GuestTicket, asked: &GuestEntry, zone: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let comments: Vec<&GuestEntry> = ticket.entries().iter().filter(|entry| entry.kind() == EntryKind::Comment).collect();
    let older = comments.len().saturating_sub(COMMENTS);
    let shown: Vec<&GuestEntry> = comments.into_iter().skip(older).collect();
    let thread = thread(&stationery, &shown, zone);
    let fields = [Field::Status, Field::Progress, Field::Assignee, Field::Due];
    let number = ticket.number().to_string();
    let text = Welcome {
        w,
        greeting: &stationery.greeting(),
        author: &name(&stationery, asked),
        number: &number,
        title: ticket.face().title(),
        state: &state(&stationery, ticket, &fields, zone),
        thread: &thread,
        older: older > 0,
        signature: &signature(&stationery, ticket),
    }
    .render()?;
    let said: Vec<dress::Said<'_>> = shown.iter().map(|entry| dress::Said::outside(entry.written(), &[]).quoted()).collect();
    Ok(automatic(stationery.dressed(Speaker::Desk, subject(ticket), &text, &said)))
}

/// Whose words an entry is.
fn name(stationery: &Stationery, entry: &GuestEntry) -> String {
    match entry.author() {
        GuestAuthor::Staff(name) | GuestAuthor::Outsider { name, .. } if !name.is_empty() => name.clone(),
        _ => stationery.desk.clone(),
    }
}

/// Comments one below the other.
fn thread(stationery: &Stationery, entries: &[&GuestEntry], zone: &str) -> Vec<Said> {
    let said = |(index, entry): (usize, &&GuestEntry)| {
        let (author, at) = (name(stationery, entry), entry.at().in_zone(zone));
        Said {
            head: stationery.words().text("welcome-said", &[("author", &author), ("at", &at)]),
            slot: slot(index),
            files: entry.files().iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "),
        }
    };
    entries.iter().enumerate().map(said).collect()
}

/// An entry as it stands in a mail, with its files.
fn dressed(entry: &GuestEntry) -> dress::Said<'_> {
    dress::Said::outside(entry.written(), entry.files())
}

#[derive(Template)]
#[template(path = "mail/collected.txt")]
struct Collected<'a> {
    w: &'a Texts,
    number: &'a str,
    thread: &'a [Said],
    older: bool,
    state: &'a str,
    links: &'a str,
    signature: &'a str,
}

/// Several public comments that came quickly one after the other, in one mail; days and hours are those of `zone`.
///
/// # Errors
/// When the template fails.
pub fn collected(stationery: Stationery, ticket: &GuestTicket, entries: &[&GuestEntry], zone: &str) -> askama::Result<Draft> {
    let older = entries.len().saturating_sub(COMMENTS);
    let shown: Vec<&GuestEntry> = entries.iter().copied().skip(older).collect();
    let thread = thread(&stationery, &shown, zone);
    let number = ticket.number().to_string();
    let text = Collected {
        w: stationery.words(),
        number: &number,
        thread: &thread,
        older: older > 0,
        state: &state(&stationery, ticket, &[Field::Status], zone),
        links: &stationery.links(),
        signature: &signature(&stationery, ticket),
    }
    .render()?;
    let said: Vec<dress::Said<'_>> = shown.into_iter().map(|entry| dressed(entry).quoted()).collect();
    Ok(automatic(stationery.dressed(Speaker::Desk, subject(ticket), &text, &said)))
}

/// What a customer asked for by a single word in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// How the ticket stands.
    Status,
    /// It to be closed, and it is.
    Closed,
    /// What can be asked for.
    Help,
}

#[derive(Template)]
#[template(path = "mail/standing.txt")]
struct Standing<'a> {
    greeting: &'a str,
    said: &'a str,
    lines: &'a [String],
    next: &'a str,
    signature: &'a str,
}

/// The answer to a customer's `status`, `close` or `help`: of the ticket nothing but its public state; days are those of
/// `zone`.
///
/// # Errors
/// When the template fails.
pub fn standing(
    stationery: Stationery,
    ticket: &GuestTicket,
    asked: Asked,
    may_close: bool,
    zone: &str,
) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = ticket.number().to_string();
    let about = [("number", number.as_str()), ("title", ticket.face().title())];
    let all = [Field::Status, Field::Progress, Field::Assignee, Field::Due];
    let (said, lines, next) = match asked {
        Asked::Status => {
            let state = state(&stationery, ticket, &all, zone);
            (w.text("standing-status", &about), vec![state], w.text("standing-next", &[]))
        }
        Asked::Closed => (w.text("standing-closed", &about), vec![], w.text("done-reopen", &[])),
        Asked::Help => {
            let mut lines = vec![w.text("standing-help-status", &[])];
            lines.extend(may_close.then(|| w.text("standing-help-close", &[])));
            lines.push(w.text("standing-help-help", &[]));
            (w.text("standing-help", &about), lines, w.text("standing-help-else", &[]))
        }
    };
    let signature = signature(&stationery, ticket);
    let greeting = stationery.greeting();
    let text = Standing { greeting: &greeting, said: &said, lines: &lines, next: &next, signature: &signature }.render()?;
    Ok(automatic_answer(stationery.draft(Speaker::Desk, subject(ticket), &text)))
}

/// "You may not close this ticket", to somebody who need not take part in it.
///
/// # Errors
/// When the template fails.
pub fn may_not_close(stationery: Stationery, number: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let (said, next) = (w.text("standing-may-not-close", &[("number", number)]), w.text("standing-may-not-close-next", &[]));
    let subject = w.text("standing-may-not-close-subject", &[("number", number)]);
    let greeting = stationery.greeting();
    let text = Standing { greeting: &greeting, said: &said, lines: &[], next: &next, signature: &stationery.desk }.render()?;
    Ok(automatic_answer(stationery.draft(Speaker::Desk, subject, &text)))
}

/// How a ticket stands in these respects, in one line; empty where there is nothing to say.
fn state(stationery: &Stationery, ticket: &GuestTicket, fields: &[Field], zone: &str) -> String {
    let (w, language) = (stationery.words(), stationery.language);
    let mut parts = Vec::new();
    if fields.contains(&Field::Status) {
        parts.push(w.text("state-status", &[("status", ticket.face().status(language))]));
    }
    if fields.contains(&Field::Progress) && ticket.face().progress() > 0 {
        parts.push(w.text("state-progress", &[("progress", &ticket.face().progress().to_string())]));
    }
    if let (true, Some(name)) = (fields.contains(&Field::Assignee), ticket.face().assignee()) {
        parts.push(w.text("state-assignee", &[("name", name)]));
    }
    if let (true, Some(due)) = (fields.contains(&Field::Due), ticket.face().due()) {
        parts.push(w.text("state-due", &[("day", &day(due, language, zone))]));
    }
    parts.join(" · ")
}

/// "You are invited": what a contact will see as a guest of this organization, and the link that lets them in.
///
/// # Errors
/// When the template fails.
pub fn invitation(stationery: Stationery, membership: &Membership, link: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let may = |permission| membership.permissions().allow(permission);
    let tickets =
        if may(Permission::SeeAllTickets) { w.text("invitation-see-all", &[]) } else { w.text("invitation-see-own", &[]) };
    let mut sees = vec![tickets];
    sees.extend(may(Permission::Documentation).then(|| w.text("invitation-see-articles", &[])));
    sees.extend(may(Permission::BigPicture).then(|| w.text("invitation-see-picture", &[])));
    let greeting = stationery.greeting();
    let organization = membership.name();
    let text = Invitation { w, greeting: &greeting, desk: &stationery.desk, organization, sees: &sees, link }.render()?;
    let subject = w.text("invitation-subject", &[("desk", &stationery.desk)]);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// "Your link and code", to a guest who asked for them.
///
/// # Errors
/// When the template fails.
pub fn sign_in(stationery: Stationery, link: &str, code: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let code = &grouped(code);
    let text = SignIn { w, greeting: &stationery.greeting(), desk: &stationery.desk, link, code }.render()?;
    let subject = w.text("key-subject", &[("code", code), ("desk", &stationery.desk)]);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// `Re: <their subject> [ACME-1]`.
fn subject(ticket: &GuestTicket) -> String {
    format!("Re: {} [{}]", topic(ticket), ticket.number())
}

/// What their subject says, without what programs put before it.
fn topic(ticket: &GuestTicket) -> String {
    let base = crate::mail::thread::base_subject(ticket.subject());
    if base.is_empty() { ticket.face().title().to_owned() } else { base }
}

fn signature(stationery: &Stationery, ticket: &GuestTicket) -> String {
    let name = if ticket.signature().is_empty() { stationery.desk.clone() } else { ticket.signature().to_owned() };
    match &stationery.link {
        Some(link) => format!("{name}\n{link}"),
        None => name,
    }
}
