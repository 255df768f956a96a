//! What of a staff member's mail is theirs alone is taken out before anybody outside can read it.

use super::case::{Known, Sender};
use crate::acts::{Act, Content, Scene, Way};
use crate::desk::entry::Visibility;
use crate::mail::hygiene::{Writer, end, is_programs_own, masked, without_repeated_end, without_signature};
use crate::mail::{Address, Kind};
use crate::store::{Tx, notify, people};

/// Whether outsiders will read what an act writes.
fn is_public(act: &Act) -> bool {
    match act {
        Act::Open(open) => open.visibility == Visibility::Public,
        Act::OnBehalf(act) => act.open.visibility == Visibility::Public,
        Act::Update(update) => update.comment == Some(Visibility::Public),
        Act::Time(_) | Act::AlsoSent { .. } | Act::Undelivered { .. } => false,
    }
}

/// Takes off what a customer's earlier mails ended with, too: a signature that nothing delimits.
pub(super) async fn customer_words(
    tx: &mut Tx,
    scene: &Scene<'_>,
    known: &Known,
    letter: (Kind, Option<&Address>),
    content: &mut Content,
) -> anyhow::Result<()> {
    let (Sender::Contact(id), (Kind::Person, Some(from))) = (known.sender, letter) else { return Ok(()) };
    if content.text.trim().is_empty() {
        return Ok(());
    }
    let ends = notify::mail_ends(tx, id).await?;
    notify::remember_end(tx, id, &end(&content.text), scene.now, scene.chance).await?;
    let (names, addresses) = ([from.name.as_deref().unwrap_or_default()], [from.address.to_lowercase()]);
    content.text = without_repeated_end(&content.text, &Writer { names: &names, addresses: &addresses, ends: &ends });
    Ok(())
}

/// Takes signature, addresses and the files of the mail program out of what a member of staff writes in public; what only
/// staff read stays as it is. The mail itself is kept whole.
pub(super) async fn staff_words(
    tx: &mut Tx,
    scene: &Scene<'_>,
    known: &Known,
    acts: &[Act],
    content: &mut Content,
) -> anyhow::Result<()> {
    let Sender::Staff(id) = known.sender else { return Ok(()) };
    if !acts.iter().any(is_public) {
        return Ok(());
    }
    let Some(person) = people::get(tx, id).await? else { return Ok(()) };
    let ends = notify::mail_ends(tx, id).await?;
    let names = [person.name.as_str(), person.name_for_outsiders()];
    let writer = Writer { names: &names, addresses: &person.addresses, ends: &ends };
    let passed_on = acts.iter().any(|act| matches!(act, Act::OnBehalf(act) if act.way == Way::PassedOn));
    // Only ends of what outsiders read are remembered: an internal note must not change what leaves.
    if !passed_on {
        notify::remember_end(tx, id, &end(&content.text), scene.now, scene.chance).await?;
    }
    content.text = without_signature(&content.text, &writer);
    let mailbox = scene.config.mailbox(&known.mailbox).or_else(|| scene.config.mailboxes.first());
    content.text = masked(&content.text, &person.addresses, mailbox.map_or("", |mailbox| mailbox.address.as_str()));
    content.files.retain(|file| !is_programs_own(file));
    Ok(())
}
