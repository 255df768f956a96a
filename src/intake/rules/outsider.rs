//! What becomes of a mail of somebody outside the staff; pure.

use super::obey;
use crate::acts::{Act, Update};
use crate::desk::budget::{JOINED_BY_MAIL, RECEIPTS_AN_HOUR};
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::inbox::{Disposition, Grounds, Held, Release};
use crate::desk::ticket::STATUS_OPEN;
use crate::intake::case::{Case, Known, Sender, TicketState, TokenHit, candidate, open, readable, takes_mail};
use crate::intake::decision::Decision;
use crate::mail::body::Class;
use crate::mail::proof::Alignment;
use crate::mail::thread::ticket_number;
use crate::mail::{Attachment, Kind, Letter};

/// How many comments one outsider may add to one ticket in an hour. More is no conversation: two machines that answer
/// each other without saying that they are machines.
const COMMENTS_AN_HOUR: i64 = 20;

/// A mail of somebody outside the staff.
pub(super) fn outsider(case: &Case<'_>, person: Option<PersonId>) -> Decision {
    let Case { letter, known, .. } = case;
    let mine = person.and_then(|person| known.token_of(person));
    let (thread, subject) = (known.thread, known.subject);
    if let Some(token) = known.token.filter(|token| is_new_address(letter, known, token)) {
        // Perhaps that person's own, from another program or telephone: they are asked before anybody else.
        return Decision::held(Held::UnknownAddress, Some(token.ticket));
    }
    if known.question.is_some_and(|question| question.live) && is_unknown_person(letter, known) {
        // The same, in answer to a question about a held mail.
        return Decision::held(Held::UnknownAddress, None);
    }
    if let Some(hit) = thread.filter(|hit| hit.internal && known.release.is_none()) {
        // Something internal has come into the hands of an outsider: a human looks first, and the outsider gets no hint.
        return Decision::held(Held::RefersToInternal, Some(hit.ticket));
    }
    if known.bars.off && known.release.is_none() {
        return Decision::held(Held::SwitchedOff, candidate(known));
    }
    // In nobody's name whom the desk knows: neither a contact's, nor that of a colleague by domain.
    if known.is_denied() && known.release.is_none() && (person.is_some() || known.belongs) {
        return Decision::held(Held::SenderDenied, candidate(known));
    }
    let taken = mine.map(|token| (token.ticket, token.state));
    let taken = taken.or(thread.filter(|hit| hit.takes_part).map(|hit| (hit.ticket, hit.state)));
    if let Some(command) = taken.filter(|_| person.is_some()).and_then(|(ticket, state)| obey::guest(case, ticket, state)) {
        return command;
    }
    if let Some(token) = mine {
        // What stands in a reply address is known to one person: whoever writes much in that person's name without it holds
        // up nothing that has it.
        return add(letter, known, token.ticket, token.state, false, Grounds::Token);
    }
    let hits = [(thread, Grounds::Thread), (subject, Grounds::Subject)];
    for (hit, reason) in hits {
        if let Some(hit) = hit.filter(|hit| hit.takes_part) {
            return append(letter, known, hit.ticket, hit.state, false, reason);
        }
    }
    if person.is_some() || known.sender == Sender::Stranger {
        // A number in the subject is nothing that only a colleague can know: whoever makes a service of the customer's write
        // to the desk can choose it, by the name under which they register there.
        let subject = subject.filter(|_| known.release.is_some() || !known.is_strange_with_key(letter));
        let shared = [thread, subject].into_iter().flatten().find(|hit| hit.colleague);
        if let Some(hit) = shared {
            // Nobody takes part because of a command that they may not give.
            if let Some(refused) = obey::may_not_close(case, hit.ticket) {
                return refused;
            }
            if known.joined >= JOINED_BY_MAIL && known.release.is_none() && !known.old {
                return Decision::held(Held::Flood, Some(hit.ticket));
            }
            // A machine may add something; nobody writes to it.
            return append(letter, known, hit.ticket, hit.state, letter.kind != Kind::Generated, Grounds::Colleague);
        }
    }
    // Anybody else on somebody's ticket: a forwarded notification, a guessed number.
    let foreign = known.token.filter(|token| token.live).map(|token| (token.ticket, token.state));
    let foreign = foreign.or(thread.or(subject).map(|hit| (hit.ticket, hit.state)));
    match (foreign, known.release) {
        (Some((ticket, _)), None) => Decision::held(Held::ThirdParty, Some(ticket)),
        (Some((ticket, _)), Some(Release::Note)) => {
            let update = Update { comment: Some(Visibility::Internal), ..Update::of(ticket) };
            Decision::new(Disposition::Note, Grounds::Released, Some(ticket)).with(Act::Update(update), readable(letter))
        }
        (Some((ticket, state)), Some(Release::AsIs | Release::Public)) => {
            append(letter, known, ticket, state, person.is_some() || known.sender == Sender::Stranger, Grounds::Released)
        }
        // What its writer takes for known already is not told apart from it.
        (None, None) if known.waits_for.is_some() => {
            Decision::held(Held::RefersToHeld, known.waits_for.and_then(|(_, ticket)| ticket))
        }
        (None, None) if known.bars.opening || (known.bars.opening_with_files && has_files(letter)) => {
            Decision::held(Held::RoleDenies, None)
        }
        // In a customer's project guests see it.
        (None, None) if known.belongs && known.is_strange_with_key(letter) => Decision::held(Held::Verification, None),
        (None, _) => {
            let silent = letter.kind == Kind::Generated || letter.list || is_nobody(known.sender);
            // Whoever guesses at ticket numbers must not learn from an acknowledgement which of them exist: a hit is held in
            // silence, so a miss is silent, too.
            let guesses = ticket_number(&letter.subject).is_some();
            // Whom it names may never have written: nothing goes to them.
            let forged = known.is_denied() && known.release.is_none();
            let welcome = !silent && !guesses && !forged && !known.old && known.acknowledgements <= RECEIPTS_AN_HOUR;
            let reason = if letter.kind == Kind::Generated { Grounds::Generated } else { Grounds::New };
            let internal = known.release == Some(Release::Note);
            let visibility = if internal { Visibility::Internal } else { Visibility::Public };
            Decision::new(Disposition::Ticket, reason, None).with(
                Act::Open(open(letter, known, visibility, welcome && visibility == Visibility::Public)),
                opening_text(letter),
            )
        }
    }
}

/// Whether somebody of whom nobody knows writes to a member of staff's good reply address, and nobody has said yet who it is.
fn is_new_address(letter: &Letter, known: &Known, token: &TokenHit) -> bool {
    token.live && token.staff && is_unknown_person(letter, known)
}

/// Whether a person writes of whom nobody knows, and nobody has said yet who it is.
fn is_unknown_person(letter: &Letter, known: &Known) -> bool {
    let person = !letter.list && letter.kind != Kind::Generated;
    person && known.sender == Sender::Stranger && known.release.is_none()
}

/// Whether the sender of a mail that is too large to be read is told how else to send it, by what its header says: a contact, not
/// a machine, not a list, no junk, and nothing says that somebody else wrote it.
pub(in crate::intake) fn is_told_of_size(letter: &Letter, known: &Known, server: Alignment) -> bool {
    matches!(known.sender, Sender::Contact(_))
        && matches!(letter.kind, Kind::Person | Kind::Empty)
        && !letter.list
        && !known.junk
        && !known.old
        && known.release.is_none()
        && server != Alignment::Fail
        && letter.from.as_ref().is_some_and(|from| takes_mail(&from.address))
        && known.acknowledgements < RECEIPTS_AN_HOUR
}

/// Whether files come with it that are no pictures of its text: those whose place the HTML shows. What a program calls inline
/// may be any file.
fn has_files(letter: &Letter) -> bool {
    let html = letter.html.as_deref().unwrap_or_default();
    let shown = |id: &String| html.contains(&format!("cid:{id}"));
    let pictures = |file: &Attachment| file.content_type.starts_with("image/") && file.content_id.as_ref().is_some_and(shown);
    !letter.attachments.iter().all(|file| file.inline && pictures(file))
}

fn is_nobody(sender: Sender) -> bool {
    matches!(sender, Sender::Nobody | Sender::Desk)
}

/// A customer's word on a ticket: public, and it opens again what rests. A machine's word opens nothing again,
/// and neither does an old one: the ticket came to rest after it.
fn append(letter: &Letter, known: &Known, ticket: TicketId, state: TicketState, join: bool, reason: Grounds) -> Decision {
    if known.lately >= COMMENTS_AN_HOUR && known.release.is_none() && !known.old {
        return Decision::held(Held::Flood, Some(ticket));
    }
    add(letter, known, ticket, state, join, reason)
}

fn add(letter: &Letter, known: &Known, ticket: TicketId, state: TicketState, join: bool, reason: Grounds) -> Decision {
    let barred = known.bars.writing.contains(&ticket) || (known.bars.files.contains(&ticket) && has_files(letter));
    if barred && known.release.is_none() {
        return Decision::held(Held::RoleDenies, Some(ticket));
    }
    let internal = known.release == Some(Release::Note);
    let visibility = if internal { Visibility::Internal } else { Visibility::Public };
    let reopen = state.rests && letter.kind != Kind::Generated && !internal && !known.old;
    let update = Update {
        comment: Some(visibility),
        status: reopen.then(|| (STATUS_OPEN.to_owned(), Visibility::Public)),
        join: join && !internal && !known.bars.off,
        approve: known.release.is_some() && !internal,
        ..Update::of(ticket)
    };
    let disposition = if internal { Disposition::Note } else { Disposition::Comment };
    Decision::new(disposition, reason, Some(ticket)).with(Act::Update(update), readable(letter))
}

/// The first text of a ticket: with what it quotes, since the desk has not seen that before.
fn opening_text(letter: &Letter) -> String {
    if letter.body.has(Class::Quoted) { letter.body.text.trim().to_owned() } else { readable(letter) }
}
