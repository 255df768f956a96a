//! Roles: named sets of permissions, each allowed, denied or inherited from the parent role.

use std::collections::BTreeSet;

string_enum! {
    /// What a guest may do beyond being there. This list is the ceiling: a guest role can hold nothing else, and the
    /// database says so, too.
    Permission {
        /// See all tickets of the organization, not only those one takes part in.
        SeeAllTickets = "see_all_tickets",
        /// Open tickets.
        CreateTickets = "create_tickets",
        /// Comment on tickets that one sees.
        Comment = "comment",
        /// Attach files to what one writes.
        Attach = "attach",
        /// Close and reopen tickets.
        Close = "close",
        /// Set the priority.
        SetPriority = "set_priority",
        /// See who works on a ticket, where that is public.
        SeeAssignee = "see_assignee",
        /// Read published articles.
        Documentation = "documentation",
        /// See the Big Picture.
        BigPicture = "big_picture",
        /// See time entries.
        TimeEntries = "time_entries",
        /// Let colleagues take part in tickets.
        InviteColleagues = "invite_colleagues",
    }
}

string_enum! {
    /// What a role itself says about a permission.
    Effect {
        /// Yes.
        Allowed = "allowed",
        /// No.
        Denied = "denied",
    }
}

/// What somebody may do: every permission not in it is denied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    /// Whether this is allowed.
    #[must_use]
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// What a role with these ancestors allows. `line` begins with the role itself and goes up to the root; the nearest
    /// word wins, and what nobody says is denied.
    #[must_use]
    pub fn resolve(line: &[Vec<(Permission, Effect)>]) -> Self {
        let said = |permission: Permission| {
            line.iter().find_map(|role| {
                let effects: Vec<Effect> = role.iter().filter(|(of, _)| *of == permission).map(|(_, effect)| *effect).collect();
                // Two words at one level cannot stand in the database; if they did, the stricter would win.
                (!effects.is_empty()).then(|| !effects.contains(&Effect::Denied))
            })
        };
        Self(Permission::ALL.iter().copied().filter(|permission| said(*permission) == Some(true)).collect())
    }
}

/// No role has more ancestors than this.
pub const DEEPEST: usize = 16;

/// Why a role cannot have a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The role would inherit from itself.
    Cycle,
    /// The line would be longer than [`DEEPEST`].
    TooDeep,
}

/// Whether `role` may inherit from `parent`. `parents` has every role with its present parent.
///
/// # Errors
/// Why not.
pub fn may_inherit(parents: &[(i64, Option<i64>)], role: i64, parent: i64) -> Result<(), Unfit> {
    let above = |role: i64| parents.iter().find(|(id, _)| *id == role).and_then(|(_, parent)| *parent);
    let (mut line, mut next) = (1, Some(parent));
    while let Some(ancestor) = next {
        if ancestor == role {
            return Err(Unfit::Cycle);
        }
        line += 1;
        if line > DEEPEST {
            return Err(Unfit::TooDeep);
        }
        next = above(ancestor);
    }
    // What inherits from this role gets longer, too.
    let below = |mut id: i64| {
        (1..=DEEPEST).find(|_| {
            let Some(up) = above(id) else { return false };
            id = up;
            id == role
        })
    };
    let deepest = parents.iter().filter_map(|(id, _)| below(*id)).max().unwrap_or(0);
    if line + deepest > DEEPEST { Err(Unfit::TooDeep) } else { Ok(()) }
}

#[cfg(test)]
#[path = "role_tests.rs"]
mod model;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_wins_and_silence_is_no() {
        use Effect::{Allowed, Denied};
        use Permission::{Close, Comment, TimeEntries};
        let root = vec![(Comment, Allowed), (Close, Allowed), (TimeEntries, Denied)];
        let middle = vec![(Close, Denied), (TimeEntries, Allowed)];
        let leaf = vec![(Close, Allowed)];
        let of = |line: &[Vec<(Permission, Effect)>]| {
            let permissions = Permissions::resolve(line);
            [Comment, Close, TimeEntries].map(|permission| permissions.allow(permission))
        };
        assert_eq!(of(std::slice::from_ref(&root)), [true, true, false]);
        assert_eq!(of(&[middle.clone(), root.clone()]), [true, false, true]);
        assert_eq!(of(&[leaf, middle, root]), [true, true, true]);
        assert_eq!(of(&[]), [false, false, false]);
        assert_eq!(of(&[vec![(Comment, Allowed), (Comment, Denied)]]), [false, false, false]);
    }
}
