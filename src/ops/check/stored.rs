//! Whether what is stored makes sense together.

use std::collections::BTreeMap;

use super::finding::Finding;
use crate::desk::face::Face;
use crate::mail::compose::Draft;
use crate::store::audit::{self, Audit, Found};
use crate::store::{Result, Store, Tx, entries, search, tickets};

/// Nobody can put this right by hand without making it worse.
const RESTORE: &str =
    "Restore a backup (a copy of a running desk's file needs its -wal beside it), and find out who wrote past Postroom.";

/// The rules that one statement checks: the name of the check, the rule, what its breach means (`{n}` rows, `{one}` of them),
/// and what to do.
const RULES: &[(&str, Audit, &str, &str)] = &[
    ("inbox_gaps", audit::INBOX_GAPS, "{n} incoming mails are missing from the ledger, the first is number {one}", RESTORE),
    (
        "inbox_counter",
        audit::INBOX_COUNTER,
        "the counter of incoming mails says {one}: mails are missing at the end, or one would be entered twice",
        RESTORE,
    ),
    ("outbox_gaps", audit::OUTBOX_GAPS, "{n} outgoing mails are missing, the first is number {one}", RESTORE),
    (
        "outbox_counter",
        audit::OUTBOX_COUNTER,
        "the counter of outgoing mails says {one}: mails are missing at the end, or one would be entered twice",
        RESTORE,
    ),
    ("project_counter", audit::PROJECT_COUNTER, "the counter of projects says {one}", RESTORE),
    ("article_counter", audit::ARTICLE_COUNTER, "the counter of articles says {one}", RESTORE),
    (
        "ticket_numbers",
        audit::TICKET_NUMBERS,
        "{n} projects do not have all the tickets that were numbered, one is {one}",
        RESTORE,
    ),
    ("inbox_ticket", audit::INBOX_TICKET, "{n} mails belong to a ticket that is not there, one is {one}", RESTORE),
    ("inbox_loose", audit::INBOX_LOOSE, "{n} mails became part of a ticket and name none, one is {one}", RESTORE),
    ("inbox_half", audit::INBOX_HALF, "{n} mails are half decided, one is {one}", RESTORE),
    (
        "default_project",
        audit::DEFAULT_PROJECT,
        "{n} organizations have a default project that is not there, one is {one}",
        "Name another: `postroom organization set KEY --default-project PROJECT`.",
    ),
    (
        "staff_address",
        audit::NO_ADDRESS,
        "{n} members of staff have no address and are told nothing, one is {one}",
        "Restore their addresses from a backup.",
    ),
    ("unowned", audit::UNOWNED, "{n} stored files belong to no mail and no ticket, one is {one}", RESTORE),
    ("sizes", audit::SIZES, "{n} mails or files are not as large as their bytes, one has the bytes {one}", RESTORE),
    (
        "index",
        audit::INDEX,
        "{n} texts in the guests' search index are internal or in the wrong project, one is {one}",
        "Stop the desk and restore a backup: guests may find what is not theirs.",
    ),
    ("outbox_half", audit::OUTBOX_HALF, "{n} outgoing mails have half an end, one is {one}", RESTORE),
];

fn told(check: &'static str, found: &Found, words: &str, remedy: &str) -> Finding {
    Finding::new(check, words.replace("{n}", &found.count.to_string()).replace("{one}", &found.example), remedy)
}

/// Everything that rows say against each other; empty when all is well.
pub async fn faults(tx: &mut Tx) -> Result<Vec<Finding>> {
    let mut faults = Vec::new();
    for (check, rule, words, remedy) in RULES {
        faults.extend(rule.run(tx).await?.map(|found| told(check, &found, words, remedy)));
    }
    faults.extend(references(tx).await?);
    faults.extend(tickets(tx).await?);
    faults.extend(drafts(tx).await?);
    Ok(faults)
}

/// The same of a store.
pub async fn stored(store: &Store) -> Result<Vec<Finding>> {
    let mut tx = store.read().await?;
    let mut faults = faults(&mut tx).await?;
    faults.extend(index(&mut tx).await?);
    let words = "{n} steps of the schema are missing: {one}";
    faults.extend(audit::schema(&mut tx).await?.map(|found| told("schema", &found, words, RESTORE)));
    Ok(faults)
}

/// What SQLite says about its own file.
pub async fn integrity(store: &Store) -> Result<Vec<Finding>> {
    let found = audit::integrity(&mut store.read().await?).await?;
    Ok(found
        .map(|found| told("integrity", &found, "the database file is damaged in {n} places: {one}", RESTORE))
        .into_iter()
        .collect())
}

/// Whether every stored mail and file is whole: its bytes are read, unpacked and compared with their name.
pub async fn bytes(store: &Store) -> Result<Vec<Finding>> {
    let found = audit::bytes(store).await?;
    let words = "the bytes of {n} mails or files are damaged or missing, among them {one}";
    Ok(found.map(|found| told("bytes", &found, words, RESTORE)).into_iter().collect())
}

/// Rows that refer to nothing.
async fn references(tx: &mut Tx) -> Result<Option<Finding>> {
    let found = audit::references(tx).await?;
    Ok(found.map(|found| told("references", &found, "{n} rows refer to rows that are not there: {one}", RESTORE)))
}

/// Faces, ordinals and the tally that guests count by.
async fn tickets(tx: &mut Tx) -> Result<Vec<Finding>> {
    let mut faults = Vec::new();
    let mut tally: BTreeMap<_, i64> = BTreeMap::new();
    for ticket in tickets::list(tx, None).await? {
        if ticket.face.shown {
            *tally.entry((ticket.project, ticket.face.state.status.clone(), ticket.type_key.clone())).or_default() += 1;
        }
        let timeline = entries::list(tx, ticket.id).await?;
        let folded: Vec<_> = timeline.iter().map(entries::Entry::for_face).collect();
        if Face::fold(ticket.created_at, &folded) != ticket.face {
            let words = format!("{}: the public face is not what its public entries say", ticket.number);
            faults.push(Finding::new("face", words, RESTORE));
        }
        if timeline.iter().map(|entry| entry.ordinal).ne(1..=ticket.last_ordinal) {
            faults.push(Finding::new(
                "ordinals",
                format!("{}: its entries are not numbered without gaps", ticket.number),
                RESTORE,
            ));
        }
    }
    if tickets::tallied(tx).await? != tally {
        let words = "the tally that guests' lists count by is not what their tickets say";
        faults.push(Finding::new("tally", words, RESTORE));
    }
    Ok(faults)
}

/// Whether guests find all that is public.
async fn index(tx: &mut Tx) -> Result<Option<Finding>> {
    let missing = search::missing(tx).await?.len();
    let words = format!("{missing} public texts are not in the guests' search index");
    let remedy = "Start `postroom serve` again: it completes the index.";
    Ok((missing > 0).then(|| Finding::new("search", words, remedy)))
}

/// Whether every mail that is still to leave can be written.
async fn drafts(tx: &mut Tx) -> Result<Vec<Finding>> {
    let mut faults = Vec::new();
    for (id, text) in audit::drafts(tx).await? {
        let Ok(draft) = serde_json::from_str::<Draft>(&text) else {
            faults.push(Finding::new("drafts", format!("the outgoing mail {id} cannot be read"), RESTORE));
            continue;
        };
        for file in &draft.files {
            if !audit::is_stored(tx, &file.blob).await? {
                faults.push(Finding::new("drafts", format!("the outgoing mail {id} lacks its file {}", file.name), RESTORE));
            }
        }
    }
    Ok(faults)
}
