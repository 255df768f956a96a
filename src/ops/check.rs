//! Whether what is stored makes sense together.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::Config;
use crate::desk::face::Face;
use crate::desk::project::ProjectKind;
use crate::store::{Result, Tx, entries, inbox, projects, tickets};
use crate::time::Timestamp;

/// How long a mail may wait for a decision; normally it takes less than a second.
const UNDECIDED: Duration = Duration::from_mins(10);

/// Where the configuration names what the database does not have.
///
/// # Errors
/// The database's.
pub async fn set_up(tx: &mut Tx, config: &Config) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for mailbox in &config.mailboxes {
        let found = projects::by_key(tx, &mailbox.reception).await?;
        let problem = match found {
            Some(project) if project.kind == ProjectKind::Reception => continue,
            Some(project) => format!("is a project of kind {}, not a reception", project.kind),
            None => "is not there".to_owned(),
        };
        let key = &mailbox.reception;
        faults.push(format!(
            "mailbox {}: its reception {key} {problem}, so strangers' mail has nowhere to go; add one with `postroom project add {key} NAME --kind reception`",
            mailbox.name
        ));
    }
    Ok(faults)
}

/// Mail that has waited too long for a decision.
///
/// # Errors
/// The database's.
pub async fn late(tx: &mut Tx, now: Timestamp) -> Result<Vec<String>> {
    let count = inbox::undecided_before(tx, now.minus(UNDECIDED)).await?;
    let words = format!(
        "{count} mails have been undecided for more than 10 minutes; is `postroom serve` running, and what does its log say?"
    );
    Ok(if count == 0 { Vec::new() } else { vec![words] })
}

/// Mails that their servers do not hand over.
///
/// # Errors
/// The database's.
pub async fn not_fetched(tx: &mut Tx) -> Result<Vec<String>> {
    let counts = inbox::count_not_fetched(tx).await?;
    let words = |(mailbox, mails)| {
        format!(
            "mailbox {mailbox}: its server does not hand over {mails} mails; `postroom held list` shows them, they still lie there"
        )
    };
    Ok(counts.into_iter().map(words).collect())
}

/// Everything that is wrong, in words; empty when all is well.
///
/// # Errors
/// The database's.
pub async fn faults(tx: &mut Tx) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut tally: BTreeMap<_, i64> = BTreeMap::new();
    for ticket in tickets::list(tx, None).await? {
        if ticket.face.shown {
            *tally.entry((ticket.project, ticket.face.state.status.clone(), ticket.type_key.clone())).or_default() += 1;
        }
        let timeline = entries::list(tx, ticket.id).await?;
        let folded: Vec<_> = timeline.iter().map(entries::Entry::for_face).collect();
        if Face::fold(ticket.created_at, &folded) != ticket.face {
            faults.push(format!("{}: the public face is not what its public entries say", ticket.number));
        }
        if timeline.iter().map(|entry| entry.ordinal).ne(1..=ticket.last_ordinal) {
            faults.push(format!("{}: its entries are not numbered without gaps", ticket.number));
        }
    }
    if tickets::tallied(tx).await? != tally {
        faults.push("the tally that guests' lists count by is not what their tickets say".to_owned());
    }
    Ok(faults)
}
