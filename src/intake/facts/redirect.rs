//! A mail that a member of staff redirects: their From, somebody else's words, and a Reply-To that says whose they are.
//!
//! Thunderbird writes a redirect so; the programs that leave From as it was and add Resent-From need no help. A Reply-To is
//! never an identity: whose mail it is, the member of staff is asked, and only their word makes it so.

use super::lookup::{is_own, organizations};
use crate::acts::ActContext;
use crate::desk::ids::PersonId;
use crate::desk::inbox::Held;
use crate::desk::people::{Person, domain, fold_address, is_freemail};
use crate::intake::case::{Redirected, takes_mail};
use crate::mail::{Address, Letter};
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, held, people};

/// Addresses that are shown of those to whom answers shall go.
const SHOWN: usize = 5;

/// Whose words a mail of `staff` seems to hold; `about_ticket`: it seems to be about one.
pub(super) async fn whose(
    tx: &mut Tx,
    context: &ActContext<'_>,
    letter: &Letter,
    staff: &Person,
    about_ticket: bool,
) -> anyhow::Result<Option<Redirected>> {
    for address in letter.reply_to.iter().chain(&letter.reply_to_too) {
        let folded = fold_address(&address.address);
        if !takes_mail(&folded) || is_own(tx, context.config, &folded).await? {
            continue;
        }
        let person = people::by_address(tx, &folded).await?;
        if person.as_ref().is_some_and(Person::is_staff) {
            continue;
        }
        let known = person.is_some() || !organizations(tx, None, Some(&folded)).await?.is_empty();
        let named = letter.from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default();
        if known || !about_ticket && !is_theirs(address, staff, named) && is_marked(letter, address) {
            let shown = |of: &Address| match &of.name {
                Some(name) => format!("{name} <{}>", of.address),
                None => of.address.clone(),
            };
            let answers_to = letter.reply_to.iter().chain(&letter.reply_to_too).take(SHOWN).map(shown).collect();
            return Ok(Some(Redirected { whose: address.clone(), answers_to }));
        }
    }
    Ok(None)
}

/// A sign that it is somebody else's: it hangs on a mail, as what is redirected does, or the address has a name.
fn is_marked(letter: &Letter, address: &Address) -> bool {
    !letter.references.is_empty() || address.name.is_some()
}

/// Whether an address that the desk does not know seems to be one more of the writer's own.
fn is_theirs(address: &Address, staff: &Person, named: &str) -> bool {
    let folded = fold_address(&address.address);
    let own = domain(&folded);
    if !is_freemail(&own) && staff.addresses.iter().any(|other| domain(other) == own) {
        return true;
    }
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let names: Vec<Vec<String>> = [staff.name.as_str(), staff.name_for_outsiders(), named].into_iter().map(words).collect();
    if let Some(name) = address.name.as_deref().filter(|name| !name.contains('@')) {
        let name = words(name);
        return names.iter().any(|other| !other.is_empty() && other.iter().all(|word| name.contains(word)));
    }
    let local = folded.split('@').next().unwrap_or_default();
    let parts = words(local);
    let spelled = |name: &Vec<String>| {
        let fits = |part: &String| name.iter().any(|word| word == part || part.len() == 1 && word.starts_with(part.as_str()));
        !parts.is_empty() && parts.iter().all(fits) && parts.iter().any(|part| part.len() > 1)
    };
    staff.addresses.iter().any(|other| other.split('@').next() == Some(local)) || names.iter().any(spelled)
}

/// The words of a mail that a member of staff has said to be somebody else's.
pub(super) struct Theirs {
    /// Who has said so: the ticket to whose reply address they sent it is the one that they mean.
    pub(super) by: PersonId,
    /// The Message-ID of what was redirected.
    pub(super) original: Option<String>,
    /// Whether that was the last that was decided about it: then nothing else was.
    pub(super) just_said: bool,
}

/// Takes the mail as from its Reply-To where the member of staff has said so; `None` for every other mail.
pub(super) async fn settle(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &mut Letter,
) -> anyhow::Result<Option<Theirs>> {
    if row.release.is_none() || !held::settled(tx, row.id).await?.contains(&Held::Redirected) {
        return Ok(None);
    }
    let Some(from) = &letter.from else { return Ok(None) };
    let Some(staff) =
        people::by_address(tx, &fold_address(&from.address)).await?.filter(|person| person.is_staff() && person.active)
    else {
        return Ok(None);
    };
    let Some(Redirected { whose, .. }) = whose(tx, context, letter, &staff, false).await? else { return Ok(None) };
    letter.from = Some(whose);
    let last = held::last_taken(tx, row.id).await?;
    let just_said = last.is_some_and(|taken| taken.reason == Held::Redirected);
    Ok(Some(Theirs { by: staff.id, original: letter.references.last().cloned(), just_said }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::people::PersonKind;

    #[test]
    fn what_seems_to_be_ones_own() {
        let staff = Person {
            kind: PersonKind::Staff,
            addresses: vec!["anna@staff.example".to_owned()],
            ..Person::contact(PersonId(1), "Anna Berger".to_owned(), "anna@staff.example".to_owned())
        };
        let address = |name: Option<&str>, address: &str| Address { name: name.map(str::to_owned), address: address.to_owned() };
        for (name, at, expected) in [
            (None, "service@staff.example", true),
            (None, "anna@home.example", true),
            (None, "anna.berger@home.example", true),
            (None, "a.berger@home.example", true),
            (Some("Anna Berger"), "sunshine77@home.example", true),
            (Some("Anna Berger (privat)"), "x@home.example", true),
            (None, "dana@globex.example", false),
            (Some("Dana Reed"), "dana@globex.example", false),
            (Some("Anna Smith"), "anna@globex.example", false),
            (None, "b@home.example", false),
            (None, "a@home.example", false),
        ] {
            assert_eq!(is_theirs(&address(name, at), &staff, ""), expected, "{name:?} {at}");
        }
        assert!(is_theirs(&address(Some("Anni B"), "x@home.example"), &staff, "Anni B"), "as their program names them");
    }
}
