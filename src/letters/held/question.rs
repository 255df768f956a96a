//! The mail that asks about a held mail.

use askama::Template;

use super::about::About;
use super::reasons::{reasons, stays, why};
use super::ways::{Choice, button, consequence, reply_words};
use crate::desk::inbox::Held;
use crate::desk::notice::Part;
use crate::letters::commands::{self, CommandsOutcome, Line};
use crate::letters::i18n::Texts;
use crate::letters::parts::{automatic, harmless, shortened};
use crate::letters::{Draft, Speaker, Stationery, size};

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

/// What is said of a command line, without links in what the mail says itself.
fn harmless_line(w: &Texts, line: &Line) -> String {
    let line = Line { text: harmless(w, &line.text), verdict: line.verdict.clone() };
    commands::line(w, &line, CommandsOutcome::Refused)
}
