//! What the desk knows about a mail, loaded in the deciding transaction and made one [`Case`] of; nothing here
//! changes anything.
//!
//! `known` asks for everything; `lookup` answers what several ask. `reply` follows the secrets in the mail's addresses,
//! `behalf` and `redirect` say for whom a member of staff sends it, `sent_text` and `signature` what of its text is theirs,
//! `guards` what it is compared with before it leaves, `wishes` what its commands can name. What speaks for a sender of the
//! staff was gathered while reading (`evidence`, [`dkim`]).

mod behalf;
pub mod dkim;
pub(super) mod evidence;
mod guards;
mod known;
pub(super) mod lookup;
mod redirect;
pub(super) mod reply;
mod sent_text;
pub(super) mod signature;
mod wishes;

use super::case::{Case, Known, Rules};
use super::command::plan::Facts;
use crate::acts::ActContext;
use crate::acts::own_address::is_own;
use crate::desk::people::{Person, fold_address};
use crate::mail::Letter;
use crate::mail::proof::Alignment;
use crate::reader::Reading;
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, lease, people};
use evidence::Gathered;

/// Stands before the secret in the subject of the probe of `check --trust`; both together name the lease that says so.
pub const TRUST_CHECK: &str = "postroom-trust-check-";

/// A mail and all that is known about it.
pub(super) struct Loaded {
    /// What it says, with its quote and its signature found in the light of what was sent and written before.
    pub(super) letter: Letter,
    /// What the desk knows about it.
    pub(super) known: Known,
    /// Its sender, where the desk knows them.
    pub(super) person: Option<Person>,
    /// The Message-ID of what a member of staff redirected.
    pub(super) original: Option<String>,
    facts: Facts,
    rules: Rules,
}

impl Loaded {
    /// What is decided about.
    pub(super) fn case(&self) -> Case<'_> {
        Case::new(&self.letter, &self.known, &self.facts, &self.rules)
    }
}

/// Everything that is known about a mail.
pub(super) async fn load(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    reading: Reading,
    mut gathered: Gathered,
) -> anyhow::Result<Loaded> {
    let Reading { mut letter, forward, .. } = reading;
    if forwarded(tx, context, row, &mut letter).await? && gathered.server == Some(Alignment::Pass) {
        // It speaks for the forwarder and not for whom that names.
        gathered.server = Some(Alignment::None);
    }
    let theirs = redirect::settle(tx, context, row, &mut letter).await?;
    // Who said whose it is has said nothing else of it yet.
    let release = row.release.filter(|_| !theirs.as_ref().is_some_and(|of| of.just_said));
    let row = &LedgerRow { release, ..row.clone() };
    // Junk on its way to the desk it was by the word of a server, and a human has looked at it since.
    gathered.junk &= theirs.is_none();
    let redirected_by = theirs.as_ref().map(|of| of.by);
    let (mut known, person) = known::load(tx, context, row, &letter, forward, gathered, redirected_by).await?;
    sent_text::recognise(tx, &known, &mut letter).await?;
    known.signed = signature::sign(tx, row, &known, &mut letter).await?;
    known.guards = guards::load(tx, context, row, &letter, &known).await?;
    let facts = wishes::facts(tx, context, &letter, &known, person.as_ref()).await?;
    let rules = evidence::rules(context.config);
    Ok(Loaded { letter, known, person, original: theirs.and_then(|of| of.original), facts, rules })
}

/// What is known about a mail that there is no reading of, by its header.
pub(super) async fn of_header(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    reading: &Reading,
) -> anyhow::Result<Known> {
    let server = evidence::believed(context.config, reading);
    let gathered = Gathered { origin: Default::default(), junk: row.junk || reading.junk, server };
    Ok(known::load(tx, context, row, &reading.letter, reading.forward.clone(), gathered, None).await?.0)
}

/// Whether the mail is the probe that `check --trust` waits for. Its subject holds a secret that only the running check
/// knows, so nobody can have a mail put away with it.
pub(super) async fn is_trust_check(tx: &mut Tx, letter: &Letter) -> anyhow::Result<bool> {
    let Some((_, secret)) = letter.subject.split_once(TRUST_CHECK) else { return Ok(false) };
    let secret = secret.trim();
    Ok(lease::is_held(tx, &format!("{TRUST_CHECK}{secret}"), secret).await?)
}

/// Where the mailbox trusts the sender to write for others, the mail is taken as from its Reply-To: but never as from
/// staff or the desk, whose names nobody else can give. Whether it is.
pub(super) async fn forwarded(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &mut Letter,
) -> anyhow::Result<bool> {
    let (Some(from), Some(reply_to)) = (&letter.from, &letter.reply_to) else { return Ok(false) };
    let Some(mailbox) = context.config.mailbox(&row.origin.mailbox) else { return Ok(false) };
    let (forwarder, requester) = (fold_address(&from.address), fold_address(&reply_to.address));
    if !mailbox.trusted_forwarders.contains(&forwarder) || is_own(tx, context.config, &requester).await? {
        return Ok(false);
    }
    for address in [&forwarder, &requester] {
        if people::by_address(tx, address).await?.is_some_and(|person| person.is_staff()) {
            return Ok(false);
        }
    }
    letter.from = letter.reply_to.clone();
    Ok(true)
}
