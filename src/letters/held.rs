//! Everything that is said about held mails: why one is held, what each button does, and the mails about it. One table
//! for pages and mails, so that no reason is without words.

use std::time::Duration;

use askama::Template;

use super::commands::{self, CommandsOutcome, Line};
use super::guard::Shown;
use super::i18n::Texts;
use super::parts::{ago, automatic, harmless, short, shortened};
use super::{Draft, Speaker, Stationery, size};
use crate::desk::inbox::{Disposition, Held, HeldAction, TicketOf, Would};
use crate::desk::notice::Part;

/// Lines of a held mail's text that a question repeats.
const LINES: usize = 8;
/// And of an answer whose author is asked whether it shall leave.
const ANSWER: usize = 60;

/// Why a mail is held. `claimed` is the name of the member of staff whom it names.
#[must_use]
pub fn why(w: &Texts, reason: Held, claimed: &str) -> String {
    match reason {
        Held::ClaimsStaff => w.text("held-why-claims-staff", &[("name", claimed)]),
        Held::AlignmentFailed => w.text("held-why-alignment-failed", &[("name", claimed)]),
        Held::TokenMissing => w.text("held-why-token-missing", &[("name", claimed)]),
        Held::AlignmentMissing => w.text("held-why-alignment-missing", &[("name", claimed)]),
        Held::TokenEnded => w.text("held-why-token-ended", &[("name", claimed)]),
        Held::CommandWithoutTicket => w.text("held-why-command-without-ticket", &[]),
        Held::AutomaticFromStaff => w.text("held-why-automatic", &[("name", claimed)]),
        Held::NearMiss => w.text("held-why-near-miss", &[]),
        Held::UnknownCommand => w.text("held-why-unknown-command", &[]),
        Held::Leak => w.text("held-why-leak", &[]),
        Held::Collision => w.text("held-why-collision", &[]),
        Held::Leaving => w.text("held-why-leaving", &[]),
        Held::UncertainQuote => w.text("held-why-uncertain-quote", &[]),
        Held::PartsDiffer => w.text("held-why-parts-differ", &[]),
        Held::CommandRefused => w.text("held-why-command-refused", &[]),
        Held::NothingNew => w.text("held-why-nothing-new", &[]),
        Held::ThirdParty => w.text("held-why-third-party", &[]),
        Held::UnknownAddress => w.text("held-why-unknown-address", &[("name", claimed)]),
        Held::UnclearOriginal => w.text("held-why-unclear-original", &[]),
        Held::SwitchedOff => w.text("held-why-switched-off", &[]),
        Held::RoleDenies => w.text("held-why-role-denies", &[]),
        Held::SenderDenied => w.text("held-why-sender-denied", &[]),
        Held::Redirected => w.text("held-why-redirected", &[]),
        Held::RefersToInternal => w.text("held-why-refers-to-internal", &[]),
        Held::RefersToHeld => w.text("held-why-refers-to-held", &[]),
        Held::Flood => w.text("held-why-flood", &[]),
        Held::Verification => w.text("held-why-verification", &[]),
        Held::OwnAddress => w.text("held-why-own-address", &[]),
        Held::UnclearAnswer => w.text("held-why-unclear-answer", &[]),
        Held::Unreadable => w.text("held-why-unreadable", &[]),
        Held::Crashes => w.text("held-why-crashes", &[]),
        Held::Damaged => w.text("held-why-damaged", &[]),
        Held::TooLarge => w.text("held-why-too-large", &[]),
        Held::NotFetched => w.text("held-why-not-fetched", &[]),
        Held::Junk => w.text("held-why-junk", &[]),
        Held::JunkFromStaff => w.text("held-why-junk-from-staff", &[("name", claimed)]),
        Held::OldAnswer => w.text("held-why-old-answer", &[("name", claimed)]),
    }
}

/// What a button is called; `whose` words it seems to hold, where that is the question.
#[must_use]
pub fn button(w: &Texts, reason: Held, whose: &str, word: HeldAction) -> String {
    let third = matches!(reason, Held::ThirdParty | Held::UnknownAddress | Held::RefersToInternal);
    match word {
        HeldAction::Send if reason == Held::Leaving => w.text("held-do-now", &[]),
        HeldAction::Note if reason == Held::Leaving => w.text("held-do-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-do-redirected", &[("whose", whose)]),
        HeldAction::Send if third => w.text("held-do-approve", &[]),
        HeldAction::Send if reason.claims_somebody() => w.text("held-do-send", &[]),
        HeldAction::Send => w.text("held-do-take", &[]),
        HeldAction::Note if third => w.text("held-do-private", &[]),
        HeldAction::Note => w.text("held-do-note", &[]),
        HeldAction::Drop if third => w.text("held-do-refuse", &[]),
        HeldAction::Drop => w.text("held-do-drop", &[]),
        HeldAction::Disown => w.text("held-do-disown", &[]),
        HeldAction::Retry => w.text("held-do-retry", &[]),
        HeldAction::Back => w.text("held-do-back", &[]),
    }
}

/// What one reader of a held mail is told of it, in mails and on pages alike. Whatever comes from the mail itself is as it is:
/// a mail shows it without anything that a program makes a link of.
#[derive(Debug, Clone)]
pub struct About {
    /// Why the mail is held.
    pub reason: Held,
    /// Whether it names the reader.
    pub own: bool,
    /// The name of the member of staff whom it names; empty for nobody.
    pub claimed: String,
    /// The number of the ticket that it seems to be about.
    pub number: Option<String>,
    /// What it would become with the right person's word.
    pub would: Option<Would>,
    /// What it would become as a note.
    pub as_note: Option<Would>,
    /// Who would get a public answer by mail.
    pub readers: Vec<String>,
    /// Of whom it would become a ticket.
    pub customer: Option<TicketOf>,
    /// Whom the From header names; empty for nobody.
    pub from: String,
    /// Whether nothing shows that it comes from there, where the desk could know.
    pub unverified: bool,
    /// Whose words it seems to hold, where that is the question.
    pub whose: String,
    /// The first lines of what was newly written.
    pub text: Vec<String>,
    /// Its bytes, where it is not to be read.
    pub size: Option<i64>,
    /// Further reasons that the same word answers.
    pub also: Vec<Held>,
    /// What the reader has to see to decide, for each reason.
    pub shown: Vec<Shown>,
    /// Whether the text is what would leave, and how many lines of the mail stay behind then.
    pub leaves: Option<usize>,
    /// Whether there are others whom "it was not me" warns.
    pub others: bool,
    /// Where the mail that it answers can be decided about, as long as that is held.
    pub first: Option<String>,
    /// Where the reader says that the sender's address is theirs; `None` where it cannot be, or the desk has no pages.
    pub mine: Option<String>,
}

impl About {
    /// The same with nothing in it that a mail program makes a link of.
    pub(super) fn in_a_mail(&self, w: &Texts) -> Self {
        let named = |of: &TicketOf| TicketOf {
            who: harmless(w, &shortened(&of.who)),
            others: of.others.iter().map(|other| harmless(w, &shortened(other))).collect(),
            told: of.told,
        };
        Self {
            from: harmless(w, &shortened(&self.from)),
            whose: harmless(w, &shortened(&self.whose)),
            customer: self.customer.as_ref().map(named),
            text: self.text.iter().map(|line| harmless(w, line)).collect(),
            ..self.clone()
        }
    }

    /// Who sent it, as far as that is known.
    pub(super) fn sender(&self, w: &Texts) -> String {
        match (self.from.is_empty(), self.unverified) {
            (true, _) => w.text("held-no-sender", &[]),
            (false, true) => w.text("unverified", &[("sender", &self.from)]),
            (false, false) => self.from.clone(),
        }
    }
}

/// What a button does.
#[must_use]
pub fn consequence(w: &Texts, about: &About, word: HeldAction) -> String {
    if let (HeldAction::Note, Some(would @ (Would::CustomersTicket | Would::PublicTicket))) = (word, about.as_note) {
        return ticket(w, about, would);
    }
    match word {
        HeldAction::Send if about.reason == Held::CommandRefused => w.text("held-then-text-only", &[("then", &sent(w, about))]),
        HeldAction::Send if about.reason == Held::Redirected => w.text("held-then-redirected", &[("whose", &about.whose)]),
        HeldAction::Send if about.reason.claims_somebody() => sent(w, about),
        HeldAction::Send => match (about.reason, about.would) {
            (Held::RefersToHeld, _) => w.text("held-then-refers-to-held", &[]),
            (Held::ThirdParty | Held::UnknownAddress | Held::RefersToInternal, _) if about.number.is_some() => {
                with_readers(w, about, w.text("held-then-approve", &[("from", &about.from)]))
            }
            (Held::SwitchedOff | Held::RoleDenies | Held::SenderDenied, Some(would)) => {
                format!("{} {}", outsiders(w, about, would), w.text("held-then-only-once", &[]))
            }
            (_, Some(would)) => outsiders(w, about, would),
            (Held::Flood, None) => w.text("held-then-flood", &[]),
            (Held::OwnAddress, None) => w.text("held-then-own-address", &[]),
            (Held::Junk, None) => w.text("held-then-junk", &[]),
            (Held::SwitchedOff | Held::RoleDenies | Held::SenderDenied, None) => w.text("held-then-once", &[]),
            (_, None) => w.text("held-then-approve", &[("from", &about.from)]),
        },
        HeldAction::Note if about.number.is_none() => w.text("held-then-internal-ticket", &[]),
        HeldAction::Note if !about.reason.claims_somebody() => w.text("held-then-private", &[]),
        HeldAction::Note if about.reason == Held::Leaving => w.text("held-then-undo", &[]),
        HeldAction::Note if about.own => w.text("held-then-note", &[]),
        HeldAction::Note => w.text("held-then-unconfirmed", &[]),
        HeldAction::Drop => w.text("held-then-drop", &[]),
        HeldAction::Disown if about.others => w.text("held-then-disown", &[]),
        HeldAction::Disown => w.text("held-then-disown-alone", &[]),
        HeldAction::Retry if about.reason == Held::NotFetched => w.text("held-then-fetch", &[]),
        HeldAction::Retry => w.text("held-then-retry", &[]),
        HeldAction::Back => w.text("held-then-back", &[]),
    }
}

/// What a mail of somebody outside the staff becomes.
fn outsiders(w: &Texts, about: &About, would: Would) -> String {
    match would {
        Would::Comment => with_readers(w, about, w.text("held-then-flood", &[])),
        Would::Note => w.text("held-then-private", &[]),
        Would::Command => w.text("held-then-as-asked", &[]),
        would => ticket(w, about, would),
    }
}

/// The same, and who gets it by mail.
fn with_readers(w: &Texts, about: &About, said: String) -> String {
    match about.readers.is_empty() {
        true => said,
        false => format!("{said} {}", w.text("held-then-readers", &[("readers", &about.readers.join(", "))])),
    }
}

fn sent(w: &Texts, about: &About) -> String {
    match about.would {
        Some(Would::Comment) if about.readers.is_empty() => w.text("held-then-answer-nobody", &[]),
        Some(Would::Comment) => w.text("held-then-answer", &[("readers", &about.readers.join(", "))]),
        Some(Would::Note) => w.text("held-then-note-asked", &[]),
        Some(Would::Command) => w.text("held-then-command", &[]),
        Some(would) => ticket(w, about, would),
        None => w.text("held-then-as-asked", &[]),
    }
}

/// What is said of a new ticket.
fn ticket(w: &Texts, about: &About, would: Would) -> String {
    match (would, &about.customer) {
        (Would::CustomersTicket, None) => w.text("held-then-customers-ticket", &[]),
        (Would::CustomersTicket, Some(of)) => {
            let opens = match of.told {
                true => w.text("held-then-ticket-of", &[("customer", &of.who)]),
                false => w.text("held-then-ticket-of-silent", &[("customer", &of.who)]),
            };
            match of.others.is_empty() {
                true => opens,
                false => format!("{opens} {}", w.text("held-then-ticket-with", &[("others", &of.others.join(", "))])),
            }
        }
        (Would::PublicTicket, _) => w.text("held-then-public-ticket", &[]),
        _ => w.text("held-then-internal-ticket", &[]),
    }
}

/// What has happened after a decision; `warned`: others were warned because of it.
#[must_use]
pub fn said(w: &Texts, reason: Held, word: HeldAction, warned: bool) -> String {
    match word {
        HeldAction::Note if reason == Held::Leaving => w.text("held-said-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-said-redirected", &[]),
        HeldAction::Send if reason.claims_somebody() => w.text("held-said-send", &[]),
        HeldAction::Send => w.text("held-said-approve", &[]),
        HeldAction::Note => w.text("held-said-note", &[]),
        HeldAction::Drop => w.text("held-said-drop", &[]),
        HeldAction::Disown if warned => w.text("held-said-disown", &[]),
        HeldAction::Disown => w.text("held-said-disown-alone", &[]),
        HeldAction::Retry if reason == Held::NotFetched => w.text("held-said-fetch", &[]),
        HeldAction::Retry => w.text("held-said-retry", &[]),
        HeldAction::Back => w.text("held-said-back", &[]),
    }
}

/// "Already decided: kept as a note by Ben, 4 minutes ago." An administrator where `by` is `None`.
#[must_use]
pub fn already(w: &Texts, (reason, word): (Held, HeldAction), by: Option<&str>, ago: Duration) -> String {
    let what = match word {
        HeldAction::Retry if reason == Held::UnknownAddress => w.text("held-was-address", &[]),
        HeldAction::Send => w.text("held-was-send", &[]),
        HeldAction::Note => w.text("held-was-note", &[]),
        HeldAction::Drop => w.text("held-was-drop", &[]),
        HeldAction::Disown => w.text("held-was-disown", &[]),
        HeldAction::Retry => w.text("held-was-retry", &[]),
        HeldAction::Back => w.text("held-was-back", &[]),
    };
    let by = by.map_or_else(|| w.text("held-by-administration", &[]), str::to_owned);
    w.text("held-already", &[("what", &what), ("name", &by), ("when", &self::ago(w, ago))])
}

/// What a mail has become about which somebody has decided; empty where the decision says it all. `number`: its ticket's.
#[must_use]
pub fn became(w: &Texts, disposition: Option<Disposition>, number: &str) -> String {
    let number = [("number", number)];
    match disposition {
        None => w.text("held-became-nothing-yet", &[]),
        Some(Disposition::Comment) => w.text("held-became-comment", &number),
        Some(Disposition::Note) => w.text("held-became-note", &number),
        Some(Disposition::Ticket) => w.text("held-became-ticket", &number),
        Some(Disposition::Command) => w.text("held-became-command", &[]),
        Some(_) => String::new(),
    }
}

/// Why a mail is held: every reason that its question names.
#[must_use]
pub fn reasons(w: &Texts, about: &About) -> String {
    let all: Vec<String> =
        std::iter::once(about.reason).chain(about.also.iter().copied()).map(|reason| why(w, reason, &about.claimed)).collect();
    all.join(" ")
}

/// What is said of the lines of a mail that stay behind when its text leaves; empty for none.
#[must_use]
pub fn stays(w: &Texts, lines: Option<usize>) -> String {
    match lines {
        None | Some(0) => String::new(),
        Some(1) => w.text("held-stays-one", &[]),
        Some(lines) => w.text("held-stays", &[("count", &lines.to_string())]),
    }
}

/// The text of a kept mail of which nobody knows whether it is the named person's.
#[must_use]
pub fn unconfirmed(w: &Texts, claimed: &str, text: &str) -> String {
    format!("{}\n\n{text}", w.text("held-unconfirmed", &[("name", claimed)])).trim_end().to_owned()
}

/// The text of a mail that is for somebody else, under those who were found in it.
#[must_use]
pub fn found(w: &Texts, found: &[String], text: &str) -> String {
    let head = match found {
        [] => w.text("held-found-nobody", &[]),
        found => w.text("held-found", &[("found", &found.join("; "))]),
    };
    format!("{head}\n\n{text}").trim_end().to_owned()
}

/// One way out of the hold, as a mail offers it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is decided.
    pub word: HeldAction,
    /// Where; `None` for a desk without pages.
    pub link: Option<String>,
}

/// A question about a held mail.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is said of it.
    pub about: About,
    /// The subject.
    pub subject: String,
    /// When it came, by the reader's clock.
    pub received: String,
    /// What is wrong with its command lines.
    pub lines: Vec<Line>,
    /// The ways out.
    pub ways: Vec<Choice>,
    /// How many other such mails wait.
    pub more: i64,
    /// When it leaves by itself, by the reader's clock.
    pub leaves: Option<String>,
    /// Where all of them are listed.
    pub list: Option<String>,
    /// Whether it is said, for the first and the only time, how such mails could be proven.
    pub trust: bool,
}

#[derive(Template)]
#[template(path = "mail/held.txt")]
struct HeldMail<'a> {
    w: &'a Texts,
    greeting: &'a str,
    body: &'a str,
    question: &'a Question,
    about: &'a About,
    from: &'a str,
    subject: &'a str,
    wrong: &'a [String],
    ways: &'a [(String, String, String)],
    replies: &'a str,
    more: &'a str,
    size: &'a str,
    leaves: &'a str,
    stays: &'a str,
}

/// "Did you send this?" to the registered address of whom a mail names, or "a mail waits for your word" to the staff of its
/// project. Of the mail itself only the first lines, with nothing in them that a mail program makes a link of: whoever
/// forged it shall not lead the staff anywhere through us.
///
/// # Errors
/// When the template fails.
pub fn question(stationery: Stationery, question: &Question) -> askama::Result<Draft> {
    let w = stationery.words();
    let about = question.about.in_a_mail(w);
    let ways: Vec<(String, String, String)> = question
        .ways
        .iter()
        .map(|way| {
            let link = way.link.clone().unwrap_or_default();
            (button(w, about.reason, &about.whose, way.word), consequence(w, &about, way.word), link)
        })
        .collect();
    let replies = match reply_words(w, about.reason, &question.ways).as_slice() {
        [word] => w.text("held-mail-reply-one", &[("word", word)]),
        words => w.text("held-mail-reply", &[("words", &words.join(", "))]),
    };
    let more = match (question.more, &question.list) {
        (0, _) => String::new(),
        (1, Some(list)) => w.text("held-mail-one-more", &[("link", list)]),
        (more, Some(list)) => w.text("held-mail-more", &[("count", &more.to_string()), ("link", list)]),
        (more, None) => w.text("held-mail-more-unlisted", &[("count", &more.to_string())]),
    };
    let body = if about.own {
        match about.reason {
            Held::ClaimsStaff | Held::AutomaticFromStaff => {
                let further: Vec<String> = about.also.iter().map(|reason| why(w, *reason, &about.claimed)).collect();
                let claim = w.text("held-mail-claim", &[("mailbox", &stationery.address)]);
                std::iter::once(claim).chain(further).collect::<Vec<_>>().join(" ")
            }
            // Perhaps it is theirs, and more likely not.
            Held::AlignmentFailed => w.text("held-mail-names-you", &[("why", &reasons(w, &about))]),
            Held::UnknownAddress => w.text("held-mail-unknown-address", &[("from", &about.from)]),
            Held::Leaving => w.text("held-mail-leaving", &[("time", question.leaves.as_deref().unwrap_or_default())]),
            reason if reason.part() == Part::Named && !reason.claims_somebody() => {
                w.text("held-mail-names-you", &[("why", &reasons(w, &about))])
            }
            _ => w.text("held-mail-own", &[("why", &reasons(w, &about))]),
        }
    } else {
        w.text("held-mail-waits", &[("why", &reasons(w, &about))])
    };
    let subject = match (&about.number, about.own) {
        (_, true) if about.reason == Held::Redirected => w.text("held-mail-subject-whose", &[("desk", &stationery.desk)]),
        // Whose it is, is proven; what leaves is the question.
        (Some(number), true) if about.reason.part() == Part::Author => guard_subject(w, question, number),
        (Some(number), true) => w.text("held-mail-subject-ticket", &[("number", number)]),
        (None, true) => w.text("held-mail-subject", &[("desk", &stationery.desk)]),
        (Some(number), false) => w.text("held-mail-subject-waits", &[("number", number)]),
        (None, false) => w.text("held-mail-subject-waits", &[("number", &stationery.desk)]),
    };
    let text = HeldMail {
        w,
        greeting: &stationery.greeting(),
        body: &body,
        question,
        about: &about,
        from: &about.sender(w),
        subject: &harmless(w, &shortened(&question.subject)),
        wrong: &question.lines.iter().map(|line| harmless_line(w, line)).collect::<Vec<_>>(),
        ways: &ways,
        replies: &replies,
        more: &more,
        size: &about.size.map(|bytes| size(w, bytes)).unwrap_or_default(),
        leaves: &about.leaves.map(|_| w.text("held-leaves-text", &[])).unwrap_or_default(),
        stays: &stays(w, about.leaves),
    }
    .render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

fn guard_subject(w: &Texts, question: &Question, number: &str) -> String {
    match (question.about.reason, &question.leaves) {
        (Held::Leaving, Some(time)) => w.text("held-mail-subject-leaving", &[("number", number), ("time", time)]),
        _ => w.text("held-mail-subject-guard", &[("number", number)]),
    }
}

/// The words that a reply begins with, each once.
pub(super) fn reply_words(w: &Texts, reason: Held, ways: &[Choice]) -> Vec<String> {
    let mut words: Vec<String> = ways.iter().map(|way| reply_word(w, reason, way.word)).collect();
    words.dedup();
    words
}

/// The word that a reply begins with.
fn reply_word(w: &Texts, reason: Held, word: HeldAction) -> String {
    match word {
        HeldAction::Note if reason == Held::Leaving => w.text("held-word-undo", &[]),
        HeldAction::Send if reason == Held::Redirected => w.text("held-word-yes", &[]),
        HeldAction::Send => w.text("held-word-send", &[]),
        HeldAction::Note => w.text("held-word-note", &[]),
        HeldAction::Retry => w.text("held-word-retry", &[]),
        HeldAction::Drop | HeldAction::Back => w.text("held-word-drop", &[]),
        HeldAction::Disown => w.text("held-word-no", &[]),
    }
}

/// What became of a reply, and which mails that hang together with that one still wait.
#[must_use]
pub fn with_family(w: &Texts, said: &str, subjects: &[&str]) -> String {
    let subjects: Vec<String> = subjects.iter().map(|subject| format!("“{}”", harmless(w, &shortened(subject)))).collect();
    format!("{said}\n\n{} {}", w.text("held-family", &[]), subjects.join(", "))
}

/// What became of a reply to a question.
///
/// # Errors
/// When the template fails.
pub fn told(stationery: Stationery, text: &str) -> askama::Result<Draft> {
    let subject = stationery.words().text("held-reply-subject", &[("desk", &stationery.desk)]);
    short(stationery, subject, text)
}

/// "Somebody writes in the name of your colleague."
///
/// # Errors
/// When the template fails.
pub fn forged(stationery: Stationery, name: &str, subject: Option<&str>) -> askama::Result<Draft> {
    let w = stationery.words();
    let about = harmless(w, &shortened(subject.unwrap_or_default()));
    let text = w.text("held-forged", &[("name", name), ("subject", &about)]);
    let subject = w.text("held-forged-subject", &[("name", name)]);
    short(stationery, subject, &text)
}

/// "Your colleague could not be asked."
///
/// # Errors
/// When the template fails.
pub fn unasked(stationery: Stationery, name: &str, recipient: &str, answer: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let text = w.text("held-unasked", &[("name", name), ("recipient", recipient), ("answer", &harmless(w, answer))]);
    let subject = w.text("held-unasked-subject", &[("name", name)]);
    short(stationery, subject, &text)
}

/// The first lines of a text, each shortened; paragraphs stay apart, by one blank line.
#[must_use]
pub fn beginning(text: &str) -> Vec<String> {
    first(text, LINES)
}

/// The same of an answer that is about to leave: as good as all of it.
#[must_use]
pub fn answer(text: &str) -> Vec<String> {
    first(text, ANSWER)
}

fn first(text: &str, most: usize) -> Vec<String> {
    let (mut lines, mut filled): (Vec<String>, usize) = (Vec::new(), 0);
    for line in text.trim().lines().map(str::trim) {
        if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            continue;
        }
        filled += 1;
        if filled > most {
            lines.push("…".to_owned());
            break;
        }
        lines.push(shortened(line));
    }
    lines
}

/// What is said of a command line, without links in what the mail says itself.
fn harmless_line(w: &Texts, line: &Line) -> String {
    let line = Line { text: harmless(w, &line.text), verdict: line.verdict.clone() };
    commands::line(w, &line, CommandsOutcome::Refused)
}

/// A held mail of a stranger's for tests.
#[cfg(test)]
pub(super) fn about(reason: Held) -> About {
    About {
        reason,
        own: false,
        claimed: "Anna".to_owned(),
        number: Some("ACME-1".to_owned()),
        would: None,
        as_note: None,
        readers: vec!["Carla".to_owned()],
        customer: None,
        from: "sam@elsewhere.example".to_owned(),
        unverified: false,
        whose: "dana@acme.example".to_owned(),
        text: vec!["See https://evil.example".to_owned()],
        size: None,
        also: Vec::new(),
        shown: Vec::new(),
        leaves: None,
        others: true,
        first: None,
        mine: None,
    }
}

#[cfg(test)]
pub(super) fn paper(language: crate::desk::people::Language) -> Stationery {
    Stationery {
        desk: "Example Desk".to_owned(),
        address: "support@desk.example".to_owned(),
        to: crate::mail::Address { name: Some("Anna".to_owned()), address: "anna@staff.example".to_owned() },
        cc: Vec::new(),
        language,
        reply_to: None,
        message_id: "x@desk.example".to_owned(),
        references: Vec::new(),
        link: None,
        at: crate::time::Timestamp::from_seconds(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::Language;
    use crate::letters::i18n::texts;

    #[test]
    fn every_reason_has_words_and_every_way_out_too_in_both_languages() {
        for language in [Language::German, Language::English] {
            let w = texts(language);
            let mut seen = std::collections::BTreeSet::new();
            for reason in Held::ALL {
                assert!(!reason.ways().is_empty());
                assert!(seen.insert(why(w, *reason, "Anna")), "{reason} has the words of another reason");
                for word in reason.ways() {
                    for own in [false, true] {
                        for would in std::iter::once(None).chain(Would::ALL.iter().copied().map(Some)) {
                            let about = About { own, would, as_note: would, ..super::about(*reason) };
                            for said in
                                [button(w, *reason, "sam", *word), consequence(w, &about, *word), said(w, *reason, *word, own)]
                            {
                                assert!(!said.is_empty() && !said.contains("??"), "{reason} {word}: {said}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_button_says_what_the_mail_becomes_and_who_gets_it() {
        let w = texts(Language::English);
        let readers = "By mail it goes to: Carla Kunze.";
        for (reason, would, expected) in [
            (Held::RoleDenies, Some(Would::Comment), &["public comment", readers, "this one mail"][..]),
            (Held::RoleDenies, Some(Would::PublicTicket), &["ticket", "this one mail"]),
            (Held::RoleDenies, None, &["this one mail"]),
            (Held::SenderDenied, Some(Would::Comment), &["public comment", readers, "this one mail"]),
            (Held::SenderDenied, Some(Would::Note), &["internal", "this one mail"]),
            (Held::SwitchedOff, Some(Would::Comment), &["public comment", readers, "this one mail"]),
            (Held::OwnAddress, Some(Would::Comment), &["public comment", readers]),
            (Held::OwnAddress, Some(Would::CustomersTicket), &["ticket"]),
            (Held::OwnAddress, None, &["somebody unknown"]),
            (Held::Junk, Some(Would::Comment), &["public comment", readers]),
            (Held::Flood, Some(Would::PublicTicket), &["ticket"]),
        ] {
            let about = About {
                would,
                number: Some("ACME-1".to_owned()),
                readers: vec!["Carla Kunze".to_owned()],
                ..super::about(reason)
            };
            let said = consequence(w, &about, HeldAction::Send);
            for words in expected {
                assert!(said.contains(words), "{reason} {would:?}: `{words}` is not in: {said}");
            }
            let mails = would == Some(Would::Comment);
            assert_eq!(said.contains(readers), mails, "{reason} {would:?}: {said}");
        }
    }

    #[test]
    fn a_strangers_words_have_no_links_in_them() {
        let w = texts(Language::English);
        for (text, expected) in [
            ("See https://evil.example/x now", "See [link] now"),
            ("see evil.example, please", "see [link] please"),
            ("www.evil", "[link]"),
            ("(EVIL.example/a?b)", "[link]"),
            ("javascript://x", "[link]"),
            ("mailto:x@evil.example", "[link]"),
            ("tel:+49", "[link]"),
            ("z.B. am 3.5. um 10.30 e.g. this. That", "z.B. am 3.5. um 10.30 e.g. this. That"),
            ("anna@staff.example", "anna@staff.example"),
            ("x@evil.example/https://a", "[link]"),
        ] {
            assert_eq!(harmless(w, text), expected, "{text}");
        }
    }

    #[test]
    fn how_long_ago() {
        let w = texts(Language::English);
        for (seconds, expected) in [
            (59, "just now"),
            (60, "a minute ago"),
            (240, "4 minutes ago"),
            (3600, "an hour ago"),
            (90_000, "a day ago"),
            (7200, "2 hours ago"),
        ] {
            assert_eq!(ago(w, Duration::from_secs(seconds)), expected);
        }
        let words = already(w, (Held::ClaimsStaff, HeldAction::Note), Some("Ben"), Duration::from_mins(4));
        assert_eq!(words, "Already decided: kept as a note by Ben, 4 minutes ago.");
    }
}
