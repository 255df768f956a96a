//! What of a staff member's mail is their signature, and so no text.

use crate::desk::inbox::Held;
use crate::desk::people::Person;
use crate::intake::case::{Known, Sender, Signed, brings_files};
use crate::intake::command::wishes;
use crate::mail::Letter;
use crate::mail::body::{Body, Class};
use crate::mail::hygiene::{self, Writer, filled, mark, mark_all, says_nothing};
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, held, notify, people};

/// What remains of a staff member's mail when their signature is taken out: the same for answers, commands and what stands
/// above a mail that they pass on. `bare`: they attached nothing, so a greeting alone is none.
fn remains(body: &Body, writer: &Writer<'_>, bare: bool) -> Body {
    let found = mark(body, writer);
    let said = wishes("", &found.new_text()).text;
    if bare && says_nothing(&said, writer) { mark_all(&found, &said) } else { found }
}

/// Takes the signature out of what a member of staff newly wrote.
pub(super) async fn sign(tx: &mut Tx, row: &LedgerRow, known: &Known, letter: &mut Letter) -> anyhow::Result<Signed> {
    let Sender::Staff(id) = known.sender else { return Ok(Signed::default()) };
    // Its author has seen that all of it was taken for their signature, and said that it is not.
    if row.release.is_some() && held::was_held_for(tx, row.id, Held::NothingNew).await? {
        if !letter.body.has(Class::New) {
            letter.read_as(unsigned(&letter.body));
        }
        if !letter.body.has(Class::New) {
            letter.read_as(Body::all_new(&letter.body.text));
        }
        return Ok(Signed::default());
    }
    let Some(person) = people::get(tx, id).await? else { return Ok(Signed::default()) };
    let ends = notify::mail_ends(tx, id).await?;
    let names = names(&person, letter);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let writer = Writer { names: &names, addresses: &person.addresses, ends: &ends };
    let before = &letter.body;
    let after = remains(before, &writer, !brings_files(letter));
    let signature = after.signature_text();
    let signed = Signed {
        whole: match after == *before {
            true if !after.has(Class::New) => all_that_there_is(letter, before),
            true => String::new(),
            false => before.new_text(),
        },
        fresh: is_fresh(&signature, &ends),
        signature,
        ends: hygiene::ends(before, &after),
    };
    letter.read_as(after);
    Ok(signed)
}

/// Stands before what was cut as a signature, among what earlier mails ended with.
pub(in crate::intake) const CUT: &str = "-- \n";

/// Whether something of a signature was never taken for one before. What their texts ended with was published: cutting that
/// for the first time is said, too.
fn is_fresh(signature: &str, ends: &[String]) -> bool {
    let lines: Vec<&str> = filled(signature).collect();
    let known: Vec<&str> = ends.iter().filter(|end| end.starts_with(CUT)).flat_map(|end| filled(end)).collect();
    lines.iter().any(|line| line.contains(char::is_alphanumeric) && !known.contains(line))
}

/// What can be published of a mail in which nothing is new: what its program marks as a signature, which is perhaps too much;
/// and where there is none, the whole text as it stands.
fn all_that_there_is(letter: &Letter, body: &Body) -> String {
    let signature = unsigned(body).new_text();
    match signature.trim().is_empty() && !brings_files(letter) {
        true => body.text.trim().to_owned(),
        false => signature,
    }
}

/// A text with what was taken for a signature as new.
fn unsigned(body: &Body) -> Body {
    body.turned(Class::Signature, Class::New)
}

/// What a member of staff wrote above a mail that they pass on; nothing where that is their signature.
pub(super) async fn note(tx: &mut Tx, staff: &Person, letter: &Letter, note: String) -> anyhow::Result<String> {
    let ends = notify::mail_ends(tx, staff.id).await?;
    let names = names(staff, letter);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let writer = Writer { names: &names, addresses: &staff.addresses, ends: &ends };
    let rest = remains(&Body::all_new(&note), &writer, true);
    Ok(if wishes("", &rest.new_text()).text.is_empty() { String::new() } else { note })
}

/// The names by which somebody signs: as they are registered, as outsiders know them, and as their program names them.
fn names(person: &Person, letter: &Letter) -> Vec<String> {
    let shown = letter.from.as_ref().and_then(|from| from.name.clone());
    [Some(person.name.clone()), Some(person.name_for_outsiders().to_owned()), shown].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_published_before_is_cut_with_a_word() {
        let sig = "Hans Meier\nTel. 030 1234567";
        for (ends, fresh) in [
            (vec![], true),
            (vec![format!("{CUT}{sig}")], false),
            (vec![format!("{CUT}Hans Meier"), format!("{CUT}Tel. 030 1234567")], false),
            (vec![sig.to_owned()], true),
            (vec![format!("Please call:\n\n{sig}")], true),
            (vec![format!("Please call:\n\n{sig}"), format!("{CUT}{sig}")], false),
        ] {
            assert_eq!(is_fresh(sig, &ends), fresh, "{ends:?}");
        }
        assert!(!is_fresh("-- \n", &[]), "a drawn line is nothing");
    }
}
