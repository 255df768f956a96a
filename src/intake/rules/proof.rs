//! What a staff member's mail may do in their name: the table of DESIGN's *Proof*, and nothing else; pure.
//!
//! [`Power`] can be made here alone, and only it gives the [`Leave`] without which `decide` cannot write an act of a staff
//! member.

use crate::config::Profile;
use crate::desk::inbox::{Grounds, Held};
use crate::intake::case::{Known, Origin, Rules, Sender};
use crate::mail::proof::Alignment;

/// All evidence for one staff member's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// A live reply token of this very person.
    pub token: bool,
    /// Where the mail came from.
    pub origin: Origin,
    /// Who has said that it is theirs.
    pub confirmed: Option<Confirmer>,
}

/// Who confirmed a mail, by a session of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmer {
    /// The person whom it names.
    Themselves,
    /// An administrator at the command line, who answers for it.
    Administrator,
    /// Somebody else of the staff: their word is not the person's.
    Colleague,
}

/// What a mail may do. Its parts are set here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    note: bool,
    answer: bool,
    open: bool,
    lack: Held,
    by: Grounds,
}

/// Leave to write one act in a staff member's name. It is given here and nowhere else.
#[derive(Debug)]
pub struct Leave {
    by: Grounds,
}

impl Leave {
    /// What it rests on.
    #[must_use]
    pub fn by(&self) -> Grounds {
        self.by
    }
}

impl Evidence {
    /// What `known` holds for the staff member whom the mail names; nobody else has any.
    #[must_use]
    pub fn of(known: &Known) -> Option<Self> {
        let Sender::Staff(person) = known.sender else { return None };
        Some(Self {
            token: known.token_of(person).is_some(),
            origin: known.origin,
            confirmed: known.release.map(|_| match known.released_by {
                None => Confirmer::Administrator,
                Some(by) if by == person => Confirmer::Themselves,
                Some(_) => Confirmer::Colleague,
            }),
        })
    }
}

impl Power {
    /// The table.
    #[must_use]
    pub fn of(evidence: &Evidence, rules: &Rules) -> Self {
        let Evidence { token, origin, confirmed } = *evidence;
        if matches!(confirmed, Some(Confirmer::Themselves | Confirmer::Administrator)) {
            return Self { note: true, answer: true, open: true, lack: Held::ClaimsStaff, by: Grounds::Released };
        }
        if rules.server && origin.server == Alignment::Fail {
            // Where nothing is allowed, nobody asks by what.
            return Self { note: false, answer: false, open: false, lack: Held::AlignmentFailed, by: Grounds::KeptUnconfirmed };
        }
        let aligned = (rules.server && origin.server == Alignment::Pass) || (rules.signature && origin.signature);
        let origin = aligned || origin.staff_mailbox;
        let answer = match rules.profile {
            Profile::Standard => token,
            Profile::Strict => token && origin,
        };
        let lack = match (token, origin) {
            (false, false) => Held::ClaimsStaff,
            (false, true) => Held::TokenMissing,
            (true, _) => Held::AlignmentMissing,
        };
        let by = if token { Grounds::Token } else { Grounds::Alignment };
        Self { note: token || origin, answer, open: origin, lack, by }
    }

    /// An internal note in the person's name.
    #[must_use]
    pub fn note(&self) -> Option<Leave> {
        self.note.then_some(Leave { by: self.by })
    }

    /// A public answer in their name, or a command.
    #[must_use]
    pub fn answer(&self) -> Option<Leave> {
        self.answer.then_some(Leave { by: self.by })
    }

    /// A new ticket.
    #[must_use]
    pub fn open(&self) -> Option<Leave> {
        self.open.then_some(Leave { by: self.by })
    }

    /// Why it is held where leave was not given.
    #[must_use]
    pub fn lack(&self) -> Held {
        self.lack
    }
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
