//! Mails to staff that tell of many mails at once: what was taken over at the first look into a folder, and what was put away
//! as spam.

use askama::Template;

use super::i18n::Texts;
use super::parts::{automatic, harmless, shortened};
use super::{Draft, Speaker, Stationery};

/// What became of the old mail in a mailbox, as one member of staff is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Name of the mailbox in the configuration.
    pub mailbox: String,
    /// The folders, where not only the usual one.
    pub folders: Vec<String>,
    /// Project by project.
    pub projects: Vec<TakenOver>,
    /// How many wait for a decision.
    pub held: i64,
    /// How many were put away as spam.
    pub spam: i64,
    /// How many were filed without a ticket.
    pub aside: i64,
    /// Where held mails are listed; `None` for a desk without pages.
    pub list: Option<String>,
}

/// What became of old mail in one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// How many tickets were opened.
    pub tickets: i64,
    /// How many mails were added to tickets.
    pub entries: i64,
}

impl Summary {
    /// How many mails it tells of.
    #[must_use]
    pub fn mails(&self) -> i64 {
        let taken: i64 = self.projects.iter().map(|project| project.tickets + project.entries).sum();
        taken + self.held + self.spam + self.aside
    }
}

#[derive(Template)]
#[template(path = "mail/summary.txt")]
struct SummaryText<'a> {
    greeting: &'a str,
    body: &'a str,
    lines: &'a [String],
    silent: &'a str,
    commands: &'a [(String, String)],
}

/// "So much older mail was taken over, and nobody was notified."
///
/// # Errors
/// When the template fails.
pub fn summary(stationery: Stationery, summary: &Summary) -> askama::Result<Draft> {
    let w = stationery.words();
    let (count, address) = (summary.mails(), stationery.address.clone());
    let (number, folders) = (count.to_string(), summary.folders.join(", "));
    let body = match count {
        _ if !summary.folders.is_empty() => {
            w.text("summary-folders", &[("mailbox", &address), ("folders", &folders), ("count", &number)])
        }
        1 => w.text("summary-body-one", &[("mailbox", &address)]),
        _ => w.text("summary-body", &[("mailbox", &address), ("count", &number)]),
    };
    let subject = match count {
        1 => w.text("summary-subject-one", &[("mailbox", &address)]),
        _ => w.text("summary-subject", &[("mailbox", &address), ("count", &number)]),
    };
    let text = SummaryText {
        greeting: &stationery.greeting(),
        body: &body,
        lines: &lines(w, summary),
        silent: &w.text("summary-silent", &[]),
        commands: &commands(w, summary),
    }
    .render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

fn lines(w: &Texts, summary: &Summary) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for project in &summary.projects {
        let tickets = match project.tickets {
            0 => w.text("summary-tickets-none", &[]),
            1 => w.text("summary-tickets-one", &[]),
            count => w.text("summary-tickets", &[("count", &count.to_string())]),
        };
        let entries = match project.entries {
            0 => w.text("summary-entries-none", &[]),
            1 => w.text("summary-entries-one", &[]),
            count => w.text("summary-entries", &[("count", &count.to_string())]),
        };
        let name = format!("{} ({})", project.key, project.name);
        lines.push(w.text("summary-project", &[("project", &name), ("tickets", &tickets), ("entries", &entries)]));
    }
    let list = summary.list.clone().unwrap_or_else(|| "postroom held list".to_owned());
    match summary.held {
        0 => {}
        1 => lines.push(w.text("summary-held-one", &[("where", &list)])),
        count => lines.push(w.text("summary-held", &[("count", &count.to_string()), ("where", &list)])),
    }
    match summary.spam {
        0 => {}
        1 => lines.push(w.text("summary-spam-one", &[])),
        count => lines.push(w.text("summary-spam", &[("count", &count.to_string())])),
    }
    match summary.aside {
        0 => {}
        1 => lines.push(w.text("summary-aside-one", &[])),
        count => lines.push(w.text("summary-aside", &[("count", &count.to_string())])),
    }
    lines
}

fn commands(w: &Texts, summary: &Summary) -> Vec<(String, String)> {
    let mut commands = vec![(w.text("summary-see", &[]), format!("postroom inbox --old --mailbox {}", summary.mailbox))];
    if summary.projects.iter().any(|project| project.tickets > 0) {
        commands.push((w.text("summary-close", &[]), format!("postroom mailbox close-old {}", summary.mailbox)));
    }
    commands
}

/// A mail that was put away as spam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Junk {
    /// Its id.
    pub id: String,
    /// Whom its From header names.
    pub from: String,
    /// Its subject.
    pub subject: String,
}

/// What was put away as spam of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpamList {
    /// Since when, by the reader's clock.
    pub since: String,
    /// How many.
    pub count: i64,
    /// The newest of them.
    pub mails: Vec<Junk>,
    /// What the office's page of one mail begins with; `None` for a desk without pages.
    pub page: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/spam_list.txt")]
struct SpamText<'a> {
    greeting: &'a str,
    body: &'a str,
    mails: &'a [(String, String)],
    more: &'a str,
    back: &'a str,
    off: &'a str,
}

/// "So many mails were put away as spam." Of their words only sender and subject, without anything that a mail program makes
/// a link of.
///
/// # Errors
/// When the template fails.
pub fn spam(stationery: Stationery, list: &SpamList) -> askama::Result<Draft> {
    let w = stationery.words();
    let count = list.count.to_string();
    let (body, subject) = match list.count {
        1 => (w.text("spam-body-one", &[("since", &list.since)]), w.text("spam-subject-one", &[])),
        _ => (w.text("spam-body", &[("since", &list.since), ("count", &count)]), w.text("spam-subject", &[("count", &count)])),
    };
    let or = |text: &str, instead: String| match harmless(w, &shortened(text)) {
        text if text.is_empty() => instead,
        text => text,
    };
    let mails: Vec<(String, String)> = list
        .mails
        .iter()
        .map(|mail| {
            let from = or(&mail.from, w.text("spam-no-sender", &[]));
            let subject = or(&mail.subject, w.text("spam-no-subject", &[]));
            let way = match &list.page {
                Some(page) => format!("{page}{}", mail.id),
                None => format!("postroom held release {}", mail.id),
            };
            (w.text("spam-mail", &[("from", &from), ("subject", &subject)]), way)
        })
        .collect();
    let more = match list.count.saturating_sub(i64::try_from(mails.len()).unwrap_or(i64::MAX)) {
        ..=0 => String::new(),
        1 => w.text("spam-more-one", &[]),
        more => w.text("spam-more", &[("count", &more.to_string())]),
    };
    let command = format!("postroom notify set {} spam nothing", stationery.to.address);
    let text = SpamText {
        greeting: &stationery.greeting(),
        body: &body,
        mails: &mails,
        more: &more,
        back: &if list.page.is_some() { w.text("spam-back", &[]) } else { w.text("spam-back-command", &[]) },
        off: &w.text("spam-off", &[("command", &command)]),
    }
    .render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}
