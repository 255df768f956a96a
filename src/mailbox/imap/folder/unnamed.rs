//! A folder whose server gives no lasting names: its mails are told apart by size and date, and now and then by their bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{BATCH, Fault, Folder, Place, Traits, Unnamed};
use crate::mailbox::imap::connect::Session;
use crate::mailbox::pipe::number;
use crate::store::inbox::Origin;

/// How often a folder without names is looked at, and how often all its mails are compared.
const UNNAMED: Duration = Duration::from_secs(60);
const COMPARED: Duration = Duration::from_hours(6);

impl Place<'_> {
    /// Reads a folder whose server gives no lasting names: what there are more of than at the last look is compared by its
    /// bytes with what is stored, and now and then everything.
    pub(super) async fn read_unnamed(&self, session: &mut Session, folder: &mut Folder) -> Result<usize, Fault> {
        let now = self.intake.clock.now();
        let unnamed = folder.unnamed.get_or_insert_default();
        if unnamed.looked.is_some_and(|at| now.since(at) < UNNAMED) {
            return Ok(0);
        }
        unnamed.looked = Some(now);
        let everything = unnamed.compared.is_none_or(|at| now.since(at) >= COMPARED);
        let seen = std::mem::take(&mut unnamed.seen);
        let found: Vec<i64> = self.search(session).await?.into_iter().collect();
        let mut about = BTreeMap::new();
        for some in found.chunks(10 * BATCH) {
            about.extend(self.ask(session, folder.junk, some).await?.into_iter().map(|(uid, said)| (uid, said.traits)));
        }
        let mut counts: BTreeMap<Traits, usize> = BTreeMap::new();
        for about in about.values() {
            *counts.entry(*about).or_default() += 1;
        }
        let more = |uid: &i64| about.get(uid).is_none_or(|about| counts.get(about) > seen.get(about));
        let wanted: Vec<i64> = found.iter().copied().filter(|uid| everything || more(uid)).collect();
        let mut new = 0;
        for batch in wanted.chunks(BATCH) {
            let marked = folder.unmarked.len();
            let fetched = self.fetch(session, folder, batch).await;
            new += folder.unmarked.len().saturating_sub(marked);
            if let Err(fault) = fetched {
                // Nothing is sure: the next look compares everything.
                folder.unnamed = Some(Unnamed { looked: Some(now), ..Unnamed::default() });
                return Err(fault);
            }
            self.mark(session, folder).await?;
        }
        let missing = wanted.iter().filter(|uid| !folder.known.contains(uid)).filter_map(|uid| about.get(uid));
        for about in missing {
            counts.entry(*about).and_modify(|count| *count = count.saturating_sub(1));
        }
        if let Some(unnamed) = &mut folder.unnamed {
            unnamed.seen = counts;
            unnamed.compared = if everything { Some(now) } else { unnamed.compared };
        }
        Ok(new)
    }

    /// The name of a mail that has none: by what there is of it. No server gives the UIDVALIDITY 0.
    pub(super) fn origin_of(&self, bytes: &[u8]) -> Origin {
        let (mailbox, name) = (self.mailbox.to_owned(), self.folder.to_owned());
        Origin { mailbox, folder: name, uidvalidity: 0, uid: number(&Sha256::digest(bytes)) }
    }
}
