//! A held mail as somebody of the staff sees it, and what they may decide about it.

use std::time::Duration;

use crate::acts::staff_member::StaffMember;
use crate::desk::ids::PersonId;
use crate::desk::inbox::{Disposition, Held, HeldAction};
use crate::desk::notice::Part;
use crate::desk::people::{Person, fold_address};
use crate::store::held::{self, HeldMail, Taken};
use crate::store::told::Standing;
use crate::store::{Tx, people, projects, tickets, told};
use crate::time::Timestamp;

/// How long a dropped mail is listed and can be brought back by a button.
pub const DROPPED: Duration = Duration::from_hours(14 * 24);

/// What somebody has to do with a held mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// An administrator at the command line.
    Administrator,
    /// A member of staff: by session, or by a secret from a mail to the registered address.
    Staff {
        /// The mail names them as its sender.
        own: bool,
        /// They belong to the project that it seems to be about, or it is about none.
        of_project: bool,
    },
}

impl Power {
    /// Whether they see it at all.
    #[must_use]
    pub fn sees(self) -> bool {
        match self {
            Self::Administrator => true,
            Self::Staff { own, of_project } => own || of_project,
        }
    }
}

/// Whether somebody may decide this about a mail held for that reason. In the name of a member of staff it is sent by
/// their own word alone.
#[must_use]
pub fn may(reason: Held, power: Power, word: HeldAction) -> bool {
    if word != HeldAction::Back && !reason.ways().contains(&word) {
        return false;
    }
    match (power, word) {
        (Power::Administrator, HeldAction::Disown) => false,
        (Power::Administrator, _) => true,
        (Power::Staff { own, of_project }, HeldAction::Send) if reason.claims_somebody() => own && of_project,
        (Power::Staff { own, .. }, HeldAction::Disown) => own,
        (Power::Staff { .. }, _) => power.sees(),
    }
}

/// A held mail as somebody of the staff sees it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The mail.
    pub mail: HeldMail,
    /// Why it is held, or was before it was dropped.
    pub reason: Held,
    /// The member of staff whom it names.
    pub claims: Option<Person>,
    /// What the reader has to do with it.
    pub power: Power,
    /// The newest decision about it.
    pub taken: Option<Taken>,
}

impl Case {
    /// What the reader may decide, the most fitting first.
    #[must_use]
    pub fn ways(&self) -> Vec<HeldAction> {
        match self.mail.disposition {
            Some(Disposition::Held) => {}
            Some(Disposition::Spam) => return vec![HeldAction::Back],
            Some(Disposition::Ignored) if self.mail.reason == "dropped" => return vec![HeldAction::Back],
            // It is decided, or is being decided about.
            _ => return Vec::new(),
        }
        let mut ways: Vec<HeldAction> =
            self.reason.ways().iter().copied().filter(|word| may(self.reason, self.power, *word)).collect();
        let does = |word: HeldAction| match word {
            HeldAction::Send => self.mail.would.is_some(),
            _ => self.mail.as_note.is_some(),
        };
        ways.retain(|word| !self.reason.only_where_it_does_something(*word) || does(*word));
        // What does the same is one button.
        if self.is_own() && ways.contains(&HeldAction::Send) && self.mail.would.is_some() && self.mail.would == self.mail.as_note
        {
            ways.retain(|word| *word != HeldAction::Note);
        }
        ways
    }

    /// Whether the mail names the reader.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self.power, Power::Staff { own: true, .. })
    }
}

/// The case that a mail is for a member of staff, or for an administrator where `None`. `None` where they do not see it,
/// and where it was never held and is no spam.
pub async fn case(tx: &mut Tx, mut mail: HeldMail, reader: Option<PersonId>) -> anyhow::Result<Option<Case>> {
    let taken = held::last_taken(tx, mail.id).await?;
    let reason = match (mail.disposition, &taken) {
        (Some(Disposition::Held), _) => Held::try_from(mail.reason.as_str()).map_err(anyhow::Error::msg)?,
        (Some(Disposition::Spam), _) => Held::Junk,
        (_, Some(taken)) => taken.reason,
        (_, None) => return Ok(None),
    };
    let claims = match mail.claims {
        Some(person) => people::get(tx, person).await?,
        // Held by a version that did not write it down.
        None if reason.claims_somebody() => {
            people::by_address(tx, &fold_address(mail.sender.as_deref().unwrap_or_default())).await?
        }
        None => None,
    };
    mail.claims = claims.as_ref().map(|person| person.id);
    let power = match reader {
        None => Power::Administrator,
        Some(reader) => Power::Staff { own: mail.claims == Some(reader), of_project: of_project(tx, &mail, reader).await? },
    };
    let case = Case { mail, reason, claims, power, taken };
    Ok(power.sees().then_some(case))
}

/// A project without staff is everybody's, as are mails about no ticket.
async fn of_project(tx: &mut Tx, mail: &HeldMail, person: PersonId) -> anyhow::Result<bool> {
    let (Some(project), Some(ticket)) = (mail.project, mail.ticket) else { return Ok(true) };
    let staff = projects::staff(tx, project).await?;
    if staff.is_empty() || staff.iter().any(|other| other.id == person) {
        return Ok(true);
    }
    // Where nobody of the project could be told, whoever was told instead may decide.
    let known = told::of(tx, mail.id).await?;
    let hears = |standing: &Standing| standing.told_at.is_some() || standing.due_at.is_some();
    let instead = known.iter().any(|standing| standing.person == person && standing.part == Part::Staff && !standing.failed);
    if instead && !known.iter().any(|standing| hears(standing) && staff.iter().any(|other| other.id == standing.person)) {
        return Ok(true);
    }
    Ok(tickets::get(tx, ticket).await?.is_some_and(|ticket| ticket.state.assignee == Some(person)))
}

/// The mails that wait and that this member of staff sees, newest first.
pub async fn waiting(tx: &mut Tx, staff: &StaffMember) -> anyhow::Result<Vec<Case>> {
    let mails = held::waiting(tx).await?;
    cases(tx, mails, staff).await
}

/// The held mails that hang together with one, and that a member of staff sees.
pub async fn family(tx: &mut Tx, mail: &HeldMail, reader: PersonId) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for mail in held::family(tx, mail).await? {
        cases.extend(case(tx, mail, Some(reader)).await?);
    }
    Ok(cases)
}

/// The mails that were dropped or put away as spam of late and that this member of staff sees, newest first.
pub async fn dropped(tx: &mut Tx, staff: &StaffMember, now: Timestamp) -> anyhow::Result<Vec<Case>> {
    let mails = held::dropped(tx, now.minus(DROPPED)).await?;
    cases(tx, mails, staff).await
}

async fn cases(tx: &mut Tx, mails: Vec<HeldMail>, staff: &StaffMember) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for mail in mails {
        cases.extend(case(tx, mail, Some(staff.person())).await?);
    }
    Ok(cases)
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecisionOutcome {
    /// It is taken.
    Done {
        /// Why the mail was held.
        reason: Held,
        /// What was decided.
        word: HeldAction,
    },
    /// Somebody was quicker; with their decision.
    Already(Option<Taken>),
    /// Not for them to decide.
    NotAllowed,
    /// There is no such held mail for them.
    Missing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_decide_what() {
        let staff = |own, of_project| Power::Staff { own, of_project };
        let (named, colleague, other, named_elsewhere) =
            (staff(true, true), staff(false, true), staff(false, false), staff(true, false));
        use HeldAction::{Back, Disown, Drop, Note, Retry, Send};
        let table: [(Held, Power, &[HeldAction]); 16] = [
            (Held::ClaimsStaff, named, &[Send, Note, Drop, Disown, Back]),
            (Held::ClaimsStaff, colleague, &[Note, Drop, Back]),
            (Held::ClaimsStaff, other, &[]),
            (Held::ClaimsStaff, named_elsewhere, &[Note, Drop, Disown, Back]),
            (Held::ClaimsStaff, Power::Administrator, &[Send, Note, Drop, Back]),
            (Held::AutomaticFromStaff, colleague, &[Note, Drop, Back]),
            (Held::NearMiss, named, &[Send, Note, Drop, Disown, Back]),
            (Held::NearMiss, colleague, &[Note, Drop, Back]),
            (Held::UnknownCommand, colleague, &[Note, Drop, Back]),
            (Held::ThirdParty, colleague, &[Send, Note, Drop, Back]),
            (Held::ThirdParty, other, &[]),
            (Held::RefersToInternal, colleague, &[Send, Note, Drop, Back]),
            (Held::Crashes, colleague, &[Drop, Retry, Back]),
            (Held::TooLarge, colleague, &[Drop, Back]),
            (Held::NotFetched, colleague, &[Drop, Retry, Back]),
            (Held::NothingNew, other, &[]),
        ];
        for (reason, power, expected) in table {
            let mut allowed: Vec<HeldAction> = HeldAction::ALL.iter().copied().filter(|word| may(reason, power, *word)).collect();
            let mut expected = expected.to_vec();
            allowed.sort();
            expected.sort();
            assert_eq!(allowed, expected, "{reason} {power:?}");
        }
    }

    #[test]
    fn nobody_else_ever_sends_in_somebodys_name_and_every_mail_has_a_way_out() {
        for reason in Held::ALL {
            for of_project in [false, true] {
                let power = Power::Staff { own: false, of_project };
                assert!(!reason.claims_somebody() || !may(*reason, power, HeldAction::Send), "{reason}");
                assert!(!may(*reason, power, HeldAction::Disown), "{reason}");
                assert_eq!(may(*reason, power, HeldAction::Drop), of_project, "{reason}: it can at least be put away");
            }
        }
    }
}
