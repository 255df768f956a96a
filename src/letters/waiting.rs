//! The mails to staff that list held mails: what was collected since the last notice, with the ways out of each, and what is
//! still held in the morning. Of the mails themselves only sender and subject, without anything that a mail program makes a
//! link of.

use askama::Template;

use super::held::{About, Choice, button, consequence, reasons, reply_words};
use super::i18n::Texts;
use super::parts::{automatic, harmless, shortened};
use super::{Draft, Speaker, Stationery, size};

/// Lines of a held mail's text that a list repeats.
const LINES: usize = 3;

/// A held mail in a list.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// What is said of it.
    pub about: About,
    /// Its subject.
    pub subject: String,
    /// When it came, by the reader's clock.
    pub received: String,
    /// The ways out, where they have links of their own.
    pub ways: Vec<Choice>,
    /// Where a word about it goes by mail.
    pub reply_to: Option<String>,
}

/// What is still held in the morning, as one member of staff is told.
#[derive(Debug, Clone, Default)]
pub struct Morning {
    /// The newest, which the reader can decide about.
    pub items: Vec<Item>,
    /// How many those are in all.
    pub count: usize,
    /// How many others wait for the staff of other projects.
    pub elsewhere: usize,
    /// What the office's page of one mail begins with; `None` for a desk without pages.
    pub page: Option<String>,
}

struct Line {
    subject: String,
    from: String,
    why: String,
    said: Vec<String>,
    ways: Vec<(String, String, String)>,
    reply: String,
}

#[derive(Template)]
#[template(path = "mail/waiting.txt")]
struct List<'a> {
    greeting: &'a str,
    body: &'a str,
    items: &'a [Line],
    more: &'a [String],
    end: &'a [String],
}

fn line(w: &Texts, item: &Item) -> Line {
    let about = item.about.in_a_mail(w);
    let subject = match harmless(w, &shortened(&item.subject)) {
        subject if subject.is_empty() => w.text("spam-no-subject", &[]),
        subject => subject,
    };
    let from = about.sender(w);
    let from = match &about.number {
        Some(number) => w.text("waiting-from-about", &[("from", &from), ("received", &item.received), ("number", number)]),
        None => w.text("waiting-from", &[("from", &from), ("received", &item.received)]),
    };
    Line { subject, from, why: reasons(w, &about), said: Vec::new(), ways: Vec::new(), reply: String::new() }
}

/// What a list says of a mail besides who sent it and why it is held.
fn said(w: &Texts, about: &About) -> Vec<String> {
    let mut lines: Vec<String> =
        about.size.iter().map(|bytes| format!("{} {}", w.text("held-mail-size", &[]), size(w, *bytes))).collect();
    let text: Vec<&String> = about.text.iter().filter(|line| !line.is_empty()).collect();
    lines.extend(text.iter().take(LINES).map(|line| format!("> {line}")));
    if text.len() > LINES {
        lines.push("> …".to_owned());
    }
    for shown in &about.shown {
        lines.push(shown.heading.clone());
        lines.extend(shown.lines.iter().map(|line| format!("| {line}")));
    }
    if let Some(first) = &about.first {
        lines.extend([w.text("held-mail-first", &[]), first.clone()]);
    }
    if let Some(mine) = &about.mine {
        lines.extend([w.text("held-mail-mine", &[]), mine.clone()]);
    }
    lines
}

/// "These mails wait for your word, too": `count` of them, of which `items` are listed.
///
/// # Errors
/// When the template fails.
pub fn collected(stationery: Stationery, items: &[Item], count: usize, list: Option<&str>) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = count.to_string();
    let lines: Vec<Line> = items
        .iter()
        .map(|item| {
            let about = item.about.in_a_mail(w);
            let way = |way: &Choice| {
                let link = way.link.clone().unwrap_or_default();
                (button(w, about.reason, &about.whose, way.word), consequence(w, &about, way.word), link)
            };
            let reply = match (&item.reply_to, reply_words(w, about.reason, &item.ways).as_slice()) {
                (Some(address), [word]) => w.text("waiting-reply-one", &[("word", word), ("address", address)]),
                (Some(address), words) => w.text("waiting-reply", &[("words", &words.join(", ")), ("address", address)]),
                (None, _) if list.is_none() => {
                    w.text("waiting-command", &[("command", &format!("postroom held show {}", item.id))])
                }
                (None, _) => String::new(),
            };
            Line { ways: item.ways.iter().map(way).collect(), reply, said: said(w, &about), ..line(w, item) }
        })
        .collect();
    let (subject, body) = match count {
        1 => (w.text("waiting-subject-one", &[("desk", &stationery.desk)]), w.text("waiting-body-one", &[])),
        _ => (
            w.text("waiting-subject", &[("desk", &stationery.desk), ("count", &number)]),
            w.text("waiting-body", &[("count", &number)]),
        ),
    };
    let more = more(w, count.saturating_sub(items.len()), list);
    let end = [w.text("held-mail-valid", &[])];
    let text = List { greeting: &stationery.greeting(), body: &body, items: &lines, more: &more, end: &end }.render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// "These mails are still held."
///
/// # Errors
/// When the template fails.
pub fn morning(stationery: Stationery, morning: &Morning) -> askama::Result<Draft> {
    let w = stationery.words();
    let number = morning.count.to_string();
    let lines: Vec<Line> = morning
        .items
        .iter()
        .map(|item| {
            let way = match &morning.page {
                Some(page) => (w.text("waiting-look", &[]), String::new(), format!("{page}/{}", item.id)),
                None => (w.text("waiting-look", &[]), String::new(), format!("postroom held show {}", item.id)),
            };
            Line { ways: vec![way], ..line(w, item) }
        })
        .collect();
    let desk = stationery.desk.clone();
    let (subject, body) = match (morning.count, morning.elsewhere) {
        (0, _) => (w.text("morning-subject-elsewhere", &[("desk", &desk)]), w.text("morning-body-none", &[])),
        (1, _) => (w.text("morning-subject-one", &[("desk", &desk)]), w.text("morning-body-one", &[])),
        _ => (w.text("morning-subject", &[("desk", &desk), ("count", &number)]), w.text("morning-body", &[("count", &number)])),
    };
    let mut more = more(w, morning.count.saturating_sub(morning.items.len()), morning.page.as_deref());
    match morning.elsewhere {
        0 => {}
        1 => more.push(w.text("morning-elsewhere-one", &[])),
        elsewhere => more.push(w.text("morning-elsewhere", &[("count", &elsewhere.to_string())])),
    }
    let command = format!("postroom notify set {} held nothing", stationery.to.address);
    let end = [w.text("morning-off", &[("command", &command)])];
    let text = List { greeting: &stationery.greeting(), body: &body, items: &lines, more: &more, end: &end }.render()?;
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

fn more(w: &Texts, count: usize, list: Option<&str>) -> Vec<String> {
    let list = list.unwrap_or("postroom held list");
    match count {
        0 => Vec::new(),
        1 => vec![w.text("waiting-more-one", &[("where", list)])],
        count => vec![w.text("waiting-more", &[("count", &count.to_string()), ("where", list)])],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::inbox::Held;
    use crate::desk::notice::Part;
    use crate::desk::people::Language;
    use crate::letters::held::why;
    use crate::letters::i18n::texts;

    #[test]
    fn every_reason_stands_in_both_lists_in_both_languages_with_a_way_out() {
        for language in [Language::German, Language::English] {
            for reason in Held::ALL {
                let about = crate::letters::held::about(*reason);
                let about = About { size: Some(41_000_000), mine: Some("https://d/mine".to_owned()), ..about };
                let item = Item {
                    id: "7".to_owned(),
                    about: about.clone(),
                    subject: "See https://evil.example".to_owned(),
                    received: "2026-11-18 09:06".to_owned(),
                    ways: reason
                        .ways()
                        .iter()
                        .map(|word| Choice { word: *word, link: Some(format!("https://d/{word}")) })
                        .collect(),
                    reply_to: Some("support+x@desk.example".to_owned()),
                };
                let w = texts(language);
                let paper = || crate::letters::held::paper(language);
                let mails = [
                    collected(paper(), std::slice::from_ref(&item), 3, Some("https://d/office/held")).unwrap(),
                    collected(paper(), std::slice::from_ref(&item), 1, None).unwrap(),
                    morning(paper(), &Morning { items: vec![item.clone()], count: 1, elsewhere: 2, page: None }).unwrap(),
                ];
                for mail in mails {
                    let shown = format!("{}\n{}", mail.subject, mail.text);
                    assert!(!shown.contains("??") && !shown.contains("evil.example"), "{reason}: {shown}");
                    let why = why(w, *reason, "Anna");
                    assert!(shown.contains(&why) && shown.contains("sam@elsewhere.example"), "{reason}: {shown}");
                }
                let listed = collected(paper(), std::slice::from_ref(&item), 1, None).unwrap().text;
                assert!(listed.contains("41") && listed.contains("https://d/mine"), "{reason}: {listed}");
                for word in reason.ways() {
                    let then = consequence(w, &about, *word);
                    assert!(listed.contains(&format!("https://d/{word}")) && listed.contains(&then), "{reason}: {listed}");
                }
                let words = listed.lines().filter(|line| line.contains("support+x@desk.example")).count();
                assert_eq!(words, 1, "{listed}");
            }
        }
    }

    /// The README's table of reasons, against what the desk does.
    #[test]
    fn the_table_in_the_readme_says_for_every_reason_who_is_told_and_the_way_out() {
        let readme = include_str!("../../README.md");
        for reason in Held::ALL {
            let row = readme.lines().find(|line| line.starts_with(&format!("| `{reason}` |")));
            let row = row.unwrap_or_else(|| panic!("{reason} is not in the README"));
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let told = match reason.part() {
                Part::Author => "its author",
                Part::Named if *reason == Held::UnknownAddress => "whose reply address it is",
                Part::Named if reason.claims_somebody() => "whom it names",
                Part::Named | Part::Staff => "the staff",
            };
            let ways: Vec<&str> = reason.ways().iter().map(|word| word.as_str()).collect();
            assert_eq!(cells.get(2..), Some(&[told, &ways.join(", ")][..]), "{reason}");
        }
    }
}
