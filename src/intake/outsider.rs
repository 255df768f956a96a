//! What becomes of a mail of somebody outside the staff; pure.

use super::case::{ACKNOWLEDGEMENTS_AN_HOUR, Decision, Known, Sender, TicketState, open, readable};
use super::obey;
use crate::acts::{Act, Update};
use crate::desk::budget::JOINED_BY_MAIL;
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::inbox::{Disposition, Held, Release};
use crate::desk::ticket::STATUS_OPEN;
use crate::mail::thread::ticket_number;
use crate::mail::{Kind, Letter};

/// How many comments one outsider may add to one ticket in an hour. More is no conversation: two machines that answer
/// each other without saying that they are machines.
const COMMENTS_AN_HOUR: i64 = 20;

/// A mail of somebody outside the staff.
pub(super) fn outsider(letter: &Letter, known: &Known, person: Option<PersonId>) -> Decision {
    let mine = person.and_then(|person| known.token_of(person));
    let (thread, subject) = (known.thread, known.subject);
    if let Some(hit) = thread.filter(|hit| hit.internal && known.release.is_none()) {
        // Something internal has come into the hands of an outsider: a human looks first, and the outsider gets no hint.
        return Decision::held(Held::RefersToInternal, Some(hit.ticket));
    }
    let taken = mine.map(|token| (token.ticket, token.state));
    let taken = taken.or(thread.filter(|hit| hit.takes_part).map(|hit| (hit.ticket, hit.state)));
    if let Some(command) =
        taken.filter(|_| person.is_some()).and_then(|(ticket, state)| obey::guest(letter, known, ticket, state))
    {
        return command;
    }
    if let Some(token) = mine {
        // What stands in a reply address is known to one person: whoever writes much in that person's name without it holds
        // up nothing that has it.
        return add(letter, known, (token.ticket, token.state), false, "token");
    }
    let hits = [(thread, "thread"), (subject, "subject")];
    for (hit, reason) in hits {
        if let Some(hit) = hit.filter(|hit| hit.takes_part) {
            return append(letter, known, hit.ticket, hit.state, false, reason);
        }
    }
    if person.is_some() || known.sender == Sender::Stranger {
        let shared = [thread, subject].into_iter().flatten().find(|hit| hit.colleague);
        if let Some(hit) = shared {
            if known.joined >= JOINED_BY_MAIL && known.release.is_none() && !known.old {
                return Decision::held(Held::Flood, Some(hit.ticket));
            }
            // A machine may add something; nobody writes to it.
            return append(letter, known, hit.ticket, hit.state, letter.kind != Kind::Generated, "colleague");
        }
    }
    // Anybody else on somebody's ticket: a forwarded notification, a guessed number.
    let foreign = known.token.filter(|token| token.live).map(|token| (token.ticket, token.state));
    let foreign = foreign.or(thread.or(subject).map(|hit| (hit.ticket, hit.state)));
    match (foreign, known.release) {
        (Some((ticket, _)), None) => Decision::held(Held::ThirdParty, Some(ticket)),
        (Some((ticket, _)), Some(Release::Note)) => {
            let update = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
            Decision::new(Disposition::Note, "released", Some(ticket)).with(Act::Update(update), readable(letter))
        }
        (Some((ticket, state)), Some(Release::AsIs | Release::Public)) => {
            append(letter, known, ticket, state, person.is_some() || known.sender == Sender::Stranger, "released")
        }
        (None, _) => {
            let silent = letter.kind == Kind::Generated || letter.list || is_nobody(known.sender);
            // Whoever guesses at ticket numbers must not learn from an acknowledgement which of them exist: a hit is held in
            // silence, so a miss is silent, too.
            let guesses = ticket_number(&letter.subject).is_some();
            let welcome = !silent && !guesses && !known.old && known.acknowledgements < ACKNOWLEDGEMENTS_AN_HOUR;
            let reason = if letter.kind == Kind::Generated { "generated" } else { "new" };
            let internal = known.release == Some(Release::Note);
            let visibility = if internal { Visibility::Internal } else { Visibility::Public };
            Decision::new(Disposition::Ticket, reason, None).with(
                Act::Open(open(letter, known, visibility, welcome && visibility == Visibility::Public)),
                opening_text(letter),
            )
        }
    }
}

fn is_nobody(sender: Sender) -> bool {
    matches!(sender, Sender::Nobody | Sender::Desk)
}

/// A customer's word on a ticket: public, and it opens again what rests. A machine's word opens nothing again,
/// and neither does an old one: the ticket came to rest after it.
fn append(letter: &Letter, known: &Known, ticket: TicketId, state: TicketState, join: bool, reason: &'static str) -> Decision {
    if known.lately >= COMMENTS_AN_HOUR && known.release.is_none() && !known.old {
        return Decision::held(Held::Flood, Some(ticket));
    }
    add(letter, known, (ticket, state), join, reason)
}

fn add(letter: &Letter, known: &Known, (ticket, state): (TicketId, TicketState), join: bool, reason: &'static str) -> Decision {
    let internal = known.release == Some(Release::Note);
    let visibility = if internal { Visibility::Internal } else { Visibility::Public };
    let reopen = state.rests && letter.kind != Kind::Generated && !internal && !known.old;
    let update = Update {
        comment: Some(visibility),
        status: reopen.then(|| (STATUS_OPEN.to_owned(), Visibility::Public)),
        join: join && !internal,
        ..Update::of(ticket)
    };
    let disposition = if internal { Disposition::Note } else { Disposition::Comment };
    Decision::new(disposition, reason, Some(ticket)).with(Act::Update(update), readable(letter))
}

/// The first text of a ticket: with what it quotes, since the desk has not seen that before.
fn opening_text(letter: &Letter) -> String {
    if letter.quoted_text.trim().is_empty() { readable(letter) } else { letter.full_text.trim().to_owned() }
}
