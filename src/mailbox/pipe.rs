//! One mail from a pipe: `postroom deliver --mailbox NAME < mail`, as mail servers hand mail to a program.
//!
//! Success means that it is durably stored. The uid is made from the content, so a server that hands the same mail in
//! again because it did not see the success stores nothing twice.

use anyhow::Context;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{About, InboxWriter};
use crate::store::inbox::{Origin, Received};

/// Reads one raw mail to its end and stores it in the inbox of `mailbox`.
///
/// # Errors
/// When there is nothing, when it is larger than [`InboxWriter::largest`] (the server still has it), or the database's.
pub async fn deliver(mailbox: &str, reader: impl AsyncRead + Unpin, intake: &InboxWriter) -> anyhow::Result<Received> {
    let limit = u64::try_from(intake.largest)?;
    let mut raw = Vec::new();
    reader.take(limit + 1).read_to_end(&mut raw).await.context("reading the mail")?;
    anyhow::ensure!(!raw.is_empty(), "no mail was handed in");
    anyhow::ensure!(u64::try_from(raw.len())? <= limit, "the mail is larger than {limit} bytes");
    let origin =
        Origin { mailbox: mailbox.to_owned(), folder: "pipe".to_owned(), uidvalidity: 1, uid: number(&Sha256::digest(&raw)) };
    intake.keep(&origin, raw, About::default()).await
}

/// The first 62 bits of a hash as a uid, for sources that have none.
pub(super) fn number(hash: &[u8]) -> i64 {
    let mut first = [0_u8; 8];
    for (to, from) in first.iter_mut().zip(hash) {
        *to = *from;
    }
    i64::try_from(u64::from_be_bytes(first) >> 2).unwrap_or(0)
}
