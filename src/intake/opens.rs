//! What staff open by mail: tickets of their own, tickets for somebody else, and what a colleague keeps of a mail that nobody
//! has confirmed; pure.

use super::behalf::Customer;
use super::case::{Decision, Known, candidate, has_content, open, readable};
use super::command::plan::{Facts, Frame, plan};
use super::command::table::Verb;
use super::command::{self, Wishes};
use super::obey::{self, Orders, Said};
use super::proof::{Leave, Power};
use crate::acts::{Act, OnBehalf, Open, Update, Way};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::inbox::{Disposition, Held, Release};
use crate::mail::Letter;

/// A mail in the name of one member of staff that another has kept: an internal note, whatever it asks for, and without
/// its token in nobody's name.
pub(super) fn unconfirmed(letter: &Letter, known: &Known, person: PersonId) -> Decision {
    let text = if known.signed.whole.is_empty() { readable(letter) } else { known.signed.whole.trim().to_owned() };
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
            Decision::new(Disposition::Ticket, "kept_unconfirmed", None).with(Act::Open(open), text)
        }
    };
    Decision { nameless: known.token_of(person).is_none(), ..decision }
}

/// What the commands of a mail do to the ticket that it opens, or why there is none: as on a ticket, all are done or none.
fn ordered(
    known: &Known,
    (wishes, frame): (&Wishes, Frame),
    facts: &Facts,
) -> Result<(Option<Box<Update>>, Orders), Box<Decision>> {
    let (changes, plan) = (frame.changes(wishes), plan(wishes, facts, frame));
    if plan.refused() && known.release.is_none() {
        return Err(Box::new(obey::asked_about(Held::CommandRefused, None, plan.lines)));
    }
    let (plan, answers) = obey::said(plan, wishes, &Said { text: Some(frame.text), changes, channel: frame.text });
    // The ticket gets its number when it is opened.
    let update = plan.updates().then(|| Box::new(plan.update(TicketId(0), changes)));
    let orders = obey::besides(&plan, changes);
    Ok((update, obey::answered(known, orders, plan.lines, answers)))
}

/// A staff member's own new ticket: only staff see it, unless a human says otherwise.
pub(super) fn staff_opens(
    letter: &Letter,
    known: &Known,
    wishes: Wishes,
    facts: &Facts,
    (_leave, power): (Leave, &Power),
) -> Decision {
    if !has_content(letter, &wishes) {
        let commands = wishes.commands.iter().any(|asked| asked.verb != Verb::Note);
        let reason = if commands { Held::CommandWithoutTicket } else { Held::NothingNew };
        return obey::asked_about(reason, None, Vec::new());
    }
    let visibility = if known.release == Some(Release::Public) { Visibility::Public } else { Visibility::Internal };
    let frame = Frame { text: visibility, comment: true, word: obey::word(known) };
    match ordered(known, (&wishes, frame), facts) {
        Ok((changes, orders)) => {
            let act = Act::Open(Open { changes, ..open(letter, known, visibility, false) });
            let text = if visibility == Visibility::Internal { wishes.whole } else { wishes.text };
            Decision { orders, ..Decision::new(Disposition::Ticket, power.by(), None).with(act, text) }
        }
        Err(held) => *held,
    }
}

/// A staff member's new ticket for somebody else: theirs, and public as if it had come from them; with a word for "internal"
/// only staff see it all the same. What they say above a mail that they pass on is a note, and so is what it commands.
pub(super) fn staff_opens_for(
    letter: &Letter,
    known: &Known,
    customer: &Customer,
    wishes: Wishes,
    facts: &Facts,
    (leave, power): (Leave, &Power),
) -> Decision {
    if wishes.note && known.release != Some(Release::Public) {
        return staff_opens(letter, known, wishes, facts, (leave, power));
    }
    let own = match customer.way {
        Way::PassedOn => Visibility::Internal,
        Way::WrittenTo => Visibility::Public,
    };
    let frame = Frame { text: own, comment: has_content(letter, &wishes), word: obey::word(known) };
    let (changes, orders) = match ordered(known, (&wishes, frame), facts) {
        Ok(ordered) => ordered,
        Err(held) => return *held,
    };
    let text = customer.text.clone().unwrap_or(wishes.text);
    if text.trim().is_empty() && customer.files.is_empty() {
        return obey::asked_about(Held::NothingNew, None, Vec::new());
    }
    let open = Open {
        project: customer.home.project,
        mailbox: known.mailbox.clone(),
        subject: customer.subject.clone(),
        visibility: Visibility::Public,
        acknowledge: customer.welcome,
        facts: Vec::new(),
        type_key: None,
        changes,
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
    Decision { orders, ..Decision::new(Disposition::Ticket, "on_behalf", None).with(Act::OnBehalf(Box::new(act)), text) }
}
