//! Mails to staff about used-up budgets ([`crate::desk::budget`]): that there is one, and what was written meanwhile.

use askama::Template;

use super::i18n::Texts;
use super::parts::{automatic, harmless, shortened};
use super::{Draft, Speaker, Stationery};
use crate::desk::budget::Name;
use crate::desk::ticket::TicketNumber;

/// A budget that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which.
    pub budget: Name,
    /// Whose: an address, an organization, a domain behind an `@`; empty where there is only one.
    pub party: String,
    /// How much was counted.
    pub counted: i64,
    /// The ticket of the last of it.
    pub number: String,
    /// What it is about, in words of who opened it.
    pub title: String,
    /// The page where it is let go on; `None` for a desk without pages.
    pub page: Option<String>,
    /// The command that does so.
    pub command: String,
}

/// What was seen, in one sentence.
#[must_use]
pub fn seen(w: &Texts, budget: Name, party: &str, counted: i64) -> String {
    let count = counted.to_string();
    let party = if party.is_empty() { w.text("budget-nobody", &[]) } else { harmless(w, &shortened(party)) };
    let values = [("party", party.as_str()), ("count", count.as_str())];
    match budget {
        Name::Sender => w.text("budget-sender", &values),
        Name::SenderDay => w.text("budget-sender-day", &values),
        Name::Organization => w.text("budget-organization", &values),
        Name::Domain => w.text("budget-domain", &values),
        Name::Strangers => w.text("budget-strangers", &[("count", &count)]),
        Name::Recipient => w.text("budget-recipient", &values),
        Name::Invitations => w.text("budget-invitations", &values),
        Name::Receipts => w.text("budget-receipts", &values),
        Name::ReceiptsDomain => w.text("budget-receipts-domain", &values),
        Name::ReceiptsStrangers => w.text("budget-receipts-strangers", &[("count", &count)]),
    }
}

/// What follows from it, in one sentence.
#[must_use]
pub fn follows(w: &Texts, budget: Name) -> String {
    match budget {
        Name::Sender | Name::SenderDay | Name::Organization | Name::Domain | Name::Strangers => {
            w.text("budget-then-together", &[])
        }
        Name::Recipient => w.text("budget-then-reader", &[]),
        Name::Invitations => w.text("budget-then-unwelcomed", &[]),
        Name::Receipts | Name::ReceiptsDomain | Name::ReceiptsStrangers => w.text("budget-then-unanswered", &[]),
    }
}

#[derive(Template)]
#[template(path = "mail/budget.txt")]
struct NoticeText<'a> {
    greeting: &'a str,
    seen: &'a str,
    last: &'a str,
    follows: &'a str,
    way: &'a str,
    link: &'a str,
}

/// "So much comes from there that mails about it are collected now": what was seen, what follows, and how to end it. Of the
/// outsiders' words nothing that a mail program makes a link of.
///
/// # Errors
/// When the template fails.
pub fn notice(stationery: Stationery, notice: &Notice) -> askama::Result<Draft> {
    let w = stationery.words();
    let title = harmless(w, &shortened(&notice.title));
    let (way, link) = match &notice.page {
        Some(page) => (w.text("budget-way-page", &[]), page),
        None => (w.text("budget-way-command", &[]), &notice.command),
    };
    let text = NoticeText {
        greeting: &stationery.greeting(),
        seen: &seen(w, notice.budget, &notice.party, notice.counted),
        last: &w.text("budget-last", &[("number", &notice.number), ("title", &title)]),
        follows: &follows(w, notice.budget),
        way: &way,
        link,
    }
    .render()?;
    let subject = w.text("budget-subject", &[]);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// What was written on many tickets while a budget was used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Number, title, and how much is new.
    pub tickets: Vec<(TicketNumber, String, i64)>,
}

/// So many tickets are named.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "mail/overview.txt")]
struct OverviewText<'a> {
    greeting: &'a str,
    body: &'a str,
    lines: &'a [String],
    more: &'a str,
    look: &'a str,
}

/// "Meanwhile this was written on so many tickets."
///
/// # Errors
/// When the template fails.
pub fn overview(stationery: Stationery, overview: &Overview) -> askama::Result<Draft> {
    let w = stationery.words();
    let count = overview.tickets.len().to_string();
    let line = |(number, title, news): &(TicketNumber, String, i64)| {
        let (number, title) = (number.to_string(), harmless(w, &shortened(title)));
        match news {
            1 => w.text("overview-ticket-one", &[("number", &number), ("title", &title)]),
            _ => w.text("overview-ticket", &[("number", &number), ("title", &title), ("count", &news.to_string())]),
        }
    };
    let lines: Vec<String> = overview.tickets.iter().take(NAMED).map(line).collect();
    let more = match overview.tickets.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => w.text("overview-more", &[("count", &more.to_string())]),
    };
    let text = OverviewText {
        greeting: &stationery.greeting(),
        body: &w.text("overview-body", &[("count", &count)]),
        lines: &lines,
        more: &more,
        look: &w.text("overview-look", &[]),
    }
    .render()?;
    let subject = w.text("overview-subject", &[("count", &count)]);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}
