//! What staff open by mail: tickets of their own, tickets for somebody else, and what a colleague keeps of a mail that nobody
//! has confirmed; pure.

use super::obey::{self, Besides, Said};
use super::proof::Leave;
use crate::acts::{Act, BehalfOrigin, OnBehalf, Open, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::inbox::{Disposition, Grounds, Held, Release};
use crate::intake::case::{Case, Customer, candidate, has_content, open, readable};
use crate::intake::command;
use crate::intake::command::plan::{Frame, plan};
use crate::intake::command::table::Verb;
use crate::intake::decision::Decision;

/// A mail in the name of one member of staff that another has kept: an internal note, whatever it asks for, and without
/// its token in nobody's name.
pub(super) fn unconfirmed(case: &Case<'_>, person: PersonId) -> Decision {
    let Case { letter, known, .. } = case;
    let text = if known.signed.whole.is_empty() { readable(letter) } else { known.signed.whole.trim().to_owned() };
    if text.is_empty() && letter.attachments.is_empty() {
        return Decision::held(Held::NothingNew, candidate(known));
    }
    let decision = match candidate(known) {
        Some(ticket) => {
            let update = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
            Decision::new(Disposition::Note, Grounds::KeptUnconfirmed, Some(ticket)).with(Act::Update(update), text)
        }
        None => {
            let open = open(letter, known, Visibility::Internal, false);
            Decision::new(Disposition::Ticket, Grounds::KeptUnconfirmed, None).with(Act::Open(open), text)
        }
    };
    match known.token_of(person) {
        None => Decision { nameless: true, ..decision },
        Some(_) if decision.disposition == Disposition::Note => obey::downgraded(decision, known, None),
        Some(_) => decision,
    }
}

/// What the commands of a mail do to the ticket that it opens, or why there is none: as on a ticket, all are done or none.
fn ordered(case: &Case<'_>, frame: Frame) -> Result<(Option<Box<Update>>, Besides), Box<Decision>> {
    let Case { known, facts, wishes, .. } = case;
    let (changes, plan) = (frame.changes(wishes), plan(wishes, facts, frame));
    if plan.refused() && known.release.is_none() {
        return Err(Box::new(Decision::asked_about(Held::CommandRefused, None, plan.lines)));
    }
    let (plan, answers) = obey::said(plan, wishes, &Said { text: Some(frame.text), changes, channel: frame.text });
    // The ticket gets its number when it is opened.
    let update = plan.updates().then(|| Box::new(plan.update(TicketId(0), changes)));
    let mut besides = obey::besides(&plan, changes);
    besides.after.extend(obey::answered(known, plan.lines, answers));
    Ok((update, besides))
}

/// A staff member's own new ticket: only staff see it, unless a human says otherwise.
pub(super) fn staff_opens(case: &Case<'_>, leave: Leave) -> Decision {
    let Case { letter, known, wishes, .. } = case;
    if !has_content(letter, wishes) {
        let commands = wishes.commands.iter().any(|asked| asked.verb != Verb::Note);
        let reason = if commands { Held::CommandWithoutTicket } else { Held::NothingNew };
        return Decision::held(reason, None);
    }
    let visibility = if known.release == Some(Release::Public) { Visibility::Public } else { Visibility::Internal };
    let frame = Frame { text: visibility, comment: true, word: obey::word(known) };
    match ordered(case, frame) {
        Ok((changes, besides)) => {
            let act = Act::Open(Open { changes, ..open(letter, known, visibility, false) });
            let text = if visibility == Visibility::Internal { &wishes.whole } else { &wishes.text };
            besides.around(Decision::new(Disposition::Ticket, leave.by(), None).with(act, text.clone()))
        }
        Err(held) => *held,
    }
}

/// A staff member's new ticket for somebody else: theirs, and public as if it had come from them; with a word for "internal"
/// only staff see it all the same. What they say above a mail that they pass on is a note, and so is what it commands.
pub(super) fn staff_opens_for(case: &Case<'_>, customer: &Customer, leave: Leave) -> Decision {
    let Case { letter, known, wishes, .. } = case;
    if wishes.note && known.release != Some(Release::Public) {
        return staff_opens(case, leave);
    }
    let own = match customer.way {
        BehalfOrigin::PassedOn => Visibility::Internal,
        BehalfOrigin::WrittenTo => Visibility::Public,
    };
    let frame = Frame { text: own, comment: has_content(letter, wishes), word: obey::word(known) };
    let (changes, besides) = match ordered(case, frame) {
        Ok(ordered) => ordered,
        Err(held) => return *held,
    };
    let text = customer.text.clone().unwrap_or_else(|| wishes.text.clone());
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
    besides.around(Decision::new(Disposition::Ticket, Grounds::OnBehalf, None).with(Act::OnBehalf(Box::new(act)), text))
}
