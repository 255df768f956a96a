//! Reply tokens: where their secrets stand in a mail, which of them are good, and which one counts; pure.

use crate::mail::Letter;
use std::ops::Range;
use std::time::Duration;

use crate::config::{Config, Mailbox};
use crate::desk::entry::Visibility;
use crate::desk::people::fold_address;
use crate::desk::secret::Plain;
use crate::intake::case::TokenHit;
use crate::store::tokens::Token;
use crate::time::Timestamp;

/// How long a ticket's reply tokens are good after it was done.
const AFTERLIFE: Duration = Duration::from_hours(90 * 24);
/// Characters of a secret ([`Plain::short`]).
const SECRET: usize = 26;

/// Whether a token is good: nobody has ended it, the desk still lives the life in which it was made, its person is on duty,
/// and its ticket has not been done for too long. What is added to such a ticket wakes none of them.
pub(in crate::intake) fn is_live(
    token: &Token,
    epoch: &str,
    active: bool,
    done_since: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let outlived = done_since.is_some_and(|since| now.since(since) > AFTERLIFE);
    token.ended_at.is_none() && token.epoch == epoch && active && !outlived
}

/// Which of two tokens of one mail counts: a good one before one that is over, and of two good ones the internal one, since
/// whoever wrote to both addresses meant the note. Else the one that was found first.
pub(in crate::intake) fn stronger(found: Option<TokenHit>, hit: TokenHit) -> TokenHit {
    match found {
        Some(first) if !hit.live || (first.live && hit.channel == Visibility::Public) => first,
        _ => hit,
    }
}

/// Every address that the mail was sent to, the receiving server's word first.
pub(in crate::intake) fn recipients(letter: &Letter) -> Vec<String> {
    let delivered = letter.delivered_to.iter().map(|address| fold_address(address));
    let named = letter.to.iter().chain(&letter.cc).map(|address| fold_address(&address.address));
    delivered.chain(named).collect()
}

/// What may be a secret of ours: behind the plus of a recipient, or the Message-ID that the mail answers where the mailbox
/// it came `through` has no plus-addressing.
pub(in crate::intake) fn secrets(config: &Config, through: &str, letter: &Letter) -> Vec<Plain> {
    let mut secrets: Vec<Plain> = Vec::new();
    for address in recipients(letter) {
        secrets.extend(config.mailboxes.iter().filter_map(|mailbox| plus_part(mailbox, &address)).map(Plain::given));
    }
    if config.mailbox(through).is_some_and(|mailbox| !mailbox.plus_addressing) {
        secrets.extend(letter.references.last().map(Plain::given));
    }
    secrets
}

/// What stands behind the plus of an address of this mailbox.
fn plus_part<'a>(mailbox: &Mailbox, address: &'a str) -> Option<&'a str> {
    let (local, domain) = mailbox.address.split_once('@')?;
    let (theirs, their_domain) = address.split_once('@')?;
    let secret = theirs.strip_prefix(local)?.strip_prefix('+')?;
    (their_domain == domain).then_some(secret)
}

/// Whether the new text or a readable file shows a reply address.
pub(in crate::intake) fn reveals(config: &Config, letter: &Letter) -> bool {
    let readable = |kind: &str| kind.starts_with("text/") || kind.starts_with("message/");
    let files = letter.attachments.iter().filter(|file| readable(&file.content_type)).map(|file| file.data.as_slice());
    let new = letter.body.new_text();
    let mut texts = std::iter::once(new.as_bytes()).chain(files);
    texts.any(|text| config.mailboxes.iter().any(|mailbox| !secret_places(text, mailbox).is_empty()))
}

/// A text in which the desk's reply addresses are its plain ones: the secret of one reader is for no other.
pub(in crate::intake) fn without_secrets(config: &Config, mut text: String) -> String {
    for mailbox in &config.mailboxes {
        let places = secret_places(text.as_bytes(), mailbox);
        if places.is_empty() {
            continue;
        }
        let mut rest = String::with_capacity(text.len());
        let mut done = 0;
        for place in places {
            rest.push_str(text.get(done..place.start).unwrap_or_default());
            done = place.end;
        }
        rest.push_str(text.get(done..).unwrap_or_default());
        text = rest;
    }
    text
}

/// Where the secrets of a mailbox's reply addresses stand in a text: from the plus up to the at sign, which a link may
/// have encoded.
fn secret_places(text: &[u8], mailbox: &Mailbox) -> Vec<Range<usize>> {
    let local = mailbox.address.split_once('@').map_or("", |(local, _)| local);
    let place = |plus: usize| {
        let (before, from_plus) = text.split_at_checked(plus)?;
        let (_, name) = before.split_at_checked(before.len().checked_sub(local.len())?)?;
        let (secret, behind) = from_plus.strip_prefix(b"+")?.split_at_checked(SECRET)?;
        let whole = secret.iter().all(u8::is_ascii_alphanumeric) && matches!(behind.first(), Some(b'@' | b'%'));
        (whole && name.eq_ignore_ascii_case(local.as_bytes())).then_some(plus..text.len() - behind.len())
    };
    (0..text.len()).filter_map(place).collect()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
