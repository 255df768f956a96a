//! What becomes of the commands of a mail; pure. Whether it may command anything was decided before: by `proof` for staff,
//! by taking part for customers.
//!
//! All commands of a mail are done or none. What is no command holds the whole mail, and so does a command that cannot be
//! obeyed where there is a text that would go out without it; its author is asked. Where there is no text, nothing is lost,
//! and a transcript is the answer. A mail whose commands all went well is not answered.

use super::proof::{Leave, Power};
use super::signals::{Signals, guard};
use crate::acts::{Act, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::TicketId;
use crate::desk::inbox::{Disposition, Grounds, Held, HeldAction, Release};
use crate::desk::ticket::STATUS_DONE;
use crate::intake::case::{Case, Known, Question, TicketState, has_content};
use crate::intake::command::plan::{Frame, Plan, plan, trouble_line};
use crate::intake::command::table::Verb;
use crate::intake::command::{Asked, GuestWord, Trouble, Wishes, guest_word};
use crate::intake::decision::{Answer, Decision, Effect};
use crate::letters::commands::{CommandsOutcome, Line, Refusal, Verdict};
use crate::letters::guard::DowngradeNotice;
use crate::mail::Kind;

/// Answers to commands, and questions about them, that one person of the staff gets in an hour.
pub const ANSWERS_AN_HOUR: i64 = 30;
/// Answers to the words of a customer in an hour: two machines that say "status" to each other stop soon.
pub const GUEST_ANSWERS_AN_HOUR: i64 = 5;

/// What the commands of a mail ask for besides the changes of its ticket.
#[derive(Debug, Default)]
pub(super) struct Besides {
    /// Before its act.
    pub(super) before: Vec<Effect>,
    /// After it.
    pub(super) after: Vec<Effect>,
}

impl Besides {
    /// The decision with all of it around its act.
    pub(super) fn around(mut self, decision: Decision) -> Decision {
        self.before.extend(decision.effects);
        self.before.extend(self.after);
        Decision { effects: self.before, ..decision }
    }
}

/// Why a mail is held whose leading lines are almost commands, unless a human has seen it. A dry run asks nothing: it says so.
pub(super) fn trouble(known: &Known, wishes: &Wishes) -> Option<Held> {
    let trouble = wishes.trouble.as_ref().filter(|_| !wishes.has(Verb::Dry))?;
    let reason = match trouble {
        Trouble::NearMiss(..) | Trouble::Below(_) => Held::NearMiss,
        Trouble::Unknown(_) => Held::UnknownCommand,
    };
    Some(reason).filter(|reason| known.asks(*reason))
}

/// Held for such a command line, which is repeated to its author.
pub(super) fn asked_about_trouble(case: &Case<'_>, reason: Held, ticket: Option<TicketId>) -> Decision {
    Decision::asked_about(reason, ticket, case.wishes.trouble.iter().map(trouble_line).collect())
}

/// A proven staff member's mail about a ticket.
pub(super) fn staff(case: &Case<'_>, ticket: TicketId, signals: Signals, power: &Power) -> Decision {
    let Case { letter, known, facts, wishes, .. } = case;
    if let Some(reason) = trouble(known, wishes) {
        return asked_about_trouble(case, reason, Some(ticket));
    }
    let visibility = signals.visibility(known.release);
    let comment = has_content(letter, wishes);
    let frame = Frame { text: visibility, comment, word: word(known) };
    let (changes, plan) = (frame.changes(wishes), plan(wishes, facts, frame));
    let only_note = comment && visibility == Visibility::Internal && !plan.changes() && !plan.refused();
    let only_help = !comment && wishes.commands.iter().all(|asked| asked.verb == Verb::Help) && wishes.has(Verb::Help);
    let leave = if only_note || only_help { power.note() } else { power.answer() };
    let Some(leave) = leave else {
        return Decision::held(power.lack(), Some(ticket));
    };
    let text = comment.then_some(visibility);
    let about = Said { text, changes, channel: visibility };
    if wishes.has(Verb::Dry) {
        return dry_run(case, plan, &about, Some(ticket));
    }
    if let Some(waits) = sent_now(wishes, known, comment).filter(|_| !plan.refused()) {
        let settles = Effect::Settle(waits, Some(HeldAction::Send));
        return Decision::new(Disposition::Command, leave.by(), Some(ticket)).and(settles);
    }
    let plan = if comment || plan.refused() { plan } else { for_a_text(plan, wishes) };
    if plan.refused() && !comment {
        let answers = vec![about.transcript(&plan, CommandsOutcome::Refused)];
        return told(known, Decision::new(Disposition::Command, Grounds::Refused, Some(ticket)), plan.lines, answers);
    }
    if plan.refused() && known.asks(Held::CommandRefused) {
        return Decision::asked_about(Held::CommandRefused, Some(ticket), plan.lines);
    }
    let (plan, answers) = said(plan, wishes, &about);
    if !comment && !plan.changes() && answers.is_empty() {
        return Decision::held(Held::NothingNew, Some(ticket));
    }
    let unasked = text == Some(Visibility::Internal) && signals.any() && !signals.asked() && known.release.is_none();
    if unasked && signals.only_parts() && known.asks(Held::PartsDiffer) {
        return Decision::held(Held::PartsDiffer, Some(ticket));
    }
    if let Some(reason) = guard(known, wishes).filter(|_| text == Some(Visibility::Public)) {
        return Decision::held(reason, Some(ticket));
    }
    let mut decision = written(case, ticket, &plan, &about, leave);
    if text == Some(Visibility::Internal) {
        decision = downgraded(decision, known, unasked.then(|| signals.downgrade()));
    }
    let mut besides = besides(&plan, changes);
    besides.after.extend(answered(known, plan.lines, answers));
    besides.around(decision)
}

/// A note whose author hears that it became one, or that somebody outside has it all the same.
pub(super) fn downgraded(decision: Decision, known: &Known, why: Option<DowngradeNotice>) -> Decision {
    let outside = known.guards.outside.clone();
    if why.is_none() && outside.is_empty() { decision } else { decision.and(Effect::TellDowngrade { why, outside }) }
}

/// The act of a staff member's mail.
fn written(case: &Case<'_>, ticket: TicketId, plan: &Plan, about: &Said, leave: Leave) -> Decision {
    let disposition = match about.text {
        None => Disposition::Command,
        Some(Visibility::Public) => Disposition::Comment,
        Some(Visibility::Internal) => Disposition::Note,
    };
    let decision = Decision::new(disposition, leave.by(), Some(ticket));
    if about.text.is_none() && !plan.updates() {
        return decision;
    }
    let wishes = &case.wishes;
    let said = if about.text == Some(Visibility::Internal) { &wishes.whole } else { &wishes.text };
    let direct = about.text.map(|_| case.known.guards.outside.clone()).unwrap_or_default();
    let update = Update { comment: about.text, direct, ..plan.update(ticket, about.changes) };
    decision.with(Act::Update(update), said.clone())
}

/// What a plan asks for besides the changes of the ticket.
pub(super) fn besides(plan: &Plan, changes: Visibility) -> Besides {
    // What was worked stays inside, unless the mail says `#public`.
    let seen = if plan.public { changes } else { Visibility::Internal };
    let times = plan.times.iter().map(|(minutes, what)| Effect::Time(*minutes, what.clone(), seen));
    let after = times.chain(plan.cc.iter().cloned().map(Effect::Invite)).collect();
    Besides { before: plan.uncc.iter().cloned().map(Effect::TakeOff).collect(), after }
}

/// The question about the author's answer that waits, where all that their mail says is `#now`.
fn sent_now(wishes: &Wishes, known: &Known, comment: bool) -> Option<Question> {
    let only = !comment && wishes.has(Verb::Now) && is_for_a_text(wishes);
    let person = known.sender.staff()?;
    let (inbox, round) = known.guards.waiting.filter(|_| only)?;
    Some(Question { person, inbox, round, live: true })
}

/// Whether all that is commanded says how a text is to leave.
fn is_for_a_text(wishes: &Wishes) -> bool {
    wishes.commands.iter().all(|asked| matches!(asked.verb, Verb::Now | Verb::Public))
}

/// A plan of a mail that says only how a text is to leave, and has none: nothing of it can be done, and its author hears what
/// they can do instead. What is wished for a note is asked about: perhaps its text was taken for a signature.
fn for_a_text(mut plan: Plan, wishes: &Wishes) -> Plan {
    if wishes.commands.is_empty() || !is_for_a_text(wishes) {
        return plan;
    }
    let said = |asked: &Asked| Line {
        text: asked.line.clone(),
        verdict: Verdict::Refused(if asked.verb == Verb::Now { Refusal::NothingWaits } else { Refusal::NoText }),
    };
    plan.lines = wishes.commands.iter().map(said).collect();
    plan
}

/// What is answered, as long as there were not too many answers already.
pub(super) fn answered(known: &Known, lines: Vec<Line>, answers: Vec<Answer>) -> Vec<Effect> {
    if known.answers >= ANSWERS_AN_HOUR {
        return Vec::new();
    }
    answers.into_iter().map(|answer| Effect::Answer(answer, lines.clone())).collect()
}

/// What a transcript says of a mail as a whole.
pub(super) struct Said {
    /// What its text becomes; `None` where there is none.
    pub(super) text: Option<Visibility>,
    /// For whom its changes are.
    pub(super) changes: Visibility,
    /// What a reply to the transcript becomes.
    pub(super) channel: Visibility,
}

impl Said {
    fn transcript(&self, plan: &Plan, outcome: CommandsOutcome) -> Answer {
        let changes = (plan.updates() || !plan.cc.is_empty() || !plan.uncc.is_empty()).then_some(self.changes);
        Answer::Transcript { outcome, text: self.text, changes, channel: self.channel }
    }
}

/// What is done of a plan that need not wait, and what is answered. Where something is refused, a human has seen it and
/// wants the text nevertheless.
pub(super) fn said(mut plan: Plan, wishes: &Wishes, about: &Said) -> (Plan, Vec<Answer>) {
    let mut answers = Vec::new();
    if plan.refused() {
        answers.push(about.transcript(&plan, CommandsOutcome::TextOnly));
        plan = plan.emptied();
    } else if plan.warned() {
        answers.push(about.transcript(&plan, CommandsOutcome::Done));
    }
    if wishes.has(Verb::Help) {
        answers.push(Answer::Help);
    }
    (plan, answers)
}

/// What would happen, and nothing of it.
fn dry_run(case: &Case<'_>, mut plan: Plan, about: &Said, ticket: Option<TicketId>) -> Decision {
    plan.lines.extend(case.wishes.trouble.iter().map(trouble_line));
    let answers = vec![about.transcript(&plan, if plan.refused() { CommandsOutcome::Refused } else { CommandsOutcome::Dry })];
    told(case.known, Decision::new(Disposition::Command, Grounds::DryRun, ticket), plan.lines, answers)
}

/// A human's word on the visibility of everything.
pub(super) fn word(known: &Known) -> Option<Visibility> {
    match known.release {
        Some(Release::Public) => Some(Visibility::Public),
        Some(Release::Note) => Some(Visibility::Internal),
        Some(Release::AsIs) | None => None,
    }
}

/// A decision with what is answered.
fn told(known: &Known, mut decision: Decision, lines: Vec<Line>, answers: Vec<Answer>) -> Decision {
    decision.effects.extend(answered(known, lines, answers));
    decision
}

/// `#help` or `#dry` of a staff member in a mail about no ticket, with leave for a new one; `None` for every other mail.
pub(super) fn without_ticket(case: &Case<'_>, leave: &Leave) -> Option<Decision> {
    let Case { letter, known, facts, wishes, .. } = case;
    let comment = has_content(letter, wishes);
    if wishes.has(Verb::Dry) {
        let frame = Frame { text: Visibility::Internal, comment, word: None };
        let text = comment.then_some(Visibility::Internal);
        let about = Said { text, changes: frame.changes(wishes), channel: Visibility::Internal };
        return Some(dry_run(case, plan(wishes, facts, frame), &about, None));
    }
    let nothing_else = wishes.commands.iter().all(|asked| matches!(asked.verb, Verb::Help | Verb::Note));
    let help = wishes.has(Verb::Help) && nothing_else && !comment;
    help.then(|| told(known, Decision::new(Disposition::Command, leave.by(), None), Vec::new(), vec![Answer::Help]))
}

/// The `close` of somebody who takes no part in the ticket and whose role does not let them: nothing comes of it, they do not take
/// part because of it, and hear so. `None` for everything else.
pub(super) fn may_not_close(case: &Case<'_>, ticket: TicketId) -> Option<Decision> {
    let Case { letter, known, .. } = case;
    let asks = is_one_word(case) && guest_word(&letter.body.new_text()) == Some(GuestWord::Close);
    if !asks || !known.bars.closing.contains(&ticket) {
        return None;
    }
    let decision = Decision::new(Disposition::Command, Grounds::Refused, Some(ticket));
    let too_often = known.answers >= GUEST_ANSWERS_AN_HOUR;
    Some(if too_often { decision } else { decision.and(Effect::Answer(Answer::MayNotClose, Vec::new())) })
}

/// Whether a mail of a customer may be a single word that commands: whatever a machine wrote, or came long ago, is none.
fn is_one_word(case: &Case<'_>) -> bool {
    let Case { letter, known, .. } = case;
    let person_wrote = letter.kind == Kind::Person && !letter.list && letter.attachments.is_empty();
    person_wrote && !known.old && known.release.is_none()
}

/// `status`, `close` or `help` of a customer on a ticket that they take part in; `None` where the mail is anything else,
/// and where they may not close: then it is a comment, and a human reads it. Whatever a machine wrote is none of the three.
pub(super) fn guest(case: &Case<'_>, ticket: TicketId, state: TicketState) -> Option<Decision> {
    let Case { letter, known, .. } = case;
    let word = guest_word(&letter.body.new_text()).filter(|_| is_one_word(case))?;
    if word == GuestWord::Close && !known.may_close {
        return None;
    }
    let too_often = known.answers >= GUEST_ANSWERS_AN_HOUR;
    let reason = if too_often { Grounds::TooOften } else { Grounds::CustomerCommand };
    let mut decision = Decision::new(Disposition::Command, reason, Some(ticket));
    if word == GuestWord::Close && !state.done {
        let status = Some((STATUS_DONE.to_owned(), Visibility::Public));
        decision = decision.with(Act::Update(Update { status, ..Update::of(ticket) }), String::new());
    }
    Some(if too_often { decision } else { decision.and(Effect::Answer(Answer::Guest(word), Vec::new())) })
}
