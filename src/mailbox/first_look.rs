//! The first look into a folder: which mails it covers, and in which order they are taken.
//!
//! It is remembered in the database before the first mail is taken, so that a restart in the middle makes no old mail new.
//! A mail that it covers stays covered however late it can be fetched; a mail that comes meanwhile is not. The mails are
//! taken in the order of their dates, so that an answer finds the ticket of what it answers.

use std::collections::{BTreeMap, BTreeSet};

use super::InboxWriter;
use crate::desk::inbox::Found;
use crate::store::first_look::{self, Cover, FirstLook};
use crate::time::Timestamp;

/// What is remembered of a folder's first look between looks; all of it can be forgotten.
#[derive(Debug, Default)]
pub(super) struct Look {
    asked: bool,
    cover: Option<Cover>,
    ended: bool,
}

impl Look {
    /// Whether it has been looked for already.
    pub(super) fn is_known(&self) -> bool {
        self.asked
    }

    /// Whether it goes on.
    pub(super) fn is_open(&self) -> bool {
        self.cover.is_some() && !self.ended
    }

    /// Whether it covers a mail.
    pub(super) fn covers(&self, uid: i64) -> bool {
        match &self.cover {
            None => false,
            Some(Cover::Below(below)) => uid < *below,
            Some(Cover::These(uids)) => uids.binary_search(&uid).is_ok(),
        }
    }

    /// How a mail is found that may have been answered.
    pub(super) fn found(&self, uid: i64, answered: bool) -> Option<Found> {
        self.covers(uid).then_some(if answered { Found::Answered } else { Found::FirstLook })
    }

    /// Whether all of what it covers among `there` is `known` or was given up.
    pub(super) fn is_complete(&self, there: &BTreeSet<i64>, known: &BTreeSet<i64>, given_up: impl Fn(&i64) -> bool) -> bool {
        there.iter().filter(|uid| self.covers(**uid)).all(|uid| known.contains(uid) || given_up(uid))
    }
}

/// The first look into a folder as it was begun, or begun now, covering `cover`, where nobody has looked there yet.
pub(super) async fn begin(intake: &InboxWriter, place: (&str, &str, i64), cover: Cover) -> anyhow::Result<Look> {
    let (mailbox, folder, uidvalidity) = place;
    if let Some(look) = remembered(intake, place).await? {
        return Ok(look);
    }
    let (mailbox, folder) = (mailbox.to_owned(), folder.to_owned());
    let look = FirstLook { uidvalidity, cover, began_at: intake.clock.now(), ended_at: None };
    let work = intake.store.write(move |tx| Box::pin(async move { Ok(first_look::begin(tx, &mailbox, &folder, &look).await?) }));
    work.await?;
    Ok(remembered(intake, place).await?.unwrap_or_default())
}

/// `None` where one has to be begun: nothing is known of the folder, or it got new names in the middle of its first look.
async fn remembered(intake: &InboxWriter, (mailbox, folder, uidvalidity): (&str, &str, i64)) -> anyhow::Result<Option<Look>> {
    let mut tx = intake.store.read().await?;
    Ok(match first_look::get(&mut tx, mailbox, folder).await? {
        Some(look) if look.uidvalidity == uidvalidity => {
            Some(Look { asked: true, cover: Some(look.cover), ended: look.ended_at.is_some() })
        }
        Some(look) if look.ended_at.is_none() => None,
        Some(_) => Some(Look { asked: true, ..Look::default() }),
        None if first_look::is_known(&mut tx, mailbox, folder).await? => Some(Look { asked: true, ..Look::default() }),
        None => None,
    })
}

/// Remembers that all is taken, and wakes whoever tells of it.
pub(super) async fn end(intake: &InboxWriter, (mailbox, folder): (&str, &str), look: &mut Look) -> anyhow::Result<()> {
    let (mailbox, folder, now) = (mailbox.to_owned(), folder.to_owned(), intake.clock.now());
    let work = intake.store.write(move |tx| Box::pin(async move { Ok(first_look::end(tx, &mailbox, &folder, now).await?) }));
    work.await?;
    look.ended = true;
    Ok(())
}

/// `uids` in the order of their `dates`; those without one keep their place by number, before all others.
pub(super) fn in_order(mut uids: Vec<i64>, dates: &BTreeMap<i64, Timestamp>) -> Vec<i64> {
    uids.sort_by_key(|uid| (dates.get(uid).copied(), *uid));
    uids
}

/// Batches of at most `most`, each in rising order: a server answers in its own order, and that is the rising one.
pub(super) fn batches(uids: &[i64], most: usize) -> impl Iterator<Item = &[i64]> {
    uids.chunk_by(|before, after| before < after).flat_map(move |run| run.chunks(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(cover: Option<Cover>) -> Look {
        Look { asked: true, cover, ended: false }
    }

    #[test]
    fn what_comes_later_is_not_covered() {
        let below = look(Some(Cover::Below(5)));
        assert_eq!((below.found(4, false), below.found(4, true)), (Some(Found::FirstLook), Some(Found::Answered)));
        assert_eq!((below.found(5, false), below.found(6, true)), (None, None), "whatever its flags");
        let these = look(Some(Cover::These(vec![3, 7])));
        assert_eq!((these.covers(3), these.covers(4), these.covers(7)), (true, false, true));
        assert!(!look(None).covers(1) && !look(None).is_open(), "the ledger knew the folder before");
    }

    #[test]
    fn it_is_complete_when_nothing_of_it_is_wanted_any_more() {
        let there = BTreeSet::from([1, 2, 3, 9]);
        let of = |known: &[i64], given_up: &[i64]| {
            let given_up = given_up.to_vec();
            let known = known.iter().copied().collect();
            look(Some(Cover::Below(5))).is_complete(&there, &known, move |uid| given_up.contains(uid))
        };
        assert!(of(&[1, 2, 3], &[]), "9 came meanwhile");
        assert!(of(&[1, 3], &[2]));
        assert!(!of(&[1, 3], &[]));
    }

    #[test]
    fn the_order_of_the_dates_is_kept_in_batches() {
        let at = Timestamp::from_seconds;
        let dates = BTreeMap::from([(1, at(30)), (2, at(10)), (3, at(20)), (4, at(40)), (5, at(40))]);
        let order = in_order(vec![1, 2, 3, 4, 5], &dates);
        assert_eq!(order, [2, 3, 1, 4, 5]);
        assert_eq!(batches(&order, 2).collect::<Vec<_>>(), [[2, 3].as_slice(), &[1, 4], &[5]]);
        assert_eq!(batches(&[], 2).count(), 0);
        assert_eq!(in_order(vec![7, 6], &BTreeMap::new()), [6, 7], "nothing known: as they came");
    }
}
