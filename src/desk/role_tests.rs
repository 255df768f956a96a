//! Roles against a small model, over random trees and over all small ones.

use proptest::prelude::*;

use super::*;

/// A role of the model: its parent among the earlier roles, and what it says.
type Tree = Vec<(Option<usize>, Vec<(Permission, Effect)>)>;

/// The model: ask the role, then its parent, and so on; denied beats allowed; silence is no.
fn model(tree: &Tree, role: usize, permission: Permission) -> bool {
    let (parent, says) = &tree[role];
    if says.contains(&(permission, Effect::Denied)) {
        return false;
    }
    says.contains(&(permission, Effect::Allowed)) || parent.is_some_and(|parent| model(tree, parent, permission))
}

fn line(tree: &Tree, role: usize) -> Vec<Vec<(Permission, Effect)>> {
    std::iter::successors(Some(role), |role| tree[*role].0).map(|role| tree[role].1.clone()).collect()
}

fn says() -> impl Strategy<Value = Vec<(Permission, Effect)>> {
    let one = (0..Permission::ALL.len(), any::<bool>());
    let effect = |allowed| if allowed { Effect::Allowed } else { Effect::Denied };
    proptest::collection::vec(one.prop_map(move |(at, allowed)| (Permission::ALL[at], effect(allowed))), 0..8)
}

fn trees() -> impl Strategy<Value = Tree> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>(), says()), 1..10).prop_map(|roles| {
        let role = |(at, (parent, root, says)): (usize, (prop::sample::Index, bool, _))| {
            ((!root && at > 0).then(|| parent.index(at)), says)
        };
        roles.into_iter().enumerate().map(role).collect()
    })
}

proptest! {
    #[test]
    fn resolving_is_what_the_model_says(tree in trees()) {
        for role in 0..tree.len() {
            let permissions = Permissions::resolve(&line(&tree, role));
            for permission in Permission::ALL {
                prop_assert_eq!(permissions.allow(*permission), model(&tree, role, *permission));
            }
        }
    }

    #[test]
    fn a_denial_never_gives_and_a_silent_parent_changes_nothing(tree in trees(), at in 0..Permission::ALL.len()) {
        let (permission, last) = (Permission::ALL[at], tree.len() - 1);
        let before = Permissions::resolve(&line(&tree, last));
        let mut stricter = line(&tree, last);
        stricter[0].push((permission, Effect::Denied));
        let after = Permissions::resolve(&stricter);
        prop_assert!(!after.allow(permission));
        prop_assert!(Permission::ALL.iter().all(|other| *other == permission || after.allow(*other) == before.allow(*other)));
        let mut silent = line(&tree, last);
        silent.push(Vec::new());
        prop_assert_eq!(Permissions::resolve(&silent), before);
    }
}

/// Every way in which up to four roles can have parents, cycles included, and every word on one permission.
#[test]
fn all_small_trees() {
    let permission = Permission::Comment;
    let (mut sound, mut cyclic) = (0, 0);
    for size in 1..=4_usize {
        let choices = size + 1;
        for code in 0..choices.pow(u32::try_from(size).unwrap()) {
            let parent = |role: usize| match code / choices.pow(u32::try_from(role).unwrap()) % choices {
                0 => None,
                up => Some(up - 1),
            };
            // Roles get their parents one after the other; the first that closes a cycle is refused.
            let mut parents: Vec<(i64, Option<i64>)> = (0..size).map(|id| (i64::try_from(id).unwrap(), None)).collect();
            let mut refused = false;
            for role in 0..size {
                let Some(up) = parent(role) else { continue };
                let (id, up) = (i64::try_from(role).unwrap(), i64::try_from(up).unwrap());
                match may_inherit(&parents, id, up) {
                    Ok(()) => parents[role].1 = Some(up),
                    Err(why) => {
                        assert_eq!(why, Unfit::Cycle);
                        refused = true;
                    }
                }
            }
            let ends = |role: usize| std::iter::successors(Some(role), |role| parent(*role)).take(size + 1).count() <= size;
            assert_eq!(refused, !(0..size).all(ends), "{parents:?}");
            if refused {
                cyclic += 1;
                continue;
            }
            sound += 1;
            for words in 0..3_usize.pow(u32::try_from(size).unwrap()) {
                let says = |role: usize| match words / 3_usize.pow(u32::try_from(role).unwrap()) % 3 {
                    0 => Vec::new(),
                    1 => vec![(permission, Effect::Allowed)],
                    _ => vec![(permission, Effect::Denied)],
                };
                let tree: Tree = (0..size).map(|role| (parent(role), says(role))).collect();
                for role in 0..size {
                    let found = Permissions::resolve(&line(&tree, role)).allow(permission);
                    assert_eq!(found, model(&tree, role, permission), "{tree:?}");
                }
            }
        }
    }
    // Cayley: (n+1)^(n-1) rooted forests on n labelled nodes.
    assert_eq!((sound, cyclic), (1 + 3 + 16 + 125, 1 + 6 + 48 + 500));
}

#[test]
fn lines_do_not_get_too_deep_from_either_end() {
    let deepest = i64::try_from(DEEPEST).unwrap();
    let chain = |from: i64, to: i64| (from..=to).map(move |id| (id, (id > from).then_some(id - 1)));
    let full: Vec<_> = chain(1, deepest).chain([(100, None)]).collect();
    assert_eq!(may_inherit(&full, 100, deepest), Err(Unfit::TooDeep));
    assert_eq!(may_inherit(&full, 1, 100), Err(Unfit::TooDeep), "what hangs below counts, too");
    assert_eq!(may_inherit(&full, 100, deepest - 1), Ok(()), "the twin");
    let halves: Vec<_> = chain(1, 8).chain(chain(21, 28)).chain([(29, Some(28))]).collect();
    assert_eq!(may_inherit(&halves, 21, 8), Err(Unfit::TooDeep));
    assert_eq!(may_inherit(&halves, 21, 7), Ok(()));
}
