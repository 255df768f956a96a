//! Roles: named sets of permissions, each allowed, denied or inherited from the parent role.

use std::collections::BTreeSet;

words! {
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

words! {
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
