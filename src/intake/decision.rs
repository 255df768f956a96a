//! What becomes of one mail: plain data that the rules make, and `apply` carries out.

use super::case::Question;
use super::command::GuestWord;
use crate::acts::Act;
use crate::desk::entry::{Lack, Visibility};
use crate::desk::ids::TicketId;
use crate::desk::inbox::{Disposition, Held, HeldAction, Reason};
use crate::letters::commands::{CommandsOutcome, Line};
use crate::letters::guard::DowngradeNotice;

/// What becomes of a mail.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The one word.
    pub disposition: Disposition,
    /// Why, as one stable word.
    pub reason: Reason,
    /// The ticket it belongs to, or seems to.
    pub ticket: Option<TicketId>,
    /// Whether it is done in nobody's name: kept by somebody who cannot know whether it is the named person's.
    pub nameless: bool,
    /// Whether it is done in silence, as of when the mail was written.
    pub quiet: bool,
    /// What is done, in this order.
    pub effects: Vec<Effect>,
}

/// One thing that is done because of a mail.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Somebody takes part no longer. Before everything else: what the same mail says is no longer for them.
    TakeOff(String),
    /// An act in the sender's name, with the text that becomes its entry.
    Act(Box<Act>, String),
    /// Its author hears that it became a note, and why, or that somebody outside has it all the same.
    TellDowngrade {
        /// Why, where they asked for none.
        why: Option<DowngradeNotice>,
        /// Addresses outside the desk that they wrote to themselves.
        outside: Vec<String>,
    },
    /// Its author hears what was taken for their signature.
    TellLeftOut,
    /// Its author hears what of their public answer did not leave whole, and that nobody outside gets it, where that is so.
    TellReach(Vec<Lack>),
    /// Working time: minutes, what was done, and for whom to see.
    Time(i64, String, Visibility),
    /// Somebody takes part from now on.
    Invite(String),
    /// Its commands are answered, with what is to be said of their lines.
    Answer(Answer, Vec<Line>),
    /// It waits, and somebody is asked about it, with what is to be said of its command lines.
    Ask(Vec<Line>),
    /// It says what becomes of the mail that a question of ours was about; no word where it is not clear.
    Settle(Question, Option<HeldAction>),
}

/// An answer to commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Line by line, what became of them.
    Transcript {
        /// As a whole.
        outcome: CommandsOutcome,
        /// What the text would become.
        text: Option<Visibility>,
        /// For whom the changes would be.
        changes: Option<Visibility>,
        /// What a reply to it becomes: what a reply to the carrying mail's address became.
        channel: Visibility,
    },
    /// The table of commands.
    Help,
    /// What a customer asked for.
    Guest(GuestWord),
    /// That a customer's role does not let them close the ticket.
    MayNotClose,
}

impl Effect {
    /// Whether it needs the verdict to be written down before: what the desk tells or decides about a mail in the ledger.
    #[must_use]
    pub fn comes_last(&self) -> bool {
        matches!(self, Self::Ask(_) | Self::Settle(..))
    }

    /// Whether somebody is written to because of it.
    #[must_use]
    pub fn tells(&self) -> bool {
        match self {
            Self::TellDowngrade { .. } | Self::TellLeftOut | Self::TellReach(_) | Self::Answer(..) | Self::Ask(_) => true,
            Self::TakeOff(_) | Self::Act(..) | Self::Time(..) | Self::Invite(_) | Self::Settle(..) => false,
        }
    }
}

impl Decision {
    pub(super) fn new(disposition: Disposition, reason: impl Into<Reason>, ticket: Option<TicketId>) -> Self {
        Self { disposition, reason: reason.into(), ticket, nameless: false, quiet: false, effects: Vec::new() }
    }

    /// It waits for a human, who is asked about it.
    pub(super) fn held(reason: Held, ticket: Option<TicketId>) -> Self {
        Self::asked_about(reason, ticket, Vec::new())
    }

    /// The same, with what is wrong with its command lines.
    pub(super) fn asked_about(reason: Held, ticket: Option<TicketId>, lines: Vec<Line>) -> Self {
        Self { effects: vec![Effect::Ask(lines)], ..Self::new(Disposition::Held, reason, ticket) }
    }

    pub(super) fn with(self, act: Act, text: String) -> Self {
        self.and(Effect::Act(Box::new(act), text))
    }

    pub(super) fn and(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// What is done in the sender's name.
    pub fn acts(&self) -> impl Iterator<Item = &Act> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Act(act, _) => Some(act.as_ref()),
            _ => None,
        })
    }
}
