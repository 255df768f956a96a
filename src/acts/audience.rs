//! Who is told of what; pure.

use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;

/// Everybody who could be told about a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circle {
    /// The active staff of its project, and its assignee.
    pub staff: Vec<PersonId>,
    /// Those of them whose work it is: its assignee, and who was it before this act.
    pub concerned: Vec<PersonId>,
    /// Active contacts: its requester first, then its participants.
    pub correspondents: Vec<PersonId>,
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

/// Who is told of something with this visibility and weight: never its author, outsiders only of what is public, nobody
/// twice.
#[must_use]
pub fn told(circle: &Circle, author: Option<PersonId>, visibility: Visibility, weight: Weight) -> Told {
    let mut told = Told::default();
    for person in &circle.staff {
        let theirs = weight == Weight::News || circle.concerned.contains(person);
        if theirs && Some(*person) != author && !told.staff.contains(person) {
            told.staff.push(*person);
        }
    }
    if visibility == Visibility::Public && weight == Weight::News {
        for person in &circle.correspondents {
            let staff = circle.staff.contains(person);
            if Some(*person) != author && !staff && !told.outsiders.contains(person) {
                told.outsiders.push(*person);
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

    #[test]
    fn who_is_told_of_what() {
        use Visibility::{Internal, Public};
        use Weight::{Detail, News};
        let (staff, concerned) = (vec![ANNA, BEN, ANNA], vec![BEN, CARLA]);
        let circle = Circle { staff, concerned, correspondents: vec![CARLA, DIRK, CARLA, BEN] };
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
            let told = told(&circle, author, visibility, weight);
            assert_eq!(
                (told.staff.as_slice(), told.outsiders.as_slice()),
                (staff, outsiders),
                "{author:?} {visibility} {weight:?}"
            );
        }
    }
}
