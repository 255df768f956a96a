//! How the desk's process last found the mailboxes, and whether there is such a process.

use std::time::Duration;

use super::finding::Finding;
use super::waiting::ago;
use crate::config::{Config, Mailbox};
use crate::desk::inbox::MailboxHealth;
use crate::store::mailboxes::{self, MailboxState};
use crate::store::{Result, Store, audit};
use crate::time::Timestamp;

/// How old the note of a look may be beside some polls: an unchanged state is written down once a minute.
const SLACK: Duration = Duration::from_mins(3);
/// The longest pause after failures, with its spread.
const PAUSE: Duration = Duration::from_secs(375);

/// What the notes say about every mailbox.
pub async fn mailboxes(
    store: &Store,
    config: &Config,
    serving: Option<bool>,
    now: Timestamp,
) -> Result<(Vec<Finding>, Vec<String>)> {
    let mut tx = store.read().await?;
    let states = mailboxes::list(&mut tx).await?;
    let received = audit::last_received(&mut tx).await?;
    let (mut faults, mut notes) = (Vec::new(), Vec::new());
    match (serving, states.is_empty()) {
        (Some(false), true) => notes.push("the desk has never been started: `postroom serve`".to_owned()),
        (Some(false), false) => {
            let words = "the desk is not running: no mail is fetched, decided about or sent";
            faults.push(Finding::new("serving", words, "Start it: `postroom serve`."));
        }
        _ => {}
    }
    for mailbox in &config.mailboxes {
        let state = states.iter().find(|state| state.mailbox == mailbox.name);
        let brought = received.iter().find(|(name, _)| *name == mailbox.name).map(|(_, at)| *at);
        // A look that takes long is noted at its end; what it brings until then says that it is going on.
        faults.extend(as_seen(mailbox, state, brought, serving == Some(true) || !states.is_empty(), now));
    }
    Ok((faults, notes))
}

/// When nobody has looked into a mailbox for so long, something is wrong.
#[must_use]
pub fn patience(mailbox: &Mailbox, health: MailboxHealth) -> Duration {
    let pause = if health == MailboxHealth::Failing { PAUSE } else { Duration::ZERO };
    mailbox.poll.saturating_mul(3) + SLACK + pause
}

/// What one note says. `brought` is when the mailbox last brought a mail, `started` whether a desk was ever at work.
fn as_seen(
    mailbox: &Mailbox,
    state: Option<&MailboxState>,
    brought: Option<Timestamp>,
    started: bool,
    now: Timestamp,
) -> Option<Finding> {
    let name = &mailbox.name;
    let Some(state) = state else {
        let words = format!("mailbox {name} was never looked at");
        let remedy = "Was the desk restarted since it is in the configuration? What does its log say?";
        return started.then(|| Finding::new("seen", words, remedy));
    };
    let last = brought.map_or(state.checked_at, |at| at.max(state.checked_at));
    let age = now.since(last);
    if age > patience(mailbox, state.health) {
        let words = format!("mailbox {name} was last looked at {} ago", ago(age));
        return Some(Finding::new("seen", words, "Is `postroom serve` running, and what does its log say?"));
    }
    if state.health == MailboxHealth::Failing {
        let since = state.ok_at.map_or("was never read".to_owned(), |at| format!("has not been read for {}", ago(now.since(at))));
        let words = format!("mailbox {name} {since}: {}", state.words);
        return Some(Finding::new(
            "seen",
            words,
            format!("Mend [mailbox.imap] or the server; `postroom mailbox list` shows {name}."),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    #[test]
    fn notes_of_looks_are_judged_by_age_and_state() {
        let mailbox = Mailbox {
            name: "support".to_owned(),
            address: "support@desk.example".to_owned(),
            plus_addressing: true,
            reception: "DESK".to_owned(),
            source: Source::Maildir("in".into()),
            poll: Duration::from_secs(10),
            staff_only: false,
            trusted_forwarders: Vec::new(),
        };
        let now = Timestamp::from_seconds(1_795_000_000);
        let at = |seconds: u64| now.minus(Duration::from_secs(seconds));
        let state = |health, seconds| MailboxState {
            mailbox: "support".to_owned(),
            health,
            words: if health == MailboxHealth::Ok { String::new() } else { "no route to host".to_owned() },
            checked_at: at(seconds),
            ok_at: Some(at(7_200)),
        };
        let (ok, failing) = (MailboxHealth::Ok, MailboxHealth::Failing);
        let table = [
            (None, None, false, None),
            (None, None, true, Some("was never looked at")),
            (Some(state(ok, 60)), None, true, None),
            (Some(state(ok, 200)), None, true, None),
            (Some(state(ok, 300)), None, true, Some("was last looked at 5 min ago")),
            // A first look at a large mailbox.
            (Some(state(ok, 3_000)), Some(at(5)), true, None),
            (Some(state(failing, 60)), None, true, Some("has not been read for 2 h: no route to host")),
            (Some(state(failing, 400)), None, true, Some("has not been read for 2 h")),
            (Some(state(failing, 900)), None, true, Some("was last looked at 15 min ago")),
        ];
        for (state, brought, started, words) in table {
            let found = as_seen(&mailbox, state.as_ref(), brought, started, now);
            assert_eq!(found.is_some(), words.is_some(), "{state:?}: {found:?}");
            assert!(found.is_none_or(|found| found.words.contains(words.unwrap())), "{state:?}: {words:?}");
        }
    }
}
