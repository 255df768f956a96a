//! The mails to staff that tell of many mails at once.

use std::collections::{BTreeMap, BTreeSet};

use super::held::around::staff;
use super::held::notice::{item, reachable};
use super::held::{Case, case};
use super::{ActContext, post};
use crate::config::Config;
use crate::desk::ids::ProjectId;
use crate::desk::inbox::{Disposition, Held};
use crate::desk::notice::LIST as HELD;
use crate::desk::notify::{Event, NotifyBy, way_everywhere};
use crate::desk::outbox::Kind;
use crate::desk::people::PersonKind;
use crate::letters::lists::{self, Junk, SpamList, Summary, TakenOver};
use crate::letters::waiting::{self, Morning};
use crate::store::first_look::{self, Became};
use crate::store::held::HeldMail;
use crate::store::{self, Tx, held, people, projects, spam, told};
use crate::time::Timestamp;

/// Name of the daily list of spam among the lists that come regularly.
const SPAM: &str = "spam";
/// So many mails of the daily list are named.
const NAMED: i64 = 30;
/// So many mails of the list of what is still held are named.
const LISTED: usize = 30;
/// A list that was never sent goes back no further in its words.
const DAY: std::time::Duration = std::time::Duration::from_hours(24);

/// Tells the staff, project by project, what became of the old mail that the first looks into these folders found; nobody
/// where there was none. `false` where somebody else has told it.
pub async fn summary(tx: &mut Tx, context: &ActContext<'_>, name: &str, folders: &[String]) -> anyhow::Result<bool> {
    let mut became = Vec::new();
    for folder in folders {
        let outcome = first_look::outcome(tx, name, folder).await?;
        if !first_look::told(tx, name, folder, context.now).await? {
            return Ok(false);
        }
        became.extend(outcome);
    }
    let mailbox = context.mailbox(name)?;
    let reception = projects::by_key(tx, &mailbox.reception).await?.map(|project| project.id);
    let mut by_project: BTreeMap<Option<i64>, Vec<&Became>> = BTreeMap::new();
    for became in &became {
        // What belongs to no ticket is the reception's business.
        by_project.entry(became.project.or(reception).map(|project| project.0)).or_default().push(became);
    }
    let usual = folders.iter().all(|folder| folder.eq_ignore_ascii_case("INBOX"));
    let mut summaries: Vec<(crate::desk::people::Person, Summary)> = Vec::new();
    for (project, became) in by_project {
        let project = project.map(ProjectId);
        let part = part(tx, project, &became).await?;
        for person in staff(tx, project).await?.into_iter().filter(|person| !context.config.is_own(person.address())) {
            let at = match summaries.iter().position(|(other, _)| other.id == person.id) {
                Some(at) => at,
                None => {
                    let list = context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
                    let folders = if usual { Vec::new() } else { folders.to_vec() };
                    let summary = Summary { mailbox: name.to_owned(), folders, list, ..Summary::default() };
                    summaries.push((person, summary));
                    summaries.len() - 1
                }
            };
            let Some((_, summary)) = summaries.get_mut(at) else { continue };
            summary.projects.extend(part.projects.iter().cloned());
            summary.held += part.held;
            summary.spam += part.spam;
            summary.aside += part.aside;
        }
    }
    for (person, summary) in summaries {
        let draft = lists::summary(post::plain(context, mailbox, &person), &summary)?;
        if summary.held > 0 {
            told::list_old(tx, name, person.id, &draft.message_id, context.now).await?;
        }
        post::send(tx, context, Kind::Summary, &person, None, draft).await?;
    }
    Ok(true)
}

/// What became of the old mail of one project.
async fn part(tx: &mut Tx, project: Option<ProjectId>, became: &[&Became]) -> anyhow::Result<Summary> {
    let mut part = Summary::default();
    let (mut tickets, mut entries) = (0, 0);
    for Became { disposition, mails, .. } in became {
        match disposition {
            Disposition::Ticket => tickets += mails,
            Disposition::Comment | Disposition::Note | Disposition::Command => entries += mails,
            Disposition::Held => part.held += mails,
            Disposition::Spam => part.spam += mails,
            _ => part.aside += mails,
        }
    }
    let found = match project {
        Some(project) => projects::get(tx, project).await?,
        None => None,
    };
    if let Some(project) = found.filter(|_| tickets + entries > 0) {
        part.projects.push(TakenOver { key: project.key, name: project.name, tickets, entries });
    }
    Ok(part)
}

/// Up to when the staff has been told of spam; `None` where it never was.
pub async fn spam_told_until(tx: &mut Tx) -> anyhow::Result<Option<Timestamp>> {
    Ok(spam::told_until(tx, SPAM).await?)
}

/// Tells everybody of the staff who wants to know what was put away as spam until `until`; nobody where there was nothing.
/// `false` where somebody else has told it.
pub async fn spam(tx: &mut Tx, context: &ActContext<'_>, until: Timestamp) -> anyhow::Result<bool> {
    let told = spam::told_until(tx, SPAM).await?;
    if !spam::tell_until(tx, SPAM, until).await? {
        return Ok(false);
    }
    let from = told.unwrap_or(Timestamp::from_micros(0));
    let (count, found) = spam::between(tx, from, until, NAMED).await?;
    if count == 0 {
        return Ok(true);
    }
    let mails: Vec<Junk> =
        found.into_iter().map(|mail| Junk { id: mail.id.to_string(), from: mail.sender, subject: mail.subject }).collect();
    let mailbox = context.mailbox("")?;
    let page = context.config.web.as_ref().map(|web| format!("{}/office/held/", web.base_url));
    let mut seen = BTreeSet::new();
    for person in people::list(tx, Some(PersonKind::Staff)).await? {
        let reachable = person.active && !person.addresses.is_empty() && !context.config.is_own(person.address());
        let wishes = store::notify::wishes(tx, person.id).await?;
        if !reachable || way_everywhere(&wishes, Event::Spam) == NotifyBy::Nothing || !seen.insert(person.id.0) {
            continue;
        }
        let since = told.unwrap_or(until.minus(DAY)).in_zone(post::zone(context, &person));
        let list = SpamList { since, count, mails: mails.clone(), page: page.clone() };
        let draft = lists::spam(post::plain(context, mailbox, &person), &list)?;
        post::send(tx, context, Kind::SpamList, &person, None, draft).await?;
    }
    Ok(true)
}

/// Whether there is somebody to tell of what is still held, and nobody has been told up to `until`.
pub async fn held_is_due(tx: &mut Tx, config: &Config, until: Timestamp) -> anyhow::Result<bool> {
    if spam::told_until(tx, HELD).await?.is_some_and(|told| told >= until) {
        return Ok(false);
    }
    Ok(people::list(tx, Some(PersonKind::Staff)).await?.iter().any(|person| reachable(config, person)))
}

/// Tells everybody of the staff what was held before `until` and still is: nobody where nothing of it is new. `false` where
/// somebody else has told it.
pub async fn held(tx: &mut Tx, context: &ActContext<'_>, until: Timestamp) -> anyhow::Result<bool> {
    let before = spam::told_until(tx, HELD).await?;
    if !spam::tell_until(tx, HELD, until).await? {
        return Ok(false);
    }
    let mut mails = held::waiting(tx).await?;
    // What leaves by itself waits for nobody.
    mails.retain(|mail| mail.since < until && mail.reason != Held::Leaving.as_str());
    let mut staff = people::list(tx, Some(PersonKind::Staff)).await?;
    staff.retain(|person| reachable(context.config, person));
    let (known, ids) = (told::waiting(tx).await?, staff.iter().map(|person| person.id).collect::<Vec<_>>());
    // Whoever was told may have left since.
    let told = |mail: &HeldMail| known.get(&mail.id).is_some_and(|waiting| waiting.is_told(&ids));
    if !mails.iter().any(|mail| before.is_none_or(|before| mail.since >= before) || !told(mail)) {
        return Ok(true);
    }
    let mut wanting = BTreeSet::new();
    for person in &staff {
        if way_everywhere(&store::notify::wishes(tx, person.id).await?, Event::Held) != NotifyBy::Nothing {
            wanting.insert(person.id.0);
        }
    }
    // Each mail for those who can decide about it, and if it were for nobody else, for those who do not want the list, too.
    let mut cases: BTreeMap<i64, Vec<Case>> = BTreeMap::new();
    for mail in &mails {
        let mut seen = Vec::new();
        for person in &staff {
            seen.extend(case(tx, mail.clone(), Some(person.id)).await?.map(|case| (person.id.0, case)));
        }
        if seen.iter().any(|(person, _)| wanting.contains(person)) {
            seen.retain(|(person, _)| wanting.contains(person));
        }
        for (person, case) in seen {
            cases.entry(person).or_default().push(case);
        }
    }
    let mailbox = context.mailbox("")?;
    for person in staff {
        let own = cases.remove(&person.id.0).unwrap_or_default();
        if own.is_empty() && !wanting.contains(&person.id.0) {
            continue;
        }
        let page = context.config.web.as_ref().map(|web| format!("{}/office/held", web.base_url));
        let elsewhere = mails.len().saturating_sub(own.len());
        let mut morning = Morning { count: own.len(), elsewhere, page, ..Morning::default() };
        for case in own.iter().take(LISTED) {
            morning.items.push(item(tx, context, case, &person).await?);
        }
        let draft = waiting::morning(post::plain(context, mailbox, &person), &morning)?;
        for case in &own {
            told::list(tx, case.mail.id, person.id, &draft.message_id, context.now).await?;
        }
        post::send(tx, context, Kind::HeldList, &person, None, draft).await?;
    }
    Ok(true)
}
