//! Mails to staff.

use askama::Template;

use super::dress::{Said, slot};
use super::i18n::{Texts, texts};
use super::parts::automatic;
use super::{Draft, Speaker, Stationery, day, grouped};
use crate::desk::entry::{File, Lack, Visibility};
use crate::desk::notify;
use crate::desk::outbox::State;
use crate::desk::people::Language;
pub use crate::desk::people::Named;
use crate::desk::ticket::TicketNumber;
use crate::mail::document::Document;
use crate::time::Timestamp;

/// More than this is not attached to a notification; it stays with the ticket.
const ATTACH_AT_MOST: i64 = 15 << 20;

/// What a notification is about.
#[derive(Debug, Clone)]
pub struct News {
    /// Number of the ticket.
    pub number: TicketNumber,
    /// Its title.
    pub title: String,
    /// Its project's name.
    pub project: String,
    /// Its status in German and English.
    pub status: Named,
    /// What customers see instead, where that is another.
    pub face: Option<Named>,
    /// What happened.
    pub event: Event,
    /// The same as people choose it.
    pub topic: notify::Event,
    /// Who did it, `Name <address>` for outsiders; `None` for the desk itself.
    pub author: Option<String>,
    /// In whose name the mail is.
    pub speaker: Speaker,
    /// Whether nothing shows that it comes from its author, where the desk could know.
    pub unverified: bool,
    /// What was written.
    pub text: String,
    /// The same with its structure.
    pub document: Option<Document>,
    /// What was attached.
    pub files: Vec<File>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What else happened.
    pub facts: Vec<Fact>,
    /// Who outside the staff will read a public answer, `Name <address>`.
    pub readers: Vec<String>,
    /// Outsiders who get no mail of it by their own wish: they read it on the page.
    pub on_the_page: Vec<String>,
    /// The customer.
    pub organization: Option<String>,
    /// Its priority, where that is not the usual one.
    pub priority: Option<Named>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Whether the ticket is the reader's from now on.
    pub given: bool,
    /// What was said before, oldest first.
    pub before: Vec<Piece>,
    /// Where an internal note goes; `None` where the tag is the only way.
    pub note_address: Option<String>,
    /// The random root of the ticket's mails.
    pub thread_root: String,
}

/// What a notification is mainly about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A new ticket.
    Opened,
    /// A comment or note.
    Wrote,
    /// Something else, told by the facts alone.
    Changed,
    /// The ticket is the reader's from now on.
    Assigned,
}

/// Something that happened beside the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The status changed.
    Status {
        /// From what.
        from: Named,
        /// To what.
        to: Named,
    },
    /// The priority changed.
    Priority {
        /// From what.
        from: Named,
        /// To what.
        to: Named,
    },
    /// The task type changed.
    Type {
        /// From what.
        from: Named,
        /// To what.
        to: Named,
    },
    /// The progress changed.
    Progress {
        /// Per cent before.
        from: String,
        /// Per cent now.
        to: String,
    },
    /// This member of staff works on it from now on.
    Assigned(String),
    /// Nobody works on it any more.
    Unassigned,
    /// It is due at another time, or at none.
    Due(Option<Timestamp>),
    /// It has this title now.
    Title(String),
    /// It has this tag now.
    Tagged(String),
    /// It has this tag no longer.
    Untagged(String),
    /// The author let this person take part.
    Invited(String),
    /// The author took this person off.
    TakenOff(String),
    /// The author now takes part.
    Joined,
    /// The same mail also came to this address.
    AlsoSent(String),
    /// The author's mail also went to these addresses outside the desk, past it.
    SentDirectly(String),
    /// A mail was not delivered, or may not have been.
    Undelivered(Lost),
    /// The mail was written to this customer's address by somebody who does not belong to the customer.
    Misdirected(String),
    /// Something of the mail is not in its text and files.
    Lacks(Lack),
    /// The sender line could not be read.
    NoSender,
}

#[derive(Template)]
#[template(path = "mail/notification.txt")]
struct Notification<'a> {
    headline: &'a str,
    facts: &'a [String],
    text: &'a str,
    files: &'a str,
    /// What stands over what was said before, and that.
    earlier: (&'a str, &'a [String]),
    footer: &'a [String],
}

/// News of a ticket, with what a reply will do and who will read it; days are those of `zone`.
///
/// # Errors
/// When the template fails.
pub fn notification(mut stationery: Stationery, news: &News, zone: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let language = stationery.language;
    let number = news.number.to_string();
    let author = match &news.author {
        Some(author) if news.unverified => w.text("unverified", &[("sender", author)]),
        Some(author) => author.clone(),
        None if matches!(news.event, Event::Changed | Event::Assigned) => w.text("desk-itself", &[]),
        None => w.text("someone", &[]),
    };
    let headline = match (news.event, news.visibility) {
        (Event::Opened, _) => w.text("news-opened", &[("author", &author), ("number", &number), ("project", &news.project)]),
        (Event::Wrote, Visibility::Public) => w.text("news-comment", &[("author", &author), ("number", &number)]),
        (Event::Wrote, Visibility::Internal) => w.text("news-note", &[("author", &author), ("number", &number)]),
        (Event::Changed, _) => w.text("news-change", &[("number", &number)]),
        (Event::Assigned, _) => w.text("news-yours", &[("author", &author), ("number", &number), ("project", &news.project)]),
    };
    // Whom the headline gives the ticket to need not read it twice.
    let told = |fact: &&Fact| news.event != Event::Assigned || !matches!(fact, Fact::Assigned(_));
    let mut facts: Vec<String> =
        news.facts.iter().filter(told).map(|fact| fact_line(w, language, zone, fact, &author, &news.project)).collect();
    if let Some(face) = &news.face {
        facts.push(w.text("news-face", &[("status", face.in_language(language))]));
    }
    let attached = news.files.iter().map(|file| file.size).sum::<i64>() <= ATTACH_AT_MOST;
    let mut said = Vec::new();
    let going = if attached { news.files.as_slice() } else { &[] };
    if !news.text.is_empty() || !news.files.is_empty() {
        said.push(Said::inside(&news.text, news.document.as_ref(), going));
    }
    // What stands in the text need not be named once more.
    let listed = match attached {
        true => said.first().map(Said::listed).unwrap_or_default(),
        false => news.files.iter().map(|file| file.name.as_str()).collect(),
    };
    let files = files_line(w, &listed, attached);
    let mut before = Vec::new();
    for piece in &news.before {
        before.push(format!("{}\n{}", head(w, piece), slot(said.len())));
        said.push(Said::inside(&piece.text, piece.document.as_ref(), &[]).quoted());
    }
    let earlier = if news.given { w.text("news-conversation", &[]) } else { w.text("news-before", &[]) };
    let footer = footer(w, language, zone, news, &mut said);
    let text = if news.text.is_empty() { String::new() } else { slot(0) };
    let earlier = (earlier.as_str(), before.as_slice());
    let text =
        Notification { headline: &headline, facts: &facts, text: &text, files: &files, earlier, footer: &footer }.render()?;
    stationery.references.insert(0, news.thread_root.clone());
    let draft = stationery.dressed(news.speaker.clone(), format!("[{number}] {}", news.title), &text, &said);
    Ok(mark(draft, &news.number, news.visibility, news.topic))
}

/// One of several things that happened on a ticket.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Who did it; `None` for the desk itself, or for a sender who cannot be named.
    pub author: Option<String>,
    /// Whether nothing shows that it comes from whom it names, where the desk could know.
    pub unverified: bool,
    /// When, by the reader's clock.
    pub at: String,
    /// What was written.
    pub text: String,
    /// The same with its structure.
    pub document: Option<Document>,
    /// What was attached.
    pub files: Vec<File>,
    /// What was done, where it was not to write.
    pub fact: Option<Fact>,
}

/// So many pieces stand in one mail, the newest; the others are kept with the ticket.
const PIECES: usize = 30;

/// Several news of a ticket that came quickly one after the other. What was written stands behind marks, so that nobody can
/// write a piece of their own that looks like somebody else's.
///
/// # Errors
/// When the template fails.
pub fn collected(mut stationery: Stationery, news: &News, pieces: &[Piece], zone: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let language = stationery.language;
    let (number, count) = (news.number.to_string(), pieces.len().to_string());
    let headline = match count.as_str() {
        "1" => w.text("collected-news-one", &[("number", &number)]),
        _ => w.text("collected-news", &[("number", &number), ("count", &count)]),
    };
    let older = pieces.len().saturating_sub(PIECES);
    let mut facts = Vec::new();
    if older > 0 {
        facts.push(w.text("collected-older", &[("count", &older.to_string()), ("number", &number)]));
    }
    if let Some(face) = &news.face {
        facts.push(w.text("news-face", &[("status", face.in_language(language))]));
    }
    let (mut parts, mut said) = (Vec::new(), Vec::new());
    let files: Vec<&File> = pieces.iter().skip(older).flat_map(|piece| &piece.files).collect();
    let attached = files.iter().map(|file| file.size).sum::<i64>() <= ATTACH_AT_MOST;
    for piece in pieces.iter().skip(older) {
        if let Some(fact) = &piece.fact {
            parts.push(fact_line(w, language, zone, fact, &author(w, piece), &news.project));
            continue;
        }
        parts.push(format!("{}\n{}", head(w, piece), slot(said.len())));
        let going = if attached { piece.files.as_slice() } else { &[] };
        said.push(Said::inside(&piece.text, piece.document.as_ref(), going).quoted());
    }
    let listed: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let named = files_line(w, &listed, attached);
    let (text, footer) = (parts.join("\n\n"), footer(w, language, zone, news, &mut said));
    let earlier = ("", [].as_slice());
    let text =
        Notification { headline: &headline, facts: &facts, text: &text, files: &named, earlier, footer: &footer }.render()?;
    stationery.references.insert(0, news.thread_root.clone());
    let draft = stationery.dressed(Speaker::Desk, format!("[{number}] {}", news.title), &text, &said);
    Ok(mark(draft, &news.number, news.visibility, news.topic))
}

/// The header fields by which mail programs sort what the desk writes to staff about a ticket, and by which machines see
/// that a machine wrote it (RFC 3834 section 5, RFC 2919).
#[must_use]
pub fn mark(draft: Draft, number: &TicketNumber, visibility: Visibility, topic: notify::Event) -> Draft {
    let domain = draft.from.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let list = format!("{} <{}.{domain}>", number.project, number.project.to_lowercase());
    let fields = [
        ("List-Id", list),
        ("X-Postroom-Ticket", number.to_string()),
        ("X-Postroom-Visibility", visibility.to_string()),
        ("X-Postroom-Event", topic.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let mut draft = automatic(draft);
    draft.headers.extend(fields);
    draft
}

fn fact_line(w: &Texts, language: Language, zone: &str, fact: &Fact, author: &str, project: &str) -> String {
    match fact {
        Fact::Type { from, to } => {
            w.text("news-type", &[("author", author), ("from", from.in_language(language)), ("to", to.in_language(language))])
        }
        Fact::Progress { from, to } => w.text("news-progress", &[("author", author), ("from", from), ("to", to)]),
        Fact::Assigned(person) => w.text("news-assigned", &[("author", author), ("person", person)]),
        Fact::Unassigned => w.text("news-unassigned", &[("author", author)]),
        Fact::Due(Some(due)) => w.text("news-due", &[("author", author), ("day", &day(*due, language, zone))]),
        Fact::Due(None) => w.text("news-undue", &[("author", author)]),
        Fact::Title(title) => w.text("news-title", &[("author", author), ("title", title)]),
        Fact::Tagged(tag) => w.text("news-tagged", &[("author", author), ("tag", tag)]),
        Fact::Untagged(tag) => w.text("news-untagged", &[("author", author), ("tag", tag)]),
        Fact::Status { from, to } => {
            w.text("news-status", &[("author", author), ("from", from.in_language(language)), ("to", to.in_language(language))])
        }
        Fact::Priority { from, to } => {
            w.text("news-priority", &[("author", author), ("from", from.in_language(language)), ("to", to.in_language(language))])
        }
        Fact::Invited(person) => w.text("news-invited", &[("author", author), ("person", person)]),
        Fact::TakenOff(person) => w.text("news-taken-off", &[("author", author), ("person", person)]),
        Fact::Joined => w.text("news-joined", &[("author", author)]),
        Fact::AlsoSent(address) => w.text("news-also-sent", &[("address", address)]),
        Fact::SentDirectly(addresses) => w.text("news-sent-directly", &[("author", author), ("addresses", addresses)]),
        Fact::Undelivered(lost) => lost.in_words("", |values| match lost.state {
            State::Unknown => w.text("news-unknown", values),
            State::Dropped => w.text("news-dropped", values),
            _ => w.text("news-undelivered", values),
        }),
        Fact::Misdirected(address) => w.text("news-alias", &[("address", address), ("project", project)]),
        Fact::Lacks(lack) => super::lack(w, *lack),
        Fact::NoSender => w.text("news-withheld", &[]),
    }
}

/// Who wrote a piece.
fn author(w: &Texts, piece: &Piece) -> String {
    let author = piece.author.clone().unwrap_or_else(|| w.text("desk-itself", &[]));
    if piece.unverified { w.text("unverified", &[("sender", &author)]) } else { author }
}

/// Who wrote a piece, and when.
fn head(w: &Texts, piece: &Piece) -> String {
    w.text("welcome-said", &[("author", &author(w, piece)), ("at", &piece.at)])
}

/// Which files go along, or are too large to.
fn files_line(w: &Texts, names: &[&str], attached: bool) -> String {
    let files = names.join(", ");
    match (names.is_empty(), attached) {
        (true, _) => String::new(),
        (false, true) => w.text("news-files", &[("files", &files)]),
        (false, false) => w.text("news-files-too-large", &[("files", &files)]),
    }
}

/// How the ticket stands, and what a reply will do.
fn footer(w: &Texts, language: Language, zone: &str, news: &News, said: &mut Vec<Said<'_>>) -> Vec<String> {
    let number = news.number.to_string();
    let status = news.status.in_language(language);
    let project = match news.organization.as_ref().filter(|name| !news.project.contains(name.as_str())) {
        Some(name) => format!("{} ({name})", news.project),
        None => news.project.clone(),
    };
    let mut state =
        vec![w.text("footer-state", &[("number", &number), ("title", &news.title), ("status", status), ("project", &project)])];
    state.extend(news.priority.as_ref().map(|of| w.text("footer-priority", &[("priority", of.in_language(language))])));
    state.extend(news.due.map(|due| w.text("state-due", &[("day", &day(due, language, zone))])));
    let mut lines = vec![state.join(" · ")];
    if news.visibility == Visibility::Internal {
        lines.push(w.text("footer-reply-internal", &[]));
        return lines;
    }
    let on_the_page = news.on_the_page.join(", ");
    lines.push(match (news.readers.is_empty(), on_the_page.is_empty()) {
        (true, true) => w.text("footer-reply-nobody", &[]),
        (true, false) => w.text("footer-reply-page", &[("readers", &on_the_page)]),
        (false, _) => w.text("footer-reply-public", &[("readers", &news.readers.join(", "))]),
    });
    if !news.readers.is_empty() && !on_the_page.is_empty() {
        lines.push(w.text("footer-on-page", &[("readers", &on_the_page)]));
    }
    lines.push(match &news.note_address {
        Some(address) => {
            let link = (format!("mailto:{address}"), w.text("footer-note-write", &[]));
            said.push(Said::linking(&w.text("footer-note-tag", &[]), link));
            slot(said.len() - 1)
        }
        None => w.text("footer-note-tag", &[]),
    });
    lines.push(w.text("footer-close", &[]));
    lines
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

/// "Your link and code", to a member of staff who asked for them: the same words that guests get.
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

#[derive(Template)]
#[template(path = "mail/failure.txt")]
struct Failure<'a> {
    w: &'a Texts,
    greeting: &'a str,
    body: String,
    answer: &'a str,
    next: String,
}

/// An outgoing mail that did not arrive, or may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// To whom.
    pub recipient: String,
    /// What the server said.
    pub answer: String,
    /// What became of it: `unknown`, `dropped`, or anything else that means that it did not arrive.
    pub state: State,
    /// How often the server had it and did not say whether it took it.
    pub tries: i64,
}

impl Lost {
    /// What `say` makes of the values that sentences about it may have.
    fn in_words(&self, number: &str, say: impl FnOnce(&[(&str, &str)]) -> String) -> String {
        let (answer, tries) = (self.answer.as_str(), self.tries.to_string());
        say(&[("number", number), ("recipient", &self.recipient), ("answer", answer), ("tries", &tries)])
    }

    /// As the ticket's timeline says it.
    #[must_use]
    pub fn on_the_ticket(&self, w: &Texts) -> String {
        let lost = self;
        self.in_words("", |values| match lost.state {
            State::Unknown => w.text("delivery-unknown", values),
            State::Dropped => w.text("delivery-dropped", values),
            _ => w.text("delivery-failed", values),
        })
    }
}

/// "Your answer did not arrive", or may not have, to the staff member who wrote it.
///
/// # Errors
/// When the template fails.
pub fn failure(stationery: Stationery, number: &TicketNumber, lost: &Lost) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = number.to_string();
    let body = lost.in_words(&number, |values| match lost.state {
        State::Unknown => w.text("failure-body-unknown", values),
        State::Dropped => w.text("failure-body-dropped", values),
        _ => w.text("failure-body", values),
    });
    let next = lost.in_words(&number, |values| match lost.state {
        State::Unknown => w.text("failure-next-unknown", values),
        State::Dropped => w.text("failure-next-dropped", values),
        _ => w.text("failure-next", values),
    });
    let text = Failure { w, greeting: &stationery.greeting(), body, answer: &lost.answer, next }.render()?;
    let subject = lost.in_words(&number, |values| match lost.state {
        State::Unknown => w.text("failure-subject-unknown", values),
        State::Dropped => w.text("failure-subject-dropped", values),
        _ => w.text("failure-subject", values),
    });
    Ok(stationery.draft(Speaker::Desk, subject, &text))
}

/// Why somebody of the staff gets a new reply address.
#[derive(Debug, Clone, Copy)]
pub struct Renewal<'a> {
    /// For which ticket.
    pub number: &'a TicketNumber,
    /// Its title.
    pub title: &'a str,
    /// Who outside the staff has seen the old one.
    pub seen_by: &'a [String],
    /// Whether a reply becomes an internal note.
    pub internal: bool,
    /// Where an internal note goes, where a reply would be public.
    pub note_address: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "mail/renewal.txt")]
struct RenewalText<'a> {
    w: &'a Texts,
    greeting: &'a str,
    number: &'a str,
    readers: &'a str,
    internal: bool,
    note_address: &'a str,
}

/// "Your reply address has been renewed", to the staff member whose it is. A reply to this letter goes to the new one.
///
/// # Errors
/// When the template fails.
pub fn renewal(stationery: Stationery, renewal: &Renewal<'_>) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = renewal.number.to_string();
    let readers = renewal.seen_by.join(", ");
    let text = RenewalText {
        w,
        greeting: &stationery.greeting(),
        number: &number,
        readers: &readers,
        internal: renewal.internal,
        note_address: renewal.note_address.unwrap_or_default(),
    }
    .render()?;
    // The subject of the ticket's other mails, so that it stands among them.
    let subject = format!("[{number}] {}", renewal.title);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// A person as staff see it: `Name <address>`.
#[must_use]
pub fn shown(name: &str, address: &str) -> String {
    if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") }
}

/// The sentence of one language that stands for a sender without a readable address.
#[must_use]
pub fn nobody(language: Language) -> String {
    texts(language).text("someone", &[])
}
