//! What staff open by mail: tickets of their own, tickets for somebody else, and what a colleague keeps of a mail that nobody
//! has confirmed; pure.

use super::behalf::Customer;
use super::command::table::Verb;
use super::command::{self, Wishes};
use super::decide::{Decision, Known, candidate, has_content, open, readable};
use super::proof::{Leave, Power};
use crate::acts::{Act, OnBehalf, Open, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;
use crate::desk::inbox::{Disposition, Held, Release};
use crate::mail::Letter;

/// A mail in the name of one member of staff that another has kept: an internal note, whatever it asks for, and without
/// its token in nobody's name.
pub(super) fn unconfirmed(letter: &Letter, known: &Known, person: PersonId) -> Decision {
    let text = readable(letter);
    if text.is_empty() && letter.attachments.is_empty() {
        return Decision::held(Held::NothingNew, candidate(known));
    }
    let decision = match candidate(known) {
        Some(ticket) => {
            let update = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
            Decision::new(Disposition::Note, "kept_unconfirmed", Some(ticket)).with(Act::Update(update), text)
        }
        None => {
            let open = open(letter, known, Visibility::Internal, false);
            Decision::new(Disposition::Ticket, "kept_unconfirmed", None).with(open, text)
        }
    };
    Decision { nameless: known.token_of(person).is_none(), ..decision }
}

fn commands_more_than_a_note(wishes: &Wishes) -> bool {
    wishes.commands.iter().any(|asked| asked.verb != Verb::Note)
}

/// A staff member's own new ticket: only staff see it, unless a human says otherwise.
pub(super) fn staff_opens(letter: &Letter, known: &Known, wishes: Wishes, _leave: Leave, power: &Power) -> Decision {
    if known.release.is_none() && commands_more_than_a_note(&wishes) {
        return Decision::held(Held::CommandWithoutTicket, None);
    }
    if !has_content(letter, &wishes) {
        return Decision::held(Held::NothingNew, None);
    }
    let visibility = if known.release == Some(Release::Public) { Visibility::Public } else { Visibility::Internal };
    Decision::new(Disposition::Ticket, power.by(), None).with(open(letter, known, visibility, false), wishes.text)
}

/// A staff member's new ticket for somebody else: theirs, and public as if it had come from them; with a word for "internal"
/// only staff see it all the same.
pub(super) fn staff_opens_for(
    letter: &Letter,
    known: &Known,
    customer: &Customer,
    wishes: Wishes,
    leave: Leave,
    power: &Power,
) -> Decision {
    if wishes.note && known.release != Some(Release::Public) {
        return staff_opens(letter, known, wishes, leave, power);
    }
    if known.release.is_none() && commands_more_than_a_note(&wishes) {
        return Decision::held(Held::CommandWithoutTicket, None);
    }
    let text = customer.text.clone().unwrap_or(wishes.text);
    if text.trim().is_empty() && customer.files.is_empty() {
        return Decision::held(Held::NothingNew, None);
    }
    let open = Open {
        project: customer.home.project,
        mailbox: known.mailbox.clone(),
        subject: customer.subject.clone(),
        visibility: Visibility::Public,
        acknowledge: customer.welcome,
        facts: Vec::new(),
        type_key: None,
    };
    let act = OnBehalf {
        open,
        way: customer.way,
        requester: customer.requester.clone(),
        participants: customer.participants.clone(),
        at: customer.at,
        original: customer.original.clone(),
        note: command::wishes("", &customer.note).text,
        note_files: customer.note_files.clone(),
    };
    Decision::new(Disposition::Ticket, "on_behalf", None).with(Act::OnBehalf(Box::new(act)), text)
}
