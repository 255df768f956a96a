//! The first look into a folder: what it covers, in the order in which it was written, and whether it is the junk folder.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::error::Error as ImapError;
use async_imap::types::NameAttribute;
use futures_util::StreamExt;

use super::{BEGINNING, Fault, Folder, Place};
use crate::desk::age::Times;
use crate::mail;
use crate::mailbox::imap::connect::{Session, plain, timed};
use crate::mailbox::imap::names;
use crate::mailbox::{first_look, junk};
use crate::store::first_look::Cover;
use crate::time::Timestamp;

/// Mails whose dates are asked for at once.
const DATES: usize = 100;

impl Place<'_> {
    /// Asks whether this is the first look into the folder, and begins it where it is.
    pub(super) async fn first_look(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        (found, next): (&BTreeSet<i64>, Option<i64>),
    ) -> Result<(), Fault> {
        // Never more than there is: a server may say any number.
        let after = found.last().map_or(1, |last| last.saturating_add(1));
        let below = next.map_or(after, |next| next.min(after));
        folder.junk = junk::is_folder(&names::to_people(self.folder)) || self.is_junk_by_use(session).await?;
        let place = (self.mailbox, self.folder, folder.uidvalidity);
        folder.first_look = first_look::begin(self.intake, place, Cover::Below(below)).await.map_err(Fault::Store)?;
        Ok(())
    }

    /// What the first look covers, in the order of its dates. A server that cannot say them is not asked twice.
    pub(super) async fn by_date(&self, session: &mut Session, folder: &mut Folder, uids: Vec<i64>) -> Result<Vec<i64>, Fault> {
        if folder.undated || folder.whole || !folder.first_look.is_open() || uids.len() < 2 {
            return Ok(uids);
        }
        folder.undated = true;
        let dates = self.dates(session, folder, &uids).await?;
        folder.undated = false;
        Ok(first_look::in_order(uids, &dates))
    }

    /// When the mails were written, as far as the beginnings of their headers say it.
    async fn dates(&self, session: &mut Session, folder: &Folder, uids: &[i64]) -> Result<BTreeMap<i64, Timestamp>, Fault> {
        let now = self.intake.clock.now();
        let mut dates = BTreeMap::new();
        for some in uids.chunks(DATES) {
            let said = self.ask(session, folder.junk, some).await?;
            for (uid, head) in self.beginnings(session, some, BEGINNING).await? {
                let Some(said) = said.get(&uid) else { continue };
                dates.insert(uid, Times { date: mail::date(&head), server: said.traits.received, received: now }.written());
            }
        }
        Ok(dates)
    }

    /// Whether the server says that the folder is for junk (RFC 6154).
    async fn is_junk_by_use(&self, session: &mut Session) -> Result<bool, Fault> {
        // A pattern in which nothing is special: no wildcard, and nothing that ends a quoted string.
        let plain_name = self.folder.chars().all(|c| matches!(c, ' '..='~') && !"\"\\*%".contains(c));
        if self.folder.eq_ignore_ascii_case("INBOX") || !plain_name {
            return Ok(false);
        }
        let limit = self.patience.answer;
        let mut junk = false;
        let pattern = format!("\"{}\"", self.folder);
        let listing = session.list(None, Some(&pattern));
        let mut names = match timed(limit, listing).await.map_err(Fault::Server)? {
            Ok(names) => names,
            Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
            Err(error) => return Err(Fault::Server(plain(&error))),
        };
        while let Some(name) = timed(limit, names.next()).await.map_err(Fault::Server)? {
            match name {
                Ok(name) => junk |= name.attributes().contains(&NameAttribute::Junk),
                Err(ImapError::No(_) | ImapError::Bad(_)) => return Ok(false),
                Err(error) => return Err(Fault::Server(plain(&error))),
            }
        }
        Ok(junk)
    }
}
