//! How mails come in: what the server says about them, then their bytes, each stored as it arrives.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::anyhow;
use async_imap::error::Error as ImapError;
use async_imap::types::Flag;
use futures_util::StreamExt;

use super::{BATCH, BEGINNING, Fault, Folder, Place, Said, Traits, set};
use crate::mailbox::imap::answers::{Breach, Done, Status};
use crate::mailbox::imap::connect::{Session, breach, plain, timed};
use crate::mailbox::junk;
use crate::store::inbox::Received;
use crate::time::Timestamp;

/// What Courier-IMAP sends for a mail whose file is gone (`imap/fetch.c`, `unavailable`; 2026-11), line by line.
const PLACEHOLDER: [&str; 3] = [
    "From: System Administrator <root@localhost>",
    "Subject: message unavailable",
    "This message is no longer available on the server.",
];

impl Place<'_> {
    /// The first `bytes` of each mail, as far as the server gives them.
    pub(super) async fn beginnings(
        &self,
        session: &mut Session,
        uids: &[i64],
        bytes: usize,
    ) -> Result<BTreeMap<i64, Vec<u8>>, Fault> {
        let limit = self.patience.answer;
        let server = |error: &ImapError| Fault::Server(plain(error));
        let command = session.uid_fetch(set(uids), format!("(UID BODY.PEEK[]<0.{bytes}>)"));
        let mut answers = timed(limit, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        let mut most = uids.len().saturating_add(BATCH);
        let mut beginnings = BTreeMap::new();
        while let Some(answer) = timed(limit, answers.next()).await.map_err(Fault::Server)? {
            let answer = answer.map_err(|error| server(&error))?;
            most = most.checked_sub(1).ok_or_else(|| Fault::Server(anyhow!("the server sends mails that were not asked for")))?;
            let (Some(uid), Some(raw)) = (answer.uid.map(i64::from), answer.body()) else { continue };
            if uids.contains(&uid) && is_there(raw, None) {
                beginnings.insert(uid, raw.get(..raw.len().min(bytes)).unwrap_or_default().to_vec());
            }
        }
        Ok(beginnings)
    }

    /// The same of mails that will not be fetched; of each once, in case the server cannot do that.
    pub(super) async fn heads(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        uids: &[i64],
    ) -> (BTreeMap<i64, Vec<u8>>, Result<(), Fault>) {
        let asked: Vec<i64> = uids.iter().copied().filter(|uid| !folder.whole && folder.headed.insert(*uid)).collect();
        if asked.is_empty() {
            return (BTreeMap::new(), Ok(()));
        }
        match self.beginnings(session, &asked, BEGINNING).await {
            Ok(heads) => (heads, Ok(())),
            Err(fault) => (BTreeMap::new(), Err(fault)),
        }
    }

    pub(super) async fn fetch(&self, session: &mut Session, folder: &mut Folder, batch: &[i64]) -> Result<(), Fault> {
        let mut all = self.ask(session, folder.junk, batch).await?;
        let (mut wanted, mut large) = (BTreeMap::new(), Vec::new());
        for uid in batch {
            let said = all.remove(uid).unwrap_or_default();
            match said.traits.size {
                Some(size) if self.intake.is_too_large(size) => large.push((*uid, size, said)),
                _ => {
                    wanted.insert(*uid, said);
                }
            }
        }
        let uids: Vec<i64> = large.iter().map(|(uid, ..)| *uid).collect();
        let (mut heads, fault) = self.heads(session, folder, &uids).await;
        for (uid, size, said) in large {
            self.leave(folder, uid, (size, &heads.remove(&uid).unwrap_or_default()), said).await?;
        }
        fault?;
        while !wanted.is_empty() {
            let refused = self.bodies(session, folder, &mut wanted).await?;
            match refused.map(|done| done.status) {
                // Parts are RFC 3501, but not every server is.
                Some(Status::Bad) if !folder.whole => folder.whole = true,
                _ => break,
            }
        }
        Ok(())
    }

    /// Fetches the mails themselves and takes out of `wanted` those that came; how the server refused, if it did.
    async fn bodies(
        &self,
        session: &mut Session,
        folder: &mut Folder,
        wanted: &mut BTreeMap<i64, Said>,
    ) -> Result<Option<Done>, Fault> {
        // One byte more than may be: then it is known to be too large, and no more of it comes.
        let part = if folder.whole { String::new() } else { format!("<0.{}>", self.intake.largest.saturating_add(1)) };
        let command = session.uid_fetch(set(wanted.keys()), format!("(UID BODY.PEEK[]{part})"));
        let (mut uninvited, most) = (0, wanted.len().saturating_add(BATCH));
        let server = |error: &ImapError| Fault::Server(plain(error));
        let mut answers = timed(self.patience.answer, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        while let Some(answer) = timed(self.patience.mail, answers.next()).await.map_err(Fault::Server)? {
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    if let Some(Breach::Oversize { uid, size }) = breach(&error) {
                        let alone = wanted.keys().next().copied().filter(|_| wanted.len() == 1);
                        let uid = uid.map(i64::from).or(alone);
                        if let Some((uid, said)) = uid.and_then(|uid| Some((uid, wanted.remove(&uid)?))) {
                            self.leave(folder, uid, (i64::try_from(*size).unwrap_or(i64::MAX), &[]), said).await?;
                        }
                    }
                    return Err(server(&error));
                }
            };
            // Changes of flags by others come in between, without a body.
            let (Some(uid), Some(raw)) = (answer.uid.map(i64::from), answer.body()) else { continue };
            let Some(said) = wanted.get(&uid).copied() else {
                uninvited += 1;
                if uninvited > most {
                    return Err(Fault::Server(anyhow!("the server sends mails that were not asked for, or again and again")));
                }
                continue;
            };
            if !is_there(raw, said.traits.size) {
                continue;
            }
            wanted.remove(&uid);
            let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
            if self.intake.is_too_large(size) {
                self.leave(folder, uid, (size.max(said.traits.size.unwrap_or(0)), raw), said).await?;
                continue;
            }
            let (raw, about) = (raw.to_vec(), folder.about(uid, said));
            let kept = match (&folder.unnamed, folder.compare) {
                (Some(_), _) => self.intake.keep_unknown(&self.origin_of(&raw), raw, about).await,
                (None, true) => self.intake.keep_unknown(&self.origin(folder, uid), raw, about).await,
                (None, false) => self.intake.keep(&self.origin(folder, uid), raw, about).await,
            };
            let kept = kept.map_err(Fault::Store)?;
            folder.known.insert(uid);
            folder.failed.remove(&uid);
            folder.absent.remove(&uid);
            if matches!(kept, Received::New(_)) {
                folder.unmarked.insert(uid);
            }
        }
        drop(answers);
        let refused = session.get_ref().done().filter(|done| done.status != Status::Ok).cloned();
        if let Some(Done { words, .. }) = &refused {
            tracing::debug!(mailbox = self.mailbox, folder = self.folder, words, "the server does not hand over all mails");
        }
        Ok(refused)
    }

    /// A mail that is too large stays where it is.
    async fn leave(&self, folder: &mut Folder, uid: i64, (size, head): (i64, &[u8]), said: Said) -> Result<(), Fault> {
        let origin = match folder.unnamed {
            Some(_) => self.origin_of(format!("{size} {:?}", said.traits.received).as_bytes()),
            None => self.origin(folder, uid),
        };
        let kept = self.intake.keep_stub(&origin, size, head, folder.about(uid, said)).await.map_err(Fault::Store)?;
        folder.known.insert(uid);
        folder.absent.remove(&uid);
        if matches!(kept, Received::New(_)) {
            tracing::warn!(mailbox = self.mailbox, folder = self.folder, uid, size, "a mail is too large to fetch");
        }
        Ok(())
    }

    /// Sizes, dates and flags of `batch`, of a folder for `junk` or not; those that have been expunged meanwhile are missing. Nothing else is ever asked for:
    /// what a server makes of an odd mail's ENVELOPE and BODYSTRUCTURE is of no use.
    pub(super) async fn ask(&self, session: &mut Session, junk: bool, batch: &[i64]) -> Result<BTreeMap<i64, Said>, Fault> {
        let limit = self.patience.answer;
        let command = session.uid_fetch(set(batch), "(UID FLAGS INTERNALDATE RFC822.SIZE)");
        let server = |error: &ImapError| Fault::Server(plain(error));
        let mut answers = timed(limit, command).await.map_err(Fault::Server)?.map_err(|error| server(&error))?;
        let asked: BTreeSet<i64> = batch.iter().copied().collect();
        let mut all = BTreeMap::new();
        while let Some(answer) = timed(limit, answers.next()).await.map_err(Fault::Server)? {
            let answer = answer.map_err(|error| server(&error))?;
            let Some(uid) = answer.uid.map(i64::from).filter(|uid| asked.contains(uid)) else { continue };
            let said: &mut Said = all.entry(uid).or_default();
            let Traits { size, received } = said.traits;
            let date = answer.internal_date().map(|date| Timestamp::from_seconds(date.timestamp()));
            said.traits = Traits { size: answer.size.map(i64::from).or(size), received: date.or(received) };
            said.answered |= answer.flags().any(|flag| flag == Flag::Answered);
            let words: Vec<String> = answer.flags().filter_map(custom).collect();
            said.junk |= junk::is_junk(junk, words.iter().map(String::as_str));
        }
        Ok(all)
    }
}

/// A keyword among flags.
fn custom(flag: Flag<'_>) -> Option<String> {
    match flag {
        Flag::Custom(word) => Some(word.into_owned()),
        _ => None,
    }
}

/// Whether `raw` is a mail: neither nothing nor Courier's placeholder.
fn is_there(raw: &[u8], claimed: Option<i64>) -> bool {
    if raw.is_empty() {
        return claimed == Some(0);
    }
    // The placeholder is shorter than this, and most mails are longer.
    let Some(text) = (raw.len() < 300).then(|| std::str::from_utf8(raw).ok()).flatten() else { return true };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).ne(PLACEHOLDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn couriers_placeholder_and_nothing_are_no_mails() {
        let courier = "From: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\n\
                       This message is no longer available on the server.\r\n";
        let about_it = courier.replace("on the server.", "on the server. What shall I do?");
        for (raw, claimed, expected) in [
            (courier, Some(5_000), false),
            (&courier.replace("\r\n", "\n"), None, false),
            (about_it.as_str(), Some(170), true),
            ("", Some(12), false),
            ("", None, false),
            ("", Some(0), true),
            ("Subject: x\r\n\r\nHello", None, true),
        ] {
            assert_eq!(is_there(raw.as_bytes(), claimed), expected, "{raw:?}");
        }
    }
}
