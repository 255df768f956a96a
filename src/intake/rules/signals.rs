//! What speaks for "internal" in a staff member's mail, and what stands in the way of its leaving; pure.
//!
//! Internal is sticky: any signal makes the entry internal. What was written for everybody still waits for its author's
//! word where it would tell something internal, where a colleague was quicker, and while it can be undone.

use crate::desk::entry::Visibility;
use crate::desk::inbox::{Held, Release};
use crate::intake::case::Known;
use crate::intake::command::Wishes;
use crate::intake::command::table::Verb;
use crate::letters::guard::DowngradeNotice;
use crate::mail::{Letter, Warning};

/// The signals that a mail is not for customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signals {
    /// It went to a note address, or answers an internal notification: both hold a token of the internal channel.
    pub address: bool,
    /// It refers to a mail about something internal.
    pub reference: bool,
    /// A tag in the first lines or the subject.
    pub tag: bool,
    /// Almost a tag, and a human let it through as it is: what was meant is not public for certain.
    pub slip: bool,
    /// What it quotes stands in an internal entry of the ticket.
    pub quotes: bool,
    /// Its text and its HTML say different things, so nobody knows which of them its author has seen.
    pub parts: bool,
    /// It shows one of our reply addresses, which is proof in the hands of one person.
    pub reveals: bool,
}

impl Signals {
    /// The signals of a mail.
    #[must_use]
    pub fn of(letter: &Letter, known: &Known, wishes: &Wishes) -> Self {
        Self {
            // Dead or somebody else's, too: whoever wrote to it meant a note.
            address: known.token.is_some_and(|token| token.channel == Visibility::Internal),
            reference: known.thread.is_some_and(|hit| hit.internal),
            tag: wishes.note,
            slip: wishes.trouble.is_some(),
            quotes: known.guards.quotes,
            parts: letter.warns(Warning::PartsDiffer),
            reveals: known.reveals,
        }
    }

    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::default()
    }

    /// Whether the two parts are all that speaks for it: then its author knows what was meant, and is asked.
    #[must_use]
    pub fn only_parts(self) -> bool {
        self == Self { parts: true, ..Self::default() }
    }

    /// Internal is sticky: any signal makes the entry internal. Only an explicit human word makes it public again.
    #[must_use]
    pub fn visibility(self, release: Option<Release>) -> Visibility {
        match release {
            Some(Release::Public) => Visibility::Public,
            Some(Release::Note) => Visibility::Internal,
            _ if self.any() => Visibility::Internal,
            _ => Visibility::Public,
        }
    }

    /// What the author of a note is told who did not ask for one.
    #[must_use]
    pub fn downgrade(self) -> DowngradeNotice {
        match self {
            Self { quotes: true, .. } => DowngradeNotice::Quotes,
            Self { reference: true, .. } => DowngradeNotice::RefersToInternal,
            Self { reveals: true, .. } => DowngradeNotice::Reveals,
            _ => DowngradeNotice::RefersToInternal,
        }
    }

    /// Whether its author asked for a note; else they wonder why it became one.
    #[must_use]
    pub fn asked(self) -> bool {
        self.address || self.tag
    }
}

/// Why a public answer of a staff member does not leave yet. Each reason is asked about for itself: who let a slip through
/// has not seen that the mail tells something internal.
#[must_use]
pub fn guard(known: &Known, wishes: &Wishes) -> Option<Held> {
    let guards = &known.guards;
    let open = |reason: &Held| !guards.settled.contains(reason);
    let leak = (!guards.leaks.is_empty()).then_some(Held::Leak).filter(open);
    let collision = guards.collision.as_ref().map(|_| Held::Collision).filter(open);
    // Whoever has just said "send" means now.
    let window = (guards.window && !wishes.has(Verb::Now) && known.release.is_none()).then_some(Held::Leaving);
    leak.or(collision).or(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_hears_the_first_reason_that_they_can_see() {
        let none = Signals::default();
        for (signals, expected) in [
            (Signals { quotes: true, reference: true, reveals: true, ..none }, DowngradeNotice::Quotes),
            (Signals { reference: true, reveals: true, ..none }, DowngradeNotice::RefersToInternal),
            (Signals { reveals: true, ..none }, DowngradeNotice::Reveals),
            (Signals { parts: true, ..none }, DowngradeNotice::RefersToInternal),
        ] {
            assert_eq!(signals.downgrade(), expected, "{signals:?}");
        }
    }
}
