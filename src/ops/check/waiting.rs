//! What waits longer than it should: for a decision, for a human, for a server; and what the configuration names in vain.

use std::time::Duration;

use super::finding::Finding;
use crate::config::Config;
use crate::config::face::Face;
use crate::desk::budget::BUDGETS;
use crate::desk::ids::PersonId;
use crate::desk::notice::{LIST, mornings};
use crate::desk::people::PersonKind;
use crate::desk::project::ProjectKind;
use crate::store::audit::{self, Under};
use crate::store::outbox::{self, Pause, Standing};
use crate::store::{Result, Store, budgets, inbox, people, projects, spam, told};
use crate::time::Timestamp;

/// How long a mail may wait for a decision; normally it takes less than a second.
const UNDECIDED: Duration = Duration::from_mins(10);
/// How long a mail may wait for somebody to look at it: a weekend.
const HELD: Duration = Duration::from_hours(3 * 24);
/// How long an outgoing mail may wait for its first try.
const QUEUED: Duration = Duration::from_mins(5);
/// How long a server may say nothing on any connection.
const HANGING: Duration = Duration::from_mins(1);
/// How long a failure is news.
const FAILED: Duration = Duration::from_hours(24);

/// Where the configuration names what the database does not have.
pub async fn set_up(store: &Store, config: &Config) -> Result<Vec<Finding>> {
    let mut tx = store.read().await?;
    let mut faults = Vec::new();
    for mailbox in &config.mailboxes {
        let found = projects::by_key(&mut tx, &mailbox.reception).await?;
        let problem = match found {
            Some(project) if project.kind == ProjectKind::Reception => continue,
            Some(project) => format!("is a project of kind {}, not a reception", project.kind),
            None => "is not there".to_owned(),
        };
        let key = &mailbox.reception;
        let words = format!("mailbox {}: its reception {key} {problem}, so strangers' mail has nowhere to go", mailbox.name);
        let remedy = format!("Add one: `postroom project add {key} NAME --kind reception`.");
        faults.push(Finding::new("set_up", words, remedy));
    }
    Ok(faults)
}

/// What visitors would see if there were pages for them.
#[must_use]
pub fn face(config: &Config) -> Option<Finding> {
    let Face { logo, favicon, accent, footer: _ } = &config.face;
    let given = [("logo", logo.is_some()), ("favicon", favicon.is_some()), ("accent", accent.is_some())];
    let keys: Vec<&str> = given.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect();
    let words = format!("[face] has {}, but without [web] there are no pages that would show it", keys.join(", "));
    (config.web.is_none() && !keys.is_empty())
        .then(|| Finding::new("face", words, "Add [web], or leave it out; links of the footer stand in mails, too."))
}

/// Mail that has waited too long for a decision.
pub async fn late(store: &Store, now: Timestamp) -> Result<Vec<Finding>> {
    let count = inbox::undecided_before(&mut store.read().await?, now.minus(UNDECIDED)).await?;
    let words = format!("{count} mails have been undecided for more than 10 minutes");
    let remedy = "Is `postroom serve` running, and what does its log say?";
    Ok((count > 0).then(|| Finding::new("undecided", words, remedy)).into_iter().collect())
}

/// Mails that their servers do not hand over.
pub async fn not_fetched(store: &Store) -> Result<Vec<Finding>> {
    let counts = inbox::count_not_fetched(&mut store.read().await?).await?;
    let finding = |(mailbox, mails)| {
        let words = format!("mailbox {mailbox}: its server does not hand over {mails} mails");
        Finding::new(
            "not_fetched",
            words,
            "`postroom held list` shows them; they still lie there, and are asked for once an hour.",
        )
    };
    Ok(counts.into_iter().map(finding).collect())
}

/// Mail that waits for a human: findings where it has waited for days, notes where it has not.
pub async fn held(store: &Store, now: Timestamp) -> Result<(Option<Finding>, Option<String>)> {
    let (all, old) = audit::held(&mut store.read().await?, now.minus(HELD)).await?;
    let remedy = "Look at them: `postroom held list`, or the office's first page.";
    let fault = (old > 0).then(|| Finding::new("held", format!("{old} mails have been held for more than three days"), remedy));
    Ok((fault, (all > old).then(|| format!("{} mails are held and wait for a decision: `postroom held list`", all - old))))
}

/// Held mails that nobody who works here has been told of, and nobody will be; and that nobody can be told of anything.
pub async fn untold(store: &Store, config: &Config, now: Timestamp) -> Result<Vec<Finding>> {
    let mut tx = store.read().await?;
    let mut staff = people::list(&mut tx, Some(PersonKind::Staff)).await?;
    staff.retain(|person| person.active && !person.addresses.is_empty() && !config.is_own(person.address()));
    let mut faults = Vec::new();
    if staff.is_empty() {
        let words = "no member of staff is active and has an address of their own, so nobody is told of mail";
        let remedy = "Add one: `postroom person add --staff \"NAME <ADDRESS>\"`, or `postroom person set ADDRESS --active true`.";
        faults.push(Finding::new("staff", words, remedy));
    }
    let (listed, (_, next)) = (spam::told_until(&mut tx, LIST).await?, mornings(now, &config.desk.time_zone));
    let staff: Vec<PersonId> = staff.iter().map(|person| person.id).collect();
    for waiting in told::waiting(&mut tx).await?.values() {
        if !waiting.is_told(&staff) && waiting.next_notice(listed, next, &staff).is_none() {
            let words = format!("mail {} is held, and nobody has been or will be told of it", waiting.inbox);
            let remedy = format!("Look at it: `postroom held show {}`.", waiting.inbox);
            faults.push(Finding::new("held_untold", words, remedy));
        }
    }
    Ok(faults)
}

/// Budgets that are used up: much is told together, or nobody is acknowledged.
pub async fn budgets(store: &Store, now: Timestamp) -> Result<Vec<Finding>> {
    let longest = BUDGETS.iter().map(|budget| budget.span).max().unwrap_or_default();
    let mut all = budgets::list(&mut store.read().await?, now.minus(longest)).await?;
    all.retain(|stop| stop.holds(now));
    let finding = |stop: budgets::Stop| {
        let whose = if stop.shown.is_empty() { String::new() } else { format!(" of {}", stop.shown) };
        let (name, limit, span) = (stop.budget, stop.budget.budget().limit, ago(stop.budget.budget().span));
        let words = format!("the budget `{name}`{whose} is used up: {} within {span}, {limit} are told one by one", stop.counted);
        let remedy =
            format!("Nothing is lost, what comes is told together. To go on as usual: `postroom budget resume {}`.", stop.id);
        Finding::new("budget", words, remedy)
    };
    Ok(all.into_iter().map(finding).collect())
}

/// Outgoing mail that does not get away over so many `connections`.
pub async fn outbox(store: &Store, connections: usize, now: Timestamp) -> Result<Vec<Finding>> {
    let mut tx = store.read().await?;
    let standing = outbox::standing(&mut tx).await?;
    let paused = outbox::paused(&mut tx, now).await?.map(|pause| self::paused(&pause, standing.waiting, now));
    let hanging = hanging(&standing, connections, now);
    let deferred = audit::deferred(&mut tx).await?.map(|some| {
        let remedy = "It is tried again for five days; `postroom outbox list` shows each mail. Is [outgoing.smtp] right?";
        Finding::new("deferred", under("are deferred", &some, now), remedy)
    });
    // Why they wait is said already.
    let known = paused.is_some() || hanging.is_some();
    let overdue = audit::overdue(&mut tx, now.minus(QUEUED))
        .await?
        .filter(|_| !known)
        .map(|some| Finding::new("queued", under("wait for their first try", &some, now), "Is `postroom serve` running?"));
    let failed = audit::failed(&mut tx, now.minus(FAILED)).await?.map(|some| {
        let remedy = "Their authors were told; a finding for a day. Is [outgoing.smtp] right, or the address wrong?";
        Finding::new("failed", under("were given up in the last 24 hours", &some, now), remedy)
    });
    let unknown = audit::unknown(&mut tx, now.minus(FAILED)).await?.map(|some| {
        let remedy = "Their authors were told; a finding for a day. Does the server's log know them? If not, `postroom outbox \
                      retry ID` sends one again.";
        Finding::new("unknown", under("were given up in the last 24 hours and may have arrived", &some, now), remedy)
    });
    Ok([paused, hanging, deferred, overdue, failed, unknown].into_iter().flatten().collect())
}

fn paused(pause: &Pause, waiting: i64, now: Timestamp) -> Finding {
    let end = match pause.until {
        Some(until) => format!("for {} more", ago(until.since(now))),
        None => "until somebody ends it".to_owned(),
    };
    let words = format!("outgoing mail has been paused for {}, {end}; {waiting} mails wait", ago(now.since(pause.since)));
    Finding::new("paused", words, "`postroom outbox resume` ends the pause.")
}

/// Whether every connection has waited for the server for longer than one that works lets wait.
fn hanging(standing: &Standing, connections: usize, now: Timestamp) -> Option<Finding> {
    let latest = standing.sending_latest.filter(|latest| now.since(*latest) > HANGING)?;
    let sending = usize::try_from(standing.sending).unwrap_or(0);
    (sending >= connections).then(|| {
        let words = format!(
            "the outgoing server has answered on none of {sending} connections for {}; {} mails wait",
            ago(now.since(latest)),
            standing.waiting
        );
        let remedy = "Each mail waits until patience ends, and is tried again. Is the server overloaded, or does a firewall \
                      swallow its answers?";
        Finding::new("hanging", words, remedy)
    })
}

/// A sentence about outgoing mails; of the addresses it tells only the domain.
fn under(what: &str, some: &Under, now: Timestamp) -> String {
    let domain = some.recipient.rsplit_once('@').map_or("", |(_, domain)| domain);
    let answer = if some.answer.is_empty() { "no server was asked yet" } else { some.answer.as_str() };
    let age = ago(now.since(some.since));
    format!("{} outgoing mails {what}; the oldest is {age} old, to {domain}: {answer}", some.count)
}

/// A span of time in the largest unit that fits.
#[must_use]
pub fn ago(span: Duration) -> String {
    let (number, unit) = match span.as_secs() {
        seconds @ 0..120 => (seconds, "s"),
        seconds @ 120..7_200 => (seconds / 60, "min"),
        seconds @ 7_200..172_800 => (seconds / 3_600, "h"),
        seconds => (seconds / 86_400, "days"),
    };
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_unit() {
        let table = [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (172_800, "2 days")];
        for (seconds, words) in table {
            assert_eq!(ago(Duration::from_secs(seconds)), words);
        }
    }
}
