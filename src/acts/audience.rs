//! Who is told of what; pure.

use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;
use crate::desk::notify::{Event, MailsAbout};

/// Everybody who could be told about a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The active staff of its project, and its assignee.
    pub staff: Vec<Colleague>,
    /// Active contacts: its requester first, then its participants.
    pub correspondents: Vec<Correspondent>,
}

/// A member of staff, and what they want to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub person: PersonId,
    /// Whether the ticket is their work: its assignee, and who was it before this act.
    pub concerned: bool,
    /// Whether they want no mail about this ticket.
    pub muted: bool,
    /// What they want mail about in this project.
    pub wants: Vec<Event>,
}

/// Somebody outside the staff who may read what is public, and of what they want mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correspondent {
    /// Who.
    pub person: PersonId,
    /// Whether it is their ticket: they asked.
    pub asked: bool,
    /// Of what they want mail.
    pub mails: MailsAbout,
}

impl Correspondent {
    /// Whether they want news of the ticket by mail.
    #[must_use]
    pub const fn wants_news(&self) -> bool {
        self.mails.covers(self.asked)
    }
}

/// Who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// By notification.
    pub staff: Vec<PersonId>,
    /// By a mail that is made of guest types.
    pub outsiders: Vec<PersonId>,
}

/// How many people something is worth a mail to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Something was written, or it now stands otherwise with the ticket: for everybody.
    News,
    /// A detail: for those whose work it is, and for nobody outside.
    Detail,
}

/// What somebody could be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening<'a> {
    /// Who may know.
    pub visibility: Visibility,
    /// For how many it matters.
    pub weight: Weight,
    /// What it is for everybody: who wants one of these is told of the whole.
    pub events: &'a [Event],
    /// Whose ticket it is from now on.
    pub assigned: Option<PersonId>,
}

/// Who is told of something: never its author, outsiders only of what is public, nobody twice, and on either side whoever
/// wants to. A muted ticket says one thing more: that it has become the reader's own.
#[must_use]
pub fn told(candidates: &Candidates, author: Option<PersonId>, happening: &Happening<'_>) -> Told {
    let mut told = Told::default();
    for colleague in &candidates.staff {
        let wants = |event: &Event| colleague.wants.contains(event);
        let given = happening.assigned == Some(colleague.person) && wants(&Event::Assigned);
        let matters = happening.weight == Weight::News || colleague.concerned;
        let news = matters && !colleague.muted && happening.events.iter().any(wants);
        if (given || news) && Some(colleague.person) != author && !told.staff.contains(&colleague.person) {
            told.staff.push(colleague.person);
        }
    }
    if happening.visibility == Visibility::Public && happening.weight == Weight::News {
        for correspondent in candidates.correspondents.iter().filter(|correspondent| correspondent.wants_news()) {
            let person = correspondent.person;
            let staff = candidates.staff.iter().any(|colleague| colleague.person == person);
            if Some(person) != author && !staff && !told.outsiders.contains(&person) {
                told.outsiders.push(person);
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: PersonId = PersonId(1);
    const BEN: PersonId = PersonId(2);
    const CARLA: PersonId = PersonId(11);
    const DIRK: PersonId = PersonId(12);

    fn colleague(person: PersonId, concerned: bool) -> Colleague {
        Colleague { person, concerned, muted: false, wants: Event::ALL.to_vec() }
    }

    fn correspondent(person: PersonId) -> Correspondent {
        Correspondent { person, asked: false, mails: MailsAbout::All }
    }

    #[test]
    fn who_is_told_of_what() {
        use Visibility::{Internal, Public};
        use Weight::{Detail, News};
        let staff = vec![colleague(ANNA, false), colleague(BEN, true), colleague(ANNA, false)];
        let candidates = Candidates { staff, correspondents: [CARLA, DIRK, CARLA, BEN].map(correspondent).to_vec() };
        type Row<'a> = (Option<PersonId>, Visibility, Weight, &'a [PersonId], &'a [PersonId]);
        let table: [Row<'_>; 10] = [
            (Some(ANNA), Public, News, &[BEN], &[CARLA, DIRK]),
            (Some(ANNA), Internal, News, &[BEN], &[]),
            (Some(CARLA), Public, News, &[ANNA, BEN], &[DIRK]),
            (Some(CARLA), Internal, News, &[ANNA, BEN], &[]),
            (None, Public, News, &[ANNA, BEN], &[CARLA, DIRK]),
            (None, Internal, News, &[ANNA, BEN], &[]),
            (Some(ANNA), Public, Detail, &[BEN], &[]),
            (Some(ANNA), Internal, Detail, &[BEN], &[]),
            (Some(BEN), Public, Detail, &[], &[]),
            (None, Public, Detail, &[BEN], &[]),
        ];
        for (author, visibility, weight, staff, outsiders) in table {
            let told = told(&candidates, author, &Happening { visibility, weight, events: &[Event::Change], assigned: None });
            assert_eq!(
                (told.staff.as_slice(), told.outsiders.as_slice()),
                (staff, outsiders),
                "{author:?} {visibility} {weight:?}"
            );
        }
    }

    #[test]
    fn who_outside_wants_to_know() {
        use MailsAbout::{All, Nothing, Own};
        for (asked, mails, expected) in [
            (true, All, true),
            (false, All, true),
            (true, Own, true),
            (false, Own, false),
            (true, Nothing, false),
            (false, Nothing, false),
        ] {
            let carla = Correspondent { person: CARLA, asked, mails };
            let candidates = Candidates { staff: vec![colleague(ANNA, false)], correspondents: vec![carla, correspondent(DIRK)] };
            let happening =
                Happening { visibility: Visibility::Public, weight: Weight::News, events: &[Event::Customer], assigned: None };
            let told = told(&candidates, None, &happening);
            assert_eq!(told.outsiders.contains(&CARLA), expected, "{asked} {mails}");
            assert!(told.outsiders.contains(&DIRK), "nobody else hears less for it");
            assert_eq!(told.staff, [ANNA]);
            // What they do not want is not what they may not read: nothing internal comes of a wish.
            let internal = Happening { visibility: Visibility::Internal, ..happening };
            assert!(super::told(&candidates, None, &internal).outsiders.is_empty());
        }
    }

    #[test]
    fn who_of_the_staff_wants_to_know() {
        use Event::{Answer, Assigned, Change, Customer, Note};
        type Row<'a> = (bool, &'a [Event], &'a [Event], Option<PersonId>, bool);
        let table: [Row<'_>; 10] = [
            (false, &[Answer], &[Answer], None, true),
            (false, &[Note, Customer], &[Answer], None, false),
            (false, &[Change], &[Answer, Change], None, true),
            (false, &[], &[Answer], None, false),
            (true, &[Answer], &[Answer], None, false),
            (true, &[Assigned, Change], &[Change], Some(BEN), true),
            (false, &[Assigned], &[Change], Some(BEN), true),
            (false, &[Assigned], &[Change], Some(ANNA), false),
            (true, &[Change], &[Change], Some(BEN), false),
            (false, &[Customer], &[Change], Some(BEN), false),
        ];
        for (muted, wants, events, assigned, expected) in table {
            let ben = Colleague { muted, wants: wants.to_vec(), ..colleague(BEN, false) };
            let candidates = Candidates { staff: vec![ben], correspondents: vec![correspondent(CARLA)] };
            let happening = Happening { visibility: Visibility::Public, weight: Weight::News, events, assigned };
            let told = told(&candidates, Some(ANNA), &happening);
            assert_eq!(told.staff.contains(&BEN), expected, "{muted} {wants:?} {events:?} {assigned:?}");
            assert_eq!(told.outsiders, [CARLA], "what staff want to hear is nothing to outsiders");
        }
    }
}
