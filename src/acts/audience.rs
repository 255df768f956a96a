//! Who is told of what; pure.

use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;

/// Everybody who could be told about a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circle {
    /// The active staff of its project, and its assignee.
    pub staff: Vec<PersonId>,
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

/// Who is told of something with this visibility: never its author, outsiders only of what is public, nobody twice.
#[must_use]
pub fn told(circle: &Circle, author: Option<PersonId>, visibility: Visibility) -> Told {
    let mut told = Told::default();
    for person in &circle.staff {
        if Some(*person) != author && !told.staff.contains(person) {
            told.staff.push(*person);
        }
    }
    if visibility == Visibility::Public {
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
        let circle = Circle { staff: vec![ANNA, BEN, ANNA], correspondents: vec![CARLA, DIRK, CARLA, BEN] };
        type Row<'a> = (Option<PersonId>, Visibility, &'a [PersonId], &'a [PersonId]);
        let table: [Row<'_>; 6] = [
            (Some(ANNA), Public, &[BEN], &[CARLA, DIRK]),
            (Some(ANNA), Internal, &[BEN], &[]),
            (Some(CARLA), Public, &[ANNA, BEN], &[DIRK]),
            (Some(CARLA), Internal, &[ANNA, BEN], &[]),
            (None, Public, &[ANNA, BEN], &[CARLA, DIRK]),
            (None, Internal, &[ANNA, BEN], &[]),
        ];
        for (author, visibility, staff, outsiders) in table {
            let told = told(&circle, author, visibility);
            assert_eq!((told.staff.as_slice(), told.outsiders.as_slice()), (staff, outsiders), "{author:?} {visibility}");
        }
    }
}
