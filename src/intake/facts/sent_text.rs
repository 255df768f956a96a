//! What the sender was sent before: their answer is read in the light of it, see [`crate::mail::quoted`].

use crate::intake::case::{Known, Sender};
use crate::mail::compose::Draft;
use crate::mail::{Letter, quoted};
use crate::store::{Tx, outbox};

/// So many of our latest mails to the sender about the ticket are looked at.
const LATEST: i64 = 20;

/// Finds our own words in the letter. Without a ticket or a known sender it stays as it is.
pub(super) async fn recognise(tx: &mut Tx, known: &Known, letter: &mut Letter) -> anyhow::Result<()> {
    let (person, staff) = match known.sender {
        Sender::Contact(person) => (person, false),
        Sender::Staff(person) => (person, true),
        _ => return Ok(()),
    };
    let hit = known.thread.or(known.subject).map(|hit| hit.ticket);
    let Some(ticket) = known.token.map(|token| token.ticket).or(hit) else { return Ok(()) };
    let drafts = outbox::drafts_to(tx, person, ticket, LATEST).await?;
    let drafts = drafts.iter().filter_map(|draft| serde_json::from_str::<Draft>(draft).ok());
    let texts: Vec<String> = drafts.flat_map(|draft| draft.texts_as_quoted_in(&letter.body.text)).collect();
    apply(letter, &texts.iter().map(String::as_str).collect::<Vec<_>>(), staff);
    Ok(())
}

fn apply(letter: &mut Letter, ours: &[&str], staff: bool) {
    // What staff quote may be internal: nothing of it comes to light as their own words.
    let found = quoted::mark(&letter.body, ours, !staff);
    let typed = quoted::typed_as_quote(&found, ours);
    let showed = typed.is_some();
    let found = typed.unwrap_or(found);
    // But what they wrote between lines of ours, or what reads like a quote of somebody, must not be lost without a word: they are asked.
    let inside = if staff { quoted::answers_inside(&found, ours) } else { None };
    letter.read_as(match inside {
        Some(inside) => inside,
        None if staff && showed => found.in_doubt(),
        None => found,
    });
}
