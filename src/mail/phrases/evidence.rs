//! Which phrases have been found in what a test reads: a phrase that no fixture needs may be a slip of the pen.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// Sections and their phrases.
pub(super) type Found = BTreeSet<(&'static str, &'static str)>;

thread_local! {
    /// What has been found on this thread, where somebody wants to know.
    static FOUND: RefCell<Option<Found>> = const { RefCell::new(None) };
}

/// What is found while `work` is done.
pub(super) fn of(work: impl FnOnce()) -> Found {
    FOUND.set(Some(Found::new()));
    work();
    FOUND.take().unwrap_or_default()
}

pub(super) fn is_wanted() -> bool {
    FOUND.with_borrow(Option::is_some)
}

/// Notes the phrases that fit, and whether there are any.
pub(super) fn note(section: &'static str, phrases: &[&'static str], mut fits: impl FnMut(&'static str) -> bool) -> bool {
    // Asked before the set is borrowed: to fit may mean to look for other phrases.
    let fitting: Vec<&'static str> = phrases.iter().copied().filter(|phrase| fits(phrase)).collect();
    let any = !fitting.is_empty();
    FOUND.with_borrow_mut(|found| {
        found.iter_mut().for_each(|found| found.extend(fitting.iter().map(|phrase| (section, *phrase))))
    });
    any
}
